/* SPDX-License-Identifier: Apache-2.0
 * test-bites.c - every element of data/elements.tsv that concerns a format with a profile, planted
 * in a file that is otherwise canonical: verify refuses, and names it. A code without a plant must
 * say why it cannot stand in an output; a new code fails this suite until it has the one or the
 * other. */
#include "bites-odf.h"
#include "bites-office.h"
#include "bites-picture.h"

#include <string.h>

#define R "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
#define DOCUMENT "word/document.xml"
#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define ICS "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
#define VCF "BEGIN:VCARD\r\nVERSION:3.0\r\n"
#define HTML_HEAD                                                                                  \
    "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n"                                  \
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; "    \
    "style-src 'unsafe-inline'\">\n<meta name=\"referrer\" content=\"no-referrer\">\n"              \
    "<meta name=\"viewport\" content=\"width=device-width\">\n<title></title>\n</head>\n"
#define RELATIONS "word/_rels/document.xml.rels"

typedef struct {
    const char *code;
    SkType type;
    GByteArray *(*build)(const char *a, const char *b); /* NULL: see why */
    const char *a, *b;
    SkVerdict verdict; /* what the policy says of the element; NONE: nothing */
    const char *why;   /* it cannot stand in an output */
} Plant;

/* ---- how things are planted --------------------------------------------------------------- */

static GByteArray *
text(const char *a, const char *b)
{
    (void)b;
    return bytes_new(a);
}

static GByteArray *
csv(const char *a, const char *b)
{
    (void)b;
    GByteArray *out = bytes_new("\xef\xbb\xbf");
    put_str(out, a);
    return out;
}

static void
put_fields(SkSink *s, const char *name)
{
    sk_sink_u16le(s, 20);
    sk_sink_u32le(s, 0); /* flags, method */
    sk_sink_u16le(s, 0x6000);
    sk_sink_u16le(s, 0x5b77);
    sk_sink_u32le(s, 0);
    sk_sink_u32le(s, 0);
    sk_sink_u32le(s, 0);
    sk_sink_u16le(s, (uint16_t)strlen(name));
    sk_sink_u16le(s, 0);
}

/* An archive of empty texts called @a and, if any, @b. */
static GByteArray *
archive(const char *a, const char *b)
{
    g_autoptr(SkSink) s = sk_sink_new_memory(4096);
    const char *const names[] = { a, b };
    uint16_t n = b == NULL ? 1 : 2;
    uint32_t at[2] = { 0 };
    GByteArray *out = g_byte_array_new();

    for (unsigned i = 0; i < n; i++) {
        at[i] = (uint32_t)sk_sink_at(s);
        sk_sink_str(s, "PK\3\4");
        put_fields(s, names[i]);
        sk_sink_str(s, names[i]);
    }
    uint32_t directory = (uint32_t)sk_sink_at(s);
    for (unsigned i = 0; i < n; i++) {
        sk_sink_str(s, "PK\1\2");
        sk_sink_u16le(s, 0x0b14);
        put_fields(s, names[i]);
        sk_sink_u32le(s, 0);
        sk_sink_u16le(s, 0);
        sk_sink_u32le(s, 0);
        sk_sink_u32le(s, at[i]);
        sk_sink_str(s, names[i]);
    }
    uint32_t end = (uint32_t)sk_sink_at(s);
    sk_sink_str(s, "PK\5\6");
    sk_sink_u32le(s, 0);
    sk_sink_u16le(s, n);
    sk_sink_u16le(s, n);
    sk_sink_u32le(s, end - directory);
    sk_sink_u32le(s, directory);
    sk_sink_u16le(s, 0);
    SkSpan all = sk_sink_memory(s);
    return g_byte_array_append(out, all.p, (guint)all.n);
}

/* @a in the body of a page. */
static GByteArray *
html(const char *a, const char *b)
{
    (void)b;
    GByteArray *out = bytes_new(HTML_HEAD "<body>");
    put_str(out, a);
    put_str(out, "</body></html>");
    return out;
}

static GByteArray *
png(const char *type, const char *data)
{
    return png_build(type, data);
}

static GByteArray *
png_then(const char *tail, const char *b)
{
    (void)b;
    GByteArray *out = png_build(NULL, NULL);
    put_str(out, tail);
    return out;
}

/* The bytes of @a, with `\0` written as `~`. */
static GByteArray *
jpeg_app(const char *a, const char *b)
{
    (void)b;
    g_autofree char *segment = g_strdup(a);
    size_t n = strlen(segment);
    for (char *p = segment; *p != '\0'; p++)
        *p = *p == '~' ? '\0' : *p;
    JpegPlan plan = { .width = 9, .height = 9, .app = segment, .app_n = n };
    return jpeg_build(&plan);
}

static GByteArray *
jpeg_tail(const char *a, const char *b)
{
    (void)b;
    JpegPlan plan = { .width = 9, .height = 9, .tail = a };
    return jpeg_build(&plan);
}

static GByteArray *
jpeg_more(const char *a, const char *b)
{
    (void)a, (void)b;
    JpegPlan plan = { .width = 9, .height = 9, .extra_mcus = 3 };
    return jpeg_build(&plan);
}

/* In a run of the document, or instead of a piece of it. */
static GByteArray *
in_run(const char *xml, const char *b)
{
    (void)b;
    GPtrArray *entries = docx_new();
    g_autofree char *new = g_strconcat("<w:b/></w:rPr>", xml, NULL);
    docx_replace(entries, DOCUMENT, "<w:b/></w:rPr>", new);
    return docx_build(entries);
}

