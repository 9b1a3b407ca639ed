/* SPDX-License-Identifier: Apache-2.0
 *
 * csv.c - the profile of csv and tsv: one encoding, one way to quote, and no cell that a
 * spreadsheet would run, whichever delimiter it splits at. Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/csv.md   Tests: tests/unit/verify/test-text.c
 */
#include "verify/chars.h"
#include "verify/proof.h"

#include <string.h>

#define BOM "\xef\xbb\xbf"

typedef struct {
    SkProof *proof;
    SkSpan in;
    size_t at;
    uint8_t delimiter;
    bool keep_invisible;
    uint64_t row, column; /* of the cell being read, from 0 */
    GByteArray *unquoted; /* owned: the value of a cell that holds quotes */
} Csv;

static bool
no(const Csv *csv, SkElement element, const char *what)
{
    return sk_proof_no(csv->proof, element,
                       "row %" G_GUINT64_FORMAT " column %" G_GUINT64_FORMAT ": %s, byte %zu",
                       csv->row + 1, csv->column + 1, what, csv->at);
}

/* ---- does it run? ------------------------------------------------------------------------- */

/* The set S of the profile: what a spreadsheet may skip before it looks for a formula. */
static bool
is_skipped(uint32_t c)
{
    static const struct {
        uint32_t from, to;
    } sets[] = {
        { ' ', ' ' },       { '"', '"' },       { '\t', '\n' },     { 0xa0, 0xa0 },
        { 0xad, 0xad },     { 0x34f, 0x34f },   { 0x115f, 0x1160 }, { 0x1680, 0x1680 },
        { 0x180b, 0x180f }, { 0x2000, 0x200f }, { 0x202f, 0x202f }, { 0x205f, 0x206f },
        { 0x3000, 0x3000 }, { 0x3164, 0x3164 }, { 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff },
        { 0xffa0, 0xffa0 }, { 0xe0000, 0xe0fff },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(sets); i++)
        if (c >= sets[i].from && c <= sets[i].to)
            return true;
    return false;
}

/* The set T, full width folded: `=`, `+`, `-`, `@`; 0 for all others. */
static char
trigger(uint32_t c)
{
    switch (c) {
    case '=':
    case 0xff1d:
    case 0xfe66:
        return '=';
    case '+':
    case 0xff0b:
    case 0xfe62:
        return '+';
    case '-':
    case 0xff0d:
    case 0xfe63:
        return '-';
    case '@':
    case 0xff20:
    case 0xfe6b:
        return '@';
    default:
        return '\0';
    }
}

/* The characters of a plain number, full width folded; 0 for all others. */
static char
fold(uint32_t c)
{
    static const char marks[] = "+-.,%eE\\";

    if (c >= 0xff10 && c <= 0xff19)
        return (char)('0' + (c - 0xff10));
    if (c == 0xa5 || c == 0xffe5 || c == '$')
        return '\\'; /* stands for every currency mark */
    if (c == 0xfe62 || c == 0xfe63)
        return trigger(c);
    if (c == 0xff0b || c == 0xff0d || c == 0xff0e || c == 0xff0c || c == 0xff05)
        return (char)(c - 0xff00 + 0x20);
    if (c >= '0' && c <= '9')
        return (char)c;
    for (const char *mark = marks; *mark != '\0'; mark++)
        if (c == (uint8_t)*mark)
            return *mark;
    return '\0';
}

static size_t
digits(const char *s, size_t at)
{
    size_t from = at;
    while (g_ascii_isdigit(s[at]))
        at++;
    return at - from;
}

/* [+-]?[\\]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)?(\.[0-9]+)?([eE][+-]?[0-9]+)?%? with a digit before any
 * e */
