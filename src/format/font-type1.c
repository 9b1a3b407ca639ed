/* SPDX-License-Identifier: Apache-2.0
 * font-type1.c - reads a Type 1 font into the plan of a CFF font; contract in font-parts.h.
 * PostScript is scanned, never carried out: known keys are looked for, and what follows them must
 * be literal. */
#include "format/font-type1.h"

#include "format/font-scan.h"

#include <string.h>

#define EEXEC_KEY 55665u
#define CHARSTRING_KEY 4330u
#define EEXEC_LEAD 4u
#define SUBRS_MAX 65535u
#define LEN_IV_MAX 16
#define SEGMENTS_MAX 64u

/* ---- tokens ------------------------------------------------------------------------------- */

typedef enum {
    END,    /* of input */
    NUMBER, /* an integer */
    REAL,   /* a number with a point or exponent */
    NAME,   /* /name, without the slash */
    WORD,   /* anything carried out: def, begin, { } [ ] */
    STRING, /* ( ) or < > */
} Kind;

typedef struct {
    Kind kind;
    SkSpan text;
    int64_t number;
} Token;

/* 8#101: the digits behind a base. */
static bool
based_integer(SkSpan s, size_t mark, int64_t *ret)
{
    int64_t base = 0, v = 0;

    for (size_t i = 0; i < s.n; i++) {
        int digit = g_ascii_isdigit(s.p[i])   ? s.p[i] - '0'
                    : g_ascii_isalpha(s.p[i]) ? g_ascii_tolower((char)s.p[i]) - 'a' + 10
                                              : 99;
        if (i < mark && digit <= 9)
            base = base * 10 + digit;
        else if (i > mark && digit < base)
            v = v * base + digit;
        else if (i != mark)
            return false;
    }
    *ret = v;
    return mark >= 1 && mark <= 2 && base >= 2 && base <= 36 && s.n > mark + 1 && s.n <= 10;
}

/* The integer that @s is. */
static bool
integer(SkSpan s, int64_t *ret)
{
    size_t mark = sk_span_find(s, 0, sk_span_str("#"));
    if (mark != SIZE_MAX)
        return s.n <= 10 && based_integer(s, mark, ret);
    size_t i = s.n > 0 && (s.p[0] == '-' || s.p[0] == '+') ? 1 : 0;
    int64_t v = 0;

    if (i == s.n || s.n > 12)
        return false;
    for (size_t k = i; k < s.n; k++) {
        if (!g_ascii_isdigit(s.p[k]))
            return false;
        v = v * 10 + (s.p[k] - '0');
    }
    *ret = s.p[0] == '-' ? -v : v;
    return true;
}

static bool
looks_real(SkSpan s)
{
    bool digit = false;

    for (size_t i = 0; i < s.n; i++) {
        digit = digit || g_ascii_isdigit(s.p[i]);
        if (!g_ascii_isdigit(s.p[i]) && strchr("+-.eE", s.p[i]) == NULL)
            return false;
    }
    return digit;
}

static Token
next(SkReader *r)
{
    Token t = { .kind = WORD };

    sk_font_skip_space(r);
    int c = sk_reader_peek(r, 0);
    size_t start = r->at;
    if (c < 0)
        return (Token){ .kind = END, .text = SK_SPAN_EMPTY };
    if (c == '(') {
        sk_reader_skip(r, 1);
        (void)sk_font_string(r); /* where it has no end the reader has failed */
        t.kind = STRING;
    } else if (c == '/') {
        sk_reader_skip(r, 1);
        return (Token){ .kind = NAME, .text = sk_font_word(r) };
    } else if (sk_font_is_delimiter(c)) {
        sk_reader_skip(r, 1); /* <hex> comes as < hex >, which nothing here wants */
    } else {
        t.text = sk_font_word(r);
        t.kind = integer(t.text, &t.number) ? NUMBER : looks_real(t.text) ? REAL : WORD;
        return t;
    }
    t.text = sk_reader_ok(r) ? sk_span_sub(r->in, start, r->at - start) : SK_SPAN_EMPTY;
    return t;
}

