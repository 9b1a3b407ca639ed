/* SPDX-License-Identifier: Apache-2.0
 * pdf-content.c - contract in pdf-content.h. */
#include "verify/pdf-content.h"
#include "verify/pdf-stream.h"

#include <math.h>
#include <string.h>

#define NEST_MAX 512u
#define STRING_MAX 32767u
#define TEXT_ITEMS_MAX 100000u
#define DASHES_MAX 64u
#define COLOURS_MAX 32u
#define MARK_MAX 65535
#define LANG_MAX 35u

const char sk_pdf_resource_letters[] = "FXGCPS";

enum { P = 1, T = 2, A = 4 }; /* page, text, path */

enum {
    COLOUR = 1, /* not where something else gives the colour */
    PAINT = 2,  /* ends a path */
    CLIP = 4,   /* stands right before what ends a path */
};

/* Operands: n number, u 0 to 1, w not below 0, m at least 1, f 0 to 100, e 0 to 2, r 0 to 7, i
 * intent, d dashes, s string, t text, F X G P S resource, C colour space, k colour, a tag, b
 * properties. */
typedef struct {
    const char *name;
    uint8_t where;
    uint8_t then; /* the state behind it; 0: as before */
    uint8_t flags;
    const char *operands;
} Operator;

/* In the order of their names' bytes. */
static const Operator operators[] = {
    { "B", A, P, PAINT, "" },          { "B*", A, P, PAINT, "" },
    { "BDC", P | T, 0, 0, "ab" },      { "BMC", P | T, 0, 0, "a" },
    { "BT", P, T, 0, "" },             { "CS", P | T, 0, COLOUR, "C" },
    { "Do", P, 0, 0, "X" },            { "EMC", P | T, 0, 0, "" },
    { "ET", T, P, 0, "" },             { "G", P | T, 0, COLOUR, "u" },
    { "J", P | T, 0, 0, "e" },         { "K", P | T, 0, COLOUR, "uuuu" },
    { "M", P | T, 0, 0, "m" },         { "Q", P, 0, 0, "" },
    { "RG", P | T, 0, COLOUR, "uuu" }, { "S", A, P, PAINT, "" },
    { "SCN", P | T, 0, COLOUR, "k" },  { "T*", T, 0, 0, "" },
    { "TD", T, 0, 0, "nn" },           { "TJ", T, 0, 0, "t" },
    { "TL", P | T, 0, 0, "n" },        { "Tc", P | T, 0, 0, "n" },
    { "Td", T, 0, 0, "nn" },           { "Tf", P | T, 0, 0, "Fn" },
    { "Tj", T, 0, 0, "s" },            { "Tm", T, 0, 0, "nnnnnn" },
    { "Tr", P | T, 0, 0, "r" },        { "Ts", P | T, 0, 0, "n" },
    { "Tw", P | T, 0, 0, "n" },        { "Tz", P | T, 0, 0, "n" },
    { "W", A, 0, CLIP, "" },           { "W*", A, 0, CLIP, "" },
    { "b", A, P, PAINT, "" },          { "b*", A, P, PAINT, "" },
    { "c", A, 0, 0, "nnnnnn" },        { "cm", P, 0, 0, "nnnnnn" },
    { "cs", P | T, 0, COLOUR, "C" },   { "d", P | T, 0, 0, "dn" },
    { "d0", P, 0, 0, "nn" },           { "d1", P, 0, 0, "nnnnnn" },
    { "f", A, P, PAINT, "" },          { "f*", A, P, PAINT, "" },
    { "g", P | T, 0, COLOUR, "u" },    { "gs", P | T, 0, 0, "G" },
    { "h", A, 0, 0, "" },              { "i", P | T, 0, 0, "f" },
    { "j", P | T, 0, 0, "e" },         { "k", P | T, 0, COLOUR, "uuuu" },
    { "l", A, 0, 0, "nn" },            { "m", P | A, A, 0, "nn" },
    { "n", A, P, PAINT, "" },          { "q", P, 0, 0, "" },
    { "re", P | A, A, 0, "nnnn" },     { "rg", P | T, 0, COLOUR, "uuu" },
    { "ri", P | T, 0, 0, "i" },        { "s", A, P, PAINT, "" },
    { "scn", P | T, 0, COLOUR, "k" },  { "sh", P, 0, COLOUR, "S" },
    { "v", A, 0, 0, "nnnn" },          { "w", P | T, 0, 0, "w" },
    { "y", A, 0, 0, "nnnn" },
};

