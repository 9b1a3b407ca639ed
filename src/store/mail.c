/* SPDX-License-Identifier: Apache-2.0
 * mail.c - contract in mail.h. */
#include "store/mail.h"

#include "store/db.h"

#include <string.h>

#define FIRST_WAIT (INT64_C(60) * G_USEC_PER_SEC)
#define LAST_WAIT (INT64_C(3600) * G_USEC_PER_SEC)
#define DOUBLINGS_MAX 8u

/* ---- the envelope ----------------------------------------------------------------------------- */

bool
sk_db_envelope_insert(SkStore *store, const char *id, const SkEnvelope *envelope, SkBox box, GError **error)
{
    SkSql *q = sk_sql(store, "INSERT INTO envelopes (crossing, sender, notice, told) VALUES (?, ?, ?, ?)");

    sk_sql_text(q, id);
    sk_sql_text(q, envelope->sender);
    sk_sql_int(q, envelope->notice);
    sk_sql_int(q, envelope->notice || box == SK_BOX_ARRIVED);
    if (!sk_sql_run(q, error))
        return false;
    for (guint i = 0; i < envelope->recipients->len; i++) {
        q = sk_sql(store, "INSERT INTO envelope_recipients (crossing, n, address, state) VALUES (?, ?, ?, ?)");
        sk_sql_text(q, id);
        sk_sql_int(q, i);
        sk_sql_text(q, g_ptr_array_index(envelope->recipients, i));
        sk_sql_text(q, box == SK_BOX_ARRIVED ? "waits" : "elsewhere");
        if (!sk_sql_run(q, error))
            return false;
    }
    return true;
}

bool
sk_db_envelope_forget(SkStore *store, const char *id, GError **error)
{
    SkSql *q = sk_sql(store, "DELETE FROM envelope_recipients WHERE crossing = ?");

    sk_sql_text(q, id);
    if (!sk_sql_run(q, error))
        return false;
    q = sk_sql(store, "DELETE FROM envelopes WHERE crossing = ?");
    sk_sql_text(q, id);
    return sk_sql_run(q, error);
}

/* From here on the row has an end, as others have from their beginning. */
bool
sk_db_mail_over(SkStore *store, const SkCrossing *row, bool told, int64_t now, GError **error)
{
    if (!row->mail)
        return true;
    SkSql *q = sk_sql(store, "UPDATE crossings SET expires = ? WHERE id = ?");
    sk_sql_int(q, now + SK_MAIL_KEEP_US);
    sk_sql_text(q, row->id);
    if (!sk_sql_run(q, error))
        return false;
    q = sk_sql(store, "UPDATE envelopes SET told = 1 WHERE crossing = ? AND ?");
    sk_sql_text(q, row->id);
    sk_sql_int(q, told);
    return sk_sql_run(q, error);
}

static bool
read_recipients(SkStore *store, const char *id, SkEnvelope *envelope, GError **error)
{
    SkSql *q = sk_sql(store, "SELECT address FROM envelope_recipients WHERE crossing = ? ORDER BY n");

    sk_sql_text(q, id);
    return sk_sql_collect_text(q, envelope->recipients, error);
}

bool
sk_store_envelope(SkStore *self, const char *id, SkEnvelope **ret, GError **error)
{
    g_autoptr(SkEnvelope) envelope = sk_envelope_new();
    SkSql *q = sk_sql(self, "SELECT sender, notice FROM envelopes WHERE crossing = ?");
    bool row = false;

    self->why = "";
    sk_sql_text(q, id);
    if (!sk_sql_next(q, &row, error))
        return false;
    if (!row)
        return sk_db_refuse(self, error, SK_ERROR_FORBIDDEN, "not-found");
    g_free(envelope->sender);
    envelope->sender = sk_sql_get_text(q, 0);
    envelope->notice = sk_sql_get_int(q, 1) != 0;
    sk_sql_done(q);
    if (!read_recipients(self, id, envelope, error))
        return false;
    if (!sk_envelope_is_sound(envelope))
        return sk_throw(error, SK_ERROR_IO, "database: an envelope that was never written so");
    *ret = g_steal_pointer(&envelope);
    return true;
}

