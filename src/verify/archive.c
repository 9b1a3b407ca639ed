/* SPDX-License-Identifier: Apache-2.0
 *
 * archive.c - the profile of archives: a ZIP whose names, times, order and methods are the only ones possible, and whose
 * members are handed out, each to be proved by a worker of its own.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/archive.md   Tests: tests/unit/verify/test-archive.c, tests/fuzz/fuzz-archive.c
 */
#include "base/name.h"
#include "sandbox/children.h"
#include "verify/zip.h"

#include <string.h>

#define FLAG_UTF8 0x0800u
#define DATE_NONE 0x0021u
#define END_WITHIN (22u + 65535u)
#define CHUNK 65536u

typedef struct {
    SkProof *proof;
    GArray *entries;    /* owned, of SkZipEntry */
    GHashTable *names;  /* owned: folded paths of members and empty folders */
    GHashTable *above;  /* owned: folded path of a folder → as it is written */
} Archive;

static bool
no(const Archive *self, const SkZipEntry *entry, SkElement element, const char *what)
{
    return sk_proof_no(self->proof, element, "%s, byte %zu", what, entry->at);
}

/* ---- names -------------------------------------------------------------------------------- */

static char *
fold(const char *path)
{
    g_autofree char *composed = g_utf8_normalize(path, -1, G_NORMALIZE_NFC);
    g_autofree char *folded = g_utf8_casefold(composed, -1);
    return g_utf8_normalize(folded, -1, G_NORMALIZE_NFC);
}

/* Would it lead out of the folder that the archive is unpacked into? */
static bool
leads_out(SkSpan name)
{
    static const char *const bad[] = { "\\", ":", "//" };

    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        if (sk_span_find(name, 0, sk_span_str(bad[i])) != SIZE_MAX)
            return true;
    }
    if (name.n == 0 || name.p[0] == '/' || sk_span_find(name, 0, sk_span("\0", 1)) != SIZE_MAX)
        return true;
    g_autofree char *text = sk_span_dup(name);
    g_auto(GStrv) segments = g_strsplit(text, "/", -1);
    return g_strv_contains((const char *const *)segments, "..") || g_strv_contains((const char *const *)segments, ".");
}

/* Words by which programs know documents. */
static bool
tells_documents(const char *segment)
{
    g_autofree char *lower = g_ascii_strdown(segment, -1);
    char *dot = strchr(lower, '.');

    if (dot != NULL)
        *dot = '\0';
    return strcmp(lower, "[content_types]") == 0 || strcmp(lower, "mimetype") == 0 || strcmp(lower, "meta-inf") == 0 ||
           strcmp(lower, "_rels") == 0;
}

static bool
check_segment(const Archive *self, const SkZipEntry *entry, const char *segment, SkType type)
{
    if (!sk_name_is_clean(segment, type))
        return no(self, entry, SK_ELEMENT_ARCHIVE_NAME, "name");
    return !tells_documents(segment) || no(self, entry, SK_ELEMENT_POLYGLOT, "name of a document's part");
}

/* Every folder above has one spelling and is no member; @path is cut at its slashes meanwhile. */
static bool
check_above(Archive *self, const SkZipEntry *entry, char *path)
{
    char *from = path;

    for (char *slash; (slash = strchr(from, '/')) != NULL; from = slash + 1) {
        *slash = '\0';
        g_autofree char *folded = fold(path);
        const char *before = g_hash_table_lookup(self->above, folded);
        bool other = (before != NULL && strcmp(before, path) != 0) || g_hash_table_contains(self->names, folded);
        bool clean = check_segment(self, entry, from, SK_TYPE_NONE);
        if (before == NULL)
            g_hash_table_insert(self->above, g_steal_pointer(&folded), g_strdup(path));
        *slash = '/';
        if (!clean)
            return false;
        if (other)
            return no(self, entry, SK_ELEMENT_ARCHIVE_COLLISION, "name");
    }
    return true;
}

/* What its extension says it is. */
static SkType
type_of(const char *name)
{
    SkType type = sk_type_from_name(name);
    const char *dot = strrchr(name, '.');

    if (type == SK_TYPE_NONE || !sk_verify_knows(type) || strcmp(dot + 1, sk_type_get(type)->extension) != 0)
        return SK_TYPE_NONE;
    return type;
}

