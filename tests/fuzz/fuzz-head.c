/* SPDX-License-Identifier: Apache-2.0
 * fuzz-head.c - the judge of request heads: what it lets through holds by a second, plainer
 * reading, and the answer does not depend on how the bytes were cut. */
#include <string.h>

#include "fuzz.h"
#include "web/head.h"

static const SkHeadHosts hosts = { .main = "a.localhost:8001",
                                   .content = "files.a.localhost:8001" };

static unsigned
count_lines_that_start(const char *head, const char *lower)
{
    g_auto(GStrv) lines = g_strsplit(head, "\r\n", -1);
    unsigned n = 0;
    for (char **line = lines; *line != NULL; line++)
        n += g_ascii_strncasecmp(*line, lower, strlen(lower)) == 0;
    return n;
}

static void
check_passed(SkSpan whole, const SkHead *head)
{
    g_assert_cmpuint(head->n, <=, MIN(whole.n, (size_t)SK_HEAD_MAX));
    g_autofree char *text = sk_span_dup(sk_span_sub(whole, 0, head->n));
    g_assert_cmpuint(strlen(text), ==, head->n); /* no NUL */
    g_assert_true(g_str_has_suffix(text, "\r\n\r\n"));
    for (size_t i = 0; i < head->n; i++) {
        g_assert_true(text[i] != '\n' || (i > 0 && text[i - 1] == '\r'));
        g_assert_true(text[i] != '\r' || text[i + 1] == '\n');
    }
    g_assert_cmpuint(count_lines_that_start(text, "host:"), ==, 1);
    g_assert_cmpuint(count_lines_that_start(text, "content-length:"), <=, 1);
    g_assert_cmpuint(count_lines_that_start(text, "transfer-encoding"), ==, 0);
    g_assert_cmpuint(count_lines_that_start(text, " "), ==, 0);
    g_assert_cmpuint(count_lines_that_start(text, "\t"), ==, 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SkSpan whole = sk_span(data, size);
    SkHead head;
    SkHeadAnswer answer = sk_head_check(whole, &hosts, &head);

    if (answer == SK_HEAD_OK)
        check_passed(whole, &head);
    for (size_t cut = 0; cut < size; cut += 1 + size / 64) {
        SkHead part;
        SkHeadAnswer early = sk_head_check(sk_span_sub(whole, 0, cut), &hosts, &part);
        /* Once said, it stays said. */
        g_assert_true(early == SK_HEAD_MORE || early == answer);
        g_assert_true(early != SK_HEAD_BAD || part.status == head.status);
    }
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    static const char *const seeds[] = {
        "GET / HTTP/1.1\r\nHost: a.localhost:8001\r\n\r\n",
        "POST /api/v1/session HTTP/1.1\r\nHost: a.localhost:8001\r\nContent-Type: "
        "application/json\r\nContent-Length: 12\r\n"
        "Cookie: __Host-sekisho=x\r\nOrigin: http://a.localhost:8001\r\n\r\n{\"name\":\"a\"}",
        "GET /content/x?y=%20 HTTP/1.1\r\nHost: files.a.localhost:8001\r\nX: \t y \r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a.localhost:8001\r\nContent-Length: 4\r\nTransfer-Encoding: "
        "chunked\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\nHost: a.localhost:8001\n\n",
    };
    return index < G_N_ELEMENTS(seeds) ? g_bytes_new(seeds[index], strlen(seeds[index])) : NULL;
}
