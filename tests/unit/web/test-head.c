/* SPDX-License-Identifier: Apache-2.0
 * test-head.c - heads that can be read in one way only, and everything else. Each head is also fed
 * byte by byte: the answer must not depend on how it was cut. */
#include "web/head.h"

#include <string.h>

#define HOST "Host: lgwan.localhost:8002\r\n"
#define GET(rest) "GET / HTTP/1.1\r\n" rest

static const SkHeadHosts hosts = { .main = "lgwan.localhost:8002",
                                   .content = "files.lgwan.localhost:8002" };

typedef struct {
    const char *name;
    const char *bytes;
    size_t n; /* 0: strlen */
    SkHeadAnswer answer;
    unsigned status;
} Case;

static const Case cases[] = {
    { "plain", GET(HOST "\r\n"), 0, SK_HEAD_OK, 0 },
    { "lower-case names", GET("host: lgwan.localhost:8002\r\n\r\n"), 0, SK_HEAD_OK, 0 },
    { "upper-case host", GET("Host: LGWAN.localhost:8002\r\n\r\n"), 0, SK_HEAD_OK, 0 },
    { "query", "GET /a/b?x=%20y&z=1 HTTP/1.1\r\n" HOST "\r\n", 0, SK_HEAD_OK, 0 },
    { "post", "POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello", 0, SK_HEAD_OK, 0 },
    { "unknown method", "PATCH / HTTP/1.1\r\n" HOST "\r\n", 0, SK_HEAD_OK, 0 },
    { "empty value", GET(HOST "X:\r\n\r\n"), 0, SK_HEAD_OK, 0 },
    { "two of a header nobody reads", GET(HOST "Accept: a\r\nAccept: b\r\n\r\n"), 0, SK_HEAD_OK,
      0 },
    { "nothing yet", "", 0, SK_HEAD_MORE, 0 },
    { "half a line", "GET / HT", 0, SK_HEAD_MORE, 0 },
    { "cr so far", "GET / HTTP/1.1\r", 0, SK_HEAD_MORE, 0 },
    { "no empty line yet", GET(HOST), 0, SK_HEAD_MORE, 0 },

    { "transfer-encoding", GET(HOST "Transfer-Encoding: chunked\r\n\r\n"), 0, SK_HEAD_BAD, 400 },
    { "transfer-encoding, odd case", GET(HOST "tRANSFER-eNCODING: identity\r\n\r\n"), 0,
      SK_HEAD_BAD, 400 },
    { "transfer-encoding and length",
      "POST / HTTP/1.1\r\n" HOST "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n", 0,
      SK_HEAD_BAD, 400 },
    { "transfer-encoding, space before the colon", GET(HOST "Transfer-Encoding : chunked\r\n\r\n"),
      0, SK_HEAD_BAD, 400 },
    { "transfer-encoding, tab before the colon", GET(HOST "Transfer-Encoding\t: chunked\r\n\r\n"),
      0, SK_HEAD_BAD, 400 },
    { "transfer-encoding, vertical tab in the value",
      GET(HOST "Transfer-Encoding:\vchunked\r\n\r\n"), 0, SK_HEAD_BAD, 400 },
    { "transfer-encoding, underscore", GET(HOST "Transfer_Encoding: chunked\r\n\r\n"), 0,
      SK_HEAD_BAD, 400 },
    { "transfer-encoding, one letter more", GET(HOST "Transfer-Encoding!: chunked\r\n\r\n"), 0,
      SK_HEAD_BAD, 400 },
    { "two hosts", GET(HOST HOST "\r\n"), 0, SK_HEAD_BAD, 400 },
    { "no host", GET("Accept: */*\r\n\r\n"), 0, SK_HEAD_BAD, 400 },
    { "empty host", GET("Host:\r\n\r\n"), 0, SK_HEAD_BAD, 421 },
    { "other zone's host", GET("Host: internet.localhost:8001\r\n\r\n"), 0, SK_HEAD_BAD, 421 },
    { "host without port", GET("Host: lgwan.localhost\r\n\r\n"), 0, SK_HEAD_BAD, 421 },
    { "host that begins right", GET("Host: lgwan.localhost:80021\r\n\r\n"), 0, SK_HEAD_BAD, 421 },
    { "host with user", GET("Host: lgwan.localhost:8002@evil\r\n\r\n"), 0, SK_HEAD_BAD, 421 },
    { "address as host", GET("Host: 127.0.0.1:8002\r\n\r\n"), 0, SK_HEAD_BAD, 421 },
    { "two lengths", "POST / HTTP/1.1\r\n" HOST "Content-Length: 4\r\nContent-Length: 4\r\n\r\n", 0,
      SK_HEAD_BAD, 400 },
    { "list of lengths", "POST / HTTP/1.1\r\n" HOST "Content-Length: 4, 4\r\n\r\n", 0, SK_HEAD_BAD,
      400 },
    { "signed length", "POST / HTTP/1.1\r\n" HOST "Content-Length: +4\r\n\r\n", 0, SK_HEAD_BAD,
      400 },
    { "negative length", "POST / HTTP/1.1\r\n" HOST "Content-Length: -1\r\n\r\n", 0, SK_HEAD_BAD,
      400 },
    { "hexadecimal length", "POST / HTTP/1.1\r\n" HOST "Content-Length: 0x4\r\n\r\n", 0,
      SK_HEAD_BAD, 400 },
    { "empty length", "POST / HTTP/1.1\r\n" HOST "Content-Length: \r\n\r\n", 0, SK_HEAD_BAD, 400 },
    { "huge length", "POST / HTTP/1.1\r\n" HOST "Content-Length: 18446744073709551617\r\n\r\n", 0,
      SK_HEAD_BAD, 400 },
    { "body on get", GET(HOST "Content-Length: 3\r\n\r\n"), 0, SK_HEAD_BAD, 400 },
    { "body on delete", "DELETE / HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\n", 0, SK_HEAD_BAD,
      400 },
    { "two cookies", GET(HOST "Cookie: a=1\r\nCookie: a=2\r\n\r\n"), 0, SK_HEAD_BAD, 400 },
    { "two passwords",
      GET(HOST "X-Sekisho-Password: a\r\nX-Sekisho-Password: b\r\n\r\n"), 0, SK_HEAD_BAD, 400 },
    { "two origins", GET(HOST "Origin: a\r\norigin: b\r\n\r\n"), 0, SK_HEAD_BAD, 400 },
    { "two tokens", GET(HOST "X-Sekisho-CSRF: a\r\nx-sekisho-csrf: b\r\n\r\n"), 0, SK_HEAD_BAD,
      400 },
    { "two real addresses", GET(HOST "X-Real-IP: a\r\nX-Real-IP: b\r\n\r\n"), 0, SK_HEAD_BAD, 400 },
    { "bare lf after the request line", "GET / HTTP/1.1\n" HOST "\r\n", 0, SK_HEAD_BAD, 400 },
    { "bare lf after a field", GET("Host: lgwan.localhost:8002\n\r\n"), 0, SK_HEAD_BAD, 400 },
    { "bare lf as the end", GET(HOST "\n"), 0, SK_HEAD_BAD, 400 },
    { "bare lf only", "GET / HTTP/1.1\nHost: lgwan.localhost:8002\n\n", 0, SK_HEAD_BAD, 400 },
    { "bare cr in a value", GET(HOST "X: a\rb\r\n\r\n"), 0, SK_HEAD_BAD, 400 },
    { "bare cr as a line end", "GET / HTTP/1.1\rHost: lgwan.localhost:8002\r\r", 0, SK_HEAD_BAD,
      400 },
    { "cr cr lf", GET("Host: lgwan.localhost:8002\r\r\n\r\n"), 0, SK_HEAD_BAD, 400 },
    { "folded line", GET(HOST "X: a\r\n b\r\n\r\n"), 0, SK_HEAD_BAD, 400 },
    { "folded with a tab", GET(HOST "X: a\r\n\tTransfer-Encoding: chunked\r\n\r\n"), 0, SK_HEAD_BAD,
      400 },
    { "space before the first field", GET(" " HOST "\r\n"), 0, SK_HEAD_BAD, 400 },
    { "nul in a value", "GET / HTTP/1.1\r\nX: a\0b\r\n", 24, SK_HEAD_BAD, 400 },
    { "nul in the target", "GET /\0 HTTP/1.1\r\n", 18, SK_HEAD_BAD, 400 },
    { "escape in a value", GET(HOST "X: \033[2J\r\n\r\n"), 0, SK_HEAD_BAD, 400 },
    { "del in a value", GET(HOST "X: \177\r\n\r\n"), 0, SK_HEAD_BAD, 400 },
    { "field without colon", GET(HOST "nonsense\r\n\r\n"), 0, SK_HEAD_BAD, 400 },
    { "field without name", GET(HOST ": a\r\n\r\n"), 0, SK_HEAD_BAD, 400 },
    { "space in a name", GET(HOST "a b: c\r\n\r\n"), 0, SK_HEAD_BAD, 400 },
    { "bracket in a name", GET(HOST "a(b): c\r\n\r\n"), 0, SK_HEAD_BAD, 400 },
    { "high byte in a name", GET(HOST "\303\251: c\r\n\r\n"), 0, SK_HEAD_BAD, 400 },
    { "absolute form", "GET http://lgwan.localhost:8002/ HTTP/1.1\r\n" HOST "\r\n", 0, SK_HEAD_BAD,
      400 },
    { "asterisk", "OPTIONS * HTTP/1.1\r\n" HOST "\r\n", 0, SK_HEAD_BAD, 400 },
    { "authority form", "CONNECT lgwan.localhost:8002 HTTP/1.1\r\n" HOST "\r\n", 0, SK_HEAD_BAD,
      400 },
    { "no target", "GET  HTTP/1.1\r\n" HOST "\r\n", 0, SK_HEAD_BAD, 400 },
    { "fragment", "GET /#x HTTP/1.1\r\n" HOST "\r\n", 0, SK_HEAD_BAD, 400 },
    { "backslash", "GET /..\\x HTTP/1.1\r\n" HOST "\r\n", 0, SK_HEAD_BAD, 400 },
    { "half an escape", "GET /%4 HTTP/1.1\r\n" HOST "\r\n", 0, SK_HEAD_BAD, 400 },
    { "no hexadecimal", "GET /%zz HTTP/1.1\r\n" HOST "\r\n", 0, SK_HEAD_BAD, 400 },
    { "raw utf-8 in the target", "GET /\343\201\202 HTTP/1.1\r\n" HOST "\r\n", 0, SK_HEAD_BAD,
      400 },
    { "two spaces", "GET  / HTTP/1.1\r\n" HOST "\r\n", 0, SK_HEAD_BAD, 400 },
    { "tab for space", "GET\t/\tHTTP/1.1\r\n" HOST "\r\n", 0, SK_HEAD_BAD, 400 },
    { "http/0.9", "GET /\r\n", 0, SK_HEAD_BAD, 400 },
    { "http/1.0", "GET / HTTP/1.0\r\n" HOST "\r\n", 0, SK_HEAD_BAD, 505 },
    { "http/2.0", "PRI * HTTP/2.0\r\n\r\n", 0, SK_HEAD_BAD, 400 },
    { "http/1.1 and more", "GET / HTTP/1.1 x\r\n" HOST "\r\n", 0, SK_HEAD_BAD, 505 },
    { "http in lower case", "GET / http/1.1\r\n" HOST "\r\n", 0, SK_HEAD_BAD, 400 },
    { "method in lower case", "get / HTTP/1.1\r\n" HOST "\r\n", 0, SK_HEAD_BAD, 400 },
    { "long method", "ABCDEFGHIJKLMNOPQ / HTTP/1.1\r\n" HOST "\r\n", 0, SK_HEAD_BAD, 400 },
    { "empty line first", "\r\nGET / HTTP/1.1\r\n" HOST "\r\n", 0, SK_HEAD_BAD, 400 },
    { "tls hello", "\026\003\001\002", 0, SK_HEAD_BAD, 400 },
};

