/* SPDX-License-Identifier: Apache-2.0
 * test-factor.c - second factors: added, used once, taken away; tickets; passkeys alone; and what
 * is in the database afterwards. */
#include "signing.h"

#include "base/uuid.h"
#include "seal/merkle.h"

static void
totp(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    add_account(s.store, "taro", SK_ROLE_STAFF, PASSWORD);
    g_assert_cmpstr(first_step(s.store, "taro", PASSWORD, true, NULL), ==, "enrolment-needed");
    g_assert_cmpstr(first_step(s.store, "taro", PASSWORD, false, NULL), ==, "");
    g_assert_cmpstr(first_step(s.store, "taro", "wrong wrong", true, NULL), ==, "sign-in-failed");

    g_autofree char *id = NULL;
    g_autoptr(GBytes) waiting = NULL;
    g_assert_true(sk_factor_totp_new(s.store, "taro", "", &id, &waiting, NULL));
    g_assert_cmpstr(first_step(s.store, "taro", PASSWORD, true, NULL), ==, "enrolment-needed"); /* not yet */
    g_assert_false(sk_factor_totp_confirm(s.store, "taro", id, "000000", NULL));
    g_assert_cmpstr(sk_store_why(s.store), ==, "factor-rejected");
    g_assert_false(sk_factor_totp_confirm(s.store, "jiro", id, "000000", NULL));
    g_assert_cmpstr(sk_store_why(s.store), ==, "factor-unknown");

    g_autoptr(GBytes) secret = add_totp(&s, "taro"); /* the one that waited is gone */
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM factors"), ==, 1);
    /* Asked for in every zone, whatever the zone asks. */
    g_autoptr(SkSignInAttempt) attempt = NULL;
    g_assert_cmpstr(first_step(s.store, "taro", PASSWORD, false, &attempt), ==, "second-factor-needed");
    const SkSecondStep *step = sk_signin_second_step(attempt);
    g_assert_true(step->totp && !step->webauthn && !step->recovery);
    g_autofree char *code = code_now(&s, secret, 0);
    g_assert_cmpstr(second_code(s.store, step->ticket, SK_PROOF_TOTP, code), ==, "");
    g_assert_cmpstr(second_code(s.store, step->ticket, SK_PROOF_TOTP, code), ==, "ticket-unknown");
    /* The code is spent, for any ticket; so is the one before it. The next is fine. */
    g_autofree char *ticket = ticket_of(s.store, "taro");
    g_autofree char *before = code_now(&s, secret, -1);
    g_autofree char *next = code_now(&s, secret, 1);
    g_assert_cmpstr(second_code(s.store, ticket, SK_PROOF_TOTP, code), ==, "sign-in-failed");
    g_assert_cmpstr(second_code(s.store, ticket, SK_PROOF_TOTP, before), ==, "sign-in-failed");
    g_assert_cmpstr(second_code(s.store, ticket, SK_PROOF_TOTP, next), ==, "");
    /* The secret is nowhere in clear. */
    SkSpan plain = sk_span_bytes(secret);
    g_autofree char *hex = sk_hex(plain);
    g_autofree char *sql = g_strdup_printf("SELECT count(*) FROM factors WHERE instr(hex(secret), upper('%s'))", hex);
    int64_t found = -1;
    g_assert_true(sk_sql_one_int(sk_sql(s.store, g_intern_string(sql)), -1, &found, NULL));
    g_assert_cmpint(found, ==, 0);
    fixture_down(&s);
}

/* Another connection and another thread with the same code at the same moment: one of them. */
typedef struct {
    Station *station;
    char *ticket;
    const char *code;
    bool won;
} Racer;

static void *
race(void *data)
{
    Racer *r = data;
    SkStore *store = fixture_open(r->station);
    r->won = *second_code(store, r->ticket, SK_PROOF_TOTP, r->code) == '\0';
    sk_store_close(store);
    return NULL;
}

