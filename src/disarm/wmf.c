/* SPDX-License-Identifier: Apache-2.0
 *
 * wmf.c - the older metafiles of 16 bits: their drawing records onto a canvas. The window that they
 * set becomes the whole picture. Spec: docs/formats/pictures.md, [MS-WMF]
 */
#include "disarm/metafile.h"
#include "disarm/picture-formats.h"

#include <math.h>

#define OBJECTS_MAX 4096u
#define TEXT_MAX 4096u
#define BOLD 600
#define PLACEABLE 0x9ac6cdd7u
#define EXTENT_MAX 1e9
#define SIDE_INCHES 6.0 /* where the file does not say */

enum {
    SAVEDC = 0x001e,
    CREATEPALETTE = 0x00f7,
    SETBKMODE = 0x0102,
    SETPOLYFILLMODE = 0x0106,
    RESTOREDC = 0x0127,
    SELECTOBJECT = 0x012d,
    SETTEXTALIGN = 0x012e,
    DIBPATTERNBRUSH = 0x0142,
    DELETEOBJECT = 0x01f0,
    PATTERNBRUSH = 0x01f9,
    SETBKCOLOR = 0x0201,
    SETTEXTCOLOR = 0x0209,
    SETWINDOWORG = 0x020b,
    SETWINDOWEXT = 0x020c,
    OFFSETWINDOW = 0x020f,
    LINETO = 0x0213,
    MOVETO = 0x0214,
    CREATEPEN = 0x02fa,
    CREATEFONT = 0x02fb,
    CREATEBRUSH = 0x02fc,
    POLYGON = 0x0324,
    POLYLINE = 0x0325,
    SCALEWINDOW = 0x0410,
    SCALEVIEWPORT = 0x0412,
    INTERSECTCLIP = 0x0416,
    ELLIPSE = 0x0418,
    RECTANGLE = 0x041b,
    SETPIXEL = 0x041f,
    TEXTOUT = 0x0521,
    POLYPOLYGON = 0x0538,
    ROUNDRECT = 0x061c,
    PATBLT = 0x061d,
    CREATEREGION = 0x06ff,
    ARC = 0x0817,
    PIE = 0x081a,
    CHORD = 0x0830,
    DIBBITBLT = 0x0940,
    EXTTEXTOUT = 0x0a32,
    DIBSTRETCHBLT = 0x0b41,
    SETDIBTODEV = 0x0d33,
    STRETCHDIB = 0x0f43,
};

typedef struct {
    SkMetafile m;
    SkSpan record; /* its parameters */
    SkReader r;    /* in them */
    SkMetafileObject objects[OBJECTS_MAX];
    unsigned free; /* no place below it is */
} Wmf;

static double
read_short(SkReader *r)
{
    return (int16_t)sk_reader_u16le(r);
}

/* Pairs stand with y first; boxes from the last corner to the first. */
static SkPoint
read_pair(SkReader *r)
{
    double y = read_short(r), x = read_short(r);
    return (SkPoint){ x, y };
}

static SkBox
read_box(SkReader *r)
{
    SkPoint last = read_pair(r), first = read_pair(r);
    return (SkBox){ first.x, first.y, last.x, last.y };
}

/* ---- records ------------------------------------------------------------------------------- */

static bool
next_record(Wmf *self, SkReader *file, unsigned *ret_function)
{
    uint32_t words = sk_reader_u32le(file);

    *ret_function = sk_reader_u16le(file);
    if (!sk_reader_ok(file) || words < 3 || words > 0x40000000u)
        return false;
    self->record = sk_reader_span(file, 2 * (size_t)words - 6);
    self->r = sk_reader(self->record);
    return sk_reader_ok(file) && *ret_function != 0;
}

/* ---- size ---------------------------------------------------------------------------------- */

/* What the first records say about the window. */
static SkBox
find_window(Wmf *self, SkReader file)
{
    SkBox box = { 0, 0, 0, 0 };
    unsigned function = 0;

    while (box.right == 0 && next_record(self, &file, &function)) {
        SkPoint p = read_pair(&self->r);
        if (function == SETWINDOWORG) {
            box.left = p.x;
            box.top = p.y;
        } else if (function == SETWINDOWEXT) {
            box.right = p.x;
            box.bottom = p.y;
        }
    }
    return (SkBox){ box.left, box.top, box.left + box.right, box.top + box.bottom };
}

