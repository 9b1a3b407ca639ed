/* SPDX-License-Identifier: Apache-2.0
 * svg-value.c - the one spelling of values in SVG. Contract in svg-tree.h. */
#include "disarm/svg-tree.h"

#include <string.h>

#define WHOLE_MAX 9
#define PARTS_MAX 9
#define WORD_MAX 64u
#define DIGITS_MAX 400u /* of a number, as it came */

typedef struct {
    const char *p, *end;
} Text;

static int
peek(const Text *t)
{
    return t->p < t->end ? (unsigned char)*t->p : -1;
}

static bool
skip_space(Text *t)
{
    const char *from = t->p;

    while (t->p < t->end && g_ascii_isspace(*t->p))
        t->p++;
    return t->p > from;
}

/* White space and at most one comma. */
static void
skip_comma(Text *t)
{
    skip_space(t);
    if (peek(t) == ',') {
        t->p++;
        skip_space(t);
    }
}

static bool
take(Text *t, char c)
{
    if (peek(t) != (unsigned char)c)
        return false;
    t->p++;
    return true;
}

static bool
at_end(Text *t)
{
    skip_space(t);
    return t->p == t->end;
}

/* ---- numbers -------------------------------------------------------------------------------- */

typedef struct {
    char digits[DIGITS_MAX];
    int n, point; /* digits; how many of them stand before the point */
    bool minus;
} Number;

static void
append_digit(Number *number, char c)
{
    if (number->n == 0 && c == '0') { /* leading zeros move the point only */
        number->point--;
        return;
    }
    if (number->n < (int)DIGITS_MAX)
        number->digits[number->n++] = c;
}

static bool
scan_digits(Text *t, Number *number, bool before_point)
{
    const char *from = t->p;

    for (; t->p < t->end && g_ascii_isdigit(*t->p); t->p++) {
        if (before_point)
            number->point++;
        append_digit(number, *t->p);
    }
    return t->p > from;
}

static void
scan_exponent(Text *t, Number *number)
{
    Text ahead = *t;
    int exponent = 0;

    if (!take(&ahead, 'e') && !take(&ahead, 'E'))
        return;
    bool minus = take(&ahead, '-');
    if (!minus)
        (void)take(&ahead, '+');
    if (ahead.p == ahead.end || !g_ascii_isdigit(*ahead.p)) /* a unit: em, ex */
        return;
    for (; ahead.p < ahead.end && g_ascii_isdigit(*ahead.p); ahead.p++)
        exponent = MIN(exponent * 10 + (*ahead.p - '0'), 1000);
    number->point += minus ? -exponent : exponent;
    *t = ahead;
}

static bool
scan_number(Text *t, Number *number)
{
    *number = (Number){ .n = 0 };
    Text ahead = *t;
    number->minus = take(&ahead, '-');
    if (!number->minus)
        (void)take(&ahead, '+');
    bool whole = scan_digits(&ahead, number, true), parts = false;
    if (peek(&ahead) == '.') {
        Text behind = ahead;
        behind.p++;
        parts = scan_digits(&behind, number, false);
        if (parts || whole)
            ahead = behind;
    }
    if (!whole && !parts)
        return false;
    *t = ahead;
    scan_exponent(t, number);
    return true;
}

/* false: too great. */
static bool
emit_number(const Number *number, GString *out)
{
    int n = number->n;

    if (n > 0 && number->point > WHOLE_MAX)
        return false;
    n = MIN(n, number->point + PARTS_MAX);
    while (n > 0 && n > number->point && number->digits[n - 1] == '0')
        n--;
    if (n <= 0) {
        g_string_append_c(out, '0');
        return true;
    }
    if (number->minus)
        g_string_append_c(out, '-');
    if (number->point <= 0)
        g_string_append_c(out, '0');
    for (int i = MIN(number->point, 0); i < MAX(n, number->point); i++) {
        if (i == number->point || (i == MIN(number->point, 0) && number->point <= 0))
            g_string_append_c(out, '.');
        g_string_append_c(out, i < 0 || i >= n ? '0' : number->digits[i]);
    }
    return true;
}

static bool
take_number(Text *t, GString *out)
{
    Number number;
    return scan_number(t, &number) && emit_number(&number, out);
}

