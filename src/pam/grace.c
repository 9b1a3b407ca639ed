/* SPDX-License-Identifier: Apache-2.0
 * grace.c - contract in grace.h. A record is one JSON object, written anew and renamed into its
 * place; the folder is locked meanwhile, so that tries at the same time are counted one by one. */
#include "pam/grace.h"

#include <fcntl.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define RECORD_MAX 2048u
#define BOOT_LEN 36u
#define FRESH ".new"
#define OPSLIMIT 3u
#define MEMLIMIT (64u << 20)

typedef struct {
    char boot[BOOT_LEN + 1]; /* the kernel's name of this boot */
    int64_t since_boot;      /* seconds by a clock that nobody can set, and that goes on in sleep */
    int64_t wall;            /* seconds by the clock on the wall */
} Moment;

static bool
moment_now(Moment *m)
{
    struct timespec boot = { 0 };
    struct timespec wall = { 0 };
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, m->boot, BOOT_LEN);

    if (fd >= 0)
        close(fd);
    m->boot[BOOT_LEN] = '\0';
    bool ok = n == BOOT_LEN && clock_gettime(CLOCK_BOOTTIME, &boot) == 0 &&
              clock_gettime(CLOCK_REALTIME, &wall) == 0;
    m->since_boot = boot.tv_sec;
    m->wall = wall.tv_sec;
    return ok;
}

/* The folder, locked, or -1. Whoever else could write there could let themselves in. */
static int
open_state(const char *path, bool make)
{
    struct stat st;

    if (make)
        (void)mkdir(path, 0700);
    int dir = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (dir < 0)
        return -1;
    if (fstat(dir, &st) == 0 && st.st_uid == geteuid() && (st.st_mode & 077) == 0 &&
        flock(dir, LOCK_EX) == 0)
        return dir;
    close(dir);
    return -1;
}

static json_t *
read_record(int dir, const char *name)
{
    char text[RECORD_MAX];
    struct stat st;
    json_t *out = NULL;
    int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0)
        return NULL;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
        (st.st_mode & 077) == 0) {
        ssize_t n = read(fd, text, sizeof text);
        out = n <= 0 || (size_t)n == sizeof text
                  ? NULL
                  : json_loadb(text, (size_t)n, JSON_REJECT_DUPLICATES, NULL);
    }
    close(fd);
    return out;
}

static bool
write_all(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t done = write(fd, p, n);
        if (done <= 0)
            return false;
        p += done;
        n -= (size_t)done;
    }
    return fsync(fd) == 0;
}

