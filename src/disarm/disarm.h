/* SPDX-License-Identifier: Apache-2.0
 *
 * disarm.h - what every format's disarmer is given: the object, the sink, the verdicts, the report.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/   Tests: tests/unit/disarm/
 */
#pragma once

#include "base/sink.h"
#include "sandbox/job.h"
#include "sandbox/report.h"

typedef struct {
    const SkJob *job;
    SkSpan input;      /* borrowed */
    SkSink *sink;      /* borrowed */
    SkReport *report;  /* borrowed */
    uint64_t expanded; /* bytes decompressed so far, of everything in this object */
    uint64_t drawn;    /* work spent on drawings so far (metafile.h) */
    /* of a PDF or an archive, whose readers take locks off; wiped once it has served */
    char password[SK_JOB_PASSWORD_MAX + 1];
    /* PDF: what the run before this one asked to have drawn, and what was drawn; or empty */
    SkSpan request, pages;
    /* PDF: set by the disarmer: the sink holds a request, or nothing: draw every page */
    bool asks;
    /* a lock was taken off with a password that nothing told right from wrong: what is broken behind it was opened wrongly */
    bool untested;
    /* set by the disarmer: the sink holds a container of children (sandbox/children.h), not the object */
    bool children;
} SkDisarm;

/**
 * sk_disarm_verdict: what the policy (or the default) says about @element. Records nothing.
 */
SkVerdict sk_disarm_verdict(const SkDisarm *self, SkElement element);
/**
 * sk_disarm_found: @element stands @count times at @place: looks up the verdict, records the
 * finding. Returns: true with *ret_verdict set, or false with SK_ERROR_FORBIDDEN (or
 * SK_ERROR_ENCRYPTED for an encryption element) when the verdict is `refused`: the caller returns
 * false at once.
 */
bool sk_disarm_found(SkDisarm *self, SkElement element, SkSpan place, uint32_t count,
                     SkVerdict *ret_verdict, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_disarm_expand: counts @n more decompressed bytes from @compressed bytes read so far of one
 * entry. SK_ERROR_LIMIT over size or ratio. */
bool sk_disarm_expand(SkDisarm *self, uint64_t n, uint64_t entry_expanded,
                      uint64_t entry_compressed, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * SkDisarmFunc: one format at one level: reads self->input, writes self->sink, notes findings.
 * Returns: true: the sink holds the whole new object. false with @error: nothing of it will be
 * used.
 */
typedef bool (*SkDisarmFunc)(SkDisarm *self, GError **error);

/** SkDisarmRow: the table of what this version can do; disarm/formats.c holds it. */
typedef struct {
    SkType type_in;
    SkLevel level;
    SkType type_out;
    SkDisarmFunc run; /* NULL: the outcome is SK_OUTCOME_DRAW */
} SkDisarmRow;

extern const SkDisarmRow sk_disarm_rows[];
extern const unsigned sk_disarm_rows_count;

/**
 * SkDisarmConversion: a type that is converted first and disarmed then (SK_OUTCOME_CONVERT). At
 * level `image` every one becomes a PDF, and so does whatever a row above rebuilds: then it is the
 * rebuilt form that is converted. disarm/formats.c holds the table.
 */
typedef struct {
    SkType type_in;
    SkType target;     /* at the levels `rebuilt` and `text` */
    SkDisarmFunc look; /* or NULL: notes what is in it; writes nothing */
} SkDisarmConversion;

extern const SkDisarmConversion sk_disarm_conversions[];
extern const unsigned sk_disarm_conversions_count;

/** sk_disarm_run: identify, look up the row, run it, fill the report. The worker's whole job. */
void sk_disarm_run(const SkJob *job, SkSpan input, SkSink *sink, SkReport *report);
