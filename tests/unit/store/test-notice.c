/* SPDX-License-Identifier: Apache-2.0
 * test-notice.c - who is told what of which act, once; preferences, feeds, and whose mail is due. */
#include "fixture.h"
#include "store/adoption.h"
#include "store/notice.h"
#include "store/person.h"

static void
add(SkStore *store, const char *name, SkRole role, const char *section)
{
    SkAccount account = { .name = (char *)name, .label = (char *)"x", .role = role, .section = (char *)section };
    GError *error = NULL;
    g_assert_true(sk_account_add(store, &account, "x", "kanri", &error));
    g_assert_no_error(error);
}

static void
town(Station *s, const char *zone)
{
    fixture_up(s, zone);
    add(s->store, "kanri", SK_ROLE_ADMINISTRATOR, "");
    add(s->store, "kanri2", SK_ROLE_ADMINISTRATOR, "");
    add(s->store, "taro", SK_ROLE_STAFF, "jumin");
    add(s->store, "hanako", SK_ROLE_STAFF, "jumin");
    add(s->store, "kacho", SK_ROLE_SECTION_HEAD, "jumin");
    add(s->store, "kacho2", SK_ROLE_SECTION_HEAD, "zeimu");
}

/* `kind kind/crossing+…`, newest first; only unread ones. */
static char *
told(SkStore *store, const char *account)
{
    g_autoptr(GPtrArray) list = NULL;
    g_autofree char *next = NULL;
    int64_t unread = 0;
    GString *out = g_string_new(NULL);
    g_assert_true(sk_notice_list(store, account, NULL, 50, &list, &next, &unread, NULL));
    for (guint i = 0; i < list->len; i++) {
        const SkNotice *n = g_ptr_array_index(list, i);
        if (n->read)
            continue;
        unread--;
        g_string_append_printf(out, "%s%s%s%s%s", out->len > 0 ? " " : "", sk_notice_kind_name(n->kind),
                               n->detail[0] == '\0' ? "" : "/", n->detail, n->count > 1 ? "+" : "");
    }
    g_assert_cmpint(unread, ==, 0);
    return g_string_free(out, FALSE);
}

static void
assert_told(SkStore *store, const char *account, const char *want)
{
    g_autofree char *is = told(store, account);
    g_test_message("%s: %s", account, is);
    g_assert_cmpstr(is, ==, want);
}

static void
clear(SkStore *store, const char *account)
{
    g_assert_true(sk_notice_read(store, account, INT64_MAX, NULL));
}

/* A take-out: held for the section head, then decided. */
static SkCrossing *
hold(SkStore *store, const char *approval)
{
    g_autoptr(SkCrossing) made = fixture_receive(store, "taro", 0);
    g_autofree char *sha256 = NULL;
    g_autofree char *object = fixture_object(store, "result", &sha256);
    g_autoptr(SkCrossing) claimed = NULL;
    SkCrossing *held = NULL;
    g_assert_true(sk_store_claim(store, "w", 1000000, &claimed, NULL));
    const SkOutcomeRow outcome = { .type_in = SK_TYPE_TEXT, .type_out = SK_TYPE_TEXT, .level = SK_LEVEL_REBUILT,
                                   .name_out = "a.txt", .object_out = object, .sha256_out = sha256, .bytes_out = 6 };
    const SkEventDetails d = { .worker = "w", .outcome = &outcome, .approval = approval };
    GError *error = NULL;
    g_assert_true(sk_crossing_event(store, claimed->id, SK_EVENT_HOLD, &d, &held, &error));
    g_assert_no_error(error);
    return held;
}

