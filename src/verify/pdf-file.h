/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-file.h - a rebuilt PDF while it is proved. It is read twice: first every object's dictionary
 * by the table, in the order of numbers, noting who mentions whom; then, all kinds and places
 * known, what its values mean together and what its streams say.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/pdf.md   Tests: tests/unit/verify/test-pdf-rebuilt.c
 */
#pragma once

#include "verify/pdf-kinds.h"
#include "verify/pdf-token.h"
#include "verify/proof.h"

#define SK_PDF_HEAD "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
#define SK_PDF_KIND(kind) (UINT64_C(1) << (kind))

typedef struct {
    /* that every mention allows, bits of SK_PDF_KIND; one once it has been read */
    uint64_t kinds;
    uint32_t at;    /* of `K 0 obj` */
    uint32_t value; /* its dictionary or array */
    uint32_t value_n;
    uint32_t data; /* of a stream */
    uint32_t data_n;
    uint32_t columns; /* of the predictor, with its colours; 0: none */
    uint8_t colours;
    uint8_t kind;
    bool stream;
    bool jpeg; /* the stream's filter is /DCTDecode, not /FlateDecode */
} SkPdfObject;

typedef struct {
    uint32_t from, to;
} SkPdfEdge;

typedef struct {
    uint32_t number;
    uint64_t kinds;
} SkPdfMention;

typedef struct {
    SkProof *proof;   /* borrowed */
    SkReader r;       /* over the whole file */
    GArray *objects;  /* owned, of SkPdfObject: 1 is the first */
    GArray *mentions; /* owned, of SkPdfMention: by the object being read */
    GArray *edges;    /* owned, of SkPdfEdge: all mentions, in the order of the file */
    uint32_t current; /* object being read, for places */
    uint32_t first_page, pages;
    bool structured; /* has a structure tree */
} SkPdfFile;

/** sk_pdf_no: refuses: @element at @what of object @number. Returns false. */
bool sk_pdf_no(SkPdfFile *self, uint32_t number, SkElement element, const char *what);
/** sk_pdf_wrong: the same, `not-canonical`. */
bool sk_pdf_wrong(SkPdfFile *self, uint32_t number, const char *what);
/** sk_pdf_no_match: what stands in the file behind @from does not fit: the code of the first
 * listed name there. @rebuilt: not of those that a rebuilt PDF may have. */
bool sk_pdf_no_match(SkProof *proof, SkSpan file, size_t from, uint32_t number, bool rebuilt);

/** sk_pdf_object: @number must be one of the file's. */
SkPdfObject *sk_pdf_object(const SkPdfFile *self, uint32_t number);
SkSpan sk_pdf_value(const SkPdfFile *self, uint32_t number);
SkSpan sk_pdf_data(const SkPdfFile *self, uint32_t number);
/** sk_pdf_find: the value of @key in the dictionary @in, whose grammar was read before. */
bool sk_pdf_find(SkSpan in, const char *key, SkReader *ret);
bool sk_vpdf_get(const SkPdfFile *self, uint32_t number, const char *key, SkReader *ret);
bool sk_vpdf_has(const SkPdfFile *self, uint32_t number, const char *key);
/** sk_pdf_get_reference: 0: no such key, or no reference. */
uint32_t sk_pdf_get_reference(const SkPdfFile *self, uint32_t number, const char *key);
/** sk_pdf_get_integer: @otherwise where there is no such key. */
int64_t sk_pdf_get_integer(const SkPdfFile *self, uint32_t number, const char *key,
                           int64_t otherwise);
/** sk_pdf_get_number: in hundred-millionths. */
int64_t sk_pdf_get_number(const SkPdfFile *self, uint32_t number, const char *key,
                          int64_t otherwise);
/** sk_vpdf_numbers: of an array of numbers: at most @most of them. Returns: how many there are. */
size_t sk_vpdf_numbers(SkReader value, int64_t *ret, size_t most);
/** sk_pdf_is: is the value the name or word @word? */
bool sk_pdf_is(SkReader value, const char *word);
/** sk_pdf_enter: into an array: false where it is none. sk_pdf_next: to the next item; false at
 * the end. */
bool sk_pdf_enter(SkReader *value);
bool sk_pdf_next(SkReader *value);

/* ---- first reading ---- */

/** sk_pdf_shape: a dictionary of @kind at the cursor, by the table, up to its last key (and ` >>`
 * unless @stream). */
bool sk_pdf_shape(SkPdfFile *self, unsigned kind, bool stream);
/** sk_pdf_match: a value by pattern @pattern of the table. */
bool sk_pdf_match(SkPdfFile *self, unsigned pattern);
/** sk_pdf_mention: reads a reference to an object of @kinds. */
bool sk_pdf_mention(SkPdfFile *self, uint64_t kinds);
/** sk_pdf_colour_shape: reads a colour space, as docs/formats/pdf.md writes them. */
bool sk_pdf_colour_shape(SkPdfFile *self);
/* Reads values of these words. */
bool sk_vpdf_text(SkReader *r);
bool sk_pdf_widths(SkReader *r, unsigned numbers);
bool sk_pdf_differences(SkReader *r);
/** sk_pdf_appearance: @ret_font: of which font it speaks. */
bool sk_pdf_appearance(SkReader *r, int64_t *ret_font);
bool sk_pdf_listed(SkReader *r, const char *const *list);

/* ---- second reading ---- */

typedef enum {
    SK_PDF_SPACE_DEVICE,
    SK_PDF_SPACE_LAB,
    SK_PDF_SPACE_SEPARATION,
    SK_PDF_SPACE_INDEXED,
    SK_PDF_SPACE_PATTERN,
} SkPdfSpaceKind;

typedef struct {
    SkPdfSpaceKind kind;
    unsigned components; /* 0: a pattern's */
    unsigned highest;    /* index, of Indexed */
    SkReader lab;        /* its dictionary */
} SkPdfSpace;

/** sk_pdf_space: what a colour space is, and that its parts agree. */
bool sk_pdf_space(SkPdfFile *self, SkReader value, SkPdfSpace *ret);
/** sk_pdf_arity: of a function. */
void sk_pdf_arity(const SkPdfFile *self, uint32_t function, unsigned *ret_in, unsigned *ret_out);

/** sk_pdf_inflate: the whole of a stream. @most: bytes; more is refused. NULL: refused. */
GByteArray *sk_pdf_inflate(SkPdfFile *self, uint32_t number, size_t most);

bool sk_pdf_check_pages(SkPdfFile *self); /* pages, labels, links, fields */
bool sk_pdf_check_outlines(SkPdfFile *self);
bool sk_pdf_check_structure(SkPdfFile *self);
bool sk_pdf_check_fonts(SkPdfFile *self, uint32_t number);
bool sk_pdf_check_function(SkPdfFile *self, uint32_t number);
bool sk_pdf_check_shading(SkPdfFile *self, uint32_t number);
bool sk_pdf_check_picture(SkPdfFile *self, uint32_t number);
bool sk_pdf_check_drawing(SkPdfFile *self); /* content streams; circles; how much a page draws */
