/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-form.c - what has content of its own beside pages: form XObjects, tiles of patterns, glyphs
 * of Type 3 fonts. They name one another, so each is only noted when it is named, and copied from a
 * list of what waits.
 * Spec: docs/formats/pdf.md, rules 3 and 4; ISO 32000-1, 8.7.3, 8.10, 11.6.6
 */
#include "disarm/pdf-rebuild.h"

#include "disarm/pdf-colour.h"
#include "disarm/pdf-content.h"
#include "disarm/pdf-filter.h"

#define TASKS_MAX 100000u

/* ---- what waits --------------------------------------------------------------------------- */

bool
sk_pdf_task(SkPdfRebuild *self, SkPdfTaskKind kind, SkPdfObject object, SkPdfObject resources,
            SkPdfRef owner, SkPdfId *ret, GError **error)
{
    static const char letters[] = { 'f', 't', '3' };
    SkPdfWalk *walk = &self->walk;
    SkPdfObject own = sk_pdf_get(walk->pdf, object, "Resources");
    bool borrows = sk_pdf_type(walk->pdf, own) != SK_PDF_DICTIONARY;
    SkPdfRef within = borrows ? owner : (SkPdfRef){ 0 };

    if (sk_pdf_recall_in(walk, object, letters[kind], within, ret))
        return *ret != 0 || sk_throw(error, SK_ERROR_MALFORMED, "pdf: content that does not pass");
    if (sk_pdf_ref(walk->pdf, object).number == 0 && kind != SK_PDF_TASK_GLYPHS)
        return sk_throw(error, SK_ERROR_MALFORMED, "pdf: content without a number");
    if (self->tasks->len > TASKS_MAX)
        return sk_pdf_fatal(self, SK_ERROR_LIMIT, "too many forms", error);
    SkPdfTask task = { .kind = kind,
                       .source = sk_pdf_hold(walk->pdf, object),
                       .resources = sk_pdf_hold(walk->pdf, borrows ? resources : own),
                       .owner = borrows ? owner : sk_pdf_ref(walk->pdf, object),
                       .id = sk_pdf_plan_add(walk->plan) };
    sk_pdf_remember_in(walk, object, letters[kind], within, task.id);
    g_array_append_val(self->tasks, task);
    *ret = task.id;
    return true;
}

/* ---- their texts -------------------------------------------------------------------------- */

static void
put_matrix(SkPdf *pdf, SkPdfObject source, GString *out)
{
    static const int64_t identity[6] = { SK_PDF_ONE, 0, 0, SK_PDF_ONE, 0, 0 };
    int64_t matrix[6];
    bool same = true;

    if (!sk_pdf_numbers(pdf, sk_pdf_get(pdf, source, "Matrix"), 6, matrix))
        return;
    for (unsigned i = 0; i < 6; i++)
        same = same && matrix[i] == identity[i];
    if (same)
        return;
    g_string_append(out, " /Matrix ");
    sk_pdf_put_numbers(out, matrix, 6);
}

bool
sk_pdf_group_put(SkPdfRebuild *self, SkPdfObject group, GString *out, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    g_auto(SkPdfColour) space = { .text = NULL };
    SkPdfObject cs = sk_pdf_get(pdf, group, "CS");
    bool isolated = false, knockout = false;

    if (!sk_pdf_name_is(pdf, sk_pdf_get(pdf, group, "S"), "Transparency"))
        return true;
    g_string_append(out, " /Group << /S /Transparency");
    if (sk_pdf_type(pdf, cs) != SK_PDF_NULL) {
        if (!sk_pdf_colour(&self->walk, cs, &space, error))
            return false;
        if (space.kind <= SK_PDF_ICC) {
            g_string_append(out, " /CS ");
            g_string_append_len(out, space.text->str, (gssize)space.text->len);
        }
    }
    if (sk_pdf_bool(pdf, sk_pdf_get(pdf, group, "I"), &isolated) && isolated)
        g_string_append(out, " /I true");
    if (sk_pdf_bool(pdf, sk_pdf_get(pdf, group, "K"), &knockout) && knockout)
        g_string_append(out, " /K true");
    g_string_append(out, " >>");
    return true;
}

/* The plain content of @task's stream, rewritten, and the text of its resources. */
static bool
rebuild_content(SkPdfRebuild *self, const SkPdfTask *task, int kind, const int64_t box[4],
                GString *content, GString *resources, GError **error)
{
    g_autoptr(GBytes) plain = NULL;
    g_autoptr(SkPdfNames) names = sk_pdf_names_new(self, task->id, task->resources, task->owner);

    sk_pdf_names_set_box(names, box);
    if (!sk_pdf_stream_plain(self->walk.disarm, self->walk.pdf, task->source, &plain, error) ||
        !sk_pdf_names_rebuild(names, sk_span_bytes(plain), kind, content, error))
        return false;
    g_string_append(resources, " /Resources ");
    sk_pdf_names_put(names, resources);
    return true;
}

