/* SPDX-License-Identifier: Apache-2.0
 *
 * seal.c - `sekisho seal`: is the log whole, what does it say, and what proves that it says so? */
#include "cmd/station.h"

#include "base/io.h"
#include "base/log.h"
#include "seal/log.h"

#include <stdio.h>
#include <string.h>

#define KEY_FILE_MAX 1024u

typedef struct {
    const char *directory;
    SkNoteKey key;
    bool has_key;
    bool json;
    const char *against; /* file, or NULL */
    const char *index;   /* NULL = none given */
} Run;

static SkExit
fail(const GError *error)
{
    sk_command_complain(&sk_command_seal, "%s", error->message);
    return SK_EXIT_FAILED;
}

/* ---- verify ---- */

static const char *
rollback_word(SkRollback rollback)
{
    switch (rollback) {
    case SK_ROLLBACK_NOT_CHECKED:
        return "not-checked";
    case SK_ROLLBACK_NONE:
        return "none";
    case SK_ROLLBACK_FOUND:
        return "found";
    case SK_ROLLBACK_FORK:
        return "fork";
    }
    g_assert_not_reached();
}

static void
print_json(const SkSealReport *report)
{
    g_autofree char *root = sk_base64_emit(sk_span(report->root.b, SK_HASH_BYTES));
    printf("{\"intact\":%s,\"size\":%" G_GUINT64_FORMAT
           ",\"root\":\"%s\",\"rollback\":\"%s\",\"against\":",
           sk_seal_intact(report) ? "true" : "false", report->size, root,
           rollback_word(report->rollback));
    if (report->rollback == SK_ROLLBACK_NOT_CHECKED)
        fputs("null", stdout);
    else
        printf("%" G_GUINT64_FORMAT, report->against);
    printf(",\"files\":%" G_GUINT64_FORMAT ",\"faults\":[", report->files);
    for (guint i = 0; i < report->faults->len; i++) {
        g_autofree char *quoted = sk_json_quote(g_ptr_array_index(report->faults, i));
        printf("%s%s", i == 0 ? "" : ",", quoted);
    }
    puts("]}");
}

/* Names of files in the directory are not ours: control characters come out as U+FFFD. */
static void
print_fault(const char *fault)
{
    g_autofree char *valid = g_utf8_make_valid(fault, -1);
    g_autoptr(GString) plain = g_string_new(NULL);
    for (const char *c = valid; *c != '\0'; c = g_utf8_next_char(c)) {
        gunichar u = g_utf8_get_char(c);
        g_string_append_unichar(plain, g_unichar_isprint(u) ? u : 0xfffd);
    }
    printf("  %s\n", plain->str);
}

static void
print_words(const SkSealReport *report)
{
    g_autofree char *root = sk_base64_emit(sk_span(report->root.b, SK_HASH_BYTES));
    puts(sk_seal_intact(report) ? "intact" : "NOT INTACT");
    for (guint i = 0; i < report->faults->len; i++)
        print_fault(g_ptr_array_index(report->faults, i));
    printf("  %" G_GUINT64_FORMAT " entries, root %s\n", report->size, root);
    if (report->rollback == SK_ROLLBACK_NOT_CHECKED)
        puts("  rollback not checked: give --against a checkpoint that was kept elsewhere");
    else if (report->rollback == SK_ROLLBACK_NONE)
        printf("  continues the checkpoint of %" G_GUINT64_FORMAT " entries\n", report->against);
}

static SkExit
verify(const Run *run)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) against = NULL;
    g_autoptr(SkSealReport) report = NULL;

    if (run->against != NULL && !sk_io_read_file(run->against, SK_NOTE_BYTES_MAX, &against, &error))
        return fail(error);
    if (!sk_seal_verify(run->directory, &run->key, against, &report, &error))
        return fail(error);
    if (run->json)
        print_json(report);
    else
        print_words(report);
    return sk_seal_intact(report) ? SK_EXIT_DONE : SK_EXIT_NO;
}

/* ---- show, export, checkpoint ---- */

