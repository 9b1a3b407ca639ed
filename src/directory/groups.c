/* SPDX-License-Identifier: Apache-2.0
 * groups.c - contract in parts.h. All groups are read once; the walk from a group through the
 * groups in it visits each once, so that a circle ends, and needs no server's own rule for it. */
#include "directory/parts.h"

#include <string.h>

typedef struct {
    GPtrArray *members; /* of char *, sk_ldap_dn */
    bool cut;           /* the server did not show all of them */
} Group;

struct SkLdapGroups {
    GHashTable *by_dn; /* of owned Group */
    unsigned members;
};

static void
group_free(void *data)
{
    Group *g = data;
    g_ptr_array_unref(g->members);
    g_free(g);
}

void
sk_ldap_groups_free(SkLdapGroups *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->by_dn);
    g_free(self);
}

static bool
add_members(SkLdapGroups *self, Group *group, struct berval **values, GError **error)
{
    for (unsigned i = 0; values != NULL && values[i] != NULL; i++) {
        if (++self->members > SK_DIRECTORY_MEMBERS_MAX)
            return sk_throw(error, SK_ERROR_LIMIT, "directory: over %u members of groups",
                            SK_DIRECTORY_MEMBERS_MAX);
        if (values[i]->bv_len > SK_DIRECTORY_VALUE_MAX)
            return sk_throw(error, SK_ERROR_LIMIT, "directory: a member's name is too long");
        g_autofree char *text = sk_span_dup(sk_span(values[i]->bv_val, values[i]->bv_len));
        char *dn = strlen(text) == values[i]->bv_len ? sk_ldap_dn(text) : NULL;
        if (dn != NULL) /* groupOfNames needs a member: an empty name is nobody */
            g_ptr_array_add(group->members, dn);
    }
    return true;
}

/* Active Directory answers `member;range=0-1499` where there are more than it shows at once. */
static bool
take_attribute(SkLdapGroups *self, Group *group, LDAP *ldap, LDAPMessage *entry, const char *name,
               GError **error)
{
    if (strchr(name, ';') != NULL) {
        group->cut = true;
        return true;
    }
    struct berval **values = ldap_get_values_len(ldap, entry, name);
    bool ok = add_members(self, group, values, error);
    ldap_value_free_len(values);
    return ok;
}

static bool
take_group(LDAP *ldap, LDAPMessage *entry, void *data, GError **error)
{
    SkLdapGroups *self = data;
    char *dn = ldap_get_dn(ldap, entry);
    char *key = dn == NULL ? NULL : sk_ldap_dn(dn);
    BerElement *ber = NULL;
    bool ok = true;

    ldap_memfree(dn);
    if (key == NULL)
        return sk_throw(error, SK_ERROR_MALFORMED, "directory: a group without a name");
    Group *group = g_new0(Group, 1);
    group->members = g_ptr_array_new_with_free_func(g_free);
    g_hash_table_insert(self->by_dn, key, group);
    char *name = ldap_first_attribute(ldap, entry, &ber);
    while (name != NULL && ok) {
        ok = take_attribute(self, group, ldap, entry, name, error);
        ldap_memfree(name);
        name = ok ? ldap_next_attribute(ldap, entry, ber) : NULL;
    }
    ber_free(ber, 0);
    return ok;
}

bool
sk_ldap_groups(const SkLdap *ldap, const char *base, SkLdapGroups **ret, GError **error)
{
    static const char *const attributes[] = { "member", "uniqueMember", NULL };
    g_autoptr(SkLdapGroups) self = g_new0(SkLdapGroups, 1);

    self->by_dn = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, group_free);
    if (!sk_ldap_search(ldap, base,
                        "(|(objectClass=group)(objectClass=groupOfNames)"
                        "(objectClass=groupOfUniqueNames))",
                        attributes, SK_DIRECTORY_GROUPS_MAX, take_group, self, error))
        return false;
    *ret = g_steal_pointer(&self);
    return true;
}

bool
sk_ldap_members(const SkLdapGroups *groups, const char *dn, GHashTable **ret, GError **error)
{
    g_autofree char *start = sk_ldap_dn(dn);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) queue = g_ptr_array_new();

    if (start == NULL || !g_hash_table_contains(groups->by_dn, start))
        return sk_throw(error, SK_ERROR_MALFORMED, "directory: there is no group %s", dn);
    g_ptr_array_add(queue, start);
    for (guint i = 0; i < queue->len; i++) {
        const Group *g = g_hash_table_lookup(groups->by_dn, queue->pdata[i]);
        if (g == NULL)
            continue;
        if (g->cut)
            return sk_throw(error, SK_ERROR_LIMIT, "directory: a group in %s is not shown whole",
                            dn);
        for (guint k = 0; k < g->members->len; k++)
            if (g_hash_table_add(seen, g->members->pdata[k]))
                g_ptr_array_add(queue, g->members->pdata[k]);
    }
    *ret = g_steal_pointer(&seen);
    return true;
}
