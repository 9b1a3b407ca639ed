/* SPDX-License-Identifier: Apache-2.0
 * code.c - contract in code.h. */
#include "factor/code.h"

#include "base/uuid.h"

#include <sodium.h>
#include <string.h>

static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

char *
sk_code_new(unsigned chars)
{
    uint8_t random[SK_CODE_CHARS_MAX];
    GString *out = g_string_sized_new(2 * SK_CODE_CHARS_MAX);

    g_assert(chars <= SK_CODE_CHARS_MAX);
    sk_random(random, sizeof random);
    for (unsigned i = 0; i < chars; i++) {
        if (i > 0 && i % 4 == 0)
            g_string_append_c(out, '-');
        g_string_append_c(out, letters[random[i] & 31u]);
    }
    sodium_memzero(random, sizeof random);
    return g_string_free(out, FALSE);
}

static char
letter_of(gunichar c)
{
    gunichar narrow = c >= 0xFF01 && c <= 0xFF5E ? c - 0xFEE0 : c;
    if (narrow >= 0x80 || !g_ascii_isalnum((char)narrow))
        return '\0';
    char upper = g_ascii_toupper((char)narrow);
    if (upper == 'O')
        return '0';
    return upper == 'I' || upper == 'L' ? '1' : upper;
}

/* Hyphens as keyboards and typesetters make them, and spaces. */
static bool
is_gap(gunichar c)
{
    return c == '-' || c == ' ' || c == 0x3000 || (c >= 0x2010 && c <= 0x2015) || c == 0x2212 ||
           c == 0x30FC || c == 0xFF0D;
}

char *
sk_code_read(const char *typed, unsigned chars)
{
    g_autoptr(GString) out = g_string_new(NULL);

    if (!g_utf8_validate(typed, -1, NULL))
        return NULL;
    for (const char *p = typed; *p != '\0' && out->len <= chars; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        if (is_gap(c))
            continue;
        char letter = letter_of(c);
        if (letter == '\0' || strchr(letters, letter) == NULL)
            return NULL;
        g_string_append_c(out, letter);
    }
    return out->len == chars ? g_strdup(out->str) : NULL;
}

void
sk_code_hash(const char *what, const char *account, const char *code, uint8_t *ret)
{
    crypto_hash_sha256_state state;

    /* The NUL ends each part: no two of them can be joined differently. */
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, (const uint8_t *)what, strlen(what) + 1);
    crypto_hash_sha256_update(&state, (const uint8_t *)account, strlen(account) + 1);
    crypto_hash_sha256_update(&state, (const uint8_t *)code, strlen(code));
    crypto_hash_sha256_final(&state, ret);
}
