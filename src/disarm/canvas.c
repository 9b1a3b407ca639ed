/* SPDX-License-Identifier: Apache-2.0
 *
 * canvas.c - contract in canvas.h. Filling goes down the rows, four lines to a row, and finds on
 * each line where it crosses an edge.
 */
#include "disarm/canvas.h"

#include <math.h>

#define LINES 4u           /* of samples in a row of pixels */
#define POINTS_MAX 200000u /* of one path */
#define FAR 1000000.0      /* pixels: what lies farther is moved here */
#define CURVE_STEPS 16u

SkMatrix
sk_matrix_multiply(const SkMatrix *one, const SkMatrix *two)
{
    return (SkMatrix){
        .a = one->a * two->a + one->b * two->c,
        .b = one->a * two->b + one->b * two->d,
        .c = one->c * two->a + one->d * two->c,
        .d = one->c * two->b + one->d * two->d,
        .e = one->e * two->a + one->f * two->c + two->e,
        .f = one->e * two->b + one->f * two->d + two->f,
    };
}

/* ---- paths --------------------------------------------------------------------------------- */

SkPath *
sk_path_new(void)
{
    SkPath *self = g_new0(SkPath, 1);

    self->points = g_array_new(FALSE, FALSE, sizeof(SkPoint));
    self->figures = g_array_new(FALSE, FALSE, sizeof(unsigned));
    return self;
}

void
sk_path_free(SkPath *self)
{
    if (self == NULL)
        return;
    g_array_unref(self->points);
    g_array_unref(self->figures);
    g_free(self);
}

void
sk_path_clear(SkPath *self)
{
    g_array_set_size(self->points, 0);
    g_array_set_size(self->figures, 0);
}

static double
near(double v)
{
    return isnan(v) ? 0 : CLAMP(v, -FAR, FAR);
}

static void
add(SkPath *self, SkPoint p)
{
    SkPoint at = { near(p.x), near(p.y) };

    if (self->points->len < POINTS_MAX)
        g_array_append_val(self->points, at);
}

void
sk_path_move(SkPath *self, SkPoint to)
{
    unsigned at = self->points->len;

    if (at >= POINTS_MAX)
        return;
    g_array_append_val(self->figures, at);
    add(self, to);
}

void
sk_path_line(SkPath *self, SkPoint to)
{
    if (self->figures->len == 0)
        sk_path_move(self, to);
    else
        add(self, to);
}

void
sk_path_curve(SkPath *self, SkPoint one, SkPoint two, SkPoint to)
{
    if (self->figures->len == 0)
        sk_path_move(self, one);
    if (self->points->len == 0)
        return;
    SkPoint from = g_array_index(self->points, SkPoint, self->points->len - 1);
    for (unsigned i = 1; i <= CURVE_STEPS; i++) {
        double t = (double)i / CURVE_STEPS, u = 1 - t;
        double k0 = u * u * u, k1 = 3 * u * u * t, k2 = 3 * u * t * t, k3 = t * t * t;
        add(self, (SkPoint){ k0 * from.x + k1 * one.x + k2 * two.x + k3 * to.x,
                             k0 * from.y + k1 * one.y + k2 * two.y + k3 * to.y });
    }
}

void
sk_path_close(SkPath *self)
{
    if (self->figures->len == 0)
        return;
    unsigned start = g_array_index(self->figures, unsigned, self->figures->len - 1);
    add(self, g_array_index(self->points, SkPoint, start));
}

void
sk_path_ellipse(SkPath *self, const SkMatrix *matrix, SkBox box)
{
    const double k = 0.5522847498;
    double x = (box.left + box.right) / 2, y = (box.top + box.bottom) / 2;
    double rx = (box.right - box.left) / 2, ry = (box.bottom - box.top) / 2;
    static const double corners[4][2] = { { 1, 0 }, { 0, 1 }, { -1, 0 }, { 0, -1 } };

    sk_path_move(self, sk_matrix_apply(matrix, x + rx, y));
    for (unsigned i = 0; i < 4; i++) {
        const double *from = corners[i], *to = corners[(i + 1) % 4];
        sk_path_curve(
            self,
            sk_matrix_apply(matrix, x + rx * (from[0] + k * to[0]), y + ry * (from[1] + k * to[1])),
            sk_matrix_apply(matrix, x + rx * (to[0] + k * from[0]), y + ry * (to[1] + k * from[1])),
            sk_matrix_apply(matrix, x + rx * to[0], y + ry * to[1]));
    }
}

