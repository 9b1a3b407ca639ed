/* SPDX-License-Identifier: Apache-2.0
 *
 * test-number-format.c - numbers, dates and texts as a spreadsheet shows them. */
#include "disarm/number-format.h"

#include "disarm/list-number.h"

static const struct {
    const char *code;
    const char *number;
    const char *shown;
} cases[] = {
    { "General", "0", "0" },
    { "General", "12", "12" },
    { "General", "-12.5", "-12.5" },
    { "General", "0.30000000000000004", "0.3" },
    { "General", "0.33333333333333331", "0.333333333" },
    { "General", "1234.56789012345", "1234.56789" },
    { "General", "123456789012", "123456789012" },
    { "General", "1E+22", "1E+22" },
    { "General", "1.5E-12", "1.5E-12" },
    { "General", "-1.234567E-5", "-0.000012346" },
    { "General\"円\"", "-5", "-5円" },
    { "General", "abc", "abc" },
    { "0", "1.5", "2" },
    { "0", "-0.4", "0" },
    { "0.00", "1.005", "1.01" },
    { "0.00", "-1.005", "-1.01" },
    { "#,##0", "1234567.8", "1,234,568" },
    { "#,##0", "12", "12" },
    { "#,##0;[Red]\\-#,##0", "-1234", "-1,234" },
    { "#,##0;△#,##0", "-1234", "△1,234" },
    { "#,##0_ ;[Red]\\-#,##0\\ ", "1234", "1,234" },
    { "\"¥\"#,##0", "98000", "¥98,000" },
    { "[$¥-411]#,##0", "98000", "¥98,000" },
    { "0%", "0.125", "13%" },
    { "0.0%", "0.1255", "12.6%" },
    { "0.00E+00", "12345.6", "1.23E+04" },
    { "##0.0E+0", "12345", "12.3E+3" },
    { "0.00E+00", "0", "0.00E+00" },
    { "#,##0,", "1234567", "1,235" },
    { "#,##0,,\"百万円\"", "123456789", "123百万円" },
    { "000\\-0000", "1000001", "100-0001" },
    { "000-0000", "10001", "001-0001" },
    { "0000", "7", "0007" },
    { "#.##", "0.5", ".5" },
    { "0.0#", "1.5", "1.5" },
    { "0.0#", "1.256", "1.26" },
    { "# ?/?", "1.5", "1 1/2" },
    { "# ?\?/?\?", "0.333", "1/3" },
    { "[>=100]\"多\";[<10]\"少\";0", "150", "多" },
    { "[>=100]\"多\";[<10]\"少\";0", "5", "少" },
    { "[>=100]\"多\";[<10]\"少\";0", "50", "50" },
    { "0;-0;\"零\"", "0", "零" },
    { ";;;", "5", "" },
    { "@", "5.25", "5.25" },
    { "[DBNum3]0", "120", "１２０" },
    { "yyyy/m/d", "43586", "2019/5/1" },
    { "yyyy/mm/dd", "60", "1900/02/29" },
    { "yyyy/m/d", "1", "1900/1/1" },
    { "yyyy/m/d", "61", "1900/3/1" },
    { "yyyy\"年\"m\"月\"d\"日\"", "45657", "2024年12月31日" },
    { "yyyy年m月d日(aaa)", "45657", "2024年12月31日(火)" },
    { "aaaa", "43586", "水曜日" },
    { "dddd, mmmm d", "43586", "Wednesday, May 1" },
    { "ge.m.d", "43586", "R1.5.1" },
    { "ge.m.d", "43585", "H31.4.30" },
    { "[$-411]ggge\"年\"m\"月\"d\"日\"", "32516", "平成1年1月8日" },
    { "[$-411]ggge\"年\"m\"月\"d\"日\"", "32515", "昭和64年1月7日" },
    { "[$-ja-JP-x-gannen]ggge\"年\"m\"月\"d\"日\";@", "43586", "令和元年5月1日" },
    { "[$-411]gge.mm.dd", "367", "明34.01.01" },
    { "[DBNum1]ggge\"年\"m\"月\"d\"日\"", "45657", "令和六年十二月三十一日" },
    { "h:mm", "0.5", "12:00" },
    { "h:mm:ss AM/PM", "0.75", "6:00:00 PM" },
    { "h:mm AM/PM", "0", "12:00 AM" },
    { "mm:ss", "0.00069444444444444447", "01:00" },
    { "mm:ss.0", "0.000011574", "00:01.0" },
    { "[h]:mm", "1.5", "36:00" },
    { "[mm]:ss", "0.0416666666666667", "60:00" },
    { "yyyy/m/d h:mm", "43586.99999999", "2019/5/2 0:00" },
    { "yyyy/m/d", "-1", "-1" },
    { "yyyy/m/d", "99999999", "99999999" },
    { "h\"時\"mm\"分\"", "0.4375", "10時30分" },
};

