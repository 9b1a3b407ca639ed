/* SPDX-License-Identifier: Apache-2.0
 * font-sfnt.c - the directory of tables, and the two tables by which simple fonts are looked up:
 * cmap by code, post by name. Contracts in font-parts.h. */
#include "format/font-parts.h"

#define TABLES_MAX 64u
#define RUNS_OF_FORMAT_4_MAX 8000u
#define NAMED_MAX 65000u
#define STEPS_MAX (1u << 20) /* codes looked at in one subtable, its segments may overlap */

bool
sk_sfnt_table(SkSpan in, size_t start, const char *tag, SkSpan *ret, GError **error)
{
    SkReader r = sk_reader(in);
    bool found = false;

    *ret = SK_SPAN_EMPTY;
    sk_reader_seek(&r, start);
    sk_reader_skip(&r, 4);
    unsigned n = sk_reader_u16be(&r);
    sk_reader_skip(&r, 6);
    if (!sk_reader_ok(&r) || n > TABLES_MAX)
        return sk_throw(error, SK_ERROR_MALFORMED, "font: directory of %u tables", n);
    for (unsigned i = 0; i < n; i++) {
        SkSpan its = sk_reader_span(&r, 4);
        sk_reader_skip(&r, 4);
        uint32_t offset = sk_reader_u32be(&r), length = sk_reader_u32be(&r);
        if (!sk_reader_ok(&r))
            return sk_throw(error, SK_ERROR_TRUNCATED, "font: directory cut short");
        if (!sk_span_is(its, tag))
            continue;
        if (found)
            return sk_throw(error, SK_ERROR_AMBIGUOUS, "font: table %s twice", tag);
        found = true;
        if (offset <= in.n && length <= in.n - offset)
            *ret = sk_span_sub(in, offset, length);
    }
    return true;
}

/* ---- cmap: reading ------------------------------------------------------------------------ */

typedef struct {
    uint16_t *glyphs; /* borrowed, 65,536: by code, 0 for none */
    uint32_t count;   /* glyphs of the font */
    uint32_t steps;
    uint32_t end; /* behind the last code that is mapped */
} Map;

/* The first segment that has a code decides, as in every reader. */
static void
map_code(Map *map, uint32_t code, uint32_t glyph)
{
    if (code < 0xffff && glyph < map->count && map->glyphs[code] == 0)
        map->glyphs[code] = (uint16_t)glyph;
    if (code < 0xffff && glyph > 0 && glyph < map->count)
        map->end = MAX(map->end, code + 1);
}

static void
read_bytes(SkReader *r, Map *map)
{
    sk_reader_skip(r, 4);
    for (uint32_t code = 0; code < 256; code++)
        map_code(map, code, sk_reader_u8(r));
}

typedef struct {
    SkSpan table; /* from the subtable on */
    size_t ends, starts, deltas, offsets;
} Segments;

static unsigned
u16_at(SkSpan s, size_t at)
{
    SkReader r = sk_reader(s);
    sk_reader_seek(&r, at);
    return sk_reader_u16be(&r);
}

static void
read_segment(const Segments *s, unsigned i, Map *map)
{
    unsigned end = u16_at(s->table, s->ends + 2 * i), start = u16_at(s->table, s->starts + 2 * i);
    unsigned delta = u16_at(s->table, s->deltas + 2 * i);
    unsigned offset = u16_at(s->table, s->offsets + 2 * i);

    for (unsigned code = start; code <= end && code < 0xffff; code++) {
        if (++map->steps > STEPS_MAX)
            return;
        unsigned glyph = code;
        if (offset == 0xffff)
            continue;
        if (offset != 0) {
            glyph = u16_at(s->table, s->offsets + 2 * i + offset + 2 * (size_t)(code - start));
            if (glyph == 0)
                continue;
        }
        map_code(map, code, (glyph + delta) & 0xffff);
    }
}

static void
read_segments(SkReader *r, SkSpan table, Map *map)
{
    sk_reader_skip(r, 4);
    unsigned n = sk_reader_u16be(r) / 2u;
    Segments s = { .table = table, .ends = 14 };

    s.starts = s.ends + 2 * (size_t)n + 2;
    s.deltas = s.starts + 2 * (size_t)n;
    s.offsets = s.deltas + 2 * (size_t)n;
    for (unsigned i = 0; i < n; i++)
        read_segment(&s, i, map);
}