static GByteArray *
in_document(const char *old, const char *new)
{
    GPtrArray *entries = docx_new();
    docx_replace(entries, DOCUMENT, old, new);
    return docx_build(entries);
}

static GByteArray *
in_settings(const char *xml, const char *b)
{
    (void)b;
    GPtrArray *entries = docx_new();
    g_autofree char *new = g_strconcat(xml, "<w:footnotePr>", NULL);
    docx_replace(entries, "word/settings.xml", "<w:footnotePr>", new);
    return docx_build(entries);
}

static GByteArray *
field(const char *instruction, const char *b)
{
    (void)b;
    return in_document(" PAGE \\* MERGEFORMAT ", instruction);
}

/* One more relationship of the document, of type @type, and the part that it names. */
static GByteArray *
part(const char *type, const char *name)
{
    GPtrArray *entries = docx_new();
    g_autofree char *entry = g_strconcat("word/", name, NULL);
    g_autofree char *new =
        g_strdup_printf("<Relationship Id=\"rId12\" Target=\"%s\" Type=\"%s%s\"/></Relationships>",
                        name, g_str_has_prefix(type, "http") ? "" : R, type);
    docx_replace(entries, RELATIONS, "</Relationships>", new);
    docx_add(entries, entry, "payload");
    return docx_build(entries);
}

static GByteArray *
external(const char *type, const char *target)
{
    GPtrArray *entries = docx_new();
    g_autofree char *new =
        g_strdup_printf("<Relationship Id=\"rId12\" Target=\"%s\" TargetMode=\"External\" Type=\"" R
                        "%s\"/></Relationships>",
                        target, type);
    docx_replace(entries, RELATIONS, "</Relationships>", new);
    return docx_build(entries);
}

static GByteArray *
entry(const char *name, const char *content)
{
    GPtrArray *entries = docx_new();
    docx_add(entries, name, content);
    return docx_build(entries);
}

static GByteArray *
in_package(const char *old, const char *new)
{
    GPtrArray *entries = docx_new();
    docx_replace(entries, "_rels/.rels", old, new);
    return docx_build(entries);
}

static GByteArray *
in_types(const char *old, const char *new)
{
    GPtrArray *entries = docx_new();
    docx_replace(entries, "[Content_Types].xml", old, new);
    return docx_build(entries);
}

static GByteArray *
bare_docx(const char *lead, const char *tail)
{
    g_autoptr(GByteArray) docx = docx_build(docx_new());
    GByteArray *out = bytes_new(lead);
    put(out, docx->data, docx->len);
    put_str(out, tail);
    return out;
}

/* The byte @a bytes behind the first @signature of a whole docx becomes @b[0]. */
static GByteArray *
zip_byte(const char *signature, size_t offset, uint8_t value)
{
    GByteArray *out = docx_build(docx_new());
    size_t at = sk_span_find(bytes_span(out), 0, sk_span_str(signature));
    g_assert_cmpuint(at, !=, SIZE_MAX);
    out->data[at + offset] = value;
    return out;
}

static GByteArray *
zip_attributes(const char *a, const char *b)
{
    (void)a, (void)b;
    return zip_byte("PK\1\2", 41, 0xa0); /* S_IFLNK in the external attributes */
}

static GByteArray *
zip_flags(const char *a, const char *b)
{
    (void)a, (void)b;
    return zip_byte("PK\3\4", 6, 0x08); /* a data descriptor follows */
}

static GByteArray *
zip_method(const char *a, const char *b)
{
    (void)a, (void)b;
    return zip_byte("PK\3\4", 8, 12); /* bzip2 */
}

static GByteArray *
zip_crc(const char *a, const char *b)
{
    (void)a, (void)b;
    return zip_byte("PK\1\2", 16, 0x77);
}

static GByteArray *
zip_offset(const char *a, const char *b)
{
    (void)a, (void)b;
    GByteArray *out = docx_build(docx_new());
    size_t first = sk_span_find(bytes_span(out), 0, sk_span_str("PK\1\2"));
    size_t second = sk_span_find(bytes_span(out), first + 1, sk_span_str("PK\1\2"));
    memset(out->data + second + 42, 0, 4); /* points to the first entry */
    return out;
}

static GByteArray *
zip_several(const char *a, const char *b)
{
    (void)a, (void)b;
    GByteArray *out = docx_build(docx_new());
    g_autoptr(GByteArray) end = g_byte_array_new();
    put(end, out->data + out->len - 22, 22);
    put(out, end->data, end->len);
    return out;
}

static GByteArray *
pdf(const char *old, const char *new)
{
    return pdf_build(old, new);
}

#define CATALOG "/Catalog"
#define WORD(code, instruction)                                                                    \
    {                                                                                              \
        code, SK_TYPE_DOCX, field, instruction, NULL, SK_VERDICT_NONE, NULL                        \
    }

