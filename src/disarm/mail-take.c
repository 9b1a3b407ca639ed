/* SPDX-License-Identifier: Apache-2.0
 * mail-take.c - which parts are the mail's text, and which were attached. Contract in mail.h.
 * Every part ends as text, as a leaf, or as a finding that names it: none vanishes. */
#include "disarm/mail.h"

#include "base/name.h"
#include "disarm/html-text.h"
#include "disarm/mapi-mail.h"

#include <string.h>

typedef struct {
    SkDisarm *disarm;
    SkMail *mail;
    GArray *fates;    /* of Fate, by part */
    GPtrArray *spare; /* of SkMapiPart: texts that count where there are no others */
} Take;

typedef enum {
    FATE_OPEN = 0, /* by what it is */
    FATE_TEXT,     /* the chosen form of an alternative, the beginning of a related */
    FATE_OTHER,    /* another form of the same text: left out */
    FATE_GONE,     /* a signature, or what stands in something that is gone */
} Fate;

static Fate *
fate_of(const Take *self, uint32_t part)
{
    return &g_array_index(self->fates, Fate, part);
}

static bool
is_text(const SkMimePart *part)
{
    return strcmp(part->type, "text/plain") == 0 || strcmp(part->type, "text/html") == 0;
}

/* ---- content ---------------------------------------------------------------------------------- */

static bool
decode(const Take *self, guint index, GBytes **ret, GError **error)
{
    const SkMimePart *part = sk_mime_part(self->mail->mime, index);
    g_autoptr(SkSink) sink = sk_sink_new_memory(self->disarm->job->limits.expanded);
    g_autoptr(GError) why = NULL;

    if (!sk_mime_decode(part->body, part->encoding, sink, &why)) {
        if (!sk_mail_found(self->disarm, SK_ELEMENT_MAIL_ENCODING, index, error))
            return false;
        return sk_throw(error, SK_ERROR_AMBIGUOUS, "%s", why->message);
    }
    if (!sk_sink_finish(sink, error) || !sk_disarm_expand(self->disarm, sk_sink_at(sink), 0, 0, error))
        return false;
    *ret = sk_sink_steal_bytes(sink);
    return true;
}

static void
add_leaf(const Take *self, guint index, const char *name, GBytes *content)
{
    SkMailLeaf *leaf = g_new0(SkMailLeaf, 1);

    *leaf = (SkMailLeaf){ .name = g_strdup(name), .hint = sk_type_from_name(name), .part = index, .content = g_bytes_ref(content) };
    g_ptr_array_add(self->mail->leaves, leaf);
}

/* Outlook's wrapper is taken apart like a multipart. Its text is that of the mail where there is no other. */
static bool
take_apart(const Take *self, guint index, SkSpan stream, GError **error)
{
    g_autoptr(SkMapi) message = NULL;

    if (!sk_tnef_read(stream, &self->disarm->job->limits, &message, error))
        return false;
    g_autoptr(GPtrArray) parts = sk_mapi_parts(self->disarm, message, error);
    for (guint i = 0; parts != NULL && i < parts->len; i++) {
        SkMapiPart *part = g_ptr_array_index(parts, i);
        if (part->is_text)
            g_ptr_array_add(self->spare, g_ptr_array_steal_index(parts, i--));
        else
            add_leaf(self, index, part->name, part->content);
    }
    return parts != NULL;
}

static bool
attach(const Take *self, guint index, GError **error)
{
    g_autofree char *name = NULL;
    g_autoptr(GBytes) content = NULL;

    if (!decode(self, index, &content, error))
        return false;
    if (sk_tnef_is(sk_span_bytes(content)))
        return take_apart(self, index, sk_span_bytes(content), error);
    if (!sk_mail_leaf_name(self->disarm, self->mail->mime, index, &name, error))
        return false;
    add_leaf(self, index, name, content);
    return true;
}

/* ---- text ------------------------------------------------------------------------------------- */

