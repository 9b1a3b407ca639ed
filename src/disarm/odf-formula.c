/* SPDX-License-Identifier: Apache-2.0
 *
 * odf-formula.c - contract in odf-names.h: formulas and conditions of OpenDocument files, token by
 * token. Nothing is searched for: what is not a token of the grammar ends the formula.
 */
#include "disarm/odf-names.h"

#include "disarm/formula.h"

#include <string.h>

#define BRACKETS_MAX 128u
#define NAME_MAX_BYTES 255u

typedef struct {
    SkSpan s;
    size_t at;
    bool condition;
    bool links;
    bool indirect;      /* it calls INDIRECT */
    bool suspicious;    /* a string that INDIRECT could take for an address */
    unsigned hyperlink; /* 1: HYPERLINK was read; 2: so was its bracket */
    unsigned depth;
    uint8_t stack[BRACKETS_MAX];
    SkOdfFormula found;
} Lexer;

/* ---- functions --------------------------------------------------------------------------------
 */

/* Functions that name what a formula may not do. */
static const struct {
    const char *name;
    SkElement element;
} barred[] = {
    { "DDE", SK_ELEMENT_DDE_FIELD },
    { "WEBSERVICE", SK_ELEMENT_ACTIVE_FORMULA },
    { "FILTERXML", SK_ELEMENT_ACTIVE_FORMULA },
    { "CALL", SK_ELEMENT_ACTIVE_FORMULA },
    { "REGISTER", SK_ELEMENT_ACTIVE_FORMULA },
    { "RTD", SK_ELEMENT_ACTIVE_FORMULA },
    { "EXEC", SK_ELEMENT_ACTIVE_FORMULA },
};

static const char *const conditions[] = {
    "ABOVE-AVERAGE",
    "ABOVE-EQUAL-AVERAGE",
    "BEGINS-WITH",
    "BELOW-AVERAGE",
    "BELOW-EQUAL-AVERAGE",
    "BETWEEN",
    "BOTTOM-ELEMENTS",
    "BOTTOM-PERCENT",
    "CELL-CONTENT",
    "CELL-CONTENT-IS-BETWEEN",
    "CELL-CONTENT-IS-DATE",
    "CELL-CONTENT-IS-DECIMAL-NUMBER",
    "CELL-CONTENT-IS-IN-LIST",
    "CELL-CONTENT-IS-NOT-BETWEEN",
    "CELL-CONTENT-IS-TEXT",
    "CELL-CONTENT-IS-TIME",
    "CELL-CONTENT-IS-WHOLE-NUMBER",
    "CELL-CONTENT-TEXT-LENGTH",
    "CELL-CONTENT-TEXT-LENGTH-IS-BETWEEN",
    "CELL-CONTENT-TEXT-LENGTH-IS-NOT-BETWEEN",
    "CONTAINS-TEXT",
    "DUPLICATE",
    "ENDNOTE",
    "ENDS-WITH",
    "FOOTER",
    "FOOTNOTE",
    "FORMULA-IS",
    "HEADER",
    "IS-ERROR",
    "IS-NO-ERROR",
    "IS-TRUE-FORMULA",
    "LIST-LEVEL",
    "NOT-BETWEEN",
    "NOT-CONTAINS-TEXT",
    "OUTLINE-LEVEL",
    "PAGE",
    "SECTION",
    "TABLE",
    "TABLE-HEADER",
    "TEXT-BOX",
    "TOP-ELEMENTS",
    "TOP-PERCENT",
    "UNIQUE",
    "VALUE",
};

static const char *
strip_prefix(const char *name)
{
    static const char *const prefixes[] = {
        "COM.MICROSOFT.",
        "COM.SUN.STAR.SHEET.ADDIN.ANALYSIS.GET",
        "COM.SUN.STAR.SHEET.ADDIN.DATEFUNCTIONS.GET",
        "LEGACY.",
        "ORG.LIBREOFFICE.",
        "ORG.OPENOFFICE.",
    };

    for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        if (g_str_has_prefix(name, prefixes[i]))
            return name + strlen(prefixes[i]);
    }
    return name;
}

static bool
lose(Lexer *self, SkElement element)
{
    self->found.lost = element;
    return false;
}

static bool
take_call(Lexer *self, SkSpan name)
{
    char upper[NAME_MAX_BYTES + 1];

    for (size_t i = 0; i < name.n; i++)
        upper[i] = g_ascii_toupper((char)name.p[i]);
    upper[name.n] = '\0';
    if (self->condition && sk_formula_is_listed(upper, conditions, G_N_ELEMENTS(conditions)))
        return true;
    const char *function = strip_prefix(upper);
    self->hyperlink = strcmp(upper, "HYPERLINK") == 0;
    self->indirect = self->indirect || strcmp(function, "INDIRECT") == 0;
    if (self->hyperlink > 0)
        return true;
    if (strcmp(function, "HYPERLINK") != 0 &&
        sk_formula_is_listed(function, sk_odf_functions, sk_odf_functions_n))
        return true;
    for (size_t i = 0; i < G_N_ELEMENTS(barred); i++) {
        if (strcmp(function, barred[i].name) == 0)
            return lose(self, barred[i].element);
    }
    return lose(self, SK_ELEMENT_UNKNOWN_FORMULA);
}

