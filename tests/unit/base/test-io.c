/* SPDX-License-Identifier: Apache-2.0
 * test-io.c - sealed memfds, whole files, frames with descriptors. */
#include "base/io.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>

static void
memfds(void)
{
    g_autoptr(GError) error = NULL;
    sk_autofd fd = sk_memfd_from("t", sk_span_str("hello"), &error);
    g_assert_no_error(error);
    g_assert_true(sk_memfd_is_sealed(fd));
    g_assert_cmpint(write(fd, "x", 1), ==, -1);
    g_autoptr(GBytes) bytes = sk_memfd_map(fd, &error);
    g_assert_true(sk_span_is(sk_span_bytes(bytes), "hello"));

    sk_autofd copy = sk_memfd_copy("c", fd, 5, &error);
    g_assert_no_error(error);
    g_assert_cmpint(sk_io_size(copy), ==, 5);
    g_assert_cmpint(sk_memfd_copy("c", fd, 4, &error), ==, -1);
    g_assert_error(error, SK_ERROR, SK_ERROR_LIMIT);
    g_clear_error(&error);

    sk_autofd open_fd = sk_memfd_new("o", &error);
    g_assert_null(sk_memfd_map(open_fd, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_IO);
    g_clear_error(&error);

    int pipes[2];
    g_assert_cmpint(pipe(pipes), ==, 0);
    g_assert_cmpint(sk_memfd_copy("p", pipes[0], 10, &error), ==, -1);
    g_assert_error(error, SK_ERROR, SK_ERROR_IO);
    close(pipes[0]);
    close(pipes[1]);
}

static void
files(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *dir = g_dir_make_tmp("sk-io-XXXXXX", &error);
    g_autofree char *path = g_build_filename(dir, "f", NULL);
    g_assert_true(sk_io_write_file(path, sk_span_str("one"), 0600, &error));
    g_assert_true(sk_io_write_file(path, sk_span_str("two"), 0600, &error));
    g_autoptr(GBytes) got = NULL;
    g_assert_true(sk_io_read_file(path, 3, &got, &error));
    g_assert_true(sk_span_is(sk_span_bytes(got), "two"));
    g_autoptr(GBytes) none = NULL;
    g_assert_false(sk_io_read_file(path, 2, &none, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_LIMIT);
    unlink(path);
    rmdir(dir);
}

static void
frames(void)
{
    g_autoptr(GError) error = NULL;
    int pair[2];
    int fds[SK_IO_FDS_MAX];
    uint8_t buffer[8];
    size_t n = 0;

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), ==, 0);
    sk_autofd memfd = sk_memfd_from("t", sk_span_str("x"), &error);
    g_assert_true(sk_io_send_frame(pair[0], sk_span_str("12345678"), &memfd, 1, &error));
    g_assert_true(sk_io_recv_frame(pair[1], buffer, sizeof buffer, &n, fds, &error));
    g_assert_cmpuint(n, ==, 8);
    g_assert_true(sk_memfd_is_sealed(fds[0]));
    g_assert_cmpint(fds[1], ==, -1);
    close(fds[0]);

    g_assert_true(sk_io_send_frame(pair[0], sk_span_str("123456789"), &memfd, 1, &error));
    g_assert_false(sk_io_recv_frame(pair[1], buffer, sizeof buffer, &n, fds, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_MALFORMED);
    g_clear_error(&error);

    close(pair[0]);
    g_assert_true(sk_io_recv_frame(pair[1], buffer, sizeof buffer, &n, fds, &error));
    g_assert_cmpuint(n, ==, 0);
    close(pair[1]);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/io/memfd", memfds);
    g_test_add_func("/base/io/file", files);
    g_test_add_func("/base/io/frame", frames);
    return g_test_run();
}
