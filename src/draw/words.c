/* SPDX-License-Identifier: Apache-2.0
 * words.c - contract in words.h. */
#include "draw/words.h"

#include "draw/text.h"

#include <math.h>

#define WORDS_MAX 100000u
#define LETTERS_MAX 200u /* a longer word, or a line without spaces, is several */

/* A word on its way: its letters, and the box around theirs, in points from the upper left. */
typedef struct {
    GString *text;
    unsigned letters;
    double x1, y1, x2, y2;
    PopplerRectangle first; /* of its first letter */
    bool vertical;          /* its second letter stands below the first */
} Word;

typedef struct {
    uint32_t width, height;
    uint32_t count;
    SkSink *out; /* owned by the caller: the words, which are counted before they are written */
} Words;

static uint32_t
hundredths(double v, uint32_t most)
{
    return !(v > 0) ? 0 : v * 100 >= most ? most : (uint32_t)lround(v * 100);
}

static void
flush(Words *self, Word *word)
{
    uint32_t x1 = hundredths(word->x1, self->width), x2 = hundredths(word->x2, self->width);
    uint32_t y1 = hundredths(word->y1, self->height), y2 = hundredths(word->y2, self->height);

    if (word->letters > 0 && word->text->len > 0 && x1 < x2 && y1 < y2 && self->count < WORDS_MAX) {
        sk_sink_u32le(self->out, x1);
        sk_sink_u32le(self->out, y1);
        sk_sink_u32le(self->out, x2 - x1);
        sk_sink_u32le(self->out, y2 - y1);
        sk_sink_u32le(self->out, word->vertical ? 1 : 0);
        sk_sink_u32le(self->out, (uint32_t)word->text->len);
        sk_sink_span(self->out, sk_span(word->text->str, word->text->len));
        self->count++;
    }
    g_string_truncate(word->text, 0);
    word->letters = 0;
}

/* Does the next letter belong to the same line? Boxes of letters of one line overlap across it. */
static bool
goes_on(const Word *word, const PopplerRectangle *box)
{
    if (word->letters == 0)
        return true;
    if (word->letters >= LETTERS_MAX)
        return false;
    bool beside = box->y1 < word->y2 && box->y2 > word->y1, below = box->x1 < word->x2 && box->x2 > word->x1;
    if (word->letters == 1)
        return beside || below;
    return word->vertical ? below : beside;
}

static void
add(Word *word, gunichar c, const PopplerRectangle *box)
{
    if (word->letters == 0) {
        word->first = *box;
        word->x1 = box->x1;
        word->y1 = box->y1;
        word->x2 = box->x2;
        word->y2 = box->y2;
        word->vertical = false;
    } else if (word->letters == 1) {
        word->vertical = (box->y1 + box->y2) / 2 > word->first.y2 && box->x1 < word->first.x2 && box->x2 > word->first.x1;
    }
    word->x1 = fmin(word->x1, box->x1);
    word->y1 = fmin(word->y1, box->y1);
    word->x2 = fmax(word->x2, box->x2);
    word->y2 = fmax(word->y2, box->y2);
    g_string_append_unichar(word->text, c);
    word->letters++;
}

static void
collect(Words *self, const char *text, const PopplerRectangle *boxes, guint n)
{
    Word word = { .text = g_string_new(NULL) };

    for (guint i = 0; i < n && *text != '\0'; i++, text = g_utf8_next_char(text)) {
        gunichar c = sk_draw_plain_char(g_utf8_get_char(text));
        if (c == 0 || g_unichar_isspace(c)) {
            flush(self, &word);
            continue;
        }
        if (!goes_on(&word, &boxes[i]))
            flush(self, &word);
        add(&word, c, &boxes[i]);
    }
    flush(self, &word);
    g_string_free(word.text, TRUE);
}

void
sk_draw_words(PopplerPage *page, uint32_t width, uint32_t height, SkSink *sink)
{
    g_autofree char *text = poppler_page_get_text(page);
    g_autofree PopplerRectangle *boxes = NULL;
    guint n = 0;
    g_autoptr(SkSink) words = sk_sink_new_memory(UINT32_MAX);
    Words self = { .width = width, .height = height, .out = words };

    if (text != NULL && g_utf8_validate(text, -1, NULL) && poppler_page_get_text_layout(page, &boxes, &n))
        collect(&self, text, boxes, n);
    sk_sink_u32le(sink, self.count);
    sk_sink_span(sink, sk_sink_memory(words));
}
