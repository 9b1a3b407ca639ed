/* SPDX-License-Identifier: Apache-2.0
 * connect.c - contract in parts.h. There is no setting that turns a check off, and none is taken
 * from the environment or from libldap's own files. */
#include "directory/parts.h"

#include <string.h>

#define NETWORK_SECONDS 15u

void
sk_ldap_close(SkLdap *self)
{
    sk_ldap_watch_end(g_steal_pointer(&self->watch));
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
set_limits(LDAP *ldap, unsigned seconds)
{
    struct timeval wait = { .tv_sec = MIN(NETWORK_SECONDS, seconds) };
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

/* The same address without TLS, which libldap would begin by itself while its time limit makes it
 * ask a silent server over and over, without end (2.5: nothing waits in between). */
static char *
address_of(const char *url)
{
    bool secure = g_str_has_prefix(url, "ldaps://");
    const char *host = strstr(url, "://") + 3;
    bool port = strchr(host, ':') != NULL;
    return g_strdup_printf("ldap://%s%s", host, port ? "" : secure ? ":636" : ":389");
}

static bool
begin(SkLdap *self, const char *url, unsigned seconds, GError **error)
{
    g_autofree char *address = address_of(url);
    int fd = -1;

    if (g_getenv("LDAPNOINIT") == NULL)
        g_setenv("LDAPNOINIT", "1", TRUE);
    int code = ldap_initialize(&self->ldap, address);
    if (code != LDAP_SUCCESS)
        return sk_ldap_throw(error, "not to be begun", code);
    if (!set_limits(self->ldap, seconds))
        return sk_throw(error, SK_ERROR_INTERNAL, "directory: libldap does not take its limits");
    code = ldap_connect(self->ldap);
    if (code != LDAP_SUCCESS)
        return sk_ldap_throw(error, "not reached", code);
    if (ldap_get_option(self->ldap, LDAP_OPT_DESC, &fd) != LDAP_SUCCESS || fd < 0)
        return sk_throw(error, SK_ERROR_INTERNAL, "directory: a connection without a socket");
    int64_t wait = MIN(NETWORK_SECONDS, seconds) * (int64_t)G_USEC_PER_SEC;
    self->watch = sk_ldap_watch(fd, MIN(g_get_monotonic_time() + wait, self->deadline));
    return true;
}

/* With a time limit of its own libldap would not wait, but ask again and again: the watch ends it. */
static bool
agree(SkLdap *self, const char *ca, bool starts, GError **error)
{
    const struct timeval never = { .tv_sec = -1 };
    static const char what[] = "no TLS with a verified certificate";
    char *oid = NULL;
    struct berval *data = NULL;
    int code = LDAP_SUCCESS;

    if (!set_tls(self->ldap, ca))
        return sk_throw(error, SK_ERROR_IO,
                        "directory: the certificates to believe cannot be read: %s", ca);
    if (starts)
        code = ldap_extended_operation_s(self->ldap, LDAP_EXOP_START_TLS, NULL, NULL, NULL, &oid, &data);
    ldap_memfree(oid);
    ber_bvfree(data);
    if (code != LDAP_SUCCESS)
        return sk_ldap_throw(error, "no StartTLS with a verified certificate", code);
    if (ldap_set_option(self->ldap, LDAP_OPT_NETWORK_TIMEOUT, &never) != LDAP_SUCCESS)
        return sk_throw(error, SK_ERROR_INTERNAL, "directory: libldap does not take its limits");
    code = ldap_install_tls(self->ldap);
    if (code != LDAP_SUCCESS)
        return sk_ldap_throw(error, what, code);
    return ldap_tls_inplace(self->ldap) == 1 || sk_throw(error, SK_ERROR_IO, "directory: %s", what);
}

bool
sk_ldap_open(const SkDirectorySettings *s, unsigned seconds, SkLdap *ret, GError **error)
{
    g_auto(SkLdap)
        self = { .deadline = g_get_monotonic_time() + seconds * (int64_t)G_USEC_PER_SEC };
    bool starts = g_str_has_prefix(s->url, "ldap://");

    if (!starts && !g_str_has_prefix(s->url, "ldaps://"))
        return sk_throw(error, SK_ERROR_MALFORMED, "directory: not ldaps:// or ldap://");
    if (*s->bind == '\0' || *s->password == '\0')
        return sk_throw(
            error, SK_ERROR_MALFORMED,
            "directory: no name, or an empty password: an anonymous bind proves nothing");
    if (!begin(&self, s->url, seconds, error) || !agree(&self, s->ca, starts, error) ||
        !sign_in(self.ldap, s, error))
        return false;
    sk_ldap_watch_until(self.watch, self.deadline);
    *ret = self;
    self = (SkLdap){ 0 };
    return true;
}
