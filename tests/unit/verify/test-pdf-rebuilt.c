/* SPDX-License-Identifier: Apache-2.0
 * test-pdf-rebuilt.c - the profile of PDF at level rebuilt: pdf.parts conforms, and each sentence of the profile is broken once. */
#include "build.h"

#include <string.h>

/* (transfer full): the parts, with the first @old replaced. */
static char *
parts_with(const char *old, const char *new)
{
    g_autofree char *parts = pdf_parts();

    if (old == NULL)
        return g_steal_pointer(&parts);
    char *at = strstr(parts, old);
    if (at == NULL)
        g_error("pdf.parts has no '%s'", old);
    g_autofree char *head = g_strndup(parts, (gsize)(at - parts));
    return g_strconcat(head, new, at + strlen(old), NULL);
}

static GByteArray *
rebuilt(const char *old, const char *new)
{
    g_autofree char *parts = parts_with(old, new);
    return pdf_assemble(parts);
}

static void
conforms(void)
{
    assert_clean(SK_TYPE_PDF, rebuilt(NULL, NULL));
}

typedef struct {
    const char *old, *new;
} Break;

static void
broken(const Break *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        g_test_message("%s -> %s", cases[i].old, cases[i].new);
        assert_refused(SK_TYPE_PDF, rebuilt(cases[i].old, cases[i].new), "not-canonical");
    }
}

static void
spelling(void)
{
    static const Break cases[] = {
        { "[0 0 595.28 841.89]", "[0 0 595.280 841.89]" }, { "[0 0 595.28 841.89]", "[0 0 0595.28 841.89]" },
        { "[0 0 595.28 841.89]", "[0 0 595.28  841.89]" }, { "[0 0 595.28 841.89]", "[ 0 0 595.28 841.89]" },
        { "[0 0 595.28 841.89]", "[-0 0 595.28 841.89]" }, { "[0 0 595.28 841.89]", "[+1 0 595.28 841.89]" },
        { "[0 0 595.28 841.89]", "[0 0 5e2 841.89]" },     { "[0 0 595.28 841.89]", "[0 0 595.123456789 841.89]" },
        { "/CA 0.5", "/CA .5" },                           { "/CA 0.5", "/CA 0.5\n" },
        { "/LW 2 ", "/LW 2147483648 " },                   { "/LW 2 ", "/LW 2147483647.5 " },
        { "<FEFF62C56240>", "<FEFF62c56240>" },            { "<FEFF62C56240>", "<FEFF62C5624>" },
        { "<FEFF62C56240>", "(ab)" },                      { "/Type /Catalog", "/Type /Cata#6cog" },
        { "/Type /Catalog", "/Type  /Catalog" },           { "5 0 R 6 0 R", "5 1 R 6 0 R" },
        { "5 0 R 6 0 R", "05 0 R 6 0 R" },                 { "/Marked true", "/Marked true % comment" },
        { "/Marked true", "/Marked false" },               { "/Helvetica", "/Helv(tica" },
        { "/Lang <6A61>", "/Lang <>" },                    { "/Lang <6A61>", "/Lang <6A5F61>" },
    };
    broken(cases, G_N_ELEMENTS(cases));
}

static void
shapes(void)
{
    static const Break cases[] = {
        { "/Type /Catalog /Pages 2 0 R", "/Pages 2 0 R /Type /Catalog" },
        { "/Type /Catalog", "/Type /Catalog /Type /Catalog" },
        { "/Type /Catalog", "/Type /Catalog /Version /1.7" },
        { "/Rotate 90", "/Rotate 90 /Tabs /S" },
        { "/Parent 2 0 R /MediaBox [0 0 595.28", "/MediaBox [0 0 595.28" },
        { "/CA 0.5", "/CA 1.5" },
        { "/BaseFont /Helvetica", "/BaseFont /Helvetica /Name /F1" },
        { "/WinAnsiEncoding", "/PDFDocEncoding" },
        { "/Parent 2 0 R /MediaBox [0 0 595 842]", "/Parent 1 0 R /MediaBox [0 0 595 842]" },
        { "/G 24 0 R", "/G 17 0 R" },   /* 24 is not mentioned then */
        { "/TR 25 0 R", "/TR 26 0 R" }, /* out of turn */
        { "/X0 17 0 R >> /Font", "/X0 18 0 R >> /Font" },
        { "/F0 18 0 R /F1 19 0 R", "/F0 18 0 R /F2 19 0 R" },
        { "/F0 18 0 R /F1 19 0 R", "/F1 18 0 R /F0 19 0 R" },
        { "/Contents 20 0 R", "/Contents 17 0 R" },
        { "/Rotate 90 /Resources << >> /Contents 22 0 R", "/Rotate 90 /Resources << >> /Contents 20 0 R" },
        { "[9 0 R]\n", "[9 0 R null]\n" },
        { "[9 0 R]\n", "[4 0 R]\n" },
        { "/S /Document", "/S /Sneaky" },
    };
    broken(cases, G_N_ELEMENTS(cases));
}

