/* SPDX-License-Identifier: Apache-2.0
 * svg-plain.c - an SVG picture as the XML reader takes it: out of gzip, and without its document
 * type. Drawing programs write document types that declare names for namespaces: those entities,
 * plain texts, are put in their places; anything else in one refuses the picture. Contract in
 * svg-tree.h. */
#include "disarm/svg-tree.h"

#include "disarm/picture-formats.h"

#include <string.h>
#include <zlib.h>

#define ENTITIES_MAX 64u
#define ENTITY_MAX 256u
#define PIECE 65536u

/* ---- gzip ------------------------------------------------------------------------------------ */

static bool
inflate_all(SkDisarm *self, z_stream *z, SkSpan in, SkSink *out, GError **error)
{
    g_autofree uint8_t *piece = g_malloc(PIECE);
    int rc = Z_OK;

    z->next_in = (Bytef *)(uintptr_t)in.p;
    z->avail_in = (uInt)in.n;
    while (rc == Z_OK) {
        z->next_out = piece;
        z->avail_out = PIECE;
        rc = inflate(z, Z_NO_FLUSH);
        size_t n = PIECE - z->avail_out;
        sk_sink_span(out, sk_span(piece, n));
        if (!sk_disarm_expand(self, n, sk_sink_at(out), in.n - z->avail_in, error))
            return false;
        if (rc == Z_OK && n == 0)
            break;
    }
    return rc == Z_STREAM_END || sk_throw(error, SK_ERROR_MALFORMED, "svg: gzip broken");
}

static bool
ungzip(SkDisarm *self, SkSpan in, SkSpan place, GBytes **ret, GError **error)
{
    g_autoptr(SkSink) out = sk_sink_new_memory(self->job->limits.expanded);
    z_stream z = { .next_in = NULL };

    if (in.n > UINT32_MAX || inflateInit2(&z, 16 + MAX_WBITS) != Z_OK)
        return sk_throw(error, SK_ERROR_LIMIT, "svg: no memory");
    bool good = inflate_all(self, &z, in, out, error);
    size_t rest = z.avail_in;
    inflateEnd(&z);
    if (!good ||
        !sk_picture_found(self, SK_ELEMENT_TRAILING_DATA, rest > 0 ? 1 : 0, place, error) ||
        !sk_sink_finish(out, error))
        return false;
    *ret = sk_sink_steal_bytes(out);
    return true;
}

/* ---- the document type ----------------------------------------------------------------------- */

typedef struct {
    const char *p, *end;
} Text;

typedef struct {
    SkSpan names[ENTITIES_MAX], values[ENTITIES_MAX];
    unsigned n;
} Entities;

static void
skip_space(Text *t)
{
    while (t->p < t->end && g_ascii_isspace(*t->p))
        t->p++;
}

static bool
take(Text *t, const char *word)
{
    size_t n = strlen(word);

    if ((size_t)(t->end - t->p) < n || memcmp(t->p, word, n) != 0)
        return false;
    t->p += n;
    return true;
}

static SkSpan
take_name(Text *t)
{
    const char *from = t->p;

    while (t->p < t->end && (g_ascii_isalnum(*t->p) || strchr("_-.:", *t->p) != NULL) &&
           *t->p != '\0')
        t->p++;
    return sk_span(from, (size_t)(t->p - from));
}

static bool
take_quoted(Text *t, SkSpan *ret)
{
    if (t->p == t->end || (*t->p != '"' && *t->p != '\''))
        return false;
    const char *from = t->p + 1, *to = memchr(from, *t->p, (size_t)(t->end - from));
    if (to == NULL)
        return false;
    *ret = sk_span(from, (size_t)(to - from));
    t->p = to + 1;
    return true;
}

static bool
skip_past(Text *t, const char *word)
{
    size_t at = sk_span_find(sk_span(t->p, (size_t)(t->end - t->p)), 0, sk_span_str(word));

    if (at == SIZE_MAX)
        return false;
    t->p += at + strlen(word);
    return true;
}

/* A text without any markup and without other entities in it. */
static bool
take_entity(Text *t, Entities *entities)
{
    SkSpan value;

    skip_space(t);
    SkSpan name = take_name(t);
    skip_space(t);
    if (name.n == 0 || !take_quoted(t, &value) || value.n > ENTITY_MAX ||
        entities->n == ENTITIES_MAX)
        return false;
    for (size_t i = 0; i < value.n; i++) {
        if (value.p[i] < ' ' || strchr("<>&%\"'", value.p[i]) != NULL)
            return false;
    }
    skip_space(t);
    entities->names[entities->n] = name;
    entities->values[entities->n++] = value;
    return take(t, ">");
}

