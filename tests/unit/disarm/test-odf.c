/* SPDX-License-Identifier: Apache-2.0
 *
 * test-odf.c - OpenDocument: classes of values and formulas by themselves; then documents through sk_disarm_run, one
 * thing at a time: what its place in the new part looks like. */
#include "disarm/odf-names.h"
#include "disarm/odf.h"
#include "format/zip.h"

#include "disarming.h"

#define OASIS "urn:oasis:names:tc:opendocument:xmlns:"
#define NS                                                                                         \
    " xmlns:office='" OASIS "office:1.0' xmlns:text='" OASIS "text:1.0' xmlns:table='" OASIS       \
    "table:1.0' xmlns:draw='" OASIS "drawing:1.0' xmlns:style='" OASIS "style:1.0' xmlns:script='" \
    OASIS "script:1.0' xmlns:presentation='" OASIS "presentation:1.0' xmlns:form='" OASIS          \
    "form:1.0' xmlns:chart='" OASIS "chart:1.0' xmlns:meta='" OASIS "meta:1.0' xmlns:config='"     \
    OASIS "config:1.0' xmlns:xlink='http://www.w3.org/1999/xlink' xmlns:math='http://www.w3.org/"  \
    "1998/Math/MathML' xmlns:of='" OASIS "of:1.2'"
#define MEDIA "application/vnd.oasis.opendocument."
#define MANIFEST(type, more)                                                                       \
    "<manifest:manifest xmlns:manifest='" OASIS "manifest:1.0'><manifest:file-entry "              \
    "manifest:full-path='/' manifest:media-type='" MEDIA type "'/>" more "</manifest:manifest>"
#define CONTENT(body, inside)                                                                      \
    "<office:document-content" NS " office:version='1.2'><office:body><office:" body ">" inside    \
    "</office:" body "></office:body></office:document-content>"

typedef struct {
    const char *name;
    const char *content;
} Entry;

static GBytes *
pack(const Entry *entries, unsigned n)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(1u << 20);
    g_autoptr(SkZipWriter) writer = sk_zip_writer_new(sink);

    for (unsigned i = 0; i < n; i++) {
        sk_zip_writer_begin(writer, entries[i].name, strcmp(entries[i].name, "mimetype") != 0);
        sk_zip_writer_span(writer, sk_span_str(entries[i].content));
        sk_zip_writer_end(writer);
    }
    g_assert_true(sk_zip_writer_finish(writer, NULL));
    return sk_sink_steal_bytes(sink);
}

static bool
gather(void *user, SkSpan chunk, uint64_t expanded, uint64_t compressed, GError **error)
{
    (void)expanded, (void)compressed, (void)error;
    g_string_append_len(user, (const char *)chunk.p, (gssize)chunk.n);
    return true;
}

static char *
entry_of(const Disarmed *out, const char *name)
{
    SkLimits limits = sk_limits_default();
    g_autoptr(SkZip) zip = NULL;
    SkElement element = SK_ELEMENT_NONE;
    GString *text = g_string_new(NULL);

    g_assert_true(sk_zip_open(output_of(out), &limits, &zip, &element, NULL));
    const SkZipEntry *entry = sk_zip_lookup(zip, sk_span_str(name));
    if (entry != NULL)
        g_assert_true(sk_zip_inflate(entry, gather, text, NULL));
    return g_string_free(text, FALSE);
}

static Disarmed
disarm_odf(const Entry *entries, unsigned n, SkType type)
{
    g_autoptr(GBytes) input = pack(entries, n);
    return disarm(sk_span_bytes(input), type, SK_LEVEL_REBUILT);
}