/* ---- tokens -----------------------------------------------------------------------------------
 */

static void
skip_spaces(Lexer *self)
{
    while (self->at < self->s.n && self->s.p[self->at] == ' ')
        self->at++;
}

static size_t
first_at(const Lexer *self, size_t at)
{
    if (at >= self->s.n)
        return 0;
    uint8_t c = self->s.p[at];
    if (g_ascii_isalpha(c) || c == '_')
        return 1;
    return sk_odf_wide(self->s, at);
}

static bool
take_name(Lexer *self)
{
    size_t start = self->at;
    size_t n;

    while (self->at < self->s.n) {
        uint8_t c = self->s.p[self->at];
        bool sign = g_ascii_isdigit(c) || c == '.' || (c == '-' && self->condition);
        n = sign ? 1 : first_at(self, self->at);
        if (n == 0)
            break;
        self->at += n;
    }
    SkSpan name = sk_span_sub(self->s, start, self->at - start);
    if (name.n > NAME_MAX_BYTES)
        return lose(self, SK_ELEMENT_UNKNOWN_FORMULA);
    skip_spaces(self);
    if (self->at < self->s.n && self->s.p[self->at] == '(')
        return take_call(self, name);
    return true;
}

static bool
take_number(Lexer *self)
{
    SkSpan s = self->s;
    size_t at = self->at;
    size_t digits = 0;

    for (; at < s.n && g_ascii_isdigit(s.p[at]); at++)
        digits++;
    if (at < s.n && s.p[at] == '.') {
        for (at++; at < s.n && g_ascii_isdigit(s.p[at]); at++)
            digits++;
    }
    if (digits > 0 && at < s.n && (s.p[at] == 'e' || s.p[at] == 'E')) {
        size_t sign = at + 1 < s.n && (s.p[at + 1] == '+' || s.p[at + 1] == '-') ? 1 : 0;
        size_t end = at + 1 + sign;
        while (end < s.n && g_ascii_isdigit(s.p[end]))
            end++;
        at = end > at + 1 + sign ? end : at;
    }
    self->at = at;
    if (digits == 0 || first_at(self, at) > 0)
        return lose(self, SK_ELEMENT_UNKNOWN_FORMULA);
    return true;
}

/* What the string says, or NULL where it does not end. */
static char *
read_string(Lexer *self)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (size_t at = self->at + 1; at < self->s.n; at++) {
        uint8_t c = self->s.p[at];
        bool c1 = c == 0xc2 && at + 1 < self->s.n && self->s.p[at + 1] < 0xa0;
        if (c < 0x20 || c == 0x7f || c1)
            return NULL;
        if (c == '"' && at + 1 < self->s.n && self->s.p[at + 1] == '"') {
            at++;
        } else if (c == '"') {
            self->at = at + 1;
            return g_string_free(g_steal_pointer(&text), FALSE);
        }
        g_string_append_c(text, (char)c);
    }
    return NULL;
}

static bool
take_address(Lexer *self, const char *text)
{
    bool link = sk_formula_is_link(sk_span_str(text));

    skip_spaces(self);
    bool whole = self->at < self->s.n && (self->s.p[self->at] == ';' || self->s.p[self->at] == ')');
    if (whole && sk_odf_is_target(sk_span_str(text)))
        return true;
    if (!whole || !link)
        return lose(self, SK_ELEMENT_UNSAFE_HYPERLINK);
    self->found.linked = true;
    return self->links || lose(self, SK_ELEMENT_HYPERLINK);
}

static bool
take_string(Lexer *self, bool is_address)
{
    g_autofree char *text = read_string(self);

    if (text == NULL)
        return lose(self, SK_ELEMENT_UNKNOWN_FORMULA);
    self->suspicious =
        self->suspicious || strpbrk(text, "[|\\#") != NULL || strstr(text, ":/") != NULL;
    return !is_address || take_address(self, text);
}

static bool
take_reference(Lexer *self)
{
    size_t end = sk_span_find(self->s, self->at, sk_span_str("]"));
    size_t start = self->at + 1;

    if (end == SIZE_MAX)
        return lose(self, SK_ELEMENT_UNKNOWN_FORMULA);
    SkSpan inside = sk_span_sub(self->s, start, end - start);
    self->at = end + 1;
    if (sk_odf_range(inside, true))
        return true;
    bool elsewhere = sk_span_find(inside, 0, sk_span_str("'#")) != SIZE_MAX ||
                     sk_span_find(inside, 0, sk_span_str(":/")) != SIZE_MAX;
    return lose(self, elsewhere ? SK_ELEMENT_EXTERNAL_FORMULA : SK_ELEMENT_UNKNOWN_FORMULA);
}

