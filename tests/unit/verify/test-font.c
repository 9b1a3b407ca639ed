/* SPDX-License-Identifier: Apache-2.0
 * test-font.c - fonts and character maps of rebuilt PDFs: small ones that conform, and each sentence of docs/formats/font.md broken. */
#include "build.h"
#include "verify/font.h"

#include <string.h>

/* ---- what verify says ---- */

static const char *
said(bool (*verify)(SkProof *, SkSpan), GByteArray *font)
{
    static char place[200];
    SkJob job = sk_job_default();
    g_autoptr(SkReport) report = sk_report_new();
    SkProof proof = { .job = &job, .report = report, .part = "" };
    g_autofree uint8_t *copy = g_memdup2(font->data, font->len); /* the sanitizer sees its end */

    place[0] = '\0';
    if (!verify(&proof, sk_span(copy, font->len))) {
        const SkFinding *finding = &g_array_index(report->findings, SkFinding, 0);
        g_strlcpy(place, finding->place, sizeof place);
    }
    g_byte_array_unref(font);
    return place[0] == '\0' ? "clean" : place;
}

static bool
by_names(SkProof *proof, SkSpan in)
{
    return sk_verify_font_cff(proof, in, false);
}

static bool
by_cids(SkProof *proof, SkSpan in)
{
    return sk_verify_font_cff(proof, in, true);
}

/* ---- TrueType ---- */

typedef struct {
    const char *tag;
    GByteArray *data;
} Table;

static uint32_t
sum_of(const GByteArray *bytes)
{
    uint32_t sum = 0;

    for (guint i = 0; i < bytes->len; i++)
        sum += (uint32_t)bytes->data[i] << (24 - 8 * (i % 4));
    return sum;
}

static void
pad(GByteArray *bytes)
{
    while (bytes->len % 4 != 0)
        put_u8(bytes, 0);
}

static void
set_be32(GByteArray *bytes, guint at, uint32_t v)
{
    for (unsigned i = 0; i < 4; i++)
        bytes->data[at + i] = (uint8_t)(v >> (24 - 8 * i));
}

/* Takes the tables. head is put right at the end, unless @sums is false. */
static GByteArray *
sfnt(Table *tables, unsigned n, bool sums)
{
    GByteArray *out = g_byte_array_new();
    g_autoptr(GByteArray) body = g_byte_array_new();
    guint head_at = 0;

    put_be(out, 4, 0x00010000);
    put_be(out, 2, n);
    put_be(out, 2, n < 8 ? 64 : 128);
    put_be(out, 2, n < 8 ? 2 : 3);
    put_be(out, 2, n < 8 ? 16 * n - 64 : 0);
    for (unsigned i = 0; i < n; i++) {
        guint length = tables[i].data->len, at = 12 + 16 * n + body->len;
        pad(tables[i].data);
        if (strcmp(tables[i].tag, "head") == 0)
            head_at = at;
        put_str(out, tables[i].tag);
        put_be(out, 4, sum_of(tables[i].data));
        put_be(out, 4, at);
        put_be(out, 4, length);
        put(body, tables[i].data->data, tables[i].data->len);
        g_byte_array_unref(tables[i].data);
    }
    put(out, body->data, body->len);
    if (sums)
        set_be32(out, head_at + 8, 0xb1b0afba - sum_of(out));
    return out;
}

static GByteArray *
hex(const char *digits)
{
    GByteArray *out = g_byte_array_new();

    for (const char *p = digits; *p != '\0'; p++)
        if (*p != ' ') {
            put_u8(out, (unsigned)(g_ascii_xdigit_value(p[0]) << 4 | g_ascii_xdigit_value(p[1])));
            p++;
        }
    return out;
}