static bool
check_name(Archive *self, const SkZipEntry *entry, SkType *ret_type)
{
    SkSpan name = entry->name;
    bool folder = name.n > 0 && name.p[name.n - 1] == '/';

    if (folder)
        name.n--;
    if (leads_out(name))
        return no(self, entry, SK_ELEMENT_ZIP_SLIP, "name");
    if (!sk_text_is_plain(name, SK_CHILD_NAME_MAX))
        return no(self, entry, SK_ELEMENT_ARCHIVE_NAME, "name");
    g_autofree char *path = sk_span_dup(name);
    g_autofree char *folded = fold(path);
    if (g_hash_table_contains(self->names, folded) || g_hash_table_contains(self->above, folded))
        return no(self, entry, SK_ELEMENT_ARCHIVE_COLLISION, "name");
    if (!check_above(self, entry, path))
        return false;
    const char *slash = strrchr(path, '/');
    const char *own = slash == NULL ? path : slash + 1;
    *ret_type = folder ? SK_TYPE_NONE : type_of(own);
    if (!folder && *ret_type == SK_TYPE_NONE)
        return no(self, entry, SK_ELEMENT_WRONG_TYPE, "extension");
    if (!check_segment(self, entry, own, *ret_type))
        return false;
    g_hash_table_add(self->names, g_steal_pointer(&folded));
    return true;
}

/* ---- one entry ---------------------------------------------------------------------------- */

static bool
is_ascii(SkSpan s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] >= 0x80)
            return false;
    }
    return true;
}

static bool
is_packed(SkType type)
{
    switch ((int)type) {
    case SK_TYPE_PNG:
    case SK_TYPE_JPEG:
    case SK_TYPE_GIF:
    case SK_TYPE_WEBP:
    case SK_TYPE_TIFF:
    case SK_TYPE_PDF:
    case SK_TYPE_DOCX:
    case SK_TYPE_XLSX:
    case SK_TYPE_PPTX:
    case SK_TYPE_ODT:
    case SK_TYPE_ODS:
    case SK_TYPE_ODP:
    case SK_TYPE_ZIP:
        return true;
    default:
        return false;
    }
}

static bool
is_day(unsigned year, unsigned month, unsigned day)
{
    return month >= 1 && month <= 12 &&
           g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year);
}

static bool
check_time(const Archive *self, const SkZipEntry *entry)
{
    unsigned date = entry->date, time = entry->time;

    if (date == DATE_NONE && time == 0)
        return true;
    if (!sk_proof_keeps(self->proof, SK_ELEMENT_ARCHIVE_TIME))
        return no(self, entry, SK_ELEMENT_ARCHIVE_TIME, "time");
    if (!is_day(1980 + (date >> 9), date >> 5 & 15, date & 31) || time >> 11 > 23 || (time >> 5 & 63) > 59 ||
        (time & 31) > 29)
        return no(self, entry, SK_ELEMENT_ARCHIVE_TIME, "no time of a calendar");
    return true;
}

static bool
check_fields(const Archive *self, const SkZipEntry *entry, SkType type)
{
    bool stored = entry->size == 0 || is_packed(type); /* a folder has no type, and must be empty */

    if (entry->flags != (is_ascii(entry->name) ? 0 : FLAG_UTF8))
        return no(self, entry, SK_ELEMENT_ZIP_STRUCTURE, "flags");
    if (entry->method != (stored ? 0 : 8))
        return no(self, entry, SK_ELEMENT_ZIP_METHOD, "method");
    if (type == SK_TYPE_NONE && (entry->size != 0 || entry->crc != 0))
        return no(self, entry, SK_ELEMENT_ZIP_MISMATCH, "folder with content");
    return check_time(self, entry);
}

static int
compare(SkSpan a, SkSpan b)
{
    int order = memcmp(a.p, b.p, MIN(a.n, b.n));
    return order != 0 ? order : (a.n > b.n) - (a.n < b.n);
}

