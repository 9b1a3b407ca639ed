/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-content-operands.c - the table of operators, and what each wants before it: checked, brought
 * into range, resources by their numbers, the line written. What the operator does to the reader's
 * state is pdf-content.c's.
 */
#include "disarm/pdf-content-parts.h"

#define CODE(a, b, c) ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16)

enum {
    OP_q, OP_Q, OP_cm, OP_w, OP_J, OP_j, OP_M, OP_d, OP_ri, OP_i, OP_gs,
    OP_m, OP_l, OP_c, OP_v, OP_y, OP_h, OP_re,
    OP_S, OP_s, OP_f, OP_fx, OP_B, OP_Bx, OP_b, OP_bx, OP_n, OP_W, OP_Wx,
    OP_BT, OP_ET, OP_Tc, OP_Tw, OP_Tz, OP_TL, OP_Tf, OP_Tr, OP_Ts,
    OP_Td, OP_TD, OP_Tm, OP_Tx, OP_Tj, OP_TJ, OP_quote, OP_quotes,
    OP_CS, OP_cs, OP_SCN, OP_scn, OP_G, OP_g, OP_RG, OP_rg, OP_K, OP_k,
    OP_sh, OP_Do, OP_BI, OP_BMC, OP_BDC, OP_MP, OP_DP, OP_EMC, OP_d0, OP_d1, OP_BX, OP_EX,
    OPERATORS,
    OP_NONE,
};

