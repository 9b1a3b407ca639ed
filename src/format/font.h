/* SPDX-License-Identifier: Apache-2.0
 *
 * font.h - font programs and CMaps of a PDF, parsed whole and written anew in the one form of
 * docs/formats/font.md: TrueType with plain outlines, or bare CFF. Nothing of the input's bytes is
 * copied through unread.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/font.md   Tests: tests/unit/format/test-font*.c, tests/fuzz/fuzz-font-*.c
 */
#pragma once

#include "base/sink.h"

#define SK_FONT_INPUT_MAX (64u << 20)
#define SK_FONT_GLYPHS_MAX 65535u
#define SK_FONT_POINTS_MAX 16383u        /* of one TrueType glyph */
#define SK_FONT_CONTOURS_MAX 8191u       /* likewise */
#define SK_FONT_ALL_POINTS_MAX 20000000u /* of all glyphs */
#define SK_FONT_COMPONENTS_MAX 256u      /* of one glyph, on all levels */
#define SK_FONT_DEPTH_MAX 8u             /* components in components */
#define SK_FONT_CALLS_MAX 10u            /* subroutines in subroutines */
#define SK_FONT_STEPS_MAX 500000u        /* operators of one charstring */
#define SK_FONT_ALL_STEPS_MAX 50000000u  /* of all charstrings */
#define SK_FONT_CHARSTRING_MAX 65535u    /* bytes written for one */
#define SK_FONT_NAME_MAX 63u             /* bytes of a name */
#define SK_FONT_CMAP_CODES_MAX 1000000u  /* written out of the lines of one CMap */
#define SK_FONT_CMAP_LINES_MAX 200000u   /* written */

typedef enum {
    SK_FONT_TRUETYPE, /* for FontFile2 */
    SK_FONT_CFF,      /* keyed by names; for FontFile3 */
    SK_FONT_CFF_CID,  /* keyed by CIDs; for FontFile3 of a CIDFont */
} SkFontKind;

typedef struct {
    bool cid; /* for a CIDFont: glyphs are never looked up by code or name, cmap and post go */
    const char *name; /* in the document, or NULL: some fonts are known by their name alone */
} SkFontOptions;

typedef struct {
    SkFontKind kind; /* of what was written */
    uint32_t glyphs;
    uint32_t cids;         /* greatest CID + 1 where kind is SK_FONT_CFF_CID */
    uint32_t units_per_em; /* 1000 for CFF without a matrix of its own */
    bool programs;         /* instructions or hints were there and went */
    bool converted;        /* it was Type 1, or in an OpenType wrapper */
} SkFontFacts;

/**
 * sk_font_rebuild: what @in is, its first bytes say.
 * @ret_facts: set only on success
 * @error: any SkErrorCode of a parser; UNSUPPORTED where the font is sound but has no form of ours
 * Deterministic; its own output comes out as it went in. Linear in the output, which is at most 16
 * times @in and 1 MiB. On failure nothing has been written to @out.
 * Returns: true, or false with @error set
 */
bool sk_font_rebuild(SkSpan in, const SkFontOptions *options, SkSink *out, SkFontFacts *ret_facts,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** SkFontEncoding: code to glyph name, as the program itself has it; NULL where it has none. */
typedef struct {
    char *names[256]; /* owned */
} SkFontEncoding;

/** sk_font_encoding: of a @program that sk_font_rebuild wrote; a TrueType font has none. */
bool sk_font_encoding(SkSpan program, SkFontEncoding *ret,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_font_encoding_clear(SkFontEncoding *self);

typedef struct {
    unsigned wmode;    /* 0 across, 1 down */
    uint32_t lines;    /* written */
    uint32_t left_out; /* codes whose value held characters that the profile does not allow */
    char used[32];     /* the predefined CMap that it builds on, or "" */
    char registry[33]; /* of an Encoding CMap */
    char ordering[33];
    unsigned supplement;
} SkCMapFacts;

/** sk_font_tounicode: a ToUnicode CMap. On failure nothing has been written; the font can do
 * without it. */
bool sk_font_tounicode(SkSpan in, SkSink *out, SkCMapFacts *ret_facts,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_font_cmap: an embedded Encoding CMap. Without it codes mean nothing: the font cannot be used.
 */
bool sk_font_cmap(SkSpan in, SkSink *out, SkCMapFacts *ret_facts,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_font_cmap_predefined: does @name, without its slash, name a CMap that every reader of PDF
 * has? */
bool sk_font_cmap_predefined(SkSpan name);