static void
separate(const Take *self)
{
    GString *text = self->mail->text;

    if (text->len > 0 && text->str[text->len - 1] != '\n')
        g_string_append_c(text, '\n');
    if (text->len > 0)
        g_string_append(text, "\n");
}

/* Files that old programs write into the text itself are attachments like others. */
static bool
take_uu(const Take *self, guint index, SkSpan text, GByteArray *rest, GError **error)
{
    SkMimeUu uu;
    size_t from = 0;

    for (; sk_mime_find_uu(text, from, &uu); from = uu.to) {
        g_autoptr(SkSink) sink = sk_sink_new_memory(self->disarm->job->limits.expanded);
        g_autofree char *words = sk_mime_words(uu.name, NULL);
        g_autofree char *name = sk_text_plain(sk_span_str(words), SK_PLACE_MAX);
        g_strdelimit(name, "/\\", '_');
        if (!sk_mime_decode(uu.content, SK_MIME_UUENCODE, sink, error) || !sk_sink_finish(sink, error) ||
            !sk_disarm_expand(self->disarm, sk_sink_at(sink), 0, 0, error))
            return false;
        g_autoptr(GBytes) content = sk_sink_steal_bytes(sink);
        bool ok = *name != '\0' && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
        add_leaf(self, index, ok ? name : "添付", content);
        g_byte_array_append(rest, text.p + from, (guint)(uu.from - from));
    }
    g_byte_array_append(rest, text.p + from, (guint)(text.n - from));
    return true;
}

static bool
take_plain(const Take *self, guint index, SkSpan content, const char *label, GError **error)
{
    const SkMimePart *part = sk_mime_part(self->mail->mime, index);
    const SkMimeParam *format = sk_mime_param(part->params, "format");
    const SkMimeParam *delsp = sk_mime_param(part->params, "delsp");
    g_autoptr(GByteArray) rest = g_byte_array_new();
    g_autoptr(GString) text = g_string_new(NULL);

    if (!take_uu(self, index, content, rest, error))
        return false;
    SkMimeReading reading = sk_mime_text(sk_span(rest->data, rest->len), label, text);
    bool odd = reading == SK_MIME_UNREAD || (reading == SK_MIME_OTHERWISE && label != NULL);
    if (odd && !sk_mail_found(self->disarm, SK_ELEMENT_MAIL_CHARSET, index, error))
        return false;
    separate(self);
    if (format != NULL && g_ascii_strcasecmp(format->value, "flowed") == 0) {
        g_autoptr(GString) joined =
            sk_mail_unflow(text->str, delsp != NULL && g_ascii_strcasecmp(delsp->value, "yes") == 0);
        g_string_append_len(self->mail->text, joined->str, (gssize)joined->len);
        return true;
    }
    g_string_append_len(self->mail->text, text->str, (gssize)text->len);
    return true;
}

static bool
tell_page(const Take *self, guint index, const SkHtmlTextCounts *counts, GError **error)
{
    const struct {
        SkElement element;
        uint32_t count;
    } rows[] = { { SK_ELEMENT_MAIL_HTML, 1 },
                 { SK_ELEMENT_HTML_SCRIPT, counts->scripts },
                 { SK_ELEMENT_HTML_FORM, counts->forms },
                 { SK_ELEMENT_HTML_EMBEDDED, counts->embedded },
                 { SK_ELEMENT_HTML_EXTERNAL, counts->remote },
                 { SK_ELEMENT_HTML_TRACKER, counts->trackers },
                 { SK_ELEMENT_HTML_HIDDEN, counts->hidden },
                 { SK_ELEMENT_HTML_DECEPTIVE_LINK, counts->deceptive } };
    g_autofree char *place = index == 0 ? g_strdup("") : g_strdup_printf("part %u", index);

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        SkVerdict verdict = SK_VERDICT_NONE;
        if (rows[i].count > 0 &&
            !sk_disarm_found(self->disarm, rows[i].element, sk_span_str(place), rows[i].count, &verdict, error))
            return false;
    }
    return true;
}

