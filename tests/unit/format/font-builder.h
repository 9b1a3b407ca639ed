/* SPDX-License-Identifier: Apache-2.0
 *
 * font-builder.h - small fonts for tests, sound or not: TrueType of given tables, CFF of given
 * charstrings, Type 1 of given programs. All made up here. */
#pragma once

#include "base/base.h"

#include <string.h>

static inline void
fb8(GByteArray *out, unsigned v)
{
    uint8_t byte = (uint8_t)v;
    g_byte_array_append(out, &byte, 1);
}

static inline void
fb16(GByteArray *out, unsigned v)
{
    fb8(out, v >> 8 & 0xff);
    fb8(out, v & 0xff);
}

static inline void
fb32(GByteArray *out, uint32_t v)
{
    fb16(out, v >> 16);
    fb16(out, v & 0xffff);
}

static inline void
fb_bytes(GByteArray *out, const void *p, size_t n)
{
    g_byte_array_append(out, p, (unsigned)n);
}

static inline void
fb_str(GByteArray *out, const char *s)
{
    fb_bytes(out, s, strlen(s));
}

/* ---- TrueType ----------------------------------------------------------------------------- */

typedef struct {
    char tag[5];
    GByteArray *data; /* owned */
} FbTable;

#define FB_TABLES_MAX 16

/** Fb: a TrueType font of five glyphs: empty, a square, the square made half as wide and moved, a
 * curve with points of every length, and a glyph of two squares matched by points. */
typedef struct {
    FbTable tables[FB_TABLES_MAX];
    unsigned n;
} Fb;

static inline GByteArray *
fb_table(Fb *fb, const char *tag)
{
    for (unsigned i = 0; i < fb->n; i++)
        if (strcmp(fb->tables[i].tag, tag) == 0)
            return fb->tables[i].data;
    g_strlcpy(fb->tables[fb->n].tag, tag, 5);
    return fb->tables[fb->n++].data = g_byte_array_new();
}

static inline void
fb_set16(Fb *fb, const char *tag, unsigned at, unsigned v)
{
    GByteArray *data = fb_table(fb, tag);
    data->data[at] = (uint8_t)(v >> 8);
    data->data[at + 1] = (uint8_t)v;
}

static inline void
fb_clear(Fb *fb)
{
    for (unsigned i = 0; i < fb->n; i++)
        g_byte_array_unref(fb->tables[i].data);
    fb->n = 0;
}

static inline void
fb_box(GByteArray *out, int contours, int x0, int y0, int x1, int y1)
{
    fb16(out, (unsigned)contours & 0xffff);
    fb16(out, (unsigned)x0 & 0xffff);
    fb16(out, (unsigned)y0 & 0xffff);
    fb16(out, (unsigned)x1 & 0xffff);
    fb16(out, (unsigned)y1 & 0xffff);
}

