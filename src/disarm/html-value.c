/* SPDX-License-Identifier: Apache-2.0
 * html-value.c - values of attributes and styles in their one spelling. Contract in html.h. */
#include "disarm/html.h"

#include <string.h>

#define WORD_MAX 32u
#define DECLARATIONS_MAX 64u

const SkHtmlRow *
sk_html_row(const SkHtmlRow *rows, unsigned n, SkSpan name)
{
    unsigned low = 0, high = n;

    while (low < high) {
        unsigned middle = (low + high) / 2;
        SkSpan other = sk_span_str(rows[middle].name);
        int order = memcmp(other.p, name.p, MIN(other.n, name.n));
        if (order == 0 && other.n == name.n)
            return &rows[middle];
        if (order < 0 || (order == 0 && other.n < name.n))
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static SkSpan
trim(SkSpan s)
{
    while (s.n > 0 && g_ascii_isspace((char)s.p[0]))
        s = sk_span_sub(s, 1, s.n - 1);
    while (s.n > 0 && g_ascii_isspace((char)s.p[s.n - 1]))
        s = sk_span_sub(s, 0, s.n - 1);
    return s;
}

/* ---- words, numbers, colours ---------------------------------------------------------------- */

static bool
put_word(SkSpan s, GString *out)
{
    if (s.n == 0 || s.n > WORD_MAX || (!g_ascii_isalpha(s.p[0]) && s.p[0] != '-'))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (!g_ascii_isalnum(s.p[i]) && s.p[i] != '-')
            return false;
    }
    if (s.p[0] == '-')
        return false;
    for (size_t i = 0; i < s.n; i++)
        g_string_append_c(out, g_ascii_tolower((char)s.p[i]));
    return true;
}

static bool
put_whole(SkSpan s, unsigned digits_max, GString *out, size_t *ret_used)
{
    size_t at = 0, from;

    while (at < s.n && s.p[at] == '0')
        at++;
    from = at;
    while (at < s.n && g_ascii_isdigit(s.p[at]))
        at++;
    if (at == 0 || at - from > digits_max)
        return false;
    if (at == from)
        g_string_append_c(out, '0');
    g_string_append_len(out, (const char *)s.p + from, (gssize)(at - from));
    *ret_used = at;
    return true;
}

/* A length of HTML: what follows the number is not looked at, but for the per cent sign. */
static bool
put_length(SkSpan s, GString *out)
{
    size_t used = 0;

    if (!put_whole(s, 5, out, &used))
        return false;
    size_t at = used;
    if (at < s.n && s.p[at] == '.')
        for (at++; at < s.n && g_ascii_isdigit(s.p[at]);)
            at++;
    if (at < s.n && s.p[at] == '%')
        g_string_append_c(out, '%');
    return true;
}

static bool
put_hex(SkSpan s, GString *out)
{
    if (s.n != 3 && s.n != 6)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (!g_ascii_isxdigit(s.p[i]))
            return false;
    }
    g_string_append_c(out, '#');
    for (size_t i = 0; i < s.n; i++) {
        char c = g_ascii_tolower((char)s.p[i]);
        g_string_append_c(out, c);
        if (s.n == 3)
            g_string_append_c(out, c);
    }
    return true;
}

static bool
put_colour(SkSpan s, GString *out)
{
    if (sk_span_starts(s, "#"))
        return put_hex(sk_span_sub(s, 1, s.n - 1), out);
    for (size_t i = 0; i < s.n; i++) {
        if (!g_ascii_isalpha(s.p[i]))
            return s.n == 6 && put_hex(s, out);
    }
    return put_word(s, out);
}

/* `rgb(…)` and `rgba(…)`, whole numbers and per cents. */
static bool
put_rgb(SkSpan s, GString *out)
{
    unsigned values[4] = { 0, 0, 0, 255 }, n = 0;
    size_t open = sk_span_find(s, 0, sk_span_str("("));
    g_autofree char *text = sk_span_dup(sk_span_sub(s, open + 1, s.n - open - 1));

    for (char *p = text; *p != '\0' && *p != ')' && n < 4;) {
        char *end = NULL;
        double v = g_ascii_strtod(p, &end);
        if (end == p)
            return false;
        if (*end == '%') {
            v = v * (n == 3 ? 1.0 / 100 : 255.0 / 100);
            end++;
        }
        v = n == 3 ? v * 255 : v;
        values[n++] = v >= 255 ? 255u : v > 0 ? (unsigned)(v + 0.5) : 0;
        p = end + strspn(end, " ,/\t\n");
    }
    if (n < 3 || values[3] == 0) {
        if (n >= 3)
            g_string_append(out, "transparent");
        return n >= 3;
    }
    g_string_append_printf(out, "#%02x%02x%02x", values[0], values[1], values[2]);
    return true;
}

