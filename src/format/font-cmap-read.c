/* SPDX-License-Identifier: Apache-2.0
 * font-cmap-read.c - CMaps, read token by token; contracts in font-cmap.h. PostScript is not
 * carried out: blocks of lines and a few keys are looked for. */
#include "format/font-cmap.h"

#include "base/reader.h"
#include "format/font-scan.h"

#include <string.h>

#define LONG_CODES_MAX 65536u
#define SPACES_MAX 100u
#define UNITS_MAX 32u
#define POOL_MAX (1u << 24)
#define STRING_MAX 128u /* bytes of a hexadecimal string that are looked at */

/* ---- tokens ------------------------------------------------------------------------------- */

typedef enum { END, NUMBER, NAME, WORD, HEX, TEXT } Kind;

typedef struct {
    Kind kind;
    SkSpan text; /* of a name, word or text, as it stands */
    int64_t number;
    uint8_t bytes[STRING_MAX];
    unsigned n; /* of a hexadecimal string; over STRING_MAX: too long to be anything */
} Token;

static void
read_hex(SkReader *r, Token *t)
{
    unsigned digits = 0;

    t->kind = HEX;
    t->n = 0;
    for (;;) {
        uint8_t c = sk_reader_u8(r);
        int v = g_ascii_xdigit_value((char)c);
        if (!sk_reader_ok(r) || c == '>')
            break;
        if (v < 0)
            continue;
        unsigned at = digits / 2;
        if (at < STRING_MAX)
            t->bytes[at] = (uint8_t)(digits % 2 == 0 ? v << 4 : t->bytes[at] | v);
        digits = MIN(digits + 1, 4 * STRING_MAX);
    }
    t->n = (digits + 1) / 2;
}

static bool
integer(SkSpan s, int64_t *ret)
{
    int64_t v = 0;
    size_t i = s.n > 0 && s.p[0] == '-' ? 1 : 0;

    if (s.n == i || s.n > 10)
        return false;
    for (size_t k = i; k < s.n; k++) {
        if (!g_ascii_isdigit(s.p[k]))
            return false;
        v = v * 10 + (s.p[k] - '0');
    }
    *ret = i > 0 ? -v : v;
    return true;
}

static void
next(SkReader *r, Token *t)
{
    t->text = SK_SPAN_EMPTY;
    sk_font_skip_space(r);
    int c = sk_reader_peek(r, 0), after = sk_reader_peek(r, 1);
    if (c < 0) {
        t->kind = END;
        return;
    }
    if (c == '<' && after != '<') {
        sk_reader_skip(r, 1);
        read_hex(r, t);
    } else if (c == '(') {
        sk_reader_skip(r, 1);
        t->kind = TEXT;
        t->text = sk_font_string(r);
    } else if (c == '/') {
        sk_reader_skip(r, 1);
        t->kind = NAME;
        t->text = sk_font_word(r);
    } else if (sk_font_is_delimiter(c)) {
        t->kind = WORD;
        t->text = sk_reader_span(r, (c == '<' || c == '>') && after == c ? 2 : 1);
    } else {
        t->text = sk_font_word(r);
        t->kind = integer(t->text, &t->number) ? NUMBER : WORD;
    }
}

static bool
is_word(const Token *t, const char *word)
{
    return t->kind == WORD && sk_span_is(t->text, word);
}

/* ---- codes -------------------------------------------------------------------------------- */

static void
codes_init(SkCMapCodes *self)
{
    self->one = g_new0(uint32_t, 256);
    self->two = g_new0(uint32_t, 65536);
    self->many = g_array_new(FALSE, FALSE, sizeof(SkCMapLongCode));
}

void
sk_cmap_clear(SkCMap *self)
{
    SkCMapCodes *all[] = { &self->codes, &self->notdef };

    for (unsigned i = 0; i < G_N_ELEMENTS(all); i++) {
        g_free(all[i]->one);
        g_free(all[i]->two);
        g_clear_pointer(&all[i]->many, g_array_unref);
    }
    g_clear_pointer(&self->pool, g_array_unref);
    g_clear_pointer(&self->spaces, g_array_unref);
}

