/* SPDX-License-Identifier: Apache-2.0
 * mapi-mail.c - contract in mapi-mail.h. */
#include "disarm/mapi-mail.h"

#include "base/name.h"
#include "sandbox/children.h"

#include <string.h>

#define MIXED "=_sekisho"
#define ALTERNATIVE "=-sekisho" /* neither begins the other, and base64 has no `=` at a line's beginning but its last */
#define LINE_BYTES 57u          /* 76 digits */
#define WORD_BYTES 45u          /* 60 digits: an encoded word is at most 75 characters (RFC 2047, 2) */

/* ---- parts ------------------------------------------------------------------------------------ */

void
sk_mapi_part_free(gpointer data)
{
    SkMapiPart *part = data;

    g_free(part->name);
    g_bytes_unref(part->content);
    g_free(part);
}

static void
add(GPtrArray *parts, const char *type, const char *label, char *name, GBytes *content)
{
    SkMapiPart *part = g_new0(SkMapiPart, 1);

    *part = (SkMapiPart){ .type = type, .label = label, .name = name, .content = content, .is_text = name == NULL };
    g_ptr_array_add(parts, part);
}

static const char *
strings_label(const SkMapi *message)
{
    return sk_mapi_label(sk_mapi_number(message, SK_MAPI_MESSAGE_CODEPAGE, sk_mapi_number(message, SK_MAPI_INTERNET_CODEPAGE, 0)));
}

/* Outlook leaves the plain text of what was written as HTML empty, or one space. */
static bool
is_blank(SkSpan text)
{
    for (size_t i = 0; i < text.n; i++)
        if (!g_ascii_isspace(text.p[i]))
            return false;
    return true;
}

/* Text in either kind of string, as bytes and what they are said to be. */
static bool
add_words(GPtrArray *parts, const SkMapi *message, SkMapiId id, const char *type)
{
    GBytes *bytes = sk_mapi_bytes(message, id, SK_MAPI_STRING8);
    g_autofree char *words = sk_mapi_words(message, id, "");
    SkSpan raw = bytes == NULL ? SK_SPAN_EMPTY : sk_span_bytes(bytes);

    if (sk_mapi_bytes(message, id, SK_MAPI_UNICODE) != NULL && !is_blank(sk_span_str(words))) {
        add(parts, type, "utf-8", NULL, g_bytes_new(words, strlen(words)));
        return true;
    }
    while (raw.n > 0 && raw.p[raw.n - 1] == 0)
        raw.n--;
    if (is_blank(raw))
        return false;
    add(parts, type, strings_label(message), NULL, g_bytes_new(raw.p, raw.n));
    return true;
}

static bool
add_html(GPtrArray *parts, const SkMapi *message)
{
    GBytes *bytes = sk_mapi_bytes(message, SK_MAPI_HTML, SK_MAPI_BINARY);

    if (add_words(parts, message, SK_MAPI_HTML, "text/html"))
        return true;
    if (bytes == NULL || g_bytes_get_size(bytes) == 0)
        return false;
    uint32_t codepage = sk_mapi_number(message, SK_MAPI_INTERNET_CODEPAGE, sk_mapi_number(message, SK_MAPI_MESSAGE_CODEPAGE, 0));
    add(parts, "text/html", sk_mapi_label(codepage), NULL, g_bytes_ref(bytes));
    return true;
}

/* Goes through the pipeline as the file that it is. */
static bool
add_rtf(SkDisarm *self, GPtrArray *parts, const SkMapi *message, GError **error)
{
    GBytes *bytes = sk_mapi_bytes(message, SK_MAPI_RTF, SK_MAPI_BINARY), *content = NULL;
    g_autoptr(GError) why = NULL;

    if (bytes == NULL || g_bytes_get_size(bytes) == 0)
        return true;
    if (!sk_mapi_rtf(sk_span_bytes(bytes), self->job->limits.expanded, &content, &why)) {
        if (g_error_matches(why, SK_ERROR, SK_ERROR_LIMIT))
            return sk_throw(error, SK_ERROR_LIMIT, "%s", why->message);
        return sk_mail_found(self, SK_ELEMENT_MAIL_ENCODING, 0, error);
    }
    add(parts, "application/rtf", "", g_strdup("本文.rtf"), content);
    ((SkMapiPart *)g_ptr_array_index(parts, parts->len - 1))->is_text = true;
    return sk_disarm_expand(self, g_bytes_get_size(content), g_bytes_get_size(content), g_bytes_get_size(bytes), error);
}

