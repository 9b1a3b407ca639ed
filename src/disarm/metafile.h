/* SPDX-License-Identifier: Apache-2.0
 *
 * metafile.h - what the two kinds of drawings of Windows (EMF: emf.c, WMF: wmf.c) share: a device
 * context, its objects, and how shapes, texts and bitmaps get from there onto a canvas. Texts
 * (metafile-text.c) are drawn without fonts. Runs in: disarm worker (no files, no network).
 * Trusts: nothing. Spec: docs/formats/pictures.md, [MS-EMF], [MS-WMF]   Tests:
 * tests/unit/disarm/test-pictures.c, tests/fuzz/fuzz-pictures.c
 */
#pragma once

#include "disarm/canvas.h"

#include "base/reader.h"

#define SK_METAFILE_SAVED_MAX 64u
#define SK_METAFILE_SIDE_MAX 2000.0 /* pixels */
#define SK_METAFILE_PIXELS_PER_INCH 192.0

typedef enum {
    SK_METAFILE_NONE,
    SK_METAFILE_PEN,
    SK_METAFILE_BRUSH,
    SK_METAFILE_FONT,
    SK_METAFILE_OTHER
} SkMetafileKind;

typedef struct {
    SkMetafileKind kind;
    bool empty; /* draws nothing */
    uint32_t rgb;
    double size;       /* width of a pen, height of a font: logical */
    double escapement; /* of a font, in radians */
    uint8_t charset;   /* of a font */
    bool bold;
} SkMetafileObject;

typedef struct {
    SkMatrix world;
    unsigned mode;                 /* of mapping: MM_* */
    double window[4], viewport[4]; /* x, y, width, height */
    SkMetafileObject pen, brush, font;
    uint32_t text_rgb, back_rgb;
    bool even_odd;
    unsigned align;
    SkPoint at; /* logical */
    SkBox clip;
} SkMetafileState;

typedef struct {
    SkDisarm *disarm; /* borrowed */
    SkCanvas canvas;
    SkMatrix base;          /* device → pixels */
    double units_per_mm[2]; /* device units, for the fixed mapping modes */
    SkMetafileState state, saved[SK_METAFILE_SAVED_MAX];
    unsigned saved_n;
    SkMetafileObject *objects; /* owned */
    unsigned objects_n;
    SkPath *path; /* owned: of the shape at hand, or of the path that is being recorded */
    bool recording;
    unsigned drawn; /* shapes and bitmaps */
    uint32_t texts; /* drawn without their fonts */
} SkMetafile;

/** sk_metafile_open: @width and @height in inches; the raster is made. */
bool sk_metafile_open(SkMetafile *self, SkDisarm *disarm, double width, double height,
                      SkRaster **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_metafile_clear(SkMetafile *self);
/** sk_metafile_finish: the findings, and the PNG. SK_ERROR_UNSUPPORTED where nothing was drawn, or
 * too much. */
bool sk_metafile_finish(SkMetafile *self, const SkRaster *raster, SkSpan place, SkSink *out,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_metafile_matrix: logical units → pixels, as they are now. */
SkMatrix sk_metafile_matrix(const SkMetafile *self);
void sk_metafile_save(SkMetafile *self);
/** sk_metafile_restore: to the state @n saves ago, or (positive) the @n-th. */
void sk_metafile_restore(SkMetafile *self, int32_t n);
/** sk_metafile_select: a copy of an object becomes the pen, brush or font. */
void sk_metafile_select(SkMetafile *self, const SkMetafileObject *object);
/** sk_metafile_stock: one of the objects that are always there. */
void sk_metafile_select_stock(SkMetafile *self, unsigned number);
/** sk_metafile_rgb: from a COLORREF (0x00BBGGRR). */
uint32_t sk_metafile_rgb(uint32_t colour);

/* Shapes: begin, add to self->path in pixels, end. While a path is recorded they join it. */
void sk_metafile_begin(SkMetafile *self);
void sk_metafile_end(SkMetafile *self, bool fill, bool stroke);

typedef struct {
    bool small;  /* coordinates of 16 bits */
    bool curves; /* each three points are a Bezier curve */
    bool to;     /* from where the pen is, and it stays at the end */
    bool closed; /* and filled */
} SkMetafilePoints;

/** sk_metafile_read_point: of two coordinates of 16 or 32 bits. */
SkPoint sk_metafile_read_point(SkReader *r, bool small);
/** sk_metafile_add_points: the next @n points of @r join the path; as far as they are there. */
void sk_metafile_add_points(SkMetafile *self, SkReader *r, uint32_t n, SkMetafilePoints how);
/** sk_metafile_points: a shape of them alone. */
void sk_metafile_points(SkMetafile *self, SkReader *r, uint32_t n, SkMetafilePoints how);
void sk_metafile_line_to(SkMetafile *self, SkPoint to);
void sk_metafile_pixel(SkMetafile *self, SkPoint p, uint32_t rgb);
void sk_metafile_rectangle(SkMetafile *self, SkBox box);
void sk_metafile_ellipse(SkMetafile *self, SkBox box);
/** sk_metafile_arc: from the ray through @start to that through @end, counterclockwise as seen.
 * @how: 0 open, 1 chord, 2 pie. */
void sk_metafile_arc(SkMetafile *self, SkBox box, SkPoint start, SkPoint end, unsigned how);
void sk_metafile_draw_path(SkMetafile *self, bool fill, bool stroke);

/** sk_metafile_clip: the clip becomes smaller; @box is logical. */
void sk_metafile_clip(SkMetafile *self, SkBox box);
/** sk_metafile_fill_box: @box is logical. */
void sk_metafile_fill_box(SkMetafile *self, SkBox box, uint32_t rgb);

/* A character that is not known: of a code page, or a glyph's number. */
#define SK_METAFILE_NO_CHAR 0xfffdu

/** sk_metafile_chars: a text of bytes, in the font's charset: one character a byte. Returns: how
 * many. */
unsigned sk_metafile_chars(const SkMetafile *self, SkSpan bytes, uint16_t *ret, unsigned max);
/**
 * sk_metafile_text: @n characters of UTF-16 at @at.
 * @advances: of each character, logical; NULL: guessed
 */
void sk_metafile_text(SkMetafile *self, SkPoint at, unsigned n, const uint16_t *chars,
                      const double *advances);

typedef struct {
    SkSpan header;
    SkSpan bits;
    bool has_bits;    /* false: they follow the header */
    bool blended;     /* as of sk_dib_read */
    bool from_bottom; /* @from counts its rows from the last one */
    SkBox from;       /* empty: all of it */
    SkBox box;        /* logical */
    uint32_t operation;
} SkMetafileImage;

/** sk_metafile_sized: a box of a corner and a size. */
static inline SkBox
sk_metafile_sized(SkPoint at, SkPoint size)
{
    return (SkBox){ at.x, at.y, at.x + size.x, at.y + size.y };
}

/** sk_metafile_image: a bitmap by a raster operation; one that cannot be read is left out. */
void sk_metafile_image(SkMetafile *self, const SkMetafileImage *image);
/** sk_metafile_pattern: a raster operation without a bitmap. */
void sk_metafile_pattern(SkMetafile *self, SkBox box, uint32_t operation);
