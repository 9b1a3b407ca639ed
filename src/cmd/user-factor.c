/* SPDX-License-Identifier: Apache-2.0
 * user-factor.c - `sekisho user enrol|reset-factor|break-glass|totp`: who may write the database
 * acts alone here, without a second person; each act is in the seal, by nobody's account, and every
 * administrator is told (docs/threat-model.md). */
#include "cmd/user.h"

#include "factor/code.h"
#include "factor/totp.h"
#include "factor/weak.h"
#include "policy/policy.h"
#include "store/signin.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

/* ---- passwords ---- */

/* The floor of the zone, and the town's name; a policy that cannot be read gives neither. */
static unsigned
read_policy(const SkUserRun *run, char **ret_organisation)
{
    g_autoptr(SkPolicy) policy = NULL;
    const SkZone *zone = NULL;

    *ret_organisation = NULL;
    if (!sk_policy_load(run->conf->policy, &policy, NULL))
        return SK_PASSWORD_MIN;
    *ret_organisation = g_strdup(sk_policy_organisation(policy));
    zone = sk_policy_zone(policy, run->station->zone);
    return zone == NULL ? SK_PASSWORD_MIN : MAX(zone->password_min, SK_PASSWORD_MIN);
}

bool
sk_user_password_ok(const SkUserRun *run, const char *password)
{
    g_autofree char *organisation = NULL;
    unsigned min = read_policy(run, &organisation);
    const char *const names[] = { run->name, run->label == NULL ? "" : run->label,
                                  organisation == NULL ? "" : organisation, run->station->zone,
                                  NULL };

    if (!sk_password_is(password) || g_utf8_strlen(password, -1) < (glong)min) {
        sk_command_complain(&sk_command_user,
                            "password: %u characters at least, %u bytes of UTF-8 at most", min,
                            SK_PASSWORD_MAX);
        return false;
    }
    if (sk_weak(password, names) == SK_WEAK_NO)
        return true;
    sk_command_complain(&sk_command_user,
                        "password: this is among the first that are guessed; take another");
    return false;
}

/* ---- verbs ---- */

SkExit
sk_user_enrol(const SkUserRun *run)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *code = NULL;
    int64_t expires = 0;

    if (!sk_enrolment_issue(run->store, run->name, NULL, &code, &expires, &error))
        return sk_user_fail(run, error);
    if (run->json)
        printf("{\"name\":\"%s\",\"code\":\"%s\",\"expires\":%" G_GINT64_FORMAT "}\n", run->name,
               code, expires);
    else
        printf("%s\n", code);
    return SK_EXIT_DONE;
}

SkExit
sk_user_reset_factor(const SkUserRun *run)
{
    g_autoptr(GError) error = NULL;
    if (!sk_factor_reset(run->store, run->name, NULL, &error))
        return sk_user_fail(run, error);
    sk_user_done(run, "password and factors are gone; enrol comes next");
    return SK_EXIT_DONE;
}

/* Two halves, so that a town may seal each in an envelope of its own, kept by two people. */
static void
print_halves(const char *name, const char *code)
{
    int half = (int)strlen(code) / 2;
    printf("%s\n  %.*s\n  %s\n", name, half, code, code + half + 1);
}

SkExit
sk_user_break_glass(const SkUserRun *run)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *code = sk_code_new(SK_CODE_CHARS_LONG);
    g_autofree char *read = sk_code_read(code, SK_CODE_CHARS_LONG);
    g_autofree char *hash = sk_password_hash(read, &error);
    SkExit out = SK_EXIT_DONE;

    if (hash == NULL || !sk_glass_print(run->store, run->name, hash, &error))
        out = sk_user_fail(run, error);
    else if (run->json)
        printf("{\"name\":\"%s\",\"code\":\"%s\"}\n", run->name, code);
    else
        print_halves(run->name, code);
    sodium_memzero(code, strlen(code));
    sodium_memzero(read, strlen(read));
    return out;
}

static void
print_secret(const SkUserRun *run, GBytes *secret)
{
    g_autofree char *organisation = NULL;
    read_policy(run, &organisation);
    g_autofree char *place =
        g_strdup_printf("%s %s", organisation == NULL ? "" : organisation, run->station->zone);
    g_autofree char *text = sk_totp_secret_text(sk_span_bytes(secret));
    g_autofree char *uri = sk_totp_uri(sk_span_bytes(secret), g_strstrip(place), run->name);

    if (run->json)
        printf("{\"name\":\"%s\",\"secret\":\"%s\",\"uri\":\"%s\"}\n", run->name, text, uri);
    else
        printf("%s\n", uri);
}

SkExit
sk_user_totp(const SkUserRun *run)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) secret = NULL;
    /* The key that seals the secret lies with the vault. */
    g_autoptr(SkStore) store = sk_store_open(run->station->store, run->station->vault, &error);

    if (store == NULL) {
        sk_command_complain(&sk_command_user, "%s", error->message);
        return SK_EXIT_FAILED;
    }
    sk_store_set_command_line(store);
    SkUserRun here = *run;
    here.store = store;
    if (!sk_totp_lay(store, run->name, &secret, &error))
        return sk_user_fail(&here, error);
    print_secret(run, secret);
    return SK_EXIT_DONE;
}
