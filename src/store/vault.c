/* SPDX-License-Identifier: Apache-2.0
 * vault.c - contract in vault.h; the file's layout is docs/formats/vault.md. */
#include "store/vault.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/uuid.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#define MAGIC "SKVAULT1"
#define MAGIC_BYTES 8u
#define CHUNK 65536u
#define SEALED_CHUNK (CHUNK + crypto_secretstream_xchacha20poly1305_ABYTES)
#define NONCE_BYTES crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define WRAPPED_BYTES                                                                              \
    (crypto_secretstream_xchacha20poly1305_KEYBYTES + crypto_aead_xchacha20poly1305_ietf_ABYTES)
#define STREAM_BYTES crypto_secretstream_xchacha20poly1305_HEADERBYTES
#define HEADER_BYTES (MAGIC_BYTES + NONCE_BYTES + WRAPPED_BYTES + STREAM_BYTES)
#define KEY_BYTES crypto_aead_xchacha20poly1305_ietf_KEYBYTES
#define FOLDERS 256u

struct SkVault {
    char *directory;
    int fd; /* owned: the directory */
    uint8_t key[KEY_BYTES];
    void (*step)(unsigned n, void *data);
    void *step_data;
    unsigned n;
};

struct SkVaultWriter {
    SkVault *vault; /* borrowed */
    char id[SK_VAULT_ID_LEN + 1];
    char *temporary; /* owned: below the directory; NULL once renamed */
    int fd;
    crypto_secretstream_xchacha20poly1305_state stream;
    EVP_MD_CTX *sha256; /* owned */
    uint8_t *plain;     /* owned: CHUNK bytes, of which @held are waiting */
    uint8_t *sealed;    /* owned: SEALED_CHUNK bytes */
    size_t held;
    uint64_t written;
    uint64_t limit;
    bool bad;
};

static void
step(SkVault *vault)
{
    if (vault->step != NULL)
        vault->step(vault->n++, vault->step_data);
}

void
sk_vault_set_step(SkVault *self, void (*fn)(unsigned n, void *data), void *data)
{
    self->step = fn;
    self->step_data = data;
    self->n = 0;
}

static void
object_path(char *out, size_t size, const char *id)
{
    int n = snprintf(out, size, "%.2s/%s", id, id);
    g_assert(n > 0 && (size_t)n < size);
}

static bool
is_id(const char *id)
{
    return strlen(id) == SK_VAULT_ID_LEN && strspn(id, "0123456789abcdef") == SK_VAULT_ID_LEN;
}

/* ---- setting up and opening ---- */

static bool
make_folder(int fd, const char *name, GError **error)
{
    if (mkdirat(fd, name, 0700) == 0 || errno == EEXIST)
        return true;
    return sk_throw_errno(error, name);
}

/* The key is linked into place under its name: a second setup at the same time cannot replace it.
 */
