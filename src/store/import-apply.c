/* SPDX-License-Identifier: Apache-2.0
 * import-apply.c - contract in import-parts.h: the plan into the database, with an act for each
 * account and each post that is given or ended. */
#include "store/import-parts.h"

#include "base/uuid.h"
#include "store/person.h"

static bool
write_section(SkStore *store, const SkPlanSection *s, GError **error)
{
    g_autofree char *label = sk_person_fold(s->label);
    g_autofree char *search = g_strconcat(s->code, "\n", label, NULL);
    SkSql *q = sk_sql(store, "INSERT INTO sections (code, body, parent, label, search, from_day, "
                             "until_day) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (code) DO UPDATE "
                             "SET body = excluded.body, parent = excluded.parent, label = "
                             "excluded.label, search = excluded.search, from_day = "
                             "excluded.from_day, until_day = excluded.until_day");
    sk_sql_text(q, s->code);
    sk_sql_text(q, s->body);
    sk_sql_text(q, s->parent);
    sk_sql_text(q, s->label);
    sk_sql_text(q, search);
    sk_sql_int(q, s->from);
    sk_sql_int(q, s->until);
    return sk_sql_run(q, error);
}

static bool
insert_post(SkStore *store, SkPlanPost *p, GError **error)
{
    SkSql *q = sk_sql(store, "INSERT INTO posts (section, title, grade, role, from_day, until_day) "
                             "VALUES (?, ?, ?, ?, ?, ?)");
    sk_sql_text(q, p->section);
    sk_sql_text(q, p->title);
    sk_sql_text(q, p->head ? "head" : "member");
    sk_sql_text(q, p->role);
    sk_sql_int(q, p->from);
    sk_sql_int(q, p->until);
    if (!sk_sql_run(q, error))
        return false;
    p->id = sqlite3_last_insert_rowid(store->db);
    return true;
}

static bool
update_post(SkStore *store, const SkPlanPost *p, GError **error)
{
    SkSql *q = sk_sql(store, "UPDATE posts SET from_day = ?, until_day = ? WHERE id = ?");
    sk_sql_int(q, p->from);
    sk_sql_int(q, p->until);
    sk_sql_int(q, p->id);
    return sk_sql_run(q, error);
}

/* ---- people ---- */

static SkAccount
account_of(const SkPlanPerson *p)
{
    return (SkAccount){ .name = p->name,
                        .label = p->label,
                        .role = SK_ROLE_STAFF,
                        .section = (char *)"",
                        .kana = p->kana,
                        .number = p->number,
                        .mail = p->mail,
                        .source = (char *)(p->ldap ? "ldap" : "import"),
                        .joins = p->joins,
                        .leaves = p->leaves };
}

static bool
update_person(SkStore *store, const SkPlanPerson *p, const char *actor, GError **error)
{
    SkAccount account = account_of(p);
    g_autofree char *sort = sk_person_sort(&account);
    g_autofree char *search = sk_person_search(&account);
    SkSql *q = sk_sql(store, "UPDATE accounts SET label = ?, kana = ?, number = ?, mail = ?, joins "
                             "= ?, leaves = ?, sort = ?, search = ?, source = iif(?, 'ldap', source) "
                             "WHERE name = ?");
    sk_sql_text(q, p->label);
    sk_sql_text(q, p->kana);
    sk_sql_text(q, p->number);
    sk_sql_text(q, p->mail);
    sk_sql_int(q, p->joins);
    sk_sql_int(q, p->leaves);
    sk_sql_text(q, sort);
    sk_sql_text(q, search);
    sk_sql_int(q, p->ldap);
    sk_sql_text(q, p->name);
    return sk_sql_run(q, error) &&
           sk_account_act(store, p->left ? "account-left" : "account-changed", p->name, actor,
                          (SkRole)0, error);
}

static bool
tenure_act(SkStore *store, const char *act_name, const SkPlanPerson *p, const SkPlanTenure *t,
           const char *actor, GError **error)
{
    uint8_t salt[SK_SALT_BYTES];
    g_autoptr(SkLeaf) leaf = sk_leaf_new();
    SkActRow act = { .act = act_name, .actor = actor, .detail = p->name };

    sk_random(salt, sizeof salt);
    sk_leaf_hidden(leaf, "account", salt, p->name);
    sk_leaf_string(leaf, "section", t->post->section);
    sk_leaf_string(leaf, "grade", t->post->head ? "head" : "member");
    sk_leaf_string(leaf, "role", t->post->role);
    sk_leaf_integer(leaf, "from", t->from);
    sk_leaf_integer(leaf, "until", t->until);
    sk_leaf_integer(leaf, "main", t->main);
    return sk_db_act(store, &act, leaf, NULL, NULL, error);
}

