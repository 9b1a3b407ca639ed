/* SPDX-License-Identifier: Apache-2.0
 * unlock.c - contract in unlock.h. */
#include "disarm/unlock.h"

#include "disarm/archive-lock-7z.h"
#include "disarm/odf-lock.h"
#include "disarm/old-lock.h"
#include "disarm/ooxml-lock.h"

#include <string.h>

/* [MS-OFFCRYPTO] 2.3.7.1 and Office's own habit: what is only to be opened read-only, or has a
 * protected structure, is locked with this word. */
#define DEFAULT_PASSWORD "VelvetSweatshop"
#define INFO_BYTES_MAX 65536u
#define MANIFEST_BYTES_MAX (8u << 20)
#define MIMETYPE_AT 30u /* where the first entry of an OpenDocument package says what it is */

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
open_package(SkDisarm *self, const SkOle2 *ole2, const SkOle2Entry *package, GBytes **ret,
             GError **error)
{
    const SkOle2Entry *entry = sk_ole2_lookup(ole2, 0, "EncryptionInfo");
    g_autoptr(GBytes) info = NULL;
    SkOoxmlLock lock = { .agile = false };
    uint8_t key[SK_AES_KEY_MAX];
    SkVerdict verdict = SK_VERDICT_NONE;

    if (entry == NULL || entry->kind != SK_OLE2_STREAM || package->kind != SK_OLE2_STREAM)
        return refuse_locked(self, SK_ELEMENT_ENCRYPTED_PACKAGE,
                             error); /* a key that no password replaces */
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

/* ---- old Word and Excel -------------------------------------------------------------------- */

static SkElement
find_old_key(const SkDisarm *self, const SkOldLock *lock, SkOldKey *ret)
{
    const char *given = self->job->password;

    if (*given != '\0' && sk_old_lock_key(lock, given, ret))
        return SK_ELEMENT_PASSWORD_REMOVED;
    if (sk_old_lock_key(lock, DEFAULT_PASSWORD, ret))
        return SK_ELEMENT_READ_ONLY_LOCK;
    return *given != '\0' ? SK_ELEMENT_WRONG_PASSWORD : SK_ELEMENT_ENCRYPTED_PACKAGE;
}

static bool
open_old(SkDisarm *self, const SkOle2 *ole2, GBytes **ret, GError **error)
{
    SkOldDocument document = { .main = NULL };
    SkOldKey key;
    SkVerdict verdict = SK_VERDICT_NONE;
    bool locked = false;

    if (!sk_old_document_find(ole2, &locked, &document, error)) {
        /* A lock of another kind is a lock, whatever password was given. */
        if (locked && g_error_matches(*error, SK_ERROR, SK_ERROR_UNSUPPORTED)) {
            g_clear_error(error);
            return refuse_locked(self, SK_ELEMENT_ENCRYPTED_PACKAGE, error);
        }
        return false;
    }
    if (!locked)
        return true;
    SkElement element = find_old_key(self, &document.lock, &key);
    sk_job_forget(self->job);
    if (element == SK_ELEMENT_WRONG_PASSWORD || element == SK_ELEMENT_ENCRYPTED_PACKAGE)
        return refuse_locked(self, element, error);
    bool ok = sk_disarm_found(self, element, SK_SPAN_EMPTY, 1, &verdict, error) &&
              sk_old_document_open(&document, ole2, self->input, &key, ret, error);
    explicit_bzero(&key, sizeof key);
    return ok;
}

static bool
unlock_ole2(SkDisarm *self, GBytes **ret, GError **error)
{
    g_autoptr(SkOle2) ole2 = NULL;

    if (!sk_ole2_open(self->input, &self->job->limits, &ole2, NULL))
        return true; /* its own reader says what is wrong with it */
    const SkOle2Entry *package = sk_ole2_lookup(ole2, 0, "EncryptedPackage");
    return package != NULL ? open_package(self, ole2, package, ret, error)
                           : open_old(self, ole2, ret, error);
}

/* ---- OpenDocument -------------------------------------------------------------------------- */

static bool
append(void *user, SkSpan chunk, uint64_t expanded, uint64_t compressed, GError **error)
{
    (void)compressed;
    if (expanded > MANIFEST_BYTES_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "unlock: manifest too large");
    g_byte_array_append(user, chunk.p, (guint)chunk.n);
    return true;
}

static bool
open_odf(SkDisarm *self, const SkZip *zip, SkSpan manifest, GBytes **ret, GError **error)
{
    g_autoptr(GArray) files = NULL;
    g_autoptr(GBytes) plain = NULL;
    SkVerdict verdict = SK_VERDICT_NONE;
    bool opens = false;

    if (!sk_odf_manifest_parse(manifest, self->job->limits.items, &files, error)) {
        if (g_error_matches(*error, SK_ERROR, SK_ERROR_ENCRYPTED))
            sk_report_find(self->report, SK_ELEMENT_ENCRYPTED_PACKAGE, SK_ACTION_REFUSED,
                           SK_SPAN_EMPTY, 1);
        return false;
    }
    if (!sk_odf_manifest_is_locked(files))
        return true;
    if (*self->job->password == '\0')
        return refuse_locked(self, SK_ELEMENT_ENCRYPTED_PACKAGE, error);
    if (!sk_odf_lock_open(zip, files, self->job->password, self->job->limits.expanded, &opens,
                          &plain, error))
        return false;
    if (!opens)
        return refuse_locked(self, SK_ELEMENT_WRONG_PASSWORD, error);
    if (!sk_disarm_found(self, SK_ELEMENT_PASSWORD_REMOVED, SK_SPAN_EMPTY, 1, &verdict, error))
        return false;
    *ret = g_steal_pointer(&plain);
    return true;
}

static bool
is_odf(SkSpan input)
{
    return input.n > MIMETYPE_AT && sk_span_starts(input, "PK\x03\x04") &&
           sk_span_starts(sk_span_sub(input, MIMETYPE_AT, input.n - MIMETYPE_AT),
                          "mimetypeapplication/vnd.oasis.opendocument.");
}

static bool
unlock_odf(SkDisarm *self, GBytes **ret, GError **error)
{
    g_autoptr(SkZip) zip = NULL;
    g_autoptr(GByteArray) manifest = g_byte_array_new();
    SkElement element = SK_ELEMENT_NONE;

    if (!sk_zip_open(self->input, &self->job->limits, &zip, &element, NULL))
        return true; /* its own reader says what is wrong with it */
    const SkZipEntry *entry = sk_zip_lookup(zip, sk_span_str("META-INF/manifest.xml"));
    if (entry == NULL || entry->size > MANIFEST_BYTES_MAX ||
        !sk_zip_inflate(entry, append, manifest, NULL))
        return true;
    SkSpan xml = sk_span(manifest->data, manifest->len);
    /* Most are not locked; what their manifests are worth is their disarmer's question. */
    if (sk_span_find(xml, 0, sk_span_str("encryption-data")) == SIZE_MAX)
        return true;
    return open_odf(self, zip, xml, ret, error);
}

/* ---- 7z ------------------------------------------------------------------------------------ */

static bool
unlock_7z(SkDisarm *self, GBytes **ret, GError **error)
{
    g_autoptr(GError) why = NULL;
    g_autoptr(GBytes) plain = NULL;
    SkVerdict verdict = SK_VERDICT_NONE;
    SkLock7z lock = sk_lock_7z_open(self->input, self->job->password, &plain, &why);

    if (why != NULL) {
        g_propagate_error(error, g_steal_pointer(&why));
        return false;
    }
    if (lock == SK_LOCK_7Z_LOCKED || lock == SK_LOCK_7Z_WRONG)
        return refuse_locked(self, lock == SK_LOCK_7Z_WRONG ? SK_ELEMENT_WRONG_PASSWORD : SK_ELEMENT_ENCRYPTED_PACKAGE, error);
    if (lock == SK_LOCK_7Z_NONE)
        return true;
    self->untested = true;
    *ret = g_steal_pointer(&plain);
    return sk_disarm_found(self, SK_ELEMENT_PASSWORD_REMOVED, SK_SPAN_EMPTY, 1, &verdict, error);
}

bool
sk_unlock(SkDisarm *self, GBytes **ret, GError **error)
{
    *ret = NULL;
    if (sk_ole2_is(self->input))
        return unlock_ole2(self, ret, error);
    if (sk_span_starts(self->input, "7z\xbc\xaf\x27\x1c"))
        return unlock_7z(self, ret, error);
    return !is_odf(self->input) || unlock_odf(self, ret, error);
}
