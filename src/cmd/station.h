/* SPDX-License-Identifier: Apache-2.0
 *
 * station.h - which station of this machine a subcommand is about: --conf FILE and --station ZONE.
 * Runs in: `sekisho`. Trusts: sekisho.conf's owner.
 * Tests: tests/unit/cmd/test-station.c
 */
#pragma once

#include "cmd/cmd.h"
#include "policy/conf.h"
#include "store/account.h"

#define SK_STATION_CONF "/etc/sekisho/sekisho.conf"

/* The two options, for a subcommand's table; both may stay NULL. */
typedef struct {
    char *conf;
    char *zone;
} SkStationOptions;

/* clang-format off */
#define SK_STATION_ENTRIES(options)                                                                \
    { "conf", 0, 0, G_OPTION_ARG_FILENAME, &(options).conf, NULL, NULL },                          \
    { "station", 0, 0, G_OPTION_ARG_STRING, &(options).zone, NULL, NULL }
#define SK_STATION_HELP                                                                            \
    "  --conf FILE      sekisho.conf (" SK_STATION_CONF " otherwise)\n"                            \
    "  --station ZONE   which station; needed where this machine has several\n"
/* clang-format on */

void sk_station_options_clear(SkStationOptions *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SkStationOptions, sk_station_options_clear)

/**
 * sk_station_find: complains itself.
 * @ret_conf: (out) (transfer full): what @ret_station lives in
 * Returns: SK_EXIT_DONE, USAGE (which station is not clear) or FAILED
 */
SkExit sk_station_find(const SkCommand *command, const SkStationOptions *options, SkConf **ret_conf,
                       const SkConfStation **ret_station);
/** sk_station_open: (transfer full): the station's database without its vault; NULL after
 * complaining. */
SkStore *sk_station_open(const SkCommand *command, const SkConfStation *station);
/** sk_station_open_with: the same with its vault; NULL = without. */
SkStore *sk_station_open_with(const SkCommand *command, const SkConfStation *station,
                              const char *vault);
