/* SPDX-License-Identifier: Apache-2.0
 * print-table.c - contract in print.h: who (the row) may speak to whom (the column), and the list of all. */
#include "wall/print.h"

#include <string.h>

#define HEAD_HEIGHT 22.0
#define SIZE_MAX_PT 8.0
#define SIZE_MIN_PT 5.5
#define ROW_MIN 20.0
#define ROW_SHARE_MAX 0.5 /* of the table, for one row */
#define LIST_SIZE 8.0
#define LIST_ROW 13.0
#define LIST_TOP 62.0

typedef struct {
    const SkWallPen *pen;
    const SkWallSheet *sheet;
    SkWallRect in;
    double first; /* width of the rows' names */
    double width;
    double *y; /* of each row, and of the end */
    bool listed;
} Table;

static void
fill(const Table *self, SkWallRect r, const SkWallInk *ink)
{
    sk_wall_pen_ink(self->pen, ink);
    cairo_rectangle(self->pen->cr, r.x, r.y, r.width, r.height);
    cairo_fill(self->pen->cr);
}

static const char *
end_label(const SkEnd *end)
{
    if (end->zone != NULL)
        return sk_wall_side_label(end->zone);
    return *end->host->label != '\0' ? end->host->label : end->host->name;
}

/* Of a flow within its cell: ends that are the whole zone go without saying. */
static void
add_flow(GString *out, const SkFlow *flow)
{
    g_autofree char *ports = sk_wall_flow_ports(flow);

    g_string_append(out, out->len == 0 ? "" : "\n");
    if (flow->from.host != NULL || flow->to.host != NULL)
        g_string_append_printf(out, "%s → %s　",
                               flow->from.host != NULL ? end_label(&flow->from) : "全体",
                               flow->to.host != NULL ? end_label(&flow->to) : "全体");
    g_string_append(out, ports);
    if (flow->specific)
        g_string_append_printf(out, "\n特定通信 %u号 %s %sまで", flow->kind, flow->owner,
                               flow->until);
}

static char *
cell_words(const GPtrArray *flows, bool specific)
{
    GString *out = g_string_new(NULL);

    for (unsigned i = 0; i < flows->len; i++) {
        const SkFlow *flow = g_ptr_array_index(flows, i);
        if (flow->specific == specific)
            add_flow(out, flow);
    }
    return g_string_free(out, FALSE);
}

/* The largest size at which both fit; 0: none. */
static double
size_for(const Table *self, const char *plain, const char *specific, SkWallRect r)
{
    for (double size = SIZE_MAX_PT; size >= SIZE_MIN_PT; size -= 0.5) {
        SkWallText how = { .size = size };
        double height =
            (*plain == '\0' ? 0 : sk_wall_pen_measure(self->pen, plain, r.width, how)) +
            (*specific == '\0' ? 0 : sk_wall_pen_measure(self->pen, specific, r.width, how));
        if (height <= r.height)
            return size;
    }
    return 0;
}

static void
count_cell(Table *self, const GPtrArray *flows, SkWallRect r)
{
    unsigned specific = 0;

    for (unsigned i = 0; i < flows->len; i++)
        specific += ((const SkFlow *)g_ptr_array_index(flows, i))->specific ? 1 : 0;
    g_autofree char *text =
        self->width < 40 ? g_strdup_printf("%u", flows->len)
        : specific > 0 ? g_strdup_printf("%u 件\n（うち特定通信 %u）", flows->len, specific)
                       : g_strdup_printf("%u 件", flows->len);
    self->listed = true;
    (void)sk_wall_pen_write(
        self->pen, text, r,
        (SkWallText){ .size = self->width < 40 ? MIN(7.0, self->width * 0.5) : 8,
                      .bold = true,
                      .centred = true,
                      .ink = specific == flows->len ? &sk_wall_ink_specific : &sk_wall_ink_flow });
}

static void
tell_cell(Table *self, const GPtrArray *flows, SkWallRect r)
{
    g_autofree char *plain = cell_words(flows, false);
    g_autofree char *specific = cell_words(flows, true);
    double size = size_for(self, plain, specific, r);
    SkWallText how = { .size = size, .ink = &sk_wall_ink_flow };

    if (size <= 0) {
        count_cell(self, flows, r);
        return;
    }
    double used = *plain == '\0' ? 0 : sk_wall_pen_write(self->pen, plain, r, how);
    how.ink = &sk_wall_ink_specific;
    if (*specific != '\0')
        (void)sk_wall_pen_write(self->pen, specific,
                                (SkWallRect){ r.x, r.y + used, r.width, r.height - used + 1 }, how);
}

