/* SPDX-License-Identifier: Apache-2.0
 * rows.c - rows of crossings and findings, read and counted (db.h). */
#include "store/db.h"

#include <string.h>

SkCrossing *
sk_rows_read(SkSql *q)
{
    SkCrossing *c = g_new0(SkCrossing, 1);
    int at = 0;

    c->id = sk_sql_get_text(q, at++);
    c->box = strcmp(sk_sql_peek_text(q, at++), "sent") == 0 ? SK_BOX_SENT : SK_BOX_ARRIVED;
    c->state = sk_state_lookup(sk_sql_peek_text(q, at++));
    c->from = sk_sql_get_text(q, at++);
    c->to = sk_sql_get_text(q, at++);
    c->sender = sk_sql_get_text(q, at++);
    c->recipient = sk_sql_get_text(q, at++);
    c->section = sk_sql_get_text(q, at++);
    c->name = sk_sql_get_text(q, at++);
    c->name_out = sk_sql_get_text(q, at++);
    c->type_in = sk_type_lookup(sk_sql_peek_text(q, at++));
    c->type_out = sk_type_lookup(sk_sql_peek_text(q, at++));
    c->level_asked = sk_level_lookup(sk_sql_peek_text(q, at++));
    c->level = sk_level_lookup(sk_sql_peek_text(q, at++));
    c->bytes_in = (uint64_t)sk_sql_get_int(q, at++);
    c->bytes_out = (uint64_t)sk_sql_get_int(q, at++);
    c->class = (unsigned)sk_sql_get_int(q, at++);
    c->takeout_reason = sk_sql_get_text(q, at++);
    c->reason = sk_reason_lookup(sk_sql_peek_text(q, at++));
    c->created = sk_sql_get_int(q, at++);
    c->updated = sk_sql_get_int(q, at++);
    c->expires = sk_sql_get_int(q, at++);
    c->keep_original = sk_sql_get_int(q, at++);
    c->counts.removed = (uint64_t)sk_sql_get_int(q, at++);
    c->counts.replaced = (uint64_t)sk_sql_get_int(q, at++);
    c->counts.kept = (uint64_t)sk_sql_get_int(q, at++);
    c->findings_cut = sk_sql_get_int(q, at++) != 0;
    c->approval = sk_sql_get_text(q, at++);
    c->approved_by = sk_sql_get_text(q, at++);
    c->approved_at = sk_sql_get_int(q, at++);
    c->note = sk_sql_get_text(q, at++);
    c->sha256_in = sk_sql_get_text(q, at++);
    c->sha256_out = sk_sql_get_text(q, at++);
    c->object_in = sk_sql_get_text(q, at++);
    c->object_out = sk_sql_get_text(q, at++);
    c->policy_digest = sk_sql_get_text(q, at++);
    c->version = sk_sql_get_int(q, at++);
    c->tries = (unsigned)sk_sql_get_int(q, at++);
    c->worker = sk_sql_get_text(q, at++);
    c->held_until = sk_sql_get_int(q, at++);
    c->remind_at = sk_sql_get_int(q, at++);
    c->takeout = sk_sql_get_int(q, at++) != 0;
    c->outside = sk_sql_get_text(q, at++);
    c->medium = sk_sql_get_text(q, at++);
    c->return_by = (int)sk_sql_get_int(q, at++);
    c->closed = sk_sql_get_text(q, at++);
    c->closed_by = sk_sql_get_text(q, at++);
    c->closed_at = sk_sql_get_int(q, at++);
    c->closed_note = sk_sql_get_text(q, at++);
    c->mail = sk_sql_get_int(q, at++) != 0;
    g_assert(at == SK_ROWS_N);
    return c;
}

static void
free_crossing(void *crossing)
{
    sk_crossing_free(crossing);
}

GPtrArray *
sk_rows_new(void)
{
    return g_ptr_array_new_with_free_func(free_crossing);
}

static bool
read_chains(SkStore *store, GPtrArray *rows, GError **error)
{
    for (guint i = 0; i < rows->len; i++) {
        SkCrossing *c = g_ptr_array_index(rows, i);
        if (*c->approval != '\0' && !sk_approval_steps(store, c->id, &c->steps, error))
            return false;
    }
    return true;
}

bool
sk_rows_collect(SkSql *q, GPtrArray *out, GArray *extra, GError **error)
{
    SkStore *store = q->store;
    bool row = false;
    while (sk_sql_next(q, &row, error)) {
        if (!row)
            return read_chains(store, out, error);
        g_ptr_array_add(out, sk_rows_read(q));
        if (extra != NULL) {
            int64_t value = sk_sql_get_int(q, SK_ROWS_N);
            g_array_append_val(extra, value);
        }
    }
    return false;
}

