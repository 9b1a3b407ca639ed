/* SPDX-License-Identifier: Apache-2.0
 *
 * own-seal.h - the seal of the wall itself: `seal/` and its key in a folder of state. The watcher has one for its
 * verdicts, `apply` another for what it loads: each log has one writer.
 * Runs in: sekisho-wall. Trusts: the folder.
 * Spec: docs/formats/leaf.md, docs/formats/seal.md   Tests: tests/unit/wall/test-own-seal.c
 */
#pragma once

#include "base/base.h"
#include "seal/leaf.h"
#include "seal/log.h"

typedef struct SkWallSeal SkWallSeal;

/**
 * sk_wall_seal_open: makes folder, key and log where they are missing, and takes the log's lock.
 * @origin: of the log, as sk_seal_setup
 * @error: SK_ERROR_IO, also where another process has the lock; SK_ERROR_MALFORMED: the log is damaged
 */
bool sk_wall_seal_open(const char *folder, const char *origin, SkWallSeal **ret,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_wall_seal_close(SkWallSeal *self); /* NULL is a no-op */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkWallSeal, sk_wall_seal_close)

/** sk_wall_seal_leaf: (transfer full): a leaf of @act, with what every leaf of the wall has: the caller adds the rest.
 * Its time is not before the last leaf's, whatever the clock did. */
SkLeaf *sk_wall_seal_leaf(SkWallSeal *self, const char *act);
/** sk_wall_seal_append: durable when it returns true. */
bool sk_wall_seal_append(SkWallSeal *self, SkLeaf *leaf, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_wall_seal_size: leaves. */
uint64_t sk_wall_seal_size(const SkWallSeal *self);
