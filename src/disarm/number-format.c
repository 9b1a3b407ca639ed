/* SPDX-License-Identifier: Apache-2.0
 *
 * number-format.c - contract in number-format.h: format codes taken apart, and which of their
 * sections a value is shown with. DEVIATION: padding (`_x`, `*x`, `?`) is not written; whole
 * numbers without a format are written with all their digits, since twelve-digit numbers are
 * ordinary in registers.
 */
#include "disarm/number-format-parts.h"

#include "base/reader.h"

#include <string.h>

#define SECTIONS_MAX 4u
#define CODE_MAX 1024u

struct SkNumberFormat {
    unsigned n; /* sections */
    SkFormatSection sections[SECTIONS_MAX];
};

static void
token_clear(void *p)
{
    g_free(((SkFormatToken *)p)->text);
}

void
sk_number_format_free(SkNumberFormat *self)
{
    if (self == NULL)
        return;
    for (unsigned i = 0; i < SECTIONS_MAX; i++)
        g_clear_pointer(&self->sections[i].tokens, g_array_unref);
    g_free(self);
}

const char *
sk_number_format_builtin(uint32_t id)
{
    static const char *const codes[] = {
        [0] = "General",
        [1] = "0",
        [2] = "0.00",
        [3] = "#,##0",
        [4] = "#,##0.00",
        [5] = "\"¥\"#,##0;\"¥\"-#,##0",
        [6] = "\"¥\"#,##0;\"¥\"-#,##0",
        [7] = "\"¥\"#,##0.00;\"¥\"-#,##0.00",
        [8] = "\"¥\"#,##0.00;\"¥\"-#,##0.00",
        [9] = "0%",
        [10] = "0.00%",
        [11] = "0.00E+00",
        [12] = "# ?/?",
        [13] = "# ?\?/?\?",
        [14] = "yyyy/m/d",
        [15] = "d-mmm-yy",
        [16] = "d-mmm",
        [17] = "mmm-yy",
        [18] = "h:mm AM/PM",
        [19] = "h:mm:ss AM/PM",
        [20] = "h:mm",
        [21] = "h:mm:ss",
        [22] = "yyyy/m/d h:mm",
        [27] = "ge.m.d",
        [28] = "ggge\"年\"m\"月\"d\"日\"",
        [29] = "ggge\"年\"m\"月\"d\"日\"",
        [30] = "m/d/yy",
        [31] = "yyyy\"年\"m\"月\"d\"日\"",
        [32] = "h\"時\"mm\"分\"",
        [33] = "h\"時\"mm\"分\"ss\"秒\"",
        [34] = "yyyy\"年\"m\"月\"",
        [35] = "m\"月\"d\"日\"",
        [36] = "ge.m.d",
        [37] = "#,##0;-#,##0",
        [38] = "#,##0;-#,##0",
        [39] = "#,##0.00;-#,##0.00",
        [40] = "#,##0.00;-#,##0.00",
        [41] = "#,##0;-#,##0;\"-\"",
        [42] = "\"¥\"#,##0;\"¥\"-#,##0;\"¥\"\"-\"",
        [43] = "#,##0.00;-#,##0.00;\"-\"",
        [44] = "\"¥\"#,##0.00;\"¥\"-#,##0.00;\"¥\"\"-\"",
        [45] = "mm:ss",
        [46] = "[h]:mm:ss",
        [47] = "mm:ss.0",
        [48] = "##0.0E+0",
        [49] = "@",
        [50] = "ge.m.d",
        [51] = "ggge\"年\"m\"月\"d\"日\"",
        [52] = "yyyy\"年\"m\"月\"",
        [53] = "m\"月\"d\"日\"",
        [54] = "ggge\"年\"m\"月\"d\"日\"",
        [55] = "yyyy\"年\"m\"月\"",
        [56] = "m\"月\"d\"日\"",
        [57] = "ge.m.d",
        [58] = "ggge\"年\"m\"月\"d\"日\"",
    };
    return id < G_N_ELEMENTS(codes) ? codes[id] : NULL;
}

