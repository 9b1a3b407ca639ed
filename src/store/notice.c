/* SPDX-License-Identifier: Apache-2.0
 * notice.c - contract in notice.h: the rows, and reading them. */
#include "store/notice.h"

#include "store/db.h"

#include <string.h>

#define KEEP_READ (INT64_C(90) * 24 * 3600 * G_USEC_PER_SEC)
#define KEEP_UNREAD (INT64_C(400) * 24 * 3600 * G_USEC_PER_SEC)

static const char *const kind_names[SK_NOTICE_COUNT] = {
    "",
    [SK_NOTICE_APPROVAL_WAITS] = "approval-waits",
    [SK_NOTICE_REMINDER] = "reminder",
    [SK_NOTICE_APPROVED] = "approved",
    [SK_NOTICE_DENIED] = "denied",
    [SK_NOTICE_REFUSED] = "refused",
    [SK_NOTICE_LAPSED] = "lapsed",
    [SK_NOTICE_ARRIVED] = "arrived",
    [SK_NOTICE_RETURN_DUE] = "return-due",
    [SK_NOTICE_PROPOSAL_WAITS] = "proposal-waits",
    [SK_NOTICE_PROPOSAL_DECIDED] = "proposal-decided",
    [SK_NOTICE_DEPUTY] = "deputy",
    [SK_NOTICE_CREDENTIALS] = "credentials",
    [SK_NOTICE_OTHER_TERMINAL] = "other-terminal",
    [SK_NOTICE_BREAK_GLASS] = "break-glass",
    [SK_NOTICE_POLICY] = "policy",
    [SK_NOTICE_COMMAND_LINE] = "command-line",
    [SK_NOTICE_SPRAYING] = "spraying",
    [SK_NOTICE_ROLE] = "role",
    [SK_NOTICE_RIGHTS] = "rights",
    [SK_NOTICE_MALWARE] = "malware",
};

const char *
sk_notice_kind_name(SkNoticeKind kind)
{
    g_assert((unsigned)kind < SK_NOTICE_COUNT);
    return kind_names[kind];
}

SkNoticeKind
sk_notice_kind_lookup(const char *name)
{
    for (unsigned i = 1; i < SK_NOTICE_COUNT; i++)
        if (strcmp(kind_names[i], name) == 0)
            return (SkNoticeKind)i;
    return (SkNoticeKind)0;
}

void
sk_notice_free(SkNotice *self)
{
    if (self == NULL)
        return;
    g_free(self->crossing);
    g_free(self->detail);
    g_free(self);
}

static void
free_notice(void *notice)
{
    sk_notice_free(notice);
}

/* What happens again before anybody has looked is one row, at the top again. */
bool
sk_db_notice(SkStore *store, int64_t n, const char *account, SkNoticeKind kind, const char *crossing,
             const char *detail, int64_t now, GError **error)
{
    SkSql *q = sk_sql(store, "INSERT INTO notices (n, account, kind, crossing, detail, time) VALUES (?, ?, ?, ?, ?, "
                             "?) ON CONFLICT (crossing, detail, kind, account) WHERE read = 0 DO UPDATE SET n = "
                             "excluded.n, count = count + 1, time = excluded.time");
    sk_sql_int(q, n);
    sk_sql_text(q, account);
    sk_sql_text(q, kind_names[kind]);
    sk_sql_text(q, crossing);
    sk_sql_text(q, detail);
    sk_sql_int(q, now);
    return sk_sql_run(q, error);
}

/* ---- reading ---- */

static bool
count_unread(SkStore *store, const char *account, int64_t *ret, GError **error)
{
    SkSql *q = sk_sql(store, "SELECT count(*) FROM notices WHERE account = ? AND read = 0");
    sk_sql_text(q, account);
    return sk_sql_one_int(q, 0, ret, error);
}

static SkNotice *
read_notice(SkSql *q)
{
    SkNotice *notice = g_new0(SkNotice, 1);
    notice->n = sk_sql_get_int(q, 0);
    notice->kind = sk_notice_kind_lookup(sk_sql_peek_text(q, 1));
    notice->crossing = sk_sql_get_text(q, 2);
    notice->detail = sk_sql_get_text(q, 3);
    notice->count = sk_sql_get_int(q, 4);
    notice->time = sk_sql_get_int(q, 5);
    notice->read = sk_sql_get_int(q, 6) != 0;
    return notice;
}

bool
sk_notice_list(SkStore *self, const char *account, const char *cursor, unsigned limit, GPtrArray **ret, char **ret_next,
               int64_t *ret_unread, GError **error)
{
    g_autoptr(GPtrArray) out = g_ptr_array_new_with_free_func(free_notice);
    int64_t before = INT64_MAX;
    bool row = true;

    self->why = "";
    limit = CLAMP(limit, 1, SK_LIST_LIMIT_MAX);
    if (!sk_db_cursor(cursor, &before, error) || !count_unread(self, account, ret_unread, error))
        return false;
    SkSql *q = sk_sql(self, "SELECT n, kind, crossing, detail, count, time, read FROM notices WHERE account = ? AND "
                            "n < ? ORDER BY n DESC LIMIT ?");
    sk_sql_text(q, account);
    sk_sql_int(q, before);
    sk_sql_int(q, limit + 1);
    while (row) {
        if (!sk_sql_next(q, &row, error))
            return false;
        if (row)
            g_ptr_array_add(out, read_notice(q));
    }
    *ret_next = NULL;
    if (out->len > limit) {
        g_ptr_array_set_size(out, (int)limit);
        const SkNotice *last = g_ptr_array_index(out, limit - 1);
        *ret_next = g_strdup_printf("%" G_GINT64_FORMAT, last->n);
    }
    *ret = g_steal_pointer(&out);
    return true;
}

typedef struct {
    const char *account;
    int64_t until;
} Read;

static bool
read_work(SkStore *store, void *data, GError **error)
{
    const Read *r = data;
    SkSql *q = sk_sql(store, "UPDATE notices SET read = 1 WHERE account = ? AND n <= ? AND read = 0");
    sk_sql_text(q, r->account);
    sk_sql_int(q, r->until);
    return sk_sql_run(q, error);
}

bool
sk_notice_read(SkStore *self, const char *account, int64_t until, GError **error)
{
    Read r = { .account = account, .until = until };
    return sk_db_do(self, read_work, &r, error);
}

/* ---- housekeeping ---- */

/* Numbers grow as times do: only rows that are old enough are looked at. */
bool
sk_notice_sweep(SkStore *store, int64_t now, GError **error)
{
    SkSql *q = sk_sql(store, "DELETE FROM notices WHERE n < coalesce((SELECT n FROM notices WHERE time >= ?2 ORDER BY "
                             "n LIMIT 1), 9223372036854775807) AND (time < ?1 OR read = 1)");
    sk_sql_int(q, now - KEEP_UNREAD);
    sk_sql_int(q, now - KEEP_READ);
    return sk_sql_run(q, error);
}
