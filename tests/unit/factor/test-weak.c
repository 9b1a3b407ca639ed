/* SPDX-License-Identifier: Apache-2.0
 * test-weak.c - passwords that are guessed first, and ones that only look like them. */
#include "factor/weak-words.h"
#include "factor/weak.h"

#include <string.h>

static const char *const names[] = { "sato.hanako", "佐藤 花子", "見本町", "lgwan", "", NULL };

static void
judged(void)
{
    static const struct {
        const char *password;
        SkWeak want;
    } cases[] = {
        { "password2026", SK_WEAK_WORD },
        { "PASSWORD!!!!", SK_WEAK_WORD },
        { "1234password", SK_WEAK_WORD },
        { "P@ssw0rd2026", SK_WEAK_WORD },
        { "Ｐａｓｓｗｏｒｄ１２３", SK_WEAK_WORD },
        { "sakura2026!", SK_WEAK_WORD },
        { "ｻｸﾗﾊﾟｽﾜｰﾄﾞ", SK_WEAK_NO }, /* half-width kana, two words: long enough to stand */
        { "ﾊﾟｽﾜｰﾄﾞ12345", SK_WEAK_WORD },
        { "Arigatou-2026", SK_WEAK_WORD },
        { "sakurasakura", SK_WEAK_WORD },
        { "himitsuhimitsu", SK_WEAK_WORD },
        { "sekisho-0001", SK_WEAK_WORD },
        { "Sato.Hanako1", SK_WEAK_NAME },
        { "sato.hanako", SK_WEAK_NAME },
        { "見本町見本町見本町", SK_WEAK_REPEATS },
        { "2026見本町2026", SK_WEAK_NAME },
        { "2026lgwan2026!", SK_WEAK_NAME },
        { "1234567890", SK_WEAK_RUN },
        { "0987654321", SK_WEAK_RUN },
        { "12345678901", SK_WEAK_RUN },
        { "abcdefghij", SK_WEAK_RUN },
        { "ABCDEFGHIJ", SK_WEAK_RUN },
        { "zyxwvutsrq", SK_WEAK_RUN },
        { "qwertyuiop", SK_WEAK_RUN },
        { "qwerty12345", SK_WEAK_RUN },
        { "asdfghjkl;", SK_WEAK_RUN },
        { "1qaz2wsx3edc", SK_WEAK_RUN },
        { "qazwsxedcrfv", SK_WEAK_RUN },
        { "abc123def456", SK_WEAK_RUN },
        { "aaa111bbb222", SK_WEAK_RUN },
        { "あいうえおかきくけこ", SK_WEAK_RUN },
        { "いろはにほへとちりぬるを", SK_WEAK_RUN },
        { "aaaaaaaaaa", SK_WEAK_REPEATS },
        { "1111111111", SK_WEAK_REPEATS },
        { "ababababab", SK_WEAK_REPEATS },
        { "x9x9x9x9x9x", SK_WEAK_REPEATS },
        { "桜桜桜桜桜桜桜桜桜桜", SK_WEAK_REPEATS },
        /* good ones */
        { "kasumi-no-yama-7", SK_WEAK_NO },
        { "correct horse 電池", SK_WEAK_NO },
        { "my password is long", SK_WEAK_NO },
        { "sakura-no-hana-ga-saku", SK_WEAK_NO },
        { "1234567890 sheep", SK_WEAK_NO },
        { "Tr0ub4dor&3x", SK_WEAK_NO },
        { "q7Lx0dTbY3mW", SK_WEAK_NO },
        { "", SK_WEAK_NO },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].password);
        g_assert_cmpint(sk_weak(cases[i].password, names), ==, cases[i].want);
    }
}

static void
list(void)
{
    for (unsigned i = 0; i < sk_weak_words_n; i++) {
        g_autofree char *dressed = g_strdup_printf("20%s26", sk_weak_words[i]);
        g_assert_cmpint(sk_weak(dressed, NULL), !=, SK_WEAK_NO);
        if (i > 0)
            g_assert_cmpint(strcmp(sk_weak_words[i - 1], sk_weak_words[i]), <, 0);
    }
    g_autofree char *endless = g_strnfill(1024, 'z');
    g_assert_cmpint(sk_weak(endless, names), ==, SK_WEAK_REPEATS);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/weak/judged", judged);
    g_test_add_func("/weak/list", list);
    return g_test_run();
}
