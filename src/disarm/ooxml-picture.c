/* SPDX-License-Identifier: Apache-2.0
 *
 * ooxml-picture.c - pictures inside a document: disarmed one by one, or replaced by the stand-in, a
 * grey box with a cross that is drawn here and goes through the same disarmer, so that it comes out
 * of the next pass as it is.
 */
#include "disarm/ooxml-engine.h"
#include "disarm/picture.h"

#include <zlib.h>

#define PICTURE_BYTES_MAX (100ull << 20)
#define STANDIN_SIDE 64u
#define GREY_LIGHT 0xe8
#define GREY_DARK 0x90

bool
sk_ooxml_picture(SkOoxmlDocument *self, const SkZipEntry *entry, GBytes **ret, SkType *ret_type,
                 GError **error)
{
    g_autoptr(GBytes) bytes = NULL;

    return sk_ooxml_read(self->package, entry, PICTURE_BYTES_MAX, &bytes, error) &&
           sk_picture_rebuild(self->disarm, sk_span_bytes(bytes), entry->name, SK_ELEMENT_NONE, ret,
                              ret_type, error);
}

/* ---- the stand-in -------------------------------------------------------------------------- */

static void
emit_chunk(SkSink *sink, const char *type, SkSpan data)
{
    uLong crc = crc32(crc32(0, (const Bytef *)type, 4), data.p, (uInt)data.n);

    sk_sink_u32be(sink, (uint32_t)data.n);
    sk_sink_span(sink, sk_span(type, 4));
    sk_sink_span(sink, data);
    sk_sink_u32be(sink, (uint32_t)crc);
}

static uint8_t
pixel(unsigned x, unsigned y)
{
    unsigned last = STANDIN_SIDE - 1;
    bool frame = x == 0 || y == 0 || x == last || y == last;
    bool cross = x == y || x + y == last;
    return frame || cross ? GREY_DARK : GREY_LIGHT;
}

/* The plainest PNG there is: RGB, no filter, one IDAT. */
static GBytes *
draw(void)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(1u << 20);
    g_autoptr(SkSink) header = sk_sink_new_memory(64);
    uint8_t rows[STANDIN_SIDE * (1 + 3 * STANDIN_SIDE)];
    uint8_t packed[sizeof rows + 1024];
    uLongf n = sizeof packed;
    size_t at = 0;

    for (unsigned y = 0; y < STANDIN_SIDE; y++) {
        rows[at++] = 0;
        for (unsigned i = 0; i < 3 * STANDIN_SIDE; i++)
            rows[at++] = pixel(i / 3, y);
    }
    int result = compress2(packed, &n, rows, sizeof rows, 6);
    g_assert(result == Z_OK);
    sk_sink_u32be(header, STANDIN_SIDE);
    sk_sink_u32be(header, STANDIN_SIDE);
    sk_sink_span(header, sk_span("\x08\x02\x00\x00\x00", 5));
    sk_sink_span(sink, sk_span("\x89PNG\r\n\x1a\n", 8));
    emit_chunk(sink, "IHDR", sk_sink_memory(header));
    emit_chunk(sink, "IDAT", sk_span(packed, n));
    emit_chunk(sink, "IEND", SK_SPAN_EMPTY);
    return sk_sink_steal_bytes(sink);
}

bool
sk_ooxml_standin(SkOoxmlDocument *self, GBytes **ret, GError **error)
{
    /* Our own picture is no finding of the document's. */
    g_autoptr(SkReport) report = sk_report_new();
    SkJob job = *self->disarm->job;
    SkDisarm scratch = { .job = &job, .report = report };
    g_autoptr(GBytes) drawn = draw();
    g_autoptr(SkSink) sink = sk_sink_new_memory(1u << 20);
    SkType type = SK_TYPE_NONE;

    for (unsigned i = 0; i < SK_ELEMENT_COUNT; i++)
        job.verdicts[i] = SK_VERDICT_NONE;
    if (!sk_picture_disarm(&scratch, sk_span_bytes(drawn), SK_SPAN_EMPTY, sink, &type, error) ||
        !sk_sink_finish(sink, error))
        return false;
    g_assert(type == SK_TYPE_PNG);
    *ret = sk_sink_steal_bytes(sink);
    return true;
}
