/* SPDX-License-Identifier: Apache-2.0
 * test-mime.c - the structure of mails: what is read, and each thing that two readers would read in two ways. */
#include "format/mime.h"

#include <string.h>

#define NL "\r\n"

static bool
note(void *user, SkMimeFault fault, uint32_t part, GError **error)
{
    uint32_t *seen = user;
    (void)part;
    (void)error;
    *seen |= 1u << fault;
    return true;
}

static SkMime *
parsed(const char *message, uint32_t *ret_faults)
{
    SkMime *mime = NULL;
    g_autoptr(GError) error = NULL;

    *ret_faults = 0;
    bool ok = sk_mime_parse(sk_span_str(message), 100, 10, note, ret_faults, &mime, &error);
    g_assert_no_error(error);
    g_assert_true(ok);
    return mime;
}

static void
assert_body(const SkMime *mime, guint i, const char *body)
{
    SkSpan s = sk_mime_part(mime, i)->body;
    g_assert_cmpmem(s.p, s.n, body, strlen(body));
}

static void
test_plain(void)
{
    uint32_t faults;
    g_autoptr(SkMime) mime = parsed("From: a@example.jp" NL "Subject: folded" NL " on" NL NL "Body" NL, &faults);

    g_assert_cmpuint(faults, ==, 0);
    g_assert_cmpuint(mime->parts->len, ==, 1);
    g_assert_cmpstr(sk_mime_part(mime, 0)->type, ==, "text/plain");
    g_assert_true(sk_span_is(sk_mime_field(sk_mime_part(mime, 0), "subject")->value, " folded" NL " on"));
    g_assert_null(sk_mime_field(sk_mime_part(mime, 0), "subj"));
    assert_body(mime, 0, "Body" NL);
}

static void
test_tree(void)
{
    static const char message[] =
        "From mailbox line\n"
        "Subject: x" NL "Content-Type: multipart/mixed; boundary=\"a b\"" NL NL
        "--a b" NL "Content-Type: multipart/alternative; boundary=c" NL NL
        "--c" NL NL "plain" NL "--c" NL "Content-Type: TEXT/HTML; charset = \"utf-8\" (comment)" NL NL "<p>" NL "--c--" NL
        "--a b  " NL "Content-Type: application/pdf; name=x.pdf" NL
        "Content-Disposition: attachment; filename=\"a;\\\"b.pdf\"" NL "Content-Transfer-Encoding: BASE64" NL NL
        "QUJD" NL "--a b--" NL;
    uint32_t faults;
    g_autoptr(SkMime) mime = parsed(message, &faults);

    g_assert_cmpuint(faults, ==, 0);
    g_assert_cmpuint(mime->parts->len, ==, 5);
    g_assert_cmpuint(sk_mime_part(mime, 2)->parent, ==, 1);
    g_assert_cmpuint(sk_mime_part(mime, 4)->parent, ==, 0);
    assert_body(mime, 2, "plain");
    g_assert_cmpstr(sk_mime_part(mime, 3)->type, ==, "text/html");
    g_assert_cmpstr(sk_mime_param(sk_mime_part(mime, 3)->params, "charset")->value, ==, "utf-8");
    g_assert_cmpint(sk_mime_part(mime, 4)->encoding, ==, SK_MIME_BASE64);
    g_assert_cmpstr(sk_mime_part(mime, 4)->disposition, ==, "attachment");
    g_assert_cmpstr(sk_mime_param(sk_mime_part(mime, 4)->disposition_params, "filename")->value, ==, "a;\"b.pdf");
    assert_body(mime, 4, "QUJD");
}

static void
test_digest(void)
{
    uint32_t faults;
    g_autoptr(SkMime) mime = parsed("Content-Type: multipart/digest; boundary=d\n\n--d\n\nSubject: in\n\nb\n--d--\n", &faults);

    g_assert_cmpstr(sk_mime_part(mime, 1)->type, ==, "message/rfc822");
    assert_body(mime, 1, "Subject: in\n\nb");
}

#define MULTI "Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n"

