/* SPDX-License-Identifier: Apache-2.0
 * decimal.c - contract in decimal.h. */
#include "disarm/decimal.h"

#include "base/reader.h"

/* The exponent behind an E, at the end of the number. */
static bool
parse_exponent(SkReader *r, int *ret)
{
    int sign = 1, value = 0;

    if (sk_reader_peek(r, 0) == '-' || sk_reader_peek(r, 0) == '+')
        sign = sk_reader_u8(r) == '-' ? -1 : 1;
    if (sk_reader_left(r) == 0)
        return false;
    while (sk_reader_left(r) > 0) {
        uint8_t c = sk_reader_u8(r);
        if (!g_ascii_isdigit((char)c) || value > SK_DECIMAL_EXPONENT_MAX)
            return false;
        value = value * 10 + (c - '0');
    }
    *ret = sign * value;
    return true;
}

static void
trim(SkDecimal *self)
{
    while (self->n > 0 && self->digits[self->n - 1] == 0)
        self->n--;
    if (self->n == 0)
        self->point = 0;
}

bool
sk_decimal_parse(SkSpan s, SkDecimal *ret)
{
    SkDecimal out = { .negative = false };
    SkReader r = sk_reader(s);
    bool any = false, point = false;
    int exponent = 0;

    if (sk_reader_peek(&r, 0) == '-' || sk_reader_peek(&r, 0) == '+')
        out.negative = sk_reader_u8(&r) == '-';
    while (sk_reader_left(&r) > 0) {
        int c = sk_reader_u8(&r);
        if (c == '.' && !point) {
            point = true;
        } else if ((c == 'e' || c == 'E') && any) {
            if (!parse_exponent(&r, &exponent))
                return false;
        } else if (g_ascii_isdigit((char)c)) {
            any = true;
            bool leading = out.n == 0 && c == '0';
            if (!leading && out.n <= SK_DECIMAL_DIGITS)
                out.digits[out.n++] = (uint8_t)(c - '0');
            out.point += point ? (leading ? -1 : 0) : (leading ? 0 : 1);
            if (out.point > SK_DECIMAL_EXPONENT_MAX || out.point < -SK_DECIMAL_EXPONENT_MAX)
                return false;
        } else {
            return false;
        }
    }
    if (!any)
        return false;
    out.point += exponent;
    if (out.n > SK_DECIMAL_DIGITS)
        sk_decimal_round(&out, (int)SK_DECIMAL_DIGITS - out.point);
    trim(&out);
    *ret = out;
    return true;
}

void
sk_decimal_round(SkDecimal *self, int places)
{
    int keep = self->point + places; /* digits that stay */

    if (self->n == 0 || keep >= (int)self->n)
        return;
    if (keep < 0) {
        self->n = 0;
        trim(self);
        return;
    }
    bool up = self->digits[keep] >= 5;
    self->n = (unsigned)keep;
    while (up && self->n > 0) {
        self->digits[self->n - 1]++;
        up = self->digits[self->n - 1] == 10;
        self->n -= up ? 1 : 0;
    }
    if (up) {
        self->digits[0] = 1;
        self->n = 1;
        self->point++;
    }
    trim(self);
}

uint8_t
sk_decimal_digit(const SkDecimal *self, int power)
{
    int at = self->point - 1 - power;
    return at >= 0 && at < (int)self->n ? self->digits[at] : 0;
}

uint64_t
sk_decimal_whole(const SkDecimal *self)
{
    uint64_t out = 0;
    if (self->point > 18)
        return UINT64_MAX;
    for (int power = self->point - 1; power >= 0; power--)
        out = out * 10 + sk_decimal_digit(self, power);
    return out;
}

uint64_t
sk_decimal_fraction_of(const SkDecimal *self, uint64_t units)
{
    /* Digit by digit from the end, as one divides by ten; what is cut off is below 10^-15 of a
     * unit. */
    uint64_t rest = 0;
    int last = self->point - (int)self->n;

    for (int power = last; power < 0; power++)
        rest = (rest + sk_decimal_digit(self, power) * units * 1000) / 10;
    return (rest + 500) / 1000;
}

int
sk_decimal_compare(const SkDecimal *a, const SkDecimal *b)
{
    bool a_negative = a->negative && a->n > 0, b_negative = b->negative && b->n > 0;
    if (a_negative != b_negative)
        return a_negative ? -1 : 1;
    int sign = a_negative ? -1 : 1, order = 0;
    if (a->n == 0 || b->n == 0)
        order = a->n == b->n ? 0 : a->n == 0 ? -1 : 1;
    else if (a->point != b->point)
        order = a->point < b->point ? -1 : 1;
    for (unsigned i = 0; order == 0 && a->n > 0 && b->n > 0 && i < SK_DECIMAL_DIGITS; i++) {
        uint8_t da = i < a->n ? a->digits[i] : 0, db = i < b->n ? b->digits[i] : 0;
        order = da == db ? 0 : da < db ? -1 : 1;
    }
    return sign * order;
}
