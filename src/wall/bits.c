/* SPDX-License-Identifier: Apache-2.0
 * bits.c - contract in bits.h. */
#include "wall/bits.h"

#include <stdlib.h>
#include <string.h>

#define ALL_KEYS_MAX 16u
#define CACHE_RATIO                                                                                \
    16 /* nodes for each place in the caches: measured; larger ones miss those of the machine */
#define WITHIN_STEPS 20000u
#define WITHIN_SEEN 8192u
#define WITHIN_DEEP 1024u /* more than there are variables */

/* Measured: interfaces and states first, then what few rules ask in many values. Addresses are not
 * interleaved. */
static const SkWallField order_fields[2][SK_WALL_FIELD_COUNT] = {
    { SK_WALL_IIF,       SK_WALL_OIF,      SK_WALL_CT_STATE, SK_WALL_CT_DIRECTION,
      SK_WALL_FAMILY,    SK_WALL_FRAGMENT, SK_WALL_PROTOCOL, SK_WALL_ICMP_TYPE,
      SK_WALL_ICMP_CODE, SK_WALL_DPORT,    SK_WALL_DST,      SK_WALL_SRC,
      SK_WALL_SPORT,     SK_WALL_SRC_MAC,  SK_WALL_DST_MAC,  SK_WALL_TCP_FLAGS,
      SK_WALL_CT_STATUS, SK_WALL_DST_TYPE, SK_WALL_SRC_TYPE, SK_WALL_PACKET_TYPE,
      SK_WALL_TTL,       SK_WALL_DSCP,     SK_WALL_LENGTH,   SK_WALL_MARK,
      SK_WALL_CT_MARK },
    { SK_WALL_IIF,       SK_WALL_OIF,      SK_WALL_CT_STATE,  SK_WALL_CT_DIRECTION,
      SK_WALL_FAMILY,    SK_WALL_FRAGMENT, SK_WALL_SRC_MAC,   SK_WALL_SRC,
      SK_WALL_DST,       SK_WALL_PROTOCOL, SK_WALL_ICMP_TYPE, SK_WALL_ICMP_CODE,
      SK_WALL_DPORT,     SK_WALL_SPORT,    SK_WALL_DST_MAC,   SK_WALL_TCP_FLAGS,
      SK_WALL_CT_STATUS, SK_WALL_DST_TYPE, SK_WALL_SRC_TYPE,  SK_WALL_PACKET_TYPE,
      SK_WALL_TTL,       SK_WALL_DSCP,     SK_WALL_LENGTH,    SK_WALL_MARK,
      SK_WALL_CT_MARK },
};

/* BuDDy's own state is global, and so is whether it failed. */
static bool failed;

static void
on_error(int code)
{
    (void)code;
    failed = true;
}

static void
quiet(int pre, bddGbcStat *stat)
{
    (void)pre;
    (void)stat;
}

void
sk_bits_start(SkWallBits *self, unsigned interfaces, SkWallOrder order, unsigned hint)
{
    unsigned next = 0;
    unsigned nodes = CLAMP(hint, 50000u, 4000000u);

    *self = (SkWallBits){ .interfaces = interfaces };
    for (unsigned i = 0; i < SK_WALL_FIELD_COUNT; i++) {
        SkWallField field = order_fields[order][i];
        unsigned bits = sk_wall_field_bits(field);
        if (field == SK_WALL_IIF || field == SK_WALL_OIF) {
            bits = 1;
            while (interfaces > 1u << bits)
                bits++;
        }
        self->first[field] = next;
        self->rank[field] = i;
        self->whole[field] = self->width[field] = bits;
        next += bits;
    }
    g_assert(bdd_isrunning() == 0);
    failed = false;
    bdd_init((int)nodes, (int)CLAMP(nodes / CACHE_RATIO, 10000u, 500000u));
    bdd_error_hook(on_error);
    bdd_gbc_hook(quiet);
    bdd_resize_hook(NULL);
    bdd_setcacheratio(CACHE_RATIO);
    bdd_setmaxincrease(1000000);
    bdd_setmaxnodenum(SK_BITS_NODES_MAX);
    bdd_setvarnum((int)next);
}