static const Plant plants[] = {
    { "wrong-type", SK_TYPE_JPEG, png, NULL, NULL, SK_VERDICT_NONE, NULL },
    { "polyglot", SK_TYPE_TEXT, text, "%PDF-1.4\n1 0 obj\n", NULL, SK_VERDICT_NONE, NULL },
    { "trailing-data", SK_TYPE_PNG, png_then, "x", NULL, SK_VERDICT_NONE, NULL },
    { "trailing-data", SK_TYPE_JPEG, jpeg_tail, "MZ", NULL, SK_VERDICT_NONE, NULL },
    { "trailing-data", SK_TYPE_DOCX, bare_docx, "", "x", SK_VERDICT_NONE, NULL },
    { "malware", SK_TYPE_NONE, NULL, NULL, NULL, SK_VERDICT_NONE,
      "it is what the scanner says of the input; verify knows no signatures" },
    { "unscanned", SK_TYPE_NONE, NULL, NULL, NULL, SK_VERDICT_NONE,
      "it tells that no scanner answered; it is nothing in a file" },
    { "leading-data", SK_TYPE_DOCX, bare_docx, "#!/bin/sh\n", "", SK_VERDICT_NONE, NULL },
    { "unknown-part", SK_TYPE_DOCX, in_run, "<w:foo/>", NULL, SK_VERDICT_NONE, NULL },
    { "unknown-part", SK_TYPE_DOCX, in_run, "<w:br w:foo=\"1\"/>", NULL, SK_VERDICT_NONE, NULL },
    { "unknown-part", SK_TYPE_DOCX, entry, "word/stray.xml", "x", SK_VERDICT_NONE, NULL },
    { "text-encoding", SK_TYPE_TEXT, text, "\x83\x65\x83\x58", NULL, SK_VERDICT_NONE, NULL },
    { "text-encoding", SK_TYPE_CSV, csv, "\xc0\xaf\r\n", NULL, SK_VERDICT_NONE, NULL },
    { "text-control", SK_TYPE_TEXT, text, "a\033[2J", NULL, SK_VERDICT_NONE, NULL },
    { "text-bidi", SK_TYPE_TEXT, text,
      "gpj\xe2\x80\xae"
      "exe.txt",
      NULL, SK_VERDICT_NONE, NULL },
    { "text-invisible", SK_TYPE_TEXT, text, "pass\xe2\x80\x8bword", NULL, SK_VERDICT_NONE, NULL },
    { "text-newline", SK_TYPE_TEXT, text, "a\r\nb", NULL, SK_VERDICT_NONE, NULL },
    { "text-bom", SK_TYPE_TEXT, text,
      "\xef\xbb\xbf"
      "a",
      NULL, SK_VERDICT_NONE, NULL },
    { "csv-formula", SK_TYPE_CSV, csv, "a,\"=cmd|' /C calc'!A0\"\r\n", NULL, SK_VERDICT_NONE, NULL },
    { "csv-formula", SK_TYPE_TSV, csv, "a\t@SUM(1)\r\n", NULL, SK_VERDICT_NONE, NULL },
    { "json-duplicate", SK_TYPE_JSON, text, "{\"a\":1,\"a\":1}\n", NULL, SK_VERDICT_NONE, NULL },
    { "xml-include", SK_TYPE_XML, text, XML "<a xmlns:x=\"http://www.w3.org/2001/XInclude\"/>\n", NULL,
      SK_VERDICT_NONE, NULL },
    { "xml-schema", SK_TYPE_XML, text, XML "<a xmlns:x=\"u\" x:schemaLocation=\"b\"/>\n", NULL,
      SK_VERDICT_NONE, NULL },
    { "xml-active", SK_TYPE_XML, text, XML "<html xmlns=\"http://www.w3.org/1999/xhtml\"/>\n", NULL,
      SK_VERDICT_NONE, NULL },
    { "calendar-alarm", SK_TYPE_ICS, text, ICS "BEGIN:VEVENT\r\nBEGIN:VALARM\r\nACTION:EMAIL\r\n", NULL,
      SK_VERDICT_NONE, NULL },
    { "calendar-attachment", SK_TYPE_ICS, text, ICS "ATTACH:http://a.example/\r\n", NULL, SK_VERDICT_NONE, NULL },
    { "contact-media", SK_TYPE_VCF, text, VCF "PHOTO:AAAA\r\n", NULL, SK_VERDICT_NONE, NULL },
    { "csv-quoting", SK_TYPE_CSV, csv, "\"a\",b\r\n", NULL, SK_VERDICT_NONE, NULL },
    { "csv-sep-line", SK_TYPE_CSV, csv, "\"sep=|\"\r\n", NULL, SK_VERDICT_NONE, NULL },
    { "html-script", SK_TYPE_HTML, html, "<script>a</script>", NULL, SK_VERDICT_NONE, NULL },
    { "html-script", SK_TYPE_HTML, html, "<p onclick=\"a\">a</p>", NULL, SK_VERDICT_NONE, NULL },
    { "html-form", SK_TYPE_HTML, html, "<form></form>", NULL, SK_VERDICT_NONE, NULL },
    { "html-embedded", SK_TYPE_HTML, html, "<iframe></iframe>", NULL, SK_VERDICT_NONE, NULL },
    { "html-external", SK_TYPE_HTML, html, "<img src=\"http://a.example/\">", NULL, SK_VERDICT_NONE, NULL },
    { "html-external", SK_TYPE_HTML, html, "<p style=\"color:url(a)\">a</p>", NULL, SK_VERDICT_NONE, NULL },
    { "html-redirect", SK_TYPE_HTML, html, "<base>", NULL, SK_VERDICT_NONE, NULL },
    { "html-style", SK_TYPE_HTML, html, "<style></style>", NULL, SK_VERDICT_NONE, NULL },
    { "html-island", SK_TYPE_HTML, html, "<svg></svg>", NULL, SK_VERDICT_NONE, NULL },
    { "html-comment", SK_TYPE_HTML, html, "<!--a-->", NULL, SK_VERDICT_NONE, NULL },
    { "html-smuggling", SK_TYPE_HTML, html, "<a download=\"a\">a</a>", NULL, SK_VERDICT_NONE, NULL },
    { "html-unknown", SK_TYPE_HTML, html, "<blink>a</blink>", NULL, SK_VERDICT_NONE, NULL },
    { "html-reference", SK_TYPE_HTML, html, "<a href=\"#i1\">a</a>", NULL, SK_VERDICT_NONE, NULL },
    { "unsafe-hyperlink", SK_TYPE_HTML, html, "<a href=\"javascript:a\">a</a>", NULL, SK_VERDICT_NONE, NULL },
    { "html-tracker", SK_TYPE_NONE, NULL, NULL, NULL, SK_VERDICT_NONE,
      "it tells why a picture went; one that loads from outside is html-external, whatever its size" },
    { "html-hidden", SK_TYPE_NONE, NULL, NULL, NULL, SK_VERDICT_NONE,
      "it tells of text that stays; what is seen is not looked at" },
    { "html-deceptive-link", SK_TYPE_NONE, NULL, NULL, NULL, SK_VERDICT_NONE,
      "it tells of a link that stays; what a text says is not looked at" },
    { "html-structure", SK_TYPE_NONE, NULL, NULL, NULL, SK_VERDICT_NONE,
      "it tells of the input, which was put in order" },
    { "html-archive-part", SK_TYPE_NONE, NULL, NULL, NULL, SK_VERDICT_NONE,
      "it tells of the input; a page has no parts" },
    { "picture-metadata", SK_TYPE_PNG, png, "eXIf", "MM", SK_VERDICT_NONE, NULL },
    { "picture-metadata", SK_TYPE_JPEG, jpeg_app,
      "\xff\xe1~\x0c"
      "Exif~~MM~*",
      NULL, SK_VERDICT_NONE, NULL },
    { "picture-text", SK_TYPE_PNG, png, "tEXt", "Comment", SK_VERDICT_NONE, NULL },
    { "picture-text", SK_TYPE_JPEG, jpeg_app, "\xff\xfe~\x04hi", NULL, SK_VERDICT_NONE, NULL },
    { "picture-profile", SK_TYPE_PNG, png, "iCCP", "x", SK_VERDICT_NONE, NULL },
    { "picture-profile", SK_TYPE_JPEG, jpeg_app, "\xff\xe2~\x10ICC_PROFILE~\1\1", NULL,
      SK_VERDICT_NONE, NULL },
    { "picture-thumbnail", SK_TYPE_JPEG, jpeg_app, "\xff\xe0~\x0aJFXX~\x10\1\1", NULL,
      SK_VERDICT_NONE, NULL },
    { "picture-animation", SK_TYPE_PNG, png, "acTL", "12345678", SK_VERDICT_NONE, NULL },
    { "picture-unknown", SK_TYPE_PNG, png, "prVt", "x", SK_VERDICT_NONE, NULL },
    { "picture-orientation", SK_TYPE_NONE, NULL, NULL, NULL, SK_VERDICT_NONE,
      "it is a field of EXIF, which is named picture-metadata as a whole" },
    { "picture-second", SK_TYPE_JPEG, jpeg_tail, "\xff\xd8\xff\xe0", NULL, SK_VERDICT_NONE, NULL },
    { "picture-second", SK_TYPE_JPEG, jpeg_app, "\xff\xe2~\x08MPF~MM", NULL, SK_VERDICT_NONE,
      NULL },
    { "picture-encoding", SK_TYPE_JPEG, jpeg_more, NULL, NULL, SK_VERDICT_NONE, NULL },
    { "picture-left-out", SK_TYPE_NONE, NULL, NULL, NULL, SK_VERDICT_NONE,
      "a plain text can hold no picture" },
    { "picture-replaced", SK_TYPE_NONE, NULL, NULL, NULL, SK_VERDICT_NONE,
      "the stand-in is an ordinary picture of the profile" },
    { "drawing-text", SK_TYPE_NONE, NULL, NULL, NULL, SK_VERDICT_NONE,
      "the drawing is an ordinary picture of the profile" },
    { "vba-project", SK_TYPE_DOCX, part,
      "http://schemas.microsoft.com/office/2006/relationships/vbaProject", "vbaProject.bin",
      SK_VERDICT_NONE, NULL },
    { "vba-project", SK_TYPE_DOCX, entry, "word/vbaProject.bin", "x", SK_VERDICT_NONE, NULL },
    { "macro-type", SK_TYPE_DOCX, in_types,
      "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
      "application/vnd.ms-word.document.macroEnabled.main+xml", SK_VERDICT_NONE, NULL },
    { "macro-type", SK_TYPE_DOCX, in_types, "wordprocessingml.document.main",
      "wordprocessingml.template.main", SK_VERDICT_NONE, NULL },
    { "xlm-macro", SK_TYPE_DOCX, part,
      "http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet",
      "macrosheets/sheet1.xml", SK_VERDICT_NONE, NULL },
    WORD("dde-field", " DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe \"/k calc\" "),
    WORD("dde-field", " dde excel a "),
    WORD("active-field", " INCLUDEPICTURE \"http://example.jp/a.png\" \\d "),
    WORD("active-field", " INCLUDETEXT a.docx "),
    WORD("unknown-field", " ASK a b "),
    WORD("unknown-field", " QUOTE 68 68 69 "),
    { "attached-template", SK_TYPE_DOCX, external, "attachedTemplate", "http://example.jp/t.dotm",
      SK_VERDICT_NONE, NULL },
    { "attached-template", SK_TYPE_DOCX, in_settings, "<w:attachedTemplate r:id=\"rId1\"/>", NULL,
      SK_VERDICT_NONE, NULL },
    { "sub-document", SK_TYPE_DOCX, external, "subDocument", "http://example.jp/s.docx",
      SK_VERDICT_NONE, NULL },
    { "external-relationship", SK_TYPE_DOCX, external, "frameSource", "http://example.jp/v",
      SK_VERDICT_NONE, NULL },
    { "external-image", SK_TYPE_DOCX, external, "image", "http://example.jp/i.png", SK_VERDICT_NONE,
      NULL },
    { "external-image", SK_TYPE_DOCX, in_document, "<a:blip r:embed=\"rId7\"/>",
      "<a:blip r:embed=\"rId7\" r:link=\"rId7\"/>", SK_VERDICT_NONE, NULL },
    { "hyperlink", SK_TYPE_DOCX, in_document, "<w:b/>", "<w:b/>", SK_VERDICT_REMOVED, NULL },
    { "unsafe-hyperlink", SK_TYPE_DOCX, external, "hyperlink", "file://server/share",
      SK_VERDICT_NONE, NULL },
    { "unsafe-hyperlink", SK_TYPE_DOCX, external, "hyperlink", "javascript:alert(1)",
      SK_VERDICT_NONE, NULL },
    { "unsafe-hyperlink", SK_TYPE_DOCX, external, "hyperlink", "ms-msdt:/id", SK_VERDICT_NONE,
      NULL },
    { "unsafe-hyperlink", SK_TYPE_DOCX, external, "hyperlink", "\\\\server\\share", SK_VERDICT_NONE,
      NULL },
    { "unsafe-hyperlink", SK_TYPE_DOCX, in_document, "<v:shape ",
      "<v:shape href=\"http://example.jp/\" ", SK_VERDICT_NONE, NULL },
    WORD("unsafe-hyperlink", " HYPERLINK \"file://server/a\" "),
    { "embedded-object", SK_TYPE_DOCX, part, "oleObject", "embeddings/oleObject1.bin",
      SK_VERDICT_NONE, NULL },
    { "embedded-object", SK_TYPE_DOCX, in_run, "<w:object/>", NULL, SK_VERDICT_NONE, NULL },
    { "activex", SK_TYPE_DOCX, part, "control", "activeX/activeX1.xml", SK_VERDICT_NONE, NULL },
    { "activex", SK_TYPE_DOCX, in_run, "<w:control r:id=\"rId7\"/>", NULL, SK_VERDICT_NONE, NULL },
    { "form-control", SK_TYPE_DOCX, in_run, "<w:ffData/>", NULL, SK_VERDICT_NONE, NULL },
    { "vml-script", SK_TYPE_DOCX, in_document, "<v:shape id=\"s1\"",
      "<v:shape id=\"s1\" onmouseover=\"a\"", SK_VERDICT_NONE, NULL },
    { "custom-ui", SK_TYPE_DOCX, in_package, "</Relationships>",
      "<Relationship Id=\"rId3\" Target=\"customUI/customUI.xml\" Type=\""
      "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility\"/></Relationships>",
      SK_VERDICT_NONE, NULL },
    { "alt-chunk", SK_TYPE_DOCX, part, "aFChunk", "afchunk1.mht", SK_VERDICT_NONE, NULL },
    { "alt-chunk", SK_TYPE_DOCX, in_document, "<w:sectPr>", "<w:altChunk r:id=\"rId1\"/><w:sectPr>",
      SK_VERDICT_NONE, NULL },
    { "custom-xml", SK_TYPE_DOCX, part, "customXml", "customXml/item1.xml", SK_VERDICT_NONE, NULL },
    { "custom-xml", SK_TYPE_DOCX, entry, "customXml/item1.xml", "<a/>", SK_VERDICT_NONE, NULL },
    { "data-binding", SK_TYPE_DOCX, in_run, "<w:dataBinding w:xpath=\"/a\"/>", NULL,
      SK_VERDICT_NONE, NULL },
    { "printer-settings", SK_TYPE_DOCX, part, "printerSettings", "printerSettings1.bin",
      SK_VERDICT_NONE, NULL },
    { "embedded-font", SK_TYPE_DOCX, part, "font", "fonts/font1.odttf", SK_VERDICT_NONE, NULL },
    { "document-properties", SK_TYPE_DOCX, entry, "docProps/core.xml", "<a/>", SK_VERDICT_NONE,
      NULL },
    { "custom-properties", SK_TYPE_DOCX, entry, "docProps/custom.xml", "<a/>", SK_VERDICT_NONE,
      NULL },
    { "comments", SK_TYPE_DOCX, in_document, "<w:b/>", "<w:b/>", SK_VERDICT_REMOVED, NULL },
    { "tracked-changes", SK_TYPE_DOCX, in_document, "<w:b/>", "<w:b/>", SK_VERDICT_REFUSED, NULL },
    { "revision-ids", SK_TYPE_DOCX, in_document, "<w:p><w:commentRangeStart",
      "<w:p w:rsidR=\"00A1\"><w:commentRangeStart", SK_VERDICT_NONE, NULL },
    { "people", SK_TYPE_DOCX, part, "http://schemas.microsoft.com/office/2011/relationships/people",
      "people.xml", SK_VERDICT_NONE, NULL },
    { "web-extension", SK_TYPE_DOCX, entry, "word/webextensions/webextension1.xml", "<a/>",
      SK_VERDICT_NONE, NULL },
    { "data-connection", SK_TYPE_DOCX, part, "connections", "connections.xml", SK_VERDICT_NONE,
      NULL },
    { "mail-merge", SK_TYPE_DOCX, in_settings, "<w:mailMerge/>", NULL, SK_VERDICT_NONE, NULL },
    { "mail-merge", SK_TYPE_DOCX, external, "mailMergeSource", "file:///c:/a.mdb", SK_VERDICT_NONE,
      NULL },
    { "document-signature", SK_TYPE_DOCX, in_package, "</Relationships>",
      "<Relationship Id=\"rId3\" Target=\"_xmlsignatures/origin.sigs\" Type=\""
      "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin\"/></"
      "Relationships>",
      SK_VERDICT_NONE, NULL },
    { "password-removed", SK_TYPE_NONE, NULL, NULL, NULL, SK_VERDICT_NONE,
      "it tells that the input was locked; what is locked now is encrypted-package" },
    { "read-only-lock", SK_TYPE_NONE, NULL, NULL, NULL, SK_VERDICT_NONE,
      "it tells that the input was locked; what is locked now is encrypted-package" },
    { "wrong-password", SK_TYPE_NONE, NULL, NULL, NULL, SK_VERDICT_NONE,
      "verify is never given a password" },
    { "encrypted-package", SK_TYPE_DOCX, text, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on", NULL,
      SK_VERDICT_NONE, NULL },
    { "xml-dtd", SK_TYPE_DOCX, in_document, "<w:document",
      "<!DOCTYPE a [<!ENTITY b \"c\">]><w:document", SK_VERDICT_NONE, NULL },
    { "xml-dtd", SK_TYPE_DOCX, in_document, "案内", "&b;", SK_VERDICT_NONE, NULL },
    { "xml-instruction", SK_TYPE_DOCX, in_run, "<?mso-application progid=\"Word.Document\"?>", NULL,
      SK_VERDICT_NONE, NULL },
    { "xml-instruction", SK_TYPE_DOCX, in_run, "<!-- a -->", NULL, SK_VERDICT_NONE, NULL },
    { "alternate-content", SK_TYPE_DOCX, in_document, "</mc:Choice>", "</mc:Choice><mc:Fallback/>",
      SK_VERDICT_NONE, NULL },
    { "hidden-text", SK_TYPE_DOCX, in_document, "<w:b/>", "<w:b/>", SK_VERDICT_REFUSED, NULL },
    { "document-protection", SK_TYPE_DOCX, in_settings,
      "<w:documentProtection w:edit=\"readOnly\"/>", NULL, SK_VERDICT_NONE, NULL },
    { "vml-drawing", SK_TYPE_DOCX, part, "vmlDrawing", "vmlDrawing1.vml", SK_VERDICT_NONE, NULL },
    { "duplicate-part", SK_TYPE_DOCX, entry, "word/Document.xml", "x", SK_VERDICT_NONE, NULL },
    { "wrong-content-type", SK_TYPE_DOCX, in_types, "wordprocessingml.styles+xml",
      "wordprocessingml.header+xml", SK_VERDICT_NONE, NULL },
    { "unsafe-part-name", SK_TYPE_DOCX, entry, "word/a%20b.xml", "x", SK_VERDICT_NONE, NULL },
    { "alternate-main-part", SK_TYPE_DOCX, in_package, "</Relationships>",
      "<Relationship Id=\"rId3\" Target=\"word/b.xml\" Type=\"" R
      "officeDocument\"/></Relationships>",
      SK_VERDICT_NONE, NULL },
    { "thumbnail", SK_TYPE_DOCX, entry, "docProps/thumbnail.jpeg", "x", SK_VERDICT_NONE, NULL },
    { "glossary", SK_TYPE_DOCX, part, "glossaryDocument", "glossary/document.xml", SK_VERDICT_NONE,
      NULL },
    { "unsupported-picture", SK_TYPE_DOCX, part, "image", "media/image3.emf", SK_VERDICT_NONE,
      NULL },
    { "zip-structure", SK_TYPE_DOCX, zip_flags, NULL, NULL, SK_VERDICT_NONE, NULL },
    { "zip-duplicate", SK_TYPE_DOCX, entry, "word/document.xml", "x", SK_VERDICT_NONE, NULL },
    { "zip-overlap", SK_TYPE_DOCX, zip_offset, NULL, NULL, SK_VERDICT_NONE, NULL },
    { "zip-mismatch", SK_TYPE_DOCX, zip_crc, NULL, NULL, SK_VERDICT_NONE, NULL },
    { "zip-slip", SK_TYPE_DOCX, entry, "word/../../a.xml", "x", SK_VERDICT_NONE, NULL },
    { "zip-slip", SK_TYPE_DOCX, entry, "..\\a.xml", "x", SK_VERDICT_NONE, NULL },
    { "zip-slip", SK_TYPE_DOCX, entry, "/etc/passwd", "x", SK_VERDICT_NONE, NULL },
    { "zip-link", SK_TYPE_DOCX, zip_attributes, NULL, NULL, SK_VERDICT_NONE, NULL },
    { "zip-bomb", SK_TYPE_NONE, NULL, NULL, NULL, SK_VERDICT_NONE,
      "planted by /verify/bites/bomb below, since it needs other limits" },
    { "my-number", SK_TYPE_NONE, NULL, NULL, NULL, SK_VERDICT_NONE,
      "it tells what a text says, which verify does not judge" },
    { "not-scanned", SK_TYPE_NONE, NULL, NULL, NULL, SK_VERDICT_NONE,
      "it tells what was not looked at; what came of it is the profile" },
    { "misnamed", SK_TYPE_NONE, NULL, NULL, NULL, SK_VERDICT_NONE,
      "it tells of the name; the profile of the content is the one that is asked for" },
    { "converted", SK_TYPE_NONE, NULL, NULL, NULL, SK_VERDICT_NONE,
      "it tells how the document was made; what came of it is the profile" },
    { "malware", SK_TYPE_NONE, NULL, NULL, NULL, SK_VERDICT_NONE,
      "it tells what a scanner said of the original, which is never delivered" },
    { "unscanned", SK_TYPE_NONE, NULL, NULL, NULL, SK_VERDICT_NONE,
      "it tells that no scanner looked at the original, which is never delivered" },
    { "zip-method", SK_TYPE_DOCX, zip_method, NULL, NULL, SK_VERDICT_NONE, NULL },
    { "zip-several-ends", SK_TYPE_DOCX, zip_several, NULL, NULL, SK_VERDICT_NONE, NULL },
    { "zip-slip", SK_TYPE_ZIP, archive, "../a.txt", NULL, SK_VERDICT_NONE, NULL },
    { "zip-duplicate", SK_TYPE_ZIP, archive, "a.txt", "a.txt", SK_VERDICT_NONE, NULL },
    { "wrong-type", SK_TYPE_ZIP, archive, "a.exe", NULL, SK_VERDICT_NONE, NULL },
    { "archive-name", SK_TYPE_ZIP, archive, "con.txt", NULL, SK_VERDICT_NONE, NULL },
    { "archive-collision", SK_TYPE_ZIP, archive, "A.txt", "a.txt", SK_VERDICT_NONE, NULL },
    { "archive-time", SK_TYPE_ZIP, archive, "a.txt", NULL, SK_VERDICT_REMOVED, NULL },
    { "archive-slip", SK_TYPE_NONE, NULL, NULL, NULL, SK_VERDICT_NONE,
      "it tells of an entry that was removed; a name that points outside now is zip-slip" },
    { "archive-link", SK_TYPE_NONE, NULL, NULL, NULL, SK_VERDICT_NONE,
      "it tells of an entry that was removed; attributes that could say so now are zip-structure" },
    { "archive-member", SK_TYPE_NONE, NULL, NULL, NULL, SK_VERDICT_NONE,
      "it tells what was refused; in its place stands a text, which is the profile" },
    { "archive-charset", SK_TYPE_NONE, NULL, NULL, NULL, SK_VERDICT_NONE,
      "it tells how names were read; now they are UTF-8, or archive-name" },
    { "pdf-drawn", SK_TYPE_NONE, NULL, NULL, NULL, SK_VERDICT_NONE,
      "it tells how the pages were made; they are the profile" },
    { "pdf-javascript", SK_TYPE_PDF, pdf, CATALOG, "/Catalog /Names << /JavaScript 9 0 R >>",
      SK_VERDICT_NONE, NULL },
    { "pdf-javascript", SK_TYPE_PDF, pdf, CATALOG, "/Catalog /X << /S /GoTo /JS (a) >>",
      SK_VERDICT_NONE, NULL },
    { "pdf-action", SK_TYPE_PDF, pdf, CATALOG, "/Catalog /OpenAction 9 0 R", SK_VERDICT_NONE,
      NULL },
    { "pdf-action", SK_TYPE_PDF, pdf, "/Contents", "/AA << >> /Contents", SK_VERDICT_NONE, NULL },
    { "pdf-launch", SK_TYPE_PDF, pdf, "/Contents", "/A << /S /Launch >> /Contents", SK_VERDICT_NONE,
      NULL },
    { "pdf-link", SK_TYPE_PDF, pdf, "/Contents", "/Annots [] /Contents", SK_VERDICT_NONE, NULL },
    { "pdf-link", SK_TYPE_PDF, pdf, "/Contents", "/A << /S /URI >> /Contents", SK_VERDICT_NONE,
      NULL },
    { "pdf-attachment", SK_TYPE_PDF, pdf, CATALOG, "/Catalog /Names << /EmbeddedFiles 9 0 R >>",
      SK_VERDICT_NONE, NULL },
    { "pdf-form", SK_TYPE_PDF, pdf, CATALOG, "/Catalog /AcroForm 9 0 R", SK_VERDICT_NONE, NULL },
    { "pdf-xfa", SK_TYPE_PDF, pdf, CATALOG, "/Catalog /AcroForm << /XFA [] >>", SK_VERDICT_NONE,
      NULL },
    { "pdf-rich-media", SK_TYPE_PDF, pdf, "/Contents", "/A << /S /RichMedia >> /Contents",
      SK_VERDICT_NONE, NULL },
    { "pdf-signature", SK_TYPE_PDF, pdf, CATALOG, "/Catalog /X << /Type /Sig >>", SK_VERDICT_NONE,
      NULL },
    { "pdf-encryption", SK_TYPE_PDF, pdf, "/Root 1 0 R", "/Root 1 0 R /Encrypt 9 0 R",
      SK_VERDICT_NONE, NULL },
    { "pdf-metadata", SK_TYPE_PDF, pdf, CATALOG, "/Catalog /Metadata 9 0 R", SK_VERDICT_NONE,
      NULL },
    { "pdf-metadata", SK_TYPE_PDF, pdf, "/Root 1 0 R", "/Root 1 0 R /Info 9 0 R", SK_VERDICT_NONE,
      NULL },
    { "pdf-external-stream", SK_TYPE_PDF, pdf, "<< /Length",
      "<< /F (a) /FFilter /FlateDecode /Length", SK_VERDICT_NONE, NULL },
    { "pdf-hidden-layer", SK_TYPE_PDF, pdf, CATALOG, "/Catalog /OCProperties << >>",
      SK_VERDICT_NONE, NULL },
    { "pdf-operator", SK_TYPE_NONE, NULL, NULL, NULL, SK_VERDICT_NONE,
      "level rebuilt of PDF has plants of its own" },
    { "pdf-text-layer", SK_TYPE_PDF, pdf, " >> >> /Contents", " >> /Font << /T 6 0 R >> >> /Contents",
      SK_VERDICT_NONE, NULL },
    { "pdf-annotation", SK_TYPE_NONE, NULL, NULL, NULL, SK_VERDICT_NONE,
      "it tells how annotations came into the page; what stands as one is pdf-link or pdf-form" },
    { "pdf-revisions", SK_TYPE_NONE, NULL, NULL, NULL, SK_VERDICT_NONE,
      "it tells of the input; what follows the first end is trailing-data" },
    { "pdf-damaged", SK_TYPE_NONE, NULL, NULL, NULL, SK_VERDICT_NONE,
      "it tells of the input; what is damaged now is not-canonical" },
    { "not-canonical", SK_TYPE_DOCX, in_document, "<w:b/>", "<w:b></w:b>", SK_VERDICT_NONE, NULL },
    { "not-canonical", SK_TYPE_PDF, pdf, "/Count 2", "/Count 02", SK_VERDICT_NONE, NULL },
};