/* @inside of a text becomes @wanted; @element is found, if it is one. */
static void
becomes(const char *inside, const char *wanted, SkElement element)
{
    g_autofree char *content = g_strdup_printf(CONTENT("text", "%s"), inside);
    const Entry entries[] = { { "mimetype", MEDIA "text" },
                              { "content.xml", content },
                              { "META-INF/manifest.xml", MANIFEST("text", "") } };
    autodisarmed out = disarm_odf(entries, G_N_ELEMENTS(entries), SK_TYPE_ODT);
    g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_autofree char *got = entry_of(&out, "content.xml");
    g_autofree char *around = g_strdup_printf("<office:text>%s</office:text></office:body>", wanted);
    if (*wanted == '\0')
        g_assert_nonnull(strstr(got, "<office:text/>"));
    else if (strstr(got, around) == NULL)
        g_error("%s\nnot in\n%s", around, strstr(got, "<office:body>"));
    if (element != SK_ELEMENT_NONE)
        g_assert_cmpuint(found(&out, element), >, 0);
}

/* ---- values ---------------------------------------------------------------------------------- */

static void
test_values(void)
{
    static const struct {
        SkOdfClass class;
        const char *value;
        bool good;
    } rows[] = {
        { SK_ODF_VALUE_N, "1", true },
        { SK_ODF_VALUE_N, "-0.5cm", true },
        { SK_ODF_VALUE_N, "+1.E-05", true },
        { SK_ODF_VALUE_N, ".5%", true },
        { SK_ODF_VALUE_N, "1234*", true },
        { SK_ODF_VALUE_N, "30grad", true },
        { SK_ODF_VALUE_N, "", false },
        { SK_ODF_VALUE_N, "-", false },
        { SK_ODF_VALUE_N, ".", false },
        { SK_ODF_VALUE_N, "1a", false },
        { SK_ODF_VALUE_N, "1 cm", false },
        { SK_ODF_VALUE_N, "0x10", false },
        { SK_ODF_VALUE_N, "1e99999", false },
        { SK_ODF_VALUE_K, "chart:bar", true },
        { SK_ODF_VALUE_K, "a b", false },
        { SK_ODF_VALUE_K, "a/b", false },
        { SK_ODF_VALUE_V, "0.06pt solid #000000", true },
        { SK_ODF_VALUE_V, "url(http:a)", false },
        { SK_ODF_VALUE_V, "a:b", false },
        { SK_ODF_VALUE_S, "", true },
        { SK_ODF_VALUE_S, "標準", true },
        { SK_ODF_VALUE_S, "\xc2\x85", false },
        { SK_ODF_VALUE_C, "S.A1:S.B2", true },
        { SK_ODF_VALUE_C, "$S.$A$1:.$B$2 'a ''b'.C3", true },
        { SK_ODF_VALUE_C, "local-table.A1", true },
        { SK_ODF_VALUE_C, "表.A1:B2", true },
        { SK_ODF_VALUE_C, "$#REF!.A1", true },
        { SK_ODF_VALUE_C, "#REF!", true },
        { SK_ODF_VALUE_C, "A1", true },
        { SK_ODF_VALUE_C, "", false },
        { SK_ODF_VALUE_C, "$.A1", false },
        { SK_ODF_VALUE_C, "S.", false },
        { SK_ODF_VALUE_C, "S.A1 ", false },
        { SK_ODF_VALUE_C, "'file:///x'#S.A1", false },
        { SK_ODF_VALUE_C, "'file:///x'.A1", false },
        { SK_ODF_VALUE_C, "'a'b.A1", false },
        { SK_ODF_VALUE_C, "''.A1", false },
        { SK_ODF_VALUE_C, "'a.A1", false },
        { SK_ODF_VALUE_Q, "ooow:Table+1", true },
        { SK_ODF_VALUE_Q, "表-1", true },
        { SK_ODF_VALUE_Q, "ooow:f(1)", false },
        { SK_ODF_VALUE_Q, "ooow:", false },
        { SK_ODF_VALUE_Q, "+1", false },
        { SK_ODF_VALUE_ACTION, "next-page", true },
        { SK_ODF_VALUE_ACTION, "execute", false },
        { SK_ODF_VALUE_EVENT, "dom:click", true },
        { SK_ODF_VALUE_EVENT, "dom:load", false },
        { SK_ODF_VALUE_MATH, "StarMath 5.0", true },
        { SK_ODF_VALUE_MATH, "StarMath", false },
        { SK_ODF_VALUE_LINK, "http://a/", false },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (sk_odf_value_is(rows[i].class, sk_span_str(rows[i].value)) != rows[i].good)
            g_error("row %zu: '%s'", i, rows[i].value);
    }
}

