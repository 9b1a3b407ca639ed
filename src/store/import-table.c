/* SPDX-License-Identifier: Apache-2.0
 * import-table.c - contract in import-parts.h: the table that a worker wrote, read as hostile.
 * Spec: docs/formats/table.md */
#include "store/import-parts.h"

#include <string.h>

#define SHEETS_MAX 64u
#define ROW_NUMBER_MAX 1048576u

static void
row_clear(void *data)
{
    SkTableRow *row = data;
    g_free(row->cells);
    g_free(row->text);
}

static void
sheet_free(void *data)
{
    SkTableSheet *sheet = data;
    g_free(sheet->name);
    g_array_unref(sheet->rows);
    g_free(sheet);
}

static SkTableSheet *
add_sheet(GPtrArray *sheets, SkSpan name)
{
    SkTableSheet *sheet = g_new0(SkTableSheet, 1);
    sheet->name = sk_span_dup(name);
    sheet->rows = g_array_new(FALSE, TRUE, sizeof(SkTableRow));
    g_array_set_clear_func(sheet->rows, row_clear);
    g_ptr_array_add(sheets, sheet);
    return sheet;
}

static bool
take_number(SkSpan *line, unsigned *ret)
{
    unsigned value = 0;
    size_t n = 0;
    for (; n < line->n && n < 7 && g_ascii_isdigit(line->p[n]); n++)
        value = value * 10 + (unsigned)(line->p[n] - '0');
    if (n == 0 || n == line->n || line->p[n] != '\t' || value == 0 || value > ROW_NUMBER_MAX)
        return false;
    *line = sk_span_sub(*line, n + 1, line->n - n - 1);
    *ret = value;
    return true;
}

/* The cells lie in one string, each ended where its tab was. */
static bool
add_row(SkTableSheet *sheet, unsigned number, SkSpan cells, GError **error)
{
    SkTableRow row = { .number = number, .n = 1 };

    for (size_t i = 0; i < cells.n; i++)
        row.n += cells.p[i] == '\t';
    if (row.n > SK_IMPORT_COLUMNS_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "table: over %u columns", SK_IMPORT_COLUMNS_MAX);
    row.text = sk_span_dup(cells);
    row.cells = g_new0(char *, row.n);
    char *p = row.text;
    for (unsigned i = 0; i < row.n; i++) {
        row.cells[i] = p;
        p += strcspn(p, "\t");
        if (i + 1 < row.n)
            *p++ = '\0';
        g_strstrip(row.cells[i]);
    }
    g_array_append_val(sheet->rows, row);
    return true;
}

static bool
take_line(GPtrArray *sheets, SkSpan line, unsigned *rows, GError **error)
{
    unsigned number = 0;

    if (sk_span_starts(line, "S\t")) {
        if (sheets->len >= SHEETS_MAX)
            return sk_throw(error, SK_ERROR_LIMIT, "table: over %u sheets", SHEETS_MAX);
        add_sheet(sheets, sk_span_sub(line, 2, line.n - 2));
        return true;
    }
    if (!take_number(&line, &number) || sheets->len == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "table: a line that is no row");
    SkTableSheet *sheet = g_ptr_array_index(sheets, sheets->len - 1);
    if (sheet->rows->len > 0 &&
        g_array_index(sheet->rows, SkTableRow, sheet->rows->len - 1).number >= number)
        return sk_throw(error, SK_ERROR_MALFORMED, "table: rows out of order");
    if (++*rows > SK_IMPORT_ROWS_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "table: over %u rows", SK_IMPORT_ROWS_MAX);
    return add_row(sheet, number, line, error);
}

static bool
is_clean(SkSpan table)
{
    if (!g_utf8_validate_len((const char *)table.p, table.n, NULL))
        return false;
    for (size_t i = 0; i < table.n; i++)
        if ((table.p[i] < 0x20 && table.p[i] != '\t' && table.p[i] != '\n') || table.p[i] == 0x7f)
            return false;
    return table.n == 0 || table.p[table.n - 1] == '\n';
}

bool
sk_table_parse(SkSpan table, GPtrArray **ret, GError **error)
{
    g_autoptr(GPtrArray) sheets = g_ptr_array_new_with_free_func(sheet_free);
    unsigned rows = 0;

    if (table.n > SK_IMPORT_BYTES_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "table: over %u bytes", SK_IMPORT_BYTES_MAX);
    if (!is_clean(table))
        return sk_throw(error, SK_ERROR_MALFORMED, "table: not lines of plain text");
    for (size_t at = 0; at < table.n;) {
        size_t end = sk_span_find(table, at, sk_span_str("\n"));
        if (!take_line(sheets, sk_span_sub(table, at, end - at), &rows, error))
            return false;
        at = end + 1;
    }
    *ret = g_steal_pointer(&sheets);
    return true;
}
