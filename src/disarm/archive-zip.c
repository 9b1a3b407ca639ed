/* SPDX-License-Identifier: Apache-2.0
 *
 * archive-zip.c - a ZIP that is no package: walked strictly, its names decided once, its members handed out as children
 * that are inflated on the way.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/archive.md (What is read)   Tests: tests/unit/disarm/test-archive-zip.c, tests/golden/hostile-zip,
 * tests/fuzz/fuzz-archive.c
 */
#include "disarm/archive-charset.h"
#include "disarm/archive-lock.h"
#include "disarm/archive-paths.h"
#include "disarm/formats.h"
#include "format/charset.h"
#include "format/zip.h"
#include "sandbox/children.h"

#include <string.h>

typedef struct {
    SkDisarm *disarm;
    SkZip *zip;             /* owned */
    char **names;           /* owned, one an entry; NULL: it is not handed out */
    SkArchivePaths paths;
    SkNames charset;
    bool decomposed, locked;
    char *password; /* owned: in the spelling that fits */
    SkChildrenWriter writer;
    uint32_t at; /* the entry that is being inflated */
} Archive;

static void
archive_clear(Archive *self)
{
    if (self->password != NULL)
        explicit_bzero(self->password, strlen(self->password));
    g_free(self->password);
    for (uint32_t i = 0; self->zip != NULL && self->names != NULL && i < self->zip->n; i++)
        g_free(self->names[i]);
    g_free(self->names);
    sk_zip_free(self->zip);
    sk_archive_paths_clear(&self->paths);
}

static bool
found(Archive *self, SkElement element, const char *place, GError **error)
{
    SkVerdict verdict = SK_VERDICT_NONE;
    return sk_disarm_found(self->disarm, element, sk_span_str(place), 1, &verdict, error);
}

static bool
ambiguous(Archive *self, SkElement element, SkSpan place, GError **error)
{
    sk_report_find(self->disarm->report, element, SK_ACTION_REFUSED, place, 1);
    g_clear_error(error);
    return sk_throw(error, SK_ERROR_AMBIGUOUS, "archive: %s", sk_element_get(element)->code);
}

/* ---- names --------------------------------------------------------------------------------- */

static void
decide_charset(Archive *self)
{
    SkNamesVote vote;

    sk_names_vote_begin(&vote);
    for (uint32_t i = 0; i < self->zip->n; i++) {
        const SkZipEntry *entry = &self->zip->entries[i];
        if (!entry->utf8 && entry->unicode.n == 0)
            sk_names_vote_add(&vote, entry->name, entry->fat);
    }
    self->charset = sk_names_vote_end(&vote);
}

/* *ret: NULL where it holds a NUL. */
static bool
decode_name(Archive *self, const SkZipEntry *entry, char **ret, GError **error)
{
    SkSpan said = entry->unicode.n > 0 ? entry->unicode : entry->name;
    bool utf8 = entry->utf8 || entry->unicode.n > 0;
    bool nul = sk_span_find(said, 0, sk_span("\0", 1)) != SIZE_MAX;
    g_autofree char *name = sk_names_decode(said, utf8 ? SK_NAMES_UTF8 : self->charset);

    if (name == NULL && !nul)
        return ambiguous(self, SK_ELEMENT_ZIP_MISMATCH, said, error);
    if (name != NULL && entry->unicode.n > 0 && !sk_names_stands_for(entry->name, name))
        return ambiguous(self, SK_ELEMENT_ZIP_MISMATCH, said, error);
    *ret = g_steal_pointer(&name);
    return true;
}

static bool
note_collision(Archive *self, uint32_t i, GError **error)
{
    if (!sk_archive_paths_alike(&self->paths, self->names[i]))
        return true;
    return found(self, SK_ELEMENT_ARCHIVE_COLLISION, self->names[i], error);
}

static bool
is_folder(const SkZipEntry *entry)
{
    return entry->folder || (entry->name.n > 0 && entry->name.p[entry->name.n - 1] == '\\' && entry->size == 0);
}

