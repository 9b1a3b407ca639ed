/* SPDX-License-Identifier: Apache-2.0
 * connect.c - contract in parts.h. There is no setting that turns a check off, and none is taken
 * from the environment or from libldap's own files. */
#include "directory/parts.h"

#include <string.h>

#define NETWORK_SECONDS 15

void
sk_ldap_close(SkLdap *self)
{
    if (self->ldap != NULL)
        ldap_unbind_ext(self->ldap, NULL, NULL);
    self->ldap = NULL;
}

bool
sk_ldap_throw(GError **error, const char *what, int code)
{
    return sk_throw(error, SK_ERROR_IO, "directory: %s: %s", what, ldap_err2string(code));
}

bool
sk_ldap_left(const SkLdap *self, struct timeval *ret)
{
    int64_t left = self->deadline - g_get_monotonic_time();

    if (left <= 0) {
        *ret = (struct timeval){ 0 };
        return false;
    }
    *ret = (struct timeval){ .tv_sec = left / G_USEC_PER_SEC, .tv_usec = left % G_USEC_PER_SEC };
    return true;
}

static bool
set_tls(LDAP *ldap, const char *ca)
{
    int demand = LDAP_OPT_X_TLS_DEMAND;
    int minimum = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2;
    int server = 0;

    return ldap_set_option(ldap, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand) == LDAP_SUCCESS &&
           ldap_set_option(ldap, LDAP_OPT_X_TLS_PROTOCOL_MIN, &minimum) == LDAP_SUCCESS &&
           ldap_set_option(ldap, LDAP_OPT_X_TLS_CACERTFILE, ca) == LDAP_SUCCESS &&
           ldap_set_option(ldap, LDAP_OPT_X_TLS_NEWCTX, &server) == LDAP_SUCCESS;
}

static bool
set_limits(LDAP *ldap)
{
    struct timeval wait = { .tv_sec = NETWORK_SECONDS };
    int version = LDAP_VERSION3;
    int never = LDAP_DEREF_NEVER;
    ber_len_t most = SK_DIRECTORY_MESSAGE_MAX;
    Sockbuf *sockbuf = NULL;

    return ldap_set_option(ldap, LDAP_OPT_PROTOCOL_VERSION, &version) == LDAP_SUCCESS &&
           ldap_set_option(ldap, LDAP_OPT_REFERRALS, LDAP_OPT_OFF) == LDAP_SUCCESS &&
           ldap_set_option(ldap, LDAP_OPT_DEREF, &never) == LDAP_SUCCESS &&
           ldap_set_option(ldap, LDAP_OPT_RESTART, LDAP_OPT_OFF) == LDAP_SUCCESS &&
           ldap_set_option(ldap, LDAP_OPT_NETWORK_TIMEOUT, &wait) == LDAP_SUCCESS &&
           ldap_set_option(ldap, LDAP_OPT_TIMEOUT, &wait) == LDAP_SUCCESS &&
           ldap_get_option(ldap, LDAP_OPT_SOCKBUF, &sockbuf) == LDAP_SUCCESS && sockbuf != NULL &&
           ber_sockbuf_ctrl(sockbuf, LBER_SB_OPT_SET_MAX_INCOMING, &most) == 1;
}

/* A password that is empty is no password: a server would take it for an anonymous bind, and say
 * yes to whatever name stands beside it. */
static bool
sign_in(LDAP *ldap, const SkDirectorySettings *s, GError **error)
{
    g_autofree char *password = g_strdup(s->password);
    struct berval credentials = { .bv_len = strlen(password), .bv_val = password };

    int code = ldap_sasl_bind_s(ldap, s->bind, LDAP_SASL_SIMPLE, &credentials, NULL, NULL, NULL);
    explicit_bzero(password, strlen(password));
    return code == LDAP_SUCCESS || sk_ldap_throw(error, "not signed in", code);
}

bool
sk_ldap_open(const SkDirectorySettings *s, SkLdap *ret, GError **error)
{
    g_auto(SkLdap)
        self = { .deadline = g_get_monotonic_time() + SK_DIRECTORY_SECONDS * G_USEC_PER_SEC };
    bool starts = g_str_has_prefix(s->url, "ldap://");

    if (!starts && !g_str_has_prefix(s->url, "ldaps://"))
        return sk_throw(error, SK_ERROR_MALFORMED, "directory: not ldaps:// or ldap://");
    if (*s->bind == '\0' || *s->password == '\0')
        return sk_throw(
            error, SK_ERROR_MALFORMED,
            "directory: no name, or an empty password: an anonymous bind proves nothing");
    g_setenv("LDAPNOINIT", "1", TRUE);
    int code = ldap_initialize(&self.ldap, s->url);
    if (code != LDAP_SUCCESS)
        return sk_ldap_throw(error, "not to be begun", code);
    if (!set_limits(self.ldap))
        return sk_throw(error, SK_ERROR_INTERNAL, "directory: libldap does not take its limits");
    if (!set_tls(self.ldap, s->ca))
        return sk_throw(error, SK_ERROR_IO,
                        "directory: the certificates to believe cannot be read: %s", s->ca);
    if (starts) {
        code = ldap_start_tls_s(self.ldap, NULL, NULL);
        if (code != LDAP_SUCCESS)
            return sk_ldap_throw(error, "no StartTLS with a verified certificate", code);
    } else {
        code = ldap_connect(self.ldap);
        if (code != LDAP_SUCCESS)
            return sk_ldap_throw(error, "not reached with a verified certificate", code);
    }
    if (ldap_tls_inplace(self.ldap) != 1)
        return sk_throw(error, SK_ERROR_IO, "directory: no TLS");
    if (!sign_in(self.ldap, s, error))
        return false;
    *ret = self;
    self.ldap = NULL;
    return true;
}
