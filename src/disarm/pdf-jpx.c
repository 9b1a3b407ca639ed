/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-jpx.c - JPEG 2000 pictures inside PDFs, through libopenjp2, in strips so that a large one
 * is never whole in memory. The code stream's head is read here first: a library that allocates
 * by what it says comes after. Contract in pdf-picture.h. */
#include "disarm/pdf-picture.h"

#include "base/reader.h"

#include <openjpeg.h>
#include <string.h>

#define COMPONENTS_MAX 5u
#define TILES_MAX 4096u
#define STRIP_BYTES (24u << 20) /* of samples, four bytes each in the library */
#define SIDE_MAX 65535u
enum { SOC = 0xff4f, SIZ = 0xff51, COD = 0xff52, SOT = 0xff90 };

typedef struct {
    uint32_t width, height;
    unsigned components;
    bool irreversible;
    bool boxes; /* JP2, not a bare code stream */
} Head;

/* ---- the head -------------------------------------------------------------------------------- */

/* The code stream inside the boxes of a JP2 file. */
static bool
find_stream(SkSpan data, SkReader *ret, bool *ret_boxes, GError **error)
{
    SkReader r = sk_reader(data);

    *ret_boxes = sk_reader_peek(&r, 0) != 0xff;
    while (*ret_boxes) {
        size_t start = r.at;
        uint64_t length = sk_reader_u32be(&r);
        SkSpan type = sk_reader_span(&r, 4);
        if (length == 1)
            length = sk_reader_u64be(&r);
        size_t head = r.at - start;
        if (!sk_reader_ok(&r) || (length != 0 && length < head))
            return sk_throw(error, SK_ERROR_MALFORMED,
                            "jpx: box that has no code stream behind it");
        if (sk_span_is(type, "jp2c"))
            break;
        if (length == 0 || length - head > sk_reader_left(&r))
            return sk_throw(error, SK_ERROR_MALFORMED, "jpx: no code stream");
        sk_reader_skip(&r, (size_t)(length - head));
    }
    *ret = r;
    return true;
}

static bool
read_size(SkReader *r, Head *ret, GError **error)
{
    uint32_t n[8];

    sk_reader_skip(r, 2);            /* capabilities */
    for (unsigned i = 0; i < 8; i++) /* picture's end and beginning, tile's size and beginning */
        n[i] = sk_reader_u32be(r);
    ret->components = sk_reader_u16be(r);
    if (!sk_reader_ok(r) || n[0] <= n[2] || n[1] <= n[3] || n[4] == 0 || n[5] == 0 || n[6] > n[2] ||
        n[7] > n[3])
        return sk_throw(error, SK_ERROR_MALFORMED, "jpx: sizes");
    uint64_t across = ((uint64_t)n[0] - n[6] + n[4] - 1) / n[4],
             down = ((uint64_t)n[1] - n[7] + n[5] - 1) / n[5];
    ret->width = n[0] - n[2];
    ret->height = n[1] - n[3];
    if (ret->width > SIDE_MAX || ret->height > SIDE_MAX || across > TILES_MAX || down > TILES_MAX ||
        across * down > TILES_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "jpx: too many pixels or tiles");
    if (ret->components == 0 || ret->components > COMPONENTS_MAX)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "jpx: %u components", ret->components);
    return true;
}

static bool
read_head(SkSpan data, Head *ret, GError **error)
{
    SkReader r = sk_reader(data);

    if (!find_stream(data, &r, &ret->boxes, error))
        return false;
    if (sk_reader_u16be(&r) != SOC)
        return sk_throw(error, SK_ERROR_MALFORMED, "jpx: not a code stream");
    for (bool size = false, coding = false; !size || !coding;) {
        unsigned marker = sk_reader_u16be(&r);
        SkReader segment = r;
        unsigned length = sk_reader_u16be(&segment);
        if (!sk_reader_ok(&r) || marker < 0xff00 || marker == SOT || length < 2)
            return sk_throw(error, SK_ERROR_MALFORMED,
                            "jpx: head without a size or a way of coding");
        if (marker == SIZ && (size || !read_size(&segment, ret, error)))
            return size ? sk_throw(error, SK_ERROR_AMBIGUOUS, "jpx: two sizes") : false;
        /* Scod, progression, layers, transformation of components, levels, blocks, style,
         * wavelet */
        if (marker == COD) {
            sk_reader_skip(&segment, 1 + 1 + 2 + 1 + 1 + 1 + 1 + 1);
            ret->irreversible = sk_reader_u8(&segment) == 0;
            coding = sk_reader_ok(&segment);
        }
        size = size || marker == SIZ;
        sk_reader_skip(&r, length);
    }
    return true;
}

