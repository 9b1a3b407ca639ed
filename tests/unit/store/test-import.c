/* SPDX-License-Identifier: Apache-2.0
 * test-import.c - lists of an office: what they make of the organisation, from their day on, and
 * what is wrong with a bad one. Every name here is made up. */
#include "fixture.h"

#include "store/import.h"
#include "store/import-parts.h"
#include "store/person.h"
#include "store/proposal.h"
#include "store/signin.h"

#include <signal.h>

#define SECTIONS                                                                                   \
    "S\t所属\n"                                                                                  \
    "1\t所属コード\t機関\t上位\t所属名\n"                                              \
    "2\tsomu\t町長部局\t\t総務課\n"                                                         \
    "3\tjumin\t町長部局\t\t住民課\n"                                                        \
    "4\tkoseki\tmayor\tjumin\t戸籍係\n"                                                         \
    "5\tkansa\t監査委員\t\t監査委員事務局\n"

#define HEADINGS                                                                                           \
    "S\t職員\n1\tアカウント\t氏名\tフリガナ\t職員番号\t所属コード\t役職\t区分\t" \
    "情報セキュリティ役割\t発令日\t終了日\t退職日\n"

static int
day(const char *iso)
{
    int d = 0;
    g_assert_true(sk_day_parse(iso, &d));
    return d;
}

static SkImport *
submit_as(SkStore *store, const char *table, const char *on, bool missing, const char *actor,
          SkImportOutcome want, char **ret_proposal)
{
    GError *error = NULL;
    SkImport *import = NULL;
    SkImportOutcome outcome = 0;
    g_autofree char *proposal = NULL;
    SkImportOptions options = { .on = day(on), .missing = missing };
    bool ok = sk_import_submit(store, sk_span_str(table), &options, actor, &import, &outcome,
                               &proposal, &error);
    g_assert_no_error(error);
    g_assert_true(ok);
    const GPtrArray *errors = sk_import_errors(import);
    for (guint i = 0; want != SK_IMPORT_WRONG && i < errors->len; i++) {
        const SkImportError *e = g_ptr_array_index(errors, i);
        g_test_message("%u %s %s: %s", e->row, e->column, e->code, e->en);
    }
    g_assert_cmpint(outcome, ==, want);
    if (ret_proposal != NULL)
        *ret_proposal = g_steal_pointer(&proposal);
    return import;
}

static void
apply(SkStore *store, const char *table, const char *on)
{
    g_autoptr(SkImport) import = submit_as(store, table, on, false, NULL, SK_IMPORT_APPLIED, NULL);
}

static SkAccount *
account(SkStore *store, const char *name)
{
    GError *error = NULL;
    SkAccount *a = NULL;
    g_assert_true(sk_account_get(store, name, &a, &error));
    g_assert_no_error(error);
    g_assert_true(sk_organisation_heads(store, a, &error));
    return a;
}

static void
is_placed(SkStore *store, const char *name, SkRole role, const char *section)
{
    g_autoptr(SkAccount) a = account(store, name);
    g_assert_cmpint(a->role, ==, role);
    g_assert_cmpstr(a->section, ==, section);
}

/* The station's day, at noon in Japan. */
static void
set_day(Station *s, const char *iso)
{
    s->wall = ((int64_t)day(iso) * 24 + 3) * HOUR;
    g_assert_true(sk_organisation_apply(s->store, sk_organisation_today(s->store), false, NULL));
}

static void
up(Station *s)
{
    fixture_up(s, "lgwan");
    set_day(s, "2027-04-01");
}

/* ---- dates ---- */

static void
dates(void)
{
    static const struct {
        const char *text, *iso; /* NULL = refused */
    } cases[] = {
        { "2027-04-01", "2027-04-01" },
        { "2027/4/1", "2027-04-01" },
        { "2027.4.1", "2027-04-01" },
        { "20270401", "2027-04-01" },
        { "2027年4月1日", "2027-04-01" },
        { "２０２７／４／１", "2027-04-01" },
        { "R8.4.1", "2026-04-01" },
        { "r08.04.01", "2026-04-01" },
        { "Ｒ８．４．１", "2026-04-01" },
        { "令和8年4月1日", "2026-04-01" },
        { "令和元年5月1日", "2019-05-01" },
        { "㋿元年5月1日", "2019-05-01" },
        { "令8/4/1", "2026-04-01" },
        { "H31.4.30", "2019-04-30" },
        { "S63.12.31", "1988-12-31" },
        { "2027/4/1 0:00:00", "2027-04-01" },
        { " 2027-04-01 ", "2027-04-01" },
        { "R1.4.30", NULL }, /* 平成 still */
        { "H31.5.1", NULL },
        { "S65.1.1", NULL },
        { "R0.4.1", NULL },
        { "8.4.1", NULL },
        { "27/4/1", NULL },
        { "2027-02-29", NULL },
        { "2027-13-01", NULL },
        { "2027-04-31", NULL },
        { "2027/4-1", NULL },
        { "2027年4月", NULL },
        { "2027年4月1", NULL },
        { "46113", NULL }, /* what a spreadsheet keeps a date as */
        { "20270431", NULL },
        { "202704010", NULL },
        { "99999-04-01", NULL },
        { "1970-01-01", NULL },
        { "R999999999999.4.1", NULL },
        { "", NULL },
        { "R", NULL },
        { "来年", NULL },
        { "=DATE(2027,4,1)", NULL },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        int got = 0;
        bool ok = sk_import_day(cases[i].text, &got);
        g_test_message("%s", cases[i].text);
        g_assert_cmpint(ok, ==, cases[i].iso != NULL);
        if (ok)
            g_assert_cmpint(got, ==, day(cases[i].iso));
    }
}

