/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-function.c - functions: which keys each type has, how many numbers, what a program may say.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/pdf-content.md, "Functions"; ISO 32000-1, 7.10   Tests:
 * tests/unit/verify/test-pdf-rebuilt.c
 */
#include "verify/pdf-file.h"

#include <string.h>

#define INPUTS_MAX 32u
#define SAMPLED_INPUTS_MAX 16u
#define SAMPLES_MAX (16u << 20)
#define PROGRAM_MAX 65536u
#define BLOCKS_MAX 32u
#define PARTS_MAX 4096u
#define CHAIN_MAX 64u

static const char *const keys[] = {
    "Range", "Size", "BitsPerSample", "C0", "C1", "N", "Functions", "Bounds", "Encode", "Decode"
};

/* By type: a letter for each key above: ! must, ? may, . must not. */
static const char *const wanted[] = {
    "!!!.....??", "..........", "?..!!!....", "?.....!!!.", "!........."
};

static size_t
count(const SkPdfFile *self, uint32_t function, const char *key, int64_t *ret, size_t most)
{
    SkReader value = { 0 };
    return sk_vpdf_get(self, function, key, &value) ? sk_vpdf_numbers(value, ret, most) : 0;
}

static size_t
how_many(const SkPdfFile *self, uint32_t function, const char *key)
{
    return count(self, function, key, NULL, 0);
}

/* The first part of a function of type 3; 0: it has none. */
static uint32_t
first_part(const SkPdfFile *self, uint32_t function)
{
    SkReader parts = { 0 };
    uint32_t first = 0;

    return sk_vpdf_get(self, function, "Functions", &parts) && sk_pdf_enter(&parts) &&
                   sk_pdf_reference(&parts, &first)
               ? first
               : 0;
}

void
sk_pdf_arity(const SkPdfFile *self, uint32_t function, unsigned *ret_in, unsigned *ret_out)
{
    size_t out = 0;

    *ret_in = (unsigned)(how_many(self, function, "Domain") / 2);
    for (unsigned i = 0; i < CHAIN_MAX && function != 0 && out == 0; i++) {
        out = how_many(self, function, "Range") / 2;
        if (out == 0)
            out = how_many(self, function, "C0");
        function = first_part(self, function);
    }
    *ret_out = (unsigned)out;
}

static bool
pairs_rise(const int64_t *numbers, size_t n)
{
    for (size_t i = 0; i + 1 < n; i += 2)
        if (numbers[i] > numbers[i + 1])
            return false;
    return true;
}

static bool
check_keys(SkPdfFile *self, uint32_t function, int64_t type)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(keys); i++) {
        bool has = sk_vpdf_has(self, function, keys[i]);
        if ((wanted[type][i] == '!' && !has) || (wanted[type][i] == '.' && has))
            return false;
    }
    return true;
}

/* ---- type 0 ---- */

/* Bytes of samples; 0: too many. */
static uint64_t
sample_bytes(const int64_t *size, unsigned in, unsigned out, unsigned bits)
{
    uint64_t n = (uint64_t)out * bits;

    for (unsigned i = 0; i < in; i++) {
        n *= (uint64_t)(size[i] / SK_PDF_ONE);
        if (n > SAMPLES_MAX * UINT64_C(8))
            return 0;
    }
    return (n + 7) / 8;
}

static bool
is_default_encode(const int64_t *encode, const int64_t *size, unsigned in)
{
    for (unsigned i = 0; i < in; i++)
        if (encode[2 * i] != 0 || encode[2 * i + 1] != size[i] - SK_PDF_ONE)
            return false;
    return true;
}

static bool
check_maps(SkPdfFile *self, uint32_t function, const int64_t *size, unsigned in, unsigned out)
{
    int64_t encode[2 * SAMPLED_INPUTS_MAX] = { 0 };
    int64_t decode[2 * INPUTS_MAX] = { 0 }, range[2 * INPUTS_MAX] = { 0 };

    if (sk_vpdf_has(self, function, "Encode") &&
        (count(self, function, "Encode", encode, G_N_ELEMENTS(encode)) != 2 * (size_t)in ||
         is_default_encode(encode, size, in)))
        return false;
    if (!sk_vpdf_has(self, function, "Decode"))
        return true;
    (void)count(self, function, "Range", range, G_N_ELEMENTS(range));
    return count(self, function, "Decode", decode, G_N_ELEMENTS(decode)) == 2 * (size_t)out &&
           memcmp(decode, range, 2 * (size_t)out * sizeof decode[0]) != 0;
}