static const char *const tags[] = {
    "Artifact", "Span", "Tx", "Clip", "ReversedChars", "Document", "DocumentFragment", "Part",
    "Art", "Sect", "Div", "Aside", "BlockQuote", "Caption", "TOC", "TOCI", "Index", "NonStruct",
    "Private", "Title", "P", "H", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LI", "Lbl", "LBody",
    "Table", "TR", "TH", "TD", "THead", "TBody", "TFoot", "Quote", "Note", "FENote", "Reference",
    "BibEntry", "Code", "Sub", "Em", "Strong", "Link", "Annot", "Ruby", "RB", "RT", "RP", "Warichu",
    "WT", "WP", "Figure", "Formula", "Form", NULL,
};

static const char *const intents[] = {
    "AbsoluteColorimetric", "RelativeColorimetric", "Saturation", "Perceptual", NULL
};

/* What `q` keeps of what dashes depend on. */
typedef struct {
    double period, font_size;
    bool outlines; /* text is drawn by them */
} Pen;

typedef struct {
    SkPdfFile *file;
    SkPdfContent *content;
    Pen pen, *pens;     /* owned: those that wait */
    double given[6];    /* numbers of the line, by place; 0 where there are none */
    unsigned numbers;
    double letters, sum; /* bytes of its strings; of its dashes */
    double text_scale, path, at[2], start[2];
    SkReader r;        /* over the line */
    GByteArray *marks; /* owned: bits of the MCIDs seen, or NULL */
    unsigned state;
    unsigned saved, marked; /* q and marked contents that are open */
    bool clip;              /* W stood on the line before */
    bool colourless;        /* what calls this gives the colour */
    size_t line;
} Page;

/* ---- operands ---- */

static bool
read_number(Page *page, int64_t low, int64_t high)
{
    int64_t value = 0;
    bool whole = false;

    return sk_vpdf_number(&page->r, &value, &whole) && value >= low && value <= high;
}

static bool
read_whole(Page *page, int64_t most)
{
    int64_t value = 0;
    return sk_pdf_integer(&page->r, 0, most, &value);
}

/* /Ln: of a resource that was named before, or the next of its letter. */
static bool
read_resource(Page *page, char letter)
{
    unsigned which = (unsigned)(strchr(sk_pdf_resource_letters, letter) - sk_pdf_resource_letters);
    uint32_t *used = &page->content->used[which];
    char head[] = { '/', letter, '\0' };
    int64_t number = 0;

    if (!sk_pdf_word(&page->r, head) || !sk_pdf_integer(&page->r, 0, *used, &number))
        return false;
    *used += number == *used;
    GArray *mentions = page->content->mentions[which];
    if (mentions != NULL) {
        if (mentions->len <= number)
            g_array_set_size(mentions, (guint)number + 1);
        uint32_t *times = &g_array_index(mentions, uint32_t, number);
        *times += *times < G_MAXUINT32;
    }
    return true;
}

static bool
read_space(Page *page)
{
    SkReader *r = &page->r;

    return sk_pdf_word(r, "/DeviceGray") || sk_pdf_word(r, "/DeviceRGB") ||
           sk_pdf_word(r, "/DeviceCMYK") || sk_pdf_word(r, "/Pattern") || read_resource(page, 'C');
}

static bool
read_colour(Page *page)
{
    unsigned n = 0;

    for (; !sk_pdf_ahead(&page->r, "/"); n++) {
        if (n == COLOURS_MAX || !read_number(page, -SK_PDF_MOST, SK_PDF_MOST))
            return false;
        SkReader ahead = page->r;
        if (!sk_pdf_word(&ahead, " ") || sk_reader_left(&ahead) == 0)
            return true; /* the space before the operator, which is not this one's */
        page->r = ahead;
    }
    return read_resource(page, 'P');
}