/* ---- what a list does ---- */

static void
first_list(void)
{
    Station s = { 0 };
    up(&s);
    apply(s.store,
          HEADINGS "2\ttaro\t見本 太郎\tミホン タロウ\t1001\tjumin\t主事\n"
                   "3\tkacho\t例 花子\tレイ ハナコ\t1002\tjumin\t課長\t長\t情報セキュリティ管理者\n"
                   "4\tkakari\t仮 次郎\tカリ ジロウ\t1003\tkoseki\t係員\n"
                   "5\tkansa1\t試 三郎\tタメシ サブロウ\t1004\tkansa\t書記\t\t監査担当\n"
                   "6\tcio\t模 四郎\tモ シロウ\t1005\tsomu\t課長\t長\t統括情報セキュリティ責任者\n"
                   "9\t\t\t\t\tsomu\t係長\t長\n" SECTIONS,
          "2027-04-01");
    is_placed(s.store, "taro", SK_ROLE_STAFF, "jumin");
    is_placed(s.store, "kacho", SK_ROLE_SECURITY_MANAGER, "jumin");
    is_placed(s.store, "kakari", SK_ROLE_STAFF, "koseki");
    is_placed(s.store, "kansa1", SK_ROLE_AUDITOR, "kansa");
    g_autoptr(SkAccount) kacho = account(s.store, "kacho");
    g_assert_false(kacho->enrolled);
    g_assert_cmpstr(kacho->source, ==, "import");
    g_assert_cmpstr(kacho->number, ==, "1002");
    g_assert_true(sk_account_heads(kacho, "jumin", SK_ROLE_SECTION_HEAD, NULL));
    g_assert_true(sk_account_heads(kacho, "jumin", SK_ROLE_SECURITY_MANAGER, NULL));
    g_assert_true(sk_account_heads(kacho, "koseki", SK_ROLE_SECTION_HEAD, NULL)); /* below */
    g_assert_false(sk_account_heads(kacho, "somu", SK_ROLE_SECTION_HEAD, NULL));
    g_autoptr(SkAccount) cio = account(s.store, "cio");
    g_assert_true(sk_account_heads(cio, "kansa", SK_ROLE_SECURITY_MANAGER, NULL)); /* the town */
    g_assert_false(sk_account_heads(cio, "kansa", SK_ROLE_SECTION_HEAD, NULL));
    g_autoptr(SkAccount) kansa = account(s.store, "kansa1");
    g_assert_cmpuint(kansa->heads->len, ==, 0);
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM posts WHERE NOT EXISTS (SELECT 1 "
                                         "FROM tenures WHERE post = posts.id)"),
                    ==, 1);
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM acts WHERE act = 'post-given'"), ==,
                    5);
    fixture_down(&s);
}

#define SPRING                                                                                           \
    HEADINGS "2\ttaro\t見本 太郎\t\t\tjumin\t主事\n3\tkacho\t例 花子\t\t\tjumin\t課長\t長\n" \
             "4\tjiro\t仮 次郎\t\t\tsomu\t主事\n"

/* 1 April of the next year, imported in March: nothing happens before its day. */
static void
transfers(void)
{
    Station s = { 0 };
    up(&s);
    apply(s.store, SECTIONS SPRING, "2027-04-01");
    set_day(&s, "2028-03-15");
    apply(s.store,
          HEADINGS "2\ttaro\t\t\t\tjumin\t課長\t長\n3\tkacho\t\t\t\tsomu\t課長\t長\n"
                   "4\tjiro\t\t\t\t\t\t\t\t\t\t2028-03-31\n5\tnew\t新 五郎\t\t\tsomu\t主事\n",
          "2028-04-01");
    is_placed(s.store, "taro", SK_ROLE_STAFF, "jumin");
    is_placed(s.store, "kacho", SK_ROLE_SECTION_HEAD, "jumin");
    g_autoptr(SkAccount) new_early = account(s.store, "new");
    g_assert_cmpint(new_early->role, ==, SK_ROLE_STAFF);
    set_day(&s, "2028-03-31");
    is_placed(s.store, "taro", SK_ROLE_STAFF, "jumin");
    g_autoptr(SkAccount) last_day = account(s.store, "jiro");
    g_assert_false(last_day->locked);
    set_day(&s, "2028-04-01");
    is_placed(s.store, "taro", SK_ROLE_SECTION_HEAD, "jumin");
    is_placed(s.store, "kacho", SK_ROLE_SECTION_HEAD, "somu");
    is_placed(s.store, "new", SK_ROLE_STAFF, "somu");
    is_placed(s.store, "jiro", SK_ROLE_STAFF, "");
    g_autoptr(SkAccount) gone = account(s.store, "jiro");
    g_assert_true(gone->locked);
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM accounts WHERE locked = 1"), ==, 1);
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM acts WHERE act = 'account-locked'"),
                    ==, 1);
    fixture_down(&s);
}

