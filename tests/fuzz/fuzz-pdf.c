/* SPDX-License-Identifier: Apache-2.0
 * fuzz-pdf.c - level `rebuilt` of PDF on hostile objects. The input is objects one behind another; their cross-reference is
 * made here, or no mutant would ever be opened. The contract: what comes out clean, verify accepts, and it stays as it is when
 * it goes in again. */
#include "disarm/disarm.h"
#include "fuzz.h"
#include "verify/verify.h"

#include <stdlib.h>
#include <string.h>

#define OBJECTS_MAX 64u

static const char *const seeds[] = {
    "1 0 obj\n<< /Type /Catalog /Pages 2 0 R /Outlines 6 0 R /PageLabels << /Nums [0 << /S /r /P (a) >> 1 << /St 3 >>] >> /Names << /Dests << /Names [(d) [3 0 R /FitH 5]] >> >> /Lang (ja) >>\nendobj\n"
    "2 0 obj\n<< /Type /Pages /Count 2 /Kids [3 0 R 3 0 R] /MediaBox [0 0 200 200] /Rotate 90 >>\nendobj\n"
    "3 0 obj\n<< /Type /Page /Parent 2 0 R /Resources << /Font << /F 5 0 R >> /XObject << /X 8 0 R >> /ExtGState << /G 9 0 R >> /ColorSpace << /C [/Indexed /DeviceRGB 1 (abcdef)] >> >> /Contents 4 0 R /Annots [7 0 R 10 0 R] >>\nendobj\n"
    "4 0 obj\n<< /Length 87 >>\nstream\nBT /F 9 Tf 9 9 Td (hello) Tj ET /G gs /C cs 1 scn 0 0 9 9 re f q 1 0 0 1 5 5 cm /X Do Q \nendstream\nendobj\n"
    "5 0 obj\n<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Differences [65 /B /C] >> >>\nendobj\n"
    "6 0 obj\n<< /First 11 0 R /Last 11 0 R >>\nendobj\n"
    "7 0 obj\n<< /Subtype /Link /Rect [1 2 30 40] /Dest (d) /A << /S /URI /URI (https://a.example/) /Next << /S /Launch >> >> >>\nendobj\n"
    "8 0 obj\n<< /Subtype /Form /BBox [0 0 9 9] /Matrix [2 0 0 2 0 0] /Group << /S /Transparency /CS /DeviceRGB >> /Length 10 >>\nstream\n0 0 1 1 re\nendstream\nendobj\n"
    "9 0 obj\n<< /CA .5 /BM [/X /Multiply] /D [[1 2] 0] /SMask << /S /Luminosity /G 8 0 R /BC [0 0 0] >> >>\nendobj\n"
    "10 0 obj\n<< /Subtype /Widget /FT /Tx /V (x) /Rect [1 1 50 50] /AP << /N 8 0 R >> /AA << /K << /S /JavaScript /JS (x) >> >> >>\nendobj\n"
    "11 0 obj\n<< /Title (one) /Parent 6 0 R /Dest [3 0 R /XYZ 1 null 2] /First 12 0 R /Last 12 0 R /Count -1 >>\nendobj\n"
    "12 0 obj\n<< /Title <FEFF95A2> /A << /S /GoTo /D (d) >> /C [1 0 0] /F 2 >>\nendobj\n",
    "1 0 obj\n<< /Type /Catalog /Pages 2 0 R /StructTreeRoot 6 0 R /OCProperties << /OCGs [9 0 R] /D << /OFF [9 0 R] >> >> >>\nendobj\n"
    "2 0 obj\n<< /Type /Pages /Kids [3 0 R] >>\nendobj\n"
    "3 0 obj\n<< /Type /Page /MediaBox [0 0 99 99] /Contents [4 0 R 4 0 R] /Resources << /Properties << /O 9 0 R >> /Pattern << /P 10 0 R /S 12 0 R >> /Font << /T 11 0 R >> >> /StructParents 0 >>\nendobj\n"
    "4 0 obj\n<< /Length 140 >>\nstream\n/P << /MCID 0 >> BDC 0 0 m 9 9 l S EMC /OC /O BDC 1 1 5 5 re f EMC /Pattern cs /P scn 0 0 9 9 re f /S scn 0 0 5 5 re f BT /T 1 Tf (ab) Tj ET\nendstream\nendobj\n"
    "6 0 obj\n<< /Type /StructTreeRoot /K [7 0 R] /RoleMap << /Foo /P >> >>\nendobj\n"
    "7 0 obj\n<< /S /Foo /P 6 0 R /Pg 3 0 R /K [0 8 0 R << /Type /MCR /Pg 3 0 R /MCID 2 >>] /Alt (x) /A [<< /O /Table /ColSpan 2 >> 0] >>\nendobj\n"
    "8 0 obj\n<< /S /TD /P 7 0 R /K 1 >>\nendobj\n"
    "9 0 obj\n<< /Type /OCG /Name (x) >>\nendobj\n"
    "10 0 obj\n<< /PatternType 1 /PaintType 2 /TilingType 1 /BBox [0 0 4 4] /XStep 4 /YStep 4 /Length 12 >>\nstream\n0 0 2 2 re f \nendstream\nendobj\n"
    "11 0 obj\n<< /Subtype /Type3 /FontMatrix [.1 0 0 .1 0 0] /FontBBox [0 0 0 0] /CharProcs << /x 13 0 R >> /Encoding << /Differences [97 /x /x] >> /FirstChar 97 /LastChar 98 /Widths [5 6] >>\nendobj\n"
    "12 0 obj\n<< /PatternType 2 /Shading << /ShadingType 2 /ColorSpace [/Separation /Gold /DeviceCMYK 14 0 R] /Coords [0 0 9 9] /Function << /FunctionType 2 /Domain [0 1] /N 1 >> >> >>\nendobj\n"
    "13 0 obj\n<< /Length 21 >>\nstream\n5 0 d0 0 0 5 5 re f  \nendstream\nendobj\n"
    "14 0 obj\n<< /FunctionType 2 /Domain [0 1] /C0 [0 0 0 0] /C1 [0 .2 .8 0] /N 1 >>\nendobj\n",
};