static void
pages(void)
{
    static const Break cases[] = {
        { "/Count 2", "/Count 3" },
        { "[5 0 R 6 0 R]", "[5 0 R 5 0 R]" },
        { "[5 0 R 6 0 R]", "[6 0 R 5 0 R]" },
        { "[0 0 595 842] /CropBox", "[0 0 0.5 842] /CropBox" },
        { "[0 0 595 842] /CropBox", "[0 0 20001 842] /CropBox" },
        { "[10 10 500 800]", "[10 10 600 800]" },
        { "[10 10 500 800]", "[0 0 595 842]" },
        { "[10 10 500 800]", "[10 10 10 800]" },
        { "/Rotate 90", "/Rotate 91" },
        { "/Rotate 90", "/Rotate 90 /UserUnit 1" },
        { "/Nums [0 << /S /D >> 1 <<", "/Nums [1 << /S /D >> 1 <<" },
        { "/Nums [0 << /S /D >> 1 <<", "/Nums [0 << /S /D >> 0 <<" },
        { "/Nums [0 << /S /D >> 1 <<", "/Nums [0 << /S /D >> 2 <<" },
        { "/StructParents 0", "/StructParents 1" },
        { "/MarkInfo << /Marked true >> ", "" },
    };
    broken(cases, G_N_ELEMENTS(cases));
}

static void
outlines(void)
{
    static const Break cases[] = {
        { "/Last 8 0 R /Count 3", "/Last 8 0 R /Count 2" },
        { "/Last 8 0 R /Count 3", "/Last 8 0 R" },
        { "/Last 8 0 R /Count 3", "/Last 8 0 R /Count -3" },
        { "/Last 23 0 R /Count 1", "/Last 23 0 R /Count 2" },
        { "/Last 23 0 R /Count 1", "/Last 8 0 R /Count 1" },
        { "/Parent 7 0 R", "/Parent 3 0 R" },
        { "/Parent 3 0 R /Prev 7 0 R", "/Parent 3 0 R /Prev 8 0 R" },
        { "/Parent 3 0 R /Next 8 0 R", "/Parent 3 0 R /Next 7 0 R" },
        { "/Title <42> /Parent 7 0 R", "/Title <42> /Parent 7 0 R /Next 8 0 R" },
        { "/Title <41>", "/Title <07>" },
        { "/Title <41>", "/Title <FEFF0041>" },
        { "/Title <41>", "/Title <FEFFD800>" },
        { "/Title <41>", "/Title <FEFF202E62C5>" },
        { "/Dest [5 0 R /Fit]", "/Dest [3 0 R /Fit]" },
        { "/Dest [5 0 R /Fit]", "/Dest [5 0 R /Fit 1]" },
        { "/Dest [5 0 R /Fit]", "/Dest [5 0 R /FitR 1 2 null 4]" },
        { "/Dest [5 0 R /Fit]", "/Dest <41>" },
    };
    broken(cases, G_N_ELEMENTS(cases));
    assert_clean(SK_TYPE_PDF, rebuilt("/Dest [5 0 R /Fit]", "/Dest [5 0 R /FitR 1 2 3 4]"));
}

#define MARK "<< /Type /MCR /Pg 5 0 R /Stm 17 0 R /MCID 0 >>"
#define OBJECT "<< /Type /OBJR /Pg 5 0 R /Obj 24 0 R >>"

