/* SPDX-License-Identifier: Apache-2.0
 *
 * odf-lock.h - OpenDocument packages that are locked with a password: what their manifest says, and
 * the plain package inside.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/encryption.md (OpenDocument 1.3 part 2, section 3.8)
 * Tests: tests/unit/disarm/test-odf-lock.c, tests/fuzz/fuzz-odf-lock.c
 */
#pragma once

#include "disarm/crypt.h"
#include "disarm/disarm.h"
#include "format/zip.h"

#define SK_ODF_LOCK_ROUNDS_MAX 1000000u
#define SK_ODF_LOCK_VALUE_MAX 64u

typedef enum {
    SK_ODF_CIPHER_NONE = 0, /* the entry is not locked */
    SK_ODF_CIPHER_BLOWFISH, /* CFB with blocks of 64 bits */
    SK_ODF_CIPHER_CBC,      /* AES-256 */
    SK_ODF_CIPHER_GCM,      /* AES-256 */
} SkOdfCipher;

typedef struct {
    uint8_t p[SK_ODF_LOCK_VALUE_MAX];
    size_t n;
} SkOdfValue;

/* One file of the manifest. */
typedef struct {
    char *path;       /* owned */
    char *media_type; /* owned */
    char *version;    /* owned; of the package's root */
    uint32_t size;    /* of a locked one: inflated */
    SkOdfCipher cipher;
    SkOdfValue iv, salt, checksum; /* no checksum: n is 0 */
    SkHash start;                  /* of the password */
    SkHash checksum_hash;
    unsigned key_bytes;
    bool argon2; /* else PBKDF2 */
    uint32_t rounds, memory_kib, lanes;
} SkOdfFile;

void sk_odf_file_clear(SkOdfFile *self);

/** sk_odf_manifest_parse: META-INF/manifest.xml: (transfer full) an array of SkOdfFile in its
 * order, at most
 * @most. MALFORMED, AMBIGUOUS, LIMIT; UNSUPPORTED for algorithms other than those; ENCRYPTED for
 * OpenPGP keys. */
bool sk_odf_manifest_parse(SkSpan xml, uint32_t most, GArray **ret,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_odf_manifest_is_locked: does any file name a cipher? */
bool sk_odf_manifest_is_locked(const GArray *files);

/**
 * sk_odf_lock_open: the package @zip with every locked entry opened.
 * @limit: bytes that all locked entries may inflate to
 * @ret_opens: (out): false: the password is not the one; there is no package then, and no error
 * @ret: (out) (transfer full): a ZIP package without locks
 */
bool sk_odf_lock_open(const SkZip *zip, const GArray *files, const char *password, uint64_t limit,
                      bool *ret_opens, GBytes **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
