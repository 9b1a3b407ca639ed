/* SPDX-License-Identifier: Apache-2.0
 *
 * archive-time.h - when a member was last changed, as ZIP says it (APPNOTE 4.4.6). ZIP and its like say what a clock on a
 * wall showed, tar and its like an instant: that is told as clocks in Japan showed it, whatever the zone of the machine.
 * Runs in: disarm worker (no files, no network). Tests: tests/golden/hostile-foreign
 */
#pragma once

#include <stdint.h>

/** sk_archive_time: @seconds since 1970 (UTC), in Japan; 0 outside 1980 to 2107. */
uint32_t sk_archive_time(int64_t seconds);
/** sk_archive_time_wall: the same where the clock on the wall was counted as if it were UTC. */
uint32_t sk_archive_time_wall(int64_t seconds);