static SkHeadAnswer
check(const char *bytes, size_t n, SkHead *ret)
{
    /* On the heap, so that the sanitizer sees its end. */
    g_autofree uint8_t *copy = g_memdup2(bytes, n);
    return sk_head_check(sk_span(copy, n), &hosts, ret);
}

static void
table(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Case *c = &cases[i];
        size_t n = c->n > 0 ? c->n : strlen(c->bytes);
        SkHead head;
        g_test_message("%s", c->name);
        g_assert_cmpint(check(c->bytes, n, &head), ==, c->answer);
        g_assert_cmpuint(head.status, ==, c->status);
        g_assert_true((head.why != NULL) == (c->answer == SK_HEAD_BAD));
        /* Cut anywhere: more, until the same answer as for the whole. */
        SkHeadAnswer last = SK_HEAD_MORE;
        for (size_t cut = 0; cut <= n && last == SK_HEAD_MORE; cut++)
            last = check(c->bytes, cut, &head);
        g_assert_cmpint(last, ==, c->answer);
        g_assert_cmpuint(head.status, ==, c->status);
    }
}

static void
facts(void)
{
    SkHead head;
    const char *post = "POST /x HTTP/1.1\r\nHost: files.lgwan.localhost:8002\r\nContent-Length: \t "
                       "0012 \r\n\r\nbody";
    g_assert_cmpint(check(post, strlen(post), &head), ==, SK_HEAD_OK);
    g_assert_true(head.content_host);
    g_assert_true(head.has_length);
    g_assert_cmpuint(head.content_length, ==, 12);
    g_assert_cmpuint(head.n, ==, strlen(post) - 4);
}