static bool
is_word(const Token *t, const char *word)
{
    return t->kind == WORD && sk_span_is(t->text, word);
}

/* ---- the clear part ----------------------------------------------------------------------- */

typedef struct {
    SkType1 font;
    SkCffPlan *plan;  /* owned */
    char *codes[256]; /* owned: names by code, where the font has its own encoding */
    int len_iv;
    bool own_encoding, has_subrs;
} Reader;

static void
reader_clear(Reader *self)
{
    for (unsigned i = 0; self->font.glyphs != NULL && i < self->font.glyphs->len; i++)
        g_free(g_array_index(self->font.glyphs, SkType1Glyph, i).name);
    g_clear_pointer(&self->font.glyphs, g_array_unref);
    g_clear_pointer(&self->font.by_name, g_hash_table_unref);
    g_clear_pointer(&self->font.programs, g_byte_array_unref);
    g_free(self->font.subrs);
    for (unsigned i = 0; i < 256; i++)
        g_free(self->codes[i]);
    sk_cff_plan_free(self->plan);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reader, reader_clear)

/* A number as PostScript writes it, in 10^-12. */
static bool
pico_of(SkSpan s, int64_t *ret)
{
    int64_t v = 0, power = 0;
    int places = 12;
    bool negative = s.p[0] == '-', point = false;
    size_t i = s.p[0] == '-' || s.p[0] == '+' ? 1 : 0;

    for (; i < s.n && s.p[i] != 'e' && s.p[i] != 'E'; i++) {
        if (s.p[i] == '.') {
            if (point)
                return false;
            point = true;
        } else if (!g_ascii_isdigit(s.p[i])) {
            return false;
        } else if (v < INT64_C(100000000000000000)) {
            v = v * 10 + (s.p[i] - '0');
            places -= point ? 1 : 0;
        } else {
            places += point ? 0 : 1;
        }
    }
    if (i < s.n && (!integer(sk_span_sub(s, i + 1, s.n - i - 1), &power) || ABS(power) > 100))
        return false;
    places += (int)power;
    for (; places < 0 && v != 0; places++)
        v = places == -1 ? (v + 5) / 10 : v / 10;
    for (; places > 0 && v != 0 && v < 32768 * SK_FONT_PICO; places--)
        v *= 10;
    if (v > 32767 * SK_FONT_PICO)
        return false;
    *ret = negative ? -v : v;
    return true;
}

static bool
read_matrix(Reader *self, SkReader *r, GError **error)
{
    SkFontMatrix m = { .present = true };
    Token t = next(r);

    if (!is_word(&t, "["))
        return sk_throw(error, SK_ERROR_MALFORMED, "font: FontMatrix is no array");
    for (unsigned i = 0; i < 6; i++) {
        t = next(r);
        if ((t.kind != NUMBER && t.kind != REAL) || !pico_of(t.text, &m.pico[i]))
            return sk_throw(error, SK_ERROR_MALFORMED,
                            "font: FontMatrix holds something else than numbers");
    }
    t = next(r);
    if (!is_word(&t, "]"))
        return sk_throw(error, SK_ERROR_MALFORMED, "font: FontMatrix of more than six");
    if (m.pico[0] == SK_FONT_PICO / 1000 && m.pico[3] == m.pico[0] && m.pico[1] == 0 &&
        m.pico[2] == 0 && m.pico[4] == 0 && m.pico[5] == 0)
        m.present = false;
    self->plan->matrix = m;
    return true;
}

static void
set_code(Reader *self, int64_t code, SkSpan name)
{
    if (code < 0 || code > 255)
        return;
    g_free(self->codes[code]);
    self->codes[code] = sk_span_is(name, ".notdef") ? NULL : sk_span_dup(name);
}

/* `StandardEncoding def`, `[ /a /b … ]`, or `256 array … dup 65 /A put … def`; what stands between
 * is passed over. */
