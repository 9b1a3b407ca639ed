/* SPDX-License-Identifier: Apache-2.0
 * formats.c - the table of what this version can do. What has no row is refused `unsupported`. */
#include "disarm/formats.h"

#include "disarm/office-text.h"
#include "disarm/odf.h"
#include "disarm/ole2-look.h"
#include "disarm/ooxml.h"

const SkDisarmRow sk_disarm_rows[] = {
    { SK_TYPE_TEXT, SK_LEVEL_REBUILT, SK_TYPE_TEXT, sk_text_disarm },
    { SK_TYPE_TEXT, SK_LEVEL_TEXT, SK_TYPE_TEXT, sk_text_disarm },
    { SK_TYPE_CSV, SK_LEVEL_REBUILT, SK_TYPE_CSV, sk_csv_disarm },
    { SK_TYPE_CSV, SK_LEVEL_TEXT, SK_TYPE_CSV, sk_csv_disarm },
    { SK_TYPE_TSV, SK_LEVEL_REBUILT, SK_TYPE_TSV, sk_tsv_disarm },
    { SK_TYPE_TSV, SK_LEVEL_TEXT, SK_TYPE_TSV, sk_tsv_disarm },
    { SK_TYPE_JSON, SK_LEVEL_REBUILT, SK_TYPE_JSON, sk_json_disarm },
    { SK_TYPE_JSON, SK_LEVEL_TEXT, SK_TYPE_JSON, sk_json_disarm },
    { SK_TYPE_XML, SK_LEVEL_REBUILT, SK_TYPE_XML, sk_xml_disarm },
    { SK_TYPE_XML, SK_LEVEL_TEXT, SK_TYPE_XML, sk_xml_disarm },
    { SK_TYPE_PNG, SK_LEVEL_REBUILT, SK_TYPE_PNG, sk_png_disarm },
    { SK_TYPE_PNG, SK_LEVEL_IMAGE, SK_TYPE_PNG, sk_png_disarm },
    { SK_TYPE_JPEG, SK_LEVEL_REBUILT, SK_TYPE_JPEG, sk_jpeg_disarm },
    { SK_TYPE_JPEG, SK_LEVEL_IMAGE, SK_TYPE_JPEG, sk_jpeg_disarm },
    { SK_TYPE_GIF, SK_LEVEL_REBUILT, SK_TYPE_GIF, sk_gif_disarm },
    { SK_TYPE_GIF, SK_LEVEL_IMAGE, SK_TYPE_PNG, sk_gif_draw },
    { SK_TYPE_TIFF, SK_LEVEL_REBUILT, SK_TYPE_TIFF, sk_tiff_disarm },
    { SK_TYPE_TIFF, SK_LEVEL_IMAGE, SK_TYPE_TIFF, sk_tiff_disarm },
    { SK_TYPE_WEBP, SK_LEVEL_REBUILT, SK_TYPE_WEBP, sk_webp_disarm },
    { SK_TYPE_WEBP, SK_LEVEL_IMAGE, SK_TYPE_PNG, sk_webp_draw },
    { SK_TYPE_SVG, SK_LEVEL_REBUILT, SK_TYPE_SVG, sk_svg_disarm },
    { SK_TYPE_BMP, SK_LEVEL_REBUILT, SK_TYPE_PNG, sk_bmp_draw },
    { SK_TYPE_BMP, SK_LEVEL_IMAGE, SK_TYPE_PNG, sk_bmp_draw },
    { SK_TYPE_ICO, SK_LEVEL_REBUILT, SK_TYPE_PNG, sk_ico_draw },
    { SK_TYPE_ICO, SK_LEVEL_IMAGE, SK_TYPE_PNG, sk_ico_draw },
    { SK_TYPE_EMF, SK_LEVEL_REBUILT, SK_TYPE_PNG, sk_emf_draw },
    { SK_TYPE_EMF, SK_LEVEL_IMAGE, SK_TYPE_PNG, sk_emf_draw },
    { SK_TYPE_WMF, SK_LEVEL_REBUILT, SK_TYPE_PNG, sk_wmf_draw },
    { SK_TYPE_WMF, SK_LEVEL_IMAGE, SK_TYPE_PNG, sk_wmf_draw },
    { SK_TYPE_DOCX, SK_LEVEL_REBUILT, SK_TYPE_DOCX, sk_docx_disarm },
    { SK_TYPE_DOCM, SK_LEVEL_REBUILT, SK_TYPE_DOCX, sk_docx_disarm },
    { SK_TYPE_DOTX, SK_LEVEL_REBUILT, SK_TYPE_DOCX, sk_docx_disarm },
    { SK_TYPE_DOTM, SK_LEVEL_REBUILT, SK_TYPE_DOCX, sk_docx_disarm },
    { SK_TYPE_DOCX, SK_LEVEL_TEXT, SK_TYPE_TEXT, sk_office_text },
    { SK_TYPE_DOCM, SK_LEVEL_TEXT, SK_TYPE_TEXT, sk_office_text },
    { SK_TYPE_DOTX, SK_LEVEL_TEXT, SK_TYPE_TEXT, sk_office_text },
    { SK_TYPE_DOTM, SK_LEVEL_TEXT, SK_TYPE_TEXT, sk_office_text },
    { SK_TYPE_XLSX, SK_LEVEL_TEXT, SK_TYPE_TEXT, sk_office_text },
    { SK_TYPE_XLSM, SK_LEVEL_TEXT, SK_TYPE_TEXT, sk_office_text },
    { SK_TYPE_XLTX, SK_LEVEL_TEXT, SK_TYPE_TEXT, sk_office_text },
    { SK_TYPE_XLTM, SK_LEVEL_TEXT, SK_TYPE_TEXT, sk_office_text },
    { SK_TYPE_PPTX, SK_LEVEL_TEXT, SK_TYPE_TEXT, sk_office_text },
    { SK_TYPE_PPTM, SK_LEVEL_TEXT, SK_TYPE_TEXT, sk_office_text },
    { SK_TYPE_POTX, SK_LEVEL_TEXT, SK_TYPE_TEXT, sk_office_text },
    { SK_TYPE_POTM, SK_LEVEL_TEXT, SK_TYPE_TEXT, sk_office_text },
    { SK_TYPE_PPSX, SK_LEVEL_TEXT, SK_TYPE_TEXT, sk_office_text },
    { SK_TYPE_PPSM, SK_LEVEL_TEXT, SK_TYPE_TEXT, sk_office_text },
    { SK_TYPE_ODT, SK_LEVEL_TEXT, SK_TYPE_TEXT, sk_office_text },
    { SK_TYPE_ODS, SK_LEVEL_TEXT, SK_TYPE_TEXT, sk_office_text },
    { SK_TYPE_ODP, SK_LEVEL_TEXT, SK_TYPE_TEXT, sk_office_text },
    { SK_TYPE_XLSX, SK_LEVEL_REBUILT, SK_TYPE_XLSX, sk_xlsx_disarm },
    { SK_TYPE_XLSM, SK_LEVEL_REBUILT, SK_TYPE_XLSX, sk_xlsx_disarm },
    { SK_TYPE_XLTX, SK_LEVEL_REBUILT, SK_TYPE_XLSX, sk_xlsx_disarm },
    { SK_TYPE_XLTM, SK_LEVEL_REBUILT, SK_TYPE_XLSX, sk_xlsx_disarm },
    { SK_TYPE_PPTX, SK_LEVEL_REBUILT, SK_TYPE_PPTX, sk_pptx_disarm },
    { SK_TYPE_PPTM, SK_LEVEL_REBUILT, SK_TYPE_PPTX, sk_pptx_disarm },
    { SK_TYPE_POTX, SK_LEVEL_REBUILT, SK_TYPE_PPTX, sk_pptx_disarm },
    { SK_TYPE_POTM, SK_LEVEL_REBUILT, SK_TYPE_PPTX, sk_pptx_disarm },
    { SK_TYPE_PPSX, SK_LEVEL_REBUILT, SK_TYPE_PPTX, sk_pptx_disarm },
    { SK_TYPE_PPSM, SK_LEVEL_REBUILT, SK_TYPE_PPTX, sk_pptx_disarm },
    { SK_TYPE_ODT, SK_LEVEL_REBUILT, SK_TYPE_ODT, sk_odf_disarm },
    { SK_TYPE_ODS, SK_LEVEL_REBUILT, SK_TYPE_ODS, sk_odf_disarm },
    { SK_TYPE_ODP, SK_LEVEL_REBUILT, SK_TYPE_ODP, sk_odf_disarm },
    { SK_TYPE_EML, SK_LEVEL_REBUILT, SK_TYPE_TEXT, sk_eml_disarm },
    { SK_TYPE_EML, SK_LEVEL_TEXT, SK_TYPE_TEXT, sk_eml_disarm },
    { SK_TYPE_MBOX, SK_LEVEL_REBUILT, SK_TYPE_TEXT, sk_mbox_disarm },
    { SK_TYPE_MBOX, SK_LEVEL_TEXT, SK_TYPE_TEXT, sk_mbox_disarm },
    { SK_TYPE_PDF, SK_LEVEL_REBUILT, SK_TYPE_PDF, sk_pdf_disarm },
    { SK_TYPE_PAGES, SK_LEVEL_REBUILT, SK_TYPE_PDF, sk_pages_disarm_rebuilt },
    { SK_TYPE_PDF, SK_LEVEL_IMAGE, SK_TYPE_NONE, NULL }, /* to be drawn: src/draw/ */
    { SK_TYPE_PDF, SK_LEVEL_TEXT, SK_TYPE_NONE, NULL },  /* its text is asked of the same program */
    { SK_TYPE_PAGES, SK_LEVEL_IMAGE, SK_TYPE_PDF, sk_pages_disarm },
    { SK_TYPE_ZIP, SK_LEVEL_REBUILT, SK_TYPE_ZIP, sk_archive_zip },
    { SK_TYPE_ZIP, SK_LEVEL_TEXT, SK_TYPE_ZIP, sk_archive_zip },
    { SK_TYPE_ZIP, SK_LEVEL_IMAGE, SK_TYPE_ZIP, sk_archive_zip },
    { SK_TYPE_CHILDREN, SK_LEVEL_REBUILT, SK_TYPE_ZIP, sk_archive_assemble },
    { SK_TYPE_CHILDREN, SK_LEVEL_TEXT, SK_TYPE_ZIP, sk_archive_assemble },
    { SK_TYPE_CHILDREN, SK_LEVEL_IMAGE, SK_TYPE_ZIP, sk_archive_assemble },
};

const unsigned sk_disarm_rows_count = G_N_ELEMENTS(sk_disarm_rows);

const SkDisarmConversion sk_disarm_conversions[] = {
    { SK_TYPE_DOC, SK_TYPE_DOCX, sk_doc_look },
    { SK_TYPE_DOC95, SK_TYPE_DOCX, sk_doc_look },
    { SK_TYPE_RTF, SK_TYPE_DOCX, sk_rtf_look },
    { SK_TYPE_HWP, SK_TYPE_DOCX, sk_hwp_look },
    { SK_TYPE_XLS, SK_TYPE_XLSX, sk_xls_look },
    { SK_TYPE_XLS95, SK_TYPE_XLSX, sk_xls_look },
    { SK_TYPE_XLSB, SK_TYPE_XLSX, NULL },
    { SK_TYPE_PPT, SK_TYPE_PPTX, sk_ppt_look },
};

const unsigned sk_disarm_conversions_count = G_N_ELEMENTS(sk_disarm_conversions);
