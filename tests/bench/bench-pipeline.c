/* SPDX-License-Identifier: Apache-2.0
 * bench-pipeline.c - `bench-pipeline RUNS LEVEL[:LANES] FILE…`: each file through disarm and verify in warm
 * zygotes; one JSON line a file with the medians in milliseconds of wall time, and of CPU time: of the workers and of this process. */
#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"
#include "sandbox/pipeline.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define RUNS_MAX 1000

typedef struct {
    double disarm[RUNS_MAX];
    double verify[RUNS_MAX];
    double disarm_cpu[RUNS_MAX];
    double verify_cpu[RUNS_MAX];
    const char *outcome;
    int64_t bytes_out;
} Times;

static int
by_size(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double
median(double *v, unsigned n)
{
    qsort(v, n, sizeof *v, by_size);
    return v[n / 2];
}

/* Milliseconds of CPU time so far: of all workers, and of this process. The zygotes' own, that of a fork, is not in it. */
static double
cpu_ms(const SkPipeline *pipeline)
{
    struct timespec own;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &own);
    return (double)sk_pipeline_cpu_us(pipeline) / 1e3 + (double)own.tv_sec * 1e3 + (double)own.tv_nsec / 1e6;
}

static void
run_once(SkPipeline *pipeline, const SkJob *job, int input, Times *times, unsigned run)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SkReport) report = NULL;
    g_autoptr(SkReport) verdict = NULL;
    int out = -1;
    int64_t start = sk_clock_monotonic();
    double cpu_start = cpu_ms(pipeline);

    if (!sk_pipeline_disarm(pipeline, job, NULL, input, &report, &out, &error))
        g_error("%s", error->message);
    sk_autofd output = out;
    int64_t middle = sk_clock_monotonic();
    double cpu_middle = cpu_ms(pipeline);
    times->disarm[run] = (double)(middle - start) / 1000;
    times->disarm_cpu[run] = cpu_middle - cpu_start;
    times->outcome = report->outcome == SK_OUTCOME_CLEAN ? "clean" : sk_reason_name(report->reason);
    if (report->outcome != SK_OUTCOME_CLEAN)
        return;
    if (!sk_pipeline_verify(pipeline, report->type_out, report->level, job, NULL, output, &verdict, &error))
        g_error("%s", error->message);
    times->verify[run] = (double)(sk_clock_monotonic() - middle) / 1000;
    times->verify_cpu[run] = cpu_ms(pipeline) - cpu_middle;
    times->bytes_out = sk_io_size(output);
    if (verdict->outcome != SK_OUTCOME_CLEAN)
        times->outcome = "verify-failed";
}

int
main(int argc, char **argv)
{
    if (argc < 4)
        return 2;
    unsigned runs = (unsigned)CLAMP(atoi(argv[1]), 1, RUNS_MAX);
    g_autoptr(GError) error = NULL;
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *folder = g_path_get_dirname(self);
    g_autofree char *bench = g_path_get_dirname(folder);
    g_autofree char *programs = g_path_get_dirname(bench);
    g_autoptr(SkPipeline) pipeline = sk_pipeline_new(programs);
    static Times times;
    g_auto(GStrv) words = g_strsplit(argv[2], ":", 2);

    if (words[0] != NULL && words[1] != NULL)
        sk_pipeline_set_lanes(pipeline, (unsigned)CLAMP(atoi(words[1]), 1, 64));

    for (int i = 3; i < argc; i++) {
        SkJob job = sk_job_default();
        sk_autofd file = open(argv[i], O_RDONLY | O_CLOEXEC);
        sk_autofd input = sk_memfd_copy("bench", file, 1u << 30, &error);
        if (input < 0)
            g_error("%s: %s", argv[i], error->message);
        job.level = sk_level_lookup(words[0]);
        job.hint = sk_type_from_name(argv[i]);
        job.limits.input = 1u << 30;
        times = (Times){ 0 };
        run_once(pipeline, &job, input, &times, 0); /* warms up */
        for (unsigned run = 0; run < runs; run++)
            run_once(pipeline, &job, input, &times, run);
        g_autofree char *name = sk_json_quote(argv[i]);
        printf("{\"file\":%s,\"outcome\":\"%s\",\"disarm_ms\":%.3f,\"verify_ms\":%.3f,\"disarm_cpu_ms\":%.3f,\"verify_cpu_ms\":%.3f,\"bytes_in\":%" G_GINT64_FORMAT
               ",\"bytes_out\":%" G_GINT64_FORMAT "}\n",
               name, times.outcome, median(times.disarm, runs), median(times.verify, runs), median(times.disarm_cpu, runs),
               median(times.verify_cpu, runs), sk_io_size(input), times.bytes_out);
        fflush(stdout);
    }
    return 0;
}
