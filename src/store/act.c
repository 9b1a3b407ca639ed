/* SPDX-License-Identifier: Apache-2.0
 * act.c - the one place that writes history: version, act and queued leaf, in the caller's
 * transaction. The number of a leaf is its place in the tree, so it is given out here, densely, and
 * never again. */
#include "store/db.h"

#include "base/uuid.h"

#define LEAF_FORM 2

void
sk_act_free(SkAct *self)
{
    if (self == NULL)
        return;
    g_free(self->act);
    g_free(self->crossing);
    g_free(self->state);
    g_free(self->actor);
    g_free(self->detail);
    g_free(self);
}

bool
sk_db_new_version(SkStore *store, int64_t *ret_version, GError **error)
{
    int64_t version = 0;
    SkSql *q = sk_sql(store, "UPDATE station SET version = version + 1 RETURNING version");
    if (!sk_sql_one_int(q, 0, &version, error))
        return false;
    if (ret_version != NULL)
        *ret_version = version;
    return true;
}

/* Version, time and number of the next act, taken from the station's row. */
static bool
take_number(SkStore *store, int64_t *ret_version, int64_t *ret_time, int64_t *ret_leaf,
            GError **error)
{
    SkSql *q = sk_sql(store, "UPDATE station SET version = version + 1, next_leaf = next_leaf + 1, "
                             "last_time = max(last_time, ?) RETURNING version, next_leaf - 1, "
                             "last_time");
    sk_sql_int(q, sk_db_wall(store));
    bool row = false;
    if (!sk_sql_next(q, &row, error))
        return false;
    if (!row)
        return sk_throw(error, SK_ERROR_IO, "database: the station's row is gone");
    *ret_version = sk_sql_get_int(q, 0);
    *ret_leaf = sk_sql_get_int(q, 1);
    *ret_time = sk_sql_get_int(q, 2);
    /* RETURNING gives its row before the statement has ended: walk it out, so that it is really
     * done. */
    return sk_sql_next(q, &row, error);
}

static bool
queue_leaf(SkStore *store, int64_t leaf, GBytes *entry, GError **error)
{
    SkSql *q = sk_sql(store, "INSERT INTO leaf_queue (leaf, entry) VALUES (?, ?)");
    sk_sql_int(q, leaf);
    sk_sql_blob(q, sk_span_bytes(entry));
    return sk_sql_run(q, error);
}

