/* SPDX-License-Identifier: Apache-2.0
 * test-mapi.c - what Outlook keeps of a message, out of both of its shapes. */
#include "mapi-builder.h"

static const SkLimits limits = { .items = 1000, .depth = 8, .expanded = 1 << 20, .input = 1 << 20 };

static void
assert_words(const SkMapi *of, SkMapiId id, const char *expected)
{
    g_autofree char *words = sk_mapi_words(of, id, sk_mapi_label(932));
    g_assert_cmpstr(words, ==, expected);
}

static void
assert_content(const SkMapi *attachment, const char *expected)
{
    GBytes *bytes = sk_mapi_bytes(attachment, SK_MAPI_CONTENT, SK_MAPI_BINARY);
    g_assert_nonnull(bytes);
    g_assert_cmpmem(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), expected, strlen(expected));
}

static void
test_msg(void)
{
    g_autoptr(GBytes) file = mapi_msg("本文", false, false);
    g_autoptr(SkMapi) message = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_true(sk_msg_read(sk_span_bytes(file), &limits, &message, &error));
    g_assert_no_error(error);
    assert_words(message, SK_MAPI_SUBJECT, "\1\4予算の件");
    assert_words(message, SK_MAPI_SENDER_NAME, "山田");
    assert_words(message, SK_MAPI_BODY, "本文");
    assert_words(message, SK_MAPI_FROM_NAME, "");
    g_assert_cmpuint(sk_mapi_number(message, SK_MAPI_MESSAGE_CODEPAGE, 0), ==, 932);
    g_assert_cmpint(sk_mapi_time(message, SK_MAPI_SUBMIT_TIME), >, 1700000000);
    g_assert_cmpuint(message->recipients->len, ==, 1);
    assert_words(g_ptr_array_index(message->recipients, 0), SK_MAPI_SMTP_ADDRESS, "somu@city.example.jp");
    g_assert_cmpuint(message->attachments->len, ==, 2);
    assert_words(g_ptr_array_index(message->attachments, 0), SK_MAPI_LONG_NAME, "予算.txt");
    assert_content(g_ptr_array_index(message->attachments, 0), "100万円");
    const SkMapi *inner = ((const SkMapi *)g_ptr_array_index(message->attachments, 1))->message;
    g_assert_nonnull(inner);
    assert_words(inner, SK_MAPI_SUBJECT, "元のメール");
}

static void
assert_not_read(GBytes *file, const SkLimits *by, int code)
{
    g_autoptr(SkMapi) message = NULL;
    g_autoptr(GError) error = NULL;
    bool tnef = sk_tnef_is(sk_span_bytes(file));

    g_assert_false((tnef ? sk_tnef_read : sk_msg_read)(sk_span_bytes(file), by, &message, &error));
    g_assert_error(error, SK_ERROR, code);
    g_assert_null(message);
}

static void
test_limits(void)
{
    SkLimits flat = limits, small = limits;
    g_autoptr(GBytes) msg = mapi_msg("x", false, false), tnef = mapi_tnef(false), spoilt = mapi_tnef(true);

    flat.depth = 0;
    small.expanded = 100;
    assert_not_read(msg, &flat, SK_ERROR_LIMIT);
    assert_not_read(msg, &small, SK_ERROR_LIMIT);
    assert_not_read(tnef, &flat, SK_ERROR_LIMIT);
    assert_not_read(tnef, &small, SK_ERROR_LIMIT);
    assert_not_read(spoilt, &limits, SK_ERROR_AMBIGUOUS);
}

static void
test_tnef(void)
{
    g_autoptr(GBytes) stream = mapi_tnef(false);
    g_autoptr(SkMapi) message = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_true(sk_tnef_read(sk_span_bytes(stream), &limits, &message, &error));
    g_assert_no_error(error);
    assert_words(message, SK_MAPI_SUBJECT, "予算の件");
    g_assert_cmpuint(sk_mapi_number(message, SK_MAPI_MESSAGE_CODEPAGE, 0), ==, 932);
    g_assert_cmpuint(message->attachments->len, ==, 2);
    assert_words(g_ptr_array_index(message->attachments, 0), SK_MAPI_LONG_NAME, "予算.txt");
    assert_words(g_ptr_array_index(message->attachments, 0), SK_MAPI_FILE_NAME, "YOSAN~1.TXT");
    assert_content(g_ptr_array_index(message->attachments, 0), "100万円");
    const SkMapi *inner = ((const SkMapi *)g_ptr_array_index(message->attachments, 1))->message;
    g_assert_nonnull(inner);
    assert_words(inner, SK_MAPI_BODY, "inside");
}

