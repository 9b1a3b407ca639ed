/* SPDX-License-Identifier: Apache-2.0
 * print.c - contract in print.h: the sheet, its head and foot, and words in rectangles. */
#include "wall/print.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <string.h>

#define FONTS "IPAexGothic, IPAGothic, IPAPGothic, Noto Sans CJK JP, sans-serif"
#define HEAD 58.0
#define FOOT 34.0
#define GAP 10.0
#define JAPAN_US (9ll * 3600 * 1000000)

const SkWallInk sk_wall_ink_text = { 0.13, 0.14, 0.17 }, sk_wall_ink_pale = { 0.46, 0.48, 0.53 },
                sk_wall_ink_line = { 0.72, 0.74, 0.78 }, sk_wall_ink_flow = { 0.09, 0.29, 0.53 },
                sk_wall_ink_specific = { 0.74, 0.20, 0.13 },
                sk_wall_ink_paper = { 0.965, 0.968, 0.975 },
                sk_wall_ink_head = { 0.16, 0.20, 0.28 };

/* ---- words ------------------------------------------------------------------------------------ */

void
sk_wall_pen_ink(const SkWallPen *pen, const SkWallInk *ink)
{
    cairo_set_source_rgb(pen->cr, ink->r, ink->g, ink->b);
}

static PangoLayout *
layout_of(const SkWallPen *pen, const char *words, double width, double height, SkWallText how)
{
    PangoLayout *layout = pango_layout_new(pen->context);
    PangoFontDescription *font = pango_font_description_from_string(FONTS);

    pango_font_description_set_absolute_size(font, how.size * PANGO_SCALE);
    if (how.bold)
        pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_layout_set_text(layout, words, -1);
    pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    if (how.centred)
        pango_layout_set_alignment(layout, PANGO_ALIGN_CENTER);
    if (height > 0 || how.one_line) {
        pango_layout_set_height(layout, how.one_line ? -1 : (int)(height * PANGO_SCALE));
        pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
    }
    return layout;
}

static double
height_of(PangoLayout *layout)
{
    int height = 0;

    pango_layout_get_size(layout, NULL, &height);
    return (double)height / PANGO_SCALE;
}

double
sk_wall_pen_write(const SkWallPen *pen, const char *words, SkWallRect in, SkWallText how)
{
    g_autoptr(PangoLayout) layout = layout_of(pen, words, in.width, in.height, how);
    double height = height_of(layout);
    double y = how.centred ? in.y + (in.height - height) / 2 : in.y;

    sk_wall_pen_ink(pen, how.ink == NULL ? &sk_wall_ink_text : how.ink);
    cairo_move_to(pen->cr, in.x, y);
    pango_cairo_show_layout(pen->cr, layout);
    return height;
}

double
sk_wall_pen_measure(const SkWallPen *pen, const char *words, double width, SkWallText how)
{
    g_autoptr(PangoLayout) layout = layout_of(pen, words, width, 0, how);

    return height_of(layout);
}

double
sk_wall_pen_width(const SkWallPen *pen, const char *words, SkWallText how)
{
    g_autoptr(PangoLayout) layout = layout_of(pen, words, SK_WALL_PAGE_WIDTH, 0, how);
    PangoRectangle extents = { .width = 0 };

    pango_layout_get_extents(layout, NULL, &extents);
    return (double)extents.width / PANGO_SCALE;
}

/* ---- what is shown ---------------------------------------------------------------------------- */

const char *
sk_wall_side_label(const SkZone *side)
{
    return side == NULL ? "庁外" : *side->label != '\0' ? side->label : side->name;
}

unsigned
sk_wall_sheet_side(const SkWallSheet *self, const SkEnd *end)
{
    unsigned index = 0;

    g_assert(g_ptr_array_find(self->sides, sk_wall_end_zone(end), &index));
    return index;
}

char *
sk_wall_flow_ports(const SkFlow *flow)
{
    GString *out = g_string_new(NULL);

    for (unsigned udp = 0; udp < 2; udp++) {
        bool first = true;
        for (unsigned i = 0; i < flow->ports->len; i++) {
            const SkPorts *p = &g_array_index(flow->ports, SkPorts, i);
            if (p->udp != (udp == 1))
                continue;
            if (first)
                g_string_append_printf(out, "%s%s\u00a0", out->len == 0 ? "" : " ",
                                       p->udp ? "UDP" : "TCP");
            g_string_append_printf(out, "%s%u", first ? "" : ", ", p->first);
            if (p->last != p->first)
                g_string_append_printf(out, "–%u", p->last);
            first = false;
        }
    }
    return g_string_free(out, FALSE);
}