static void
set_stream(SkPdfRebuild *self, const SkPdfTask *task, GString *text, const GString *content)
{
    sk_pdf_plan_set_stream(self->walk.plan, task->id, text, sk_span(content->str, content->len));
}

static bool
rebuild_form(SkPdfRebuild *self, const SkPdfTask *task, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    g_autoptr(GString) text = g_string_new("<< /Type /XObject /Subtype /Form /BBox ");
    g_autoptr(GString) content = g_string_new(NULL);
    SkPdfMarkedForm *marked = sk_pdf_structure_form(self, task->source, task->id);
    int kind = marked != NULL && marked->has_marks ? SK_PDF_CONTENT_MARKED : SK_PDF_CONTENT_FORM;
    int64_t box[4];

    if (!sk_pdf_tree_rect(pdf, sk_pdf_get(pdf, task->source, "BBox"), box))
        return sk_throw(error, SK_ERROR_MALFORMED, "pdf: a form without a box");
    sk_pdf_put_numbers(text, box, 4);
    put_matrix(pdf, task->source, text);
    if (!sk_pdf_found_files(&self->walk, task->source, error) ||
        !rebuild_content(self, task, kind, box, content, text, error) ||
        !sk_pdf_group_put(self, sk_pdf_get(pdf, task->source, "Group"), text, error))
        return false;
    if (marked != NULL)
        marked->at = text->len;
    set_stream(self, task, g_steal_pointer(&text), content);
    return true;
}

/* A step of a tile: not 0. */
static bool
put_step(SkPdf *pdf, SkPdfObject source, const char *key, GString *out, GError **error)
{
    int64_t step = 0;

    if (!sk_pdf_number(pdf, sk_pdf_get(pdf, source, key), &step) || step == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "pdf: a pattern without its step");
    g_string_append_printf(out, " /%s ", key);
    sk_pdf_put_number(out, step);
    return true;
}

static bool
rebuild_tile(SkPdfRebuild *self, const SkPdfTask *task, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GString) content = g_string_new(NULL);
    int32_t paint = 0, tiling = 0;
    int64_t box[4];

    if (!sk_pdf_int(pdf, sk_pdf_get(pdf, task->source, "PaintType"), &paint) ||
        (paint != 1 && paint != 2) ||
        !sk_pdf_tree_rect(pdf, sk_pdf_get(pdf, task->source, "BBox"), box))
        return sk_throw(error, SK_ERROR_MALFORMED, "pdf: no tiling pattern");
    if (!sk_pdf_int(pdf, sk_pdf_get(pdf, task->source, "TilingType"), &tiling) || tiling < 1 ||
        tiling > 3)
        tiling = 1;
    g_string_printf(text, "<< /Type /Pattern /PatternType 1 /PaintType %d /TilingType %d /BBox ",
                    paint, tiling);
    sk_pdf_put_numbers(text, box, 4);
    if (!put_step(pdf, task->source, "XStep", text, error) ||
        !put_step(pdf, task->source, "YStep", text, error))
        return false;
    put_matrix(pdf, task->source, text);
    if (!rebuild_content(self, task, paint == 2 ? SK_PDF_CONTENT_UNCOLOURED : SK_PDF_CONTENT_FORM,
                         box, content, text, error))
        return false;
    set_stream(self, task, g_steal_pointer(&text), content);
    return true;
}

static bool
run(SkPdfRebuild *self, const SkPdfTask *task, GError **error)
{
    switch (task->kind) {
    case SK_PDF_TASK_FORM:
        return rebuild_form(self, task, error);
    case SK_PDF_TASK_TILE:
        return rebuild_tile(self, task, error);
    case SK_PDF_TASK_GLYPHS:
        return sk_pdf_type3(self, task, error);
    }
    return false;
}

bool
sk_pdf_tasks_run(SkPdfRebuild *self, GError **error)
{
    while (self->tasks->len > 0) {
        SkPdfTask task = g_array_index(self->tasks, SkPdfTask, self->tasks->len - 1);
        g_array_set_size(self->tasks, self->tasks->len - 1);
        size_t mark = sk_pdf_mark(self->walk.pdf);
        bool ok = run(self, &task, error) && sk_pdf_check(self->walk.pdf, error);
        sk_pdf_release(self->walk.pdf, mark);
        if (!ok)
            return false;
    }
    return true;
}