void
sk_bits_end(SkWallBits *self)
{
    (void)self;
    if (bdd_isrunning() != 0)
        bdd_done();
}

bool
sk_bits_failed(void)
{
    return failed;
}

unsigned
sk_bits_nodes(void)
{
    return (unsigned)bdd_getnodenum();
}

void
sk_bits_family(SkWallBits *self, bool v6)
{
    self->width[SK_WALL_SRC] = self->width[SK_WALL_DST] = v6 ? 128 : 32;
}

/* ---- who owns what ----------------------------------------------------------------------------
 */

BDD
sk_bits_keep(BDD a)
{
    return bdd_addref(a);
}

void
sk_bits_drop(BDD a)
{
    bdd_delref(a);
}

static BDD
take(BDD a, BDD b, BDD result)
{
    bdd_addref(result);
    bdd_delref(a);
    bdd_delref(b);
    return result;
}

BDD
sk_bits_take_and(BDD a, BDD b)
{
    return take(a, b, bdd_apply(a, b, bddop_and));
}

BDD
sk_bits_take_or(BDD a, BDD b)
{
    return take(a, b, bdd_apply(a, b, bddop_or));
}

BDD
sk_bits_take_less(BDD a, BDD b)
{
    return take(a, b, bdd_apply(a, b, bddop_diff));
}

BDD
sk_bits_take_not(BDD a)
{
    return take(a, bddfalse, bdd_not(a));
}

BDD
sk_bits_take_ite(BDD a, BDD then, BDD otherwise)
{
    BDD result = bdd_addref(bdd_ite(a, then, otherwise));

    bdd_delref(a);
    bdd_delref(then);
    bdd_delref(otherwise);
    return result;
}

/* The variables of a cube, without their signs. */
static BDD
variables_of(BDD cube)
{
    g_autoptr(GArray) variables = g_array_new(FALSE, FALSE, sizeof(int));
    BDD set = bddtrue;

    for (BDD at = cube; at != bddtrue; at = bdd_high(at) == bddfalse ? bdd_low(at) : bdd_high(at)) {
        int variable = bdd_var(at);
        g_array_append_val(variables, variable);
    }
    for (unsigned i = variables->len; i-- > 0;)
        set = sk_bits_take_and(set, bdd_addref(bdd_ithvar(g_array_index(variables, int, i))));
    return set;
}

BDD
sk_bits_take_restrict(BDD set, BDD cube)
{
    BDD at = set, left = cube;

    /* As long as the cube names what is asked first, it is one way down. */
    while (left > bddtrue && at > bddtrue && bdd_var(at) >= bdd_var(left)) {
        bool low = bdd_high(left) == bddfalse;
        if (bdd_var(at) == bdd_var(left))
            at = low ? bdd_low(at) : bdd_high(at);
        left = low ? bdd_low(left) : bdd_high(left);
    }
    BDD result = left == bddfalse ? bddfalse : at;
    if (left > bddtrue && at > bddtrue) {
        BDD variables = variables_of(left);
        result = bdd_addref(bdd_appex(at, left, bddop_and, variables));
        bdd_delref(variables);
        bdd_delref(set);
        bdd_delref(cube);
        return result;
    }
    return take(set, cube, result);
}

typedef struct {
    BDD a, b;
} Two;

typedef enum { WITHIN, NOT_WITHIN, WITHIN_UNKNOWN } Within;

/* Some steps down, looking for a packet of @a that is not in @b: where there are any, one is found soon. What was looked at is
 * remembered as long as nothing else needs its place. */
