/* SPDX-License-Identifier: Apache-2.0
 * diagnostic.c - contract in diagnostic.h. Lines are looked up only when printed: a text is short
 * and its errors are few. A line wider than a terminal is shown as a window around its carets. */
#include "policy/diagnostic.h"

#include "base/log.h"
#include "base/name.h"
#include "policy/source.h"

#define WINDOW_COLUMNS 160u
#define WINDOW_BEFORE 60u

void
sk_diagnostic_free(SkDiagnostic *self)
{
    if (self == NULL)
        return;
    g_free(self->message);
    g_free(self->hint);
    g_free(self->also_message);
    g_free(self);
}

GPtrArray *
sk_diagnostics_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)sk_diagnostic_free);
}

static SkDiagnostic *
diagnostic_get(const GPtrArray *self, unsigned i)
{
    return (SkDiagnostic *)g_ptr_array_index(self, i);
}

unsigned
sk_diagnostics_count(const GPtrArray *self, SkSeverity severity)
{
    unsigned n = 0;

    for (unsigned i = 0; i < self->len; i++)
        n += diagnostic_get(self, i)->severity == severity;
    return n;
}

bool
sk_diagnostics_full(const GPtrArray *self)
{
    return sk_diagnostics_count(self, SK_SEVERITY_ERROR) > SK_DIAGNOSTICS_MAX;
}

static SkDiagnostic *
diagnostic_last_of(const GPtrArray *self, SkSeverity severity)
{
    for (unsigned i = self->len; i > 0; i--)
        if (diagnostic_get(self, i - 1)->severity == severity)
            return diagnostic_get(self, i - 1);
    g_assert_not_reached();
}

SkDiagnostic *
sk_diagnostics_add(GPtrArray *self, SkSeverity severity, SkPlace place, char *hint,
                   const char *format, ...)
{
    unsigned n = sk_diagnostics_count(self, severity);

    if (n > SK_DIAGNOSTICS_MAX) {
        g_free(hint);
        return diagnostic_last_of(self, severity);
    }

    SkDiagnostic *d = g_new0(SkDiagnostic, 1);
    d->severity = severity;
    g_ptr_array_add(self, d);
    if (n ==
        SK_DIAGNOSTICS_MAX) { /* the marker: it has no place, so it takes no second one either */
        g_free(hint);
        d->message = g_strdup_printf("over %u %s: the rest is left out", SK_DIAGNOSTICS_MAX,
                                     severity == SK_SEVERITY_ERROR ? "errors" : "warnings");
        return d;
    }

    va_list args;
    va_start(args, format);
    d->message = g_strdup_vprintf(format, args);
    va_end(args);
    d->place = place;
    d->hint = hint;
    return d;
}

void
sk_diagnostics_also(SkDiagnostic *self, SkPlace place, const char *format, ...)
{
    if (self->place.line == 0 || self->also_message != NULL)
        return;

    va_list args;
    va_start(args, format);
    self->also_message = g_strdup_vprintf(format, args);
    va_end(args);
    self->also = place;
}

static int
diagnostic_compare(gconstpointer a, gconstpointer b)
{
    const SkDiagnostic *first = *(SkDiagnostic *const *)a, *second = *(SkDiagnostic *const *)b;
    SkPlace x = first->place, y = second->place;

    if ((x.line == 0) != (y.line == 0))
        return x.line == 0 ? 1 : -1;
    if (x.file != y.file)
        return x.file < y.file ? -1 : 1;
    if (x.line != y.line)
        return x.line < y.line ? -1 : 1;
    if (x.column != y.column)
        return x.column < y.column ? -1 : 1;
    return (int)first->severity - (int)second->severity; /* errors before warnings */
}

void
sk_diagnostics_sort(GPtrArray *self)
{
    g_ptr_array_sort(self,
                     diagnostic_compare); /* a merge sort: equal places stay as they were found */
}

/* ---- columns ----------------------------------------------------------------------------------
 */

uint32_t
sk_place_after(uint32_t column, gunichar c)
{
    if (c == '\t')
        return ((column - 1) / 8 + 1) * 8 + 1;
    if (c >= ' ' && c <= '~') /* nearly all there is: the tables need not be asked */
        return column + 1;
    if (sk_char_is_hidden(c))
        return column + 1; /* shown as U+FFFD */
    if (g_unichar_iszerowidth(c))
        return column;
    return column + (g_unichar_iswide(c) ? 2 : 1);
}

/* ---- on a terminal ----------------------------------------------------------------------------
 */

typedef struct {
    GString *out;
    const SkSources *sources;
    bool colour;
} Printer;

static const char *
paint(const Printer *p, const char *code)
{
    return p->colour ? code : "";
}

#define BOLD "\033[1m"
#define RED "\033[1;31m"
#define MAGENTA "\033[1;35m"
#define CYAN "\033[1;36m"
#define GREEN "\033[1;32m"
#define PLAIN "\033[0m"

static SkSpan
line_find(SkSpan text, uint32_t line)
{
    size_t at = 0;

    for (uint32_t i = 1; i < line; i++) {
        size_t end = sk_span_find(text, at, sk_span("\n", 1));
        if (end == SIZE_MAX)
            return SK_SPAN_EMPTY;
        at = end + 1;
    }

    size_t end = sk_span_find(text, at, sk_span("\n", 1));
    SkSpan s = sk_span_sub(text, at, (end == SIZE_MAX ? text.n : end) - at);
    if (s.n > 0 && s.p[s.n - 1] == '\r')
        s.n--;
    return s;
}

