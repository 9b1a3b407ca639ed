/* SPDX-License-Identifier: Apache-2.0
 * font-cff.c - reads a CFF font into the plan of a new one; contract in font-parts.h. */
#include "format/font-cff.h"

#include <string.h>

#define FDS_MAX 256u
#define CID_MAX 65534u

/* ---- the font ----------------------------------------------------------------------------- */

typedef struct {
    SkSpan in;
    SkCffIndex names, tops, strings, global_subrs, charstrings;
    SkCffDict top;
    uint32_t glyphs;
    SkCffPrivate *privates; /* owned, one an FD */
    SkFontMatrix *matrices; /* owned, likewise */
    unsigned fds;
    uint8_t *fd;       /* owned: a glyph's; NULL: 0 for all */
    uint16_t *numbers; /* owned: a glyph's SID in this file, or CID */
    SkCffPlan *plan;   /* owned */
    int standard[256]; /* glyphs by StandardEncoding, -1 for none */
    bool hints;
} Cff;

static void
cff_clear(Cff *self)
{
    g_free(self->privates);
    g_free(self->matrices);
    g_free(self->fd);
    g_free(self->numbers);
    sk_cff_plan_free(self->plan);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Cff, cff_clear)

static bool
seek(const Cff *self, SkReader *r, SkCffOperand at, const char *what, GError **error)
{
    *r = sk_reader(self->in);
    if (at.whole <= 0 || (uint64_t)at.whole >= self->in.n)
        return sk_throw(error, SK_ERROR_MALFORMED, "font: %s lies outside", what);
    sk_reader_seek(r, (size_t)at.whole);
    return true;
}

static int64_t
fixed_of(SkCffOperand v)
{
    if (v.pico == INT64_MIN)
        return 0;
    return v.pico / SK_FONT_PICO * SK_FONT_ONE + v.pico % SK_FONT_PICO * SK_FONT_ONE / SK_FONT_PICO;
}

static bool
read_private(Cff *self, const SkCffDict *of, SkCffPrivate *ret, GError **error)
{
    SkCffDict d = { .hints = false };
    SkReader r = sk_reader(self->in);

    *ret = (SkCffPrivate){ .default_width = 0 };
    if (!of->has_private || of->private_size.whole == 0)
        return true;
    if (!seek(self, &r, of->private_at, "Private", error))
        return false;
    if (of->private_size.whole < 0 || (uint64_t)of->private_size.whole > sk_reader_left(&r))
        return sk_throw(error, SK_ERROR_MALFORMED, "font: Private cut short");
    if (!sk_cff_dict_parse(sk_reader_span(&r, (size_t)of->private_size.whole), &d, error))
        return false;
    self->hints = self->hints || d.hints;
    ret->default_width = fixed_of(d.default_width);
    ret->nominal_width = fixed_of(d.nominal_width);
    if (d.subrs.whole == 0)
        return true;
    d.subrs.whole += of->private_at.whole;
    return seek(self, &r, d.subrs, "Subrs", error) &&
           sk_cff_index_parse(self->in, r.at, &ret->subrs, error);
}

static bool
read_fd_array(Cff *self, GError **error)
{
    SkReader r = sk_reader(self->in);
    SkCffIndex index = { .count = 0 };

    if (!seek(self, &r, self->top.fd_array, "FDArray", error) ||
        !sk_cff_index_parse(self->in, r.at, &index, error))
        return false;
    if (index.count == 0 || index.count > FDS_MAX)
        return sk_throw(error, SK_ERROR_MALFORMED, "font: %u FDs", index.count);
    self->fds = index.count;
    self->privates = g_new0(SkCffPrivate, index.count);
    self->matrices = g_new0(SkFontMatrix, index.count);
    for (unsigned i = 0; i < index.count; i++) {
        SkSpan data = SK_SPAN_EMPTY;
        SkCffDict d = { .hints = false };
        if (!sk_cff_index_get(&index, i, &data))
            return sk_throw(error, SK_ERROR_MALFORMED, "font: FD %u", i);
        if (!sk_cff_dict_parse(data, &d, error) ||
            !read_private(self, &d, &self->privates[i], error))
            return false;
        self->matrices[i] = d.matrix;
    }
    return true;
}

