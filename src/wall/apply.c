/* SPDX-License-Identifier: Apache-2.0
 * apply.c - contract in apply.h. */
#include "wall/apply.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"
#include "wall/compile.h"
#include "wall/load.h"
#include "wall/own-seal.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#define WATCH_TICK_MS 100
#define LOADING_MS_MAX 600000
#define STATUS_BYTES_MAX 65536u

struct SkWallSeat {
    char *folder;
    char *proved;
    char *pending;
    char *status;
    char *lock_path;
    char *watch_path;
    const char *cause; /* of what is loaded next, as its leaf says */
    int lock;
};

/* ---- the folder ------------------------------------------------------------------------------- */

static int
lock_file(const char *path, bool wait, GError **error)
{
    sk_autofd fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0 || flock(fd, LOCK_EX | (wait ? 0 : LOCK_NB)) != 0) {
        sk_error_set_errno(error, path);
        return -1;
    }
    return sk_fd_steal(&fd);
}

bool
sk_wall_seat_open(const char *folder, SkWallSeat **ret, GError **error)
{
    g_autoptr(SkWallSeat) self = g_new0(SkWallSeat, 1);

    self->lock = -1;
    if (g_mkdir_with_parents(folder, 0700) != 0)
        return sk_throw_errno(error, folder);
    self->folder = g_strdup(folder);
    self->proved = g_build_filename(folder, "proved", NULL);
    self->pending = g_build_filename(folder, "pending", NULL);
    self->status = g_build_filename(folder, "status.json", NULL);
    self->lock_path = g_build_filename(folder, "lock", NULL);
    self->watch_path = g_build_filename(folder, "watch.lock", NULL);
    self->lock = lock_file(self->lock_path, true, error);
    if (self->lock < 0)
        return false;
    *ret = g_steal_pointer(&self);
    return true;
}

void
sk_wall_seat_free(SkWallSeat *self)
{
    if (self == NULL)
        return;
    sk_fd_clear(&self->lock);
    g_free(self->folder);
    g_free(self->proved);
    g_free(self->pending);
    g_free(self->status);
    g_free(self->lock_path);
    g_free(self->watch_path);
    g_free(self);
}

void
sk_wall_outcome_clear(SkWallOutcome *self)
{
    g_clear_pointer(&self->policy, g_free);
    g_clear_pointer(&self->reason, g_free);
    g_clear_pointer(&self->unsealed, g_free);
}

static bool
sync_folder(const SkWallSeat *self, GError **error)
{
    sk_autofd fd = open(self->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    return (fd >= 0 && fsync(fd) == 0) || sk_throw_errno(error, self->folder);
}

/* What was loaded is told; where that cannot be written, an older text must not go on saying otherwise. */
static void
tell(const SkWallSeat *self, SkWallOutcome *outcome, const SkWallKept *kept)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *reason =
        outcome->reason == NULL ? g_strdup("null") : sk_json_quote(outcome->reason);
    g_autofree char *ruleset =
        kept == NULL ? g_strdup("") : sk_wall_digest(sk_span_str(kept->ruleset));
    g_autofree char *text = g_strdup_printf(
        "{\"at\":%" G_GINT64_FORMAT ",\"deadline\":%" G_GINT64_FORMAT
        ",\"ended\":%u,\"generation\":%" G_GUINT64_FORMAT
        ",\"listing\":\"%s\",\"policy\":\"%s\",\"reason\":%s,\"ruleset\":\"%s\","
        "\"snapshot\":\"%s\",\"state\":\"%s\",\"until\":%" G_GINT64_FORMAT "}\n",
        sk_clock_now(), kept == NULL ? 0 : kept->deadline, outcome->ended,
        kept == NULL ? 0 : outcome->seen.generation, kept == NULL ? "" : kept->listing,
        outcome->policy == NULL ? "" : outcome->policy, reason, ruleset,
        kept == NULL ? "" : outcome->seen.digest, outcome->state, kept == NULL ? 0 : kept->until);

    if (!sk_io_write_file(self->status, sk_span_str(text), 0644, &error))
        (void)unlink(self->status);
}

