/* SPDX-License-Identifier: Apache-2.0
 * prove.c - contract in prove.h. A question about nobody, and one whose account the directory does
 * not have, end in a bind as well, with a name and a password of chance. */
#include "directory/prove.h"

#include "base/log.h"
#include "base/uuid.h"
#include "directory/parts.h"

#include <string.h>

#define SECONDS 6u
#define FOUND_MAX 2u /* one is right, two are too many */

typedef struct {
    const char *attribute, *account;
    char *dn; /* owned */
    unsigned n;
    bool other; /* an entry that the server takes for it, and we do not */
} Found;

static bool
take_entry(LDAP *ldap, LDAPMessage *entry, void *data, GError **error)
{
    Found *f = data;
    char *dn = ldap_get_dn(ldap, entry);
    struct berval **values = ldap_get_values_len(ldap, entry, f->attribute);

    (void)error;
    f->n++;
    if (!sk_ldap_is_account(values, f->account) || dn == NULL || *dn == '\0')
        f->other = true; /* an empty name would be an anonymous bind */
    else {
        g_free(f->dn);
        f->dn = g_strdup(dn);
    }
    ldap_value_free_len(values);
    ldap_memfree(dn);
    return true;
}

static char *
chance(void)
{
    uint8_t bytes[12];
    sk_random(bytes, sizeof bytes);
    return sk_hex(sk_span(bytes, sizeof bytes));
}

/* @ret_dn: (transfer full): NULL: nobody, or more than one */
static bool
find(const SkLdap *ldap, const SkDirectoryDoor *door, const char *account, char **ret_dn, GError **error)
{
    const char *attributes[] = { door->account, NULL };
    g_autofree char *filter = sk_ldap_filter(door->filter, door->account, account);
    Found f = { .attribute = door->account, .account = account };
    g_autoptr(GError) why = NULL;

    bool ok = sk_ldap_search(ldap, door->base, LDAP_SCOPE_SUBTREE, filter, attributes, FOUND_MAX, take_entry, &f, &why);
    bool many = f.n >= FOUND_MAX;
    if (many)
        sk_log(SK_LOG_WARNING, "directory-two-entries", NULL);
    if (ok && f.n == 1 && !f.other)
        *ret_dn = g_steal_pointer(&f.dn);
    g_free(f.dn);
    if (!ok && !many) {
        g_propagate_error(error, g_steal_pointer(&why));
        return false;
    }
    return true;
}

static int
policy_of(LDAP *ldap, LDAPControl **controls)
{
    LDAPPasswordPolicyError policy = PP_noError;
    ber_int_t expires = 0;
    ber_int_t grace = 0;
    LDAPControl *c = controls == NULL ? NULL
                                      : ldap_control_find(LDAP_CONTROL_PASSWORDPOLICYRESPONSE, controls, NULL);
    if (c != NULL &&
        ldap_parse_passwordpolicy_control(ldap, c, &expires, &grace, &policy) != LDAP_SUCCESS)
        return PP_accountLocked; /* what cannot be read is no yes */
    return (int)policy;
}

static SkDirectoryAnswer
hear(const SkLdap *ldap, int id)
{
    struct timeval left;
    LDAPMessage *message = NULL;
    LDAPControl **controls = NULL;
    char *diagnostic = NULL;
    SkDirectoryAnswer answer = SK_DIRECTORY_AWAY;
    int code = LDAP_OTHER;

    if (sk_ldap_left(ldap, &left) &&
        ldap_result(ldap->ldap, id, LDAP_MSG_ALL, &left, &message) == LDAP_RES_BIND &&
        ldap_parse_result(ldap->ldap, message, &code, NULL, &diagnostic, NULL, &controls, 0) ==
            LDAP_SUCCESS)
        answer = sk_ldap_judge(code, diagnostic, policy_of(ldap->ldap, controls));
    ldap_controls_free(controls);
    ldap_memfree(diagnostic);
    ldap_msgfree(message);
    return answer;
}

static SkDirectoryAnswer
bind_as(const SkLdap *ldap, const char *dn, const char *password)
{
    g_autofree char *copy = g_strdup(password);
    size_t n = strlen(copy);
    struct berval credentials = { .bv_len = n, .bv_val = copy };
    LDAPControl policy = { .ldctl_oid = (char *)(uintptr_t)LDAP_CONTROL_PASSWORDPOLICYREQUEST };
    LDAPControl *controls[] = { &policy, NULL };
    int id = 0;

    if (n == 0 || *dn == '\0')
        return SK_DIRECTORY_NO;
    int code = ldap_sasl_bind(ldap->ldap, dn, LDAP_SASL_SIMPLE, &credentials, controls, NULL, &id);
    explicit_bzero(copy, n);
    return code == LDAP_SUCCESS ? hear(ldap, id) : SK_DIRECTORY_AWAY;
}

static SkDirectoryAnswer
bind_as_nobody(const SkLdap *ldap, const SkDirectoryDoor *door)
{
    g_autofree char *name = chance();
    g_autofree char *password = chance();
    g_autofree char *dn = g_strdup_printf("cn=%s,%s", name, door->base);
    SkDirectoryAnswer answer = bind_as(ldap, dn, password);
    return answer == SK_DIRECTORY_AWAY ? answer : SK_DIRECTORY_NO;
}

SkDirectoryAnswer
sk_directory_prove(const SkDirectoryDoor *door, const char *ca, const SkDirectoryQuestion *question)
{
    const SkDirectorySettings settings = {
        .url = door->url, .ca = ca, .bind = door->bind, .password = door->password
    };
    g_auto(SkLdap) ldap = { 0 };
    g_autoptr(GError) why = NULL;
    g_autofree char *nobody = chance();
    g_autofree char *dn = NULL;
    const char *account = question->name == NULL ? nobody : question->name;

    if (question->name != NULL && (question->password == NULL || *question->password == '\0'))
        return SK_DIRECTORY_NO;
    if (!sk_ldap_open(&settings, SECONDS, &ldap, &why) || !find(&ldap, door, account, &dn, &why)) {
        sk_log(SK_LOG_ERROR, "directory-away", "why", why->message, NULL);
        return SK_DIRECTORY_AWAY;
    }
    if (question->name == NULL || dn == NULL)
        return bind_as_nobody(&ldap, door);
    return bind_as(&ldap, dn, question->password);
}

void
sk_directory_begin(void)
{
    LDAP *first = NULL;

    g_setenv("LDAPNOINIT", "1", TRUE);
    /* libldap sets itself up at its first call, and not for two threads at once. */
    if (ldap_initialize(&first, NULL) == LDAP_SUCCESS)
        ldap_unbind_ext(first, NULL, NULL);
}
