/* SPDX-License-Identifier: Apache-2.0
 *
 * archive-lock-7z.h - a 7z that is locked (AES-256, its list of names too or not) becomes the same 7z without the lock: streams
 * are decrypted, and the list written anew without the lock's coder. Nothing of it is inflated but the list.
 * Runs in: disarm worker (no files, no network). Trusts: liblzma with the list.
 * Spec: docs/formats/encryption.md (7z); 7zFormat.txt   Tests: tests/golden/hostile-foreign, tests/fuzz/fuzz-archive-foreign.c
 */
#pragma once

#include "base/base.h"

typedef enum {
    SK_LOCK_7Z_NONE,   /* no lock, or nothing that can be read: its own reader says why */
    SK_LOCK_7Z_LOCKED, /* and no password was given */
    SK_LOCK_7Z_WRONG,  /* the password does not open the list */
    SK_LOCK_7Z_OPEN,   /* *ret holds it. Where only contents were locked, a wrong password shows when they are read */
} SkLock7z;

/**
 * sk_lock_7z_open:
 * @password: UTF-8; empty: none was given
 * @ret: (out) (transfer full): where the answer is OPEN
 * @error: LIMIT: more rounds than an honest archive asks for. The answer is NONE then
 */
SkLock7z sk_lock_7z_open(SkSpan input, const char *password, GBytes **ret, GError **error);