static void
one_of_two_wins(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    add_account(s.store, "taro", SK_ROLE_STAFF, PASSWORD);
    g_autoptr(GBytes) secret = add_totp(&s, "taro");
    for (unsigned round = 0; round < 5; round++) {
        Racer racers[4];
        GThread *threads[4];
        unsigned won = 0;
        g_autofree char *code = code_now(&s, secret, 0);
        for (unsigned i = 0; i < 4; i++)
            racers[i] = (Racer){ .station = &s, .ticket = ticket_of(s.store, "taro"), .code = code };
        for (unsigned i = 0; i < 4; i++)
            threads[i] = g_thread_new("racer", race, &racers[i]);
        for (unsigned i = 0; i < 4; i++) {
            g_thread_join(threads[i]);
            won += racers[i].won;
            g_free(racers[i].ticket);
        }
        g_assert_cmpuint(won, ==, 1);
        s.wall += 30 * G_USEC_PER_SEC;
    }
    fixture_down(&s);
}

static void
tickets(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    add_account(s.store, "taro", SK_ROLE_STAFF, PASSWORD);
    add_account(s.store, "admin", SK_ROLE_ADMINISTRATOR, PASSWORD);
    g_autoptr(GBytes) secret = add_totp(&s, "taro");
    static const char *const bad[] = { "", "x", "0000000000000000000000000000000000000000000000000000000000000000" };
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_cmpstr(second_code(s.store, bad[i], SK_PROOF_TOTP, "123456"), ==, "ticket-unknown");
    /* Past its time. */
    g_autofree char *late = ticket_of(s.store, "taro");
    g_autofree char *code = code_now(&s, secret, 0);
    s.boot += 300 * G_USEC_PER_SEC;
    g_assert_cmpstr(second_code(s.store, late, SK_PROOF_TOTP, code), ==, "ticket-unknown");
    /* Of an account that was locked meanwhile. */
    g_autofree char *locked = ticket_of(s.store, "taro");
    g_assert_true(sk_account_lock(s.store, "taro", "admin", NULL));
    g_assert_cmpstr(second_code(s.store, locked, SK_PROOF_TOTP, code), ==, "ticket-unknown");
    g_assert_true(sk_account_unlock(s.store, "taro", "admin", NULL));
    /* Of a password that has changed. */
    g_autofree char *stale = ticket_of(s.store, "taro");
    g_autofree char *hash = cheap_hash(PASSWORD);
    g_assert_true(sk_account_set_password(s.store, "taro", hash, NULL, NULL));
    g_assert_cmpstr(second_code(s.store, stale, SK_PROOF_TOTP, code), ==, "ticket-unknown");
    /* A few tries, each a failure like any other: the name is delayed. */
    g_autofree char *tried = ticket_of(s.store, "taro");
    for (unsigned i = 0; i < 4; i++)
        g_assert_cmpstr(second_code(s.store, tried, SK_PROOF_TOTP, "000000"), ==, "sign-in-failed");
    g_assert_cmpstr(second_code(s.store, tried, SK_PROOF_TOTP, "000000"), ==, "locked");
    g_assert_cmpstr(second_code(s.store, tried, SK_PROOF_TOTP, code), ==, "ticket-unknown");
    g_assert_cmpstr(first_step(s.store, "taro", PASSWORD, true, NULL), ==, "locked");
    s.boot += 31 * G_USEC_PER_SEC;
    g_assert_cmpstr(second_code(s.store, tried, SK_PROOF_TOTP, code), ==, "ticket-unknown");
    /* A right password does not wipe out the failures before it. */
    g_autofree char *again = ticket_of(s.store, "taro");
    g_assert_cmpstr(second_code(s.store, again, SK_PROOF_TOTP, "000000"), ==, "locked");
    /* And whoever knows it keeps a few tickets, not thousands. */
    s.boot += HOUR;
    for (unsigned i = 0; i < 12; i++) {
        g_autofree char *one = ticket_of(s.store, "taro");
        s.boot += G_USEC_PER_SEC;
    }
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM tickets"), <=, 4);
    SkSweep sweep;
    s.boot += HOUR;
    g_assert_true(sk_store_sweep(s.store, &sweep, NULL));
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM tickets"), ==, 0);
    fixture_down(&s);
}