static bool
parse_index(const char *text, uint64_t *ret)
{
    guint64 value = 0;
    if (!g_ascii_string_to_unsigned(text, 10, 0, G_MAXINT64, &value, NULL)) {
        sk_command_complain(&sk_command_seal, "an entry is named by its number, from 0");
        return false;
    }
    *ret = value;
    return true;
}

static SkExit
show_log(const Run *run)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) note = NULL;
    uint64_t size = 0;
    SkHash hash = { { 0 } };

    if (!sk_seal_read_checkpoint(run->directory, &note, &size, &error) ||
        !sk_seal_root_at(run->directory, size, &hash, &error))
        return fail(error);
    g_autofree char *root = sk_base64_emit(sk_span(hash.b, SK_HASH_BYTES));
    g_autofree char *key = run->has_key ? sk_note_key_emit(&run->key) : g_strdup("");
    if (run->json)
        printf("{\"origin\":\"%s\",\"size\":%" G_GUINT64_FORMAT
               ",\"root\":\"%s\",\"key\":\"%s\"}\n",
               run->key.name, size, root, key);
    else
        printf("%s\n  %" G_GUINT64_FORMAT " entries, root %s\n  key %s\n", run->key.name, size,
               root, key);
    return SK_EXIT_DONE;
}

/* The entry is JSON as it is; in words it is shown with nothing that a terminal would obey. */
static SkExit
show_entry(const Run *run)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) entry = NULL;
    uint64_t index = 0;

    if (!parse_index(run->index, &index))
        return SK_EXIT_USAGE;
    if (!sk_seal_read_entry(run->directory, index, &entry, &error))
        return fail(error);
    g_autofree char *text = sk_span_dup(sk_span_bytes(entry));
    if (run->json)
        puts(text);
    else
        print_fault(text);
    return SK_EXIT_DONE;
}

static SkExit
export_proof(const Run *run)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;
    uint64_t index = 0;

    if (run->index == NULL) {
        sk_command_complain(&sk_command_seal, "export what? Say the entry's number");
        return SK_EXIT_USAGE;
    }
    if (!parse_index(run->index, &index))
        return SK_EXIT_USAGE;
    if (!sk_seal_export(run->directory, index, &text, &error))
        return fail(error);
    if (run->json) {
        g_autofree char *quoted = sk_json_quote(text);
        printf("{\"index\":%" G_GUINT64_FORMAT ",\"proof\":%s}\n", index, quoted);
    } else {
        fputs(text, stdout);
    }
    return SK_EXIT_DONE;
}

static SkExit
print_checkpoint(const Run *run)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) note = NULL;
    SkCheckpoint c = { 0 };

    /* Only one that its key signed is worth keeping elsewhere. */
    if (!sk_seal_read_checkpoint(run->directory, &note, NULL, &error))
        return fail(error);
    if (!sk_checkpoint_open(sk_span_bytes(note), &run->key, run->key.name, &c, &error)) {
        sk_command_complain(&sk_command_seal, "%s", error->message);
        return SK_EXIT_NO;
    }
    g_autofree char *text = sk_span_dup(sk_span_bytes(note));
    if (run->json) {
        g_autofree char *quoted = sk_json_quote(text);
        printf("{\"size\":%" G_GUINT64_FORMAT ",\"checkpoint\":%s}\n", c.size, quoted);
    } else {
        fputs(text, stdout);
    }
    return SK_EXIT_DONE;
}

/* ---- words ---- */

static bool
load_key(const char *path, SkNoteKey *ret, GError **error)
{
    g_autoptr(GBytes) bytes = NULL;
    if (!sk_io_read_file(path, KEY_FILE_MAX, &bytes, error))
        return false;
    SkSpan s = sk_span_bytes(bytes);
    while (s.n > 0 && s.p[s.n - 1] == '\n')
        s.n--;
    return sk_note_key_parse(s, ret, error);
}

static SkExit
run_verb(Run *run, const char *verb)
{
    if (strcmp(verb, "verify") == 0)
        return verify(run);
    if (strcmp(verb, "export") == 0)
        return export_proof(run);
    if (strcmp(verb, "checkpoint") == 0)
        return print_checkpoint(run);
    return run->index == NULL ? show_log(run) : show_entry(run);
}