bool
sk_db_act(SkStore *store, const SkActRow *act, SkLeaf *leaf, int64_t *ret_time,
          int64_t *ret_version, GError **error)
{
    uint8_t salt[SK_SALT_BYTES];
    int64_t version = 0;
    int64_t time = 0;
    int64_t number = 0;
    g_autoptr(SkLeaf) plain = leaf == NULL ? sk_leaf_new() : NULL;
    SkLeaf *out = leaf == NULL ? plain : leaf;

    if (!take_number(store, &version, &time, &number, error))
        return false;
    sk_random(salt, sizeof salt);
    sk_leaf_integer(out, "v", LEAF_FORM);
    sk_leaf_integer(out, "time", time);
    sk_leaf_string(out, "station", store->zone);
    sk_leaf_string(out, "act", act->act);
    sk_leaf_string(out, "crossing", act->crossing);
    sk_leaf_string(out, "state", act->state);
    if (!sk_leaf_has(out, "policy"))
        sk_leaf_string(out, "policy", store->policy);
    sk_leaf_hidden(out, "actor", salt, act->actor);

    SkSql *q =
        sk_sql(store, "INSERT INTO acts (leaf, time, act, crossing, state, actor, detail, salt) "
                      "VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    sk_sql_int(q, number);
    sk_sql_int(q, time);
    sk_sql_text(q, act->act);
    sk_sql_text(q, act->crossing);
    sk_sql_text(q, act->state);
    sk_sql_text(q, act->actor);
    sk_sql_text(q, act->detail);
    sk_sql_blob(q, sk_span(salt, sizeof salt));
    if (!sk_sql_run(q, error))
        return false;
    g_autoptr(GBytes) entry = sk_leaf_emit(out);
    if (!queue_leaf(store, number, entry, error))
        return false;
    sk_notice_pend(store, act, number, time);
    if (ret_time != NULL)
        *ret_time = time;
    if (ret_version != NULL)
        *ret_version = version;
    return true;
}

/* ---- reading ---- */

#define ACT_COLUMNS "leaf, time, act, crossing, state, actor, detail"

static bool
collect_acts(SkSql *q, GPtrArray *out, GError **error)
{
    bool row = false;
    while (sk_sql_next(q, &row, error)) {
        if (!row)
            return true;
        SkAct *act = g_new0(SkAct, 1);
        act->leaf = sk_sql_get_int(q, 0);
        act->time = sk_sql_get_int(q, 1);
        act->act = sk_sql_get_text(q, 2);
        act->crossing = sk_sql_get_text(q, 3);
        act->state = sk_sql_get_text(q, 4);
        act->actor = sk_sql_get_text(q, 5);
        act->detail = sk_sql_get_text(q, 6);
        g_ptr_array_add(out, act);
    }
    return false;
}

static void
free_act(void *act)
{
    sk_act_free(act);
}

bool
sk_store_history(SkStore *self, const char *id, GPtrArray **ret, GError **error)
{
    g_autoptr(GPtrArray) out = g_ptr_array_new_with_free_func(free_act);
    SkSql *q = sk_sql(self, "SELECT " ACT_COLUMNS
                            " FROM acts WHERE crossing = ? AND crossing <> '' ORDER BY leaf");
    self->why = "";
    sk_sql_text(q, id);
    if (!collect_acts(q, out, error))
        return false;
    *ret = g_steal_pointer(&out);
    return true;
}

/* Cuts @acts to @limit; @ret_next: where the next page begins. */
static void
cut_page(GPtrArray *acts, unsigned limit, char **ret_next)
{
    *ret_next = NULL;
    if (acts->len <= limit)
        return;
    g_ptr_array_set_size(acts, (int)limit);
    const SkAct *last = g_ptr_array_index(acts, limit - 1);
    *ret_next = g_strdup_printf("%" G_GINT64_FORMAT, last->leaf);
}

/* A second factor that was denied comes after a right password: somebody has that. Word for word as
 * in the index acts_incidents, or it would not be used. */
#define INCIDENT                                                                                   \
    "(act IN ('break-glass-printed', 'break-glass-used', 'factor-copied', 'malware-found', " \
    "'sign-in-spraying') OR " \
    "(act = 'sign-in-failed' AND detail NOT IN ('', 'password', 'unknown')))"

static bool
list_acts(SkStore *self, SkSql *q, const char *cursor, unsigned limit, GPtrArray **ret,
          char **ret_next, GError **error)
{
    int64_t before = INT64_MAX;
    g_autoptr(GPtrArray) out = g_ptr_array_new_with_free_func(free_act);

    self->why = "";
    if (!sk_db_cursor(cursor, &before, error))
        return false;
    limit = CLAMP(limit, 1, SK_LIST_LIMIT_MAX);
    sk_sql_int(q, before);
    sk_sql_int(q, limit + 1);
    if (!collect_acts(q, out, error))
        return false;
    cut_page(out, limit, ret_next);
    *ret = g_steal_pointer(&out);
    return true;
}

bool
sk_store_acts(SkStore *self, const char *cursor, unsigned limit, GPtrArray **ret, char **ret_next,
              GError **error)
{
    return list_acts(self,
                     sk_sql(self, "SELECT " ACT_COLUMNS
                                  " FROM acts WHERE leaf < ? ORDER BY leaf DESC LIMIT ?"),
                     cursor, limit, ret, ret_next, error);
}

bool
sk_store_incidents(SkStore *self, const char *cursor, unsigned limit, GPtrArray **ret,
                   char **ret_next, GError **error)
{
    return list_acts(self,
                     sk_sql(self, "SELECT " ACT_COLUMNS " FROM acts INDEXED BY acts_incidents WHERE " INCIDENT
                                  " AND leaf < ? ORDER BY leaf DESC LIMIT ?"),
                     cursor, limit, ret, ret_next, error);
}
