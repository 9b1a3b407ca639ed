/* SPDX-License-Identifier: Apache-2.0
 * syntax.c - contract in syntax.h: the tree's memory, the parser's words, and what a person is told
 * where a word cannot stand. Everything is owned by one list, so grammar.y frees nothing. */
#include "policy/syntax.h"

#include "base/types.h"
#include "policy/words.h"
#include "grammar.h"

#include <string.h>

typedef struct {
    const char *word;
    int token;
    bool sentence; /* begins one */
    bool setting;  /* stands inside a zone's braces */
} Keyword;

static const Keyword keywords[] = {
    { "organisation", SK_WORD_ORGANISATION, true, false },
    { "model", SK_WORD_MODEL, true, false },
    { "zone", SK_WORD_ZONE, true, false },
    { "host", SK_WORD_HOST, true, false },
    { "table", SK_WORD_TABLE, true, false },
    { "define", SK_WORD_DEFINE, true, false },
    { "include", SK_WORD_INCLUDE, true, false },
    { "file", SK_WORD_FILE, true, false },
    { "mail", SK_WORD_MAIL, true, false },
    { "screen", SK_WORD_SCREEN, true, false },
    { "flow", SK_WORD_FLOW, true, false },
    { "specific", SK_WORD_SPECIFIC, true, false },
    { "trust", SK_WORD_TRUST, false, true },
    { "network", SK_WORD_NETWORK, false, true },
    { "interface", SK_WORD_INTERFACE, false, true },
    { "sign-in", SK_WORD_SIGN_IN, false, true },
    { "take-out", SK_WORD_TAKE_OUT, false, true },
    { "reaches", SK_WORD_REACHES, false, true },
    { "session", SK_WORD_SESSION, false, true },
    { "password", SK_WORD_PASSWORD, false, true },
    { "terminal", SK_WORD_TERMINAL, false, true },
    { "gate", SK_WORD_GATE, false, true },
    { "in", SK_WORD_IN, false, false },
    { "outside", SK_WORD_OUTSIDE, false, false },
    { "address", SK_WORD_ADDRESS, false, false },
    { "mac", SK_WORD_MAC, false, false },
    { "hosts", SK_WORD_HOSTS, false, false },
    { "from", SK_WORD_FROM, false, false },
    { "to", SK_WORD_TO, false, false },
    { "as", SK_WORD_AS, false, false },
    { "types", SK_WORD_TYPES, false, false },
    { "size", SK_WORD_SIZE, false, false },
    { "keep", SK_WORD_KEEP, false, false },
    { "approval", SK_WORD_APPROVAL, false, false },
    { "then", SK_WORD_THEN, false, false },
    { "for", SK_WORD_FOR, false, false },
    { "within", SK_WORD_WITHIN, false, false },
    { "remind", SK_WORD_REMIND, false, false },
    { "reason", SK_WORD_REASON, false, false },
    { "classes", SK_WORD_CLASSES, false, false },
    { "with", SK_WORD_WITH, false, false },
    { "attachments", SK_WORD_ATTACHMENTS, false, false },
    { "clipboard", SK_WORD_CLIPBOARD, false, false },
    { "files", SK_WORD_FILES, false, false },
    { "print", SK_WORD_PRINT, false, false },
    { "record", SK_WORD_RECORD, false, false },
    { "tcp", SK_WORD_TCP, false, false },
    { "udp", SK_WORD_UDP, false, false },
    { "kind", SK_WORD_KIND, false, false },
    { "owner", SK_WORD_OWNER, false, false },
    { "until", SK_WORD_UNTIL, false, false },
};

static const Keyword *
keyword_lookup(const char *word)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(keywords); i++)
        if (keywords[i].word[0] == word[0] && strcmp(keywords[i].word, word) == 0)
            return &keywords[i];
    return NULL;
}

bool
sk_syntax_is_keyword(const char *word)
{
    return keyword_lookup(word) != NULL;
}

static bool
starts_sentence(const char *word)
{
    const Keyword *keyword = keyword_lookup(word);
    return keyword != NULL && keyword->sentence;
}

