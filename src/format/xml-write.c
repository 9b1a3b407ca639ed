/* SPDX-License-Identifier: Apache-2.0
 *
 * xml-write.c - contract in xml.h. A start tag is left open until it is known whether anything
 * follows, so that an empty element always ends in `/>`; in what is held back, that decision is
 * marked and taken on release.
 */
#include "format/xml.h"

#include <string.h>

#define FLUSH_AT 32768u
#define LAZY_MAX 16u

/* Control characters that XML cannot hold stand for decisions in the held bytes. */
#define MARK_OPEN '\x01' /* a start tag ends here, somehow */
#define MARK_END '\x02'  /* before and after the name of an end tag */

/* Grown by hand: a growing GLib array took an eighth of a large document's time. */
typedef struct {
    uint8_t *p; /* owned */
    size_t n;
    size_t room;
} Buffer;

struct SkXmlWriter {
    SkXmlFlush flush;
    void *user;
    Buffer out;
    Buffer held;
    bool tag_open; /* in @out */
    unsigned lazy_n;
    struct {
        size_t at;     /* in @out: where the element begins */
        bool tag_open; /* of its parent, before it */
    } lazy[LAZY_MAX];  /* open elements that may yet go, innermost last */
    bool holding;
    bool ahead;
};

SkXmlWriter *
sk_xml_writer_new(SkXmlFlush flush, void *user)
{
    SkXmlWriter *self = g_new0(SkXmlWriter, 1);

    self->flush = flush;
    self->user = user;
    return self;
}

void
sk_xml_writer_free(SkXmlWriter *self)
{
    if (self == NULL)
        return;
    g_free(self->out.p);
    g_free(self->held.p);
    g_free(self);
}

static bool
is_held(const SkXmlWriter *self)
{
    return self->holding && !self->ahead;
}

static Buffer *
target(SkXmlWriter *self)
{
    return is_held(self) ? &self->held : &self->out;
}

static void
grow(Buffer *to, size_t n)
{
    to->room = MAX(to->room * 2, to->n + n + FLUSH_AT);
    to->p = g_realloc(to->p, to->room);
}

/* Most pieces are a few bytes, for which a call would cost more than the copy. */
static inline void
append_bytes(Buffer *to, const uint8_t *p, size_t n)
{
    if (n > to->room - to->n)
        grow(to, n);
    if (n > 16) {
        memcpy(to->p + to->n, p, n);
    } else if (n >= 8) {
        memcpy(to->p + to->n, p, 8);
        memcpy(to->p + to->n + n - 8, p + n - 8, 8);
    } else {
        for (size_t i = 0; i < n; i++)
            to->p[to->n + i] = p[i];
    }
    to->n += n;
}

static inline void
append(Buffer *to, const char *s)
{
    append_bytes(to, (const uint8_t *)s, strlen(s));
}

static inline void
append_byte(Buffer *to, char c)
{
    if (to->room == to->n)
        grow(to, 1);
    to->p[to->n++] = (uint8_t)c;
}

static void
close_tag(SkXmlWriter *self)
{
    if (is_held(self) || !self->tag_open)
        return;
    append(&self->out, ">");
    self->tag_open = false;
}

static void
flush_some(SkXmlWriter *self)
{
    if (self->out.n < FLUSH_AT || self->lazy_n > 0)
        return;
    self->flush(self->user, sk_span(self->out.p, self->out.n));
    self->out.n = 0;
}

/* MARK_OPEN ends every held start tag; attributes are written before it by moving it on. */
static void
unmark(SkXmlWriter *self)
{
    if (is_held(self)) {
        g_assert(self->held.n > 0 && self->held.p[self->held.n - 1] == MARK_OPEN);
        self->held.n--;
    } else {
        g_assert(self->tag_open);
    }
}

static void
mark(SkXmlWriter *self)
{
    if (is_held(self))
        append_byte(&self->held, MARK_OPEN);
}

void
sk_xml_writer_declaration(SkXmlWriter *self)
{
    append(&self->out, SK_XML_DECLARATION);
}

static void
start(SkXmlWriter *self, const char *name)
{
    close_tag(self);
    append(target(self), "<");
    append(target(self), name);
    if (!is_held(self))
        self->tag_open = true;
    mark(self);
    flush_some(self);
}

void
sk_xml_writer_start(SkXmlWriter *self, const char *name)
{
    self->lazy_n = 0;
    start(self, name);
}

