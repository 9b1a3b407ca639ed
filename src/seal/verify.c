/* SPDX-License-Identifier: Apache-2.0
 * verify.c - contract in log.h: a whole seal directory against its checkpoint. The entries are the
 * truth that is hashed; every tile is compared with what they give. One pass, memory for one
 * bundle. */
#include "base/io.h"
#include "seal/edge.h"
#include "seal/leaf.h"
#include "seal/log.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define FAULTS_MAX 100u
#define DEPTH_MAX 16u

typedef struct {
    const char *directory;
    const SkNoteKey *key;
    SkSealReport *report;
    SkEdge edge;
    uint64_t size;     /* what the checkpoint says */
    int64_t last_time; /* of the entry before */
    bool has_other;
    SkCheckpoint other; /* @against */
    SkHash other_root;  /* ours at its size */
    bool other_reached;
} Check;

SkSealReport *
sk_seal_report_new(void)
{
    SkSealReport *self = g_new0(SkSealReport, 1);
    self->faults = g_ptr_array_new_with_free_func(g_free);
    return self;
}

void
sk_seal_report_free(SkSealReport *self)
{
    if (self == NULL)
        return;
    g_ptr_array_unref(self->faults);
    g_free(self);
}

bool
sk_seal_intact(const SkSealReport *self)
{
    return self->faults->len == 0 && self->rollback != SK_ROLLBACK_FOUND &&
           self->rollback != SK_ROLLBACK_FORK;
}

