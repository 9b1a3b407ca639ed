/* SPDX-License-Identifier: Apache-2.0
 * font-glyf.c - contract in font-glyf.h. Composites by a stack of at most SK_FONT_DEPTH_MAX glyphs:
 * each frame stands at its next component, and what a component has added is moved when it is done.
 */
#include "format/font-glyf.h"

#define POSITION_END 16384

enum { ON = 1, X_BYTE = 2, Y_BYTE = 4, REPEAT = 8, X_SAME = 16, Y_SAME = 32 };
enum {
    ARGS_ARE_WORDS = 1,
    ARGS_ARE_XY = 2,
    HAS_SCALE = 8,
    MORE = 0x20,
    HAS_XY_SCALE = 0x40,
    HAS_2X2 = 0x80,
    HAS_INSTRUCTIONS = 0x100,
    USE_MY_METRICS = 0x200,
    SCALED_OFFSET = 0x800,
};

void
sk_glyf_init(SkGlyf *self)
{
    *self = (SkGlyf){ .points = g_array_new(FALSE, FALSE, sizeof(SkGlyfPoint)),
                      .ends = g_array_new(FALSE, FALSE, sizeof(uint32_t)),
                      .flags = g_malloc(SK_FONT_POINTS_MAX) };
}

void
sk_glyf_clear(SkGlyf *self)
{
    g_clear_pointer(&self->points, g_array_unref);
    g_clear_pointer(&self->ends, g_array_unref);
    g_clear_pointer(&self->flags, g_free);
}

static bool
fail(GError **error, uint32_t id, const char *what)
{
    return sk_throw(error, SK_ERROR_MALFORMED, "font: glyph %u: %s", id, what);
}

/* ---- where glyphs lie --------------------------------------------------------------------- */

static uint32_t
loca_at(const SkGlyfSource *source, uint32_t i, bool *ret_there)
{
    SkReader r = sk_reader(source->loca);

    sk_reader_seek(&r, i * (source->wide ? (size_t)4 : 2));
    uint32_t at = source->wide ? sk_reader_u32be(&r) : 2 * (uint32_t)sk_reader_u16be(&r);
    *ret_there = sk_reader_ok(&r);
    return at;
}

/* DEVIATION: past the end of loca or glyf there is nothing, as every common reader has it. */
static bool
data_of(const SkGlyfSource *source, uint32_t id, SkSpan *ret, GError **error)
{
    bool starts = false, ends = false;
    uint32_t start = loca_at(source, id, &starts), end = loca_at(source, id + 1, &ends);
    size_t n = source->glyf.n;

    *ret = SK_SPAN_EMPTY;
    if (!starts || start >= n)
        return true;
    if (ends && end < start)
        return fail(error, id, "loca does not rise");
    size_t stop = ends ? MIN((size_t)end, n) : n;
    *ret = sk_span_sub(source->glyf, start, stop - start);
    return true;
}

/* DEVIATION: what hmtx is too short for is 0. */
static void
metrics_of(const SkGlyfSource *source, uint32_t id, uint16_t *ret_advance, int16_t *ret_bearing)
{
    SkReader r = sk_reader(source->hmtx);
    uint32_t k = source->metrics;

    *ret_advance = 0;
    *ret_bearing = 0;
    if (k == 0)
        return;
    sk_reader_seek(&r, 4 * (size_t)MIN(id, k - 1));
    *ret_advance = sk_reader_u16be(&r);
    int16_t bearing = (int16_t)sk_reader_u16be(&r);
    if (id >= k) {
        sk_reader_seek(&r, 4 * (size_t)k + 2 * (size_t)(id - k));
        bearing = (int16_t)sk_reader_u16be(&r);
    }
    *ret_bearing = sk_reader_ok(&r) ? bearing : 0;
}

/* ---- simple glyphs ------------------------------------------------------------------------ */

static bool
read_ends(SkGlyf *self, SkReader *r, uint32_t id, unsigned contours, uint32_t *ret_points,
          GError **error)
{
    uint32_t base = self->points->len, next = 0;

    if (contours > SK_FONT_CONTOURS_MAX - MIN(self->ends->len, SK_FONT_CONTOURS_MAX))
        return sk_throw(error, SK_ERROR_LIMIT, "font: glyph %u: over %u contours", id,
                        SK_FONT_CONTOURS_MAX);
    for (unsigned i = 0; i < contours; i++) {
        uint32_t end = sk_reader_u16be(r);
        if (!sk_reader_ok(r))
            return fail(error, id, "contours cut short");
        if (end < next)
            return fail(error, id, "contours that do not rise");
        next = end + 1;
        end += base;
        g_array_append_val(self->ends, end);
    }
    *ret_points = next;
    if (next > SK_FONT_POINTS_MAX - MIN(base, SK_FONT_POINTS_MAX))
        return sk_throw(error, SK_ERROR_LIMIT, "font: glyph %u: over %u points", id,
                        SK_FONT_POINTS_MAX);
    self->read += next;
    if (self->read > SK_FONT_ALL_POINTS_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "font: over %u points", SK_FONT_ALL_POINTS_MAX);
    return true;
}

