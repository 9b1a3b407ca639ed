/* SPDX-License-Identifier: Apache-2.0
 * test-identify.c - content against name, and what this version does not carry out. */
#include "unit/disarm/disarming.h"

#include "disarm/identify.h"

#define BYTES(s) ((SkSpan){ (const uint8_t *)(s), sizeof(s) - 1 })

static void
types(void)
{
    static const struct {
        SkSpan in;
        SkType hint, type;
    } rows[] = {
        { BYTES("hello"), SK_TYPE_NONE, SK_TYPE_TEXT },
        { BYTES("a,b"), SK_TYPE_CSV, SK_TYPE_CSV },
        { BYTES("a,b"), SK_TYPE_DOCX, SK_TYPE_TEXT },
        { BYTES(""), SK_TYPE_NONE, SK_TYPE_TEXT },
        { BYTES("\x89PNG\r\n\x1a\n"), SK_TYPE_TEXT, SK_TYPE_PNG },
        { BYTES("\xff\xd8\xff\xe0"), SK_TYPE_NONE, SK_TYPE_JPEG },
        { BYTES("%PDF-1.4\n"), SK_TYPE_NONE, SK_TYPE_PDF },
        { BYTES("\n %PDF-1.4\n\x80\x81\xff"), SK_TYPE_NONE, SK_TYPE_PDF },
        { BYTES("PK\x03\x04"), SK_TYPE_NONE, SK_TYPE_ZIP },
        { BYTES("PK\x03\x04 and no end"), SK_TYPE_DOCX, SK_TYPE_DOCX },
        { BYTES("PK\x03\x04 and no end"), SK_TYPE_DOTM, SK_TYPE_DOTM },
        { BYTES("PK\x03\x04 and no end"), SK_TYPE_TEXT, SK_TYPE_ZIP },
        { BYTES("{\\rtf1}"), SK_TYPE_DOC, SK_TYPE_RTF },
        { BYTES("Rar!\x1a\x07\x01\x00"), SK_TYPE_NONE, SK_TYPE_RAR },
        { BYTES("BMW is a car"), SK_TYPE_NONE, SK_TYPE_TEXT },
        { BYTES("MZ is a label"), SK_TYPE_NONE, SK_TYPE_TEXT },
        { BYTES("<!DOCTYPE HTML><p>"), SK_TYPE_NONE, SK_TYPE_HTML },
        { BYTES("<html>"), SK_TYPE_TEXT, SK_TYPE_TEXT },
        { BYTES("\x00\x01\x02"), SK_TYPE_TEXT, SK_TYPE_NONE },
        { BYTES("SKPAGES1"), SK_TYPE_NONE, SK_TYPE_TEXT },
        { BYTES("SKPAGES1"), SK_TYPE_PAGES, SK_TYPE_PAGES },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree uint8_t *heap = g_memdup2(rows[i].in.p, rows[i].in.n);
        bool polyglot = true;
        SkType type = sk_identify(sk_span(heap, rows[i].in.n), rows[i].hint, &polyglot);
        if (type != rows[i].type)
            g_error("row %zu: %s", i, sk_type_get(type)->name);
        g_assert_false(polyglot);
    }
}

static void
disagreement(void)
{
    autodisarmed out = disarm(sk_span_str("hello"), SK_TYPE_DOCX, SK_LEVEL_REBUILT);
    assert_refused(&out, SK_REASON_TYPE_MISMATCH);
    g_assert_cmpuint(found(&out, SK_ELEMENT_WRONG_TYPE), ==, 1);
    g_assert_cmpint(out.report->type_in, ==, SK_TYPE_TEXT);

    SkJob job = sk_job_default();
    job.hint = SK_TYPE_DOCX;
    autodisarmed loose = disarm_with(&job, sk_span_str("hello"));
    assert_output(&loose, sk_span_str("hello"));
}

/* Every pair that is accepted stands here; whatever else is added has to be added here as well. */
static void
namings(void)
{
    static const SkType kin[][2] = {
        { SK_TYPE_DOC, SK_TYPE_RTF },   { SK_TYPE_DOC, SK_TYPE_DOCX },  { SK_TYPE_DOC, SK_TYPE_DOTX },
        { SK_TYPE_XLS, SK_TYPE_XLSX },  { SK_TYPE_XLS, SK_TYPE_XLTX },  { SK_TYPE_PPT, SK_TYPE_PPTX },
        { SK_TYPE_PPT, SK_TYPE_POTX },  { SK_TYPE_PPT, SK_TYPE_PPSX },
    };
    static const SkType pictures[] = { SK_TYPE_PNG, SK_TYPE_JPEG, SK_TYPE_GIF, SK_TYPE_BMP, SK_TYPE_TIFF, SK_TYPE_WEBP,
                                       SK_TYPE_ICO };
    unsigned n = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(kin); i++)
        g_assert_cmpint(sk_identify_naming(kin[i][1], kin[i][0]), ==, SK_NAMING_KIN);
    for (size_t i = 0; i < G_N_ELEMENTS(pictures); i++)
        for (size_t k = 0; k < G_N_ELEMENTS(pictures); k++)
            g_assert_cmpint(sk_identify_naming(pictures[i], pictures[k]), ==, i == k ? SK_NAMING_TRUE : SK_NAMING_KIN);
    for (unsigned type = 0; type < SK_TYPE_COUNT; type++)
        for (unsigned hint = 0; hint < SK_TYPE_COUNT; hint++)
            n += sk_identify_naming((SkType)type, (SkType)hint) == SK_NAMING_KIN;
    g_assert_cmpuint(n, ==, G_N_ELEMENTS(kin) + G_N_ELEMENTS(pictures) * (G_N_ELEMENTS(pictures) - 1));
    g_assert_cmpint(sk_identify_naming(SK_TYPE_DOC95, SK_TYPE_DOC), ==, SK_NAMING_TRUE);
    g_assert_cmpint(sk_identify_naming(SK_TYPE_NONE, SK_TYPE_PNG), ==, SK_NAMING_FALSE);
}

