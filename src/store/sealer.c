/* SPDX-License-Identifier: Apache-2.0
 * sealer.c - contract in sealer.h. */
#include "store/sealer.h"

#include "base/clock.h"
#include "base/log.h"
#include "store/db.h"

#include <errno.h>
#include <poll.h>

#define BATCH_MAX 4096
#define EVERY_MS 200
#define SWEEP_EVERY (INT64_C(60) * G_USEC_PER_SEC)
#define WARN_EVERY (INT64_C(60) * G_USEC_PER_SEC)

/* ---- do they belong together? ---- */

typedef struct {
    uint64_t sealed; /* leaves that the database knows to be in the tree */
    uint64_t next;   /* leaves given out */
    SkHash root;     /* the tree's, at that size */
} Known;

static bool
read_known(SkStore *store, Known *ret, GError **error)
{
    SkSql *q = sk_sql(store, "SELECT sealed, next_leaf, sealed_root FROM station");
    bool row = false;
    if (!sk_sql_next(q, &row, error))
        return false;
    SkSpan root = row ? sk_sql_get_blob(q, 2) : SK_SPAN_EMPTY;
    ret->sealed = row ? (uint64_t)sk_sql_get_int(q, 0) : 0;
    ret->next = row ? (uint64_t)sk_sql_get_int(q, 1) : 0;
    ret->root = sk_merkle_empty();
    bool whole = root.n == SK_HASH_BYTES || (root.n == 0 && ret->sealed == 0);
    for (size_t i = 0; i < root.n && whole; i++)
        ret->root.b[i] = root.p[i];
    sk_sql_done(q);
    return whole ||
           sk_throw(error, SK_ERROR_MISMATCH, "sealer: the database does not say what was sealed");
}

/* The tree may be ahead of the database's note (killed in between), never behind it or beyond its
 * leaves. */
static bool
check_together(const Known *known, const SkSeal *seal, GError **error)
{
    SkHash root;
    uint64_t size = sk_seal_size(seal);
    if (size < known->sealed)
        return sk_throw(error, SK_ERROR_MISMATCH,
                        "sealer: the seal has %" G_GUINT64_FORMAT " entries, but %" G_GUINT64_FORMAT
                        " were sealed: it was rolled back",
                        size, known->sealed);
    if (size > known->next)
        return sk_throw(error, SK_ERROR_MISMATCH,
                        "sealer: the seal has %" G_GUINT64_FORMAT
                        " entries, the database knows %" G_GUINT64_FORMAT ": it was rolled back",
                        size, known->next);
    if (size == known->sealed)
        root = sk_seal_root(seal);
    else if (!sk_seal_root_at(sk_seal_directory(seal), known->sealed, &root, error))
        return false;
    if (!sk_hash_equal(&root, &known->root))
        return sk_throw(error, SK_ERROR_MISMATCH,
                        "sealer: the seal is not the one that this database filled");
    return true;
}

/* Entries that the tree has, and the queue still: they must be the same. */
static bool
check_overlap(SkStore *store, const SkSeal *seal, const Known *known, GError **error)
{
    for (uint64_t i = known->sealed; i < sk_seal_size(seal); i++) {
        g_autoptr(GBytes) entry = NULL;
        bool row = false;
        if (!sk_seal_read_entry(sk_seal_directory(seal), i, &entry, error))
            return false;
        SkSql *q = sk_sql(store, "SELECT entry FROM leaf_queue WHERE leaf = ?");
        sk_sql_int(q, (int64_t)i);
        if (!sk_sql_next(q, &row, error))
            return false;
        bool same = row && sk_span_equal(sk_sql_get_blob(q, 0), sk_span_bytes(entry));
        sk_sql_done(q);
        if (!same)
            return sk_throw(
                error, SK_ERROR_MISMATCH,
                "sealer: entry %" G_GUINT64_FORMAT " of the seal is not the one that is queued", i);
    }
    return true;
}

/* ---- one batch ---- */

