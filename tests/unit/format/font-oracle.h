/* SPDX-License-Identifier: Apache-2.0
 *
 * font-oracle.h - FreeType's opinion of a font: the same outlines, advances and codes before and
 * after, to a unit: fractions of one are rounded at other times. For tests only. */
#pragma once

#include "base/base.h"

#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_OUTLINE_H
#include FT_TYPE1_TABLES_H

#include <string.h>

#define ORACLE_LOAD (FT_LOAD_NO_SCALE | FT_LOAD_NO_HINTING | FT_LOAD_NO_BITMAP)

typedef struct {
    FT_Library library;
    char why[256]; /* of the last difference */
} Oracle;

static inline FT_Face
oracle_open(Oracle *self, SkSpan font)
{
    FT_Face face = NULL;

    if (self->library == NULL)
        g_assert_cmpint(FT_Init_FreeType(&self->library), ==, 0);
    if (FT_New_Memory_Face(self->library, font.p, (FT_Long)font.n, 0, &face) != 0)
        return NULL;
    return face;
}

static inline bool
oracle_same_outline(const FT_Outline *a, const FT_Outline *b, int slack)
{
    if (a->n_points != b->n_points || a->n_contours != b->n_contours)
        return false;
    for (int i = 0; i < a->n_contours; i++)
        if (a->contours[i] != b->contours[i])
            return false;
    for (int i = 0; i < a->n_points; i++)
        if (ABS(a->points[i].x - b->points[i].x) > slack ||
            ABS(a->points[i].y - b->points[i].y) > slack || (a->tags[i] & 3) != (b->tags[i] & 3))
            return false;
    return true;
}

static inline void
oracle_name(FT_Face face, FT_UInt glyph, char name[128])
{
    name[0] = '\0';
    (void)FT_Get_Glyph_Name(face, glyph, name, 128);
}

/* Which glyph of @after is @glyph of @before: a Type 1 font's are in a new order. */
static inline FT_UInt
oracle_glyph(FT_Face before, FT_Face after, FT_UInt glyph, bool by_name)
{
    char name[128];

    if (!by_name)
        return glyph;
    oracle_name(before, glyph, name);
    return FT_Get_Name_Index(after, name);
}

/* Is every code of a map of @a that is kept one of @b's, for the same glyph? */
static inline bool
oracle_same_maps(Oracle *self, FT_Face a, FT_Face b, bool by_name)
{
    for (int i = 0; i < a->num_charmaps; i++) {
        FT_CharMap from = a->charmaps[i], to = NULL;
        bool kept = (from->platform_id == 1 && from->encoding_id == 0) ||
                    (from->platform_id == 3 && from->encoding_id <= 1);
        for (int k = 0; k < b->num_charmaps; k++)
            if (b->charmaps[k]->platform_id == from->platform_id &&
                b->charmaps[k]->encoding_id == from->encoding_id)
                to = b->charmaps[k];
        if (from->platform_id == 7) /* built-in encodings of Adobe: of any kind */
            for (int k = 0; k < b->num_charmaps; k++)
                to = b->charmaps[k]->platform_id == 7 ? b->charmaps[k] : to;
        else if (!kept || !FT_IS_SFNT(b)) /* OpenType with CFF loses its wrapper */
            continue;
        FT_UInt glyph = 0;
        (void)FT_Set_Charmap(a, from);
        for (FT_ULong code = FT_Get_First_Char(a, &glyph); glyph != 0;
             code = FT_Get_Next_Char(a, code, &glyph)) {
            char one[128], other[128];
            if ((from->platform_id == 1 && code > 255) || code > 0xfffe ||
                (FT_Long)glyph >= a->num_glyphs)
                continue;
            FT_UInt now = to == NULL || FT_Set_Charmap(b, to) != 0 ? 0 : FT_Get_Char_Index(b, code);
            oracle_name(a, glyph, one);
            oracle_name(b, now, other);
            if (by_name ? strcmp(one, other) == 0 : now == glyph)
                continue;
            g_snprintf(self->why, sizeof self->why,
                       "map %d %d: code %lu is glyph %u (%s), then %u (%s)", from->platform_id,
                       from->encoding_id, code, glyph, one, now, other);
            return false;
        }
    }
    return true;
}

/* Returns: true where every glyph draws the same, and codes lead to it as before. @ret_glyphs: how
 * many could be loaded before. */
static inline bool
oracle_same(Oracle *self, SkSpan before, SkSpan after, unsigned *ret_glyphs)
{
    FT_Face a = oracle_open(self, before), b = oracle_open(self, after);
    bool same = true, by_name = false;

    *ret_glyphs = 0;
    if (a == NULL || b == NULL) {
        g_snprintf(self->why, sizeof self->why, "%s does not open", a == NULL ? "before" : "after");
        same = a == NULL && b == NULL;
    } else {
        PS_FontInfoRec info;
        by_name = FT_Get_PS_Font_Info(a, &info) == 0 && before.n > 2 &&
                  (before.p[0] == '%' || before.p[0] == 0x80);
        if (!by_name && a->num_glyphs != b->num_glyphs) {
            g_snprintf(self->why, sizeof self->why, "%ld glyphs, then %ld", a->num_glyphs,
                       b->num_glyphs);
            same = false;
        }
        same = same && oracle_same_maps(self, a, b, by_name);
    }
    for (FT_Long i = 0; same && a != NULL && b != NULL && i < a->num_glyphs; i++) {
        FT_UInt to = oracle_glyph(a, b, (FT_UInt)i, by_name);
        int first = FT_Load_Glyph(a, (FT_UInt)i, ORACLE_LOAD),
            second = FT_Load_Glyph(b, to, ORACLE_LOAD);
        char name[128] = "";
        if (by_name)
            oracle_name(a, (FT_UInt)i, name);
        if (first != 0 || (by_name && FT_Get_Name_Index(a, name) !=
                                          (FT_UInt)i)) /* of one name, the first counts */
            continue;
        ++*ret_glyphs;
        if (second != 0) {
            g_snprintf(self->why, sizeof self->why, "glyph %ld: error %d", i, second);
            same = false;
        } else if (!oracle_same_outline(&a->glyph->outline, &b->glyph->outline, 1)) {
            g_snprintf(self->why, sizeof self->why, "glyph %ld: outline (%d, %d points)", i,
                       a->glyph->outline.n_points, b->glyph->outline.n_points);
            same = false;
        } else if (ABS(a->glyph->metrics.horiAdvance - b->glyph->metrics.horiAdvance) > 1 &&
                   !(by_name && i == 0) &&
                   before.p[0] != 'O' /* whose own table says the advance */) {
            g_snprintf(self->why, sizeof self->why, "glyph %ld: advance %ld, then %ld", i,
                       a->glyph->metrics.horiAdvance, b->glyph->metrics.horiAdvance);
            same = false;
        }
    }
    if (a != NULL)
        FT_Done_Face(a);
    if (b != NULL)
        FT_Done_Face(b);
    return same;
}

static inline void
oracle_end(Oracle *self)
{
    if (self->library != NULL)
        FT_Done_FreeType(self->library);
    self->library = NULL;
}