/* The same list again changes nothing; a whole list ends who is not in it. */
static void
again_and_whole(void)
{
    Station s = { 0 };
    up(&s);
    apply(s.store, SECTIONS SPRING, "2027-04-01");
    int64_t acts = fixture_int(s.store, "SELECT count(*) FROM acts");
    g_autoptr(SkImport) same =
        submit_as(s.store, SECTIONS SPRING, "2027-04-01", true, NULL, SK_IMPORT_APPLIED, NULL);
    const SkImportChanges *c = sk_import_changes(same);
    g_assert_cmpuint(c->unchanged, ==, 3);
    g_assert_cmpuint(c->added + c->moved + c->left + c->sections + c->posts, ==, 0);
    g_assert_cmpuint(sk_import_approvers(same)->len, ==, 0);
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM acts"), ==, acts + 1);
    set_day(&s, "2027-05-01");
    g_autoptr(SkImport) whole = submit_as(s.store,
                                          HEADINGS "2\ttaro\t\t\t\tjumin\t主事\n"
                                                   "3\tkacho\t\t\t\tjumin\t課長\t長\n",
                                          "2027-05-01", true, NULL, SK_IMPORT_APPLIED, NULL);
    g_assert_cmpuint(sk_import_changes(whole)->left, ==, 1);
    g_assert_cmpuint(sk_import_changes(whole)->unchanged, ==, 2);
    g_autoptr(SkAccount) jiro = account(s.store, "jiro");
    g_assert_true(jiro->locked);
    g_assert_cmpint(jiro->leaves, ==, day("2027-04-30"));
    fixture_down(&s);
}

/* ---- what is wrong with a list ---- */

static void
wrong(SkStore *store, const char *table, const char *want)
{
    g_autoptr(SkImport) import =
        submit_as(store, table, "2027-04-01", false, NULL, SK_IMPORT_WRONG, NULL);
    g_autoptr(GString) got = g_string_new(NULL);
    const GPtrArray *errors = sk_import_errors(import);
    for (guint i = 0; i < errors->len; i++) {
        const SkImportError *e = g_ptr_array_index(errors, i);
        g_string_append_printf(got, "%s%u:%s", i == 0 ? "" : " ", e->row, e->code);
        g_assert_cmpint(strlen(e->ja), >, 0);
        g_assert_cmpint(strlen(e->en), >, 0);
    }
    g_assert_cmpstr(got->str, ==, want);
    g_assert_cmpint(fixture_int(store, "SELECT count(*) FROM accounts WHERE source = 'import'"), ==,
                    0);
}

