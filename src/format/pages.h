/* SPDX-License-Identifier: Apache-2.0
 *
 * pages.h - the drawn pages that sekisho-draw hands back, read as hostile.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/pages.md   Tests: tests/unit/disarm/test-pages.c, tests/fuzz/fuzz-formats.c
 */
#pragma once

#include "base/reader.h"

#define SK_PAGES_MAGIC "SKPAGES1"
#define SK_PAGES_MAGIC_WORDS "SKPAGES2" /* the same with the words of each page */
#define SK_PAGES_WORDS_MAX 100000u       /* of one page */
#define SK_PAGES_WORD_MAX 4000u          /* bytes of one */
#define SK_PAGES_PX_MAX 65500u
#define SK_PAGES_PAPER_MIN 100u     /* 1/100 pt */
#define SK_PAGES_PAPER_MAX 2000000u

typedef struct {
    uint32_t width_px, height_px;
    uint32_t width, height; /* on paper, in 1/100 pt */
    SkSpan jpeg;            /* borrowed */
    uint32_t words;         /* how many, and */
    SkSpan word_bytes;      /* borrowed: for sk_pages_word */
} SkPage;

typedef struct {
    uint32_t x, y, width, height; /* in 1/100 pt from the upper left corner, inside of the page */
    bool vertical;
    SkSpan text; /* borrowed: bytes, not looked at */
} SkPageWord;

typedef struct {
    SkReader r;
    uint32_t count, next;
    uint64_t pixels; /* limit of one page */
    bool layered;    /* pages have words */
} SkPages;

/** sk_pages_parse: the head. SK_ERROR_TRUNCATED, _MALFORMED, or _LIMIT over the job's pages. */
bool sk_pages_parse(SkSpan stream, const SkLimits *limits, SkPages *ret,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_pages_next: *ret_more is false behind the last page, where the stream has to end. */
bool sk_pages_next(SkPages *self, SkPage *ret, bool *ret_more,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_pages_word: the next of @page's words; @r is a reader over its word_bytes. false: no more. */
bool sk_pages_word(const SkPage *page, SkReader *r, SkPageWord *ret);
