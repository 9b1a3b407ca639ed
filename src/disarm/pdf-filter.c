/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-filter.c - contract in pdf-filter.h. A chain of stages: each pulls from the one before it, at
 * most a buffer at a time. Eight at most, so their calls nest no deeper.
 */
#include "disarm/pdf-filter.h"

#include "format/fax.h"

#include <string.h>
#include <zlib.h>

#define BUFFER 65536u
#define ROW_MAX (8u << 20)
#define LZW_CODES 4096u
#define LZW_CLEAR 256u
#define LZW_END 257u

typedef struct Stage Stage;

typedef struct {
    uint16_t prefix[LZW_CODES];
    uint16_t length[LZW_CODES];
    uint8_t last[LZW_CODES], first[LZW_CODES];
    unsigned next, width, early;
    int before; /* the code before; -1: just cleared */
    uint32_t bits;
    unsigned bits_n;
} Lzw;

typedef struct {
    uint8_t *row, *before; /* owned; row[-1] does not exist: the filter byte is kept apart */
    size_t row_bytes, step;
    uint32_t colors, bits, columns;
    bool png;
    size_t n, at; /* of the row: bytes it holds, bytes handed on */
} Predictor;

struct Stage {
    SkPdfPlain *owner;
    Stage *from;
    bool (*fill)(Stage *self, GError **error); /* makes `chunk`, or says `ended` */
    SkSpan chunk;                              /* not yet taken; in `buffer`, or the input itself */
    bool ended;
    uint64_t given;
    uint8_t *buffer; /* owned */
    z_stream z;      /* owned if z_begun */
    bool z_begun;
    Lzw *lzw;            /* owned */
    Predictor predictor; /* owned inside */
    SkFax *fax;          /* owned */
    GBytes *fax_data;    /* owned */
    SkPdfStep step;
    uint32_t rows;
};

struct SkPdfPlain {
    SkDisarm *disarm; /* borrowed */
    SkSpan data;      /* borrowed */
    Stage stages[2 * SK_PDF_STEPS_MAX + 1];
    unsigned n;
    bool picture, cut, failed;
};

/* ---- a stage's input and output -------------------------------------------------------------- */

/* Counts what a stage has made. */
static bool
give(Stage *self, size_t n, GError **error)
{
    SkPdfPlain *plain = self->owner;
    bool rows = plain->picture && self == &plain->stages[plain->n - 1];

    self->chunk = sk_span(self->buffer, n);
    self->given += n;
    return rows ? sk_disarm_expand(plain->disarm, n / 8, 0, 0, error)
                : sk_disarm_expand(plain->disarm, n, self->given, plain->data.n, error);
}

static bool
fill(Stage *self, GError **error)
{
    while (self->chunk.n == 0 && !self->ended) {
        if (!self->fill(self, error))
            return false;
    }
    return true;
}

/* The next byte of @from; -1 at the end. false: an error. */
static inline bool
next_byte(Stage *from, int *ret, GError **error)
{
    if (from->chunk.n == 0 && !fill(from, error))
        return false;
    if (from->chunk.n == 0) {
        *ret = -1;
        return true;
    }
    *ret = from->chunk.p[0];
    from->chunk = sk_span_sub(from->chunk, 1, from->chunk.n - 1);
    return true;
}

static bool
fill_input(Stage *self, GError **error)
{
    (void)error;
    self->chunk = self->owner->data;
    self->ended = true;
    return true;
}

/* ---- ASCIIHex, ASCII85, runs ----------------------------------------------------------------- */

static bool
is_space(int c)
{
    return c == 0 || c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == ' ';
}

static bool
fill_hex(Stage *self, GError **error)
{
    size_t n = 0;
    int high = -1;

    while (n < BUFFER && !self->ended) {
        int c = 0;
        if (!next_byte(self->from, &c, error))
            return false;
        if (is_space(c))
            continue;
        self->ended = c < 0 || c == '>';
        if (!self->ended && !g_ascii_isxdigit((char)c))
            return sk_throw(error, SK_ERROR_MALFORMED, "pdf: ASCIIHex data of another kind");
        if (self->ended && high < 0)
            break;
        int digit = self->ended ? 0 : g_ascii_xdigit_value((char)c);
        if (high < 0) {
            high = digit;
            continue;
        }
        self->buffer[n++] = (uint8_t)(high << 4 | digit);
        high = -1;
    }
    return give(self, n, error);
}

