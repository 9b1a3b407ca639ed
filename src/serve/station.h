/* SPDX-License-Identifier: Apache-2.0
 *
 * station.h - make a station's places on disk before its roles start: directories of mode 0700 that
 * belong to its user.
 * Runs in: supervisor, `sekisho user`. Tests: tests/e2e/
 */
#pragma once

#include "policy/conf.h"

#include <sys/types.h>

/** sk_station_owner: the uid and gid that the station's roles run under. SK_ERROR_IO names an unknown user. */
bool sk_station_owner(const SkConfStation *station, uid_t *ret_uid, gid_t *ret_gid, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/** sk_station_prepare: creates what is missing, and gives everything in it to the owner when run by root. */
bool sk_station_prepare(const SkConfStation *station, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_station_key_dir: (transfer full): the directory that holds the station's keys. */
char *sk_station_key_dir(const SkConfStation *station);