static bool
read_dashes(Page *page)
{
    unsigned n = 0;
    bool drawn = false, whole = false;
    int64_t value = 0;

    page->sum = 0;
    if (!sk_pdf_word(&page->r, "["))
        return false;
    for (; !sk_pdf_ahead(&page->r, "]"); n++) {
        if (n == DASHES_MAX || (n > 0 && !sk_pdf_word(&page->r, " ")) ||
            !sk_vpdf_number(&page->r, &value, &whole) || value < 0)
            return false;
        drawn = drawn || value > 0;
        page->sum += (double)value / SK_PDF_ONE;
    }
    return sk_pdf_word(&page->r, "]") && (n == 0 || drawn);
}

static bool
read_text(Page *page)
{
    SkSpan digits = SK_SPAN_EMPTY;
    bool number_before = false;
    unsigned n = 0;

    if (!sk_pdf_word(&page->r, "["))
        return false;
    for (; !sk_pdf_ahead(&page->r, "]"); n++) {
        bool number = !sk_pdf_ahead(&page->r, "<");
        if (n == TEXT_ITEMS_MAX || (number && number_before && !sk_pdf_word(&page->r, " ")))
            return false;
        if (number ? !read_number(page, -SK_PDF_MOST, SK_PDF_MOST)
                   : !sk_vpdf_string(&page->r, STRING_MAX, &digits))
            return false;
        page->letters += number ? 0 : (double)digits.n / 2;
        number_before = number;
    }
    return n > 0 && sk_pdf_word(&page->r, "]");
}

/* A mark is one of the page's or form's, and stands once in a stream. */
static bool
read_mark(Page *page)
{
    SkPdfContentKind kind = page->content->kind;
    int64_t mark = 0;

    if (!page->file->structured ||
        (kind != SK_PDF_CONTENT_PAGE && kind != SK_PDF_CONTENT_MARKED) ||
        !sk_pdf_integer(&page->r, 0, MARK_MAX, &mark))
        return false;
    if (page->marks == NULL)
        page->marks = g_byte_array_new();
    guint byte = (guint)mark / 8, before = page->marks->len;
    if (byte >= before) {
        g_byte_array_set_size(page->marks, byte + 1);
        memset(page->marks->data + before, 0, byte + 1 - before);
    }
    uint8_t bit = (uint8_t)(1u << mark % 8);
    if ((page->marks->data[byte] & bit) != 0)
        return false;
    page->marks->data[byte] |= bit;
    return true;
}

static bool
read_language(SkReader *r)
{
    SkSpan digits = SK_SPAN_EMPTY;

    if (!sk_vpdf_string(r, LANG_MAX, &digits) || digits.n == 0)
        return false;
    for (size_t i = 0; i < digits.n / 2; i++) {
        uint8_t c = sk_pdf_string_byte(digits, i);
        if (!g_ascii_isalnum(c) && c != '-')
            return false;
    }
    return true;
}

static bool
read_properties(Page *page)
{
    static const char *const texts[] = { "/ActualText ", "/Alt ", "/E " };
    SkReader *r = &page->r;
    unsigned n = 0;

    if (!sk_pdf_word(r, "<< "))
        return false;
    if (sk_pdf_word(r, "/MCID ")) {
        if (!read_mark(page) || !sk_pdf_word(r, " "))
            return false;
        n++;
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++) {
        if (!sk_pdf_word(r, texts[i]))
            continue;
        if (!sk_vpdf_text(r) || !sk_pdf_word(r, " "))
            return false;
        n++;
    }
    if (sk_pdf_word(r, "/Lang ")) {
        if (!read_language(r) || !sk_pdf_word(r, " "))
            return false;
        n++;
    }
    return n > 0 && sk_pdf_word(r, ">>");
}

static bool
read_string(Page *page)
{
    SkSpan digits = SK_SPAN_EMPTY;
    bool good = sk_vpdf_string(&page->r, STRING_MAX, &digits);

    page->letters = (double)digits.n / 2;
    return good;
}

/* A number that dashes may depend on. */
static bool
read_given(Page *page)
{
    int64_t value = 0;
    bool whole = false;

    if (!sk_vpdf_number(&page->r, &value, &whole))
        return false;
    if (page->numbers < G_N_ELEMENTS(page->given))
        page->given[page->numbers++] = (double)value / SK_PDF_ONE;
    return true;
}

