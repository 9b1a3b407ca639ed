/* SPDX-License-Identifier: Apache-2.0
 *
 * ooxml.h - a package of Office Open XML, whatever kind of document it holds: one walk over the
 * entries beside one queue of parts, one reader of relationships, one walk over a part's XML beside
 * the table of its kind. What a kind of document adds is a SkOoxmlFormat: its parts, which of them
 * names which, its classes of values, and hooks for the rules that its table cannot say.
 * ooxml.c         the package: which parts there are, in which order, and what every name must be
 * ooxml-rels.c    the relationships of one part
 * ooxml-part.c    one XML part: elements, attributes, references
 * ooxml-values.c  the classes of values that all kinds share
 * ooxml-names.c   what a thing outside the profile is called in the report
 * docx.c, xlsx.c, pptx.c  the kinds
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/docx.md, xlsx.md, pptx.md   Tests: tests/unit/verify/, tests/fuzz/
 */
#pragma once

#include "verify/ooxml-table.h"
#include "verify/xml.h"
#include "verify/zip.h"

#define SK_OOXML_KINDS_MAX 48u
#define SK_OOXML_ID_SETS_MAX 12u
#define SK_OOXML_O "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
#define SK_OOXML_D "application/vnd.openxmlformats-officedocument."

typedef struct SkOoxmlFormat SkOoxmlFormat;
typedef struct SkOoxmlFile SkOoxmlFile;
typedef struct SkOoxmlWalk SkOoxmlWalk;

/** SkOoxmlKind: a kind of part, or of relationship without a part. */
typedef struct {
    const char *name; /* in the format's folder, up to the number; NULL: a link, not a part */
    bool numbered;    /* from 1 on; otherwise there is at most one */
    uint16_t root;    /* element; 0: not by the table */
    const char *content_type;           /* NULL: a picture, whose name ends in .png or .jpeg */
    const char *relationship;           /* its whole type */
    const char *extension;              /* NULL: xml */
    bool (*special)(SkOoxmlWalk *walk); /* reads the whole part, where it is not by the table */
} SkOoxmlKind;

/** One part at most; parts numbered from 1; pictures; links. */
#define SK_OOXML_ONE(name_, root_, content_type_, relationship_)                                   \
    {                                                                                              \
        .name = name_, .root = root_, .content_type = content_type_, .relationship = relationship_ \
    }
#define SK_OOXML_SOME(name_, root_, content_type_, relationship_)                                  \
    {                                                                                              \
        .name = name_, .numbered = true, .root = root_, .content_type = content_type_,             \
        .relationship = relationship_                                                              \
    }
#define SK_OOXML_PICTURES                                                                          \
    {                                                                                              \
        .name = "media/image", .numbered = true, .relationship = SK_OOXML_O "image"                \
    }
#define SK_OOXML_LINKS                                                                             \
    {                                                                                              \
        .relationship = SK_OOXML_O "hyperlink"                                                     \
    }

typedef enum {
    SK_OOXML_EXPLICIT, /* used by an attribute of the part */
    SK_OOXML_MAY,      /* implicit: used by no attribute, before all explicit ones; at most one */
    SK_OOXML_MUST,     /* implicit, exactly one */
    SK_OOXML_MANY,     /* implicit, any number */
} SkOoxmlUse;

/** SkOoxmlEdge: a part of @from may name one of @to. Implicit ones come in the order of the edges.
 */
typedef struct {
    uint8_t from, to;
    uint8_t use; /* SkOoxmlUse */
    bool own;    /* the target is named by no other part */
} SkOoxmlEdge;

/** SkOoxmlClass: what an attribute's value may be. One of the four; none: nothing fits. */
typedef struct {
    bool (*fits)(SkSpan value); /* references not resolved */
    const char *words;          /* one of these, by spaces apart */
    uint64_t kinds;             /* the id of a relationship to these (SK_OOXML_TO) */
    bool (*check)(SkOoxmlWalk *walk, SkSpan value); /* records its own refusal */
} SkOoxmlClass;

#define SK_OOXML_TO(kind) ((uint64_t)1 << (kind))

/** Marks of elements, for the walk. */
enum {
    SK_OOXML_ROOT = 1,       /* stands as the root of its part only, and there always may */
    SK_OOXML_START = 2,      /* format->start sees it */
    SK_OOXML_END = 4,        /* format->end sees its end, also if it is empty */
    SK_OOXML_GATHER = 8,     /* its text is walk->gathered at its end */
    SK_OOXML_ALTERNATE = 16, /* mc:AlternateContent: holds exactly one element, the next */
    SK_OOXML_CHOICE = 32,    /* mc:Choice: stands in the former only */
};