static bool
insert_tenure(SkStore *store, const SkPlanPerson *p, const SkPlanTenure *t, GError **error)
{
    SkSql *q = sk_sql(store, "INSERT INTO tenures (person, post, from_day, until_day, main) VALUES "
                             "(?, ?, ?, ?, ?)");
    sk_sql_text(q, p->name);
    sk_sql_int(q, t->post->id);
    sk_sql_int(q, t->from);
    sk_sql_int(q, t->until);
    sk_sql_int(q, t->main);
    return sk_sql_run(q, error);
}

static bool
update_tenure(SkStore *store, const SkPlanTenure *t, GError **error)
{
    SkSql *q = t->dropped
                   ? sk_sql(store, "DELETE FROM tenures WHERE id = ?1")
                   : sk_sql(store, "UPDATE tenures SET until_day = ?2, main = ?3 WHERE id = ?1");
    sk_sql_int(q, t->id);
    if (!t->dropped) {
        sk_sql_int(q, t->until);
        sk_sql_int(q, t->main);
    }
    return sk_sql_run(q, error);
}

/* What becomes of the tenure, as one act; NULL: nothing does. */
static const char *
act_of(const SkPlanTenure *t)
{
    if (t->id == 0)
        return t->dropped ? NULL : "post-given";
    if (t->dropped)
        return "post-withdrawn";
    if (sk_plan_lasts_longer(t))
        return "post-lengthened";
    if (t->until != t->was_until)
        return "post-ended";
    return t->main != t->was_main ? "post-changed" : NULL;
}

static bool
write_tenure(SkStore *store, const SkPlanPerson *p, const SkPlanTenure *t, const char *actor,
             GError **error)
{
    const char *act_name = act_of(t);

    if (act_name == NULL)
        return true;
    bool ok = t->id == 0 ? insert_tenure(store, p, t, error) : update_tenure(store, t, error);
    return ok && tenure_act(store, act_name, p, t, actor, error);
}

static bool
write_person(SkStore *store, const SkPlanPerson *p, const char *actor, GError **error)
{
    SkAccount account = account_of(p);

    if (!p->known && !sk_account_insert(store, &account, "", actor, error))
        return false;
    if (p->known && p->changed && !update_person(store, p, actor, error))
        return false;
    for (guint i = 0; i < p->tenures->len; i++)
        if (!write_tenure(store, p, g_ptr_array_index(p->tenures, i), actor, error))
            return false;
    return true;
}

/* ---- all of it ---- */

static bool
import_act(SkStore *store, const SkImport *self, const char *actor, GError **error)
{
    g_autoptr(SkLeaf) leaf = sk_leaf_new();
    SkActRow act = { .act = "people-imported", .actor = actor };

    sk_leaf_integer(leaf, "on", self->options.on);
    sk_leaf_integer(leaf, "added", self->changes.added);
    sk_leaf_integer(leaf, "moved", self->changes.moved);
    sk_leaf_integer(leaf, "left", self->changes.left);
    sk_leaf_integer(leaf, "approvers", self->approvers->len);
    sk_leaf_integer(leaf, "relieved", self->relieved->len);
    return sk_db_act(store, &act, leaf, NULL, NULL, error);
}

bool
sk_import_write(SkStore *store, SkImport *self, const char *actor, GError **error)
{
    g_assert(self->errors->len == 0);
    if (!import_act(store, self, actor, error))
        return false;
    for (guint i = 0; i < self->section_list->len; i++) {
        const SkPlanSection *s = g_ptr_array_index(self->section_list, i);
        if (s->changed && !write_section(store, s, error))
            return false;
    }
    for (guint i = 0; i < self->post_list->len; i++) {
        SkPlanPost *p = g_ptr_array_index(self->post_list, i);
        if (p->id == 0 ? !insert_post(store, p, error)
                       : p->changed && !update_post(store, p, error))
            return false;
    }
    for (guint i = 0; i < self->person_list->len; i++)
        if (!write_person(store, g_ptr_array_index(self->person_list, i), actor, error))
            return false;
    return sk_organisation_apply_in(store, self->today, error);
}
