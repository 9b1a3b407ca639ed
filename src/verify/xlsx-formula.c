/* SPDX-License-Identifier: Apache-2.0
 * xlsx-formula.c - contract in xlsx-formula.h. The names of the productions are those of
 * docs/formats/formula.md. */
#include "verify/xlsx-formula.h"
#include "verify/chars.h"

#include <string.h>

#define BRACKETS_MAX 128u
#define WORD_MAX 255u
#define LINK_TEXT_MAX 2048u

typedef enum { GROUP, CALL } Bracket;
typedef enum { OTHER, OPENING, COMMA } Token;

typedef struct {
    const SkFormulaRules *rules;
    SkSpan in;
    size_t at;
    bool before; /* an operand; otherwise behind one */
    Token last;  /* what `)` before an operand looks back at */
    unsigned depth;
    uint8_t brackets[BRACKETS_MAX];
    bool indirect;    /* INDIRECT is called */
    bool far_strings; /* there is a string that INDIRECT may not see */
    SkElement why;
} Formula;

static const char *const errors[] = { "#NULL!",  "#DIV/0!",   "#VALUE!",  "#REF!",
                                      "#NAME?",  "#NUM!",     "#N/A",     "#GETTING_DATA",
                                      "#SPILL!", "#CALC!",    "#FIELD!",  "#BLOCKED!",
                                      "#BUSY!",  "#UNKNOWN!", "#CONNECT!" };

/* Only for the name of the refusal: what is not in the page's list is refused anyway. */
static const char *const macro_functions =
    "CALL REGISTER REGISTER.ID UNREGISTER EXEC EVALUATE RUN HALT GOTO RETURN FORMULA SET.NAME "
    "GET.WORKBOOK GET.CELL GET.DOCUMENT GET.WORKSPACE FOPEN FWRITE FWRITELN FREAD FCLOSE INITIATE "
    "EXECUTE POKE REQUEST TERMINATE SEND.KEYS ON.TIME ALERT FILE.DELETE DIRECTORY OPEN SAVE.AS";
static const char *const active_functions =
    "WEBSERVICE FILTERXML RTD IMAGE CUBEVALUE CUBEMEMBER CUBESET CUBESETCOUNT CUBERANKEDMEMBER "
    "CUBEKPIMEMBER CUBEMEMBERPROPERTY SQL.REQUEST STOCKHISTORY TRANSLATE DETECTLANGUAGE PY COPILOT "
    "IMPORTDATA INFO EUROCONVERT";

static bool
no(Formula *self, SkElement why)
{
    if (self->why == SK_ELEMENT_NONE)
        self->why = why;
    return false;
}

