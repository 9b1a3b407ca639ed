/* SPDX-License-Identifier: Apache-2.0
 * pipeline.c - contract in pipeline.h. */
#include "sandbox/pipeline.h"

#include "base/io.h"
#include "sandbox/steps.h"
#include "sandbox/tree.h"

#include <string.h>
#include <unistd.h>

struct SkPipeline {
    SkCrew *crew; /* owned */
    SkScanFunc scan; /* NULL: nothing is scanned */
    void *scan_data; /* borrowed */
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

    self->crew = sk_crew_new(folder);
    return self;
}

bool
sk_pipeline_converts(const char *programs)
{
    static const char *const offices[] = { "/usr/lib/libreoffice/program",
                                           "/usr/lib64/libreoffice/program" };
    g_autofree char *folder = programs == NULL ? find_programs() : g_strdup(programs);
    g_autofree char *convert = g_build_filename(folder, "sekisho-convert", NULL);
    bool office = false;

    for (unsigned i = 0; i < G_N_ELEMENTS(offices); i++)
        office = office || access(offices[i], X_OK) == 0;
    return office && access(convert, X_OK) == 0;
}

void
sk_pipeline_free(SkPipeline *self)
{
    if (self == NULL)
        return;
    sk_crew_free(self->crew);
    g_free(self);
}

bool
sk_pipeline_warm_disarm(SkPipeline *self, GError **error)
{
    return sk_pool_warm(sk_crew_lane(self->crew)->disarm, error);
}

bool
sk_pipeline_warm_verify(SkPipeline *self, GError **error)
{
    return sk_pool_warm(sk_crew_lane(self->crew)->verify, error);
}

uint64_t
sk_pipeline_cpu_us(const SkPipeline *self)
{
    return sk_crew_cpu_us(self->crew);
}

pid_t
sk_pipeline_disarm_pid(const SkPipeline *self)
{
    return sk_pool_pid(sk_crew_lane(self->crew)->disarm);
}

pid_t
sk_pipeline_verify_pid(const SkPipeline *self)
{
    return sk_pool_pid(sk_crew_lane(self->crew)->verify);
}

void
sk_pipeline_set_lanes(SkPipeline *self, unsigned lanes)
{
    sk_crew_set_lanes(self->crew, lanes);
}

void
sk_pipeline_set_scan(SkPipeline *self, SkScanFunc scan, void *data)
{
    self->scan = scan;
    self->scan_data = data;
}

bool
sk_pipeline_disarm(SkPipeline *self, const SkJob *job, const SkChildRules *rules, int input,
                   SkReport **ret_report, int *ret_output, GError **error)
{
    static const SkChildRules none = { 0 };
    g_auto(SkTree) tree = { 0 };

    sk_tree_init(&tree, self->crew, job, rules == NULL ? &none : rules);
    tree.scan = self->scan;
    tree.scan_data = self->scan_data;
    return sk_tree_disarm(&tree, input, ret_report, ret_output, error);
}

#define TABLE_INPUT (100u << 20)
#define TABLE_OUTPUT (64u << 20)

bool
sk_pipeline_table(SkPipeline *self, SkType hint, int input, SkReport **ret_report, int *ret_output,
                  GError **error)
{
    g_autoptr(SkReport) report = NULL;
    sk_autofd output = -1;
    SkJob job = sk_job_default();

    job.level = SK_LEVEL_TEXT;
    job.target = SK_TYPE_TABLE;
    job.hint = hint;
    job.limits.input = MIN(job.limits.input, TABLE_INPUT);
    job.limits.output = MIN(job.limits.output, TABLE_OUTPUT);
    if (!sk_pool_run(sk_crew_lane(self->crew)->disarm, &job, input, &report, &output, error))
        return false;
    bool clean = report->outcome == SK_OUTCOME_CLEAN && report->type_out == SK_TYPE_TABLE;
    if (!clean && report->outcome != SK_OUTCOME_REFUSED)
        sk_steps_refuse(report, SK_REASON_CRASH, &output);
    *ret_report = g_steal_pointer(&report);
    *ret_output = sk_fd_steal(&output);
    return true;
}

bool
sk_pipeline_numbers(SkPipeline *self, const SkJob *job, const SkChildRules *rules, int input,
                    SkReport **ret_report, GError **error)
{
    g_auto(SkTree) tree = { 0 };
    SkChildRules ticks = { .tick = rules == NULL ? NULL : rules->tick, .data = rules == NULL ? NULL : rules->data };
    SkJob next = *job;

    next.level = SK_LEVEL_TEXT;
    next.strict_hint = false;
    memset(next.verdicts, 0, sizeof next.verdicts);
    sk_tree_init(&tree, self->crew, &next, &ticks);
    bool ran = sk_tree_numbers(&tree, input, ret_report, error);
    sk_job_forget(&next);
    return ran;
}

bool
sk_pipeline_numbers_in(SkPipeline *self, SkSpan words, const char *place, SkReport *report,
                       GError **error)
{
    const SkJob job = sk_job_default();
    g_autoptr(SkReport) said = sk_report_new();
    sk_autofd text = sk_memfd_from("sk-words", words, error);
    uint32_t found = 0;

    if (text < 0 || !sk_steps_numbers(sk_crew_lane(self->crew), &job, text, said, error))
        return false;
    for (guint i = 0; i < said->findings->len; i++)
        found += g_array_index(said->findings, SkFinding, i).count;
    if (sk_report_has(said, SK_ELEMENT_NOT_SCANNED))
        sk_report_find(report, SK_ELEMENT_NOT_SCANNED, SK_ACTION_KEPT, sk_span_str(place), 1);
    else if (found > 0)
        sk_report_find(report, SK_ELEMENT_MY_NUMBER, SK_ACTION_KEPT, sk_span_str(place), found);
    return true;
}

bool
sk_pipeline_verify(SkPipeline *self, SkType type, SkLevel level, const SkJob *job, const SkChildRules *rules,
                   int input, SkReport **ret_report, GError **error)
{
    static const SkChildRules none = { 0 };
    g_auto(SkTree) tree = { 0 };
    SkJob next = *job;

    sk_job_forget(&next); /* what is verified is never locked */
    next.hint = type;
    next.level = level;
    next.strict_hint = true;
    next.limits.input = job->limits.output; /* it is what a disarmer may have written */
    sk_tree_init(&tree, self->crew, &next, rules == NULL ? &none : rules);
    return sk_tree_verify(&tree, input, ret_report, error);
}
