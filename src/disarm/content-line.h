/* SPDX-License-Identifier: Apache-2.0
 *
 * content-line.h - the lines of which calendars and contacts are made: unfolded, parted into name,
 * parameters and value, written anew and folded.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/ics.md, RFC 5545, RFC 6350   Tests: tests/unit/disarm/test-content-line.c
 */
#pragma once

#include "disarm/disarm.h"
#include "disarm/textual.h"

#define SK_CONTENT_PARAMETERS_MAX 32u

typedef enum {
    SK_CONTENT_TEXT = 1, /* one text */
    SK_CONTENT_TEXTS,    /* texts with commas between */
    SK_CONTENT_PARTS,    /* parts with semicolons between, each of them texts */
    SK_CONTENT_TIME,     /* dates, times, durations, offsets */
    SK_CONTENT_RULE,
    SK_CONTENT_NUMBER, /* numbers, also two with a semicolon */
    SK_CONTENT_WORD,
    SK_CONTENT_ADDRESS, /* mailto: */
    SK_CONTENT_LINK,
    SK_CONTENT_ATTACHED, /* never written: `attached` says how it is called */
} SkContentKind;

typedef struct {
    const char *name;
    SkContentKind kind;
} SkContentProperty;

/** SkContentFormat: what one of the two formats allows. Lists end with a NULL. */
typedef struct {
    const SkContentProperty *properties;
    const char *const *tokens; /* parameters whose values are words */
    const char *const *texts;  /* parameters whose values are text */
    SkElement attached;
} SkContentFormat;

typedef struct {
    SkSpan name, value;
} SkContentParameter;

typedef struct {
    char *name;   /* owned; upper case, without its group */
    SkSpan value; /* as it was written */
    unsigned n;
    SkContentParameter parameters[SK_CONTENT_PARAMETERS_MAX];
} SkContentLine;

typedef struct {
    SkDisarm *disarm;
    const SkContentFormat *format;
    SkSpan in;
    size_t at;
    GString *line;  /* owned: the line at hand, unfolded */
    GString *out;   /* owned: the line being written */
    GString *text;  /* owned: scratch */
    GString *plain; /* owned: a value of quoted-printable, decoded */
    SkContentLine at_hand;
    uint32_t unknown;
    SkTextualDropped dropped;
} SkContent;

/** sk_content_init: @in is UTF-8, borrowed. sk_content_clear must follow. */
void sk_content_init(SkContent *self, SkDisarm *disarm, const SkContentFormat *format, SkSpan in);
void sk_content_clear(SkContent *self);
/** sk_content_next: the next line that is not empty into self->at_hand. @ret_more: false at the end. */
bool sk_content_next(SkContent *self, bool *ret_more, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_content_is: is the line at hand `NAME:VALUE` without parameters, in any case? */
bool sk_content_is(const SkContent *self, const char *name, const char *value);
/** sk_content_write: the line at hand, as far as the format allows it. */
bool sk_content_write(SkContent *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_content_put: a line of ours. */
void sk_content_put(SkContent *self, const char *line);
/** sk_content_report: what was dropped from all lines. */
bool sk_content_report(SkContent *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
