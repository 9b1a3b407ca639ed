/* SPDX-License-Identifier: Apache-2.0
 * listen.c - contract in listen.h. */
#include "serve/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#define BACKLOG 128

/* The supervisor's parser has already refused any address that is not loopback. */
static int
open_loopback(const SkConfStation *station, GError **error)
{
    struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(station->listen_port) };
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(station->listen_port) };
    bool is_v6 = strchr(station->listen_host, ':') != NULL;
    const struct sockaddr *address = is_v6 ? (const struct sockaddr *)&v6 : (const struct sockaddr *)&v4;
    socklen_t length = is_v6 ? sizeof v6 : sizeof v4;
    int yes = 1;

    if (inet_pton(is_v6 ? AF_INET6 : AF_INET, station->listen_host,
                  is_v6 ? (void *)&v6.sin6_addr : (void *)&v4.sin_addr) != 1) {
        errno = EINVAL;
        sk_error_set_errno(error, station->listen_host);
        return -1;
    }
    sk_autofd fd = socket(is_v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
        bind(fd, address, length) != 0 || listen(fd, BACKLOG) != 0) {
        g_autofree char *what = g_strdup_printf("listen %s port %u", station->listen_host, station->listen_port);
        sk_error_set_errno(error, what);
        return -1;
    }
    return sk_fd_steal(&fd);
}

/* Group access is for nginx, or the mail server: the folder around the socket decides who may reach it. */
int
sk_listen_unix(const char *path, GError **error)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    if (g_strlcpy(address.sun_path, path, sizeof address.sun_path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        sk_error_set_errno(error, path);
        return -1;
    }
    sk_autofd fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    unlink(path); /* left over from a run that was killed */
    if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof address) != 0 ||
        chmod(path, 0660) != 0 || listen(fd, BACKLOG) != 0) {
        sk_error_set_errno(error, path);
        return -1;
    }
    return sk_fd_steal(&fd);
}

int
sk_listen_open(const SkConfStation *station, GError **error)
{
    return station->listen_unix != NULL ? sk_listen_unix(station->listen_unix, error) : open_loopback(station, error);
}

bool
sk_listen_pair(int ret[2], GError **error)
{
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret) != 0)
        return sk_throw_errno(error, "passage");
    return true;
}
