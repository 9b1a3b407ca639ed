/* SPDX-License-Identifier: Apache-2.0
 *
 * ole2.h - the storages and streams of an OLE2 compound file (old Office documents, locked new
 * ones). Two readers must never see two different trees: a sector that belongs to two streams, or
 * to one twice, refuses the file, and so does a name that stands twice in a storage. Runs in:
 * disarm worker (no files, no network). Trusts: nothing. Spec: [MS-CFB], docs/formats/ole2.md
 * Tests: tests/unit/format/test-ole2.c, tests/fuzz/fuzz-ole2.c
 */
#pragma once

#include "base/base.h"

typedef enum {
    SK_OLE2_STORAGE = 1,
    SK_OLE2_STREAM = 2,
    SK_OLE2_ROOT = 5,
} SkOle2Kind;

typedef struct {
    char *name; /* owned; UTF-8, may begin with a control character ("\005SummaryInformation") */
    SkOle2Kind kind;
    uint32_t parent; /* index of the storage that it lies in; the root's is its own, 0 */
    uint32_t depth;  /* 0 for the root */
    uint32_t start;  /* first sector, or first small sector where mini */
    uint64_t size;   /* of a stream; 0 for storages, and for the root */
    bool mini;       /* lies in the stream of small sectors */
    uint8_t clsid[16];
} SkOle2Entry;

typedef struct SkOle2 SkOle2;

/** sk_ole2_is: does @file begin as a compound file does? */
bool sk_ole2_is(SkSpan file);
/**
 * sk_ole2_open:
 * @file: whole input; borrowed for as long as the result lives
 * @limits: `items` bounds the directory's entries, `depth` the storages in each other
 * @ret: (out) (transfer full): untouched on failure
 * @error: (out): TRUNCATED, MALFORMED, AMBIGUOUS, LIMIT, UNSUPPORTED
 * Walks every chain of sectors once: linear in the file. Memory: one byte for each sector in eight,
 * four for each sector of the tables, and the entries.
 */
bool sk_ole2_open(SkSpan file, const SkLimits *limits, SkOle2 **ret,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_ole2_free(SkOle2 *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkOle2, sk_ole2_free)

/** sk_ole2_count: entries that the root leads to, and the root; at least 1. */
uint32_t sk_ole2_count(const SkOle2 *self);
/** sk_ole2_get: entry @index (asserted to be one); 0 is the root. Borrowed. */
const SkOle2Entry *sk_ole2_get(const SkOle2 *self, uint32_t index);
/** sk_ole2_lookup: the entry called @name, whatever its case, in the storage of index @parent (0:
 * the root); NULL where there is none. */
const SkOle2Entry *sk_ole2_lookup(const SkOle2 *self, uint32_t parent, const char *name);
/** sk_ole2_index: where @entry stands, to look into the storage that it is. */
uint32_t sk_ole2_index(const SkOle2 *self, const SkOle2Entry *entry);

/** SkOle2Func: takes the next bytes of a stream; false with @error ends the walk. */
typedef bool (*SkOle2Func)(void *user, SkSpan chunk, GError **error);
/** sk_ole2_each: the content of the stream @entry, in pieces borrowed from the file. @error: what
 * @func said; the walk itself cannot fail, since opening has walked it. */
bool sk_ole2_each(const SkOle2 *self, const SkOle2Entry *entry, SkOle2Func func, void *user,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_ole2_read: (transfer full): the whole stream; SK_ERROR_LIMIT where it is over @limit. */
bool sk_ole2_read(const SkOle2 *self, const SkOle2Entry *entry, uint64_t limit, GBytes **ret,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