static void
limits(void)
{
    SkHead head;
    g_autoptr(GString) long_head = g_string_new(GET(HOST "X: "));
    while (long_head->len < SK_HEAD_MAX + 10)
        g_string_append_c(long_head, 'a');
    g_assert_cmpint(check(long_head->str, long_head->len, &head), ==, SK_HEAD_BAD);
    g_assert_cmpuint(head.status, ==, 431);
    g_assert_cmpint(check(long_head->str, SK_HEAD_MAX, &head), ==, SK_HEAD_BAD);
    g_assert_cmpint(check(long_head->str, SK_HEAD_MAX - 1, &head), ==, SK_HEAD_MORE);

    g_autoptr(GString) fields = g_string_new(GET(HOST));
    for (unsigned i = 0; i < SK_HEAD_FIELDS_MAX; i++)
        g_string_append(fields, "X: y\r\n");
    g_string_append(fields, "\r\n");
    g_assert_cmpint(check(fields->str, fields->len, &head), ==, SK_HEAD_BAD);
    g_assert_cmpuint(head.status, ==, 431);

    g_autofree char *path = g_strnfill(SK_HEAD_TARGET_MAX, 'a');
    g_autofree char *target = g_strdup_printf("GET /%s HTTP/1.1\r\n" HOST "\r\n", path);
    g_assert_cmpint(check(target, strlen(target), &head), ==, SK_HEAD_BAD);
    g_assert_cmpuint(head.status, ==, 431);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/web/head/table", table);
    g_test_add_func("/web/head/facts", facts);
    g_test_add_func("/web/head/limits", limits);
    return g_test_run();
}
