/* SPDX-License-Identifier: Apache-2.0
 * supervisor.c - contract in supervisor.h. */
#include "serve/supervisor.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"
#include "directory/question.h"
#include "notice/courier.h"
#include "policy/adopt.h"
#include "serve/listen.h"
#include "serve/spawn.h"
#include "serve/station.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#define BACKOFF_FIRST_US 200000
#define BACKOFF_LAST_US 10000000
#define STEADY_US 10000000 /* a role that lived this long starts again at once */
#define STATUS_BYTES 1024
#define CREDENTIALS_MAX 1024
#define CA_MAX (1u << 20)
#define STOP_US ((int64_t)(SK_SERVE_STOP_S - 5) * 1000000)

typedef struct {
    char *from; /* owned zone names */
    char *to;
    int send;    /* for the runner of `from` */
    int receive; /* for the intake of `to` */
} Passage;

typedef struct {
    const SkConfStation *station;
    SkServeRole role;
    pid_t pid;        /* 0: not running */
    int ready;        /* read end; -1 once it said so */
    int64_t started;  /* monotonic µs */
    int64_t since;    /* the same by the wall clock, for people */
    int64_t start_at; /* not before */
    int64_t backoff;
} Child;

typedef struct {
    const SkServeOptions *options;
    SkConf *conf;
    SkPolicy *policy;
    SkAdopted *adopted; /* where the policy came from */
    char *program_dir;
    int policy_fd;      /* sealed memfd of the text that the roles are given */
    GArray *passages;   /* of Passage */
    GArray *children;   /* of Child */
    int *listeners;     /* by station index */
    int *lmtps;         /* likewise: where mail comes in; -1: nowhere */
    int *statuses;      /* likewise: memfds that tell a station's web role how its roles are */
    int (*secrets)[2];  /* likewise: passwords, from web's end to the runner's */
    int (*mails)[2];    /* likewise: mail, from notice's end to the courier's */
    int (*doors)[2];    /* likewise: questions, from web's end to the directory's */
    char **boards;      /* likewise: the only writable mapping that there is of each */
    bool announced;
    bool stopping;
    int64_t stop_by;
} Supervisor;

static void
passage_clear(void *data)
{
    Passage *p = data;
    g_free(p->from);
    g_free(p->to);
    sk_fd_clear(&p->send);
    sk_fd_clear(&p->receive);
}

static void
supervisor_clear(Supervisor *self)
{
    for (unsigned i = 0; self->listeners != NULL && i < self->conf->stations->len; i++) {
        sk_fd_clear(&self->listeners[i]);
        sk_fd_clear(&self->lmtps[i]);
        sk_fd_clear(&self->statuses[i]);
        sk_fd_clear(&self->secrets[i][0]);
        sk_fd_clear(&self->secrets[i][1]);
        sk_fd_clear(&self->mails[i][0]);
        sk_fd_clear(&self->mails[i][1]);
        sk_fd_clear(&self->doors[i][0]);
        sk_fd_clear(&self->doors[i][1]);
        if (self->boards[i] != NULL)
            munmap(self->boards[i], STATUS_BYTES);
    }
    g_free(self->boards);
    g_free(self->listeners);
    g_free(self->lmtps);
    g_free(self->statuses);
    g_free(self->secrets);
    g_free(self->mails);
    g_free(self->doors);
    g_clear_pointer(&self->passages, g_array_unref);
    g_clear_pointer(&self->children, g_array_unref);
    g_clear_pointer(&self->policy, sk_policy_unref);
    g_clear_pointer(&self->adopted, sk_adopted_free);
    g_clear_pointer(&self->conf, sk_conf_free);
    g_free(self->program_dir);
    sk_fd_clear(&self->policy_fd);
}

static const SkConfStation *
station_at(const Supervisor *self, unsigned i)
{
    return g_ptr_array_index(self->conf->stations, i);
}

/* ---- what a role is given --------------------------------------------------------------------- */

/* What lies in policy.conf is worked on, not in force: whoever expects otherwise is told. */
static void
tell_draft(const Supervisor *self)
{
    if (!sk_adopted_is_file(self->adopted, self->conf->policy))
        sk_log(SK_LOG_WARNING, "policy-not-adopted", "file", self->conf->policy, "in-force", self->adopted->text_sha256,
               NULL);
}

