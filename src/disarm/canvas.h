/* SPDX-License-Identifier: Apache-2.0
 *
 * canvas.h - shapes drawn onto a raster: filled and stroked paths, bitmaps, a rectangle to clip by.
 * What drawings of Windows (metafile.h) need, and no more. Work is counted, so that a small file
 * cannot ask for a long time. Runs in: disarm worker (no files, no network). Trusts: nothing. Spec:
 * docs/formats/pictures.md   Tests: tests/unit/disarm/test-pictures.c, tests/fuzz/fuzz-pictures.c
 */
#pragma once

#include "disarm/raster.h"

typedef struct {
    double x, y;
} SkPoint;

typedef struct {
    double left, top, right, bottom;
} SkBox;

/* x' = a·x + c·y + e, y' = b·x + d·y + f */
typedef struct {
    double a, b, c, d, e, f;
} SkMatrix;

/* Points in pixels, as closed or open figures. */
typedef struct {
    GArray *points;  /* owned, of SkPoint */
    GArray *figures; /* owned, of unsigned: where each begins */
} SkPath;

typedef struct {
    SkRaster *raster; /* borrowed */
    SkBox clip;       /* in pixels */
    uint64_t work;    /* what is left of it; 0: drawing stops */
} SkCanvas;

static inline SkPoint
sk_matrix_apply(const SkMatrix *m, double x, double y)
{
    return (SkPoint){ m->a * x + m->c * y + m->e, m->b * x + m->d * y + m->f };
}

/** sk_matrix_multiply: first @one, then @two. */
SkMatrix sk_matrix_multiply(const SkMatrix *one, const SkMatrix *two);

SkPath *sk_path_new(void);
void sk_path_free(SkPath *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkPath, sk_path_free)
void sk_path_clear(SkPath *self);
/** sk_path_move: a new figure begins. Without one, the other two begin it. */
void sk_path_move(SkPath *self, SkPoint to);
void sk_path_line(SkPath *self, SkPoint to);
void sk_path_curve(SkPath *self, SkPoint one, SkPoint two, SkPoint to);
/** sk_path_close: back to where the figure began. */
void sk_path_close(SkPath *self);
/** sk_path_ellipse: a closed figure of the four corners' images (so that it may be turned). */
void sk_path_ellipse(SkPath *self, const SkMatrix *matrix, SkBox box);
/** sk_path_box: the box around all points; empty where there are none. */
SkBox sk_path_box(const SkPath *self);

/** sk_canvas_fill: @even_odd, or by winding. @rgb: 0xRRGGBB. */
void sk_canvas_fill(SkCanvas *self, const SkPath *path, bool even_odd, uint32_t rgb);
/** sk_canvas_stroke: each figure's line, @width pixels wide, at least one. */
void sk_canvas_stroke(SkCanvas *self, const SkPath *path, double width, uint32_t rgb);
/* How an image meets what is there already: masks and icons need the last three. */
typedef enum { SK_CANVAS_OVER, SK_CANVAS_AND, SK_CANVAS_OR, SK_CANVAS_XOR } SkCanvasOp;

/** sk_canvas_image: @from of @image stretched over @box (either may be turned inside out, to mirror
 * it). */
void sk_canvas_image(SkCanvas *self, const SkRaster *image, SkBox from, SkBox box, SkCanvasOp op);
