/* SPDX-License-Identifier: Apache-2.0
 * odf-formula.c - ranges, formulas and conditions; contract in odf.h. The names of the productions
 * are those of docs/formats/odf.md. One walk over the tokens, which counts open brackets. */
#include "verify/odf.h"
#include "verify/chars.h"
#include "verify/xlsx-formula.h"

#include <stdlib.h>
#include <string.h>

#define BRACKETS_MAX 128u
#define NAME_MAX_BYTES 255u
#define CELL_MAX 24u
#define LOST "#REF!"

typedef struct {
    SkSpan in;
    size_t at;
    bool condition, keep_links;
    unsigned depth;
    bool indirect;    /* INDIRECT is called */
    bool far_strings; /* there is a string that INDIRECT may not see */
    SkElement why;
} Formula;

static bool
no(Formula *self, SkElement why)
{
    if (self->why == SK_ELEMENT_NONE)
        self->why = why;
    return false;
}

static int
peek(const Formula *self)
{
    return self->at < self->in.n ? self->in.p[self->at] : -1;
}

static bool
take(Formula *self, const char *s)
{
    size_t n = strlen(s);

    if (n > self->in.n - self->at || memcmp(self->in.p + self->at, s, n) != 0)
        return false;
    self->at += n;
    return true;
}

/* U+00A1 and beyond, as far as they may stand in a sword. */
static bool
is_wide(uint32_t c)
{
    return c >= 0xa1 && c != SK_CHAR_BAD && !(c >= 0x2000 && c <= 0x206f) && c != 0x3000 &&
           c != 0xfeff && !(c >= 0xff01 && c <= 0xff20);
}

static bool
is_sword(uint32_t c)
{
    return c < 0x80 ? g_ascii_isalnum((int)c) || c == '_' || c == '-' : is_wide(c);
}

static bool
is_first(uint32_t c)
{
    return c < 0x80 ? g_ascii_isalpha((int)c) || c == '_' : is_wide(c);
}

static bool
is_digit(int c)
{
    return c >= '0' && c <= '9';
}

static bool
is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == SK_CHAR_BAD;
}

static uint32_t
char_here(const Formula *self)
{
    size_t at = self->at;
    return at < self->in.n ? sk_char_next(self->in, &at) : 0;
}

static void
step(Formula *self)
{
    size_t at = self->at;
    (void)sk_char_next(self->in, &at);
    self->at = at == self->at ? at + 1 : at;
}

/* ---- ranges ------------------------------------------------------------------------------- */

static bool
take_cell(Formula *self)
{
    unsigned n = 0;

    for (; n <= CELL_MAX; n++) {
        bool single = g_ascii_isalnum(peek(self)) || peek(self) == '$';
        if (!single && !take(self, LOST))
            break;
        self->at += single ? 1 : 0;
    }
    return n >= 1 && n <= CELL_MAX;
}

static bool
take_sheet(Formula *self)
{
    size_t from = self->at;

    if (peek(self) != '\'') {
        while (self->at < self->in.n && is_sword(char_here(self)))
            step(self);
        return self->at > from;
    }
    self->at++;
    for (from = self->at; self->at < self->in.n; step(self)) {
        if (peek(self) == '\'') {
            self->at++;
            if (peek(self) != '\'')
                return self->at > from + 1;
            continue;
        }
        uint32_t c = char_here(self);
        if (is_control(c) || (c < 0x80 && strchr("[]*?:/\\", (int)c) != NULL))
            return false;
    }
    return false;
}

/* What may stand behind a place. */
static bool
follows(const Formula *self, bool reference)
{
    int c = peek(self);
    return c == ':' || (reference ? c == ']' : c == -1 || c == ' ');
}

