/* SPDX-License-Identifier: Apache-2.0
 * csv.c - contract in csv.h. Where spreadsheets differ, Excel's reading is taken. */
#include "format/csv.h"

#include <string.h>

#define SAMPLE_RECORDS 100u

/* ---- reading ------------------------------------------------------------------------------ */

static const char delimiters[] = { ',', ';', '\t', '|' };

/* How often each delimiter stands outside of quotes. */
typedef struct {
    uint64_t all;
    unsigned records;   /* that have it */
    uint64_t here;      /* in the record at hand */
    uint64_t first;     /* in the first record that has it */
    bool even;          /* as often in each record that is not empty */
} Count;

static void
end_record(Count counts[G_N_ELEMENTS(delimiters)], bool empty)
{
    for (size_t i = 0; i < G_N_ELEMENTS(delimiters) && !empty; i++) {
        Count *count = &counts[i];
        if (count->here > 0 && count->first == 0)
            count->first = count->here;
        count->even = count->even && count->here > 0 && count->here == count->first;
        count->records += count->here > 0 ? 1 : 0;
        count->all += count->here;
        count->here = 0;
    }
}

static void
count_delimiters(SkSpan text, SkCsvDialect dialect, Count counts[G_N_ELEMENTS(delimiters)])
{
    bool quoted = false, empty = true;
    unsigned record = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(delimiters); i++)
        counts[i] = (Count){ .even = true };
    for (size_t at = 0; at < text.n && record < SAMPLE_RECORDS; at++) {
        char c = (char)text.p[at];
        if (quoted && dialect.backslash && c == '\\') {
            at++;
            continue;
        }
        if (c == dialect.quote)
            quoted = !quoted;
        if (quoted)
            continue;
        for (size_t i = 0; i < G_N_ELEMENTS(delimiters); i++)
            counts[i].here += c == delimiters[i] ? 1 : 0;
        empty = empty && c == '\n';
        if (c != '\n')
            continue;
        end_record(counts, empty);
        record++;
        empty = true;
    }
    end_record(counts, empty);
}

/* A bar also stands in what spreadsheets run, and in sentences: it parts cells only where it does so alike in
 * several records. */
static char
delimiter_of(SkSpan text, SkCsvDialect dialect, char usual)
{
    Count counts[G_N_ELEMENTS(delimiters)];
    const Count *best = NULL;
    char chosen = usual;

    count_delimiters(text, dialect, counts);
    for (size_t i = 0; i < G_N_ELEMENTS(delimiters); i++) {
        const Count *count = &counts[i];
        if (count->records == 0 || (delimiters[i] == '|' && (count->records < 2 || !count->even)))
            continue;
        bool more = best == NULL || count->records > best->records ||
                    (count->records == best->records && count->all > best->all);
        bool same = best != NULL && count->records == best->records && count->all == best->all;
        if (more || (same && delimiters[i] == usual)) {
            best = count;
            chosen = delimiters[i];
        }
    }
    return chosen;
}

/* How much of a text reads by a dialect. */
typedef struct {
    bool strict; /* every quote opens or closes a cell, or stands in one as it should */
    bool lines;  /* a quoted cell has several */
    uint64_t cells, quoted; /* cells that are not empty; those of them in quotes */
} Fit;

static Fit
fit(SkSpan text, const SkCsvDialect *dialect)
{
    g_autoptr(GString) value = g_string_new(NULL);
    SkReader r = sk_reader(text);
    Fit out = { .strict = true };
    SkCsvCell cell = { .last = true };

    while (out.strict && (!cell.last || sk_reader_left(&r) > 0)) {
        out.strict = sk_csv_parse(&r, dialect, value, &cell, NULL) && cell.strict;
        out.cells += value->len > 0 ? 1 : 0;
        out.lines |= cell.quoted && memchr(value->str, '\n', value->len) != NULL;
        out.quoted += value->len > 0 && cell.quoted ? 1 : 0;
    }
    return out;
}

