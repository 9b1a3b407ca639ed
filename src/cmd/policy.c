/* SPDX-License-Identifier: Apache-2.0
 *
 * policy.c - `sekisho policy`: is a policy right, what does it say in canonical form, and in words?
 */
#include "cmd/cmd.h"
#include "cmd/result.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"
#include "base/name.h"
#include "policy/policy.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    const char *path;
    const char *language;
    bool json;
    GBytes *text;
    SkPolicy *policy; /* NULL where there are errors */
    GPtrArray *diagnostics;
} Run;

static void
print_diagnostics(const Run *run)
{
    bool colour = isatty(STDERR_FILENO) == 1 && g_getenv("NO_COLOR") == NULL;
    g_autofree char *text =
        sk_diagnostics_print(run->diagnostics, sk_span_bytes(run->text), run->path, colour);

    fputs(text, stderr);
}

static char *
count(unsigned n, const char *what)
{
    return g_strdup_printf("%u %s%s", n, what, n == 1 ? "" : "s");
}

static SkExit
check(const Run *run)
{
    g_autofree char *errors =
        count(sk_diagnostics_count(run->diagnostics, SK_SEVERITY_ERROR), "error");
    g_autofree char *warnings =
        count(sk_diagnostics_count(run->diagnostics, SK_SEVERITY_WARNING), "warning");
    g_autofree char *path = sk_text_plain(sk_span_str(run->path), SK_PLACE_MAX);

    if (run->json) {
        g_autofree char *text = sk_diagnostics_json(run->diagnostics);
        puts(text);
    } else {
        print_diagnostics(run);
        printf("%s: %s, %s\n", path, errors, warnings);
    }
    if (run->policy == NULL)
        return SK_EXIT_NO;
    if (!run->json)
        printf("  %u zones, %u hosts, %u sentences on content, %u on packets\n  digest %s\n",
               sk_policy_zones(run->policy)->len, sk_policy_hosts(run->policy)->len,
               sk_policy_rules(run->policy)->len, sk_policy_flows(run->policy)->len,
               sk_policy_digest(run->policy));
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
            g_autofree char *text = sk_diagnostics_json(run->diagnostics);
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
    g_autoptr(GBytes) text = NULL;
    g_autoptr(GPtrArray) diagnostics = NULL;
    g_autoptr(SkPolicy) policy = NULL;

    if (!sk_io_read_file(run->path, SK_POLICY_BYTES_MAX, &text, &error)) {
        g_autofree char *path = sk_text_plain(sk_span_str(run->path), SK_PLACE_MAX);
        sk_command_complain(&sk_command_policy, "%s: %s", path, error->message);
        return SK_EXIT_FAILED;
    }
    if (sk_policy_parse(sk_span_bytes(text), &policy, &diagnostics)) {
        sk_policy_warn_expired(policy, sk_clock_now(), diagnostics);
        sk_diagnostics_sort(diagnostics);
    }
    run->text = text;
    run->policy = policy;
    run->diagnostics = diagnostics;
    return run_verb(run, verb);
}

static SkExit
run_policy(int argc, char **argv)
{
    gboolean json = FALSE;
    g_autofree char *language = NULL;
    GOptionEntry entries[] = {
        { "json", 0, 0, G_OPTION_ARG_NONE, &json, NULL, NULL },
        { "language", 0, 0, G_OPTION_ARG_STRING, &language, NULL, NULL },
        { .long_name = NULL },
    };

    if (!sk_command_options(&sk_command_policy, entries, &argc, &argv))
        return SK_EXIT_USAGE;
    if (argc != 3 || (strcmp(argv[1], "check") != 0 && strcmp(argv[1], "show") != 0 &&
                      strcmp(argv[1], "explain") != 0)) {
        sk_command_complain(&sk_command_policy, "say check, show or explain, and one file");
        return SK_EXIT_USAGE;
    }
    if (!sk_result_language_is_known(language)) {
        sk_command_complain(&sk_command_policy, "--language is ja or en");
        return SK_EXIT_USAGE;
    }
    Run run = { .path = argv[2],
                .json = json,
                .language = sk_result_style(language, stdout).language };
    return run_file(&run, argv[1]);
}

const SkCommand sk_command_policy = {
    .name = "policy",
    .usage = "check|show|explain [OPTION...] FILE",
    .summary = "Check a policy, print it in canonical form, or read it aloud.",
    .help = "  check            says everything that is wrong, and where; exit 1 if something is\n"
            "  show             prints the canonical text: same meaning, same text\n"
            "  explain          prints the sentences in words, one a line\n"
            "\n"
            "  --language LANG  ja or en, for explain (from the environment otherwise)\n"
            "  --json           one JSON object on standard output\n",
    .run = run_policy,
};