static bool
check_sampled(SkPdfFile *self, uint32_t function, unsigned in, unsigned out)
{
    int64_t size[SAMPLED_INPUTS_MAX] = { 0 };
    int64_t bits = sk_pdf_get_integer(self, function, "BitsPerSample", 0);

    if (in > SAMPLED_INPUTS_MAX || count(self, function, "Size", size, SAMPLED_INPUTS_MAX) != in ||
        !(bits == 1 || bits == 2 || bits == 4 || bits == 8 || bits == 12 || bits == 16 ||
          bits == 24 || bits == 32) ||
        !check_maps(self, function, size, in, out))
        return sk_pdf_wrong(self, function, "function of samples");
    uint64_t bytes = sample_bytes(size, in, out, (unsigned)bits);
    g_autoptr(GByteArray) data = sk_pdf_inflate(self, function, SAMPLES_MAX);
    if (data == NULL)
        return false;
    if (bytes == 0 || data->len != bytes)
        return sk_pdf_wrong(self, function, "number of samples");
    uint64_t used = (uint64_t)out * (uint64_t)bits;
    for (unsigned i = 0; i < in; i++)
        used *= (uint64_t)(size[i] / SK_PDF_ONE);
    return used % 8 == 0 || (data->data[bytes - 1] & (0xffu >> used % 8)) == 0 ||
           sk_pdf_wrong(self, function, "last bits");
}

/* ---- types 2 and 3 ---- */

static bool
check_power(SkPdfFile *self, uint32_t function, unsigned in, unsigned out)
{
    int64_t domain[2] = { 0 };
    int64_t power = sk_pdf_get_number(self, function, "N", 0);

    (void)count(self, function, "Domain", domain, 2);
    bool good = in == 1 && how_many(self, function, "C0") == out &&
                how_many(self, function, "C1") == out &&
                (power % SK_PDF_ONE == 0 || domain[0] >= 0) &&
                (power >= 0 || domain[0] > 0 || domain[1] < 0);
    return good || sk_pdf_wrong(self, function, "power function");
}

static bool
check_parts(SkPdfFile *self, uint32_t function, unsigned out, size_t *ret)
{
    SkReader parts = { 0 };
    uint32_t part = 0;
    unsigned part_in = 0, part_out = 0;

    if (!sk_vpdf_get(self, function, "Functions", &parts))
        return false;
    for (bool more = sk_pdf_enter(&parts); more; more = sk_pdf_next(&parts), *ret += 1) {
        if (!sk_pdf_reference(&parts, &part))
            return false;
        sk_pdf_arity(self, part, &part_in, &part_out);
        if (part_in != 1 || part_out != out)
            return false;
    }
    return *ret >= 1 && *ret <= PARTS_MAX;
}

static bool
check_stitched(SkPdfFile *self, uint32_t function, unsigned in, unsigned out)
{
    g_autofree int64_t *bounds = g_new0(int64_t, PARTS_MAX);
    int64_t domain[2] = { 0 };
    size_t parts = 0;

    (void)count(self, function, "Domain", domain, 2);
    if (in != 1 || !check_parts(self, function, out, &parts) ||
        count(self, function, "Bounds", bounds, PARTS_MAX) != parts - 1 ||
        how_many(self, function, "Encode") != 2 * parts)
        return sk_pdf_wrong(self, function, "stitched function");
    for (size_t i = 0; i + 1 < parts; i++)
        if (bounds[i] < (i == 0 ? domain[0] : bounds[i - 1]) || bounds[i] > domain[1])
            return sk_pdf_wrong(self, function, "bounds of a stitched function");
    return true;
}

/* ---- type 4 ---- */

#define STACK_MAX 100

/* By what it does to the height of the stack: the least that must lie there, and the change. */
typedef struct {
    const char *word;
    int needs, change;
} Operator;