/* Three glyphs: nothing, a triangle, and the same once more. @which table is replaced by @with (hexadecimal). */
static GByteArray *
truetype(const char *which, const char *with, bool sums)
{
    /* c=1, box 0 0 300 256, end 2, no program; flags: on, x and y as before; x i16, y as before; x as before, y i16 */
#define TRIANGLE "0001 0000 0000 012C 0100 0002 0000 31 21 11 012C 0100 000000"
    static const char *const usual[][2] = {
        { "cmap", "0000 0002 0001 0000 00000014 0003 0001 00000024 "
                  "0006 000E 0000 0041 0002 0001 0002 0000 " /* padded to 4 */
                  "0004 0020 0000 0004 0004 0001 0000 0042 FFFF 0000 0041 FFFF FFC0 0001 0000 0000" },
        { "glyf", "0001 0000 0000 012C 0100 0002 0000 31 21 11 012C 0100 000000 0001 0000 0000 012C 0100 0002 0000 31 21 11 012C 0100 000000" },
        { "head", "00010000 00010000 00000000 5F0F3CF5 0000 03E8 0000000000000000 0000000000000000 0000 0000 012C 0100 0000 0008 0002 0001 0000" },
        { "hhea", "00010000 0320 FF38 0000 0258 0000 0000 0000 0001 0000 0000 0000 0000 0000 0000 0000 0003" },
        { "hmtx", "0258 0000 0258 0000 0100 FFFF" },
        { "loca", "00000000 00000000 00000018 00000030" },
        { "maxp", "00010000 0003 0003 0001 0000 0000 0001 0000 0000 0000 0000 0000 0000 0000 0000" },
        { "post", "00020000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 0003 0000 0102 0103 01 41 01 42" },
    };
    Table tables[8];
    unsigned n = 0;

    for (unsigned i = 0; i < G_N_ELEMENTS(usual); i++) {
        bool replaced = which != NULL && strcmp(which, usual[i][0]) == 0;
        if (replaced && with == NULL)
            continue;
        tables[n++] = (Table){ usual[i][0], hex(replaced ? with : usual[i][1]) };
    }
    return sfnt(tables, n, sums);
}

static void
truetype_conforms(void)
{
    g_assert_cmpstr(said(sk_verify_font_truetype, truetype(NULL, NULL, true)), ==, "clean");
    g_assert_cmpstr(said(sk_verify_font_truetype, truetype("cmap", NULL, true)), ==, "clean");
    g_assert_cmpstr(said(sk_verify_font_truetype, truetype("post", NULL, true)), ==, "clean");
}

