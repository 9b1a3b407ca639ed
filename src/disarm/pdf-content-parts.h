/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-content-parts.h - what the files of the content engine share; nobody else's.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/pdf-content.md   Tests: tests/unit/disarm/test-pdf-content.c
 */
#pragma once

#include "disarm/pdf-content-scan.h"
#include "disarm/pdf-content.h"

#define SK_PDF_OPERANDS_MAX 64u

/* Operators by what they do to the state of the reader. */
typedef enum {
    SK_PDF_DO_STATE,  /* sets something: may stand on the page and in text */
    SK_PDF_DO_SAVE,
    SK_PDF_DO_RESTORE,
    SK_PDF_DO_SHIFT, /* cm */
    SK_PDF_DO_BEGIN, /* m re */
    SK_PDF_DO_SEGMENT,
    SK_PDF_DO_CLIP,
    SK_PDF_DO_PAINT,
    SK_PDF_DO_BT,
    SK_PDF_DO_ET,
    SK_PDF_DO_PLACE, /* Td TD T* */
    SK_PDF_DO_MATRIX, /* Tm */
    SK_PDF_DO_SHOW,
    SK_PDF_DO_DRAW, /* Do sh */
    SK_PDF_DO_INLINE,
    SK_PDF_DO_MARK, /* BMC BDC MP DP */
    SK_PDF_DO_EMC,
    SK_PDF_DO_WIDTH, /* d0 d1 */
    SK_PDF_DO_BX,
    SK_PDF_DO_EX,
} SkPdfDoes;

/* What an operator wants before it. */
typedef enum {
    SK_PDF_WANTS_NUMBERS, /* `count` of them */
    SK_PDF_WANTS_UNITS, /* colours: `count` numbers from 0 to 1 */
    SK_PDF_WANTS_CODE, /* an integer up to `count` */
    SK_PDF_WANTS_WIDTH, /* a number not below 0 */
    SK_PDF_WANTS_MITER,
    SK_PDF_WANTS_FLATNESS,
    SK_PDF_WANTS_DASHES,
    SK_PDF_WANTS_INTENT,
    SK_PDF_WANTS_NAME, /* a resource of category `count` */
    SK_PDF_WANTS_SPACE,
    SK_PDF_WANTS_COLOUR, /* scn */
    SK_PDF_WANTS_FONT,
    SK_PDF_WANTS_STRING,
    SK_PDF_WANTS_QUOTED, /* ' with 1 operand, " with 3 */
    SK_PDF_WANTS_TEXT,
    SK_PDF_WANTS_MARK,
} SkPdfWants;

typedef struct {
    char name[4]; /* as it is written */
    SkPdfDoes does;
    SkPdfWants wants;
    uint8_t count;
    bool colour; /* nothing for a stencil, such as an uncoloured tile */
} SkPdfOperator;

/** sk_pdf_operator_lookup: by the word in the input; NULL: it is none. */
const SkPdfOperator *sk_pdf_operator_lookup(SkSpan word);
/** sk_pdf_operators_glued: does @word fall apart into operators, and perhaps a number? */
bool sk_pdf_operators_glued(SkSpan word);

typedef enum {
    SK_PDF_ON_PAGE,
    SK_PDF_IN_TEXT,
    SK_PDF_IN_PATH,
} SkPdfWhere;

/* Of a marked content that is open. */
enum {
    SK_PDF_MARK_WRITTEN = 1,
    SK_PDF_MARK_HIDES = 2,
};

/* Of a state that `q` keeps. */
enum {
    SK_PDF_KEPT_NO_FONT = 1,   /* the font that was set is not there */
    SK_PDF_KEPT_TEXT_CLIPS = 2, /* the rendering mode makes text a clip */
};

typedef struct {
    SkPdfScan scan;
    SkPdfOut out;
    const SkPdfContentOptions *options;
    const SkPdfContentHooks *hooks;
    SkPdfContentFacts facts;

    SkPdfOperand operands[SK_PDF_OPERANDS_MAX];
    unsigned count;
    const SkPdfOperand *args; /* those that the operator takes */
    size_t line;              /* where in the output its operands begin */

    SkPdfWhere where;
    bool suspended; /* a text object was closed for something that may not stand in it */
    bool gap;       /* hidden text was left out before this place of the line */
    bool stencil;   /* colours say nothing: behind d1, or in an uncoloured tile */
    bool begun;     /* a glyph has its d0 or d1 */
    uint8_t kept;   /* SK_PDF_KEPT_… of the state now */
    uint8_t saved[SK_PDF_Q_MAX];
    unsigned depth; /* of q */
    uint8_t marks[SK_PDF_MARKS_MAX];
    unsigned marked;
    unsigned hiding;   /* how many of the marks that are open hide */
    unsigned tolerant; /* BX within BX */

    size_t path;     /* where in the output the path begins */
    bool segments;   /* it has more than a m */
    char clip;       /* 0, 'W', or '*' */
    uint64_t moved;  /* bytes that were moved for operators inside paths */
    uint64_t walked; /* bytes that were looked at for the ends of pictures */
    GHashTable *mcids;
} SkPdfContent;

/** sk_pdf_content_drop: the operator goes, without a word. */
static inline void
sk_pdf_content_drop(SkPdfContent *self)
{
    sk_pdf_out_back(&self->out, self->line);
}

/** sk_pdf_content_remove: it goes and is counted. */
static inline void
sk_pdf_content_remove(SkPdfContent *self)
{
    sk_pdf_content_drop(self);
    self->facts.removed += self->facts.removed < UINT32_MAX ? 1 : 0;
}

/** sk_pdf_content_take: the last @n operands; more are forgotten. false: there are not as many. */
bool sk_pdf_content_take(SkPdfContent *self, unsigned n);
/** sk_pdf_content_line: ends the line that the operands have begun. */
void sk_pdf_content_line(SkPdfContent *self, const char *word);

typedef enum {
    SK_PDF_LINE_NONE,    /* nothing is written for it (dropped or removed already) */
    SK_PDF_LINE_WRITTEN, /* the line stands at the end of the output */
    SK_PDF_LINE_ERROR,
} SkPdfLine;

/** sk_pdf_content_operands: (pdf-content-operands.c) checks what the operator wants, and writes
 * its line. */
SkPdfLine sk_pdf_content_operands(SkPdfContent *self, const SkPdfOperator *operator,
                                  GError **error);
/** sk_pdf_content_mark: (pdf-content-mark.c) BMC, BDC, MP, DP. */
SkPdfLine sk_pdf_content_mark(SkPdfContent *self, SkSpan word, GError **error);
/** sk_pdf_content_inline: (pdf-content-inline.c) behind BI; writes the line of a Do. */
SkPdfLine sk_pdf_content_inline(SkPdfContent *self, GError **error);
