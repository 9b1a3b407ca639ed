/* SPDX-License-Identifier: Apache-2.0
 * test-numbers.c - what counts as a number that passes the check digit of My Number, and what does
 * not. The numbers are made up: nobody's. */
#include "disarm/numbers.h"

#include <string.h>

static uint64_t
scan(const char *text, SkReport **ret)
{
    size_t n = strlen(text);
    /* On the heap, without its NUL, so that a read past its end is seen. */
    g_autofree uint8_t *copy = g_memdup2(text, MAX(n, 1));
    g_autoptr(SkReport) report = sk_report_new();
    uint64_t found = sk_numbers_scan(sk_span(copy, n), report);
    if (ret != NULL)
        *ret = g_steal_pointer(&report);
    return found;
}

static const struct {
    const char *text;
    uint64_t found;
} rows[] = {
    { "", 0 },
    { "123456789018", 1 },
    { "123456789017", 0 },
    { "個人番号は123456789018です", 1 },
    { "一二三四五六七八九〇一八", 1 }, /* vertical documents */
    { "一二三四 五六七八 九零一八", 1 },
    { "一二三四五六七八九〇一七", 0 },
    { "その一123456789018三", 1 },            /* kanji beside it are none of its digits */
    { "1234\u200b5678\u2060９\ufe0f018", 1 }, /* what nobody sees hides none */
    { "123456\u00ad789018", 1 },
    { "\ufeff123456789018\u200f", 1 },
    { "１２３４５６７８９０１８", 1 },
    { "１２３４ ５６７８ ９０１８", 1 },
    { "1234 5678 9018", 1 },
    { "1234-5678-9018", 1 },
    { "1234‐5678‐9018", 1 },
    { "1234－5678ー9018", 1 }, /* hyphens of several shapes are one separator */
    { "１２３４　５６７８　９０１８", 1 },
    { "123 456 789 018", 1 },
    { "123456 789018", 1 },
    { "12 34 56 78 90 18", 1 },
    { "1 2 3 4 5 6 7 8 9 0 1 8", 1 },
    { "1\t2\t3\t4\t5\t6\t7\t8\t9\t0\t1\t8", 1 }, /* a form with a box for each digit */
    { "1234\t5678\t9018", 0 },                   /* cells of a table of figures */
    { "1234 5678-9018", 0 },                     /* two kinds of separator */
    { "1234  5678  9018", 0 },
    { "1234 5678\n9018", 0 },
    { "1234 - 5678 - 9018", 1 }, /* spaces around a hyphen belong to it */
    { "1234 -5678- 9018", 1 },
    { "１２３４　－　５６７８　－　９０１８", 1 },
    { "1234  -  5678  -  9018", 1 },
    { "1234 - - 5678 - 9018", 0 },
    { "1234--5678--9018", 0 },
    { "1234 - 5678  9018", 0 },
    { "1234_5678_9018.csv", 1 }, /* as names of files have them */
    { "1234.5678.9018", 1 },
    { "１２３４．５６７８．９０１８", 1 },
    { "123.456.789.018", 0 }, /* an address */
    { "123456.789018", 0 },
    { "12.34.56.78.90.18", 0 },
    { "1234. 5678. 9018", 0 },
    { "1234 .5678 .9018", 0 },
    { "1234..5678..9018", 0 },
    { "1234.5678\n.9018です", 0 },
    { "番号は12345678.\n9018です", 0 }, /* a sentence ends there */
    { "1234\u20095678\u202f9018", 1 },  /* spaces of typesetters */
    { "1234\u20035678\u30009018", 1 },
    { "1234\u202a5678\u20699018", 1 },
    { "1 - 2345 - 6789 - 0123", 0 },
    { "番号は12345678\n9018です", 1 }, /* over a line end: within a part */
    { "番号は1234567890\r\n18です", 1 },
    { "番号は 12345678\n9018", 1 },
    { "番号は1234 5678\n9018です", 1 }, /* or between two */
    { "番号は1234 5678 \n 9018です", 1 },
    { "番号は1234-5678-\n9018です", 1 },
    { "番号は1234-5678\n-9018です", 1 },
    { "番号は1234 - 5678 -\n9018です", 1 },
    { "番号は1234-56\n78-9018です", 1 },
    { "番号は1234\n5678 9018です", 1 },
    { "1234-5678-\n9018", 1 },
    { "番号は1234-5678\n\n9018です", 0 }, /* not over an empty line, nor over two */
    { "番号は1234\n5678\n9018です", 0 },
    { "番号は1234-5678で\n9018です", 0 },
    { "番号は1234-5678\nの9018です", 0 },
    { "番号は123456789018\n9018です", 1 },
    { "12345678\n9018\n", 0 },             /* a list of figures, one a line */
    { "123456\n789018\n", 0 },
    { "12 34 56\n78 90 18\n", 0 },         /* a table of them */
    { "a,12345678\n9018,b\n", 0 },         /* cells of two rows */
    { "a\t12345678\n9018\tb\n", 0 },
    { "a,1234-5678\n9018です", 0 },
    { "1234,5678,9018", 0 },
    { "123,456,789,018", 0 }, /* an amount */
    { "12345 6789018", 0 },   /* parts of different length */
    { "1234567890181", 0 },   /* thirteen digits */
    { "0123456789018", 0 },
    { "12345678901", 0 },
    { "1123456789018 ", 0 },
    { "123456789018-1", 1 }, /* what hangs on is another number */
    { "2026 1234 5678 9018", 1 },
    { "1234 5678 9018 2026", 1 },
    { "No.123456789018", 1 },
    { "000000000000", 0 },
    { "0000-0000-0000", 0 },
    { "7000012050002", 0 }, /* a corporate number */
    { "T7000012050002", 0 },
    { "7-0000-1205-0002", 0 },
    { "3-1234-5678-9018", 1 }, /* looks like one, but is none */
    { "123456789018 123456789018", 2 },
    { "123456789018\n123456789018\n", 2 },
    { "12345678901\xEF\xBC", 0 }, /* cut in the middle of a character */
    { "\xFF"
      "123456789018\xC2",
      1 },
};