static Within
look_outside(BDD a, BDD b)
{
    g_autofree Two *seen = g_new0(Two, WITHIN_SEEN);
    Two stack[WITHIN_DEEP] = { { a, b } };
    unsigned n = 1;

    for (unsigned step = 0; step < WITHIN_STEPS && n > 0 && n + 2 <= WITHIN_DEEP; step++) {
        Two two = stack[--n];
        Two *known = &seen[((unsigned)two.a * 31u + (unsigned)two.b) % WITHIN_SEEN];
        if (two.a == bddfalse || two.b == bddtrue || two.a == two.b)
            continue;
        if (two.b == bddfalse || two.a == bddtrue)
            return NOT_WITHIN;
        if (known->a == two.a && known->b == two.b)
            continue;
        *known = two;
        bool of_a = bdd_var(two.a) <= bdd_var(two.b), of_b = bdd_var(two.b) <= bdd_var(two.a);
        stack[n++] = (Two){ of_a ? bdd_low(two.a) : two.a, of_b ? bdd_low(two.b) : two.b };
        stack[n++] = (Two){ of_a ? bdd_high(two.a) : two.a, of_b ? bdd_high(two.b) : two.b };
    }
    return n == 0 ? WITHIN : WITHIN_UNKNOWN;
}

bool
sk_bits_within(BDD a, BDD b)
{
    Within within = look_outside(a, b);

    return within == WITHIN ||
           (within == WITHIN_UNKNOWN && bdd_apply(a, b, bddop_diff) == bddfalse);
}

/* ---- one range --------------------------------------------------------------------------------
 */

static bool
bit_of(SkWallValue value, unsigned bit)
{
    return ((bit < 64 ? value.lo >> bit : value.hi >> (bit - 64)) & 1) != 0;
}

static SkWallValue
with_bit(SkWallValue value, unsigned bit)
{
    if (bit < 64)
        value.lo |= UINT64_C(1) << bit;
    else
        value.hi |= UINT64_C(1) << (bit - 64);
    return value;
}

int
sk_bits_variable(const SkWallBits *self, SkWallField field, unsigned bit)
{
    g_assert(bit < self->whole[field]);
    return (int)(self->first[field] + self->whole[field] - 1 - bit);
}

/* A node: takes both sides. The variable is above all of theirs, so this is one look-up. */
static BDD
node(int variable, BDD low, BDD high)
{
    BDD result;

    if (low == high) {
        bdd_delref(low);
        return high;
    }
    result = bdd_addref(bdd_ite(bdd_ithvar(variable), high, low));
    bdd_delref(low);
    bdd_delref(high);
    return result;
}

typedef struct {
    const SkWallBits *bits;
    SkWallField field;
    SkWallValue mask;
    SkWallRange range;
} Span;

/* One more bit in front of "at least first" (@least) or "at most last" of the bits below. */
static BDD
edge(const Span *span, unsigned bit, BDD below, BDD then, bool least)
{
    bool limit = bit_of(least ? span->range.first : span->range.last, bit);
    int variable = sk_bits_variable(span->bits, span->field, bit);

    if (!bit_of(span->mask, bit)) { /* the field reads 0 there */
        if (limit == false)
            return below;
        bdd_delref(below);
        return least ? bddfalse : bdd_addref(then);
    }
    if (least)
        return limit ? node(variable, bddfalse, below) : node(variable, below, bdd_addref(then));
    return limit ? node(variable, bdd_addref(then), below) : node(variable, below, bddfalse);
}

/* The bits above @bit, where first and last agree. */
static BDD
common(const Span *span, unsigned bit, BDD below)
{
    for (unsigned i = bit; i < span->bits->width[span->field]; i++) {
        bool limit = bit_of(span->range.first, i);
        int variable = sk_bits_variable(span->bits, span->field, i);
        if (!bit_of(span->mask, i) && limit) {
            bdd_delref(below);
            return bddfalse;
        }
        if (bit_of(span->mask, i))
            below = limit ? node(variable, bddfalse, below) : node(variable, below, bddfalse);
    }
    return below;
}

