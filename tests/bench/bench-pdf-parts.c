/* SPDX-License-Identifier: Apache-2.0
 * bench-pdf-parts.c - `bench-pdf-parts RUNS FILE…`: what the pictures and fonts of a PDF cost the bare libraries: every picture decoded and
 * encoded once (libjpeg-turbo; zlib level 1; JPEG 2000 by libopenjp2 and then as libjpeg-turbo or zlib has it, JBIG2 by jbig2dec, where that
 * is installed, and zlib), every font program opened and all its glyphs loaded (FreeType). One JSON line a file with the medians in
 * milliseconds of CPU time. */
#include "base/io.h"

#include <ft2build.h>
#include FT_FREETYPE_H
#ifdef HAVE_JBIG2DEC
#include <jbig2.h>
#endif
#include <math.h>
#include <openjpeg.h>
#include <qpdf/qpdf-c.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <turbojpeg.h>
#include <zlib.h>

#define RUNS_MAX 100
#define OBJECTS_MAX 1000000

typedef struct {
    double codec[RUNS_MAX], fonts[RUNS_MAX];
    unsigned pictures, programs;
} Times;

static double
cpu_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static bool
name_is(qpdf_data pdf, qpdf_oh dictionary, const char *key, const char *name)
{
    qpdf_oh value = qpdf_oh_get_key(pdf, dictionary, key);
    bool array = qpdf_oh_is_array(pdf, value);
    qpdf_oh one = array && qpdf_oh_get_array_n_items(pdf, value) > 0 ? qpdf_oh_get_array_item(pdf, value, 0) : value;

    return qpdf_oh_is_name(pdf, one) && strcmp(qpdf_oh_get_name(pdf, one), name) == 0;
}

static void
recode_jpeg(unsigned char *data, size_t n)
{
    tjhandle in = tjInitDecompress(), out = tjInitCompress();
    int width = 0, height = 0, sampling = 0, space = 0;

    if (tjDecompressHeader3(in, data, n, &width, &height, &sampling, &space) == 0) {
        bool grey = space == TJCS_GRAY;
        bool four = space == TJCS_CMYK || space == TJCS_YCCK;
        int format = grey ? TJPF_GRAY : four ? TJPF_CMYK : TJPF_RGB;
        g_autofree unsigned char *pixels = g_malloc((size_t)width * (size_t)height * (size_t)tjPixelSize[format]);
        unsigned char *again = NULL;
        unsigned long size = 0;
        if (tjDecompress2(in, data, n, pixels, width, 0, height, format, 0) == 0)
            (void)tjCompress2(out, pixels, width, 0, height, format, &again, &size, sampling < 0 ? TJSAMP_444 : sampling, 85, 0);
        tjFree(again);
    }
    tjDestroy(in);
    tjDestroy(out);
}

static void
deflate_again(const unsigned char *data, size_t n)
{
    uLongf size = compressBound(n);
    g_autofree unsigned char *out = g_malloc(size);

    (void)compress2(out, &size, data, n, 1);
}

/* ---- JPEG 2000 -------------------------------------------------------------------------------- */

typedef struct {
    const unsigned char *data;
    size_t n, at;
} Bytes;

static OPJ_SIZE_T
on_read(void *buffer, OPJ_SIZE_T n, void *user)
{
    Bytes *self = user;
    size_t take = MIN(n, self->n - self->at);

    memcpy(buffer, self->data + self->at, take);
    self->at += take;
    return take == 0 ? (OPJ_SIZE_T)-1 : take;
}

static OPJ_OFF_T
on_skip(OPJ_OFF_T n, void *user)
{
    Bytes *self = user;
    size_t take = MIN((size_t)MAX(n, 0), self->n - self->at);

    self->at += take;
    return (OPJ_OFF_T)take;
}

static OPJ_BOOL
on_seek(OPJ_OFF_T at, void *user)
{
    ((Bytes *)user)->at = MIN((size_t)MAX(at, 0), ((Bytes *)user)->n);
    return OPJ_TRUE;
}

