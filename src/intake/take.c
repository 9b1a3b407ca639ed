/* SPDX-License-Identifier: Apache-2.0
 * take.c - an offer becomes a stored crossing, and gets its answer. Contract in intake.h. Stored and
 * committed first, answered second, decided third, answered again: a crash between any two is a
 * repeated offer, and a repeated offer is answered from the row. */
#include "intake/intake.h"

#include "base/io.h"
#include "base/log.h"
#include "base/uuid.h"
#include "passage/passage.h"

#include <inttypes.h>
#include <string.h>

/* What the other side says of its report is a claim too: decoded as hostile, kept as its claim. */
static SkReport *
claimed_report(const SkOffer *offer, GError **error)
{
    SkReport *report = NULL;

    if (sk_io_size(offer->report) > (int64_t)SK_REPORT_BYTES_MAX) {
        g_set_error(error, SK_ERROR, SK_ERROR_LIMIT, "offer: the report is over %u bytes", SK_REPORT_BYTES_MAX);
        return NULL;
    }
    g_autoptr(GBytes) bytes = sk_memfd_map(offer->report, error);
    if (bytes == NULL || !sk_report_parse(sk_span_bytes(bytes), &report, error))
        return NULL;
    return report;
}

static GArray *
claimed_findings(const SkReport *report)
{
    GArray *out = sk_store_findings_new();

    for (unsigned i = 0; i < report->findings->len; i++) {
        const SkFinding *f = &g_array_index(report->findings, SkFinding, i);
        SkVerdict verdict = f->action == SK_ACTION_REMOVED ? SK_VERDICT_REMOVED
                            : f->action == SK_ACTION_KEPT  ? SK_VERDICT_KEPT
                                                           : SK_VERDICT_REPLACED;
        sk_store_findings_add(out, f->element, verdict, f->count, f->place);
    }
    return out;
}

/* The envelope is one as well. NULL for a file. */
static bool
claimed_envelope(const SkOffer *offer, SkEnvelope **ret, GError **error)
{
    if (offer->claim.kind != SK_HANDOVER_MAIL)
        return true;
    g_autoptr(GBytes) text = sk_memfd_map(offer->envelope, error);
    return text != NULL && sk_envelope_parse(sk_span_bytes(text), ret, error);
}

/* A claim that contradicts the passage it came through, its own bytes or itself is malformed. */
static bool
check_claim(const SkIntake *self, unsigned i, const SkOffer *offer, const SkReport *report, GError **error)
{
    uint8_t digest[SK_HANDOVER_DIGEST_LEN];

    if (strcmp(offer->claim.from, self->passages[i].zone) != 0 || strcmp(offer->claim.to, self->zone) != 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "offer: zones that are not this passage's");
    if (offer->claim.size > SK_POLICY_SIZE_MAX)
        return sk_throw(error, SK_ERROR_MALFORMED, "offer: over the largest size there is");
    if (report->outcome != SK_OUTCOME_CLEAN || report->type_out != offer->claim.type ||
        report->level != sk_handover_report_level(offer->claim.level))
        return sk_throw(error, SK_ERROR_MALFORMED, "offer: the report contradicts the claim");
    if (!sk_passage_digest(offer->content, digest, error))
        return false;
    if (memcmp(digest, offer->claim.digest, sizeof digest) != 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "offer: the content has another digest than claimed");
    return true;
}

/* By our own policy, whatever the other side calls it. */
static bool
is_takeout(const SkIntake *self, const SkHandover *claim)
{
    const SkZone *from = sk_policy_zone(self->policy, claim->from);
    const SkZone *to = sk_policy_zone(self->policy, self->zone);
    return from != NULL && to != NULL && from->trust > to->trust;
}

static bool
store_offer(const SkIntake *self, const SkOffer *offer, const SkReport *report, const SkEnvelope *envelope,
            SkCrossing **ret, GError **error)
{
    const SkHandover *claim = &offer->claim;
    SkVault *vault = sk_store_vault(self->store);
    g_autofree char *hex = sk_hex(sk_span(claim->digest, sizeof claim->digest));
    g_autofree char *object = NULL;
    g_autoptr(GArray) findings = claimed_findings(report);
    bool existing = false;

    if (!sk_vault_put_fd(vault, offer->content, claim->size, &object, NULL, error))
        return false;
    SkArrival arrival = { .id = claim->crossing,
                          .from = claim->from,
                          .sender = claim->sender,
                          .recipient = claim->recipient,
                          .name = claim->name,
                          .type_in = report->type_in,
                          .type_out = claim->type,
                          .level = claim->level,
                          .class = claim->information_class,
                          .object_out = object,
                          .sha256_out = hex,
                          .bytes_out = claim->size,
                          .policy_digest = sk_policy_digest(self->policy),
                          .findings = findings,
                          .findings_cut = report->findings_cut,
                          .keep_for = envelope == NULL ? SK_INTAKE_KEEP_US : 0,
                          .envelope = envelope,
                          .takeout = is_takeout(self, claim) };
    bool stored = sk_store_arrive(self->store, &arrival, ret, &existing, error);
    if ((!stored || existing) && !sk_vault_remove(vault, object, NULL))
        sk_log(SK_LOG_WARNING, "object-left", "crossing", claim->crossing, NULL); /* swept within the hour */
    return stored;
}

