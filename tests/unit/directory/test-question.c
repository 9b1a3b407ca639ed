/* SPDX-License-Identifier: Apache-2.0
 * test-question.c - frames and settings between web and the directory role, what is never sent, and
 * that every way that is not an answer is `away`. */
#include "base/io.h"
#include "directory/question.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static void
test_frames(void)
{
    g_autoptr(GByteArray) frame = sk_directory_frame("taro", "yama no michi");
    g_autoptr(GByteArray) nobody = sk_directory_frame(NULL, NULL);
    g_autoptr(SkDirectoryQuestion) q = NULL;
    g_autoptr(SkDirectoryQuestion) none = NULL;

    g_assert_true(sk_directory_frame_parse(sk_span(frame->data, frame->len), &q, NULL));
    g_assert_cmpstr(q->name, ==, "taro");
    g_assert_cmpstr(q->password, ==, "yama no michi");
    g_assert_true(sk_directory_frame_parse(sk_span(nobody->data, nobody->len), &none, NULL));
    g_assert_null(none->name);
    g_assert_null(none->password);
    for (size_t n = 0; n < frame->len; n++) {
        g_autoptr(SkDirectoryQuestion) cut = NULL;
        g_autoptr(GError) error = NULL;
        g_assert_false(sk_directory_frame_parse(sk_span(frame->data, n), &cut, &error));
        g_assert_error(error, SK_ERROR, SK_ERROR_MALFORMED);
    }
    g_byte_array_append(frame, (const uint8_t *)"x", 1);
    g_assert_false(sk_directory_frame_parse(sk_span(frame->data, frame->len), &none, NULL));
}

static void
test_never_framed(void)
{
    g_autofree char *longest = g_strnfill(SK_DIRECTORY_PASSWORD_MAX, 'x');
    g_autofree char *too_long = g_strnfill(SK_DIRECTORY_PASSWORD_MAX + 1u, 'x');
    g_autofree char *long_name = g_strnfill(SK_DIRECTORY_NAME_MAX + 1u, 'x');
    const struct {
        const char *name, *password;
    } rows[] = {
        { "taro", "" }, { "taro", NULL }, { NULL, "x" }, { "", "x" }, { "*", "x" }, { "taro)(uid=*", "x" },
        { "Taro", "x" }, { ".taro", "x" }, { "ta ro", "x" }, { "taro", too_long }, { long_name, "x" },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_null(sk_directory_frame(rows[i].name, rows[i].password));
    g_autoptr(GByteArray) whole = sk_directory_frame("taro", longest);
    g_assert_nonnull(whole);
    g_assert_cmpuint(whole->len, <=, SK_DIRECTORY_FRAME_MAX);
    /* and none of them goes through a frame that somebody else made */
    static const char *const frames[] = { "SkD1\x04\0taro\0\0", "SkD1\0\0\x01\0x", "SkD1\x01\0*\x01\0x", "SkD2\0\0\0\0", "SkD1\x01\0a\x02\0x\0" };
    static const size_t lengths[] = { 12, 9, 10, 8, 11 };
    for (unsigned i = 0; i < G_N_ELEMENTS(frames); i++) {
        g_autoptr(SkDirectoryQuestion) q = NULL;
        g_assert_false(sk_directory_frame_parse(sk_span(frames[i], lengths[i]), &q, NULL));
    }
}

typedef struct {
    int sock;
    const void *say; /* NULL: drops the question */
    size_t n;
} Other;

static void *
answer_once(void *data)
{
    Other *o = data;
    uint8_t buffer[SK_DIRECTORY_FRAME_MAX];
    int fds[SK_IO_FDS_MAX];
    size_t n = 0;

    g_assert_true(sk_io_recv_frame(o->sock, buffer, sizeof buffer, &n, fds, NULL));
    if (o->say != NULL)
        g_assert_cmpint(send(fds[0], o->say, o->n, 0), ==, (ssize_t)o->n);
    for (unsigned i = 0; i < SK_IO_FDS_MAX; i++)
        sk_fd_clear(&fds[i]);
    return NULL;
}

static void
test_answers(void)
{
    static const uint8_t yes[] = { SK_DIRECTORY_YES }, no[] = { SK_DIRECTORY_NO }, expired[] = { SK_DIRECTORY_EXPIRED },
                         zero[] = { 0 }, strange[] = { 99 };
    const struct {
        const uint8_t *say;
        SkDirectoryAnswer expected;
    } rows[] = {
        { yes, SK_DIRECTORY_YES },   { no, SK_DIRECTORY_NO },        { expired, SK_DIRECTORY_EXPIRED },
        { zero, SK_DIRECTORY_AWAY }, { strange, SK_DIRECTORY_AWAY }, { NULL, SK_DIRECTORY_AWAY },
    };
    int pair[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), ==, 0);
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        Other other = { .sock = pair[1], .say = rows[i].say, .n = 1 };
        GThread *thread = g_thread_new("other", answer_once, &other);
        g_assert_cmpint(sk_directory_ask(pair[0], "taro", "x"), ==, rows[i].expected);
        g_thread_join(thread);
    }
    /* no password, no question: nothing is written */
    g_assert_cmpint(sk_directory_ask(pair[0], "taro", ""), ==, SK_DIRECTORY_NO);
    g_assert_cmpint(sk_directory_ask(pair[0], "*", "x"), ==, SK_DIRECTORY_NO);
    char byte = 0;
    g_assert_cmpint(recv(pair[1], &byte, 1, MSG_DONTWAIT), ==, -1);
    close(pair[1]);
    g_assert_cmpint(sk_directory_ask(pair[0], "taro", "x"), ==, SK_DIRECTORY_AWAY);
    close(pair[0]);
}

