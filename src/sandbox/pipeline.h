/* SPDX-License-Identifier: Apache-2.0
 *
 * pipeline.h - what becomes of one object: disarmed, converted or drawn where its type asks for it,
 * verified. Each program has its own pool; what one of them says is a claim to the next. Runs in:
 * runner (disarm), intake (verify), `sekisho disarm`, `sekisho verify`. Trusts: nothing that a
 * worker writes. Tests: tests/sandbox/test-pipeline.c
 */
#pragma once

#include "sandbox/pool.h"

typedef struct SkPipeline SkPipeline;

/**
 * sk_pipeline_new: (transfer full). Starts nothing yet.
 * @programs: the folder of sekisho-disarm, sekisho-verify, sekisho-draw and sekisho-convert; NULL:
 * beside the running program, or where that is installed in a bin folder, in ../lib/sekisho from
 * there
 */
SkPipeline *sk_pipeline_new(const char *programs);
void sk_pipeline_free(SkPipeline *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkPipeline, sk_pipeline_free)

/** sk_pipeline_converts: are sekisho-convert (in @programs, as above) and LibreOffice there? Without them old
 * Office formats are refused, and no office document becomes pictures. */
bool sk_pipeline_converts(const char *programs);

/** sk_pipeline_warm_disarm, sk_pipeline_warm_verify: start that zygote now; errors as sk_pool_warm.
 */
bool sk_pipeline_warm_disarm(SkPipeline *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_pipeline_warm_verify(SkPipeline *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_pipeline_set_lanes: on how many cores the children of one object are worked on; before the first object. By default
 * on all, as far as memory goes. */
void sk_pipeline_set_lanes(SkPipeline *self, unsigned lanes);

/**
 * SkChildRules: what the caller says of what stands inside an object. Each may be NULL: every child is then treated as the
 * whole is. Never two of decide, told and prove at once, but from any thread; tick from the caller's own.
 */
typedef struct {
    /**
     * decide: what may become of a child.
     * @type: what it is, as far as is known: first what its name says, then what it turned out to be; may be NONE
     * @job: level, verdicts, dpi and limits of the whole: to be changed to those of the child
     * Returns: false: it is lost, for *@ret_reason
     */
    bool (*decide)(void *data, SkType type, uint64_t size, SkJob *job, SkReason *ret_reason);
    /** told: what became of a child; @path: in the whole tree. */
    void (*told)(void *data, const char *path, const SkReport *report);
    /** prove: one after another, the ways in which a child of @type may have been made: @job's level (NONE: any that its
     * profile knows) and verdicts. It passes where it conforms in one of them. Returns: false: there is no @way-th. */
    bool (*prove)(void *data, SkType type, uint64_t size, unsigned way, SkJob *job);
    /** tick: about every second, and between children: to renew a lease. */
    void (*tick)(void *data);
    void *data;
} SkChildRules;

/**
 * SkScanFunc: asked of every object, and of every one that stands inside, as it came and before anything else is done with
 * it; from any thread, several at once. What it finds it adds to @report. Returns: false: @report is a refusal, and the
 * answer to this object; one for `malware` is the answer to the whole.
 */
typedef bool (*SkScanFunc)(void *data, const SkJob *job, int input, SkReport *report);
/** sk_pipeline_set_scan: for all that is disarmed from now on; @data is borrowed. */
void sk_pipeline_set_scan(SkPipeline *self, SkScanFunc scan, void *data);

/**
 * sk_pipeline_disarm: the sealed memfd @input (borrowed) at @job's level. Where the type is made
 * harmless by drawing, its pages are drawn and then disarmed as hostile input of their own; without
 * sekisho-draw such a type is refused `unsupported`. A document in an old format is converted
 * first, and one that is to be drawn is rebuilt and made a PDF; what comes out is disarmed as
 * hostile input, too. Without sekisho-convert or LibreOffice: `unsupported`. All steps share the
 * job's wall limit. What stands inside (members, attachments) goes through all of this by itself, and
 * a ZIP is made of what becomes of it; number, size, depth and time are bounded for the whole (tree.h),
 * which may take six times the wall limit.
 * @rules: for what stands inside; NULL: as the whole
 * @ret_report: (transfer full): findings of every step; clean: type_out is a type that can be
 * delivered, level is the one asked for
 * @ret_output: (transfer full): sealed, where clean; else -1. Nothing has verified it yet.
 * Returns: as sk_pool_run
 */
bool sk_pipeline_disarm(SkPipeline *self, const SkJob *job, const SkChildRules *rules, int input,
                        SkReport **ret_report, int *ret_output, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_pipeline_table: the cells of the sealed memfd @input (borrowed), which is said to be a @hint
 * (NONE: not said), as a table of docs/formats/table.md. Nothing is converted for it.
 * @ret_report: (transfer full): clean with type_out TABLE, or refused
 * @ret_output: (transfer full): sealed, where clean; else -1: to be read as hostile
 */
bool sk_pipeline_table(SkPipeline *self, SkType hint, int input, SkReport **ret_report,
                       int *ret_output, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_pipeline_numbers_in: the same for @words, plain text that goes along (a file's name, whom it is for): what is
 * found is added to @report, as one finding at @place; what cannot be looked through as `not-scanned`.
 */
bool sk_pipeline_numbers_in(SkPipeline *self, SkSpan words, const char *place, SkReport *report,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_pipeline_numbers: are there My Numbers in what the sealed memfd @input (borrowed) says? It is made
 * text, as by sk_pipeline_disarm, and a worker of its own looks through that. Advice for whoever
 * approves, not a wall: docs/formats/my-number.md.
 * What stands inside is looked through by itself, and its names.
 * @job: limits, hint, password; its level and verdicts are not looked at
 * @rules: its tick only; may be NULL
 * @ret_report: (transfer full): findings `my-number` and `not-scanned` only: the latter where there is
 * no text to look through, or no worker came back
 * Returns: as sk_pool_run
 */
bool sk_pipeline_numbers(SkPipeline *self, const SkJob *job, const SkChildRules *rules, int input,
                         SkReport **ret_report, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_pipeline_verify: does the sealed memfd @input (borrowed) conform to the profile of @type?
 * @level: as claimed; NONE: not said
 * @type: what must be proved; NONE: what the first bytes say
 * @job: limits and verdicts; its level and hint are not looked at
 * @rules: for the members of an archive, each of which is proved by itself; NULL: any type at any level
 * @ret_report: (transfer full): clean with type_out == @type, or refused
 */
bool sk_pipeline_verify(SkPipeline *self, SkType type, SkLevel level, const SkJob *job,
                        const SkChildRules *rules, int input, SkReport **ret_report, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_pipeline_cpu_us: CPU time of all its workers so far, user and system. */
uint64_t sk_pipeline_cpu_us(const SkPipeline *self);
/** sk_pipeline_disarm_pid, sk_pipeline_verify_pid: the zygotes' process ids for tests, 0 if none
 * runs. */
pid_t sk_pipeline_disarm_pid(const SkPipeline *self);
pid_t sk_pipeline_verify_pid(const SkPipeline *self);