/* The last group: @n of its five characters are there. */
static size_t
end_85(uint8_t *out, uint64_t value, unsigned n)
{
    for (unsigned i = n; i < 5; i++)
        value = value * 85 + 84;
    for (unsigned i = 0; i + 1 < n; i++)
        out[i] = (uint8_t)(value >> (24 - 8 * i));
    return n > 0 ? n - 1 : 0;
}

static bool
fill_85(Stage *self, GError **error)
{
    size_t n = 0;
    uint64_t value = 0;
    unsigned group = 0;

    while (n + 4 <= BUFFER && !self->ended) {
        int c = 0;
        if (!next_byte(self->from, &c, error))
            return false;
        if (is_space(c))
            continue;
        if (c < 0 || c == '~') {
            self->ended = true;
        } else if (c == 'z' && group == 0) {
            memset(self->buffer + n, 0, 4);
            n += 4;
        } else if (c < '!' || c > 'u') {
            return sk_throw(error, SK_ERROR_MALFORMED, "pdf: ASCII85 data of another kind");
        } else {
            value = value * 85 + (unsigned)(c - '!');
            group++;
        }
        if (group == 5 || self->ended) {
            n += end_85(self->buffer + n, value, group);
            if (value > UINT32_MAX)
                return sk_throw(error, SK_ERROR_MALFORMED, "pdf: ASCII85 group too large");
            value = 0;
            group = 0;
        }
    }
    return give(self, n, error);
}

static bool
fill_runs(Stage *self, GError **error)
{
    size_t n = 0;

    while (n + 128 <= BUFFER && !self->ended) {
        int c = 0, value = 0;
        if (!next_byte(self->from, &c, error))
            return false;
        self->ended = c < 0 || c == 128;
        unsigned count = self->ended ? 0 : c < 128 ? (unsigned)c + 1 : 257 - (unsigned)c;
        for (unsigned i = 0; i < count; i++) {
            if ((i == 0 || c < 128) && !next_byte(self->from, &value, error))
                return false;
            if (value < 0) {
                self->ended = true;
                break;
            }
            self->buffer[n++] = (uint8_t)value;
        }
    }
    return give(self, n, error);
}

/* ---- LZW ------------------------------------------------------------------------------------- */

static void
lzw_clear(Lzw *lzw)
{
    lzw->next = LZW_END + 1;
    lzw->width = 9;
    lzw->before = -1;
}

static bool
next_code(Stage *self, int *ret, GError **error)
{
    Lzw *lzw = self->lzw;

    while (lzw->bits_n < lzw->width) {
        int c = 0;
        if (!next_byte(self->from, &c, error))
            return false;
        if (c < 0) {
            *ret = -1;
            return true;
        }
        lzw->bits = lzw->bits << 8 | (uint32_t)c;
        lzw->bits_n += 8;
    }
    lzw->bits_n -= lzw->width;
    *ret = (int)(lzw->bits >> lzw->bits_n & ((1u << lzw->width) - 1));
    return true;
}

/* Writes the string of @code; its length. */
static size_t
lzw_string(const Lzw *lzw, unsigned code, uint8_t *out)
{
    size_t n = lzw->length[code];

    for (size_t i = n; i-- > 0; code = lzw->prefix[code])
        out[i] = lzw->last[code];
    return n;
}

static void
lzw_add(Lzw *lzw, uint8_t byte)
{
    /* DEVIATION: a full table stays as it is until it is cleared */
    if (lzw->before < 0 || lzw->next >= LZW_CODES)
        return;
    unsigned before = (unsigned)lzw->before, code = lzw->next++;
    lzw->prefix[code] = (uint16_t)before;
    lzw->length[code] = (uint16_t)(lzw->length[before] + 1);
    lzw->last[code] = byte;
    lzw->first[code] = lzw->first[before];
    if (lzw->next + lzw->early >= 1u << lzw->width && lzw->width < 12)
        lzw->width++;
}

static bool
fill_lzw(Stage *self, GError **error)
{
    Lzw *lzw = self->lzw;
    size_t n = 0;

    while (n + LZW_CODES <= BUFFER && !self->ended) {
        int code = 0;
        if (!next_code(self, &code, error))
            return false;
        if (code < 0 || code == (int)LZW_END) {
            self->ended = true;
        } else if (code == (int)LZW_CLEAR) {
            lzw_clear(lzw);
        } else {
            unsigned now = (unsigned)code;
            bool known = now < lzw->next;
            if (!known && (now > lzw->next || lzw->before < 0 || lzw->next >= LZW_CODES))
                return sk_throw(error, SK_ERROR_MALFORMED, "pdf: LZW code that does not exist");
            lzw_add(lzw, lzw->first[known ? now : (unsigned)lzw->before]);
            n += lzw_string(lzw, now, self->buffer + n);
            lzw->before = code;
        }
    }
    return give(self, n, error);
}

