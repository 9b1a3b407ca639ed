/* SPDX-License-Identifier: Apache-2.0
 * mail.c - contract in mail.h. */
#include "notice/mail.h"

#include "base/uuid.h"
#include "notice/atom.h"
#include "notice/message.h"

#include <string.h>

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
    g_autofree char *id = sk_uuid_new();
    g_autofree char *where = g_strconcat(id, strchr(frame->from, '@'), NULL);
    int64_t total = 0;

    language = language == SK_LANGUAGE_COUNT ? SK_LANGUAGE_JA : language;
    for (unsigned kind = 1; kind < SK_NOTICE_COUNT; kind++)
        total += mailing->counts[kind];
    g_autofree char *n = g_strdup_printf("%" G_GINT64_FORMAT, total);
    g_autofree char *subject = sk_messages_fill(
        sk_messages_get(messages, language, total == 1 ? "notice.mail.subject.one" : "notice.mail.subject.other"), "count",
        n, "zone", frame->zone, NULL);
    g_autofree char *text = body(messages, frame, mailing, language);

    const SkMessage message = { .from = frame->from,
                                .to = mailing->address,
                                .subject = subject,
                                .id = where,
                                .time = frame->now,
                                .automatic = true,
                                .text = sk_span_str(text) };
    return sk_message_emit(&message);
}