static const char *const clause_names[] = {
    [SK_CLAUSE_TRUST] = "trust",
    [SK_CLAUSE_NETWORK] = "network",
    [SK_CLAUSE_INTERFACE] = "interface",
    [SK_CLAUSE_SIGN_IN] = "sign-in",
    [SK_CLAUSE_TAKE_OUT] = "take-out",
    [SK_CLAUSE_REACHES] = "reaches",
    [SK_CLAUSE_SESSION] = "session",
    [SK_CLAUSE_PASSWORD] = "password",
    [SK_CLAUSE_TERMINAL] = "terminal",
    [SK_CLAUSE_GATE] = "gate",
    [SK_CLAUSE_ADDRESS] = "address",
    [SK_CLAUSE_MAC] = "mac",
    [SK_CLAUSE_HOSTS] = "hosts",
    [SK_CLAUSE_AS] = "as",
    [SK_CLAUSE_TYPES] = "types",
    [SK_CLAUSE_SIZE] = "size",
    [SK_CLAUSE_KEEP] = "keep",
    [SK_CLAUSE_APPROVAL] = "approval",
    [SK_CLAUSE_WITHIN] = "within",
    [SK_CLAUSE_REMIND] = "remind",
    [SK_CLAUSE_REASON] = "reason",
    [SK_CLAUSE_CLASSES] = "classes",
    [SK_CLAUSE_WITH] = "with",
    [SK_CLAUSE_ATTACHMENTS] = "attachments",
    [SK_CLAUSE_CLIPBOARD] = "clipboard",
    [SK_CLAUSE_FILES] = "files",
    [SK_CLAUSE_PRINT] = "print",
    [SK_CLAUSE_RECORD] = "record",
    [SK_CLAUSE_TCP] = "tcp",
    [SK_CLAUSE_UDP] = "udp",
    [SK_CLAUSE_KIND] = "kind",
    [SK_CLAUSE_OWNER] = "owner",
    [SK_CLAUSE_UNTIL] = "until",
};
G_STATIC_ASSERT(G_N_ELEMENTS(clause_names) == SK_CLAUSE_COUNT);

const char *
sk_clause_name(SkClauseKind kind)
{
    g_assert(kind < SK_CLAUSE_COUNT);
    return clause_names[kind];
}

const SkClause *
sk_clause_find(const SkClauses *clauses, SkClauseKind kind)
{
    for (const SkClause *c = clauses->first; c != NULL; c = c->next)
        if (c->kind == kind)
            return c;
    return NULL;
}

/* ---- the tree ---------------------------------------------------------------------------------
 */

static void *
own(SkSyntax *self, size_t size)
{
    void *p = g_malloc0(size);

    g_ptr_array_add(self->owned, p);
    return p;
}

SkWords
sk_syntax_words(SkSyntax *self, SkWords words, SkWord word)
{
    SkWordNode *node = own(self, sizeof *node);

    node->word = word;
    if (words.last == NULL)
        words.first = node;
    else
        words.last->next = node;
    words.last = node;
    words.n++;
    return words;
}

SkWords
sk_syntax_words_join(SkSyntax *self, SkWords words, SkWords more)
{
    for (const SkWordNode *node = more.first; node != NULL; node = node->next)
        words = sk_syntax_words(self, words, node->word);
    return words;
}

SkClause *
sk_syntax_clause(SkSyntax *self, SkClauseKind kind, SkPlace place, SkPlace whole, SkWords words)
{
    SkClause *clause = own(self, sizeof *clause);

    clause->kind = kind;
    clause->place = place;
    clause->whole = whole;
    clause->words = words;
    return clause;
}

SkClauses
sk_syntax_clauses(SkClauses clauses, SkClause *clause)
{
    if (clauses.last == NULL)
        clauses.first = clause;
    else
        clauses.last->next = clause;
    clauses.last = clause;
    return clauses;
}

