/* SPDX-License-Identifier: Apache-2.0
 * fuzz-odf.c - a flat document, or the content or the styles of a package with everything that they may mention, through the
 * OpenDocument disarmer and the verifier: what disarm writes, verify accepts, and a second pass leaves as it is. */
#include "disarm/odf-names.h"
#include "fuzz.h"
#include "office.h"

#define OASIS "urn:oasis:names:tc:opendocument:xmlns:"
#define MEDIA "application/vnd.oasis.opendocument."
#define NS                                                                                         \
    " xmlns:office='" OASIS "office:1.0' xmlns:text='" OASIS "text:1.0' xmlns:table='" OASIS       \
    "table:1.0' xmlns:draw='" OASIS "drawing:1.0' xmlns:style='" OASIS "style:1.0' xmlns:form='"   \
    OASIS "form:1.0' xmlns:chart='" OASIS "chart:1.0' xmlns:script='" OASIS "script:1.0' "         \
    "xmlns:presentation='" OASIS "presentation:1.0' xmlns:config='" OASIS "config:1.0' "           \
    "xmlns:meta='" OASIS "meta:1.0' xmlns:xlink='http://www.w3.org/1999/xlink' "                   \
    "xmlns:math='http://www.w3.org/1998/Math/MathML' xmlns:of='" OASIS "of:1.2'"

#define TEXT(x) "<office:document-content" NS "><office:body><office:text>" x "</office:text></office:body></office:document-content>"

static const char empty[] = TEXT("");

static const struct {
    const char *name, *content;
} parts[] = {
    { "META-INF/manifest.xml", "<manifest:manifest xmlns:manifest='" OASIS "manifest:1.0'/>" },
    { "Object 1/content.xml", "<office:document-content" NS "><office:body><office:chart/></office:body></office:document-content>" },
    { "Object 2/content.xml", "<math:math xmlns:math='http://www.w3.org/1998/Math/MathML'><math:mi>x</math:mi></math:math>" },
    { "Pictures/a.png", "no picture" },
};

static bool
speaks_of(SkSpan s, const char *word)
{
    return sk_span_find(s, 0, sk_span_str(word)) != SIZE_MAX;
}

static GBytes *
wrap(SkSpan content)
{
    const char *media = speaks_of(content, "office:spreadsheet")    ? MEDIA "spreadsheet"
                        : speaks_of(content, "office:presentation") ? MEDIA "presentation"
                                                                    : MEDIA "text";
    g_autoptr(SkSink) sink = sk_sink_new_memory(64u << 20);
    g_autoptr(SkZipWriter) writer = sk_zip_writer_new(sink);

    sk_zip_writer_begin(writer, "mimetype", false);
    sk_zip_writer_span(writer, sk_span_str(media));
    sk_zip_writer_end(writer);
    if (speaks_of(content, "office:document-styles") || speaks_of(content, "office:document-settings")) {
        office_put(writer, "content.xml", sk_span_str(empty));
        office_put(writer, speaks_of(content, "office:document-styles") ? "styles.xml" : "settings.xml", content);
    } else {
        office_put(writer, "content.xml", content);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
        office_put(writer, parts[i].name, sk_span_str(parts[i].content));
    g_assert_true(sk_zip_writer_finish(writer, NULL));
    return sk_sink_steal_bytes(sink);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SkSpan s = sk_span(data, size);
    g_autoptr(GBytes) input = speaks_of(s, "office:mimetype") ? g_bytes_new(data, size) : wrap(s);

    (void)sk_odf_formula(s, false, true);
    (void)sk_odf_formula(s, true, false);
    (void)sk_odf_ranges(s);
    office_round(sk_span_bytes(input));
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
#define SHEET(x) "<office:document-content" NS "><office:body><office:spreadsheet>" x "</office:spreadsheet></office:body></office:document-content>"
#define SLIDES(x) "<office:document-content" NS "><office:body><office:presentation>" x "</office:presentation></office:body></office:document-content>"
#define STYLES(x) "<office:document-styles" NS ">" x "</office:document-styles>"
#define SETTINGS(x) "<office:document-settings" NS "><office:settings>" x "</office:settings></office:document-settings>"
#define FLAT(x) "<?xml version='1.0'?><office:document" NS " office:mimetype='" MEDIA "text'>" x "<office:body><office:text/></office:body></office:document>"
    static const char *const seeds[] = {
        TEXT("<text:p>a<text:a xlink:href='http://h/'>b</text:a><text:script>c</text:script></text:p>"),
        TEXT("<draw:frame><draw:object xlink:href='./Object 1'/><draw:image xlink:href='Pictures/a.png'/></draw:frame>"
             "<draw:frame><draw:object xlink:href='./Object 2'/></draw:frame><draw:frame><draw:plugin/></draw:frame>"),
        TEXT("<draw:frame><draw:object><math:math><math:mi>x</math:mi></math:math></draw:object></draw:frame>"
             "<draw:frame><draw:image><office:binary-data>QUJD</office:binary-data></draw:image></draw:frame>"),
        TEXT("<office:forms><form:form><form:button form:id='c' form:label='L'/></form:form></office:forms><draw:control draw:control='c'/>"
             "<office:event-listeners><presentation:event-listener script:event-name='dom:click' presentation:action='stop'/></office:event-listeners>"),
        SHEET("<table:table table:name='S' table:print-ranges=\"$S.A1:.B2 'a b'.C3\"><table:table-row><table:table-cell "
              "table:formula='of:=SUM([.A1:.B2];&quot;x&quot;)*{1;2|3}' office:value='1e5'/></table:table-row></table:table>"),
        FLAT("<office:meta><meta:generator>LibreOffice/7.4</meta:generator></office:meta><office:settings><config:config-item-set "
             "config:name='ooo:view-settings'><config:config-item config:name='ViewId' config:type='string'>v</config:config-item>"
             "</config:config-item-set></office:settings><office:automatic-styles><style:style style:name='a'/></office:automatic-styles>"),
        STYLES("<office:styles><style:style style:name='a' style:family='paragraph'><style:text-properties/></style:style></office:styles>"
               "<office:automatic-styles><style:page-layout style:name='p'/></office:automatic-styles><office:master-styles>"
               "<style:master-page style:name='m' style:page-layout-name='p'><style:header><text:p>h</text:p></style:header></style:master-page></office:master-styles>"),
        SLIDES("<draw:page draw:name='1' draw:master-page-name='m'><draw:frame><draw:text-box><text:p>t</text:p></draw:text-box></draw:frame>"
               "<presentation:notes><draw:page-thumbnail/></presentation:notes></draw:page>"),
        SETTINGS("<config:config-item-set config:name='ooo:view-settings'><config:config-item config:name='ViewId' config:type='string'>v</config:config-item>"
                 "<config:config-item-map-indexed config:name='Views'><config:config-item-map-entry/></config:config-item-map-indexed></config:config-item-set>"),
        "cell-content-is-in-list(\"a\";[$S.B2])and[.#REF!]>=HYPERLINK(\"http://h/\";1)",
    };

    return index < G_N_ELEMENTS(seeds) ? g_bytes_new(seeds[index], strlen(seeds[index])) : NULL;
}
