/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf.c - contract in pdf.h. libqpdf numbers its handles upwards, so that a mark is a number and a
 * release is everything above it. Its warnings are looked for after each object, never printed.
 */
#include "disarm/pdf.h"

#include "disarm/pdf-spell.h"

#include <qpdf/qpdf-c.h>
#include <string.h>

#define KEY_MAX 128u

struct SkPdf {
    qpdf_data qpdf;
    GHashTable *held; /* of handles that no release takes; or NULL */
    GStringChunk *names;
    uint32_t last; /* the highest handle that is known */
    /* the stream that was asked last, and the handle of its dictionary; or 0 */
    uint32_t stream, dictionary;
    /* the array that was asked last, and how many items it has; or 0 */
    uint32_t array, items;
    bool guessed, exhausted;
};

/* ---- errors ------------------------------------------------------------------------------- */

/* What memory ran out for is a bomb: the worker has far more than an honest file needs. */
static bool
is_exhausted(SkPdf *self, qpdf_error e)
{
    const char *text = qpdf_get_error_full_text(self->qpdf, e);
    return text != NULL &&
           (strstr(text, "bad_alloc") != NULL || strstr(text, "length_error") != NULL);
}

static void
note_trouble(SkPdf *self)
{
    while (qpdf_has_error(self->qpdf)) {
        self->exhausted = is_exhausted(self, qpdf_get_error(self->qpdf)) || self->exhausted;
        self->guessed = true;
    }
    while (qpdf_more_warnings(self->qpdf)) {
        self->exhausted = is_exhausted(self, qpdf_next_warning(self->qpdf)) || self->exhausted;
        self->guessed = true;
    }
}

bool
sk_pdf_check(SkPdf *self, GError **error)
{
    note_trouble(self);
    if (self->exhausted)
        return sk_throw(error, SK_ERROR_LIMIT, "pdf: no memory for what it unfolds to");
    if (self->guessed)
        return sk_throw(error, SK_ERROR_MALFORMED, "pdf: damaged");
    return true;
}

/* ---- opening ------------------------------------------------------------------------------ */

void
sk_pdf_free(SkPdf *self)
{
    if (self == NULL)
        return;
    if (self->qpdf != NULL)
        qpdf_cleanup(&self->qpdf);
    g_clear_pointer(&self->held, g_hash_table_unref);
    if (self->names != NULL)
        g_string_chunk_free(self->names);
    g_free(self);
}

static bool
not_opened(SkPdf *self, GError **error)
{
    qpdf_error e = qpdf_get_error(self->qpdf);
    enum qpdf_error_code_e code = e == NULL ? qpdf_e_internal : qpdf_get_error_code(self->qpdf, e);

    if (e != NULL && is_exhausted(self, e))
        return sk_throw(error, SK_ERROR_LIMIT, "pdf: no memory for what it unfolds to");
    if (code == qpdf_e_password)
        return sk_throw(error, SK_ERROR_ENCRYPTED, "pdf: locked with a password");
    if (code == qpdf_e_unsupported)
        return sk_throw(error, SK_ERROR_UNSUPPORTED,
                        "pdf: locked in a way that is not carried out");
    return sk_throw(error, SK_ERROR_MALFORMED, "pdf: damaged");
}

bool
sk_pdf_open(SkSpan input, const char *password, SkPdf **ret, GError **error)
{
    g_autoptr(SkPdf) self = g_new0(SkPdf, 1);

    self->names = g_string_chunk_new(4096);
    self->held = g_hash_table_new(g_direct_hash, g_direct_equal);
    self->qpdf = qpdf_init();
    qpdf_silence_errors(self->qpdf);
    qpdf_set_suppress_warnings(self->qpdf, QPDF_TRUE);
    qpdf_set_attempt_recovery(self->qpdf, QPDF_FALSE);
    QPDF_ERROR_CODE code =
        qpdf_read_memory(self->qpdf, "pdf", (const char *)input.p, input.n, password);
    if ((code & QPDF_ERRORS) != 0)
        return not_opened(self, error);
    *ret = g_steal_pointer(&self);
    return true;
}

bool
sk_pdf_encrypted(const SkPdf *self)
{
    return qpdf_is_encrypted(self->qpdf);
}

/* ---- handles ------------------------------------------------------------------------------ */

