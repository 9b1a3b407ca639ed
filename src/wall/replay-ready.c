/* SPDX-License-Identifier: Apache-2.0
 * replay-ready.c - contract in replay-parts.h: routes, connections and frames, before anything is
 * sent. */
#include "wall/replay-parts.h"

#include "wall/replay-frame.h"

#include <netinet/in.h>
#include <string.h>

#define VALUE(p, f) ((p)->field[SK_WALL_##f].lo)

/* ---- routes ---------------------------------------------------------------------------------- */

static guint
route_hash(gconstpointer key)
{
    const SkReplayKnown *r = key;
    uint64_t mixed = (r->dst.hi ^ r->dst.lo * 31 ^ r->table * 977u) * 0x9e3779b97f4a7c15ull;
    return (guint)(mixed >> 32);
}

static gboolean
route_equal(gconstpointer left, gconstpointer right)
{
    const SkReplayKnown *a = left;
    const SkReplayKnown *b = right;
    return a->table == b->table && a->v6 == b->v6 && sk_wall_value_compare(a->dst, b->dst) == 0;
}

GHashTable *
sk_replay_routes_new(void)
{
    return g_hash_table_new_full(route_hash, route_equal, g_free, NULL);
}

/* Everything learnt is forgotten: routes are many, and each probe needs few. */
bool
sk_replay_forget_routes(SkReplay *self, GError **error)
{
    GHashTableIter iter;
    gpointer key = NULL;

    g_hash_table_iter_init(&iter, self->routes);
    while (g_hash_table_iter_next(&iter, &key, NULL)) {
        const SkReplayKnown *r = key;
        sk_replay_link_route(&self->place.link, &(SkReplayRoute){ .v6 = r->v6,
                                                                  .local = r->local,
                                                                  .table = r->table,
                                                                  .prefix = r->v6 ? 128 : 32,
                                                                  .dst = r->dst,
                                                                  .out = r->out });
        if (self->place.link.waiting >= SK_REPLAY_BATCH &&
            !sk_replay_link_send(&self->place.link, true, "replay: routes", error))
            return false;
    }
    g_hash_table_remove_all(self->routes);
    return sk_replay_link_send(&self->place.link, true, "replay: routes", error);
}

/* @dst, coming in by @iif, leads to @out (or to the router itself): gathers what is not so yet. */
void
sk_replay_lead(SkReplay *self, unsigned iif, bool v6, SkWallValue dst, bool local, unsigned out)
{
    const SkReplayKnown key = { .dst = dst,
                                .table = (uint16_t)(SK_REPLAY_ROUTES + iif),
                                .v6 = v6,
                                .local = local,
                                .out = (uint16_t)(local ? 1 : SK_REPLAY_INDEX + out) };
    SkReplayKnown *known = g_hash_table_lookup(self->routes, &key);
    SkReplayRoute route = { .v6 = v6,
                            .local = local,
                            .table = key.table,
                            .prefix = v6 ? 128 : 32,
                            .dst = dst,
                            .out = key.out };

    if (known != NULL && known->local == local && known->out == key.out)
        return;
    if (known != NULL) {
        SkReplayRoute old = route;
        old.local = known->local;
        old.out = known->out;
        sk_replay_link_route(&self->place.link, &old);
    }
    route.add = true;
    sk_replay_link_route(&self->place.link, &route);
    g_hash_table_add(self->routes, g_memdup2(&key, sizeof key));
}

bool
sk_replay_is_lead_in(const SkReplay *self, unsigned iif, bool v6, SkWallValue dst)
{
    const SkReplayKnown key = { .dst = dst, .table = (uint16_t)(SK_REPLAY_ROUTES + iif), .v6 = v6 };
    const SkReplayKnown *known = g_hash_table_lookup(self->routes, &key);
    return known != NULL && known->local;
}