static bool
open_header(Wmf *self, SkDisarm *disarm, SkReader *file, SkRaster **ret, GError **error)
{
    SkReader head = *file;
    SkBox box = { 0, 0, 0, 0 };
    double inch = 0;

    if (sk_reader_u32le(&head) == PLACEABLE) {
        sk_reader_skip(&head, 2);
        for (unsigned i = 0; i < 4; i++)
            *(double *[]){ &box.left, &box.top, &box.right, &box.bottom }[i] = read_short(&head);
        inch = sk_reader_u16le(&head);
        sk_reader_skip(file, 22);
    }
    sk_reader_skip(file, 18);
    if (!sk_reader_ok(file))
        return sk_throw(error, SK_ERROR_TRUNCATED, "wmf: cut short");
    if (box.left == box.right || box.top == box.bottom)
        box = find_window(self, *file);
    double width = fabs(box.right - box.left), height = fabs(box.bottom - box.top);
    if (inch <= 0)
        inch = MAX(width, height) / SIDE_INCHES;
    if (!sk_metafile_open(&self->m, disarm, width / inch, height / inch, ret, error))
        return false;
    SkMetafileState *s = &self->m.state;
    s->mode = 8;
    s->window[0] = box.left;
    s->window[1] = box.top;
    s->window[2] = box.right - box.left;
    s->window[3] = box.bottom - box.top;
    s->viewport[0] = s->viewport[1] = 0;
    s->viewport[2] = (*ret)->width;
    s->viewport[3] = (*ret)->height;
    return true;
}

/* ---- objects ------------------------------------------------------------------------------- */

static SkMetafileObject
read_object(SkReader *r, unsigned function)
{
    SkMetafileObject object = { .kind = SK_METAFILE_OTHER };

    switch (function) {
    case CREATEPEN:
        object.kind = SK_METAFILE_PEN;
        object.empty = (sk_reader_u16le(r) & 15) == 5;
        object.size = fabs(read_short(r));
        sk_reader_skip(r, 2);
        object.rgb = sk_metafile_rgb(sk_reader_u32le(r));
        break;
    case CREATEBRUSH:
        object.kind = SK_METAFILE_BRUSH;
        object.empty = sk_reader_u16le(r) == 1;
        object.rgb = sk_metafile_rgb(sk_reader_u32le(r));
        break;
    case CREATEFONT:
        object.kind = SK_METAFILE_FONT;
        object.size = read_short(r);
        sk_reader_skip(r, 2);
        object.escapement = read_short(r) / 10 * G_PI / 180;
        sk_reader_skip(r, 2);
        object.bold = read_short(r) >= BOLD;
        sk_reader_skip(r, 3);
        object.charset = sk_reader_u8(r);
        break;
    case DIBPATTERNBRUSH:
    case PATTERNBRUSH:
        object.kind = SK_METAFILE_BRUSH;
        object.rgb = 0xc0c0c0;
        break;
    default:
        break;
    }
    return object;
}

/* A new object takes the lowest place that is free. */
static void
create(Wmf *self, unsigned function)
{
    while (self->free < OBJECTS_MAX && self->objects[self->free].kind != SK_METAFILE_NONE)
        self->free++;
    if (self->free < OBJECTS_MAX)
        self->objects[self->free] = read_object(&self->r, function);
}

static bool
play_object(Wmf *self, unsigned function)
{
    switch (function) {
    case CREATEPALETTE:
    case DIBPATTERNBRUSH:
    case PATTERNBRUSH:
    case CREATEPEN:
    case CREATEFONT:
    case CREATEBRUSH:
    case CREATEREGION:
        create(self, function);
        return true;
    case SELECTOBJECT:
    case DELETEOBJECT: {
        unsigned at = sk_reader_u16le(&self->r);
        if (at < OBJECTS_MAX && function == SELECTOBJECT)
            sk_metafile_select(&self->m, &self->objects[at]);
        else if (at < OBJECTS_MAX) {
            self->objects[at].kind = SK_METAFILE_NONE;
            self->free = MIN(self->free, at);
        }
        return true;
    }
    default:
        return false;
    }
}

/* ---- state --------------------------------------------------------------------------------- */

/* An extent by two fractions, each with what divides before what multiplies. */
static void
scale(double *extent, SkReader *r)
{
    for (unsigned i = 0; i < 2; i++) {
        double by = read_short(r), times = read_short(r);
        if (sk_reader_ok(r) && by != 0 && times != 0 &&
            fabs(extent[1 - i] * times / by) < EXTENT_MAX)
            extent[1 - i] *= times / by;
    }
}

