/* SPDX-License-Identifier: Apache-2.0
 *
 * ooxml-rebuild.h - rebuilds an Office Open XML package by tables: the package's walk
 * (ooxml-package.c), one part's filter (ooxml-filter.c), classes of values (ooxml-value.c),
 * drawings (ooxml-drawing.c), pictures (ooxml-picture.c). What is particular to Word, Excel or
 * PowerPoint stands in a SkOoxmlProfile: its parts, its tables, and hooks for what no table says.
 * How to add one: docs/hacking.md ("Adding a kind of Office Open XML document").
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/drawing.md, docs/formats/docx.md   Tests: tests/unit/disarm/test-docx.c,
 * tests/golden/, tests/fuzz/fuzz-docx.c
 */
#pragma once

#include "base/elements.h"
#include "disarm/ooxml.h"
#include "disarm/ooxml-vocabulary.h"

/* ---- tables (made by tools/ooxml-allow.py from the *-allow.tsv and *-other.tsv) ------------ */

typedef enum {
    SK_OOXML_KEEP,    /* with elements inside */
    SK_OOXML_TEXT,    /* with text inside */
    SK_OOXML_THROUGH, /* only what is inside stays */
    SK_OOXML_DROP     /* with everything inside */
} SkOoxmlMode;

typedef enum {
    SK_VALUE_N,   /* number */
    SK_VALUE_K,   /* keyword */
    SK_VALUE_S,   /* string */
    SK_VALUE_Y,   /* string without brackets and backslash */
    SK_VALUE_P,   /* "preserve" */
    SK_VALUE_Q,   /* prefixes that mc:Choice may require: the profile's list */
    SK_VALUE_G,   /* kinds of graphic: the profile's list */
    SK_VALUE_OWN, /* the kind's own: the profile's value hook decides */
    SK_VALUE_REL  /* id of a relationship of one kind */
} SkOoxmlValue;

typedef struct {
    uint16_t attr;  /* SK_AT_* */
    uint8_t value;  /* SkOoxmlValue */
    uint8_t detail; /* REL: SkOoxmlKind; OWN: SK_CLASS_* */
} SkOoxmlAttrRow;

typedef struct {
    const char *name; /* as written; NULL: not in this profile's tables */
    uint16_t attrs_at;
    uint8_t attrs_n;
    uint8_t mode;      /* SkOoxmlMode */
    SkElement element; /* how it is counted; NONE for ordinary ones */
} SkOoxmlElementRow;

#define SK_OOXML_STRING_MAX 8192u

/* ---- a profile ------------------------------------------------------------------------------ */

typedef struct SkOoxmlDocument SkOoxmlDocument;
typedef struct SkOoxmlFilter SkOoxmlFilter;

/* In SkOoxmlPartRow.implicit: not only the first relationship of the kind is followed, but all. */
#define SK_OOXML_MANY 0x80u

typedef struct {
    /* The entry that is written: "xl/worksheets/sheet#.xml", # being its number among its kind,
     * from 1. Without a # there is one at most. The picture's has no ending. NULL: no such part. */
    const char *name;
    const char *content_type; /* which the part must have, and gets; not for the picture */
    SkXmlSymbol root;
    /* Parts that belong to this one without being named in its text, in the order in which their
     * relationships are written; kinds, perhaps with SK_OOXML_MANY. 0 ends. */
    uint8_t implicit[12];
} SkOoxmlPartRow;

/* A kind of graphic that a:graphicData may hold. */
typedef struct {
    const char *uri;    /* as it is written; NULL ends the list */
    const char *strict; /* in Strict documents, or NULL */
} SkOoxmlGraphic;

#define SK_OOXML_GRAPHIC_PICTURE "http://schemas.openxmlformats.org/drawingml/2006/picture"
#define SK_OOXML_GRAPHIC_DIAGRAM "http://schemas.openxmlformats.org/drawingml/2006/diagram"
#define SK_OOXML_GRAPHIC_CHART "http://schemas.openxmlformats.org/drawingml/2006/chart"

/* How a start hook leaves an element. */
typedef enum {
    SK_OOXML_USUAL, /* the table decides */
    SK_OOXML_DONE   /* the hook has said what becomes of it (sk_ooxml_keep, _through, _drop …) */
} SkOoxmlStart;

