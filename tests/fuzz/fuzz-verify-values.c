/* SPDX-License-Identifier: Apache-2.0
 * fuzz-verify-values.c - any bytes through the profiles of structured text. The first byte says which. A yes is a
 * yes to these bytes alone: with one more behind it, none of them is in its profile. */
#include "fuzz.h"
#include "base/sink.h"
#include "verify/verify.h"

#include <stdlib.h>

static const SkType types[] = { SK_TYPE_JSON, SK_TYPE_XML, SK_TYPE_ICS, SK_TYPE_VCF };

static bool
conforms(const SkJob *job, SkSpan in)
{
    g_autoptr(SkReport) report = sk_report_new();
    sk_verify_run(job, in, report);
    return report->outcome == SK_OUTCOME_CLEAN;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    SkJob job = sk_job_default();
    job.hint = types[(data[0] & 0x7f) % G_N_ELEMENTS(types)];
    if ((data[0] & 0x80) != 0)
        job.verdicts[SK_ELEMENT_TEXT_INVISIBLE] = SK_VERDICT_KEPT;
    if (!conforms(&job, sk_span(data + 1, size - 1)))
        return 0;
    g_autofree uint8_t *longer = g_malloc(size);
    for (size_t i = 1; i < size; i++)
        longer[i - 1] = data[i];
    longer[size - 1] = '\n';
    if (conforms(&job, sk_span(longer, size)))
        abort();
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    static const struct {
        uint8_t choice;
        const char *text;
    } seeds[] = {
        { 0, "{\"a\":[1,-2.5e+3,true,null,\"円😀\\n\"],\"b\":{\"a\":\"\"}}\n" },
        { 0, "[\n  {\n    \"申請\": \"a\"\n  }\n]\n" },
        { 1, "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<申請 xmlns:p=\"u\" xml:lang=\"ja\" p:a=\"&#xA;&quot;\"><b/>文 &amp;\n<p:c>1</p:c></申請>\n" },
        { 2, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:a\r\nBEGIN:VEVENT\r\nDTSTART;TZID=\"A:B\":20260401T090000\r\nSUMMARY:会議\\, "
             "会議会議会議会議会議会議会議会議会議会\r\n 議\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nEND:VALARM\r\nURL:https://a.example/\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n" },
        { 3, "BEGIN:VCARD\r\nVERSION:3.0\r\nN:山田;太郎;;;\r\nTEL;TYPE=HOME,WORK:+81-3\r\nEND:VCARD\r\n" },
    };
    if (index >= G_N_ELEMENTS(seeds))
        return NULL;
    g_autoptr(SkSink) sink = sk_sink_new_memory(1u << 20);
    sk_sink_u8(sink, seeds[index].choice);
    sk_sink_str(sink, seeds[index].text);
    return sk_sink_steal_bytes(sink);
}
