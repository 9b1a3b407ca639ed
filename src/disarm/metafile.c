/* SPDX-License-Identifier: Apache-2.0
 * metafile.c - contract in metafile.h. */
#include "disarm/metafile.h"

#include "disarm/dib.h"
#include "disarm/picture-formats.h"

#include <math.h>

#define WORK 200000000u      /* about a second, for one drawing */
#define WORK_ALL 2000000000u /* for all of a document */
#define POINTS_MAX 100000u

enum {
    MM_TEXT = 1,
    MM_LOMETRIC,
    MM_HIMETRIC,
    MM_LOENGLISH,
    MM_HIENGLISH,
    MM_TWIPS,
    MM_ISOTROPIC,
    MM_ANISOTROPIC
};
enum {
    SRCAND = 0x8800c6,
    SRCPAINT = 0xee0086,
    SRCINVERT = 0x660046,
    PATCOPY = 0xf00021,
    BLACKNESS = 0x42,
    WHITENESS = 0xff0062
};

static const SkMatrix unit = { 1, 0, 0, 1, 0, 0 };

bool
sk_metafile_open(SkMetafile *self, SkDisarm *disarm, double width, double height, SkRaster **ret,
                 GError **error)
{
    double greater = MAX(width, height), scale = SK_METAFILE_PIXELS_PER_INCH;

    if (!(width > 0) || !(height > 0) || !isfinite(width / height) || width / height > 1000 ||
        height / width > 1000)
        return sk_throw(error, SK_ERROR_MALFORMED, "drawing: without a size");
    scale = CLAMP(scale, 64 / greater, SK_METAFILE_SIDE_MAX / greater);
    if (disarm->drawn >= WORK_ALL)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "drawing: too much to draw");
    self->disarm = disarm;
    if (!sk_raster_new(disarm, (uint64_t)MAX(1.0, round(width * scale)),
                       (uint64_t)MAX(1.0, round(height * scale)), ret, error))
        return false;
    self->canvas =
        (SkCanvas){ .raster = *ret, .clip = { 0, 0, (*ret)->width, (*ret)->height }, .work = WORK };
    self->base = unit;
    self->path = sk_path_new();
    self->state = (SkMetafileState){ .world = unit,
                                     .mode = MM_TEXT,
                                     .window = { 0, 0, 1, 1 },
                                     .viewport = { 0, 0, 1, 1 },
                                     .pen = { .kind = SK_METAFILE_PEN },
                                     .brush = { .kind = SK_METAFILE_BRUSH, .rgb = 0xffffff },
                                     .font = { .kind = SK_METAFILE_FONT, .size = 12 },
                                     .back_rgb = 0xffffff,
                                     .even_odd = true,
                                     .clip = self->canvas.clip };
    return true;
}

void
sk_metafile_clear(SkMetafile *self)
{
    if (self->disarm != NULL)
        self->disarm->drawn += WORK - self->canvas.work;
    g_clear_pointer(&self->path, sk_path_free);
    g_clear_pointer(&self->objects, g_free);
}

bool
sk_metafile_finish(SkMetafile *self, const SkRaster *raster, SkSpan place, SkSink *out,
                   GError **error)
{
    if (self->canvas.work == 0)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "drawing: too much to draw");
    if (self->drawn == 0)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "drawing: nothing in it that can be drawn");
    return sk_picture_found(self->disarm, SK_ELEMENT_DRAWING_TEXT, self->texts, place, error) &&
           sk_picture_found(self->disarm, SK_ELEMENT_PICTURE_ENCODING, 1, place, error) &&
           sk_raster_write(raster, out, error);
}

/* ---- state --------------------------------------------------------------------------------- */

static double
ratio(double viewport, double window)
{
    double r = window == 0 ? 1 : viewport / window;
    return isfinite(r) ? r : 1;
}

