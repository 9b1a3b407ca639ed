/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-shape.c - reads dictionaries and values as the table says, noting every reference with the
 * kinds that its place allows. It calls itself as deep as the table is, never as deep as the input.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/pdf.md, "The table"   Tests: tests/unit/verify/test-pdf-rebuilt.c
 */
#include "verify/link.h"
#include "verify/pdf-file.h"
#include "verify/pdf-table.h"

#include <string.h>

#define INT_MOST INT64_C(2147483647)
#define STATE_MOST 65535

bool
sk_pdf_mention(SkPdfFile *self, uint64_t kinds)
{
    SkPdfMention mention = { .kinds = kinds };

    if (!sk_pdf_reference(&self->r, &mention.number))
        return false;
    g_array_append_val(self->mentions, mention);
    return true;
}

static bool
numbers(SkReader *r, unsigned n, int64_t *ret)
{
    bool whole = false;

    if (!sk_pdf_word(r, "["))
        return false;
    for (unsigned i = 0; i < n; i++)
        if ((i > 0 && !sk_pdf_word(r, " ")) || !sk_vpdf_number(r, &ret[i], &whole))
            return false;
    return sk_pdf_word(r, "]");
}

static bool
match_rect(SkReader *r)
{
    int64_t v[4] = { 0 };

    return numbers(r, 4, v) && v[0] < v[2] && v[1] < v[3];
}

static bool
match_string_of(SkReader *r, size_t least, size_t most, const char *others)
{
    SkSpan digits = SK_SPAN_EMPTY;

    if (!sk_vpdf_string(r, most, &digits) || digits.n / 2 < least)
        return false;
    for (size_t i = 0; i < digits.n / 2; i++) {
        uint8_t c = sk_pdf_string_byte(digits, i);
        if (!g_ascii_isalnum(c) && (c == 0 || strchr(others, c) == NULL))
            return false;
    }
    return true;
}

static bool
match_uri(SkReader *r)
{
    SkSpan digits = SK_SPAN_EMPTY;
    uint8_t plain[SK_LINK_MAX];

    if (!sk_vpdf_string(r, sizeof plain, &digits))
        return false;
    for (size_t i = 0; i < digits.n / 2; i++)
        plain[i] = sk_pdf_string_byte(digits, i);
    return sk_link_is_permitted(sk_span(plain, digits.n / 2));
}

static bool
match_place(SkReader *r)
{
    int64_t value = 0;
    bool whole = false;

    return sk_pdf_word(r, " null") || (sk_pdf_word(r, " ") && sk_vpdf_number(r, &value, &whole));
}

static bool
match_dest(SkPdfFile *self)
{
    static const struct {
        const char *name;
        unsigned places;
    } ways[] = { { " /XYZ", 3 },  { " /FitBH", 1 }, { " /FitBV", 1 }, { " /FitB", 0 },
                 { " /FitH", 1 }, { " /FitV", 1 },  { " /FitR", 4 },  { " /Fit", 0 } };
    SkReader *r = &self->r;

    if (!sk_pdf_word(r, "[") || !sk_pdf_mention(self, SK_PDF_KIND(KIND_PAGE)))
        return false;
    for (unsigned i = 0; i < G_N_ELEMENTS(ways); i++) {
        if (!sk_pdf_word(r, ways[i].name))
            continue;
        for (unsigned n = 0; n < ways[i].places; n++)
            if ((ways[i].places == 4 && sk_pdf_ahead(r, " null")) || !match_place(r))
                return false;
        return sk_pdf_word(r, "]");
    }
    return false;
}

/* << /L0 value /L1 value … >> */
static bool
match_resources(SkPdfFile *self, const SkPdfPattern *pattern)
{
    char key[] = { ' ', '/', (char)pattern->low, '\0' };
    SkReader *r = &self->r;
    int64_t number = -1;

    if (!sk_pdf_word(r, "<<"))
        return false;
    for (int64_t n = 0; sk_pdf_word(r, key); n++)
        if (!sk_pdf_integer(r, n, n, &number) || !sk_pdf_word(r, " ") ||
            !sk_pdf_match(self, pattern->first))
            return false;
    return number >= 0 && sk_pdf_word(r, " >>");
}

static bool
match_state_name(SkReader *r)
{
    int64_t number = 0;

    return sk_pdf_word(r, "/Off") ||
           (sk_pdf_word(r, "/S") && sk_pdf_integer(r, 0, STATE_MOST, &number));
}

static bool
match_looks(SkPdfFile *self)
{
    int64_t number = 0;
    SkReader *r = &self->r;

    if (!sk_pdf_word(r, "<<"))
        return false;
    if (sk_pdf_word(r, " /Off ") && !sk_pdf_mention(self, SK_PDF_KIND(KIND_FORM)))
        return false;
    return sk_pdf_word(r, " /S") && sk_pdf_integer(r, 0, STATE_MOST, &number) &&
           sk_pdf_word(r, " ") && sk_pdf_mention(self, SK_PDF_KIND(KIND_FORM)) &&
           sk_pdf_word(r, " >>");
}

static bool
match_name(SkReader *r, const SkPdfPattern *pattern)
{
    SkSpan name = SK_SPAN_EMPTY;

    if (!sk_vpdf_name(r, &name))
        return false;
    for (unsigned i = 0; i < pattern->count; i++)
        if (sk_span_is(name, sk_pdf_names[pattern->first + i]))
            return true;
    return false;
}

static bool
match_number(SkReader *r, const SkPdfPattern *pattern)
{
    int64_t value = 0;
    bool whole = false;

    return sk_vpdf_number(r, &value, &whole) && value >= pattern->low && value <= pattern->high;
}

