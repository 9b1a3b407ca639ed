/* SPDX-License-Identifier: Apache-2.0
 *
 * zip-read.c - contract in zip.h. The end record decides where the directory is, the directory
 * where the entries are; then every local header must say the same as its directory record, and the
 * entries, laid side by side, must not share a byte.
 */
#include "format/zip.h"

#include "base/reader.h"
#include "format/zip-name.h"

#define END_SIGNATURE 0x06054b50u
#define END64_SIGNATURE 0x06064b50u
#define LOCATOR64_SIGNATURE 0x07064b50u
#define DIRECTORY_SIGNATURE 0x02014b50u
#define LOCAL_SIGNATURE 0x04034b50u
#define DESCRIPTOR_SIGNATURE 0x08074b50u
#define END_LEN 22u
#define LOCATOR64_LEN 20u
#define END64_LEN 56u
#define DIRECTORY_LEN 46u
#define LOCAL_LEN 30u
#define COMMENT_MAX 0xffffu

#define FLAG_ENCRYPTED (0x0001u | 0x0040u | 0x2000u)
#define FLAG_LOCKED 0x0001u /* by ZipCrypto or AES */
#define FLAG_DESCRIPTOR 0x0008u
#define FLAG_UTF8 0x0800u
#define FLAG_KNOWN (0x0006u | FLAG_DESCRIPTOR | 0x0800u)

#define EXTRA_ZIP64 0x0001u
#define EXTRA_UNICODE_PATH 0x7075u
#define EXTRA_AES 0x9901u
#define METHOD_AES 99u
#define ATTRIBUTE_FOLDER 0x10u
#define AES_FIELD_LEN 7u
#define AES_TAIL 12u /* verifier and code, beside the salt */
#define CRYPTO_HEAD 12u

typedef struct {
    uint64_t count;
    uint64_t size;
    uint64_t offset;
    size_t end; /* where the directory must end */
} Directory;

/* One header's fields, from the directory or from the entry itself. */
typedef struct {
    uint16_t flags;
    uint16_t method;
    uint32_t crc;
    uint64_t compressed;
    uint64_t size;
    uint64_t offset; /* directory only */
    SkSpan name;
    SkSpan extra;
    uint32_t written;
    unsigned kind; /* directory only: the file type of a Unix mode; 0: not said */
    bool fat, dos_folder;
    SkSpan unicode, aes;
} Header;

typedef struct {
    uint64_t start;
    uint64_t end;
} Extent;

typedef struct {
    SkSpan file;
    SkZip *zip;
    Extent *extents; /* one per entry */
    SkElement *element;
    bool archive;
    GError **error;
} Walk;

