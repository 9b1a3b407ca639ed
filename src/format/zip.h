/* SPDX-License-Identifier: Apache-2.0
 *
 * zip.h - walk a ZIP file strictly, inflate its entries in a stream, write a canonical one.
 * Two readers must never see two different packages: whatever could be read two ways is refused
 * here, before any entry is looked at.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/zip.md   Tests: tests/unit/format/test-zip.c, tests/fuzz/fuzz-zip.c
 */
#pragma once

#include "base/elements.h"
#include "base/sink.h"

#define SK_ZIP_NAME_MAX 1024u /* bytes of a name that is read; written ones have at most 255 */
#define SK_ZIP_CHUNK 65536u   /* bytes handed on at once by sk_zip_inflate */

typedef struct {
    SkSpan name; /* borrowed from the input; checked: relative, no control characters, no `\`, `:`,
                    `..` */
    SkSpan data; /* borrowed: as stored */
    uint64_t size;
    uint32_t crc;
    bool deflated;
    bool folder; /* the name ends with a slash; no content */
    /* of an archive only */
    bool utf8;       /* its name is, by the flag */
    bool fat;        /* made where names are in the system's old encoding, never in that of Unix */
    bool special;    /* a link, a device: neither file nor folder */
    bool locked;     /* `data` begins with what its lock needs */
    uint8_t check;   /* of a lock by ZipCrypto: the byte that its header must end with */
    uint32_t written; /* date << 16 | time */
    SkSpan unicode;  /* the name in a Unicode-path field, whose CRC-32 was right; or empty */
    SkSpan aes;      /* the field of a lock by AES; or empty */
    bool without_crc; /* nothing is said of its CRC-32: a lock has a check of its own */
} SkZipEntry;

typedef struct {
    SkZipEntry *entries; /* owned; in the order of the directory */
    uint32_t n;
    uint32_t loose; /* comments, gaps and uncommon extra fields: what a rewrite drops */
} SkZip;

/**
 * sk_zip_open:
 * @file: whole input; entries borrow from it
 * @limits: `items` bounds the entries; refused before anything is allocated for them
 * @ret: (out) (transfer full): untouched on failure
 * @ret_element: (out): on failure the element that the input was refused for, or SK_ELEMENT_NONE
 * @error: (out): TRUNCATED, MALFORMED, AMBIGUOUS, LIMIT, UNSUPPORTED, ENCRYPTED, FORBIDDEN
 * Reads every header, no content. n log n in the entries.
 */
bool sk_zip_open(SkSpan file, const SkLimits *limits, SkZip **ret, SkElement *ret_element,
                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_zip_open_archive: the same for a file that is no package: names are any bytes, none of which
 * was looked at; links and locked entries are told. What unzippers could read in two ways is refused,
 * also where packages are read leniently: gaps, sizes that only a descriptor knows (docs/formats/archive.md).
 */
bool sk_zip_open_archive(SkSpan file, const SkLimits *limits, SkZip **ret, SkElement *ret_element,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_zip_free(SkZip *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkZip, sk_zip_free)

/** sk_zip_lookup: by exact name; NULL where there is none. */
const SkZipEntry *sk_zip_lookup(const SkZip *self, SkSpan name);

/** SkZipFunc: takes the next bytes of an entry; @expanded and @compressed count what the entry has
 * given and taken so far. */
typedef bool (*SkZipFunc)(void *user, SkSpan chunk, uint64_t expanded, uint64_t compressed,
                          GError **error);
/**
 * sk_zip_inflate: the content of @entry, in chunks of at most SK_ZIP_CHUNK bytes.
 * @error: what @func said, or MALFORMED for a broken stream, AMBIGUOUS for a wrong size or CRC-32,
 * or compressed bytes left over. Chunks handed on before that are to be thrown away.
 */
bool sk_zip_inflate(const SkZipEntry *entry, SkZipFunc func, void *user,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * sk_zip_measure: what the raw deflate stream @data is, inflated and thrown away.
 * @limit: SK_ERROR_AMBIGUOUS where it is longer
 */
bool sk_zip_measure(SkSpan data, uint64_t limit, uint64_t *ret_size, uint32_t *ret_crc,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_zip_crc: CRC-32 as ZIP has it. */
uint32_t sk_zip_crc(SkSpan s);

/* ---- writing ------------------------------------------------------------------------------ */

typedef struct SkZipWriter SkZipWriter;

/** sk_zip_writer_new: (transfer full): writes at the sink's end, which must be byte 0. @sink is
 * borrowed. */
SkZipWriter *sk_zip_writer_new(SkSink *sink);
void sk_zip_writer_free(SkZipWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkZipWriter, sk_zip_writer_free)

/** sk_zip_writer_begin: the next entry; names are ours (asserted to be of the profile). */
void sk_zip_writer_begin(SkZipWriter *self, const char *name, bool deflate);
/**
 * sk_zip_writer_member: the next entry of an archive (docs/formats/archive.md) instead.
 * @name: UTF-8, at most SK_ZIP_NAME_MAX bytes; a folder's ends with a slash
 * @written: date << 16 | time, as ZIP has them; 0: not said
 */
void sk_zip_writer_member(SkZipWriter *self, SkSpan name, bool deflate, uint32_t written);
void sk_zip_writer_span(SkZipWriter *self, SkSpan s);
void sk_zip_writer_end(SkZipWriter *self);
/** sk_zip_writer_failed: LIMIT (too many entries, over 4 GiB) or the sink's own failure; nothing
 * more is written then. */
bool sk_zip_writer_failed(const SkZipWriter *self);
/** sk_zip_writer_finish: directory and end record. */
bool sk_zip_writer_finish(SkZipWriter *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
