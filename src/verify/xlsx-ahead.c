/* SPDX-License-Identifier: Apache-2.0
 * xlsx-ahead.c - ordinary cells, read at sight: <c r="A1" s="1" t="s"><v>2</v></c> and the like,
 * which are nearly all of a large workbook. Nothing is allowed here that xlsx-cells.c would not
 * allow; whatever is not of exactly this form, or not in order, is left where it stands, and comes
 * to xlsx-cells.c by tokens. Contract in xlsx.h. */
#include "verify/xlsx.h"

#include <string.h>

/* At @p there always stand SK_XML_SLACK bytes, of which those behind the window are 0. */
#define IS(p, word) (memcmp(p, word, sizeof word - 1) == 0)
#define NUMBER_BYTES_MAX 64u

typedef struct {
    uint32_t column;
    uint32_t styles; /* one more than the number of its style; 0: none */
    uint32_t texts;  /* the same of its shared string */
} Cell;

static inline bool
is_digit(uint8_t c)
{
    return (uint8_t)(c - '0') < 10;
}

/* A whole number without leading zeros, of at most nine digits; NULL: none. */
static inline const uint8_t *
whole(const uint8_t *p, uint32_t *ret)
{
    const uint8_t *from = p;
    uint32_t value = 0;

    for (; is_digit(*p) && p - from < 9; p++)
        value = value * 10 + (uint32_t)(*p - '0');
    *ret = value;
    return p == from || (*from == '0' && p - from > 1) ? NULL : p;
}

/* ` r="A1"`, which is in @row. */
static inline const uint8_t *
place(const uint8_t *p, uint32_t row, uint32_t *ret_column)
{
    uint32_t column = 0, found = 0;
    unsigned letters = 0;

    if (!IS(p, "r=\""))
        return NULL;
    for (p += 3; letters < 3 && (uint8_t)(*p - 'A') < 26; p++, letters++)
        column = column * 26 + (uint32_t)(*p - 'A' + 1);
    p = whole(p, &found);
    *ret_column = column;
    return p != NULL && *p == '"' && found == row && letters > 0 && column <= SK_XLSX_COLUMNS
               ? p + 1
               : NULL;
}

/* A number as most are: digits, perhaps with a point. */
static inline const uint8_t *
number(const uint8_t *p)
{
    const uint8_t *from = p;

    while (is_digit(*p) || *p == '.' || *p == '-' || *p == 'E' || *p == '+')
        p++;
    return (size_t)(p - from) <= NUMBER_BYTES_MAX &&
                   sk_workbook_is_number(sk_span(from, (size_t)(p - from)))
               ? p
               : NULL;
}

/* What stands behind a cell's attributes. */
static inline const uint8_t *
content(const uint8_t *p, bool shared, Cell *cell)
{
    if (IS(p, "/>"))
        return p + 2;
    if (!IS(p, "><v>"))
        return NULL;
    p = shared ? whole(p + 4, &cell->texts) : number(p + 4);
    if (p == NULL || !IS(p, "</v></c>"))
        return NULL;
    cell->texts += shared ? 1 : 0;
    return p + strlen("</v></c>");
}

/* One cell; NULL: not at sight. */
static inline const uint8_t *
read_cell(const uint8_t *p, const SkXlsxPart *part, Cell *cell)
{
    *cell = (Cell){ 0 };
    if (!IS(p, "<c "))
        return NULL;
    p = place(p + 3, part->row, &cell->column);
    if (p == NULL || cell->column <= part->column)
        return NULL;
    if (IS(p, " s=\"")) {
        p = whole(p + 4, &cell->styles);
        if (p == NULL || *p++ != '"')
            return NULL;
        cell->styles++;
    }
    bool shared = IS(p, " t=\"s\"");
    return content(p + (shared ? 6 : 0), shared, cell);
}

void
sk_workbook_ahead(SkOoxmlWalk *walk)
{
    SkXlsxFile *file = walk->file->state;
    SkXlsxPart *part = walk->state;
    SkSpan ahead = sk_xml_ahead(walk->xml);
    const uint8_t *p = ahead.p, *next = NULL;
    Cell cell;

    while ((next = read_cell(p, part, &cell)) != NULL) {
        part->column = cell.column;
        file->wanted[SK_XLSX_XFS] = MAX(file->wanted[SK_XLSX_XFS], cell.styles);
        file->wanted[SK_XLSX_TEXTS] = MAX(file->wanted[SK_XLSX_TEXTS], cell.texts);
        p = next;
    }
    sk_xml_skip(walk->xml, (size_t)(p - ahead.p));
}
