/* SPDX-License-Identifier: Apache-2.0
 * test-odf.c - OpenDocument packages, their values and the rules beside the table: each broken
 * once. What the table itself leaves out is the matter of test-bites.c. */
#include "build.h"

#include "verify/odf.h"

#include <string.h>

#define C "content.xml"
#define MANIFEST "META-INF/manifest.xml"
#define SETTINGS "settings.xml"

typedef struct {
    const char *part, *old, *new;
    const char *word;
} Change;

static void
try(SkType type, const Change *changes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        GPtrArray *entries = odf_new(type);
        docx_replace(entries, changes[i].part, changes[i].old, changes[i].new);
        g_test_message("%s: %.60s", changes[i].part, changes[i].new);
        if (strcmp(changes[i].word, "clean") == 0)
            assert_clean(type, docx_build(entries));
        else
            assert_refused(type, docx_build(entries), changes[i].word);
    }
}

static void
soil(void)
{
    static const SkType types[] = { SK_TYPE_ODT, SK_TYPE_ODS, SK_TYPE_ODP };

    for (unsigned i = 0; i < G_N_ELEMENTS(types); i++) {
        assert_clean(types[i], docx_build(odf_new(types[i])));
        g_autoptr(GByteArray) file = docx_build(odf_new(types[i]));
        g_autoptr(SkReport) report = sk_report_new();
        SkJob job = sk_job_default();
        sk_verify_run(&job, bytes_span(file), report); /* by its first bytes */
        g_assert_cmpint(report->type_out, ==, types[i]);
    }
    assert_refused(SK_TYPE_ODS, docx_build(odf_new(SK_TYPE_ODT)), "wrong-content-type");
}

static void
every_cut(void)
{
    g_autoptr(GByteArray) file = docx_build(odf_new(SK_TYPE_ODP));
    assert_every_cut_refused(SK_TYPE_ODP, bytes_span(file));
    assert_flips_harmless(SK_TYPE_ODP, bytes_span(file));
}

static void
package(void)
{
    static const Change changes[] = {
        { MANIFEST, "manifest:version=\"1.3\">", "manifest:version=\"1.2\">",
          "wrong-content-type" },
        { MANIFEST, "opendocument.chart", "opendocument.text", "wrong-content-type" },
        { "styles.xml", "office:version=\"1.3\"", "office:version=\"1.2\"", "not-canonical" },
        { C, "office:version=\"1.3\"", "office:version=\"9.9\"", "not-canonical" },
        { C, "xmlns:anim", "xmlns:Anim", "not-canonical" },
        { C, "<draw:image xlink:href=\"Pictures/image1.png\"/>",
          "<draw:image xlink:href=\"Pictures/image01.png\"/>", "external-image" },
        { C, "<draw:image xlink:href=\"Pictures/image1.png\"/>",
          "<draw:image xlink:href=\"Pictures/image1.jpeg\"/>", "external-image" },
        { C, "<draw:image xlink:href=\"Pictures/image1.png\"/>", "<draw:image/>", "not-canonical" },
        { C, "<draw:frame><draw:object xlink:href=\"./Object2\"/></draw:frame>", "",
          "embedded-object" },
        { "Object2/content.xml", "math:math", "math:mrow", "wrong-content-type" },
        { "Object1/content.xml", "<chart:title>",
          "<chart:title><draw:object xlink:href=\"./Object3\"/>", "embedded-object" },
        { "meta.xml", "<meta:generator>LibreOffice/7.4.7.2</meta:generator>", "<meta:generator/>",
          "document-properties" },
        { "meta.xml", "LibreOffice/7.4.7.2", "MicrosoftOffice/15.0 MicrosoftWord", "clean" },
        { "meta.xml", "LibreOffice/7.4.7.2",
          "OpenOffice.org/3.2$ OpenOffice.org_project/320m12$Build-9483", "clean" },
        { "meta.xml", "LibreOffice/7.4.7.2", "LibreOffice/7.4.7.2.1.1", "document-properties" },
    };
    try(SK_TYPE_ODT, changes, G_N_ELEMENTS(changes));
}

