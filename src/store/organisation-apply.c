/* SPDX-License-Identifier: Apache-2.0
 * organisation-apply.c - contract in organisation.h: what follows for accounts from the posts that
 * are held today. One walk over the tenures that have begun, person by person. */
#include "store/organisation.h"

#include "store/db.h"
#include "store/person.h"

#include <string.h>

/* ---- roles and sections ---- */

/* What a person's tenures of today come to. */
typedef struct {
    char *name;
    char *section; /* of the main post; "" = none is held today */
    bool main;
    bool head;
    SkRole by_role; /* the strongest that a security role gives */
    char *role_now, *section_now;
} Place;

static void
place_clear(void *data)
{
    Place *p = data;
    g_free(p->name);
    g_free(p->section);
    g_free(p->role_now);
    g_free(p->section_now);
}

static SkRole
place_role(const Place *p)
{
    if (p->by_role != 0)
        return p->by_role;
    return p->head ? SK_ROLE_SECTION_HEAD : SK_ROLE_STAFF;
}

/* An administrator stays one; nobody becomes one by a post. */
static bool
place_differs(const Place *p)
{
    bool administrator = strcmp(p->role_now, sk_role_name(SK_ROLE_ADMINISTRATOR)) == 0;
    return strcmp(p->section, p->section_now) != 0 ||
           (!administrator && strcmp(p->role_now, sk_role_name(place_role(p))) != 0);
}

/* Columns: person, section, head, security role, main, held today, role and section now. */
static void
place_take(Place *p, SkSql *q)
{
    const SkSecurityRole *r = sk_security_role_lookup(sk_sql_peek_text(q, 3));
    bool main = sk_sql_get_int(q, 4) != 0;

    if (sk_sql_get_int(q, 5) == 0)
        return;
    if (*p->section == '\0' || (main && !p->main)) {
        g_free(p->section);
        p->section = sk_sql_get_text(q, 1);
        p->main = main;
    }
    p->head |= sk_sql_get_int(q, 2) != 0;
    /* An auditor approves nothing, whatever else they should hold. */
    if (r != NULL && r->role != 0 && p->by_role != SK_ROLE_AUDITOR)
        p->by_role = r->role;
}

static bool
collect_places(SkStore *store, int today, GArray *out, GError **error)
{
    Place p = { 0 };
    bool row = true;
    SkSql *q = sk_sql(
        store, "SELECT t.person, p.section, p.grade = 'head', p.role, t.main, t.until_day = 0 OR "
               "t.until_day >= ?1, a.role, a.section FROM tenures t JOIN posts p ON p.id = t.post "
               "JOIN accounts a ON a.name = t.person WHERE t.from_day <= ?1 ORDER BY t.person, "
               "t.from_day, t.id");
    sk_sql_int(q, today);
    while (row) {
        if (!sk_sql_next(q, &row, error)) {
            place_clear(&p);
            return false;
        }
        if (p.name != NULL && (!row || strcmp(p.name, sk_sql_peek_text(q, 0)) != 0)) {
            if (place_differs(&p))
                g_array_append_val(out, p);
            else
                place_clear(&p);
            p = (Place){ 0 };
        }
        if (row && p.name == NULL)
            p = (Place){ .name = sk_sql_get_text(q, 0),
                         .section = g_strdup(""),
                         .role_now = sk_sql_get_text(q, 6),
                         .section_now = sk_sql_get_text(q, 7) };
        if (row)
            place_take(&p, q);
    }
    return true;
}

static bool
place_write(SkStore *store, const Place *p, GError **error)
{
    bool administrator = strcmp(p->role_now, sk_role_name(SK_ROLE_ADMINISTRATOR)) == 0;
    SkRole role = administrator ? SK_ROLE_ADMINISTRATOR : place_role(p);
    SkSql *q = sk_sql(store, "UPDATE accounts SET role = ?, section = ? WHERE name = ?");
    sk_sql_text(q, sk_role_name(role));
    sk_sql_text(q, p->section);
    sk_sql_text(q, p->name);
    if (!sk_sql_run(q, error))
        return false;
    return strcmp(p->role_now, sk_role_name(role)) == 0 ||
           sk_account_act(store, "role-set", p->name, NULL, role, error);
}

static bool
apply_places(SkStore *store, int today, GError **error)
{
    g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(Place));
    g_array_set_clear_func(places, place_clear);

    if (!collect_places(store, today, places, error))
        return false;
    for (guint i = 0; i < places->len; i++)
        if (!place_write(store, &g_array_index(places, Place, i), error))
            return false;
    return true;
}

/* ---- leavers ---- */

static bool
lock_leaver(SkStore *store, const char *name, GError **error)
{
    SkSql *q = sk_sql(store, "UPDATE accounts SET locked = 1 WHERE name = ?");
    sk_sql_text(q, name);
    if (!sk_sql_run(q, error))
        return false;
    return sk_session_end_every(store, name, NULL, error) &&
           sk_account_act(store, "account-locked", name, NULL, (SkRole)0, error);
}

static bool
lock_leavers(SkStore *store, int today, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    SkSql *q = sk_sql(store, "SELECT name FROM accounts WHERE leaves > 0 AND locked = 0 AND leaves "
                             "< ?");
    sk_sql_int(q, today);
    if (!sk_sql_collect_text(q, names, error))
        return false;
    for (guint i = 0; i < names->len; i++)
        if (!lock_leaver(store, g_ptr_array_index(names, i), error))
            return false;
    return true;
}

/* ---- names ---- */

static bool
fold_name(SkStore *store, const char *name, GError **error)
{
    g_autoptr(SkAccount) account = NULL;

    if (!sk_account_read(store, name, &account, error))
        return false;
    g_autofree char *sort = sk_person_sort(account);
    g_autofree char *search = sk_person_search(account);
    SkSql *q = sk_sql(store, "UPDATE accounts SET sort = ?, search = ? WHERE name = ?");
    sk_sql_text(q, sort);
    sk_sql_text(q, search);
    sk_sql_text(q, name);
    return sk_sql_run(q, error);
}

/* Accounts of version 1 were migrated by SQL, which cannot fold: they have fewer parts. */
static bool
fold_names(SkStore *store, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    SkSql *q = sk_sql(store, "SELECT name FROM accounts WHERE length(search) - "
                             "length(replace(search, char(10), '')) < 3");
    if (!sk_sql_collect_text(q, names, error))
        return false;
    for (guint i = 0; i < names->len; i++)
        if (!fold_name(store, g_ptr_array_index(names, i), error))
            return false;
    return true;
}

/* ---- a day ---- */

bool
sk_organisation_apply_in(SkStore *store, int today, GError **error)
{
    if (!fold_names(store, error) || !apply_places(store, today, error) ||
        !lock_leavers(store, today, error))
        return false;
    SkSql *q = sk_sql(store, "UPDATE organisation SET applied = ?");
    sk_sql_int(q, today);
    return sk_sql_run(q, error) && sk_db_new_version(store, NULL, error);
}

static bool
apply_work(SkStore *store, void *data, GError **error)
{
    return sk_organisation_apply_in(store, *(const int *)data, error);
}

bool
sk_organisation_apply(SkStore *store, int today, bool again, GError **error)
{
    int64_t applied = 0;

    store->why = "";
    if (!sk_sql_one_int(sk_sql(store, "SELECT applied FROM organisation"), 0, &applied, error))
        return false;
    return (applied == today && !again) || sk_db_do(store, apply_work, &today, error);
}
