/* SPDX-License-Identifier: Apache-2.0
 * object.c - contract in object.h. */
#include "cmd/object.h"

#include "base/io.h"
#include "base/uuid.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <string.h>

bool
sk_object_take(const char *path, uint64_t limit, int *ret_fd, uint64_t *ret_size, GError **error)
{
    /* Non-blocking, so that opening a named pipe does not wait for somebody to write. */
    sk_autofd fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return sk_throw_errno(error, "cannot be opened");
    int64_t size = sk_io_size(fd);
    *ret_size = size < 0 ? 0 : (uint64_t)size;
    int copy = sk_memfd_copy("sk-input", fd, limit, error);
    if (copy < 0)
        return false;
    *ret_fd = copy;
    return true;
}

bool
sk_object_digest(int fd, char **ret, GError **error)
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    g_autoptr(GBytes) bytes = sk_memfd_map(fd, error);
    if (bytes == NULL)
        return false;
    SkSpan s = sk_span_bytes(bytes);
    if (EVP_Digest(s.p, s.n, digest, &n, EVP_sha256(), NULL) != 1)
        return sk_throw(error, SK_ERROR_INTERNAL, "sha256: failed");
    *ret = sk_hex(sk_span(digest, n));
    return true;
}

char *
sk_object_output_path(const char *input, const char *folder, SkType type)
{
    g_autofree char *name = g_path_get_basename(input);
    g_autofree char *beside = g_path_get_dirname(input);
    const char *dot = strrchr(name, '.');

    /* Only an extension that says a type is one: `v1.2` is a name. */
    bool cut = dot != NULL && dot != name && sk_type_from_name(name) != SK_TYPE_NONE;
    g_autofree char *stem = g_strndup(name, cut ? (gsize)(dot - name) : strlen(name));
    g_autofree char *result = g_strdup_printf("%s%s.%s", stem, folder == NULL ? ".clean" : "",
                                              sk_type_get(type)->extension);
    if (folder == NULL && strchr(input, '/') == NULL)
        return g_steal_pointer(&result);
    return g_build_filename(folder == NULL ? beside : folder, result, NULL);
}

static bool
sync_folder_of(const char *path, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    sk_autofd fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) != 0)
        return sk_throw_errno(error, folder);
    return true;
}

bool
sk_object_write(const char *path, int fd, GError **error)
{
    g_autoptr(GBytes) bytes = sk_memfd_map(fd, error);
    if (bytes == NULL)
        return false;
    sk_autofd out = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (out < 0 && errno == EEXIST)
        return sk_throw(error, SK_ERROR_IO, "%s exists already, and is left as it is", path);
    if (out < 0)
        return sk_throw_errno(error, path);
    bool written = sk_io_write_all(out, sk_span_bytes(bytes), error);
    if (written && fsync(out) != 0)
        written = sk_throw_errno(error, path);
    if (!written) {
        unlink(path); /* ours: O_EXCL made it */
        return false;
    }
    return sync_folder_of(path, error);
}
