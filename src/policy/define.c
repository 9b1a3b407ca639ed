/* SPDX-License-Identifier: Apache-2.0
 * define.c - contract in syntax.h: `define NAME as VALUE, VALUE`, and `$NAME` in the place of
 * values. A definition may use others, not itself; they are put in place in the order in which
 * nothing is left open, so no chain of them is too long. */
#include "policy/policy.h"
#include "policy/syntax.h"
#include "policy/words.h"

#include <string.h>

typedef struct {
    SkWord name;
    SkWords values;   /* as written, then what they stand for */
    unsigned open;    /* of the values: `$NAME` of definitions that are not in place yet */
    GPtrArray *users; /* definitions that use this one, once for each use */
    bool placed;
    bool used;
    bool lost; /* something is wrong with it: nothing more is said of its uses */
} Define;

static void
define_free(gpointer data)
{
    Define *self = data;

    g_ptr_array_unref(self->users);
    g_free(self);
}

static unsigned
use_hash(gconstpointer p)
{
    const SkUse *use = p;

    return (use->place.file * 31 + use->place.line) * 1031 + use->place.column;
}

static gboolean
use_equal(gconstpointer a, gconstpointer b)
{
    const SkUse *x = a, *y = b;

    return x->place.file == y->place.file && x->place.line == y->place.line &&
           x->place.column == y->place.column;
}

static bool
is_use(const SkWord *word)
{
    return word->text[0] == '$';
}

static SkDiagnostic *
complain(SkSyntax *self, SkPlace place, char *hint, const char *format, const char *name)
{
    g_autofree char *shown = sk_words_shown(name);
    const char *at = strstr(format, "%s");

    return sk_diagnostics_add(self->diagnostics, SK_SEVERITY_ERROR, place, hint, "%.*s%s%s",
                              (int)(at - format), format, shown, at + 2);
}

/* ---- what is defined --------------------------------------------------------------------------
 */

static void
define_add(SkSyntax *self, const SkSentence *s)
{
    Define *define = g_hash_table_lookup(self->defines, s->name.text);

    if (!sk_words_name(s->name.text)) {
        complain(self, s->name.place,
                 g_strdup("a name is of a-z, 0-9 and -, begins with a letter, and has at most "
                          "32 of them; `$` stands before it only where it is used"),
                 "`%s` cannot be a name", s->name.text);
        return;
    }
    if (define != NULL) {
        sk_diagnostics_also(
            complain(self, s->name.place, NULL, "`$%s` is defined twice", s->name.text),
            define->name.place, "the first time");
        return;
    }
    define = g_new0(Define, 1);
    define->name = s->name;
    define->values = s->values;
    define->users = g_ptr_array_new();
    g_hash_table_insert(self->defines, (char *)s->name.text, define);
}

static char *
nearest_hint(const SkSyntax *self, const char *name)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (const SkSentence *s = self->first; s != NULL && names->len < 1000; s = s->next)
        if (s->kind == SK_SENTENCE_DEFINE)
            g_ptr_array_add(names, (char *)s->name.text);
    const char *nearest = sk_words_nearest(name, (const char *const *)names->pdata, names->len);
    return nearest != NULL ? g_strdup_printf("did you mean `$%s`?", nearest)
                           : g_strdup("such as `define web as 443, 8443`, then `tcp $web`");
}

/* The definition that @word uses; NULL after an error. */
static Define *
define_find(SkSyntax *self, const SkWord *word)
{
    Define *define = g_hash_table_lookup(self->defines, word->text + 1);

    if (define == NULL && !self->incomplete)
        complain(self, word->place, nearest_hint(self, word->text + 1), "nothing defines `%s`",
                 word->text);
    return define;
}

static void
use_add(SkSyntax *self, const SkWord *word, Define *define)
{
    SkUse *use = g_new0(SkUse, 1);

    *use =
        (SkUse){ .place = word->place, .defined = define->name.place, .name = define->name.text };
    define->used = true;
    g_hash_table_replace(self->uses, use, use);
}

