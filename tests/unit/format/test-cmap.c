/* SPDX-License-Identifier: Apache-2.0 */
#include "font-round.h"

#include <string.h>

#define HEAD "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
#define TAIL "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
#define UNICODE                                                                                    \
    HEAD "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n/CMapName "      \
         "/Adobe-Identity-UCS def\n"                                                               \
         "/CMapType 2 def\n"

typedef bool (*Rebuild)(SkSpan in, SkSink *out, SkCMapFacts *ret_facts, GError **error);

/* 0, or the error's code; @want, if any, is what was written; what was written stays as it is. */
static int
rebuild(Rebuild f, const char *in, const char *want, SkCMapFacts *facts)
{
    size_t n = strlen(in);
    g_autofree uint8_t *copy = g_memdup2(in, n);
    g_autoptr(SkSink) out = sk_sink_new_memory(UINT64_MAX);
    g_autoptr(SkSink) again = sk_sink_new_memory(UINT64_MAX);
    g_autoptr(GError) error = NULL;
    SkCMapFacts facts2 = { 0 };

    if (!f(sk_span(copy, n), out, facts, &error)) {
        g_test_message("%s", error->message);
        g_assert_cmpuint(sk_sink_at(out), ==, 0);
        return error->code;
    }
    g_assert_true(f(sk_sink_memory(out), again, &facts2, &error));
    g_assert_cmpmem(sk_sink_memory(out).p, sk_sink_memory(out).n, sk_sink_memory(again).p,
                    sk_sink_memory(again).n);
    g_autofree char *no = cmap_refused(sk_sink_memory(out), f == sk_font_tounicode);
    g_assert_cmpstr(no, ==, NULL);
    g_autofree char *text = sk_span_dup(sk_sink_memory(out));
    if (want != NULL)
        g_assert_cmpstr(text, ==, want);
    return 0;
}

static void
test_tounicode(void)
{
    SkCMapFacts facts;

    g_assert_cmpint(
        rebuild(sk_font_tounicode,
                "%!PS\n/CMapName /x def 1 begincodespacerange <00> <FFFF> endcodespacerange\n"
                "2 beginbfchar <0003><0020> % a space\n<04> <00660066> endbfchar\n"
                "3 beginbfrange <0041> <0043> <0061> <0045> <0046> [<0078> <D83DDE00>]\n"
                "<0050> <0052> <00FE> endbfrange {evil} exec (begin) /beginbfchar\n"
                "1 beginbfchar <0042> <5B57> endbfchar",
                UNICODE
                "2 begincodespacerange\n<00> <FF>\n<0000> <FFFF>\nendcodespacerange\n"
                "9 beginbfrange\n<04> <04> <00660066>\n<0003> <0003> <0020>\n<0041> <0041> <0061>\n"
                "<0042> <0042> <5B57>\n<0043> <0043> <0063>\n<0045> <0045> <0078>\n"
                "<0046> <0046> <D83DDE00>\n<0050> <0051> <00FE>\n<0052> <0052> "
                "<0100>\nendbfrange\n" TAIL,
                &facts),
        ==, 0);
    g_assert_cmpuint(facts.lines, ==, 9);
    g_assert_cmpuint(facts.left_out, ==, 0);
    g_assert_cmpint(
        rebuild(sk_font_tounicode, "",
                UNICODE "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n" TAIL, &facts),
        ==, 0);
}

/* Values that would mislead or break a reader of the text; those that readers show as U+FFFD become
 * it. */
static void
test_values(void)
{
    static const struct {
        const char *value, *want;
    } cases[] = {
        { "<0000>", NULL },
        { "<202E>", NULL },
        { "<2066>", NULL },
        { "<0085>", NULL },
        { "<007F>", NULL },
        { "<>", NULL },
        { "/A", NULL },
        { "(A)", NULL },
        { "65", NULL },
        { "<D83D>", "<FFFD>" },
        { "<FFFE>", "<FFFD>" },
        { "<FFFF>", "<FFFD>" },
        { "<D83FDFFE>", "<FFFD>" },
        { "<004>", "<0040>" },
        { "<0041202E>", "<0041>" },
        { "<DE00D83D>", "<FFFDFFFD>" },
        { "<0041D83DDE000000>", "<0041D83DDE00>" },
        { "<41>", "<0041>" },
        { "<0009>", "<0009>" },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        SkCMapFacts facts;
        g_autofree char *in = g_strdup_printf("beginbfchar <01> %s endbfchar", cases[i].value);
        g_autofree char *want =
            g_strdup_printf(UNICODE "1 begincodespacerange\n<00> <FF>\nendcodespacerange\n"
                                    "1 beginbfrange\n<01> <01> %s\nendbfrange\n" TAIL,
                            cases[i].want);
        g_test_message("%s", cases[i].value);
        g_assert_cmpint(rebuild(sk_font_tounicode, in, cases[i].want == NULL ? NULL : want, &facts),
                        ==, 0);
        g_assert_cmpuint(facts.lines, ==, cases[i].want == NULL ? 0 : 1);
    }
}

