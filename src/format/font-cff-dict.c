/* SPDX-License-Identifier: Apache-2.0
 * font-cff-dict.c - indexes and DICTs of a CFF font, operator by operator; contracts in font-cff.h.
 * Of the operators only those that have a field are looked at. */
#include "format/font-cff.h"

#define OPERANDS_MAX 48u

/* ---- indexes ------------------------------------------------------------------------------ */

static uint32_t
offset_at(const SkCffIndex *index, uint32_t i)
{
    uint32_t v = 0;

    for (unsigned k = 0; k < index->size; k++)
        v = v << 8 | index->offsets.p[(size_t)i * index->size + k];
    return v;
}

bool
sk_cff_index_parse(SkSpan in, size_t at, SkCffIndex *ret, GError **error)
{
    SkReader r = sk_reader(in);
    SkCffIndex index = { .offsets = SK_SPAN_EMPTY, .data = SK_SPAN_EMPTY };

    sk_reader_seek(&r, at);
    index.count = sk_reader_u16be(&r);
    if (index.count > 0) {
        index.size = sk_reader_u8(&r);
        if (!sk_reader_ok(&r) || index.size < 1 || index.size > 4)
            return sk_throw(error, SK_ERROR_MALFORMED, "font: index at byte %zu", at);
        index.offsets = sk_reader_span(&r, ((size_t)index.count + 1) * index.size);
        if (!sk_reader_ok(&r))
            return sk_throw(error, SK_ERROR_TRUNCATED, "font: index at byte %zu", at);
        uint32_t end = offset_at(&index, index.count);
        index.data = sk_reader_span(&r, end > 0 ? end - 1 : 0);
        if (end == 0)
            return sk_throw(error, SK_ERROR_MALFORMED, "font: index at byte %zu", at);
    }
    if (!sk_reader_ok(&r))
        return sk_throw(error, SK_ERROR_TRUNCATED, "font: index at byte %zu", at);
    index.end = r.at;
    *ret = index;
    return true;
}

bool
sk_cff_index_get(const SkCffIndex *index, uint32_t i, SkSpan *ret)
{
    if (i >= index->count)
        return false;
    uint32_t start = offset_at(index, i), end = offset_at(index, i + 1);
    if (start < 1 || end < start || end - 1 > index->data.n)
        return false;
    *ret = sk_span_sub(index->data, start - 1, end - start);
    return true;
}

/* ---- DICTs -------------------------------------------------------------------------------- */

/* A decimal of nibbles; digits past the 18th change nothing that is kept. */
static bool
read_real(SkReader *r, SkCffOperand *ret)
{
    int64_t digits = 0;
    int exponent = 0, power = 0;
    bool negative = false, point = false, scaled = false, down = false;

    for (;;) {
        uint8_t byte = sk_reader_u8(r);
        if (!sk_reader_ok(r))
            return false;
        for (unsigned half = 0; half < 2; half++) {
            unsigned v = half == 0 ? byte >> 4 : byte & 15;
            if (v == 15) {
                exponent += down ? -power : power;
                *ret = (SkCffOperand){ .whole = 0, .pico = digits };
                exponent += 12;
                for (; exponent < 0 && ret->pico != 0; exponent++)
                    ret->pico = exponent == -1 ? (ret->pico + 5) / 10 : ret->pico / 10;
                for (; exponent > 0 && ret->pico != 0 && ret->pico <= 32768 * SK_FONT_PICO;
                     exponent--)
                    ret->pico *= 10;
                if (ret->pico > 32767 * SK_FONT_PICO)
                    ret->pico = INT64_MIN;
                else if (negative)
                    ret->pico = -ret->pico;
                ret->whole = ret->pico == INT64_MIN ? INT64_MIN : ret->pico / SK_FONT_PICO;
                return true;
            }
            if (v <= 9 && scaled) {
                power = MIN(power * 10 + (int)v, 1000);
            } else if (v <= 9) {
                bool room = digits < INT64_C(100000000000000000);
                digits = room ? digits * 10 + (int)v : digits;
                exponent += point ? (room ? -1 : 0) : (room ? 0 : 1);
            } else if (v == 10 && !point && !scaled) {
                point = true;
            } else if ((v == 11 || v == 12) && !scaled) {
                scaled = true;
                down = v == 12;
            } else if (v == 14 && !negative) {
                negative = true;
            } else {
                return false;
            }
        }
    }
}

