/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-look-text.c - contract in pdf-look.h: looks with text in them: fields, free text, stamps.
 * Helvetica where Windows' Latin code holds the text, else a Japanese font by name, with Latin half
 * as wide: neither is in the file, every reader has something for both. Spec: docs/formats/pdf.md,
 * "Looks that are made"; ISO 32000-1, 12.5.6.6, 12.7.3.3, 12.7.4
 */
#include "disarm/pdf-look.h"

#include <math.h>

#define LINES_MAX 1000u
#define OPTIONS_MAX 1000u
#define PAD 2.0
#define ASCENT 0.718
#define DESCENT 0.207
#define LEADING 1.15
#define AUTO_MOST 12.0
#define AUTO_LEAST 4.0
#define FLAG_MULTILINE (1 << 12)
#define FLAG_PASSWORD (1 << 13)
#define FLAG_PUSH (1 << 16)
#define FLAG_COMBO (1 << 17)

#define HELVETICA \
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
#define DINGBATS "<< /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >>"
#define JAPANESE \
    "<< /Type /Font /Subtype /Type0 /BaseFont /HeiseiKakuGo-W5 /Encoding /UniJIS-UTF16-H " \
    "/DescendantFonts [" \
    "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /HeiseiKakuGo-W5 /DW 1000 " \
    "/W [1 95 500 231 632 500] /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) " \
    "/Supplement 2 >> /FontDescriptor << /Type /FontDescriptor /FontName /HeiseiKakuGo-W5 " \
    "/Flags 4 /FontBBox [-92 -250 1010 922] /ItalicAngle 0 /Ascent 752 /Descent -221 " \
    "/CapHeight 709 /StemV 114 >> >>] >>"

/* Helvetica's advances of 20 to 7E (hex); what comes behind is about as wide as a digit. */
static const uint16_t widths[] = {
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
};

typedef struct {
    GPtrArray *lines; /* owned, of char* */
    double left, bottom, width, height;
    double size; /* 0: what fits */
    int32_t align;
    bool wrap, top;
    bool japanese;
} Block;

/* ---- characters --------------------------------------------------------------------------- */

/* Of Windows' code 1252; 0: it has none. */
static unsigned
latin(gunichar c)
{
    static const uint16_t others[] = {
        0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
        0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
        0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178
    };

    if ((c >= 0x20 && c < 0x7f) || (c >= 0xa0 && c <= 0xff))
        return c;
    for (unsigned i = 0; i < G_N_ELEMENTS(others) && c > 0; i++) {
        if (others[i] == c)
            return 0x80 + i;
    }
    return 0;
}

static double
advance(const Block *self, gunichar c)
{
    if (self->japanese)
        return c < 0x80 || (c >= 0xff61 && c <= 0xff9f) ? 0.5 : 1;
    unsigned code = latin(c);
    return (code >= 0x20 && code < 0x7f ? widths[code - 0x20] : 556) / 1000.0;
}

static double
length_of(const Block *self, const char *line)
{
    double sum = 0;

    for (; *line != '\0'; line = g_utf8_next_char(line))
        sum += advance(self, g_utf8_get_char(line));
    return sum;
}

static bool
all_latin(const GPtrArray *lines)
{
    for (guint i = 0; i < lines->len; i++) {
        for (const char *at = g_ptr_array_index(lines, i); *at != '\0'; at = g_utf8_next_char(at)) {
            if (latin(g_utf8_get_char(at)) == 0)
                return false;
        }
    }
    return true;
}

static void
put_string(const Block *self, const char *line, GString *out)
{
    g_string_append_c(out, '<');
    for (; *line != '\0'; line = g_utf8_next_char(line)) {
        gunichar c = g_utf8_get_char(line);
        if (self->japanese)
            g_string_append_printf(out, "%04X", c > 0xffff ? 0x3013u : (unsigned)c);
        else
            g_string_append_printf(out, "%02X", latin(c));
    }
    g_string_append(out, "> Tj\n");
}

