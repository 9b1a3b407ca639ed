/* SPDX-License-Identifier: Apache-2.0
 *
 * archive-lzh.h - the members of an LZH, from our own strict walk over its headers (levels 0 to 2). What inflates one is
 * shown a header that we wrote: nothing that the archive says reaches it but the method, the lengths and the sum.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/archive.md (Other archives); headers as LHa for UNIX describes them (header.doc)
 * Tests: tests/golden/hostile-foreign, tests/fuzz/fuzz-archive-foreign.c
 */
#pragma once

#include "base/elements.h"

#define SK_LZH_HEAD 25u

typedef struct {
    GByteArray *name; /* owned: as it stands there, folders before it, `/` between them */
    bool utf8;        /* the archive says so */
    bool folder, special;
    uint8_t method[5];
    uint32_t size;
    uint16_t crc;
    uint32_t written; /* as ZIP has it */
    SkSpan packed;    /* borrowed */
} SkLzhMember;

/**
 * sk_lzh_walk:
 * @ret: (transfer full): of SkLzhMember, freed with it
 * @ret_element: (out): on failure what is to be said of it, or SK_ELEMENT_NONE
 * @error: MALFORMED, AMBIGUOUS (sums, data behind the end), UNSUPPORTED, LIMIT (@most)
 */
bool sk_lzh_walk(SkSpan input, uint32_t most, GArray **ret, SkElement *ret_element,
                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_lzh_head: a header of level 0 for @member, called `m`. */
void sk_lzh_head(const SkLzhMember *member, uint8_t ret[SK_LZH_HEAD]);