/* ---- reading -------------------------------------------------------------------------------- */

static void
add(SkFormatSection *self, SkFormatKind kind, char letter, unsigned count)
{
    SkFormatToken token = { .kind = kind, .letter = letter, .count = (uint8_t)MIN(count, 255u) };
    g_array_append_val(self->tokens, token);
}

static void
add_literal(SkFormatSection *self, SkSpan text)
{
    SkFormatToken token = { .kind = SK_FORMAT_LITERAL, .text = sk_span_dup(text) };
    g_array_append_val(self->tokens, token);
}

/* Bytes of the character at @at. */
static size_t
character(SkSpan code, size_t at)
{
    size_t n = 1;
    while (at + n < code.n && (code.p[at + n] & 0xC0) == 0x80)
        n++;
    return n;
}

static SkFormatToken *
last_of(SkFormatSection *self, SkFormatKind kind)
{
    for (unsigned i = self->tokens->len; i > 0; i--) {
        SkFormatToken *token = &g_array_index(self->tokens, SkFormatToken, i - 1);
        if (token->kind == kind || (kind == SK_FORMAT_DATE && token->kind == SK_FORMAT_ELAPSED))
            return token;
    }
    return NULL;
}

static void
add_date(SkFormatSection *self, char letter, unsigned count)
{
    SkFormatToken *before = last_of(self, SK_FORMAT_DATE);

    self->date = true;
    if (letter == 'm' && count <= 2 && before != NULL && before->letter == 'h')
        letter = 'n'; /* after the hour it is the minute */
    if (letter == 's' && before != NULL && before->kind == SK_FORMAT_DATE &&
        before->letter == 'm' && before->count <= 2)
        before->letter = 'n'; /* and so it is before the second */
    if (letter == 'r') {      /* short for two of them */
        add(self, SK_FORMAT_DATE, 'g', count > 1 ? 3 : 1);
        add(self, SK_FORMAT_DATE, 'e', count > 1 ? 1 : 2);
        return;
    }
    add(self, SK_FORMAT_DATE, letter, count);
}

static void
set_condition(SkFormatSection *self, SkSpan s)
{
    bool two = s.n > 1 && (s.p[1] == '=' || s.p[1] == '>');
    char op = (char)s.p[0];

    if (two)
        op = s.p[1] == '>' ? '!' : op == '<' ? 'l' : 'g';
    size_t from = two ? 2 : 1;
    if (sk_decimal_parse(sk_span_sub(s, from, s.n - from), &self->limit))
        self->op = op;
}

/* What stands between [ and ]. */
static void
read_bracket(SkFormatSection *self, SkSpan s)
{
    g_autofree char *word = sk_span_dup(s);
    char first = g_ascii_tolower(word[0]);
    bool same = s.n > 0 && strspn(word, (char[]){ word[0], '\0' }) == s.n;

    if (word[0] == '$') {
        size_t dash = sk_span_find(s, 1, sk_span_str("-"));
        add_literal(self, sk_span_sub(s, 1, (dash == SIZE_MAX ? s.n : dash) - 1));
        self->gannen |= strstr(word, "gannen") != NULL;
    } else if (first == '<' || first == '>' || first == '=') {
        set_condition(self, s);
    } else if (same && (first == 'h' || first == 'm' || first == 's')) {
        self->date = true;
        add(self, SK_FORMAT_ELAPSED, first == 'm' ? 'n' : first, (unsigned)s.n);
    } else if (g_ascii_strncasecmp(word, "DBNum", 5) == 0 && word[5] >= '1' && word[5] <= '3') {
        self->digits = (uint8_t)(word[5] - '0');
    }
}

