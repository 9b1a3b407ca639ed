/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-colour.c - contract in pdf-colour.h. Spaces stand in spaces three deep at most, one function
 * for each depth: a device, calibrated or ICC space; one of colorants over it; an index or a
 * pattern over that.
 */
#include "disarm/pdf-colour.h"

#include "disarm/icc.h"
#include "disarm/pdf-filter.h"
#include "disarm/pdf-function.h"
#include "disarm/pdf-memory.h"

#include <string.h>

#define ICC_BYTES_MAX (16u << 20)

void
sk_pdf_colour_clear(SkPdfColour *self)
{
    if (self->text != NULL)
        g_string_free(self->text, TRUE);
    self->text = NULL;
}

static SkPdfColour
device(SkPdfColourKind kind)
{
    static const char *const names[] = { "/DeviceGray", "/DeviceRGB", "/DeviceCMYK" };
    static const unsigned components[] = { 1, 3, 4 };
    return (SkPdfColour){ .kind = kind,
                          .components = components[kind],
                          .text = g_string_new(names[kind]) };
}

bool
sk_pdf_colour_device(unsigned components, SkPdfColour *ret)
{
    if (components != 1 && components != 3 && components != 4)
        return false;
    *ret = device(components == 1   ? SK_PDF_DEVICE_GRAY
                  : components == 3 ? SK_PDF_DEVICE_RGB
                                    : SK_PDF_DEVICE_CMYK);
    return true;
}

static bool
no_space(GError **error)
{
    return sk_throw(error, SK_ERROR_MALFORMED, "pdf: no colour space");
}

/* What an array begins with, or a name itself. */
static SkSpan
family(SkPdfWalk *walk, SkPdfObject space)
{
    SkPdfObject first =
        sk_pdf_type(walk->pdf, space) == SK_PDF_ARRAY ? sk_pdf_item(walk->pdf, space, 0) : space;
    return sk_pdf_name(walk->pdf, first);
}

/* ---- device and calibrated spaces --------------------------------------------------------- */

static bool
device_by_name(SkSpan name, SkPdfColour *ret)
{
    static const struct {
        const char *name;
        SkPdfColourKind kind;
    } names[] = {
        { "DeviceGray", SK_PDF_DEVICE_GRAY }, { "DeviceRGB", SK_PDF_DEVICE_RGB },
        { "DeviceCMYK", SK_PDF_DEVICE_CMYK }, { "G", SK_PDF_DEVICE_GRAY },
        { "RGB", SK_PDF_DEVICE_RGB },         { "CMYK", SK_PDF_DEVICE_CMYK },
        { "CalCMYK", SK_PDF_DEVICE_CMYK },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        if (sk_span_is(name, names[i].name)) {
            *ret = device(names[i].kind);
            return true;
        }
    }
    return false;
}

/* The key with its @n numbers, where they are there. */
static void
put_numbers(SkPdfWalk *walk, SkPdfObject from, const char *key, uint32_t n, GString *out)
{
    int64_t numbers[9];

    if (!sk_pdf_numbers(walk->pdf, sk_pdf_get(walk->pdf, from, key), n, numbers))
        return;
    g_string_append_printf(out, " /%s ", key);
    sk_pdf_put_numbers(out, numbers, n);
}

static bool
put_white(SkPdfWalk *walk, SkPdfObject from, GString *out)
{
    int64_t white[3];

    if (!sk_pdf_numbers(walk->pdf, sk_pdf_get(walk->pdf, from, "WhitePoint"), 3, white) ||
        white[0] <= 0 || white[1] <= 0 || white[2] <= 0)
        return false;
    g_string_append(out, "<< /WhitePoint ");
    sk_pdf_put_numbers(out, white, 3);
    put_numbers(walk, from, "BlackPoint", 3, out);
    return true;
}

