/* SPDX-License-Identifier: Apache-2.0
 *
 * docx.h - what the files of the docx profile share: the parts in their order, the relationships of
 * the part being read.
 * docx.c          the package: which parts there are, in which order, and what every name must be
 * docx-rels.c     the relationships of one part
 * docx-part.c     one XML part: elements, attributes, fields, references
 * docx-words.c    two small grammars: links, and the instructions of fields
 * docx-names.c    what a thing outside the profile is called in the report
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/docx.md   Tests: tests/unit/verify/test-docx*.c
 */
#pragma once

#include "verify/docx-table.h"
#include "verify/xml.h"
#include "verify/zip.h"

/** SkDocxKind: kinds of parts, in the order in which the document's implicit relationships stand.
 */
typedef enum {
    SK_DOCX_STYLES,
    SK_DOCX_NUMBERING,
    SK_DOCX_SETTINGS,
    SK_DOCX_FONT_TABLE,
    SK_DOCX_THEME,
    SK_DOCX_FOOTNOTES,
    SK_DOCX_ENDNOTES,
    SK_DOCX_COMMENTS,
    SK_DOCX_IMPLICIT, /* all before: at most one in a document */
    SK_DOCX_DOCUMENT = SK_DOCX_IMPLICIT,
    SK_DOCX_HEADERS, /* from here on numbered */
    SK_DOCX_FOOTERS,
    SK_DOCX_CHARTS,
    SK_DOCX_PICTURES,
    SK_DOCX_HYPERLINKS, /* a relationship without a part */
    SK_DOCX_KINDS
} SkDocxKind;

typedef struct {
    const char *name; /* in word/, up to the number of numbered kinds */
    SkDocxElement root;
    const char *content_type;
    const char *relationship; /* the end of its type */
} SkDocxKindRow;

extern const SkDocxKindRow sk_docx_kinds[SK_DOCX_KINDS];

typedef struct {
    SkDocxKind kind;
    unsigned number;       /* 0 for kinds that are not numbered */
    const char *extension; /* borrowed: "xml", "png" or "jpeg" */
    unsigned named_by;     /* index of the part whose relationships name it, the last so far */
} SkDocxPart;

/** SkDocxIds: `w:id`s of one kind of note. Keys are owned. */
typedef struct {
    GHashTable *defined;
    GHashTable *referenced;
} SkDocxIds;

enum { SK_DOCX_COMMENT_IDS, SK_DOCX_FOOTNOTE_IDS, SK_DOCX_ENDNOTE_IDS, SK_DOCX_ID_KINDS };

typedef struct {
    SkProof *proof;
    GArray *entries; /* owned, of SkZipEntry */
    GArray *parts;   /* owned, of SkDocxPart: the queue, in the order of the entries */
    GArray *
        numbered[SK_DOCX_KINDS]; /* owned, of unsigned: the parts of a kind by number, as indexes */
    SkDocxIds ids[SK_DOCX_ID_KINDS];
} SkDocx;

/** SkDocxRelations: of one part: the kind of each relationship rId1, rId2, …. */
typedef struct {
    GByteArray *kinds; /* borrowed, of SkDocxKind */
    unsigned implicit; /* how many of them, from the first on */
} SkDocxRelations;

/** sk_docx_part_name: (transfer full): the entry's name, such as word/media/image1.png. */
char *sk_docx_part_name(const SkDocxPart *part);
/** sk_docx_check_relations: reads @entry; new targets join docx->parts. @part is an index into
 * them. */
bool sk_docx_check_relations(SkDocx *docx, const SkZipEntry *entry, unsigned part,
                             SkDocxRelations *ret) G_GNUC_WARN_UNUSED_RESULT;
/** sk_docx_check_part: reads the XML of @entry; what it refers to is noted in docx->ids. */
bool sk_docx_check_part(SkDocx *docx, const SkZipEntry *entry, SkDocxKind kind,
                        const SkDocxRelations *relations) G_GNUC_WARN_UNUSED_RESULT;

/** sk_docx_is_link, sk_docx_is_instruction: @s with its references resolved. */
bool sk_docx_is_link(SkSpan s);
bool sk_docx_is_instruction(SkSpan s);

/* Names outside the profile: what to report. Never SK_ELEMENT_NONE. */
SkElement sk_docx_name_of_element(SkSpan name);
SkElement sk_docx_name_of_attribute(SkSpan element, SkSpan name);
SkElement sk_docx_name_of_entry(SkSpan name);
SkElement sk_docx_name_of_relationship(SkSpan type, bool external);
SkElement sk_docx_name_of_instruction(SkSpan s);
/** sk_docx_name_in_package: by what stands in package relationships, app.xml or content types that
 * are not the expected ones. */
SkElement sk_docx_name_in_package(SkSpan content);
