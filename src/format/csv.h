/* SPDX-License-Identifier: Apache-2.0
 *
 * csv.h - cells out of delimited text, cells into the one dialect that Sekisho writes, and what in
 * a cell a spreadsheet would run. Text is UTF-8 with LF as its only line end (disarm/textual.h).
 * Runs in: disarm worker (no files, no network). Trusts: that the text is valid UTF-8.
 * Spec: docs/formats/csv.md, RFC 4180   Tests: tests/unit/disarm/test-csv.c,
 * tests/fuzz/fuzz-formats.c
 */
#pragma once

#include "base/reader.h"
#include "base/sink.h"

/** SkCsvDialect: how one text parts and quotes its cells. */
typedef struct {
    char delimiter;
    char quote;     /* `"` or `'` */
    bool backslash; /* a quote inside a quoted cell is `\\"`, not `""` */
} SkCsvDialect;

/**
 * sk_csv_dialect: how @text is written. Its delimiter is one of `,` `;` TAB `|`, @usual in doubt, from the
 * first 100 records; quotes other than those of RFC 4180 are taken only where all of the text reads by
 * them, and not by RFC 4180.
 * @declared: the delimiter that a line `sep=` names, or 0
 */
SkCsvDialect sk_csv_dialect(SkSpan text, char usual, char declared);

/** SkCsvCell: one cell as it was written. */
typedef struct {
    bool quoted;
    bool last;   /* of its record */
    bool strict; /* nothing stood between the closing quote and the delimiter */
} SkCsvCell;

/** sk_csv_parse: the next cell; its value replaces what @value holds. Call only while bytes are
 * left, or after a delimiter. SK_ERROR_AMBIGUOUS for a quoted cell that never ends. */
bool sk_csv_parse(SkReader *r, const SkCsvDialect *dialect, GString *value, SkCsvCell *ret,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_csv_needs_quotes: may the value not stand bare? */
bool sk_csv_needs_quotes(SkSpan value);
/** sk_csv_emit: one cell, quoted where it has to be; without delimiter or line end. */
void sk_csv_emit(SkSink *sink, SkSpan value);

/** sk_csv_defuse: puts `'` where the value would run. Returns: whether it had to. Twice is as
 * once. */
bool sk_csv_defuse(GString *value);
