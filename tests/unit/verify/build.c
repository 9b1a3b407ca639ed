/* SPDX-License-Identifier: Apache-2.0
 * build.c - contract in build.h. */
#include "build.h"
#include "verify/jpeg-tables.h"

#include <string.h>
#include <zlib.h>

/* ---- what verify says ------------------------------------------------------------------- */

SkReport *
verify_as(SkType type, SkSpan in, const SkJob *job)
{
    SkJob plain = sk_job_default();
    SkReport *report = sk_report_new();
    g_autofree uint8_t *copy = g_memdup2(in.p, in.n);

    plain.level = SK_LEVEL_NONE;
    SkJob mine = job == NULL ? plain : *job;
    mine.hint = type;
    sk_verify_run(&mine, sk_span(copy, in.n), report);
    return report;
}

const char *
verify_word(SkType type, SkSpan in, const SkJob *job)
{
    g_autoptr(SkReport) report = verify_as(type, in, job);

    if (report->outcome == SK_OUTCOME_CLEAN) {
        g_assert_cmpint(report->type_out, ==, type);
        g_assert_cmpint(report->reason, ==, SK_REASON_NONE);
        g_assert_cmpint(report->findings->len, ==, 0);
        return "clean";
    }
    g_assert_cmpint(report->reason, ==, SK_REASON_VERIFY_FAILED);
    g_assert_cmpint(report->type_out, ==, SK_TYPE_NONE);
    g_assert_cmpint(report->findings->len, ==, 1);
    SkFinding *finding = &g_array_index(report->findings, SkFinding, 0);
    g_assert_cmpint(finding->action, ==, SK_ACTION_REFUSED);
    g_assert_cmpstr(finding->place, !=, "");
    return sk_element_get(finding->element)->code;
}

char *
verify_place(SkType type, SkSpan in)
{
    g_autoptr(SkReport) report = verify_as(type, in, NULL);
    return report->findings->len == 0
               ? g_strdup("")
               : g_strdup(g_array_index(report->findings, SkFinding, 0).place);
}

static void
assert_word(SkType type, GByteArray *file, const char *word)
{
    g_autofree char *place = verify_place(type, bytes_span(file));
    const char *said = verify_word(type, bytes_span(file), NULL);

    if (strcmp(said, word) != 0) {
        g_test_message("%s where %s was wanted, at: %s", said, word, place);
        g_test_fail(); /* and go on: one run shows all */
    }
    g_byte_array_unref(file);
}

void
assert_clean(SkType type, GByteArray *file)
{
    assert_word(type, file, "clean");
}

void
assert_refused(SkType type, GByteArray *file, const char *code)
{
    assert_word(type, file, code);
}

void
assert_every_cut_refused(SkType type, SkSpan in)
{
    g_assert_cmpstr(verify_word(type, in, NULL), ==, "clean");
    for (size_t n = 0; n < in.n; n++)
        g_assert_cmpstr(verify_word(type, sk_span_sub(in, 0, n), NULL), !=, "clean");
}

void
assert_flips_harmless(SkType type, SkSpan in)
{
    g_autofree uint8_t *copy = g_memdup2(in.p, in.n);

    for (size_t i = 0; i < in.n * 8; i++) {
        copy[i / 8] ^= (uint8_t)(1u << i % 8);
        g_assert_nonnull(verify_word(type, sk_span(copy, in.n), NULL));
        copy[i / 8] ^= (uint8_t)(1u << i % 8);
    }
}

/* ---- bytes ------------------------------------------------------------------------------ */

GByteArray *
bytes_new(const char *s)
{
    GByteArray *out = g_byte_array_new();
    put_str(out, s);
    return out;
}

void
put(GByteArray *out, const void *p, size_t n)
{
    g_byte_array_append(out, p, (guint)n);
}

void
put_str(GByteArray *out, const char *s)
{
    put(out, s, strlen(s));
}

void
put_u8(GByteArray *out, unsigned v)
{
    uint8_t byte = (uint8_t)v;
    put(out, &byte, 1);
}

void
put_le(GByteArray *out, unsigned size, uint64_t v)
{
    for (unsigned i = 0; i < size; i++)
        put_u8(out, i < 8 ? (unsigned)(v >> 8 * i & 0xff) : 0);
}

void
put_be(GByteArray *out, unsigned size, uint64_t v)
{
    for (unsigned i = size; i > 0; i--)
        put_u8(out, (unsigned)(v >> 8 * (i - 1) & 0xff));
}