GBytes *
sk_fuzz_seed(unsigned index)
{
    return index < G_N_ELEMENTS(seeds) ? g_bytes_new(seeds[index], strlen(seeds[index])) : NULL;
}

/* Where `K 0 obj` stands at the beginning of a line. */
static void
find_objects(SkSpan data, size_t offsets[OBJECTS_MAX])
{
    for (size_t at = 0; at < data.n;) {
        size_t number = 0, digits = at;
        while (digits < data.n && digits < at + 3 && g_ascii_isdigit(data.p[digits]))
            number = number * 10 + (size_t)(data.p[digits++] - '0');
        SkSpan rest = sk_span_sub(data, digits, data.n - digits);
        if (digits > at && number < OBJECTS_MAX && sk_span_starts(rest, " 0 obj"))
            offsets[number] = at + 1;
        size_t line = sk_span_find(data, at, sk_span_str("\n"));
        at = line == SIZE_MAX ? data.n : line + 1;
    }
}

static GString *
whole_file(SkSpan data)
{
    size_t offsets[OBJECTS_MAX] = { 0 };
    GString *file = g_string_new("%PDF-1.7\n");
    size_t head = file->len;

    find_objects(data, offsets);
    g_string_append_len(file, (const char *)data.p, (gssize)data.n);
    size_t highest = 0;
    for (size_t i = 1; i < OBJECTS_MAX; i++)
        highest = offsets[i] != 0 ? i : highest;
    size_t at = file->len + 1;
    g_string_append_printf(file, "\nxref\n0 %zu\n0000000000 65535 f \n", highest + 1);
    for (size_t i = 1; i <= highest; i++) {
        if (offsets[i] != 0)
            g_string_append_printf(file, "%010zu 00000 n \n", head + offsets[i] - 1);
        else
            g_string_append(file, "0000000000 65535 f \n");
    }
    g_string_append_printf(file, "trailer\n<< /Size %zu /Root 1 0 R >>\nstartxref\n%zu\n%%%%EOF\n", highest + 1, at);
    return file;
}

static GBytes *
disarm(const SkJob *job, SkSpan input)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(job->limits.output);
    g_autoptr(SkReport) report = sk_report_new();

    sk_disarm_run(job, input, sink, report);
    return report->outcome == SK_OUTCOME_CLEAN ? sk_sink_steal_bytes(sink) : NULL;
}

/* abort and not g_error, whose signal no harness waits for. */
static G_GNUC_NORETURN void
broken(const char *what)
{
    g_printerr("%s\n", what);
    abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SkJob job = sk_job_default();
    g_autoptr(GString) file = whole_file(sk_span(data, size));
    g_autoptr(SkReport) verified = sk_report_new();

    job.hint = SK_TYPE_PDF;
    job.limits.expanded = 32u << 20;
    job.limits.pixels = 4u << 20;
    g_autoptr(GBytes) once = disarm(&job, sk_span(file->str, file->len));
    if (once == NULL)
        return 0;
    sk_verify_run(&job, sk_span_bytes(once), verified);
    if (verified->outcome != SK_OUTCOME_CLEAN)
        broken("verify refuses what was rebuilt");
    g_autoptr(GBytes) twice = disarm(&job, sk_span_bytes(once));
    if (twice == NULL || !g_bytes_equal(once, twice))
        broken("what was rebuilt does not come to rest");
    return 0;
}
