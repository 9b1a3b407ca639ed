/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-dct.c - JPEG pictures inside PDFs: from coefficients where that can be, else from the
 * pixels that readers show. Contract in pdf-picture.h. */
#include "disarm/pdf-picture.h"

#include "disarm/coefficients.h"
#include "disarm/libjpeg.h"

#define QUALITY 95

/* ---- rows as a JPEG -------------------------------------------------------------------------- */

struct SkPdfJpeg {
    SkDisarm *disarm; /* borrowed */
    struct jpeg_compress_struct out;
    SkJpegErrors errors;
    SkJpegTarget target;
    SkSink *sink; /* owned */
    bool failed;
};

static void
begin_jpeg(SkPdfJpeg *self, uint32_t width, uint32_t height, unsigned components)
{
    if (setjmp(self->errors.jump) != 0) {
        self->failed = true;
        return;
    }
    jpeg_create_compress(&self->out);
    sk_libjpeg_target(&self->target, self->sink);
    self->out.dest = &self->target.base;
    self->out.image_width = width;
    self->out.image_height = height;
    self->out.input_components = (int)components;
    self->out.in_color_space = components == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(&self->out);
    jpeg_set_quality(&self->out, QUALITY, TRUE);
    for (unsigned i = 0; i < components; i++)
        self->out.comp_info[i].h_samp_factor = self->out.comp_info[i].v_samp_factor = 1;
    jpeg_start_compress(&self->out, TRUE);
}

SkPdfJpeg *
sk_pdf_jpeg_new(SkDisarm *disarm, uint32_t width, uint32_t height, unsigned components)
{
    SkPdfJpeg *self = g_new0(SkPdfJpeg, 1);

    g_assert(components == 1 || components == 3);
    self->disarm = disarm;
    self->sink = sk_sink_new_memory(disarm->job->limits.output);
    sk_libjpeg_errors(&self->errors);
    self->out.err = &self->errors.base;
    begin_jpeg(self, width, height, components);
    return self;
}

void
sk_pdf_jpeg_free(SkPdfJpeg *self)
{
    if (self == NULL)
        return;
    jpeg_destroy_compress(&self->out);
    sk_sink_free(self->sink);
    g_free(self);
}

void
sk_pdf_jpeg_put(SkPdfJpeg *self, uint8_t *row)
{
    if (self->failed)
        return;
    if (setjmp(self->errors.jump) != 0) {
        self->failed = true;
        return;
    }
    (void)jpeg_write_scanlines(&self->out, &row, 1);
}

static bool
finish_jpeg(SkPdfJpeg *self, GError **error)
{
    if (self->failed || setjmp(self->errors.jump) != 0)
        return sk_libjpeg_throw(&self->errors, error);
    jpeg_finish_compress(&self->out);
    return sk_sink_finish(self->sink, error);
}

/* By the one writer of JPEGs: @jpeg's coefficients in canonical form. */
static bool
canonical(SkDisarm *disarm, SkJpeg *jpeg, unsigned *ret_components, GBytes **ret, GError **error)
{
    static const unsigned components[] = { [SK_JPEG_GREY] = 1, [SK_JPEG_YCC] = 3, [SK_JPEG_RGB] = 3,
                                           [SK_JPEG_CMYK] = 4, [SK_JPEG_YCCK] = 4 };
    g_autoptr(SkSink) sink = sk_sink_new_memory(disarm->job->limits.output);
    SkJpegKind kind = SK_JPEG_OTHER;

    jpeg->density_x = jpeg->density_y = 0;
    if (!sk_coefficients_rebuild(jpeg, sink, &kind, error) || !sk_sink_finish(sink, error))
        return false;
    *ret_components = components[kind];
    *ret = sk_sink_steal_bytes(sink);
    return true;
}

bool
sk_pdf_jpeg_end(SkPdfJpeg *self, GBytes **ret, GError **error)
{
    g_auto(SkJpeg) jpeg = { .parts = NULL };
    unsigned components = 0;

    return finish_jpeg(self, error) &&
           sk_jpeg_parse(sk_sink_memory(self->sink), &self->disarm->job->limits, &jpeg, error) &&
           canonical(self->disarm, &jpeg, &components, ret, error);
}

/* ---- which colours --------------------------------------------------------------------------- */

static bool
is_part(const SkJpeg *jpeg, guint i, const uint8_t *marker)
{
    return g_array_index(jpeg->parts, SkSpan, i).p == marker;
}

/* Says by a marker of Adobe's what the dictionary, or PDF itself, says; JFIF's would speak against
 * it. */
