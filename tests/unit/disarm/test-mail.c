/* SPDX-License-Identifier: Apache-2.0
 * test-mail.c - mails as files: what a person reads, what is handed on, what is refused. */
#include "unit/disarm/disarming.h"

#include "disarm/formats.h"
#include "sandbox/children.h"

#include <string.h>

#define HEAD "From: =?utf-8?B?5bGx55Sw?= <yamada@city.example.jp>\r\nTo: x@example.jp\r\nSubject: =?iso-2022-jp?B?GyRCMnE1RBsoQg==?=\r\n"
#define MIXED HEAD "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
#define SHOWN "差出人: 山田 <yamada@city.example.jp>\n宛先: x@example.jp\n件名: 会議\n\n"

static SkSpan
text(const char *s)
{
    return sk_span_str(s);
}

static void
assert_text(const char *mail, const char *expected)
{
    autodisarmed out = disarm(text(mail), SK_TYPE_EML, SK_LEVEL_REBUILT);
    g_test_message("%s", mail);
    g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_assert_cmpint(out.report->type_out, ==, SK_TYPE_TEXT);
    assert_output(&out, text(expected));
}

/* An HTML body is text, and what it would have done is told. */
static void
test_html(void)
{
    autodisarmed out = disarm(text(HEAD "Content-Type: text/html; charset=utf-8\r\n\r\n<p>a<script>x</script>b<img src=http://t.example/p width=1 height=1>\r\n"),
                              SK_TYPE_EML, SK_LEVEL_REBUILT);

    g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_assert_cmpuint(sk_span_find(output_of(&out), 0, sk_span_str("script")), ==, SIZE_MAX);
    g_assert_cmpuint(found(&out, SK_ELEMENT_MAIL_HTML), ==, 1);
    g_assert_cmpuint(found(&out, SK_ELEMENT_HTML_SCRIPT), ==, 1);
    g_assert_cmpuint(found(&out, SK_ELEMENT_HTML_TRACKER), ==, 1);
}

static void
test_texts(void)
{
    assert_text(HEAD "\r\nplain\r\nlines\r\n", SHOWN "plain\nlines\n");
    assert_text(HEAD "Content-Type: text/plain; charset=shift_jis\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=89=EF=8Bc =87@\r\n", SHOWN "会議 ①\n");
    assert_text(HEAD "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n5Lya6K2w\r\n", SHOWN "会議\n");
    assert_text(HEAD "Content-Type: text/plain; charset=us-ascii\r\n\r\n\x1b$B2q5D\x1b(B\r\n", SHOWN "会議\n");
    assert_text(HEAD "Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\nab \r\ncd\r\n> q \r\n> r\r\n-- \r\nsig\r\n", SHOWN "abcd\n> qr\n-- \nsig\n");
    assert_text(HEAD "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\nplain\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>\r\n--b--\r\n", SHOWN "plain\n");
    assert_text(MIXED "--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--\r\n", SHOWN "one\n\ntwo\n");
    assert_text(HEAD "\r\nRLO \xe2\x80\xae" "txt\r\n", SHOWN "RLO txt\n");
}

/* Who it is from: what the name shows is held against the address behind it, and domains against Latin ones. */
static void
test_sender(void)
{
    static const struct {
        const char *from, *note; /* "": none, and nothing found */
        unsigned found;
    } rows[] = {
        { "yamada@city.example.jp", "", 0 },
        { "\"yamada@city.example.jp\" <Yamada@city.example.jp>", "", 0 },
        { "\"yamada@city.example.jp\" <x@evil.example>", "実際のアドレスは x@evil.example です", 1 },
        { "=?utf-8?B?eWFtYWRh77ygY2l0eS5leGFtcGxlLmpwIDxhQGI+?= <x@evil.example>", "実際のアドレスは x@evil.example です", 1 },
        { "a <x@xn--wgv71a119e.jp>", "国際化ドメイン名です: 日本語.jp = xn--wgv71a119e.jp", 0 },
        { "a <x@city.ex\xd0\xb0mple.jp>", "見かけの似た", 1 },  /* Cyrillic а */
        { "a <x@\xd1\x81\xd0\xbe.jp>", "見かけの似た", 1 },    /* со */
        { "a <x@\xef\xbd\x83ity.jp>", "見かけの似た", 1 },      /* full-width ｃ */
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *mail = g_strdup_printf("From: %s\r\nSubject: x\r\n\r\ntext\r\n", rows[i].from);
        autodisarmed out = disarm(text(mail), SK_TYPE_EML, SK_LEVEL_REBUILT);
        g_test_message("%s", rows[i].from);
        g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_CLEAN);
        g_assert_cmpuint(found(&out, SK_ELEMENT_MAIL_SENDER), ==, rows[i].found);
        bool noted = sk_span_find(output_of(&out), 0, sk_span_str("\n（")) != SIZE_MAX;
        g_assert_true(noted == (*rows[i].note != '\0'));
        g_assert_cmpuint(sk_span_find(output_of(&out), 0, text(rows[i].note)), !=, SIZE_MAX);
    }
}