SkBox
sk_path_box(const SkPath *self)
{
    SkBox box = { 0, 0, 0, 0 };

    for (unsigned i = 0; i < self->points->len; i++) {
        SkPoint p = g_array_index(self->points, SkPoint, i);
        box.left = i == 0 ? p.x : MIN(box.left, p.x);
        box.right = i == 0 ? p.x : MAX(box.right, p.x);
        box.top = i == 0 ? p.y : MIN(box.top, p.y);
        box.bottom = i == 0 ? p.y : MAX(box.bottom, p.y);
    }
    return box;
}

/* ---- work ---------------------------------------------------------------------------------- */

static bool
spend(SkCanvas *self, uint64_t n)
{
    self->work = n < self->work ? self->work - n : 0;
    return self->work > 0;
}

/* ---- filling ------------------------------------------------------------------------------- */

typedef struct {
    double x, slope; /* where it crosses the present line, and how that moves in one line */
    int first, last; /* lines */
    int winding;
} Edge;

typedef struct {
    double x;
    int winding;
} Crossing;

static int
by_first(gconstpointer a, gconstpointer b)
{
    const Edge *one = a, *two = b;
    return (one->first > two->first) - (one->first < two->first);
}

/* Lines lie at (n + ½) / LINES. */
static void
add_edge(GArray *edges, SkPoint from, SkPoint to, int lines)
{
    Edge edge = { .winding = from.y < to.y ? 1 : -1 };
    SkPoint top = from.y < to.y ? from : to, bottom = from.y < to.y ? to : from;

    edge.first = (int)ceil(top.y * LINES - 0.5);
    edge.last = (int)ceil(bottom.y * LINES - 0.5) - 1;
    if (edge.first > edge.last || edge.last < 0 || edge.first >= lines)
        return;
    edge.slope = (bottom.x - top.x) / (bottom.y - top.y) / LINES;
    if (edge.first < 0)
        edge.first = 0;
    edge.x = top.x + ((edge.first + 0.5) / LINES - top.y) * edge.slope * LINES;
    g_array_append_val(edges, edge);
}

static void
add_figures(GArray *edges, const SkPath *path, int lines)
{
    for (unsigned f = 0; f < path->figures->len; f++) {
        unsigned start = g_array_index(path->figures, unsigned, f);
        unsigned end = f + 1 < path->figures->len ? g_array_index(path->figures, unsigned, f + 1)
                                                  : path->points->len;
        for (unsigned i = start; i < end; i++)
            add_edge(edges, g_array_index(path->points, SkPoint, i),
                     g_array_index(path->points, SkPoint, i + 1 < end ? i + 1 : start), lines);
    }
}

/* Coverage of one line between two places: whole pixels, and parts of the first and last. */
static void
cover(float *row, const SkBox *clip, double left, double right)
{
    left = MAX(left, clip->left);
    right = MIN(right, clip->right);
    if (left >= right)
        return;
    int first = (int)left, last = (int)ceil(right) - 1;
    for (int x = first; x <= last; x++) {
        double part = MIN(right, x + 1.0) - MAX(left, (double)x);
        row[x] += (float)(part / LINES);
    }
}

static void
sort_crossings(Crossing *crossings, unsigned n)
{
    for (unsigned i = 1; i < n; i++) {
        Crossing one = crossings[i];
        unsigned at = i;
        for (; at > 0 && crossings[at - 1].x > one.x; at--)
            crossings[at] = crossings[at - 1];
        crossings[at] = one;
    }
}

static void
cover_line(float *row, const SkBox *clip, const Crossing *crossings, unsigned n, bool even_odd)
{
    int winding = 0;

    for (unsigned i = 0; i + 1 < n; i++) {
        winding += crossings[i].winding;
        if (even_odd ? i % 2 == 0 : winding != 0)
            cover(row, clip, crossings[i].x, crossings[i + 1].x);
    }
}

/* Puts a colour of opacity @part over the pixel. */
static void
put_over(uint8_t *p, const uint8_t rgb[3], unsigned part)
{
    unsigned below = (p[3] * (255 - part) + 127) / 255, all = part + below;

    for (unsigned c = 0; c < 3 && all > 0; c++)
        p[c] = (uint8_t)((rgb[c] * part + p[c] * below + all / 2) / all);
    p[3] = (uint8_t)all;
}

