/* SPDX-License-Identifier: Apache-2.0
 *
 * clock.h - time as int64 microseconds since 1970-01-01 UTC, everywhere.
 * Tests: tests/unit/base/test-bytes.c
 */
#pragma once

#include "base/base.h"

/** sk_clock_now: wall time in µs UTC. May go back: what is ordered uses sk_clock_after. */
int64_t sk_clock_now(void);
/** sk_clock_after: now, but never less than @last: a clock set back does not turn order around. */
int64_t sk_clock_after(int64_t last);
/** sk_clock_monotonic: µs that never go back; for deadlines inside one process only. */
int64_t sk_clock_monotonic(void);
/** sk_clock_midnight: where today began, by the machine's own time zone; 0 where that has no midnight. */
int64_t sk_clock_midnight(void);
/** sk_clock_iso: (transfer full): RFC 3339 in UTC with milliseconds, `2026-11-23T05:54:00.123Z`. */
char *sk_clock_iso(int64_t us);
