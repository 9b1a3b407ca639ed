/* SPDX-License-Identifier: Apache-2.0
 * fuzz-old-office.c - what an object is, by every name it may have, and what an old document holds: it ends, it
 * never writes, and what it asks for is one of the conversions there are. */
#include "disarm/disarm.h"
#include "fuzz.h"

#include "../unit/format/ole2-builder.h"

static const SkType hints[] = { SK_TYPE_NONE, SK_TYPE_DOC, SK_TYPE_XLS, SK_TYPE_PPT, SK_TYPE_RTF,
                                SK_TYPE_HWP,  SK_TYPE_JTD, SK_TYPE_DXF, SK_TYPE_XBD, SK_TYPE_MSG };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SkJob job = sk_job_default();
    job.limits.items = 500;
    job.limits.output = 1 << 20;
    job.hint = size == 0 ? SK_TYPE_NONE : hints[data[0] % G_N_ELEMENTS(hints)];
    SkSpan input = sk_span_sub(sk_span(data, size), MIN(size, 1), size - MIN(size, 1));
    g_autoptr(SkReport) report = sk_report_new();
    g_autoptr(SkSink) sink = sk_sink_new_memory(job.limits.output);

    sk_disarm_run(&job, input, sink, report);
    if (report->outcome != SK_OUTCOME_CONVERT)
        return 0;
    g_assert_cmpuint(sk_sink_memory(sink).n, ==, 0);
    g_assert_true(report->type_out == SK_TYPE_DOCX || report->type_out == SK_TYPE_XLSX ||
                  report->type_out == SK_TYPE_PPTX);
    return 0;
}

#define BYTES(s) { (const uint8_t *)(s), sizeof(s) - 1 }

/* The first byte chooses the name. */
static GBytes *
named(uint8_t hint, GBytes *file)
{
    GByteArray *all = g_byte_array_new();
    gsize n = 0;
    const uint8_t *p = g_bytes_get_data(file, &n);
    g_byte_array_append(all, &hint, 1);
    g_byte_array_append(all, p, (guint)n);
    g_bytes_unref(file);
    return g_byte_array_free_to_bytes(all);
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    static const Ole2Item doc[] = {
        { .name = "WordDocument", .content = BYTES("\xec\xa5\xc1\0\0\0\0\0\0\0\0\0\0\0\0\0") },
        { .name = "Macros", .storage = true },
        { .name = "VBA", .parent = 2, .storage = true },
        { .name = "ObjectPool", .storage = true },
        { .name = "_1", .parent = 4, .storage = true },
        { .name = "\001Ole10Native", .parent = 5, .content = BYTES("x") },
    };
    static const Ole2Item xls[] = {
        { .name = "Workbook",
          .content = BYTES("\x09\x08\x10\0\0\x06\x05\0\0\0\0\0\0\0\0\0\0\0\0\0\x85\0\x08\0\0\0\0\0\0\x01\x01\0"
                           "\xae\x01\x06\0\x01\0\x02\0\0a\x2f\0\x02\0\0\0\x0a\0\0\0") },
    };
    static const Ole2Item ppt[] = {
        { .name = "PowerPoint Document",
          .content = BYTES("\x0f\0\xe8\x03\xff\xff\xff\x7f\x10\0\x11\x10\x02\0\0\0xx"
                           "\x02\0\0\x04\x0c\0\0\0\x05\0\0\0\x01\0\0\0\0\0\0\0") },
        { .name = "Current User", .content = BYTES("\0\0\xf6\x0f\x14\0\0\0\x14\0\0\0\xdf\xc4\xd1\xf3") },
    };
    static const char rtf[] = "{\\rtf1{\\object\\objemb{\\*\\objdata 0105}}{\\*\\template x}}";
    static const char dxf[] = "  0\r\nSECTION\r\n  2\r\nHEADER\r\n";
    switch (index) {
    case 0:
        return named(1, ole2_build(doc, G_N_ELEMENTS(doc), NULL));
    case 1:
        return named(2, ole2_build(xls, G_N_ELEMENTS(xls), NULL));
    case 2:
        return named(3, ole2_build(ppt, G_N_ELEMENTS(ppt), NULL));
    case 3:
        return named(4, g_bytes_new_static(rtf, sizeof rtf - 1));
    case 4:
        return named(7, g_bytes_new_static(dxf, sizeof dxf - 1));
    case 5:
        return named(2, g_bytes_new_static("\x09\0\x04\0\x07\0\x10\0\x0b\x02\x0c\0", 12));
    default:
        return NULL;
    }
}
