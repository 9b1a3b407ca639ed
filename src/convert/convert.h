/* SPDX-License-Identifier: Apache-2.0
 *
 * convert.h - one document in an old format made into one that we can disarm, or into a PDF to be
 * drawn, by LibreOffice inside this very process: its libraries are loaded, no program is started.
 * What comes out is hostile input again: a disarm worker reads it.
 * Runs in: convert worker (SK_SANDBOX_OFFICE: libraries and fonts, a tmpfs of its own, no network).
 * Trusts: nothing of the object; LibreOffice's files as installed.
 * Spec: docs/architecture.md ("Workers"), docs/decisions/0097-libreoffice-inside-the-worker.md
 * Tests: tests/unit/convert/, tests/sandbox/test-convert.c, tests/golden/
 */
#pragma once

#include "sandbox/job.h"
#include "sandbox/report.h"

/** sk_convert_prepare: loads LibreOffice's libraries once; without them every object is refused
 * `unsupported`. */
void sk_convert_prepare(void);

/**
 * sk_convert_run: makes a job->target of @input, which is a job->hint. The worker's whole job:
 * fills
 * @report. Refused: `unsupported` (no LibreOffice, a part of it is missing, or no way between the
 * two types), `malformed` (LibreOffice could not read it), `limit` (the output is too large).
 */
void sk_convert_run(const SkJob *job, GBytes *input, int output, SkReport *report);