static int
peek(const Formula *self, size_t ahead)
{
    return ahead < self->in.n - self->at ? self->in.p[self->at + ahead] : -1;
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

static bool
is_digit(int c)
{
    return c >= '0' && c <= '9';
}

/* ---- characters --------------------------------------------------------------------------- */

static bool
is_wide(uint32_t c)
{
    if (c < 0xa1 || c == SK_CHAR_BAD || (c >= 0x2000 && c <= 0x206f) || c == 0x3000 || c == 0xfeff)
        return false;
    if (c < 0xff01 || c > 0xff5e)
        return true;
    return c == 0xff08 || c == 0xff09 || (c > 0xff0f && c < 0xff1a) || (c > 0xff20 && c < 0xff3b) ||
           c == 0xff3e || c == 0xff3f || (c > 0xff40 && c < 0xff5b);
}

static bool
is_other(uint32_t c)
{
    if (c < 0x80)
        return g_ascii_isalnum((int)c) || c == '_' || c == '$' || c == '.' || c == '?';
    return is_wide(c);
}

static bool
is_first(uint32_t c)
{
    return is_other(c) && !(c < 0x80 && (g_ascii_isdigit((int)c) || c == '.' || c == '?'));
}

/* The character at @at; U+0000 past the end, which is part of nothing. */
static uint32_t
char_at(SkSpan in, size_t at)
{
    return at < in.n ? sk_char_next(in, &at) : 0;
}

/* A word as long as it goes; empty where none begins. */
static SkSpan
take_word(Formula *self)
{
    size_t from = self->at;

    if (self->at == self->in.n || !is_first(char_at(self->in, self->at)))
        return SK_SPAN_EMPTY;
    while (self->at < self->in.n) {
        size_t at = self->at;
        if (!is_other(sk_char_next(self->in, &at)))
            break;
        self->at = at;
    }
    return sk_span_sub(self->in, from, self->at - from);
}

static void
skip_space(Formula *self)
{
    while (self->at < self->in.n && (self->in.p[self->at] == ' ' || self->in.p[self->at] == '\n' ||
                                     self->in.p[self->at] == '\r' || self->in.p[self->at] == '\t'))
        self->at++;
}

/* All of it UTF-8 without controls. */
static bool
has_good_characters(SkSpan s)
{
    for (size_t at = 0; at < s.n;) {
        if (s.p[at] >= 0x20 && s.p[at] < 0x80) {
            at++;
            continue;
        }
        uint32_t c = sk_char_next(s, &at);
        if (c == SK_CHAR_BAD || (c < 0x20 && c != '\t' && c != '\n' && c != '\r'))
            return false;
    }
    return true;
}

/* ---- constants ---------------------------------------------------------------------------- */

/* Strings that INDIRECT could take for a place elsewhere. */
static bool
is_far(SkSpan s)
{
    return memchr(s.p, '[', s.n) != NULL || memchr(s.p, '|', s.n) != NULL ||
           memchr(s.p, '\\', s.n) != NULL || sk_span_find(s, 0, sk_span_str(":/")) != SIZE_MAX;
}

static bool
take_number(Formula *self)
{
    size_t from = self->at;

    while (is_digit(peek(self, 0)))
        self->at++;
    bool whole = self->at > from;
    if (peek(self, 0) == '.' && (whole || is_digit(peek(self, 1)))) {
        self->at++;
        while (is_digit(peek(self, 0)))
            self->at++;
    }
    if (self->at == from)
        return false;
    if (peek(self, 0) == 'E' || peek(self, 0) == 'e') {
        size_t sign = peek(self, 1) == '+' || peek(self, 1) == '-' ? 2 : 1;
        if (is_digit(peek(self, sign))) {
            self->at += sign;
            while (is_digit(peek(self, 0)))
                self->at++;
        }
    }
    return !is_other(char_at(self->in, self->at)) || no(self, SK_ELEMENT_UNKNOWN_FORMULA);
}

/* From its opening quote to behind its closing one; @ret is what stands between, as written. */
static bool
take_string(Formula *self, SkSpan *ret)
{
    size_t from = self->at + 1;

    for (self->at = from; self->at < self->in.n; self->at++) {
        if (self->in.p[self->at] != '"')
            continue;
        if (peek(self, 1) != '"') {
            *ret = sk_span_sub(self->in, from, self->at - from);
            self->at++;
            return true;
        }
        self->at++;
    }
    return no(self, SK_ELEMENT_UNKNOWN_FORMULA);
}

static bool
take_error(Formula *self, bool *ret_reference)
{
    *ret_reference = take(self, "#REF!");
    for (unsigned i = 0; i < G_N_ELEMENTS(errors) && !*ret_reference; i++)
        if (take(self, errors[i]))
            return true;
    return *ret_reference || no(self, SK_ELEMENT_UNKNOWN_FORMULA);
}

static bool
take_constant(Formula *self)
{
    SkSpan string = SK_SPAN_EMPTY;
    bool reference = false;

    if (peek(self, 0) == '"') {
        bool whole = take_string(self, &string);
        self->far_strings = self->far_strings || (whole && is_far(string));
        return whole;
    }
    if (peek(self, 0) == '#')
        return take_error(self, &reference);
    bool sign = take(self, "+") || take(self, "-");
    if (is_digit(peek(self, 0)) || peek(self, 0) == '.')
        return take_number(self) || no(self, SK_ELEMENT_UNKNOWN_FORMULA);
    if (sign)
        return no(self, SK_ELEMENT_UNKNOWN_FORMULA);
    SkSpan word = take_word(self);
    return (word.n == 4 && g_ascii_strncasecmp((const char *)word.p, "TRUE", 4) == 0) ||
           (word.n == 5 && g_ascii_strncasecmp((const char *)word.p, "FALSE", 5) == 0) ||
           no(self, SK_ELEMENT_UNKNOWN_FORMULA);
}

static bool
take_array(Formula *self)
{
    do {
        self->at++; /* the brace or the separator */
        skip_space(self);
        if (!take_constant(self))
            return false;
        skip_space(self);
    } while (peek(self, 0) == ',' || peek(self, 0) == ';');
    return take(self, "}") || no(self, SK_ELEMENT_UNKNOWN_FORMULA);
}

/* ---- references --------------------------------------------------------------------------- */

static bool
is_sheet(const Formula *self, SkSpan name)
{
    g_autofree char *folded = g_ascii_strdown((const char *)name.p, (gssize)name.n);

    return g_hash_table_contains(self->rules->sheets, folded);
}

static size_t
after_prefix(SkSpan s, const char *prefix)
{
    size_t n = strlen(prefix);

    return s.n >= n && g_ascii_strncasecmp((const char *)s.p, prefix, n) == 0 ? n : 0;
}

/* A word that is no call: ws and `(` behind it would make it one. Nor a function by its name. */
static bool
take_plain_word(Formula *self)
{
    SkSpan word = take_word(self);
    size_t behind = self->at;

    if (word.n == 0 || word.n > WORD_MAX || after_prefix(word, "_xlfn.") > 0 ||
        after_prefix(word, "_xlws.") > 0 || after_prefix(word, "_xleta.") > 0)
        return no(self, SK_ELEMENT_UNKNOWN_FORMULA);
    skip_space(self);
    if (peek(self, 0) == '(')
        return no(self, SK_ELEMENT_UNKNOWN_FORMULA);
    self->at = behind;
    return true;
}

static void
take_digits(Formula *self)
{
    while (is_digit(peek(self, 0)))
        self->at++;
}

/* What stands directly behind `#REF!`, if it belongs to it. */
static bool
take_lost(Formula *self)
{
    if (is_digit(peek(self, 0)))
        take_digits(self);
    else if (is_first(char_at(self->in, self->at)))
        return take_plain_word(self);
    return true;
}

/* Directly behind a sheet's name and its `!`. */
static bool
take_in_sheet(Formula *self)
{
    if (is_digit(peek(self, 0))) {
        take_digits(self);
        return true;
    }
    return take(self, "#REF!") || take_plain_word(self);
}

/* 'Sheet 1'! or 'Sheet 1:Sheet 3'!, and what stands in it. */
static bool
take_quoted(Formula *self)
{
    char name[WORD_MAX * 4];
    size_t n = 0;

    for (self->at++;; self->at++) {
        int c = peek(self, 0);
        if (c < 0 || n == sizeof name)
            return no(self, SK_ELEMENT_UNKNOWN_FORMULA);
        if (c == '\'') {
            if (peek(self, 1) != '\'')
                break;
            self->at++;
        }
        name[n++] = (char)c;
    }
    self->at++;
    if (n == 0 || !take(self, "!"))
        return no(self, SK_ELEMENT_UNKNOWN_FORMULA);
    SkSpan whole = sk_span(name, n);
    size_t colon = sk_span_find(whole, 0, sk_span_str(":"));
    bool known = colon == SIZE_MAX
                     ? is_sheet(self, whole)
                     : is_sheet(self, sk_span_sub(whole, 0, colon)) &&
                           is_sheet(self, sk_span_sub(whole, colon + 1, n - colon - 1));
    return known ? take_in_sheet(self) : no(self, SK_ELEMENT_EXTERNAL_FORMULA);
}

/* `[…]` of a table's reference, with at most one more level inside. */
static bool
take_item(Formula *self)
{
    unsigned open = 0;

    do {
        int c = peek(self, 0);
        if (c < 0x20)
            return no(self, SK_ELEMENT_UNKNOWN_FORMULA);
        if (c == '|')
            return no(self, SK_ELEMENT_DDE_FIELD);
        if (c == '[' && ++open > 2)
            return no(self, SK_ELEMENT_UNKNOWN_FORMULA);
        if (c == ']')
            open--;
        if (strchr("\\!\"{}", c) != NULL)
            return no(self, SK_ELEMENT_UNKNOWN_FORMULA);
        self->at++;
        if (c == '\'') {
            size_t at = self->at;
            if (at == self->in.n || self->in.p[at] < 0x20 || self->in.p[at] == '|')
                return no(self, SK_ELEMENT_UNKNOWN_FORMULA);
            (void)sk_char_next(self->in, &at);
            self->at = at;
        }
    } while (open > 0);
    int c = peek(self, 0);
    return (!is_other(char_at(self->in, self->at)) && c != '!' && c != '\'' && c != '[') ||
           no(self, SK_ELEMENT_UNKNOWN_FORMULA);
}

/* ---- calls -------------------------------------------------------------------------------- */

/* The text of a string as a program reads it. */
static size_t
undouble(SkSpan s, char *ret, size_t size)
{
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++, n++) {
        if (n < size)
            ret[n] = (char)s.p[i];
        if (s.p[i] == '"')
            i++;
    }
    return n;
}

