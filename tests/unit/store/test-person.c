/* SPDX-License-Identifier: Apache-2.0
 * test-person.c - finding people: words, filters, pages, and the plans behind them; who decides for
 * which section, by posts, as a deputy, and where nobody else does. Every name here is made up. */
#include "fixture.h"

#include "store/import.h"
#include "store/person.h"
#include "store/post.h"

#define SECTIONS                                                                                   \
    "S\t\n1\t所属コード\t機関\t上位\t所属名\n2\tchocho\tmayor\t\t町長公室\n"       \
    "3\tjumin\tmayor\tchocho\t住民課\n4\tkoseki\tmayor\tjumin\t戸籍係\n"                     \
    "5\tmado\tmayor\tjumin\t窓口係\n6\tgikai\tassembly\t\t議会事務局\n"
#define PEOPLE                                                                                                                    \
    "S\t\n1\tアカウント\t氏名\tフリガナ\t所属コード\t役職\t区分\t情報セキュリティ役割\t終了日\n" \
    "2\tbucho\t見本 一郎\tミホン イチロウ\tchocho\t室長\t長\n"                                                      \
    "3\tkacho\t髙例 花子\tタカレイ ハナコ\tjumin\t課長\t長\t情報セキュリティ管理者\n"                    \
    "4\tkakari\t仮 次郎\tカリ ジロウ\tkoseki\t係長\t長\n"                                                              \
    "5\tshoku\t試 三郎\tタメシ サブロウ\tmado\t主事\n"                                                                \
    "6\tgiji\t𠮷模 四郎\tヨシモ シロウ\tgikai\t事務局長\t長\t情報セキュリティ責任者\n"                 \
    "7\tkansa\t査 五郎\tサ ゴロウ\tgikai\t書記\t\t監査担当\n"                                                        \
    "8\tgone\t去 六郎\tサリ ロクロウ\tmado\t主事\t\t\t2027-04-30\n"

static void
import_list(SkStore *store, const char *table, int on)
{
    GError *error = NULL;
    g_autoptr(SkImport) import = NULL;
    g_autofree char *proposal = NULL;
    SkImportOutcome outcome = 0;
    SkImportOptions options = { .on = on };
    g_assert_true(sk_import_submit(store, sk_span_str(table), &options, NULL, &import, &outcome,
                                   &proposal, &error));
    g_assert_no_error(error);
    g_assert_cmpint(outcome, ==, SK_IMPORT_APPLIED);
}

static int
day(const char *iso)
{
    int d = 0;
    g_assert_true(sk_day_parse(iso, &d));
    return d;
}

static void
up(Station *s)
{
    fixture_up(s, "lgwan");
    s->wall = ((int64_t)day("2027-04-01") * 24 + 3) * HOUR;
    import_list(s->store, SECTIONS PEOPLE, day("2027-04-01"));
}

/* Names found, in order, between spaces. */
static char *
find(SkStore *store, SkPersonQuery query)
{
    GError *error = NULL;
    g_autoptr(GPtrArray) people = NULL;
    g_autofree char *next = NULL;
    GString *out = g_string_new(NULL);
    query.limit = query.limit == 0 ? 50 : query.limit;
    g_assert_true(sk_person_list(store, &query, &people, &next, &error));
    g_assert_no_error(error);
    for (guint i = 0; i < people->len; i++)
        g_string_append_printf(out, "%s%s", i == 0 ? "" : " ",
                               ((SkPerson *)people->pdata[i])->account->name);
    if (next != NULL)
        g_string_append_printf(out, " > %s", next);
    return g_string_free(out, FALSE);
}

#define is_found(store, want, ...)                                                                 \
    do {                                                                                           \
        g_autofree char *got = find(store, (SkPersonQuery){ __VA_ARGS__ });                        \
        g_assert_cmpstr(got, ==, want);                                                            \
    } while (false)

/* Whose password is the directory's has one, where the directory is asked; an administrator's never
 * is. In each of the three statements. */
