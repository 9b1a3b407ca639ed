/* SPDX-License-Identifier: Apache-2.0
 *
 * prove.h - is what is loaded what the policy says? Every packet that the ruleset lets pass and the
 * policy does not allow, as sets with one packet each, the rule that let it pass and a change that
 * stops it; and the reverse: what the policy allows and the ruleset stops.
 * Runs in: sekisho-wall. Trusts: nothing in the ruleset: what its reader could not model ends the
 * proof. Every packet that is shown was walked (walk.h) and does what is said of it.
 * Spec: docs/wall-proof.md   Tests: tests/unit/wall/test-prove.c, test-mutants.c
 *
 * BuDDy's state is the process's: one proof at a time, one thread.
 */
#pragma once

#include "policy/policy.h"
#include "wall/ruleset.h"

/** SkWallVerdict: what was never filled in is not proven. */
typedef enum { SK_WALL_NOT_PROVEN = 0, SK_WALL_NOT_ALLOWED, SK_WALL_PROVED } SkWallVerdict;

/** SkWallQuestion: plain data; zeroed is a good question but for @now. */
typedef struct {
    int64_t now;                 /* µs UTC: expired flows are not allowed */
    const GPtrArray *interfaces; /* of char *: that exist besides those that are named; or NULL */
    const GArray *connections;   /* of SkWallConnection: that there are now; NULL: not known */
    bool machine;                /* of a machine as it is, whose connections have to be known */
    unsigned found_max;          /* sets shown for each pair of zones; 0: SK_WALL_FOUND_DEFAULT */
    bool no_edits;               /* do not look for changes that would mend it */
    bool no_blocked;             /* do not look for what is stopped */
} SkWallQuestion;

#define SK_WALL_FOUND_DEFAULT 4u
#define SK_WALL_BLOCKED_MAX 1u /* of what is stopped, for each pair of zones and family */

/** SkWallRuleAt: a rule on a packet's way that had a say. */
typedef struct {
    char *table; /* "inet sekisho" */
    char *chain;
    uint64_t handle; /* 0: none known */
    unsigned line;   /* 0: the policy of a base chain */
    char *rule;      /* as written; "policy accept" */
} SkWallRuleAt;

/** SkWallSentence: what a packet that is not allowed breaks. */
typedef enum {
    SK_WALL_BREAKS_NONE = 0, /* no sentence speaks of these two */
    SK_WALL_BREAKS_NARROWER, /* sentences do, of other addresses or ports */
    SK_WALL_BREAKS_EXPIRED,  /* a specific flow did, and is over */
    SK_WALL_BREAKS_TAKE_OUT, /* a zone's take-out is forbidden */
    SK_WALL_BREAKS_SPOOFED,  /* its source belongs to another side of the wall */
    SK_WALL_BREAKS_NO_STATE, /* it belongs to no connection */
    SK_WALL_BREAKS_MAC,      /* it is not the specific flow's host that sends it */
    SK_WALL_BREAKS_WALL,     /* the wall itself offers nothing here */
    SK_WALL_BREAKS_COUNT
} SkWallBreaks;

/** SkWallFound: packets that pass and should not (or the reverse), all alike. */
typedef struct {
    const char *from; /* a zone's name, "elsewhere" or "wall" */
    const char *to;
    SkPacket packet; /* one of them, as it comes in */
    char *text;      /* the same in words */
    char *region;    /* all of them */
    GPtrArray *path; /* of SkWallRuleAt; the last one decided */
    SkWallBreaks breaks;
    unsigned line;  /* of the policy; 0: none */
    char *sentence; /* in English, for --json; the command line says it in its language */
    char *edit;     /* a change of the ruleset that was proved to mend this; or NULL */
    bool perhaps;   /* it depends on something that is not modelled */
} SkWallFound;

typedef struct {
    SkWallVerdict verdict;
    GPtrArray *interfaces; /* of char *: numbers of packets' interfaces */
    GPtrArray *leaks;      /* of SkWallFound */
    GPtrArray *blocked;    /* of SkWallFound */
    bool more_leaks;       /* there are more sets than are shown */
    bool more_blocked;
    GPtrArray *unmodelled; /* of SkWallUnmodelled */
    bool inductive;        /* no connection may be older than the ruleset: that is assumed, or */
    bool looked_at;        /* each that there is was looked at: it is in the policy, or unmodelled */
    unsigned rules;
    unsigned nodes; /* of the decision diagrams, at the end */
    int64_t us;     /* it took so long, CPU time */
} SkWallProof;

/** SkWallProver: a ruleset with what passes through it, made once and asked by one policy after another. */
typedef struct SkWallProver SkWallProver;
/** sk_wall_prover_new: @ruleset must outlive it. It holds BuDDy from the first question until it is freed: nothing else may
 * prove meanwhile. */
SkWallProver *sk_wall_prover_new(const SkWallRuleset *ruleset);
void sk_wall_prover_free(SkWallProver *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkWallProver, sk_wall_prover_free)
/** sk_wall_prover_ask: (transfer full): as sk_wall_prove. What passes is made anew where a policy or question speaks of other
 * interfaces than the last one, and after a question that could not be decided. */
SkWallProof *sk_wall_prover_ask(SkWallProver *self, const SkPolicy *policy,
                                const SkWallQuestion *question);
/** sk_wall_prover_ready: makes what passes for a question that is asked next (in a process made from this one, say). */
void sk_wall_prover_ready(SkWallProver *self, const SkPolicy *policy,
                          const SkWallQuestion *question);
/** sk_wall_prove: (transfer full): never NULL; what cannot be decided is NOT PROVEN. The ruleset
 * and the policy may be freed before the proof, but not during it. */
SkWallProof *sk_wall_prove(const SkPolicy *policy, const SkWallRuleset *ruleset,
                           const SkWallQuestion *question);
void sk_wall_proof_free(SkWallProof *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkWallProof, sk_wall_proof_free)
const char *sk_wall_verdict_name(SkWallVerdict verdict); /* "not-allowed" */
/** sk_wall_proof_json: (transfer full): one object, one line without its end. */
char *sk_wall_proof_json(const SkWallProof *self);
/** sk_wall_proof_text: (transfer full): for a person; @language "ja" or "en". */
char *sk_wall_proof_text(const SkWallProof *self, const char *language, bool colour);

typedef enum {
    SK_WALL_SAME = 0,
    SK_WALL_DIFFERENT,
    SK_WALL_UNSURE_SAME /* something in one of them is not modelled, or changes packets */
} SkWallSame;

/** SkWallDifference: for DIFFERENT, a packet that one of the two surely lets pass and the other surely stops, or that
 * they surely translate in two ways. */
typedef struct {
    GPtrArray *interfaces; /* of char *: numbers of the packet's interfaces */
    SkPacket packet;
    char *why; /* in words: which lets it pass; UNSURE_SAME: why; SAME: NULL */
} SkWallDifference;

/**
 * sk_wall_same: do two rulesets let the same packets pass, every way and family? They may name
 * their tables and sets as they like. DIFFERENT is said of what the rules do, whatever the unknowns in them are;
 * lines that no rule is made of (a bridge's table) are left aside there. SAME is only said where nothing is unknown.
 * @ret: (out): to be cleared whatever is returned
 */
SkWallSame sk_wall_same(const SkWallRuleset *a, const SkWallRuleset *b, SkWallDifference *ret);
void sk_wall_difference_clear(SkWallDifference *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SkWallDifference, sk_wall_difference_clear)
