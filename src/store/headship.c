/* SPDX-License-Identifier: Apache-2.0
 * headship.c - contract in organisation.h: for which sections an account decides today. */
#include "store/organisation.h"

#include "store/db.h"

#include <string.h>

#define HEADSHIPS_MAX 8192u /* headships of one account: sections × roles */

static void
headship_free(void *data)
{
    SkHeadship *h = data;
    g_free(h->section);
    g_free(h->on_behalf_of);
    g_free(h);
}

typedef struct {
    SkStore *store;
    GPtrArray *out; /* borrowed, of SkHeadship */
    int today;
    const char *on_behalf_of;
} Collect;

static void
add(const Collect *c, const char *section, SkRole role)
{
    if (c->out->len >= HEADSHIPS_MAX)
        return; /* fewer rights, never more */
    SkHeadship *h = g_new0(SkHeadship, 1);
    h->section = g_strdup(section);
    h->role = role;
    h->on_behalf_of = g_strdup(c->on_behalf_of);
    g_ptr_array_add(c->out, h);
}

/* ---- from a post to sections ---- */

#define DAYS(t) t ".from_day <= ?1 AND (" t ".until_day = 0 OR " t ".until_day >= ?1)"

/* The section and those below it, but not past one that answers for itself today. UNION keeps a
 * circle from going round for ever. */
#define DOWN(who)                                                                                  \
    "WITH RECURSIVE down (code) AS (VALUES (?2) UNION SELECT s.code FROM down JOIN sections s ON " \
    "s.parent = down.code AND s.parent <> '' WHERE " DAYS(                                         \
        "s") " AND NOT EXISTS (SELECT 1 FROM "                                                     \
             "posts p JOIN tenures t ON t.post = p.id WHERE p.section = s.code AND " who           \
             " AND " DAYS("t") ")) SELECT code FROM down"

static bool
add_sections(const Collect *c, SkSql *q, SkRole role, GError **error)
{
    g_autoptr(GPtrArray) codes = g_ptr_array_new_with_free_func(g_free);
    if (!sk_sql_collect_text(q, codes, error))
        return false;
    for (guint i = 0; i < codes->len; i++)
        add(c, g_ptr_array_index(codes, i), role);
    return true;
}

static bool
add_below(const Collect *c, const char *section, SkRole role, GError **error)
{
    SkSql *q = role == SK_ROLE_SECTION_HEAD ? sk_sql(c->store, DOWN("p.grade = 'head'"))
                                            : sk_sql(c->store, DOWN("p.role = 'manager'"));
    sk_sql_int(q, c->today);
    sk_sql_text(q, section);
    return add_sections(c, q, role, error);
}

static bool
add_body(const Collect *c, const char *section, SkRole role, GError **error)
{
    SkSql *q = sk_sql(c->store, "SELECT s.code FROM sections s WHERE s.body = (SELECT body FROM "
                                "sections WHERE code = ?2) AND " DAYS("s"));
    sk_sql_int(q, c->today);
    sk_sql_text(q, section);
    return add_sections(c, q, role, error);
}

static bool
add_post(const Collect *c, const char *section, bool head, const char *security_role,
         GError **error)
{
    const SkSecurityRole *r = sk_security_role_lookup(security_role);

    if (head && !add_below(c, section, SK_ROLE_SECTION_HEAD, error))
        return false;
    if (r == NULL || r->role != SK_ROLE_SECURITY_MANAGER)
        return true;
    if (r->reach == SK_REACH_BODY)
        return add_body(c, section, r->role, error);
    if (r->reach == SK_REACH_SECTION)
        return add_below(c, section, r->role, error);
    add(c, "", r->role);
    return true;
}

/* ---- from a person to posts ---- */

typedef struct {
    char *section, *role;
    bool head;
} Post;

static void
post_clear(void *data)
{
    Post *p = data;
    g_free(p->section);
    g_free(p->role);
}