SkSpan
bytes_span(const GByteArray *bytes)
{
    return sk_span(bytes->data, bytes->len);
}

GByteArray *
deflate_bytes(SkSpan in, bool raw)
{
    GByteArray *out = g_byte_array_new();
    z_stream z = { .next_in = (Bytef *)in.p, .avail_in = (uInt)in.n };
    uint8_t buffer[4096];
    int status = Z_OK;

    g_assert_cmpint(deflateInit2(&z, 1, Z_DEFLATED, raw ? -15 : 15, 8, Z_DEFAULT_STRATEGY), ==,
                    Z_OK);
    while (status == Z_OK) {
        z.next_out = buffer;
        z.avail_out = sizeof buffer;
        status = deflate(&z, Z_FINISH);
        put(out, buffer, sizeof buffer - z.avail_out);
    }
    g_assert_cmpint(status, ==, Z_STREAM_END);
    deflateEnd(&z);
    return out;
}

/* ---- pictures --------------------------------------------------------------------------- */

void
png_chunk(GByteArray *out, const char *type, SkSpan data)
{
    put_be(out, 4, data.n);
    size_t at = out->len;
    put(out, type, 4);
    put(out, data.p, data.n);
    put_be(out, 4, crc32(0, out->data + at, (uInt)(out->len - at)));
}

void
png_header(GByteArray *out, uint32_t width, uint32_t height, unsigned depth, unsigned color)
{
    g_autoptr(GByteArray) data = g_byte_array_new();

    put(out, PNG_SIGNATURE, 8);
    put_be(data, 4, width);
    put_be(data, 4, height);
    put_u8(data, depth);
    put_u8(data, color);
    put_be(data, 3, 0);
    png_chunk(out, "IHDR", bytes_span(data));
}

void
png_data(GByteArray *out, SkSpan rows)
{
    g_autoptr(GByteArray) data = deflate_bytes(rows, false);
    png_chunk(out, "IDAT", bytes_span(data));
}

GByteArray *
png_build(const char *type, const char *data)
{
    static const uint8_t rows[2][13] = { { 1, 9, 8, 7 }, { 1, 200, 100, 50, 1, 2, 3 } };
    GByteArray *out = g_byte_array_new();

    png_header(out, 4, 2, 8, 2);
    if (type != NULL)
        png_chunk(out, type, sk_span_str(data));
    png_data(out, sk_span(rows, sizeof rows));
    png_chunk(out, "IEND", SK_SPAN_EMPTY);
    return out;
}

typedef struct {
    GByteArray *out;
    unsigned bits, n;
} BitWriter;

static void
put_bits(BitWriter *w, const char *bits)
{
    for (; *bits != '\0'; bits++) {
        w->bits = w->bits << 1 | (*bits == '1');
        if (++w->n < 8)
            continue;
        put_u8(w->out, w->bits & 0xff);
        if ((w->bits & 0xff) == 0xff)
            put_u8(w->out, 0);
        w->bits = w->n = 0;
    }
}

static void
put_marker(GByteArray *out, unsigned marker, const char *body, size_t n)
{
    put_u8(out, 0xff);
    put_u8(out, marker);
    put_be(out, 2, n + 2);
    put(out, body, n);
}

static void
put_huffman(GByteArray *out, unsigned i)
{
    g_autoptr(GByteArray) body = g_byte_array_new();
    put_u8(body, sk_jpeg_huffman[i].class_and_id);
    put(body, sk_jpeg_huffman[i].counts, 16);
    put(body, sk_jpeg_huffman[i].symbols, sk_jpeg_huffman[i].n);
    put_marker(out, 0xc4, (char *)body->data, body->len);
}

/* DC category 1 by turns up and down, one coefficient of size 1 after no zeros, the end. */
static void
put_mcus(GByteArray *out, unsigned n, bool grey)
{
    BitWriter w = { .out = out };

    for (unsigned i = 0; i < n; i++) {
        for (unsigned block = 0; block < (grey ? 1u : 4u); block++)
            put_bits(&w, block % 2 == 0 ? "0101"
                                          "001"
                                          "1010"
                                        : "0100"
                                          "001"
                                          "1010");
        put_bits(&w, grey ? ""
                          : "00"
                            "00"
                            "00"
                            "011"
                            "00");
    }
    while (w.n > 0)
        put_bits(&w, "1");
}

