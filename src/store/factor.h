/* SPDX-License-Identifier: Apache-2.0
 *
 * factor.h - an account's second factors: one-time codes, passkeys and security keys, recovery
 * codes; adding them, taking them away, and the proof by one of them. Like everything else of an
 * account they belong to one station. Secrets of one-time codes are sealed under a key derived from
 * the vault's; a passkey's key is public; recovery codes are kept as hashes.
 * Runs in: web, `sekisho user`. Trusts: nothing said by a client.
 * Spec: docs/decisions/0115-two-kinds.md, 0117-where-totp-secrets-lie.md
 * Tests: tests/unit/store/test-factor.c
 *
 * Errors as in store.h; codes: "factor-unknown", "factor-rejected" (the proof is not right),
 * "too-many-factors", "last-factor", "ticket-unknown", "credential-exists".
 */
#pragma once

#include "factor/kind.h"
#include "factor/webauthn.h"
#include "store/account.h"

#define SK_FACTORS_MAX 10u /* of an account */
#define SK_RECOVERY_CODES 10u

typedef struct {
    char *id;   /* UUIDv7 */
    char *kind; /* "totp", "webauthn" */
    char *label;
    int64_t added;
    int64_t last_used; /* 0 = never */
} SkFactor;

void sk_factor_free(SkFactor *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkFactor, sk_factor_free)

typedef struct {
    int64_t password_set; /* 0 = there is none */
    GPtrArray *items;     /* of SkFactor: those that count, oldest first */
    unsigned recovery;    /* codes left */
} SkFactors;

void sk_factors_free(SkFactors *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkFactors, sk_factors_free)

/** sk_factors_get: FORBIDDEN "account-unknown". */
bool sk_factors_get(SkStore *self, const char *account, SkFactors **ret,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- adding ---- */

/** sk_factor_totp_new: a secret that waits for its first code; one that waited before is gone.
 * @ret_secret: (transfer full): SK_TOTP_SECRET_BYTES, shown once. LIMIT "too-many-factors". */
bool sk_factor_totp_new(SkStore *self, const char *account, const char *label, char **ret_id,
                        GBytes **ret_secret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_factor_totp_confirm: FORBIDDEN "factor-unknown", "factor-rejected". From here on it counts;
 * its code is spent. */
bool sk_factor_totp_confirm(SkStore *self, const char *account, const char *id, const char *code,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_factor_webauthn_begin: a challenge for a registration by @account, good for five minutes.
 * @ret_known: (element-type GBytes): the account's credentials, which need not be made again */
bool sk_factor_webauthn_begin(SkStore *self, const char *account, char **ret_ticket,
                              uint8_t *ret_challenge, GPtrArray **ret_known,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
typedef struct {
    const char *ticket;
    const char *label;
    const char *origin;
    const char *rp_id;
    SkSpan client_data;
    SkSpan attestation;
} SkRegistration;
/** sk_factor_webauthn_finish: FORBIDDEN "ticket-unknown", "factor-rejected"; LIMIT
 * "credential-exists", "too-many-factors". */
bool sk_factor_webauthn_finish(SkStore *self, const char *account, const SkRegistration *in,
                               char **ret_id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_factor_recovery_new: (transfer full) (element-type char*): SK_RECOVERY_CODES codes instead of
 * those before. FORBIDDEN "factor-unknown" where there is no factor that they could stand in for.
 */
bool sk_factor_recovery_new(SkStore *self, const char *account, GPtrArray **ret,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_factor_delete: with the last one the recovery codes go too. @keep_one: FORBIDDEN
 * "last-factor" for it: the zone asks for two. */
bool sk_factor_delete(SkStore *self, const char *account, const char *id, bool keep_one,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_factor_reset: everything that @account could sign in with is gone, sessions too; whoever it
 * is comes in person and is enrolled anew. @actor NULL = the command line; others make a proposal
 * (`reset-factor`). FORBIDDEN "account-unknown". */
bool sk_factor_reset(SkStore *self, const char *account, const char *actor,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- proofs ---- */

/** SkProof: what somebody sent. */
typedef struct {
    SkProofKind kind; /* TOTP, RECOVERY or WEBAUTHN */
    const char *code; /* TOTP, RECOVERY */
    SkSpan credential;
    SkWebauthnAnswer answer;
    const char *origin;
    const char *rp_id;
    const char *ticket; /* WEBAUTHN outside of a sign-in: of sk_challenge_new */
} SkProof;

/**
 * sk_factor_prove: inside the caller's transaction: is @proof one of @account's? Marks what it
 * spends: the step of a code, the counter of a key, a recovery code.
 * @challenge: what a key was asked to sign; empty: @proof->ticket says, and is spent
 * @ret: NONE = no; false only where the database fails
 */
bool sk_factor_prove(SkStore *store, const char *account, const SkProof *proof, SkSpan challenge,
                     SkProofKind *ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_challenge_new: for a key that is asked by itself: to sign in with a passkey alone, to rise.
 * Nothing is written: whoever asks a thousand times leaves no trace (docs/decisions/0118). Good for
 * five minutes and one use. @ret_challenge: SK_WEBAUTHN_CHALLENGE_BYTES
 */
bool sk_challenge_new(SkStore *self, char **ret_ticket, uint8_t *ret_challenge,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_factor_credentials: (element-type GBytes): ids of the account's keys. */
bool sk_factor_credentials(SkStore *store, const char *account, GPtrArray **ret,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