static void
blend(SkCanvas *self, uint32_t y, const float *row, uint32_t rgb)
{
    uint32_t first = (uint32_t)self->clip.left, last = (uint32_t)ceil(self->clip.right);
    const uint8_t colour[3] = { (uint8_t)(rgb >> 16), (uint8_t)(rgb >> 8), (uint8_t)rgb };

    for (uint32_t x = first; x < last; x++) {
        if (row[x] > 0)
            put_over(sk_raster_at(self->raster, x, y), colour,
                     (unsigned)(MIN(row[x], 1.0f) * 255 + 0.5f));
    }
}

typedef struct {
    GArray *edges;  /* owned, of Edge, by their first line */
    unsigned taken; /* of them */
    GArray *active; /* owned, of Edge */
    GArray *crossings;
} Scan;

/* The edges that the line crosses; false once the work is spent. */
static bool
scan_line(SkCanvas *canvas, Scan *self, int line)
{
    while (self->taken < self->edges->len &&
           g_array_index(self->edges, Edge, self->taken).first <= line) {
        Edge edge = g_array_index(self->edges, Edge, self->taken++);
        edge.x += (line - edge.first) * edge.slope;
        g_array_append_val(self->active, edge);
    }
    g_array_set_size(self->crossings, 0);
    for (unsigned i = 0; i < self->active->len;) {
        Edge *edge = &g_array_index(self->active, Edge, i);
        if (edge->last < line) {
            g_array_remove_index_fast(self->active, i);
            continue;
        }
        Crossing crossing = { edge->x, edge->winding };
        g_array_append_val(self->crossings, crossing);
        edge->x += edge->slope;
        i++;
    }
    uint64_t n = self->crossings->len;
    return spend(canvas, n * n / 4 + n + 1);
}

void
sk_canvas_fill(SkCanvas *self, const SkPath *path, bool even_odd, uint32_t rgb)
{
    SkBox box = sk_path_box(path);
    int top = (int)MAX(floor(box.top), floor(self->clip.top));
    int bottom = (int)MIN(ceil(box.bottom), ceil(self->clip.bottom));
    g_autoptr(GArray) edges = g_array_new(FALSE, FALSE, sizeof(Edge));
    g_autoptr(GArray) active = g_array_new(FALSE, FALSE, sizeof(Edge));
    g_autoptr(GArray) crossings = g_array_new(FALSE, FALSE, sizeof(Crossing));
    Scan scan = { .edges = edges, .active = active, .crossings = crossings };

    if (top >= bottom || self->clip.left >= self->clip.right || !spend(self, path->points->len))
        return;
    add_figures(edges, path, bottom * (int)LINES);
    g_array_sort(edges, by_first);
    g_autofree float *row = g_new(float, self->raster->width);
    for (int y = top; y < bottom; y++) {
        for (uint32_t x = 0; x < self->raster->width; x++)
            row[x] = 0;
        for (unsigned i = 0; i < LINES; i++) {
            int line = y * (int)LINES + (int)i;
            double middle = (line + 0.5) / LINES;
            if (!scan_line(self, &scan, line) || !spend(self, self->raster->width / 4 + 1))
                return;
            sort_crossings((Crossing *)(void *)crossings->data, crossings->len);
            if (middle >= self->clip.top && middle < self->clip.bottom)
                cover_line(row, &self->clip, (const Crossing *)(void *)crossings->data,
                           crossings->len, even_odd);
        }
        blend(self, (uint32_t)y, row, rgb);
    }
}

/* ---- lines --------------------------------------------------------------------------------- */

/* A line as a box around it; thick ones reach half their width past their ends, which joins them.
 */
static void
add_segment(SkPath *path, SkPoint from, SkPoint to, double width)
{
    double dx = to.x - from.x, dy = to.y - from.y, length = hypot(dx, dy);
    double ux = length > 0 ? dx / length : 1, uy = length > 0 ? dy / length : 0;
    double half = width / 2, past = width > 1.5 || length == 0 ? half : 0;

    from.x -= ux * past;
    from.y -= uy * past;
    to.x += ux * past;
    to.y += uy * past;
    sk_path_move(path, (SkPoint){ from.x - uy * half, from.y + ux * half });
    sk_path_line(path, (SkPoint){ to.x - uy * half, to.y + ux * half });
    sk_path_line(path, (SkPoint){ to.x + uy * half, to.y - ux * half });
    sk_path_line(path, (SkPoint){ from.x + uy * half, from.y - ux * half });
}