static void
test_formulas(void)
{
    static const struct {
        const char *tokens;
        bool condition;
        SkElement lost;
    } rows[] = {
        { "1+2", false, SK_ELEMENT_NONE },
        { "SUM([.A1:.B2];[$S.C3])&\"x\"\"y\"", false, SK_ELEMENT_NONE },
        { "IF([.A1]>=1E+3;{1;2|3;4};#N/A)", false, SK_ELEMENT_NONE },
        { "SUM({ -1.5 ; \"|\" | TRUE;false })", false, SK_ELEMENT_NONE },
        { "COM.MICROSOFT.STDEV.S([.A1])", false, SK_ELEMENT_NONE },
        { "sum(1)", false, SK_ELEMENT_NONE },
        { "名前+1", false, SK_ELEMENT_NONE },
        { "HYPERLINK( \"http://a/\" ;1)", false, SK_ELEMENT_NONE },
        { "HYPERLINK(\"#S.A1\")", false, SK_ELEMENT_NONE },
        { "INDIRECT(\"A\"&1)", false, SK_ELEMENT_NONE },
        { "cell-content-is-in-list(\"a\";\"b\")", true, SK_ELEMENT_NONE },
        { "value()>=0", true, SK_ELEMENT_NONE },
        { "value()>=0", false, SK_ELEMENT_NONE }, /* VALUE is a function as well */
        { "cell-content()>0", false, SK_ELEMENT_UNKNOWN_FORMULA },
        { "", false, SK_ELEMENT_UNKNOWN_FORMULA },
        { "MYMACRO()", false, SK_ELEMENT_UNKNOWN_FORMULA },
        { "DDE(\"a\";\"b\";\"c\")", false, SK_ELEMENT_DDE_FIELD },
        { "cmd|1", false, SK_ELEMENT_DDE_FIELD },
        { "(1|2)", false, SK_ELEMENT_DDE_FIELD },
        { "{cmd|1}", false, SK_ELEMENT_UNKNOWN_FORMULA },
        { "{1|cmd!A0}", false, SK_ELEMENT_UNKNOWN_FORMULA },
        { "{1;[.A1]}", false, SK_ELEMENT_UNKNOWN_FORMULA },
        { "{SUM(1)|2}", false, SK_ELEMENT_UNKNOWN_FORMULA },
        { "{{1}}", false, SK_ELEMENT_UNKNOWN_FORMULA },
        { "{TRUEcmd|1}", false, SK_ELEMENT_UNKNOWN_FORMULA },
        { "{TRUE", false, SK_ELEMENT_UNKNOWN_FORMULA },
        { "{1", false, SK_ELEMENT_UNKNOWN_FORMULA },
        { "COM.MICROSOFT.INDIRECT(\"#\")", false, SK_ELEMENT_EXTERNAL_FORMULA },
        { "WEBSERVICE(\"a\")", false, SK_ELEMENT_ACTIVE_FORMULA },
        { "['file:///x'#S.A1]", false, SK_ELEMENT_EXTERNAL_FORMULA },
        { "'x'#S.A1", false, SK_ELEMENT_UNKNOWN_FORMULA },
        { "HYPERLINK([.A1])", false, SK_ELEMENT_UNSAFE_HYPERLINK },
        { "HYPERLINK(\"http://h:/\")", false, SK_ELEMENT_UNSAFE_HYPERLINK },
        { "HYPERLINK((\"http://a/\"))", false, SK_ELEMENT_UNSAFE_HYPERLINK },
        { "HYPERLINK(\"http://a/\"&\"b\")", false, SK_ELEMENT_UNSAFE_HYPERLINK },
        { "HYPERLINK(", false, SK_ELEMENT_UNKNOWN_FORMULA },
        { "INDIRECT(\"'file://x'#A.A1\")", false, SK_ELEMENT_EXTERNAL_FORMULA },
        { "(1", false, SK_ELEMENT_UNKNOWN_FORMULA },
        { "(1}", false, SK_ELEMENT_UNKNOWN_FORMULA },
        { "\"a", false, SK_ELEMENT_UNKNOWN_FORMULA },
        { "\"a\xc2\x9f\"", false, SK_ELEMENT_UNKNOWN_FORMULA },
        { "\"a\xc2\xa0\"", false, SK_ELEMENT_NONE },
        { "1x", false, SK_ELEMENT_UNKNOWN_FORMULA },
        { "[A1]", false, SK_ELEMENT_UNKNOWN_FORMULA },
        { "['a\xc2\x85'.A1]", false, SK_ELEMENT_UNKNOWN_FORMULA },
        { "[.A1", false, SK_ELEMENT_UNKNOWN_FORMULA },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        SkOdfFormula got = sk_odf_formula(sk_span_str(rows[i].tokens), rows[i].condition, true);
        if (got.lost != rows[i].lost)
            g_error("'%s' is lost by %s", rows[i].tokens, sk_element_get(got.lost)->code);
    }
    g_assert_true(sk_odf_formula(sk_span_str("HYPERLINK(\"http://a/\")"), false, true).linked);
    g_assert_cmpint(sk_odf_formula(sk_span_str("HYPERLINK(\"http://a/\")"), false, false).lost, ==,
                    SK_ELEMENT_HYPERLINK);
}