static bool
step(SkCMap *self, GError **error)
{
    return ++self->steps <= SK_FONT_CMAP_CODES_MAX ||
           sk_throw(error, SK_ERROR_LIMIT, "cmap: over %u codes", SK_FONT_CMAP_CODES_MAX);
}

static bool
set(SkCMap *self, SkCMapCodes *codes, unsigned length, uint32_t code, uint32_t entry,
    GError **error)
{
    SkCMapLongCode wide = {
        .code = code, .entry = entry, .order = codes->many->len, .length = (uint8_t)length
    };

    if (!step(self, error))
        return false;
    if (length == 1)
        codes->one[code] = entry;
    else if (length == 2)
        codes->two[code] = entry;
    else if (codes->many->len >= LONG_CODES_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "cmap: over %u long codes", LONG_CODES_MAX);
    else
        g_array_append_val(codes->many, wide);
    return true;
}

/* The code that a string is; false where it is none. */
static bool
code_of(const Token *t, unsigned *ret_length, uint32_t *ret)
{
    uint32_t v = 0;

    if (t->kind != HEX || t->n < 1 || t->n > 4)
        return false;
    for (unsigned i = 0; i < t->n; i++)
        v = v << 8 | t->bytes[i];
    *ret_length = t->n;
    *ret = v;
    return true;
}

/* ---- values of ToUnicode ------------------------------------------------------------------ */

enum { KEEP, DROP, REPLACE };

/* What becomes of a character; @c may be half a surrogate pair. */
static int
fate_of(uint32_t c)
{
    if (c < 0x20)
        return c == '\t' || c == '\n' || c == '\r' ? KEEP : DROP;
    if ((c >= 0x7f && c <= 0x9f) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069))
        return DROP;
    return (c & 0xfffe) == 0xfffe || (c >= 0xd800 && c <= 0xdfff) ? REPLACE : KEEP;
}

/* Cleans @units where they stand; what readers show as U+FFFD is written as it. Returns: how many
 * are left. */
static unsigned
clean(uint16_t *units, unsigned n, bool *ret_changed)
{
    unsigned left = 0;

    *ret_changed = false;
    for (unsigned i = 0; i < n; i++) {
        uint16_t unit = units[i], second = 0;
        uint32_t c = unit;
        if (c >= 0xd800 && c <= 0xdbff && i + 1 < n && units[i + 1] >= 0xdc00 &&
            units[i + 1] <= 0xdfff) {
            second = units[++i];
            c = 0x10000 + ((c - 0xd800) << 10) + (second - 0xdc00u);
        }
        int fate = fate_of(c);
        *ret_changed = *ret_changed || fate != KEEP;
        if (fate == DROP)
            continue;
        units[left++] = fate == KEEP ? unit : 0xfffd;
        if (fate == KEEP && second != 0)
            units[left++] = second;
    }
    return left;
}

/* The units of a string; one byte alone is a character below 256, as readers have it. */
static unsigned
units_of(const Token *t, uint16_t units[UNITS_MAX])
{
    if (t->kind != HEX || t->n == 0 || t->n > 2 * UNITS_MAX || (t->n % 2 != 0 && t->n != 1))
        return 0;
    if (t->n == 1) {
        units[0] = t->bytes[0];
        return 1;
    }
    for (unsigned i = 0; i < t->n / 2; i++)
        units[i] = (uint16_t)(t->bytes[2 * i] << 8 | t->bytes[2 * i + 1]);
    return t->n / 2;
}

