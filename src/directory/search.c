/* SPDX-License-Identifier: Apache-2.0
 * search.c - contract in parts.h: a search in pages (RFC 2696), since directories cut long answers
 * off, each entry read as it comes and let go. */
#include "directory/parts.h"

#include <string.h>

#define PAGE 500

typedef struct {
    const SkLdap *ldap;
    unsigned n, max;
    SkLdapEntry each;
    void *data;
} Search;

/* @cookie: empty = there is no further page */
static bool
read_end(LDAP *ldap, LDAPMessage *message, struct berval *cookie, GError **error)
{
    LDAPControl **controls = NULL;
    int code = LDAP_OTHER;
    int parsed = ldap_parse_result(ldap, message, &code, NULL, NULL, NULL, &controls, 0);
    LDAPControl *page = parsed == LDAP_SUCCESS && controls != NULL
                            ? ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, controls, NULL)
                            : NULL;
    ber_int_t estimate = 0;

    ber_memfree(cookie->bv_val);
    *cookie = (struct berval){ 0 };
    if (page != NULL &&
        ldap_parse_pageresponse_control(ldap, page, &estimate, cookie) != LDAP_SUCCESS)
        parsed = LDAP_DECODING_ERROR;
    ldap_controls_free(controls);
    if (parsed != LDAP_SUCCESS || code != LDAP_SUCCESS)
        return sk_ldap_throw(error, "the search was not answered whole",
                             parsed != LDAP_SUCCESS ? parsed : code);
    return true;
}

/* One message of the answer. */
static bool
take(Search *s, int kind, LDAPMessage *message, struct berval *cookie, bool *ret_end,
     GError **error)
{
    switch (kind) {
    case LDAP_RES_SEARCH_ENTRY:
        if (++s->n > s->max)
            return sk_throw(error, SK_ERROR_LIMIT, "directory: over %u entries", s->max);
        return s->each(s->ldap->ldap, message, s->data, error);
    case LDAP_RES_SEARCH_REFERENCE: /* not followed */
    case LDAP_RES_INTERMEDIATE:
        return true;
    case LDAP_RES_SEARCH_RESULT:
        *ret_end = true;
        return read_end(s->ldap->ldap, message, cookie, error);
    default:
        return sk_throw(error, SK_ERROR_MALFORMED, "directory: an answer to something else");
    }
}

static bool
read_page(Search *s, int id, struct berval *cookie, GError **error)
{
    bool end = false;

    while (!end) {
        LDAPMessage *message = NULL;
        struct timeval left;
        if (!sk_ldap_left(s->ldap, &left))
            return sk_throw(error, SK_ERROR_LIMIT, "directory: it takes too long");
        int kind = ldap_result(s->ldap->ldap, id, LDAP_MSG_ONE, &left, &message);
        if (kind == 0)
            continue; /* the time is over: said above */
        if (kind < 0) {
            int code = LDAP_OTHER;
            ldap_get_option(s->ldap->ldap, LDAP_OPT_RESULT_CODE, &code);
            return sk_ldap_throw(error, "broken off", code);
        }
        bool ok = take(s, kind, message, cookie, &end, error);
        ldap_msgfree(message);
        if (!ok)
            return false;
    }
    return true;
}

static bool
send_page(const SkLdap *self, const char *base, int scope, const char *filter, char **attributes,
          struct berval *cookie, int *ret_id, GError **error)
{
    LDAPControl *page = NULL;
    int code = ldap_create_page_control(self->ldap, PAGE, cookie, 1, &page);
    LDAPControl *controls[] = { page, NULL };

    if (code == LDAP_SUCCESS)
        code = ldap_search_ext(self->ldap, base, scope, filter, attributes, 0,
                               controls, NULL, NULL, LDAP_NO_LIMIT, ret_id);
    ldap_control_free(page);
    return code == LDAP_SUCCESS || sk_ldap_throw(error, "the search cannot be asked", code);
}

bool
sk_ldap_search(const SkLdap *self, const char *base, int scope, const char *filter,
               const char *const *attributes, unsigned max, SkLdapEntry each, void *data,
               GError **error)
{
    Search s = { .ldap = self, .max = max, .each = each, .data = data };
    g_auto(GStrv) names = g_strdupv((char **)(uintptr_t)attributes);
    struct berval cookie = { 0 };
    unsigned pages = 0;
    bool ok = true;

    do {
        int id = 0;
        ok = send_page(self, base, scope, filter, names, &cookie, &id, error) &&
             read_page(&s, id, &cookie, error);
        if (ok && ++pages > max)
            ok = sk_throw(error, SK_ERROR_LIMIT, "directory: pages without end");
    } while (ok && cookie.bv_len > 0);
    ber_memfree(cookie.bv_val);
    return ok;
}
