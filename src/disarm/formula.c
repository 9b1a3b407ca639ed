/* SPDX-License-Identifier: Apache-2.0
 *
 * formula.c - contract in formula.h. One pass from left to right: the reader stands before or
 * behind an operand, and keeps a stack of brackets. The lists of bad functions only choose the word
 * under which a loss is reported.
 */
#include "disarm/formula.h"

#include "formula-functions.h"

#include <string.h>

#define BRACKETS_MAX 128u
#define WORD_MAX 255u

enum { GROUP = 0, CALL = 1 };

typedef struct {
    const SkFormulaBook *book;
    SkSpan s;
    size_t at;
    bool behind;   /* an operand */
    bool gap;      /* white space directly before the token at hand */
    bool fresh;    /* the token before was a call's `(` or a `,` */
    bool indirect; /* INDIRECT was called */
    bool outside;  /* a string could be an address that INDIRECT follows */
    unsigned links;
    unsigned depth;
    SkElement fault; /* why it goes */
    uint8_t stack[BRACKETS_MAX];
} Reader;

static const char *const errors[] = {
    "#NULL!",  "#DIV/0!",   "#VALUE!",       "#REF!",     "#NAME?",
    "#NUM!",   "#N/A",      "#GETTING_DATA", "#SPILL!",   "#CALC!",
    "#FIELD!", "#BLOCKED!", "#UNKNOWN!",     "#CONNECT!", "#BUSY!",
};

/* ---- characters ---------------------------------------------------------------------------- */

static uint8_t
peek(const Reader *r)
{
    return r->at < r->s.n ? r->s.p[r->at] : 0;
}

static uint8_t
peek_at(const Reader *r, size_t at)
{
    return at < r->s.n ? r->s.p[at] : 0;
}

static bool
fail(Reader *r, SkElement element)
{
    if (r->fault == SK_ELEMENT_NONE)
        r->fault = element;
    return false;
}

static bool
is_space(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
is_wide(gunichar c)
{
    bool full_width = (c >= 0xff01 && c <= 0xff0f && c != 0xff08 && c != 0xff09) ||
                      (c >= 0xff1a && c <= 0xff20) || (c >= 0xff3b && c <= 0xff3d) || c == 0xff40 ||
                      (c >= 0xff5b && c <= 0xff5e);
    return c >= 0xa1 && !(c >= 0x2000 && c <= 0x206f) && c != 0x3000 && c != 0xfeff && !full_width;
}

/* Bytes of the character of a word at @at; 0 where there is none. The text is valid UTF-8. */
static size_t
word_char(SkSpan s, size_t at, bool first)
{
    if (at >= s.n)
        return 0;
    uint8_t c = s.p[at];
    if (c < 0x80)
        return g_ascii_isalpha(c) || c == '_' || c == '$' ||
               (!first && (g_ascii_isdigit(c) || c == '.' || c == '?'));
    const char *p = (const char *)s.p + at;
    return is_wide(g_utf8_get_char(p)) ? (size_t)(g_utf8_next_char(p) - p) : 0;
}

static void
skip_space(Reader *r)
{
    size_t start = r->at;
    while (is_space(peek(r)))
        r->at++;
    r->gap = r->at > start;
}

/* ---- tokens -------------------------------------------------------------------------------- */

static SkSpan
take_word(Reader *r)
{
    size_t start = r->at;
    for (size_t n = word_char(r->s, r->at, true); n > 0; n = word_char(r->s, r->at, false))
        r->at += n;
    return sk_span_sub(r->s, start, r->at - start);
}

static size_t
skip_digits(Reader *r)
{
    size_t start = r->at;
    while (g_ascii_isdigit(peek(r)))
        r->at++;
    return r->at - start;
}

static bool
take_number(Reader *r)
{
    size_t whole = skip_digits(r);
    size_t fraction = 0;

    if (peek(r) == '.') {
        r->at++;
        fraction = skip_digits(r);
    }
    if (whole + fraction == 0)
        return fail(r, SK_ELEMENT_UNKNOWN_FORMULA);
    uint8_t sign = peek_at(r, r->at + 1);
    size_t digits = r->at + 1 + (sign == '+' || sign == '-');
    if ((peek(r) == 'E' || peek(r) == 'e') && g_ascii_isdigit(peek_at(r, digits))) {
        r->at = digits;
        (void)skip_digits(r);
    }
    return word_char(r->s, r->at, false) == 0 || fail(r, SK_ELEMENT_UNKNOWN_FORMULA);
}

static bool
is_outside(SkSpan text)
{
    return memchr(text.p, '[', text.n) != NULL || memchr(text.p, '|', text.n) != NULL ||
           memchr(text.p, '\\', text.n) != NULL ||
           sk_span_find(text, 0, sk_span_str(":/")) != SIZE_MAX;
}

/* @ret: what is between the outer quotes, with doubled ones as they stand. */
static bool
take_quoted(Reader *r, uint8_t quote, SkSpan *ret)
{
    size_t start = ++r->at;

    for (; r->at < r->s.n; r->at++) {
        if (peek(r) != quote)
            continue;
        if (peek_at(r, r->at + 1) != quote) {
            *ret = sk_span_sub(r->s, start, r->at - start);
            r->at++;
            return true;
        }
        r->at++;
    }
    return fail(r, SK_ELEMENT_UNKNOWN_FORMULA);
}

static bool
take_string(Reader *r, SkSpan *ret)
{
    if (!take_quoted(r, '"', ret))
        return false;
    r->outside = r->outside || (ret->n > 0 && is_outside(*ret));
    return true;
}

static size_t
error_at(SkSpan s, size_t at)
{
    SkSpan rest = sk_span_sub(s, at, s.n - at);
    for (size_t i = 0; i < G_N_ELEMENTS(errors); i++) {
        if (sk_span_starts(rest, errors[i]))
            return strlen(errors[i]);
    }
    return 0;
}

bool
sk_formula_is_error(SkSpan s)
{
    return s.n > 0 && error_at(s, 0) == s.n;
}

/* A prefix under which Excel keeps functions: none is a name, of whatever sheet. */
static bool
is_reserved(SkSpan word)
{
    static const char *const prefixes[] = { "_xlfn.", "_xlws.", "_xleta." };

    for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        size_t n = strlen(prefixes[i]);
        if (word.n >= n && g_ascii_strncasecmp((const char *)word.p, prefixes[i], n) == 0)
            return true;
    }
    return false;
}

