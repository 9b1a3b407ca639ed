/* SPDX-License-Identifier: Apache-2.0
 *
 * cli-replay.c - `sekisho wall replay`: the policy put to a ruleset in real packets. Root, or anybody
 * where the kernel gives user namespaces. */
#include "wall/cli.h"
#include "wall/compile.h"
#include "wall/exercise.h"

#include "base/io.h"
#include "base/name.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    const char *policy;
    char *ruleset;
    char *iptables;
    char *ip6tables;
    char *day;
    char *snapshot;
    gboolean machine;
    gboolean forced;
    gboolean json;
} Run;

static SkWallStatus
failed(const char *what, const GError *error)
{
    g_autofree char *shown = sk_text_plain(sk_span_str(what), SK_PLACE_MAX);
    bool wrong = g_error_matches(error, SK_ERROR, SK_ERROR_MALFORMED);

    sk_wall_complain(&sk_wall_command_replay, wrong ? "%s:\n%s" : "%s: %s", shown, error->message);
    return wrong ? SK_WALL_NO : SK_WALL_FAILED;
}

static bool
read_text(const char *path, char **ret, GError **error)
{
    g_autoptr(GBytes) bytes = NULL;

    if (path == NULL)
        return true;
    if (!sk_io_read_file(path, SK_WALL_TEXT_MAX, &bytes, error))
        return false;
    *ret = sk_span_dup(sk_span_bytes(bytes));
    return true;
}

static json_t *
found_json(const GPtrArray *all)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < all->len; i++) {
        const SkExerciseFound *found = g_ptr_array_index(all, i);
        g_auto(GStrv) lines = g_strsplit(found->result, "\n", -1);
        json_t *path = json_array();
        for (unsigned n = 1; lines[n] != NULL; n++)
            json_array_append_new(path, json_string(g_strstrip(lines[n])));
        json_array_append_new(list, json_pack("{s:s, s:b, s:s, s:b, s:o}", "packet", found->text,
                                              "allowed", found->allowed, "result",
                                              sk_replay_end_name(found->end), "counterexample",
                                              found->proof, "path", path));
    }
    return list;
}

static void
print_json(const SkExercise *done)
{
    json_t *answer =
        json_pack("{s:b, s:I, s:I}", "agrees", sk_exercise_agrees(done), "probes",
                  (json_int_t)done->probes, "milliseconds", (json_int_t)(done->us / 1000));

    for (unsigned e = 0; e < SK_REPLAY_END_COUNT; e++)
        json_object_set_new(answer, sk_replay_end_name((SkReplayEnd)e),
                            json_integer((json_int_t)done->ends[e]));
    json_t *why = json_object();
    GHashTableIter iter;
    gpointer text_of = NULL;
    gpointer count = NULL;
    g_hash_table_iter_init(&iter, done->why);
    while (g_hash_table_iter_next(&iter, &text_of, &count))
        json_object_set_new(why, text_of, json_integer((json_int_t)GPOINTER_TO_UINT(count)));
    json_object_set_new(answer, "why", why);
    json_object_set_new(answer, "differences", found_json(done->found));
    json_object_set_new(answer, "unconfirmed", found_json(done->unconfirmed));
    char *text = json_dumps(answer, JSON_COMPACT);
    puts(text);
    free(text);
    json_decref(answer);
}

static void
print_found(const GPtrArray *all, const char *arrived, const char *dropped)
{
    for (unsigned i = 0; i < all->len; i++) {
        const SkExerciseFound *found = g_ptr_array_index(all, i);
        printf("\n%s: %s\n  %s\n",
               found->end == SK_REPLAY_ARRIVED   ? arrived
               : found->end == SK_REPLAY_DROPPED ? dropped
                                                 : "nobody knows",
               found->text, found->result);
    }
}

