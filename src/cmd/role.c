/* SPDX-License-Identifier: Apache-2.0
 *
 * role.c - `sekisho role …`: one role of one station, started by the supervisor and by nobody else.
 * Opens what the role needs, says that it is ready, and runs it until SIGTERM.
 * Spec: docs/architecture.md   Tests: tests/e2e/
 */
#include "cmd/cmd.h"

#include "base/io.h"
#include "base/log.h"
#include "base/secret.h"
#include "directory/prove.h"
#include "gate/deliver.h"
#include "gate/receive.h"
#include "intake/intake.h"
#include "notice/notice.h"
#include "notice/smtp.h"
#include "runner/runner.h"
#include "scan/scanner.h"
#include "seal/log.h"
#include "serve/role.h"
#include "store/adoption.h"
#include "store/sealer.h"
#include "web/web.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>

typedef struct {
    SkRoleArgs *args;
    SkPolicy *policy;
    SkStore *store;
    SkPipeline *pipeline;
    int stop;
} Role;

static void
role_clear(Role *self)
{
    g_clear_pointer(&self->pipeline, sk_pipeline_free);
    g_clear_pointer(&self->store, sk_store_close);
    g_clear_pointer(&self->policy, sk_policy_unref);
    g_clear_pointer(&self->args, sk_role_args_free);
    sk_fd_clear(&self->stop);
}

/* The supervisor checked this very text before it sealed it. */
static bool
open_policy(Role *self, GError **error)
{
    g_autoptr(GPtrArray) diagnostics = NULL;
    g_autoptr(GBytes) text = sk_memfd_map(self->args->policy, error);

    if (text == NULL)
        return false;
    if (!sk_policy_parse(sk_span_bytes(text), &self->policy, &diagnostics))
        return sk_throw(error, SK_ERROR_INTERNAL, "the policy given by the supervisor does not parse");
    return true;
}

static int
open_stop(GError **error)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT); /* Ctrl-C reaches the whole terminal group: the supervisor decides */
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    sigdelset(&set, SIGINT);
    int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0)
        sk_error_set_errno(error, "signalfd");
    return fd;
}

static bool
set_up(Role *self, GError **error)
{
    g_autofree char *host = g_strdup(strstr(self->args->origin, "://") + strlen("://"));

    host[strcspn(host, ":/")] = '\0';
    g_autofree char *log_origin = g_strdup_printf("%s/sekisho", host);
    return sk_store_setup(self->args->store, self->args->vault, self->args->station, error) &&
           sk_seal_setup(self->args->seal, self->args->key, log_origin, error);
}

/* -1: none was given. */
static int
socket_of(const SkRoleArgs *args, SkSocketKind kind)
{
    for (unsigned i = 0; i < args->sockets->len; i++) {
        const SkRoleSocket *s = &g_array_index(args->sockets, SkRoleSocket, i);
        if (s->kind == kind)
            return s->fd;
    }
    return -1;
}

static bool
run_runner(Role *self, GError **error)
{
    g_autoptr(SkSecrets) secrets = sk_secrets_new(socket_of(self->args, SK_SOCKET_SECRET));
    SkRunner runner = { .zone = self->args->station,
                        .policy = self->policy,
                        .store = self->store,
                        .pipeline = self->pipeline,
                        .secrets = secrets,
                        .stop = self->stop };

    g_autoptr(SkScanner) scanner =
        sk_scanner_new(self->args->programs, self->args->scan_yara, self->args->scan_clamd);
    sk_pipeline_set_scan(self->pipeline, sk_scanner_scan, scanner);
    for (unsigned i = 0; i < self->args->sockets->len && runner.n_passages < SK_RUNNER_PASSAGES_MAX; i++) {
        const SkRoleSocket *s = &g_array_index(self->args->sockets, SkRoleSocket, i);
        if (s->kind == SK_SOCKET_SEND)
            runner.passages[runner.n_passages++] = (SkRunnerPassage){ .zone = s->zone, .sock = s->fd };
    }
    sk_role_ready(self->args);
    bool ran = sk_runner_run(&runner, error);
    sk_pipeline_set_scan(self->pipeline, NULL, NULL);
    return ran;
}

static bool
run_intake(Role *self, GError **error)
{
    SkIntake intake = { .zone = self->args->station,
                        .policy = self->policy,
                        .store = self->store,
                        .pipeline = self->pipeline,
                        .stop = self->stop };

    for (unsigned i = 0; i < self->args->sockets->len && intake.n_passages < SK_INTAKE_PASSAGES_MAX; i++) {
        const SkRoleSocket *s = &g_array_index(self->args->sockets, SkRoleSocket, i);
        if (s->kind == SK_SOCKET_RECEIVE)
            intake.passages[intake.n_passages++] = (SkIntakePassage){ .zone = s->zone, .sock = s->fd };
    }
    sk_role_ready(self->args);
    return sk_intake_run(&intake, error);
}

