/* SPDX-License-Identifier: Apache-2.0
 * log.c - contract in log.h: setting up, opening and appending. Every file is written whole under
 * one name at the top (`new`), fsynced and renamed into place, its folder fsynced; the checkpoint
 * goes last. So at any moment the checkpoint names only what is durably there; what a crash leaves
 * beyond it is written again with the next batch. */
#include "seal/log.h"

#include "base/io.h"
#include "seal/edge.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#define KEY_FILE_MAX 1024u

struct SkSeal {
    char *directory;
    int fd;   /* owned: the directory */
    int lock; /* owned */
    SkNoteSigner *signer;
    SkEdge edge;
    GByteArray *bundle; /* owned: entries of the unfinished bundle */
    void (*step)(unsigned n, void *data);
    void *step_data;
    unsigned n;
};

static void
step(SkSeal *self)
{
    if (self->step != NULL)
        self->step(self->n++, self->step_data);
}

void
sk_seal_set_step(SkSeal *self, void (*fn)(unsigned n, void *data), void *data)
{
    self->step = fn;
    self->step_data = data;
    self->n = 0;
}

/* ---- files ---- */

static bool
sync_folder(SkSeal *self, const char *folder, GError **error)
{
    step(self);
    sk_autofd dir = openat(self->fd, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0 || fsync(dir) != 0)
        return sk_throw_errno(error, folder);
    return true;
}

/* Makes the folders above @path; each new one is on disk before anything is put into it. */
static bool
make_folders(SkSeal *self, const char *path, GError **error)
{
    for (const char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        g_autofree char *folder = g_strndup(path, (gsize)(slash - path));
        g_autofree char *parent = g_path_get_dirname(folder);
        step(self);
        if (mkdirat(self->fd, folder, 0755) == 0) {
            if (!sync_folder(self, parent, error))
                return false;
        } else if (errno != EEXIST) {
            return sk_throw_errno(error, folder);
        }
    }
    return true;
}

