/* SPDX-License-Identifier: Apache-2.0
 *
 * archive-shape.h - what is asked of a 7z, rar or cab before libarchive sees it: does it end where it says, is it the
 * only one in the file, is it a part of several, is it locked?
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/archive.md (Other archives); 7zFormat.txt, RAR 5.0 archive format (rarlab), technote of RAR 4, [MS-CAB]
 * Tests: tests/golden/hostile-foreign, tests/fuzz/fuzz-archive-foreign.c
 */
#pragma once

#include "base/elements.h"

/* A file in a rar, from our own walk. libarchive reads `\` as `/` where it is half of a character, takes a name that comes twice
 * for a part of the first, and does not look at the sum of what is only stored. */
typedef struct {
    SkSpan name;  /* borrowed; as it stands there, where it is not `unicode` */
    bool unicode; /* a form that libarchive reads as it is meant */
    bool summed;  /* `crc` was said */
    uint32_t crc;
} SkRarFile;

/**
 * sk_archive_shape: @type is 7Z, RAR or CAB.
 * @files: (nullable): of SkRarFile, in order, where it is a rar
 * @ret_element: (out): on failure what is to be said of it, or SK_ELEMENT_NONE
 * @error: MALFORMED, AMBIGUOUS (data behind the end), UNSUPPORTED (a part of several), ENCRYPTED
 */
bool sk_archive_shape(SkSpan input, SkType type, GArray *files, SkElement *ret_element,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