static void
truetype_broken(void)
{
    static const struct {
        const char *table, *with;
    } cases[] = {
        { "glyf", NULL },
        { "head", NULL },
        { "maxp", "00010000 0003 0004 0001 0000 0000 0001 0000 0000 0000 0000 0000 0000 0000 0000" },
        { "maxp", "00010000 0003 0003 0002 0000 0000 0001 0000 0000 0000 0000 0000 0000 0000 0000" },
        { "maxp", "00010000 0004 0003 0001 0000 0000 0001 0000 0000 0000 0000 0000 0000 0000 0000" },
        { "maxp", "00010000 0003 0003 0001 0000 0000 0002 0000 0000 0000 0000 0000 0000 0000 0000" },
        { "maxp", "00010000 0003 0003 0001 0000 0000 0001 0000 0000 0001 0000 0000 0000 0000 0000" },
        { "head", "00010000 00010000 00000000 5F0F3CF5 0000 000F 0000000000000000 0000000000000000 0000 0000 012C 0100 0000 0008 0002 0001 0000" },
        { "head", "00010000 00010000 00000000 5F0F3CF5 0001 03E8 0000000000000000 0000000000000000 0000 0000 012C 0100 0000 0008 0002 0001 0000" },
        { "head", "00010000 00010000 00000000 5F0F3CF5 0000 03E8 0000000000000000 0000000000000000 0000 0000 012D 0100 0000 0008 0002 0001 0000" },
        { "head", "00010000 00010000 00000000 5F0F3CF5 0000 03E8 0000000000000000 0000000000000000 0000 0000 012C 0100 0000 0008 0002 0000 0000" },
        { "hhea", "00010000 0320 FF38 0000 0259 0000 0000 0000 0001 0000 0000 0000 0000 0000 0000 0000 0003" },
        { "hhea", "00010000 0320 FF38 0000 0258 0000 0000 0000 0001 0000 0000 0000 0000 0000 0000 0000 0002" },
        { "hmtx", "0258 0000 0258 0000 0100" },
        { "hmtx", "0258 0000 0258 0000 0100 FFFF 0000" },
        { "loca", "00000000 00000018 00000000 00000030" },
        { "loca", "00000000 00000000 00000018 00000034" },
        { "loca", "00000000 00000000 00000018 0000002F" },
        { "loca", "00000000 00000000 00000018" },
        { "post", "00020000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 0003 0000 0103 0102 01 41 01 42" },
        { "post", "00020000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 0003 0000 0102 0103 01 41 01 28" },
        { "post", "00020000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 0003 0000 0102 0103 01 41 02 42" },
        { "post", "00030000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 0003 0000 0102 0103 01 41 01 42" },
        { "post", "00020000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 0003 0000 0000 0000" },
        /* a glyph that is not there; runs that could be one; a code twice; a last segment that says more; another table */
        { "cmap", "0000 0001 0003 0001 0000000C 0004 0020 0000 0004 0004 0001 0000 0043 FFFF 0000 0041 FFFF FFC0 0001 0000 0000" },
        { "cmap", "0000 0001 0003 0001 0000000C 0004 0028 0000 0006 0004 0001 0002 0041 0042 FFFF 0000 0041 0042 FFFF FFC0 FFC0 0001 0000 0000 0000" },
        { "cmap", "0000 0001 0003 0001 0000000C 0004 0028 0000 0006 0004 0001 0002 0041 0041 FFFF 0000 0041 0041 FFFF FFC0 FFC1 0001 0000 0000 0000" },
        { "cmap", "0000 0001 0003 0001 0000000C 0004 0020 0000 0004 0004 0001 0000 0042 FFFF 0000 0041 FFFF FFC0 0001 0002 0000" },
        { "cmap", "0000 0001 0003 0001 0000000C 0004 0020 0000 0004 0004 0001 0000 0042 FFFF 0000 0041 FFFF FFC0 0000 0000 0000" },
        { "cmap", "0000 0001 0003 000A 0000000C 0004 0020 0000 0004 0004 0001 0000 0042 FFFF 0000 0041 FFFF FFC0 0001 0000 0000" },
        { "cmap", "0000 0001 0003 0001 00000010 0000 0000 0004 0020 0000 0004 0004 0001 0000 0042 FFFF 0000 0041 FFFF FFC0 0001 0000 0000" },
        { "cmap", "0000 0001 0003 0001 0000000C 000C 0000 0000001C 00000000 00000001 00000041 00000042 00000001" },
        { "cmap", "0000 0001 0001 0000 0000000C 0006 000C 0000 0041 0001 0000" },
        { "cmap", "0000 0001 0001 0000 0000000C 0006 000C 0000 0041 0001 0003" },
        { "cmap", "0000 0001 0001 0000 0000000C 000E 000C 0000 0041 0001 0001" },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%u: %s", i, cases[i].table);
        g_assert_cmpstr(said(sk_verify_font_truetype, truetype(cases[i].table, cases[i].with, true)), !=, "clean");
    }
    g_assert_cmpstr(said(sk_verify_font_truetype, truetype(NULL, NULL, false)), !=, "clean"); /* no checkSumAdjustment */
}