static void
test_addresses(void)
{
    static const struct {
        const char *href;
        const char *name;
    } rows[] = {
        { "Pictures/a.png", "Pictures/a.png" },
        { "./Object 1", "Object 1" },
        { "#./Object%201/", "Object 1" },
        { "#Pictures/a.png", "Pictures/a.png" },
        { "../a", NULL },
        { "Pictures/../a", NULL },
        { "Pictures/%2e%2e/a", NULL },
        { "/a", NULL },
        { "http://a/", NULL },
        { "a\\b", NULL },
        { "%00", NULL },
        { "", NULL },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *name = sk_odf_resolve("", sk_span_str(rows[i].href));
        g_assert_cmpstr(name, ==, rows[i].name);
    }
}

/* ---- documents --------------------------------------------------------------------------------- */

static void
test_texts(void)
{
    becomes("<text:p>a<text:span text:style-name='T'>b</text:span>c</text:p>",
            "<text:p>a<text:span text:style-name=\"T\">b</text:span>c</text:p>", SK_ELEMENT_NONE);
    becomes("<text:p><text:a xlink:href='HTTP://A/'>x</text:a></text:p>",
            "<text:p><text:a xlink:href=\"http://a/\">x</text:a></text:p>", SK_ELEMENT_HYPERLINK);
    becomes("<text:p><text:a xlink:href='file:///a'>x</text:a></text:p>", "<text:p>x</text:p>",
            SK_ELEMENT_UNSAFE_HYPERLINK);
    becomes("<text:p><text:author-name>A</text:author-name></text:p>", "<text:p>A</text:p>",
            SK_ELEMENT_DOCUMENT_PROPERTIES);
    becomes("<text:p><text:script>x</text:script>y</text:p>", "<text:p>y</text:p>",
            SK_ELEMENT_ODF_MACRO);
    becomes("<text:p><x:x xmlns:x='urn:x'>y</x:x></text:p>", "<text:p>y</text:p>",
            SK_ELEMENT_UNKNOWN_PART);
    becomes("<x:x xmlns:x='urn:x'>y</x:x>", "", SK_ELEMENT_UNKNOWN_PART);
    becomes("<office:settings/>", "", SK_ELEMENT_UNKNOWN_PART);
    becomes("<text:section text:display='condition' text:condition='x' text:is-hidden='true'/>",
            "<text:section text:display=\"none\"/>", SK_ELEMENT_HIDDEN_TEXT);
    becomes("<text:section text:display='condition' text:condition='x'/>",
            "<text:section text:display=\"true\"/>", SK_ELEMENT_UNKNOWN_FIELD);
    becomes("<office:event-listeners><script:event-listener/></office:event-listeners>", "",
            SK_ELEMENT_EVENT_LISTENER);
    becomes("<office:event-listeners><presentation:event-listener script:event-name='dom:click' "
            "presentation:action='stop' xlink:href='#a'/></office:event-listeners>",
            "", SK_ELEMENT_NONE);
    becomes("<office:event-listeners><presentation:event-listener script:event-name='dom:click' "
            "presentation:action='stop'/></office:event-listeners>",
            "<office:event-listeners><presentation:event-listener presentation:action=\"stop\" "
            "script:event-name=\"dom:click\"/></office:event-listeners>",
            SK_ELEMENT_NONE);
}