static bool
put_families(SkSpan s, GString *out)
{
    unsigned n = 0;

    while (s.n > 0 && n < 16) {
        const uint8_t *comma = memchr(s.p, ',', s.n);
        size_t end = comma == NULL ? s.n : (size_t)(comma - s.p);
        SkSpan one = trim(sk_span_sub(s, 0, end));
        s = comma == NULL ? SK_SPAN_EMPTY : sk_span_sub(s, end + 1, s.n - end - 1);
        if (one.n > 1 && (one.p[0] == '"' || one.p[0] == '\'') && one.p[one.n - 1] == one.p[0])
            one = trim(sk_span_sub(one, 1, one.n - 2));
        bool good = one.n > 0 && one.n <= 64;
        for (size_t i = 0; i < one.n && good; i++)
            good = one.p[i] >= 0x80 || g_ascii_isalnum(one.p[i]) ||
                   (one.p[i] != 0 && strchr(" -_.+", one.p[i]) != NULL);
        if (!good)
            continue;
        g_string_append(out, n > 0 ? ",'" : "'");
        g_string_append_len(out, (const char *)one.p, (gssize)one.n);
        g_string_append_c(out, '\'');
        n++;
    }
    return n > 0;
}

static bool
put_language(SkSpan s, GString *out)
{
    for (size_t i = 0; i < s.n; i++) {
        if (!g_ascii_isalnum(s.p[i]) && !(s.p[i] == '-' && i > 0))
            return false;
    }
    if (s.n == 0 || s.n > WORD_MAX || !g_ascii_isalpha(s.p[0]))
        return false;
    g_string_append_len(out, (const char *)s.p, (gssize)s.n);
    return true;
}

bool
sk_html_value(char kind, SkSpan value, GString *out)
{
    SkSpan s = kind == 't' ? value : trim(value);
    size_t used = 0;

    switch (kind) {
    case 't':
        g_string_append_len(out, (const char *)s.p, (gssize)s.n);
        return true;
    case 'b':
        return true;
    case 'n':
        return put_whole(s, 5, out, &used);
    case 'l':
        return put_length(s, out);
    case 'w':
        return put_word(s, out);
    case 'c':
        return put_colour(s, out);
    case 'f':
        return put_families(s, out);
    case 'g':
        return put_language(s, out);
    case 'm': /* one letter or digit, or a word: kinds of lists, whose case has a meaning */
        if (s.n == 1 && g_ascii_isalnum(s.p[0])) {
            g_string_append_c(out, (char)s.p[0]);
            return true;
        }
        return put_word(s, out);
    case 'z':
        if (s.n > 1 && (s.p[0] == '+' || s.p[0] == '-')) {
            g_string_append_c(out, (char)s.p[0]);
            s = sk_span_sub(s, 1, s.n - 1);
        }
        return put_whole(s, 3, out, &used);
    default:
        return false;
    }
}

/* ---- styles --------------------------------------------------------------------------------- */

static size_t
put_number(SkSpan s, GString *out)
{
    size_t at = 0, from = out->len, digits = 0;
    bool minus = s.n > 0 && s.p[0] == '-';

    at += minus || (s.n > 0 && s.p[0] == '+') ? 1 : 0;
    if (minus)
        g_string_append_c(out, '-');
    while (at < s.n && s.p[at] == '0') {
        at++;
        digits++;
    }
    size_t whole = at;
    while (at < s.n && g_ascii_isdigit(s.p[at]))
        at++;
    size_t n = at - whole;
    digits += n;
    if (n == 0)
        g_string_append_c(out, '0');
    g_string_append_len(out, (const char *)s.p + whole, (gssize)n);
    bool zero = n == 0;
    if (at + 1 < s.n && s.p[at] == '.' && g_ascii_isdigit(s.p[at + 1])) {
        size_t dot = at++;
        while (at < s.n && g_ascii_isdigit(s.p[at]))
            at++;
        size_t end = MIN(at, dot + 5);
        while (end > dot + 1 && s.p[end - 1] == '0')
            end--;
        if (end > dot + 1) {
            g_string_append_len(out, (const char *)s.p + dot, (gssize)(end - dot));
            zero = false;
        }
        digits++;
    }
    if (digits == 0 || n > 6)
        return 0;
    if (zero && minus)
        g_string_erase(out, (gssize)from, 1);
    return at;
}