static void
misnamed(void)
{
    static const char rtf[] = "{\\rtf1\\ansi hello}";
    SkJob job = sk_job_default();

    job.hint = SK_TYPE_DOC;
    job.strict_hint = true;
    autodisarmed out = disarm_with(&job, BYTES(rtf));
    g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_CONVERT);
    g_assert_cmpint(out.report->type_in, ==, SK_TYPE_RTF);
    g_assert_cmpint(out.report->type_out, ==, SK_TYPE_DOCX);
    g_assert_cmpuint(found(&out, SK_ELEMENT_MISNAMED), ==, 1);
    g_assert_cmpuint(found(&out, SK_ELEMENT_WRONG_TYPE), ==, 0);
    g_assert_cmpstr(g_array_index(out.report->findings, SkFinding, 0).place, ==, "rtf");

    job.verdicts[SK_ELEMENT_MISNAMED] = SK_VERDICT_REFUSED;
    autodisarmed refused = disarm_with(&job, BYTES(rtf));
    assert_refused(&refused, SK_REASON_TYPE_MISMATCH);

    /* Another program's document, and a web page, are no old document under any name. */
    static const SkSpan others[] = { BYTES("<html><p>x</p></html>"), BYTES("a,b\n"), BYTES("%PDF-1.4\n%%EOF") };
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
        autodisarmed other = disarm(others[i], SK_TYPE_DOC, SK_LEVEL_REBUILT);
        assert_refused(&other, SK_REASON_TYPE_MISMATCH);
    }
}

static void
not_carried_out(void)
{
    static const struct {
        SkSpan in;
        SkType type;
        SkLevel level;
        SkReason reason;
    } rows[] = {
        { BYTES("7z\xbc\xaf\x27\x1c......"), SK_TYPE_7Z, SK_LEVEL_REBUILT, SK_REASON_MALFORMED },
        { BYTES("PK\x03\x04 and no end"), SK_TYPE_DOCX, SK_LEVEL_REBUILT, SK_REASON_MALFORMED },
        { BYTES("hello"), SK_TYPE_TEXT, SK_LEVEL_IMAGE, SK_REASON_UNSUPPORTED },
        { BYTES("hello"), SK_TYPE_TEXT, SK_LEVEL_ORIGINAL, SK_REASON_UNSUPPORTED },
        { BYTES("hello"), SK_TYPE_TEXT, SK_LEVEL_NONE, SK_REASON_UNSUPPORTED },
        { BYTES("\x00\x01\x02"), SK_TYPE_NONE, SK_LEVEL_REBUILT, SK_REASON_UNSUPPORTED },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        autodisarmed out = disarm(rows[i].in, rows[i].type, rows[i].level);
        assert_refused(&out, rows[i].reason);
        g_assert_cmpint(out.report->type_in, ==, rows[i].type);
    }
}

/* A text that also is the end of a ZIP, a text with a PDF in it. */
static void
two_faces(void)
{
    static const SkSpan rows[] = {
        BYTES("Dear all,\n%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"),
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        autodisarmed out = disarm(rows[i], SK_TYPE_TEXT, SK_LEVEL_REBUILT);
        assert_refused(&out, SK_REASON_FORBIDDEN);
        g_assert_cmpuint(found(&out, SK_ELEMENT_POLYGLOT), ==, 1);
    }
    autodisarmed lead = disarm(BYTES("\x80junk\n%PDF-1.7\n"), SK_TYPE_PDF, SK_LEVEL_IMAGE);
    assert_refused(&lead, SK_REASON_FORBIDDEN);
    g_assert_cmpuint(found(&lead, SK_ELEMENT_LEADING_DATA), ==, 1);
}

/* A directory entry as OLE2 has it, at the first place it may stand. */
static void
locked(void)
{
    uint8_t file[1024] = { 0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1 };
    static const char name[] = "EncryptedPackage";
    for (size_t i = 0; i < sizeof name; i++)
        file[512 + 2 * i] = (uint8_t)name[i];
    file[512 + 64] = 2 * sizeof name;
    autodisarmed out = disarm(sk_span(file, sizeof file), SK_TYPE_DOCX, SK_LEVEL_REBUILT);
    assert_refused(&out, SK_REASON_ENCRYPTED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/identify/types", types);
    g_test_add_func("/identify/disagreement", disagreement);
    g_test_add_func("/identify/namings", namings);
    g_test_add_func("/identify/misnamed", misnamed);
    g_test_add_func("/identify/not-carried-out", not_carried_out);
    g_test_add_func("/identify/two-faces", two_faces);
    g_test_add_func("/identify/locked", locked);
    return g_test_run();
}