static size_t
starts_folded(SkSpan code, size_t at, const char *word)
{
    size_t n = strlen(word);
    return code.n - at >= n && g_ascii_strncasecmp((const char *)code.p + at, word, n) == 0 ? n : 0;
}

/* Words of several letters; how many bytes were taken. */
static size_t
read_word(SkFormatSection *self, SkSpan code, size_t at)
{
    size_t n;

    if ((n = starts_folded(code, at, "General")) > 0 ||
        (n = starts_folded(code, at, "G/標準")) > 0) {
        add(self, SK_FORMAT_GENERAL, 0, 0);
        self->general = true;
    } else if ((n = starts_folded(code, at, "AM/PM")) > 0 ||
               (n = starts_folded(code, at, "A/P")) > 0) {
        add(self, SK_FORMAT_HALF_DAY, 0, n == 3 ? 1 : 2);
        self->date = self->half_day = true;
    } else if ((n = starts_folded(code, at, "E+")) > 0 || (n = starts_folded(code, at, "E-")) > 0) {
        if (self->whole + self->decimals == 0)
            return 0;
        add(self, SK_FORMAT_EXPONENT, (char)code.p[at + 1], 0);
        self->exponent = true;
    }
    return n;
}

static size_t
read_letters(SkFormatSection *self, SkSpan code, size_t at)
{
    char letter = g_ascii_tolower((char)code.p[at]);
    size_t n = 1;

    while (at + n < code.n && g_ascii_tolower((char)code.p[at + n]) == letter)
        n++;
    if (strchr("ymdhsger", letter) != NULL || (letter == 'a' && n >= 3) || letter == 'b')
        add_date(self, letter == 'b' ? 'y' : letter, (unsigned)n);
    else
        add_literal(self, sk_span_sub(code, at, n));
    return n;
}

static void
read_comma(SkFormatSection *self, SkSpan code, size_t at)
{
    bool digit_after =
        at + 1 < code.n && strchr("0#?,", code.p[at + 1]) != NULL && code.p[at + 1] != '\0';
    SkFormatToken *last = self->tokens->len == 0
                              ? NULL
                              : &g_array_index(self->tokens, SkFormatToken, self->tokens->len - 1);
    bool digit_before =
        last != NULL && (last->kind == SK_FORMAT_DIGIT || last->kind == SK_FORMAT_POINT);
    if (!digit_before || self->date)
        add_literal(self, sk_span_str(","));
    else if (digit_after && code.p[at + 1] != ',')
        self->thousands = true;
    else
        self->scale++;
}

static size_t
read_sign(SkFormatSection *self, SkSpan code, size_t at)
{
    char c = (char)code.p[at];
    bool behind = last_of(self, SK_FORMAT_POINT) != NULL;

    switch (c) {
    case '0':
    case '#':
    case '?':
        add(self, SK_FORMAT_DIGIT, c, self->exponent ? 2 : behind ? 1 : 0);
        self->whole += !self->exponent && !behind ? 1 : 0;
        self->decimals += !self->exponent && behind ? 1 : 0;
        return 1;
    case '.':
        add(self, SK_FORMAT_POINT, c, 0);
        return 1;
    case ',':
        read_comma(self, code, at);
        return 1;
    case '%':
        self->percents++;
        add_literal(self, sk_span_str("%"));
        return 1;
    case '/':
        self->fraction |= self->whole > 0 && !self->date;
        add(self, SK_FORMAT_SLASH, c, 0);
        return 1;
    case '@':
        self->text = true;
        add(self, SK_FORMAT_TEXT, c, 0);
        return 1;
    default:
        return 0;
    }
}

