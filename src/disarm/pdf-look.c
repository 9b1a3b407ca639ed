/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-look.c - contract in pdf-look.h: lines, shapes and marks, and the form that holds them. Text
 * is pdf-look-text.c's.
 * Spec: docs/formats/pdf.md, "Looks that are made"; ISO 32000-1, 12.5.4, 12.5.6
 */
#include "disarm/pdf-look.h"

#include "disarm/pdf-content.h"

#include <math.h>

#define POINTS_MAX 100000u /* of one annotation */
#define ROUND 0.5523       /* of a quarter of a circle in one curve */
#define SPOT 9.0           /* line ends are as large as that many lines are wide */
#define ICON 18.0          /* of a note */

typedef struct {
    double x, y;
} Point;

/* ---- operators ---------------------------------------------------------------------------- */

/* In thousandths: finer than any screen, and short. */
void
sk_pdf_look_number(SkPdfLook *self, double v)
{
    v = fabs(v) < 1e6 ? v : 0;
    sk_pdf_put_number(self->out, (int64_t)llround(v * 1000) * (SK_PDF_ONE / 1000));
    g_string_append_c(self->out, ' ');
}

static void
numbers(SkPdfLook *self, const double *v, unsigned n, const char *operator)
{
    for (unsigned i = 0; i < n; i++)
        sk_pdf_look_number(self, v[i]);
    g_string_append_printf(self->out, "%s\n", operator);
}

static void
grow(SkPdfLook *self, double x, double y)
{
    self->drawn = true;
    self->box[0] = fmin(self->box[0], x - self->width);
    self->box[1] = fmin(self->box[1], y - self->width);
    self->box[2] = fmax(self->box[2], x + self->width);
    self->box[3] = fmax(self->box[3], y + self->width);
}

void
sk_pdf_look_point(SkPdfLook *self, double x, double y, const char *operator)
{
    grow(self, x, y);
    numbers(self, (const double[]){ x, y }, 2, operator);
}

void
sk_pdf_look_rect(SkPdfLook *self, double x, double y, double width, double height,
                 const char *operator)
{
    grow(self, x, y);
    grow(self, x + width, y + height);
    numbers(self, (const double[]){ x, y, width, height }, 4, "re");
    g_string_append_printf(self->out, "%s\n", operator);
}

static void
curve(SkPdfLook *self, Point a, Point b, Point to)
{
    grow(self, to.x, to.y);
    numbers(self, (const double[]){ a.x, a.y, b.x, b.y, to.x, to.y }, 6, "c");
}

static void
ellipse(SkPdfLook *self, Point centre, double rx, double ry)
{
    double kx = rx * ROUND, ky = ry * ROUND, x = centre.x, y = centre.y;

    sk_pdf_look_point(self, x + rx, y, "m");
    curve(self, (Point){ x + rx, y + ky }, (Point){ x + kx, y + ry }, (Point){ x, y + ry });
    curve(self, (Point){ x - kx, y + ry }, (Point){ x - rx, y + ky }, (Point){ x - rx, y });
    curve(self, (Point){ x - rx, y - ky }, (Point){ x - kx, y - ry }, (Point){ x, y - ry });
    curve(self, (Point){ x + kx, y - ry }, (Point){ x + rx, y - ky }, (Point){ x + rx, y });
}

bool
sk_pdf_look_colour(SkPdfLook *self, SkPdfObject colour, bool stroke)
{
    static const char *const operators[][2] = { { "g", "G" }, { "rg", "RG" }, { "k", "K" } };
    uint32_t n = sk_pdf_count(self->pdf, colour);
    int64_t v[4];

    if ((n != 1 && n != 3 && n != 4) || !sk_pdf_numbers(self->pdf, colour, n, v))
        return false;
    for (uint32_t i = 0; i < n; i++)
        sk_pdf_look_number(self, (double)CLAMP(v[i], 0, SK_PDF_ONE) / (double)SK_PDF_ONE);
    g_string_append_printf(self->out, "%s\n", operators[n == 1 ? 0 : n - 2][stroke]);
    return true;
}

/* ---- what the annotation says ------------------------------------------------------------- */

