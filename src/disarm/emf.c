/* SPDX-License-Identifier: Apache-2.0
 *
 * emf.c - enhanced metafiles: their drawing records, one after the other, onto a canvas. Records
 * that are not known draw nothing. Spec: docs/formats/pictures.md, [MS-EMF]
 */
#include "disarm/metafile.h"
#include "disarm/picture-formats.h"

#include <math.h>

#define POLYGONS_MAX 100000u
#define TEXT_MAX 4096u
#define BOLD 600
#define GLYPH_INDEX 0x10u
#define STOCK 0x80000000u

/* Names of [MS-EMF] 2.1.1, shortened. */
enum {
    EMR_HEADER = 1,
    POLYBEZIER,
    POLYGON,
    POLYLINE,
    POLYBEZIERTO,
    POLYLINETO,
    POLYPOLYLINE,
    POLYPOLYGON,
    SETWINDOWEXT,
    SETWINDOWORG,
    SETVIEWPORTEXT,
    SETVIEWPORTORG,
    EMR_EOF = 14,
    SETPIXEL,
    SETMAPMODE = 17,
    SETBKMODE,
    SETPOLYFILLMODE,
    SETTEXTALIGN = 22,
    SETTEXTCOLOR = 24,
    SETBKCOLOR,
    MOVETO = 27,
    INTERSECTCLIP = 30,
    SCALEVIEWPORT,
    SCALEWINDOW,
    SAVEDC,
    RESTOREDC,
    SETWORLD,
    MODIFYWORLD,
    SELECT,
    CREATEPEN,
    CREATEBRUSH,
    DELETE,
    ELLIPSE = 42,
    RECTANGLE,
    ROUNDRECT,
    ARC,
    CHORD,
    PIE,
    LINETO = 54,
    ARCTO,
    BEGINPATH = 59,
    ENDPATH,
    CLOSEFIGURE,
    FILLPATH,
    STROKEANDFILLPATH,
    STROKEPATH,
    SELECTCLIPPATH = 67,
    ABORTPATH,
    EXTSELECTCLIP = 75,
    BITBLT,
    STRETCHBLT,
    MASKBLT,
    SETDIBITS = 80,
    STRETCHDIBITS,
    CREATEFONT,
    TEXTA,
    TEXTW,
    POLYBEZIER16,
    POLYGON16,
    POLYLINE16,
    POLYBEZIERTO16,
    POLYLINETO16,
    POLYPOLYLINE16,
    POLYPOLYGON16,
    MONOBRUSH = 93,
    DIBBRUSH,
    EXTCREATEPEN,
    SMALLTEXT = 108,
    ALPHABLEND = 114,
    TRANSPARENTBLT = 116,
};

typedef struct {
    SkMetafile m;
    SkSpan record; /* whole */
    SkReader r;    /* after its type and size */
} Emf;

static int32_t
read_int(SkReader *r)
{
    return (int32_t)sk_reader_u32le(r);
}

static double
read_float(SkReader *r)
{
    union {
        uint32_t bits;
        float value;
    } u = { .bits = sk_reader_u32le(r) };

    return isfinite(u.value) ? (double)u.value : 0;
}

static SkPoint
read_point(SkReader *r)
{
    return sk_metafile_read_point(r, false);
}

static SkBox
read_box(SkReader *r)
{
    SkPoint a = read_point(r), b = read_point(r);
    return (SkBox){ a.x, a.y, b.x, b.y };
}

static SkMatrix
read_matrix(SkReader *r)
{
    double v[6];

    for (unsigned i = 0; i < 6; i++)
        v[i] = read_float(r);
    return (SkMatrix){ v[0], v[1], v[2], v[3], v[4], v[5] };
}

/* ---- the header ---------------------------------------------------------------------------- */

