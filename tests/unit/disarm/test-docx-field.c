/* SPDX-License-Identifier: Apache-2.0 */
#include "disarm/docx-field.h"

#define DDE SK_ELEMENT_DDE_FIELD
#define ACTIVE SK_ELEMENT_ACTIVE_FIELD
#define UNKNOWN SK_ELEMENT_UNKNOWN_FIELD

static void
test_table(void)
{
    static const struct {
        const char *in;
        SkDocxFieldFate fate;
        SkElement element;
        const char *text;
    } cases[] = {
        { " PAGE ", SK_DOCX_FIELD_KEEP, 0, " PAGE " },
        { "page", SK_DOCX_FIELD_KEEP, 0, " PAGE " },
        { " PAGE  \\* MERGEFORMAT", SK_DOCX_FIELD_KEEP, 0, " PAGE \\* MERGEFORMAT " },
        { "PAGE\\*Arabic", SK_DOCX_FIELD_KEEP, 0, " PAGE \\* Arabic " },
        { "TOC \\o \"1-3\" \\h \\z \\u", SK_DOCX_FIELD_KEEP, 0, " TOC \\o \"1-3\" \\h \\z \\u " },
        { "SEQ 図 \\* ARABIC", SK_DOCX_FIELD_KEEP, 0, " SEQ 図 \\* ARABIC " },
        { "DATE \\@ “yyyy年M月d日”", SK_DOCX_FIELD_KEEP, 0, " DATE \\@ \"yyyy年M月d日\" " },
        { "REF a(b)", SK_DOCX_FIELD_KEEP, 0, " REF \"a(b)\" " },
        { "XE \"a\\\"b\\\\c\"", SK_DOCX_FIELD_KEEP, 0, " XE \"a\\\"b\\\\c\" " },
        { "XE \"open", SK_DOCX_FIELD_KEEP, 0, " XE \"open\" " },
        { "eq \\o\\ac(○,1)", SK_DOCX_FIELD_KEEP, 0, " EQ \\o\\ac(○,1) " },
        { "=SUM(ABOVE) \\# \"0\"", SK_DOCX_FIELD_KEEP, 0, " = SUM(ABOVE) \\# \"0\" " },
        { "HYPERLINK \"https://Example.jp/?a=1&b\"", SK_DOCX_FIELD_KEEP, SK_ELEMENT_HYPERLINK,
          " HYPERLINK \"https://example.jp/?a=1&b\" " },
        { "HYPERLINK \\l \"_Toc1\"", SK_DOCX_FIELD_KEEP, 0, " HYPERLINK \\l \"_Toc1\" " },
        { "HYPERLINK \"http://h\" \\l a \\o \"tip\" \\t \"_blank\"", SK_DOCX_FIELD_KEEP, SK_ELEMENT_HYPERLINK,
          " HYPERLINK \"http://h\" \\l \"a\" \\o \"tip\" " },
        { "HYPERLINK \\n \"http://h\"", SK_DOCX_FIELD_KEEP, SK_ELEMENT_HYPERLINK, " HYPERLINK \"http://h\" " },
        { "HYPERLINK \"file:///c:/x.exe\"", 0, SK_ELEMENT_UNSAFE_HYPERLINK, NULL },
        { "HYPERLINK \"\\\\\\\\server\\\\x\" \\l a", 0, SK_ELEMENT_UNSAFE_HYPERLINK, NULL },
        { "HYPERLINK", 0, SK_ELEMENT_UNSAFE_HYPERLINK, NULL },
        { "MACROBUTTON NoMacro ここに入力", SK_DOCX_FIELD_TEXT, ACTIVE, "ここに入力" },
        { "DDEAUTO c:\\\\windows\\\\cmd.exe \"/k calc\"", 0, DDE, NULL },
        { " dDe a b", 0, DDE, NULL },
        { "\tDDE\na", 0, DDE, NULL },
        { "\xe3\x80\x80" "DDE a", 0, DDE, NULL },
        { "DDE\"a\"", 0, DDE, NULL },
        { "QUOTE 68 68 69 65 85 84 79", 0, DDE, NULL },
        { "QUOTE \"D\" 68 E", 0, DDE, NULL },
        { "QUOTE 72 105", 0, UNKNOWN, NULL },
        { "INCLUDEPICTURE \"http://h/x.png\" \\d", 0, ACTIVE, NULL },
        { "includetext \"//h/x\"", 0, ACTIVE, NULL },
        { "LINK Excel.Sheet \"\\\\\\\\h\\\\x\"", 0, ACTIVE, NULL },
        { "AUTHOR", 0, UNKNOWN, NULL },
        { "PAGEX", 0, UNKNOWN, NULL },
        { "\"PAGE\"", 0, UNKNOWN, NULL },
        { "\\PAGE", 0, UNKNOWN, NULL },
        { "PAGE \\", 0, UNKNOWN, NULL },
        { "PAGE a\\\\b", 0, UNKNOWN, NULL },
        { "EQ {DDE}", 0, UNKNOWN, NULL },
        { "EQ", 0, UNKNOWN, NULL },
        { "", 0, UNKNOWN, NULL },
        { "FORMTEXT", 0, SK_ELEMENT_FORM_CONTROL, NULL },
        { "MERGEFIELD 氏名", 0, SK_ELEMENT_MAIL_MERGE, NULL },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        SkDocxField field = sk_docx_field(sk_span_str(cases[i].in), false, true);
        g_test_message("%s", cases[i].in);
        g_assert_cmpint(field.fate, ==, cases[i].fate);
        g_assert_cmpint(field.element, ==, cases[i].element);
        g_assert_cmpstr(field.text, ==, cases[i].text);
        if (field.fate == SK_DOCX_FIELD_KEEP) {
            SkDocxField again = sk_docx_field(sk_span_str(field.text), false, true);
            g_assert_cmpstr(again.text, ==, field.text);
            g_free(again.text);
        }
        g_free(field.text);
    }
}

