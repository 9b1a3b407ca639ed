/* SPDX-License-Identifier: Apache-2.0
 *
 * archive-paths.h - what an archive that is read calls its members: nothing twice, nothing both a file and a folder,
 * and which names some file system would take for one.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/archive.md (What is read)   Tests: tests/unit/disarm/test-archive-zip.c, tests/golden/hostile-foreign
 */
#pragma once

#include "base/base.h"

typedef struct {
    GHashTable *plain;   /* owned: exact paths of files; of folders that were said, with a slash */
    GHashTable *folders; /* owned: exact paths of folders, said or implied */
    GHashTable *folded;  /* owned: folded paths */
} SkArchivePaths;

void sk_archive_paths_init(SkArchivePaths *self);
/** sk_archive_paths_clear: also of one that was never begun, all zero. */
void sk_archive_paths_clear(SkArchivePaths *self);
/** sk_archive_paths_note: @plain is a path as it was read (sk_names_path). false: it came before, or is a file here and a
 * folder there. A folder that was implied may still be said, once. */
bool sk_archive_paths_note(SkArchivePaths *self, const char *plain, bool folder);
/** sk_archive_paths_alike: did a name come before that some file system takes for @name? */
bool sk_archive_paths_alike(SkArchivePaths *self, const char *name);