static void
settle(const SkWallSeat *self, SkWallOutcome *outcome, const char *state, const SkWallKept *kept)
{
    outcome->state = state;
    g_clear_pointer(&outcome->policy, g_free);
    if (kept != NULL) {
        g_autoptr(GError) error = NULL;
        g_autoptr(SkPolicy) policy = sk_wall_kept_policy(kept, &error);
        outcome->policy = g_strdup(policy == NULL ? "" : sk_policy_digest(policy));
    } else {
        outcome->policy = g_strdup("");
    }
    tell(self, outcome, kept);
}

/* What is loaded is sealed. The log is opened for this one leaf: the process that watches over `pending` and
 * the next command write to it, too. @kept: NULL: the closed wall */
static bool
write_act(const SkWallSeat *self, const char *state, const SkWallKept *kept,
          const SkWallOutcome *outcome, GError **error)
{
    g_autoptr(SkWallSeal) seal = NULL;
    g_autoptr(SkPolicy) policy = kept == NULL ? NULL : sk_wall_kept_policy(kept, error);

    if ((kept != NULL && policy == NULL) ||
        !sk_wall_seal_open(self->folder, SK_WALL_ORIGIN, &seal, error))
        return false;
    g_autoptr(SkLeaf) leaf = sk_wall_seal_leaf(seal, "wall-loaded");
    sk_leaf_string(leaf, "state", state);
    sk_leaf_string(leaf, "cause", self->cause);
    sk_leaf_integer(leaf, "ended", outcome->ended);
    if (kept != NULL) {
        g_autofree char *ruleset = sk_wall_digest(sk_span_str(kept->ruleset));
        sk_leaf_string(leaf, "policy", sk_policy_digest(policy));
        sk_leaf_string(leaf, "ruleset", ruleset);
        sk_leaf_string(leaf, "snapshot", outcome->seen.digest);
        sk_leaf_integer(leaf, "generation", (int64_t)outcome->seen.generation);
    }
    return sk_wall_seal_append(seal, leaf, error);
}

static bool
seal_act(const SkWallSeat *self, const char *state, const SkWallKept *kept,
         const SkWallOutcome *outcome, GError **error)
{
    if (write_act(self, state, kept, outcome, error))
        return true;
    g_prefix_error(error, "the wall could not be sealed: ");
    return false;
}

/* On the way back the wall counts for more than its leaf: what could not be sealed is told. */
static void
seal_back(const SkWallSeat *self, const SkWallKept *kept, SkWallOutcome *outcome)
{
    g_autoptr(GError) error = NULL;

    if (seal_act(self, outcome->state, kept, outcome, &error))
        return;
    sk_log(SK_LOG_ERROR, "wall-unsealed", "state", outcome->state, "cause", self->cause, "why",
           error->message, NULL);
    g_free(outcome->unsealed);
    outcome->unsealed = g_strdup(error->message);
}

/* ---- back ------------------------------------------------------------------------------------- */

/* The clock may have lost its hour while the power was off: never earlier than when the wall was made. */
static int64_t
now_for(const SkWallKept *kept)
{
    int64_t now = sk_clock_now();

    return MAX(now, kept->made);
}

/* @kept as it is now: what is over is out. */
static SkWallKept *
refreshed(SkWallKept *kept, bool *ret_expired, GError **error)
{
    int64_t now = now_for(kept);

    *ret_expired = kept->until != 0 && kept->until <= now;
    if (!*ret_expired)
        return g_steal_pointer(&kept);
    g_autoptr(SkWallKept) old = kept;
    g_autoptr(SkPolicy) policy = sk_wall_kept_policy(old, error);
    return policy == NULL ? NULL : sk_wall_kept_new(policy, now, old->group, error);
}

static bool
close_wall(SkWallSeat *self, unsigned group, const GError *why, SkWallOutcome *ret, GError **error)
{
    if (!sk_wall_load_closed(group, error))
        return false;
    if (ret->reason == NULL)
        ret->reason = g_strdup(why->message);
    settle(self, ret, "closed", NULL);
    seal_back(self, NULL, ret);
    return true;
}

static bool
load_proved(SkWallSeat *self, unsigned *group, SkWallOutcome *ret, GError **error)
{
    bool touched = false;
    SkWallKept *read = sk_wall_kept_read(self->proved, error);
    g_autoptr(SkWallKept) kept = NULL;

    if (read == NULL)
        return false;
    *group = read->group;
    kept = refreshed(read, &ret->expired, error);
    if (kept == NULL || !sk_wall_load(kept, now_for(kept), &touched, &ret->seen, error) ||
        (ret->expired && !sk_wall_kept_write(kept, self->proved, error)))
        return false;
    settle(self, ret, "proved", kept);
    seal_back(self, kept, ret);
    return true;
}

