/* SPDX-License-Identifier: Apache-2.0
 *
 * archive-name.h - the names of an archive that is written: clean segment by segment, and no two of
 * them alike to any file system.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/archive.md (Names)   Tests: tests/unit/disarm/test-archive-assemble.c
 */
#pragma once

#include "base/name.h"

typedef struct SkArchiveNames SkArchiveNames;

SkArchiveNames *sk_archive_names_new(void);
void sk_archive_names_free(SkArchiveNames *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkArchiveNames, sk_archive_names_free)

/** sk_archive_names_folder: (transfer full): the folder @path (children.h) as it is to be written,
 * without a slash behind it; it and every folder above it are taken from now on. All folders come
 * before the first member. */
char *sk_archive_names_folder(SkArchiveNames *self, SkSpan path);
/** sk_archive_names_above: the part of @path before its last slash; empty at the top. */
SkSpan sk_archive_names_above(SkSpan path);
/** sk_archive_names_member: (transfer full): where a member called @path, of @type, is to stand. */
char *sk_archive_names_member(SkArchiveNames *self, SkSpan path, SkType type);
/** sk_archive_name_fold: (transfer full): what is the same for two names that some file system takes
 * for one: NFC, case folded, NFC. */
char *sk_archive_name_fold(const char *name);
