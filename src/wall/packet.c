/* SPDX-License-Identifier: Apache-2.0
 * packet.c - contract in packet.h. */
#include "wall/packet.h"

#include "wall/ruleset.h"

#include <arpa/inet.h>

static const struct {
    unsigned bits;
    const char *name;
} fields[SK_WALL_FIELD_COUNT] = {
    [SK_WALL_IIF] = { 16, "in-interface" },
    [SK_WALL_OIF] = { 16, "out-interface" },
    [SK_WALL_FAMILY] = { 1, "address family" },
    [SK_WALL_PROTOCOL] = { 8, "protocol" },
    [SK_WALL_SRC] = { 128, "source address" },
    [SK_WALL_DST] = { 128, "destination address" },
    [SK_WALL_SPORT] = { 16, "source port" },
    [SK_WALL_DPORT] = { 16, "destination port" },
    [SK_WALL_ICMP_TYPE] = { 8, "ICMP type" },
    [SK_WALL_ICMP_CODE] = { 8, "ICMP code" },
    [SK_WALL_TCP_FLAGS] = { 8, "TCP flags" },
    [SK_WALL_CT_STATE] = { 3, "connection state" },
    [SK_WALL_CT_DIRECTION] = { 1, "connection direction" },
    [SK_WALL_CT_STATUS] = { 4, "connection status" },
    [SK_WALL_SRC_MAC] = { 48, "source MAC" },
    [SK_WALL_DST_MAC] = { 48, "destination MAC" },
    [SK_WALL_MARK] = { 32, "mark" },
    [SK_WALL_CT_MARK] = { 32, "connection mark" },
    [SK_WALL_DSCP] = { 6, "DSCP" },
    [SK_WALL_TTL] = { 8, "hop limit" },
    [SK_WALL_LENGTH] = { 16, "length" },
    [SK_WALL_FRAGMENT] = { 1, "later fragment" },
    [SK_WALL_PACKET_TYPE] = { 2, "packet type" },
    [SK_WALL_DST_TYPE] = { 3, "destination type" },
    [SK_WALL_SRC_TYPE] = { 3, "source type" },
};

unsigned
sk_wall_field_bits(SkWallField field)
{
    g_assert(field < SK_WALL_FIELD_COUNT);
    return fields[field].bits;
}

const char *
sk_wall_field_name(SkWallField field)
{
    g_assert(field < SK_WALL_FIELD_COUNT);
    return fields[field].name;
}

const char *
sk_wall_state_name(SkWallState state)
{
    static const char *const names[SK_WALL_STATE_COUNT] = { "new", "established", "related",
                                                            "invalid", "untracked" };

    g_assert(state < SK_WALL_STATE_COUNT);
    return names[state];
}

/* ---- numbers ----------------------------------------------------------------------------------
 */

int
sk_wall_value_compare(SkWallValue a, SkWallValue b)
{
    if (a.hi != b.hi)
        return a.hi < b.hi ? -1 : 1;
    return a.lo == b.lo ? 0 : a.lo < b.lo ? -1 : 1;
}

SkWallValue
sk_wall_value_and(SkWallValue a, SkWallValue b)
{
    return (SkWallValue){ .hi = a.hi & b.hi, .lo = a.lo & b.lo };
}

SkWallValue
sk_wall_value_full(unsigned bits)
{
    g_assert(bits > 0 && bits <= 128);
    return (SkWallValue){ .hi = bits <= 64 ? 0 : UINT64_MAX >> (128 - bits),
                          .lo = bits >= 64 ? UINT64_MAX : UINT64_MAX >> (64 - bits) };
}

SkWallValue
sk_wall_value_next(SkWallValue value)
{
    return (SkWallValue){ .hi = value.hi + (value.lo == UINT64_MAX ? 1 : 0), .lo = value.lo + 1 };
}

SkWallValue
sk_wall_value_previous(SkWallValue value)
{
    return (SkWallValue){ .hi = value.hi - (value.lo == 0 ? 1 : 0), .lo = value.lo - 1 };
}

static uint64_t
big_endian(const uint8_t *bytes, unsigned n)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < n; i++)
        value = value << 8 | bytes[i];
    return value;
}