static bool
cal_gray(SkPdfWalk *walk, SkPdfObject parameters, SkPdfColour *ret)
{
    g_autoptr(GString) text = g_string_new("[/CalGray ");
    int64_t gamma = 0;

    if (!put_white(walk, parameters, text)) {
        /* DEVIATION: a space without its white is that of the device */
        *ret = device(SK_PDF_DEVICE_GRAY);
        return true;
    }
    if (sk_pdf_number(walk->pdf, sk_pdf_get(walk->pdf, parameters, "Gamma"), &gamma) && gamma > 0) {
        g_string_append(text, " /Gamma ");
        sk_pdf_put_number(text, gamma);
    }
    g_string_append(text, " >>]");
    *ret =
        (SkPdfColour){ .kind = SK_PDF_CAL_GRAY, .components = 1, .text = g_steal_pointer(&text) };
    return true;
}

static bool
cal_rgb(SkPdfWalk *walk, SkPdfObject parameters, SkPdfColour *ret)
{
    g_autoptr(GString) text = g_string_new("[/CalRGB ");

    if (!put_white(walk, parameters, text)) {
        *ret = device(SK_PDF_DEVICE_RGB);
        return true;
    }
    put_numbers(walk, parameters, "Gamma", 3, text);
    put_numbers(walk, parameters, "Matrix", 9, text);
    g_string_append(text, " >>]");
    *ret = (SkPdfColour){ .kind = SK_PDF_CAL_RGB, .components = 3, .text = g_steal_pointer(&text) };
    return true;
}

static bool
lab(SkPdfWalk *walk, SkPdfObject parameters, SkPdfColour *ret, GError **error)
{
    g_autoptr(GString) text = g_string_new("[/Lab ");
    SkPdfColour colour = { .kind = SK_PDF_LAB,
                           .components = 3,
                           .range = { -100 * SK_PDF_ONE, 100 * SK_PDF_ONE, -100 * SK_PDF_ONE,
                                      100 * SK_PDF_ONE } };
    int64_t range[4];

    if (!put_white(walk, parameters, text))
        return no_space(error);
    if (sk_pdf_numbers(walk->pdf, sk_pdf_get(walk->pdf, parameters, "Range"), 4, range) &&
        range[0] <= range[1] && range[2] <= range[3]) {
        for (unsigned i = 0; i < 4; i++)
            colour.range[i] = range[i];
        put_numbers(walk, parameters, "Range", 4, text);
    }
    g_string_append(text, " >>]");
    colour.text = g_steal_pointer(&text);
    *ret = colour;
    return true;
}

/* ---- ICC ---------------------------------------------------------------------------------- */

/* The profile as an object of the plan; 0 where it is none that can be kept. */
static bool
icc_profile(SkPdfWalk *walk, SkPdfObject stream, unsigned components, SkPdfId *ret, GError **error)
{
    g_autoptr(GBytes) plain = NULL;
    g_autoptr(GError) trouble = NULL;
    unsigned found = 0;

    if (sk_pdf_recall(walk, stream, 'i', ret))
        return true;
    *ret = 0;
    if (sk_pdf_stream_plain(walk->disarm, walk->pdf, stream, &plain, &trouble)) {
        g_autoptr(SkSink) sink = sk_sink_new_memory(ICC_BYTES_MAX);
        if (sk_icc_rebuild(sk_span_bytes(plain), components, sink, &found, &trouble) &&
            sk_sink_finish(sink, &trouble)) {
            GString *text = g_string_new("<< /N ");
            sk_pdf_put_int(text, components);
            *ret = sk_pdf_plan_add(walk->plan);
            sk_pdf_plan_set_stream(walk->plan, *ret, text, sk_sink_memory(sink));
        }
    }
    if (trouble != NULL && g_error_matches(trouble, SK_ERROR, SK_ERROR_LIMIT)) {
        g_propagate_error(error, g_steal_pointer(&trouble));
        return false;
    }
    sk_pdf_remember(walk, stream, 'i', *ret);
    return *ret != 0 || sk_pdf_found(walk, SK_ELEMENT_PICTURE_PROFILE, 1, error);
}

