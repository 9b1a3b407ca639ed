/* SPDX-License-Identifier: Apache-2.0
 *
 * elements.h - the closed list of elements that disarm reports and verify names
 * (data/elements.tsv), with the verdicts each may have.
 * Runs in: every program. Tests: tests/unit/base/test-tables.c
 */
#pragma once

#include "base/types.h"
#include "tables.h"

typedef enum {
    SK_VERDICT_NONE = 0, /* only in an override table: "no override" */
    SK_VERDICT_KEPT,
    SK_VERDICT_REMOVED,
    SK_VERDICT_REPLACED,
    SK_VERDICT_TEXT, /* reported as replaced */
    SK_VERDICT_NESTED,
    SK_VERDICT_REFUSED,
    SK_VERDICT_COUNT
} SkVerdict;

typedef struct {
    const char *code;
    const char *format;
    SkVerdict verdict;
    uint32_t allowed; /* bits 1u << SkVerdict */
    const char *ja;
    const char *en;
} SkElementRow;

extern const SkElementRow sk_element_rows[SK_ELEMENT_COUNT];

static inline const SkElementRow *
sk_element_get(SkElement element)
{
    g_assert(element < SK_ELEMENT_COUNT);
    return &sk_element_rows[element];
}

static inline bool
sk_element_allows(SkElement element, SkVerdict verdict)
{
    return (sk_element_get(element)->allowed & 1u << verdict) != 0;
}

/** sk_reason_sentence_for: the same as sk_reason_sentence, or a truer sentence where @element says more. */
const char *sk_reason_sentence_for(SkReason reason, SkElement element, const char *language);
/** sk_element_lookup: SK_ELEMENT_NONE where @code is not in the list. */
SkElement sk_element_lookup(const char *code);
const char *sk_verdict_name(SkVerdict verdict);
SkVerdict sk_verdict_lookup(const char *name);