static bool
matches_number(const char *s)
{
    size_t at = s[0] == '+' || s[0] == '-' ? 1 : 0;

    if (s[at] == '\\')
        at++;
    size_t whole = digits(s, at), part = 0;
    at += whole;
    if (whole >= 1 && whole <= 3)
        while (s[at] == ',' && digits(s, at + 1) == 3)
            at += 4;
    if (s[at] == '.') {
        part = digits(s, at + 1);
        if (part == 0)
            return false;
        at += 1 + part;
    }
    if (whole + part == 0)
        return false;
    if (s[at] == 'e' || s[at] == 'E') {
        at++;
        if (s[at] == '+' || s[at] == '-')
            at++;
        if (digits(s, at) == 0)
            return false;
        at += digits(s, at);
    }
    if (s[at] == '%')
        at++;
    return s[at] == '\0';
}

static bool
is_plain_number(SkSpan value)
{
    g_autofree char *folded = g_malloc(value.n + 1);
    size_t at = 0, end = value.n, n = 0;

    while (at < end && value.p[at] == ' ')
        at++;
    while (end > at && value.p[end - 1] == ' ')
        end--;
    value = sk_span_sub(value, 0, end);
    while (at < end) {
        folded[n] = fold(sk_char_next(value, &at));
        if (folded[n++] == '\0')
            return false;
    }
    folded[n] = '\0';
    return matches_number(folded);
}

static bool
is_dash(SkSpan value)
{
    bool some = false;

    for (size_t at = 0; at < value.n;) {
        uint32_t c = sk_char_next(value, &at);
        if (c != ' ' && trigger(c) != '-')
            return false;
        some = true;
    }
    return some;
}

/* Rule 1: the cell's beginning. */
static bool
begins_harmless(SkSpan value)
{
    if (value.n > 0 && (value.p[0] == '\t' || value.p[0] == '\n'))
        return false;
    for (size_t at = 0; at < value.n;) {
        uint32_t c = sk_char_next(value, &at);
        if (is_skipped(c))
            continue;
        return trigger(c) == '\0' || is_plain_number(value) || is_dash(value);
    }
    return true;
}

/* Rule 2: what would begin a cell for a program that splits at another delimiter. */
static bool
inside_harmless(SkSpan value)
{
    size_t call = 0; /* just behind the last of `|`, `(`, `!` */
    bool armed = false;

    for (size_t i = 0; i < value.n; i++)
        if (value.p[i] == '|' || value.p[i] == '(' || value.p[i] == '!')
            call = i + 1;
    for (size_t at = 0; at < value.n;) {
        uint32_t c = sk_char_next(value, &at);
        char t = trigger(c);
        if (armed && (t == '=' || t == '@' || (t != '\0' && call > at)))
            return is_plain_number(value);
        armed = c == ',' || c == ';' || c == '|' || c == '\t' || c == '\n' || (armed && is_skipped(c));
    }
    return true;
}

/* ---- how it is written -------------------------------------------------------------------- */

/* Every character of the cell's value may stand; tells whether the value has to be quoted. */
static bool
check_characters(const Csv *csv, SkSpan value, bool *ret_special)
{
    SkCharWalk walk = SK_CHAR_WALK(csv->keep_invisible);
    SkElement found = SK_ELEMENT_NONE;

    *ret_special = false;
    for (size_t at = 0; at < value.n && found == SK_ELEMENT_NONE;) {
        uint32_t c = sk_char_next(value, &at);
        if (c == SK_CHAR_BAD)
            return no(csv, SK_ELEMENT_TEXT_ENCODING, "not UTF-8");
        if (c == '\r')
            return no(csv, SK_ELEMENT_TEXT_NEWLINE, "line end");
        if (c == '"' || c == ',' || c == ';' || c == '|' || c == '\t' || c == '\n')
            *ret_special = true;
        found = sk_char_step(&walk, c);
    }
    if (found == SK_ELEMENT_NONE)
        found = sk_char_stop(&walk);
    return found == SK_ELEMENT_NONE || no(csv, found, "character");
}

