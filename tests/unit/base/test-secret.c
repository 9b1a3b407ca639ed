/* SPDX-License-Identifier: Apache-2.0
 * test-secret.c - passwords between two roles: kept, given, forgotten, and what is no frame. */
#include "base/secret.h"

#include "base/io.h"

#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
    int here, there;
    SkSecrets *secrets;
} Pair;

static Pair
pair_new(void)
{
    int fds[2];
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), ==, 0);
    return (Pair){ fds[0], fds[1], sk_secrets_new(fds[1]) };
}

static void
pair_clear(Pair *pair)
{
    sk_fd_clear(&pair->here);
    sk_fd_clear(&pair->there);
    sk_secrets_free(pair->secrets);
}

static char *
key_of(unsigned i)
{
    return g_strdup_printf("%032x", i);
}

static void
assert_kept(const Pair *pair, unsigned key, const char *want)
{
    g_autofree char *k = key_of(key);
    SkSpan got = sk_secrets_get(pair->secrets, k);
    g_assert_cmpmem(got.p, got.n, want, strlen(want));
}

static void
send_one(const Pair *pair, unsigned key, const char *secret)
{
    g_autofree char *k = key_of(key);
    g_assert_true(sk_secret_send(pair->here, k, sk_span_str(secret), NULL));
}

static void
keeps(void)
{
    __attribute__((cleanup(pair_clear))) Pair pair = pair_new();
    char long_one[SK_SECRET_MAX + 1] = { 0 };

    memset(long_one, 'x', SK_SECRET_MAX);
    send_one(&pair, 1, "関所");
    send_one(&pair, 2, long_one);
    assert_kept(&pair, 1, "");
    sk_secrets_take(pair.secrets);
    assert_kept(&pair, 1, "関所");
    assert_kept(&pair, 2, long_one);
    assert_kept(&pair, 3, "");
    send_one(&pair, 2, "short");
    sk_secrets_take(pair.secrets);
    assert_kept(&pair, 2, "short");
    g_autofree char *k = key_of(2);
    sk_secrets_forget(pair.secrets, k);
    assert_kept(&pair, 2, "");
    assert_kept(&pair, 1, "関所");
    sk_secrets_forget(pair.secrets, k);
    g_assert_cmpuint(sk_secrets_get(pair.secrets, "").n, ==, 0);
}

static void
crowded(void)
{
    __attribute__((cleanup(pair_clear))) Pair pair = pair_new();

    for (unsigned i = 0; i < SK_SECRETS_MAX + 10; i++) {
        g_autofree char *secret = g_strdup_printf("s%u", i);
        send_one(&pair, i, secret);
        sk_secrets_take(pair.secrets);
    }
    unsigned kept = 0;
    for (unsigned i = 0; i < SK_SECRETS_MAX + 10; i++) {
        g_autofree char *k = key_of(i);
        kept += sk_secrets_get(pair.secrets, k).n > 0;
    }
    g_assert_cmpuint(kept, ==, SK_SECRETS_MAX);
    assert_kept(&pair, SK_SECRETS_MAX + 9, "s73");
}

/* Who does not read stops nobody. */
static void
full(void)
{
    __attribute__((cleanup(pair_clear))) Pair pair = pair_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *k = key_of(7);

    for (unsigned i = 0; error == NULL; i++) {
        g_assert_cmpuint(i, <, 100000);
        (void)!sk_secret_send(pair.here, k, sk_span_str("secret"), &error);
    }
    g_assert_error(error, SK_ERROR, SK_ERROR_IO);
}

static void
no_frames(void)
{
    __attribute__((cleanup(pair_clear))) Pair pair = pair_new();
    uint8_t frame[8 + 32 + 256] = { 0 };

    memcpy(frame, "sk-pass1", 8);
    memset(frame + 8, 'a', 32);
    memcpy(frame + 40, "x", 1);
    for (unsigned spoil = 0; spoil < 5; spoil++) {
        uint8_t bad[sizeof frame + 1];
        size_t n = spoil == 0 ? sizeof frame - 1 : spoil == 1 ? sizeof frame + 1 : sizeof frame;
        memcpy(bad, frame, sizeof frame);
        bad[sizeof frame] = 0;
        bad[spoil == 2 ? 0 : spoil == 3 ? 8 : sizeof frame - 1] = 'Z';
        g_assert_cmpint((int)send(pair.here, bad, n, 0), ==, (int)n);
        sk_secrets_take(pair.secrets);
        g_assert_cmpuint(sk_secrets_get(pair.secrets, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa").n, ==, 0);
    }
    g_assert_cmpint((int)send(pair.here, frame, sizeof frame, 0), ==, (int)sizeof frame);
    sk_secrets_take(pair.secrets);
    g_assert_cmpuint(sk_secrets_get(pair.secrets, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa").n, ==, 1);
    sk_fd_clear(&pair.here);
    sk_secrets_take(pair.secrets); /* the other end has gone: nothing more, and no loop */
    sk_secrets_take(pair.secrets);
}

/* In a child: what is done cannot be undone. */
static void
guard(void)
{
    struct rlimit core = { 1, 1 };
    int status = 0;
    pid_t child = fork();

    g_assert_cmpint(child, >=, 0);
    if (child == 0) {
        bool ok = sk_secret_guard(NULL) && getrlimit(RLIMIT_CORE, &core) == 0;
        _exit(ok && core.rlim_cur == 0 && core.rlim_max == 0 &&
                      prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0
                  ? 0
                  : 1);
    }
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_cmpint(status, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/secret/keeps", keeps);
    g_test_add_func("/secret/crowded", crowded);
    g_test_add_func("/secret/full", full);
    g_test_add_func("/secret/no-frames", no_frames);
    g_test_add_func("/secret/guard", guard);
    return g_test_run();
}
