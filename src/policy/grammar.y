/* SPDX-License-Identifier: Apache-2.0
 * grammar.y - the sentences of the policy. It knows which words may follow which, nothing of what they
 * mean; labels and values that are missing or wrong are check.c's, whose messages are better. An error
 * is recovered at the end of its line, so that every wrong line is reported at once.
 * Spec: docs/policy-language.md (grammar) */

%code requires {
#include "policy/syntax.h"
}

%code {
#define YYLLOC_DEFAULT(Current, Rhs, N)                                                                  \
    do {                                                                                                 \
        (Current) = (N) > 0 ? sk_syntax_join(YYRHSLOC(Rhs, 1), YYRHSLOC(Rhs, N)) : YYRHSLOC(Rhs, 0);     \
    } while (0)

static int sk_grammar_lex(SK_GRAMMAR_STYPE *value, SkPlace *place, SkSyntax *syntax);
static void sk_grammar_error(SkPlace *place, SkSyntax *syntax, const char *message);
static const SkWords no_words = { .n = 0 };
}

%define api.prefix {sk_grammar_}
%define api.pure full
%define api.token.prefix {SK_WORD_}
%define api.location.type {SkPlace}
%define parse.error custom
%define parse.lac full
%locations
%param { SkSyntax *syntax }

%union {
    SkWord word;
    SkWords words;
    SkClause *clause;
    SkClauses clauses;
    SkSentence *sentence;
}

%token END 0 "the end of the file" NEWLINE "the end of the line"
%token OPEN "{" CLOSE "}" COMMA ","
%token <word> WORD "a word" STRING "words in quotes" PASSWORD "password" THEN "then" FOR "for" TCP "tcp" UDP "udp"
%token ORGANISATION "organisation" MODEL "model" ZONE "zone" HOST "host" FILE "file" MAIL "mail"
%token SCREEN "screen" FLOW "flow" SPECIFIC "specific" TABLE "table" DEFINE "define" INCLUDE "include"
%token TRUST "trust" NETWORK "network" INTERFACE "interface" SIGN_IN "sign-in" TAKE_OUT "take-out"
%token REACHES "reaches" IN "in" OUTSIDE "outside" ADDRESS "address" MAC "mac" FROM "from" TO "to"
%token AS "as" TYPES "types" SIZE "size" KEEP "keep" APPROVAL "approval" REASON "reason"
%token CLASSES "classes" WITH "with" ATTACHMENTS "attachments" CLIPBOARD "clipboard" FILES "files"
%token SESSION "session" TERMINAL "terminal" WITHIN "within" REMIND "remind"
%token PRINT "print" RECORD "record" GATE "gate" HOSTS "hosts" KIND "kind" OWNER "owner" UNTIL "until"

%type <word> label
%type <words> words amount one spaced named_amount step steps protocol ports
%type <clause> setting host_clause table_clause file_clause content_clause mail_clause screen_clause flow_clause specific_clause
%type <clauses> settings host_clauses table_clauses file_clauses mail_clauses screen_clauses flow_clauses specific_clauses
%type <sentence> sentence

%%

text: %empty | text line;

line: sentence NEWLINE { sk_syntax_add(syntax, $1); }
    | error NEWLINE    { yyerrok; }
    ;