static void
plant(const void *data)
{
    const Plant *p = data;
    SkJob job = sk_job_default();

    job.level = SK_LEVEL_NONE;
    job.verdicts[sk_element_lookup(p->code)] = (uint8_t)p->verdict;
    g_autoptr(GByteArray) file = p->build(p->a, p->b);
    g_autofree char *place = verify_place(p->type, bytes_span(file));
    g_test_message("at: %s", place);
    g_assert_cmpstr(verify_word(p->type, bytes_span(file), &job), ==, p->code);
}

/* Every code of a format with a profile is planted, or says why not. */
static void
none_forgotten(void)
{
    static const char *const formats[] = { "any", "text", "csv", "json", "xml", "ics", "vcf", "picture", "ooxml",
                                           "odf", "zip", "archive", "pdf", "svg", "html", "verify",  NULL };

    for (unsigned i = 1; i < SK_ELEMENT_COUNT; i++) {
        const SkElementRow *row = sk_element_get((SkElement)i);
        unsigned seen = office_plants_have(row->code) || odf_plants_have(row->code) || picture_plants_have(row->code) ? 1 : 0;
        for (unsigned k = 0; k < G_N_ELEMENTS(plants); k++)
            seen += strcmp(plants[k].code, row->code) == 0 &&
                            (plants[k].build != NULL || plants[k].why != NULL)
                        ? 1
                        : 0;
        if (seen == 0 && g_strv_contains(formats, row->format))
            g_test_message("no plant for %s", row->code);
        g_assert_true(seen > 0 || !g_strv_contains(formats, row->format));
    }
}