/* `./`: the place where everything else stands. */
static bool
is_top(const SkZipEntry *entry)
{
    return sk_span_is(entry->name, "./") && entry->size == 0;
}

static bool
name_entry(Archive *self, uint32_t i, GError **error)
{
    const SkZipEntry *entry = &self->zip->entries[i];
    g_autofree char *name = NULL;
    g_autofree char *plain = NULL;
    bool mended = false;

    if (is_top(entry))
        return true;
    if (!decode_name(self, entry, &name, error))
        return false;
    char *path = name == NULL ? NULL : sk_names_path(name, &plain, &mended);
    if (path == NULL)
        return found(self, SK_ELEMENT_ARCHIVE_SLIP, name != NULL ? name : "NUL", error);
    self->names[i] = path;
    if (!sk_archive_paths_note(&self->paths, plain, is_folder(entry)))
        return ambiguous(self, SK_ELEMENT_ZIP_DUPLICATE, sk_span_str(path), error);
    self->decomposed = self->decomposed || !g_utf8_validate(name, -1, NULL) ||
                       !sk_span_is(sk_span_str(plain), path);
    if (entry->special) {
        bool ok = found(self, SK_ELEMENT_ARCHIVE_LINK, path, error);
        g_clear_pointer(&self->names[i], g_free);
        return ok;
    }
    return (!mended || found(self, SK_ELEMENT_ARCHIVE_NAME, path, error)) &&
           (is_folder(entry) || note_collision(self, i, error));
}

static bool
name_entries(Archive *self, GError **error)
{
    self->names = g_new0(char *, (gsize)self->zip->n + 1);
    decide_charset(self);
    for (uint32_t i = 0; i < self->zip->n; i++) {
        if (!name_entry(self, i, error))
            return false;
    }
    if (self->charset == SK_NAMES_ASCII || self->charset == SK_NAMES_UTF8)
        return true;
    return found(self, SK_ELEMENT_ARCHIVE_CHARSET, sk_names_label(self->charset), error);
}

/* ---- content ------------------------------------------------------------------------------- */

static bool
on_chunk(void *user, SkSpan chunk, uint64_t expanded, uint64_t compressed, GError **error)
{
    Archive *self = user;

    sk_sink_span(self->disarm->sink, chunk);
    if (!sk_sink_ok(self->disarm->sink))
        return sk_throw(error, SK_ERROR_LIMIT, "archive: too large to hand out");
    return sk_disarm_expand(self->disarm, chunk.n, expanded, compressed, error);
}

/* What two unzippers may read in two ways is said with its name, and so is what never ends. */
static bool
tell_why(Archive *self, GError **error)
{
    const SkZipEntry *entry = &self->zip->entries[self->at];
    SkSpan place = sk_span_str(self->names[self->at]);
    bool limit = g_error_matches(*error, SK_ERROR, SK_ERROR_LIMIT);

    /* One wrong password in 256 looks right until here, and people mistype more often than files break. */
    if (!limit && entry->locked && entry->aes.n == 0) {
        g_clear_error(error);
        return found(self, SK_ELEMENT_WRONG_PASSWORD, self->names[self->at], error);
    }
    if (limit)
        sk_report_find(self->disarm->report, SK_ELEMENT_ZIP_BOMB, SK_ACTION_REFUSED, place, 1);
    else if (g_error_matches(*error, SK_ERROR, SK_ERROR_ENCRYPTED))
        return false;
    else
        return ambiguous(self, SK_ELEMENT_ZIP_MISMATCH, place, error);
    return false;
}

static bool
hand_out(Archive *self, SkArchiveLock *lock, GError **error)
{
    const SkZipEntry *entry = &self->zip->entries[self->at];
    const char *name = self->names[self->at];
    bool folder = is_folder(entry);
    const SkChild child = { .kind = folder ? SK_CHILD_FOLDER : SK_CHILD_OBJECT,
                            .type = folder ? SK_TYPE_NONE : sk_type_from_name(name),
                            .written = entry->written,
                            .name = sk_span_str(name) };
    SkZipEntry opened = *entry;
    g_autoptr(GBytes) plain = NULL;

    if (entry->locked && !sk_archive_lock_open(lock, &opened, &plain, error))
        return false;
    sk_children_begin(&self->writer, &child);
    bool ok = folder || sk_zip_inflate(&opened, on_chunk, self, error);
    sk_children_end(&self->writer);
    return ok || tell_why(self, error);
}

