/* SPDX-License-Identifier: Apache-2.0
 * replay-frame.c - contract in replay-frame.h. */
#include "wall/replay-frame.h"

#include "base/reader.h"

#include <netinet/in.h>
#include <string.h>

#define ETHERTYPE_V4 0x0800u
#define ETHERTYPE_V6 0x86ddu
#define MAGIC 0x534b5250u /* before the number, at the packet's end */
#define TAIL 8u
#define SEQUENCE 0x53000000u
#define UDPLITE 136
#define ABOUT_PORT 33434u

#define VALUE(p, f) ((p)->field[SK_WALL_##f].lo)

static void
put16(GByteArray *to, uint64_t v)
{
    const uint8_t bytes[2] = { (uint8_t)(v >> 8), (uint8_t)v };
    g_byte_array_append(to, bytes, sizeof bytes);
}

static void
put32(GByteArray *to, uint64_t v)
{
    put16(to, v >> 16);
    put16(to, v);
}

static void
put8(GByteArray *to, uint64_t v)
{
    const uint8_t byte = (uint8_t)v;
    g_byte_array_append(to, &byte, 1);
}

static void
set16(GByteArray *in, size_t at, uint32_t v)
{
    in->data[at] = (uint8_t)(v >> 8);
    in->data[at + 1] = (uint8_t)v;
}

static void
put_mac(GByteArray *to, SkWallValue value, const uint8_t otherwise[6])
{
    if (value.lo == 0) {
        g_byte_array_append(to, otherwise, 6);
        return;
    }
    put16(to, value.lo >> 32);
    put32(to, value.lo);
}

static void
put_address(GByteArray *to, SkWallValue value, bool v6)
{
    uint8_t bytes[16];
    sk_wall_value_bytes(value, v6, bytes);
    g_byte_array_append(to, bytes, v6 ? 16 : 4);
}

static uint32_t
sum16(const uint8_t *p, size_t n, uint32_t sum)
{
    for (size_t i = 0; i + 1 < n; i += 2)
        sum += (uint32_t)(p[i] << 8 | p[i + 1]);
    if (n % 2 == 1)
        sum += (uint32_t)p[n - 1] << 8;
    while (sum > 0xffff)
        sum = (sum & 0xffff) + (sum >> 16);
    return sum;
}

static uint32_t
crc32c(const uint8_t *p, size_t n)
{
    uint32_t crc = 0xffffffffu;
    for (size_t i = 0; i < n; i++) {
        crc ^= p[i];
        for (unsigned bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78u : 0);
    }
    return ~crc;
}

bool
sk_replay_icmp_is_error(bool v6, unsigned type)
{
    return v6 ? type >= 1 && type <= 4
              : type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
}

SkPacket
sk_replay_frame_about(const SkPacket *packet)
{
    SkPacket about = { .way = packet->way };

    about.field[SK_WALL_FAMILY] = packet->field[SK_WALL_FAMILY];
    about.field[SK_WALL_SRC] = packet->field[SK_WALL_DST];
    about.field[SK_WALL_DST] = packet->field[SK_WALL_SRC];
    about.field[SK_WALL_PROTOCOL] = SK_WALL_VALUE(IPPROTO_UDP);
    about.field[SK_WALL_SPORT] = SK_WALL_VALUE(ABOUT_PORT);
    about.field[SK_WALL_DPORT] = SK_WALL_VALUE(ABOUT_PORT);
    return about;
}

/* An IP header; its length is that of what follows plus @follows. */
static void
put_ip(GByteArray *to, const SkPacket *p, uint32_t number, size_t follows)
{
    uint64_t ttl = VALUE(p, TTL) != 0 ? VALUE(p, TTL) : 64;
    size_t at = to->len;

    if (VALUE(p, FAMILY) == 1) {
        put32(to, 6ull << 28 | VALUE(p, DSCP) << 22 | number);
        put16(to, follows);
        put8(to, VALUE(p, PROTOCOL));
        put8(to, ttl);
        put_address(to, p->field[SK_WALL_SRC], true);
        put_address(to, p->field[SK_WALL_DST], true);
        return;
    }
    put8(to, 0x45);
    put8(to, VALUE(p, DSCP) << 2);
    put16(to, 20 + follows);
    put16(to, number);
    put16(to, VALUE(p, FRAGMENT) != 0 ? 185 : 0);
    put8(to, ttl);
    put8(to, VALUE(p, PROTOCOL));
    put16(to, 0);
    put_address(to, p->field[SK_WALL_SRC], false);
    put_address(to, p->field[SK_WALL_DST], false);
    set16(to, at + 10, ~sum16(to->data + at, 20, 0) & 0xffff);
}

/* The transport's header, its checksum zero. Returns where in it the checksum of 16 bits lies; 0:
 * none. */