static inline void
fb_glyphs(Fb *fb)
{
    GByteArray *glyf = fb_table(fb, "glyf"), *loca = fb_table(fb, "loca");

    fb16(loca, 0);
    fb16(loca, 0); /* glyph 0: nothing */
    /* glyph 1: a square of 100, with an instruction */
    fb_box(glyf, 1, 0, 0, 100, 100);
    fb16(glyf, 3);
    fb16(glyf, 1);
    fb8(glyf, 0x4f);
    fb_bytes(glyf, "\x31\x33\x35\x23", 4); /* (0,0) x+ y+ x- */
    fb_bytes(glyf, "\x64\x64", 2);
    fb8(glyf, 0x64);
    fb16(loca, glyf->len / 2);
    /* glyph 2: glyph 1 at half its width, moved by 10, -20 */
    fb_box(glyf, -1, 10, -20, 60, 80);
    fb16(glyf, 0x0042); /* XY_SCALE, XY values, bytes */
    fb16(glyf, 1);
    fb8(glyf, 10);
    fb8(glyf, (unsigned)-20 & 0xff);
    fb16(glyf, 0x2000);
    fb16(glyf, 0x4000);
    fb16(loca, glyf->len / 2);
    /* glyph 3: long steps, repeated flags */
    fb_box(glyf, 1, -300, 0, 700, 500);
    fb16(glyf, 5);
    fb16(glyf, 0);
    fb_bytes(glyf, "\x09\x02\x38\x00\x01", 5);
    fb8(glyf, 0x32);
    fb16(glyf, 500);
    fb16(glyf, 200);
    fb16(glyf, (unsigned)-1000 & 0xffff);
    fb16(glyf, 0);
    fb8(glyf, 7);
    fb16(glyf, 0);
    fb16(glyf, 300);
    fb16(glyf, 200);
    fb16(glyf, (unsigned)-100 & 0xffff);
    while (glyf->len % 2 != 0)
        fb8(glyf, 0);
    fb16(loca, glyf->len / 2);
    /* glyph 4: two squares, point 0 of the second on point 2 of the first */
    fb_box(glyf, -1, 0, 0, 200, 200);
    fb16(glyf, 0x0022);
    fb16(glyf, 1);
    fb16(glyf, 0);
    fb16(glyf, 0x0000);
    fb16(glyf, 1);
    fb8(glyf, 2);
    fb8(glyf, 0);
    fb16(loca, glyf->len / 2);
}

static inline void
fb_map(GByteArray *cmap)
{
    fb16(cmap, 0);
    fb16(cmap, 3);
    fb16(cmap, 0); /* platform 0 encoding 3: as 3, 1 */
    fb16(cmap, 3);
    fb32(cmap, 28);
    fb16(cmap, 1);
    fb16(cmap, 0);
    fb32(cmap, 28 + 44);
    fb16(cmap, 3);
    fb16(cmap, 1);
    fb32(cmap, 28);
    /* format 4: 'A' to 'B' by an offset, 'a' by delta */
    fb16(cmap, 4);
    fb16(cmap, 44);
    fb16(cmap, 0);
    fb16(cmap, 6);
    fb16(cmap, 4);
    fb16(cmap, 1);
    fb16(cmap, 2);
    fb16(cmap, 'B');
    fb16(cmap, 'a');
    fb16(cmap, 0xffff);
    fb16(cmap, 0);
    fb16(cmap, 'A');
    fb16(cmap, 'a');
    fb16(cmap, 0xffff);
    fb16(cmap, 0);
    fb16(cmap, (3u - 'a') & 0xffff);
    fb16(cmap, 1);
    fb16(cmap, 6); /* to the array behind */
    fb16(cmap, 0);
    fb16(cmap, 0);
    fb16(cmap, 1);
    fb16(cmap, 2);
    while (cmap->len < 28 + 44)
        fb8(cmap, 0);
    cmap->len = 28 + 44;
    /* format 6: 'x' */
    fb16(cmap, 6);
    fb16(cmap, 16);
    fb16(cmap, 0);
    fb16(cmap, 'w');
    fb16(cmap, 3);
    fb16(cmap, 0);
    fb16(cmap, 4);
    fb16(cmap, 0);
}

