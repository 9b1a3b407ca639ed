/* SPDX-License-Identifier: Apache-2.0
 * fuzz-formats.c - the whole disarmer on hostile bytes, for every format that has no target of its own. The
 * first byte chooses what is asked for. The contract: what comes out clean, verify accepts, and it stays as it
 * is when it goes in again. */
#include "base/reader.h"
#include "disarm/disarm.h"
#include "fuzz.h"
#include "verify/verify.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>
#include <zlib.h>

static const struct {
    SkType hint;
    SkLevel level;
} asked[] = {
    { SK_TYPE_TEXT, SK_LEVEL_REBUILT }, { SK_TYPE_CSV, SK_LEVEL_REBUILT },  { SK_TYPE_TSV, SK_LEVEL_REBUILT },
    { SK_TYPE_PNG, SK_LEVEL_REBUILT },  { SK_TYPE_JPEG, SK_LEVEL_REBUILT }, { SK_TYPE_PAGES, SK_LEVEL_IMAGE },
};

/* Rights the CRC of every chunk: else no mutant of a PNG would ever be looked into. */
static void
mend(uint8_t *png, size_t n)
{
    SkReader r = sk_reader(sk_span(png, n));
    sk_reader_skip(&r, 8);
    while (sk_reader_left(&r) >= 12) {
        uint32_t length = sk_reader_u32be(&r);
        SkSpan body = sk_reader_span(&r, (size_t)length + 4);
        if (sk_reader_left(&r) < 4)
            return;
        uint32_t crc = (uint32_t)crc32(0, body.p, (uInt)body.n);
        for (unsigned i = 0; i < 4; i++)
            png[r.at + i] = (uint8_t)(crc >> (24 - 8 * i));
        sk_reader_skip(&r, 4);
    }
}

static GBytes *
disarm(const SkJob *job, SkSpan input, SkType *ret_type)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(job->limits.output);
    g_autoptr(SkReport) report = sk_report_new();
    sk_disarm_run(job, input, sink, report);
    if (report->outcome != SK_OUTCOME_CLEAN)
        return NULL;
    *ret_type = report->type_out;
    return sk_sink_steal_bytes(sink);
}

/* abort and not g_error, whose signal no harness waits for. */
static G_GNUC_NORETURN void
broken(const char *what, SkType type)
{
    g_printerr("%s (%s)\n", what, sk_type_get(type)->name);
    abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    SkJob job = sk_job_default();
    unsigned choice = data[0] % G_N_ELEMENTS(asked);
    job.hint = asked[choice].hint;
    job.level = asked[choice].level;
    job.limits.pixels = 1u << 20;
    job.limits.output = 64u << 20;
    job.verdicts[SK_ELEMENT_PDF_TEXT_LAYER] = SK_VERDICT_KEPT; /* counts for pages that have words */
    SkType type = SK_TYPE_NONE;
    g_autofree uint8_t *input = g_memdup2(data + 1, size - 1);
    if (job.hint == SK_TYPE_PNG)
        mend(input, size - 1);
    g_autoptr(GBytes) out = disarm(&job, sk_span(input, size - 1), &type);
    if (out == NULL)
        return 0;

    g_autoptr(SkReport) verified = sk_report_new();
    job.hint = type;
    sk_verify_run(&job, sk_span_bytes(out), verified);
    if (verified->outcome != SK_OUTCOME_CLEAN)
        broken("verify does not accept what disarm wrote", type);
    if (type == SK_TYPE_PDF)
        return 0; /* would have to be drawn first */
    g_autoptr(GBytes) again = disarm(&job, sk_span_bytes(out), &type);
    if (again == NULL || !g_bytes_equal(again, out))
        broken("what disarm wrote does not stay as it is", type);
    return 0;
}