static void
structure(void)
{
    static const Break cases[] = {
        { "/K [0 <<", "/K [0 0 <<" },
        { "/K [0 <<", "/K [1 <<" },
        { "/K [0 <<", "/K [<<" },
        { OBJECT " 11 0 R]", OBJECT " 11 0 R 11 0 R]" },
        { OBJECT " 11 0 R]", OBJECT " 11 0 R 9 0 R]" },
        { OBJECT " 11 0 R]", OBJECT "]" },
        { "/K [0 <<", "/K [<< /Type /MCR /Pg 5 0 R /MCID 0 >> <<" },
        { "/P 4 0 R /Pg 5 0 R", "/P 4 0 R" },
        { "/S /Link /P 9 0 R", "/S /Link /P 4 0 R" },
        { "2 9 0 R 3 11 0 R]", "2 9 0 R]" },
        { "2 9 0 R 3 11 0 R]", "2 9 0 R 4 11 0 R]" },
        { "2 9 0 R 3 11 0 R]", "2 9 0 R 3 9 0 R]" },
        { "2 9 0 R 3 11 0 R]", "2 11 0 R 3 11 0 R]" },
        { "2 9 0 R 3 11 0 R]", "2 10 0 R 3 11 0 R]" },
        { "1 10 0 R 2 9 0 R", "1 9 0 R 2 9 0 R" },
        { "1 10 0 R 2 9 0 R", "2 9 0 R" },
        { "/StructParent 3", "/StructParent 4" },
        { "/StructParent 3", "/StructParent 1" },
        { MARK, "" },
        { MARK, MARK " " MARK },
        { MARK, "<< /Type /MCR /Pg 6 0 R /Stm 17 0 R /MCID 0 >>" },
        { MARK, "<< /Type /MCR /Pg 5 0 R /Stm 17 0 R /MCID 1 >>" },
        { MARK, "<< /Type /MCR /Pg 5 0 R /Stm 24 0 R /MCID 0 >>" },
        { MARK, "<< /Type /MCR /Pg 5 0 R /Stm 20 0 R /MCID 0 >>" },
        { MARK, "<< /Type /MCR /Pg 5 0 R /MCID 0 /Stm 17 0 R >>" },
        { OBJECT, "" },
        { OBJECT, OBJECT " " OBJECT },
        { OBJECT, "<< /Type /OBJR /Pg 6 0 R /Obj 24 0 R >>" },
        { OBJECT, "<< /Type /OBJR /Pg 5 0 R /Obj 17 0 R >>" },
        { OBJECT, "<< /Type /OBJR /Pg 5 0 R /Obj 12 0 R >>" },
        { MARK " " OBJECT, OBJECT " " MARK }, /* forms are numbered as the tree names them */
        { "/Pg 5 0 R /Obj 21 0 R", "/Pg 6 0 R /Obj 21 0 R" },
        { "/StructParents 1", "/StructParents 2" },
        { "/StructParents 1", "/StructParents 1 /StructParent 2" },
        { "/StructParents 1", "/StructParent 1" },
        { " /StructParents 1", "" },
        { " /StructParent 2", "" },
        { "/StructParent 2", "/StructParent 1" },
        { "/StructParent 2", "/StructParent 4294967298" },
        { "/Document << /MCID 0", "/Document << /MCID 65536" },
        { "/Document << /MCID 0", "/Document << /MCID 00" },
        { "[9 0 R]\n", "[null 9 0 R]\n" },
    };
    broken(cases, G_N_ELEMENTS(cases));
}

static void
content(void)
{
    static const Break cases[] = {
        { "/G0 gs", "/G0  gs" },
        { "/G0 gs", " /G0 gs" },
        { "/G0 gs", "/G1 gs" },
        { "/G0 gs\n", "" },
        { "/C0 cs", "/C1 cs" },
        { "0.5 scn", "scn" },
        { "0.5 scn", "0.50 scn" },
        { "/P1 scn", "/P1 scn\nQ" },
        { "W\nn", "W" },
        { "W\nn", "W\nW\nn" },
        { "10 10 m", "10 10 m\nq" },
        { "20 20 l\nS", "20 20 l" },
        { "20 20 l\nS", "20 l\nS" },
        { "/S0 sh", "BT\n/S0 sh\nET" },
        { "BT\n/F0", "BT\nBT\n/F0" },
        { "<41> Tj", "(A) Tj" },
        { "<41> Tj", "<4> Tj" },
        { "[<41>-120<4243>1.5 -3] TJ", "[<41> -120<4243>1.5 -3] TJ" },
        { "[<41>-120<4243>1.5 -3] TJ", "[<41>-120<4243>1.5-3] TJ" },
        { "[<41>-120<4243>1.5 -3] TJ", "[] TJ" },
        { "ET\nEMC", "ET" },
        { "EMC\n", "EMC\nEMC\n" },
        { "[3 1.5] 0 d", "[0 0] 0 d" },
        { "[3 1.5] 0 d", "[-3 1.5] 0 d" },
        { "/X0 Do\n----\n<< /Type /Annot", "/X0 Do\nq\n----\n<< /Type /Annot" },
        { "/X0 Do\n----\n<< /Type /Annot", "----\n<< /Type /Annot" },
        { "/Document <<", "/Sneaky <<" },
        { "/ActualText <FEFF62C5>", "/ActualText <FEFFD800>" },
        { "/MCID 0 /ActualText <FEFF62C5>", "/ActualText <FEFF62C5> /MCID 0" },
        { "0 0 5 5 re\nf\n----\n<< /Type /Pattern", "0 g\n0 0 5 5 re\nf\n----\n<< /Type /Pattern" },
        { "10 0 d0\n", "" },
        { "10 0 d0\n", "q\nQ\n10 0 d0\n" },
        { "10 10 d1\n", "10 10 d1\n0 g\n" },
        { "q\nQ\n", "10 0 d0\nq\nQ\n" },
        { "/S0 sh", "1 w\n-1 w\n/S0 sh" },
        { "/S0 sh", "3 J\n/S0 sh" },
        { "/S0 sh", "/Nice ri\n/S0 sh" },
    };
    broken(cases, G_N_ELEMENTS(cases));
    static const Break unknown[] = { { "/G0 gs", "/G0 gs " },
                                     { "/G0 gs\n", "\n/G0 gs\n" },
                                     { "/G0 gs\n", "/G0 gs\r\n" },
                                     { "/G0 gs\n", "/G0 gs % x\n" } };
    for (size_t i = 0; i < G_N_ELEMENTS(unknown); i++)
        assert_refused(SK_TYPE_PDF, rebuilt(unknown[i].old, unknown[i].new), "pdf-operator");
    assert_refused(SK_TYPE_PDF, rebuilt("/S0 sh", "(x) '\n/S0 sh"), "pdf-operator");
    assert_refused(SK_TYPE_PDF, rebuilt("/S0 sh", "BI /W 1 ID x EI\n/S0 sh"), "pdf-operator");
    assert_refused(SK_TYPE_PDF, rebuilt("/S0 sh", "sc\n/S0 sh"), "pdf-operator");
    assert_refused(SK_TYPE_PDF, rebuilt("/Document <<", "/OC <<"), "pdf-hidden-layer");
    assert_clean(SK_TYPE_PDF, rebuilt("0.5 scn", "0.5 0.25 scn"));
}

