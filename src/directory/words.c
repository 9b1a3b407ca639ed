/* SPDX-License-Identifier: Apache-2.0
 * words.c - contract in parts.h: what is put into a search and what is read out of names in its
 * answer. No connection, so that all of it is tested without one. Sources: RFC 4515, section 3;
 * Active Directory's ranges: MS-ADTS 3.1.1.3.1.3.3; SIDs: MS-DTYP 2.4.2.2. */
#include "directory/parts.h"

#include "base/name.h"
#include "base/reader.h"

#include <string.h>

/* ---- names and filters ---- */

char *
sk_ldap_dn(const char *dn)
{
    LDAPDN parsed = NULL;
    char *plain = NULL;
    char *out = NULL;

    if (*dn == '\0' || ldap_str2dn(dn, &parsed, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS)
        return NULL;
    if (ldap_dn2str(parsed, &plain, LDAP_DN_FORMAT_LDAPV3) == LDAP_SUCCESS &&
        g_utf8_validate(plain, -1, NULL))
        out = g_utf8_casefold(plain, -1);
    ldap_memfree(plain);
    ldap_dnfree(parsed);
    return out;
}

/* Letters and digits stand as they are; of the rest, which means something where is not our
 * question. */
char *
sk_ldap_escape(SkSpan value)
{
    GString *out = g_string_sized_new(value.n);

    for (size_t i = 0; i < value.n; i++) {
        if (g_ascii_isalnum(value.p[i]))
            g_string_append_c(out, (char)value.p[i]);
        else
            g_string_append_printf(out, "\\%02x", value.p[i]);
    }
    return g_string_free(out, FALSE);
}

char *
sk_ldap_filter(const char *filter, const char *attribute, const char *account)
{
    g_autofree char *value = sk_ldap_escape(sk_span_str(account));
    bool bare = filter[0] != '(';
    return g_strdup_printf("(&%s%s%s(%s=%s))", bare ? "(" : "", filter, bare ? ")" : "", attribute,
                           value);
}

/* Directories compare more loosely than names of accounts here do: wide letters, blanks. */
bool
sk_ldap_is_account(struct berval *const *values, const char *account)
{
    if (values == NULL || values[0] == NULL || values[1] != NULL)
        return false;
    size_t n = strlen(account);
    return values[0]->bv_len == n && g_ascii_strncasecmp(values[0]->bv_val, account, n) == 0;
}

/* ---- values ---- */

static int
by_bytes(const void *a, const void *b)
{
    const struct berval *x = *(struct berval *const *)a;
    const struct berval *y = *(struct berval *const *)b;
    size_t n = MIN(x->bv_len, y->bv_len);
    int order = n == 0 ? 0 : memcmp(x->bv_val, y->bv_val, n);
    return order != 0 ? order : (x->bv_len > y->bv_len) - (x->bv_len < y->bv_len);
}

static const char *
wrong_with(SkSpan value)
{
    if (value.n > SK_DIRECTORY_VALUE_MAX)
        return "too-long";
    return sk_text_is_plain(value, SK_DIRECTORY_VALUE_MAX) ? NULL : "bad-text";
}

char *
sk_ldap_value(struct berval **values, bool needed, bool one, const char **ret_wrong)
{
    int n = ldap_count_values_len(values);

    *ret_wrong = n == 0 && needed ? "missing" : n > 1 && one ? "many" : NULL;
    if (n > 1)
        qsort(values, (size_t)n, sizeof *values, by_bytes);
    SkSpan first = n == 0 ? SK_SPAN_EMPTY : sk_span(values[0]->bv_val, values[0]->bv_len);
    if (n > 0 && *ret_wrong == NULL)
        *ret_wrong = wrong_with(first);
    return *ret_wrong == NULL ? sk_span_dup(first) : g_strdup("");
}

/* ---- Active Directory ---- */

static bool
number(const char *s, size_t n, int64_t *ret)
{
    int64_t value = 0;

    for (size_t i = 0; i < n; i++) {
        if (!g_ascii_isdigit(s[i]) || value > SK_LDAP_RANGE_MAX)
            return false;
        value = value * 10 + (s[i] - '0');
    }
    *ret = value;
    return n > 0 && value <= SK_LDAP_RANGE_MAX;
}

bool
sk_ldap_range(const char *name, const char *attribute, SkLdapRange *ret)
{
    static const char option[] = ";range=";
    size_t n = strlen(attribute);

    if (g_ascii_strncasecmp(name, attribute, n) != 0 ||
        g_ascii_strncasecmp(name + n, option, strlen(option)) != 0)
        return false;
    const char *from = name + n + strlen(option);
    size_t digits = strcspn(from, "-");
    const char *to = from + digits;
    SkLdapRange range = { .to = -1 };
    if (*to != '-' || !number(from, digits, &range.from) ||
        (strcmp(to + 1, "*") != 0 && !number(to + 1, strlen(to + 1), &range.to)) ||
        (range.to != -1 && range.to < range.from))
        return false;
    *ret = range;
    return true;
}

GBytes *
sk_ldap_primary(SkSpan sid, const char *rid)
{
    SkReader r = sk_reader(sid);
    uint8_t revision = sk_reader_u8(&r);
    uint8_t parts = sk_reader_u8(&r);
    gint64 value = 0;

    if (!sk_reader_ok(&r) || revision != 1 || parts < 2 || parts > 15 || sid.n != 8u + 4u * parts ||
        !g_ascii_string_to_signed(rid, 10, 1, UINT32_MAX, &value, NULL))
        return NULL;
    GByteArray *out = g_byte_array_sized_new((guint)sid.n);
    g_byte_array_append(out, sid.p, (guint)sid.n - 4u);
    for (unsigned i = 0; i < 4; i++) {
        uint8_t byte = (uint8_t)((uint64_t)value >> (8u * i) & 0xffu);
        g_byte_array_append(out, &byte, 1);
    }
    return g_byte_array_free_to_bytes(out);
}

/* ---- the answer to a bind ---- */

/* `80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data 532, v2580`: 532
 * expired, 773 to be changed at the next sign-in; Active Directory says so after a right password
 * only. */
static bool
says_expired(const char *diagnostic)
{
    const char *data = diagnostic == NULL ? NULL : strstr(diagnostic, "AcceptSecurityContext error, data ");
    const char *code = data == NULL ? "" : strstr(data, "data ") + strlen("data ");
    return g_str_has_prefix(code, "532,") || g_str_has_prefix(code, "773,");
}

SkDirectoryAnswer
sk_ldap_judge(int code, const char *diagnostic, int policy)
{
    bool changes = policy == PP_passwordExpired || policy == PP_changeAfterReset;

    switch (code) {
    case LDAP_SUCCESS:
        return policy == PP_noError ? SK_DIRECTORY_YES
               : changes            ? SK_DIRECTORY_EXPIRED
                                    : SK_DIRECTORY_NO;
    case LDAP_INVALID_CREDENTIALS:
        return changes || says_expired(diagnostic) ? SK_DIRECTORY_EXPIRED : SK_DIRECTORY_NO;
    case LDAP_NO_SUCH_OBJECT:
    case LDAP_INVALID_DN_SYNTAX:
    case LDAP_INAPPROPRIATE_AUTH: /* no password at all */
    case LDAP_INSUFFICIENT_ACCESS:
    case LDAP_CONSTRAINT_VIOLATION: /* locked, in some */
    case LDAP_UNWILLING_TO_PERFORM:
    case LDAP_REFERRAL: /* not followed */
        return SK_DIRECTORY_NO;
    default:
        return SK_DIRECTORY_AWAY;
    }
}
