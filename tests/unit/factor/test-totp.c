/* SPDX-License-Identifier: Apache-2.0
 * test-totp.c - the vectors of RFC 4226 and RFC 6238, the window, no step twice, the QR code. */
#include "factor/qr.h"
#include "factor/totp.h"

#include <string.h>

#define SECRET "12345678901234567890"
#define SECOND G_USEC_PER_SEC

static const SkSpan secret = { .p = (const uint8_t *)SECRET, .n = sizeof SECRET - 1 };

static void
vectors(void)
{
    /* RFC 4226, appendix D; RFC 6238, appendix B (SHA-1), of whose eight digits six are the last. */
    static const char *const hotp[] = { "755224", "287082", "359152", "969429", "338314",
                                        "254676", "287922", "162583", "399871", "520489" };
    static const struct {
        int64_t seconds;
        const char *code;
    } totp[] = { { 59, "287082" },         { 1111111109, "081804" },  { 1111111111, "050471" },
                 { 1234567890, "005924" }, { 2000000000, "279037" }, { 20000000000, "353130" } };
    char code[SK_TOTP_DIGITS + 1];
    int64_t step = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(hotp); i++) {
        g_assert_true(sk_totp_code(secret, (int64_t)i, code, NULL));
        g_assert_cmpstr(code, ==, hotp[i]);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(totp); i++) {
        g_assert_true(sk_totp_check(secret, totp[i].seconds * SECOND, 0, totp[i].code, &step, NULL));
        g_assert_cmpint(step, ==, totp[i].seconds / 30);
    }
    g_assert_false(sk_totp_code(secret, -1, code, NULL));
}

static int64_t
check(int64_t now, int64_t last, const char *code)
{
    int64_t step = -1;
    g_assert_true(sk_totp_check(secret, now * SECOND, last, code, &step, NULL));
    return step;
}

static void
window(void)
{
    const int64_t now = 1800000000; /* a multiple of 30 */
    const int64_t current = now / 30;
    char code[SK_TOTP_DIGITS + 1];
    for (int64_t away = -3; away <= 3; away++) {
        g_assert_true(sk_totp_code(secret, current + away, code, NULL));
        g_assert_cmpint(check(now, 0, code), ==, away >= -1 && away <= 1 ? current + away : 0);
    }
    g_assert_true(sk_totp_code(secret, current, code, NULL));
    g_assert_cmpint(check(now, current - 1, code), ==, current);
    g_assert_cmpint(check(now, current, code), ==, 0);     /* spent */
    g_assert_cmpint(check(now, current + 1, code), ==, 0); /* and with it all before */
    g_assert_cmpint(check(now + 29, current, code), ==, 0);
    g_assert_cmpint(check(now + 59, 0, code), ==, current);
    g_assert_cmpint(check(now + 60, 0, code), ==, 0);
    static const char *const bad[] = { "", "12345", "1234567", "12345a", " 12345", "-12345", "１２３４５６" };
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_cmpint(check(now, 0, bad[i]), ==, 0);
}

/* A secret whose steps 9 and 10 have the same code (found by trying): the later one is taken, so that the earlier is
 * spent with it. */
static void
twins(void)
{
    static const uint8_t key[] = { 0xec, 0x40, 0x19, 0x00 };
    const SkSpan twin = { .p = key, .n = sizeof key };
    char a[SK_TOTP_DIGITS + 1];
    char b[SK_TOTP_DIGITS + 1];
    int64_t step = 0;
    g_assert_true(sk_totp_code(twin, 9, a, NULL) && sk_totp_code(twin, 10, b, NULL));
    g_assert_cmpstr(a, ==, b);
    g_assert_true(sk_totp_check(twin, 300 * SECOND, 0, a, &step, NULL));
    g_assert_cmpint(step, ==, 10);
    g_assert_true(sk_totp_check(twin, 300 * SECOND, 10, a, &step, NULL));
    g_assert_cmpint(step, ==, 0);
}

static void
texts(void)
{
    static const struct {
        const char *in;
        const char *out;
    } base32[] = { { "", "" },           { "f", "MY" },         { "fo", "MZXQ" },         { "foo", "MZXW6" },
                   { "foob", "MZXW6YQ" }, { "fooba", "MZXW6YTB" }, { "foobar", "MZXW6YTBOI" } };
    for (size_t i = 0; i < G_N_ELEMENTS(base32); i++) {
        g_autofree char *text = sk_totp_secret_text(sk_span_str(base32[i].in));
        g_assert_cmpstr(text, ==, base32[i].out);
    }
    g_autofree char *uri = sk_totp_uri(secret, "見本町 lgwan", "sato");
    g_assert_cmpstr(uri, ==,
                    "otpauth://totp/%E8%A6%8B%E6%9C%AC%E7%94%BA%20lgwan:sato?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
                    "&issuer=%E8%A6%8B%E6%9C%AC%E7%94%BA%20lgwan&algorithm=SHA1&digits=6&period=30");
    unsigned size = 0;
    g_autofree char *path = sk_qr_path(uri, &size, NULL);
    g_assert_cmpstr(path, !=, NULL);
    g_assert_cmpuint(strspn(path, "Mhvz- 0123456789"), ==, strlen(path));
    g_assert_true(g_str_has_prefix(path, "M4 4h7v1h-7z")); /* the corner that a reader looks for */
    g_assert_cmpuint(size, >=, 21 + 8);
    g_autofree char *huge = g_strnfill(5000, 'a');
    g_assert_null(sk_qr_path(huge, &size, NULL));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/totp/vectors", vectors);
    g_test_add_func("/totp/window", window);
    g_test_add_func("/totp/twins", twins);
    g_test_add_func("/totp/texts", texts);
    return g_test_run();
}
