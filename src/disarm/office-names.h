/* SPDX-License-Identifier: Apache-2.0
 *
 * office-names.h - the elements and attributes that mean something to the text of an office
 * document, as symbols for the XML reader. Every other name is symbol 0: what is inside it is read
 * all the same. Runs in: disarm worker. Trusts: nothing. Tests: tests/golden/office-text
 */
#pragma once

#include "format/xml.h"

/* Symbol, name as rebuilt documents write it. In order of the families, then of use. */
#define SK_OFFICE_NAMES(X)                                                                         \
    X(RELATIONSHIP, "rel:Relationship")                                                            \
    X(ID_UPPER, "Id")                                                                              \
    X(TYPE_UPPER, "Type")                                                                          \
    X(TARGET, "Target")                                                                            \
    X(TARGET_MODE, "TargetMode")                                                                   \
    X(R_ID, "r:id")                                                                                \
    X(R_EMBED, "r:embed")                                                                          \
    X(R_DM, "r:dm")                                                                                \
    X(W_P, "w:p")                                                                                  \
    X(W_R, "w:r")                                                                                  \
    X(W_RPR, "w:rPr")                                                                              \
    X(W_PPR, "w:pPr")                                                                              \
    X(W_T, "w:t")                                                                                  \
    X(W_DEL_TEXT, "w:delText")                                                                     \
    X(W_TAB, "w:tab")                                                                              \
    X(W_PTAB, "w:ptab")                                                                            \
    X(W_BR, "w:br")                                                                                \
    X(W_CR, "w:cr")                                                                                \
    X(W_NO_BREAK_HYPHEN, "w:noBreakHyphen")                                                        \
    X(W_SYM, "w:sym")                                                                              \
    X(W_VANISH, "w:vanish")                                                                        \
    X(W_DEL, "w:del")                                                                              \
    X(W_MOVE_FROM, "w:moveFrom")                                                                   \
    X(W_RUBY_BASE, "w:rubyBase")                                                                   \
    X(W_RT, "w:rt")                                                                                \
    X(W_RUBY, "w:ruby")                                                                            \
    X(W_TBL, "w:tbl")                                                                              \
    X(W_TR, "w:tr")                                                                                \
    X(W_TC, "w:tc")                                                                                \
    X(W_GRID_SPAN, "w:gridSpan")                                                                   \
    X(W_TXBX_CONTENT, "w:txbxContent")                                                             \
    X(W_FOOTNOTE_REFERENCE, "w:footnoteReference")                                                 \
    X(W_ENDNOTE_REFERENCE, "w:endnoteReference")                                                   \
    X(W_COMMENT_REFERENCE, "w:commentReference")                                                   \
    X(W_FOOTNOTE, "w:footnote")                                                                    \
    X(W_ENDNOTE, "w:endnote")                                                                      \
    X(W_COMMENT, "w:comment")                                                                      \
    X(W_P_STYLE, "w:pStyle")                                                                       \
    X(W_OUTLINE_LVL, "w:outlineLvl")                                                               \
    X(W_NUM_PR, "w:numPr")                                                                         \
    X(W_ILVL, "w:ilvl")                                                                            \
    X(W_NUM_ID, "w:numId")                                                                         \
    X(W_STYLE, "w:style")                                                                          \
    X(W_STYLE_ID, "w:styleId")                                                                     \
    X(W_NAME, "w:name")                                                                            \
    X(W_BASED_ON, "w:basedOn")                                                                     \
    X(W_DEFAULT, "w:default")                                                                      \
    X(W_ABSTRACT_NUM, "w:abstractNum")                                                             \
    X(W_ABSTRACT_NUM_ID, "w:abstractNumId")                                                        \
    X(W_NUM, "w:num")                                                                              \
    X(W_LVL, "w:lvl")                                                                              \
    X(W_LVL_OVERRIDE, "w:lvlOverride")                                                             \
    X(W_START, "w:start")                                                                          \
    X(W_START_OVERRIDE, "w:startOverride")                                                         \
    X(W_NUM_FMT, "w:numFmt")                                                                       \
    X(W_LVL_TEXT, "w:lvlText")                                                                     \
    X(W_SUFF, "w:suff")                                                                            \
    X(W_VAL, "w:val")                                                                              \
    X(W_ID, "w:id")                                                                                \
    X(W_TYPE, "w:type")                                                                            \
    X(W_AUTHOR, "w:author")                                                                        \
    X(W_CHAR, "w:char")                                                                            \
    X(W_FONT, "w:font")                                                                            \
    X(W_PICT, "w:pict")                                                                            \
    X(WP_DOC_PR, "wp:docPr")                                                                       \
    X(W_DRAWING, "w:drawing")                                                                      \
    X(PIC_PIC, "pic:pic")                                                                          \
    X(V_IMAGEDATA, "v:imagedata")                                                                  \
    X(V_TEXTPATH, "v:textpath")                                                                    \
    X(STRING, "string")                                                                            \
    X(DESCR, "descr")                                                                              \
    X(M_T, "m:t")                                                                                  \
    X(M_O_MATH_PARA, "m:oMathPara")                                                                \
    X(M_NUM, "m:num")                                                                              \
    X(M_DEN, "m:den")                                                                              \
    X(M_SUP, "m:sup")                                                                              \
    X(M_SUB, "m:sub")                                                                              \
    X(M_DEG, "m:deg")                                                                              \
    X(M_RAD, "m:rad")                                                                              \
    X(M_CHR, "m:chr")                                                                              \
    X(M_NARY, "m:nary")                                                                            \
    X(M_NARY_PR, "m:naryPr")                                                                       \
    X(M_D, "m:d")                                                                                  \
    X(M_BEG_CHR, "m:begChr")                                                                       \
    X(M_END_CHR, "m:endChr")                                                                       \
    X(M_D_PR, "m:dPr")                                                                             \
    X(M_MR, "m:mr")                                                                                \
    X(M_E, "m:e")                                                                                  \
    X(M_VAL, "m:val")                                                                              \
    X(C_CHART, "c:chart")                                                                          \
    X(C_TITLE, "c:title")                                                                          \
    X(C_SER, "c:ser")                                                                              \
    X(C_TX, "c:tx")                                                                                \
    X(C_CAT, "c:cat")                                                                              \
    X(C_X_VAL, "c:xVal")                                                                           \
    X(C_VAL, "c:val")                                                                              \
    X(C_Y_VAL, "c:yVal")                                                                           \
    X(C_BUBBLE_SIZE, "c:bubbleSize")                                                               \
    X(C_PT, "c:pt")                                                                                \
    X(C_V, "c:v")                                                                                  \
    X(C_LVL, "c:lvl")                                                                              \
    X(IDX, "idx")                                                                                  \
    X(A_P, "a:p")                                                                                  \
    X(A_T, "a:t")                                                                                  \
    X(A_BR, "a:br")                                                                                \
    X(A_TBL, "a:tbl")                                                                              \
    X(A_TR, "a:tr")                                                                                \
    X(A_TC, "a:tc")                                                                                \
    X(A_TX_BODY, "a:txBody")                                                                       \
    X(A_PPR, "a:pPr")                                                                              \
    X(A_BU_CHAR, "a:buChar")                                                                       \
    X(A_BU_AUTO_NUM, "a:buAutoNum")                                                                \
    X(A_BU_NONE, "a:buNone")                                                                       \
    X(A_BLIP, "a:blip")                                                                            \
    X(A_FLD, "a:fld")                                                                              \
    X(LVL, "lvl")                                                                                  \
    X(CHAR, "char")                                                                                \
    X(TYPE, "type")                                                                                \
    X(START_AT, "startAt")                                                                         \
    X(GRID_SPAN, "gridSpan")                                                                       \
    X(H_MERGE, "hMerge")                                                                           \
    X(NAME, "name")                                                                                \
    X(STATE, "state")                                                                              \
    X(HIDDEN, "hidden")                                                                            \
    X(REF, "ref")                                                                                  \
    X(AUTHOR_ID, "authorId")                                                                       \
    X(SHOW, "show")                                                                                \
    X(R, "r")                                                                                      \
    X(S, "s")                                                                                      \
    X(T, "t")                                                                                      \
    X(PH, "ph")                                                                                    \
    X(MIN, "min")                                                                                  \
    X(MAX, "max")                                                                                  \
    X(DATE_1904, "date1904")                                                                       \
    X(NUM_FMT_ID, "numFmtId")                                                                      \
    X(FORMAT_CODE, "formatCode")                                                                   \
    X(ID, "id")                                                                                    \
    X(SHEET_ID, "sheetId")                                                                         \
    X(P_SLD_ID, "p:sldId")                                                                         \
    X(P_SLD, "p:sld")                                                                              \
    X(P_SP, "p:sp")                                                                                \
    X(P_PH, "p:ph")                                                                                \
    X(P_PIC, "p:pic")                                                                              \
    X(P_C_NV_PR, "p:cNvPr")                                                                        \
    X(P_GRAPHIC_FRAME, "p:graphicFrame")                                                           \
    X(P_CM, "p:cm")                                                                                \
    X(P_TEXT, "p:text")                                                                            \
    X(P_CM_AUTHOR, "p:cmAuthor")                                                                   \
    X(P_CXN_SP, "p:cxnSp")                                                                         \
    X(XDR_SP, "xdr:sp")                                                                            \
    X(XDR_PIC, "xdr:pic")                                                                          \
    X(XDR_C_NV_PR, "xdr:cNvPr")                                                                    \
    X(X_WORKBOOK_PR, "x:workbookPr")                                                               \
    X(X_SHEET, "x:sheet")                                                                          \
    X(X_SI, "x:si")                                                                                \
    X(X_T, "x:t")                                                                                  \
    X(X_R_PH, "x:rPh")                                                                             \
    X(X_NUM_FMT, "x:numFmt")                                                                       \
    X(X_CELL_XFS, "x:cellXfs")                                                                     \
    X(X_XF, "x:xf")                                                                                \
    X(X_ROW, "x:row")                                                                              \
    X(X_C, "x:c")                                                                                  \
    X(X_V, "x:v")                                                                                  \
    X(X_F, "x:f")                                                                                  \
    X(X_IS, "x:is")                                                                                \
    X(X_COL, "x:col")                                                                              \
    X(X_SHEET_DATA, "x:sheetData")                                                                 \
    X(X_COMMENT, "x:comment")                                                                      \
    X(X_AUTHOR, "x:author")                                                                        \
    X(X_ODD_HEADER, "x:oddHeader")                                                                 \
    X(X_ODD_FOOTER, "x:oddFooter")                                                                 \
    X(X_EVEN_HEADER, "x:evenHeader")                                                               \
    X(X_EVEN_FOOTER, "x:evenFooter")                                                               \
    X(X_FIRST_HEADER, "x:firstHeader")                                                             \
    X(X_FIRST_FOOTER, "x:firstFooter")                                                             \
    X(OT_P, "text:p")                                                                              \
    X(OT_H, "text:h")                                                                              \
    X(OT_S_SPACE, "text:s")                                                                        \
    X(OT_TAB, "text:tab")                                                                          \
    X(OT_LINE_BREAK, "text:line-break")                                                            \
    X(OT_RUBY_TEXT, "text:ruby-text")                                                              \
    X(OT_NOTE, "text:note")                                                                        \
    X(OT_NOTE_CITATION, "text:note-citation")                                                      \
    X(OT_NOTE_BODY, "text:note-body")                                                              \
    X(OT_LIST, "text:list")                                                                        \
    X(OT_LIST_ITEM, "text:list-item")                                                              \
    X(OT_LIST_HEADER, "text:list-header")                                                          \
    X(OT_NUMBER, "text:number")                                                                    \
    X(OT_SHEET_NAME, "text:sheet-name")                                                            \
    X(OT_CHANGED_REGION, "text:changed-region")                                                    \
    X(OT_DELETION, "text:deletion")                                                                \
    X(OT_CHANGE, "text:change")                                                                    \
    X(OT_LIST_STYLE, "text:list-style")                                                            \
    X(OT_LIST_LEVEL_STYLE_NUMBER, "text:list-level-style-number")                                  \
    X(OT_LIST_LEVEL_STYLE_BULLET, "text:list-level-style-bullet")                                  \
    X(OT_LIST_LEVEL_STYLE_IMAGE, "text:list-level-style-image")                                    \
    X(OT_OUTLINE_STYLE, "text:outline-style")                                                      \
    X(OT_OUTLINE_LEVEL_STYLE, "text:outline-level-style")                                          \
    X(OB_TABLE, "table:table")                                                                     \
    X(OB_TABLE_ROW, "table:table-row")                                                             \
    X(OB_TABLE_CELL, "table:table-cell")                                                           \
    X(OB_COVERED_TABLE_CELL, "table:covered-table-cell")                                           \
    X(OB_TABLE_COLUMN, "table:table-column")                                                       \
    X(OD_PAGE, "draw:page")                                                                        \
    X(OD_FRAME, "draw:frame")                                                                      \
    X(OD_TEXT_BOX, "draw:text-box")                                                                \
    X(OD_IMAGE, "draw:image")                                                                      \
    X(OD_OBJECT, "draw:object")                                                                    \
    X(OP_NOTES, "presentation:notes")                                                              \
    X(OP_FOOTER_DECL, "presentation:footer-decl")                                                  \
    X(OP_HEADER_DECL, "presentation:header-decl")                                                  \
    X(OS_STYLE, "style:style")                                                                     \
    X(OS_TABLE_PROPERTIES, "style:table-properties")                                               \
    X(OS_DRAWING_PAGE_PROPERTIES, "style:drawing-page-properties")                                 \
    X(OS_MASTER_PAGE, "style:master-page")                                                         \
    X(OS_HEADER, "style:header")                                                                   \
    X(OS_FOOTER, "style:footer")                                                                   \
    X(OS_HEADER_LEFT, "style:header-left")                                                         \
    X(OS_FOOTER_LEFT, "style:footer-left")                                                         \
    X(OS_HEADER_FIRST, "style:header-first")                                                       \
    X(OS_FOOTER_FIRST, "style:footer-first")                                                       \
    X(OO_ANNOTATION, "office:annotation")                                                          \
    X(OO_CHANGE_INFO, "office:change-info")                                                        \
    X(OO_EVENT_LISTENERS, "office:event-listeners")                                                \
    X(LOEXT_P, "loext:p")                                                                          \
    X(DC_CREATOR, "dc:creator")                                                                    \
    X(DC_DATE, "dc:date")                                                                          \
    X(META_DATE_STRING, "meta:date-string")                                                        \
    X(META_INITIALS, "meta:creator-initials")                                                      \
    X(LOEXT_INITIALS, "loext:sender-initials")                                                     \
    X(SVG_TITLE, "svg:title")                                                                      \
    X(SVG_DESC, "svg:desc")                                                                        \
    X(CHART_CHART, "chart:chart")                                                                  \
    X(MM_MATH, "math:math")                                                                        \
    X(MM_MI, "math:mi")                                                                            \
    X(MM_MN, "math:mn")                                                                            \
    X(MM_MO, "math:mo")                                                                            \
    X(MM_MTEXT, "math:mtext")                                                                      \
    X(MM_MS, "math:ms")                                                                            \
    X(MM_MROW, "math:mrow")                                                                        \
    X(MM_MFRAC, "math:mfrac")                                                                      \
    X(MM_MSUP, "math:msup")                                                                        \
    X(MM_MSUB, "math:msub")                                                                        \
    X(MM_MSUBSUP, "math:msubsup")                                                                  \
    X(MM_MSQRT, "math:msqrt")                                                                      \
    X(MM_MROOT, "math:mroot")                                                                      \
    X(MM_MUNDER, "math:munder")                                                                    \
    X(MM_MOVER, "math:mover")                                                                      \
    X(MM_MUNDEROVER, "math:munderover")                                                            \
    X(MM_ANNOTATION, "math:annotation")                                                            \
    X(AT_OUTLINE_LEVEL, "text:outline-level")                                                      \
    X(AT_C, "text:c")                                                                              \
    X(AT_NOTE_CLASS, "text:note-class")                                                            \
    X(AT_TEXT_STYLE, "text:style-name")                                                            \
    X(AT_CHANGE_ID, "text:change-id")                                                              \
    X(AT_TEXT_ID, "text:id")                                                                       \
    X(AT_XML_ID, "xml:id")                                                                         \
    X(AT_LEVEL, "text:level")                                                                      \
    X(AT_START_VALUE, "text:start-value")                                                          \
    X(AT_DISPLAY_LEVELS, "text:display-levels")                                                    \
    X(AT_BULLET, "text:bullet-char")                                                               \
    X(AT_CONTINUE, "text:continue-numbering")                                                      \
    X(AT_CONTINUE_LIST, "text:continue-list")                                                      \
    X(AT_IS_HEADER, "text:is-list-header")                                                         \
    X(AT_NUM_FORMAT, "style:num-format")                                                           \
    X(AT_NUM_PREFIX, "style:num-prefix")                                                           \
    X(AT_NUM_SUFFIX, "style:num-suffix")                                                           \
    X(AT_STYLE_NAME, "style:name")                                                                 \
    X(AT_PARENT, "style:parent-style-name")                                                        \
    X(AT_LIST_STYLE, "style:list-style-name")                                                      \
    X(AT_TABLE_NAME, "table:name")                                                                 \
    X(AT_TABLE_STYLE, "table:style-name")                                                          \
    X(AT_ROWS, "table:number-rows-repeated")                                                       \
    X(AT_COLUMNS, "table:number-columns-repeated")                                                 \
    X(AT_VISIBILITY, "table:visibility")                                                           \
    X(AT_DISPLAY, "table:display")                                                                 \
    X(AT_DRAW_STYLE, "draw:style-name")                                                            \
    X(AT_CLASS, "presentation:class")                                                              \
    X(AT_PLACEHOLDER, "presentation:placeholder")                                                  \
    X(AT_PAGE_VISIBILITY, "presentation:visibility")                                               \
    X(AT_HREF, "xlink:href")                                                                       \
    X(AT_MASTER, "style:master-page-name")                                                         \
    X(AT_NEXT, "style:next-style-name")                                                            \
    X(AT_PAGE_MASTER, "draw:master-page-name")                                                     \
    X(AT_STYLE_DISPLAY, "style:display")

