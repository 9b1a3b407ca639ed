/* SPDX-License-Identifier: Apache-2.0
 * mailing.c - contract in notice.h: which accounts get a mail now, and what became of it. */
#include "store/notice.h"

#include "store/db.h"

#include <string.h>

#define FIRST_WAIT (INT64_C(60) * G_USEC_PER_SEC)
#define LAST_WAIT (INT64_C(4) * 3600 * G_USEC_PER_SEC)

void
sk_mailing_free(SkMailing *self)
{
    if (self == NULL)
        return;
    g_free(self->account);
    g_free(self->address);
    g_free(self);
}

static void
free_mailing(void *mailing)
{
    sk_mailing_free(mailing);
}

/* Who has something new that they have not looked at: few, whatever the number of accounts. */
static bool
candidates(SkStore *store, int32_t digest, GPtrArray *out, GError **error)
{
    SkSql *q = sk_sql(store,
                      "SELECT a.name, a.mail, coalesce(p.mail, 'digest'), coalesce(p.language, ''), coalesce(m.boot, ''), "
                      "coalesce(m.until, 0), coalesce(m.tries, 0) FROM (SELECT n.account, min(n.time) AS first FROM notices n "
                      "LEFT JOIN mailings told ON told.account = n.account WHERE n.read = 0 AND n.n > coalesce(told.upto, 0) "
                      "GROUP BY n.account) w JOIN accounts a ON a.name = w.account AND a.mail <> '' AND a.locked = 0 "
                      "LEFT JOIN preferences p ON p.account = a.name LEFT JOIN mailings m ON m.account = a.name "
                      "WHERE coalesce(p.mail, 'digest') = 'each' OR (coalesce(p.mail, 'digest') = 'digest' AND "
                      "coalesce(m.day, 0) < ? AND w.first < ?) ORDER BY a.name");
    bool row = true;

    sk_sql_int(q, digest);
    sk_sql_int(q, sk_calendar_start(digest) + SK_DIGEST_AT);
    while (row && out->len < SK_MAILINGS_MAX) {
        if (!sk_sql_next(q, &row, error))
            return false;
        if (!row)
            break;
        g_autofree char *boot = sk_sql_get_text(q, 4);
        if (sk_sql_get_int(q, 6) > 0 && !sk_db_is_due(store, boot, sk_sql_get_int(q, 5)))
            continue;
        SkMailing *m = g_new0(SkMailing, 1);
        m->account = sk_sql_get_text(q, 0);
        m->address = sk_sql_get_text(q, 1);
        m->mail = MIN(sk_mail_lookup(sk_sql_peek_text(q, 2)), SK_MAIL_EACH);
        g_strlcpy(m->language, strcmp(sk_sql_peek_text(q, 3), "en") == 0 ? "en" : "ja", sizeof m->language);
        g_ptr_array_add(out, m);
    }
    sk_sql_done(q);
    return true;
}

static bool
count_kinds(SkStore *store, SkMailing *m, GError **error)
{
    SkSql *q = sk_sql(store, "SELECT kind, count(*), max(n) FROM notices WHERE account = ?1 AND read = 0 AND n > "
                             "coalesce((SELECT upto FROM mailings WHERE account = ?1), 0) GROUP BY kind");
    bool row = true;

    sk_sql_text(q, m->account);
    while (row) {
        if (!sk_sql_next(q, &row, error))
            return false;
        SkNoticeKind kind = row ? sk_notice_kind_lookup(sk_sql_peek_text(q, 0)) : 0;
        if (!row)
            break;
        m->counts[kind] += sk_sql_get_int(q, 1);
        m->upto = MAX(m->upto, sk_sql_get_int(q, 2));
    }
    return true;
}

bool
sk_mailings_due(SkStore *self, int32_t digest, GPtrArray **ret, GError **error)
{
    g_autoptr(GPtrArray) out = g_ptr_array_new_with_free_func(free_mailing);

    self->why = "";
    if (!candidates(self, digest, out, error))
        return false;
    for (guint i = 0; i < out->len; i++)
        if (!count_kinds(self, g_ptr_array_index(out, i), error))
            return false;
    *ret = g_steal_pointer(&out);
    return true;
}

typedef struct {
    const SkMailing *mailing;
    int32_t day;
} Outcome;

static bool
sent_work(SkStore *store, void *data, GError **error)
{
    const Outcome *o = data;
    SkSql *q = sk_sql(store, "INSERT INTO mailings (account, upto, day) VALUES (?, ?, ?) ON CONFLICT (account) DO "
                             "UPDATE SET upto = excluded.upto, day = max(day, excluded.day), tries = 0");
    sk_sql_text(q, o->mailing->account);
    sk_sql_int(q, o->mailing->upto);
    sk_sql_int(q, o->day);
    return sk_sql_run(q, error);
}

bool
sk_mailing_sent(SkStore *self, const SkMailing *mailing, int32_t day, GError **error)
{
    Outcome o = { .mailing = mailing, .day = day };
    return sk_db_do(self, sent_work, &o, error);
}

static bool
failed_work(SkStore *store, void *data, GError **error)
{
    const SkMailing *m = data;
    int64_t tries = 0;
    SkSql *q = sk_sql(store, "INSERT INTO mailings (account, tries) VALUES (?, 1) ON CONFLICT (account) DO UPDATE SET "
                             "tries = min(tries + 1, 20) RETURNING tries");
    sk_sql_text(q, m->account);
    if (!sk_sql_one_int(q, 1, &tries, error))
        return false;
    q = sk_sql(store, "UPDATE mailings SET boot = ?, until = ? WHERE account = ?");
    sk_sql_text(q, store->boot);
    sk_sql_int(q, sk_db_boot_now(store) + MIN(FIRST_WAIT << (tries - 1), LAST_WAIT));
    sk_sql_text(q, m->account);
    return sk_sql_run(q, error);
}

bool
sk_mailing_failed(SkStore *self, const SkMailing *mailing, GError **error)
{
    SkMailing copy = *mailing;
    return sk_db_do(self, failed_work, &copy, error);
}