static bool
take_error(Lexer *self)
{
    static const char *const errors[] = { "#REF!",  "#N/A",  "#DIV/0!", "#VALUE!",
                                          "#NAME?", "#NUM!", "#NULL!" };
    SkSpan rest = sk_span_sub(self->s, self->at, self->s.n - self->at);

    for (size_t i = 0; i < G_N_ELEMENTS(errors); i++) {
        if (!sk_span_starts(rest, errors[i]))
            continue;
        self->at += strlen(errors[i]);
        return true;
    }
    return lose(self, SK_ELEMENT_EXTERNAL_FORMULA);
}

static bool
take_bracket(Lexer *self, uint8_t c)
{
    bool opens = c == '(' || c == '{';
    uint8_t partner = c == ')' ? '(' : '{';

    self->at++;
    if (opens && self->depth < BRACKETS_MAX) {
        self->stack[self->depth++] = c;
        return true;
    }
    if (opens || self->depth == 0 || self->stack[self->depth - 1] != partner)
        return lose(self, SK_ELEMENT_UNKNOWN_FORMULA);
    self->depth--;
    return true;
}

static bool
take_sign(Lexer *self, uint8_t c)
{
    self->at++;
    if (c == '|')
        return lose(self, SK_ELEMENT_DDE_FIELD);
    if (c != '\0' && strchr(" ;+-*/^&=<>!~:%,", c) != NULL)
        return true;
    return lose(self, SK_ELEMENT_UNKNOWN_FORMULA);
}

/* TRUE or FALSE, as a whole. */
static bool
take_truth(Lexer *self)
{
    static const char *const truths[] = { "TRUE", "FALSE" };
    SkSpan rest = sk_span_sub(self->s, self->at, self->s.n - self->at);

    for (size_t i = 0; i < G_N_ELEMENTS(truths); i++) {
        size_t n = strlen(truths[i]);
        if (rest.n <= n || g_ascii_strncasecmp((const char *)rest.p, truths[i], n) != 0 ||
            rest.p[n] == '\0' || strchr(" ;|}", rest.p[n]) == NULL)
            continue;
        self->at += n;
        return true;
    }
    return lose(self, SK_ELEMENT_UNKNOWN_FORMULA);
}

/* In an array stand constants: a name before its `|` would be a program to other readers. */
static bool
take_constant(Lexer *self, uint8_t c)
{
    if (g_ascii_isdigit(c) || c == '.')
        return take_number(self);
    if (c == '"')
        return take_string(self, false);
    if (c == '#')
        return take_error(self);
    if (c == '}')
        return take_bracket(self, c);
    if (c == '\0' || strchr(" ;|+-", c) == NULL)
        return take_truth(self);
    self->at++;
    return true;
}

static bool
take_token(Lexer *self)
{
    uint8_t c = self->s.p[self->at];

    /* HYPERLINK, its bracket, perhaps spaces; then the address must stand there as it is. */
    if (self->hyperlink == 2 && c != ' ') {
        self->hyperlink = 0;
        return c == '"' ? take_string(self, true) : lose(self, SK_ELEMENT_UNSAFE_HYPERLINK);
    }
    if (self->hyperlink == 1)
        self->hyperlink = 2; /* take_name has seen the bracket */
    if (self->depth > 0 && self->stack[self->depth - 1] == '{')
        return take_constant(self, c);
    if (first_at(self, self->at) > 0)
        return take_name(self);
    if (g_ascii_isdigit(c) || c == '.')
        return take_number(self);
    switch (c) {
    case '"':
        return take_string(self, false);
    case '[':
        return take_reference(self);
    case '#':
        return take_error(self);
    case '(':
    case ')':
    case '{':
    case '}':
        return take_bracket(self, c);
    default:
        return take_sign(self, c);
    }
}

SkOdfFormula
sk_odf_formula(SkSpan tokens, bool condition, bool links)
{
    Lexer self = { .s = tokens, .condition = condition, .links = links };

    if (tokens.n == 0 || tokens.n > SK_ODF_FORMULA_MAX) {
        lose(&self, SK_ELEMENT_UNKNOWN_FORMULA);
        return self.found;
    }
    while (self.at < tokens.n && take_token(&self))
        continue;
    if (self.found.lost == SK_ELEMENT_NONE && (self.depth > 0 || self.hyperlink > 0))
        lose(&self, SK_ELEMENT_UNKNOWN_FORMULA);
    if (self.found.lost == SK_ELEMENT_NONE && self.indirect && self.suspicious)
        lose(&self, SK_ELEMENT_EXTERNAL_FORMULA);
    return self.found;
}
