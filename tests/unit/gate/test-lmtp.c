/* SPDX-License-Identifier: Apache-2.0
 * test-lmtp.c - dialogues with the receiving end, each fed whole and byte by byte: the same answers, the same mail. */
#include "gate/lmtp.h"

#include <string.h>

#define HELLO "LHLO mta.example.jp\r\n"
#define HELLO_ANSWER                                                                                                   \
    "220 gate.example.jp LMTP Sekisho\r\n250-gate.example.jp\r\n250-PIPELINING\r\n250-SIZE 1000\r\n250-8BITMIME\r\n" \
    "250 ENHANCEDSTATUSCODES\r\n"
#define OK "250 2.0.0 Ok\r\n"
#define GO "354 End it with a dot\r\n"
#define BROKEN "550 5.6.0 A line of it ends in a bare CR or LF\r\n"

typedef struct {
    GString *mail;   /* all that was committed, each mail behind its envelope */
    GString *draft;
    bool open;
    unsigned aborted;
    SkLmtpVerdict on_mail, on_begin, on_append, on_commit;
} Keeper;

static SkLmtpVerdict
on_mail(void *data, uint64_t size)
{
    (void)size;
    return ((Keeper *)data)->on_mail;
}

static SkLmtpVerdict
on_recipient(void *data, const char *address)
{
    (void)data;
    return g_str_has_prefix(address, "nobody@") ? SK_LMTP_FORBIDDEN : SK_LMTP_YES;
}

static SkLmtpVerdict
on_begin(void *data, const SkEnvelope *envelope)
{
    Keeper *k = data;
    g_assert_false(k->open);
    if (k->on_begin != SK_LMTP_YES)
        return k->on_begin;
    k->open = true;
    g_string_printf(k->draft, "[%s", envelope->sender);
    for (guint i = 0; i < envelope->recipients->len; i++)
        g_string_append_printf(k->draft, " %s", (const char *)g_ptr_array_index(envelope->recipients, i));
    g_string_append(k->draft, "]");
    return SK_LMTP_YES;
}

static SkLmtpVerdict
on_append(void *data, SkSpan content)
{
    Keeper *k = data;
    g_assert_true(k->open);
    g_string_append_len(k->draft, (const char *)content.p, (gssize)content.n);
    return k->on_append;
}

static SkLmtpVerdict
on_commit(void *data)
{
    Keeper *k = data;
    g_assert_true(k->open);
    k->open = false;
    if (k->on_commit == SK_LMTP_YES)
        g_string_append(k->mail, k->draft->str);
    return k->on_commit;
}

static void
on_abort(void *data)
{
    Keeper *k = data;
    g_assert_true(k->open);
    k->open = false;
    k->aborted++;
}

static const SkLmtpKeeper calls = { .mail = on_mail, .recipient = on_recipient, .begin = on_begin,
                                    .append = on_append, .commit = on_commit, .abort = on_abort };

typedef struct {
    const char *said;
    const char *answers; /* after those to HELLO */
    const char *mail;    /* "" = none was kept */
    bool closed;
    Keeper keeper; /* its verdicts */
} Case;

static void
talk(const Case *c, size_t piece)
{
    Keeper k = c->keeper;
    k.mail = g_string_new(NULL);
    k.draft = g_string_new(NULL);
    g_autofree char *all = g_strconcat(HELLO, c->said, NULL);
    g_autofree char *want = g_strconcat(HELLO_ANSWER, c->answers, NULL);
    SkLmtp *lmtp = sk_lmtp_new("gate.example.jp", 1000, &calls, &k);
    bool open = true;
    size_t n = strlen(all);

    for (size_t at = 0; at < n && open; at += piece) {
        size_t some = MIN(piece, n - at);
        g_autofree uint8_t *heap = g_memdup2(all + at, some);
        open = sk_lmtp_feed(lmtp, sk_span(heap, some));
    }
    g_autofree char *out = sk_span_dup(sk_lmtp_output(lmtp));
    g_assert_cmpstr(out, ==, want);
    g_assert_cmpstr(k.mail->str, ==, c->mail);
    g_assert_cmpint(open, ==, !c->closed);
    sk_lmtp_sent(lmtp, strlen(out));
    g_assert_cmpuint(sk_lmtp_output(lmtp).n, ==, 0);
    sk_lmtp_free(lmtp);
    g_assert_false(k.open);
    g_string_free(k.mail, TRUE);
    g_string_free(k.draft, TRUE);
}

