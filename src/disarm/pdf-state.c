/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-state.c - graphics state dictionaries: what a screen needs of them. Halftones, transfer
 * functions and the like are for presses. Spec: docs/formats/pdf.md, kinds `state` and
 * `state-mask`; ISO 32000-1, 8.4.5
 */
#include "disarm/pdf-rebuild.h"

#include "disarm/pdf-colour.h"
#include "disarm/pdf-cost.h"
#include "disarm/pdf-function.h"

#include <string.h>

#define DASHES_MAX 64u

typedef struct {
    SkPdfRebuild *rebuild;
    SkPdfObject source, resources;
    SkPdfRef owner;
    SkPdfId draws[2]; /* a font, a mask's form */
    unsigned n_draws;
    SkPdfId mask; /* that form, or 0 */
} State;

static void
put_number(const State *self, const char *key, int64_t least, int64_t most, GString *out)
{
    SkPdf *pdf = self->rebuild->walk.pdf;
    int64_t number = 0;

    if (!sk_pdf_number(pdf, sk_pdf_get(pdf, self->source, key), &number) || number < least ||
        number > most)
        return;
    g_string_append_printf(out, " /%s ", key);
    sk_pdf_put_number(out, number);
}

static void
put_int(const State *self, const char *key, int32_t most, GString *out)
{
    SkPdf *pdf = self->rebuild->walk.pdf;
    int32_t number = 0;

    if (sk_pdf_int(pdf, sk_pdf_get(pdf, self->source, key), &number) && number >= 0 &&
        number <= most)
        g_string_append_printf(out, " /%s %d", key, number);
}

static void
put_bool(const State *self, const char *key, GString *out)
{
    SkPdf *pdf = self->rebuild->walk.pdf;
    bool value = false;

    if (sk_pdf_bool(pdf, sk_pdf_get(pdf, self->source, key), &value))
        g_string_append_printf(out, " /%s %s", key, value ? "true" : "false");
}

static bool
one_of(SkSpan name, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (sk_span_is(name, *names))
            return true;
    }
    return false;
}

/* What stays of `D`: how many numbers @ret_lengths has, and the phase. false: it says nothing. */
static bool
read_dashes(SkPdf *pdf, SkPdfObject state, int64_t ret_lengths[DASHES_MAX], uint32_t *ret_n,
            int64_t *ret_phase)
{
    SkPdfObject dash = sk_pdf_get(pdf, state, "D"), lengths = sk_pdf_item(pdf, dash, 0);
    uint32_t n = sk_pdf_count(pdf, lengths);
    bool any = n == 0;

    if (sk_pdf_count(pdf, dash) != 2 || sk_pdf_type(pdf, lengths) != SK_PDF_ARRAY ||
        n > DASHES_MAX || !sk_pdf_numbers(pdf, lengths, n, ret_lengths) ||
        !sk_pdf_number(pdf, sk_pdf_item(pdf, dash, 1), ret_phase))
        return false;
    for (uint32_t i = 0; i < n; i++) {
        if (ret_lengths[i] < 0)
            return false;
        any = any || ret_lengths[i] > 0;
    }
    *ret_n = n;
    return any;
}

/* Only that there are none is said in the state; else the content says it behind its `gs`, where it
 * is counted. */
static void
put_dashes(const State *self, GString *out)
{
    int64_t lengths[DASHES_MAX], phase = 0;
    uint32_t n = 0;

    if (!read_dashes(self->rebuild->walk.pdf, self->source, lengths, &n, &phase) || n > 0)
        return;
    g_string_append(out, " /D [[] ");
    sk_pdf_put_number(out, phase);
    g_string_append_c(out, ']');
}

char *
sk_pdf_state_dashes(SkPdfRebuild *self, SkPdfObject state)
{
    int64_t lengths[DASHES_MAX], phase = 0;
    uint32_t n = 0;

    if (!read_dashes(self->walk.pdf, state, lengths, &n, &phase) || n == 0)
        return NULL;
    GString *line = g_string_new(NULL);
    sk_pdf_put_numbers(line, lengths, n);
    g_string_append_c(line, ' ');
    sk_pdf_put_number(line, phase);
    g_string_append(line, " d\n");
    return g_string_free(line, FALSE);
}

static void
put_intent(const State *self, GString *out)
{
    static const char *const intents[] = { "AbsoluteColorimetric", "RelativeColorimetric",
                                           "Saturation", "Perceptual", NULL };
    SkPdf *pdf = self->rebuild->walk.pdf;
    SkSpan name = sk_pdf_name(pdf, sk_pdf_get(pdf, self->source, "RI"));

    if (one_of(name, intents)) {
        g_string_append(out, " /RI ");
        sk_pdf_put_name(out, name);
    }
}

/* The first mode that is known, where several are offered. */
static void
put_blend(const State *self, GString *out)
{
    static const char *const modes[] = {
        "Normal",     "Multiply",   "Screen",    "Overlay",    "Darken",     "Lighten",
        "ColorDodge", "ColorBurn",  "HardLight", "SoftLight",  "Difference", "Exclusion",
        "Hue",        "Saturation", "Color",     "Luminosity", NULL,
    };
    SkPdf *pdf = self->rebuild->walk.pdf;
    SkPdfObject mode = sk_pdf_get(pdf, self->source, "BM");
    SkSpan name = sk_pdf_name(pdf, mode);

    for (uint32_t i = 0; i < MIN(sk_pdf_count(pdf, mode), 16u) && !one_of(name, modes); i++)
        name = sk_pdf_name(pdf, sk_pdf_item(pdf, mode, i));
    if (sk_span_is(name, "Compatible"))
        name = sk_span_str("Normal");
    if (one_of(name, modes)) {
        g_string_append(out, " /BM ");
        sk_pdf_put_name(out, name);
    }
}

