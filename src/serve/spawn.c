/* SPDX-License-Identifier: Apache-2.0
 * spawn.c - contract in spawn.h. */
#include "serve/spawn.h"

#include "base/io.h"
#include "base/log.h"
#include "serve/view.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define FIRST_FD 3   /* of a role: policy, status, settings, ca, ready, then its sockets */
#define PARKED_FD 64 /* above anything the child places */

/* Moves each descriptor to the number that the arguments will name; two steps, since a target may be
 * another's source. */
static bool
place_fds(int *const *slots, unsigned n, GError **error)
{
    for (unsigned i = 0; i < n; i++) {
        *slots[i] = fcntl(*slots[i], F_DUPFD, PARKED_FD);
        if (*slots[i] < 0)
            return sk_throw_errno(error, "descriptors");
    }
    for (unsigned i = 0; i < n; i++) {
        int target = FIRST_FD + (int)i;
        if (dup2(*slots[i], target) < 0)
            return sk_throw_errno(error, "descriptors");
        *slots[i] = target;
    }
    close_range(FIRST_FD + n, ~0u, 0);
    return true;
}

static SkRoleArgs *
copy_args(const SkRoleArgs *from)
{
    g_auto(GStrv) words = sk_role_args_emit(from);
    SkRoleArgs *copy = NULL;
    bool ok = sk_role_args_parse((int)g_strv_length(words) - 2, words + 2, &copy, NULL);
    g_assert(ok);
    return copy;
}

/* A pid namespace of its own: another role, of this station or another, has no number here that could
 * be signalled, traced or looked into, even where all run as one uid. The role is its first process, so
 * that nothing of it outlives it. Without root the namespace belongs to a user namespace, made along. */
static pid_t
fork_apart(void)
{
    unsigned long flags = CLONE_NEWPID | SIGCHLD | (geteuid() == 0 ? 0ul : CLONE_NEWUSER);
    return (pid_t)syscall(SYS_clone, flags, NULL, NULL, NULL, 0ul);
}

/* The supervisor has no number in the child's namespace: whether it still lives, its pidfd tells. */
static bool
die_with(int supervisor, GError **error)
{
    struct pollfd fd = { .fd = supervisor, .events = POLLIN };

    if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || poll(&fd, 1, 0) != 0)
        return sk_throw(error, SK_ERROR_IO, "the supervisor has gone");
    return true;
}

static bool
become_role(const SkSpawnView *view, const SkRoleArgs *outer, int supervisor, GError **error)
{
    g_autoptr(SkRoleArgs) args = copy_args(outer);
    int *slots[5 + SK_ROLE_SOCKETS_MAX];
    unsigned n = 0;
    sigset_t mask;

    /* After the change of user, which would clear it. */
    if (!sk_view_enter(view, error) || !die_with(supervisor, error))
        return false;
    int *const single[] = { &args->policy, &args->status, &args->settings, &args->ca, &args->ready };
    for (unsigned i = 0; i < G_N_ELEMENTS(single); i++)
        if (*single[i] >= 0)
            slots[n++] = single[i];
    for (unsigned i = 0; i < args->sockets->len; i++)
        slots[n++] = &g_array_index(args->sockets, SkRoleSocket, i).fd;
    if (!place_fds(slots, n, error))
        return false;
    /* The first process of a namespace never dies of a signal that it has not asked for: what comes
     * before it listens stays pending. */
    sigemptyset(&mask);
    sigaddset(&mask, SIGTERM);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    g_auto(GStrv) argv = sk_role_args_emit(args);
    execv(view->program, argv);
    return sk_throw_errno(error, view->program);
}

pid_t
sk_spawn(const SkSpawnView *view, const SkRoleArgs *args, GError **error)
{
    sk_autofd supervisor = (int)syscall(SYS_pidfd_open, getpid(), 0u); /* closed by exec */
    if (supervisor < 0) {
        sk_error_set_errno(error, "pidfd_open");
        return -1;
    }
    pid_t pid = fork_apart();
    if (pid < 0) {
        sk_error_set_errno(error, "clone (are user namespaces allowed here?)");
        return -1;
    }
    if (pid > 0)
        return pid;
    g_autoptr(GError) why = NULL;
    if (!become_role(view, args, supervisor, &why))
        sk_log(SK_LOG_ERROR, "role-not-started", "role", sk_serve_role_name(args->role), "of", args->station, "why",
               why->message, NULL);
    _exit(3);
}
