/* SPDX-License-Identifier: Apache-2.0
 * import-known.c - contract in import-parts.h: the plan of an import, and what the station knows
 * before it. All of it is read at once: ten thousand people are a few megabytes. */
#include "store/import-parts.h"

static void
section_free(void *data)
{
    SkPlanSection *s = data;
    g_free(s->code);
    g_free(s->body);
    g_free(s->parent);
    g_free(s->label);
    g_free(s);
}

static void
post_free(void *data)
{
    SkPlanPost *p = data;
    g_free(p->section);
    g_free(p->title);
    g_free(p->role);
    g_free(p);
}

static void
person_free(void *data)
{
    SkPlanPerson *p = data;
    g_free(p->name);
    g_free(p->label);
    g_free(p->kana);
    g_free(p->number);
    g_free(p->mail);
    g_ptr_array_unref(p->tenures);
    g_free(p);
}

static void
error_free(void *data)
{
    SkImportError *e = data;
    g_free(e->sheet);
    g_free(e->column);
    g_free(e->value);
    g_free(e->ja);
    g_free(e->en);
    g_free(e);
}

static void
approver_free(void *data)
{
    SkImportApprover *a = data;
    g_free(a->name);
    g_free(a->label);
    g_free(a->section);
    g_free(a->title);
    g_free(a);
}

SkImport *
sk_import_new(const SkImportOptions *options, int today)
{
    SkImport *self = g_new0(SkImport, 1);
    self->options = *options;
    self->today = today;
    self->headers = g_array_new(FALSE, TRUE, sizeof(SkHeader));
    self->errors = g_ptr_array_new_with_free_func(error_free);
    self->ignored = g_ptr_array_new_with_free_func(g_free);
    self->kept = g_ptr_array_new_with_free_func(g_free);
    self->own = g_ptr_array_new_with_free_func(g_free);
    self->approvers = g_ptr_array_new_with_free_func(approver_free);
    self->relieved = g_ptr_array_new_with_free_func(approver_free);
    self->sections = g_hash_table_new(g_str_hash, g_str_equal);
    self->posts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->people = g_hash_table_new(g_str_hash, g_str_equal);
    self->section_list = g_ptr_array_new_with_free_func(section_free);
    self->post_list = g_ptr_array_new_with_free_func(post_free);
    self->person_list = g_ptr_array_new_with_free_func(person_free);
    return self;
}

void
sk_import_free(SkImport *self)
{
    if (self == NULL)
        return;
    g_clear_pointer(&self->sheets, g_ptr_array_unref);
    g_array_unref(self->headers);
    g_ptr_array_unref(self->errors);
    g_ptr_array_unref(self->ignored);
    g_ptr_array_unref(self->kept);
    g_ptr_array_unref(self->own);
    g_ptr_array_unref(self->approvers);
    g_ptr_array_unref(self->relieved);
    g_hash_table_unref(self->sections);
    g_hash_table_unref(self->posts);
    g_hash_table_unref(self->people);
    g_ptr_array_unref(self->section_list);
    g_ptr_array_unref(self->post_list);
    g_ptr_array_unref(self->person_list);
    g_free(self);
}

/* ---- the plan's parts ---- */

SkPlanSection *
sk_plan_section(SkImport *self, const char *code)
{
    SkPlanSection *s = g_hash_table_lookup(self->sections, code);
    if (s != NULL)
        return s;
    s = g_new0(SkPlanSection, 1);
    s->code = g_strdup(code);
    g_ptr_array_add(self->section_list, s);
    g_hash_table_insert(self->sections, s->code, s);
    return s;
}

SkPlanPost *
sk_plan_post(SkImport *self, const char *section, const char *title, bool head, const char *role)
{
    g_autofree char *key = g_strdup_printf("%s\t%s\t%d\t%s", section, title, (int)head, role);
    SkPlanPost *p = g_hash_table_lookup(self->posts, key);
    if (p != NULL)
        return p;
    p = g_new0(SkPlanPost, 1);
    p->section = g_strdup(section);
    p->title = g_strdup(title);
    p->role = g_strdup(role);
    p->head = head;
    g_ptr_array_add(self->post_list, p);
    g_hash_table_insert(self->posts, g_steal_pointer(&key), p);
    return p;
}

SkPlanPerson *
sk_plan_person(SkImport *self, const char *name)
{
    SkPlanPerson *p = g_hash_table_lookup(self->people, name);
    if (p != NULL)
        return p;
    p = g_new0(SkPlanPerson, 1);
    p->name = g_strdup(name);
    p->label = g_strdup("");
    p->kana = g_strdup("");
    p->number = g_strdup("");
    p->mail = g_strdup("");
    p->role = SK_ROLE_STAFF;
    p->tenures = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(self->person_list, p);
    g_hash_table_insert(self->people, p->name, p);
    return p;
}

