/* SPDX-License-Identifier: Apache-2.0
 * archive-paths.c - contract in archive-paths.h. */
#include "disarm/archive-paths.h"

#include "disarm/archive-name.h"

#include <string.h>

void
sk_archive_paths_init(SkArchivePaths *self)
{
    self->plain = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->folders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->folded = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

void
sk_archive_paths_clear(SkArchivePaths *self)
{
    g_clear_pointer(&self->plain, g_hash_table_unref);
    g_clear_pointer(&self->folders, g_hash_table_unref);
    g_clear_pointer(&self->folded, g_hash_table_unref);
}

static bool
add_folders_above(SkArchivePaths *self, const char *path)
{
    for (const char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        char *folder = g_strndup(path, (gsize)(slash - path));
        if (g_hash_table_contains(self->plain, folder)) {
            g_free(folder);
            return false;
        }
        g_hash_table_add(self->folders, folder);
    }
    return true;
}

bool
sk_archive_paths_note(SkArchivePaths *self, const char *plain, bool folder)
{
    bool file = g_hash_table_contains(self->plain, plain);
    if (file || (!folder && g_hash_table_contains(self->folders, plain)) || !add_folders_above(self, plain))
        return false;
    if (!folder)
        return g_hash_table_add(self->plain, g_strdup(plain));
    g_autofree char *said = g_strconcat(plain, "/", NULL);
    g_hash_table_add(self->folders, g_strdup(plain));
    return g_hash_table_add(self->plain, g_steal_pointer(&said));
}

bool
sk_archive_paths_alike(SkArchivePaths *self, const char *name)
{
    return !g_hash_table_add(self->folded, sk_archive_name_fold(name));
}
