/* SPDX-License-Identifier: Apache-2.0
 * station.c - contract in station.h. */
#include "cmd/station.h"

#include <string.h>

void
sk_station_options_clear(SkStationOptions *self)
{
    g_clear_pointer(&self->conf, g_free);
    g_clear_pointer(&self->zone, g_free);
}

static const SkConfStation *
choose(const SkCommand *command, const SkConf *conf, const char *zone)
{
    const SkConfStation *only = g_ptr_array_index(conf->stations, 0);
    if (zone == NULL && conf->stations->len == 1)
        return only;
    if (zone == NULL) {
        sk_command_complain(command, "this machine has %u stations: say --station ZONE",
                            conf->stations->len);
        return NULL;
    }
    const SkConfStation *found = sk_conf_station(conf, zone);
    if (found == NULL)
        sk_command_complain(command, "this machine has no station of that zone");
    return found;
}

SkExit
sk_station_find(const SkCommand *command, const SkStationOptions *options, SkConf **ret_conf,
                const SkConfStation **ret_station)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SkConf) conf = NULL;

    if (!sk_conf_load(options->conf == NULL ? SK_STATION_CONF : options->conf, &conf, &error)) {
        sk_command_complain(command, "%s", error->message);
        return SK_EXIT_FAILED;
    }
    const SkConfStation *station = choose(command, conf, options->zone);
    if (station == NULL)
        return SK_EXIT_USAGE;
    *ret_station = station;
    *ret_conf = g_steal_pointer(&conf);
    return SK_EXIT_DONE;
}

SkStore *
sk_station_open(const SkCommand *command, const SkConfStation *station)
{
    return sk_station_open_with(command, station, NULL);
}

SkStore *
sk_station_open_with(const SkCommand *command, const SkConfStation *station, const char *vault)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SkStore) store = sk_store_open(station->store, vault, &error);
    if (store == NULL) {
        sk_command_complain(command, "%s", error->message);
        return NULL;
    }
    if (strcmp(sk_store_zone(store), station->zone) != 0) {
        sk_command_complain(command, "the database belongs to zone %s", sk_store_zone(store));
        return NULL;
    }
    sk_store_set_command_line(store);
    return g_steal_pointer(&store);
}
