/* SPDX-License-Identifier: Apache-2.0
 * csv.c - CSV and TSV: one dialect out, and no cell that a spreadsheet would run. Spec:
 * docs/formats/csv.md */
#include "disarm/formats.h"

#include "disarm/textual.h"
#include "format/csv.h"

typedef struct {
    SkDisarm *disarm;
    SkReader r;
    SkCsvDialect in;
    char out;        /* the delimiter */
    SkSink *sink;    /* borrowed */
    bool trial;      /* nothing is told: is it as it should be already? */
    GString *value;  /* owned: of the cell at hand */
    uint64_t record; /* from 0 */
    uint32_t column;
    bool rewritten; /* delimiters or quotes had to change */
} Sheet;

/* `B12`, as spreadsheets count. */
static SkSpan
place(const Sheet *self, char buffer[32])
{
    char letters[8];
    unsigned n = 0;
    for (uint64_t c = (uint64_t)self->column + 1; c > 0; c = (c - 1) / 26)
        letters[n++] = (char)('A' + (c - 1) % 26);
    unsigned at = 0;
    while (n > 0)
        buffer[at++] = letters[--n];
    g_snprintf(buffer + at, 32 - at, "%" G_GUINT64_FORMAT, self->record + 1);
    return sk_span_str(buffer);
}

/* `sep=;` and its like, on a line of its own at the top: tells Excel the delimiter, and others
 * nothing. */
static bool
take_separator_line(Sheet *self, char *declared, bool *ret_taken, GError **error)
{
    SkSpan left = sk_span_sub(self->r.in, self->r.at, self->r.in.n - self->r.at);
    size_t n = sk_span_find(left, 0, sk_span_str("\n"));
    SkSpan line = sk_span_sub(left, 0, n == SIZE_MAX ? left.n : n);
    if (line.n >= 2 && line.p[0] == '"' && line.p[line.n - 1] == '"')
        line = sk_span_sub(line, 1, line.n - 2);
    *ret_taken =
        line.n >= 4 && line.n <= 5 && g_ascii_strncasecmp((const char *)line.p, "sep=", 4) == 0;
    if (!*ret_taken)
        return true;
    if (line.n == 5 && (line.p[4] == ',' || line.p[4] == ';' || line.p[4] == '\t' || line.p[4] == '|'))
        *declared = (char)line.p[4];
    sk_reader_skip(&self->r, n == SIZE_MAX ? left.n : n + 1);
    SkVerdict verdict = SK_VERDICT_NONE;
    return sk_disarm_found(self->disarm, SK_ELEMENT_CSV_SEP_LINE, SK_SPAN_EMPTY, 1, &verdict,
                           error);
}

static bool
tell_formula(const Sheet *self, GError **error)
{
    char buffer[32];
    SkVerdict verdict = SK_VERDICT_NONE;
    return sk_disarm_found(self->disarm, SK_ELEMENT_CSV_FORMULA, place(self, buffer), 1, &verdict,
                           error);
}

static bool
write_cell(Sheet *self, const SkCsvCell *cell, GError **error)
{
    /* Not yet changed: whether the quotes were right is about what stood there. */
    self->rewritten |=
        cell->quoted != sk_csv_needs_quotes(sk_span(self->value->str, self->value->len));
    bool separator = self->record == 0 && self->column == 0 &&
                     g_ascii_strncasecmp(self->value->str, "sep=", 4) == 0;
    if (separator)
        g_string_prepend_c(self->value, '\'');
    bool runs = sk_csv_defuse(self->value) || separator;
    if (runs && !self->trial && !tell_formula(self, error))
        return false;
    sk_csv_emit(self->sink, sk_span(self->value->str, self->value->len));
    if (cell->last)
        sk_sink_str(self->sink, "\r\n");
    else
        sk_sink_u8(self->sink, (uint8_t)self->out);
    self->column = cell->last ? 0 : self->column + 1;
    self->record += cell->last ? 1 : 0;
    return true;
}

static bool
write_cells(Sheet *self, GError **error)
{
    bool more = sk_reader_left(&self->r) > 0;
    while (more) {
        SkCsvCell cell = { 0 };
        if (!sk_csv_parse(&self->r, &self->in, self->value, &cell, error) ||
            !write_cell(self, &cell, error))
            return false;
        more = !cell.last || sk_reader_left(&self->r) > 0;
    }
    return true;
}

#define BOM "\xEF\xBB\xBF"

/* Is the object in the profile already? Then that is how it is read, whatever other dialects would make of
 * it: what was written once stays as it is. */
static bool
is_written(const Sheet *sheet)
{
    SkSpan input = sheet->disarm->input;
    if (!sk_span_starts(input, BOM))
        return false;
    g_autoptr(SkSink) sink = sk_sink_new_memory(input.n + 1);
    Sheet trial = *sheet;
    trial.sink = sink;
    trial.trial = true;
    trial.in = (SkCsvDialect){ .delimiter = sheet->out, .quote = '"' };
    sk_sink_str(sink, BOM);
    if (!write_cells(&trial, NULL) || !sk_sink_finish(sink, NULL))
        return false;
    g_autoptr(GBytes) bytes = sk_sink_steal_bytes(sink);
    return sk_span_equal(sk_span_bytes(bytes), input);
}

static bool
find_dialect(Sheet *self, GError **error)
{
    char declared = 0;

    self->in = (SkCsvDialect){ .delimiter = self->out, .quote = '"' };
    if (is_written(self))
        return true;
    for (bool taken = true; taken;) {
        if (!take_separator_line(self, &declared, &taken, error))
            return false;
    }
    self->in = sk_csv_dialect(sk_span_sub(self->r.in, self->r.at, sk_reader_left(&self->r)),
                              self->out, declared);
    self->rewritten = self->in.delimiter != self->out || self->in.quote != '"' || self->in.backslash;
    return true;
}

static bool
disarm(SkDisarm *self, char delimiter, GError **error)
{
    g_autoptr(GString) text = NULL;
    if (!sk_textual_read(self, false, &text, error))
        return false;
    g_autoptr(GString) value = g_string_new(NULL);
    Sheet sheet = {
        .disarm = self,
        .r = sk_reader(sk_span(text->str, text->len)),
        .out = delimiter,
        .value = value,
        .sink = self->sink,
    };
    if (!find_dialect(&sheet, error))
        return false;
    sk_sink_str(self->sink, BOM);
    if (!write_cells(&sheet, error))
        return false;
    SkVerdict verdict = SK_VERDICT_NONE;
    return !sheet.rewritten ||
           sk_disarm_found(self, SK_ELEMENT_CSV_QUOTING, SK_SPAN_EMPTY, 1, &verdict, error);
}

bool
sk_csv_disarm(SkDisarm *self, GError **error)
{
    return disarm(self, ',', error);
}

bool
sk_tsv_disarm(SkDisarm *self, GError **error)
{
    return disarm(self, '\t', error);
}
