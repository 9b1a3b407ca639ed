/* SPDX-License-Identifier: Apache-2.0
 *
 * identify.h - what is this object, by its content? The extension is only a hint among texts (csv,
 * tsv, text, html…), where content cannot tell. Magic numbers find the candidate; the full parse
 * that follows is what proves it.
 * Runs in: disarm worker. Trusts: nothing.
 * Tests: tests/unit/disarm/test-identify.c
 */
#pragma once

#include "base/types.h"

/**
 * sk_identify: SK_TYPE_NONE for content of no known type. SK_TYPE_PAGES and SK_TYPE_CHILDREN only where @hint says so.
 * @polyglot: set when the content can also be read as another active type: a PDF header within its
 *     first 1024 bytes, the end of a ZIP or the head of another archive inside a picture
 */
SkType sk_identify(SkSpan input, SkType hint, bool *polyglot);
/** sk_identify_is_single: is what we made of @type, and can be read as nothing else: no PDF header
 * early on, with or without objects behind it, and what else makes a polyglot. */
bool sk_identify_is_single(SkSpan made, SkType type);
/** sk_identify_locked: an OLE2 file that holds an encrypted package, or a PDF that says it is
 * encrypted. */
bool sk_identify_locked(SkSpan input);
/** sk_identify_leads: bytes before a PDF's header that are not white space; 0 if there is no
 * header. */
size_t sk_identify_leads(SkSpan input);

/* What a name says of its content. */
typedef enum {
    SK_NAMING_FALSE,
    SK_NAMING_KIN, /* a name under which the content's own programs know it too (decision 0044) */
    SK_NAMING_TRUE
} SkNaming;
/** sk_identify_naming: content of @type under a name that says @hint. */
SkNaming sk_identify_naming(SkType type, SkType hint);