static void
recovery(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    add_account(s.store, "taro", SK_ROLE_STAFF, PASSWORD);
    add_account(s.store, "jiro", SK_ROLE_STAFF, PASSWORD);
    g_autoptr(GPtrArray) none = NULL;
    g_assert_false(sk_factor_recovery_new(s.store, "taro", &none, NULL));
    g_assert_cmpstr(sk_store_why(s.store), ==, "factor-unknown");
    g_autoptr(GBytes) secret = add_totp(&s, "taro");
    g_autoptr(GBytes) other = add_totp(&s, "jiro");
    g_autoptr(GPtrArray) old = NULL;
    g_autoptr(GPtrArray) codes = NULL;
    g_autoptr(GPtrArray) theirs = NULL;
    g_assert_true(sk_factor_recovery_new(s.store, "taro", &old, NULL));
    g_assert_true(sk_factor_recovery_new(s.store, "taro", &codes, NULL));
    g_assert_true(sk_factor_recovery_new(s.store, "jiro", &theirs, NULL));
    g_assert_cmpuint(codes->len, ==, 10);
    const char *code = g_ptr_array_index(codes, 3);
    g_autofree char *ticket = ticket_of(s.store, "taro");
    g_assert_cmpstr(second_code(s.store, ticket, SK_PROOF_RECOVERY, g_ptr_array_index(old, 3)), ==, "sign-in-failed");
    g_assert_cmpstr(second_code(s.store, ticket, SK_PROOF_RECOVERY, g_ptr_array_index(theirs, 3)), ==, "sign-in-failed");
    g_autofree char *lower = g_ascii_strdown(code, -1);
    g_assert_cmpstr(second_code(s.store, ticket, SK_PROOF_RECOVERY, lower), ==, "");
    g_autofree char *second = ticket_of(s.store, "taro");
    g_assert_cmpstr(second_code(s.store, second, SK_PROOF_RECOVERY, code), ==, "sign-in-failed");
    g_autoptr(SkFactors) factors = NULL;
    g_assert_true(sk_factors_get(s.store, "taro", &factors, NULL));
    g_assert_cmpuint(factors->recovery, ==, 9);
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM recovery_codes WHERE typeof(hash) <> 'blob' OR length(hash) <> 32"),
                    ==, 0);
    fixture_down(&s);
}

static void
passkeys(void)
{
    Station s = { 0 };
    Authenticator a, b;
    fixture_up(&s, "lgwan");
    add_account(s.store, "taro", SK_ROLE_STAFF, PASSWORD);
    add_account(s.store, "jiro", SK_ROLE_STAFF, PASSWORD);
    authenticator_init(&a, SK_COSE_ES256);
    authenticator_init(&b, SK_COSE_EDDSA);
    g_assert_cmpstr(register_passkey(s.store, "taro", &a), ==, "");
    g_assert_cmpstr(register_passkey(s.store, "taro", &a), ==, "credential-exists");
    g_assert_cmpstr(register_passkey(s.store, "jiro", &a), ==, "credential-exists");
    g_assert_cmpstr(register_passkey(s.store, "jiro", &b), ==, "");

    g_autoptr(SkSignInAttempt) attempt = NULL;
    g_assert_cmpstr(first_step(s.store, "taro", PASSWORD, true, &attempt), ==, "second-factor-needed");
    const SkSecondStep *step = sk_signin_second_step(attempt);
    g_assert_true(step->webauthn && !step->totp && step->credentials->len == 1);
    const SkWebauthnSite site = { .origin = ORIGIN, .rp_id = RP, .challenge = sk_span(step->challenge, sizeof step->challenge) };
    Signed wrong = answer_of(&b, &site);
    SkProof proof = proof_of(&b, &wrong); /* jiro's key, for taro's ticket */
    g_assert_cmpstr(second_step(s.store, step->ticket, &proof, NULL), ==, "sign-in-failed");
    proof.credential = sk_span(a.id, sizeof a.id); /* signed by b, said to be a */
    g_assert_cmpstr(second_step(s.store, step->ticket, &proof, NULL), ==, "sign-in-failed");
    signed_clear(&wrong);
    Signed right = answer_of(&a, &site);
    proof = proof_of(&a, &right);
    g_assert_cmpstr(second_step(s.store, step->ticket, &proof, NULL), ==, "");
    g_assert_cmpint(fixture_int(s.store, "SELECT count FROM factors WHERE account = 'taro'"), ==, a.count);
    /* The same answer for the next ticket: another challenge. */
    g_autofree char *ticket = ticket_of(s.store, "taro");
    g_assert_cmpstr(second_step(s.store, ticket, &proof, NULL), ==, "sign-in-failed");
    signed_clear(&right);
    /* A key that has counted less than before: there are two of it, and somebody hears of it. */
    g_autoptr(SkSignInAttempt) third = NULL;
    g_assert_cmpstr(first_step(s.store, "taro", PASSWORD, true, &third), ==, "second-factor-needed");
    step = sk_signin_second_step(third);
    const SkWebauthnSite next = { .origin = ORIGIN, .rp_id = RP, .challenge = sk_span(step->challenge, sizeof step->challenge) };
    a.count = 1;
    Signed copy = answer_of(&a, &next);
    proof = proof_of(&a, &copy);
    g_assert_cmpstr(second_step(s.store, step->ticket, &proof, NULL), ==, "sign-in-failed");
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM acts WHERE act = 'factor-copied'"), ==, 1);
    signed_clear(&copy);
    authenticator_clear(&a);
    authenticator_clear(&b);
    fixture_down(&s);
}