typedef struct {
    const char *name; /* "docx": begins the messages of errors */
    SkType type;      /* what comes out; another type that is accepted is reported as macro-type */
    SkType accepted[8];
    const char *declarations; /* made: namespace declarations of every root */
    const SkOoxmlElementRow *elements;
    const SkOoxmlAttrRow *attrs;
    SkOoxmlPartRow parts[SK_OOXML_KINDS];
    /* Content types of other forms of parts, out of which the make hook makes these. */
    const char *made_from[SK_OOXML_KINDS];
    const char *const *required;    /* class q: prefixes; NULL ends */
    const SkOoxmlGraphic *graphics; /* class g */
    const SkXmlSymbol *special;     /* the elements for which start is called; 0 ends */
    /* Where a graphic stands in a frame of its own (PowerPoint, Excel), the frame is held back
     * until it is known that the graphic can be shown; otherwise a picture takes its place. 0:
     * none. */
    const bool *quiet; /* by attribute symbol: not worth a finding where it goes; NULL: none */
    SkXmlSymbol graphic_frame; /* p:graphicFrame, xdr:graphicFrame */
    SkXmlSymbol non_visual;    /* p:cNvPr, xdr:cNvPr */
    SkXmlSymbol picture; /* p:pic, xdr:pic: inside of a frame's graphic it replaces the frame */
    const char *shape_prefix; /* "p", "xdr" */

    /* All hooks may be NULL. What has a GError may refuse the document. */

    /* The package is open, nothing is written yet: look into parts (sk_ooxml_scan), make
     * document->own. */
    bool (*open)(SkOoxmlDocument *document, GError **error);
    void (*close)(SkOoxmlDocument *document);
    /* May implicit relationships to @kind, and this one to @entry, be followed? */
    bool (*wants)(SkOoxmlDocument *document, SkOoxmlKind kind, const SkZipEntry *entry);
    /* Writes the whole of a part whose row has no root, into filter->out. Its entry may be NULL
     * (sk_ooxml_add). */
    bool (*make)(SkOoxmlFilter *filter, GError **error);
    /* A part begins: make filter->own, which is freed in part_close. */
    void (*part_open)(SkOoxmlFilter *filter);
    void (*part_close)(SkOoxmlFilter *filter);
    /* Asked for every element but the root, before anything else: is it to be dropped where it
     * stands, as if it stood in something that is dropped? */
    bool (*hides)(SkOoxmlFilter *filter, SkXmlSymbol symbol);
    /* An element of @special, not inside of what is dropped. Its frame is sk_ooxml_top(), which is
     * DROP until something else is said. */
    bool (*start)(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
                  SkOoxmlStart *ret, GError **error);
    /* An element that is dropped (or stands in what is dropped), for its attributes. */
    void (*dropped)(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n);
    /* The end of an element whose frame has @own set, before its end tag is written. Also the
     * root's, whatever its frame has. */
    bool (*end)(SkOoxmlFilter *filter, GError **error);
    /* Text in a frame of kind SK_FRAME_OWN. (SK_FRAME_GATHER gathers by itself.) */
    bool (*text)(SkOoxmlFilter *filter, SkSpan text, GError **error);
    /* A graphic cannot be shown: writes a whole a:graphicData with the stand-in picture. Not needed
     * where there is a graphic_frame. */
    bool (*standin)(SkOoxmlFilter *filter, GError **error);
    /* SmartArt: writes the shapes of @drawing, which its program made of it, from the
     * a:graphicData's start tag on, but not its end tag; where there is a graphic_frame, in the
     * place of that (sk_ooxml_replace_frame), or nothing. NULL: such a graphic cannot be shown. */
    bool (*diagram)(SkOoxmlFilter *filter, const SkZipEntry *drawing, GError **error);
    /* A value of class OWN: false where it is not of the class; may be replaced by another, which
     * lasts until the next call. */
    bool (*value)(SkOoxmlFilter *filter, unsigned own_class, SkSpan *value);
} SkOoxmlProfile;

#define SK_OOXML_TYPE_THEME "application/vnd.openxmlformats-officedocument.theme+xml"
#define SK_OOXML_TYPE_CHART "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"

