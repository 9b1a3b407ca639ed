/* SPDX-License-Identifier: Apache-2.0
 * fuzz-values.c - structured text (JSON, XML, iCalendar, vCard) through the whole disarmer. The first byte chooses
 * the type. The contract: what comes out clean, verify accepts, and it stays as it is when it goes in again. */
#include "disarm/disarm.h"
#include "fuzz.h"
#include "verify/verify.h"

#include <stdlib.h>

static const SkType types[] = { SK_TYPE_JSON, SK_TYPE_XML };

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
    job.limits.output = 16u << 20;
    if ((data[0] & 0x80) != 0)
        job.verdicts[SK_ELEMENT_TEXT_INVISIBLE] = SK_VERDICT_KEPT;
    g_autoptr(GBytes) out = disarm(&job, sk_span(data + 1, size - 1));
    if (out == NULL)
        return 0;
    g_autoptr(SkReport) verified = sk_report_new();
    sk_verify_run(&job, sk_span_bytes(out), verified);
    if (verified->outcome != SK_OUTCOME_CLEAN)
        broken("verify does not accept what disarm wrote", job.hint);
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
    };
    if (index >= G_N_ELEMENTS(seeds))
        return NULL;
    g_autoptr(SkSink) sink = sk_sink_new_memory(1u << 20);
    sk_sink_u8(sink, seeds[index].choice);
    sk_sink_str(sink, seeds[index].text);
    return sk_sink_steal_bytes(sink);
}