static const char *
alone(Station *s, Authenticator *a, const char *ticket, const uint8_t *challenge, SkSession **ret)
{
    const SkWebauthnSite site = { .origin = ORIGIN, .rp_id = RP, .challenge = sk_span(challenge, SK_WEBAUTHN_CHALLENGE_BYTES) };
    Signed answer = answer_of(a, &site);
    SkProof proof = proof_of(a, &answer);
    const char *code = second_step(s->store, ticket, &proof, ret);
    signed_clear(&answer);
    return code;
}

static void
passkey_alone(void)
{
    Station s = { 0 };
    Authenticator a;
    uint8_t challenge[SK_WEBAUTHN_CHALLENGE_BYTES];
    char *ticket = NULL;
    fixture_up(&s, "lgwan");
    add_account(s.store, "taro", SK_ROLE_STAFF, PASSWORD);
    add_account(s.store, "admin", SK_ROLE_ADMINISTRATOR, PASSWORD);
    authenticator_init(&a, SK_COSE_ES256);
    g_assert_cmpstr(register_passkey(s.store, "taro", &a), ==, "");
    int64_t version = sk_store_version(s.store, NULL);
    g_assert_true(sk_challenge_new(s.store, &ticket, challenge, NULL));
    g_assert_cmpint(sk_store_version(s.store, NULL), ==, version); /* nothing is written for strangers */
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM tickets"), ==, 0);
    /* Touched, but its user not verified: one factor. */
    g_assert_cmpstr(alone(&s, &a, ticket, challenge, NULL), ==, "sign-in-failed");
    /* And its challenge is spent with that. */
    a.flags = 0x05;
    g_assert_cmpstr(alone(&s, &a, ticket, challenge, NULL), ==, "sign-in-failed");
    g_free(ticket);
    g_assert_true(sk_challenge_new(s.store, &ticket, challenge, NULL));
    g_autoptr(SkSession) session = NULL;
    g_assert_cmpstr(alone(&s, &a, ticket, challenge, &session), ==, "");
    g_assert_cmpstr(session->account->name, ==, "taro");
    g_assert_cmpstr(alone(&s, &a, ticket, challenge, NULL), ==, "sign-in-failed");
    /* A ticket that somebody made up, or bent, or that is past its time. */
    g_free(ticket);
    g_assert_true(sk_challenge_new(s.store, &ticket, challenge, NULL));
    g_autofree char *bent = g_strdup(ticket);
    bent[3] = bent[3] == '0' ? '1' : '0'; /* a later end */
    SkHash hash = sk_hash_sha256(sk_span_str(bent));
    g_assert_cmpstr(alone(&s, &a, bent, hash.b, NULL), ==, "sign-in-failed");
    s.boot += 300 * G_USEC_PER_SEC;
    g_assert_cmpstr(alone(&s, &a, ticket, challenge, NULL), ==, "sign-in-failed");
    /* Of a locked account. */
    g_free(ticket);
    g_assert_true(sk_challenge_new(s.store, &ticket, challenge, NULL));
    g_assert_true(sk_account_lock(s.store, "taro", "admin", NULL));
    g_assert_cmpstr(alone(&s, &a, ticket, challenge, NULL), ==, "sign-in-failed");
    g_assert_true(sk_account_unlock(s.store, "taro", "admin", NULL));
    /* A code is no passkey. */
    g_assert_cmpstr(second_code(s.store, ticket, SK_PROOF_TOTP, "123456"), ==, "ticket-unknown");
    g_free(ticket);
    authenticator_clear(&a);
    fixture_down(&s);
}