static inline void
fb_sample(Fb *fb)
{
    GByteArray *t = NULL;

    fb->n = 0;
    fb_glyphs(fb);
    t = fb_table(fb, "head");
    fb32(t, 0x00010000);
    fb32(t, 0x00020000);
    fb32(t, 0);
    fb32(t, 0x5f0f3cf5);
    fb16(t, 0x000b);
    fb16(t, 1000);
    for (unsigned i = 0; i < 16; i++)
        fb8(t, i);
    for (unsigned i = 0; i < 4; i++)
        fb16(t, i);
    fb16(t, 1);
    fb16(t, 9);
    fb16(t, 0);
    fb16(t, 0); /* short loca */
    fb16(t, 0);
    t = fb_table(fb, "hhea");
    fb32(t, 0x00010000);
    fb16(t, 900);
    fb16(t, (unsigned)-200 & 0xffff);
    for (unsigned i = 0; i < 13; i++)
        fb16(t, i);
    fb16(t, 2);
    t = fb_table(fb, "hmtx");
    fb16(t, 250);
    fb16(t, 0);
    fb16(t, 600);
    fb16(t, 5);
    fb16(t, 7);
    fb16(t, (unsigned)-300 & 0xffff);
    fb16(t, 0);
    t = fb_table(fb, "maxp");
    fb32(t, 0x00010000);
    fb16(t, 5);
    for (unsigned i = 0; i < 13; i++)
        fb16(t, 0xffff);
    fb_map(fb_table(fb, "cmap"));
    t = fb_table(fb, "post");
    fb32(t, 0x00020000);
    for (unsigned i = 0; i < 28; i++)
        fb8(t, i);
    fb16(t, 5);
    fb16(t, 0);
    fb16(t, 36); /* A */
    fb16(t, 258);
    fb16(t, 259);
    fb16(t, 400);
    fb8(t, 4);
    fb_str(t, "half");
    fb8(t, 5);
    fb_str(t, "(bad)");
    fb_str(fb_table(fb, "fpgm"), "\xb0\x00\x2c");
    fb_str(fb_table(fb, "prep"), "\xb0");
    fb_str(fb_table(fb, "name"), "a name that nobody needs");
    fb_str(fb_table(fb, "GSUB"), "substitutions");
}

/** (transfer full): the file. */
static inline GByteArray *
fb_file(const Fb *fb, uint32_t version)
{
    GByteArray *out = g_byte_array_new();
    uint32_t at = 12 + 16 * fb->n;

    fb32(out, version);
    fb16(out, fb->n);
    fb16(out, 0);
    fb16(out, 0);
    fb16(out, 0);
    for (unsigned i = 0; i < fb->n; i++) {
        fb_str(out, fb->tables[i].tag);
        fb32(out, 0xbad0bad0);
        fb32(out, at);
        fb32(out, fb->tables[i].data->len);
        at += (fb->tables[i].data->len + 3) & ~3u;
    }
    for (unsigned i = 0; i < fb->n; i++) {
        fb_bytes(out, fb->tables[i].data->data, fb->tables[i].data->len);
        while (out->len % 4 != 0)
            fb8(out, 0);
    }
    return out;
}

/* ---- CFF ---------------------------------------------------------------------------------- */

typedef struct {
    const char *p;
    size_t n;
} FbPiece;

#define FB_PIECE(s) ((FbPiece){ (s), sizeof(s) - 1 })

/** FbCff: what a CFF font is made of; what is not given is left out. */
typedef struct {
    FbPiece charstrings[12], subrs[12], global_subrs[12];
    const FbPiece *many; /* charstrings instead of those */
    unsigned charstring_count, subr_count, global_subr_count;
    FbPiece strings[8];
    unsigned string_count;
    FbPiece top;      /* operators before the offsets */
    FbPiece charset;  /* empty: ISOAdobe */
    FbPiece encoding; /* empty: Standard */
    FbPiece private_dict;
    bool cid;       /* one FD of the private DICT; FDSelect of format 0 */
    FbPiece fd_top; /* operators of the FD before its Private */
} FbCff;

static inline void
fb_index(GByteArray *out, const FbPiece *pieces, unsigned n)
{
    uint32_t end = 1;

    fb16(out, n);
    if (n == 0)
        return;
    fb8(out, 4);
    fb32(out, end);
    for (unsigned i = 0; i < n; i++)
        fb32(out, end += (uint32_t)pieces[i].n);
    for (unsigned i = 0; i < n; i++)
        fb_bytes(out, pieces[i].p, pieces[i].n);
}

static inline void
fb_offset(GByteArray *out, uint32_t v)
{
    fb8(out, 29);
    fb32(out, v);
}

