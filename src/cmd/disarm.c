/* SPDX-License-Identifier: Apache-2.0
 *
 * disarm.c - `sekisho disarm`: each file taken apart, rebuilt, verified, and only then written. */
#include "cmd/cmd.h"
#include "cmd/object.h"
#include "cmd/password.h"
#include "cmd/progress.h"
#include "cmd/result.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/secret.h"
#include "sandbox/pipeline.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    SkPipeline *pipeline; /* borrowed */
    SkJob job;
    const char *folder; /* borrowed; NULL: beside each input */
    SkResultStyle style;
    bool json;
    SkProgress *progress; /* borrowed; may be NULL */
} Run;

/* `verify-failed` is all that is said of why: the finding that verify named comes with it. */
static void
take_verdict(SkReport *report, const SkReport *verdict)
{
    if (verdict->outcome == SK_OUTCOME_CLEAN)
        return;
    for (guint i = 0; i < verdict->findings->len; i++) {
        const SkFinding *f = &g_array_index(verdict->findings, SkFinding, i);
        sk_report_find(report, f->element, f->action, sk_span_str(f->place), f->count);
    }
    sk_report_refuse(report, SK_REASON_VERIFY_FAILED);
}

/* @ret_output is set only where the whole way went well. */
static bool
process(const Run *run, int input, SkReport **ret_report, int *ret_output, GError **error)
{
    g_autoptr(SkReport) report = NULL;
    g_autoptr(SkReport) verdict = NULL;
    sk_autofd output = -1;

    if (!sk_pipeline_disarm(run->pipeline, &run->job, NULL, input, &report, &output, error))
        return false;
    if (report->outcome == SK_OUTCOME_CLEAN) {
        if (!sk_pipeline_verify(run->pipeline, report->type_out, report->level, &run->job, NULL, output,
                                &verdict, error))
            return false;
        take_verdict(report, verdict);
    }
    if (report->outcome == SK_OUTCOME_CLEAN)
        *ret_output = sk_fd_steal(&output);
    *ret_report = g_steal_pointer(&report);
    return true;
}

/* Only where a password would help: that of old presentations is not taken off here. */
static void
advise_locked(const Run *run, const SkReport *report)
{
    bool japanese = strcmp(run->style.language, "ja") == 0;

    if (report->type_in == SK_TYPE_PPT)
        puts(japanese ? "    この形式はパスワードがあっても開けません。PowerPointで保護を解除し、保存し直してください。"
                      : "    No password opens this format here. Take it off in PowerPoint, and save again.");
    else if (run->job.password[0] == '\0')
        puts(japanese ? "    パスワードが分かれば開けます： --password-file -"
                      : "    With its password it can be opened: --password-file -");
}

/* What a person could try next, where this version knows of something. */
static void
advise(const Run *run, const SkReport *report)
{
    bool drawable = report->type_in == SK_TYPE_PDF && run->job.level != SK_LEVEL_IMAGE;

    if (report->outcome == SK_OUTCOME_REFUSED && report->reason == SK_REASON_UNSUPPORTED &&
        drawable)
        puts(strcmp(run->style.language, "ja") == 0
                 ? "    ページを画像にしたPDFなら作れます： --as image"
                 : "    Its pages can be had as pictures in a new PDF: --as image");
    if (report->outcome == SK_OUTCOME_REFUSED && sk_report_has(report, SK_ELEMENT_ENCRYPTED_PACKAGE))
        advise_locked(run, report);
}

static SkExit
show(const Run *run, const SkResult *result)
{
    sk_progress_hide(run->progress);
    if (run->json) {
        sk_result_print_json(result, &run->style, stdout);
    } else {
        sk_result_print(result, &run->style, stdout);
        advise(run, result->report);
    }
    fflush(stdout);
    return result->report->outcome == SK_OUTCOME_CLEAN ? SK_EXIT_DONE : SK_EXIT_NO;
}

static SkExit
fail(const Run *run, const char *file, const GError *error)
{
    g_autofree char *name = sk_text_plain(sk_span_str(file), SK_PLACE_MAX * 8);
    sk_progress_hide(run->progress);
    sk_command_complain(&sk_command_disarm, "%s: %s", name, error->message);
    return SK_EXIT_FAILED;
}

static bool
deliver(const Run *run, const char *file, int output, SkResult *result, char **ret_path,
        GError **error)
{
    g_autofree char *path = sk_object_output_path(file, run->folder, result->report->type_out);

    result->bytes_out = (uint64_t)MAX(sk_io_size(output), 0);
    if (!sk_object_digest(output, &result->sha256_out, error) ||
        !sk_object_write(path, output, error))
        return false;
    *ret_path = g_steal_pointer(&path);
    return true;
}

