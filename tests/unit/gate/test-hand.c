/* SPDX-License-Identifier: Apache-2.0
 * test-hand.c - the sending end against servers that answer as they like: a script of what is awaited and said. */
#include "gate/hand.h"

#include "unit/scratch.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

typedef struct {
    const char *wants; /* a line, or the whole content; NULL: nothing is read */
    const char *says;  /* NULL: closes */
} Turn;

typedef struct {
    const Turn *turns;
    unsigned n;
    int listener;
    GString *heard;
} Server;

/* Byte by byte: nothing of the next turn is taken. */
static void *
serve(void *data)
{
    Server *s = data;
    sk_autofd fd = accept(s->listener, NULL, NULL);

    for (unsigned i = 0; i < s->n; i++) {
        GString *got = g_string_new(NULL);
        char c = 0;
        while (s->turns[i].wants != NULL && got->len < strlen(s->turns[i].wants) && recv(fd, &c, 1, 0) == 1)
            g_string_append_c(got, c);
        g_string_append(s->heard, got->str);
        bool as_awaited = s->turns[i].wants == NULL || strcmp(got->str, s->turns[i].wants) == 0;
        g_string_free(got, TRUE);
        if (!as_awaited || s->turns[i].says == NULL)
            return NULL;
        for (const char *p = s->turns[i].says; *p != '\0'; p += 7) /* in pieces */
            if (send(fd, p, MIN(strlen(p), 7), MSG_NOSIGNAL) < 0)
                return NULL;
            else if (strlen(p) < 7)
                break;
    }
    return NULL;
}

typedef struct {
    char *dir, *path;
    int stop[2];
    Server server;
    GThread *thread;
} Fixture;

static void
up(Fixture *f, const Turn *turns, unsigned n)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    f->dir = scratch_dir();
    f->path = g_build_filename(f->dir, "s", NULL);
    g_strlcpy(address.sun_path, f->path, sizeof address.sun_path);
    f->server = (Server){ .turns = turns, .n = n, .heard = g_string_new(NULL), .listener = socket(AF_UNIX, SOCK_STREAM, 0) };
    g_assert_cmpint(bind(f->server.listener, (struct sockaddr *)&address, sizeof address), ==, 0);
    g_assert_cmpint(listen(f->server.listener, 1), ==, 0);
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, f->stop), ==, 0);
    f->thread = g_thread_new("server", serve, &f->server);
}

static void
down(Fixture *f)
{
    g_thread_join(f->thread);
    close(f->server.listener);
    close(f->stop[0]);
    close(f->stop[1]);
    unlink(f->path);
    rmdir(f->dir);
    g_string_free(f->server.heard, TRUE);
    g_free(f->path);
    g_free(f->dir);
}

#define GREET { NULL, "220-mail\r\n220 inner ESMTP\r\n" }, { "LHLO h.jp\r\n", "250-inner\r\n250-PIPELINING\r\n250 SIZE 1\r\n" }
#define FROM { "MAIL FROM:<>\r\n", "250 2.1.0 Ok\r\n" }
#define TO { "RCPT TO:<taro@town.example.jp>\r\n", "250 2.1.5 Ok\r\n" }
#define DATA { "DATA\r\n", "354 go\r\n" }
#define MAIL "Subject: x\r\n\r\n.\r\n..a\r\nb\r\n"
#define STUFFED "Subject: x\r\n\r\n..\r\n...a\r\nb\r\n.\r\n"

static void
one(const Turn *turns, unsigned n, bool answered, SkHandVerdict verdict, const char *code)
{
    Fixture f;
    g_autoptr(GError) error = NULL;
    SkHandAnswer answer = { 0 };

    up(&f, turns, n);
    SkHand *hand = sk_hand_open(f.path, true, "h.jp", f.stop[0], &error);
    bool ok = hand != NULL && sk_hand_mail(hand, "taro@town.example.jp", sk_span_str(MAIL), &answer, &error);
    sk_hand_close(hand);
    g_assert_cmpint(ok, ==, answered);
    if (answered) {
        g_assert_cmpint(answer.verdict, ==, verdict);
        g_assert_cmpstr(answer.code, ==, code);
    } else {
        g_assert_error(error, SK_ERROR, SK_ERROR_IO);
    }
    down(&f);
}