static void
talk_all(const Case *cases, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t piece = 1; piece <= 4096; piece = piece < 4 ? piece + 1 : piece * 4)
            talk(&cases[i], piece);
}

#define TO_TARO "MAIL FROM:<a@example.com>\r\nRCPT TO:<taro@town.example.jp>\r\nDATA\r\n"
#define TO_TARO_ANSWER OK OK GO

static void
mails(void)
{
    static const Case cases[] = {
        { "NOOP\r\nRSET\r\nVRFY taro\r\nQUIT\r\n", OK OK "252 2.5.0 Nobody is named here\r\n221 2.0.0 Bye\r\n", "", true, { 0 } },
        { TO_TARO "Subject: x\r\n\r\nHello\r\n.\r\nQUIT\r\n", TO_TARO_ANSWER OK "221 2.0.0 Bye\r\n",
          "[a@example.com taro@town.example.jp]Subject: x\r\n\r\nHello\r\n", true, { 0 } },
        /* Nobody is to be answered; an empty mail; dots that were stuffed. */
        { "mail from:<> size=20 body=8bitmime\r\nrcpt to:<taro@town.example.jp>\r\ndata\r\n.\r\n", TO_TARO_ANSWER OK,
          "[ taro@town.example.jp]", false, { 0 } },
        { TO_TARO "..\r\n..a\r\n.b\r\na.\r\n...\r\n.\r\n", TO_TARO_ANSWER OK,
          "[a@example.com taro@town.example.jp].\r\n.a\r\nb\r\na.\r\n..\r\n", false, { 0 } },
        /* An answer for each recipient that was accepted; one named twice gets one mail. */
        { "MAIL FROM:<a@example.com>\r\nRCPT TO:<taro@town.example.jp>\r\nRCPT TO:<nobody@town.example.jp>\r\n"
          "RCPT TO:<hanako@town.example.jp>\r\nRCPT TO:<taro@town.example.jp>\r\nDATA\r\nx\r\n.\r\n",
          OK OK "550 5.7.1 No sentence of the policy lets this in\r\n" OK OK GO OK OK OK,
          "[a@example.com taro@town.example.jp hanako@town.example.jp]x\r\n", false, { 0 } },
        /* Two mails in one connection. */
        { TO_TARO "1\r\n.\r\n" TO_TARO "2\r\n.\r\n", TO_TARO_ANSWER OK TO_TARO_ANSWER OK,
          "[a@example.com taro@town.example.jp]1\r\n[a@example.com taro@town.example.jp]2\r\n", false, { 0 } },
        { "MAIL FROM:<a@example.com>\r\nRCPT TO:<taro@town.example.jp>\r\nRSET\r\nDATA\r\n",
          OK OK OK "503 5.5.1 Nobody to take it\r\n", "", false, { 0 } },
    };
    talk_all(cases, G_N_ELEMENTS(cases));
}

/* What other servers have been made to read as the end of a mail is not one, and spoils it. */
static void
smuggling(void)
{
    static const char *const ends[] = { "\n.\n", "\n.\r\n", "\r.\r\n", "\r\n.\n", "\r\n.\r", "\r.\r", "\r\n\r.\r\n", "\n\n.\r\n", "\r\r\n.\r\r\n" };
    static const char behind[] = "MAIL FROM:<ceo@town.example.jp>\r\nRCPT TO:<taro@town.example.jp>\r\nDATA\r\nsmuggled\r\n";

    for (unsigned i = 0; i < G_N_ELEMENTS(ends); i++) {
        g_autofree char *said = g_strconcat(TO_TARO "Hello", ends[i], behind, ".\r\nNOOP\r\n", NULL);
        const Case c = { .said = said, .answers = TO_TARO_ANSWER BROKEN OK, .mail = "" };
        talk_all(&c, 1);
    }
}

