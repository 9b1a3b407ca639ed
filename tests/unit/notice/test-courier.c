/* SPDX-License-Identifier: Apache-2.0
 * test-courier.c - frames and settings of the courier: what one end writes the other reads, and nothing
 * else; an answer is one of three. */
#include "base/io.h"
#include "notice/courier.h"

#include <string.h>
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>

static void
frames(void)
{
    g_autoptr(GBytes) frame = sk_courier_frame("taro@example.jp", sk_span_str("Subject: x\r\n\r\n"));
    g_autofree char *to = NULL;
    SkSpan message = SK_SPAN_EMPTY;
    g_assert_true(sk_courier_frame_parse(sk_span_bytes(frame), &to, &message, NULL));
    g_assert_cmpstr(to, ==, "taro@example.jp");
    g_assert_true(sk_span_is(message, "Subject: x\r\n\r\n"));
    SkSpan whole = sk_span_bytes(frame);
    for (size_t n = 0; n < 4 + 2 + strlen("taro@example.jp") + 1; n++) {
        g_autofree char *none = NULL;
        g_autoptr(GError) error = NULL;
        g_assert_false(sk_courier_frame_parse(sk_span_sub(whole, 0, n), &none, &message, &error));
        g_assert_error(error, SK_ERROR, SK_ERROR_MALFORMED);
    }
    static const char *const bad[] = { "SkM1\x05\0a@b\r\nx", "SkM1\x03\0a@\nx", "SkM2\x03\0a@bx", "SkM1\x03\0>@bx" };
    static const size_t lengths[] = { 12, 10, 10, 10 };
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autofree char *none = NULL;
        g_assert_false(sk_courier_frame_parse(sk_span(bad[i], lengths[i]), &none, &message, NULL));
    }
}

static void
settings(void)
{
    SkCourierSettings in = { .url = (char *)"smtps://mail.example.jp", .from = (char *)"a@example.jp",
                             .user = (char *)"u v", .password = (char *)"p w 電池" };
    g_autoptr(GBytes) text = NULL;
    g_autoptr(SkCourierSettings) out = NULL;
    g_assert_true(sk_courier_settings_emit(&in, &text, NULL));
    g_assert_true(sk_courier_settings_parse(sk_span_bytes(text), &out, NULL));
    g_assert_cmpstr(out->password, ==, in.password);
    g_assert_cmpstr(out->user, ==, in.user);
    g_assert_null(out->unix_path);
    g_autoptr(GBytes) none = NULL;
    in.password = (char *)"a\nfrom evil@example.jp";
    g_assert_false(sk_courier_settings_emit(&in, &none, NULL));
    static const char *const bad[] = {
        "", "sekisho-courier 1\n", "sekisho-courier 1\nsmtp smtp://x\n", "sekisho-courier 1\nsmtp smtp://x\nfrom x\n",
        "sekisho-courier 1\nsmtp smtp://x\nunix /x\nfrom a@b\n", "sekisho-courier 1\nsmtp smtp://x\nfrom a@b\nuser u\n",
        "sekisho-courier 1\nsmtp smtp://x\nsmtp smtp://y\nfrom a@b\n", "sekisho-courier 1\nsmtp smtp://x\nfrom a@b\nproxy z\n",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(SkCourierSettings) nothing = NULL;
        g_test_message("settings %zu", i);
        g_assert_false(sk_courier_settings_parse(sk_span_str(bad[i]), &nothing, NULL));
    }
}

static void
answers(void)
{
    static const struct {
        const char *bytes;
        size_t n;
        int want; /* 0: an error */
    } cases[] = { { "\1", 1, SK_COURIER_SENT }, { "\2", 1, SK_COURIER_REFUSED }, { "\3", 1, SK_COURIER_FAILED },
                  { "\0", 1, 0 },               { "\4", 1, 0 },                  { "\1\1", 2, 0 } };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        int pair[2];
        int quiet[2];
        SkCourierAnswer answer = 0;
        g_assert_cmpint(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), ==, 0);
        g_assert_cmpint(pipe(quiet), ==, 0);
        g_assert_true(sk_io_send_frame(pair[1], sk_span(cases[i].bytes, cases[i].n), NULL, 0, NULL));
        bool ok = sk_courier_ask(pair[0], quiet[0], "a@example.jp", sk_span_str("x"), &answer, NULL);
        g_assert_cmpint(ok ? (int)answer : 0, ==, cases[i].want);
        close(pair[1]);
        g_assert_false(sk_courier_ask(pair[0], quiet[0], "a@example.jp", sk_span_str("x"), &answer, NULL)); /* gone */
        close(pair[0]);
        close(quiet[0]);
        close(quiet[1]);
    }
}

static int
listener(uint16_t *ret_port)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    g_assert_cmpint(bind(fd, (struct sockaddr *)&at, sizeof at), ==, 0);
    g_assert_cmpint(listen(fd, 4), ==, 0);
    g_assert_cmpint(getsockname(fd, (struct sockaddr *)&at, &n), ==, 0);
    *ret_port = ntohs(at.sin_port);
    return fd;
}

/* 0, or the errno. */
static int
reach(uint16_t port)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(port) };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    int code = connect(fd, (struct sockaddr *)&to, sizeof to) == 0 ? 0 : errno;
    close(fd);
    return code;
}

/* A courier that was taken over finds no other door of the machine. */
static void
confinement(void)
{
    uint16_t mail = 0, other = 0;
    int a = listener(&mail), b = listener(&other);
    g_autofree char *url = g_strdup_printf("smtp://127.0.0.1:%u", mail);
    const SkCourierSettings settings = { .url = url };
    int status = 0;
    pid_t pid = fork();

    if (pid == 0) {
        bool confined = false;
        if (!sk_courier_confine(&settings, &confined, NULL))
            _exit(2);
        if (!confined)
            _exit(77); /* a kernel before 6.7 */
        _exit(reach(mail) == 0 && reach(other) == EACCES ? 0 : 1);
    }
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    g_assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77)
        g_test_skip("the kernel has no network rules of Landlock");
    else
        g_assert_cmpint(WEXITSTATUS(status), ==, 0);
    close(a);
    close(b);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/courier/frames", frames);
    g_test_add_func("/courier/settings", settings);
    g_test_add_func("/courier/answers", answers);
    g_test_add_func("/courier/confinement", confinement);
    return g_test_run();
}