static void
read_trimmed(SkReader *r, bool wide, Map *map)
{
    sk_reader_skip(r, wide ? 10 : 4);
    uint32_t first = wide ? sk_reader_u32be(r) : sk_reader_u16be(r);
    uint32_t n = wide ? sk_reader_u32be(r) : sk_reader_u16be(r);

    for (uint32_t i = 0; i < n && sk_reader_ok(r) && first <= 0xffff && i <= 0xffff; i++)
        map_code(map, first + i, sk_reader_u16be(r));
}

static void
read_groups(SkReader *r, Map *map)
{
    sk_reader_skip(r, 10);
    uint32_t n = sk_reader_u32be(r);

    for (uint32_t i = 0; i < n && sk_reader_ok(r); i++) {
        uint32_t start = sk_reader_u32be(r), end = sk_reader_u32be(r), glyph = sk_reader_u32be(r);
        for (uint32_t code = start; sk_reader_ok(r) && code <= end && code < 0xffff; code++) {
            if (++map->steps > STEPS_MAX || glyph >= map->count)
                break;
            map_code(map, code, glyph++);
        }
    }
}

/* A subtable of a format that is not read maps nothing. */
static void
read_subtable(SkSpan cmap, uint32_t offset, Map *map)
{
    if (offset > cmap.n)
        return;
    SkSpan table = sk_span_sub(cmap, offset, cmap.n - offset);
    SkReader r = sk_reader(table);
    unsigned format = sk_reader_u16be(&r);

    map->steps = 0;
    if (format == 0)
        read_bytes(&r, map);
    else if (format == 4)
        read_segments(&r, table, map);
    else if (format == 6 || format == 10)
        read_trimmed(&r, format == 10, map);
    else if (format == 12)
        read_groups(&r, map);
}

/* ---- cmap: writing ------------------------------------------------------------------------ */

typedef struct {
    uint32_t start, end, glyph;
} Run;

static GArray *
runs_of(const Map *map)
{
    GArray *runs = g_array_new(FALSE, FALSE, sizeof(Run));

    for (uint32_t code = 0; code < map->end; code++) {
        uint32_t glyph = map->glyphs[code];
        Run *last = runs->len > 0 ? &g_array_index(runs, Run, runs->len - 1) : NULL;
        if (glyph == 0)
            continue;
        if (last != NULL && last->end + 1 == code && last->glyph + (code - last->start) == glyph) {
            last->end = code;
        } else {
            Run run = { code, code, glyph };
            g_array_append_val(runs, run);
        }
    }
    return runs;
}

static void
write_segments(const GArray *runs, SkFontPut *put)
{
    unsigned n = runs->len + 1, log = (unsigned)g_bit_storage(n) - 1;

    sk_font_put16(put, 4);
    sk_font_put16(put, 16 + 8 * n);
    sk_font_put16(put, 0);
    sk_font_put16(put, 2 * n);
    sk_font_put16(put, 2u << log);
    sk_font_put16(put, log);
    sk_font_put16(put, 2 * n - (2u << log));
    for (unsigned i = 0; i < runs->len; i++)
        sk_font_put16(put, g_array_index(runs, Run, i).end);
    sk_font_put16(put, 0xffff);
    sk_font_put16(put, 0);
    for (unsigned i = 0; i < runs->len; i++)
        sk_font_put16(put, g_array_index(runs, Run, i).start);
    sk_font_put16(put, 0xffff);
    for (unsigned i = 0; i < runs->len; i++)
        sk_font_put16(put, (g_array_index(runs, Run, i).glyph - g_array_index(runs, Run, i).start) &
                               0xffff);
    sk_font_put16(put, 1);
    for (unsigned i = 0; i < n; i++)
        sk_font_put16(put, 0);
}

static void
write_groups(const GArray *runs, SkFontPut *put)
{
    sk_font_put16(put, 12);
    sk_font_put16(put, 0);
    sk_font_put32(put, 16 + 12 * runs->len);
    sk_font_put32(put, 0);
    sk_font_put32(put, runs->len);
    for (unsigned i = 0; i < runs->len; i++) {
        const Run *run = &g_array_index(runs, Run, i);
        sk_font_put32(put, run->start);
        sk_font_put32(put, run->end);
        sk_font_put32(put, run->glyph);
    }
}