static SkPdfType
ask_type(SkPdf *self, qpdf_oh handle)
{
    static const SkPdfType types[] = {
        [ot_boolean] = SK_PDF_BOOL,   [ot_integer] = SK_PDF_INTEGER, [ot_real] = SK_PDF_REAL,
        [ot_string] = SK_PDF_STRING,  [ot_name] = SK_PDF_NAME,       [ot_array] = SK_PDF_ARRAY,
        [ot_dictionary] = SK_PDF_DICTIONARY, [ot_stream] = SK_PDF_STREAM,
    };
    unsigned type = (unsigned)qpdf_oh_get_type_code(self->qpdf, handle);
    return type < G_N_ELEMENTS(types) ? types[type] : SK_PDF_NULL;
}

static SkPdfObject
take(SkPdf *self, qpdf_oh handle)
{
    self->last = MAX(self->last, handle);
    return (SkPdfObject){ .handle = handle, .type = ask_type(self, handle) };
}

SkPdfObject
sk_pdf_held(SkPdf *self, uint32_t handle)
{
    return handle == 0 ? SK_PDF_NOTHING
                       : (SkPdfObject){ .handle = handle, .type = ask_type(self, handle) };
}

SkPdfObject
sk_pdf_trailer(SkPdf *self)
{
    return take(self, qpdf_get_trailer(self->qpdf));
}

SkPdfObject
sk_pdf_root(SkPdf *self)
{
    return sk_pdf_get(self, sk_pdf_trailer(self), "Root");
}

size_t
sk_pdf_mark(const SkPdf *self)
{
    return self->last;
}

void
sk_pdf_release(SkPdf *self, size_t mark)
{
    self->stream = self->dictionary = self->array = 0;
    /* Numbers never come again: what was released lower is simply not there. */
    for (uint32_t handle = self->last; handle > mark; handle--) {
        if (!g_hash_table_contains(self->held, GUINT_TO_POINTER(handle)))
            qpdf_oh_release(self->qpdf, handle);
    }
}

SkPdfObject
sk_pdf_hold(SkPdf *self, SkPdfObject o)
{
    if (o.handle != 0)
        g_hash_table_add(self->held, GUINT_TO_POINTER(o.handle));
    return o;
}

SkPdfObject
sk_pdf_parse(SkPdf *self, SkSpan text)
{
    if (sk_span_find(text, 0, (SkSpan){ .p = (const uint8_t *)"", .n = 1 }) != SIZE_MAX)
        return SK_PDF_NOTHING;
    g_autofree char *words = sk_span_dup(text);
    g_autofree char *dictionary = g_strdup_printf("<< %s >>", words);
    note_trouble(self); /* of the file, before that of the text */
    SkPdfObject parsed = take(self, qpdf_oh_parse(self->qpdf, dictionary));
    bool ok = !qpdf_has_error(self->qpdf) && !qpdf_more_warnings(self->qpdf);
    while (qpdf_has_error(self->qpdf))
        (void)qpdf_get_error(self->qpdf);
    while (qpdf_more_warnings(self->qpdf))
        (void)qpdf_next_warning(self->qpdf);
    return ok && sk_pdf_type(self, parsed) == SK_PDF_DICTIONARY ? parsed : SK_PDF_NOTHING;
}

/* ---- looking ------------------------------------------------------------------------------ */

SkPdfType
sk_pdf_type(const SkPdf *self, SkPdfObject o)
{
    (void)self;
    return o.type;
}

SkPdfRef
sk_pdf_ref(SkPdf *self, SkPdfObject o)
{
    if (o.handle == 0 || !qpdf_oh_is_indirect(self->qpdf, o.handle))
        return (SkPdfRef){ 0 };
    return (SkPdfRef){ .number = (uint32_t)qpdf_oh_get_object_id(self->qpdf, o.handle),
                       .generation = (uint32_t)qpdf_oh_get_generation(self->qpdf, o.handle) };
}

bool
sk_pdf_is_dictionary(SkPdf *self, SkPdfObject o)
{
    SkPdfType type = sk_pdf_type(self, o);
    return type == SK_PDF_DICTIONARY || type == SK_PDF_STREAM;
}