GByteArray *
jpeg_build(const JpegPlan *plan)
{
    GByteArray *out = g_byte_array_new();
    unsigned side = plan->grey ? 8 : 16;
    unsigned mcus = (plan->width + side - 1) / side * ((plan->height + side - 1) / side);
    char quantiser[65];

    put(out, "\xff\xd8", 2);
    put_marker(out, 0xe0, "JFIF\0\1\1\1\0\x60\0\x60\0\0", 14);
    if (plan->app != NULL)
        put(out, plan->app, plan->app_n);
    for (unsigned i = 0; i < (plan->grey ? 1u : 2u); i++) {
        memset(quantiser, 16, sizeof quantiser);
        quantiser[0] = (char)i;
        put_marker(out, 0xdb, quantiser, sizeof quantiser);
    }
    g_autoptr(GByteArray) frame = bytes_new("\x08");
    put_be(frame, 2, plan->height);
    put_be(frame, 2, plan->width);
    if (plan->grey)
        put(frame, "\1\1\x11\0", 4);
    else
        put(frame, "\3\1\x22\0\2\x11\1\3\x11\1", 10);
    put_marker(out, 0xc0, (char *)frame->data, frame->len);
    for (unsigned i = 0; i < (plan->grey ? 2u : 4u); i++)
        put_huffman(out, i);
    if (plan->grey)
        put_marker(out, 0xda, "\1\1\0\0\x3f\0", 6);
    else
        put_marker(out, 0xda, "\3\1\0\2\x11\3\x11\0\x3f\0", 10);
    put_mcus(out, mcus + plan->extra_mcus, plan->grey);
    put(out, "\xff\xd9", 2);
    if (plan->tail != NULL)
        put_str(out, plan->tail);
    return out;
}

/* ---- ZIP -------------------------------------------------------------------------------- */

static void
entry_free(void *p)
{
    Entry *entry = p;
    g_free(entry->name);
    g_byte_array_unref(entry->content);
    g_clear_pointer(&entry->packed, g_byte_array_unref);
    g_free(entry);
}

void
entry_set(Entry *entry, SkSpan content)
{
    GByteArray *copy = g_byte_array_new(); /* @content may lie in the old one */

    put(copy, content.p, content.n);
    g_byte_array_unref(entry->content);
    entry->content = copy;
    g_clear_pointer(&entry->packed, g_byte_array_unref);
}

static void
put_fixed(GByteArray *out, const Entry *entry, size_t stored)
{
    put_le(out, 2, 20);
    put_le(out, 2, 0);
    put_le(out, 2, entry->stored ? 0 : 8);
    put_le(out, 2, 0);
    put_le(out, 2, 0x21);
    put_le(out, 4, crc32_z(0, entry->content->data, entry->content->len));
    put_le(out, 4, stored);
    put_le(out, 4, entry->content->len);
    put_le(out, 2, strlen(entry->name));
}

GByteArray *
zip_build(const GPtrArray *entries)
{
    GByteArray *out = g_byte_array_new();
    g_autoptr(GByteArray) directory = g_byte_array_new();

    for (guint i = 0; i < entries->len; i++) {
        Entry *entry = entries->pdata[i];
        if (!entry->stored && entry->packed == NULL)
            entry->packed = deflate_bytes(bytes_span(entry->content), true);
        const GByteArray *data = entry->stored ? entry->content : entry->packed;
        put_str(directory, "PK\1\2");
        put_le(directory, 2, 20);
        put_fixed(directory, entry, data->len);
        put_le(directory, 12, 0);
        put_le(directory, 4, out->len);
        put_str(directory, entry->name);
        put_str(out, "PK\3\4");
        put_fixed(out, entry, data->len);
        put_le(out, 2, 0);
        put_str(out, entry->name);
        put(out, data->data, data->len);
    }
    size_t at = out->len;
    put(out, directory->data, directory->len);
    put_str(out, "PK\5\6");
    put_le(out, 4, 0);
    put_le(out, 2, entries->len);
    put_le(out, 2, entries->len);
    put_le(out, 4, directory->len);
    put_le(out, 4, at);
    put_le(out, 2, 0);
    return out;
}

/* ---- docx ------------------------------------------------------------------------------- */