static bool
play_state(Wmf *self, unsigned function)
{
    SkMetafileState *s = &self->m.state;
    SkReader *r = &self->r;
    SkPoint p;

    switch (function) {
    case SAVEDC:
        sk_metafile_save(&self->m);
        return true;
    case RESTOREDC:
        sk_metafile_restore(&self->m, (int32_t)read_short(r));
        return true;
    case SETPOLYFILLMODE:
        s->even_odd = sk_reader_u16le(r) != 2;
        return true;
    case SETTEXTALIGN:
        s->align = sk_reader_u16le(r);
        return true;
    case SETTEXTCOLOR:
        s->text_rgb = sk_metafile_rgb(sk_reader_u32le(r));
        return true;
    case SETBKCOLOR:
        s->back_rgb = sk_metafile_rgb(sk_reader_u32le(r));
        return true;
    case SETWINDOWORG:
    case SETWINDOWEXT:
        p = read_pair(r);
        s->window[function == SETWINDOWORG ? 0 : 2] = p.x;
        s->window[function == SETWINDOWORG ? 1 : 3] = p.y;
        return true;
    case OFFSETWINDOW:
        p = read_pair(r);
        s->window[0] = MIN(MAX(s->window[0] + p.x, -EXTENT_MAX), EXTENT_MAX);
        s->window[1] = MIN(MAX(s->window[1] + p.y, -EXTENT_MAX), EXTENT_MAX);
        return true;
    case SCALEWINDOW:
        scale(s->window + 2, r);
        return true;
    case SCALEVIEWPORT:
        scale(s->viewport + 2, r);
        return true;
    case INTERSECTCLIP:
        sk_metafile_clip(&self->m, read_box(r));
        return true;
    default:
        return false;
    }
}

/* ---- shapes -------------------------------------------------------------------------------- */

static void
play_polygons(Wmf *self)
{
    unsigned n = sk_reader_u16le(&self->r);
    SkReader counts = self->r;
    SkMetafilePoints how = { .small = true, .closed = true };

    sk_reader_skip(&self->r, 2 * (size_t)n);
    sk_metafile_begin(&self->m);
    for (unsigned i = 0; i < n && sk_reader_ok(&self->r); i++)
        sk_metafile_add_points(&self->m, &self->r, sk_reader_u16le(&counts), how);
    sk_metafile_end(&self->m, true, true);
}

static void
play_arc(Wmf *self, unsigned how)
{
    SkPoint end = read_pair(&self->r), start = read_pair(&self->r);

    sk_metafile_arc(&self->m, read_box(&self->r), start, end, how);
}

static bool
play_shape(Wmf *self, unsigned function)
{
    SkReader *r = &self->r;
    unsigned n;

    switch (function) {
    case MOVETO:
        self->m.state.at = read_pair(r);
        return true;
    case LINETO:
        sk_metafile_line_to(&self->m, read_pair(r));
        return true;
    case POLYGON:
    case POLYLINE:
        n = sk_reader_u16le(r);
        sk_metafile_points(&self->m, r, n,
                           (SkMetafilePoints){ .small = true, .closed = function == POLYGON });
        return true;
    case POLYPOLYGON:
        play_polygons(self);
        return true;
    case ROUNDRECT:
        sk_reader_skip(r, 4);
        sk_metafile_rectangle(&self->m, read_box(r));
        return true;
    case RECTANGLE:
        sk_metafile_rectangle(&self->m, read_box(r));
        return true;
    case ELLIPSE:
        sk_metafile_ellipse(&self->m, read_box(r));
        return true;
    case ARC:
        play_arc(self, 0);
        return true;
    case CHORD:
        play_arc(self, 1);
        return true;
    case PIE:
        play_arc(self, 2);
        return true;
    case SETPIXEL: {
        uint32_t rgb = sk_metafile_rgb(sk_reader_u32le(r));
        sk_metafile_pixel(&self->m, read_pair(r), rgb);
        return true;
    }
    default:
        return false;
    }
}

/* ---- texts --------------------------------------------------------------------------------- */

static void
draw_text(Wmf *self, SkPoint at, SkSpan string, SkReader *advances)
{
    g_autofree uint16_t *chars = g_new0(uint16_t, TEXT_MAX);
    g_autofree double *widths = g_new0(double, TEXT_MAX);
    unsigned n = sk_metafile_chars(&self->m, string, chars, TEXT_MAX);
    bool known = advances != NULL && sk_reader_left(advances) >= 2 * (size_t)n;

    for (unsigned i = 0; i < n; i++)
        widths[i] = known ? fabs(read_short(advances)) : 0;
    if ((self->m.state.align & 1) != 0)
        at = self->m.state.at;
    sk_metafile_text(&self->m, at, n, chars, known ? widths : NULL);
}