static bool
take_subset(Text *t, Entities *entities)
{
    for (;;) {
        skip_space(t);
        if (take(t, "]"))
            return true;
        if (take(t, "<!--") ? !skip_past(t, "-->")
                            : !take(t, "<!ENTITY") || !take_entity(t, entities))
            return false;
    }
}

/* Behind <!DOCTYPE. */
static bool
take_type(Text *t, Entities *entities)
{
    SkSpan unused;

    skip_space(t);
    if (take_name(t).n == 0)
        return false;
    skip_space(t);
    if (take(t, "PUBLIC")) {
        skip_space(t);
        if (!take_quoted(t, &unused))
            return false;
        skip_space(t);
        if (!take_quoted(t, &unused))
            return false;
    } else if (take(t, "SYSTEM")) {
        skip_space(t);
        if (!take_quoted(t, &unused))
            return false;
    }
    skip_space(t);
    if (take(t, "[") && !take_subset(t, entities))
        return false;
    skip_space(t);
    return take(t, ">");
}

/* Where the document type begins, after declaration, comments and instructions; NULL: there is
 * none. */
static const char *
find_type(SkSpan xml)
{
    Text t = { .p = (const char *)xml.p, .end = (const char *)xml.p + xml.n };

    (void)take(&t, "\xef\xbb\xbf");
    for (;;) {
        skip_space(&t);
        const char *at = t.p;
        if (take(&t, "<?") ? !skip_past(&t, "?>") : take(&t, "<!--") ? !skip_past(&t, "-->") : true)
            return take(&t, "<!DOCTYPE") ? at : NULL;
    }
}

/* ---- entities in their places ---------------------------------------------------------------- */

/* The entity that stands at @t, behind &. */
static const SkSpan *
entity_at(const Entities *entities, Text t, const char **ret_end)
{
    SkSpan name = take_name(&t);

    if (name.n == 0 || !take(&t, ";"))
        return NULL;
    for (unsigned i = 0; i < entities->n; i++) {
        if (sk_span_equal(entities->names[i], name)) {
            *ret_end = t.p;
            return &entities->values[i];
        }
    }
    return NULL;
}

static bool
replace_entities(SkDisarm *self, Text t, const Entities *entities, SkSink *out, GError **error)
{
    uint64_t before = sk_sink_at(out);

    while (t.p < t.end) {
        const char *mark = memchr(t.p, '&', (size_t)(t.end - t.p)), *behind = NULL;
        const char *end = mark == NULL ? t.end : mark;
        sk_sink_span(out, sk_span(t.p, (size_t)(end - t.p)));
        t.p = end;
        if (mark == NULL)
            break;
        const SkSpan *value = entity_at(entities, (Text){ .p = mark + 1, .end = t.end }, &behind);
        sk_sink_span(out, value == NULL ? sk_span_str("&") : *value);
        t.p = value == NULL ? mark + 1 : behind;
    }
    return sk_disarm_expand(self, sk_sink_at(out) - before, 0, 0, error) &&
           sk_sink_finish(out, error);
}

static bool
without_type(SkDisarm *self, SkSpan xml, const char *type, SkSpan place, GBytes **ret,
             GError **error)
{
    g_autoptr(SkSink) out = sk_sink_new_memory(self->job->limits.expanded);
    g_autofree Entities *entities = g_new0(Entities, 1);
    Text t = { .p = type + strlen("<!DOCTYPE"), .end = (const char *)xml.p + xml.n };

    if (!take_type(&t, entities)) {
        SkVerdict verdict = SK_VERDICT_NONE;
        return sk_disarm_found(self, SK_ELEMENT_XML_DTD, place, 1, &verdict, error) &&
               sk_throw(error, SK_ERROR_FORBIDDEN, "svg: document type");
    }
    sk_sink_span(out, sk_span(xml.p, (size_t)(type - (const char *)xml.p)));
    if (!replace_entities(self, t, entities, out, error))
        return false;
    *ret = sk_sink_steal_bytes(out);
    return true;
}

bool
sk_svg_plain(SkDisarm *self, SkSpan picture, SkSpan place, GBytes **ret, GError **error)
{
    g_autoptr(GBytes) plain = NULL;

    if (sk_span_starts(picture, "\x1f\x8b")) {
        if (!ungzip(self, picture, place, &plain, error))
            return false;
        picture = sk_span_bytes(plain);
    }
    const char *type = find_type(picture);
    if (type != NULL)
        return without_type(self, picture, type, place, ret, error);
    *ret = plain != NULL ? g_steal_pointer(&plain) : g_bytes_new(picture.p, picture.n);
    return true;
}
