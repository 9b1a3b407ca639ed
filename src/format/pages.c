/* SPDX-License-Identifier: Apache-2.0
 * pages.c - contract in pages.h. */
#include "format/pages.h"

#define DPI_MIN 72u
#define DPI_MAX 600u
#define JPEG_MIN 4u

bool
sk_pages_parse(SkSpan stream, const SkLimits *limits, SkPages *ret, GError **error)
{
    SkPages pages = { .r = sk_reader(stream), .pixels = limits->pixels };
    SkSpan magic = sk_reader_span(&pages.r, sk_span_str(SK_PAGES_MAGIC).n);
    pages.count = sk_reader_u32le(&pages.r);
    uint32_t dpi = sk_reader_u32le(&pages.r);
    if (!sk_reader_ok(&pages.r))
        return sk_throw(error, SK_ERROR_TRUNCATED, "pages: no head");
    pages.layered = sk_span_is(magic, SK_PAGES_MAGIC_WORDS);
    if ((!pages.layered && !sk_span_is(magic, SK_PAGES_MAGIC)) || pages.count == 0 ||
        dpi < DPI_MIN || dpi > DPI_MAX)
        return sk_throw(error, SK_ERROR_MALFORMED, "pages: not a stream of pages");
    if (pages.count > limits->pages)
        return sk_throw(error, SK_ERROR_LIMIT, "pages: %u pages", pages.count);
    *ret = pages;
    return true;
}

static bool
is_within(uint32_t v, uint32_t least, uint32_t most)
{
    return v >= least && v <= most;
}

/* A word's fields; a failed read shows in @r. */
static SkPageWord
read_word(SkReader *r, uint32_t *ret_vertical)
{
    SkPageWord word = { .x = sk_reader_u32le(r), .text = SK_SPAN_EMPTY };

    word.y = sk_reader_u32le(r);
    word.width = sk_reader_u32le(r);
    word.height = sk_reader_u32le(r);
    *ret_vertical = sk_reader_u32le(r);
    word.vertical = *ret_vertical == 1;
    uint32_t length = sk_reader_u32le(r);
    word.text = sk_reader_span(r, length);
    return word;
}

static bool
is_inside(uint32_t at, uint32_t size, uint32_t whole)
{
    return size >= 1 && size <= whole && at <= whole - size;
}

/* The words of @page, each of them looked at; sk_pages_word hands them out later. */
static bool
read_words(SkPages *self, SkPage *page, GError **error)
{
    page->words = sk_reader_u32le(&self->r);
    size_t start = self->r.at;

    if (!sk_reader_ok(&self->r) || page->words > SK_PAGES_WORDS_MAX)
        return sk_throw(error, SK_ERROR_MALFORMED, "pages: page %u has no words", self->next + 1);
    for (uint32_t i = 0; i < page->words; i++) {
        uint32_t vertical = 0;
        SkPageWord word = read_word(&self->r, &vertical);
        if (!sk_reader_ok(&self->r))
            return sk_throw(error, SK_ERROR_TRUNCATED, "pages: words of page %u cut short",
                            self->next + 1);
        if (!is_inside(word.x, word.width, page->width) ||
            !is_inside(word.y, word.height, page->height) || vertical > 1 || word.text.n == 0 ||
            word.text.n > SK_PAGES_WORD_MAX)
            return sk_throw(error, SK_ERROR_MALFORMED, "pages: an impossible word on page %u",
                            self->next + 1);
    }
    page->word_bytes = sk_span_sub(self->r.in, start, self->r.at - start);
    return true;
}

bool
sk_pages_word(const SkPage *page, SkReader *r, SkPageWord *ret)
{
    uint32_t vertical = 0;

    if (page->words == 0 || sk_reader_left(r) == 0)
        return false;
    *ret = read_word(r, &vertical);
    return sk_reader_ok(r);
}

bool
sk_pages_next(SkPages *self, SkPage *ret, bool *ret_more, GError **error)
{
    if (self->next == self->count) {
        if (sk_reader_left(&self->r) > 0)
            return sk_throw(error, SK_ERROR_MALFORMED, "pages: data after the last page");
        *ret_more = false;
        return true;
    }
    SkPage page = { .width_px = sk_reader_u32le(&self->r),
                    .jpeg = SK_SPAN_EMPTY,
                    .word_bytes = SK_SPAN_EMPTY };
    page.height_px = sk_reader_u32le(&self->r);
    page.width = sk_reader_u32le(&self->r);
    page.height = sk_reader_u32le(&self->r);
    page.jpeg = sk_reader_span(&self->r, sk_reader_u32le(&self->r));
    if (!sk_reader_ok(&self->r))
        return sk_throw(error, SK_ERROR_TRUNCATED, "pages: page %u cut short", self->next + 1);
    if (!is_within(page.width_px, 1, SK_PAGES_PX_MAX) ||
        !is_within(page.height_px, 1, SK_PAGES_PX_MAX) ||
        (uint64_t)page.width_px * page.height_px > self->pixels || page.jpeg.n < JPEG_MIN ||
        !is_within(page.width, SK_PAGES_PAPER_MIN, SK_PAGES_PAPER_MAX) ||
        !is_within(page.height, SK_PAGES_PAPER_MIN, SK_PAGES_PAPER_MAX))
        return sk_throw(error, SK_ERROR_MALFORMED, "pages: page %u of an impossible size",
                        self->next + 1);
    if (self->layered && !read_words(self, &page, error))
        return false;
    self->next++;
    *ret = page;
    *ret_more = true;
    return true;
}
