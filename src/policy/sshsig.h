/* SPDX-License-Identifier: Apache-2.0
 *
 * sshsig.h - a detached signature as `ssh-keygen -Y sign` writes it, and the public key that it was
 * made with: Ed25519 only, one reading only. Runs in: `sekisho policy`, supervisor. Trusts: nothing.
 * Spec: docs/formats/adoption.md (OpenSSH PROTOCOL.sshsig, RFC 8709)   Tests:
 * tests/unit/policy/test-adopt.c, tests/fuzz/fuzz-sshsig.c
 */
#pragma once

#include "base/base.h"

#define SK_SSHSIG_BYTES_MAX 4096u
#define SK_SSH_KEY_BYTES 32u
#define SK_SSH_SIGNATURE_BYTES 64u

/** SkSshKey: an Ed25519 public key. */
typedef struct {
    uint8_t b[SK_SSH_KEY_BYTES];
} SkSshKey;

typedef struct {
    SkSshKey key; /* what the signature says that it was made with: compare before believing */
    uint8_t signature[SK_SSH_SIGNATURE_BYTES];
    bool sha256; /* the message is hashed with SHA-256 instead of SHA-512 */
    char *namespace; /* owned */
} SkSshsig;

/**
 * sk_sshsig_parse: (out) (transfer full): the armoured text, and nothing before or after it.
 * @error: MALFORMED; LIMIT over SK_SSHSIG_BYTES_MAX; UNSUPPORTED for another kind of key, hash or version
 */
bool sk_sshsig_parse(SkSpan text, SkSshsig **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_sshsig_free(SkSshsig *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkSshsig, sk_sshsig_free)
/** sk_sshsig_verify: did the holder of its key sign @message for @namespace? */
bool sk_sshsig_verify(const SkSshsig *self, const char *namespace, SkSpan message);

/**
 * sk_ssh_key_parse: one line as in a `.pub` file: `ssh-ed25519 BASE64 [comment]`.
 * @error: MALFORMED; UNSUPPORTED for another kind of key
 */
bool sk_ssh_key_parse(SkSpan line, SkSshKey *ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_ssh_key_emit: (transfer full): `ssh-ed25519 BASE64`. */
char *sk_ssh_key_emit(const SkSshKey *self);
/** sk_ssh_key_fingerprint: (transfer full): `SHA256:…`, as `ssh-keygen -l` shows it. */
char *sk_ssh_key_fingerprint(const SkSshKey *self);
bool sk_ssh_key_equal(const SkSshKey *a, const SkSshKey *b);
