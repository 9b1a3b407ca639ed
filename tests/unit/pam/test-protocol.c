/* SPDX-License-Identifier: Apache-2.0
 * test-protocol.c - how a terminal reads its station's answers, and what it takes from its service
 * file: no network; the answers are put where libcurl would put them. */
#include "../../../src/pam/ask.c"

#include <glib.h>

static const SkTerminalOptions options = { .station = "https://127.0.0.1:1", .timeout = 1 }; /* nobody answers there */

/* What a step makes of @status, the cookie's header and the body. */
static SkAsked
read_answer(SkAsk *ask, long status, const char *header, const char *body, bool first)
{
    ask->answer_n = 0;
    ask->cookie[0] = '\0';
    ask->why = "";
    g_assert_cmpuint(on_body((char *)body, 1, strlen(body), ask), ==, strlen(body));
    g_assert_cmpuint(on_header((char *)header, 1, strlen(header), ask), ==, strlen(header));
    return take_answer(ask, status, "taro", first);
}

#define COOKIE_OK "Set-Cookie: __Host-sekisho=abc.DEF-1; Path=/; Secure\r\n"
#define SESSION "{\"account\":{\"name\":\"taro\"},\"csrf\":\"x1\",\"enrolling\":false}"

static void
test_answers(void)
{
    static const struct {
        long status;
        const char *header, *body;
        bool first;
        SkAsked expected;
    } rows[] = {
        { 200, COOKIE_OK, SESSION, true, SK_ASKED_YES },
        { 200, COOKIE_OK, SESSION, false, SK_ASKED_YES },
        { 200, "set-cookie: __host-sekisho=x\r\n", SESSION, true, SK_ASKED_YES },
        /* a yes that is none */
        { 200, "X: y\r\n", SESSION, true, SK_ASKED_FAILED },
        { 200, "Set-Cookie: __Host-sekisho=\r\n", SESSION, true, SK_ASKED_FAILED },
        { 200, "Set-Cookie: __Host-sekisho=a b\r\n", SESSION, true, SK_ASKED_FAILED },
        { 200, COOKIE_OK, "", true, SK_ASKED_FAILED },
        { 200, COOKIE_OK, "[]", true, SK_ASKED_FAILED },
        { 200, COOKIE_OK, "{\"account\":{\"name\":\"taro\"},\"enrolling\":false}", true, SK_ASKED_FAILED },
        { 200, COOKIE_OK, "{\"account\":{\"name\":\"taro\"},\"csrf\":\"a\\r\\nb: c\",\"enrolling\":false}", true, SK_ASKED_FAILED },
        { 200, COOKIE_OK, "{\"account\":{\"name\":\"taro\"},\"csrf\":\"x\"}", true, SK_ASKED_FAILED },
        { 200, COOKIE_OK, "{\"account\":\"taro\",\"csrf\":\"x\",\"enrolling\":false}", true, SK_ASKED_FAILED },
        { 200, COOKIE_OK, SESSION "{}", true, SK_ASKED_FAILED },
        { 200, COOKIE_OK, "{\"account\":{\"name\":\"jiro\"},\"csrf\":\"x\",\"enrolling\":false}", true, SK_ASKED_FAILED },
        { 200, COOKIE_OK, "{\"account\":{\"name\":\"taro\"},\"csrf\":\"x\",\"enrolling\":true}", true, SK_ASKED_ENROL },
        { 201, COOKIE_OK, SESSION, true, SK_ASKED_FAILED },
        { 204, COOKIE_OK, "", true, SK_ASKED_FAILED },
        /* a no */
        { 401, "X: y\r\n", "{\"code\":\"sign-in-failed\"}", true, SK_ASKED_NO },
        { 401, "X: y\r\n", "{\"code\":\"ticket-unknown\"}", false, SK_ASKED_NO },
        { 429, "X: y\r\n", "{\"code\":\"locked\"}", true, SK_ASKED_DELAYED },
        { 401, "X: y\r\n", "{\"code\":\"enrolment-needed\"}", true, SK_ASKED_ENROL },
        { 403, "X: y\r\n", "{\"code\":\"password-expired\"}", true, SK_ASKED_EXPIRED },
        { 503, "X: y\r\n", "{\"code\":\"busy\"}", true, SK_ASKED_FAILED },
        { 503, "X: y\r\n", "{\"code\":\"directory-away\"}", true, SK_ASKED_AWAY },
        { 502, "X: y\r\n", "<html>", true, SK_ASKED_FAILED },
        { 401, "X: y\r\n", "{\"code\":7}", true, SK_ASKED_FAILED },
        { 401, "X: y\r\n", "{\"code\":\"sign-in-failed\",\"code\":\"locked\"}", true, SK_ASKED_FAILED },
        /* the second step */
        { 401, "X: y\r\n", "{\"code\":\"second-factor-needed\",\"ticket\":\"t\",\"factors\":[\"totp\"]}", true, SK_ASKED_SECOND },
        { 401, "X: y\r\n", "{\"code\":\"second-factor-needed\",\"ticket\":\"t\",\"factors\":[\"webauthn\",1]}", true, SK_ASKED_ENROL },
        { 401, "X: y\r\n", "{\"code\":\"second-factor-needed\",\"ticket\":\"\\\"\",\"factors\":[\"totp\"]}", true, SK_ASKED_FAILED },
        { 401, "X: y\r\n", "{\"code\":\"second-factor-needed\",\"factors\":[\"totp\"]}", true, SK_ASKED_FAILED },
        { 401, "X: y\r\n", "{\"code\":\"second-factor-needed\",\"ticket\":\"t\",\"factors\":{}}", true, SK_ASKED_ENROL },
        { 401, "X: y\r\n", "{\"code\":\"second-factor-needed\",\"ticket\":\"t\",\"factors\":[\"totp\"]}", false, SK_ASKED_FAILED },
    };
    SkAsk *ask = sk_ask_new(&options);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        g_assert_cmpint(read_answer(ask, rows[i].status, rows[i].header, rows[i].body, rows[i].first), ==, rows[i].expected);
    sk_ask_free(ask);
}

