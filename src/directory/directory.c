/* SPDX-License-Identifier: Apache-2.0
 * directory.c - contract in directory.h: entries into people, people into a table. */
#include "directory/parts.h"

#include "base/name.h"

#include <string.h>

#define SHOWN_MAX 200u

static void
person_free(void *data)
{
    SkDirectoryPerson *p = data;
    g_free(p->dn);
    for (unsigned i = 0; i < SK_DIRECTORY_VALUES; i++)
        g_free(p->values[i]);
    g_clear_pointer(&p->primary, g_bytes_unref);
    g_free(p);
}

static void
problem_free(void *data)
{
    SkDirectoryProblem *p = data;
    g_free(p->dn);
    g_free(p->attribute);
    g_free(p);
}

void
sk_directory_free(SkDirectory *self)
{
    if (self == NULL)
        return;
    g_ptr_array_unref(self->people);
    g_ptr_array_unref(self->problems);
    g_free(self);
}

typedef struct {
    const SkDirectorySettings *settings;
    SkDirectory *directory;
} Read;

static void
add_problem(const Read *r, const char *dn, const char *attribute, const char *code)
{
    if (r->directory->problems->len >= SK_DIRECTORY_PROBLEMS_MAX)
        return;
    SkDirectoryProblem *p = g_new0(SkDirectoryProblem, 1);
    p->dn = sk_text_plain(sk_span_str(dn), SHOWN_MAX);
    p->attribute = g_strdup(attribute);
    p->code = code;
    g_ptr_array_add(r->directory->problems, p);
}

/* (transfer full): never NULL. */
static char *
take_value(const Read *r, LDAP *ldap, LDAPMessage *entry, SkDirectoryValue which, const char *dn)
{
    const char *name = r->settings->attributes[which];
    bool needed = which == SK_DIRECTORY_ACCOUNT || which == SK_DIRECTORY_LABEL;
    struct berval **values = name == NULL ? NULL : ldap_get_values_len(ldap, entry, name);
    const char *wrong = NULL;
    char *out = sk_ldap_value(values, needed, which == SK_DIRECTORY_ACCOUNT, &wrong);

    if (wrong != NULL)
        add_problem(r, dn, name, wrong);
    ldap_value_free_len(values);
    return out;
}

/* Active Directory keeps who has a group as the primary one out of its `member`. */
static GBytes *
take_primary(const Read *r, LDAP *ldap, LDAPMessage *entry, const char *dn)
{
    struct berval **sid = ldap_get_values_len(ldap, entry, "objectSid");
    struct berval **rid = ldap_get_values_len(ldap, entry, "primaryGroupID");
    GBytes *out = NULL;

    if (sid != NULL && rid != NULL && sid[0] != NULL && rid[0] != NULL) {
        g_autofree char *text = sk_span_dup(sk_span(rid[0]->bv_val, rid[0]->bv_len));
        out = sk_ldap_primary(sk_span(sid[0]->bv_val, sid[0]->bv_len), text);
        if (out == NULL)
            add_problem(r, dn, "primaryGroupID", "bad-text");
    }
    ldap_value_free_len(sid);
    ldap_value_free_len(rid);
    return out;
}

static bool
take_person(LDAP *ldap, LDAPMessage *entry, void *data, GError **error)
{
    const Read *r = data;
    char *name = ldap_get_dn(ldap, entry);
    SkDirectoryPerson *p = g_new0(SkDirectoryPerson, 1);

    g_ptr_array_add(r->directory->people, p);
    p->dn = name == NULL ? NULL : sk_ldap_dn(name);
    p->role = "";
    for (unsigned i = 0; i < SK_DIRECTORY_VALUES; i++)
        p->values[i] = take_value(r, ldap, entry, (SkDirectoryValue)i, name == NULL ? "" : name);
    p->primary = take_primary(r, ldap, entry, name == NULL ? "" : name);
    ldap_memfree(name);
    /* Directories take no account of case in names of accounts; the station does. */
    char *account = g_ascii_strdown(p->values[SK_DIRECTORY_ACCOUNT], -1);
    g_free(p->values[SK_DIRECTORY_ACCOUNT]);
    p->values[SK_DIRECTORY_ACCOUNT] = account;
    return p->dn != NULL ||
           sk_throw(error, SK_ERROR_MALFORMED, "directory: an entry without a name");
}

static bool
read_people(const SkLdap *ldap, Read *r, GError **error)
{
    const char *attributes[SK_DIRECTORY_VALUES + 3] = { NULL };
    unsigned n = 0;

    for (unsigned i = 0; i < SK_DIRECTORY_VALUES; i++)
        if (r->settings->attributes[i] != NULL)
            attributes[n++] = r->settings->attributes[i];
    attributes[n++] = "objectSid"; /* where there is none, none comes */
    attributes[n] = "primaryGroupID";
    return sk_ldap_search(ldap, r->settings->base, LDAP_SCOPE_SUBTREE, r->settings->filter, attributes,
                          SK_DIRECTORY_PEOPLE_MAX, take_person, r, error);
}

