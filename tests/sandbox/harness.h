/* SPDX-License-Identifier: Apache-2.0
 *
 * harness.h - what the sandbox suites share: jobs for evil-worker, and a copy of it that an
 * ordinary user may run, wherever the checkout lies. */
#pragma once

#include "sandbox/pool.h"

typedef struct {
    SkReport *report;
    int output;
} Result;

void result_clear(Result *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Result, result_clear)

/** harness_run: one job whose input is @line; the job must run. */
Result harness_run(SkPool *pool, const SkJob *job, const char *line);
/** harness_job: limits short enough for a test. */
SkJob harness_job(void);
void harness_assert_refused(const Result *result, SkReason reason);
/** harness_assert_works: an honest job goes through. */
void harness_assert_works(SkPool *pool);
/** harness_copy: (transfer full): a copy of the program that @variable names, as @name, for
 * everybody to run. */
char *harness_copy(const char *variable, const char *name);
/** harness_uncopy: takes it away again, and frees @path. */
void harness_uncopy(char *path);
/** harness_as_user: runs @test in a process of an ordinary user; false where we are one already
 * (nothing done). */
bool harness_as_user(void (*test)(const void *data), const void *data);
