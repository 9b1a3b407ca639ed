/* SPDX-License-Identifier: Apache-2.0
 * plain.c - contract in plain.h. The sets are those of docs/formats/text.md, range by range. */
#include "format/plain.h"

typedef struct {
    uint32_t first, last;
} Range;

static bool
within(uint32_t c, const Range *ranges, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (c >= ranges[i].first && c <= ranges[i].last)
            return true;
    }
    return false;
}

static const Range bidi[] = {
    { 0x061C, 0x061C }, { 0x200E, 0x200F }, { 0x202A, 0x202E }, { 0x2066, 0x2069 }
};

static const Range invisible[] = {
    { 0x00AD, 0x00AD },   { 0x034F, 0x034F },   { 0x115F, 0x1160 },   { 0x17B4, 0x17B5 },
    { 0x180B, 0x180F },   { 0x200B, 0x200B },   { 0x2060, 0x2065 },   { 0x206A, 0x206F },
    { 0x3164, 0x3164 },   { 0xFEFF, 0xFEFF },   { 0xFFA0, 0xFFA0 },   { 0xFFF0, 0xFFFB },
    { 0x1BCA0, 0x1BCA3 }, { 0x1D173, 0x1D17A }, { 0xE0000, 0xE0FFF },
};

static const Range pictographs[] = {
    { 0x00A9, 0x00A9 },   { 0x00AE, 0x00AE },   { 0x203C, 0x203C },   { 0x2049, 0x2049 },
    { 0x2122, 0x2122 },   { 0x2139, 0x2139 },   { 0x2190, 0x21FF },   { 0x2300, 0x23FF },
    { 0x2460, 0x24FF },   { 0x25A0, 0x27BF },   { 0x2900, 0x297F },   { 0x2B00, 0x2BFF },
    { 0x3030, 0x3030 },   { 0x303D, 0x303D },   { 0x3297, 0x3297 },   { 0x3299, 0x3299 },
    { 0x1F000, 0x1FAFF },
};

static const Range joining[] = {
    { 0x0600, 0x0DFF }, { 0x1000, 0x109F }, { 0x1780, 0x17FF }, { 0x1800, 0x18AF },
    { 0xFB50, 0xFDCF }, { 0xFDF0, 0xFDFF }, { 0xFE70, 0xFEFC },
};

static const Range ideographs[] = { { 0x3400, 0x9FFF }, { 0xF900, 0xFAFF }, { 0x20000, 0x3FFFD } };

SkPlainClass
sk_plain_class(uint32_t c)
{
    /* Nearly all there is: kana, kanji, Hangul, letters. */
    if ((c >= 0x20 && c < 0x7F) || (c >= 0x3165 && c < 0xD800))
        return SK_PLAIN_OTHER;
    if (c == '\t')
        return SK_PLAIN_OTHER;
    if ((c >= 0x0A && c <= 0x0D) || c == 0x85 || c == 0x2028 || c == 0x2029)
        return SK_PLAIN_BREAK;
    if (c < 0x20 || (c >= 0x7F && c <= 0x9F) || (c >= 0xFDD0 && c <= 0xFDEF) ||
        (c & 0xFFFE) == 0xFFFE)
        return SK_PLAIN_CONTROL;
    if (within(c, bidi, G_N_ELEMENTS(bidi)))
        return SK_PLAIN_BIDI;
    if (c == 0x200C || c == 0x200D)
        return SK_PLAIN_JOINER;
    if ((c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF))
        return SK_PLAIN_SELECTOR;
    return within(c, invisible, G_N_ELEMENTS(invisible)) ? SK_PLAIN_INVISIBLE : SK_PLAIN_OTHER;
}

static bool
is_pictograph(uint32_t c)
{
    return within(c, pictographs, G_N_ELEMENTS(pictographs));
}

static bool
is_joining(uint32_t c)
{
    return within(c, joining, G_N_ELEMENTS(joining)) && sk_plain_class(c) == SK_PLAIN_OTHER;
}

bool
sk_plain_reason(uint32_t c, uint32_t before, uint32_t after)
{
    if (c == 0x200C || c == 0x200D) {
        if (is_joining(before) && is_joining(after))
            return true;
        return c == 0x200D && (is_pictograph(before) || before == 0xFE0F) && is_pictograph(after);
    }
    bool ideograph = within(before, ideographs, G_N_ELEMENTS(ideographs));
    if (c == 0xFE0E || c == 0xFE0F)
        return ideograph || is_pictograph(before) || (before >= '0' && before <= '9') ||
               before == '#' || before == '*';
    return ideograph;
}