static bool
open_header(Emf *self, SkDisarm *disarm, SkRaster **ret, GError **error)
{
    SkReader *r = &self->r;
    SkBox bounds = read_box(r), frame = read_box(r);

    sk_reader_skip(r, 12);
    sk_reader_skip(r, 4);
    unsigned handles = sk_reader_u16le(r);
    sk_reader_skip(r, 14);
    SkPoint device = read_point(r), mm = read_point(r);
    if (!sk_reader_ok(r) || device.x <= 0 || device.y <= 0 || mm.x <= 0 || mm.y <= 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "emf: broken header");
    double x = device.x / mm.x, y = device.y / mm.y; /* pixels of the device in a millimetre */
    SkBox box = { frame.left / 100 * x, frame.top / 100 * y, frame.right / 100 * x,
                  frame.bottom / 100 * y };
    if (!(box.left < box.right && box.top < box.bottom))
        box = (SkBox){ bounds.left, bounds.top, bounds.right + 1, bounds.bottom + 1 };
    if (!sk_metafile_open(&self->m, disarm, (box.right - box.left) / x / 25.4,
                          (box.bottom - box.top) / y / 25.4, ret, error))
        return false;
    double sx = (*ret)->width / (box.right - box.left),
           sy = (*ret)->height / (box.bottom - box.top);
    self->m.base = (SkMatrix){ sx, 0, 0, sy, -box.left * sx, -box.top * sy };
    self->m.units_per_mm[0] = x;
    self->m.units_per_mm[1] = y;
    self->m.objects_n = handles;
    self->m.objects = g_new0(SkMetafileObject, handles + 1u);
    return true;
}

/* ---- state --------------------------------------------------------------------------------- */

static void
scale(double *size, SkReader *r)
{
    for (unsigned i = 0; i < 2; i++) {
        double up = read_int(r), down = read_int(r);
        if (down != 0)
            size[i] = size[i] * up / down;
    }
}

static void
modify_world(Emf *self)
{
    SkMatrix with = read_matrix(&self->r), *world = &self->m.state.world;
    uint32_t how = sk_reader_u32le(&self->r);

    *world = how == 2   ? sk_matrix_multiply(&with, world)
             : how == 3 ? sk_matrix_multiply(world, &with)
             : how == 4 ? with
                        : (SkMatrix){ 1, 0, 0, 1, 0, 0 };
}

static void
set_pair(SkReader *r, double *to)
{
    SkPoint p = read_point(r);

    to[0] = p.x;
    to[1] = p.y;
}

static bool
play_state(Emf *self, uint32_t type)
{
    SkMetafileState *s = &self->m.state;
    SkReader *r = &self->r;

    switch (type) {
    case SETWINDOWEXT:
        set_pair(r, s->window + 2);
        return true;
    case SETWINDOWORG:
        set_pair(r, s->window);
        return true;
    case SETVIEWPORTEXT:
        set_pair(r, s->viewport + 2);
        return true;
    case SETVIEWPORTORG:
        set_pair(r, s->viewport);
        return true;
    case SCALEVIEWPORT:
        scale(s->viewport + 2, r);
        return true;
    case SCALEWINDOW:
        scale(s->window + 2, r);
        return true;
    case SETMAPMODE:
        s->mode = sk_reader_u32le(r);
        s->mode = CLAMP(s->mode, 1, 8);
        return true;
    case SETPOLYFILLMODE:
        s->even_odd = sk_reader_u32le(r) != 2;
        return true;
    case SETTEXTALIGN:
        s->align = sk_reader_u32le(r);
        return true;
    case SETTEXTCOLOR:
        s->text_rgb = sk_metafile_rgb(sk_reader_u32le(r));
        return true;
    case SETBKCOLOR:
        s->back_rgb = sk_metafile_rgb(sk_reader_u32le(r));
        return true;
    case SAVEDC:
        sk_metafile_save(&self->m);
        return true;
    case RESTOREDC:
        sk_metafile_restore(&self->m, read_int(r));
        return true;
    case SETWORLD:
        s->world = read_matrix(r);
        return true;
    case MODIFYWORLD:
        modify_world(self);
        return true;
    default:
        return false;
    }
}

/* ---- objects ------------------------------------------------------------------------------- */

static SkMetafileObject
read_pen(SkReader *r)
{
    SkMetafileObject pen = { .kind = SK_METAFILE_PEN };

    pen.empty = (sk_reader_u32le(r) & 15) == 5;
    pen.size = abs(read_int(r));
    sk_reader_skip(r, 4);
    pen.rgb = sk_metafile_rgb(sk_reader_u32le(r));
    return pen;
}