static void
begin_lzw(Stage *self)
{
    self->lzw = g_new0(Lzw, 1);
    for (unsigned i = 0; i < 256; i++) {
        self->lzw->length[i] = 1;
        self->lzw->first[i] = self->lzw->last[i] = (uint8_t)i;
    }
    self->lzw->early = self->step.early_change ? 1 : 0;
    lzw_clear(self->lzw);
}

/* ---- Flate ----------------------------------------------------------------------------------- */

static bool
fill_flate(Stage *self, GError **error)
{
    self->z.next_out = self->buffer;
    self->z.avail_out = BUFFER;
    while (self->z.avail_out > 0 && !self->ended) {
        if (self->from->chunk.n == 0 && !fill(self->from, error))
            return false;
        SkSpan in = self->from->chunk;
        self->z.next_in = (Bytef *)(uintptr_t)in.p;
        self->z.avail_in = (uInt)MIN(in.n, 1u << 30);
        uInt fed = self->z.avail_in;
        int rc = inflate(&self->z, Z_NO_FLUSH);
        self->from->chunk =
            sk_span_sub(in, fed - self->z.avail_in, in.n - (fed - self->z.avail_in));
        /* DEVIATION: a checksum that is wrong or missing is no reason to refuse what all readers
         * show. */
        bool only_checksum = rc == Z_DATA_ERROR && self->z.msg != NULL &&
                             strcmp(self->z.msg, "incorrect data check") == 0;
        self->ended = rc == Z_STREAM_END || only_checksum;
        if (rc == Z_MEM_ERROR)
            return sk_throw(error, SK_ERROR_LIMIT, "pdf: no memory");
        if (!self->ended && rc != Z_OK && rc != Z_BUF_ERROR)
            return sk_throw(error, SK_ERROR_MALFORMED, "pdf: broken deflate data");
        if (!self->ended && fed == 0 && self->z.avail_out > 0) {
            self->ended = true;
            self->owner->cut = true;
        }
    }
    return give(self, BUFFER - self->z.avail_out, error);
}

/* ---- predictors ------------------------------------------------------------------------------ */

static uint8_t
paeth(unsigned a, unsigned b, unsigned c)
{
    int p = (int)a + (int)b - (int)c;
    int pa = abs(p - (int)a), pb = abs(p - (int)b), pc = abs(p - (int)c);

    return (uint8_t)(pa <= pb && pa <= pc ? a : pb <= pc ? b : c);
}

static bool
undo_png(Predictor *p, unsigned filter)
{
    uint8_t *row = p->row;
    const uint8_t *up = p->before;
    size_t step = p->step, n = p->n;

    switch (filter) {
    case 0:
        return true;
    case 1:
        for (size_t i = step; i < n; i++)
            row[i] = (uint8_t)(row[i] + row[i - step]);
        return true;
    case 2:
        for (size_t i = 0; i < n; i++)
            row[i] = (uint8_t)(row[i] + up[i]);
        return true;
    case 3:
        for (size_t i = 0; i < n; i++)
            row[i] = (uint8_t)(row[i] + ((i >= step ? row[i - step] : 0u) + up[i]) / 2);
        return true;
    case 4:
        for (size_t i = 0; i < n; i++)
            row[i] = (uint8_t)(row[i] + paeth(i >= step ? row[i - step] : 0, up[i],
                                              i >= step ? up[i - step] : 0));
        return true;
    default:
        return false;
    }
}

static void
undo_tiff(Predictor *p)
{
    uint8_t *row = p->row;

    if (p->bits == 8) {
        for (size_t i = p->colors; i < p->n; i++)
            row[i] = (uint8_t)(row[i] + row[i - p->colors]);
        return;
    }
    if (p->bits == 16) {
        for (size_t i = 2 * (size_t)p->colors; i + 1 < p->n; i += 2) {
            size_t j = i - 2 * (size_t)p->colors;
            unsigned sum =
                ((unsigned)row[i] << 8 | row[i + 1]) + ((unsigned)row[j] << 8 | row[j + 1]);
            row[i] = (uint8_t)(sum >> 8);
            row[i + 1] = (uint8_t)sum;
        }
        return;
    }
    unsigned mask = (1u << p->bits) - 1;
    for (size_t i = p->colors; (i + 1) * p->bits <= 8 * p->n; i++) {
        size_t at = i * p->bits, from = at - (size_t)p->colors * p->bits;
        unsigned shift = 8 - p->bits - (unsigned)(at % 8);
        unsigned before = (unsigned)row[from / 8] >> (8 - p->bits - from % 8) & mask;
        unsigned sum = (((unsigned)row[at / 8] >> shift & mask) + before) & mask;
        row[at / 8] = (uint8_t)((row[at / 8] & ~(mask << shift)) | sum << shift);
    }
}