/* ---- roles ---- */

static void
give_role(const Read *r, SkDirectoryPerson *p, const char *role)
{
    if (strcmp(role, "head") == 0)
        p->head = true;
    else if (*p->role == '\0')
        p->role = role;
    else if (strcmp(p->role, role) != 0) /* a post carries one */
        add_problem(r, p->dn, role, "two-roles");
}

static bool
read_roles(const SkLdap *ldap, const Read *r, GError **error)
{
    const SkDirectorySettings *s = r->settings;
    g_autoptr(SkLdapGroups) groups = NULL;

    if (s->n_roles > 0 && !sk_ldap_groups(ldap, s->groups, &groups, error))
        return false;
    for (unsigned i = 0; i < s->n_roles; i++) {
        const char *role = s->roles[i * 2u];
        const char *group = s->roles[i * 2u + 1];
        g_autoptr(GHashTable) members = NULL;
        g_autoptr(GHashTable) sids = NULL;
        if (!sk_ldap_members(groups, group, &members, &sids, error))
            return false;
        for (guint k = 0; k < r->directory->people->len; k++) {
            SkDirectoryPerson *p = g_ptr_array_index(r->directory->people, k);
            if (g_hash_table_contains(members, p->dn) ||
                (p->primary != NULL && g_hash_table_contains(sids, p->primary)))
                give_role(r, p, role);
        }
    }
    return true;
}

/* Roles are held by a post: in a section, or not at all. */
static void
find_placeless(const Read *r)
{
    for (guint i = 0; i < r->directory->people->len; i++) {
        const SkDirectoryPerson *p = g_ptr_array_index(r->directory->people, i);
        if ((p->head || *p->role != '\0') && *p->values[SK_DIRECTORY_SECTION] == '\0')
            add_problem(r, p->dn, p->head ? "head" : p->role, "no-section");
    }
}

/* ---- all of it ---- */

static int
by_account(const void *a, const void *b)
{
    const SkDirectoryPerson *x = *(void *const *)a;
    const SkDirectoryPerson *y = *(void *const *)b;
    int order = strcmp(x->values[SK_DIRECTORY_ACCOUNT], y->values[SK_DIRECTORY_ACCOUNT]);
    return order != 0 ? order : strcmp(x->dn, y->dn);
}

/* Two entries with one account would be one person here. */
static void
find_twice(const Read *r)
{
    const SkDirectoryPerson *last = NULL;
    for (guint i = 0; i < r->directory->people->len; i++) {
        const SkDirectoryPerson *p = g_ptr_array_index(r->directory->people, i);
        const char *account = p->values[SK_DIRECTORY_ACCOUNT];
        if (last != NULL && *account != '\0' &&
            strcmp(last->values[SK_DIRECTORY_ACCOUNT], account) == 0)
            add_problem(r, p->dn, r->settings->attributes[SK_DIRECTORY_ACCOUNT], "many");
        last = p;
    }
}

bool
sk_directory_read(const SkDirectorySettings *settings, SkDirectory **ret, GError **error)
{
    g_auto(SkLdap) ldap = { 0 };
    g_autoptr(SkDirectory) self = g_new0(SkDirectory, 1);
    Read r = { .settings = settings, .directory = self };

    self->people = g_ptr_array_new_with_free_func(person_free);
    self->problems = g_ptr_array_new_with_free_func(problem_free);
    if (!sk_ldap_open(settings, SK_DIRECTORY_SECONDS, &ldap, error) || !read_people(&ldap, &r, error) ||
        !read_roles(&ldap, &r, error))
        return false;
    g_ptr_array_sort(self->people, by_account);
    find_twice(&r);
    find_placeless(&r);
    *ret = g_steal_pointer(&self);
    return true;
}

/* ---- the table ---- */

GBytes *
sk_directory_table(const SkDirectory *self, GHashTable *names, GHashTable *without)
{
    GString *out = g_string_new(
        "S\tdirectory\n1\taccount\tlabel\tkana\tnumber\tmail\tsection\ttitle\tgrade\trole\n");

    for (guint i = 0; i < self->people->len; i++) {
        const SkDirectoryPerson *p = g_ptr_array_index(self->people, i);
        const char *account = p->values[SK_DIRECTORY_ACCOUNT];
        bool post = without == NULL || !g_hash_table_contains(without, account);
        if (names != NULL && !g_hash_table_contains(names, account))
            continue;
        g_string_append_printf(out, "%u", i + 2);
        for (unsigned k = 0; k < SK_DIRECTORY_VALUES; k++) {
            bool left_out = !post && (k == SK_DIRECTORY_SECTION || k == SK_DIRECTORY_TITLE);
            g_string_append_printf(out, "\t%s", left_out ? "" : p->values[k]);
        }
        g_string_append_printf(out, "\t%s\t%s\n", post && p->head ? "head" : "",
                               post ? p->role : "");
    }
    return g_string_free_to_bytes(out);
}
