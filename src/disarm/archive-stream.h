/* SPDX-License-Identifier: Apache-2.0
 *
 * archive-stream.h - the bytes of a tar, or of a file that gzip, bzip2 or xz made smaller, one after another, whole and
 * checked: what stands behind the last stream, a wrong sum and a wrong length are errors.
 * Runs in: disarm worker (no files, no network). Trusts: zlib, libbz2, liblzma not to err on what they are given.
 * Spec: docs/formats/archive.md (Other archives); RFC 1952; docs/decisions/0186-other-archives.md
 * Tests: tests/golden/hostile-foreign, tests/fuzz/fuzz-archive-foreign.c
 */
#pragma once

#include "disarm/disarm.h"

#include <bzlib.h>
#include <lzma.h>
#include <zlib.h>

#define SK_ARCHIVE_CHUNK 65536u

typedef struct {
    SkDisarm *disarm;
    SkType type;     /* TAR: the bytes as they are; GZ, BZ2, XZ */
    SkSpan in;
    size_t at;       /* the next byte of `in` that was not taken */
    uint64_t out;    /* bytes given so far */
    uint64_t filled; /* bytes up to the last one that is not zero */
    bool counts;     /* what comes out is counted as expanded */
    bool open, ended;
    SkSpan name;     /* GZ: the name in its head, as it stands there; or empty */
    uint32_t mtime;  /* GZ: seconds since 1970; 0: not said */
    z_stream z;
    bz_stream b;
    lzma_stream x;
    uint8_t *buffer; /* owned: SK_ARCHIVE_CHUNK bytes */
} SkArchiveStream;

/** sk_archive_stream_open: from the beginning of the object, which @disarm borrows. */
bool sk_archive_stream_open(SkArchiveStream *self, SkDisarm *disarm, SkType type,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_archive_stream_clear: also of one that is all zero. */
void sk_archive_stream_clear(SkArchiveStream *self);
/**
 * sk_archive_stream_next:
 * @ret: (out): at most SK_ARCHIVE_CHUNK bytes, until the next call; empty at the end
 * @error: LIMIT over the limits; MALFORMED; AMBIGUOUS for data behind the end
 */
bool sk_archive_stream_next(SkArchiveStream *self, SkSpan *ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