#define DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define O "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
#define PACKAGE "http://schemas.openxmlformats.org/package/2006/"
#define APPLICATION "application/vnd.openxmlformats-officedocument."
#define NAMESPACES                                                                                 \
    " xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\""                           \
    " xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\""                          \
    " xmlns:m=\"http://schemas.openxmlformats.org/officeDocument/2006/math\""                      \
    " xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\""                    \
    " xmlns:o=\"urn:schemas-microsoft-com:office:office\""                                         \
    " xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\""                      \
    " xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\""             \
    " xmlns:v=\"urn:schemas-microsoft-com:vml\""                                                   \
    " xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\""                    \
    " xmlns:w10=\"urn:schemas-microsoft-com:office:word\""                                         \
    " xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\""         \
    " xmlns:wpg=\"http://schemas.microsoft.com/office/word/2010/wordprocessingGroup\""             \
    " xmlns:wps=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\""

static void
add_entry(GPtrArray *entries, const char *name, GByteArray *content, bool stored)
{
    Entry *entry = g_new0(Entry, 1);
    entry->name = g_strdup(name);
    entry->content = content;
    entry->stored = stored;
    g_ptr_array_add(entries, entry);
}

static void
add_xml(GPtrArray *entries, const char *name, const char *content)
{
    g_autofree char *whole = g_strconcat(DECLARATION, content, NULL);
    add_entry(entries, name, bytes_new(whole), false);
}

#define REL(id, target, type)                                                                      \
    "<Relationship Id=\"" id "\" Target=\"" target "\" Type=\"" O type "\"/>"
#define RELS(inner) "<Relationships xmlns=\"" PACKAGE "relationships\">" inner "</Relationships>"
#define RUN(inner) "<w:r>" inner "</w:r>"
#define PICTURE(id)                                                                                \
    "<w:drawing><wp:inline><wp:extent cx=\"9525\" cy=\"9525\"/><a:graphic><a:graphicData uri=\""   \
    "http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic><pic:blipFill><a:blip "   \
    "r:embed=\"" id                                                                                \
    "\"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"

