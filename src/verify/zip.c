/* SPDX-License-Identifier: Apache-2.0
 * zip.c - contract in zip.h. */
#include "verify/zip.h"
#include "base/reader.h"

#include <string.h>

#define ENTRY_HEAD 30u
#define RECORD_HEAD 46u
#define END_SIZE 22u
#define NAME_MAX_BYTES 255u
#define ARCHIVE_NAME_MAX 1024u
#define ARCHIVE_MADE_BY 0x0b14u
#define FIXED_FROM 4u /* version needed to uncompressed size, the same in entry and directory */
#define FIXED_SIZE 22u

static const uint8_t entry_signature[] = { 'P', 'K', 3, 4 };
static const uint8_t record_signature[] = { 'P', 'K', 1, 2 };
static const uint8_t end_signature[] = { 'P', 'K', 5, 6 };

typedef struct {
    SkProof *proof;
    SkReader r;
    GArray *entries;   /* owned, of SkZipEntry */
    GHashTable *names; /* owned: names by their lower case; NULL: an archive */
} Zip;

static bool
no(const Zip *zip, SkElement element, const char *what)
{
    return sk_proof_no(zip->proof, element, "%s, byte %zu", what, zip->r.at);
}

static bool
at_signature(const Zip *zip, const uint8_t signature[4])
{
    SkReader r = zip->r;
    return sk_span_equal(sk_reader_span(&r, 4), sk_span(signature, 4));
}

static bool
check_name(const Zip *zip, SkSpan name)
{
    size_t segment = 0; /* bytes of the current one */
    bool dots = true;   /* it has only dots so far */
    g_autofree char *exact = sk_span_dup(name);

    if (name.n == 0 || name.n > NAME_MAX_BYTES)
        return no(zip, SK_ELEMENT_NOT_CANONICAL, "name length");
    for (size_t i = 0; i <= name.n; i++) {
        int c = i < name.n ? name.p[i] : '/';
        if (c == '/') {
            if (segment == 0 || (dots && segment <= 2))
                return no(zip, SK_ELEMENT_ZIP_SLIP, "name");
            segment = 0;
            dots = true;
            continue;
        }
        if (!g_ascii_isalnum(c) && (c == '\0' || strchr("._-[]", c) == NULL))
            return no(zip,
                      c == '\\' || c == ':' ? SK_ELEMENT_ZIP_SLIP : SK_ELEMENT_UNSAFE_PART_NAME,
                      "name");
        segment++;
        dots = dots && c == '.';
    }
    g_autofree char *folded = g_ascii_strdown(exact, -1);
    const char *before = g_hash_table_lookup(zip->names, folded);
    if (before != NULL)
        return no(zip,
                  strcmp(before, exact) == 0 ? SK_ELEMENT_ZIP_DUPLICATE : SK_ELEMENT_DUPLICATE_PART,
                  "name");
    g_hash_table_insert(zip->names, g_steal_pointer(&folded), g_steal_pointer(&exact));
    return true;
}

/* The fields that an entry and its directory record have alike. */
static bool
check_fixed(const Zip *zip, SkZipEntry *entry, uint32_t *ret_stored)
{
    SkReader r = zip->r;
    sk_reader_skip(&r, FIXED_FROM);
    uint16_t version = sk_reader_u16le(&r);
    entry->flags = sk_reader_u16le(&r);
    entry->method = sk_reader_u16le(&r);
    entry->time = sk_reader_u16le(&r);
    entry->date = sk_reader_u16le(&r);
    entry->crc = sk_reader_u32le(&r);
    *ret_stored = sk_reader_u32le(&r);
    entry->size = sk_reader_u32le(&r);
    if (!sk_reader_ok(&r))
        return no(zip, SK_ELEMENT_ZIP_STRUCTURE, "cut short");
    if (entry->method != 0 && entry->method != 8)
        return no(zip, SK_ELEMENT_ZIP_METHOD, "method");
    bool fixed = entry->flags == 0 && entry->time == 0 && entry->date == 0x0021;
    if (version != 20 || (zip->names != NULL && !fixed))
        return no(zip, SK_ELEMENT_ZIP_STRUCTURE, "entry fields");
    if (*ret_stored == UINT32_MAX || entry->size == UINT32_MAX ||
        (entry->method == 0 && *ret_stored != entry->size))
        return no(zip, SK_ELEMENT_ZIP_STRUCTURE, "entry sizes");
    return true;
}

