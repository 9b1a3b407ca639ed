/* SPDX-License-Identifier: Apache-2.0
 *
 * log.h - the seal (封) on disk: `checkpoint` and `tile/…` in the C2SP tlog-tiles layout, which any
 * static file server can publish as it is. Appending in batches; verifying a whole directory. A
 * batch is durable before its checkpoint names it: entries and tiles are written and fsynced, then
 * the checkpoint is renamed into place. A crash anywhere leaves the last checkpoint true. Runs in:
 * sealer (append); web, command line (read, verify). Trusts: the signing key's file; when
 * verifying, only the verifier key. Spec: docs/formats/seal.md   Tests: tests/unit/seal/test-log.c,
 * test-verify.c, corpus-tlog
 */
#pragma once

#include "seal/checkpoint.h"
#include "seal/tile.h"

typedef struct SkSeal SkSeal;

/**
 * sk_seal_setup: makes the directory (0755), the signing key (@key_path, 0600, outside the
 * directory, with @key_path.pub beside it: the verifier key to give away) and an empty log's
 * checkpoint where they are missing.
 * @origin: also the key's name; no space, no plus: `見本町`'s would be "sekisho.example/lgwan"
 */
bool sk_seal_setup(const char *directory, const char *key_path, const char *origin,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_seal_open: (transfer full): for appending: takes the lock (SK_ERROR_IO where another process
 * has it), checks the checkpoint and the tiles on the right edge against it, and drops nothing.
 */
SkSeal *sk_seal_open(const char *directory, const char *key_path, GError **error);
void sk_seal_close(SkSeal *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkSeal, sk_seal_close)

uint64_t sk_seal_size(const SkSeal *self);
SkHash sk_seal_root(const SkSeal *self);
const SkNoteKey *sk_seal_key(const SkSeal *self);
const char *sk_seal_directory(const SkSeal *self);
/**
 * sk_seal_append: @entries (element-type GBytes), each 1 to SK_TILE_ENTRY_MAX bytes, and a new
 * checkpoint. All or nothing; after SK_ERROR_IO the same batch may be tried again.
 */
bool sk_seal_append(SkSeal *self, const GPtrArray *entries,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_seal_step: for tests: @step is called before each write, fsync and rename with a running
 * number. */
void sk_seal_set_step(SkSeal *self, void (*step)(unsigned n, void *data), void *data);

/* ---- reading (any process, no lock)
 * ---------------------------------------------------------------- */

/** sk_seal_read_checkpoint: the signed note as it is on disk, its form and nothing else checked.
 * @ret_size: (optional) */
bool sk_seal_read_checkpoint(const char *directory, GBytes **ret, uint64_t *ret_size,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_seal_read_tile: the file of @tile, within the current checkpoint; MALFORMED where it has not
 * its size. FORBIDDEN: beyond the log. */
bool sk_seal_read_tile(const char *directory, SkTile tile, GBytes **ret,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_seal_root_at: the root of the first @size leaves, from tiles; @size within the checkpoint.
 * Takes the tiles at their word. */
bool sk_seal_root_at(const char *directory, uint64_t size, SkHash *ret,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_seal_read_entry: one entry's bytes. FORBIDDEN: beyond the log. */
bool sk_seal_read_entry(const char *directory, uint64_t index, GBytes **ret,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_seal_export: (transfer full): a tlog-proof text for entry @index under the current
 * checkpoint. */
bool sk_seal_export(const char *directory, uint64_t index, char **ret,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef enum {
    SK_ROLLBACK_NOT_CHECKED = 0,
    SK_ROLLBACK_NONE,  /* the log continues the other checkpoint */
    SK_ROLLBACK_FOUND, /* shorter than the other checkpoint */
    SK_ROLLBACK_FORK,  /* another history */
} SkRollback;

typedef struct {
    uint64_t size; /* of the checkpoint */
    SkHash root;
    SkRollback rollback;
    uint64_t against;  /* size of the other checkpoint */
    GPtrArray *faults; /* owned, of char*: `tile/0/000: …`; at most 100. Empty: intact */
    uint64_t files;    /* read */
} SkSealReport;

SkSealReport *sk_seal_report_new(void);
void sk_seal_report_free(SkSealReport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkSealReport, sk_seal_report_free)
/** sk_seal_intact: no fault, and no roll-back or fork found. */
bool sk_seal_intact(const SkSealReport *self);

/**
 * sk_seal_verify: the checkpoint's signature; every entry's form (leaf.h), and that time never goes
 * back; every tile of every level (partial tiles and bundles that are still there, too) against
 * hashes computed from the entries; the root. Files that do not belong are faults.
 * @against: a checkpoint note kept elsewhere, by the same key, or NULL
 * Returns: false only where the question could not be answered (SK_ERROR_IO; SK_ERROR_MALFORMED,
 * FORBIDDEN: @against is no checkpoint of this log); faults are in @ret. Linear in the log's size;
 * memory constant.
 */
bool sk_seal_verify(const char *directory, const SkNoteKey *key, GBytes *against,
                    SkSealReport **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