#define ONE(answered, verdict, code, ...)                                                                              \
    do {                                                                                                               \
        static const Turn turns[] = { __VA_ARGS__ };                                                                   \
        one(turns, G_N_ELEMENTS(turns), answered, verdict, code);                                                      \
    } while (0)

static void
answers(void)
{
    ONE(true, SK_HAND_TAKEN, "250", GREET, FROM, TO, DATA, { STUFFED, "250 2.0.0 queued\r\n" });
    ONE(true, SK_HAND_REFUSED, "550", GREET, FROM, { "RCPT TO:<taro@town.example.jp>\r\n", "550-no\r\n550 such user\r\n" },
        { "RSET\r\n", "250 Ok\r\n" });
    ONE(true, SK_HAND_LATER, "450", GREET, FROM, { "RCPT TO:<taro@town.example.jp>\r\n", "450 grey\r\n" }, { "RSET\r\n", "250 Ok\r\n" });
    ONE(true, SK_HAND_REFUSED, "554", GREET, FROM, TO, DATA, { STUFFED, "554 5.7.1 no\r\n" });
    ONE(true, SK_HAND_LATER, "452", GREET, FROM, TO, DATA, { STUFFED, "452 4.3.1 full\r\n" });
    /* That we may not write at all says nothing about the mail. */
    ONE(true, SK_HAND_LATER, "550", GREET, { "MAIL FROM:<>\r\n", "550 no\r\n" }, { "RSET\r\n", "250 Ok\r\n" });
    /* 2xx where 354 belongs is no server that has taken it. */
    ONE(true, SK_HAND_LATER, "250", GREET, FROM, TO, { "DATA\r\n", "250 Ok\r\n" }, { "RSET\r\n", "250 Ok\r\n" });
}

static void
broken(void)
{
    ONE(false, 0, "", { NULL, "554 go away\r\n" });
    ONE(false, 0, "", { NULL, "SSH-2.0-OpenSSH\r\n" });
    ONE(false, 0, "", { NULL, NULL });
    ONE(false, 0, "", GREET, FROM, TO, DATA, { STUFFED, NULL }); /* not known: it comes again */
    ONE(false, 0, "", GREET, FROM, TO, DATA, { STUFFED, "354 more\r\n" });
    ONE(false, 0, "", GREET, { "MAIL FROM:<>\r\n", "250-a\r\n550 b\r\n" });
    ONE(false, 0, "", GREET, { "MAIL FROM:<>\r\n", "2x0 a\r\n" });
    ONE(false, 0, "", GREET, { "MAIL FROM:<>\r\n", "550 no\r\n" }, { "RSET\r\n", "500 what\r\n" });
    g_autofree char *line = g_strnfill(5000, 'x');
    g_autofree char *endless = g_strconcat("220 ", line, "\r\n", NULL);
    const Turn turns[] = { { NULL, endless } };
    one(turns, 1, false, 0, "");
    GString *lines = g_string_new(NULL);
    for (unsigned i = 0; i < 200; i++)
        g_string_append(lines, "220-x\r\n");
    const Turn many[] = { { NULL, lines->str } };
    one(many, 1, false, 0, "");
    g_string_free(lines, TRUE);
}

static void
nobody_there(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *dir = scratch_dir();
    g_autofree char *path = g_build_filename(dir, "s", NULL);
    int stop[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, stop), ==, 0);
    g_assert_null(sk_hand_open(path, false, "h.jp", stop[0], &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_IO);
    rmdir(dir);
    close(stop[0]);
    close(stop[1]);
}

/* Asked to end, it does not wait for a server that says nothing. */
static void
asked_to_end(void)
{
    static const Turn turns[] = { { "never said", "" } };
    Fixture f;
    g_autoptr(GError) error = NULL;

    up(&f, turns, G_N_ELEMENTS(turns));
    g_assert_cmpint(write(f.stop[1], "x", 1), ==, 1);
    g_assert_null(sk_hand_open(f.path, true, "h.jp", f.stop[0], &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_IO);
    down(&f);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/hand/answers", answers);
    g_test_add_func("/hand/broken", broken);
    g_test_add_func("/hand/nobody-there", nobody_there);
    g_test_add_func("/hand/asked-to-end", asked_to_end);
    return g_test_run();
}