static bool
put_unit(SkSpan s, GString *out)
{
    static const char *const units[] = { "%",  "px", "em", "rem", "ex", "ch", "ic",
                                         "in", "cm", "mm", "pt",  "pc", "q",  "vw",
                                         "vh", "deg" };

    if (s.n == 0)
        return true;
    for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
        if (s.n == strlen(units[i]) && g_ascii_strncasecmp((const char *)s.p, units[i], s.n) == 0) {
            g_string_append(out, units[i]);
            return true;
        }
    }
    return false;
}

static bool
put_token(SkSpan s, GString *out)
{
    if (g_ascii_isdigit(s.p[0]) || strchr("+-.", s.p[0]) != NULL) {
        size_t n = put_number(s, out);
        return n > 0 && put_unit(sk_span_sub(s, n, s.n - n), out);
    }
    if (s.p[0] == '#')
        return put_hex(sk_span_sub(s, 1, s.n - 1), out);
    if (s.n > 4 && g_ascii_strncasecmp((const char *)s.p, "rgb", 3) == 0 &&
        (s.p[3] == '(' || s.p[4] == '('))
        return put_rgb(s, out);
    return put_word(s, out);
}

/* Numbers, words and colours; a function other than rgb() has no spelling. */
static bool
put_values(SkSpan s, GString *out)
{
    unsigned n = 0;

    for (size_t at = 0; at < s.n; n++) {
        while (at < s.n && g_ascii_isspace(s.p[at]))
            at++;
        size_t from = at;
        unsigned open = 0;
        for (; at < s.n && (open > 0 || !g_ascii_isspace(s.p[at])); at++) {
            open += s.p[at] == '(' ? 1 : 0;
            if (s.p[at] == ')' && open > 0)
                open--;
        }
        if (n > 0)
            g_string_append_c(out, ' ');
        if (n == 12 || at == from || !put_token(sk_span_sub(s, from, at - from), out))
            return false;
    }
    return n > 0;
}

static bool
loads(SkSpan value)
{
    g_autofree char *lower = g_ascii_strdown((const char *)value.p, (gssize)value.n);
    return strstr(lower, "url(") != NULL || strstr(lower, "image(") != NULL ||
           strstr(lower, "image-set(") != NULL || strstr(lower, "@import") != NULL;
}

static bool
hides(SkSpan name, const char *value)
{
    return (sk_span_is(name, "display") && strcmp(value, "none") == 0) ||
           (sk_span_is(name, "visibility") && strcmp(value, "hidden") == 0) ||
           (sk_span_is(name, "opacity") && strcmp(value, "0") == 0) ||
           (sk_span_is(name, "font-size") && (strcmp(value, "0") == 0 || strcmp(value, "0px") == 0));
}

static void
declare(SkSpan one, GString *out, SkHtmlStyle *ret)
{
    one = trim(one);
    if (one.n == 0)
        return;
    size_t colon = sk_span_find(one, 0, sk_span_str(":"));
    SkSpan raw = trim(sk_span_sub(one, 0, colon == SIZE_MAX ? one.n : colon));
    SkSpan value = colon == SIZE_MAX ? SK_SPAN_EMPTY : trim(sk_span_sub(one, colon + 1, one.n - colon - 1));
    g_autofree char *name = g_ascii_strdown((const char *)raw.p, (gssize)raw.n);
    const uint8_t *bang = value.n == 0 ? NULL : memchr(value.p, '!', value.n);
    if (bang != NULL)
        value = trim(sk_span_sub(value, 0, (size_t)(bang - value.p)));
    /* Of a background the colour is carried over, where it is all there is. */
    const char *known = strcmp(name, "background") == 0 ? "background-color" : name;
    const SkHtmlRow *row =
        sk_html_row(sk_html_property_rows, sk_html_property_rows_n, sk_span_str(known));
    g_autoptr(GString) text = g_string_new(NULL);
    if (loads(value)) {
        ret->external++;
    } else if (row == NULL || value.n == 0 ||
               !(row->kind == 'f' ? put_families(value, text) : put_values(value, text))) {
        ret->dropped += g_str_has_prefix(name, "-") || g_str_has_prefix(name, "mso-") ? 0 : 1;
    } else {
        ret->hidden = ret->hidden || hides(sk_span_str(name), text->str);
        g_string_append_printf(out, "%s%s:%s", out->len > 0 ? ";" : "", known, text->str);
    }
}