/* ---- circles, and how much is drawn ------------------------------------------------------- */

typedef struct {
    uint32_t draws, depth;
    bool open; /* on the way down: to meet it again is a circle */
} Weight;

typedef struct {
    SkPdfId id;
    guint next;
} Visit;

void
sk_pdf_draws(SkPdfRebuild *self, SkPdfId by, SkPdfId child, uint32_t times, uint32_t cost)
{
    GArray *list = g_hash_table_lookup(self->draws, GUINT_TO_POINTER(by));

    if (list == NULL) {
        list = g_array_new(FALSE, FALSE, sizeof(SkPdfDraw));
        g_hash_table_insert(self->draws, GUINT_TO_POINTER(by), list);
    }
    for (guint i = 0; i < list->len; i++) {
        SkPdfDraw *draw = &g_array_index(list, SkPdfDraw, i);
        if (draw->child == child && draw->cost == cost) {
            draw->count +=
                MIN(times, SK_PDF_DRAWS_ENDLESS + 1 - MIN(draw->count, SK_PDF_DRAWS_ENDLESS));
            return;
        }
    }
    SkPdfDraw draw = { .child = child, .count = times, .cost = cost };
    g_array_append_val(list, draw);
}

void
sk_pdf_draws_itself(SkPdfRebuild *self, SkPdfId by, uint64_t cost)
{
    if (cost > 0)
        sk_pdf_draws(self, by, 0, 1, (uint32_t)MIN(cost, (uint64_t)SK_PDF_DRAWS_ENDLESS + 1));
}

static void
open_visit(SkPdfRebuild *self, GArray *stack, SkPdfId id)
{
    Visit visit = { .id = id };
    Weight weight = { .open = true };

    g_hash_table_insert(self->weights, GUINT_TO_POINTER(id), g_memdup2(&weight, sizeof weight));
    g_array_append_val(stack, visit);
}

/* All that @id draws has been weighed. */
static void
close_visit(SkPdfRebuild *self, SkPdfId id, const GArray *list)
{
    Weight *weight = g_hash_table_lookup(self->weights, GUINT_TO_POINTER(id));
    uint64_t draws = 0;

    weight->open = false;
    for (guint i = 0; list != NULL && i < list->len; i++) {
        const SkPdfDraw *draw = &g_array_index(list, SkPdfDraw, i);
        const Weight *below = g_hash_table_lookup(self->weights, GUINT_TO_POINTER(draw->child));
        draws +=
            (uint64_t)draw->count * (draw->cost + (below == NULL ? 0 : (uint64_t)below->draws));
        draws = MIN(draws, (uint64_t)SK_PDF_DRAWS_ENDLESS + 1);
        weight->depth = MAX(weight->depth, below == NULL ? 0 : below->depth + 1);
    }
    weight->draws = (uint32_t)draws;
}

static bool
weigh_next(SkPdfRebuild *self, GArray *stack, GError **error)
{
    Visit *top = &g_array_index(stack, Visit, stack->len - 1);
    const GArray *list = g_hash_table_lookup(self->draws, GUINT_TO_POINTER(top->id));

    if (list == NULL || top->next >= list->len) {
        close_visit(self, top->id, list);
        g_array_set_size(stack, stack->len - 1);
        return true;
    }
    SkPdfId child = g_array_index(list, SkPdfDraw, top->next++).child;
    if (child == 0)
        return true;
    const Weight *known = g_hash_table_lookup(self->weights, GUINT_TO_POINTER(child));
    if (known == NULL)
        open_visit(self, stack, child);
    else if (known->open)
        return sk_pdf_fatal(self, SK_ERROR_MALFORMED, "content that draws itself", error);
    return true;
}

bool
sk_pdf_weigh(SkPdfRebuild *self, SkPdfId page, GError **error)
{
    g_autoptr(GArray) stack = g_array_new(FALSE, FALSE, sizeof(Visit));

    open_visit(self, stack, page);
    while (stack->len > 0) {
        if (!weigh_next(self, stack, error))
            return false;
    }
    const Weight *weight = g_hash_table_lookup(self->weights, GUINT_TO_POINTER(page));
    if (weight->depth > SK_PDF_NESTING_MAX)
        return sk_pdf_fatal(self, SK_ERROR_LIMIT, "a page that draws over too many others", error);
    if (weight->draws > SK_PDF_DRAWS_ENDLESS)
        return sk_pdf_fatal(self, SK_ERROR_LIMIT, "a page that draws without end", error);
    return weight->draws <= SK_PDF_DRAWS_MAX ||
           sk_throw(error, SK_ERROR_UNSUPPORTED, "pdf: a page that draws too much");
}
