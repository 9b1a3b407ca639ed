/* SPDX-License-Identifier: Apache-2.0
 * unlock.c - contract in unlock.h. */
#include "disarm/unlock.h"

#include "disarm/ooxml-lock.h"

#include <string.h>

/* [MS-OFFCRYPTO] 2.3.7.1 and Office's own habit: what is only to be opened read-only, or has a protected
 * structure, is locked with this word. */
#define DEFAULT_PASSWORD "VelvetSweatshop"
#define INFO_BYTES_MAX 65536u

static bool
refuse_locked(SkDisarm *self, SkElement element, GError **error)
{
    SkVerdict verdict = SK_VERDICT_NONE;

    if (sk_disarm_found(self, element, SK_SPAN_EMPTY, 1, &verdict, error))
        return sk_throw(error, SK_ERROR_ENCRYPTED, "unlock: locked");
    return false;
}

/* ---- Office 2007 and later ----------------------------------------------------------------- */

/* Which of the two passwords opens it, if any. */
static SkElement
find_key(const SkDisarm *self, const SkOoxmlLock *lock, uint8_t ret_key[SK_AES_KEY_MAX])
{
    const char *given = self->job->password;

    if (*given != '\0' && sk_ooxml_lock_key(lock, given, ret_key))
        return SK_ELEMENT_PASSWORD_REMOVED;
    if (sk_ooxml_lock_key(lock, DEFAULT_PASSWORD, ret_key))
        return SK_ELEMENT_READ_ONLY_LOCK;
    return *given != '\0' ? SK_ELEMENT_WRONG_PASSWORD : SK_ELEMENT_ENCRYPTED_PACKAGE;
}

static bool
open_package(SkDisarm *self, const SkOle2 *ole2, const SkOle2Entry *package, GBytes **ret, GError **error)
{
    const SkOle2Entry *entry = sk_ole2_lookup(ole2, 0, "EncryptionInfo");
    g_autoptr(GBytes) info = NULL;
    SkOoxmlLock lock = { .agile = false };
    uint8_t key[SK_AES_KEY_MAX];
    SkVerdict verdict = SK_VERDICT_NONE;

    if (entry == NULL || entry->kind != SK_OLE2_STREAM || package->kind != SK_OLE2_STREAM)
        return refuse_locked(self, SK_ELEMENT_ENCRYPTED_PACKAGE, error); /* a key that no password replaces */
    if (!sk_ole2_read(ole2, entry, INFO_BYTES_MAX, &info, error) ||
        !sk_ooxml_lock_parse(sk_span_bytes(info), &lock, error))
        return false;
    SkElement element = find_key(self, &lock, key);
    sk_job_forget(self->job);
    if (element == SK_ELEMENT_WRONG_PASSWORD || element == SK_ELEMENT_ENCRYPTED_PACKAGE)
        return refuse_locked(self, element, error);
    bool ok = sk_disarm_found(self, element, SK_SPAN_EMPTY, 1, &verdict, error) &&
              sk_ooxml_lock_open(&lock, key, ole2, package, ret, error);
    explicit_bzero(key, sizeof key);
    return ok;
}

static bool
unlock_ole2(SkDisarm *self, GBytes **ret, GError **error)
{
    g_autoptr(SkOle2) ole2 = NULL;

    if (!sk_ole2_open(self->input, &self->job->limits, &ole2, NULL))
        return true; /* its own reader says what is wrong with it */
    const SkOle2Entry *package = sk_ole2_lookup(ole2, 0, "EncryptedPackage");
    return package == NULL || open_package(self, ole2, package, ret, error);
}

bool
sk_unlock(SkDisarm *self, GBytes **ret, GError **error)
{
    *ret = NULL;
    if (sk_ole2_is(self->input))
        return unlock_ole2(self, ret, error);
    sk_job_forget(self->job);
    return true;
}
