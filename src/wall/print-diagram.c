/* SPDX-License-Identifier: Apache-2.0
 * print-diagram.c - contract in print.h: the zones in a row, what is outside at the left, the most trusted
 * at the right; what leads to the right arches above them, what leads to the left hangs below. */
#include "wall/print.h"

#include <math.h>

#define BOX_HEIGHT 52.0
#define BOX_WIDTH_MAX 128.0
#define BOX_GAP_MIN 6.0
#define LABEL_HEIGHT 11.0
#define LABEL_WIDTH_MAX 110.0

typedef struct {
    const SkWallPen *pen;
    const SkWallSheet *sheet;
    SkWallRect in;
    double box; /* width */
    double step;
    double top; /* of the boxes */
} Picture;

static double
middle(const Picture *self, unsigned side)
{
    return self->in.x + self->step * ((double)side + 0.5);
}

static void
rounded(cairo_t *cr, double x, double y, double width, double height, double r)
{
    cairo_new_sub_path(cr);
    cairo_arc(cr, x + width - r, y + r, r, -M_PI / 2, 0);
    cairo_arc(cr, x + width - r, y + height - r, r, 0, M_PI / 2);
    cairo_arc(cr, x + r, y + height - r, r, M_PI / 2, M_PI);
    cairo_arc(cr, x + r, y + r, r, M_PI, M_PI * 1.5);
    cairo_close_path(cr);
}

static char *
networks_text(const SkZone *zone)
{
    GString *out = g_string_new(NULL);

    for (unsigned v6 = 0; v6 < 2; v6++) {
        g_autoptr(GArray) networks = sk_wall_zone_addresses(zone, v6 == 1);
        for (unsigned i = 0; i < networks->len && i < 2; i++) {
            const SkNetwork *n = &g_array_index(networks, SkNetwork, i);
            g_autofree char *text =
                v6 == 1 ? g_strdup("IPv6")
                        : g_strdup_printf("%u.%u.%u.%u/%u", n->address[0], n->address[1],
                                          n->address[2], n->address[3], n->prefix);
            if (v6 == 0 || i == 0)
                g_string_append_printf(out, "%s%s", out->len == 0 ? "" : "　", text);
        }
        if (v6 == 0 && networks->len > 2)
            g_string_append(out, "ほか");
    }
    if (out->len == 0)
        g_string_append(out, "ネットワークなし");
    return g_string_free(out, FALSE);
}

static void
box(const Picture *self, unsigned side)
{
    const SkZone *zone = g_ptr_array_index(self->sheet->sides, side);
    cairo_t *cr = self->pen->cr;
    double x = middle(self, side) - self->box / 2,
           deep = zone == NULL ? 0 : MIN(zone->trust, 5u) * 0.035;
    bool roomy = self->box > 70;

    rounded(cr, x, self->top, self->box, BOX_HEIGHT, 5);
    if (zone == NULL) {
        double dashes[] = { 3, 2 };
        sk_wall_pen_ink(self->pen, &sk_wall_ink_pale);
        cairo_set_dash(cr, dashes, 2, 0);
    } else {
        cairo_set_source_rgb(cr, 0.95 - deep, 0.965 - deep * 0.7, 0.985 - deep * 0.2);
        cairo_fill_preserve(cr);
        sk_wall_pen_ink(self->pen, &sk_wall_ink_head);
    }
    cairo_set_line_width(cr, 0.9);
    cairo_stroke(cr);
    cairo_set_dash(cr, NULL, 0, 0);
    double room = roomy && zone != NULL ? 28 : BOX_HEIGHT - 4;
    (void)sk_wall_pen_write(self->pen, sk_wall_side_label(zone),
                            (SkWallRect){ x + 3, self->top + 2, self->box - 6, room },
                            (SkWallText){ .size = roomy ? 9 : 6, .bold = true, .centred = true });
    if (!roomy || zone == NULL)
        return;
    g_autofree char *networks = networks_text(zone);
    g_autofree char *about = g_strdup_printf(
        "信頼度 %u　%s", zone->trust, zone->interface == NULL ? "接続口なし" : zone->interface);
    (void)sk_wall_pen_write(
        self->pen, networks, (SkWallRect){ x + 3, self->top + 29, self->box - 6, 10 },
        (SkWallText){ .size = 6.5, .centred = true, .one_line = true, .ink = &sk_wall_ink_pale });
    (void)sk_wall_pen_write(
        self->pen, about, (SkWallRect){ x + 3, self->top + 39, self->box - 6, 10 },
        (SkWallText){ .size = 6.5, .centred = true, .one_line = true, .ink = &sk_wall_ink_pale });
}

