/* SPDX-License-Identifier: Apache-2.0
 *
 * verify-one.c - verifies files in this process, without the sandbox: for suites and for hands.
 * verify-one --batch reads many such commands (batch.h).
 * verify-one TYPE FILE… [CODE=VERDICT…]: one line a file, with the first element outside the profile.
 */
#include "batch.h"

#include "base/io.h"
#include "verify/verify.h"

#include <stdio.h>
#include <string.h>

static int
verify_one(int argc, char **argv)
{
    int refused = 0;

    for (int i = 2; i < argc; i++) {
        g_autoptr(GBytes) input = NULL;
        g_autoptr(GError) error = NULL;
        g_autoptr(SkReport) report = sk_report_new();
        SkJob job = sk_job_default();

        job.hint = sk_type_lookup(argv[1]);
        if (strchr(argv[i], '=') != NULL)
            continue;
        for (int k = i + 1; k < argc; k++) {
            g_auto(GStrv) parts = g_strsplit(argv[k], "=", 2);
            if (parts[1] != NULL)
                job.verdicts[sk_element_lookup(parts[0])] = (uint8_t)sk_verdict_lookup(parts[1]);
        }
        if (!sk_io_read_file(argv[i], 1u << 30, &input, &error)) {
            fprintf(stderr, "verify-one: %s\n", error->message);
            return 2;
        }
        sk_verify_run(&job, sk_span_bytes(input), report);
        bool clean = report->outcome == SK_OUTCOME_CLEAN;
        refused += !clean;
        printf("%s\t%s", clean ? "clean" : "refused", argv[i]);
        for (unsigned f = 0; f < report->findings->len; f++) {
            const SkFinding *finding = &g_array_index(report->findings, SkFinding, f);
            printf("\t%s\t%s", sk_element_get(finding->element)->code, finding->place);
        }
        printf("\n");
    }
    return refused > 0 ? 1 : 0;
}

int
main(int argc, char **argv)
{
    return batch_main(argc, argv, verify_one);
}
