/* SPDX-License-Identifier: Apache-2.0
 *
 * mht.c - web archives (MHT): the page among the parts of a mail, its pictures put into it, the rest left out. Out as one
 * web page, or as text. Spec: docs/formats/html.md, "Web archives"   Tests: tests/unit/disarm/test-html.c
 */
#include "disarm/formats.h"

#include "disarm/html-text.h"
#include "disarm/html.h"
#include "disarm/text-out.h"
#include "format/mime-code.h"
#include "format/mime.h"

#include <string.h>

#define PARTS_MAX 2000u
#define DEPTH_MAX 8u

typedef struct {
    SkDisarm *disarm;
    SkMime *mime;
    GHashTable *bodies;  /* owned: part + 1 → GBytes */
    GHashTable *places;  /* owned: Content-Location or `cid:…` → part + 1 */
    GHashTable *used;    /* owned: parts + 1 that the page shows */
    GError *limit;       /* owned: what a part went beyond; a picture that is left out would hide it */
} Archive;

static bool
fault(void *user, SkMimeFault what, uint32_t part, GError **error)
{
    SkDisarm *self = user;
    SkVerdict verdict = SK_VERDICT_NONE;

    (void)part;
    if (what == SK_MIME_FAULT_STRAY)
        return sk_disarm_found(self, SK_ELEMENT_MAIL_STRAY, SK_SPAN_EMPTY, 1, &verdict, error);
    if (what == SK_MIME_FAULT_UNTERMINATED)
        return sk_disarm_found(self, SK_ELEMENT_MAIL_UNTERMINATED, SK_SPAN_EMPTY, 1, &verdict, error);
    return sk_throw(error, SK_ERROR_AMBIGUOUS, "mht: readers see different parts");
}

static SkSpan
trim(SkSpan s)
{
    while (s.n > 0 && s.p[0] <= ' ')
        s = sk_span_sub(s, 1, s.n - 1);
    while (s.n > 0 && s.p[s.n - 1] <= ' ')
        s = sk_span_sub(s, 0, s.n - 1);
    return s;
}

static void
add_place(Archive *self, const char *prefix, SkSpan value, guint part)
{
    g_autofree char *text = sk_span_dup(value);
    char *place = g_strconcat(prefix, text, NULL);

    if (g_hash_table_contains(self->places, place))
        g_free(place); /* the first one is it */
    else
        g_hash_table_insert(self->places, place, GUINT_TO_POINTER(part + 1));
}

static void
note_places(Archive *self)
{
    for (guint i = 0; i < self->mime->parts->len; i++) {
        const SkMimePart *part = sk_mime_part(self->mime, i);
        const SkMimeField *location = sk_mime_field(part, "Content-Location"), *id = sk_mime_field(part, "Content-ID");
        SkSpan name = id == NULL ? SK_SPAN_EMPTY : trim(id->value);
        if (location != NULL && !part->multipart)
            add_place(self, "", trim(location->value), i);
        if (name.n > 2 && name.p[0] == '<' && name.p[name.n - 1] == '>')
            add_place(self, "cid:", sk_span_sub(name, 1, name.n - 2), i);
    }
}

static bool
decode(Archive *self, guint i, SkSpan *ret, GError **error)
{
    GBytes *known = g_hash_table_lookup(self->bodies, GUINT_TO_POINTER(i + 1));
    const SkMimePart *part = sk_mime_part(self->mime, i);

    if (known == NULL) {
        g_autoptr(SkSink) sink = sk_sink_new_memory(self->disarm->job->limits.expanded);
        if (!sk_mime_decode(part->body, part->encoding, sink, error) || !sk_sink_finish(sink, error) ||
            !sk_disarm_expand(self->disarm, sk_sink_at(sink), sk_sink_at(sink), part->body.n, error))
            return false;
        known = sk_sink_steal_bytes(sink);
        g_hash_table_insert(self->bodies, GUINT_TO_POINTER(i + 1), known);
    }
    *ret = sk_span_bytes(known);
    return true;
}

