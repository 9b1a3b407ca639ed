/* SPDX-License-Identifier: Apache-2.0
 * serve.c - contract of sk_directory_serve in prove.h. A directory that was not reached is not
 * tried again for some seconds: meanwhile the answer comes at once, and nobody waits in a queue. */
#include "directory/prove.h"

#include "base/io.h"
#include "base/log.h"
#include "base/ports.h"

#include <poll.h>
#include <string.h>

#define THREADS 8
#define AWAY_US (INT64_C(5) * G_USEC_PER_SEC)
#define PORT_NAMES 53u
#define PORT_LDAP 389u
#define PORT_LDAPS 636u

typedef struct {
    const SkDirectoryDoor *door;
    const char *ca;
    GMutex lock;
    int64_t away_until; /* monotonic; under lock */
} Server;

typedef struct {
    SkDirectoryQuestion *question;
    int answer; /* socket */
} Job;

static void
job_free(Job *job)
{
    sk_directory_question_free(job->question);
    sk_fd_clear(&job->answer);
    g_free(job);
}

static bool
is_away(Server *self)
{
    g_mutex_lock(&self->lock);
    bool away = g_get_monotonic_time() < self->away_until;
    g_mutex_unlock(&self->lock);
    return away;
}

static void
work(void *data, void *user_data)
{
    Job *job = data;
    Server *self = user_data;
    SkDirectoryAnswer answer = SK_DIRECTORY_AWAY;

    if (!is_away(self)) {
        answer = sk_directory_prove(self->door, self->ca, job->question);
        if (answer == SK_DIRECTORY_AWAY) {
            g_mutex_lock(&self->lock);
            self->away_until = g_get_monotonic_time() + AWAY_US;
            g_mutex_unlock(&self->lock);
        }
    }
    uint8_t byte = (uint8_t)answer;
    /* Whoever asked may have gone: then nobody hears it. */
    (void)!sk_io_send_frame_now(job->answer, sk_span(&byte, 1), NULL, 0, NULL);
    job_free(job);
}

static bool
take_one(int sock, GThreadPool *threads, bool *ret_gone, GError **error)
{
    uint8_t buffer[SK_DIRECTORY_FRAME_MAX];
    int fds[SK_IO_FDS_MAX];
    g_autoptr(GError) bad = NULL;
    Job *job = g_new0(Job, 1);
    size_t n = 0;

    job->answer = -1;
    bool ok = sk_io_recv_frame(sock, buffer, sizeof buffer, &n, fds, error);
    *ret_gone = ok && n == 0;
    if (ok && n > 0) {
        job->answer = sk_fd_steal(&fds[0]);
        if (!sk_directory_frame_parse(sk_span(buffer, n), &job->question, &bad))
            sk_log(SK_LOG_ERROR, "question-malformed", "why", bad->message, NULL);
    }
    for (unsigned i = 0; ok && i < SK_IO_FDS_MAX; i++)
        sk_fd_clear(&fds[i]);
    explicit_bzero(buffer, sizeof buffer);
    if (job->question != NULL && job->answer >= 0)
        g_thread_pool_push(threads, job, NULL);
    else
        job_free(job);
    return ok;
}

static bool
confine(const SkDirectoryDoor *door, GError **error)
{
    uint16_t usual = g_str_has_prefix(door->url, "ldaps") ? PORT_LDAPS : PORT_LDAP;
    const uint16_t ports[] = { PORT_NAMES, sk_ports_of(door->url, usual) };
    bool confined = false;

    if (!sk_ports_confine(ports, G_N_ELEMENTS(ports), &confined, error))
        return false;
    if (!confined)
        sk_log(SK_LOG_WARNING, "directory-unconfined", NULL);
    return true;
}

bool
sk_directory_serve(const SkDirectoryDoor *door, const char *ca, int sock, int stop, GError **error)
{
    struct pollfd fds[] = { { .fd = stop, .events = POLLIN }, { .fd = sock, .events = POLLIN } };
    Server self = { .door = door, .ca = ca };
    bool gone = false;
    bool ok = true;

    if (!confine(door, error))
        return false;
    sk_directory_begin();
    g_mutex_init(&self.lock);
    GThreadPool *threads = g_thread_pool_new(work, &self, THREADS, TRUE, error);
    if (threads == NULL)
        return false;
    while (ok && !gone) {
        if (poll(fds, G_N_ELEMENTS(fds), -1) <= 0)
            continue;
        if (fds[0].revents != 0)
            break;
        ok = take_one(sock, threads, &gone, error);
    }
    g_thread_pool_free(threads, FALSE, TRUE); /* what is under way has its own time limit */
    g_mutex_clear(&self.lock);
    return ok;
}