/* One thing of the code; how many bytes were taken, at least one. */
static size_t
read_one(SkFormatSection *self, SkSpan code, size_t at)
{
    char c = (char)code.p[at];
    size_t rest = code.n - at, end;

    if (c == '"' || c == '[') {
        end = sk_span_find(code, at + 1, sk_span_str(c == '"' ? "\"" : "]"));
        size_t n = (end == SIZE_MAX ? code.n : end) - at - 1;
        if (c == '"')
            add_literal(self, sk_span_sub(code, at + 1, n));
        else
            read_bracket(self, sk_span_sub(code, at + 1, n));
        return MIN(n + 2, rest);
    }
    if (c == '\\' || c == '_' || c == '*') {
        size_t n = rest > 1 ? character(code, at + 1) : 0;
        if (c == '\\')
            add_literal(self, sk_span_sub(code, at + 1, n));
        return n + 1;
    }
    if ((end = read_sign(self, code, at)) > 0 || (end = read_word(self, code, at)) > 0)
        return end;
    if (g_ascii_isalpha(c))
        return read_letters(self, code, at);
    end = character(code, at);
    add_literal(self, sk_span_sub(code, at, end));
    return end;
}

SkNumberFormat *
sk_number_format_new(const char *code)
{
    SkNumberFormat *self = g_new0(SkNumberFormat, 1);
    SkSpan span = sk_span(code, MIN(strlen(code), CODE_MAX));

    for (unsigned i = 0; i < SECTIONS_MAX; i++) {
        self->sections[i].tokens = g_array_new(FALSE, FALSE, sizeof(SkFormatToken));
        g_array_set_clear_func(self->sections[i].tokens, token_clear);
    }
    self->n = 1;
    for (size_t at = 0; at < span.n;) {
        if (span.p[at] != ';') {
            at += read_one(&self->sections[self->n - 1], span, at);
            continue;
        }
        if (self->n == SECTIONS_MAX)
            break;
        self->n++;
        at++;
    }
    if (span.n == 0)
        read_one(&self->sections[0], sk_span_str("General"), 0);
    return self;
}

/* ---- showing -------------------------------------------------------------------------------- */

static void
append_digit(const SkFormatSection *section, uint8_t digit, GString *out)
{
    if (section->digits == 3)
        g_string_append_unichar(out, 0xFF10u + digit);
    else
        g_string_append_c(out, (char)('0' + digit));
}

static void
append_general(const SkDecimal *number, GString *out)
{
    SkDecimal d = *number;
    bool huge = d.point > 20, tiny = d.n > 0 && d.point < -8;

    if (!huge && !tiny && d.point < (int)d.n)
        sk_decimal_round(&d,
                         MAX(10 - MAX(d.point, 1), 0)); /* eleven characters, as a wide cell has */
    int top = huge || tiny ? d.point - 1 : MAX(d.point, 1) - 1, last = d.point - (int)d.n;
    if (huge || tiny)
        sk_decimal_round(&d, 5 - top);
    last = d.point - (int)d.n;
    for (int power = top; power >= (huge || tiny ? last : MIN(last, 0)) && power > top - 32;
         power--) {
        if (power == (huge || tiny ? top - 1 : -1))
            g_string_append_c(out, '.');
        g_string_append_c(out, (char)('0' + sk_decimal_digit(&d, power)));
    }
    if (huge || tiny)
        g_string_append_printf(out, "E%c%02d", top < 0 ? '-' : '+', top < 0 ? -top : top);
}

static void
append_signed(const SkDecimal *number, GString *out)
{
    if (number->negative && number->n > 0)
        g_string_append_c(out, '-');
    append_general(number, out);
}

/* The digits before the point: as many as the number has, or as placeholders ask for. */
static void
append_whole(const SkFormatSection *section, const SkFormatToken *token, unsigned nth,
             const SkDecimal *d, GString *out)
{
    int power = (int)(section->whole - 1 - nth);
    int first = nth == 0 ? MAX(d->n > 0 ? d->point - 1 : -1, power) : power;

    for (int p = first; p >= power; p--) {
        bool there = d->n > 0 && p < d->point;
        if (!there && token->letter != '0')
            continue;
        append_digit(section, sk_decimal_digit(d, p), out);
        bool more = p > 0 && section->thousands && p % 3 == 0;
        if (more)
            g_string_append_c(out, ',');
    }
}