static bool
icc(SkPdfWalk *walk, SkPdfObject stream, SkPdfColour *ret, GError **error)
{
    int32_t n = 0;
    SkPdfId id = 0;

    if (!sk_pdf_int(walk->pdf, sk_pdf_get(walk->pdf, stream, "N"), &n) ||
        (n != 1 && n != 3 && n != 4))
        return no_space(error);
    if (!icc_profile(walk, stream, (unsigned)n, &id, error))
        return false;
    if (id == 0)
        return sk_pdf_colour_device((unsigned)n, ret);
    *ret = (SkPdfColour){ .kind = SK_PDF_ICC,
                          .components = (unsigned)n,
                          .text = g_string_new("[/ICCBased ") };
    sk_pdf_put_ref(ret->text, id);
    g_string_append_c(ret->text, ']');
    return true;
}

/* `alt` of the profile. */
static bool
simple(SkPdfWalk *walk, SkPdfObject space, SkPdfColour *ret, GError **error)
{
    SkSpan name = family(walk, space);
    SkPdfObject second = sk_pdf_item(walk->pdf, space, 1);

    if (device_by_name(name, ret))
        return true;
    if (sk_span_is(name, "CalGray"))
        return cal_gray(walk, second, ret);
    if (sk_span_is(name, "CalRGB"))
        return cal_rgb(walk, second, ret);
    if (sk_span_is(name, "Lab"))
        return lab(walk, second, ret, error);
    if (sk_span_is(name, "ICCBased"))
        return icc(walk, second, ret, error);
    return no_space(error);
}

/* ---- colorants ---------------------------------------------------------------------------- */

static void
put_colorant(SkPdfWalk *walk, SkPdfObject o, GString *out)
{
    SkSpan name = sk_pdf_name(walk->pdf, o);
    /* DEVIATION: the name only says on which plate it prints. */
    sk_pdf_put_name(out, sk_pdf_name_ok(name) ? name : sk_span_str("Spot"));
}

static bool
put_colorants(SkPdfWalk *walk, SkPdfObject names, bool many, GString *out, unsigned *ret_n)
{
    if (!many) {
        *ret_n = 1;
        put_colorant(walk, names, out);
        return sk_pdf_type(walk->pdf, names) == SK_PDF_NAME;
    }
    uint32_t n = sk_pdf_count(walk->pdf, names);
    if (n < 1 || n > SK_PDF_COMPONENTS_MAX)
        return false;
    for (uint32_t i = 0; i < n; i++) {
        g_string_append_c(out, i == 0 ? '[' : ' ');
        put_colorant(walk, sk_pdf_item(walk->pdf, names, i), out);
    }
    g_string_append_c(out, ']');
    *ret_n = n;
    return true;
}

static bool
colorants(SkPdfWalk *walk, SkPdfObject space, bool many, SkPdfColour *ret, GError **error)
{
    g_autoptr(GString) text = g_string_new(many ? "[/DeviceN " : "[/Separation ");
    g_auto(SkPdfColour) alternate = { .text = NULL };
    unsigned n = 0;
    SkPdfId function = 0;

    if (!put_colorants(walk, sk_pdf_item(walk->pdf, space, 1), many, text, &n))
        return no_space(error);
    if (!simple(walk, sk_pdf_item(walk->pdf, space, 2), &alternate, error) ||
        !sk_pdf_function(walk, sk_pdf_item(walk->pdf, space, 3), n, alternate.components, &function,
                         error))
        return false;
    g_string_append_c(text, ' ');
    g_string_append_len(text, alternate.text->str, (gssize)alternate.text->len);
    g_string_append_c(text, ' ');
    sk_pdf_put_ref(text, function);
    g_string_append_c(text, ']');
    *ret = (SkPdfColour){ .kind = many ? SK_PDF_DEVICE_N : SK_PDF_SEPARATION,
                          .components = n,
                          .text = g_steal_pointer(&text) };
    return true;
}