static void
test_faults(void)
{
    static const struct {
        const char *message;
        SkMimeFault fault;
    } rows[] = {
        { "Subject: x\nno colon here\n\nb", SK_MIME_FAULT_FIELD },
        { " folded: x\nSubject: y\n\nb", SK_MIME_FAULT_FIELD },
        { "Subject: x\n \t\nContent-Type: text/html\n\nb", SK_MIME_FAULT_FIELD },
        { "Subject: x\rContent-Type: text/html\n\nb", SK_MIME_FAULT_FIELD },
        { "Subject: x\nContent-Type : text/html\n\nb", SK_MIME_FAULT_FIELD },
        { "Subject: x\nSubject: y\n\nb", SK_MIME_FAULT_DUPLICATE },
        { "From: x\nfrom: y\n\nb", SK_MIME_FAULT_DUPLICATE },
        { "Content-Type: text/plain\nContent-Type: text/html\n\nb", SK_MIME_FAULT_DUPLICATE },
        { "Content-Type: text/plain\nContent-Transfer-Encoding: base64\nContent-Transfer-Encoding: 7bit\n\nb", SK_MIME_FAULT_DUPLICATE },
        { "Content-Type: multipart/mixed\n\n--b\n\nx\n--b--\n", SK_MIME_FAULT_BOUNDARY },
        { "Content-Type: multipart/mixed; boundary=\"\"\n\n--\n\nx\n----\n", SK_MIME_FAULT_BOUNDARY },
        { "Content-Type: multipart/mixed; boundary=b; boundary=c\n\n--b\n\nx\n--b--\n", SK_MIME_FAULT_PARAMETER },
        { "Content-Type: multipart/mixed; boundary=1234567890123456789012345678901234567890123456789012345678901234567890x\n\n"
          "--1234567890123456789012345678901234567890123456789012345678901234567890x\n\nx\n",
          SK_MIME_FAULT_BOUNDARY },
        { MULTI "--b\n\nx\n--bc\n\ny\n--b--\n", SK_MIME_FAULT_BOUNDARY },
        { MULTI "no part at all\n", SK_MIME_FAULT_BOUNDARY },
        { MULTI "--b\nContent-Type: multipart/mixed; boundary=b2\n\n--b2\n\nx\n--b2--\n--b--\n", SK_MIME_FAULT_BOUNDARY },
        { MULTI "--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\n--b--\n", SK_MIME_FAULT_BOUNDARY },
        { MULTI "--b\n\nx\r--b\r\ry\n--b--\n", SK_MIME_FAULT_BARE_CR },
        { MULTI "--b\n\nx\n", SK_MIME_FAULT_UNTERMINATED },
        { MULTI "hidden\n--b\n\nx\n--b--\n", SK_MIME_FAULT_STRAY },
        { MULTI "--b\n\nx\n--b--\nhidden\n", SK_MIME_FAULT_STRAY },
        { MULTI "--b\n\nx\n--b--\n--b\n\nhidden\n--b--\n", SK_MIME_FAULT_STRAY },
        { "Content-Transfer-Encoding: rot13\n\nb", SK_MIME_FAULT_ENCODING },
        { "Content-Transfer-Encoding: base64 (really)\n\nb", SK_MIME_FAULT_ENCODING },
        { "Content-Transfer-Encoding: base64 7bit\n\nb", SK_MIME_FAULT_ENCODING },
        { "Content-Transfer-Encoding:\n\nb", SK_MIME_FAULT_ENCODING },
        { "Content-Transfer-Encoding: base64\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\n", SK_MIME_FAULT_ENCODING },
        { "Content-Disposition: attachment; filename=a.txt; filename=b.exe\n\nb", SK_MIME_FAULT_PARAMETER },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        uint32_t faults;
        g_autoptr(SkMime) mime = parsed(rows[i].message, &faults);
        g_test_message("row %u: %x", i, faults);
        g_assert_cmpuint(faults & 1u << rows[i].fault, !=, 0);
    }
}

/* The same word twice is one word. */
static void
test_harmless(void)
{
    static const char *const messages[] = {
        "Subject: x\nSubject: x\n\nb",
        "Content-Type: text/plain\ncontent-type: text/plain\n\nb",
        "MIME-Version: 1.0\nMIME-Version: 1.0 (x)\nReceived: a\nReceived: b\n\nb",
        MULTI "\n--b\n\nx\n--b--\n\n",
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(messages); i++) {
        uint32_t faults;
        g_autoptr(SkMime) mime = parsed(messages[i], &faults);
        g_assert_cmpuint(faults, ==, 0);
    }
}

