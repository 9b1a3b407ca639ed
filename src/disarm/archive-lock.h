/* SPDX-License-Identifier: Apache-2.0
 *
 * archive-lock.h - locked entries of a ZIP: ZipCrypto (APPNOTE 6.1) and WinZip's AES (AE-1, AE-2; 128, 192, 256 bits).
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/encryption.md   Tests: tests/unit/disarm/test-archive-zip.c, tests/fuzz/fuzz-archive.c
 */
#pragma once

#include "format/zip.h"

typedef struct {
    const char *password; /* borrowed; UTF-8, as it was typed */
} SkArchiveLock;

/** sk_archive_lock_fits: does the password open @entry, which is locked, as far as its first bytes tell? One wrong password in 256
 * (ZipCrypto) or 65,536 (AES) does. */
bool sk_archive_lock_fits(const SkArchiveLock *self, const SkZipEntry *entry);
/**
 * sk_archive_lock_open: @entry becomes what it is without its lock; its data borrows from @ret (transfer full).
 * @error: MALFORMED where the code of AES says that it was changed
 */
bool sk_archive_lock_open(const SkArchiveLock *self, SkZipEntry *entry, GBytes **ret,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
