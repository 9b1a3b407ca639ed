/* SPDX-License-Identifier: Apache-2.0
 *
 * guard.h - the acceptor: a thread that owns the listening sockets, looks at each request's head
 * without taking it out of the socket (MSG_PEEK), answers what web/head.h refuses and closes, and
 * only then hands the connection on. A connection carries one request; whatever a sender put behind
 * it is never read as another. At most SK_GUARD_WAITING_MAX connections wait for the rest of their
 * head, each for at most SK_GUARD_DEADLINE_US; when one more comes, the one that has waited longest
 * goes. On loopback listeners a peer that is not loopback is closed without an answer. Runs in:
 * web. Trusts: nothing that comes in. Spec: docs/decisions/0070-one-request-one-reading.md Tests:
 * tests/unit/web/test-guard.c, tests/e2e/e2e-web
 */
#pragma once

#include <sys/socket.h>

#include "base/base.h"
#include "web/head.h"

#define SK_GUARD_WAITING_MAX 512u
#define SK_GUARD_DEADLINE_US (10 * G_USEC_PER_SEC)
#define SK_GUARD_LINGER_US (1 * G_USEC_PER_SEC)
#define SK_GUARD_LISTENERS_MAX 8u

/** SkWebListener: an open, listening socket. @unix_socket: a proxy of this zone stands in front. */
typedef struct {
    int fd; /* borrowed */
    bool unix_socket;
} SkWebListener;

/**
 * SkGuardHandOver: called in the guard's thread. Takes @fd in any case.
 * Returns: false where it cannot be served now; @fd is untouched then and the guard answers 503.
 */
typedef bool (*SkGuardHandOver)(void *data, int fd, const struct sockaddr *peer, socklen_t peer_n);

typedef struct {
    const SkWebListener *listeners;
    unsigned n_listeners;
    SkHeadHosts hosts; /* borrowed, must outlive the guard */
    SkGuardHandOver hand_over;
    void *data;
    int64_t deadline_us; /* 0: SK_GUARD_DEADLINE_US */
} SkGuardOptions;

typedef struct SkGuard SkGuard;

/** sk_guard_new: (transfer full): starts the thread. SK_ERROR_IO. */
bool sk_guard_new(const SkGuardOptions *options, SkGuard **ret,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_guard_free: ends the thread and closes what waits; the listening sockets stay open. NULL is a
 * no-op. */
void sk_guard_free(SkGuard *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkGuard, sk_guard_free)
/** sk_guard_refused: how many requests were refused so far. Any thread. */
unsigned sk_guard_refused(SkGuard *self);