/* ---- the library ----------------------------------------------------------------------------- */

static OPJ_SIZE_T
on_read(void *buffer, OPJ_SIZE_T n, void *user)
{
    SkReader *r = user;
    size_t take = MIN(n, sk_reader_left(r));

    if (take == 0)
        return (OPJ_SIZE_T)-1;
    memcpy(buffer, sk_reader_span(r, take).p, take);
    return take;
}

static OPJ_OFF_T
on_skip(OPJ_OFF_T n, void *user)
{
    SkReader *r = user;

    if (n < 0)
        return -1;
    size_t take = MIN((size_t)n, sk_reader_left(r));
    sk_reader_skip(r, take);
    return (OPJ_OFF_T)take;
}

static OPJ_BOOL
on_seek(OPJ_OFF_T at, void *user)
{
    SkReader *r = user;

    if (at < 0 || (size_t)at > r->in.n)
        return OPJ_FALSE;
    sk_reader_seek(r, (size_t)at);
    return OPJ_TRUE;
}

static void
on_word(const char *words, void *user)
{
    (void)words; /* libraries do not print */
    (void)user;
}

typedef struct {
    SkReader r;
    opj_codec_t *codec;   /* owned */
    opj_stream_t *stream; /* owned */
    opj_image_t *image;   /* owned */
} Decoder;

static void
decoder_clear(Decoder *self)
{
    if (self->image != NULL)
        opj_image_destroy(self->image);
    if (self->stream != NULL)
        opj_stream_destroy(self->stream);
    if (self->codec != NULL)
        opj_destroy_codec(self->codec);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Decoder, decoder_clear)

/* Rows @from to @to of the picture, decoded. */
static bool
decode(Decoder *self, SkSpan data, const Head *head, bool indexed, uint32_t from, uint32_t to,
       GError **error)
{
    opj_dparameters_t parameters;

    opj_set_default_decoder_parameters(&parameters);
    if (indexed)
        parameters.flags |= OPJ_DPARAMETERS_IGNORE_PCLR_CMAP_CDEF_FLAG;
    self->r = sk_reader(data);
    self->codec = opj_create_decompress(head->boxes ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K);
    self->stream = opj_stream_default_create(OPJ_TRUE);
    if (self->codec == NULL || self->stream == NULL)
        return sk_throw(error, SK_ERROR_LIMIT, "jpx: no memory");
    opj_set_info_handler(self->codec, on_word, NULL);
    opj_set_warning_handler(self->codec, on_word, NULL);
    opj_set_error_handler(self->codec, on_word, NULL);
    opj_stream_set_read_function(self->stream, on_read);
    opj_stream_set_skip_function(self->stream, on_skip);
    opj_stream_set_seek_function(self->stream, on_seek);
    opj_stream_set_user_data(self->stream, &self->r, NULL);
    opj_stream_set_user_data_length(self->stream, data.n);
    if (!opj_setup_decoder(self->codec, &parameters) ||
        !opj_read_header(self->stream, self->codec, &self->image))
        return sk_throw(error, SK_ERROR_MALFORMED, "jpx: head is broken");
    opj_image_t *image = self->image;
    if (image->x1 - image->x0 != head->width || image->y1 - image->y0 != head->height ||
        image->x1 > INT32_MAX || image->y1 > INT32_MAX)
        return sk_throw(error, SK_ERROR_AMBIGUOUS, "jpx: two sizes");
    if (!opj_set_decode_area(self->codec, image, (OPJ_INT32)image->x0,
                             (OPJ_INT32)(image->y0 + from), (OPJ_INT32)image->x1,
                             (OPJ_INT32)(image->y0 + to)) ||
        !opj_decode(self->codec, self->stream, image))
        return sk_throw(error, SK_ERROR_MALFORMED, "jpx: data are broken");
    return true;
}