static const char document[] =
    "<w:document" NAMESPACES
    "><w:body><w:p><w:pPr><w:pStyle w:val=\"a\"/><w:jc w:val=\"center\"/></w:pPr>" RUN(
        "<w:rPr><w:rFonts w:ascii=\"MS Mincho\" w:eastAsia=\"ＭＳ 明朝\"/><w:b/></w:rPr>"
        "<w:t xml:space=\"preserve\">通知 &amp; 依頼 </w:t>")
        RUN("<w:footnoteReference w:id=\"1\"/>") "</w:p>"
                                                 "<w:p><w:commentRangeStart "
                                                 "w:id=\"0\"/><w:hyperlink r:id=\"rId6\">" RUN(
                                                     "<w:t>案内</w:t>") "</w:hyperlink>"
                                                                        "<w:commentRangeEnd "
                                                                        "w:id=\"0\"/>" RUN(
                                                                            "<w:"
                                                                            "comment"
                                                                            "Referen"
                                                                            "ce "
                                                                            "w:id="
                                                                            "\"0\"/"
                                                                            ">") RUN("<w:fldChar "
                                                                                     "w:"
                                                                                     "fldCharType="
                                                                                     "\"begin\"/"
                                                                                     "><w:"
                                                                                     "instrText "
                                                                                     "xml:space="
                                                                                     "\"preserve\">"
                                                                                     " PAGE "
                                                                                     "\\* "
                                                                                     "MERGEFORMAT "
                                                                                     "</"
                                                                                     "w:instrText>") RUN("<w:fldChar "
                                                                                                         "w:fldCharType="
                                                                                                         "\"separate\"/>")
                                                                            RUN("<w:t>1</w:t>") RUN(
                                                                                "<w:fldChar "
                                                                                "w:fldCharType="
                                                                                "\"end\"/>") RUN(PICTURE("rId7"))
                                                                                RUN(PICTURE("rId8")) "<w:ins w:author=\"k\" w:id=\"3\">" RUN("<w:t>追加</w:t>") "</w:ins>" RUN(
                                                                                    "<w:rPr><w:"
                                                                                    "vanish/"
                                                                                    "></"
                                                                                    "w:rPr><w:t>"
                                                                                    "控え</"
                                                                                    "w:t>") "</w:p>"
                                                                                            "<w:"
                                                                                            "p"
                                                                                            ">" RUN(
                                                                                                "<m"
                                                                                                "c:"
                                                                                                "Al"
                                                                                                "te"
                                                                                                "rn"
                                                                                                "at"
                                                                                                "eC"
                                                                                                "on"
                                                                                                "te"
                                                                                                "nt"
                                                                                                "><"
                                                                                                "mc"
                                                                                                ":"
                                                                                                "Ch"
                                                                                                "oi"
                                                                                                "ce"
                                                                                                " R"
                                                                                                "eq"
                                                                                                "ui"
                                                                                                "re"
                                                                                                "s="
                                                                                                "\""
                                                                                                "wp"
                                                                                                "s"
                                                                                                "\""
                                                                                                "><"
                                                                                                "w:"
                                                                                                "dr"
                                                                                                "aw"
                                                                                                "in"
                                                                                                "g>"
                                                                                                "<w"
                                                                                                "p:"
                                                                                                "in"
                                                                                                "li"
                                                                                                "ne"
                                                                                                "><"
                                                                                                "a:"
                                                                                                "gr"
                                                                                                "ap"
                                                                                                "hi"
                                                                                                "c>"
                                                                                                "<a"
                                                                                                ":"
                                                                                                "gr"
                                                                                                "ap"
                                                                                                "hi"
                                                                                                "cD"
                                                                                                "at"
                                                                                                "a "
                                                                                                "ur"
                                                                                                "i="
                                                                                                "\""
                                                                                                "ht"
                                                                                                "tp"
                                                                                                ":/"
                                                                                                "/s"
                                                                                                "ch"
                                                                                                "em"
                                                                                                "as"
                                                                                                "."
                                                                                                "mi"
                                                                                                "cr"
                                                                                                "os"
                                                                                                "of"
                                                                                                "t."
                                                                                                "co"
                                                                                                "m/"
                                                                                                "of"
                                                                                                "fi"
                                                                                                "ce"
                                                                                                "/w"
                                                                                                "or"
                                                                                                "d/"
                                                                                                "20"
                                                                                                "10"
                                                                                                "/"
                                                                                                "wo"
                                                                                                "rd"
                                                                                                "pr"
                                                                                                "oc"
                                                                                                "es"
                                                                                                "si"
                                                                                                "ng"
                                                                                                "Sh"
                                                                                                "ap"
                                                                                                "e"
                                                                                                "\""
                                                                                                "><"
                                                                                                "wp"
                                                                                                "s:"
                                                                                                "ws"
                                                                                                "p>"
                                                                                                "<"
                                                                                                "wp"
                                                                                                "s:"
                                                                                                "tx"
                                                                                                "bx"
                                                                                                "><"
                                                                                                "w:"
                                                                                                "tx"
                                                                                                "bx"
                                                                                                "Co"
                                                                                                "nt"
                                                                                                "en"
                                                                                                "t>"
                                                                                                "<w"
                                                                                                ":p"
                                                                                                "/>"
                                                                                                "</"
                                                                                                "w:"
                                                                                                "tx"
                                                                                                "bx"
                                                                                                "Co"
                                                                                                "nt"
                                                                                                "en"
                                                                                                "t>"
                                                                                                "</"
                                                                                                "wp"
                                                                                                "s:"
                                                                                                "tx"
                                                                                                "bx"
                                                                                                "><"
                                                                                                "/w"
                                                                                                "ps"
                                                                                                ":"
                                                                                                "ws"
                                                                                                "p>"
                                                                                                "</"
                                                                                                "a:"
                                                                                                "gr"
                                                                                                "ap"
                                                                                                "hi"
                                                                                                "cD"
                                                                                                "at"
                                                                                                "a>"
                                                                                                "</"
                                                                                                "a:"
                                                                                                "gr"
                                                                                                "ap"
                                                                                                "hi"
                                                                                                "c>"
                                                                                                "</"
                                                                                                "wp"
                                                                                                ":"
                                                                                                "in"
                                                                                                "li"
                                                                                                "ne"
                                                                                                "><"
                                                                                                "/"
                                                                                                "w:"
                                                                                                "dr"
                                                                                                "aw"
                                                                                                "in"
                                                                                                "g>"
                                                                                                "</"
                                                                                                "mc"
                                                                                                ":"
                                                                                                "Ch"
                                                                                                "oi"
                                                                                                "ce"
                                                                                                ">"
                                                                                                "</"
                                                                                                "mc"
                                                                                                ":"
                                                                                                "Al"
                                                                                                "te"
                                                                                                "rn"
                                                                                                "at"
                                                                                                "eC"
                                                                                                "on"
                                                                                                "te"
                                                                                                "nt"
                                                                                                ">") RUN("<w:drawing><wp:inline><a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/chart\">"
                                                                                                         "<c:chart r:id=\"rId9\"/></a:graphicData></a:graphic></wp:inline></w:drawing>")
                                                                                                RUN("<w"
                                                                                                    ":p"
                                                                                                    "ic"
                                                                                                    "t>"
                                                                                                    "<v"
                                                                                                    ":s"
                                                                                                    "ha"
                                                                                                    "pe"
                                                                                                    " i"
                                                                                                    "d="
                                                                                                    "\""
                                                                                                    "s1"
                                                                                                    "\""
                                                                                                    " s"
                                                                                                    "ty"
                                                                                                    "le"
                                                                                                    "="
                                                                                                    "\""
                                                                                                    "wi"
                                                                                                    "dt"
                                                                                                    "h:"
                                                                                                    "9p"
                                                                                                    "t"
                                                                                                    "\""
                                                                                                    "><"
                                                                                                    "v:"
                                                                                                    "im"
                                                                                                    "ag"
                                                                                                    "ed"
                                                                                                    "at"
                                                                                                    "a "
                                                                                                    "r:"
                                                                                                    "id"
                                                                                                    "="
                                                                                                    "\""
                                                                                                    "rI"
                                                                                                    "d7"
                                                                                                    "\""
                                                                                                    "/>"
                                                                                                    "</"
                                                                                                    "v:"
                                                                                                    "sh"
                                                                                                    "ap"
                                                                                                    "e>"
                                                                                                    "</"
                                                                                                    "w:"
                                                                                                    "pi"
                                                                                                    "ct"
                                                                                                    ">") "<w:fldSimple w:instr=\" DATE \\@ &quot;yyyy年M月d日&quot; \">" RUN("<w"
                                                                                                                                                                             ":t"
                                                                                                                                                                             ">"
                                                                                                                                                                             "令"
                                                                                                                                                                             "和"
                                                                                                                                                                             "</"
                                                                                                                                                                             "w:"
                                                                                                                                                                             "t"
                                                                                                                                                                             ">") "</w:fldSimple></w:p>"
                                                                                                                                                                                  "<w:sectPr><w:headerReference r:id=\"rId10\" w:type=\"default\"/><w:footerReference r:id=\"rId11\" w:type=\"default\"/>"
                                                                                                                                                                                  "<w:pgSz w:h=\"16838\" w:w=\"11906\"/></w:sectPr></w:body></w:document>";