static bool
run_sealer(Role *self, GError **error)
{
    g_autoptr(SkSeal) seal = sk_seal_open(self->args->seal, self->args->key, error);

    if (seal == NULL)
        return false;
    sk_role_ready(self->args);
    return sk_sealer_run(self->store, seal, self->stop, error);
}

static bool
run_notice(Role *self, GError **error)
{
    g_autofree char *directory = g_build_filename(self->args->pages, "messages", NULL);
    g_autoptr(SkMessages) messages = NULL;

    if (!sk_messages_load(directory, &messages, error))
        return false;
    const SkNoticeRole role = { .store = self->store,
                                .messages = messages,
                                .frame = { .from = self->args->mail_from,
                                           .origin = self->args->origin,
                                           .zone = self->args->station },
                                .courier = socket_of(self->args, SK_SOCKET_MAIL),
                                .stop = self->stop };
    sk_role_ready(self->args);
    return sk_notice_run(&role, error);
}

static bool
run_courier(Role *self, GError **error)
{
    g_autoptr(GBytes) text = sk_memfd_map(self->args->settings, error);
    g_autoptr(SkCourierSettings) settings = NULL;

    if (text == NULL || !sk_courier_settings_parse(sk_span_bytes(text), &settings, error))
        return false;
    if (self->args->ca >= 0) {
        settings->ca = sk_memfd_map(self->args->ca, error);
        if (settings->ca == NULL)
            return false;
    }
    sk_role_ready(self->args);
    return sk_courier_run(settings, socket_of(self->args, SK_SOCKET_MAIL), self->stop, error);
}

static bool
run_mail(Role *self, GError **error)
{
    g_autofree char *directory = g_build_filename(self->args->pages, "messages", NULL);
    g_autoptr(SkMessages) messages = NULL;

    if (!sk_messages_load(directory, &messages, error))
        return false;
    const SkReceiveRole role = { .zone = self->args->station,
                                 .origin = self->args->origin,
                                 .policy = self->policy,
                                 .store = self->store,
                                 .messages = messages,
                                 .listener = socket_of(self->args, SK_SOCKET_LMTP),
                                 .stop = self->stop };
    sk_role_ready(self->args);
    return sk_receive_run(&role, error);
}

static bool
run_deliver(Role *self, GError **error)
{
    g_autofree char *directory = g_build_filename(self->args->pages, "messages", NULL);
    g_autoptr(SkMessages) messages = NULL;
    bool lmtp = g_str_has_prefix(self->args->deliver, "lmtp:");

    if (!lmtp && !g_str_has_prefix(self->args->deliver, "smtp:"))
        return sk_throw(error, SK_ERROR_INTERNAL, "role: no mail server");
    if (!sk_messages_load(directory, &messages, error))
        return false;
    const SkDeliverRole role = { .origin = self->args->origin,
                                 .path = self->args->deliver + strlen("lmtp:"),
                                 .lmtp = lmtp,
                                 .store = self->store,
                                 .messages = messages,
                                 .stop = self->stop };
    sk_role_ready(self->args);
    return sk_deliver_run(&role, error);
}

static bool
run_directory(Role *self, GError **error)
{
    g_autoptr(GBytes) text = sk_memfd_map(self->args->settings, error);
    g_autofree char *ca = g_strdup_printf("/proc/self/fd/%d", self->args->ca);
    g_autoptr(SkDirectoryDoor) door = NULL;

    if (text == NULL || !sk_directory_door_parse(sk_span_bytes(text), &door, error))
        return false;
    sk_role_ready(self->args);
    return sk_directory_serve(door, ca, socket_of(self->args, SK_SOCKET_DIRECTORY), self->stop, error);
}

static bool
run_web(Role *self, GError **error)
{
    SkWebListener listeners[SK_ROLE_SOCKETS_MAX];
    unsigned n = 0;
    g_autofree char *policy = g_strdup_printf("/proc/self/fd/%d", self->args->policy);
    g_autofree char *status = g_strdup_printf("/proc/self/fd/%d", self->args->status);
    g_autofree char *messages = g_build_filename(self->args->pages, "messages", NULL);

    for (unsigned i = 0; i < self->args->sockets->len; i++) {
        const SkRoleSocket *s = &g_array_index(self->args->sockets, SkRoleSocket, i);
        if (s->kind == SK_SOCKET_HTTP || s->kind == SK_SOCKET_UNIX)
            listeners[n++] = (SkWebListener){ .fd = s->fd, .unix_socket = s->kind == SK_SOCKET_UNIX };
    }
    SkWebOptions options = { .listeners = listeners,
                             .n_listeners = n,
                             .zone = self->args->station,
                             .origin = self->args->origin,
                             .content_origin = self->args->content_origin,
                             .store = self->args->store,
                             .vault = self->args->vault,
                             .policy = policy,
                             .pages = self->args->pages,
                             .messages = messages,
                             .programs = self->args->programs,
                             .seal = self->args->seal,
                             .status = self->args->status < 0 ? NULL : status,
                             .wall = self->args->wall[0] == '\0' ? NULL : self->args->wall,
                             .management = self->args->management,
                             .secret_fd = socket_of(self->args, SK_SOCKET_SECRET),
                             .directory_fd = socket_of(self->args, SK_SOCKET_DIRECTORY),
                             .stop_fd = self->stop,
                             .reload_fd = -1, /* a new policy comes with a new process */
                             .ready_fd = self->args->ready };
    return sk_web_run(&options, error);
}