#define refuse(w, what, code, ...)                                                                 \
    (*(w)->element = SK_ELEMENT_##what, sk_throw((w)->error, (code), __VA_ARGS__))

/* ---- the end of the file ------------------------------------------------------------------- */

static uint32_t
u32_at(SkSpan file, size_t at)
{
    SkReader r = sk_reader(file);
    sk_reader_seek(&r, at);
    return sk_reader_u32le(&r);
}

/* Readers look for the end record from the front, from the back, with and without a look at its
 * comment length. They agree only where there is one candidate: the signature once in reach of the
 * end, its comment ending where the file does. */
static bool
find_end(Walk *w, size_t *ret_at)
{
    if (w->file.n < END_LEN)
        return sk_throw(w->error, SK_ERROR_TRUNCATED, "zip: no end record");

    size_t lowest = w->file.n - END_LEN > COMMENT_MAX ? w->file.n - END_LEN - COMMENT_MAX : 0;
    size_t found = SIZE_MAX;
    for (size_t at = w->file.n - 4 + 1; at-- > lowest;) {
        if (u32_at(w->file, at) != END_SIGNATURE)
            continue;
        SkReader r = sk_reader(w->file);
        sk_reader_seek(&r, at + 20);
        uint16_t comment = sk_reader_u16le(&r);
        bool reaches = sk_reader_ok(&r) && comment == w->file.n - END_LEN - at;
        if (found == SIZE_MAX && !reaches) {
            *w->element = SK_ELEMENT_TRAILING_DATA;
            return sk_throw(w->error, SK_ERROR_AMBIGUOUS,
                            "zip: data after the end record (byte %zu)", at);
        }
        if (found != SIZE_MAX && reaches)
            return refuse(w, ZIP_SEVERAL_ENDS, SK_ERROR_AMBIGUOUS,
                          "zip: two end records (byte %zu)", at);
        if (found == SIZE_MAX)
            found = at;
    }
    if (found == SIZE_MAX)
        return sk_throw(w->error, SK_ERROR_TRUNCATED, "zip: no end record");
    *ret_at = found;
    return true;
}

static bool
same_or_max(uint64_t small, uint64_t large, uint64_t max)
{
    return small == large || small == max;
}

/* ZIP64's end record, where there is a locator before the plain one: it must say the same. */
static bool
parse_end64(Walk *w, size_t end_at, Directory *d)
{
    if (end_at < LOCATOR64_LEN || u32_at(w->file, end_at - LOCATOR64_LEN) != LOCATOR64_SIGNATURE)
        return true;

    SkReader r = sk_reader(w->file);
    sk_reader_seek(&r, end_at - LOCATOR64_LEN + 4);
    uint32_t disk = sk_reader_u32le(&r);
    uint64_t at = sk_reader_u64le(&r);
    uint32_t disks = sk_reader_u32le(&r);
    if (disk != 0 || disks != 1 || at > end_at - LOCATOR64_LEN ||
        end_at - LOCATOR64_LEN - at != END64_LEN)
        return refuse(w, ZIP_MISMATCH, SK_ERROR_AMBIGUOUS, "zip: ZIP64 locator points elsewhere");

    sk_reader_seek(&r, (size_t)at);
    uint32_t signature = sk_reader_u32le(&r);
    uint64_t length = sk_reader_u64le(&r);
    sk_reader_skip(&r, 4);
    uint32_t this_disk = sk_reader_u32le(&r);
    uint32_t directory_disk = sk_reader_u32le(&r);
    uint64_t count_here = sk_reader_u64le(&r);
    uint64_t count = sk_reader_u64le(&r);
    uint64_t size = sk_reader_u64le(&r);
    uint64_t offset = sk_reader_u64le(&r);
    if (!sk_reader_ok(&r) || signature != END64_SIGNATURE || length != END64_LEN - 12 ||
        this_disk != 0 || directory_disk != 0 || count_here != count)
        return refuse(w, ZIP_MISMATCH, SK_ERROR_AMBIGUOUS, "zip: broken ZIP64 end record");
    if (!same_or_max(d->count, count, 0xffff) || !same_or_max(d->size, size, 0xffffffff) ||
        !same_or_max(d->offset, offset, 0xffffffff))
        return refuse(w, ZIP_MISMATCH, SK_ERROR_AMBIGUOUS, "zip: the two end records disagree");
    *d = (Directory){ .count = count, .size = size, .offset = offset, .end = (size_t)at };
    return true;
}

static bool
parse_end(Walk *w, Directory *d)
{
    size_t at = 0;
    if (!find_end(w, &at))
        return false;

    SkReader r = sk_reader(w->file);
    sk_reader_seek(&r, at + 4);
    uint16_t disk = sk_reader_u16le(&r);
    uint16_t directory_disk = sk_reader_u16le(&r);
    uint16_t count_here = sk_reader_u16le(&r);
    *d = (Directory){ .end = at };
    d->count = sk_reader_u16le(&r);
    d->size = sk_reader_u32le(&r);
    d->offset = sk_reader_u32le(&r);
    if (sk_reader_u16le(&r) > 0)
        w->zip->loose++;
    if (disk != 0 || directory_disk != 0 || count_here != d->count)
        return refuse(w, ZIP_MISMATCH, SK_ERROR_UNSUPPORTED, "zip: several disks");
    if (!parse_end64(w, at, d))
        return false;
    if (d->offset > d->end || d->end - d->offset != d->size) {
        if (d->size <= d->end && d->offset < d->end - d->size) {
            *w->element = SK_ELEMENT_LEADING_DATA;
            return sk_throw(w->error, SK_ERROR_AMBIGUOUS,
                            "zip: directory is not where the end record says");
        }
        return refuse(w, ZIP_MISMATCH, SK_ERROR_AMBIGUOUS,
                      "zip: directory is not where the end record says");
    }
    return true;
}

/* ---- headers ------------------------------------------------------------------------------- */

/* Takes the ZIP64 values in place of fields at their maximum, in APPNOTE's order. */
static bool
parse_zip64(SkReader *r, Header *h, bool local, bool whole)
{
    if (h->size == 0xffffffff)
        h->size = sk_reader_u64le(r);
    if (h->compressed == 0xffffffff)
        h->compressed = sk_reader_u64le(r);
    if (!local && h->offset == 0xffffffff)
        h->offset = sk_reader_u64le(r);
    return sk_reader_ok(r) && (!whole || sk_reader_left(r) == 0);
}

/* Of a package, it is the name once more. */
static bool
parse_unicode_path(SkReader *r, Header *h, bool archive)
{
    uint8_t version = sk_reader_u8(r);
    uint32_t crc = sk_reader_u32le(r);
    SkSpan name = sk_reader_span(r, sk_reader_left(r));
    if (!sk_reader_ok(r))
        return false;
    if (!archive)
        return sk_span_equal(name, h->name);
    bool first = h->unicode.n == 0;
    h->unicode = name;
    return first && version == 1 && name.n > 0 && crc == sk_zip_crc(h->name);
}

/* Times, owners and Word's padding: in nearly every file, and not worth a finding. */
static bool
is_ordinary_extra(uint16_t id)
{
    static const uint16_t ordinary[] = {
        EXTRA_ZIP64, EXTRA_UNICODE_PATH, EXTRA_AES, 0x000a, 0x5455, 0x5855, 0x7855, 0x7875, 0xa220, 0xcafe
    };

    for (size_t i = 0; i < G_N_ELEMENTS(ordinary); i++) {
        if (id == ordinary[i])
            return true;
    }
    return false;
}

static bool
parse_extra(Walk *w, Header *h, bool local)
{
    SkReader r = sk_reader(h->extra);
    bool zip64 = false;

    while (sk_reader_left(&r) >= 4) {
        uint16_t id = sk_reader_u16le(&r);
        SkReader field = sk_reader(sk_reader_span(&r, sk_reader_u16le(&r)));
        bool ok = sk_reader_ok(&r);
        if (id == EXTRA_ZIP64) {
            ok = ok && !zip64 && parse_zip64(&field, h, local, w->archive);
            zip64 = true;
        } else if (id == EXTRA_UNICODE_PATH) {
            ok = ok && parse_unicode_path(&field, h, w->archive);
        } else if (id == EXTRA_AES) {
            ok = ok && h->aes.n == 0;
            h->aes = field.in;
        }
        if (!ok)
            return refuse(w, ZIP_MISMATCH, SK_ERROR_AMBIGUOUS,
                          "zip: extra field contradicts its header");
        w->zip->loose += !is_ordinary_extra(id);
    }
    return true;
}

static bool
parse_directory_record(Walk *w, SkReader *r, Header *h)
{
    size_t at = r->at;
    uint32_t signature = sk_reader_u32le(r);
    uint16_t made_by = sk_reader_u16le(r);
    sk_reader_skip(r, 2);
    h->flags = sk_reader_u16le(r);
    h->method = sk_reader_u16le(r);
    h->written = sk_reader_u32le(r);
    h->crc = sk_reader_u32le(r);
    h->compressed = sk_reader_u32le(r);
    h->size = sk_reader_u32le(r);
    uint16_t name = sk_reader_u16le(r);
    uint16_t extra = sk_reader_u16le(r);
    uint16_t comment = sk_reader_u16le(r);
    uint16_t disk = sk_reader_u16le(r);
    sk_reader_skip(r, 2);
    uint32_t attributes = sk_reader_u32le(r);
    h->offset = sk_reader_u32le(r);
    h->name = sk_reader_span(r, name);
    h->extra = sk_reader_span(r, extra);
    sk_reader_skip(r, comment);
    if (!sk_reader_ok(r) || signature != DIRECTORY_SIGNATURE)
        return refuse(w, ZIP_MISMATCH, SK_ERROR_MALFORMED,
                      "zip: broken directory record (byte %zu)", at);
    if (disk != 0)
        return refuse(w, ZIP_MISMATCH, SK_ERROR_UNSUPPORTED,
                      "zip: entry on another disk (byte %zu)", at);
    if (comment > 0)
        w->zip->loose++;
    /* the file type of a Unix mode; an archive made on a Mac says so by another number */
    bool unix_mode = made_by >> 8 == 3 || (w->archive && made_by >> 8 == 19);
    h->kind = unix_mode ? attributes >> 28 : 0;
    h->dos_folder = (attributes & ATTRIBUTE_FOLDER) != 0;
    h->fat = made_by >> 8 == 0 || made_by >> 8 == 10 || made_by >> 8 == 11 || made_by >> 8 == 14;
    if (!w->archive && h->kind != 0 && h->kind != 4 && h->kind != 8)
        return refuse(w, ZIP_LINK, SK_ERROR_FORBIDDEN, "zip: neither file nor folder (byte %zu)",
                      at);
    return parse_extra(w, h, false);
}

static bool
parse_local(Walk *w, const Header *in_directory, Header *h, size_t *ret_data)
{
    SkReader r = sk_reader(w->file);

    if (in_directory->offset > w->file.n)
        return refuse(w, ZIP_MISMATCH, SK_ERROR_MALFORMED, "zip: entry outside the file");
    sk_reader_seek(&r, (size_t)in_directory->offset);
    uint32_t signature = sk_reader_u32le(&r);
    sk_reader_skip(&r, 2);
    h->flags = sk_reader_u16le(&r);
    h->method = sk_reader_u16le(&r);
    h->written = sk_reader_u32le(&r);
    h->crc = sk_reader_u32le(&r);
    h->compressed = sk_reader_u32le(&r);
    h->size = sk_reader_u32le(&r);
    uint16_t name = sk_reader_u16le(&r);
    uint16_t extra = sk_reader_u16le(&r);
    h->name = sk_reader_span(&r, name);
    h->extra = sk_reader_span(&r, extra);
    if (!sk_reader_ok(&r) || signature != LOCAL_SIGNATURE)
        return refuse(w, ZIP_MISMATCH, SK_ERROR_MALFORMED, "zip: no entry at byte %zu",
                      (size_t)in_directory->offset);
    *ret_data = r.at;
    return parse_extra(w, h, true);
}

/* ---- data descriptors ---------------------------------------------------------------------- */

static bool
descriptor_matches(SkSpan file, size_t at, const Header *h, bool signature, bool wide,
                   size_t *ret_length)
{
    SkReader r = sk_reader(file);
    sk_reader_seek(&r, at);
    if (signature && sk_reader_u32le(&r) != DESCRIPTOR_SIGNATURE)
        return false;
    uint32_t crc = sk_reader_u32le(&r);
    uint64_t compressed = wide ? sk_reader_u64le(&r) : sk_reader_u32le(&r);
    uint64_t size = wide ? sk_reader_u64le(&r) : sk_reader_u32le(&r);
    if (!sk_reader_ok(&r) || crc != h->crc || compressed != h->compressed || size != h->size)
        return false;
    *ret_length = r.at - at;
    return true;
}

static bool
skip_descriptor(Walk *w, const Header *h, size_t at, size_t *ret_length)
{
    for (unsigned i = 0; i < 4; i++) {
        if (descriptor_matches(w->file, at, h, i < 2, (i & 1) != 0, ret_length))
            return true;
    }
    return refuse(w, ZIP_MISMATCH, SK_ERROR_AMBIGUOUS, "zip: data descriptor disagrees (byte %zu)",
                  at);
}

/* ---- entries ------------------------------------------------------------------------------- */

/* What a lock adds to the content; 0: it is none that is known. */
static uint64_t
lock_length(const Header *h, uint16_t *ret_method)
{
    static const uint8_t salts[] = { 0, 8, 12, 16 };
    SkReader r = sk_reader(h->aes);

    *ret_method = h->method;
    if (h->method != METHOD_AES)
        return h->aes.n == 0 ? CRYPTO_HEAD : 0;
    uint16_t version = sk_reader_u16le(&r), vendor = sk_reader_u16le(&r);
    uint8_t strength = sk_reader_u8(&r);
    *ret_method = sk_reader_u16le(&r);
    if (h->aes.n != AES_FIELD_LEN || !sk_reader_ok(&r) || version < 1 || version > 2 || vendor != 0x4541 ||
        strength < 1 || strength > 3)
        return 0;
    return salts[strength] + (uint64_t)AES_TAIL;
}

static bool
check_archived(Walk *w, const Header *h)
{
    uint16_t method = h->method;
    uint64_t lock = 0;

    if ((h->flags & FLAG_LOCKED) != 0) {
        lock = lock_length(h, &method);
        if (lock == 0)
            return refuse(w, ENCRYPTED_PACKAGE, SK_ERROR_ENCRYPTED, "zip: a lock of another kind");
        if (h->compressed < lock)
            return refuse(w, ZIP_MISMATCH, SK_ERROR_MALFORMED, "zip: locked entry cut short");
    } else if (h->aes.n > 0) {
        return refuse(w, ZIP_MISMATCH, SK_ERROR_AMBIGUOUS, "zip: a lock that is none");
    }
    if (method != 0 && method != 8)
        return refuse(w, ZIP_METHOD, SK_ERROR_UNSUPPORTED, "zip: method %u", method);
    if (method == 0 && h->compressed - lock != h->size)
        return refuse(w, ZIP_MISMATCH, SK_ERROR_AMBIGUOUS, "zip: stored entry of two sizes");
    char last = h->name.n == 0 ? '\0' : (char)h->name.p[h->name.n - 1];
    if (last != '\\' && (last == '/' ? h->kind == 8 : h->kind == 4 || h->dos_folder))
        return refuse(w, ZIP_MISMATCH, SK_ERROR_AMBIGUOUS, "zip: a folder by name or by attributes alone");
    return true;
}

static bool
check_header(Walk *w, const Header *h)
{
    if ((h->flags & FLAG_ENCRYPTED) != 0 && (!w->archive || (h->flags & FLAG_ENCRYPTED) != FLAG_LOCKED))
        return refuse(w, ENCRYPTED_PACKAGE, SK_ERROR_ENCRYPTED, "zip: encrypted entry");
    if ((h->flags & ~(FLAG_KNOWN | FLAG_LOCKED)) != 0)
        return refuse(w, ZIP_METHOD, SK_ERROR_UNSUPPORTED, "zip: unknown flags");
    if (w->archive)
        return check_archived(w, h);
    if (h->method != 0 && h->method != 8)
        return refuse(w, ZIP_METHOD, SK_ERROR_UNSUPPORTED, "zip: method %u", h->method);
    if (h->method == 0 && h->compressed != h->size)
        return refuse(w, ZIP_MISMATCH, SK_ERROR_AMBIGUOUS, "zip: stored entry of two sizes");
    if (!sk_zip_name_is_safe(h->name))
        return refuse(w, ZIP_SLIP, SK_ERROR_FORBIDDEN, "zip: unsafe entry name");
    return true;
}

/* What a descriptor says later is 0 in the header; some writers know the size before the rest, and Info-ZIP has the time
 * for a CRC-32 where it locks into a pipe. */
static bool
headers_agree(const Header *directory, const Header *local)
{
    bool later = (directory->flags & FLAG_DESCRIPTOR) != 0;
    uint32_t stand_in = (directory->flags & FLAG_LOCKED) != 0 ? local->written << 16 : 0;

    return directory->flags == local->flags && directory->method == local->method &&
           sk_span_equal(directory->name, local->name) &&
           (local->crc == directory->crc || (later && (local->crc == 0 || local->crc == stand_in))) &&
           (local->compressed == directory->compressed || (later && local->compressed == 0)) &&
           (local->size == directory->size || (later && local->size == 0));
}

/* What only readers of archives look at. */
static bool
archives_agree(const Header *directory, const Header *local)
{
    bool unknown = local->compressed == 0 && directory->compressed > 0; /* to who reads from the front */
    uint16_t method = directory->method;

    if ((directory->flags & FLAG_LOCKED) != 0)
        (void)lock_length(directory, &method);
    return sk_span_equal(directory->unicode, local->unicode) && sk_span_equal(directory->aes, local->aes) &&
           (!unknown || method != 0);
}

static bool
add_entry(Walk *w, SkReader *r)
{
    Header directory = { .unicode = SK_SPAN_EMPTY, .aes = SK_SPAN_EMPTY };
    Header local = { .unicode = SK_SPAN_EMPTY, .aes = SK_SPAN_EMPTY };
    size_t data = 0;

    if (!parse_directory_record(w, r, &directory) || !check_header(w, &directory) ||
        !parse_local(w, &directory, &local, &data))
        return false;
    if (!headers_agree(&directory, &local) || (w->archive && !archives_agree(&directory, &local)))
        return refuse(w, ZIP_MISMATCH, SK_ERROR_AMBIGUOUS, "zip: entry %u and directory disagree",
                      w->zip->n);
    if (directory.compressed > w->file.n - data)
        return refuse(w, ZIP_MISMATCH, SK_ERROR_TRUNCATED, "zip: entry %u is cut short", w->zip->n);
    size_t end = data + (size_t)directory.compressed;
    if ((directory.flags & FLAG_DESCRIPTOR) != 0) {
        size_t length = 0;
        if (!skip_descriptor(w, &directory, end, &length))
            return false;
        end += length;
    }
    bool folder = directory.name.n > 0 && directory.name.p[directory.name.n - 1] == '/';
    uint16_t method = directory.method;
    bool locked = (directory.flags & FLAG_LOCKED) != 0;
    if (locked)
        (void)lock_length(&directory, &method);
    if (folder && directory.size != 0)
        return refuse(w, ZIP_MISMATCH, SK_ERROR_AMBIGUOUS, "zip: folder with content");

    w->extents[w->zip->n] = (Extent){ .start = directory.offset, .end = end };
    w->zip->entries[w->zip->n++] = (SkZipEntry){
        .name = directory.name,
        .data = sk_span_sub(w->file, data, (size_t)directory.compressed),
        .size = directory.size,
        .crc = directory.crc,
        .deflated = method == 8,
        .folder = folder,
        .utf8 = (directory.flags & FLAG_UTF8) != 0,
        .fat = directory.fat,
        .special = directory.kind != 0 && directory.kind != 4 && directory.kind != 8,
        .locked = locked,
        .check = (uint8_t)((directory.flags & FLAG_DESCRIPTOR) != 0 ? directory.written >> 8 : directory.crc >> 24),
        .written = directory.written,
        .unicode = directory.unicode,
        .aes = directory.aes,
    };
    return true;
}

static int
compare_extents(const void *a, const void *b, void *user)
{
    const Extent *x = a;
    const Extent *y = b;

    (void)user;
    return x->start != y->start ? (x->start < y->start ? -1 : 1)
                                : (x->end > y->end) - (x->end < y->end);
}

static bool
check_extents(Walk *w, const Directory *d)
{
    uint64_t at = 0;
    unsigned gaps = 0;

    /* Not qsort: the C library's asks the system for its memory, which no worker may. */
    g_qsort_with_data(w->extents, (gint)w->zip->n, sizeof(Extent), compare_extents, NULL);
    for (uint32_t i = 0; i < w->zip->n; i++) {
        if (w->extents[i].start < at)
            return refuse(w, ZIP_OVERLAP, SK_ERROR_AMBIGUOUS, "zip: entries overlap");
        if (i == 0 && w->extents[i].start > 0) {
            *w->element = SK_ELEMENT_LEADING_DATA;
            return sk_throw(w->error, SK_ERROR_AMBIGUOUS, "zip: data before the first entry");
        }
        if (w->extents[i].start > at) {
            w->zip->loose++;
            gaps++;
        }
        at = w->extents[i].end;
    }
    if (at > d->offset)
        return refuse(w, ZIP_OVERLAP, SK_ERROR_AMBIGUOUS, "zip: entries reach into the directory");
    if (at < d->offset)
        w->zip->loose++;
    if (w->archive && gaps + (at < d->offset ? 1u : 0u) > 0)
        return refuse(w, ZIP_MISMATCH, SK_ERROR_AMBIGUOUS, "zip: bytes between the entries");
    return true;
}

static bool
check_names(Walk *w)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (uint32_t i = 0; i < w->zip->n; i++) {
        if (!g_hash_table_add(seen, sk_zip_name_fold(w->zip->entries[i].name)))
            return refuse(w, ZIP_DUPLICATE, SK_ERROR_AMBIGUOUS, "zip: name of entry %u comes twice",
                          i);
    }
    return true;
}