static void fault(Check *c, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
fault(Check *c, const char *format, ...)
{
    va_list args;
    if (c->report->faults->len >= FAULTS_MAX)
        return;
    va_start(args, format);
    g_ptr_array_add(c->report->faults, g_strdup_vprintf(format, args));
    va_end(args);
}

/* A file of the log: NULL and a fault where it is missing; false where the disk does not answer. */
static bool
read_file(Check *c, const char *path, GBytes **ret, GError **error)
{
    struct stat st;
    g_autofree char *full = g_build_filename(c->directory, path, NULL);

    *ret = NULL;
    if (lstat(full, &st) != 0 && (errno == ENOENT || errno == ENOTDIR)) {
        fault(c, "%s: missing", path);
        return true;
    }
    if (!S_ISREG(st.st_mode) || st.st_size > (off_t)SK_TILE_BUNDLE_MAX) {
        fault(c, "%s: not a file of this log", path);
        return true;
    }
    c->report->files++;
    return sk_io_read_file(full, SK_TILE_BUNDLE_MAX, ret, error);
}

/* ---- tiles against what the entries give ---- */

static bool
compare_tile(Check *c, SkTile tile, const SkHash *hashes, GError **error)
{
    g_autofree char *path = sk_tile_path(tile);
    g_autoptr(GBytes) bytes = NULL;

    if (!read_file(c, path, &bytes, error))
        return false;
    if (bytes != NULL &&
        !sk_span_equal(sk_span_bytes(bytes), sk_span(hashes, tile.width * sizeof *hashes)))
        fault(c, "%s: not what the entries give", path);
    return true;
}

static bool
on_full(int level, uint64_t index, const SkHash *hashes, void *data, GError **error)
{
    SkTile tile = { .level = level, .index = index, .width = SK_TILE_WIDTH };
    return compare_tile(data, tile, hashes, error);
}

static bool
compare_partial(Check *c, GError **error)
{
    for (int level = 0; level < SK_EDGE_LEVELS; level++) {
        unsigned width = 0;
        SkTile tile = { .level = level, .index = sk_tile_count(level, c->size, &width) };
        tile.width = width;
        if (width > 0 && !compare_tile(c, tile, c->edge.levels[level].hashes, error))
            return false;
    }
    return true;
}

/* ---- entries ---- */

static bool
add_entry(Check *c, SkSpan entry, GError **error)
{
    uint64_t number = c->edge.size;
    SkHash leaf = sk_merkle_leaf(entry);
    int64_t time = sk_leaf_lookup_integer(entry, "time");

    if (time < 0)
        fault(c, "entry %" G_GUINT64_FORMAT ": not a leaf of this log", number);
    else if (time < c->last_time)
        fault(c, "entry %" G_GUINT64_FORMAT ": its time is before the entry before it", number);
    c->last_time = MAX(time, c->last_time);
    if (!sk_edge_add(&c->edge, &leaf, on_full, c, error))
        return false;
    if (c->has_other && c->edge.size == c->other.size) {
        c->other_root = sk_edge_root(&c->edge);
        c->other_reached = true;
    }
    return true;
}

/* @ret_whole: all entries were there; without them nothing after can be placed. */
static bool
read_bundle(Check *c, uint64_t index, bool *ret_whole, GError **error)
{
    SkTile tile = { .level = SK_TILE_ENTRIES, .index = index };
    g_autoptr(GBytes) bytes = NULL;
    g_autoptr(GArray) entries = NULL;
    g_autoptr(GError) broken = NULL;

    tile.width = sk_tile_width(SK_TILE_ENTRIES, index, c->size);
    g_autofree char *path = sk_tile_path(tile);
    *ret_whole = false;
    if (!read_file(c, path, &bytes, error))
        return false;
    if (bytes == NULL)
        return true;
    if (!sk_bundle_parse(sk_span_bytes(bytes), tile.width, &entries, &broken)) {
        fault(c, "%s: %s", path, broken->message);
        return true;
    }
    for (unsigned i = 0; i < tile.width; i++)
        if (!add_entry(c, g_array_index(entries, SkSpan, i), error))
            return false;
    *ret_whole = true;
    return true;
}

static bool
read_entries(Check *c, const SkHash *root, GError **error)
{
    uint64_t bundles = c->size / SK_TILE_WIDTH + (c->size % SK_TILE_WIDTH > 0 ? 1 : 0);
    bool whole = true;

    for (uint64_t i = 0; i < bundles && whole; i++)
        if (!read_bundle(c, i, &whole, error))
            return false;
    if (!whole) {
        fault(c, "entries from %" G_GUINT64_FORMAT " on could not be checked", c->edge.size);
        return true;
    }
    SkHash computed = sk_edge_root(&c->edge);
    if (!sk_hash_equal(&computed, root))
        fault(c, "checkpoint: its root is not that of the entries");
    return compare_partial(c, error);
}

/* ---- what else lies in the directory ---- */

/* An older partial tile or bundle: the beginning of the one that has been checked. */
static bool
compare_older(Check *c, SkTile tile, const char *path, GError **error)
{
    SkTile now = tile;
    g_autoptr(GBytes) old = NULL;
    g_autoptr(GBytes) current = NULL;
    g_autoptr(GArray) entries = NULL;

    now.width = sk_tile_width(tile.level, tile.index, c->size);
    g_autofree char *now_path = sk_tile_path(now);
    if (!read_file(c, path, &old, error) || !read_file(c, now_path, &current, error))
        return false;
    if (old == NULL || current == NULL)
        return true;
    SkSpan a = sk_span_bytes(old);
    SkSpan b = sk_span_bytes(current);
    bool sized = tile.level == SK_TILE_ENTRIES ? sk_bundle_parse(a, tile.width, &entries, NULL)
                                               : a.n == tile.width * SK_HASH_BYTES;
    if (!sized || a.n > b.n || !sk_span_equal(a, sk_span_sub(b, 0, a.n)))
        fault(c, "%s: not what the entries give", path);
    return true;
}

/* Tiles beyond the checkpoint are what a crash has left: nothing names them, the next batch writes
 * them again. */
static bool
check_file(Check *c, const char *path, GError **error)
{
    SkTile tile = { 0 };
    if (!sk_tile_parse(sk_span_str(path), &tile, NULL)) {
        fault(c, "%s: does not belong to the log", path);
        return true;
    }
    unsigned width = sk_tile_width(tile.level, tile.index, c->size);
    return tile.width >= width || compare_older(c, tile, path, error);
}

static bool
is_known_top(const char *path)
{
    static const char *const known[] = { "checkpoint", "lock", "new", "tile" };
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
        if (strcmp(path, known[i]) == 0)
            return true;
    return false;
}

static bool
check_member(Check *c, GPtrArray *folders, const char *folder, const char *name, GError **error)
{
    struct stat st;
    g_autofree char *path = *folder == '\0' ? g_strdup(name) : g_strconcat(folder, "/", name, NULL);
    g_autofree char *full = g_build_filename(c->directory, path, NULL);
    unsigned depth = 0;

    for (const char *p = path; *p != '\0'; p++)
        depth += *p == '/';
    if (lstat(full, &st) != 0)
        return errno == ENOENT || sk_throw_errno(error, path);
    if (*folder == '\0' && strcmp(path, "tile") != 0) {
        if (!is_known_top(path) || !S_ISREG(st.st_mode))
            fault(c, "%s: does not belong to the log", path);
        return true;
    }
    if (!S_ISDIR(st.st_mode))
        return check_file(c, path, error);
    if (depth > DEPTH_MAX)
        fault(c, "%s: does not belong to the log", path);
    else
        g_ptr_array_add(folders, g_steal_pointer(&path));
    return true;
}

/* Every file there is, by a worklist. */
static bool
walk(Check *c, GError **error)
{
    g_autoptr(GPtrArray) folders = g_ptr_array_new_with_free_func(g_free);
    bool ok = true;

    g_ptr_array_add(folders, g_strdup(""));
    for (guint i = 0; i < folders->len && ok; i++) {
        const char *folder = g_ptr_array_index(folders, i);
        g_autofree char *full = g_build_filename(c->directory, folder, NULL);
        DIR *d = opendir(full);
        if (d == NULL)
            return errno == ENOENT || sk_throw_errno(error, full);
        for (const struct dirent *e = readdir(d); e != NULL && ok; e = readdir(d))
            if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
                ok = check_member(c, folders, g_ptr_array_index(folders, i), e->d_name, error);
        closedir(d);
    }
    return ok;
}

/* ---- the checkpoints ---- */

/* @ret: as it says itself; @ret_known: there was one whose form could be read. */
static bool
read_own(Check *c, SkCheckpoint *ret, GBytes **ret_note, bool *ret_known, GError **error)
{
    g_autoptr(GError) wrong = NULL;
    g_autoptr(GBytes) note = NULL;

    *ret_known = false;
    if (!read_file(c, "checkpoint", &note, error))
        return false;
    if (note == NULL)
        return true;
    SkSpan s = sk_span_bytes(note);
    if (sk_checkpoint_open(s, c->key, c->key->name, ret, &wrong)) {
        *ret_known = true;
    } else {
        size_t end = sk_span_find(s, 0, sk_span_str("\n\n"));
        fault(c, "checkpoint: %s", wrong->message);
        *ret_known = end != SIZE_MAX && sk_checkpoint_parse(sk_span_sub(s, 0, end + 1), ret, NULL);
    }
    *ret_note = g_steal_pointer(&note);
    return true;
}

static void
compare_other(Check *c)
{
    SkSealReport *report = c->report;
    if (!c->has_other)
        return;
    report->against = c->other.size;
    if (c->other.size == 0) {
        report->rollback = SK_ROLLBACK_NONE;
    } else if (c->other.size > c->size) {
        report->rollback = SK_ROLLBACK_FOUND;
        fault(c,
              "checkpoint: the other one has %" G_GUINT64_FORMAT
              " entries, this log %" G_GUINT64_FORMAT ": rolled back",
              c->other.size, c->size);
    } else if (c->other_reached && !sk_hash_equal(&c->other_root, &c->other.root)) {
        report->rollback = SK_ROLLBACK_FORK;
        fault(c,
              "checkpoint: the first %" G_GUINT64_FORMAT " entries are not those of the other one",
              c->other.size);
    } else if (c->other_reached) {
        report->rollback = SK_ROLLBACK_NONE;
    } /* else: entries are missing, and that fault has been told */
}

static bool
verify(Check *c, GError **error)
{
    SkCheckpoint own = { 0 };
    g_autoptr(GBytes) note = NULL;
    bool known = false;

    if (!read_own(c, &own, &note, &known, error))
        return false;
    c->size = own.size;
    c->report->size = own.size;
    c->report->root = own.root;
    if (known && !read_entries(c, &own.root, error))
        return false;
    compare_other(c);
    return walk(c, error);
}

bool
sk_seal_verify(const char *directory, const SkNoteKey *key, GBytes *against, SkSealReport **ret,
               GError **error)
{
    g_autoptr(SkSealReport) report = sk_seal_report_new();
    g_autofree Check *c = g_new0(Check, 1);

    c->directory = directory;
    c->key = key;
    c->report = report;
    c->has_other = against != NULL;
    if (against != NULL &&
        !sk_checkpoint_open(sk_span_bytes(against), key, key->name, &c->other, error))
        return false;
    if (!g_file_test(directory, G_FILE_TEST_IS_DIR))
        return sk_throw(error, SK_ERROR_IO, "seal: %s: no such directory", directory);
    if (!verify(c, error))
        return false;
    *ret = g_steal_pointer(&report);
    return true;
}
