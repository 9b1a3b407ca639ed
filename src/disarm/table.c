/* SPDX-License-Identifier: Apache-2.0
 * table.c - contract in table.h. Workbooks are rebuilt first, as for their text; delimited text is
 * read as the CSV disarmer reads it, of any encoding that it knows. */
#include "disarm/table.h"

#include "disarm/office-text.h"
#include "disarm/textual.h"
#include "format/csv.h"

/* A cell is one line without tabs. */
static void
append_cell(GString *row, const GString *value)
{
    for (size_t i = 0; i < value->len; i++)
        g_string_append_c(row,
                          value->str[i] == '\n' || value->str[i] == '\t' ? ' ' : value->str[i]);
}

static void
write_row(SkDisarm *self, uint64_t number, const GString *row)
{
    size_t n = row->len;
    while (n > 0 && row->str[n - 1] == '\t')
        n--;
    if (n == 0)
        return;
    g_autofree char *prefix = g_strdup_printf("%" G_GUINT64_FORMAT "\t", number);
    sk_sink_str(self->sink, prefix);
    sk_sink_span(self->sink, sk_span(row->str, n));
    sk_sink_str(self->sink, "\n");
}

static bool
write_rows(SkDisarm *self, SkReader *r, const SkCsvDialect *dialect, GError **error)
{
    g_autoptr(GString) value = g_string_new(NULL);
    g_autoptr(GString) row = g_string_new(NULL);
    uint64_t number = 1;
    uint32_t column = 0;
    bool more = sk_reader_left(r) > 0;

    while (more) {
        SkCsvCell cell = { 0 };
        if (!sk_csv_parse(r, dialect, value, &cell, error))
            return false;
        if (column >= SK_TABLE_COLUMNS_MAX && value->len > 0)
            return sk_throw(error, SK_ERROR_LIMIT, "csv: over %u columns", SK_TABLE_COLUMNS_MAX);
        if (column < SK_TABLE_COLUMNS_MAX) {
            g_string_append(row, column == 0 ? "" : "\t");
            append_cell(row, value);
        }
        column++;
        if (cell.last) {
            write_row(self, number++, row);
            g_string_truncate(row, 0);
            column = 0;
        }
        more = !cell.last || sk_reader_left(r) > 0;
    }
    return true;
}

static bool
read_text(SkDisarm *self, char usual, GError **error)
{
    g_autoptr(GString) text = NULL;

    if (!sk_textual_read(self, false, &text, error))
        return false;
    SkSpan all = sk_span(text->str, text->len);
    SkReader r = sk_reader(all);
    sk_sink_str(self->sink, "S\t\n");
    SkCsvDialect dialect = sk_csv_dialect(all, usual, 0);
    return write_rows(self, &r, &dialect, error);
}

bool
sk_table_disarm(SkDisarm *self, SkType type, GError **error)
{
    if (type == SK_TYPE_TEXT || type == SK_TYPE_CSV)
        return read_text(self, ',', error);
    if (type == SK_TYPE_TSV)
        return read_text(self, '\t', error);
    if (type == SK_TYPE_XLSX || type == SK_TYPE_XLSM || type == SK_TYPE_XLTX ||
        type == SK_TYPE_XLTM)
        return sk_office_text(self, error);
    return sk_throw(error, SK_ERROR_UNSUPPORTED, "table: %s has no cells",
                    type == SK_TYPE_NONE ? "this content" : sk_type_get(type)->name);
}
