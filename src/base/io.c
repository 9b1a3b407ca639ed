/* SPDX-License-Identifier: Apache-2.0
 * io.c - contract in io.h. */
#include "base/io.h"

#include "base/uuid.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>

#define ALL_SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL)
#define COPY_CHUNK (1u << 20)

bool
sk_io_write_all(int fd, SkSpan s, GError **error)
{
    while (s.n > 0) {
        ssize_t n = write(fd, s.p, s.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            errno = n == 0 ? ENOSPC : errno;
            return sk_throw_errno(error, "write");
        }
        s = sk_span_sub(s, (size_t)n, s.n - (size_t)n);
    }
    return true;
}

/* Appends what is left in @fd to @out, at most @limit bytes. */
static bool
read_all(int fd, uint64_t limit, GByteArray *out, GError **error)
{
    g_autofree uint8_t *chunk = g_malloc(COPY_CHUNK);

    for (;;) {
        ssize_t n = read(fd, chunk, COPY_CHUNK);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return sk_throw_errno(error, "read");
        if (n == 0)
            return true;
        if ((uint64_t)n > limit - out->len)
            return sk_throw(error, SK_ERROR_LIMIT, "file: over %" G_GUINT64_FORMAT " bytes", limit);
        g_byte_array_append(out, chunk, (guint)n);
    }
}

bool
sk_io_read_file(const char *path, uint64_t limit, GBytes **ret, GError **error)
{
    sk_autofd fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return sk_throw_errno(error, path);
    g_autoptr(GByteArray) out = g_byte_array_new();
    if (!read_all(fd, MIN(limit, G_MAXUINT32 / 2), out, error)) {
        g_prefix_error(error, "%s: ", path);
        return false;
    }
    *ret = g_byte_array_free_to_bytes(g_steal_pointer(&out));
    return true;
}

static bool
sync_parent(const char *path, GError **error)
{
    g_autofree char *parent = g_path_get_dirname(path);
    sk_autofd dir = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0 || fsync(dir) != 0)
        return sk_throw_errno(error, parent);
    return true;
}

bool
sk_io_write_file(const char *path, SkSpan s, unsigned mode, GError **error)
{
    uint32_t unique = 0;
    sk_random(&unique, sizeof unique); /* a pid would not do: each role is number 1 of its namespace */
    g_autofree char *temporary = g_strdup_printf("%s.%08x.new", path, unique);
    sk_autofd fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, (mode_t)mode);
    if (fd < 0)
        return sk_throw_errno(error, temporary);
    bool written = sk_io_write_all(fd, s, error);
    if (written && fsync(fd) != 0)
        written = sk_throw_errno(error, temporary);
    if (written && rename(temporary, path) != 0)
        written = sk_throw_errno(error, path);
    if (!written) {
        unlink(temporary);
        return false;
    }
    return sync_parent(path, error);
}

int
sk_memfd_new(const char *name, GError **error)
{
#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif
    int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);
    if (fd < 0 && errno == EINVAL) /* before Linux 6.3 */
        fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0)
        sk_error_set_errno(error, "memfd_create");
    return fd;
}

int
sk_memfd_from(const char *name, SkSpan s, GError **error)
{
    sk_autofd fd = sk_memfd_new(name, error);
    if (fd < 0 || !sk_io_write_all(fd, s, error) || !sk_memfd_seal(fd, error))
        return -1;
    return sk_fd_steal(&fd);
}

int
sk_memfd_copy(const char *name, int fd, uint64_t limit, GError **error)
{
    struct stat before;
    sk_autofd out = sk_memfd_new(name, error);
    if (out < 0)
        return -1;
    if (fstat(fd, &before) != 0) {
        sk_error_set_errno(error, "fstat");
        return -1;
    }
    if (!S_ISREG(before.st_mode)) {
        g_set_error(error, SK_ERROR, SK_ERROR_IO, "not an ordinary file");
        return -1;
    }
    if ((uint64_t)before.st_size > limit) {
        g_set_error(error, SK_ERROR, SK_ERROR_LIMIT, "file: over %" G_GUINT64_FORMAT " bytes", limit);
        return -1;
    }
    g_autofree uint8_t *chunk = g_malloc(COPY_CHUNK);
    off_t at = 0;
    for (;;) {
        ssize_t n = pread(fd, chunk, COPY_CHUNK, at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            sk_error_set_errno(error, "read");
            return -1;
        }
        if (n == 0)
            break;
        if (n > before.st_size - at) { /* it grows under our hands: stop at once */
            at += n;
            break;
        }
        if (!sk_io_write_all(out, sk_span(chunk, (size_t)n), error))
            return -1;
        at += n;
    }
    if (at != before.st_size) {
        g_set_error(error, SK_ERROR, SK_ERROR_IO, "the file changed while it was read");
        return -1;
    }
    if (!sk_memfd_seal(out, error))
        return -1;
    return sk_fd_steal(&out);
}

static bool
append_part(int out, int fd, bool sized, GError **error)
{
    g_autoptr(GBytes) part = sk_memfd_map(fd, error);
    uint8_t length[8];

    if (part == NULL)
        return false;
    for (unsigned i = 0; i < sizeof length; i++)
        length[i] = (uint8_t)((uint64_t)g_bytes_get_size(part) >> (8 * i));
    return (!sized || sk_io_write_all(out, sk_span(length, sizeof length), error)) &&
           sk_io_write_all(out, sk_span_bytes(part), error);
}