/* ---- words ---------------------------------------------------------------------------------- */

static bool
is_word(int c)
{
    return c > 0 && c < 0x80 && (g_ascii_isalnum((char)c) || c == '-' || c == '_' || c == '.');
}

static SkSpan
take_word(Text *t)
{
    const char *from = t->p;

    while (is_word(peek(t)))
        t->p++;
    return sk_span(from, (size_t)(t->p - from));
}

static bool
take_unit(Text *t, GString *out)
{
    static const char *const units[] = {
        "", "%", "px", "em", "ex", "in", "cm", "mm", "pt", "pc", "deg", NULL
    };
    const char *from = t->p;

    if (!take(t, '%'))
        while (t->p < t->end && g_ascii_isalpha(*t->p))
            t->p++;
    g_autofree char *unit = g_ascii_strdown(from, t->p - from);
    g_string_append(out, unit);
    return g_strv_contains(units, unit);
}

/* Numbers with units, and words, with one space between them. */
static bool
values(Text *t, GString *out)
{
    bool first = true;

    for (; !at_end(t); first = false, skip_comma(t)) {
        if (!first)
            g_string_append_c(out, ' ');
        int c = peek(t);
        if (g_ascii_isdigit((char)c) || c == '.' || c == '+' ||
            (c == '-' && t->end - t->p > 1 && (g_ascii_isdigit(t->p[1]) || t->p[1] == '.'))) {
            if (!take_number(t, out) || !take_unit(t, out))
                return false;
            continue;
        }
        SkSpan word = take_word(t);
        if (word.n == 0 || word.n > WORD_MAX || !g_ascii_isalpha((char)word.p[0]))
            return false;
        g_string_append_len(out, (const char *)word.p, (gssize)word.n);
    }
    return !first;
}

/* ---- colours -------------------------------------------------------------------------------- */

static bool
hex_colour(Text *t, GString *out)
{
    const char *from = ++t->p;

    while (t->p < t->end && g_ascii_isxdigit(*t->p))
        t->p++;
    size_t n = (size_t)(t->p - from);
    if (n != 3 && n != 6)
        return false;
    g_string_append_c(out, '#');
    for (size_t i = 0; i < n; i++)
        for (unsigned k = 0; k < (n == 3 ? 2 : 1); k++)
            g_string_append_c(out, g_ascii_tolower(from[i]));
    return true;
}

/* A part of rgb(): 0 to 255, or percent. */
static bool
colour_part(Text *t, unsigned *ret)
{
    Number number;
    unsigned whole = 0;

    skip_space(t);
    if (!scan_number(t, &number) || number.point > 9)
        return false;
    for (int i = 0; i < number.point && !number.minus; i++)
        whole = whole * 10 + (i < number.n ? (unsigned)(number.digits[i] - '0') : 0);
    whole = MIN(whole, 1000u);
    if (take(t, '%'))
        whole = (MIN(whole, 100u) * 255 + 50) / 100;
    *ret = MIN(whole, 255u);
    return true;
}

/* Behind rgb( or rgba(; an opacity that is there stays as it is. */
static bool
rgb_colour(Text *t, GString *out)
{
    unsigned parts[3] = { 0 };
    g_autoptr(GString) opacity = g_string_new(NULL);

    for (unsigned i = 0; i < 3; i++) {
        if (!colour_part(t, &parts[i]))
            return false;
        skip_comma(t);
    }
    if (take(t, '/'))
        skip_space(t);
    if (peek(t) != ')' && (!take_number(t, opacity) || peek(t) == '%'))
        return false;
    skip_space(t);
    if (!take(t, ')'))
        return false;
    if (opacity->len == 0 || strcmp(opacity->str, "1") == 0) {
        g_string_append_printf(out, "#%02x%02x%02x", parts[0], parts[1], parts[2]);
        return true;
    }
    /* More than one, or less than none, is not an opacity. */
    if (opacity->str[0] != '0')
        g_string_assign(opacity, opacity->str[0] == '-' ? "0" : "1");
    g_string_append_printf(out, "rgba(%u,%u,%u,%s)", parts[0], parts[1], parts[2], opacity->str);
    return true;
}

