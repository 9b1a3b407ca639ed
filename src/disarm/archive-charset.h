/* SPDX-License-Identifier: Apache-2.0
 *
 * archive-charset.h - in which encoding are the names of an archive? One decision for all of them
 * whose bytes do not say, and then what each is as a path.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/archive.md (What names say)   Tests: tests/unit/disarm/test-archive-zip.c,
 * tests/fuzz/fuzz-archive.c
 */
#pragma once

#include "base/base.h"

typedef enum {
    SK_NAMES_ASCII = 0,
    SK_NAMES_UTF8,
    SK_NAMES_CP932,
    SK_NAMES_EUCJP,
    SK_NAMES_CP437,
    SK_NAMES_COUNT
} SkNames;

/** sk_names_label: what a finding shows. */
const char *sk_names_label(SkNames names);

typedef struct {
    GByteArray *joined; /* owned: what needs a decision, a line each */
    bool fat;           /* all of it was made where names are never in an encoding of Unix */
} SkNamesVote;

void sk_names_vote_begin(SkNamesVote *self);
/** sk_names_vote_add: a name whose bytes do not say what they are. */
void sk_names_vote_add(SkNamesVote *self, SkSpan raw, bool fat);
/** sk_names_vote_end: the decision; frees what @self holds. CP437 fits anything. */
SkNames sk_names_vote_end(SkNamesVote *self);

/** sk_names_decode: (transfer full): @raw as UTF-8; NULL where it is not of this encoding, or has a NUL. */
char *sk_names_decode(SkSpan raw, SkNames names);
/** sk_names_stands_for: may @plain, in whatever encoding, be what a program writes that knows the name to
 * be @name (UTF-8)? Also with `?`, `_` or `#Uxxxx` for what its encoding has not. */
bool sk_names_stands_for(SkSpan plain, const char *name);

/**
 * sk_names_path: (transfer full): @name as a child may be called: separators are `/`, empty segments and
 * `.` are left out, NFC, nothing hidden.
 * @ret_plain: (out) (transfer full): the path before what is hidden was taken out, to tell doubles
 * @ret_mended: (out): a file system would not have taken it as it was
 * Returns: NULL for a name that points outside or nowhere
 */
char *sk_names_path(const char *name, char **ret_plain, bool *ret_mended);
