/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-drawing.c - what draws what: content streams use exactly the resources beside them, nothing
 * draws itself, and no page draws too much.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/pdf.md, rules 2, 3, 4, 14, 15   Tests: tests/unit/verify/test-pdf-rebuilt.c
 */
#include "verify/pdf-content.h"

#include <math.h>
#include <string.h>

#define CHAIN_MAX 64u
#define DRAWN_MAX UINT64_C(1000000)
#define GROUP_COST 400u
#define MASK_COST 1000u
#define TILES_MAX 5e5

#define DRAWN_KINDS                                                                                \
    (SK_PDF_KIND(KIND_FORM) | SK_PDF_KIND(KIND_IMAGE) | SK_PDF_KIND(KIND_STENCIL) |                \
     SK_PDF_KIND(KIND_SOFTMASK) | SK_PDF_KIND(KIND_STATE) | SK_PDF_KIND(KIND_FUNCTION) |           \
     SK_PDF_KIND(KIND_SHADING) | SK_PDF_KIND(KIND_TILING) | SK_PDF_KIND(KIND_SHADING_PATTERN) |    \
     SK_PDF_KIND(KIND_FONT_TYPE3) | SK_PDF_KIND(KIND_GLYPH))
#define DRAWING_KINDS (DRAWN_KINDS | SK_PDF_KIND(KIND_PAGE))

/* Each time counts `cost` and what `to` draws; `to` 0: nothing more. */
typedef struct {
    uint32_t to;
    uint32_t cost;
    uint64_t times;
} Draw;

typedef struct {
    SkPdfFile *file;
    GArray *edges_at; /* owned, of uint32_t: by object, its first edge; one more at the end */
    GArray *draws;    /* owned, of Draw */
    GArray *draws_at; /* owned, of uint32_t: likewise */
} Drawing;

/* ---- rule 2 ---- */

#define COUNTED "XGP"

static const char *const categories[SK_PDF_RESOURCES_KINDS] = { "Font",      "XObject",
                                                                "ExtGState", "ColorSpace",
                                                                "Pattern",   "Shading" };

/* How many resources of each sort a dictionary has; those that draw are noted, as not drawn yet. */
static bool
read_resources(Drawing *drawing, SkSpan resources, uint32_t *ret)
{
    for (unsigned i = 0; i < SK_PDF_RESOURCES_KINDS; i++) {
        SkReader r = { 0 };
        SkSpan name = SK_SPAN_EMPTY;
        Draw draw = { 0 };
        SkPdfSpace space;
        ret[i] = 0;
        if (!sk_pdf_find(resources, categories[i], &r) || !sk_pdf_word(&r, "<< "))
            continue;
        for (; sk_vpdf_name(&r, &name); sk_reader_skip(&r, 1), ret[i]++) {
            sk_reader_skip(&r, 1);
            SkReader value = r;
            if (!sk_pdf_skip(&r) ||
                (sk_pdf_resource_letters[i] == 'C' && !sk_pdf_space(drawing->file, value, &space)))
                return false;
            if (strchr(COUNTED, sk_pdf_resource_letters[i]) != NULL &&
                sk_pdf_reference(&value, &draw.to))
                g_array_append_val(drawing->draws, draw);
        }
    }
    return true;
}

/* ---- rules 14 and 15 ---- */

/* The box that the content of @number is drawn in. false: it has none. */
static bool
box_of(const SkPdfFile *self, uint32_t number, double ret[2])
{
    SkReader value = { 0 };
    int64_t box[4] = { 0 };
    bool page = sk_pdf_object(self, number)->kind == KIND_PAGE;

    if (sk_pdf_object(self, number)->kind == KIND_FONT_TYPE3 ||
        !sk_vpdf_get(self, number, page ? "MediaBox" : "BBox", &value) ||
        sk_vpdf_numbers(value, box, 4) != 4)
        return false;
    for (unsigned i = 0; i < 2; i++)
        ret[i] = fabs((double)(box[i + 2] - box[i]) / SK_PDF_ONE);
    return true;
}