static bool
play_text(Wmf *self, unsigned function)
{
    SkReader *r = &self->r;

    if (function == TEXTOUT) {
        unsigned n = sk_reader_u16le(r);
        SkSpan string = sk_reader_span(r, n);
        sk_reader_skip(r, n % 2);
        SkPoint at = read_pair(r);
        if (sk_reader_ok(r))
            draw_text(self, at, string, NULL);
        return true;
    }
    if (function != EXTTEXTOUT)
        return false;
    SkPoint at = read_pair(r);
    unsigned n = sk_reader_u16le(r), options = sk_reader_u16le(r);
    if ((options & 6) != 0) {
        double left = read_short(r), top = read_short(r), right = read_short(r),
               bottom = read_short(r);
        if ((options & 2) != 0 && sk_reader_ok(r))
            sk_metafile_fill_box(&self->m, (SkBox){ left, top, right, bottom },
                                 self->m.state.back_rgb);
    }
    SkSpan string = sk_reader_span(r, n);
    sk_reader_skip(r, n % 2);
    if (n > 0 && string.n == n)
        draw_text(self, at, string, r);
    return true;
}

/* ---- bitmaps ------------------------------------------------------------------------------- */

static void
draw_image(Wmf *self, SkMetafileImage *image)
{
    if (!sk_reader_ok(&self->r))
        return;
    image->header = sk_reader_span(&self->r, sk_reader_left(&self->r));
    sk_metafile_image(&self->m, image);
}

static void
play_blt(Wmf *self, unsigned function)
{
    SkReader *r = &self->r;
    bool stretched = function != DIBBITBLT;
    size_t least = stretched ? 20 : 16; /* bytes of the parameters */
    SkMetafileImage image = { .from_bottom = false };

    image.operation = sk_reader_u32le(r);
    bool pattern = self->record.n <= least + 2;
    if (function == STRETCHDIB)
        sk_reader_skip(r, 2);
    SkPoint from_size = stretched ? read_pair(r) : (SkPoint){ 0, 0 };
    SkPoint from = read_pair(r);
    if (pattern)
        sk_reader_skip(r, 2);
    SkPoint size = read_pair(r);
    image.box = sk_metafile_sized(read_pair(r), size);
    image.from = sk_metafile_sized(from, stretched ? from_size : size);
    if (pattern)
        sk_metafile_pattern(&self->m, image.box, image.operation);
    else
        draw_image(self, &image);
}

static bool
play_image(Wmf *self, unsigned function)
{
    SkReader *r = &self->r;
    SkMetafileImage image = { .from_bottom = true };

    switch (function) {
    case DIBBITBLT:
    case DIBSTRETCHBLT:
    case STRETCHDIB:
        play_blt(self, function);
        return true;
    case SETDIBTODEV: {
        sk_reader_skip(r, 6);
        SkPoint from = read_pair(r), size = read_pair(r);
        image.box = sk_metafile_sized(read_pair(r), size);
        image.from = sk_metafile_sized(from, size);
        draw_image(self, &image);
        return true;
    }
    case PATBLT: {
        uint32_t operation = sk_reader_u32le(r);
        SkPoint size = read_pair(r);
        SkBox box = sk_metafile_sized(read_pair(r), size);
        if (sk_reader_ok(r))
            sk_metafile_pattern(&self->m, box, operation);
        return true;
    }
    default:
        return false;
    }
}

/* ---- all of it ----------------------------------------------------------------------------- */

bool
sk_wmf_disarm_picture(SkDisarm *self, SkSpan picture, SkSpan place, SkSink *out, GError **error)
{
    g_autofree Wmf *wmf = g_new0(Wmf, 1);
    SkReader file = sk_reader(picture);
    g_autoptr(SkRaster) raster = NULL;
    unsigned function = 1;

    bool ok = open_header(wmf, self, &file, &raster, error);
    while (ok && wmf->m.canvas.work > 0 && next_record(wmf, &file, &function)) {
        if (!play_state(wmf, function) && !play_shape(wmf, function) && !play_text(wmf, function) &&
            !play_image(wmf, function))
            (void)play_object(wmf, function);
    }
    if (ok && function != 0 && wmf->m.canvas.work > 0)
        ok = sk_throw(error, SK_ERROR_MALFORMED, "wmf: broken record");
    ok = ok && sk_metafile_finish(&wmf->m, raster, place, out, error);
    sk_metafile_clear(&wmf->m);
    return ok;
}