static void
functions(void)
{
    static const Break cases[] = {
        { "/XStep 10 /YStep 10", "/XStep 0.01 /YStep 0.01" },
        { "/XStep 10 /YStep 10", "/XStep -0.01 /YStep 10000 /Matrix [0.01 0 0 1 0 0]" },
        { "/XStep 10 /YStep 10", "/XStep 10 /YStep 10 /Matrix [0.001 0 0 0.001 0 0]" },
        { "/XStep 10 /YStep 10", "/XStep 10 /YStep 10 /Matrix [1 1 1 1 0 0]" },
        { "/BBox [0 0 10 10] /XStep 10 /YStep 10", "/BBox [0 0 99999 99999] /XStep 1 /YStep 1" },
        { "/LW 2", "/LW 2 /D [[3] 0]" },
        { "/C1 [1 0.8 0]", "/C1 [1 0.8]" },
        { "/C0 [0 0 0]", "/C0 [0 0]" },
        { "/N 1 ", "/N -1 " },
        { "/Domain [0 1] /C0", "/Domain [1 0] /C0" },
        { "/Domain [0 1] /C0", "/Domain [0 1 0 1] /C0" },
        { "/FunctionType 2", "/FunctionType 1" },
        { "/Size [2]", "/Size [3]" },
        { "/Size [2]", "/Size [2 1]" },
        { "/Size [2]", "/Size [2147483647]" },
        { "/BitsPerSample 8", "/BitsPerSample 9" },
        { "/BitsPerSample 8", "/BitsPerSample 8 /Encode [0 1]" },
        { "/BitsPerSample 8", "/BitsPerSample 8 /Decode [0 1]" },
        { "AZ", "A" },
        { "{ dup 0.5", "{dup 0.5" },
        { "{ dup 0.5", "{ { dup } dup 0.5" },
        { "{ dup 0.5", "{ systemdict dup 0.5" },
        { "ifelse dup dup }", "ifelse dup }" },
        { "ifelse dup dup }", "ifelse dup dup dup }" },
        { "ifelse dup dup }", "ifelse pop dup dup }" },
        { "ifelse dup dup }", "ifelse 1 copy 1 index roll }" },
        { "ifelse dup dup }", "ifelse dup copy }" },
        { "ifelse dup dup }", "ifelse 2 copy }" },
        { "ifelse dup dup }", "ifelse dup dup 4 1 roll }" },
        { "ifelse dup dup }", "ifelse 1 index dup }" },
        { "ifelse dup dup }", "ifelse -1 copy dup dup }" },
        { "ifelse dup dup }", "ifelse dup dup 100 copy }" },
        { "{ dup pop } ifelse", "{ dup } ifelse" }, /* one way leaves more than the other */
        { "{ dup pop } ifelse", "{ pop pop 1 } ifelse" },
        { "ifelse dup dup }", "ifelse dup dup } }" },
        { "ifelse dup dup }", "ifelse dup dup" },
        { "ifelse dup dup }", "if dup dup }" },
        { "{ dup 0.5", "} dup 0.5" },
        { "/Range [0 1 0 1 0 1]", "/Range [0 1 0 1]" },
        { "/Coords [0 0 100 0]", "/Coords [0 0 100]" },
        { "/Extend [true false]", "/Extend [false false]" },
        { "/ShadingType 2", "/ShadingType 4" },
        { "/ShadingType 2 /ColorSpace /DeviceRGB", "/ShadingType 2 /ColorSpace /Pattern" },
        { "/ShadingType 2 /ColorSpace /DeviceRGB", "/ShadingType 2 /ColorSpace /DeviceGray" },
    };
    broken(cases, G_N_ELEMENTS(cases));
}

