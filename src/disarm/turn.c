/* SPDX-License-Identifier: Apache-2.0
 * turn.c - contract in turn.h. */
#include "disarm/turn.h"

#include "disarm/libjpeg.h"

#include <turbojpeg.h>

#define FILE_MAX (1ull << 30)

/* Of EXIF's orientations: 5 to 8 exchange rows and columns. */
static bool
exchanges(uint8_t orientation)
{
    return orientation >= 5;
}

static GBytes *
in_coefficients(SkSpan file, uint8_t orientation)
{
    static const int ops[9] = {
        0, TJXOP_NONE, TJXOP_HFLIP, TJXOP_ROT180, TJXOP_VFLIP, TJXOP_TRANSPOSE, TJXOP_ROT90,
        TJXOP_TRANSVERSE, TJXOP_ROT270
    };
    tjtransform transform = { .op = ops[orientation], .options = TJXOPT_PERFECT | TJXOPT_COPYNONE };
    tjhandle handle = tjInitTransform();
    unsigned char *turned = NULL;
    unsigned long n = 0;
    GBytes *out = NULL;
    if (handle != NULL && tjTransform(handle, file.p, file.n, 1, &turned, &n, &transform, 0) == 0)
        out = g_bytes_new(turned, n);
    tjFree(turned);
    if (handle != NULL)
        tjDestroy(handle);
    return out;
}

typedef struct {
    struct jpeg_decompress_struct in;
    struct jpeg_compress_struct out;
    SkJpegErrors errors;
    SkJpegSource source;
    SkJpegTarget target;
    uint8_t *frame; /* owned */
    uint8_t *row;   /* owned */
} Turn;

static bool
decode(Turn *self, GError **error)
{
    if (setjmp(self->errors.jump) != 0)
        return sk_libjpeg_throw(&self->errors, error);
    (void)jpeg_read_header(&self->in, TRUE);
    self->in.out_color_space = self->in.jpeg_color_space; /* no conversion, so none to undo */
    (void)jpeg_start_decompress(&self->in);
    size_t row_bytes = (size_t)self->in.output_width * (size_t)self->in.output_components;
    self->frame = g_try_malloc_n(self->in.output_height, row_bytes);
    if (self->frame == NULL)
        return sk_throw(error, SK_ERROR_LIMIT, "jpeg: no memory to turn the picture");
    while (self->in.output_scanline < self->in.output_height) {
        JSAMPROW row = self->frame + row_bytes * self->in.output_scanline;
        (void)jpeg_read_scanlines(&self->in, &row, 1);
    }
    return true;
}

/* Sampling and quantisation of the original, turned with the picture. */
static void
set_parameters(Turn *self, bool exchange)
{
    self->out.image_width = exchange ? self->in.image_height : self->in.image_width;
    self->out.image_height = exchange ? self->in.image_width : self->in.image_height;
    self->out.input_components = self->in.num_components;
    self->out.in_color_space = self->in.jpeg_color_space;
    jpeg_set_defaults(&self->out);
    jpeg_set_colorspace(&self->out, self->in.jpeg_color_space);
    for (int i = 0; i < NUM_QUANT_TBLS; i++) {
        const JQUANT_TBL *from = self->in.quant_tbl_ptrs[i];
        if (from == NULL)
            continue;
        unsigned values[DCTSIZE2];
        for (unsigned k = 0; k < DCTSIZE2; k++)
            values[k] = from->quantval[exchange ? k % DCTSIZE * DCTSIZE + k / DCTSIZE : k];
        jpeg_add_quant_table(&self->out, i, values, 100, TRUE);
    }
    for (int i = 0; i < self->in.num_components; i++) {
        const jpeg_component_info *from = &self->in.comp_info[i];
        jpeg_component_info *to = &self->out.comp_info[i];
        to->h_samp_factor = exchange ? from->v_samp_factor : from->h_samp_factor;
        to->v_samp_factor = exchange ? from->h_samp_factor : from->v_samp_factor;
        to->quant_tbl_no = from->quant_tbl_no;
    }
}

/* One row of the turned picture: where row 0 and column 0 lie, by the table of EXIF 2.32, 4.6.4. */
static void
turn_row(const Turn *self, uint8_t orientation, uint32_t y, uint32_t width)
{
    bool exchange = exchanges(orientation);
    uint32_t in_width = self->in.image_width, in_height = self->in.image_height;
    unsigned channels = (unsigned)self->in.num_components;
    bool from_right = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    bool from_below = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    for (uint32_t x = 0; x < width; x++) {
        uint32_t column = exchange ? y : x, line = exchange ? x : y;
        column = from_right ? in_width - 1 - column : column;
        line = from_below ? in_height - 1 - line : line;
        const uint8_t *from = self->frame + ((size_t)line * in_width + column) * channels;
        for (unsigned c = 0; c < channels; c++)
            self->row[(size_t)x * channels + c] = from[c];
    }
}

static bool
encode(Turn *self, uint8_t orientation, GError **error)
{
    if (setjmp(self->errors.jump) != 0)
        return sk_libjpeg_throw(&self->errors, error);
    set_parameters(self, exchanges(orientation));
    jpeg_start_compress(&self->out, TRUE);
    self->row = g_malloc_n(self->out.image_width, (gsize)self->out.input_components);
    while (self->out.next_scanline < self->out.image_height) {
        turn_row(self, orientation, self->out.next_scanline, self->out.image_width);
        (void)jpeg_write_scanlines(&self->out, &self->row, 1);
    }
    jpeg_finish_compress(&self->out);
    return true;
}

static bool
in_pixels(SkSpan file, uint8_t orientation, SkSink *out, GError **error)
{
    g_autofree Turn *self = g_new0(Turn, 1);
    sk_libjpeg_errors(&self->errors);
    self->in.err = &self->errors.base;
    self->out.err = &self->errors.base;
    if (setjmp(self->errors.jump) != 0)
        return sk_libjpeg_throw(&self->errors, error);
    jpeg_create_decompress(&self->in);
    jpeg_create_compress(&self->out);
    sk_libjpeg_source(&self->source, &file, 1);
    self->in.src = &self->source.base;
    sk_libjpeg_target(&self->target, out);
    self->out.dest = &self->target.base;

    bool done = decode(self, error) && encode(self, orientation, error);
    jpeg_destroy_compress(&self->out);
    jpeg_destroy_decompress(&self->in);
    g_free(self->frame);
    g_free(self->row);
    return done;
}

bool
sk_turn_jpeg(SkSpan file, uint8_t orientation, GBytes **ret, GError **error)
{
    g_assert(orientation >= 2 && orientation <= 8);
    GBytes *turned = in_coefficients(file, orientation);
    if (turned == NULL) {
        g_autoptr(SkSink) sink = sk_sink_new_memory(FILE_MAX);
        if (!in_pixels(file, orientation, sink, error) || !sk_sink_finish(sink, error))
            return false;
        turned = sk_sink_steal_bytes(sink);
    }
    *ret = turned;
    return true;
}