static double
real(int64_t v)
{
    return (double)v / (double)SK_PDF_ONE;
}

static double
number_of(SkPdfLook *self, const char *key, double otherwise)
{
    int64_t v = 0;

    return sk_pdf_number(self->pdf, sk_pdf_get(self->pdf, self->annotation, key), &v) ? real(v)
                                                                                      : otherwise;
}

/* BS, or Border; a line one unit wide where neither says so. */
static void
read_border(SkPdfLook *self)
{
    SkPdf *pdf = self->pdf;
    SkPdfObject style = sk_pdf_get(pdf, self->annotation, "BS"),
                border = sk_pdf_get(pdf, self->annotation, "Border");
    bool given = sk_pdf_type(pdf, style) == SK_PDF_DICTIONARY;
    SkPdfObject dashes = given ? sk_pdf_get(pdf, style, "D") : sk_pdf_item(pdf, border, 3);
    int64_t v = SK_PDF_ONE;

    (void)sk_pdf_number(pdf, given ? sk_pdf_get(pdf, style, "W") : sk_pdf_item(pdf, border, 2), &v);
    self->width = CLAMP(real(v), 0, 100);
    self->dashed = given ? sk_pdf_name_is(pdf, sk_pdf_get(pdf, style, "S"), "D")
                         : sk_pdf_count(pdf, dashes) > 0;
    self->dashes[0] = sk_pdf_number(pdf, sk_pdf_item(pdf, dashes, 0), &v) ? fmax(real(v), 0.5) : 3;
    self->dashes[1] =
        sk_pdf_number(pdf, sk_pdf_item(pdf, dashes, 1), &v) ? fmax(real(v), 0.5) : self->dashes[0];
}

/* Colour and kind of lines; false: none are drawn. */
static bool
begin_lines(SkPdfLook *self)
{
    SkPdfObject colour = sk_pdf_get(self->pdf, self->annotation, "C");

    if (self->width <= 0 ||
        (sk_pdf_type(self->pdf, colour) == SK_PDF_ARRAY && sk_pdf_count(self->pdf, colour) == 0))
        return false;
    if (!sk_pdf_look_colour(self, colour, true))
        g_string_append(self->out, "0 G\n");
    numbers(self, &self->width, 1, "w");
    if (self->dashed) {
        g_string_append_c(self->out, '[');
        sk_pdf_look_number(self, self->dashes[0]);
        sk_pdf_look_number(self, self->dashes[1]);
        g_string_append(self->out, "] 0 d\n");
    }
    return true;
}

/* How a closed path is painted. */
static const char *
begin_shape(SkPdfLook *self)
{
    bool lines = begin_lines(self),
         filled = sk_pdf_look_colour(self, sk_pdf_get(self->pdf, self->annotation, "IC"), false);

    return lines && filled ? "B" : lines ? "S" : filled ? "f" : "n";
}

/* (transfer full): of Point. */
static GArray *
points_of(SkPdfLook *self, SkPdfObject array)
{
    GArray *points = g_array_new(FALSE, FALSE, sizeof(Point));
    uint32_t n = MIN(sk_pdf_count(self->pdf, array) / 2, POINTS_MAX);

    for (uint32_t i = 0; i < n; i++) {
        size_t mark = sk_pdf_mark(self->pdf);
        int64_t x = 0, y = 0;
        bool ok = sk_pdf_number(self->pdf, sk_pdf_item(self->pdf, array, 2 * i), &x) &&
                  sk_pdf_number(self->pdf, sk_pdf_item(self->pdf, array, 2 * i + 1), &y);
        Point p = { real(x), real(y) };
        if (ok)
            g_array_append_val(points, p);
        sk_pdf_release(self->pdf, mark);
    }
    return points;
}

/* ---- shapes ------------------------------------------------------------------------------- */

/* The rectangle without RD and half the line. */
static void
inside(SkPdfLook *self, double ret[4])
{
    int64_t away[4] = { 0 };
    double half = self->width / 2;

    if (!sk_pdf_numbers(self->pdf, sk_pdf_get(self->pdf, self->annotation, "RD"), 4, away))
        away[0] = away[1] = away[2] = away[3] = 0;
    for (unsigned i = 0; i < 4; i++)
        ret[i] = self->rect[i] + (i < 2 ? 1 : -1) * (fmax(real(away[i]), 0) + half);
}

