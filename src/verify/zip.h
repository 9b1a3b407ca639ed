/* SPDX-License-Identifier: Apache-2.0
 *
 * zip.h - the entries of a ZIP in canonical form (docs/formats/zip.md): read once from front to
 * back, the directory compared with what was read, every byte accounted for. Runs in: verify
 * worker. Trusts: nothing. Spec: docs/formats/zip.md   Tests: tests/unit/verify/test-docx.c,
 * tests/fuzz/fuzz-verify.c
 */
#pragma once

#include "verify/inflate.h"
#include "verify/proof.h"

typedef struct {
    SkSpan name;
    SkSpan data; /* as stored */
    uint16_t method;
    uint32_t crc;
    uint32_t size; /* inflated */
    size_t at;     /* of its local header */
    uint16_t flags, time, date;
} SkZipEntry;

/** sk_verify_zip: the container alone; @ret_entries (transfer full, of SkZipEntry) borrows from
 * @in. */
bool sk_verify_zip(SkProof *proof, SkSpan in, GArray **ret_entries) G_GNUC_WARN_UNUSED_RESULT;

/** sk_verify_zip_archive: the same of an archive (docs/formats/archive.md): flags, times, names, their
 * order and the methods are left to the caller. */
bool sk_verify_zip_archive(SkProof *proof, SkSpan in,
                           GArray **ret_entries) G_GNUC_WARN_UNUSED_RESULT;

/** SkZipStream: one entry's content, by and by; checks size, CRC and that nothing follows. */
typedef struct {
    SkProof *proof;
    const SkZipEntry *entry;
    SkInflate inflate;
    uint32_t crc;
    uint64_t size;
    bool done; /* the last byte has been given out, and all of it was right */
} SkZipStream;

void sk_zip_stream_begin(SkZipStream *self, SkProof *proof, const SkZipEntry *entry);
void sk_zip_stream_end(SkZipStream *self);
/** sk_zip_stream_read: an SkXmlFill. *@ret_n is 0 only once the entry has been proved whole. */
bool sk_zip_stream_read(void *stream, uint8_t *out, size_t n, size_t *ret_n);