static void
without_a_password(void)
{
    Station s = { 0 };
    up(&s);
    is_found(s.store, "giji", .state = SK_PERSON_NOT_ENROLLED, .section = "gikai", .words = "四郎");
    g_assert_cmpint(sqlite3_exec(s.store->db,
                                 "UPDATE accounts SET source = 'ldap' WHERE name IN ('giji', 'kansa', 'shoku');"
                                 "UPDATE accounts SET role = 'administrator' WHERE name = 'kansa';"
                                 "UPDATE accounts SET password = 'x' WHERE name = 'kakari'",
                                 NULL, NULL, NULL),
                    ==, SQLITE_OK);
    is_found(s.store, "kansa gone kacho shoku bucho giji", .state = SK_PERSON_NOT_ENROLLED);
    is_found(s.store, "kansa gone kacho bucho", .state = SK_PERSON_NOT_ENROLLED, .directory = true);
    is_found(s.store, "kansa giji", .state = SK_PERSON_NOT_ENROLLED, .section = "gikai");
    is_found(s.store, "kansa", .state = SK_PERSON_NOT_ENROLLED, .section = "gikai", .directory = true);
    is_found(s.store, "giji", .state = SK_PERSON_NOT_ENROLLED, .role = "officer");
    is_found(s.store, "", .state = SK_PERSON_NOT_ENROLLED, .role = "officer", .directory = true);
    is_found(s.store, "kansa giji", .section = "gikai", .directory = true);
    fixture_down(&s);
}

static void
words(void)
{
    Station s = { 0 };
    up(&s);
    is_found(s.store, "kacho", .words = "高例"); /* typed as people type it */
    is_found(s.store, "kacho", .words = "髙例");
    is_found(s.store, "kacho", .words = "ハナ");
    is_found(s.store, "kacho", .words = "はな");
    is_found(s.store, "kacho", .words = "ﾊﾅｺ");
    is_found(s.store, "kacho", .words = "花子 たか");
    is_found(s.store, "kacho", .words = "花子　髙例"); /* a wide space */
    is_found(s.store, "kacho", .words = "KACHO");
    is_found(s.store, "giji", .words = "吉模");
    is_found(s.store, "giji", .words = "𠮷模 四郎");
    is_found(s.store, "", .words = "花子 次郎");
    is_found(s.store, "", .words = "' OR 1=1 --");
    is_found(s.store, "", .words = "%");
    is_found(s.store, "kakari kansa gone kacho shoku bucho giji", .words = "");
    is_found(s.store, "kakari kansa > kansa", .limit = 2);
    is_found(s.store, "gone kacho > kacho", .limit = 2, .cursor = "kansa");
    is_found(s.store, "", .cursor = "giji");
    g_autoptr(GPtrArray) none = NULL;
    g_autofree char *next = NULL;
    SkPersonQuery bad[] = {
        { .cursor = "nobody" }, { .cursor = "../x" },  { .words = "a\xe2\x80\xae" },
        { .words = "\xff" },    { .role = "emperor" }, { .role = "manager", .section = "jumin" }
    };
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(sk_person_list(s.store, &bad[i], &none, &next, NULL));
    fixture_down(&s);
}

static void
filters(void)
{
    Station s = { 0 };
    up(&s);
    is_found(s.store, "gone shoku", .section = "mado");
    is_found(s.store, "kacho", .role = "manager");
    is_found(s.store, "kansa", .role = "auditor");
    is_found(s.store, "kakari bucho", .role = "section-head");
    is_found(s.store, "", .state = SK_PERSON_LOCKED);
    g_assert_true(sk_account_lock(s.store, "shoku", NULL, NULL));
    is_found(s.store, "shoku", .state = SK_PERSON_LOCKED);
    is_found(s.store, "gone", .section = "mado", .state = SK_PERSON_ACTIVE);
    g_assert_true(
        sk_absence_add(s.store, "kacho", day("2027-04-01"), day("2027-04-02"), NULL, NULL, NULL));
    is_found(s.store, "kacho", .state = SK_PERSON_ABSENT);
    is_found(s.store, "kacho", .state = SK_PERSON_ABSENT, .section = "jumin");
    s.wall = ((int64_t)day("2027-05-01") * 24) * HOUR;
    g_assert_true(sk_organisation_apply(s.store, day("2027-05-01"), false, NULL));
    is_found(s.store, "", .state = SK_PERSON_ABSENT);
    is_found(s.store, "shoku", .section = "mado", .words = "");
    fixture_down(&s);
}