static bool
read_entry(Zip *zip)
{
    SkZipEntry entry = { .at = zip->r.at };
    uint32_t stored = 0;

    if (!check_fixed(zip, &entry, &stored))
        return false;
    if (zip->entries->len == zip->proof->job->limits.items)
        return no(zip, SK_ELEMENT_ZIP_BOMB, "too many entries");
    SkReader r = zip->r;
    sk_reader_skip(&r, FIXED_FROM + FIXED_SIZE);
    uint16_t name = sk_reader_u16le(&r), extra = sk_reader_u16le(&r);
    entry.name = sk_reader_span(&r, name);
    entry.data = sk_reader_span(&r, stored);
    if (!sk_reader_ok(&r))
        return no(zip, SK_ELEMENT_ZIP_OVERLAP, "content past the end");
    if (extra != 0)
        return no(zip, SK_ELEMENT_ZIP_STRUCTURE, "extra field");
    if (zip->names == NULL && (name == 0 || name > ARCHIVE_NAME_MAX))
        return no(zip, SK_ELEMENT_NOT_CANONICAL, "name length");
    if (zip->names != NULL && !check_name(zip, entry.name))
        return false;
    g_array_append_val(zip->entries, entry);
    zip->r = r;
    return true;
}

static bool
check_record(Zip *zip, const SkZipEntry *entry)
{
    SkReader r = zip->r;
    sk_reader_skip(&r, 4);
    uint16_t made_by = sk_reader_u16le(&r);
    SkSpan fixed = sk_reader_span(&r, FIXED_SIZE);
    uint16_t name = sk_reader_u16le(&r);
    SkSpan middle = sk_reader_span(&r, 8); /* extra, comment, disk, internal attributes */
    uint32_t external = sk_reader_u32le(&r), offset = sk_reader_u32le(&r);
    SkSpan written = sk_reader_span(&r, name);

    if (!sk_reader_ok(&r))
        return no(zip, SK_ELEMENT_ZIP_STRUCTURE, "cut short");
    if ((external >> 16 & 0xf000) == 0xa000)
        return no(zip, SK_ELEMENT_ZIP_LINK, "symbolic link");
    if (made_by != (zip->names == NULL ? ARCHIVE_MADE_BY : 20) || external != 0 || !sk_span_equal(middle, sk_span("\0\0\0\0\0\0\0\0", 8)))
        return no(zip, SK_ELEMENT_ZIP_STRUCTURE, "directory fields");
    if (!sk_span_equal(written, entry->name) ||
        !sk_span_equal(fixed, sk_span_sub(zip->r.in, entry->at + FIXED_FROM, FIXED_SIZE)))
        return no(zip, SK_ELEMENT_ZIP_MISMATCH, "directory against entry");
    if (offset != entry->at)
        return no(zip, offset < entry->at ? SK_ELEMENT_ZIP_OVERLAP : SK_ELEMENT_ZIP_MISMATCH,
                  "offset");
    zip->r = r;
    return true;
}

static bool
check_end(Zip *zip, size_t directory)
{
    if (!at_signature(zip, end_signature))
        return no(zip, SK_ELEMENT_ZIP_STRUCTURE, "end record");
    size_t size = zip->r.at - directory;
    sk_reader_skip(&zip->r, 4);
    uint32_t disks = sk_reader_u32le(&zip->r);
    uint16_t here = sk_reader_u16le(&zip->r), all = sk_reader_u16le(&zip->r);
    uint32_t claimed = sk_reader_u32le(&zip->r), offset = sk_reader_u32le(&zip->r);
    uint16_t comment = sk_reader_u16le(&zip->r);

    if (!sk_reader_ok(&zip->r))
        return no(zip, SK_ELEMENT_ZIP_STRUCTURE, "cut short");
    if (disks != 0 || here != zip->entries->len || all != here || claimed != size ||
        offset != directory)
        return no(zip, SK_ELEMENT_ZIP_MISMATCH, "end record");
    SkSpan rest = sk_span_sub(zip->r.in, zip->r.at, sk_reader_left(&zip->r));
    if (sk_span_find(rest, 0, sk_span(end_signature, 4)) != SIZE_MAX)
        return no(zip, SK_ELEMENT_ZIP_SEVERAL_ENDS, "end record");
    if (comment != 0)
        return no(zip, SK_ELEMENT_ZIP_STRUCTURE, "comment");
    return rest.n == 0 || no(zip, SK_ELEMENT_TRAILING_DATA, "data after the end");
}

