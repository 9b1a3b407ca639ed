/* SPDX-License-Identifier: Apache-2.0
 * sweep.c - contract in store.h: what time takes away. Rows are changed first and objects removed
 * after: a crash in between leaves an orphan, which the next sweep finds, and never a row without
 * its object. */
#include "store/db.h"

#include "base/clock.h"
#include "store/organisation.h"
#include "store/proposal.h"

#include <string.h>

#define SWEEP_MAX 1000
#define ORPHAN_AGE (INT64_C(3600) * G_USEC_PER_SEC)

static bool
expire_one(SkStore *store, void *data, GError **error)
{
    return sk_db_event(store, data, SK_EVENT_EXPIRE, NULL, true, error);
}

typedef bool (*OneWork)(SkStore *store, void *data, GError **error);

/* Each in a transaction of its own; what another sweep was first with is left out. */
static bool
each(SkStore *self, SkSql *q, OneWork work, unsigned *count, GError **error)
{
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);

    if (!sk_sql_collect_text(q, ids, error))
        return false;
    for (guint i = 0; i < ids->len; i++) {
        g_autoptr(GError) lost = NULL;
        if (sk_db_do(self, work, g_ptr_array_index(ids, i), &lost)) {
            (*count)++;
        } else if (!g_error_matches(lost, SK_ERROR, SK_ERROR_FORBIDDEN)) {
            g_propagate_error(error, g_steal_pointer(&lost));
            return false;
        }
    }
    return true;
}

static SkSql *
due(SkStore *self, const char *sql, int64_t now)
{
    SkSql *q = sk_sql(self, sql);
    sk_sql_int(q, now);
    sk_sql_int(q, SWEEP_MAX);
    return q;
}

static bool
lapse_one(SkStore *store, void *data, GError **error)
{
    return sk_db_event(store, data, SK_EVENT_LAPSE, NULL, true, error);
}

static bool
remind_one(SkStore *store, void *data, GError **error)
{
    return sk_db_event(store, data, SK_EVENT_REMIND, NULL, true, error);
}

static bool
return_one(SkStore *store, void *data, GError **error)
{
    return sk_db_event(store, data, SK_EVENT_RETURN_DUE, NULL, true, error);
}

/* A row that lapsed has been over for long enough to be known of: who and what goes now. */
static bool
forget_one(SkStore *store, void *data, GError **error)
{
    SkActRow act = { .act = "forget", .crossing = data, .state = sk_state_name(SK_STATE_EXPIRED) };
    return sk_db_act(store, &act, NULL, NULL, NULL, error) && sk_event_forget(store, data, error);
}

static bool
sweep_crossings(SkStore *self, int64_t now, SkSweep *out, GError **error)
{
    return each(self,
                due(self, "SELECT id FROM crossings WHERE state = 'held' AND held_until > 0 AND "
                          "held_until <= ? ORDER BY held_until LIMIT ?", now),
                lapse_one, &out->lapsed, error) &&
           each(self,
                due(self, "SELECT id FROM crossings WHERE remind_at > 0 AND remind_at <= ? "
                          "ORDER BY remind_at LIMIT ?", now),
                remind_one, &out->reminded, error) &&
           each(self,
                due(self, "SELECT id FROM crossings WHERE return_at > 0 AND return_at <= ? "
                          "ORDER BY return_at LIMIT ?", now),
                return_one, &out->reminded, error) &&
           each(self,
                due(self, "SELECT id FROM crossings WHERE expires > 0 AND state <> 'expired' AND "
                          "expires <= ? ORDER BY expires LIMIT ?", now),
                expire_one, &out->expired, error) &&
           each(self,
                due(self, "SELECT id FROM crossings WHERE state = 'expired' AND sender <> '' AND "
                          "expires <= ? AND expires > 0 ORDER BY expires LIMIT ?", now),
                forget_one, &out->expired, error);
}

typedef struct {
    int64_t now;
    unsigned count;
} Originals;

/* An original that a worker reads at this moment waits for the next sweep. */
static bool
drop_originals(SkStore *store, void *data, GError **error)
{
    Originals *o = data;
    SkSql *q = sk_sql(
        store, "UPDATE crossings SET object_in = '', keep_original = 0 WHERE keep_original > 0 AND "
               "object_in <> '' AND keep_original <= ? AND state NOT IN ('received', 'working')");
    sk_sql_int(q, o->now);
    if (!sk_sql_run(q, error))
        return false;
    o->count = (unsigned)sk_sql_changes(store);
    return o->count == 0 || sk_db_new_version(store, NULL, error);
}

/* Sessions and tokens past their end; delays that have been forgotten. */
static bool
drop_lapsed(SkStore *store, void *data, GError **error)
{
    static const char *const statements[] = {
        "DELETE FROM tokens WHERE boot <> ? OR until <= ?",
        "DELETE FROM tickets WHERE boot <> ? OR until <= ?",
        "DELETE FROM enrolments WHERE boot <> ? OR until <= ?",
        "DELETE FROM delays WHERE boot <> ? OR forget <= ?",
    };
    int64_t now = sk_db_now(store, error);
    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(statements); i++) {
        SkSql *q = sk_sql(store, statements[i]);
        sk_sql_text(q, store->boot);
        sk_sql_int(q, sk_db_boot_now(store));
        if (!sk_sql_run(q, error))
            return false;
    }
    return now >= 0 && sk_session_sweep(store, now, error) && sk_notice_sweep(store, now, error);
}

static bool
is_named(SkStore *self, const char *object, bool *ret, GError **error)
{
    int64_t named = 0;
    SkSql *q = sk_sql(
        self, "SELECT EXISTS (SELECT 1 FROM crossings WHERE object_in = ? AND object_in <> '') OR "
              "EXISTS (SELECT 1 FROM crossings WHERE object_out = ? AND object_out <> '') OR "
              "EXISTS (SELECT 1 FROM proposals WHERE object = ? AND object <> '' AND state = "
              "'open')");
    sk_sql_text(q, object);
    sk_sql_text(q, object);
    sk_sql_text(q, object);
    if (!sk_sql_one_int(q, 1, &named, error))
        return false;
    *ret = named != 0;
    return true;
}

static bool
remove_orphans(SkStore *self, unsigned *count, GError **error)
{
    g_autoptr(GPtrArray) ids = sk_vault_list(self->vault, ORPHAN_AGE, error);
    if (ids == NULL)
        return false;
    for (guint i = 0; i < ids->len; i++) {
        bool named = true;
        if (!is_named(self, g_ptr_array_index(ids, i), &named, error))
            return false;
        if (named)
            continue;
        if (!sk_vault_remove(self->vault, g_ptr_array_index(ids, i), error))
            return false;
        (*count)++;
    }
    return sk_vault_sweep_temporary(self->vault, ORPHAN_AGE, error);
}

bool
sk_store_sweep(SkStore *self, SkSweep *ret, GError **error)
{
    SkSweep out = { 0 };
    self->why = "";
    int64_t now = sk_db_now(self, error);
    Originals originals = { .now = now };
    if (now < 0 || !sweep_crossings(self, now, &out, error) ||
        !sk_db_do(self, drop_originals, &originals, error) ||
        !sk_db_do(self, drop_lapsed, NULL, error) ||
        !sk_proposal_expire(self, &out.proposals, error) ||
        !sk_organisation_apply(self, sk_organisation_today(self), false, error))
        return false;
    out.originals = originals.count;
    if (self->vault != NULL && !remove_orphans(self, &out.orphans, error))
        return false;
    *ret = out;
    return true;
}
