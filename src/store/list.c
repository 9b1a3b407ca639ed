/* SPDX-License-Identifier: Apache-2.0
 * list.c - contract in store.h: pages of crossings and the overview. Each page is one walk along
 * one index (schema.c), from the cursor on; tests hold SQLite's plan to that. */
#include "store/db.h"

#include <string.h>

/* A place after the row's columns for what the cursor is made of. */
#define PAGE "SELECT " SK_ROWS_COLUMNS ", n FROM crossings WHERE "
/* Named, since SQLite would rather sort all rows of a person than look at the few that changed. */
#define CHANGES                                                                                    \
    "SELECT " SK_ROWS_COLUMNS ", version FROM crossings INDEXED BY crossings_changed WHERE "
#define BACK " AND n < ? ORDER BY n DESC LIMIT ?"
#define FORTH " AND version > ? ORDER BY version LIMIT ?"
#define OTHERS " AND sender <> ? AND recipient <> ?"
/* The turn of one of the posts; a crossing without a section is only theirs that decide for all. */
#define TURN                                                                                       \
    " AND (instr(?, char(10) || approval || char(9) || section || char(10)) > 0 OR "               \
    "instr(?, char(10) || approval || char(9, 10)) > 0)"
/* Whoever has had a turn has no other one. */
#define NOT_YET                                                                                    \
    " AND NOT EXISTS (SELECT 1 FROM approval_steps s WHERE s.crossing = crossings.id AND "         \
    "(s.person = ? OR s.behalf = ?))"
#define SECTION " AND (instr(?, char(9) || section || char(10)) > 0 OR instr(?, char(9, 10)) > 0)"
#define ANY_POST                                                                                   \
    " AND (sender = ? OR instr(?, char(9) || section || char(10)) > 0 OR "                         \
    "instr(?, char(9, 10)) > 0)"
#define CLOSING " AND (closed <> '') IN (?, ?)"

const char *
sk_list_sql(const SkListQuery *query, bool since)
{
    bool any = query->posts == NULL;

    switch (query->list) {
    case SK_LIST_SENT:
        return since ? CHANGES "box = 'sent' AND sender = ?" FORTH
                     : PAGE "box = 'sent' AND sender = ?" BACK;
    case SK_LIST_ARRIVED:
        return since ? CHANGES "box = 'arrived' AND recipient = ?" FORTH
                     : PAGE "box = 'arrived' AND recipient = ?" BACK;
    case SK_LIST_APPROVALS:
        if (since) /* those decided meanwhile too: they leave the page */
            return any ? CHANGES "approval <> ''" OTHERS FORTH
                       : CHANGES "approval <> ''" SECTION OTHERS FORTH;
        return any ? PAGE "state = 'held'" OTHERS NOT_YET BACK
                   : PAGE "state = 'held'" TURN OTHERS NOT_YET BACK;
    case SK_LIST_TAKEOUTS: /* `+`: the index of take-outs is the one to walk, not that of the box */
        if (since)
            return query->account == NULL ? CHANGES "takeout = 1 AND box = 'sent'" FORTH
                                          : CHANGES "takeout = 1 AND box = 'sent'" ANY_POST FORTH;
        return query->account == NULL ? PAGE "takeout = 1 AND +box = 'sent'" CLOSING BACK
                                      : PAGE "takeout = 1 AND +box = 'sent'" ANY_POST CLOSING BACK;
    case SK_LIST_ALL:
        return since ? "SELECT " SK_ROWS_COLUMNS
                       ", version FROM crossings WHERE version > ? ORDER BY version LIMIT ?"
                     : "SELECT " SK_ROWS_COLUMNS
                       ", n FROM crossings WHERE n < ? ORDER BY n DESC LIMIT ?";
    }
    g_assert_not_reached();
}

static void
bind_page(SkSql *q, const SkListQuery *query, int64_t edge, unsigned limit)
{
    unsigned names = query->since > 0 ? 2 : 4;

    if (query->list == SK_LIST_SENT || query->list == SK_LIST_ARRIVED)
        sk_sql_text(q, query->account);
    if (query->list == SK_LIST_APPROVALS) {
        for (unsigned i = 0; query->posts != NULL && i < 2; i++)
            sk_sql_text(q, query->posts);
        for (unsigned i = 0; i < names; i++)
            sk_sql_text(q, query->account);
    }
    if (query->list == SK_LIST_TAKEOUTS && query->account != NULL) {
        sk_sql_text(q, query->account);
        sk_sql_text(q, query->posts);
        sk_sql_text(q, query->posts);
    }
    if (query->list == SK_LIST_TAKEOUTS && query->since == 0) {
        sk_sql_int(q, query->closing == SK_CLOSING_CLOSED);
        sk_sql_int(q, query->closing != SK_CLOSING_OPEN);
    }
    sk_sql_int(q, edge);
    sk_sql_int(q, limit + 1);
}