static void
draw_square(SkPdfLook *self)
{
    double at[4];
    const char *paint = begin_shape(self);

    inside(self, at);
    if (at[2] > at[0] && at[3] > at[1])
        sk_pdf_look_rect(self, at[0], at[1], at[2] - at[0], at[3] - at[1], paint);
}

static void
draw_circle(SkPdfLook *self)
{
    double at[4];
    const char *paint = begin_shape(self);

    inside(self, at);
    if (!(at[2] > at[0]) || !(at[3] > at[1]))
        return;
    ellipse(self, (Point){ (at[0] + at[2]) / 2, (at[1] + at[3]) / 2 }, (at[2] - at[0]) / 2,
            (at[3] - at[1]) / 2);
    g_string_append_printf(self->out, "h\n%s\n", paint);
}

static void
path(SkPdfLook *self, const GArray *points, const char *paint)
{
    for (guint i = 0; i < points->len; i++) {
        Point p = g_array_index(points, Point, i);
        sk_pdf_look_point(self, p.x, p.y, i == 0 ? "m" : "l");
    }
    if (points->len > 0)
        g_string_append_printf(self->out, "%s\n", paint);
}

/* An arrow's head, or what else stands at the end of a line that comes from @from. */
static void
line_end(SkPdfLook *self, SkSpan name, Point at, Point from)
{
    double length = hypot(at.x - from.x, at.y - from.y), s = self->width * SPOT;
    bool back = sk_span_is(name, "ROpenArrow") || sk_span_is(name, "RClosedArrow");
    bool closed = sk_span_is(name, "ClosedArrow") || sk_span_is(name, "RClosedArrow");

    if (!(length > 0) || sk_span_is(name, "None") || name.n == 0)
        return;
    double ux = (at.x - from.x) / length * (back ? -1 : 1),
           uy = (at.y - from.y) / length * (back ? -1 : 1);
    const char *paint =
        sk_pdf_look_colour(self, sk_pdf_get(self->pdf, self->annotation, "IC"), false) ? "b" : "s";
    if (closed || back || sk_span_is(name, "OpenArrow")) {
        sk_pdf_look_point(self, at.x - s * (ux + uy / 2), at.y - s * (uy - ux / 2), "m");
        sk_pdf_look_point(self, at.x, at.y, "l");
        sk_pdf_look_point(self, at.x - s * (ux - uy / 2), at.y - s * (uy + ux / 2), "l");
        g_string_append_printf(self->out, "%s\n", closed ? paint : "S");
    } else if (sk_span_is(name, "Butt") || sk_span_is(name, "Slash")) {
        double turn = sk_span_is(name, "Slash") ? 0.5 : 0;
        double vx = -uy + turn * ux, vy = ux + turn * uy;
        sk_pdf_look_point(self, at.x - s / 2 * vx, at.y - s / 2 * vy, "m");
        sk_pdf_look_point(self, at.x + s / 2 * vx, at.y + s / 2 * vy, "l");
        g_string_append(self->out, "S\n");
    } else if (sk_span_is(name, "Square")) {
        sk_pdf_look_rect(self, at.x - s / 2, at.y - s / 2, s, s, paint);
    } else if (sk_span_is(name, "Circle")) {
        ellipse(self, at, s / 2, s / 2);
        g_string_append_printf(self->out, "%s\n", paint);
    } else if (sk_span_is(name, "Diamond")) {
        sk_pdf_look_point(self, at.x - s / 2, at.y, "m");
        sk_pdf_look_point(self, at.x, at.y + s / 2, "l");
        sk_pdf_look_point(self, at.x + s / 2, at.y, "l");
        sk_pdf_look_point(self, at.x, at.y - s / 2, "l");
        g_string_append_printf(self->out, "%s\n", paint);
    }
}

