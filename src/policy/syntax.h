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
    SkWord name;   /* zone, host; the model */
    SkWord label;  /* zone, host, organisation; absent where it was left out */
    bool outside;  /* host */
    SkWord from;   /* a host's zone stands here */
    SkWord to;
    SkClauses clauses;
    SkSentence *next;
};

/** SkSyntax: the parser's memory; everything above hangs on it. */
typedef struct {
    GPtrArray *diagnostics; /* borrowed */
    SkLexer *lexer;
    GPtrArray *owned;
    GHashTable *lost; /* names of zones and hosts whose sentence could not be read */
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

/** sk_syntax_parse: (transfer full): reads @text; what is wrong is added to @diagnostics. */
SkSyntax *sk_syntax_parse(SkSpan text, GPtrArray *diagnostics);
void sk_syntax_free(SkSyntax *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkSyntax, sk_syntax_free)
/** sk_syntax_is_keyword: reserved: no zone or host may be named so. */
bool sk_syntax_is_keyword(const char *word);
/** sk_clause_name: "size". */
const char *sk_clause_name(SkClauseKind kind);
/** sk_clause_find: the first of @kind, or NULL. */
const SkClause *sk_clause_find(const SkClauses *clauses, SkClauseKind kind);

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