GPtrArray *
sk_wall_sheet_between(const SkWallSheet *self, unsigned from, unsigned to)
{
    GPtrArray *out = g_ptr_array_new();

    for (unsigned i = 0; i < self->flows->len; i++) {
        const SkFlow *flow = g_ptr_array_index(self->flows, i);
        const unsigned *ends = &g_array_index(self->ends, unsigned, 2 * i);
        if (ends[0] == from && ends[1] == to)
            g_ptr_array_add(out, (gpointer)flow);
    }
    return out;
}

static int
compare_trust(const void *a, const void *b)
{
    const SkZone *x = *(const SkZone *const *)a, *y = *(const SkZone *const *)b;

    return x->trust != y->trust ? (x->trust < y->trust ? -1 : 1) : strcmp(x->name, y->name);
}

static void
sheet_fill(SkWallSheet *self, int64_t at)
{
    const SkPolicy *policy = self->plan->policy;
    g_autoptr(GDateTime) day = g_date_time_new_from_unix_utc((at + JAPAN_US) / 1000000);

    self->sides = g_ptr_array_new();
    self->flows = g_ptr_array_new();
    for (unsigned i = 0; i < sk_policy_zones(policy)->len; i++)
        g_ptr_array_add(self->sides, g_ptr_array_index(sk_policy_zones(policy), i));
    g_ptr_array_sort(self->sides, compare_trust);
    g_ptr_array_insert(self->sides, 0, NULL);
    for (unsigned i = 0; i < sk_policy_flows(policy)->len; i++) {
        SkFlow *flow = g_ptr_array_index(sk_policy_flows(policy), i);
        if (!flow->specific || at < flow->until_us)
            g_ptr_array_add(self->flows, flow);
    }
    self->ends = g_array_new(FALSE, FALSE, sizeof(unsigned));
    for (unsigned i = 0; i < self->flows->len; i++) {
        const SkFlow *flow = g_ptr_array_index(self->flows, i);
        unsigned ends[2] = { sk_wall_sheet_side(self, &flow->from),
                             sk_wall_sheet_side(self, &flow->to) };
        g_array_append_vals(self->ends, ends, 2);
    }
    self->day = g_date_time_format(day, "%Y-%m-%d");
}