SkSentence *
sk_syntax_sentence(SkSyntax *self, SkSentenceKind kind, SkPlace place, SkPlace head)
{
    SkSentence *sentence = own(self, sizeof *sentence);

    sentence->kind = kind;
    sentence->place = place;
    sentence->head = head;
    sentence->name.text = sentence->label.text = sentence->from.text = sentence->to.text = "";
    return sentence;
}

void
sk_syntax_add(SkSyntax *self, SkSentence *sentence)
{
    if (self->last == NULL)
        self->first = sentence;
    else
        self->last->next = sentence;
    self->last = sentence;
}

SkPlace
sk_syntax_join(SkPlace first, SkPlace last)
{
    if (first.line == 0)
        return last;
    if (last.line == first.line && last.end > first.end)
        first.end = last.end;
    return first;
}

/* ---- the parser's words -----------------------------------------------------------------------
 */

static int
token_number(const SkToken *token)
{
    switch (token->kind) {
    case SK_TOKEN_END:
        return SK_WORD_END;
    case SK_TOKEN_NEWLINE:
        return SK_WORD_NEWLINE;
    case SK_TOKEN_OPEN:
        return SK_WORD_OPEN;
    case SK_TOKEN_CLOSE:
        return SK_WORD_CLOSE;
    case SK_TOKEN_COMMA:
        return SK_WORD_COMMA;
    case SK_TOKEN_STRING:
        return SK_WORD_STRING;
    case SK_TOKEN_WORD: {
        const Keyword *keyword = keyword_lookup(token->text);
        return keyword == NULL ? SK_WORD_WORD : keyword->token;
    }
    }
    g_assert_not_reached();
}

int
sk_syntax_lex(SkSyntax *self, SkWord *ret, SkPlace *ret_place)
{
    SkToken token = sk_lexer_next(self->lexer);

    self->before_that = self->before;
    self->before = self->current;
    if (self->before.kind == SK_TOKEN_NEWLINE) {
        self->line_tokens = 0;
        self->line_cut = false;
    }
    self->current = token;
    self->line_cut = self->line_cut || token.cut;
    if (self->line_tokens == 0) {
        self->line_first = token;
        if (token.kind == SK_TOKEN_WORD && starts_sentence(token.text))
            self->after_broken_head = false;
    } else if (self->line_tokens == 1) {
        self->line_second = token;
    }
    self->line_tokens++;
    *ret = (SkWord){ .text = token.text, .place = token.place };
    *ret_place = token.place;
    return token_number(&token);
}

/* ---- what cannot stand where it stands --------------------------------------------------------
 */

/* What comes after a word that asks for something, in words better than the grammar's. */
static const struct {
    const char *after;
    const char *want;
    const char *hint;
} wants[] = {
    { "organisation", "the organisation's name in quotes", "organisation \"見本町\"" },
    { "model", "a model", "`alpha`, `alpha-prime`, `beta` or `beta-prime`" },
    { "zone", "the zone's name", "zone lgwan \"LGWAN接続系\" {" },
    { "host", "the host's name", "host hr \"人事給与サーバ\" in lgwan address 10.20.1.5" },
    { "table", "the table's name", "table branches \"出先機関\" in lgwan network 10.20.64.0/20" },
    { "hosts", "the name of a host", NULL },
    { "define", "a name", "define web as 443, 8443" },
    { "include", "a file's name in quotes", "include \"hosts.conf\"" },
    { "from", "a name", "from internet to lgwan" },
    { "to", "a name", "from internet to lgwan" },
    { "trust", "a number", "trust 2" },
    { "network", "a network", "network 10.20.0.0/16" },
    { "interface", "an interface's name", "interface eth1" },
    { "sign-in", "a way of signing in", "`sign-in password` or `sign-in two factors`" },
    { "take-out", "what is allowed", "`take-out forbidden` or `take-out with approval`" },
    { "reaches", "`internet`", "reaches internet" },
    { "session", "`idle` or `life` and a time", "session idle 30 minutes life 12 hours" },
    { "password", "`from` and a number", "password from 12 characters" },
    { "terminal", "`grace` and a time", "terminal grace 8 hours" },
    { "gate", "`tcp` or `udp` and a port", "gate tcp 443" },
    { "in", "the name of a zone", NULL },
    { "address", "an address", "address 10.20.1.5" },
    { "mac", "a MAC address", "mac 52:54:00:10:01:05" },
    { "as", "a level", "`as rebuilt`, `as image` or `as text`" },
    { "types", "a type", "types pdf, docx" },
    { "size", "`to` and a size", "size to 100 MiB" },
    { "keep", "`original` and a time", "keep original 30 days" },
    { "approval", "who approves", "approval section-head" },
    { "then", "who approves next", "approval section-head then security-manager" },
    { "for", "`classes`", "for classes 3C, 3B" },
    { "within", "a time", "within 5 days" },
    { "remind", "`after` and a time", "remind after 1 day" },
    { "reason", "`required`", "reason required" },
    { "classes", "a class", "classes 1, 2" },
    { "with", "an element and what happens to it", "with hyperlink removed" },
    { "attachments", "`parked`", "attachments parked" },
    { "clipboard", "`none`", "clipboard none" },
    { "files", "`none`", "files none" },
    { "print", "`none`", "print none" },
    { "record", "`yes` or `no`", "record yes" },
    { "tcp", "a port", "tcp 443" },
    { "udp", "a port", "udp 53" },
    { "kind", "a number", "kind 1" },
    { "owner", "a section's name in quotes", "owner \"住民課\"" },
    { "until", "a date", "until 2027-03-31" },
    { "specific", "`flow`", "specific flow from" },
};