static bool
read_fd_ranges(Cff *self, SkReader *r, GError **error)
{
    unsigned ranges = sk_reader_u16be(r);
    uint32_t next = sk_reader_u16be(r);

    if (next != 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "font: FDSelect does not begin with glyph 0");
    for (unsigned i = 0; i < ranges; i++) {
        uint32_t first = next;
        uint8_t fd = sk_reader_u8(r);
        next = sk_reader_u16be(r);
        if (!sk_reader_ok(r) || next <= first)
            return sk_throw(error, SK_ERROR_MALFORMED, "font: FDSelect");
        for (uint32_t g = first; g < next && g < self->glyphs; g++)
            self->fd[g] = fd;
    }
    return next >= self->glyphs || sk_throw(error, SK_ERROR_MALFORMED, "font: FDSelect ends early");
}

static bool
read_fd_select(Cff *self, GError **error)
{
    SkReader r = sk_reader(self->in);

    self->fd = g_new0(uint8_t, self->glyphs);
    if (self->top.fd_select.whole == 0 && self->fds == 1)
        return true;
    if (!seek(self, &r, self->top.fd_select, "FDSelect", error))
        return false;
    unsigned format = sk_reader_u8(&r);
    if (format == 3) {
        if (!read_fd_ranges(self, &r, error))
            return false;
    } else if (format == 0) {
        for (uint32_t g = 0; g < self->glyphs; g++)
            self->fd[g] = sk_reader_u8(&r);
    } else {
        return sk_throw(error, SK_ERROR_MALFORMED, "font: FDSelect of format %u", format);
    }
    for (uint32_t g = 0; g < self->glyphs; g++)
        if (self->fd[g] >= self->fds)
            return sk_throw(error, SK_ERROR_MALFORMED, "font: glyph %u has an FD that is not there",
                            g);
    return sk_reader_ok(&r) || sk_throw(error, SK_ERROR_TRUNCATED, "font: FDSelect");
}

/* ---- charset ------------------------------------------------------------------------------ */

static bool
read_charset(Cff *self, GError **error)
{
    SkReader r = sk_reader(self->in);
    int64_t at = self->top.charset.whole;

    self->numbers = g_new0(uint16_t, self->glyphs);
    if (at >= 0 && at <= 2) {
        if (self->top.cid && at == 0) /* DEVIATION: none given: CIDs are glyph numbers */
            for (uint32_t g = 0; g < self->glyphs; g++)
                self->numbers[g] = (uint16_t)g;
        for (uint32_t g = 1; !self->top.cid && g < self->glyphs; g++)
            self->numbers[g] = (uint16_t)(at > 0     ? sk_font_expert_sid(g, at == 2)
                                          : g <= 228 ? g
                                                     : 0);
        return !self->top.cid || at == 0 ||
               sk_throw(error, SK_ERROR_MALFORMED, "font: charset of names with CIDs");
    }
    if (!seek(self, &r, self->top.charset, "charset", error))
        return false;
    unsigned format = sk_reader_u8(&r);
    if (format > 2)
        return sk_throw(error, SK_ERROR_MALFORMED, "font: charset of format %u", format);
    for (uint32_t g = 1; g < self->glyphs;) {
        uint32_t first = sk_reader_u16be(&r), left = 0;
        if (format > 0)
            left = format == 1 ? sk_reader_u8(&r) : sk_reader_u16be(&r);
        if (!sk_reader_ok(&r))
            return sk_throw(error, SK_ERROR_TRUNCATED, "font: charset");
        for (uint32_t i = 0; i <= left && g < self->glyphs; i++) {
            if (first + i > 65535)
                return sk_throw(error, SK_ERROR_MALFORMED, "font: charset past 65535");
            self->numbers[g++] = (uint16_t)(first + i);
        }
    }
    return true;
}

/* (transfer full): the name of a SID of this file, as it may stand; NULL where it may not. */
static char *
string_of(const Cff *self, unsigned sid)
{
    SkSpan name = SK_SPAN_EMPTY;

    if (sid < SK_FONT_STANDARD_STRINGS)
        return g_strdup(sk_font_standard_string(sid));
    if (!sk_cff_index_get(&self->strings, sid - SK_FONT_STANDARD_STRINGS, &name) ||
        !sk_font_name_fits(name))
        return NULL;
    return sk_span_dup(name);
}

