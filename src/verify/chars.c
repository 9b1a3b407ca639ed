/* SPDX-License-Identifier: Apache-2.0
 * chars.c - contract in chars.h. The two tables are those of docs/formats/text.md, sorted by their
 * first code point; in each the first range that reaches a character decides. */
#include "verify/chars.h"

typedef struct {
    uint32_t first, last;
    uint8_t kind;
} Range;

typedef enum { PLAIN, CONTROL, DIRECTION, JOINER, SELECTOR, INVISIBLE } Class;

static const Range classes[] = {
    { 0x0000, 0x0008, CONTROL },     { 0x000b, 0x001f, CONTROL },
    { 0x007f, 0x009f, CONTROL },     { 0x00ad, 0x00ad, INVISIBLE },
    { 0x034f, 0x034f, INVISIBLE },   { 0x061c, 0x061c, DIRECTION },
    { 0x115f, 0x1160, INVISIBLE },   { 0x17b4, 0x17b5, INVISIBLE },
    { 0x180b, 0x180f, INVISIBLE },   { 0x200b, 0x200b, INVISIBLE },
    { 0x200c, 0x200d, JOINER },      { 0x200e, 0x200f, DIRECTION },
    { 0x2028, 0x2029, CONTROL },     { 0x202a, 0x202e, DIRECTION },
    { 0x2060, 0x2065, INVISIBLE },   { 0x2066, 0x2069, DIRECTION },
    { 0x206a, 0x206f, INVISIBLE },   { 0x3164, 0x3164, INVISIBLE },
    { 0xfdd0, 0xfdef, CONTROL },     { 0xfe00, 0xfe0f, SELECTOR },
    { 0xfeff, 0xfeff, INVISIBLE },   { 0xffa0, 0xffa0, INVISIBLE },
    { 0xfff0, 0xfffb, INVISIBLE },   { 0x1bca0, 0x1bca3, INVISIBLE },
    { 0x1d173, 0x1d17a, INVISIBLE }, { 0xe0000, 0xe00ff, INVISIBLE },
    { 0xe0100, 0xe01ef, SELECTOR },  { 0xe01f0, 0xe0fff, INVISIBLE },
};

/* What gives a joiner or selector its reason. */
enum { PICTOGRAPH = 1, JOINING = 2, IDEOGRAPH = 4 };

static const Range reasons[] = {
    { 0x00a9, 0x00a9, PICTOGRAPH },  { 0x00ae, 0x00ae, PICTOGRAPH },
    { 0x0600, 0x0dff, JOINING },     { 0x1000, 0x109f, JOINING },
    { 0x1780, 0x17ff, JOINING },     { 0x1800, 0x18af, JOINING },
    { 0x203c, 0x203c, PICTOGRAPH },  { 0x2049, 0x2049, PICTOGRAPH },
    { 0x2122, 0x2122, PICTOGRAPH },  { 0x2139, 0x2139, PICTOGRAPH },
    { 0x2190, 0x21ff, PICTOGRAPH },  { 0x2300, 0x23ff, PICTOGRAPH },
    { 0x2460, 0x24ff, PICTOGRAPH },  { 0x25a0, 0x27bf, PICTOGRAPH },
    { 0x2900, 0x297f, PICTOGRAPH },  { 0x2b00, 0x2bff, PICTOGRAPH },
    { 0x3030, 0x3030, PICTOGRAPH },  { 0x303d, 0x303d, PICTOGRAPH },
    { 0x3297, 0x3297, PICTOGRAPH },  { 0x3299, 0x3299, PICTOGRAPH },
    { 0x3400, 0x9fff, IDEOGRAPH },   { 0xf900, 0xfaff, IDEOGRAPH },
    { 0xfb50, 0xfdcf, JOINING },     { 0xfdf0, 0xfdff, JOINING },
    { 0xfe70, 0xfefc, JOINING },     { 0x1f000, 0x1faff, PICTOGRAPH },
    { 0x20000, 0x3fffd, IDEOGRAPH },
};

static uint8_t
look(const Range *table, size_t n, uint32_t c)
{
    size_t low = 0, high = n; /* the first range whose end reaches @c */

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (table[middle].last < c)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n && table[low].first <= c ? table[low].kind : 0;
}

static Class
class_of(uint32_t c)
{
    /* Most characters of most texts, without a search. */
    if ((c >= 0x20 && c < 0x7f) || (c >= 0x3000 && c < 0x3164) || (c > 0x3164 && c < 0xfdd0))
        return PLAIN;
    if ((c & 0xfffe) == 0xfffe)
        return CONTROL; /* the last two of every plane are no characters */
    return (Class)look(classes, G_N_ELEMENTS(classes), c);
}

static uint8_t
reason_of(uint32_t c)
{
    return c != SK_CHAR_BAD && class_of(c) == PLAIN ? look(reasons, G_N_ELEMENTS(reasons), c) : 0;
}

static bool
joiner_stands(SkCharWalk *self, uint32_t c)
{
    uint8_t reason = reason_of(self->before);

    if (reason == JOINING)
        self->after = JOINING;
    else if (c == 0x200d && (reason == PICTOGRAPH || self->before == 0xfe0f))
        self->after = PICTOGRAPH;
    else
        return false;
    return true;
}

static bool
selector_stands(const SkCharWalk *self, uint32_t c)
{
    uint32_t before = self->before;
    uint8_t reason = reason_of(before);

    if (reason == IDEOGRAPH)
        return true;
    if (c != 0xfe0e && c != 0xfe0f)
        return false;
    return reason == PICTOGRAPH || (before >= '0' && before <= '9') || before == '#' ||
           before == '*';
}

SkElement
sk_char_step(SkCharWalk *self, uint32_t c)
{
    SkElement found = SK_ELEMENT_NONE;
    bool first = self->before == SK_CHAR_BAD;

    if (self->after != 0 && reason_of(c) != self->after)
        return SK_ELEMENT_TEXT_INVISIBLE;
    self->after = 0;
    switch (class_of(c)) {
    case PLAIN:
        break;
    case CONTROL:
        found = SK_ELEMENT_TEXT_CONTROL;
        break;
    case DIRECTION:
        found = SK_ELEMENT_TEXT_BIDI;
        break;
    case JOINER:
        if (!self->keep_invisible && !joiner_stands(self, c))
            found = SK_ELEMENT_TEXT_INVISIBLE;
        break;
    case SELECTOR:
        if (!self->keep_invisible && !selector_stands(self, c))
            found = SK_ELEMENT_TEXT_INVISIBLE;
        break;
    case INVISIBLE:
        if (!self->keep_invisible || (first && c == 0xfeff))
            found = SK_ELEMENT_TEXT_INVISIBLE;
        break;
    }
    self->before = c;
    return found;
}

SkElement
sk_char_stop(const SkCharWalk *self)
{
    return self->after != 0 ? SK_ELEMENT_TEXT_INVISIBLE : SK_ELEMENT_NONE;
}