/* How many tiles of @tiling lie on what @number draws in; too many where that cannot be said. */
static double
tiles_on(const SkPdfFile *self, uint32_t number, uint32_t tiling)
{
    SkReader value = { 0 };
    int64_t matrix[6] = { SK_PDF_ONE, 0, 0, SK_PDF_ONE, 0, 0 };
    double on[2] = { 0 }, own[2] = { 0 }, m[4];

    if (!box_of(self, number, on) || !box_of(self, tiling, own) ||
        (sk_vpdf_get(self, tiling, "Matrix", &value) && sk_vpdf_numbers(value, matrix, 6) != 6))
        return HUGE_VAL;
    for (unsigned i = 0; i < 4; i++)
        m[i] = (double)matrix[i] / SK_PDF_ONE;
    double turns = fabs(m[0] * m[3] - m[1] * m[2]);
    double x = fabs((double)sk_pdf_get_number(self, tiling, "XStep", 0) / SK_PDF_ONE);
    double y = fabs((double)sk_pdf_get_number(self, tiling, "YStep", 0) / SK_PDF_ONE);
    if (!(turns > 0) || !(x > 0) || !(y > 0))
        return HUGE_VAL;
    double wide = (fabs(m[3]) * on[0] + fabs(m[2]) * on[1]) / turns;
    double high = (fabs(m[1]) * on[0] + fabs(m[0]) * on[1]) / turns;
    return ((wide + own[0]) / x + 1) * ((high + own[1]) / y + 1);
}

/* A state says of dashes only that there are none; its mask is what it draws. */
static bool
weigh_state(SkPdfFile *self, Draw *draw)
{
    uint32_t state = draw->to;
    SkReader value = { 0 }, group = { 0 };

    draw->to = 0;
    draw->cost = 0;
    if (sk_vpdf_get(self, state, "D", &value) && !sk_pdf_word(&value, "[[] "))
        return sk_pdf_wrong(self, state, "dashes in a state");
    if (!sk_vpdf_get(self, state, "SMask", &value) || !sk_pdf_find(value.in, "G", &group))
        return true;
    draw->cost = MASK_COST;
    return sk_pdf_reference(&group, &draw->to) || sk_pdf_wrong(self, state, "mask");
}

static bool
weigh_pattern(SkPdfFile *self, uint32_t number, Draw *draw)
{
    if (sk_pdf_object(self, draw->to)->kind != KIND_TILING) {
        draw->to = draw->cost = 0;
        return true;
    }
    double tiles = tiles_on(self, number, draw->to);
    if (!(tiles <= TILES_MAX))
        return sk_pdf_wrong(self, draw->to, "too many tiles");
    draw->cost = 1;
    draw->times *= (uint64_t)tiles;
    return true;
}

static bool
weigh(Drawing *drawing, uint32_t number, char letter, uint32_t times, Draw *draw)
{
    SkPdfFile *self = drawing->file;

    draw->times = times;
    draw->cost = 1;
    if (letter == 'G')
        return weigh_state(self, draw);
    if (letter == 'P')
        return weigh_pattern(self, number, draw);
    if (sk_vpdf_has(self, draw->to, "Group"))
        draw->cost += GROUP_COST;
    return true;
}

/* What has been noted since @from, with how often it is named. */
static bool
weigh_draws(Drawing *drawing, uint32_t number, const SkPdfContent *content, const uint32_t *has,
            guint from)
{
    double dashes = content->dashes, most = (double)DRAWN_MAX + 1;
    Draw own = { .cost = (uint32_t)(dashes < most ? dashes : most), .times = 1 };

    for (unsigned i = 0; i < SK_PDF_RESOURCES_KINDS; i++) {
        const GArray *mentions = content->mentions[i];
        for (guint k = 0; mentions != NULL && k < has[i] && from < drawing->draws->len;
             k++, from++) {
            uint32_t times = k < mentions->len ? g_array_index(mentions, uint32_t, k) : 0;
            if (!weigh(drawing, number, sk_pdf_resource_letters[i], times,
                       &g_array_index(drawing->draws, Draw, from)))
                return false;
        }
    }
    g_array_append_val(drawing->draws, own);
    return true;
}

