/* SPDX-License-Identifier: Apache-2.0
 * letter.c - contract in letter.h. In Japanese: who reads it is known by an address alone. */
#include "gate/letter.h"

#include "base/calendar.h"
#include "notice/message.h"

#include <string.h>

char *
sk_letter_host(const char *origin)
{
    const char *host = strstr(origin, "://");

    host = host == NULL ? origin : host + strlen("://");
    return g_strndup(host, strcspn(host, ":/"));
}

static const char *
say(const SkMessages *messages, const char *key)
{
    return sk_messages_get(messages, SK_LANGUAGE_JA, key);
}

static char *
emit(const SkMessages *messages, const char *origin, const SkCrossing *mail, const char *kind, const char *recipient,
     const char *subject, bool automatic, SkSpan text)
{
    g_autofree char *host = sk_letter_host(origin);
    g_autofree char *from = g_strdup_printf("postmaster@%s", host);
    g_autofree char *id = g_strdup_printf("%s%s@%s", mail->id, kind, host);
    g_autofree char *more = g_strdup_printf("X-Sekisho-Crossing: %s\r\n", mail->id);
    const SkMessage message = { .label = say(messages, "letter.from"),
                                .from = from,
                                .to = recipient,
                                .subject = subject,
                                .id = id,
                                .time = mail->created,
                                .automatic = automatic,
                                .more = more,
                                .text = text };
    return sk_message_emit(&message);
}

char *
sk_letter_emit(const SkMessages *messages, const char *origin, const SkCrossing *mail, const char *recipient, SkSpan text)
{
    return emit(messages, origin, mail, "", recipient, say(messages, "letter.subject"), false, text);
}

static char *
time_of(int64_t us)
{
    int32_t day = sk_calendar_day(us);
    SkDate date = sk_calendar_date(day);
    int64_t minute = (us - sk_calendar_start(day)) / G_USEC_PER_SEC / 60;

    return g_strdup_printf("%d-%02u-%02u %02d:%02d", date.year, date.month, date.day, (int)(minute / 60),
                           (int)(minute % 60));
}

char *
sk_letter_refused(const SkMessages *messages, const char *origin, const SkCrossing *mail, const SkEnvelope *envelope,
                  const char *recipient)
{
    g_autofree char *reason_key = g_strdup_printf("reason.%s", sk_reason_name(mail->reason));
    g_autofree char *time = time_of(mail->created);
    const char *sender = envelope->sender[0] == '\0' ? say(messages, "letter.refused.nobody") : envelope->sender;
    g_autofree char *from = sk_messages_fill(say(messages, "letter.refused.sender"), "sender", sender, NULL);
    g_autofree char *at = sk_messages_fill(say(messages, "letter.refused.time"), "time", time, NULL);
    g_autofree char *why = sk_messages_fill(say(messages, "letter.refused.reason"), "reason", say(messages, reason_key), NULL);
    g_autofree char *number = sk_messages_fill(say(messages, "letter.refused.number"), "id", mail->id, NULL);
    g_autofree char *text =
        g_strjoin("\n", say(messages, "letter.refused.lead"), "", from, at, why, number, "", say(messages, "letter.refused.next"), "", NULL);

    return emit(messages, origin, mail, ".refused", recipient, say(messages, "letter.refused.subject"), true,
                sk_span_str(text));
}
