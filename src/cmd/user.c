/* SPDX-License-Identifier: Apache-2.0
 *
 * user.c - `sekisho user`: a station's accounts, for whoever may write its database. Passwords come
 * from a terminal without echo, a file or standard input, never from the command line, which others
 * can see. */
#include "cmd/user.h"

#include "base/log.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>

#define LINE_MAX_BYTES (SK_PASSWORD_MAX + 2)

SkExit
sk_user_fail(const SkUserRun *run, const GError *error)
{
    const char *why = sk_store_why(run->store);
    if (strcmp(why, "account-exists") == 0)
        sk_command_complain(&sk_command_user, "%s is there already", run->name);
    else if (strcmp(why, "account-unknown") == 0)
        sk_command_complain(&sk_command_user, "nobody here is called that");
    else if (strcmp(why, "has-factors") == 0)
        sk_command_complain(&sk_command_user, "%s has a second factor: reset-factor comes first",
                            run->name);
    else if (strcmp(why, "last-administrator") == 0)
        sk_command_complain(&sk_command_user,
                            "%s is the last administrator who could unlock anybody", run->name);
    else
        sk_command_complain(&sk_command_user, "%s", error->message);
    return *why == '\0' ? SK_EXIT_FAILED : SK_EXIT_NO;
}

/* ---- passwords ---- */

/* (transfer full): one line of @in without its end; NULL at the end of file or past the limit. */
static char *
read_line(FILE *in)
{
    char line[LINE_MAX_BYTES + 1];
    if (fgets(line, sizeof line, in) == NULL)
        return NULL;
    size_t n = strcspn(line, "\r\n");
    char *out = line[n] == '\0' && strlen(line) == LINE_MAX_BYTES ? NULL : g_strndup(line, n);
    sodium_memzero(line, sizeof line);
    return out;
}

static void
wipe(char *secret)
{
    if (secret != NULL)
        sodium_memzero(secret, strlen(secret));
    g_free(secret);
}

static char *
ask(const char *prompt)
{
    struct termios before;
    struct termios silent;
    if (tcgetattr(STDIN_FILENO, &before) != 0)
        return NULL;
    silent = before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    fputs(prompt, stderr);
    fflush(stderr);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    char *line = read_line(stdin);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    fputc('\n', stderr);
    return line;
}

/* (transfer full): typed twice; NULL after complaining. */
static char *
ask_twice(void)
{
    char *first = ask("Password: ");
    char *second = first == NULL ? NULL : ask("Once more: ");
    bool same = first != NULL && second != NULL && strcmp(first, second) == 0;
    wipe(second);
    if (same)
        return first;
    sk_command_complain(&sk_command_user, "the two are not the same");
    wipe(first);
    return NULL;
}

static char *
read_password(const char *path)
{
    if (path == NULL && isatty(STDIN_FILENO) == 1)
        return ask_twice();
    FILE *in = path == NULL ? stdin : fopen(path, "re");
    char *line = in == NULL ? NULL : read_line(in);
    if (in != NULL && in != stdin)
        fclose(in);
    if (line == NULL)
        sk_command_complain(&sk_command_user, "no password in %s",
                            path == NULL ? "standard input" : "that file");
    return line;
}

/* (transfer full): NULL after complaining; @ret_exit says how bad it is. */
static char *
take_hash(const SkUserRun *run, SkExit *ret_exit)
{
    g_autoptr(GError) error = NULL;
    char *password = read_password(run->password_file);
    *ret_exit = SK_EXIT_USAGE;
    if (password == NULL)
        return NULL;
    if (!sk_user_password_ok(run, password)) {
        wipe(password);
        return NULL;
    }
    char *hash = sk_password_hash(password, &error);
    wipe(password);
    if (hash == NULL) {
        sk_command_complain(&sk_command_user, "%s", error->message);
        *ret_exit =
            g_error_matches(error, SK_ERROR, SK_ERROR_LIMIT) ? SK_EXIT_FAILED : SK_EXIT_USAGE;
    }
    return hash;
}