static bool
read_encoding(Reader *self, SkReader *r, GError **error)
{
    Token t = next(r);
    int64_t code = 0;

    if (is_word(&t, "StandardEncoding"))
        return true;
    self->own_encoding = true;
    if (is_word(&t, "[")) {
        for (t = next(r); t.kind == NAME; t = next(r))
            set_code(self, code++, t.text);
        return is_word(&t, "]") || sk_throw(error, SK_ERROR_MALFORMED, "font: Encoding");
    }
    if (t.kind != NUMBER)
        return sk_throw(error, SK_ERROR_MALFORMED, "font: Encoding");
    for (t = next(r); t.kind != END; t = next(r)) {
        if (is_word(&t, "def") || is_word(&t, "readonly"))
            return true;
        if (!is_word(&t, "dup"))
            continue;
        Token number = next(r), name = next(r);
        if (number.kind != NUMBER || name.kind != NAME)
            return sk_throw(error, SK_ERROR_MALFORMED, "font: Encoding");
        set_code(self, number.number, name.text);
    }
    return sk_throw(error, SK_ERROR_TRUNCATED, "font: Encoding");
}

/* Up to `eexec`; the reader then stands behind it. */
static bool
read_clear(Reader *self, SkReader *r, GError **error)
{
    bool matrix = false, encoding = false;

    for (Token t = next(r); t.kind != END; t = next(r)) {
        if (is_word(&t, "eexec"))
            return true;
        if (t.kind != NAME)
            continue;
        if (sk_span_is(t.text, "FontName")) {
            t = next(r);
            if (t.kind == NAME && self->plan->name == NULL)
                self->plan->name = sk_font_name_clean(t.text);
        } else if (sk_span_is(t.text, "FontMatrix")) {
            if (matrix)
                return sk_throw(error, SK_ERROR_AMBIGUOUS, "font: FontMatrix twice");
            matrix = true;
            if (!read_matrix(self, r, error))
                return false;
        } else if (sk_span_is(t.text, "Encoding")) {
            if (encoding)
                return sk_throw(error, SK_ERROR_AMBIGUOUS, "font: Encoding twice");
            encoding = true;
            if (!read_encoding(self, r, error))
                return false;
        } else if (sk_span_is(t.text, "PaintType")) {
            t = next(r);
            if (t.kind != NUMBER || t.number != 0)
                return sk_throw(error, SK_ERROR_UNSUPPORTED, "font: outlines that are stroked");
        } else if (sk_span_is(t.text, "WeightVector") ||
                   sk_span_is(t.text, "BlendDesignPositions")) {
            return sk_throw(error, SK_ERROR_UNSUPPORTED, "font: a font of many masters");
        }
    }
    return sk_throw(error, SK_ERROR_MALFORMED, "font: no encrypted part");
}

/* ---- the encrypted part ------------------------------------------------------------------- */

/* (transfer full): the plain text behind `eexec`, which is binary or hexadecimal. */
static GByteArray *
decrypt_private(SkReader *r)
{
    g_autoptr(GByteArray) binary = NULL;
    SkSpan cipher;
    bool hex = true;

    while (sk_font_is_space(sk_reader_peek(r, 0)) && sk_reader_peek(r, 0) != 0)
        sk_reader_skip(r, 1);
    for (size_t i = 0; i < 4; i++)
        hex = hex && sk_reader_peek(r, i) >= 0 && g_ascii_isxdigit(sk_reader_peek(r, i));
    cipher = sk_reader_span(r, sk_reader_left(r));
    if (hex) {
        int high = -1;
        binary = g_byte_array_new();
        for (size_t i = 0; i < cipher.n; i++) {
            int v = g_ascii_xdigit_value((char)cipher.p[i]);
            if (v < 0 && sk_font_is_space(cipher.p[i]))
                continue;
            if (v < 0)
                break;
            uint8_t byte = (uint8_t)(high < 0 ? 0 : high << 4 | v);
            if (high >= 0)
                g_byte_array_append(binary, &byte, 1);
            high = high >= 0 ? -1 : v;
        }
        cipher = sk_span(binary->data, binary->len);
    }
    GByteArray *plain = g_byte_array_new();
    sk_type1_decrypt(cipher, EEXEC_KEY, EEXEC_LEAD, plain);
    return plain;
}

