/* SPDX-License-Identifier: Apache-2.0
 * csv.c - contract in csv.h. Where spreadsheets differ, Excel's reading is taken. */
#include "format/csv.h"

#include <string.h>

#define SAMPLE_RECORDS 100u

/* ---- reading ------------------------------------------------------------------------------ */

static const char delimiters[] = { ',', ';', '\t' };

char
sk_csv_delimiter(SkSpan text, char usual)
{
    uint64_t all[G_N_ELEMENTS(delimiters)] = { 0 };
    unsigned records[G_N_ELEMENTS(delimiters)] = { 0 };
    bool seen[G_N_ELEMENTS(delimiters)] = { false };
    bool quoted = false;
    unsigned record = 0;

    for (size_t at = 0; at < text.n && record < SAMPLE_RECORDS; at++) {
        char c = (char)text.p[at];
        if (c == '"')
            quoted = !quoted;
        if (quoted)
            continue;
        for (size_t i = 0; i < G_N_ELEMENTS(delimiters); i++) {
            if (c == delimiters[i]) {
                all[i]++;
                records[i] += seen[i] ? 0 : 1;
                seen[i] = true;
            }
            seen[i] = seen[i] && c != '\n';
        }
        record += c == '\n' ? 1 : 0;
    }

    char best = usual;
    unsigned best_records = 0;
    uint64_t best_all = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(delimiters); i++) {
        bool better = records[i] > best_records ||
                      (records[i] == best_records && all[i] > best_all) ||
                      (records[i] == best_records && all[i] == best_all && records[i] > 0 &&
                       delimiters[i] == usual);
        if (better) {
            best = delimiters[i];
            best_records = records[i];
            best_all = all[i];
        }
    }
    return best;
}

static bool
parse_quoted(SkReader *r, GString *value, GError **error)
{
    size_t start = r->at;
    sk_reader_skip(r, 1);
    for (;;) {
        SkSpan left = sk_span_sub(r->in, r->at, r->in.n - r->at);
        size_t n = sk_span_find(left, 0, sk_span_str("\""));
        if (n == SIZE_MAX)
            return sk_throw(error, SK_ERROR_AMBIGUOUS, "csv: a quote never closes (byte %zu)",
                            start);
        g_string_append_len(value, (const char *)left.p, (gssize)n);
        sk_reader_skip(r, n + 1);
        if (sk_reader_peek(r, 0) != '"')
            return true;
        g_string_append_c(value, '"');
        sk_reader_skip(r, 1);
    }
}

bool
sk_csv_parse(SkReader *r, char delimiter, GString *value, SkCsvCell *ret, GError **error)
{
    g_string_truncate(value, 0);
    bool quoted = sk_reader_peek(r, 0) == '"';
    if (quoted && !parse_quoted(r, value, error))
        return false;
    size_t start = r->at;
    int c = sk_reader_peek(r, 0);
    while (c >= 0 && c != delimiter && c != '\n') {
        sk_reader_skip(r, 1);
        c = sk_reader_peek(r, 0);
    }
    /* What follows a closing quote belongs to the value, as Excel has it. */
    g_string_append_len(value, (const char *)r->in.p + start, (gssize)(r->at - start));
    sk_reader_skip(r, c >= 0 ? 1 : 0);
    *ret = (SkCsvCell){ .quoted = quoted, .last = c != delimiter };
    return true;
}

/* ---- writing ------------------------------------------------------------------------------ */

bool
sk_csv_needs_quotes(SkSpan value)
{
    for (size_t i = 0; i < value.n; i++) {
        uint8_t c = value.p[i];
        if (c == '"' || c == ',' || c == ';' || c == '\t' || c == '\n')
            return true;
    }
    return false;
}

void
sk_csv_emit(SkSink *sink, SkSpan value)
{
    if (!sk_csv_needs_quotes(value)) {
        sk_sink_span(sink, value);
        return;
    }
    sk_sink_u8(sink, '"');
    size_t from = 0;
    for (size_t i = 0; i < value.n; i++) {
        if (value.p[i] == '"') {
            sk_sink_span(sink, sk_span_sub(value, from, i + 1 - from));
            from = i; /* the quote once more */
        }
    }
    sk_sink_span(sink, sk_span_sub(value, from, value.n - from));
    sk_sink_u8(sink, '"');
}

/* ---- what would run ----------------------------------------------------------------------- */

/* The signs of full width read as those of ASCII; other characters beyond ASCII read as 0. @ret_n:
 * its bytes. */
