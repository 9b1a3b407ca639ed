/* SPDX-License-Identifier: Apache-2.0
 * test-account.c - accounts, signing in with growing delays, sessions and their ends. */
#include "fixture.h"

#include "store/session.h"

#define PASSWORD "correct horse 電池"

static void
add(SkStore *store, const char *name, SkRole role)
{
    static char *hash; /* Argon2 once: it is the slowest thing here */
    GError *error = NULL;
    if (hash == NULL)
        hash = sk_password_hash(PASSWORD, &error);
    g_assert_no_error(error);
    SkAccount account = { .name = (char *)name,
                          .label = (char *)"見本 太郎",
                          .role = role,
                          .section = (char *)"住民課" };
    g_assert_true(sk_account_add(store, &account, hash, "admin", &error));
    g_assert_no_error(error);
}

/* "" = signed in; otherwise the code. */
static const char *
sign_in(SkStore *store, const char *name, const char *password, SkSession **ret, int64_t *ret_wait)
{
    g_autoptr(SkSignInAttempt) attempt = NULL;
    SkSession *session = NULL;
    int64_t wait = 0;
    bool ok = sk_signin_begin(store, name, NULL, &attempt, &wait, NULL);
    if (ok) {
        sk_signin_verify(attempt, password);
        ok = sk_signin_finish(store, attempt, &session, &wait, NULL);
    }
    if (ret_wait != NULL)
        *ret_wait = wait;
    if (ret != NULL)
        *ret = session;
    else
        sk_session_free(session);
    return ok ? "" : sk_store_why(store);
}

static void
shapes(void)
{
    g_assert_true(sk_account_name_is("a.b-c_9"));
    static const char *const bad[] = { "", "A", "a b", "a/b", "太郎", "a\n" };
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(sk_account_name_is(bad[i]));
    g_autofree char *long_name = g_strnfill(65, 'a');
    g_assert_false(sk_account_name_is(long_name));
    g_assert_false(sk_password_is("123456789"));
    g_assert_true(sk_password_is("1234567890"));
    g_assert_false(sk_password_is("あいう")); /* nine bytes, three characters */
    g_assert_false(sk_password_is("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"));
    g_autofree char *long_password = g_strnfill(SK_PASSWORD_MAX + 1, 'a');
    g_assert_false(sk_password_is(long_password));
    for (int i = 1; i < SK_ROLE_COUNT; i++)
        g_assert_cmpint(sk_role_lookup(sk_role_name((SkRole)i)), ==, i);
    g_assert_cmpint(sk_role_lookup("root"), ==, 0);
}

