/* SPDX-License-Identifier: Apache-2.0
 * xlsx-area.c - cells, areas and numbers of sheets; contract in xlsx.h. */
#include "verify/xlsx.h"

#define AREAS_MAX 65536u

bool
sk_workbook_whole(SkSpan s, uint32_t below, uint32_t *ret)
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
    return value < below;
}

/* `-?[0-9]{0,40}(\.[0-9]{1,40})?([Ee][+-]?[0-9]{1,3})?` with at least one digit before any E. */
bool
sk_workbook_is_number(SkSpan s)
{
    size_t at = s.n > 0 && s.p[0] == '-' ? 1 : 0, from = at;
    size_t digits = 0;

    while (at < s.n && g_ascii_isdigit(s.p[at]))
        at++;
    digits = at - from;
    if (digits > 40)
        return false;
    if (at < s.n && s.p[at] == '.') {
        for (from = ++at; at < s.n && g_ascii_isdigit(s.p[at]);)
            at++;
        if (at == from || at - from > 40)
            return false;
        digits += at - from;
    }
    if (digits == 0)
        return false;
    if (at < s.n && (s.p[at] == 'E' || s.p[at] == 'e')) {
        at++;
        at += at < s.n && (s.p[at] == '+' || s.p[at] == '-') ? 1 : 0;
        for (from = at; at < s.n && g_ascii_isdigit(s.p[at]);)
            at++;
        if (at == from || at - from > 3)
            return false;
    }
    return at == s.n;
}

/* ---- areas -------------------------------------------------------------------------------- */

/* A column's letters, a row's digits, or both: what is not there is 0. */
static bool
take_corner(SkSpan s, size_t *at, uint32_t *ret_column, uint32_t *ret_row, bool *ret_dollars)
{
    uint32_t column = 0, row = 0;
    size_t i = *at, from = i;

    if (i < s.n && s.p[i] == '$')
        from = ++i;
    while (i < s.n && s.p[i] >= 'A' && s.p[i] <= 'Z' && i - from < 3)
        column = column * 26 + (uint32_t)(s.p[i++] - 'A' + 1);
    if (column > 0 && i < s.n && s.p[i] == '$')
        from = ++i;
    else if (column > 0)
        from = i;
    for (from = i; i < s.n && g_ascii_isdigit(s.p[i]) && i - from < 7; i++) {
        if (row == 0 && s.p[i] == '0')
            return false;
        row = row * 10 + (uint32_t)(s.p[i] - '0');
    }
    if ((column == 0 && row == 0) || s.p[i - 1] == '$' || column > SK_XLSX_COLUMNS ||
        row > SK_XLSX_ROWS)
        return false;
    *ret_dollars =
        *ret_dollars || s.p[*at] == '$' || (column > 0 && row > 0 && s.p[from - 1] == '$');
    *ret_column = column;
    *ret_row = row;
    *at = i;
    return true;
}

/* One cell without dollars, which nearly all are. */
static bool
is_plain_cell(SkSpan s, SkXlsxArea *ret)
{
    uint32_t column = 0, row = 0;
    size_t i = 0;

    for (; i < s.n && i < 3 && (uint8_t)(s.p[i] - 'A') < 26; i++)
        column = column * 26 + (uint32_t)(s.p[i] - 'A' + 1);
    if (i == 0 || s.n - i > 7)
        return false;
    for (; i < s.n && (uint8_t)(s.p[i] - '0') < 10 && (row > 0 || s.p[i] != '0'); i++)
        row = row * 10 + (uint32_t)(s.p[i] - '0');
    *ret = (SkXlsxArea){ column, row, column, row, false, false };
    return i == s.n && row > 0 && row <= SK_XLSX_ROWS && column <= SK_XLSX_COLUMNS;
}

bool
sk_workbook_area(SkSpan s, SkXlsxArea *ret)
{
    SkXlsxArea area = { 0 };
    size_t at = 0;

    if (is_plain_cell(s, ret))
        return true;

    if (!take_corner(s, &at, &area.column, &area.row, &area.dollars))
        return false;
    area.to_column = area.column;
    area.to_row = area.row;
    if (at < s.n) {
        if (s.p[at++] != ':' ||
            !take_corner(s, &at, &area.to_column, &area.to_row, &area.dollars) || at != s.n)
            return false;
        area.range = true;
    }
    *ret = area;
    /* Both corners of one kind; columns or rows alone only in pairs. */
    return (area.column == 0) == (area.to_column == 0) && (area.row == 0) == (area.to_row == 0) &&
           (area.range || (area.column > 0 && area.row > 0));
}

bool
sk_workbook_is_areas(SkSpan s)
{
    SkXlsxArea area;

    if (s.n > AREAS_MAX)
        return false;
    for (size_t at = 0; at <= s.n;) {
        size_t to = at;
        while (to < s.n && s.p[to] != ' ')
            to++;
        if (!sk_workbook_area(sk_span_sub(s, at, to - at), &area))
            return false;
        at = to + 1;
    }
    return true;
}
