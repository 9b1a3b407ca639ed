/* SPDX-License-Identifier: Apache-2.0
 *
 * chart-text.c - what charts say, for all families; contract in office-text.h.
 */
#include "disarm/office-names.h"
#include "disarm/office-text.h"

#define POINTS_MAX 4096u /* of one series that are written */

typedef enum { WHERE_ELSEWHERE, WHERE_NAME, WHERE_CATEGORIES, WHERE_VALUES } Where;

typedef struct {
    SkOfficeText *office; /* borrowed */
    bool in_series, in_text, in_value;
    Where where;
    uint32_t point;      /* of c:pt */
    GPtrArray *lists[4]; /* owned, by Where, of GString * (may hold NULL) */
    char *categories;    /* owned: as last written */
} Chart;

static void
string_free(void *p)
{
    if (p != NULL)
        g_string_free(p, TRUE);
}

static void
chart_clear(Chart *self)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(self->lists); i++)
        g_clear_pointer(&self->lists[i], g_ptr_array_unref);
    g_clear_pointer(&self->categories, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Chart, chart_clear)

static Where
where_of(SkXmlSymbol element)
{
    switch (element) {
    case SK_ON_C_TX:
        return WHERE_NAME;
    case SK_ON_C_CAT:
    case SK_ON_C_X_VAL:
        return WHERE_CATEGORIES;
    case SK_ON_C_VAL:
    case SK_ON_C_Y_VAL:
        return WHERE_VALUES;
    default:
        return WHERE_ELSEWHERE;
    }
}

static bool
chart_start(void *user, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    Chart *self = user;
    (void)error;

    if (element == SK_ON_C_SER) {
        self->in_series = true;
        for (unsigned i = 0; i < G_N_ELEMENTS(self->lists); i++)
            g_ptr_array_set_size(self->lists[i], 0);
    } else if (element == SK_ON_A_P) {
        sk_text_flow_paragraph(self->office->flow);
    } else if (element == SK_ON_A_T) {
        self->in_text = true;
    } else if (element == SK_ON_A_BR) {
        sk_text_flow_str(self->office->flow, "\n");
    } else if (element == SK_ON_C_PT) {
        self->point =
            sk_office_number(sk_office_attr(attrs, n, SK_ON_IDX), POINTS_MAX - 1, POINTS_MAX);
    } else if (element == SK_ON_C_V) {
        self->in_value = true;
    } else if (self->in_series && where_of(element) != WHERE_ELSEWHERE) {
        self->where = where_of(element);
        self->point = 0;
    }
    return true;
}

static char *
join(const GPtrArray *list)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (unsigned i = 0; i < list->len; i++) {
        const GString *one = list->pdata[i];
        if (i > 0)
            g_string_append_c(out, '\t');
        for (size_t at = 0; one != NULL && at < one->len; at++)
            g_string_append_c(out,
                              one->str[at] == '\n' || one->str[at] == '\t' ? ' ' : one->str[at]);
    }
    return g_strdup(out->str);
}

static void
series_end(Chart *self)
{
    g_autofree char *name = join(self->lists[WHERE_NAME]);
    g_autofree char *categories = join(self->lists[WHERE_CATEGORIES]);
    g_autofree char *values = join(self->lists[WHERE_VALUES]);

    self->in_series = false;
    if (categories[0] != '\0' && g_strcmp0(categories, self->categories) != 0) {
        g_autofree char *line = g_strconcat("\t", categories, NULL);
        sk_text_flow_line(self->office->flow, line);
        g_free(self->categories);
        self->categories = g_steal_pointer(&categories);
    }
    g_autofree char *line = g_strconcat(name, values[0] != '\0' ? "\t" : "", values, NULL);
    if (line[0] != '\0')
        sk_text_flow_line(self->office->flow, line);
}

static bool
chart_end(void *user, SkXmlSymbol element, GError **error)
{
    Chart *self = user;
    (void)error;

    if (element == SK_ON_A_P)
        sk_text_flow_paragraph_end(self->office->flow);
    else if (element == SK_ON_A_T)
        self->in_text = false;
    else if (element == SK_ON_C_V)
        self->in_value = false;
    else if (element == SK_ON_C_SER)
        series_end(self);
    else if (where_of(element) != WHERE_ELSEWHERE)
        self->where = WHERE_ELSEWHERE;
    return true;
}

static bool
chart_text(void *user, SkSpan text, GError **error)
{
    Chart *self = user;
    (void)error;

    if (self->in_text)
        sk_text_flow_text(self->office->flow, text);
    if (!self->in_value || self->point >= POINTS_MAX)
        return true;
    if (!self->in_series) {
        sk_text_flow_text(self->office->flow, text); /* a title that is a cell's */
        return true;
    }
    GPtrArray *list = self->lists[self->where];
    if (list->len <= self->point)
        g_ptr_array_set_size(list, (int)self->point + 1);
    if (list->pdata[self->point] == NULL)
        list->pdata[self->point] = g_string_new(NULL);
    g_string_append_len(list->pdata[self->point], (const char *)text.p, (gssize)text.n);
    return true;
}

bool
sk_office_text_chart(SkOfficeText *self, const char *part, GError **error)
{
    static const SkXmlHandler handler = { sk_office_element, sk_office_attribute, chart_start,
                                          chart_end,         chart_text,          NULL };
    g_auto(Chart) chart = { .office = self };

    for (unsigned i = 0; i < G_N_ELEMENTS(chart.lists); i++)
        chart.lists[i] = g_ptr_array_new_with_free_func(string_free);
    sk_text_flow_line(self->flow, "〔グラフ〕");
    return sk_office_text_parse(self, part, &handler, &chart, error);
}
