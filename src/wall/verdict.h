/* SPDX-License-Identifier: Apache-2.0
 *
 * verdict.h - what a proof said, kept: a leaf in the wall's own seal, and the file that the pages read.
 * Runs in: sekisho-wall watch, apply. Trusts: its state directory.
 * Spec: docs/formats/wall-status.md, docs/formats/leaf.md   Tests: tests/unit/wall/test-verdict.c
 */
#pragma once

#include "base/base.h"
#include "seal/leaf.h"
#include "wall/prove.h"

/** SkWallRecord: one verdict. Text is owned. */
typedef struct {
    SkWallVerdict verdict;
    bool first;          /* the verdict and little else: the whole answer is still being made */
    int64_t at;          /* µs UTC */
    char *cause;         /* "start", "ruleset", "routes", "period", "policy" */
    char *policy;        /* digest, 64 hexadecimal digits; "" where the policy could not be read */
    char *snapshot;      /* digest; "" where none could be taken */
    uint64_t generation; /* of the ruleset; 0: not known */
    uint64_t rules;
    uint64_t milliseconds;
    uint64_t counterexamples_n;
    uint64_t blocked_n;
    char *counterexamples; /* JSON arrays, as the proof gave them, cut to SK_WALL_TOLD */
    char *blocked;
    char *unmodelled;
} SkWallRecord;

#define SK_WALL_TOLD 20u

void sk_wall_record_clear(SkWallRecord *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SkWallRecord, sk_wall_record_clear)
/**
 * sk_wall_record_read: from what `prove --json` wrote. What it does not hold stays as it is in @ret.
 * @error: SK_ERROR_MALFORMED, also where it was made by another policy than @ret names: @ret is then a record that nothing was proved, and says why
 */
bool sk_wall_record_read(SkSpan json, SkWallRecord *ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_wall_record_answers: does what `prove --json` wrote speak of @asked's policy and snapshot? */
bool sk_wall_record_answers(SkSpan json, const SkWallRecord *asked);
/** sk_wall_record_copy: @ret: cleared, or zeroed. */
void sk_wall_record_copy(const SkWallRecord *self, SkWallRecord *ret);
/** sk_wall_record_unknown: makes @self a record of NOT PROVEN because of @why. */
void sk_wall_record_unknown(SkWallRecord *self, const char *why);
/** sk_wall_record_tell: the members of the leaf `wall-verdict`. */
void sk_wall_record_tell(const SkWallRecord *self, SkLeaf *leaf);
/**
 * sk_wall_status_write: the status file, whole or not at all, readable by all.
 * @proved_at: µs UTC of the last PROVED, 0: never
 * @tally: members of sk_wall_tally_json
 */
bool sk_wall_status_write(const char *path, const SkWallRecord *record, int64_t now,
                          int64_t proved_at, uint64_t leaves, const char *tally,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
