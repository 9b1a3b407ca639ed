/* SPDX-License-Identifier: Apache-2.0
 *
 * cli-prove.c - `sekisho wall prove`: is what is loaded what the policy says? A file needs no right. */
#include "wall/cli.h"
#include "wall/prove.h"
#include "wall/snapshot.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/name.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
    const char *ruleset;
    const char *language;
    int64_t now;
    bool json;
} Run;

/* A file, or this machine as it is. */
static bool
load_snapshot(const Run *run, SkWallSnapshot **ret, GError **error)
{
    g_autoptr(GBytes) bytes = NULL;

    if (run->ruleset == NULL ? !sk_wall_snapshot_take(NULL, &bytes, error)
                             : !sk_io_read_file(run->ruleset, SK_WALL_SNAPSHOT_MAX, &bytes, error))
        return false;
    return sk_wall_snapshot_read(sk_span_bytes(bytes), ret, error);
}

/* The proof's own object, with what was proved about. */
static char *
proof_json(const SkWallProof *proof, const SkPolicy *policy, const SkWallSnapshot *snapshot)
{
    g_autofree char *object = sk_wall_proof_json(proof);
    size_t n = strlen(object);

    g_assert(n > 0 && object[n - 1] == '}');
    object[n - 1] = '\0';
    return g_strdup_printf(
        "%s,\"policy\":\"%s\",\"snapshot\":\"%s\",\"generation\":%" G_GUINT64_FORMAT "}\n", object,
        sk_policy_digest(policy), snapshot->digest, snapshot->generation);
}

static SkWallStatus
failed(const char *path, const GError *error)
{
    g_autofree char *shown = sk_text_plain(sk_span_str(path), SK_PLACE_MAX);
    bool wrong = g_error_matches(error, SK_ERROR, SK_ERROR_MALFORMED);

    sk_wall_complain(&sk_wall_command_prove, wrong ? "%s:\n%s" : "%s: %s", shown, error->message);
    return wrong ? SK_WALL_NO : SK_WALL_FAILED;
}

/* A ruleset that is asked by policies, one after another. */
typedef struct {
    const Run *run;
    SkWallSnapshot *snapshot;
    SkWallProver *prover;
    GPtrArray *names; /* of interfaces; borrowed */
} Place;

static void
place_clear(Place *self)
{
    g_clear_pointer(&self->prover, sk_wall_prover_free);
    g_clear_pointer(&self->snapshot, sk_wall_snapshot_free);
    g_clear_pointer(&self->names, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_clear)

static bool
open_place(const Run *run, Place *ret, GError **error)
{
    g_auto(Place) place = { .run = run, .names = g_ptr_array_new() };

    if (!load_snapshot(run, &place.snapshot, error))
        return false;
    for (unsigned i = 0; i < place.snapshot->interfaces->len; i++) {
        const SkWallInterface *one = g_ptr_array_index(place.snapshot->interfaces, i);
        g_ptr_array_add(place.names, one->name);
    }
    place.prover = sk_wall_prover_new(place.snapshot->ruleset);
    *ret = place;
    place = (Place){ .run = NULL };
    return true;
}

static SkWallStatus
prove(const Place *place, const SkPolicy *policy, SkWallQuestion *question)
{
    const Run *run = place->run;
    bool colour = isatty(STDOUT_FILENO) == 1 && g_getenv("NO_COLOR") == NULL;

    question->interfaces = place->names;
    question->connections = place->snapshot->connections;
    question->machine = !place->snapshot->bare;
    g_autoptr(SkWallProof) proof = sk_wall_prover_ask(place->prover, policy, question);
    g_autofree char *text = run->json ? proof_json(proof, policy, place->snapshot)
                                      : sk_wall_proof_text(proof, run->language, colour);
    if (fputs(text, stdout) < 0 || fflush(stdout) != 0) {
        sk_wall_complain(&sk_wall_command_prove, "the answer could not be written");
        return SK_WALL_FAILED;
    }
    return proof->verdict == SK_WALL_PROVED ? SK_WALL_DONE : SK_WALL_NO;
}

/* Every policy that is named, of one ruleset. */
static SkWallStatus
prove_all(const Run *run, char *const *paths, unsigned n)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) policies = g_ptr_array_new_with_free_func((GDestroyNotify)sk_policy_unref);
    g_auto(Place) place = { .run = NULL };
    SkWallStatus status = SK_WALL_DONE;

    for (unsigned i = 0; i < n; i++) {
        SkPolicy *policy = NULL;
        if (!sk_policy_load(paths[i], &policy, &error))
            return failed(paths[i], error);
        g_ptr_array_add(policies, policy);
    }
    if (!open_place(run, &place, &error))
        return failed(run->ruleset == NULL ? "this machine" : run->ruleset, error);
    for (unsigned i = 0; i < n && status != SK_WALL_FAILED; i++) {
        SkWallQuestion question = { .now = run->now };
        if (n > 1 && !run->json) {
            g_autofree char *shown = sk_text_plain(sk_span_str(paths[i]), SK_PLACE_MAX);
            (void)printf("%s%s:\n", i == 0 ? "" : "\n", shown);
        }
        SkWallStatus one = prove(&place, g_ptr_array_index(policies, i), &question);
        status = one == SK_WALL_DONE ? status : one;
    }
    return status;
}

