/* SPDX-License-Identifier: Apache-2.0
 * test-words.c - what is put into a search and read out of an answer: filters, names, pieces of a
 * group, primary groups, answers to a bind; and people as rows of a table. */
#include "directory/parts.h"

#include <string.h>

static void
test_filters(void)
{
    g_autofree char *nul = sk_ldap_escape(sk_span("a\0b", 3));
    g_assert_cmpstr(nul, ==, "a\\00b");
    static const struct {
        const char *filter, *account, *expected;
    } rows[] = {
        { "(a=b)", "taro", "(&(a=b)(uid=taro))" },
        { "a=b", "taro", "(&(a=b)(uid=taro))" },
        { "(a=b)", "*", "(&(a=b)(uid=\\2a))" },
        { "(a=b)", ")(uid=*", "(&(a=b)(uid=\\29\\28uid\\3d\\2a))" },
        { "(a=b)", "a.b_c-d", "(&(a=b)(uid=a\\2eb\\5fc\\2dd))" },
        { "(a=b)", "\\", "(&(a=b)(uid=\\5c))" },
        { "(a=b)", "é", "(&(a=b)(uid=\\c3\\a9))" },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *out = sk_ldap_filter(rows[i].filter, "uid", rows[i].account);
        g_assert_cmpstr(out, ==, rows[i].expected);
    }
}

static void
test_accounts(void)
{
    struct berval same = { 4, (char *)"TARO" }, other = { 4, (char *)"jiro" }, longer = { 5, (char *)"taro " },
                  nul = { 5, (char *)"taro" };
    struct berval *one[] = { &same, NULL }, *wrong[] = { &other, NULL }, *two[] = { &same, &same, NULL }, *none[] = { NULL },
                  *blank[] = { &longer, NULL }, *behind[] = { &nul, NULL };
    g_assert_true(sk_ldap_is_account(one, "taro"));
    g_assert_false(sk_ldap_is_account(wrong, "taro"));
    g_assert_false(sk_ldap_is_account(two, "taro"));
    g_assert_false(sk_ldap_is_account(none, "taro"));
    g_assert_false(sk_ldap_is_account(blank, "taro"));
    g_assert_false(sk_ldap_is_account(behind, "taro"));
    g_assert_false(sk_ldap_is_account(NULL, "taro"));
}