static SkMatrix
page_matrix(const SkMetafile *self)
{
    static const double fixed[] = { [MM_LOMETRIC] = 0.1,
                                    [MM_HIMETRIC] = 0.01,
                                    [MM_LOENGLISH] = 0.254,
                                    [MM_HIENGLISH] = 0.0254,
                                    [MM_TWIPS] = 25.4 / 1440 };
    const SkMetafileState *s = &self->state;
    double x = 1, y = 1;

    if (s->mode >= MM_ISOTROPIC) {
        x = ratio(s->viewport[2], s->window[2]);
        y = ratio(s->viewport[3], s->window[3]);
    } else if (s->mode > MM_TEXT) {
        x = fixed[s->mode] * self->units_per_mm[0];
        y = -fixed[s->mode] * self->units_per_mm[1];
    }
    if (s->mode == MM_ISOTROPIC) {
        double least = MIN(fabs(x), fabs(y));
        x = copysign(least, x);
        y = copysign(least, y);
    }
    return (SkMatrix){
        x, 0, 0, y, s->viewport[0] - s->window[0] * x, s->viewport[1] - s->window[1] * y
    };
}

SkMatrix
sk_metafile_matrix(const SkMetafile *self)
{
    SkMatrix page = page_matrix(self);
    SkMatrix device = sk_matrix_multiply(&self->state.world, &page);

    return sk_matrix_multiply(&device, &self->base);
}

void
sk_metafile_save(SkMetafile *self)
{
    if (self->saved_n < SK_METAFILE_SAVED_MAX)
        self->saved[self->saved_n++] = self->state;
}

void
sk_metafile_restore(SkMetafile *self, int32_t n)
{
    int64_t to = n < 0 ? (int64_t)self->saved_n + n : (int64_t)n - 1;

    if (to < 0 || to >= self->saved_n)
        return;
    self->state = self->saved[to];
    self->saved_n = (unsigned)to;
    self->canvas.clip = self->state.clip;
}

void
sk_metafile_select(SkMetafile *self, const SkMetafileObject *object)
{
    if (object->kind == SK_METAFILE_PEN)
        self->state.pen = *object;
    else if (object->kind == SK_METAFILE_BRUSH)
        self->state.brush = *object;
    else if (object->kind == SK_METAFILE_FONT)
        self->state.font = *object;
}

void
sk_metafile_select_stock(SkMetafile *self, unsigned number)
{
    static const SkMetafileObject stock[] = {
        { .kind = SK_METAFILE_BRUSH, .rgb = 0xffffff },
        { .kind = SK_METAFILE_BRUSH, .rgb = 0xc0c0c0 },
        { .kind = SK_METAFILE_BRUSH, .rgb = 0x808080 },
        { .kind = SK_METAFILE_BRUSH, .rgb = 0x404040 },
        { .kind = SK_METAFILE_BRUSH, .rgb = 0 },
        { .kind = SK_METAFILE_BRUSH, .empty = true },
        { .kind = SK_METAFILE_PEN, .rgb = 0xffffff },
        { .kind = SK_METAFILE_PEN },
        { .kind = SK_METAFILE_PEN, .empty = true },
    };

    if (number < G_N_ELEMENTS(stock))
        sk_metafile_select(self, &stock[number]);
}

uint32_t
sk_metafile_rgb(uint32_t colour)
{
    return (colour & 0xff) << 16 | (colour & 0xff00) | (colour >> 16 & 0xff);
}

/* ---- shapes -------------------------------------------------------------------------------- */

SkPoint
sk_metafile_read_point(SkReader *r, bool small)
{
    if (small) {
        double x = (int16_t)sk_reader_u16le(r), y = (int16_t)sk_reader_u16le(r);
        return (SkPoint){ x, y };
    }
    double x = (int32_t)sk_reader_u32le(r), y = (int32_t)sk_reader_u32le(r);
    return (SkPoint){ x, y };
}

void
sk_metafile_begin(SkMetafile *self)
{
    if (!self->recording)
        sk_path_clear(self->path);
}

