/* SPDX-License-Identifier: Apache-2.0
 * prove-old.c - the connections that there are already. Where established packets are judged by induction (decision
 * 0177), one that was opened before the ruleset may be anything: so each that there is is held against the policy. */
#include "wall/prove-parts.h"

#include <string.h>

#define TOLD_MAX 20u

static const char section[] = "conntrack";

static bool
lies_in(const SkWallAllowed *allowed, SkWallField field, SkWallValue value)
{
    const GArray *ranges = allowed->ranges[field];

    for (unsigned i = 0; ranges != NULL && i < ranges->len; i++) {
        const SkWallRange *range = &g_array_index(ranges, SkWallRange, i);
        if (sk_wall_value_compare(range->first, value) <= 0 &&
            sk_wall_value_compare(value, range->last) <= 0)
            return true;
    }
    return ranges == NULL;
}

/* Interfaces and cards are not kept with a connection; what opens and goes on in its first direction. */
static bool
opens(const SkWallAllowed *allowed, const SkWallConnection *c)
{
    return (allowed->by == SK_WALL_BY_FLOW || allowed->by == SK_WALL_BY_GATE) &&
           allowed->v6 == c->v6 &&
           lies_in(allowed, SK_WALL_CT_STATE, SK_WALL_VALUE(SK_WALL_ESTABLISHED)) &&
           lies_in(allowed, SK_WALL_CT_DIRECTION, SK_WALL_VALUE(0)) &&
           lies_in(allowed, SK_WALL_DST, c->dst) && lies_in(allowed, SK_WALL_SRC, c->src) &&
           lies_in(allowed, SK_WALL_PROTOCOL, SK_WALL_VALUE(c->protocol)) &&
           lies_in(allowed, SK_WALL_SPORT, SK_WALL_VALUE(c->sport)) &&
           lies_in(allowed, SK_WALL_DPORT, SK_WALL_VALUE(c->dport));
}

/* The machine with itself. */
static bool
is_own(const SkWallConnection *c)
{
    if (sk_wall_value_compare(c->src, c->dst) == 0)
        return true;
    return c->v6 ? c->src.hi == 0 && c->src.lo == 1 && c->dst.hi == 0 && c->dst.lo == 1
                 : c->src.lo >> 24 == 127 && c->dst.lo >> 24 == 127;
}

static bool
is_allowed(const SkProve *self, const SkWallConnection *c)
{
    for (unsigned i = 0; i < self->allowed->len; i++)
        if (opens(g_ptr_array_index(self->allowed, i), c))
            return true;
    return is_own(c);
}

static char *
words(const SkWallConnection *c)
{
    SkPacket packet = { .way = SK_WALL_FORWARDED };

    packet.field[SK_WALL_FAMILY] = SK_WALL_VALUE(c->v6 ? 1 : 0);
    packet.field[SK_WALL_PROTOCOL] = SK_WALL_VALUE(c->protocol);
    packet.field[SK_WALL_SRC] = c->src;
    packet.field[SK_WALL_DST] = c->dst;
    packet.field[SK_WALL_SPORT] = SK_WALL_VALUE(c->sport);
    packet.field[SK_WALL_DPORT] = SK_WALL_VALUE(c->dport);
    packet.field[SK_WALL_CT_STATE] = SK_WALL_VALUE(SK_WALL_ESTABLISHED);
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    g_autofree char *text = sk_packet_text(&packet, none);
    text[strcspn(text, ",")] = '\0'; /* its ends alone */
    return g_strdup(text);
}

void
sk_prove_old(SkProve *self)
{
    const GArray *connections = self->question->connections;
    unsigned told = 0;

    if (!self->proof->inductive)
        return;
    if (connections == NULL && self->question->machine)
        sk_prove_unmodelled(self->proof, section, 0, "",
                            "the connections that there are could not be listed, and older ones "
                            "may pass");
    self->proof->looked_at = connections != NULL;
    for (unsigned i = 0; connections != NULL && i < connections->len; i++) {
        const SkWallConnection *c = &g_array_index(connections, SkWallConnection, i);
        if (is_allowed(self, c))
            continue;
        if (told++ == TOLD_MAX) {
            sk_prove_unmodelled(self->proof, section, c->line, "", "and more connections like these");
            return;
        }
        g_autofree char *text = words(c);
        sk_prove_unmodelled(self->proof, section, c->line, text,
                            "a connection that the policy does not allow, and its packets may "
                            "pass: it is older than the rules");
    }
}
