/* SPDX-License-Identifier: Apache-2.0
 *
 * report.h - what a worker says about its object: a bounded binary frame in the report memfd.
 * Written by a worker that is presumed compromised, so the decoder treats it as hostile: codes from
 * closed lists, counts, places of at most SK_PLACE_MAX bytes of checked UTF-8, at most
 * SK_REPORT_FINDINGS_MAX findings. No sentence ever comes out of a worker.
 * Runs in: workers (write); runner, intake, `sekisho` (read). Trusts: nothing.
 * Spec: docs/formats/report.md   Tests: tests/unit/sandbox/test-report.c, tests/fuzz/fuzz-report.c
 */
#pragma once

#include "base/elements.h"
#include "base/name.h"
#include "base/types.h"

#define SK_REPORT_FINDINGS_MAX 10000u
#define SK_REPORT_BYTES_MAX (6u << 20)

typedef enum {
    SK_OUTCOME_REFUSED = 1, /* disarm and verify: no; the reason says why */
    SK_OUTCOME_CLEAN,       /* disarm: the output is what was rebuilt. verify: it conforms */
    SK_OUTCOME_DRAW, /* disarm: have sekisho-draw draw the input, or where a request was written
                        (docs/formats/pages.md) the pages it names; then disarm what comes out */
    SK_OUTCOME_CONVERT, /* disarm: have sekisho-convert make a type_out of the input, or, where an
                           output was written, of that; then disarm what comes out */
    SK_OUTCOME_CHILDREN, /* disarm and verify: the output is a container of children (sandbox/children.h),
                            each of which goes through the pipeline; then build the parent from them */
} SkOutcome;

typedef enum {
    SK_ACTION_REMOVED = 1,
    SK_ACTION_REPLACED,
    SK_ACTION_KEPT,
    SK_ACTION_REFUSED, /* the element for which the object was refused */
} SkAction;

const char *sk_action_name(SkAction action);

typedef struct {
    SkElement element;
    SkAction action;
    uint32_t count; /* how many at this place, at least 1 */
    char *place;    /* owned; plain UTF-8, "" for the whole object */
} SkFinding;

typedef struct {
    SkOutcome outcome;
    SkReason reason;   /* NONE unless refused */
    SkType type_in;    /* what the content is; NONE if not recognised */
    SkType type_out;   /* clean: what the output is; convert: what it is to become; else NONE */
    SkLevel level;     /* how it was made harmless; NONE unless clean */
    GArray *findings;  /* owned, of SkFinding */
    bool findings_cut; /* there were more, of the whole or of something inside it */
} SkReport;

/** sk_report_new: (transfer full): refused, `crash`: whoever forgets to say otherwise has refused.
 */
SkReport *sk_report_new(void);
void sk_report_free(SkReport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkReport, sk_report_free)

/**
 * sk_report_find: notes a finding. @place may be anything: it is forced into plain UTF-8 and cut.
 * The same element, action and place as the last finding raise its count by @count. Past the
 * maximum further findings only set findings_cut.
 */
void sk_report_find(SkReport *self, SkElement element, SkAction action, SkSpan place,
                    uint32_t count);
/** sk_report_has: is @element among the findings? */
bool sk_report_has(const SkReport *self, SkElement element);
/** sk_report_refuse: outcome refused with @reason; the first refusal stays. */
void sk_report_refuse(SkReport *self, SkReason reason);

/** sk_report_emit: (transfer full). */
GBytes *sk_report_emit(const SkReport *self);
/** sk_report_parse: SK_ERROR_MALFORMED or SK_ERROR_LIMIT; @ret untouched then. Linear; allocates at
 * most what @frame holds. */
bool sk_report_parse(SkSpan frame, SkReport **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
