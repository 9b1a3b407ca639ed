/* SPDX-License-Identifier: Apache-2.0
 * signin-pool.c - contract in signin-pool.h. */
#include "web/signin-pool.h"

#include "directory/question.h"
#include "store/signin.h"

#include <string.h>
#include <sys/resource.h>

struct SkSignInPool {
    GThreadPool *threads;
    GThreadPool *asking; /* NULL: there is no directory */
    int directory;       /* borrowed */
    GMutex lock;
    GCond back; /* a place came back */
    int places; /* left; under lock */
    bool closed;
};

static void
wipe(char *password)
{
    if (password != NULL)
        explicit_bzero(password, strlen(password));
}

void
sk_signin_job_free(SkSignInJob *self)
{
    if (self == NULL)
        return;
    sk_signin_free(self->attempt);
    wipe(self->password);
    g_free(self->password);
    g_free(self->hash);
    g_free(self);
}

void
sk_signin_pool_give(SkSignInPool *self)
{
    g_mutex_lock(&self->lock);
    self->places++;
    g_cond_signal(&self->back);
    g_mutex_unlock(&self->lock);
}

#define NICE 10

/* Hashing takes every core it is given: the threads that answer everybody else come first. On Linux
 * this is the calling thread's alone; where it is refused, everything only takes longer. */
static void
step_back(void)
{
    static GPrivate done;
    if (g_private_get(&done) != NULL)
        return;
    (void)setpriority(PRIO_PROCESS, 0, NICE);
    g_private_set(&done, &done);
}

static void
end_job(SkSignInPool *self, SkSignInJob *job)
{
    wipe(job->password);
    sk_signin_pool_give(self);
    job->done(job->data); /* the request may be gone after this */
}

static SkSignInSaid
ask(const SkSignInPool *self, const char *whose, const char *password)
{
    /* Where it is about nobody, what was typed stays here: it may be anybody's. An empty password is
     * a question about nobody too: a no that came by itself would tell whose name it is. */
    bool nobody = whose == NULL || *password == '\0';

    switch (sk_directory_ask(self->directory, nobody ? NULL : whose, nobody ? NULL : password)) {
    case SK_DIRECTORY_YES:
        return nobody ? SK_SAID_NO : SK_SAID_YES;
    case SK_DIRECTORY_NO:
        return SK_SAID_NO;
    case SK_DIRECTORY_EXPIRED:
        return nobody ? SK_SAID_NO : SK_SAID_EXPIRED;
    case SK_DIRECTORY_AWAY:
    case SK_DIRECTORY_ANSWERS:
        break;
    }
    return SK_SAID_AWAY;
}

static void
ask_directory(void *data, void *user_data)
{
    SkSignInJob *job = data;
    SkSignInPool *self = user_data;
    int64_t began = g_get_monotonic_time();
    SkSignInSaid said = ask(self, sk_signin_whose(job->attempt), job->password);

    sk_signin_said(job->attempt, said);
    if (said != SK_SAID_YES && said != SK_SAID_EXPIRED)
        g_usleep((gulong)(SK_SIGNIN_BEAT_US - (g_get_monotonic_time() - began) % SK_SIGNIN_BEAT_US));
    end_job(self, job);
}

static void
work(void *data, void *user_data)
{
    SkSignInJob *job = data;
    SkSignInPool *self = user_data;

    step_back();
    if (job->attempt != NULL)
        sk_signin_verify(job->attempt, job->password);
    else
        job->hash = sk_password_hash(job->password, NULL);
    if (self->asking != NULL && job->attempt != NULL && sk_signin_waits(job->attempt))
        g_thread_pool_push(self->asking, job, NULL);
    else
        end_job(self, job);
}

bool
sk_signin_pool_new(int directory, SkSignInPool **ret, GError **error)
{
    g_autoptr(SkSignInPool) self = g_new0(SkSignInPool, 1);
    self->directory = directory;
    g_mutex_init(&self->lock);
    g_cond_init(&self->back);
    self->places = SK_SIGNIN_QUEUE_MAX;
    self->threads = g_thread_pool_new(work, self, SK_SIGNIN_THREADS, TRUE, error);
    if (self->threads != NULL && directory >= 0)
        self->asking = g_thread_pool_new(ask_directory, self, SK_SIGNIN_ASKING, TRUE, error);
    if (self->threads == NULL || (directory >= 0 && self->asking == NULL))
        return false;
    *ret = g_steal_pointer(&self);
    return true;
}

bool
sk_signin_pool_take(SkSignInPool *self)
{
    g_mutex_lock(&self->lock);
    bool taken = !self->closed && self->places > 0;
    if (taken)
        self->places--;
    g_mutex_unlock(&self->lock);
    return taken;
}

void
sk_signin_pool_push(SkSignInPool *self, SkSignInJob *job)
{
    g_thread_pool_push(self->threads, job, NULL);
}

void
sk_signin_pool_close(SkSignInPool *self)
{
    g_mutex_lock(&self->lock);
    self->closed = true;
    /* Who has a place may still be about to push. */
    while (self->threads != NULL && self->places < SK_SIGNIN_QUEUE_MAX)
        g_cond_wait(&self->back, &self->lock);
    g_mutex_unlock(&self->lock);
    if (self->threads != NULL)
        g_thread_pool_free(g_steal_pointer(&self->threads), FALSE, TRUE);
    if (self->asking != NULL)
        g_thread_pool_free(g_steal_pointer(&self->asking), FALSE, TRUE);
}

void
sk_signin_pool_free(SkSignInPool *self)
{
    if (self == NULL)
        return;
    sk_signin_pool_close(self);
    g_cond_clear(&self->back);
    g_mutex_clear(&self->lock);
    g_free(self);
}
