/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-content-scan.c - contract in pdf-content-scan.h. Bytes are read through the span and an index
 * that is compared with its end each time; there is no copy of the input and no number in between:
 * digits go from one side to the other.
 */
#include "disarm/pdf-content-scan.h"

#define WHOLE_DIGITS 2147483647
#define WHOLE_MAX UINT64_C(2147483647)
#define FRACTION_DIGITS 8u
#define NUMBER_ROOM 32u /* sign, 10 digits, point, 8 digits, a space */

/* Above 127 all bytes are regular. */
const uint8_t sk_pdf_class[256] = {
    1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 1, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    1, 0, 0, 0, 0, 2, 0, 0, 10, 10, 0, 4, 0, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 0, 0, 2, 0, 2,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 8, 2, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 2, 0,
    0,
};

static const uint8_t hex_digits[] = "0123456789ABCDEF";

static inline bool
has(const SkPdfScan *self, uint8_t c)
{
    return self->at < self->in.n && self->in.p[self->at] == c;
}

static inline bool
is_digit(const SkPdfScan *self)
{
    return self->at < self->in.n && (uint8_t)(self->in.p[self->at] - '0') < 10;
}

/* A token may end here: white space, a delimiter, or the end. */
static inline bool
is_boundary(const SkPdfScan *self)
{
    return self->at >= self->in.n ||
           (sk_pdf_class[self->in.p[self->at]] & (SK_PDF_SPACE | SK_PDF_DELIMITER)) != 0;
}

void
sk_pdf_scan_guess(SkPdfScan *self)
{
    if (self->guessed == 0)
        self->guessed_at = self->at;
    if (self->guessed < UINT32_MAX)
        self->guessed++;
}

/* ---- numbers ------------------------------------------------------------------------------- */

/* A number on its way: what is read, and where it is written. Both ends were looked after: @end,
 * and NUMBER_ROOM. */
typedef struct {
    const uint8_t *p, *end;
    uint8_t *to;
} Digits;

static inline bool
digit(const Digits *d)
{
    return d->p < d->end && (uint8_t)(*d->p - '0') < 10;
}

/* The digits of the whole part, without leading zeros; beyond what fits it is the most that
 * does. */
static inline uint32_t
whole_part(Digits *d)
{
    uint8_t *start = d->to;
    uint64_t whole = 0;

    while (d->p < d->end && *d->p == '0')
        d->p++;
    for (; digit(d); d->p++) {
        if (whole > WHOLE_MAX)
            continue;
        whole = whole * 10 + (uint64_t)(*d->p - '0');
        if (whole <= WHOLE_MAX)
            *d->to++ = *d->p;
    }
    if (whole > WHOLE_MAX) {
        static const char most[] = G_STRINGIFY(WHOLE_DIGITS);
        d->to = start;
        for (unsigned i = 0; i + 1 < sizeof most; i++)
            *d->to++ = (uint8_t)most[i];
        return (uint32_t)WHOLE_MAX;
    }
    if (d->to == start)
        *d->to++ = '0';
    return (uint32_t)whole;
}

/* The digits behind the point that say something. */
static inline bool
fraction_part(Digits *d, bool wanted)
{
    uint8_t *keep = d->to, *start = d->to;

    *d->to++ = '.';
    for (unsigned i = 0; digit(d); d->p++, i++) {
        if (i >= FRACTION_DIGITS)
            continue;
        *d->to++ = *d->p;
        if (*d->p != '0')
            keep = d->to;
    }
    d->to = wanted ? keep : start;
    return d->to > start;
}

static bool
number(SkPdfScan *self, SkPdfOperand *ret)
{
    size_t start = self->out->n;
    bool negative = false, fraction = false;

    if (!sk_pdf_out_room(self->out, NUMBER_ROOM))
        return false;
    Digits d = { self->in.p + self->at, self->in.p + self->in.n, self->out->p + start };
    if (d.p < d.end && (*d.p == '-' || *d.p == '+'))
        negative = *d.p++ == '-';
    if (negative)
        *d.to++ = '-';
    uint32_t whole = whole_part(&d);
    if (d.p < d.end && *d.p == '.') {
        d.p++;
        fraction = fraction_part(&d, whole < WHOLE_MAX);
    }
    if (negative && whole == 0 && !fraction) {
        d.to = self->out->p + start;
        *d.to++ = '0';
        negative = false;
    }
    *d.to++ = ' ';
    self->out->n = (size_t)(d.to - self->out->p);
    self->at = (size_t)(d.p - self->in.p);
    if (!is_boundary(self))
        sk_pdf_scan_guess(self); /* 5-3, 1e3, 0rg: one number or two, a word or none */
    ret->kind = SK_PDF_OPERAND_NUMBER;
    ret->at = start;
    ret->whole = whole;
    ret->negative = negative;
    ret->fraction = fraction;
    ret->nonzero = whole != 0 || fraction;
    return true;
}

