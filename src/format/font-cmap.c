/* SPDX-License-Identifier: Apache-2.0
 * font-cmap.c - the one spelling of a CMap: the fewest lines, in order; contracts in font.h. */
#include "format/font-cmap.h"

#include <string.h>

#define LINES_OF_BLOCK 100u

/* ---- lines out ---------------------------------------------------------------------------- */

typedef struct {
    unsigned length;
    uint32_t first, last;
    uint32_t entry; /* of the first */
} Line;

typedef struct {
    const SkCMap *cmap;
    GArray *lines; /* owned, of Line */
    bool same;     /* all codes of a line have one value */
} Lines;

static const uint16_t *
text_of(const SkCMap *cmap, const uint32_t *entry, uint16_t *single, unsigned *ret_n)
{
    if (*entry < SK_CMAP_POOL) {
        *single = (uint16_t)(*entry - 1);
        *ret_n = 1;
        return single;
    }
    const uint16_t *pooled = &g_array_index(cmap->pool, uint16_t, *entry - SK_CMAP_POOL);
    *ret_n = pooled[0];
    return pooled + 1;
}

/* Does @entry stand @steps behind the first entry of @line, with no more than the last byte
 * changed? */
static bool
continues(const Lines *self, const Line *line, uint32_t entry, uint32_t steps)
{
    uint16_t single[2];
    unsigned n = 0, m = 0;

    if (self->same)
        return entry == line->entry;
    if (!self->cmap->unicode)
        return entry == line->entry + steps;
    const uint16_t *a = text_of(self->cmap, &line->entry, &single[0], &n);
    const uint16_t *b = text_of(self->cmap, &entry, &single[1], &m);
    return n == m && memcmp(a, b, sizeof(uint16_t) * (n - 1)) == 0 &&
           (a[n - 1] & 0xffu) + steps <= 0xff && b[n - 1] == a[n - 1] + steps;
}

static void
add_line(Lines *self, unsigned length, uint32_t code, uint32_t entry)
{
    Line line = { length, code, code, entry };

    if (entry == 0)
        return;
    Line *last =
        self->lines->len > 0 ? &g_array_index(self->lines, Line, self->lines->len - 1) : NULL;
    if (last != NULL && last->length == length && (code & 0xff) != 0 && last->last + 1 == code &&
        continues(self, last, entry, code - last->first))
        last->last = code;
    else
        g_array_append_val(self->lines, line);
}

