/* SPDX-License-Identifier: Apache-2.0
 * lexer.c - contract in lexer.h. Line ends matter (a line is a sentence), so the lexer keeps them
 * in order: blank lines vanish, a line that ends in a comma goes on, braces stand between line
 * ends, and a block is closed before the next sentence even where its brace is missing. */
#include "policy/lexer.h"

#include "base/name.h"
#include "policy/scan.h"

#include <string.h>

#define PENDING_MAX 4u

struct SkLexer {
    SkScan *scan;
    GStringChunk *strings; /* owns every token's text */
    GPtrArray *diagnostics;
    bool (*starts)(const char *word);
    uint32_t file;
    uint32_t line;
    uint32_t column;
    SkToken pending[PENDING_MAX];
    unsigned pending_n;
    bool in_block;
    SkPlace open;
    bool forgive_close; /* the block was closed for its writer: its own brace, if it comes, is not a
                           second slip */
    bool line_empty;
    SkTokenKind last;
    SkPlace last_place;
};

static bool
check_encoding(SkSpan text, uint32_t file, GPtrArray *diagnostics)
{
    const char *bad = NULL;
    SkPlace place = { .file = file, .line = 1, .column = 1 };
    const char *line = (const char *)text.p;

    if (g_utf8_validate_len((const char *)text.p, text.n, &bad))
        return true;
    for (const char *p = line; p < bad; p = g_utf8_next_char(p)) {
        place.column = *p == '\n' ? 1 : sk_place_after(place.column, g_utf8_get_char(p));
        place.line += *p == '\n';
    }
    place.end = place.column + 1;
    if (*bad == '\0')
        sk_diagnostics_add(diagnostics, SK_SEVERITY_ERROR, place, NULL, "a NUL byte (byte %zu)",
                           (size_t)(bad - line) + 1);
    else
        sk_diagnostics_add(diagnostics, SK_SEVERITY_ERROR, place,
                           g_strdup("save the file with the character encoding UTF-8"),
                           "this is not UTF-8 (byte %zu)", (size_t)(bad - line) + 1);
    return false;
}

/* A character that nobody sees could make the text mean something other than what was read aloud.
 */
static void
check_hidden(SkSpan text, uint32_t file, GPtrArray *diagnostics)
{
    SkPlace place = { .file = file, .line = 1, .column = 1 };
    const char *end = (const char *)text.p + text.n;

    for (const char *p = (const char *)text.p; p < end && !sk_diagnostics_full(diagnostics);
         p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        bool line_end = c == '\n' || (c == '\r' && p + 1 < end && p[1] == '\n');

        if ((c < ' ' || c > '~') && c != '\t' && !line_end && sk_char_is_hidden(c)) {
            place.end = place.column + 1;
            sk_diagnostics_add(diagnostics, SK_SEVERITY_ERROR, place,
                               g_strdup("delete it, or type the line again"),
                               "a character that cannot be seen: U+%04X", c);
        }
        place.column = c == '\n' ? 1 : sk_place_after(place.column, c);
        place.line += c == '\n';
    }
}

SkLexer *
sk_lexer_new(SkSpan text, size_t bytes_max, uint32_t file, bool (*starts)(const char *word),
             GPtrArray *diagnostics)
{
    SkLexer *self = g_new0(SkLexer, 1);

    self->strings = g_string_chunk_new(4096);
    self->diagnostics = diagnostics;
    self->starts = starts;
    self->file = file;
    self->line = 1;
    self->column = 1;
    self->line_empty = true;
    if (sk_span_starts(text, "\xEF\xBB\xBF")) /* what Windows' editors put first */
        text = sk_span_sub(text, 3, text.n - 3);
    if (text.n > bytes_max) {
        sk_diagnostics_add(diagnostics, SK_SEVERITY_ERROR, SK_PLACE_NONE, NULL,
                           "the file is larger than %zu bytes", bytes_max);
        return self;
    }
    if (!check_encoding(text, file, diagnostics))
        return self;
    check_hidden(text, file, diagnostics);
    self->scan = sk_scan_new(text);
    return self;
}

void
sk_lexer_free(SkLexer *self)
{
    if (self == NULL)
        return;
    sk_scan_free(self->scan);
    g_string_chunk_free(self->strings);
    g_free(self);
}

/* ---- pieces to tokens -------------------------------------------------------------------------
 */