static void
places(void)
{
    static const Change changes[] = {
        { C, "<office:font-face-decls>", "<office:settings/><office:font-face-decls>",
          "not-canonical" },
        { C, "</office:text></office:body>", "</office:text><office:text/></office:body>",
          "wrong-content-type" },
        { C, "<office:text>", "<office:text><office:body/>", "not-canonical" },
        { C, "<office:text>", "<office:text><math:math/>", "not-canonical" },
        { C, "<office:text>",
          "<office:text><config:config-item-set config:name=\"ooo:view-settings\"/>",
          "not-canonical" },
        { "styles.xml", "</office:master-styles>", "</office:master-styles><office:styles/>",
          "not-canonical" },
        { SETTINGS, "<office:settings>", "<office:settings><text:p/>", "not-canonical" },
        { SETTINGS, "<office:settings>",
          "<office:settings><config:config-item config:name=\"ShowGrid\" "
          "config:type=\"boolean\">true</config:config-item>",
          "not-canonical" },
        { SETTINGS, ">true<", ">yes<", "not-canonical" },
        { SETTINGS, ">100<", ">100%<", "not-canonical" },
        { SETTINGS, "\"boolean\"", "\"string\"", "not-canonical" },
        { SETTINGS, "config:name=\"ShowGrid\"", "config:name=\"ShowEverything\"", "unknown-part" },
        { SETTINGS, "config:name=\"ooo:view-settings\"", "config:name=\"Views\"", "unknown-part" },
        { C, "text:display=\"true\"", "text:display=\"condition\"", "not-canonical" },
        { C, "<text:s text:c=\"2\"/>", "<text:s text:c=\"2\" text:c=\"2\"/>", "unknown-part" },
        { C, "ooow:Table+1", "ooow:Table+1+1", "not-canonical" },
        { C, "office:value=\"1.5E+3\"", "office:value=\"1.5E\"", "not-canonical" },
        { C, "<dc:creator>総務課", "<dc:creator><text:p/>総務課", "unknown-part" },
    };
    try(SK_TYPE_ODT, changes, G_N_ELEMENTS(changes));
    static const Change events[] = {
        { C,
          "<presentation:event-listener presentation:action=\"next-page\" "
          "script:event-name=\"dom:click\"/>",
          "", "not-canonical" },
        { C, " xlink:href=\"#2\"", "", "clean" },
        { C, " xlink:href=\"#2\"", " xlink:href=\"file:///a\"", "unsafe-hyperlink" },
        { C, "presentation:action=\"next-page\" ", "", "not-canonical" },
    };
    try(SK_TYPE_ODP, events, G_N_ELEMENTS(events));
}

/* A value of the greatest length passes, one more does not. */
static void
long_values(void)
{
    for (unsigned over = 0; over < 2; over++) {
        GPtrArray *entries = odf_new(SK_TYPE_ODT);
        g_autofree char *path = g_strnfill((1u << 20) + over, '1');
        g_autofree char *xml = g_strdup_printf("<office:text><draw:path svg:d=\"%s\"/>", path);
        docx_replace(entries, C, "<office:text>", xml);
        if (over == 0)
            assert_clean(SK_TYPE_ODT, docx_build(entries));
        else
            assert_refused(SK_TYPE_ODT, docx_build(entries), "not-canonical");
    }
}

static void
values(void)
{
    static const struct {
        bool (*fits)(SkSpan v);
        const char *yes[8], *no[12];
    } classes[] = {
        { sk_opendocument_is_number,
          { "0", "-1.5", "+.5", "1.", "1e-3", "12cm", "50%" },
          { "", "-", ".", "e5", "1e12345", "1cmcmc", "1 cm", "1..2", "0x1", "1CM", "1p" } },
        { sk_opendocument_is_keyword, { "a", "A-1.b,c#%+{}:" }, { "", "a b", "a/b", "a\"", "あ" } },
        { sk_opendocument_is_style_value, { "", "a b", "url(a)" }, { "a:b", "a\"b", "あ" } },
        { sk_opendocument_is_count,
          { "ooow:Table+1", "Table-1", "図+1", "a b.c" },
          { "", "ooow:", "a+", "+1", "a+1234567890", "a(1)" } },
        { sk_opendocument_is_target, { "#a", "#表.A1" }, { "", "#", "a#b", "#\xc2\x85" } },
        { sk_opendocument_is_ranges,
          { ".A1", "表.A1:.B2", "$'a ''b'''.$A$1 .C3", "A1:B2", "#REF!", "$#REF!.A1", "a.#REF!A1" },
          { "", ".", "a.", ".A1:", ".A1  .B1", "'a'b.A1", "'a", "'a[b'.A1", "'file:///a'#$b.A1",
            "a:b/c", ".A1:.B1:.C1" } },
        { sk_opendocument_is_math,
          { "StarMath 5.0", "StarMath 6" },
          { "StarMath ", "StarMath 5.", "StarMath 555", "x" } },
        { sk_opendocument_is_generator,
          { "Sekisho", "LibreOffice/7.4", "MicrosoftOffice/16.0 MicrosoftExcel",
            "LibreOffice/3.4$ LibreOffice_project/340m1$Build-402",
            "OpenOffice.org/3.2$ OpenOffice.org_project/320m18$Build-9502" },
          { "", "sekisho", "LibreOffice/", "LibreOffice/7.4$x", "LibreOffice/12345",
            "LibreOffice/3.4$ LibreOffice_project/340m1", "LibreOffice/3.4$ OpenOffice.org_project/340m1$Build-402",
            "LibreOffice/3.4$Linux LibreOffice_project/340m1$Build-402",
            "LibreOffice/3.4$ LibreOffice_project/340m1$Build-402x", "OpenOffice.org/3.2" } },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(classes); i++) {
        for (unsigned k = 0; k < 8 && classes[i].yes[k] != NULL; k++)
            if (classes[i].yes[k][0] != '\0' || i == 2)
                g_assert_true(classes[i].fits(sk_span_str(classes[i].yes[k])));
        for (unsigned k = 0; k < 12 && classes[i].no[k] != NULL; k++)
            g_assert_false(classes[i].fits(sk_span_str(classes[i].no[k])));
    }
}