static bool
take_place(Formula *self, bool reference)
{
    size_t from = self->at;

    (void)take(self, "$");
    bool has_sheet = take_sheet(self);
    if (!has_sheet)
        self->at = from;
    if (take(self, ".") && take_cell(self) && follows(self, reference))
        return true;
    self->at = from;
    (void)take(self, "$");
    if (take(self, LOST)) {
        size_t behind = self->at;
        if (take(self, ".") && take_cell(self) && follows(self, reference))
            return true;
        self->at = behind;
        if (follows(self, reference))
            return true;
    }
    self->at = from;
    return !reference && take_cell(self) && follows(self, reference);
}

static bool
take_range(Formula *self, bool reference)
{
    return take_place(self, reference) && (!take(self, ":") || take_place(self, reference));
}

bool
sk_opendocument_is_ranges(SkSpan v)
{
    Formula self = { .in = v };

    if (v.n > SK_ODF_TEXT_MAX)
        return false;
    do {
        if (!take_range(&self, false))
            return false;
    } while (take(&self, " "));
    return self.at == v.n;
}

/* ---- constants ---------------------------------------------------------------------------- */

static bool
take_number(Formula *self)
{
    size_t from = self->at;

    while (is_digit(peek(self)))
        self->at++;
    bool whole = self->at > from;
    if (peek(self) == '.') {
        self->at++;
        size_t decimals = self->at;
        while (is_digit(peek(self)))
            self->at++;
        if (!whole && self->at == decimals)
            return no(self, SK_ELEMENT_UNKNOWN_FORMULA);
    }
    if (peek(self) == 'E' || peek(self) == 'e') {
        size_t behind = self->at++;
        if (peek(self) == '+' || peek(self) == '-')
            self->at++;
        if (!is_digit(peek(self)))
            self->at = behind;
        while (is_digit(peek(self)))
            self->at++;
    }
    return self->at == self->in.n || !is_first(char_here(self)) ||
           no(self, SK_ELEMENT_UNKNOWN_FORMULA);
}

/* From its opening quote to behind its closing one; @ret is what stands between, as written. */
static bool
take_string(Formula *self, SkSpan *ret)
{
    size_t from = ++self->at;

    for (; self->at < self->in.n; step(self)) {
        if (is_control(char_here(self)))
            return no(self, SK_ELEMENT_UNKNOWN_FORMULA);
        if (peek(self) != '"')
            continue;
        self->at++;
        if (peek(self) != '"') {
            *ret = sk_span_sub(self->in, from, self->at - 1 - from);
            return true;
        }
    }
    return no(self, SK_ELEMENT_UNKNOWN_FORMULA);
}

static bool
is_far(SkSpan string)
{
    for (size_t i = 0; i < string.n; i++)
        if (strchr("[|\\#", string.p[i]) != NULL)
            return true;
    return sk_span_find(string, 0, sk_span_str(":/")) != SIZE_MAX;
}

static bool
take_error(Formula *self)
{
    static const char *const errors[] = { LOST,     "#N/A",  "#DIV/0!", "#VALUE!",
                                          "#NAME?", "#NUM!", "#NULL!" };

    for (unsigned i = 0; i < G_N_ELEMENTS(errors); i++)
        if (take(self, errors[i]))
            return true;
    return no(self, SK_ELEMENT_UNKNOWN_FORMULA);
}

/* ---- calls -------------------------------------------------------------------------------- */

static int
compare(const void *a, const void *b)
{
    return strcmp(a, *(const char *const *)b);
}

static bool
is_listed(const char *name, const char *const *list, unsigned n)
{
    return bsearch(name, list, n, sizeof *list, compare) != NULL;
}

