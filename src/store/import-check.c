/* SPDX-License-Identifier: Apache-2.0
 * import-check.c - contract in import-parts.h: what must hold of the whole, after the list:
 * sections that hang together, one holder of what one person holds, nobody with two roles that must
 * be apart, somebody left who can unlock. */
#include "store/import-parts.h"

#include <string.h>

#define PARENTS_MAX 64u

/* ---- sections ---- */

static void
check_parent(SkImport *self, const SkPlanSection *s)
{
    const SkPlanSection *above =
        *s->parent == '\0' ? NULL : g_hash_table_lookup(self->sections, s->parent);
    unsigned steps = 0;

    if (*s->parent == '\0')
        return;
    if (above == NULL || above->body == NULL) {
        sk_import_error(self, &s->row, SK_COLUMN_PARENT, "parent-unknown", NULL);
        return;
    }
    if (strcmp(above->body, s->body) != 0) {
        sk_import_error(self, &s->row, SK_COLUMN_PARENT, "parent-body", NULL);
        return;
    }
    while (above != NULL && above != s && steps++ < PARENTS_MAX && above->parent != NULL)
        above = g_hash_table_lookup(self->sections, above->parent);
    if (above != NULL && (above == s || steps > PARENTS_MAX))
        sk_import_error(self, &s->row, SK_COLUMN_PARENT, "parent-circle", NULL);
}

static void
check_sections(SkImport *self)
{
    for (guint i = 0; i < self->section_list->len; i++) {
        const SkPlanSection *s = g_ptr_array_index(self->section_list, i);
        if (s->row.row != NULL && s->body != NULL && s->parent != NULL)
            check_parent(self, s);
    }
}

/* Nobody is left in a section that ends. Told once for a section. */
static void
check_used(SkImport *self)
{
    g_autoptr(GHashTable) told = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < self->person_list->len; i++) {
        const SkPlanPerson *p = g_ptr_array_index(self->person_list, i);
        for (guint k = 0; k < p->tenures->len; k++) {
            const SkPlanTenure *t = g_ptr_array_index(p->tenures, k);
            SkPlanSection *s = g_hash_table_lookup(self->sections, t->post->section);
            if (t->dropped || s == NULL || s->until == 0 ||
                (t->until != 0 && t->until <= s->until) || !g_hash_table_add(told, s))
                continue;
            if (s->row.row != NULL || t->row.row == NULL)
                sk_import_error(self, &s->row, SK_COLUMN_UNTIL, "section-used", p->label);
            else
                sk_import_error(self, &t->row, SK_COLUMN_SECTION, "section-used", p->label);
        }
    }
}

/* ---- people ---- */

static void
check_numbers(SkImport *self)
{
    g_autoptr(GHashTable) owners = g_hash_table_new(g_str_hash, g_str_equal);

    for (unsigned listed = 0; listed < 2; listed++) /* the station's first: the list is told off */
        for (guint i = 0; i < self->person_list->len; i++) {
            SkPlanPerson *p = g_ptr_array_index(self->person_list, i);
            bool gone = p->leaves != 0 && p->leaves < self->options.on;
            if (*p->number == '\0' || gone || (p->row.row != NULL) != (listed == 1))
                continue;
            const SkPlanPerson *owner = g_hash_table_lookup(owners, p->number);
            if (owner == NULL)
                g_hash_table_insert(owners, p->number, p);
            else if (listed == 1)
                sk_import_error(self, &p->row, SK_COLUMN_NUMBER, "number-held", owner->name);
        }
}

typedef struct {
    const SkPlanPerson *person;
    const SkPlanTenure *tenure;
} Held;

/* Where a role that one person holds is held by one: the town, a body, a section. */
static char *
reach_key(const SkImport *self, const SkSecurityRole *role, const char *section)
{
    const SkPlanSection *s = g_hash_table_lookup(self->sections, section);
    const char *body = s == NULL || s->body == NULL ? "" : s->body;
    const char *where = role->reach == SK_REACH_SECTION ? section
                        : role->reach == SK_REACH_BODY  ? body
                                                        : "";
    return g_strconcat(role->code, "\t", where, NULL);
}

static void
check_held(SkImport *self, GArray *holders, const SkPlanPerson *p, const SkPlanTenure *t)
{
    for (guint i = 0; i < holders->len; i++) {
        const Held *h = &g_array_index(holders, Held, i);
        if (h->person == p ||
            !sk_days_overlap(h->tenure->from, h->tenure->until, t->from, t->until))
            continue;
        if (t->row.row != NULL)
            sk_import_error(self, &t->row, SK_COLUMN_ROLE, "role-held", h->person->label);
        else if (h->tenure->row.row != NULL)
            sk_import_error(self, &h->tenure->row, SK_COLUMN_ROLE, "role-held", p->label);
        return;
    }
    Held held = { p, t };
    g_array_append_val(holders, held);
}

