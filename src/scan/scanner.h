/* SPDX-License-Identifier: Apache-2.0
 *
 * scanner.h - what the town's scanners say of one object, before it is disarmed: YARA rules in a
 * sandboxed worker of its own, a ClamAV daemon over its socket. More than one may be asked; each is
 * optional, and none takes the place of disarming or verifying.
 * Runs in: runner, in any of its threads. Trusts: nothing that a scanner says.
 * Spec: docs/scan.md   Tests: tests/sandbox/test-scan.c
 */
#pragma once

#include "sandbox/pipeline.h"

typedef struct SkScanner SkScanner;

/**
 * sk_scanner_new: (transfer full). Starts nothing yet.
 * @programs: folder of sekisho-scan
 * @yara: file of rules; NULL or "": none
 * @clamd: socket; NULL or "": none
 */
SkScanner *sk_scanner_new(const char *programs, const char *yara, const char *clamd);
void sk_scanner_free(SkScanner *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkScanner, sk_scanner_free)

/** sk_scanner_scan: SkScanFunc (sandbox/pipeline.h); @data is the scanner. A hit refuses `malware`, as finding `malware`
 * with rule or signature as its place. Where one of the scanners fails, or there is none: finding `unscanned`, refused
 * where the job's verdict says so. */
bool sk_scanner_scan(void *data, const SkJob *job, int input, SkReport *report);
