/* SPDX-License-Identifier: Apache-2.0
 * claim.c - contract in store.h: leases and the hand-over queue. Both count on the boot clock: a
 * wall clock set back would keep a dead worker's crossing for as long as it was set back. */
#include "store/db.h"

#include <string.h>

#define WORKER_MAX 200u
#define OFFER_FIRST (INT64_C(1) * G_USEC_PER_SEC)
#define OFFER_MAX (INT64_C(300) * G_USEC_PER_SEC)
#define OFFER_DOUBLINGS_MAX 16u
#define SWEEP_MAX 64
#define REST_US (INT64_C(30) * G_USEC_PER_SEC) /* of one that was given back */

typedef struct {
    const char *worker;
    int64_t lease;
    SkCrossing *row; /* owned by the caller */
} Claim;

/* (transfer full): ids under a lease that ran out. */
static bool
list_lapsed(SkStore *store, GPtrArray *out, GError **error)
{
    SkSql *q =
        sk_sql(store, "SELECT id FROM crossings WHERE box = 'sent' AND state = 'working' AND "
                      "(lease_boot <> ? OR lease_until <= ?) ORDER BY n LIMIT ?");
    sk_sql_text(q, store->boot);
    sk_sql_int(q, sk_db_boot_now(store));
    sk_sql_int(q, SWEEP_MAX);
    return sk_sql_collect_text(q, out, error);
}

static bool
free_lapsed(SkStore *store, GError **error)
{
    static const SkEventDetails gave_up = { .reason = SK_REASON_GAVE_UP };
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);

    if (!list_lapsed(store, ids, error))
        return false;
    for (guint i = 0; i < ids->len; i++) {
        const char *id = g_ptr_array_index(ids, i);
        g_autoptr(SkCrossing) row = NULL;
        if (!sk_rows_get(store, id, &row, error))
            return false;
        bool again = row->tries < SK_STORE_TRIES_MAX;
        if (!sk_db_event(store, id, again ? SK_EVENT_RELEASE : SK_EVENT_REFUSE,
                         again ? NULL : &gave_up, true, error))
            return false;
    }
    return true;
}

static bool
write_lease(SkStore *store, const char *id, const Claim *c, GError **error)
{
    SkSql *q = sk_sql(
        store,
        "UPDATE crossings SET worker = ?, lease_boot = ?, lease_until = ?, tries = tries + 1 "
        "WHERE id = ?");
    sk_sql_text(q, c->worker);
    sk_sql_text(q, store->boot);
    sk_sql_int(q, sk_db_boot_now(store) + c->lease);
    sk_sql_text(q, id);
    return sk_sql_run(q, error);
}

/* (transfer full): the id that @q, which is done afterwards, comes upon first; NULL for none. */
static bool
first_id(SkSql *q, char **ret, GError **error)
{
    bool row = false;

    *ret = NULL;
    if (!sk_sql_next(q, &row, error))
        return false;
    if (!row)
        return true;
    *ret = sk_sql_get_text(q, 0);
    sk_sql_done(q);
    return true;
}

/* The oldest one that was not given back a moment ago: what waits for something of ours to mend must not
 * hold up everything behind it. Where there is no other, it is tried again. */
static bool
next_id(SkStore *store, char **ret, GError **error)
{
    int64_t now = sk_db_now(store, error);
    if (now < 0)
        return false;
    SkSql *q = sk_sql(store,
                      "SELECT id FROM crossings WHERE box = 'sent' AND state = 'received' AND "
                      "(updated = created OR updated <= ?) ORDER BY n LIMIT 1");
    sk_sql_int(q, now - REST_US);
    if (!first_id(q, ret, error) || *ret != NULL)
        return *ret != NULL;
    q = sk_sql(store, "SELECT id FROM crossings WHERE box = 'sent' AND state = 'received' "
                      "ORDER BY updated, n LIMIT 1");
    return first_id(q, ret, error);
}

static bool
claim_work(SkStore *store, void *data, GError **error)
{
    Claim *c = data;
    g_autofree char *id = NULL;

    if (!free_lapsed(store, error) || !next_id(store, &id, error))
        return false;
    if (id == NULL)
        return true;
    return sk_db_event(store, id, SK_EVENT_CLAIM, NULL, false, error) &&
           write_lease(store, id, c, error) && sk_rows_get(store, id, &c->row, error);
}

/* A poll loop asks every few hundred milliseconds: it must not cost a write lock while nothing
 * waits. */
