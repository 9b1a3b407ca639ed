/* SPDX-License-Identifier: Apache-2.0
 * test-mail.c - a mail is plain ASCII lines, says kinds and counts, and its hours are Japan's. */
#include "notice/mail.h"
#include "notice/notice.h"

#include <string.h>

static SkMessages *
catalogue(void)
{
    g_autofree char *directory = g_build_filename(g_getenv("SEKISHO_SOURCE"), "data", "messages", NULL);
    SkMessages *messages = NULL;
    g_assert_true(sk_messages_load(directory, &messages, NULL));
    return messages;
}

static char *
decoded_body(const char *mail)
{
    const char *start = strstr(mail, "\r\n\r\n") + 4;
    gsize n = 0;
    guchar *raw = g_base64_decode(start, &n);
    char *out = g_strndup((const char *)raw, n);
    g_free(raw);
    return out;
}

static void
composes(void)
{
    g_autoptr(SkMessages) messages = catalogue();
    SkMailing mailing = { .account = (char *)"taro", .address = (char *)"taro@example.jp", .language = "ja" };
    mailing.counts[SK_NOTICE_APPROVAL_WAITS] = 3;
    mailing.counts[SK_NOTICE_ARRIVED] = 1;
    const SkMailFrame frame = { .from = "sekisho@town.example.jp",
                                .origin = "https://sekisho.lgwan.example.jp",
                                .zone = "lgwan",
                                .now = INT64_C(1775001900000000) };
    g_autofree char *mail = sk_mail_compose(messages, &frame, &mailing);
    g_assert_nonnull(strstr(mail, "Date: Wed, 1 Apr 2026 09:05:00 +0900\r\n"));
    g_assert_nonnull(strstr(mail, "To: <taro@example.jp>\r\n"));
    g_auto(GStrv) lines = g_strsplit(mail, "\r\n", -1);
    for (unsigned i = 0; lines[i] != NULL; i++) {
        g_assert_cmpuint(strlen(lines[i]), <=, 76);
        g_assert_true(g_str_is_ascii(lines[i]));
        g_assert_null(strpbrk(lines[i], "\r\n"));
    }
    g_autofree char *text = decoded_body(mail);
    g_assert_nonnull(strstr(text, "承認を待つものが3件"));
    g_assert_nonnull(strstr(text, "1件届きました"));
    g_assert_nonnull(strstr(text, "https://sekisho.lgwan.example.jp/notices"));
    g_assert_null(strstr(text, "taro")); /* not even whose it is */
    strcpy(mailing.language, "en");
    g_autofree char *english = sk_mail_compose(messages, &frame, &mailing);
    g_autofree char *words = decoded_body(english);
    g_assert_nonnull(strstr(words, "3 things wait for your approval."));
    g_assert_nonnull(strstr(words, "Something has arrived for you."));
}

static void
eight_o_clock(void)
{
    int32_t day = 20544; /* 2026-04-01 */
    int64_t eight = sk_calendar_start(day) + SK_DIGEST_AT;
    g_assert_cmpint(sk_notice_digest_day(eight - 1), ==, day - 1);
    g_assert_cmpint(sk_notice_digest_day(eight), ==, day);
    g_assert_cmpint(sk_notice_digest_day(sk_calendar_start(day + 1) - 1), ==, day);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mail/composes", composes);
    g_test_add_func("/mail/eight-o-clock", eight_o_clock);
    return g_test_run();
}