/* Both ends of @points, which have been drawn. */
static void
line_ends(SkPdfLook *self, const GArray *points)
{
    SkPdfObject ends = sk_pdf_get(self->pdf, self->annotation, "LE");
    bool both = sk_pdf_type(self->pdf, ends) == SK_PDF_ARRAY;

    if (points->len < 2)
        return;
    const Point *p = &g_array_index(points, Point, 0),
                *q = &g_array_index(points, Point, points->len - 1);
    if (self->dashed)
        g_string_append(self->out, "[] 0 d\n");
    line_end(self, sk_pdf_name(self->pdf, both ? sk_pdf_item(self->pdf, ends, 0) : ends), p[0],
             p[1]);
    if (both)
        line_end(self, sk_pdf_name(self->pdf, sk_pdf_item(self->pdf, ends, 1)), q[0], q[-1]);
}

/* With leader lines, which stand upright on what is measured, the line itself is moved to their
 * ends. */
static void
draw_line(SkPdfLook *self)
{
    g_autoptr(GArray) points = points_of(self, sk_pdf_get(self->pdf, self->annotation, "L"));
    double leader = number_of(self, "LL", 0), beyond = fmax(number_of(self, "LLE", 0), 0);

    if (points->len != 2 || !begin_lines(self))
        return;
    Point *p = &g_array_index(points, Point, 0);
    double length = hypot(p[1].x - p[0].x, p[1].y - p[0].y);
    if (leader != 0 && length > 0) {
        double ux = -(p[1].y - p[0].y) / length, uy = (p[1].x - p[0].x) / length;
        double far = leader + (leader > 0 ? beyond : -beyond);
        for (unsigned i = 0; i < 2; i++) {
            sk_pdf_look_point(self, p[i].x, p[i].y, "m");
            sk_pdf_look_point(self, p[i].x + far * ux, p[i].y + far * uy, "l");
            g_string_append(self->out, "S\n");
            p[i] = (Point){ p[i].x + leader * ux, p[i].y + leader * uy };
        }
    }
    path(self, points, "S");
    line_ends(self, points);
}

static void
draw_polygon(SkPdfLook *self)
{
    g_autoptr(GArray) points = points_of(self, sk_pdf_get(self->pdf, self->annotation, "Vertices"));
    const char *paint = begin_shape(self);

    path(self, points, *paint == 'B' ? "b" : *paint == 'S' ? "s" : paint);
}

static void
draw_polyline(SkPdfLook *self)
{
    g_autoptr(GArray) points = points_of(self, sk_pdf_get(self->pdf, self->annotation, "Vertices"));

    if (!begin_lines(self))
        return;
    path(self, points, "S");
    line_ends(self, points);
}

static void
draw_ink(SkPdfLook *self)
{
    SkPdfObject list = sk_pdf_get(self->pdf, self->annotation, "InkList");
    uint32_t n = MIN(sk_pdf_count(self->pdf, list), POINTS_MAX);

    if (!begin_lines(self))
        return;
    g_string_append(self->out, "1 J\n1 j\n");
    for (uint32_t i = 0; i < n && self->out->len < 64 * POINTS_MAX; i++) {
        g_autoptr(GArray) points = points_of(self, sk_pdf_item(self->pdf, list, i));
        path(self, points, "S");
    }
}

/* ---- marks on text ------------------------------------------------------------------------ */

typedef struct {
    Point top[2], bottom[2]; /* left, right */
} Quad;

typedef void DrawQuad(SkPdfLook *self, const Quad *quad);

static void
each_quad(SkPdfLook *self, DrawQuad *draw)
{
    g_autoptr(GArray) points =
        points_of(self, sk_pdf_get(self->pdf, self->annotation, "QuadPoints"));
    const double *r = self->rect;
    Quad whole = { { { r[0], r[3] }, { r[2], r[3] } }, { { r[0], r[1] }, { r[2], r[1] } } };

    if (points->len < 4)
        draw(self, &whole);
    /* as all programs write them: not round about, as the norm says */
    for (guint i = 0; i + 4 <= points->len; i += 4) {
        const Point *p = &g_array_index(points, Point, i);
        Quad quad = { { p[0], p[1] }, { p[2], p[3] } };
        draw(self, &quad);
    }
}