static bool
plan_names(Cff *self, uint16_t *ret_sids)
{
    bool room = true;

    for (uint32_t g = 0; g < self->glyphs; g++) {
        g_autofree char *name = string_of(self, self->numbers[g]);
        if (name == NULL)
            name = g_strdup_printf("_%u", g);
        uint16_t sid = g == 0 ? 0 : sk_cff_plan_sid(self->plan, name);
        ret_sids[g] = sid;
        room = room && (sid != 0 || g == 0 || strcmp(name, ".notdef") == 0);
        g_array_append_val(self->plan->numbers, sid);
    }
    return room;
}

static bool
plan_cids(Cff *self, GError **error)
{
    g_autofree uint8_t *seen = g_new0(uint8_t, 65536);

    for (uint32_t g = 0; g < self->glyphs; g++) {
        uint16_t cid = g == 0 ? 0 : self->numbers[g];
        if (seen[cid] != 0 || cid > CID_MAX)
            return sk_throw(error, SK_ERROR_AMBIGUOUS, "font: CID %u has two glyphs", cid);
        seen[cid] = 1;
        g_array_append_val(self->plan->numbers, cid);
    }
    return true;
}

/* ---- encoding ----------------------------------------------------------------------------- */

/* @sids: by the plan's numbers, so that a supplement names a glyph that is there. */
static void
add_supplement(Cff *self, unsigned code, unsigned sid, const uint16_t *sids)
{
    GArray *list = self->plan->supplements;
    SkFontSupplement entry = { .code = (uint8_t)code };
    unsigned at = 0;
    uint32_t g = 1;

    while (g < self->glyphs && self->numbers[g] != sid)
        g++;
    if (g >= self->glyphs)
        return;
    entry.sid = sids[g];
    while (at < list->len && g_array_index(list, SkFontSupplement, at).code < code)
        at++;
    if (at < list->len && g_array_index(list, SkFontSupplement, at).code == code)
        g_array_index(list, SkFontSupplement, at).sid = entry.sid;
    else if (list->len < 255)
        g_array_insert_val(list, at, entry);
}

/* The code of glyph @glyph; the 256th has no room among the others, and becomes a supplement. */
static void
add_code(Cff *self, unsigned glyph, unsigned code, const uint16_t *sids)
{
    uint8_t byte = (uint8_t)code;

    if (glyph >= self->glyphs || glyph > 256)
        return;
    if (glyph <= 255)
        g_byte_array_append(self->plan->codes, &byte, 1);
    else
        add_supplement(self, code, self->numbers[glyph], sids);
}

static bool
read_encoding(Cff *self, const uint16_t *sids, GError **error)
{
    SkReader r = sk_reader(self->in);

    if (self->top.encoding.whole == 0)
        return true;
    self->plan->encoded = true;
    if (self->top.encoding.whole == 1) {
        for (unsigned code = 0; code < 256; code++)
            if (sk_font_expert_code(code) != 0)
                add_supplement(self, code, sk_font_expert_code(code), sids);
        return true;
    }
    if (!seek(self, &r, self->top.encoding, "Encoding", error))
        return false;
    unsigned format = sk_reader_u8(&r), n = sk_reader_u8(&r);
    if ((format & 0x7f) > 1)
        return sk_throw(error, SK_ERROR_MALFORMED, "font: Encoding of format %u", format);
    for (unsigned i = 0, glyph = 1; i < n; i++) {
        unsigned first = sk_reader_u8(&r), left = (format & 1) != 0 ? sk_reader_u8(&r) : 0;
        for (unsigned k = 0; k <= left && first + k <= 255; k++)
            add_code(self, glyph++, first + k, sids);
    }
    unsigned more = (format & 0x80) != 0 ? sk_reader_u8(&r) : 0;
    for (unsigned i = 0; i < more; i++) {
        unsigned code = sk_reader_u8(&r);
        add_supplement(self, code, sk_reader_u16be(&r), sids);
    }
    return sk_reader_ok(&r) || sk_throw(error, SK_ERROR_TRUNCATED, "font: Encoding");
}