/** sk_ooxml_rebuild: the whole of it, as a SkDisarmFunc is to do it. */
bool sk_ooxml_rebuild(const SkOoxmlProfile *profile, SkDisarm *disarm,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- a document on its way ------------------------------------------------------------------ */

typedef struct {
    SkOoxmlKind kind;
    const SkZipEntry *entry; /* NULL: the stand-in picture */
    char *name;              /* owned: of the entry to be written */
    GBytes *picture;         /* owned: a disarmed picture, until it is written */
    unsigned number;         /* in its name */
    unsigned note;           /* for hooks: what one part has to tell another */
} SkOoxmlPart;

struct SkOoxmlDocument {
    const SkOoxmlProfile *profile;
    SkDisarm *disarm;     /* borrowed */
    SkOoxml *package;     /* owned */
    SkZipWriter *writer;  /* owned */
    GPtrArray *parts;     /* owned, of SkOoxmlPart *, in the order of writing */
    GHashTable *known;    /* owned: const SkZipEntry * → SkOoxmlPart * */
    SkOoxmlPart *standin; /* borrowed from parts; NULL until one is needed */
    GHashTable *diagrams; /* owned set: const SkZipEntry * of SmartArt that a frame shows */
    unsigned numbers[SK_OOXML_KINDS]; /* how many of a kind have got a name */
    uint8_t *flags;                   /* owned: by symbol */
    void *own;                        /* the profile's */
};

/**
 * sk_ooxml_about: docProps/app.xml as it is written: the family of programs that the package names
 * there, and nothing else. A part that is this already is as good as used.
 * @ret: (out) (transfer full)
 * Returns: false only for a part that is beyond the job's limits
 */
bool sk_ooxml_about(SkOoxml *package, char **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- one part on its way through the filter ------------------------------------------------- */

typedef enum {
    SK_FRAME_KEEP,    /* its end tag will be written */
    SK_FRAME_TEXT,    /* so will its text */
    SK_FRAME_THROUGH, /* only what is inside stays */
    SK_FRAME_DROP,    /* with everything inside */
    SK_FRAME_GATHER,  /* its text is gathered in filter->gathered (up to filter->gather_max); its
                         end tag will be written if @name is set by then */
    SK_FRAME_OWN,     /* its text goes to the text hook; no end tag */
    SK_FRAME_ENGINE   /* and beyond: the engine's own */
} SkFrameKind;

typedef struct {
    SkXmlSymbol symbol;
    uint8_t kind;     /* SkFrameKind */
    uint8_t own;      /* the profile's: not 0: its end hook is called */
    bool done;        /* the engine's */
    const char *name; /* of the end tag */
} SkOoxmlFrame;

/* An attribute that will be written. */
typedef struct {
    SkXmlSymbol symbol;
    SkSpan value;
    SkOoxmlKind refers; /* OTHER: to nothing */
    unsigned number;    /* of the relationship that is written, instead of the value */
} SkOoxmlKept;

struct SkOoxmlFilter {
    SkOoxmlDocument *document; /* borrowed */
    SkOoxmlPart *part;         /* borrowed */
    SkXmlReader *reader;       /* borrowed */
    SkXmlWriter *out;          /* borrowed */
    void *own;                 /* the profile's */
    GString *gathered;         /* owned: text of the innermost SK_FRAME_GATHER */
    size_t gather_max;
    struct SkOoxmlRun *run; /* the engine's */
    unsigned graphic;       /* depth of a graphic that it is not known how to show; 0: none */
    unsigned depth;
    unsigned kept_n;
    /* Here, since the compiler clears large locals on every call. */
    SkOoxmlKept kept[SK_XML_ATTRS_MAX + 1]; /* of the element at hand, in order of symbols */
    SkOoxmlFrame frames[SK_XML_DEPTH_MAX];
};

/** sk_ooxml_top: the frame of the element whose start or end is at hand. */
static inline SkOoxmlFrame *
sk_ooxml_top(SkOoxmlFilter *filter)
{
    return &filter->frames[filter->depth - 1];
}

/** sk_ooxml_parent: symbol of the element around it (in the input); 0 for none. */
static inline SkXmlSymbol
sk_ooxml_parent(const SkOoxmlFilter *filter)
{
    return filter->depth >= 2 ? filter->frames[filter->depth - 2].symbol : 0;
}

/** sk_ooxml_value: the attribute's value; empty where it is not there. */
SkSpan sk_ooxml_value(const SkXmlAttr *attrs, unsigned n, SkXmlSymbol symbol);
/** sk_ooxml_count: one more of @element in this part; reported once at its end. */
void sk_ooxml_count(SkOoxmlFilter *filter, SkElement element);
bool sk_ooxml_is_kept(const SkOoxmlFilter *filter, SkElement element);

/**
 * sk_ooxml_keep: writes the element with those of its attributes that its row permits.
 * @required: an attribute without which the element is dropped instead (frame DROP); 0 for none
 */
bool sk_ooxml_keep(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
                   SkXmlSymbol required, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same in steps: filter->kept is made; a hook may look at it and change it; it is written. */
bool sk_ooxml_filter_attrs(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs,
                           unsigned n, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_ooxml_kept: the attribute in filter->kept, or NULL. */
SkOoxmlKept *sk_ooxml_kept(SkOoxmlFilter *filter, SkXmlSymbol symbol);
/** sk_ooxml_put: adds an attribute; @value is borrowed until it is written. */
bool sk_ooxml_put(SkOoxmlFilter *filter, SkXmlSymbol symbol, SkSpan value,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_ooxml_put_id: adds an attribute "rId<number>". */
bool sk_ooxml_put_id(SkOoxmlFilter *filter, SkXmlSymbol symbol, unsigned number,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_ooxml_write_kept(SkOoxmlFilter *filter, SkXmlSymbol symbol);
/** sk_ooxml_start_as: writes a start tag of that (static) name without attributes, and its end tag
 * later. Attributes may follow by sk_xml_writer_attr, in the order of their names. */
void sk_ooxml_start_as(SkOoxmlFilter *filter, const char *name);
void sk_ooxml_through(SkOoxmlFilter *filter);
/** sk_ooxml_drop: with all its content, counted as @element (NONE: not at all). */
void sk_ooxml_drop(SkOoxmlFilter *filter, SkElement element);
/** sk_ooxml_gather: its text is wanted whole in the end hook: @max bytes and no more (a longer text
 * ends with @max + 1 bytes or more). @own: for the end hook. */
void sk_ooxml_gather(SkOoxmlFilter *filter, size_t max, uint8_t own);

/**
 * sk_ooxml_refer: the part uses its relationship @id as one of @kind: the part it leads to will
 * come out.
 * @ret_number: (out): number of the relationship that is written for it, or 0 where there is none
 * to refer to
 * @ret_part: (out) (nullable): the part
 */
bool sk_ooxml_refer(SkOoxmlFilter *filter, SkSpan id, SkOoxmlKind kind, unsigned *ret_number,
                    SkOoxmlPart **ret_part, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_ooxml_refer_entry: as sk_ooxml_refer, for a part that was found in another way. */
bool sk_ooxml_refer_entry(SkOoxmlFilter *filter, const SkZipEntry *entry, SkOoxmlKind kind,
                          unsigned *ret_number, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_ooxml_include: what the root of another part holds goes through the filter too, to where this
 * one writes just now; its relationships are its own, what it refers to is this part's.
 * @own: filter->own meanwhile
 */
bool sk_ooxml_include(SkOoxmlFilter *filter, const SkZipEntry *entry, SkXmlSymbol root, void *own,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_ooxml_add: a relationship to a part that the make hook will write.
 * @entry: (nullable): what it is made from; its relationships are those that it may use. NULL: the
 * make hook writes it whatever its kind
 * Returns: the relationship's number; 0 where that entry comes out as something else
 */
unsigned sk_ooxml_add(SkOoxmlFilter *filter, SkOoxmlKind kind, const SkZipEntry *entry,
                      SkOoxmlPart **ret_part);
/** sk_ooxml_show_once: may a frame show this part of SmartArt? Each frame has its own; a part that
 * many frames named would make a large document of a small one. False for all but the first. */
bool sk_ooxml_show_once(SkOoxmlDocument *document, const SkZipEntry *entry);
/** sk_ooxml_refer_standin: number of the relationship to the stand-in picture. */
bool sk_ooxml_refer_standin(SkOoxmlFilter *filter, unsigned *ret_number,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_ooxml_write_id: an attribute "rId<number>". sk_ooxml_write_empty: an element without content,
 * its attributes ready-made. */
void sk_ooxml_write_id(SkOoxmlFilter *filter, const char *name, unsigned number);
void sk_ooxml_write_empty(SkOoxmlFilter *filter, const char *name, const char *attrs);

/* ---- looking into a part before it is written ----------------------------------------------- */

typedef bool (*SkOoxmlScanStart)(void *user, unsigned depth, SkXmlSymbol symbol,
                                 const SkXmlAttr *attrs, unsigned n, GError **error);

/** sk_ooxml_scan: @start for each start tag of @part; the root has depth 1. */
bool sk_ooxml_scan(SkOoxmlDocument *document, const SkZipEntry *part, SkOoxmlScanStart start,
                   void *user, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_ooxml_find: the part that the first internal relationship of @kind in @from leads to, or
 * NULL. @from: NULL for the main part. */
bool sk_ooxml_find(SkOoxmlDocument *document, const SkZipEntry *from, SkOoxmlKind kind,
                   const SkZipEntry **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- classes of values ---------------------------------------------------------------------- */

/** sk_ooxml_value_is: is @value, with white space turned into spaces, of the class (N to P)? */
bool sk_ooxml_value_is(SkOoxmlValue class, SkSpan value);
