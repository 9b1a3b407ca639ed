/* SPDX-License-Identifier: Apache-2.0
 * api-factor.c - one's own ways of signing in: see, add, take away, change the password. Contracts
 * in api.h and data/openapi.json. */
#include <string.h>

#include "factor/qr.h"
#include "factor/totp.h"
#include "factor/weak.h"
#include "store/signin.h"
#include "web/api.h"
#include "web/proof.h"

#define LABEL_MAX 100u

static const char *
me(const SkWebRequest *req)
{
    return req->session->account->name;
}

void
sk_api_factors(SkWebRequest *req, SkStore *store)
{
    g_autoptr(SkFactors) factors = NULL;
    g_autoptr(GError) error = NULL;

    if (!sk_factors_get(store, me(req), &factors, &error)) {
        sk_answer_error(req, store, error);
        return;
    }
    json_t *items = json_array();
    for (guint i = 0; i < factors->items->len; i++) {
        const SkFactor *f = g_ptr_array_index(factors->items, i);
        json_t *used = f->last_used == 0 ? json_null() : json_integer(f->last_used);
        json_array_append_new(items, json_pack("{s:s, s:s, s:s, s:I, s:o}", "id", f->id, "kind",
                                               f->kind, "label", f->label, "added",
                                               (json_int_t)f->added, "lastUsed", used));
    }
    json_t *changed =
        factors->password_set == 0 ? json_null() : json_integer(factors->password_set);
    sk_answer_json(req, 200,
                   json_pack("{s:{s:o, s:b}, s:o, s:{s:i}}", "password", "changed", changed, "elsewhere",
                             (int)sk_account_is_elsewhere(req->session->account, sk_request_directory(req)), "items",
                             items, "recovery", "left", (int)factors->recovery));
}

/* A factor more: an enrolling session becomes a whole one by it, under another token. */
static void
answer_added(SkWebRequest *req, SkStore *store)
{
    g_autoptr(SkSession) whole = NULL;
    g_autoptr(GError) error = NULL;

    if (!req->session->enrolling)
        sk_answer_session(req, store, req->session);
    else if (sk_enrolment_end(store, req->session, &whole, &error))
        sk_answer_risen(req, store, whole);
    else
        sk_answer_error(req, store, error);
}

/* @ret: the label, tidied; NULL where there is none. */
static bool
read_label(const char *label, char **ret)
{
    g_autofree char *tidy = label == NULL ? NULL : sk_words_tidy(label);
    if (tidy != NULL && (strlen(tidy) > LABEL_MAX || !g_utf8_validate(tidy, -1, NULL)))
        return false;
    *ret = g_steal_pointer(&tidy);
    return true;
}

/* ---- one-time codes ---- */

static void
answer_secret(SkWebRequest *req, const char *id, GBytes *secret)
{
    g_autofree char *place = sk_rules_place(req->web->rules);
    g_autofree char *text = sk_totp_secret_text(sk_span_bytes(secret));
    g_autofree char *uri = sk_totp_uri(sk_span_bytes(secret), place, me(req));
    g_autoptr(GError) error = NULL;
    unsigned size = 0;
    g_autofree char *path = sk_qr_path(uri, &size, &error);

    if (path == NULL) {
        sk_answer_problem(req, SK_PROBLEM_INTERNAL);
        return;
    }
    sk_answer_json(req, 201,
                   json_pack("{s:s, s:s, s:s, s:{s:s, s:i}}", "id", id, "secret", text, "uri", uri,
                             "qr", "path", path, "size", (int)size));
}

void
sk_api_totp_new(SkWebRequest *req, SkStore *store)
{
    const char *label = NULL;
    g_autofree char *tidy = NULL;
    g_autofree char *id = NULL;
    g_autoptr(GBytes) secret = NULL;
    g_autoptr(GError) error = NULL;
    json_t *body = sk_request_json(req);

    if (body == NULL)
        return;
    if (json_unpack(body, "{s?s !}", "label", &label) != 0 || !read_label(label, &tidy))
        sk_answer_problem(req, SK_PROBLEM_NOT_JSON);
    else if (!sk_factor_totp_new(store, me(req), tidy, &id, &secret, &error))
        sk_answer_error(req, store, error);
    else
        answer_secret(req, id, secret);
    json_decref(body);
}

