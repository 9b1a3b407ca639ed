/* SPDX-License-Identifier: Apache-2.0
 * totp.c - contract in totp.h. liboath computes; which step was meant, and that none is taken
 * twice, is decided here: liboath's own comparison stops at the first digit that differs. */
#include "factor/totp.h"

#include <liboath/oath.h>
#include <sodium.h>
#include <string.h>

static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

bool
sk_totp_code(SkSpan secret, int64_t step, char *ret, GError **error)
{
    char code[SK_TOTP_DIGITS + 1] = "";

    if (step < 0)
        return sk_throw(error, SK_ERROR_INTERNAL, "totp: a time before 1970");
    int answer = oath_hotp_generate((const char *)secret.p, secret.n, (uint64_t)step,
                                    SK_TOTP_DIGITS, false, OATH_HOTP_DYNAMIC_TRUNCATION, code);
    if (answer != OATH_OK)
        return sk_throw(error, SK_ERROR_INTERNAL, "totp: %s", oath_strerror(answer));
    memcpy(ret, code, sizeof code);
    sodium_memzero(code, sizeof code);
    return true;
}

static bool
is_code(const char *code)
{
    return strlen(code) == SK_TOTP_DIGITS && strspn(code, "0123456789") == SK_TOTP_DIGITS;
}

bool
sk_totp_check(SkSpan secret, int64_t now, int64_t last, const char *code, int64_t *ret_step,
              GError **error)
{
    const char *typed = is_code(code) ? code : "000000";
    int64_t current = now / G_USEC_PER_SEC / SK_TOTP_STEP_SECONDS;
    int64_t found = 0;

    for (int64_t step = current - SK_TOTP_WINDOW; step <= current + SK_TOTP_WINDOW; step++) {
        char right[SK_TOTP_DIGITS + 1];
        if (!sk_totp_code(secret, step, right, error))
            return false;
        bool same = sodium_memcmp(right, typed, SK_TOTP_DIGITS) == 0;
        sodium_memzero(right, sizeof right);
        /* Of two steps with the same code the later: the earlier one is spent with it. */
        if (same && step > last)
            found = step;
    }
    *ret_step = is_code(code) ? found : 0;
    return true;
}

char *
sk_totp_secret_text(SkSpan secret)
{
    GString *out = g_string_new(NULL);
    uint32_t held = 0;
    unsigned bits = 0;

    for (size_t i = 0; i < secret.n; i++) {
        held = held << 8 | secret.p[i];
        for (bits += 8; bits >= 5; bits -= 5)
            g_string_append_c(out, base32[held >> (bits - 5) & 31u]);
    }
    if (bits > 0)
        g_string_append_c(out, base32[held << (5 - bits) & 31u]);
    return g_string_free(out, FALSE);
}

char *
sk_totp_uri(SkSpan secret, const char *issuer, const char *account)
{
    g_autofree char *text = sk_totp_secret_text(secret);
    g_autofree char *by = g_uri_escape_string(issuer, NULL, false);
    g_autofree char *who = g_uri_escape_string(account, NULL, false);

    return g_strdup_printf(
        "otpauth://totp/%s:%s?secret=%s&issuer=%s&algorithm=SHA1&digits=%u&period=%d", by, who,
        text, by, SK_TOTP_DIGITS, SK_TOTP_STEP_SECONDS);
}