static bool
set_text(SkCMap *self, unsigned length, uint32_t code, const uint16_t *units, unsigned n,
         GError **error)
{
    uint16_t text[UNITS_MAX];
    uint32_t entry = 0;
    bool changed = false;

    for (unsigned i = 0; i < n; i++)
        text[i] = units[i];
    n = clean(text, n, &changed);
    self->facts.left_out += changed ? 1 : 0;
    if (n == 1) {
        entry = text[0] + 1u;
    } else if (n > 1) {
        uint16_t count = (uint16_t)n;
        entry = SK_CMAP_POOL + self->pool->len;
        if (self->pool->len > POOL_MAX)
            return sk_throw(error, SK_ERROR_LIMIT, "cmap: too much text");
        g_array_append_val(self->pool, count);
        g_array_append_vals(self->pool, text, n);
    }
    return set(self, &self->codes, length, code, entry, error);
}

/* ---- lines -------------------------------------------------------------------------------- */

/* `<code> VALUE` up to the end of the block. A line of ToUnicode that is none is left out, and the
 * block with it. */
static bool
read_chars(SkCMap *self, SkReader *r, SkCMapCodes *codes, GError **error)
{
    Token key, value;
    unsigned length = 0;
    uint32_t code = 0;

    for (next(r, &key); key.kind == HEX; next(r, &key)) {
        bool known = code_of(&key, &length, &code);
        next(r, &value);
        if (self->unicode) {
            uint16_t units[UNITS_MAX];
            unsigned n = units_of(&value, units);
            if (value.kind == WORD || value.kind == END)
                return true;
            if (known && n > 0 && !set_text(self, length, code, units, n, error))
                return false;
        } else {
            if (!known || value.kind != NUMBER || value.number < 0 || value.number > 65535)
                return sk_throw(error, SK_ERROR_MALFORMED, "cmap: line at byte %zu", r->at);
            if (!set(self, codes, length, code, (uint32_t)value.number + 1, error))
                return false;
        }
    }
    return true;
}

static bool
set_texts(SkCMap *self, unsigned length, uint32_t first, uint32_t last, const Token *value,
          GError **error)
{
    uint16_t units[UNITS_MAX];
    unsigned n = units_of(value, units);

    if (n == 0)
        return true;
    for (uint32_t i = 0; i <= last - first; i++) {
        if (!set_text(self, length, first + i, units, n, error))
            return false;
        if (units[n - 1] == 0xffff)
            return true;
        units[n - 1]++;
    }
    return true;
}

/* `[ <value> <value> … ]`, one a code; the bracket has been read. */
static bool
read_array(SkCMap *self, SkReader *r, unsigned length, uint32_t first, uint32_t last,
           GError **error)
{
    Token t;

    for (next(r, &t); t.kind == HEX || t.kind == NAME; next(r, &t)) {
        uint16_t units[UNITS_MAX];
        unsigned n = units_of(&t, units);
        if (n > 0 && length > 0 && first <= last && !set_text(self, length, first, units, n, error))
            return false;
        if (first == UINT32_MAX)
            length = 0;
        else
            first++;
    }
    return true;
}

static bool
set_cids(SkCMap *self, SkCMapCodes *codes, unsigned length, uint32_t first, uint32_t last,
         int64_t cid, GError **error)
{
    bool same = codes == &self->notdef;

    for (uint32_t i = 0; i <= last - first; i++)
        if (!set(self, codes, length, first + i, (uint32_t)cid + (same ? 0 : i) + 1, error))
            return false;
    return true;
}