static char *
arc_words(const GPtrArray *flows)
{
    const SkFlow *first = g_ptr_array_index(flows, 0);

    if (flows->len == 1 && first->ports->len <= 3)
        return sk_wall_flow_ports(first);
    return g_strdup_printf("%u 件", flows->len);
}

static void
arrow(cairo_t *cr, double x, double y, bool down)
{
    double d = down ? -1 : 1;

    cairo_move_to(cr, x, y);
    cairo_rel_line_to(cr, -3.2, 6.5 * d);
    cairo_rel_line_to(cr, 6.4, 0);
    cairo_close_path(cr);
    cairo_fill(cr);
}

/* Ends of arcs at one box stand beside each other. */
static double
foot_of(const Picture *self, unsigned side, unsigned other)
{
    double spread = self->box * 0.36 / (double)MAX(self->sheet->sides->len - 1, 1u);
    return middle(self, side) + ((double)other - (double)side) * spread;
}

/* @words: the label, when every line has been drawn; otherwise the line. */
static void
arc(const Picture *self, unsigned from, unsigned to, bool words)
{
    g_autoptr(GPtrArray) flows = sk_wall_sheet_between(self->sheet, from, to);
    bool up = from < to;
    cairo_t *cr = self->pen->cr;

    if (flows->len == 0)
        return;
    bool specific = true;
    for (unsigned i = 0; i < flows->len; i++)
        specific = specific && ((const SkFlow *)g_ptr_array_index(flows, i))->specific;
    const SkWallInk *ink = specific ? &sk_wall_ink_specific : &sk_wall_ink_flow;
    unsigned span = up ? to - from : from - to;
    double room =
        up ? self->top - self->in.y : self->in.y + self->in.height - self->top - BOX_HEIGHT;
    double rise = (room - LABEL_HEIGHT) *
                  (0.35 + 0.65 * ((double)span - 1) / (double)MAX(self->sheet->sides->len - 2, 1u));
    double a = foot_of(self, from, to), b = foot_of(self, to, from);
    double base = up ? self->top : self->top + BOX_HEIGHT, lift = (up ? -1 : 1) * rise * 4 / 3;
    if (!words) {
        sk_wall_pen_ink(self->pen, ink);
        cairo_set_line_width(cr, self->sheet->sides->len > SK_WALL_CELLS_SIDES_MAX ? 0.4 : 1.3);
        cairo_move_to(cr, a, base);
        cairo_curve_to(cr, a + (b - a) * 0.12, base + lift, b - (b - a) * 0.12, base + lift, b,
                       base + (up ? -5 : 5));
        cairo_stroke(cr);
        arrow(cr, b, base, up);
        return;
    }
    g_autofree char *text = arc_words(flows);
    SkWallText how = { .size = 7, .bold = true, .centred = true, .one_line = true, .ink = ink };
    double width = MIN(sk_wall_pen_width(self->pen, text, how) + 6, LABEL_WIDTH_MAX);
    SkWallRect label = { (a + b) / 2 - width / 2, base + (up ? -1 : 1) * rise - LABEL_HEIGHT / 2,
                         width, LABEL_HEIGHT };
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_rectangle(cr, label.x, label.y + 1, width, LABEL_HEIGHT - 2);
    cairo_fill(cr);
    (void)sk_wall_pen_write(self->pen, text, label, how);
}

static bool
leads(const SkWallSheet *sheet, bool up)
{
    for (unsigned i = 0; i < sheet->flows->len; i++) {
        const SkFlow *flow = g_ptr_array_index(sheet->flows, i);
        if ((sk_wall_sheet_side(sheet, &flow->from) < sk_wall_sheet_side(sheet, &flow->to)) == up)
            return true;
    }
    return false;
}

void
sk_wall_print_diagram(const SkWallPen *pen, const SkWallSheet *sheet, SkWallRect in)
{
    Picture self = { .pen = pen, .sheet = sheet, .in = in };
    unsigned n = sheet->sides->len;
    bool above = leads(sheet, true), below = leads(sheet, false);
    double rest = in.height - BOX_HEIGHT;

    self.step = in.width / (double)n;
    self.box = MIN(BOX_WIDTH_MAX, self.step - MAX(BOX_GAP_MIN, self.step * 0.12));
    self.top = in.y + (above == below ? rest / 2 : above ? rest * 0.85 : rest * 0.15);
    for (unsigned words = 0; words < (n <= SK_WALL_CELLS_SIDES_MAX ? 2u : 1u); words++)
        for (unsigned i = 0; i < n; i++)
            for (unsigned j = 0; j < n; j++)
                if (i != j)
                    arc(&self, i, j, words == 1);
    for (unsigned i = 0; i < n; i++)
        box(&self, i);
}
