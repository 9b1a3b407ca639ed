/* SPDX-License-Identifier: Apache-2.0
 *
 * cli-ask.c - `sekisho wall ask`: could this packet pass? Needs no right. */
#include "wall/cli.h"
#include "wall/question.h"
#include "wall/snapshot.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/name.h"

#include <stdio.h>

#define STATE_DEFAULT "/var/lib/sekisho-wall-watch"
#define RULESET_MAX (64u << 20)

static bool
load(const char *policy_path, const char *ruleset_path, SkPolicy **ret_policy,
     SkWallSnapshot **ret_snapshot, GError **error)
{
    g_autoptr(GBytes) bytes = NULL;

    return sk_policy_load(policy_path, ret_policy, error) &&
           sk_io_read_file(ruleset_path, RULESET_MAX, &bytes, error) &&
           sk_wall_snapshot_read(sk_span_bytes(bytes), ret_snapshot, error);
}

static const char *
sentence(const SkWallAnswer *answer)
{
    switch (answer->end) {
    case SK_WALL_PASSES:
        return "It would pass.";
    case SK_WALL_STOPS:
        return "It would not pass.";
    case SK_WALL_UNSURE:
    default:
        return "It depends on something that is not modelled.";
    }
}

static void
print_answer(const SkWallAnswer *answer)
{
    g_autofree char *packet = sk_packet_text(&answer->packet, answer->interfaces);
    g_autofree char *path = sk_wall_walk_text(&answer->walk);

    printf("%s\n%s\n", packet, sentence(answer));
    if (answer->allowed && answer->line > 0)
        printf("The policy allows it: line %u.\n", answer->line);
    else
        puts(answer->allowed ? "The policy allows it." : "No sentence of the policy allows it.");
    fputs(path, stdout);
}

static SkWallStatus
ask(const char *policy_path, const char *ruleset_path, const SkWallWords *words, bool json)
{
    g_autoptr(SkPolicy) policy = NULL;
    g_autoptr(SkWallSnapshot) snapshot = NULL;
    g_auto(SkWallAnswer) answer = { .walk = { 0 } };
    g_autoptr(GError) error = NULL;

    if (!load(policy_path, ruleset_path, &policy, &snapshot, &error)) {
        sk_wall_complain(&sk_wall_command_ask, "%s", error->message);
        return SK_WALL_FAILED;
    }
    if (!sk_wall_question(policy, snapshot->ruleset, words, sk_clock_now(), &answer, &error)) {
        sk_wall_complain(&sk_wall_command_ask, "%s", error->message);
        return SK_WALL_USAGE;
    }
    if (json) {
        g_autofree char *text = sk_wall_answer_json(&answer);
        puts(text);
    } else {
        print_answer(&answer);
    }
    return answer.end == SK_WALL_PASSES ? SK_WALL_DONE : SK_WALL_NO;
}

static SkWallStatus
run_ask(int argc, char **argv)
{
    g_autofree char *state = NULL, *policy = NULL, *ruleset = NULL, *in = NULL, *out = NULL;
    gboolean json = FALSE;
    GOptionEntry entries[] = {
        { "state", 0, 0, G_OPTION_ARG_FILENAME, &state, NULL, NULL },
        { "policy", 0, 0, G_OPTION_ARG_FILENAME, &policy, NULL, NULL },
        { "ruleset", 0, 0, G_OPTION_ARG_FILENAME, &ruleset, NULL, NULL },
        { "in", 0, 0, G_OPTION_ARG_STRING, &in, NULL, NULL },
        { "out", 0, 0, G_OPTION_ARG_STRING, &out, NULL, NULL },
        { "json", 0, 0, G_OPTION_ARG_NONE, &json, NULL, NULL },
        { .long_name = NULL },
    };

    if (!sk_wall_options(&sk_wall_command_ask, entries, &argc, &argv))
        return SK_WALL_USAGE;
    if (argc != 4) {
        sk_wall_complain(&sk_wall_command_ask, "say FROM, TO and WHAT");
        return SK_WALL_USAGE;
    }
    const char *directory = state == NULL ? STATE_DEFAULT : state;
    g_autofree char *kept_policy = g_build_filename(directory, "policy.conf", NULL);
    g_autofree char *kept_snapshot = g_build_filename(directory, "snapshot", NULL);
    SkWallWords words = { .from = argv[1], .to = argv[2], .what = argv[3], .in = in, .out = out };
    return ask(policy == NULL ? kept_policy : policy, ruleset == NULL ? kept_snapshot : ruleset,
               &words, json);
}

const SkWallCommand sk_wall_command_ask = {
    .name = "ask",
    .usage = "FROM TO WHAT [--state DIR | --policy POLICY --ruleset FILE] [--in IF] [--out IF]\n"
             "    [--json]",
    .summary = "Could the first packet of a connection from FROM to TO pass, and by which rules?",
    .help = "    FROM, TO           addresses, such as 10.20.1.5\n"
            "    WHAT               tcp:443, udp:53, icmp\n"
            "    --state DIR        ask about what was last watched (default\n"
            "                       " STATE_DEFAULT ")\n"
            "    --policy POLICY    by this policy\n"
            "    --ruleset FILE     about this ruleset or snapshot\n"
            "    --in IF, --out IF  its interfaces (default: those behind which the two lie)\n"
            "    --json             one JSON object\n",
    .run = run_ask,
};
