/* SPDX-License-Identifier: Apache-2.0
 * read-nft-value.c - what a packet is compared with: values, ranges, prefixes, sets and maps. Read
 * as the kernel has them, then placed into the model's numbers (sk_nft_place). */
#include "wall/read-nft-parts.h"

#include <string.h>

#define INTERFACE_MAX 15u /* IFNAMSIZ - 1 */
#define PARENS_MAX 8u

static const SkNftTypeRow types[SK_NFT_T_COUNT] = {
    [SK_NFT_T_UNKNOWN] = { "", 0, 1, SK_NAMES_NONE, false },
    [SK_NFT_T_IP4] = { "ipv4_addr", 32, 32, SK_NAMES_NONE, false },
    [SK_NFT_T_IP6] = { "ipv6_addr", 128, 128, SK_NAMES_NONE, false },
    [SK_NFT_T_MAC] = { "ether_addr", 48, 48, SK_NAMES_NONE, false },
    [SK_NFT_T_PROTOCOL] = { "inet_proto", 8, 8, SK_NAMES_PROTOCOL, false },
    [SK_NFT_T_SERVICE] = { "inet_service", 16, 16, SK_NAMES_SERVICE, false },
    [SK_NFT_T_ICMP_TYPE] = { "icmp_type", 8, 8, SK_NAMES_ICMP_TYPE, false },
    [SK_NFT_T_ICMP_CODE] = { "icmp_code", 8, 8, SK_NAMES_ICMP_CODE, false },
    [SK_NFT_T_ICMP6_TYPE] = { "icmpv6_type", 8, 8, SK_NAMES_ICMP6_TYPE, false },
    [SK_NFT_T_ICMP6_CODE] = { "icmpv6_code", 8, 8, SK_NAMES_ICMP6_CODE, false },
    [SK_NFT_T_STATE] = { "ct_state", 32, 3, SK_NAMES_CT_STATE, true },
    [SK_NFT_T_STATUS] = { "ct_status", 32, 4, SK_NAMES_CT_STATUS, true },
    [SK_NFT_T_DIRECTION] = { "ct_dir", 8, 1, SK_NAMES_CT_DIRECTION, false },
    [SK_NFT_T_MARK] = { "mark", 32, 32, SK_NAMES_NONE, false },
    [SK_NFT_T_INTERFACE] = { "ifname", 16, 16, SK_NAMES_NONE, false },
    [SK_NFT_T_NFPROTO] = { "nf_proto", 8, 1, SK_NAMES_NFPROTO, false },
    [SK_NFT_T_ETHER] = { "ether_type", 16, 1, SK_NAMES_ETHER_TYPE, false },
    [SK_NFT_T_DSCP] = { "dscp", 6, 6, SK_NAMES_DSCP, false },
    [SK_NFT_T_TCP_FLAGS] = { "tcp_flag", 8, 8, SK_NAMES_TCP_FLAG, true },
    [SK_NFT_T_PACKET_TYPE] = { "pkt_type", 8, 2, SK_NAMES_PACKET_TYPE, false },
    [SK_NFT_T_ADDRESS_TYPE] = { "fib_addrtype", 32, 3, SK_NAMES_ADDRESS_TYPE, false },
    [SK_NFT_T_NUMBER8] = { "", 8, 8, SK_NAMES_NONE, false },
    [SK_NFT_T_NUMBER16] = { "", 16, 16, SK_NAMES_NONE, false },
    [SK_NFT_T_BOOLEAN] = { "boolean", 8, 8, SK_NAMES_BOOLEAN, false },
};

const SkNftTypeRow *
sk_nft_type(SkNftType type)
{
    g_assert(type < SK_NFT_T_COUNT);
    return &types[type];
}

SkNftType
sk_nft_type_lookup(SkSpan name)
{
    for (unsigned i = 1; i < SK_NFT_T_COUNT; i++)
        if (types[i].name[0] != 0 && sk_span_is(name, types[i].name))
            return (SkNftType)i;
    return sk_span_is(name, "iface_index") ? SK_NFT_T_INTERFACE : SK_NFT_T_UNKNOWN;
}

/* ---- one value
 * ------------------------------------------------------------------------------------ */

static bool
is_connector(const SkNftReader *r, const SkNftToken *t)
{
    SkSpan s = sk_nft_text(r, t);

    if (t->kind == SK_NFT_WORD)
        return sk_span_is(s, "and") || sk_span_is(s, "or") || sk_span_is(s, "xor") ||
               sk_span_is(s, "lshift") || sk_span_is(s, "rshift");
    return t->kind == SK_NFT_SIGN &&
           (strchr("|&^-/,.*+", t->sign) != NULL || t->sign == SK_NFT_SHL || t->sign == SK_NFT_SHR);
}

