/* SPDX-License-Identifier: Apache-2.0
 * test-enrolment.c - the first factors, in person; starting over, by two; one's own password; the
 * sealed envelope. */
#include "signing.h"

#include "factor/code.h"
#include "store/import.h"
#include "store/proposal.h"

typedef struct {
    const char *code;
    const char *password;
    bool acceptable;
    bool two;
} Try;

/* "" or the code. */
static const char *
enrol(SkStore *store, const char *name, Try t, SkSession **ret)
{
    g_autoptr(SkSignInAttempt) attempt = NULL;
    g_autoptr(SkSession) session = NULL;
    int64_t wait = 0;
    if (!sk_enrolment_begin(store, name, t.code, t.password, t.acceptable, NULL, &attempt, &wait,
                            NULL))
        return sk_store_why(store);
    sk_signin_demand(attempt, t.two);
    sk_signin_verify(attempt, t.password);
    bool ok = sk_enrolment_finish(store, attempt, &session, &wait, NULL);
    if (ok && ret != NULL)
        *ret = g_steal_pointer(&session);
    return ok ? "" : sk_store_why(store);
}

static char *
issue(SkStore *store, const char *name)
{
    GError *error = NULL;
    char *code = NULL;
    int64_t expires = 0;
    g_assert_true(sk_enrolment_issue(store, name, "admin", &code, &expires, &error));
    g_assert_no_error(error);
    return code;
}

static void
somebody_new(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    add_account(s.store, "admin", SK_ROLE_ADMINISTRATOR, PASSWORD);
    add_account(s.store, "taro", SK_ROLE_STAFF, NULL);
    g_assert_cmpstr(first_step(s.store, "taro", "", true, NULL), ==, "sign-in-failed");
    g_autofree char *code = NULL;
    int64_t expires = 0;
    g_assert_false(sk_enrolment_issue(s.store, "nobody", "admin", &code, &expires, NULL));
    g_assert_cmpstr(sk_store_why(s.store), ==, "account-unknown");
    g_assert_cmpstr(
        enrol(s.store, "taro", (Try){ "AAAA-BBBB-CCCC-DDDD", "a good password", true, true }, NULL),
        ==, "sign-in-failed");
    g_autofree char *old = issue(s.store, "taro");
    code = issue(s.store, "taro");
    g_assert_cmpstr(enrol(s.store, "taro", (Try){ old, "a good password", true, true }, NULL), ==,
                    "sign-in-failed");
    g_assert_cmpstr(enrol(s.store, "admin", (Try){ code, PASSWORD, true, true }, NULL), ==,
                    "sign-in-failed");
    g_assert_cmpstr(enrol(s.store, "nobody", (Try){ code, PASSWORD, true, true }, NULL), ==,
                    "sign-in-failed");
    /* The right code with a weak password is not spent. */
    g_assert_cmpstr(enrol(s.store, "taro", (Try){ code, "password12", false, true }, NULL), ==,
                    "password-weak");
    g_autoptr(SkSession) session = NULL;
    g_assert_cmpstr(enrol(s.store, "taro", (Try){ code, "a good password", true, true }, &session),
                    ==, "");
    g_assert_true(session->enrolling);
    g_assert_cmpstr(enrol(s.store, "taro", (Try){ code, "a good password", true, true }, NULL), ==,
                    "sign-in-failed");
    /* The session becomes a whole one with the second factor, and not before. */
    g_autoptr(SkSession) whole = NULL;
    g_assert_false(sk_enrolment_end(s.store, session, &whole, NULL));
    g_assert_cmpstr(sk_store_why(s.store), ==, "factor-unknown");
    g_autoptr(GBytes) secret = add_totp(&s, "taro");
    g_assert_true(sk_enrolment_end(s.store, session, &whole, NULL));
    g_assert_false(whole->enrolling);
    g_assert_cmpstr(whole->token, !=, session->token);
    g_autoptr(SkSession) gone = NULL;
    g_assert_false(sk_session_lookup(s.store, session->token, false, &gone, NULL));
    g_assert_true(sk_session_lookup(s.store, whole->token, false, &gone, NULL));
    g_assert_false(gone->enrolling);
    g_assert_cmpstr(first_step(s.store, "taro", "a good password", true, NULL), ==,
                    "second-factor-needed");
    /* Who has factors is not enrolled by one person. */
    g_autofree char *more = NULL;
    g_assert_false(sk_enrolment_issue(s.store, "taro", "admin", &more, &expires, NULL));
    g_assert_cmpstr(sk_store_why(s.store), ==, "has-factors");
    fixture_down(&s);
}

