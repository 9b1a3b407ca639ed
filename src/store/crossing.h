/* SPDX-License-Identifier: Apache-2.0
 *
 * crossing.h - what a crossing (通過) is, and the one table of its life: which event takes which
 * state where, on the sending and on the receiving side. No database here; store.h writes states.
 * Runs in: web, runner, intake, sealer, command line. Trusts: nothing.
 * Spec: docs/architecture.md (a crossing's life)   Tests: tests/unit/store/test-states.c
 */
#pragma once

#include "base/elements.h"
#include "base/types.h"

/** SkBox: which half of a crossing this station holds. */
typedef enum {
    SK_BOX_SENT = 1, /* handed in here, bound for another zone */
    SK_BOX_ARRIVED,  /* came over the passage */
    SK_BOX_COUNT
} SkBox;

typedef enum {
    SK_STATE_NONE = 0, /* not yet there; in the table: the event is forbidden */
    SK_STATE_RECEIVED, /* sent: waits for a worker */
    SK_STATE_WORKING,  /* sent: leased to a runner */
    SK_STATE_OFFERED,  /* sent: to be handed over until the other side answers */
    SK_STATE_PASSED,   /* sent: the receiver has committed to it */
    SK_STATE_ARRIVED,  /* arrived: stored, not yet decided; never deliverable */
    SK_STATE_READY,    /* arrived: verified and free; the recipient may collect */
    SK_STATE_DELIVERED,
    SK_STATE_HELD, /* both: waits for an approval */
    SK_STATE_REFUSED,
    SK_STATE_DENIED,
    SK_STATE_EXPIRED,
    SK_STATE_COUNT
} SkState;

typedef enum {
    SK_EVENT_RECEIVE = 1, /* sent, creation (sk_store_receive) */
    SK_EVENT_CLAIM,       /* sent: received → working (sk_store_claim only) */
    SK_EVENT_RELEASE, /* sent: working → received: the lease ran out, or the runner gives it back */
    SK_EVENT_OFFER,   /* sent: working → offered; needs an outcome */
    SK_EVENT_HOLD, /* sent: working → held; arrived: arrived → held; needs an outcome and `needed`
                    */
    SK_EVENT_CLEAR,   /* arrived: arrived → ready; needs an outcome */
    SK_EVENT_EXAMINE, /* held → held: whoever is to decide has looked at the result
                         (sk_store_examined) */
    SK_EVENT_VIEW,    /* held → held: whoever is to decide has read the report
                         (sk_store_viewed) */
    SK_EVENT_APPROVE, /* held → offered (sent) or ready (arrived); needs actor, digest, version */
    SK_EVENT_STEP,    /* held → held: an approval with more to come; made of APPROVE, never asked
                         for */
    SK_EVENT_REMIND,  /* held → held: it has waited long (sk_store_sweep) */
    SK_EVENT_LAPSE,   /* held → expired: nobody decided in time (sk_store_sweep) */
    SK_EVENT_DENY,    /* held → denied; needs an actor */
    SK_EVENT_REFUSE,  /* working, arrived → refused by this station, offered → refused by the
                         receiver; needs a reason; a mail also ready → refused: nobody takes it */
    SK_EVENT_PASS,    /* sent: offered → passed */
    SK_EVENT_CLOSE,   /* passed → passed: what was taken out has come back, or is no more
                         (sk_takeout_close) */
    SK_EVENT_RETURN_DUE, /* passed → passed: its day has come (sk_store_sweep) */
    SK_EVENT_ARRIVE,  /* arrived, creation (sk_store_arrive) */
    SK_EVENT_DELIVER, /* ready → delivered: the first complete body (sk_store_delivered) */
    SK_EVENT_REPEAT,  /* delivered → delivered: collected once more (sk_store_delivered) */
    SK_EVENT_EXPIRE,  /* any but expired → expired (sk_store_sweep) */
    SK_EVENT_COUNT
} SkEvent;

/** sk_crossing_next: the one table. SK_STATE_NONE where @event is forbidden in @state of @box.
 * Total. */
SkState sk_crossing_next(SkBox box, SkState state, SkEvent event);