bool
sk_rows_get(SkStore *store, const char *id, SkCrossing **ret, GError **error)
{
    SkSql *q = sk_sql(store, "SELECT " SK_ROWS_COLUMNS " FROM crossings WHERE id = ?");
    bool row = false;

    sk_sql_text(q, id);
    if (!sk_sql_next(q, &row, error))
        return false;
    if (!row)
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "not-found");
    g_autoptr(SkCrossing) c = sk_rows_read(q);
    sk_sql_done(q);
    if (*c->approval != '\0' && !sk_approval_steps(store, id, &c->steps, error))
        return false;
    *ret = g_steal_pointer(&c);
    return true;
}

static bool
count_one(SkStore *store, SkBox box, SkState state, int64_t by, GError **error)
{
    SkSql *q = sk_sql(store, "INSERT INTO queues (box, state, rows) VALUES (?, ?, ?) "
                             "ON CONFLICT (box, state) DO UPDATE SET rows = rows + excluded.rows");
    sk_sql_text(q, sk_box_name(box));
    sk_sql_text(q, sk_state_name(state));
    sk_sql_int(q, by);
    return sk_sql_run(q, error);
}

bool
sk_rows_moved(SkStore *store, SkBox box, SkState from, SkState to, GError **error)
{
    if (from == to)
        return true;
    if (from != SK_STATE_NONE && !count_one(store, box, from, -1, error))
        return false;
    return count_one(store, box, to, 1, error);
}

bool
sk_rows_salt(SkStore *store, const char *id, uint8_t *ret, GError **error)
{
    SkSql *q = sk_sql(store, "SELECT salt FROM crossings WHERE id = ?");
    bool row = false;

    sk_sql_text(q, id);
    if (!sk_sql_next(q, &row, error))
        return false;
    SkSpan salt = row ? sk_sql_get_blob(q, 0) : SK_SPAN_EMPTY;
    bool whole = salt.n == SK_SALT_BYTES;
    if (whole)
        memcpy(ret, salt.p, SK_SALT_BYTES);
    sk_sql_done(q);
    return whole || sk_throw(error, SK_ERROR_IO, "database: a crossing without its salt");
}

/* ---- findings ---- */

static void
clear_finding(void *finding)
{
    g_clear_pointer(&((SkStoreFinding *)finding)->place, g_free);
}

GArray *
sk_store_findings_new(void)
{
    GArray *out = g_array_new(FALSE, TRUE, sizeof(SkStoreFinding));
    g_array_set_clear_func(out, clear_finding);
    return out;
}

void
sk_store_findings_add(GArray *findings, SkElement element, SkVerdict action, uint32_t count,
                      const char *place)
{
    SkStoreFinding finding = { .element = element,
                               .action = action,
                               .count = count,
                               .place = g_strdup(place == NULL ? "" : place) };
    g_array_append_val(findings, finding);
}

static void
add_count(SkCounts *counts, const SkStoreFinding *finding)
{
    if (finding->action == SK_VERDICT_REMOVED)
        counts->removed += finding->count;
    else if (finding->action == SK_VERDICT_REPLACED)
        counts->replaced += finding->count;
    else if (finding->action == SK_VERDICT_KEPT)
        counts->kept += finding->count;
}

bool
sk_rows_findings(SkStore *store, const char *id, const GArray *findings, SkCounts *ret,
                 GError **error)
{
    SkCounts counts = { 0 };
    SkSql *q = sk_sql(store, "DELETE FROM findings WHERE crossing = ?");
    sk_sql_text(q, id);
    if (!sk_sql_run(q, error))
        return false;
    for (guint i = 0; i < findings->len; i++) {
        const SkStoreFinding *f = &g_array_index(findings, SkStoreFinding, i);
        if (f->element >= SK_ELEMENT_COUNT || f->action >= SK_VERDICT_COUNT)
            return sk_throw(error, SK_ERROR_MALFORMED, "store: a finding outside the closed lists");
        q = sk_sql(store, "INSERT INTO findings (crossing, at, element, action, count, place) "
                          "VALUES (?, ?, ?, ?, ?, ?)");
        sk_sql_text(q, id);
        sk_sql_int(q, i);
        sk_sql_text(q, sk_element_get(f->element)->code);
        sk_sql_text(q, sk_verdict_name(f->action));
        sk_sql_int(q, f->count);
        sk_sql_text(q, f->place);
        if (!sk_sql_run(q, error))
            return false;
        add_count(&counts, f);
    }
    *ret = counts;
    return true;
}

bool
sk_store_findings(SkStore *self, const char *id, GArray **ret, GError **error)
{
    g_autoptr(GArray) out = sk_store_findings_new();
    SkSql *q = sk_sql(
        self, "SELECT element, action, count, place FROM findings WHERE crossing = ? ORDER BY at");
    bool row = false;

    self->why = "";
    sk_sql_text(q, id);
    while (sk_sql_next(q, &row, error)) {
        if (!row) {
            *ret = g_steal_pointer(&out);
            return true;
        }
        sk_store_findings_add(out, sk_element_lookup(sk_sql_peek_text(q, 0)),
                              sk_verdict_lookup(sk_sql_peek_text(q, 1)),
                              (uint32_t)sk_sql_get_int(q, 2), sk_sql_peek_text(q, 3));
    }
    return false;
}