/* Before any role works by a policy, its station's history says that it was adopted. */
static bool
note_adoption(Role *self, SkStore *store, GError **error)
{
    const SkAdoption adoption = { .policy = (char *)sk_policy_digest(self->policy),
                                  .text = self->args->policy_text,
                                  .signers = self->args->policy_signers,
                                  .ciso = self->args->policy_ciso,
                                  .administrator = self->args->policy_administrator };
    return sk_adoption_note(store, &adoption, error);
}

/* Web opens a connection a thread by itself. */
static bool
note_for_web(Role *self, GError **error)
{
    g_autoptr(SkStore) store = sk_store_open(self->args->store, NULL, error);
    return store != NULL && note_adoption(self, store, error);
}

static bool
open_role(Role *self, GError **error)
{
    self->stop = open_stop(error);
    if (self->stop < 0)
        return false;
    if (self->args->role == SK_SERVE_SETUP || self->args->role == SK_SERVE_COURIER ||
        self->args->role == SK_SERVE_DIRECTORY)
        return true; /* none of these works by the policy */
    if (!open_policy(self, error))
        return false;
    if (self->args->role == SK_SERVE_WEB)
        return note_for_web(self, error);
    self->store = sk_store_open(self->args->store, self->args->vault, error);
    if (self->store == NULL || !note_adoption(self, self->store, error))
        return false;
    if (self->args->role == SK_SERVE_NOTICE || self->args->role == SK_SERVE_MAIL ||
        self->args->role == SK_SERVE_DELIVER)
        return true;
    self->pipeline = sk_pipeline_new(self->args->programs);
    /* A sandbox that cannot be set up is known now, not when the first object waits. */
    if (self->args->role == SK_SERVE_RUNNER)
        return sk_pipeline_warm_disarm(self->pipeline, error);
    return self->args->role != SK_SERVE_INTAKE || sk_pipeline_warm_verify(self->pipeline, error);
}

static bool
run_role(Role *self, GError **error)
{
    switch (self->args->role) {
    case SK_SERVE_SETUP:
        return set_up(self, error);
    case SK_SERVE_WEB:
        return run_web(self, error);
    case SK_SERVE_RUNNER:
        return run_runner(self, error);
    case SK_SERVE_INTAKE:
        return run_intake(self, error);
    case SK_SERVE_SEALER:
        return run_sealer(self, error);
    case SK_SERVE_NOTICE:
        return run_notice(self, error);
    case SK_SERVE_COURIER:
        return run_courier(self, error);
    case SK_SERVE_DIRECTORY:
        return run_directory(self, error);
    case SK_SERVE_MAIL:
        return run_mail(self, error);
    case SK_SERVE_DELIVER:
        return run_deliver(self, error);
    case SK_SERVE_COUNT:
        break;
    }
    return sk_throw(error, SK_ERROR_INTERNAL, "role: none");
}

static SkExit
run(int argc, char **argv)
{
    __attribute__((cleanup(role_clear))) Role role = { .stop = -1 };
    g_autoptr(GError) error = NULL;

    if (!sk_role_args_parse(argc - 1, argv + 1, &role.args, &error)) {
        fprintf(stderr, "sekisho role: %s\n", error->message);
        return SK_EXIT_USAGE;
    }
    sk_log_init(sk_serve_role_name(role.args->role), role.args->station);
    if (sk_secret_guard(&error) && open_role(&role, &error) && run_role(&role, &error))
        return SK_EXIT_DONE;
    sk_log(SK_LOG_ERROR, "role-failed", "why", error->message, NULL);
    return SK_EXIT_FAILED;
}

const SkCommand sk_command_role = {
    .name = "role",
    .usage = "ROLE …",
    .summary = NULL, /* not for people: the supervisor calls it */
    .help = "Started by `sekisho serve`, with the descriptors it needs.\n",
    .run = run,
};