bool
sk_nft_skip_value(SkNftReader *r)
{
    do {
        const SkNftToken *t = sk_nft_peek(r);
        if (t->kind == SK_NFT_SIGN && (t->sign == '{' || t->sign == '(')) {
            if (!sk_nft_skip_block(r))
                return false;
        } else if (t->kind == SK_NFT_SIGN && t->sign == '@') {
            (void)sk_nft_next(r);
            (void)sk_nft_next(r);
        } else if (t->kind == SK_NFT_SIGN || t->kind == SK_NFT_END) {
            return sk_nft_fail(r, "a value is missing");
        } else {
            (void)sk_nft_next(r);
        }
        if (!is_connector(r, sk_nft_peek(r)))
            return true;
        (void)sk_nft_next(r);
    } while (!sk_nft_at_end(r));
    return sk_nft_fail(r, "a value is missing");
}

static bool
interface(SkNftReader *r, const SkNftToken *t, SkWallValue *ret)
{
    char name[INTERFACE_MAX + 2] = "";
    SkSpan s = sk_nft_text(r, t);

    if (t->kind != SK_NFT_WORD && t->kind != SK_NFT_STRING)
        return sk_nft_fail(r, "an interface by its number");
    if (s.n == 0 || s.n > INTERFACE_MAX + (s.p[s.n - 1] == '*' ? 1 : 0))
        return sk_nft_fail(r, "no name of an interface");
    for (size_t i = 0; i < s.n; i++) {
        /* A real star in a name could not be told from a pattern here. */
        if (s.p[i] <= ' ' || s.p[i] >= 0x7f || s.p[i] == '\\' || (s.p[i] == '*' && i + 1 < s.n))
            return sk_nft_fail(r, "no ordinary name of an interface");
        name[i] = (char)s.p[i];
    }
    *ret = SK_WALL_VALUE(sk_wall_ruleset_interface(r->into, name));
    return true;
}

static bool
plain_value(SkNftReader *r, SkNftType type, SkWallValue *ret)
{
    const SkNftTypeRow *row = &types[type];
    const SkNftToken *t = sk_nft_next(r);
    SkSpan s = sk_nft_text(r, t);
    uint8_t bytes[16];
    uint64_t number = 0;

    if (type == SK_NFT_T_INTERFACE)
        return interface(r, t, ret);
    if (type == SK_NFT_T_IP4 && t->kind == SK_NFT_IP4) {
        *ret = SK_WALL_VALUE(t->number);
        return true;
    }
    if (type == SK_NFT_T_IP6 && t->kind == SK_NFT_IP6 && sk_nft_ip6(s, bytes)) {
        *ret = sk_wall_value_address(bytes, true);
        return true;
    }
    if (type == SK_NFT_T_MAC && t->kind == SK_NFT_MAC && sk_nft_mac(s, bytes)) {
        *ret = sk_wall_value_mac(bytes);
        return true;
    }
    if (type == SK_NFT_T_UNKNOWN || type == SK_NFT_T_IP4 || type == SK_NFT_T_IP6 ||
        type == SK_NFT_T_MAC)
        return sk_nft_fail(r, "a value that is not understood");
    if (t->kind == SK_NFT_NUMBER)
        number = t->number;
    else if ((t->kind != SK_NFT_WORD && t->kind != SK_NFT_STRING) ||
             !sk_wall_names_lookup(row->names, s, &number))
        return sk_nft_fail(r, "a name that is not understood");
    if (row->bits < 64 && number >> row->bits != 0)
        return sk_nft_fail(r, "a number too large");
    *ret = SK_WALL_VALUE(number);
    return true;
}

bool
sk_nft_value(SkNftReader *r, SkNftType type, SkWallValue *ret)
{
    SkWallValue sum = { 0 };
    unsigned open = 0;
    bool more = true;

    while (more) {
        SkWallValue one = { 0 };
        while (sk_nft_take_sign(r, '('))
            if (++open > PARENS_MAX)
                return sk_nft_fail(r, "too many brackets");
        if (!plain_value(r, type, &one))
            return false;
        sum.hi |= one.hi;
        sum.lo |= one.lo;
        while (open > 0 && sk_nft_take_sign(r, ')'))
            open--;
        more = type != SK_NFT_T_INTERFACE && (sk_nft_take_sign(r, '|') || sk_nft_take(r, "or"));
        if (more && !types[type].flags && type != SK_NFT_T_MARK)
            return sk_nft_fail(r, "a sum of bits where there are none");
    }
    if (open > 0)
        return sk_nft_fail(r, "brackets that nothing closes");
    *ret = sum;
    return true;
}