static void
texts(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].text);
        g_assert_cmpuint(scan(rows[i].text, NULL), ==, rows[i].found);
    }
}

/* Exactly one last digit in ten passes: so does one of ten numbers that are something else. */
static void
one_in_ten(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(20261123);
    unsigned passed = 0;

    for (unsigned i = 0; i < 20000; i++) {
        uint8_t digits[SK_NUMBER_DIGITS];
        unsigned of_ten = 0;
        for (unsigned j = 0; j < SK_NUMBER_DIGITS; j++)
            digits[j] = (uint8_t)g_rand_int_range(rand, 0, 10);
        digits[0] |= 1;
        passed += sk_number_is(digits);
        for (uint8_t last = 0; last < 10; last++) {
            digits[SK_NUMBER_DIGITS - 1] = last;
            of_ten += sk_number_is(digits);
        }
        g_assert_cmpuint(of_ten, ==, 1);
    }
    g_assert_cmpuint(passed, >, 1800);
    g_assert_cmpuint(passed, <, 2200);
}

static void
corporate(void)
{
    const uint8_t tax_agency[] = { 7, 0, 0, 0, 0, 1, 2, 0, 5, 0, 0, 0, 2 };
    const uint8_t wrong[] = { 8, 0, 0, 0, 0, 1, 2, 0, 5, 0, 0, 0, 2 };

    g_assert_true(sk_corporate_is(tax_agency));
    g_assert_false(sk_corporate_is(wrong));
}

/* Lines and counts, and never a digit of the number. */
static void
report_says(void)
{
    g_autoptr(SkReport) report = NULL;

    scan("a\n123456789018 と 123456789018\n\nb 123456789018", &report);
    g_assert_cmpuint(report->findings->len, ==, 2);
    const SkFinding *first = &g_array_index(report->findings, SkFinding, 0);
    const SkFinding *second = &g_array_index(report->findings, SkFinding, 1);
    g_assert_cmpint(first->element, ==, SK_ELEMENT_MY_NUMBER);
    g_assert_cmpint(first->action, ==, SK_ACTION_KEPT);
    g_assert_cmpuint(first->count, ==, 2);
    g_assert_cmpstr(first->place, ==, "line 2");
    g_assert_cmpuint(second->count, ==, 1);
    g_assert_cmpstr(second->place, ==, "line 4");
}

static void
many(void)
{
    GString *text = g_string_new(NULL);
    g_autoptr(SkReport) report = NULL;

    for (unsigned i = 0; i < 5000; i++)
        g_string_append(text, "123456789018\n");
    g_assert_cmpuint(scan(text->str, &report), ==, 5000);
    g_assert_cmpuint(report->findings->len, ==, SK_NUMBER_PLACES_MAX + 1);
    uint64_t sum = 0;
    for (unsigned i = 0; i < report->findings->len; i++)
        sum += g_array_index(report->findings, SkFinding, i).count;
    g_assert_cmpuint(sum, ==, 5000);
    g_string_free(text, TRUE);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/numbers/texts", texts);
    g_test_add_func("/numbers/one-in-ten", one_in_ten);
    g_test_add_func("/numbers/corporate", corporate);
    g_test_add_func("/numbers/report", report_says);
    g_test_add_func("/numbers/many", many);
    return g_test_run();
}