/* The last wall that was proved, or else the closed one: false only where neither can be loaded. */
static bool
restore(SkWallSeat *self, unsigned group, SkWallOutcome *ret, GError **error)
{
    g_autoptr(GError) why = NULL;

    if (load_proved(self, &group, ret, &why))
        return true;
    return close_wall(self, group, why, ret, error);
}

/* What waits gives way, unless somebody has confirmed it in this moment. */
static bool
give_way(SkWallSeat *self)
{
    g_autoptr(GError) error = NULL;

    return unlink(self->pending) == 0 && sync_folder(self, &error);
}

/* ---- the process that watches ------------------------------------------------------------------ */

static volatile sig_atomic_t watch_ends;

static void
on_end(int signal)
{
    (void)signal;
    watch_ends = 1;
}

static int64_t
boot_clock_ms(void)
{
    struct timespec t = { .tv_sec = 0 };

    (void)clock_gettime(CLOCK_BOOTTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
detach(void)
{
    struct sigaction end = { .sa_handler = on_end }, none = { .sa_handler = SIG_IGN };
    sk_autofd nothing = open("/dev/null", O_RDWR | O_CLOEXEC);

    (void)setsid();
    (void)!chdir("/");
    for (int fd = 0; nothing >= 0 && fd < 3; fd++)
        (void)dup2(nothing, fd);
    (void)sigaction(SIGTERM, &end, NULL);
    (void)sigaction(SIGHUP, &none, NULL);
    (void)sigaction(SIGINT, &none, NULL);
    (void)sigaction(SIGPIPE, &none, NULL);
    (void)prctl(PR_SET_NAME, "sekisho-wall-wa", 0, 0, 0);
}

/* Does the wall still wait that was made at @made, and not the next one already? */
static bool
waits(const char *pending, int64_t made)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SkWallKept) kept = NULL;

    if (access(pending, F_OK) != 0)
        return false;
    kept = sk_wall_kept_read(pending, &error);
    return kept == NULL || kept->made == made;
}

/* @loading: closed by the caller once it has loaded the wall, or by its death. */
static void
watch(const char *folder, const char *pending, int64_t made, unsigned seconds, unsigned group,
      int loading)
{
    g_autoptr(SkWallSeat) seat = NULL;
    g_autoptr(GError) error = NULL;
    g_auto(SkWallOutcome) outcome = { .state = "closed" };
    struct pollfd loaded = { .fd = loading, .events = POLLIN };

    while (poll(&loaded, 1, LOADING_MS_MAX) < 0 && errno == EINTR && watch_ends == 0)
        continue;
    int64_t end = boot_clock_ms() + (int64_t)seconds * 1000;
    while (waits(pending, made) && boot_clock_ms() < end && watch_ends == 0)
        (void)poll(NULL, 0, WATCH_TICK_MS);
    if (!waits(pending, made) || !sk_wall_seat_open(folder, &seat, &error) ||
        !waits(pending, made) || !give_way(seat))
        return;
    seat->cause = "unconfirmed";
    outcome.reason = g_strdup("nobody confirmed the new wall in time");
    (void)!restore(seat, group, &outcome, &error);
}

/* The one before may need a moment to see that it has nothing left to watch over. */
static int
take_watch(const SkWallSeat *self)
{
    int fd = -1;

    for (unsigned i = 0; fd < 0 && i < 50; i++) {
        g_autoptr(GError) error = NULL;
        fd = lock_file(self->watch_path, false, &error);
        if (fd < 0)
            (void)poll(NULL, 0, WATCH_TICK_MS / 2);
    }
    return fd;
}

static G_GNUC_NORETURN void
become_watch(SkWallSeat *self, int64_t made, unsigned seconds, unsigned group, int ready,
             int loading)
{
    if (fork() != 0)
        _exit(0);
    sk_fd_clear(&self->lock); /* our copy: the caller's stays locked */
    detach();
    int mine = take_watch(self);
    if (mine >= 0 && write(ready, "r", 1) == 1) {
        close(ready);
        watch(self->folder, self->pending, made, seconds, group, loading);
    }
    _exit(0);
}

/* Runs before anything is loaded, so that whatever happens to the caller there is somebody to go back.
 * @ret_loading: (transfer full): closing it says that the wall is loaded, and its time begins */