/* ---- samples --------------------------------------------------------------------------------- */

typedef struct {
    unsigned colours; /* components that are colours, in order: the first ones but opacity */
    unsigned colour[4];
    int opacity; /* its component; -1: none */
    bool device, ycc, deep;
} Layout;

/* Whether a component can be read at all, and each sample lies inside of what was decoded. */
static bool
check_component(const opj_image_comp_t *c, GError **error)
{
    if (c->data == NULL || c->prec < 1 || c->prec > 16 || c->dx < 1 || c->dx > 255 || c->dy < 1 ||
        c->dy > 255 || c->w < 1 || c->h < 1)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "jpx: component of %u bits", c->prec);
    return true;
}

/* The components of the picture's own colour space; 0: it does not say. */
static unsigned
said(const opj_image_t *image)
{
    switch (image->color_space) {
    case OPJ_CLRSPC_GRAY:
        return 1;
    case OPJ_CLRSPC_SRGB:
    case OPJ_CLRSPC_SYCC:
    case OPJ_CLRSPC_EYCC:
        return 3;
    case OPJ_CLRSPC_CMYK:
        return 4;
    case OPJ_CLRSPC_UNKNOWN:
    case OPJ_CLRSPC_UNSPECIFIED:
    default:
        return 0;
    }
}

static bool
lay_out(const opj_image_t *image, const SkPdfPictureIn *in, Layout *ret, GError **error)
{
    *ret = (Layout){ .opacity = -1 };
    unsigned n = 0;

    for (unsigned i = 0; i < image->numcomps; i++) {
        if (!check_component(&image->comps[i], error))
            return false;
        ret->deep = ret->deep || image->comps[i].prec != 8;
        if (image->comps[i].alpha != 0) {
            ret->opacity = ret->opacity < 0 ? (int)i : ret->opacity;
            continue;
        }
        if (n < 4)
            ret->colour[n] = i;
        n++;
    }
    /* One more component than the colour space has, of which nothing is said, is opacity. */
    unsigned expected = in->components > 0 ? in->components : said(image);
    if (expected > 0 && n == expected + 1 && ret->opacity < 0) {
        ret->opacity = n <= 4 ? (int)ret->colour[n - 1] : -1;
        n--;
    }
    ret->device = n != in->components;
    ret->colours = n;
    if (n == 0 || n > 4 || (ret->device && n == 2) || (in->indexed && n != 1))
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "jpx: %u colours", n);
    ret->ycc = ret->device && n == 3 &&
               (image->color_space == OPJ_CLRSPC_SYCC || image->color_space == OPJ_CLRSPC_EYCC);
    return true;
}

/* Eight bits of one sample. */
static uint8_t
eight_bits(const opj_image_comp_t *c, OPJ_INT32 stored, bool index)
{
    int64_t top = (INT64_C(1) << c->prec) - 1;
    int64_t v = CLAMP((int64_t)stored + (c->sgnd ? INT64_C(1) << (c->prec - 1) : 0), 0, top);

    if (index)
        return (uint8_t)MIN(v, 255);
    return (uint8_t)(c->prec >= 8 ? v >> (c->prec - 8) : v * 255 / top);
}

/* Eight bits of each sample of row @y of what was decoded, to @out and every @step bytes behind it;
 * subsampled components are repeated. */
