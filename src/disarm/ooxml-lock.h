/* SPDX-License-Identifier: Apache-2.0
 *
 * ooxml-lock.h - documents of Office 2007 and later that are locked with a password: what their
 * EncryptionInfo says, the key that a password gives, the package inside.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/encryption.md ([MS-OFFCRYPTO] 2.3.4)
 * Tests: tests/unit/disarm/test-ooxml-lock.c, tests/fuzz/fuzz-ooxml-lock.c
 */
#pragma once

#include "disarm/crypt.h"
#include "format/ole2.h"

#define SK_OOXML_LOCK_SPIN_MAX 1000000u /* ten times what Office writes: a third of a second */
#define SK_OOXML_LOCK_VALUE_MAX 64u

/* At most 64 bytes: salts, keys, digests, plain or encrypted. */
typedef struct {
    uint8_t p[SK_OOXML_LOCK_VALUE_MAX];
    size_t n;
} SkLockValue;

typedef struct {
    SkHash hash;
    unsigned key_bytes; /* 16, 24 or 32 */
    SkLockValue salt;
} SkLockParameters;

typedef struct {
    bool agile; /* else standard: only `password`, `verifier` and `verifier_hash` are used */
    SkLockParameters package;  /* of the package itself */
    SkLockParameters password; /* of what the password opens */
    uint32_t spin;
    SkLockValue verifier, verifier_hash, key, hmac_key, hmac_value; /* encrypted */
} SkOoxmlLock;

/** sk_ooxml_lock_parse: the stream EncryptionInfo. UNSUPPORTED for ways of locking other than
 * standard (AES) and agile (AES in CBC mode) encryption; MALFORMED, TRUNCATED, AMBIGUOUS, LIMIT. */
bool sk_ooxml_lock_parse(SkSpan info, SkOoxmlLock *ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_ooxml_lock_key: does @password open it?
 * @ret_key: (out): the package's key, of package.key_bytes (agile) or password.key_bytes; to be
 * wiped
 */
bool sk_ooxml_lock_key(const SkOoxmlLock *self, const char *password,
                       uint8_t ret_key[SK_AES_KEY_MAX]);
/**
 * sk_ooxml_lock_open: the package in the stream EncryptedPackage.
 * @ret: (transfer full): about as long as the stream
 * @error: MALFORMED, also where an agile package is not the one that was locked
 */
bool sk_ooxml_lock_open(const SkOoxmlLock *self, const uint8_t key[SK_AES_KEY_MAX],
                        const SkOle2 *ole2, const SkOle2Entry *stream, GBytes **ret,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
