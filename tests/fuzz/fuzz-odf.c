/* SPDX-License-Identifier: Apache-2.0
 * fuzz-odf.c - a flat document, or a text's content wrapped into a package with everything that it may mention, through the
 * OpenDocument disarmer: a second pass leaves what comes out as it is. */
#include "disarm/disarm.h"
#include "disarm/odf-names.h"
#include "format/zip.h"
#include "fuzz.h"

#include <string.h>

#define OASIS "urn:oasis:names:tc:opendocument:xmlns:"
#define MEDIA "application/vnd.oasis.opendocument."
#define NS                                                                                         \
    " xmlns:office='" OASIS "office:1.0' xmlns:text='" OASIS "text:1.0' xmlns:table='" OASIS       \
    "table:1.0' xmlns:draw='" OASIS "drawing:1.0' xmlns:style='" OASIS "style:1.0' xmlns:form='"   \
    OASIS "form:1.0' xmlns:chart='" OASIS "chart:1.0' xmlns:script='" OASIS "script:1.0' "         \
    "xmlns:presentation='" OASIS "presentation:1.0' xmlns:config='" OASIS "config:1.0' "           \
    "xmlns:meta='" OASIS "meta:1.0' xmlns:xlink='http://www.w3.org/1999/xlink' "                   \
    "xmlns:math='http://www.w3.org/1998/Math/MathML' xmlns:of='" OASIS "of:1.2'"

static const struct {
    const char *name, *content;
} parts[] = {
    { "META-INF/manifest.xml", "<manifest:manifest xmlns:manifest='" OASIS "manifest:1.0'/>" },
    { "Object 1/content.xml", "<office:document-content" NS "><office:body><office:chart/></office:body></office:document-content>" },
    { "Object 2/content.xml", "<math:math xmlns:math='http://www.w3.org/1998/Math/MathML'><math:mi>x</math:mi></math:math>" },
    { "Pictures/a.png", "no picture" },
};

static void
put(SkZipWriter *writer, const char *name, SkSpan content, bool deflate)
{
    sk_zip_writer_begin(writer, name, deflate);
    sk_zip_writer_span(writer, content);
    sk_zip_writer_end(writer);
}

static GBytes *
wrap(SkSpan content, bool sheet)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(64u << 20);
    g_autoptr(SkZipWriter) writer = sk_zip_writer_new(sink);

    put(writer, "mimetype", sk_span_str(sheet ? MEDIA "spreadsheet" : MEDIA "text"), false);
    put(writer, "content.xml", content, true);
    put(writer, "settings.xml", content, true);
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
        put(writer, parts[i].name, sk_span_str(parts[i].content), true);
    g_assert_true(sk_zip_writer_finish(writer, NULL));
    return sk_sink_steal_bytes(sink);
}

static GBytes *
pass(SkSpan input)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(64u << 20);
    g_autoptr(SkReport) report = sk_report_new();
    SkJob job = sk_job_default();

    sk_disarm_run(&job, input, sink, report);
    return report->outcome == SK_OUTCOME_CLEAN ? sk_sink_steal_bytes(sink) : NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SkSpan s = sk_span(data, size);
    bool sheet = sk_span_find(s, 0, sk_span_str("office:spreadsheet")) != SIZE_MAX;
    bool flat = sk_span_find(s, 0, sk_span_str("office:mimetype")) != SIZE_MAX;
    g_autoptr(GBytes) input = flat ? g_bytes_new(data, size) : wrap(s, sheet);
    g_autoptr(GBytes) output = pass(sk_span_bytes(input));

    (void)sk_odf_formula(s, false, true);
    (void)sk_odf_formula(s, true, false);
    (void)sk_odf_ranges(s);
    if (output == NULL)
        return 0;
    g_autoptr(GBytes) again = pass(sk_span_bytes(output));
    g_assert_nonnull(again);
    g_assert_true(g_bytes_equal(output, again));
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
#define TEXT(x) "<office:document-content" NS "><office:body><office:text>" x "</office:text></office:body></office:document-content>"
#define SHEET(x) "<office:document-content" NS "><office:body><office:spreadsheet>" x "</office:spreadsheet></office:body></office:document-content>"
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
        "cell-content-is-in-list(\"a\";[$S.B2])and[.#REF!]>=HYPERLINK(\"http://h/\";1)",
    };

    return index < G_N_ELEMENTS(seeds) ? g_bytes_new(seeds[index], strlen(seeds[index])) : NULL;
}