/* From behind the opening quote to behind the closing one. */
static bool
read_quoted(Csv *csv, SkSpan *ret)
{
    size_t from = csv->at;

    g_byte_array_set_size(csv->unquoted, 0);
    for (;;) {
        size_t quote = sk_span_find(csv->in, csv->at, sk_span_str("\""));
        if (quote == SIZE_MAX)
            return no(csv, SK_ELEMENT_CSV_QUOTING, "quote not closed");
        csv->at = quote + 1;
        if (csv->at == csv->in.n || csv->in.p[csv->at] != '"')
            break;
        g_byte_array_append(csv->unquoted, csv->in.p + from, (guint)(csv->at - from));
        csv->at++;
        from = csv->at;
    }
    SkSpan rest = sk_span_sub(csv->in, from, csv->at - 1 - from);
    *ret = rest;
    if (csv->unquoted->len > 0) {
        g_byte_array_append(csv->unquoted, rest.p, (guint)rest.n);
        *ret = sk_span(csv->unquoted->data, csv->unquoted->len);
    }
    return true;
}

static SkSpan
read_bare(Csv *csv)
{
    size_t from = csv->at;
    while (csv->at < csv->in.n && csv->in.p[csv->at] != csv->delimiter &&
           csv->in.p[csv->at] != '\r' && csv->in.p[csv->at] != '\n')
        csv->at++;
    return sk_span_sub(csv->in, from, csv->at - from);
}

static bool
check_cell(Csv *csv)
{
    bool quoted = csv->at < csv->in.n && csv->in.p[csv->at] == '"', special = false;
    SkSpan value = SK_SPAN_EMPTY;

    if (quoted) {
        csv->at++;
        if (!read_quoted(csv, &value))
            return false;
    } else {
        value = read_bare(csv);
    }
    if (!check_characters(csv, value, &special))
        return false;
    if (special != quoted)
        return no(csv, SK_ELEMENT_CSV_QUOTING, "quoting");
    if (!begins_harmless(value) || !inside_harmless(value))
        return no(csv, SK_ELEMENT_CSV_FORMULA, "formula");
    if (csv->row == 0 && csv->column == 0 && value.n >= 4 &&
        g_ascii_strncasecmp((const char *)value.p, "sep=", 4) == 0)
        return no(csv, SK_ELEMENT_CSV_SEP_LINE, "separator line");
    return true;
}

/* Behind a cell: the delimiter, or the record's end. */
static bool
check_cell_end(Csv *csv)
{
    int next = csv->at < csv->in.n ? csv->in.p[csv->at] : -1;

    if (next == csv->delimiter) {
        csv->at++;
        csv->column++;
        return true;
    }
    if (next == '\r' && csv->in.n - csv->at >= 2 && csv->in.p[csv->at + 1] == '\n') {
        csv->at += 2;
        csv->row++;
        csv->column = 0;
        return true;
    }
    if (next == '\n' || next == '\r')
        return no(csv, SK_ELEMENT_TEXT_NEWLINE, "line end");
    if (next == -1)
        return no(csv, SK_ELEMENT_NOT_CANONICAL, "record not ended");
    return no(csv, SK_ELEMENT_CSV_QUOTING, "text behind a quote");
}

static bool
check(SkProof *proof, SkSpan in, uint8_t delimiter)
{
    g_autoptr(GByteArray) unquoted = g_byte_array_new();
    Csv csv = {
        .proof = proof,
        .in = in,
        .at = strlen(BOM),
        .delimiter = delimiter,
        .keep_invisible = sk_proof_keeps(proof, SK_ELEMENT_TEXT_INVISIBLE),
        .unquoted = unquoted,
    };

    if (!sk_span_starts(in, BOM))
        return sk_proof_no(proof, SK_ELEMENT_TEXT_BOM, "byte 0: none");
    while (csv.at < in.n || csv.column > 0)
        if (!check_cell(&csv) || !check_cell_end(&csv))
            return false;
    return true;
}

bool
sk_verify_csv(SkProof *proof, SkSpan in)
{
    return check(proof, in, ',');
}

bool
sk_verify_tsv(SkProof *proof, SkSpan in)
{
    return check(proof, in, '\t');
}
