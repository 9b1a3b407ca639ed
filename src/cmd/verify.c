/* SPDX-License-Identifier: Apache-2.0
 *
 * verify.c - `sekisho verify`: does each file conform to the profile of its format? */
#include "cmd/cmd.h"
#include "cmd/object.h"
#include "cmd/progress.h"
#include "cmd/result.h"

#include "base/clock.h"
#include "sandbox/pipeline.h"

typedef struct {
    SkPipeline *pipeline; /* borrowed */
    SkJob job;
    SkResultStyle style;
    bool json;
    SkProgress *progress; /* borrowed; may be NULL */
} Run;

static SkExit
fail(const Run *run, const char *file, const GError *error)
{
    g_autofree char *name = sk_text_plain(sk_span_str(file), SK_PLACE_MAX * 8);
    sk_progress_hide(run->progress);
    sk_command_complain(&sk_command_verify, "%s: %s", name, error->message);
    return SK_EXIT_FAILED;
}

static bool
judge(const Run *run, const char *file, SkResult *result, SkReport **ret_report, GError **error)
{
    g_autoptr(GError) taken = NULL;
    sk_autofd input = -1;

    if (sk_object_take(file, run->job.limits.output, &input, &result->bytes_in, &taken))
        return sk_object_digest(input, &result->sha256_in, error) &&
               sk_pipeline_verify(run->pipeline, sk_type_from_name(file), SK_LEVEL_NONE, &run->job, NULL,
                                  input, ret_report, error);
    if (!g_error_matches(taken, SK_ERROR, SK_ERROR_LIMIT)) {
        g_propagate_error(error, g_steal_pointer(&taken));
        return false;
    }
    *ret_report = sk_report_new();
    sk_report_refuse(*ret_report, SK_REASON_LIMIT);
    return true;
}

static SkExit
verify_file(const Run *run, const char *file)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SkReport) report = NULL;
    g_auto(SkResult) result = { .file = file };
    int64_t start = sk_clock_monotonic();

    if (!judge(run, file, &result, &report, &error))
        return fail(run, file, error);
    result.report = report;
    result.milliseconds = (uint64_t)(sk_clock_monotonic() - start) / 1000;
    sk_progress_hide(run->progress);
    if (run->json)
        sk_result_print_json(&result, &run->style, stdout);
    else
        sk_result_print(&result, &run->style, stdout);
    fflush(stdout);
    return report->outcome == SK_OUTCOME_CLEAN ? SK_EXIT_DONE : SK_EXIT_NO;
}

static SkExit
verify_files(Run *run, char **files, unsigned n)
{
    SkExit highest = SK_EXIT_DONE;
    g_autoptr(GError) error = NULL;

    if (!sk_pipeline_warm_verify(run->pipeline, &error)) {
        sk_command_complain(&sk_command_verify, "%s", error->message);
        return SK_EXIT_FAILED;
    }
    run->progress = sk_progress_start(stderr, n, SK_PROGRESS_PATIENCE_US);
    for (unsigned i = 0; i < n; i++) {
        sk_progress_step(run->progress, i, files[i]);
        SkExit this = verify_file(run, files[i]);
        highest = MAX(highest, this);
    }
    sk_progress_stop(run->progress);
    return highest;
}

static SkExit
run_verify(int argc, char **argv)
{
    g_autofree char *language = NULL;
    gboolean json = FALSE;
    GOptionEntry entries[] = {
        { "json", 0, 0, G_OPTION_ARG_NONE, &json, NULL, NULL },
        { "language", 0, 0, G_OPTION_ARG_STRING, &language, NULL, NULL },
        { 0 },
    };
    if (!sk_command_options(&sk_command_verify, entries, &argc, &argv))
        return SK_EXIT_USAGE;
    if (!sk_result_language_is_known(language)) {
        sk_command_complain(&sk_command_verify, "--language is ja or en");
        return SK_EXIT_USAGE;
    }
    if (argc < 2) {
        sk_command_complain(&sk_command_verify, "which file? `sekisho verify --help`");
        return SK_EXIT_USAGE;
    }
    g_autoptr(SkPipeline) pipeline = sk_pipeline_new(NULL);
    Run run = { .pipeline = pipeline,
                .job = sk_job_default(),
                .style = sk_result_style(language, stdout),
                .json = json };
    run.job.limits.input =
        run.job.limits.output; /* what disarm may write, verify must be able to read */
    run.style.verified_only = true;
    return verify_files(&run, argv + 1, (unsigned)argc - 1);
}

const SkCommand sk_command_verify = {
    .name = "verify",
    .usage = "[--json] [--language ja|en] FILE...",
    .summary = "does each file conform to the profile of its format?",
    .help =
        "  --json              one JSON object a file on stdout, and nothing else there\n"
        "  --language ja|en    instead of the environment's\n"
        "  --help              this text\n\n"
        "The profile is the strict subset of a format that `sekisho disarm` writes. A file that\n"
        "does not conform may be harmless all the same: disarm it first.\n"
        "Exit status: 0 all conform; 1 a file does not; 2 wrong words; 3 it could not be done.\n",
    .run = run_verify,
};
