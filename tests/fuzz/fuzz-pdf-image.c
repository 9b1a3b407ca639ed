/* SPDX-License-Identifier: Apache-2.0
 *
 * fuzz-pdf-image.c - the data of PDF's pictures: the first bytes choose filters, their parameters and the kind of picture, the rest is the
 * data. What comes out goes in again, and is the same, and verify accepts it.
 */
#include "fuzz.h"

#include "disarm/pdf-picture.h"
#include "verify/pdf-picture.h"
#include "base/reader.h"

static void
choose_step(SkReader *r, SkPdfStep *step)
{
    static const char *const names[] = { "AHx", "A85", "LZW", "Fl", "RL", "CCF", "DCT", "JPXDecode" };
    static const uint8_t bits[] = { 1, 2, 4, 8, 16 };
    uint8_t a = sk_reader_u8(r), b = sk_reader_u8(r), c = sk_reader_u8(r);

    g_assert_true(sk_pdf_step(sk_span_str(names[a % 8]), step, NULL));
    step->predictor = b % 4 == 0 ? 2 : b % 4 == 1 ? 12 : 1;
    step->colors = 1 + (b >> 2) % 5;
    step->bits = bits[(b >> 5) % 5];
    step->columns = 1 + c;
    step->early_change = (a & 0x10) == 0;
    step->k = (int32_t)(b % 3) - 1;
    step->fax_columns = 1 + c;
    step->fax_rows = b >> 4;
    step->byte_align = (a & 0x20) != 0;
    step->black_is_1 = (a & 0x40) != 0;
    step->end_of_block = (a & 0x80) == 0;
    step->transform = (int32_t)(c % 3) - 1;
}

static void
run_again(SkDisarm *disarm, const SkPdfPictureIn *in, const SkPdfPictureOut *out)
{
    g_auto(SkPdfPictureOut) second = { .data = NULL };
    SkPdfPictureIn again = *in;

    again.data = sk_span_bytes(out->data);
    again.steps_n = 1;
    g_assert_true(sk_pdf_step(sk_span_str(out->jpeg ? "DCT" : "Fl"), &again.steps[0], NULL));
    again.steps[0].predictor = out->predicted ? 11 : 1;
    again.steps[0].colors = out->components;
    again.steps[0].columns = out->width;
    again.width = out->width;
    again.height = out->height;
    again.bits = out->bits;
    again.components = in->stencil ? 0 : out->components;
    again.indexed = in->indexed && !out->device;
    again.decode_n = 0;
    g_assert_true(sk_pdf_picture(disarm, &again, &second, NULL));
    g_assert_true(g_bytes_equal(out->data, second.data));
    g_assert_false(second.changed || second.device);
}

static void
prove(const SkPdfPictureIn *in, const SkPdfPictureOut *out)
{
    SkJob job = sk_job_default();
    g_autoptr(SkReport) report = sk_report_new();
    SkProof proof = { .job = &job, .report = report, .part = "" };
    SkPdfPicture picture = { .width = out->width,
                             .height = out->height,
                             .bits = out->bits,
                             .components = out->components,
                             .highest = in->indexed_max,
                             .indexed = in->indexed && !out->device,
                             .stencil = in->stencil,
                             .jpeg = out->jpeg,
                             .colours = out->predicted ? out->components : 0,
                             .columns = out->predicted ? out->width : 0,
                             .data = sk_span_bytes(out->data) };

    g_assert_true(sk_verify_pdf_picture(&proof, &picture));
    if (out->opacity == NULL)
        return;
    picture.bits = 8;
    picture.components = picture.colours = 1;
    picture.columns = out->width;
    picture.indexed = picture.jpeg = false;
    picture.data = sk_span_bytes(out->opacity);
    g_assert_true(sk_verify_pdf_picture(&proof, &picture));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t bits[] = { 1, 2, 4, 8, 16, 0, 3 };
    SkReader r = sk_reader(sk_span(data, size));
    SkJob job = sk_job_default();
    g_autoptr(SkReport) report = sk_report_new();
    SkPdfPictureIn in = { .width = 1 };

    job.limits.pixels = 1 << 20;
    job.limits.expanded = 1 << 24;
    job.limits.output = 1 << 24;
    SkDisarm disarm = { .job = &job, .report = report };
    uint8_t flags = sk_reader_u8(&r), shape = sk_reader_u8(&r);
    in.width = 1u + sk_reader_u8(&r);
    in.height = 1u + sk_reader_u8(&r);
    in.bits = bits[shape % 7];
    in.components = shape >> 4;
    in.indexed = (flags & 1) != 0;
    in.indexed_max = sk_reader_u8(&r);
    in.stencil = (flags & 2) != 0;
    in.photo = (flags & 4) != 0;
    in.keyed = (flags & 8) != 0;
    in.opacity = (flags & 16) != 0;
    in.decode_n = in.indexed && (flags & 32) != 0 ? 2 : 0;
    for (unsigned i = 0; i < in.decode_n; i++)
        in.decode[i] = (int64_t)(int8_t)sk_reader_u8(&r) * SK_PDF_ONE;
    in.steps_n = flags >> 6;
    for (unsigned i = 0; i < in.steps_n; i++)
        choose_step(&r, &in.steps[i]);
    if (!sk_reader_ok(&r))
        return 0;
    in.data = sk_span(data + r.at, size - r.at);
    for (unsigned i = 0; i + 1 < in.steps_n; i++) { /* what is of pictures only stands at the end */
        if (in.steps[i].kind >= SK_PDF_STEP_DCT)
            return 0;
    }
    if (in.stencil)
        in.components = 0;
    in.indexed = in.indexed && !in.stencil;
    g_auto(SkPdfPictureOut) out = { .data = NULL };
    g_autoptr(GError) error = NULL;
    if (!sk_pdf_picture(&disarm, &in, &out, &error)) {
        g_assert_nonnull(error);
        return 0;
    }
    run_again(&disarm, &in, &out);
    prove(&in, &out);
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    /* flags, shape, width, height, palette, then steps of three bytes, then data. */
    static const struct {
        const char *bytes;
        size_t n;
    } seeds[] = {
        { "\x00\x13\x03\x03\x00" "0123456789abcdef", 21 },
        { "\x40\x10\x0b\x04\x00" "\x05\x00\x0b" "\xe0\x01\x00\x10", 12 },
        { "\x40\x13\x03\x03\x00" "\x04\x02\x00" "\xfe" "a\x80", 11 },
        { "\x80\x13\x01\x01\x00" "\x00\x02\x00" "\x04\x02\x00" "fe 61 80>", 20 },
        { "\x40\x13\x01\x01\x00" "\x02\x02\x00" "\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01", 17 },
        { "\x21\x10\x07\x00\x05" "\x01\x00" "\x55\xaa", 9 },
        { "\x40\x13\x01\x01\x00" "\x03\x02\x00" "\x78\x01\x01\x04\x00\xfb\xff" "abcd\x03\xd8\x01\x8b", 23 },
    };
    return index < G_N_ELEMENTS(seeds) ? g_bytes_new_static(seeds[index].bytes, seeds[index].n) : NULL;
}