/* What cannot be read as a page goes on as what it is, and is judged there. */
static bool
take_page(const Take *self, guint index, SkSpan content, const char *label, GError **error)
{
    const SkHtmlTextOptions options = { 0 };
    SkHtmlTextCounts counts = { 0 };
    g_autoptr(GString) text = g_string_new(NULL);

    if (!sk_html_text(content, label == NULL ? SK_SPAN_EMPTY : sk_span_str(label), &options, text, &counts, NULL)) {
        g_autofree char *name = NULL;
        g_autoptr(GBytes) bytes = g_bytes_new(content.p, content.n);
        if (!sk_mail_leaf_name(self->disarm, self->mail->mime, index, &name, error))
            return false;
        add_leaf(self, index, name, bytes);
        return true;
    }
    separate(self);
    g_string_append_len(self->mail->text, text->str, (gssize)text->len);
    return tell_page(self, index, &counts, error);
}

static bool
take_text(const Take *self, guint index, GError **error)
{
    const SkMimePart *part = sk_mime_part(self->mail->mime, index);
    const SkMimeParam *charset = sk_mime_param(part->params, "charset");
    const char *label = charset == NULL ? NULL : charset->value;
    g_autoptr(GBytes) content = NULL;

    if (!decode(self, index, &content, error))
        return false;
    return strcmp(part->type, "text/plain") == 0 ? take_plain(self, index, sk_span_bytes(content), label, error)
                                                 : take_page(self, index, sk_span_bytes(content), label, error);
}

static bool
take_first(const Take *self, const SkMapiPart *part, GError **error)
{
    const char *label = *part->label == '\0' ? NULL : part->label;

    if (part->name != NULL) {
        add_leaf(self, 0, part->name, part->content);
        return true;
    }
    return (strcmp(part->type, "text/plain") == 0 ? take_plain : take_page)(self, 0, sk_span_bytes(part->content), label, error);
}

/* The first of them is the text where the mail has no other; further forms are told as in an alternative. */
static bool
take_spare(const Take *self, GError **error)
{
    bool first = self->mail->text->len == 0;

    if (self->spare->len == 0)
        return true;
    if (first && !take_first(self, g_ptr_array_index(self->spare, 0), error))
        return false;
    return (first && self->spare->len == 1) || sk_mail_found(self->disarm, SK_ELEMENT_MAIL_ALTERNATIVE, 0, error);
}

/* ---- what each part is ------------------------------------------------------------------------ */

/* Some programs send a plain text that is empty beside the page that they wrote. What cannot be decoded is told later. */
static bool
says_nothing(const Take *self, guint index)
{
    const SkMimePart *part = sk_mime_part(self->mail->mime, index);
    g_autoptr(SkSink) sink = sk_sink_new_memory(self->disarm->job->limits.expanded);

    if (!sk_mime_decode(part->body, part->encoding, sink, NULL) || !sk_sink_ok(sink))
        return false;
    SkSpan text = sk_sink_memory(sink);
    for (size_t i = 0; i < text.n; i++)
        if (!g_ascii_isspace(text.p[i]))
            return false;
    return true;
}

/* Of an alternative, plain text before HTML; other leaves (an invitation) are attachments. */
static void
choose(const Take *self, guint index)
{
    const SkMime *mime = self->mail->mime;
    guint plain = SK_MIME_NONE, html = SK_MIME_NONE;

    for (guint i = index + 1; i < mime->parts->len; i++) {
        const SkMimePart *part = sk_mime_part(mime, i);
        if (part->parent != index || *part->disposition == 'a')
            continue;
        if (strcmp(part->type, "text/plain") == 0 && plain == SK_MIME_NONE && !says_nothing(self, i))
            plain = i;
        if (strcmp(part->type, "text/html") == 0)
            html = i;
        if (strcmp(part->type, "multipart/related") == 0 && plain != SK_MIME_NONE)
            *fate_of(self, i) = FATE_OTHER;
    }
    if (plain != SK_MIME_NONE && html != SK_MIME_NONE)
        *fate_of(self, html) = FATE_OTHER;
    if (plain != SK_MIME_NONE)
        *fate_of(self, plain) = FATE_TEXT;
}