static bool
prefix(SkNftReader *r, unsigned bits, SkWallRange *range)
{
    const SkNftToken *t = sk_nft_next(r);

    if (t->kind != SK_NFT_NUMBER || t->number > bits)
        return sk_nft_fail(r, "no length of a prefix");
    unsigned host = bits - (unsigned)t->number;
    SkWallValue low = host == 0 ? (SkWallValue){ 0 } : sk_wall_value_full(host);
    range->first.hi &= ~low.hi;
    range->first.lo &= ~low.lo;
    range->last.hi = range->first.hi | low.hi;
    range->last.lo = range->first.lo | low.lo;
    return true;
}

bool
sk_nft_range(SkNftReader *r, SkNftType type, SkWallRange *ret)
{
    SkWallRange range;

    if (!sk_nft_value(r, type, &range.first))
        return false;
    range.last = range.first;
    bool address = type == SK_NFT_T_IP4 || type == SK_NFT_T_IP6 || type == SK_NFT_T_MARK;
    if (address && sk_nft_take_sign(r, '/')) {
        if (!prefix(r, types[type].bits, &range))
            return false;
    } else if (type != SK_NFT_T_INTERFACE && sk_nft_take_sign(r, '-')) {
        if (!sk_nft_value(r, type, &range.last))
            return false;
        if (sk_wall_value_compare(range.first, range.last) > 0)
            return sk_nft_fail(r, "a range that ends before it begins");
    }
    *ret = range;
    return true;
}

/* ---- the model's numbers
 * ---------------------------------------------------------------------------- */

static SkNftPlaced
one_of(SkWallRange *range, const int *table, size_t n)
{
    if (sk_wall_value_compare(range->first, range->last) != 0)
        return SK_NFT_UNREADABLE;
    if (range->first.hi != 0 || range->first.lo >= n || table[range->first.lo] == -1)
        return SK_NFT_NONE;
    if (table[range->first.lo] < 0)
        return SK_NFT_UNREADABLE;
    range->first = range->last = SK_WALL_VALUE((uint64_t)table[range->first.lo]);
    return SK_NFT_ONE;
}

static SkNftPlaced
state(SkWallRange *range)
{
    static const struct {
        uint64_t bit;
        SkWallState state;
    } bits[] = { { 1, SK_WALL_INVALID },
                 { 2, SK_WALL_ESTABLISHED },
                 { 4, SK_WALL_RELATED },
                 { 8, SK_WALL_NEW },
                 { 64, SK_WALL_UNTRACKED } };

    if (sk_wall_value_compare(range->first, range->last) != 0)
        return SK_NFT_UNREADABLE;
    for (size_t i = 0; i < G_N_ELEMENTS(bits); i++) {
        if (range->first.lo == bits[i].bit) {
            range->first = range->last = SK_WALL_VALUE(bits[i].state);
            return SK_NFT_ONE;
        }
    }
    return SK_NFT_NONE; /* a packet has one state */
}

SkNftPlaced
sk_nft_place(SkNftType type, const SkNftKey *key, SkWallRange *range)
{
    static const int nfproto[] = { -1, -1, 0, -1, -1, -1, -1, -1, -1, -1, 1 };
    /* Blackhole, unreachable and prohibit are one value of the model: none of them can be told
     * apart. */
    static const int address[] = { -2,
                                   SK_WALL_UNICAST,
                                   SK_WALL_LOCAL,
                                   SK_WALL_ADDRESS_BROADCAST,
                                   SK_WALL_ANYCAST,
                                   SK_WALL_ADDRESS_MULTICAST,
                                   -2,
                                   -2,
                                   -2 };
    uint64_t v = range->first.lo;

    switch ((unsigned)type) {
    case SK_NFT_T_STATE:
        return state(range);
    case SK_NFT_T_STATUS:
        return SK_NFT_UNREADABLE;
    case SK_NFT_T_NFPROTO:
        return one_of(range, nfproto, G_N_ELEMENTS(nfproto));
    case SK_NFT_T_ADDRESS_TYPE:
        return one_of(range, address, G_N_ELEMENTS(address));
    case SK_NFT_T_ETHER:
        if (sk_wall_value_compare(range->first, range->last) != 0)
            return SK_NFT_UNREADABLE;
        if (v != 0x0800 && v != 0x86dd)
            return SK_NFT_NONE;
        range->first = range->last = SK_WALL_VALUE(v == 0x86dd);
        return SK_NFT_ONE;
    case SK_NFT_T_PACKET_TYPE:
        return range->last.lo > 3 ? SK_NFT_UNREADABLE : SK_NFT_ONE;
    default:
        break;
    }
    if (key != NULL && key->fragment)
        return SK_NFT_UNREADABLE;
    if (key != NULL && key->add != 0) {
        if (range->first.lo > 0xffffu - key->add)
            return SK_NFT_NONE;
        range->first.lo += key->add;
        range->last.lo = MIN(range->last.lo + key->add, 0xffffu);
    }
    return SK_NFT_ONE;
}