static bool
check(Zip *zip)
{
    if (!at_signature(zip, entry_signature)) {
        bool later = sk_span_find(zip->r.in, 0, sk_span(entry_signature, 4)) != SIZE_MAX;
        return no(zip, later ? SK_ELEMENT_LEADING_DATA : SK_ELEMENT_WRONG_TYPE, "first entry");
    }
    while (at_signature(zip, entry_signature))
        if (!read_entry(zip))
            return false;
    size_t directory = zip->r.at;
    for (unsigned i = 0; i < zip->entries->len; i++) {
        if (!at_signature(zip, record_signature))
            return no(zip, SK_ELEMENT_ZIP_STRUCTURE, "directory record");
        if (!check_record(zip, &g_array_index(zip->entries, SkZipEntry, i)))
            return false;
    }
    return check_end(zip, directory);
}

bool
sk_verify_zip(SkProof *proof, SkSpan in, GArray **ret_entries)
{
    g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(SkZipEntry));
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    Zip zip = { .proof = proof, .r = sk_reader(in), .entries = entries, .names = names };

    if (!check(&zip))
        return false;
    *ret_entries = g_steal_pointer(&entries);
    return true;
}

bool
sk_verify_zip_archive(SkProof *proof, SkSpan in, GArray **ret_entries)
{
    g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(SkZipEntry));
    Zip zip = { .proof = proof, .r = sk_reader(in), .entries = entries };

    if (!check(&zip))
        return false;
    *ret_entries = g_steal_pointer(&entries);
    return true;
}

/* ---- content ------------------------------------------------------------------------------ */

void
sk_zip_stream_begin(SkZipStream *self, SkProof *proof, const SkZipEntry *entry)
{
    *self = (SkZipStream){ .proof = proof, .entry = entry };
    sk_inflate_begin(&self->inflate, true);
    sk_inflate_feed(&self->inflate, entry->data);
}

void
sk_zip_stream_end(SkZipStream *self)
{
    sk_inflate_end(&self->inflate);
}

/* Nothing more comes: was all of it right? */
static bool
check_whole(const SkZipStream *self)
{
    if (!self->inflate.ended)
        return sk_proof_no(self->proof, SK_ELEMENT_ZIP_STRUCTURE, "deflate stream");
    if (sk_inflate_left(&self->inflate) > 0)
        return sk_proof_no(self->proof, SK_ELEMENT_TRAILING_DATA, "data after the deflate stream");
    if (self->size != self->entry->size || self->crc != self->entry->crc)
        return sk_proof_no(self->proof, SK_ELEMENT_ZIP_MISMATCH, "size or CRC-32");
    return true;
}

bool
sk_zip_stream_read(void *stream, uint8_t *out, size_t n, size_t *ret_n)
{
    SkZipStream *self = stream;
    uint64_t left = self->entry->size - self->size;

    *ret_n = 0;
    if (self->done)
        return true;
    size_t got = sk_inflate_read(&self->inflate, out, n);
    if (got > left || self->inflate.bad)
        return sk_proof_no(self->proof, SK_ELEMENT_ZIP_STRUCTURE, "deflate stream");
    if (!sk_proof_expand(self->proof, got))
        return false;
    self->crc = sk_crc(self->crc, sk_span(out, got));
    self->size += got;
    if (got == 0) {
        self->done = true;
        return check_whole(self);
    }
    *ret_n = got;
    return true;
}
