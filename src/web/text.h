/* SPDX-License-Identifier: Apache-2.0
 *
 * text.h - the small languages inside a request: percent-encoding, queries, cookies; and the
 * Content-Disposition of an answer.
 * Runs in: web. Trusts: nothing.
 * Spec: RFC 3986 section 2.1, RFC 6265 section 4.2, RFC 6266, RFC 8187
 * Tests: tests/unit/web/test-text.c, tests/fuzz/fuzz-web-text.c
 */
#pragma once

#include "base/base.h"

#define SK_QUERY_MAX 16u

/**
 * sk_percent_decode: (transfer full): NUL-terminated; @ret_n bytes, which may hold NUL.
 * @plus: `+` is a space (queries written by forms)
 * Returns: NULL for a `%` without two hexadecimal digits behind it
 */
char *sk_percent_decode(SkSpan in, bool plus, size_t *ret_n);
/** sk_percent_encode: (transfer full): all but RFC 8187's attr-char. */
char *sk_percent_encode(SkSpan in);

/** SkQuery: parameters by name. */
typedef struct SkQuery SkQuery;
/**
 * sk_query_parse: (transfer full): @in without its `?`.
 * Returns: NULL where a name comes twice, is not [a-z][a-zA-Z]*, or a value is not percent-encoded UTF-8
 * without NUL
 */
SkQuery *sk_query_parse(SkSpan in);
void sk_query_free(SkQuery *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkQuery, sk_query_free)
/** sk_query_get: NULL where it was not given. */
const char *sk_query_get(const SkQuery *self, const char *name);
/** sk_query_only: are all its names in the space-separated list @names? */
bool sk_query_only(const SkQuery *self, const char *names);

/**
 * sk_cookie_get: @header may be NULL. Finds the one cookie of that name.
 * Returns: false where there are two of it (two readings); @ret is NULL where there is none, else
 * (transfer full)
 */
bool sk_cookie_get(const char *header, const char *name, char **ret);

/** sk_content_disposition: (transfer full): attachment, with an ASCII name for old readers and the
 * real one. */
char *sk_content_disposition(const char *name);

/**
 * sk_words_tidy: (transfer full): what a person wrote in a box, as one line: runs of white space,
 * line ends included, become one space, and none at either end. Everything else stays as it is.
 */
char *sk_words_tidy(const char *words);

/** sk_number_parse: plain decimal digits, at most @max. */
bool sk_number_parse(const char *s, uint64_t max, uint64_t *ret);