static void
say_transform(SkJpeg *jpeg, int transform)
{
    SkSpan marker = sk_span(jpeg->adobe_marker, sizeof jpeg->adobe_marker);

    jpeg->adobe = transform;
    jpeg->adobe_marker[15] = (uint8_t)transform;
    for (guint i = jpeg->parts->len; i-- > 0;) {
        if (is_part(jpeg, i, jpeg->jfif_marker))
            g_array_remove_index(jpeg->parts, i);
    }
    g_array_insert_val(jpeg->parts, 1, marker);
}

static void
decide_transform(SkJpeg *jpeg, const SkPdfStep *step)
{
    if (jpeg->adobe >= 0)
        return;
    if (jpeg->components == 4)
        say_transform(jpeg, step->transform == 1 ? 2 : 0);
    else if (jpeg->components == 3 && step->transform >= 0)
        say_transform(jpeg, step->transform);
}

/* ---- what only shows ------------------------------------------------------------------------- */

typedef struct {
    struct jpeg_decompress_struct in;
    SkJpegErrors errors;
    SkJpegSource source;
    struct jpeg_progress_mgr progress;
    uint8_t *row;    /* owned */
    SkPdfJpeg *jpeg; /* owned */
    SkPdfRows *rows; /* owned: of inks */
} Lenient;

/* DEVIATION: what libjpeg warns of is shown all the same, as every reader does. */
static void
on_message(j_common_ptr cinfo, int level)
{
    (void)cinfo;
    (void)level;
}

static void
on_progress(j_common_ptr cinfo)
{
    j_decompress_ptr in = (j_decompress_ptr)cinfo;

    if (in->input_scan_number > (int)SK_JPEG_SCANS_MAX)
        cinfo->err->error_exit(cinfo);
}

/* After the input's end a reader would see an end marker. */
static boolean
at_end(j_decompress_ptr cinfo)
{
    static const uint8_t eoi[] = { 0xff, 0xd9 };
    SkJpegSource *self = (SkJpegSource *)cinfo->src;

    if (self->part < self->n_parts) {
        const SkSpan *part = &self->parts[self->part++];
        self->base.next_input_byte = part->p;
        self->base.bytes_in_buffer = part->n;
    } else {
        self->base.next_input_byte = eoi;
        self->base.bytes_in_buffer = sizeof eoi;
    }
    return TRUE;
}

/* As libjpeg's own memory source: past the end there is nothing more to skip. */
static void
skip(j_decompress_ptr cinfo, long n)
{
    struct jpeg_source_mgr *src = cinfo->src;

    if (n <= 0)
        return;
    if ((size_t)n >= src->bytes_in_buffer) {
        src->bytes_in_buffer = 0;
        return;
    }
    src->next_input_byte += n;
    src->bytes_in_buffer -= (size_t)n;
}

static bool
show_begin(Lenient *self, SkDisarm *disarm, const SkPdfStep *step, GError **error)
{
    (void)jpeg_read_header(&self->in, TRUE);
    int n = self->in.num_components;
    if ((uint64_t)self->in.image_width * self->in.image_height > disarm->job->limits.pixels)
        return sk_throw(error, SK_ERROR_LIMIT, "pdf: picture of too many pixels");
    if (n != 1 && n != 3 && n != 4)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "pdf: JPEG of %d components", n);
    if (!self->in.saw_Adobe_marker && n == 3 && step->transform >= 0)
        self->in.jpeg_color_space = step->transform == 1 ? JCS_YCbCr : JCS_RGB;
    if (!self->in.saw_Adobe_marker && n == 4)
        self->in.jpeg_color_space = step->transform == 1 ? JCS_YCCK : JCS_CMYK;
    self->in.out_color_space = n == 1 ? JCS_GRAYSCALE : n == 3 ? JCS_RGB : JCS_CMYK;
    (void)jpeg_start_decompress(&self->in);
    return sk_disarm_expand(
        disarm, (uint64_t)self->in.output_width * self->in.output_height * (unsigned)n / 8, 0, 0,
        error);
}