/* Names rise, and what follows an empty folder does not stand in it. */
static bool
check_order(const Archive *self, const SkZipEntry *before, const SkZipEntry *entry)
{
    int order = compare(before->name, entry->name);

    if (order == 0)
        return no(self, entry, SK_ELEMENT_ZIP_DUPLICATE, "name");
    if (order > 0)
        return no(self, entry, SK_ELEMENT_ZIP_STRUCTURE, "order");
    SkSpan folder = before->name;
    bool inside = folder.p[folder.n - 1] == '/' && entry->name.n > folder.n &&
                  sk_span_equal(sk_span_sub(entry->name, 0, folder.n), folder);
    return !inside || no(self, entry, SK_ELEMENT_ZIP_STRUCTURE, "in an empty folder");
}

/* ---- content ------------------------------------------------------------------------------ */

static bool
copy_stored(Archive *self, const SkZipEntry *entry)
{
    if (!sk_proof_expand(self->proof, entry->data.n))
        return false;
    if (sk_crc(0, entry->data) != entry->crc)
        return no(self, entry, SK_ELEMENT_ZIP_MISMATCH, "CRC-32");
    if (self->proof->sink != NULL)
        sk_sink_span(self->proof->sink, entry->data);
    return true;
}

static bool
copy_deflated(Archive *self, const SkZipEntry *entry)
{
    g_autofree uint8_t *chunk = g_malloc(CHUNK);
    SkZipStream stream;
    size_t n = 0;
    bool ok = true;

    sk_zip_stream_begin(&stream, self->proof, entry);
    while ((ok = sk_zip_stream_read(&stream, chunk, CHUNK, &n)) && n > 0) {
        if (self->proof->sink != NULL)
            sk_sink_span(self->proof->sink, sk_span(chunk, n));
    }
    sk_zip_stream_end(&stream);
    return ok;
}

static bool
hand_out(Archive *self, SkChildrenWriter *writer, const SkZipEntry *entry, SkType type)
{
    const SkChild child = { .kind = type == SK_TYPE_NONE ? SK_CHILD_FOLDER : SK_CHILD_READY,
                            .type = type,
                            .level = type == SK_TYPE_NONE ? SK_LEVEL_NONE : SK_LEVEL_REBUILT,
                            .name = sk_span_sub(entry->name, 0, entry->name.n - (type == SK_TYPE_NONE ? 1 : 0)) };

    if (writer->sink != NULL)
        sk_children_begin(writer, &child);
    bool ok = entry->method == 0 ? copy_stored(self, entry) : copy_deflated(self, entry);
    if (writer->sink != NULL)
        sk_children_end(writer);
    return ok;
}

static bool
check_entries(Archive *self)
{
    SkSink *sink = self->proof->sink;
    SkChildrenWriter writer = { .sink = NULL };

    if (sink != NULL)
        writer = sk_children_writer(sink);
    for (unsigned i = 0; i < self->entries->len; i++) {
        const SkZipEntry *entry = &g_array_index(self->entries, SkZipEntry, i);
        SkType type = SK_TYPE_NONE;
        if (i > 0 && !check_order(self, entry - 1, entry))
            return false;
        if (!check_name(self, entry, &type) || !check_fields(self, entry, type) ||
            !hand_out(self, &writer, entry, type))
            return false;
    }
    if (sink != NULL)
        sk_children_finish(&writer);
    return true;
}

/* No second end record that a reader from behind might take for the first. */
static bool
check_single_end(const Archive *self, SkSpan in)
{
    size_t at = in.n > END_WITHIN ? in.n - END_WITHIN : 0;

    for (; (at = sk_span_find(in, at, sk_span("PK\5\6", 4))) != SIZE_MAX && at + 22 < in.n; at++) {
        size_t comment = (size_t)in.p[at + 20] | (size_t)in.p[at + 21] << 8;
        if (comment == in.n - at - 22)
            return sk_proof_no(self->proof, SK_ELEMENT_ZIP_SEVERAL_ENDS, "end record, byte %zu", at);
    }
    return true;
}

bool
sk_verify_archive(SkProof *proof, SkSpan in)
{
    Archive self = { .proof = proof };
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) above = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autoptr(GArray) entries = NULL;

    if (!sk_verify_zip_archive(proof, in, &entries) || !check_single_end(&self, in))
        return false;
    self.names = names;
    self.above = above;
    self.entries = entries;
    if (!check_entries(&self))
        return false;
    proof->children = true;
    return true;
}