static bool
load_policy(Supervisor *self, GError **error)
{
    g_autoptr(SkAdopted) adopted = NULL;

    if (!sk_adopted_load(self->conf->adopted, &adopted, error))
        return false;
    const SkPolicy *policy = adopted->policy;
    for (unsigned i = 0; i < self->conf->stations->len; i++)
        if (sk_policy_zone(policy, station_at(self, i)->zone) == NULL)
            return sk_throw(error, SK_ERROR_MALFORMED, "sekisho.conf: station %s: the policy names no such zone",
                            station_at(self, i)->zone);
    g_autofree char *canonical = sk_policy_show(policy);
    sk_autofd fd = sk_memfd_from("policy", sk_span_str(canonical), error);
    if (fd < 0)
        return false;
    g_clear_pointer(&self->policy, sk_policy_unref);
    self->policy = sk_policy_ref(adopted->policy);
    g_clear_pointer(&self->adopted, sk_adopted_free);
    self->adopted = g_steal_pointer(&adopted);
    sk_fd_clear(&self->policy_fd);
    self->policy_fd = sk_fd_steal(&fd);
    tell_draft(self);
    return true;
}

static bool
has_passage(const Supervisor *self, const char *from, const char *to)
{
    for (unsigned i = 0; i < self->passages->len; i++) {
        const Passage *p = &g_array_index(self->passages, Passage, i);
        if (strcmp(p->from, from) == 0 && strcmp(p->to, to) == 0)
            return true;
    }
    return false;
}

/* One passage for each pair of zones that a file or mail sentence joins, where both have a station here. */
static bool
open_passages(Supervisor *self, GError **error)
{
    const GPtrArray *rules = sk_policy_rules(self->policy);

    for (unsigned i = 0; i < rules->len; i++) {
        const SkRule *rule = g_ptr_array_index(rules, i);
        const char *from = rule->from->name;
        const char *to = rule->to->name;
        int pair[2];
        if (!sk_policy_carried_out(rule) || has_passage(self, from, to) ||
            sk_conf_station(self->conf, from) == NULL || sk_conf_station(self->conf, to) == NULL)
            continue;
        if (!sk_listen_pair(pair, error))
            return false;
        Passage p = { .from = g_strdup(from), .to = g_strdup(to), .send = pair[0], .receive = pair[1] };
        g_array_append_val(self->passages, p);
    }
    return true;
}

