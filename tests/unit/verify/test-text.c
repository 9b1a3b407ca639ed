/* SPDX-License-Identifier: Apache-2.0
 * test-text.c - the profiles of text, csv and tsv, sentence by sentence. */
#include "build.h"

#include <string.h>

typedef struct {
    const char *content;
    const char *word;
} Case;

#define ZWJ "\xe2\x80\x8d"
#define ZWNJ "\xe2\x80\x8c"
#define VS16 "\xef\xb8\x8f"
#define VS17 "\xf3\xa0\x84\x80"
#define TATSU "\xe8\xbe\xbb" /* 辻 */
#define MAN "\xf0\x9f\x91\xa8"
#define HINDI "\xe0\xa4\x95\xe0\xa5\x8d"

static const Case texts[] = {
    { "", "clean" },
    { "a\tb\n", "clean" },
    { "行末に改行なし", "clean" },
    { "gaiji \xee\x80\x80, unassigned \xcd\xb8", "clean" },
    /* UTF-8 */
    { "\x80", "text-encoding" },
    { "\xc1\xbf", "text-encoding" },
    { "\xe0\x9f\xbf", "text-encoding" },
    { "\xed\xa0\x80", "text-encoding" },
    { "\xf0\x8f\xbf\xbf", "text-encoding" },
    { "\xf4\x90\x80\x80", "text-encoding" },
    { "\xf5\x80\x80\x80", "text-encoding" },
    { "a\xe3\x81", "text-encoding" },
    { "\xc3(", "text-encoding" },
    { "\xf4\x8f\xbf\xbd", "clean" },
    /* controls and what is no character */
    { "\x7f", "text-control" },
    { "\x01", "text-control" },
    { "\xc2\x9b", "text-control" },
    { "\xef\xb7\x90", "text-control" },
    { "\xef\xbf\xbf", "text-control" },
    { "\xf0\x9f\xbf\xbe", "text-control" },
    { "a\rb", "text-newline" },
    { "a\xc2\x85"
      "b",
      "text-newline" },
    { "a\xe2\x80\xa8"
      "b",
      "text-newline" },
    /* direction, invisible */
    { "\xd8\x9c", "text-bidi" },
    { "\xe2\x81\xa7", "text-bidi" },
    { "\xc2\xad", "text-invisible" },
    { "\xef\xbe\xa0", "text-invisible" },
    { "\xf3\xa0\x81\x81", "text-invisible" },
    { "\xf3\xa0\x87\xb0", "text-invisible" },
    { "a\xef\xbb\xbf", "text-invisible" },
    /* joiners and selectors need their reasons */
    { MAN ZWJ MAN, "clean" },
    { MAN VS16 ZWJ MAN, "clean" },
    { MAN ZWJ, "text-invisible" },
    { MAN ZWJ "a", "text-invisible" },
    { "a" ZWJ MAN, "text-invisible" },
    { ZWJ, "text-invisible" },
    { MAN ZWJ ZWJ MAN, "text-invisible" },
    { MAN ZWNJ MAN, "text-invisible" },
    { HINDI ZWJ HINDI, "clean" },
    { HINDI ZWNJ HINDI, "clean" },
    { HINDI ZWJ "\n", "text-invisible" },
    { "1" VS16 "\xe2\x83\xa3", "clean" },
    { "a" VS16, "text-invisible" },
    { VS16, "text-invisible" },
    { TATSU VS17, "clean" },
    { TATSU VS17 VS17, "text-invisible" },
    { "a" VS17, "text-invisible" },
    { MAN VS17, "text-invisible" },
    /* other readers */
    { "%PDF-1.7", "polyglot" },
    { " %PDF-1.7", "clean" },
};

