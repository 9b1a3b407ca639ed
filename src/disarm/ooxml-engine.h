/* SPDX-License-Identifier: Apache-2.0
 *
 * ooxml-engine.h - inside of the engine of ooxml-rebuild.h: what its own files need of each other.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 */
#pragma once

#include "disarm/ooxml-rebuild.h"

/* A relationship to be written. */
typedef struct {
    SkOoxmlKind kind;
    char *target; /* owned */
} SkOoxmlOut;

/* What one part's filter has besides SkOoxmlFilter. */
typedef struct SkOoxmlRun {
    GArray *in;                        /* owned, of SkOoxmlRel */
    GHashTable *by_id;                 /* owned: id → SkOoxmlRel * in @in */
    GArray *out;                       /* owned, of SkOoxmlOut */
    GHashTable *numbers;               /* owned: target in @out → its number */
    uint32_t counts[SK_ELEMENT_COUNT]; /* elements met, reported at the end of the part */
    SkXmlSymbol included;              /* root of a part that is written into another; 0: none */
    unsigned frame;                    /* depth of the graphic frame that is held back; 0: none */
    unsigned frame_out;                /* how many of @out there were before it */
    unsigned placed;                   /* how much of @place is known: a:off, then a:ext */
    char place[4][24];                 /* of the frame: x, y, cx, cy */
    char *name;                        /* owned: the frame's */
    char *descr;                       /* owned: its description, or NULL */
    char *id;                          /* owned: its number, or NULL */
} SkOoxmlRun;

/* SkOoxmlDocument.flags */
enum {
    SK_OOXML_IS_ROOT = 1,    /* of some part, and stands nowhere else */
    SK_OOXML_IS_DRAWING = 2, /* ooxml-drawing.c has a say */
    SK_OOXML_IS_SPECIAL = 4  /* the profile's start hook has */
};

/* Frames of ooxml-drawing.c. */
enum {
    SK_FRAME_ALTERNATE = SK_FRAME_ENGINE, /* mc:AlternateContent; its tag is written with the Choice
                                             that is taken */
    SK_FRAME_GRAPHIC, /* a:graphicData: written once what it shows is known to be there */
    SK_FRAME_HELD     /* a graphic frame that is held back until then */
};

/** sk_ooxml_is_made: does the make hook write the part? */
bool sk_ooxml_is_made(const SkOoxmlDocument *self, SkOoxmlKind kind, const SkZipEntry *entry);
/** sk_ooxml_flags: (transfer full): by symbol. */
uint8_t *sk_ooxml_flags(const SkOoxmlProfile *profile);
/** sk_ooxml_filter: streams the part through the allow-list into the open entry of the writer. */
bool sk_ooxml_filter(SkOoxmlFilter *filter, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_ooxml_stream: @entry through the filter, to where it writes. */
bool sk_ooxml_stream(SkOoxmlFilter *filter, const SkZipEntry *entry,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The elements that ooxml-drawing.c has a say in; 0 ends. */
extern const SkXmlSymbol sk_ooxml_drawing_elements[];
/** sk_ooxml_drawing_start: *ret: DONE, or USUAL for the table to decide. */
bool sk_ooxml_drawing_start(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs,
                            unsigned n, SkOoxmlStart *ret,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_ooxml_drawing_end: the end of a frame that is ALTERNATE, GRAPHIC or HELD. */
bool sk_ooxml_drawing_end(SkOoxmlFilter *filter, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_ooxml_replace_frame: nothing of the graphic frame that is held back goes out; what is written
 * next stands in its place. */
void sk_ooxml_replace_frame(SkOoxmlFilter *filter);
/** sk_ooxml_formula_end: the text of a c:f is gathered. */
void sk_ooxml_formula_end(SkOoxmlFilter *filter);
/** sk_ooxml_drawing_allows: may @symbol stand in the parent frame, which is one of the engine's, or
 * in a graphic that is held back? */
bool sk_ooxml_drawing_allows(const SkOoxmlFilter *filter, SkXmlSymbol symbol);
/** sk_ooxml_refer_any: as sk_ooxml_refer, which refers to no part for what may yet be discarded. */
bool sk_ooxml_refer_any(SkOoxmlFilter *filter, SkSpan id, SkOoxmlKind kind, unsigned *ret_number,
                        SkOoxmlPart **ret_part, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_ooxml_unrefer: the relationships after the first @n were never written. */
void sk_ooxml_unrefer(SkOoxmlRun *run, unsigned n);
/** sk_ooxml_graphic: our name for a kind of graphic; NULL for one that is not carried out. */
const char *sk_ooxml_graphic(const SkOoxmlProfile *profile, SkSpan uri);
/** sk_ooxml_requires: may mc:Choice require @prefix? */
bool sk_ooxml_requires(const SkOoxmlProfile *profile, const char *prefix);

/**
 * sk_ooxml_picture: the picture of @entry, disarmed.
 * @ret: (out) (transfer full): NULL where the stand-in must serve
 * @ret_type: SK_TYPE_PNG or SK_TYPE_JPEG
 */
bool sk_ooxml_picture(SkOoxmlDocument *self, const SkZipEntry *entry, GBytes **ret,
                      SkType *ret_type, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_ooxml_standin: (transfer full): the picture that stands for pictures we cannot show. */
bool sk_ooxml_standin(SkOoxmlDocument *self, GBytes **ret,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
