/* SPDX-License-Identifier: Apache-2.0
 * work.c - one crossing: claim, decide, disarm, decide again by what it really is, store the result.
 * Contract in runner.h. No branch here offers anything that a worker did not rebuild: whatever fails
 * is refused, or given back to be tried again. */
#include "runner/runner.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"
#include "base/uuid.h"
#include "passage/passage.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

typedef struct {
    const SkRunner *runner;
    const char *worker;
    const SkCrossing *crossing;
    SkDecision decision;
    SkReport *report;  /* owned */
    SkReport *numbers; /* owned: what was found in what goes down; NULL: not looked for */
    int output;        /* owned; sealed memfd */
    SkQuestion asked;  /* the last that was decided */
    bool as_it_is;     /* nothing is to be rebuilt: what is inside is only looked at */
    SkReason inside;   /* as it is: why what is inside may not leave; or NONE */
    bool had_children;
    int64_t renewed; /* the lease; monotonic */
    bool given_back;
} Work;

static void
work_clear(Work *self)
{
    g_clear_pointer(&self->report, sk_report_free);
    g_clear_pointer(&self->numbers, sk_report_free);
    sk_fd_clear(&self->output);
}

static SkVerdict
verdict_of(SkAction action)
{
    switch (action) {
    case SK_ACTION_REMOVED:
        return SK_VERDICT_REMOVED;
    case SK_ACTION_REPLACED:
        return SK_VERDICT_REPLACED;
    case SK_ACTION_KEPT:
        return SK_VERDICT_KEPT;
    case SK_ACTION_REFUSED:
        return SK_VERDICT_REFUSED;
    }
    return SK_VERDICT_REFUSED;
}

static void
add_findings(GArray *out, const SkReport *report)
{
    for (unsigned i = 0; report != NULL && i < report->findings->len; i++) {
        const SkFinding *f = &g_array_index(report->findings, SkFinding, i);
        sk_store_findings_add(out, f->element, verdict_of(f->action), f->count, f->place);
    }
}

/* Numbers first: however much else was found, they are among it. */
static GArray *
findings_of(const Work *self)
{
    GArray *out = sk_store_findings_new();

    add_findings(out, self->numbers);
    add_findings(out, self->report);
    return out;
}

static bool
refuse(Work *self, SkReason reason, GError **error)
{
    g_autoptr(GArray) findings = findings_of(self);
    SkEventDetails details = { .worker = self->worker,
                               .reason = reason,
                               .type_in = self->report == NULL ? SK_TYPE_NONE : self->report->type_in,
                               .findings = findings,
                               .findings_cut = self->report != NULL && self->report->findings_cut };

    sk_log(SK_LOG_INFO, "refused", "crossing", self->crossing->id, "reason", sk_reason_name(reason), NULL);
    return sk_crossing_event(self->runner->store, self->crossing->id, SK_EVENT_REFUSE, &details, NULL, error);
}

/* Something of ours failed (a full disk, an absent worker), not the object: it waits, and counts no try. */
static bool
give_back(Work *self, const char *why, GError **error)
{
    SkEventDetails details = { .worker = self->worker };

    self->given_back = true;
    sk_log(SK_LOG_WARNING, "given-back", "crossing", self->crossing->id, "why", why, NULL);
    return sk_crossing_event(self->runner->store, self->crossing->id, SK_EVENT_RELEASE, &details, NULL, error);
}

static SkReason
reason_of(const GError *why)
{
    return g_error_matches(why, SK_ERROR, SK_ERROR_LIMIT)         ? SK_REASON_LIMIT
           : g_error_matches(why, SK_ERROR, SK_ERROR_UNSUPPORTED) ? SK_REASON_UNSUPPORTED
                                                                  : SK_REASON_FORBIDDEN;
}

/* Why something may not even leave as it is: nobody can name it, it is not what it is called, or it is a program. */
static SkReason
bar_of(const SkReport *report)
{
    SkType type = report->type_in;
    SkReason reason = report->outcome == SK_OUTCOME_REFUSED ? report->reason : SK_REASON_NONE;

    if (reason == SK_REASON_TYPE_MISMATCH || reason == SK_REASON_LIMIT || reason == SK_REASON_MALWARE)
        return reason;
    if (type == SK_TYPE_NONE || *sk_type_get(type)->extension == '\0')
        return SK_REASON_UNSUPPORTED;
    return sk_type_is_program(type) ? SK_REASON_FORBIDDEN : SK_REASON_NONE;
}

