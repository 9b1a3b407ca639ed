/* SPDX-License-Identifier: Apache-2.0
 *
 * odf.h - inside of the OpenDocument disarmer: the package's walk (odf.c), its reading
 * (odf-package.c), one part's filter (odf-filter.c, odf-frame.c, odf-form.c), settings and
 * generator (odf-settings.c), pictures and objects (odf-object.c).
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/odf.md   Tests: tests/unit/disarm/test-odf.c, tests/golden/,
 * tests/fuzz/fuzz-odf.c
 */
#pragma once

#include "disarm/disarm.h"
#include "format/xml.h"
#include "format/zip.h"

#define SK_ODF_OBJECTS_MAX 4096u
#define SK_ODF_INLINE_MAX 64u /* objects written inside the text: each is read once more */

/** sk_odf_disarm: odt, ods, odp, their templates and flat forms (level rebuilt). An SkDisarmFunc.
 */
bool sk_odf_disarm(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_odf_identify_flat: the kind of a flat document by its root element; SK_TYPE_NONE for all else.
 * @ret_mimetype: (out) (optional) (transfer full): what it says it is; untouched where it is none
 */
SkType sk_odf_identify_flat(SkSpan input, char **ret_mimetype);

/* ---- the package (odf-package.c) ---------------------------------------------------------------
 */

typedef struct {
    SkDisarm *disarm; /* borrowed */
    SkZip *zip;       /* owned; NULL for a flat document */
    GHashTable *used; /* owned set of const SkZipEntry * */
    GHashTable *gone; /* owned set of folders ("Object 1/") whose objects do not come out */
    GHashTable *kept; /* owned set of folders whose objects do */
    char *mimetype;   /* owned: what the package says it is */
} SkOdfPackage;

/* Where XML comes from: an entry, or the flat document; perhaps one object inside of it. */
typedef struct {
    const SkZipEntry *entry; /* NULL: the flat document, if @flat, else nothing */
    bool flat;
    unsigned inside; /* 0: the whole; N: the Nth object that is written inside of it */
} SkOdfSource;

/** sk_odf_package_open: a ZIP with its manifest, or a flat document. */
bool sk_odf_package_open(SkDisarm *disarm, SkOdfPackage **ret,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_odf_package_free(SkOdfPackage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkOdfPackage, sk_odf_package_free)

/** sk_odf_package_lookup: the entry of that name; NULL where there is none. */
const SkZipEntry *sk_odf_package_lookup(const SkOdfPackage *self, const char *name);
/** sk_odf_package_lookup_href: the entry that an address in a part of @folder leads to. */
const SkZipEntry *sk_odf_package_lookup_href(const SkOdfPackage *self, const char *folder,
                                             SkSpan href);
/** sk_odf_resolve: (transfer full): the name in the package that an address leads to from @folder;
 * NULL for one that leads out of it. */
char *sk_odf_resolve(const char *folder, SkSpan href);
/** sk_odf_package_parse: streams a source through an XML reader. A document type is xml-dtd. */
bool sk_odf_package_parse(SkOdfPackage *self, const SkOdfSource *source, SkXmlReader *reader,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_odf_package_read(SkOdfPackage *self, const SkZipEntry *entry, uint64_t limit, GBytes **ret,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_odf_package_used(SkOdfPackage *self, const SkZipEntry *entry);
/** sk_odf_package_report_rest: a finding for every entry that did not come out. */
bool sk_odf_package_report_rest(SkOdfPackage *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_odf_place: how findings in a source call it. */
SkSpan sk_odf_place(const SkOdfSource *source);

/* ---- what will be written
 * ------------------------------------------------------------------------ */

typedef enum {
    SK_ODF_CONTENT,
    SK_ODF_STYLES,
    SK_ODF_SETTINGS,
    SK_ODF_PICTURE,
    SK_ODF_OBJECT
} SkOdfKind;

typedef enum {
    SK_ODF_BODY_TEXT,
    SK_ODF_BODY_SHEET,
    SK_ODF_BODY_SLIDES,
    SK_ODF_BODY_CHART,
    SK_ODF_BODY_FORMULA,
    SK_ODF_BODY_OTHER
} SkOdfBody;

/* The document itself, or one object in it. */
typedef struct {
    char *out; /* owned: "" or "Object1/" */
    char *in;  /* owned: where it was: "" or "Object 1/" */
    SkOdfBody body;
    SkOdfSource parts[SK_ODF_SETTINGS + 1];
    GHashTable *known; /* owned: what a picture was called or held → name in the folder */
    unsigned pictures;
} SkOdfFolder;

/* An entry to be written after the document's own: a picture, or an object's parts. */
typedef struct {
    SkOdfKind kind;
    char *name;          /* owned: of a picture */
    GBytes *picture;     /* owned, until it is written */
    SkOdfFolder *folder; /* owned: of an object */
} SkOdfItem;

typedef struct {
    SkDisarm *disarm;      /* borrowed */
    SkOdfPackage *package; /* owned */
    SkZipWriter *writer;   /* owned */
    SkOdfFolder *root;     /* owned */
    GPtrArray *items;      /* owned, of SkOdfItem * */
    GHashTable *objects;   /* owned: folder in the package → SkOdfFolder * (borrowed), or NULL */
    GString *manifest;     /* owned: the lines so far */
    unsigned numbers;      /* objects so far */
    const char *version;   /* static; NULL until the first root element is read */
} SkOdf;

/* Elements met in one part, reported at its end. */
typedef struct {
    uint32_t counts[SK_ELEMENT_COUNT];
} SkOdfCounts;

static inline void
sk_odf_count(SkOdfCounts *self, SkElement element)
{
    if (self->counts[element] < UINT32_MAX)
        self->counts[element]++;
}

/* ---- pictures and objects (odf-object.c)
 * ----------------------------------------------------------- */

/** sk_odf_picture: @href as a picture: its name in the folder, or NULL where it cannot be shown.
 * @preview: of a chart or formula that comes out: it goes without stand-in
 * @ret: borrowed from the folder */
bool sk_odf_picture(SkOdf *self, SkOdfFolder *folder, SkSpan href, bool preview,
                    SkOdfCounts *counts, const char **ret,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_odf_picture_base64: the same for a picture that is written inside the text. */
bool sk_odf_picture_base64(SkOdf *self, SkOdfFolder *folder, const GString *text, SkSpan place,
                           const char **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_odf_standin: name of the picture that stands for those that cannot be shown. */
bool sk_odf_standin(SkOdf *self, SkOdfFolder *folder, const char **ret,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_odf_object: @href as a chart or formula: its name ("Object1"), or NULL for every other
 * object. */
bool sk_odf_object(SkOdf *self, SkSpan href, char **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_odf_object_inside: the same for the object that is written inside of @source. */
bool sk_odf_object_inside(SkOdf *self, const SkOdfSource *source, bool is_formula, char **ret,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- filters
 * ---------------------------------------------------------------------------------------- */

/** sk_odf_filter: streams a part through the allow-list into the open entry of the writer. */
bool sk_odf_filter(SkOdf *self, SkOdfFolder *folder, SkOdfKind kind, SkOdfCounts *counts,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_odf_filter_settings: the same for settings. */
bool sk_odf_filter_settings(SkOdf *self, SkOdfFolder *folder, SkOdfCounts *counts,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_odf_generator: (transfer full): the program that the document says it was made by, in our
 * words. Counts everything else that meta.xml holds. */
bool sk_odf_generator(SkOdf *self, const SkOdfSource *source, SkOdfCounts *counts, char **ret,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
