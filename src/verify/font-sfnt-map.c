/* SPDX-License-Identifier: Apache-2.0
 *
 * font-sfnt-map.c - the table `cmap` of a TrueType font: which codes lead to which glyphs, as few
 * runs as there can be.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/font.md, "cmap"; OpenType 1.9, cmap   Tests: tests/unit/verify/test-font.c
 */
#include "verify/font.h"

#define RECORDS_MAX 3u
#define RUNS_SHORT_MAX 8000u
#define CODE_MAX 0xfffeu

typedef struct {
    uint32_t first, last, glyph;
} Run;

/* Runs rise, lead to glyphs that are there, and do not go on where the one before ended. */
static bool
check_run(const Run *run, const Run *before, bool first, uint32_t glyphs)
{
    if (run->last < run->first || run->last > CODE_MAX || run->glyph == 0 ||
        run->glyph + (run->last - run->first) >= glyphs)
        return false;
    if (first)
        return true;
    bool goes_on = run->first == before->last + 1 &&
                   run->glyph == before->glyph + (before->last - before->first) + 1;
    return run->first > before->last && !goes_on;
}

static bool
check_segments(SkReader *r, uint32_t glyphs)
{
    uint16_t length = sk_reader_u16be(r), language = sk_reader_u16be(r), twice = sk_reader_u16be(r);
    unsigned segments = twice / 2u, power = 0;
    Run run = { 0 }, before = { 0 };

    while (segments >> (power + 1) != 0)
        power++;
    if (language != 0 || twice % 2 != 0 || segments < 2 || segments - 1 > RUNS_SHORT_MAX ||
        length != 16 + 8 * segments || sk_reader_u16be(r) != 2u << power ||
        sk_reader_u16be(r) != power || sk_reader_u16be(r) != twice - (2u << power))
        return false;
    SkReader last = sk_reader(sk_reader_span(r, twice));
    if (sk_reader_u16be(r) != 0)
        return false;
    SkReader first = sk_reader(sk_reader_span(r, twice)),
             delta = sk_reader(sk_reader_span(r, twice));
    SkReader offsets = sk_reader(sk_reader_span(r, twice));
    for (unsigned i = 0; i < segments && sk_reader_ok(r); i++, before = run) {
        run = (Run){ sk_reader_u16be(&first), sk_reader_u16be(&last), sk_reader_u16be(&delta) };
        if (sk_reader_u16be(&offsets) != 0)
            return false;
        if (i == segments - 1)
            return run.first == 0xffff && run.last == 0xffff && run.glyph == 1;
        run.glyph = (run.first + run.glyph) & 0xffff;
        if (!check_run(&run, &before, i == 0, glyphs))
            return false;
    }
    return false;
}

static bool
check_groups(SkReader *r, uint32_t glyphs)
{
    uint16_t reserved = sk_reader_u16be(r);
    uint32_t length = sk_reader_u32be(r), language = sk_reader_u32be(r), runs = sk_reader_u32be(r);
    Run run = { 0 }, before = { 0 };

    if (reserved != 0 || language != 0 || runs <= RUNS_SHORT_MAX || runs > CODE_MAX + 1 ||
        length != 16 + 12 * runs)
        return false;
    for (uint32_t i = 0; i < runs; i++, before = run) {
        run.first = sk_reader_u32be(r);
        run.last = sk_reader_u32be(r);
        run.glyph = sk_reader_u32be(r);
        if (!sk_reader_ok(r) || run.glyph >= glyphs || !check_run(&run, &before, i == 0, glyphs))
            return false;
    }
    return true;
}

static bool
check_bytes(SkReader *r, uint32_t glyphs)
{
    uint16_t length = sk_reader_u16be(r), language = sk_reader_u16be(r), first = sk_reader_u16be(r),
             count = sk_reader_u16be(r);

    if (language != 0 || count < 1 || first + count > 256 || length != 10 + 2 * count)
        return false;
    for (unsigned i = 0; i < count; i++) {
        uint16_t glyph = sk_reader_u16be(r);
        if (glyph >= glyphs || ((i == 0 || i == count - 1u) && glyph == 0))
            return false;
    }
    return sk_reader_ok(r);
}

static bool
check_subtable(SkReader *r, bool macintosh, uint32_t glyphs)
{
    uint16_t format = sk_reader_u16be(r);

    if (macintosh)
        return format == 6 && check_bytes(r, glyphs);
    return format == 4 ? check_segments(r, glyphs) : format == 12 && check_groups(r, glyphs);
}

bool
sk_font_sfnt_map(SkSpan in, uint32_t glyphs)
{
    static const uint32_t kinds[] = { 0x00000003, 0x00010000, 0x00030000, 0x00030001 };
    uint32_t offsets[RECORDS_MAX] = { 0 };
    bool macintosh[RECORDS_MAX] = { false }, has[4] = { false };
    SkReader r = sk_reader(in);
    uint16_t version = sk_reader_u16be(&r), n = sk_reader_u16be(&r);
    unsigned kind = 0;

    if (version != 0 || n < 1 || n > RECORDS_MAX)
        return false;
    for (unsigned i = 0; i < n; i++, kind++) {
        uint32_t name = sk_reader_u32be(&r);
        while (kind < G_N_ELEMENTS(kinds) && kinds[kind] != name)
            kind++;
        if (kind == G_N_ELEMENTS(kinds))
            return false;
        has[kind] = true;
        macintosh[i] = kind == 1;
        offsets[i] = sk_reader_u32be(&r);
    }
    for (unsigned i = 0; i < n; i++)
        if (!sk_reader_ok(&r) || offsets[i] != r.at || !check_subtable(&r, macintosh[i], glyphs) ||
            !sk_font_pad(&r, 0))
            return false;
    return !(has[0] && has[3]) && sk_reader_left(&r) == 0;
}