SkCsvDialect
sk_csv_dialect(SkSpan text, char usual, char declared)
{
    SkCsvDialect tries[] = { { .quote = '"' }, { .quote = '\'' }, { .quote = '"', .backslash = true } };
    bool double_quote = sk_span_find(text, 0, sk_span_str("\"")) != SIZE_MAX;
    bool single_quote = sk_span_find(text, 0, sk_span_str("'")) != SIZE_MAX;
    bool escape = sk_span_find(text, 0, sk_span_str("\\\"")) != SIZE_MAX;

    for (size_t i = 0; i < G_N_ELEMENTS(tries); i++)
        tries[i].delimiter = declared != 0 ? declared : delimiter_of(text, tries[i], usual);
    if (!double_quote && single_quote) {
        Fit single = fit(text, &tries[1]);
        if (single.strict && !single.lines && single.quoted > 1 &&
            single.quoted >= single.cells - single.quoted)
            return tries[1];
    }
    if (escape && !fit(text, &tries[0]).strict && fit(text, &tries[2]).strict)
        return tries[2];
    return tries[0];
}

/* From the opening quote to behind the closing one. */
static bool
parse_quoted(SkReader *r, const SkCsvDialect *dialect, GString *value, GError **error)
{
    const char stops[] = { dialect->quote, dialect->backslash ? '\\' : dialect->quote, '\0' };
    size_t start = r->at;

    sk_reader_skip(r, 1);
    for (;;) {
        size_t n = 0, left = sk_reader_left(r);
        const uint8_t *p = r->in.p + r->at;
        while (n < left && p[n] != (uint8_t)stops[0] && p[n] != (uint8_t)stops[1])
            n++;
        if (n == left)
            return sk_throw(error, SK_ERROR_AMBIGUOUS, "csv: a quote never closes (byte %zu)",
                            start);
        g_string_append_len(value, (const char *)p, (gssize)n);
        bool escape = p[n] != (uint8_t)dialect->quote;
        sk_reader_skip(r, n + 1);
        int next = sk_reader_peek(r, 0);
        if (escape && next != dialect->quote && next != '\\') {
            g_string_append_c(value, '\\'); /* a backslash that escapes nothing stands for itself */
            continue;
        }
        if (!escape && next != dialect->quote)
            return true;
        g_string_append_c(value, (char)next);
        sk_reader_skip(r, 1);
    }
}

bool
sk_csv_parse(SkReader *r, const SkCsvDialect *dialect, GString *value, SkCsvCell *ret,
             GError **error)
{
    g_string_truncate(value, 0);
    bool quoted = sk_reader_peek(r, 0) == dialect->quote;
    if (quoted && !parse_quoted(r, dialect, value, error))
        return false;
    size_t start = r->at;
    int c = sk_reader_peek(r, 0);
    while (c >= 0 && c != dialect->delimiter && c != '\n') {
        sk_reader_skip(r, 1);
        c = sk_reader_peek(r, 0);
    }
    /* What follows a closing quote belongs to the value, as Excel has it. */
    g_string_append_len(value, (const char *)r->in.p + start, (gssize)(r->at - start));
    *ret = (SkCsvCell){ .quoted = quoted,
                        .last = c != dialect->delimiter,
                        .strict = !quoted || r->at == start };
    sk_reader_skip(r, c >= 0 ? 1 : 0);
    return true;
}

/* ---- writing ------------------------------------------------------------------------------ */

bool
sk_csv_needs_quotes(SkSpan value)
{
    for (size_t i = 0; i < value.n; i++) {
        uint8_t c = value.p[i];
        if (c == '"' || c == ',' || c == ';' || c == '|' || c == '\t' || c == '\n')
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
    switch (c) { /* those of full width, and the small forms beside them */
    case 0xFF1D:
    case 0xFE66:
        return '=';
    case 0xFF0B:
    case 0xFE62:
        return '+';
    case 0xFF0D:
    case 0xFE63:
        return '-';
    case 0xFF20:
    case 0xFE6B:
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

/* Nothing to see, where a policy lets it stand. */
static bool
is_unseen(gunichar c)
{
    return c == 0xAD || c == 0x34F || c == 0x115F || c == 0x1160 || (c >= 0x180B && c <= 0x180F) ||
           (c >= 0x200B && c <= 0x200F) || (c >= 0x2060 && c <= 0x206F) || c == 0x3164 ||
           (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF || c == 0xFFA0 ||
           (c >= 0xE0000 && c <= 0xE0FFF);
}

static bool
is_padding(const char *p, size_t *ret_n)
{
    gunichar c = g_utf8_get_char(p);
    *ret_n = (size_t)(g_utf8_next_char(p) - p);
    return c == ' ' || c == '\t' || c == '\n' || c == '"' || c == 0xA0 ||
           c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x205F ||
           c == 0x3000 || is_unseen(c);
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
        if (*p == ',' || *p == ';' || *p == '|' || *p == '\t' || *p == '\n') {
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