/* The glyphs of a font, in the order of its CharProcs. */
static bool
check_glyphs(Drawing *drawing, uint32_t font, SkPdfContent *content)
{
    SkReader r = { 0 };
    SkSpan name = SK_SPAN_EMPTY;
    uint32_t glyph = 0;

    if (!sk_vpdf_get(drawing->file, font, "CharProcs", &r) || !sk_pdf_word(&r, "<< "))
        return false;
    for (; sk_vpdf_name(&r, &name); sk_reader_skip(&r, 1)) {
        sk_reader_skip(&r, 1);
        if (!sk_pdf_reference(&r, &glyph) || !sk_pdf_check_content(drawing->file, glyph, content))
            return false;
    }
    return true;
}

static bool
check_stream(Drawing *drawing, uint32_t number, SkPdfContent *content)
{
    SkPdfFile *self = drawing->file;

    switch (sk_pdf_object(self, number)->kind) {
    case KIND_PAGE:
        content->kind = SK_PDF_CONTENT_PAGE;
        return sk_pdf_check_content(self, sk_pdf_get_reference(self, number, "Contents"), content);
    case KIND_TILING:
        if (sk_pdf_get_number(self, number, "XStep", 0) == 0 ||
            sk_pdf_get_number(self, number, "YStep", 0) == 0)
            return sk_pdf_wrong(self, number, "tiles without a step");
        content->kind = sk_pdf_get_integer(self, number, "PaintType", 1) == 2
                            ? SK_PDF_CONTENT_UNCOLOURED
                            : SK_PDF_CONTENT_FORM;
        return sk_pdf_check_content(self, number, content);
    case KIND_FORM:
        content->kind = sk_vpdf_has(self, number, "StructParents") ? SK_PDF_CONTENT_MARKED
                                                                   : SK_PDF_CONTENT_FORM;
        return sk_pdf_check_content(self, number, content);
    default:
        content->kind = SK_PDF_CONTENT_GLYPH;
        return check_glyphs(drawing, number, content);
    }
}

static bool
check_resources(Drawing *drawing, uint32_t number)
{
    g_autoptr(GArray) objects = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    g_autoptr(GArray) states = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    g_autoptr(GArray) patterns = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    SkPdfContent content = { .mentions = { NULL, objects, states, NULL, patterns, NULL } };
    guint from = drawing->draws->len;
    SkReader resources = { 0 };
    uint32_t has[SK_PDF_RESOURCES_KINDS];

    if (!sk_vpdf_get(drawing->file, number, "Resources", &resources))
        return true;
    if (!read_resources(drawing, resources.in, has))
        return sk_pdf_wrong(drawing->file, number, "resources");
    if (!check_stream(drawing, number, &content))
        return false;
    for (unsigned i = 0; i < SK_PDF_RESOURCES_KINDS; i++)
        if (content.used[i] != has[i])
            return sk_pdf_wrong(drawing->file, number,
                                "resources that are not those of its content");
    return weigh_draws(drawing, number, &content, has, from);
}

/* ---- rules 3 and 4 ---- */

typedef struct {
    uint8_t height; /* steps to the end of the longest chain */
    bool done;
    uint32_t weight; /* XObjects that it draws */
} Mark;

typedef struct {
    uint32_t number;
    uint32_t edge; /* the next one */
} Step;

static void
index_edges(Drawing *drawing)
{
    SkPdfFile *self = drawing->file;
    guint edge = 0;

    for (uint32_t number = 0; number <= self->objects->len + 1; number++) {
        while (edge < self->edges->len && g_array_index(self->edges, SkPdfEdge, edge).from < number)
            edge++;
        g_array_append_val(drawing->edges_at, edge);
    }
}

/* Everything that @number draws has been walked. */
static bool
finish(Drawing *drawing, GArray *marks, uint32_t number)
{
    Mark *mark = &g_array_index(marks, Mark, number);
    uint32_t after = g_array_index(drawing->draws_at, uint32_t, number + 1);
    uint64_t weight = 0;

    for (guint i = g_array_index(drawing->draws_at, uint32_t, number); i < after; i++) {
        const Draw *draw = &g_array_index(drawing->draws, Draw, i);
        weight += MIN(draw->times, DRAWN_MAX + 1) *
                  (draw->cost + (uint64_t)g_array_index(marks, Mark, draw->to).weight);
        weight = MIN(weight, DRAWN_MAX + 1);
    }
    mark->weight = (uint32_t)weight;
    mark->done = true;
    return sk_pdf_object(drawing->file, number)->kind != KIND_PAGE || weight <= DRAWN_MAX ||
           sk_pdf_wrong(drawing->file, number, "a page that draws too much");
}