/* `LENGTH RD ⟨one space⟩ BYTES`, the program of a subroutine or glyph, decrypted. */
static bool
read_program(Reader *self, SkReader *r, SkType1Program *ret, GError **error)
{
    Token length = next(r), rd = next(r);

    if (length.kind != NUMBER || length.number < 0 || rd.kind != WORD ||
        sk_font_is_delimiter(rd.text.p[0]))
        return sk_throw(error, SK_ERROR_MALFORMED, "font: a charstring that is no binary string");
    sk_reader_skip(r, 1);
    SkSpan cipher = sk_reader_span(r, (size_t)length.number);
    if (!sk_reader_ok(r))
        return sk_throw(error, SK_ERROR_TRUNCATED, "font: charstring");
    size_t lead = (size_t)MAX(self->len_iv, 0);
    if (cipher.n < lead)
        return sk_throw(error, SK_ERROR_MALFORMED, "font: a charstring shorter than its lead");
    *ret = (SkType1Program){ .at = self->font.programs->len, .n = cipher.n - lead, .there = true };
    if (self->len_iv < 0)
        g_byte_array_append(self->font.programs, cipher.p, (unsigned)cipher.n);
    else
        sk_type1_decrypt(cipher, CHARSTRING_KEY, lead, self->font.programs);
    return true;
}

static bool
read_subrs(Reader *self, SkReader *r, GError **error)
{
    Token t = next(r);

    if (is_word(&t, "[")) /* [ ]: none */
        return true;
    if (t.kind != NUMBER || t.number < 0 || t.number > SUBRS_MAX)
        return sk_throw(error, SK_ERROR_MALFORMED, "font: Subrs");
    if (self->has_subrs)
        return sk_throw(error, SK_ERROR_AMBIGUOUS, "font: Subrs twice");
    self->has_subrs = true;
    self->font.subr_count = (uint32_t)t.number;
    self->font.subrs = g_new0(SkType1Program, self->font.subr_count + 1);
    for (SkReader ahead = *r;; ahead = *r) {
        t = next(&ahead);
        if (t.kind == NAME || t.kind == END || is_word(&t, "ND") || is_word(&t, "|-") ||
            is_word(&t, "def"))
            return true; /* a name is the next key, and read again */
        *r = ahead;
        if (!is_word(&t, "dup"))
            continue; /* array, NP, |, noaccess, put */
        t = next(r);
        if (t.kind != NUMBER || t.number < 0 || t.number >= self->font.subr_count)
            return sk_throw(error, SK_ERROR_MALFORMED, "font: a subroutine past their count");
        if (!read_program(self, r, &self->font.subrs[t.number], error))
            return false;
    }
}

static bool
add_glyph(Reader *self, SkSpan name, SkType1Program program, GError **error)
{
    GArray *glyphs = self->font.glyphs;
    SkType1Glyph glyph = { .program = program };

    if (glyphs->len >= SK_FONT_GLYPHS_MAX - 1)
        return sk_throw(error, SK_ERROR_LIMIT, "font: over %u glyphs", SK_FONT_GLYPHS_MAX);
    g_autofree char *key = sk_span_dup(name);
    if (strlen(key) != name.n)
        return sk_throw(error, SK_ERROR_AMBIGUOUS, "font: a glyph's name with a zero in it");
    if (g_hash_table_contains(self->font.by_name, key))
        return true; /* the first counts, as in most readers; so it is the only one from here on */
    glyph.name = g_steal_pointer(&key);
    g_array_append_val(glyphs, glyph);
    g_hash_table_insert(self->font.by_name, glyph.name, GUINT_TO_POINTER(glyphs->len));
    return true;
}

