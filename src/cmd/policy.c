/* SPDX-License-Identifier: Apache-2.0
 *
 * policy.c - `sekisho policy`: is a policy right, what does it say in canonical form, and in words?
 */
#include "cmd/policy-adopt.h"
#include "cmd/result.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/name.h"
#include "policy/source.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    const char *path;
    const char *language;
    const char *conf; /* or NULL */
    bool json;
    SkSources *sources;
    SkPolicy *policy; /* NULL where there are errors */
    GPtrArray *diagnostics;
} Run;

static void
print_diagnostics(const Run *run)
{
    bool colour = isatty(STDERR_FILENO) == 1 && g_getenv("NO_COLOR") == NULL;
    g_autofree char *text = sk_diagnostics_print_files(run->diagnostics, run->sources, colour);

    fputs(text, stderr);
}

static char *
count(unsigned n, const char *what)
{
    return g_strdup_printf("%u %s%s", n, what, n == 1 ? "" : "s");
}

static void
print_json(const Run *run, const char *standing)
{
    g_autofree char *text = sk_diagnostics_json(run->diagnostics, run->sources);

    if (standing != NULL && g_str_has_suffix(text, "}")) {
        text[strlen(text) - 1] = '\0';
        printf("%s,\"standing\":\"%s\"}\n", text, standing);
    } else {
        puts(text);
    }
}

static SkExit
check(const Run *run)
{
    g_autofree char *errors =
        count(sk_diagnostics_count(run->diagnostics, SK_SEVERITY_ERROR), "error");
    g_autofree char *warnings =
        count(sk_diagnostics_count(run->diagnostics, SK_SEVERITY_WARNING), "warning");
    g_autofree char *path = sk_text_plain(sk_span_str(run->path), SK_PLACE_MAX);

    const char *standing = sk_policy_standing(run->conf, run->path, run->sources, run->policy);

    if (run->json) {
        print_json(run, standing);
    } else {
        print_diagnostics(run);
        printf("%s: %s, %s\n", path, errors, warnings);
    }
    if (run->policy == NULL)
        return SK_EXIT_NO;
    if (!run->json && standing != NULL)
        puts(strcmp(standing, "in-force") == 0
                 ? "  It is in force."
                 : "  It is NOT in force: another text was adopted, or none (sekisho policy adopt).");
    if (!run->json)
        printf("  %u zones, %u hosts, %u tables, %u sentences on content, %u on packets\n  digest "
               "%s\n",
               sk_policy_zones(run->policy)->len, sk_policy_hosts(run->policy)->len,
               sk_policy_tables(run->policy)->len, sk_policy_rules(run->policy)->len,
               sk_policy_flows(run->policy)->len, sk_policy_digest(run->policy));
    return SK_EXIT_DONE;
}

static SkExit
show(const Run *run)
{
    g_autofree char *text = sk_policy_show(run->policy);
    g_autofree char *quoted = sk_json_quote(text);

    if (run->json)
        printf("{\"digest\":\"%s\",\"text\":%s}\n", sk_policy_digest(run->policy), quoted);
    else
        fputs(text, stdout);
    return SK_EXIT_DONE;
}

static SkExit
explain(const Run *run)
{
    g_autoptr(GPtrArray) lines = sk_policy_explain(run->policy, run->language);

    if (run->json)
        printf("{\"language\":\"%s\",\"sentences\":[", run->language);
    for (unsigned i = 0; i < lines->len; i++) {
        const char *line = g_ptr_array_index(lines, i);
        g_autofree char *quoted = sk_json_quote(line);
        if (run->json)
            printf("%s%s", i == 0 ? "" : ",", quoted);
        else
            puts(line);
    }
    if (run->json)
        puts("]}");
    return SK_EXIT_DONE;
}

