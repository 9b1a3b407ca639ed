/* SPDX-License-Identifier: Apache-2.0
 * test-old-office.c - what old documents are and hold, before anything is converted; drawings and documents of
 * other makers by name. */
#include "unit/disarm/disarming.h"

#include "disarm/identify.h"
#include "disarm/ole2-look.h"

#include "../format/ole2-builder.h"

#define BYTES(s) ((SkSpan){ (const uint8_t *)(s), sizeof(s) - 1 })

/* The beginnings of the main streams. */
#define FIB "\xec\xa5\xc1\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define FIB_LOCKED "\xec\xa5\xc1\0\0\0\0\0\0\0\0\x01\0\0\0\0"
#define FIB_95 "\xdc\xa5\x68\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define BOF_8 "\x09\x08\x10\0\0\x06\x05\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define BOF_5 "\x09\x08\x08\0\0\x05\x05\0\0\0\0\0"
#define SHEET(kind) "\x85\0\x08\0\0\0\0\0\0" kind "\x01\0"
#define SUPBOOK "\xae\x01\x06\0\x01\0\x02\0\0a"
#define SUPBOOK_OWN "\xae\x01\x04\0\x01\0\x01\x04"
#define FILEPASS "\x2f\0\x02\0\0\0"
#define END "\x0a\0\0\0"

static Disarmed
look_at(const Ole2Item *items, unsigned n, SkType hint)
{
    g_autoptr(GBytes) file = ole2_build(items, n, NULL);
    return disarm(sk_span_bytes(file), hint, SK_LEVEL_REBUILT);
}

static void
assert_converted(const Disarmed *out, SkType type_in, SkType target)
{
    if (out->report->outcome == SK_OUTCOME_REFUSED)
        g_error("refused: %s", sk_reason_name(out->report->reason));
    g_assert_cmpint(out->report->outcome, ==, SK_OUTCOME_CONVERT);
    g_assert_cmpint(out->report->type_in, ==, type_in);
    g_assert_cmpint(out->report->type_out, ==, target);
}

static void
main_streams(void)
{
    static const struct {
        const char *name;
        SkSpan content;
        SkType hint, type, target;
    } rows[] = {
        { "WordDocument", BYTES(FIB), SK_TYPE_DOC, SK_TYPE_DOC, SK_TYPE_DOCX },
        { "WordDocument", BYTES(FIB_95), SK_TYPE_DOC, SK_TYPE_DOC95, SK_TYPE_DOCX },
        { "Workbook", BYTES(BOF_8 SHEET("\0") END), SK_TYPE_XLS, SK_TYPE_XLS, SK_TYPE_XLSX },
        { "Book", BYTES(BOF_5 END), SK_TYPE_XLS, SK_TYPE_XLS95, SK_TYPE_XLSX },
        { "PowerPoint Document", BYTES("\0\0\0\0\0\0\0\0"), SK_TYPE_PPT, SK_TYPE_PPT, SK_TYPE_PPTX },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const Ole2Item item = { .name = rows[i].name, .content = rows[i].content };
        autodisarmed out = look_at(&item, 1, rows[i].hint);
        assert_converted(&out, rows[i].type, rows[i].target);
        g_assert_cmpuint(out.report->findings->len, ==, 0);
    }
}

/* At level image it is to become pages; at one that conversion cannot give, it stays unsupported. */
static void
levels(void)
{
    const Ole2Item item = { .name = "WordDocument", .content = BYTES(FIB) };
    g_autoptr(GBytes) file = ole2_build(&item, 1, NULL);
    autodisarmed image = disarm(sk_span_bytes(file), SK_TYPE_DOC, SK_LEVEL_IMAGE);
    assert_converted(&image, SK_TYPE_DOC, SK_TYPE_PDF);
    autodisarmed text = disarm(sk_span_bytes(file), SK_TYPE_DOC, SK_LEVEL_TEXT);
    assert_converted(&text, SK_TYPE_DOC, SK_TYPE_DOCX);
    autodisarmed original = disarm(sk_span_bytes(file), SK_TYPE_DOC, SK_LEVEL_ORIGINAL);
    assert_refused(&original, SK_REASON_UNSUPPORTED);
}

