/* SPDX-License-Identifier: Apache-2.0
 *
 * exercise.h - a policy put to a ruleset in packets: every corner of everything that it allows, the
 * value just outside of each, and the counterexamples of the proof, sent for real; and where the
 * kernel did otherwise than the policy says.
 * Runs in: sekisho-wall. Trusts: the policy, which has been checked; the kernel.
 * Spec: docs/replay.md   Tests: tests/unit/wall/test-replay.c, tests/e2e/e2e-replay
 */
#pragma once

#include "policy/policy.h"
#include "wall/replay.h"
#include "wall/snapshot.h"

typedef struct {
    const SkPolicy *policy;
    int64_t now; /* µs UTC */
    SkReplayOpening opening;
    const char *nft; /* texts, or NULL */
    const char *iptables;
    const char *ip6tables;
    const char *iptables_legacy;
    const char *ip6tables_legacy;
    const SkWallSnapshot *snapshot; /* or NULL: the machine that these texts are of */
    bool no_proof;                  /* send no counterexamples */
} SkExerciseSpec;

/** SkExerciseFound: one packet about which policy, proof and kernel do not say the same. */
typedef struct {
    SkPacket packet;
    bool allowed; /* by the policy */
    bool proof;   /* the proof had named it */
    SkReplayEnd end;
    char *text;   /* the packet */
    char *result; /* what became of it, with the path: lines */
} SkExerciseFound;

typedef struct {
    size_t probes;
    size_t ends[SK_REPLAY_END_COUNT];
    GPtrArray *found;       /* of SkExerciseFound: not as the policy says, or unaccounted */
    GPtrArray *unconfirmed; /* of SkExerciseFound: the proof says otherwise than the kernel */
    GHashTable *why; /* static text → how many (GUINT_TO_POINTER): neither arrived nor dropped */
    int64_t us;      /* that sending took */
} SkExercise;

/** sk_exercise_run: @error: as sk_replay_open; SK_ERROR_MALFORMED where the ruleset cannot be read. */
bool sk_exercise_run(const SkExerciseSpec *spec, SkExercise **ret,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_exercise_free(SkExercise *self); /* NULL is a no-op */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkExercise, sk_exercise_free)
/** sk_exercise_agrees: nothing found, nothing unconfirmed. */
bool sk_exercise_agrees(const SkExercise *self);
/** sk_exercise_nft: (transfer full): a listing without the tables that iptables manages: nft cannot load
 * them, their own save can. */
char *sk_exercise_nft(SkSpan listing);
/** sk_exercise_names: (transfer full): of char *: names that a kernel takes for those of a world
 * (sk_wall_world), in the same order. */
GPtrArray *sk_exercise_names(const GPtrArray *world);