static void
sample_row(const opj_image_t *image, const opj_image_comp_t *c, uint32_t width, uint32_t y,
           bool index, uint8_t *out, size_t step)
{
    uint32_t row = MIN((image->y0 + y) / c->dy - image->y0 / c->dy, c->h - 1);
    uint32_t plain = c->dx == 1 ? MIN(width, c->w) : 0, first_column = image->x0 / c->dx;
    const OPJ_INT32 *from = c->data + (size_t)row * c->w;

    if (c->prec == 8 && c->sgnd == 0) { /* nearly all there are */
        for (uint32_t x = 0; x < plain; x++)
            out[x * step] = (uint8_t)CLAMP(from[x], 0, 255);
    } else {
        for (uint32_t x = 0; x < plain; x++)
            out[x * step] = eight_bits(c, from[x], index);
    }
    for (uint32_t x = plain; x < width; x++)
        out[x * step] =
            eight_bits(c, from[MIN((image->x0 + x) / c->dx - first_column, c->w - 1)], index);
}

/* Where row @y of a component is its samples as they are: eight bits, every column; else NULL. */
static const OPJ_INT32 *
plain_row(const opj_image_comp_t *c, uint32_t width, uint32_t y)
{
    bool plain =
        c->prec == 8 && c->sgnd == 0 && c->dx == 1 && c->dy == 1 && c->w >= width && y < c->h;

    return plain ? c->data + (size_t)y * c->w : NULL;
}

/* Three colours at once: pictures of pages are of this kind. false: they are not, nothing is done. */
static bool
sample_colours(const opj_image_t *image, const Layout *layout, uint32_t width, uint32_t y,
               uint8_t *out)
{
    const OPJ_INT32 *row[3];

    if (layout->colours != 3)
        return false;
    for (unsigned i = 0; i < 3; i++) {
        row[i] = plain_row(&image->comps[layout->colour[i]], width, y);
        if (row[i] == NULL)
            return false;
    }
    for (uint32_t x = 0; x < width; x++, out += 3) {
        OPJ_INT32 a = row[0][x], b = row[1][x], c = row[2][x];
        if (G_UNLIKELY(((a | b | c) & ~0xff) != 0)) {
            a = CLAMP(a, 0, 255);
            b = CLAMP(b, 0, 255);
            c = CLAMP(c, 0, 255);
        }
        out[0] = (uint8_t)a;
        out[1] = (uint8_t)b;
        out[2] = (uint8_t)c;
    }
    return true;
}

static void
to_rgb(uint8_t *pixel)
{
    double y = pixel[0], b = pixel[1] - 128.0, r = pixel[2] - 128.0;
    double rgb[3] = { y + 1.402 * r, y - 0.344136 * b - 0.714136 * r, y + 1.772 * b };

    for (unsigned i = 0; i < 3; i++)
        pixel[i] = (uint8_t)CLAMP(rgb[i] + 0.5, 0.0, 255.0);
}

typedef struct {
    SkPdfJpeg *jpeg;    /* owned, or NULL */
    SkPdfRows *rows;    /* owned, or NULL */
    SkPdfRows *opacity; /* owned, or NULL */
    uint8_t *row;       /* owned */
    Layout layout;
} Out;

static void
out_clear(Out *self)
{
    sk_pdf_jpeg_free(self->jpeg);
    sk_pdf_rows_free(self->rows);
    sk_pdf_rows_free(self->opacity);
    g_free(self->row);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Out, out_clear)

static void
out_begin(Out *self, SkDisarm *disarm, const SkPdfPictureIn *in, const Head *head)
{
    const Layout *layout = &self->layout;
    uint64_t limit = disarm->job->limits.output;
    bool photo = head->irreversible && !layout->deep && !in->keyed && !in->indexed &&
                 (layout->device || in->photo) && (layout->colours == 1 || layout->colours == 3);

    if (photo)
        self->jpeg = sk_pdf_jpeg_new(disarm, head->width, head->height, layout->colours);
    else
        self->rows = sk_pdf_rows_new(limit, head->width, layout->colours, 8, in->indexed);
    if (in->opacity && layout->opacity >= 0)
        self->opacity = sk_pdf_rows_new(limit, head->width, 1, 8, false);
    self->row = g_malloc((size_t)head->width * 4);
}