sentence
    : ORGANISATION STRING {
        $$ = sk_syntax_sentence(syntax, SK_SENTENCE_ORGANISATION, @$, @1);
        $$->label = $2;
    }
    | MODEL WORD {
        $$ = sk_syntax_sentence(syntax, SK_SENTENCE_MODEL, @$, @1);
        $$->name = $2;
    }
    | ZONE WORD label OPEN NEWLINE settings CLOSE {
        $$ = sk_syntax_sentence(syntax, SK_SENTENCE_ZONE, sk_syntax_join(@1, $3.place.line == 0 ? @2 : @3), @1);
        $$->name = $2;
        $$->label = $3;
        $$->clauses = $6;
    }
    | HOST WORD label IN WORD host_clauses {
        $$ = sk_syntax_sentence(syntax, SK_SENTENCE_HOST, @$, @1);
        $$->name = $2;
        $$->label = $3;
        $$->from = $5;
        $$->clauses = $6;
    }
    | HOST WORD label OUTSIDE host_clauses {
        $$ = sk_syntax_sentence(syntax, SK_SENTENCE_HOST, @$, @1);
        $$->name = $2;
        $$->label = $3;
        $$->outside = true;
        $$->clauses = $5;
    }
    | TABLE WORD label IN WORD table_clauses {
        $$ = sk_syntax_sentence(syntax, SK_SENTENCE_TABLE, @$, @1);
        $$->name = $2;
        $$->label = $3;
        $$->from = $5;
        $$->clauses = $6;
    }
    | TABLE WORD label OUTSIDE table_clauses {
        $$ = sk_syntax_sentence(syntax, SK_SENTENCE_TABLE, @$, @1);
        $$->name = $2;
        $$->label = $3;
        $$->outside = true;
        $$->clauses = $5;
    }
    | DEFINE WORD AS words {
        $$ = sk_syntax_sentence(syntax, SK_SENTENCE_DEFINE, @$, @1);
        $$->name = $2;
        $$->values = $4;
    }
    | INCLUDE STRING {
        $$ = sk_syntax_sentence(syntax, SK_SENTENCE_INCLUDE, @$, @1);
        $$->name = $2;
    }
    | FILE FROM WORD TO WORD file_clauses {
        $$ = sk_syntax_sentence(syntax, SK_SENTENCE_FILE, @$, @1);
        $$->from = $3;
        $$->to = $5;
        $$->clauses = $6;
    }
    | MAIL FROM WORD TO WORD mail_clauses {
        $$ = sk_syntax_sentence(syntax, SK_SENTENCE_MAIL, @$, @1);
        $$->from = $3;
        $$->to = $5;
        $$->clauses = $6;
    }
    | SCREEN FROM WORD TO WORD screen_clauses {
        $$ = sk_syntax_sentence(syntax, SK_SENTENCE_SCREEN, @$, @1);
        $$->from = $3;
        $$->to = $5;
        $$->clauses = $6;
    }
    | FLOW FROM WORD TO WORD flow_clauses {
        $$ = sk_syntax_sentence(syntax, SK_SENTENCE_FLOW, @$, @1);
        $$->from = $3;
        $$->to = $5;
        $$->clauses = $6;
    }
    | SPECIFIC FLOW FROM WORD TO WORD specific_clauses {
        $$ = sk_syntax_sentence(syntax, SK_SENTENCE_SPECIFIC_FLOW, @$, sk_syntax_join(@1, @2));
        $$->from = $4;
        $$->to = $6;
        $$->clauses = $7;
    }
    ;

label: %empty { $$ = (SkWord){ .text = "" }; } | STRING;

words: WORD             { $$ = sk_syntax_words(syntax, no_words, $1); }
     | words COMMA WORD { $$ = sk_syntax_words(syntax, $1, $3); }
     ;
one: WORD { $$ = sk_syntax_words(syntax, no_words, $1); };
amount: WORD      { $$ = sk_syntax_words(syntax, no_words, $1); }
      | WORD WORD { $$ = sk_syntax_words(syntax, sk_syntax_words(syntax, no_words, $1), $2); }
      ;
spaced: WORD        { $$ = sk_syntax_words(syntax, no_words, $1); }
      | spaced WORD { $$ = sk_syntax_words(syntax, $1, $2); }
      ;
named_amount: WORD amount { $$ = sk_syntax_words_join(syntax, sk_syntax_words(syntax, no_words, $1), $2); };

settings: %empty                   { $$ = (SkClauses){ .first = NULL }; }
        | settings setting NEWLINE { $$ = sk_syntax_clauses($1, $2); }
        | settings error NEWLINE   { $$ = $1; $$.damaged = true; yyerrok; }
        ;