/* Up to @n bytes of @from. */
static bool
pull(Stage *from, uint8_t *out, size_t n, size_t *ret_got, GError **error)
{
    size_t got = 0;

    while (got < n) {
        if (from->chunk.n == 0 && !fill(from, error))
            return false;
        if (from->chunk.n == 0)
            break;
        size_t take = MIN(n - got, from->chunk.n);
        memcpy(out + got, from->chunk.p, take);
        from->chunk = sk_span_sub(from->chunk, take, from->chunk.n - take);
        got += take;
    }
    *ret_got = got;
    return true;
}

static bool
next_row(Stage *self, GError **error)
{
    Predictor *p = &self->predictor;
    int filter = 0;

    uint8_t *swap = p->before;
    p->before = p->row;
    p->row = swap;
    p->at = 0;
    p->n = 0;
    if (p->png && !next_byte(self->from, &filter, error))
        return false;
    if (filter < 0 || !pull(self->from, p->row, p->row_bytes, &p->n, error))
        return filter < 0;
    if (p->n == 0)
        return true;
    if (!p->png)
        undo_tiff(p);
    else if (!undo_png(p, (unsigned)filter))
        return sk_throw(error, SK_ERROR_MALFORMED, "pdf: predictor of a row that does not exist");
    return true;
}

static bool
fill_predictor(Stage *self, GError **error)
{
    Predictor *p = &self->predictor;
    size_t n = 0;

    while (n < BUFFER && !self->ended) {
        if (p->at == p->n && !next_row(self, error))
            return false;
        self->ended = p->n == 0;
        size_t take = MIN(BUFFER - n, p->n - p->at);
        memcpy(self->buffer + n, p->row + p->at, take);
        n += take;
        p->at += take;
    }
    return give(self, n, error);
}

static bool
begin_predictor(Stage *self, GError **error)
{
    Predictor *p = &self->predictor;
    uint64_t bits = (uint64_t)self->step.columns * self->step.colors * self->step.bits;

    if (bits == 0 || bits / 8 > ROW_MAX)
        return sk_throw(error, SK_ERROR_MALFORMED, "pdf: predictor's rows of an impossible length");
    p->png = self->step.predictor >= 10;
    p->colors = self->step.colors;
    p->bits = self->step.bits;
    p->row_bytes = (size_t)((bits + 7) / 8);
    p->step = MAX(1u, p->colors * p->bits / 8);
    p->row = g_malloc0(p->row_bytes);
    p->before = g_malloc0(p->row_bytes);
    return true;
}

/* ---- fax ------------------------------------------------------------------------------------- */

static bool
gather(Stage *from, GBytes **ret, GError **error)
{
    g_autoptr(GByteArray) all = g_byte_array_new();

    for (;;) {
        if (!fill(from, error))
            return false;
        if (from->chunk.n == 0)
            break;
        if (from->chunk.n > (1u << 30) - all->len)
            return sk_throw(error, SK_ERROR_LIMIT, "pdf: stream over 1 GB");
        g_byte_array_append(all, from->chunk.p, (guint)from->chunk.n);
        from->chunk = SK_SPAN_EMPTY;
    }
    *ret = g_byte_array_free_to_bytes(g_steal_pointer(&all));
    return true;
}

static bool
fill_fax(Stage *self, GError **error)
{
    const SkPdfStep *step = &self->step;
    size_t row_bytes = (step->fax_columns + 7) / 8, n = 0;

    if (self->fax == NULL) {
        SkFaxParams params = { .kind = step->k < 0    ? SK_FAX_G4
                                       : step->k == 0 ? SK_FAX_G3_1D
                                                      : SK_FAX_G3_2D,
                               .columns = step->fax_columns,
                               .byte_align = step->byte_align };
        if (!gather(self->from, &self->fax_data, error))
            return false;
        self->fax = sk_fax_new(sk_span_bytes(self->fax_data), &params);
    }
    while (n + row_bytes <= BUFFER && !self->ended) {
        bool more = false,
             enough = !step->end_of_block && step->fax_rows > 0 && self->rows == step->fax_rows;
        if (!enough && !sk_fax_row(self->fax, self->buffer + n, &more, error))
            return false;
        self->ended = !more;
        for (size_t i = 0; more && !step->black_is_1 && i < row_bytes; i++)
            self->buffer[n + i] = (uint8_t)~self->buffer[n + i];
        n += more ? row_bytes : 0;
        self->rows++;
    }
    return give(self, n, error);
}