static SkMetafileObject
read_long_pen(SkReader *r)
{
    SkMetafileObject pen = { .kind = SK_METAFILE_PEN };

    sk_reader_skip(r, 16);
    pen.empty = (sk_reader_u32le(r) & 15) == 5;
    uint32_t size = sk_reader_u32le(r);
    pen.size = MIN(size, 0xffffu);
    pen.empty = sk_reader_u32le(r) == 1 || pen.empty;
    pen.rgb = sk_metafile_rgb(sk_reader_u32le(r));
    return pen;
}

static SkMetafileObject
read_object(SkReader *r, uint32_t type)
{
    SkMetafileObject object = { .kind = SK_METAFILE_OTHER };

    switch (type) {
    case CREATEPEN:
        return read_pen(r);
    case EXTCREATEPEN:
        return read_long_pen(r);
    case CREATEBRUSH:
        object.kind = SK_METAFILE_BRUSH;
        object.empty = sk_reader_u32le(r) == 1;
        object.rgb = sk_metafile_rgb(sk_reader_u32le(r));
        return object;
    case CREATEFONT:
        object.kind = SK_METAFILE_FONT;
        object.size = read_int(r);
        sk_reader_skip(r, 4);
        object.escapement = read_int(r) / 10.0 * G_PI / 180;
        sk_reader_skip(r, 4);
        object.bold = read_int(r) >= BOLD;
        sk_reader_skip(r, 3);
        object.charset = sk_reader_u8(r);
        return object;
    default: /* patterns: a middle grey */
        object.kind = SK_METAFILE_BRUSH;
        object.rgb = 0xc0c0c0;
        return object;
    }
}

static bool
play_object(Emf *self, uint32_t type)
{
    uint32_t handle = sk_reader_u32le(&self->r);
    bool known = handle < self->m.objects_n;

    switch (type) {
    case SELECT:
        if ((handle & STOCK) != 0)
            sk_metafile_select_stock(&self->m, handle & ~STOCK);
        else if (known)
            sk_metafile_select(&self->m, &self->m.objects[handle]);
        return true;
    case DELETE:
        if (known)
            self->m.objects[handle] = (SkMetafileObject){ .kind = SK_METAFILE_NONE };
        return true;
    case CREATEPEN:
    case EXTCREATEPEN:
    case CREATEBRUSH:
    case CREATEFONT:
    case MONOBRUSH:
    case DIBBRUSH:
        if (known)
            self->m.objects[handle] = read_object(&self->r, type);
        return true;
    default:
        return false;
    }
}

/* ---- shapes -------------------------------------------------------------------------------- */

static void
play_points(Emf *self, SkMetafilePoints how)
{
    sk_reader_skip(&self->r, 16);
    uint32_t n = sk_reader_u32le(&self->r);

    sk_metafile_points(&self->m, &self->r, n, how);
}

static void
play_polygons(Emf *self, SkMetafilePoints how)
{
    sk_reader_skip(&self->r, 16);
    uint32_t n = sk_reader_u32le(&self->r);
    sk_reader_skip(&self->r, 4);
    SkReader counts = self->r;

    if (n > POLYGONS_MAX)
        return;
    sk_reader_skip(&self->r, 4 * (size_t)n);
    sk_metafile_begin(&self->m);
    for (uint32_t i = 0; i < n && sk_reader_ok(&self->r); i++)
        sk_metafile_add_points(&self->m, &self->r, sk_reader_u32le(&counts), how);
    sk_metafile_end(&self->m, how.closed, true);
}

static bool
play_shape(Emf *self, uint32_t type)
{
    SkMetafilePoints how = { .small = type >= POLYBEZIER16 && type <= POLYPOLYGON16 };

    if (how.small)
        type = type - POLYBEZIER16 + POLYBEZIER;
    how.curves = type == POLYBEZIER || type == POLYBEZIERTO;
    how.to = type == POLYBEZIERTO || type == POLYLINETO;
    how.closed = type == POLYGON || type == POLYPOLYGON;
    switch (type) {
    case POLYBEZIER:
    case POLYGON:
    case POLYLINE:
    case POLYBEZIERTO:
    case POLYLINETO:
        play_points(self, how);
        return true;
    case POLYPOLYLINE:
    case POLYPOLYGON:
        play_polygons(self, how);
        return true;
    default:
        return false;
    }
}