/* ---- references ------------------------------------------------------------------------------ */

/* url(#name), quoted or not. */
static bool
take_url(Text *t, SkSpan *ret)
{
    if (t->end - t->p < 4 || g_ascii_strncasecmp(t->p, "url(", 4) != 0)
        return false;
    t->p += 4;
    skip_space(t);
    char quote = peek(t) == '"' || peek(t) == '\'' ? *t->p++ : 0;
    const char *from = t->p;
    while (t->p < t->end && *t->p != (quote != 0 ? quote : ')') && *t->p != ')')
        t->p++;
    *ret = sk_span(from, (size_t)(t->p - from));
    if (quote != 0 && !take(t, quote))
        return false;
    skip_space(t);
    return take(t, ')');
}

static bool
colour(Text *t, GString *out, SkSpan *refers)
{
    skip_space(t);
    if (peek(t) == '#')
        return hex_colour(t, out);
    if (take_url(t, refers))
        return true; /* a colour for when it is not there is left out: it is there */
    SkSpan word = take_word(t);
    bool mixed = sk_span_is(word, "rgb") || sk_span_is(word, "rgba");
    if (mixed && take(t, '('))
        return rgb_colour(t, out);
    if (word.n == 0 || word.n > WORD_MAX || !g_ascii_isalpha((char)word.p[0]) || peek(t) == '(')
        return false;
    g_string_append_len(out, (const char *)word.p, (gssize)word.n);
    return true;
}

static bool
reference(Text *t, GString *out, SkSpan *refers)
{
    skip_space(t);
    if (take_url(t, refers))
        return at_end(t);
    SkSpan word = take_word(t);
    if (!sk_span_is(word, "none") || !at_end(t))
        return false;
    g_string_append(out, "none");
    return true;
}

/* ---- names of fonts -------------------------------------------------------------------------- */

static bool
is_name(unsigned char c)
{
    return c >= 0x80 || g_ascii_isalnum((char)c) || c == ' ' || c == '-' || c == '_' || c == '.' ||
           c == '+' || c == '&';
}

static bool
family(Text *t, GString *out)
{
    bool first = true;

    while (!at_end(t)) {
        char quote = peek(t) == '"' || peek(t) == '\'' ? *t->p++ : 0;
        const char *from = t->p;
        while (t->p < t->end && *t->p != (quote != 0 ? quote : ','))
            t->p++;
        g_autofree char *name = g_strstrip(g_strndup(from, (gsize)(t->p - from)));
        if (quote != 0 && !take(t, quote))
            return false;
        skip_space(t);
        if (t->p < t->end && !take(t, ','))
            return false;
        bool known = *name != '\0' && strlen(name) <= 2 * WORD_MAX && !g_ascii_isdigit(*name);
        for (const char *c = name; *c != '\0'; c++)
            known = known && is_name((unsigned char)*c);
        if (!known)
            continue;
        g_string_append_printf(out, "%s%s", first ? "" : ",", name);
        first = false;
    }
    return !first;
}

/* ---- transformations ------------------------------------------------------------------------- */

static bool
transform_arguments(Text *t, GString *out, unsigned *ret_n)
{
    unsigned n = 0;

    for (; peek(t) != ')'; skip_comma(t), n++) {
        skip_space(t);
        if (n > 0)
            g_string_append_c(out, ' ');
        if (n == 6 || !take_number(t, out))
            return false;
        /* In style sheets they have units; degrees and pixels are what they are without. */
        const char *unit = t->p;
        while (t->p < t->end && g_ascii_isalpha(*t->p))
            t->p++;
        g_autofree char *name = g_strndup(unit, (gsize)(t->p - unit));
        if (*name != '\0' && strcmp(name, "px") != 0 && strcmp(name, "deg") != 0)
            return false;
        skip_space(t);
    }
    t->p++;
    *ret_n = n;
    return true;
}