static void
colours_and_fonts(void)
{
    static const Break cases[] = {
        { "/Gold /DeviceRGB", "/Gold /DeviceGray" },
        { "[/Separation /Gold", "[/DeviceN [/Gold /Silver]" },
        { "1 <000000FFFFFF>", "1 <000000FFFF>" },
        { "1 <000000FFFFFF>", "256 <000000FFFFFF>" },
        { "/CS /DeviceGray", "/CS [/Indexed /DeviceGray 0 <00>]" },
        { "/CS /DeviceGray", "/CS /Pattern" },
        { "/XStep 10", "/XStep 0" },
        { "/BaseFont /Helvetica", "/BaseFont /Evilvetica" },
        { "/BaseFont /Helvetica", "/BaseFont /Helvetica /FirstChar 1 /LastChar 2" },
        { "/BaseFont /Helvetica", "/BaseFont /Helvetica /FirstChar 1 /LastChar 2 /Widths [1]" },
        { "/LastChar 66 /Widths [10 10]", "/LastChar 67 /Widths [10 10]" },
        { "[65 /g0 /g1 90 /g0]", "[65 /g1 /g0 90 /g0]" },
        { "[65 /g0 /g1 90 /g0]", "[65 /g0 90 /g0]" },
        { "[65 /g0 /g1 90 /g0]", "[65 /g0 66 /g1 90 /g0]" },
        { "[65 /g0 /g1 90 /g0]", "[65 /g0 /g1 66 /g0]" },
        { "[65 /g0 /g1 90 /g0]", "[65 /g0 /g1 255 /g0 /g0]" },
        { "/Encoding << /Differences", "/Encoding << /BaseEncoding /WinAnsiEncoding /Differences" },
        { "/g0 27 0 R /g1 28 0 R", "/g0 27 0 R /g1 27 0 R" },
    };
    broken(cases, G_N_ELEMENTS(cases));
}

/* A text field, a button of its own, and two buttons of one group. */
static const char form_parts[] =
    "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [3 0 R 4 0 R 5 0 R] /DR << /Font << /F0 6 0 R >> >> /DA <2F463020313020546620302067> >> >>\n----\n"
    "<< /Type /Pages /Count 1 /Kids [7 0 R] >>\n----\n"
    "<< /Type /Annot /Subtype /Widget /Rect [0 0 10 10] /F 4 /P 7 0 R /FT /Tx /T <41> /V <42> /AP << /N 8 0 R >> >>\n----\n"
    "<< /Type /Annot /Subtype /Widget /Rect [0 0 10 10] /F 4 /P 7 0 R /FT /Btn /T <42> /V /S0 /AS /S0 /AP << /N << /Off 9 0 R /S0 8 0 R >> >> >>\n----\n"
    "<< /FT /Btn /T <43> /Ff 32768 /V /Off /Kids [10 0 R 11 0 R] >>\n----\n"
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>\n----\n"
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Resources << >> /Contents 12 0 R /Annots [3 0 R 4 0 R 10 0 R 11 0 R] >>\n----\n"
    "<< /Type /XObject /Subtype /Form /BBox [0 0 10 10] /Resources << >> >>\n~~~~\n----\n"
    "<< /Type /XObject /Subtype /Form /BBox [0 0 10 10] /Resources << >> >>\n~~~~\n----\n"
    "<< /Type /Annot /Subtype /Widget /Rect [0 0 10 10] /F 4 /P 7 0 R /Parent 5 0 R /AS /Off /AP << /N << /Off 9 0 R /S0 8 0 R >> >> >>\n----\n"
    "<< /Type /Annot /Subtype /Widget /Rect [0 0 10 10] /F 4 /P 7 0 R /Parent 5 0 R /AS /Off /AP << /N << /S1 8 0 R >> >> >>\n----\n"
    "~~~~\n";

