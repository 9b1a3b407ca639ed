/* SPDX-License-Identifier: Apache-2.0
 * station.c - contract in station.h. */
#include "serve/station.h"

#include <errno.h>
#include <ftw.h>
#include <pwd.h>
#include <sys/stat.h>

#define OPEN_DIRECTORIES 32

bool
sk_station_owner(const SkConfStation *station, uid_t *ret_uid, gid_t *ret_gid, GError **error)
{
    *ret_uid = geteuid();
    *ret_gid = getegid();
    if (geteuid() != 0)
        return true; /* an ordinary user serves as itself, whatever `user` says */
    if (station->user == NULL)
        return sk_throw(error, SK_ERROR_IO, "station %s: started by root, it needs a `user` of its own",
                        station->zone);
    errno = 0;
    const struct passwd *user = getpwnam(station->user);
    if (user == NULL)
        return sk_throw(error, SK_ERROR_IO, "station %s: there is no user %s on this machine", station->zone,
                        station->user);
    if (user->pw_uid == 0)
        return sk_throw(error, SK_ERROR_IO, "station %s: its user is root", station->zone);
    *ret_uid = user->pw_uid;
    *ret_gid = user->pw_gid;
    return true;
}

char *
sk_station_key_dir(const SkConfStation *station)
{
    return g_path_get_dirname(station->key);
}

/* nftw has no argument to pass on; the walk is over before anything else could ask. */
static uid_t owner_uid;
static gid_t owner_gid;

static int
give(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)at;
    if (kind == FTW_DNR || kind == FTW_NS)
        return -1;
    if (st->st_uid == owner_uid && st->st_gid == owner_gid)
        return 0;
    return lchown(path, owner_uid, owner_gid);
}

static bool
prepare_directory(const char *path, uid_t uid, gid_t gid, GError **error)
{
    if (g_mkdir_with_parents(path, 0700) != 0 || chmod(path, 0700) != 0)
        return sk_throw_errno(error, path);
    if (geteuid() != 0)
        return true;
    owner_uid = uid;
    owner_gid = gid;
    if (nftw(path, give, OPEN_DIRECTORIES, FTW_PHYS | FTW_MOUNT) != 0)
        return sk_throw_errno(error, path);
    return true;
}

bool
sk_station_prepare(const SkConfStation *station, GError **error)
{
    g_autofree char *store_dir = g_path_get_dirname(station->store);
    g_autofree char *key_dir = sk_station_key_dir(station);
    const char *const places[] = { store_dir, station->vault, station->seal, key_dir };
    uid_t uid = 0;
    gid_t gid = 0;

    if (!sk_station_owner(station, &uid, &gid, error))
        return false;
    for (unsigned i = 0; i < G_N_ELEMENTS(places); i++)
        if (!prepare_directory(places[i], uid, gid, error))
            return false;
    return true;
}