static int
by_code(const void *a, const void *b)
{
    const SkCMapLongCode *x = a, *y = b;

    if (x->length != y->length)
        return x->length < y->length ? -1 : 1;
    if (x->code != y->code)
        return x->code < y->code ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

/* (transfer full): the fewest lines, in order. */
static GArray *
lines_of(const SkCMap *cmap, SkCMapCodes *codes)
{
    Lines lines = { .cmap = cmap, .same = codes == &cmap->notdef };

    lines.lines = g_array_new(FALSE, FALSE, sizeof(Line));
    for (uint32_t code = 0; code < 256; code++)
        add_line(&lines, 1, code, codes->one[code]);
    for (uint32_t code = 0; code < 65536; code++) {
        if (codes->two[code] != 0) /* most are nothing */
            add_line(&lines, 2, code, codes->two[code]);
    }
    g_array_sort(codes->many, by_code);
    for (unsigned i = 0; i < codes->many->len; i++) {
        const SkCMapLongCode *c = &g_array_index(codes->many, SkCMapLongCode, i);
        bool replaced =
            i + 1 < codes->many->len && c[1].length == c->length && c[1].code == c->code;
        if (!replaced)
            add_line(&lines, c->length, c->code, c->entry);
    }
    return lines.lines;
}

/* A line is spelled here first: there are thousands of them. */
typedef struct {
    uint8_t bytes[256]; /* two codes, and the 32 units that a value has at most */
    unsigned n;
} Spelling;

/* Upper case, @digits of them. */
static void
spell_hex(Spelling *self, unsigned digits, uint32_t v)
{
    for (unsigned i = digits; i > 0; i--)
        self->bytes[self->n++] = (uint8_t)"0123456789ABCDEF"[v >> 4 * (i - 1) & 0xf];
}

static void
spell_code(Spelling *self, unsigned length, uint32_t code, uint8_t after)
{
    self->bytes[self->n++] = '<';
    spell_hex(self, 2 * length, code);
    self->bytes[self->n++] = '>';
    self->bytes[self->n++] = after;
}

static void
spell_text(Spelling *self, const SkCMap *cmap, uint32_t entry)
{
    uint16_t single = 0;
    unsigned n = 0;
    const uint16_t *units = text_of(cmap, &entry, &single, &n);

    self->bytes[self->n++] = '<';
    for (unsigned i = 0; i < n; i++)
        spell_hex(self, 4, units[i]);
    self->bytes[self->n++] = '>';
    self->bytes[self->n++] = '\n';
}

static void
put_line(SkSink *out, const SkCMap *cmap, const Line *line)
{
    Spelling spelling = { .n = 0 };

    spell_code(&spelling, line->length, line->first, ' ');
    spell_code(&spelling, line->length, line->last, ' ');
    if (cmap->unicode)
        spell_text(&spelling, cmap, line->entry);
    sk_sink_span(out, sk_span(spelling.bytes, spelling.n));
    if (!cmap->unicode)
        sk_sink_printf(out, "%u\n", line->entry - 1);
}

static void
put_lines(SkSink *out, const SkCMap *cmap, const GArray *lines, const char *kind)
{
    for (unsigned i = 0; i < lines->len; i++) {
        const Line *line = &g_array_index(lines, Line, i);
        if (i % LINES_OF_BLOCK == 0)
            sk_sink_printf(out, "%u begin%s\n", MIN(LINES_OF_BLOCK, lines->len - i), kind);
        put_line(out, cmap, line);
        if (i % LINES_OF_BLOCK == LINES_OF_BLOCK - 1 || i + 1 == lines->len)
            sk_sink_printf(out, "end%s\n", kind);
    }
}

static const char head[] = "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n";
static const char tail[] = "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n";

static bool
check_count(const GArray *lines, GError **error)
{
    return lines->len <= SK_FONT_CMAP_LINES_MAX ||
           sk_throw(error, SK_ERROR_LIMIT, "cmap: over %u lines", SK_FONT_CMAP_LINES_MAX);
}

bool
sk_font_tounicode(SkSpan in, SkSink *out, SkCMapFacts *ret_facts, GError **error)
{
    static const char *const spaces[] = { "<00> <FF>", "<0000> <FFFF>", "<000000> <FFFFFF>",
                                          "<00000000> <FFFFFFFF>" };
    g_auto(SkCMap) cmap = { .unicode = true };
    bool used[4] = { false };
    unsigned n = 0;

    if (!sk_cmap_read(&cmap, in, error))
        return false;
    g_autoptr(GArray) lines = lines_of(&cmap, &cmap.codes);
    if (!check_count(lines, error))
        return false;
    for (unsigned i = 0; i < lines->len; i++)
        used[g_array_index(lines, Line, i).length - 1] = true;
    used[1] = used[1] || lines->len == 0;
    for (unsigned i = 0; i < 4; i++)
        n += used[i] ? 1 : 0;
    sk_sink_str(out, head);
    sk_sink_str(out, "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
                     "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n");
    sk_sink_printf(out, "%u begincodespacerange\n", n);
    for (unsigned i = 0; i < 4; i++)
        if (used[i])
            sk_sink_printf(out, "%s\n", spaces[i]);
    sk_sink_str(out, "endcodespacerange\n");
    put_lines(out, &cmap, lines, "bfrange");
    sk_sink_str(out, tail);
    cmap.facts.lines = lines->len;
    *ret_facts = cmap.facts;
    return true;
}

/* ---- codespaces out ----------------------------------------------------------------------- */

static int
by_space(const void *a, const void *b)
{
    const SkCMapSpace *x = a, *y = b;

    if (x->length != y->length)
        return x->length < y->length ? -1 : 1;
    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    return x->last < y->last ? -1 : x->last > y->last ? 1 : 0;
}

/* Could a reader take a code of one for the beginning of a code of the other? */
static bool
clash(const SkCMapSpace *a, const SkCMapSpace *b)
{
    unsigned n = MIN(a->length, b->length);

    for (unsigned i = 0; i < n; i++) {
        unsigned shift_a = 8 * (a->length - 1u - i), shift_b = 8 * (b->length - 1u - i);
        unsigned a1 = a->first >> shift_a & 0xff, a2 = a->last >> shift_a & 0xff;
        unsigned b1 = b->first >> shift_b & 0xff, b2 = b->last >> shift_b & 0xff;
        if (a2 < b1 || b2 < a1)
            return false;
    }
    return true;
}

static bool
put_spaces(SkCMap *cmap, SkSink *out, GError **error)
{
    GArray *spaces = cmap->spaces;

    g_array_sort(spaces, by_space);
    for (unsigned i = 0; i + 1 < spaces->len;) {
        const SkCMapSpace *s = &g_array_index(spaces, SkCMapSpace, i);
        if (by_space(s, s + 1) == 0)
            g_array_remove_index(spaces, i);
        else
            i++;
    }
    for (unsigned i = 0; i < spaces->len; i++)
        for (unsigned k = i + 1; k < spaces->len; k++)
            if (clash(&g_array_index(spaces, SkCMapSpace, i),
                      &g_array_index(spaces, SkCMapSpace, k)))
                return sk_throw(error, SK_ERROR_AMBIGUOUS, "cmap: codespaces that share codes");
    if (spaces->len == 0)
        return cmap->facts.used[0] != '\0' ||
               sk_throw(error, SK_ERROR_MALFORMED, "cmap: no codespace");
    sk_sink_printf(out, "%u begincodespacerange\n", spaces->len);
    for (unsigned i = 0; i < spaces->len; i++) {
        const SkCMapSpace *s = &g_array_index(spaces, SkCMapSpace, i);
        Spelling spelling = { .n = 0 };
        spell_code(&spelling, s->length, s->first, ' ');
        spell_code(&spelling, s->length, s->last, '\n');
        sk_sink_span(out, sk_span(spelling.bytes, spelling.n));
    }
    sk_sink_str(out, "endcodespacerange\n");
    return true;
}

bool
sk_font_cmap(SkSpan in, SkSink *out, SkCMapFacts *ret_facts, GError **error)
{
    g_auto(SkCMap) cmap = { .unicode = false };
    g_autoptr(SkSink) spaces = sk_sink_new_memory(UINT64_MAX);

    if (!sk_cmap_read(&cmap, in, error) || !put_spaces(&cmap, spaces, error))
        return false;
    g_autoptr(GArray) lines = lines_of(&cmap, &cmap.codes);
    g_autoptr(GArray) notdef = lines_of(&cmap, &cmap.notdef);
    if (!check_count(lines, error) || !check_count(notdef, error))
        return false;
    SkCMapFacts *facts = &cmap.facts;
    if (facts->registry[0] == '\0')
        g_strlcpy(facts->registry, "Adobe", sizeof facts->registry);
    if (facts->ordering[0] == '\0')
        g_strlcpy(facts->ordering, "Identity", sizeof facts->ordering);
    sk_sink_str(out, head);
    if (facts->used[0] != '\0')
        sk_sink_printf(out, "/%s usecmap\n", facts->used);
    sk_sink_printf(out, "/CIDSystemInfo <</Registry (%s) /Ordering (%s) /Supplement %u>> def\n",
                   facts->registry, facts->ordering, facts->supplement);
    sk_sink_printf(out, "/CMapName /Embedded-%c def\n/CMapType 1 def\n/WMode %u def\n",
                   facts->wmode == 1 ? 'V' : 'H', facts->wmode);
    sk_sink_span(out, sk_sink_memory(spaces));
    put_lines(out, &cmap, lines, "cidrange");
    put_lines(out, &cmap, notdef, "notdefrange");
    sk_sink_str(out, tail);
    facts->lines = lines->len + notdef->len;
    *ret_facts = *facts;
    return true;
}
