/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-function.c - contract in pdf-function.h. Functions of type 3 hold others: a list of those
 * that wait, no recursion.
 */
#include "disarm/pdf-function.h"

#include "disarm/pdf-calculator.h"
#include "disarm/pdf-filter.h"
#include "disarm/pdf-memory.h"

#define PAIRS (2 * SK_PDF_FUNCTION_WAYS_MAX)
#define CODE_OF_OUTPUTS 0x80 /* in the memory: one letter for each number of outputs */

typedef struct {
    SkPdfObject object;
    SkPdfId id;
    unsigned depth;
    unsigned inputs, outputs; /* outputs 0: those of its pieces */
    unsigned range;           /* outputs that Range says; 0: it says nothing */
    unsigned pieces, first;   /* type 3: how many, and the first of them in the list */
} Item;

typedef struct {
    SkPdfWalk *walk;
    GArray *items; /* of Item */
    int64_t domain[PAIRS], range[PAIRS];
} Work;

static bool
wrong(const char *what, GError **error)
{
    return sk_throw(error, SK_ERROR_MALFORMED, "pdf-function: %s", what);
}

/* Pairs of which the first is not above the second: how many; 0: there are none. */
static bool
read_pairs(Work *work, SkPdfObject array, int64_t pairs[PAIRS], unsigned *ret, GError **error)
{
    uint32_t n = sk_pdf_count(work->walk->pdf, array);

    if (n == 0 && sk_pdf_type(work->walk->pdf, array) == SK_PDF_NULL) {
        *ret = 0;
        return true;
    }
    if (n == 0 || n % 2 != 0 || n > PAIRS || !sk_pdf_numbers(work->walk->pdf, array, n, pairs))
        return wrong("a range of no pairs", error);
    for (uint32_t i = 0; i < n; i += 2) {
        if (pairs[i] > pairs[i + 1])
            return wrong("a range turned round", error);
    }
    *ret = n / 2;
    return true;
}

static void
put_key(GString *text, const char *key, const int64_t *numbers, size_t n)
{
    g_string_append_printf(text, " /%s ", key);
    sk_pdf_put_numbers(text, numbers, n);
}

static GString *
begin(const Work *work, const Item *item, int32_t type)
{
    GString *text = g_string_new(NULL);

    g_string_append_printf(text, "<< /FunctionType %d", (int)type);
    put_key(text, "Domain", work->domain, 2 * (size_t)item->inputs);
    if (item->range > 0)
        put_key(text, "Range", work->range, 2 * (size_t)item->range);
    return text;
}

/* ---- samples ------------------------------------------------------------------------------- */

typedef struct {
    int32_t size[SK_PDF_FUNCTION_INPUTS_MAX];
    int32_t bits;
    size_t bytes;
    unsigned left; /* bits of the last byte that count; 0: all */
} Samples;

static bool
read_size(Work *work, const Item *item, Samples *ret, GError **error)
{
    SkPdf *pdf = work->walk->pdf;
    SkPdfObject size = sk_pdf_get(pdf, item->object, "Size");
    uint64_t samples = item->outputs;
    static const int32_t widths[] = { 1, 2, 4, 8, 12, 16, 24, 32 };
    bool known = false;

    if (item->inputs > SK_PDF_FUNCTION_INPUTS_MAX)
        return wrong("samples over too many inputs", error);
    for (unsigned i = 0; i < item->inputs; i++) {
        SkPdfObject n =
            item->inputs == 1 && sk_pdf_count(pdf, size) == 0 ? size : sk_pdf_item(pdf, size, i);
        if (!sk_pdf_int(pdf, n, &ret->size[i]) || ret->size[i] < 1)
            return wrong("no size", error);
        samples *= (uint64_t)ret->size[i];
        if (samples > 8 * (uint64_t)SK_PDF_SAMPLES_MAX)
            return sk_throw(error, SK_ERROR_UNSUPPORTED, "pdf-function: too many samples");
    }
    if (!sk_pdf_int(pdf, sk_pdf_get(pdf, item->object, "BitsPerSample"), &ret->bits))
        return wrong("no width of samples", error);
    for (size_t i = 0; i < G_N_ELEMENTS(widths); i++)
        known |= widths[i] == ret->bits;
    if (!known)
        return wrong("no width of samples", error);
    uint64_t bits = samples * (uint64_t)ret->bits;
    if (bits > 8 * (uint64_t)SK_PDF_SAMPLES_MAX)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "pdf-function: too many samples");
    ret->bytes = (size_t)((bits + 7) / 8);
    ret->left = (unsigned)(bits % 8);
    return true;
}