struct SkOoxmlFormat {
    const char *folder; /* of the parts, such as "word/" */
    const SkOoxmlTable *table;
    const SkOoxmlKind *kinds;
    unsigned n_kinds;
    unsigned main; /* kind of the part that the package names */
    const SkOoxmlEdge *edges;
    unsigned n_edges;
    const char *const (*declarations)[2]; /* of every root element, in this order */
    unsigned n_declarations;
    const SkOoxmlClass *classes;
    const uint8_t *marks; /* by element */
    const uint8_t *kept;  /* by element: the SkElement by which policy may forbid it; 0: none */
    bool every;           /* start and end see every element */
    size_t text_max;      /* bytes gathered; more is refused */
    size_t file_size;     /* of file->state, zeroed */
    size_t part_size;     /* of walk->state, zeroed for each part */
    /* Any may be NULL. They return false when they have recorded a refusal. */
    bool (*start)(SkOoxmlWalk *walk, uint16_t element); /* its attributes have been checked */
    bool (*end)(SkOoxmlWalk *walk, uint16_t element);   /* @element is no longer open */
    bool (*part_begin)(SkOoxmlWalk *walk);
    bool (*part_end)(SkOoxmlWalk *walk);
    /* Directly inside @ahead_in, before a token is read: may read whole elements off
     * sk_xml_ahead(), as many as it knows at sight; the rest come as ever. */
    void (*ahead)(SkOoxmlWalk *walk);
    uint16_t ahead_in;
    bool (*file_end)(SkOoxmlFile *file);                      /* all parts have been read */
    bool (*stays)(const SkOoxmlWalk *walk, uint16_t element); /* though kept says otherwise */
    void (*file_free)(void *state);                           /* what lies inside */
};

/** SkOoxmlPart: one part of the queue. */
typedef struct {
    uint8_t kind;
    unsigned number;       /* 0 for kinds that are not numbered */
    const char *extension; /* borrowed: "xml", "png", "jpeg" or the kind's own */
    unsigned named_by;     /* the part whose relationships name it, the last so far */
    bool own;              /* named over an edge that allows no second */
} SkOoxmlPart;

/** SkOoxmlIds: names that must exist where they are referred to. Keys are owned. */
typedef struct {
    GHashTable *defined;
    GHashTable *referenced;
} SkOoxmlIds;

struct SkOoxmlFile {
    SkProof *proof;
    const SkOoxmlFormat *format;
    GArray *entries; /* owned, of SkZipEntry */
    GArray *parts;   /* owned, of SkOoxmlPart: the queue, in the order of the entries */
    GArray *numbered[SK_OOXML_KINDS_MAX]; /* owned, of unsigned: parts of a kind, as indexes */
    SkOoxmlIds ids[SK_OOXML_ID_SETS_MAX];
    void *state; /* the format's */
};

/** SkOoxmlRelations: of one part: kind and target of each relationship rId1, rId2, …. */
typedef struct {
    GArray *list;      /* borrowed, of SkOoxmlRelation */
    unsigned implicit; /* how many of them, from the first on */
} SkOoxmlRelations;

typedef struct {
    uint8_t kind;
    unsigned part; /* index into file->parts; links: 0 */
} SkOoxmlRelation;

struct SkOoxmlWalk {
    SkOoxmlFile *file;
    const SkOoxmlFormat *format;
    SkXml *xml;    /* borrowed */
    unsigned part; /* index into file->parts */
    uint8_t kind;
    const SkOoxmlRelations *relations;
    unsigned used;                   /* relationships used so far: those after it have not been */
    const SkOoxmlRelation *relation; /* named by the present start tag; NULL: none */

    unsigned depth;
    uint16_t open[SK_XML_DEPTH_MAX];    /* elements */
    uint8_t children[SK_XML_DEPTH_MAX]; /* seen so far, saturating at 2 */
    bool gathering;
    SkSpan gathered; /* in @text or in the window */
    char *text;      /* owned */
    void *state;     /* the format's, owned */
};

/** sk_package_verify: the whole object, as a document of @format. */
bool sk_package_verify(SkProof *proof, SkSpan in,
                       const SkOoxmlFormat *format) G_GNUC_WARN_UNUSED_RESULT;

/** sk_package_part_name: (transfer full): the entry's name, such as word/media/image1.png. */
char *sk_package_part_name(const SkOoxmlFile *file, const SkOoxmlPart *part);
/** sk_package_check_relations: reads @entry; new targets join file->parts. @part is an index into
 * them. */