static void
test_settings(void)
{
    const SkDirectoryDoor door = { .url = (char *)"ldaps://dc1.example", .bind = (char *)"cn=見本,dc=x", .password = (char *)"\"\\ {}",
                                   .base = (char *)"dc=x", .filter = (char *)"(a=b)", .account = (char *)"uid" };
    g_autoptr(GBytes) text = sk_directory_door_emit(&door);
    g_autoptr(SkDirectoryDoor) back = NULL;
    static const char *const bad[] = {
        "", "{}", "[]", "{\"url\":\"x\",\"bind\":\"x\",\"password\":\"x\",\"base\":\"x\",\"filter\":\"x\"}",
        "{\"url\":\"x\",\"bind\":\"x\",\"password\":\"\",\"base\":\"x\",\"filter\":\"x\",\"account\":\"x\"}",
        "{\"url\":\"x\",\"bind\":\"x\",\"password\":\"x\",\"base\":\"x\",\"filter\":\"x\",\"account\":\"x\",\"more\":\"x\"}",
    };

    g_assert_true(sk_directory_door_parse(sk_span_bytes(text), &back, NULL));
    g_assert_cmpstr(back->password, ==, door.password);
    g_assert_cmpstr(back->bind, ==, door.bind);
    g_assert_cmpstr(back->account, ==, "uid");
    for (unsigned i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(SkDirectoryDoor) none = NULL;
        g_assert_false(sk_directory_door_parse(sk_span_str(bad[i]), &none, NULL));
    }
    SkDirectoryDoor latin = door;
    latin.password = (char *)"\xe9";
    g_assert_null(sk_directory_door_emit(&latin));
}

static void
test_secret(void)
{
    static const struct {
        const char *text;
        unsigned mode;
        const char *expected;
    } rows[] = { { "kagi\n", 0600, "kagi" }, { "kagi", 0400, "kagi" }, { "", 0600, NULL },     { "\n", 0600, NULL },
                 { "a\nb\n", 0600, NULL },   { "kagi", 0640, NULL },   { "kagi", 0604, NULL } };
    g_autofree char *dir = g_dir_make_tmp("secret-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(dir, "secret", NULL);

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *secret = NULL;
        g_assert_true(g_file_set_contents(path, rows[i].text, -1, NULL));
        g_assert_cmpint(chmod(path, rows[i].mode), ==, 0);
        g_assert_cmpint(sk_directory_secret(path, &secret, NULL), ==, rows[i].expected != NULL);
        g_assert_cmpstr(secret, ==, rows[i].expected);
        unlink(path);
    }
    char *none = NULL;
    g_assert_false(sk_directory_secret(path, &none, NULL));
    rmdir(dir);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/directory/question/frames", test_frames);
    g_test_add_func("/directory/question/never-framed", test_never_framed);
    g_test_add_func("/directory/question/answers", test_answers);
    g_test_add_func("/directory/question/settings", test_settings);
    g_test_add_func("/directory/question/secret", test_secret);
    return g_test_run();
}