/* ---- verbs ---- */

void
sk_user_done(const SkUserRun *run, const char *what)
{
    if (run->json)
        printf("{\"name\":\"%s\",\"done\":\"%s\"}\n", run->name, what);
    else
        printf("%s: %s\n", run->name, what);
}

static SkExit
add(const SkUserRun *run)
{
    g_autoptr(GError) error = NULL;
    SkExit code = SK_EXIT_DONE;
    g_autofree char *name = g_strdup(run->name);
    g_autofree char *label = g_strdup(run->label == NULL ? run->name : run->label);
    g_autofree char *section = g_strdup(run->section == NULL ? "" : run->section);
    SkAccount account = { .name = name,
                          .label = label,
                          .section = section,
                          .role = sk_role_lookup(run->role == NULL ? "staff" : run->role) };

    if (account.role == 0) {
        sk_command_complain(&sk_command_user, "--role is staff, section-head, security-manager, "
                                              "auditor or administrator");
        return SK_EXIT_USAGE;
    }
    g_autofree char *hash = take_hash(run, &code);
    if (hash == NULL)
        return code;
    if (!sk_account_add(run->store, &account, hash, NULL, &error))
        return sk_user_fail(run, error);
    sk_user_done(run, "added");
    return SK_EXIT_DONE;
}

static SkExit
set_password(const SkUserRun *run)
{
    g_autoptr(GError) error = NULL;
    SkExit code = SK_EXIT_DONE;
    g_autofree char *hash = take_hash(run, &code);
    if (hash == NULL)
        return code;
    if (!sk_account_set_password(run->store, run->name, hash, NULL, &error))
        return sk_user_fail(run, error);
    sk_user_done(run, "password set, signed out everywhere");
    return SK_EXIT_DONE;
}

static SkExit
lock(const SkUserRun *run)
{
    g_autoptr(GError) error = NULL;
    if (!sk_account_lock(run->store, run->name, NULL, &error))
        return sk_user_fail(run, error);
    sk_user_done(run, "locked");
    return SK_EXIT_DONE;
}

static SkExit
unlock(const SkUserRun *run)
{
    g_autoptr(GError) error = NULL;
    if (!sk_account_unlock(run->store, run->name, NULL, &error))
        return sk_user_fail(run, error);
    sk_user_done(run, "unlocked");
    return SK_EXIT_DONE;
}

static SkExit
list(const SkUserRun *run)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) accounts = NULL;
    if (!sk_account_list(run->store, &accounts, &error))
        return sk_user_fail(run, error);
    for (guint i = 0; i < accounts->len; i++) {
        const SkAccount *a = g_ptr_array_index(accounts, i);
        g_autofree char *label = sk_json_quote(a->label);
        g_autofree char *section = sk_json_quote(a->section);
        if (run->json)
            printf("{\"name\":\"%s\",\"label\":%s,\"role\":\"%s\",\"section\":%s,\"locked\":%s}\n",
                   a->name, label, sk_role_name(a->role), section, a->locked ? "true" : "false");
        else
            printf("%-20s %-14s %s%s%s%s\n", a->name, sk_role_name(a->role), a->label,
                   *a->section == '\0' ? "" : ", ", a->section, a->locked ? " (locked)" : "");
    }
    return SK_EXIT_DONE;
}

static const struct {
    const char *name;
    bool named; /* takes an account's name */
    SkExit (*run)(const SkUserRun *run);
} verbs[] = {
    { "add", true, add },
    { "list", false, list },
    { "lock", true, lock },
    { "unlock", true, unlock },
    { "set-password", true, set_password },
    { "enrol", true, sk_user_enrol },
    { "reset-factor", true, sk_user_reset_factor },
    { "break-glass", true, sk_user_break_glass },
    { "totp", true, sk_user_totp },
};