static bool
read_ranges(SkCMap *self, SkReader *r, SkCMapCodes *codes, GError **error)
{
    Token first, last, value;

    for (next(r, &first); first.kind == HEX; next(r, &first)) {
        unsigned length = 0, length2 = 0;
        uint32_t from = 0, to = 0;
        next(r, &last);
        next(r, &value);
        bool known = code_of(&first, &length, &from) && code_of(&last, &length2, &to) &&
                     length == length2 && from <= to && to - from <= SK_FONT_CMAP_CODES_MAX;
        if (!self->unicode) {
            if (!known || value.kind != NUMBER || value.number < 0 || value.number > 65535)
                return sk_throw(error, SK_ERROR_MALFORMED, "cmap: line at byte %zu", r->at);
            if (codes != &self->notdef && value.number + (int64_t)(to - from) > 65535)
                return sk_throw(error, SK_ERROR_MALFORMED, "cmap: CIDs past 65535");
            if (!set_cids(self, codes, length, from, to, value.number, error))
                return false;
        } else if (is_word(&value, "[")) {
            if (!read_array(self, r, known ? length : 0, from, to, error))
                return false;
        } else if (value.kind == WORD || value.kind == END) {
            return true;
        } else if (known && !set_texts(self, length, from, to, &value, error)) {
            return false;
        }
    }
    return true;
}

static bool
read_spaces(SkCMap *self, SkReader *r, GError **error)
{
    Token first, last;

    for (next(r, &first); first.kind == HEX; next(r, &first)) {
        SkCMapSpace space = { 0 };
        unsigned length = 0, length2 = 0;
        next(r, &last);
        if (self->unicode)
            continue;
        bool good = code_of(&first, &length, &space.first) && code_of(&last, &length2, &space.last);
        good = good && length == length2;
        for (unsigned i = 0; good && i < length; i++)
            good = first.bytes[i] <= last.bytes[i];
        if (!good)
            return sk_throw(error, SK_ERROR_MALFORMED, "cmap: codespace at byte %zu", r->at);
        if (self->spaces->len >= SPACES_MAX)
            return sk_throw(error, SK_ERROR_LIMIT, "cmap: over %u codespaces", SPACES_MAX);
        space.length = (uint8_t)length;
        g_array_append_val(self->spaces, space);
    }
    return true;
}

/* ---- keys --------------------------------------------------------------------------------- */

static const char *const predefined[] = {
    "83pv-RKSJ-H",
    "90ms-RKSJ-H",
    "90ms-RKSJ-V",
    "90msp-RKSJ-H",
    "90msp-RKSJ-V",
    "90pv-RKSJ-H",
    "Add-RKSJ-H",
    "Add-RKSJ-V",
    "B5pc-H",
    "B5pc-V",
    "CNS-EUC-H",
    "CNS-EUC-V",
    "ETen-B5-H",
    "ETen-B5-V",
    "ETenms-B5-H",
    "ETenms-B5-V",
    "EUC-H",
    "EUC-V",
    "Ext-RKSJ-H",
    "Ext-RKSJ-V",
    "GB-EUC-H",
    "GB-EUC-V",
    "GBK-EUC-H",
    "GBK-EUC-V",
    "GBK2K-H",
    "GBK2K-V",
    "GBKp-EUC-H",
    "GBKp-EUC-V",
    "GBpc-EUC-H",
    "GBpc-EUC-V",
    "H",
    "HKscs-B5-H",
    "HKscs-B5-V",
    "Identity-H",
    "Identity-V",
    "KSC-EUC-H",
    "KSC-EUC-V",
    "KSCms-UHC-H",
    "KSCms-UHC-HW-H",
    "KSCms-UHC-HW-V",
    "KSCms-UHC-V",
    "KSCpc-EUC-H",
    "UniCNS-UCS2-H",
    "UniCNS-UCS2-V",
    "UniCNS-UTF16-H",
    "UniCNS-UTF16-V",
    "UniGB-UCS2-H",
    "UniGB-UCS2-V",
    "UniGB-UTF16-H",
    "UniGB-UTF16-V",
    "UniJIS-UCS2-H",
    "UniJIS-UCS2-HW-H",
    "UniJIS-UCS2-HW-V",
    "UniJIS-UCS2-V",
    "UniJIS-UTF16-H",
    "UniJIS-UTF16-V",
    "UniKS-UCS2-H",
    "UniKS-UCS2-V",
    "UniKS-UTF16-H",
    "UniKS-UTF16-V",
    "V",
};

