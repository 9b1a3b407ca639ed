/* SPDX-License-Identifier: Apache-2.0
 * pdf-steps.c - which filters a stream's dictionary names, and with what parameters. Contract in
 * pdf-filter.h. */
#include "disarm/pdf-filter.h"

#define COLUMNS_MAX (1 << 24)
#define COLORS_MAX 32
#define FAX_DEFAULT_COLUMNS 1728u

bool
sk_pdf_step(SkSpan name, SkPdfStep *ret, GError **error)
{
    static const struct {
        const char *name, *short_name;
        SkPdfStepKind kind;
    } names[] = {
        { "ASCIIHexDecode", "AHx", SK_PDF_STEP_HEX },
        { "ASCII85Decode", "A85", SK_PDF_STEP_ASCII85 },
        { "LZWDecode", "LZW", SK_PDF_STEP_LZW },
        { "FlateDecode", "Fl", SK_PDF_STEP_FLATE },
        { "RunLengthDecode", "RL", SK_PDF_STEP_RUNS },
        { "CCITTFaxDecode", "CCF", SK_PDF_STEP_FAX },
        { "DCTDecode", "DCT", SK_PDF_STEP_DCT },
        { "JPXDecode", "JPXDecode", SK_PDF_STEP_JPX },
        { "JBIG2Decode", "JBIG2Decode", SK_PDF_STEP_JBIG2 },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (sk_span_is(name, names[i].name) || sk_span_is(name, names[i].short_name)) {
            *ret = (SkPdfStep){ .kind = names[i].kind,
                                .predictor = 1,
                                .colors = 1,
                                .bits = 8,
                                .columns = 1,
                                .early_change = true,
                                .fax_columns = FAX_DEFAULT_COLUMNS,
                                .end_of_block = true,
                                .transform = -1 };
            return true;
        }
    }
    return sk_throw(error, SK_ERROR_UNSUPPORTED, "pdf: filter that is not known");
}

/* An integer from @least to @most, if it is there. */
static bool
get_int(SkPdf *pdf, SkPdfObject parms, const char *key, int32_t least, int32_t most, int32_t *ret,
        GError **error)
{
    int32_t value = 0;

    if (!sk_pdf_has(pdf, parms, key))
        return true;
    if (!sk_pdf_int(pdf, sk_pdf_get(pdf, parms, key), &value) || value < least || value > most)
        return sk_throw(error, SK_ERROR_MALFORMED, "pdf: filter's %s out of range", key);
    *ret = value;
    return true;
}

static bool
read_predictor(SkPdf *pdf, SkPdfObject parms, SkPdfStep *step, GError **error)
{
    int32_t predictor = 1, colors = 1, bits = 8, columns = 1, early = 1;

    if (!get_int(pdf, parms, "Predictor", 1, 15, &predictor, error) ||
        !get_int(pdf, parms, "Colors", 1, COLORS_MAX, &colors, error) ||
        !get_int(pdf, parms, "BitsPerComponent", 1, 16, &bits, error) ||
        !get_int(pdf, parms, "Columns", 1, COLUMNS_MAX, &columns, error) ||
        !get_int(pdf, parms, "EarlyChange", 0, 1, &early, error))
        return false;
    if ((predictor > 2 && predictor < 10) || (bits & (bits - 1)) != 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "pdf: predictor that does not exist");
    step->predictor = (uint32_t)predictor;
    step->colors = (uint32_t)colors;
    step->bits = (uint32_t)bits;
    step->columns = (uint32_t)columns;
    step->early_change = early == 1;
    return true;
}

static bool
read_fax(SkPdf *pdf, SkPdfObject parms, SkPdfStep *step, GError **error)
{
    int32_t columns = (int32_t)step->fax_columns, rows = 0;

    if (!get_int(pdf, parms, "K", INT32_MIN, INT32_MAX, &step->k, error) ||
        !get_int(pdf, parms, "Columns", 1, 65535, &columns, error) ||
        !get_int(pdf, parms, "Rows", 0, INT32_MAX, &rows, error))
        return false;
    step->fax_columns = (uint32_t)columns;
    step->fax_rows = (uint32_t)rows;
    (void)sk_pdf_bool(pdf, sk_pdf_get(pdf, parms, "EncodedByteAlign"), &step->byte_align);
    (void)sk_pdf_bool(pdf, sk_pdf_get(pdf, parms, "BlackIs1"), &step->black_is_1);
    (void)sk_pdf_bool(pdf, sk_pdf_get(pdf, parms, "EndOfBlock"), &step->end_of_block);
    return true;
}

static bool
read_parms(SkPdf *pdf, SkPdfObject parms, SkPdfStep *step, GError **error)
{
    switch (step->kind) {
    case SK_PDF_STEP_LZW:
    case SK_PDF_STEP_FLATE:
        return read_predictor(pdf, parms, step, error);
    case SK_PDF_STEP_FAX:
        return read_fax(pdf, parms, step, error);
    case SK_PDF_STEP_DCT:
        return get_int(pdf, parms, "ColorTransform", 0, 1, &step->transform, error);
    case SK_PDF_STEP_JBIG2:
        step->globals = sk_pdf_get(pdf, parms, "JBIG2Globals");
        return true;
    case SK_PDF_STEP_HEX:
    case SK_PDF_STEP_ASCII85:
    case SK_PDF_STEP_RUNS:
    case SK_PDF_STEP_JPX:
    default:
        return true;
    }
}

bool
sk_pdf_steps(SkPdf *pdf, SkPdfObject dictionary, SkPdfStep steps[SK_PDF_STEPS_MAX], unsigned *ret_n,
             GError **error)
{
    SkPdfObject filter = sk_pdf_get2(pdf, dictionary, "Filter", "F");
    SkPdfObject parms = sk_pdf_get2(pdf, dictionary, "DecodeParms", "DP");
    bool array = sk_pdf_type(pdf, filter) == SK_PDF_ARRAY;
    uint32_t n = array                                     ? sk_pdf_count(pdf, filter)
                 : sk_pdf_type(pdf, filter) == SK_PDF_NULL ? 0
                                                           : 1;
    unsigned kept = 0;

    if (n > SK_PDF_STEPS_MAX)
        return sk_throw(error, SK_ERROR_MALFORMED, "pdf: over %u filters", SK_PDF_STEPS_MAX);
    for (uint32_t i = 0; i < n; i++) {
        SkSpan name = sk_pdf_name(pdf, array ? sk_pdf_item(pdf, filter, i) : filter);
        SkPdfObject own =
            sk_pdf_type(pdf, parms) == SK_PDF_ARRAY ? sk_pdf_item(pdf, parms, i) : parms;
        if (sk_span_is(name, "Crypt")) /* undone where the bytes were got */
            continue;
        if (!sk_pdf_step(name, &steps[kept], error) ||
            (sk_pdf_is_dictionary(pdf, own) && !read_parms(pdf, own, &steps[kept], error)))
            return false;
        kept++;
    }
    *ret_n = kept;
    return true;
}

bool
sk_pdf_stream_plain(SkDisarm *disarm, SkPdf *pdf, SkPdfObject stream, GBytes **ret, GError **error)
{
    SkPdfStep steps[SK_PDF_STEPS_MAX];
    unsigned n = 0;
    g_autoptr(GBytes) raw = NULL;

    return sk_pdf_steps(pdf, stream, steps, &n, error) &&
           sk_pdf_stream_raw(pdf, stream, &raw, error) &&
           sk_pdf_unfilter(disarm, sk_span_bytes(raw), steps, n, ret, error);
}