/* false: @ret_reason says why not. */
static bool
decide(Work *self, SkType type, SkReason *ret_reason)
{
    g_autoptr(GError) why = NULL;
    const SkCrossing *c = self->crossing;
    SkQuestion question = { .from = c->from,
                            .to = c->to,
                            .type = type,
                            .level = c->level_asked,
                            .size = c->bytes_in,
                            .class = c->class,
                            .has_reason = c->takeout_reason[0] != '\0',
                            .numbers = self->numbers != NULL &&
                                       sk_report_has(self->numbers, SK_ELEMENT_MY_NUMBER) };

    self->asked = question;
    if (c->mail ? sk_policy_decide_mail(self->runner->policy, &question, &self->decision, &why)
                : sk_policy_decide_file(self->runner->policy, &question, &self->decision, &why))
        return true;
    *ret_reason = reason_of(why);
    return false;
}

/* ---- what stands inside -----------------------------------------------------------------------
 */

static bool
decide_inside(void *data, SkType type, uint64_t size, SkJob *job, SkReason *ret_reason)
{
    Work *self = data;
    g_autoptr(GError) why = NULL;
    SkDecision decision;

    if (self->as_it_is)
        return true;
    if (!sk_policy_decide_inside(self->runner->policy, &self->asked, type, self->crossing->level_asked, size,
                                 &decision, &why)) {
        *ret_reason = reason_of(why);
        return false;
    }
    job->level = decision.level;
    job->dpi = decision.dpi;
    job->limits.input = decision.size_max;
    memcpy(job->verdicts, decision.verdicts, sizeof job->verdicts);
    return true;
}

/* What may not leave as it is by itself does not leave inside of something else. The least reason of all counts: that
 * does not depend on who was first. */
static void
told_inside(void *data, const char *path, const SkReport *report)
{
    Work *self = data;
    SkReason reason = bar_of(report);

    (void)path;
    self->had_children = true;
    if (reason != SK_REASON_NONE && (self->inside == SK_REASON_NONE || reason < self->inside))
        self->inside = reason;
}

/* What has many parts takes longer than a lease. One that is lost shows when the work is handed in. */
static void
keep_lease(void *data)
{
    Work *self = data;
    g_autoptr(GError) why = NULL;
    int64_t now = sk_clock_monotonic();

    if (now - self->renewed < SK_RUNNER_LEASE_US / 15)
        return;
    self->renewed = now;
    if (!sk_store_renew(self->runner->store, self->crossing->id, self->worker, SK_RUNNER_LEASE_US, &why))
        sk_log(SK_LOG_WARNING, "lease-not-renewed", "crossing", self->crossing->id, "why", why->message, NULL);
}

static SkChildRules
rules_of(Work *self)
{
    return (SkChildRules){ .decide = decide_inside, .told = told_inside, .tick = keep_lease, .data = self };
}

/* Web sends it before the crossing is there to be claimed. What is no longer there was lost with an earlier
 * runner: then the object is refused as locked, and handed in again. */
static void
give_password(const Work *self, SkJob *job)
{
    if (self->runner->secrets == NULL)
        return;
    sk_secrets_take(self->runner->secrets);
    if (!sk_job_set_password(job, sk_secrets_get(self->runner->secrets, self->crossing->object_in)))
        sk_log(SK_LOG_WARNING, "password-unusable", "crossing", self->crossing->id, NULL);
}

static bool
run_disarm(Work *self, int input, SkType hint, GError **error)
{
    SkJob job = sk_job_default();

    g_clear_pointer(&self->report, sk_report_free);
    sk_fd_clear(&self->output);
    job.level = self->decision.level;
    job.hint = hint;
    job.strict_hint = hint != SK_TYPE_NONE;
    job.dpi = self->decision.dpi;
    job.limits.input = self->decision.size_max;
    memcpy(job.verdicts, self->decision.verdicts, sizeof job.verdicts);
    give_password(self, &job);
    const SkChildRules rules = rules_of(self);
    bool ran = sk_pipeline_disarm(self->runner->pipeline, &job, &rules, input, &self->report, &self->output, error);
    sk_job_forget(&job);
    return ran;
}

/* ---- what goes down as it is ------------------------------------------------------------------
 */

/* What a worker would have taken out of it stays in it: that is what the approver is told. */
static void
call_kept(SkReport *report, SkType type)
{
    for (unsigned i = 0; i < report->findings->len; i++)
        g_array_index(report->findings, SkFinding, i).action = SK_ACTION_KEPT;
    report->outcome = SK_OUTCOME_CLEAN;
    report->reason = SK_REASON_NONE;
    report->type_in = type;
    report->type_out = type;
    report->level = SK_LEVEL_ORIGINAL;
}