/* A page walks the index that has all it looks at: no sorting of everybody, no reading of rows. */
static void
plans(void)
{
    Station s = { 0 };
    up(&s);
    SkPersonQuery query = { .limit = 50 };
    g_autofree char *explain = g_strconcat("EXPLAIN QUERY PLAN ", sk_person_sql(&query), NULL);
    sqlite3_stmt *stmt = NULL;
    g_assert_cmpint(sqlite3_prepare_v2(s.store->db, explain, -1, &stmt, NULL), ==, SQLITE_OK);
    unsigned rows = 0;
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        const char *detail = (const char *)sqlite3_column_text(stmt, 3);
        g_test_message("%s", detail);
        g_assert_nonnull(strstr(detail, "COVERING INDEX accounts_people"));
        rows++;
    }
    g_assert_cmpuint(rows, ==, 1);
    sqlite3_finalize(stmt);
    fixture_down(&s);
}

/* ---- who decides ---- */

static char *
heads(SkStore *store, const char *name)
{
    g_autoptr(SkPerson) p = NULL;
    GString *out = g_string_new(NULL);
    g_assert_true(sk_person_get(store, name, &p, NULL));
    for (guint i = 0; i < p->account->heads->len; i++) {
        const SkHeadship *h = g_ptr_array_index(p->account->heads, i);
        g_string_append_printf(out, "%s%s/%s%s%s", i == 0 ? "" : " ", h->section,
                               h->role == SK_ROLE_SECTION_HEAD ? "h" : "m",
                               h->on_behalf_of == NULL ? "" : "<",
                               h->on_behalf_of == NULL ? "" : h->on_behalf_of);
    }
    return g_string_free(out, FALSE);
}

#define is_head(store, name, want)                                                                 \
    do {                                                                                           \
        g_autofree char *got = heads(store, name);                                                 \
        g_assert_cmpstr(got, ==, want);                                                            \
    } while (false)

static void
sections_below(void)
{
    Station s = { 0 };
    up(&s);
    is_head(s.store, "bucho", "chocho/h"); /* the sections below have heads of their own */
    is_head(s.store, "kacho", "jumin/h mado/h jumin/m koseki/m mado/m");
    is_head(s.store, "kakari", "koseki/h");
    is_head(s.store, "shoku", "");
    is_head(s.store, "kansa", "");
    is_head(s.store, "giji", "gikai/h gikai/m");
    /* Nobody heads the section any more: whoever is above does. */
    import_list(
        s.store,
        "S\t\n1\tアカウント\t所属コード\t役職\n2\tkakari\tmado\t主査\n3\tkacho\tmado\t主幹\n",
        day("2027-04-01"));
    is_head(s.store, "kakari", "");
    is_head(s.store, "bucho", "chocho/h jumin/h koseki/h mado/h");
    g_autoptr(GPtrArray) vacant = NULL;
    unsigned n = 0;
    g_assert_true(sk_vacancies(s.store, 10, &vacant, &n, NULL));
    g_assert_cmpuint(n, ==, 2); /* 課長, 係長 */
    fixture_down(&s);
}

static void
refused(SkStore *store, bool ok, const char *why)
{
    g_assert_false(ok);
    g_assert_cmpstr(sk_store_why(store), ==, why);
}

