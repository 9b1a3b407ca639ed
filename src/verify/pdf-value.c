/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-value.c - the words of docs/formats/pdf.md for values that are more than one token.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/pdf.md, "Values"   Tests: tests/unit/verify/test-pdf-rebuilt.c
 */
#include "verify/chars.h"
#include "verify/pdf-file.h"

#include <string.h>

#define TEXT_MAX 32768u
#define CODE_MOST 65535

static bool
number(SkReader *r)
{
    int64_t value = 0;
    bool whole = false;

    return sk_vpdf_number(r, &value, &whole);
}

/* One character of UTF-16BE, or of the printable ASCII that a string without a mark holds. */
static uint32_t
next_unit(SkSpan digits, size_t *at)
{
    uint32_t unit =
        (uint32_t)sk_pdf_string_byte(digits, *at) << 8 | sk_pdf_string_byte(digits, *at + 1);

    *at += 2;
    return unit;
}

static uint32_t
next_wide(SkSpan digits, size_t *at)
{
    uint32_t high = next_unit(digits, at);

    if (high < 0xd800 || high > 0xdfff)
        return high;
    if (high > 0xdbff || *at + 2 > digits.n / 2)
        return SK_CHAR_BAD;
    uint32_t low = next_unit(digits, at);
    return low < 0xdc00 || low > 0xdfff ? SK_CHAR_BAD
                                        : 0x10000 + ((high & 0x3ff) << 10 | (low & 0x3ff));
}

static bool
is_wide_text(SkSpan digits)
{
    SkCharWalk walk = SK_CHAR_WALK(false);
    bool ascii = true;

    if (digits.n % 4 != 0)
        return false;
    for (size_t at = 2; at < digits.n / 2;) {
        uint32_t c = next_wide(digits, &at);
        if (c == SK_CHAR_BAD || c == '\n' || c == '\t' || sk_char_step(&walk, c) != SK_ELEMENT_NONE)
            return false;
        ascii = ascii && c >= 0x20 && c <= 0x7e;
    }
    return !ascii && sk_char_stop(&walk) == SK_ELEMENT_NONE;
}

bool
sk_vpdf_text(SkReader *r)
{
    SkSpan digits = SK_SPAN_EMPTY;

    if (!sk_vpdf_string(r, TEXT_MAX, &digits))
        return false;
    if (digits.n >= 4 && memcmp(digits.p, "FEFF", 4) == 0)
        return is_wide_text(digits);
    for (size_t i = 0; i < digits.n / 2; i++) {
        uint8_t c = sk_pdf_string_byte(digits, i);
        if (c < 0x20 || c > 0x7e)
            return false;
    }
    return true;
}

/* The end of an array, or the space before its next item. */
static bool
array_goes_on(SkReader *r, bool *first)
{
    if (sk_pdf_ahead(r, "]"))
        return false;
    bool good = *first || sk_pdf_word(r, " ");
    *first = false;
    return good;
}

static bool
width_list(SkReader *r, bool threes)
{
    bool first = true;
    unsigned n = 0;

    if (!sk_pdf_word(r, "["))
        return false;
    for (; array_goes_on(r, &first); n++)
        if (!number(r))
            return false;
    return (!threes || n % 3 == 0) && sk_pdf_word(r, "]");
}

bool
sk_pdf_widths(SkReader *r, unsigned numbers)
{
    bool first = true;
    int64_t low = 0, high = 0;

    if (!sk_pdf_word(r, "["))
        return false;
    while (array_goes_on(r, &first)) {
        if (!sk_pdf_integer(r, 0, CODE_MOST, &low) || !sk_pdf_word(r, " "))
            return false;
        if (sk_pdf_ahead(r, "[")) {
            if (!width_list(r, numbers == 3))
                return false;
            continue;
        }
        if (!sk_pdf_integer(r, low, CODE_MOST, &high))
            return false;
        for (unsigned i = 0; i < numbers; i++)
            if (!sk_pdf_word(r, " ") || !number(r))
                return false;
    }
    return sk_pdf_word(r, "]");
}

bool
sk_pdf_differences(SkReader *r)
{
    bool first = true;
    int64_t next = -1, code = 0; /* what the name that comes would be for */
    SkSpan name = SK_SPAN_EMPTY;

    if (!sk_pdf_word(r, "["))
        return false;
    while (array_goes_on(r, &first)) {
        /* A run that touches the one before it would be part of it, and ends with a name. */
        if (!sk_pdf_integer(r, next + 1, 255, &code) || !sk_pdf_ahead(r, " /"))
            return false;
        for (next = code; sk_pdf_ahead(r, " /"); next++)
            if (!sk_pdf_word(r, " ") || !sk_vpdf_name(r, &name))
                return false;
        if (next > 256)
            return false;
    }
    return next >= 0 && sk_pdf_word(r, "]");
}

static bool
unit_number(SkReader *r)
{
    int64_t value = 0;
    bool whole = false;

    return sk_vpdf_number(r, &value, &whole) && value >= 0 && value <= SK_PDF_ONE;
}

/* `/Fk N Tf C` in a string of its own. */
bool
sk_pdf_appearance(SkReader *r, int64_t *ret_font)
{
    SkSpan digits = SK_SPAN_EMPTY;
    uint8_t plain[256];
    int64_t value = 0;
    bool whole = false;
    unsigned colours = 0;

    if (!sk_vpdf_string(r, sizeof plain, &digits))
        return false;
    for (size_t i = 0; i < digits.n / 2; i++)
        plain[i] = sk_pdf_string_byte(digits, i);
    SkReader in = sk_reader(sk_span(plain, digits.n / 2));
    if (!sk_pdf_word(&in, "/F") || !sk_pdf_integer(&in, 0, CODE_MOST, ret_font) ||
        !sk_pdf_word(&in, " ") || !sk_vpdf_number(&in, &value, &whole) || value < 0 ||
        !sk_pdf_word(&in, " Tf"))
        return false;
    for (; colours < 4 && sk_pdf_ahead(&in, " ") && !sk_pdf_ahead(&in, " g") &&
           !sk_pdf_ahead(&in, " r") && !sk_pdf_ahead(&in, " k");
         colours++)
        if (!sk_pdf_word(&in, " ") || !unit_number(&in))
            return false;
    return sk_pdf_word(&in, colours == 1   ? " g"
                            : colours == 3 ? " rg"
                            : colours == 4 ? " k"
                                           : "?") &&
           sk_reader_left(&in) == 0;
}

bool
sk_pdf_listed(SkReader *r, const char *const *list)
{
    SkSpan name = SK_SPAN_EMPTY;

    if (!sk_vpdf_name(r, &name))
        return false;
    for (unsigned i = 0; list[i] != NULL; i++)
        if (sk_span_is(name, list[i]))
            return true;
    return false;
}