/* ws may stand between a word and the `(` that makes it a call. */
static bool
is_before_call(const Reader *r)
{
    size_t at = r->at;

    while (is_space(peek_at(r, at)))
        at++;
    return peek_at(r, at) == '(';
}

static bool
take_error(Reader *r)
{
    size_t n = error_at(r->s, r->at);
    bool is_ref = n > 0 && sk_span_is(sk_span_sub(r->s, r->at, n), "#REF!");

    r->at += n;
    if (n == 0)
        return fail(r, SK_ELEMENT_UNKNOWN_FORMULA);
    if (is_ref && g_ascii_isdigit(peek(r))) {
        (void)skip_digits(r);
    } else if (is_ref) {
        SkSpan word = take_word(r);
        if (is_reserved(word) || (word.n > 0 && is_before_call(r)))
            return fail(r, SK_ELEMENT_UNKNOWN_FORMULA);
    }
    if (word_char(r->s, r->at, false) > 0 ||
        (is_ref && (peek(r) == '(' || peek(r) == '[' || peek(r) == '!')))
        return fail(r, SK_ELEMENT_UNKNOWN_FORMULA);
    return true;
}

static bool
take_constant(Reader *r)
{
    SkSpan text = SK_SPAN_EMPTY;
    uint8_t c = peek(r);

    if (c == '+' || c == '-') {
        r->at++;
        return take_number(r);
    }
    if (c == '"')
        return take_string(r, &text);
    if (c == '#') {
        size_t n = error_at(r->s, r->at);
        r->at += n;
        return n > 0 || fail(r, SK_ELEMENT_UNKNOWN_FORMULA);
    }
    if (g_ascii_isdigit(c) || c == '.')
        return take_number(r);
    SkSpan word = take_word(r);
    bool is_truth = (word.n == 4 && g_ascii_strncasecmp((const char *)word.p, "TRUE", 4) == 0) ||
                    (word.n == 5 && g_ascii_strncasecmp((const char *)word.p, "FALSE", 5) == 0);
    return is_truth || fail(r, SK_ELEMENT_UNKNOWN_FORMULA);
}