static bool
is_shut(int fd)
{
    struct pollfd end = { .fd = fd, .events = POLLRDHUP };
    return poll(&end, 1, 0) > 0 && (end.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

static void
end_role(const Supervisor *self, const char *zone, SkServeRole role)
{
    for (unsigned i = 0; i < self->children->len; i++) {
        const Child *child = &g_array_index(self->children, Child, i);
        if (child->pid > 0 && child->role == role && strcmp(child->station->zone, zone) == 0)
            kill(child->pid, SIGTERM);
    }
}

/* Whoever holds an end may shut it for good, since we keep the same pair for the next holder: a role
 * that starts gets a new pair then, and the one at the other end starts again with its half. */
static bool
renew_passages(Supervisor *self, const Child *child, GError **error)
{
    for (unsigned i = 0; i < self->passages->len; i++) {
        Passage *p = &g_array_index(self->passages, Passage, i);
        bool sends = child->role == SK_SERVE_RUNNER && strcmp(p->from, child->station->zone) == 0;
        bool takes = child->role == SK_SERVE_INTAKE && strcmp(p->to, child->station->zone) == 0;
        int pair[2];
        if ((!sends && !takes) || (!is_shut(p->send) && !is_shut(p->receive)))
            continue;
        if (!sk_listen_pair(pair, error))
            return false;
        sk_fd_clear(&p->send);
        sk_fd_clear(&p->receive);
        p->send = pair[0];
        p->receive = pair[1];
        sk_log(SK_LOG_WARNING, "passage-renewed", "from", p->from, "to", p->to, NULL);
        end_role(self, sends ? p->to : p->from, sends ? SK_SERVE_INTAKE : SK_SERVE_RUNNER);
    }
    return true;
}

/* A station's way from one of its roles to another, renewed likewise. What waits in the old pair is lost: of
 * passwords, those crossings are refused as locked, and handed in again; mail is written anew; who signs in is
 * told that the directory is away. */
static bool
renew_pair(Supervisor *self, const Child *child, int pair[2], const SkServeRole ends[2], GError **error)
{
    int fresh[2];

    if ((child->role != ends[0] && child->role != ends[1]) || (pair[0] >= 0 && !is_shut(pair[0]) && !is_shut(pair[1])))
        return true;
    if (!sk_listen_pair(fresh, error))
        return false;
    bool first = pair[0] < 0;
    sk_fd_clear(&pair[0]);
    sk_fd_clear(&pair[1]);
    pair[0] = fresh[0];
    pair[1] = fresh[1];
    if (!first)
        end_role(self, child->station->zone, child->role == ends[0] ? ends[1] : ends[0]);
    return true;
}

static bool
renew_pairs(Supervisor *self, const Child *child, GError **error)
{
    static const SkServeRole secret[] = { SK_SERVE_WEB, SK_SERVE_RUNNER };
    static const SkServeRole mail[] = { SK_SERVE_NOTICE, SK_SERVE_COURIER };
    static const SkServeRole door[] = { SK_SERVE_WEB, SK_SERVE_DIRECTORY };
    unsigned i = 0;

    g_ptr_array_find(self->conf->stations, child->station, &i);
    return renew_pair(self, child, self->secrets[i], secret, error) &&
           renew_pair(self, child, self->mails[i], mail, error) &&
           renew_pair(self, child, self->doors[i], door, error);
}

static void
give_passages(const Supervisor *self, SkRoleArgs *args)
{
    for (unsigned i = 0; i < self->passages->len; i++) {
        const Passage *p = &g_array_index(self->passages, Passage, i);
        if (args->role == SK_SERVE_RUNNER && strcmp(p->from, args->station) == 0)
            sk_role_args_add_socket(args, SK_SOCKET_SEND, p->send, p->to);
        if (args->role == SK_SERVE_INTAKE && strcmp(p->to, args->station) == 0)
            sk_role_args_add_socket(args, SK_SOCKET_RECEIVE, p->receive, p->from);
    }
}

/* Where the configuration marks no station for it, each manages itself. */
static bool
is_management(const Supervisor *self, const SkConfStation *station)
{
    bool any = false;

    for (unsigned i = 0; i < self->conf->stations->len; i++)
        any |= station_at(self, i)->management;
    return station->management || !any;
}

static bool
asks_directory(const SkConfStation *station)
{
    return station->directory != NULL && sk_conf_directory_asks(station->directory);
}

static SkRoleArgs *
make_args(const Supervisor *self, const Child *child, int ready)
{
    const SkConfStation *station = child->station;
    SkRoleArgs *args = sk_role_args_new();
    unsigned index = 0;

    g_ptr_array_find(self->conf->stations, station, &index);
    args->role = child->role;
    args->station = g_strdup(station->zone);
    args->store = g_strdup(station->store);
    args->vault = g_strdup(station->vault);
    args->seal = g_strdup(station->seal);
    args->key = g_strdup(station->key);
    args->programs = g_strdup(self->conf->programs);
    args->pages = g_strdup(self->conf->pages);
    args->origin = g_strdup(station->origin);
    args->content_origin = g_strdup(station->content_origin);
    args->policy = self->policy_fd;
    args->policy_text = g_strdup(self->adopted->text_sha256);
    args->policy_signers = g_strdup(self->adopted->signers_sha256);
    args->policy_ciso = g_strdup(self->adopted->signed_by[SK_SIGNER_CISO]);
    args->policy_administrator = g_strdup(self->adopted->signed_by[SK_SIGNER_ADMINISTRATOR]);
    args->wall = g_strdup(child->role == SK_SERVE_WEB && station->wall != NULL ? station->wall : "");
    bool runs = child->role == SK_SERVE_RUNNER;
    args->scan_yara = g_strdup(runs && station->scan_yara != NULL ? station->scan_yara : "");
    args->scan_clamd = g_strdup(runs && station->scan_clamd != NULL ? station->scan_clamd : "");
    if (child->role == SK_SERVE_WEB)
        args->status = self->statuses[index];
    args->mail_from = g_strdup(child->role == SK_SERVE_NOTICE ? station->notice_from : "");
    if (child->role == SK_SERVE_NOTICE || child->role == SK_SERVE_COURIER)
        sk_role_args_add_socket(args, SK_SOCKET_MAIL, self->mails[index][child->role == SK_SERVE_COURIER], "");
    if (asks_directory(station) && (child->role == SK_SERVE_WEB || child->role == SK_SERVE_DIRECTORY))
        sk_role_args_add_socket(args, SK_SOCKET_DIRECTORY, self->doors[index][child->role == SK_SERVE_DIRECTORY], "");
    args->deliver = child->role == SK_SERVE_DELIVER
                        ? g_strconcat(station->deliver_lmtp ? "lmtp:" : "smtp:", station->deliver, NULL)
                        : g_strdup("");
    if (child->role == SK_SERVE_MAIL)
        sk_role_args_add_socket(args, SK_SOCKET_LMTP, self->lmtps[index], "");
    args->ready = ready;
    args->management = is_management(self, station);
    if (child->role == SK_SERVE_WEB)
        sk_role_args_add_socket(args, station->listen_unix != NULL ? SK_SOCKET_UNIX : SK_SOCKET_HTTP,
                                self->listeners[index], "");
    if (child->role == SK_SERVE_WEB || child->role == SK_SERVE_RUNNER)
        sk_role_args_add_socket(args, SK_SOCKET_SECRET, self->secrets[index][child->role == SK_SERVE_RUNNER], "");
    give_passages(self, args);
    return args;
}

static bool
lies_in(const char *path, const char *directory)
{
    size_t n = strlen(directory);
    return strncmp(path, directory, n) == 0 && (path[n] == '\0' || path[n] == '/');
}

/* Only the sealer signs: a role that was taken over cannot put its own words into the log's past. A key
 * that was given no directory of its own cannot be hidden without hiding what lies beside it. */
static bool
sees_key(const Child *child, const char *key_dir, const char *store_dir)
{
    return child->role == SK_SERVE_SEALER || child->role == SK_SERVE_SETUP || lies_in(store_dir, key_dir) ||
           lies_in(child->station->vault, key_dir) || lies_in(child->station->seal, key_dir);
}

/* The credentials are read by us and handed over sealed: the courier sees no file of the station. */
static bool
read_credentials(const char *path, SkCourierSettings *ret, GError **error)
{
    g_autoptr(GBytes) bytes = NULL;

    if (path == NULL)
        return true;
    if (!sk_io_read_file(path, CREDENTIALS_MAX, &bytes, error))
        return false;
    g_autofree char *text = sk_span_dup(sk_span_bytes(bytes));
    g_auto(GStrv) lines = g_strsplit(g_strchomp(text), "\n", 3);
    if (g_strv_length(lines) != 2 || lines[0][0] == '\0' || lines[1][0] == '\0')
        return sk_throw(error, SK_ERROR_MALFORMED, "%s: it takes two lines, the user's name and the password", path);
    ret->user = g_strdup(lines[0]);
    ret->password = g_strdup(lines[1]);
    return true;
}

static bool
open_mail(const SkConfStation *station, int *ret_settings, int *ret_ca, GError **error)
{
    g_autoptr(SkCourierSettings) settings = g_new0(SkCourierSettings, 1);
    g_autoptr(GBytes) text = NULL;
    g_autoptr(GBytes) ca = NULL;

    settings->url = g_strdup(station->notice_smtp);
    settings->unix_path = g_strdup(station->notice_unix);
    settings->from = g_strdup(station->notice_from);
    if (!read_credentials(station->notice_credentials, settings, error) ||
        !sk_courier_settings_emit(settings, &text, error) ||
        (station->notice_ca != NULL && !sk_io_read_file(station->notice_ca, CA_MAX, &ca, error)))
        return false;
    *ret_settings = sk_memfd_from("mail", sk_span_bytes(text), error);
    if (*ret_settings >= 0 && ca != NULL)
        *ret_ca = sk_memfd_from("mail-ca", sk_span_bytes(ca), error);
    return *ret_settings >= 0 && (ca == NULL || *ret_ca >= 0);
}

/* The same for who asks the directory. */
static bool
open_door(const SkConfDirectory *d, int *ret_settings, int *ret_ca, GError **error)
{
    g_autoptr(GBytes) ca = NULL;
    g_autoptr(SkDirectoryDoor) door = g_new0(SkDirectoryDoor, 1);

    if (!sk_directory_secret(d->password, &door->password, error) ||
        !sk_io_read_file(d->ca, CA_MAX, &ca, error))
        return false;
    door->url = g_strdup(d->url);
    door->bind = g_strdup(d->bind);
    door->base = g_strdup(d->base);
    door->filter = g_strdup(d->filter);
    door->account = g_strdup(d->account);
    g_autoptr(GBytes) text = sk_directory_door_emit(door);
    if (text == NULL)
        return sk_throw(error, SK_ERROR_MALFORMED, "%s: the password is no UTF-8", d->password);
    *ret_settings = sk_memfd_from("directory", sk_span_bytes(text), error);
    if (*ret_settings >= 0)
        *ret_ca = sk_memfd_from("directory-ca", sk_span_bytes(ca), error);
    return *ret_settings >= 0 && *ret_ca >= 0;
}

/* The folders of a runner's scanners: of the rules, and of the daemon's socket, which may come and go. */
typedef struct {
    char *yara;
    char *clamd;
} ScanDirs;

static void
scan_dirs_clear(ScanDirs *self)
{
    g_free(self->yara);
    g_free(self->clamd);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ScanDirs, scan_dirs_clear)

/* What is not there is not shown, and scanning fails as the policy says: it never keeps a station from starting. */
static void
scan_view(const SkConfStation *station, ScanDirs *dirs, SkSpawnView *view)
{
    dirs->yara = station->scan_yara == NULL ? NULL : g_path_get_dirname(station->scan_yara);
    dirs->clamd = station->scan_clamd == NULL ? NULL : g_path_get_dirname(station->scan_clamd);
    if (dirs->yara != NULL && g_file_test(dirs->yara, G_FILE_TEST_IS_DIR))
        view->places[view->n_places++] = (SkViewPlace){ dirs->yara, false };
    if (dirs->clamd != NULL && g_file_test(dirs->clamd, G_FILE_TEST_IS_DIR) &&
        g_strcmp0(dirs->yara, dirs->clamd) != 0)
        view->places[view->n_places++] = (SkViewPlace){ dirs->clamd, false };
}

/* What a role with a network sees of the machine: our program, names and certificates, and the mail server's
 * socket. */
static void
network_view(const Supervisor *self, const char *socket_dir, SkSpawnView *view)
{
    view->network = true;
    view->hidden = NULL;
    view->n_places = 0;
    view->places[view->n_places++] = (SkViewPlace){ self->program_dir, false };
    if (socket_dir != NULL)
        view->places[view->n_places++] = (SkViewPlace){ socket_dir, false };
}

static bool
start_child(Supervisor *self, Child *child, GError **error)
{
    g_autofree char *store_dir = g_path_get_dirname(child->station->store);
    g_autofree char *key_dir = sk_station_key_dir(child->station);
    bool seals = sees_key(child, key_dir, store_dir);
    SkSpawnView view = {
        .places = { { store_dir, true }, { child->station->vault, true }, { child->station->seal, seals },
                    { key_dir, seals }, { self->conf->programs, false }, { self->conf->pages, false },
                    { self->program_dir, false } },
        .n_places = 7,
        .hidden = seals ? NULL : key_dir,
        .program = self->options->program,
    };
    const char *mail_socket = child->station->notice_unix;
    g_autofree char *socket_dir = mail_socket == NULL ? NULL : g_path_get_dirname(mail_socket);
    g_auto(ScanDirs) dirs = { 0 };
    sk_autofd settings = -1;
    sk_autofd ca = -1;
    int pipes[2];

    if (child->role == SK_SERVE_COURIER) {
        network_view(self, socket_dir, &view);
        if (!open_mail(child->station, &settings, &ca, error))
            return false;
    } else if (child->role == SK_SERVE_DIRECTORY) {
        network_view(self, NULL, &view);
        if (!open_door(child->station->directory, &settings, &ca, error))
            return false;
    }
    g_autofree char *deliver_dir =
        child->role == SK_SERVE_DELIVER ? g_path_get_dirname(child->station->deliver) : NULL;
    if (deliver_dir != NULL) /* where it is missing the role does not start, and is tried again */
        view.places[view.n_places++] = (SkViewPlace){ deliver_dir, false };
    if (child->role == SK_SERVE_RUNNER)
        scan_view(child->station, &dirs, &view);
    /* Where nobody has watched yet there is no such directory; the page says so. */
    if (child->role == SK_SERVE_WEB && child->station->wall != NULL &&
        g_file_test(child->station->wall, G_FILE_TEST_IS_DIR))
        view.places[view.n_places++] = (SkViewPlace){ child->station->wall, false };
    if (!renew_passages(self, child, error) || !renew_pairs(self, child, error) || !sk_station_prepare(child->station, error) ||
        !sk_station_owner(child->station, &view.uid, &view.gid, error))
        return false;
    if (pipe2(pipes, O_CLOEXEC | O_NONBLOCK) != 0)
        return sk_throw_errno(error, "pipe");
    sk_autofd said = pipes[1];
    child->ready = pipes[0];
    g_autoptr(SkRoleArgs) args = make_args(self, child, said);
    args->settings = settings;
    args->ca = ca;
    child->started = sk_clock_monotonic();
    child->since = sk_clock_now();
    child->pid = sk_spawn(&view, args, error);
    if (child->pid > 0)
        return true;
    child->pid = 0;
    return false;
}

/* Always STATUS_BYTES long, blanks behind the end, so that one copy replaces the whole of it. A reader
 * that comes in between reads no JSON, and shows none. */
static void
tell_status(const Supervisor *self)
{
    for (unsigned i = 0; i < self->conf->stations->len; i++) {
        g_autoptr(GString) out = g_string_new("[");
        for (unsigned j = 0; j < self->children->len; j++) {
            const Child *child = &g_array_index(self->children, Child, j);
            if (child->station != station_at(self, i))
                continue;
            g_string_append_printf(out, "%s{\"name\":\"%s\",\"alive\":%s,\"since\":%" G_GINT64_FORMAT "}",
                                   out->len > 1 ? "," : "", sk_serve_role_name(child->role),
                                   child->pid > 0 ? "true" : "false", child->since);
        }
        g_string_append_c(out, ']');
        while (out->len < STATUS_BYTES)
            g_string_append_c(out, ' ');
        if (out->len == STATUS_BYTES)
            memcpy(self->boards[i], out->str, STATUS_BYTES);
        else
            sk_log(SK_LOG_WARNING, "status-untold", NULL);
    }
}

/* ---- living with them --------------------------------------------------------------------------- */

static void
start_due(Supervisor *self)
{
    int64_t now = sk_clock_monotonic();

    for (unsigned i = 0; i < self->children->len && !self->stopping; i++) {
        Child *child = &g_array_index(self->children, Child, i);
        g_autoptr(GError) error = NULL;
        if (child->pid != 0 || child->start_at > now)
            continue;
        if (!start_child(self, child, &error)) {
            sk_log(SK_LOG_ERROR, "role-not-started", "role", sk_serve_role_name(child->role), "of", child->station->zone,
                   "why", error->message, NULL);
            child->start_at = now + BACKOFF_LAST_US;
        }
    }
}

static void
child_ended(Supervisor *self, Child *child, int status)
{
    int64_t now = sk_clock_monotonic();
    g_autofree char *how = WIFSIGNALED(status) ? g_strdup_printf("signal %d", WTERMSIG(status))
                                               : g_strdup_printf("exit %d", WEXITSTATUS(status));

    child->pid = 0;
    sk_fd_clear(&child->ready);
    if (self->stopping)
        return;
    child->backoff = now - child->started > STEADY_US ? BACKOFF_FIRST_US : child->backoff * 2;
    child->backoff = CLAMP(child->backoff, BACKOFF_FIRST_US, BACKOFF_LAST_US);
    child->start_at = now + child->backoff;
    sk_log(SK_LOG_WARNING, "role-ended", "role", sk_serve_role_name(child->role), "of", child->station->zone, "how", how,
           NULL);
}

static void
reap(Supervisor *self)
{
    int status = 0;
    pid_t pid;

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        for (unsigned i = 0; i < self->children->len; i++) {
            Child *child = &g_array_index(self->children, Child, i);
            if (child->pid == pid)
                child_ended(self, child, status);
        }
    }
}

static void
signal_all(const Supervisor *self, int signal)
{
    for (unsigned i = 0; i < self->children->len; i++) {
        const Child *child = &g_array_index(self->children, Child, i);
        if (child->pid > 0)
            kill(child->pid, signal);
    }
}

static void
reload(Supervisor *self)
{
    g_autoptr(GError) error = NULL;

    if (!load_policy(self, &error) || !open_passages(self, &error)) {
        sk_log(SK_LOG_ERROR, "policy-not-reloaded", "why", error->message, NULL);
        return;
    }
    sk_log(SK_LOG_INFO, "policy-reloaded", "digest", sk_policy_digest(self->policy), NULL);
    for (unsigned i = 0; i < self->children->len; i++)
        g_array_index(self->children, Child, i).backoff = 0;
    signal_all(self, SIGTERM); /* each starts again with the new policy */
}

static void
stop(Supervisor *self)
{
    if (self->stopping)
        return;
    self->stopping = true;
    self->stop_by = sk_clock_monotonic() + STOP_US;
    signal_all(self, SIGTERM);
}

static void
on_signal(Supervisor *self, int fd)
{
    struct signalfd_siginfo info;

    while (read(fd, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo == SIGCHLD)
            reap(self);
        else if (info.ssi_signo == SIGHUP && !self->stopping)
            reload(self);
        else if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT)
            stop(self);
    }
}

