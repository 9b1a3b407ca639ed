/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-layer.c - which optional content is seen when the file is opened: its default configuration.
 * What is not seen then is not written. Spec: docs/formats/pdf.md; ISO 32000-1, 8.11
 */
#include "disarm/pdf-rebuild.h"

#define LAYERS_MAX 10000u
#define STEPS_MAX 1000u

static void
set_all(SkPdfRebuild *self, SkPdfObject array, bool hidden)
{
    SkPdf *pdf = self->walk.pdf;

    for (uint32_t i = 0; i < MIN(sk_pdf_count(pdf, array), LAYERS_MAX); i++) {
        gpointer number = GUINT_TO_POINTER(sk_pdf_ref(pdf, sk_pdf_item(pdf, array, i)).number);
        if (hidden)
            g_hash_table_add(self->hidden, number);
        else
            g_hash_table_remove(self->hidden, number);
    }
}

bool
sk_pdf_layers_read(SkPdfRebuild *self, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    SkPdfObject properties = sk_pdf_get(pdf, sk_pdf_root(pdf), "OCProperties");
    SkPdfObject view = sk_pdf_get(pdf, properties, "D");

    if (sk_pdf_name_is(pdf, sk_pdf_get(pdf, view, "BaseState"), "OFF"))
        set_all(self, sk_pdf_get(pdf, properties, "OCGs"), true);
    set_all(self, sk_pdf_get(pdf, view, "ON"), false);
    set_all(self, sk_pdf_get(pdf, view, "OFF"), true);
    g_hash_table_remove(self->hidden, GUINT_TO_POINTER(0));
    return sk_pdf_check(pdf, error);
}

static bool
is_off(SkPdfRebuild *self, SkPdfObject group)
{
    return g_hash_table_contains(self->hidden,
                                 GUINT_TO_POINTER(sk_pdf_ref(self->walk.pdf, group).number));
}

/* ---- memberships -------------------------------------------------------------------------- */

/* By its policy: AnyOn where it names none. */
static bool
members_hidden(SkPdfRebuild *self, SkPdfObject membership)
{
    SkPdf *pdf = self->walk.pdf;
    SkPdfObject groups = sk_pdf_get(pdf, membership, "OCGs"),
                policy = sk_pdf_get(pdf, membership, "P");
    uint32_t n = 0, off = 0;

    if (sk_pdf_type(pdf, groups) == SK_PDF_DICTIONARY) {
        n = 1;
        off = is_off(self, groups) ? 1 : 0;
    }
    for (uint32_t i = 0; i < MIN(sk_pdf_count(pdf, groups), LAYERS_MAX); i++) {
        SkPdfObject group = sk_pdf_item(pdf, groups, i);
        if (sk_pdf_type(pdf, group) != SK_PDF_DICTIONARY)
            continue;
        n++;
        off += is_off(self, group) ? 1 : 0;
    }
    if (n == 0)
        return false;
    if (sk_pdf_name_is(pdf, policy, "AllOn"))
        return off > 0;
    if (sk_pdf_name_is(pdf, policy, "AnyOff"))
        return off == 0;
    return sk_pdf_name_is(pdf, policy, "AllOff") ? off < n : off == n;
}

typedef enum { OP_AND, OP_OR, OP_NOT } Operator;

/* An expression that is being worked out. */
typedef struct {
    SkPdfObject array;
    uint32_t next;
    Operator op;
    bool seen; /* so far */
} Step;

static bool
step_of(SkPdf *pdf, SkPdfObject array, Step *ret)
{
    SkSpan word = sk_pdf_name(pdf, sk_pdf_item(pdf, array, 0));

    if (sk_span_is(word, "And"))
        *ret = (Step){ .array = array, .next = 1, .op = OP_AND, .seen = true };
    else if (sk_span_is(word, "Or"))
        *ret = (Step){ .array = array, .next = 1, .op = OP_OR };
    else if (sk_span_is(word, "Not"))
        *ret = (Step){ .array = array, .next = 1, .op = OP_NOT, .seen = true };
    else
        return false;
    return true;
}

static void
fold(Step *step, bool value)
{
    if (step->op == OP_AND)
        step->seen = step->seen && value;
    else
        step->seen = step->op == OP_OR ? step->seen || value : !value;
}

/* A visibility expression; false: it is none, and the policy counts. */
static bool
evaluate(SkPdfRebuild *self, SkPdfObject expression, bool *ret_seen)
{
    SkPdf *pdf = self->walk.pdf;
    g_autoptr(GArray) stack = g_array_new(FALSE, FALSE, sizeof(Step));
    Step step;

    if (!step_of(pdf, expression, &step))
        return false;
    g_array_append_val(stack, step);
    for (unsigned steps = 0; steps < STEPS_MAX; steps++) {
        Step *top = &g_array_index(stack, Step, stack->len - 1);
        if (top->next >= sk_pdf_count(pdf, top->array)) {
            bool value = top->seen;
            g_array_set_size(stack, stack->len - 1);
            if (stack->len == 0) {
                *ret_seen = value;
                return true;
            }
            fold(&g_array_index(stack, Step, stack->len - 1), value);
            continue;
        }
        SkPdfObject item = sk_pdf_item(pdf, top->array, top->next++);
        if (step_of(pdf, item, &step))
            g_array_append_val(stack, step);
        else
            fold(top, !is_off(self, item));
    }
    return false;
}

bool
sk_pdf_layer_hidden(SkPdfRebuild *self, SkPdfObject oc)
{
    SkPdf *pdf = self->walk.pdf;
    bool seen = true;

    if (sk_pdf_type(pdf, oc) != SK_PDF_DICTIONARY)
        return false;
    if (!sk_pdf_name_is(pdf, sk_pdf_get(pdf, oc, "Type"), "OCMD"))
        return is_off(self, oc);
    if (evaluate(self, sk_pdf_get(pdf, oc, "VE"), &seen))
        return !seen;
    return members_hidden(self, oc);
}