static size_t
put_transport(GByteArray *to, const SkPacket *p, uint32_t number)
{
    bool v6 = VALUE(p, FAMILY) == 1;
    uint32_t sequence = SEQUENCE | number << 8;

    switch (VALUE(p, PROTOCOL)) {
    case IPPROTO_TCP:
        put16(to, VALUE(p, SPORT));
        put16(to, VALUE(p, DPORT));
        put32(to, sequence);
        put32(to, VALUE(p, TCP_FLAGS) & 0x10 ? sequence + 1 : 0);
        put8(to, 0x50);
        put8(to, VALUE(p, TCP_FLAGS));
        put16(to, 65535);
        put32(to, 0);
        return 16;
    case IPPROTO_UDP:
    case UDPLITE:
        put16(to, VALUE(p, SPORT));
        put16(to, VALUE(p, DPORT));
        put32(to, 0); /* length, where there is one, with the checksum */
        return 6;
    case IPPROTO_SCTP: /* an INIT chunk: nothing else begins an association */
        put16(to, VALUE(p, SPORT));
        put16(to, VALUE(p, DPORT));
        put32(to, 0);
        put32(to, 0);
        put32(to, 1u << 24 | 20);
        put32(to, number);
        put32(to, 65535);
        put32(to, 1u << 16 | 1);
        put32(to, number);
        return 0;
    case IPPROTO_DCCP: /* a request, with 48 bits of sequence number */
        put16(to, VALUE(p, SPORT));
        put16(to, VALUE(p, DPORT));
        put8(to, 5);
        put8(to, 0);
        put16(to, 0);
        put16(to, 1);
        put16(to, 0);
        put32(to, sequence);
        put32(to, 0);
        return 6;
    case IPPROTO_ICMP:
    case IPPROTO_ICMPV6:
        if (v6 != (VALUE(p, PROTOCOL) == IPPROTO_ICMPV6))
            return 0; /* any other protocol, there */
        put8(to, VALUE(p, ICMP_TYPE));
        put8(to, VALUE(p, ICMP_CODE));
        put16(to, 0);
        put16(to, 0x5300); /* identifier */
        put16(to, number);
        if (sk_replay_icmp_is_error(v6, (unsigned)VALUE(p, ICMP_TYPE))) {
            SkPacket about = sk_replay_frame_about(p);
            put_ip(to, &about, number, 8);
            put16(to, ABOUT_PORT);
            put16(to, ABOUT_PORT);
            put16(to, 8);
            put16(to, 0);
        }
        return 2;
    case IPPROTO_GRE:
        put16(to, 0);
        put16(to, 0x0800);
        return 0;
    case IPPROTO_ESP:
        put32(to, 0x1000);
        put32(to, number);
        return 0;
    case IPPROTO_AH:
        put8(to, 59);
        put8(to, 4);
        put16(to, 0);
        put32(to, 0x1000);
        put32(to, number);
        for (unsigned i = 0; i < 3; i++)
            put32(to, 0);
        return 0;
    default:
        return 0;
    }
}

/* IPv6 would read on behind these. */
static bool
is_extension(uint64_t protocol)
{
    return protocol == IPPROTO_HOPOPTS || protocol == IPPROTO_ROUTING ||
           protocol == IPPROTO_FRAGMENT || protocol == IPPROTO_DSTOPTS || protocol == IPPROTO_AH ||
           protocol == 135 || protocol == 139 || protocol == 140;
}

static const char *
why_not(const SkPacket *p)
{
    bool v6 = VALUE(p, FAMILY) == 1;

    if (v6 && is_extension(VALUE(p, PROTOCOL)))
        return "an extension header of IPv6 is no transport";
    if (v6 && VALUE(p, FRAGMENT) != 0)
        return "fragments of IPv6 are not built";
    return NULL;
}

static void
put_checksum(GByteArray *frame, size_t at, size_t where, const SkPacket *p, bool bad)
{
    bool v6 = VALUE(p, FAMILY) == 1;
    size_t n = frame->len - at;
    uint32_t sum = 0;

    if (VALUE(p, PROTOCOL) == IPPROTO_SCTP) {
        uint32_t crc = crc32c(frame->data + at, n) ^ (bad ? 1u : 0u);
        for (unsigned i = 0; i < 4; i++)
            frame->data[at + 8 + i] = (uint8_t)(crc >> 8 * i);
        return;
    }
    if (where == 0)
        return;
    if (VALUE(p, PROTOCOL) == IPPROTO_UDP || VALUE(p, PROTOCOL) == UDPLITE)
        set16(frame, at + 4, VALUE(p, PROTOCOL) == UDPLITE ? 0 : (uint32_t)n);
    if (v6 || VALUE(p, PROTOCOL) != IPPROTO_ICMP) {
        size_t addresses = v6 ? 32 : 8;
        sum = sum16(frame->data + at - addresses, addresses,
                    (uint32_t)n + (uint32_t)VALUE(p, PROTOCOL));
    }
    sum = ~sum16(frame->data + at, n, sum) & 0xffff;
    if (sum == 0)
        sum = 0xffff;
    set16(frame, at + where, bad ? sum ^ 0x0100 : sum);
}