static void
append_decimal(const SkFormatSection *section, const SkFormatToken *token, unsigned nth,
               const SkDecimal *d, GString *out)
{
    int power = -1 - (int)nth, last = d->point - (int)d->n;
    if (token->letter == '0' || (d->n > 0 && power >= last))
        append_digit(section, sk_decimal_digit(d, power), out);
}

static void
append_tokens(const SkFormatSection *section, const SkDecimal *d, int exponent, GString *out)
{
    unsigned whole = 0, decimals = 0, powers = 0, width = 0;
    g_autofree char *power = NULL;

    for (unsigned i = 0; i < section->tokens->len; i++) {
        const SkFormatToken *token = &g_array_index(section->tokens, SkFormatToken, i);
        width += token->kind == SK_FORMAT_DIGIT && token->count == 2 ? 1 : 0;
    }
    power = g_strdup_printf("%0*d", (int)width, exponent < 0 ? -exponent : exponent);
    for (unsigned i = 0; i < section->tokens->len; i++) {
        const SkFormatToken *token = &g_array_index(section->tokens, SkFormatToken, i);
        if (token->kind == SK_FORMAT_LITERAL)
            g_string_append(out, token->text);
        else if (token->kind == SK_FORMAT_POINT &&
                 (section->decimals > 0 || i + 1 < section->tokens->len))
            g_string_append_c(out, '.');
        else if (token->kind == SK_FORMAT_SLASH)
            g_string_append_c(out, '/');
        else if (token->kind == SK_FORMAT_GENERAL)
            append_general(d, out);
        else if (token->kind == SK_FORMAT_EXPONENT)
            g_string_append(out, exponent < 0 ? "E-" : token->letter == '+' ? "E+" : "E");
        else if (token->kind == SK_FORMAT_DIGIT && token->count == 2)
            g_string_append(out, powers++ == 0 ? power : "");
        else if (token->kind == SK_FORMAT_DIGIT && token->count == 1)
            append_decimal(section, token, decimals++, d, out);
        else if (token->kind == SK_FORMAT_DIGIT)
            append_whole(section, token, whole++, d, out);
    }
}

/* 1 1/2: the nearest fraction with as many digits as there is room for. */
static void
append_fraction(const SkFormatSection *section, const SkDecimal *d, GString *out)
{
    unsigned room = 0, best = 1;
    bool behind = false;
    uint64_t whole = sk_decimal_whole(d), best_error = UINT64_MAX,
             part = sk_decimal_fraction_of(d, 1000000000);

    for (unsigned i = 0; i < section->tokens->len; i++) {
        const SkFormatToken *token = &g_array_index(section->tokens, SkFormatToken, i);
        behind |= token->kind == SK_FORMAT_SLASH;
        room += behind && token->kind == SK_FORMAT_DIGIT ? 1 : 0;
    }
    unsigned max = room <= 1 ? 9 : room == 2 ? 99 : 999;
    for (unsigned n = 1; n <= max; n++) {
        uint64_t scaled = part * n, off = scaled % 1000000000u;
        off = MIN(off, 1000000000u - off) * 1000 / n;
        if (off < best_error) {
            best_error = off;
            best = n;
        }
    }
    uint64_t top = (part * best + 500000000u) / 1000000000u;
    if (top == best) {
        whole++;
        top = 0;
    }
    if (whole > 0 || top == 0)
        g_string_append_printf(out, "%" G_GUINT64_FORMAT, whole);
    if (top > 0)
        g_string_append_printf(out, "%s%" G_GUINT64_FORMAT "/%u", whole > 0 ? " " : "", top, best);
}