/* The second glyph in other spellings of the same outline, and outlines that no font has. */
static void
truetype_glyphs(void)
{
    static const char *const glyphs[] = {
        "0001 0000 0000 012C 0100 0002 0000 31 01 11 012C 0000 0100 00", /* i16 of zero */
        "0001 0000 0000 012C 0100 0002 0000 31 21 11 012C 0100 000001",           /* padding */
        "0001 0000 0000 012C 0100 0002 0001 00 31 21 11 012C 0100 0000",          /* a program */
        "0001 0000 0000 012C 0101 0002 0000 31 21 11 012C 0100 000000",           /* box */
        "0001 0000 0000 012C 0100 0002 0000 71 21 11 012C 0100 0000",           /* bit 6 */
        "0001 0000 0000 012C 0100 0002 0000 39 00 21 11 012C 0100 0000",          /* a repetition of nothing */
        "FFFF 0000 0000 012C 0100 0003 0001 0000 0000 0000 0000 0000",          /* a composite */
        "0002 0000 0000 012C 0100 0002 0002 0000 31 21 11 012C 0100 00",           /* contours that do not rise */
        "0001 0000 0000 4000 0100 0002 0000 31 21 11 4000 0100 000000",           /* far away */
        "0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000",          /* no contour */
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(glyphs); i++) {
        g_autofree char *glyf = g_strconcat(TRIANGLE, glyphs[i], NULL);
        g_autoptr(GByteArray) second = hex(glyphs[i]);
        pad(second);
        g_autofree char *loca = g_strdup_printf("00000000 00000000 00000018 %08X", 0x18 + second->len);
        g_test_message("%s", glyphs[i]);
        Table tables[] = {
            { "glyf", hex(glyf) },
            { "head", hex("00010000 00010000 00000000 5F0F3CF5 0000 03E8 0000000000000000 0000000000000000 0000 0000 012C 0100 0000 0008 0002 0001 0000") },
            { "hhea", hex("00010000 0320 FF38 0000 0258 0000 0000 0000 0001 0000 0000 0000 0000 0000 0000 0000 0003") },
            { "hmtx", hex("0258 0000 0258 0000 0100 FFFF") },
            { "loca", hex(loca) },
            { "maxp", hex("00010000 0003 0003 0001 0000 0000 0001 0000 0000 0000 0000 0000 0000 0000 0000") },
        };
        pad(tables[0].data);
        g_assert_cmpstr(said(sk_verify_font_truetype, sfnt(tables, G_N_ELEMENTS(tables), true)), !=, "clean");
    }
}

/* ---- CFF ---- */

/* Takes pieces (hexadecimal), lays them one behind another, and puts their places where they are asked for: `@N` is piece N's, four bytes. */
static GByteArray *
lay(const char *const *pieces, unsigned n)
{
    guint places[16] = { 0 };
    GByteArray *out = g_byte_array_new();

    for (unsigned pass = 0; pass < 2; pass++) {
        g_byte_array_set_size(out, 0);
        for (unsigned i = 0; i < n; i++) {
            g_auto(GStrv) parts = g_strsplit(pieces[i], "@", -1);
            places[i] = out->len;
            for (unsigned k = 0; parts[k] != NULL; k++) {
                if (k > 0)
                    put_be(out, 4, places[g_ascii_xdigit_value(parts[k][0])]);
                g_autoptr(GByteArray) bytes = hex(parts[k] + (k > 0));
                put(out, bytes->data, bytes->len);
            }
        }
    }
    return out;
}

/* Two glyphs: nothing, and a triangle called `A1`. */
static const char *const named[] = {
    "01000404 0001 01 01 03 4631",                                                    /* name F1 */
    "0001 01 01 21 8B 8B F7C0 F702 05 1D @4 10 1D @5 0F 1D @6 11 8F 1D @7 12",        /* Top DICT */
    "0001 01 01 03 4131",                                                             /* strings */
    "0000",                                                                           /* subroutines */
    "00 01 41",                                                                       /* encoding */
    "02 0187 0000",                                                                   /* charset */
    "0002 01 01 04 13 8B F7C0 0E",                                                    /* replaced below */
    "8B148B15",                                                                       /* private */
};

