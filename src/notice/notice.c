/* SPDX-License-Identifier: Apache-2.0
 * notice.c - contract in notice.h. */
#include "notice/notice.h"

#include "base/clock.h"
#include "base/log.h"
#include "notice/courier.h"

#include <poll.h>
#include <string.h>

#define EVERY_MS 3000

int32_t
sk_notice_digest_day(int64_t now)
{
    int32_t day = sk_calendar_day(now);
    return now >= sk_calendar_start(day) + SK_DIGEST_AT ? day : day - 1;
}

static bool
post(const SkNoticeRole *self, const SkMailing *mailing, int32_t day, GError **error)
{
    SkMailFrame frame = self->frame;
    SkCourierAnswer answer = SK_COURIER_FAILED;

    frame.now = sk_clock_now();
    g_autofree char *message = sk_mail_compose(self->messages, &frame, mailing);
    if (!sk_courier_ask(self->courier, self->stop, mailing->address, sk_span_str(message), &answer, error))
        return false;
    sk_log(answer == SK_COURIER_SENT ? SK_LOG_INFO : SK_LOG_WARNING,
           answer == SK_COURIER_SENT ? "mail-sent" : "mail-waits", NULL);
    return answer == SK_COURIER_SENT ? sk_mailing_sent(self->store, mailing, day, error)
                                     : sk_mailing_failed(self->store, mailing, error);
}

static bool
stopped(const SkNoticeRole *self, int patience)
{
    struct pollfd fd = { .fd = self->stop, .events = POLLIN };
    return poll(&fd, 1, patience) > 0;
}

/* One after the other: a server that is slow delays mail, and nothing else. */
static bool
post_due(const SkNoticeRole *self, GError **error)
{
    g_autoptr(GPtrArray) due = NULL;
    int32_t day = sk_notice_digest_day(sk_clock_now());

    if (!sk_mailings_due(self->store, day, &due, error))
        return false;
    for (guint i = 0; i < due->len && !stopped(self, 0); i++)
        if (!post(self, g_ptr_array_index(due, i), day, error))
            return false;
    return true;
}

bool
sk_notice_run(const SkNoticeRole *self, GError **error)
{
    while (!stopped(self, EVERY_MS))
        if (!post_due(self, error))
            return false;
    return true;
}