/* Cut anywhere, it is refused or read as what stands before an attribute; it never reads beyond. */
static void
test_cut(void)
{
    g_autoptr(GBytes) stream = mapi_tnef(false);

    for (size_t n = 0; n < g_bytes_get_size(stream); n++) {
        g_autofree uint8_t *copy = g_memdup2(g_bytes_get_data(stream, NULL), MAX(n, 1));
        g_autoptr(SkMapi) message = NULL;
        g_autoptr(GError) error = NULL;
        if (!sk_tnef_read(sk_span(copy, n), &limits, &message, &error))
            g_assert_nonnull(error);
    }
}

/* Two values of one property: Unicode is read, and what cannot be a character is not lost. */
static void
test_words(void)
{
    g_autoptr(SkMapi) of = sk_mapi_new();

    g_assert_true(sk_mapi_set(of, SK_MAPI_SUBJECT, SK_MAPI_STRING8, g_bytes_new("8bit\0\0", 6)));
    assert_words(of, SK_MAPI_SUBJECT, "8bit");
    g_assert_true(sk_mapi_set(of, SK_MAPI_SUBJECT, SK_MAPI_UNICODE, g_bytes_new("a\0\0\xd8" "b\0\0\0c\0d", 11)));
    assert_words(of, SK_MAPI_SUBJECT, "a\\x00\\xD8b c\\x64");
    g_assert_false(sk_mapi_set(of, SK_MAPI_SUBJECT, SK_MAPI_STRING8, g_bytes_new("other", 5)));
    g_assert_true(sk_mapi_set(of, SK_MAPI_SUBJECT, SK_MAPI_STRING8, g_bytes_new("8bit\0\0", 6)));
}

static void
test_rtf(void)
{
    static const char stored[] = "\x0f\0\0\0\3\0\0\0MELA\0\0\0\0abc";
    g_autoptr(GBytes) out = NULL, kept = NULL, none = NULL;
    g_autoptr(GError) error = NULL, limit = NULL;
    char spoilt[sizeof mapi_rtf_packed];

    g_assert_true(sk_mapi_rtf(mapi_rtf_span(), 1000, &out, &error));
    g_assert_cmpmem(g_bytes_get_data(out, NULL), g_bytes_get_size(out), MAPI_RTF, strlen(MAPI_RTF));
    g_assert_true(sk_mapi_rtf(sk_span(stored, sizeof stored - 1), 1000, &kept, &error));
    g_assert_cmpmem(g_bytes_get_data(kept, NULL), g_bytes_get_size(kept), "abc", 3);
    g_assert_false(sk_mapi_rtf(mapi_rtf_span(), 42, &none, &limit));
    g_assert_error(limit, SK_ERROR, SK_ERROR_LIMIT);
    for (size_t i = 0; i < sizeof spoilt - 1; i++) {
        g_autoptr(GBytes) any = NULL;
        g_autoptr(GError) why = NULL;
        memcpy(spoilt, mapi_rtf_packed, sizeof spoilt);
        spoilt[i] = (char)(spoilt[i] ^ 0x20);
        /* Its length is said twice, and the sum holds the rest: only a longer expansion could be said to be expected. */
        g_assert_true(!sk_mapi_rtf(sk_span(spoilt, sizeof spoilt - 1), 1000, &any, &why) || (i >= 4 && i < 8));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/format/mapi/msg", test_msg);
    g_test_add_func("/format/mapi/tnef", test_tnef);
    g_test_add_func("/format/mapi/limits", test_limits);
    g_test_add_func("/format/mapi/cut", test_cut);
    g_test_add_func("/format/mapi/words", test_words);
    g_test_add_func("/format/mapi/rtf", test_rtf);
    return g_test_run();
}