void
sk_xml_writer_start_lazy(SkXmlWriter *self, const char *name)
{
    if (self->holding || self->lazy_n >= LAZY_MAX) {
        sk_xml_writer_start(self, name);
        return;
    }
    self->lazy[self->lazy_n].at = self->out.n;
    self->lazy[self->lazy_n++].tag_open = self->tag_open;
    start(self, name);
}

void
sk_xml_writer_raw(SkXmlWriter *self, const char *attributes)
{
    unmark(self);
    append(target(self), attributes);
    mark(self);
}

static const char *
escape(uint8_t c, bool in_value)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return in_value ? "&quot;" : NULL;
    case '\r':
        return in_value ? " " : "&#xD;";
    case '\t':
    case '\n':
        return in_value ? " " : NULL;
    default:
        return NULL;
    }
}

static const bool plain[256] = {
    [0 ... 8] = true,
    [11 ... 12] = true,
    [14 ... '"' - 1] = true,
    ['"' + 1 ... '&' - 1] = true,
    ['&' + 1 ... '<' - 1] = true,
    ['='] = true,
    ['>' + 1 ... 0xff] = true,
};

static void
append_escaped(Buffer *to, SkSpan s, bool in_value)
{
    size_t start = 0;

    for (size_t at = 0; at < s.n; at++) {
        if (plain[s.p[at]])
            continue;
        const char *reference = escape(s.p[at], in_value);
        if (reference == NULL)
            continue;
        append_bytes(to, s.p + start, at - start);
        append(to, reference);
        start = at + 1;
    }
    append_bytes(to, s.p + start, s.n - start);
}

void
sk_xml_writer_attr(SkXmlWriter *self, const char *name, SkSpan value)
{
    Buffer *to = target(self);

    unmark(self);
    append_byte(to, ' ');
    append(to, name);
    append(to, "=\"");
    append_escaped(to, value, true);
    append(to, "\"");
    mark(self);
}

void
sk_xml_writer_text(SkXmlWriter *self, SkSpan text)
{
    if (text.n == 0)
        return;
    self->lazy_n = 0;
    close_tag(self);
    append_escaped(target(self), text, false);
    flush_some(self);
}

static void
end_in_out(SkXmlWriter *self, SkSpan name)
{
    if (self->tag_open) {
        append(&self->out, "/>");
        self->tag_open = false;
        return;
    }
    append(&self->out, "</");
    append_bytes(&self->out, name.p, name.n);
    append(&self->out, ">");
}

void
sk_xml_writer_end(SkXmlWriter *self, const char *name)
{
    if (self->lazy_n > 0) {
        self->lazy_n--;
        self->out.n = self->lazy[self->lazy_n].at;
        self->tag_open = self->lazy[self->lazy_n].tag_open;
        return;
    }
    if (!is_held(self)) {
        end_in_out(self, sk_span_str(name));
        flush_some(self);
        return;
    }
    append_byte(&self->held, MARK_END);
    append(&self->held, name);
    append_byte(&self->held, MARK_END);
}

void
sk_xml_writer_finish(SkXmlWriter *self)
{
    g_assert(!self->holding && !self->tag_open);
    self->flush(self->user, sk_span(self->out.p, self->out.n));
    self->out.n = 0;
}

/* ---- holding back -------------------------------------------------------------------------- */

void
sk_xml_writer_hold(SkXmlWriter *self)
{
    g_assert(!self->holding);
    self->lazy_n = 0;
    self->holding = true;
}

size_t
sk_xml_writer_held(const SkXmlWriter *self)
{
    return self->held.n;
}

void
sk_xml_writer_ahead(SkXmlWriter *self, bool on)
{
    g_assert(self->holding);
    self->ahead = on;
}

void
sk_xml_writer_release(SkXmlWriter *self)
{
    g_assert(self->holding && !self->ahead);
    self->holding = false;

    SkSpan s = sk_span(self->held.p, self->held.n);
    for (size_t at = 0; at < s.n;) {
        size_t end = at;
        while (end < s.n && s.p[end] != MARK_OPEN && s.p[end] != MARK_END)
            end++;
        if (end > at) {
            close_tag(self);
            append_bytes(&self->out, s.p + at, end - at);
        }
        if (end < s.n && s.p[end] == MARK_OPEN) {
            self->tag_open = true;
        } else if (end < s.n) {
            size_t name = end + 1;
            end = sk_span_find(s, name, sk_span_str("\x02"));
            end_in_out(self, sk_span_sub(s, name, end - name));
        }
        at = end + 1;
    }
    self->held.n = 0;
    flush_some(self);
}

void
sk_xml_writer_discard(SkXmlWriter *self)
{
    g_assert(self->holding && !self->ahead);
    self->holding = false;
    self->held.n = 0;
}