/** (transfer full): the file. */
static inline GByteArray *
fb_cff(const FbCff *f)
{
    GByteArray *out = NULL;
    uint32_t charset = 0, encoding = 0, charstrings = 0, private_at = 0, fd_array = 0,
             fd_select = 0;

    for (unsigned pass = 0; pass < 2; pass++) {
        g_autoptr(GByteArray) top = g_byte_array_new();
        if (out != NULL)
            g_byte_array_unref(out);
        out = g_byte_array_new();
        fb_bytes(out, "\1\0\4\4", 4);
        const FbPiece name = FB_PIECE("ABCDEF+Made Up (x)");
        fb_index(out, &name, 1);
        if (f->cid) {
            fb_bytes(top, "\xf8\x1b\xf8\x1c\x8b\x0c\x1e", 7); /* ROS 391 392 0 */
        }
        fb_bytes(top, f->top.p, f->top.n);
        fb_offset(top, f->charset.n > 0 ? charset : 0);
        fb8(top, 15);
        fb_offset(top, f->encoding.n > 0 ? encoding : 0);
        fb8(top, 16);
        fb_offset(top, charstrings);
        fb8(top, 17);
        if (f->cid) {
            fb_offset(top, fd_array);
            fb_bytes(top, "\x0c\x24", 2);
            fb_offset(top, fd_select);
            fb_bytes(top, "\x0c\x25", 2);
        } else {
            fb_offset(top, (uint32_t)f->private_dict.n + 6);
            fb_offset(top, private_at);
            fb8(top, 18);
        }
        const FbPiece top_piece = { (const char *)top->data, top->len };
        fb_index(out, &top_piece, 1);
        fb_index(out, f->strings, f->string_count);
        fb_index(out, f->global_subrs, f->global_subr_count);
        charset = out->len;
        fb_bytes(out, f->charset.p, f->charset.n);
        encoding = out->len;
        fb_bytes(out, f->encoding.p, f->encoding.n);
        charstrings = out->len;
        fb_index(out, f->many != NULL ? f->many : f->charstrings, f->charstring_count);
        if (f->cid) {
            g_autoptr(GByteArray) fd = g_byte_array_new();
            fd_select = out->len;
            for (unsigned i = 0; i <= f->charstring_count; i++)
                fb8(out, 0);
            fb_bytes(fd, f->fd_top.p, f->fd_top.n);
            fb_offset(fd, (uint32_t)f->private_dict.n + 6);
            fb_offset(fd, private_at);
            fb8(fd, 18);
            const FbPiece fd_piece = { (const char *)fd->data, fd->len };
            fd_array = out->len;
            fb_index(out, &fd_piece, 1);
        }
        private_at = out->len;
        fb_bytes(out, f->private_dict.p, f->private_dict.n);
        fb_offset(out, f->subr_count > 0 ? (uint32_t)f->private_dict.n + 6 : 0);
        fb8(out, 19);
        if (f->subr_count > 0)
            fb_index(out, f->subrs, f->subr_count);
    }
    return out;
}

/** A sound CFF font: .notdef, A by calls of both kinds with hints, B by curves, a glyph named in
 * its own string. */
static inline FbCff
fb_cff_sample(void)
{
    FbCff f = {
        /* all: width 3 over nominal */
        .charstrings = { FB_PIECE("\x0e"),
                         FB_PIECE("\x8e\x8b\x9f\x8b\x9f\x12\x8b\x9f\x13\xe0\x8b\x8b\x15\x20\x0a\x20"
                                  "\x1d\x0e"),
                         FB_PIECE(
                             "\x95\x95\x15\x95\x8b\x95\x95\x8b\x95\x08\xef\xef\xef\xef\x1f\x0e"),
                         FB_PIECE("\x8b\x8b\x8b\xcc\xcd\x0e") },
        .charstring_count = 4,
        .subrs = { FB_PIECE("\xef\x8b\x05\x0b") },
        .subr_count = 1,
        .global_subrs = { FB_PIECE("\x8b\xef\x8b\x27\x06\x0b") },
        .global_subr_count = 1,
        .strings = { FB_PIECE("odd.name"), FB_PIECE("unused") },
        .string_count = 2,
        .charset = FB_PIECE("\0\0\x22\0\x23\1\x87"),          /* A B 391 */
        .private_dict = FB_PIECE("\xf8\x88\x14\xf8\xec\x15"), /* 500 default, 600 nominal */
    };
    return f;
}

