/* SPDX-License-Identifier: Apache-2.0
 *
 * progress.h - a line at the foot of a terminal while work lasts longer than a second: how many of
 * the files are done, and which is under way. Runs in: `sekisho`, in a thread of its own that
 * touches nothing else. Tests: tests/unit/cmd/test-progress.c
 */
#pragma once

#include <stdint.h>
#include <stdio.h>

typedef struct SkProgress SkProgress;

/** SK_PROGRESS_PATIENCE_US: work that is over sooner needs no line. */
#define SK_PROGRESS_PATIENCE_US 1000000

/** sk_progress_start: (transfer full). @to is borrowed; where it is no terminal the answer is NULL,
 * and nothing is drawn. */
SkProgress *sk_progress_start(FILE *to, unsigned total, int64_t patience_us);
/** sk_progress_step: @done files are finished, @name (copied, made plain) is next. */
void sk_progress_step(SkProgress *self, unsigned done, const char *name);
/** sk_progress_hide: takes the line away, so that something else can be printed; the next step
 * brings it back. */
void sk_progress_hide(SkProgress *self);
/** sk_progress_stop: takes the line away for good; NULL is a no-op. */
void sk_progress_stop(SkProgress *self);
