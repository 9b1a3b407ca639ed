/* SPDX-License-Identifier: Apache-2.0
 *
 * checkpoint.h - the text of a checkpoint (C2SP tlog-checkpoint) and of a stored proof (C2SP
 * tlog-proof): strict parsers, canonical writers. Signatures are note.h's. Runs in: sealer, web,
 * command line. Trusts: nothing. Spec: c2sp.org/tlog-checkpoint, c2sp.org/tlog-proof;
 * docs/formats/seal.md   Tests: tests/unit/seal/test-log.c, tests/unit/seal/test-corpus-tlog.c
 */
#pragma once

#include "seal/merkle.h"
#include "seal/note.h"

/** SkCheckpoint: borrows from the parsed text. */
typedef struct {
    SkSpan origin;
    uint64_t size;
    SkHash root;
    SkSpan extensions; /* whole lines; "" */
} SkCheckpoint;

/** sk_checkpoint_layout: lines and numbers only; the root may have any length. @ret_root: (transfer
 * full) */
bool sk_checkpoint_layout(SkSpan text, SkSpan *ret_origin, uint64_t *ret_size, GBytes **ret_root,
                          SkSpan *ret_extensions, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_checkpoint_parse: as layout, and the root is 32 bytes. */
bool sk_checkpoint_parse(SkSpan text, SkCheckpoint *ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_checkpoint_open: opens the note with the log's own key, parses it, and compares the origin
 * with @origin. */
bool sk_checkpoint_open(SkSpan note, const SkNoteKey *key, const char *origin, SkCheckpoint *ret,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_checkpoint_emit: (transfer full): three lines, without extensions. */
char *sk_checkpoint_emit(const char *origin, uint64_t size, const SkHash *root);

/** SkProofFile: a `c2sp.org/tlog-proof@v1` text: an entry's inclusion proof with its checkpoint. */
typedef struct {
    uint64_t index;
    GBytes *extra;     /* owned; NULL = none */
    GArray *hashes;    /* owned, of SkHash */
    SkSpan checkpoint; /* borrowed */
} SkProofFile;

bool sk_proof_file_parse(SkSpan text, SkProofFile **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_proof_file_free(SkProofFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkProofFile, sk_proof_file_free)
/** sk_proof_file_emit: (transfer full). */
char *sk_proof_file_emit(uint64_t index, const GArray *hashes, SkSpan checkpoint);