int
sk_memfd_join(const char *name, const int *fds, unsigned n, unsigned sized, GError **error)
{
    sk_autofd out = sk_memfd_new(name, error);

    if (out < 0)
        return -1;
    for (unsigned i = 0; i < n; i++) {
        if (!append_part(out, fds[i], i == sized, error))
            return -1;
    }
    return sk_memfd_seal(out, error) ? sk_fd_steal(&out) : -1;
}

bool
sk_memfd_seal(int fd, GError **error)
{
    if (fcntl(fd, F_ADD_SEALS, ALL_SEALS) != 0)
        return sk_throw_errno(error, "seal");
    return true;
}

bool
sk_memfd_is_sealed(int fd)
{
    int seals = fcntl(fd, F_GET_SEALS);
    return seals >= 0 && (seals & ALL_SEALS) == ALL_SEALS;
}

int64_t
sk_io_size(int fd)
{
    struct stat st;
    return fstat(fd, &st) == 0 ? (int64_t)st.st_size : -1;
}

typedef struct {
    void *p;
    size_t n;
} Mapping;

static void
mapping_free(void *data)
{
    Mapping *m = data;
    munmap(m->p, m->n);
    g_free(m);
}

GBytes *
sk_memfd_map(int fd, GError **error)
{
    if (!sk_memfd_is_sealed(fd)) {
        g_set_error(error, SK_ERROR, SK_ERROR_IO, "memfd: not sealed");
        return NULL;
    }
    int64_t size = sk_io_size(fd);
    if (size == 0)
        return g_bytes_new_static("", 0);
    void *p = size < 0 ? MAP_FAILED : mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (p == MAP_FAILED) {
        sk_error_set_errno(error, "mmap");
        return NULL;
    }
    Mapping *m = g_new(Mapping, 1);
    *m = (Mapping){ .p = p, .n = (size_t)size };
    return g_bytes_new_with_free_func(p, (gsize)size, mapping_free, m);
}

static bool
send_frame(int sock, SkSpan frame, const int *fds, unsigned n_fds, int flags, GError **error)
{
    union {
        char bytes[CMSG_SPACE(sizeof(int) * SK_IO_FDS_MAX)];
        struct cmsghdr align;
    } control = { 0 };
    struct iovec iov = { .iov_base = (void *)(uintptr_t)frame.p, .iov_len = frame.n };
    struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

    g_assert(n_fds <= SK_IO_FDS_MAX && frame.n > 0);
    if (n_fds > 0) {
        msg.msg_control = control.bytes;
        msg.msg_controllen = CMSG_SPACE(sizeof(int) * n_fds);
        struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(sizeof(int) * n_fds);
        memcpy(CMSG_DATA(c), fds, sizeof(int) * n_fds);
    }
    ssize_t n;
    do
        n = sendmsg(sock, &msg, MSG_NOSIGNAL | flags);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return sk_throw_errno(error, "sendmsg");
    if ((size_t)n != frame.n)
        return sk_throw(error, SK_ERROR_IO, "sendmsg: frame cut");
    return true;
}

bool
sk_io_send_frame(int sock, SkSpan frame, const int *fds, unsigned n_fds, GError **error)
{
    return send_frame(sock, frame, fds, n_fds, 0, error);
}

bool
sk_io_send_frame_now(int sock, SkSpan frame, const int *fds, unsigned n_fds, GError **error)
{
    return send_frame(sock, frame, fds, n_fds, MSG_DONTWAIT, error);
}

static unsigned
take_fds(struct msghdr *msg, int *ret_fds)
{
    unsigned count = 0;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c != NULL; c = CMSG_NXTHDR(msg, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < n; i++) {
            int fd = -1;
            memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof fd);
            if (count < SK_IO_FDS_MAX)
                ret_fds[count++] = fd;
            else
                close(fd);
        }
    }
    return count;
}

bool
sk_io_recv_frame(int sock, uint8_t *buffer, size_t size, size_t *ret_n, int *ret_fds, GError **error)
{
    union {
        char bytes[CMSG_SPACE(sizeof(int) * SK_IO_FDS_MAX)];
        struct cmsghdr align;
    } control = { 0 };
    struct iovec iov = { .iov_base = buffer, .iov_len = size };
    struct msghdr msg = { .msg_iov = &iov,
                          .msg_iovlen = 1,
                          .msg_control = control.bytes,
                          .msg_controllen = sizeof control.bytes };
    int fds[SK_IO_FDS_MAX] = { -1, -1, -1, -1 };
    ssize_t n;

    do
        n = recvmsg(sock, &msg, MSG_CMSG_CLOEXEC);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return sk_throw_errno(error, "recvmsg");
    take_fds(&msg, fds);
    if ((msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
        for (unsigned i = 0; i < SK_IO_FDS_MAX; i++)
            sk_fd_clear(&fds[i]);
        return sk_throw(error, SK_ERROR_MALFORMED, "frame: too long, or too many descriptors");
    }
    memcpy(ret_fds, fds, sizeof fds);
    *ret_n = (size_t)n;
    return true;
}

void
sk_io_close_all_but(const int *keep, unsigned n_keep)
{
    unsigned from = 0;
    for (unsigned i = 0; i < n_keep; i++) {
        if ((unsigned)keep[i] > from)
            close_range(from, (unsigned)keep[i] - 1, 0);
        from = (unsigned)keep[i] + 1;
    }
    close_range(from, ~0u, 0);
}
