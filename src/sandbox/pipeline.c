/* SPDX-License-Identifier: Apache-2.0
 * pipeline.c - contract in pipeline.h. */
#include "sandbox/pipeline.h"

#include "base/io.h"

#include <unistd.h>

struct SkPipeline {
    SkPool *disarm; /* owned */
    SkPool *draw;   /* owned; NULL: not installed */
    SkPool *verify; /* owned */
};

/* The folder of our programs, from where the running one lies. */
static char *
find_programs(void)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *here = g_path_get_dirname(self == NULL ? "/usr/bin/sekisho" : self);
    g_autofree char *disarm = g_build_filename(here, "sekisho-disarm", NULL);

    if (access(disarm, X_OK) == 0)
        return g_steal_pointer(&here);
    g_autofree char *above = g_path_get_dirname(here);
    return g_build_filename(above, "lib", "sekisho", NULL);
}

SkPipeline *
sk_pipeline_new(const char *programs)
{
    SkPipeline *self = g_new0(SkPipeline, 1);
    g_autofree char *folder = programs == NULL ? find_programs() : g_strdup(programs);
    g_autofree char *disarm = g_build_filename(folder, "sekisho-disarm", NULL);
    g_autofree char *draw = g_build_filename(folder, "sekisho-draw", NULL);
    g_autofree char *verify = g_build_filename(folder, "sekisho-verify", NULL);

    self->disarm = sk_pool_new(disarm);
    self->verify = sk_pool_new(verify);
    if (access(draw, X_OK) == 0)
        self->draw = sk_pool_new(draw);
    return self;
}

void
sk_pipeline_free(SkPipeline *self)
{
    if (self == NULL)
        return;
    sk_pool_free(self->disarm);
    sk_pool_free(self->draw);
    sk_pool_free(self->verify);
    g_free(self);
}

bool
sk_pipeline_warm_disarm(SkPipeline *self, GError **error)
{
    return sk_pool_warm(self->disarm, error);
}

bool
sk_pipeline_warm_verify(SkPipeline *self, GError **error)
{
    return sk_pool_warm(self->verify, error);
}

pid_t
sk_pipeline_disarm_pid(const SkPipeline *self)
{
    return sk_pool_pid(self->disarm);
}

pid_t
sk_pipeline_verify_pid(const SkPipeline *self)
{
    return sk_pool_pid(self->verify);
}

/* Turns @report into a refusal that keeps its findings and the type of the input. */
static void
refuse(SkReport *report, SkReason reason, int *output)
{
    report->outcome = SK_OUTCOME_REFUSED;
    report->reason = reason;
    report->type_out = SK_TYPE_NONE;
    report->level = SK_LEVEL_NONE;
    sk_fd_clear(output);
}

static void
append_findings(SkReport *to, const SkReport *from)
{
    for (guint i = 0; i < from->findings->len; i++) {
        const SkFinding *finding = &g_array_index(from->findings, SkFinding, i);
        sk_report_find(to, finding->element, finding->action, sk_span_str(finding->place),
                       finding->count);
    }
    to->findings_cut = to->findings_cut || from->findings_cut;
}

/* A worker that says `clean` must say it of the level asked for, and of a type that can be
 * delivered. */
static void
check_clean(const SkJob *job, SkReport *report, int *output)
{
    if (report->outcome != SK_OUTCOME_CLEAN)
        return;
    if (report->level != job->level || *sk_type_get(report->type_out)->extension == '\0')
        refuse(report, SK_REASON_CRASH, output);
}

/* Draws @input. Where that succeeded, *ret_pages is the sealed page stream; else *report is the
 * answer. */
static bool
draw_pages(SkPipeline *self, const SkJob *job, int input, SkReport *report, int *ret_pages,
           GError **error)
{
    g_autoptr(SkReport) drawn = NULL;
    int none = -1;

    if (self->draw == NULL) {
        refuse(report, SK_REASON_UNSUPPORTED, &none);
        return true;
    }
    sk_autofd pages = -1;
    if (!sk_pool_run(self->draw, job, input, &drawn, &pages, error))
        return false;
    append_findings(report, drawn);
    if (drawn->outcome == SK_OUTCOME_REFUSED)
        refuse(report, drawn->reason, &none);
    else if (drawn->outcome != SK_OUTCOME_CLEAN || drawn->type_out != SK_TYPE_PAGES)
        refuse(report, SK_REASON_CRASH, &none);
    else
        *ret_pages = sk_fd_steal(&pages);
    return true;
}

/* @report, which asked for drawing, becomes the answer to the whole object. */
static bool
disarm_drawn(SkPipeline *self, const SkJob *job, int input, SkReport *report, int *ret_output,
             GError **error)
{
    g_autoptr(SkReport) second = NULL;
    sk_autofd pages = -1;
    sk_autofd output = -1;
    SkJob next = *job;

    if (!draw_pages(self, job, input, report, &pages, error))
        return false;
    if (pages < 0)
        return true;
    sk_job_forget(&next); /* pages of ours are not locked */
    next.hint = SK_TYPE_PAGES;
    next.strict_hint = false;
    next.limits.input = job->limits.output; /* pixels are larger than what they were drawn from */
    if (!sk_pool_run(self->disarm, &next, pages, &second, &output, error))
        return false;
    if (second->outcome == SK_OUTCOME_DRAW)
        refuse(second, SK_REASON_CRASH, &output);
    append_findings(report, second);
    report->outcome = second->outcome;
    report->reason = second->reason;
    report->type_out = second->type_out;
    report->level = second->level;
    *ret_output = sk_fd_steal(&output);
    return true;
}

bool
sk_pipeline_disarm(SkPipeline *self, const SkJob *job, int input, SkReport **ret_report,
                   int *ret_output, GError **error)
{
    g_autoptr(SkReport) report = NULL;
    sk_autofd output = -1;

    if (!sk_pool_run(self->disarm, job, input, &report, &output, error))
        return false;
    if (report->outcome == SK_OUTCOME_DRAW &&
        !disarm_drawn(self, job, input, report, &output, error))
        return false;
    check_clean(job, report, &output);
    *ret_report = g_steal_pointer(&report);
    *ret_output = sk_fd_steal(&output);
    return true;
}

bool
sk_pipeline_verify(SkPipeline *self, SkType type, SkLevel level, const SkJob *job, int input,
                   SkReport **ret_report, GError **error)
{
    g_autoptr(SkReport) report = NULL;
    sk_autofd output = -1;
    SkJob next = *job;

    sk_job_forget(&next); /* what is verified is never locked */
    next.hint = type;
    next.level = level;
    next.strict_hint = true;
    next.limits.input = job->limits.output; /* it is what a disarmer may have written */
    if (!sk_pool_run(self->verify, &next, input, &report, &output, error))
        return false;
    bool sound = report->outcome == SK_OUTCOME_REFUSED ||
                 (report->outcome == SK_OUTCOME_CLEAN && sk_io_size(output) == 0 &&
                  (type == SK_TYPE_NONE || report->type_out == type) &&
                  (level == SK_LEVEL_NONE || report->level == level));
    if (!sound)
        refuse(report, SK_REASON_CRASH, &output);
    *ret_report = g_steal_pointer(&report);
    return true;
}