bool sk_package_check_relations(SkOoxmlFile *file, const SkZipEntry *entry, unsigned part,
                                SkOoxmlRelations *ret) G_GNUC_WARN_UNUSED_RESULT;
/** sk_package_check_musts: the part names whatever it must. */
bool sk_package_check_musts(const SkOoxmlFile *file, unsigned part,
                            const SkOoxmlRelations *relations) G_GNUC_WARN_UNUSED_RESULT;
/** sk_package_check_part: reads the XML of @entry. */
bool sk_package_check_part(SkOoxmlFile *file, const SkZipEntry *entry, unsigned part,
                           const SkOoxmlRelations *relations) G_GNUC_WARN_UNUSED_RESULT;

static inline SkOoxmlPart *
sk_package_part_at(const SkOoxmlFile *file, unsigned i)
{
    return &g_array_index(file->parts, SkOoxmlPart, i);
}

/* ---- for the hooks ------------------------------------------------------------------------ */

/** sk_package_no: a refusal at the present token. Returns: false */
bool sk_package_no(const SkOoxmlWalk *walk, SkElement element, const char *what);
/** sk_package_bad: not canonical. Returns: false */
static inline bool
sk_package_bad(const SkOoxmlWalk *walk, const char *what)
{
    return sk_package_no(walk, SK_ELEMENT_NOT_CANONICAL, what);
}

/** sk_package_need: the present start tag has an attribute @name. */
bool sk_package_need(const SkOoxmlWalk *walk, const char *name) G_GNUC_WARN_UNUSED_RESULT;
/** sk_package_check_relation: @value is the id of a relationship to one of @kinds (SK_OOXML_TO),
 * which is then walk->relation. */
bool sk_package_check_relation(SkOoxmlWalk *walk, SkSpan value,
                               uint64_t kinds) G_GNUC_WARN_UNUSED_RESULT;
/** sk_package_define, sk_package_note_use: @id in the set number @set; a second definition is
 * refused, and at the end of the file a reference to what was never defined. */
bool sk_package_define(const SkOoxmlWalk *walk, unsigned set, SkSpan id) G_GNUC_WARN_UNUSED_RESULT;
bool sk_package_note_use(const SkOoxmlWalk *walk, unsigned set,
                         SkSpan id) G_GNUC_WARN_UNUSED_RESULT;

/** sk_package_parent: the innermost open element; 0 at the root. */
static inline uint16_t
sk_package_parent(const SkOoxmlWalk *walk)
{
    return walk->depth == 0 ? 0 : walk->open[walk->depth - 1];
}

/** sk_package_check_chart: c:chart is two things: in a:graphicData (@graphic) it names a part, in a
 * chart it does not. */
bool sk_package_check_chart(const SkOoxmlWalk *walk, uint16_t graphic) G_GNUC_WARN_UNUSED_RESULT;
/** sk_package_check_range: the text of c:f in word processing and presentations, just gathered. */
bool sk_package_check_range(const SkOoxmlWalk *walk) G_GNUC_WARN_UNUSED_RESULT;

/* Classes that all kinds share (docs/formats/docx.md, "Classes of attribute values"). */
bool sk_package_is_number(SkSpan value);
bool sk_package_is_keyword(SkSpan value);
bool sk_package_is_text(SkSpan value);
bool sk_package_is_tame_text(SkSpan value);
#define SK_OOXML_CLASSES                                                                           \
    [C_n] = { .fits = sk_package_is_number }, [C_k] = { .fits = sk_package_is_keyword },           \
    [C_s] = { .fits = sk_package_is_text }, [C_y] = { .fits = sk_package_is_tame_text },           \
    [C_p] = { .words = "preserve" }
/** sk_package_is_word: @value is one of @words, by spaces apart. */
bool sk_package_is_word(SkSpan value, const char *words);

/* Names outside the profile: what to report. Never SK_ELEMENT_NONE. */
SkElement sk_package_name_of_element(SkSpan name);
SkElement sk_package_name_of_attribute(SkSpan element, SkSpan name);
SkElement sk_package_name_of_entry(SkSpan name);
SkElement sk_package_name_of_relationship(SkSpan type, bool external);
SkElement sk_package_name_of_instruction(SkSpan s);
/** sk_package_name_in_package: by what stands in package relationships, app.xml or content types
 * that are not the expected ones. */
SkElement sk_package_name_in_package(SkSpan content);
