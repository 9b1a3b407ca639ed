/* SPDX-License-Identifier: Apache-2.0
 *
 * cli-apply.c - `sekisho wall apply|confirm|rollback|boot|expire|status`: what is loaded, and when. */
#include "wall/apply.h"
#include "wall/cli.h"
#include "wall/compile.h"
#include "wall/privilege.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    char *state;
    int seconds;
    int group;
    gboolean yes;
    gboolean json;
} Words;

static void
words_clear(Words *self)
{
    g_clear_pointer(&self->state, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Words, words_clear)

/* @policy: whether one is named. */
static bool
take_words(const SkWallCommand *command, bool policy, Words *self, int *argc, char ***argv)
{
    GOptionEntry entries[] = {
        { "state", 0, 0, G_OPTION_ARG_FILENAME, &self->state, NULL, NULL },
        { "json", 0, 0, G_OPTION_ARG_NONE, &self->json, NULL, NULL },
        { "nflog-group", 0, 0, G_OPTION_ARG_INT, &self->group, NULL, NULL },
        { "confirm-within", 0, 0, G_OPTION_ARG_INT, &self->seconds, NULL, NULL },
        { "yes", 0, 0, G_OPTION_ARG_NONE, &self->yes, NULL, NULL },
        { .long_name = NULL },
    };

    self->seconds = (int)SK_WALL_CONFIRM_DEFAULT;
    self->group = (int)SK_WALL_NFLOG_DEFAULT;
    if (!policy)
        entries[strcmp(command->name, "boot") == 0 ? 3 : 2] = entries[5];
    if (!sk_wall_options(command, entries, argc, argv))
        return false;
    if (self->state == NULL)
        self->state = g_strdup(SK_WALL_FOLDER);
    const char *wrong =
        *argc != (policy ? 2 : 1) ? (policy ? "say one policy" : "no words are taken")
        : self->group < 1 || self->group > 65535 ? "--nflog-group is a number from 1 to 65535"
        : self->seconds < 1 || self->seconds > (int)SK_WALL_CONFIRM_MAX
            ? "--confirm-within is a number of seconds from 1 to 3600"
            : NULL;
    if (wrong != NULL)
        sk_wall_complain(command, "%s", wrong);
    return wrong == NULL;
}

static SkWallStatus
status_of(const GError *error)
{
    return g_error_matches(error, SK_ERROR, SK_ERROR_FORBIDDEN) ||
                   g_error_matches(error, SK_ERROR, SK_ERROR_MALFORMED)
               ? SK_WALL_NO
               : SK_WALL_FAILED;
}

static void
print_json(const SkWallOutcome *outcome, const GError *error)
{
    printf("{\"state\":\"%s\",\"policy\":\"%s\",\"ended\":%u,\"expired\":%s,\"reason\":",
           outcome->state, outcome->policy == NULL ? "" : outcome->policy, outcome->ended,
           outcome->expired ? "true" : "false");
    json_t *reason = error != NULL             ? json_string(error->message)
                     : outcome->reason != NULL ? json_string(outcome->reason)
                                               : json_null();
    g_autofree char *text = json_dumps(reason, JSON_ENCODE_ANY | JSON_COMPACT);
    printf("%s,\"sealed\":%s}\n", text == NULL ? "null" : text,
           outcome->unsealed == NULL ? "true" : "false");
    json_decref(reason);
}

static const char *
in_words(const char *state)
{
    if (strcmp(state, "proved") == 0)
        return "The wall is loaded, and proved to let pass what the policy says and nothing else.";
    if (strcmp(state, "pending") == 0)
        return "The new wall is loaded and proved. It goes by itself unless you say `sekisho wall "
               "confirm`.";
    if (strcmp(state, "closed") == 0)
        return "The wall is closed: nothing passes.";
    return "Nothing was changed.";
}

static SkWallStatus
answer(const SkWallCommand *command, const Words *words, const SkWallOutcome *outcome,
       const GError *error)
{
    bool as_asked = error == NULL && strcmp(outcome->state, "closed") != 0;

    if (words->json)
        print_json(outcome, error);
    if (error != NULL)
        sk_wall_complain(command, "%s", error->message);
    else if (outcome->reason != NULL && !words->json)
        sk_wall_complain(command, "%s", outcome->reason);
    if (outcome->unsealed != NULL)
        sk_wall_complain(command, "%s", outcome->unsealed);
    if (!words->json)
        puts(in_words(outcome->state));
    if (!words->json && *(outcome->policy == NULL ? "" : outcome->policy) != '\0')
        printf("  policy %s\n", outcome->policy);
    if (!words->json && outcome->expired)
        puts("  Specific flows that are over were taken out.");
    if (!words->json && outcome->ended > 0)
        printf("  %u connections that the policy does not allow were ended.\n", outcome->ended);
    return as_asked ? SK_WALL_DONE : error == NULL ? SK_WALL_NO : status_of(error);
}

static bool
begin(const Words *words, SkWallSeat **ret, GError **error)
{
    return sk_wall_privilege_reduce(error) && sk_wall_seat_open(words->state, ret, error);
}

static SkWallStatus
run_apply(int argc, char **argv)
{
    g_auto(Words) words = { .state = NULL };
    g_auto(SkWallOutcome) outcome = { .state = "unchanged" };
    g_autoptr(SkWallSeat) seat = NULL;
    g_autoptr(SkPolicy) policy = NULL;
    g_autoptr(GError) error = NULL;

    if (!take_words(&sk_wall_command_apply, true, &words, &argc, &argv))
        return SK_WALL_USAGE;
    bool done = begin(&words, &seat, &error) && sk_policy_load(argv[1], &policy, &error) &&
                sk_wall_apply(seat, policy, (unsigned)words.group,
                              words.yes ? 0 : (unsigned)words.seconds, &outcome, &error);
    g_assert(done == (error == NULL));
    return answer(&sk_wall_command_apply, &words, &outcome, error);
}

typedef bool (*Act)(SkWallSeat *seat, SkWallOutcome *ret, GError **error);

static SkWallStatus
run_act(const SkWallCommand *command, Act act, int argc, char **argv)
{
    g_auto(Words) words = { .state = NULL };
    g_auto(SkWallOutcome) outcome = { .state = "unchanged" };
    g_autoptr(SkWallSeat) seat = NULL;
    g_autoptr(GError) error = NULL;

    if (!take_words(command, false, &words, &argc, &argv))
        return SK_WALL_USAGE;
    bool done = begin(&words, &seat, &error);
    if (done && act == NULL)
        done = sk_wall_boot(seat, (unsigned)words.group, &outcome, &error);
    else if (done)
        done = act(seat, &outcome, &error);
    g_assert(done == (error == NULL));
    return answer(command, &words, &outcome, error);
}

static SkWallStatus
run_confirm(int argc, char **argv)
{
    return run_act(&sk_wall_command_confirm, sk_wall_confirm, argc, argv);
}

static SkWallStatus
run_rollback(int argc, char **argv)
{
    return run_act(&sk_wall_command_rollback, sk_wall_rollback, argc, argv);
}

static SkWallStatus
run_expire(int argc, char **argv)
{
    return run_act(&sk_wall_command_expire, sk_wall_expire, argc, argv);
}

static SkWallStatus
run_boot(int argc, char **argv)
{
    return run_act(&sk_wall_command_boot, NULL, argc, argv);
}

static SkWallStatus
run_status(int argc, char **argv)
{
    g_auto(Words) words = { .state = NULL };
    g_autoptr(SkWallSeat) seat = NULL;
    g_autoptr(GError) error = NULL;
    bool good = false;

    if (!take_words(&sk_wall_command_status, false, &words, &argc, &argv))
        return SK_WALL_USAGE;
    g_autofree char *text =
        begin(&words, &seat, &error) ? sk_wall_seat_status(seat, &good, &error) : NULL;
    if (text == NULL) {
        sk_wall_complain(&sk_wall_command_status, "%s", error->message);
        return SK_WALL_FAILED;
    }
    puts(text);
    return good ? SK_WALL_DONE : SK_WALL_NO;
}

#define STATE_HELP                                                                                 \
    "    --state FOLDER       where walls are kept (default " SK_WALL_FOLDER ")\n"                 \
    "    --json               one JSON object on standard output\n"

const SkWallCommand sk_wall_command_apply = {
    .name = "apply",
    .usage =
        "POLICY [--confirm-within SECONDS] [--yes] [--nflog-group N] [--state FOLDER] [--json]",
    .summary = "Load the wall that a policy means, proved before and after.",
    .help =
        "    --confirm-within N   it goes back by itself after N seconds (default 60) unless\n"
        "                         `confirm` is said; so a wall that locks you out does not last\n"
        "    --yes                it stays without being confirmed\n"
        "    --nflog-group N      where dropped packets are told (default 17)\n" STATE_HELP,
    .run = run_apply,
};

const SkWallCommand sk_wall_command_confirm = {
    .name = "confirm",
    .usage = "[--state FOLDER] [--json]",
    .summary = "Keep the new wall: it is the one to go back to from now on.",
    .help = STATE_HELP,
    .run = run_confirm,
};

const SkWallCommand sk_wall_command_rollback = {
    .name = "rollback",
    .usage = "[--state FOLDER] [--json]",
    .summary = "Go back to the last wall that was proved and confirmed, or close it.",
    .help = STATE_HELP,
    .run = run_rollback,
};

const SkWallCommand sk_wall_command_boot = {
    .name = "boot",
    .usage = "[--nflog-group N] [--state FOLDER] [--json]",
    .summary = "Before the network is up: close the wall, then load the last one that was proved.",
    .help = "    --nflog-group N      of the closed wall (default 17)\n" STATE_HELP,
    .run = run_boot,
};

const SkWallCommand sk_wall_command_expire = {
    .name = "expire",
    .usage = "[--state FOLDER] [--json]",
    .summary = "Take out the specific flows that are over, if there are any.",
    .help = STATE_HELP,
    .run = run_expire,
};

const SkWallCommand sk_wall_command_status = {
    .name = "status",
    .usage = "[--state FOLDER] [--json]",
    .summary = "What is loaded, since when, and whether it still is; one JSON object.",
    .help = STATE_HELP,
    .run = run_status,
};
