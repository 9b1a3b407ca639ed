/* SPDX-License-Identifier: Apache-2.0
 * test-letter.c - the mails that Sekisho writes: the same bytes every time, whatever stands in the text. */
#include "gate/letter.h"

#include <string.h>

#define ORIGIN "http://lgwan.localhost:8002"

static SkMessages *
load(void)
{
    SkMessages *messages = NULL;
    GError *error = NULL;
    g_autofree char *dir = g_build_filename(g_getenv("SEKISHO_SOURCE"), "data", "messages", NULL);
    g_assert_true(sk_messages_load(dir, &messages, &error));
    g_assert_no_error(error);
    return messages;
}

static SkCrossing
mail_of(SkReason reason)
{
    return (SkCrossing){ .id = (char *)(uintptr_t) "01939abc-def0-7123-8abc-0123456789ab", .reason = reason,
                         .created = INT64_C(1795412096123456) };
}

/* Lines of at most 998 characters, of ASCII, that end in CR and LF; returns the decoded body. */
static char *
check(const char *letter)
{
    g_auto(GStrv) lines = g_strsplit(letter, "\r\n", -1);
    gsize n = 0;

    for (unsigned i = 0; lines[i] != NULL; i++) {
        g_assert_cmpuint(strlen(lines[i]), <=, 998);
        g_assert_true(g_str_is_ascii(lines[i]) && strpbrk(lines[i], "\r\n") == NULL);
    }
    const char *body = strstr(letter, "\r\n\r\n");
    g_assert_nonnull(body);
    g_autofree guchar *bytes = g_base64_decode(body + 4, &n);
    return g_strndup((const char *)bytes, n);
}

static void
letters(void)
{
    g_autoptr(SkMessages) messages = load();
    const SkCrossing mail = mail_of(SK_REASON_NONE);
    static const char text[] = "件名: x\n\n.\nFrom: evil\n\r\n本文\n";
    g_autofree char *a = sk_letter_emit(messages, ORIGIN, &mail, "taro@town.example.jp", sk_span_str(text));
    g_autofree char *b = sk_letter_emit(messages, ORIGIN, &mail, "taro@town.example.jp", sk_span_str(text));
    g_autofree char *body = check(a);

    g_assert_cmpstr(a, ==, b);
    g_assert_cmpstr(body, ==, "件名: x\r\n\r\n.\r\nFrom: evil\r\n\r\n本文\r\n");
    g_assert_nonnull(strstr(a, "Message-ID: <01939abc-def0-7123-8abc-0123456789ab@lgwan.localhost>\r\n"));
    g_assert_nonnull(strstr(a, " <postmaster@lgwan.localhost>\r\nTo: <taro@town.example.jp>\r\n"));
    g_assert_null(strstr(a, "evil"));
    g_assert_null(strstr(a, "Auto-Submitted"));
}

static void
refusals(void)
{
    g_autoptr(SkMessages) messages = load();
    g_autoptr(SkEnvelope) envelope = sk_envelope_new();

    g_ptr_array_add(envelope->recipients, g_strdup("taro@town.example.jp"));
    for (SkReason reason = SK_REASON_NONE + 1; reason < SK_REASON_COUNT; reason++) {
        const SkCrossing mail = mail_of(reason);
        g_autofree char *letter = sk_letter_refused(messages, ORIGIN, &mail, envelope, "taro@town.example.jp");
        g_autofree char *body = check(letter);
        g_assert_nonnull(strstr(letter, "Auto-Submitted: auto-generated\r\n"));
        g_assert_nonnull(strstr(body, "2026-"));
        g_assert_nonnull(strstr(body, mail.id));
        /* Every sentence is there: no key, no place of a value. */
        g_assert_true(strstr(body, "reason.") == NULL && strstr(body, "letter.") == NULL && strchr(body, '{') == NULL);
    }
    const SkCrossing mail = mail_of(SK_REASON_LIMIT);
    g_free(envelope->sender);
    envelope->sender = g_strdup("a@example.com");
    g_autofree char *all = sk_letter_refused(messages, ORIGIN, &mail, envelope, NULL);
    g_autofree char *body = check(all);
    g_assert_null(strstr(all, "\nTo:"));
    g_assert_nonnull(strstr(body, "a@example.com"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/letter/letters", letters);
    g_test_add_func("/letter/refusals", refusals);
    return g_test_run();
}
