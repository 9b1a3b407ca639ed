/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-dash.c - contract in pdf-cost.h: how many dashes the lines of a content have, counted on what was written.
 * Spec: docs/formats/pdf-content.md, "Dashes"
 */
#include "disarm/pdf-cost.h"

#include "disarm/pdf-content.h"
#include "disarm/pdf-spell.h"

#include <math.h>

#define NUMBERS_MAX 6u
#define GLYPH                                                                                      \
    10.0 /* the outline of a letter is taken to be that many times as long as the font is large */
#define MOST 1e9

typedef struct {
    double period; /* of the dashes; 0: none */
    double size;   /* of the font */
    bool stroked;  /* the rendering mode draws the outlines of letters */
} State;

typedef struct {
    State now, saved[SK_PDF_Q_MAX];
    unsigned depth;
    double scale;                          /* of the text matrix */
    double x, y, start_x, start_y, length; /* of the path */
    double dashes;
    double v[NUMBERS_MAX]; /* the first numbers of the line */
    unsigned n;
    double bytes; /* of its strings */
    double sum;   /* of the numbers in its brackets */
} Dashes;

/* ---- one line ----------------------------------------------------------------------------- */

static double
real(SkSpan word)
{
    int64_t v = 0;
    return sk_pdf_number_parse(word, &v) ? (double)v / (double)SK_PDF_ONE : 0;
}

/* All words before the operator: numbers outside of brackets, the sum of those within, the bytes of strings. */
static void
read_operands(Dashes *self, SkSpan s)
{
    bool within = false;

    self->n = 0;
    self->bytes = self->sum = 0;
    for (size_t at = 0; at < s.n;) {
        uint8_t c = s.p[at];
        size_t end = at + 1;
        if (c == '[' || c == ']') {
            within = c == '[';
        } else if (c == '<') {
            while (end < s.n && s.p[end] != '>')
                end++;
            self->bytes += (double)(end - at - 1) / 2;
        } else if (g_ascii_isdigit(c) || c == '-') {
            while (end < s.n && (g_ascii_isdigit(s.p[end]) || s.p[end] == '.'))
                end++;
            double v = real(sk_span_sub(s, at, end - at));
            self->sum += within ? v : 0;
            if (!within && self->n < NUMBERS_MAX)
                self->v[self->n++] = v;
        } else if (c == '/') {
            while (end < s.n && s.p[end] != ' ')
                end++;
        }
        at = end;
    }
}

static void
to(Dashes *self, double x, double y)
{
    self->length += fabs(x - self->x) + fabs(y - self->y);
    self->x = x;
    self->y = y;
}

static void
close_path(Dashes *self)
{
    to(self, self->start_x, self->start_y);
}

static void
begin(Dashes *self, double x, double y)
{
    self->x = self->start_x = x;
    self->y = self->start_y = y;
}

static void
add(Dashes *self, double length)
{
    if (self->now.period > 0)
        self->dashes = fmin(self->dashes + length / self->now.period, MOST);
}

static void
paint(Dashes *self, SkSpan op)
{
    bool closes = sk_span_starts(op, "b") || sk_span_is(op, "s");

    if (closes)
        close_path(self);
    if (closes || sk_span_starts(op, "B") || sk_span_is(op, "S"))
        add(self, self->length);
    self->length = 0;
}

static void
path(Dashes *self, SkSpan op)
{
    const double *v = self->v;

    if (sk_span_is(op, "m")) {
        begin(self, v[0], v[1]);
    } else if (sk_span_is(op, "re")) {
        self->length += 2 * (fabs(v[2]) + fabs(v[3]));
        begin(self, v[0], v[1]);
    } else if (sk_span_is(op, "h")) {
        close_path(self);
    } else { /* along the points that hold a curve: it is never longer */
        for (unsigned i = 0; i + 1 < self->n; i += 2)
            to(self, v[i], v[i + 1]);
    }
}

static void
text(Dashes *self, SkSpan op)
{
    const double *v = self->v;

    if (sk_span_is(op, "BT"))
        self->scale = 1;
    else if (sk_span_is(op, "Tm"))
        self->scale = fabs(v[0]) + fabs(v[1]) + fabs(v[2]) + fabs(v[3]);
    else if (sk_span_is(op, "Tf"))
        self->now.size = fabs(v[0]);
    else if (sk_span_is(op, "Tr"))
        self->now.stroked = v[0] == 1 || v[0] == 2 || v[0] == 5 || v[0] == 6;
    else if ((sk_span_is(op, "Tj") || sk_span_is(op, "TJ")) && self->now.stroked)
        add(self, self->bytes * GLYPH * self->now.size * self->scale);
}

static void
line(Dashes *self, SkSpan s)
{
    size_t at = s.n;

    while (at > 0 && s.p[at - 1] != ' ')
        at--;
    SkSpan op = sk_span_sub(s, at, s.n - at);
    for (unsigned i = 0; i < NUMBERS_MAX; i++)
        self->v[i] = 0;
    read_operands(self, sk_span_sub(s, 0, at));
    if (sk_span_is(op, "d")) {
        self->now.period = self->sum;
    } else if (sk_span_is(op, "q")) {
        if (self->depth < SK_PDF_Q_MAX)
            self->saved[self->depth++] = self->now;
    } else if (sk_span_is(op, "Q")) {
        if (self->depth > 0)
            self->now = self->saved[--self->depth];
    } else if (op.n > 1 && (op.p[0] == 'T' || op.p[1] == 'T')) {
        text(self, op);
    } else if (sk_span_is(op, "m") || sk_span_is(op, "l") || sk_span_is(op, "c") ||
               sk_span_is(op, "v") || sk_span_is(op, "y") || sk_span_is(op, "h") ||
               sk_span_is(op, "re")) {
        path(self, op);
    } else if (op.n > 0 &&
               (sk_span_is(op, "S") || sk_span_is(op, "s") || sk_span_is(op, "n") ||
                op.p[0] == 'f' || sk_span_is(op, "B") || sk_span_is(op, "B*") || op.p[0] == 'b')) {
        paint(self, op);
    }
}

/* Most contents have none: then nothing of them is read. */
static bool
has_dashes(SkSpan content)
{
    for (size_t at = 0; (at = sk_span_find(content, at, sk_span_str(" d\n"))) != SIZE_MAX; at++) {
        size_t from = at;
        while (from > 0 && content.p[from - 1] != '\n')
            from--;
        if (!sk_span_starts(sk_span_sub(content, from, at - from), "[]"))
            return true;
    }
    return false;
}

uint64_t
sk_pdf_dashes(SkSpan content)
{
    g_autofree Dashes *self = NULL;

    if (!has_dashes(content))
        return 0;
    self = g_new0(Dashes, 1);
    self->scale = 1;
    for (size_t at = 0; at < content.n;) {
        size_t end = sk_span_find(content, at, sk_span_str("\n"));
        end = end == SIZE_MAX ? content.n : end;
        line(self, sk_span_sub(content, at, end - at));
        at = end + 1;
    }
    return (uint64_t)self->dashes;
}
