/* SPDX-License-Identifier: Apache-2.0
 *
 * pptx.h - inside of the PowerPoint disarmer: the profile and its hooks (pptx.c), what is known of
 * a slide before it is written (pptx-plan.c), objects and graphics in frames (pptx-frame.c),
 * SmartArt (pptx-diagram.c), links and actions (pptx-action.c), comments (pptx-comment.c). The
 * disarmer itself, sk_pptx_disarm, is declared in ooxml.h.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/pptx.md, docs/formats/drawing.md   Tests: tests/unit/disarm/test-pptx.c,
 * tests/golden/, tests/fuzz/fuzz-pptx.c
 */
#pragma once

#include "disarm/ooxml-engine.h"
#include "disarm/pptx-timing.h"

#define SK_PPTX_GRAPHIC_TABLE "http://schemas.openxmlformats.org/drawingml/2006/table"

/* What becomes of a p:graphicFrame. */
typedef enum {
    SK_PPTX_STAYS,   /* a chart or a table */
    SK_PPTX_SHOWN,   /* the picture that stands in it */
    SK_PPTX_PICTURE, /* a picture from elsewhere: @entry, or the stand-in */
    SK_PPTX_SHAPES,  /* SmartArt: the shapes of its drawing @entry */
    SK_PPTX_TEXT     /* SmartArt without a drawing: the text of its data @entry */
} SkPptxFate;

typedef struct {
    unsigned at; /* which element of its part it is */
    SkPptxFate fate;
    SkElement element;       /* how it is reported; NONE: not at all */
    const SkZipEntry *entry; /* borrowed; NULL: none */
    /* As found: */
    SkXmlSymbol shows; /* c:chart, a:tbl, p:oleObj or dgm:relIds; 0 for anything else */
    bool pictured;     /* a picture stands in it */
    char *id;          /* owned: of a relationship, or of a VML shape */
} SkPptxFrame;

/* An ActiveX control's picture. */
typedef struct {
    char *embed; /* owned: id of a relationship */
    char *place[4];
} SkPptxControl;

/* A part with shapes on its way through the filter (filter->own). */
typedef struct {
    unsigned at;              /* number of the present element; the root is 0 */
    bool planned;             /* what follows is known */
    GArray *frames;           /* owned, of SkPptxFrame */
    GPtrArray *timings;       /* owned, of SkPptxTiming */
    GArray *controls;         /* owned, of SkPptxControl */
    uint32_t last_id;         /* the greatest id of a shape */
    GHashTable *slides;       /* owned set: ids of slides that are written (presentation) */
    GHashTable *shapes;       /* owned set: ids of shapes that are written */
    bool sections;            /* the list of sections is written (presentation) */
    SkPptxTiming *timing;     /* borrowed: the one that is being written */
    unsigned timing_depth;    /* of its p:timing; 0: none */
    const SkPptxFrame *frame; /* borrowed: the frame that is being replaced; NULL: none */
    unsigned frame_depth;
    bool graphic;       /* of a frame that stays: its graphic has begun */
    bool tabled;        /* and its a:graphicData */
    bool in_table;      /* and its table */
    bool placed;        /* of a frame that is replaced: its picture is written */
    bool shown;         /* SK_PPTX_SHOWN: inside of the picture that is taken */
    bool in_diagram;    /* this is a part of SmartArt that is written into another part */
    bool first_text;    /* SK_PPTX_TEXT: nothing is written yet */
    char extent[2][24]; /* cx and cy of the frame */
    GArray *comments;   /* owned: the open thread's (a part of threads); NULL elsewhere */
    unsigned speaking;  /* whose text it is, in @comments */
} SkPptxPart;

/* Of SkOoxmlFrame.own, for the end hook. */
enum {
    SK_PPTX_END_FRAME = 1,
    SK_PPTX_END_PLACE,
    SK_PPTX_END_TREE,
    SK_PPTX_END_TIMING,
    SK_PPTX_END_ATTR_NAME,
    SK_PPTX_END_NAMES,
    SK_PPTX_END_COMMENT
};

/* What the presentation's parts share (document->own). */
typedef struct {
    GPtrArray *authors; /* owned, of char *: ids of the authors of threads */
    unsigned comments;  /* how many were written out of threads */
} SkPptxDeck;

SkPptxPart *sk_pptx_part_new(void);
void sk_pptx_part_free(SkPptxPart *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkPptxPart, sk_pptx_part_free)

/** sk_pptx_plan: looks through the part that @filter is about to write, once. */
bool sk_pptx_plan(SkOoxmlFilter *filter, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_pptx_frame_start: a p:graphicFrame, or something in one that is replaced. */
bool sk_pptx_frame_start(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs,
                         unsigned n, SkOoxmlStart *ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_pptx_frame_end(SkOoxmlFilter *filter, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_pptx_place_end: the end of the place of a replaced frame. */
void sk_pptx_place_end(SkOoxmlFilter *filter);
/** sk_pptx_write_controls: the pictures of ActiveX controls, at the end of the shapes. */
bool sk_pptx_write_controls(SkOoxmlFilter *filter, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_pptx_diagram: the shapes (or the text) of the present frame's SmartArt. */
bool sk_pptx_diagram(SkOoxmlFilter *filter, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_pptx_diagram_start: an element of a part of SmartArt. */
bool sk_pptx_diagram_start(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs,
                           unsigned n, SkOoxmlStart *ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;

bool sk_pptx_open(SkOoxmlDocument *document, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_pptx_close(SkOoxmlDocument *document);
/** sk_pptx_make: a part of threads, or of their authors, as one of the older kind. */
bool sk_pptx_make(SkOoxmlFilter *filter, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_pptx_comment_start: an element of such a part; sk_pptx_comment_end: the end of a thread. */
bool sk_pptx_comment_start(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs,
                           unsigned n);
bool sk_pptx_comment_text(SkOoxmlFilter *filter, SkSpan text,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_pptx_comment_end(SkOoxmlFilter *filter);

/** sk_pptx_link_start: a:hlinkClick and its like. */
bool sk_pptx_link_start(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs,
                        unsigned n, GError **error) G_GNUC_WARN_UNUSED_RESULT;