typedef struct {
    Station station;
    Authenticator a;
    SkSession *session;
    char *ticket;
    Signed answer;
    SkProof proof;
} Rising;

/* A new challenge, answered with @flags (0x01 touched, 0x05 and verified). */
static void
answer_with(Rising *r, uint8_t flags)
{
    uint8_t challenge[SK_WEBAUTHN_CHALLENGE_BYTES];

    g_clear_pointer(&r->ticket, g_free);
    signed_clear(&r->answer);
    g_assert_true(sk_challenge_new(r->station.store, &r->ticket, challenge, NULL));
    r->a.flags = flags;
    const SkWebauthnSite site = { .origin = ORIGIN, .rp_id = RP, .challenge = sk_span(challenge, sizeof challenge) };
    r->answer = answer_of(&r->a, &site);
    r->proof = proof_of(&r->a, &r->answer);
    r->proof.ticket = r->ticket;
}

/* "" or why not. @password: NULL: the proof alone. */
static const char *
rise_by(Rising *r, const char *password, const SkProof *proof)
{
    SkStore *store = r->station.store;
    g_autoptr(SkSession) risen = NULL;
    g_autoptr(SkSignInAttempt) attempt = NULL;
    int64_t wait = 0;
    bool ok = false;

    if (password == NULL) {
        ok = sk_signin_rise(store, r->session, proof, NULL, &risen, &wait, NULL);
    } else {
        g_assert_true(sk_signin_begin(store, "taro", NULL, &attempt, &wait, NULL));
        sk_signin_verify(attempt, password);
        ok = sk_signin_finish_rise(store, attempt, r->session->id, proof, &risen, &wait, NULL);
    }
    g_assert_cmpint(ok, ==, risen != NULL);
    return ok ? "" : sk_store_why(store);
}

/* A key that was only touched is one kind: beside a password it raises, alone it does not. */
static void
rising_by_key(void)
{
    Rising r = { 0 };
    Station *s = &r.station;
    uint8_t challenge[SK_WEBAUTHN_CHALLENGE_BYTES];
    fixture_up(s, "lgwan");
    add_account(s->store, "taro", SK_ROLE_ADMINISTRATOR, PASSWORD);
    authenticator_init(&r.a, SK_COSE_ES256);
    g_assert_cmpstr(register_passkey(s->store, "taro", &r.a), ==, "");
    g_assert_true(sk_challenge_new(s->store, &r.ticket, challenge, NULL));
    r.a.flags = 0x05;
    g_assert_cmpstr(alone(s, &r.a, r.ticket, challenge, &r.session), ==, "");

    answer_with(&r, 0x01);
    g_assert_cmpstr(rise_by(&r, NULL, &r.proof), ==, "second-factor-needed");
    g_assert_cmpstr(rise_by(&r, PASSWORD, &r.proof), ==, "sign-in-failed"); /* its challenge is spent */
    g_assert_cmpstr(rise_by(&r, PASSWORD, NULL), ==, "second-factor-needed");
    answer_with(&r, 0x01);
    g_assert_cmpstr(rise_by(&r, "wrong password", &r.proof), ==, "sign-in-failed");
    g_assert_cmpstr(rise_by(&r, PASSWORD, &r.proof), ==, "");
    g_assert_cmpstr(rise_by(&r, PASSWORD, &r.proof), ==, "sign-in-failed"); /* once */
    const SkProof recovery = { .kind = SK_PROOF_RECOVERY, .code = "AAAA-AAAA-AAAA-AAAA" };
    g_assert_cmpstr(rise_by(&r, PASSWORD, &recovery), ==, "sign-in-failed");
    answer_with(&r, 0x05); /* verified: two kinds by itself */
    g_assert_cmpstr(rise_by(&r, NULL, &r.proof), ==, "");
    g_assert_cmpstr(rise_by(&r, NULL, &r.proof), ==, "sign-in-failed");
    g_free(r.ticket);
    signed_clear(&r.answer);
    sk_session_free(r.session);
    authenticator_clear(&r.a);
    fixture_down(s);
}