void
sk_canvas_stroke(SkCanvas *self, const SkPath *path, double width, uint32_t rgb)
{
    g_autoptr(SkPath) outline = sk_path_new();

    width = CLAMP(width, 1.0, 4096.0);
    for (unsigned f = 0; f < path->figures->len; f++) {
        unsigned start = g_array_index(path->figures, unsigned, f);
        unsigned end = f + 1 < path->figures->len ? g_array_index(path->figures, unsigned, f + 1)
                                                  : path->points->len;
        for (unsigned i = start; i + 1 < end; i++)
            add_segment(outline, g_array_index(path->points, SkPoint, i),
                        g_array_index(path->points, SkPoint, i + 1), width);
    }
    sk_canvas_fill(self, outline, false, rgb);
}

/* ---- bitmaps ------------------------------------------------------------------------------- */

/* The mean of the image's pixels that one pixel of ours covers. */
static bool
sample(SkCanvas *self, const SkRaster *image, SkBox from, uint8_t out[4])
{
    double right = image->width - 1.0, bottom = image->height - 1.0;
    uint32_t x0 = (uint32_t)CLAMP(MIN(from.left, from.right), 0, right);
    uint32_t x1 = (uint32_t)CLAMP(ceil(MAX(from.left, from.right)) - 1, x0, right);
    uint32_t y0 = (uint32_t)CLAMP(MIN(from.top, from.bottom), 0, bottom);
    uint32_t y1 = (uint32_t)CLAMP(ceil(MAX(from.top, from.bottom)) - 1, y0, bottom);
    uint64_t sum[4] = { 0 }, n = (uint64_t)(x1 - x0 + 1) * (y1 - y0 + 1);

    if (!spend(self, n))
        return false;
    for (uint32_t y = y0; y <= y1; y++) {
        for (uint32_t x = x0; x <= x1; x++) {
            const uint8_t *p = image->pixels + 4 * ((size_t)y * image->width + x);
            for (unsigned c = 0; c < 3; c++)
                sum[c] += (uint64_t)p[c] * p[3];
            sum[3] += p[3];
        }
    }
    for (unsigned c = 0; c < 3; c++)
        out[c] = (uint8_t)(sum[3] == 0 ? 0 : sum[c] / sum[3]);
    out[3] = (uint8_t)(sum[3] / n);
    return true;
}

/* Bitwise, on what is seen on white; what does not change stays as transparent as it was. */
static void
put_bits(uint8_t *p, const uint8_t pixel[4], SkCanvasOp op)
{
    uint8_t before[3], after[3];

    for (unsigned c = 0; c < 3; c++) {
        before[c] = (uint8_t)((p[c] * p[3] + 255 * (255 - p[3]) + 127) / 255);
        unsigned with = op == SK_CANVAS_AND  ? before[c] & pixel[c]
                        : op == SK_CANVAS_OR ? before[c] | pixel[c]
                                             : before[c] ^ pixel[c];
        after[c] = (uint8_t)with;
    }
    if (before[0] == after[0] && before[1] == after[1] && before[2] == after[2])
        return;
    put_over(p, after, 255);
}

void
sk_canvas_image(SkCanvas *self, const SkRaster *image, SkBox from, SkBox box, SkCanvasOp op)
{
    double left = MAX(MIN(box.left, box.right), self->clip.left);
    double right = MIN(MAX(box.left, box.right), self->clip.right);
    double top = MAX(MIN(box.top, box.bottom), self->clip.top);
    double bottom = MIN(MAX(box.top, box.bottom), self->clip.bottom);
    double across = (from.right - from.left) / (box.right - box.left);
    double down = (from.bottom - from.top) / (box.bottom - box.top);

    if (!(left < right && top < bottom) || !isfinite(across) || !isfinite(down))
        return;
    for (uint32_t y = (uint32_t)(top + 0.5); y < (uint32_t)(bottom + 0.5); y++) {
        for (uint32_t x = (uint32_t)(left + 0.5); x < (uint32_t)(right + 0.5); x++) {
            SkBox part = { from.left + (x - box.left) * across, from.top + (y - box.top) * down,
                           from.left + (x + 1 - box.left) * across,
                           from.top + (y + 1 - box.top) * down };
            uint8_t pixel[4];
            if (!sample(self, image, part, pixel))
                return;
            uint8_t *p = sk_raster_at(self->raster, x, y);
            if (op == SK_CANVAS_OVER)
                put_over(p, pixel, pixel[3]);
            else
                put_bits(p, pixel, op);
        }
    }
}
