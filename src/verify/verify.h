/* SPDX-License-Identifier: Apache-2.0
 *
 * verify.h - does an object conform to the profile of its format? The second opinion on whatever
 * the disarmer wrote: it shares no parser, table or code with it, only zlib's inflate. Runs in:
 * verify worker (no files, no network). Trusts: nothing; the kernel, src/base, this folder. Spec:
 * docs/formats/   Tests: tests/unit/verify/, tests/fuzz/fuzz-verify.c
 */
#pragma once

#include "base/sink.h"
#include "sandbox/job.h"
#include "sandbox/report.h"

/**
 * sk_verify_run:
 * @job: hint is the type that must be proved; SK_TYPE_NONE decides by the first bytes, which never
 *     finds text, csv or tsv. A level that the type is not written at is refused. A verdict other
 * than `kept` for an element that stays by default (hyperlink, comments…) makes its presence a
 * refusal.
 * @input: the whole object
 * @report: must be new. Conforming: outcome clean, type_out and level set. Otherwise: refused,
 *     verify-failed, and one finding that names the first element outside the profile and its
 * place. Linear in what the input expands to, which job->limits bounds.
 */
void sk_verify_run(const SkJob *job, SkSpan input, SkReport *report);
/**
 * sk_verify_run_with: the same, of archives too: their members are written into @sink (NULL: nowhere), a
 * container of READY children (docs/formats/children.md), and the outcome is CHILDREN: the archive
 * conforms if each of them does.
 */
void sk_verify_run_with(const SkJob *job, SkSpan input, SkSink *sink, SkReport *report);
