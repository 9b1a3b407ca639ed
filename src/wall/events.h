/* SPDX-License-Identifier: Apache-2.0
 *
 * events.h - what the kernel announces: that the ruleset, an interface, an address, a route or a
 * setting has changed; packets that the wall logged as it dropped them; connections that began.
 * Runs in: sekisho-wall, with CAP_NET_ADMIN over its network namespace. Trusts: the kernel's
 * framing; nothing inside the packets. Spec: linux/netfilter/nf_tables.h, nfnetlink_log.h,
 * nfnetlink_conntrack.h, rtnetlink(7) Tests: tests/e2e/e2e-wall-watch
 *
 * Nothing is lost without a word: a socket that overflowed and gaps in the log's numbers are told.
 */
#pragma once

#include "wall/packet.h"

#include <poll.h>

#define SK_WALL_EVENT_SOCKETS 4u
#define SK_WALL_LOG_BYTES 256u /* of each logged packet */

typedef enum {
    SK_WALL_SOURCE_RULESET = 0,
    SK_WALL_SOURCE_ROUTES, /* interfaces, addresses, routes, rules, static neighbours, settings */
    SK_WALL_SOURCE_LOG,
    SK_WALL_SOURCE_CONNECTIONS
} SkWallSource;

const char *sk_wall_source_name(SkWallSource source); /* "ruleset" */

/** SkWallDropped: a logged packet. @packet: interfaces are not set in it: they are indexes here. */
typedef struct {
    SkPacket packet;
    uint32_t in; /* index of the interface, 0: none */
    uint32_t out;
    bool readable;      /* false: no IP packet could be read: the rest is nothing */
    const char *prefix; /* "" where the rule says none; borrowed */
} SkWallDropped;

typedef struct {
    void (*changed)(SkWallSource source, void *data);
    void (*dropped)(const SkWallDropped *dropped, void *data);
    void (*opened)(const SkPacket *first, void *data);         /* interfaces not known; state new */
    void (*lost)(SkWallSource source, uint64_t n, void *data); /* 0: nobody knows how many */
} SkWallListener;

typedef struct SkWallEvents SkWallEvents;

/**
 * sk_wall_events_open: listens in the calling process's network namespace.
 * @group: NFLOG's, as `wall compile` wrote it
 * @error: SK_ERROR_SANDBOX where the kernel does not let us
 */
bool sk_wall_events_open(uint16_t group, const SkWallListener *listener, void *data,
                         SkWallEvents **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_wall_events_free(SkWallEvents *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkWallEvents, sk_wall_events_free)
/** sk_wall_events_wait: fills in what poll(2) is to wait for: SK_WALL_EVENT_SOCKETS places. */
void sk_wall_events_wait(const SkWallEvents *self, struct pollfd *ret);
/** sk_wall_events_take: all that is there now, at most some thousand messages of each socket.
 * @error: SK_ERROR_IO: a socket is broken: nothing is heard any more */
bool sk_wall_events_take(SkWallEvents *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
