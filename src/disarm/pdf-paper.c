/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-paper.c - contract in pdf-calculator.h: a program run on paper, with the height of its stack
 * instead of values.
 * Spec: docs/formats/pdf-content.md, "Functions"; ISO 32000-1, 7.10.5, annex C
 */
#include "disarm/pdf-calculator.h"

#include <string.h>

typedef struct {
    int least, most; /* how many values lie there, whichever way the program went */
} Height;

typedef struct {
    Height before, first, second; /* where its blocks begin; how they end */
    unsigned blocks;
} Level;

typedef struct {
    Level levels[SK_PDF_BLOCKS_MAX + 2];
    unsigned depth;
    Height now;
    int known[2]; /* the numbers just pushed, the last one first */
    unsigned n_known;
} Paper;

/* How many values an operator takes and gives. `copy`, `index` and `roll` stand apart. */
static const struct {
    const char *name;
    uint8_t takes, gives;
} operators[] = {
    { "abs", 1, 1 },      { "add", 2, 1 }, { "and", 2, 1 },  { "atan", 2, 1 }, { "bitshift", 2, 1 },
    { "ceiling", 1, 1 },  { "cos", 1, 1 }, { "cvi", 1, 1 },  { "cvr", 1, 1 },  { "div", 2, 1 },
    { "dup", 1, 2 },      { "eq", 2, 1 },  { "exch", 2, 2 }, { "exp", 2, 1 },  { "false", 0, 1 },
    { "floor", 1, 1 },    { "ge", 2, 1 },  { "gt", 2, 1 },   { "idiv", 2, 1 }, { "le", 2, 1 },
    { "ln", 1, 1 },       { "log", 1, 1 }, { "lt", 2, 1 },   { "mod", 2, 1 },  { "mul", 2, 1 },
    { "ne", 2, 1 },       { "neg", 1, 1 }, { "not", 1, 1 },  { "or", 2, 1 },   { "pop", 1, 0 },
    { "round", 1, 1 },    { "sin", 1, 1 }, { "sqrt", 1, 1 }, { "sub", 2, 1 },  { "true", 0, 1 },
    { "truncate", 1, 1 }, { "xor", 2, 1 },
};

static bool
move(Paper *self, int takes, int gives)
{
    if (self->now.least < takes)
        return false;
    self->now.least += gives - takes;
    self->now.most += gives - takes;
    return self->now.most <= SK_PDF_STACK_MAX;
}

/* Of two ways that meet again. */
static Height
either(Height a, Height b)
{
    return (Height){ MIN(a.least, b.least), MAX(a.most, b.most) };
}

/* A block waits for its `if`, which will take the truth below it first. */
static bool
open_block(Paper *self)
{
    Level *level = &self->levels[self->depth];

    if (self->depth > 0 && level->blocks == 0) {
        if (!move(self, 1, 0))
            return false;
        level->before = self->now;
    }
    self->now = self->depth > 0 ? level->before : self->now;
    self->levels[++self->depth] = (Level){ .blocks = 0 };
    return true;
}

static void
close_block(Paper *self)
{
    Level *level = &self->levels[--self->depth];

    if (level->blocks++ == 0)
        level->first = self->now;
    else
        level->second = self->now;
}

/* `copy`, `index`, `roll`: only with numbers that stand before them, or nobody knows how deep they
 * reach. */
static bool
reach(Paper *self, SkSpan word)
{
    bool roll = sk_span_is(word, "roll");
    int n = self->known[roll ? 1 : 0];

    if (self->n_known < (roll ? 2u : 1u) || n < 0 || n > SK_PDF_STACK_MAX)
        return false;
    if (roll)
        return move(self, 2, 0) && self->now.least >= n;
    if (sk_span_is(word, "copy"))
        return move(self, 1, 0) && self->now.least >= n && move(self, 0, n);
    return move(self, 1, 0) && self->now.least > n && move(self, 0, 1);
}

static bool
apply(Paper *self, SkSpan word)
{
    for (size_t i = 0; i < G_N_ELEMENTS(operators); i++) {
        if (sk_span_is(word, operators[i].name))
            return move(self, operators[i].takes, operators[i].gives);
    }
    return false;
}

/* -1: no whole number that could be a place on the stack. */
static int
whole(SkSpan word)
{
    int v = 0;

    for (size_t i = 0; i < word.n; i++) {
        if (!g_ascii_isdigit(word.p[i]) || v > SK_PDF_STACK_MAX)
            return -1;
        v = 10 * v + (word.p[i] - '0');
    }
    return v;
}

static bool
step(Paper *self, SkSpan word)
{
    Level *level = &self->levels[self->depth];
    bool number = g_ascii_isdigit(word.p[0]) || word.p[0] == '-';

    if (number) {
        self->known[1] = self->known[0];
        self->known[0] = whole(word);
        self->n_known = MIN(self->n_known + 1, 2u);
        return move(self, 0, 1);
    }
    bool ok = true;
    if (sk_span_is(word, "{")) {
        ok = open_block(self);
    } else if (sk_span_is(word, "}")) {
        close_block(self);
    } else if (sk_span_is(word, "if") || sk_span_is(word, "ifelse")) {
        self->now = either(level->first, sk_span_is(word, "if") ? level->before : level->second);
        level->blocks = 0;
    } else {
        bool reaches =
            sk_span_is(word, "copy") || sk_span_is(word, "index") || sk_span_is(word, "roll");
        ok = reaches ? reach(self, word) : apply(self, word);
    }
    self->n_known = 0;
    return ok;
}

bool
sk_pdf_calculator_fits(SkSpan program, unsigned inputs, unsigned outputs)
{
    Paper self = { .now = { (int)inputs, (int)inputs } };

    for (size_t at = 0; at < program.n;) {
        size_t end = sk_span_find(program, at, sk_span_str(" "));
        end = end == SIZE_MAX ? program.n : end;
        if (end == at || !step(&self, sk_span_sub(program, at, end - at)))
            return false;
        at = end + 1;
    }
    return self.now.least == (int)outputs && self.now.most == (int)outputs;
}