static bool
take_array(Reader *r)
{
    do {
        r->at++;
        skip_space(r);
        if (!take_constant(r))
            return false;
        skip_space(r);
    } while (peek(r) == ',' || peek(r) == ';');
    if (peek(r) != '}')
        return fail(r, SK_ELEMENT_UNKNOWN_FORMULA);
    r->at++;
    return true;
}

/* [...] behind the name of a table. */
static bool
take_item(Reader *r)
{
    unsigned open = 0;

    do {
        uint8_t c = peek(r);
        size_t n = 1;
        if (c == '[')
            open++;
        else if (c == ']')
            open--;
        else if (c == '\'')
            n = 2;
        else if (c < 0x20 || strchr("|\\!\"{}", c) != NULL)
            return fail(r, c == '|' ? SK_ELEMENT_DDE_FIELD : SK_ELEMENT_EXTERNAL_FORMULA);
        if (n == 2 && peek_at(r, r->at + 1) == '|')
            return fail(r, SK_ELEMENT_DDE_FIELD);
        if (open > 2 || n > r->s.n - r->at || (n == 2 && r->s.p[r->at + 1] < 0x20))
            return fail(r, SK_ELEMENT_UNKNOWN_FORMULA);
        r->at += n;
    } while (open > 0);
    uint8_t next = peek(r);
    if (word_char(r->s, r->at, false) > 0 || next == '!' || next == '\'' || next == '[')
        return fail(r, SK_ELEMENT_EXTERNAL_FORMULA);
    return true;
}

/* ---- sheets -------------------------------------------------------------------------------- */

static bool
is_sheet(const Reader *r, SkSpan name)
{
    return name.n > 0 && r->book->is_sheet(r->book->user, name);
}

/* What stands directly behind `SHEET!`. */
static bool
take_place(Reader *r)
{
    if (g_ascii_isdigit(peek(r))) {
        (void)skip_digits(r);
    } else if (peek(r) == '#') {
        size_t n = error_at(r->s, r->at);
        if (n == 0 || !sk_span_is(sk_span_sub(r->s, r->at, n), "#REF!"))
            return fail(r, SK_ELEMENT_UNKNOWN_FORMULA);
        r->at += n;
    } else {
        SkSpan word = take_word(r);
        if (word.n == 0 || word.n > WORD_MAX || is_reserved(word) || is_before_call(r))
            return fail(r, SK_ELEMENT_UNKNOWN_FORMULA);
        if (r->book->is_lost != NULL && r->book->is_lost(r->book->user, word))
            return fail(r, SK_ELEMENT_UNKNOWN_FORMULA);
    }
    uint8_t next = peek(r);
    if (next == '(' || next == '!' || next == '[' || next == '\'' || next == '"' ||
        word_char(r->s, r->at, false) > 0)
        return fail(r, SK_ELEMENT_UNKNOWN_FORMULA);
    return true;
}

static bool
take_quoted_sheet(Reader *r)
{
    SkSpan raw = SK_SPAN_EMPTY;
    char name[2 * WORD_MAX];
    size_t n = 0, colon = SIZE_MAX;

    if (!take_quoted(r, '\'', &raw))
        return false;
    if (peek(r) != '!' || raw.n == 0)
        return fail(r, peek(r) == '|' ? SK_ELEMENT_DDE_FIELD : SK_ELEMENT_UNKNOWN_FORMULA);
    r->at++;
    for (size_t i = 0; i < raw.n && n < sizeof name; i++, n++) {
        name[n] = (char)raw.p[i];
        i += raw.p[i] == '\'';
        if (name[n] == ':')
            colon = n;
    }
    SkSpan whole = sk_span(name, n);
    bool known = colon == SIZE_MAX ? is_sheet(r, whole)
                                   : is_sheet(r, sk_span_sub(whole, 0, colon)) &&
                                         is_sheet(r, sk_span_sub(whole, colon + 1, n - colon - 1));
    if (n >= sizeof name || !known)
        return fail(r, SK_ELEMENT_EXTERNAL_FORMULA);
    return take_place(r);
}

/* ---- functions ----------------------------------------------------------------------------- */