static const SkPdfOperator operators[OPERATORS] = {
    [OP_q] = { "q", SK_PDF_DO_SAVE, SK_PDF_WANTS_NUMBERS, 0, false },
    [OP_Q] = { "Q", SK_PDF_DO_RESTORE, SK_PDF_WANTS_NUMBERS, 0, false },
    [OP_cm] = { "cm", SK_PDF_DO_SHIFT, SK_PDF_WANTS_NUMBERS, 6, false },
    [OP_w] = { "w", SK_PDF_DO_STATE, SK_PDF_WANTS_WIDTH, 1, false },
    [OP_J] = { "J", SK_PDF_DO_STATE, SK_PDF_WANTS_CODE, 2, false },
    [OP_j] = { "j", SK_PDF_DO_STATE, SK_PDF_WANTS_CODE, 2, false },
    [OP_M] = { "M", SK_PDF_DO_STATE, SK_PDF_WANTS_MITER, 1, false },
    [OP_d] = { "d", SK_PDF_DO_STATE, SK_PDF_WANTS_DASHES, 2, false },
    [OP_ri] = { "ri", SK_PDF_DO_STATE, SK_PDF_WANTS_INTENT, 1, false },
    [OP_i] = { "i", SK_PDF_DO_STATE, SK_PDF_WANTS_FLATNESS, 1, false },
    [OP_gs] = { "gs", SK_PDF_DO_STATE, SK_PDF_WANTS_NAME, SK_PDF_USE_STATE, false },
    [OP_m] = { "m", SK_PDF_DO_BEGIN, SK_PDF_WANTS_NUMBERS, 2, false },
    [OP_re] = { "re", SK_PDF_DO_BEGIN, SK_PDF_WANTS_NUMBERS, 4, false },
    [OP_l] = { "l", SK_PDF_DO_SEGMENT, SK_PDF_WANTS_NUMBERS, 2, false },
    [OP_c] = { "c", SK_PDF_DO_SEGMENT, SK_PDF_WANTS_NUMBERS, 6, false },
    [OP_v] = { "v", SK_PDF_DO_SEGMENT, SK_PDF_WANTS_NUMBERS, 4, false },
    [OP_y] = { "y", SK_PDF_DO_SEGMENT, SK_PDF_WANTS_NUMBERS, 4, false },
    [OP_h] = { "h", SK_PDF_DO_SEGMENT, SK_PDF_WANTS_NUMBERS, 0, false },
    [OP_S] = { "S", SK_PDF_DO_PAINT, SK_PDF_WANTS_NUMBERS, 0, false },
    [OP_s] = { "s", SK_PDF_DO_PAINT, SK_PDF_WANTS_NUMBERS, 0, false },
    [OP_f] = { "f", SK_PDF_DO_PAINT, SK_PDF_WANTS_NUMBERS, 0, false },
    [OP_fx] = { "f*", SK_PDF_DO_PAINT, SK_PDF_WANTS_NUMBERS, 0, false },
    [OP_B] = { "B", SK_PDF_DO_PAINT, SK_PDF_WANTS_NUMBERS, 0, false },
    [OP_Bx] = { "B*", SK_PDF_DO_PAINT, SK_PDF_WANTS_NUMBERS, 0, false },
    [OP_b] = { "b", SK_PDF_DO_PAINT, SK_PDF_WANTS_NUMBERS, 0, false },
    [OP_bx] = { "b*", SK_PDF_DO_PAINT, SK_PDF_WANTS_NUMBERS, 0, false },
    [OP_n] = { "n", SK_PDF_DO_PAINT, SK_PDF_WANTS_NUMBERS, 0, false },
    [OP_W] = { "W", SK_PDF_DO_CLIP, SK_PDF_WANTS_NUMBERS, 0, false },
    [OP_Wx] = { "W*", SK_PDF_DO_CLIP, SK_PDF_WANTS_NUMBERS, 0, false },
    [OP_BT] = { "BT", SK_PDF_DO_BT, SK_PDF_WANTS_NUMBERS, 0, false },
    [OP_ET] = { "ET", SK_PDF_DO_ET, SK_PDF_WANTS_NUMBERS, 0, false },
    [OP_Tc] = { "Tc", SK_PDF_DO_STATE, SK_PDF_WANTS_NUMBERS, 1, false },
    [OP_Tw] = { "Tw", SK_PDF_DO_STATE, SK_PDF_WANTS_NUMBERS, 1, false },
    [OP_Tz] = { "Tz", SK_PDF_DO_STATE, SK_PDF_WANTS_NUMBERS, 1, false },
    [OP_TL] = { "TL", SK_PDF_DO_STATE, SK_PDF_WANTS_NUMBERS, 1, false },
    [OP_Tf] = { "Tf", SK_PDF_DO_STATE, SK_PDF_WANTS_FONT, 2, false },
    [OP_Tr] = { "Tr", SK_PDF_DO_STATE, SK_PDF_WANTS_CODE, 7, false },
    [OP_Ts] = { "Ts", SK_PDF_DO_STATE, SK_PDF_WANTS_NUMBERS, 1, false },
    [OP_Td] = { "Td", SK_PDF_DO_PLACE, SK_PDF_WANTS_NUMBERS, 2, false },
    [OP_TD] = { "TD", SK_PDF_DO_PLACE, SK_PDF_WANTS_NUMBERS, 2, false },
    [OP_Tm] = { "Tm", SK_PDF_DO_MATRIX, SK_PDF_WANTS_NUMBERS, 6, false },
    [OP_Tx] = { "T*", SK_PDF_DO_PLACE, SK_PDF_WANTS_NUMBERS, 0, false },
    [OP_Tj] = { "Tj", SK_PDF_DO_SHOW, SK_PDF_WANTS_STRING, 1, false },
    [OP_TJ] = { "TJ", SK_PDF_DO_SHOW, SK_PDF_WANTS_TEXT, 1, false },
    [OP_quote] = { "Tj", SK_PDF_DO_SHOW, SK_PDF_WANTS_QUOTED, 1, false },
    [OP_quotes] = { "Tj", SK_PDF_DO_SHOW, SK_PDF_WANTS_QUOTED, 3, false },
    [OP_CS] = { "CS", SK_PDF_DO_STATE, SK_PDF_WANTS_SPACE, 1, true },
    [OP_cs] = { "cs", SK_PDF_DO_STATE, SK_PDF_WANTS_SPACE, 1, true },
    [OP_SCN] = { "SCN", SK_PDF_DO_STATE, SK_PDF_WANTS_COLOUR, 0, true },
    [OP_scn] = { "scn", SK_PDF_DO_STATE, SK_PDF_WANTS_COLOUR, 0, true },
    [OP_G] = { "G", SK_PDF_DO_STATE, SK_PDF_WANTS_UNITS, 1, true },
    [OP_g] = { "g", SK_PDF_DO_STATE, SK_PDF_WANTS_UNITS, 1, true },
    [OP_RG] = { "RG", SK_PDF_DO_STATE, SK_PDF_WANTS_UNITS, 3, true },
    [OP_rg] = { "rg", SK_PDF_DO_STATE, SK_PDF_WANTS_UNITS, 3, true },
    [OP_K] = { "K", SK_PDF_DO_STATE, SK_PDF_WANTS_UNITS, 4, true },
    [OP_k] = { "k", SK_PDF_DO_STATE, SK_PDF_WANTS_UNITS, 4, true },
    [OP_sh] = { "sh", SK_PDF_DO_DRAW, SK_PDF_WANTS_NAME, SK_PDF_USE_SHADING, true },
    [OP_Do] = { "Do", SK_PDF_DO_DRAW, SK_PDF_WANTS_NAME, SK_PDF_USE_OBJECT, false },
    [OP_BI] = { "Do", SK_PDF_DO_INLINE, SK_PDF_WANTS_NUMBERS, 0, false },
    [OP_BMC] = { "BMC", SK_PDF_DO_MARK, SK_PDF_WANTS_MARK, 1, false },
    [OP_BDC] = { "BDC", SK_PDF_DO_MARK, SK_PDF_WANTS_MARK, 2, false },
    [OP_MP] = { "MP", SK_PDF_DO_MARK, SK_PDF_WANTS_MARK, 1, false },
    [OP_DP] = { "DP", SK_PDF_DO_MARK, SK_PDF_WANTS_MARK, 2, false },
    [OP_EMC] = { "EMC", SK_PDF_DO_EMC, SK_PDF_WANTS_NUMBERS, 0, false },
    [OP_d0] = { "d0", SK_PDF_DO_WIDTH, SK_PDF_WANTS_NUMBERS, 2, false },
    [OP_d1] = { "d1", SK_PDF_DO_WIDTH, SK_PDF_WANTS_NUMBERS, 6, false },
    [OP_BX] = { "BX", SK_PDF_DO_BX, SK_PDF_WANTS_NUMBERS, 0, false },
    [OP_EX] = { "EX", SK_PDF_DO_EX, SK_PDF_WANTS_NUMBERS, 0, false },
};