SkPlanTenure *
sk_plan_tenure(SkPlanPerson *person, SkPlanPost *post, int from, int until)
{
    SkPlanTenure *t = g_new0(SkPlanTenure, 1);
    t->post = post;
    t->from = from;
    t->until = until;
    g_ptr_array_add(person->tenures, t);
    return t;
}

/* ---- what is known ---- */

static bool
read_sections(SkStore *store, SkImport *self, GError **error)
{
    SkSql *q = sk_sql(store, "SELECT code, body, parent, label, from_day, until_day FROM sections "
                             "ORDER BY code");
    bool row = false;
    while (sk_sql_next(q, &row, error)) {
        if (!row)
            return true;
        SkPlanSection *s = sk_plan_section(self, sk_sql_peek_text(q, 0));
        s->body = sk_sql_get_text(q, 1);
        s->parent = sk_sql_get_text(q, 2);
        s->label = sk_sql_get_text(q, 3);
        s->from = (int)sk_sql_get_int(q, 4);
        s->until = (int)sk_sql_get_int(q, 5);
        s->known = true;
    }
    return false;
}

static bool
read_posts(SkStore *store, SkImport *self, GHashTable *by_id, GError **error)
{
    SkSql *q = sk_sql(store, "SELECT id, section, title, grade = 'head', role, from_day, until_day "
                             "FROM posts ORDER BY id");
    bool row = false;
    while (sk_sql_next(q, &row, error)) {
        if (!row)
            return true;
        SkPlanPost *p = sk_plan_post(self, sk_sql_peek_text(q, 1), sk_sql_peek_text(q, 2),
                                     sk_sql_get_int(q, 3) != 0, sk_sql_peek_text(q, 4));
        p->id = sk_sql_get_int(q, 0);
        p->from = (int)sk_sql_get_int(q, 5);
        p->until = (int)sk_sql_get_int(q, 6);
        g_hash_table_insert(by_id, &p->id, p);
    }
    return false;
}

static void
take(char **slot, SkSql *q, int column)
{
    g_free(*slot);
    *slot = sk_sql_get_text(q, column);
}

static bool
read_people(SkStore *store, SkImport *self, GError **error)
{
    SkSql *q = sk_sql(store, "SELECT name, label, kana, number, mail, role, locked, source = "
                             "'import', joins, leaves, source = 'local', source = 'ldap', password <> '', EXISTS "
                             "(SELECT 1 FROM deputies WHERE deputy = name AND until_day >= ?), name IN (SELECT account "
                             "FROM break_glass) FROM accounts ORDER BY name");
    bool row = false;
    sk_sql_int(q, self->options.on);
    while (sk_sql_next(q, &row, error)) {
        if (!row)
            return true;
        SkPlanPerson *p = sk_plan_person(self, sk_sql_peek_text(q, 0));
        take(&p->label, q, 1);
        take(&p->kana, q, 2);
        take(&p->number, q, 3);
        take(&p->mail, q, 4);
        p->role = sk_role_lookup(sk_sql_peek_text(q, 5));
        p->locked = sk_sql_get_int(q, 6) != 0;
        p->imported = sk_sql_get_int(q, 7) != 0;
        p->joins = p->was_joins = (int)sk_sql_get_int(q, 8);
        p->leaves = p->was_leaves = (int)sk_sql_get_int(q, 9);
        p->local = sk_sql_get_int(q, 10) != 0;
        p->ldap = sk_sql_get_int(q, 11) != 0;
        p->own_password = sk_sql_get_int(q, 12) != 0;
        p->deputy = sk_sql_get_int(q, 13) != 0;
        p->glass = sk_sql_get_int(q, 14) != 0;
        p->known = true;
    }
    return false;
}

/* What ended before the day is history, and stays as it is. */
static bool
read_tenures(SkStore *store, SkImport *self, GHashTable *posts, GError **error)
{
    SkSql *q =
        sk_sql(store, "SELECT id, person, post, from_day, until_day, main FROM tenures WHERE "
                      "until_day = 0 OR until_day >= ? ORDER BY id");
    bool row = false;
    sk_sql_int(q, self->options.on);
    while (sk_sql_next(q, &row, error)) {
        if (!row)
            return true;
        int64_t post = sk_sql_get_int(q, 2);
        SkPlanTenure *t = sk_plan_tenure(sk_plan_person(self, sk_sql_peek_text(q, 1)),
                                         g_hash_table_lookup(posts, &post),
                                         (int)sk_sql_get_int(q, 3), (int)sk_sql_get_int(q, 4));
        t->id = sk_sql_get_int(q, 0);
        t->main = sk_sql_get_int(q, 5) != 0;
        t->was_until = t->until;
        t->was_main = t->main;
        g_assert(t->post != NULL); /* foreign keys are on */
    }
    return false;
}

bool
sk_import_known(SkStore *store, SkImport *self, GError **error)
{
    g_autoptr(GHashTable) posts = g_hash_table_new(g_int64_hash, g_int64_equal);
    return read_sections(store, self, error) && read_posts(store, self, posts, error) &&
           read_people(store, self, error) && read_tenures(store, self, posts, error);
}