static void
taking_away(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    add_account(s.store, "taro", SK_ROLE_STAFF, PASSWORD);
    g_autoptr(GBytes) one = add_totp(&s, "taro");
    g_autoptr(GBytes) two = add_totp(&s, "taro");
    g_autoptr(GPtrArray) codes = NULL;
    g_assert_true(sk_factor_recovery_new(s.store, "taro", &codes, NULL));
    g_autoptr(SkFactors) factors = NULL;
    g_assert_true(sk_factors_get(s.store, "taro", &factors, NULL));
    g_assert_cmpuint(factors->items->len, ==, 2);
    const SkFactor *first = g_ptr_array_index(factors->items, 0);
    const SkFactor *second = g_ptr_array_index(factors->items, 1);
    g_assert_cmpstr(first->label, ==, "携帯");
    g_assert_false(sk_factor_delete(s.store, "jiro", first->id, true, NULL));
    g_assert_cmpstr(sk_store_why(s.store), ==, "factor-unknown");
    g_assert_true(sk_factor_delete(s.store, "taro", first->id, true, NULL));
    g_assert_false(sk_factor_delete(s.store, "taro", second->id, true, NULL));
    g_assert_cmpstr(sk_store_why(s.store), ==, "last-factor");
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM factors"), ==, 1);
    g_assert_true(sk_factor_delete(s.store, "taro", second->id, false, NULL));
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM recovery_codes"), ==, 0);
    /* Ten at most. */
    for (unsigned i = 0; i < SK_FACTORS_MAX; i++) {
        g_autoptr(GBytes) more = add_totp(&s, "taro");
    }
    g_autofree char *id = NULL;
    g_autoptr(GBytes) none = NULL;
    g_assert_false(sk_factor_totp_new(s.store, "taro", NULL, &id, &none, NULL));
    g_assert_cmpstr(sk_store_why(s.store), ==, "too-many-factors");
    g_autoptr(GError) error = NULL;
    g_assert_false(sk_factor_totp_new(s.store, "taro", "a\xe2\x80\xae" "b", &id, &none, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_MALFORMED);
    fixture_down(&s);
}

/* Rows moved between accounts, and a vault with another key: nothing opens. */
static void
swapped(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    add_account(s.store, "taro", SK_ROLE_STAFF, PASSWORD);
    add_account(s.store, "jiro", SK_ROLE_STAFF, PASSWORD);
    g_autoptr(GBytes) mine = add_totp(&s, "taro");
    g_autoptr(GBytes) theirs = add_totp(&s, "jiro");
    g_assert_true(sk_sql_run(sk_sql(s.store, "UPDATE factors SET secret = (SELECT secret FROM factors WHERE account = "
                                             "'jiro') WHERE account = 'taro'"), NULL));
    g_autofree char *ticket = ticket_of(s.store, "taro");
    g_autofree char *code = code_now(&s, theirs, 0);
    g_autoptr(SkSession) session = NULL;
    g_autoptr(GError) error = NULL;
    int64_t wait = 0;
    const SkProof proof = { .kind = SK_PROOF_TOTP, .code = code };
    g_assert_false(sk_signin_second(s.store, ticket, &proof, NULL, &session, &wait, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_IO);
    fixture_down(&s);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/factor/totp", totp);
    g_test_add_func("/factor/one-of-two-wins", one_of_two_wins);
    g_test_add_func("/factor/tickets", tickets);
    g_test_add_func("/factor/recovery", recovery);
    g_test_add_func("/factor/passkeys", passkeys);
    g_test_add_func("/factor/passkey-alone", passkey_alone);
    g_test_add_func("/factor/rising-by-key", rising_by_key);
    g_test_add_func("/factor/taking-away", taking_away);
    g_test_add_func("/factor/swapped", swapped);
    return g_test_run();
}