static bool
fetch(void *user, SkSpan address, SkSpan *ret)
{
    Archive *self = user;
    g_autofree char *place = sk_span_dup(address);
    gpointer at = g_hash_table_lookup(self->places, place);

    g_autoptr(GError) why = NULL;

    if (at == NULL)
        return false;
    if (!decode(self, GPOINTER_TO_UINT(at) - 1, ret, &why)) {
        if (self->limit == NULL && g_error_matches(why, SK_ERROR, SK_ERROR_LIMIT))
            self->limit = g_steal_pointer(&why);
        return false;
    }
    g_hash_table_add(self->used, at);
    return true;
}

static void
archive_clear(Archive *self)
{
    g_clear_pointer(&self->mime, sk_mime_free);
    g_clear_pointer(&self->bodies, g_hash_table_unref);
    g_clear_pointer(&self->places, g_hash_table_unref);
    g_clear_pointer(&self->used, g_hash_table_unref);
    g_clear_error(&self->limit);
}

/* The first part that is a page. */
static bool
open_archive(Archive *self, SkSpan *ret_page, SkSpan *ret_label, GError **error)
{
    self->bodies = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_bytes_unref);
    self->places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->used = g_hash_table_new(NULL, NULL);
    if (!sk_mime_parse(self->disarm->input, MIN(PARTS_MAX, self->disarm->job->limits.items), DEPTH_MAX, fault,
                       self->disarm, &self->mime, error))
        return false;
    note_places(self);
    for (guint i = 0; i < self->mime->parts->len; i++) {
        const SkMimePart *part = sk_mime_part(self->mime, i);
        if (part->multipart ||
            (strcmp(part->type, "text/html") != 0 && strcmp(part->type, "application/xhtml+xml") != 0))
            continue;
        const SkMimeParam *charset = sk_mime_param(part->params, "charset");
        *ret_label = charset == NULL ? SK_SPAN_EMPTY : sk_span_str(charset->value);
        g_hash_table_add(self->used, GUINT_TO_POINTER(i + 1));
        return decode(self, i, ret_page, error);
    }
    return sk_throw(error, SK_ERROR_MALFORMED, "mht: no page in it");
}

static bool
tell_unused(const Archive *self, GError **error)
{
    SkVerdict verdict = SK_VERDICT_NONE;
    uint32_t unused = 0;

    for (guint i = 0; i < self->mime->parts->len; i++) {
        unused += !sk_mime_part(self->mime, i)->multipart &&
                  !g_hash_table_contains(self->used, GUINT_TO_POINTER(i + 1));
    }
    return unused == 0 || sk_disarm_found(self->disarm, SK_ELEMENT_HTML_ARCHIVE_PART, SK_SPAN_EMPTY, unused, &verdict, error);
}

static bool
within_limits(const Archive *self, GError **error)
{
    return self->limit == NULL || sk_throw(error, SK_ERROR_LIMIT, "%s", self->limit->message);
}

bool
sk_mht_disarm(SkDisarm *self, GError **error)
{
    __attribute__((cleanup(archive_clear))) Archive archive = { .disarm = self };
    SkSpan page = SK_SPAN_EMPTY, label = SK_SPAN_EMPTY;

    return open_archive(&archive, &page, &label, error) &&
           sk_html_rebuild(self, page, label, fetch, &archive, self->sink, error) && within_limits(&archive, error) &&
           tell_unused(&archive, error);
}

bool
sk_mht_text_disarm(SkDisarm *self, GError **error)
{
    __attribute__((cleanup(archive_clear))) Archive archive = { .disarm = self };
    SkSpan page = SK_SPAN_EMPTY, label = SK_SPAN_EMPTY;

    return open_archive(&archive, &page, &label, error) && sk_html_text_write(self, page, label, error) &&
           tell_unused(&archive, error);
}