bool
sk_workbook_is_link(SkSpan s)
{
    size_t at = after_prefix(s, "http://");

    for (size_t i = 0; i < s.n;) {
        uint32_t c = sk_char_next(s, &i);
        if (c <= 0x20 || c == '\\' || c == '"' || (c >= 0x7f && c <= 0xa0))
            return false;
    }
    if (s.n > LINK_TEXT_MAX)
        return false;
    if (after_prefix(s, "mailto:") > 0)
        return s.n > strlen("mailto:");
    if (at == 0)
        at = after_prefix(s, "https://");
    size_t from = at;
    while (at < s.n && (g_ascii_isalnum(s.p[at]) || s.p[at] == '-' || s.p[at] == '.' ||
                        s.p[at] == '_' || s.p[at] >= 0x80))
        at++;
    if (from == 0 || at == from)
        return false;
    if (at < s.n && s.p[at] == ':') {
        for (from = ++at; at < s.n && g_ascii_isdigit(s.p[at]);)
            at++;
        if (at == from || at - from > 5)
            return false;
    }
    return at == s.n || s.p[at] == '/' || s.p[at] == '?' || s.p[at] == '#';
}

/* Behind `HYPERLINK(`: where it leads must be seen at once. Moves nothing. */
static bool
check_hyperlink(Formula *self)
{
    size_t opening = self->at;
    SkSpan string = SK_SPAN_EMPTY;
    char text[LINK_TEXT_MAX + 1];

    skip_space(self);
    if (peek(self, 0) != '"' || !take_string(self, &string))
        return no(self, SK_ELEMENT_UNSAFE_HYPERLINK);
    skip_space(self);
    int next = peek(self, 0);
    self->at = opening;
    size_t n = undouble(string, text, sizeof text);
    if (n > 0 && text[0] == '#')
        return true;
    if ((next != ',' && next != ')') || n > sizeof text || !sk_workbook_is_link(sk_span(text, n)))
        return no(self, SK_ELEMENT_UNSAFE_HYPERLINK);
    return self->rules->keep_links || no(self, SK_ELEMENT_HYPERLINK);
}

