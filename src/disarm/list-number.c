/* SPDX-License-Identifier: Apache-2.0
 * list-number.c - contract in list-number.h. */
#include "disarm/list-number.h"

#define ROMAN_MAX 3999u
#define KANJI_MAX 9999u

static char *
roman(unsigned n, bool upper)
{
    static const struct {
        unsigned value;
        const char *letters;
    } steps[] = { { 1000, "m" }, { 900, "cm" }, { 500, "d" }, { 400, "cd" }, { 100, "c" },
                  { 90, "xc" },  { 50, "l" },   { 40, "xl" }, { 10, "x" },   { 9, "ix" },
                  { 5, "v" },    { 4, "iv" },   { 1, "i" } };
    g_autoptr(GString) out = g_string_new(NULL);

    for (unsigned i = 0; i < G_N_ELEMENTS(steps); i++) {
        for (; n >= steps[i].value; n -= steps[i].value)
            g_string_append(out, steps[i].letters);
    }
    return upper ? g_ascii_strup(out->str, -1) : g_strdup(out->str);
}

/* a … z, aa, bb …, as word processors count. */
static char *
letters(unsigned n, char first)
{
    unsigned times = (n - 1) / 26 + 1;
    char *out = g_strnfill(times, (char)(first + (char)((n - 1) % 26)));
    return out;
}

static const char *const digits[] = { "〇", "一", "二", "三", "四", "五", "六", "七", "八", "九" };

static char *
kanji(unsigned n)
{
    static const char *const units[] = { "千", "百", "十", "" };
    static const unsigned values[] = { 1000, 100, 10, 1 };
    g_autoptr(GString) out = g_string_new(NULL);

    for (unsigned i = 0; i < G_N_ELEMENTS(values); i++) {
        unsigned digit = n / values[i] % 10;
        if (digit == 0)
            continue;
        if (digit > 1 || values[i] == 1)
            g_string_append(out, digits[digit]);
        g_string_append(out, units[i]);
    }
    return g_strdup(out->str);
}

static char *
digit_by_digit(unsigned n, bool full_width)
{
    g_autofree char *decimal = g_strdup_printf("%u", n);
    g_autoptr(GString) out = g_string_new(NULL);

    for (const char *p = decimal; *p != '\0'; p++) {
        if (full_width)
            g_string_append_unichar(out, 0xFF10u + (gunichar)(*p - '0'));
        else
            g_string_append(out, digits[*p - '0']);
    }
    return g_strdup(out->str);
}

static char *
one_of(const char *const *signs, unsigned n_signs, unsigned n)
{
    return g_strdup(signs[(n - 1) % n_signs]);
}

static const char *const aiueo[] = {
    "ア", "イ", "ウ", "エ", "オ", "カ", "キ", "ク", "ケ", "コ", "サ", "シ", "ス", "セ", "ソ", "タ",
    "チ", "ツ", "テ", "ト", "ナ", "ニ", "ヌ", "ネ", "ノ", "ハ", "ヒ", "フ", "ヘ", "ホ", "マ", "ミ",
    "ム", "メ", "モ", "ヤ", "ユ", "ヨ", "ラ", "リ", "ル", "レ", "ロ", "ワ", "ヲ", "ン",
};
static const char *const iroha[] = {
    "イ", "ロ", "ハ", "ニ", "ホ", "ヘ", "ト", "チ", "リ", "ヌ", "ル", "ヲ", "ワ", "カ", "ヨ", "タ",
    "レ", "ソ", "ツ", "ネ", "ナ", "ラ", "ム", "ウ", "ヰ", "ノ", "オ", "ク", "ヤ", "マ", "ケ", "フ",
    "コ", "エ", "テ", "ア", "サ", "キ", "ユ", "メ", "ミ", "シ", "ヱ", "ヒ", "モ", "セ", "ス", "ン",
};
static const char *const stems[] = { "甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸" };

static char *
circled(unsigned n)
{
    g_autoptr(GString) out = g_string_new(NULL);
    if (n <= 20)
        g_string_append_unichar(out, 0x2460u + n - 1);
    else if (n <= 35)
        g_string_append_unichar(out, 0x3251u + n - 21);
    else
        g_string_append_unichar(out, 0x32B1u + n - 36);
    return g_strdup(out->str);
}

/* Those that differ from decimal digits and have such a number; else NULL. */
static char *
special(const char *format, unsigned n)
{
    if (n == 0)
        return NULL;
    if (n <= ROMAN_MAX && (g_str_equal(format, "upperRoman") || g_str_equal(format, "lowerRoman")))
        return roman(n, format[0] == 'u');
    if (n <= 26 * 8 && (g_str_equal(format, "upperLetter") || g_str_equal(format, "lowerLetter")))
        return letters(n, format[0] == 'u' ? 'A' : 'a');
    if (n <= 50 && g_str_has_prefix(format, "decimalEnclosedCircle"))
        return circled(n);
    if (n <= KANJI_MAX &&
        (g_str_equal(format, "japaneseCounting") || g_str_equal(format, "chineseCounting") ||
         g_str_equal(format, "chineseCountingThousand") ||
         g_str_equal(format, "taiwaneseCountingThousand")))
        return kanji(n);
    if (g_str_equal(format, "ideographDigital") ||
        g_str_equal(format, "japaneseDigitalTenThousand"))
        return digit_by_digit(n, false);
    if (g_str_has_prefix(format, "decimalFullWidth"))
        return digit_by_digit(n, true);
    if (g_str_has_prefix(format, "aiueo"))
        return one_of(aiueo, G_N_ELEMENTS(aiueo), n);
    if (g_str_has_prefix(format, "iroha"))
        return one_of(iroha, G_N_ELEMENTS(iroha), n);
    if (g_str_equal(format, "ideographTraditional"))
        return one_of(stems, G_N_ELEMENTS(stems), n);
    return NULL;
}

char *
sk_list_number(const char *format, unsigned n)
{
    char *out = special(format, n);
    if (out != NULL)
        return out;
    return g_strdup_printf(g_str_equal(format, "decimalZero") && n < 10 ? "0%u" : "%u", n);
}