static unsigned
lookup_one(uint32_t code)
{
    switch (code) {
    case CODE('q', 0, 0): return OP_q;
    case CODE('Q', 0, 0): return OP_Q;
    case CODE('w', 0, 0): return OP_w;
    case CODE('J', 0, 0): return OP_J;
    case CODE('j', 0, 0): return OP_j;
    case CODE('M', 0, 0): return OP_M;
    case CODE('d', 0, 0): return OP_d;
    case CODE('i', 0, 0): return OP_i;
    case CODE('m', 0, 0): return OP_m;
    case CODE('l', 0, 0): return OP_l;
    case CODE('c', 0, 0): return OP_c;
    case CODE('v', 0, 0): return OP_v;
    case CODE('y', 0, 0): return OP_y;
    case CODE('h', 0, 0): return OP_h;
    case CODE('S', 0, 0): return OP_S;
    case CODE('s', 0, 0): return OP_s;
    case CODE('F', 0, 0):
    case CODE('f', 0, 0): return OP_f;
    case CODE('B', 0, 0): return OP_B;
    case CODE('b', 0, 0): return OP_b;
    case CODE('n', 0, 0): return OP_n;
    case CODE('W', 0, 0): return OP_W;
    case CODE('\'', 0, 0): return OP_quote;
    case CODE('"', 0, 0): return OP_quotes;
    case CODE('G', 0, 0): return OP_G;
    case CODE('g', 0, 0): return OP_g;
    case CODE('K', 0, 0): return OP_K;
    case CODE('k', 0, 0): return OP_k;
    default: return OP_NONE;
    }
}

