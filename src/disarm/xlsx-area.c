/* SPDX-License-Identifier: Apache-2.0
 * xlsx-area.c - cells, ranges and numbers as text: the first part of xlsx.h. */
#include "disarm/xlsx.h"

#include <string.h>

/* A column's letters, or 0. Small letters count as well. */
static uint32_t
take_column(SkSpan s, size_t *at)
{
    uint32_t column = 0;

    for (size_t n = 0; *at < s.n && g_ascii_isalpha(s.p[*at]); n++, *at += 1) {
        if (n >= 3)
            return 0;
        column = column * 26 + (uint32_t)(g_ascii_toupper((char)s.p[*at]) - 'A') + 1;
    }
    return column <= SK_XLSX_COLUMNS ? column : 0;
}

static uint32_t
take_row(SkSpan s, size_t *at)
{
    uint32_t row = 0;

    if (*at < s.n && s.p[*at] == '0')
        return 0;
    for (size_t n = 0; *at < s.n && g_ascii_isdigit(s.p[*at]); n++, *at += 1) {
        if (n >= 7)
            return 0;
        row = row * 10 + (uint32_t)(s.p[*at] - '0');
    }
    return row <= SK_XLSX_ROWS ? row : 0;
}

static void
skip_dollar(SkSpan s, size_t *at, bool dollars)
{
    if (dollars && *at < s.n && s.p[*at] == '$')
        *at += 1;
}

/* Either of the two may be missing (0). */
static bool
take_corner(SkSpan s, size_t *at, bool dollars, SkXlsxCell *ret)
{
    size_t start = *at;

    skip_dollar(s, at, dollars);
    bool letters = *at < s.n && g_ascii_isalpha(s.p[*at]);
    ret->column = letters ? take_column(s, at) : 0;
    if (letters)
        skip_dollar(s, at, dollars);
    bool digits = *at < s.n && g_ascii_isdigit(s.p[*at]);
    ret->row = digits ? take_row(s, at) : 0;
    return *at > start && (letters || digits) && (!letters || ret->column > 0) &&
           (!digits || ret->row > 0) && s.p[*at - 1] != '$';
}

bool
sk_xlsx_cell(SkSpan s, bool dollars, SkXlsxCell *ret)
{
    size_t at = 0;
    return take_corner(s, &at, dollars, ret) && at == s.n && ret->row > 0 && ret->column > 0;
}

SkSpan
sk_xlsx_cell_name(SkXlsxCell cell, char buffer[16])
{
    char digits[8];
    size_t n = 0, d = 0;

    for (uint32_t c = cell.column; c > 0; c = (c - 1) / 26)
        digits[d++] = (char)('A' + (c - 1) % 26);
    while (d > 0)
        buffer[n++] = digits[--d];
    for (uint32_t r = cell.row; r > 0; r /= 10)
        digits[d++] = (char)('0' + r % 10);
    while (d > 0)
        buffer[n++] = digits[--d];
    buffer[n] = '\0';
    return sk_span(buffer, n);
}

static bool
take_area(SkSpan s, size_t *at, SkXlsxCell ret[2])
{
    bool upper = true;
    size_t start = *at;

    if (!take_corner(s, at, true, &ret[0]))
        return false;
    ret[1] = ret[0];
    if (*at < s.n && s.p[*at] == ':') {
        *at += 1;
        if (!take_corner(s, at, true, &ret[1]))
            return false;
    } else if (ret[0].row == 0 || ret[0].column == 0) {
        return false;
    }
    for (size_t i = start; i < *at; i++)
        upper = upper && !g_ascii_islower(s.p[i]);
    return upper && (ret[0].row == 0) == (ret[1].row == 0) &&
           (ret[0].column == 0) == (ret[1].column == 0);
}

bool
sk_xlsx_is_area(SkSpan s)
{
    SkXlsxCell area[2];
    size_t at = 0;
    return take_area(s, &at, area) && at == s.n;
}

uint64_t
sk_xlsx_cells(SkSpan s)
{
    SkXlsxCell area[2];
    size_t at = 0;

    if (!take_area(s, &at, area) || at != s.n || area[0].row == 0 || area[0].column == 0)
        return 0;
    uint64_t rows = (uint64_t)MAX(area[0].row, area[1].row) - MIN(area[0].row, area[1].row) + 1;
    uint64_t columns =
        (uint64_t)MAX(area[0].column, area[1].column) - MIN(area[0].column, area[1].column) + 1;
    return rows * columns;
}

bool
sk_xlsx_areas(SkSpan s, GString *out)
{
    g_string_truncate(out, 0);
    for (size_t at = 0; at < s.n;) {
        SkXlsxCell area[2];
        size_t start = at;
        if (strchr(" \t\r\n", s.p[at]) != NULL) {
            at++;
            continue;
        }
        if (!take_area(s, &at, area) || (at < s.n && strchr(" \t\r\n", s.p[at]) == NULL))
            return false;
        if (out->len > 0)
            g_string_append_c(out, ' ');
        g_string_append_len(out, (const char *)s.p + start, (gssize)(at - start));
    }
    return out->len > 0 && out->len <= SK_XLSX_SQREF_MAX;
}

bool
sk_xlsx_is_spans(SkSpan s)
{
    size_t at = 0;

    if (s.n == 0 || s.n > 256)
        return false;
    for (;;) {
        for (unsigned half = 0; half < 2; half++) {
            size_t start = at;
            while (at < s.n && g_ascii_isdigit(s.p[at]) && at - start < 5)
                at++;
            if (at == start || (half == 0 && (at >= s.n || s.p[at++] != ':')))
                return false;
        }
        if (at == s.n)
            return true;
        if (s.p[at++] != ' ')
            return false;
    }
}

static size_t
count_digits(SkSpan s, size_t at, size_t max)
{
    size_t start = at;
    while (at < s.n && at - start < max && g_ascii_isdigit(s.p[at]))
        at++;
    return at - start;
}

bool
sk_xlsx_is_double(SkSpan s)
{
    size_t at = s.n > 0 && s.p[0] == '-' ? 1 : 0;
    size_t whole = count_digits(s, at, 40);
    size_t fraction = 0;

    at += whole;
    if (at < s.n && s.p[at] == '.') {
        fraction = count_digits(s, at + 1, 40);
        if (fraction == 0)
            return false;
        at += 1 + fraction;
    }
    if (whole + fraction == 0)
        return false;
    if (at < s.n && (s.p[at] == 'E' || s.p[at] == 'e')) {
        at++;
        at += at < s.n && (s.p[at] == '+' || s.p[at] == '-');
        size_t exponent = count_digits(s, at, 3);
        if (exponent == 0)
            return false;
        at += exponent;
    }
    return at == s.n;
}

bool
sk_xlsx_whole(SkSpan s, uint32_t *ret)
{
    uint32_t value = 0;

    if (s.n == 0 || s.n > 9 || (s.n > 1 && s.p[0] == '0'))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (!g_ascii_isdigit(s.p[i]))
            return false;
        value = value * 10 + (uint32_t)(s.p[i] - '0');
    }
    *ret = value;
    return true;
}