static void
hear_ready(Supervisor *self)
{
    bool all = true;

    for (unsigned i = 0; i < self->children->len; i++) {
        Child *child = &g_array_index(self->children, Child, i);
        char byte = 0;
        if (child->ready >= 0 && read(child->ready, &byte, 1) == 1)
            sk_fd_clear(&child->ready);
        all &= child->pid > 0 && child->ready < 0;
    }
    if (all && !self->announced) {
        self->announced = true;
        sk_log(SK_LOG_INFO, "ready", "policy", sk_policy_digest(self->policy), NULL);
        if (self->options->ready != NULL)
            self->options->ready(self->conf, self->policy, self->options->ready_data);
    }
}

static bool
any_alive(const Supervisor *self)
{
    for (unsigned i = 0; i < self->children->len; i++)
        if (g_array_index(self->children, Child, i).pid > 0)
            return true;
    return false;
}

/* Milliseconds until something is due by the clock. */
static int
patience(const Supervisor *self)
{
    int64_t now = sk_clock_monotonic();
    int64_t due = now + 3600000000;

    if (self->stopping)
        due = self->stop_by;
    for (unsigned i = 0; i < self->children->len && !self->stopping; i++) {
        const Child *child = &g_array_index(self->children, Child, i);
        if (child->pid == 0)
            due = MIN(due, child->start_at);
        else if (child->ready >= 0)
            due = MIN(due, now + 20000);
    }
    return (int)(CLAMP(due - now, 0, 3600000000) / 1000) + 1;
}