static bool
show(Lenient *self, SkDisarm *disarm, const SkPdfPictureIn *in, const SkPdfStep *step,
     GError **error)
{
    if (setjmp(self->errors.jump) != 0)
        return sk_libjpeg_throw(&self->errors, error);
    if (!show_begin(self, disarm, step, error))
        return false;
    uint32_t width = self->in.output_width, height = self->in.output_height;
    unsigned n = (unsigned)self->in.output_components;
    self->row = g_malloc((size_t)width * n);
    if (n == 4 || in->keyed || !in->photo)
        self->rows = sk_pdf_rows_new(disarm->job->limits.output, width, n, 8, false);
    else
        self->jpeg = sk_pdf_jpeg_new(disarm, width, height, n);
    while (self->in.output_scanline < height) {
        JSAMPROW row = self->row;
        (void)jpeg_read_scanlines(&self->in, &row, 1);
        if (self->rows != NULL)
            sk_pdf_rows_put(self->rows, self->row);
        else
            sk_pdf_jpeg_put(self->jpeg, self->row);
    }
    return true;
}

static bool
show_picture(SkDisarm *disarm, const SkPdfPictureIn *in, SkSpan data, const SkPdfStep *step,
             SkPdfPictureOut *ret, GError **error)
{
    g_autofree Lenient *self = g_new0(Lenient, 1);

    sk_libjpeg_errors(&self->errors);
    self->errors.base.emit_message = on_message;
    self->in.err = &self->errors.base;
    if (setjmp(self->errors.jump) != 0)
        return sk_libjpeg_throw(&self->errors, error);
    jpeg_create_decompress(&self->in);
    sk_libjpeg_source(&self->source, &data, 1);
    self->source.base.fill_input_buffer = at_end;
    self->source.base.skip_input_data = skip;
    self->in.src = &self->source.base;
    self->progress.progress_monitor = on_progress;
    self->in.progress = &self->progress;
    bool done = show(self, disarm, in, step, error);
    ret->width = self->in.output_width;
    ret->height = self->in.output_height;
    ret->components = (unsigned)self->in.num_components;
    ret->bits = 8;
    ret->changed = true;
    ret->jpeg = self->jpeg != NULL;
    ret->predicted = self->rows != NULL;
    done = done && (self->jpeg != NULL ? sk_pdf_jpeg_end(self->jpeg, &ret->data, error)
                                       : sk_pdf_rows_end(self->rows, &ret->data, error));
    jpeg_destroy_decompress(&self->in);
    sk_pdf_jpeg_free(self->jpeg);
    sk_pdf_rows_free(self->rows);
    g_free(self->row);
    return done;
}

static bool
is_space_or_zero(uint8_t b)
{
    return b == 0 || g_ascii_isspace((char)b);
}

/* ---- both ------------------------------------------------------------------------------------ */

static bool
keep_picture(SkDisarm *disarm, SkSpan data, const SkPdfStep *step, SkPdfPictureOut *ret,
             GError **error)
{
    g_auto(SkJpeg) jpeg = { .parts = NULL };

    if (!sk_jpeg_parse(data, &disarm->job->limits, &jpeg, error))
        return false;
    decide_transform(&jpeg, step);
    if (!sk_disarm_expand(disarm, (uint64_t)jpeg.width * jpeg.height * jpeg.components / 8, 0, 0,
                          error) ||
        !canonical(disarm, &jpeg, &ret->components, &ret->data, error))
        return false;
    ret->width = jpeg.width;
    ret->height = jpeg.height;
    ret->bits = 8;
    ret->jpeg = true;
    ret->changed = jpeg.progressive;
    ret->jpeg_metadata = jpeg.metadata;
    ret->jpeg_profiles = jpeg.profiles;
    ret->jpeg_texts = jpeg.texts;
    ret->jpeg_thumbnails = jpeg.thumbnails;
    ret->jpeg_seconds = jpeg.seconds;
    for (size_t i = 0; i < jpeg.rest.n && ret->trailing == 0; i++)
        ret->trailing = is_space_or_zero(jpeg.rest.p[i]) ? 0 : 1;
    return true;
}

bool
sk_pdf_dct(SkDisarm *disarm, const SkPdfPictureIn *in, SkSpan data, const SkPdfStep *step,
           SkPdfPictureOut *ret, GError **error)
{
    g_autoptr(GError) trouble = NULL;

    if (in->stencil || in->indexed)
        return sk_throw(error, SK_ERROR_MALFORMED,
                        "pdf: JPEG where single bits or indices must be");
    if (!keep_picture(disarm, data, step, ret, &trouble)) {
        if (g_error_matches(trouble, SK_ERROR, SK_ERROR_LIMIT)) {
            g_propagate_error(error, g_steal_pointer(&trouble));
            return false;
        }
        if (!show_picture(disarm, in, data, step, ret, error))
            return false;
    }
    ret->device = ret->components != in->components;
    return true;
}