static void
print_text(const SkExercise *done)
{
    printf(
        "%zu packets sent in %.1f s: %zu arrived, %zu dropped, %zu that the kernel does not route, "
        "%zu that cannot be, %zu unaccounted\n",
        done->probes, (double)done->us / 1e6, done->ends[SK_REPLAY_ARRIVED],
        done->ends[SK_REPLAY_DROPPED], done->ends[SK_REPLAY_UNROUTED],
        done->ends[SK_REPLAY_NONE_SUCH], done->ends[SK_REPLAY_UNACCOUNTED]);
    GHashTableIter iter;
    gpointer why = NULL;
    gpointer count = NULL;
    g_hash_table_iter_init(&iter, done->why);
    while (g_hash_table_iter_next(&iter, &why, &count))
        printf("  %5u %s\n", GPOINTER_TO_UINT(count), (const char *)why);
    print_found(done->found, "passes, and is not allowed", "allowed, and does not pass");
    print_found(done->unconfirmed, "the proof says that it is stopped",
                "the proof says that it passes");
    puts(sk_exercise_agrees(done) ? "The kernel does what the policy says."
                                  : "The kernel does not do what the policy says.");
}

/* Texts of the snapshot that are there, as they are loaded. */
typedef struct {
    char *nft;
    char *save[4];
} Texts;