static char *
found_text(const SkSyntax *self)
{
    g_autofree char *shown = sk_words_shown(self->current.text);

    if (self->current.kind == SK_TOKEN_NEWLINE || self->current.kind == SK_TOKEN_END)
        return g_strdup("the end of the line");
    if (self->current.kind == SK_TOKEN_STRING)
        return g_strdup_printf("`\"%s\"`", shown);
    return g_strdup_printf("`%s`", shown);
}

static bool
expects(const char *const *expected, unsigned n, const char *name)
{
    for (unsigned i = 0; i < n; i++)
        if (strcmp(expected[i], name) == 0)
            return true;
    return false;
}

/* The keywords among what is expected; the end of a line is said apart. */
static GPtrArray *
expected_keywords(const char *const *expected, unsigned n)
{
    GPtrArray *out = g_ptr_array_new();

    for (unsigned i = 0; i < n; i++)
        if (keyword_lookup(expected[i]) != NULL || strcmp(expected[i], "{") == 0)
            g_ptr_array_add(out, (char *)expected[i]);
    return out;
}

static void
report_no_sentence(SkSyntax *self, SkPlace place, const char *const *expected, unsigned n)
{
    g_autoptr(GPtrArray) words = expected_keywords(expected, n);
    const char *const *list = (const char *const *)words->pdata;
    const char *nearest = self->current.kind == SK_TOKEN_WORD
                              ? sk_words_nearest(self->current.text, list, words->len)
                              : NULL;
    g_autofree char *shown = sk_words_shown(self->current.text);

    if (nearest != NULL) {
        sk_diagnostics_add(self->diagnostics, SK_SEVERITY_ERROR, place,
                           g_strdup_printf("did you mean `%s`?", nearest),
                           "no sentence begins with `%s`", shown);
        return;
    }
    g_autofree char *all = sk_words_quote(list, words->len);
    sk_diagnostics_add(self->diagnostics, SK_SEVERITY_ERROR, place,
                       g_strdup_printf("a sentence begins with %s", all),
                       self->current.kind == SK_TOKEN_CLOSE
                           ? "a closing brace without an opening one"
                           : "no sentence begins with `%s`",
                       shown);
}

/* @format is one of report_other's own and takes one string. */
static void
report_plain(GPtrArray *diagnostics, SkPlace place, char *hint, const char *format,
             const char *found)
{
    const char *at = strstr(format, "%s");

    sk_diagnostics_add(diagnostics, SK_SEVERITY_ERROR, place, hint, "%.*s%s", (int)(at - format),
                       format, found);
}