static bool
read_charstrings(Reader *self, SkReader *r, GError **error)
{
    Token t = next(r);

    if (self->font.glyphs->len > 0)
        return sk_throw(error, SK_ERROR_AMBIGUOUS, "font: CharStrings twice");
    if (t.kind != NUMBER)
        return sk_throw(error, SK_ERROR_MALFORMED, "font: CharStrings");
    for (t = next(r); t.kind != END; t = next(r)) {
        SkType1Program program = { 0 };
        if (is_word(&t, "end"))
            return true;
        if (t.kind != NAME)
            continue; /* dict, dup, begin, ND, |-, noaccess, def */
        if (!read_program(self, r, &program, error) || !add_glyph(self, t.text, program, error))
            return false;
    }
    return sk_throw(error, SK_ERROR_TRUNCATED, "font: CharStrings");
}

static bool
read_private(Reader *self, SkSpan plain, GError **error)
{
    SkReader r = sk_reader(plain);
    bool done = false;

    for (Token t = next(&r); !done && t.kind != END; t = next(&r)) {
        if (t.kind != NAME)
            continue;
        if (sk_span_is(t.text, "lenIV")) {
            t = next(&r);
            if (t.kind != NUMBER || t.number < -1 || t.number > LEN_IV_MAX)
                return sk_throw(error, SK_ERROR_MALFORMED, "font: lenIV");
            self->len_iv = (int)t.number;
        } else if (sk_span_is(t.text, "Subrs")) {
            if (!read_subrs(self, &r, error))
                return false;
        } else if (sk_span_is(t.text, "CharStrings")) {
            if (!read_charstrings(self, &r, error))
                return false;
            done = true; /* what follows closes the font */
        } else if (sk_span_is(t.text, "WeightVector")) {
            return sk_throw(error, SK_ERROR_UNSUPPORTED, "font: a font of many masters");
        }
    }
    return self->font.glyphs->len > 0 || sk_throw(error, SK_ERROR_MALFORMED, "font: no glyphs");
}

/* ---- the plan ----------------------------------------------------------------------------- */

/* The order of glyphs: .notdef, those that have a code by their first one, the rest as they stood.
 */
static GArray *
order(const Reader *self)
{
    GArray *ids = g_array_new(FALSE, FALSE, sizeof(int));
    g_autofree bool *placed = g_new0(bool, self->font.glyphs->len);
    int id = (int)GPOINTER_TO_UINT(g_hash_table_lookup(self->font.by_name, ".notdef")) - 1;

    g_array_append_val(ids, id); /* -1: it has none, and gets an empty one */
    if (id >= 0)
        placed[id] = true;
    for (unsigned code = 0; self->own_encoding && code < 256; code++) {
        const char *name = self->codes[code];
        id = name == NULL
                 ? -1
                 : (int)GPOINTER_TO_UINT(g_hash_table_lookup(self->font.by_name, name)) - 1;
        if (id < 0 || placed[id] || ids->len > 255)
            continue;
        placed[id] = true;
        uint8_t byte = (uint8_t)code;
        g_byte_array_append(self->plan->codes, &byte, 1);
        g_array_append_val(ids, id);
    }
    for (id = 0; id < (int)self->font.glyphs->len; id++)
        if (!placed[id])
            g_array_append_val(ids, id);
    return ids;
}

/* Codes of glyphs that have one already. */
static void
plan_supplements(Reader *self)
{
    for (unsigned code = 0, k = 0; self->own_encoding && code < 256; code++) {
        SkFontSupplement entry = { .code = (uint8_t)code };
        if (k < self->plan->codes->len && self->plan->codes->data[k] == code) {
            k++;
            continue;
        }
        const char *name = self->codes[code];
        if (name == NULL || !g_hash_table_contains(self->font.by_name, name) ||
            !sk_font_name_fits(sk_span_str(name)) || self->plan->supplements->len == 255)
            continue;
        entry.sid = sk_cff_plan_sid(self->plan, name);
        g_array_append_val(self->plan->supplements, entry);
    }
}