/* ---- lines -------------------------------------------------------------------------------- */

/* Where the first line of @line ends when it may be @most wide: behind a space, else between two
 * characters. */
static size_t
fits(const Block *self, const char *line, double most)
{
    const char *at = line, *space = NULL;

    for (double sum = 0; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        sum += advance(self, c);
        if (sum > most && at > line)
            return (size_t)((space != NULL ? space : at) - line);
        if (c == ' ' || c >= 0x3000)
            space = g_utf8_next_char(at);
    }
    return (size_t)(at - line);
}

static void
wrap(Block *self)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < self->lines->len; i++) {
        const char *rest = g_ptr_array_index(self->lines, i);
        do {
            size_t n = fits(self, rest, self->width / self->size);
            g_ptr_array_add(lines, g_strndup(rest, n));
            rest += n;
        } while (*rest != '\0' && lines->len < LINES_MAX);
    }
    g_ptr_array_unref(self->lines);
    self->lines = g_steal_pointer(&lines);
}

static void
choose_size(Block *self)
{
    double longest = 0;

    if (self->size > 0)
        return;
    for (guint i = 0; i < self->lines->len; i++)
        longest = fmax(longest, length_of(self, g_ptr_array_index(self->lines, i)));
    self->size = fmin(AUTO_MOST, self->height / (self->top ? LEADING : 1 / 0.8));
    if (!self->wrap && longest > 0)
        self->size = fmin(self->size, self->width / longest);
    self->size = fmax(self->size, AUTO_LEAST);
}

/* The block's lines in its box, cut off at its edges. The colour has been set. */
static void
put_block(SkPdfLook *look, Block *self)
{
    GString *out = look->out;

    self->japanese = !all_latin(self->lines);
    look->font = self->japanese ? JAPANESE : HELVETICA;
    choose_size(self);
    if (self->wrap)
        wrap(self);
    double y = self->top ? self->bottom + self->height - self->size * ASCENT
                         : self->bottom + (self->height - self->size * (ASCENT + DESCENT)) / 2 +
                               self->size * DESCENT;
    g_string_append(out, look->field ? "/Tx BMC\nq\n" : "q\n");
    sk_pdf_look_rect(look, self->left, self->bottom, self->width, self->height, "W n");
    g_string_append(out, "BT\n/T ");
    sk_pdf_look_number(look, self->size);
    g_string_append(out, "Tf\n");
    for (guint i = 0; i < self->lines->len && i < LINES_MAX; i++, y -= self->size * LEADING) {
        const char *line = g_ptr_array_index(self->lines, i);
        double left = self->width - length_of(self, line) * self->size;
        g_string_append(out, "1 0 0 1 ");
        sk_pdf_look_number(look, self->left + (self->align == 1   ? left / 2
                                               : self->align == 2 ? left
                                                                  : 0));
        sk_pdf_look_number(look, y);
        g_string_append(out, "Tm\n");
        put_string(self, line, out);
    }
    g_string_append(out, look->field ? "ET\nQ\nEMC\n" : "ET\nQ\n");
}

/* ---- what the annotation says ------------------------------------------------------------- */

/* Size and colour of the appearance string; black where it says none. */
static double
read_default(SkPdfLook *look, SkPdfObject source)
{
    static const char *const operators[] = { "g", "g", "g", "rg", "k" };
    SkPdfAppearance given = { .font = SK_SPAN_EMPTY, .n_colour = 1 };
    SkPdfObject form = sk_pdf_get(look->pdf, sk_pdf_root(look->pdf), "AcroForm");

    if (sk_pdf_type(look->pdf, source) == SK_PDF_NULL)
        source = sk_pdf_get(look->pdf, form, "DA");
    g_autofree char *text = sk_pdf_text(look->pdf, source);
    g_auto(GStrv) words = g_strsplit(text == NULL ? "" : text, " ", 64);
    sk_pdf_appearance_read(words, &given);
    for (unsigned i = 0; i < given.n_colour; i++)
        sk_pdf_look_number(look, (double)given.colour[i] / (double)SK_PDF_ONE);
    g_string_append_printf(look->out, "%s\n", operators[given.n_colour]);
    return CLAMP((double)given.size / (double)SK_PDF_ONE, 0, 1000);
}

