/* SPDX-License-Identifier: Apache-2.0
 * fuzz-pam.c - any bytes as what a terminal hears from its station: status, header lines, body; and as
 * the password it sends, and a word of its service file. A yes is only where the session is this
 * person's; nothing that goes into a header or into JSON breaks out of it. */
#include "../../src/pam/ask.c"

#include "fuzz.h"

static const SkTerminalOptions options = { .station = "https://127.0.0.1:1", .timeout = 1 }; /* nobody: a session to be ended is not */
static const char token_bytes[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.=+/";

static void
hear(SkAsk *ask, const uint8_t *data, size_t size)
{
    static const long statuses[] = { 200, 401, 403, 429, 503, 204 };
    char *bytes = g_memdup2(data, size);
    size_t body = 0;

    while (body < size && data[body] != '\n') /* a header's line, then the body */
        body++;
    body += body < size;
    on_header(bytes, 1, body, ask);
    on_body(bytes + body, 1, size - body, ask);
    for (size_t i = 0; i < G_N_ELEMENTS(statuses); i++) {
        SkAsked asked = take_answer(ask, statuses[i], "taro", i % 2 == 0);
        g_assert_true(asked != SK_ASKED_YES || (statuses[i] == 200 && ask->cookie[0] != '\0'));
        g_assert_true(asked != SK_ASKED_UNREACHABLE);
        g_assert_cmpuint(strspn(ask->cookie, token_bytes), ==, strlen(ask->cookie));
        g_assert_cmpuint(strspn(ask->csrf, token_bytes), ==, strlen(ask->csrf));
        g_assert_cmpuint(strspn(ask->ticket, token_bytes), ==, strlen(ask->ticket));
    }
    g_free(bytes);
}

static void
say(SkAsk *ask, const char *text)
{
    if (strlen(text) > SK_TERMINAL_PASSWORD_MAX || !make_body(ask, "taro", text))
        return;
    json_t *body = json_loads(ask->body, JSON_REJECT_DUPLICATES, NULL);
    g_assert_true(body != NULL || !g_utf8_validate(text, -1, NULL));
    if (body != NULL)
        g_assert_cmpstr(json_string_value(json_object_get(body, "password")), ==, text);
    json_decref(body);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static SkAsk *ask; /* libcurl's set-up is not what is tested */
    g_autofree char *text = g_strndup((const char *)data, size);
    const char *argv[] = { "station=https://x", text };
    const char *why = NULL;
    SkTerminalOptions o = { 0 };

    if (ask == NULL)
        ask = sk_ask_new(&options);
    ask->answer_n = 0;
    ask->cookie[0] = ask->csrf[0] = ask->ticket[0] = '\0';
    hear(ask, data, size);
    say(ask, text);
    bool taken = sk_terminal_options(2, argv, &o, &why);
    g_assert_true(taken == (why == NULL));
    g_assert_true(!taken || (o.timeout >= 1 && o.timeout <= 60 && o.state[0] == '/'));
    if (sk_terminal_name_is(text))
        g_assert_true(strchr(text, '/') == NULL && text[0] != '.');
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    static const char *const texts[] = {
        "Set-Cookie: __Host-sekisho=abc.DEF-1; Path=/\n{\"account\":{\"name\":\"taro\"},\"csrf\":\"x1\",\"enrolling\":false}",
        "X: y\n{\"code\":\"second-factor-needed\",\"ticket\":\"t\",\"factors\":[\"webauthn\",\"totp\"]}",
        "X: y\n{\"code\":\"sign-in-failed\"}", "timeout=10", "station=https://sekisho.example:8443", "taro",
    };
    return index < G_N_ELEMENTS(texts) ? g_bytes_new_static(texts[index], strlen(texts[index])) : NULL;
}