static bool
publish(SkSeal *self, const char *path, SkSpan content, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    step(self);
    sk_autofd fd =
        openat(self->fd, "new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0)
        return sk_throw_errno(error, path);
    step(self);
    if (!sk_io_write_all(fd, content, error))
        return false;
    step(self);
    if (fsync(fd) != 0)
        return sk_throw_errno(error, path);
    if (!make_folders(self, path, error))
        return false;
    step(self);
    if (renameat(self->fd, "new", self->fd, path) != 0)
        return sk_throw_errno(error, path);
    return sync_folder(self, folder, error);
}

static bool
publish_tile(SkSeal *self, SkTile tile, SkSpan content, GError **error)
{
    g_autofree char *path = sk_tile_path(tile);
    return publish(self, path, content, error);
}

static bool
publish_checkpoint(SkSeal *self, uint64_t size, const SkHash *root, GError **error)
{
    g_autofree char *body = sk_checkpoint_emit(sk_note_signer_key(self->signer)->name, size, root);
    g_autofree char *note = sk_note_sign(sk_span_str(body), self->signer);
    return publish(self, "checkpoint", sk_span_str(note), error);
}

/* ---- setting up ---- */

static bool
load_signer(const char *key_path, SkNoteSigner **ret, GError **error)
{
    struct stat st;
    g_autoptr(GBytes) bytes = NULL;
    if (stat(key_path, &st) != 0)
        return sk_throw_errno(error, key_path);
    if (!S_ISREG(st.st_mode) || (st.st_mode & 077) != 0)
        return sk_throw(error, SK_ERROR_IO, "seal: %s: open to others, or not a file", key_path);
    if (!sk_io_read_file(key_path, KEY_FILE_MAX, &bytes, error))
        return false;
    SkSpan s = sk_span_bytes(bytes);
    if (s.n > 0 && s.p[s.n - 1] == '\n')
        s.n--;
    return sk_note_signer_parse(s, ret, error);
}

static bool
make_key(const char *key_path, const char *origin, GError **error)
{
    g_autoptr(SkNoteSigner) signer = sk_note_signer_new(origin);
    g_autofree char *key = sk_note_signer_emit(signer);
    g_autofree char *line = g_strconcat(key, "\n", NULL);
    bool ok = sk_io_write_file(key_path, sk_span_str(line), 0600, error);
    sodium_memzero(key, strlen(key));
    sodium_memzero(line, strlen(line));
    return ok;
}

static bool
make_public(const char *key_path, const SkNoteSigner *signer, GError **error)
{
    g_autofree char *path = g_strconcat(key_path, ".pub", NULL);
    g_autofree char *key = sk_note_key_emit(sk_note_signer_key(signer));
    g_autofree char *line = g_strconcat(key, "\n", NULL);
    return sk_io_write_file(path, sk_span_str(line), 0644, error);
}

static bool
is_origin(const char *origin)
{
    size_t n = strlen(origin);
    return n >= 1 && n <= 200 && strspn(origin, "abcdefghijklmnopqrstuvwxyz0123456789./-") == n;
}

static bool
take_lock(SkSeal *self, GError **error)
{
    self->lock = openat(self->fd, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (self->lock < 0)
        return sk_throw_errno(error, "seal: lock");
    if (flock(self->lock, LOCK_EX | LOCK_NB) != 0)
        return sk_throw(error, SK_ERROR_IO, "seal: another process has the lock of %s",
                        self->directory);
    return true;
}

static SkSeal *
seal_new(const char *directory, GError **error)
{
    g_autoptr(SkSeal) self = g_new0(SkSeal, 1);
    self->directory = g_strdup(directory);
    self->lock = -1;
    self->bundle = g_byte_array_new();
    self->fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (self->fd < 0)
        sk_error_set_errno(error, directory);
    return self->fd < 0 ? NULL : g_steal_pointer(&self);
}

void
sk_seal_close(SkSeal *self)
{
    if (self == NULL)
        return;
    sk_fd_clear(&self->lock);
    sk_fd_clear(&self->fd);
    sk_note_signer_free(self->signer);
    g_clear_pointer(&self->bundle, g_byte_array_unref);
    g_free(self->directory);
    g_free(self);
}

bool
sk_seal_setup(const char *directory, const char *key_path, const char *origin, GError **error)
{
    if (sodium_init() < 0)
        return sk_throw(error, SK_ERROR_INTERNAL, "seal: libsodium cannot start");
    if (!is_origin(origin))
        return sk_throw(error, SK_ERROR_MALFORMED, "seal: not an origin");
    if (g_mkdir_with_parents(directory, 0755) != 0)
        return sk_throw_errno(error, directory);
    g_autoptr(SkSeal) self = seal_new(directory, error);
    if (self == NULL || !take_lock(self, error))
        return false;
    bool has_log = faccessat(self->fd, "checkpoint", F_OK, AT_SYMLINK_NOFOLLOW) == 0;
    bool has_key = access(key_path, F_OK) == 0;
    /* A lost key is not made anew under a log that the old one signed. */
    if (has_log && !has_key)
        return sk_throw(error, SK_ERROR_IO, "seal: %s: a log, but no key at %s", directory,
                        key_path);
    if ((!has_key && !make_key(key_path, origin, error)) ||
        !load_signer(key_path, &self->signer, error))
        return false;
    if (strcmp(sk_note_signer_key(self->signer)->name, origin) != 0)
        return sk_throw(error, SK_ERROR_MISMATCH, "seal: the key is that of another origin");
    if (!make_public(key_path, self->signer, error))
        return false;
    SkHash empty = sk_merkle_empty();
    return has_log || publish_checkpoint(self, 0, &empty, error);
}

/* ---- opening ---- */

/* The hashes of the right edge, and the entries of the last bundle, which must be theirs. */
static bool
load_edge(SkSeal *self, uint64_t size, GError **error)
{
    self->edge.size = size;
    for (int level = 0; level < SK_EDGE_LEVELS; level++) {
        unsigned width = 0;
        g_autoptr(GBytes) bytes = NULL;
        SkTile tile = { .level = level, .index = sk_tile_count(level, size, &width) };
        tile.width = width;
        if (width == 0)
            continue;
        if (!sk_seal_tile_file(self->directory, tile, &bytes, error))
            return false;
        memcpy(self->edge.levels[level].hashes, g_bytes_get_data(bytes, NULL),
               width * SK_HASH_BYTES);
        self->edge.levels[level].n = width;
    }
    return true;
}

static bool
load_bundle(SkSeal *self, uint64_t size, GError **error)
{
    unsigned width = 0;
    SkTile tile = { .level = SK_TILE_ENTRIES,
                    .index = sk_tile_count(SK_TILE_ENTRIES, size, &width) };
    g_autoptr(GBytes) bytes = NULL;
    g_autoptr(GArray) entries = NULL;

    tile.width = width;
    if (width == 0)
        return true;
    if (!sk_seal_tile_file(self->directory, tile, &bytes, error) ||
        !sk_bundle_parse(sk_span_bytes(bytes), width, &entries, error))
        return false;
    for (unsigned i = 0; i < width; i++) {
        SkHash leaf = sk_merkle_leaf(g_array_index(entries, SkSpan, i));
        if (!sk_hash_equal(&leaf, &self->edge.levels[0].hashes[i]))
            return sk_throw(error, SK_ERROR_MALFORMED,
                            "seal: the last entries are not those of the tree");
        sk_bundle_append(self->bundle, g_array_index(entries, SkSpan, i));
    }
    return true;
}

SkSeal *
sk_seal_open(const char *directory, const char *key_path, GError **error)
{
    SkCheckpoint c = { 0 };
    g_autoptr(GBytes) note = NULL;

    if (sodium_init() < 0) {
        g_set_error(error, SK_ERROR, SK_ERROR_INTERNAL, "seal: libsodium cannot start");
        return NULL;
    }
    g_autoptr(SkSeal) self = seal_new(directory, error);
    if (self == NULL || !take_lock(self, error) || !load_signer(key_path, &self->signer, error) ||
        !sk_seal_read_checkpoint(directory, &note, NULL, error))
        return NULL;
    const SkNoteKey *key = sk_note_signer_key(self->signer);
    if (!sk_checkpoint_open(sk_span_bytes(note), key, key->name, &c, error) ||
        !load_edge(self, c.size, error))
        return NULL;
    SkHash root = sk_edge_root(&self->edge);
    if (!sk_hash_equal(&root, &c.root)) {
        g_set_error(error, SK_ERROR, SK_ERROR_MALFORMED,
                    "seal: the tiles do not give the checkpoint's root");
        return NULL;
    }
    return load_bundle(self, c.size, error) ? g_steal_pointer(&self) : NULL;
}

uint64_t
sk_seal_size(const SkSeal *self)
{
    return self->edge.size;
}

SkHash
sk_seal_root(const SkSeal *self)
{
    return sk_edge_root(&self->edge);
}

const SkNoteKey *
sk_seal_key(const SkSeal *self)
{
    return sk_note_signer_key(self->signer);
}

const char *
sk_seal_directory(const SkSeal *self)
{
    return self->directory;
}

/* ---- appending ---- */

typedef struct {
    SkSeal *seal;
    SkEdge edge;        /* what the tree will be */
    GByteArray *bundle; /* owned */
    GPtrArray *filled;  /* owned: paths of tiles that are full now */
} Batch;

static void
batch_clear(Batch *batch)
{
    g_clear_pointer(&batch->bundle, g_byte_array_unref);
    g_clear_pointer(&batch->filled, g_ptr_array_unref);
}

static bool
fill_tile(Batch *batch, SkTile tile, SkSpan content, GError **error)
{
    g_ptr_array_add(batch->filled, sk_tile_path(tile));
    return publish_tile(batch->seal, tile, content, error);
}

static bool
on_full(int level, uint64_t index, const SkHash *hashes, void *data, GError **error)
{
    Batch *batch = data;
    SkTile tile = { .level = level, .index = index, .width = SK_TILE_WIDTH };
    if (!fill_tile(batch, tile, sk_span(hashes, SK_TILE_WIDTH * sizeof *hashes), error))
        return false;
    if (level > 0)
        return true;
    tile.level = SK_TILE_ENTRIES;
    if (!fill_tile(batch, tile, sk_span(batch->bundle->data, batch->bundle->len), error))
        return false;
    g_byte_array_set_size(batch->bundle, 0);
    return true;
}

/* The unfinished tiles, where this batch has changed them. */
static bool
publish_partial(Batch *batch, GError **error)
{
    uint64_t size = batch->edge.size;
    for (int level = 0; level < SK_EDGE_LEVELS; level++) {
        unsigned before_width = 0;
        unsigned width = 0;
        uint64_t before = sk_tile_count(level, batch->seal->edge.size, &before_width);
        SkTile tile = { .level = level, .index = sk_tile_count(level, size, &width) };
        tile.width = width;
        if (width == 0 || (tile.index == before && width == before_width))
            continue;
        if (!publish_tile(batch->seal, tile,
                          sk_span(batch->edge.levels[level].hashes, width * SK_HASH_BYTES), error))
            return false;
        tile.level = SK_TILE_ENTRIES;
        if (level == 0 && !publish_tile(batch->seal, tile,
                                        sk_span(batch->bundle->data, batch->bundle->len), error))
            return false;
    }
    return true;
}

/* Partial tiles have done their service once their tile is full. What cannot be removed stays: it
 * is true. */
static void
remove_partial(SkSeal *self, const char *full)
{
    g_autofree char *folder = g_strconcat(full, ".p", NULL);
    sk_autofd fd = openat(self->fd, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);
    if (d == NULL)
        return;
    fd = -1; /* the stream's now */
    for (const struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        step(self);
        if (g_ascii_isdigit(e->d_name[0]))
            unlinkat(dirfd(d), e->d_name, 0);
    }
    closedir(d);
    unlinkat(self->fd, folder, AT_REMOVEDIR);
}

static bool
append(Batch *batch, const GPtrArray *entries, GError **error)
{
    for (guint i = 0; i < entries->len; i++) {
        SkSpan entry = sk_span_bytes(g_ptr_array_index(entries, i));
        if (entry.n == 0 || entry.n > SK_TILE_ENTRY_MAX)
            return sk_throw(error, SK_ERROR_LIMIT, "seal: an entry of %zu bytes", entry.n);
        SkHash leaf = sk_merkle_leaf(entry);
        sk_bundle_append(batch->bundle, entry);
        if (!sk_edge_add(&batch->edge, &leaf, on_full, batch, error))
            return false;
    }
    SkHash root = sk_edge_root(&batch->edge);
    return publish_partial(batch, error) &&
           publish_checkpoint(batch->seal, batch->edge.size, &root, error);
}

bool
sk_seal_append(SkSeal *self, const GPtrArray *entries, GError **error)
{
    Batch batch = { .seal = self, .edge = self->edge, .bundle = g_byte_array_new() };
    if (entries->len == 0) {
        batch_clear(&batch);
        return true;
    }
    g_byte_array_append(batch.bundle, self->bundle->data, self->bundle->len);
    batch.filled = g_ptr_array_new_with_free_func(g_free);
    bool ok = append(&batch, entries, error);
    if (ok) {
        self->edge = batch.edge;
        g_byte_array_unref(self->bundle);
        self->bundle = g_steal_pointer(&batch.bundle);
        for (guint i = 0; i < batch.filled->len; i++)
            remove_partial(self, g_ptr_array_index(batch.filled, i));
    }
    batch_clear(&batch);
    return ok;
}