/* A password that is there must be known: a code alone makes no administrator somebody else. */
static void
somebody_with_a_password(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    add_account(s.store, "admin", SK_ROLE_ADMINISTRATOR, PASSWORD);
    add_account(s.store, "taro", SK_ROLE_STAFF, PASSWORD);
    g_autofree char *code = issue(s.store, "taro");
    g_assert_cmpstr(enrol(s.store, "taro", (Try){ code, "admin's own idea", true, true }, NULL), ==,
                    "sign-in-failed");
    g_autoptr(SkSession) session = NULL;
    g_assert_cmpstr(enrol(s.store, "taro", (Try){ code, PASSWORD, true, false }, &session), ==, "");
    g_assert_false(session->enrolling); /* a zone that asks for one factor */
    fixture_down(&s);
}

/* A list with a later first day of one of the staff needs no second administrator: it must not open an account whose
 * password somebody knows, not even their own administrator's. */
static void
not_yet_there(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    add_account(s.store, "admin", SK_ROLE_ADMINISTRATOR, PASSWORD);
    add_account(s.store, "taro", SK_ROLE_STAFF, PASSWORD);
    int today = sk_organisation_today(s.store);
    g_autofree char *tomorrow = sk_day_iso(today + 1);
    g_autofree char *table = g_strconcat("S\ta\n1\t所属コード\t機関\t上位\t所属名\n2\tsomu\tmayor\t"
                                         "\t総務課\nS\tb\n1\tアカウント\t氏名\t"
                                         "所属コード\t役職\t採用日\n2\ttaro\t見本\tsomu\t主事\t",
                                         tomorrow, "\n", NULL);
    SkImportOptions options = { .on = today };
    g_autoptr(SkImport) import = NULL;
    SkImportOutcome outcome = 0;
    g_autofree char *proposal = NULL;
    g_assert_true(sk_import_submit(s.store, sk_span_str(table), &options, "admin", &import,
                                   &outcome, &proposal, NULL));
    for (guint i = 0; i < sk_import_errors(import)->len; i++)
        g_test_message("%s", ((SkImportError *)sk_import_errors(import)->pdata[i])->code);
    g_assert_cmpint(outcome, ==, SK_IMPORT_APPLIED);
    g_autofree char *code = issue(s.store, "taro");
    g_assert_cmpstr(enrol(s.store, "taro", (Try){ code, "admin's own idea", true, false }, NULL),
                    ==, "sign-in-failed");
    s.wall += 25 * HOUR; /* their password is what it was */
    g_assert_cmpstr(first_step(s.store, "taro", "admin's own idea", false, NULL), ==,
                    "sign-in-failed");
    g_assert_cmpstr(first_step(s.store, "taro", PASSWORD, false, NULL), ==, "");
    fixture_down(&s);
}

static void
limits(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    add_account(s.store, "taro", SK_ROLE_STAFF, NULL);
    g_autofree char *code = issue(s.store, "taro");
    for (unsigned i = 0; i < 5; i++)
        g_assert_cmpstr(enrol(s.store, "taro",
                              (Try){ "0000-0000-0000-0000", "a good password", true, true }, NULL),
                        ==, i < 4 ? "sign-in-failed" : "locked");
    s.boot += 40 * G_USEC_PER_SEC;
    g_assert_cmpstr(enrol(s.store, "taro", (Try){ code, "a good password", true, true }, NULL), ==,
                    "locked"); /* tries */
    s.boot += 23 * HOUR;
    g_autofree char *late = issue(s.store, "taro");
    s.boot += 24 * HOUR;
    g_assert_cmpstr(enrol(s.store, "taro", (Try){ late, "a good password", true, true }, NULL), ==,
                    "sign-in-failed");
    fixture_down(&s);
}