static void
test_numbers(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(SkNumberFormat) format = sk_number_format_new(cases[i].code);
        g_autoptr(GString) out = g_string_new(NULL);
        sk_number_format_number(format, sk_span_str(cases[i].number), false, out);
        if (!g_str_equal(out->str, cases[i].shown))
            g_test_fail_printf("%s of %s: %s, not %s", cases[i].code, cases[i].number, out->str,
                               cases[i].shown);
    }
}

static void
test_1904(void)
{
    g_autoptr(SkNumberFormat) format = sk_number_format_new("yyyy/m/d");
    g_autoptr(GString) out = g_string_new(NULL);
    sk_number_format_number(format, sk_span_str("0"), true, out);
    g_assert_cmpstr(out->str, ==, "1904/1/1");
}

static void
test_texts(void)
{
    static const char *const texts[][3] = {
        { "General", "文", "文" },
        { "@\"様\"", "山田", "山田様" },
        { "0;-0;0;\"(\"@\")\"", "x", "(x)" },
        { ";;;", "x", "x" },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(SkNumberFormat) format = sk_number_format_new(texts[i][0]);
        g_autoptr(GString) out = g_string_new(NULL);
        sk_number_format_text(format, sk_span_str(texts[i][1]), out);
        g_assert_cmpstr(out->str, ==, texts[i][2]);
    }
}

/* Whatever the code, something comes of it and nothing is read past its end. */
static void
test_odd_codes(void)
{
    static const char *const codes[] = {
        "",         "\"",    "[",      "[$",        "[$-", "[h",  "_",      "*",          "\\",
        "E+",       "0E+",   "0E+0",   "/",         "0/",  "?/0", ";;;;;;", ",",          ",0",
        "0,,,,,,,", "%%%%0", "[<]0",   "[<>1]0",    "g",   "e",   "r",      "rr",         "aa",
        "AM",       "a/p",   "[DBNum", "[DBNum1]0", ".",   "..",  "0.0.0",  "ss.0000000", "#?0#?0"
    };
    static const char *const numbers[] = { "0",
                                           "-0",
                                           "1",
                                           "-1",
                                           "1e400",
                                           "1e-400",
                                           "123456789012345678901234567890",
                                           "0.000000000000000000001",
                                           "99999.999999",
                                           "2958465.9999999999",
                                           "1e",
                                           "." };
    for (unsigned i = 0; i < G_N_ELEMENTS(codes); i++) {
        g_autoptr(SkNumberFormat) format = sk_number_format_new(codes[i]);
        for (unsigned j = 0; j < G_N_ELEMENTS(numbers); j++) {
            g_autoptr(GString) out = g_string_new(NULL);
            sk_number_format_number(format, sk_span_str(numbers[j]), j % 2 == 0, out);
            sk_number_format_text(format, sk_span_str(numbers[j]), out);
            g_assert_true(g_utf8_validate(out->str, (gssize)out->len, NULL));
        }
    }
}

static void
test_list_numbers(void)
{
    static const struct {
        const char *format;
        unsigned n;
        const char *shown;
    } lists[] = {
        { "decimal", 12, "12" },
        { "decimalZero", 3, "03" },
        { "upperRoman", 1994, "MCMXCIV" },
        { "lowerRoman", 4, "iv" },
        { "upperLetter", 28, "BB" },
        { "lowerLetter", 3, "c" },
        { "decimalEnclosedCircle", 3, "③" },
        { "decimalEnclosedCircle", 21, "㉑" },
        { "japaneseCounting", 123, "百二十三" },
        { "ideographDigital", 10, "一〇" },
        { "decimalFullWidth", 12, "１２" },
        { "aiueoFullWidth", 3, "ウ" },
        { "iroha", 2, "ロ" },
        { "ideographTraditional", 1, "甲" },
        { "unheardOf", 5, "5" },
        { "upperRoman", 0, "0" },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(lists); i++) {
        g_autofree char *shown = sk_list_number(lists[i].format, lists[i].n);
        g_assert_cmpstr(shown, ==, lists[i].shown);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/number-format/numbers", test_numbers);
    g_test_add_func("/number-format/1904", test_1904);
    g_test_add_func("/number-format/texts", test_texts);
    g_test_add_func("/number-format/odd-codes", test_odd_codes);
    g_test_add_func("/number-format/list-numbers", test_list_numbers);
    return g_test_run();
}
