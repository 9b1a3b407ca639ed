/* SPDX-License-Identifier: Apache-2.0
 * tile.c - contract in tile.h. */
#include "seal/tile.h"

#include "base/reader.h"

#include <string.h>

#define HEIGHT 8
#define GROUPS_MAX 6 /* 18 digits */

/* Three digits a group, all but the last with an x before them. */
static void
append_index(GString *out, uint64_t index)
{
    unsigned groups[GROUPS_MAX];
    int n = 0;

    g_assert(index <= SK_TILE_INDEX_MAX);
    do {
        groups[n++] = (unsigned)(index % 1000);
        index /= 1000;
    } while (index > 0);
    while (n > 1)
        g_string_append_printf(out, "x%03u/", groups[--n]);
    g_string_append_printf(out, "%03u", groups[0]);
}

char *
sk_tile_path(SkTile tile)
{
    GString *out = g_string_new("tile/");
    g_assert(tile.level >= SK_TILE_ENTRIES && tile.level <= SK_TILE_LEVEL_MAX && tile.width >= 1 &&
             tile.width <= SK_TILE_WIDTH);
    if (tile.level == SK_TILE_ENTRIES)
        g_string_append(out, "entries/");
    else
        g_string_append_printf(out, "%d/", tile.level);
    append_index(out, tile.index);
    if (tile.width < SK_TILE_WIDTH)
        g_string_append_printf(out, ".p/%u", tile.width);
    return g_string_free(out, FALSE);
}

/* At most @max digits, no leading zero. */
static bool
take_number(SkReader *r, unsigned max, unsigned *ret)
{
    unsigned value = 0;
    unsigned n = 0;
    for (int c = sk_reader_peek(r, 0); c >= '0' && c <= '9'; c = sk_reader_peek(r, 0)) {
        if (n == max || (n == 1 && value == 0))
            return false;
        value = value * 10 + (unsigned)(c - '0');
        sk_reader_skip(r, 1);
        n++;
    }
    *ret = value;
    return n > 0;
}

static bool
take_group(SkReader *r, unsigned *ret)
{
    unsigned value = 0;
    for (int i = 0; i < 3; i++) {
        uint8_t c = sk_reader_u8(r);
        if (c < '0' || c > '9')
            return false;
        value = value * 10 + (unsigned)(c - '0');
    }
    *ret = value;
    return sk_reader_ok(r);
}

static bool
take_index(SkReader *r, uint64_t *ret)
{
    uint64_t index = 0;
    for (unsigned i = 0; i < GROUPS_MAX; i++) {
        unsigned group = 0;
        bool more = sk_reader_peek(r, 0) == 'x';
        if (more)
            sk_reader_skip(r, 1);
        if (!take_group(r, &group) || (more && i == 0 && group == 0) ||
            (more && sk_reader_u8(r) != '/'))
            return false;
        index = index * 1000 + group;
        if (!more) {
            *ret = index;
            return true;
        }
    }
    return false;
}

static bool
take_level(SkReader *r, int *ret)
{
    unsigned level = 0;
    if (sk_span_starts(sk_span_sub(r->in, r->at, sk_reader_left(r)), "entries/")) {
        sk_reader_skip(r, strlen("entries/"));
        *ret = SK_TILE_ENTRIES;
        return true;
    }
    if (!take_number(r, 2, &level) || level > SK_TILE_LEVEL_MAX || sk_reader_u8(r) != '/')
        return false;
    *ret = (int)level;
    return true;
}

bool
sk_tile_parse(SkSpan path, SkTile *ret, GError **error)
{
    SkReader r = sk_reader(path);
    SkTile tile = { .width = SK_TILE_WIDTH };
    bool ok = sk_span_is(sk_reader_span(&r, 5), "tile/") && take_level(&r, &tile.level) &&
              take_index(&r, &tile.index);
    if (ok && sk_reader_left(&r) > 0)
        ok = sk_span_is(sk_reader_span(&r, 3), ".p/") && take_number(&r, 3, &tile.width) &&
             tile.width >= 1 && tile.width < SK_TILE_WIDTH;
    if (!ok || sk_reader_left(&r) != 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "tile: not a tile's path");
    *ret = tile;
    return true;
}

/* How many hashes level @level has as a whole in a log of @size. */
static uint64_t
hashes_at(int level, uint64_t size)
{
    int shift = level == SK_TILE_ENTRIES ? 0 : level * HEIGHT;
    return shift >= 64 ? 0 : size >> shift;
}

unsigned
sk_tile_width(int level, uint64_t index, uint64_t size)
{
    uint64_t hashes = hashes_at(level, size);
    if (index > hashes / SK_TILE_WIDTH)
        return 0;
    uint64_t left = hashes - index * SK_TILE_WIDTH;
    return left >= SK_TILE_WIDTH ? SK_TILE_WIDTH : (unsigned)left;
}

uint64_t
sk_tile_count(int level, uint64_t size, unsigned *ret_partial)
{
    uint64_t hashes = hashes_at(level, size);
    *ret_partial = (unsigned)(hashes % SK_TILE_WIDTH);
    return hashes / SK_TILE_WIDTH;
}

/* ---- entry bundles ---- */

void
sk_bundle_append(GByteArray *bundle, SkSpan entry)
{
    g_assert(entry.n <= SK_TILE_ENTRY_MAX);
    const uint8_t length[2] = { (uint8_t)(entry.n >> 8), (uint8_t)entry.n };
    g_byte_array_append(bundle, length, sizeof length);
    g_byte_array_append(bundle, entry.p, (guint)entry.n);
}

bool
sk_bundle_parse(SkSpan bundle, unsigned width, GArray **ret, GError **error)
{
    g_autoptr(GArray) out = g_array_new(FALSE, FALSE, sizeof(SkSpan));
    SkReader r = sk_reader(bundle);
    for (unsigned i = 0; i < width; i++) {
        SkSpan entry = sk_reader_span(&r, sk_reader_u16be(&r));
        if (!sk_reader_ok(&r))
            return sk_throw(error, SK_ERROR_TRUNCATED, "bundle: cut in entry %u", i);
        g_array_append_val(out, entry);
    }
    if (sk_reader_left(&r) != 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "bundle: more than %u entries", width);
    *ret = g_steal_pointer(&out);
    return true;
}