static bool
write_record(int dir, const char *name, const json_t *record)
{
    char text[RECORD_MAX];
    size_t n = json_dumpb(record, text, sizeof text, JSON_COMPACT);

    if (n == 0 || n >= sizeof text)
        return false;
    (void)unlinkat(dir, FRESH, 0);
    int fd = openat(dir, FRESH, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    bool ok = write_all(fd, text, n);
    close(fd);
    return ok && renameat(dir, FRESH, dir, name) == 0;
}

static bool
keep_in(int dir, const SkTerminalOptions *options, const char *name, const char *password,
        int64_t seconds)
{
    char hash[crypto_pwhash_STRBYTES];
    Moment now;

    (void)unlinkat(dir, name, 0);
    if (seconds <= 0)
        return true;
    if (!moment_now(&now) || sodium_init() < 0 ||
        crypto_pwhash_str(hash, password, strlen(password), OPSLIMIT, MEMLIMIT) != 0)
        return false;
    json_t *record =
        json_pack("{s:s, s:s, s:I, s:I, s:I, s:i, s:s}", "station", options->station, "boot",
                  now.boot, "since", (json_int_t)now.since_boot, "wall", (json_int_t)now.wall,
                  "seconds", (json_int_t)seconds, "tries", 0, "hash", hash);
    bool ok = record != NULL && write_record(dir, name, record);
    json_decref(record);
    explicit_bzero(hash, sizeof hash);
    return ok;
}

bool
sk_grace_keep(const SkTerminalOptions *options, const char *name, const char *password,
              int64_t seconds)
{
    int dir = open_state(options->state, seconds > 0);
    bool ok = dir >= 0 && keep_in(dir, options, name, password, seconds);
    if (dir >= 0)
        close(dir);
    return ok || (dir < 0 && seconds <= 0);
}

/* Seconds that are left by the clock that gives fewer; 0: none, and so where a clock has gone back.
 */
static int64_t
left_of(const Moment *now, int64_t since, int64_t wall, int64_t seconds)
{
    int64_t by_boot = now->since_boot - since;
    int64_t by_wall = now->wall - wall;
    int64_t gone = by_boot > by_wall ? by_boot : by_wall;

    if (by_boot < 0 || by_wall < 0 || seconds <= 0 || gone >= seconds)
        return 0;
    return seconds - gone;
}

/* Borrowed from @record, or NULL where it does not count. */
static const char *
hash_of(const SkTerminalOptions *options, json_t *record, int64_t *ret_left, int *ret_tries)
{
    const char *station = NULL;
    const char *boot = NULL;
    const char *hash = NULL;
    json_int_t since = 0;
    json_int_t wall = 0;
    json_int_t seconds = 0;
    Moment now;

    if (json_unpack(record, "{s:s, s:s, s:I, s:I, s:I, s:i, s:s !}", "station", &station, "boot",
                    &boot, "since", &since, "wall", &wall, "seconds", &seconds, "tries", ret_tries,
                    "hash", &hash) != 0 ||
        !moment_now(&now) || strcmp(station, options->station) != 0 || strcmp(boot, now.boot) != 0)
        return NULL;
    *ret_left = left_of(&now, since, wall, seconds);
    return *ret_left > 0 && *ret_tries >= 0 && *ret_tries < SK_GRACE_TRIES ? hash : NULL;
}

static bool
count(int dir, const char *name, json_t *record, int tries)
{
    return json_object_set_new(record, "tries", json_integer(tries)) == 0 &&
           write_record(dir, name, record);
}

static SkGrace
check_in(int dir, const SkTerminalOptions *options, const char *name, const char *password,
         int64_t *ret_left)
{
    int tries = 0;
    SkGrace found = SK_GRACE_NONE;
    json_t *record = read_record(dir, name);
    const char *hash = record == NULL ? NULL : hash_of(options, record, ret_left, &tries);

    if (hash == NULL) {
        (void)unlinkat(dir, name, 0);
    } else if (count(dir, name, record, tries + 1) && sodium_init() >= 0) {
        found = crypto_pwhash_str_verify(hash, password, strlen(password)) == 0 ? SK_GRACE_YES
                                                                                : SK_GRACE_WRONG;
        if (found == SK_GRACE_YES && !count(dir, name, record, 0))
            found = SK_GRACE_NONE;
    }
    json_decref(record);
    return found;
}

SkGrace
sk_grace_check(const SkTerminalOptions *options, const char *name, const char *password,
               int64_t *ret_left)
{
    *ret_left = 0;
    int dir = open_state(options->state, false);
    if (dir < 0)
        return SK_GRACE_NONE;
    SkGrace found = check_in(dir, options, name, password, ret_left);
    close(dir);
    return found;
}

/* Not counted as a try: misses at the station, which may be a stranger's, shall not cost anybody's
 * grace. */
void
sk_grace_refused(const SkTerminalOptions *options, const char *name, const char *password)
{
    int dir = open_state(options->state, false);
    json_t *record = dir < 0 ? NULL : read_record(dir, name);
    const char *hash = json_string_value(json_object_get(record, "hash"));

    if (hash != NULL && sodium_init() >= 0 &&
        crypto_pwhash_str_verify(hash, password, strlen(password)) == 0)
        (void)unlinkat(dir, name, 0);
    json_decref(record);
    if (dir >= 0)
        close(dir);
}