static bool
is_listed(const char *list, const char *name)
{
    const char *at = list;
    size_t n = strlen(name);

    /* Nothing is found everywhere, and is one step no further on. */
    while (n > 0 && (at = strstr(at, name)) != NULL) {
        if ((at == list || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0'))
            return true;
        at += n;
    }
    return false;
}

static bool
push(Formula *self, Bracket bracket)
{
    if (self->depth == BRACKETS_MAX)
        return no(self, SK_ELEMENT_UNKNOWN_FORMULA);
    self->brackets[self->depth++] = (uint8_t)bracket;
    self->before = true;
    self->last = OPENING;
    self->at++;
    return true;
}

static const char *
skip_word_prefix(const char *word, const char *prefix)
{
    return g_str_has_prefix(word, prefix) ? word + strlen(prefix) : word;
}

static bool
refuse_function(Formula *self, const char *bare)
{
    return no(self, is_listed(macro_functions, bare)    ? SK_ELEMENT_XLM_MACRO
                    : is_listed(active_functions, bare) ? SK_ELEMENT_ACTIVE_FORMULA
                                                        : SK_ELEMENT_UNKNOWN_FORMULA);
}

/* A word that is no call: with a prefix it hands a function over, to be called elsewhere. */
static bool
check_word(Formula *self, SkSpan word)
{
    if (word.p[0] != '_')
        return true;
    g_autofree char *name = g_ascii_strup((const char *)word.p, (gssize)word.n);
    const char *bare = skip_word_prefix(skip_word_prefix(name, "_XLFN."), "_XLWS.");
    bare = skip_word_prefix(bare, "_XLETA.");
    if (bare == name)
        return true;
    if (g_str_equal(bare, "HYPERLINK") || g_str_equal(bare, "INDIRECT"))
        return no(self, SK_ELEMENT_ACTIVE_FORMULA);
    return sk_workbook_is_function(bare) || refuse_function(self, bare);
}

static bool
open_call(Formula *self, SkSpan word)
{
    g_autofree char *name = g_ascii_strup((const char *)word.p, (gssize)word.n);
    const char *bare = skip_word_prefix(skip_word_prefix(name, "_XLFN."), "_XLWS.");

    if (!sk_workbook_is_function(bare) && !g_str_has_prefix(bare, "_XLPM."))
        return refuse_function(self, bare);
    if (!push(self, CALL))
        return false;
    self->indirect = self->indirect || strcmp(bare, "INDIRECT") == 0;
    return strcmp(bare, "HYPERLINK") != 0 || check_hyperlink(self);
}

/* ---- order -------------------------------------------------------------------------------- */

static bool
take_word_operand(Formula *self)
{
    SkSpan word = take_word(self);
    size_t behind = self->at;
    int next = peek(self, 0);

    if (word.n == 0 || word.n > WORD_MAX)
        return no(self, SK_ELEMENT_UNKNOWN_FORMULA);
    if (next == '!') {
        self->at++;
        return is_sheet(self, word) ? take_in_sheet(self) : no(self, SK_ELEMENT_EXTERNAL_FORMULA);
    }
    if (next == '[')
        return take_item(self);
    skip_space(self);
    if (peek(self, 0) == '(')
        return open_call(self, word);
    self->at = behind;
    return check_word(self, word);
}

/* Whatever an operand begins with; afterwards behind it, or before the next in the bracket that it
 * opened. */
static bool
take_operand(Formula *self)
{
    int c = peek(self, 0);
    SkSpan string = SK_SPAN_EMPTY;
    bool reference = false;

    if (c == '(')
        return push(self, GROUP);
    self->before = false;
    self->last = OTHER;
    if (c == '"') {
        if (!take_string(self, &string))
            return false;
        self->far_strings = self->far_strings || is_far(string);
        return true;
    }
    if (c == '#')
        return take_error(self, &reference) && (!reference || take_lost(self));
    if (is_digit(c) || c == '.')
        return take_number(self) || no(self, SK_ELEMENT_UNKNOWN_FORMULA);
    if (c == '{')
        return take_array(self);
    if (c == '\'')
        return take_quoted(self);
    if (c == '|')
        return no(self, SK_ELEMENT_DDE_FIELD);
    if (c == '[')
        return no(self, SK_ELEMENT_EXTERNAL_FORMULA);
    return take_word_operand(self);
}

static bool
step_before(Formula *self)
{
    int c = peek(self, 0);
    bool call = self->depth > 0 && self->brackets[self->depth - 1] == CALL;

    if (c == '+' || c == '-' || c == '@') {
        self->last = OTHER;
        self->at++;
        return true;
    }
    if (c == ',' && call && self->last != OTHER) {
        self->last = COMMA;
        self->at++;
        return true;
    }
    if (c == ')' && call && self->last != OTHER) {
        self->depth--;
        self->before = false;
        self->last = OTHER;
        self->at++;
        return true;
    }
    return take_operand(self);
}

static bool
step_behind(Formula *self, bool spaced)
{
    int c = peek(self, 0);

    self->last = c == ',' ? COMMA : OTHER;
    if (c == '%' || (c == '#' && !spaced)) {
        self->at++;
        return true;
    }
    if (c == ')') {
        if (self->depth == 0)
            return no(self, SK_ELEMENT_UNKNOWN_FORMULA);
        self->depth--;
        self->at++;
        return true;
    }
    if (c == '|')
        return no(self, SK_ELEMENT_DDE_FIELD);
    if (take(self, "<=") || take(self, ">=") || take(self, "<>") ||
        (strchr("+-*/^&=<>:,", c) != NULL && ++self->at > 0)) {
        self->before = true;
        return true;
    }
    return spaced ? take_operand(self) : no(self, SK_ELEMENT_UNKNOWN_FORMULA);
}

SkElement
sk_workbook_refuse_formula(const SkFormulaRules *rules, SkSpan s)
{
    Formula self = { .rules = rules, .in = s, .before = true, .why = SK_ELEMENT_NONE };

    if (s.n > SK_FORMULA_MAX || !has_good_characters(s))
        return SK_ELEMENT_UNKNOWN_FORMULA;
    for (;;) {
        size_t from = self.at;
        skip_space(&self);
        if (self.at == s.n)
            break;
        if (!(self.before ? step_before(&self) : step_behind(&self, self.at > from)))
            return self.why != SK_ELEMENT_NONE ? self.why : SK_ELEMENT_UNKNOWN_FORMULA;
    }
    if (self.before || self.depth > 0)
        return SK_ELEMENT_UNKNOWN_FORMULA;
    return self.indirect && self.far_strings ? SK_ELEMENT_EXTERNAL_FORMULA : SK_ELEMENT_NONE;
}

bool
sk_workbook_is_error(SkSpan s)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(errors); i++)
        if (sk_span_is(s, errors[i]))
            return true;
    return false;
}

bool
sk_workbook_is_name(SkSpan s)
{
    Formula self = { .in = s };

    return s.n <= WORD_MAX && has_good_characters(s) && take_word(&self).n == s.n && s.n > 0 &&
           memchr(s.p, '$', s.n) == NULL;
}