/* Encode says something only where it is not the usual one. */
static bool
put_encode(Work *work, const Item *item, const Samples *samples, GString *text, GError **error)
{
    SkPdf *pdf = work->walk->pdf;
    SkPdfObject encode = sk_pdf_get(pdf, item->object, "Encode");
    int64_t numbers[PAIRS];
    bool usual = true;

    if (sk_pdf_type(pdf, encode) == SK_PDF_NULL)
        return true;
    if (!sk_pdf_numbers(pdf, encode, 2 * item->inputs, numbers))
        return wrong("Encode", error);
    for (unsigned i = 0; i < item->inputs; i++)
        usual = usual && numbers[2 * i] == 0 &&
                numbers[2 * i + 1] == (samples->size[i] - 1) * SK_PDF_ONE;
    if (!usual)
        put_key(text, "Encode", numbers, 2 * (size_t)item->inputs);
    return true;
}

static bool
put_decode(Work *work, const Item *item, GString *text, GError **error)
{
    SkPdf *pdf = work->walk->pdf;
    SkPdfObject decode = sk_pdf_get(pdf, item->object, "Decode");
    int64_t numbers[PAIRS];
    bool usual = true;

    if (sk_pdf_type(pdf, decode) == SK_PDF_NULL)
        return true;
    if (!sk_pdf_numbers(pdf, decode, 2 * item->outputs, numbers))
        return wrong("Decode", error);
    for (unsigned i = 0; i < 2 * item->outputs; i++)
        usual = usual && numbers[i] == work->range[i];
    if (!usual)
        put_key(text, "Decode", numbers, 2 * (size_t)item->outputs);
    return true;
}

static bool
sampled(Work *work, Item *item, GError **error)
{
    Samples samples = { 0 };
    g_autoptr(GBytes) plain = NULL;

    if (item->range == 0)
        return wrong("samples without a Range", error);
    item->outputs = item->range;
    if (!read_size(work, item, &samples, error) ||
        !sk_pdf_stream_plain(work->walk->disarm, work->walk->pdf, item->object, &plain, error))
        return false;
    SkSpan data = sk_span_bytes(plain);
    if (data.n < samples.bytes)
        return sk_throw(error, SK_ERROR_TRUNCATED, "pdf-function: samples cut short");
    g_autoptr(GString) text = begin(work, item, 0);
    g_string_append(text, " /Size [");
    for (unsigned i = 0; i < item->inputs; i++)
        g_string_append_printf(text, "%s%d", i > 0 ? " " : "", (int)samples.size[i]);
    g_string_append_printf(text, "] /BitsPerSample %d", (int)samples.bits);
    if (!put_encode(work, item, &samples, text, error) || !put_decode(work, item, text, error))
        return false;
    g_autoptr(GByteArray) bytes = g_byte_array_sized_new((guint)samples.bytes);
    g_byte_array_append(bytes, data.p, (guint)samples.bytes);
    if (samples.left > 0)
        bytes->data[bytes->len - 1] &= (uint8_t)(0xff00u >> samples.left);
    sk_pdf_plan_set_stream(work->walk->plan, item->id, g_steal_pointer(&text),
                           sk_span(bytes->data, bytes->len));
    return true;
}

/* ---- powers -------------------------------------------------------------------------------- */

static bool
read_ends(Work *work, const Item *item, const char *key, int64_t usual,
          int64_t ends[SK_PDF_FUNCTION_WAYS_MAX], uint32_t *ret, GError **error)
{
    SkPdf *pdf = work->walk->pdf;
    SkPdfObject array = sk_pdf_get(pdf, item->object, key);

    *ret = 1;
    ends[0] = usual;
    if (sk_pdf_type(pdf, array) == SK_PDF_NULL)
        return true;
    *ret = sk_pdf_count(pdf, array);
    if (*ret == 0 || *ret > SK_PDF_FUNCTION_WAYS_MAX || !sk_pdf_numbers(pdf, array, *ret, ends))
        return wrong(key, error);
    return true;
}