static void
locked(void)
{
    static const struct {
        const char *name;
        SkSpan content;
        SkType type;
    } rows[] = {
        { "WordDocument", BYTES(FIB_LOCKED), SK_TYPE_DOC },
        { "Workbook", BYTES(BOF_8 FILEPASS END), SK_TYPE_XLS },
        { "Book", BYTES(BOF_5 FILEPASS END), SK_TYPE_XLS },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const Ole2Item item = { .name = rows[i].name, .content = rows[i].content };
        autodisarmed out = look_at(&item, 1, rows[i].type);
        assert_refused(&out, SK_REASON_ENCRYPTED);
    }
    static const char user[] = "\0\0\xf6\x0f\x14\0\0\0\x14\0\0\0\xdf\xc4\xd1\xf3";
    const Ole2Item ppt[] = {
        { .name = "PowerPoint Document", .content = BYTES("\0\0\0\0\0\0\0\0") },
        { .name = "Current User", .content = { (const uint8_t *)user, sizeof user - 1 } },
    };
    autodisarmed out = look_at(ppt, G_N_ELEMENTS(ppt), SK_TYPE_PPT);
    assert_refused(&out, SK_REASON_ENCRYPTED);
}

static void
word_contents(void)
{
    const Ole2Item items[] = {
        { .name = "WordDocument", .content = BYTES(FIB) },
        { .name = "Macros", .storage = true },
        { .name = "VBA", .parent = 2, .storage = true },
        { .name = "dir", .parent = 3, .content = BYTES("x") },
        { .name = "ObjectPool", .storage = true },
        { .name = "_1234", .parent = 5, .storage = true },
        { .name = "\001Ole10Native", .parent = 6, .content = BYTES("MZ") },
        { .name = "_1235", .parent = 5, .storage = true },
        { .name = "Equation Native", .parent = 8, .content = BYTES("x") },
        { .name = "_1236", .parent = 5, .storage = true },
        { .name = "\003OCXNAME", .parent = 10, .content = BYTES("B") },
    };
    autodisarmed out = look_at(items, G_N_ELEMENTS(items), SK_TYPE_DOC);
    assert_converted(&out, SK_TYPE_DOC, SK_TYPE_DOCX);
    g_assert_cmpuint(found(&out, SK_ELEMENT_VBA_PROJECT), ==, 1);
    g_assert_cmpuint(found(&out, SK_ELEMENT_EMBEDDED_OBJECT), ==, 3); /* each once, with what is in it */
    g_assert_cmpuint(found(&out, SK_ELEMENT_ACTIVEX), ==, 1);
}

/* What the policy refuses is refused before anything is converted. */
static void
unwanted(void)
{
    const Ole2Item items[] = {
        { .name = "WordDocument", .content = BYTES(FIB) },
        { .name = "Macros", .storage = true },
        { .name = "VBA", .parent = 2, .storage = true },
    };
    g_autoptr(GBytes) file = ole2_build(items, G_N_ELEMENTS(items), NULL);
    SkJob job = sk_job_default();
    job.verdicts[SK_ELEMENT_VBA_PROJECT] = SK_VERDICT_REFUSED;
    autodisarmed out = disarm_with(&job, sk_span_bytes(file));
    assert_refused(&out, SK_REASON_FORBIDDEN);
    g_assert_cmpuint(found(&out, SK_ELEMENT_VBA_PROJECT), ==, 1);
}

static void
sheets(void)
{
    const Ole2Item items[] = {
        { .name = "Workbook",
          .content = BYTES(BOF_8 SHEET("\0") SHEET("\x01") SHEET("\x01") SUPBOOK_OWN SUPBOOK END SHEET("\x01")) },
        { .name = "MBD0001", .storage = true },
        { .name = "Package", .parent = 2, .content = BYTES("PK") },
    };
    autodisarmed out = look_at(items, G_N_ELEMENTS(items), SK_TYPE_XLS);
    assert_converted(&out, SK_TYPE_XLS, SK_TYPE_XLSX);
    g_assert_cmpuint(found(&out, SK_ELEMENT_XLM_MACRO), ==, 2);
    g_assert_cmpuint(found(&out, SK_ELEMENT_EXTERNAL_RELATIONSHIP), ==, 1);
    g_assert_cmpuint(found(&out, SK_ELEMENT_EMBEDDED_OBJECT), ==, 1);
}