/* One character of a line as it is shown: never one that a terminal would act on. */
static void
print_char(GString *out, gunichar c, uint32_t columns)
{
    if (c == '\t')
        for (uint32_t i = 0; i < columns; i++)
            g_string_append_c(out, ' ');
    else
        g_string_append_unichar(out, sk_char_is_hidden(c) ? 0xFFFD : c);
}

static void
print_source(Printer *p, SkPlace place)
{
    SkSpan line = line_find(sk_source_text(p->sources, place.file), place.line);
    uint32_t from = place.column > WINDOW_BEFORE * 2 ? place.column - WINDOW_BEFORE : 1;
    uint32_t to = from + WINDOW_COLUMNS;
    uint32_t column = 1;
    uint32_t start = 0; /* column of the first character shown */
    size_t at = 0;

    g_string_append_printf(p->out, "%6u | %s", place.line, from > 1 ? "… " : "");
    while (at < line.n && column < to) {
        gunichar c = g_utf8_get_char_validated((const char *)line.p + at, (gssize)(line.n - at));
        bool bad = c == (gunichar)-1 || c == (gunichar)-2;
        uint32_t next = bad ? column + 1 : sk_place_after(column, c);

        if (column >= from) {
            start = start == 0 ? column : start;
            print_char(p->out, bad ? 0xFFFD : c, next - column);
        }
        column = next;
        at += bad ? 1 : (size_t)g_unichar_to_utf8(c, NULL);
    }
    if (at < line.n)
        g_string_append(p->out, " …");
    g_string_append(p->out, "\n       | ");
    if (from > 1)
        g_string_append(p->out, "  ");
    for (uint32_t i = start == 0 ? from : start; i < place.column; i++)
        g_string_append_c(p->out, ' ');

    uint32_t end = MIN(MAX(place.end, place.column + 1), MAX(to, place.column + 1));
    g_string_append(p->out, paint(p, GREEN));
    for (uint32_t i = place.column; i < end; i++)
        g_string_append_c(p->out, '^');
    g_string_append_printf(p->out, "%s\n", paint(p, PLAIN));
}

static void
print_message(Printer *p, SkPlace place, const char *kind, const char *colour, const char *message)
{
    g_autofree char *plain =
        sk_text_plain(sk_span_str(sk_source_name(p->sources, place.file)), SK_PLACE_MAX);

    g_string_append_printf(p->out, "%s%s:", paint(p, BOLD), plain);
    if (place.line > 0)
        g_string_append_printf(p->out, "%u:%u:", place.line, place.column);
    g_string_append_printf(p->out, "%s %s%s:%s %s%s%s\n", paint(p, PLAIN), paint(p, colour), kind,
                           paint(p, PLAIN), paint(p, BOLD), message, paint(p, PLAIN));
    if (place.line > 0)
        print_source(p, place);
}

char *
sk_diagnostics_print(const GPtrArray *self, SkSpan text, const char *file_name, bool colour)
{
    g_autoptr(SkSources) sources = sk_sources_new_text(text, file_name);

    return sk_diagnostics_print_files(self, sources, colour);
}

char *
sk_diagnostics_print_files(const GPtrArray *self, const SkSources *sources, bool colour)
{
    Printer p = { .out = g_string_new(NULL), .sources = sources, .colour = colour };

    for (unsigned i = 0; i < self->len; i++) {
        const SkDiagnostic *d = diagnostic_get(self, i);
        bool error = d->severity == SK_SEVERITY_ERROR;

        print_message(&p, d->place, error ? "error" : "warning", error ? RED : MAGENTA, d->message);
        if (d->hint != NULL)
            g_string_append_printf(p.out, "       = %shint:%s %s\n", paint(&p, CYAN),
                                   paint(&p, PLAIN), d->hint);
        if (d->also_message != NULL)
            print_message(&p, d->also, "note", CYAN, d->also_message);
    }
    return g_string_free(p.out, FALSE);
}

/* ---- for programs -----------------------------------------------------------------------------
 */

static void
json_member(GString *out, const char *name, const char *value)
{
    g_autofree char *quoted = value == NULL ? g_strdup("null") : sk_json_quote(value);
    g_string_append_printf(out, ",\"%s\":%s", name, quoted);
}

static void
json_place(GString *out, const SkSources *sources, SkPlace place)
{
    g_string_append_c(out, '{');
    if (place.file > 0) {
        g_autofree char *name = sk_json_quote(sk_source_name(sources, place.file));
        g_string_append_printf(out, "\"file\":%s,", name);
    }
    g_string_append_printf(out, "\"line\":%u,\"column\":%u", place.line, place.column);
}

static void
json_list(GString *out, const GPtrArray *self, const SkSources *sources, SkSeverity severity)
{
    const char *comma = "";

    g_string_append_c(out, '[');
    for (unsigned i = 0; i < self->len; i++) {
        const SkDiagnostic *d = diagnostic_get(self, i);
        if (d->severity != severity)
            continue;
        g_string_append(out, comma);
        json_place(out, sources, d->place);
        json_member(out, "message", d->message);
        json_member(out, "hint", d->hint);
        if (d->also_message != NULL) {
            g_string_append(out, ",\"also\":");
            json_place(out, sources, d->also);
            json_member(out, "message", d->also_message);
            g_string_append_c(out, '}');
        }
        g_string_append_c(out, '}');
        comma = ",";
    }
    g_string_append_c(out, ']');
}

char *
sk_diagnostics_json(const GPtrArray *self, const SkSources *sources)
{
    GString *out = g_string_new("{\"errors\":");

    json_list(out, self, sources, SK_SEVERITY_ERROR);
    g_string_append(out, ",\"warnings\":");
    json_list(out, self, sources, SK_SEVERITY_WARNING);
    g_string_append_c(out, '}');
    return g_string_free(out, FALSE);
}