void
sk_metafile_draw_path(SkMetafile *self, bool fill, bool stroke)
{
    const SkMetafileState *s = &self->state;
    SkMatrix m = sk_metafile_matrix(self);
    double scale = sqrt(fabs(m.a * m.d - m.b * m.c));

    self->drawn += self->path->points->len > 0;
    if (fill && !s->brush.empty)
        sk_canvas_fill(&self->canvas, self->path, s->even_odd, s->brush.rgb);
    if (stroke && !s->pen.empty)
        sk_canvas_stroke(&self->canvas, self->path, isfinite(scale) ? s->pen.size * scale : 1,
                         s->pen.rgb);
}

void
sk_metafile_end(SkMetafile *self, bool fill, bool stroke)
{
    if (!self->recording)
        sk_metafile_draw_path(self, fill, stroke);
}

static void
add_box(const SkMatrix *m, SkPath *path, SkBox box)
{
    sk_path_move(path, sk_matrix_apply(m, box.left, box.top));
    sk_path_line(path, sk_matrix_apply(m, box.right, box.top));
    sk_path_line(path, sk_matrix_apply(m, box.right, box.bottom));
    sk_path_line(path, sk_matrix_apply(m, box.left, box.bottom));
    sk_path_close(path);
}

void
sk_metafile_add_points(SkMetafile *self, SkReader *r, uint32_t n, SkMetafilePoints how)
{
    SkMatrix matrix = sk_metafile_matrix(self);
    SkPoint three[3], last = self->state.at;
    unsigned have = 0;

    if (how.to)
        sk_path_move(self->path, sk_matrix_apply(&matrix, last.x, last.y));
    for (uint32_t i = 0; i < MIN(n, POINTS_MAX); i++) {
        last = sk_metafile_read_point(r, how.small);
        if (!sk_reader_ok(r))
            return;
        SkPoint p = sk_matrix_apply(&matrix, last.x, last.y);
        if (i == 0 && !how.to) {
            sk_path_move(self->path, p);
        } else if (!how.curves) {
            sk_path_line(self->path, p);
        } else {
            three[have++] = p;
            if (have == 3)
                sk_path_curve(self->path, three[0], three[1], three[2]);
            have %= 3;
        }
    }
    if (how.to)
        self->state.at = last;
    if (how.closed)
        sk_path_close(self->path);
}

void
sk_metafile_points(SkMetafile *self, SkReader *r, uint32_t n, SkMetafilePoints how)
{
    sk_metafile_begin(self);
    sk_metafile_add_points(self, r, n, how);
    sk_metafile_end(self, how.closed, true);
}

void
sk_metafile_line_to(SkMetafile *self, SkPoint to)
{
    SkMatrix matrix = sk_metafile_matrix(self);
    SkPoint from = self->state.at;

    sk_metafile_begin(self);
    if (!self->recording || self->path->points->len == 0)
        sk_path_move(self->path, sk_matrix_apply(&matrix, from.x, from.y));
    sk_path_line(self->path, sk_matrix_apply(&matrix, to.x, to.y));
    sk_metafile_end(self, false, true);
    self->state.at = to;
}

void
sk_metafile_pixel(SkMetafile *self, SkPoint p, uint32_t rgb)
{
    sk_metafile_fill_box(self, (SkBox){ p.x, p.y, p.x + 1, p.y + 1 }, rgb);
}

void
sk_metafile_rectangle(SkMetafile *self, SkBox box)
{
    SkMatrix m = sk_metafile_matrix(self);

    sk_metafile_begin(self);
    add_box(&m, self->path, box);
    sk_metafile_end(self, true, true);
}

void
sk_metafile_ellipse(SkMetafile *self, SkBox box)
{
    SkMatrix m = sk_metafile_matrix(self);

    sk_metafile_begin(self);
    sk_path_ellipse(self->path, &m, box);
    sk_metafile_end(self, true, true);
}