/* The second part of a signed message is its signature (RFC 1847, 2.1). */
static void
drop_signature(const Take *self, guint index)
{
    unsigned n = 0;

    for (guint i = index + 1; i < self->mail->mime->parts->len; i++)
        if (sk_mime_part(self->mail->mime, i)->parent == index && ++n == 2)
            *fate_of(self, i) = FATE_GONE;
}

static bool
is_one_of(const char *type, const char *const *list)
{
    for (; *list != NULL; list++)
        if (strcmp(type, *list) == 0)
            return true;
    return false;
}

static bool
take_multipart(const Take *self, guint index, GError **error)
{
    const char *type = sk_mime_part(self->mail->mime, index)->type;

    if (strcmp(type, "multipart/encrypted") == 0)
        return sk_mail_found(self->disarm, SK_ELEMENT_MAIL_OPAQUE, index, error);
    if (strcmp(type, "multipart/alternative") == 0)
        choose(self, index);
    if (strcmp(type, "multipart/signed") == 0) {
        drop_signature(self, index);
        return sk_mail_found(self->disarm, SK_ELEMENT_MAIL_SIGNATURE, index, error);
    }
    return true;
}

static bool
take_leaf(const Take *self, guint index, GError **error)
{
    static const char *const opaque[] = { "application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted", NULL };
    static const char *const elsewhere[] = { "message/partial", "message/external-body", NULL };
    static const char *const shown[] = { "text/plain", "text/html", NULL };
    const SkMimePart *part = sk_mime_part(self->mail->mime, index);

    if (is_one_of(part->type, opaque))
        return sk_mail_found(self->disarm, SK_ELEMENT_MAIL_OPAQUE, index, error);
    if (is_one_of(part->type, elsewhere))
        return sk_mail_found(self->disarm, SK_ELEMENT_MAIL_ELSEWHERE, index, error);
    bool named = sk_mime_param(part->disposition_params, "filename") != NULL || sk_mime_param(part->params, "name") != NULL;
    bool shows = is_one_of(part->type, shown) && strcmp(part->disposition, "attachment") != 0 && !named;
    return shows ? take_text(self, index, error) : attach(self, index, error);
}

/* What stands in a form that was left out: its words with it, its pictures not. */
static Fate
inherited(const Take *self, guint index)
{
    const SkMimePart *part = sk_mime_part(self->mail->mime, index);
    Fate own = *fate_of(self, index);

    if (own != FATE_OPEN || part->parent == SK_MIME_NONE)
        return own;
    Fate above = *fate_of(self, part->parent);
    return above == FATE_GONE || (above == FATE_OTHER && (part->multipart || is_text(part))) ? above : own;
}

static bool
take_part(const Take *self, guint index, GError **error)
{
    const SkMimePart *part = sk_mime_part(self->mail->mime, index);
    Fate fate = inherited(self, index);

    *fate_of(self, index) = fate;
    if (fate == FATE_GONE)
        return true;
    if (fate == FATE_OTHER && !part->multipart)
        return sk_mail_found(self->disarm, SK_ELEMENT_MAIL_ALTERNATIVE, index, error);
    if (part->multipart)
        return take_multipart(self, index, error);
    return fate == FATE_TEXT ? take_text(self, index, error) : take_leaf(self, index, error);
}

bool
sk_mail_take(SkDisarm *disarm, SkMail *mail, GError **error)
{
    g_autoptr(GArray) fates = g_array_new(FALSE, TRUE, sizeof(Fate));
    g_autoptr(GPtrArray) spare = g_ptr_array_new_with_free_func(sk_mapi_part_free);
    const Take self = { .disarm = disarm, .mail = mail, .fates = fates, .spare = spare };

    g_array_set_size(fates, mail->mime->parts->len);
    for (guint i = 0; i < mail->mime->parts->len; i++)
        if (!take_part(&self, i, error))
            return false;
    return take_spare(&self, error);
}