static bool
power(Work *work, Item *item, GError **error)
{
    SkPdf *pdf = work->walk->pdf;
    int64_t c0[SK_PDF_FUNCTION_WAYS_MAX], c1[SK_PDF_FUNCTION_WAYS_MAX], exponent = 0;
    uint32_t n0 = 0, n1 = 0;

    if (!read_ends(work, item, "C0", 0, c0, &n0, error) ||
        !read_ends(work, item, "C1", SK_PDF_ONE, c1, &n1, error))
        return false;
    if (n0 != n1 || item->inputs != 1 || (item->range > 0 && item->range != n0) ||
        !sk_pdf_number(pdf, sk_pdf_get(pdf, item->object, "N"), &exponent))
        return wrong("no power", error);
    if ((exponent % SK_PDF_ONE != 0 && work->domain[0] < 0) ||
        (exponent < 0 && work->domain[0] <= 0 && work->domain[1] >= 0))
        return wrong("a power where it has no value", error);
    item->outputs = n0;
    g_autoptr(GString) text = begin(work, item, 2);
    put_key(text, "C0", c0, n0);
    put_key(text, "C1", c1, n1);
    g_string_append(text, " /N ");
    sk_pdf_put_number(text, exponent);
    g_string_append(text, " >>");
    sk_pdf_plan_set(work->walk->plan, item->id, g_steal_pointer(&text));
    return true;
}

/* ---- pieces -------------------------------------------------------------------------------- */

static bool
put_bounds(Work *work, const Item *item, uint32_t k, GString *text, GError **error)
{
    SkPdf *pdf = work->walk->pdf;
    g_autofree int64_t *numbers = g_new0(int64_t, 2 * (size_t)k);

    if (!sk_pdf_numbers(pdf, sk_pdf_get(pdf, item->object, "Bounds"), k - 1, numbers))
        return wrong("Bounds", error);
    for (uint32_t i = 0; i + 1 < k; i++) {
        if (numbers[i] < (i > 0 ? numbers[i - 1] : work->domain[0]) || numbers[i] > work->domain[1])
            return wrong("Bounds", error);
    }
    put_key(text, "Bounds", numbers, k - 1);
    if (!sk_pdf_numbers(pdf, sk_pdf_get(pdf, item->object, "Encode"), 2 * k, numbers))
        return wrong("Encode", error);
    put_key(text, "Encode", numbers, 2 * (size_t)k);
    return true;
}

/* @at, not a pointer: the list grows. */
static bool
stitched(Work *work, guint at, GError **error)
{
    SkPdf *pdf = work->walk->pdf;
    Item item = g_array_index(work->items, Item, at);
    SkPdfObject functions = sk_pdf_get(pdf, item.object, "Functions");
    uint32_t k = sk_pdf_count(pdf, functions);

    if (item.inputs != 1 || k == 0)
        return wrong("no pieces", error);
    if (k > SK_PDF_PIECES_MAX - MIN(work->items->len, SK_PDF_PIECES_MAX) ||
        item.depth >= SK_PDF_PIECES_DEPTH)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "pdf-function: too many pieces");
    g_autoptr(GString) text = begin(work, &item, 3);
    g_string_append(text, " /Functions [");
    item.pieces = k;
    item.first = work->items->len;
    for (uint32_t i = 0; i < k; i++) {
        Item piece = { .object = sk_pdf_item(pdf, functions, i),
                       .id = sk_pdf_plan_add(work->walk->plan),
                       .depth = item.depth + 1 };
        g_array_append_val(work->items, piece);
        if (i > 0)
            g_string_append_c(text, ' ');
        sk_pdf_put_ref(text, piece.id);
    }
    g_string_append_c(text, ']');
    if (!put_bounds(work, &item, k, text, error))
        return false;
    g_string_append(text, " >>");
    sk_pdf_plan_set(work->walk->plan, item.id, g_steal_pointer(&text));
    g_array_index(work->items, Item, at) = item;
    return true;
}