static SkExit
run_verb(Run *run, const char *verb)
{
    if (strcmp(verb, "check") == 0)
        return check(run);
    if (run->policy == NULL) { /* a policy with errors has no meaning to show */
        if (run->json) {
            g_autofree char *text = sk_diagnostics_json(run->diagnostics, run->sources);
            puts(text);
        } else {
            print_diagnostics(run);
        }
        return SK_EXIT_NO;
    }
    return strcmp(verb, "show") == 0 ? show(run) : explain(run);
}

static SkExit
run_file(Run *run, const char *verb)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SkSources) sources = NULL;
    g_autoptr(GPtrArray) diagnostics = NULL;
    g_autoptr(SkPolicy) policy = NULL;

    if (!sk_policy_read(run->path, &policy, &sources, &diagnostics, &error)) {
        g_autofree char *path = sk_text_plain(sk_span_str(run->path), SK_PLACE_MAX);
        sk_command_complain(&sk_command_policy, "%s: %s", path, error->message);
        return SK_EXIT_FAILED;
    }
    if (policy != NULL) {
        sk_policy_warn_expired(policy, sk_clock_now(), diagnostics);
        sk_diagnostics_sort(diagnostics);
    }
    run->sources = sources;
    run->policy = policy;
    run->diagnostics = diagnostics;
    return run_verb(run, verb);
}

static SkExit
run_policy(int argc, char **argv)
{
    gboolean json = FALSE;
    g_autofree char *language = NULL;
    g_autofree char *conf = NULL;
    GOptionEntry entries[] = {
        { "conf", 0, 0, G_OPTION_ARG_FILENAME, &conf, NULL, NULL },
        { "json", 0, 0, G_OPTION_ARG_NONE, &json, NULL, NULL },
        { "language", 0, 0, G_OPTION_ARG_STRING, &language, NULL, NULL },
        { .long_name = NULL },
    };

    if (argc > 1 && (strcmp(argv[1], "adopt") == 0 || strcmp(argv[1], "signer") == 0))
        return sk_policy_adopt_run(argc - 1, argv + 1);
    if (!sk_command_options(&sk_command_policy, entries, &argc, &argv))
        return SK_EXIT_USAGE;
    if (argc != 3 || (strcmp(argv[1], "check") != 0 && strcmp(argv[1], "show") != 0 &&
                      strcmp(argv[1], "explain") != 0)) {
        sk_command_complain(&sk_command_policy, "say check, show, explain or adopt and one file, or signer");
        return SK_EXIT_USAGE;
    }
    if (!sk_result_language_is_known(language)) {
        sk_command_complain(&sk_command_policy, "--language is ja or en");
        return SK_EXIT_USAGE;
    }
    Run run = { .path = argv[2],
                .json = json,
                .conf = conf,
                .language = sk_result_style(language, stdout).language };
    return run_file(&run, argv[1]);
}

const SkCommand sk_command_policy = {
    .name = "policy",
    .usage = SK_POLICY_ADOPT_USAGE,
    .summary = "Check a policy, read it aloud, or put it into force.",
    .help =
        "  check            says everything that is wrong, and where; exit 1 if something is;\n"
        "                   of this machine's own policy also whether it is in force\n"
        "  show             prints the canonical text: same meaning, same text; one text\n"
        "                   where the policy lies in several files: that is what is signed\n"
        "  explain          prints the sentences in words, one a line\n"
        "  adopt            puts FILE into force, signed by the CISO and by an administrator:\n"
        "                   ssh-keygen -Y sign -n sekisho-policy -f KEY FILE\n"
        "  signer           who may sign; from the first adoption on, changes take the two\n"
        "                   signatures as well, with -n sekisho-signers, over what --print says\n"
        "\n"
        "  --language LANG  ja or en, for explain (from the environment otherwise)\n"
        "  --json           one JSON object on standard output\n"
        "  --conf FILE      this machine (default /etc/sekisho/sekisho.conf)\n"
        "  --signature FILE a detached signature; twice\n"
        "  --role ROLE      ciso or administrator; --key FILE.pub: an Ed25519 key\n"
        "  --print          the list as it would be, for signing\n",
    .run = run_policy,
};