/* Behind `HYPERLINK(`: looks ahead at the first argument. */
static bool
check_hyperlink(Reader *r)
{
    Reader ahead = *r;
    SkSpan text = SK_SPAN_EMPTY;

    skip_space(&ahead);
    if (peek(&ahead) != '"' || !take_quoted(&ahead, '"', &text))
        return fail(r, SK_ELEMENT_UNSAFE_HYPERLINK);
    if (text.n > 0 && text.p[0] == '#')
        return true;
    skip_space(&ahead);
    if ((peek(&ahead) != ',' && peek(&ahead) != ')') || !sk_formula_is_link(text))
        return fail(r, SK_ELEMENT_UNSAFE_HYPERLINK);
    if (!r->book->links)
        return fail(r, SK_ELEMENT_HYPERLINK);
    r->links++;
    return true;
}

static bool
push(Reader *r, uint8_t kind)
{
    if (r->depth >= BRACKETS_MAX)
        return fail(r, SK_ELEMENT_UNKNOWN_FORMULA);
    r->stack[r->depth++] = kind;
    r->behind = false;
    r->fresh = kind == CALL;
    return true;
}

/* @word in upper case, into @ret; where in it the name begins behind the prefixes of new Excels. */
static const char *
bare_name(SkSpan word, char ret[WORD_MAX + 1])
{
    const char *at = ret;

    for (size_t i = 0; i < word.n; i++)
        ret[i] = g_ascii_toupper((char)word.p[i]);
    ret[word.n] = '\0';
    at += g_str_has_prefix(at, "_XLFN.") ? 6 : 0;
    at += g_str_has_prefix(at, "_XLWS.") ? 6 : 0;
    return at;
}

/* The cursor is behind the `(`. */
static bool
open_call(Reader *r, SkSpan word)
{
    char name[WORD_MAX + 1];
    const char *at = bare_name(word, name);

    if (!g_str_has_prefix(at, "_XLPM.") &&
        !sk_formula_is_listed(at, sk_formula_functions, sk_formula_functions_count))
        return fail(r, sk_formula_element(at));
    if (strcmp(at, "HYPERLINK") == 0 && !check_hyperlink(r))
        return false;
    r->indirect = r->indirect || strcmp(at, "INDIRECT") == 0;
    return push(r, CALL);
}

/* A function that is handed over by its name (`_xleta.SUM`) is called by another, with what nobody
 * sees here: it is of the list, and none whose argument matters. */
static bool
check_handed_over(Reader *r, SkSpan word)
{
    char name[WORD_MAX + 1];
    const char *at = bare_name(word, name);
    bool eta = g_str_has_prefix(at, "_XLETA.");

    if (at == name && !eta)
        return true;
    at += eta ? 7 : 0;
    if (strcmp(at, "HYPERLINK") == 0 || strcmp(at, "INDIRECT") == 0)
        return fail(r, SK_ELEMENT_ACTIVE_FORMULA);
    return sk_formula_is_listed(at, sk_formula_functions, sk_formula_functions_count) ||
           fail(r, sk_formula_element(at));
}

/* ---- operands ------------------------------------------------------------------------------ */

static bool
take_named(Reader *r)
{
    SkSpan word = take_word(r);

    if (word.n == 0 || word.n > WORD_MAX)
        return fail(r, SK_ELEMENT_UNKNOWN_FORMULA);
    r->behind = true;
    if (peek(r) == '!') {
        r->at++;
        return is_sheet(r, word) ? take_place(r) : fail(r, SK_ELEMENT_EXTERNAL_FORMULA);
    }
    if (peek(r) == '[')
        return take_item(r);
    size_t at = r->at;
    while (is_space(peek_at(r, at)))
        at++;
    if (peek_at(r, at) == '(') {
        r->at = at + 1;
        return open_call(r, word);
    }
    if (r->book->is_lost != NULL && r->book->is_lost(r->book->user, word))
        return fail(r, SK_ELEMENT_UNKNOWN_FORMULA);
    return check_handed_over(r, word);
}

/* Why nothing can begin with this character. */
static SkElement
element_of_char(uint8_t c)
{
    return c == '|'                            ? SK_ELEMENT_DDE_FIELD
           : c == '[' || c == '\\' || c == '!' ? SK_ELEMENT_EXTERNAL_FORMULA
                                               : SK_ELEMENT_UNKNOWN_FORMULA;
}