/* ---- Type 1 ------------------------------------------------------------------------------- */

static inline void
fb_encrypt(GByteArray *out, const void *plain, size_t n, unsigned key, unsigned lead)
{
    uint16_t r = (uint16_t)key;

    for (size_t i = 0; i < n + lead; i++) {
        uint8_t byte = i < lead ? (uint8_t)('x' + i) : ((const uint8_t *)plain)[i - lead];
        uint8_t cipher = (uint8_t)(byte ^ r >> 8);
        r = (uint16_t)((cipher + r) * 52845u + 22719u);
        fb8(out, cipher);
    }
}

/** FbType1: clear part and programs. */
typedef struct {
    const char *clear;       /* NULL: a usual one */
    const char *private_top; /* before the Subrs; NULL: nothing */
    FbPiece subrs[8];
    unsigned subr_count;
    const char *names[8];
    FbPiece programs[8];
    unsigned glyph_count;
    int len_iv;
    bool hex;
    bool segments; /* as PFB */
} FbType1;

#define FB_TYPE1_CLEAR                                                                             \
    "%!PS-AdobeFont-1.0: Made\n11 dict begin\n/FontInfo 2 dict dup begin\n/Notice (a (nested) "    \
    "\\) text /FontMatrix) "                                                                       \
    "def\nend def\n/FontName /ABCDEF+Made def\n/PaintType 0 def\n/FontType 1 def\n/FontMatrix "    \
    "[0.001 0 0 0.001 0 0] "                                                                       \
    "readonly def\n/Encoding 256 array\n0 1 255 {1 index exch /.notdef put} for\ndup 65 /B "       \
    "put\ndup 66 /A put\n"                                                                         \
    "dup 67 /A put\nreadonly def\n/FontBBox {0 0 1 1} readonly def\ncurrentdict end\n"

static inline void
fb_program(GByteArray *out, const FbPiece *program, int len_iv)
{
    if (len_iv < 0)
        fb_bytes(out, program->p, program->n);
    else
        fb_encrypt(out, program->p, program->n, 4330, (unsigned)len_iv);
}

/** (transfer full): the file. */
static inline GByteArray *
fb_type1(const FbType1 *f)
{
    g_autoptr(GByteArray) inner = g_byte_array_new();
    g_autoptr(GByteArray) cipher = g_byte_array_new();
    g_autoptr(GString) line = g_string_new(NULL);
    GByteArray *out = g_byte_array_new();
    const char *clear = f->clear == NULL ? FB_TYPE1_CLEAR : f->clear;
    unsigned lead = (unsigned)MAX(f->len_iv, 0);

    fb_str(inner, "dup /Private 8 dict dup begin\n/RD {string currentfile exch readstring pop} "
                  "executeonly def\n");
    if (f->private_top != NULL)
        fb_str(inner, f->private_top);
    g_string_printf(line, "/lenIV %d def\n/Subrs %u array\n", f->len_iv, f->subr_count);
    fb_str(inner, line->str);
    for (unsigned i = 0; i < f->subr_count; i++) {
        g_string_printf(line, "dup %u %zu RD ", i, f->subrs[i].n + lead);
        fb_str(inner, line->str);
        fb_program(inner, &f->subrs[i], f->len_iv);
        fb_str(inner, " NP\n");
    }
    g_string_printf(line, "ND\n2 index /CharStrings %u dict dup begin\n", f->glyph_count);
    fb_str(inner, line->str);
    for (unsigned i = 0; i < f->glyph_count; i++) {
        g_string_printf(line, "/%s %zu RD ", f->names[i], f->programs[i].n + lead);
        fb_str(inner, line->str);
        fb_program(inner, &f->programs[i], f->len_iv);
        fb_str(inner, " ND\n");
    }
    fb_str(inner, "end\nend\nreadonly put\nnoaccess put\ndup/FontName get exch definefont "
                  "pop\nmark currentfile "
                  "closefile\n");
    fb_encrypt(cipher, inner->data, inner->len, 55665, 4);
    g_autoptr(GString) head = g_string_new(clear);
    g_string_append(head, "currentfile eexec\n");
    if (f->segments) {
        fb_bytes(out, "\x80\x01", 2);
        fb32(out, GUINT32_SWAP_LE_BE((uint32_t)head->len));
    }
    fb_str(out, head->str);
    if (f->segments) {
        fb_bytes(out, "\x80\x02", 2);
        fb32(out, GUINT32_SWAP_LE_BE(cipher->len));
    }
    for (unsigned i = 0; i < cipher->len; i++) {
        if (f->hex) {
            g_string_printf(line, "%02x%s", cipher->data[i], i % 32 == 31 ? "\n" : "");
            fb_str(out, line->str);
        } else {
            fb8(out, cipher->data[i]);
        }
    }
    if (f->segments)
        fb_bytes(out, "\x80\x03", 2);
    return out;
}