static void
write_trimmed(const Map *map, uint32_t first, uint32_t end, SkFontPut *put)
{
    sk_font_put16(put, 6);
    sk_font_put16(put, 10 + 2 * (end - first));
    sk_font_put16(put, 0);
    sk_font_put16(put, first);
    sk_font_put16(put, end - first);
    for (uint32_t code = first; code < end; code++)
        sk_font_put16(put, map->glyphs[code]);
}

static uint32_t
first_of(const Map *map, uint32_t end)
{
    uint32_t code = 0;

    while (code < end && map->glyphs[code] == 0)
        code++;
    return code;
}

static void
write_subtable(const Map *map, bool bytes, SkFontPut *put)
{
    uint32_t first = first_of(map, 255), end = 256;

    if (bytes) {
        sk_font_put_reserve(put, 1024);
        while (end > first + 1 && map->glyphs[end - 1] == 0)
            end--;
        write_trimmed(map, first, end, put);
    } else {
        g_autoptr(GArray) runs = runs_of(map);
        sk_font_put_reserve(put, 64 + 12 * (size_t)runs->len);
        if (runs->len <= RUNS_OF_FORMAT_4_MAX)
            write_segments(runs, put);
        else
            write_groups(runs, put);
    }
    while (put->n % 4 != 0)
        sk_font_put8(put, 0);
}

/* The four maps that are kept, in the order of the table. */
enum { UNICODE, MAC, SYMBOL, WINDOWS, MAPS };
static const struct {
    uint16_t platform, encoding;
} kept[MAPS] = { { 0, 3 }, { 1, 0 }, { 3, 0 }, { 3, 1 } };

/* Which of @kept a record feeds; those that stand in for another are @second best. */
static int
kept_as(unsigned platform, unsigned encoding, bool *ret_second)
{
    *ret_second = false;
    if (platform == 1 && encoding == 0)
        return MAC;
    if (platform == 3 && encoding <= 1)
        return encoding == 0 ? SYMBOL : WINDOWS;
    *ret_second = (platform == 0 && encoding != 3) || platform == 3;
    if (platform == 3 && encoding == 10)
        return WINDOWS;
    return platform == 0 && encoding != 5 ? UNICODE : -1;
}

static void
choose(SkSpan table, uint32_t offsets[MAPS], bool seen[MAPS])
{
    bool is_second[MAPS] = { false };
    SkReader r = sk_reader(table);

    sk_reader_skip(&r, 2);
    unsigned n = sk_reader_u16be(&r);
    for (unsigned i = 0; i < n && sk_reader_ok(&r); i++) {
        bool second = false;
        unsigned platform = sk_reader_u16be(&r), encoding = sk_reader_u16be(&r);
        uint32_t offset = sk_reader_u32be(&r);
        int as = sk_reader_ok(&r) ? kept_as(platform, encoding, &second) : -1;
        if (as < 0 || (seen[as] && (second || !is_second[as])))
            continue;
        seen[as] = true;
        is_second[as] = second;
        offsets[as] = offset;
    }
    seen[UNICODE] = seen[UNICODE] && !seen[WINDOWS];
}

void
sk_sfnt_map(SkSpan table, uint32_t glyphs, SkFontPut *put)
{
    g_autofree uint16_t *tables = NULL;
    Map maps[MAPS] = { { .glyphs = NULL } };
    uint32_t offsets[MAPS] = { 0 };
    bool seen[MAPS] = { false };
    unsigned n = 0, used = 0;

    choose(table, offsets, seen);
    for (unsigned i = 0; i < MAPS; i++)
        used += seen[i] ? 1 : 0;
    tables = g_new0(uint16_t, used * 65536u + 1);
    used = 0;
    for (unsigned i = 0; i < MAPS; i++) {
        if (!seen[i])
            continue;
        maps[i] = (Map){ .glyphs = tables + used++ * 65536u, .count = glyphs };
        read_subtable(table, offsets[i], &maps[i]);
        seen[i] = i == MAC ? first_of(&maps[i], 256) < 256 : maps[i].end > 0;
        n += seen[i] ? 1 : 0;
    }
    if (n == 0)
        return;
    sk_font_put_reserve(put, 64);
    sk_font_put16(put, 0);
    sk_font_put16(put, n);
    size_t records = put->n;
    for (unsigned i = 0; i < n; i++) {
        sk_font_put32(put, 0);
        sk_font_put32(put, 0);
    }
    for (unsigned i = 0; i < MAPS; i++) {
        SkFontPut record = { .p = put->p + records, .room = 8 };
        if (!seen[i])
            continue;
        sk_font_put16(&record, kept[i].platform);
        sk_font_put16(&record, kept[i].encoding);
        sk_font_put32(&record, (uint32_t)put->n);
        records += 8;
        write_subtable(&maps[i], i == MAC, put);
    }
}