setting: TRUST one              { $$ = sk_syntax_clause(syntax, SK_CLAUSE_TRUST, @1, @$, $2); }
       | NETWORK words          { $$ = sk_syntax_clause(syntax, SK_CLAUSE_NETWORK, @1, @$, $2); }
       | INTERFACE one          { $$ = sk_syntax_clause(syntax, SK_CLAUSE_INTERFACE, @1, @$, $2); }
       | SIGN_IN amount         { $$ = sk_syntax_clause(syntax, SK_CLAUSE_SIGN_IN, @1, @$, $2); }
       | TAKE_OUT one           { $$ = sk_syntax_clause(syntax, SK_CLAUSE_TAKE_OUT, @1, @$, $2); }
       | TAKE_OUT WITH APPROVAL { $$ = sk_syntax_clause(syntax, SK_CLAUSE_TAKE_OUT, @1, @$, no_words); }
       | SIGN_IN PASSWORD       {
           $$ = sk_syntax_clause(syntax, SK_CLAUSE_SIGN_IN, @1, @$, sk_syntax_words(syntax, no_words, $2));
       }
       | REACHES one            { $$ = sk_syntax_clause(syntax, SK_CLAUSE_REACHES, @1, @$, $2); }
       | SESSION spaced         { $$ = sk_syntax_clause(syntax, SK_CLAUSE_SESSION, @1, @$, $2); }
       | PASSWORD FROM amount   { $$ = sk_syntax_clause(syntax, SK_CLAUSE_PASSWORD, @1, @$, $3); }
       | TERMINAL named_amount  { $$ = sk_syntax_clause(syntax, SK_CLAUSE_TERMINAL, @1, @$, $2); }
       | GATE ports             { $$ = sk_syntax_clause(syntax, SK_CLAUSE_GATE, @1, @$, $2); }
       ;

protocol: TCP words { $$ = sk_syntax_words_join(syntax, sk_syntax_words(syntax, no_words, $1), $2); }
        | UDP words { $$ = sk_syntax_words_join(syntax, sk_syntax_words(syntax, no_words, $1), $2); }
        ;
ports: protocol
     | ports protocol { $$ = sk_syntax_words_join(syntax, $1, $2); }
     ;

host_clauses: %empty                   { $$ = (SkClauses){ .first = NULL }; }
            | host_clauses host_clause { $$ = sk_syntax_clauses($1, $2); }
            ;
host_clause: ADDRESS words { $$ = sk_syntax_clause(syntax, SK_CLAUSE_ADDRESS, @1, @$, $2); }
           | MAC one       { $$ = sk_syntax_clause(syntax, SK_CLAUSE_MAC, @1, @$, $2); }
           | INTERFACE one { $$ = sk_syntax_clause(syntax, SK_CLAUSE_INTERFACE, @1, @$, $2); }
           ;

table_clauses: %empty                     { $$ = (SkClauses){ .first = NULL }; }
             | table_clauses table_clause { $$ = sk_syntax_clauses($1, $2); }
             ;
table_clause: NETWORK words { $$ = sk_syntax_clause(syntax, SK_CLAUSE_NETWORK, @1, @$, $2); }
            | ADDRESS words { $$ = sk_syntax_clause(syntax, SK_CLAUSE_ADDRESS, @1, @$, $2); }
            | HOSTS words   { $$ = sk_syntax_clause(syntax, SK_CLAUSE_HOSTS, @1, @$, $2); }
            | INTERFACE one { $$ = sk_syntax_clause(syntax, SK_CLAUSE_INTERFACE, @1, @$, $2); }
            ;

content_clause
    : AS one            { $$ = sk_syntax_clause(syntax, SK_CLAUSE_AS, @1, @$, $2); }
    | SIZE TO amount    { $$ = sk_syntax_clause(syntax, SK_CLAUSE_SIZE, @1, @$, $3); }
    | KEEP named_amount { $$ = sk_syntax_clause(syntax, SK_CLAUSE_KEEP, @1, @$, $2); }
    | WITHIN amount     { $$ = sk_syntax_clause(syntax, SK_CLAUSE_WITHIN, @1, @$, $2); }
    | REMIND named_amount { $$ = sk_syntax_clause(syntax, SK_CLAUSE_REMIND, @1, @$, $2); }
    | APPROVAL steps    { $$ = sk_syntax_clause(syntax, SK_CLAUSE_APPROVAL, @1, @$, $2); }
    | REASON one        { $$ = sk_syntax_clause(syntax, SK_CLAUSE_REASON, @1, @$, $2); }
    | CLASSES words     { $$ = sk_syntax_clause(syntax, SK_CLAUSE_CLASSES, @1, @$, $2); }
    | WITH WORD WORD    {
        SkWords words = sk_syntax_words(syntax, sk_syntax_words(syntax, no_words, $2), $3);
        $$ = sk_syntax_clause(syntax, SK_CLAUSE_WITH, @1, @$, words);
    }
    ;