/* ---- for whoever asks again and again --------------------------------------------------------- */

/* "first FILE" or "whole FILE". */
static bool
read_question(char *line, SkWallQuestion *ret, const char **ret_path)
{
    char *space = strchr(line, ' ');

    line[strcspn(line, "\n")] = '\0';
    if (space == NULL || space[1] == '\0')
        return false;
    *space = '\0';
    *ret_path = space + 1;
    ret->no_edits = ret->no_blocked = strcmp(line, "first") == 0;
    ret->found_max = ret->no_edits ? 1 : 0;
    return ret->no_edits || strcmp(line, "whole") == 0;
}

/* In a process of its own: what passes is there already and stays as it is, whatever becomes of this one. */
static int
answer_apart(const Place *place, const SkPolicy *policy, SkWallQuestion *question)
{
    int status = 0;
    pid_t pid = fork();

    if (pid == 0) {
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
            _exit(SK_WALL_FAILED);
        _exit(prove(place, policy, question));
    }
    if (pid < 0)
        return SK_WALL_FAILED;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return SK_WALL_FAILED;
    return WIFEXITED(status) ? WEXITSTATUS(status) : SK_WALL_FAILED;
}

static void
answer_line(const Place *place, char *line)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SkPolicy) policy = NULL;
    SkWallQuestion question = { .now = place->run->now, .interfaces = place->names };
    const char *path = NULL;

    if (question.now == 0)
        question.now = sk_clock_now();
    bool good = read_question(line, &question, &path) && sk_policy_load(path, &policy, &error);
    if (good)
        sk_wall_prover_ready(place->prover, policy, &question);
    int status = good ? answer_apart(place, policy, &question) : SK_WALL_FAILED;
    /* What may stand there by half is no answer with this behind it. */
    if (status != SK_WALL_DONE && status != SK_WALL_NO)
        (void)fputs("{}\n", stdout);
    (void)fflush(stdout);
}

static SkWallStatus
serve(const Run *run)
{
    g_autoptr(GError) error = NULL;
    g_auto(Place) place = { .run = NULL };
    g_autofree char *line = NULL;
    size_t room = 0;

    if (!open_place(run, &place, &error))
        return failed(run->ruleset == NULL ? "this machine" : run->ruleset, error);
    while (getline(&line, &room, stdin) > 0)
        answer_line(&place, line);
    return SK_WALL_DONE;
}

