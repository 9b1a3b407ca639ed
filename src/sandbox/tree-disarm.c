/* SPDX-License-Identifier: Apache-2.0
 * tree-disarm.c - contract in tree.h: children disarmed, or looked through, and the parent built. The recursion is as
 * deep as containers may be nested, SK_TREE_DEPTH_MAX. */
#include "sandbox/tree.h"

#include "base/clock.h"
#include "base/io.h"
#include "sandbox/steps.h"

#include <string.h>

/* One object somewhere in the tree, with what it is asked to become. */
typedef struct {
    SkTree *tree;
    SkLane *lane;
    const SkJob *job;
    const SkBrood *outer; /* whose child it is; NULL: what was handed in */
    const char *path;
    int64_t deadline; /* of its own steps */
    int input;        /* borrowed */
} Object;

static bool disarm_object(const Object *self, SkReport **ret_report, int *ret_output,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- what may become of a child ------------------------------------------------------------- */

static bool
decide(SkTree *tree, SkType type, uint64_t size, SkJob *job, SkReason *ret_reason)
{
    const SkChildRules *rules = tree->rules;

    if (rules->decide == NULL)
        return true;
    g_mutex_lock(&tree->lock);
    bool may = rules->decide(rules->data, type, size, job, ret_reason);
    g_mutex_unlock(&tree->lock);
    return may;
}

static bool
asks_otherwise(const SkJob *job, const SkJob *other)
{
    return job->level != other->level || job->dpi != other->dpi ||
           memcmp(job->verdicts, other->verdicts, sizeof job->verdicts) != 0;
}

static bool
can_be_delivered(SkType type)
{
    return type != SK_TYPE_NONE && *sk_type_get(type)->extension != '\0';
}

static void
lose(SkBecome *become, SkType type, SkReason reason)
{
    become->kind = SK_CHILD_LOST;
    become->type = type;
    become->level = SK_LEVEL_NONE;
    become->reason = reason;
    g_clear_pointer(&become->content, g_bytes_unref);
}

/* ---- one child ------------------------------------------------------------------------------ */

typedef struct {
    SkBrood *brood;
    SkLane *lane;
    unsigned i;
    int input; /* owned */
    int output; /* owned */
    SkReport *report; /* owned */
} Child;

static void
child_clear(Child *self)
{
    sk_fd_clear(&self->input);
    sk_fd_clear(&self->output);
    g_clear_pointer(&self->report, sk_report_free);
}

static bool
run_once(Child *self, const SkJob *job, GError **error)
{
    g_autofree char *path = sk_brood_path(self->brood, self->i);
    Object object = { .tree = self->brood->tree,
                      .lane = self->lane,
                      .job = job,
                      .outer = self->brood,
                      .path = path,
                      .deadline = sk_tree_share(self->brood->tree),
                      .input = self->input };

    g_clear_pointer(&self->report, sk_report_free);
    sk_fd_clear(&self->output);
    return disarm_object(&object, &self->report, &self->output, error);
}

/* Only a child that says it is locked is told the password. */
static bool
run_with_password(Child *self, SkJob *job, GError **error)
{
    const SkJob *whole = self->brood->tree->job;

    if (self->report->outcome != SK_OUTCOME_REFUSED || self->report->reason != SK_REASON_ENCRYPTED ||
        whole->password[0] == '\0')
        return true;
    memcpy(job->password, whole->password, sizeof job->password);
    bool ran = run_once(self, job, error);
    sk_job_forget(job);
    return ran;
}

/* By what its name says, and once more where what it is asks for another thing. *ret_reason: why it may not be. */
static bool
run_by_rule(Child *self, SkReason *ret_reason, GError **error)
{
    const SkChild *child = sk_brood_child(self->brood, self->i);
    SkTree *tree = self->brood->tree;
    SkJob job = *tree->job;
    SkReason reason = SK_REASON_FORBIDDEN;

    sk_job_forget(&job);
    job.hint = child->type;
    job.strict_hint = !tree->numbers && child->type != SK_TYPE_NONE;
    job.target = SK_TYPE_NONE;
    job.limits.input = MAX(job.limits.input, child->content.n); /* the container has its own limit */
    const SkJob whole = job;
    *ret_reason = SK_REASON_NONE;
    if (!decide(tree, child->type, child->content.n, &job, &reason)) {
        *ret_reason = reason;
        return true;
    }
    if (!run_once(self, &job, error) || !run_with_password(self, &job, error))
        return false;
    if (self->report->type_in == SK_TYPE_NONE || self->report->type_in == child->type)
        return true;
    SkJob again = whole;
    if (!decide(tree, self->report->type_in, child->content.n, &again, &reason)) {
        *ret_reason = reason;
        return true;
    }
    return !asks_otherwise(&again, &job) ||
           (run_once(self, &again, error) && run_with_password(self, &again, error));
}

static void
tell(Child *self)
{
    SkTree *tree = self->brood->tree;
    g_autofree char *path = sk_brood_path(self->brood, self->i);

    if (tree->rules->told == NULL)
        return;
    g_mutex_lock(&tree->lock);
    tree->rules->told(tree->rules->data, path, self->report);
    g_mutex_unlock(&tree->lock);
}

static bool
take_output(Child *self, SkBecome *become, GError **error)
{
    become->kind = SK_CHILD_READY;
    become->type = self->report->type_out;
    become->level = self->report->level;
    if (self->output < 0) /* only where nothing is built */
        return true;
    become->content = sk_memfd_map(self->output, error); /* a mapping, and no descriptor: there may be 10,000 */
    if (become->content == NULL)
        return false;
    sk_tree_hold(self->brood->tree, g_bytes_get_size(become->content));
    return true;
}

static bool
disarm_child(Child *self, SkBecome *become, GError **error)
{
    const SkChild *child = sk_brood_child(self->brood, self->i);
    SkReason reason = SK_REASON_NONE;

    self->input = sk_memfd_from("sk-child", child->content, error);
    if (self->input < 0 || !run_by_rule(self, &reason, error))
        return false;
    if (self->report == NULL)
        self->report = sk_report_new();
    if (reason != SK_REASON_NONE)
        sk_steps_refuse(self->report, reason, &self->output);
    tell(self);
    if (self->report->outcome != SK_OUTCOME_CLEAN) {
        SkType type = self->report->type_in;
        lose(become, can_be_delivered(type) ? type : child->type, self->report->reason);
    } else if (!take_output(self, become, error)) {
        return false;
    }
    sk_brood_keep(self->brood, self->report);
    become->report = g_steal_pointer(&self->report);
    return true;
}

/* What a worker calls disarmed already. A text is what everything may become; the rest is asked about. */
static bool
accept_ready(SkBrood *brood, const SkChild *child, SkBecome *become)
{
    SkJob job = *brood->tree->job;
    SkReason reason = SK_REASON_FORBIDDEN;

    sk_job_forget(&job);
    bool text = child->type == SK_TYPE_TEXT && child->level == SK_LEVEL_TEXT;
    if (!can_be_delivered(child->type) || (child->level != brood->job->level && !text))
        return false;
    become->kind = SK_CHILD_READY;
    become->type = child->type;
    become->level = child->level;
    become->content = g_bytes_new_static(child->content.p, child->content.n); /* as long as the container is there */
    if (child->type != SK_TYPE_TEXT && !decide(brood->tree, child->type, child->content.n, &job, &reason))
        lose(become, child->type, reason);
    return true;
}

static bool
look_into_ready(Child *self, SkBecome *become, GError **error)
{
    const SkChild *child = sk_brood_child(self->brood, self->i);

    self->input = sk_memfd_from("sk-child", child->content, error);
    self->report = sk_report_new();
    if (self->input < 0 || !sk_steps_numbers(self->lane, self->brood->tree->job, self->input, self->report, error))
        return false;
    become->kind = SK_CHILD_READY;
    become->report = g_steal_pointer(&self->report);
    return true;
}

static bool
run_child(Child *self, SkBecome *become, GError **error)
{
    const SkChild *child = sk_brood_child(self->brood, self->i);
    bool numbers = self->brood->tree->numbers;

    switch (child->kind) {
    case SK_CHILD_OBJECT:
        if (child->type == SK_TYPE_NONE || can_be_delivered(child->type))
            return disarm_child(self, become, error);
        lose(become, SK_TYPE_NONE, SK_REASON_CRASH); /* what only we may say of a thing */
        return true;
    case SK_CHILD_READY:
        if (numbers && child->type == SK_TYPE_TEXT)
            return look_into_ready(self, become, error);
        if (numbers)
            return disarm_child(self, become, error);
        if (!accept_ready(self->brood, child, become))
            lose(become, SK_TYPE_NONE, SK_REASON_CRASH);
        return true;
    case SK_CHILD_FOLDER:
        become->kind = SK_CHILD_FOLDER;
        return true;
    case SK_CHILD_LOST:
        lose(become, child->type, child->reason);
        self->report = sk_report_new();
        sk_steps_refuse(self->report, child->reason, &self->output);
        self->report->type_in = child->type;
        tell(self);
        return true;
    }
    lose(become, SK_TYPE_NONE, SK_REASON_CRASH);
    return true;
}

static bool
must_be_whole(const SkBrood *brood)
{
    return brood->job->verdicts[SK_ELEMENT_ARCHIVE_MEMBER] == SK_VERDICT_REFUSED && !brood->tree->numbers;
}

static void
run_part(SkLane *lane, void *data, unsigned i)
{
    SkBrood *brood = data;
    SkBecome *become = &brood->become[i];
    __attribute__((cleanup(child_clear))) Child child = {
        .brood = brood, .lane = lane, .i = i, .input = -1, .output = -1
    };
    GError *error = NULL;

    if (sk_brood_skips(brood, i))
        return;
    if (!run_child(&child, become, &error))
        sk_tree_fail(brood->tree, error);
    else if (become->kind == SK_CHILD_LOST && must_be_whole(brood))
        sk_brood_stop(brood, i);
}

/* ---- the parent ----------------------------------------------------------------------------- */

/* (transfer full): the second container; -1 with *ret_reason or @error. */
static int
write_container(const SkBrood *brood, SkReason *ret_reason, GError **error)
{
    g_autoptr(GError) why = NULL;
    sk_autofd fd = sk_memfd_new("sk-assemble", error);
    if (fd < 0)
        return -1;
    g_autoptr(SkSink) sink = sk_sink_new_fd(fd, brood->tree->job->limits.expanded);
    SkChildrenWriter writer = sk_children_writer(sink);
    for (unsigned i = 0; i < brood->children->len; i++) {
        const SkBecome *become = &brood->become[i];
        SkChild child = *sk_brood_child(brood, i);
        child.kind = become->kind;
        child.type = become->type;
        child.level = become->level;
        child.reason = become->reason;
        child.content = become->content == NULL ? SK_SPAN_EMPTY : sk_span_bytes(become->content);
        sk_children_add(&writer, &child);
    }
    sk_children_finish(&writer);
    if (!sk_sink_finish(sink, &why)) {
        if (g_error_matches(why, SK_ERROR, SK_ERROR_LIMIT))
            *ret_reason = SK_REASON_LIMIT;
        else
            g_propagate_error(error, g_steal_pointer(&why));
        return -1;
    }
    return sk_memfd_seal(fd, error) ? sk_fd_steal(&fd) : -1;
}

static void
conclude(SkReport *report, const SkReport *said, const SkJob *job, int *output)
{
    for (unsigned i = 0; i < said->findings->len; i++) {
        const SkFinding *f = &g_array_index(said->findings, SkFinding, i);
        if (f->element != SK_ELEMENT_ARCHIVE_MEMBER) /* which has been told, with the reason */
            sk_report_find(report, f->element, f->action, sk_span_str(f->place), f->count);
    }
    report->findings_cut = report->findings_cut || said->findings_cut;
    bool made = said->outcome == SK_OUTCOME_CLEAN && said->type_out == SK_TYPE_ZIP && said->level == job->level &&
                *output >= 0;
    if (!made) {
        sk_steps_refuse(report, said->outcome == SK_OUTCOME_REFUSED ? said->reason : SK_REASON_CRASH, output);
        return;
    }
    report->outcome = SK_OUTCOME_CLEAN;
    report->reason = SK_REASON_NONE;
    report->type_out = SK_TYPE_ZIP;
    report->level = job->level;
}

static bool
assemble(const Object *self, SkBrood *brood, SkReport *report, int *ret_output, GError **error)
{
    g_autoptr(SkReport) said = NULL;
    g_autoptr(GError) why = NULL;
    SkReason reason = SK_REASON_NONE;
    SkJob job = *self->job;
    sk_autofd output = -1;

    sk_autofd container = write_container(brood, &reason, &why);
    sk_brood_clear(brood); /* it may be large, and what comes now is as large again */
    if (why != NULL) {
        g_propagate_error(error, g_steal_pointer(&why));
        return false;
    }
    if (container < 0) {
        sk_steps_refuse(report, reason, ret_output);
        return true;
    }
    sk_job_forget(&job);
    job.hint = SK_TYPE_CHILDREN;
    job.strict_hint = false;
    job.target = SK_TYPE_NONE;
    job.limits.input = (uint64_t)MAX(sk_io_size(container), 0);
    if (!sk_steps_disarm(self->lane, &job, sk_tree_share(self->tree), container, &said, &output, error))
        return false;
    conclude(report, said, &job, &output);
    *ret_output = sk_fd_steal(&output);
    return true;
}

/* What stands in the names is read, too. */
static bool
look_into_names(const Object *self, const SkBrood *brood, SkReport *report, GError **error)
{
    g_autoptr(SkReport) said = sk_report_new();
    g_autoptr(GString) names = g_string_new(NULL);
    uint32_t found = 0;

    for (unsigned i = 0; i < brood->children->len; i++) {
        SkSpan name = sk_brood_child(brood, i)->name;
        g_string_append_len(names, (const char *)name.p, (gssize)name.n);
        g_string_append_c(names, '\n');
    }
    sk_autofd text = sk_memfd_from("sk-names", sk_span(names->str, names->len), error);
    if (text < 0 || !sk_steps_numbers(self->lane, self->tree->job, text, said, error))
        return false;
    for (unsigned i = 0; i < said->findings->len; i++)
        found += g_array_index(said->findings, SkFinding, i).count;
    bool unread = sk_report_has(said, SK_ELEMENT_NOT_SCANNED);
    if (unread || found > 0)
        sk_report_find(report, unread ? SK_ELEMENT_NOT_SCANNED : SK_ELEMENT_MY_NUMBER, SK_ACTION_KEPT,
                       sk_span_str("name"), unread ? 1 : found);
    return true;
}

/* What became of all children, in what is said of the parent. false: that is the answer. */
static bool
gather(const Object *self, SkBrood *brood, SkReport *report)
{
    SkReason reason = SK_REASON_NONE;
    int none = -1;

    if (sk_tree_stopped(self->tree, &reason)) {
        sk_steps_refuse(report, reason == SK_REASON_NONE ? SK_REASON_CRASH : reason, &none);
        return false;
    }
    sk_brood_findings(brood, report);
    if (brood->stop == brood->children->len)
        return true;
    sk_steps_refuse(report, brood->become[brood->stop].reason, &none);
    return false;
}

static bool
descend(const Object *self, SkReport *report, int *output, GError **error)
{
    g_auto(SkBrood) brood = { 0 };
    SkReason reason = SK_REASON_CRASH;
    unsigned depth = self->outer == NULL ? 1 : self->outer->depth + 1;
    sk_autofd container = sk_fd_steal(output);
    bool sound = report->type_in != SK_TYPE_NONE && report->type_in != SK_TYPE_CHILDREN;

    if (!sound || !sk_brood_take(&brood, self->tree, self->job, depth, self->path, container, &reason)) {
        sk_steps_refuse(report, reason, output);
        return true;
    }
    sk_fd_clear(&container); /* mapped, as long as the brood is there */
    sk_brood_run(&brood, self->lane, self->outer, run_part);
    if (!gather(self, &brood, report))
        return true;
    if (!self->tree->numbers)
        return assemble(self, &brood, report, output, error);
    report->outcome = SK_OUTCOME_CLEAN;
    report->reason = SK_REASON_NONE;
    return look_into_names(self, &brood, report, error);
}

/* As it came. false: @said is the answer. */
static bool
scan_object(const Object *self, SkReport *said)
{
    SkTree *tree = self->tree;

    if (tree->scan == NULL || tree->numbers || tree->scan(tree->scan_data, self->job, self->input, said))
        return true;
    g_mutex_lock(&tree->lock);
    tree->infected = tree->infected || said->reason == SK_REASON_MALWARE;
    g_mutex_unlock(&tree->lock);
    return false;
}

static void
add_findings(SkReport *to, const SkReport *from)
{
    for (unsigned i = 0; i < from->findings->len; i++) {
        const SkFinding *f = &g_array_index(from->findings, SkFinding, i);
        sk_report_find(to, f->element, f->action, sk_span_str(f->place), f->count);
    }
}

static bool
disarm_object(const Object *self, SkReport **ret_report, int *ret_output, GError **error)
{
    g_autoptr(SkReport) report = NULL;
    g_autoptr(SkReport) scanned = sk_report_new();
    sk_autofd output = -1;

    if (!scan_object(self, scanned)) {
        *ret_report = g_steal_pointer(&scanned);
        *ret_output = -1;
        return true;
    }
    if (!sk_steps_disarm(self->lane, self->job, self->deadline, self->input, &report, &output, error))
        return false;
    add_findings(report, scanned);
    if (self->tree->numbers)
        g_array_set_size(report->findings, 0); /* what else was found in it is of no interest here */
    if (report->outcome == SK_OUTCOME_CHILDREN) {
        if (!descend(self, report, &output, error))
            return false;
    } else if (self->tree->numbers && report->outcome == SK_OUTCOME_CLEAN) {
        sk_autofd text = sk_fd_steal(&output);
        if (!sk_steps_numbers(self->lane, self->tree->job, text, report, error))
            return false;
    }
    *ret_report = g_steal_pointer(&report);
    *ret_output = sk_fd_steal(&output);
    return true;
}

static bool
disarm_whole(SkTree *self, int input, SkReport **ret_report, int *ret_output, GError **error)
{
    Object object = { .tree = self,
                      .lane = sk_crew_lane(self->crew),
                      .job = self->job,
                      .path = "",
                      .deadline = sk_tree_deadline(self),
                      .input = input };

    g_autoptr(SkReport) report = NULL;
    sk_autofd output = -1;
    if (!disarm_object(&object, &report, &output, error))
        return false;
    if (self->error != NULL) {
        g_propagate_error(error, g_steal_pointer(&self->error));
        return false;
    }
    if (self->infected) /* whatever became of the rest of it */
        sk_steps_refuse(report, SK_REASON_MALWARE, &output);
    *ret_report = g_steal_pointer(&report);
    *ret_output = sk_fd_steal(&output);
    return true;
}

bool
sk_tree_disarm(SkTree *self, int input, SkReport **ret_report, int *ret_output, GError **error)
{
    return disarm_whole(self, input, ret_report, ret_output, error);
}

bool
sk_tree_numbers(SkTree *self, int input, SkReport **ret_report, GError **error)
{
    g_autoptr(SkReport) said = NULL;
    g_autoptr(SkReport) report = sk_report_new();
    sk_autofd nothing = -1;

    self->numbers = true;
    if (!disarm_whole(self, input, &said, &nothing, error))
        return false;
    bool scanned = said->outcome == SK_OUTCOME_CLEAN;
    for (unsigned i = 0; scanned && i < said->findings->len; i++) {
        const SkFinding *f = &g_array_index(said->findings, SkFinding, i);
        if (f->element == SK_ELEMENT_MY_NUMBER || f->element == SK_ELEMENT_NOT_SCANNED)
            sk_report_find(report, f->element, SK_ACTION_KEPT, sk_span_str(f->place), f->count);
    }
    if (!scanned || said->findings_cut)
        sk_report_find(report, SK_ELEMENT_NOT_SCANNED, SK_ACTION_KEPT, SK_SPAN_EMPTY, 1);
    *ret_report = g_steal_pointer(&report);
    return true;
}