static unsigned
lookup_more(uint32_t code)
{
    switch (code) {
    case CODE('c', 'm', 0): return OP_cm;
    case CODE('r', 'i', 0): return OP_ri;
    case CODE('g', 's', 0): return OP_gs;
    case CODE('r', 'e', 0): return OP_re;
    case CODE('f', '*', 0): return OP_fx;
    case CODE('B', '*', 0): return OP_Bx;
    case CODE('b', '*', 0): return OP_bx;
    case CODE('W', '*', 0): return OP_Wx;
    case CODE('B', 'T', 0): return OP_BT;
    case CODE('E', 'T', 0): return OP_ET;
    case CODE('T', 'c', 0): return OP_Tc;
    case CODE('T', 'w', 0): return OP_Tw;
    case CODE('T', 'z', 0): return OP_Tz;
    case CODE('T', 'L', 0): return OP_TL;
    case CODE('T', 'f', 0): return OP_Tf;
    case CODE('T', 'r', 0): return OP_Tr;
    case CODE('T', 's', 0): return OP_Ts;
    case CODE('T', 'd', 0): return OP_Td;
    case CODE('T', 'D', 0): return OP_TD;
    case CODE('T', 'm', 0): return OP_Tm;
    case CODE('T', '*', 0): return OP_Tx;
    case CODE('T', 'j', 0): return OP_Tj;
    case CODE('T', 'J', 0): return OP_TJ;
    case CODE('C', 'S', 0): return OP_CS;
    case CODE('c', 's', 0): return OP_cs;
    case CODE('S', 'C', 0):
    case CODE('S', 'C', 'N'): return OP_SCN;
    case CODE('s', 'c', 0):
    case CODE('s', 'c', 'n'): return OP_scn;
    case CODE('R', 'G', 0): return OP_RG;
    case CODE('r', 'g', 0): return OP_rg;
    case CODE('s', 'h', 0): return OP_sh;
    case CODE('D', 'o', 0): return OP_Do;
    case CODE('B', 'I', 0): return OP_BI;
    case CODE('B', 'M', 'C'): return OP_BMC;
    case CODE('B', 'D', 'C'): return OP_BDC;
    case CODE('M', 'P', 0): return OP_MP;
    case CODE('D', 'P', 0): return OP_DP;
    case CODE('E', 'M', 'C'): return OP_EMC;
    case CODE('d', '0', 0): return OP_d0;
    case CODE('d', '1', 0): return OP_d1;
    case CODE('B', 'X', 0): return OP_BX;
    case CODE('E', 'X', 0): return OP_EX;
    default: return OP_NONE;
    }
}

const SkPdfOperator *
sk_pdf_operator_lookup(SkSpan word)
{
    unsigned op = OP_NONE;

    if (word.n == 1)
        op = lookup_one(word.p[0]);
    else if (word.n == 2 && word.p[1] != 0)
        op = lookup_more(CODE(word.p[0], word.p[1], 0));
    else if (word.n == 3 && word.p[2] != 0)
        op = lookup_more(CODE(word.p[0], word.p[1], word.p[2]));
    return op < OPERATORS ? &operators[op] : NULL;
}

/* Every way to take it apart is tried, from the front: which places can be reached. A number may
 * follow. */
bool
sk_pdf_operators_glued(SkSpan word)
{
    uint32_t reached = 1; /* bit i: the bytes before i are operators */
    size_t whole = word.n;

    while (word.n > 0 && (sk_pdf_class[word.p[word.n - 1]] & SK_PDF_NUMERAL) != 0)
        word.n--;
    if (whole > 31 || word.n == 0)
        return false;
    for (size_t at = 0; at < word.n; at++) {
        for (size_t n = 1; (reached >> at & 1) != 0 && n <= 3 && n <= word.n - at; n++) {
            if (sk_pdf_operator_lookup(sk_span_sub(word, at, n)) != NULL)
                reached |= 1u << (at + n);
        }
    }
    return (reached >> word.n & 1) != 0;
}

/* ---- taking -------------------------------------------------------------------------------- */

bool
sk_pdf_content_take(SkPdfContent *self, unsigned n)
{
    if (self->count < n)
        return false;
    unsigned more = self->count - n;
    size_t from = n == 0 ? self->out.n : self->operands[more].at;

    if (more > 0 && from > self->line) {
        size_t cut = from - self->line;
        sk_pdf_out_cut(&self->out, self->line, cut);
        for (unsigned i = more; i < self->count; i++)
            self->operands[i].at -= cut;
    }
    self->args = self->operands + more;
    return true;
}

void
sk_pdf_content_line(SkPdfContent *self, const char *word)
{
    while (*word != 0)
        sk_pdf_out_u8(&self->out, (uint8_t)*word++);
    sk_pdf_out_u8(&self->out, '\n');
}

static bool
take_numbers(SkPdfContent *self, unsigned n)
{
    if (!sk_pdf_content_take(self, n))
        return false;
    for (unsigned i = 0; i < n; i++) {
        if (self->args[i].kind != SK_PDF_OPERAND_NUMBER)
            return false;
    }
    return true;
}