static void
formulas(void)
{
    static const struct {
        const char *text;
        bool condition;
        const char *word; /* NULL: fits */
    } cases[] = {
        { "of:=1", false, NULL },
        { "oooc:=SUM([.A1:.B2];3)", false, NULL },
        { "of:=\"a\"\"b\"&\"|[x\"", false, NULL },
        { "of:={1;2|\"a\";-1}", false, NULL },
        { "of:=SUM({ -1.5 ; \"|\" | TRUE;false })", false, NULL },
        { "of:=[$'図 1'.A1]~[.B1]!#REF!", false, NULL },
        { "of:=COM.MICROSOFT.CONCAT([.A1])", false, NULL },
        { "of:=名前*1.5e3", false, NULL },
        { "of:=HYPERLINK(\"#表.A1\")", false, NULL },
        { "of:=HYPERLINK( \"mailto:a@example.jp\" ;1)", false, NULL },
        { "of:cell-content()=1", true, NULL },
        { "cell-content-is-in-list(\"a\";\"b\")", true, NULL },
        { "[.A1]>1", true, NULL },
        { "", false, "unknown-formula" },
        { "=1", false, "unknown-formula" },
        { "of:1", false, "unknown-formula" },
        { "of:=", false, "unknown-formula" },
        { "msoxl:=1", false, "unknown-formula" },
        { "of:=1a", false, "unknown-formula" },
        { "of:=(1", false, "unknown-formula" },
        { "of:=1)", false, "unknown-formula" },
        { "of:={1)", false, "unknown-formula" },
        { "of:=\"a", false, "unknown-formula" },
        { "of:=1|2", false, "dde-field" },
        { "of:={(1|2)}", false, "unknown-formula" },
        { "of:={cmd|1}", false, "unknown-formula" },
        { "of:={1|cmd!A0}", false, "unknown-formula" },
        { "of:={1;[.A1]}", false, "unknown-formula" },
        { "of:={SUM(1)|2}", false, "unknown-formula" },
        { "of:={{1}}", false, "unknown-formula" },
        { "of:={TRUEcmd|1}", false, "unknown-formula" },
        { "of:={TRUE", false, "unknown-formula" },
        { "of:={1", false, "unknown-formula" },
        { "of:=COM.MICROSOFT.INDIRECT(\"#\")", false, "active-formula" },
        { "of:=dde(1)", false, "dde-field" },
        { "of:=cell-content()", false, "unknown-formula" },
        { "of:=[A1]", false, "unknown-formula" },
        { "of:=['a'b.A1]", false, "unknown-formula" },
        { "of:=['http://a/b'#$c.A1]", false, "external-formula" },
        { "of:=HYPERLINK([.A1])", false, "unsafe-hyperlink" },
        { "of:=HYPERLINK(\"http://h:/\")", false, "unsafe-hyperlink" },
        { "of:=HYPERLINK(\"http://a\"&[.A1])", false, "unsafe-hyperlink" },
        { "of:=LEGACY.HYPERLINK(\"http://a\")", false, "unknown-formula" },
        { "of:=HYPERLINK  (\"file:///a\")", false, "unsafe-hyperlink" },
        { "of:=INDIRECT(\"a#b\")", false, "active-formula" },
        { "of:=\"x:/y\"&indirect([.A1])", false, "active-formula" },
        { "of:=1\\2", false, "unknown-formula" },
        { "of:=$A$1", false, "unknown-formula" },
        { "of:=@A1", false, "unknown-formula" },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        SkElement found =
            sk_opendocument_refuse_formula(sk_span_str(cases[i].text), cases[i].condition, true);
        const char *word = found == SK_ELEMENT_NONE ? "fits" : sk_element_get(found)->code;
        g_test_message("%s", cases[i].text);
        g_assert_cmpstr(word, ==, cases[i].word == NULL ? "fits" : cases[i].word);
    }
    g_assert_cmpint(
        sk_opendocument_refuse_formula(sk_span_str("of:=HYPERLINK(\"http://a\")"), false, false),
        ==, SK_ELEMENT_HYPERLINK);
    g_autofree char *deep = g_strnfill(200, '(');
    g_autofree char *formula = g_strconcat("of:=", deep, NULL);
    g_assert_cmpint(sk_opendocument_refuse_formula(sk_span_str(formula), false, true), ==,
                    SK_ELEMENT_UNKNOWN_FORMULA);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/verify/odf/soil", soil);
    g_test_add_func("/verify/odf/every-cut", every_cut);
    g_test_add_func("/verify/odf/package", package);
    g_test_add_func("/verify/odf/places", places);
    g_test_add_func("/verify/odf/long-values", long_values);
    g_test_add_func("/verify/odf/values", values);
    g_test_add_func("/verify/odf/formulas", formulas);
    return g_test_run();
}