static bool
make_key(int dir, const char *directory, GError **error)
{
    uint8_t key[KEY_BYTES];
    g_autofree char *temporary = g_strdup_printf("key.%d.new", (int)getpid());
    sk_autofd fd =
        openat(dir, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return sk_throw_errno(error, directory);
    sk_random(key, sizeof key);
    bool ok = sk_io_write_all(fd, sk_span(key, sizeof key), error);
    sodium_memzero(key, sizeof key);
    if (ok && fsync(fd) != 0)
        ok = sk_throw_errno(error, directory);
    if (ok && linkat(dir, temporary, dir, "key", 0) != 0 && errno != EEXIST)
        ok = sk_throw_errno(error, directory);
    unlinkat(dir, temporary, 0);
    if (ok && fsync(dir) != 0)
        ok = sk_throw_errno(error, directory);
    return ok;
}

/* A lost key is not made anew over objects that it alone opens. */
static bool
check_no_objects(int dir, const char *directory, GError **error)
{
    for (unsigned i = 0; i < FOLDERS; i++) {
        char name[3];
        snprintf(name, sizeof name, "%02x", i);
        sk_autofd fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        DIR *d = fd < 0 ? NULL : fdopendir(fd);
        if (d == NULL)
            continue;
        fd = -1;
        unsigned entries = 0;
        while (readdir(d) != NULL)
            entries++;
        closedir(d);
        if (entries > 2) /* . and .. */
            return sk_throw(error, SK_ERROR_IO, "vault: %s: objects, but no key file", directory);
    }
    return true;
}

bool
sk_vault_setup(const char *directory, GError **error)
{
    if (g_mkdir_with_parents(directory, 0700) != 0)
        return sk_throw_errno(error, directory);
    sk_autofd dir = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return sk_throw_errno(error, directory);
    if (faccessat(dir, "key", F_OK, AT_SYMLINK_NOFOLLOW) != 0 &&
        (!check_no_objects(dir, directory, error) || !make_key(dir, directory, error)))
        return false;
    for (unsigned i = 0; i < FOLDERS; i++) {
        char name[3];
        snprintf(name, sizeof name, "%02x", i);
        if (!make_folder(dir, name, error))
            return false;
    }
    if (!make_folder(dir, "new", error))
        return false;
    return fsync(dir) == 0 || sk_throw_errno(error, directory);
}

static bool
read_key(SkVault *self, GError **error)
{
    struct stat st;
    sk_autofd fd = openat(self->fd, "key", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 || fstat(fd, &st) != 0)
        return sk_throw_errno(error, "vault: key");
    if (!S_ISREG(st.st_mode) || (st.st_mode & 077) != 0 || st.st_size != KEY_BYTES)
        return sk_throw(error, SK_ERROR_IO, "vault: the key file is open to others or not a key");
    if (read(fd, self->key, KEY_BYTES) != (ssize_t)KEY_BYTES)
        return sk_throw_errno(error, "vault: key");
    return true;
}

SkVault *
sk_vault_open(const char *directory, GError **error)
{
    if (sodium_init() < 0) {
        g_set_error(error, SK_ERROR, SK_ERROR_INTERNAL, "vault: libsodium cannot start");
        return NULL;
    }
    g_autoptr(SkVault) self = g_new0(SkVault, 1);
    self->directory = g_strdup(directory);
    self->fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (self->fd < 0) {
        sk_error_set_errno(error, directory);
        return NULL;
    }
    return read_key(self, error) ? g_steal_pointer(&self) : NULL;
}

void
sk_vault_derive(const SkVault *self, const char *purpose, uint8_t *ret, size_t n)
{
    g_assert(n >= crypto_generichash_BYTES_MIN && n <= crypto_generichash_BYTES_MAX);
    int bad = crypto_generichash(ret, n, (const uint8_t *)purpose, strlen(purpose), self->key,
                                 sizeof self->key);
    g_assert(bad == 0);
}

void
sk_vault_close(SkVault *self)
{
    if (self == NULL)
        return;
    sodium_memzero(self->key, sizeof self->key);
    sk_fd_clear(&self->fd);
    g_free(self->directory);
    g_free(self);
}

/* ---- writing ---- */

static bool
write_bytes(SkVaultWriter *w, const void *p, size_t n, GError **error)
{
    step(w->vault);
    return sk_io_write_all(w->fd, sk_span(p, n), error);
}

/* Magic, the object's own key under the master key (bound to the id), the stream's header. */
static bool
write_header(SkVaultWriter *w, GError **error)
{
    uint8_t key[crypto_secretstream_xchacha20poly1305_KEYBYTES];
    uint8_t header[HEADER_BYTES];
    uint8_t *nonce = header + MAGIC_BYTES;
    uint8_t *wrapped = nonce + NONCE_BYTES;

    memcpy(header, MAGIC, MAGIC_BYTES);
    sk_random(nonce, NONCE_BYTES);
    crypto_secretstream_xchacha20poly1305_keygen(key);
    crypto_aead_xchacha20poly1305_ietf_encrypt(wrapped, NULL, key, sizeof key,
                                               (const uint8_t *)w->id, SK_VAULT_ID_LEN, NULL, nonce,
                                               w->vault->key);
    crypto_secretstream_xchacha20poly1305_init_push(&w->stream, wrapped + WRAPPED_BYTES, key);
    sodium_memzero(key, sizeof key);
    return write_bytes(w, header, sizeof header, error);
}

SkVaultWriter *
sk_vault_begin(SkVault *self, uint64_t limit, GError **error)
{
    uint8_t random[SK_VAULT_ID_LEN / 2];
    g_autoptr(SkVaultWriter) w = g_new0(SkVaultWriter, 1);

    w->vault = self;
    w->limit = limit;
    sk_random(random, sizeof random);
    g_autofree char *id = sk_hex(sk_span(random, sizeof random));
    memcpy(w->id, id, sizeof w->id);
    w->plain = g_malloc(CHUNK);
    w->sealed = g_malloc(SEALED_CHUNK);
    w->sha256 = EVP_MD_CTX_new();
    g_assert(w->sha256 != NULL && EVP_DigestInit_ex(w->sha256, EVP_sha256(), NULL) == 1);
    g_autofree char *temporary = g_strdup_printf("new/%s", id);
    step(self);
    w->fd = openat(self->fd, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (w->fd < 0) {
        sk_error_set_errno(error, "vault");
        return NULL;
    }
    w->temporary = g_steal_pointer(&temporary);
    return write_header(w, error) ? g_steal_pointer(&w) : NULL;
}

static bool
push_chunk(SkVaultWriter *w, uint8_t tag, GError **error)
{
    unsigned long long n = 0;
    crypto_secretstream_xchacha20poly1305_push(&w->stream, w->sealed, &n, w->plain, w->held, NULL,
                                               0, tag);
    w->held = 0;
    return write_bytes(w, w->sealed, (size_t)n, error);
}

static bool
append(SkVaultWriter *w, SkSpan bytes, GError **error)
{
    if (bytes.n > w->limit - w->written)
        return sk_throw(error, SK_ERROR_LIMIT, "vault: over %" G_GUINT64_FORMAT " bytes", w->limit);
    g_assert(EVP_DigestUpdate(w->sha256, bytes.p, bytes.n) == 1);
    w->written += bytes.n;
    while (bytes.n > 0) {
        if (w->held == CHUNK &&
            !push_chunk(w, crypto_secretstream_xchacha20poly1305_TAG_MESSAGE, error))
            return false;
        size_t n = MIN(CHUNK - w->held, bytes.n);
        memcpy(w->plain + w->held, bytes.p, n);
        w->held += n;
        bytes = sk_span_sub(bytes, n, bytes.n - n);
    }
    return true;
}

bool
sk_vault_append(SkVaultWriter *writer, SkSpan bytes, GError **error)
{
    if (writer->bad)
        return sk_throw(error, SK_ERROR_IO, "vault: this object has failed before");
    writer->bad = !append(writer, bytes, error);
    return !writer->bad;
}

uint64_t
sk_vault_written(const SkVaultWriter *writer)
{
    return writer->written;
}

static bool
publish(SkVaultWriter *w, GError **error)
{
    char path[64];
    char folder[3] = { w->id[0], w->id[1], '\0' };

    step(w->vault);
    if (fsync(w->fd) != 0)
        return sk_throw_errno(error, "vault");
    object_path(path, sizeof path, w->id);
    step(w->vault);
    if (renameat(w->vault->fd, w->temporary, w->vault->fd, path) != 0)
        return sk_throw_errno(error, "vault");
    g_clear_pointer(&w->temporary, g_free);
    step(w->vault);
    sk_autofd dir = openat(w->vault->fd, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0 || fsync(dir) != 0)
        return sk_throw_errno(error, "vault");
    step(w->vault);
    return true;
}

bool
sk_vault_commit(SkVaultWriter *writer, char **ret_id, uint8_t *ret_sha256, GError **error)
{
    g_autoptr(SkVaultWriter) w = writer;
    if (w->bad)
        return sk_throw(error, SK_ERROR_IO, "vault: this object has failed before");
    if (!push_chunk(w, crypto_secretstream_xchacha20poly1305_TAG_FINAL, error) ||
        !publish(w, error))
        return false;
    if (ret_sha256 != NULL)
        g_assert(EVP_DigestFinal_ex(w->sha256, ret_sha256, NULL) == 1);
    *ret_id = g_strdup(w->id);
    return true;
}

void
sk_vault_abort(SkVaultWriter *writer)
{
    if (writer == NULL)
        return;
    if (writer->temporary != NULL)
        unlinkat(writer->vault->fd, writer->temporary, 0);
    sk_fd_clear(&writer->fd);
    sodium_memzero(&writer->stream, sizeof writer->stream);
    EVP_MD_CTX_free(writer->sha256);
    g_free(writer->temporary);
    g_free(writer->plain);
    g_free(writer->sealed);
    g_free(writer);
}

bool
sk_vault_put_fd(SkVault *self, int fd, uint64_t limit, char **ret_id, uint8_t *ret_sha256,
                GError **error)
{
    g_autofree uint8_t *buffer = g_malloc(CHUNK);
    g_autoptr(SkVaultWriter) w = sk_vault_begin(self, limit, error);
    off_t at = 0;

    while (w != NULL) {
        ssize_t n = pread(fd, buffer, CHUNK, at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return sk_throw_errno(error, "vault: reading");
        if (n == 0)
            return sk_vault_commit(g_steal_pointer(&w), ret_id, ret_sha256, error);
        if (!sk_vault_append(w, sk_span(buffer, (size_t)n), error))
            return false;
        at += n;
    }
    return false;
}

/* ---- reading ---- */

typedef struct {
    int fd;
    crypto_secretstream_xchacha20poly1305_state stream;
    uint8_t *sealed;
    uint8_t *plain;
    EVP_MD_CTX *sha256;
    uint64_t size;
    uint64_t limit;
} Reading;

static void
reading_clear(Reading *r)
{
    sk_fd_clear(&r->fd);
    sodium_memzero(&r->stream, sizeof r->stream);
    EVP_MD_CTX_free(r->sha256);
    g_free(r->sealed);
    g_free(r->plain);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reading, reading_clear)

/* Up to @n bytes; fewer only at the end of the file. */
static bool
read_up_to(int fd, uint8_t *p, size_t n, size_t *ret, GError **error)
{
    size_t got = 0;
    while (got < n) {
        ssize_t r = read(fd, p + got, n - got);
        if (r < 0 && errno == EINTR)
            continue;
        if (r < 0)
            return sk_throw_errno(error, "vault: reading");
        if (r == 0)
            break;
        got += (size_t)r;
    }
    *ret = got;
    return true;
}

static bool
throw_changed(GError **error)
{
    return sk_throw(error, SK_ERROR_MALFORMED, "vault: the object was cut or changed");
}

static bool
read_header(SkVault *self, const char *id, Reading *r, GError **error)
{
    uint8_t header[HEADER_BYTES];
    uint8_t key[crypto_secretstream_xchacha20poly1305_KEYBYTES];
    const uint8_t *nonce = header + MAGIC_BYTES;
    const uint8_t *wrapped = nonce + NONCE_BYTES;
    size_t n = 0;

    if (!read_up_to(r->fd, header, sizeof header, &n, error))
        return false;
    if (n != sizeof header || memcmp(header, MAGIC, MAGIC_BYTES) != 0)
        return throw_changed(error);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(key, NULL, NULL, wrapped, WRAPPED_BYTES,
                                                   (const uint8_t *)id, SK_VAULT_ID_LEN, nonce,
                                                   self->key) != 0)
        return throw_changed(error);
    int code =
        crypto_secretstream_xchacha20poly1305_init_pull(&r->stream, wrapped + WRAPPED_BYTES, key);
    sodium_memzero(key, sizeof key);
    return code == 0 || throw_changed(error);
}

static bool
read_begin(SkVault *self, const char *id, uint64_t limit, Reading *r, GError **error)
{
    char path[64];
    if (!is_id(id))
        return sk_throw(error, SK_ERROR_IO, "vault: no such object");
    object_path(path, sizeof path, id);
    r->fd = openat(self->fd, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (r->fd < 0)
        return sk_throw_errno(error, "vault: object");
    r->limit = limit;
    r->sealed = g_malloc(SEALED_CHUNK);
    r->plain = g_malloc(CHUNK);
    r->sha256 = EVP_MD_CTX_new();
    g_assert(r->sha256 != NULL && EVP_DigestInit_ex(r->sha256, EVP_sha256(), NULL) == 1);
    return read_header(self, id, r, error);
}

/* One chunk, checked. @ret_last: its tag said that it is the last, and the file ends there. */
static bool
read_chunk(Reading *r, SkSpan *ret, bool *ret_last, GError **error)
{
    size_t n = 0;
    unsigned long long plain = 0;
    uint8_t tag = 0;
    uint8_t more = 0;

    if (!read_up_to(r->fd, r->sealed, SEALED_CHUNK, &n, error))
        return false;
    if (n < crypto_secretstream_xchacha20poly1305_ABYTES ||
        crypto_secretstream_xchacha20poly1305_pull(&r->stream, r->plain, &plain, &tag, r->sealed, n,
                                                   NULL, 0) != 0)
        return throw_changed(error);
    bool last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    if (last && (!read_up_to(r->fd, &more, 1, &n, error) || n != 0))
        return throw_changed(error);
    if (plain > r->limit - r->size)
        return sk_throw(error, SK_ERROR_LIMIT, "vault: over %" G_GUINT64_FORMAT " bytes", r->limit);
    r->size += plain;
    *ret = sk_span(r->plain, (size_t)plain);
    *ret_last = last;
    g_assert(EVP_DigestUpdate(r->sha256, r->plain, (size_t)plain) == 1);
    return true;
}

static bool
check_digest(Reading *r, const char *sha256_hex, GError **error)
{
    uint8_t digest[SK_SHA256_BYTES];
    g_assert(EVP_DigestFinal_ex(r->sha256, digest, NULL) == 1);
    g_autofree char *hex = sk_hex(sk_span(digest, sizeof digest));
    if (sha256_hex != NULL && strcmp(hex, sha256_hex) != 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "vault: not the object that the row names");
    return true;
}

/* @out: -1 = only check */
static bool
read_through(SkVault *self, const char *id, uint64_t limit, const char *sha256_hex, int out,
             GError **error)
{
    g_auto(Reading) r = { .fd = -1 };
    bool last = false;

    if (!read_begin(self, id, limit, &r, error))
        return false;
    while (!last) {
        SkSpan chunk = SK_SPAN_EMPTY;
        if (!read_chunk(&r, &chunk, &last, error) ||
            (out >= 0 && !sk_io_write_all(out, chunk, error)))
            return false;
    }
    return check_digest(&r, sha256_hex, error);
}

int
sk_vault_get(SkVault *self, const char *id, uint64_t limit, const char *sha256_hex, GError **error)
{
    sk_autofd out = sk_memfd_new("vault", error);
    if (out < 0 || !read_through(self, id, limit, sha256_hex, out, error) ||
        !sk_memfd_seal(out, error))
        return -1;
    return sk_fd_steal(&out);
}

bool
sk_vault_check(SkVault *self, const char *id, const char *sha256_hex, GError **error)
{
    return read_through(self, id, UINT64_MAX, sha256_hex, -1, error);
}

/* ---- housekeeping ---- */

bool
sk_vault_remove(SkVault *self, const char *id, GError **error)
{
    char path[64];
    if (!is_id(id))
        return sk_throw(error, SK_ERROR_IO, "vault: no such object");
    object_path(path, sizeof path, id);
    if (unlinkat(self->fd, path, 0) == 0 || errno == ENOENT)
        return true;
    return sk_throw_errno(error, "vault: object");
}

/* Calls out the names of files of @folder that are older than @older_us. */
static bool
list_folder(SkVault *self, const char *folder, int64_t older_us, GPtrArray *out, GError **error)
{
    int64_t before = sk_clock_now() - older_us;
    sk_autofd fd = openat(self->fd, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);
    if (d == NULL)
        return sk_throw_errno(error, "vault: folder");
    fd = -1; /* the stream's now */
    for (const struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        struct stat st;
        if (!is_id(e->d_name) || fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        int64_t changed = (int64_t)st.st_mtim.tv_sec * G_USEC_PER_SEC + st.st_mtim.tv_nsec / 1000;
        if (changed <= before)
            g_ptr_array_add(out, g_strdup(e->d_name));
    }
    closedir(d);
    return true;
}

GPtrArray *
sk_vault_list(SkVault *self, int64_t older_us, GError **error)
{
    g_autoptr(GPtrArray) out = g_ptr_array_new_with_free_func(g_free);
    for (unsigned i = 0; i < FOLDERS; i++) {
        char name[3];
        snprintf(name, sizeof name, "%02x", i);
        if (!list_folder(self, name, older_us, out, error))
            return NULL;
    }
    return g_steal_pointer(&out);
}

bool
sk_vault_sweep_temporary(SkVault *self, int64_t older_us, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    if (!list_folder(self, "new", older_us, names, error))
        return false;
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *path =
            g_strdup_printf("new/%s", (const char *)g_ptr_array_index(names, i));
        if (unlinkat(self->fd, path, 0) != 0 && errno != ENOENT)
            return sk_throw_errno(error, "vault: unfinished object");
    }
    return true;
}

bool
sk_vault_disk(SkVault *self, uint64_t *ret_free, uint64_t *ret_total, GError **error)
{
    struct statvfs fs;
    if (fstatvfs(self->fd, &fs) != 0)
        return sk_throw_errno(error, "vault: disk");
    *ret_free = (uint64_t)fs.f_bavail * fs.f_frsize;
    *ret_total = (uint64_t)fs.f_blocks * fs.f_frsize;
    return true;
}