static bool
is_idle(SkStore *self, bool *ret, GError **error)
{
    int64_t some = 0;
    SkSql *q = sk_sql(
        self,
        "SELECT EXISTS (SELECT 1 FROM crossings WHERE box = 'sent' AND state = 'received') OR "
        "EXISTS (SELECT 1 FROM crossings WHERE box = 'sent' AND state = 'working')");
    if (!sk_sql_one_int(q, 0, &some, error))
        return false;
    *ret = some == 0;
    return true;
}

bool
sk_store_claim(SkStore *self, const char *worker, int64_t lease, SkCrossing **ret, GError **error)
{
    bool idle = false;
    self->why = "";
    if (worker == NULL || *worker == '\0' || !sk_db_is_text(worker, WORKER_MAX) || lease <= 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "store: a claim names its worker and lease");
    if (!is_idle(self, &idle, error))
        return false;
    Claim c = { .worker = worker, .lease = lease };
    if (!idle && !sk_db_do(self, claim_work, &c, error)) {
        sk_crossing_free(c.row);
        return false;
    }
    *ret = c.row;
    return true;
}

typedef struct {
    const char *id;
    const char *worker;
    int64_t lease;
} Renew;

static bool
renew_work(SkStore *store, void *data, GError **error)
{
    const Renew *r = data;
    SkSql *q = sk_sql(store, "UPDATE crossings SET lease_boot = ?, lease_until = ? "
                             "WHERE id = ? AND state = 'working' AND worker = ?");
    sk_sql_text(q, store->boot);
    sk_sql_int(q, sk_db_boot_now(store) + r->lease);
    sk_sql_text(q, r->id);
    sk_sql_text(q, r->worker);
    if (!sk_sql_run(q, error))
        return false;
    return sk_sql_changes(store) == 1 ||
           sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "lease-lost");
}

bool
sk_store_renew(SkStore *self, const char *id, const char *worker, int64_t lease, GError **error)
{
    Renew r = { .id = id, .worker = worker, .lease = lease };
    return sk_db_do(self, renew_work, &r, error);
}

static bool
lapse_all(SkStore *store, void *data, GError **error)
{
    (void)data;
    return sk_sql_run(
        sk_sql(store, "UPDATE crossings SET lease_until = 0 WHERE box = 'sent' AND state = 'working'"), error);
}

bool
sk_store_lapse(SkStore *self, GError **error)
{
    self->why = "";
    return sk_db_do(self, lapse_all, NULL, error);
}

/* ---- hand-over ---- */

bool
sk_store_offers(SkStore *self, const char *to, unsigned limit, GPtrArray **ret, GError **error)
{
    g_autoptr(GPtrArray) out = sk_rows_new();
    SkSql *q =
        sk_sql(self, "SELECT " SK_ROWS_COLUMNS
                     " FROM crossings WHERE box = 'sent' AND state = 'offered' AND "
                     "to_zone = ? AND (offer_boot <> ? OR offer_at <= ?) ORDER BY n LIMIT ?");
    self->why = "";
    sk_sql_text(q, to);
    sk_sql_text(q, self->boot);
    sk_sql_int(q, sk_db_boot_now(self));
    sk_sql_int(q, limit);
    if (!sk_rows_collect(q, out, NULL, error))
        return false;
    *ret = g_steal_pointer(&out);
    return true;
}

static bool
offer_failed_work(SkStore *store, void *data, GError **error)
{
    const char *id = data;
    int64_t tries = 0;
    SkSql *q =
        sk_sql(store, "SELECT offer_tries FROM crossings WHERE id = ? AND state = 'offered'");
    sk_sql_text(q, id);
    if (!sk_sql_one_int(q, -1, &tries, error))
        return false;
    if (tries < 0) /* decided meanwhile: nothing to put off */
        return true;
    int64_t wait = OFFER_FIRST << MIN((unsigned)tries, OFFER_DOUBLINGS_MAX);
    q = sk_sql(store, "UPDATE crossings SET offer_tries = offer_tries + 1, offer_boot = ?, "
                      "offer_at = ? WHERE id = ?");
    sk_sql_text(q, store->boot);
    sk_sql_int(q, sk_db_boot_now(store) + MIN(wait, OFFER_MAX));
    sk_sql_text(q, id);
    return sk_sql_run(q, error);
}

bool
sk_store_offer_failed(SkStore *self, const char *id, GError **error)
{
    g_autofree char *copy = g_strdup(id);
    return sk_db_do(self, offer_failed_work, copy, error);
}