static const Operator words[] = {
    { "abs", 1, 0 },    { "add", 2, -1 },  { "and", 2, -1 },    { "atan", 2, -1 },
    { "bitshift", 2, -1 }, { "ceiling", 1, 0 }, { "copy", 1, -1 }, { "cos", 1, 0 },
    { "cvi", 1, 0 },    { "cvr", 1, 0 },   { "div", 2, -1 },    { "dup", 1, 1 },
    { "eq", 2, -1 },    { "exch", 2, 0 },  { "exp", 2, -1 },    { "false", 0, 1 },
    { "floor", 1, 0 },  { "ge", 2, -1 },   { "gt", 2, -1 },     { "idiv", 2, -1 },
    { "index", 1, -1 }, { "le", 2, -1 },   { "ln", 1, 0 },      { "log", 1, 0 },
    { "lt", 2, -1 },    { "mod", 2, -1 },  { "mul", 2, -1 },    { "ne", 2, -1 },
    { "neg", 1, 0 },    { "not", 1, 0 },   { "or", 2, -1 },     { "pop", 1, -1 },
    { "roll", 2, -2 },  { "round", 1, 0 }, { "sin", 1, 0 },     { "sqrt", 1, 0 },
    { "sub", 2, -1 },   { "true", 0, 1 },  { "truncate", 1, 0 }, { "xor", 2, -1 }
};

static const Operator *
find_operator(SkSpan token)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(words); i++)
        if (sk_span_is(token, words[i].word))
            return &words[i];
    return NULL;
}

static bool
is_item(SkSpan token)
{
    SkReader r = sk_reader(token);
    int64_t value = 0;
    bool whole = false;

    if (find_operator(token) != NULL)
        return true;
    return sk_vpdf_number(&r, &value, &whole) && sk_reader_left(&r) == 0;
}

typedef struct {
    /* by depth: how many stand there that no if or ifelse has taken */
    uint8_t blocks[BLOCKS_MAX + 1];
    unsigned depth;
} Program;

static bool
read_token(Program *program, SkSpan token)
{
    uint8_t *blocks = &program->blocks[program->depth];

    if (program->depth == 0 && !sk_span_is(token, "{"))
        return false;
    if (sk_span_is(token, "{")) {
        if (program->depth == BLOCKS_MAX || *blocks == 2)
            return false;
        program->blocks[++program->depth] = 0;
        return true;
    }
    if (sk_span_is(token, "}")) {
        if (*blocks != 0)
            return false;
        program->blocks[--program->depth]++;
        return true;
    }
    bool taken =
        (*blocks == 1 && sk_span_is(token, "if")) || (*blocks == 2 && sk_span_is(token, "ifelse"));
    if (!taken && (*blocks != 0 || !is_item(token)))
        return false;
    *blocks = 0;
    return true;
}

/* ---- the heights that a program's stack can have ---- */

/* Bit h of `has`: the stack can be h high here. Programs of a file of ours have few ways, but a
 * stranger's file may claim any. */
typedef struct {
    bool has[STACK_MAX + 1];
} Heights;

typedef struct {
    Heights now, ways[BLOCKS_MAX + 1][3]; /* by depth: where a block begins, where the two end */
    uint8_t blocks[BLOCKS_MAX + 1];
    unsigned depth;
    SkSpan before[2]; /* the two tokens before this one, the last one first */
} Run;

/* Every height by @change; false where one is below @needs or would be too high. */
static bool
shift(Heights *heights, int needs, int change)
{
    Heights to = { 0 };

    for (int h = 0; h <= STACK_MAX; h++) {
        if (!heights->has[h])
            continue;
        if (h < needs || h + change < 0 || h + change > STACK_MAX)
            return false;
        to.has[h + change] = true;
    }
    *heights = to;
    return true;
}

/* A token that is an integer from 0 to 100. */
static bool
small(SkSpan token, int *ret)
{
    SkReader r = sk_reader(token);
    int64_t value = 0;
    bool whole = false;

    if (!sk_vpdf_number(&r, &value, &whole) || sk_reader_left(&r) != 0 || !whole || value < 0 ||
        value > STACK_MAX * SK_PDF_ONE)
        return false;
    *ret = (int)(value / SK_PDF_ONE);
    return true;
}

static bool
is_number(SkSpan token)
{
    return token.n > 0 && (g_ascii_isdigit(token.p[0]) || token.p[0] == '-');
}

static bool
run_operator(Run *run, const Operator *operator)
{
    bool copy = g_str_equal(operator->word, "copy"), index = g_str_equal(operator->word, "index");
    bool roll = g_str_equal(operator->word, "roll");
    int n = 0;

    if (!shift(&run->now, operator->needs, operator->change))
        return false;
    if (!copy && !index && !roll)
        return true;
    if (!small(run->before[roll ? 1 : 0], &n) || (roll && !is_number(run->before[0])))
        return false;
    return shift(&run->now, index ? n + 1 : n, copy ? n : index ? 1 : 0);
}