static bool
read_flags(SkReader *r, uint8_t *flags, uint32_t n)
{
    for (uint32_t i = 0; i < n;) {
        uint8_t flag = sk_reader_u8(r);
        uint32_t times = 1 + (flag & REPEAT ? sk_reader_u8(r) : 0u);
        if (!sk_reader_ok(r) || times > n - i)
            return false;
        for (; times > 0; times--)
            flags[i++] = flag;
    }
    return true;
}

static int32_t
read_step(SkReader *r, bool byte, bool same)
{
    if (byte)
        return same ? sk_reader_u8(r) : -(int32_t)sk_reader_u8(r);
    return same ? 0 : (int16_t)sk_reader_u16be(r);
}

static bool
read_simple(SkGlyf *self, SkReader *r, uint32_t id, unsigned contours, GError **error)
{
    uint8_t *flags = self->flags;
    uint32_t n = 0, base = self->points->len;
    int32_t x = 0, y = 0;

    if (contours == 0)
        return true;
    if (!read_ends(self, r, id, contours, &n, error))
        return false;
    unsigned instructions = sk_reader_u16be(r);
    self->programs = self->programs || instructions > 0;
    sk_reader_skip(r, instructions);
    if (!read_flags(r, flags, n))
        return fail(error, id, "flags");
    g_array_set_size(self->points, base + n);
    SkGlyfPoint *points = &g_array_index(self->points, SkGlyfPoint, base);
    for (uint32_t i = 0; i < n; i++) {
        x += read_step(r, flags[i] & X_BYTE, flags[i] & X_SAME);
        points[i].x = x;
        points[i].on = flags[i] & ON;
    }
    for (uint32_t i = 0; i < n; i++) {
        y += read_step(r, flags[i] & Y_BYTE, flags[i] & Y_SAME);
        points[i].y = y;
    }
    return sk_reader_ok(r) || fail(error, id, "points cut short");
}

/* ---- composite glyphs --------------------------------------------------------------------- */

typedef struct {
    uint32_t id;
    SkReader r;     /* at its next component; unused in a simple glyph */
    uint32_t first; /* of its points */
    bool composite;
    bool more; /* components to come */
    uint16_t advance;
    int32_t origin;
    /* of the component under way */
    unsigned flags;
    int32_t arg1, arg2;
    int32_t xx, xy, yx, yy; /* 16.16 */
    uint32_t start;         /* of its points */
} Frame;

static bool
read_component(Frame *f, uint32_t *ret_id)
{
    SkReader *r = &f->r;
    unsigned flags = sk_reader_u16be(r);

    *ret_id = sk_reader_u16be(r);
    f->flags = flags;
    f->more = flags & MORE;
    if (flags & ARGS_ARE_WORDS) {
        unsigned a = sk_reader_u16be(r), b = sk_reader_u16be(r);
        f->arg1 = flags & ARGS_ARE_XY ? (int16_t)a : (int32_t)a;
        f->arg2 = flags & ARGS_ARE_XY ? (int16_t)b : (int32_t)b;
    } else {
        unsigned a = sk_reader_u8(r), b = sk_reader_u8(r);
        f->arg1 = flags & ARGS_ARE_XY ? (int8_t)a : (int32_t)a;
        f->arg2 = flags & ARGS_ARE_XY ? (int8_t)b : (int32_t)b;
    }
    f->xx = f->yy = 0x10000;
    f->xy = f->yx = 0;
    if (flags & HAS_SCALE) {
        f->xx = f->yy = (int16_t)sk_reader_u16be(r) * 4;
    } else if (flags & HAS_XY_SCALE) {
        f->xx = (int16_t)sk_reader_u16be(r) * 4;
        f->yy = (int16_t)sk_reader_u16be(r) * 4;
    } else if (flags & HAS_2X2) {
        f->xx = (int16_t)sk_reader_u16be(r) * 4;
        f->yx = (int16_t)sk_reader_u16be(r) * 4;
        f->xy = (int16_t)sk_reader_u16be(r) * 4;
        f->yy = (int16_t)sk_reader_u16be(r) * 4;
    }
    return sk_reader_ok(r);
}