static void
move_to(Emf *self)
{
    SkMatrix matrix = sk_metafile_matrix(&self->m);
    SkPoint to = read_point(&self->r);

    self->m.state.at = to;
    if (self->m.recording)
        sk_path_move(self->m.path, sk_matrix_apply(&matrix, to.x, to.y));
}

static void
play_arc(Emf *self, unsigned how)
{
    SkBox box = read_box(&self->r);
    SkPoint start = read_point(&self->r), end = read_point(&self->r);

    sk_metafile_arc(&self->m, box, start, end, how);
}

static bool
play_figure(Emf *self, uint32_t type)
{
    switch (type) {
    case MOVETO:
        move_to(self);
        return true;
    case LINETO:
        sk_metafile_line_to(&self->m, read_point(&self->r));
        return true;
    case ELLIPSE:
        sk_metafile_ellipse(&self->m, read_box(&self->r));
        return true;
    case RECTANGLE:
    case ROUNDRECT:
        sk_metafile_rectangle(&self->m, read_box(&self->r));
        return true;
    case ARC:
    case ARCTO:
        play_arc(self, 0);
        return true;
    case CHORD:
        play_arc(self, 1);
        return true;
    case PIE:
        play_arc(self, 2);
        return true;
    case SETPIXEL: {
        SkPoint p = read_point(&self->r);
        sk_metafile_pixel(&self->m, p, sk_metafile_rgb(sk_reader_u32le(&self->r)));
        return true;
    }
    default:
        return false;
    }
}

/* ---- paths and clips ----------------------------------------------------------------------- */

static void
clip_by(Emf *self, SkBox pixels, uint32_t mode)
{
    SkMetafile *m = &self->m;
    SkBox all = { 0, 0, m->canvas.raster->width, m->canvas.raster->height };
    SkBox clip = mode == 5 ? all : m->state.clip; /* RGN_COPY */

    if (mode != 5 && mode != 1)
        return; /* a region added, or taken out: the clip stays larger than it should be */
    clip.left = MAX(clip.left, pixels.left);
    clip.top = MAX(clip.top, pixels.top);
    clip.right = MIN(clip.right, pixels.right);
    clip.bottom = MIN(clip.bottom, pixels.bottom);
    if (!(clip.left < clip.right && clip.top < clip.bottom))
        clip = (SkBox){ 0, 0, 0, 0 };
    m->state.clip = m->canvas.clip = clip;
}

static void
clip_region(Emf *self)
{
    SkMetafile *m = &self->m;
    uint32_t size = sk_reader_u32le(&self->r), mode = sk_reader_u32le(&self->r);

    if (size < 32) {
        clip_by(self, (SkBox){ 0, 0, m->canvas.raster->width, m->canvas.raster->height }, mode);
        return;
    }
    sk_reader_skip(&self->r, 16);
    SkBox box = read_box(&self->r);
    SkPoint one = sk_matrix_apply(&m->base, box.left, box.top),
            two = sk_matrix_apply(&m->base, box.right, box.bottom);
    clip_by(self, (SkBox){ one.x, one.y, two.x, two.y }, mode);
}

static bool
play_path(Emf *self, uint32_t type)
{
    SkMetafile *m = &self->m;

    switch (type) {
    case BEGINPATH:
        sk_path_clear(m->path);
        m->recording = true;
        return true;
    case ABORTPATH:
        sk_path_clear(m->path);
        m->recording = false;
        return true;
    case ENDPATH:
        m->recording = false;
        return true;
    case CLOSEFIGURE:
        sk_path_close(m->path);
        return true;
    case FILLPATH:
    case STROKEANDFILLPATH:
    case STROKEPATH:
        m->recording = false;
        sk_metafile_draw_path(m, type != STROKEPATH, type != FILLPATH);
        sk_path_clear(m->path);
        return true;
    case SELECTCLIPPATH:
        m->recording = false;
        clip_by(self, sk_path_box(m->path), sk_reader_u32le(&self->r));
        sk_path_clear(m->path);
        return true;
    case EXTSELECTCLIP:
        clip_region(self);
        return true;
    case INTERSECTCLIP:
        sk_metafile_clip(m, read_box(&self->r));
        return true;
    default:
        return false;
    }
}

