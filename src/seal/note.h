/* SPDX-License-Identifier: Apache-2.0
 *
 * note.h - signed notes (C2SP signed-note): keys, signing, strict opening. Ed25519 (type 1) signs
 * and verifies; timestamped Ed25519 cosignatures of checkpoints (type 4) verify. Runs in: sealer,
 * web, command line. Trusts: nothing. Spec: c2sp.org/signed-note, c2sp.org/tlog-cosignature;
 * docs/formats/seal.md   Tests: tests/unit/seal/test-log.c, tests/unit/seal/test-corpus-tlog.c
 */
#pragma once

#include "base/base.h"

#define SK_NOTE_BYTES_MAX (1u << 20)
#define SK_NOTE_SIGNATURES_MAX 100u
#define SK_NOTE_KEY_NAME_MAX 255u

typedef enum {
    SK_NOTE_ED25519 = 1,
    SK_NOTE_COSIGNATURE = 4,
} SkNoteAlgorithm;

/** SkNoteKey: a verifier key (`vkey`): NAME+ID+base64(type ‖ public key). Plain data, copied
 * freely. */
typedef struct {
    char name[SK_NOTE_KEY_NAME_MAX + 1];
    uint32_t id;
    SkNoteAlgorithm algorithm;
    uint8_t public_key[32];
} SkNoteKey;

/** sk_note_key_id: the first four bytes of SHA-256(name ‖ '\n' ‖ type ‖ key), big-endian. */
uint32_t sk_note_key_id(const char *name, SkNoteAlgorithm algorithm, const uint8_t *public_key);
/** sk_note_key_parse: one vkey without line end. MALFORMED (also where the id is not that of the
 * key); UNSUPPORTED: another type. */
bool sk_note_key_parse(SkSpan vkey, SkNoteKey *ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_note_key_emit: (transfer full). */
char *sk_note_key_emit(const SkNoteKey *key);

/** SkNoteSigner: the private half; wiped when freed. */
typedef struct SkNoteSigner SkNoteSigner;
/** sk_note_signer_new: (transfer full): a fresh key. @name: not empty, no space, no plus
 * (asserted). */
SkNoteSigner *sk_note_signer_new(const char *name);
/** sk_note_signer_parse: PRIVATE+KEY+NAME+ID+base64(1 ‖ seed). */
bool sk_note_signer_parse(SkSpan skey, SkNoteSigner **ret,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *sk_note_signer_emit(const SkNoteSigner *self); /* (transfer full): wipe after use */
const SkNoteKey *sk_note_signer_key(const SkNoteSigner *self);
void sk_note_signer_free(SkNoteSigner *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkNoteSigner, sk_note_signer_free)

/** sk_note_sign: (transfer full): @text, an empty line, one signature line. @text must be
 * well-formed and end in a newline (asserted). */
char *sk_note_sign(SkSpan text, const SkNoteSigner *signer);

/**
 * sk_note_open: checks a note's form and every signature by a key in @keys. Signatures by unknown
 * keys are ignored, of several lines by one key the first counts.
 * @ret_text: (out): borrowed from @note, with its last newline
 * @ret_signed: (out) (optional): bit i = signed by @keys[i]; @n_keys ≤ 32
 * MALFORMED: not a note. FORBIDDEN: no signature by a known key, or one by a known key that is
 * wrong.
 */
bool sk_note_open(SkSpan note, const SkNoteKey *keys, size_t n_keys, SkSpan *ret_text,
                  uint32_t *ret_signed, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_base64_emit: (transfer full): standard alphabet, padded. */
char *sk_base64_emit(SkSpan s);
/** sk_base64_parse: (transfer full): strict: standard alphabet, padding and its zero bits required,
 * nothing else. NULL otherwise. */
GBytes *sk_base64_parse(SkSpan s);
