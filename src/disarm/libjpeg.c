/* SPDX-License-Identifier: Apache-2.0
 * libjpeg.c - contract in libjpeg.h. */
#include "disarm/libjpeg.h"

#include <jerror.h>

static void
on_error(j_common_ptr cinfo)
{
    SkJpegErrors *self = (SkJpegErrors *)cinfo->err;
    self->code = cinfo->err->msg_code;
    longjmp(self->jump, 1);
}

/* A decoder that goes on after a warning shows what the next decoder may not. */
static void
on_message(j_common_ptr cinfo, int level)
{
    if (level < 0)
        on_error(cinfo);
}

static void
on_output(j_common_ptr cinfo)
{
    (void)cinfo; /* libraries do not print */
}

void
sk_libjpeg_errors(SkJpegErrors *self)
{
    jpeg_std_error(&self->base);
    self->base.error_exit = on_error;
    self->base.emit_message = on_message;
    self->base.output_message = on_output;
    self->code = 0;
}

bool
sk_libjpeg_throw(const SkJpegErrors *self, GError **error)
{
    bool limit = self->code == JERR_OUT_OF_MEMORY || self->code == JERR_WIDTH_OVERFLOW ||
                 self->code == JERR_IMAGE_TOO_BIG;
    return sk_throw(error, limit ? SK_ERROR_LIMIT : SK_ERROR_MALFORMED,
                    "jpeg: image data broken (%d)", self->code);
}

static void
nothing_before(j_decompress_ptr cinfo)
{
    (void)cinfo;
}

static boolean
next_part(j_decompress_ptr cinfo)
{
    SkJpegSource *self = (SkJpegSource *)cinfo->src;
    if (self->part == self->n_parts)
        ERREXIT(cinfo, JERR_INPUT_EOF);
    const SkSpan *part = &self->parts[self->part++];
    self->base.next_input_byte = part->p;
    self->base.bytes_in_buffer = part->n;
    return TRUE;
}

static void
skip(j_decompress_ptr cinfo, long n)
{
    struct jpeg_source_mgr *src = cinfo->src;
    while (n > 0) {
        if (src->bytes_in_buffer == 0)
            (void)next_part(cinfo);
        size_t step = MIN((size_t)n, src->bytes_in_buffer);
        src->next_input_byte += step;
        src->bytes_in_buffer -= step;
        n -= (long)step;
    }
}

void
sk_libjpeg_source(SkJpegSource *self, const SkSpan *parts, unsigned n_parts)
{
    *self = (SkJpegSource){
        .base = { .init_source = nothing_before,
                  .fill_input_buffer = next_part,
                  .skip_input_data = skip,
                  .resync_to_restart = jpeg_resync_to_restart,
                  .term_source = nothing_before },
        .parts = parts,
        .n_parts = n_parts,
    };
}

static void
reset(SkJpegTarget *self)
{
    self->base.next_output_byte = self->buffer;
    self->base.free_in_buffer = SK_JPEG_TARGET_SIZE;
}

static void
begin(j_compress_ptr cinfo)
{
    reset((SkJpegTarget *)cinfo->dest);
}

static boolean
flush(j_compress_ptr cinfo)
{
    SkJpegTarget *self = (SkJpegTarget *)cinfo->dest;
    sk_sink_span(self->sink, sk_span(self->buffer, SK_JPEG_TARGET_SIZE));
    reset(self);
    return TRUE;
}

static void
finish(j_compress_ptr cinfo)
{
    SkJpegTarget *self = (SkJpegTarget *)cinfo->dest;
    sk_sink_span(self->sink,
                 sk_span(self->buffer, SK_JPEG_TARGET_SIZE - self->base.free_in_buffer));
    reset(self);
}

void
sk_libjpeg_target(SkJpegTarget *self, SkSink *sink)
{
    self->base = (struct jpeg_destination_mgr){ .init_destination = begin,
                                                .empty_output_buffer = flush,
                                                .term_destination = finish };
    self->sink = sink;
}