static bool
start_watch(SkWallSeat *self, int64_t made, unsigned seconds, unsigned group, int *ret_loading,
            GError **error)
{
    int up[2] = { -1, -1 }, down[2] = { -1, -1 };
    char ready = 0;

    if (pipe2(up, O_CLOEXEC) != 0 || pipe2(down, O_CLOEXEC) != 0)
        return sk_throw_errno(error, "pipe");
    pid_t pid = fork();
    if (pid == 0) {
        close(up[0]);
        close(down[1]);
        become_watch(self, made, seconds, group, up[1], down[0]);
    }
    close(up[1]);
    close(down[0]);
    sk_autofd from = up[0];
    *ret_loading = down[1];
    while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    if (pid < 0 || read(from, &ready, 1) != 1)
        return sk_throw(error, SK_ERROR_IO,
                        "the process that watches over a rollback did not start");
    return true;
}

/* One that waits while nobody watches over it is left from a killed process. */
static bool
is_watched(const SkWallSeat *self)
{
    g_autoptr(GError) error = NULL;
    sk_autofd fd = lock_file(self->watch_path, false, &error);

    return fd < 0;
}

/* ---- there ------------------------------------------------------------------------------------ */

static bool
keep(SkWallSeat *self, GError **error)
{
    if (g_rename(self->pending, self->proved) != 0)
        return sk_throw_errno(error, self->proved);
    return sync_folder(self, error);
}

/* Nothing was loaded yet: what there is stays, and is told as it was. */
static bool
refuse_untouched(SkWallSeat *self, SkWallOutcome *ret)
{
    (void)unlink(self->pending);
    ret->state = "unchanged";
    return false;
}

/* From now on: what loading took is nobody's time to confirm. */
static bool
set_deadline(SkWallSeat *self, SkWallKept *kept, unsigned seconds, GError **error)
{
    kept->deadline = seconds == 0 ? 0 : sk_clock_now() + (int64_t)seconds * 1000000;
    return seconds == 0 || sk_wall_kept_write(kept, self->pending, error);
}

static bool
load_pending(SkWallSeat *self, SkWallKept *kept, const SkPolicy *policy, unsigned seconds,
             SkWallOutcome *ret, GError **error)
{
    bool touched = false;
    const char *state = seconds > 0 ? "pending" : "proved";
    g_autoptr(GError) why = NULL;

    self->cause = "apply";
    if (sk_wall_load_tried(kept, kept->made, &touched, &ret->seen, &why) &&
        sk_wall_end_connections(policy, kept->made, &ret->ended, &why) &&
        set_deadline(self, kept, seconds, &why) && seal_act(self, state, kept, ret, &why) &&
        (seconds > 0 || keep(self, &why))) {
        settle(self, ret, state, kept);
        return true;
    }
    if (!touched) {
        g_propagate_error(error, g_steal_pointer(&why));
        return refuse_untouched(self, ret);
    }
    g_autoptr(GError) worse = NULL;
    (void)give_way(self);
    self->cause = "failed";
    ret->reason = g_strdup(why->message);
    if (!restore(self, kept->group, ret, &worse))
        g_prefix_error(&why, "%s; and then: ", worse->message);
    g_propagate_error(error, g_steal_pointer(&why));
    return false;
}

bool
sk_wall_apply(SkWallSeat *self, const SkPolicy *policy, unsigned nflog_group, unsigned seconds,
              SkWallOutcome *ret, GError **error)
{
    int64_t now = sk_clock_now();
    g_autoptr(SkWallKept) kept = NULL;

    ret->state = "unchanged";
    if (access(self->pending, F_OK) == 0) {
        if (is_watched(self))
            return sk_throw(error, SK_ERROR_FORBIDDEN,
                            "a new wall waits to be confirmed: confirm it or roll it back first");
        g_auto(SkWallOutcome) back = { .state = "closed" };
        (void)give_way(self);
        self->cause = "unconfirmed";
        if (!restore(self, nflog_group, &back, error))
            return false;
    }
    kept = sk_wall_kept_new(policy, now, nflog_group, error);
    if (kept == NULL || !sk_wall_load_try(kept, now, error))
        return false;
    sk_autofd loading = -1;
    if (!set_deadline(self, kept, seconds, error) ||
        (seconds == 0 && !sk_wall_kept_write(kept, self->pending, error)))
        return false;
    if (seconds > 0 && !start_watch(self, kept->made, seconds, nflog_group, &loading, error))
        return refuse_untouched(self, ret);
    return load_pending(self, kept, policy, seconds, ret, error);
}