/* @words with what each `$NAME` stands for, at its place. A value of 64 is too many, not more. */
static SkWords
put_in_place(SkSyntax *self, SkWords words, bool *ret_lost)
{
    SkWords out = { .n = 0 };

    for (const SkWordNode *node = words.first; node != NULL; node = node->next) {
        if (!is_use(&node->word)) {
            out = sk_syntax_words(self, out, node->word);
            continue;
        }
        Define *define = define_find(self, &node->word);
        if (define == NULL || define->lost || !define->placed) {
            *ret_lost = true;
            continue;
        }
        use_add(self, &node->word, define);
        for (const SkWordNode *value = define->values.first; value != NULL; value = value->next)
            out = sk_syntax_words(self, out, (SkWord){ value->word.text, node->word.place });
    }
    return out;
}

static void
define_place(SkSyntax *self, Define *define, GPtrArray *ready)
{
    define->values = put_in_place(self, define->values, &define->lost);
    if (!define->lost && define->values.n > SK_POLICY_LIST_MAX) {
        define->lost = true;
        complain(self, define->name.place, g_strdup("a list has at most 64 values"),
                 "`$%s` has too many values", define->name.text);
    }
    define->placed = true;
    for (unsigned i = 0; i < define->users->len; i++) {
        Define *user = g_ptr_array_index(define->users, i);
        if (--user->open == 0)
            g_ptr_array_add(ready, user);
    }
}

/* The first value of @define that is not in place: there is one, or it would be itself. */
static Define *
open_value(const SkSyntax *self, const Define *define)
{
    for (const SkWordNode *node = define->values.first; node != NULL; node = node->next) {
        Define *other =
            is_use(&node->word) ? g_hash_table_lookup(self->defines, node->word.text + 1) : NULL;
        if (other != NULL && !other->placed)
            return other;
    }
    g_assert_not_reached();
}

/* Once for each circle; those that only use one of a circle are silent. */
static void
report_circle(SkSyntax *self, Define *define)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    g_autoptr(GString) chain = g_string_new(NULL);
    Define *at = define;

    for (; !g_hash_table_contains(seen, at) && !at->lost; at = open_value(self, at))
        g_hash_table_add(seen, at);
    if (at->lost) /* a circle that is known already */
        return;
    const Define *first = at;
    do {
        g_string_append_printf(chain, "$%s → ", at->name.text);
        at->lost = true;
        at = open_value(self, at);
    } while (at != first);
    g_string_append_printf(chain, "$%s", first->name.text);
    complain(self, first->name.place, NULL, "this is defined by itself: %s", chain->str);
}

static void
place_all(SkSyntax *self)
{
    g_autoptr(GPtrArray) ready = g_ptr_array_new();
    g_autoptr(GPtrArray) order = g_ptr_array_new();

    for (const SkSentence *s = self->first; s != NULL; s = s->next) {
        Define *define =
            s->kind == SK_SENTENCE_DEFINE ? g_hash_table_lookup(self->defines, s->name.text) : NULL;
        if (define == NULL || define->name.place.line != s->name.place.line ||
            define->name.place.file != s->name.place.file)
            continue;
        g_ptr_array_add(order, define);
        for (const SkWordNode *node = s->values.first; node != NULL; node = node->next) {
            Define *other = is_use(&node->word)
                                ? g_hash_table_lookup(self->defines, node->word.text + 1)
                                : NULL;
            if (other == NULL)
                continue;
            other->used = true;
            g_ptr_array_add(other->users, define);
            define->open++;
        }
        if (define->open == 0)
            g_ptr_array_add(ready, define);
    }
    for (unsigned i = 0; i < ready->len; i++)
        define_place(self, g_ptr_array_index(ready, i), ready);
    for (unsigned i = 0; i < order->len; i++)
        if (!((Define *)g_ptr_array_index(order, i))->placed)
            report_circle(self, g_ptr_array_index(order, i));
}