static SkAnswerCode
answer_for(SkState state)
{
    switch (state) {
    case SK_STATE_ARRIVED:
        return SK_ANSWER_RECEIVED;
    case SK_STATE_READY:
    case SK_STATE_DELIVERED:
    case SK_STATE_HELD:
    case SK_STATE_DENIED:
    case SK_STATE_EXPIRED:
        return SK_ANSWER_ACCEPTED; /* what people here do with it is not the other side's to know */
    case SK_STATE_NONE:
    case SK_STATE_RECEIVED:
    case SK_STATE_WORKING:
    case SK_STATE_OFFERED:
    case SK_STATE_PASSED:
    case SK_STATE_REFUSED:
    case SK_STATE_COUNT:
        break;
    }
    return SK_ANSWER_REFUSED;
}

static bool
answer(const SkIntake *self, unsigned i, const char *id, GError **error)
{
    g_autoptr(SkCrossing) now = NULL;
    g_autoptr(GError) unsaid = NULL;

    if (!sk_store_get(self->store, id, &now, error))
        return false;
    if (!sk_passage_answer(self->passages[i].sock, id, answer_for(now->state), &unsaid))
        sk_log(SK_LOG_WARNING, "answer-unsaid", "crossing", id, "why", unsaid->message, NULL); /* it will ask again */
    return true;
}

/* A station that was taken over offers as much as it likes; the last room on the disk stays with our
 * own people, the database and the seal. An offer is repeated until there is room again. */
static bool
has_room(const SkIntake *self, const SkOffer *offer, GError **error)
{
    uint64_t free_bytes = 0;
    uint64_t total = 0;

    if (!sk_vault_disk(sk_store_vault(self->store), &free_bytes, &total, error))
        return false;
    uint64_t reserve = MIN(SK_INTAKE_RESERVE, total / 4);
    if (free_bytes < reserve || free_bytes - reserve < offer->claim.size)
        return sk_throw(error, SK_ERROR_IO, "no room: %" PRIu64 " bytes free on the vault's disk", free_bytes);
    return true;
}

static bool
take(const SkIntake *self, unsigned i, const SkOffer *offer, GError **error)
{
    g_autoptr(SkCrossing) crossing = NULL;
    g_autoptr(SkEnvelope) envelope = NULL;
    g_autoptr(SkReport) report = claimed_report(offer, error);

    if (report == NULL || !claimed_envelope(offer, &envelope, error) || !check_claim(self, i, offer, report, error) || !has_room(self, offer, error) ||
        !store_offer(self, offer, report, envelope, &crossing, error) || !answer(self, i, crossing->id, error))
        return false;
    if (crossing->state != SK_STATE_ARRIVED)
        return true; /* asked again, and answered */
    return sk_intake_decide(self, crossing, offer->content, error) && answer(self, i, crossing->id, error);
}

bool
sk_intake_take(const SkIntake *self, unsigned i, GError **error)
{
    g_auto(SkOffer) offer = { .content = -1, .report = -1, .envelope = -1 };
    g_autoptr(GError) why = NULL;

    if (sk_passage_receive(self->passages[i].sock, &offer, &why) && take(self, i, &offer, &why))
        return true;
    /* Ours are the disk, the verifier and the program; whatever else went wrong, the offer is at fault. */
    if (!g_error_matches(why, SK_ERROR, SK_ERROR_IO) && !g_error_matches(why, SK_ERROR, SK_ERROR_SANDBOX) &&
        !g_error_matches(why, SK_ERROR, SK_ERROR_INTERNAL)) {
        sk_log(SK_LOG_WARNING, "offer-dropped", "from", self->passages[i].zone, "why", why->message, NULL);
        return true;
    }
    g_propagate_error(error, g_steal_pointer(&why));
    return false;
}
