/* SPDX-License-Identifier: Apache-2.0
 * fuzz-verify-office.c - any bytes in the place of one entry of a document that is otherwise
 * canonical, since no mutant of a whole file gets past a CRC. The first byte says which kind of
 * document, the second which entry; a third kind of mutant is a formula in its cell. */
#include "fuzz.h"
#include "../unit/verify/build.h"

#include <string.h>

static const SkType types[] = { SK_TYPE_DOCX, SK_TYPE_XLSX, SK_TYPE_PPTX };
#define FORMULA G_N_ELEMENTS(types)

/* Built once; each try changes one entry, and changes it back. */
static GPtrArray *
document(unsigned kind)
{
    static GPtrArray *documents[G_N_ELEMENTS(types)];

    if (documents[kind] == NULL)
        documents[kind] = types[kind] == SK_TYPE_DOCX ? docx_new() : office_new(types[kind]);
    return documents[kind];
}

static GByteArray *
with_formula(SkSpan formula)
{
    static const char cell[] = "<f>1/0</f>";
    const Entry *sheet = NULL;
    unsigned index = 0;
    g_autoptr(GByteArray) content = g_byte_array_new();
    g_autofree char *text = sk_span_dup(formula);
    g_autofree char *escaped = g_markup_escape_text(text, -1);

    for (; sheet == NULL || strcmp(sheet->name, "xl/worksheet1.xml") != 0; index++)
        sheet = document(1)->pdata[index];
    SkSpan whole = bytes_span(sheet->content);
    size_t at = sk_span_find(whole, 0, sk_span_str(cell));
    put(content, whole.p, at);
    put_str(content, "<f>");
    put_str(content, escaped);
    put_str(content, "</f>");
    put(content, whole.p + at + strlen(cell), whole.n - at - strlen(cell));
    return zip_with_entry(document(1), index - 1, bytes_span(content));
}

/* A yes is a yes to these bytes alone: one byte more or less is none. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    unsigned kind = data[0] % (FORMULA + 1);
    SkSpan content = sk_span(data + 2, size - 2);
    SkType type = kind == FORMULA ? SK_TYPE_XLSX : types[kind];
    g_autoptr(GByteArray) file =
        kind == FORMULA ? with_formula(content) : zip_with_entry(document(kind), data[1], content);

    assert_only_clean(type, file);
    return 0;
}

/* Every entry of every kind, and a few formulas. */
GBytes *
sk_fuzz_seed(unsigned index)
{
    static const char *const formulas[] = {
        "IF(A1>0,HYPERLINK(\"https://a/\",表1[[#a],[b]]),{1,-2;\"c\",#N/A})",
        "'人口 1'!$A$1:B2#+@税率*50%&_xlfn.LET(_xlpm.x,1,_xlpm.x)",
        "INDIRECT(\"A\"&1.5E-3),(A1,B1) C1:C3",
    };
    for (unsigned kind = 0; kind < G_N_ELEMENTS(types); kind++) {
        const GPtrArray *entries = document(kind);
        if (index < entries->len)
            return entry_seed(kind, entries, index);
        index -= entries->len;
    }
    if (index >= G_N_ELEMENTS(formulas))
        return NULL;
    g_autoptr(GByteArray) out = bytes_new("\3\1");
    put_str(out, formulas[index]);
    return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}