/* The handle of a dictionary, of a stream's own; 0 of anything else. */
static qpdf_oh
dictionary_of(SkPdf *self, SkPdfObject o)
{
    if (o.type == SK_PDF_DICTIONARY)
        return o.handle;
    if (o.type != SK_PDF_STREAM)
        return 0;
    if (self->stream != o.handle) {
        self->stream = o.handle;
        self->dictionary = qpdf_oh_get_dict(self->qpdf, o.handle);
        self->last = MAX(self->last, self->dictionary);
    }
    return self->dictionary;
}

/* libqpdf's keys begin with their slash. false: no name of that length is ever looked for. */
static bool
slashed(char ret[KEY_MAX], const char *key)
{
    ret[0] = '/';
    return g_strlcpy(ret + 1, key, KEY_MAX - 1) < KEY_MAX - 1;
}

SkPdfObject
sk_pdf_get(SkPdf *self, SkPdfObject dictionary, const char *key)
{
    qpdf_oh d = dictionary_of(self, dictionary);
    char name[KEY_MAX];

    if (d == 0 || !slashed(name, key) || !qpdf_oh_has_key(self->qpdf, d, name))
        return SK_PDF_NOTHING;
    return take(self, qpdf_oh_get_key(self->qpdf, d, name));
}

SkPdfObject
sk_pdf_get2(SkPdf *self, SkPdfObject dictionary, const char *key, const char *abbreviation)
{
    SkPdfObject o = sk_pdf_get(self, dictionary, key);
    return sk_pdf_type(self, o) != SK_PDF_NULL ? o : sk_pdf_get(self, dictionary, abbreviation);
}

bool
sk_pdf_has(SkPdf *self, SkPdfObject dictionary, const char *key)
{
    return sk_pdf_type(self, sk_pdf_get(self, dictionary, key)) != SK_PDF_NULL;
}

