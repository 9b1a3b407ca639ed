/* SPDX-License-Identifier: Apache-2.0
 * read.c - contract in log.h: reading a seal directory without its lock. */
#include "base/io.h"
#include "seal/edge.h"
#include "seal/log.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define HEIGHT 8

bool
sk_seal_read_checkpoint(const char *directory, GBytes **ret, uint64_t *ret_size, GError **error)
{
    g_autofree char *path = g_build_filename(directory, "checkpoint", NULL);
    g_autoptr(GBytes) note = NULL;
    SkCheckpoint c = { 0 };

    if (!sk_io_read_file(path, SK_NOTE_BYTES_MAX, &note, error))
        return false;
    SkSpan s = sk_span_bytes(note);
    size_t end = sk_span_find(s, 0, sk_span_str("\n\n"));
    if (end == SIZE_MAX)
        return sk_throw(error, SK_ERROR_MALFORMED, "checkpoint: no signature");
    if (!sk_checkpoint_parse(sk_span_sub(s, 0, end + 1), &c, error))
        return false;
    if (ret_size != NULL)
        *ret_size = c.size;
    *ret = g_steal_pointer(&note);
    return true;
}

static bool
read_size(const char *directory, uint64_t *ret, GError **error)
{
    g_autoptr(GBytes) note = NULL;
    return sk_seal_read_checkpoint(directory, &note, ret, error);
}

bool
sk_seal_tile_file(const char *directory, SkTile tile, GBytes **ret, GError **error)
{
    g_autofree char *path = sk_tile_path(tile);
    g_autofree char *full = g_build_filename(directory, path, NULL);
    g_autoptr(GBytes) bytes = NULL;

    if (!sk_io_read_file(full, SK_TILE_BUNDLE_MAX, &bytes, error))
        return false;
    if (tile.level != SK_TILE_ENTRIES && g_bytes_get_size(bytes) != tile.width * SK_HASH_BYTES)
        return sk_throw(error, SK_ERROR_MALFORMED, "%s: not %u hashes", path, tile.width);
    *ret = g_steal_pointer(&bytes);
    return true;
}

/* A partial tile goes once its full one is there: the same bytes, from that one's beginning. */
static bool
cut_full(const char *directory, SkTile tile, GBytes **ret, GError **error)
{
    SkTile whole = { .level = tile.level, .index = tile.index, .width = SK_TILE_WIDTH };
    g_autoptr(GBytes) bytes = NULL;
    g_autoptr(GArray) entries = NULL;
    size_t n = tile.width * SK_HASH_BYTES;

    if (!sk_seal_tile_file(directory, whole, &bytes, error))
        return false;
    if (tile.level == SK_TILE_ENTRIES) {
        if (!sk_bundle_parse(sk_span_bytes(bytes), SK_TILE_WIDTH, &entries, error))
            return false;
        const SkSpan *last = &g_array_index(entries, SkSpan, tile.width - 1);
        n = (size_t)(last->p + last->n - sk_span_bytes(bytes).p);
    }
    *ret = g_bytes_new_from_bytes(bytes, 0, n);
    return true;
}

bool
sk_seal_read_tile(const char *directory, SkTile tile, GBytes **ret, GError **error)
{
    uint64_t size = 0;
    g_autoptr(GError) missing = NULL;

    if (!read_size(directory, &size, error))
        return false;
    unsigned width = sk_tile_width(tile.level, tile.index, size);
    if (tile.width == 0 || tile.width > width)
        return sk_throw(error, SK_ERROR_FORBIDDEN, "seal: that tile lies beyond the log");
    if (sk_seal_tile_file(directory, tile, ret, &missing))
        return true;
    if (width == SK_TILE_WIDTH && tile.width < width &&
        g_error_matches(missing, SK_ERROR, SK_ERROR_IO))
        return cut_full(directory, tile, ret, error);
    g_propagate_error(error, g_steal_pointer(&missing));
    return false;
}

/* ---- hashes of subtrees, from tiles ---- */

typedef struct {
    const char *directory;
    uint64_t size; /* of the current checkpoint */
} Source;

static bool
get_stored(unsigned level, uint64_t index, SkHash *ret, void *data, GError **error)
{
    const Source *source = data;
    unsigned width = 1u << level % HEIGHT;
    uint64_t first = index * width; /* the first hash of the subtree, in its tile level */
    SkTile tile = { .level = (int)(level / HEIGHT), .index = first / SK_TILE_WIDTH };
    SkHash hashes[SK_TILE_WIDTH];
    g_autoptr(GBytes) bytes = NULL;

    tile.width = sk_tile_width(tile.level, tile.index, source->size);
    if (tile.width == 0 || first % SK_TILE_WIDTH + width > tile.width)
        return sk_throw(error, SK_ERROR_INTERNAL, "seal: a subtree beyond the log");
    if (!sk_seal_tile_file(source->directory, tile, &bytes, error))
        return false;
    memcpy(hashes, g_bytes_get_data(bytes, NULL), tile.width * SK_HASH_BYTES);
    *ret = sk_edge_fold(hashes + first % SK_TILE_WIDTH, width);
    return true;
}

bool
sk_seal_root_at(const char *directory, uint64_t size, SkHash *ret, GError **error)
{
    Source source = { .directory = directory };
    if (!read_size(directory, &source.size, error))
        return false;
    if (size > source.size)
        return sk_throw(error, SK_ERROR_FORBIDDEN, "seal: beyond the log");
    return sk_merkle_root(size, get_stored, &source, ret, error);
}

static bool
read_entry(const char *directory, uint64_t index, uint64_t size, GBytes **ret, GError **error)
{
    SkTile tile = { .level = SK_TILE_ENTRIES, .index = index / SK_TILE_WIDTH };
    g_autoptr(GBytes) bundle = NULL;
    g_autoptr(GArray) entries = NULL;

    if (index >= size)
        return sk_throw(error, SK_ERROR_FORBIDDEN, "seal: beyond the log");
    tile.width = sk_tile_width(tile.level, tile.index, size);
    if (!sk_seal_tile_file(directory, tile, &bundle, error) ||
        !sk_bundle_parse(sk_span_bytes(bundle), tile.width, &entries, error))
        return false;
    SkSpan entry = g_array_index(entries, SkSpan, index % SK_TILE_WIDTH);
    *ret = g_bytes_new(entry.p, entry.n);
    return true;
}

bool
sk_seal_read_entry(const char *directory, uint64_t index, GBytes **ret, GError **error)
{
    uint64_t size = 0;
    return read_size(directory, &size, error) && read_entry(directory, index, size, ret, error);
}

bool
sk_seal_export(const char *directory, uint64_t index, char **ret, GError **error)
{
    Source source = { .directory = directory };
    g_autoptr(GBytes) note = NULL;
    g_autoptr(GArray) proof = NULL;

    if (!sk_seal_read_checkpoint(directory, &note, &source.size, error))
        return false;
    if (index >= source.size)
        return sk_throw(error, SK_ERROR_FORBIDDEN, "seal: beyond the log");
    if (!sk_merkle_inclusion(index, source.size, get_stored, &source, &proof, error))
        return false;
    *ret = sk_proof_file_emit(index, proof, sk_span_bytes(note));
    return true;
}
