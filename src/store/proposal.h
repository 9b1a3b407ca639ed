/* SPDX-License-Identifier: Apache-2.0
 *
 * proposal.h - acts that take two people: one proposes, an administrator who is neither proposer
 * nor subject confirms. What a kind does when it is confirmed is in its owner's file, and runs in
 * the transaction that records the confirmation. Runs in: web, sealer (expiry). Trusts: nothing
 * said by a client. Spec: docs/people.md, docs/decisions/0112-two-people.md
 * Tests: tests/unit/store/test-proposal.c
 *
 * Errors as in store.h; codes: "not-found", "already-decided", "own-proposal" (the proposer, the
 * subject, or no administrator), "changed" (what was proposed no longer fits), and the kind's own.
 */
#pragma once

#include "store/account.h"

#define SK_PROPOSAL_LIFE (INT64_C(7) * 24 * 3600 * G_USEC_PER_SEC)
#define SK_PROPOSALS_OPEN_MAX 1000u /* more is LIMIT "too-many-proposals" */
#define SK_PROPOSAL_DETAIL_MAX (1u << 20)

typedef enum {
    SK_PROPOSAL_OPEN = 1,
    SK_PROPOSAL_CONFIRMED,
    SK_PROPOSAL_DENIED,
    SK_PROPOSAL_EXPIRED,
    SK_PROPOSAL_COUNT
} SkProposalState;

const char *sk_proposal_state_name(SkProposalState state);
SkProposalState sk_proposal_state_lookup(const char *name); /* 0 where there is none */

typedef struct {
    char *id; /* UUIDv7 */
    char *kind;
    char *subject; /* account's name, or "" */
    char *detail;  /* JSON of the kind; "" = none */
    char *object;  /* of the vault; "" = none */
    char *proposed_by;
    int64_t proposed_at;
    int64_t expires;
    SkProposalState state;
    char *decided_by;
    int64_t decided_at;
} SkProposal;

void sk_proposal_free(SkProposal *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkProposal, sk_proposal_free)

/**
 * SkProposalKind: what a confirmation carries out. A new kind is a row of the table in
 * proposal-kinds.c.
 * @carry_out: inside the transaction of the confirmation; writes its own act. A FORBIDDEN of its
 *     own leaves the proposal open; sets sk_store_why
 */
typedef struct {
    const char *kind;
    bool subject; /* is about an account */
    bool (*carry_out)(SkStore *store, const SkProposal *proposal, const char *actor,
                      GError **error);
    bool many; /* several about one account may be open at a time */
    /* May @proposer have proposed it without being an administrator? NULL: nobody. */
    bool (*own)(const SkProposal *proposal, const SkAccount *proposer);
} SkProposalKind;

/** SkPropose: NULL strings count as "". */
typedef struct {
    const char *kind; /* one of the table (asserted) */
    const char *subject;
    const char *detail;
    const char *object;
    const char *actor; /* who proposes: an account */
} SkPropose;

/** sk_proposal_add: FORBIDDEN "account-unknown" for a subject that nobody is. An open proposal of
 * the same kind about the same subject is taken back (state denied) by the new one, but for kinds
 * of which there may be many. */
bool sk_proposal_add(SkStore *self, const SkPropose *in, SkProposal **ret,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_db_propose: the same inside the caller's transaction. */
bool sk_db_propose(SkStore *store, const SkPropose *in, char **ret_id,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_proposal_get(SkStore *self, const char *id, SkProposal **ret,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_proposal_list: (element-type SkProposal): newest first. @state 0 = any; @ret_next as
 * sk_store_acts. */
bool sk_proposal_list(SkStore *self, SkProposalState state, const char *cursor, unsigned limit,
                      GPtrArray **ret, char **ret_next, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_proposal_confirm(SkStore *self, const char *id, const char *actor,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_proposal_deny: any administrator, the proposer too. */
bool sk_proposal_deny(SkStore *self, const char *id, const char *actor,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_proposal_expire: those past their time; for the sweep. */
bool sk_proposal_expire(SkStore *self, unsigned *ret_n, GError **error) G_GNUC_WARN_UNUSED_RESULT;
