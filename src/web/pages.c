/* SPDX-License-Identifier: Apache-2.0
 * pages.c - contract in pages.h. */
#include "web/pages.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/io.h"

struct SkPages {
    GHashTable *pages; /* path → SkPage, both owned */
    size_t bytes;
};

static const struct {
    const char *extension;
    const char *type;
} types[] = {
    { "html", "text/html; charset=utf-8" },
    { "js", "text/javascript; charset=utf-8" },
    { "css", "text/css; charset=utf-8" },
    { "svg", "image/svg+xml" },
    { "png", "image/png" },
    { "ico", "image/vnd.microsoft.icon" },
    { "woff2", "font/woff2" },
    { "json", "application/json" },
    { "webmanifest", "application/manifest+json" },
};

static void
page_free(void *p)
{
    SkPage *page = p;
    g_bytes_unref(page->bytes);
    g_free(page->etag);
    g_free(page);
}

static const char *
type_of(const char *name)
{
    const char *dot = strrchr(name, '.');
    for (unsigned i = 0; dot != NULL && i < G_N_ELEMENTS(types); i++)
        if (strcmp(dot + 1, types[i].extension) == 0)
            return types[i].type;
    return NULL;
}

static bool
name_ok(const char *name)
{
    for (const char *p = name; *p != '\0'; p++)
        if (!g_ascii_isalnum(*p) && strchr("-_.", *p) == NULL)
            return false;
    return name[0] != '.' && name[0] != '\0';
}

static bool
load_file(SkPages *self, const char *path, const char *url, const char *type, GError **error)
{
    g_autoptr(GBytes) bytes = NULL;
    if (!sk_io_read_file(path, SK_PAGES_BYTES_MAX, &bytes, error))
        return false;
    self->bytes += g_bytes_get_size(bytes);
    if (self->bytes > SK_PAGES_BYTES_MAX || g_hash_table_size(self->pages) >= SK_PAGES_FILES_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "pages: too many or too large");
    SkPage *page = g_new0(SkPage, 1);
    g_autofree char *digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
    page->etag = g_strdup_printf("\"%.32s\"", digest);
    page->type = type;
    page->bytes = g_steal_pointer(&bytes);
    g_hash_table_insert(self->pages, g_strdup(url), page);
    return true;
}

typedef struct {
    char *path;
    char *url;
    unsigned depth;
} Folder;

static void
folder_free(void *p)
{
    Folder *folder = p;
    g_free(folder->path);
    g_free(folder->url);
    g_free(folder);
}

static Folder *
folder_new(const char *path, const char *url, unsigned depth)
{
    Folder *folder = g_new0(Folder, 1);
    *folder = (Folder){ .path = g_strdup(path), .url = g_strdup(url), .depth = depth };
    return folder;
}

static bool
load_entry(SkPages *self, GQueue *folders, const Folder *folder, const char *name, GError **error)
{
    g_autofree char *path = g_build_filename(folder->path, name, NULL);
    g_autofree char *url = g_strconcat(folder->url, "/", name, NULL);
    struct stat st;

    if (!name_ok(name) || lstat(path, &st) != 0)
        return true;
    if (S_ISDIR(st.st_mode) && folder->depth < SK_PAGES_DEPTH_MAX)
        g_queue_push_tail(folders, folder_new(path, url, folder->depth + 1));
    if (!S_ISREG(st.st_mode) || type_of(name) == NULL)
        return true;
    return load_file(self, path, url, type_of(name), error);
}

static bool
load_tree(SkPages *self, const char *directory, const char *url, GError **error)
{
    GQueue folders = G_QUEUE_INIT;
    bool ok = true;

    g_queue_push_tail(&folders, folder_new(directory, url, 0));
    while (ok && !g_queue_is_empty(&folders)) {
        Folder *folder = g_queue_pop_head(&folders);
        g_autoptr(GDir) dir = g_dir_open(folder->path, 0, error);
        const char *name = NULL;
        ok = dir != NULL;
        while (ok && (name = g_dir_read_name(dir)) != NULL)
            ok = load_entry(self, &folders, folder, name, error);
        folder_free(folder);
    }
    g_queue_clear_full(&folders, folder_free);
    return ok;
}

static void
pages_clear(void *p)
{
    g_hash_table_unref(((SkPages *)p)->pages);
}

bool
sk_pages_load(const char *directory, const char *messages, SkPages **ret, GError **error)
{
    g_autoptr(SkPages) self = g_atomic_rc_box_new0(SkPages);
    self->pages = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, page_free);
    if (directory != NULL && !load_tree(self, directory, "", error))
        return false;
    if (messages != NULL && !load_tree(self, messages, "/messages", error))
        return false;
    *ret = g_steal_pointer(&self);
    return true;
}

SkPages *
sk_pages_ref(SkPages *self)
{
    return g_atomic_rc_box_acquire(self);
}

void
sk_pages_unref(SkPages *self)
{
    if (self != NULL)
        g_atomic_rc_box_release_full(self, pages_clear);
}

const SkPage *
sk_pages_lookup(const SkPages *self, const char *path)
{
    const SkPage *page = g_hash_table_lookup(self->pages, path);
    const char *slash = strrchr(path, '/');

    if (page != NULL)
        return page;
    if (slash == NULL || strchr(slash, '.') != NULL)
        return NULL;
    return g_hash_table_lookup(self->pages, "/index.html");
}
