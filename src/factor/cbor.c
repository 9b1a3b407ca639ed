/* SPDX-License-Identifier: Apache-2.0
 * cbor.c - contract in cbor.h. One pass with a stack of SK_CBOR_DEPTH_MAX levels; what it has
 * checked is walked again by the lookups without being checked twice. */
#include "factor/cbor.h"

#include "base/reader.h"

#include <string.h>

#define MAJOR_TAG 6u
#define MAJOR_SIMPLE 7u
#define SIMPLE_FALSE 20u
#define SIMPLE_NULL 22u

/* A container that is being walked. */
typedef struct {
    uint64_t left; /* items still to come; a pair counts two */
    bool map;
    bool at_value; /* of a map: the next item is a value */
    SkSpan key;    /* of a map: the key before, with its head; empty before the first */
} Level;

/* The argument of a head: in the fewest bytes that hold it, or MALFORMED. */
static bool
read_argument(SkReader *r, unsigned low, uint64_t *ret, GError **error)
{
    static const uint64_t least[] = { 24, 0x100, 0x10000, 0x100000000 };
    uint64_t value = low;

    if (low < 24) {
        *ret = low;
        return true;
    }
    if (low > 27)
        return sk_throw(error, SK_ERROR_MALFORMED,
                        "cbor: an indefinite or reserved length (byte %zu)", r->at);
    if (low == 24)
        value = sk_reader_u8(r);
    else if (low == 25)
        value = sk_reader_u16be(r);
    else if (low == 26)
        value = sk_reader_u32be(r);
    else
        value = sk_reader_u64be(r);
    if (!sk_reader_ok(r))
        return sk_throw(error, SK_ERROR_TRUNCATED, "cbor: a head is cut short");
    if (value < least[low - 24])
        return sk_throw(error, SK_ERROR_MALFORMED, "cbor: a head longer than it need be (byte %zu)",
                        r->at);
    *ret = value;
    return true;
}

static bool
read_string(SkReader *r, SkCborItem *item, GError **error)
{
    if (item->value > sk_reader_left(r))
        return sk_throw(error, SK_ERROR_TRUNCATED, "cbor: a string is cut short (byte %zu)", r->at);
    item->bytes = sk_reader_span(r, (size_t)item->value);
    item->value = 0;
    if (item->type == SK_CBOR_TEXT &&
        !g_utf8_validate_len((const char *)item->bytes.p, item->bytes.n, NULL))
        return sk_throw(error, SK_ERROR_MALFORMED, "cbor: text that is not UTF-8 (byte %zu)",
                        r->at);
    return true;
}

/* A head and, of a string, its content; of a container the head only. */
static bool
read_one(SkReader *r, SkCborItem *ret, GError **error)
{
    size_t start = r->at;
    uint8_t head = sk_reader_u8(r);
    unsigned major = head >> 5;
    unsigned low = head & 31u;
    SkCborItem item = { .bytes = SK_SPAN_EMPTY, .inside = SK_SPAN_EMPTY };

    if (!sk_reader_ok(r))
        return sk_throw(error, SK_ERROR_TRUNCATED, "cbor: ends where an item should be");
    if (major == MAJOR_TAG || (major == MAJOR_SIMPLE && (low < SIMPLE_FALSE || low > SIMPLE_NULL)))
        return sk_throw(error, SK_ERROR_UNSUPPORTED,
                        "cbor: a tag, float or simple value (byte %zu)", start);
    if (major == MAJOR_SIMPLE) {
        item.type = (SkCborType)(SK_CBOR_FALSE + (low - SIMPLE_FALSE));
    } else {
        item.type = (SkCborType)major;
        if (!read_argument(r, low, &item.value, error))
            return false;
        if ((item.type == SK_CBOR_BYTES || item.type == SK_CBOR_TEXT) &&
            !read_string(r, &item, error))
            return false;
    }
    item.whole = sk_span_sub(r->in, start, r->at - start);
    *ret = item;
    return true;
}

/* CTAP2's order: by major type, then the shorter, then byte by byte. The same key twice is out of
 * order. */
static bool
is_after(SkSpan a, SkSpan b)
{
    unsigned major_a = a.p[0] >> 5;
    unsigned major_b = b.p[0] >> 5;
    if (major_a != major_b)
        return major_b > major_a;
    if (a.n != b.n)
        return b.n > a.n;
    return memcmp(b.p, a.p, a.n) > 0;
}

static bool
check_key(Level *level, const SkCborItem *item, GError **error)
{
    if (item->type > SK_CBOR_TEXT)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "cbor: a key that is no number or string");
    if (level->key.n > 0 && !is_after(level->key, item->whole))
        return sk_throw(error, SK_ERROR_MALFORMED, "cbor: a key twice or out of order");
    level->key = item->whole;
    return true;
}