bool
sk_store_list(SkStore *self, const SkListQuery *query, GPtrArray **ret_items, char **ret_next,
              int64_t *ret_version, GError **error)
{
    g_autoptr(GPtrArray) items = sk_rows_new();
    g_autoptr(GArray) edges = g_array_new(FALSE, FALSE, sizeof(int64_t));
    unsigned limit = CLAMP(query->limit, 1, SK_LIST_LIMIT_MAX);
    bool since = query->since > 0;
    int64_t edge = since ? query->since : INT64_MAX;

    self->why = "";
    /* The version is read first: what changes after it is told again, never left out. */
    int64_t version = sk_store_version(self, error);
    if (version < 0 || !sk_db_cursor(query->cursor, &edge, error))
        return false;
    SkSql *q = sk_sql(self, sk_list_sql(query, since));
    bind_page(q, query, edge, limit);
    if (!sk_rows_collect(q, items, edges, error))
        return false;
    *ret_next = NULL;
    if (items->len > limit) {
        int64_t last = g_array_index(edges, int64_t, limit - 1);
        g_ptr_array_set_size(items, (int)limit);
        *ret_next = g_strdup_printf("%" G_GINT64_FORMAT, last);
        version = since ? last : version;
    }
    *ret_items = g_steal_pointer(&items);
    *ret_version = version;
    return true;
}

bool
sk_store_get(SkStore *self, const char *id, SkCrossing **ret, GError **error)
{
    self->why = "";
    return sk_rows_get(self, id, ret, error);
}

bool
sk_store_in_state(SkStore *self, SkBox box, SkState state, unsigned limit, GPtrArray **ret,
                  GError **error)
{
    g_autoptr(GPtrArray) out = sk_rows_new();
    SkSql *q = sk_sql(self, "SELECT " SK_ROWS_COLUMNS
                            " FROM crossings WHERE box = ? AND state = ? ORDER BY n LIMIT ?");
    self->why = "";
    sk_sql_text(q, sk_box_name(box));
    sk_sql_text(q, sk_state_name(state));
    sk_sql_int(q, limit);
    if (!sk_rows_collect(q, out, NULL, error))
        return false;
    *ret = g_steal_pointer(&out);
    return true;
}

/* ---- overview ---- */

static bool
read_queues(SkStore *self, SkOverview *out, GError **error)
{
    SkSql *q = sk_sql(self, "SELECT box, state, rows FROM queues");
    bool row = false;
    while (sk_sql_next(q, &row, error)) {
        if (!row)
            return true;
        SkBox box = strcmp(sk_sql_peek_text(q, 0), "sent") == 0 ? SK_BOX_SENT : SK_BOX_ARRIVED;
        out->queues[box][sk_state_lookup(sk_sql_peek_text(q, 1))] =
            (uint64_t)MAX(sk_sql_get_int(q, 2), 0);
    }
    return false;
}

static bool
count_since(SkStore *self, const char *act, int64_t midnight, uint64_t *sum, GError **error)
{
    int64_t n = 0;
    SkSql *q = sk_sql(self, "SELECT count(*) FROM acts WHERE act = ? AND time >= ?");
    sk_sql_text(q, act);
    sk_sql_int(q, midnight);
    if (!sk_sql_one_int(q, 0, &n, error))
        return false;
    *sum += (uint64_t)n;
    return true;
}

static bool
read_refusals(SkStore *self, int64_t midnight, SkOverview *out, GError **error)
{
    SkSql *q = sk_sql(
        self,
        "SELECT detail, count(*) FROM acts WHERE act = 'refuse' AND time >= ? GROUP BY detail");
    bool row = false;
    sk_sql_int(q, midnight);
    while (sk_sql_next(q, &row, error)) {
        if (!row)
            return true;
        SkReason reason = sk_reason_lookup(sk_sql_peek_text(q, 0));
        out->refusals[reason] = (uint64_t)sk_sql_get_int(q, 1);
        out->refused_today += out->refusals[reason];
    }
    return false;
}

bool
sk_store_overview(SkStore *self, int64_t midnight, SkOverview *ret, GError **error)
{
    SkOverview out = { 0 };
    int64_t accounts = 0;
    int64_t leaves = 0;
    int64_t sealed = 0;

    self->why = "";
    if (!read_queues(self, &out, error) ||
        !count_since(self, "receive", midnight, &out.received_today, error) ||
        !count_since(self, "arrive", midnight, &out.received_today, error) ||
        !count_since(self, "deliver", midnight, &out.delivered_today, error) ||
        !read_refusals(self, midnight, &out, error) ||
        !sk_sql_one_int(sk_sql(self, "SELECT count(*) FROM accounts"), 0, &accounts, error) ||
        !sk_sql_one_int(sk_sql(self, "SELECT sealed FROM station"), 0, &sealed, error) ||
        !sk_sql_one_int(sk_sql(self, "SELECT next_leaf FROM station"), 0, &leaves, error))
        return false;
    out.accounts = (uint64_t)accounts;
    out.leaves = (uint64_t)leaves;
    out.unsealed = (uint64_t)MAX(leaves - sealed, 0);
    *ret = out;
    return true;
}
