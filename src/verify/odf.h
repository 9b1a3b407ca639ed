/* SPDX-License-Identifier: Apache-2.0
 *
 * odf.h - OpenDocument packages of the profile: the walk over the entries (odf.c), one XML part
 * (odf-part.c), classes of values (odf-values.c), formulas and ranges (odf-formula.c), settings
 * (odf-settings.c), and what a thing outside the profile is called (odf-names.c).
 * tools/odf-table.py reads the lists from docs/formats/odf.md at build time, so what people read
 * there is what runs here; only odf-*.c include the generated odf-elements.h.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/odf.md   Tests: tests/unit/verify/test-odf.c, tests/fuzz/fuzz-verify.c
 */
#pragma once

#include "verify/xml.h"
#include "verify/zip.h"

/* ---- the lists ---------------------------------------------------------------------------- */

typedef enum { SK_ODF_ELEMENTS, SK_ODF_TEXT, SK_ODF_MIXED } SkOdfContent;

typedef struct {
    const char *name;
    uint8_t length;
    uint8_t class;
} SkOdfAttribute;

typedef struct {
    const char *name;
    uint8_t length;
    uint8_t content;     /* SkOdfContent */
    uint16_t attributes; /* first in sk_opendocument_attributes, which ascend by name in each row */
    uint16_t n_attributes;
} SkOdfRow;

typedef enum {
    SK_ODF_GROUP_NONE,
    SK_ODF_GROUP_B,
    SK_ODF_GROUP_N,
    SK_ODF_GROUP_S,
    SK_ODF_GROUP_SET,
    SK_ODF_GROUP_MAP
} SkOdfGroup;

typedef struct {
    const char *name;
    SkOdfGroup group;
} SkOdfSetting;

extern const SkOdfAttribute sk_opendocument_attributes[];
extern const SkOdfRow sk_opendocument_rows[];
extern const uint16_t sk_opendocument_slots[];
extern const char *const sk_opendocument_declarations[][2];
extern const unsigned sk_opendocument_declarations_n;
extern const char *const sk_opendocument_functions[]; /* ascending, as the next */
extern const unsigned sk_opendocument_functions_n;
extern const char *const sk_opendocument_condition_functions[];
extern const unsigned sk_opendocument_condition_functions_n;
extern const SkOdfSetting sk_opendocument_settings[]; /* ascending */
extern const unsigned sk_opendocument_settings_n;

/* ---- the package -------------------------------------------------------------------------- */

typedef enum {
    SK_ODF_PART_CONTENT, /* of the document, or of a chart */
    SK_ODF_PART_STYLES,
    SK_ODF_PART_SETTINGS,
    SK_ODF_PART_META,
    SK_ODF_PART_FORMULA,
    SK_ODF_PART_OBJECT /* of a chart or a formula: its root says which */
} SkOdfPartKind;

/* Something mentioned, waiting for its entries. */
typedef struct {
    bool object;
    unsigned folder; /* 0: the document's; else the number of an object */
    unsigned number;
    bool png;
} SkOdfItem;

typedef struct {
    SkProof *proof;
    SkType type;
    GArray *entries;    /* owned, of SkZipEntry */
    GArray *items;      /* owned, of SkOdfItem: the queue */
    GPtrArray *folders; /* owned, of GArray * of bool: the pictures of each folder, PNG or not */
    char version[4];    /* V; empty before the first root */
} SkOdfFile;

/** sk_opendocument_check_part: reads the XML of @entry.
 * @folder: 0, or the number of the object that it belongs to
 * @ret_kind: what it turned out to be (SK_ODF_PART_OBJECT never) */
bool sk_opendocument_check_part(SkOdfFile *file, const SkZipEntry *entry, SkOdfPartKind kind,
                                unsigned folder, SkOdfPartKind *ret_kind) G_GNUC_WARN_UNUSED_RESULT;
/** sk_opendocument_mention: the value of an attribute of class image or object; joins the queue
 * where new.
 */
bool sk_opendocument_mention(SkOdfFile *file, unsigned folder, SkSpan value, bool object);

/* ---- values; all with references resolved ------------------------------------------------- */

#define SK_ODF_FORMULA_MAX 32768u
#define SK_ODF_TEXT_MAX 8192u

bool sk_opendocument_is_number(SkSpan v);
bool sk_opendocument_is_plain_number(SkSpan v); /* nothing behind it */
bool sk_opendocument_is_keyword(SkSpan v);
bool sk_opendocument_is_style_value(SkSpan v);
bool sk_opendocument_is_count(SkSpan v);
bool sk_opendocument_is_target(SkSpan v);
bool sk_opendocument_is_action(SkSpan v);
bool sk_opendocument_is_math(SkSpan v);
bool sk_opendocument_is_version(SkSpan v);
bool sk_opendocument_is_generator(SkSpan v);
/** sk_opendocument_group: of a setting's name; NONE for one that is not in list S. */
SkOdfGroup sk_opendocument_group(SkSpan name);

bool sk_opendocument_is_ranges(SkSpan v);
/** sk_opendocument_refuse_formula: @condition: class t, else f. @keep_links: HYPERLINK may leave
 * the document. Returns: SK_ELEMENT_NONE, or what it is instead */
SkElement sk_opendocument_refuse_formula(SkSpan v, bool condition, bool keep_links);

/* ---- names outside the profile: what to report, never SK_ELEMENT_NONE ---------------------- */

SkElement sk_opendocument_name_of_element(SkSpan name);
SkElement sk_opendocument_name_of_attribute(SkSpan element, SkSpan name, SkSpan value);
SkElement sk_opendocument_name_of_entry(SkSpan name);
/** sk_opendocument_name_of_link: the value of an attribute that may not stand, where a link may. */
SkElement sk_opendocument_name_of_link(SkSpan element, SkSpan value);
/** sk_opendocument_name_in_package: by what stands in a mimetype, meta.xml or manifest that is not
 * the expected. */
SkElement sk_opendocument_name_in_package(SkSpan content);
