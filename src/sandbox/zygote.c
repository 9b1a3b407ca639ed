/* SPDX-License-Identifier: Apache-2.0
 * zygote.c - contract in zygote.h. Single-threaded and small: every byte here is copied by each
 * fork. */
#include "sandbox/zygote.h"

#include "base/io.h"
#include "base/log.h"
#include "base/sink.h"
#include "sandbox/confine.h"
#include "sandbox/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

#ifndef SEKISHO_VERSION
#define SEKISHO_VERSION "0"
#endif

#define JOB_SOCKET 3
#define HEAP_BLOCK_MAX (32 << 20) /* as much as the C library takes */

static bool
check_socket(GError **error)
{
    int kind = 0;
    socklen_t size = sizeof kind;

    if (getsockopt(JOB_SOCKET, SOL_SOCKET, SO_TYPE, &kind, &size) != 0 || kind != SOCK_SEQPACKET)
        return sk_throw(error, SK_ERROR_SANDBOX, "descriptor %d is no job socket", JOB_SOCKET);
    return true;
}

/* 0 and 1 become /dev/null while there is one; stderr stays for the one sentence of a failed set
 * up. */
static bool
arrange_fds(GError **error)
{
    int null = open("/dev/null", O_RDWR);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0)
        return sk_throw_errno(error, "/dev/null");
    sk_io_close_all_but((const int[]){ 0, 1, 2, JOB_SOCKET }, 4); /* takes `null` too */
    return true;
}

static bool
enter(const SkZygote *zygote, GError **error)
{
    if (!check_socket(error) || !arrange_fds(error) || !sk_confine_drop_root(error))
        return false;
    if (zygote->load != NULL)
        zygote->load();
    if (!sk_confine_namespaces(error) || !sk_confine_root(zygote->kind, error) ||
        !sk_confine_privileges(zygote->kind, error))
        return false;
    if (zygote->prepare != NULL)
        zygote->prepare();
    return true;
}

static bool
send_frame(uint64_t word, uint64_t status, uint64_t cpu_us, GError **error)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(SK_ZYGOTE_FRAME_LEN);

    sk_sink_u64le(sink, word);
    sk_sink_u64le(sink, status);
    sk_sink_u64le(sink, cpu_us);
    return sk_io_send_frame(JOB_SOCKET, sk_sink_memory(sink), NULL, 0, error);
}

static bool
run_job(const SkZygote *zygote, const struct sock_fprog *filter, const SkJob *job,
        int fds[SK_IO_FDS_MAX], GError **error)
{
    int status = 0;
    struct rusage usage;
    pid_t child = fork();

    if (child == 0)
        sk_worker_run(zygote, filter, job, fds);
    for (unsigned i = 0; i < SK_IO_FDS_MAX; i++)
        sk_fd_clear(&fds[i]);
    if (child < 0)
        return sk_throw_errno(error, "fork");
    while (wait4(child, &status, 0, &usage) < 0)
        if (errno != EINTR)
            return sk_throw_errno(error, "wait4");
    uint64_t cpu_us = (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000u +
                      (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
    return send_frame(SK_ZYGOTE_DONE, (uint64_t)(unsigned)status, cpu_us, error);
}

/* One frame, one job. @ret_more is false once the pool has closed its end. */
static bool
serve_one(const SkZygote *zygote, const struct sock_fprog *filter, bool *ret_more, GError **error)
{
    uint8_t frame[SK_JOB_FRAME_LEN];
    size_t n = 0;
    int fds[SK_IO_FDS_MAX] = { -1, -1, -1, -1 };
    SkJob job;

    if (!sk_io_recv_frame(JOB_SOCKET, frame, sizeof frame, &n, fds, error))
        return false;
    *ret_more = n > 0;
    if (n == 0)
        return true;
    bool sound = sk_job_parse(sk_span(frame, n), &job, error);
    explicit_bzero(frame, sizeof frame); /* before the fork: the worker inherits no second copy */
    if (!sound)
        return false;
    if (fds[SK_JOB_FDS - 1] < 0 || fds[SK_JOB_FDS] >= 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "job: not %u descriptors", SK_JOB_FDS);
    bool ran = run_job(zygote, filter, &job, fds, error);
    sk_job_forget(&job);
    return ran;
}

/* A worker lives for one object: what it frees it needs again, for the next page or picture, and memory that went back to
 * the kernel costs a fault a page to come again. LibreOffice keeps its own ways. */
static void
keep_memory(const SkZygote *zygote)
{
    if (zygote->kind == SK_SANDBOX_OFFICE)
        return;
    mallopt(M_MMAP_THRESHOLD, HEAP_BLOCK_MAX);
    mallopt(M_TRIM_THRESHOLD, INT_MAX);
}

static bool
serve(const SkZygote *zygote, GError **error)
{
    struct sock_fprog filter = { 0 };
    bool more = true;

    if (!sk_filter_build(zygote->kind, &filter, error) || !enter(zygote, error) ||
        !send_frame(SK_ZYGOTE_READY, SK_TABLES_FINGERPRINT, 0, error)) {
        g_prefix_error(error, "the sandbox could not be set up: ");
        return false;
    }
    while (more)
        if (!serve_one(zygote, &filter, &more, error))
            return false;
    return true;
}

int
sk_zygote_main(const SkZygote *zygote, int argc, char **argv)
{
    g_autoptr(GError) error = NULL;

    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        printf("%s %s\n", zygote->program, SEKISHO_VERSION);
        return 0;
    }
    if (argc != 2 || strcmp(argv[1], "--zygote") != 0) {
        fprintf(stderr, "%s: run by sekisho, never by hand (--zygote, --version)\n",
                zygote->program);
        return 2;
    }
    keep_memory(zygote);
    if (!serve(zygote, &error)) {
        fprintf(stderr, "%s: %s\n", zygote->program, error->message);
        fflush(stderr);
        _exit(3);
    }
    _exit(0); /* nothing to tidy; and no exit handler of a library runs in here */
}
