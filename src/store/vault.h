/* SPDX-License-Identifier: Apache-2.0
 *
 * vault.h - the vault (保管庫): originals and results, encrypted at rest, by random id. One
 * directory a station; a key per object, itself sealed under the station's master key and bound to
 * the object's id, so that files cannot be swapped. No deduplication: one crossing's expiry never
 * touches another's bytes. Runs in: web, runner, intake, sealer. Trusts: the master key file; not
 * the objects' files. A handle is immutable once open: any number of threads may use it. Spec:
 * docs/formats/vault.md   Tests: tests/unit/store/test-vault.c
 */
#pragma once

#include "base/base.h"

#define SK_VAULT_ID_LEN 32u /* lower-case hexadecimal digits of 128 random bits */
#define SK_SHA256_BYTES 32u
#define SK_SHA256_HEX_LEN 64u

typedef struct SkVault SkVault;
typedef struct SkVaultWriter SkVaultWriter;

/** sk_vault_setup: makes the directory (0700) and its master key file (`key`, 0600) where they are
 * missing. SK_ERROR_IO. */
bool sk_vault_setup(const char *directory, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_vault_open: (transfer full). A key file that is missing, short or open to others is
 * SK_ERROR_IO. */
SkVault *sk_vault_open(const char *directory, GError **error);
void sk_vault_close(SkVault *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkVault, sk_vault_close)

/**
 * sk_vault_begin: (transfer full): starts an object; nothing is visible under an id before commit.
 * @limit: most bytes of plaintext; one more is SK_ERROR_LIMIT in append
 */
SkVaultWriter *sk_vault_begin(SkVault *self, uint64_t limit, GError **error);
/** sk_vault_append: SK_ERROR_LIMIT, SK_ERROR_IO (disk full included). Sticky: after a failure only
 * abort is left. */
bool sk_vault_append(SkVaultWriter *writer, SkSpan bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_vault_written: plaintext bytes appended so far. */
uint64_t sk_vault_written(const SkVaultWriter *writer);
/**
 * sk_vault_commit: final tag, fsync, rename, fsync of the folder: whole or not at all.
 * Takes @writer in every case. @ret_id: (out) (transfer full); @ret_sha256: SK_SHA256_BYTES, of the
 * plaintext; may be NULL An object that no row names is swept after an hour (sk_store_sweep).
 */
bool sk_vault_commit(SkVaultWriter *writer, char **ret_id, uint8_t *ret_sha256,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_vault_abort: gives up and removes what was written. NULL is a no-op. */
void sk_vault_abort(SkVaultWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkVaultWriter, sk_vault_abort)

/** sk_vault_put_fd: all of @fd (file or memfd, from offset 0, position untouched) as one object. */
bool sk_vault_put_fd(SkVault *self, int fd, uint64_t limit, char **ret_id, uint8_t *ret_sha256,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * sk_vault_get: (transfer full): a sealed memfd with the whole plaintext, only after its final tag
 * and SHA-256 were checked.
 * @sha256_hex: what the row says; NULL = do not compare
 * Returns: -1 with SK_ERROR_IO (missing, unreadable), SK_ERROR_MALFORMED (cut, changed, another
 * object's), SK_ERROR_LIMIT (over @limit)
 */
int sk_vault_get(SkVault *self, const char *id, uint64_t limit, const char *sha256_hex,
                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_vault_derive: a key for something else that lies beside the vault: @n bytes (16 to 64) of a
 * keyed hash of @purpose. Nothing of the master key can be told from it. */
void sk_vault_derive(const SkVault *self, const char *purpose, uint8_t *ret, size_t n);
/** sk_vault_check: reads the object through without keeping it: as sk_vault_get, in constant
 * memory. */
bool sk_vault_check(SkVault *self, const char *id, const char *sha256_hex,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_vault_remove: the object is gone after this; one that is not there is no error. */
bool sk_vault_remove(SkVault *self, const char *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_vault_list: (transfer full) (element-type char*): ids whose file is older than @older_us of
 * wall time. */
GPtrArray *sk_vault_list(SkVault *self, int64_t older_us, GError **error);
/** sk_vault_sweep_temporary: removes unfinished files older than @older_us. */
bool sk_vault_sweep_temporary(SkVault *self, int64_t older_us,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_vault_disk: bytes free for us and in all on the vault's file system. */
bool sk_vault_disk(SkVault *self, uint64_t *ret_free, uint64_t *ret_total,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_vault_set_step: for tests: @step is called before each write to disk with a running number.
 * NULL = none. */
void sk_vault_set_step(SkVault *self, void (*step)(unsigned n, void *data), void *data);