static char
narrow(const char *p, size_t *ret_n)
{
    gunichar c = g_utf8_get_char(p);
    *ret_n = (size_t)(g_utf8_next_char(p) - p);
    if (c < 0x80)
        return (char)c;
    if (c >= 0xFF10 && c <= 0xFF19)
        return (char)('0' + (int)(c - 0xFF10));
    switch (c) {
    case 0xFF1D:
        return '=';
    case 0xFF0B:
        return '+';
    case 0xFF0D:
        return '-';
    case 0xFF20:
        return '@';
    case 0xFF0E:
        return '.';
    case 0xFF0C:
        return ',';
    case 0xFF05:
        return '%';
    case 0x00A5:
    case 0xFFE5:
        return '$'; /* the yen signs stand where a dollar may */
    default:
        return 0;
    }
}

static bool
is_padding(const char *p, size_t *ret_n)
{
    gunichar c = g_utf8_get_char(p);
    *ret_n = (size_t)(g_utf8_next_char(p) - p);
    return c == ' ' || c == '\t' || c == '\n' || c == '"' || c == 0xA0 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x205F || c == 0x3000;
}

static bool
is_trigger(char c)
{
    return c == '=' || c == '+' || c == '-' || c == '@';
}

static size_t
digits(const char *p)
{
    size_t n = 0;
    while (p[n] >= '0' && p[n] <= '9')
        n++;
    return n;
}

/* The whole part: plain digits, or groups of three. */
static size_t
whole_part(const char *p)
{
    size_t n = digits(p);
    if (n == 0 || n > 3)
        return n;
    while (p[n] == ',' && digits(p + n + 1) == 3)
        n += 4;
    return n;
}

/* The longest number that stands in a cell is short; what is longer is not one. */
#define NUMBER_MAX 64u

static bool
is_number(const GString *value)
{
    char text[NUMBER_MAX + 1] = { 0 };
    size_t n = 0;
    for (size_t at = 0, step = 0; at < value->len; at += step) {
        char c = narrow(value->str + at, &step);
        if (c == 0 || n == NUMBER_MAX)
            return false;
        text[n++] = c;
    }
    while (n > 0 && text[n - 1] == ' ')
        text[--n] = '\0';
    const char *p = text;
    while (*p == ' ')
        p++;
    p += *p == '+' || *p == '-' ? 1 : 0;
    p += *p == '$' || *p == '\\' ? 1 : 0;
    size_t whole = whole_part(p), fraction = 0;
    p += whole;
    if (*p == '.' && (fraction = digits(p + 1)) > 0)
        p += 1 + fraction;
    if (whole + fraction == 0)
        return false;
    if (*p == 'e' || *p == 'E') {
        const char *power = p + 1 + (p[1] == '+' || p[1] == '-' ? 1 : 0);
        size_t power_digits = digits(power);
        if (power_digits == 0)
            return false;
        p = power + power_digits;
    }
    p += *p == '%' ? 1 : 0;
    return *p == '\0';
}

static bool
is_dash(const GString *value)
{
    for (size_t at = 0, step = 0; at < value->len; at += step) {
        char c = narrow(value->str + at, &step);
        if (c != '-' && c != ' ')
            return false;
    }
    return true;
}

/* Rule 1 of the profile. */
static bool
runs_at_start(const GString *value)
{
    if (value->len > 0 && (value->str[0] == '\t' || value->str[0] == '\n'))
        return true;
    size_t at = 0, step = 0;
    while (at < value->len && is_padding(value->str + at, &step))
        at += step;
    return at < value->len && is_trigger(narrow(value->str + at, &step)) && !is_dash(value);
}

/* Rule 2: what a program that takes another delimiter would find at the start of a cell of its
 * own. */
static bool
defuse_inside(GString *value)
{
    bool changed = false;
    bool parted = false; /* a delimiter, and nothing but padding since */
    const char *last_call = strpbrk(value->str, "|(!");
    size_t call = 0; /* the last of them, from the start; 0 if none: a call cannot come first */
    for (; last_call != NULL; last_call = strpbrk(last_call + 1, "|(!"))
        call = (size_t)(last_call - value->str);

    for (size_t at = 0, step = 0; at < value->len; at += step) {
        const char *p = value->str + at;
        bool padding = is_padding(p, &step);
        if (*p == ',' || *p == ';' || *p == '\t' || *p == '\n') {
            parted = true;
            continue;
        }
        if (padding)
            continue;
        char c = narrow(p, &step);
        if (parted && is_trigger(c) && (c == '=' || c == '@' || call > at)) {
            g_string_insert_c(value, (gssize)at, '\'');
            call += call > at ? 1 : 0;
            step += 1;
            changed = true;
        }
        parted = false;
    }
    return changed;
}

bool
sk_csv_defuse(GString *value)
{
    if (is_number(value))
        return false;
    bool start = runs_at_start(value);
    if (start)
        g_string_prepend_c(value, '\'');
    bool inside = defuse_inside(value);
    return start || inside;
}