static void
cell(Table *self, unsigned from, unsigned to)
{
    g_autoptr(GPtrArray) flows = sk_wall_sheet_between(self->sheet, from, to);
    SkWallRect r = { self->in.x + self->first + self->width * to, self->y[from], self->width,
                     self->y[from + 1] - self->y[from] };
    SkWallRect inner = { r.x + 3, r.y + 2, r.width - 6, r.height - 4 };

    if (from == to) {
        fill(self, r, &sk_wall_ink_paper);
        sk_wall_pen_ink(self->pen, &sk_wall_ink_line);
        cairo_set_line_width(self->pen->cr, 0.4);
        cairo_move_to(self->pen->cr, r.x, r.y);
        cairo_line_to(self->pen->cr, r.x + r.width, r.y + r.height);
        cairo_stroke(self->pen->cr);
    } else if (flows->len == 0) {
        (void)sk_wall_pen_write(self->pen, "×", r,
                                (SkWallText){ .size = MIN(9.0, r.height * 0.7),
                                              .centred = true,
                                              .ink = &sk_wall_ink_line });
    } else if (self->sheet->sides->len > SK_WALL_CELLS_SIDES_MAX) {
        count_cell(self, flows, r);
    } else {
        tell_cell(self, flows, inner);
    }
}

static void
column_name(const Table *self, unsigned i)
{
    const char *label = sk_wall_side_label(g_ptr_array_index(self->sheet->sides, i));
    SkWallRect r = { self->in.x + self->first + self->width * i, self->in.y, self->width,
                     HEAD_HEIGHT };

    (void)sk_wall_pen_write(self->pen, label, (SkWallRect){ r.x + 1, r.y, r.width - 2, r.height },
                            (SkWallText){ .size = self->width < 40 ? 4 : 8,
                                          .bold = true,
                                          .centred = true,
                                          .ink = &sk_wall_ink_paper });
}

static void
row_name(const Table *self, unsigned i)
{
    const char *label = sk_wall_side_label(g_ptr_array_index(self->sheet->sides, i));
    SkWallRect r = { self->in.x, self->y[i], self->first, self->y[i + 1] - self->y[i] };

    fill(self, r, &sk_wall_ink_paper);
    (void)sk_wall_pen_write(
        self->pen, label, (SkWallRect){ r.x + 3, r.y, r.width - 6, r.height },
        (SkWallText){ .size = MIN(8.0, r.height * 0.6), .bold = true, .centred = true });
}

static void
rule(const Table *self)
{
    unsigned n = self->sheet->sides->len;
    cairo_t *cr = self->pen->cr;

    sk_wall_pen_ink(self->pen, &sk_wall_ink_line);
    cairo_set_line_width(cr, 0.5);
    for (unsigned i = 0; i <= n; i++) {
        cairo_move_to(cr, self->in.x, self->y[i]);
        cairo_rel_line_to(cr, self->in.width, 0);
        cairo_move_to(cr, self->in.x + self->first + self->width * i, self->in.y);
        cairo_line_to(cr, self->in.x + self->first + self->width * i, self->y[n]);
    }
    cairo_rectangle(cr, self->in.x, self->in.y, self->in.width, self->y[n] - self->in.y);
    cairo_stroke(cr);
}

/* What a row would take where its words stand at full size. */
static double
row_need(const Table *self, unsigned row)
{
    double need = ROW_MIN;

    for (unsigned i = 0; i < self->sheet->sides->len; i++) {
        g_autoptr(GPtrArray) flows = sk_wall_sheet_between(self->sheet, row, i);
        g_autofree char *plain = cell_words(flows, false);
        g_autofree char *specific = cell_words(flows, true);
        SkWallText how = { .size = SIZE_MAX_PT };
        double height =
            (*plain == '\0' ? 0 : sk_wall_pen_measure(self->pen, plain, self->width - 6, how)) +
            (*specific == '\0' ? 0
                               : sk_wall_pen_measure(self->pen, specific, self->width - 6, how));
        need = MAX(need, MIN(height + 6, self->in.height * ROW_SHARE_MAX));
    }
    return need;
}

/* (transfer full): where rows begin: what they need, stretched or pressed into what there is. */
static double *
share(const Table *self)
{
    unsigned n = self->sheet->sides->len;
    double *y = g_new0(double, n + 1), sum = 0, room = self->in.height - HEAD_HEIGHT;
    bool count = n > SK_WALL_CELLS_SIDES_MAX;

    for (unsigned i = 0; i < n; i++)
        sum += y[i + 1] = count ? 1 : row_need(self, i);
    double spare = (room - sum) / n;
    y[0] = self->in.y + HEAD_HEIGHT;
    for (unsigned i = 0; i < n; i++)
        y[i + 1] = y[i] + (sum <= room && !count ? y[i + 1] + spare : y[i + 1] * room / sum);
    return y;
}