static void
texts_clear(Texts *self)
{
    g_free(self->nft);
    for (unsigned i = 0; i < G_N_ELEMENTS(self->save); i++)
        g_free(self->save[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Texts, texts_clear)

static bool
load_snapshot(const Run *run, SkWallSnapshot **ret, Texts *texts, GError **error)
{
    static const SkWallSection saves[] = { SK_SECTION_IPTABLES_NFT, SK_SECTION_IP6TABLES_NFT,
                                           SK_SECTION_IPTABLES_LEGACY,
                                           SK_SECTION_IP6TABLES_LEGACY };
    g_autoptr(GBytes) bytes = NULL;

    if (run->machine ? !sk_wall_snapshot_take(NULL, &bytes, error)
                     : !sk_io_read_file(run->snapshot, SK_WALL_SNAPSHOT_MAX, &bytes, error))
        return false;
    SkSpan all = sk_span_bytes(bytes);
    if (!sk_wall_snapshot_read(all, ret, error))
        return false;
    if ((*ret)->bare)
        return sk_throw(error, SK_ERROR_MISMATCH, "a ruleset alone: say it with --ruleset");
    texts->nft = sk_exercise_nft(sk_wall_snapshot_section(all, SK_SECTION_NFT));
    for (unsigned i = 0; i < G_N_ELEMENTS(saves); i++) {
        SkSpan save = sk_wall_snapshot_section(all, saves[i]);
        if (sk_span_find(save, 0, sk_span_str("COMMIT")) != SIZE_MAX)
            texts->save[i] = sk_span_dup(save);
    }
    return true;
}

static SkWallStatus
answer(const Run *run, const SkExerciseSpec *spec)
{
    g_autoptr(SkExercise) done = NULL;
    g_autoptr(GError) error = NULL;

    if (!sk_exercise_run(spec, &done, &error))
        return failed("replay", error);
    if (run->json)
        print_json(done);
    else
        print_text(done);
    if (fflush(stdout) != 0)
        return SK_WALL_FAILED;
    return sk_exercise_agrees(done) ? SK_WALL_DONE : SK_WALL_NO;
}

static SkWallStatus
replay(const Run *run, int64_t now)
{
    g_autoptr(SkWallSnapshot) snapshot = NULL;
    g_auto(Texts) texts = { .nft = NULL };
    g_autoptr(GError) error = NULL;
    g_autoptr(SkPolicy) policy = NULL;

    if (!sk_policy_load(run->policy, &policy, &error))
        return failed(run->policy, error);
    if ((run->machine || run->snapshot != NULL) && !load_snapshot(run, &snapshot, &texts, &error))
        return failed(run->machine ? "this machine" : run->snapshot, error);
    if (!read_text(run->ruleset, &texts.nft, &error))
        return failed(run->ruleset, error);
    if (!read_text(run->iptables, &texts.save[0], &error))
        return failed(run->iptables, error);
    if (!read_text(run->ip6tables, &texts.save[1], &error))
        return failed(run->ip6tables, error);
    const SkWallCompile how = { .at = now, .nflog_group = SK_WALL_NFLOG_DEFAULT };
    if (texts.nft == NULL && texts.save[0] == NULL && texts.save[1] == NULL &&
        !sk_wall_compile_nft(policy, &how, &texts.nft, &error))
        return failed(run->policy, error);
    const SkExerciseSpec spec = {
        .policy = policy,
        .now = now,
        .opening = run->forced ? SK_REPLAY_OPENING_FORCED : SK_REPLAY_OPENING_SENT,
        .nft = texts.nft,
        .iptables = texts.save[0],
        .ip6tables = texts.save[1],
        .iptables_legacy = texts.save[2],
        .ip6tables_legacy = texts.save[3],
        .snapshot = snapshot,
    };
    return answer(run, &spec);
}

static SkWallStatus
run_replay(int argc, char **argv)
{
    Run run = { .policy = NULL };
    GOptionEntry entries[] = {
        { "ruleset", 0, 0, G_OPTION_ARG_FILENAME, &run.ruleset, NULL, NULL },
        { "iptables", 0, 0, G_OPTION_ARG_FILENAME, &run.iptables, NULL, NULL },
        { "ip6tables", 0, 0, G_OPTION_ARG_FILENAME, &run.ip6tables, NULL, NULL },
        { "snapshot", 0, 0, G_OPTION_ARG_FILENAME, &run.snapshot, NULL, NULL },
        { "machine", 0, 0, G_OPTION_ARG_NONE, &run.machine, NULL, NULL },
        { "at", 0, 0, G_OPTION_ARG_STRING, &run.day, NULL, NULL },
        { "forced", 0, 0, G_OPTION_ARG_NONE, &run.forced, NULL, NULL },
        { "json", 0, 0, G_OPTION_ARG_NONE, &run.json, NULL, NULL },
        { .long_name = NULL },
    };
    int64_t now = 0;
    SkWallStatus status = SK_WALL_USAGE;

    if (!sk_wall_options(&sk_wall_command_replay, entries, &argc, &argv))
        return SK_WALL_USAGE;
    run.policy = argc == 2 ? argv[1] : NULL;
    if (run.policy == NULL)
        sk_wall_complain(&sk_wall_command_replay, "say one policy");
    else if ((run.machine != 0) + (run.snapshot != NULL) +
                 (run.ruleset != NULL || run.iptables != NULL || run.ip6tables != NULL) >
             1)
        sk_wall_complain(&sk_wall_command_replay,
                         "say --machine, --snapshot or rulesets, one of them");
    else if (!sk_wall_at(run.day, &now))
        sk_wall_complain(&sk_wall_command_replay, "--at is a day, such as 2027-03-31");
    else
        status = replay(&run, now);
    g_free(run.ruleset);
    g_free(run.snapshot);
    g_free(run.iptables);
    g_free(run.ip6tables);
    g_free(run.day);
    return status;
}

const SkWallCommand sk_wall_command_replay = {
    .name = "replay",
    .usage = "POLICY [--snapshot FILE | --machine] [--ruleset FILE] [--iptables FILE] [--ip6tables "
             "FILE] [--at DAY] [--forced] "
             "[--json]",
    .summary = "Send what the policy allows, and what is just outside of it, as real packets.",
    .help = "    --ruleset FILE     nft's text (default: what the policy compiles to)\n"
            "    --iptables FILE    iptables-save's text; --ip6tables FILE the same for IPv6\n"
            "    --snapshot FILE    what `sekisho wall snapshot` wrote; --machine this machine, as "
            "it is\n"
            "    --at DAY           as it is on that day in Japan (default: now)\n"
            "    --forced           established packets belong to connections that nobody opened;\n"
            "                       otherwise these are opened first, and must pass\n"
            "    --json             the answer as one JSON object\n"
            "  In network namespaces made for it: nothing of this machine is touched. Exit 0 where "
            "the\n"
            "  kernel does what the policy says, 3 where it gives no namespaces.\n",
    .run = run_replay,
};