static void
test_tounicode_hostile(void)
{
    SkCMapFacts facts;
    g_autoptr(GString) many = g_string_new("beginbfrange ");

    /* a range over everything there is; codes too long; ranges backwards; of two lengths; blocks
     * that do not end */
    static const char *const harmless[] = {
        "beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange",
        "beginbfchar <0102030405> <0041> endbfchar",
        "beginbfrange <05> <01> <0041> endbfrange",
        "beginbfrange <01> <0005> <0041> endbfrange",
        "beginbfrange <01> <05> [<0041> endbfrange",
        "beginbfrange <01>",
        "beginbfchar <01>",
        "beginbfchar <01",
        "beginbfrange <01> <03> [<0041> <0042>",
        "beginbfrange <FFFFFFFE> <FFFFFFFF> [<0041> <0042> <0043>]",
        "/x usecmap",
        "((((((((((",
        "<<<<<<<<<<>>>>>>",
        "beginbfrange <0000> <FFFF> <FFF0> endbfrange",
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(harmless); i++)
        g_assert_cmpint(rebuild(sk_font_tounicode, harmless[i], NULL, &facts), ==, 0);
    g_assert_cmpint(rebuild(sk_font_tounicode, "beginbfrange <000000> <FFFFFF> <0041> endbfrange",
                            NULL, &facts),
                    ==, 0);
    g_assert_cmpint(
        rebuild(sk_font_tounicode,
                "beginbfrange <000000> <00FFFF> <0041> <010000> <01FFFF> <0041> endbfrange", NULL,
                &facts),
        ==, SK_ERROR_LIMIT);
    for (unsigned i = 0; i < 20; i++)
        g_string_append(many, "<0000> <ffff> <0000> ");
    g_assert_cmpint(rebuild(sk_font_tounicode, many->str, NULL, &facts), ==, SK_ERROR_LIMIT);
}

static void
test_encoding(void)
{
    SkCMapFacts facts;

    g_assert_cmpint(
        rebuild(
            sk_font_cmap,
            "/90ms-RKSJ-H usecmap /CIDSystemInfo 3 dict dup begin /Registry (Adobe) def /Ordering "
            "(Japan1 \\050) def /Supplement 2 def end def /CMapName /Mine def /WMode 1 def\n"
            "begincodespacerange <8140> <9FFC> <00> <80> <00> <80> endcodespacerange\n"
            "begincidrange <8140> <8143> 10 <8144> <8145> 14 <20> <21> 500 endcidrange\n"
            "begincidchar <21> 7 endcidchar beginnotdefrange <00> <1f> 231 endnotdefrange",
            HEAD "/90ms-RKSJ-H usecmap\n/CIDSystemInfo <</Registry (Adobe) /Ordering (Japan1050) "
                 "/Supplement "
                 "2>> def\n/CMapName /Embedded-V def\n/CMapType 1 def\n/WMode 1 def\n"
                 "2 begincodespacerange\n<00> <80>\n<8140> <9FFC>\nendcodespacerange\n"
                 "3 begincidrange\n<20> <20> 500\n<21> <21> 7\n<8140> <8145> 10\nendcidrange\n"
                 "1 beginnotdefrange\n<00> <1F> 231\nendnotdefrange\n" TAIL,
            &facts),
        ==, 0);
    g_assert_cmpstr(facts.used, ==, "90ms-RKSJ-H");
    g_assert_cmpstr(facts.registry, ==, "Adobe");
    g_assert_cmpstr(facts.ordering, ==, "Japan1050");
    g_assert_cmpuint(facts.wmode, ==, 1);
}

static void
test_encoding_hostile(void)
{
    static const struct {
        const char *in;
        int want;
    } cases[] = {
        { "", SK_ERROR_MALFORMED },
        { "/Identity-H usecmap", 0 },
        { "/Mine usecmap", SK_ERROR_UNSUPPORTED },
        { "/H usecmap /H usecmap", SK_ERROR_AMBIGUOUS },
        { "/WMode 0 def /WMode 1 def", SK_ERROR_AMBIGUOUS },
        { "begincodespacerange <00> <FF> <8140> <9FFC> endcodespacerange", SK_ERROR_AMBIGUOUS },
        { "begincodespacerange <00> <80> <40> <FF> endcodespacerange", SK_ERROR_AMBIGUOUS },
        { "begincodespacerange <8140> <9F20> endcodespacerange", SK_ERROR_MALFORMED },
        { "begincodespacerange <00> <FFFF> endcodespacerange", SK_ERROR_MALFORMED },
        { "begincodespacerange <0000000000> <FFFFFFFFFF> endcodespacerange", SK_ERROR_MALFORMED },
        { "/H usecmap begincidrange <00> <FF> 65500 endcidrange", SK_ERROR_MALFORMED },
        { "/H usecmap begincidrange <00> <FF> -1 endcidrange", SK_ERROR_MALFORMED },
        { "/H usecmap begincidrange <00> <FF> {1 2 add} endcidrange", SK_ERROR_MALFORMED },
        { "/H usecmap begincidrange <FF> <00> 1 endcidrange", SK_ERROR_MALFORMED },
        { "/H usecmap begincidrange <00000000> <0001FFFF> 0 endcidrange", SK_ERROR_MALFORMED },
        { "/H usecmap beginnotdefrange <00000000> <0001FFFF> 0 endnotdefrange", SK_ERROR_LIMIT },
        { "/H usecmap begincidchar <00> 65536 endcidchar", SK_ERROR_MALFORMED },
        { "/H usecmap begincidchar <00> 99999999999999999999 endcidchar", SK_ERROR_MALFORMED },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        SkCMapFacts facts;
        g_test_message("%s", cases[i].in);
        g_assert_cmpint(rebuild(sk_font_cmap, cases[i].in, NULL, &facts), ==, cases[i].want);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cmap/tounicode", test_tounicode);
    g_test_add_func("/cmap/tounicode/values", test_values);
    g_test_add_func("/cmap/tounicode/hostile", test_tounicode_hostile);
    g_test_add_func("/cmap/encoding", test_encoding);
    g_test_add_func("/cmap/encoding/hostile", test_encoding_hostile);
    return g_test_run();
}