static void
live(Supervisor *self, int signals)
{
    struct pollfd fd = { .fd = signals, .events = POLLIN };

    while (!self->stopping || any_alive(self)) {
        start_due(self);
        hear_ready(self);
        tell_status(self);
        if (poll(&fd, 1, patience(self)) > 0)
            on_signal(self, signals);
        if (self->stopping && sk_clock_monotonic() > self->stop_by)
            signal_all(self, SIGKILL);
    }
}

/* ---- beginning ---------------------------------------------------------------------------------- */

static bool
wanted(const SkServeOptions *options, const SkConfStation *station, SkServeRole role)
{
    bool mail = role == SK_SERVE_NOTICE || role == SK_SERVE_COURIER;

    return (options->station == NULL || strcmp(options->station, station->zone) == 0) &&
           (options->roles == NULL || options->roles[role]) &&
           (!mail || station->notice_smtp != NULL || station->notice_unix != NULL) &&
           (role != SK_SERVE_MAIL || station->listen_lmtp != NULL) &&
           (role != SK_SERVE_DELIVER || station->deliver != NULL) &&
           (role != SK_SERVE_DIRECTORY || asks_directory(station));
}

/* Whoever is given the descriptor reads: the seal lets no other mapping or write change what the
 * administrator is shown. */