/* The samples, one byte each, as a JPEG of quality 95 without subsampling, or deflated: as disarm has them (docs/formats/pdf-picture.md). */
static void
encode_samples(const opj_image_t *image, bool photo)
{
    unsigned n = MIN(image->numcomps, 4u);
    size_t pixels = (size_t)image->comps[0].w * image->comps[0].h;
    g_autofree unsigned char *samples = g_malloc(pixels * n);
    unsigned char *again = NULL;
    unsigned long size = 0;

    for (unsigned c = 0; c < n; c++) {
        if ((size_t)image->comps[c].w * image->comps[c].h != pixels)
            return;
        for (size_t i = 0; i < pixels; i++)
            samples[i * n + c] = (unsigned char)CLAMP(image->comps[c].data[i], 0, 255);
    }
    if (!photo || n == 2 || n == 4) {
        deflate_again(samples, pixels * n);
        return;
    }
    tjhandle out = tjInitCompress();
    (void)tjCompress2(out, samples, (int)image->comps[0].w, 0, (int)image->comps[0].h, n == 1 ? TJPF_GRAY : TJPF_RGB, &again, &size,
                      n == 1 ? TJSAMP_GRAY : TJSAMP_444, 95, 0);
    tjFree(again);
    tjDestroy(out);
}

static void
recode_jpx(const unsigned char *data, size_t n)
{
    Bytes bytes = { data, n, 0 };
    opj_dparameters_t parameters;
    opj_codec_t *codec = opj_create_decompress(n > 0 && data[0] == 0xff ? OPJ_CODEC_J2K : OPJ_CODEC_JP2);
    opj_stream_t *stream = opj_stream_default_create(OPJ_TRUE);
    opj_image_t *image = NULL;

    opj_set_default_decoder_parameters(&parameters);
    opj_stream_set_read_function(stream, on_read);
    opj_stream_set_skip_function(stream, on_skip);
    opj_stream_set_seek_function(stream, on_seek);
    opj_stream_set_user_data(stream, &bytes, NULL);
    opj_stream_set_user_data_length(stream, n);
    if (opj_setup_decoder(codec, &parameters) && opj_read_header(stream, codec, &image)) {
        opj_codestream_info_v2_t *info = opj_get_cstr_info(codec);
        bool photo = info != NULL && info->m_default_tile_info.tccp_info != NULL && info->m_default_tile_info.tccp_info[0].qmfbid == 0;
        opj_destroy_cstr_info(&info);
        if (opj_decode(codec, stream, image) && image->numcomps > 0)
            encode_samples(image, photo);
    }
    opj_image_destroy(image);
    opj_stream_destroy(stream);
    opj_destroy_codec(codec);
}

/* ---- JBIG2 ------------------------------------------------------------------------------------ */

static void
recode_jbig2(qpdf_data pdf, qpdf_oh dictionary, const unsigned char *data, size_t n)
{
#ifdef HAVE_JBIG2DEC
    qpdf_oh parms = qpdf_oh_get_key(pdf, dictionary, "/DecodeParms");
    unsigned char *globals = NULL;
    size_t globals_n = 0;
    QPDF_BOOL decoded = QPDF_FALSE;
    Jbig2GlobalCtx *shared = NULL;

    if (qpdf_oh_is_array(pdf, parms))
        parms = qpdf_oh_get_array_item(pdf, parms, 0);
    if (qpdf_oh_is_dictionary(pdf, parms) && qpdf_oh_has_key(pdf, parms, "/JBIG2Globals") &&
        qpdf_oh_get_stream_data(pdf, qpdf_oh_get_key(pdf, parms, "/JBIG2Globals"), qpdf_dl_generalized, &decoded, &globals, &globals_n) == 0) {
        Jbig2Ctx *first = jbig2_ctx_new(NULL, JBIG2_OPTIONS_EMBEDDED, NULL, NULL, NULL);
        (void)jbig2_data_in(first, globals, globals_n);
        shared = jbig2_make_global_ctx(first);
    }
    Jbig2Ctx *ctx = jbig2_ctx_new(NULL, JBIG2_OPTIONS_EMBEDDED, shared, NULL, NULL);
    (void)jbig2_data_in(ctx, data, n);
    (void)jbig2_complete_page(ctx);
    Jbig2Image *page = jbig2_page_out(ctx);
    if (page != NULL) {
        deflate_again(page->data, (size_t)page->stride * page->height);
        jbig2_release_page(ctx, page);
    }
    jbig2_ctx_free(ctx);
    if (shared != NULL)
        jbig2_global_ctx_free(shared);
    free(globals);
#else
    (void)pdf;
    (void)dictionary;
    (void)data;
    (void)n;
#endif
}

/* ---- fonts ------------------------------------------------------------------------------------ */

static void
load_glyphs(FT_Library library, const unsigned char *data, size_t n)
{
    FT_Face face = NULL;

    if (FT_New_Memory_Face(library, data, (FT_Long)n, 0, &face) != 0)
        return;
    for (FT_UInt i = 0; i < (FT_UInt)face->num_glyphs; i++)
        (void)FT_Load_Glyph(face, i, FT_LOAD_NO_SCALE | FT_LOAD_NO_HINTING);
    FT_Done_Face(face);
}