static void
make_route(SkReplay *self, const SkPacket *p)
{
    if (p->way != SK_WALL_OUT)
        sk_replay_lead(self, (unsigned)VALUE(p, IIF), VALUE(p, FAMILY) == 1, p->field[SK_WALL_DST],
                       p->way == SK_WALL_IN, (unsigned)VALUE(p, OIF));
}

bool
sk_replay_is_icmp_error(const SkPacket *p)
{
    bool v6 = VALUE(p, FAMILY) == 1;
    return VALUE(p, PROTOCOL) == (v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP) &&
           sk_replay_icmp_is_error(v6, (unsigned)VALUE(p, ICMP_TYPE));
}

/* The packet that opened the connection @p belongs to. */
SkPacket
sk_replay_opener(const SkPacket *p)
{
    return VALUE(p, CT_DIRECTION) == 1 ? sk_replay_reverse(p) : *p;
}

/* Returns false where conntrack knows no such connection. */
static bool
make_connection(SkReplay *self, const SkPacket *p)
{
    SkReplayLink *to = &self->place.connections;
    uint64_t state = VALUE(p, CT_STATE);

    if (state == SK_WALL_ESTABLISHED && self->opening == SK_REPLAY_OPENING_FORCED) {
        SkPacket first = sk_replay_opener(p);
        return sk_replay_connection_add(to, &first, false);
    }
    if (state == SK_WALL_RELATED && sk_replay_is_icmp_error(p)) {
        SkPacket about = sk_replay_frame_about(p);
        return sk_replay_connection_add(to, &about, false);
    }
    if (state == SK_WALL_RELATED) {
        SkPacket master = sk_replay_master(p);
        return sk_replay_connection_add(to, &master, false) &&
               sk_replay_connection_add(to, p, true);
    }
    return true;
}

void
sk_replay_forget(SkReplay *self, const SkPacket *p)
{
    SkReplayLink *to = &self->place.connections;
    uint64_t state = VALUE(p, CT_STATE);
    SkPacket first = sk_replay_opener(p);

    (void)sk_replay_connection_remove(to, &first);
    if (state == SK_WALL_RELATED) {
        SkPacket other =
            sk_replay_is_icmp_error(p) ? sk_replay_frame_about(p) : sk_replay_master(p);
        (void)sk_replay_connection_remove(to, &other);
    }
}

static const char *
why_not(const SkReplay *self, const SkPacket *p)
{
    const GPtrArray *names = self->place.names;
    bool in = p->way != SK_WALL_OUT;
    bool out = p->way != SK_WALL_IN;
    const uint8_t none[6] = { 0 };

    if ((in && VALUE(p, IIF) >= names->len) || (out && VALUE(p, OIF) >= names->len))
        return "no such interface";
    if ((in && strcmp(g_ptr_array_index(names, VALUE(p, IIF)), "lo") == 0) ||
        (out && strcmp(g_ptr_array_index(names, VALUE(p, OIF)), "lo") == 0))
        return "lo carries no probes";
    if (in && VALUE(p, DST_MAC) != 0) {
        const uint8_t *mac = &g_array_index(self->place.macs, uint8_t, VALUE(p, IIF) * 6);
        if (memcmp(mac, none, 6) != 0 &&
            sk_wall_value_compare(sk_wall_value_mac(mac), p->field[SK_WALL_DST_MAC]) != 0 &&
            (VALUE(p, DST_MAC) >> 40 & 1) == 0)
            return "a frame for another station never comes in";
    }
    if (VALUE(p, CT_DIRECTION) == 1 && VALUE(p, CT_STATE) != SK_WALL_ESTABLISHED &&
        VALUE(p, CT_STATE) != SK_WALL_RELATED && self->place.tracks)
        return "only a connection that there is has a reply direction";
    if (VALUE(p, FRAGMENT) != 0 && self->place.tracks)
        return "conntrack puts fragments together first";
    if (VALUE(p, FAMILY) == 1 && !in && self->place.out[1] < 0)
        return "no IPv6 here";
    return NULL;
}

/* ---- a batch --------------------------------------------------------------------------------- */

