/* SPDX-License-Identifier: Apache-2.0
 *
 * single-byte.h - European encodings of one byte a character, by the labels of web pages and mails.
 * Only a label can say that a text is in one of them: any bytes would be.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/html.md   Tests: tests/unit/format/test-html.c
 */
#pragma once

#include "base/base.h"

typedef struct {
    const char *label;
    const uint16_t *upper; /* of the bytes from 0x80; 0: none */
} SkSingleByte;

/* Made by tools/single-bytes.py. */
extern const SkSingleByte sk_single_bytes[];
extern const unsigned sk_single_bytes_n;

/** sk_single_byte: the encoding of @label in any case; NULL where it is none of these. */
static inline const SkSingleByte *
sk_single_byte(SkSpan label)
{
    for (unsigned i = 0; i < sk_single_bytes_n; i++) {
        SkSpan name = sk_span_str(sk_single_bytes[i].label);
        if (name.n == label.n &&
            g_ascii_strncasecmp((const char *)label.p, (const char *)name.p, name.n) == 0)
            return &sk_single_bytes[i];
    }
    return NULL;
}