static const Case csvs[] = {
    { "", "clean" },
    { "\r\n", "clean" },
    { "a,b\r\nc\r\n", "clean" },
    { "a,b", "not-canonical" },
    { "a,", "not-canonical" },
    { "a\n", "text-newline" },
    { "a\rb\r\n", "text-newline" },
    { "\"a\rb\"\r\n", "text-newline" },
    { "\"a\",b\r\n", "csv-quoting" },
    { "a;b\r\n", "csv-quoting" },
    { "a\tb\r\n", "csv-quoting" },
    { "a\"b\r\n", "csv-quoting" },
    { "\"a;b\"\r\n", "clean" },
    { "\"a\nb\"\r\n", "clean" },
    { "\"a\"\"b\"\r\n", "clean" },
    { "\"\"\r\n", "csv-quoting" },
    { "\"a,b\"c\r\n", "csv-quoting" },
    { "\"a,b\r\n", "csv-quoting" },
    { "\"a,b", "csv-quoting" },
    { "SEP=;\r\n", "csv-quoting" },
    { "SeP=x\r\n", "csv-sep-line" },
    { "'sep=x\r\n", "clean" },
    { "a\r\nsep=x\r\n", "clean" },
    /* a cell's beginning */
    { "=1\r\n", "csv-formula" },
    { "+a\r\n", "csv-formula" },
    { "@a\r\n", "csv-formula" },
    { " =1\r\n", "csv-formula" },
    { "\xe3\x80\x80=1\r\n", "csv-formula" },
    { "\xc2\xa0\xe2\x80\x83=1\r\n", "csv-formula" },
    { "\xef\xbc\x9d"
      "1\r\n",
      "csv-formula" },
    { "\"\"\"=1\"\r\n", "csv-formula" },
    { "\"\ta\"\r\n", "csv-formula" },
    { "\"\n\"\r\n", "csv-formula" },
    { "'=1\r\n", "clean" },
    { "-1\r\n", "clean" },
    { "+81\r\n", "clean" },
    { "-$5\r\n", "clean" },
    { "-\xef\xbf\xa5"
      "1\r\n",
      "clean" },
    { "\"-1,234.5\"\r\n", "clean" },
    { "\"-1,23\"\r\n", "csv-formula" },
    { "\"-1234,567\"\r\n", "csv-formula" },
    { "-1.5e-3%\r\n", "clean" },
    { "-e3\r\n", "csv-formula" },
    { "-.5\r\n", "clean" },
    { "-5.\r\n", "csv-formula" },
    { "-1-1\r\n", "csv-formula" },
    { "-1 \r\n", "clean" },
    { "\xef\xbc\x8d\xef\xbc\x91\r\n", "clean" },
    { "-\r\n", "clean" },
    { "- -\r\n", "clean" },
    { "--a\r\n", "csv-formula" },
    /* inside, for another delimiter */
    { "\"a,=b\"\r\n", "csv-formula" },
    { "\"a; =b\"\r\n", "csv-formula" },
    { "\"a;\"\"=b\"\r\n", "csv-formula" },
    { "\"a\n@b\"\r\n", "csv-formula" },
    { "\"a,-b\"\r\n", "clean" },
    { "\"a,-b|c\"\r\n", "csv-formula" },
    { "\"a,-b(c\"\r\n", "csv-formula" },
    { "\"(a,-b\"\r\n", "clean" },
    { "\"a,b=c\"\r\n", "clean" },
    { "%PDF-1.7\r\n", "polyglot" },
    { "see,%PDF-1.7\r\n", "clean" },
    /* characters are those of text, cell by cell */
    { MAN ZWJ "," MAN "\r\n", "text-invisible" },
    { "\xe2\x80\xae\r\n", "text-bidi" },
    { "\xef\xbb\xbf"
      "a\r\n",
      "text-invisible" },
    { "\x80\r\n", "text-encoding" },
};

static void
text(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_test_message("text %u", i);
        g_assert_cmpstr(verify_word(SK_TYPE_TEXT, sk_span_str(texts[i].content), NULL), ==,
                        texts[i].word);
    }
    g_assert_cmpstr(verify_word(SK_TYPE_TEXT, sk_span("a\0b", 3), NULL), ==, "text-control");
}