/* ---- at the sending station ------------------------------------------------------------------- */

bool
sk_store_mail_untold(SkStore *self, SkCrossing **ret, GError **error)
{
    SkSql *q = sk_sql(self, "SELECT c.id FROM envelopes e JOIN crossings c ON c.id = e.crossing WHERE e.told = 0 AND "
                            "c.box = 'sent' AND c.state = 'refused' ORDER BY c.n LIMIT 1");
    g_autofree char *id = NULL;
    bool row = false;

    self->why = "";
    *ret = NULL;
    if (!sk_sql_next(q, &row, error))
        return false;
    if (!row)
        return true;
    id = sk_sql_get_text(q, 0);
    sk_sql_done(q);
    return sk_rows_get(self, id, ret, error);
}

typedef struct {
    const char *id;
    const SkReceive *notice;
} Tell;

static bool
tell_work(SkStore *store, void *data, GError **error)
{
    const Tell *t = data;
    SkSql *q = sk_sql(store, "UPDATE envelopes SET told = 1 WHERE crossing = ? AND told = 0");

    sk_sql_text(q, t->id);
    if (!sk_sql_run(q, error))
        return false;
    if (sk_sql_changes(store) != 1)
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "forbidden-state");
    return sk_db_receive(store, t->notice, NULL, error);
}

bool
sk_store_mail_tell(SkStore *self, const char *id, const SkReceive *notice, GError **error)
{
    Tell t = { .id = id, .notice = notice };

    self->why = "";
    return sk_db_check_receive(notice, error) && sk_db_do(self, tell_work, &t, error);
}

/* ---- at the receiving station ----------------------------------------------------------------- */

void
sk_mail_due_free(SkMailDue *self)
{
    if (self == NULL)
        return;
    g_free(self->id);
    g_free(self->address);
    g_free(self);
}

static void
free_due(void *due)
{
    sk_mail_due_free(due);
}

bool
sk_store_mail_due(SkStore *self, unsigned limit, GPtrArray **ret, GError **error)
{
    g_autoptr(GPtrArray) out = g_ptr_array_new_with_free_func(free_due);
    SkSql *q = sk_sql(self, "SELECT r.crossing, r.n, r.address, c.state FROM envelope_recipients r JOIN crossings c ON "
                            "c.id = r.crossing WHERE r.state = 'waits' AND (r.boot <> ? OR r.until <= ?) AND c.state "
                            "IN ('ready', 'refused') ORDER BY r.crossing, r.n LIMIT ?");
    bool row = false;

    self->why = "";
    sk_sql_text(q, self->boot);
    sk_sql_int(q, sk_db_boot_now(self));
    sk_sql_int(q, limit);
    while (sk_sql_next(q, &row, error)) {
        if (!row) {
            *ret = g_steal_pointer(&out);
            return true;
        }
        SkMailDue *due = g_new0(SkMailDue, 1);
        due->id = sk_sql_get_text(q, 0);
        due->n = (unsigned)sk_sql_get_int(q, 1);
        due->address = sk_sql_get_text(q, 2);
        due->refused = strcmp(sk_sql_peek_text(q, 3), "refused") == 0;
        g_ptr_array_add(out, due);
    }
    return false;
}

typedef struct {
    const char *id;
    unsigned n;
    bool delivered;
    const char *code;
} Settle;

static bool
count_in(SkStore *store, const char *id, const char *state, int64_t *ret, GError **error)
{
    SkSql *q = sk_sql(store, "SELECT count(*) FROM envelope_recipients WHERE crossing = ? AND state = ?");

    sk_sql_text(q, id);
    sk_sql_text(q, state);
    return sk_sql_one_int(q, 0, ret, error);
}