static void
approvals(void)
{
    Station s = { 0 };
    town(&s, "internet");
    g_autoptr(SkCrossing) held = hold(s.store, "section-head");
    assert_told(s.store, "kacho", "approval-waits");
    assert_told(s.store, "kacho2", ""); /* another section */
    assert_told(s.store, "taro", "");
    g_assert_true(sk_store_examined(s.store, held->id, "kacho", NULL)); /* nobody decides blindly */
    const SkEventDetails yes = { .actor = "kacho", .digest = held->sha256_out };
    g_assert_true(sk_crossing_event(s.store, held->id, SK_EVENT_APPROVE, &yes, NULL, NULL));
    assert_told(s.store, "kacho", ""); /* it waits no longer */
    assert_told(s.store, "taro", "approved");
    assert_told(s.store, "hanako", ""); /* at the other station */

    clear(s.store, "taro");
    g_autoptr(SkCrossing) second = hold(s.store, "section-head");
    const SkEventDetails no = { .actor = "kacho", .note = "x" };
    g_assert_true(sk_crossing_event(s.store, second->id, SK_EVENT_DENY, &no, NULL, NULL));
    assert_told(s.store, "taro", "denied");
    fixture_down(&s);
}

static void
nobody_of_ones_own(void)
{
    Station s = { 0 };
    town(&s, "internet");
    /* The head's own take-out is no news to the head. */
    g_autoptr(SkCrossing) made = fixture_receive(s.store, "kacho", 0);
    g_autoptr(SkCrossing) claimed = NULL;
    g_assert_true(sk_store_claim(s.store, "w", 1000000, &claimed, NULL));
    const SkEventDetails refuse = { .worker = "w", .reason = SK_REASON_ENCRYPTED };
    g_assert_true(sk_crossing_event(s.store, claimed->id, SK_EVENT_REFUSE, &refuse, NULL, NULL));
    assert_told(s.store, "kacho", "refused/encrypted");
    fixture_down(&s);
}

static void
roll_back(void)
{
    Station s = { 0 };
    town(&s, "internet");
    g_autoptr(SkCrossing) held = hold(s.store, "section-head");
    clear(s.store, "kacho");
    const SkEventDetails wrong = { .actor = "kacho", .digest = "0" };
    g_assert_false(sk_crossing_event(s.store, held->id, SK_EVENT_APPROVE, &wrong, NULL, NULL));
    assert_told(s.store, "taro", ""); /* what did not happen is told to nobody, now or later */
    g_assert_true(sk_account_lock(s.store, "hanako", "kanri", NULL));
    assert_told(s.store, "taro", "");
    fixture_down(&s);
}

static void
acts_of_accounts(void)
{
    Station s = { 0 };
    town(&s, "internet");
    g_assert_true(sk_account_set_password(s.store, "taro", "y", "kanri", NULL));
    g_assert_true(sk_account_set_password(s.store, "taro", "y", "kanri", NULL));
    assert_told(s.store, "taro", "credentials/password-set+"); /* one row, counted */
    assert_told(s.store, "kanri2", "");
    /* Root, alone. */
    g_autoptr(SkStore) root = sk_store_open(s.path, NULL, NULL);
    sk_store_set_command_line(root);
    g_assert_true(sk_account_lock(root, "hanako", NULL, NULL));
    assert_told(s.store, "kanri", "command-line/account-locked");
    assert_told(s.store, "kanri2", "command-line/account-locked");
    assert_told(s.store, "kacho", "");
    clear(s.store, "kanri");
    g_autofree char *hex = g_strnfill(64, 'a');
    const SkAdoption adoption = { .policy = hex, .text = hex, .signers = hex, .ciso = (char *)"c", .administrator = (char *)"a" };
    g_assert_true(sk_adoption_note(s.store, &adoption, NULL));
    assert_told(s.store, "kanri", "policy/policy-adopted");
    fixture_down(&s);
}

