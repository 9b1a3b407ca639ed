/* SPDX-License-Identifier: Apache-2.0
 *
 * syntax.h - the policy as it was written: sentences of clauses of words, each with its place. No
 * meaning yet: check.c gives it. Grammar: grammar.y.
 * Runs in: sekisho. Trusts: nothing.
 * Spec: docs/policy-language.md   Tests: tests/golden/policy/
 */
#pragma once

#include "base/base.h"
#include "policy/diagnostic.h"
#include "policy/lexer.h"
#include "policy/source.h"

/** SkWord: a word or string. @text is "" and the place none where an optional one is absent. */
typedef struct {
    const char *text;
    SkPlace place;
} SkWord;

typedef struct SkWordNode SkWordNode;
struct SkWordNode {
    SkWord word;
    SkWordNode *next;
};

typedef struct {
    SkWordNode *first;
    SkWordNode *last;
    unsigned n;
} SkWords;

typedef enum {
    /* settings of a zone */
    SK_CLAUSE_TRUST,
    SK_CLAUSE_NETWORK,
    SK_CLAUSE_INTERFACE,
    SK_CLAUSE_SIGN_IN,
    SK_CLAUSE_TAKE_OUT,
    SK_CLAUSE_REACHES,
    SK_CLAUSE_SESSION,
    SK_CLAUSE_PASSWORD,
    SK_CLAUSE_TERMINAL,
    SK_CLAUSE_GATE, /* its words in order, `tcp` and `udp` among them: neither is a WORD */
    /* of a host */
    SK_CLAUSE_ADDRESS,
    SK_CLAUSE_MAC,
    SK_CLAUSE_HOSTS, /* of a table */
    /* of content */
    SK_CLAUSE_AS,
    SK_CLAUSE_TYPES,
    SK_CLAUSE_SIZE,
    SK_CLAUSE_KEEP,
    SK_CLAUSE_APPROVAL, /* its words in order, `then` and `for` among them: neither is a WORD */
    SK_CLAUSE_WITHIN,
    SK_CLAUSE_REMIND,
    SK_CLAUSE_REASON,
    SK_CLAUSE_CLASSES,
    SK_CLAUSE_WITH,
    SK_CLAUSE_ATTACHMENTS,
    SK_CLAUSE_CLIPBOARD,
    SK_CLAUSE_FILES,
    SK_CLAUSE_PRINT,
    SK_CLAUSE_RECORD,
    /* of packets */
    SK_CLAUSE_TCP,
    SK_CLAUSE_UDP,
    SK_CLAUSE_KIND,
    SK_CLAUSE_OWNER,
    SK_CLAUSE_UNTIL,
    SK_CLAUSE_COUNT
} SkClauseKind;

typedef struct SkClause SkClause;
struct SkClause {
    SkClauseKind kind;
    SkPlace place; /* of its first word */
    SkPlace whole;
    SkWords words;
    SkClause *next;
};

typedef struct {
    SkClause *first;
    SkClause *last;
    bool damaged; /* a line among them could not be read */
} SkClauses;

typedef enum {
    SK_SENTENCE_ORGANISATION,
    SK_SENTENCE_MODEL,
    SK_SENTENCE_ZONE,
    SK_SENTENCE_HOST,
    SK_SENTENCE_TABLE,
    SK_SENTENCE_DEFINE,
    SK_SENTENCE_INCLUDE,
    SK_SENTENCE_FILE,
    SK_SENTENCE_MAIL,
    SK_SENTENCE_SCREEN,
    SK_SENTENCE_FLOW,
    SK_SENTENCE_SPECIFIC_FLOW
} SkSentenceKind;

typedef struct SkSentence SkSentence;
struct SkSentence {
    SkSentenceKind kind;
    SkPlace place; /* of the whole sentence; of a zone's first line */
    SkPlace head;  /* of the word or words it begins with */
    SkWord name;   /* zone, host, table, define; the model; the file to include */
    SkWord label;  /* zone, host, organisation; absent where it was left out */
    bool outside;  /* host, table */
    SkWord from;   /* the zone of a host or table stands here */
    SkWord to;
    SkClauses clauses;
    SkWords values; /* define */
    bool lost;      /* a `$NAME` in it stands for nothing: it cannot be checked */
    SkSentence *next;
};

/** SkUse: where a `$NAME` stands. */
typedef struct {
    SkPlace place;
    SkPlace defined;
    const char *name;
} SkUse;

/** SkSyntax: the parser's memory; everything above hangs on it. */
typedef struct {
    GPtrArray *diagnostics; /* borrowed */
    SkLexer *lexer;         /* of the file being read */
    GPtrArray *lexers;      /* owned; each owns its words */
    GPtrArray *owned;
    GHashTable *lost;    /* names of zones, hosts and tables whose sentence could not be read */
    bool incomplete;     /* a file could not be included: what is not here may be there */
    GHashTable *defines; /* of Define (define.c), by name */
    GHashTable *uses;    /* of SkUse, by itself: its place */
    SkSentence *first;
    SkSentence *last;
    SkToken line_first; /* first and second token of the line being read */
    SkToken line_second;
    unsigned line_tokens;
    bool line_cut;       /* the line has a string without its closing quote */
    SkToken before_that; /* the two tokens before the current one */
    SkToken before;
    SkToken current;
    bool after_broken_head; /* settings that follow are those of a zone whose first line is wrong */
} SkSyntax;

/**
 * sk_syntax_parse: (transfer full): reads the first of @sources, and adds those that it includes;
 * what `$NAME` stands for is put in its place. What is wrong is added to @diagnostics.
 */
SkSyntax *sk_syntax_parse(SkSources *sources, GPtrArray *diagnostics);
void sk_syntax_free(SkSyntax *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkSyntax, sk_syntax_free)
/** sk_syntax_is_keyword: reserved: no zone or host may be named so. */
bool sk_syntax_is_keyword(const char *word);
/** sk_clause_name: "size". */
const char *sk_clause_name(SkClauseKind kind);
/** sk_clause_find: the first of @kind, or NULL. */
const SkClause *sk_clause_find(const SkClauses *clauses, SkClauseKind kind);

/** sk_syntax_expand: puts its values in the place of each `$NAME`; for sk_syntax_parse. */
void sk_syntax_expand(SkSyntax *self);
/** sk_syntax_warn_unused: a warning for each `define` that nothing uses. */
void sk_syntax_warn_unused(const SkSyntax *self);
/** sk_syntax_say_defined: what is wrong with a value is said where its `$NAME` stands: adds where
 * that is defined, to those of the diagnostics that have no second place. */
void sk_syntax_say_defined(const SkSyntax *self);

/* ---- for grammar.y only -----------------------------------------------------------------------
 */

int sk_syntax_lex(SkSyntax *self, SkWord *ret, SkPlace *ret_place);
void sk_syntax_unexpected(SkSyntax *self, SkPlace place, const char *const *expected, unsigned n);
SkWords sk_syntax_words(SkSyntax *self, SkWords words, SkWord word);
SkWords sk_syntax_words_join(SkSyntax *self, SkWords words, SkWords more);
SkClause *sk_syntax_clause(SkSyntax *self, SkClauseKind kind, SkPlace place, SkPlace whole,
                           SkWords words);
SkClauses sk_syntax_clauses(SkClauses clauses, SkClause *clause);
SkSentence *sk_syntax_sentence(SkSyntax *self, SkSentenceKind kind, SkPlace place, SkPlace head);
void sk_syntax_add(SkSyntax *self, SkSentence *sentence);
SkPlace sk_syntax_join(SkPlace first, SkPlace last);