static void
put_row(Out *self, const SkPdfPictureIn *in, const opj_image_t *image, uint32_t width, uint32_t y)
{
    const Layout *layout = &self->layout;

    bool done = !in->indexed && sample_colours(image, layout, width, y, self->row);

    for (unsigned c = 0; c < layout->colours && !done; c++)
        sample_row(image, &image->comps[layout->colour[c]], width, y, in->indexed, self->row + c,
                   layout->colours);
    for (uint32_t x = 0; x < width && layout->ycc; x++)
        to_rgb(self->row + 3 * (size_t)x);
    for (uint32_t x = 0; x < width && in->indexed; x++)
        self->row[x] = (uint8_t)MIN(self->row[x], in->indexed_max);
    if (self->jpeg != NULL)
        sk_pdf_jpeg_put(self->jpeg, self->row);
    else
        sk_pdf_rows_put(self->rows, self->row);
    if (self->opacity == NULL)
        return;
    sample_row(image, &image->comps[layout->opacity], width, y, false, self->row, 1);
    sk_pdf_rows_put(self->opacity, self->row);
}

static bool
same_layout(const Layout *a, const Layout *b)
{
    bool same = a->colours == b->colours && a->opacity == b->opacity && a->device == b->device &&
                a->ycc == b->ycc && a->deep == b->deep;

    for (unsigned i = 0; same && i < a->colours; i++)
        same = a->colour[i] == b->colour[i];
    return same;
}

static bool
put_strips(Out *self, SkDisarm *disarm, const SkPdfPictureIn *in, SkSpan data, const Head *head,
           GError **error)
{
    uint64_t row_bytes = (uint64_t)head->width * head->components * sizeof(OPJ_INT32);
    uint32_t strip =
        (uint32_t)CLAMP(STRIP_BYTES / row_bytes, 64, head->height > 64 ? head->height : 64);

    for (uint32_t from = 0; from < head->height; from += strip) {
        g_auto(Decoder) decoder = { .codec = NULL };
        uint32_t to = MIN(head->height, from + strip);
        Layout layout;
        if (!decode(&decoder, data, head, in->indexed, from, to, error) ||
            !lay_out(decoder.image, in, &layout, error))
            return false;
        if (from == 0) {
            self->layout = layout;
            out_begin(self, disarm, in, head);
        } else if (!same_layout(&layout, &self->layout)) {
            return sk_throw(error, SK_ERROR_MALFORMED, "jpx: components change on the way");
        }
        for (uint32_t y = 0; y < to - from; y++)
            put_row(self, in, decoder.image, head->width, y);
    }
    return true;
}

bool
sk_pdf_jpx(SkDisarm *disarm, const SkPdfPictureIn *in, SkSpan data, SkPdfPictureOut *ret,
           GError **error)
{
    Head head = { .width = 0 };
    g_auto(Out) out = { .jpeg = NULL };

    if (in->stencil)
        return sk_throw(error, SK_ERROR_MALFORMED, "pdf: JPEG 2000 where single bits must be");
    if (!read_head(data, &head, error))
        return false;
    if ((uint64_t)head.width * head.height > disarm->job->limits.pixels)
        return sk_throw(error, SK_ERROR_LIMIT, "jpx: too many pixels");
    if (!sk_disarm_expand(disarm, (uint64_t)head.width * head.height * head.components / 8, 0, 0,
                          error) ||
        !put_strips(&out, disarm, in, data, &head, error))
        return false;
    ret->width = head.width;
    ret->height = head.height;
    ret->bits = 8;
    ret->components = out.layout.colours;
    ret->device = out.layout.device;
    ret->changed = true;
    ret->jpeg = out.jpeg != NULL;
    ret->predicted = out.rows != NULL && sk_pdf_rows_predicted(out.rows);
    return (out.jpeg != NULL ? sk_pdf_jpeg_end(out.jpeg, &ret->data, error)
                             : sk_pdf_rows_end(out.rows, &ret->data, error)) &&
           (out.opacity == NULL || sk_pdf_rows_end(out.opacity, &ret->opacity, error));
}