/* Another spelling for the @i-th of @n operands. Those behind it move, so that one goes from the
 * last to the first. */
static void
respell(SkPdfContent *self, unsigned i, unsigned n, const char *text)
{
    size_t at = self->args[i].at;
    size_t end = i + 1 < n ? self->args[i + 1].at : self->out.n;

    if (i + 1 == n) {
        sk_pdf_out_back(&self->out, at);
        sk_pdf_out_str(&self->out, text);
        return;
    }
    sk_pdf_out_cut(&self->out, at, end - at);
    sk_pdf_out_insert(&self->out, at, sk_span_str(text));
}

static bool
is_unit(const SkPdfOperand *o)
{
    return !o->negative && (o->whole == 0 || (o->whole == 1 && !o->fraction));
}

static bool
take_units(SkPdfContent *self, unsigned n)
{
    if (!take_numbers(self, n))
        return false;
    for (unsigned i = n; i > 0; i--) {
        const SkPdfOperand *o = &self->args[i - 1];
        if (!is_unit(o))
            respell(self, i - 1, n, o->negative ? "0 " : "1 ");
    }
    return true;
}

static bool
take_code(SkPdfContent *self, unsigned most)
{
    return take_numbers(self, 1) && !self->args[0].negative && !self->args[0].fraction &&
           self->args[0].whole <= most;
}

static bool
take_ranged(SkPdfContent *self, SkPdfWants wants)
{
    if (!take_numbers(self, 1))
        return false;
    const SkPdfOperand *o = &self->args[0];
    if (wants == SK_PDF_WANTS_WIDTH)
        return !o->negative;
    if (wants == SK_PDF_WANTS_MITER && (o->negative || o->whole == 0))
        respell(self, 0, 1, "1 ");
    if (wants == SK_PDF_WANTS_FLATNESS && o->negative)
        respell(self, 0, 1, "0 ");
    else if (wants == SK_PDF_WANTS_FLATNESS && (o->whole > 100 || (o->whole == 100 && o->fraction)))
        respell(self, 0, 1, "100 ");
    return true;
}

#define DASHES_MAX 64u

static bool
take_dashes(SkPdfContent *self)
{
    if (!sk_pdf_content_take(self, 2))
        return false;
    const SkPdfOperand *a = &self->args[0];
    if (a->kind != SK_PDF_OPERAND_ARRAY || a->strings ||
        self->args[1].kind != SK_PDF_OPERAND_NUMBER)
        return false;
    if (a->negative || a->whole > DASHES_MAX || (a->whole > 0 && !a->nonzero))
        respell(self, 0, 2, "[] ");
    return true;
}

/* ---- resources ----------------------------------------------------------------------------- */

/* `/X0 ` in front of the operand at @at. */
static void
put_resource(SkPdfContent *self, size_t at, SkPdfUse use, int32_t index)
{
    char text[16];
    int n = g_snprintf(text, sizeof text, "/%c%d ", (char)use, (int)index);

    sk_pdf_out_insert(&self->out, at, sk_span(text, (size_t)n));
}

static bool
ask(SkPdfContent *self, SkPdfUse use, const SkPdfOperand *name, int32_t *ret_index, GError **error)
{
    uint8_t decoded[SK_PDF_NAME_MAX];
    size_t n = sk_pdf_name_decode(name->raw, decoded);

    *ret_index = SK_PDF_USE_ABSENT;
    return n == SIZE_MAX ||
           self->hooks->use(self->hooks->user, use, sk_span(decoded, n), ret_index, error);
}

/* An operator whose resource does not pass. */
static SkPdfLine
without(SkPdfContent *self, int32_t index)
{
    if (index == SK_PDF_USE_GONE)
        sk_pdf_content_drop(self);
    else
        sk_pdf_content_remove(self);
    return SK_PDF_LINE_NONE;
}