static void
test_names(void)
{
    g_autofree char *a = sk_ldap_dn("CN=Taro, OU=People,dc=town");
    g_autofree char *b = sk_ldap_dn("cn=taro,ou=people,DC=Town");
    g_autofree char *escaped = sk_ldap_dn("cn=a\\,b,dc=town");
    g_autofree char *plain = sk_ldap_dn("cn=a,b=c,dc=town");
    g_assert_cmpstr(a, ==, b);
    g_assert_nonnull(escaped);
    g_assert_cmpstr(escaped, !=, plain);
    static const char *const bad[] = { "", "taro", "cn=a,,dc=x", "cn=\"", "=x" };
    for (unsigned i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_null(sk_ldap_dn(bad[i]));
}

static void
test_ranges(void)
{
    static const struct {
        const char *name;
        bool is;
        int64_t from, to;
    } rows[] = {
        { "member;range=0-1499", true, 0, 1499 },
        { "Member;Range=1500-2999", true, 1500, 2999 },
        { "member;range=3000-*", true, 3000, -1 },
        { "member;range=7-7", true, 7, 7 },
        { "member", false, 0, 0 },
        { "member;range=", false, 0, 0 },
        { "member;range=0", false, 0, 0 },
        { "member;range=-5", false, 0, 0 },
        { "member;range=0-", false, 0, 0 },
        { "member;range=5-4", false, 0, 0 },
        { "member;range=0-1499;binary", false, 0, 0 },
        { "member;range=*-*", false, 0, 0 },
        { "member;range=0-**", false, 0, 0 },
        { "member;range=0x1-2", false, 0, 0 },
        { "member;range= 1-2", false, 0, 0 },
        { "member;range=0-99999999999999999999", false, 0, 0 },
        { "member;lang-ja", false, 0, 0 },
        { "memberOf;range=0-9", false, 0, 0 },
        { "uniqueMember;range=0-9", false, 0, 0 },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        SkLdapRange range = { 0 };
        g_assert_cmpint(sk_ldap_range(rows[i].name, "member", &range), ==, rows[i].is);
        g_assert_cmpint(range.from, ==, rows[i].from);
        g_assert_cmpint(range.to, ==, rows[i].to);
    }
}

static void
test_primary(void)
{
    /* S-1-5-21-1-2-3-1104 */
    static const uint8_t user[] = { 1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0x50, 4, 0, 0 };
    static const uint8_t group[] = { 1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 1, 2, 0, 0 };
    static const char *const bad[] = { "", "0", "-1", "513 ", "4294967296", "0x201", "513a" };
    g_autoptr(GBytes) out = sk_ldap_primary(sk_span(user, sizeof user), "513");
    g_autoptr(GBytes) last = sk_ldap_primary(sk_span(user, sizeof user), "4294967295");

    g_assert_cmpmem(g_bytes_get_data(out, NULL), g_bytes_get_size(out), group, sizeof group);
    g_assert_nonnull(last);
    for (unsigned i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_null(sk_ldap_primary(sk_span(user, sizeof user), bad[i]));
    for (size_t n = 0; n < sizeof user; n++)
        g_assert_null(sk_ldap_primary(sk_span(user, n), "513"));
    uint8_t other[sizeof user];
    for (size_t i = 0; i < sizeof user; i++)
        other[i] = user[i];
    other[0] = 2;
    g_assert_null(sk_ldap_primary(sk_span(other, sizeof other), "513"));
    other[0] = 1;
    other[1] = 4;
    g_assert_null(sk_ldap_primary(sk_span(other, sizeof other), "513"));
}

#define AD(code) "80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data " code ", v2580"

static void
test_judge(void)
{
    static const struct {
        int code;
        const char *diagnostic;
        int policy;
        SkDirectoryAnswer expected;
    } rows[] = {
        { LDAP_SUCCESS, NULL, PP_noError, SK_DIRECTORY_YES },
        { LDAP_SUCCESS, NULL, PP_changeAfterReset, SK_DIRECTORY_EXPIRED },
        { LDAP_SUCCESS, NULL, PP_passwordExpired, SK_DIRECTORY_EXPIRED },
        { LDAP_SUCCESS, NULL, PP_accountLocked, SK_DIRECTORY_NO },
        { LDAP_INVALID_CREDENTIALS, NULL, PP_noError, SK_DIRECTORY_NO },
        { LDAP_INVALID_CREDENTIALS, NULL, PP_accountLocked, SK_DIRECTORY_NO },
        { LDAP_INVALID_CREDENTIALS, NULL, PP_passwordExpired, SK_DIRECTORY_EXPIRED },
        { LDAP_INVALID_CREDENTIALS, AD("52e"), PP_noError, SK_DIRECTORY_NO },
        { LDAP_INVALID_CREDENTIALS, AD("525"), PP_noError, SK_DIRECTORY_NO },
        { LDAP_INVALID_CREDENTIALS, AD("533"), PP_noError, SK_DIRECTORY_NO },
        { LDAP_INVALID_CREDENTIALS, AD("775"), PP_noError, SK_DIRECTORY_NO },
        { LDAP_INVALID_CREDENTIALS, AD("532"), PP_noError, SK_DIRECTORY_EXPIRED },
        { LDAP_INVALID_CREDENTIALS, AD("773"), PP_noError, SK_DIRECTORY_EXPIRED },
        { LDAP_INVALID_CREDENTIALS, AD("5320"), PP_noError, SK_DIRECTORY_NO },
        { LDAP_NO_SUCH_OBJECT, NULL, PP_noError, SK_DIRECTORY_NO },
        { LDAP_REFERRAL, NULL, PP_noError, SK_DIRECTORY_NO },
        { LDAP_UNWILLING_TO_PERFORM, NULL, PP_noError, SK_DIRECTORY_NO },
        { LDAP_BUSY, NULL, PP_noError, SK_DIRECTORY_AWAY },
        { LDAP_UNAVAILABLE, AD("532"), PP_noError, SK_DIRECTORY_AWAY },
        { LDAP_OTHER, NULL, PP_noError, SK_DIRECTORY_AWAY },
        { LDAP_SASL_BIND_IN_PROGRESS, NULL, PP_noError, SK_DIRECTORY_AWAY },
        { LDAP_SERVER_DOWN, NULL, PP_noError, SK_DIRECTORY_AWAY },
        { -99, NULL, PP_noError, SK_DIRECTORY_AWAY },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpint(sk_ldap_judge(rows[i].code, rows[i].diagnostic, rows[i].policy), ==, rows[i].expected);
}

static void
test_values(void)
{
    g_autofree char *longest = g_strnfill(SK_DIRECTORY_VALUE_MAX, 'x');
    g_autofree char *too_long = g_strnfill(SK_DIRECTORY_VALUE_MAX + 1u, 'x');
    const struct {
        const char *values[3];
        bool needed, one;
        const char *expected, *wrong;
    } rows[] = {
        { { NULL }, false, false, "", NULL },
        { { NULL }, true, true, "", "missing" },
        { { "例" }, true, true, "例", NULL },
        { { "b", "a" }, true, false, "a", NULL },
        { { "ab", "a" }, false, false, "a", NULL },
        { { "b", "a" }, true, true, "", "many" },
        { { "a\tb" }, false, false, "", "bad-text" },
        { { "a\nb" }, false, false, "", "bad-text" },
        { { "a\xff" }, false, false, "", "bad-text" },
        { { "a\u202eb" }, false, false, "", "bad-text" },
        { { longest }, false, false, longest, NULL },
        { { too_long }, false, false, "", "too-long" },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct berval kept[3];
        struct berval *values[4] = { NULL };
        const char *wrong = "unset";
        for (unsigned k = 0; k < 3 && rows[i].values[k] != NULL; k++) {
            kept[k] = (struct berval){ strlen(rows[i].values[k]), (char *)rows[i].values[k] };
            values[k] = &kept[k];
        }
        g_autofree char *out = sk_ldap_value(values, rows[i].needed, rows[i].one, &wrong);
        g_assert_cmpstr(out, ==, rows[i].expected);
        g_assert_cmpstr(wrong, ==, rows[i].wrong);
    }
    struct berval nul = { 3, (char *)"a\0b" };
    struct berval *values[] = { &nul, NULL };
    const char *wrong = NULL;
    g_autofree char *out = sk_ldap_value(values, false, false, &wrong);
    g_assert_cmpstr(wrong, ==, "bad-text");
    g_assert_cmpstr(out, ==, "");
}

static void
test_table(void)
{
    SkDirectoryPerson taro = { .values = { (char *)"taro", (char *)"例 太郎", (char *)"", (char *)"7", (char *)"", (char *)"somu",
                                           (char *)"課長" },
                               .head = true, .role = "manager" };
    SkDirectoryPerson jiro = { .values = { (char *)"jiro", (char *)"例 次郎", (char *)"", (char *)"", (char *)"", (char *)"", (char *)"" },
                               .role = "" };
    g_autoptr(GPtrArray) people = g_ptr_array_new();
    g_autoptr(GHashTable) only = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) without = g_hash_table_new(g_str_hash, g_str_equal);
    const SkDirectory all = { .people = people };
    const char *head = "S\tdirectory\n1\taccount\tlabel\tkana\tnumber\tmail\tsection\ttitle\tgrade\trole\n";

    g_ptr_array_add(people, &taro);
    g_ptr_array_add(people, &jiro);
    g_hash_table_add(only, (void *)"taro");
    g_hash_table_add(without, (void *)"taro");
    const struct {
        GHashTable *names, *without;
        const char *rows;
    } tables[] = {
        { NULL, NULL, "2\ttaro\t例 太郎\t\t7\t\tsomu\t課長\thead\tmanager\n3\tjiro\t例 次郎\t\t\t\t\t\t\t\n" },
        { only, NULL, "2\ttaro\t例 太郎\t\t7\t\tsomu\t課長\thead\tmanager\n" },
        { NULL, without, "2\ttaro\t例 太郎\t\t7\t\t\t\t\t\n3\tjiro\t例 次郎\t\t\t\t\t\t\t\n" },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(tables); i++) {
        g_autoptr(GBytes) out = sk_directory_table(&all, tables[i].names, tables[i].without);
        g_autofree char *expected = g_strconcat(head, tables[i].rows, NULL);
        g_assert_cmpmem(g_bytes_get_data(out, NULL), g_bytes_get_size(out), expected, strlen(expected));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/directory/words/filters", test_filters);
    g_test_add_func("/directory/words/accounts", test_accounts);
    g_test_add_func("/directory/words/names", test_names);
    g_test_add_func("/directory/words/ranges", test_ranges);
    g_test_add_func("/directory/words/primary", test_primary);
    g_test_add_func("/directory/words/judge", test_judge);
    g_test_add_func("/directory/words/values", test_values);
    g_test_add_func("/directory/words/table", test_table);
    return g_test_run();
}