bool
sk_replay_frame_build(const SkPacket *p, const SkReplayFrameAs *as, GByteArray *ret,
                      const char **ret_why)
{
    g_assert(as->number >= 1 && as->number <= SK_REPLAY_NUMBER_MAX);
    bool v6 = VALUE(p, FAMILY) == 1;
    size_t header = v6 ? 40 : 20;
    size_t wanted = (size_t)VALUE(p, LENGTH);

    *ret_why = why_not(p);
    if (*ret_why != NULL)
        return false;
    g_byte_array_set_size(ret, 0);
    put_mac(ret, p->field[SK_WALL_DST_MAC], as->dst_mac);
    put_mac(ret, p->field[SK_WALL_SRC_MAC], as->src_mac);
    put16(ret, v6 ? ETHERTYPE_V6 : ETHERTYPE_V4);
    put_ip(ret, p, as->number, 0);
    size_t at = ret->len;
    size_t where = VALUE(p, FRAGMENT) != 0 ? 0 : put_transport(ret, p, as->number);
    size_t least = ret->len - SK_REPLAY_ETHERNET;
    if (wanted != 0 && (wanted < least || wanted > SK_REPLAY_MTU)) {
        *ret_why = wanted < least ? "shorter than its own headers" : "longer than a frame";
        return false;
    }
    size_t room = wanted == 0 ? TAIL : wanted - least;
    for (; room > TAIL; room--)
        put8(ret, 0);
    if (room == TAIL && VALUE(p, PROTOCOL) != IPPROTO_SCTP) {
        put32(ret, MAGIC);
        put32(ret, as->number);
    } else if (wanted != 0) {
        for (; room > 0; room--)
            put8(ret, 0);
    }
    if (v6)
        set16(ret, SK_REPLAY_ETHERNET + 4, (uint32_t)(ret->len - at));
    else {
        set16(ret, SK_REPLAY_ETHERNET + 2, (uint32_t)(ret->len - SK_REPLAY_ETHERNET));
        set16(ret, SK_REPLAY_ETHERNET + 10, 0);
        set16(ret, SK_REPLAY_ETHERNET + 10,
              ~sum16(ret->data + SK_REPLAY_ETHERNET, header, 0) & 0xffff);
    }
    put_checksum(ret, at, where, p, as->bad_checksum);
    return true;
}

/* ---- reading -------------------------------------------------------------------------------- */

/* An IP header; leaves @r at what follows. */
static bool
read_ip(SkReader *r, SkPacket *ret, uint32_t *ret_number)
{
    uint8_t first = sk_reader_u8(r);

    if (first >> 4 == 6) {
        uint8_t second = sk_reader_u8(r);
        *ret_number = sk_reader_u16be(r);
        ret->field[SK_WALL_FAMILY] = SK_WALL_VALUE(1);
        ret->field[SK_WALL_DSCP] = SK_WALL_VALUE((uint64_t)(first & 15) << 2 | second >> 6);
        ret->field[SK_WALL_LENGTH] = SK_WALL_VALUE(40u + sk_reader_u16be(r));
        ret->field[SK_WALL_PROTOCOL] = SK_WALL_VALUE(sk_reader_u8(r));
        ret->field[SK_WALL_TTL] = SK_WALL_VALUE(sk_reader_u8(r));
        SkSpan src = sk_reader_span(r, 16);
        SkSpan dst = sk_reader_span(r, 16);
        if (!sk_reader_ok(r))
            return false;
        ret->field[SK_WALL_SRC] = sk_wall_value_address(src.p, true);
        ret->field[SK_WALL_DST] = sk_wall_value_address(dst.p, true);
        return (second & 15) == 0; /* the label's upper bits are never ours */
    }
    ret->field[SK_WALL_DSCP] = SK_WALL_VALUE(sk_reader_u8(r) >> 2);
    ret->field[SK_WALL_LENGTH] = SK_WALL_VALUE(sk_reader_u16be(r));
    *ret_number = sk_reader_u16be(r);
    ret->field[SK_WALL_FRAGMENT] = SK_WALL_VALUE((sk_reader_u16be(r) & 0x1fff) != 0);
    ret->field[SK_WALL_TTL] = SK_WALL_VALUE(sk_reader_u8(r));
    ret->field[SK_WALL_PROTOCOL] = SK_WALL_VALUE(sk_reader_u8(r));
    sk_reader_skip(r, 2);
    SkSpan src = sk_reader_span(r, 4);
    SkSpan dst = sk_reader_span(r, 4);
    if (!sk_reader_ok(r) || first >> 4 != 4 || (first & 15) < 5)
        return false;
    sk_reader_skip(r, ((size_t)(first & 15) - 5) * 4);
    ret->field[SK_WALL_SRC] = sk_wall_value_address(src.p, false);
    ret->field[SK_WALL_DST] = sk_wall_value_address(dst.p, false);
    return sk_reader_ok(r);
}

