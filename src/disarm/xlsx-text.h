/* SPDX-License-Identifier: Apache-2.0
 *
 * xlsx-text.h - between xlsx-text.c (the workbook: strings, styles, the list of sheets) and
 * xlsx-sheet-text.c (one sheet).
 * Runs in: disarm worker. Trusts: as office-text.h.
 */
#pragma once

#include "disarm/number-format.h"
#include "disarm/office-text.h"

typedef struct {
    SkOfficeText *office; /* borrowed */
    bool from_1904;
    bool table;          /* rows with their numbers, and nothing but cells: docs/formats/table.md */
    GString *strings;    /* owned: the shared strings, one after the other, each with its reading */
    GArray *string_ends; /* owned, of uint32_t: end of a string, end of its reading */
    GPtrArray *formats;  /* owned, of SkNumberFormat *: by cell style */
} SkXlsxText;

/** sk_xlsx_text_string: of the shared strings; empty past their end. @reading: the furigana
 * instead. */
SkSpan sk_xlsx_text_string(const SkXlsxText *self, uint32_t index, bool reading);
/** sk_xlsx_text_sheet: rows, comments, drawings, headers and footers of the sheet in the entry
 * @part. */
bool sk_xlsx_text_sheet(const SkXlsxText *self, const char *part,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
