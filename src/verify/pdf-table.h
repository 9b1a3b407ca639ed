/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-table.h - the kinds of object that a rebuilt PDF may have, their keys and the grammar of
 * their values, as C: tools/pdf-table.py reads them from the table of docs/formats/pdf.md at build
 * time, so what people read there is what runs here. The generated pdf-kinds.h numbers the kinds:
 * KIND_PAGE …
 */
#pragma once

#include "base/base.h"

typedef enum {
    SK_PDF_NAMES, /* one of @count names from @first */
    SK_PDF_TRUE,
    SK_PDF_BOOL,
    SK_PDF_NULL,
    SK_PDF_INT, /* from @low to @high */
    SK_PDF_NUM, /* likewise, in hundred-millionths */
    SK_PDF_NAME,
    SK_PDF_TEXT,
    SK_PDF_LANG,
    SK_PDF_URI,
    SK_PDF_REGISTRY,
    SK_PDF_RECT,
    SK_PDF_MATRIX,
    SK_PDF_COLOUR,
    SK_PDF_DEST,
    SK_PDF_WIDTHS,
    SK_PDF_WIDTHS2,
    SK_PDF_DIFFERENCES,
    SK_PDF_RESOURCES, /* dictionary of /L0, /L1 …: L is @low, the value @first */
    SK_PDF_LOOKS,
    SK_PDF_STATE_NAME,
    SK_PDF_APPEARANCE,
    SK_PDF_CMAP_NAME,
    SK_PDF_STRUCTURE_TYPE,
    SK_PDF_REFERENCE, /* to an object of a kind in @mask */
    SK_PDF_DIRECT,    /* a dictionary of kind @first, in place */
    SK_PDF_CHOICE,    /* of @count patterns from @first */
    SK_PDF_ARRAY,     /* of @count patterns from @first, each as often as it says */
    SK_PDF_GROUP,     /* the same without brackets */
} SkPdfWhat;

#define SK_PDF_ANY 0u    /* none or more; the last of its array */
#define SK_PDF_SOME 255u /* one or more; likewise */

typedef struct {
    uint8_t what;
    uint8_t repeat; /* SK_PDF_ANY, SK_PDF_SOME, or how often */
    uint16_t first;
    uint16_t count;
    int64_t low, high;
    uint64_t mask;
} SkPdfPattern;

typedef struct {
    const char *key;
    bool needed;
    uint16_t pattern;
} SkPdfKey;

typedef enum {
    SK_PDF_DIRECT_ONLY,
    SK_PDF_AS_OBJECT,
    SK_PDF_AS_STREAM,
    SK_PDF_AS_EITHER,
    SK_PDF_AS_ARRAY,
} SkPdfForm;

typedef struct {
    const char *name;
    uint8_t form;
    uint16_t first, count; /* keys */
    uint16_t array;        /* its pattern */
} SkPdfKind;

extern const char *const sk_pdf_names[];
extern const SkPdfPattern sk_pdf_patterns[];
extern const SkPdfKey sk_vpdf_keys[];
extern const SkPdfKind sk_pdf_kinds[];
extern const char *const sk_pdf_cmaps[];     /* ends with NULL */
extern const char *const sk_pdf_structure[]; /* likewise */
