/* SPDX-License-Identifier: Apache-2.0
 *
 * pages.h - the static pages, read into memory once: what is asked for is looked up in a table and
 * never becomes a path. Only names of the allowed shape and kind are taken in, and no links.
 * Runs in: web. Trusts: the pages directory.
 * Tests: tests/unit/web/test-pages.c
 */
#pragma once

#include "base/base.h"

#define SK_PAGES_BYTES_MAX (16u << 20)
#define SK_PAGES_FILES_MAX 512u
#define SK_PAGES_DEPTH_MAX 4u

typedef struct {
    GBytes *bytes;    /* owned */
    const char *type; /* media type */
    char *etag;       /* owned, with its quotes */
} SkPage;

typedef struct SkPages SkPages;

/** sk_pages_load: @messages (its .json files under /messages/) and @directory may be NULL.
 * SK_ERROR_IO, SK_ERROR_LIMIT. */
bool sk_pages_load(const char *directory, const char *messages, SkPages **ret,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
SkPages *sk_pages_ref(SkPages *self); /* any thread */
void sk_pages_unref(SkPages *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkPages, sk_pages_unref)
/** sk_pages_lookup: by the request's path; the application's own routes (no dot in the last
 * segment) are its index. NULL: none. */
const SkPage *sk_pages_lookup(const SkPages *self, const char *path);