static void
csv(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(csvs); i++) {
        g_autofree char *whole = g_strconcat("\xef\xbb\xbf", csvs[i].content, NULL);
        g_test_message("csv %u", i);
        g_assert_cmpstr(verify_word(SK_TYPE_CSV, sk_span_str(whole), NULL), ==, csvs[i].word);
    }
    g_assert_cmpstr(verify_word(SK_TYPE_CSV, sk_span_str("a\r\n"), NULL), ==, "text-bom");
    g_assert_cmpstr(verify_word(SK_TYPE_TSV,
                                sk_span_str("\xef\xbb\xbf"
                                            "a\tb\t\"c,d\"\r\n"),
                                NULL),
                    ==, "clean");
    g_assert_cmpstr(verify_word(SK_TYPE_TSV,
                                sk_span_str("\xef\xbb\xbf"
                                            "a,b\r\n"),
                                NULL),
                    ==, "csv-quoting");
}

static void
kept(void)
{
    SkJob job = sk_job_default();

    job.verdicts[SK_ELEMENT_TEXT_INVISIBLE] = SK_VERDICT_KEPT;
    g_assert_cmpstr(verify_word(SK_TYPE_TEXT, sk_span_str("a\xe2\x80\x8b" ZWJ VS17), &job), ==,
                    "clean");
    g_assert_cmpstr(verify_word(SK_TYPE_TEXT, sk_span_str("\xe2\x80\xae"), &job), ==, "text-bidi");
    g_assert_cmpstr(verify_word(SK_TYPE_TEXT, sk_span_str("\xef\xbb\xbf"), &job), ==, "text-bom");
    g_assert_cmpstr(verify_word(SK_TYPE_CSV, sk_span_str("\xef\xbb\xbf\xef\xbb\xbf\r\n"), &job), ==,
                    "text-invisible");
}

static void
place(void)
{
    g_autofree char *at = verify_place(SK_TYPE_TEXT, sk_span_str("abc\x01"));
    g_autofree char *cell = verify_place(SK_TYPE_CSV, sk_span_str("\xef\xbb\xbf"
                                                                  "a\r\nb,=c\r\n"));

    g_assert_cmpstr(at, ==, "byte 3");
    g_assert_true(g_str_has_prefix(cell, "row 2 column 2: formula"));
}

/* What the job says binds: type, level, and a type that has no profile. */
static void
job(void)
{
    SkJob job = sk_job_default();
    g_autoptr(SkReport) none = verify_as(SK_TYPE_NONE, sk_span_str("text"), NULL);
    g_autoptr(SkReport) other = verify_as(SK_TYPE_XLSX, sk_span_str("text"), NULL);

    g_assert_cmpint(none->outcome, ==, SK_OUTCOME_REFUSED);
    g_assert_cmpint(other->outcome, ==, SK_OUTCOME_REFUSED);
    job.level = SK_LEVEL_ORIGINAL;
    g_assert_cmpstr(verify_word(SK_TYPE_TEXT, sk_span_str("a"), &job), ==, "wrong-type");
    job.level = SK_LEVEL_INSPECTED;
    g_autoptr(SkReport) inspected = verify_as(SK_TYPE_TEXT, sk_span_str("a"), &job);
    g_assert_cmpint(inspected->level, ==, SK_LEVEL_INSPECTED);
    job.limits.output = 2;
    g_assert_cmpstr(verify_word(SK_TYPE_TEXT, sk_span_str("abc"), &job), ==, "not-canonical");
}

static void
flips(void)
{
    static const char file[] = "\xef\xbb\xbf"
                               "氏名,\"a;b\"\r\n" MAN ZWJ MAN ",-1\r\n";

    assert_flips_harmless(SK_TYPE_CSV, sk_span_str(file));
    assert_flips_harmless(SK_TYPE_TEXT, sk_span_str(file + 3));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/verify/text/text", text);
    g_test_add_func("/verify/text/csv", csv);
    g_test_add_func("/verify/text/kept", kept);
    g_test_add_func("/verify/text/place", place);
    g_test_add_func("/verify/text/job", job);
    g_test_add_func("/verify/text/flips", flips);
    return g_test_run();
}