static const char *
form_word(const char *old, const char *new)
{
    SkJob job = sk_job_default();
    const char *at = old == NULL ? NULL : strstr(form_parts, old);
    g_autofree char *head = at == NULL ? NULL : g_strndup(form_parts, (gsize)(at - form_parts));
    g_autofree char *parts = at == NULL ? g_strdup(form_parts) : g_strconcat(head, new, at + strlen(old), NULL);
    g_autoptr(GByteArray) file = pdf_assemble(parts);

    g_assert_true(old == NULL || at != NULL);
    job.verdicts[SK_ELEMENT_PDF_FORM] = SK_VERDICT_KEPT;
    return verify_word(SK_TYPE_PDF, bytes_span(file), &job);
}

static void
fields(void)
{
    static const Break cases[] = {
        { "[3 0 R 4 0 R 5 0 R]", "[3 0 R 4 0 R]" },
        { "[3 0 R 4 0 R 5 0 R]", "[3 0 R 4 0 R 5 0 R 3 0 R]" },
        { "/Annots [3 0 R 4 0 R 10 0 R 11 0 R]", "/Annots [4 0 R 3 0 R 10 0 R 11 0 R]" },
        { "/Annots [3 0 R 4 0 R 10 0 R 11 0 R]", "/Annots [3 0 R 4 0 R 10 0 R]" },
        { "/Annots [3 0 R 4 0 R 10 0 R 11 0 R]", "/Annots [3 0 R 3 0 R 4 0 R 10 0 R 11 0 R]" },
        { "/T <42>", "/T <41>" },
        { "/V <42>", "/V /S0" },
        { "/V /S0", "/V <42>" },
        { "/V <42>", "/V <42> /AS /Off" },
        { "/FT /Tx /T <41> /V <42>", "/FT /Ch /T <41> /MaxLen 3 /V <42>" },
        { "/FT /Tx /T <41> /V <42>", "/FT /Tx /T <41> /Opt [<41>] /V <42>" },
        { "/FT /Tx /T <41> /V <42>", "/FT /Sig /T <41> /V <42>" },
        { "/F 4 /P 7 0 R /FT /Tx", "/F 2 /P 7 0 R /FT /Tx" },
        { "/AP << /N 8 0 R >> >>\n", "/AP << /N << /S0 8 0 R >> >> >>\n" },
        { "/AP << /N 8 0 R >> >>\n", "/AP << /N 8 0 R /D 8 0 R >> >>\n" },
        { "/Parent 5 0 R /AS /Off /AP << /N << /S1", "/Parent 5 0 R /AS /On /AP << /N << /S1" },
        { "[10 0 R 11 0 R] >>", "[10 0 R] >>" },
        { "/DR << /Font << /F0 6 0 R >> >> /DA", "/DA" },
        { "/DA <2F463020", "/DA <2F463120" },
        { "/DA <2F463020313020546620302067>", "/DA <2F4630203130205466203020672F4A53>" },
    };
    g_assert_cmpstr(form_word(NULL, NULL), ==, "clean");
    assert_refused(SK_TYPE_PDF, pdf_assemble(form_parts), "pdf-form");
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s -> %s", cases[i].old, cases[i].new);
        g_assert_cmpstr(form_word(cases[i].old, cases[i].new), !=, "clean");
    }
}

/* A form that draws itself, directly, over another, or over a glyph; and what a page may draw. */
static void
chains(void)
{
    static const Break cases[] = {
        { "/BBox [0 0 10 10] /Resources << >> /StructParents 1 >>\n~~~~\nq\nQ", "/BBox [0 0 10 10] /Resources << /XObject << /X0 17 0 R >> >> /StructParents 1 >>\n~~~~\n/X0 Do" },
        { "/BBox [0 0 10 10] /Resources << >> /StructParents 1 >>\n~~~~\nq\nQ",
          "/BBox [0 0 10 10] /Resources << /Font << /F0 19 0 R >> >> /StructParents 1 >>\n~~~~\n/F0 1 Tf" },
        { "/BBox [0 0 10 10] /Resources << >> /StructParents 1 >>\n~~~~\nq\nQ",
          "/BBox [0 0 10 10] /Resources << /ExtGState << /G0 12 0 R >> /XObject << /X0 24 0 R >> >> /StructParents 1 >>\n~~~~\n/G0 gs\n/X0 Do\n/X0 Do\n/Y0 Do" },
    };
    broken(cases, 2);
    assert_refused(SK_TYPE_PDF, rebuilt(cases[2].old, cases[2].new), "not-canonical");
}