static void
accounts(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    add(s.store, "taro", SK_ROLE_STAFF);
    add(s.store, "admin", SK_ROLE_ADMINISTRATOR);
    g_autoptr(GError) error = NULL;
    SkAccount again = { .name = (char *)"taro", .label = (char *)"x", .role = SK_ROLE_STAFF };
    g_assert_false(sk_account_add(s.store, &again, "x", NULL, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_LIMIT);
    g_assert_cmpstr(sk_store_why(s.store), ==, "account-exists");
    g_clear_error(&error);
    again.name = (char *)"t2";
    again.label = (char *)"a\xe2\x80\xae"
                          "b";
    g_assert_false(sk_account_add(s.store, &again, "x", NULL, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_MALFORMED);

    g_autoptr(GPtrArray) list = NULL;
    g_assert_true(sk_account_list(s.store, &list, NULL));
    g_assert_cmpuint(list->len, ==, 2);
    g_assert_cmpstr(((SkAccount *)g_ptr_array_index(list, 0))->name, ==, "admin");
    g_autoptr(SkAccount) taro = NULL;
    g_assert_true(sk_account_get(s.store, "taro", &taro, NULL));
    g_assert_cmpstr(taro->section, ==, "住民課");
    g_autoptr(SkAccount) nobody = NULL;
    g_assert_false(sk_account_get(s.store, "jiro", &nobody, NULL));
    g_assert_cmpstr(sk_store_why(s.store), ==, "account-unknown");

    g_assert_false(sk_account_lock(s.store, "admin", "admin", NULL));
    g_assert_cmpstr(sk_store_why(s.store), ==, "last-administrator");
    add(s.store, "admin2", SK_ROLE_ADMINISTRATOR);
    g_assert_true(sk_account_lock(s.store, "admin", "admin2", NULL));
    g_assert_false(sk_account_lock(s.store, "admin2", "admin", NULL));
    /* The person's section goes with the crossing. */
    g_autoptr(SkCrossing) row = fixture_receive(s.store, "taro", 0);
    g_assert_cmpstr(row->section, ==, "住民課");
    fixture_down(&s);
}

static void
signing_in(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    add(s.store, "taro", SK_ROLE_STAFF);
    g_autoptr(SkSession) session = NULL;
    g_assert_cmpstr(sign_in(s.store, "taro", PASSWORD, &session, NULL), ==, "");
    g_assert_cmpstr(session->account->name, ==, "taro");
    g_assert_cmpint((int)strlen(session->token), ==, 64);
    g_assert_cmpstr(session->csrf, !=, session->token);
    g_assert_cmpstr(sign_in(s.store, "taro", "wrong wrong", NULL, NULL), ==, "sign-in-failed");
    g_assert_cmpstr(sign_in(s.store, "jiro", PASSWORD, NULL, NULL), ==, "sign-in-failed");
    g_assert_cmpstr(sign_in(s.store, "'; --", PASSWORD, NULL, NULL), ==, "sign-in-failed");
    g_assert_cmpstr(sign_in(s.store, "", "", NULL, NULL), ==, "sign-in-failed");
    /* Nothing that was typed as a name is kept, and the token only as a hash. */
    g_assert_cmpint(
        fixture_int(s.store,
                    "SELECT count(*) FROM acts WHERE actor LIKE '%jiro%' OR detail LIKE '%jiro%'"),
        ==, 0);
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM acts WHERE act = 'sign-in-failed'"),
                    ==, 4);
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM acts WHERE act = 'sign-in'"), ==, 1);
    g_assert_cmpint(
        fixture_int(
            s.store,
            "SELECT count(*) FROM sessions WHERE typeof(hash) = 'blob' AND length(hash) = 32"),
        ==, 1);
    fixture_down(&s);
}

/* A finish without Argon2: as if the wrong password had been checked. */
static const char *
fail(SkStore *store, const char *name, int64_t *ret_wait)
{
    g_autoptr(SkSignInAttempt) attempt = NULL;
    g_autoptr(SkSession) session = NULL;
    *ret_wait = 0;
    if (sk_signin_begin(store, name, NULL, &attempt, ret_wait, NULL))
        g_assert_false(sk_signin_finish(store, attempt, &session, ret_wait, NULL));
    return sk_store_why(store);
}

static void
delays_for(const char *name)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    add(s.store, "taro", SK_ROLE_STAFF);
    int64_t wait = 0;
    for (unsigned i = 1; i < SK_SIGNIN_FREE_FAILURES; i++)
        g_assert_cmpstr(fail(s.store, name, &wait), ==, "sign-in-failed");
    int64_t want = SK_SIGNIN_DELAY_FIRST;
    for (int i = 0; i < 10; i++) {
        g_assert_cmpstr(fail(s.store, name, &wait), ==, "locked");
        g_assert_cmpint(wait, ==, want);
        s.wall += 24 * HOUR; /* the wall clock shortens nothing */
        s.boot += want - 1;
        g_assert_cmpstr(fail(s.store, name, &wait), ==, "locked");
        g_assert_cmpint(wait, ==, 1);
        s.boot += 1;
        want = MIN(2 * want, SK_SIGNIN_DELAY_MAX);
    }
    fixture_down(&s);
}

static void
delays(void)
{
    delays_for("taro");
    delays_for("jiro"); /* nobody's name is delayed the same */
}