static void
put_png(SkSink *sink, uint32_t format, bool noisy)
{
    uint8_t pixels[16 * 9 * 4];
    for (size_t i = 0; i < sizeof pixels; i++)
        pixels[i] = (uint8_t)(noisy ? i * i : i / 16);
    png_image image = { .version = PNG_IMAGE_VERSION, .width = 16, .height = 9, .format = format };
    uint8_t file[8192];
    png_alloc_size_t n = sizeof file;
    g_assert_true(png_image_write_to_memory(&image, file, &n, 0, pixels, 0, NULL));
    sk_sink_span(sink, sk_span(file, n));
}

static void
put_jpeg(SkSink *sink, int subsampling, int flags)
{
    uint8_t pixels[24 * 17 * 3];
    for (size_t i = 0; i < sizeof pixels; i++)
        pixels[i] = (uint8_t)(i * 5);
    unsigned char *file = NULL;
    unsigned long n = 0;
    tjhandle handle = tjInitCompress();
    g_assert_cmpint(tjCompress2(handle, pixels, 24, 0, 17, TJPF_RGB, &file, &n, subsampling, 80, flags), ==, 0);
    sk_sink_span(sink, sk_span(file, n));
    tjFree(file);
    tjDestroy(handle);
}

static void
put_pages(SkSink *sink, bool words)
{
    g_autoptr(SkSink) jpeg = sk_sink_new_memory(1u << 20);
    put_jpeg(jpeg, TJSAMP_GRAY, 0);
    const uint32_t head[] = { 1, 150, 24, 17, 5900, 8400, (uint32_t)sk_sink_at(jpeg) };
    sk_sink_str(sink, words ? "SKPAGES2" : "SKPAGES1");
    for (size_t i = 0; i < G_N_ELEMENTS(head); i++)
        sk_sink_u32le(sink, head[i]);
    sk_sink_span(sink, sk_sink_memory(jpeg));
    const uint32_t word[] = { 1, 100, 200, 3000, 1000, 0, 7 };
    for (size_t i = 0; words && i < G_N_ELEMENTS(word); i++)
        sk_sink_u32le(sink, word[i]);
    if (words)
        sk_sink_str(sink, "a縦書");
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    static const struct {
        uint8_t choice;
        const char *text;
    } texts[] = {
        { 0, "一行目\r\n二行目\tA\xE2\x80\xAE\xE2\x80\x8D👨\xE2\x80\x8D👩" },
        { 0, "\x1b$B?=@A=q-!\x1b(B abc \x1b(I123\x1b(B" },
        { 0, "\x90\x5C\x90\xBF\x8F\x91\x87\x40 \xB1\xB2" },
        { 0, "\xBF\xBD\xC0\xC1\xBD\xF1\x8F\xB0\xA1\x8E\xB1" },
        { 0, "\xFF\xFE\x33\x75\x0A\x30" },
        { 1, "sep=;\na;\"b\"\"c\";=cmd|'/c calc'!A0\n-1;+81-3;\"x,\ny\"\n" },
        { 1, "=1+1,-5,@x,\"\t=2\"\r\n＝1,－,\" +a(1)\"\r\n" },
        { 2, "a\tb\n\"c\td\"\te;=f\n" },
    };
    static const uint32_t formats[] = { PNG_FORMAT_GRAY, PNG_FORMAT_RGB, PNG_FORMAT_RGBA };
    g_autoptr(SkSink) sink = sk_sink_new_memory(1u << 20);
    if (index < G_N_ELEMENTS(texts)) {
        sk_sink_u8(sink, texts[index].choice);
        sk_sink_str(sink, texts[index].text);
        return sk_sink_steal_bytes(sink);
    }
    index -= G_N_ELEMENTS(texts);
    sk_sink_u8(sink, index < 3 ? 3 : index < 6 ? 4 : 5);
    if (index < 3)
        put_png(sink, formats[index], index == 1);
    else if (index < 6)
        put_jpeg(sink, index == 3 ? TJSAMP_420 : TJSAMP_GRAY, index == 5 ? TJFLAG_PROGRESSIVE : 0);
    else if (index <= 7)
        put_pages(sink, index == 7);
    else
        return NULL;
    return sk_sink_steal_bytes(sink);
}