static SkPdfLine
named(SkPdfContent *self, const SkPdfOperator *operator, GError **error)
{
    SkPdfUse use = (SkPdfUse)operator->count;
    int32_t index = SK_PDF_USE_ABSENT;

    if (!sk_pdf_content_take(self, 1) || self->args[0].kind != SK_PDF_OPERAND_NAME)
        return without(self, index);
    if (operator->does == SK_PDF_DO_DRAW && self->hiding > 0) {
        self->facts.hidden++;
        return without(self, SK_PDF_USE_GONE);
    }
    if (!ask(self, use, &self->args[0], &index, error))
        return SK_PDF_LINE_ERROR;
    if (index < 0)
        return without(self, index);
    put_resource(self, self->args[0].at, use, index);
    sk_pdf_content_line(self, operator->name);
    if (use == SK_PDF_USE_STATE && self->hooks->dashes != NULL) {
        const char *dashes = self->hooks->dashes(self->hooks->user, index);
        if (dashes != NULL)
            sk_pdf_out_str(&self->out, dashes);
    }
    return SK_PDF_LINE_WRITTEN;
}

static SkPdfLine
font(SkPdfContent *self, GError **error)
{
    int32_t index = SK_PDF_USE_ABSENT;

    if (!sk_pdf_content_take(self, 2) || self->args[0].kind != SK_PDF_OPERAND_NAME ||
        self->args[1].kind != SK_PDF_OPERAND_NUMBER)
        return without(self, index);
    if (!ask(self, SK_PDF_USE_FONT, &self->args[0], &index, error))
        return SK_PDF_LINE_ERROR;
    self->kept &= (uint8_t)~SK_PDF_KEPT_NO_FONT;
    if (index < 0) {
        /* Text in the font before it would be another text. */
        self->kept |= SK_PDF_KEPT_NO_FONT;
        return without(self, index);
    }
    put_resource(self, self->args[0].at, SK_PDF_USE_FONT, index);
    sk_pdf_content_line(self, "Tf");
    return SK_PDF_LINE_WRITTEN;
}

/* Is the name one of those in @list, which are written as they are? */
static const char *
one_of(const SkPdfOperand *name, const char *const *list)
{
    uint8_t decoded[SK_PDF_NAME_MAX];
    size_t n =
        name->kind == SK_PDF_OPERAND_NAME ? sk_pdf_name_decode(name->raw, decoded) : SIZE_MAX;

    for (; n != SIZE_MAX && *list != NULL; list++) {
        if (sk_span_is(sk_span(decoded, n), *list))
            return *list;
    }
    return NULL;
}

static void
put_word(SkPdfContent *self, const char *name)
{
    sk_pdf_out_u8(&self->out, '/');
    sk_pdf_out_str(&self->out, name);
    sk_pdf_out_u8(&self->out, ' ');
}

static SkPdfLine
space(SkPdfContent *self, const SkPdfOperator *operator, GError **error)
{
    static const char *const device[] = {
        "DeviceGray", "DeviceRGB", "DeviceCMYK", "Pattern", NULL
    };
    int32_t index = SK_PDF_USE_ABSENT;

    if (!sk_pdf_content_take(self, 1) || self->args[0].kind != SK_PDF_OPERAND_NAME)
        return without(self, index);
    const char *known = one_of(&self->args[0], device);
    if (known != NULL) {
        put_word(self, known);
    } else {
        if (!ask(self, SK_PDF_USE_COLOUR, &self->args[0], &index, error))
            return SK_PDF_LINE_ERROR;
        if (index < 0) {
            /* the numbers of the next colour are for a space that is not there */
            sk_pdf_scan_guess(&self->scan);
            return without(self, index);
        }
        put_resource(self, self->args[0].at, SK_PDF_USE_COLOUR, index);
    }
    sk_pdf_content_line(self, operator->name);
    return SK_PDF_LINE_WRITTEN;
}

#define COLORANTS_MAX 32u

/* Numbers, a pattern, or both: as many as stand there. */
static SkPdfLine
colour(SkPdfContent *self, const SkPdfOperator *operator, GError **error)
{
    int32_t index = SK_PDF_USE_ABSENT;
    unsigned names =
        self->count > 0 && self->operands[self->count - 1].kind == SK_PDF_OPERAND_NAME ? 1 : 0;
    unsigned numbers = 0;

    while (numbers < COLORANTS_MAX && numbers + names < self->count &&
           self->operands[self->count - names - numbers - 1].kind == SK_PDF_OPERAND_NUMBER)
        numbers++;
    if (names + numbers == 0 || !sk_pdf_content_take(self, names + numbers))
        return without(self, index);
    if (names > 0) {
        if (!ask(self, SK_PDF_USE_PATTERN, &self->args[numbers], &index, error))
            return SK_PDF_LINE_ERROR;
        if (index < 0)
            return without(self, index);
        put_resource(self, self->args[numbers].at, SK_PDF_USE_PATTERN, index);
    }
    sk_pdf_content_line(self, operator->name);
    return SK_PDF_LINE_WRITTEN;
}