static bool
run_token(Run *run, SkSpan token)
{
    unsigned depth = run->depth;
    const Operator *operator = find_operator(token);

    if (operator != NULL)
        return run_operator(run, operator);
    if (sk_span_is(token, "{")) {
        if (depth > 0 && run->blocks[depth] == 0) {
            if (!shift(&run->now, 1, -1)) /* the truth that the blocks are chosen by */
                return false;
            run->ways[depth][0] = run->now;
        }
        if (depth > 0)
            run->now = run->ways[depth][0];
        run->blocks[++run->depth] = 0;
        return true;
    }
    if (sk_span_is(token, "}")) {
        run->ways[depth - 1][++run->blocks[depth - 1]] = run->now;
        run->depth--;
        return true;
    }
    if (!sk_span_is(token, "if") && !sk_span_is(token, "ifelse"))
        return shift(&run->now, 0, 1);
    const Heights *other = &run->ways[depth][sk_span_is(token, "if") ? 0 : 2];
    for (int h = 0; h <= STACK_MAX; h++)
        run->now.has[h] = run->ways[depth][1].has[h] || other->has[h];
    run->blocks[depth] = 0;
    return true;
}

/* From @in values to @out of them, whichever way it goes. The grammar has been checked. */
static bool
check_heights(SkSpan program, unsigned in, unsigned out)
{
    Run run = { .depth = 0 };

    run.now.has[in] = true;
    for (size_t at = 0; at < program.n;) {
        size_t end = sk_span_find(program, at, sk_span_str(" "));
        end = end == SIZE_MAX ? program.n : end;
        SkSpan token = sk_span_sub(program, at, end - at);
        if (!run_token(&run, token))
            return false;
        run.before[1] = run.before[0];
        run.before[0] = token;
        at = end + 1;
    }
    for (int h = 0; h <= STACK_MAX; h++)
        if (run.now.has[h] && h != (int)out)
            return false;
    return true;
}

static bool
check_program(SkPdfFile *self, uint32_t function, unsigned inputs, unsigned outputs)
{
    Program program = { .depth = 0 };
    g_autoptr(GByteArray) data = sk_pdf_inflate(self, function, PROGRAM_MAX);

    if (data == NULL)
        return false;
    SkSpan in = sk_span(data->data, data->len);
    for (size_t at = 0; at < in.n;) {
        size_t end = sk_span_find(in, at, sk_span_str(" "));
        end = end == SIZE_MAX ? in.n : end;
        bool first = at == 0, last = end == in.n;
        if (!read_token(&program, sk_span_sub(in, at, end - at)) || (program.depth == 0) != last ||
            (first && program.depth != 1))
            return sk_pdf_wrong(self, function, "program");
        at = end + 1;
    }
    return (program.blocks[0] == 1 && program.depth == 0 && check_heights(in, inputs, outputs)) ||
           sk_pdf_wrong(self, function, "program");
}

bool
sk_pdf_check_function(SkPdfFile *self, uint32_t function)
{
    int64_t type = sk_pdf_get_integer(self, function, "FunctionType", 1);
    int64_t domain[2 * INPUTS_MAX] = { 0 }, range[2 * INPUTS_MAX] = { 0 };
    unsigned in = 0, out = 0;

    sk_pdf_arity(self, function, &in, &out);
    size_t domains = count(self, function, "Domain", domain, G_N_ELEMENTS(domain));
    size_t ranges = count(self, function, "Range", range, G_N_ELEMENTS(range));
    if (type == 1 || !check_keys(self, function, type) || in < 1 || in > INPUTS_MAX || out < 1 ||
        out > INPUTS_MAX || domains != 2 * (size_t)in ||
        (ranges != 0 && ranges != 2 * (size_t)out) || !pairs_rise(domain, domains) ||
        !pairs_rise(range, ranges))
        return sk_pdf_wrong(self, function, "function");
    switch (type) {
    case 0:
        return check_sampled(self, function, in, out);
    case 2:
        return check_power(self, function, in, out);
    case 3:
        return check_stitched(self, function, in, out);
    default:
        return check_program(self, function, in, out);
    }
}