void
sk_html_style(SkSpan style, GString *out, SkHtmlStyle *ret)
{
    size_t from = 0;
    char quote = 0;
    unsigned open = 0, n = 0;

    *ret = (SkHtmlStyle){ 0 };
    for (size_t i = 0; i <= style.n && n < DECLARATIONS_MAX; i++) {
        char c = i < style.n ? (char)style.p[i] : ';';
        if (i < style.n && quote != 0) {
            quote = c == quote ? 0 : quote;
            continue;
        }
        if (c == '"' || c == '\'')
            quote = c;
        else if (c == '(')
            open++;
        else if (c == ')' && open > 0)
            open--;
        else if (c == ';' && (open == 0 || i == style.n)) {
            declare(sk_span_sub(style, from, i - from), out, ret);
            from = i + 1;
            n++;
        }
    }
}

bool
sk_html_is_hidden(const SkHtmlTree *tree, uint32_t node)
{
    const SkSpan *style = sk_html_attr(tree, node, "style");
    SkHtmlStyle found = { 0 };

    if (sk_html_attr(tree, node, "hidden") != NULL)
        return true;
    if (style == NULL)
        return false;
    g_autoptr(GString) out = g_string_new(NULL);
    sk_html_style(*style, out, &found);
    return found.hidden;
}

/* ---- links ---------------------------------------------------------------------------------- */

/* The host that @s begins with, or names behind its scheme; without `www.`. */
static SkSpan
host_of(SkSpan s, bool *ret_dotted)
{
    size_t scheme = sk_span_find(s, 0, sk_span_str("://"));
    size_t at = scheme == SIZE_MAX || scheme > 8 ? 0 : scheme + 3, from, dots = 0;

    s = sk_span_sub(s, at, s.n - at);
    if (s.n > 4 && g_ascii_strncasecmp((const char *)s.p, "www.", 4) == 0)
        s = sk_span_sub(s, 4, s.n - 4);
    for (from = 0; from < s.n && (g_ascii_isalnum(s.p[from]) || s.p[from] == '-' || s.p[from] == '.' ||
                                  s.p[from] >= 0x80);
         from++)
        dots += s.p[from] == '.' ? 1 : 0;
    *ret_dotted = dots > 0 && from > 3 && s.p[from - 1] != '.' &&
                  (from == s.n || strchr("/:?#", s.p[from]) != NULL);
    return sk_span_sub(s, 0, from);
}

bool
sk_html_deceives(SkSpan text, SkSpan href)
{
    bool dotted = false, target_dotted = false;

    text = trim(text);
    if (text.n == 0 || text.n > 2048 || memchr(text.p, ' ', text.n) != NULL ||
        memchr(text.p, '@', text.n) != NULL)
        return false;
    SkSpan named = host_of(text, &dotted), target = host_of(href, &target_dotted);
    if (!dotted || !sk_span_starts(href, "http"))
        return false;
    /* A name of a file has a dot as well. */
    if (sk_span_find(text, 0, sk_span_str("://")) == SIZE_MAX) {
        const uint8_t *dot = memrchr(named.p, '.', named.n);
        size_t last = dot == NULL ? 0 : named.n - (size_t)(dot - named.p) - 1;
        bool known = last == 2 || (last == 3 && (memcmp(dot + 1, "com", 3) == 0 || memcmp(dot + 1, "net", 3) == 0 ||
                                                 memcmp(dot + 1, "org", 3) == 0));
        if (!known)
            return false;
    }
    return named.n != target.n ||
           g_ascii_strncasecmp((const char *)named.p, (const char *)target.p, named.n) != 0;
}
