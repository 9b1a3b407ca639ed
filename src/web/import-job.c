/* SPDX-License-Identifier: Apache-2.0
 * import-job.c - contract in import-job.h. */
#include "web/import-job.h"

#include "base/io.h"
#include "sandbox/pipeline.h"
#include "store/proposal.h"

struct SkImports {
    const char *programs, *store, *vault; /* borrowed */
    GMutex lock;
    bool taken, closed; /* under lock */
    GThread *thread;    /* of the last one; under lock */
    SkImportJob *job;   /* borrowed: of the thread */
};

void
sk_import_job_free(SkImportJob *self)
{
    if (self == NULL)
        return;
    g_clear_pointer(&self->list, g_bytes_unref);
    g_clear_error(&self->error);
    sk_import_free(self->import);
    g_free(self->actor);
    g_free(self->why);
    g_free(self->proposal);
    g_free(self);
}

SkImports *
sk_imports_new(const char *programs, const char *store, const char *vault)
{
    SkImports *self = g_new0(SkImports, 1);
    self->programs = programs;
    self->store = store;
    self->vault = vault;
    g_mutex_init(&self->lock);
    return self;
}

bool
sk_imports_take(SkImports *self)
{
    g_mutex_lock(&self->lock);
    bool free = !self->taken && !self->closed;
    self->taken |= free;
    g_mutex_unlock(&self->lock);
    return free;
}

/* Before the job is told that it is done: whoever asks next finds the place free. */
static void
give(SkImports *self)
{
    g_mutex_lock(&self->lock);
    self->taken = false;
    g_mutex_unlock(&self->lock);
}

/* The list as a table, made by a worker that ends with it. */
static bool
read_list(SkImports *self, SkImportJob *job, GBytes **ret, GError **error)
{
    g_autoptr(SkPipeline) pipeline = sk_pipeline_new(self->programs);
    g_autoptr(SkReport) report = NULL;
    sk_autofd input = sk_memfd_from("sk-import", sk_span_bytes(job->list), error);
    sk_autofd output = -1;

    if (input < 0 || !sk_pipeline_table(pipeline, job->hint, input, &report, &output, error))
        return false;
    if (report->outcome != SK_OUTCOME_CLEAN) {
        job->reason = report->reason;
        return true;
    }
    *ret = sk_memfd_map(output, error);
    return *ret != NULL;
}

static bool
use_table(SkImports *self, SkImportJob *job, SkSpan table, GError **error)
{
    g_autoptr(SkStore) store = sk_store_open(self->store, self->vault, error);
    if (store == NULL)
        return false;
    sk_rights_hold(job->rights, store);
    bool ok = job->apply ? sk_import_submit(store, table, &job->options, job->actor, &job->import,
                                            &job->outcome, &job->proposal, error)
                         : sk_import_check(store, table, &job->options, &job->import, error);
    if (!ok)
        job->why = g_strdup(sk_store_why(store));
    return ok;
}

/* A table that is none, or too large, is the list's fault: the worker made it of that. */
static bool
blame_list(SkImportJob *job)
{
    if (g_error_matches(job->error, SK_ERROR, SK_ERROR_LIMIT) && *job->why == '\0')
        job->reason = SK_REASON_LIMIT;
    else if (g_error_matches(job->error, SK_ERROR, SK_ERROR_MALFORMED))
        job->reason = SK_REASON_MALFORMED;
    else
        return false;
    g_clear_error(&job->error);
    return true;
}

static void *
work(void *data)
{
    SkImports *self = data;
    SkImportJob *job = self->job;
    g_autoptr(GBytes) table = NULL;

    if (read_list(self, job, &table, &job->error) && table != NULL &&
        !use_table(self, job, sk_span_bytes(table), &job->error))
        (void)(job->why != NULL && blame_list(job));
    give(self);
    job->done(job->data); /* the job may be gone after this */
    return NULL;
}

void
sk_imports_start(SkImports *self, SkImportJob *job)
{
    g_mutex_lock(&self->lock);
    g_assert(self->taken);
    if (self->thread != NULL)
        g_thread_join(self->thread); /* it has given its place back: it is at its end */
    self->job = job;
    self->thread = g_thread_new("sk-import", work, self);
    g_mutex_unlock(&self->lock);
}

void
sk_imports_close(SkImports *self)
{
    g_mutex_lock(&self->lock);
    self->closed = true;
    GThread *thread = g_steal_pointer(&self->thread);
    g_mutex_unlock(&self->lock);
    if (thread != NULL)
        g_thread_join(thread);
}

void
sk_imports_free(SkImports *self)
{
    if (self == NULL)
        return;
    sk_imports_close(self);
    g_mutex_clear(&self->lock);
    g_free(self);
}
