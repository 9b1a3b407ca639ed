/* SPDX-License-Identifier: Apache-2.0
 *
 * ooxml.h - an Office Open XML package: which document it is, its parts, their content types and
 * relationships, read so that no two readers could see two packages.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/docx.md, docs/formats/zip.md   Tests: tests/unit/disarm/test-docx.c
 */
#pragma once

#include "disarm/disarm.h"
#include "format/xml.h"
#include "format/zip.h"

/**
 * sk_ooxml_identify: by the content type of the package's main part (docx … ppsm), or an
 * OpenDocument mimetype entry (odt, ods, odp); SK_TYPE_ZIP for any other ZIP. A package that is too
 * broken to be read and holds the marks of a Word document counts as docx, so that its refusal says
 * what is wrong; so does a ZIP that cannot be read at all where @hint says that it is one.
 */
SkType sk_ooxml_identify(SkSpan zip, SkType hint);
/** sk_docx_disarm: docx, docm, dotx and dotm (level rebuilt), coming out as docx. An SkDisarmFunc.
 */
bool sk_docx_disarm(SkDisarm *self, GError **error);
/** sk_pptx_disarm: pptx, pptm, potx, potm, ppsx and ppsm (level rebuilt), coming out as pptx. */
bool sk_pptx_disarm(SkDisarm *self, GError **error);
/** sk_xlsx_disarm: xlsx, xlsm, xltx and xltm (level rebuilt), coming out as xlsx. An
 * SkDisarmFunc. */
bool sk_xlsx_disarm(SkDisarm *self, GError **error);

/* ---- the package --------------------------------------------------------------------------- */

/* What a relationship is for. The first group's order is that of docs/formats/docx.md. */
typedef enum {
    SK_OOXML_OTHER = 0, /* nothing that is followed */
    SK_OOXML_DOCUMENT,
    SK_OOXML_STYLES,
    SK_OOXML_NUMBERING,
    SK_OOXML_SETTINGS,
    SK_OOXML_FONT_TABLE,
    SK_OOXML_THEME,
    SK_OOXML_FOOTNOTES,
    SK_OOXML_ENDNOTES,
    SK_OOXML_COMMENTS,
    SK_OOXML_HEADER,
    SK_OOXML_FOOTER,
    SK_OOXML_CHART,
    SK_OOXML_THEME_OVERRIDE,
    SK_OOXML_PRES_PROPS,
    SK_OOXML_TABLE_STYLES,
    SK_OOXML_COMMENT_AUTHORS,
    SK_OOXML_SLIDE_MASTER,
    SK_OOXML_SLIDE_LAYOUT,
    SK_OOXML_SLIDE,
    SK_OOXML_NOTES_MASTER,
    SK_OOXML_NOTES_SLIDE,
    SK_OOXML_HANDOUT_MASTER,
    SK_OOXML_DIAGRAM_DATA,
    SK_OOXML_DIAGRAM_DRAWING,
    SK_OOXML_VML_DRAWING,
    SK_OOXML_SHARED_STRINGS,
    SK_OOXML_SHEET_METADATA,
    SK_OOXML_WORKSHEET,
    SK_OOXML_CHARTSHEET,
    SK_OOXML_DRAWING,
    SK_OOXML_TABLE,
    SK_OOXML_PIVOT_TABLE,
    SK_OOXML_PIVOT_CACHE_DEFINITION,
    SK_OOXML_PIVOT_CACHE_RECORDS,
    SK_OOXML_IMAGE,
    SK_OOXML_HYPERLINK,
    SK_OOXML_KINDS
} SkOoxmlKind;

/** sk_ooxml_kind_name: the last part of the relationship type's address ("fontTable"). */
const char *sk_ooxml_kind_name(SkOoxmlKind kind);

typedef struct {
    char *id; /* owned */
    SkOoxmlKind kind;
    bool external;
    SkElement element; /* for SK_OOXML_OTHER and external ones: how to report it */
    char *target;      /* owned: the address where external, else the resolved part name */
} SkOoxmlRel;

typedef struct SkOoxml SkOoxml;

/**
 * sk_ooxml_open: the ZIP walk, [Content_Types].xml and the package's relationships.
 * @self: its input is read, its report gets the element for which the package is refused
 */
bool sk_ooxml_open(SkDisarm *self, SkOoxml **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_ooxml_free(SkOoxml *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkOoxml, sk_ooxml_free)

/** sk_ooxml_main: the main part; never NULL in an open package. */
const SkZipEntry *sk_ooxml_main(const SkOoxml *self);
/** sk_ooxml_lookup: a part by name, ASCII case folded; NULL where there is none. */
const SkZipEntry *sk_ooxml_lookup(const SkOoxml *self, const char *name);
/** sk_ooxml_content_type: "" where none is given. */
const char *sk_ooxml_content_type(const SkOoxml *self, const SkZipEntry *part);

/** sk_ooxml_relationships: of @part (NULL: the package's), an array of SkOoxmlRel (transfer full);
 * empty where there are none. */
bool sk_ooxml_relationships(SkOoxml *self, const SkZipEntry *part, GArray **ret,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_ooxml_parse: streams @part through an XML reader. A document type is reported as xml-dtd. */
bool sk_ooxml_parse(SkOoxml *self, const SkZipEntry *part, SkXmlReader *reader,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_ooxml_read: the whole content of @part, at most @limit bytes (SK_ERROR_LIMIT). */
bool sk_ooxml_read(SkOoxml *self, const SkZipEntry *part, uint64_t limit, GBytes **ret,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_ooxml_used: @part comes out, in some form. */
void sk_ooxml_used(SkOoxml *self, const SkZipEntry *part);
/** sk_ooxml_report_rest: a finding for every part that was not used; false where one of them
 * refuses the document. */
bool sk_ooxml_report_rest(SkOoxml *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