static bool
walk(Walk *w, const SkLimits *limits)
{
    Directory d;
    if (!parse_end(w, &d))
        return false;
    if (d.count > limits->items || d.count > 0xfffe)
        return sk_throw(w->error, SK_ERROR_LIMIT, "zip: too many entries");
    if (d.count == 0 && !w->archive)
        return sk_throw(w->error, SK_ERROR_MALFORMED, "zip: no entries");
    if (d.size / DIRECTORY_LEN < d.count)
        return refuse(w, ZIP_MISMATCH, SK_ERROR_AMBIGUOUS, "zip: directory smaller than its count");

    w->zip->entries = g_new0(SkZipEntry, d.count);
    w->extents = g_new0(Extent, d.count);
    SkReader r = sk_reader(sk_span_sub(w->file, (size_t)d.offset, (size_t)d.size));
    for (uint64_t i = 0; i < d.count; i++) {
        if (!add_entry(w, &r))
            return false;
    }
    if (sk_reader_left(&r) > 0)
        return refuse(w, ZIP_MISMATCH, SK_ERROR_AMBIGUOUS, "zip: directory larger than its count");
    return check_extents(w, &d) && (w->archive || check_names(w));
}

static bool
open_any(SkSpan file, bool archive, const SkLimits *limits, SkZip **ret, SkElement *ret_element, GError **error)
{
    g_assert(limits != NULL && ret != NULL && ret_element != NULL);

    g_autoptr(SkZip) zip = g_new0(SkZip, 1);
    Walk w = { .file = file, .zip = zip, .element = ret_element, .archive = archive, .error = error };
    *ret_element = SK_ELEMENT_NONE;
    bool ok = walk(&w, limits);
    g_free(w.extents);
    if (ok)
        *ret = g_steal_pointer(&zip);
    return ok;
}

bool
sk_zip_open(SkSpan file, const SkLimits *limits, SkZip **ret, SkElement *ret_element,
            GError **error)
{
    return open_any(file, false, limits, ret, ret_element, error);
}

bool
sk_zip_open_archive(SkSpan file, const SkLimits *limits, SkZip **ret, SkElement *ret_element, GError **error)
{
    return open_any(file, true, limits, ret, ret_element, error);
}

void
sk_zip_free(SkZip *self)
{
    if (self != NULL)
        g_free(self->entries);
    g_free(self);
}

const SkZipEntry *
sk_zip_lookup(const SkZip *self, SkSpan name)
{
    for (uint32_t i = 0; i < self->n; i++) {
        if (sk_span_equal(self->entries[i].name, name))
            return &self->entries[i];
    }
    return NULL;
}