static GByteArray *
cff(unsigned which, const char *with)
{
    const char *pieces[G_N_ELEMENTS(named)];

    for (unsigned i = 0; i < G_N_ELEMENTS(named); i++)
        pieces[i] = named[i];
    /* glyph 0: width 300; glyph 1: width 300, 0 0 rmoveto, 300 0 300... : 300 = F7C0 */
    pieces[6] = "0002 01 01 04 11 F7C0 0E F7C0 8B 8B 15 F7C0 8B 8B F702 05 0E";
    if (with != NULL)
        pieces[which] = with;
    return lay(pieces, G_N_ELEMENTS(pieces));
}

static void
cff_conforms(void)
{
    g_assert_cmpstr(said(by_names, cff(0, NULL)), ==, "clean");
    g_assert_cmpstr(said(by_cids, cff(0, NULL)), !=, "clean");
}

static void
cff_broken(void)
{
    static const struct {
        unsigned piece;
        const char *with;
    } cases[] = {
        { 0, "01000504 00 0001 01 01 03 4631" },
        { 0, "01000402 0001 01 01 03 4631" },
        { 0, "01000404 0001 02 0001 0003 4631" },
        { 0, "01000404 0001 01 01 03 4628" },
        { 0, "01000404 0002 01 01 02 03 4631" },
        { 1, "0001 01 01 21 8B 8B F7C0 F703 05 1D @4 10 1D @5 0F 1D @6 11 8F 1D @7 12" },
        { 1, "0001 01 01 21 8B 8B F7C0 F702 05 1D @5 10 1D @5 0F 1D @6 11 8F 1D @7 12" },
        { 1, "0001 01 01 21 8B 8B F7C0 F702 05 1D @4 10 1D @5 0F 1D @6 11 8F 1D @6 12" },
        { 1, "0001 01 01 22 8B 8B F7C0 F702 05 1D @4 10 1D @5 0F 1D @6 11 8F 1D @7 12 8B" },
        { 1, "0001 01 01 23 8B 8B F7C0 F702 05 8B 0C15 1D @4 10 1D @5 0F 1D @6 11 8F 1D @7 12" },
        { 1, "0001 01 01 2D 1E A001FF 8B 8B 1E A001FF 8B 8B 0C07 8B 8B F7C0 F702 05 1D @4 10 1D @5 0F 1D @6 11 8F 1D @7 12" },
        { 2, "0001 01 01 03 4128" },
        { 2, "0002 01 01 03 05 4131 4132" },
        { 2, "0000" },
        { 3, "0001 01 01 02 0B" },
        { 4, "00 02 41 42" },
        { 4, "01 01 41 00" },
        { 4, "80 01 41 00" },
        { 4, "80 01 41 01 42 0001" },
        { 5, "02 0188 0000" },
        { 5, "02 0187 0001" },
        { 5, "00 0187" },
        { 5, "01 0187 00" },
        { 6, "0001 01 01 04 F7C0 0E" },
        { 7, "8B148C15" },
        { 7, "8B148B15 00" },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%u: %s", i, cases[i].with);
        g_assert_cmpstr(said(by_names, cff(cases[i].piece, cases[i].with)), !=, "clean");
    }
    g_assert_cmpstr(said(by_names, cff(4, "80 01 41 01 42 0187")), ==, "clean");
}