static void
slides(void)
{
    /* A container with an object's storage; the macros' atom, once of none and once of some. */
    static const char records[] = "\x0f\0\xe8\x03\xff\xff\xff\x7f"
                                  "\x10\0\x11\x10\x02\0\0\0xx"
                                  "\x02\0\0\x04\x0c\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                                  "\x02\0\0\x04\x0c\0\0\0\x05\0\0\0\x01\0\0\0\0\0\0\0"
                                  "\0\0\x11\x10\xff\xff\xff\xff";
    const Ole2Item item = { .name = "PowerPoint Document",
                            .content = { (const uint8_t *)records, sizeof records - 1 } };
    autodisarmed out = look_at(&item, 1, SK_TYPE_PPT);
    assert_converted(&out, SK_TYPE_PPT, SK_TYPE_PPTX);
    g_assert_cmpuint(found(&out, SK_ELEMENT_EMBEDDED_OBJECT), ==, 2);
    g_assert_cmpuint(found(&out, SK_ELEMENT_VBA_PROJECT), ==, 1);
}

/* Two programs would open two documents. */
static void
two_faces(void)
{
    const Ole2Item items[] = {
        { .name = "WordDocument", .content = BYTES(FIB) },
        { .name = "Workbook", .content = BYTES(BOF_8 END) },
    };
    autodisarmed out = look_at(items, G_N_ELEMENTS(items), SK_TYPE_DOC);
    assert_refused(&out, SK_REASON_FORBIDDEN);
    g_assert_cmpuint(found(&out, SK_ELEMENT_POLYGLOT), ==, 1);
}

static void
broken(void)
{
    static const char loop[] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and nothing that follows";
    autodisarmed cut = disarm(BYTES(loop), SK_TYPE_XLS, SK_LEVEL_REBUILT);
    assert_refused(&cut, SK_REASON_MALFORMED);
    g_assert_cmpint(cut.report->type_in, ==, SK_TYPE_XLS);

    const Ole2Item other = { .name = "Contents", .content = BYTES("x") };
    autodisarmed named = look_at(&other, 1, SK_TYPE_DOC); /* a name alone makes no document of it */
    assert_refused(&named, SK_REASON_MALFORMED);
    const Ole2Item older = { .name = "PP40", .content = BYTES("x") };
    autodisarmed slides_4 = look_at(&older, 1, SK_TYPE_PPT);
    assert_refused(&slides_4, SK_REASON_UNSUPPORTED);
    const Ole2Item junk = { .name = "WordDocument", .content = BYTES("no head at all") };
    autodisarmed headless = look_at(&junk, 1, SK_TYPE_DOC);
    assert_refused(&headless, SK_REASON_MALFORMED);
}

static void
rtf(void)
{
    autodisarmed out = disarm(BYTES("{\\rtf1{\\object\\objemb{\\*\\objdata 0105}}{\\*\\template x}\\objdatax}"),
                              SK_TYPE_RTF, SK_LEVEL_REBUILT);
    assert_converted(&out, SK_TYPE_RTF, SK_TYPE_DOCX);
    g_assert_cmpuint(found(&out, SK_ELEMENT_EMBEDDED_OBJECT), ==, 1);
    g_assert_cmpuint(found(&out, SK_ELEMENT_ATTACHED_TEMPLATE), ==, 1);
}

