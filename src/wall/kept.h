/* SPDX-License-Identifier: Apache-2.0
 *
 * kept.h - one wall as it is kept on disk: the policy in its canonical form, the ruleset made from it,
 * and what nft lists once it is loaded. One file, whole or not at all, with its digest in front: a wall
 * that is not exactly what was written is none.
 * Runs in: sekisho-wall. Trusts: nothing in the file but what its digest covers; whoever may write the
 * folder may change the wall anyway.
 * Tests: tests/unit/wall/test-kept.c, tests/e2e/e2e-wall-apply
 */
#pragma once

#include "policy/policy.h"

#define SK_WALL_KEPT_MAX (64u << 20)

typedef struct {
    char *policy;  /* canonical text */
    char *ruleset; /* for nft -f */
    char *listing; /* SHA-256, hexadecimal, of the table as nft lists it; "" until it was loaded */
    int64_t made;  /* µs UTC */
    int64_t until; /* µs UTC: the first of its specific flows is over then; 0: none will be */
    int64_t deadline; /* µs UTC: not confirmed by then, it goes; 0: nobody has to confirm it */
    unsigned group;
} SkWallKept;

/** sk_wall_kept_new: (transfer full): compiles @policy as it is at @at. */
SkWallKept *sk_wall_kept_new(const SkPolicy *policy, int64_t at, unsigned nflog_group,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_wall_kept_free(SkWallKept *self); /* NULL is a no-op */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkWallKept, sk_wall_kept_free)
/** sk_wall_kept_policy: (transfer full): its policy, parsed. SK_ERROR_MALFORMED. */
SkPolicy *sk_wall_kept_policy(const SkWallKept *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_wall_kept_bytes: (transfer full): the file's content. */
GBytes *sk_wall_kept_bytes(const SkWallKept *self);
/** sk_wall_kept_parse: SK_ERROR_MALFORMED where one bit is not as it was written. */
SkWallKept *sk_wall_kept_parse(SkSpan bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_wall_kept_write(const SkWallKept *self, const char *path,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
SkWallKept *sk_wall_kept_read(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_wall_digest: (transfer full): SHA-256, 64 hexadecimal digits. */
char *sk_wall_digest(SkSpan bytes);