static void
deputies(void)
{
    Station s = { 0 };
    up(&s);
    int from = day("2027-04-10");
    g_autofree char *id = NULL;
    refused(s.store, sk_deputy_add(s.store, "kacho", "kacho", from, from, &id, NULL), "own-deputy");
    refused(s.store, sk_deputy_add(s.store, "kacho", "kansa", from, from, &id, NULL),
            "roles-apart");
    g_assert_nonnull(strstr(sk_store_why_rule(s.store)->ja, "監査"));
    refused(s.store, sk_deputy_add(s.store, "kacho", "nobody", from, from, &id, NULL),
            "account-unknown");
    g_assert_null(sk_store_why_rule(s.store));
    refused(s.store, sk_deputy_add(s.store, "kacho", "shoku", from, from - 1, &id, NULL),
            "period-invalid");
    refused(s.store, sk_deputy_add(s.store, "kacho", "shoku", from - 99, from - 98, &id, NULL),
            "period-invalid");
    refused(s.store, sk_deputy_add(s.store, "kacho", "shoku", from, from + 366, &id, NULL),
            "period-invalid");
    g_assert_true(sk_deputy_add(s.store, "kacho", "shoku", from, from + 1, &id, NULL));
    is_head(s.store, "shoku", "");
    s.wall = ((int64_t)from * 24 - 9) * HOUR; /* midnight in Japan */
    is_head(s.store, "shoku",
            "jumin/h<kacho mado/h<kacho jumin/m<kacho koseki/m<kacho mado/m<kacho");
    /* Not of what somebody decides as a deputy themselves. */
    g_autofree char *second = NULL;
    g_assert_true(sk_deputy_add(s.store, "shoku", "gone", from, from + 1, &second, NULL));
    is_head(s.store, "gone", "");
    /* A locked account lends nothing. */
    g_assert_true(sk_account_lock(s.store, "kacho", NULL, NULL));
    is_head(s.store, "shoku", "");
    g_assert_true(sk_account_unlock(s.store, "kacho", NULL, NULL));
    s.wall += 48 * HOUR - 1;
    g_autofree char *still = heads(s.store, "shoku");
    g_assert_cmpint(strlen(still), >, 0);
    s.wall += 1;
    is_head(s.store, "shoku", "");
    g_assert_true(sk_deputy_end(s.store, id, NULL, NULL));
    refused(s.store, sk_deputy_end(s.store, id, NULL, NULL), "not-found");
    fixture_down(&s);
}

/* What SQL made of a name of version 1 is folded on the first day. */
static void
migrated(void)
{
    Station s = { 0 };
    up(&s);
    GError *error = NULL;
    g_assert_true(
        sk_sql_run(sk_sql(s.store, "UPDATE accounts SET search = lower(name || char(10) || "
                                   "label), sort = lower(label) WHERE name = 'kacho'"),
                   &error));
    is_found(s.store, "", .words = "高例");
    g_assert_true(sk_organisation_apply(s.store, day("2027-04-02"), false, &error));
    is_found(s.store, "kacho", .words = "高例");
    fixture_down(&s);
}

/* Accounts that no list knows decide as they were set; lists do not make administrators less. */
static void
by_hand(void)
{
    Station s = { 0 };
    up(&s);
    SkAccount hand = { .name = (char *)"hand",
                       .label = (char *)"手",
                       .role = SK_ROLE_SECTION_HEAD,
                       .section = (char *)"税務課" };
    SkAccount admin = { .name = (char *)"admin",
                        .label = (char *)"管",
                        .role = SK_ROLE_ADMINISTRATOR,
                        .section = (char *)"" };
    g_assert_true(sk_account_add(s.store, &hand, "x", NULL, NULL));
    g_assert_true(sk_account_add(s.store, &admin, "x", NULL, NULL));
    is_head(s.store, "hand", "税務課/h");
    is_head(s.store, "admin", "");
    import_list(s.store, "S\t\n1\tアカウント\t所属コード\t役職\n2\tadmin\tmado\t主査\n",
                day("2027-04-01"));
    g_autoptr(SkPerson) p = NULL;
    g_assert_true(sk_person_get(s.store, "admin", &p, NULL));
    g_assert_cmpint(p->account->role, ==, SK_ROLE_ADMINISTRATOR);
    g_assert_cmpstr(p->account->section, ==, "mado");
    fixture_down(&s);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/person/words", words);
    g_test_add_func("/person/without-a-password", without_a_password);
    g_test_add_func("/person/filters", filters);
    g_test_add_func("/person/plans", plans);
    g_test_add_func("/person/sections-below", sections_below);
    g_test_add_func("/person/deputies", deputies);
    g_test_add_func("/person/by-hand", by_hand);
    g_test_add_func("/person/migrated", migrated);
    return g_test_run();
}
