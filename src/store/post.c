/* SPDX-License-Identifier: Apache-2.0
 * post.c - contract in post.h: posts, their holders, and those that have none. */
#include "store/post.h"

#include "store/db.h"

static void
tenure_free(void *data)
{
    SkTenure *t = data;
    g_free(t->person);
    g_free(t->label);
    g_free(t->section);
    g_free(t->section_label);
    g_free(t->title);
    g_free(t->role);
    g_free(t);
}

#define COLUMNS                                                                                    \
    "p.section, s.label, p.title, p.grade = 'head', p.role, t.person, a.label, t.from_day, "       \
    "t.until_day, t.main"
#define HELD                                                                                       \
    " FROM posts p JOIN sections s ON s.code = p.section JOIN tenures t ON t.post = p.id JOIN "    \
    "accounts a ON a.name = t.person WHERE "
#define TODAY(t) t ".from_day <= ?2 AND (" t ".until_day = 0 OR " t ".until_day >= ?2)"

static SkTenure *
read_tenure(SkSql *q)
{
    SkTenure *t = g_new0(SkTenure, 1);
    t->section = sk_sql_get_text(q, 0);
    t->section_label = sk_sql_get_text(q, 1);
    t->title = sk_sql_get_text(q, 2);
    t->head = sk_sql_get_int(q, 3) != 0;
    t->role = sk_sql_get_text(q, 4);
    t->person = sk_sql_get_text(q, 5);
    t->label = sk_sql_get_text(q, 6);
    t->from = (int)sk_sql_get_int(q, 7);
    t->until = (int)sk_sql_get_int(q, 8);
    t->main = sk_sql_get_int(q, 9) != 0;
    return t;
}

static bool
collect(SkSql *q, GPtrArray **ret, GError **error)
{
    g_autoptr(GPtrArray) out = g_ptr_array_new_with_free_func(tenure_free);
    bool row = false;
    while (sk_sql_next(q, &row, error)) {
        if (!row) {
            *ret = g_steal_pointer(&out);
            return true;
        }
        g_ptr_array_add(out, read_tenure(q));
    }
    return false;
}

bool
sk_tenures_of(SkStore *self, const char *name, GPtrArray **ret, GError **error)
{
    SkSql *q = sk_sql(self, "SELECT " COLUMNS HELD
                            "t.person = ?1 ORDER BY t.from_day DESC, t.main DESC, t.id LIMIT ?2");
    self->why = "";
    sk_sql_text(q, name);
    sk_sql_int(q, SK_LIST_LIMIT_MAX);
    return collect(q, ret, error);
}

bool
sk_tenures_at(SkStore *self, const char *section, GPtrArray **ret, GError **error)
{
    SkSql *q = sk_sql(self, "SELECT " COLUMNS HELD
                            "p.section = ?1 AND (p.grade = 'head' OR p.role <> '') AND " TODAY(
                                "t") " ORDER BY p.id, t.id LIMIT ?3");
    self->why = "";
    sk_sql_text(q, section);
    sk_sql_int(q, sk_organisation_today(self));
    sk_sql_int(q, SK_LIST_LIMIT_MAX);
    return collect(q, ret, error);
}

bool
sk_tenures_with(SkStore *self, const char *role, unsigned limit, GPtrArray **ret, GError **error)
{
    SkSql *q = sk_sql(self, "SELECT " COLUMNS HELD "p.role = ?1 AND p.role <> '' AND " TODAY(
                                "t") " ORDER BY p.section, t.id LIMIT ?3");
    self->why = "";
    sk_sql_text(q, role);
    sk_sql_int(q, sk_organisation_today(self));
    sk_sql_int(q, limit);
    return collect(q, ret, error);
}

#define VACANT                                                                                     \
    " FROM posts p INDEXED BY posts_answering JOIN sections s ON s.code = p.section WHERE "        \
    "(p.grade = 'head' OR p.role <> '') AND " TODAY("p") " AND " TODAY(                            \
        "s") " AND NOT EXISTS (SELECT 1 FROM tenures t WHERE t.post = p.id AND " TODAY("t") ")"

bool
sk_vacancies(SkStore *self, unsigned limit, GPtrArray **ret, unsigned *ret_n, GError **error)
{
    int today = sk_organisation_today(self);
    int64_t n = 0;
    SkSql *q = sk_sql(self, "SELECT count(*)" VACANT " AND ?1 = 0");

    self->why = "";
    sk_sql_int(q, 0);
    sk_sql_int(q, today);
    if (!sk_sql_one_int(q, 0, &n, error))
        return false;
    q = sk_sql(self, "SELECT p.section, s.label, p.title, p.grade = 'head', p.role, '', '', "
                     "p.from_day, p.until_day, 0" VACANT " ORDER BY p.section, p.id LIMIT ?1");
    sk_sql_int(q, limit);
    sk_sql_int(q, today);
    *ret_n = (unsigned)n;
    return collect(q, ret, error);
}