static SkExit
run_with(Run *run, const char *verb, const char *key_path)
{
    g_autoptr(GError) error = NULL;
    if (!load_key(key_path, &run->key, &error)) {
        sk_command_complain(&sk_command_seal, "%s: %s", key_path, error->message);
        return SK_EXIT_FAILED;
    }
    run->has_key = true;
    return run_verb(run, verb);
}

static SkExit
run_here(Run *run, const char *verb, const char *key_path, const SkStationOptions *options)
{
    g_autoptr(SkConf) conf = NULL;
    const SkConfStation *station = NULL;
    SkExit found = sk_station_find(&sk_command_seal, options, &conf, &station);
    if (found != SK_EXIT_DONE)
        return found;
    g_autofree char *public = g_strconcat(station->key, ".pub", NULL);
    run->directory = station->seal;
    return run_with(run, verb, key_path == NULL ? public : key_path);
}

static bool
is_verb(const char *word)
{
    static const char *const verbs[] = { "verify", "show", "export", "checkpoint", NULL };
    return g_strv_contains(verbs, word);
}

static SkExit
run_seal(int argc, char **argv)
{
    gboolean json = FALSE;
    g_autofree char *against = NULL;
    g_autofree char *directory = NULL;
    g_autofree char *key = NULL;
    g_auto(SkStationOptions) options = { NULL, NULL };
    GOptionEntry entries[] = {
        SK_STATION_ENTRIES(options),
        { "against", 0, 0, G_OPTION_ARG_FILENAME, &against, NULL, NULL },
        { "directory", 0, 0, G_OPTION_ARG_FILENAME, &directory, NULL, NULL },
        { "key", 0, 0, G_OPTION_ARG_FILENAME, &key, NULL, NULL },
        { "json", 0, 0, G_OPTION_ARG_NONE, &json, NULL, NULL },
        { .long_name = NULL },
    };

    if (!sk_command_options(&sk_command_seal, entries, &argc, &argv))
        return SK_EXIT_USAGE;
    bool indexed = argc == 3 && (strcmp(argv[1], "show") == 0 || strcmp(argv[1], "export") == 0);
    if (argc < 2 || !is_verb(argv[1]) || (argc != 2 && !indexed)) {
        sk_command_complain(&sk_command_seal, "say verify, show [N], export N or checkpoint");
        return SK_EXIT_USAGE;
    }
    if (against != NULL && strcmp(argv[1], "verify") != 0) {
        sk_command_complain(&sk_command_seal, "--against belongs to verify");
        return SK_EXIT_USAGE;
    }
    if (directory != NULL && key == NULL) {
        sk_command_complain(&sk_command_seal,
                            "--directory needs --key: a copy cannot vouch for itself");
        return SK_EXIT_USAGE;
    }
    Run run = { .directory = directory,
                .json = json,
                .against = against,
                .index = argc == 3 ? argv[2] : NULL };
    return directory == NULL ? run_here(&run, argv[1], key, &options)
                             : run_with(&run, argv[1], key);
}

const SkCommand sk_command_seal = {
    .name = "seal",
    .usage = "verify|show [N]|export N|checkpoint [OPTION...]",
    .summary = "Check the tamper-evident log, look into it, take proofs out of it.",
    .help =
        "  verify           hashes every entry, compares every tile, checks the signature; exit 1\n"
        "                   if anything does not fit. Without --against a roll-back to an older\n"
        "                   state cannot be seen, and the answer says so\n"
        "  show             size, root and key; with N, entry number N\n"
        "  export N         a proof (c2sp.org/tlog-proof) that entry N is in the log\n"
        "  checkpoint       the signed checkpoint, to be kept elsewhere\n"
        "\n" SK_STATION_HELP "  --against FILE   a checkpoint that was kept elsewhere\n"
        "  --directory DIR  a copy of a seal instead of a station's; needs --key\n"
        "  --key FILE       the verifier key (the station's KEY.pub otherwise)\n"
        "  --json           one JSON object on standard output\n",
    .run = run_seal,
};