static void
fill_quad(SkPdfLook *self, const Quad *q)
{
    sk_pdf_look_point(self, q->top[0].x, q->top[0].y, "m");
    sk_pdf_look_point(self, q->top[1].x, q->top[1].y, "l");
    sk_pdf_look_point(self, q->bottom[1].x, q->bottom[1].y, "l");
    sk_pdf_look_point(self, q->bottom[0].x, q->bottom[0].y, "l");
    g_string_append(self->out, "h\nf\n");
}

/* The line at @part of the height. */
static void
line_at(SkPdfLook *self, const Quad *q, double part)
{
    for (unsigned i = 0; i < 2; i++)
        sk_pdf_look_point(self, q->bottom[i].x + part * (q->top[i].x - q->bottom[i].x),
                          q->bottom[i].y + part * (q->top[i].y - q->bottom[i].y),
                          i == 0 ? "m" : "l");
    g_string_append(self->out, "S\n");
}

static void
line_below(SkPdfLook *self, const Quad *q)
{
    line_at(self, q, 0.08);
}

static void
line_through(SkPdfLook *self, const Quad *q)
{
    line_at(self, q, 0.45);
}

static void
wave_below(SkPdfLook *self, const Quad *q)
{
    double dx = q->bottom[1].x - q->bottom[0].x, dy = q->bottom[1].y - q->bottom[0].y,
           length = hypot(dx, dy);
    double up = 2 * self->width;
    unsigned n = (unsigned)CLAMP(length / up, 1, 1000);

    if (!(length > 0) || !(up > 0))
        return;
    for (unsigned i = 0; i <= n; i++) {
        double at = (double)i / n, rise = i % 2 == 0 ? 0 : up;
        sk_pdf_look_point(self, q->bottom[0].x + at * dx - rise * dy / length,
                          q->bottom[0].y + at * dy + rise * dx / length, i == 0 ? "m" : "l");
    }
    g_string_append(self->out, "S\n");
}

static void
draw_highlight(SkPdfLook *self)
{
    SkPdfObject colour = sk_pdf_get(self->pdf, self->annotation, "C");

    self->multiply = true;
    self->width = 0;
    if (!sk_pdf_look_colour(self, colour, false)) {
        if (sk_pdf_type(self->pdf, colour) == SK_PDF_ARRAY)
            return;
        g_string_append(self->out, "1 1 0 rg\n");
    }
    each_quad(self, fill_quad);
}

static void
draw_underline(SkPdfLook *self)
{
    if (begin_lines(self))
        each_quad(self, line_below);
}

static void
draw_strike_out(SkPdfLook *self)
{
    if (begin_lines(self))
        each_quad(self, line_through);
}

static void
draw_squiggly(SkPdfLook *self)
{
    if (begin_lines(self))
        each_quad(self, wave_below);
}

/* ---- notes -------------------------------------------------------------------------------- */

/* A slip of paper with three lines, at the upper left corner. */
static void
draw_note(SkPdfLook *self)
{
    double x = self->rect[0] + 1, top = self->rect[3] - 1;

    self->width = 1;
    g_string_append(self->out, "0.3 G\n1 w\n");
    if (!sk_pdf_look_colour(self, sk_pdf_get(self->pdf, self->annotation, "C"), false))
        g_string_append(self->out, "1 0.9 0.4 rg\n");
    sk_pdf_look_rect(self, x, top - ICON, ICON, ICON, "B");
    for (unsigned i = 1; i <= 3; i++) {
        sk_pdf_look_point(self, x + 3, top - i * ICON / 4, "m");
        sk_pdf_look_point(self, x + ICON - 3, top - i * ICON / 4, "l");
        g_string_append(self->out, "S\n");
    }
}

/* Where a word is missing. */
static void
draw_caret(SkPdfLook *self)
{
    const double *r = self->rect;

    self->width = 0;
    if (!sk_pdf_look_colour(self, sk_pdf_get(self->pdf, self->annotation, "C"), false))
        g_string_append(self->out, "0 0 1 rg\n");
    sk_pdf_look_point(self, r[0], r[1], "m");
    sk_pdf_look_point(self, (r[0] + r[2]) / 2, r[3], "l");
    sk_pdf_look_point(self, r[2], r[1], "l");
    g_string_append(self->out, "h\nf\n");
}