static Block
block_of(const SkPdfLook *look, GPtrArray *lines)
{
    double pad = look->width + PAD;

    return (Block){ .lines = lines,
                    .left = look->rect[0] + pad,
                    .bottom = look->rect[1] + look->width,
                    .width = fmax(look->rect[2] - look->rect[0] - 2 * pad, 1),
                    .height = fmax(look->rect[3] - look->rect[1] - 2 * look->width, 1) };
}

static bool
is_empty(const GPtrArray *lines)
{
    for (guint i = 0; i < lines->len; i++) {
        if (*(const char *)g_ptr_array_index(lines, i) != '\0')
            return false;
    }
    return true;
}

static GPtrArray *
one_line(const char *text)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(lines, g_strdup(text));
    return lines;
}

static void
draw_block(SkPdfLook *look, Block block)
{
    if (!is_empty(block.lines))
        put_block(look, &block);
    g_ptr_array_unref(block.lines);
}

/* ---- fields ------------------------------------------------------------------------------- */

/* Ground and frame as MK says. */
static void
draw_frame(SkPdfLook *look)
{
    SkPdf *pdf = look->pdf;
    SkPdfObject mk = sk_pdf_get(pdf, look->annotation, "MK");
    double w = look->width, *r = look->rect, half = w / 2;

    if (sk_pdf_look_colour(look, sk_pdf_get(pdf, mk, "BG"), false))
        sk_pdf_look_rect(look, r[0], r[1], r[2] - r[0], r[3] - r[1], "f");
    if (w > 0 && r[2] - r[0] > w && r[3] - r[1] > w &&
        sk_pdf_look_colour(look, sk_pdf_get(pdf, mk, "BC"), true)) {
        sk_pdf_look_number(look, w);
        g_string_append(look->out, "w\n");
        sk_pdf_look_rect(look, r[0] + half, r[1] + half, r[2] - r[0] - w, r[3] - r[1] - w, "S");
    }
}

/* What option @i reads. */
static char *
option(SkPdfLook *look, SkPdfObject options, uint32_t i)
{
    SkPdfObject item = sk_pdf_item(look->pdf, options, i);

    if (sk_pdf_type(look->pdf, item) == SK_PDF_ARRAY)
        item = sk_pdf_item(look->pdf, item, 1);
    return sk_pdf_text(look->pdf, item);
}

/* The text that the value stands for: an option's own, where it has another than what is sent. */
static GPtrArray *
shown_value(SkPdfLook *look, SkPdfObject value)
{
    SkPdfObject options = sk_pdf_field_get(look->pdf, look->annotation, "Opt");
    g_autofree char *sent = sk_pdf_text(look->pdf, value);

    for (uint32_t i = 0; sent != NULL && i < MIN(sk_pdf_count(look->pdf, options), OPTIONS_MAX);
         i++) {
        SkPdfObject item = sk_pdf_item(look->pdf, options, i);
        g_autofree char *code = sk_pdf_text(look->pdf, sk_pdf_item(look->pdf, item, 0));
        g_autofree char *shown = option(look, options, i);
        if (code != NULL && shown != NULL && g_str_equal(code, sent))
            return one_line(shown);
    }
    return one_line(sent == NULL ? "" : sent);
}

static bool
is_chosen(SkPdfLook *look, SkPdfObject value, const char *text)
{
    uint32_t n = MIN(sk_pdf_count(look->pdf, value), OPTIONS_MAX);

    for (uint32_t i = 0; i <= n; i++) {
        g_autofree char *one =
            sk_pdf_text(look->pdf, i < n ? sk_pdf_item(look->pdf, value, i) : value);
        if (one != NULL && g_str_equal(one, text))
            return true;
    }
    return false;
}