static bool
read_posts(const Collect *c, const char *person, GArray *out, GError **error)
{
    SkSql *q = sk_sql(c->store, "SELECT p.section, p.role, p.grade = 'head' FROM tenures t JOIN "
                                "posts p ON p.id = t.post WHERE t.person = ?2 AND " DAYS(
                                    "t") " AND (p.grade = 'head' OR p.role <> '')");
    bool row = false;
    sk_sql_int(q, c->today);
    sk_sql_text(q, person);
    while (sk_sql_next(q, &row, error)) {
        if (!row)
            return true;
        Post post = { sk_sql_get_text(q, 0), sk_sql_get_text(q, 1), sk_sql_get_int(q, 2) != 0 };
        g_array_append_val(out, post);
    }
    return false;
}

/* Whoever has never held a post keeps what was set by hand. */
static bool
add_by_hand(const Collect *c, const char *person, GError **error)
{
    SkSql *q = sk_sql(c->store,
                      "SELECT role, section FROM accounts a WHERE name = ?2 AND NOT EXISTS (SELECT "
                      "1 FROM tenures t WHERE t.person = a.name AND t.from_day <= ?1)");
    bool row = false;
    sk_sql_int(q, c->today);
    sk_sql_text(q, person);
    if (!sk_sql_next(q, &row, error))
        return false;
    SkRole role = row ? sk_role_lookup(sk_sql_peek_text(q, 0)) : 0;
    g_autofree char *section = row ? sk_sql_get_text(q, 1) : g_strdup("");
    sk_sql_done(q);
    if ((role == SK_ROLE_SECTION_HEAD && *section != '\0') || role == SK_ROLE_SECURITY_MANAGER)
        add(c, section, role);
    return true;
}

static bool
add_person(const Collect *c, const char *person, GError **error)
{
    g_autoptr(GArray) posts = g_array_new(FALSE, FALSE, sizeof(Post));
    g_array_set_clear_func(posts, post_clear);

    if (!read_posts(c, person, posts, error) || !add_by_hand(c, person, error))
        return false;
    for (guint i = 0; i < posts->len; i++) {
        const Post *p = &g_array_index(posts, Post, i);
        if (!add_post(c, p->section, p->head, p->role, error))
            return false;
    }
    return true;
}

/* Not of those whose account is locked or over, and not of what these decide as deputies. */
static bool
add_deputyships(Collect *c, const char *deputy, GError **error)
{
    g_autoptr(GPtrArray) persons = g_ptr_array_new_with_free_func(g_free);
    SkSql *q = sk_sql(c->store, "SELECT DISTINCT d.person FROM deputies d JOIN accounts a ON "
                                "a.name = d.person WHERE d.deputy = ?2 AND " DAYS(
                                    "d") " AND a.locked = 0 AND a.joins <= ?1 AND (a.leaves = 0 OR "
                                         "a.leaves >= ?1) ORDER BY d.person");
    sk_sql_int(q, c->today);
    sk_sql_text(q, deputy);
    if (!sk_sql_collect_text(q, persons, error))
        return false;
    for (guint i = 0; i < persons->len; i++) {
        c->on_behalf_of = g_ptr_array_index(persons, i);
        if (!add_person(c, c->on_behalf_of, error))
            return false;
    }
    return true;
}

bool
sk_organisation_heads(SkStore *store, SkAccount *account, GError **error)
{
    g_autoptr(GPtrArray) out = g_ptr_array_new_with_free_func(headship_free);
    Collect c = { .store = store, .out = out, .today = sk_organisation_today(store) };

    if (account->role != SK_ROLE_ADMINISTRATOR && account->role != SK_ROLE_AUDITOR &&
        !account->locked &&
        (!add_person(&c, account->name, error) || !add_deputyships(&c, account->name, error)))
        return false;
    g_clear_pointer(&account->heads, g_ptr_array_unref);
    account->heads = g_steal_pointer(&out);
    return true;
}

bool
sk_account_heads(const SkAccount *account, const char *section, SkRole role, const SkHeadship **ret)
{
    const SkHeadship *found = NULL;
    for (guint i = 0; account->heads != NULL && i < account->heads->len; i++) {
        const SkHeadship *h = g_ptr_array_index(account->heads, i);
        if (h->role != role || (*h->section != '\0' && strcmp(h->section, section) != 0))
            continue;
        if (found == NULL || (found->on_behalf_of != NULL && h->on_behalf_of == NULL))
            found = h;
    }
    if (ret != NULL && found != NULL)
        *ret = found;
    return found != NULL;
}