static bool
take_operand(Reader *r)
{
    SkSpan text = SK_SPAN_EMPTY;
    uint8_t c = peek(r);

    r->behind = true;
    if (c == '"')
        return take_string(r, &text);
    if (c == '\'')
        return take_quoted_sheet(r);
    if (c == '#')
        return take_error(r);
    if (c == '{')
        return take_array(r);
    if (g_ascii_isdigit(c) || c == '.')
        return take_number(r);
    if (c == '(') {
        r->at++;
        return push(r, GROUP);
    }
    if (word_char(r->s, r->at, true) > 0)
        return take_named(r);
    return fail(r, element_of_char(c));
}

static bool
is_in_call(const Reader *r)
{
    return r->depth > 0 && r->stack[r->depth - 1] == CALL;
}

static bool
close_bracket(Reader *r)
{
    if (r->depth == 0)
        return fail(r, SK_ELEMENT_UNKNOWN_FORMULA);
    r->depth--;
    r->at++;
    r->behind = true;
    return true;
}

static bool
step_before(Reader *r)
{
    uint8_t c = peek(r);
    bool fresh = r->fresh;

    r->fresh = false;
    if (c == '+' || c == '-' || c == '@') {
        r->at++;
        return true;
    }
    if (c == ',' && fresh && is_in_call(r)) {
        r->at++;
        r->fresh = true;
        return true;
    }
    if (c == ')' && fresh && is_in_call(r))
        return close_bracket(r);
    return take_operand(r);
}

static bool
step_behind(Reader *r)
{
    uint8_t c = peek(r);

    r->fresh = false;
    if (c == ')')
        return close_bracket(r);
    if (c == '%' || (c == '#' && !r->gap)) {
        r->at++;
        return true;
    }
    if (c == ',') {
        r->at++;
        r->behind = false;
        r->fresh = is_in_call(r);
        return true;
    }
    if (strchr("+-*/^&=<>:", c) != NULL) {
        uint8_t next = peek_at(r, r->at + 1);
        r->at += (c == '<' && (next == '=' || next == '>')) || (c == '>' && next == '=') ? 2 : 1;
        r->behind = false;
        return true;
    }
    return r->gap ? take_operand(r) : fail(r, element_of_char(c));
}

/* ---- all ----------------------------------------------------------------------------------- */

static bool
is_text(SkSpan s)
{
    bool wide = false;

    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < 0x20 && !is_space(s.p[i]))
            return false;
        wide = wide || s.p[i] >= 0x80;
    }
    return !wide || g_utf8_validate_len((const char *)s.p, s.n, NULL);
}

/* Not cleared as a whole: there is room for the deepest formula, and workbooks have
 * millions. */
static void
begin(Reader *r, const SkFormulaBook *book, SkSpan text)
{
    r->book = book;
    r->s = text;
    r->at = 0;
    r->behind = r->fresh = r->indirect = r->outside = false;
    r->links = r->depth = 0;
    r->fault = SK_ELEMENT_NONE;
}

SkElement
sk_formula(const SkFormulaBook *book, SkSpan text, unsigned *ret_links)
{
    Reader r;

    begin(&r, book, text);
    *ret_links = 0;
    if (text.n == 0 || text.n > SK_FORMULA_MAX || !is_text(text))
        return SK_ELEMENT_UNKNOWN_FORMULA;
    for (skip_space(&r); r.at < text.n; skip_space(&r)) {
        if (!(r.behind ? step_behind(&r) : step_before(&r)))
            return r.fault;
    }
    if (!r.behind || r.depth > 0)
        return SK_ELEMENT_UNKNOWN_FORMULA;
    if (r.indirect && r.outside)
        return SK_ELEMENT_EXTERNAL_FORMULA;
    *ret_links = r.links;
    return SK_ELEMENT_NONE;
}

/* ---- names --------------------------------------------------------------------------------- */

bool
sk_formula_is_name(SkSpan name)
{
    size_t at = 0;

    if (name.n == 0 || name.n > WORD_MAX || memchr(name.p, '$', name.n) != NULL || !is_text(name))
        return false;
    for (size_t n = word_char(name, 0, true); n > 0; n = word_char(name, at, false))
        at += n;
    return at == name.n && !sk_formula_starts_macro(name);
}