static bool
same_value(SkWallValue a, SkWallValue b)
{
    return a.hi == b.hi && a.lo == b.lo;
}

BDD
sk_bits_range(const SkWallBits *self, SkWallField field, SkWallValue mask, SkWallRange range,
              BDD then)
{
    unsigned width = self->width[field], split = width;
    SkWallValue full = sk_wall_value_full(width);
    Span span = { .bits = self, .field = field, .mask = mask, .range = range };

    if (sk_wall_value_compare(range.first, full) > 0 ||
        sk_wall_value_compare(range.first, range.last) > 0)
        return bddfalse;
    if (sk_wall_value_compare(range.last, full) > 0)
        span.range.last = full;
    if (same_value(span.range.first, SK_WALL_VALUE(0)) && same_value(span.range.last, full))
        return bdd_addref(then);
    while (split > 0 && bit_of(span.range.first, split - 1) == bit_of(span.range.last, split - 1))
        split--;
    if (split == 0)
        return common(&span, 0, bdd_addref(then));
    BDD least = bdd_addref(then), most = bdd_addref(then);
    for (unsigned bit = 0; bit + 1 < split; bit++) {
        least = edge(&span, bit, least, then, true);
        most = edge(&span, bit, most, then, false);
    }
    if (bit_of(mask, split - 1)) {
        least = node(sk_bits_variable(self, field, split - 1), least, most);
    } else {
        bdd_delref(most); /* the field reads 0 there: below the split only */
    }
    return common(&span, split, least);
}

BDD
sk_bits_in(const SkWallBits *self, SkWallField field, uint64_t first, uint64_t last)
{
    SkWallRange range = { .first = SK_WALL_VALUE(first), .last = SK_WALL_VALUE(last) };

    return sk_bits_range(self, field, sk_wall_value_full(self->width[field]), range, bddtrue);
}

BDD
sk_bits_is(const SkWallBits *self, SkWallField field, uint64_t value)
{
    return sk_bits_in(self, field, value, value);
}

/* ---- many boxes -------------------------------------------------------------------------------
 */

typedef struct {
    const SkWallBits *bits;
    SkWallKey key[ALL_KEYS_MAX]; /* in the order of the variables */
    unsigned from[ALL_KEYS_MAX]; /* where it stands in a box as given */
    unsigned keys;
    const SkWallRange *boxes;
    GHashTable *seen; /* of GBytes (key, numbers of boxes) to the set they make from that key on */
} Boxes;

/* What is left of a box at a bit of a key: its range, cut to the bits below. */
typedef struct {
    unsigned box;
    SkWallValue first;
    SkWallValue last;
} Left;

static SkWallRange
range_at(const Boxes *self, unsigned box, unsigned key)
{
    SkWallRange range = self->boxes[box * self->keys + self->from[key]];
    SkWallValue full = sk_wall_value_full(self->bits->width[self->key[key].field]);

    if (sk_wall_value_compare(range.last, full) > 0)
        range.last = full;
    return range;
}

static BDD
one_box(const Boxes *self, unsigned box, unsigned key, SkWallRange range)
{
    BDD then = bddtrue;

    for (unsigned k = self->keys; k-- > key;) {
        SkWallRange r = k == key ? range : range_at(self, box, k);
        BDD set = sk_bits_range(self->bits, self->key[k].field, self->key[k].mask, r, then);
        bdd_delref(then);
        then = set;
    }
    return then;
}

static bool
covers(const Left *left, unsigned bits)
{
    return same_value(left->first, SK_WALL_VALUE(0)) &&
           (bits == 0 || same_value(left->last, sk_wall_value_full(bits)));
}

static SkWallValue
below(SkWallValue value, unsigned bits)
{
    return bits == 0 ? SK_WALL_VALUE(0) : sk_wall_value_and(value, sk_wall_value_full(bits));
}