#define IMAGE                                                                                      \
    "<draw:image xlink:actuate=\"onLoad\" xlink:href=\"Pictures/image1.png\" "                     \
    "xlink:show=\"embed\" xlink:type=\"simple\"/>"

static void
test_frames(void)
{
    becomes("<draw:frame><draw:image xlink:href='http://a/b.png'/></draw:frame>",
            "<draw:frame>" IMAGE "</draw:frame>", SK_ELEMENT_EXTERNAL_IMAGE);
    becomes("<draw:frame><draw:object-ole/><draw:glue-point/></draw:frame>",
            "<draw:frame>" IMAGE "<draw:glue-point/></draw:frame>", SK_ELEMENT_EMBEDDED_OBJECT);
    becomes("<draw:frame><draw:text-box/><draw:image xlink:href='x'/></draw:frame>",
            "<draw:frame><draw:text-box/></draw:frame>", SK_ELEMENT_NONE);
    becomes("<draw:frame><draw:image/></draw:frame>", "<draw:frame/>", SK_ELEMENT_NONE);
    becomes("<draw:frame><draw:object><math:math/></draw:object></draw:frame>",
            "<draw:frame><draw:object xlink:actuate=\"onLoad\" xlink:href=\"./Object1\" "
            "xlink:show=\"embed\" xlink:type=\"simple\"/></draw:frame>",
            SK_ELEMENT_NONE);
    becomes("<office:forms><form:form><form:checkbox form:id='c' form:label='L' "
            "form:current-state='checked'/></form:form></office:forms><draw:control "
            "draw:control='c'/>",
            "<draw:path svg:d=\"M0 0L1 0M9999 10000L10000 10000\" svg:viewBox=\"0 0 10000 10000\"><text:p>☑ "
            "L</text:p></draw:path>",
            SK_ELEMENT_FORM_CONTROL);
    becomes("<office:forms><form:form><form:text form:id='c' form:current-value='V'/></form:form>"
            "</office:forms><draw:control draw:control='c'/>",
            "<draw:polyline draw:points=\"0,0 100,0 100,100 0,100 0,0\" svg:viewBox=\"0 0 100 100\">"
            "<text:p>V</text:p></draw:polyline>",
            SK_ELEMENT_FORM_CONTROL);
    becomes("<draw:control draw:control='none'/>",
            "<draw:path svg:d=\"M0 0L1 0M9999 10000L10000 10000\" svg:viewBox=\"0 0 10000 10000\"/>", SK_ELEMENT_NONE);
}