static void
test_nested(void)
{
    static const struct {
        const char *in;
        SkElement element;
    } cases[] = {
        { "IF { PAGE } = 1 \"a\" \"b\"", UNKNOWN },
        { "PAGE { PAGE }", UNKNOWN },
        { "REF { QUOTE { DDEAUTO a b } }", DDE },
        { "{ INCLUDETEXT x }", ACTIVE },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        SkDocxField field = sk_docx_field(sk_span_str(cases[i].in), true, true);
        g_assert_cmpint(field.fate, ==, SK_DOCX_FIELD_RESULT);
        g_assert_cmpint(field.element, ==, cases[i].element);
        g_assert_null(field.text);
    }
}

static void
test_limits(void)
{
    g_autofree char *long_text = g_strnfill(SK_DOCX_INSTRUCTION_MAX + 1, 'a');
    SkDocxField field = sk_docx_field(sk_span_str(long_text), false, true);
    g_assert_cmpint(field.element, ==, UNKNOWN);

    /* Quoting makes it grow past the limit: gone, not cut. */
    g_autoptr(GString) grows = g_string_new("XE ");
    while (grows->len < SK_DOCX_INSTRUCTION_MAX - 3)
        g_string_append(grows, "( ");
    field = sk_docx_field(sk_span(grows->str, grows->len), false, true);
    g_assert_cmpint(field.fate, ==, SK_DOCX_FIELD_RESULT);

    field = sk_docx_field(sk_span_str("PAGE \xff"), false, true);
    g_assert_cmpint(field.element, ==, UNKNOWN);
    field = sk_docx_field(sk_span_str("HYPERLINK \"http://h\""), false, false);
    g_assert_cmpint(field.fate, ==, SK_DOCX_FIELD_RESULT);
    g_assert_cmpint(field.element, ==, SK_ELEMENT_HYPERLINK);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/docx-field/table", test_table);
    g_test_add_func("/docx-field/nested", test_nested);
    g_test_add_func("/docx-field/limits", test_limits);
    return g_test_run();
}