/* ---- where it is used -------------------------------------------------------------------------
 */

static bool
takes_list(SkClauseKind kind)
{
    return kind == SK_CLAUSE_NETWORK || kind == SK_CLAUSE_ADDRESS || kind == SK_CLAUSE_HOSTS ||
           kind == SK_CLAUSE_TYPES || kind == SK_CLAUSE_CLASSES || kind == SK_CLAUSE_TCP ||
           kind == SK_CLAUSE_UDP || kind == SK_CLAUSE_GATE || kind == SK_CLAUSE_APPROVAL;
}

/* Each one that is not a list's counts one value, or what follows it would move. */
static bool
counts_fit(SkSyntax *self, const SkClause *clause)
{
    for (const SkWordNode *node = clause->words.first; node != NULL; node = node->next) {
        const Define *define =
            is_use(&node->word) ? g_hash_table_lookup(self->defines, node->word.text + 1) : NULL;
        if (define == NULL || define->lost || !define->placed || define->values.n == 1 ||
            takes_list(clause->kind))
            continue;
        g_autofree char *shown = sk_words_shown(node->word.text);
        sk_diagnostics_also(
            sk_diagnostics_add(self->diagnostics, SK_SEVERITY_ERROR, node->word.place, NULL,
                               "`%s` has %u values, and here stands one", shown, define->values.n),
            define->name.place, "`%s` is defined here", shown);
        return false;
    }
    return true;
}

/* Where a value is lost the sentence is not checked any further, and its name is not missing. */
static void
expand_clause(SkSyntax *self, SkSentence *s, SkClause *clause)
{
    bool lost = !counts_fit(self, clause);

    if (!lost)
        clause->words = put_in_place(self, clause->words, &lost);
    s->lost = s->lost || lost;
}

static bool
has_use(const SkWords *words)
{
    for (const SkWordNode *node = words->first; node != NULL; node = node->next)
        if (is_use(&node->word))
            return true;
    return false;
}

void
sk_syntax_expand(SkSyntax *self)
{
    self->defines = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, define_free);
    self->uses = g_hash_table_new_full(use_hash, use_equal, NULL, g_free);
    for (const SkSentence *s = self->first; s != NULL; s = s->next)
        if (s->kind == SK_SENTENCE_DEFINE)
            define_add(self, s);
    place_all(self);
    for (SkSentence *s = self->first; s != NULL; s = s->next)
        for (SkClause *c = s->clauses.first; c != NULL; c = c->next)
            if (has_use(&c->words))
                expand_clause(self, s, c);
    for (const SkSentence *s = self->first; s != NULL; s = s->next)
        if (s->lost && s->name.text[0] != '\0')
            g_hash_table_add(self->lost, (char *)s->name.text);
}

void
sk_syntax_warn_unused(const SkSyntax *self)
{
    for (const SkSentence *s = self->first; s != NULL; s = s->next) {
        const Define *define =
            s->kind == SK_SENTENCE_DEFINE ? g_hash_table_lookup(self->defines, s->name.text) : NULL;
        if (define != NULL && !define->used)
            sk_diagnostics_add(self->diagnostics, SK_SEVERITY_WARNING, s->place,
                               g_strdup("take the line out"), "nothing uses `$%s`", s->name.text);
    }
}

void
sk_syntax_say_defined(const SkSyntax *self)
{
    for (unsigned i = 0; i < self->diagnostics->len; i++) {
        SkDiagnostic *d = g_ptr_array_index(self->diagnostics, i);
        SkUse key = { .place = d->place };
        const SkUse *use = d->place.line == 0 ? NULL : g_hash_table_lookup(self->uses, &key);
        if (use != NULL)
            sk_diagnostics_also(d, use->defined, "`$%s` is defined here", use->name);
    }
}
