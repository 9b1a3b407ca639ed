/* SPDX-License-Identifier: Apache-2.0
 * tree-verify.c - contract in tree.h: an archive is proved when its own form is, and every member by a worker of its own.
 * Part of the trusted core. The recursion is as deep as containers may be nested, SK_TREE_DEPTH_MAX. */
#include "sandbox/tree.h"

#include "base/clock.h"
#include "base/io.h"
#include "sandbox/steps.h"

/* What is to be proved: the job's hint (NONE: any type) at its level (NONE: any). */
typedef struct {
    SkTree *tree;
    SkLane *lane;
    SkJob job;
    const SkBrood *outer; /* whose member it is; NULL: what was handed in */
    const char *path;
    int input; /* borrowed */
} Thesis;

static bool prove(Thesis *self, SkReport **ret_report, GError **error) G_GNUC_WARN_UNUSED_RESULT;

static void
no(SkReport *report, SkReason reason)
{
    int none = -1;
    sk_steps_refuse(report, reason, &none);
}

/* One more way in which the member may have been made. */
static bool
next_way(SkTree *tree, SkType type, uint64_t size, unsigned way, SkJob *job)
{
    const SkChildRules *rules = tree->rules;

    *job = *tree->job;
    job->hint = type;
    job->level = SK_LEVEL_NONE;
    if (rules->prove == NULL)
        return way == 0;
    g_mutex_lock(&tree->lock);
    bool there = rules->prove(rules->data, type, size, way, job);
    g_mutex_unlock(&tree->lock);
    return there;
}

/* *ret_report: of the way in which it conforms, or of the first; forbidden where there is none. */
static bool
prove_member(Thesis *self, SkType type, uint64_t size, SkReport **ret_report, GError **error)
{
    g_autoptr(SkReport) first = NULL;

    for (unsigned way = 0; next_way(self->tree, type, size, way, &self->job); way++) {
        g_autoptr(SkReport) report = NULL;
        if (!prove(self, &report, error))
            return false;
        bool conforms = report->outcome == SK_OUTCOME_CLEAN;
        if (conforms || first == NULL) {
            g_clear_pointer(&first, sk_report_free);
            first = g_steal_pointer(&report);
        }
        if (conforms)
            break;
    }
    if (first == NULL) {
        first = sk_report_new();
        no(first, SK_REASON_FORBIDDEN);
    }
    *ret_report = g_steal_pointer(&first);
    return true;
}

/* A member, which a verify worker has cut out: of what it says of it only the type counts. */
static bool
run_member(SkBrood *brood, SkLane *lane, unsigned i, SkBecome *become, GError **error)
{
    const SkChild *child = sk_brood_child(brood, i);
    g_autofree char *path = sk_brood_path(brood, i);

    become->kind = child->kind;
    if (child->kind == SK_CHILD_FOLDER)
        return true;
    if (child->kind != SK_CHILD_READY || *sk_type_get(child->type)->extension == '\0') {
        become->kind = SK_CHILD_LOST;
        become->reason = SK_REASON_CRASH;
        return true;
    }
    sk_autofd input = sk_memfd_from("sk-member", child->content, error);
    Thesis thesis = { .tree = brood->tree, .lane = lane, .outer = brood, .path = path, .input = input };
    if (input < 0 || !prove_member(&thesis, child->type, child->content.n, &become->report, error))
        return false;
    if (become->report->outcome != SK_OUTCOME_CLEAN) {
        become->kind = SK_CHILD_LOST;
        become->reason = become->report->reason;
    }
    sk_brood_keep(brood, become->report);
    return true;
}

static void
run_part(SkLane *lane, void *data, unsigned i)
{
    SkBrood *brood = data;
    GError *error = NULL;

    if (sk_brood_skips(brood, i))
        return;
    if (!run_member(brood, lane, i, &brood->become[i], &error))
        sk_tree_fail(brood->tree, error);
    else if (brood->become[i].kind == SK_CHILD_LOST)
        sk_brood_stop(brood, i);
}

/* All members, or none of it. */
static void
descend(Thesis *self, SkReport *report, int container)
{
    g_auto(SkBrood) brood = { 0 };
    SkReason reason = SK_REASON_CRASH;
    unsigned depth = self->outer == NULL ? 1 : self->outer->depth + 1;
    SkType type = self->job.hint == SK_TYPE_NONE ? report->type_in : self->job.hint;

    if (type != SK_TYPE_ZIP || self->job.level == SK_LEVEL_INSPECTED ||
        !sk_brood_take(&brood, self->tree, &self->job, depth, self->path, container, &reason)) {
        no(report, reason);
        return;
    }
    sk_brood_run(&brood, self->lane, self->outer, run_part);
    if (sk_tree_stopped(self->tree, &reason)) {
        no(report, reason == SK_REASON_NONE ? SK_REASON_CRASH : reason);
        return;
    }
    if (brood.stop < brood.children->len) {
        sk_brood_findings(&brood, report);
        no(report, brood.become[brood.stop].reason);
        return;
    }
    report->outcome = SK_OUTCOME_CLEAN;
    report->reason = SK_REASON_NONE;
    report->type_out = SK_TYPE_ZIP;
    report->level = self->job.level == SK_LEVEL_NONE ? SK_LEVEL_REBUILT : self->job.level;
}

/* A refusal, or just what was asked, with nothing written. */
static bool
is_sound(const Thesis *self, const SkReport *report, int output)
{
    const SkJob *job = &self->job;

    return report->outcome == SK_OUTCOME_REFUSED ||
           (report->outcome == SK_OUTCOME_CLEAN && sk_io_size(output) == 0 &&
            (job->hint == SK_TYPE_NONE || report->type_out == job->hint) &&
            (job->level == SK_LEVEL_NONE || report->level == job->level));
}

static bool
prove(Thesis *self, SkReport **ret_report, GError **error)
{
    g_autoptr(SkReport) report = NULL;
    sk_autofd output = -1;
    int64_t now = sk_clock_monotonic();
    int64_t until = self->outer == NULL ? sk_tree_deadline(self->tree) : sk_tree_share(self->tree);

    self->job.limits.wall_ms = (uint32_t)MAX((until - now) / 1000, 1);
    if (!sk_pool_run(self->lane->verify, &self->job, self->input, &report, &output, error))
        return false;
    if (report->outcome == SK_OUTCOME_CHILDREN)
        descend(self, report, output);
    else if (!is_sound(self, report, output))
        no(report, SK_REASON_CRASH);
    *ret_report = g_steal_pointer(&report);
    return true;
}

bool
sk_tree_verify(SkTree *self, int input, SkReport **ret_report, GError **error)
{
    Thesis thesis = {
        .tree = self, .lane = sk_crew_lane(self->crew), .job = *self->job, .path = "", .input = input
    };
    g_autoptr(SkReport) report = NULL;

    if (!prove(&thesis, &report, error))
        return false;
    if (self->error != NULL) {
        g_propagate_error(error, g_steal_pointer(&self->error));
        return false;
    }
    *ret_report = g_steal_pointer(&report);
    return true;
}
