/* SPDX-License-Identifier: Apache-2.0
 * header.c - contract in header.h. */
#include "wall/header.h"

#include "base/reader.h"

#include <netinet/in.h>

#define EXTENSIONS_MAX 16u
#define UDPLITE 136u

static void
set(SkPacket *packet, SkWallField field, uint64_t value)
{
    packet->field[field] = SK_WALL_VALUE(value);
}

static bool
read_v4(SkReader *r, SkPacket *p)
{
    unsigned words = sk_reader_u8(r) & 15u;

    set(p, SK_WALL_DSCP, sk_reader_u8(r) >> 2);
    set(p, SK_WALL_LENGTH, sk_reader_u16be(r));
    sk_reader_skip(r, 2);
    set(p, SK_WALL_FRAGMENT, (sk_reader_u16be(r) & 0x1fff) != 0);
    set(p, SK_WALL_TTL, sk_reader_u8(r));
    set(p, SK_WALL_PROTOCOL, sk_reader_u8(r));
    sk_reader_skip(r, 2);
    SkSpan src = sk_reader_span(r, 4), dst = sk_reader_span(r, 4);
    if (!sk_reader_ok(r) || words < 5)
        return false;
    p->field[SK_WALL_SRC] = sk_wall_value_address(src.p, false);
    p->field[SK_WALL_DST] = sk_wall_value_address(dst.p, false);
    sk_reader_skip(r, (words - 5) * 4);
    return true;
}

/* Extension headers (RFC 8200 section 4): hop-by-hop, routing, destination options, fragment, AH.
 */
static void
skip_extensions(SkReader *r, SkPacket *p, unsigned next)
{
    for (unsigned i = 0; i < EXTENSIONS_MAX && sk_reader_ok(r); i++) {
        set(p, SK_WALL_PROTOCOL, next);
        if (next != IPPROTO_HOPOPTS && next != IPPROTO_ROUTING && next != IPPROTO_DSTOPTS &&
            next != IPPROTO_FRAGMENT && next != IPPROTO_AH)
            return;
        unsigned kind = next;
        next = sk_reader_u8(r);
        unsigned length = sk_reader_u8(r);
        if (kind == IPPROTO_FRAGMENT) {
            bool later = (sk_reader_u16be(r) & 0xfff8) != 0;
            sk_reader_skip(r, 4);
            set(p, SK_WALL_FRAGMENT, later);
            if (later) {
                set(p, SK_WALL_PROTOCOL, next);
                return;
            }
        } else {
            sk_reader_skip(r, kind == IPPROTO_AH ? (length + 2) * 4 - 2 : (length + 1) * 8 - 2);
        }
    }
}

static bool
read_v6(SkReader *r, SkPacket *p)
{
    unsigned first = sk_reader_u8(r), second = sk_reader_u8(r);

    set(p, SK_WALL_FAMILY, 1);
    set(p, SK_WALL_DSCP, (first & 15u) << 2 | second >> 6);
    sk_reader_skip(r, 2);
    set(p, SK_WALL_LENGTH, (40u + sk_reader_u16be(r)) & 0xffffu);
    unsigned next = sk_reader_u8(r);
    set(p, SK_WALL_TTL, sk_reader_u8(r));
    SkSpan src = sk_reader_span(r, 16), dst = sk_reader_span(r, 16);
    if (!sk_reader_ok(r))
        return false;
    p->field[SK_WALL_SRC] = sk_wall_value_address(src.p, true);
    p->field[SK_WALL_DST] = sk_wall_value_address(dst.p, true);
    skip_extensions(r, p, next);
    return true;
}

static void
read_transport(SkReader *r, SkPacket *p)
{
    uint64_t protocol = p->field[SK_WALL_PROTOCOL].lo;
    bool v6 = p->field[SK_WALL_FAMILY].lo == 1;

    if (protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == UDPLITE ||
        protocol == IPPROTO_SCTP || protocol == IPPROTO_DCCP) {
        set(p, SK_WALL_SPORT, sk_reader_u16be(r));
        set(p, SK_WALL_DPORT, sk_reader_u16be(r));
    }
    if (protocol == IPPROTO_TCP) {
        sk_reader_skip(r, 9);
        set(p, SK_WALL_TCP_FLAGS, sk_reader_u8(r));
    }
    if (protocol == (v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP)) {
        set(p, SK_WALL_ICMP_TYPE, sk_reader_u8(r));
        set(p, SK_WALL_ICMP_CODE, sk_reader_u8(r));
    }
}

bool
sk_wall_header_read(SkSpan ip, SkPacket *ret)
{
    SkReader r = sk_reader(ip);
    SkPacket packet = { 0 };
    int version = ip.n == 0 ? 0 : ip.p[0] >> 4;

    if (version != 4 && version != 6)
        return false;
    if (!(version == 4 ? read_v4(&r, &packet) : read_v6(&r, &packet)))
        return false;
    if (packet.field[SK_WALL_FRAGMENT].lo == 0)
        read_transport(&r, &packet);
    *ret = packet;
    return true;
}