static void
free_array(void *array)
{
    g_array_unref(array);
}

static void
check_holders(SkImport *self)
{
    g_autoptr(GHashTable) all = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_array);

    for (guint i = 0; i < self->person_list->len; i++) {
        const SkPlanPerson *p = g_ptr_array_index(self->person_list, i);
        for (guint k = 0; k < p->tenures->len; k++) {
            const SkPlanTenure *t = g_ptr_array_index(p->tenures, k);
            const SkSecurityRole *role = sk_security_role_lookup(t->post->role);
            if (role == NULL || role->many || t->dropped)
                continue;
            g_autofree char *key = reach_key(self, role, t->post->section);
            GArray *holders = g_hash_table_lookup(all, key);
            if (holders == NULL) {
                holders = g_array_new(FALSE, FALSE, sizeof(Held));
                g_hash_table_insert(all, g_steal_pointer(&key), holders);
            }
            check_held(self, holders, p, t);
        }
    }
}

/* ---- roles that must be apart ---- */

static bool
carries(const SkPlanTenure *t, const char *code)
{
    return strcmp(t->post->role, code) == 0 || (t->post->head && strcmp(code, "approver") == 0);
}

/* Does @p hold @code at a time within @from to @until? */
static bool
holds(const SkPlanPerson *p, const char *code, int from, int until)
{
    if (strcmp(code, "administrator") == 0)
        return p->role == SK_ROLE_ADMINISTRATOR;
    for (guint i = 0; i < p->tenures->len; i++) {
        const SkPlanTenure *t = g_ptr_array_index(p->tenures, i);
        if (!t->dropped && carries(t, code) && sk_days_overlap(t->from, t->until, from, until))
            return true;
    }
    return false;
}

static const SkRoleConflict *
conflict_of(const SkPlanPerson *p, const SkPlanTenure *t)
{
    unsigned n = 0;
    const SkRoleConflict *all = sk_role_conflicts(&n);
    for (unsigned i = 0; i < n; i++) {
        const char *other = carries(t, all[i].a)   ? all[i].b
                            : carries(t, all[i].b) ? all[i].a
                                                   : NULL;
        if (other != NULL && holds(p, other, t->from, t->until))
            return &all[i];
    }
    return NULL;
}

static void
check_apart(SkImport *self, const SkPlanPerson *p)
{
    for (guint i = 0; i < p->tenures->len; i++) {
        const SkPlanTenure *t = g_ptr_array_index(p->tenures, i);
        const SkRoleConflict *rule =
            !t->listed || t->dropped || (!t->post->head && *t->post->role == '\0')
                ? NULL
                : conflict_of(p, t);
        if (rule != NULL) {
            sk_import_error_apart(self, &t->row, rule);
            return; /* the other row says the same */
        }
    }
}

/* ---- somebody is left ---- */

static bool
is_over(const SkImport *self, int leaves)
{
    return leaves != 0 && leaves < self->today;
}

/* As for single accounts (sk_account_last_administrator): who is locked, not there yet or gone counts
 * for nobody, and neither does the envelope. */
static void
check_left(SkImport *self, const char *actor)
{
    unsigned before = 0;
    unsigned after = 0;

    for (guint i = 0; i < self->person_list->len; i++) {
        const SkPlanPerson *p = g_ptr_array_index(self->person_list, i);
        if (actor != NULL && strcmp(p->name, actor) == 0 && p->left)
            sk_import_error(self, &p->row, SK_COLUMN_LEAVES, "own-account", NULL);
        if (p->role != SK_ROLE_ADMINISTRATOR || p->locked || p->glass ||
            p->was_joins > self->today || is_over(self, p->was_leaves))
            continue;
        before++;
        after += !p->left && p->joins <= self->today;
    }
    if (before > 0 && after == 0)
        sk_import_error(self, NULL, SK_COLUMN_COUNT, "last-administrator", NULL);
}

static int
by_place(const void *a, const void *b)
{
    const SkImportError *x = *(void *const *)a;
    const SkImportError *y = *(void *const *)b;
    int order = strcmp(x->sheet, y->sheet);
    if (order != 0)
        return order;
    return x->row < y->row ? -1 : x->row > y->row;
}

void
sk_import_rules(SkImport *self, const char *actor)
{
    check_sections(self);
    check_used(self);
    check_numbers(self);
    check_holders(self);
    for (guint i = 0; i < self->person_list->len; i++)
        check_apart(self, g_ptr_array_index(self->person_list, i));
    check_left(self, actor);
    g_ptr_array_sort(self->errors, by_place);
}
