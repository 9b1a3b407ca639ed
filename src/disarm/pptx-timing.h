/* SPDX-License-Identifier: Apache-2.0
 *
 * pptx-timing.h - which parts of a slide's animations can stay: what plays sound, runs a command or
 * aims at a shape that is not there goes, and then whatever is left without what it needs.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/pptx.md   Tests: tests/unit/disarm/test-pptx.c
 */
#pragma once

#include "disarm/ooxml-rebuild.h"

typedef struct SkPptxTiming SkPptxTiming;

/** sk_pptx_timing_new: (transfer full): p:timing is element number @first of its part. */
SkPptxTiming *sk_pptx_timing_new(unsigned first);
void sk_pptx_timing_free(SkPptxTiming *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkPptxTiming, sk_pptx_timing_free)

/**
 * sk_pptx_timing_add: the next element of it, p:timing itself being the first; @depth counts from
 * any level.
 * @known: the tables let it out
 * @spid: the shape that it aims at; empty for none
 */
void sk_pptx_timing_add(SkPptxTiming *self, unsigned depth, SkXmlSymbol symbol, bool known,
                        SkSpan spid);
/** sk_pptx_timing_decide: @shapes: set of the ids (char *) that there are. */
void sk_pptx_timing_decide(SkPptxTiming *self, GHashTable *shapes);
unsigned sk_pptx_timing_first(const SkPptxTiming *self);
/** sk_pptx_timing_is_dead: after it was decided: must element number @at go? */
bool sk_pptx_timing_is_dead(const SkPptxTiming *self, unsigned at);