static int32_t
scaled(int64_t v, int32_t by)
{
    int64_t product = v * by;
    return (int32_t)CLAMP((product + 0x8000 - (product < 0 ? 1 : 0)) >> 16, INT32_MIN / 4,
                          INT32_MAX / 4);
}

static int32_t
length_of(int64_t a, int64_t b)
{
    uint64_t square = (uint64_t)(a * a + b * b), root = 0;

    for (int bit = 20; bit >= 0; bit--)
        if ((root + (UINT64_C(1) << bit)) * (root + (UINT64_C(1) << bit)) <= square)
            root += UINT64_C(1) << bit;
    return (int32_t)root;
}

/* Moves what the component under way has added to where @f wants it. */
static bool
place_component(SkGlyf *self, const Frame *f, GError **error)
{
    SkGlyfPoint *points = (SkGlyfPoint *)(void *)self->points->data;
    uint32_t n = self->points->len;
    bool scales = f->flags & (HAS_SCALE | HAS_XY_SCALE | HAS_2X2);
    int64_t dx = f->arg1, dy = f->arg2;

    for (uint32_t i = f->start; scales && i < n; i++) {
        int32_t x = points[i].x, y = points[i].y;
        points[i].x = scaled(x, f->xx) + scaled(y, f->xy);
        points[i].y = scaled(x, f->yx) + scaled(y, f->yy);
    }
    if (!(f->flags & ARGS_ARE_XY)) {
        uint32_t to = f->first + (uint32_t)f->arg1, from = f->start + (uint32_t)f->arg2;
        if (to >= f->start || from >= n)
            return fail(error, f->id, "matched points that are not there");
        dx = (int64_t)points[to].x - points[from].x;
        dy = (int64_t)points[to].y - points[from].y;
    } else if (scales && (f->flags & SCALED_OFFSET)) {
        dx = scaled(dx, length_of(f->xx, f->xy));
        dy = scaled(dy, length_of(f->yy, f->yx));
    }
    for (uint32_t i = f->start; i < n; i++) {
        int64_t x = points[i].x + dx, y = points[i].y + dy;
        if (x <= -(1 << 24) || x >= 1 << 24 || y <= -(1 << 24) || y >= 1 << 24)
            return fail(error, f->id, "a point far off");
        points[i].x = (int32_t)x;
        points[i].y = (int32_t)y;
    }
    return true;
}

/* Begins glyph @id: a simple one is read whole. */
static bool
enter(SkGlyf *self, const SkGlyfSource *source, uint32_t id, Frame *f, GError **error)
{
    SkSpan data = SK_SPAN_EMPTY;
    int16_t bearing = 0;

    *f = (Frame){ .id = id, .first = self->points->len };
    if (!data_of(source, id, &data, error))
        return false;
    metrics_of(source, id, &f->advance, &bearing);
    f->r = sk_reader(data);
    if (data.n == 0) {
        f->origin = -bearing;
        return true;
    }
    int contours = (int16_t)sk_reader_u16be(&f->r);
    f->origin = (int16_t)sk_reader_u16be(&f->r) - bearing;
    sk_reader_skip(&f->r, 6);
    if (!sk_reader_ok(&f->r))
        return fail(error, id, "header cut short");
    f->composite = contours < 0;
    f->more = f->composite;
    return f->composite || read_simple(self, &f->r, id, (unsigned)contours, error);
}

static bool
push_component(SkGlyf *self, const SkGlyfSource *source, Frame *frames, unsigned depth,
               GError **error)
{
    Frame *f = &frames[depth];
    uint32_t id = 0;

    if (!read_component(f, &id))
        return fail(error, f->id, "component cut short");
    if (id >= source->glyphs)
        return fail(error, f->id, "a component that is not there");
    for (unsigned i = 0; i <= depth; i++)
        if (frames[i].id == id)
            return fail(error, f->id, "a component of itself");
    if (depth + 1 >= SK_FONT_DEPTH_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "font: glyph %u: over %u levels", f->id,
                        SK_FONT_DEPTH_MAX);
    f->start = self->points->len;
    return enter(self, source, id, &frames[depth + 1], error);
}

