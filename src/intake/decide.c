/* SPDX-License-Identifier: Apache-2.0
 * decide.c - what becomes of an arrived crossing: our policy first, our verifier second, an approval
 * third. Contract in intake.h. Every way out of here but one is a refusal. */
#include "intake/intake.h"

#include "base/log.h"
#include "store/account.h"

#include <string.h>

static bool
refuse(const SkIntake *self, const SkCrossing *c, SkReason reason, GError **error)
{
    SkEventDetails details = { .reason = reason, .type_in = c->type_in };

    sk_log(SK_LOG_INFO, "refused", "crossing", c->id, "reason", sk_reason_name(reason), NULL);
    return sk_crossing_event(self->store, c->id, SK_EVENT_REFUSE, &details, NULL, error);
}

/* The type that was handed in is the sender's claim; a narrower rule can be had by lying about it, but
 * only for content that passes verify at that rule's level. */
static SkQuestion
question_of(const SkIntake *self, const SkCrossing *c)
{
    return (SkQuestion){ .from = c->from,
                         .to = self->zone,
                         .type = c->type_in == SK_TYPE_NONE ? c->type_out : c->type_in,
                         .level = c->level,
                         .size = c->bytes_out,
                         .class = c->class,
                         .has_reason = true }; /* it stays with the station that approved it */
}

static bool
is_allowed(const SkIntake *self, const SkCrossing *c, SkDecision *ret, SkReason *ret_reason)
{
    g_autoptr(GError) why = NULL;
    const SkQuestion question = question_of(self, c);

    if (c->mail ? c->level == SK_LEVEL_TEXT && sk_policy_decide_mail(self->policy, &question, ret, &why)
                : sk_policy_decide_file(self->policy, &question, ret, &why))
        return true;
    *ret_reason = g_error_matches(why, SK_ERROR, SK_ERROR_LIMIT) ? SK_REASON_LIMIT : SK_REASON_FORBIDDEN;
    return false;
}

typedef struct {
    const SkIntake *intake;
    SkQuestion whole;
} Inside;

/* What stands inside an archive comes without a word of what it was: it is let in as whatever our policy lets in that
 * may have become it. */
static bool
way_in(void *data, SkType type, uint64_t size, unsigned way, SkJob *job)
{
    const Inside *inside = data;
    SkDecision decision;

    if (!sk_policy_way_in(inside->intake->policy, &inside->whole, type, size, way, &decision))
        return false;
    job->level = decision.level;
    memcpy(job->verdicts, decision.verdicts, sizeof job->verdicts);
    return true;
}

static bool
verify(const SkIntake *self, const SkCrossing *c, const SkDecision *decision, int content, SkReport **ret,
       GError **error)
{
    SkJob job = sk_job_default();

    job.limits.input = SK_POLICY_SIZE_MAX;
    /* What our policy has removed or refused is looked for here, whatever the sender says it did. */
    memcpy(job.verdicts, decision->verdicts, sizeof job.verdicts);
    Inside inside = { .intake = self, .whole = question_of(self, c) };
    const SkChildRules rules = { .prove = way_in, .data = &inside };
    return sk_pipeline_verify(self->pipeline, c->type_out, c->level, &job, &rules, content, ret, error);
}

/* A database that cannot be asked is no answer: the crossing stays arrived until it can. */
static bool
has_recipient(const SkIntake *self, const SkCrossing *c, bool *ret, GError **error)
{
    g_autoptr(SkAccount) account = NULL;
    g_autoptr(GError) why = NULL;

    *ret = c->mail; /* whom it is for, the inner mail server knows */
    if (c->mail)
        return true;
    *ret = sk_account_get(self->store, c->recipient, &account, &why);
    if (*ret || g_error_matches(why, SK_ERROR, SK_ERROR_FORBIDDEN))
        return true;
    g_propagate_error(error, g_steal_pointer(&why));
    return false;
}

static bool
let_in(const SkIntake *self, const SkCrossing *c, const SkDecision *decision, GError **error)
{
    /* Downward the sending, more trusted station has had its approval already. */
    bool held = decision->direction == SK_DIRECTION_UP && decision->steps_n > 0;
    g_autofree char *chain = held ? sk_decision_chain(decision) : NULL;
    SkOutcomeRow outcome = { .type_in = c->type_in,
                             .type_out = c->type_out,
                             .level = c->level,
                             .name_out = c->name_out,
                             .object_out = c->object_out,
                             .sha256_out = c->sha256_out,
                             .bytes_out = c->bytes_out,
                             .keep_for = c->mail ? 0 : SK_INTAKE_KEEP_US };
    SkEventDetails details = { .outcome = &outcome,
                               .approval = chain,
                               .within = decision->within_us,
                               .remind = decision->remind_us };

    return sk_crossing_event(self->store, c->id, held ? SK_EVENT_HOLD : SK_EVENT_CLEAR, &details, NULL, error);
}

bool
sk_intake_decide(const SkIntake *self, const SkCrossing *c, int content, GError **error)
{
    g_autoptr(SkReport) report = NULL;
    SkDecision decision;
    SkReason reason = SK_REASON_FORBIDDEN;
    bool known = false;

    if (!is_allowed(self, c, &decision, &reason))
        return refuse(self, c, reason, error);
    if (!has_recipient(self, c, &known, error))
        return false;
    if (!known)
        return refuse(self, c, SK_REASON_FORBIDDEN, error);
    /* Only our own policy makes it so, and only from more trust to less: the check of what nobody rebuilt
     * was the approval there. */
    if (c->level == SK_LEVEL_ORIGINAL)
        return decision.level == SK_LEVEL_ORIGINAL && decision.direction == SK_DIRECTION_DOWN
                   ? let_in(self, c, &decision, error)
                   : refuse(self, c, SK_REASON_FORBIDDEN, error);
    if (!verify(self, c, &decision, content, &report, error))
        return false; /* stays arrived: tried again when the verifier can run */
    if (report->outcome != SK_OUTCOME_CLEAN || report->type_out != c->type_out)
        return refuse(self, c, report->outcome == SK_OUTCOME_REFUSED ? report->reason : SK_REASON_VERIFY_FAILED,
                      error);
    return let_in(self, c, &decision, error);
}

bool
sk_intake_resume(const SkIntake *self, GError **error)
{
    g_autoptr(GPtrArray) arrived = NULL;

    if (!sk_store_in_state(self->store, SK_BOX_ARRIVED, SK_STATE_ARRIVED, SK_LIST_LIMIT_MAX, &arrived, error))
        return false;
    for (unsigned i = 0; i < arrived->len; i++) {
        const SkCrossing *c = g_ptr_array_index(arrived, i);
        g_autoptr(GError) why = NULL;
        sk_autofd content = sk_vault_get(sk_store_vault(self->store), c->object_out, SK_POLICY_SIZE_MAX,
                                         c->sha256_out, &why);
        if (content < 0) {
            sk_log(SK_LOG_ERROR, "arrived-unreadable", "crossing", c->id, "why", why->message, NULL);
            if (!refuse(self, c, SK_REASON_CRASH, error))
                return false;
        } else if (!sk_intake_decide(self, c, content, error)) {
            return false;
        }
    }
    return true;
}
