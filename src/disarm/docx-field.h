/* SPDX-License-Identifier: Apache-2.0
 *
 * docx-field.h - what becomes of a field, by its instruction, which is joined from all its runs
 * first. Runs in: disarm worker. Trusts: nothing. Spec: docs/formats/docx.md ("Instructions of
 * fields")   Tests: tests/unit/disarm/test-docx-field.c
 */
#pragma once

#include "base/elements.h"

#define SK_DOCX_INSTRUCTION_MAX 4096u

typedef enum {
    SK_DOCX_FIELD_RESULT, /* the field goes, what it showed last stays */
    SK_DOCX_FIELD_KEEP,   /* with the instruction as it is written anew */
    SK_DOCX_FIELD_TEXT,   /* the field goes, a text that its instruction shows stays */
} SkDocxFieldFate;

typedef struct {
    SkDocxFieldFate fate;
    SkElement element; /* how it is reported; NONE for an ordinary field that stays */
    char *text;        /* owned: the instruction (KEEP) or what is shown (TEXT) */
} SkDocxField;

/**
 * sk_docx_field:
 * @instruction: all of it, as joined; a nested field stands in it between `{` and `}`
 * @nested: there was one
 * @links: what is to become of links: false drops them all
 */
SkDocxField sk_docx_field(SkSpan instruction, bool nested, bool links);