static bool
take_intent(SkPdfContent *self)
{
    static const char *const intents[] = {
        "AbsoluteColorimetric", "RelativeColorimetric", "Saturation", "Perceptual", NULL
    };

    if (!sk_pdf_content_take(self, 1) || self->args[0].kind != SK_PDF_OPERAND_NAME)
        return false;
    const char *known = one_of(&self->args[0], intents);
    put_word(self, known != NULL ? known : "RelativeColorimetric");
    return true;
}

/* ---- text ---------------------------------------------------------------------------------- */

/* `'` and `"` are other words for `T*` and `Tj`, with the spaces set before. */
static bool
take_quoted(SkPdfContent *self, unsigned n)
{
    if (!sk_pdf_content_take(self, n) || self->args[n - 1].kind != SK_PDF_OPERAND_STRING)
        return false;
    if (n == 1) {
        sk_pdf_out_insert(&self->out, self->args[0].at, sk_span_str("T*\n"));
        return true;
    }
    if (self->args[0].kind != SK_PDF_OPERAND_NUMBER || self->args[1].kind != SK_PDF_OPERAND_NUMBER)
        return false;
    sk_pdf_out_insert(&self->out, self->args[2].at, sk_span_str("Tc\nT*\n"));
    sk_pdf_out_insert(&self->out, self->args[1].at, sk_span_str("Tw\n"));
    return true;
}

static bool
take_string(SkPdfContent *self, SkPdfOperandKind kind)
{
    return sk_pdf_content_take(self, 1) && self->args[0].kind == kind;
}

static bool
take(SkPdfContent *self, const SkPdfOperator *operator)
{
    switch (operator->wants) {
    case SK_PDF_WANTS_NUMBERS:
        return take_numbers(self, operator->count);
    case SK_PDF_WANTS_UNITS:
        return take_units(self, operator->count);
    case SK_PDF_WANTS_CODE:
        return take_code(self, operator->count);
    case SK_PDF_WANTS_WIDTH:
    case SK_PDF_WANTS_MITER:
    case SK_PDF_WANTS_FLATNESS:
        return take_ranged(self, operator->wants);
    case SK_PDF_WANTS_DASHES:
        return take_dashes(self);
    case SK_PDF_WANTS_INTENT:
        return take_intent(self);
    case SK_PDF_WANTS_STRING:
        return take_string(self, SK_PDF_OPERAND_STRING);
    case SK_PDF_WANTS_TEXT:
        return take_string(self, SK_PDF_OPERAND_ARRAY);
    case SK_PDF_WANTS_QUOTED:
        return take_quoted(self, operator->count);
    case SK_PDF_WANTS_NAME:
    case SK_PDF_WANTS_SPACE:
    case SK_PDF_WANTS_COLOUR:
    case SK_PDF_WANTS_FONT:
    case SK_PDF_WANTS_MARK:
    default:
        return false;
    }
}

SkPdfLine
sk_pdf_content_operands(SkPdfContent *self, const SkPdfOperator *operator, GError **error)
{
    if (operator->colour && self->stencil) {
        sk_pdf_content_drop(self);
        return SK_PDF_LINE_NONE;
    }
    if (operator->wants == SK_PDF_WANTS_NAME)
        return named(self, operator, error);
    if (operator->wants == SK_PDF_WANTS_SPACE)
        return space(self, operator, error);
    if (operator->wants == SK_PDF_WANTS_COLOUR)
        return colour(self, operator, error);
    if (operator->wants == SK_PDF_WANTS_FONT)
        return font(self, error);
    if (!take(self, operator)) {
        sk_pdf_content_remove(self);
        return SK_PDF_LINE_NONE;
    }
    if (operator->wants == SK_PDF_WANTS_TEXT && self->args[0].whole == 0) {
        sk_pdf_content_drop(self);
        return SK_PDF_LINE_NONE;
    }
    sk_pdf_content_line(self, operator->name);
    return SK_PDF_LINE_WRITTEN;
}