static char *
name_of(const SkMapi *message, const SkMapi *attachment, guint index)
{
    const char *label = strings_label(message);
    g_autofree char *full = sk_mapi_words(attachment, SK_MAPI_LONG_NAME, label);
    g_autofree char *old = sk_mapi_words(attachment, SK_MAPI_FILE_NAME, label);
    char *name = sk_child_name_of(*full != '\0' ? full : old);

    return name != NULL ? name : g_strdup_printf("添付%u", index + 1);
}

static bool
add_message(SkDisarm *self, GPtrArray *parts, const SkMapi *inner, guint index, GError **error)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(self->job->limits.expanded);
    g_autofree char *subject = sk_mapi_words(inner, SK_MAPI_SUBJECT, strings_label(inner));
    g_autofree char *stem = sk_child_name_of(subject);

    if (!sk_mapi_mail(self, inner, sink, error) || !sk_disarm_expand(self, sk_sink_at(sink), 0, 0, error))
        return false;
    char *name = stem == NULL ? g_strdup_printf("添付%u.eml", index + 1) : g_strdup_printf("%.*s.eml", 150, stem);
    char *whole = g_utf8_make_valid(name, -1);
    g_free(name);
    add(parts, "message/rfc822", "", whole, sk_sink_steal_bytes(sink));
    return true;
}

static bool
add_attachment(SkDisarm *self, GPtrArray *parts, const SkMapi *message, guint index, GError **error)
{
    const SkMapi *attachment = g_ptr_array_index(message->attachments, index);
    GBytes *content = sk_mapi_bytes(attachment, SK_MAPI_CONTENT, SK_MAPI_BINARY);
    uint32_t method = sk_mapi_number(attachment, SK_MAPI_ATTACH_METHOD, SK_MAPI_BY_VALUE);
    g_autofree char *name = name_of(message, attachment, index);
    SkVerdict verdict = SK_VERDICT_NONE;

    if (attachment->message != NULL)
        return add_message(self, parts, attachment->message, index, error);
    if (content != NULL) {
        add(parts, "application/octet-stream", "", g_steal_pointer(&name), g_bytes_ref(content));
        return true;
    }
    if (method == SK_MAPI_BY_VALUE || method == SK_MAPI_EMBEDDED || method == SK_MAPI_OLE)
        return sk_disarm_found(self, SK_ELEMENT_EMBEDDED_OBJECT, sk_span_str(name), 1, &verdict, error);
    return sk_mail_found(self, SK_ELEMENT_MAIL_ELSEWHERE, 0, error);
}

static bool
find_parts(SkDisarm *self, const SkMapi *message, GPtrArray *parts, GError **error)
{
    bool plain = add_words(parts, message, SK_MAPI_BODY, "text/plain"), html = add_html(parts, message);

    if (!plain && !html && !add_rtf(self, parts, message, error))
        return false;
    for (guint i = 0; i < message->attachments->len; i++)
        if (!add_attachment(self, parts, message, i, error))
            return false;
    return true;
}

GPtrArray *
sk_mapi_parts(SkDisarm *self, const SkMapi *message, GError **error)
{
    g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(sk_mapi_part_free);

    return find_parts(self, message, parts, error) ? g_steal_pointer(&parts) : NULL;
}

/* ---- header ----------------------------------------------------------------------------------- */

static bool
is_plain(const char *words)
{
    for (const char *p = words; *p != '\0'; p++)
        if (*p < ' ' || *p > '~' || *p == '=')
            return false;
    return strlen(words) < 200;
}