static int
want_after(const SkToken *token)
{
    if (token->kind == SK_TOKEN_WORD)
        for (unsigned i = 0; i < G_N_ELEMENTS(wants); i++)
            if (strcmp(wants[i].after, token->text) == 0)
                return (int)i;
    return -1;
}

static bool
report_after_word(SkSyntax *self, SkPlace place)
{
    g_autofree char *found = found_text(self);
    int i = want_after(&self->before), before = want_after(&self->before_that);

    if (i >= 0 && strcmp(wants[i].after, "to") == 0 && before >= 0 &&
        strcmp(wants[before].after, "size") == 0) {
        sk_diagnostics_add(self->diagnostics, SK_SEVERITY_ERROR, place, g_strdup("size to 100 MiB"),
                           "after `size to` comes a size, not %s", found);
        return true;
    }
    if (i >= 0 && strcmp(wants[i].after, "from") == 0 && before >= 0 &&
        strcmp(wants[before].after, "password") == 0) {
        sk_diagnostics_add(self->diagnostics, SK_SEVERITY_ERROR, place,
                           g_strdup(wants[before].hint),
                           "after `password from` comes a number, not %s", found);
        return true;
    }
    if (i >= 0 && strcmp(wants[i].after, "as") == 0 &&
        strcmp(self->line_first.text, "define") == 0) {
        sk_diagnostics_add(self->diagnostics, SK_SEVERITY_ERROR, place,
                           g_strdup("define web as 443, 8443"), "after `as` comes a value, not %s",
                           found);
        return true;
    }
    if (i < 0)
        return false;
    sk_diagnostics_add(self->diagnostics, SK_SEVERITY_ERROR, place, g_strdup(wants[i].hint),
                       "after `%s` comes %s, not %s", wants[i].after, wants[i].want, found);
    return true;
}

/* (transfer full): what was probably meant, or what can stand here; NULL where neither helps. */
static char *
other_hint(const SkSyntax *self, const char *const *expected, unsigned n, const GPtrArray *words)
{
    const char *const *list = (const char *const *)words->pdata;
    bool may_end = expects(expected, n, "the end of the line");
    const char *word = self->current.kind == SK_TOKEN_WORD ? self->current.text : "";
    const char *nearest = sk_words_nearest(word, list, words->len);
    int before = want_after(&self->before_that);

    if (expects(expected, n, "as") && sk_level_lookup(word) != SK_LEVEL_NONE)
        return g_strdup_printf("did you mean `as %s`?", word);
    if (expects(expected, n, "types") && sk_type_lookup(word) != SK_TYPE_NONE)
        return g_strdup_printf("did you mean `types %s`?", word);
    if (nearest != NULL)
        return g_strdup_printf("did you mean `%s`?", nearest);
    if (words->len == 0 && may_end)
        return g_strdup("the line should end here");
    if (words->len == 0 && before >= 0)
        return g_strdup(wants[before].hint);
    if (words->len < 2)
        return NULL;
    g_autofree char *all = sk_words_quote(list, words->len);
    return g_strdup_printf("here can stand %s%s", all, may_end ? ", or the line's end" : "");
}

static void
report_other(SkSyntax *self, SkPlace place, const char *const *expected, unsigned n)
{
    g_autoptr(GPtrArray) words = expected_keywords(expected, n);
    g_autofree char *found = found_text(self);
    char *hint = other_hint(self, expected, n, words);
    bool may_end = expects(expected, n, "the end of the line");
    const char *format = "the sentence cannot go on with %s";

    if (self->before.kind == SK_TOKEN_COMMA)
        format = "after a comma comes one more of the same, not %s";
    else if (self->line_tokens == 1)
        format = "a zone has no setting %s";
    else if (words->len == 0 && !may_end && expects(expected, n, "a word"))
        format = "a word is missing before %s";
    if (words->len == 1 && !may_end)
        sk_diagnostics_add(self->diagnostics, SK_SEVERITY_ERROR, place, hint,
                           "`%s` is missing before %s", (const char *)words->pdata[0], found);
    else
        report_plain(self->diagnostics, place, hint, format, found);
}