/* The triangle's charstring in other words. */
static void
charstrings(void)
{
    static const struct {
        const char *string;
        bool good;
    } cases[] = {
        { "F7C0 8B 8B 15 F7C0 8B 8B F702 05 0E", true },
        { "F7C0 0E", true },
        { "0E", false },                                        /* no width */
        { "F7C0 8B 8B 15 F7C0 8B 05 8B F702 05 0E", false },    /* stretches that could be one */
        { "F7C0 8B 8B 15 0E", false },                          /* nothing drawn */
        { "F7C0 8B 15 F7C0 8B 05 0E", false },                  /* rmoveto of one */
        { "F7C0 8B 8B 15 F7C0 8B 8B 05 0E", false },            /* an odd one */
        { "F7C0 8B 8B 15 F7C0 8B 8B F702 05 0E 0E", false },    /* something behind */
        { "F7C0 8B 8B 15 F7C0 8B 8B F702 05", false },          /* no end */
        { "F7C0 8B 8B 15 1C012C 8B 8B F702 05 0E", false },     /* a long spelling */
        { "F7C0 8B 8B 15 FF012C0000 8B 8B F702 05 0E", false }, /* likewise */
        { "F7C0 8B 8B 15 FF012C8000 8B 05 0E", true },          /* a half */
        { "F7C0 8B 8B 15 1C4000 8B 05 0E", false },             /* far away */
        { "F7C0 8B 8B 15 F7C0 8B 06 0E", false },               /* hlineto */
        { "F7C0 8B 8B 15 8B 0A 0E", false },                    /* a subroutine */
        { "F7C0 8B 8B 01 8B 8B 15 F7C0 8B 05 0E", false },      /* a hint */
        { "F7C0 8B 8B 15 8C 8C 8C 8C 8C 8C 08 0E", true },
        { "F7C0 8B 8B 15 8C 8C 8C 8C 8C 08 0E", false },
        { "F7C0 8B 8B 15 8C 8C 05 8C 8C 8C 8C 8C 8C 08 8C 8C 05 8C 8C 15 8C 8C 05 0E", true },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GByteArray) string = hex(cases[i].string);
        SkFontBox box = SK_FONT_NO_BOX;
        g_test_message("%s", cases[i].string);
        g_assert_cmpint(sk_font_charstring(bytes_span(string), &box), ==, cases[i].good);
    }
}

static const char *const by_cid[] = {
    "01000404 0001 01 01 03 4631",
    "0001 01 01 2C F81B F81C 8B 0C1E 8B 8B F7C0 F702 05 95 0C22 1D @4 0F 1D @6 11 1D @7 0C24 1D @5 0C25",
    "0002 01 01 06 0C 41646F6265 4A6170616E31",
    "0000",
    "02 0009 0000",
    "03 0002 0000 00 0001 01 0002",
    "0002 01 01 04 11 F7C0 0E F7C0 8B 8B 15 F7C0 8B 8B F702 05 0E",
    "0002 01 01 08 1D 8F 1D @8 12 1E A001FF 8B 8B 1E A001FF 8B 8B 0C07 8F 1D @9 12",
    "8B148B15",
    "8B148B15",
};

static GByteArray *
cff_by_cid(unsigned which, const char *with)
{
    const char *pieces[G_N_ELEMENTS(by_cid)];

    for (unsigned i = 0; i < G_N_ELEMENTS(by_cid); i++)
        pieces[i] = with != NULL && i == which ? with : by_cid[i];
    return lay(pieces, G_N_ELEMENTS(pieces));
}

static void
cff_cids(void)
{
    static const struct {
        unsigned piece;
        const char *with;
    } cases[] = {
        { 1, "0001 01 01 2C F81B F81B 8B 0C1E 8B 8B F7C0 F702 05 95 0C22 1D @4 0F 1D @6 11 1D @7 0C24 1D @5 0C25" },
        { 1, "0001 01 01 2C F81B F81C 8B 0C1E 8B 8B F7C0 F702 05 96 0C22 1D @4 0F 1D @6 11 1D @7 0C24 1D @5 0C25" },
        { 2, "0002 01 01 06 0B 41646F6265 41646F6265" },
        { 2, "0002 01 01 06 0C 41646F6265 4A617061 6E28" },
        { 4, "02 0000 0000" },
        { 4, "02 FFFF 0000" },
        { 5, "03 0002 0000 01 0001 00 0002" },
        { 5, "03 0002 0000 00 0001 00 0002" },
        { 5, "03 0001 0000 00 0002" },
        { 5, "03 0002 0000 00 0001 02 0002" },
        { 5, "03 0002 0000 00 0001 01 0003" },
        { 5, "00 00 01" },
        { 7, "0002 01 01 08 0F 8F 1D @8 12 8F 1D @9 12" },
        { 7, "0002 01 01 08 1D 8F 1D @9 12 1E A001FF 8B 8B 1E A001FF 8B 8B 0C07 8F 1D @8 12" },
        { 7, "0002 01 01 08 1D 8F 1D @8 12 1E A010FF 8B 8B 1E A001FF 8B 8B 0C07 8F 1D @9 12" },
    };
    g_assert_cmpstr(said(by_cids, cff_by_cid(0, NULL)), ==, "clean");
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%u: %s", i, cases[i].with);
        g_assert_cmpstr(said(by_cids, cff_by_cid(cases[i].piece, cases[i].with)), !=, "clean");
    }
}

