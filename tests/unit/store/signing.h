/* SPDX-License-Identifier: Apache-2.0
 * signing.h - people who sign in, for the tests of factors: accounts with a password that is cheap
 * to check, codes of their one-time secrets, passkeys in software. */
#pragma once

#include "factor/totp.h"
#include "fixture.h"
#include "store/signin.h"
#include "unit/factor/authenticator.h"

#define PASSWORD "correct horse 電池"
#define ORIGIN "http://lgwan.localhost:8002"
#define RP "lgwan.localhost"

static inline char *
cheap_hash(const char *password)
{
    char out[crypto_pwhash_STRBYTES];
    g_assert_cmpint(sodium_init(), >=, 0);
    g_assert_cmpint(crypto_pwhash_str_alg(out, password, strlen(password), crypto_pwhash_OPSLIMIT_MIN,
                                          crypto_pwhash_MEMLIMIT_MIN, crypto_pwhash_ALG_ARGON2ID13),
                    ==, 0);
    return g_strdup(out);
}

static inline void
add_account(SkStore *store, const char *name, SkRole role, const char *password)
{
    GError *error = NULL;
    g_autofree char *hash = password == NULL ? g_strdup("") : cheap_hash(password);
    SkAccount account = { .name = (char *)name, .label = (char *)"見本 太郎", .role = role, .section = (char *)"住民課" };
    g_assert_true(sk_account_add(store, &account, hash, NULL, &error));
    g_assert_no_error(error);
}

/* The first step. "" = a session at once; otherwise the code. */
static inline const char *
first_step(SkStore *store, const char *name, const char *password, bool two, SkSignInAttempt **ret)
{
    g_autoptr(SkSignInAttempt) attempt = NULL;
    g_autoptr(SkSession) session = NULL;
    int64_t wait = 0;
    bool ok = sk_signin_begin(store, name, NULL, &attempt, &wait, NULL);
    if (ok) {
        sk_signin_demand(attempt, two);
        sk_signin_verify(attempt, password);
        ok = sk_signin_finish(store, attempt, &session, &wait, NULL);
    }
    if (ret != NULL)
        *ret = g_steal_pointer(&attempt);
    return ok ? "" : sk_store_why(store);
}

/* The ticket of a right password; (transfer full). */
static inline char *
ticket_of(SkStore *store, const char *name)
{
    g_autoptr(SkSignInAttempt) attempt = NULL;
    g_assert_cmpstr(first_step(store, name, PASSWORD, true, &attempt), ==, "second-factor-needed");
    return g_strdup(sk_signin_second_step(attempt)->ticket);
}

static inline const char *
second_step(SkStore *store, const char *ticket, const SkProof *proof, SkSession **ret)
{
    g_autoptr(SkSession) session = NULL;
    int64_t wait = 0;
    bool ok = sk_signin_second(store, ticket, proof, NULL, &session, &wait, NULL);
    if (ok && ret != NULL)
        *ret = g_steal_pointer(&session);
    return ok ? "" : sk_store_why(store);
}

static inline const char *
second_code(SkStore *store, const char *ticket, SkProofKind kind, const char *code)
{
    const SkProof proof = { .kind = kind, .code = code };
    return second_step(store, ticket, &proof, NULL);
}

/* The code of now, shifted by @steps; in a buffer of its own each call, (transfer full). */
static inline char *
code_now(const Station *s, GBytes *secret, int64_t steps)
{
    char *out = g_malloc0(SK_TOTP_DIGITS + 1);
    g_assert_true(sk_totp_code(sk_span_bytes(secret), s->wall / G_USEC_PER_SEC / 30 + steps, out, NULL));
    return out;
}

/* A second factor that counts; its first code is spent. */
static inline GBytes *
add_totp(Station *s, const char *name)
{
    g_autofree char *id = NULL;
    GBytes *secret = NULL;
    GError *error = NULL;
    g_assert_true(sk_factor_totp_new(s->store, name, "携帯", &id, &secret, &error));
    g_assert_no_error(error);
    g_autofree char *code = code_now(s, secret, 0);
    g_assert_true(sk_factor_totp_confirm(s->store, name, id, code, &error));
    g_assert_no_error(error);
    s->wall += 60 * G_USEC_PER_SEC;
    return secret;
}

/* "" or the code. */
static inline const char *
register_passkey(SkStore *store, const char *name, Authenticator *a)
{
    uint8_t challenge[SK_WEBAUTHN_CHALLENGE_BYTES];
    g_autofree char *ticket = NULL;
    g_autofree char *id = NULL;
    g_autoptr(GPtrArray) known = NULL;
    g_assert_true(sk_factor_webauthn_begin(store, name, &ticket, challenge, &known, NULL));
    const SkWebauthnSite site = { .origin = ORIGIN, .rp_id = RP, .challenge = sk_span(challenge, sizeof challenge) };
    g_autoptr(GBytes) client = client_data(a, &site, "webauthn.create");
    g_autoptr(GBytes) object = attestation_of(a, RP);
    const SkRegistration in = { .ticket = ticket, .label = "鍵", .origin = ORIGIN, .rp_id = RP,
                                .client_data = sk_span_bytes(client), .attestation = sk_span_bytes(object) };
    return sk_factor_webauthn_finish(store, name, &in, &id, NULL) ? "" : sk_store_why(store);
}

static inline SkProof
proof_of(const Authenticator *a, const Signed *s)
{
    return (SkProof){ .kind = SK_PROOF_WEBAUTHN, .credential = sk_span(a->id, sizeof a->id),
                      .answer = signed_spans(s), .origin = ORIGIN, .rp_id = RP };
}