/* Of a cookie that comes twice, the last; one that is none takes the one before it back. */
static void
test_cookies(void)
{
    static char good[] = COOKIE_OK, bad[] = "Set-Cookie: __Host-sekisho=\x01\r\n", other[] = "Set-Cookie: __Host-sekisho-terminal=t\r\n";
    SkAsk *ask = sk_ask_new(&options);
    on_header(good, 1, strlen(good), ask);
    g_assert_cmpstr(ask->cookie, ==, "abc.DEF-1");
    on_header(other, 1, strlen(other), ask);
    g_assert_cmpstr(ask->cookie, ==, "abc.DEF-1");
    on_header(bad, 1, strlen(bad), ask);
    g_assert_cmpstr(ask->cookie, ==, "");
    sk_ask_free(ask);
}

static void
test_long_answers(void)
{
    g_autofree char *big = g_malloc0(ANSWER_MAX + 1u);
    SkAsk *ask = sk_ask_new(&options);
    g_assert_cmpuint(on_body(big, 1, ANSWER_MAX, ask), ==, ANSWER_MAX);
    g_assert_cmpuint(on_body(big, 1, 1, ask), ==, 0);
    ask->answer_n = 0;
    g_assert_cmpuint(on_body(big, 1, ANSWER_MAX + 1u, ask), ==, 0);
    sk_ask_free(ask);
}

/* Whatever the bytes of a password, the body is JSON with this very password in it. */
static void
test_bodies(void)
{
    g_autofree char *longest = g_strnfill(SK_TERMINAL_PASSWORD_MAX, '\x01');
    static const char *const passwords[] = { "x", "\"\\", "a\nb\t\x7f", "例 太郎", "\",\"name\":\"root" };
    SkAsk *ask = sk_ask_new(&options);

    for (unsigned i = 0; i <= G_N_ELEMENTS(passwords); i++) {
        const char *password = i < G_N_ELEMENTS(passwords) ? passwords[i] : longest;
        g_assert_true(make_body(ask, "taro", password));
        json_t *body = json_loads(ask->body, JSON_REJECT_DUPLICATES, NULL);
        g_assert_cmpint((int)json_object_size(body), ==, 2);
        g_assert_cmpstr(json_string_value(json_object_get(body, "name")), ==, "taro");
        g_assert_cmpstr(json_string_value(json_object_get(body, "password")), ==, password);
        json_decref(body);
    }
    g_assert_cmpint(sk_ask_password(ask, "taro", ""), ==, SK_ASKED_NO);
    sk_ask_free(ask);
}

static void
test_options(void)
{
    static const struct {
        const char *word;
        bool good;
    } rows[] = {
        { "station=https://sekisho.example", true }, { "station=https://sekisho.example:8443", true },
        { "station=http://127.0.0.1:8002", true },   { "station=https://", false },
        { "station=ftp://x", false },                { "station=https://x/y", false },
        { "station=https://a@b", false },            { "station=", false },
        { "station=https://x timeout=1", false },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        const char *why = NULL;
        const char *argv[] = { rows[i].word };
        SkTerminalOptions o = { 0 };
        g_assert_cmpint(sk_terminal_options(1, argv, &o, &why), ==, rows[i].good);
        g_assert_cmpint(why == NULL, ==, rows[i].good);
    }
    static const char *const bad[] = { "timeout=0", "timeout=61", "timeout=-1", "timeout=1s", "timeout=99999999999999999999", "grace=yes",
                                       "ca=x", "socket=x", "state=x", "debug", "" };
    for (unsigned i = 0; i < G_N_ELEMENTS(bad); i++) {
        const char *why = NULL;
        const char *argv[] = { "station=https://x", bad[i] };
        SkTerminalOptions o = { 0 };
        g_assert_false(sk_terminal_options(2, argv, &o, &why));
    }
    static const char *const names[] = { "", ".x", "-x", "_x", "a/b", "A", "a b", "..", "例" };
    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
        g_assert_false(sk_terminal_name_is(names[i]));
    g_assert_false(sk_terminal_name_is(NULL));
    g_assert_true(sk_terminal_name_is("taro.1_a-b"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pam/answers", test_answers);
    g_test_add_func("/pam/cookies", test_cookies);
    g_test_add_func("/pam/long-answers", test_long_answers);
    g_test_add_func("/pam/bodies", test_bodies);
    g_test_add_func("/pam/options", test_options);
    return g_test_run();
}
