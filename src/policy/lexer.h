/* SPDX-License-Identifier: Apache-2.0
 *
 * lexer.h - tokens with places, for the policy and for sekisho.conf: words, strings, commas, braces
 * and line ends. Reports what no sentence may hold (bad encoding, hidden characters, full-width
 * signs) and goes on as if the right character had been typed, so that one slip gives one message.
 * Runs in: sekisho. Trusts: nothing.
 * Spec: docs/policy-language.md (writing)   Tests: tests/golden/policy/lexer-*.conf
 */
#pragma once

#include "base/base.h"
#include "policy/diagnostic.h"

typedef enum {
    SK_TOKEN_END = 0,
    SK_TOKEN_NEWLINE, /* never twice in a row, never first */
    SK_TOKEN_OPEN,    /* always followed by a line end */
    SK_TOKEN_CLOSE,   /* always between line ends; always there for each OPEN */
    SK_TOKEN_COMMA,
    SK_TOKEN_WORD,
    SK_TOKEN_STRING
} SkTokenKind;

typedef struct {
    SkTokenKind kind;
    const char *text; /* owned by the lexer; a string's without its quotes */
    SkPlace place;
    bool cut; /* a string without its closing quote: what follows on its line was swallowed */
} SkToken;

typedef struct SkLexer SkLexer;

/**
 * sk_lexer_new: (transfer full):
 * @text: borrowed; bytes of any kind
 * @file: its number, for the places
 * @starts: a word that, first in a line, closes a block whose brace is missing
 * @diagnostics: borrowed; what is found wrong is added
 * A text over @bytes_max or that is not UTF-8 gives one error and no tokens.
 */
SkLexer *sk_lexer_new(SkSpan text, size_t bytes_max, uint32_t file,
                      bool (*starts)(const char *word), GPtrArray *diagnostics);
void sk_lexer_free(SkLexer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkLexer, sk_lexer_free)
/** sk_lexer_next: END for ever once the text is over. */
SkToken sk_lexer_next(SkLexer *self);
