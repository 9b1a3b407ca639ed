/* SPDX-License-Identifier: Apache-2.0
 * counters.c - contract in counters.h. nft writes a counter as three lines:
 *     counter drop_lgwan_to_internet { # handle 7
 *         packets 3 bytes 180
 *     } */
#include "wall/counters.h"

#include <string.h>

typedef struct {
    SkSpan rest;
    SkSpan line;
} Lines;

static bool
next_line(Lines *self)
{
    const uint8_t *end;

    if (self->rest.n == 0)
        return false;
    end = memchr(self->rest.p, '\n', self->rest.n);
    self->line = (SkSpan){ self->rest.p, end == NULL ? self->rest.n : (size_t)(end - self->rest.p) };
    self->rest.p += self->line.n;
    self->rest.n -= self->line.n;
    if (end != NULL) {
        self->rest.p++;
        self->rest.n--;
    }
    return true;
}

static bool
take(SkSpan *line, const char *word)
{
    size_t n = strlen(word);

    if (line->n < n || memcmp(line->p, word, n) != 0)
        return false;
    line->p += n;
    line->n -= n;
    return true;
}

static bool
take_number(SkSpan *line, uint64_t *ret)
{
    size_t n = 0;

    *ret = 0;
    for (; n < line->n && line->p[n] >= '0' && line->p[n] <= '9' && n < 19; n++)
        *ret = *ret * 10 + (uint64_t)(line->p[n] - '0');
    line->p += n;
    line->n -= n;
    return n > 0;
}

/* A name as compile writes it; what is none ends at its first other byte. */
static SkSpan
take_name(SkSpan *line)
{
    SkSpan name = { line->p, 0 };

    while (name.n < line->n && name.n < 128 &&
           (g_ascii_isalnum((char)line->p[name.n]) || line->p[name.n] == '_' ||
            line->p[name.n] == '-'))
        name.n++;
    line->p += name.n;
    line->n -= name.n;
    return name;
}

static bool
take_counter(Lines *lines, SkSpan head, GString *out, bool first)
{
    SkSpan name = take_name(&head), body;
    uint64_t packets = 0, bytes = 0;

    if (name.n == 0 || !take(&head, " {") || !next_line(lines))
        return false;
    body = lines->line;
    if (!take(&body, "\t\tpackets ") || !take_number(&body, &packets) || !take(&body, " bytes ") ||
        !take_number(&body, &bytes) || body.n != 0)
        return false;
    g_string_append_printf(out,
                           "%s{\"name\":\"%.*s\",\"packets\":%" G_GUINT64_FORMAT
                           ",\"bytes\":%" G_GUINT64_FORMAT "}",
                           first ? "" : ",", (int)name.n, (const char *)name.p, packets, bytes);
    return true;
}

char *
sk_wall_counters_json(SkSpan listing)
{
    Lines lines = { .rest = listing };
    GString *out = g_string_new("\"counters\":[");
    unsigned n = 0;
    bool own = false;

    while (n < SK_WALL_COUNTERS_MAX && next_line(&lines)) {
        SkSpan line = lines.line;
        if (take(&line, "table "))
            own = take(&line, "inet sekisho {");
        else if (own && take(&line, "\tcounter ") && take_counter(&lines, line, out, n == 0))
            n++;
    }
    g_string_append_c(out, ']');
    return g_string_free(out, FALSE);
}