void
sk_metafile_arc(SkMetafile *self, SkBox box, SkPoint start, SkPoint end, unsigned how)
{
    SkMatrix m = sk_metafile_matrix(self);
    double x = (box.left + box.right) / 2, y = (box.top + box.bottom) / 2;
    double rx = fabs(box.right - box.left) / 2, ry = fabs(box.bottom - box.top) / 2;
    const unsigned steps = 64;

    if (rx == 0 || ry == 0)
        return;
    double from = atan2((start.y - y) / ry, (start.x - x) / rx),
           to = atan2((end.y - y) / ry, (end.x - x) / rx);
    if (to >= from)
        to -= 2 * G_PI;
    sk_metafile_begin(self);
    for (unsigned i = 0; i <= steps; i++) {
        double t = from + (to - from) * i / steps;
        SkPoint p = sk_matrix_apply(&m, x + rx * cos(t), y + ry * sin(t));
        if (i == 0)
            sk_path_move(self->path, p);
        else
            sk_path_line(self->path, p);
    }
    if (how == 2)
        sk_path_line(self->path, sk_matrix_apply(&m, x, y));
    if (how > 0)
        sk_path_close(self->path);
    sk_metafile_end(self, how > 0, true);
}

static SkBox
box_of(const SkMatrix *m, SkBox box)
{
    g_autoptr(SkPath) path = sk_path_new();

    add_box(m, path, box);
    return sk_path_box(path);
}

void
sk_metafile_clip(SkMetafile *self, SkBox box)
{
    SkMatrix m = sk_metafile_matrix(self);
    SkBox to = box_of(&m, box), *clip = &self->state.clip;

    clip->left = MAX(clip->left, to.left);
    clip->top = MAX(clip->top, to.top);
    clip->right = MAX(clip->left, MIN(clip->right, to.right));
    clip->bottom = MAX(clip->top, MIN(clip->bottom, to.bottom));
    if (clip->left >= self->canvas.raster->width || clip->top >= self->canvas.raster->height)
        *clip = (SkBox){ 0, 0, 0, 0 };
    self->canvas.clip = *clip;
}

void
sk_metafile_fill_box(SkMetafile *self, SkBox box, uint32_t rgb)
{
    SkMatrix m = sk_metafile_matrix(self);
    g_autoptr(SkPath) path = sk_path_new();

    add_box(&m, path, box);
    sk_canvas_fill(&self->canvas, path, false, rgb);
    self->drawn++;
}

/* ---- bitmaps ------------------------------------------------------------------------------- */

static SkBox
part_of(const SkMetafileImage *image, const SkRaster *raster)
{
    SkBox from = image->from;

    if (from.left == from.right || from.top == from.bottom)
        return (SkBox){ 0, 0, raster->width, raster->height };
    if (image->from_bottom) {
        double height = from.bottom - from.top;
        from.top = raster->height - from.bottom;
        from.bottom = from.top + height;
    }
    return from;
}

void
sk_metafile_image(SkMetafile *self, const SkMetafileImage *image)
{
    g_autoptr(SkRaster) raster = NULL;
    SkMatrix m = sk_metafile_matrix(self);
    SkPoint one = sk_matrix_apply(&m, image->box.left, image->box.top);
    SkPoint two = sk_matrix_apply(&m, image->box.right, image->box.bottom);
    SkCanvasOp op = image->operation == SRCAND      ? SK_CANVAS_AND
                    : image->operation == SRCPAINT  ? SK_CANVAS_OR
                    : image->operation == SRCINVERT ? SK_CANVAS_XOR
                                                    : SK_CANVAS_OVER;

    if (!isfinite(one.x + one.y + two.x + two.y) ||
        !sk_dib_read(self->disarm, image->header, image->has_bits ? &image->bits : NULL,
                     image->blended, &raster, NULL))
        return;
    sk_canvas_image(&self->canvas, raster, part_of(image, raster),
                    (SkBox){ one.x, one.y, two.x, two.y }, op);
    self->drawn++;
}

void
sk_metafile_pattern(SkMetafile *self, SkBox box, uint32_t operation)
{
    if (operation == BLACKNESS || operation == WHITENESS)
        sk_metafile_fill_box(self, box, operation == BLACKNESS ? 0 : 0xffffff);
    else if (operation == PATCOPY && !self->state.brush.empty)
        sk_metafile_fill_box(self, box, self->state.brush.rgb);
}