/* A worker looks at it all the same: for what it is, and what is in it. What nobody can name, what is
 * not what it is called, and programs do not leave even so. */
static bool
run_original(Work *self, int input, SkType hint, GError **error)
{
    self->decision.level = SK_LEVEL_REBUILT;
    self->as_it_is = true;
    self->inside = SK_REASON_NONE;
    self->had_children = false;
    bool ran = run_disarm(self, input, hint, error);
    self->as_it_is = false;
    self->decision.level = SK_LEVEL_ORIGINAL;
    if (!ran)
        return false;
    SkReason reason = bar_of(self->report);
    sk_fd_clear(&self->output);
    bool unscanned = self->decision.verdicts[SK_ELEMENT_UNSCANNED] == SK_VERDICT_REFUSED &&
                     (self->report->findings_cut || sk_report_has(self->report, SK_ELEMENT_UNSCANNED));
    if (reason == SK_REASON_NONE)
        reason = self->inside;
    if (reason == SK_REASON_NONE && unscanned)
        reason = SK_REASON_FORBIDDEN;
    if (reason == SK_REASON_NONE && self->had_children && self->report->outcome == SK_OUTCOME_REFUSED)
        return true; /* not all of it was looked at */
    if (reason != SK_REASON_NONE) {
        sk_report_refuse(self->report, reason);
        return true;
    }
    call_kept(self->report, self->report->type_in);
    self->output = fcntl(input, F_DUPFD_CLOEXEC, 0);
    if (self->output < 0)
        return sk_throw(error, SK_ERROR_IO, "original: %s", g_strerror(errno));
    return true;
}

static bool
run_level(Work *self, int input, SkType hint, GError **error)
{
    return self->decision.level == SK_LEVEL_ORIGINAL ? run_original(self, input, hint, error)
                                                     : run_disarm(self, input, hint, error);
}

/* ---- numbers of people in what goes down ------------------------------------------------------
 */

/* What goes along with the content, or stands beside it where people read it: its name, as it came and as it
 * leaves, whom it is for outside, and why. */
static bool
scan_words(Work *self, GError **error)
{
    const SkCrossing *c = self->crossing;
    g_autofree char *clean = sk_name_clean(c->name, self->report->type_out);
    const struct {
        const char *words, *place;
    } all[] = { { c->name, "name" },
                { strcmp(clean, c->name) == 0 ? "" : clean, "name" },
                { c->outside, "outside" },
                { c->takeout_reason, "reason" } };

    for (unsigned i = 0; i < G_N_ELEMENTS(all); i++)
        if (all[i].words[0] != '\0' &&
            !sk_pipeline_numbers_in(self->runner->pipeline, sk_span_str(all[i].words), all[i].place,
                                    self->numbers, error))
            return false;
    return true;
}

/* Pictures of pages cannot be looked through; what they were drawn of can. */
static bool
scan(Work *self, int input, GError **error)
{
    SkJob job = sk_job_default();
    bool drawn = self->report->level == SK_LEVEL_IMAGE;

    job.hint = drawn ? sk_type_from_name(self->crossing->name) : self->report->type_out;
    job.dpi = self->decision.dpi;
    job.limits.input = MAX(self->decision.size_max, job.limits.output);
    if (drawn || self->report->level == SK_LEVEL_ORIGINAL)
        give_password(self, &job);
    const SkChildRules rules = rules_of(self);
    bool ran = sk_pipeline_numbers(self->runner->pipeline, &job, &rules, drawn ? input : self->output,
                                   &self->numbers, error);
    sk_job_forget(&job);
    return ran && scan_words(self, error);
}

static bool
is_refused(const Work *self, SkElement element)
{
    return self->decision.verdicts[element] == SK_VERDICT_REFUSED &&
           sk_report_has(self->numbers, element);
}

/* What is found is held for everybody whom the sentence names, and told without the numbers. */
static bool
look_for_numbers(Work *self, int input, SkReason *ret_reason, GError **error)
{
    if (self->decision.direction != SK_DIRECTION_DOWN || *ret_reason != SK_REASON_NONE)
        return true;
    if (!scan(self, input, error))
        return false;
    if (is_refused(self, SK_ELEMENT_MY_NUMBER) || is_refused(self, SK_ELEMENT_NOT_SCANNED))
        *ret_reason = SK_REASON_FORBIDDEN;
    else
        decide(self, self->report->type_in, ret_reason);
    return true;
}