/* ---- post --------------------------------------------------------------------------------- */

/* Where each of the table's own names begins. */
static GArray *
own_names(SkReader *r)
{
    GArray *names = g_array_new(FALSE, FALSE, sizeof(SkSpan));

    while (sk_reader_left(r) > 0) {
        SkSpan name = sk_reader_span(r, sk_reader_u8(r));
        if (sk_reader_ok(r))
            g_array_append_val(names, name);
    }
    return names;
}

static SkSpan
name_at(const GArray *own, unsigned index)
{
    if (index < SK_FONT_MAC_NAMES)
        return index == 0 ? SK_SPAN_EMPTY : sk_span_str(sk_font_mac_name(index));
    index -= SK_FONT_MAC_NAMES;
    return own != NULL && index < own->len ? g_array_index(own, SkSpan, index) : SK_SPAN_EMPTY;
}

/* One name a glyph; empty where there is none that may stand. */
static GArray *
read_names(SkSpan table, uint32_t glyphs)
{
    SkReader r = sk_reader(table);
    uint32_t version = sk_reader_u32be(&r);
    GArray *names = g_array_sized_new(FALSE, FALSE, sizeof(SkSpan), glyphs);
    g_autoptr(GArray) own = NULL;
    SkReader indexes = r;
    unsigned n = 0;

    sk_reader_skip(&r, 28);
    if (version == 0x00020000) {
        n = sk_reader_u16be(&r);
        indexes = sk_reader(sk_reader_span(&r, 2 * (size_t)n));
        own = own_names(&r);
    } else if (version == 0x00010000 && sk_reader_ok(&r)) {
        n = SK_FONT_MAC_NAMES;
    }
    for (uint32_t i = 0; i < glyphs && i < NAMED_MAX; i++) {
        unsigned index = i >= n ? 0 : own != NULL ? sk_reader_u16be(&indexes) : i;
        SkSpan name = name_at(own, index);
        if (!sk_font_name_fits(name) || sk_span_is(name, ".notdef"))
            name = SK_SPAN_EMPTY;
        g_array_append_val(names, name);
    }
    return names;
}

void
sk_sfnt_names(SkSpan table, uint32_t glyphs, SkFontPut *put)
{
    g_autoptr(GArray) names = read_names(table, glyphs);
    size_t size = 64 + 2 * (size_t)glyphs;
    unsigned k = 0;

    for (unsigned i = 0; i < names->len; i++) {
        size_t n = g_array_index(names, SkSpan, i).n;
        size += n > 0 ? n + 1 : 0;
        k += n > 0 ? 1 : 0;
    }
    if (k == 0)
        return;
    sk_font_put_reserve(put, size);
    sk_font_put32(put, 0x00020000);
    for (unsigned i = 0; i < 7; i++)
        sk_font_put32(put, 0);
    sk_font_put16(put, glyphs);
    k = 0;
    for (unsigned i = 0; i < glyphs; i++)
        sk_font_put16(put, i < names->len && g_array_index(names, SkSpan, i).n > 0
                               ? SK_FONT_MAC_NAMES + k++
                               : 0);
    for (unsigned i = 0; i < names->len; i++) {
        SkSpan name = g_array_index(names, SkSpan, i);
        if (name.n > 0)
            sk_font_put8(put, (unsigned)name.n);
        for (size_t j = 0; j < name.n; j++)
            sk_font_put8(put, name.p[j]);
    }
}
