/* SPDX-License-Identifier: Apache-2.0
 * mail.c - contract in mail.h. */
#include "notice/mail.h"

#include "base/calendar.h"
#include "base/uuid.h"
#include "notice/atom.h"

#include <string.h>

#define LINE_BYTES 57u /* become 76 characters of base64 */
#define WORD_BYTES 42u /* of a subject in one encoded word: whole characters, 75 bytes with its marks */

/* RFC 2047: each word holds whole characters; the words fold. */
static void
put_subject(GString *out, const char *text)
{
    const char *p = text;

    g_string_append(out, "Subject:");
    while (*p != '\0') {
        const char *end = p;
        while (*end != '\0' && (size_t)(g_utf8_next_char(end) - p) <= WORD_BYTES)
            end = g_utf8_next_char(end);
        g_autofree char *word = g_base64_encode((const guchar *)p, (gsize)(end - p));
        g_string_append_printf(out, "%s=?UTF-8?B?%s?=\r\n", p == text ? " " : " ", word);
        p = end;
    }
}

static void
put_body(GString *out, const char *text)
{
    size_t n = strlen(text);

    for (size_t at = 0; at < n; at += LINE_BYTES) {
        g_autofree char *line = g_base64_encode((const guchar *)text + at, MIN(n - at, LINE_BYTES));
        g_string_append_printf(out, "%s\r\n", line);
    }
}

/* RFC 5322, in Japan's time; names of days and months are English by that standard. */
static void
put_date(GString *out, int64_t now)
{
    static const char *const days[] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    int32_t day = sk_calendar_day(now);
    SkDate date = sk_calendar_date(day);
    int64_t second = (now - sk_calendar_start(day)) / G_USEC_PER_SEC;

    g_string_append_printf(out, "Date: %s, %u %s %d %02d:%02d:%02d +0900\r\n", days[((day % 7) + 7) % 7], date.day,
                           months[date.month - 1], date.year, (int)(second / 3600), (int)(second / 60 % 60),
                           (int)(second % 60));
}

static char *
body(const SkMessages *messages, const SkMailFrame *frame, const SkMailing *mailing, SkLanguage language)
{
    GString *out = g_string_new(NULL);

    g_string_append_printf(out, "%s\r\n\r\n", sk_messages_get(messages, language, "notice.mail.lead"));
    for (unsigned kind = 1; kind < SK_NOTICE_COUNT; kind++) {
        if (mailing->counts[kind] == 0)
            continue;
        g_autofree char *sentence = sk_notice_sentence(messages, language, (SkNoticeKind)kind, mailing->counts[kind]);
        g_string_append_printf(out, "- %s\r\n", sentence);
    }
    g_string_append_printf(out, "\r\n%s/notices\r\n\r\n%s\r\n", frame->origin,
                           sk_messages_get(messages, language, "notice.mail.foot"));
    return g_string_free(out, FALSE);
}

char *
sk_mail_compose(const SkMessages *messages, const SkMailFrame *frame, const SkMailing *mailing)
{
    SkLanguage language = sk_language_lookup(mailing->language);
    GString *out = g_string_new(NULL);
    g_autofree char *id = sk_uuid_new();
    int64_t total = 0;

    language = language == SK_LANGUAGE_COUNT ? SK_LANGUAGE_JA : language;
    for (unsigned kind = 1; kind < SK_NOTICE_COUNT; kind++)
        total += mailing->counts[kind];
    g_autofree char *n = g_strdup_printf("%" G_GINT64_FORMAT, total);
    g_autofree char *subject = sk_messages_fill(
        sk_messages_get(messages, language, total == 1 ? "notice.mail.subject.one" : "notice.mail.subject.other"), "count",
        n, "zone", frame->zone, NULL);
    g_autofree char *text = body(messages, frame, mailing, language);

    g_string_append_printf(out, "From: <%s>\r\nTo: <%s>\r\n", frame->from, mailing->address);
    put_subject(out, subject);
    put_date(out, frame->now);
    g_string_append_printf(out, "Message-ID: <%s%s>\r\n", id, strchr(frame->from, '@'));
    g_string_append(out, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
                         "Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\n\r\n");
    put_body(out, text);
    return g_string_free(out, FALSE);
}