static GArray *
children_of(const Disarmed *out)
{
    GArray *children = NULL;
    g_assert_cmpint(out->report->outcome, ==, SK_OUTCOME_CHILDREN);
    g_assert_true(sk_children_parse(output_of(out), 100, &children, NULL));
    return children;
}

static void
assert_child(GArray *children, guint i, SkChildKind kind, const char *name, const char *content)
{
    const SkChild *child = &g_array_index(children, SkChild, i);
    g_assert_cmpint(child->kind, ==, kind);
    g_assert_true(sk_span_is(child->name, name));
    g_assert_cmpmem(child->content.p, child->content.n, content, strlen(content));
}

static void
test_attachments(void)
{
    autodisarmed out = disarm(text(MIXED "--b\r\n\r\nsee below\r\n--b\r\nContent-Type: application/pdf; name=\"=?utf-8?B?6LOH5paZLnBkZg==?=\"\r\n"
                                         "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename*=utf-8''%E8%B3%87%E6%96%99.pdf\r\n\r\nJVBERi0=\r\n"
                                         "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nx\r\n--b\r\n"
                                         "Content-Disposition: attachment; filename=\"..\\\\..\\\\evil/..\"\r\n\r\ny\r\n--b--\r\n"),
                              SK_TYPE_EML, SK_LEVEL_REBUILT);
    g_autoptr(GArray) children = children_of(&out);

    g_assert_cmpuint(children->len, ==, 4);
    assert_child(children, 0, SK_CHILD_READY, "会議.txt",
                 SHOWN "see below\n\n添付ファイル（無害化したものを同じ書庫に入れています）:\n1. 資料.pdf (5 bytes)\n2. 添付3.eml (16 bytes)\n3. 添付4.txt (1 bytes)\n");
    assert_child(children, 1, SK_CHILD_OBJECT, "資料.pdf", "%PDF-");
    assert_child(children, 2, SK_CHILD_OBJECT, "添付3.eml", "Subject: in\r\n\r\nx");
    assert_child(children, 3, SK_CHILD_OBJECT, "添付4.txt", "y");
    g_assert_cmpint(g_array_index(children, SkChild, 1).type, ==, SK_TYPE_PDF);
    g_assert_cmpuint(found(&out, SK_ELEMENT_MAIL_ATTACHMENT), ==, 3);
}

static void
test_uuencode(void)
{
    autodisarmed out = disarm(text(HEAD "\r\nsee\r\nbegin 644 a.txt\r\n%:&5L;&\\\r\n`\r\nend\r\nbye\r\n"), SK_TYPE_EML, SK_LEVEL_REBUILT);
    g_autoptr(GArray) children = children_of(&out);

    g_assert_cmpuint(children->len, ==, 2);
    assert_child(children, 1, SK_CHILD_OBJECT, "a.txt", "hello");
}

/* At level `text` what was attached is told, and stays behind. */
static void
test_text_level(void)
{
    autodisarmed out = disarm(text(MIXED "--b\r\n\r\nsee\r\n--b\r\nContent-Disposition: attachment; filename=a.exe\r\n\r\nMZ\r\n--b--\r\n"), SK_TYPE_EML, SK_LEVEL_TEXT);

    g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_assert_cmpuint(found(&out, SK_ELEMENT_MAIL_ATTACHMENT), ==, 1);
    g_assert_cmpuint(sk_span_find(output_of(&out), 0, sk_span_str("MZ")), ==, SIZE_MAX);
}