SkWallValue
sk_wall_value_address(const uint8_t *bytes, bool v6)
{
    if (!v6)
        return SK_WALL_VALUE(big_endian(bytes, 4));
    return (SkWallValue){ .hi = big_endian(bytes, 8), .lo = big_endian(bytes + 8, 8) };
}

void
sk_wall_value_bytes(SkWallValue value, bool v6, uint8_t ret[16])
{
    unsigned n = v6 ? 16 : 4;

    for (unsigned i = 0; i < 16; i++)
        ret[i] = 0;
    for (unsigned i = 0; i < n; i++) {
        unsigned shift = (n - 1 - i) * 8;
        ret[i] = (uint8_t)(shift >= 64 ? value.hi >> (shift - 64) : value.lo >> shift);
    }
}

SkWallValue
sk_wall_value_mac(const uint8_t bytes[6])
{
    return SK_WALL_VALUE(big_endian(bytes, 6));
}

/* ---- for people -------------------------------------------------------------------------------
 */

static void
add_end(GString *out, const SkPacket *self, SkWallField address, SkWallField port)
{
    bool v6 = self->field[SK_WALL_FAMILY].lo == 1;
    uint8_t bytes[16];
    char text[INET6_ADDRSTRLEN] = "";

    sk_wall_value_bytes(self->field[address], v6, bytes);
    inet_ntop(v6 ? AF_INET6 : AF_INET, bytes, text, sizeof text);
    if (self->field[port].lo == 0)
        g_string_append(out, text);
    else
        g_string_append_printf(out, v6 ? "[%s]:%u" : "%s:%u", text, (unsigned)self->field[port].lo);
}

static void
add_protocol(GString *out, const SkPacket *self)
{
    static const struct {
        unsigned number;
        const char *name;
    } known[] = { { 1, "icmp" }, { 6, "tcp" }, { 17, "udp" }, { 58, "icmpv6" }, { 132, "sctp" } };
    unsigned protocol = (unsigned)self->field[SK_WALL_PROTOCOL].lo;

    for (unsigned i = 0; i < G_N_ELEMENTS(known); i++)
        if (known[i].number == protocol) {
            g_string_append(out, known[i].name);
            if (protocol == 1 || protocol == 58)
                g_string_append_printf(out, " type %u code %u",
                                       (unsigned)self->field[SK_WALL_ICMP_TYPE].lo,
                                       (unsigned)self->field[SK_WALL_ICMP_CODE].lo);
            return;
        }
    g_string_append_printf(out, "protocol %u", protocol);
}

static void
add_interface(GString *out, const char *word, SkWallValue number, const GPtrArray *interfaces)
{
    if (number.lo < interfaces->len)
        g_string_append_printf(out, ", %s %s", word,
                               (const char *)g_ptr_array_index(interfaces, number.lo));
}

char *
sk_packet_text(const SkPacket *self, const GPtrArray *interfaces)
{
    GString *out = g_string_new(NULL);
    uint64_t state = self->field[SK_WALL_CT_STATE].lo;
    uint64_t mac = self->field[SK_WALL_SRC_MAC].lo;

    add_protocol(out, self);
    g_string_append_c(out, ' ');
    add_end(out, self, SK_WALL_SRC, SK_WALL_SPORT);
    g_string_append(out, " → ");
    add_end(out, self, SK_WALL_DST, SK_WALL_DPORT);
    if (self->way != SK_WALL_OUT)
        add_interface(out, "in", self->field[SK_WALL_IIF], interfaces);
    if (self->way != SK_WALL_IN)
        add_interface(out, "out", self->field[SK_WALL_OIF], interfaces);
    if (state < SK_WALL_STATE_COUNT)
        g_string_append_printf(out, ", %s", sk_wall_state_name((SkWallState)state));
    if (state == SK_WALL_ESTABLISHED && self->field[SK_WALL_CT_DIRECTION].lo == 1)
        g_string_append(out, " (reply)");
    if (mac != 0)
        g_string_append_printf(out, ", from %02x:%02x:%02x:%02x:%02x:%02x",
                               (unsigned)(mac >> 40 & 0xff), (unsigned)(mac >> 32 & 0xff),
                               (unsigned)(mac >> 24 & 0xff), (unsigned)(mac >> 16 & 0xff),
                               (unsigned)(mac >> 8 & 0xff), (unsigned)(mac & 0xff));
    return g_string_free(out, FALSE);
}