static bool
open_board(Supervisor *self, unsigned i, GError **error)
{
    sk_autofd fd = sk_memfd_new("status", error);

    if (fd < 0)
        return false;
    if (ftruncate(fd, STATUS_BYTES) != 0)
        return sk_throw_errno(error, "status");
    void *p = mmap(NULL, STATUS_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (p == MAP_FAILED)
        return sk_throw_errno(error, "status");
    self->boards[i] = p;
    if (fcntl(fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
        return sk_throw_errno(error, "status");
    self->statuses[i] = sk_fd_steal(&fd);
    return true;
}

/* A station's files are made by its own user, before anything of it listens. */
static bool
set_up_station(Supervisor *self, const SkConfStation *station, GError **error)
{
    Child child = { .station = station, .role = SK_SERVE_SETUP, .ready = -1 };
    int status = 0;

    if (!start_child(self, &child, error))
        return false;
    sk_fd_clear(&child.ready);
    while (waitpid(child.pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return sk_throw(error, SK_ERROR_SANDBOX, "station %s could not be set up", station->zone);
    return true;
}

static bool
set_up(Supervisor *self, GError **error)
{
    if (!sk_conf_load(self->options->conf_path, &self->conf, error) || !load_policy(self, error))
        return false;
    if (self->options->station != NULL && sk_conf_station(self->conf, self->options->station) == NULL)
        return sk_throw(error, SK_ERROR_MALFORMED, "sekisho.conf has no station %s", self->options->station);
    self->program_dir = g_path_get_dirname(self->options->program);
    self->listeners = g_new(int, self->conf->stations->len);
    self->lmtps = g_new(int, self->conf->stations->len);
    self->statuses = g_new(int, self->conf->stations->len);
    self->secrets = g_malloc_n(self->conf->stations->len, sizeof *self->secrets);
    self->mails = g_malloc_n(self->conf->stations->len, sizeof *self->mails);
    self->doors = g_malloc_n(self->conf->stations->len, sizeof *self->doors);
    self->boards = g_new0(char *, self->conf->stations->len);
    for (unsigned i = 0; i < self->conf->stations->len; i++) {
        self->listeners[i] = -1;
        self->lmtps[i] = -1;
        self->statuses[i] = -1;
        self->secrets[i][0] = self->secrets[i][1] = -1;
        self->mails[i][0] = self->mails[i][1] = -1;
        self->doors[i][0] = self->doors[i][1] = -1;
    }
    for (unsigned i = 0; i < self->conf->stations->len; i++) {
        const SkConfStation *station = station_at(self, i);
        bool any = false;
        if (!open_board(self, i, error))
            return false;
        for (unsigned role = SK_SERVE_WEB; role < SK_SERVE_COUNT; role++) {
            Child child = { .station = station, .role = (SkServeRole)role, .ready = -1 };
            if (!wanted(self->options, station, (SkServeRole)role))
                continue;
            g_array_append_val(self->children, child);
            any = true;
        }
        if (any && !set_up_station(self, station, error))
            return false;
        if (wanted(self->options, station, SK_SERVE_MAIL)) {
            self->lmtps[i] = sk_listen_unix(station->listen_lmtp, error);
            if (self->lmtps[i] < 0)
                return false;
        }
        if (!wanted(self->options, station, SK_SERVE_WEB))
            continue;
        self->listeners[i] = sk_listen_open(station, error);
        if (self->listeners[i] < 0)
            return false;
    }
    return open_passages(self, error);
}

static int
open_signals(GError **error)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0)
        sk_error_set_errno(error, "signalfd");
    return fd;
}

bool
sk_serve_run(const SkServeOptions *options, GError **error)
{
    __attribute__((cleanup(supervisor_clear))) Supervisor self = { .options = options, .policy_fd = -1 };

    self.passages = g_array_new(FALSE, FALSE, sizeof(Passage));
    g_array_set_clear_func(self.passages, passage_clear);
    self.children = g_array_new(FALSE, FALSE, sizeof(Child));
    sk_autofd signals = open_signals(error);
    if (signals < 0 || !set_up(&self, error))
        return false;
    live(&self, signals);
    return true;
}