/* ---- sets
 * -------------------------------------------------------------------------------------------- */

SkNftSet *
sk_nft_set_new(const char *name, bool map, uint32_t line)
{
    SkNftSet *self = g_new0(SkNftSet, 1);

    self->name = g_strdup(name);
    self->map = map;
    self->line = line;
    self->pieces = g_array_new(FALSE, FALSE, sizeof(SkNftPiece));
    self->acts = g_array_new(FALSE, FALSE, sizeof(SkWallAct));
    self->data = g_array_new(FALSE, FALSE, sizeof(SkWallRange));
    return self;
}

void
sk_nft_set_free(void *data)
{
    SkNftSet *self = data;

    g_free(self->name);
    g_array_unref(self->pieces);
    g_array_unref(self->acts);
    g_array_unref(self->data);
    g_free(self);
}

static SkWallChain *
target(SkNftReader *r)
{
    g_autofree char *name = sk_nft_name(r);
    const SkNftChain *chain =
        name == NULL ? NULL : g_hash_table_lookup(r->table->chain_by_name, name);

    return chain == NULL ? NULL : chain->out;
}

bool
sk_nft_verdict(SkNftReader *r, SkWallAct *ret)
{
    static const struct {
        const char *word;
        SkWallActKind kind;
    } words[] = { { "accept", SK_WALL_ACCEPT }, { "drop", SK_WALL_DROP },
                  { "return", SK_WALL_RETURN }, { "continue", SK_WALL_CONTINUE },
                  { "jump", SK_WALL_JUMP },     { "goto", SK_WALL_GOTO } };

    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (!sk_nft_take(r, words[i].word))
            continue;
        *ret = (SkWallAct){ .kind = words[i].kind };
        if (words[i].kind == SK_WALL_JUMP || words[i].kind == SK_WALL_GOTO) {
            ret->chain = target(r);
            if (ret->chain == NULL)
                return sk_nft_fail(r, "a chain that there is not");
        }
        return true;
    }
    return sk_nft_fail(r, "a verdict that is not understood");
}

/* What may follow an element: its own timeout, counter, comment, limit. */
static bool
element_options(SkNftReader *r, SkNftSet *self)
{
    for (;;) {
        if (sk_nft_is(r, "timeout") || sk_nft_is(r, "expires")) {
            self->open = true;
            (void)sk_nft_next(r);
            (void)sk_nft_next(r);
        } else if (sk_nft_take(r, "comment")) {
            if (sk_nft_next(r)->kind != SK_NFT_STRING)
                return sk_nft_fail(r, "a comment is missing");
        } else if (sk_nft_take(r, "counter")) {
            while (sk_nft_is(r, "packets") || sk_nft_is(r, "bytes")) {
                (void)sk_nft_next(r);
                (void)sk_nft_next(r);
            }
        } else if (sk_nft_is(r, "limit") || sk_nft_is(r, "quota") || sk_nft_is(r, "ct") ||
                   sk_nft_is(r, "last")) {
            self->open = true; /* it may say no */
            while (!sk_nft_at_end(r) && !sk_nft_is_sign(r, ',') && !sk_nft_is_sign(r, '}') &&
                   !sk_nft_is_sign(r, ':'))
                (void)sk_nft_next(r);
        } else {
            return r->why == NULL;
        }
    }
}

/* The value behind `:`. */
static bool
data(SkNftReader *r, SkNftSet *self)
{
    if (self->verdicts) {
        SkWallAct act;
        if (!sk_nft_verdict(r, &act))
            return false;
        g_array_append_val(self->acts, act);
        return true;
    }
    for (unsigned i = 0; i < self->values; i++) {
        SkWallRange range;
        if (i > 0 && !sk_nft_take_sign(r, '.'))
            return sk_nft_fail(r, "a map's value is missing");
        if (!sk_nft_range(r, self->value[i], &range))
            return false;
        g_array_append_val(self->data, range);
    }
    return true;
}

