/* SPDX-License-Identifier: Apache-2.0
 *
 * test-docx.c - whole packages through sk_disarm_run: what goes, what stays, what is refused, and that
 * nothing that went is still there under any compression. */
#include "disarm/disarm.h"
#include "format/zip.h"

#include "../format/zip-builder.h"
#include "zip-text.h"

#define W "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main' "
#define R "xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships' "
#define MC "xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006' "
#define WPS "xmlns:wps='http://schemas.microsoft.com/office/word/2010/wordprocessingShape' "
#define DRAWING                                                                                    \
    "xmlns:wp='http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing' "           \
    "xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main' "                             \
    "xmlns:pic='http://schemas.openxmlformats.org/drawingml/2006/picture' "                        \
    "xmlns:c='http://schemas.openxmlformats.org/drawingml/2006/chart' "
#define RELS "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
#define MAIN "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
#define MACRO "application/vnd.ms-word.document.macroEnabled.main+xml"
#define WML "application/vnd.openxmlformats-officedocument.wordprocessingml."

#define OPEN "<w:document " W R MC WPS DRAWING "><w:body>"
#define CLOSE "</w:body></w:document>"
#define P(x) "<w:p>" x "</w:p>"
#define RUN(x) "<w:r>" x "</w:r>"
#define T(x) RUN("<w:t>" x "</w:t>")
#define BEGIN RUN("<w:fldChar w:fldCharType='begin'/>")
#define SEPARATE RUN("<w:fldChar w:fldCharType='separate'/>")
#define END RUN("<w:fldChar w:fldCharType='end'/>")
#define INSTR(x) RUN("<w:instrText>" x "</w:instrText>")

typedef struct {
    const char *body;  /* of the document, between OPEN and CLOSE */
    const char *rels;  /* of the document, inside Relationships */
    const char *types; /* more content types */
    const char *main;  /* content type of the main part */
    const char *package_rels;
    const char *document; /* instead of OPEN body CLOSE */
    ZipItem more[4];
} Package;

static GBytes *
build(const Package *p)
{
    g_autofree char *types = g_strdup_printf(
        "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'>"
        "<Default Extension='rels' ContentType='application/vnd.openxmlformats-package.relationships+xml'/>"
        "<Default Extension='xml' ContentType='application/xml'/><Default Extension='png' ContentType='image/png'/>"
        "<Default Extension='bin' ContentType='application/octet-stream'/>"
        "<Override PartName='/word/document.xml' ContentType='%s'/>%s</Types>",
        p->main != NULL ? p->main : MAIN, p->types != NULL ? p->types : "");
    g_autofree char *package = g_strdup_printf(
        "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
        "<Relationship Id='a' Type='" RELS "officeDocument' Target='word/document.xml'/>%s</Relationships>",
        p->package_rels != NULL ? p->package_rels : "");
    g_autofree char *rels = g_strdup_printf(
        "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>%s</Relationships>",
        p->rels != NULL ? p->rels : "");
    g_autofree char *document = p->document != NULL ? g_strdup(p->document)
                                                    : g_strconcat(OPEN, p->body, CLOSE, NULL);
    ZipItem items[8] = {
        { .name = "[Content_Types].xml", .content = types, .deflate = true },
        { .name = "_rels/.rels", .content = package, .deflate = true },
        { .name = "word/document.xml", .content = document, .deflate = true },
        { .name = "word/_rels/document.xml.rels", .content = rels, .deflate = true },
    };
    size_t n = 4;
    for (size_t i = 0; i < G_N_ELEMENTS(p->more) && p->more[i].name != NULL; i++)
        items[n++] = p->more[i];
    return zip_build(items, n, (ZipFrame){ .disk = 0 });
}

/* ---- looking inside ------------------------------------------------------------------------- */

/* Every entry's name and content, one after another, as text. */
static char *
everything(SkSpan zip_bytes, const char *only)
{
    SkLimits limits = sk_limits_default();
    g_autoptr(SkZip) zip = NULL;
    g_autoptr(GError) error = NULL;
    SkElement element = SK_ELEMENT_NONE;
    GByteArray *all = g_byte_array_new();

    g_assert_true(sk_zip_open(zip_bytes, &limits, &zip, &element, &error));
    for (uint32_t i = 0; i < zip->n; i++) {
        if (only != NULL && !sk_span_is(zip->entries[i].name, only))
            continue;
        g_byte_array_append(all, zip->entries[i].name.p, only != NULL ? 0 : (guint)zip->entries[i].name.n);
        g_assert_true(sk_zip_inflate(&zip->entries[i], zip_collect, all, &error));
    }
    g_byte_array_append(all, (const uint8_t *)"", 1);
    return (char *)g_byte_array_free(all, FALSE);
}

/* What stands in the body of the output's document. */
static char *
body_of(const Disarmed *d)
{
    g_autofree char *document = everything(output_of(d), "word/document.xml");
    const char *start = strstr(document, "<w:body");
    const char *end = strstr(document, "</w:body>");
    g_assert_nonnull(start);
    if (end == NULL)
        return g_strdup("");
    start += strlen("<w:body>");
    return g_strndup(start, (gsize)(end - start));
}