/* ---- the chain ------------------------------------------------------------------------------- */

static Stage *
add_stage(SkPdfPlain *self, const SkPdfStep *step, bool (*fill_stage)(Stage *, GError **))
{
    Stage *stage = &self->stages[self->n];

    stage->owner = self;
    stage->from = self->n > 0 ? &self->stages[self->n - 1] : NULL;
    stage->fill = fill_stage;
    stage->chunk = SK_SPAN_EMPTY;
    if (step != NULL) {
        stage->step = *step;
        stage->buffer = g_malloc(BUFFER);
    }
    self->n++;
    return stage;
}

static bool
add_step(SkPdfPlain *self, const SkPdfStep *step, GError **error)
{
    static bool (*const fills[])(Stage *, GError **) = {
        [SK_PDF_STEP_HEX] = fill_hex,   [SK_PDF_STEP_ASCII85] = fill_85,
        [SK_PDF_STEP_LZW] = fill_lzw,   [SK_PDF_STEP_FLATE] = fill_flate,
        [SK_PDF_STEP_RUNS] = fill_runs, [SK_PDF_STEP_FAX] = fill_fax,
    };
    if (step->kind >= G_N_ELEMENTS(fills))
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "pdf: a picture's filter");
    Stage *stage = add_stage(self, step, fills[step->kind]);
    if (step->kind == SK_PDF_STEP_LZW)
        begin_lzw(stage);
    if (step->kind == SK_PDF_STEP_FLATE) {
        if (inflateInit(&stage->z) != Z_OK)
            return sk_throw(error, SK_ERROR_LIMIT, "pdf: no memory");
        stage->z_begun = true;
    }
    bool predicts =
        (step->kind == SK_PDF_STEP_LZW || step->kind == SK_PDF_STEP_FLATE) && step->predictor > 1;
    return !predicts || begin_predictor(add_stage(self, step, fill_predictor), error);
}

bool
sk_pdf_plain_new(SkDisarm *disarm, SkSpan data, const SkPdfStep *steps, unsigned n, bool picture,
                 SkPdfPlain **ret, GError **error)
{
    g_assert(n <= SK_PDF_STEPS_MAX);
    g_autoptr(SkPdfPlain) self = g_new0(SkPdfPlain, 1);

    self->disarm = disarm;
    self->data = data;
    self->picture = picture;
    (void)add_stage(self, NULL, fill_input);
    for (unsigned i = 0; i < n; i++) {
        if (!add_step(self, &steps[i], error))
            return false;
    }
    *ret = g_steal_pointer(&self);
    return true;
}

void
sk_pdf_plain_free(SkPdfPlain *self)
{
    if (self == NULL)
        return;
    for (unsigned i = 0; i < self->n; i++) {
        Stage *stage = &self->stages[i];
        if (stage->z_begun)
            inflateEnd(&stage->z);
        sk_fax_free(stage->fax);
        g_clear_pointer(&stage->fax_data, g_bytes_unref);
        g_free(stage->lzw);
        g_free(stage->predictor.row);
        g_free(stage->predictor.before);
        g_free(stage->buffer);
    }
    g_free(self);
}

bool
sk_pdf_plain_read(SkPdfPlain *self, uint8_t *out, size_t n, size_t *ret_got, GError **error)
{
    if (self->failed)
        return sk_throw(error, SK_ERROR_MALFORMED, "pdf: stream that failed before");
    self->failed = !pull(&self->stages[self->n - 1], out, n, ret_got, error);
    return !self->failed;
}

bool
sk_pdf_plain_cut(const SkPdfPlain *self)
{
    return self->cut;
}

bool
sk_pdf_unfilter(SkDisarm *disarm, SkSpan data, const SkPdfStep *steps, unsigned n, GBytes **ret,
                GError **error)
{
    g_autoptr(SkPdfPlain) self = NULL;
    g_autoptr(GBytes) all = NULL;

    if (!sk_pdf_plain_new(disarm, data, steps, n, false, &self, error) ||
        !gather(&self->stages[self->n - 1], &all, error))
        return false;
    if (self->cut)
        return sk_throw(error, SK_ERROR_TRUNCATED, "pdf: deflate data cut short");
    *ret = g_steal_pointer(&all);
    return true;
}