static bool
read_operand(Page *page, char sort)
{
    switch (sort) {
    case 'n':
        return read_given(page);
    case 'u':
        return read_number(page, 0, SK_PDF_ONE);
    case 'w':
        return read_number(page, 0, SK_PDF_MOST);
    case 'm':
        return read_number(page, SK_PDF_ONE, SK_PDF_MOST);
    case 'f':
        return read_number(page, 0, 100 * SK_PDF_ONE);
    case 'e':
        return read_whole(page, 2);
    case 'r': {
        int64_t mode = 0;
        bool good = sk_pdf_integer(&page->r, 0, 7, &mode);
        page->pen.outlines = mode == 1 || mode == 2 || mode == 5 || mode == 6;
        return good;
    }
    case 'i':
        return sk_pdf_listed(&page->r, intents);
    case 'd':
        return read_dashes(page);
    case 's':
        return read_string(page);
    case 't':
        return read_text(page);
    case 'C':
        return read_space(page);
    case 'k':
        return read_colour(page);
    case 'a':
        return sk_pdf_listed(&page->r, tags);
    case 'b':
        return read_properties(page);
    default:
        return read_resource(page, sort);
    }
}

/* ---- operators ---- */

static bool
no(Page *page, SkElement element, const char *what)
{
    return sk_proof_no(page->file->proof, element, "object %" G_GUINT32_FORMAT ", line %zu: %s",
                       page->file->current, page->line, what);
}

static int
compare(const void *key, const void *row)
{
    const SkSpan *name = key;
    const Operator *op = row;
    size_t n = strlen(op->name);
    int order = memcmp(name->p, op->name, MIN(name->n, n));

    return order != 0 ? order : (name->n > n) - (name->n < n);
}

/* The word behind the line's last space. */
static const Operator *
find_operator(SkSpan line, size_t *ret_at)
{
    size_t at = line.n;

    while (at > 0 && line.p[at - 1] != ' ')
        at--;
    SkSpan name = sk_span_sub(line, at, line.n - at);
    *ret_at = at;
    return bsearch(&name, operators, G_N_ELEMENTS(operators), sizeof operators[0], compare);
}

static bool
pair(unsigned *open, bool opens, bool closes)
{
    if ((opens && *open == NEST_MAX) || (closes && *open == 0))
        return false;
    *open = *open + opens - closes;
    return true;
}

/* What the operator does to the states: q and Q, marked content, path, clip, d0 and d1. */
static bool
step(Page *page, const Operator *op)
{
    bool glyph = page->content->kind == SK_PDF_CONTENT_GLYPH;
    bool width = op->name[0] == 'd' && op->name[1] != '\0';

    if (width != (glyph && page->line == 1))
        return no(page, SK_ELEMENT_NOT_CANONICAL, "width of a glyph");
    if ((op->where & page->state) == 0 || (page->clip && (op->flags & PAINT) == 0))
        return no(page, SK_ELEMENT_NOT_CANONICAL, "an operator that may not stand here");
    if ((op->flags & COLOUR) != 0 && page->colourless)
        return no(page, SK_ELEMENT_NOT_CANONICAL, "a colour where another gives it");
    page->colourless = page->colourless || (width && op->name[1] == '1');
    page->clip = (op->flags & CLIP) != 0;
    if (op->then != 0)
        page->state = op->then;
    bool marks = op->name[0] == 'B' && (op->name[1] == 'M' || op->name[1] == 'D');
    return (pair(&page->saved, strcmp(op->name, "q") == 0, strcmp(op->name, "Q") == 0) &&
            pair(&page->marked, marks, op->name[0] == 'E' && op->name[1] == 'M')) ||
           no(page, SK_ELEMENT_NOT_CANONICAL, "nesting");
}

/* ---- dashes ---- */

static void
line_to(Page *page, double x, double y)
{
    page->path += fabs(x - page->at[0]) + fabs(y - page->at[1]);
    page->at[0] = x;
    page->at[1] = y;
}

static void
start_at(Page *page, double x, double y)
{
    page->at[0] = page->start[0] = x;
    page->at[1] = page->start[1] = y;
}

static void
stroke(Page *page, double length)
{
    if (page->pen.period > 0)
        page->content->dashes += length / page->pen.period;
}