static SkExit
run_verb(SkUserRun *run, const char *verb, const SkStationOptions *options)
{
    g_autoptr(SkConf) conf = NULL;
    const SkConfStation *station = NULL;
    SkExit found = sk_station_find(&sk_command_user, options, &conf, &station);
    if (found != SK_EXIT_DONE)
        return found;
    g_autoptr(SkStore) store = sk_station_open(&sk_command_user, station);
    if (store == NULL)
        return SK_EXIT_FAILED;
    run->store = store;
    run->conf = conf;
    run->station = station;
    for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++)
        if (strcmp(verbs[i].name, verb) == 0)
            return verbs[i].run(run);
    g_assert_not_reached();
}

/* Is it a verb, with as many words as it takes? */
static bool
is_call(int argc, char **argv)
{
    for (size_t i = 0; argc >= 2 && i < G_N_ELEMENTS(verbs); i++)
        if (strcmp(verbs[i].name, argv[1]) == 0)
            return argc == (verbs[i].named ? 3 : 2);
    return false;
}

static SkExit
run_user(int argc, char **argv)
{
    gboolean json = FALSE;
    g_autofree char *label = NULL;
    g_autofree char *role = NULL;
    g_autofree char *section = NULL;
    g_autofree char *password_file = NULL;
    g_auto(SkStationOptions) options = { NULL, NULL };
    /* Labels are taken as bytes, as file names are: a STRING is converted from the locale, and
     * under a bare service that is ASCII. What is not UTF-8 is refused by the store. */
    GOptionEntry entries[] = {
        SK_STATION_ENTRIES(options),
        { "label", 0, 0, G_OPTION_ARG_FILENAME, &label, NULL, NULL },
        { "role", 0, 0, G_OPTION_ARG_STRING, &role, NULL, NULL },
        { "section", 0, 0, G_OPTION_ARG_FILENAME, &section, NULL, NULL },
        { "password-file", 0, 0, G_OPTION_ARG_FILENAME, &password_file, NULL, NULL },
        { "json", 0, 0, G_OPTION_ARG_NONE, &json, NULL, NULL },
        { .long_name = NULL },
    };

    if (!sk_command_options(&sk_command_user, entries, &argc, &argv))
        return SK_EXIT_USAGE;
    if (!is_call(argc, argv)) {
        sk_command_complain(&sk_command_user,
                            "say list, or add, lock, unlock, set-password, enrol, reset-factor, "
                            "break-glass or totp and one name");
        return SK_EXIT_USAGE;
    }
    if (argc == 3 && !sk_account_name_is(argv[2])) {
        sk_command_complain(&sk_command_user,
                            "a name is 1 to 64 of a-z, 0-9, dot, underscore and hyphen");
        return SK_EXIT_USAGE;
    }
    SkUserRun run = { .name = argc == 3 ? argv[2] : "",
                .label = label,
                .role = role,
                .section = section,
                .password_file = password_file,
                .json = json };
    return run_verb(&run, argv[1], &options);
}

const SkCommand sk_command_user = {
    .name = "user",
    .usage = "add|lock|unlock|set-password|enrol|reset-factor|break-glass|totp NAME, or list\n"
             "         [OPTION...]",
    .summary = "A station's accounts: add, list, lock, enrol, start over.",
    .help = "  add NAME             asks for a password, or reads one line of standard input\n"
            "  lock NAME            signs out and keeps out; unlock lets in again\n"
            "  set-password NAME    as add asks; signs out everywhere\n"
            "  enrol NAME           prints a code for somebody without a second factor: a day, once\n"
            "  reset-factor NAME    takes password and factors away; enrol comes next\n"
            "  break-glass NAME     prints the code of the sealed envelope's administrator\n"
            "  totp NAME            prints a one-time secret that counts at once (test towns)\n"
            "  list                 everybody\n"
            "\n" SK_STATION_HELP "  --label TEXT         the name as people see it\n"
            "  --role ROLE          staff (otherwise), section-head, security-manager, auditor or\n"
            "                       administrator\n"
            "  --section TEXT       whose section head approves\n"
            "  --password-file FILE the password's first line is read there\n"
            "  --json               JSON lines on standard output\n",
    .run = run_user,
};