static uint32_t
ends_with(SkSpan packet)
{
    if (packet.n < TAIL)
        return 0;
    SkReader r = sk_reader(sk_span_sub(packet, packet.n - TAIL, TAIL));
    uint32_t magic = sk_reader_u32be(&r);
    uint32_t number = sk_reader_u32be(&r);
    return magic == MAGIC ? number : 0;
}

/* Sets what the transport shows; an answer's number goes to @ret_about. */
static void
read_transport(SkReader *r, SkPacket *p, uint32_t *ret_about)
{
    uint64_t protocol = VALUE(p, PROTOCOL);
    bool v6 = VALUE(p, FAMILY) == 1;

    if (protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == UDPLITE ||
        protocol == IPPROTO_SCTP || protocol == IPPROTO_DCCP) {
        p->field[SK_WALL_SPORT] = SK_WALL_VALUE(sk_reader_u16be(r));
        p->field[SK_WALL_DPORT] = SK_WALL_VALUE(sk_reader_u16be(r));
    }
    if (protocol == IPPROTO_TCP) {
        uint32_t sequence = sk_reader_u32be(r);
        uint32_t acknowledged = sk_reader_u32be(r);
        sk_reader_skip(r, 1);
        uint8_t flags = sk_reader_u8(r);
        p->field[SK_WALL_TCP_FLAGS] = SK_WALL_VALUE(flags);
        if ((flags & 4) != 0)
            *ret_about = ((flags & 0x10) != 0 ? acknowledged : sequence) >> 8 & 0xffff;
    }
    if (protocol == (v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP)) {
        uint8_t type = sk_reader_u8(r);
        p->field[SK_WALL_ICMP_TYPE] = SK_WALL_VALUE(type);
        p->field[SK_WALL_ICMP_CODE] = SK_WALL_VALUE(sk_reader_u8(r));
        sk_reader_skip(r, 6);
        SkPacket inner = { 0 };
        uint32_t number = 0;
        if (sk_replay_icmp_is_error(v6, type) && read_ip(r, &inner, &number))
            *ret_about = number;
    }
}

uint32_t
sk_replay_frame_peek(SkSpan network, SkSpan transport, SkPacket *ret)
{
    SkReader r = sk_reader(network);
    SkReader t = sk_reader(transport);
    uint32_t number = 0;
    uint32_t about = 0;

    if (!read_ip(&r, ret, &number))
        return 0;
    if (VALUE(ret, FRAGMENT) == 0)
        read_transport(&t, ret, &about);
    return number;
}

SkReplayFrameKind
sk_replay_frame_read(SkSpan frame, SkPacket *ret, uint32_t *ret_number)
{
    SkReader r = sk_reader(frame);
    SkPacket p = { 0 };
    uint32_t about = 0;

    SkSpan dst_mac = sk_reader_span(&r, 6);
    SkSpan src_mac = sk_reader_span(&r, 6);
    uint16_t ethertype = sk_reader_u16be(&r);
    if (!sk_reader_ok(&r) || (ethertype != ETHERTYPE_V4 && ethertype != ETHERTYPE_V6))
        return SK_REPLAY_FRAME_OTHER;
    p.field[SK_WALL_DST_MAC] = sk_wall_value_mac(dst_mac.p);
    p.field[SK_WALL_SRC_MAC] = sk_wall_value_mac(src_mac.p);
    if (!read_ip(&r, &p, ret_number))
        return SK_REPLAY_FRAME_OTHER;
    if (VALUE(&p, FRAGMENT) == 0)
        read_transport(&r, &p, &about);
    uint32_t tail = ends_with(frame);
    /* A short one has no tail; an answer of the router's does not bear the number outside as well. */
    bool plain = *ret_number != 0 && (tail == *ret_number || about == *ret_number);
    *ret = p;
    /* Without a tail (short ones, SCTP) the number in the header decides; the router's own packets
     * are answers. */
    if (!plain && about != 0) {
        *ret_number = about;
        return SK_REPLAY_FRAME_ANSWER;
    }
    return *ret_number != 0 ? SK_REPLAY_FRAME_PROBE : SK_REPLAY_FRAME_OTHER;
}