static SkCffOperand
integer(int64_t v)
{
    bool fits = v > -32768 && v < 32768;
    return (SkCffOperand){ .whole = v, .pico = fits ? v * SK_FONT_PICO : INT64_MIN };
}

static bool
read_operand(SkReader *r, unsigned byte, SkCffOperand *ret)
{
    if (byte == 30)
        return read_real(r, ret);
    if (byte == 28)
        *ret = integer((int16_t)sk_reader_u16be(r));
    else if (byte == 29)
        *ret = integer((int32_t)sk_reader_u32be(r));
    else if (byte >= 32 && byte <= 246)
        *ret = integer((int)byte - 139);
    else if (byte >= 247 && byte <= 250)
        *ret = integer(((int)byte - 247) * 256 + sk_reader_u8(r) + 108);
    else if (byte >= 251 && byte <= 254)
        *ret = integer(-((int)byte - 251) * 256 - sk_reader_u8(r) - 108);
    else
        return false;
    return sk_reader_ok(r);
}

static bool
read_matrix(const SkCffOperand *operands, unsigned n, SkFontMatrix *ret)
{
    if (n != 6)
        return false;
    ret->present = true;
    for (unsigned i = 0; i < 6; i++) {
        if (operands[i].pico == INT64_MIN)
            return false;
        ret->pico[i] = operands[i].pico;
    }
    return true;
}

/* Where the operands of an operator go. The ones that take two are below. */
static SkCffOperand *
field_of(SkCffDict *d, unsigned op)
{
    switch (op) {
    case 15:
        return &d->charset;
    case 16:
        return &d->encoding;
    case 17:
        return &d->charstrings;
    case 19:
        return &d->subrs;
    case 20:
        return &d->default_width;
    case 21:
        return &d->nominal_width;
    case 0x0c05:
        return &d->paint_type;
    case 0x0c06:
        return &d->charstring_type;
    case 0x0c24:
        return &d->fd_array;
    case 0x0c25:
        return &d->fd_select;
    default:
        return NULL;
    }
}

static bool
take(SkCffDict *d, unsigned op, const SkCffOperand *operands, unsigned n)
{
    SkCffOperand *field = field_of(d, op);

    if (op == 0x0c07)
        return read_matrix(operands, n, &d->matrix);
    if (op == 18) {
        if (n != 2)
            return false;
        d->has_private = true;
        d->private_size = operands[0];
        d->private_at = operands[1];
        return true;
    }
    if (op == 0x0c1e) {
        if (n != 3)
            return false;
        d->cid = true;
        d->registry = operands[0];
        d->ordering = operands[1];
        d->supplement = operands[2];
        return true;
    }
    d->synthetic = d->synthetic || op == 0x0c14 || op == 24 || op == 0x0c1a;
    d->hints = d->hints || (op >= 6 && op <= 11);
    if (field == NULL)
        return true;
    if (n < 1)
        return false;
    *field = operands[n - 1];
    return true;
}

bool
sk_cff_dict_parse(SkSpan data, SkCffDict *ret, GError **error)
{
    SkReader r = sk_reader(data);
    SkCffOperand operands[OPERANDS_MAX] = { { 0 } };
    unsigned n = 0;

    *ret = (SkCffDict){ .charstring_type = { .whole = 2 } };
    while (sk_reader_left(&r) > 0) {
        unsigned byte = sk_reader_u8(&r);
        if (byte >= 28) {
            if (n == OPERANDS_MAX || !read_operand(&r, byte, &operands[n]))
                return sk_throw(error, SK_ERROR_MALFORMED, "font: operand in a DICT");
            n++;
            continue;
        }
        unsigned op = byte == 12 ? 0x0c00u + sk_reader_u8(&r) : byte;
        if (!sk_reader_ok(&r) || !take(ret, op, operands, n))
            return sk_throw(error, SK_ERROR_MALFORMED, "font: operator %u in a DICT", op);
        n = 0;
    }
    return true;
}