/* ---- strings ------------------------------------------------------------------------------- */

static inline void
put_byte(SkPdfOut *out, uint8_t c)
{
    if (!sk_pdf_out_room(out, 2))
        return;
    out->p[out->n] = hex_digits[c >> 4];
    out->p[out->n + 1] = hex_digits[c & 15];
    out->n += 2;
}

static void
put_bytes(SkPdfOut *out, const uint8_t *p, size_t n)
{
    if (!sk_pdf_out_room(out, 2 * n))
        return;
    uint8_t *to = out->p + out->n;
    for (size_t i = 0; i < n; i++) {
        to[2 * i] = hex_digits[p[i] >> 4];
        to[2 * i + 1] = hex_digits[p[i] & 15];
    }
    out->n += 2 * n;
}

/* Behind a backslash. */
static void
escape(SkPdfScan *self)
{
    static const char names[] = "nrtbf", values[] = "\n\r\t\b\f";

    if (self->at >= self->in.n)
        return;
    uint8_t c = self->in.p[self->at++];
    if (c >= '0' && c <= '7') {
        unsigned v = (unsigned)(c - '0');
        for (unsigned i = 0; i < 2 && is_digit(self) && self->in.p[self->at] <= '7'; i++)
            v = v * 8 + (unsigned)(self->in.p[self->at++] - '0');
        put_byte(self->out, (uint8_t)(v & 0xff));
        return;
    }
    if (c == '\n' || c == '\r') { /* the line goes on */
        if (c == '\r' && has(self, '\n'))
            self->at++;
        return;
    }
    for (unsigned i = 0; i < 5; i++) {
        if (c == (uint8_t)names[i])
            c = (uint8_t)values[i];
        else
            continue;
        break;
    }
    put_byte(self->out, c);
}

/* Behind a `(`. */
static void
literal(SkPdfScan *self)
{
    size_t depth = 1;

    while (self->at < self->in.n) {
        size_t from = self->at;
        while (self->at < self->in.n && (sk_pdf_class[self->in.p[self->at]] & SK_PDF_QUOTED) == 0)
            self->at++;
        put_bytes(self->out, self->in.p + from, self->at - from);
        if (self->at >= self->in.n)
            break;
        uint8_t c = self->in.p[self->at++];
        if (c == '\\') {
            escape(self);
            continue;
        }
        if (c == '\r') { /* a line's end, however spelled, is LF */
            if (has(self, '\n'))
                self->at++;
            c = '\n';
        }
        depth += c == '(' ? 1 : 0;
        depth -= c == ')' ? 1 : 0;
        if (depth == 0)
            return;
        put_byte(self->out, c);
    }
    sk_pdf_scan_guess(self);
}

/* Behind a `<`. */
static void
hexadecimal(SkPdfScan *self)
{
    int high = -1;

    while (self->at < self->in.n) {
        uint8_t c = self->in.p[self->at++];
        if (c == '>') {
            if (high >= 0)
                put_byte(self->out, (uint8_t)(high << 4));
            return;
        }
        int digit = g_ascii_xdigit_value((char)c);
        if (digit < 0)
            continue; /* readers pass over what is no digit */
        if (high < 0) {
            high = digit;
            continue;
        }
        put_byte(self->out, (uint8_t)(high << 4 | digit));
        high = -1;
    }
    sk_pdf_scan_guess(self);
}

/* At a `(` or `<`. false: too long, and nothing is written. */
static bool
string(SkPdfScan *self)
{
    size_t start = self->out->n;

    sk_pdf_out_u8(self->out, '<');
    if (self->in.p[self->at++] == '(')
        literal(self);
    else
        hexadecimal(self);
    sk_pdf_out_u8(self->out, '>');
    if (self->out->bad || self->out->n - start - 2 <= 2 * (size_t)SK_PDF_STRING_MAX)
        return true;
    sk_pdf_out_back(self->out, start);
    sk_pdf_scan_guess(self);
    return false;
}

