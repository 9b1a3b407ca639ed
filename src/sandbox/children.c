/* SPDX-License-Identifier: Apache-2.0
 * children.c - contract in children.h. */
#include "sandbox/children.h"

#include "base/name.h"

#include <string.h>

#define MAGIC_BYTES 8u
#define SEGMENT_BYTES_MAX 240u

G_STATIC_ASSERT(sizeof SK_CHILDREN_MAGIC == MAGIC_BYTES + 1);

SkChildrenWriter
sk_children_writer(SkSink *sink)
{
    g_assert(sk_sink_at(sink) == 0);
    sk_sink_str(sink, SK_CHILDREN_MAGIC);
    sk_sink_u64le(sink, SK_TABLES_FINGERPRINT);
    sk_sink_u32le(sink, 0);
    return (SkChildrenWriter){ .sink = sink };
}

static bool
is_segment(SkSpan s)
{
    return s.n > 0 && !sk_span_is(s, ".") && !sk_span_is(s, "..");
}

bool
sk_child_name_ok(SkSpan name)
{
    size_t from = 0;

    if (!sk_text_is_plain(name, SK_CHILD_NAME_MAX))
        return false;
    for (size_t at = 0; at <= name.n; at++) {
        if (at < name.n && name.p[at] != '/')
            continue;
        if (!is_segment(sk_span_sub(name, from, at - from)))
            return false;
        from = at + 1;
    }
    return true;
}

char *
sk_child_name_of(const char *said)
{
    const char *slash = strrchr(said, '/'), *back = strrchr(said, '\\');
    const char *base = slash != NULL && slash > back ? slash + 1 : back != NULL ? back + 1 : said;
    g_autoptr(GString) out = g_string_new(NULL);

    for (const char *p = base; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        if (!sk_char_is_hidden(c))
            g_string_append_unichar(out, c);
    }
    g_autofree char *name = sk_text_plain(sk_span(out->str, out->len), SK_CHILD_NAME_MAX);
    g_strstrip(name);
    const char *from = name;
    if (strlen(name) > SEGMENT_BYTES_MAX) /* the end tells the type */
        from = g_utf8_find_next_char(name + strlen(name) - SEGMENT_BYTES_MAX, NULL);
    return sk_child_name_ok(sk_span_str(from)) ? g_strdup(from) : NULL;
}

/* What each kind may say of itself. */
static bool
is_sound(const SkChild *child)
{
    bool ready = child->kind == SK_CHILD_READY;
    bool lost = child->kind == SK_CHILD_LOST;

    return child->kind >= SK_CHILD_OBJECT && child->kind <= SK_CHILD_LOST && child->type < SK_TYPE_COUNT &&
           child->level < SK_LEVEL_COUNT && child->level != SK_LEVEL_ORIGINAL && child->reason < SK_REASON_COUNT &&
           (!ready || child->type != SK_TYPE_NONE) && (child->kind != SK_CHILD_FOLDER || child->type == SK_TYPE_NONE) &&
           ready == (child->level != SK_LEVEL_NONE) && lost == (child->reason != SK_REASON_NONE) &&
           sk_child_name_ok(child->name);
}

static bool
has_content(const SkChild *child)
{
    return child->kind == SK_CHILD_OBJECT || child->kind == SK_CHILD_READY;
}

void
sk_children_begin(SkChildrenWriter *self, const SkChild *child)
{
    g_assert(is_sound(child) && self->patch == 0);
    sk_sink_u8(self->sink, (uint8_t)child->kind);
    sk_sink_u8(self->sink, (uint8_t)child->level);
    sk_sink_u8(self->sink, (uint8_t)child->reason);
    sk_sink_u8(self->sink, 0);
    sk_sink_u16le(self->sink, (uint16_t)child->type);
    sk_sink_u16le(self->sink, (uint16_t)child->name.n);
    sk_sink_u32le(self->sink, child->written);
    self->patch = sk_sink_at(self->sink);
    sk_sink_u64le(self->sink, 0);
    sk_sink_span(self->sink, child->name);
    self->n++;
    self->content = sk_sink_at(self->sink);
}

static void
patch(SkSink *sink, uint64_t at, uint64_t v, unsigned bytes)
{
    uint8_t b[8];

    for (unsigned i = 0; i < bytes; i++)
        b[i] = (uint8_t)(v >> (8 * i));
    if (sk_sink_ok(sink))
        sk_sink_patch(sink, at, sk_span(b, bytes));
}

void
sk_children_end(SkChildrenWriter *self)
{
    g_assert(self->patch != 0);
    patch(self->sink, self->patch, sk_sink_at(self->sink) - self->content, 8);
    self->patch = 0;
}

void
sk_children_add(SkChildrenWriter *self, const SkChild *child)
{
    sk_children_begin(self, child);
    if (has_content(child))
        sk_sink_span(self->sink, child->content);
    sk_children_end(self);
}

void
sk_children_finish(SkChildrenWriter *self)
{
    g_assert(self->patch == 0);
    patch(self->sink, MAGIC_BYTES + 8, self->n, 4);
}

static bool
parse_child(SkReader *r, SkChild *ret)
{
    uint8_t kind = sk_reader_u8(r);
    uint8_t level = sk_reader_u8(r);
    uint8_t reason = sk_reader_u8(r);
    uint8_t zero = sk_reader_u8(r);
    uint16_t type = sk_reader_u16le(r);
    uint16_t name_n = sk_reader_u16le(r);
    uint32_t written = sk_reader_u32le(r);
    uint64_t n = sk_reader_u64le(r);
    SkSpan name = sk_reader_span(r, name_n);
    SkSpan content = sk_reader_span(r, n > sk_reader_left(r) ? SIZE_MAX : (size_t)n);

    *ret = (SkChild){ .kind = (SkChildKind)kind,
                      .type = (SkType)type,
                      .level = (SkLevel)level,
                      .reason = (SkReason)reason,
                      .written = written,
                      .name = name,
                      .content = content };
    return sk_reader_ok(r) && zero == 0 && is_sound(ret) && (content.n == 0 || has_content(ret));
}

bool
sk_children_is(SkSpan s)
{
    return sk_span_starts(s, SK_CHILDREN_MAGIC);
}

bool
sk_children_parse(SkSpan frame, uint32_t most, GArray **ret, GError **error)
{
    g_autoptr(GArray) children = g_array_new(FALSE, FALSE, sizeof(SkChild));
    SkReader r = sk_reader(frame);
    SkSpan magic = sk_reader_span(&r, MAGIC_BYTES);
    uint64_t fingerprint = sk_reader_u64le(&r);
    uint32_t count = sk_reader_u32le(&r);

    if (!sk_reader_ok(&r) || !sk_span_is(magic, SK_CHILDREN_MAGIC) || fingerprint != SK_TABLES_FINGERPRINT)
        return sk_throw(error, SK_ERROR_MALFORMED, "children: no head of this build");
    if (count > most)
        return sk_throw(error, SK_ERROR_LIMIT, "children: %u", count);
    for (uint32_t i = 0; i < count; i++) {
        SkChild child;
        if (!parse_child(&r, &child))
            return sk_throw(error, SK_ERROR_MALFORMED, "children: child %u", i);
        g_array_append_val(children, child);
    }
    if (sk_reader_left(&r) != 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "children: bytes after the last");
    *ret = g_steal_pointer(&children);
    return true;
}
