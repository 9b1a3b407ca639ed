/* SPDX-License-Identifier: Apache-2.0
 *
 * job.h - one job for a worker: what to do with one object, and within which limits. A fixed-size
 * frame from the pool to the zygote, with three descriptors: 0 the sealed input, 1 an empty memfd
 * for the output, 2 an empty memfd for the report (sandbox/report.h). Runs in: pool (writes),
 * zygote and worker (read). Trusts: the pool, which started the zygote. Tests:
 * tests/unit/sandbox/test-job.c
 */
#pragma once

#include "base/elements.h"
#include "base/types.h"

#define SK_JOB_FDS 3u
#define SK_JOB_FD_INPUT 0
#define SK_JOB_FD_OUTPUT 1
#define SK_JOB_FD_REPORT 2
#define SK_JOB_PASSWORD_MAX 255u /* bytes of UTF-8 */

typedef struct {
    SkLevel level; /* disarm: as asked; verify: as claimed (may be NONE) */
    SkType hint;   /* disarm: what the file's extension says, NONE if nothing; verify: what must be
                      proved */
    bool
        strict_hint; /* a known extension that disagrees with the content refuses (type-mismatch) */
    uint32_t dpi;    /* pages drawn; 72 to 600 */
    SkType target;   /* convert: what the hint's type is to become; disarm: TABLE for the cells of a
                        table alone (docs/formats/table.md), else NONE; verify: NONE */
    bool numbers;    /* disarm: nothing is written: the input is a text, in which My Numbers are looked
                        for */
    SkLimits limits;
    uint8_t verdicts[SK_ELEMENT_COUNT]; /* SkVerdict overrides by SkElement; NONE = default */
    char password[SK_JOB_PASSWORD_MAX + 1]; /* UTF-8, NUL behind it to the end; "": none was given */
} SkJob;

/** sk_job_default: level rebuilt, no hint, 150 dpi, default limits, no overrides. */
SkJob sk_job_default(void);

/* Encoded length: fixed for one build; both ends are built from the same tables and check
 * SK_TABLES_FINGERPRINT. */
#define SK_JOB_FRAME_LEN \
    ((size_t)(8 + 8 + 6 * 4 + 5 * 8 + 6 * 4 + SK_ELEMENT_COUNT + SK_JOB_PASSWORD_MAX + 1))

/** sk_job_set_password: false where @password is too long or no UTF-8 without NUL; @job untouched then. */
bool sk_job_set_password(SkJob *job, SkSpan password) G_GNUC_WARN_UNUSED_RESULT;
/** sk_job_forget: wipes the password from memory. Every holder of a job that had one calls it as soon as
 * the password has served. @job is any job that lies in writable memory, whatever its pointer says. */
void sk_job_forget(const SkJob *job);

/** sk_job_emit: writes exactly SK_JOB_FRAME_LEN bytes, the password in clear among them. */
void sk_job_emit(const SkJob *job, uint8_t ret[SK_JOB_FRAME_LEN]);
/** sk_job_parse: SK_ERROR_MALFORMED for any length, fingerprint or value outside the closed lists.
 */
bool sk_job_parse(SkSpan frame, SkJob *ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
