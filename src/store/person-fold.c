/* SPDX-License-Identifier: Apache-2.0
 * person-fold.c - contract in person.h: names as searches compare them. What is stored and shown
 * stays byte for byte as it came. */
#include "store/person.h"

#include <string.h>

/* Pairs of a variant and the character that people type for it. Only what family names are full
 * of: a search that finds one person too many harms nobody. */
static const char variants[] =
    "髙高﨑崎嵜崎濵浜濱浜邉辺邊辺齋斎齊斉德徳𠮷吉澤沢廣広嶋島嶌島國国櫻桜眞真惠恵龍竜"
    "壽寿榮栄豐豊圓円藏蔵曾曽萬万淺浅瀧滝瀨瀬槇槙郞郎桒桑穗穂條条冨富舘館鄕郷與与權権"
    "勳勲靜静實実寬寛彌弥";

static gunichar
usual(gunichar c)
{
    for (const char *p = variants; *p != '\0'; p = g_utf8_next_char(g_utf8_next_char(p)))
        if (g_utf8_get_char(p) == c)
            return g_utf8_get_char(g_utf8_next_char(p));
    return c;
}

static bool
is_selector(gunichar c)
{
    return (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0100 && c <= 0xe01ef);
}

char *
sk_person_fold(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_autofree char *plain = g_utf8_normalize(valid, -1, G_NORMALIZE_ALL_COMPOSE);
    g_autofree char *folded = g_utf8_casefold(plain == NULL ? "" : plain, -1);
    GString *out = g_string_new(NULL);

    for (const char *p = folded; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        if (c >= 0x30a1 && c <= 0x30f6)
            c -= 0x60; /* katakana to hiragana */
        if (!is_selector(c) && !g_unichar_isspace(c))
            g_string_append_unichar(out, c >= 0x80 ? usual(c) : c);
    }
    return g_string_free(out, FALSE);
}

char *
sk_person_sort(const SkAccount *account)
{
    bool read = account->kana != NULL && account->kana[0] != '\0';
    return sk_person_fold(read ? account->kana : account->label);
}

char *
sk_person_search(const SkAccount *account)
{
    g_autofree char *label = sk_person_fold(account->label);
    g_autofree char *kana = sk_person_fold(account->kana == NULL ? "" : account->kana);
    g_autofree char *number = sk_person_fold(account->number == NULL ? "" : account->number);
    return g_strjoin("\n", account->name, label, kana, number, NULL);
}