static bool
write_children(Archive *self, GError **error)
{
    SkArchiveLock lock = { .password = self->password };

    self->writer = sk_children_writer(self->disarm->sink);
    for (self->at = 0; self->at < self->zip->n; self->at++) {
        if (self->names[self->at] != NULL && !hand_out(self, &lock, error))
            return false;
    }
    sk_children_finish(&self->writer);
    self->disarm->children = true;
    return true;
}

/* ---- locks --------------------------------------------------------------------------------- */

/* Does it fit everything that is locked? */
static bool
fits_all(const Archive *self, const char *password)
{
    SkArchiveLock lock = { .password = password };

    for (uint32_t i = 0; i < self->zip->n; i++) {
        if (self->zip->entries[i].locked && !sk_archive_lock_fits(&lock, &self->zip->entries[i]))
            return false;
    }
    return true;
}

/* (transfer full): the bytes that the password was to programs of a Japanese Windows; NULL where these are
 * no others. */
static char *
as_cp932(const char *password)
{
    GString *out = g_string_new(NULL);
    bool other = !g_str_is_ascii(password) && g_utf8_validate(password, -1, NULL) &&
                 sk_charset_encode(sk_span_str(password), SK_CHARSET_CP932, out);

    return g_string_free(out, !other);
}

/* Before any name is looked at: is there a lock, and does the password fit all of it? Two spellings at most
 * are tried. */
static bool
check_locks(Archive *self, GError **error)
{
    const char *password = self->disarm->password;

    for (uint32_t i = 0; i < self->zip->n; i++)
        self->locked |= self->zip->entries[i].locked;
    self->password = g_strdup(password);
    if (!self->locked)
        return true;
    if (*password == '\0')
        return found(self, SK_ELEMENT_ENCRYPTED_PACKAGE, "", error);
    if (fits_all(self, password))
        return true;
    explicit_bzero(self->password, strlen(self->password));
    g_free(self->password);
    self->password = as_cp932(password);
    return (self->password != NULL && fits_all(self, self->password)) ||
           found(self, SK_ELEMENT_WRONG_PASSWORD, "", error);
}

bool
sk_archive_zip_is_locked(SkSpan input, const SkLimits *limits)
{
    g_autoptr(SkZip) zip = NULL;
    SkElement element = SK_ELEMENT_NONE;

    if (!sk_span_starts(input, "PK\3\4") || !sk_zip_open_archive(input, limits, &zip, &element, NULL))
        return false;
    for (uint32_t i = 0; i < zip->n; i++) {
        if (zip->entries[i].locked)
            return true;
    }
    return false;
}

static bool
take_apart(Archive *self, GError **error)
{
    SkDisarm *disarm = self->disarm;
    SkElement element = SK_ELEMENT_NONE;
    SkVerdict verdict = SK_VERDICT_NONE;

    if (!sk_zip_open_archive(disarm->input, &disarm->job->limits, &self->zip, &element, error)) {
        if (element != SK_ELEMENT_NONE)
            sk_report_find(disarm->report, element, SK_ACTION_REFUSED, SK_SPAN_EMPTY, 1);
        return false;
    }
    sk_archive_paths_init(&self->paths);
    return check_locks(self, error) && name_entries(self, error) &&
           (self->zip->loose == 0 || sk_disarm_found(disarm, SK_ELEMENT_ZIP_STRUCTURE, SK_SPAN_EMPTY, self->zip->loose,
                                                     &verdict, error)) &&
           write_children(self, error) &&
           (!self->locked || found(self, SK_ELEMENT_PASSWORD_REMOVED, "", error));
}

bool
sk_archive_zip(SkDisarm *disarm, GError **error)
{
    Archive self = { .disarm = disarm };
    bool ok = take_apart(&self, error);

    archive_clear(&self);
    return ok;
}
