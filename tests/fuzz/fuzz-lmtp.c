/* SPDX-License-Identifier: Apache-2.0
 * fuzz-lmtp.c - any bytes from a mail server: cut into any pieces they get the same answers, and the same mails are
 * kept; and any bytes as an envelope: refused, or spelled in the one way. */
#include "gate/lmtp.h"

#include "fuzz.h"

#include <string.h>

typedef struct {
    GString *mail;
    GString *draft;
    bool open;
} Keeper;

static SkLmtpVerdict
on_mail(void *data, uint64_t size)
{
    (void)data;
    return size == 7 ? SK_LMTP_FULL : SK_LMTP_YES;
}

static SkLmtpVerdict
on_recipient(void *data, const char *address)
{
    (void)data;
    return address[0] == 'n' ? SK_LMTP_FORBIDDEN : SK_LMTP_YES;
}

static SkLmtpVerdict
on_begin(void *data, const SkEnvelope *envelope)
{
    Keeper *k = data;
    g_assert_true(!k->open && sk_envelope_is_sound(envelope));
    g_autoptr(GBytes) text = sk_envelope_emit(envelope);
    SkSpan s = sk_span_bytes(text);
    g_string_truncate(k->draft, 0);
    g_string_append_len(k->draft, (const char *)s.p, (gssize)s.n);
    k->open = true;
    return SK_LMTP_YES;
}

static SkLmtpVerdict
on_append(void *data, SkSpan content)
{
    Keeper *k = data;
    g_assert_true(k->open);
    g_string_append_len(k->draft, (const char *)content.p, (gssize)content.n);
    return SK_LMTP_YES;
}

/* What is kept has CR and LF together only, and no more of it than was allowed. */
static SkLmtpVerdict
on_commit(void *data)
{
    Keeper *k = data;
    const char *content = strstr(k->draft->str, "\nto ");
    g_assert_true(k->open && content != NULL);
    g_string_append_len(k->mail, k->draft->str, (gssize)k->draft->len);
    k->open = false;
    return SK_LMTP_YES;
}

static void
on_abort(void *data)
{
    Keeper *k = data;
    g_assert_true(k->open);
    k->open = false;
}

static const SkLmtpKeeper calls = { .mail = on_mail, .recipient = on_recipient, .begin = on_begin,
                                    .append = on_append, .commit = on_commit, .abort = on_abort };

static GString *
talk(SkSpan in, size_t piece, Keeper *k)
{
    *k = (Keeper){ .mail = g_string_new(NULL), .draft = g_string_new(NULL) };
    SkLmtp *lmtp = sk_lmtp_new("h", 100, &calls, k);
    bool open = true;

    for (size_t at = 0; at < in.n && open; at += MIN(piece, in.n - at))
        open = sk_lmtp_feed(lmtp, sk_span_sub(in, at, MIN(piece, in.n - at)));
    SkSpan out = sk_lmtp_output(lmtp);
    GString *answers = g_string_new_len((const char *)out.p, (gssize)out.n);
    sk_lmtp_free(lmtp);
    g_assert_false(k->open);
    return answers;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SkSpan in = sk_span(data, size);
    g_autoptr(SkEnvelope) envelope = NULL;
    Keeper whole, pieces;
    GString *a = talk(in, size + 1, &whole);
    GString *b = talk(in, size > 0 ? 1 + data[0] % 7u : 1, &pieces);

    g_assert_true(g_string_equal(a, b) && g_string_equal(whole.mail, pieces.mail));
    GString *all[] = { a, b, whole.mail, whole.draft, pieces.mail, pieces.draft };
    for (unsigned i = 0; i < G_N_ELEMENTS(all); i++)
        g_string_free(all[i], TRUE);
    if (sk_envelope_parse(in, &envelope, NULL)) {
        g_autoptr(GBytes) again = sk_envelope_emit(envelope);
        g_assert_true(sk_span_equal(sk_span_bytes(again), in));
    }
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    static const char *const seeds[] = {
        "LHLO a\r\nMAIL FROM:<a@b.jp> SIZE=9 BODY=8BITMIME\r\nRCPT TO:<t@b.jp>\r\nRCPT TO:<n@b.jp>\r\nDATA\r\n..x\r\nx\r\n.\r\nQUIT\r\n",
        "LHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<t@b.jp>\r\nDATA\r\nx\n.\r\nMAIL FROM:<c@b.jp>\r\n.\r\nRSET\r\nNOOP\r\nVRFY\r\n",
        "sekisho-mail 1\nfrom a@b.jp\nnotice\nto t@b.jp\nto u@b.jp\n",
    };
    return index < G_N_ELEMENTS(seeds) ? g_bytes_new_static(seeds[index], strlen(seeds[index])) : NULL;
}