/* ---- texts --------------------------------------------------------------------------------- */

/* How the characters are written. */
typedef enum { CHARS_BYTES, CHARS_WIDE, CHARS_GLYPHS } Chars;

static void
draw_text(Emf *self, SkPoint at, uint32_t n, uint32_t string, Chars how, uint32_t advances)
{
    SkReader chars = sk_reader(self->record), steps = sk_reader(self->record);
    g_autofree uint16_t *text = g_new0(uint16_t, TEXT_MAX);
    g_autofree double *widths = g_new0(double, TEXT_MAX);

    n = MIN(n, TEXT_MAX);
    sk_reader_seek(&chars, string);
    sk_reader_seek(&steps, advances);
    if (how == CHARS_BYTES)
        sk_metafile_chars(&self->m, sk_reader_span(&chars, n), text, TEXT_MAX);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t width = sk_reader_u32le(&steps);
        widths[i] = MIN(width, 0xffffu);
        if (how == CHARS_BYTES)
            continue;
        uint16_t c = sk_reader_u16le(&chars);
        text[i] = how == CHARS_WIDE ? c : SK_METAFILE_NO_CHAR;
    }
    if (sk_reader_ok(&chars))
        sk_metafile_text(&self->m, at, n, text,
                         advances > 0 && sk_reader_ok(&steps) ? widths : NULL);
}

static void
play_text(Emf *self, bool wide)
{
    SkReader *r = &self->r;

    sk_reader_skip(r, 28);
    SkPoint at = read_point(r);
    uint32_t n = sk_reader_u32le(r), string = sk_reader_u32le(r), options = sk_reader_u32le(r);
    SkBox box = read_box(r);
    uint32_t advances = sk_reader_u32le(r);
    if (!sk_reader_ok(r))
        return;
    if ((options & 2) != 0)
        sk_metafile_fill_box(&self->m, box, self->m.state.back_rgb);
    if ((self->m.state.align & 1) != 0)
        at = self->m.state.at;
    Chars how = !wide ? CHARS_BYTES : (options & GLYPH_INDEX) != 0 ? CHARS_GLYPHS : CHARS_WIDE;
    draw_text(self, at, n, string, how, advances);
}

static void
play_small_text(Emf *self)
{
    SkReader *r = &self->r;
    SkPoint at = read_point(r);
    uint32_t n = sk_reader_u32le(r), options = sk_reader_u32le(r);

    sk_reader_skip(r, 12);
    if ((options & 0x100) == 0)
        sk_reader_skip(r, 16);
    if (sk_reader_ok(r))
        draw_text(self, at, n, (uint32_t)r->at,
                  (options & 0x200) != 0         ? CHARS_BYTES
                  : (options & GLYPH_INDEX) != 0 ? CHARS_GLYPHS
                                                 : CHARS_WIDE,
                  0);
}

/* ---- bitmaps ------------------------------------------------------------------------------- */

/* The part of the record at @at; an empty one where there is none. */
static SkSpan
part(const Emf *self, uint32_t at, uint32_t n)
{
    SkReader r = sk_reader(self->record);

    sk_reader_seek(&r, at);
    return sk_reader_span(&r, n);
}

static void
read_parts(Emf *self, SkMetafileImage *image)
{
    SkReader *r = &self->r;
    uint32_t header = sk_reader_u32le(r), header_n = sk_reader_u32le(r);
    uint32_t bits = sk_reader_u32le(r), bits_n = sk_reader_u32le(r);

    image->header = part(self, header, header_n);
    image->bits = part(self, bits, bits_n);
    image->has_bits = true;
}

