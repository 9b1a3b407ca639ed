/* SPDX-License-Identifier: Apache-2.0
 * import-plan.c - contract in import-parts.h: what the list ends, what it changes, whom it lets
 * decide. */
#include "store/import-parts.h"

#include <string.h>

#define DEPTH_MAX 64u

static bool
is_open(int until, int on)
{
    return until == 0 || until >= on;
}

/* ---- ends ---- */

static void
end_tenure(SkPlanTenure *t, int last)
{
    if (t->from > last) {
        t->dropped = true; /* never held, as far as anybody knew */
    } else if (t->until == 0 || t->until > last) {
        t->until = last;
        t->changed = true;
    }
}

/* From which day the list says what @p holds; 0 = it says nothing of that. */
static int
listed_from(const SkImport *self, const SkPlanPerson *p)
{
    int first = 0;
    for (guint i = 0; i < p->tenures->len; i++) {
        const SkPlanTenure *t = g_ptr_array_index(p->tenures, i);
        int from = MAX(t->from, self->options.on);
        if (t->listed && (first == 0 || from < first))
            first = from;
    }
    return first;
}

static void
end_listed(const SkImport *self, SkPlanPerson *p)
{
    int first = listed_from(self, p);
    for (guint i = 0; i < p->tenures->len; i++) {
        SkPlanTenure *t = g_ptr_array_index(p->tenures, i);
        if (first != 0 && !t->listed)
            end_tenure(t, first - 1);
        if (p->leaves != 0)
            end_tenure(t, p->leaves);
    }
}

/* Not in a list that says it is whole. Accounts that somebody made by hand stay, without posts. */
static void
end_missing(const SkImport *self, SkPlanPerson *p)
{
    int last = self->options.on - 1;

    if (self->options.directory && !p->ldap)
        return;
    for (guint i = 0; i < p->tenures->len; i++)
        end_tenure(g_ptr_array_index(p->tenures, i), last);
    if ((p->imported || self->options.directory) && is_open(p->leaves, self->options.on)) {
        p->leaves = last;
        p->left = p->changed = true;
    }
}

static void
end_unnamed(SkImport *self)
{
    int last = self->options.on - 1;

    for (guint i = 0; self->has_people && i < self->post_list->len; i++) {
        SkPlanPost *p = g_ptr_array_index(self->post_list, i);
        if (!p->named && is_open(p->until, self->options.on)) {
            p->until = MAX(last, p->from);
            p->changed = true;
        }
    }
    for (guint i = 0; self->has_sections && i < self->section_list->len; i++) {
        SkPlanSection *s = g_ptr_array_index(self->section_list, i);
        if (s->row.row == NULL && is_open(s->until, self->options.on)) {
            s->until = MAX(last, s->from);
            s->changed = true;
        }
    }
}

/* ---- what changes ---- */

static void
count_person(SkImport *self, SkPlanPerson *p)
{
    bool moved = false;

    for (guint i = 0; i < p->tenures->len; i++) {
        const SkPlanTenure *t = g_ptr_array_index(p->tenures, i);
        moved |= t->changed || t->dropped;
    }
    if (p->row.row != NULL && p->known && p->leaves != 0 && p->changed)
        p->left = true;
    if (!p->known)
        self->changes.added++;
    else if (p->left)
        self->changes.left++;
    else if (moved || p->changed)
        self->changes.moved++;
    else if (p->row.row != NULL)
        self->changes.unchanged++;
}

/* ---- approvers ---- */

const char *
sk_plan_right(const SkPlanPost *post)
{
    const SkSecurityRole *r = sk_security_role_lookup(post->role);
    if (r != NULL && r->role != 0)
        return r->code;
    return post->head ? sk_role_name(SK_ROLE_SECTION_HEAD) : NULL;
}

/* Another title in the same section is no new right, as long as it lasts no longer. */
static bool
had_right(const SkPlanPerson *p, const SkPlanTenure *t)
{
    for (guint i = 0; i < p->tenures->len; i++) {
        const SkPlanTenure *other = g_ptr_array_index(p->tenures, i);
        if (other != t && other->id != 0 && other->from <= t->from &&
            (other->was_until == 0 || (t->until != 0 && t->until <= other->was_until)) &&
            other->post->head == t->post->head && strcmp(other->post->role, t->post->role) == 0 &&
            strcmp(other->post->section, t->post->section) == 0)
            return true;
    }
    return false;
}