GByteArray *
sk_pdf_scan_string(SkPdfScan *self)
{
    size_t start = self->out->n;

    if (!(has(self, '(') ||
          (has(self, '<') && (self->at + 1 >= self->in.n || self->in.p[self->at + 1] != '<'))))
        return NULL;
    if (!string(self) || self->out->bad)
        return NULL;
    GByteArray *bytes = g_byte_array_new();
    for (size_t i = start + 1; i + 2 < self->out->n; i += 2) {
        uint8_t byte = (uint8_t)(g_ascii_xdigit_value((char)self->out->p[i]) << 4 |
                                 g_ascii_xdigit_value((char)self->out->p[i + 1]));
        g_byte_array_append(bytes, &byte, 1);
    }
    sk_pdf_out_back(self->out, start);
    return bytes;
}

/* ---- names, words, white space ------------------------------------------------------------- */

SkSpan
sk_pdf_scan_word(SkPdfScan *self)
{
    size_t start = self->at;

    while (!is_boundary(self))
        self->at++;
    return sk_span_sub(self->in, start, self->at - start);
}

SkSpan
sk_pdf_scan_name(SkPdfScan *self)
{
    if (!has(self, '/'))
        return SK_SPAN_EMPTY;
    self->at++;
    return sk_pdf_scan_word(self);
}

size_t
sk_pdf_name_decode(SkSpan raw, uint8_t out[SK_PDF_NAME_MAX])
{
    size_t n = 0;

    for (size_t i = 0; i < raw.n; i++) {
        uint8_t c = raw.p[i];
        if (c == '#' && raw.n - i > 2 && g_ascii_isxdigit((char)raw.p[i + 1]) &&
            g_ascii_isxdigit((char)raw.p[i + 2])) {
            c = (uint8_t)(g_ascii_xdigit_value((char)raw.p[i + 1]) << 4 |
                          g_ascii_xdigit_value((char)raw.p[i + 2]));
            i += 2;
        }
        if (n >= SK_PDF_NAME_MAX)
            return SIZE_MAX;
        out[n++] = c;
    }
    return n;
}

void
sk_pdf_scan_blank(SkPdfScan *self)
{
    for (; self->at < self->in.n; self->at++) {
        uint8_t c = self->in.p[self->at];
        if (c == '%') {
            while (self->at + 1 < self->in.n && self->in.p[self->at + 1] != '\n' &&
                   self->in.p[self->at + 1] != '\r')
                self->at++;
        } else if ((sk_pdf_class[c] & SK_PDF_SPACE) == 0) {
            return;
        }
    }
}

/* ---- what is passed over ------------------------------------------------------------------- */

typedef struct {
    unsigned depth;
    uint64_t arrays; /* which levels are arrays, the innermost one lowest */
} Nest;

static bool
open_nest(SkPdfScan *self, Nest *nest, bool array)
{
    self->at += array ? 1 : 2;
    if (nest->depth >= SK_PDF_NEST_MAX) {
        sk_pdf_scan_guess(self);
        return false;
    }
    nest->depth++;
    nest->arrays = nest->arrays << 1 | (array ? 1u : 0u);
    return true;
}

static bool
close_nest(SkPdfScan *self, Nest *nest, bool array)
{
    if (nest->depth == 0)
        return false;
    if (array != ((nest->arrays & 1) != 0))
        sk_pdf_scan_guess(self);
    self->at += array ? 1 : 2;
    nest->depth--;
    nest->arrays >>= 1;
    return true;
}

static bool
pass_delimiter(SkPdfScan *self, Nest *nest)
{
    uint8_t c = self->in.p[self->at];
    bool twice = self->at + 1 < self->in.n && self->in.p[self->at + 1] == c;
    size_t start = self->out->n;

    if (c == '[' || (c == '<' && twice))
        return open_nest(self, nest, c == '[');
    if (c == ']' || (c == '>' && twice))
        return close_nest(self, nest, c == ']');
    if (c == '(' || c == '<') {
        (void)string(self);
        sk_pdf_out_back(self->out, start);
    } else if (c == '/') {
        (void)sk_pdf_scan_name(self);
    } else {
        self->at++;
        sk_pdf_scan_guess(self);
    }
    return true;
}

bool
sk_pdf_scan_pass(SkPdfScan *self)
{
    Nest nest = { 0 };

    do {
        sk_pdf_scan_blank(self);
        if (self->at >= self->in.n || self->out->bad) {
            sk_pdf_scan_guess(self);
            return false;
        }
        if ((sk_pdf_class[self->in.p[self->at]] & SK_PDF_DELIMITER) == 0)
            (void)sk_pdf_scan_word(self);
        else if (!pass_delimiter(self, &nest))
            return false;
    } while (nest.depth > 0);
    return true;
}