static void
test_refused(void)
{
    static const struct {
        const char *mail;
        SkElement element;
        SkReason reason;
    } rows[] = {
        { HEAD "Subject: another\r\n\r\nx", SK_ELEMENT_MAIL_DUPLICATE, SK_REASON_AMBIGUOUS },
        { HEAD "no colon\r\n\r\nx", SK_ELEMENT_MAIL_HEADER, SK_REASON_AMBIGUOUS },
        { HEAD "Content-Type: multipart/mixed\r\n\r\n--b\r\n\r\nx\r\n--b--", SK_ELEMENT_MAIL_BOUNDARY, SK_REASON_AMBIGUOUS },
        { HEAD "Content-Transfer-Encoding: base64\r\n\r\n!!!!", SK_ELEMENT_MAIL_ENCODING, SK_REASON_AMBIGUOUS },
        { HEAD "Content-Transfer-Encoding: rot13\r\n\r\nx", SK_ELEMENT_MAIL_ENCODING, SK_REASON_AMBIGUOUS },
        { MIXED "--b\r\nContent-Type: text/x; name=a.txt\r\nContent-Disposition: attachment; filename=a.exe\r\n\r\nx\r\n--b--", SK_ELEMENT_MAIL_DUPLICATE, SK_REASON_AMBIGUOUS },
        { HEAD "Content-Type: message/partial; id=1; number=1\r\n\r\nx", SK_ELEMENT_MAIL_ELSEWHERE, SK_REASON_AMBIGUOUS },
        { HEAD "Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n\r\nx", SK_ELEMENT_MAIL_OPAQUE, SK_REASON_ENCRYPTED },
        { HEAD "Content-Type: multipart/encrypted; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--", SK_ELEMENT_MAIL_OPAQUE, SK_REASON_ENCRYPTED },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        autodisarmed out = disarm(text(rows[i].mail), SK_TYPE_EML, SK_LEVEL_REBUILT);
        g_test_message("row %u", i);
        g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_REFUSED);
        g_assert_cmpint(out.report->reason, ==, rows[i].reason);
        g_assert_cmpuint(found(&out, rows[i].element), >=, 1);
    }
}

static void
test_signed(void)
{
    autodisarmed out = disarm(text(HEAD "Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\nwords\r\n--b\r\nContent-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nsig\r\n--b--\r\n"),
                              SK_TYPE_EML, SK_LEVEL_REBUILT);

    assert_output(&out, text(SHOWN "words\n"));
    g_assert_cmpuint(found(&out, SK_ELEMENT_MAIL_SIGNATURE), ==, 1);
}

static bool
split(const char *box, GArray **ret, GError **error)
{
    const SkJob job = sk_job_default();
    g_autoptr(SkReport) report = sk_report_new();
    SkSink *sink = sk_sink_new_memory(10000);
    SkDisarm self = { .job = &job, .input = text(box), .sink = sink, .report = report };

    g_test_queue_destroy((GDestroyNotify)sk_sink_free, sink);
    return sk_mbox_disarm(&self, error) && self.children && sk_children_parse(sk_sink_memory(sink), 100, ret, error);
}

#define FROM(x) "From " x " Mon Nov 23 10:00:00 2026\n"

static void
test_mbox(void)
{
    g_autoptr(GArray) children = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_true(split(FROM("a") "Subject: 1\n\nx\nFrom here on\n>From there\n\n" FROM("b") "Subject: 2\n\ny\n", &children, &error));
    g_assert_cmpuint(children->len, ==, 2);
    assert_child(children, 0, SK_CHILD_OBJECT, "00001.eml", FROM("a") "Subject: 1\n\nx\nFrom here on\n>From there\n\n");
    g_assert_cmpint(g_array_index(children, SkChild, 1).type, ==, SK_TYPE_EML);
    /* A line where some readers begin a message. */
    g_assert_false(split(FROM("a") "Subject: 1\n\nFrom here on\n", &children, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_AMBIGUOUS);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mail/texts", test_texts);
    g_test_add_func("/mail/sender", test_sender);
    g_test_add_func("/mail/html", test_html);
    g_test_add_func("/mail/attachments", test_attachments);
    g_test_add_func("/mail/uuencode", test_uuencode);
    g_test_add_func("/mail/text-level", test_text_level);
    g_test_add_func("/mail/refused", test_refused);
    g_test_add_func("/mail/signed", test_signed);
    g_test_add_func("/mail/mbox", test_mbox);
    return g_test_run();
}
