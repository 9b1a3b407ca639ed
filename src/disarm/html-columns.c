/* SPDX-License-Identifier: Apache-2.0
 * html-columns.c - cells in columns. Contract in html-text.h. A character is one column wide or
 * two, and is never cut. */
#include "disarm/html-text.h"

#include <string.h>

#define LEAST 8u /* columns that a cell is not narrowed below, while there is room elsewhere */
#define GAP 2u

static unsigned
width_of(gunichar c)
{
    return g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide_cjk(c) ? 2 : 1;
}

unsigned
sk_columns_width(SkSpan line)
{
    unsigned width = 0;
    const char *p = (const char *)line.p, *end = p + line.n;

    while (p < end) {
        width += width_of(g_utf8_get_char(p));
        p = g_utf8_next_char(p);
    }
    return width;
}

static unsigned
widest(const char *cell)
{
    unsigned most = 0;

    for (const char *p = cell; p != NULL;) {
        const char *end = strchr(p, '\n');
        size_t n = end == NULL ? strlen(p) : (size_t)(end - p);
        most = MAX(most, sk_columns_width(sk_span(p, n)));
        p = end == NULL ? NULL : end + 1;
    }
    return most;
}

/* The next line of at most @width columns; at a space, where there is one in its second half. */
static SkSpan
next_line(const char **at, unsigned width)
{
    const char *p = *at, *space = NULL;
    unsigned used = 0;

    while (*p != '\0' && *p != '\n') {
        unsigned w = width_of(g_utf8_get_char(p));
        if (used + w > width && p > *at)
            break;
        used += w;
        if (*p == ' ' && used > width / 2)
            space = p;
        p = g_utf8_next_char(p);
    }
    const char *from = *at, *end = p;
    if (*p != '\0' && *p != '\n' && *p != ' ' && space != NULL)
        end = p = space;
    *at = *p == '\n' || *p == ' ' ? p + 1 : p;
    return sk_span(from, (size_t)(end - from));
}

static void
pad(GString *out, unsigned n)
{
    for (; n > 0; n--)
        g_string_append_c(out, ' ');
}

static void
write_row(const GPtrArray *row, const unsigned *widths, unsigned columns, GString *out)
{
    g_autofree const char **at = g_new0(const char *, columns);
    bool more = true;

    for (unsigned i = 0; i < columns; i++)
        at[i] = i < row->len ? g_ptr_array_index(row, i) : "";
    while (more) {
        gsize from = out->len;
        unsigned owed = 0;
        more = false;
        for (unsigned i = 0; i < columns; i++) {
            SkSpan line = next_line(&at[i], widths[i]);
            if (line.n > 0) {
                pad(out, owed);
                owed = 0;
                g_string_append_len(out, (const char *)line.p, (gssize)line.n);
            }
            unsigned used = sk_columns_width(line);
            owed += (used < widths[i] ? widths[i] - used : 0) + GAP;
            more = more || *at[i] != '\0';
        }
        while (out->len > from && out->str[out->len - 1] == ' ')
            g_string_truncate(out, out->len - 1);
        g_string_append_c(out, '\n');
    }
}

/* The widest column gives, until all fit. */
static void
narrow(unsigned *widths, unsigned columns, unsigned width)
{
    unsigned gaps = (columns - 1) * GAP, room = width > gaps + columns * 2 ? width - gaps : columns * 2;

    for (;;) {
        unsigned sum = 0, most = 0, second = 0;
        for (unsigned i = 0; i < columns; i++) {
            sum += widths[i];
            most = widths[i] > widths[most] ? i : most;
        }
        if (sum <= room)
            return;
        for (unsigned i = 0; i < columns; i++)
            second = i != most && widths[i] < widths[most] ? MAX(second, widths[i]) : second;
        unsigned over = sum - room, floor = widths[most] > LEAST ? MAX(second, LEAST) : 2;
        if (widths[most] <= 2)
            return;
        unsigned give = widths[most] > floor ? MIN(over, widths[most] - floor) : 1;
        widths[most] -= give;
    }
}

void
sk_columns_write(const GPtrArray *rows, unsigned width, GString *out)
{
    unsigned columns = 0;

    for (guint r = 0; r < rows->len; r++)
        columns = MAX(columns, ((const GPtrArray *)g_ptr_array_index(rows, r))->len);
    if (columns == 0)
        return;
    g_autofree unsigned *widths = g_new0(unsigned, columns);
    for (guint r = 0; r < rows->len; r++) {
        const GPtrArray *row = g_ptr_array_index(rows, r);
        for (guint i = 0; i < row->len; i++)
            widths[i] = MIN(MAX(widths[i], widest(g_ptr_array_index(row, i))), 4096u);
    }
    narrow(widths, columns, width);
    for (guint r = 0; r < rows->len; r++)
        write_row(g_ptr_array_index(rows, r), widths, columns, out);
}