static bool
refuse(void *user, SkMimeFault fault, uint32_t part, GError **error)
{
    (void)user;
    (void)fault;
    (void)part;
    return sk_throw(error, SK_ERROR_AMBIGUOUS, "no");
}

static void
test_limits(void)
{
    g_autoptr(GString) wide = g_string_new(MULTI), deep = g_string_new("");
    SkMime *mime = NULL;
    uint32_t faults = 0;
    g_autoptr(GError) error = NULL;

    for (unsigned i = 0; i < 200; i++)
        g_string_append(wide, "--b\n\nx\n");
    g_assert_false(sk_mime_parse(sk_span_str(wide->str), 100, 10, note, &faults, &mime, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_LIMIT);
    g_clear_error(&error);
    for (unsigned i = 0; i < 20; i++)
        g_string_append_printf(deep, "Content-Type: multipart/mixed; boundary=%ub\n\n--%ub\n", i + 10, i + 10);
    g_assert_false(sk_mime_parse(sk_span_str(deep->str), 100, 10, note, &faults, &mime, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_LIMIT);
    g_clear_error(&error);
    g_assert_false(sk_mime_parse(sk_span_str("Subject: x\nSubject: y\n\n"), 100, 10, refuse, NULL, &mime, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_AMBIGUOUS);
    g_clear_error(&error);
    g_assert_false(sk_mime_parse(SK_SPAN_EMPTY, 100, 10, note, &faults, &mime, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_MALFORMED);
    g_assert_null(mime);
}

static void
test_params(void)
{
    static const struct {
        const char *in, *name, *value, *label;
    } rows[] = {
        { "a; filename=plain.txt", "filename", "plain.txt", NULL },
        { "a; filename=my own file.txt ; x=y", "filename", "my own file.txt", NULL },
        { "a; FileName=\"q\\\\\"", "filename", "q\\", NULL },
        { "a; filename*=utf-8'ja'%E4%BC%9A.txt", "filename", "\xe4\xbc\x9a.txt", "utf-8" },
        { "a; filename*0=\"one \"; filename*1=two", "filename", "one two", NULL },
        { "a; filename*1*=%42; filename*0*=utf-8''%41; filename*2=C", "filename", "ABC", "utf-8" },
        { "a; filename*0*=iso-2022-jp''%1B%24B; filename*2*=lost", "filename", "\x1b$B", "iso-2022-jp" },
        { "a; filename=\"old\"; filename*=utf-8''new", "filename", "new", "utf-8" },
        { "a;;; (c) filename (c) = (c) x", "filename", "x", NULL },
        { "a; filename*=no-quotes", "filename", "no-quotes", "" },
        { "a; filename=\"unclosed", "filename", "unclosed", NULL },
        { "a; filename*=utf-8''%4", "filename", "%4", "utf-8" },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *word = NULL;
        g_autoptr(GArray) params = NULL;
        uint32_t faults = 0;
        g_assert_true(sk_mime_value(sk_span_str(rows[i].in), &word, &params, note, &faults, 0, NULL));
        const SkMimeParam *param = sk_mime_param(params, rows[i].name);
        g_test_message("%s", rows[i].in);
        g_assert_cmpstr(word, ==, "a");
        g_assert_nonnull(param);
        g_assert_cmpstr(param->value, ==, rows[i].value);
        g_assert_cmpstr(param->label, ==, rows[i].label);
    }
}

/* A NUL ends no word, and keeps nobody reading for ever. */
static void
test_nul(void)
{
    static const char value[] = "a\0b; na\0me=\0v\0; \0; x";
    g_autofree char *word = NULL;
    g_autoptr(GArray) params = NULL;
    uint32_t faults = 0;

    g_assert_true(sk_mime_value(sk_span(value, sizeof value - 1), &word, &params, note, &faults, 0, NULL));
    g_assert_cmpstr(word, ==, "ab");
    g_assert_cmpstr(sk_mime_param(params, "name")->value, ==, "v");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mime/plain", test_plain);
    g_test_add_func("/mime/tree", test_tree);
    g_test_add_func("/mime/digest", test_digest);
    g_test_add_func("/mime/faults", test_faults);
    g_test_add_func("/mime/harmless", test_harmless);
    g_test_add_func("/mime/limits", test_limits);
    g_test_add_func("/mime/params", test_params);
    g_test_add_func("/mime/nul", test_nul);
    return g_test_run();
}