static bool
transform(Text *t, GString *out)
{
    static const struct {
        const char *name;
        unsigned counts; /* bits: which numbers of arguments */
    } known[] = {
        { "matrix", 1u << 6 },          { "translate", 1u << 1 | 1u << 2 },
        { "scale", 1u << 1 | 1u << 2 }, { "rotate", 1u << 1 | 1u << 3 },
        { "skewX", 1u << 1 },           { "skewY", 1u << 1 },
    };
    bool first = true;

    for (; !at_end(t); skip_comma(t), first = false) {
        SkSpan word = take_word(t);
        unsigned n = 0, counts = 0;
        skip_space(t);
        for (unsigned i = 0; i < G_N_ELEMENTS(known); i++)
            counts = sk_span_is(word, known[i].name) ? known[i].counts : counts;
        if (counts == 0 || !take(t, '('))
            return false;
        g_string_append_printf(out, "%s%.*s(", first ? "" : " ", (int)word.n, (const char *)word.p);
        skip_space(t);
        if (!transform_arguments(t, out, &n) || (counts >> n & 1) == 0)
            return false;
        g_string_append_c(out, ')');
    }
    return !first;
}

/* ---- paths ----------------------------------------------------------------------------------- */

static int
arguments_of(char command)
{
    switch (g_ascii_toupper(command)) {
    case 'M':
    case 'L':
    case 'T':
        return 2;
    case 'H':
    case 'V':
        return 1;
    case 'C':
        return 6;
    case 'S':
    case 'Q':
        return 4;
    case 'A':
        return 7;
    case 'Z':
        return 0;
    default:
        return -1;
    }
}

static bool
take_flag(Text *t, GString *out)
{
    if (peek(t) != '0' && peek(t) != '1')
        return false;
    g_string_append_c(out, *t->p++);
    return true;
}

/* One round of arguments. */
static bool
take_round(Text *t, char command, int n, bool first, GString *out)
{
    for (int i = 0; i < n; i++) {
        bool flag = g_ascii_toupper(command) == 'A' && (i == 3 || i == 4);
        skip_comma(t);
        if (!first || i > 0)
            g_string_append_c(out, ' ');
        if (!(flag ? take_flag(t, out) : take_number(t, out)))
            return false;
    }
    return true;
}

/* As far as it can be read, as all programs draw it: whole rounds only. */
static bool
path(Text *t, GString *out)
{
    gsize start = out->len;

    while (!at_end(t)) {
        char command = *t->p;
        int n = arguments_of(command);
        if (n < 0 || (out->len == start && g_ascii_toupper(command) != 'M'))
            break;
        t->p++;
        gsize whole = out->len;
        g_string_append_c(out, command);
        bool good = true, more = n > 0;
        for (bool first = true; good && (more || first); first = false) {
            good = take_round(t, command, n, first, out);
            if (good || !first)
                whole = good ? out->len : whole;
            Text ahead = *t;
            skip_comma(&ahead);
            int c = peek(&ahead);
            more = n > 0 && (g_ascii_isdigit((char)c) || c == '-' || c == '+' || c == '.');
        }
        if (!good) {
            g_string_truncate(out, whole);
            break;
        }
    }
    return out->len > start;
}

/* ---- the one entry --------------------------------------------------------------------------- */

/* The one property that is none as an attribute. */
static bool
blend(Text *t, GString *out)
{
    SkSpan word = take_word(t);

    if (word.n == 0 || word.n > WORD_MAX || !g_ascii_isalpha((char)word.p[0]) || !at_end(t))
        return false;
    g_string_append_printf(out, "mix-blend-mode:%.*s", (int)word.n, (const char *)word.p);
    return true;
}

bool
sk_svg_value(SkSvgClass kind, SkSpan value, GString *out, SkSpan *ret_refers)
{
    Text t = { .p = (const char *)value.p, .end = (const char *)value.p + value.n };

    *ret_refers = SK_SPAN_EMPTY;
    switch (kind) {
    case SK_SVG_VALUES:
        return values(&t, out);
    case SK_SVG_COLOUR:
        return colour(&t, out, ret_refers);
    case SK_SVG_URL:
        return reference(&t, out, ret_refers);
    case SK_SVG_FAMILY:
        return family(&t, out);
    case SK_SVG_PATH:
        return path(&t, out);
    case SK_SVG_TRANSFORM:
        return transform(&t, out);
    case SK_SVG_BLEND:
        return blend(&t, out);
    case SK_SVG_ID:
    case SK_SVG_HREF:
        break;
    }
    return false;
}
