/* SPDX-License-Identifier: Apache-2.0
 * replay-judge.c - contract in replay-parts.h; and results for people. */
#include "wall/replay-parts.h"

#include <netinet/in.h>

#define VALUE(p, f) ((p)->field[SK_WALL_##f].lo)

static bool
is_translated(const SkPacket *sent, const SkPacket *after)
{
    static const SkWallField fields[] = { SK_WALL_SRC, SK_WALL_DST, SK_WALL_SPORT, SK_WALL_DPORT };

    for (unsigned i = 0; i < G_N_ELEMENTS(fields); i++)
        if (sk_wall_value_compare(sent->field[fields[i]], after->field[fields[i]]) != 0)
            return true;
    return false;
}

/* Conntrack never looks at these, whatever a rule says. */
static bool
is_never_tracked(const SkPacket *p)
{
    uint64_t type = VALUE(p, ICMP_TYPE);
    return VALUE(p, FAMILY) == 1 && VALUE(p, PROTOCOL) == IPPROTO_ICMPV6 &&
           ((type >= 130 && type <= 137) || type == 143);
}

static bool
is_as_asked(const SkReplay *self, const SkReplayProbe *probe)
{
    uint64_t asked = VALUE(probe->packet, CT_STATE);
    SkWallState state = probe->result->state;

    return !self->place.tracks || state == SK_WALL_STATE_COUNT || asked == state ||
           (state == SK_WALL_UNTRACKED && self->place.untracks && !is_never_tracked(probe->packet));
}

static SkReplayEnd
decide(const SkReplay *self, SkReplayProbe *probe)
{
    SkReplayResult *result = probe->result;

    if (probe->arrived && VALUE(&result->after, OIF) == VALUE(probe->packet, OIF))
        return SK_REPLAY_ARRIVED;
    if (probe->arrived) {
        result->why = "the kernel routes such a packet elsewhere";
        return SK_REPLAY_NONE_SUCH;
    }
    if (probe->stopped) {
        result->hook = probe->seen ? probe->hook : SK_WALL_HOOK_NONE;
        return SK_REPLAY_DROPPED;
    }
    if (probe->through && probe->hook == SK_WALL_HOOK_INPUT) {
        SkPacket after = probe->inside;
        after.way = SK_WALL_IN;
        after.field[SK_WALL_IIF] = probe->packet->field[SK_WALL_IIF];
        result->after = after;
        if (probe->packet->way == SK_WALL_IN || is_translated(probe->packet, &after))
            return SK_REPLAY_ARRIVED;
        result->why = "the kernel takes such a packet in itself";
        return SK_REPLAY_NONE_SUCH;
    }
    if (self->place.legacy && probe->seen && probe->left != probe->hook && !probe->through &&
        probe->hook != SK_WALL_HOOK_INGRESS) {
        result->hook = probe->hook;
        return SK_REPLAY_DROPPED;
    }
    if (!probe->through && (!probe->seen || probe->hook == SK_WALL_HOOK_INGRESS ||
                            probe->hook == SK_WALL_HOOK_PREROUTING)) {
        bool out = probe->packet->way == SK_WALL_OUT;
        result->why = out ? "the kernel does not send such a packet"
                          : "the kernel does not route such a packet";
        return out || probe->seen ? SK_REPLAY_UNROUTED : SK_REPLAY_UNACCOUNTED;
    }
    /* ICMP errors are translated with the connection they are about: what cannot be is dropped in
     * there, by no rule. */
    if (self->place.translates && !probe->through && sk_replay_is_icmp_error(probe->packet)) {
        result->why = "the kernel's address translation does not take such a packet";
        return SK_REPLAY_UNROUTED;
    }
    result->why = "it was not stopped, and did not come out";
    return SK_REPLAY_UNACCOUNTED;
}

void
sk_replay_judge(const SkReplay *self, SkReplayProbe *probe)
{
    SkReplayResult *result = probe->result;

    result->end = decide(self, probe);
    result->as_asked = is_as_asked(self, probe);
    if (result->end != SK_REPLAY_ARRIVED)
        return;
    result->translated = is_translated(probe->packet, &result->after);
    result->after.field[SK_WALL_CT_STATE] =
        SK_WALL_VALUE(result->state == SK_WALL_STATE_COUNT ? VALUE(probe->packet, CT_STATE)
                                                           : (uint64_t)result->state);
    result->after.field[SK_WALL_CT_DIRECTION] = probe->packet->field[SK_WALL_CT_DIRECTION];
}

/* ---- for people ------------------------------------------------------------------------------ */

const char *
sk_replay_end_name(SkReplayEnd end)
{
    static const char *const names[] = { "arrived", "dropped", "unrouted", "none-such",
                                         "unaccounted" };
    G_STATIC_ASSERT(G_N_ELEMENTS(names) == SK_REPLAY_END_COUNT);
    g_assert(end < SK_REPLAY_END_COUNT);
    return names[end];
}

char *
sk_replay_text(const SkReplayResult *self, const GPtrArray *interfaces)
{
    static const char *const families[] = { "ip", "ip6", "inet", "arp", "bridge", "netdev" };
    static const char *const acts[] = { "continue", "accept", "drop",  "drop",
                                        "jump",     "goto",   "return" };
    GString *text = g_string_new(sk_replay_end_name(self->end));

    if (self->end == SK_REPLAY_ARRIVED) {
        g_autofree char *after = sk_packet_text(&self->after, interfaces);
        g_string_append_printf(text, ": %s", after);
    } else if (self->why != NULL) {
        g_string_append_printf(text, ": %s", self->why);
    }
    if (self->answered)
        g_string_append(text, " (answered)");
    for (unsigned i = 0; i < self->steps; i++) {
        const SkReplayStep *step = &self->path[i];
        g_string_append_printf(text, "\n    %s %s %s ", families[step->family], step->table,
                               step->chain);
        if (step->handle != 0)
            g_string_append_printf(text, "rule %" G_GUINT64_FORMAT, step->handle);
        else
            g_string_append(text, "policy");
        g_string_append_printf(
            text, ": %s", step->act < G_N_ELEMENTS(acts) ? acts[step->act] : "taken elsewhere");
    }
    return g_string_free(text, FALSE);
}