static SkWallRange
anything(SkNftReader *r, SkNftType type)
{
    if (type != SK_NFT_T_INTERFACE)
        return (SkWallRange){ .last = sk_wall_value_full(types[type].model) };
    unsigned any = sk_wall_ruleset_interface(r->into, "*");
    return (SkWallRange){ .first = SK_WALL_VALUE(any), .last = SK_WALL_VALUE(any) };
}

/* The keys of one element. @ret_none: no packet can have them. */
static bool
element_keys(SkNftReader *r, SkNftSet *self, const SkNftKey *key, SkWallRange *box, bool *ret_none)
{
    *ret_none = false;
    for (unsigned i = 0; i < self->keys; i++) {
        const SkNftKey *k = key == NULL ? NULL : &key[i];
        if (i > 0 && !sk_nft_take_sign(r, '.'))
            return sk_nft_fail(r, "an element with too few parts");
        if (sk_nft_take_sign(r, '*')) {
            box[i] = anything(r, self->key[i]);
            continue;
        }
        if (!sk_nft_range(r, self->key[i], &box[i]))
            return false;
        SkNftPlaced placed = sk_nft_place(self->key[i], k, &box[i]);
        if (placed == SK_NFT_UNREADABLE)
            return sk_nft_fail(r, "a value that the model has not");
        *ret_none = *ret_none || placed == SK_NFT_NONE;
    }
    return true;
}

typedef struct {
    SkWallRange box[SK_WALL_KEYS_MAX];
    bool is;
    SkWallAct act;
    SkWallRange data[SK_WALL_KEYS_MAX];
} CatchAll;

static bool
element(SkNftReader *r, SkNftSet *self, const SkNftKey *key, CatchAll *rest)
{
    SkWallRange box[SK_WALL_KEYS_MAX] = { 0 };
    bool none = false;

    const SkNftToken *after = sk_nft_after(r);
    /* `*` alone stands for every key. */
    bool whole = sk_nft_is_sign(r, '*') && !(after->kind == SK_NFT_SIGN && after->sign == '.');
    if (whole) {
        (void)sk_nft_next(r);
        for (unsigned i = 0; i < self->keys; i++)
            box[i] = anything(r, self->key[i]);
    } else if (!element_keys(r, self, key, box, &none)) {
        return false;
    }
    if (!element_options(r, self))
        return false;
    if (self->map && (!sk_nft_take_sign(r, ':') || !data(r, self) || !element_options(r, self)))
        return sk_nft_fail(r, "an element without its value");
    self->elements++;
    if (whole) { /* after all others */
        *rest = (CatchAll){ .is = true };
        for (unsigned i = 0; i < self->keys; i++)
            rest->box[i] = box[i];
        if (self->verdicts) {
            rest->act = g_array_index(self->acts, SkWallAct, self->acts->len - 1);
            g_array_set_size(self->acts, self->acts->len - 1);
        }
        for (unsigned i = 0; !self->verdicts && i < self->values; i++)
            rest->data[i] =
                g_array_index(self->data, SkWallRange, self->data->len - self->values + i);
        if (!self->verdicts)
            g_array_set_size(self->data, self->data->len - self->values);
        return true;
    }
    if (none) {
        if (self->verdicts)
            g_array_set_size(self->acts, self->acts->len - 1);
        else
            g_array_set_size(self->data, self->data->len - self->values);
        return true;
    }
    sk_wall_set_add(self->set, box);
    return true;
}

bool
sk_nft_elements(SkNftReader *r, SkNftSet *self, const SkNftKey *key)
{
    unsigned depth = 0; /* a defined set within a set is the same set */
    CatchAll rest = { 0 };

    do {
        if (sk_nft_take_sign(r, '{'))
            depth++;
        else if (sk_nft_take_sign(r, '}'))
            depth--;
        else if (!sk_nft_take_sign(r, ',') && !element(r, self, key, &rest))
            return false;
        if (sk_nft_at_end(r) && depth > 0)
            return sk_nft_fail(r, "a set that does not end");
    } while (depth > 0);
    if (!rest.is)
        return true;
    sk_wall_set_add(self->set, rest.box);
    if (self->verdicts)
        g_array_append_val(self->acts, rest.act);
    for (unsigned i = 0; !self->verdicts && i < self->values; i++)
        g_array_append_val(self->data, rest.data[i]);
    return true;
}