static int
compare_keys(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *
sk_pdf_keys(SkPdf *self, SkPdfObject dictionary)
{
    GPtrArray *keys = g_ptr_array_new_with_free_func(g_free);
    qpdf_oh d = dictionary_of(self, dictionary);

    if (d == 0)
        return keys;
    qpdf_oh_begin_dict_key_iter(self->qpdf, d);
    while (qpdf_oh_dict_more_keys(self->qpdf)) {
        const char *key = qpdf_oh_dict_next_key(self->qpdf);
        g_ptr_array_add(keys, g_strdup(*key == '/' ? key + 1 : key));
    }
    g_ptr_array_sort(keys, compare_keys);
    return keys;
}

uint32_t
sk_pdf_count(SkPdf *self, SkPdfObject array)
{
    if (sk_pdf_type(self, array) != SK_PDF_ARRAY)
        return 0;
    if (self->array != array.handle) {
        int n = qpdf_oh_get_array_n_items(self->qpdf, array.handle);
        self->items = n < 0 ? 0 : (uint32_t)n;
        self->array = array.handle;
    }
    return self->items;
}

SkPdfObject
sk_pdf_item(SkPdf *self, SkPdfObject array, uint32_t i)
{
    if (i >= sk_pdf_count(self, array))
        return SK_PDF_NOTHING;
    return take(self, qpdf_oh_get_array_item(self->qpdf, array.handle, (int)i));
}

/* ---- values ------------------------------------------------------------------------------- */

bool
sk_pdf_int(SkPdf *self, SkPdfObject o, int32_t *ret)
{
    long long value = 0;

    if (sk_pdf_type(self, o) == SK_PDF_REAL) { /* DEVIATION: `3.0` where 3 is asked for */
        int64_t number = 0;
        if (!sk_pdf_number(self, o, &number) || number % SK_PDF_ONE != 0)
            return false;
        *ret = (int32_t)(number / SK_PDF_ONE);
        return true;
    }
    if (sk_pdf_type(self, o) != SK_PDF_INTEGER ||
        !qpdf_oh_get_value_as_longlong(self->qpdf, o.handle, &value) || value > INT32_MAX ||
        value < -INT32_MAX)
        return false;
    *ret = (int32_t)value;
    return true;
}

bool
sk_pdf_bool(SkPdf *self, SkPdfObject o, bool *ret)
{
    QPDF_BOOL value = QPDF_FALSE;

    if (sk_pdf_type(self, o) != SK_PDF_BOOL ||
        !qpdf_oh_get_value_as_bool(self->qpdf, o.handle, &value))
        return false;
    *ret = value != QPDF_FALSE;
    return true;
}

bool
sk_pdf_number(SkPdf *self, SkPdfObject o, int64_t *ret)
{
    const char *text = NULL;
    size_t n = 0;
    int32_t whole = 0;

    switch (sk_pdf_type(self, o)) {
    case SK_PDF_INTEGER:
        if (!sk_pdf_int(self, o, &whole))
            return false;
        *ret = whole * SK_PDF_ONE;
        return true;
    case SK_PDF_REAL:
        return qpdf_oh_get_value_as_real(self->qpdf, o.handle, &text, &n) && text != NULL &&
               sk_pdf_number_parse(sk_span(text, n), ret);
    case SK_PDF_NULL:
    case SK_PDF_BOOL:
    case SK_PDF_STRING:
    case SK_PDF_NAME:
    case SK_PDF_ARRAY:
    case SK_PDF_DICTIONARY:
    case SK_PDF_STREAM:
        break;
    }
    return false;
}

bool
sk_pdf_numbers(SkPdf *self, SkPdfObject array, uint32_t n, int64_t *ret)
{
    if (sk_pdf_count(self, array) != n)
        return false;
    for (uint32_t i = 0; i < n; i++) {
        if (!sk_pdf_number(self, sk_pdf_item(self, array, i), &ret[i]))
            return false;
    }
    return true;
}

SkSpan
sk_pdf_name(SkPdf *self, SkPdfObject o)
{
    const char *text = NULL;
    size_t n = 0;

    if (sk_pdf_type(self, o) != SK_PDF_NAME ||
        !qpdf_oh_get_value_as_name(self->qpdf, o.handle, &text, &n) || text == NULL || n < 1 ||
        *text != '/')
        return SK_SPAN_EMPTY;
    g_autofree char *copy = g_strndup(text + 1, n - 1);
    const char *kept = g_string_chunk_insert_const(self->names, copy);
    return sk_span_str(kept);
}

bool
sk_pdf_name_is(SkPdf *self, SkPdfObject o, const char *name)
{
    return sk_span_is(sk_pdf_name(self, o), name);
}

GBytes *
sk_pdf_string(SkPdf *self, SkPdfObject o)
{
    const char *text = NULL;
    size_t n = 0;

    if (sk_pdf_type(self, o) != SK_PDF_STRING ||
        !qpdf_oh_get_value_as_string(self->qpdf, o.handle, &text, &n) || text == NULL)
        return NULL;
    return g_bytes_new(text, n);
}

char *
sk_pdf_text(SkPdf *self, SkPdfObject o)
{
    g_autoptr(GBytes) bytes = sk_pdf_string(self, o);
    return bytes == NULL ? NULL : sk_pdf_text_of(sk_span_bytes(bytes));
}

/* ---- streams ------------------------------------------------------------------------------ */

bool
sk_pdf_stream_raw(SkPdf *self, SkPdfObject stream, GBytes **ret, GError **error)
{
    unsigned char *data = NULL;
    size_t n = 0;
    QPDF_BOOL filtered = QPDF_FALSE;

    if (sk_pdf_type(self, stream) != SK_PDF_STREAM)
        return sk_throw(error, SK_ERROR_MALFORMED, "pdf: no stream where one is asked for");
    QPDF_ERROR_CODE code =
        qpdf_oh_get_stream_data(self->qpdf, stream.handle, qpdf_dl_none, &filtered, &data, &n);
    if ((code & QPDF_ERRORS) != 0 || (data == NULL && n > 0)) {
        free(data);
        return sk_pdf_check(self, error) &&
               sk_throw(error, SK_ERROR_MALFORMED, "pdf: a stream that cannot be read");
    }
    *ret = g_bytes_new_with_free_func(data == NULL ? "" : (const void *)data, n, free, data);
    return true;
}

bool
sk_pdf_found(SkPdfWalk *walk, SkElement element, uint32_t count, GError **error)
{
    SkVerdict verdict = SK_VERDICT_NONE;
    /* the colour space has a profile of its own */
    if (element == SK_ELEMENT_PICTURE_PROFILE && count > 0) {
        sk_report_find(walk->disarm->report, element, SK_ACTION_REMOVED, sk_span_str(walk->place),
                       count);
        return true;
    }
    return count == 0 ||
           sk_disarm_found(walk->disarm, element, sk_span_str(walk->place), count, &verdict, error);
}
