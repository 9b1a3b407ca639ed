/* SPDX-License-Identifier: Apache-2.0
 * test-own-seal.c - leaves that follow each other through openings, one writer at a time, nothing on a log that lies. */
#include "wall/own-seal.h"

#include "base/io.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct {
    char *folder;
} Place;

static void
set_up(Place *self, const void *data)
{
    (void)data;
    self->folder = g_dir_make_tmp("sk-own-seal-XXXXXX", NULL);
}

static void
tear_down(Place *self, const void *data)
{
    const char *const words[] = { "rm", "-rf", self->folder, NULL };

    (void)data;
    g_assert_true(g_spawn_sync(NULL, (char **)words, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL));
    g_free(self->folder);
}

static void
one_leaf(const char *folder, const char *state)
{
    g_autoptr(SkWallSeal) seal = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_true(sk_wall_seal_open(folder, "sekisho/test", &seal, &error));
    g_autoptr(SkLeaf) leaf = sk_wall_seal_leaf(seal, "wall-loaded");
    sk_leaf_string(leaf, "state", state);
    g_assert_true(sk_wall_seal_append(seal, leaf, &error));
}

static void
follows(Place *self, const void *data)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *directory = g_build_filename(self->folder, "seal", NULL);
    int64_t before = 0;

    (void)data;
    one_leaf(self->folder, "closed");
    one_leaf(self->folder, "pending");
    one_leaf(self->folder, "proved");
    for (unsigned i = 0; i < 3; i++) {
        static const char *const states[] = { "\"closed\"", "\"pending\"", "\"proved\"" };
        g_autoptr(GBytes) entry = NULL;
        g_assert_true(sk_seal_read_entry(directory, i, &entry, &error));
        g_autofree char *text = sk_span_dup(sk_span_bytes(entry));
        g_assert_true(sk_leaf_is(sk_span_bytes(entry)));
        g_assert_nonnull(strstr(text, states[i]));
        g_assert_nonnull(strstr(text, "\"station\":\"wall\""));
        int64_t time = sk_leaf_lookup_integer(sk_span_bytes(entry), "time");
        g_assert_cmpint(time, >=, before);
        before = time;
    }
}

static void
one_writer(Place *self, const void *data)
{
    g_autoptr(SkWallSeal) first = NULL, second = NULL;
    g_autoptr(GError) error = NULL;

    (void)data;
    g_assert_true(sk_wall_seal_open(self->folder, "sekisho/test", &first, &error));
    g_assert_cmpuint(sk_wall_seal_size(first), ==, 0);
    g_assert_false(sk_wall_seal_open(self->folder, "sekisho/test", &second, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_IO);
}

static void
damaged(Place *self, const void *data)
{
    g_autofree char *checkpoint = g_build_filename(self->folder, "seal", "checkpoint", NULL);
    g_autoptr(SkWallSeal) seal = NULL;
    g_autoptr(GError) error = NULL;

    (void)data;
    one_leaf(self->folder, "closed");
    g_assert_true(sk_io_write_file(checkpoint, sk_span_str("sekisho/test\n1\nAAAA\n"), 0644, &error));
    g_assert_false(sk_wall_seal_open(self->folder, "sekisho/test", &seal, &error));
    g_assert_nonnull(error);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/wall/own-seal/follows", Place, NULL, set_up, follows, tear_down);
    g_test_add("/wall/own-seal/one-writer", Place, NULL, set_up, one_writer, tear_down);
    g_test_add("/wall/own-seal/damaged", Place, NULL, set_up, damaged, tear_down);
    return g_test_run();
}