static int
split_exponent(const SkFormatSection *section, SkDecimal *d)
{
    int step = (int)MAX(section->whole, 1u), exponent = 0;

    if (d->n == 0)
        return 0;
    exponent = d->point - step;
    if (step > 1) { /* ##0.0E+0: powers of a thousand */
        exponent = d->point - 1;
        exponent -= ((exponent % step) + step) % step;
    }
    d->point -= exponent;
    sk_decimal_round(d, (int)section->decimals);
    if (d->point > step) {
        d->point -= step;
        exponent += step;
    }
    return exponent;
}

static bool
fits(const SkFormatSection *section, const SkDecimal *d)
{
    int order = sk_decimal_compare(d, &section->limit);

    switch (section->op) {
    case '<':
        return order < 0;
    case '>':
        return order > 0;
    case '=':
        return order == 0;
    case 'l':
        return order <= 0;
    case 'g':
        return order >= 0;
    case '!':
        return order != 0;
    default:
        return true;
    }
}

/* Which section shows @d, and whether its sign is the section's business. */
static const SkFormatSection *
choose(const SkNumberFormat *self, const SkDecimal *d, bool *ret_signed)
{
    unsigned n = self->n == SECTIONS_MAX ? 3 : self->n;
    bool conditions = self->sections[0].op != 0;

    *ret_signed = false;
    if (n > 1 && self->sections[n - 1].text)
        n--;
    if (n == 1)
        return &self->sections[0];
    if (conditions) {
        for (unsigned i = 0; i < n; i++) {
            if (fits(&self->sections[i], d))
                return &self->sections[i];
        }
        return &self->sections[n - 1];
    }
    if (d->n == 0)
        return &self->sections[n > 2 ? 2 : 0];
    *ret_signed = d->negative;
    return &self->sections[d->negative ? 1 : 0];
}

static bool
is_empty(const SkFormatSection *section)
{
    return section->tokens->len == 0;
}

void
sk_number_format_number(const SkNumberFormat *self, SkSpan number, bool from_1904, GString *out)
{
    SkDecimal d;
    bool has_sign = false;

    if (!sk_decimal_parse(number, &d)) {
        g_string_append_len(out, (const char *)number.p, (gssize)number.n);
        return;
    }
    const SkFormatSection *section = choose(self, &d, &has_sign);
    if (is_empty(section))
        return;
    if (section->text) {
        append_signed(&d, out);
        return;
    }
    if (section->date) {
        if (!sk_format_date(section, &d, from_1904, out))
            append_signed(&d, out);
        return;
    }
    bool negative = d.negative && !has_sign;
    d.point += d.n > 0 ? (int)section->percents * 2 - (int)section->scale * 3 : 0;
    int exponent = section->exponent ? split_exponent(section, &d) : 0;
    if (!section->fraction && !section->general)
        sk_decimal_round(&d, (int)section->decimals);
    if (negative && d.n > 0 && (section->general || section->whole + section->decimals > 0))
        g_string_append_c(out, '-');
    if (section->fraction)
        append_fraction(section, &d, out);
    else
        append_tokens(section, &d, exponent, out);
}

void
sk_number_format_text(const SkNumberFormat *self, SkSpan text, GString *out)
{
    const SkFormatSection *section =
        self->n == SECTIONS_MAX ? &self->sections[3] : &self->sections[self->n - 1];

    if (!section->text) {
        /* A fourth section without @ would hide the text; what is hidden is shown all the same. */
        g_string_append_len(out, (const char *)text.p, (gssize)text.n);
        return;
    }
    for (unsigned i = 0; i < section->tokens->len; i++) {
        const SkFormatToken *token = &g_array_index(section->tokens, SkFormatToken, i);
        if (token->kind == SK_FORMAT_LITERAL)
            g_string_append(out, token->text);
        else if (token->kind == SK_FORMAT_TEXT)
            g_string_append_len(out, (const char *)text.p, (gssize)text.n);
    }
}