static SkPlace
advance(SkLexer *self, SkSpan piece)
{
    SkPlace place = { .file = self->file, .line = self->line, .column = self->column };
    const char *end = (const char *)piece.p + piece.n;

    for (const char *p = (const char *)piece.p; p < end; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        self->column = c == '\n' ? 1 : sk_place_after(self->column, c);
        self->line += c == '\n';
    }
    place.end = piece.n == 0 || self->line != place.line ? place.column + 1 : self->column;
    return place;
}

static void
report_wide(SkLexer *self, SkPlace place, const char *what, const char *instead)
{
    sk_diagnostics_add(self->diagnostics, SK_SEVERITY_ERROR, place,
                       g_strdup_printf("type %s on the half-width keyboard", instead), "%s", what);
}

static SkToken
token_new(SkLexer *self, SkTokenKind kind, SkSpan text, SkPlace place)
{
    return (SkToken){ .kind = kind,
                      .text = g_string_chunk_insert_len(self->strings, (const char *)text.p,
                                                        (gssize)text.n),
                      .place = place };
}

/* `ＬＧＷＡＮ` is read as `LGWAN`, after an error that says so. */
static SkToken
word_new(SkLexer *self, SkSpan piece, SkPlace place)
{
    SkToken token = token_new(self, SK_TOKEN_WORD, piece, place);

    if (g_str_is_ascii(token.text))
        return token;
    g_autofree char *narrow = g_utf8_normalize(token.text, -1, G_NORMALIZE_NFKC);
    if (narrow == NULL || !g_str_is_ascii(narrow) || strpbrk(narrow, " \t,{}\"#") != NULL)
        return token;
    g_autofree char *quoted = g_strdup_printf("`%s`", narrow);
    report_wide(self, place, "full-width letters or digits", quoted);
    return token_new(self, SK_TOKEN_WORD, sk_span_str(narrow), place);
}

static SkToken
string_new(SkLexer *self, SkScanKind kind, SkSpan piece, SkPlace place)
{
    if (kind == SK_SCAN_STRING)
        return token_new(self, SK_TOKEN_STRING, sk_span_sub(piece, 1, piece.n - 2), place);
    if (kind == SK_SCAN_CUT_STRING) {
        sk_diagnostics_add(self->diagnostics, SK_SEVERITY_ERROR, place,
                           g_strdup("end it with `\"`"), "the closing quote is missing");
        if (piece.p[piece.n - 1] == '\r')
            piece.n--;
        SkToken token = token_new(self, SK_TOKEN_STRING, sk_span_sub(piece, 1, piece.n - 1), place);
        token.cut = true;
        return token;
    }

    report_wide(self, place, "quotes that are not `\"`", "`\"`");
    static const char *const closing[] = { "\"", "\xE2\x80\x9C", "\xE2\x80\x9D", "\xEF\xBC\x82" };
    SkSpan inner = sk_span_sub(piece, 3, piece.n - 3);
    bool closed = false;
    for (unsigned i = 0; i < G_N_ELEMENTS(closing) && !closed; i++) {
        size_t n = strlen(closing[i]);
        closed = inner.n >= n && sk_span_is(sk_span_sub(inner, inner.n - n, n), closing[i]);
        inner.n -= closed ? n : 0;
    }
    SkToken token = token_new(self, SK_TOKEN_STRING, inner, place);
    token.cut = !closed;
    return token;
}

/* The next token as written; spaces and comments are passed over. */
static SkToken
token_read(SkLexer *self)
{
    for (;;) {
        SkSpan piece;
        SkScanKind kind = self->scan == NULL ? SK_SCAN_END : sk_scan_next(self->scan, &piece);
        SkPlace place = advance(self, kind == SK_SCAN_END ? SK_SPAN_EMPTY : piece);

        switch (kind) {
        case SK_SCAN_END:
            return (SkToken){ .kind = SK_TOKEN_END, .text = "", .place = place };
        case SK_SCAN_NEWLINE:
            return (SkToken){ .kind = SK_TOKEN_NEWLINE, .text = "", .place = place };
        case SK_SCAN_WIDE_OPEN:
            report_wide(self, place, "a full-width brace", "`{`");
            return (SkToken){ .kind = SK_TOKEN_OPEN, .text = "{", .place = place };
        case SK_SCAN_OPEN:
            return (SkToken){ .kind = SK_TOKEN_OPEN, .text = "{", .place = place };
        case SK_SCAN_WIDE_CLOSE:
            report_wide(self, place, "a full-width brace", "`}`");
            return (SkToken){ .kind = SK_TOKEN_CLOSE, .text = "}", .place = place };
        case SK_SCAN_CLOSE:
            return (SkToken){ .kind = SK_TOKEN_CLOSE, .text = "}", .place = place };
        case SK_SCAN_WIDE_COMMA:
            report_wide(self, place, "a full-width comma", "`,`");
            return (SkToken){ .kind = SK_TOKEN_COMMA, .text = ",", .place = place };
        case SK_SCAN_COMMA:
            return (SkToken){ .kind = SK_TOKEN_COMMA, .text = ",", .place = place };
        case SK_SCAN_WORD:
            return word_new(self, piece, place);
        case SK_SCAN_STRING:
        case SK_SCAN_CUT_STRING:
        case SK_SCAN_WIDE_STRING:
            return string_new(self, kind, piece, place);
        case SK_SCAN_WIDE_SPACE:
            report_wide(self, place, "a full-width or no-break space", "a space");
            break;
        case SK_SCAN_WIDE_COMMENT:
            report_wide(self, place, "a full-width number sign", "`#`");
            break;
        case SK_SCAN_SPACE:
            break;
        }
    }
}