static void
starting_over(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    add_account(s.store, "admin", SK_ROLE_ADMINISTRATOR, PASSWORD);
    add_account(s.store, "admin2", SK_ROLE_ADMINISTRATOR, PASSWORD);
    add_account(s.store, "taro", SK_ROLE_STAFF, PASSWORD);
    g_autoptr(GBytes) secret = add_totp(&s, "taro");
    g_autoptr(GPtrArray) codes = NULL;
    g_assert_true(sk_factor_recovery_new(s.store, "taro", &codes, NULL));
    g_autofree char *ticket = ticket_of(s.store, "taro");
    g_autoptr(SkProposal) proposal = NULL;
    const SkPropose propose = { .kind = "reset-factor", .subject = "taro", .actor = "admin" };
    g_assert_true(sk_proposal_add(s.store, &propose, &proposal, NULL));
    g_assert_false(sk_proposal_confirm(s.store, proposal->id, "admin", NULL));
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM factors"), ==, 1);
    g_assert_true(sk_proposal_confirm(s.store, proposal->id, "admin2", NULL));
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM factors"), ==, 0);
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM recovery_codes"), ==, 0);
    g_autofree char *code = code_now(&s, secret, 0);
    g_assert_cmpstr(second_code(s.store, ticket, SK_PROOF_TOTP, code), ==, "ticket-unknown");
    g_assert_cmpstr(first_step(s.store, "taro", PASSWORD, true, NULL), ==, "sign-in-failed");
    g_autoptr(SkFactors) factors = NULL;
    g_assert_true(sk_factors_get(s.store, "taro", &factors, NULL));
    g_assert_cmpint(factors->password_set, ==, 0);
    /* Then as somebody new. */
    g_autofree char *fresh = issue(s.store, "taro");
    g_assert_cmpstr(enrol(s.store, "taro", (Try){ fresh, "another password", true, true }, NULL),
                    ==, "");
    g_assert_false(sk_factor_reset(s.store, "nobody", NULL, NULL));
    g_assert_true(sk_factor_reset(s.store, "taro", NULL, NULL));
    fixture_down(&s);
}

static const char *
change(SkStore *store, const char *name, const char *old, const char *new, bool acceptable,
       const char *session)
{
    g_autoptr(SkSignInAttempt) attempt = NULL;
    int64_t wait = 0;
    g_assert_true(sk_signin_begin(store, name, NULL, &attempt, &wait, NULL));
    sk_signin_set_fresh(attempt, new, acceptable);
    sk_signin_verify(attempt, old);
    return sk_password_change_finish(store, attempt, session, &wait, NULL) ? ""
                                                                           : sk_store_why(store);
}

static void
own_password(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    add_account(s.store, "taro", SK_ROLE_STAFF, PASSWORD);
    g_autoptr(SkSignInAttempt) a = NULL;
    g_autoptr(SkSignInAttempt) b = NULL;
    SkSession *mine = NULL, *other = NULL;
    int64_t wait = 0;
    g_assert_true(sk_signin_begin(s.store, "taro", NULL, &a, &wait, NULL));
    sk_signin_verify(a, PASSWORD);
    g_assert_true(sk_signin_finish(s.store, a, &mine, &wait, NULL));
    g_assert_true(sk_signin_begin(s.store, "taro", NULL, &b, &wait, NULL));
    sk_signin_verify(b, PASSWORD);
    g_assert_true(sk_signin_finish(s.store, b, &other, &wait, NULL));
    g_assert_cmpstr(change(s.store, "taro", "not the old one", "a better password", true, mine->id),
                    ==, "sign-in-failed");
    g_assert_cmpstr(change(s.store, "taro", PASSWORD, "weak", false, mine->id), ==,
                    "password-weak");
    s.wall += HOUR;
    s.boot += 60 * G_USEC_PER_SEC;
    g_assert_cmpstr(change(s.store, "taro", PASSWORD, "a better password", true, mine->id), ==, "");
    g_autoptr(SkSession) found = NULL;
    g_assert_true(sk_session_lookup(s.store, mine->token, false, &found, NULL));
    g_autoptr(SkSession) gone = NULL;
    g_assert_false(sk_session_lookup(s.store, other->token, false, &gone, NULL));
    g_assert_cmpstr(first_step(s.store, "taro", PASSWORD, false, NULL), ==, "sign-in-failed");
    g_assert_cmpstr(first_step(s.store, "taro", "a better password", false, NULL), ==, "");
    g_autoptr(SkFactors) factors = NULL;
    g_assert_true(sk_factors_get(s.store, "taro", &factors, NULL));
    g_assert_cmpint(factors->password_set, >=, T0 + HOUR);
    sk_session_free(mine);
    sk_session_free(other);
    fixture_down(&s);
}