step: one
    | WORD FOR CLASSES words {
        $$ = sk_syntax_words(syntax, sk_syntax_words(syntax, no_words, $1), $2);
        $$ = sk_syntax_words_join(syntax, $$, $4);
    }
    ;
steps: step
     | steps THEN step { $$ = sk_syntax_words_join(syntax, sk_syntax_words(syntax, $1, $2), $3); }
     ;

file_clauses: %empty                   { $$ = (SkClauses){ .first = NULL }; }
            | file_clauses file_clause { $$ = sk_syntax_clauses($1, $2); }
            ;
file_clause: content_clause
           | TYPES words { $$ = sk_syntax_clause(syntax, SK_CLAUSE_TYPES, @1, @$, $2); }
           ;

mail_clauses: %empty                   { $$ = (SkClauses){ .first = NULL }; }
            | mail_clauses mail_clause { $$ = sk_syntax_clauses($1, $2); }
            ;
mail_clause: content_clause
           | ATTACHMENTS one { $$ = sk_syntax_clause(syntax, SK_CLAUSE_ATTACHMENTS, @1, @$, $2); }
           ;

screen_clauses: %empty                       { $$ = (SkClauses){ .first = NULL }; }
              | screen_clauses screen_clause { $$ = sk_syntax_clauses($1, $2); }
              ;
screen_clause: CLIPBOARD one { $$ = sk_syntax_clause(syntax, SK_CLAUSE_CLIPBOARD, @1, @$, $2); }
             | FILES one     { $$ = sk_syntax_clause(syntax, SK_CLAUSE_FILES, @1, @$, $2); }
             | PRINT one     { $$ = sk_syntax_clause(syntax, SK_CLAUSE_PRINT, @1, @$, $2); }
             | RECORD one    { $$ = sk_syntax_clause(syntax, SK_CLAUSE_RECORD, @1, @$, $2); }
             | APPROVAL steps { $$ = sk_syntax_clause(syntax, SK_CLAUSE_APPROVAL, @1, @$, $2); }
             ;

flow_clauses: %empty                   { $$ = (SkClauses){ .first = NULL }; }
            | flow_clauses flow_clause { $$ = sk_syntax_clauses($1, $2); }
            ;
flow_clause: TCP words { $$ = sk_syntax_clause(syntax, SK_CLAUSE_TCP, @1, @$, $2); }
           | UDP words { $$ = sk_syntax_clause(syntax, SK_CLAUSE_UDP, @1, @$, $2); }
           ;

specific_clauses: %empty                           { $$ = (SkClauses){ .first = NULL }; }
                | specific_clauses specific_clause { $$ = sk_syntax_clauses($1, $2); }
                ;
specific_clause: flow_clause
               | KIND one     { $$ = sk_syntax_clause(syntax, SK_CLAUSE_KIND, @1, @$, $2); }
               | OWNER STRING {
                   $$ = sk_syntax_clause(syntax, SK_CLAUSE_OWNER, @1, @$, sk_syntax_words(syntax, no_words, $2));
               }
               | UNTIL one    { $$ = sk_syntax_clause(syntax, SK_CLAUSE_UNTIL, @1, @$, $2); }
               ;

%%

static int
sk_grammar_lex(SK_GRAMMAR_STYPE *value, SkPlace *place, SkSyntax *syntax)
{
    return sk_syntax_lex(syntax, &value->word, place);
}

static int
yyreport_syntax_error(const yypcontext_t *context, SkSyntax *syntax)
{
    yysymbol_kind_t kinds[YYNTOKENS];
    const char *names[YYNTOKENS];
    int n = yypcontext_expected_tokens(context, kinds, YYNTOKENS);

    for (int i = 0; i < n; i++)
        names[i] = yysymbol_name(kinds[i]);
    sk_syntax_unexpected(syntax, *yypcontext_location(context), names, n > 0 ? (unsigned)n : 0);
    return 0;
}

/* Reached only when bison runs out of its own stack, which no text in the limits makes it do. */
static void
sk_grammar_error(SkPlace *place, SkSyntax *syntax, const char *message)
{
    sk_diagnostics_add(syntax->diagnostics, SK_SEVERITY_ERROR, *place, NULL, "%s", message);
}
