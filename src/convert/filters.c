/* SPDX-License-Identifier: Apache-2.0
 * filters.c - contract in filters.h. */
#include "convert/filters.h"

typedef enum { WRITER, CALC, IMPRESS, DRAW, APPS } App;

static const struct {
    const char *module;
    const char *pdf;
    SkType type; /* what an old document of it becomes */
    const char *export;
} apps[APPS] = {
    [WRITER] = { "libswlo.so", "writer_pdf_Export", SK_TYPE_DOCX, "MS Word 2007 XML" },
    [CALC] = { "libsclo.so", "calc_pdf_Export", SK_TYPE_XLSX, "Calc MS Excel 2007 XML" },
    [IMPRESS] = { "libsdlo.so", "impress_pdf_Export", SK_TYPE_PPTX,
                  "Impress MS PowerPoint 2007 XML" },
    [DRAW] = { "libsdlo.so", "draw_pdf_Export", SK_TYPE_NONE, NULL }, /* to be drawn, and nothing else */
};

static const struct {
    SkType type;
    App app;
    const char *import;
} imports[] = {
    { SK_TYPE_DOC, WRITER, "MS Word 97" },
    { SK_TYPE_DOC95, WRITER, "MS WinWord 6.0" }, /* reads Word 6 and 95 */
    { SK_TYPE_RTF, WRITER, "Rich Text Format" },
    { SK_TYPE_HWP, WRITER, "writer_MIZI_Hwp_97" },
    { SK_TYPE_DOCX, WRITER, "MS Word 2007 XML" },
    { SK_TYPE_ODT, WRITER, "writer8" },
    { SK_TYPE_XLS, CALC, "MS Excel 97" },
    { SK_TYPE_XLS95, CALC, "MS Excel 95" },
    { SK_TYPE_XLSB, CALC, "Calc MS Excel 2007 Binary" },
    { SK_TYPE_XLSX, CALC, "Calc MS Excel 2007 XML" },
    { SK_TYPE_ODS, CALC, "calc8" },
    { SK_TYPE_PPT, IMPRESS, "MS PowerPoint 97" },
    { SK_TYPE_PPTX, IMPRESS, "Impress MS PowerPoint 2007 XML" },
    { SK_TYPE_ODP, IMPRESS, "impress8" },
    { SK_TYPE_SVG, DRAW, "SVG - Scalable Vector Graphics" },
};

bool
sk_convert_way(SkType from, SkType to, SkSpan head, SkConvertWay *ret)
{
    for (size_t i = 0; i < G_N_ELEMENTS(imports); i++) {
        if (imports[i].type != from)
            continue;
        App app = imports[i].app;
        if (to == from || to == SK_TYPE_NONE || (to != SK_TYPE_PDF && to != apps[app].type))
            return false;
        bool flat = from == SK_TYPE_XLS95 && !sk_span_starts(head, "\xd0\xcf\x11\xe0");
        *ret = (SkConvertWay){ .import = flat ? "MS Excel 4.0" : imports[i].import,
                               .export = to == SK_TYPE_PDF ? apps[app].pdf : apps[app].export,
                               .module = apps[app].module };
        return true;
    }
    return false;
}