bool
sk_plan_lasts_longer(const SkPlanTenure *t)
{
    return t->was_until != 0 && (t->until == 0 || t->until > t->was_until);
}

void
sk_import_add_approver(GPtrArray *to, const SkPlanPerson *person, const char *section,
                       const char *title, const char *role)
{
    SkImportApprover *a = g_new0(SkImportApprover, 1);
    a->name = g_strdup(person->name);
    a->label = g_strdup(person->label);
    a->section = g_strdup(section);
    a->title = g_strdup(title);
    a->role = role;
    g_ptr_array_add(to, a);
}

static void
find_approvers(SkImport *self, const SkPlanPerson *p)
{
    for (guint i = 0; i < p->tenures->len; i++) {
        const SkPlanTenure *t = g_ptr_array_index(p->tenures, i);
        const char *right = sk_plan_right(t->post);
        bool more = t->id == 0 || sk_plan_lasts_longer(t);
        if (right == NULL || t->dropped || !more || had_right(p, t))
            continue;
        sk_import_add_approver(self->approvers, p, t->post->section, t->post->title, right);
    }
}

/* Is @above the section @s is hung under now, or above that one? Circles are told by the rules. */
static bool
is_above(const SkImport *self, const SkPlanSection *s, const char *above)
{
    for (unsigned steps = 0;
         s != NULL && s->parent != NULL && *s->parent != '\0' && steps < DEPTH_MAX; steps++) {
        if (strcmp(s->parent, above) == 0)
            return true;
        s = g_hash_table_lookup(self->sections, s->parent);
    }
    return false;
}

static bool
reaches(const SkImport *self, const SkPlanPost *post, const SkPlanSection *s)
{
    const SkSecurityRole *r = sk_security_role_lookup(post->role);
    const SkPlanSection *own = g_hash_table_lookup(self->sections, post->section);

    if (r != NULL && r->role == SK_ROLE_SECURITY_MANAGER && r->reach == SK_REACH_BODY)
        return own != NULL && own->body != NULL && s->body != NULL &&
               strcmp(own->body, s->body) == 0;
    return is_above(self, s, post->section);
}

/* Whoever stands above a section that is hung elsewhere may decide for it from then on: that is
 * making an approver, too. */
static void
find_reached(SkImport *self, const SkPlanPerson *p, const SkPlanSection *s)
{
    for (guint i = 0; i < p->tenures->len; i++) {
        const SkPlanTenure *t = g_ptr_array_index(p->tenures, i);
        const char *right = sk_plan_right(t->post);
        bool over = t->dropped || (t->until != 0 && t->until < self->options.on);
        if (right != NULL && !over && strcmp(t->post->section, s->code) != 0 &&
            reaches(self, t->post, s))
            sk_import_add_approver(self->approvers, p, s->code, t->post->title, right);
    }
}

static void
find_rehung(SkImport *self)
{
    for (guint i = 0; i < self->section_list->len; i++) {
        const SkPlanSection *s = g_ptr_array_index(self->section_list, i);
        for (guint k = 0; s->rehung && k < self->person_list->len; k++)
            find_reached(self, g_ptr_array_index(self->person_list, k), s);
    }
}

static int
by_name(const void *a, const void *b)
{
    const SkImportApprover *x = *(void *const *)a;
    const SkImportApprover *y = *(void *const *)b;
    int order = strcmp(x->name, y->name);
    return order != 0 ? order : strcmp(x->section, y->section);
}

void
sk_import_plan(SkImport *self)
{
    for (guint i = 0; i < self->person_list->len; i++) {
        SkPlanPerson *p = g_ptr_array_index(self->person_list, i);
        if (p->row.row != NULL)
            end_listed(self, p);
        else if (self->options.missing && self->has_people)
            end_missing(self, p);
        count_person(self, p);
        find_approvers(self, p);
    }
    find_rehung(self);
    if (self->options.missing && !self->options.directory)
        end_unnamed(self);
    for (guint i = 0; i < self->section_list->len; i++)
        self->changes.sections += ((SkPlanSection *)self->section_list->pdata[i])->changed;
    for (guint i = 0; i < self->post_list->len; i++)
        self->changes.posts += ((SkPlanPost *)self->post_list->pdata[i])->id == 0;
    sk_import_relieve(self);
    g_ptr_array_sort(self->approvers, by_name);
    g_ptr_array_sort(self->relieved, by_name);
}