static void
draw_image(Emf *self, const SkMetafileImage *image)
{
    if (!sk_reader_ok(&self->r))
        return;
    if (image->header.n == 0)
        sk_metafile_pattern(&self->m, image->box, image->operation);
    else
        sk_metafile_image(&self->m, image);
}

/* BitBlt and those like it: with a transformation of the source, which is taken for none. */
static void
play_blt(Emf *self, uint32_t type)
{
    SkReader *r = &self->r;
    SkMetafileImage image = { .blended = type == ALPHABLEND };

    sk_reader_skip(r, 16);
    SkPoint at = read_point(r), size = read_point(r);
    image.box = sk_metafile_sized(at, size);
    image.operation = sk_reader_u32le(r);
    if (type == ALPHABLEND || type == TRANSPARENTBLT)
        image.operation = 0;
    SkPoint from = read_point(r);
    sk_reader_skip(r, 24 + 4 + 4);
    read_parts(self, &image);
    if (type != BITBLT && type != MASKBLT)
        size = read_point(r);
    image.from = sk_metafile_sized(from, size);
    draw_image(self, &image);
}

static void
play_dib(Emf *self, bool stretched)
{
    SkReader *r = &self->r;
    SkMetafileImage image = { .from_bottom = true };

    sk_reader_skip(r, 16);
    SkPoint at = read_point(r), from = read_point(r), size = read_point(r);
    read_parts(self, &image);
    sk_reader_skip(r, 4);
    image.operation = stretched ? sk_reader_u32le(r) : 0;
    image.box = sk_metafile_sized(at, stretched ? read_point(r) : size);
    image.from = sk_metafile_sized(from, size);
    draw_image(self, &image);
}

static bool
play_image(Emf *self, uint32_t type)
{
    switch (type) {
    case BITBLT:
    case STRETCHBLT:
    case MASKBLT:
    case ALPHABLEND:
    case TRANSPARENTBLT:
        play_blt(self, type);
        return true;
    case STRETCHDIBITS:
    case SETDIBITS:
        play_dib(self, type == STRETCHDIBITS);
        return true;
    case TEXTA:
    case TEXTW:
        play_text(self, type == TEXTW);
        return true;
    case SMALLTEXT:
        play_small_text(self);
        return true;
    default:
        return false;
    }
}

/* ---- all of it ----------------------------------------------------------------------------- */

/* The next record into @self; false at the end, and at the first one that is broken. */
static bool
next_record(Emf *self, SkReader *file, uint32_t *ret_type)
{
    size_t at = file->at;
    *ret_type = sk_reader_u32le(file);
    uint32_t size = sk_reader_u32le(file);

    sk_reader_seek(file, at);
    self->record = sk_reader_span(file, size);
    if (!sk_reader_ok(file) || size < 8 || size % 4 != 0)
        return false;
    self->r = sk_reader(self->record);
    sk_reader_skip(&self->r, 8);
    return *ret_type != EMR_EOF;
}

static void
play(Emf *self, uint32_t type)
{
    SkReader start = self->r;

    if (play_state(self, type) || play_shape(self, type) || play_figure(self, type) ||
        play_path(self, type) || play_image(self, type))
        return;
    self->r = start;
    (void)play_object(self, type);
}

bool
sk_emf_disarm_picture(SkDisarm *self, SkSpan picture, SkSpan place, SkSink *out, GError **error)
{
    g_autofree Emf *emf = g_new0(Emf, 1);
    SkReader file = sk_reader(picture);
    g_autoptr(SkRaster) raster = NULL;
    uint32_t type = 0;

    bool ok = next_record(emf, &file, &type) && type == EMR_HEADER;
    ok = ok || sk_throw(error, SK_ERROR_MALFORMED, "emf: broken header");
    ok = ok && open_header(emf, self, &raster, error);
    while (ok && emf->m.canvas.work > 0 && next_record(emf, &file, &type))
        play(emf, type);
    if (ok && type != EMR_EOF && emf->m.canvas.work > 0)
        ok = sk_throw(error, SK_ERROR_MALFORMED, "emf: broken record");
    ok = ok && sk_metafile_finish(&emf->m, raster, place, out, error);
    sk_metafile_clear(&emf->m);
    return ok;
}