static bool
is_function(const Formula *self, const char *name)
{
    static const char *const prefixes[] = { "COM.MICROSOFT.",
                                            "COM.SUN.STAR.SHEET.ADDIN.ANALYSIS.GET",
                                            "COM.SUN.STAR.SHEET.ADDIN.DATEFUNCTIONS.GET",
                                            "LEGACY.",
                                            "ORG.LIBREOFFICE.",
                                            "ORG.OPENOFFICE." };
    const char *bare = name;

    if (self->condition &&
        is_listed(name, sk_opendocument_condition_functions, sk_opendocument_condition_functions_n))
        return true;
    for (unsigned i = 0; bare == name && i < G_N_ELEMENTS(prefixes); i++)
        if (g_str_has_prefix(name, prefixes[i]))
            bare = name + strlen(prefixes[i]);
    if (g_str_equal(bare, "HYPERLINK"))
        return false; /* by its own rule only */
    return sk_workbook_is_function(bare) ||
           is_listed(bare, sk_opendocument_functions, sk_opendocument_functions_n) ||
           (bare != name &&
            (sk_workbook_is_function(name) ||
             is_listed(name, sk_opendocument_functions, sk_opendocument_functions_n)));
}

/* Only for the name of the refusal: what is not in the lists is refused anyway. */
static SkElement
name_of_function(const char *name)
{
    if (g_str_equal(name, "DDE"))
        return SK_ELEMENT_DDE_FIELD;
    if (g_str_equal(name, "WEBSERVICE") || g_str_equal(name, "FILTERXML") ||
        g_str_equal(name, "INFO") || g_str_equal(name, "RTD") ||
        g_str_has_suffix(name, ".WEBSERVICE") || g_str_has_suffix(name, ".FILTERXML"))
        return SK_ELEMENT_ACTIVE_FORMULA;
    return g_str_equal(name, "HYPERLINK") ? SK_ELEMENT_UNSAFE_HYPERLINK
                                          : SK_ELEMENT_UNKNOWN_FORMULA;
}

static void
skip_spaces(Formula *self)
{
    while (peek(self) == ' ')
        self->at++;
}

/* Behind `HYPERLINK(`: where it leads must be seen at once. Moves nothing. */
static bool
check_hyperlink(Formula *self)
{
    size_t opening = self->at;
    SkSpan written;

    skip_spaces(self);
    if (peek(self) != '"' || !take_string(self, &written))
        return no(self, SK_ELEMENT_UNSAFE_HYPERLINK);
    skip_spaces(self);
    bool ends = peek(self) == ';' || peek(self) == ')';
    self->at = opening;
    g_autoptr(GString) said = g_string_new(NULL);
    for (size_t i = 0; i < written.n; i++) {
        g_string_append_c(said, (char)written.p[i]);
        i += written.p[i] == '"' ? 1 : 0;
    }
    SkSpan link = sk_span(said->str, said->len);
    if (ends && sk_opendocument_is_target(link))
        return true;
    if (!ends || !sk_workbook_is_link(link))
        return no(self, SK_ELEMENT_UNSAFE_HYPERLINK);
    return self->keep_links || no(self, SK_ELEMENT_HYPERLINK);
}

static bool
push(Formula *self)
{
    return self->depth++ < BRACKETS_MAX || no(self, SK_ELEMENT_UNKNOWN_FORMULA);
}

static bool
take_name(Formula *self)
{
    size_t from = self->at;

    while (self->at < self->in.n) {
        uint32_t c = char_here(self);
        if (!is_first(c) &&
            !(c < 0x80 && (is_digit((int)c) || c == '.' || (self->condition && c == '-'))))
            break;
        step(self);
    }
    SkSpan name = sk_span_sub(self->in, from, self->at - from);
    if (name.n > NAME_MAX_BYTES)
        return no(self, SK_ELEMENT_UNKNOWN_FORMULA);
    size_t behind = self->at;
    skip_spaces(self);
    if (peek(self) != '(') {
        self->at = behind;
        return true;
    }
    self->at++;
    g_autofree char *upper = g_ascii_strup((const char *)name.p, (gssize)name.n);
    self->indirect |= g_str_has_suffix(upper, "INDIRECT"); /* behind whatever prefix */
    bool fits = g_str_equal(upper, "HYPERLINK")
                    ? check_hyperlink(self)
                    : is_function(self, upper) || no(self, name_of_function(upper));
    return fits && push(self);
}

/* ---- tokens ------------------------------------------------------------------------------- */