/** A sound Type 1 font: .notdef, A with a call and hint replacement, B with a flex, C as an
 * accented glyph. */
static inline FbType1
fb_type1_sample(void)
{
    FbType1 f = {
        .subrs = { FB_PIECE("\x8e\x8b\x0c\x10\x0c\x11\x0c\x11\x0c\x21\x0b"), /* 3 0 callothersubr pop pop setcurrentpoint */
                   FB_PIECE("\x8b\x8c\x0c\x10\x0b"),                         /* 0 1 callothersubr */
                   FB_PIECE("\x8b\x8d\x0c\x10\x0b"),                         /* 0 2 callothersubr */
                   FB_PIECE("\x0b"),
                   FB_PIECE("\x8b\x95\x01\x0b") },
        .subr_count = 5,
        .names = { ".notdef", "A", "B", "acute", "Aacute" },
        .programs = {
            FB_PIECE("\x8b\xf8\x88\x0d\x0e"),
            /* 10 600 hsbw 0 20 hstem; 4 1 3 callothersubr pop callsubr; 0 0 rmoveto 100 hlineto 50 2 div vlineto ... */
            FB_PIECE("\x95\xf8\xec\x0d\x8b\x9f\x01\x8f\x8c\x8e\x0c\x10\x0c\x11\x0a\x8b\x8b\x15\xef\x06\xbd\x8d\x0c\x0c\x07"
                     "\x27\x06\x09\x0e"),
            /* a flex: 1 callsubr, seven moves each with 2 callsubr, 50 150 0 0 callsubr */
            FB_PIECE("\x8b\xf8\xec\x0d\x8b\x8b\x15\x8c\x0a\xbd\x8b\x15\x8d\x0a\x59\x8b\x15\x8d\x0a\x95\x90\x15\x8d\x0a\x95\x8b"
                     "\x15\x8d\x0a\x95\x8b\x15\x8d\x0a\x95\x86\x15\x8d\x0a\x95\x8b\x15\x8d\x0a\xbd\xd1\x8b\x8b\x0a\xef\x07\x09"
                     "\x0e"),
            FB_PIECE("\x90\xf7\x5c\x0d\x8b\x8b\x15\x95\x95\x05\x95\x06\x09\x0e"),
            /* 12 600 hsbw 5 30 70 65 194 seac */
            FB_PIECE("\x97\xf8\xec\x0d\x90\xa9\xd1\xcc\xf7\x56\x0c\x06"),
        },
        .glyph_count = 5,
        .len_iv = 4,
    };
    return f;
}
