/* SPDX-License-Identifier: Apache-2.0
 * groups.c - contract in parts.h. All groups are read once; the walk from a group through the
 * groups in it visits each once, so that a circle ends, and needs no server's own rule for it. */
#include "directory/parts.h"

#include <string.h>

typedef struct {
    char *dn;           /* as the server spells it */
    GPtrArray *members; /* of char *, sk_ldap_dn */
    GBytes *sid;        /* NULL: none */
    int64_t next;       /* the first that was not shown yet; -1: all were */
    bool cut;           /* the server did not show all of them, in no way that we know */
} Group;

struct SkLdapGroups {
    const SkLdap *ldap; /* borrowed */
    GHashTable *by_dn;  /* of owned Group */
    unsigned members;
};

static void
group_free(void *data)
{
    Group *g = data;
    g_free(g->dn);
    g_ptr_array_unref(g->members);
    g_clear_pointer(&g->sid, g_bytes_unref);
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

static void
take_sid(Group *group, struct berval *const *values)
{
    if (values == NULL || values[0] == NULL || values[0]->bv_len > SK_DIRECTORY_VALUE_MAX)
        return;
    g_clear_pointer(&group->sid, g_bytes_unref);
    group->sid = g_bytes_new(values[0]->bv_val, values[0]->bv_len);
}

/* Active Directory answers `member;range=0-1499` where there are more than it shows at once, and
 * sometimes an empty `member` beside it. */
static bool
take_attribute(SkLdapGroups *self, Group *group, LDAP *ldap, LDAPMessage *entry, const char *name,
               GError **error)
{
    SkLdapRange range = { 0 };
    bool piece = sk_ldap_range(name, "member", &range);

    if (piece && range.from != group->next)
        return sk_throw(error, SK_ERROR_MALFORMED, "directory: a group is shown in no order");
    if (piece)
        group->next = range.to == -1 ? -1 : range.to + 1;
    else if (strchr(name, ';') != NULL) {
        group->cut = true;
        return true;
    }
    struct berval **values = ldap_get_values_len(ldap, entry, name);
    bool ok = true;
    if (g_ascii_strcasecmp(name, "objectSid") == 0)
        take_sid(group, values);
    else
        ok = add_members(self, group, values, error);
    ldap_value_free_len(values);
    return ok;
}

static bool
take_attributes(SkLdapGroups *self, Group *group, LDAP *ldap, LDAPMessage *entry, GError **error)
{
    BerElement *ber = NULL;
    char *name = ldap_first_attribute(ldap, entry, &ber);
    bool ok = true;

    while (name != NULL && ok) {
        ok = take_attribute(self, group, ldap, entry, name, error);
        ldap_memfree(name);
        name = ok ? ldap_next_attribute(ldap, entry, ber) : NULL;
    }
    ber_free(ber, 0);
    return ok;
}

static bool
take_group(LDAP *ldap, LDAPMessage *entry, void *data, GError **error)
{
    SkLdapGroups *self = data;
    char *dn = ldap_get_dn(ldap, entry);
    char *key = dn == NULL ? NULL : sk_ldap_dn(dn);

    if (key == NULL) {
        ldap_memfree(dn);
        return sk_throw(error, SK_ERROR_MALFORMED, "directory: a group without a name");
    }
    Group *group = g_new0(Group, 1);
    group->dn = g_strdup(dn);
    ldap_memfree(dn);
    group->members = g_ptr_array_new_with_free_func(g_free);
    g_hash_table_insert(self->by_dn, key, group);
    /* A first piece begins at 0; where none comes, everything has been shown. */
    if (!take_attributes(self, group, ldap, entry, error))
        return false;
    if (group->next == 0)
        group->next = -1;
    return true;
}

bool
sk_ldap_groups(const SkLdap *ldap, const char *base, SkLdapGroups **ret, GError **error)
{
    static const char *const attributes[] = { "member", "uniqueMember", "objectSid", NULL };
    g_autoptr(SkLdapGroups) self = g_new0(SkLdapGroups, 1);

    self->by_dn = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, group_free);
    self->ldap = ldap;
    if (!sk_ldap_search(ldap, base, LDAP_SCOPE_SUBTREE,
                        "(|(objectClass=group)(objectClass=groupOfNames)"
                        "(objectClass=groupOfUniqueNames))",
                        attributes, SK_DIRECTORY_GROUPS_MAX, take_group, self, error))
        return false;
    *ret = g_steal_pointer(&self);
    return true;
}

typedef struct {
    SkLdapGroups *groups;
    Group *group;
} More;

static bool
take_more(LDAP *ldap, LDAPMessage *entry, void *data, GError **error)
{
    const More *m = data;
    return take_attributes(m->groups, m->group, ldap, entry, error);
}

/* The pieces that are left of a group in which we are interested. */
static bool
complete(SkLdapGroups *self, Group *group, GError **error)
{
    More more = { .groups = self, .group = group };

    while (group->next >= 0) {
        int64_t from = group->next;
        g_autofree char *piece = g_strdup_printf("member;range=%" G_GINT64_FORMAT "-*", from);
        const char *const attributes[] = { piece, NULL };
        if (!sk_ldap_search(self->ldap, group->dn, LDAP_SCOPE_BASE, "(objectClass=*)", attributes, 1,
                            take_more, &more, error))
            return false;
        if (group->next == from)
            return sk_throw(error, SK_ERROR_MALFORMED, "directory: a group is not shown whole");
    }
    return true;
}

static bool
visit(SkLdapGroups *self, Group *group, GHashTable *seen, GPtrArray *queue, GError **error)
{
    if (!complete(self, group, error))
        return false;
    if (group->cut)
        return sk_throw(error, SK_ERROR_LIMIT, "directory: the group %s is not shown whole", group->dn);
    for (guint k = 0; k < group->members->len; k++)
        if (g_hash_table_add(seen, group->members->pdata[k]))
            g_ptr_array_add(queue, group->members->pdata[k]);
    return true;
}

bool
sk_ldap_members(SkLdapGroups *groups, const char *dn, GHashTable **ret, GHashTable **ret_sids,
                GError **error)
{
    g_autofree char *start = sk_ldap_dn(dn);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) sids = g_hash_table_new(g_bytes_hash, g_bytes_equal);
    g_autoptr(GPtrArray) queue = g_ptr_array_new();

    if (start == NULL || !g_hash_table_contains(groups->by_dn, start))
        return sk_throw(error, SK_ERROR_MALFORMED, "directory: there is no group %s", dn);
    g_ptr_array_add(queue, start);
    for (guint i = 0; i < queue->len; i++) {
        Group *g = g_hash_table_lookup(groups->by_dn, queue->pdata[i]);
        if (g == NULL)
            continue;
        if (g->sid != NULL)
            g_hash_table_add(sids, g->sid);
        if (!visit(groups, g, seen, queue, error))
            return false;
    }
    *ret = g_steal_pointer(&seen);
    *ret_sids = g_steal_pointer(&sids);
    return true;
}
