/* SPDX-License-Identifier: Apache-2.0
 * break-glass.c - the account in the sealed envelope (signin.h): for the day when nobody's second
 * factor works. One long code, printed, good for one sign-in; what stands in for the second factor
 * is the envelope in the safe, and that everybody is told
 * (docs/decisions/0119-break-glass.md). */
#include "store/signin.h"

#include "base/uuid.h"
#include "factor/code.h"
#include "store/signin-attempt.h"

bool
sk_glass_is(SkStore *store, const char *name, bool *ret, bool *ret_spent, GError **error)
{
    bool row = false;
    SkSql *q = sk_sql(store, "SELECT used FROM break_glass WHERE account = ?");
    sk_sql_text(q, name);
    if (!sk_sql_next(q, &row, error))
        return false;
    *ret = row;
    *ret_spent = row && sk_sql_get_int(q, 0) != 0;
    sk_sql_done(q);
    return true;
}

static bool
draft_incident(SkStore *store, const char *name, int64_t now, GError **error)
{
    g_autofree char *id = sk_uuid_new();
    SkSql *q =
        sk_sql(store, "INSERT INTO incidents (id, kind, subject, leaf, opened, state) VALUES "
                      "(?, 'break-glass', ?, (SELECT next_leaf - 1 FROM station), ?, "
                      "'draft')");
    sk_sql_text(q, id);
    sk_sql_text(q, name);
    sk_sql_int(q, now);
    return sk_sql_run(q, error);
}

bool
sk_glass_use(SkStore *store, const char *name, GError **error)
{
    int64_t now = sk_db_now(store, error);
    SkSql *q = sk_sql(store, "UPDATE break_glass SET used = ? WHERE account = ?");
    sk_sql_int(q, now);
    sk_sql_text(q, name);
    return now >= 0 && sk_sql_run(q, error) &&
           sk_account_act(store, "break-glass-used", name, name, (SkRole)0, error) &&
           draft_incident(store, name, now, error);
}

/* ---- printing ---- */

typedef struct {
    const char *name;
    const char *hash;
} Print;

static bool
make_account(SkStore *store, const Print *p, GError **error)
{
    const SkAccount account = { .name = (char *)p->name,
                                .label = (char *)"封筒 / Break glass",
                                .role = SK_ROLE_ADMINISTRATOR,
                                .section = (char *)"" };
    return sk_account_insert(store, &account, p->hash, NULL, error);
}

static bool
print_work(SkStore *store, void *data, GError **error)
{
    const Print *p = data;
    bool glass = false;
    bool spent = false;
    int64_t now = sk_db_now(store, error);

    if (now < 0 || !sk_glass_is(store, p->name, &glass, &spent, error))
        return false;
    if (glass ? !sk_password_write(store, p->name, p->hash, NULL, error)
              : !make_account(store, p, error))
        return false;
    SkSql *q = sk_sql(store, "INSERT OR REPLACE INTO break_glass (account, printed, used) VALUES "
                             "(?, ?, 0)");
    sk_sql_text(q, p->name);
    sk_sql_int(q, now);
    return sk_sql_run(q, error) && sk_session_end_every(store, p->name, NULL, error) &&
           sk_signin_forget(store, p->name, error) &&
           sk_account_act(store, "break-glass-printed", p->name, NULL, (SkRole)0, error);
}

bool
sk_glass_print(SkStore *self, const char *name, const char *hash, GError **error)
{
    Print p = { .name = name, .hash = hash };
    self->why = "";
    if (!sk_db_is_account(name))
        return sk_throw(error, SK_ERROR_MALFORMED, "account: not an account's name");
    return sk_db_do(self, print_work, &p, error);
}