static Disarmed
disarm_package(const Package *p)
{
    g_autoptr(GBytes) bytes = build(p);
    Disarmed d = disarm(sk_span_bytes(bytes), SK_TYPE_NONE, SK_LEVEL_REBUILT);
    if (d.report->outcome == SK_OUTCOME_CLEAN) {
        autodisarmed again = disarm(output_of(&d), SK_TYPE_DOCX, SK_LEVEL_REBUILT);
        assert_output(&again, output_of(&d));
    }
    return d;
}

/* ---- the body ------------------------------------------------------------------------------- */

static void
test_bodies(void)
{
    static const struct {
        const char *what;
        const char *in;
        const char *out;
        SkElement element; /* found at least once; NONE: not asked */
    } cases[] = {
        { "text stays", P(RUN("<w:t xml:space='preserve'> a&amp;b &lt;c&gt; \"d\" あ\xF0\xA0\xAE\xB7\t</w:t>")),
          P(RUN("<w:t xml:space=\"preserve\"> a&amp;b &lt;c&gt; \"d\" あ\xF0\xA0\xAE\xB7\t</w:t>")), 0 },
        { "CDATA, references, comments", P(RUN("<w:t>D<![CDATA[<E>]]>&#x41;<!--x--><?p i?>B</w:t>")),
          P(RUN("<w:t>D&lt;E&gt;AB</w:t>")), SK_ELEMENT_XML_INSTRUCTION },
        { "white space between elements", "<w:p>\n  <w:r>\n <w:t>a</w:t></w:r> </w:p>", P(T("a")), 0 },
        { "characters where none belong", "<w:p>x" T("a") "</w:p>", P(T("a")), SK_ELEMENT_UNKNOWN_PART },
        { "empty elements have one form", "<w:p></w:p><w:p/>", "<w:p/><w:p/>", 0 },
        { "attributes are sorted and checked", "<w:p><w:pPr><w:ind w:right='1' w:left='x y' w:hanging='2'/></w:pPr></w:p>",
          "<w:p><w:pPr><w:ind w:hanging=\"2\" w:right=\"1\"/></w:pPr></w:p>", SK_ELEMENT_UNKNOWN_PART },
        { "revision ids", "<w:p w:rsidR='00AA11BB'/>", "<w:p/>", SK_ELEMENT_REVISION_IDS },
        { "unknown elements", "<w:evil>x" P(T("y")) "</w:evil>" P(T("a")), P(T("a")), SK_ELEMENT_UNKNOWN_PART },
        { "foreign namespaces", "<x:p xmlns:x='urn:x'><w:p/></x:p>" P(T("a")), P(T("a")), SK_ELEMENT_UNKNOWN_PART },
        { "a root inside", "<w:settings><w:zoom w:percent='1'/></w:settings>" P(T("a")), P(T("a")), SK_ELEMENT_UNKNOWN_PART },
        { "content controls leave their content",
          "<w:sdt><w:sdtPr><w:dataBinding w:xpath='/a'/><w:dropDownList/></w:sdtPr><w:sdtContent>" P(T("a")) "</w:sdtContent></w:sdt>",
          P(T("a")), SK_ELEMENT_DATA_BINDING },
        { "smart tags", P("<w:smartTag w:element='x'><w:smartTagPr/>" T("a") "</w:smartTag>"), P(T("a")), 0 },
        { "custom XML", "<w:customXml w:uri='u'>" P(T("a")) "</w:customXml>", P(T("a")), SK_ELEMENT_CUSTOM_XML },
        { "altChunk", "<w:altChunk r:id='r9'/>" P(T("a")), P(T("a")), SK_ELEMENT_ALT_CHUNK },
        { "subdocument", P("<w:subDoc r:id='r9'/>" T("a")), P(T("a")), SK_ELEMENT_SUB_DOCUMENT },
        { "hidden text stays, reported", P(RUN("<w:rPr><w:vanish/></w:rPr><w:t>a</w:t>")),
          P(RUN("<w:rPr><w:vanish/></w:rPr><w:t>a</w:t>")), SK_ELEMENT_HIDDEN_TEXT },
        { "tracked changes stay, reported", P("<w:ins w:id='1' w:author='山田'>" T("a") "</w:ins>"),
          P("<w:ins w:author=\"山田\" w:id=\"1\">" T("a") "</w:ins>"), SK_ELEMENT_TRACKED_CHANGES },
        { "a comment that is not there", P("<w:commentRangeStart w:id='5'/>" T("a") RUN("<w:commentReference w:id='5'/>")),
          P(T("a") "<w:r/>"), SK_ELEMENT_UNKNOWN_PART },
        { "a header that is not there", "<w:sectPr><w:headerReference w:type='default' r:id='r7'/></w:sectPr>",
          "<w:sectPr/>", 0 },
        { "the Fallback of what is not understood",
          P(RUN("<mc:AlternateContent><mc:Choice xmlns:q='urn:q' Requires='q'><w:t>x</w:t></mc:Choice>"
                "<mc:Fallback><w:t>a</w:t></mc:Fallback></mc:AlternateContent>")),
          P(T("a")), SK_ELEMENT_ALTERNATE_CONTENT },
        { "the Choice that is understood, under another prefix",
          P(RUN("<mc:AlternateContent><mc:Choice xmlns:z='http://schemas.microsoft.com/office/word/2010/wordprocessingShape' Requires='z'>"
                "<w:t>a</w:t></mc:Choice><mc:Fallback><w:t>x</w:t></mc:Fallback></mc:AlternateContent>")),
          P(RUN("<mc:AlternateContent><mc:Choice Requires=\"wps\"><w:t>a</w:t></mc:Choice></mc:AlternateContent>")), 0 },
        { "never both branches",
          P(RUN("<mc:AlternateContent><mc:Fallback><w:t>a</w:t></mc:Fallback><mc:Fallback><w:t>x</w:t></mc:Fallback>"
                "<mc:Choice Requires='wps'><w:t>y</w:t></mc:Choice></mc:AlternateContent>")),
          P(T("a")), 0 },
        { "a Choice that stands alone", P("<mc:Choice Requires='wps'>" T("x") "</mc:Choice>" T("a")), P(T("a")), 0 },
        { "links inside stay", P("<w:hyperlink w:anchor='b'>" T("a") "</w:hyperlink>"),
          P("<w:hyperlink w:anchor=\"b\">" T("a") "</w:hyperlink>"), 0 },
        { "links to nowhere leave their text", P("<w:hyperlink r:id='none'>" T("a") "</w:hyperlink>"), P(T("a")), 0 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Package p = { .body = cases[i].in };
        autodisarmed d = disarm_package(&p);
        g_test_message("%s", cases[i].what);
        g_assert_cmpint(d.report->outcome, ==, SK_OUTCOME_CLEAN);
        g_autofree char *body = body_of(&d);
        g_assert_cmpstr(body, ==, cases[i].out);
        if (cases[i].element != SK_ELEMENT_NONE)
            g_assert_cmpuint(found(&d, cases[i].element), >, 0);
    }
}

/* ---- fields --------------------------------------------------------------------------------- */

#define KEPT(i) "<w:r><w:fldChar w:fldCharType=\"begin\"/><w:instrText xml:space=\"preserve\">" i "</w:instrText></w:r>"
#define KEPT_SEPARATE "<w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>"
#define KEPT_END "<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"

static void
test_fields(void)
{
    static const struct {
        const char *what;
        const char *in;
        const char *out;
        SkElement element;
    } cases[] = {
        { "an ordinary field", P(BEGIN INSTR("PAGE") SEPARATE T("1") END),
          P(KEPT(" PAGE ") "<w:r/>" KEPT_SEPARATE T("1") KEPT_END), 0 },
        { "without a result", P(BEGIN INSTR("PAGE") END), P(KEPT(" PAGE ") "<w:r/>" KEPT_END), 0 },
        { "split over runs", P(BEGIN INSTR("PA") INSTR("G") INSTR("E ") SEPARATE T("1") END),
          P(KEPT(" PAGE ") "<w:r/><w:r/><w:r/>" KEPT_SEPARATE T("1") KEPT_END), 0 },
        { "formatting of the first run stays", P(RUN("<w:rPr><w:b/></w:rPr><w:fldChar w:fldCharType='begin'/>") INSTR("PAGE") END),
          P("<w:r><w:rPr><w:b/></w:rPr><w:fldChar w:fldCharType=\"begin\"/><w:instrText xml:space=\"preserve\"> PAGE </w:instrText></w:r><w:r/>" KEPT_END), 0 },
        { "DDEAUTO split over runs", P(BEGIN INSTR("D") INSTR("DE") INSTR("AU") INSTR("TO evil") SEPARATE T("a") END),
          P("<w:r/><w:r/><w:r/><w:r/><w:r/><w:r/>" T("a") "<w:r/>"), SK_ELEMENT_DDE_FIELD },
        { "DDE over paragraphs", P(BEGIN INSTR("DD")) P(INSTR("E evil") SEPARATE T("a") END),
          P("<w:r/><w:r/>") P("<w:r/><w:r/>" T("a") "<w:r/>"), SK_ELEMENT_DDE_FIELD },
        { "DDE with text and drawings between", P(BEGIN INSTR("DD") T("x") RUN("<w:tab/><w:drawing/>") INSTR("E evil") SEPARATE T("a") END),
          P("<w:r/><w:r/><w:r/><w:r/><w:r/><w:r/>" T("a") "<w:r/>"), SK_ELEMENT_DDE_FIELD },
        { "DDE in a field in an instruction", P(BEGIN INSTR("REF ") BEGIN INSTR("DDE evil") SEPARATE T("x") END SEPARATE T("a") END),
          P("<w:r/><w:r/><w:r/><w:r/><w:r/><w:r/><w:r/><w:r/>" T("a") "<w:r/>"), SK_ELEMENT_DDE_FIELD },
        { "a field in a result", P(BEGIN INSTR("QUOTE evil") SEPARATE BEGIN INSTR("PAGE") SEPARATE T("1") END END),
          P("<w:r/><w:r/><w:r/>" KEPT(" PAGE ") "<w:r/>" KEPT_SEPARATE T("1") KEPT_END "<w:r/>"), SK_ELEMENT_UNKNOWN_FIELD },
        { "fldSimple", P("<w:fldSimple w:instr='page'>" T("1") "</w:fldSimple>"),
          P("<w:fldSimple w:instr=\" PAGE \">" T("1") "</w:fldSimple>"), 0 },
        { "fldSimple with DDE", P("<w:fldSimple w:instr='&#100;de evil'><w:fldData>evil</w:fldData>" T("1") "</w:fldSimple>"),
          P(T("1")), SK_ELEMENT_DDE_FIELD },
        { "MACROBUTTON shows its text", P(BEGIN INSTR("MACROBUTTON evil 押す") END),
          P(RUN("<w:t xml:space=\"preserve\">押す</w:t>") "<w:r/><w:r/>"), SK_ELEMENT_ACTIVE_FIELD },
        { "a check box shows its state",
          P(RUN("<w:fldChar w:fldCharType='begin'><w:ffData><w:entryMacro w:val='evil'/><w:checkBox><w:default w:val='0'/><w:checked/></w:checkBox></w:ffData></w:fldChar>")
            INSTR("FORMCHECKBOX") END),
          P(RUN("<w:t xml:space=\"preserve\">☒</w:t>") "<w:r/><w:r/>"), SK_ELEMENT_FORM_CONTROL },
        { "an instruction without a field", P(INSTR("DDE evil") T("a")), P("<w:r/>" T("a")), 0 },
        { "an end without a beginning", P(END T("a") SEPARATE), P("<w:r/>" T("a") "<w:r/>"), SK_ELEMENT_UNKNOWN_FIELD },
        { "a dropped field without an end", P(BEGIN INSTR("DDE evil") SEPARATE T("a")),
          P("<w:r/><w:r/><w:r/>" T("a")), SK_ELEMENT_DDE_FIELD },
        { "a beginning without anything", P(T("a") BEGIN INSTR("DDE evil") T("x")), P(T("a") "<w:r/><w:r/><w:r/>"), SK_ELEMENT_UNKNOWN_FIELD },
        { "a deleted field", P("<w:del w:id='1'>" BEGIN RUN("<w:delInstrText>PAGE</w:delInstrText>") END "</w:del>"),
          P("<w:del w:id=\"1\"><w:r><w:fldChar w:fldCharType=\"begin\"/><w:delInstrText xml:space=\"preserve\"> PAGE </w:delInstrText></w:r><w:r/>" KEPT_END "</w:del>"), 0 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Package p = { .body = cases[i].in };
        autodisarmed d = disarm_package(&p);
        g_test_message("%s", cases[i].what);
        g_assert_cmpint(d.report->outcome, ==, SK_OUTCOME_CLEAN);
        g_autofree char *body = body_of(&d);
        g_assert_cmpstr(body, ==, cases[i].out);
        g_assert_null(strstr(body, "evil"));
        if (cases[i].element != SK_ELEMENT_NONE)
            g_assert_cmpuint(found(&d, cases[i].element), >, 0);
    }
}

static void
test_field_limits(void)
{
    /* An instruction and a beginning that never end are given up early, not gathered. */
    g_autoptr(GString) body = g_string_new("<w:p>" BEGIN);
    for (unsigned i = 0; i < 2000; i++)
        g_string_append(body, INSTR("evil evil evil evil "));
    g_string_append(body, SEPARATE T("a") END "</w:p>");
    Package p = { .body = body->str };
    autodisarmed d = disarm_package(&p);
    g_assert_cmpint(d.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_autofree char *out = body_of(&d);
    g_assert_null(strstr(out, "evil"));
    g_assert_nonnull(strstr(out, "<w:t>a</w:t>"));

    g_string_assign(body, "<w:p>");
    for (unsigned i = 0; i < 40; i++)
        g_string_append(body, BEGIN);
    g_string_append(body, "</w:p>");
    Package deep = { .body = body->str };
    autodisarmed d2 = disarm_package(&deep);
    assert_refused(&d2, SK_REASON_LIMIT);

    Package open = { .body = P(BEGIN INSTR("PAGE") SEPARATE T("1")) };
    autodisarmed d3 = disarm_package(&open);
    assert_refused(&d3, SK_REASON_MALFORMED);
}

/* ---- packages ------------------------------------------------------------------------------- */

static void
test_removed(void)
{
    static const Package packages[] = {
        { .body = P(T("a")), .main = MACRO, .rels = "<Relationship Id='v' Type='http://schemas.microsoft.com/office/2006/relationships/vbaProject' Target='vbaProject.bin'/>",
          .more = { { .name = "word/vbaProject.bin", .content = "evil-payload" } } },
        { .body = P(T("a")), .more = { { .name = "customXml/item1.xml", .content = "<evil-payload/>" } } },
        { .body = P(T("a") "<w:object><o:OLEObject xmlns:o='urn:schemas-microsoft-com:office:office' r:id='o'/></w:object>"),
          .rels = "<Relationship Id='o' Type='" RELS "oleObject' Target='embeddings/o.bin'/>",
          .more = { { .name = "word/embeddings/o.bin", .content = "evil-payload" } } },
        { .body = P(T("a")), .more = { { .name = "word/activeX/activeX1.bin", .content = "evil-payload" } } },
        { .body = P(T("a")), .more = { { .name = "customUI/customUI.xml", .content = "<evil-payload/>" } } },
        { .body = P(T("a")), .more = { { .name = "_xmlsignatures/sig1.xml", .content = "<evil-payload/>" } } },
        { .body = P(T("a")), .more = { { .name = "word/webextensions/webextension1.xml", .content = "<evil-payload/>" } } },
        { .body = P(T("a")), .more = { { .name = "docProps/thumbnail.emf", .content = "evil-payload" } } },
        { .body = P(T("a")), .more = { { .name = "docProps/core.xml", .content = "<evil-payload/>" } } },
        { .body = P(T("a")), .more = { { .name = "word/nothing.bin", .content = "evil-payload" } } },
        { .body = P(T("a")), .rels = "<Relationship Id='t' Type='" RELS "attachedTemplate' Target='http://evil-payload/t.dotm' TargetMode='External'/>" },
        { .body = P(T("a")), .rels = "<Relationship Id='t' Type='" RELS "frame' Target='http://evil-payload/' TargetMode='External'/>" },
        { .body = P("<w:hyperlink r:id='h'>" T("a") "</w:hyperlink>"), .rels = "<Relationship Id='h' Type='" RELS "hyperlink' Target='file:///evil-payload' TargetMode='External'/>" },
    };
    static const SkElement elements[] = {
        SK_ELEMENT_VBA_PROJECT, SK_ELEMENT_CUSTOM_XML, SK_ELEMENT_EMBEDDED_OBJECT, SK_ELEMENT_ACTIVEX,
        SK_ELEMENT_CUSTOM_UI, SK_ELEMENT_DOCUMENT_SIGNATURE, SK_ELEMENT_WEB_EXTENSION, SK_ELEMENT_THUMBNAIL,
        SK_ELEMENT_DOCUMENT_PROPERTIES, SK_ELEMENT_UNKNOWN_PART, SK_ELEMENT_ATTACHED_TEMPLATE,
        SK_ELEMENT_EXTERNAL_RELATIONSHIP, SK_ELEMENT_UNSAFE_HYPERLINK,
    };
    G_STATIC_ASSERT(G_N_ELEMENTS(packages) == G_N_ELEMENTS(elements));

    for (size_t i = 0; i < G_N_ELEMENTS(packages); i++) {
        autodisarmed d = disarm_package(&packages[i]);
        g_test_message("%s", sk_element_get(elements[i])->code);
        g_assert_cmpint(d.report->outcome, ==, SK_OUTCOME_CLEAN);
        g_assert_cmpint(d.report->type_out, ==, SK_TYPE_DOCX);
        g_assert_cmpuint(found(&d, elements[i]), >, 0);
        g_autofree char *all = everything(output_of(&d), NULL);
        g_assert_null(strstr(all, "evil-payload"));
        g_assert_nonnull(strstr(all, "<w:t>a</w:t>"));
    }
}

static void
test_refused(void)
{
    static const struct {
        Package package;
        SkReason reason;
        SkElement element;
    } cases[] = {
        { { .document = "<!DOCTYPE w [<!ENTITY x 'evil'>]>" OPEN CLOSE }, SK_REASON_FORBIDDEN, SK_ELEMENT_XML_DTD },
        { { .document = "<w:settings " W "/>" }, SK_REASON_MALFORMED, 0 },
        { { .document = "<w:document " W ">" }, SK_REASON_MALFORMED, 0 },
        { { .document = "not xml" }, SK_REASON_MALFORMED, 0 },
        { { .document = "<x:document xmlns:x='urn:other'/>" }, SK_REASON_MALFORMED, 0 },
        { { .body = "<w:p " W "xmlns:v='http://schemas.openxmlformats.org/wordprocessingml/2006/main'><w:pPr><w:jc w:val='left' v:val='right'/></w:pPr></w:p>" },
          SK_REASON_AMBIGUOUS, 0 },
        { { .body = "", .package_rels = "<Relationship Id='b' Type='" RELS "officeDocument' Target='word/other.xml'/>" }, SK_REASON_AMBIGUOUS, SK_ELEMENT_ALTERNATE_MAIN_PART },
        { { .body = "", .package_rels = "<Relationship Id='a' Type='x' Target='y'/>" }, SK_REASON_AMBIGUOUS, 0 },
        { { .body = "", .types = "<Override PartName='/word/DOCUMENT.xml' ContentType='application/xml'/>" }, SK_REASON_AMBIGUOUS, SK_ELEMENT_WRONG_CONTENT_TYPE },
        { { .body = "", .rels = "<Relationship Id='s' Type='" RELS "styles' Target='styles.xml'/>",
            .types = "<Override PartName='/word/styles.xml' ContentType='" WML "footer+xml'/>",
            .more = { { .name = "word/styles.xml", .content = "<w:styles " W "/>" } } }, SK_REASON_FORBIDDEN, SK_ELEMENT_WRONG_CONTENT_TYPE },
        { { .body = "", .rels = "<Relationship Id='s' Type='x' Target='..\\evil'/>" }, SK_REASON_FORBIDDEN, SK_ELEMENT_UNSAFE_PART_NAME },
        { { .body = "", .rels = "<Relationship Id='s' Type='x' Target='a%2fevil'/>" }, SK_REASON_FORBIDDEN, SK_ELEMENT_UNSAFE_PART_NAME },
        { { .body = "", .rels = "<Relationship Id='s' Type='x' Target='../../evil'/>" }, SK_REASON_FORBIDDEN, SK_ELEMENT_UNSAFE_PART_NAME },
        { { .body = "", .more = { { .name = "WORD/Document.XML", .content = "x" } } }, SK_REASON_AMBIGUOUS, SK_ELEMENT_ZIP_DUPLICATE },
        { { .body = "", .main = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml" }, SK_REASON_MALFORMED, 0 },
        { { .body = "", .main = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml" }, SK_REASON_MALFORMED, 0 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        autodisarmed d = disarm_package(&cases[i].package);
        g_test_message("refused %zu", i);
        assert_refused(&d, cases[i].reason);
        if (cases[i].element != SK_ELEMENT_NONE)
            g_assert_cmpuint(found(&d, cases[i].element), >, 0);
    }
}

/* The policy's words: what would stay goes, what would go refuses. */
static void
test_verdicts(void)
{
    Package link = { .body = P("<w:hyperlink r:id='h'>" T("a") "</w:hyperlink>" BEGIN INSTR("HYPERLINK \"http://h/\"") SEPARATE T("b") END),
                     .rels = "<Relationship Id='h' Type='" RELS "hyperlink' Target='http://h/?a&amp;b' TargetMode='External'/>" };
    g_autoptr(GBytes) bytes = build(&link);
    SkJob job = sk_job_default();

    autodisarmed kept = disarm_with(&job, sk_span_bytes(bytes));
    g_autofree char *all = everything(output_of(&kept), NULL);
    g_assert_nonnull(strstr(all, "Target=\"http://h/?a&amp;b\" TargetMode=\"External\""));
    g_assert_nonnull(strstr(all, "<w:hyperlink r:id=\"rId1\">"));
    g_assert_cmpuint(found(&kept, SK_ELEMENT_HYPERLINK), ==, 2);

    job.verdicts[SK_ELEMENT_HYPERLINK] = SK_VERDICT_REMOVED;
    autodisarmed removed = disarm_with(&job, sk_span_bytes(bytes));
    g_autofree char *body = body_of(&removed);
    g_assert_cmpstr(body, ==, P(T("a") "<w:r/><w:r/><w:r/>" T("b") "<w:r/>"));

    job.verdicts[SK_ELEMENT_HYPERLINK] = SK_VERDICT_REFUSED;
    autodisarmed refused = disarm_with(&job, sk_span_bytes(bytes));
    assert_refused(&refused, SK_REASON_FORBIDDEN);
}

static void
test_comments(void)
{
    Package p = {
        .body = P("<w:commentRangeStart w:id='0'/>" T("a") "<w:commentRangeEnd w:id='0'/>" RUN("<w:commentReference w:id='0'/>")),
        .rels = "<Relationship Id='c' Type='" RELS "comments' Target='comments.xml'/>",
        .types = "<Override PartName='/word/comments.xml' ContentType='" WML "comments+xml'/>",
        .more = { { .name = "word/comments.xml", .content = "<w:comments " W "><w:comment w:id='0' w:author='鈴木'>" P(T("b")) "</w:comment>"
                    "<w:comment w:id='0'>" P(T("evil")) "</w:comment></w:comments>" } },
    };
    g_autoptr(GBytes) bytes = build(&p);
    SkJob job = sk_job_default();

    autodisarmed kept = disarm_package(&p);
    g_autofree char *all = everything(output_of(&kept), NULL);
    g_assert_nonnull(strstr(all, "<w:comment w:author=\"鈴木\" w:id=\"0\">"));
    g_assert_nonnull(strstr(all, "<w:commentReference w:id=\"0\"/>"));
    g_assert_null(strstr(all, "evil")); /* two comments of one id have two readings: the first one it is */
    g_assert_cmpuint(found(&kept, SK_ELEMENT_COMMENTS), ==, 1);

    job.verdicts[SK_ELEMENT_COMMENTS] = SK_VERDICT_REMOVED;
    autodisarmed removed = disarm_with(&job, sk_span_bytes(bytes));
    g_autofree char *body = body_of(&removed);
    g_assert_cmpstr(body, ==, P(T("a") "<w:r/>"));
    g_autofree char *rest = everything(output_of(&removed), NULL);
    g_assert_null(strstr(rest, "鈴木"));
}

/* A picture from outside, one that is no picture, and SmartArt: the page shows the stand-in, once stored. */
static void
test_standin(void)
{
#define GRAPHIC(uri, x)                                                                            \
    P(RUN("<w:drawing><wp:inline><wp:extent cx='100' cy='200'/><a:graphic><a:graphicData uri='" uri "'>" x    \
          "</a:graphicData></a:graphic></wp:inline></w:drawing>"))
#define PICTURE(blip) GRAPHIC("http://schemas.openxmlformats.org/drawingml/2006/picture", "<pic:pic><pic:blipFill>" blip "</pic:blipFill></pic:pic>")
    Package p = {
        .body = PICTURE("<a:blip r:link='x'/>") PICTURE("<a:blip r:embed='i'/>")
            GRAPHIC("http://schemas.openxmlformats.org/drawingml/2006/diagram", "<x:evil xmlns:x='urn:x'/>")
            GRAPHIC("http://schemas.openxmlformats.org/drawingml/2006/chart", "<c:chart r:id='none'/>"),
        .rels = "<Relationship Id='x' Type='" RELS "image' Target='http://evil/x.png' TargetMode='External'/>"
                "<Relationship Id='i' Type='" RELS "image' Target='media/i.png'/>",
        .more = { { .name = "word/media/i.png", .content = "evil, and no picture" } },
    };
    autodisarmed d = disarm_package(&p);
    g_assert_cmpint(d.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_autofree char *all = everything(output_of(&d), NULL);
    g_assert_null(strstr(all, "evil"));
    g_autofree char *body = body_of(&d);
    unsigned blips = 0;
    for (const char *at = body; (at = strstr(at, "<a:blip r:embed=\"rId1\"/>")) != NULL; at++)
        blips++;
    g_assert_cmpuint(blips, ==, 4);
    g_assert_nonnull(strstr(body, "<a:ext cx=\"100\" cy=\"200\"/>"));
    g_assert_cmpuint(found(&d, SK_ELEMENT_EXTERNAL_IMAGE), ==, 1);
    g_assert_cmpuint(found(&d, SK_ELEMENT_UNSUPPORTED_PICTURE), ==, 1);
}

/* SmartArt: its drawing becomes a group of shapes, and only what Word's shapes may hold; of frames on one diagram the first. */
static void
test_diagram(void)
{
#define DSP "http://schemas.microsoft.com/office/drawing/2008/diagram"
#define DGM "http://schemas.openxmlformats.org/drawingml/2006/diagram"
#define SHAPE                                                                                      \
    "<dsp:sp modelId='{evil}'><dsp:nvSpPr><dsp:cNvPr id='0' name='n'><a:hlinkClick r:id='evil'/></dsp:cNvPr><dsp:cNvSpPr/></dsp:nvSpPr>"   \
    "<dsp:spPr><a:xfrm><a:off x='1' y='2'/><a:ext cx='3' cy='4'/></a:xfrm></dsp:spPr><dsp:style><a:fontRef idx='minor'>"                    \
    "<a:schemeClr val='lt1'/></a:fontRef></dsp:style><dsp:txBody><a:bodyPr anchor='ctr' evil='1'><a:evil/></a:bodyPr><a:lstStyle/><a:p>"     \
    "<a:pPr algn='ctr'><a:defRPr/></a:pPr><a:r><a:rPr b='1' sz='1800'><a:hlinkClick r:id='evil'/><a:latin typeface='evil'/></a:rPr>"         \
    "<a:t>foo</a:t></a:r></a:p></dsp:txBody><dsp:txXfrm><a:off x='9' y='9'/></dsp:txXfrm></dsp:sp>"
#define DIAGRAM(x) GRAPHIC(DGM, "<dgm:relIds xmlns:dgm='" DGM "' r:dm='" x "' r:lo='l'/>")
    Package p = {
        .body = DIAGRAM("d") DIAGRAM("none") DIAGRAM("d") DIAGRAM("d"),
        .rels = "<Relationship Id='d' Type='" RELS "diagramData' Target='d.xml'/>"
                "<Relationship Id='w' Type='http://schemas.microsoft.com/office/2007/relationships/diagramDrawing' Target='w.xml'/>",
        .more = { { .name = "word/d.xml", .content = "<dgm:dataModel xmlns:dgm='" DGM "'><dsp:dataModelExt xmlns:dsp='" DSP
                                                     "' relId='w'/>evil</dgm:dataModel>" },
                  { .name = "word/w.xml", .content = "<dsp:drawing xmlns:dsp='" DSP "' " R DRAWING "><dsp:spTree><dsp:nvGrpSpPr/>"
                                                     "<dsp:grpSpPr/>" SHAPE "</dsp:spTree></dsp:drawing>" } },
    };
    autodisarmed d = disarm_package(&p);
    g_assert_cmpint(d.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_autofree char *all = everything(output_of(&d), NULL);
    g_assert_null(strstr(all, "evil"));
    g_autofree char *body = body_of(&d);
    g_assert_nonnull(strstr(body, "<wps:spPr><a:xfrm><a:off x=\"1\" y=\"2\"/><a:ext cx=\"3\" cy=\"4\"/></a:xfrm></wps:spPr>"));
    g_assert_nonnull(strstr(body, "<w:txbxContent><w:p><w:pPr><w:spacing w:after=\"0\" w:before=\"0\"/><w:jc w:val=\"center\"/></w:pPr><w:r>"
                                  "<w:rPr><w:b/><w:color w:themeColor=\"light1\" w:val=\"FFFFFF\"/><w:sz w:val=\"36\"/></w:rPr>"
                                  "<w:t xml:space=\"preserve\">foo</w:t></w:r></w:p></w:txbxContent></wps:txbx>"
                                  "<wps:bodyPr anchor=\"ctr\"><a:noAutofit/></wps:bodyPr></wps:wsp></wpg:wgp></a:graphicData>"));
    g_assert_nonnull(strstr(body, "<a:blip r:embed=\"rId1\"/>"));
    g_assert_null(strstr(strstr(body, "<wpg:wgp>") + 1, "<wpg:wgp>"));
    g_assert_cmpuint(found(&d, SK_ELEMENT_SMARTART_FLATTENED), ==, 4);
    autodisarmed again = disarm(output_of(&d), SK_TYPE_DOCX, SK_LEVEL_REBUILT);
    assert_output(&again, output_of(&d));
}

static void
test_strict(void)
{
    Package p = { .document = "<x:document xmlns:x='http://purl.oclc.org/ooxml/wordprocessingml/main' x:conformance='strict'><x:body>"
                              "<x:p><x:r><x:t>a</x:t></x:r></x:p></x:body></x:document>" };
    Package same = { .body = P(T("a")) };
    autodisarmed strict = disarm_package(&p);
    autodisarmed transitional = disarm_package(&same);
    assert_output(&strict, output_of(&transitional));
}

static void
test_bomb(void)
{
    g_autofree char *spaces = g_strnfill(40u << 20, ' ');
    g_autofree char *document = g_strconcat("<w:document " W "><w:body>", spaces, "</w:body></w:document>", NULL);
    Package p = { .document = document };
    autodisarmed d = disarm_package(&p);
    assert_refused(&d, SK_REASON_LIMIT);
    g_assert_cmpuint(found(&d, SK_ELEMENT_ZIP_BOMB), ==, 1);
}

/* ---- docProps/app.xml ---------------------------------------------------------------------- */

/* Of its maker a document keeps the family, and nothing that a sender could write there. */
static void
test_about(void)
{
#define ABOUT(x) "<Properties xmlns='urn:any'>" x "</Properties>"
#define OFFICE "<Application>Microsoft Office</Application>"
#define OURS "<Application>Sekisho</Application>"
    static const struct {
        const char *part;
        const char *want;
    } cases[] = {
        { ABOUT("<Application>Microsoft Excel</Application>"), OFFICE },
        { ABOUT("<Template>a</Template><Application>microsoft Macintosh "
                "Word</Application><AppVersion>16.0300</AppVersion><Company>○○市</Company>"),
          OFFICE },
        { ABOUT("<AppVersion>12.0000</AppVersion><Application>Microsoft Office Word</Application>"),
          OFFICE "<AppVersion>12.0000</AppVersion>" },
        { ABOUT("<Application>LibreOffice/7.4.7.2$Linux_X86_64</Application><AppVersion>12.1"
                "</AppVersion>"),
          "<Application>LibreOffice</Application>" },
        { ABOUT("<Application>Apache POI</Application>"), OURS },
        { ABOUT("<Application>a Microsoft Excel</Application>"), OURS },
        { ABOUT("<TitlesOfParts><Application>Microsoft Excel</Application></TitlesOfParts>"),
          OURS },
        { "<Application>Microsoft Excel</Application>", OURS },
        { ABOUT("<Application>Microsoft Excel"), OURS },
        { "<!DOCTYPE a>" ABOUT("<Application>Microsoft Excel</Application>"), OURS },
        { "", OURS },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Package p = { .body = P(T("a")),
                      .more = { { .name = "docProps/app.xml",
                                  .content = cases[i].part,
                                  .deflate = true } } };
        autodisarmed d = disarm_package(&p);
        g_assert_cmpint(d.report->outcome, ==, SK_OUTCOME_CLEAN);
        g_autofree char *about = everything(output_of(&d), "docProps/app.xml");
        g_autofree char *want = g_strconcat(">", cases[i].want, "</Properties>", NULL);
        g_assert_true(g_str_has_suffix(about, want));
        g_assert_cmpuint(found(&d, SK_ELEMENT_DOCUMENT_PROPERTIES), ==, 1);
        autodisarmed again = disarm(output_of(&d), SK_TYPE_DOCX, SK_LEVEL_REBUILT);
        g_assert_cmpuint(found(&again, SK_ELEMENT_DOCUMENT_PROPERTIES), ==, 0);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/docx/bodies", test_bodies);
    g_test_add_func("/docx/fields", test_fields);
    g_test_add_func("/docx/field-limits", test_field_limits);
    g_test_add_func("/docx/removed", test_removed);
    g_test_add_func("/docx/refused", test_refused);
    g_test_add_func("/docx/verdicts", test_verdicts);
    g_test_add_func("/docx/comments", test_comments);
    g_test_add_func("/docx/standin", test_standin);
    g_test_add_func("/docx/diagram", test_diagram);
    g_test_add_func("/docx/strict", test_strict);
    g_test_add_func("/docx/bomb", test_bomb);
    g_test_add_func("/docx/about", test_about);
    return g_test_run();
}