/* A list: as many options as there is room for, what is chosen on a ground of its own. */
static void
draw_list(SkPdfLook *look, SkPdfObject value, double size)
{
    SkPdfObject options = sk_pdf_field_get(look->pdf, look->annotation, "Opt");
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
    int32_t first = 0;

    (void)sk_pdf_int(look->pdf, sk_pdf_field_get(look->pdf, look->annotation, "TI"), &first);
    size = size > 0 ? size : AUTO_MOST;
    uint32_t room = (uint32_t)CLAMP((look->rect[3] - look->rect[1]) / (size * LEADING) + 1, 1, 200);
    for (uint32_t i = 0; i < room; i++) {
        uint32_t at = (uint32_t)MAX(first, 0) + i;
        g_autofree char *text = option(look, options, at);
        if (text == NULL)
            break;
        double top = look->rect[3] - look->width - i * size * LEADING,
               bottom = fmax(top - size * LEADING, look->rect[1]);
        if (is_chosen(look, value, text) && bottom < top) {
            g_string_append(look->out, "q\n0.6 0.75 0.85 rg\n");
            sk_pdf_look_rect(look, look->rect[0] + look->width, bottom,
                             look->rect[2] - look->rect[0] - 2 * look->width, top - bottom, "f");
            g_string_append(look->out, "Q\n");
        }
        g_ptr_array_add(lines, g_steal_pointer(&text));
    }
    Block block = block_of(look, lines);
    block.size = size;
    block.top = true;
    draw_block(look, block);
}

static void
draw_text(SkPdfLook *look, SkPdfObject value, int32_t flags, double size)
{
    bool many = (flags & FLAG_MULTILINE) != 0;
    GPtrArray *lines = many ? sk_pdf_lines(look->pdf, value) : shown_value(look, value);
    Block block = block_of(look, lines);

    if ((flags & FLAG_PASSWORD) != 0 && lines->len > 0) { /* readers show how long it is */
        g_autofree char *secret =
            g_strnfill((gsize)g_utf8_strlen(g_ptr_array_index(lines, 0), -1), '*');
        g_ptr_array_unref(lines);
        block.lines = one_line(secret);
    }
    block.size = size;
    block.wrap = block.top = many;
    (void)sk_pdf_int(look->pdf, sk_pdf_field_get(look->pdf, look->annotation, "Q"), &block.align);
    draw_block(look, block);
}

/* A caption, or the sign of a box that is on. */
static void
draw_button(SkPdfLook *look, int32_t flags, double size)
{
    SkPdfObject caption =
        sk_pdf_get(look->pdf, sk_pdf_get(look->pdf, look->annotation, "MK"), "CA");
    SkSpan state = sk_pdf_name(look->pdf, sk_pdf_get(look->pdf, look->annotation, "AS"));
    g_autofree char *text = sk_pdf_text(look->pdf, caption);
    bool push = (flags & FLAG_PUSH) != 0;

    if (!push && (state.n == 0 || sk_span_is(state, "Off")))
        return;
    if (push && text == NULL)
        return;
    char sign[] = { text != NULL && *text > ' ' && *text < 0x7f ? *text : '4', '\0' };
    Block block = block_of(look, one_line(push ? text : sign));
    block.size = push || size > 0 ? size : fmax(block.height * 0.8, AUTO_LEAST);
    block.align = 1;
    draw_block(look, block);
    if (!push)
        look->font = DINGBATS;
}

