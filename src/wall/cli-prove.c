/* SPDX-License-Identifier: Apache-2.0
 *
 * cli-prove.c - `sekisho wall prove`: is what is loaded what the policy says? A file needs no right. */
#include "wall/cli.h"
#include "wall/prove.h"
#include "wall/snapshot.h"

#include "base/io.h"
#include "base/name.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    const char *policy;
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
proof_json(const SkWallProof *proof, const SkWallSnapshot *snapshot, const SkPolicy *policy)
{
    g_autofree char *object = sk_wall_proof_json(proof);
    size_t n = strlen(object);

    g_assert(n > 0 && object[n - 1] == '}');
    object[n - 1] = '\0';
    return g_strdup_printf("%s,\"policy\":\"%s\",\"snapshot\":\"%s\",\"generation\":%" G_GUINT64_FORMAT
                           "}\n",
                           object, sk_policy_digest(policy), snapshot->digest,
                           snapshot->generation);
}

static SkWallStatus
failed(const char *path, const GError *error)
{
    g_autofree char *shown = sk_text_plain(sk_span_str(path), SK_PLACE_MAX);
    bool wrong = g_error_matches(error, SK_ERROR, SK_ERROR_MALFORMED);

    sk_wall_complain(&sk_wall_command_prove, wrong ? "%s:\n%s" : "%s: %s", shown, error->message);
    return wrong ? SK_WALL_NO : SK_WALL_FAILED;
}

static SkWallStatus
prove(const Run *run)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SkPolicy) policy = NULL;
    g_autoptr(SkWallSnapshot) snapshot = NULL;
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    SkWallQuestion question = { .now = run->now, .interfaces = names };

    if (!sk_policy_load(run->policy, &policy, &error))
        return failed(run->policy, error);
    if (!load_snapshot(run, &snapshot, &error))
        return failed(run->ruleset == NULL ? "this machine" : run->ruleset, error);
    for (unsigned i = 0; i < snapshot->interfaces->len; i++)
        g_ptr_array_add(
            names, ((const SkWallInterface *)g_ptr_array_index(snapshot->interfaces, i))->name);
    question.connections = snapshot->connections;
    question.machine = !snapshot->bare;
    g_autoptr(SkWallProof) proof = sk_wall_prove(policy, snapshot->ruleset, &question);
    bool colour = isatty(STDOUT_FILENO) == 1 && g_getenv("NO_COLOR") == NULL;
    g_autofree char *text =
        run->json ? proof_json(proof, snapshot, policy) : sk_wall_proof_text(proof, run->language, colour);
    if (fputs(text, stdout) < 0 || fflush(stdout) != 0) {
        sk_wall_complain(&sk_wall_command_prove, "the answer could not be written");
        return SK_WALL_FAILED;
    }
    return proof->verdict == SK_WALL_PROVED ? SK_WALL_DONE : SK_WALL_NO;
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
    gboolean json = FALSE;
    GOptionEntry entries[] = {
        { "ruleset", 0, 0, G_OPTION_ARG_FILENAME, &ruleset, NULL, NULL },
        { "snapshot", 0, 0, G_OPTION_ARG_FILENAME, &snapshot, NULL, NULL },
        { "at", 0, 0, G_OPTION_ARG_STRING, &day, NULL, NULL },
        { "language", 0, 0, G_OPTION_ARG_STRING, &language, NULL, NULL },
        { "json", 0, 0, G_OPTION_ARG_NONE, &json, NULL, NULL },
        { .long_name = NULL },
    };
    Run run = { .policy = NULL };

    if (!sk_wall_options(&sk_wall_command_prove, entries, &argc, &argv))
        return SK_WALL_USAGE;
    if (argc != 2 || (ruleset != NULL && snapshot != NULL)) {
        sk_wall_complain(&sk_wall_command_prove,
                         argc != 2 ? "say one policy" : "say --ruleset or --snapshot, not both");
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
    run.policy = argv[1];
    run.ruleset = ruleset != NULL ? ruleset : snapshot;
    run.json = json;
    return prove(&run);
}

const SkWallCommand sk_wall_command_prove = {
    .name = "prove",
    .usage = "POLICY [--ruleset FILE | --snapshot FILE] [--at DAY] [--language ja|en] [--json]",
    .summary = "Does what is loaded let anything pass that the policy does not allow?",
    .help = "    --ruleset FILE     what `nft -a -nn list ruleset` or iptables-save printed, or a "
            "script\n"
            "                       for nft\n"
            "    --snapshot FILE    what `sekisho wall snapshot` wrote; with neither, this machine "
            "as it\n"
            "                       is now, which needs the right to ask (CAP_NET_ADMIN)\n"
            "    --at DAY           as it is on that day in Japan (default: now)\n"
            "    --language ja|en   of the answer (default: from the environment)\n"
            "    --json             the answer as one JSON object\n"
            "  PROVED: nothing else passes. NOT ALLOWED: packets that do, the way each takes, and "
            "what\n"
            "  would stop it. NOT PROVEN: with the lines that nobody could be sure of. Exit 0 only "
            "for\n"
            "  PROVED.\n",
    .run = run_prove,
};