/* Forms that draw the form below them ten times, seven deep: ten million pictures from a few lines. */
static void
too_much(void)
{
    g_autoptr(GString) parts = g_string_new("<< /Type /Catalog /Pages 2 0 R >>\n----\n<< /Type /Pages /Count 1 /Kids [3 0 R] >>\n----\n"
                                            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 10 10] /Resources << /XObject << /X0 4 0 R >> >> "
                                            "/Contents 5 0 R >>\n----\n");
    unsigned numbers[] = { 4, 6, 7, 8, 9, 10, 11 };

    for (unsigned i = 0; i < 7; i++) {
        bool last = i == 6;
        if (i == 1)
            g_string_append(parts, "~~~~\n/X0 Do\n----\n");
        g_string_append(parts, "<< /Type /XObject /Subtype /Form /BBox [0 0 10 10] /Resources << ");
        if (!last)
            g_string_append_printf(parts, "/XObject << /X0 %u 0 R >> ", numbers[i + 1]);
        g_string_append(parts, ">> >>\n~~~~\n");
        for (unsigned n = 0; n < 10 && !last; n++)
            g_string_append(parts, "/X0 Do\n");
        if (!last)
            g_string_append(parts, "----\n");
    }
    g_autoptr(GByteArray) file = pdf_assemble(parts->str);
    g_assert_cmpstr(verify_word(SK_TYPE_PDF, bytes_span(file), NULL), ==, "not-canonical");
    g_autofree char *place = verify_place(SK_TYPE_PDF, bytes_span(file));
    g_assert_nonnull(strstr(place, "draws too much"));
}

/* A page of 100 × 100 whose content is @times @line between @head and @tail; objects from 5 on are @more. */
static void
costs(const char *resources, const char *head, const char *line, unsigned times, const char *tail, const char *more, bool good)
{
    g_autoptr(GString) parts = g_string_new("<< /Type /Catalog /Pages 2 0 R >>\n----\n<< /Type /Pages /Count 1 /Kids [3 0 R] >>\n----\n");

    g_string_append_printf(parts, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Resources << %s>> /Contents %s 0 R >>\n----\n", resources,
                           *more == '\0' ? "4" : "5");
    g_string_append(parts, more); /* object 4: it is mentioned first */
    g_string_append(parts, "~~~~\n");
    g_string_append(parts, head);
    for (unsigned i = 0; i < times; i++)
        g_string_append(parts, line);
    g_string_append(parts, tail);
    g_autoptr(GByteArray) file = pdf_assemble(parts->str);
    g_test_message("%s%u times %s", head, times, line);
    g_assert_cmpstr(verify_word(SK_TYPE_PDF, bytes_span(file), NULL), ==, good ? "clean" : "not-canonical");
}

#define TILE(step) "<< /Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep " step " /YStep " step " /Resources << >> >>\n~~~~\n0 0 1 1 re\nf\n----\n"
#define GROUP "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << >> /Group << /S /Transparency >> >>\n~~~~\n0 0 9 9 re\nf\n----\n"

static void
what_it_costs(void)
{
    static const char dashed[] = "0 0 m\n100 0 l\nS\n";

    costs("", "[0.1 0.1] 0 d\n", dashed, 1, "", "", true);
    costs("", "[0.0000001] 0 d\n", dashed, 1, "", "", false);
    costs("", "[0.0001] 0 d\n", dashed, 1, "", "", true); /* a million: as many as there may be */
    costs("", "[0.0001] 0 d\n", dashed, 2, "", "", false);
    costs("", "[0.0001] 0 d\nq\n[] 0 d\n", dashed, 9, "Q\n", "", true);
    costs("", "q\n[] 0 d\nQ\n[0.0001] 0 d\nq\n[] 0 d\nQ\n", dashed, 2, "", "", false);
    costs("", "[0.0001] 0 d\n", "0 0 m\n100 0 l\nn\n", 9, "", "", true);
    costs("", "[0.0001] 0 d\n", "0 0 30 30 re\ns\n", 1, "", "", false);
    costs("", "[0.0001] 0 d\n", "0 0 m\n0 60 60 60 60 0 c\nB\n", 1, "", "", false);
    costs("", "[0.0001] 0 d\n", "0 0 m\n60 0 l\nb\n", 1, "", "", false);
    costs("/Pattern << /P0 4 0 R >> ", "/Pattern cs\n/P0 scn\n0 0 9 9 re\nf\n", "", 0, "", TILE("1"), true);
    costs("/Pattern << /P0 4 0 R >> ", "/Pattern cs\n/P0 scn\n0 0 9 9 re\nf\n", "", 0, "", TILE("0.1"), false);
    costs("/Pattern << /P0 4 0 R >> ", "/Pattern cs\n", "/P0 scn\n0 0 9 9 re\nf\n", 90, "", TILE("1"), true);
    costs("/Pattern << /P0 4 0 R >> ", "/Pattern cs\n", "/P0 scn\n0 0 9 9 re\nf\n", 100, "", TILE("1"), false);
    costs("/XObject << /X0 4 0 R >> ", "", "/X0 Do\n", 2400, "", GROUP, true);
    costs("/XObject << /X0 4 0 R >> ", "", "/X0 Do\n", 2500, "", GROUP, false);
}

