/* SPDX-License-Identifier: Apache-2.0
 *
 * types.h - the types of content by name (data/types.tsv), levels, reasons: the closed lists that
 * every program and every frame between them uses.
 * Runs in: every program. Tests: tests/unit/base/test-tables.c
 */
#pragma once

#include "base/base.h"
#include "tables.h"

typedef struct {
    const char *name;
    const char *extension; /* "" for a type that is never delivered */
    const char *also;      /* comma-separated */
    const char *mime;
    const char *ja;
    const char *en;
} SkTypeRow;

extern const SkTypeRow sk_type_rows[SK_TYPE_COUNT];

static inline const SkTypeRow *
sk_type_get(SkType type)
{
    g_assert(type < SK_TYPE_COUNT);
    return &sk_type_rows[type];
}

/** sk_type_lookup: by the policy's word; SK_TYPE_NONE where there is none. */
SkType sk_type_lookup(const char *name);
/** sk_type_from_name: by a file name's last extension, ASCII case folded; SK_TYPE_NONE if unknown. */
SkType sk_type_from_name(const char *file_name);

/** SkLevel (方式): how content is made harmless. A greater number is not a stricter level. */
typedef enum {
    SK_LEVEL_NONE = 0,
    SK_LEVEL_TEXT,
    SK_LEVEL_IMAGE,
    SK_LEVEL_REBUILT,
    SK_LEVEL_INSPECTED,
    SK_LEVEL_ORIGINAL,
    SK_LEVEL_COUNT
} SkLevel;

const char *sk_level_name(SkLevel level);
/** sk_level_lookup: SK_LEVEL_NONE where @name is no level. */
SkLevel sk_level_lookup(const char *name);

/** SkReason: why an object was refused. The list is closed. */
typedef enum {
    SK_REASON_NONE = 0,
    SK_REASON_ENCRYPTED,
    SK_REASON_MALFORMED,
    SK_REASON_AMBIGUOUS,
    SK_REASON_LIMIT,
    SK_REASON_UNSUPPORTED,
    SK_REASON_TYPE_MISMATCH,
    SK_REASON_MALWARE,
    SK_REASON_FORBIDDEN,
    SK_REASON_TIMEOUT,
    SK_REASON_CRASH,
    SK_REASON_VERIFY_FAILED,
    SK_REASON_SANDBOX,
    SK_REASON_GAVE_UP,
    SK_REASON_COUNT
} SkReason;

const char *sk_reason_name(SkReason reason); /* "encrypted"; "" for SK_REASON_NONE */
SkReason sk_reason_lookup(const char *name);
/** sk_reason_from_error: what a parser's error means to a person; IO and INTERNAL are `crash`. */
SkReason sk_reason_from_error(const GError *error);
/** sk_reason_sentence: one sentence for a person; @language is "ja" or "en". */
const char *sk_reason_sentence(SkReason reason, const char *language);
/** sk_type_advice: for content of @type that is refused `unsupported`: that it is this type, and what a person can do
 * instead; NULL where there is nothing to say beyond the reason's own sentence.
 * @level: that was asked for: where nothing would have been converted, nobody misses the converter. */
const char *sk_type_advice(SkType type, SkLevel level, const char *language);
/** sk_type_is_program: would it run, install or connect when opened? Never named in a policy, never taken out. */
bool sk_type_is_program(SkType type);