/* The part of @left whose @bit (the highest left) is @side; false where there is none. */
static bool
half(const Left *left, unsigned bit, bool side, Left *ret)
{
    bool first = bit_of(left->first, bit), last = bit_of(left->last, bit);

    if ((side && !last) || (!side && first))
        return false;
    *ret = (Left){ .box = left->box,
                   .first = side && !first ? SK_WALL_VALUE(0) : below(left->first, bit),
                   .last = !side && last ? (bit == 0 ? SK_WALL_VALUE(0) : sk_wall_value_full(bit))
                                         : below(left->last, bit) };
    return true;
}

static BDD boxes_from(Boxes *self, unsigned key, const GArray *numbers);

static BDD
next_key(Boxes *self, unsigned key, const Left *left, unsigned n)
{
    g_autoptr(GArray) numbers = g_array_sized_new(FALSE, FALSE, sizeof(unsigned), n);

    for (unsigned i = 0; i < n; i++)
        g_array_append_val(numbers, left[i].box);
    return boxes_from(self, key + 1, numbers);
}

/* By halves, bit by bit: as deep as a key has bits. */
static BDD
split(Boxes *self, unsigned key, unsigned bits, const Left *left, unsigned n)
{
    SkWallField field = self->key[key].field;
    bool all = true;

    if (n == 0)
        return bddfalse;
    if (n == 1 && bits == self->bits->width[field]) {
        SkWallRange range = { .first = left->first, .last = left->last };
        return one_box(self, left->box, key, range);
    }
    for (unsigned i = 0; i < n && all; i++)
        all = covers(&left[i], bits);
    if (all)
        return next_key(self, key, left, n);
    g_autofree Left *part = g_new(Left, n);
    BDD side[2] = { bddfalse, bddfalse };
    bool asked = bit_of(self->key[key].mask, bits - 1);
    for (unsigned s = 0; s < (asked ? 2u : 1u); s++) {
        unsigned m = 0;
        for (unsigned i = 0; i < n; i++)
            if (half(&left[i], bits - 1, s == 1, &part[m]))
                m++;
        side[s] = split(self, key, bits - 1, part, m);
    }
    return asked ? node(sk_bits_variable(self->bits, field, bits - 1), side[0], side[1]) : side[0];
}

static BDD
boxes_from(Boxes *self, unsigned key, const GArray *numbers)
{
    unsigned n = 0;

    if (numbers->len == 0)
        return bddfalse;
    if (key == self->keys)
        return bddtrue;
    if (numbers->len == 1) {
        unsigned box = g_array_index(numbers, unsigned, 0);
        return one_box(self, box, key, range_at(self, box, key));
    }
    g_autoptr(GArray) name = g_array_sized_new(FALSE, FALSE, sizeof(unsigned), numbers->len + 1);
    g_array_append_val(name, key);
    g_array_append_vals(name, numbers->data, numbers->len);
    g_autoptr(GBytes) bytes = g_bytes_new(name->data, name->len * sizeof(unsigned));
    void *found = NULL;
    if (g_hash_table_lookup_extended(self->seen, bytes, NULL, &found))
        return bdd_addref(GPOINTER_TO_INT(found));

    g_autofree Left *left = g_new(Left, numbers->len);
    for (unsigned i = 0; i < numbers->len; i++) {
        unsigned box = g_array_index(numbers, unsigned, i);
        SkWallRange range = range_at(self, box, key);
        if (sk_wall_value_compare(range.first, range.last) <= 0)
            left[n++] = (Left){ .box = box, .first = range.first, .last = range.last };
    }
    BDD set = split(self, key, self->bits->width[self->key[key].field], left, n);
    g_hash_table_insert(self->seen, g_steal_pointer(&bytes), GINT_TO_POINTER(bdd_addref(set)));
    return set;
}

static void
seen_drop(void *set)
{
    bdd_delref(GPOINTER_TO_INT(set));
}