/* ---- tokens in order --------------------------------------------------------------------------
 */

static void
queue(SkLexer *self, SkToken token)
{
    g_assert(self->pending_n < PENDING_MAX);
    self->pending[self->pending_n++] = token;
}

static SkToken
line_end(const SkLexer *self)
{
    SkPlace after = self->last_place;

    after.column = MAX(after.end, 1);
    after.end = after.column + 1;
    return (SkToken){ .kind = SK_TOKEN_NEWLINE, .text = "", .place = after };
}

static void
queue_close(SkLexer *self, SkPlace place)
{
    if (!self->line_empty)
        queue(self, line_end(self));
    queue(self, (SkToken){ .kind = SK_TOKEN_CLOSE, .text = "}", .place = place });
    queue(self, (SkToken){ .kind = SK_TOKEN_NEWLINE, .text = "", .place = place });
    self->line_empty = true;
    self->in_block = false;
}

static void
queue_missing_close(SkLexer *self, SkPlace place, bool at_end)
{
    SkDiagnostic *d = sk_diagnostics_add(
        self->diagnostics, SK_SEVERITY_ERROR, place,
        g_strdup(at_end ? "put `}` on a line of its own at the end"
                        : "put `}` on a line of its own before this one"),
        at_end ? "a closing brace is missing" : "a closing brace is missing before this line");
    sk_diagnostics_also(d, self->open, "the brace that is still open");
    queue_close(self, place);
    self->forgive_close = !at_end;
}

static void
queue_next(SkLexer *self)
{
    SkToken token = token_read(self);

    switch (token.kind) {
    case SK_TOKEN_NEWLINE:
        if (self->line_empty || self->last == SK_TOKEN_COMMA)
            return;
        queue(self, line_end(self));
        self->line_empty = true;
        return;
    case SK_TOKEN_END:
        if (self->in_block) {
            queue_missing_close(self, line_end(self).place, true);
        } else if (!self->line_empty) {
            queue(self, line_end(self));
            self->line_empty = true;
        }
        queue(self, token);
        return;
    case SK_TOKEN_OPEN:
        queue(self, token);
        queue(self, (SkToken){ .kind = SK_TOKEN_NEWLINE, .text = "", .place = token.place });
        self->in_block = true;
        self->forgive_close = false;
        self->open = token.place;
        self->line_empty = true;
        return;
    case SK_TOKEN_CLOSE:
        if (self->in_block || !self->forgive_close)
            queue_close(self, token.place);
        self->forgive_close = false;
        return;
    case SK_TOKEN_WORD:
        if (self->in_block && self->line_empty && self->starts(token.text))
            queue_missing_close(self, token.place, false);
        queue(self, token);
        self->line_empty = false;
        return;
    case SK_TOKEN_COMMA:
    case SK_TOKEN_STRING:
        queue(self, token);
        self->line_empty = false;
        return;
    }
}

SkToken
sk_lexer_next(SkLexer *self)
{
    while (self->pending_n == 0)
        queue_next(self);

    SkToken token = self->pending[0];
    self->pending_n--;
    for (unsigned i = 0; i < self->pending_n; i++)
        self->pending[i] = self->pending[i + 1];
    self->last = token.kind;
    if (token.kind != SK_TOKEN_NEWLINE)
        self->last_place = token.place;
    return token;
}