bool
sk_font_cmap_predefined(SkSpan name)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(predefined); i++)
        if (sk_span_is(name, predefined[i]))
            return true;
    return false;
}

static bool
use(SkCMap *self, SkSpan name, GError **error)
{
    if (self->facts.used[0] != '\0')
        return sk_throw(error, SK_ERROR_AMBIGUOUS, "cmap: usecmap twice");
    if (!sk_font_cmap_predefined(name))
        return sk_throw(error, SK_ERROR_UNSUPPORTED,
                        "cmap: usecmap of another than a predefined one");
    g_autofree char *known = sk_span_dup(name);
    g_strlcpy(self->facts.used, known, sizeof self->facts.used);
    return true;
}

/* Of Registry or Ordering what may stand in one; the first that is given counts. */
static void
keep_text(const Token *t, char out[33])
{
    unsigned n = 0;

    if (t->kind != TEXT || out[0] != '\0')
        return;
    for (size_t i = 0; i < t->text.n && n < 32; i++)
        if (g_ascii_isalnum(t->text.p[i]) ||
            (t->text.p[i] != 0 && strchr("-_.", t->text.p[i]) != NULL))
            out[n++] = (char)t->text.p[i];
    out[n] = '\0';
}

static bool
read_key(SkCMap *self, SkReader *r, SkSpan key, GError **error)
{
    SkReader ahead = *r;
    Token t;

    next(&ahead, &t);
    if (sk_span_is(key, "Registry")) {
        keep_text(&t, self->facts.registry);
    } else if (sk_span_is(key, "Ordering")) {
        keep_text(&t, self->facts.ordering);
    } else if (sk_span_is(key, "Supplement") && t.kind == NUMBER && !self->has_supplement) {
        self->facts.supplement = (unsigned)CLAMP(t.number, 0, 99);
        self->has_supplement = true;
    } else if (sk_span_is(key, "WMode") && t.kind == NUMBER && !self->unicode) {
        if (self->has_wmode && self->facts.wmode != (t.number == 1 ? 1u : 0u))
            return sk_throw(error, SK_ERROR_AMBIGUOUS, "cmap: two directions");
        self->facts.wmode = t.number == 1 ? 1 : 0;
        self->has_wmode = true;
    } else if (is_word(&t, "usecmap") && !self->unicode) {
        return use(self, key, error);
    }
    return true; /* what follows is read again: it may be a key itself */
}

static bool
read_block(SkCMap *self, SkReader *r, const Token *t, GError **error)
{
    if (is_word(t, "begincodespacerange"))
        return read_spaces(self, r, error);
    if (self->unicode ? is_word(t, "beginbfchar") : is_word(t, "begincidchar"))
        return read_chars(self, r, &self->codes, error);
    if (self->unicode ? is_word(t, "beginbfrange") : is_word(t, "begincidrange"))
        return read_ranges(self, r, &self->codes, error);
    if (!self->unicode && is_word(t, "beginnotdefchar"))
        return read_chars(self, r, &self->notdef, error);
    if (!self->unicode && is_word(t, "beginnotdefrange"))
        return read_ranges(self, r, &self->notdef, error);
    return true;
}

bool
sk_cmap_read(SkCMap *self, SkSpan in, GError **error)
{
    SkReader r = sk_reader(in);
    Token t;

    if (in.n > SK_FONT_INPUT_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "cmap: over %u bytes", SK_FONT_INPUT_MAX);
    codes_init(&self->codes);
    if (!self->unicode) /* which never has such codes */
        codes_init(&self->notdef);
    self->pool = g_array_new(FALSE, FALSE, sizeof(uint16_t));
    self->spaces = g_array_new(FALSE, FALSE, sizeof(SkCMapSpace));
    for (next(&r, &t); t.kind != END; next(&r, &t)) {
        if (t.kind == NAME && !read_key(self, &r, t.text, error))
            return false;
        if (t.kind == WORD && !read_block(self, &r, &t, error))
            return false;
    }
    return true;
}
