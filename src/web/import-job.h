/* SPDX-License-Identifier: Apache-2.0
 *
 * import-job.h - one list at a time through the sandboxed worker into the store, off the threads
 * that answer requests. Runs in: web, a thread of its own with a connection of its own to the
 * database. Trusts: nothing in the list. Tests: tests/e2e/e2e-people
 */
#pragma once

#include "base/types.h"
#include "store/import.h"
#include "web/rights.h"

typedef struct SkImports SkImports;

/** sk_imports_new: (transfer full): borrows all it is given. @programs: as sk_pipeline_new. */
SkImports *sk_imports_new(const char *programs, const char *store, const char *vault);
/** sk_imports_close: waits for the list under way; takes no other. */
void sk_imports_close(SkImports *self);
void sk_imports_free(SkImports *self); /* closes; NULL is a no-op */

typedef struct {
    GBytes *list; /* as it was handed in; owned */
    SkType hint;  /* by its name; NONE = not said */
    SkImportOptions options;
    char *actor; /* owned */
    const SkRights *rights; /* of the request, which waits; asked again when the list is used */
    bool apply;
    void (*done)(void *data); /* called in the thread, once the rest is set */
    void *data;
    /* what came of it */
    GError *error;   /* nothing did */
    char *why;       /* of a FORBIDDEN, owned */
    SkReason reason; /* the list could not be read */
    SkImport *import;
    SkImportOutcome outcome;
    char *proposal;
} SkImportJob;

void sk_import_job_free(SkImportJob *self); /* NULL is a no-op */
/** sk_imports_take: is there nobody before us? A place that was taken is used by sk_imports_start.
 */
bool sk_imports_take(SkImports *self);
/** sk_imports_start: @job is borrowed until its done was called. */
void sk_imports_start(SkImports *self, SkImportJob *job);