static bool
bound(SkGlyf *self, uint32_t id, GError **error)
{
    const SkGlyfPoint *p = (const SkGlyfPoint *)(void *)self->points->data;

    self->x_min = self->y_min = self->x_max = self->y_max = 0;
    for (uint32_t i = 0; i < self->points->len; i++) {
        self->x_min = i > 0 ? MIN(self->x_min, p[i].x) : p[i].x;
        self->y_min = i > 0 ? MIN(self->y_min, p[i].y) : p[i].y;
        self->x_max = i > 0 ? MAX(self->x_max, p[i].x) : p[i].x;
        self->y_max = i > 0 ? MAX(self->y_max, p[i].y) : p[i].y;
    }
    if (self->x_min <= -POSITION_END || self->y_min <= -POSITION_END ||
        self->x_max >= POSITION_END || self->y_max >= POSITION_END)
        return fail(error, id, "a point far off");
    return true;
}

bool
sk_glyf_read(SkGlyf *self, const SkGlyfSource *source, uint32_t id, GError **error)
{
    Frame frames[SK_FONT_DEPTH_MAX];
    unsigned depth = 0, components = 0;

    g_array_set_size(self->points, 0);
    g_array_set_size(self->ends, 0);
    if (!enter(self, source, id, &frames[0], error))
        return false;
    for (;;) {
        Frame *f = &frames[depth];
        if (f->more) {
            if (++components > SK_FONT_COMPONENTS_MAX)
                return sk_throw(error, SK_ERROR_LIMIT, "font: glyph %u: over %u components", id,
                                SK_FONT_COMPONENTS_MAX);
            if (!push_component(self, source, frames, depth, error))
                return false;
            depth++;
            continue;
        }
        self->programs = self->programs || (f->composite && (f->flags & HAS_INSTRUCTIONS));
        if (depth == 0)
            break;
        Frame *above = &frames[--depth];
        if (!place_component(self, above, error))
            return false;
        if (above->flags & USE_MY_METRICS) {
            above->advance = f->advance;
            above->origin = f->origin;
        }
    }
    self->advance = frames[0].advance;
    self->origin = frames[0].origin;
    return bound(self, id, error);
}

/* ---- writing ------------------------------------------------------------------------------ */

static unsigned
flag_of(int32_t d, unsigned byte, unsigned same)
{
    if (d == 0)
        return same;
    if (d >= 1 && d <= 255)
        return byte | same;
    return d < 0 && d >= -255 ? byte : 0;
}

static void
put_step(SkFontPut *put, int32_t d)
{
    if (d == 0)
        return;
    if (ABS(d) <= 255)
        sk_font_put8(put, (unsigned)ABS(d));
    else
        sk_font_put16(put, (unsigned)d & 0xffff);
}

static void
put_flags(SkFontPut *put, const uint8_t *flags, uint32_t n)
{
    for (uint32_t i = 0; i < n;) {
        uint32_t run = 1;
        while (run < 256 && i + run < n && flags[i + run] == flags[i])
            run++;
        sk_font_put8(put, run > 2 ? flags[i] | REPEAT : flags[i]);
        if (run > 2)
            sk_font_put8(put, run - 1);
        else if (run == 2)
            sk_font_put8(put, flags[i]);
        i += run;
    }
}

void
sk_glyf_write(SkGlyf *self, SkFontPut *put)
{
    const SkGlyfPoint *p = (const SkGlyfPoint *)(void *)self->points->data;
    uint32_t n = self->points->len;
    uint8_t *flags = self->flags;

    if (n == 0)
        return;
    g_assert(n <= SK_FONT_POINTS_MAX);
    sk_font_put_reserve(put, 32 + 2 * (size_t)self->ends->len + 6 * (size_t)n);
    sk_font_put16(put, self->ends->len);
    sk_font_put16(put, (unsigned)self->x_min & 0xffff);
    sk_font_put16(put, (unsigned)self->y_min & 0xffff);
    sk_font_put16(put, (unsigned)self->x_max & 0xffff);
    sk_font_put16(put, (unsigned)self->y_max & 0xffff);
    for (unsigned i = 0; i < self->ends->len; i++)
        sk_font_put16(put, g_array_index(self->ends, uint32_t, i));
    sk_font_put16(put, 0);
    for (uint32_t i = 0; i < n; i++) {
        int32_t dx = p[i].x - (i > 0 ? p[i - 1].x : 0), dy = p[i].y - (i > 0 ? p[i - 1].y : 0);
        flags[i] = (uint8_t)((p[i].on ? ON : 0u) | flag_of(dx, X_BYTE, X_SAME) |
                             flag_of(dy, Y_BYTE, Y_SAME));
    }
    put_flags(put, flags, n);
    for (uint32_t i = 0; i < n; i++)
        put_step(put, p[i].x - (i > 0 ? p[i - 1].x : 0));
    for (uint32_t i = 0; i < n; i++)
        put_step(put, p[i].y - (i > 0 ? p[i - 1].y : 0));
    while (put->n % 4 != 0)
        sk_font_put8(put, 0);
}