static const char document_rels[] =
    RELS(REL("rId1", "styles.xml", "styles") REL("rId2", "settings.xml", "settings")
             REL("rId3", "theme.xml", "theme") REL("rId4", "footnotes.xml", "footnotes")
                 REL("rId5", "comments.xml",
                     "comments") "<Relationship Id=\"rId6\" "
                                 "Target=\"https://www.example.jp/annai?a=1&amp;b=2#top\" "
                                 "TargetMode=\"External\" Type=\"" O
                                 "hyperlink\"/>" REL("rId7", "media/image1.png", "image")
                                     REL("rId8", "media/image2.jpeg", "image")
                                         REL("rId9", "chart1.xml", "chart")
                                             REL("rId10", "header1.xml", "header")
                                                 REL("rId11", "footer1.xml", "footer"));

#define OVERRIDE(part, type)                                                                       \
    "<Override ContentType=\"" APPLICATION type "\" PartName=\"/" part "\"/>"

static const char types[] =
    "<Types xmlns=\"" PACKAGE
    "content-types\"><Default ContentType=\"image/jpeg\" Extension=\"jpeg\"/>"
    "<Default ContentType=\"image/png\" Extension=\"png\"/>"
    "<Default ContentType=\"application/vnd.openxmlformats-package.relationships+xml\" "
    "Extension=\"rels\"/>"
    "<Default ContentType=\"application/xml\" Extension=\"xml\"/>" OVERRIDE(
        "docProps/app.xml", "extended-properties+xml")
        OVERRIDE("word/document.xml", "wordprocessingml.document.main+xml")
            OVERRIDE("word/styles.xml", "wordprocessingml.styles+xml")
                OVERRIDE("word/settings.xml", "wordprocessingml.settings+xml")
                    OVERRIDE("word/theme.xml", "theme+xml")
                        OVERRIDE("word/footnotes.xml", "wordprocessingml.footnotes+xml")
                            OVERRIDE("word/comments.xml", "wordprocessingml.comments+xml")
                                OVERRIDE("word/chart1.xml", "drawingml.chart+xml")
                                    OVERRIDE("word/header1.xml", "wordprocessingml.header+xml")
                                        OVERRIDE("word/footer1.xml",
                                                 "wordprocessingml.footer+xml") "</Types>";