/* As everywhere: the environment's, Japanese where it says so. */
static const char *
language_of(const char *asked)
{
    static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

    if (asked != NULL)
        return asked;
    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        const char *value = g_getenv(names[i]);
        if (value != NULL && *value != '\0')
            return g_str_has_prefix(value, "ja") ? "ja" : "en";
    }
    return "en";
}

static SkWallStatus
run_prove(int argc, char **argv)
{
    g_autofree char *ruleset = NULL;
    g_autofree char *snapshot = NULL;
    g_autofree char *day = NULL;
    g_autofree char *language = NULL;
    gboolean json = FALSE, asked = FALSE;
    GOptionEntry entries[] = {
        { "ruleset", 0, 0, G_OPTION_ARG_FILENAME, &ruleset, NULL, NULL },
        { "snapshot", 0, 0, G_OPTION_ARG_FILENAME, &snapshot, NULL, NULL },
        { "at", 0, 0, G_OPTION_ARG_STRING, &day, NULL, NULL },
        { "language", 0, 0, G_OPTION_ARG_STRING, &language, NULL, NULL },
        { "json", 0, 0, G_OPTION_ARG_NONE, &json, NULL, NULL },
        { "serve", 0, 0, G_OPTION_ARG_NONE, &asked, NULL, NULL },
        { .long_name = NULL },
    };
    Run run = { .ruleset = NULL };

    if (!sk_wall_options(&sk_wall_command_prove, entries, &argc, &argv))
        return SK_WALL_USAGE;
    bool policies = asked ? argc == 1 : argc >= 2;
    if (!policies || (ruleset != NULL && snapshot != NULL)) {
        sk_wall_complain(&sk_wall_command_prove,
                         policies ? "say --ruleset or --snapshot, not both"
                         : asked  ? "with --serve, policies are named by whoever asks"
                                  : "say one policy, or several");
        return SK_WALL_USAGE;
    }
    if (!sk_wall_at(day, &run.now)) {
        sk_wall_complain(&sk_wall_command_prove, "--at is a day, such as 2027-03-31");
        return SK_WALL_USAGE;
    }
    run.language = language_of(language);
    if (strcmp(run.language, "ja") != 0 && strcmp(run.language, "en") != 0) {
        sk_wall_complain(&sk_wall_command_prove, "--language is ja or en");
        return SK_WALL_USAGE;
    }
    run.ruleset = ruleset != NULL ? ruleset : snapshot;
    run.json = json || asked;
    if (asked && day == NULL)
        run.now = 0; /* each question's own */
    return asked ? serve(&run) : prove_all(&run, argv + 1, (unsigned)argc - 1);
}

const SkWallCommand sk_wall_command_prove = {
    .name = "prove",
    .usage = "POLICY… [--ruleset FILE | --snapshot FILE] [--at DAY] [--language ja|en] [--json]",
    .summary = "Does what is loaded let anything pass that the policy does not allow?",
    .help =
        "    --ruleset FILE     what `nft -a -nn list ruleset` or iptables-save printed, or a "
        "script\n"
        "                       for nft\n"
        "    --snapshot FILE    what `sekisho wall snapshot` wrote; with neither, this machine "
        "as it\n"
        "                       is now, which needs the right to ask (CAP_NET_ADMIN)\n"
        "    --at DAY           as it is on that day in Japan (default: now)\n"
        "    --language ja|en   of the answer (default: from the environment)\n"
        "    --json             the answer as one JSON object, for each policy a line\n"
        "    --serve            names no policy, but answers lines of its input, `first FILE` (the "
        "verdict, and\n"
        "                       one packet of each kind) and `whole FILE`, with such objects; what "
        "passes is\n"
        "                       worked out once\n"
        "  Several policies are asked of the same ruleset, which costs little more than one.\n"
        "  PROVED: nothing else passes. NOT ALLOWED: packets that do, the way each takes, and "
        "what\n"
        "  would stop it. NOT PROVEN: with the lines that nobody could be sure of. Exit 0 only "
        "for\n"
        "  PROVED.\n",
    .run = run_prove,
};
