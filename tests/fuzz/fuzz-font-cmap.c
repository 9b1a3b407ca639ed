/* SPDX-License-Identifier: Apache-2.0
 * fuzz-font-cmap.c - CMaps of both kinds: what was written stays as it is, and verify accepts it.
 */
#include "format/font.h"
#include "fuzz.h"

#include "../unit/format/font-round.h"

#include <string.h>

static void
round_trip(bool (*f)(SkSpan, SkSink *, SkCMapFacts *, GError **), SkSpan in)
{
    g_autoptr(SkSink) out = sk_sink_new_memory(UINT64_MAX);
    g_autoptr(SkSink) again = sk_sink_new_memory(UINT64_MAX);
    g_autoptr(GError) error = NULL;
    SkCMapFacts facts, facts2;

    if (!f(in, out, &facts, &error)) {
        g_assert_nonnull(error);
        g_assert_cmpuint(sk_sink_at(out), ==, 0);
        return;
    }
    g_assert_cmpuint(facts.lines, <=, 2 * SK_FONT_CMAP_LINES_MAX);
    g_assert_true(f(sk_sink_memory(out), again, &facts2, &error));
    g_assert_true(sk_span_equal(sk_sink_memory(out), sk_sink_memory(again)));
    g_autofree char *no = cmap_refused(sk_sink_memory(out), f == sk_font_tounicode);
    g_assert_cmpstr(no, ==, NULL);
    g_assert_true(facts2.lines == facts.lines && facts2.wmode == facts.wmode &&
                  facts2.left_out == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    round_trip(sk_font_tounicode, sk_span(data, size));
    round_trip(sk_font_cmap, sk_span(data, size));
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    static const char *const seeds[] = {
        "/CMapName /x def 1 begincodespacerange <00> <FFFF> endcodespacerange\n2 beginbfchar "
        "<0003><0020> % a space\n"
        "<04> <00660066> endbfchar 3 beginbfrange <0041> <0043> <0061> <0045> <0046> [<0078> "
        "<D83DDE00>]\n"
        "<0050> <0052> <00FE> endbfrange {x} exec (begin) 1 beginbfchar <0042> <5B57> endbfchar",
        "/90ms-RKSJ-H usecmap /CIDSystemInfo 3 dict dup begin /Registry (Adobe) def /Ordering "
        "(Japan1) def /Supplement 2 "
        "def end def /WMode 1 def begincodespacerange <8140> <9FFC> <00> <80> <E0000000> "
        "<E0FFFFFF> endcodespacerange\n"
        "begincidrange <8140> <8143> 10 <8144> <8145> 14 <20> <21> 500 <E0000000> <E0000010> 9 "
        "endcidrange\n"
        "begincidchar <21> 7 endcidchar beginnotdefrange <00> <1f> 231 endnotdefrange "
        "beginnotdefchar <20> 1",
    };
    return index < G_N_ELEMENTS(seeds) ? g_bytes_new_static(seeds[index], strlen(seeds[index]))
                                       : NULL;
}