BDD
sk_bits_boxes(const SkWallBits *self, const SkWallKey *key, unsigned keys, const SkWallRange *boxes,
              unsigned count)
{
    Boxes all = { .bits = self, .keys = keys, .boxes = boxes };

    g_assert(keys <= ALL_KEYS_MAX);
    for (unsigned i = 0; i < keys; i++) { /* by place in the order */
        unsigned at = i;
        while (at > 0 && self->rank[all.key[at - 1].field] > self->rank[key[i].field]) {
            all.key[at] = all.key[at - 1];
            all.from[at] = all.from[at - 1];
            at--;
        }
        all.key[at] = key[i];
        all.from[at] = i;
    }
    if (count == 1)
        return one_box(&all, 0, 0, range_at(&all, 0, 0));
    g_autoptr(GArray) numbers = g_array_sized_new(FALSE, FALSE, sizeof(unsigned), count);
    for (unsigned i = 0; i < count; i++)
        g_array_append_val(numbers, i);
    all.seen = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref,
                                     seen_drop);
    BDD set = boxes_from(&all, 0, numbers);
    g_hash_table_unref(all.seen);
    return set;
}

/* ---- whole fields, one packet -----------------------------------------------------------------
 */

/* From the last variable to the first: each is put on top of what there is. */
BDD
sk_bits_cube(const SkWallBits *self, const SkWallField *fields, unsigned n)
{
    SkWallField sorted[SK_WALL_FIELD_COUNT];
    BDD cube = bddtrue;

    g_assert(n <= SK_WALL_FIELD_COUNT);
    for (unsigned i = 0; i < n; i++) {
        unsigned at = i;
        for (; at > 0 && self->rank[sorted[at - 1]] < self->rank[fields[i]]; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = fields[i];
    }
    for (unsigned i = 0; i < n; i++)
        for (unsigned bit = 0; bit < self->whole[sorted[i]]; bit++)
            cube = sk_bits_take_and(cube,
                                    bdd_addref(bdd_ithvar(sk_bits_variable(self, sorted[i], bit))));
    return cube;
}

/* (bdd_support reads what bdd_done has freed, once BuDDy is started anew.) */
bool
sk_bits_asks(const SkWallBits *self, BDD set, SkWallField field)
{
    int *profile = set > bddtrue ? bdd_varprofile(set) : NULL;
    bool asks = set > bddtrue && profile == NULL;

    for (unsigned v = 0; profile != NULL && v < self->whole[field]; v++)
        asks = asks || profile[self->first[field] + v] > 0;
    free(profile);
    return asks;
}

void
sk_bits_packet(const SkWallBits *self, BDD set, SkPacket *ret)
{
    g_assert(set != bddfalse);
    for (unsigned i = 0; i < SK_WALL_FIELD_COUNT; i++)
        ret->field[i] = SK_WALL_VALUE(0);
    while (set != bddtrue) { /* one way down: low where it leads anywhere */
        unsigned variable = (unsigned)bdd_var(set);
        bool high = bdd_low(set) == bddfalse;
        for (unsigned i = 0; i < SK_WALL_FIELD_COUNT && high; i++)
            if (variable >= self->first[i] && variable < self->first[i] + self->whole[i])
                ret->field[i] =
                    with_bit(ret->field[i], self->whole[i] - 1 - (variable - self->first[i]));
        set = high ? bdd_high(set) : bdd_low(set);
    }
}

bool
sk_bits_has(const SkWallBits *self, BDD set, const SkPacket *packet)
{
    while (set != bddtrue && set != bddfalse) {
        unsigned variable = (unsigned)bdd_var(set), i = 0;
        while (variable < self->first[i] || variable >= self->first[i] + self->whole[i])
            i++;
        set = bit_of(packet->field[i], self->whole[i] - 1 - (variable - self->first[i]))
                  ? bdd_high(set)
                  : bdd_low(set);
    }
    return set == bddtrue;
}