/* `base` of the profile. */
static bool
base(SkPdfWalk *walk, SkPdfObject space, SkPdfColour *ret, GError **error)
{
    SkSpan name = family(walk, space);

    if (sk_span_is(name, "Separation"))
        return colorants(walk, space, false, ret, error);
    if (sk_span_is(name, "DeviceN"))
        return colorants(walk, space, true, ret, error);
    return simple(walk, space, ret, error);
}

/* ---- indexes and patterns ----------------------------------------------------------------- */

static bool
table(SkPdfWalk *walk, SkPdfObject o, GBytes **ret, GError **error)
{
    if (sk_pdf_type(walk->pdf, o) == SK_PDF_STREAM)
        return sk_pdf_stream_plain(walk->disarm, walk->pdf, o, ret, error);
    *ret = sk_pdf_string(walk->pdf, o);
    return *ret != NULL || no_space(error);
}

static bool
indexed(SkPdfWalk *walk, SkPdfObject space, SkPdfColour *ret, GError **error)
{
    g_auto(SkPdfColour) under = { .text = NULL };
    g_autoptr(GBytes) bytes = NULL;
    int32_t highest = 0;

    if (!sk_pdf_int(walk->pdf, sk_pdf_item(walk->pdf, space, 2), &highest) || highest < 0 ||
        highest > 255)
        return no_space(error);
    if (!base(walk, sk_pdf_item(walk->pdf, space, 1), &under, error) ||
        !table(walk, sk_pdf_item(walk->pdf, space, 3), &bytes, error))
        return false;
    SkSpan colours = sk_span_bytes(bytes);
    size_t want = (size_t)(highest + 1) * under.components;
    /* DEVIATION: colours that the table is short of are 0 */
    g_autofree uint8_t *exact = g_malloc0(want);
    for (size_t i = 0; i < MIN(want, colours.n); i++)
        exact[i] = colours.p[i];
    GString *text = g_string_new("[/Indexed ");
    g_string_append_len(text, under.text->str, (gssize)under.text->len);
    g_string_append_printf(text, " %d ", highest);
    sk_pdf_put_string(text, sk_span(exact, want));
    g_string_append_c(text, ']');
    *ret = (SkPdfColour){ .kind = SK_PDF_INDEXED,
                          .components = 1,
                          .base_components = under.components,
                          .highest = (unsigned)highest,
                          .text = text };
    return true;
}

static bool
pattern(SkPdfWalk *walk, SkPdfObject space, SkPdfColour *ret, GError **error)
{
    g_auto(SkPdfColour) under = { .text = NULL };
    SkPdfObject second = sk_pdf_item(walk->pdf, space, 1);

    if (sk_pdf_type(walk->pdf, second) == SK_PDF_NULL) {
        *ret = (SkPdfColour){ .kind = SK_PDF_PATTERN, .text = g_string_new("/Pattern") };
        return true;
    }
    if (!base(walk, second, &under, error))
        return false;
    GString *text = g_string_new("[/Pattern ");
    g_string_append_len(text, under.text->str, (gssize)under.text->len);
    g_string_append_c(text, ']');
    *ret = (SkPdfColour){ .kind = SK_PDF_PATTERN, .components = under.components, .text = text };
    return true;
}

bool
sk_pdf_colour(SkPdfWalk *walk, SkPdfObject space, SkPdfColour *ret, GError **error)
{
    SkSpan name = family(walk, space);

    if (sk_span_is(name, "Indexed") || sk_span_is(name, "I"))
        return indexed(walk, space, ret, error);
    if (sk_span_is(name, "Pattern"))
        return pattern(walk, space, ret, error);
    return base(walk, space, ret, error);
}
