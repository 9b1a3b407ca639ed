/* SPDX-License-Identifier: Apache-2.0
 *
 * old-lock.h - old Word and Excel documents that are locked with a password: RC4, with a key of MD5
 * or by the CryptoAPI. The plain document is the same compound file, with the locked bytes replaced
 * where they lie. Runs in: disarm worker (no files, no network). Trusts: nothing. Spec:
 * docs/formats/encryption.md ([MS-OFFCRYPTO] 2.3.5 to 2.3.7, [MS-DOC] 2.2.6, [MS-XLS] 2.2.10)
 * Tests: tests/unit/disarm/test-old-lock.c, tests/fuzz/fuzz-old-lock.c
 */
#pragma once

#include "disarm/crypt.h"
#include "format/ole2.h"

typedef enum {
    SK_OLD_LOCK_MD5,
    SK_OLD_LOCK_CRYPTO_API,
} SkOldLockKind;

typedef struct {
    SkOldLockKind kind;
    unsigned key_bytes; /* CryptoAPI: 5 to 16 */
    uint8_t salt[16], verifier[16], verifier_hash[20];
} SkOldLock;

typedef struct {
    SkOldLockKind kind;
    unsigned key_bytes;
    uint8_t digest[SK_HASH_MAX]; /* what each block's key is made from */
} SkOldKey;

/** sk_old_lock_parse: an encryption header of version 1.1, or 2.2 to 4.2 with RC4. UNSUPPORTED,
 * TRUNCATED, MALFORMED. */
bool sk_old_lock_parse(SkSpan header, SkOldLock *ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_old_lock_key: does @password open it? @ret is to be wiped, whatever the answer. */
bool sk_old_lock_key(const SkOldLock *self, const char *password, SkOldKey *ret);
/** sk_old_lock_apply: RC4 over @bytes, which begin at byte 0 of a stream, with a new key each
 * @block bytes. */
void sk_old_lock_apply(const SkOldKey *key, unsigned block, uint8_t *bytes, size_t n);

/** SkOldDocument: a locked document, as far as it must be read to be opened. */
typedef struct {
    SkOldLock lock;
    const SkOle2Entry *main;  /* WordDocument; Workbook or Book */
    const SkOle2Entry *table; /* Word only */
    const SkOle2Entry *data;  /* Word only; may be NULL */
    size_t header;            /* Word: bytes of the encryption header that begins the table */
} SkOldDocument;

/**
 * sk_old_document_find: is it a Word or Excel document that is locked?
 * @ret_locked: (out): false: it is not, or is no such document
 * @error: UNSUPPORTED for other ways of locking, which are locks all the same; MALFORMED, TRUNCATED
 */
bool sk_old_document_find(const SkOle2 *ole2, bool *ret_locked, SkOldDocument *ret,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_old_document_open: (transfer full): @file, which @ole2 was opened from, without the lock. */
bool sk_old_document_open(const SkOldDocument *self, const SkOle2 *ole2, SkSpan file,
                          const SkOldKey *key, GBytes **ret,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