bool
sk_wall_confirm(SkWallSeat *self, SkWallOutcome *ret, GError **error)
{
    g_autoptr(GError) why = NULL;
    g_autoptr(SkWallKept) kept = NULL;

    ret->state = "unchanged";
    if (access(self->pending, F_OK) != 0)
        return sk_throw(error, SK_ERROR_FORBIDDEN, "no new wall waits to be confirmed");
    kept = sk_wall_kept_read(self->pending, &why);
    if (kept != NULL && (!is_watched(self) || sk_clock_now() >= kept->deadline))
        (void)!sk_throw(&why, SK_ERROR_FORBIDDEN, "it is too late: the time to confirm it is over");
    self->cause = "confirm";
    if (why == NULL && sk_wall_load_check(kept, now_for(kept), &ret->seen, &why) &&
        seal_act(self, "proved", kept, ret, &why) && keep(self, &why)) {
        settle(self, ret, "proved", kept);
        return true;
    }
    (void)give_way(self);
    self->cause = "failed";
    ret->reason = g_strdup(why->message);
    if (restore(self, SK_WALL_NFLOG_DEFAULT, ret, error))
        g_propagate_error(error, g_steal_pointer(&why));
    return false;
}

bool
sk_wall_rollback(SkWallSeat *self, SkWallOutcome *ret, GError **error)
{
    (void)give_way(self);
    self->cause = "rollback";
    return restore(self, SK_WALL_NFLOG_DEFAULT, ret, error);
}

bool
sk_wall_boot(SkWallSeat *self, unsigned nflog_group, SkWallOutcome *ret, GError **error)
{
    if (!sk_wall_load_closed(nflog_group, error))
        return false;
    (void)give_way(self);
    self->cause = "boot";
    return restore(self, nflog_group, ret, error);
}

bool
sk_wall_expire(SkWallSeat *self, SkWallOutcome *ret, GError **error)
{
    g_autoptr(SkWallKept) kept = NULL;

    ret->state = "unchanged";
    if (access(self->pending, F_OK) == 0) {
        if (is_watched(self))
            return sk_throw(error, SK_ERROR_FORBIDDEN, "a new wall waits to be confirmed");
        (void)give_way(self);
        self->cause = "unconfirmed";
        ret->reason = g_strdup("the process that watched over a new wall is gone");
        return restore(self, SK_WALL_NFLOG_DEFAULT, ret, error);
    }
    kept = sk_wall_kept_read(self->proved, error);
    if (kept == NULL)
        return false;
    if (kept->until == 0 || kept->until > now_for(kept))
        return true;
    self->cause = "expire";
    if (!restore(self, kept->group, ret, error))
        return false;
    g_autoptr(SkPolicy) policy = sk_wall_kept_policy(kept, error);
    return policy != NULL && sk_wall_end_connections(policy, now_for(kept), &ret->ended, error);
}

/* ---- what is ---------------------------------------------------------------------------------- */

char *
sk_wall_seat_status(SkWallSeat *self, bool *ret_good, GError **error)
{
    g_autoptr(GBytes) told = NULL;
    g_autoptr(GError) why = NULL;
    bool waits = access(self->pending, F_OK) == 0;
    g_autoptr(SkWallKept) kept = sk_wall_kept_read(waits ? self->pending : self->proved, &why);

    *ret_good = kept != NULL && sk_wall_load_check(kept, now_for(kept), NULL, &why);
    if (!sk_io_read_file(self->status, STATUS_BYTES_MAX, &told, error))
        return NULL;
    g_autofree char *text = g_strchomp(sk_span_dup(sk_span_bytes(told)));
    g_autofree char *reason = why == NULL ? g_strdup("null") : sk_json_quote(why->message);
    if (!g_str_has_suffix(text, "}")) {
        (void)!sk_throw(error, SK_ERROR_MALFORMED, "%s is damaged", self->status);
        return NULL;
    }
    text[strlen(text) - 1] = '\0';
    return g_strdup_printf("%s,\"loaded\":%s,\"why\":%s}", text, *ret_good ? "true" : "false",
                           reason);
}
