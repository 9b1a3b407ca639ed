/* SPDX-License-Identifier: Apache-2.0
 * fuzz-values.c - structured text (JSON, XML, iCalendar, vCard) through the whole disarmer. The first byte chooses
 * the type. The contract: what comes out clean, verify accepts, and it stays as it is when it goes in again. */
#include "disarm/disarm.h"
#include "fuzz.h"
#include "verify/verify.h"

#include <stdlib.h>

static const SkType types[] = { SK_TYPE_JSON, SK_TYPE_XML, SK_TYPE_ICS, SK_TYPE_VCF };

static GBytes *
disarm(const SkJob *job, SkSpan input)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(job->limits.output);
    g_autoptr(SkReport) report = sk_report_new();
    sk_disarm_run(job, input, sink, report);
    return report->outcome == SK_OUTCOME_CLEAN ? sk_sink_steal_bytes(sink) : NULL;
}

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
    job.hint = types[(data[0] & 0x7f) % G_N_ELEMENTS(types)];
    job.strict_hint = true; /* what is taken for something else is not asked about */
    job.limits.output = 16u << 20;
    if ((data[0] & 0x80) != 0)
        job.verdicts[SK_ELEMENT_TEXT_INVISIBLE] = SK_VERDICT_KEPT;
    g_autoptr(GBytes) out = disarm(&job, sk_span(data + 1, size - 1));
    if (out == NULL)
        return 0;
    g_autoptr(SkReport) verified = sk_report_new();
    sk_verify_run(&job, sk_span_bytes(out), verified);
    if (verified->outcome != SK_OUTCOME_CLEAN) {
        const SkFinding *finding = &g_array_index(verified->findings, SkFinding, 0);
        g_printerr("%s: %s\n", sk_element_get(finding->element)->code, finding->place);
        if (g_getenv("SEKISHO_KEEP") != NULL)
            g_file_set_contents(g_getenv("SEKISHO_KEEP"), g_bytes_get_data(out, NULL), (gssize)g_bytes_get_size(out), NULL);
        broken("verify does not accept what disarm wrote", job.hint);
    }
    g_autoptr(GBytes) again = disarm(&job, sk_span_bytes(out));
    if (again == NULL || !g_bytes_equal(again, out))
        broken("what disarm wrote does not stay as it is", job.hint);
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    static const struct {
        uint8_t choice;
        const char *text;
    } seeds[] = {
        { 0, "{\"a\":[1,-2.5e+3,true,null,\"\\u5186\\ud83d\\ude00\\n\"],\"b\":{\"a\":\"\"}}" },
        { 0, "[\n  {\n  \"申請\": \"a\xE2\x80\xAE\"\r\n}\n]" },
        { 1, "<a xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:schemaLocation='b'><!-- c --><?d e?>"
             "<html xmlns='http://www.w3.org/1999/xhtml'/><![CDATA[<]]>&#x202E;</a>" },
        { 1, "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<申請 xmlns:p=\"u\" xml:lang=\"ja\" p:a=\"&#xA;&quot;\"><b/>文 &amp;\n<p:c>1</p:c></申請>\n" },
        { 2, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:a\r\nBEGIN:VEVENT\r\nDTSTART;TZID=\"A:B\":20260401T090000\r\nSUMMARY:会議\\, "
             "会議会議会議会議会議会議会議会議会議会\r\n 議\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nEND:VALARM\r\nURL:https://a.example/\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n" },
        { 3, "BEGIN:VCARD\r\nVERSION:3.0\r\nN:山田;太郎;;;\r\nTEL;TYPE=HOME,WORK:+81-3\r\nEND:VCARD\r\n" },
        { 3, "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=8E=52=93=63;=\n=91=BE=98=59\nSOUND;X-IRMC-N:ﾔﾏﾀﾞ;;;;\n"
             "TEL;HOME;VOICE:1\nPHOTO;BASE64:\n AAAA\n\nEND:VCARD\n" },
    };
    if (index >= G_N_ELEMENTS(seeds))
        return NULL;
    g_autoptr(SkSink) sink = sk_sink_new_memory(1u << 20);
    sk_sink_u8(sink, seeds[index].choice);
    sk_sink_str(sink, seeds[index].text);
    return sk_sink_steal_bytes(sink);
}