static void
pages(void)
{
    Station s = { 0 };
    town(&s, "internet");
    for (unsigned i = 0; i < 5; i++) {
        g_autoptr(SkCrossing) held = hold(s.store, "section-head");
    }
    g_autoptr(GPtrArray) first = NULL;
    g_autoptr(GPtrArray) rest = NULL;
    g_autofree char *next = NULL;
    g_autofree char *end = NULL;
    int64_t unread = 0;
    g_assert_true(sk_notice_list(s.store, "kacho", NULL, 3, &first, &next, &unread, NULL));
    g_assert_cmpuint(first->len, ==, 3);
    g_assert_cmpint(unread, ==, 5);
    g_assert_true(sk_notice_list(s.store, "kacho", next, 3, &rest, &end, &unread, NULL));
    g_assert_cmpuint(rest->len, ==, 2);
    g_assert_null(end);
    const SkNotice *middle = g_ptr_array_index(first, 2);
    g_autoptr(GPtrArray) after = NULL;
    g_autofree char *after_next = NULL;
    g_assert_true(sk_notice_read(s.store, "kacho", middle->n, NULL)); /* what came later is not read by it */
    g_assert_true(sk_notice_list(s.store, "kacho", NULL, 3, &after, &after_next, &unread, NULL));
    g_assert_cmpint(unread, ==, 2);
    g_assert_true(sk_notice_read(s.store, "taro", INT64_MAX, NULL));
    g_assert_false(sk_notice_list(s.store, "kacho", "x", 3, &rest, &end, &unread, NULL));
    fixture_down(&s);
}

static void
preferences(void)
{
    Station s = { 0 };
    town(&s, "internet");
    SkPreferences p;
    g_assert_true(sk_preferences_get(s.store, "taro", &p, NULL));
    g_assert_true(p.mail == SK_MAIL_DIGEST && p.calendar == SK_CALENDAR_WAREKI && p.language[0] == '\0' && !p.feed);
    g_autofree char *token = NULL;
    g_assert_true(sk_feed_new(s.store, "taro", &token, NULL));
    p = (SkPreferences){ .mail = SK_MAIL_EACH, .calendar = SK_CALENDAR_ISO, .language = "en" };
    g_assert_true(sk_preferences_set(s.store, "taro", &p, NULL));
    g_assert_true(sk_preferences_get(s.store, "taro", &p, NULL));
    g_assert_true(p.mail == SK_MAIL_EACH && p.calendar == SK_CALENDAR_ISO && strcmp(p.language, "en") == 0 && p.feed);
    p.mail = SK_MAIL_COUNT;
    g_assert_false(sk_preferences_set(s.store, "taro", &p, NULL));

    g_autoptr(SkAccount) account = NULL;
    g_assert_true(sk_feed_lookup(s.store, token, &account, NULL));
    g_assert_cmpstr(account->name, ==, "taro");
    g_autofree char *newer = NULL;
    g_autoptr(SkAccount) none = NULL;
    g_assert_true(sk_feed_new(s.store, "taro", &newer, NULL));
    g_assert_false(sk_feed_lookup(s.store, token, &none, NULL)); /* the one before ended */
    g_assert_cmpstr(sk_store_why(s.store), ==, "token-unknown");
    g_assert_true(sk_account_lock(s.store, "taro", "kanri", NULL));
    g_assert_false(sk_feed_lookup(s.store, newer, &none, NULL));
    g_assert_true(sk_account_unlock(s.store, "taro", "kanri", NULL));
    g_assert_true(sk_feed_end(s.store, "taro", NULL));
    g_assert_false(sk_feed_lookup(s.store, newer, &none, NULL));
    static const char *const bad[] = { "", "x", "00", "../", "' OR 1=1 --" };
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(sk_feed_lookup(s.store, bad[i], &none, NULL));
    fixture_down(&s);
}