/* One stream: a picture, a font program, or neither. @fonts: those; otherwise pictures. */
static void
one_stream(qpdf_data pdf, qpdf_oh stream, bool program, FT_Library library, Times *times)
{
    qpdf_oh dictionary = qpdf_oh_get_dict(pdf, stream);
    bool picture = name_is(pdf, dictionary, "/Subtype", "/Image");
    bool jpeg = picture && name_is(pdf, dictionary, "/Filter", "/DCTDecode");
    bool jpx = picture && name_is(pdf, dictionary, "/Filter", "/JPXDecode");
    bool jbig2 = picture && name_is(pdf, dictionary, "/Filter", "/JBIG2Decode");
    unsigned char *data = NULL;
    size_t n = 0;
    QPDF_BOOL decoded = QPDF_FALSE;

    if (picture == program || (program && !qpdf_oh_has_key(pdf, dictionary, "/Length1") &&
                               !name_is(pdf, dictionary, "/Subtype", "/Type1C") &&
                               !name_is(pdf, dictionary, "/Subtype", "/CIDFontType0C") &&
                               !name_is(pdf, dictionary, "/Subtype", "/OpenType")))
        return;
    if (qpdf_oh_get_stream_data(pdf, stream, jpeg || jpx || jbig2 ? qpdf_dl_none : qpdf_dl_generalized, &decoded, &data, &n) != 0)
        return;
    if (program) {
        load_glyphs(library, data, n);
        times->programs++;
    } else {
        times->pictures++;
        if (jpeg)
            recode_jpeg(data, n);
        else if (jpx)
            recode_jpx(data, n);
        else if (jbig2)
            recode_jbig2(pdf, dictionary, data, n);
        else if (decoded)
            deflate_again(data, n);
    }
    free(data); /* libqpdf's: malloc */
}

/* @times NULL: only parses, so that what qpdf does anyway is not counted here. */
static double
pass(qpdf_data pdf, bool programs, FT_Library library, Times *times)
{
    double start = cpu_ms();
    int size = qpdf_oh_get_int_value_as_int(pdf, qpdf_oh_get_key(pdf, qpdf_get_trailer(pdf), "/Size"));

    for (int id = 1; id < MIN(size, OBJECTS_MAX); id++) {
        qpdf_oh object = qpdf_get_object_by_id(pdf, id, 0);
        if (qpdf_oh_is_stream(pdf, object) && times != NULL)
            one_stream(pdf, object, programs, library, times);
        qpdf_oh_release_all(pdf);
    }
    return cpu_ms() - start;
}

static int
by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void
measure(const char *path, unsigned runs, FT_Library library)
{
    g_autoptr(GBytes) bytes = NULL;
    g_autoptr(GError) error = NULL;
    Times times = { .pictures = 0 };

    if (!sk_io_read_file(path, 1u << 30, &bytes, &error))
        g_error("%s", error->message);
    for (unsigned run = 0; run < runs; run++) {
        gsize n = 0;
        const char *data = g_bytes_get_data(bytes, &n);
        qpdf_data pdf = qpdf_init();
        qpdf_silence_errors(pdf);
        qpdf_set_suppress_warnings(pdf, QPDF_TRUE);
        qpdf_set_attempt_recovery(pdf, QPDF_FALSE);
        times.pictures = times.programs = 0;
        if ((qpdf_read_memory(pdf, path, data, n, NULL) & QPDF_ERRORS) == 0) {
            (void)pass(pdf, false, library, NULL);
            times.codec[run] = pass(pdf, false, library, &times);
            times.fonts[run] = pass(pdf, true, library, &times);
        }
        qpdf_cleanup(&pdf);
    }
    qsort(times.codec, runs, sizeof times.codec[0], by_size);
    qsort(times.fonts, runs, sizeof times.fonts[0], by_size);
    printf("{\"file\": \"%s\", \"codec_ms\": %.3f, \"fonts_ms\": %.3f, \"pictures\": %u, \"fonts\": %u}\n", path,
           times.codec[runs / 2], times.fonts[runs / 2], times.pictures, times.programs);
}

int
main(int argc, char **argv)
{
    FT_Library library = NULL;
    long runs = argc > 2 ? strtol(argv[1], NULL, 10) : 0;

    if (runs < 1 || runs > RUNS_MAX || FT_Init_FreeType(&library) != 0) {
        fprintf(stderr, "usage: bench-pdf-parts RUNS FILE...\n");
        return 2;
    }
    for (int i = 2; i < argc; i++)
        measure(argv[i], (unsigned)runs, library);
    FT_Done_FreeType(library);
    return 0;
}
