/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-content.h - a content stream written anew: known operators only, each operand spelled in the
 * one way, each resource by its number in the order of first mention; what is hidden goes, what is
 * unbalanced is mended, and what readers differ about is said.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/pdf-content.md, ISO 32000-1, 7.8, 8, 9, 14.6   Tests:
 * tests/unit/disarm/test-pdf-content.c, tests/fuzz/fuzz-pdf-content.c
 */
#pragma once

#include "base/base.h"

#define SK_PDF_Q_MAX 512u      /* q within q */
#define SK_PDF_MARKS_MAX 512u  /* marked content within marked content */
#define SK_PDF_MCID_MAX 65535u
#define SK_PDF_FILTERS_MAX 8u
#define SK_PDF_DECODE_MAX 64u

typedef enum {
    SK_PDF_CONTENT_PAGE,
    SK_PDF_CONTENT_FORM, /* and a coloured tile */
    SK_PDF_CONTENT_MARKED, /* a form whose marks belong to the structure */
    SK_PDF_CONTENT_UNCOLOURED, /* the tile of a pattern of PaintType 2 */
    SK_PDF_CONTENT_GLYPH, /* a procedure of a Type 3 font */
} SkPdfContentKind;

/** SkPdfUse: a category of resources, by the letter of its new names. */
typedef enum {
    SK_PDF_USE_FONT = 'F',
    SK_PDF_USE_OBJECT = 'X',
    SK_PDF_USE_STATE = 'G',
    SK_PDF_USE_COLOUR = 'C',
    SK_PDF_USE_PATTERN = 'P',
    SK_PDF_USE_SHADING = 'S',
} SkPdfUse;

/* there is no such resource, or none that passes: the operator goes, and is counted */
#define SK_PDF_USE_ABSENT (-1)
#define SK_PDF_USE_GONE (-2)   /* the operator goes; the finding was made by whoever answers */

/** SkPdfInline: an inline picture as it stands there; spans are the content's own bytes. Whether
 * it makes sense nobody has looked. */
typedef struct {
    SkSpan dictionary; /* from behind BI to ID: keys and values, abbreviations as they are */
    SkSpan data;       /* behind ID and its one white space, up to the white space before EI */
} SkPdfInline;

/** SkPdfMarked: what a property list in the resources says. Texts are owned, UTF-8 of allowed
 * characters, or NULL. */
typedef struct {
    bool files;  /* asked: it stands for files (the tag is AF), and nothing of it stays */
    bool hidden; /* it is an optional content group or membership that is off */
    bool has_mcid;
    uint32_t mcid;
    char *actual_text, *alt, *expansion, *lang;
} SkPdfMarked;

void sk_pdf_marked_clear(SkPdfMarked *self);

/** SkPdfContentHooks: what the content asks for. A hook that returns false ends the work with its
 * error. */
typedef struct {
    void *user;
    /** Called in the order in which operators that are kept mention resources, each time; @name is
     * decoded.
     * @ret_index: 0, 1, 2… in the order of first mention in its category, or SK_PDF_USE_ABSENT,
     *   SK_PDF_USE_GONE */
    bool (*use)(void *user, SkPdfUse use, SkSpan name, int32_t *ret_index, GError **error);
    /** An inline picture: an index among SK_PDF_USE_OBJECT. */
    bool (*inline_picture)(void *user, const SkPdfInline *picture, int32_t *ret_index,
                           GError **error);
    /** (nullable; borrowed): what the state that has been named as @index says of dashes, as a line
     * of content; NULL: nothing. */
    const char *(*dashes)(void *user, int32_t index);
    /** A property list of the resources by its name. false with no @error set: there is none. */
    bool (*properties)(void *user, SkSpan name, SkPdfMarked *ret, GError **error);
    /** (transfer full): a text string's bytes as UTF-8 of allowed characters, or NULL. */
    char *(*text)(void *user, SkSpan bytes);
} SkPdfContentHooks;

typedef struct {
    SkPdfContentKind kind;
    bool tagged;         /* keep MCIDs (of a page or marked form) */
    int64_t glyph_width; /* for a glyph without d0 and d1; pdf-spell.h */
    uint64_t limit;      /* bytes of output */
} SkPdfContentOptions;

/** SkPdfContentFacts: what became of it. */
typedef struct {
    uint32_t removed;  /* operators, and resources that were not there: SK_ELEMENT_PDF_OPERATOR */
    uint32_t hidden;   /* pieces that are off: SK_ELEMENT_PDF_HIDDEN_LAYER */
    uint32_t guessed;  /* places where readers differ: the page is better drawn */
    size_t guessed_at; /* the first of them, a byte of the input */
} SkPdfContentFacts;

/**
 * sk_pdf_content_rebuild:
 * @in: the plain stream; the streams of an array are to be joined with LF
 * @ret: (transfer full): the new one; rebuilt once more it is the same, given hooks that know the
 *   new names
 * @error: SK_ERROR_LIMIT (nesting, size), or a hook's
 * Linear in @in, but for operators between a path's beginning and its painting, which are moved
 * before it if it is short.
 */
bool sk_pdf_content_rebuild(SkSpan in, const SkPdfContentOptions *options,
                            const SkPdfContentHooks *hooks, GBytes **ret,
                            SkPdfContentFacts *ret_facts, GError **error) G_GNUC_WARN_UNUSED_RESULT;