static char *
print_envelope(SkStore *store)
{
    char *code = sk_code_new(SK_CODE_CHARS_LONG);
    g_autofree char *read = sk_code_read(code, SK_CODE_CHARS_LONG);
    g_autofree char *hash = cheap_hash(read);
    GError *error = NULL;
    g_assert_true(sk_glass_print(store, "envelope", hash, &error));
    g_assert_no_error(error);
    return code;
}

static void
envelope(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    add_account(s.store, "taro", SK_ROLE_STAFF, PASSWORD);
    add_account(s.store, "admin", SK_ROLE_ADMINISTRATOR, PASSWORD);
    g_autofree char *first = print_envelope(s.store);
    g_autofree char *code = print_envelope(s.store);
    g_autofree char *hash = cheap_hash("x");
    g_assert_false(sk_glass_print(s.store, "taro", hash, NULL)); /* somebody's */
    g_assert_cmpstr(sk_store_why(s.store), ==, "account-exists");
    g_assert_cmpstr(first_step(s.store, "envelope", first, true, NULL), ==,
                    "sign-in-failed"); /* printed anew */
    g_autofree char *lower = g_ascii_strdown(code, -1);
    g_autofree char *typed = g_strdelimit(g_strdup(lower), "-", ' ');
    /* In a zone of two factors, with no second factor: the declared exception. */
    g_autoptr(SkSignInAttempt) attempt = NULL;
    g_autoptr(SkSession) session = NULL;
    int64_t wait = 0;
    g_assert_true(sk_signin_begin(s.store, "envelope", NULL, &attempt, &wait, NULL));
    sk_signin_demand(attempt, true);
    sk_signin_verify(attempt, typed);
    g_assert_true(sk_signin_finish(s.store, attempt, &session, &wait, NULL));
    g_assert_cmpint(session->account->role, ==, SK_ROLE_ADMINISTRATOR);
    g_assert_false(session->enrolling);
    /* Once. Everything about it is written down. */
    g_assert_cmpstr(first_step(s.store, "envelope", code, true, NULL), ==, "sign-in-failed");
    g_assert_cmpint(
        fixture_int(s.store, "SELECT count(*) FROM acts WHERE act = 'break-glass-used'"), ==, 1);
    g_assert_cmpint(
        fixture_int(
            s.store,
            "SELECT count(*) FROM incidents WHERE kind = 'break-glass' AND state = 'draft' AND "
            "leaf = (SELECT leaf FROM acts WHERE act = 'break-glass-used')"),
        ==, 1);
    /* The session may rise by it: an administrator's work needs that. */
    g_autoptr(SkSignInAttempt) again = NULL;
    g_autoptr(SkSession) risen = NULL;
    g_assert_true(sk_signin_begin(s.store, "envelope", NULL, &again, &wait, NULL));
    sk_signin_verify(again, code);
    g_assert_true(sk_signin_finish_rise(s.store, again, session->id, NULL, &risen, &wait, NULL));
    /* It is no person: not enrolled, not reset, no administrator who would be left. */
    g_autofree char *none = NULL;
    int64_t expires = 0;
    g_assert_false(sk_enrolment_issue(s.store, "envelope", "admin", &none, &expires, NULL));
    g_assert_false(sk_factor_reset(s.store, "envelope", NULL, NULL));
    g_assert_false(sk_account_lock(s.store, "admin", "envelope", NULL));
    g_assert_cmpstr(sk_store_why(s.store), ==, "last-administrator");
    g_assert_cmpstr(change(s.store, "envelope", code, "a better password", true, risen->id), !=,
                    "");
    fixture_down(&s);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/enrolment/somebody-new", somebody_new);
    g_test_add_func("/enrolment/somebody-with-a-password", somebody_with_a_password);
    g_test_add_func("/enrolment/not-yet-there", not_yet_there);
    g_test_add_func("/enrolment/limits", limits);
    g_test_add_func("/enrolment/starting-over", starting_over);
    g_test_add_func("/enrolment/own-password", own_password);
    g_test_add_func("/enrolment/envelope", envelope);
    return g_test_run();
}