static void
strict(void)
{
    static const Case cases[] = {
        { "NOOP\nNOOP\r\n", "500 5.5.2 A line ends in CR and LF together\r\n", "", true, { 0 } },
        { "NOOP\rNOOP\r\n", "500 5.5.2 A line ends in CR and LF together\r\n", "", true, { 0 } },
        { "EHLO x\r\nHELO x\r\nHELP\r\n", "500 5.5.1 There is no such command\r\n500 5.5.1 There is no such command\r\n"
          "500 5.5.1 There is no such command\r\n", "", false, { 0 } },
        { "LHLO\r\nLHLO a b\r\nLHLO a<b\r\n", "501 5.5.4 LHLO and a host\r\n501 5.5.4 LHLO and a host\r\n501 5.5.4 LHLO and a host\r\n",
          "", false, { 0 } },
        { "RCPT TO:<taro@town.example.jp>\r\nDATA\r\n", "503 5.5.1 MAIL first\r\n503 5.5.1 Nobody to take it\r\n", "", false, { 0 } },
        { "MAIL FROM: <a@b>\r\nMAIL FROM:a@b\r\nMAIL FROM:<a@b>X=1\r\nMAIL FROM:<a@b> SMTPUTF8\r\n",
          "501 5.5.4 MAIL FROM:<address> [SIZE=n] [BODY=8BITMIME]\r\n501 5.5.4 MAIL FROM:<address> [SIZE=n] [BODY=8BITMIME]\r\n"
          "501 5.5.4 MAIL FROM:<address> [SIZE=n] [BODY=8BITMIME]\r\n501 5.5.4 MAIL FROM:<address> [SIZE=n] [BODY=8BITMIME]\r\n",
          "", false, { 0 } },
        { "MAIL FROM:<a b@c>\r\nMAIL FROM:<a@b> SIZE=1001\r\nMAIL FROM:<a@b> SIZE=1000\r\nMAIL FROM:<a@b>\r\n",
          "553 5.1.7 Not an address that can be shown\r\n552 5.3.4 Too large\r\n" OK "503 5.5.1 One mail at a time\r\n", "", false, { 0 } },
        { "MAIL FROM:<>\r\nRCPT TO:<>\r\nRCPT TO:<postmaster>\r\nRCPT TO:<a@b@c>\r\nRCPT TO:<@a:b@c>\r\nRCPT TO:<-x@a.jp>\r\n"
          "RCPT TO:<taro@a.jp> NOTIFY=NEVER\r\nDATA\r\n",
          OK "553 5.1.3 Not an address that mail can be handed to\r\n553 5.1.3 Not an address that mail can be handed to\r\n"
          "553 5.1.3 Not an address that mail can be handed to\r\n553 5.1.3 Not an address that mail can be handed to\r\n"
          "553 5.1.3 Not an address that mail can be handed to\r\n501 5.5.4 RCPT TO:<address>\r\n503 5.5.1 Nobody to take it\r\n",
          "", false, { 0 } },
    };
    talk_all(cases, G_N_ELEMENTS(cases));
}

static void
keeper_says_no(void)
{
    static const Case cases[] = {
        { "MAIL FROM:<a@b.jp>\r\n", "452 4.3.1 No room, try again\r\n", "", false, { .on_mail = SK_LMTP_FULL } },
        { TO_TARO "NOOP\r\n", OK OK "451 4.3.0 Not now, try again\r\n" OK, "", false, { .on_begin = SK_LMTP_LATER } },
        { TO_TARO "x\r\n.\r\nNOOP\r\n", TO_TARO_ANSWER "452 4.3.1 No room, try again\r\n" OK, "", false, { .on_append = SK_LMTP_FULL } },
        { TO_TARO "x\r\n.\r\n", TO_TARO_ANSWER "451 4.3.0 Not now, try again\r\n", "", false, { .on_commit = SK_LMTP_LATER } },
    };
    talk_all(cases, G_N_ELEMENTS(cases));
}

