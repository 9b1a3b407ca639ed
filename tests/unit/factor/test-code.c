/* SPDX-License-Identifier: Apache-2.0
 * test-code.c - codes on paper, and which proofs are two factors. */
#include "factor/code.h"
#include "factor/kind.h"

#include <string.h>

static void
reading(void)
{
    g_autofree char *code = sk_code_new(SK_CODE_CHARS);
    g_autofree char *again = sk_code_new(SK_CODE_CHARS);
    g_assert_cmpstr(code, !=, again);
    g_assert_cmpuint(strlen(code), ==, 19);
    g_autofree char *read = sk_code_read(code, SK_CODE_CHARS);
    g_assert_cmpstr(read, !=, NULL);
    static const char *const same[] = { "0123-4567-89AB-1DEF", "o123 4567 89ab ldef", "0123456789abIdef",
                                        "０１２３－４５６７－８９ａｂ－１ＤＥＦ", "0123\xe3\x83\xbc"
                                        "4567\xe2\x80\x90" "89AB\xe3\x80\x80" "1DEF" };
    for (size_t i = 0; i < G_N_ELEMENTS(same); i++) {
        g_autofree char *out = sk_code_read(same[i], SK_CODE_CHARS);
        g_assert_cmpstr(out, ==, "0123456789AB1DEF");
    }
    static const char *const bad[] = { "", "0123-4567-89AB-1DE", "0123-4567-89AB-1DEF0", "0123-4567-89AB-1DEU",
                                       "0123-4567-89AB-1DE\xff", "0123_4567-89AB-1DEF", "０１２３４５６７８９ＡＢ１ＤＥ漢" };
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_null(sk_code_read(bad[i], SK_CODE_CHARS));
    g_autofree char *lengthy = sk_code_new(SK_CODE_CHARS_LONG);
    g_assert_null(sk_code_read(lengthy, SK_CODE_CHARS));
}

static void
hashes(void)
{
    uint8_t a[SK_CODE_HASH_BYTES], b[SK_CODE_HASH_BYTES];
    static const char *const others[][3] = { { "recovery", "sato", "0123456789AB1DEG" },
                                             { "recovery", "sato2", "0123456789AB1DEF" },
                                             { "enrolment", "sato", "0123456789AB1DEF" } };
    sk_code_hash("recovery", "sato", "0123456789AB1DEF", a);
    sk_code_hash("recovery", "sato", "0123456789AB1DEF", b);
    g_assert_cmpmem(a, sizeof a, b, sizeof b);
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
        sk_code_hash(others[i][0], others[i][1], others[i][2], b);
        g_assert_cmpint(memcmp(a, b, sizeof a), !=, 0);
    }
}

/* Written by hand: is the pair two factors? Rows and columns in the order of SkProofKind. */
static void
pairs(void)
{
    static const char *const wanted[SK_PROOF_COUNT] = {
        /* -PTWVREB */
        "....X...", /* none: a passkey that verified its user stands alone */
        "..XXXXXX", /* password, and something held */
        ".X..X...", /* TOTP and a key without verification: both held */
        ".X..X...", /* webauthn */
        "XXXXXXXX", /* webauthn, verified */
        ".X..X...", /* recovery and TOTP: both held */
        ".X..X...", /* enrolment */
        ".X..X...", /* break-glass: one factor, the declared exception */
    };
    for (unsigned i = 0; i < SK_PROOF_COUNT; i++)
        for (unsigned j = 0; j < SK_PROOF_COUNT; j++) {
            g_test_message("%u %u", i, j);
            g_assert_cmpint(sk_two_factors((SkProofKind)i, (SkProofKind)j), ==, wanted[i][j] == 'X');
        }
    g_assert_false(sk_two_factors(SK_PROOF_PASSWORD, SK_PROOF_PASSWORD));
    g_assert_cmpuint(sk_kinds_count(SK_KIND_KNOWLEDGE | SK_KIND_EITHER), ==, 1); /* it may have been a PIN */
    g_assert_cmpuint(sk_kinds_count(SK_KIND_KNOWLEDGE | SK_KIND_POSSESSION | SK_KIND_INHERENCE), ==, 3);
    g_assert_cmpstr(sk_proof_name(SK_PROOF_TOTP), ==, "totp");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/code/reading", reading);
    g_test_add_func("/code/hashes", hashes);
    g_test_add_func("/kind/pairs", pairs);
    return g_test_run();
}