/* ---- charstrings -------------------------------------------------------------------------- */

/* The glyphs of StandardEncoding, for accents put on letters. */
static void
find_standard_glyphs(Cff *self)
{
    for (unsigned code = 0; code < 256; code++)
        self->standard[code] = -1;
    for (uint32_t g = self->glyphs - 1; !self->top.cid && g > 0; g--)
        for (unsigned code = 0; self->numbers[g] < SK_FONT_STANDARD_STRINGS && code < 256; code++)
            if (self->numbers[g] != 0 && sk_font_standard_code(code) == self->numbers[g])
                self->standard[code] = (int)g;
}

static int
glyph_of_code(void *user, unsigned code)
{
    const Cff *self = user;
    return self->standard[code];
}

static bool
run_charstrings(Cff *self, uint64_t limit, GError **error)
{
    SkType2 machine = { .charstrings = &self->charstrings,
                        .global_subrs = &self->global_subrs,
                        .glyph_of_code = glyph_of_code,
                        .user = self };
    SkCffPlan *plan = self->plan;

    find_standard_glyphs(self);
    for (uint32_t g = 0; g < self->glyphs; g++) {
        machine.private_dict = &self->privates[self->fd == NULL ? 0 : self->fd[g]];
        if (!sk_type2_run(&machine, g, &plan->put, &plan->box, error))
            return false;
        if (plan->put.n > limit)
            return sk_throw(error, SK_ERROR_LIMIT,
                            "font: charstrings of over %" G_GUINT64_FORMAT " bytes", limit);
        uint32_t end = (uint32_t)plan->put.n;
        g_array_append_val(plan->ends, end);
    }
    self->hints = self->hints || machine.hints;
    return true;
}

/* ---- together ----------------------------------------------------------------------------- */

static bool
same_matrix(const SkFontMatrix *a, const SkFontMatrix *b)
{
    for (unsigned i = 0; i < 6; i++)
        if (a->pico[i] != b->pico[i])
            return false;
    return a->present == b->present;
}

/* FDs that differ by nothing that is kept become one; they are numbered by first use. */
static void
plan_fds(Cff *self)
{
    SkCffPlan *plan = self->plan;
    int to[FDS_MAX];

    for (unsigned i = 0; i < FDS_MAX; i++)
        to[i] = -1;
    for (uint32_t g = 0; g < self->glyphs; g++) {
        unsigned fd = self->fd[g];
        for (unsigned k = 0; to[fd] < 0 && k < plan->matrices->len; k++)
            if (same_matrix(&g_array_index(plan->matrices, SkFontMatrix, k), &self->matrices[fd]))
                to[fd] = (int)k;
        if (to[fd] < 0) {
            to[fd] = (int)plan->matrices->len;
            g_array_append_val(plan->matrices, self->matrices[fd]);
        }
        uint8_t byte = (uint8_t)to[fd];
        g_byte_array_append(plan->fds, &byte, 1);
    }
}

