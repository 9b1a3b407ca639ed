/* SPDX-License-Identifier: Apache-2.0
 *
 * disarm-one.c - disarms one file in this process, without the sandbox: for suites and for hands.
 * disarm-one --batch reads many such commands (batch.h).
 * disarm-one IN OUT [REPEAT [LEVEL [hint=TYPE] [password=WORD] [CODE=VERDICT…]]]: writes OUT where clean, or the container of children; prints outcome, reason, types, then one line a finding.
 */
#include "batch.h"

#include "base/io.h"
#include "disarm/archive-foreign.h"
#include "disarm/disarm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int
disarm_one(int argc, char **argv)
{
    g_autoptr(GBytes) input = NULL;
    g_autoptr(GError) error = NULL;
    SkJob job = sk_job_default();

    sk_archive_foreign_load();
    if (argc < 3 || !sk_io_read_file(argv[1], 1u << 30, &input, &error)) {
        fprintf(stderr, "disarm-one: %s\n", error != NULL ? error->message : "IN OUT [REPEAT [LEVEL]]");
        return 2;
    }
    if (argc > 4)
        job.level = sk_level_lookup(argv[4]);
    for (int i = 5; i < argc; i++) {
        g_auto(GStrv) parts = g_strsplit(argv[i], "=", 2);
        if (g_str_equal(parts[0], "hint"))
            job.hint = sk_type_lookup(parts[1]);
        else if (g_str_equal(parts[0], "password") && sk_job_set_password(&job, sk_span_str(argv[i] + strlen("password="))))
            continue;
        else
            job.verdicts[sk_element_lookup(parts[0])] = (uint8_t)sk_verdict_lookup(parts[1]);
    }
    for (int i = argc > 3 ? atoi(argv[3]) : 1; i > 0; i--) {
        g_autoptr(SkSink) sink = sk_sink_new_memory(job.limits.output);
        g_autoptr(SkReport) report = sk_report_new();
        sk_disarm_run(&job, sk_span_bytes(input), sink, report);
        if (i > 1)
            continue;
        bool wrote = report->outcome == SK_OUTCOME_CLEAN || report->outcome == SK_OUTCOME_CHILDREN;
        if (wrote && !sk_io_write_file(argv[2], sk_sink_memory(sink), 0644, &error)) {
            fprintf(stderr, "disarm-one: %s\n", error->message);
            return 3;
        }
        static const char *const outcomes[] = { [SK_OUTCOME_CLEAN] = "clean", [SK_OUTCOME_DRAW] = "draw", [SK_OUTCOME_REFUSED] = "refused",
                                                [SK_OUTCOME_CONVERT] = "convert", [SK_OUTCOME_CHILDREN] = "children" };
        printf("%s\t%s\t%s\t%s\n", outcomes[report->outcome],
               report->reason == SK_REASON_NONE ? "-" : sk_reason_name(report->reason),
               report->type_in == SK_TYPE_NONE ? "-" : sk_type_get(report->type_in)->name,
               report->type_out == SK_TYPE_NONE ? "-" : sk_type_get(report->type_out)->name);
        for (unsigned f = 0; f < report->findings->len; f++) {
            const SkFinding *finding = &g_array_index(report->findings, SkFinding, f);
            printf("  %s\t%s\t%u\t%s\n", sk_element_get(finding->element)->code, sk_action_name(finding->action),
                   finding->count, finding->place);
        }
        return wrote ? 0 : 1;
    }
    return 2;
}

int
main(int argc, char **argv)
{
    return batch_main(argc, argv, disarm_one);
}