/* Do the two disturb each other? By a connection of one that the other would belong to, or by a
 * route. */
static bool
clash(const SkReplay *self, const SkPacket *a, const SkPacket *b)
{
    if (VALUE(a, FAMILY) != VALUE(b, FAMILY))
        return false;
    bool sd = sk_wall_value_compare(a->field[SK_WALL_SRC], b->field[SK_WALL_DST]) == 0;
    bool ds = sk_wall_value_compare(a->field[SK_WALL_DST], b->field[SK_WALL_SRC]) == 0;
    bool ss = sk_wall_value_compare(a->field[SK_WALL_SRC], b->field[SK_WALL_SRC]) == 0;
    bool dd = sk_wall_value_compare(a->field[SK_WALL_DST], b->field[SK_WALL_DST]) == 0;

    if (dd && VALUE(a, IIF) == VALUE(b, IIF) &&
        (VALUE(a, OIF) != VALUE(b, OIF) || a->way != b->way))
        return true;
    if (!self->place.tracks)
        return false;
    if (VALUE(a, PROTOCOL) != VALUE(b, PROTOCOL) && VALUE(a, CT_STATE) != SK_WALL_RELATED &&
        VALUE(b, CT_STATE) != SK_WALL_RELATED)
        return false;
    if (self->place.translates)
        return sd || ds || (ss && VALUE(a, SPORT) == VALUE(b, SPORT));
    if (VALUE(a, CT_STATE) == SK_WALL_RELATED || VALUE(b, CT_STATE) == SK_WALL_RELATED)
        return (sd && ds) || (ss && dd);
    return (ss && dd && VALUE(a, SPORT) == VALUE(b, SPORT) && VALUE(a, DPORT) == VALUE(b, DPORT)) ||
           (sd && ds && VALUE(a, SPORT) == VALUE(b, DPORT) && VALUE(a, DPORT) == VALUE(b, SPORT));
}

bool
sk_replay_is_sent(const SkReplay *self, const SkPacket *p)
{
    return self->opening == SK_REPLAY_OPENING_SENT && self->place.tracks &&
           VALUE(p, CT_STATE) == SK_WALL_ESTABLISHED;
}

bool
sk_replay_fits(const SkReplay *self, const SkPacket *p)
{
    if (self->n > 0 && sk_replay_is_sent(self, p))
        return false;
    for (unsigned i = 0; i < self->n; i++)
        if (clash(self, self->probe[i].packet, p))
            return false;
    return true;
}

static bool
build(SkReplay *self, SkReplayProbe *probe)
{
    const SkPacket *p = probe->packet;
    SkReplayFrameAs as = { .number = probe->number,
                           .src_mac = { 0x02, 0x66, 0x61, 0x72, 0, 1 },
                           .bad_checksum = VALUE(p, CT_STATE) == SK_WALL_INVALID };

    probe->result->why = why_not(self, p);
    if (probe->result->why != NULL)
        return false;
    if (p->way != SK_WALL_OUT)
        __builtin_memcpy(as.dst_mac, &g_array_index(self->place.macs, uint8_t, VALUE(p, IIF) * 6),
                         6);
    return sk_replay_frame_build(p, &as, probe->frame, &probe->result->why);
}

/* Adds one probe to the batch; what cannot be sent has its answer at once. */
void
sk_replay_take(SkReplay *self, const SkPacket *packet, SkReplayResult *result)
{
    SkReplayProbe *probe = &self->probe[self->n];

    *result = (SkReplayResult){ .end = SK_REPLAY_NONE_SUCH,
                                .as_asked = true,
                                .state = SK_WALL_STATE_COUNT };
    *probe = (SkReplayProbe){
        .packet = packet, .result = result, .frame = probe->frame, .number = self->number + self->n
    };
    if (!build(self, probe))
        return;
    if (self->place.tracks && !make_connection(self, packet)) {
        result->why = "conntrack knows no such connection";
        return;
    }
    make_route(self, packet);
    self->n++;
}