GPtrArray *
entries_new(void)
{
    return g_ptr_array_new_with_free_func(entry_free);
}

GPtrArray *
docx_new(void)
{
    GPtrArray *entries = entries_new();
    JpegPlan jpeg = { .width = 20, .height = 10 };

    add_xml(entries, "_rels/.rels",
            RELS(REL("rId1", "word/document.xml", "officeDocument")
                     REL("rId2", "docProps/app.xml", "extended-properties")));
    add_xml(entries, "docProps/app.xml",
            "<Properties "
            "xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties\">"
            "<Application>Sekisho</Application></Properties>");
    add_xml(entries, "word/document.xml", document);
    add_xml(entries, "word/_rels/document.xml.rels", document_rels);
    add_xml(entries, "word/styles.xml",
            "<w:styles" NAMESPACES "><w:style w:styleId=\"a\" w:type=\"paragraph\"><w:name "
            "w:val=\"標準\"/></w:style></w:styles>");
    add_xml(entries, "word/settings.xml",
            "<w:settings" NAMESPACES "><w:zoom w:percent=\"100\"/><w:footnotePr><w:footnote "
            "w:id=\"1\"/></w:footnotePr></w:settings>");
    add_xml(entries, "word/theme.xml",
            "<a:theme" NAMESPACES " name=\"Office\"><a:themeElements/></a:theme>");
    add_xml(entries, "word/footnotes.xml",
            "<w:footnotes" NAMESPACES "><w:footnote w:id=\"1\"><w:p>" RUN(
                "<w:t>注</w:t>") "</w:p></w:footnote></w:footnotes>");
    add_xml(entries, "word/comments.xml",
            "<w:comments" NAMESPACES "><w:comment w:author=\"k\" w:id=\"0\"><w:p>" RUN(
                "<w:t>確認</w:t>") "</w:p></w:comment></w:comments>");
    add_entry(entries, "word/media/image1.png", png_build(NULL, NULL), true);
    add_entry(entries, "word/media/image2.jpeg", jpeg_build(&jpeg), true);
    add_xml(entries, "word/chart1.xml",
            "<c:chartSpace" NAMESPACES
            "><c:chart><c:plotArea><c:barChart><c:ser><c:tx><c:v>人口</c:v></c:tx>"
            "<c:cat><c:strRef><c:f>Sheet1!$A$1</c:f></c:strRef></c:cat></c:ser>"
            "</c:barChart></c:plotArea></c:chart></c:chartSpace>");
    add_xml(entries, "word/header1.xml",
            "<w:hdr" NAMESPACES "><w:p>" RUN("<w:t>総務課</w:t>") "</w:p></w:hdr>");
    add_xml(entries, "word/footer1.xml", "<w:ftr" NAMESPACES "><w:p/></w:ftr>");
    add_xml(entries, "[Content_Types].xml", types);
    return entries;
}

static Entry *
find_entry(GPtrArray *entries, const char *name)
{
    for (guint i = 0; i < entries->len; i++)
        if (strcmp(((Entry *)entries->pdata[i])->name, name) == 0)
            return entries->pdata[i];
    g_assert_not_reached();
}

void
docx_replace(GPtrArray *entries, const char *name, const char *old, const char *new)
{
    Entry *entry = find_entry(entries, name);
    SkSpan content = bytes_span(entry->content);
    size_t at = old == NULL ? 0 : sk_span_find(content, 0, sk_span_str(old));
    size_t n = old == NULL ? content.n : strlen(old);

    g_assert_cmpuint(at, !=, SIZE_MAX);
    GByteArray *out = g_byte_array_new();
    put(out, content.p, at);
    put_str(out, new);
    put(out, content.p + at + n, content.n - at - n);
    entry_set(entry, bytes_span(out));
    g_byte_array_unref(out);
}

void
docx_add(GPtrArray *entries, const char *name, const char *content)
{
    Entry *last = g_ptr_array_steal_index(entries, entries->len - 1);
    add_entry(entries, name, bytes_new(content), false);
    g_ptr_array_add(entries, last);
}

GByteArray *
docx_build(GPtrArray *entries)
{
    GByteArray *out = zip_build(entries);
    g_ptr_array_unref(entries);
    return out;
}

/* ---- PDF -------------------------------------------------------------------------------- */