void
sk_pdf_look_field(SkPdfLook *look)
{
    SkPdf *pdf = look->pdf;
    SkSpan type = sk_pdf_name(pdf, sk_pdf_field_get(pdf, look->annotation, "FT"));
    SkPdfObject value = sk_pdf_field_get(pdf, look->annotation, "V");
    int32_t flags = 0;

    if (!sk_span_is(type, "Tx") && !sk_span_is(type, "Ch") && !sk_span_is(type, "Btn"))
        return;
    look->field = true;
    (void)sk_pdf_int(pdf, sk_pdf_field_get(pdf, look->annotation, "Ff"), &flags);
    draw_frame(look);
    double size = read_default(look, sk_pdf_field_get(pdf, look->annotation, "DA"));
    if (sk_span_is(type, "Btn"))
        draw_button(look, flags, size);
    else if (sk_span_is(type, "Ch") && (flags & FLAG_COMBO) == 0)
        draw_list(look, value, size);
    else
        draw_text(look, value, sk_span_is(type, "Tx") ? flags : 0, size);
}

/* ---- free text, stamps -------------------------------------------------------------------- */

void
sk_pdf_look_free_text(SkPdfLook *look)
{
    SkPdf *pdf = look->pdf;
    double w = look->width, *r = look->rect;
    bool ground = sk_pdf_look_colour(look, sk_pdf_get(pdf, look->annotation, "C"), false);

    if (w > 0)
        g_string_append(look->out, "0 G\n");
    sk_pdf_look_number(look, w);
    g_string_append(look->out, "w\n");
    if (ground || w > 0)
        sk_pdf_look_rect(look, r[0] + w / 2, r[1] + w / 2, r[2] - r[0] - w, r[3] - r[1] - w,
                         ground && w > 0 ? "B"
                         : ground        ? "f"
                                         : "S");
    double size = read_default(look, sk_pdf_get(pdf, look->annotation, "DA"));
    Block block = block_of(look, sk_pdf_lines(pdf, sk_pdf_get(pdf, look->annotation, "Contents")));
    block.size = size > 0 ? size : AUTO_MOST;
    block.wrap = block.top = true;
    (void)sk_pdf_int(pdf, sk_pdf_get(pdf, look->annotation, "Q"), &block.align);
    draw_block(look, block);
}

/* `NotForPublicRelease` reads NOT FOR PUBLIC RELEASE. */
static char *
spaced(SkSpan name)
{
    GString *text = g_string_new(NULL);

    for (size_t i = 0; i < name.n && i < 64; i++) {
        if (i > 0 && g_ascii_isupper(name.p[i]) && g_ascii_islower(name.p[i - 1]))
            g_string_append_c(text, ' ');
        if (name.p[i] >= 0x20 && name.p[i] < 0x7f)
            g_string_append_c(text, g_ascii_toupper((char)name.p[i]));
    }
    return g_string_free(text, FALSE);
}

void
sk_pdf_look_stamp(SkPdfLook *look)
{
    SkSpan name = sk_pdf_name(look->pdf, sk_pdf_get(look->pdf, look->annotation, "Name"));
    g_autofree char *text = spaced(name.n > 0 ? name : sk_span_str("Draft"));
    SkPdfObject colour = sk_pdf_get(look->pdf, look->annotation, "C");
    double *r = look->rect;

    look->width = 2;
    if (!sk_pdf_look_colour(look, colour, true))
        g_string_append(look->out, "0.7 0.1 0.1 RG\n");
    if (!sk_pdf_look_colour(look, colour, false))
        g_string_append(look->out, "0.7 0.1 0.1 rg\n");
    g_string_append(look->out, "2 w\n");
    if (r[2] - r[0] > 2 && r[3] - r[1] > 2)
        sk_pdf_look_rect(look, r[0] + 1, r[1] + 1, r[2] - r[0] - 2, r[3] - r[1] - 2, "S");
    Block block = block_of(look, one_line(text));
    double longest = fmax(length_of(&block, text), 1);
    block.size = fmax(fmin(block.height * 0.6, block.width / longest), AUTO_LEAST);
    block.align = 1;
    draw_block(look, block);
}