/* RFC 2047: words that each hold whole characters. */
static void
write_words(SkSink *sink, const char *words)
{
    if (is_plain(words)) {
        sk_sink_str(sink, words);
        return;
    }
    for (const char *p = words; *p != '\0';) {
        size_t n = 0;
        while (p[n] != '\0' && (size_t)(g_utf8_next_char(p + n) - p) <= WORD_BYTES)
            n = (size_t)(g_utf8_next_char(p + n) - p);
        g_autofree char *digits = g_base64_encode((const guchar *)p, n);
        sk_sink_printf(sink, "%s=?UTF-8?B?%s?=", p == words ? "" : "\r\n ", digits);
        p += n;
    }
}

/* Line ends and controls would begin another field. */
static void
write_field(SkSink *sink, const char *name, const char *words)
{
    g_autofree char *valid = g_utf8_make_valid(words, -1);

    if (*g_strstrip(valid) == '\0')
        return;
    for (char *p = valid; *p != '\0'; p++)
        if ((guchar)*p < ' ' || *p == 0x7f)
            *p = ' ';
    sk_sink_printf(sink, "%s: ", name);
    write_words(sink, valid);
    sk_sink_str(sink, "\r\n");
}

/* `NAME <ADDRESS>`; the address alone where the name says the same. */
static char *
person(const SkMapi *of, SkMapiId name, SkMapiId smtp, SkMapiId address, const char *label)
{
    g_autofree char *called = sk_mapi_words(of, name, label);
    g_autofree char *mail = sk_mapi_words(of, smtp, label);
    g_autofree char *other = sk_mapi_words(of, address, label);
    const char *at = *mail != '\0' ? mail : other;

    if (*at == '\0' || strcmp(at, called) == 0)
        return g_steal_pointer(&called);
    return *called == '\0' ? g_strdup(at) : g_strdup_printf("%s <%s>", called, at);
}

static void
write_recipients(SkSink *sink, const SkMapi *message, const char *field, uint32_t type, SkMapiId display, const char *label)
{
    g_autoptr(GString) all = g_string_new(NULL);

    for (guint i = 0; i < message->recipients->len; i++) {
        const SkMapi *one = g_ptr_array_index(message->recipients, i);
        if (sk_mapi_number(one, SK_MAPI_RECIPIENT_TYPE, 1) != type)
            continue;
        g_autofree char *who = person(one, SK_MAPI_NAME, SK_MAPI_SMTP_ADDRESS, SK_MAPI_ADDRESS, label);
        g_string_append_printf(all, "%s%s", all->len > 0 ? ", " : "", who);
    }
    if (all->len == 0) {
        g_autofree char *shown = sk_mapi_words(message, display, label);
        g_string_append(all, shown);
    }
    write_field(sink, field, all->str);
}

static void
write_date(SkSink *sink, const SkMapi *message)
{
    int64_t seconds = sk_mapi_time(message, SK_MAPI_SUBMIT_TIME);

    if (seconds == 0)
        seconds = sk_mapi_time(message, SK_MAPI_DELIVERY_TIME);
    g_autoptr(GDateTime) time = seconds == 0 ? NULL : g_date_time_new_from_unix_utc(seconds);
    if (time == NULL)
        return;
    static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    sk_sink_printf(sink, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n", days[g_date_time_get_day_of_week(time) - 1],
                   g_date_time_get_day_of_month(time), months[g_date_time_get_month(time) - 1], g_date_time_get_year(time),
                   g_date_time_get_hour(time), g_date_time_get_minute(time), g_date_time_get_second(time));
}