static bool
put_font(State *self, GString *out, GError **error)
{
    SkPdf *pdf = self->rebuild->walk.pdf;
    SkPdfObject pair = sk_pdf_get(pdf, self->source, "Font");
    SkPdfId font = 0;
    int64_t size = 0;

    if (sk_pdf_count(pdf, pair) != 2 || !sk_pdf_number(pdf, sk_pdf_item(pdf, pair, 1), &size))
        return true;
    if (!sk_pdf_font(self->rebuild, sk_pdf_item(pdf, pair, 0), self->resources, self->owner, &font,
                     error))
        return false;
    if (font == 0)
        return true;
    g_string_append(out, " /Font [");
    sk_pdf_put_ref(out, font);
    g_string_append_c(out, ' ');
    sk_pdf_put_number(out, size);
    g_string_append_c(out, ']');
    self->draws[self->n_draws++] = font;
    return true;
}

static bool
put_transfer(State *self, SkPdfObject mask, GString *out, GError **error)
{
    SkPdfWalk *walk = &self->rebuild->walk;
    SkPdfObject transfer = sk_pdf_get(walk->pdf, mask, "TR");
    SkPdfId function = 0;

    if (!sk_pdf_is_dictionary(walk->pdf, transfer))
        return true; /* Identity, or none */
    if (!sk_pdf_function(walk, transfer, 1, 1, &function, error))
        return false;
    g_string_append(out, " /TR ");
    sk_pdf_put_ref(out, function);
    return true;
}

static bool
put_mask(State *self, GString *out, GError **error)
{
    SkPdf *pdf = self->rebuild->walk.pdf;
    SkPdfObject mask = sk_pdf_get(pdf, self->source, "SMask");
    SkPdfObject group = sk_pdf_get(pdf, mask, "G"), backdrop = sk_pdf_get(pdf, mask, "BC");
    bool alpha = sk_pdf_name_is(pdf, sk_pdf_get(pdf, mask, "S"), "Alpha");
    int64_t colour[SK_PDF_COMPONENTS_MAX];
    uint32_t n = sk_pdf_count(pdf, backdrop);
    SkPdfId form = 0;

    if (sk_pdf_name_is(pdf, mask, "None")) {
        g_string_append(out, " /SMask /None");
        return true;
    }
    if (sk_pdf_type(pdf, group) != SK_PDF_STREAM)
        return true;
    if (!sk_pdf_task(self->rebuild, SK_PDF_TASK_FORM, group, self->resources, self->owner, &form,
                     error))
        return false;
    g_string_append_printf(out, " /SMask << /S /%s /G ", alpha ? "Alpha" : "Luminosity");
    sk_pdf_put_ref(out, form);
    if (n > 0 && n <= SK_PDF_COMPONENTS_MAX && sk_pdf_numbers(pdf, backdrop, n, colour)) {
        g_string_append(out, " /BC ");
        sk_pdf_put_numbers(out, colour, n);
    }
    self->draws[self->n_draws++] = self->mask = form;
    if (!put_transfer(self, mask, out, error))
        return false;
    g_string_append(out, " >>");
    return true;
}

static bool
put_state(State *self, GString *out, GError **error)
{
    put_number(self, "LW", 0, SK_PDF_NUMBER_MAX, out);
    put_int(self, "LC", 2, out);
    put_int(self, "LJ", 2, out);
    put_number(self, "ML", 0, SK_PDF_NUMBER_MAX, out);
    put_dashes(self, out);
    put_intent(self, out);
    put_bool(self, "OP", out);
    put_bool(self, "op", out);
    put_int(self, "OPM", 1, out);
    if (!put_font(self, out, error))
        return false;
    put_number(self, "FL", 0, 100 * SK_PDF_ONE, out);
    put_bool(self, "SA", out);
    put_blend(self, out);
    if (!put_mask(self, out, error))
        return false;
    put_number(self, "CA", 0, SK_PDF_ONE, out);
    put_number(self, "ca", 0, SK_PDF_ONE, out);
    put_bool(self, "AIS", out);
    put_bool(self, "TK", out);
    return true;
}

bool
sk_pdf_state(SkPdfRebuild *self, SkPdfObject source, SkPdfObject resources, SkPdfRef owner,
             SkPdfId *ret, GError **error)
{
    State state = { .rebuild = self, .source = source, .resources = resources, .owner = owner };
    g_autoptr(GString) text = g_string_new("<< /Type /ExtGState");

    if (sk_pdf_recall(&self->walk, source, 'g', ret))
        return true;
    if (!put_state(&state, text, error))
        return false;
    g_string_append(text, " >>");
    *ret = sk_pdf_plan_same(self->walk.plan, g_steal_pointer(&text));
    for (unsigned i = 0; i < state.n_draws; i++)
        sk_pdf_draws(self, *ret, state.draws[i], 1,
                     state.draws[i] == state.mask ? SK_PDF_COST_MASK : 1);
    sk_pdf_remember(&self->walk, source, 'g', *ret);
    return true;
}