static void
put_replaced(GByteArray *out, char *text, const char **old, const char *new)
{
    char *hit = *old == NULL ? NULL : strstr(text, *old);

    if (hit == NULL) {
        put_str(out, text);
    } else {
        put(out, text, (size_t)(hit - text));
        put_str(out, new);
        put_str(out, hit + strlen(*old));
        *old = NULL;
    }
    g_free(text);
}

GByteArray *
pdf_build(const char *old, const char *new)
{
    GByteArray *out = bytes_new("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n");
    static const char content[] = "q 595.28 0 0 841.89 0 0 cm /P Do Q";
    size_t offsets[8];
    bool replaces = old != NULL;

    offsets[0] = out->len;
    put_replaced(out, g_strdup("1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"), &old, new);
    offsets[1] = out->len;
    put_replaced(out,
                 g_strdup("2 0 obj\n<< /Type /Pages /Count 2 /Kids [3 0 R 6 0 R] >>\nendobj\n"),
                 &old, new);
    for (unsigned i = 0; i < 2; i++) {
        unsigned k = 3 + 3 * i;
        JpegPlan plan = { .width = 33, .height = 20, .grey = i == 1 };
        g_autoptr(GByteArray) jpeg = jpeg_build(&plan);
        offsets[k - 1] = out->len;
        put_replaced(
            out,
            g_strdup_printf(
                "%u 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595.28 841.89] /Resources "
                "<< /XObject << /P %u 0 R >> >> /Contents %u 0 R >>\nendobj\n",
                k, k + 2, k + 1),
            &old, new);
        offsets[k] = out->len;
        put_replaced(out,
                     g_strdup_printf("%u 0 obj\n<< /Length %zu >>\nstream\n%s\nendstream\nendobj\n",
                                     k + 1, sizeof content - 1, content),
                     &old, new);
        offsets[k + 1] = out->len;
        put_replaced(
            out,
            g_strdup_printf("%u 0 obj\n<< /Type /XObject /Subtype /Image /Width 33 /Height 20 "
                            "/ColorSpace /Device%s "
                            "/BitsPerComponent 8 /Filter /DCTDecode /Length %u >>\nstream\n",
                            k + 2, i == 1 ? "Gray" : "RGB", jpeg->len),
            &old, new);
        put(out, jpeg->data, jpeg->len);
        put_str(out, "\nendstream\nendobj\n");
    }
    size_t xref = out->len;
    put_str(out, "xref\n0 9\n0000000000 65535 f \n");
    for (unsigned i = 0; i < 8; i++)
        put_replaced(out, g_strdup_printf("%010zu 00000 n \n", offsets[i]), &old, new);
    put_replaced(
        out, g_strdup_printf("trailer\n<< /Size 9 /Root 1 0 R >>\nstartxref\n%zu\n%%%%EOF\n", xref),
        &old, new);
    g_assert_true(!replaces || old == NULL);
    return out;
}

/* ---- one change at a time ---------------------------------------------------------------- */

void
assert_changes(SkType type, const PartChange *changes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        GPtrArray *entries = type == SK_TYPE_DOCX ? docx_new() : office_new(type);
        docx_replace(entries, changes[i].part, changes[i].old, changes[i].new);
        g_autofree char *new = g_strescape(changes[i].new, NULL);
        g_test_message("%s: %.60s", changes[i].part, new);
        if (strcmp(changes[i].word, "clean") == 0)
            assert_clean(type, docx_build(entries));
        else
            assert_refused(type, docx_build(entries), changes[i].word);
    }
}

void
assert_only_clean(SkType type, GByteArray *file)
{
    if (strcmp(verify_word(type, bytes_span(file), NULL), "clean") != 0)
        return;
    put_u8(file, 0);
    g_assert_cmpstr(verify_word(type, bytes_span(file), NULL), !=, "clean");
    g_assert_cmpstr(verify_word(type, sk_span(file->data, file->len - 2), NULL), !=, "clean");
}

GByteArray *
zip_with_entry(const GPtrArray *entries, unsigned index, SkSpan content)
{
    Entry *entry = entries->pdata[index % entries->len];
    g_autoptr(GByteArray) before = g_byte_array_ref(entry->content);

    entry_set(entry, content);
    GByteArray *file = zip_build(entries);
    entry_set(entry, bytes_span(before));
    return file;
}

GBytes *
entry_seed(unsigned kind, const GPtrArray *entries, unsigned index)
{
    const Entry *entry = entries->pdata[index];
    g_autoptr(GByteArray) out = g_byte_array_new();

    put_u8(out, kind);
    put_u8(out, index);
    put(out, entry->content->data, entry->content->len);
    return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}
