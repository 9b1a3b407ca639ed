/* SPDX-License-Identifier: Apache-2.0
 * import-relieved.c - contract in import-parts.h: whose service as somebody who decides, audits or
 * administers the list ends. Whoever could end it alone could be rid of the auditor by a line in a list. */
#include "store/import-parts.h"

#include <string.h>

/* Does @p go on having what @t gave, in the same place and as long as it was to last? */
static bool
goes_on(const SkPlanPerson *p, const SkPlanTenure *t)
{
    int end = t->dropped ? t->from : t->until + 1; /* the first day on which it is over */

    for (guint i = 0; i < p->tenures->len; i++) {
        const SkPlanTenure *o = g_ptr_array_index(p->tenures, i);
        if (o != t && !o->dropped && o->from <= end &&
            (o->until == 0 || (t->was_until != 0 && o->until >= t->was_until)) &&
            o->post->head == t->post->head && strcmp(o->post->role, t->post->role) == 0 &&
            strcmp(o->post->section, t->post->section) == 0)
            return true;
    }
    return false;
}

static bool
is_cut(const SkPlanTenure *t)
{
    return t->id != 0 &&
           (t->dropped || (t->until != 0 && (t->was_until == 0 || t->until < t->was_until)));
}

static unsigned
relieve_of_posts(SkImport *self, const SkPlanPerson *p)
{
    unsigned n = 0;

    for (guint i = 0; i < p->tenures->len; i++) {
        const SkPlanTenure *t = g_ptr_array_index(p->tenures, i);
        const char *right = sk_plan_right(t->post);
        if (right == NULL || !is_cut(t) || goes_on(p, t))
            continue;
        sk_import_add_approver(self->relieved, p, t->post->section, t->post->title, right);
        n++;
    }
    return n;
}

/* Is the account shut by the list, or sooner than it would have been? */
static bool
is_shut(const SkImport *self, const SkPlanPerson *p)
{
    bool sooner = p->leaves != 0 && (p->was_leaves == 0 || p->leaves < p->was_leaves);
    bool later = p->joins > p->was_joins && p->joins > self->today;
    return sooner || later;
}

/* Who has a role by hand and never held a post has what their posts give from the first one on. */
static bool
is_replaced(const SkPlanPerson *p)
{
    bool given = false;

    if (p->role == SK_ROLE_ADMINISTRATOR)
        return false; /* stays one, whatever the posts */
    for (guint i = 0; i < p->tenures->len; i++) {
        const SkPlanTenure *t = g_ptr_array_index(p->tenures, i);
        const SkSecurityRole *r = sk_security_role_lookup(t->post->role);
        if (t->id != 0)
            return false;
        if (t->dropped)
            continue;
        if ((r != NULL && r->role == p->role) || (t->post->head && p->role == SK_ROLE_SECTION_HEAD))
            return false;
        given = true;
    }
    return given;
}

void
sk_import_relieve(SkImport *self)
{
    for (guint i = 0; i < self->person_list->len; i++) {
        const SkPlanPerson *p = g_ptr_array_index(self->person_list, i);
        if (!p->known || p->locked)
            continue;
        unsigned posts = relieve_of_posts(self, p);
        if (posts == 0 && p->role != SK_ROLE_STAFF && (is_shut(self, p) || is_replaced(p)))
            sk_import_add_approver(self->relieved, p, "", "", sk_role_name(p->role));
    }
}