/* ---- operands ------------------------------------------------------------------------------ */

/* One item of an array; false where it is none that any operator wants. */
static bool
array_item(SkPdfScan *self, SkPdfOperand *array, bool *behind_number)
{
    uint8_t c = self->in.p[self->at];
    bool twice = self->at + 1 < self->in.n && self->in.p[self->at + 1] == c;
    SkPdfOperand item = { 0 };

    if ((sk_pdf_class[c] & SK_PDF_NUMERAL) != 0) {
        if (*behind_number)
            sk_pdf_out_u8(self->out, ' ');
        if (!number(self, &item))
            return false;
        /* its space: whether one is needed the next item says */
        sk_pdf_out_back(self->out, self->out->n - 1);
        array->negative |= item.negative;
        array->nonzero |= item.nonzero;
        *behind_number = true;
        return true;
    }
    if (c == '(' || (c == '<' && !twice)) {
        array->strings = true;
        *behind_number = false;
        return string(self);
    }
    if (c == '[' || c == ')' || c == '{' || c == '}' || c == '>')
        sk_pdf_scan_guess(self);
    if (!sk_pdf_scan_pass(self))
        self->at += self->at < self->in.n ? 1 : 0;
    return false;
}

static void
array(SkPdfScan *self, SkPdfOperand *ret)
{
    bool good = true, behind_number = false;

    *ret = (SkPdfOperand){ .kind = SK_PDF_OPERAND_ARRAY, .at = self->out->n };
    sk_pdf_out_u8(self->out, '[');
    self->at++;
    for (;;) {
        sk_pdf_scan_blank(self);
        if (self->at >= self->in.n || self->out->bad) {
            sk_pdf_scan_guess(self);
            good = false;
            break;
        }
        if (self->in.p[self->at] == ']') {
            self->at++;
            break;
        }
        good = array_item(self, ret, &behind_number) && good;
        ret->whole++;
    }
    sk_pdf_out_str(self->out, "] ");
    bool small = ret->whole <= SK_PDF_ITEMS_MAX && self->out->n - ret->at <= SK_PDF_ARRAY_MAX;
    if (good && small)
        return;
    if (!small)
        sk_pdf_scan_guess(self);
    sk_pdf_out_back(self->out, ret->at);
    ret->kind = SK_PDF_OPERAND_BAD;
}

static void
delimited(SkPdfScan *self, SkPdfOperand *ret)
{
    size_t start = self->at;
    uint8_t c = self->in.p[start];
    bool twice = start + 1 < self->in.n && self->in.p[start + 1] == c;

    *ret = (SkPdfOperand){ .kind = SK_PDF_OPERAND_BAD, .at = self->out->n };
    if (c == '[') {
        array(self, ret);
    } else if (c == '/') {
        ret->kind = SK_PDF_OPERAND_NAME;
        ret->raw = sk_pdf_scan_name(self);
    } else if (c == '<' && twice) {
        if (sk_pdf_scan_pass(self))
            ret->kind = SK_PDF_OPERAND_DICTIONARY;
        ret->raw = sk_span_sub(self->in, start, self->at - start);
    } else if (c == '(' || c == '<') {
        if (string(self)) {
            sk_pdf_out_u8(self->out, ' ');
            ret->kind = SK_PDF_OPERAND_STRING;
        }
    } else {
        sk_pdf_scan_guess(self);
        self->at += c == '>' && twice ? 2 : 1;
    }
}

SkPdfToken
sk_pdf_scan_next(SkPdfScan *self, SkPdfOperand *ret_operand, SkSpan *ret_word)
{
    while (self->at < self->in.n && !self->out->bad) {
        uint8_t c = self->in.p[self->at];
        uint8_t class = sk_pdf_class[c];

        if ((class & SK_PDF_SPACE) != 0) {
            self->at++;
        } else if ((class & SK_PDF_NUMERAL) != 0) {
            return number(self, ret_operand) ? SK_PDF_TOKEN_OPERAND : SK_PDF_TOKEN_END;
        } else if (c == '%') {
            sk_pdf_scan_blank(self);
        } else if ((class & SK_PDF_DELIMITER) != 0) {
            delimited(self, ret_operand);
            return SK_PDF_TOKEN_OPERAND;
        } else {
            *ret_word = sk_pdf_scan_word(self);
            return SK_PDF_TOKEN_WORD;
        }
    }
    return SK_PDF_TOKEN_END;
}