static bool
match_token(SkPdfFile *self, const SkPdfPattern *pattern)
{
    SkReader *r = &self->r;
    int64_t values[6] = { 0 };
    SkSpan name = SK_SPAN_EMPTY;

    switch ((SkPdfWhat)pattern->what) {
    case SK_PDF_NAMES:
        return match_name(r, pattern);
    case SK_PDF_TRUE:
        return sk_pdf_word(r, "true");
    case SK_PDF_BOOL:
        return sk_pdf_word(r, "true") || sk_pdf_word(r, "false");
    case SK_PDF_NULL:
        return sk_pdf_word(r, "null");
    case SK_PDF_INT:
        return sk_pdf_integer(r, pattern->low, pattern->high, &values[0]);
    case SK_PDF_NUM:
        return match_number(r, pattern);
    case SK_PDF_NAME:
        return sk_vpdf_name(r, &name);
    case SK_PDF_TEXT:
        return sk_vpdf_text(r);
    case SK_PDF_LANG:
        return match_string_of(r, 1, 35, "-");
    case SK_PDF_REGISTRY:
        return match_string_of(r, 1, 32, "_-");
    case SK_PDF_URI:
        return match_uri(r);
    case SK_PDF_RECT:
        return match_rect(r);
    case SK_PDF_MATRIX:
        return numbers(r, 6, values);
    case SK_PDF_WIDTHS:
        return sk_pdf_widths(r, 1);
    case SK_PDF_WIDTHS2:
        return sk_pdf_widths(r, 3);
    case SK_PDF_DIFFERENCES:
        return sk_pdf_differences(r);
    case SK_PDF_STATE_NAME:
        return match_state_name(r);
    case SK_PDF_APPEARANCE:
        return sk_pdf_appearance(r, &values[0]);
    case SK_PDF_CMAP_NAME:
        return sk_pdf_word(r, "/Identity-H") || sk_pdf_word(r, "/Identity-V") ||
               sk_pdf_listed(r, sk_pdf_cmaps);
    case SK_PDF_STRUCTURE_TYPE:
        return sk_pdf_listed(r, sk_pdf_structure);
    case SK_PDF_REFERENCE:
        return sk_pdf_mention(self, pattern->mask);
    case SK_PDF_COLOUR:
        return sk_pdf_colour_shape(self);
    case SK_PDF_DEST:
        return match_dest(self);
    case SK_PDF_RESOURCES:
        return match_resources(self, pattern);
    case SK_PDF_LOOKS:
        return match_looks(self);
    case SK_PDF_DIRECT:
        return sk_pdf_shape(self, pattern->first, false);
    case SK_PDF_CHOICE:
    case SK_PDF_ARRAY:
    case SK_PDF_GROUP:
        break;
    }
    return false;
}

/* @count patterns from @first, each as often as it says, one space between two; up to @end, which
 * is not read. */
static bool
match_items(SkPdfFile *self, unsigned first, unsigned count, bool *started)
{
    for (unsigned i = first; i < first + count; i++) {
        const SkPdfPattern *item = &sk_pdf_patterns[i];
        bool free = item->repeat == SK_PDF_ANY || item->repeat == SK_PDF_SOME;
        for (unsigned n = 0;
             free ? !(sk_pdf_ahead(&self->r, "]") && (n > 0 || item->repeat == SK_PDF_ANY))
                  : n < item->repeat;
             n++) {
            if (item->what != SK_PDF_GROUP && *started && !sk_pdf_word(&self->r, " "))
                return false;
            if (item->what == SK_PDF_GROUP ? !match_items(self, item->first, item->count, started)
                                           : !sk_pdf_match(self, i))
                return false;
            *started = true;
        }
    }
    return true;
}

static bool
match_choice(SkPdfFile *self, const SkPdfPattern *pattern)
{
    SkReader before = self->r;
    guint mentions = self->mentions->len;

    for (unsigned i = 0; i < pattern->count; i++) {
        if (sk_pdf_match(self, pattern->first + i))
            return true;
        self->r = before;
        g_array_set_size(self->mentions, mentions);
    }
    return false;
}

bool
sk_pdf_match(SkPdfFile *self, unsigned number)
{
    const SkPdfPattern *pattern = &sk_pdf_patterns[number];
    bool started = false;

    if (pattern->what == SK_PDF_CHOICE)
        return match_choice(self, pattern);
    if (pattern->what != SK_PDF_ARRAY)
        return match_token(self, pattern);
    return sk_pdf_word(&self->r, "[") &&
           match_items(self, pattern->first, pattern->count, &started) &&
           sk_pdf_word(&self->r, "]");
}

/* Is /@key the next one? A key that only begins so is another. */
static bool
key_ahead(const SkReader *r, const char *key)
{
    size_t n = strlen(key);

    return n + 3 <= sk_reader_left(r) && r->in.p[r->at] == ' ' && r->in.p[r->at + 1] == '/' &&
           memcmp(r->in.p + r->at + 2, key, n) == 0 && r->in.p[r->at + 2 + n] == ' ';
}

bool
sk_pdf_shape(SkPdfFile *self, unsigned kind, bool stream)
{
    const SkPdfKind *row = &sk_pdf_kinds[kind];
    SkReader *r = &self->r;

    if (!sk_pdf_word(r, "<<"))
        return false;
    for (unsigned i = row->first; i < row->first + row->count; i++) {
        const SkPdfKey *key = &sk_vpdf_keys[i];
        if (!key_ahead(r, key->key)) {
            if (key->needed)
                return false;
            continue;
        }
        sk_reader_skip(r, strlen(key->key) + 3);
        if (!sk_pdf_match(self, key->pattern))
            return false;
    }
    return stream || sk_pdf_word(r, " >>");
}