static bool
take_truth(Formula *self)
{
    SkSpan rest = sk_span_sub(self->in, self->at, self->in.n - self->at);
    size_t n = 0;

    while (n < rest.n && g_ascii_isalpha(rest.p[n]))
        n++;
    self->at += n;
    int c = peek(self);
    bool whole = c == ' ' || c == ';' || c == '|' || c == '}';
    bool truth = (n == 4 && g_ascii_strncasecmp((const char *)rest.p, "true", n) == 0) ||
                 (n == 5 && g_ascii_strncasecmp((const char *)rest.p, "false", n) == 0);
    return (truth && whole) || no(self, SK_ELEMENT_UNKNOWN_FORMULA);
}

static bool
take_constant(Formula *self, int c)
{
    SkSpan string = SK_SPAN_EMPTY;

    if (is_digit(c) || c == '.')
        return take_number(self);
    if (c == '#')
        return take_error(self);
    if (c != '"')
        return take_truth(self);
    if (!take_string(self, &string))
        return false;
    self->far_strings |= is_far(string);
    return true;
}

/* From its brace to its brace: constants, in rows. */
static bool
take_array(Formula *self)
{
    for (self->at++; !take(self, "}");) {
        int c = peek(self);
        if (c == ' ' || c == ';' || c == '|' || c == '+' || c == '-')
            self->at++;
        else if (!take_constant(self, c))
            return false;
    }
    return true;
}

static bool
take_closing(Formula *self)
{
    self->at++;
    if (self->depth == 0)
        return no(self, SK_ELEMENT_UNKNOWN_FORMULA);
    self->depth--;
    return true;
}

static bool
take_reference(Formula *self)
{
    size_t from = self->at++;

    if (take_range(self, true) && take(self, "]"))
        return true;
    SkSpan rest = sk_span_sub(self->in, from, self->in.n - from);
    bool far = sk_span_find(rest, 0, sk_span_str("'#")) != SIZE_MAX ||
               sk_span_find(rest, 0, sk_span_str(":/")) != SIZE_MAX;
    return no(self, far ? SK_ELEMENT_EXTERNAL_FORMULA : SK_ELEMENT_UNKNOWN_FORMULA);
}

static bool
take_token(Formula *self)
{
    int c = peek(self);
    SkSpan string;

    switch (c) {
    case ' ':
    case ';':
        self->at++;
        return true;
    case '"':
        if (!take_string(self, &string))
            return false;
        self->far_strings |= is_far(string);
        return true;
    case '(':
        self->at++;
        return push(self);
    case ')':
        return take_closing(self);
    case '{':
        return take_array(self);
    case '[':
        return take_reference(self);
    case '#':
        return take_error(self);
    case '|':
        return no(self, SK_ELEMENT_DDE_FIELD);
    case '\'':
        return no(self, SK_ELEMENT_EXTERNAL_FORMULA);
    default:
        break;
    }
    if (is_digit(c) || c == '.')
        return take_number(self);
    if (is_first(char_here(self)))
        return take_name(self);
    if (c <= 0 || c >= 0x80 || strchr("+-*/^&=<>!~:%,", c) == NULL)
        return no(self, SK_ELEMENT_UNKNOWN_FORMULA);
    self->at++;
    return true;
}

SkElement
sk_opendocument_refuse_formula(SkSpan v, bool condition, bool keep_links)
{
    Formula self = { .in = v, .condition = condition, .keep_links = keep_links };
    bool prefix = take(&self, "of:") || take(&self, "oooc:");
    bool equals = take(&self, "=");

    if (v.n > SK_ODF_FORMULA_MAX || self.at == v.n || (!condition && (!prefix || !equals)))
        return SK_ELEMENT_UNKNOWN_FORMULA;
    while (self.at < v.n)
        if (!take_token(&self))
            return self.why;
    if (self.depth > 0)
        return SK_ELEMENT_UNKNOWN_FORMULA;
    return self.indirect && self.far_strings ? SK_ELEMENT_ACTIVE_FORMULA : SK_ELEMENT_NONE;
}
