/* SPDX-License-Identifier: Apache-2.0
 * foreign.c - contract in foreign.h. */
#include "format/foreign.h"

#include "base/reader.h"
#include "format/charset.h"

#include <string.h>

#define TRAILS 191u /* 0x40 to 0xFE */

/* What mail calls them, and what they are read as: ISO 8859-1 is Windows-1252 to everybody. */
static const struct {
    const char *label, *set;
} labels[] = {
    { "iso-8859-1", "cp1252" },   { "iso_8859-1", "cp1252" },     { "latin1", "cp1252" },
    { "iso-8859-11", "cp874" },   { "tis-620", "cp874" },         { "windows-874", "cp874" },
    { "gb2312", "gbk" },          { "gbk", "gbk" },               { "gb_2312-80", "gbk" },
    { "gb18030", "gbk" },         { "cp936", "gbk" },             { "big5", "cp950" },
    { "x-x-big5", "cp950" },      { "cn-big5", "cp950" },         { "euc-kr", "cp949" },
    { "ks_c_5601-1987", "cp949" }, { "windows-949", "cp949" },    { "ksc5601", "cp949" },
    { "macintosh", "mac-roman" }, { "x-mac-roman", "mac-roman" }, { "ibm437", "cp437" },
    { "ibm850", "cp850" },        { "ibm866", "cp866" },          { "x-cp1251", "cp1251" },
};

/* "iso-8859-2" and "windows-1251" by their numbers, the rest from the list. */
static char *
set_of(const char *label)
{
    g_autofree char *lower = g_ascii_strdown(label, -1);

    for (unsigned i = 0; i < G_N_ELEMENTS(labels); i++)
        if (strcmp(labels[i].label, lower) == 0)
            return g_strdup(labels[i].set);
    if (g_str_has_prefix(lower, "iso-8859-") || g_str_has_prefix(lower, "iso_8859-"))
        return g_strdup_printf("iso8859-%s", lower + 9);
    if (g_str_has_prefix(lower, "windows-"))
        return g_strdup_printf("cp%s", lower + 8);
    return g_steal_pointer(&lower);
}

static void
append(GString *out, uint32_t c)
{
    uint8_t utf8[4];
    unsigned n = sk_charset_utf8(c, utf8);

    g_string_append_len(out, (const char *)utf8, n);
}

static bool
decode_single(SkSpan bytes, unsigned set, GString *out)
{
    for (size_t i = 0; i < bytes.n; i++) {
        uint8_t b = bytes.p[i];
        uint16_t c = b < 0x80 ? b : sk_foreign_single[set * 128u + b - 0x80u];
        if (c == 0 && b != 0)
            return false;
        append(out, c);
    }
    return true;
}

static bool
decode_double(SkSpan bytes, const uint16_t *table, GString *out)
{
    SkReader r = sk_reader(bytes);

    while (sk_reader_left(&r) > 0) {
        uint8_t lead = sk_reader_u8(&r);
        if (lead < 0x80) {
            append(out, lead);
            continue;
        }
        uint8_t trail = sk_reader_u8(&r);
        if (!sk_reader_ok(&r) || lead == 0x80 || lead == 0xFF || trail < 0x40 || trail == 0xFF)
            return false;
        uint16_t c = table[(lead - 0x81u) * TRAILS + trail - 0x40u];
        if (c == 0)
            return false;
        append(out, c);
    }
    return true;
}

bool
sk_foreign_text(SkSpan bytes, const char *label, GString *out, bool *ret_known)
{
    static const struct {
        const char *set;
        const uint16_t *table;
    } doubles[] = { { "gbk", sk_foreign_gbk }, { "cp950", sk_foreign_cp950 }, { "cp949", sk_foreign_cp949 } };
    g_autofree char *set = set_of(label);
    gsize before = out->len;
    bool ok = false;

    *ret_known = false;
    for (unsigned i = 0; i < G_N_ELEMENTS(doubles); i++) {
        if (strcmp(set, doubles[i].set) == 0) {
            *ret_known = true;
            ok = decode_double(bytes, doubles[i].table, out);
        }
    }
    for (unsigned i = 0; i < sk_foreign_singles; i++) {
        if (strcmp(set, sk_foreign_single_names[i]) == 0) {
            *ret_known = true;
            ok = decode_single(bytes, i, out);
        }
    }
    if (!ok)
        g_string_truncate(out, before);
    return ok;
}
