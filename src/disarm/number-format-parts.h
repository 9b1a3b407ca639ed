/* SPDX-License-Identifier: Apache-2.0
 *
 * number-format-parts.h - a format code taken apart, between number-format.c (reads it, and shows
 * numbers) and number-format-date.c (shows dates and times). Runs in: disarm worker. Trusts:
 * nothing.
 */
#pragma once

#include "disarm/number-format.h"

typedef enum {
    SK_FORMAT_LITERAL,
    SK_FORMAT_DIGIT, /* letter: 0 # ? */
    SK_FORMAT_POINT,
    SK_FORMAT_EXPONENT, /* letter: + or - */
    SK_FORMAT_SLASH,    /* of a fraction, or of a date */
    SK_FORMAT_TEXT,
    SK_FORMAT_GENERAL,
    SK_FORMAT_DATE,     /* letter: y m d h s g e a, n for minutes; count: how often */
    SK_FORMAT_ELAPSED,  /* letter: h n s */
    SK_FORMAT_HALF_DAY, /* AM/PM; count: 1 for A/P */
} SkFormatKind;

typedef struct {
    SkFormatKind kind;
    char letter;
    uint8_t count;
    char *text; /* owned, of literals */
} SkFormatToken;

typedef struct {
    GArray *tokens;           /* owned, of SkFormatToken */
    unsigned whole, decimals; /* placeholders before and behind the point */
    unsigned percents, scale; /* times 100, by 1000 */
    bool thousands, date, half_day, exponent, fraction, general, text, gannen;
    uint8_t digits; /* [DBNum1] to [DBNum3]; 0 for plain ones */
    char op;        /* of its condition: < > = l (<=) g (>=) ! (<>); 0 for none */
    SkDecimal limit;
} SkFormatSection;

/** sk_format_date: appends a date or time. false where the number is none (negative, past year
 * 9999). */
bool sk_format_date(const SkFormatSection *section, const SkDecimal *number, bool from_1904,
                    GString *out);