static void
delay_details(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    add(s.store, "taro", SK_ROLE_STAFF);
    int64_t wait = 0;
    /* A right password that was being checked while others failed counts for nothing. */
    g_autoptr(SkSignInAttempt) slow = NULL;
    g_assert_true(sk_signin_begin(s.store, "taro", NULL, &slow, &wait, NULL));
    sk_signin_verify(slow, PASSWORD);
    for (unsigned i = 0; i < SK_SIGNIN_FREE_FAILURES; i++)
        fail(s.store, "taro", &wait);
    g_autoptr(SkSession) session = NULL;
    g_assert_false(sk_signin_finish(s.store, slow, &session, &wait, NULL));
    g_assert_cmpstr(sk_store_why(s.store), ==, "locked");
    g_assert_true(sk_account_unlock(s.store, "taro", "admin", NULL));
    g_assert_cmpstr(sign_in(s.store, "taro", PASSWORD, &session, &wait), ==, "");

    /* Neither does one whose account was locked, or whose password was changed, meanwhile. */
    g_autoptr(SkSignInAttempt) second = NULL;
    g_autoptr(SkSession) none = NULL;
    g_assert_true(sk_signin_begin(s.store, "taro", NULL, &second, &wait, NULL));
    sk_signin_verify(second, PASSWORD);
    g_assert_true(sk_account_lock(s.store, "taro", "admin", NULL));
    g_assert_false(sk_signin_finish(s.store, second, &none, &wait, NULL));
    g_assert_cmpstr(sk_store_why(s.store), ==, "sign-in-failed");
    /* Locking has ended the session too. */
    g_autoptr(SkSession) found = NULL;
    g_assert_false(sk_session_lookup(s.store, session->token, true, &found, NULL));
    g_assert_cmpstr(sign_in(s.store, "taro", PASSWORD, NULL, NULL), ==, "sign-in-failed");
    g_assert_true(sk_account_unlock(s.store, "taro", "admin", NULL));
    g_autoptr(SkSignInAttempt) third = NULL;
    g_assert_true(sk_signin_begin(s.store, "taro", NULL, &third, &wait, NULL));
    sk_signin_verify(third, PASSWORD);
    g_autofree char *hash = sk_password_hash("another password", NULL);
    g_assert_true(sk_account_set_password(s.store, "taro", hash, NULL, NULL));
    g_assert_false(sk_signin_finish(s.store, third, &none, &wait, NULL));
    g_assert_cmpstr(sign_in(s.store, "taro", "another password", NULL, NULL), ==, "");
    fixture_down(&s);
}

static bool
is_signed_in(SkStore *store, const char *token, bool touch)
{
    g_autoptr(SkSession) session = NULL;
    return sk_session_lookup(store, token, touch, &session, NULL);
}

static void
sessions(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    add(s.store, "taro", SK_ROLE_STAFF);
    g_autoptr(SkSession) session = NULL;
    g_assert_cmpstr(sign_in(s.store, "taro", PASSWORD, &session, NULL), ==, "");
    const char *token = session->token;
    s.wall += 100 * HOUR; /* no wall clock ends or lengthens a session */
    g_assert_true(is_signed_in(s.store, token, false));
    /* Used every 29 minutes it lasts twelve hours and no longer. */
    int64_t lasted = 0;
    while (is_signed_in(s.store, token, true)) {
        s.boot += 29 * 60 * (int64_t)G_USEC_PER_SEC;
        lasted += 29 * 60 * (int64_t)G_USEC_PER_SEC;
    }
    g_assert_cmpint(lasted, >=, SK_SESSION_LIFE);
    g_assert_cmpint(lasted, <, SK_SESSION_LIFE + HOUR / 2);

    /* Polling without touching does not keep it. */
    g_autoptr(SkSession) idle = NULL;
    g_assert_cmpstr(sign_in(s.store, "taro", PASSWORD, &idle, NULL), ==, "");
    for (int i = 0; i < 29; i++) {
        s.boot += 60 * (int64_t)G_USEC_PER_SEC;
        g_assert_true(is_signed_in(s.store, idle->token, false));
    }
    s.boot += 60 * (int64_t)G_USEC_PER_SEC;
    g_assert_false(is_signed_in(s.store, idle->token, false));
    g_assert_cmpstr(sk_store_why(s.store), ==, "session-unknown");

    g_autoptr(SkSession) out = NULL;
    g_assert_cmpstr(sign_in(s.store, "taro", PASSWORD, &out, NULL), ==, "");
    g_autoptr(SkSession) seen = NULL;
    g_assert_true(sk_session_lookup(s.store, out->token, true, &seen, NULL));
    g_assert_cmpstr(seen->csrf, ==, out->csrf);
    g_assert_cmpint(seen->expires, ==, s.wall + SK_SESSION_IDLE);
    g_assert_true(sk_session_end(s.store, out->token, NULL));
    g_assert_true(sk_session_end(s.store, out->token, NULL));
    g_assert_false(is_signed_in(s.store, out->token, true));
    g_assert_false(is_signed_in(s.store, "", true));
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM acts WHERE act = 'sign-out'"), ==,
                    1);
    SkSweep sweep;
    g_assert_true(sk_store_sweep(s.store, &sweep, NULL));
    g_assert_cmpint(
        fixture_int(s.store, "SELECT count(*) FROM sessions WHERE hash IS NOT NULL OR csrf <> ''"),
        ==, 0);
    fixture_down(&s);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/account/shapes", shapes);
    g_test_add_func("/account/accounts", accounts);
    g_test_add_func("/account/signing-in", signing_in);
    g_test_add_func("/account/delays", delays);
    g_test_add_func("/account/delay-details", delay_details);
    g_test_add_func("/account/sessions", sessions);
    return g_test_run();
}
