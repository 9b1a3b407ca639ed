/* SPDX-License-Identifier: Apache-2.0
 * weak.c - contract in weak.h. Everything is done on characters after NFKC and case folding. */
#include "factor/weak.h"

#include "factor/weak-words.h"

#include <stdlib.h>
#include <string.h>

#define RUN_MIN 3u  /* characters that make a run */
#define RUNS_MAX 4u /* a password of so many runs and nothing else */
#define UNIT_MAX 4u /* so few characters again and again are nothing, whatever they are */

/* Next to each other on a keyboard, or in a list that everybody knows by heart. */
static const char *const rows[] = {
    "1234567890-^",
    "0123456789",
    "qwertyuiop@[",
    "asdfghjkl;:]",
    "zxcvbnm,./",
    "qwertzuiop",
    "azertyuiop",
    "qsdfghjklm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "zaq12wsxcde34rfvbgt56yhnmju78ik,.lo90p;/",
    "qazwsxedcrfvtgbyhnujmikolp",
    "!\"#$%&'()=~",
    "!@#$%^&*()_+",
    "abcdefghijklmnopqrstuvwxyz",
    "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをん",
    ("いろはにほへとちりぬるをわかよたれそつねならむうゐのおくやまけふこえてあさきゆめみしゑひもせ"
     "す"), /* clang takes two strings side by side for a comma that was forgotten */
};

typedef struct {
    gunichar *c;
    size_t n;
} Text;

static Text
fold(const char *s)
{
    g_autofree char *wide = g_utf8_normalize(s, -1, G_NORMALIZE_NFKC);
    g_autofree char *folded = g_utf8_casefold(wide == NULL ? "" : wide, -1);
    g_autofree char *again = g_utf8_normalize(folded, -1, G_NORMALIZE_NFKC);
    glong n = 0;
    Text out = { .c = g_utf8_to_ucs4_fast(again == NULL ? "" : again, -1, &n) };
    out.n = (size_t)n;
    return out;
}

/* Without what is no letter at either end. */
static Text
strip(Text t)
{
    while (t.n > 0 && !g_unichar_isalpha(t.c[0])) {
        t.c++;
        t.n--;
    }
    while (t.n > 0 && !g_unichar_isalpha(t.c[t.n - 1]))
        t.n--;
    return t;
}

static bool
same(Text a, Text b)
{
    return a.n == b.n && a.n > 0 && memcmp(a.c, b.c, a.n * sizeof *a.c) == 0;
}

/* ---- repeated ---- */

/* The shortest beginning that the whole consists of, over and over (the last time perhaps cut). */
static size_t
unit_of(Text t)
{
    for (size_t unit = 1; unit <= t.n / 2; unit++)
        if (memcmp(t.c, t.c + unit, (t.n - unit) * sizeof *t.c) == 0)
            return unit;
    return t.n;
}

/* ---- runs ---- */

/* How many characters from the front stand in @row one after the other, forward or backward. */
static size_t
run_along(Text t, Text row, int by)
{
    size_t best = 0;

    for (size_t start = 0; start < row.n; start++) {
        size_t n = 0;
        for (size_t at = start; n < t.n && at < row.n && t.c[n] == row.c[at]; n++) {
            if (by < 0 && at == 0) {
                n++;
                break;
            }
            at = by < 0 ? at - 1 : at + 1;
        }
        best = MAX(best, n);
    }
    return best;
}

static size_t
longest_run(Text t, const Text *lists)
{
    size_t best = 1;

    while (best < t.n && t.c[best] == t.c[0])
        best++;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        best = MAX(best, MAX(run_along(t, lists[i], 1), run_along(t, lists[i], -1)));
    return best;
}

static bool
is_runs(Text t)
{
    Text lists[G_N_ELEMENTS(rows)];
    unsigned runs = 0;
    size_t left = t.n;
    bool whole = t.n > 0;

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        lists[i] = fold(rows[i]);
    while (left > 0 && whole) {
        size_t n = longest_run((Text){ .c = t.c + (t.n - left), .n = left }, lists);
        /* A short end hangs on to the runs before it: 12345678901. */
        whole = (n >= RUN_MIN || (n == left && runs > 0)) && ++runs <= RUNS_MAX;
        left -= n;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        g_free(lists[i].c);
    return whole;
}

/* ---- words ---- */

static int
compare(const void *key, const void *element)
{
    const char *const *word = element;
    return strcmp(key, *word);
}

static bool
is_word(Text t)
{
    g_autofree char *text = g_ucs4_to_utf8(t.c, (glong)t.n, NULL, NULL, NULL);
    return text != NULL &&
           bsearch(text, sk_weak_words, sk_weak_words_n, sizeof *sk_weak_words, compare) != NULL;
}

static bool
is_name(Text t, const char *const *names)
{
    bool found = false;
    for (; names != NULL && *names != NULL && !found; names++) {
        Text name = fold(*names);
        found = same(t, strip(name));
        g_free(name.c);
    }
    return found;
}

static SkWeak
judge(Text t, const char *const *names)
{
    size_t unit = unit_of(t);
    if (unit <= UNIT_MAX && unit < t.n)
        return SK_WEAK_REPEATS;
    if (is_runs(t))
        return SK_WEAK_RUN;
    Text word = strip(t);
    Text once = strip((Text){ .c = t.c, .n = unit }); /* sakurasakura, sakura1sakura1 */
    if (is_name(word, names) || is_name(once, names))
        return SK_WEAK_NAME;
    return is_word(word) || is_word(once) ? SK_WEAK_WORD : SK_WEAK_NO;
}

SkWeak
sk_weak(const char *password, const char *const *names)
{
    Text t = fold(password);
    SkWeak out = judge(t, names);
    g_free(t.c);
    return out;
}