static void
sheet_clear(SkWallSheet *self)
{
    g_clear_pointer(&self->sides, g_ptr_array_unref);
    g_clear_pointer(&self->flows, g_ptr_array_unref);
    g_clear_pointer(&self->ends, g_array_unref);
    g_clear_pointer(&self->day, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SkWallSheet, sheet_clear)

/* ---- the sheet -------------------------------------------------------------------------------- */

static void
head(const SkWallPen *pen, const SkWallSheet *sheet)
{
    const char *organisation = sk_policy_organisation(sheet->plan->policy);
    g_autofree char *title =
        g_strdup_printf("%s%s通信の壁　早見表", organisation, *organisation == '\0' ? "" : "　");
    g_autofree char *model = g_strdup_printf("%s 現在　　通信方針 %.16s…", sheet->day,
                                             sk_policy_digest(sheet->plan->policy));
    double width = SK_WALL_PAGE_WIDTH - 2 * SK_WALL_MARGIN;

    (void)sk_wall_pen_write(
        pen, title, (SkWallRect){ SK_WALL_MARGIN, SK_WALL_MARGIN - 6, width, 24 },
        (SkWallText){ .size = 18, .bold = true, .one_line = true, .ink = &sk_wall_ink_head });
    (void)sk_wall_pen_write(
        pen,
        "書かれていない通信は、すべて遮断されます。返りの通信と、その通信についての障害の知らせ（IC"
        "MP）だけが併せて通ります。",
        (SkWallRect){ SK_WALL_MARGIN, SK_WALL_MARGIN + 19, width * 0.72, 14 },
        (SkWallText){ .size = 8.5, .one_line = true, .ink = &sk_wall_ink_pale });
    (void)sk_wall_pen_write(
        pen, model,
        (SkWallRect){ SK_WALL_MARGIN + width * 0.72, SK_WALL_MARGIN + 19, width * 0.28, 14 },
        (SkWallText){ .size = 8.5, .one_line = true, .ink = &sk_wall_ink_pale });
    sk_wall_pen_ink(pen, &sk_wall_ink_head);
    cairo_set_line_width(pen->cr, 1.2);
    cairo_move_to(pen->cr, SK_WALL_MARGIN, SK_WALL_MARGIN + 36);
    cairo_rel_line_to(pen->cr, width, 0);
    cairo_stroke(pen->cr);
}

/* What of the wall's own machine zones reach. */
static char *
gates_text(const SkWallSheet *sheet)
{
    GString *out = g_string_new("壁そのものへの通信：");
    bool none = true;

    for (unsigned i = 1; i < sheet->sides->len; i++) {
        const SkZone *zone = g_ptr_array_index(sheet->sides, i);
        SkFlow as_flow = { .ports = zone->gates };
        if (zone->gates->len == 0)
            continue;
        g_autofree char *ports = sk_wall_flow_ports(&as_flow);
        g_string_append_printf(out, "%s%sから %s", none ? "" : "、", sk_wall_side_label(zone),
                               ports);
        none = false;
    }
    g_string_append(out, none ? "なし" : "");
    if (sheet->plan->over->len > 0)
        g_string_append_printf(out, "　　期限の過ぎた特定通信 %u 件は除いてあります。",
                               sheet->plan->over->len);
    return g_string_free(out, FALSE);
}

static void
foot(const SkWallPen *pen, const SkWallSheet *sheet, bool listed)
{
    double y = SK_WALL_PAGE_HEIGHT - SK_WALL_MARGIN - 20,
           width = SK_WALL_PAGE_WIDTH - 2 * SK_WALL_MARGIN;
    g_autofree char *gates = gates_text(sheet);
    SkWallText small = { .size = 7.5, .one_line = true, .ink = &sk_wall_ink_pale };

    (void)sk_wall_pen_write(pen, gates, (SkWallRect){ SK_WALL_MARGIN, y, width, 10 }, small);
    (void)sk_wall_pen_write(
        pen,
        listed ? "表に書ききれない通信は数で示し、次の頁以降（PDF）に全部を載せます。"
                 "領域の間のファイルとメールは壁ではなく関門が通します。"
               : "これが通信の全部です。領域の間のファイルとメールは壁ではなく関門が通します。",
        (SkWallRect){ SK_WALL_MARGIN, y + 11, width * 0.66, 10 }, small);
    (void)sk_wall_pen_write(pen, "青：通信　朱：特定通信（MACアドレスも確認）　×：遮断",
                            (SkWallRect){ SK_WALL_MARGIN + width * 0.67, y + 11, width * 0.33, 10 },
                            small);
}

static void
draw(const SkWallPen *pen, const SkWallSheet *sheet, bool pages)
{
    double width = SK_WALL_PAGE_WIDTH - 2 * SK_WALL_MARGIN, top = SK_WALL_MARGIN + HEAD - 14;
    double room = SK_WALL_PAGE_HEIGHT - SK_WALL_MARGIN - FOOT - top;
    double picture = sheet->sides->len > SK_WALL_CELLS_SIDES_MAX ? room * 0.30 : room * 0.42;

    head(pen, sheet);
    sk_wall_print_diagram(pen, sheet, (SkWallRect){ SK_WALL_MARGIN, top, width, picture });
    bool listed = sk_wall_print_table(
        pen, sheet,
        (SkWallRect){ SK_WALL_MARGIN, top + picture + GAP, width, room - picture - GAP });
    foot(pen, sheet, listed);
    cairo_show_page(pen->cr);
    if (listed && pages)
        sk_wall_print_list(pen, sheet);
}

static cairo_surface_t *
surface_of(SkWallPrint as, const SkWallSheet *sheet, cairo_write_func_t write, void *data)
{
    cairo_surface_t *out = NULL;

    if (as == SK_WALL_PRINT_SVG) {
        out = cairo_svg_surface_create_for_stream(write, data, SK_WALL_PAGE_WIDTH,
                                                  SK_WALL_PAGE_HEIGHT);
        cairo_svg_surface_set_document_unit(out, CAIRO_SVG_UNIT_PT);
        return out;
    }
    /* The day that is shown, not the moment of printing: the same sheet is the same file. */
    g_autofree char *made = g_strdup_printf("%sT00:00:00+09:00", sheet->day);
    out = cairo_pdf_surface_create_for_stream(write, data, SK_WALL_PAGE_WIDTH, SK_WALL_PAGE_HEIGHT);
    cairo_pdf_surface_set_metadata(out, CAIRO_PDF_METADATA_TITLE, "通信の壁　早見表");
    cairo_pdf_surface_set_metadata(out, CAIRO_PDF_METADATA_CREATE_DATE, made);
    return out;
}

bool
sk_wall_print(const SkPolicy *policy, int64_t at, SkWallPrint as, cairo_write_func_t write,
              void *data, GError **error)
{
    g_autoptr(SkWallPlan) plan = NULL;

    if (!sk_wall_plan_new(policy, at, &plan, error))
        return false;
    g_auto(SkWallSheet) sheet = { .plan = plan };
    sheet_fill(&sheet, at);
    cairo_surface_t *surface = surface_of(as, &sheet, write, data);
    SkWallPen pen = { .cr = cairo_create(surface) };
    pen.context = pango_cairo_create_context(pen.cr);
    draw(&pen, &sheet, as == SK_WALL_PRINT_PDF);
    g_object_unref(pen.context);
    cairo_destroy(pen.cr);
    cairo_surface_finish(surface);
    cairo_status_t status = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    return status == CAIRO_STATUS_SUCCESS ||
           sk_throw(error, SK_ERROR_IO, "the sheet could not be written: %s",
                    cairo_status_to_string(status));
}