/* The picture that takes an object's place has no filling that the object had not. */
static void
test_object_styles(void)
{
#define STYLED(attrs)                                                                              \
    "<office:document-content" NS " office:version='1.2'><office:automatic-styles><style:style "   \
    "style:name='a' style:family='graphic'><style:graphic-properties " attrs                       \
    "/></style:style></office:automatic-styles><office:body><office:text/></office:body>"          \
    "</office:document-content>"
    static const char *const cases[][2] = {
        { STYLED("draw:ole-draw-aspect='1'"),
          "<style:graphic-properties draw:fill=\"none\" draw:ole-draw-aspect=\"1\" "
          "draw:stroke=\"none\"/>" },
        { STYLED("draw:ole-draw-aspect='1' draw:fill='solid'"),
          "<style:graphic-properties draw:fill=\"solid\" draw:ole-draw-aspect=\"1\" "
          "draw:stroke=\"none\"/>" },
        { STYLED("draw:fill='solid'"), "<style:graphic-properties draw:fill=\"solid\"/>" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Entry entries[] = { { "mimetype", MEDIA "text" },
                                  { "content.xml", cases[i][0] },
                                  { "META-INF/manifest.xml", MANIFEST("text", "") } };
        autodisarmed out = disarm_odf(entries, G_N_ELEMENTS(entries), SK_TYPE_ODT);
        g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_CLEAN);
        g_autofree char *got = entry_of(&out, "content.xml");
        g_assert_nonnull(strstr(got, cases[i][1]));
    }
}

static void
test_objects(void)
{
    const Entry entries[] = {
        { "mimetype", MEDIA "spreadsheet" },
        { "content.xml", CONTENT("spreadsheet", "<draw:frame><draw:object xlink:href='./Chart1'/></draw:frame>"
                                                "<draw:frame><draw:object xlink:href='./Other'/></draw:frame>") },
        { "Chart1/content.xml", CONTENT("chart", "<chart:chart chart:class='chart:bar' xlink:href='..'/>") },
        { "Other/content.xml", CONTENT("text", "<text:p>x</text:p>") },
        { "META-INF/manifest.xml", MANIFEST("spreadsheet", "") },
    };
    autodisarmed out = disarm_odf(entries, G_N_ELEMENTS(entries), SK_TYPE_ODS);
    g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_autofree char *chart = entry_of(&out, "Object1/content.xml");
    g_assert_nonnull(strstr(chart, "<chart:chart chart:class=\"chart:bar\"/>"));
    g_autofree char *manifest = entry_of(&out, "META-INF/manifest.xml");
    g_assert_nonnull(strstr(manifest, "manifest:full-path=\"Object1/\" manifest:media-type=\"" MEDIA
                                      "chart\" manifest:version=\"1.2\"/>"));
    g_assert_null(strstr(manifest, "Other"));
    g_assert_cmpuint(found(&out, SK_ELEMENT_EMBEDDED_OBJECT), ==, 1);
}

static void
refuses(const Entry *entries, unsigned n, SkReason reason, SkElement element)
{
    autodisarmed out = disarm_odf(entries, n, SK_TYPE_ODT);

    g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_REFUSED);
    g_assert_cmpint(out.report->reason, ==, reason);
    if (element != SK_ELEMENT_NONE)
        g_assert_cmpuint(found(&out, element), >, 0);
}

static void
test_refusals(void)
{
    const Entry mimetype = { "mimetype", MEDIA "text" };
    const Entry content = { "content.xml", CONTENT("text", "") };
    const Entry manifest = { "META-INF/manifest.xml", MANIFEST("text", "") };
    const Entry other = { "META-INF/manifest.xml", MANIFEST("spreadsheet", "") };
    const Entry locked = { "META-INF/manifest.xml",
                           MANIFEST("text", "<manifest:file-entry manifest:full-path='x'>"
                                            "<e:encryption-data xmlns:e='urn:x'/></manifest:file-entry>") };
    const Entry sheet = { "content.xml", CONTENT("spreadsheet", "") };
    const Entry dtd = { "content.xml", "<!DOCTYPE x>" CONTENT("text", "") };

    refuses((Entry[]){ mimetype, content }, 2, SK_REASON_MALFORMED, SK_ELEMENT_NONE);
    refuses((Entry[]){ mimetype, manifest }, 2, SK_REASON_MALFORMED, SK_ELEMENT_NONE);
    refuses((Entry[]){ mimetype, content, other }, 3, SK_REASON_FORBIDDEN,
            SK_ELEMENT_WRONG_CONTENT_TYPE);
    refuses((Entry[]){ mimetype, sheet, manifest }, 3, SK_REASON_FORBIDDEN,
            SK_ELEMENT_WRONG_CONTENT_TYPE);
    refuses((Entry[]){ mimetype, content, locked }, 3, SK_REASON_ENCRYPTED,
            SK_ELEMENT_ENCRYPTED_PACKAGE);
    refuses((Entry[]){ mimetype, dtd, manifest }, 3, SK_REASON_FORBIDDEN, SK_ELEMENT_XML_DTD);
}