/* Named, and never converted. */
static void
only_named(void)
{
    static const struct {
        SkSpan in;
        SkType hint, type;
    } rows[] = {
        { BYTES("JwwData.\x58\x02\0\0"), SK_TYPE_JWW, SK_TYPE_JWW },
        { BYTES("jw_cad(c)data.......a.f.m..............."), SK_TYPE_JWC, SK_TYPE_JWC },
        { BYTES("AC1032\0\0\0\0"), SK_TYPE_DWG, SK_TYPE_DWG },
        { BYTES("AC1032 is not a drawing"), SK_TYPE_TEXT, SK_TYPE_TEXT },
        { BYTES("AutoCAD Binary DXF\r\n\x1a\0"), SK_TYPE_DXF, SK_TYPE_DXF },
        { BYTES("  0\r\nSECTION\r\n  2\r\nHEADER\r\n"), SK_TYPE_DXF, SK_TYPE_DXF },
        { BYTES("0\nSECTION\n2\n\x83\x81\xfe\n"), SK_TYPE_DXF, SK_TYPE_DXF },
        { BYTES("0\nSECTION\n"), SK_TYPE_TEXT, SK_TYPE_TEXT },
        { BYTES("999\ndxfrw 0.6.3\n  0\nSECTION\n  2\nHEADER\n"), SK_TYPE_DXF, SK_TYPE_DXF },
        { BYTES("999\r\n0\r\n999\r\n\r\n  0\r\nSECTION\r\n"), SK_TYPE_DXF, SK_TYPE_DXF },
        { BYTES("999"), SK_TYPE_NONE, SK_TYPE_TEXT },
        { BYTES("999\nyen"), SK_TYPE_NONE, SK_TYPE_TEXT },
        { BYTES("999\nyen\n0"), SK_TYPE_NONE, SK_TYPE_TEXT },
        { BYTES("999\n\n999\n\n9990\nSECTION"), SK_TYPE_NONE, SK_TYPE_TEXT },
        { BYTES("ISO-10303-21;\nHEADER;\n"), SK_TYPE_P21, SK_TYPE_P21 },
        { BYTES("ISO-10303-21;\nHEADER;\n/*SXF\n#10=line('1')\nSXF*/"), SK_TYPE_SFC, SK_TYPE_SFC },
        { BYTES("\x60\x0e\x82\x01\x07\x80\x03\0"), SK_TYPE_XDW, SK_TYPE_XDW },
        { BYTES("\x60\x0e\x82\x11"), SK_TYPE_XBD, SK_TYPE_XBD },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        autodisarmed out = disarm(rows[i].in, rows[i].hint, SK_LEVEL_REBUILT);
        if (out.report->type_in != rows[i].type)
            g_error("row %zu: %s", i, sk_type_get(out.report->type_in)->name);
        if (rows[i].type != SK_TYPE_TEXT)
            assert_refused(&out, SK_REASON_UNSUPPORTED);
    }
}

static void
ichitaro(void)
{
    const Ole2Item items[] = {
        { .name = "\004JSRV_SegmentInformation", .content = BYTES("x") },
        { .name = "DocumentText", .content = BYTES("y") },
    };
    static const SkType hints[] = { SK_TYPE_JTD, SK_TYPE_JTDC };
    for (size_t i = 0; i < G_N_ELEMENTS(hints); i++) {
        autodisarmed out = look_at(items, G_N_ELEMENTS(items), hints[i]);
        assert_refused(&out, SK_REASON_UNSUPPORTED);
        g_assert_cmpint(out.report->type_in, ==, hints[i]);
    }
    const Ole2Item hwp = { .name = "FileHeader", .content = BYTES("HWP Document File\0\0") };
    autodisarmed five = look_at(&hwp, 1, SK_TYPE_HWP);
    assert_refused(&five, SK_REASON_UNSUPPORTED);
    autodisarmed three = disarm(BYTES("HWP Document File V3.00 \x1a\1\2\3\4\5"), SK_TYPE_HWP, SK_LEVEL_REBUILT);
    assert_converted(&three, SK_TYPE_HWP, SK_TYPE_DOCX);
}

/* Workbooks from before compound files. */
static void
flat_workbooks(void)
{
    static const SkSpan rows[] = {
        BYTES("\x09\0\x04\0\x07\0\x10\0\x0b\x02\x0c\0"),
        BYTES("\x09\x02\x06\0\0\0\x10\0\xf2\x15\x0a\0\0\0"),
        BYTES("\x09\x04\x06\0\0\0\x10\0\xf2\x15\x0a\0\0\0"),
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        autodisarmed out = disarm(rows[i], SK_TYPE_XLS, SK_LEVEL_REBUILT);
        assert_converted(&out, SK_TYPE_XLS95, SK_TYPE_XLSX);
    }
    g_assert_cmpint(sk_biff_identify(BYTES("\x09\0\x04\0\x07\0\x11\0")), ==, SK_TYPE_NONE);
    g_assert_cmpint(sk_biff_identify(BYTES("\x09\0\x04")), ==, SK_TYPE_NONE);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/old-office/main-streams", main_streams);
    g_test_add_func("/old-office/levels", levels);
    g_test_add_func("/old-office/locked", locked);
    g_test_add_func("/old-office/word", word_contents);
    g_test_add_func("/old-office/unwanted", unwanted);
    g_test_add_func("/old-office/sheets", sheets);
    g_test_add_func("/old-office/slides", slides);
    g_test_add_func("/old-office/two-faces", two_faces);
    g_test_add_func("/old-office/broken", broken);
    g_test_add_func("/old-office/rtf", rtf);
    g_test_add_func("/old-office/only-named", only_named);
    g_test_add_func("/old-office/ichitaro", ichitaro);
    g_test_add_func("/old-office/flat-workbooks", flat_workbooks);
    return g_test_run();
}