const char *sk_box_name(SkBox box);       /* "sent", "arrived" */
const char *sk_state_name(SkState state); /* "received" …; "" for NONE */
const char *sk_event_name(SkEvent event); /* "receive", "claim", …: the word in acts and leaves */
SkState sk_state_lookup(const char *name); /* SK_STATE_NONE where there is none */
SkEvent sk_event_lookup(const char *name); /* 0 where there is none */

#define SK_STORE_CLASS_MAX 5u /* 自治体機密性: 1, 2, 3C, 3B, 3A as 1 to 5 */

/** SkStoreFinding: one finding as kept. Counts and places as the report frame had them, checked
 * there. */
typedef struct {
    SkElement element;
    SkVerdict action; /* REMOVED, REPLACED, KEPT or REFUSED */
    uint32_t count;
    char *place; /* owned; plain UTF-8 */
} SkStoreFinding;

/** SkCounts: sums of the findings' counts by action. */
typedef struct {
    uint64_t removed;
    uint64_t replaced;
    uint64_t kept;
} SkCounts;

/** SkApprovalStep: one consent of a chain. */
typedef struct {
    char *role;   /* owned; "section-head" */
    char *person; /* owned; who consented; "" until then */
    char *behalf; /* owned; as whose deputy; "" */
    int64_t time; /* 0: not yet */
} SkApprovalStep;

/**
 * SkCrossing: one row, as it was read. Strings are never NULL ("" = none), digests are 64
 * lower-case hexadecimal digits or "". After expiry name, name_out, sender, recipient,
 * takeout_reason and approved_by are "" and both objects are gone; the sealed leaves still verify.
 */
typedef struct {
    char *id; /* UUIDv7 */
    SkBox box;
    SkState state;
    char *from;      /* zone */
    char *to;        /* zone */
    char *sender;    /* account name; a claim where box is arrived */
    char *recipient; /* account name */
    char *section;   /* of the local person: sender if sent, recipient if arrived; "" if unknown */
    char *name;      /* as shown: plain UTF-8, at most SK_NAME_MAX bytes */
    char *name_out;  /* clean (sk_name_is_clean) */
    SkType type_in;
    SkType type_out;
    SkLevel level_asked; /* NONE: the rule's own */
    SkLevel level;
    uint64_t bytes_in;
    uint64_t bytes_out;
    unsigned class;       /* 自治体機密性, SK_STORE_CLASS_MAX; 0 = not asked */
    char *takeout_reason; /* what the sender wrote */
    SkReason reason;      /* why refused */
    int64_t created;
    int64_t updated;
    int64_t expires;       /* the row's end; 0 = never */
    int64_t keep_original; /* the vaulted original's end; 0 = as long as the row */
    SkCounts counts;
    bool findings_cut;
    char *approval;      /* role whose turn it is, "section-head"; the last one's when all have; "" =
                            none */
    GArray *steps;       /* of SkApprovalStep, in order; NULL = no approval is needed */
    int64_t held_until;  /* what is held then lapses; 0 = never */
    int64_t remind_at;   /* the next reminder; 0 = none */
    char *approved_by;   /* who approved or denied */
    int64_t approved_at; /* when; 0 = not decided */
    char *note;          /* the denier's words; "" */
    char *sha256_in;
    char *sha256_out;
    char *object_in;  /* vault id of the original; "" = none or dropped */
    char *object_out; /* vault id of the result */
    char *policy_digest;
    int64_t version; /* the station's version when this row last changed; greater = later */
    unsigned tries;  /* claims so far (sent) */
    char *worker;    /* who holds the lease while working; "" */
    bool mail;       /* a mail (mail.h): sender and recipient are "", its envelope says more */
    bool takeout;    /* sent towards less trust */
    char *outside;   /* who receives it outside of the town; "" */
    char *medium;    /* what it goes on, sk_takeout_media; "" = not said */
    int return_by;   /* day (since 1970-01-01, Japan) by which it is back or erased; 0 = none */
    char *closed;    /* "returned", "erased", "kept"; "" = open */
    char *closed_by;
    int64_t closed_at;
    char *closed_note;
} SkCrossing;

/** sk_crossing_open_step: the one whose turn it is; NULL where none is. */
const SkApprovalStep *sk_crossing_open_step(const SkCrossing *self);
void sk_crossing_free(SkCrossing *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkCrossing, sk_crossing_free)
