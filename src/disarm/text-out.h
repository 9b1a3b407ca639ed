/* SPDX-License-Identifier: Apache-2.0
 *
 * text-out.h - characters on their way into a plain text: what the profile of text does not allow
 * is dropped and counted as it passes. Runs in: disarm worker (no files, no network). Trusts: that
 * what it is given is UTF-8. Spec: docs/formats/text.md   Tests: tests/golden/office-text
 */
#pragma once

#include "base/sink.h"

typedef struct {
    SkSink *sink;        /* borrowed */
    bool keep_invisible; /* by the policy */
    uint32_t before;     /* the character written last, or SK_PLAIN_NOTHING */
    uint32_t waiting;    /* one that is judged by the next, or SK_PLAIN_NOTHING */
    bool last_was_cr;
    uint32_t controls, directions, invisibles; /* dropped so far */
} SkTextOut;

SkTextOut sk_text_out(SkSink *sink, bool keep_invisible);
void sk_text_out_span(SkTextOut *self, SkSpan utf8);
/** sk_text_out_finish: judges what still waits. Whether it could be written is the sink's to say.
 */
void sk_text_out_finish(SkTextOut *self);
