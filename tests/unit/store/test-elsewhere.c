/* SPDX-License-Identifier: Apache-2.0
 * test-elsewhere.c - signing in where a directory has some of the passwords (decision 0138): whom
 * it is asked about, what its answers come to, and that a try is counted before it is made. */
#include "signing.h"
#include "store/signin-attempt.h"

static const SkClient asking = { .directory = true };

static void
add_from(Station *s, const char *name, const char *source, SkRole role, const char *password)
{
    g_autofree char *sql = g_strdup_printf("UPDATE accounts SET source = '%s' WHERE name = '%s'", source, name);
    add_account(s->store, name, role, password);
    g_assert_cmpint(sqlite3_exec(s->store->db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
}

static void
up(Station *s)
{
    fixture_up(s, "lgwan");
    add_from(s, "jiro", "ldap", SK_ROLE_STAFF, NULL);
    add_from(s, "boss", "ldap", SK_ROLE_ADMINISTRATOR, PASSWORD);
    add_from(s, "taro", "local", SK_ROLE_STAFF, PASSWORD);
    add_from(s, "old", "ldap", SK_ROLE_STAFF, PASSWORD);
}

typedef struct {
    const char *name, *password;
    SkSignInSaid said; /* SK_SAID_NOTHING: the directory is not to be asked */
    const char *whose; /* about whom */
    bool two;
} Try;

/* "" = a session. */
static const char *
attempt(Station *s, const Try *t)
{
    g_autoptr(SkSignInAttempt) a = NULL;
    g_autoptr(SkSession) session = NULL;
    int64_t wait = 0;

    if (!sk_signin_begin(s->store, t->name, &asking, &a, &wait, NULL))
        return sk_store_why(s->store);
    sk_signin_demand(a, t->two);
    sk_signin_verify(a, t->password);
    g_assert_cmpint(sk_signin_waits(a), ==, t->said != SK_SAID_NOTHING);
    if (sk_signin_waits(a)) {
        g_assert_cmpstr(sk_signin_whose(a), ==, t->whose);
        sk_signin_said(a, t->said);
    }
    return sk_signin_finish(s->store, a, &session, &wait, NULL) ? "" : sk_store_why(s->store);
}

static void
test_whom_it_is_asked_about(void)
{
    Station s;
    up(&s);
    const struct {
        Try try;
        const char *expected;
    } rows[] = {
        { { "jiro", "x", SK_SAID_YES, "jiro", false }, "" },
        { { "jiro", "x", SK_SAID_NO, "jiro", false }, "sign-in-failed" },
        { { "jiro", "x", SK_SAID_EXPIRED, "jiro", false }, "password-expired" },
        { { "jiro", "x", SK_SAID_AWAY, "jiro", false }, "directory-away" },
        { { "jiro", "x", SK_SAID_YES, "jiro", true }, "enrolment-needed" },
        /* a password of before is worth nothing: two would be good for one account */
        { { "old", PASSWORD, SK_SAID_NO, "old", false }, "sign-in-failed" },
        { { "old", PASSWORD, SK_SAID_YES, "old", false }, "" },
        /* the station's own: right ones do not wait for a directory, wrong ones ask about nobody */
        { { "taro", PASSWORD, SK_SAID_NOTHING, NULL, false }, "" },
        { { "taro", "wrong", SK_SAID_NO, NULL, false }, "sign-in-failed" },
        { { "taro", "wrong", SK_SAID_YES, NULL, false }, "sign-in-failed" },
        { { "taro", "wrong", SK_SAID_AWAY, NULL, false }, "directory-away" },
        /* an administrator's as well, whoever made the account */
        { { "boss", PASSWORD, SK_SAID_NOTHING, NULL, false }, "" },
        { { "boss", "wrong", SK_SAID_YES, NULL, false }, "sign-in-failed" },
        { { "nobody", "x", SK_SAID_YES, NULL, false }, "sign-in-failed" },
        { { "nobody", "x", SK_SAID_AWAY, NULL, false }, "directory-away" },
        { { "*", "x", SK_SAID_YES, NULL, false }, "sign-in-failed" },
        { { "jiro)(uid=*", "x", SK_SAID_YES, NULL, false }, "sign-in-failed" },
        { { "", "x", SK_SAID_YES, NULL, false }, "sign-in-failed" },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_assert_cmpstr(attempt(&s, &rows[i].try), ==, rows[i].expected);
        g_assert_cmpint(sqlite3_exec(s.store->db, "DELETE FROM delays", NULL, NULL, NULL), ==, SQLITE_OK);
    }
    fixture_down(&s);
}

/* Locked, or over: not the directory's any more, whatever it still says. */
static void
test_leavers(void)
{
    static const char *const ends[] = { "locked = 1", "locked = 0, leaves = 1", "leaves = 0, joins = 99999999" };
    Station s;
    up(&s);
    for (unsigned i = 0; i < G_N_ELEMENTS(ends); i++) {
        g_autofree char *sql = g_strdup_printf("UPDATE accounts SET %s WHERE name = 'jiro'", ends[i]);
        const Try t = { "jiro", "x", SK_SAID_YES, NULL, false };
        g_assert_cmpint(sqlite3_exec(s.store->db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
        g_assert_cmpstr(attempt(&s, &t), ==, "sign-in-failed");
    }
    fixture_down(&s);
}

/* Locked, or made an administrator, between the question and its answer. */
static void
test_changed_meanwhile(void)
{
    static const char *const changes[] = { "locked = 1", "locked = 0, role = 'administrator'", "role = 'staff', source = 'local'" };
    Station s;
    up(&s);
    for (unsigned i = 0; i < G_N_ELEMENTS(changes); i++) {
        g_autofree char *sql = g_strdup_printf("UPDATE accounts SET %s WHERE name = 'old'", changes[i]);
        g_autoptr(SkSignInAttempt) a = NULL;
        g_autoptr(SkSession) session = NULL;
        int64_t wait = 0;
        g_assert_cmpint(sqlite3_exec(s.store->db, "UPDATE accounts SET locked = 0, role = 'staff', source = 'ldap' WHERE name = 'old'", NULL, NULL, NULL), ==, SQLITE_OK);
        g_assert_true(sk_signin_begin(s.store, "old", &asking, &a, &wait, NULL));
        sk_signin_verify(a, PASSWORD);
        sk_signin_said(a, SK_SAID_YES);
        g_assert_cmpint(sqlite3_exec(s.store->db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
        g_assert_false(sk_signin_finish(s.store, a, &session, &wait, NULL));
        g_assert_cmpstr(sk_store_why(s.store), ==, "sign-in-failed");
    }
    fixture_down(&s);
}

/* Tries that are under way at once: no more than are free, and each counts though none has failed
 * yet; a right password takes its own back. */
static void
test_counted_before(void)
{
    Station s;
    up(&s);
    SkSignInAttempt *under_way[SK_SIGNIN_FREE_FAILURES] = { NULL };
    g_autoptr(SkSignInAttempt) over = NULL;
    g_autoptr(SkSession) session = NULL;
    int64_t wait = 0;

    for (unsigned i = 0; i < SK_SIGNIN_FREE_FAILURES; i++)
        g_assert_true(sk_signin_begin(s.store, "jiro", &asking, &under_way[i], &wait, NULL));
    g_assert_false(sk_signin_begin(s.store, "jiro", &asking, &over, &wait, NULL));
    g_assert_cmpstr(sk_store_why(s.store), ==, "locked");
    g_assert_cmpint(wait, ==, SK_SIGNIN_DELAY_FIRST);
    for (unsigned i = 0; i + 1 < SK_SIGNIN_FREE_FAILURES; i++) {
        sk_signin_said(under_way[i], SK_SAID_NO);
        g_assert_false(sk_signin_finish(s.store, under_way[i], &session, &wait, NULL));
    }
    sk_signin_said(under_way[SK_SIGNIN_FREE_FAILURES - 1], SK_SAID_YES);
    g_assert_true(sk_signin_finish(s.store, under_way[SK_SIGNIN_FREE_FAILURES - 1], &session, &wait, NULL));
    for (unsigned i = 0; i < SK_SIGNIN_FREE_FAILURES; i++)
        sk_signin_free(under_way[i]);
    const Try t = { "jiro", "x", SK_SAID_YES, "jiro", false };
    g_autoptr(SkSignInAttempt) again = NULL;
    g_assert_true(sk_signin_begin(s.store, "jiro", &asking, &again, &wait, NULL));
    g_assert_cmpstr(attempt(&s, &t), ==, "");
    fixture_down(&s);
}

/* Failures are counted once, not before and after; an expired password is none. */
static void
test_counted_once(void)
{
    Station s;
    up(&s);
    const Try wrong = { "jiro", "x", SK_SAID_NO, "jiro", false };
    const Try expired = { "jiro", "x", SK_SAID_EXPIRED, "jiro", false };
    const Try away = { "jiro", "x", SK_SAID_AWAY, "jiro", false };

    for (unsigned i = 0; i < 20; i++)
        g_assert_cmpstr(attempt(&s, &expired), ==, "password-expired");
    for (unsigned i = 0; i + 2 < SK_SIGNIN_FREE_FAILURES; i++)
        g_assert_cmpstr(attempt(&s, &wrong), ==, "sign-in-failed");
    g_assert_cmpstr(attempt(&s, &away), ==, "directory-away");
    g_assert_cmpstr(attempt(&s, &wrong), ==, "locked");
    g_assert_cmpstr(attempt(&s, &wrong), ==, "locked");
    s.boot += SK_SIGNIN_DELAY_FIRST;
    const Try right = { "jiro", "x", SK_SAID_YES, "jiro", false };
    g_assert_cmpstr(attempt(&s, &right), ==, "");
    fixture_down(&s);
}

/* The second factor stays the station's own, and a right first step does not count as a failure. */
static void
test_second_factor(void)
{
    Station s;
    up(&s);
    g_autoptr(GBytes) secret = add_totp(&s, "jiro");
    const Try right = { "jiro", "x", SK_SAID_YES, "jiro", true };

    for (unsigned i = 0; i < 20; i++)
        g_assert_cmpstr(attempt(&s, &right), ==, "second-factor-needed");
    g_autoptr(SkSignInAttempt) a = NULL;
    g_autoptr(SkSession) session = NULL;
    int64_t wait = 0;
    g_assert_true(sk_signin_begin(s.store, "jiro", &asking, &a, &wait, NULL));
    sk_signin_verify(a, "x");
    sk_signin_said(a, SK_SAID_YES);
    g_assert_false(sk_signin_finish(s.store, a, &session, &wait, NULL));
    g_autofree char *code = code_now(&s, secret, 0);
    g_assert_cmpstr(second_code(s.store, sk_signin_second_step(a)->ticket, SK_PROOF_TOTP, code), ==, "");
    fixture_down(&s);
}

static const char *
enrol(Station *s, const char *name, const char *code, SkSignInSaid said)
{
    g_autoptr(SkSignInAttempt) a = NULL;
    g_autoptr(SkSession) session = NULL;
    int64_t wait = 0;
    if (!sk_enrolment_begin(s->store, name, code, "a new password 9", true, &asking, &a, &wait, NULL))
        return sk_store_why(s->store);
    sk_signin_demand(a, true);
    sk_signin_verify(a, "a new password 9");
    g_assert_true(sk_signin_waits(a));
    sk_signin_said(a, said);
    return sk_enrolment_finish(s->store, a, &session, &wait, NULL) ? "" : sk_store_why(s->store);
}

/* The code alone makes nobody of the directory's one's own: its password is wanted as well, and is
 * not set here. */
static void
test_enrolment(void)
{
    Station s;
    up(&s);
    g_autofree char *code = NULL;
    g_autofree char *hash = NULL;
    int64_t expires = 0;
    bool theirs = false;

    g_assert_true(sk_enrolment_issue(s.store, "jiro", NULL, &code, &expires, NULL));
    g_assert_cmpstr(enrol(&s, "jiro", code, SK_SAID_NO), ==, "sign-in-failed");
    g_assert_cmpstr(enrol(&s, "jiro", code, SK_SAID_AWAY), ==, "directory-away");
    g_assert_cmpstr(enrol(&s, "jiro", code, SK_SAID_EXPIRED), ==, "password-expired");
    g_assert_cmpstr(enrol(&s, "jiro", code, SK_SAID_YES), ==, "");
    g_assert_true(sk_signin_hash(s.store, "jiro", false, &hash, &theirs, NULL));
    g_assert_null(hash);
    /* who has no password at all, and is not the directory's, needs no directory for the first one */
    add_from(&s, "new", "import", SK_ROLE_STAFF, NULL);
    g_autofree char *other = NULL;
    g_assert_true(sk_enrolment_issue(s.store, "new", NULL, &other, &expires, NULL));
    g_assert_cmpstr(enrol(&s, "new", other, SK_SAID_AWAY), ==, "");
    fixture_down(&s);
}

static void
test_change_is_refused(void)
{
    Station s;
    up(&s);
    g_autoptr(SkSignInAttempt) a = NULL;
    int64_t wait = 0;
    g_assert_true(sk_signin_begin(s.store, "old", &asking, &a, &wait, NULL));
    sk_signin_set_fresh(a, "a new password 9", true);
    sk_signin_verify(a, PASSWORD);
    sk_signin_said(a, SK_SAID_YES);
    g_assert_false(sk_password_change_finish(s.store, a, "none", &wait, NULL));
    g_assert_cmpstr(sk_store_why(s.store), ==, "password-elsewhere");
    fixture_down(&s);
}

/* Where the station asks no directory, nothing of this is there. */
static void
test_station_alone(void)
{
    Station s;
    up(&s);
    g_assert_cmpstr(first_step(s.store, "old", PASSWORD, false, NULL), ==, "");
    g_assert_cmpstr(first_step(s.store, "jiro", "x", false, NULL), ==, "sign-in-failed");
    fixture_down(&s);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/store/elsewhere/whom-it-is-asked-about", test_whom_it_is_asked_about);
    g_test_add_func("/store/elsewhere/leavers", test_leavers);
    g_test_add_func("/store/elsewhere/changed-meanwhile", test_changed_meanwhile);
    g_test_add_func("/store/elsewhere/counted-before", test_counted_before);
    g_test_add_func("/store/elsewhere/counted-once", test_counted_once);
    g_test_add_func("/store/elsewhere/second-factor", test_second_factor);
    g_test_add_func("/store/elsewhere/enrolment", test_enrolment);
    g_test_add_func("/store/elsewhere/change-is-refused", test_change_is_refused);
    g_test_add_func("/store/elsewhere/station-alone", test_station_alone);
    return g_test_run();
}
