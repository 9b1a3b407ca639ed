/* SPDX-License-Identifier: Apache-2.0
 *
 * odf-names.h - the closed tables of elements, attributes, value classes and settings of
 * OpenDocument files (odf-allow.tsv, odf-other.tsv, odf-settings.tsv), and what the filter asks of
 * them. Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/odf.md   Tests: tests/unit/disarm/test-odf.c, tests/golden/odf-lists
 */
#pragma once

#include "base/elements.h"
#include "format/xml.h"
#include "odf-allow.h" /* made by tools/odf-allow.py */

typedef enum {
    SK_ODF_MODE_KEEP,    /* with elements inside */
    SK_ODF_MODE_TEXT,    /* with text inside */
    SK_ODF_MODE_MIXED,   /* with both */
    SK_ODF_MODE_THROUGH, /* only what is inside stays */
    SK_ODF_MODE_DROP
} SkOdfMode;

typedef enum {
    SK_ODF_VALUE_N, /* number */
    SK_ODF_VALUE_K, /* keyword */
    SK_ODF_VALUE_V, /* style value */
    SK_ODF_VALUE_S, /* string */
    SK_ODF_VALUE_C, /* ranges of cells */
    SK_ODF_VALUE_Q, /* count of a sequence */
    SK_ODF_VALUE_ACTION,
    SK_ODF_VALUE_EVENT,
    SK_ODF_VALUE_MATH,
    SK_ODF_VALUE_F, /* from here on: written anew, or by what they lead to */
    SK_ODF_VALUE_T,
    SK_ODF_VALUE_LINK,
    SK_ODF_VALUE_VERSION,
    SK_ODF_VALUE_CONFIG,
    SK_ODF_VALUE_IMAGE,
    SK_ODF_VALUE_OBJECT
} SkOdfClass;

typedef struct {
    const char *name; /* as written */
    SkElement lost;   /* how it is counted where it does not come out */
    bool known;       /* never comes out, and is counted as @lost only */
} SkOdfAttr;

typedef struct {
    uint16_t attr;
    uint8_t value; /* SkOdfClass */
} SkOdfAttrRow;

typedef struct {
    const char *name; /* as written */
    uint16_t attrs_at;
    uint8_t attrs_n;
    uint8_t mode;      /* SkOdfMode */
    SkElement element; /* how it is counted; NONE for ordinary ones */
} SkOdfElementRow;

typedef enum {
    SK_ODF_SETTING_NONE, /* unknown */
    SK_ODF_SETTING_QUIET,
    SK_ODF_SETTING_B,
    SK_ODF_SETTING_N,
    SK_ODF_SETTING_S,
    SK_ODF_SETTING_SET,
    SK_ODF_SETTING_MAP
} SkOdfSettingGroup;

typedef struct {
    const char *name;
    SkOdfSettingGroup group;
} SkOdfSetting;

extern const SkOdfAttr sk_odf_attrs[SK_ODF_AT_COUNT];
extern const SkOdfAttrRow sk_odf_attr_rows[];
extern const SkOdfElementRow sk_odf_element_rows[SK_ODF_EL_COUNT];
extern const SkOdfSetting sk_odf_settings[];
extern const unsigned sk_odf_settings_n;
extern const char *const sk_odf_functions[];
extern const unsigned sk_odf_functions_n;
/* The namespace declarations that every root element carries. */
extern const char sk_odf_namespaces[];

/** sk_odf_element: symbol of an element; 0 if not in the tables. */
SkXmlSymbol sk_odf_element(void *user, SkSpan uri, SkSpan local);
SkXmlSymbol sk_odf_attribute(void *user, SkSpan uri, SkSpan local);
/** sk_odf_attr_row: how @element may carry @attr; NULL if it may not. */
const SkOdfAttrRow *sk_odf_attr_row(SkXmlSymbol element, SkXmlSymbol attr);
/** sk_odf_setting: group and table's own name of a setting. */
SkOdfSettingGroup sk_odf_setting(SkSpan name, const char **ret_name);

/* ---- values (odf-value.c) -------------------------------------------------------------------- */

#define SK_ODF_STRING_MAX 8192u
#define SK_ODF_STYLE_MAX (1u << 20)
#define SK_ODF_FORMULA_MAX 32768u
#define SK_ODF_TARGET_MAX 2048u

/** sk_odf_value_is: is @value, with white space turned into spaces, of the class (N to MATH)? */
bool sk_odf_value_is(SkOdfClass class, SkSpan value);
/** sk_odf_is_plain_number: class n, and nothing behind the number. */
bool sk_odf_is_plain_number(SkSpan value);
/** sk_odf_is_target: a place in this document: `#` and some text. */
bool sk_odf_is_target(SkSpan value);
/** sk_odf_ranges: ranges of cells; sk_odf_range: one of them, whose places must say that they are
 * places ("." or a sheet) if @marked. */
bool sk_odf_ranges(SkSpan value);
bool sk_odf_range(SkSpan value, bool marked);
/** sk_odf_wide: bytes of the character from U+00A1 on that may stand in a name at @at; 0 for none.
 */
size_t sk_odf_wide(SkSpan s, size_t at);

/* ---- formulas (odf-formula.c) ---------------------------------------------------------------- */

typedef struct {
    SkElement lost; /* NONE: it may come out */
    bool linked;    /* it calls HYPERLINK with an address */
} SkOdfFormula;

/**
 * sk_odf_formula: what stands behind a formula's or condition's prefix (and `=`).
 * @condition: functions of conditions may be called
 * @links: HYPERLINK may hold addresses
 */
SkOdfFormula sk_odf_formula(SkSpan tokens, bool condition, bool links);