static void
give_address(const Station *s, const char *account)
{
    sqlite3 *db = NULL;
    g_autofree char *sql = g_strdup_printf("UPDATE accounts SET mail = '%s@example.jp' WHERE name = '%s'", account, account);
    g_assert_cmpint(sqlite3_open(s->path, &db), ==, SQLITE_OK);
    g_assert_cmpint(sqlite3_exec(db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
    sqlite3_close(db);
}

/* @day: of the test: 100 is the day after everything happens. */
static GPtrArray *
due(SkStore *store, int32_t day)
{
    GPtrArray *list = NULL;
    g_assert_true(sk_mailings_due(store, sk_calendar_day(T0) + day - 99, &list, NULL));
    return list;
}

static void
mail(void)
{
    Station s = { 0 };
    town(&s, "internet");
    g_autoptr(SkCrossing) held = hold(s.store, "section-head");
    g_autoptr(GPtrArray) nobody = due(s.store, 100);
    g_assert_cmpuint(nobody->len, ==, 0); /* no address */
    give_address(&s, "kacho");
    g_autoptr(GPtrArray) morning = due(s.store, 99);
    g_assert_cmpuint(morning->len, ==, 0); /* after eight: tomorrow's */
    g_autoptr(GPtrArray) one = due(s.store, 100);
    g_assert_cmpuint(one->len, ==, 1);
    const SkMailing *m = g_ptr_array_index(one, 0);
    g_assert_cmpstr(m->address, ==, "kacho@example.jp");
    g_assert_cmpstr(m->language, ==, "ja");
    g_assert_cmpint(m->counts[SK_NOTICE_APPROVAL_WAITS], ==, 1);

    g_assert_true(sk_mailing_failed(s.store, m, NULL));
    g_autoptr(GPtrArray) waits = due(s.store, 100);
    g_assert_cmpuint(waits->len, ==, 0);
    s.boot += INT64_C(61) * G_USEC_PER_SEC;
    g_autoptr(GPtrArray) again = due(s.store, 100);
    g_assert_cmpuint(again->len, ==, 1);
    g_assert_true(sk_mailing_sent(s.store, m, sk_calendar_day(T0) + 1, NULL));
    g_autoptr(GPtrArray) sent = due(s.store, 100);
    g_assert_cmpuint(sent->len, ==, 0);

    /* New, but the day's digest is out: tomorrow. Whoever wants each gets it at once. */
    g_autoptr(SkCrossing) more = hold(s.store, "section-head");
    g_autoptr(GPtrArray) today = due(s.store, 100);
    g_assert_cmpuint(today->len, ==, 0);
    g_autoptr(GPtrArray) tomorrow = due(s.store, 101);
    g_assert_cmpuint(tomorrow->len, ==, 1);
    g_assert_cmpint(((SkMailing *)g_ptr_array_index(tomorrow, 0))->counts[SK_NOTICE_APPROVAL_WAITS], ==, 1);
    SkPreferences p = { .mail = SK_MAIL_EACH, .calendar = SK_CALENDAR_ISO, .language = "en" };
    g_assert_true(sk_preferences_set(s.store, "kacho", &p, NULL));
    g_autoptr(GPtrArray) each = due(s.store, 100);
    g_assert_cmpuint(each->len, ==, 1);
    g_assert_cmpstr(((SkMailing *)g_ptr_array_index(each, 0))->language, ==, "en");
    p.mail = SK_MAIL_OFF;
    g_assert_true(sk_preferences_set(s.store, "kacho", &p, NULL));
    g_autoptr(GPtrArray) off = due(s.store, 101);
    g_assert_cmpuint(off->len, ==, 0);
    p.mail = SK_MAIL_DIGEST;
    g_assert_true(sk_preferences_set(s.store, "kacho", &p, NULL));
    clear(s.store, "kacho"); /* looked at in the page: nothing to write about */
    g_autoptr(GPtrArray) looked = due(s.store, 101);
    g_assert_cmpuint(looked->len, ==, 0);
    fixture_down(&s);
}

static void
sql(SkStore *store, const char *text)
{
    g_assert_cmpint(sqlite3_exec(store->db, text, NULL, NULL, NULL), ==, SQLITE_OK);
}

/* Officers are told where nobody is nearer, and reminded in any case. */
static void
officers(void)
{
    Station s = { 0 };
    town(&s, "internet");
    add(s.store, "bucho", SK_ROLE_SECURITY_MANAGER, "somu");
    add(s.store, "jicho", SK_ROLE_SECURITY_MANAGER, "somu");
    add(s.store, "other", SK_ROLE_SECURITY_MANAGER, "kyoiku");
    add(s.store, "kanrisha", SK_ROLE_STAFF, "jumin");
    sql(s.store, "INSERT INTO sections (code, body, label, search, from_day) VALUES ('jumin', 'mayor', 'x', 'x', 1), "
                 "('somu', 'mayor', 'x', 'x', 1), ('kyoiku', 'education', 'x', 'x', 1);"
                 "INSERT INTO posts (id, section, title, grade, role, from_day) VALUES (1, 'somu', 'x', 'member', 'officer', 1), "
                 "(2, 'kyoiku', 'x', 'member', 'officer', 1), (3, 'somu', 'y', 'member', 'chief-officer', 1);"
                 "INSERT INTO tenures (person, post, from_day) VALUES ('other', 2, 1), ('jicho', 3, 1)");
    g_autoptr(SkCrossing) town_held = hold(s.store, "security-manager");
    assert_told(s.store, "jicho", "approval-waits"); /* the town's, where the body has none */
    assert_told(s.store, "other", "");               /* another body's */
    sql(s.store, "INSERT INTO tenures (person, post, from_day) VALUES ('bucho', 1, 1)");
    clear(s.store, "jicho");
    g_autoptr(SkCrossing) body_held = hold(s.store, "security-manager");
    assert_told(s.store, "bucho", "approval-waits");
    assert_told(s.store, "jicho", "");
    sql(s.store, "INSERT INTO posts (id, section, title, grade, role, from_day) VALUES (4, 'jumin', 'x', 'member', 'manager', 1);"
                 "INSERT INTO tenures (person, post, from_day) VALUES ('kanrisha', 4, 1)");
    clear(s.store, "bucho");
    g_autoptr(SkCrossing) held = hold(s.store, "security-manager");
    assert_told(s.store, "kanrisha", "approval-waits");
    assert_told(s.store, "bucho", "");
    FixtureInner inner = { held->id, SK_EVENT_REMIND, &(SkEventDetails){ 0 } };
    g_assert_true(sk_db_do(s.store, fixture_inner, &inner, NULL));
    assert_told(s.store, "kanrisha", "reminder approval-waits");
    assert_told(s.store, "bucho", "reminder");
    assert_told(s.store, "jicho", "reminder");
    assert_told(s.store, "other", "");
    fixture_down(&s);
}

static bool
act_work(SkStore *store, void *data, GError **error)
{
    return sk_db_act(store, data, NULL, NULL, NULL, error);
}

static void
act(SkStore *store, const char *name, const char *actor, const char *detail)
{
    SkActRow row = { .act = name, .actor = actor, .detail = detail };
    g_assert_true(sk_db_do(store, act_work, &row, NULL));
}

/* Spraying and the envelope: those who must know, whatever they are besides. */
static void
responders(void)
{
    Station s = { 0 };
    town(&s, "internet");
    add(s.store, "kansa", SK_ROLE_AUDITOR, "");
    add(s.store, "bucho", SK_ROLE_SECURITY_MANAGER, "somu");
    sql(s.store, "INSERT INTO sections (code, body, label, search, from_day) VALUES ('jumin', 'mayor', 'x', 'x', 1);"
                 "INSERT INTO posts (id, section, title, grade, role, from_day) VALUES (1, 'jumin', 'x', 'member', 'csirt', 1);"
                 "INSERT INTO tenures (person, post, from_day) VALUES ('taro', 1, 1)");
    act(s.store, "sign-in-spraying", NULL, NULL);
    static const char *const must[] = { "kanri", "kanri2", "bucho", "taro" };
    for (unsigned i = 0; i < G_N_ELEMENTS(must); i++)
        assert_told(s.store, must[i], "spraying");
    assert_told(s.store, "kansa", "");
    assert_told(s.store, "kacho", "");
    act(s.store, "break-glass-used", "kanri2", "kanri2");
    assert_told(s.store, "kansa", "break-glass/break-glass-used");
    assert_told(s.store, "taro", "break-glass/break-glass-used spraying");
    assert_told(s.store, "kanri2", "spraying"); /* not to whoever did it */
    /* The list of them, and no scan of all acts. */
    act(s.store, "sign-in-failed", "taro", "password");
    act(s.store, "sign-in-failed", "taro", "totp");
    g_autoptr(GPtrArray) list = NULL;
    g_autofree char *next = NULL;
    g_assert_true(sk_store_incidents(s.store, NULL, 2, &list, &next, NULL));
    g_assert_cmpuint(list->len, ==, 2);
    g_assert_cmpstr(((SkAct *)g_ptr_array_index(list, 0))->detail, ==, "totp");
    g_assert_cmpstr(((SkAct *)g_ptr_array_index(list, 1))->act, ==, "break-glass-used");
    g_autoptr(GPtrArray) more = NULL;
    g_autofree char *end = NULL;
    g_assert_true(sk_store_incidents(s.store, next, 2, &more, &end, NULL));
    g_assert_cmpuint(more->len, ==, 1);
    g_assert_null(end);
    SkSql *q = sk_sql(s.store, "EXPLAIN QUERY PLAN SELECT leaf FROM acts INDEXED BY acts_incidents WHERE (act IN ('break-glass-printed', "
                               "'break-glass-used', 'factor-copied', 'malware-found', 'sign-in-spraying') OR (act = 'sign-in-failed' AND "
                               "detail NOT IN ('', 'password', 'unknown'))) AND leaf < ? ORDER BY leaf DESC LIMIT ?");
    bool row = false;
    g_assert_true(sk_sql_next(q, &row, NULL) && row);
    g_assert_nonnull(strstr(sk_sql_peek_text(q, 3), "acts_incidents"));
    sk_sql_done(q);
    fixture_down(&s);
}

/* Rights that a person takes or gives are seen by the other administrators, and by whose they are. */
static void
rights(void)
{
    Station s = { 0 };
    town(&s, "internet");
    g_assert_true(sk_account_set_role(s.store, "kacho", SK_ROLE_STAFF, NULL, "kanri", NULL));
    assert_told(s.store, "kacho", "role");
    assert_told(s.store, "kanri2", "rights/kacho");
    assert_told(s.store, "kanri", "");
    clear(s.store, "kanri2");
    g_assert_true(sk_account_lock(s.store, "taro", "kanri", NULL));
    assert_told(s.store, "kanri2", ""); /* staff: nobody's business */
    g_assert_true(sk_account_lock(s.store, "kacho2", "kanri", NULL));
    assert_told(s.store, "kanri2", "rights/kacho2");
    g_assert_true(sk_account_set_role(s.store, "kanri2", SK_ROLE_STAFF, NULL, "kanri", NULL));
    assert_told(s.store, "kanri2", "role rights/kacho2");
    fixture_down(&s);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/notice/approvals", approvals);
    g_test_add_func("/notice/nobody-of-ones-own", nobody_of_ones_own);
    g_test_add_func("/notice/roll-back", roll_back);
    g_test_add_func("/notice/acts-of-accounts", acts_of_accounts);
    g_test_add_func("/notice/officers", officers);
    g_test_add_func("/notice/responders", responders);
    g_test_add_func("/notice/rights", rights);
    g_test_add_func("/notice/pages", pages);
    g_test_add_func("/notice/preferences", preferences);
    g_test_add_func("/notice/mail", mail);
    return g_test_run();
}
