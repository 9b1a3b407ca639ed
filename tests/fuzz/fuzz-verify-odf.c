/* SPDX-License-Identifier: Apache-2.0
 * fuzz-verify-odf.c - any bytes in the place of one entry of an OpenDocument file that is otherwise
 * canonical, since no mutant of a whole file gets past a CRC; or as a formula, a condition or
 * ranges. The first byte says which kind of document, the second which entry. */
#include "fuzz.h"
#include "../unit/verify/build.h"

#include "verify/odf.h"

#include <string.h>

static const SkType types[] = { SK_TYPE_ODT, SK_TYPE_ODS, SK_TYPE_ODP };
#define VALUES G_N_ELEMENTS(types)

/* Built once; each try changes one entry, and changes it back. */
static GPtrArray *
document(unsigned kind)
{
    static GPtrArray *documents[G_N_ELEMENTS(types)];

    if (documents[kind] == NULL)
        documents[kind] = odf_new(types[kind]);
    return documents[kind];
}

/* What may stand in a formula holds no way out, whatever the tokenizer made of it. */
static void
try_values(SkSpan s)
{
    (void)sk_opendocument_is_ranges(s);
    (void)sk_opendocument_is_count(s);
    (void)sk_opendocument_is_number(s);
    (void)sk_opendocument_is_generator(s);
    (void)sk_opendocument_refuse_formula(s, true, true);
    if (sk_opendocument_refuse_formula(s, false, false) != SK_ELEMENT_NONE)
        return;
    g_autofree char *upper = g_ascii_strup((const char *)s.p, (gssize)s.n);
    g_assert_true(g_str_has_prefix(upper, "OF:=") || g_str_has_prefix(upper, "OOOC:="));
    g_assert_null(strstr(upper, "DDE("));
    if (strchr(upper, '"') == NULL)
        g_assert_null(strstr(upper, "'#")); /* the end of another document's name */
}

/* A yes is a yes to these bytes alone: one byte more or less is none. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    unsigned kind = data[0] % (VALUES + 1);
    SkSpan content = sk_span(data + 2, size - 2);

    if (kind == VALUES) {
        g_autofree char *copy = sk_span_dup(content);
        if (g_utf8_validate(copy, (gssize)content.n, NULL))
            try_values(sk_span(copy, content.n));
        return 0;
    }
    g_autoptr(GByteArray) file = zip_with_entry(document(kind), data[1], content);
    assert_only_clean(types[kind], file);
    return 0;
}
/* Every entry of every kind, and a few formulas and ranges. */
GBytes *
sk_fuzz_seed(unsigned index)
{
    static const char *const values[] = {
        "of:=IF([.A1]>0;HYPERLINK(\"https://a/\";\"b\");{1;-2|\"c\"})",
        "oooc:=[$'人口 1'.$A$1:.B2]~[.#REF!]+@*50%&COM.MICROSOFT.CONCAT(1.5E-3)",
        "of:cell-content-is-between(1;2)",
        "of:=INDIRECT(\"A\"&1)",
        "$表.$A$1:.$B$2 $'図 ''1'''.C3 A1:B2 $#REF!.A1",
        "ooow:Table+1",
    };
    for (unsigned kind = 0; kind < G_N_ELEMENTS(types); kind++) {
        const GPtrArray *entries = document(kind);
        if (index < entries->len)
            return entry_seed(kind, entries, index);
        index -= entries->len;
    }
    if (index >= G_N_ELEMENTS(values))
        return NULL;
    g_autoptr(GByteArray) out = bytes_new("\3\1");
    put_str(out, values[index]);
    return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}