/* What the rules must allow. */
static void
verdicts(void)
{
    static const char old[] = "/StructParent 3 /Dest [6 0 R /FitH 700]";
    static const char new[] = "/StructParent 3 /A << /S /URI /URI <68747470733A2F2F6578616D706C652E6A702F> >>";
    g_autoptr(GByteArray) file = rebuilt(old, new);
    SkJob job = sk_job_default();

    job.verdicts[SK_ELEMENT_PDF_LINK] = SK_VERDICT_REMOVED;
    g_assert_cmpstr(verify_word(SK_TYPE_PDF, bytes_span(file), &job), ==, "pdf-link");
    job.verdicts[SK_ELEMENT_PDF_LINK] = SK_VERDICT_KEPT;
    g_assert_cmpstr(verify_word(SK_TYPE_PDF, bytes_span(file), &job), ==, "clean");
    g_autoptr(GByteArray) evil = rebuilt(old, "/StructParent 3 /A << /S /URI /URI <6A6176617363726970743A> >>");
    g_assert_cmpstr(verify_word(SK_TYPE_PDF, bytes_span(evil), &job), ==, "not-canonical");
    assert_refused(SK_TYPE_PDF, rebuilt(old, "/StructParent 3 /A << /S /JavaScript /JS <61> >>"), "pdf-javascript");
    assert_refused(SK_TYPE_PDF, rebuilt("/Border [0 0 0]", "/Border [0 0 0] /AA << >>"), "pdf-action");
}

/* Streams are packed in one way and counted. */
static void
streams(void)
{
    g_autoptr(GByteArray) file = rebuilt(NULL, NULL);
    SkJob job = sk_job_default();

    size_t at = sk_span_find(bytes_span(file), 0, sk_span("\x78\x01", 2));
    file->data[at + 1] = 0x9c;
    g_assert_cmpstr(verify_word(SK_TYPE_PDF, bytes_span(file), NULL), ==, "not-canonical");
    file->data[at + 1] = 0x01;
    g_assert_cmpstr(verify_word(SK_TYPE_PDF, bytes_span(file), NULL), ==, "clean");
    job.limits.expanded = 100;
    g_assert_cmpstr(verify_word(SK_TYPE_PDF, bytes_span(file), &job), ==, "zip-bomb");
    job = sk_job_default();
    job.level = SK_LEVEL_IMAGE;
    g_assert_cmpstr(verify_word(SK_TYPE_PDF, bytes_span(file), &job), !=, "clean");
}

/* A small file, since each of its bytes is a run of its own. */
static void
damage(void)
{
    static const char parts[] = "<< /Type /Catalog /Pages 2 0 R >>\n----\n<< /Type /Pages /Count 1 /Kids [3 0 R] >>\n----\n"
                                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 10 10] /Resources << /Font << /F0 4 0 R >> >> "
                                "/Contents 5 0 R >>\n----\n<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>\n----\n"
                                "~~~~\nBT\n/F0 12 Tf\n<41> Tj\nET\n";
    g_autoptr(GByteArray) file = pdf_assemble(parts);

    assert_every_cut_refused(SK_TYPE_PDF, bytes_span(file));
    assert_flips_harmless(SK_TYPE_PDF, bytes_span(file));
    assert_only_clean(SK_TYPE_PDF, file);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pdf-rebuilt/conforms", conforms);
    g_test_add_func("/pdf-rebuilt/spelling", spelling);
    g_test_add_func("/pdf-rebuilt/shapes", shapes);
    g_test_add_func("/pdf-rebuilt/pages", pages);
    g_test_add_func("/pdf-rebuilt/outlines", outlines);
    g_test_add_func("/pdf-rebuilt/structure", structure);
    g_test_add_func("/pdf-rebuilt/content", content);
    g_test_add_func("/pdf-rebuilt/functions", functions);
    g_test_add_func("/pdf-rebuilt/colours-and-fonts", colours_and_fonts);
    g_test_add_func("/pdf-rebuilt/fields", fields);
    g_test_add_func("/pdf-rebuilt/chains", chains);
    g_test_add_func("/pdf-rebuilt/too-much", too_much);
    g_test_add_func("/pdf-rebuilt/what-it-costs", what_it_costs);
    g_test_add_func("/pdf-rebuilt/verdicts", verdicts);
    g_test_add_func("/pdf-rebuilt/streams", streams);
    g_test_add_func("/pdf-rebuilt/damage", damage);
    return g_test_run();
}