typedef enum {
    SK_ON_NONE = 0,
#define X(symbol, name) SK_ON_##symbol,
    SK_OFFICE_NAMES(X)
#undef X
        SK_ON_COUNT
} SkOfficeName;

/* For SkXmlHandler: symbols are of SkOfficeName. */
SkXmlSymbol sk_office_element(void *user, SkSpan uri, SkSpan local);
SkXmlSymbol sk_office_attribute(void *user, SkSpan uri, SkSpan local);
/* For handlers that want nothing of an end or of text. */
bool sk_office_skip_end(void *user, SkXmlSymbol element, GError **error);
bool sk_office_skip_text(void *user, SkSpan text, GError **error);

/** sk_office_attr: value of the attribute, empty where there is none. */
SkSpan sk_office_attr(const SkXmlAttr *attrs, unsigned n, SkOfficeName name);
/** sk_office_has: is there such an attribute? */
bool sk_office_has(const SkXmlAttr *attrs, unsigned n, SkOfficeName name);
/** sk_office_number: of decimal digits; @otherwise for what is no number, or a larger one than
 * @max. */
uint32_t sk_office_number(SkSpan value, uint32_t max, uint32_t otherwise);
/** sk_office_is_on: the value of a switch: anything but 0, false, off and none. */
bool sk_office_is_on(SkSpan value);