/* ---- programs ------------------------------------------------------------------------------ */

static bool
calculated(Work *work, Item *item, GError **error)
{
    g_autoptr(GBytes) plain = NULL;
    g_autoptr(GString) program = g_string_new(NULL);

    if (item->range == 0)
        return wrong("a program without a Range", error);
    item->outputs = item->range;
    if (!sk_pdf_stream_plain(work->walk->disarm, work->walk->pdf, item->object, &plain, error) ||
        !sk_pdf_calculator_rebuild(sk_span_bytes(plain), program, error))
        return false;
    if (!sk_pdf_calculator_fits(sk_span(program->str, program->len), item->inputs, item->outputs))
        return wrong("a program that loses count of its values", error);
    sk_pdf_plan_set_stream(work->walk->plan, item->id, begin(work, item, 4),
                           sk_span(program->str, program->len));
    return true;
}

/* ---- all together -------------------------------------------------------------------------- */

static bool
one(Work *work, guint at, GError **error)
{
    SkPdf *pdf = work->walk->pdf;
    Item *item = &g_array_index(work->items, Item, at);
    int32_t type = -1;

    if (!sk_pdf_is_dictionary(pdf, item->object) ||
        !sk_pdf_int(pdf, sk_pdf_get(pdf, item->object, "FunctionType"), &type))
        return wrong("it is none", error);
    bool stream = sk_pdf_type(pdf, item->object) == SK_PDF_STREAM;
    if (!read_pairs(work, sk_pdf_get(pdf, item->object, "Domain"), work->domain, &item->inputs,
                    error) ||
        !read_pairs(work, sk_pdf_get(pdf, item->object, "Range"), work->range, &item->range, error))
        return false;
    if (item->inputs == 0 || (type != 0 && type != 4 ? false : !stream))
        return wrong("no Domain, or no stream", error);
    switch (type) {
    case 0:
        return sampled(work, item, error);
    case 2:
        return power(work, item, error);
    case 3:
        return stitched(work, at, error);
    case 4:
        return calculated(work, item, error);
    default:
        return wrong("of an unknown type", error);
    }
}

/* From the last to the first, so that the pieces come before what is made of them. */
static bool
count_outputs(Work *work, GError **error)
{
    for (guint at = work->items->len; at > 0; at--) {
        Item *item = &g_array_index(work->items, Item, at - 1);
        for (unsigned i = 0; i < item->pieces; i++) {
            const Item *piece = &g_array_index(work->items, Item, item->first + i);
            if (i == 0)
                item->outputs = piece->outputs;
            if (piece->outputs != item->outputs || piece->inputs != 1)
                return wrong("pieces that do not fit", error);
        }
        if (item->range > 0 && item->range != item->outputs)
            return wrong("a Range that does not fit", error);
    }
    return true;
}

bool
sk_pdf_function(SkPdfWalk *walk, SkPdfObject function, unsigned inputs, unsigned outputs,
                SkPdfId *ret, GError **error)
{
    Work work = { .walk = walk };
    char as = (char)(CODE_OF_OUTPUTS + MIN(outputs, SK_PDF_FUNCTION_WAYS_MAX));
    SkPdfId known = 0;

    if (outputs > 0 && sk_pdf_recall(walk, function, as, &known) && known != 0 &&
        (inputs == 0 ||
         sk_pdf_count(walk->pdf, sk_pdf_get(walk->pdf, function, "Domain")) == 2 * inputs)) {
        *ret = known;
        return true;
    }
    g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(Item));
    Item top = { .object = function, .id = sk_pdf_plan_add(walk->plan) };
    g_array_append_val(items, top);
    work.items = items;
    for (guint at = 0; at < items->len; at++) {
        if (!one(&work, at, error))
            return false;
    }
    if (!count_outputs(&work, error))
        return false;
    const Item *done = &g_array_index(items, Item, 0);
    if ((inputs > 0 && done->inputs != inputs) || (outputs > 0 && done->outputs != outputs))
        return wrong("not as many inputs or outputs as its place wants", error);
    if (outputs > 0)
        sk_pdf_remember(walk, function, as, done->id);
    *ret = done->id;
    return true;
}
