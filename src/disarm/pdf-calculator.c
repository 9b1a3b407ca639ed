/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-calculator.c - contract in pdf-calculator.h.
 */
#include "disarm/pdf-calculator.h"

#include "disarm/pdf-content-scan.h"
#include "disarm/pdf-spell.h"

typedef struct {
    SkSpan in;
    size_t at;
    GString *out; /* borrowed */
    size_t start; /* of the program in it */
    unsigned depth;
    /* of each level: blocks that wait for their if or ifelse */
    uint8_t blocks[SK_PDF_BLOCKS_MAX + 1];
} Program;

/* In byte order; `if` and `ifelse` stand apart. */
static const char *const operators[] = {
    "abs", "add", "and", "atan", "bitshift", "ceiling", "copy", "cos", "cvi", "cvr", "div", "dup",
    "eq", "exch", "exp", "false", "floor", "ge", "gt", "idiv", "index", "le", "ln", "log", "lt",
    "mod", "mul", "ne", "neg", "not", "or", "pop", "roll", "round", "sin", "sqrt", "sub", "true",
    "truncate", "xor",
};

static const char *
operator_name(SkSpan word)
{
    for (size_t i = 0; i < G_N_ELEMENTS(operators); i++) {
        if (sk_span_is(word, operators[i]))
            return operators[i];
    }
    return NULL;
}

static void
blank(Program *self)
{
    SkPdfScan scan = { .in = self->in, .at = self->at };

    sk_pdf_scan_blank(&scan);
    self->at = scan.at;
}

static bool
wrong(const Program *self, GError **error)
{
    return sk_throw(error, SK_ERROR_MALFORMED, "pdf-function: not a program (byte %zu)", self->at);
}

static bool
open_block(Program *self, GError **error)
{
    if (self->depth > 0 && self->blocks[self->depth] >= 2)
        return wrong(self, error);
    if (self->depth >= SK_PDF_BLOCKS_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "pdf-function: over %u blocks within one another",
                        SK_PDF_BLOCKS_MAX);
    self->blocks[++self->depth] = 0;
    g_string_append(self->out, "{ ");
    return true;
}

static bool
close_block(Program *self, GError **error)
{
    if (self->blocks[self->depth] != 0)
        return wrong(self, error);
    self->depth--;
    self->blocks[self->depth]++;
    g_string_append(self->out, self->depth > 0 ? "} " : "}");
    return true;
}

/* `if` and `ifelse`: the blocks before them are theirs. */
static bool
choose(Program *self, const char *name, uint8_t blocks, GError **error)
{
    if (self->blocks[self->depth] != blocks)
        return wrong(self, error);
    self->blocks[self->depth] = 0;
    g_string_append_printf(self->out, "%s ", name);
    return true;
}

static bool
word(Program *self, GError **error)
{
    SkPdfScan scan = { .in = self->in, .at = self->at };
    SkSpan s = sk_pdf_scan_word(&scan);
    int64_t number = 0;

    if (sk_span_is(s, "if"))
        return choose(self, "if", 1, error) && (self->at = scan.at, true);
    if (sk_span_is(s, "ifelse"))
        return choose(self, "ifelse", 2, error) && (self->at = scan.at, true);
    const char *name = operator_name(s);
    if (self->blocks[self->depth] != 0 || (name == NULL && !sk_pdf_number_parse(s, &number)))
        return wrong(self, error);
    if (name != NULL)
        g_string_append(self->out, name);
    else
        sk_pdf_put_number(self->out, number);
    g_string_append_c(self->out, ' ');
    self->at = scan.at;
    return true;
}

bool
sk_pdf_calculator_rebuild(SkSpan in, GString *out, GError **error)
{
    Program self = { .in = in, .out = out, .start = out->len };

    blank(&self);
    if (self.at >= in.n || in.p[self.at] != '{')
        return wrong(&self, error);
    do {
        bool good = true;
        if (self.at >= in.n)
            return wrong(&self, error);
        uint8_t c = in.p[self.at];
        if (c == '{' || c == '}') {
            self.at++;
            good = c == '{' ? open_block(&self, error) : close_block(&self, error);
        } else {
            good = word(&self, error);
        }
        if (!good)
            return false;
        if (out->len - self.start > SK_PDF_PROGRAM_MAX)
            return sk_throw(error, SK_ERROR_UNSUPPORTED, "pdf-function: a program over %u bytes",
                            SK_PDF_PROGRAM_MAX);
        blank(&self);
    } while (self.depth > 0);
    return self.at == in.n || wrong(&self, error);
}