static void
bad_rows(void)
{
    Station s = { 0 };
    up(&s);
    SkAccount by_hand = { .name = (char *)"kanri",
                          .label = (char *)"管 理",
                          .role = SK_ROLE_ADMINISTRATOR,
                          .number = (char *)"77",
                          .section = (char *)"" };
    g_assert_true(sk_account_add(s.store, &by_hand, "x", NULL, NULL));
    static const struct {
        const char *rows, *want;
    } cases[] = {
        { "2\tTaro\t見本\n", "2:name-invalid" },
        { "2\t\t見本\n", "2:name-missing" },
        { "2\tta ro\t見本\n3\t../x\t見本\n", "2:name-invalid 3:name-invalid" },
        { "2\ttaro\n", "2:label-missing" },
        { "2\ttaro\t=cmd|'/c calc'!A1\n", "2:formula" },
        { "2\ttaro\t＝1+1\n", "2:formula" },
        { "2\ttaro\t@x\n", "2:formula" },
        { "2\ttaro\t見\xe2\x80\xae本\n", "2:text-invalid" },
        { "2\ttaro\t見\xee\x80\x80本\n", "2:text-invalid" }, /* 外字 */
        { "2\ttaro\t見本\t\t77\n", "2:number-held" },
        { "2\ttaro\t見本\t\t5\n3\tjiro\t見本\t\t5\n", "3:number-held" },
        { "2\ttaro\t見本\t\t\tnowhere\t主事\n", "2:section-unknown" },
        { "2\ttaro\t見本\t\t\t\t主事\n", "2:section-missing" },
        { "2\ttaro\t見本\t\t\tjumin\n", "2:title-missing" },
        { "2\ttaro\t見本\t\t\tjumin\t主事\tなんでも\n", "2:grade-unknown" },
        { "2\ttaro\t見本\t\t\tjumin\t主事\t\t将軍\n", "2:role-unknown" },
        { "2\ttaro\t見本\t\t\tjumin\t主事\t\t\t46113\n", "2:date-invalid" },
        { "2\ttaro\t見本\t\t\tjumin\t主事\t\t\tH31.5.1\tいつか\n", "2:date-invalid" },
        { "2\ttaro\t見本\t\t\tjumin\t主事\t\t\t2027-05-01\t2027-04-01\n", "2:date-order" },
        { "2\ttaro\t見本\t\t\tjumin\t主事\t\t\t2026-04-01\t2027-03-31\n", "2:date-past" },
        { "2\ttaro\t見本\t\t\tjumin\t主事\n3\ttaro\t見本\t\t\tjumin\t主事\n", "3:tenure-twice" },
        { "2\ttaro\t見本\t\t\tjumin\t主事\n3\ttaro\t別人\t\t\tsomu\t主事\n", "3:differs" },
        { "2\ttaro\t見本\t\t\tsomu\t町長\t\tCISO\n3\tjiro\t例\t\t\tsomu\t副町長\t\tCISO\n",
          "3:role-held" },
        { "2\ttaro\t見本\t\t\tkansa\t書記\t\t監査担当\n3\ttaro\t\t\t\tjumin\t課長\t長\n",
          "2:roles-apart" },
        { "2\tkanri\t\t\t\tjumin\t課長\t長\n", "2:roles-apart" },
        { "2\ttaro\t見本\t\t\tjumin\t主事\n3\tjiro\n7\tSABURO\t例\n",
          "3:label-missing 7:name-invalid" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *table = g_strconcat(SECTIONS HEADINGS, cases[i].rows, NULL);
        g_test_message("%s", cases[i].rows);
        wrong(s.store, table, cases[i].want);
    }
    wrong(s.store, "S\t\n1\tなにか\tほか\n2\tx\ty\n", "0:no-table");
    wrong(s.store, "", "0:no-table");
    wrong(s.store, "S\t\n1\tアカウント\t氏名\t氏名\n2\tx\ty\tz\n", "1:heading-twice");
    fixture_down(&s);
}

static void
bad_sections(void)
{
    Station s = { 0 };
    up(&s);
    static const struct {
        const char *rows, *want;
    } cases[] = {
        { "2\tSomu\tmayor\t\t総務課\n", "2:section-invalid" },
        { "2\tsomu\t幕府\t\t総務課\n", "2:body-unknown" },
        { "2\tsomu\tmayor\n", "2:section-label" },
        { "2\tsomu\tmayor\t\t総務課\n3\tsomu\tmayor\t\t総務課\n", "3:section-twice" },
        { "2\tsomu\tmayor\tnone\t総務課\n", "2:parent-unknown" },
        { "2\ta\tmayor\tb\tA\n3\tb\tmayor\ta\tB\n", "2:parent-circle 3:parent-circle" },
        { "2\ta\tmayor\ta\tA\n", "2:parent-circle" },
        { "2\ta\tmayor\tb\tA\n3\tb\t議会\t\tB\n", "2:parent-body" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *table =
            g_strconcat("S\t\n1\t所属コード\t機関\t上位\t所属名\n", cases[i].rows, NULL);
        g_test_message("%s", cases[i].rows);
        wrong(s.store, table, cases[i].want);
    }
    fixture_down(&s);
}

/* A worker that lies. */
static void
hostile_tables(void)
{
    Station s = { 0 };
    up(&s);
    g_autofree char *wide = g_strnfill(300, '\t');
    g_autofree char *columns = g_strconcat("S\t\n1\t", wide, "\n", NULL);
    static const char *const tables[] = {
        "1\ta\n",
        "S\t\nx\ta\n",
        "S\t\n0\ta\n",
        "S\t\n2\ta\n1\tb\n",
        "S\t\n1\ta",
        "S\t\n1\ta\x01\n",
        "S\t\n1\t\xff\n",
        "S\t\n9999999\ta\n",
        "S\t\n1\n",
        "S\t\n1\ta\n1\tb\n",
        "S\t\n1\ta\r\n",
        "S\n",
        "S\t\n-1\ta\n",
        "\n",
        "S\t\n99999999\ta\n",
        "S\t\n1 \ta\n",
    };
    SkImportOptions options = { .on = day("2027-04-01") };
    for (size_t i = 0; i <= G_N_ELEMENTS(tables); i++) {
        g_autoptr(GError) error = NULL;
        SkImport *import = NULL;
        const char *table = i < G_N_ELEMENTS(tables) ? tables[i] : columns;
        g_test_message("%zu", i);
        g_assert_false(sk_import_check(s.store, sk_span_str(table), &options, &import, &error));
        g_assert_error(error, SK_ERROR,
                       (i < G_N_ELEMENTS(tables) ? SK_ERROR_MALFORMED : SK_ERROR_LIMIT));
    }
    g_autoptr(GError) error = NULL;
    SkImport *import = NULL;
    g_assert_false(
        sk_import_check(s.store, sk_span("S\t\n1\ta\0b\n", 9), &options, &import, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_MALFORMED);
    fixture_down(&s);
}

/* ---- two people ---- */

static void
confirmed(void)
{
    Station s = { 0 };
    up(&s);
    for (unsigned i = 1; i <= 2; i++) {
        g_autofree char *name = g_strdup_printf("kanri%u", i);
        SkAccount a = {
            .name = name, .label = name, .role = SK_ROLE_ADMINISTRATOR, .section = (char *)""
        };
        g_assert_true(sk_account_add(s.store, &a, "x", NULL, NULL));
    }
    g_autofree char *id = NULL;
    g_autoptr(SkImport) import =
        submit_as(s.store, SECTIONS SPRING, "2027-04-01", false, "kanri1", SK_IMPORT_PROPOSED, &id);
    g_assert_cmpuint(sk_import_approvers(import)->len, ==, 1);
    const SkImportApprover *who = g_ptr_array_index(sk_import_approvers(import), 0);
    g_assert_cmpstr(who->name, ==, "kacho");
    g_assert_cmpstr(who->role, ==, "section-head");
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM accounts"), ==, 2);
    g_assert_false(sk_proposal_confirm(s.store, id, "kanri1", NULL));
    g_assert_cmpstr(sk_store_why(s.store), ==, "own-proposal");
    SkSweep sweep = { 0 }; /* the table waits in the vault */
    s.wall += 2 * HOUR;
    g_assert_true(sk_store_sweep(s.store, &sweep, NULL));
    g_assert_true(sk_proposal_confirm(s.store, id, "kanri2", NULL));
    is_placed(s.store, "kacho", SK_ROLE_SECTION_HEAD, "jumin");
    /* Without a new approver nobody needs to be asked. */
    g_autoptr(SkImport) more = submit_as(s.store, HEADINGS "2\tsaburo\t例 三郎\t\t\tsomu\t主事\n",
                                         "2027-04-01", false, "kanri1", SK_IMPORT_APPLIED, NULL);
    /* What has changed meanwhile is not what was shown. */
    g_autofree char *second = NULL;
    g_autoptr(SkImport) stale =
        submit_as(s.store, HEADINGS "2\ttaro\t\t\t\tsomu\t課長\t長\n", "2027-04-01", false,
                  "kanri1", SK_IMPORT_PROPOSED, &second);
    apply(s.store, HEADINGS "2\ttaro\t\t\t\tsomu\t課長\t長\n", "2027-04-01");
    g_assert_false(sk_proposal_confirm(s.store, second, "kanri2", NULL));
    g_assert_cmpstr(sk_store_why(s.store), ==, "changed");
    fixture_down(&s);
}

/* To hang a section under another one makes that one's head its approver: that takes two, too. */
static void
hung_elsewhere(void)
{
    Station s = { 0 };
    up(&s);
    SkAccount kanri = { .name = (char *)"kanri1",
                        .label = (char *)"kanri1",
                        .role = SK_ROLE_ADMINISTRATOR,
                        .section = (char *)"" };
    g_assert_true(sk_account_add(s.store, &kanri, "x", NULL, NULL));
    apply(s.store,
          SECTIONS HEADINGS "2\ttaro\t見本 太郎\t\t\tsomu\t課長\t長\n"
                            "3\tjiro\t見本 次郎\t\t\tkansa\t責任者\t\t情報セキュリティ責任者\n"
                            "4\thanako\t見本 花子\t\t\tkoseki\t主事\n",
          "2027-04-01");
    g_autofree char *proposal = NULL;
    g_autoptr(SkImport) below = submit_as(
        s.store, "S\tx\n1\t所属コード\t機関\t上位\t所属名\n2\tkoseki\tmayor\tsomu\t戸籍係\n",
        "2027-04-01", false, "kanri1", SK_IMPORT_PROPOSED, &proposal);
    g_assert_cmpuint(sk_import_approvers(below)->len, ==, 1);
    const SkImportApprover *a = g_ptr_array_index(sk_import_approvers(below), 0);
    g_assert_cmpstr(a->name, ==, "taro");
    g_assert_cmpstr(a->section, ==, "koseki");
    g_autoptr(SkAccount) before = account(s.store, "taro");
    g_assert_false(sk_account_heads(before, "koseki", SK_ROLE_SECTION_HEAD, NULL));
    /* Into another body, whose officer answers for all of it. */
    g_autofree char *other = NULL;
    g_autoptr(SkImport) moved = submit_as(
        s.store, "S\tx\n1\t所属コード\t機関\t上位\t所属名\n2\tkoseki\t監査委員\t\t戸籍係\n",
        "2027-04-01", false, "kanri1", SK_IMPORT_PROPOSED, &other);
    a = g_ptr_array_index(sk_import_approvers(moved), 0);
    g_assert_cmpstr(a->name, ==, "jiro");
    g_assert_cmpstr(a->role, ==, "officer");
    /* Another name for it is nobody's right. */
    g_autoptr(SkImport) named = submit_as(
        s.store, "S\tx\n1\t所属コード\t機関\t上位\t所属名\n2\tkoseki\tmayor\tjumin\t戸籍担当\n",
        "2027-04-01", false, "kanri1", SK_IMPORT_APPLIED, NULL);
    g_assert_cmpuint(sk_import_approvers(named)->len, ==, 0);
    fixture_down(&s);
}

/* Another title in one's own section is no new right, but to hold it for longer is one. */
static void
longer_by_another_title(void)
{
    Station s = { 0 };
    up(&s);
    SkAccount kanri = { .name = (char *)"kanri1",
                        .label = (char *)"kanri1",
                        .role = SK_ROLE_ADMINISTRATOR,
                        .section = (char *)"" };
    g_assert_true(sk_account_add(s.store, &kanri, "x", NULL, NULL));
    apply(s.store,
          SECTIONS HEADINGS "2\ttaro\t見本 太郎\t\t\tsomu\t課長\t長\t\t2027-04-01\t2027-04-30\n",
          "2027-04-01");
    g_autofree char *proposal = NULL;
    g_autoptr(SkImport) longer = submit_as(
        s.store, HEADINGS "2\ttaro\t見本 太郎\t\t\tsomu\t参事\t長\t\t2027-04-10\t2099-12-31\n",
        "2027-04-01", false, "kanri1", SK_IMPORT_PROPOSED, &proposal);
    g_assert_cmpuint(sk_import_approvers(longer)->len, ==, 1);
    g_autoptr(SkImport) within = submit_as(
        s.store, HEADINGS "2\ttaro\t見本 太郎\t\t\tsomu\t参事\t長\t\t2027-04-10\t2027-04-30\n",
        "2027-04-01", false, "kanri1", SK_IMPORT_APPLIED, NULL);
    g_assert_cmpuint(sk_import_approvers(within)->len, ==, 0);
    fixture_down(&s);
}

/* ---- tenures in the seal ---- */

static char *
last_acts(SkStore *store, int64_t after)
{
    g_autoptr(GPtrArray) acts = NULL;
    g_autofree char *next = NULL;
    GString *out = g_string_new(NULL);

    g_assert_true(sk_store_acts(store, NULL, 200, &acts, &next, NULL));
    for (guint i = acts->len; i > 0; i--) {
        const SkAct *a = g_ptr_array_index(acts, i - 1);
        if (a->leaf >= after && g_str_has_prefix(a->act, "post-"))
            g_string_append_printf(out, "%s%s:%s", out->len == 0 ? "" : " ", a->act, a->detail);
    }
    return g_string_free(out, FALSE);
}

static void
leaves_acts(SkStore *store, const char *rows, const char *on, const char *want)
{
    int64_t before = fixture_int(store, "SELECT next_leaf FROM station");
    g_autofree char *table = g_strconcat(HEADINGS, rows, NULL);
    apply(store, table, on);
    g_autofree char *got = last_acts(store, before);
    g_test_message("%s on %s", rows, on);
    g_assert_cmpstr(got, ==, want);
    /* The same once more changes nothing, and says nothing. */
    before = fixture_int(store, "SELECT next_leaf FROM station");
    apply(store, table, on);
    g_autofree char *again = last_acts(store, before);
    g_assert_cmpstr(again, ==, "");
}

/* Each change of a tenure leaves one act, and the right one. */
static void
tenures(void)
{
    Station s = { 0 };
    up(&s);
    apply(s.store, SECTIONS, "2027-04-01");
    leaves_acts(s.store, "2\ttaro\t見本\t\t\tjumin\t主事\t\t\t2027-04-01\t2028-03-31\n", "2027-04-01",
                "post-given:taro");
    leaves_acts(s.store, "2\ttaro\t\t\t\tjumin\t主事\t\t\t\t2029-03-31\n", "2027-04-01", "post-lengthened:taro");
    leaves_acts(s.store, "2\ttaro\t\t\t\tjumin\t主事\n", "2027-04-01", "post-lengthened:taro");
    leaves_acts(s.store, "2\ttaro\t\t\t\tjumin\t主事\t\t\t\t2028-03-31\n", "2027-04-01", "post-ended:taro");
    leaves_acts(s.store, "2\ttaro\t\t\t\tjumin\t主事\t\t\t\t2027-09-30\n", "2027-04-01", "post-ended:taro");
    /* Another post from the day on which the first one began: that one was never held. */
    leaves_acts(s.store, "2\ttaro\t\t\t\tsomu\t主事\n", "2027-04-01", "post-withdrawn:taro post-given:taro");
    leaves_acts(s.store, "2\ttaro\t\t\t\tsomu\t主事\n3\ttaro\t\t\t\tjumin\t係員\n", "2027-04-01", "post-given:taro");
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM tenures"), ==, 2);
    /* The other way round: each changes whether it is the main one. */
    leaves_acts(s.store, "2\ttaro\t\t\t\tjumin\t係員\n3\ttaro\t\t\t\tsomu\t主事\n", "2027-04-01",
                "post-changed:taro post-changed:taro");
    /* Leaving ends what is held and takes back what was to come. */
    leaves_acts(s.store, "2\ttaro\t\t\t\tsomu\t主事\t\t\t2028-04-01\n", "2028-04-01",
                "post-changed:taro post-ended:taro");
    set_day(&s, "2027-04-02");
    leaves_acts(s.store, "2\ttaro\t\t\t\t\t\t\t\t\t\t2027-12-31\n", "2027-04-02", "post-ended:taro post-ended:taro");
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM acts WHERE act LIKE 'post-%'"), ==,
                    fixture_int(s.store, "SELECT count(*) FROM leaf_queue WHERE CAST(entry AS TEXT) LIKE '%\"act\":\"post-%'"));
    fixture_down(&s);
}

/* ---- whose service a list ends ---- */

/* The last administrator who can come in stays: neither the envelope's account nor one whose first day
 * is to come counts as another, whether they leave or are put off. */
static void
somebody_is_left(void)
{
    static const char *const lists[] = {
        HEADINGS "2\tkanri1\t\t\t\t\t\t\t\t\t\t2027-05-31\n",
        "S\t職員\n1\tアカウント\t氏名\t採用日\n2\tkanri1\t\t2028-04-01\n",
    };
    Station s = { 0 };
    up(&s);
    static const char *const names[] = { "kanri1", "kanri2" };
    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        SkAccount a = { .name = (char *)names[i],
                        .label = (char *)names[i],
                        .role = SK_ROLE_ADMINISTRATOR,
                        .section = (char *)"",
                        .joins = i == 0 ? 0 : day("2028-04-01") };
        g_assert_true(sk_account_add(s.store, &a, "x", NULL, NULL));
    }
    g_assert_true(sk_glass_print(s.store, "futo", "x", NULL));
    for (unsigned i = 0; i < G_N_ELEMENTS(lists); i++) {
        g_autoptr(SkImport) import = submit_as(s.store, lists[i], "2027-05-01", false, NULL, SK_IMPORT_WRONG, NULL);
        g_assert_cmpuint(sk_import_errors(import)->len, ==, 1);
        const SkImportError *e = g_ptr_array_index(sk_import_errors(import), 0);
        g_assert_cmpstr(e->code, ==, "last-administrator");
    }
    fixture_down(&s);
}

static void
ends_by_two(SkStore *store, const char *rows, bool missing, const char *name, const char *role)
{
    g_autofree char *id = NULL;
    g_autofree char *table = g_strconcat(HEADINGS, rows, NULL);
    int64_t before = fixture_int(store, "SELECT count(*) FROM acts WHERE act <> 'proposed'");
    g_autoptr(SkImport) import = submit_as(store, table, "2027-05-01", missing, "kanri1", SK_IMPORT_PROPOSED, &id);
    g_assert_cmpuint(sk_import_relieved(import)->len, ==, 1);
    const SkImportApprover *a = g_ptr_array_index(sk_import_relieved(import), 0);
    g_assert_cmpstr(a->name, ==, name);
    g_assert_cmpstr(a->role, ==, role);
    g_assert_cmpint(fixture_int(store, "SELECT count(*) FROM acts WHERE act <> 'proposed'"), ==, before);
    g_assert_true(sk_proposal_deny(store, id, "kanri2", NULL));
}

#define KACHO "2\tkacho\t例 花子\t\t\tjumin\t課長\t長\n"
#define KANSA "3\tkansa1\t試 三郎\t\t\tkansa\t書記\t\t監査担当\n"

static void
relieved(void)
{
    Station s = { 0 };
    up(&s);
    static const struct {
        const char *name;
        SkRole role;
    } by_hand[] = { { "kanri1", SK_ROLE_ADMINISTRATOR },
                    { "kanri2", SK_ROLE_ADMINISTRATOR },
                    { "kanri3", SK_ROLE_ADMINISTRATOR },
                    { "kansa2", SK_ROLE_AUDITOR } };
    for (unsigned i = 0; i < G_N_ELEMENTS(by_hand); i++) {
        SkAccount a = { .name = (char *)by_hand[i].name,
                        .label = (char *)by_hand[i].name,
                        .role = by_hand[i].role,
                        .section = (char *)"" };
        g_assert_true(sk_account_add(s.store, &a, "x", NULL, NULL));
    }
    apply(s.store, SECTIONS HEADINGS KACHO KANSA "4\ttaro\t見本\t\t\tjumin\t主事\n", "2027-04-01");
    /* Their post ends, another takes its place, they leave, the list leaves them out. */
    ends_by_two(s.store, "2\tkacho\t\t\t\tjumin\t課長\t長\t\t\t2027-05-31\n", false, "kacho", "section-head");
    ends_by_two(s.store, "2\tkansa1\t\t\t\tjumin\t主事\n", false, "kansa1", "auditor");
    ends_by_two(s.store, "2\tkansa1\t\t\t\t\t\t\t\t\t\t2027-05-31\n", false, "kansa1", "auditor");
    ends_by_two(s.store, KACHO "4\ttaro\t\t\t\tjumin\t主事\n", true, "kansa1", "auditor");
    /* Administrators, and whoever audits by hand: without a post to lose. */
    ends_by_two(s.store, "2\tkanri3\t\t\t\t\t\t\t\t\t\t2027-05-31\n", false, "kanri3", "administrator");
    ends_by_two(s.store, "2\tkansa2\t\t\t\t\t\t\t\t\t\t2027-05-31\n", false, "kansa2", "auditor");
    ends_by_two(s.store, "2\tkansa2\t\t\t\tjumin\t主事\n", false, "kansa2", "auditor");
    g_autofree char *shut = NULL;
    g_autoptr(SkImport) later = submit_as(s.store, "S\t職員\n1\tアカウント\t氏名\t採用日\n2\tkansa2\t\t2028-04-01\n", "2027-05-01",
                                          false, "kanri1", SK_IMPORT_PROPOSED, &shut);
    g_assert_cmpuint(sk_import_relieved(later)->len, ==, 1); /* an account is locked before its first day */
    /* The same right under another title goes on; staff come and go by one. */
    g_autoptr(SkImport) title = submit_as(s.store, HEADINGS "2\tkacho\t\t\t\tjumin\t参事\t長\n", "2027-05-01", false,
                                          "kanri1", SK_IMPORT_APPLIED, NULL);
    g_assert_cmpuint(sk_import_relieved(title)->len, ==, 0);
    g_autoptr(SkImport) staff = submit_as(s.store, HEADINGS "2\ttaro\t\t\t\t\t\t\t\t\t\t2027-05-31\n", "2027-05-01", false,
                                          "kanri1", SK_IMPORT_APPLIED, NULL);
    g_assert_cmpuint(sk_import_relieved(staff)->len, ==, 0);
    /* What was confirmed is what was shown, of these too. */
    g_autofree char *id = NULL;
    g_autoptr(SkImport) end = submit_as(s.store, HEADINGS "2\tkansa1\t\t\t\t\t\t\t\t\t\t2027-05-31\n", "2027-05-01", false,
                                        "kanri1", SK_IMPORT_PROPOSED, &id);
    apply(s.store, HEADINGS "2\tkansa1\t\t\t\tjumin\t主事\n", "2027-05-01");
    g_assert_false(sk_proposal_confirm(s.store, id, "kanri2", NULL));
    g_assert_cmpstr(sk_store_why(s.store), ==, "changed");
    /* And confirmed, it is done. */
    g_autofree char *last = NULL;
    g_autoptr(SkImport) leave = submit_as(s.store, HEADINGS "2\tkansa2\t\t\t\t\t\t\t\t\t\t2027-05-31\n", "2027-05-01",
                                          false, "kanri1", SK_IMPORT_PROPOSED, &last);
    g_assert_true(sk_proposal_confirm(s.store, last, "kanri2", NULL));
    set_day(&s, "2027-06-01");
    g_autoptr(SkAccount) gone = account(s.store, "kansa2");
    g_assert_true(gone->locked);
    fixture_down(&s);
}

static void
die_at(unsigned n, void *data)
{
    if (n == *(unsigned *)data)
        kill(getpid(), SIGKILL);
}

/* Killed before any of its writes, a list has done nothing; after its commit, all. */
static void
killed(void)
{
    Station s = { 0 };
    up(&s);
    bool through = false;
    for (unsigned at = 0; !through; at++) {
        pid_t child = fork();
        g_assert_cmpint(child, >=, 0);
        if (child == 0) {
            SkStore *store = sk_store_open(s.path, s.vault, NULL);
            SkStoreHooks hooks = { .step = die_at, .data = &at };
            sk_store_set_hooks(store, &hooks);
            SkImportOptions options = { .on = day("2027-04-01") };
            SkImport *import = NULL;
            SkImportOutcome outcome = 0;
            char *proposal = NULL;
            bool ok = sk_import_submit(
                store, sk_span_str(SECTIONS HEADINGS "2\ttaro\t見本\t\t\tjumin\t主事\n"), &options,
                NULL, &import, &outcome, &proposal, NULL);
            _exit(ok ? 0 : 1);
        }
        int status = 0;
        g_assert_cmpint(waitpid(child, &status, 0), ==, child);
        g_assert_true(WIFSIGNALED(status)); /* the last step is after the commit */
        int64_t people = fixture_int(s.store, "SELECT count(*) FROM accounts");
        through = people == 1;
        g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM sections"), ==, through ? 4 : 0);
        g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM tenures"), ==, people);
        g_assert_cmpuint(at, <, 500);
    }
    fixture_down(&s);
}

/* Names are kept byte for byte: 異体字 with their selectors, characters beyond the first plane. */
static void
names(void)
{
    Station s = { 0 };
    up(&s);
    const char *ivs = "葛\xf3\xa0\x84\x80城 花子", *beyond = "𠮷田 太郎", *compat = "神 次郎";
    g_autofree char *table = g_strconcat(SECTIONS HEADINGS "2\ta\t", ivs, "\n3\tb\t", beyond,
                                         "\n4\tc\t", compat, "\n", NULL);
    apply(s.store, table, "2027-04-01");
    g_autoptr(SkAccount) a = account(s.store, "a");
    g_autoptr(SkAccount) b = account(s.store, "b");
    g_autoptr(SkAccount) c = account(s.store, "c");
    g_assert_cmpstr(a->label, ==, ivs);
    g_assert_cmpstr(b->label, ==, beyond);
    g_assert_cmpstr(c->label, ==, compat);
    fixture_down(&s);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/import/dates", dates);
    g_test_add_func("/import/first-list", first_list);
    g_test_add_func("/import/transfers", transfers);
    g_test_add_func("/import/again-and-whole", again_and_whole);
    g_test_add_func("/import/bad-rows", bad_rows);
    g_test_add_func("/import/bad-sections", bad_sections);
    g_test_add_func("/import/hostile-tables", hostile_tables);
    g_test_add_func("/import/confirmed", confirmed);
    g_test_add_func("/import/hung-elsewhere", hung_elsewhere);
    g_test_add_func("/import/longer-by-another-title", longer_by_another_title);
    g_test_add_func("/import/names", names);
    g_test_add_func("/import/tenures", tenures);
    g_test_add_func("/import/relieved", relieved);
    g_test_add_func("/import/somebody-is-left", somebody_is_left);
    g_test_add_func("/import/killed", killed);
    return g_test_run();
}
