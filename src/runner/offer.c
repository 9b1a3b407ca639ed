/* SPDX-License-Identifier: Apache-2.0
 * offer.c - the sending end of the passage: offer what is due, hear the answers. Contract in runner.h. */
#include "runner/runner.h"

#include "base/io.h"
#include "base/log.h"
#include "base/uuid.h"
#include "passage/passage.h"
#include "store/mail.h"

#include <string.h>

#define OFFERS_AT_ONCE 16u

static SkAction
action_of(SkVerdict verdict)
{
    return verdict == SK_VERDICT_REMOVED ? SK_ACTION_REMOVED
           : verdict == SK_VERDICT_KEPT  ? SK_ACTION_KEPT
                                         : SK_ACTION_REPLACED;
}

/* The report crosses as its own frame, made anew from what the store kept. */
static int
make_report(const SkRunner *self, const SkCrossing *c, GError **error)
{
    g_autoptr(SkReport) report = sk_report_new();
    g_autoptr(GArray) findings = NULL;

    if (!sk_store_findings(self->store, c->id, &findings, error))
        return -1;
    for (unsigned i = 0; i < findings->len; i++) {
        const SkStoreFinding *f = &g_array_index(findings, SkStoreFinding, i);
        /* What the approver had to know of a take-out is not for the zone that it goes to. */
        if (f->element == SK_ELEMENT_MY_NUMBER || f->element == SK_ELEMENT_NOT_SCANNED)
            continue;
        sk_report_find(report, f->element, action_of(f->action), sk_span_str(f->place), f->count);
    }
    report->outcome = SK_OUTCOME_CLEAN;
    report->reason = SK_REASON_NONE;
    report->type_in = c->type_in;
    report->type_out = c->type_out;
    report->level = sk_handover_report_level(c->level);
    report->findings_cut = c->findings_cut;
    g_autoptr(GBytes) frame = sk_report_emit(report);
    return sk_memfd_from("report", sk_span_bytes(frame), error);
}

static bool
make_claim(const SkRunner *self, const SkCrossing *c, SkHandover *ret, GError **error)
{
    SkHandover h = { .kind = c->mail ? SK_HANDOVER_MAIL : SK_HANDOVER_FILE,
                     .type = c->type_out,
                     .level = c->level,
                     .information_class = c->class,
                     .size = c->bytes_out,
                     .created = c->created };

    if (!sk_unhex(c->sha256_out, h.digest, sizeof h.digest) ||
        !sk_unhex(c->sha256_in, h.digest_in, sizeof h.digest_in))
        return sk_throw(error, SK_ERROR_INTERNAL, "store: a digest is not hexadecimal");
    g_strlcpy(h.crossing, c->id, sizeof h.crossing);
    g_strlcpy(h.from, self->zone, sizeof h.from);
    g_strlcpy(h.to, c->to, sizeof h.to);
    g_strlcpy(h.sender, c->sender, sizeof h.sender);
    g_strlcpy(h.recipient, c->recipient, sizeof h.recipient);
    g_strlcpy(h.name, c->name_out, sizeof h.name);
    if (!sk_handover_is_well_formed(&h))
        return sk_throw(error, SK_ERROR_FORBIDDEN, "offer: a word of it may not cross");
    *ret = h;
    return true;
}

/* -1 for a file. */
static bool
make_envelope(const SkRunner *self, const SkCrossing *c, int *ret, GError **error)
{
    g_autoptr(SkEnvelope) envelope = NULL;

    if (!c->mail)
        return true;
    if (!sk_store_envelope(self->store, c->id, &envelope, error))
        return false;
    g_autoptr(GBytes) text = sk_envelope_emit(envelope);
    *ret = sk_memfd_from("envelope", sk_span_bytes(text), error);
    return *ret >= 0;
}

static bool
offer_one(const SkRunner *self, const SkRunnerPassage *passage, const SkCrossing *c, GError **error)
{
    SkHandover claim;

    /* The vault has checked the digest of what it gives: what is offered is what was disarmed. */
    sk_autofd content = sk_vault_get(sk_store_vault(self->store), c->object_out, SK_POLICY_SIZE_MAX,
                                     c->sha256_out, error);
    if (content < 0)
        return false;
    sk_autofd report = make_report(self, c, error);
    sk_autofd envelope = -1;
    return report >= 0 && make_claim(self, c, &claim, error) && make_envelope(self, c, &envelope, error) &&
           sk_passage_offer(passage->sock, &claim, content, report, envelope, error);
}

bool
sk_runner_offer_due(const SkRunner *self, GError **error)
{
    for (unsigned i = 0; i < self->n_passages; i++) {
        g_autoptr(GPtrArray) due = NULL;
        if (!sk_store_offers(self->store, self->passages[i].zone, OFFERS_AT_ONCE, &due, error))
            return false;
        for (unsigned j = 0; j < due->len; j++) {
            const SkCrossing *c = g_ptr_array_index(due, j);
            g_autoptr(GError) why = NULL;
            bool offered = offer_one(self, &self->passages[i], c, &why);
            if (!offered)
                sk_log(SK_LOG_WARNING, "not-offered", "crossing", c->id, "why", why->message, NULL);
            /* What can never be said over the passage does not wait there for its expiry. */
            if (!offered && g_error_matches(why, SK_ERROR, SK_ERROR_FORBIDDEN)) {
                SkEventDetails refused = { .reason = SK_REASON_FORBIDDEN };
                if (!sk_crossing_event(self->store, c->id, SK_EVENT_REFUSE, &refused, NULL, error))
                    return false;
                continue;
            }
            /* Until an answer comes the next attempt is already on its way. */
            if (!sk_store_offer_failed(self->store, c->id, error))
                return false;
        }
    }
    return true;
}

/* A station may only answer for crossings that we offered to it. */
static bool
is_ours(const SkRunner *self, unsigned passage, const char *id)
{
    g_autoptr(SkCrossing) c = NULL;

    return sk_store_get(self->store, id, &c, NULL) && c->box == SK_BOX_SENT && c->state == SK_STATE_OFFERED &&
           strcmp(c->to, self->passages[passage].zone) == 0;
}

bool
sk_runner_hear(const SkRunner *self, unsigned i, GError **error)
{
    g_autoptr(GError) why = NULL;
    SkAnswer answer;

    if (!sk_passage_receive_answer(self->passages[i].sock, &answer, &why)) {
        if (!g_error_matches(why, SK_ERROR, SK_ERROR_MALFORMED)) {
            g_propagate_error(error, g_steal_pointer(&why));
            return false;
        }
        sk_log(SK_LOG_WARNING, "answer-dropped", "why", why->message, NULL);
        return true;
    }
    if (answer.code == SK_ANSWER_RECEIVED || !is_ours(self, i, answer.crossing))
        return true; /* on its way; or said twice */
    SkEventDetails refused = { .reason = SK_REASON_VERIFY_FAILED };
    bool passed = answer.code == SK_ANSWER_ACCEPTED;
    if (sk_crossing_event(self->store, answer.crossing, passed ? SK_EVENT_PASS : SK_EVENT_REFUSE,
                          passed ? NULL : &refused, NULL, &why))
        return true;
    if (g_error_matches(why, SK_ERROR, SK_ERROR_FORBIDDEN))
        return true; /* expired between the look and the event */
    g_propagate_error(error, g_steal_pointer(&why));
    return false;
}
