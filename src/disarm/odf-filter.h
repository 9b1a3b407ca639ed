/* SPDX-License-Identifier: Apache-2.0
 *
 * odf-filter.h - inside of the OpenDocument filter: the state that its parts share. odf-filter.c
 * has the events and the table's rules, odf-attr.c the attributes, odf-shape.c pictures, objects
 * and controls. Runs in: disarm worker (no files, no network). Trusts: nothing. Spec:
 * docs/formats/odf.md   Tests: tests/unit/disarm/test-odf.c
 */
#pragma once

#include "disarm/odf-names.h"
#include "disarm/odf.h"

typedef enum {
    SK_ODF_FRAME_KEEP,    /* its end tag will be written */
    SK_ODF_FRAME_THROUGH, /* only what is inside stays */
    SK_ODF_FRAME_DROP,    /* with everything inside, which is counted */
    SK_ODF_FRAME_SKIP,    /* with everything inside: another part's */
    SK_ODF_FRAME_LAZY,    /* its start tag is written with its first child */
    SK_ODF_FRAME_PICTURE, /* a picture that waits for its data */
    SK_ODF_FRAME_DATA,    /* the data: text is gathered */
    SK_ODF_FRAME_OBJECT,  /* an object that waits for what is inside */
    SK_ODF_FRAME_MARK     /* a field mark: a box is drawn at its end if it is one */
} SkOdfFrameKind;

typedef struct {
    SkXmlSymbol symbol;
    uint8_t kind;     /* SkOdfFrameKind */
    bool text;        /* characters in it are written */
    bool leaf;        /* elements in it are not */
    bool shown;       /* draw:frame: something in it is shown */
    bool wanted;      /* draw:frame: something in it could not be */
    bool object;      /* draw:frame: a chart or formula is shown. MARK: a check box */
    bool checked;     /* MARK */
    const char *name; /* of the end tag */
    char *label;      /* owned: what is shown in place of a control */
} SkOdfFrame;

/* An attribute that will be written. */
typedef struct {
    SkXmlSymbol symbol;
    SkSpan value;
} SkOdfKept;

typedef struct {
    SkXmlSymbol symbol;
    char *value; /* owned */
} SkOdfSaved;

typedef struct {
    SkOdf *odf;          /* borrowed */
    SkOdfFolder *folder; /* borrowed */
    SkOdfKind kind;
    SkOdfSource source;
    SkOdfCounts *counts; /* borrowed */
    SkXmlReader *reader; /* borrowed */
    SkXmlWriter *out;    /* borrowed */
    bool links;          /* addresses may come out */
    bool muted;          /* what stands here is counted in another part */
    bool ended;          /* the object inside is over */
    bool body;           /* office:body's child was there */
    unsigned raw_depth;  /* in the source */
    unsigned object_at;  /* raw depth of the draw:object that is open */
    unsigned inside;     /* objects written inside the source so far */
    unsigned stage;      /* children of the root that came */
    unsigned depth;
    GString *data;        /* owned: base64 */
    GPtrArray *rewritten; /* owned: values made for the element at hand */
    GArray *saved;        /* owned, of SkOdfSaved: attributes of the picture that waits */
    GHashTable *labels;   /* owned: id of a control → what it shows */
    GHashTable *outlined; /* owned set: ids of controls that have an edge */
    char *control;        /* owned: id of the control whose options come */
    SkOdfKept kept[SK_XML_ATTRS_MAX + 4];
    SkOdfFrame frames[SK_XML_DEPTH_MAX];
} SkOdfFilter;

static inline SkOdfFrame *
sk_odf_top(SkOdfFilter *self)
{
    return &self->frames[self->depth - 1];
}

/* The frame around the element at hand; only where depth > 1. */
static inline SkOdfFrame *
sk_odf_parent(SkOdfFilter *self)
{
    return &self->frames[self->depth - 2];
}

static inline void
sk_odf_note(SkOdfFilter *self, SkElement element)
{
    if (!self->muted && element != SK_ELEMENT_NONE)
        sk_odf_count(self->counts, element);
}

static inline bool
sk_odf_is_kept(const SkOdfFilter *self, SkElement element)
{
    return sk_disarm_verdict(self->odf->disarm, element) == SK_VERDICT_KEPT;
}

/** sk_odf_value: the attribute's value; empty where it is not there. */
SkSpan sk_odf_value(const SkXmlAttr *attrs, unsigned n, SkXmlSymbol symbol);

/* ---- attributes (odf-attr.c)
 * --------------------------------------------------------------------- */

/** sk_odf_attrs_keep: those of @attrs that @element may carry, written anew, into self->kept. */
bool sk_odf_attrs_keep(SkOdfFilter *self, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n,
                       unsigned *ret_n, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_odf_attrs_set: puts @symbol into self->kept, in its place; replaces one that is there. */
void sk_odf_attrs_set(SkOdfFilter *self, unsigned *n, SkXmlSymbol symbol, SkSpan value);
bool sk_odf_attrs_has(const SkOdfFilter *self, unsigned n, SkXmlSymbol symbol);
void sk_odf_attrs_write(SkOdfFilter *self, unsigned n);
/** sk_odf_start: the start tag; the frame at the top keeps the end tag's name. */
void sk_odf_start(SkOdfFilter *self, const char *name);

/* ---- pictures, objects, controls (odf-shape.c)
 * ----------------------------------------------------- */

bool sk_odf_start_picture(SkOdfFilter *self, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_odf_settle_picture: no data came for the picture that waits in @frame. */
void sk_odf_settle_picture(SkOdfFilter *self, SkOdfFrame *frame);
/** sk_odf_end_data: all of the data is there. */
bool sk_odf_end_data(SkOdfFilter *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_odf_start_object(SkOdfFilter *self, const SkXmlAttr *attrs, unsigned n,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_odf_start_inside: the document or formula that stands in a draw:object begins. */
bool sk_odf_start_inside(SkOdfFilter *self, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_odf_frame_standin: shows the stand-in in a draw:frame where nothing else is shown. */
bool sk_odf_frame_standin(SkOdfFilter *self, SkOdfFrame *frame,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_odf_shows: is it one of the contents that a draw:frame is there to show? */
bool sk_odf_shows(SkXmlSymbol symbol);
bool sk_odf_start_control(SkOdfFilter *self, const SkXmlAttr *attrs, unsigned n,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_odf_note_control: remembers what a control of a form shows. */
void sk_odf_note_control(SkOdfFilter *self, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n);