static bool
is_container(const SkCborItem *item)
{
    return item->type == SK_CBOR_ARRAY || item->type == SK_CBOR_MAP;
}

/* An item costs a byte at least: a count that cannot be is refused before it is walked. */
static bool
descend(Level *levels, unsigned *depth, const SkCborItem *item, SkReader *r, GError **error)
{
    uint64_t per = item->type == SK_CBOR_MAP ? 2 : 1;

    if (*depth == SK_CBOR_DEPTH_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "cbor: nested deeper than %u", SK_CBOR_DEPTH_MAX);
    if (item->value > sk_reader_left(r) / per)
        return sk_throw(error, SK_ERROR_TRUNCATED, "cbor: more items than bytes (byte %zu)", r->at);
    levels[(*depth)++] = (Level){ .left = item->value * per,
                                  .map = item->type == SK_CBOR_MAP,
                                  .key = SK_SPAN_EMPTY };
    return true;
}

/* Counts an item that has begun against the container around it. */
static bool
count(Level *level, const SkCborItem *item, GError **error)
{
    if (level->map && !level->at_value && !check_key(level, item, error))
        return false;
    level->at_value = level->map && !level->at_value;
    level->left--;
    return true;
}

static bool
walk(SkReader *r, SkCborItem *first, GError **error)
{
    Level levels[SK_CBOR_DEPTH_MAX];
    unsigned depth = 0;
    SkCborItem item;

    do {
        if (!read_one(r, &item, error))
            return false;
        if (depth == 0)
            *first = item;
        else if (!count(&levels[depth - 1], &item, error))
            return false;
        if (is_container(&item) && !descend(levels, &depth, &item, r, error))
            return false;
        while (depth > 0 && levels[depth - 1].left == 0)
            depth--;
    } while (depth > 0);
    if (is_container(first)) {
        first->inside = sk_span_sub(r->in, first->whole.n, r->at - first->whole.n);
        first->whole = sk_span_sub(r->in, 0, r->at);
    }
    return true;
}

bool
sk_cbor_parse(SkSpan in, size_t *ret_used, SkCborItem *ret, GError **error)
{
    SkReader r = sk_reader(in);
    SkCborItem first = { .type = SK_CBOR_NULL };

    if (in.n > SK_CBOR_BYTES_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "cbor: over %u bytes", SK_CBOR_BYTES_MAX);
    if (!walk(&r, &first, error))
        return false;
    if (ret_used == NULL && sk_reader_left(&r) > 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "cbor: bytes behind the end (byte %zu)", r.at);
    if (ret_used != NULL)
        *ret_used = r.at;
    *ret = first;
    return true;
}

/* ---- lookups: over what has been checked ---- */

typedef struct {
    bool text;
    SkSpan name;
    int64_t number;
} Key;

static bool
is_key(const SkCborItem *item, const Key *key)
{
    if (key->text)
        return item->type == SK_CBOR_TEXT && sk_span_equal(item->bytes, key->name);
    return sk_cbor_is_int(item, key->number);
}

static bool
lookup(const SkCborItem *map, const Key *key, SkCborItem *ret)
{
    size_t at = 0;

    if (map->type != SK_CBOR_MAP)
        return false;
    for (uint64_t i = 0; i < map->value; i++) {
        SkCborItem name;
        SkCborItem value;
        size_t used = 0;
        bool whole =
            sk_cbor_parse(sk_span_sub(map->inside, at, map->inside.n - at), &used, &name, NULL);
        g_assert(whole); /* parse has been here */
        at += used;
        whole =
            sk_cbor_parse(sk_span_sub(map->inside, at, map->inside.n - at), &used, &value, NULL);
        g_assert(whole);
        at += used;
        if (is_key(&name, key)) {
            *ret = value;
            return true;
        }
    }
    return false;
}

bool
sk_cbor_get_text(const SkCborItem *map, const char *key, SkCborItem *ret)
{
    const Key wanted = { .text = true, .name = sk_span_str(key) };
    return lookup(map, &wanted, ret);
}

bool
sk_cbor_get_int(const SkCborItem *map, int64_t key, SkCborItem *ret)
{
    const Key wanted = { .number = key };
    return lookup(map, &wanted, ret);
}

bool
sk_cbor_is_int(const SkCborItem *item, int64_t value)
{
    if (value >= 0)
        return item->type == SK_CBOR_UINT && item->value == (uint64_t)value;
    return item->type == SK_CBOR_NEGATIVE && item->value == (uint64_t)(-1 - value);
}