/* ---- character maps ---- */

#define MAP_HEAD "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
#define MAP_TAIL "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
#define UNICODE_HEAD                                                                                                            \
    MAP_HEAD "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n/CMapName /Adobe-Identity-UCS def\n"      \
             "/CMapType 2 def\n"

static const char *
unicode(const char *middle)
{
    g_autofree char *map = g_strconcat(UNICODE_HEAD, middle, MAP_TAIL, NULL);
    return said(sk_verify_font_tounicode, bytes_new(map));
}

#define ONE "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"

static void
to_unicode(void)
{
    static const char *const good[] = {
        ONE,
        ONE "2 beginbfrange\n<0001> <0005> <0041>\n<0007> <0007> <D867DE3D>\nendbfrange\n",
        "2 begincodespacerange\n<00> <FF>\n<0000> <FFFF>\nendcodespacerange\n2 beginbfrange\n<41> <41> <00410042>\n<0001> <0002> <3042>\nendbfrange\n",
    };
    static const char *const bad[] = {
        "",
        "1 begincodespacerange\n<00> <FF>\nendcodespacerange\n",
        ONE "0 beginbfrange\nendbfrange\n",
        ONE "1 beginbfrange\n<0001> <0100> <0041>\nendbfrange\n",
        ONE "1 beginbfrange\n<0005> <0001> <0041>\nendbfrange\n",
        ONE "1 beginbfrange\n<0001> <0005> <00FE>\nendbfrange\n",
        ONE "1 beginbfrange\n<0001> <0001> <D800>\nendbfrange\n",
        ONE "1 beginbfrange\n<0001> <0001> <DC00D800>\nendbfrange\n",
        ONE "1 beginbfrange\n<0001> <0001> <202E>\nendbfrange\n",
        ONE "1 beginbfrange\n<0001> <0001> <0000>\nendbfrange\n",
        ONE "1 beginbfrange\n<0001> <0002> <FFFD>\nendbfrange\n",
        ONE "1 beginbfrange\n<0001> <0001> <004>\nendbfrange\n",
        ONE "1 beginbfrange\n<0001> <0001> <00>\nendbfrange\n",
        ONE "1 beginbfrange\n<0001> <0001> <>\nendbfrange\n",
        ONE "1 beginbfrange\n<01> <01> <0041>\nendbfrange\n",
        ONE "1 beginbfrange\n<0001> <0001> [<0041>]\nendbfrange\n",
        ONE "1 beginbfchar\n<0001> <0041>\nendbfchar\n",
        ONE "2 beginbfrange\n<0001> <0001> <0041>\n<0002> <0002> <0042>\nendbfrange\n",
        ONE "2 beginbfrange\n<0002> <0002> <0041>\n<0001> <0001> <0041>\nendbfrange\n",
        ONE "2 beginbfrange\n<0001> <0003> <0041>\n<0003> <0003> <0051>\nendbfrange\n",
        ONE "2 beginbfrange\n<0001> <0003> <0041>\nendbfrange\n",
        ONE "1 beginbfrange\n<0001> <0003> <0041>\nendbfrange\n1 beginbfrange\n<0005> <0005> <0041>\nendbfrange\n",
        ONE "(evil) run\n",
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(good); i++)
        g_assert_cmpstr(unicode(good[i]), ==, "clean");
    for (unsigned i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_test_message("%s", bad[i]);
        g_assert_cmpstr(unicode(bad[i]), !=, "clean");
    }
}

