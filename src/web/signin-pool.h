/* SPDX-License-Identifier: Apache-2.0
 *
 * signin-pool.h - Argon2 off the server's threads: two threads, a bounded queue; and where a
 * directory has passwords, waiting for its answer, in threads of their own. While a job is under way
 * its request is suspended; no database is touched here. Runs in: web. Tests: tests/e2e/e2e-web,
 * e2e-ldap
 */
#pragma once

#include "store/account.h"

#define SK_SIGNIN_THREADS 2
#define SK_SIGNIN_QUEUE_MAX 32
#define SK_SIGNIN_ASKING 16
/** A no of the directory is told at a multiple of this after it was asked: how long it took to find
 * somebody, or nobody, is not heard. */
#define SK_SIGNIN_BEAT_US INT64_C(250000)

typedef struct SkSignInPool SkSignInPool;

/** SkSignInJob: verify a password for @attempt, or (where it is NULL) hash a new one. */
typedef struct {
    SkSignInAttempt *attempt; /* owned, or NULL */
    char *password;           /* owned; wiped as soon as it was used */
    char *hash;               /* out: of a new password; NULL on failure */
    void (*done)(void *data); /* called in the pool's thread, last of all */
    void *data;
} SkSignInJob;

void sk_signin_job_free(SkSignInJob *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkSignInJob, sk_signin_job_free)

/** sk_signin_pool_new: @directory: socket to the role that asks it; -1: there is none. */
bool sk_signin_pool_new(int directory, SkSignInPool **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_signin_pool_take: may another job come? Takes a place, which the job's end gives back. */
bool sk_signin_pool_take(SkSignInPool *self);
/** sk_signin_pool_give: gives back a place that no job was pushed for. */
void sk_signin_pool_give(SkSignInPool *self);
/** sk_signin_pool_push: @job (borrowed until its done) has a place. */
void sk_signin_pool_push(SkSignInPool *self, SkSignInJob *job);
/** sk_signin_pool_close: takes no more, and waits until every job is done. */
void sk_signin_pool_close(SkSignInPool *self);
void sk_signin_pool_free(SkSignInPool *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkSignInPool, sk_signin_pool_free)