static bool
run_glyph(Reader *self, int id, unsigned glyph, GError **error)
{
    SkCffPlan *plan = self->plan;
    uint16_t sid = 0;

    if (id < 0) {
        SkFontOutline empty;
        sk_font_outline_begin(&empty, &plan->put, &plan->box, 0);
        if (!sk_font_outline_end(&empty))
            return sk_throw(error, SK_ERROR_INTERNAL, "font: empty glyph");
    } else if (!sk_type1_run(&self->font, (uint32_t)id, &plan->put, &plan->box, error)) {
        return false;
    }
    if (glyph > 0) {
        const char *name = g_array_index(self->font.glyphs, SkType1Glyph, id).name;
        g_autofree char *other = g_strdup_printf("_%u", glyph);
        sid = sk_cff_plan_sid(plan, sk_font_name_fits(sk_span_str(name)) ? name : other);
        if (sid == 0)
            return sk_throw(error, SK_ERROR_LIMIT, "font: too many names");
    }
    uint32_t end = (uint32_t)plan->put.n;
    g_array_append_val(plan->numbers, sid);
    g_array_append_val(plan->ends, end);
    return true;
}

static bool
plan_font(Reader *self, uint64_t limit, GError **error)
{
    g_autoptr(GArray) ids = order(self);

    for (unsigned i = 0; i < ids->len; i++) {
        if (!run_glyph(self, g_array_index(ids, int, i), i, error))
            return false;
        if (self->plan->put.n > limit)
            return sk_throw(error, SK_ERROR_LIMIT,
                            "font: charstrings of over %" G_GUINT64_FORMAT " bytes", limit);
    }
    self->plan->encoded = self->own_encoding;
    plan_supplements(self);
    if (self->plan->name == NULL)
        self->plan->name = g_strdup("Font");
    return true;
}

/* ---- together ----------------------------------------------------------------------------- */

/* (transfer full): the segments of a PFB file one behind another; NULL where it is none. */
static GByteArray *
join_segments(SkSpan in)
{
    GByteArray *out = NULL;
    SkReader r = sk_reader(in);

    for (unsigned i = 0; i < SEGMENTS_MAX && sk_reader_peek(&r, 0) == 0x80; i++) {
        int kind = sk_reader_peek(&r, 1);
        sk_reader_skip(&r, 2);
        if (kind != 1 && kind != 2)
            break;
        SkSpan segment = sk_reader_span(&r, sk_reader_u32le(&r));
        if (out == NULL)
            out = g_byte_array_new();
        g_byte_array_append(out, segment.p, (unsigned)segment.n);
    }
    return out;
}

bool
sk_font_type1(SkSpan in, const SkFontOptions *options, uint64_t limit, SkSink *out,
              SkFontFacts *facts, GError **error)
{
    g_auto(Reader) reader = { .len_iv = 4 };
    g_autoptr(GByteArray) joined = join_segments(in);
    SkReader r = sk_reader(joined == NULL ? in : sk_span(joined->data, joined->len));

    (void)options;
    reader.plan = sk_cff_plan_new(false);
    reader.font.glyphs = g_array_new(FALSE, FALSE, sizeof(SkType1Glyph));
    reader.font.by_name = g_hash_table_new(g_str_hash, g_str_equal);
    reader.font.programs = g_byte_array_new();
    if (!read_clear(&reader, &r, error))
        return false;
    g_autoptr(GByteArray) plain = decrypt_private(&r);
    if (!read_private(&reader, sk_span(plain->data, plain->len), error) ||
        !plan_font(&reader, limit, error))
        return false;
    int64_t scale = reader.plan->matrix.present ? reader.plan->matrix.pico[0] : SK_FONT_PICO / 1000;
    facts->kind = SK_FONT_CFF;
    facts->glyphs = reader.plan->numbers->len;
    facts->units_per_em =
        scale <= 0 ? 1000 : (uint32_t)CLAMP((SK_FONT_PICO + scale / 2) / scale, 1, 65535);
    facts->programs = reader.font.hints || reader.font.subr_count > 0;
    facts->converted = true;
    return sk_cff_plan_write(reader.plan, limit, out, error);
}
