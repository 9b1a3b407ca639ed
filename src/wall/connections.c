/* SPDX-License-Identifier: Apache-2.0
 *
 * connections.c - contract in load.h: ends the connections that a new policy refuses. The rules refuse
 * their packets already; this makes the kernel forget them, so that nobody takes them for living ones.
 */
#include "wall/load.h"

#include "policy/words.h"
#include "wall/plan.h"

#include <errno.h>
#include <libnetfilter_conntrack/libnetfilter_conntrack.h>
#include <string.h>
#include <sys/socket.h>

#define PROTOCOL_TCP 6
#define PROTOCOL_UDP 17

typedef struct {
    const SkWallPlan *plan;
    GPtrArray *refused; /* of struct nf_conntrack */
} Sweep;

typedef struct {
    SkNetwork from;
    SkNetwork to;
    uint8_t protocol;
    uint16_t port;
} Connection;

static SkNetwork
single(const struct nf_conntrack *ct, bool v6, enum nf_conntrack_attr attribute)
{
    SkNetwork out = { .v6 = v6, .prefix = v6 ? 128 : 32 };
    const uint8_t *bytes = nfct_get_attr(ct, attribute);

    for (unsigned i = 0; bytes != NULL && i < (v6 ? 16u : 4u); i++)
        out.address[i] = bytes[i];
    return out;
}

static bool
any_holds(const GArray *networks, const SkNetwork *address)
{
    for (unsigned i = 0; i < networks->len; i++)
        if (sk_network_contains(&g_array_index(networks, SkNetwork, i), address))
            return true;
    return false;
}

static bool
end_holds(const SkEnd *end, const SkNetwork *address)
{
    g_autoptr(GArray) addresses = sk_wall_end_addresses(end, address->v6);

    return any_holds(addresses, address);
}

static bool
ports_hold(const GArray *ports, const Connection *c)
{
    for (unsigned i = 0; i < ports->len; i++) {
        const SkPorts *p = &g_array_index(ports, SkPorts, i);
        if ((p->udp ? PROTOCOL_UDP : PROTOCOL_TCP) == c->protocol && p->first <= c->port &&
            c->port <= p->last)
            return true;
    }
    return false;
}

static bool
flow_allows(const SkWallPlan *plan, const Connection *c)
{
    for (unsigned i = 0; i < plan->pairs->len; i++) {
        const SkWallPair *pair = g_ptr_array_index(plan->pairs, i);
        for (unsigned j = 0; j < pair->passes->len; j++) {
            const SkWallPass *pass = &g_array_index(pair->passes, SkWallPass, j);
            if (!pass->reply && ports_hold(pass->flow->ports, c) &&
                end_holds(&pass->flow->from, &c->from) && end_holds(&pass->flow->to, &c->to))
                return true;
        }
    }
    return false;
}

/* To a gate: of whichever address the wall has there. */
static bool
gate_allows(const SkWallPlan *plan, const Connection *c)
{
    for (unsigned i = 0; i < plan->zones->len; i++) {
        const SkZone *zone = g_ptr_array_index(plan->zones, i);
        if (ports_hold(zone->gates, c) && any_holds(zone->networks, &c->from))
            return true;
    }
    return false;
}

static bool
is_loopback(const Connection *c)
{
    static const char *const own[] = { "127.0.0.0/8", "::1/128" };

    for (unsigned i = 0; i < G_N_ELEMENTS(own); i++) {
        SkNetwork network;
        g_assert(sk_words_network(own[i], true, &network));
        if (sk_network_contains(&network, &c->from))
            return true;
    }
    return sk_network_compare(&c->from, &c->to) == 0;
}

static int
look(enum nf_conntrack_msg_type type, struct nf_conntrack *ct, void *data)
{
    Sweep *sweep = data;
    bool v6 = nfct_get_attr_u8(ct, ATTR_ORIG_L3PROTO) == AF_INET6;
    Connection c = {
        .from = single(ct, v6, v6 ? ATTR_ORIG_IPV6_SRC : ATTR_ORIG_IPV4_SRC),
        .to = single(ct, v6, v6 ? ATTR_ORIG_IPV6_DST : ATTR_ORIG_IPV4_DST),
        .protocol = nfct_get_attr_u8(ct, ATTR_ORIG_L4PROTO),
        .port = g_ntohs(nfct_get_attr_u16(ct, ATTR_ORIG_PORT_DST)),
    };

    (void)type;
    if (is_loopback(&c) || flow_allows(sweep->plan, &c) || gate_allows(sweep->plan, &c))
        return NFCT_CB_CONTINUE;
    g_ptr_array_add(sweep->refused, nfct_clone(ct));
    return NFCT_CB_CONTINUE;
}

static bool
query(enum nf_conntrack_query what, const void *of, Sweep *sweep, GError **error)
{
    struct nfct_handle *handle = nfct_open(CONNTRACK, 0);

    if (handle == NULL)
        return sk_throw_errno(error, "connections");
    if (sweep != NULL)
        (void)nfct_callback_register(handle, NFCT_T_ALL, look, sweep);
    int done = nfct_query(handle, what, of);
    int why = errno;
    nfct_close(handle);
    errno = why;
    return done == 0 || sk_throw_errno(error, "connections");
}

bool
sk_wall_end_connections(const SkPolicy *policy, int64_t at, unsigned *ret_ended, GError **error)
{
    g_autoptr(SkWallPlan) plan = NULL;
    g_autoptr(GPtrArray) refused = g_ptr_array_new_with_free_func((GDestroyNotify)nfct_destroy);
    Sweep sweep = { .refused = refused };
    uint32_t families[] = { AF_INET, AF_INET6 };

    if (!sk_wall_plan_new(policy, at, &plan, error))
        return false;
    sweep.plan = plan;
    for (unsigned i = 0; i < G_N_ELEMENTS(families); i++)
        if (!query(NFCT_Q_DUMP, &families[i], &sweep, error))
            return false;
    *ret_ended = 0;
    for (unsigned i = 0; i < refused->len; i++) {
        g_autoptr(GError) gone = NULL; /* it may have ended by itself */
        if (query(NFCT_Q_DESTROY, g_ptr_array_index(refused, i), NULL, &gone))
            (*ret_ended)++;
    }
    return true;
}
