/* SPDX-License-Identifier: Apache-2.0
 * fuzz-courier.c - any bytes as a courier's frame, its settings, and an Accept-Language: an error for
 * every no; a recipient that is accepted is one that may stand in an envelope as it is. */
#include "fuzz.h"
#include "base/name.h"
#include "notice/courier.h"
#include "notice/messages.h"

#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SkSpan in = sk_span(data, size);
    SkSpan message = SK_SPAN_EMPTY;
    g_autofree char *to = NULL;
    g_autoptr(SkCourierSettings) settings = NULL;
    g_autoptr(GError) no_frame = NULL;
    g_autoptr(GError) no_settings = NULL;
    g_autofree char *header = sk_span_dup(in);

    if (sk_courier_frame_parse(in, &to, &message, &no_frame)) {
        g_assert_true(sk_mail_is(to) && strpbrk(to, "\r\n<> ") == NULL);
        g_autoptr(GBytes) again = sk_courier_frame(to, message);
        g_assert_true(sk_span_equal(sk_span_bytes(again), in));
    } else {
        g_assert_nonnull(no_frame);
    }
    if (sk_courier_settings_parse(in, &settings, &no_settings)) {
        g_autoptr(GBytes) again = NULL;
        g_assert_true((settings->url != NULL) != (settings->unix_path != NULL) && settings->from != NULL);
        if (strchr(header, '\r') == NULL)
            g_assert_true(sk_courier_settings_emit(settings, &again, NULL));
    } else {
        g_assert_nonnull(no_settings);
    }
    g_assert_cmpint(sk_language_accept(header, SK_LANGUAGE_EN), <, SK_LANGUAGE_COUNT);
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    static const char settings[] = "sekisho-courier 1\nsmtp smtps://mail.example.jp\nfrom a@example.jp\nuser u\npassword p\n";
    static const char language[] = "ja-JP,ja;q=0.9,en-GB;q=0.8,en;q=0.7";

    switch (index) {
    case 0:
        return sk_courier_frame("taro@example.jp", sk_span_str("From: <a@example.jp>\r\n\r\n"));
    case 1:
        return g_bytes_new_static(settings, strlen(settings));
    case 2:
        return g_bytes_new_static(language, strlen(language));
    default:
        return NULL;
    }
}