static void
write_head(SkSink *sink, const SkMapi *message)
{
    static const struct {
        SkMapiId id;
        const char *field;
    } ids[] = { { SK_MAPI_MESSAGE_ID, "Message-ID" }, { SK_MAPI_IN_REPLY_TO, "In-Reply-To" }, { SK_MAPI_REFERENCES, "References" } };
    const char *label = strings_label(message);
    g_autofree char *from = person(message, SK_MAPI_FROM_NAME, SK_MAPI_FROM_SMTP, SK_MAPI_FROM_ADDRESS, label);
    g_autofree char *sender = person(message, SK_MAPI_SENDER_NAME, SK_MAPI_SENDER_SMTP, SK_MAPI_SENDER_ADDRESS, label);
    g_autofree char *subject = sk_mapi_words(message, SK_MAPI_SUBJECT, label);
    /* Some subjects begin with a mark and the length of their `Re: `. */
    const char *title = subject[0] == '\1' && subject[1] != '\0' ? subject + 2 : subject;

    write_field(sink, "From", *from != '\0' ? from : sender);
    if (*from != '\0' && strcmp(from, sender) != 0)
        write_field(sink, "Sender", sender);
    write_recipients(sink, message, "To", 1, SK_MAPI_DISPLAY_TO, label);
    write_recipients(sink, message, "Cc", 2, SK_MAPI_DISPLAY_CC, label);
    write_date(sink, message);
    write_field(sink, "Subject", title);
    for (unsigned i = 0; i < G_N_ELEMENTS(ids); i++) {
        g_autofree char *words = sk_mapi_words(message, ids[i].id, label);
        write_field(sink, ids[i].field, words);
    }
    sk_sink_str(sink, "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"" MIXED "\"\r\n\r\n");
}

/* ---- body ------------------------------------------------------------------------------------- */

static void
write_base64(SkSink *sink, SkSpan content)
{
    for (size_t at = 0; at < content.n && sk_sink_ok(sink); at += LINE_BYTES) {
        g_autofree char *line = g_base64_encode(content.p + at, MIN(content.n - at, LINE_BYTES));
        sk_sink_str(sink, line);
        sk_sink_str(sink, "\r\n");
    }
}

static void
write_part(SkSink *sink, const char *boundary, const SkMapiPart *part)
{
    sk_sink_printf(sink, "--%s\r\nContent-Type: %s", boundary, part->type);
    if (*part->label != '\0')
        sk_sink_printf(sink, "; charset=%s", part->label);
    sk_sink_str(sink, "\r\nContent-Transfer-Encoding: base64\r\n");
    if (part->name != NULL) {
        g_autofree char *escaped = g_uri_escape_string(part->name, NULL, FALSE);
        sk_sink_printf(sink, "Content-Disposition: attachment; filename*=UTF-8''%s\r\n", escaped);
    }
    sk_sink_str(sink, "\r\n");
    write_base64(sink, sk_span_bytes(part->content));
}

static void
write_body(SkSink *sink, const GPtrArray *parts)
{
    guint texts = 0;

    while (texts < parts->len && ((const SkMapiPart *)g_ptr_array_index(parts, texts))->name == NULL)
        texts++;
    if (texts == 0)
        sk_sink_str(sink, "--" MIXED "\r\nContent-Type: text/plain\r\n\r\n\r\n");
    if (texts > 1)
        sk_sink_str(sink, "--" MIXED "\r\nContent-Type: multipart/alternative; boundary=\"" ALTERNATIVE "\"\r\n\r\n");
    for (guint i = 0; i < parts->len; i++) {
        write_part(sink, texts > 1 && i < texts ? ALTERNATIVE : MIXED, g_ptr_array_index(parts, i));
        if (texts > 1 && i + 1 == texts)
            sk_sink_str(sink, "--" ALTERNATIVE "--\r\n");
    }
    sk_sink_str(sink, "--" MIXED "--\r\n");
}

/* What was enciphered or wrapped by its sender holds nothing that can be read. */
static bool
is_opaque(const SkMapi *message)
{
    g_autofree char *class = sk_mapi_words(message, SK_MAPI_MESSAGE_CLASS, "");

    return g_ascii_strncasecmp(class, "IPM.Note.SMIME", 14) == 0 && g_ascii_strcasecmp(class + 14, ".MultipartSigned") != 0;
}

bool
sk_mapi_mail(SkDisarm *self, const SkMapi *message, SkSink *sink, GError **error)
{
    g_autoptr(GPtrArray) parts = NULL;

    if (is_opaque(message) && !sk_mail_found(self, SK_ELEMENT_MAIL_OPAQUE, 0, error))
        return false;
    parts = sk_mapi_parts(self, message, error);
    if (parts == NULL)
        return false;
    write_head(sink, message);
    write_body(sink, parts);
    return sk_sink_finish(sink, error);
}