static void
test_flat(void)
{
    static const char flat[] =
        "<?xml version='1.0'?><office:document" NS " office:mimetype='" MEDIA
        "presentation-template'><office:meta><meta:generator>LibreOffice/7.4.7.2$Linux x"
        "</meta:generator></office:meta><office:styles><style:style style:name='a'/></office:styles>"
        "<office:body><office:presentation><draw:page/></office:presentation></office:body>"
        "</office:document>";
    autodisarmed out = disarm(sk_span_str(flat), SK_TYPE_ODP, SK_LEVEL_REBUILT);

    g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_assert_cmpint(out.report->type_out, ==, SK_TYPE_ODP);
    g_autofree char *styles = entry_of(&out, "styles.xml");
    g_autofree char *meta = entry_of(&out, "meta.xml");
    g_autofree char *mimetype = entry_of(&out, "mimetype");
    g_assert_nonnull(strstr(styles, "<office:styles><style:style style:name=\"a\"/></office:styles>"));
    g_assert_nonnull(strstr(meta, "<meta:generator>LibreOffice/7.4.7.2</meta:generator>"));
    g_assert_cmpstr(mimetype, ==, MEDIA "presentation");
    g_assert_cmpuint(found(&out, SK_ELEMENT_MACRO_TYPE), ==, 1);
}

static void
test_settings(void)
{
    const Entry entries[] = {
        { "mimetype", MEDIA "text" },
        { "content.xml", CONTENT("text", "") },
        { "settings.xml", "<office:document-settings" NS "><office:settings><config:config-item-set "
                          "config:name='ooo:configuration-settings'><config:config-item config:name='AddFrameOffsets' "
                          "config:type='boolean'>true</config:config-item><config:config-item config:name='PrinterName' "
                          "config:type='string'>x</config:config-item></config:config-item-set></office:settings>"
                          "</office:document-settings>" },
        { "META-INF/manifest.xml", MANIFEST("text", "") },
    };
    autodisarmed out = disarm_odf(entries, G_N_ELEMENTS(entries), SK_TYPE_ODT);
    g_autofree char *settings = entry_of(&out, "settings.xml");

    g_assert_nonnull(strstr(settings,
                            "<office:settings><config:config-item-set "
                            "config:name=\"ooo:configuration-settings\"><config:config-item "
                            "config:name=\"AddFrameOffsets\" config:type=\"boolean\">true"
                            "</config:config-item></config:config-item-set></office:settings>"));
    g_assert_cmpuint(found(&out, SK_ELEMENT_PRINTER_SETTINGS), ==, 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/odf/values", test_values);
    g_test_add_func("/odf/object-styles", test_object_styles);
    g_test_add_func("/odf/formulas", test_formulas);
    g_test_add_func("/odf/addresses", test_addresses);
    g_test_add_func("/odf/texts", test_texts);
    g_test_add_func("/odf/frames", test_frames);
    g_test_add_func("/odf/objects", test_objects);
    g_test_add_func("/odf/refusals", test_refusals);
    g_test_add_func("/odf/flat", test_flat);
    g_test_add_func("/odf/settings", test_settings);
    return g_test_run();
}