bool
sk_wall_print_table(const SkWallPen *pen, const SkWallSheet *sheet, SkWallRect in)
{
    unsigned n = sheet->sides->len;
    Table self = { .pen = pen, .sheet = sheet, .in = in };

    self.first = MIN(110.0, in.width * 0.14);
    self.width = (in.width - self.first) / n;
    self.y = share(&self);
    fill(&self, (SkWallRect){ in.x, in.y, in.width, HEAD_HEIGHT }, &sk_wall_ink_head);
    (void)sk_wall_pen_write(pen, "送る側 ＼ 受ける側",
                            (SkWallRect){ in.x, in.y, self.first, HEAD_HEIGHT },
                            (SkWallText){ .size = 7, .centred = true, .ink = &sk_wall_ink_paper });
    for (unsigned i = 0; i < n; i++) {
        column_name(&self, i);
        row_name(&self, i);
    }
    for (unsigned i = 0; i < n; i++)
        for (unsigned j = 0; j < n; j++)
            cell(&self, i, j);
    rule(&self);
    g_free(self.y);
    return self.listed;
}

/* ---- the list --------------------------------------------------------------------------------- */

static const struct {
    const char *head;
    double width; /* of the whole */
} columns[] = {
    { "行", 0.05 }, { "送る側", 0.25 }, { "受ける側", 0.25 }, { "通信", 0.20 }, { "特定通信", 0.25 }
};

static void
list_row(const SkWallPen *pen, double y, const char *const *words, bool bold, const SkWallInk *ink)
{
    double width = SK_WALL_PAGE_WIDTH - 2 * SK_WALL_MARGIN, x = SK_WALL_MARGIN;

    for (unsigned i = 0; i < G_N_ELEMENTS(columns); i++) {
        (void)sk_wall_pen_write(
            pen, words[i], (SkWallRect){ x, y, width * columns[i].width - 4, LIST_ROW },
            (SkWallText){ .size = LIST_SIZE, .bold = bold, .one_line = true, .ink = ink });
        x += width * columns[i].width;
    }
    sk_wall_pen_ink(pen, &sk_wall_ink_line);
    cairo_set_line_width(pen->cr, 0.3);
    cairo_move_to(pen->cr, SK_WALL_MARGIN, y + LIST_ROW - 1.5);
    cairo_rel_line_to(pen->cr, width, 0);
    cairo_stroke(pen->cr);
}

static char *
list_end(const SkEnd *end)
{
    const SkZone *zone = sk_wall_end_zone(end);

    return end->zone != NULL
               ? g_strdup(sk_wall_side_label(zone))
               : g_strdup_printf("%s（%s）", end_label(end), sk_wall_side_label(zone));
}

static void
list_flow(const SkWallPen *pen, double y, const SkFlow *flow)
{
    g_autofree char *line = sk_wall_place(flow->place);
    g_autofree char *from = list_end(&flow->from);
    g_autofree char *to = list_end(&flow->to);
    g_autofree char *ports = sk_wall_flow_ports(flow);
    g_autofree char *specific =
        flow->specific ? g_strdup_printf("%u号 %s %sまで", flow->kind, flow->owner, flow->until)
                       : g_strdup("");
    const char *const words[] = { line, from, to, ports, specific };

    list_row(pen, y, words, false, flow->specific ? &sk_wall_ink_specific : &sk_wall_ink_text);
}

void
sk_wall_print_list(const SkWallPen *pen, const SkWallSheet *sheet)
{
    unsigned rows = (unsigned)((SK_WALL_PAGE_HEIGHT - SK_WALL_MARGIN - LIST_TOP) / LIST_ROW) - 1;
    unsigned pages = (sheet->flows->len + rows - 1) / rows;
    const char *heads[G_N_ELEMENTS(columns)];

    for (unsigned i = 0; i < G_N_ELEMENTS(columns); i++)
        heads[i] = columns[i].head;
    for (unsigned page = 0; page < pages; page++) {
        g_autofree char *title =
            g_strdup_printf("壁を通る通信の一覧　%u／%u　（全 %u 件、%s 現在）", page + 1, pages,
                            sheet->flows->len, sheet->day);
        (void)sk_wall_pen_write(
            pen, title,
            (SkWallRect){ SK_WALL_MARGIN, SK_WALL_MARGIN - 4,
                          SK_WALL_PAGE_WIDTH - 2 * SK_WALL_MARGIN, 20 },
            (SkWallText){ .size = 12, .bold = true, .one_line = true, .ink = &sk_wall_ink_head });
        list_row(pen, LIST_TOP - LIST_ROW, heads, true, &sk_wall_ink_head);
        for (unsigned i = 0; i < rows && page * rows + i < sheet->flows->len; i++)
            list_flow(pen, LIST_TOP + LIST_ROW * i,
                      g_ptr_array_index(sheet->flows, page * rows + i));
        cairo_show_page(pen->cr);
    }
}