static bool
read_batch(SkStore *store, uint64_t from, GPtrArray *out, GError **error)
{
    SkSql *q =
        sk_sql(store, "SELECT leaf, entry FROM leaf_queue WHERE leaf >= ? ORDER BY leaf LIMIT ?");
    bool row = false;
    sk_sql_int(q, (int64_t)from);
    sk_sql_int(q, BATCH_MAX);
    while (sk_sql_next(q, &row, error)) {
        if (!row)
            return true;
        if (sk_sql_get_int(q, 0) != (int64_t)(from + out->len)) {
            sk_sql_done(q);
            return sk_throw(error, SK_ERROR_MISMATCH, "sealer: a leaf is missing from the queue");
        }
        SkSpan entry = sk_sql_get_blob(q, 1);
        g_ptr_array_add(out, g_bytes_new(entry.p, entry.n));
    }
    return false;
}

static bool
note_sealed(SkStore *store, void *data, GError **error)
{
    const SkSeal *seal = data;
    SkHash root = sk_seal_root(seal);
    SkSql *q = sk_sql(store, "UPDATE station SET sealed = ?, sealed_root = ?");
    sk_sql_int(q, (int64_t)sk_seal_size(seal));
    sk_sql_blob(q, sk_span(root.b, sizeof root.b));
    if (!sk_sql_run(q, error))
        return false;
    q = sk_sql(store, "DELETE FROM leaf_queue WHERE leaf < ?");
    sk_sql_int(q, (int64_t)sk_seal_size(seal));
    return sk_sql_run(q, error);
}

static void
free_bytes(void *bytes)
{
    g_bytes_unref(bytes);
}

bool
sk_sealer_once(SkStore *store, SkSeal *seal, uint64_t *ret_n, GError **error)
{
    Known known;
    uint64_t sealed = 0;

    if (!read_known(store, &known, error) || !check_together(&known, seal, error) ||
        !check_overlap(store, seal, &known, error))
        return false;
    for (;;) {
        g_autoptr(GPtrArray) batch = g_ptr_array_new_with_free_func(free_bytes);
        if (!read_batch(store, sk_seal_size(seal), batch, error) ||
            !sk_seal_append(seal, batch, error))
            return false;
        /* The note follows the tree: killed in between, the overlap is recognised above. */
        if (sk_seal_size(seal) != known.sealed && !sk_db_do(store, note_sealed, seal, error))
            return false;
        known.sealed = sk_seal_size(seal);
        sealed += batch->len;
        if (batch->len < BATCH_MAX)
            break;
    }
    if (ret_n != NULL)
        *ret_n = sealed;
    return true;
}

/* ---- the role ---- */

/* false = asked to stop */
static bool
wait_a_while(int stop_fd)
{
    struct pollfd p = { .fd = stop_fd, .events = POLLIN };
    int n = poll(&p, 1, EVERY_MS);
    return n == 0 || (n < 0 && errno == EINTR);
}

/* Full disks and busy databases pass; a seal and a database that do not belong together do not. */
static bool
warn(int64_t *warned, const char *event, const GError *failed)
{
    int64_t now = sk_clock_monotonic();
    if (!g_error_matches(failed, SK_ERROR, SK_ERROR_IO))
        return false;
    if (*warned == 0 || now - *warned >= WARN_EVERY) {
        sk_log(SK_LOG_WARNING, event, "error", failed->message, NULL);
        *warned = now;
    }
    return true;
}

bool
sk_sealer_run(SkStore *store, SkSeal *seal, int stop_fd, GError **error)
{
    int64_t swept = 0;
    int64_t warned = 0;
    bool going = true;

    while (going) {
        g_autoptr(GError) failed = NULL;
        g_autoptr(GError) unswept = NULL;
        SkSweep sweep = { 0 };
        going = wait_a_while(stop_fd);
        if (!sk_sealer_once(store, seal, NULL, &failed) && !warn(&warned, "seal-waits", failed)) {
            g_propagate_error(error, g_steal_pointer(&failed));
            return false;
        }
        if (!going || (swept != 0 && sk_clock_monotonic() - swept < SWEEP_EVERY))
            continue;
        if (!sk_store_sweep(store, &sweep, &unswept))
            (void)warn(&warned, "sweep-waits", unswept);
        swept = sk_clock_monotonic();
    }
    return true;
}
