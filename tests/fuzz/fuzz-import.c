/* SPDX-License-Identifier: Apache-2.0
 * fuzz-import.c - the table of a list, as a worker that was taken over might write it: what is
 * taken keeps its limits, and its headings and dates are read without a slip. */
#include "fuzz.h"
#include "store/import-parts.h"

#include <string.h>

static void
read_sheet(const SkTableSheet *sheet)
{
    g_autoptr(GPtrArray) ignored = g_ptr_array_new_with_free_func(g_free);
    SkHeader header = sk_header_find(sheet, ignored);
    unsigned last = 0;

    for (guint r = 0; r < sheet->rows->len; r++) {
        const SkTableRow *row = &g_array_index(sheet->rows, SkTableRow, r);
        g_assert_cmpuint(row->number, >, last);
        g_assert_cmpuint(row->n, <=, SK_IMPORT_COLUMNS_MAX);
        last = row->number;
        for (unsigned i = 0; i < row->n; i++) {
            int day = 0;
            g_assert_null(strpbrk(row->cells[i], "\t\n"));
            if (sk_import_day(row->cells[i], &day)) {
                g_assert_cmpint(day, >, 0);
                g_assert_cmpint(day, <=, SK_DAY_MAX);
            }
        }
        SkRow under = { .sheet = sheet, .header = &header, .row = row };
        for (unsigned c = 0; header.kind != SK_SHEET_NEITHER && c < SK_COLUMN_COUNT; c++)
            g_assert_nonnull(sk_row_get(&under, (SkColumn)c));
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GPtrArray) sheets = NULL;
    g_autoptr(GError) error = NULL;

    if (!sk_table_parse(sk_span(data, size), &sheets, &error)) {
        g_assert_nonnull(error);
        g_assert_null(sheets);
        return 0;
    }
    for (guint i = 0; i < sheets->len; i++)
        read_sheet(g_ptr_array_index(sheets, i));
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    static const char *const seeds[] = {
        "S\t所属\n1\t所属コード\t機関\t上位\t所属名\n2\tsomu\t町長部局\t\t総務課\n",
        "S\t\n1\t一覧\n3\tアカウント\t氏名\t発令日\n4\ttaro\t見本\tR8.4.1\n9\tjiro\t\t2027年4月1日\n",
        "S\ta\n1\t20270401\nS\tb\n1\t㋿元年5月1日\n2\tname\tlabel\tname\n",
    };
    return index < G_N_ELEMENTS(seeds) ? g_bytes_new_static(seeds[index], strlen(seeds[index]))
                                       : NULL;
}