static bool
names_something(int token)
{
    return token == SK_WORD_ZONE || token == SK_WORD_HOST || token == SK_WORD_TABLE;
}

void
sk_syntax_unexpected(SkSyntax *self, SkPlace place, const char *const *expected, unsigned n)
{
    bool at_start = self->line_tokens == 1;
    const Keyword *first =
        self->line_first.kind == SK_TOKEN_WORD ? keyword_lookup(self->line_first.text) : NULL;
    bool top = expects(expected, n, "zone");

    if (self->current.kind == SK_TOKEN_OPEN)
        self->after_broken_head = true;
    if (first != NULL && names_something(first->token) && self->line_tokens > 1) {
        if (self->line_second.kind == SK_TOKEN_WORD)
            g_hash_table_add(self->lost, (char *)self->line_second.text);
        self->after_broken_head = self->after_broken_head || first->token == SK_WORD_ZONE;
    } else if (at_start && top &&
               ((first != NULL && first->setting) || self->current.kind == SK_TOKEN_CLOSE)) {
        bool quiet = self->after_broken_head;
        self->after_broken_head = true;
        if (quiet)
            return;
        if (first != NULL) {
            sk_diagnostics_add(self->diagnostics, SK_SEVERITY_ERROR, place, NULL,
                               "`%s` belongs between the braces of a zone", first->word);
            return;
        }
    }

    if (self->line_cut) /* its rest was swallowed by a string, which is reported */
        return;
    if (at_start && top)
        report_no_sentence(self, place, expected, n);
    else if (!report_after_word(self, place))
        report_other(self, place, expected, n);
}

/* ---- whole ------------------------------------------------------------------------------------
 */

static void
parse_source(SkSyntax *self, const SkSources *sources, unsigned i)
{
    GPtrArray *diagnostics = self->diagnostics;
    SkLexer *lexer = sk_lexer_new(sk_source_text(sources, i), SK_POLICY_BYTES_MAX, i,
                                  starts_sentence, diagnostics);

    g_ptr_array_add(self->lexers, lexer);
    self->lexer = lexer;
    self->line_tokens = 0;
    self->line_cut = self->after_broken_head = false;
    self->before = self->before_that = (SkToken){ .kind = SK_TOKEN_NEWLINE, .text = "" };
    self->current = self->before;
    if (sk_grammar_parse(self) != 0 && sk_diagnostics_count(diagnostics, SK_SEVERITY_ERROR) == 0)
        sk_diagnostics_add(diagnostics, SK_SEVERITY_ERROR, SK_PLACE_NONE, NULL,
                           "the text could not be read");
}

SkSyntax *
sk_syntax_parse(SkSources *sources, GPtrArray *diagnostics)
{
    SkSyntax *self = g_new0(SkSyntax, 1);

    self->diagnostics = diagnostics;
    self->owned = g_ptr_array_new_with_free_func(g_free);
    self->lexers = g_ptr_array_new_with_free_func((GDestroyNotify)sk_lexer_free);
    self->lost = g_hash_table_new(g_str_hash, g_str_equal);
    for (unsigned i = 0; i < sk_sources_n(sources); i++) { /* grows while it is gone through */
        const SkSentence *before = self->last;
        parse_source(self, sources, i);
        for (const SkSentence *s = before == NULL ? self->first : before->next; s != NULL;
             s = s->next)
            if (s->kind == SK_SENTENCE_INCLUDE)
                self->incomplete |=
                    !sk_sources_include(sources, i, s->name.text, s->name.place, diagnostics);
    }
    sk_syntax_expand(self);
    return self;
}

void
sk_syntax_free(SkSyntax *self)
{
    if (self == NULL)
        return;
    g_ptr_array_unref(self->lexers);
    g_hash_table_unref(self->lost);
    g_hash_table_unref(self->defines);
    g_hash_table_unref(self->uses);
    g_ptr_array_unref(self->owned);
    g_free(self);
}