static SkExit
disarm_file(Run *run, const char *file)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SkReport) report = NULL;
    g_autofree char *path = NULL;
    g_auto(SkResult) result = { .file = file, .asked = run->job.level };
    sk_autofd input = -1;
    sk_autofd output = -1;
    int64_t start = sk_clock_monotonic();

    run->job.hint = sk_type_from_name(file);
    if (sk_object_take(file, run->job.limits.input, &input, &result.bytes_in, &error)) {
        if (!sk_object_digest(input, &result.sha256_in, &error) ||
            !process(run, input, &report, &output, &error))
            return fail(run, file, error);
    } else if (g_error_matches(error, SK_ERROR, SK_ERROR_LIMIT)) {
        report = sk_report_new();
        sk_report_refuse(report, SK_REASON_LIMIT);
        g_clear_error(&error);
    } else {
        return fail(run, file, error);
    }
    result.report = report;
    if (output >= 0 && !deliver(run, file, output, &result, &path, &error))
        return fail(run, file, error);
    result.output = path;
    result.milliseconds = (uint64_t)(sk_clock_monotonic() - start) / 1000;
    return show(run, &result);
}

static bool
take_password(Run *run, const char *path)
{
    g_autoptr(GError) error = NULL;

    if (path == NULL || (sk_secret_guard(&error) && sk_password_take(&run->job, path, &error)))
        return true;
    sk_command_complain(&sk_command_disarm, "%s", error->message);
    return false;
}

static SkExit
disarm_files(Run *run, char **files, unsigned n)
{
    SkExit highest = SK_EXIT_DONE;
    g_autoptr(GError) error = NULL;

    if (!sk_pipeline_warm_disarm(run->pipeline, &error) ||
        !sk_pipeline_warm_verify(run->pipeline, &error)) {
        sk_command_complain(&sk_command_disarm, "%s", error->message);
        return SK_EXIT_FAILED;
    }
    run->progress = sk_progress_start(stderr, n, SK_PROGRESS_PATIENCE_US);
    for (unsigned i = 0; i < n; i++) {
        sk_progress_step(run->progress, i, files[i]);
        SkExit this = disarm_file(run, files[i]);
        highest = MAX(highest, this);
    }
    sk_progress_stop(run->progress);
    return highest;
}

static SkExit
run_disarm(int argc, char **argv)
{
    g_autofree char *level = NULL;
    g_autofree char *password_file = NULL;
    g_autofree char *folder = NULL;
    g_autofree char *language = NULL;
    gboolean json = FALSE;
    GOptionEntry entries[] = {
        { "as", 0, 0, G_OPTION_ARG_STRING, &level, NULL, NULL },
        { "password-file", 0, 0, G_OPTION_ARG_FILENAME, &password_file, NULL, NULL },
        { "out", 0, 0, G_OPTION_ARG_FILENAME, &folder, NULL, NULL },
        { "json", 0, 0, G_OPTION_ARG_NONE, &json, NULL, NULL },
        { "language", 0, 0, G_OPTION_ARG_STRING, &language, NULL, NULL },
        { 0 },
    };
    if (!sk_command_options(&sk_command_disarm, entries, &argc, &argv))
        return SK_EXIT_USAGE;

    Run run = { .job = sk_job_default(), .folder = folder, .json = json };
    run.job.strict_hint = true;
    if (level != NULL)
        run.job.level = sk_level_lookup(level);
    if (run.job.level == SK_LEVEL_NONE || run.job.level == SK_LEVEL_ORIGINAL) {
        sk_command_complain(&sk_command_disarm, "--as is one of text, image, rebuilt, inspected");
        return SK_EXIT_USAGE;
    }
    if (!sk_result_language_is_known(language)) {
        sk_command_complain(&sk_command_disarm, "--language is ja or en");
        return SK_EXIT_USAGE;
    }
    if (argc < 2) {
        sk_command_complain(&sk_command_disarm, "which file? `sekisho disarm --help`");
        return SK_EXIT_USAGE;
    }
    if (!take_password(&run, password_file))
        return SK_EXIT_FAILED;
    g_autoptr(SkPipeline) pipeline = sk_pipeline_new(NULL);
    run.pipeline = pipeline;
    run.style = sk_result_style(language, stdout);
    SkExit status = disarm_files(&run, argv + 1, (unsigned)argc - 1);
    sk_job_forget(&run.job);
    return status;
}

const SkCommand sk_command_disarm = {
    .name = "disarm",
    .usage = "[--as LEVEL] [--password-file F] [--out DIR] [--json] [--language ja|en] FILE...",
    .summary = "make files harmless, in the sandbox, and verify the result",
    .help =
        "  --as LEVEL          text, image, rebuilt (the default) or inspected\n"
        "  --out DIR           write there, under the same name; without it beside the input,\n"
        "                      with .clean before the extension. Nothing is ever overwritten.\n"
        "  --password-file F   the password of locked documents: the first line of F, or with -\n"
        "                      of standard input (asked for where that is a terminal)\n"
        "  --json              one JSON object a file on stdout, and nothing else there\n"
        "  --language ja|en    instead of the environment's\n"
        "  --help              this text\n\n"
        "Exit status: 0 all harmless and written; 1 a file was refused; 2 wrong words; 3 it could\n"
        "not be done (a file that cannot be read or written, a sandbox that cannot be set up).\n",
    .run = run_disarm,
};