/* What the line adds to the path. */
static void
measure_path(Page *page, const char *op)
{
    const double *v = page->given;

    if (strcmp(op, "m") == 0) {
        start_at(page, v[0], v[1]);
    } else if (strcmp(op, "re") == 0) {
        page->path += 2 * (fabs(v[2]) + fabs(v[3]));
        start_at(page, v[0], v[1]);
    } else if (strcmp(op, "h") == 0) {
        line_to(page, page->start[0], page->start[1]);
    } else if (strchr("lcvy", op[0]) != NULL && op[1] == '\0') {
        for (unsigned i = 0; i + 1 < page->numbers; i += 2)
            line_to(page, v[i], v[i + 1]);
    }
}

static void
measure_paint(Page *page, const char *op)
{
    if (op[0] == 'b' || op[0] == 's')
        line_to(page, page->start[0], page->start[1]);
    if (strchr("SsBb", op[0]) != NULL)
        stroke(page, page->path);
    page->path = 0;
}

static void
measure_text(Page *page, const char *op)
{
    const double *v = page->given;

    if (strcmp(op, "BT") == 0)
        page->text_scale = 1;
    else if (strcmp(op, "Tm") == 0)
        page->text_scale = fabs(v[0]) + fabs(v[1]) + fabs(v[2]) + fabs(v[3]);
    else if (strcmp(op, "Tf") == 0)
        page->pen.font_size = fabs(v[0]);
    else if ((strcmp(op, "Tj") == 0 || strcmp(op, "TJ") == 0) && page->pen.outlines)
        stroke(page, 10 * page->letters * page->pen.font_size * page->text_scale);
}

/* The line has been read, and may stand here. `q` and `Q` have been counted. */
static void
measure(Page *page, const Operator *op)
{
    if (strcmp(op->name, "q") == 0) {
        page->pens = page->pens == NULL ? g_new0(Pen, NEST_MAX) : page->pens;
        page->pens[page->saved - 1] = page->pen;
    } else if (strcmp(op->name, "Q") == 0) {
        page->pen = page->pens[page->saved];
    } else if (strcmp(op->name, "d") == 0) {
        page->pen.period = page->sum;
    } else if ((op->flags & PAINT) != 0) {
        measure_paint(page, op->name);
    } else if (op->name[0] == 'T' || op->name[1] == 'T') {
        measure_text(page, op->name);
    } else {
        measure_path(page, op->name);
    }
}

static bool
check_line(Page *page, SkSpan line)
{
    size_t at = 0;
    const Operator *op = find_operator(line, &at);

    page->numbers = 0;
    page->letters = 0;
    memset(page->given, 0, sizeof page->given);

    if (op == NULL)
        return no(page, SK_ELEMENT_PDF_OPERATOR, "no operator of the list");
    page->r = sk_reader(sk_span_sub(line, 0, at));
    for (const char *sort = op->operands; *sort != '\0'; sort++)
        if (!read_operand(page, *sort) || !sk_pdf_word(&page->r, " "))
            return no(page,
                      sk_span_starts(line, "/OC ") ? SK_ELEMENT_PDF_HIDDEN_LAYER
                                                   : SK_ELEMENT_NOT_CANONICAL,
                      op->name);
    if (sk_reader_left(&page->r) > 0)
        return no(page, SK_ELEMENT_NOT_CANONICAL, op->name);
    if (!step(page, op))
        return false;
    measure(page, op);
    return true;
}

bool
sk_pdf_check_content(SkPdfFile *self, uint32_t number, SkPdfContent *content)
{
    Page page = { .file = self,
                  .content = content,
                  .state = P,
                  .text_scale = 1,
                  .colourless = content->kind == SK_PDF_CONTENT_UNCOLOURED };
    SkPdfLines lines;
    SkSpan line = SK_SPAN_EMPTY;
    bool good = true;

    self->current = number;
    sk_pdf_lines_begin(&lines, self, number);
    while (good && sk_pdf_lines_next(&lines, &line)) {
        page.line++;
        good = check_line(&page, line);
    }
    good = good && !lines.bad;
    sk_pdf_lines_end(&lines);
    g_clear_pointer(&page.marks, g_byte_array_unref);
    g_free(page.pens);
    if (!good)
        return false;
    bool empty_glyph = content->kind == SK_PDF_CONTENT_GLYPH && page.line == 0;
    return (page.state == P && page.saved == 0 && page.marked == 0 && !page.clip && !empty_glyph) ||
           no(&page, SK_ELEMENT_NOT_CANONICAL, "something open at the end");
}