/* ---- the form ----------------------------------------------------------------------------- */

typedef void Draw(SkPdfLook *self);

static Draw *
draw_of(SkSpan subtype)
{
    static const struct {
        const char *name;
        Draw *draw;
    } kinds[] = {
        { "Square", draw_square },
        { "Circle", draw_circle },
        { "Line", draw_line },
        { "Polygon", draw_polygon },
        { "PolyLine", draw_polyline },
        { "Ink", draw_ink },
        { "Highlight", draw_highlight },
        { "Underline", draw_underline },
        { "StrikeOut", draw_strike_out },
        { "Squiggly", draw_squiggly },
        { "Text", draw_note },
        { "Caret", draw_caret },
        { "FreeText", sk_pdf_look_free_text },
        { "Stamp", sk_pdf_look_stamp },
        { "Widget", sk_pdf_look_field },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (sk_span_is(subtype, kinds[i].name))
            return kinds[i].draw;
    }
    return NULL;
}

/* What `/A` and `/T` mean in the lines, as a source's resources would say it. */
static SkPdfObject
resources_of(SkPdfLook *self)
{
    g_autoptr(GString) text = g_string_new(NULL);
    double opacity = CLAMP(number_of(self, "CA", 1), 0, 1);

    if (opacity < 1 || self->multiply) {
        g_string_prepend(self->out, "/A gs\n");
        g_string_append_printf(
            text, "/ExtGState << /A << /Type /ExtGState /CA %d.%03d /ca %d.%03d /BM /%s >> >>",
            opacity >= 1, (int)(opacity * 1000) % 1000, opacity >= 1, (int)(opacity * 1000) % 1000,
            self->multiply ? "Multiply" : "Normal");
    }
    if (self->font != NULL)
        g_string_append_printf(text, " /Font << /T %s >>", self->font);
    return sk_pdf_parse(self->pdf, sk_span(text->str, text->len));
}

/* The lines as a form of the box; what mixes with what is below is no group of its own. */
static bool
make_form(SkPdfRebuild *self, SkPdfLook *look, const int64_t box[4], SkPdfId *ret, GError **error)
{
    SkPdfId id = sk_pdf_plan_add(self->walk.plan);
    SkPdfObject resources = sk_pdf_hold(look->pdf, resources_of(look));
    g_autoptr(SkPdfNames) names = sk_pdf_names_new(self, id, resources, (SkPdfRef){ 0 });
    g_autoptr(GString) content = g_string_new(NULL);
    GString *text = g_string_new("<< /Type /XObject /Subtype /Form /BBox ");

    *ret = id;
    sk_pdf_put_numbers(text, box, 4);
    if (!sk_pdf_names_rebuild(names, sk_span(look->out->str, look->out->len), SK_PDF_CONTENT_FORM,
                              content, error)) {
        g_string_free(text, TRUE);
        return false;
    }
    g_string_append(text, " /Resources ");
    sk_pdf_names_put(names, text);
    sk_pdf_plan_set_stream(self->walk.plan, id, text, sk_span(content->str, content->len));
    return true;
}

bool
sk_pdf_look(SkPdfRebuild *self, SkPdfObject annotation, SkSpan subtype, int64_t rect[4],
            SkPdfId *ret, GError **error)
{
    SkPdfLook look = { .pdf = self->walk.pdf, .annotation = annotation };
    Draw *draw = draw_of(subtype);
    g_autoptr(GString) out = g_string_new(NULL);

    *ret = 0;
    if (draw == NULL)
        return true;
    look.out = out;
    for (unsigned i = 0; i < 4; i++)
        look.rect[i] = look.box[i] = real(rect[i]);
    read_border(&look);
    draw(&look);
    if (!look.drawn)
        return true;
    for (unsigned i = 0; i < 4 && !look.field; i++)
        rect[i] = (int64_t)llround(CLAMP(look.box[i], -1e6, 1e6) * 1000) * (SK_PDF_ONE / 1000);
    return (rect[0] >= rect[2] || rect[1] >= rect[3]) || make_form(self, &look, rect, ret, error);
}