void
sk_api_totp_confirm(SkWebRequest *req, SkStore *store)
{
    const char *code = NULL;
    g_autoptr(GError) error = NULL;
    json_t *body = sk_request_json(req);

    if (body == NULL)
        return;
    if (json_unpack(body, "{s:s !}", "code", &code) != 0)
        sk_answer_problem(req, SK_PROBLEM_NOT_JSON);
    else if (!sk_factor_totp_confirm(store, me(req), req->param, code, &error))
        sk_answer_error(req, store, error);
    else
        answer_added(req, store);
    json_decref(body);
}

/* ---- passkeys and security keys ---- */

static json_t *
algorithms_json(void)
{
    json_t *out = json_array();
    static const int algorithms[] = { SK_COSE_ES256, SK_COSE_EDDSA, SK_COSE_RS256 };
    for (size_t i = 0; i < G_N_ELEMENTS(algorithms); i++)
        json_array_append_new(out, json_integer(algorithms[i]));
    return out;
}

/* The user's handle is no name: an authenticator shows names, and hands handles to whoever asks. It
 * is the same each time, so that one authenticator keeps one passkey of an account. */
static char *
handle_of(const SkWebRequest *req)
{
    g_autofree char *text =
        g_strdup_printf("%s %s", req->web->options->zone, req->session->account->name);
    GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
    uint8_t digest[32];
    gsize n = sizeof digest;

    g_checksum_update(sum, (const guchar *)text, -1);
    g_checksum_get_digest(sum, digest, &n);
    g_checksum_free(sum);
    return sk_base64url(sk_span(digest, sizeof digest));
}

void
sk_api_webauthn_new(SkWebRequest *req, SkStore *store)
{
    uint8_t challenge[SK_WEBAUTHN_CHALLENGE_BYTES];
    g_autofree char *rp_id = sk_webauthn_rp_id(req->web->options->origin);
    g_autofree char *ticket = NULL;
    g_autoptr(GPtrArray) known = NULL;
    g_autoptr(GError) error = NULL;

    if (rp_id == NULL) {
        sk_answer_problem(req, SK_PROBLEM_WEBAUTHN_UNAVAILABLE);
        return;
    }
    if (!sk_factor_webauthn_begin(store, me(req), &ticket, challenge, &known, &error)) {
        sk_answer_error(req, store, error);
        return;
    }
    g_autofree char *place = sk_rules_place(req->web->rules);
    g_autofree char *text = sk_base64url(sk_span(challenge, sizeof challenge));
    g_autofree char *handle = handle_of(req);
    sk_answer_json(req, 200,
                   json_pack("{s:s, s:s, s:s, s:s, s:{s:s, s:s, s:s}, s:o, s:o}", "ticket", ticket,
                             "challenge", text, "rpId", rp_id, "rpName", place, "user", "id",
                             handle, "name", me(req), "displayName", req->session->account->label,
                             "algorithms", algorithms_json(), "exclude",
                             sk_credentials_json(known)));
}

static void
register_key(SkWebRequest *req, SkStore *store, const char *ticket, const char *label,
             const char *client, const char *attestation)
{
    g_autofree char *rp_id = sk_webauthn_rp_id(req->web->options->origin);
    g_autoptr(GBytes) data = sk_unbase64url(client, SK_WEBAUTHN_CLIENT_MAX);
    g_autoptr(GBytes) object = sk_unbase64url(attestation, SK_WEBAUTHN_OBJECT_MAX);
    g_autofree char *id = NULL;
    g_autoptr(GError) error = NULL;

    if (data == NULL || object == NULL || rp_id == NULL) {
        sk_answer_problem(req, SK_PROBLEM_NOT_JSON);
        return;
    }
    const SkRegistration in = { .ticket = ticket,
                                .label = label,
                                .origin = req->web->options->origin,
                                .rp_id = rp_id,
                                .client_data = sk_span_bytes(data),
                                .attestation = sk_span_bytes(object) };
    if (sk_factor_webauthn_finish(store, me(req), &in, &id, &error))
        answer_added(req, store);
    else
        sk_answer_error(req, store, error);
}