/* (transfer full): Registry or Ordering, of what may stand in one. */
static char *
collection(const Cff *self, SkCffOperand sid)
{
    g_autofree char *name =
        sid.whole >= 0 && sid.whole <= 65535 ? string_of(self, (unsigned)sid.whole) : NULL;
    g_autoptr(GString) out = g_string_new(NULL);

    for (const char *p = name == NULL ? "" : name; *p != '\0' && out->len < 32; p++)
        if (g_ascii_isalnum(*p) || strchr("-_.", *p) != NULL)
            g_string_append_c(out, *p);
    if (out->len == 0)
        g_string_assign(out, "Adobe");
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static bool
is_default(const SkFontMatrix *m)
{
    const SkFontMatrix usual = { true, { SK_FONT_PICO / 1000, 0, 0, SK_FONT_PICO / 1000, 0, 0 } };
    return same_matrix(m, &usual);
}

static bool
read_headers(Cff *self, GError **error)
{
    SkReader r = sk_reader(self->in);
    SkSpan top = SK_SPAN_EMPTY;

    unsigned major = sk_reader_u8(&r);
    sk_reader_skip(&r, 1);
    unsigned header = sk_reader_u8(&r);
    if (!sk_reader_ok(&r) || major != 1 || header < 4)
        return sk_throw(error, SK_ERROR_MALFORMED, "font: header of CFF");
    if (!sk_cff_index_parse(self->in, header, &self->names, error) ||
        !sk_cff_index_parse(self->in, self->names.end, &self->tops, error) ||
        !sk_cff_index_parse(self->in, self->tops.end, &self->strings, error) ||
        !sk_cff_index_parse(self->in, self->strings.end, &self->global_subrs, error))
        return false;
    if (self->tops.count != 1 || !sk_cff_index_get(&self->tops, 0, &top))
        return sk_throw(error, SK_ERROR_MALFORMED, "font: %u fonts in one", self->tops.count);
    if (!sk_cff_dict_parse(top, &self->top, error))
        return false;
    const SkCffDict *d = &self->top;
    if (d->synthetic || d->charstring_type.whole != 2 || d->paint_type.whole != 0)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "font: a CFF font of a rare kind");
    if (!seek(self, &r, d->charstrings, "CharStrings", error) ||
        !sk_cff_index_parse(self->in, r.at, &self->charstrings, error))
        return false;
    self->glyphs = self->charstrings.count;
    return self->glyphs > 0 || sk_throw(error, SK_ERROR_MALFORMED, "font: no glyphs");
}

static bool
read_font(Cff *self, GError **error)
{
    if (!read_headers(self, error) || !read_charset(self, error))
        return false;
    self->plan = sk_cff_plan_new(self->top.cid);
    self->plan->matrix = self->top.matrix;
    if (self->top.cid) {
        self->plan->registry = collection(self, self->top.registry);
        self->plan->ordering = collection(self, self->top.ordering);
        self->plan->supplement = (unsigned)CLAMP(self->top.supplement.whole, 0, 99);
        (void)sk_cff_plan_sid(self->plan, self->plan->registry);
        (void)sk_cff_plan_sid(self->plan, self->plan->ordering);
        if (!read_fd_array(self, error) || !read_fd_select(self, error) || !plan_cids(self, error))
            return false;
        plan_fds(self);
        return true;
    }
    if (is_default(&self->plan->matrix))
        self->plan->matrix = (SkFontMatrix){ .present = false };
    g_autofree uint16_t *sids = g_new0(uint16_t, self->glyphs);
    self->privates = g_new0(SkCffPrivate, 1);
    if (!read_private(self, &self->top, &self->privates[0], error))
        return false;
    if (!plan_names(self, sids))
        return sk_throw(error, SK_ERROR_LIMIT, "font: too many names");
    return read_encoding(self, sids, error);
}

/* How many units make an em, from a matrix such as 0.001. */
static uint32_t
units_of(const SkFontMatrix *m)
{
    int64_t scale = m->present ? m->pico[0] : SK_FONT_PICO / 1000;
    return scale <= 0 ? 1000 : (uint32_t)CLAMP((SK_FONT_PICO + scale / 2) / scale, 1, 65535);
}

bool
sk_font_cff(SkSpan in, const SkFontOptions *options, uint64_t limit, SkSink *out,
            SkFontFacts *facts, GError **error)
{
    g_auto(Cff) cff = { .in = in };
    SkSpan name = SK_SPAN_EMPTY;

    (void)options;
    if (!read_font(&cff, error) || !run_charstrings(&cff, limit, error))
        return false;
    if (!sk_cff_index_get(&cff.names, 0, &name))
        name = SK_SPAN_EMPTY;
    cff.plan->name = sk_font_name_clean(name);
    facts->kind = cff.top.cid ? SK_FONT_CFF_CID : SK_FONT_CFF;
    facts->glyphs = cff.glyphs;
    facts->units_per_em = units_of(&cff.plan->matrix);
    facts->programs = facts->programs || cff.hints;
    for (unsigned i = 0; cff.top.cid && i < cff.plan->numbers->len; i++)
        facts->cids = MAX(facts->cids, g_array_index(cff.plan->numbers, uint16_t, i) + 1u);
    return sk_cff_plan_write(cff.plan, limit, out, error);
}