/* Everybody has it or never will. The news of a refusal leaves the crossing refused, as it was. */
static bool
finish(SkStore *store, const SkCrossing *row, GError **error)
{
    static const SkEventDetails nobody = { .reason = SK_REASON_GAVE_UP };
    int64_t waits = 1;
    int64_t delivered = 0;
    int64_t now = sk_db_now(store, error);

    if (now < 0 || !count_in(store, row->id, "waits", &waits, error) ||
        !count_in(store, row->id, "delivered", &delivered, error))
        return false;
    if (waits > 0)
        return true;
    if (row->state == SK_STATE_READY &&
        !sk_db_event(store, row->id, delivered > 0 ? SK_EVENT_DELIVER : SK_EVENT_REFUSE,
                     delivered > 0 ? NULL : &nobody, false, error))
        return false;
    return sk_db_mail_over(store, row, true, now, error);
}

static bool
settle_work(SkStore *store, void *data, GError **error)
{
    const Settle *s = data;
    g_autoptr(SkCrossing) row = NULL;
    g_autoptr(SkLeaf) leaf = sk_leaf_new();
    uint8_t salt[SK_SALT_BYTES];

    if (!sk_rows_get(store, s->id, &row, error) || !sk_rows_salt(store, s->id, salt, error))
        return false;
    SkSql *q = sk_sql(store, "UPDATE envelope_recipients SET state = ? WHERE crossing = ? AND n = ? AND state = 'waits' "
                             "RETURNING address");
    sk_sql_text(q, s->delivered ? "delivered" : "returned");
    sk_sql_text(q, s->id);
    sk_sql_int(q, s->n);
    g_autoptr(GPtrArray) addresses = g_ptr_array_new_with_free_func(g_free);
    if (!sk_sql_collect_text(q, addresses, error))
        return false;
    if (addresses->len != 1)
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "forbidden-state");
    sk_leaf_hidden(leaf, "recipient", salt, g_ptr_array_index(addresses, 0));
    sk_leaf_string(leaf, "code", s->code);
    SkActRow act = { .act = s->delivered ? "mail-delivered" : "mail-returned",
                     .crossing = s->id,
                     .state = sk_state_name(row->state),
                     .detail = s->code };
    return sk_db_act(store, &act, leaf, NULL, NULL, error) && finish(store, row, error);
}

bool
sk_store_mail_settle(SkStore *self, const char *id, unsigned n, bool delivered, const char *code, GError **error)
{
    Settle s = { .id = id, .n = n, .delivered = delivered, .code = code };

    self->why = "";
    if (strlen(code) != 3 || strspn(code, "0123456789") != 3)
        return sk_throw(error, SK_ERROR_MALFORMED, "store: not a mail server's answer");
    return sk_db_do(self, settle_work, &s, error);
}

static bool
put_off_work(SkStore *store, void *data, GError **error)
{
    const Settle *s = data;
    int64_t tries = 0;
    SkSql *q = sk_sql(store, "SELECT tries FROM envelope_recipients WHERE crossing = ? AND n = ? AND state = 'waits'");

    sk_sql_text(q, s->id);
    sk_sql_int(q, s->n);
    if (!sk_sql_one_int(q, -1, &tries, error))
        return false;
    if (tries < 0)
        return true;
    int64_t wait = FIRST_WAIT << MIN((unsigned)tries, DOUBLINGS_MAX);
    q = sk_sql(store, "UPDATE envelope_recipients SET tries = tries + 1, boot = ?, until = ? WHERE crossing = ? AND n = ?");
    sk_sql_text(q, store->boot);
    sk_sql_int(q, sk_db_boot_now(store) + MIN(wait, LAST_WAIT));
    sk_sql_text(q, s->id);
    sk_sql_int(q, s->n);
    return sk_sql_run(q, error);
}

bool
sk_store_mail_put_off(SkStore *self, const char *id, unsigned n, GError **error)
{
    Settle s = { .id = id, .n = n };

    self->why = "";
    return sk_db_do(self, put_off_work, &s, error);
}