void
sk_api_webauthn_finish(SkWebRequest *req, SkStore *store)
{
    const char *ticket = NULL, *label = NULL, *client = NULL, *attestation = NULL;
    g_autofree char *tidy = NULL;
    json_t *body = sk_request_json(req);

    if (body == NULL)
        return;
    if (json_unpack(body, "{s:s, s?s, s:s, s:s !}", "ticket", &ticket, "label", &label,
                    "clientDataJSON", &client, "attestationObject", &attestation) != 0 ||
        !read_label(label, &tidy))
        sk_answer_problem(req, SK_PROBLEM_NOT_JSON);
    else
        register_key(req, store, ticket, tidy, client, attestation);
    json_decref(body);
}

/* ---- others ---- */

void
sk_api_factor_delete(SkWebRequest *req, SkStore *store)
{
    bool keep_one = sk_rules_two_factors(req->web->rules);
    g_autoptr(GError) error = NULL;

    if (sk_factor_delete(store, me(req), req->param, keep_one, &error))
        sk_answer_empty(req, 204);
    else
        sk_answer_error(req, store, error);
}

void
sk_api_recovery_new(SkWebRequest *req, SkStore *store)
{
    g_autoptr(GPtrArray) codes = NULL;
    g_autoptr(GError) error = NULL;

    if (!sk_factor_recovery_new(store, me(req), &codes, &error)) {
        sk_answer_error(req, store, error);
        return;
    }
    json_t *list = json_array();
    for (guint i = 0; i < codes->len; i++)
        json_array_append_new(list, json_string(g_ptr_array_index(codes, i)));
    sk_answer_json(req, 201, json_pack("{s:o}", "codes", list));
}

/* ---- passwords ---- */

SkProblem
sk_password_problem(SkWeb *web, const char *name, const char *label, const char *password)
{
    g_autofree char *organisation = sk_rules_organisation(web->rules);
    const char *const names[] = { name, label, organisation, web->options->zone, NULL };

    if (!sk_password_is(password) ||
        g_utf8_strlen(password, -1) < (glong)sk_rules_password_min(web->rules))
        return SK_PROBLEM_PASSWORD_WEAK;
    return sk_weak(password, names) == SK_WEAK_NO ? SK_PROBLEM_NONE : SK_PROBLEM_PASSWORD_COMMON;
}

void
sk_answer_password(SkWebRequest *req, SkProblem problem)
{
    json_t *members = json_pack("{s:i}", "min", (int)sk_rules_password_min(req->web->rules));
    sk_answer_problem_with(req, problem, members);
}

static void
change_begin(SkWebRequest *req, SkStore *store, const char *old, const char *new)
{
    const SkAccount *account = req->session->account;
    SkProblem problem = sk_password_problem(req->web, account->name, account->label, new);
    g_autoptr(SkSignInAttempt) attempt = NULL;
    g_autoptr(GError) error = NULL;
    int64_t wait = 0;

    if (sk_account_is_elsewhere(account, sk_request_directory(req)))
        sk_answer_problem(req, SK_PROBLEM_PASSWORD_ELSEWHERE);
    else if (problem != SK_PROBLEM_NONE)
        sk_answer_password(req, problem);
    else if (!sk_signin_pool_take(req->web->pool))
        sk_answer_problem(req, SK_PROBLEM_BUSY);
    else if (!sk_signin_begin(store, account->name, sk_request_client(req), &attempt, &wait,
                              &error)) {
        sk_signin_pool_give(req->web->pool);
        sk_answer_sign_in_error(req, store, error, wait);
    } else {
        sk_signin_set_fresh(attempt, new, true);
        sk_request_verify(req, g_steal_pointer(&attempt), old);
    }
}

static void
change_finish(SkWebRequest *req, SkStore *store)
{
    g_autoptr(GError) error = NULL;
    int64_t wait = 0;

    if (sk_password_change_finish(store, req->job->attempt, req->session->id, &wait, &error))
        sk_answer_empty(req, 204);
    else
        sk_answer_sign_in_error(req, store, error, wait);
}

/* Called twice: with the body, and again when the old password has been checked. */
void
sk_api_password_change(SkWebRequest *req, SkStore *store)
{
    const char *old = NULL, *new = NULL;

    if (req->job != NULL) {
        change_finish(req, store);
        return;
    }
    json_t *body = sk_request_json(req);
    if (body == NULL)
        return;
    if (json_unpack(body, "{s:s, s:s !}", "old", &old, "new", &new) != 0 ||
        strlen(old) > SK_PASSWORD_MAX)
        sk_answer_problem(req, SK_PROBLEM_NOT_JSON);
    else
        change_begin(req, store, old, new);
    json_decref(body);
}