static bool
is_kind(const SkPdfFile *self, uint32_t number, uint64_t kinds)
{
    return (SK_PDF_KIND(sk_pdf_object(self, number)->kind) & kinds) != 0;
}

static bool
walk_from(Drawing *drawing, GArray *marks, uint32_t start)
{
    SkPdfFile *self = drawing->file;
    Step steps[CHAIN_MAX + 1];
    unsigned depth = 0;

    steps[0] = (Step){ start, g_array_index(drawing->edges_at, uint32_t, start) };
    for (;;) {
        Step *step = &steps[depth];
        Mark *mark = &g_array_index(marks, Mark, step->number);
        if (step->edge == g_array_index(drawing->edges_at, uint32_t, step->number + 1)) {
            if (!finish(drawing, marks, step->number))
                return false;
            if (depth == 0)
                return true;
            Mark *above = &g_array_index(marks, Mark, steps[--depth].number);
            above->height = MAX(above->height, (uint8_t)(mark->height + 1));
            continue;
        }
        uint32_t to = g_array_index(self->edges, SkPdfEdge, step->edge++).to;
        if (!is_kind(self, to, DRAWN_KINDS))
            continue;
        const Mark *next = &g_array_index(marks, Mark, to);
        if (next->done)
            mark->height = MAX(mark->height, (uint8_t)(next->height + 1));
        /* a circle is a chain without end */
        if (depth + (next->done ? next->height : 0u) >= CHAIN_MAX)
            return sk_pdf_wrong(self, to, "draws itself, or over too many others");
        if (!next->done)
            steps[++depth] = (Step){ to, g_array_index(drawing->edges_at, uint32_t, to) };
    }
}

static bool
check_chains(Drawing *drawing)
{
    SkPdfFile *self = drawing->file;
    g_autoptr(GArray) marks = g_array_new(FALSE, TRUE, sizeof(Mark));

    g_array_set_size(marks, self->objects->len + 1);
    index_edges(drawing);
    for (uint32_t number = 1; number <= self->objects->len; number++)
        if (is_kind(self, number, DRAWING_KINDS) && !g_array_index(marks, Mark, number).done &&
            !walk_from(drawing, marks, number))
            return false;
    return true;
}

/* Contents belong to one page, glyphs to one font: each is drawn by the resources of that. */
static bool
check_owned(SkPdfFile *self)
{
    g_autoptr(GArray) mentioned = g_array_new(FALSE, TRUE, sizeof(bool));

    g_array_set_size(mentioned, self->objects->len + 1);
    for (guint i = 0; i < self->edges->len; i++) {
        uint32_t to = g_array_index(self->edges, SkPdfEdge, i).to;
        bool *before = &g_array_index(mentioned, bool, to);
        if (*before && is_kind(self, to, SK_PDF_KIND(KIND_CONTENT) | SK_PDF_KIND(KIND_GLYPH)))
            return sk_pdf_wrong(self, to, "content of two");
        *before = true;
    }
    return true;
}

bool
sk_pdf_check_drawing(SkPdfFile *self)
{
    g_autoptr(GArray) edges_at = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    g_autoptr(GArray) draws = g_array_new(FALSE, TRUE, sizeof(Draw));
    g_autoptr(GArray) draws_at = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    Drawing drawing = { .file = self, .edges_at = edges_at, .draws = draws, .draws_at = draws_at };

    if (!check_owned(self))
        return false;
    g_array_append_val(draws_at, draws->len); /* of no object */
    for (uint32_t number = 1; number <= self->objects->len; number++) {
        g_array_append_val(draws_at, draws->len);
        if (!check_resources(&drawing, number))
            return false;
    }
    g_array_append_val(draws_at, draws->len);
    return check_chains(&drawing);
}
