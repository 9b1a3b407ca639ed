/* SPDX-License-Identifier: Apache-2.0
 *
 * spawn.h - start one role of one station in a view of the machine that holds nothing of any other
 * station: own pid namespace, whose first process it is, own network namespace with nothing in it, own file system root with only the station's
 * directory writable, the station's user (or, started by an ordinary user, a user namespace of that
 * one uid), no new privileges, only the descriptors it is given.
 * Runs in: supervisor (single-threaded, so that fork may do more than exec).
 * Tests: tests/e2e/e2e-isolation
 */
#pragma once

#include "serve/role.h"

#include <sys/types.h>

#define SK_VIEW_PLACES_MAX 11u

/** SkViewPlace: a directory that the role sees, under the same path as outside. */
typedef struct {
    const char *path; /* absolute; borrowed */
    bool writable;
} SkViewPlace;

typedef struct {
    SkViewPlace places[SK_VIEW_PLACES_MAX];
    unsigned n_places;
    bool network; /* stays in the supervisor's network namespace, with what names and TLS need from /etc */
    const char *hidden;  /* a directory that is there and empty, whatever place it lies in; or NULL */
    const char *program; /* absolute path of `sekisho`, inside one of the places */
    uid_t uid;           /* used when started by root */
    gid_t gid;
} SkSpawnView;

/**
 * sk_spawn: forks and executes `sekisho role …`. The numbers of descriptors in @args are replaced by
 * those inside the child; the descriptors here stay open.
 * Returns: the pid, or -1 with SK_ERROR_SANDBOX or SK_ERROR_IO. Failures inside the child before exec
 *     are written to stderr as a log line, and the child exits 3.
 */
pid_t sk_spawn(const SkSpawnView *view, const SkRoleArgs *args, GError **error);