static void
limits(void)
{
    g_autofree char *body = g_strnfill(1001, 'x');
    g_autofree char *large = g_strconcat(TO_TARO, body, "\r\n.\r\nNOOP\r\n", NULL);
    const Case too_large = { .said = large, .answers = TO_TARO_ANSWER "552 5.3.4 Too large\r\n" OK, .mail = "" };
    talk_all(&too_large, 1);

    g_autofree char *fill = g_strnfill(4010, 'x');
    g_autofree char *endless = g_strconcat(TO_TARO, fill, "\r\n.\r\nNOOP\r\n", NULL);
    const Case no_end = { .said = endless, .answers = TO_TARO_ANSWER "421 4.7.0 This does not end\r\n", .mail = "", .closed = true };
    talk_all(&no_end, 1);

    g_autofree char *words = g_strnfill(SK_LMTP_LINE_MAX + 1, 'N');
    g_autofree char *line = g_strconcat(words, "\r\nNOOP\r\n", NULL);
    const Case too_long = { .said = line, .answers = "500 5.5.6 The line is too long\r\n" OK, .mail = "" };
    talk_all(&too_long, 1);
}

static void
many(void)
{
    GString *said = g_string_new("MAIL FROM:<a@example.com>\r\n");
    GString *answers = g_string_new(OK);
    GString *mail = g_string_new("[a@example.com");

    for (unsigned i = 0; i < 103; i++) {
        g_string_append_printf(said, "RCPT TO:<p%u@town.example.jp>\r\n", i);
        g_string_append(answers, i < 100 ? OK : "452 4.5.3 Too many recipients, send the rest again\r\n");
        if (i < 100)
            g_string_append_printf(mail, " p%u@town.example.jp", i);
    }
    g_string_append(said, "DATA\r\nx\r\n.\r\n");
    g_string_append(answers, GO);
    for (unsigned i = 0; i < 100; i++)
        g_string_append(answers, OK);
    g_string_append(mail, "]x\r\n");
    const Case c = { .said = said->str, .answers = answers->str, .mail = mail->str };
    talk_all(&c, 1);
    g_string_free(said, TRUE);
    g_string_free(answers, TRUE);
    g_string_free(mail, TRUE);

    GString *wrong = g_string_new(NULL);
    GString *no = g_string_new(NULL);
    for (unsigned i = 0; i < 25; i++) {
        g_string_append(wrong, "WHAT\r\n");
        if (i <= SK_LMTP_ERRORS_MAX)
            g_string_append(no, i < SK_LMTP_ERRORS_MAX ? "500 5.5.1 There is no such command\r\n" : "421 4.7.0 Too many errors\r\n");
    }
    const Case lost = { .said = wrong->str, .answers = no->str, .mail = "", .closed = true };
    talk_all(&lost, 1);
    g_string_free(wrong, TRUE);
    g_string_free(no, TRUE);
}

static void
hang_up(void)
{
    Keeper k = { .mail = g_string_new(NULL), .draft = g_string_new(NULL) };
    SkLmtp *lmtp = sk_lmtp_new("gate.example.jp", 1000, &calls, &k);

    g_assert_true(sk_lmtp_is_idle(lmtp));
    g_assert_true(sk_lmtp_feed(lmtp, sk_span_str(HELLO TO_TARO "half")));
    g_assert_true(k.open && !sk_lmtp_is_idle(lmtp));
    sk_lmtp_hang_up(lmtp);
    g_autofree char *out = sk_span_dup(sk_lmtp_output(lmtp));
    g_assert_true(g_str_has_suffix(out, "421 4.3.2 Closing, try again\r\n"));
    g_assert_false(sk_lmtp_feed(lmtp, sk_span_str("\r\n.\r\n")));
    sk_lmtp_free(lmtp);
    g_assert_cmpuint(k.aborted, ==, 1);
    g_assert_cmpstr(k.mail->str, ==, "");
    g_string_free(k.mail, TRUE);
    g_string_free(k.draft, TRUE);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/lmtp/mails", mails);
    g_test_add_func("/lmtp/smuggling", smuggling);
    g_test_add_func("/lmtp/strict", strict);
    g_test_add_func("/lmtp/keeper-says-no", keeper_says_no);
    g_test_add_func("/lmtp/limits", limits);
    g_test_add_func("/lmtp/many", many);
    g_test_add_func("/lmtp/hang-up", hang_up);
    return g_test_run();
}