/* What the plants stand in conforms: nothing else was wrong with it. */
static void
soil(void)
{
    JpegPlan jpeg = { .width = 9, .height = 9 };

    assert_clean(SK_TYPE_TEXT, text("通知\n", NULL));
    assert_clean(SK_TYPE_CSV, csv("a,-1\r\n", NULL));
    assert_clean(SK_TYPE_JSON, text("{\"a\":1}\n", NULL));
    assert_clean(SK_TYPE_XML, text(XML "<a/>\n", NULL));
    assert_clean(SK_TYPE_ICS, text(ICS "END:VCALENDAR\r\n", NULL));
    assert_clean(SK_TYPE_VCF, text(VCF "END:VCARD\r\n", NULL));
    assert_clean(SK_TYPE_HTML, html("<p>a</p>", NULL));
    assert_clean(SK_TYPE_PNG, png(NULL, NULL));
    assert_clean(SK_TYPE_JPEG, jpeg_build(&jpeg));
    assert_clean(SK_TYPE_DOCX, docx_build(docx_new()));
    assert_clean(SK_TYPE_PDF, pdf(NULL, NULL));
}

static void
bomb(void)
{
    GPtrArray *entries = docx_new();
    SkJob job = sk_job_default();
    g_autofree char *spaces = g_strnfill(1 << 20, ' ');
    g_autofree char *run = g_strdup_printf("<w:b/></w:rPr><w:t>%s</w:t>", spaces);

    docx_replace(entries, DOCUMENT, "<w:b/></w:rPr>", run);
    g_autoptr(GByteArray) file = docx_build(entries);
    job.level = SK_LEVEL_NONE;
    g_assert_cmpstr(verify_word(SK_TYPE_DOCX, bytes_span(file), &job), ==, "clean");
    job.limits.expanded = 1 << 20;
    g_assert_cmpstr(verify_word(SK_TYPE_DOCX, bytes_span(file), &job), ==, "zip-bomb");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/verify/bites/none-forgotten", none_forgotten);
    g_test_add_func("/verify/bites/soil", soil);
    g_test_add_func("/verify/bites/bomb", bomb);
    for (unsigned i = 0; i < G_N_ELEMENTS(plants); i++) {
        if (plants[i].build == NULL)
            continue;
        g_autofree char *path = g_strdup_printf("/verify/bites/%s/%u", plants[i].code, i);
        g_test_add_data_func(path, &plants[i], plant);
    }
    office_plants_add();
    odf_plants_add();
    picture_plants_add();
    return g_test_run();
}