static const char *
encoding(const char *used, const char *middle)
{
    g_autofree char *map = g_strconcat(MAP_HEAD, used, "/CIDSystemInfo <</Registry (Adobe) /Ordering (Japan1) /Supplement 6>> def\n"
                                       "/CMapName /Embedded-H def\n/CMapType 1 def\n/WMode 0 def\n", middle, MAP_TAIL, NULL);
    return said(sk_verify_font_cmap, bytes_new(map));
}

static void
encodings(void)
{
    static const char *const good[] = {
        "2 begincodespacerange\n<00> <80>\n<8140> <9FFC>\nendcodespacerange\n2 begincidrange\n<20> <7E> 1\n<8140> <817E> 633\nendcidrange\n"
        "1 beginnotdefrange\n<00> <1F> 1\nendnotdefrange\n",
        ONE,
    };
    static const char *const bad[] = {
        "",
        "2 begincodespacerange\n<00> <81>\n<8140> <9FFC>\nendcodespacerange\n",
        "2 begincodespacerange\n<8140> <9FFC>\n<00> <80>\nendcodespacerange\n",
        "1 begincodespacerange\n<8190> <9F40>\nendcodespacerange\n",
        ONE "1 begincidrange\n<0001> <0002> 65535\nendcidrange\n",
        ONE "1 begincidrange\n<0001> <0002> 01\nendcidrange\n",
        ONE "2 begincidrange\n<0001> <0002> 1\n<0003> <0003> 3\nendcidrange\n",
        ONE "1 beginnotdefrange\n<0000> <0001> 1\nendnotdefrange\n1 begincidrange\n<0001> <0002> 1\nendcidrange\n",
        ONE "1 begincidchar\n<0001> 1\nendcidchar\n",
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(good); i++)
        g_assert_cmpstr(encoding("", good[i]), ==, "clean");
    for (unsigned i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_test_message("%s", bad[i]);
        g_assert_cmpstr(encoding("", bad[i]), !=, "clean");
    }
    g_assert_cmpstr(encoding("/UniJIS-UTF16-H usecmap\n", ""), ==, "clean");
    g_assert_cmpstr(encoding("/Identity-V usecmap\n", ""), ==, "clean");
    g_assert_cmpstr(encoding("/Evil-H usecmap\n", ""), !=, "clean");
}

/* Whatever is cut or flipped: never a crash, and no shorter font. */
static void
damage(void)
{
    bool (*const verifiers[])(SkProof *, SkSpan) = { sk_verify_font_truetype, by_names, by_cids };

    for (unsigned k = 0; k < G_N_ELEMENTS(verifiers); k++) {
        g_autoptr(GByteArray) font = k == 0 ? truetype(NULL, NULL, true) : k == 1 ? cff(0, NULL) : cff_by_cid(0, NULL);
        for (guint i = 0; i < font->len; i++) {
            GByteArray *cut = g_byte_array_new(), *flipped = g_byte_array_new();
            put(cut, font->data, i);
            g_assert_cmpstr(said(verifiers[k], cut), !=, "clean");
            put(flipped, font->data, font->len);
            flipped->data[i] ^= 0x81;
            (void)said(verifiers[k], flipped);
        }
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/verify-font/truetype", truetype_conforms);
    g_test_add_func("/verify-font/truetype-broken", truetype_broken);
    g_test_add_func("/verify-font/truetype-glyphs", truetype_glyphs);
    g_test_add_func("/verify-font/cff", cff_conforms);
    g_test_add_func("/verify-font/cff-broken", cff_broken);
    g_test_add_func("/verify-font/charstrings", charstrings);
    g_test_add_func("/verify-font/cff-cids", cff_cids);
    g_test_add_func("/verify-font/to-unicode", to_unicode);
    g_test_add_func("/verify-font/encodings", encodings);
    g_test_add_func("/verify-font/damage", damage);
    return g_test_run();
}