static bool
keep_result(Work *self, GError **error)
{
    const SkCrossing *c = self->crossing;
    bool held = self->decision.direction == SK_DIRECTION_DOWN && self->decision.steps_n > 0;
    g_autofree char *chain = held ? sk_decision_chain(&self->decision) : NULL;
    g_autofree char *object = NULL;
    g_autofree char *name_out = sk_name_clean(c->name, self->report->type_out);
    g_autoptr(GArray) findings = findings_of(self);
    uint8_t digest[SK_SHA256_BYTES];

    if (!sk_vault_put_fd(sk_store_vault(self->runner->store), self->output, SK_POLICY_SIZE_MAX, &object, digest,
                         error))
        return false;
    g_autofree char *hex = sk_hex(sk_span(digest, sizeof digest));
    SkOutcomeRow outcome = { .type_in = self->report->type_in,
                             .type_out = self->report->type_out,
                             .level = self->report->level,
                             .name_out = name_out,
                             .object_out = object,
                             .sha256_out = hex,
                             .bytes_out = (uint64_t)sk_io_size(self->output) };
    SkEventDetails details = { .worker = self->worker,
                               .outcome = &outcome,
                               .approval = chain,
                               .within = self->decision.within_us,
                               .remind = self->decision.remind_us,
                               .findings = findings,
                               .findings_cut = self->report->findings_cut };
    return sk_crossing_event(self->runner->store, c->id, held ? SK_EVENT_HOLD : SK_EVENT_OFFER, &details, NULL,
                             error);
}

/* Does @decision ask the disarmer for another thing than @other? */
static bool
asks_otherwise(const SkDecision *decision, const SkDecision *other)
{
    return decision->level != other->level || decision->dpi != other->dpi ||
           memcmp(decision->verdicts, other->verdicts, sizeof decision->verdicts) != 0;
}

/* The rule may be another once the content says what it is: then its level and verdicts count. */
static bool
disarm_by_rule(Work *self, int input, SkReason *ret_reason, GError **error)
{
    SkType hint = sk_type_from_name(self->crossing->name);

    if (!decide(self, hint, ret_reason))
        return true;
    const SkDecision first = self->decision;
    if (!run_level(self, input, hint, error))
        return false;
    if (self->report->type_in != SK_TYPE_NONE && !decide(self, self->report->type_in, ret_reason))
        return true;
    if (asks_otherwise(&self->decision, &first) && !run_level(self, input, hint, error))
        return false;
    *ret_reason = self->report->outcome == SK_OUTCOME_CLEAN ? SK_REASON_NONE : self->report->reason;
    return look_for_numbers(self, input, ret_reason, error);
}

static bool
work(Work *self, GError **error)
{
    g_autoptr(GError) why = NULL;
    SkReason reason = SK_REASON_FORBIDDEN;
    const SkCrossing *c = self->crossing;
    sk_autofd input = sk_vault_get(sk_store_vault(self->runner->store), c->object_in, SK_POLICY_SIZE_MAX,
                                   c->sha256_in, &why);

    /* An original that the vault cannot vouch for any more will not get better by waiting. */
    if (input < 0 && !g_error_matches(why, SK_ERROR, SK_ERROR_IO))
        return refuse(self, SK_REASON_CRASH, error);
    if (input < 0 || !disarm_by_rule(self, input, &reason, &why))
        return give_back(self, why->message, error);
    if (reason != SK_REASON_NONE)
        return refuse(self, reason, error);
    if (!keep_result(self, &why))
        return give_back(self, why->message, error);
    return true;
}

bool
sk_runner_work_once(const SkRunner *self, const char *worker, SkTurn *ret, GError **error)
{
    g_autoptr(SkCrossing) crossing = NULL;
    g_autoptr(GError) lost = NULL;

    if (!sk_store_claim(self->store, worker, SK_RUNNER_LEASE_US, &crossing, error))
        return false;
    *ret = SK_TURN_IDLE;
    if (crossing == NULL)
        return true;
    __attribute__((cleanup(work_clear))) Work w = { .runner = self, .worker = worker, .crossing = crossing, .output = -1,
                                                 .renewed = sk_clock_monotonic() };
    bool worked = work(&w, &lost);
    *ret = w.given_back ? SK_TURN_GIVEN_BACK : SK_TURN_DONE;
    if (self->secrets != NULL && !w.given_back)
        sk_secrets_forget(self->secrets, crossing->object_in);
    if (worked)
        return true;
    /* A lease that ran out, or a crossing that expired, is somebody else's now: not our failure. */
    if (g_error_matches(lost, SK_ERROR, SK_ERROR_FORBIDDEN)) {
        sk_log(SK_LOG_WARNING, "claim-lost", "crossing", crossing->id, "why", lost->message, NULL);
        return true;
    }
    g_propagate_error(error, g_steal_pointer(&lost));
    return false;
}
