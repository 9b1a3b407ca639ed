/* SPDX-License-Identifier: Apache-2.0
 *
 * cli-compile.c - `sekisho wall compile`: the wall as text. Needs no right. */
#include "wall/cli.h"
#include "wall/compile.h"

#include "base/name.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    const char *name; /* with NULL for @compile: drawn by sekisho-wall-print, beside this program */
    bool (*compile)(const SkPolicy *policy, const SkWallCompile *how, char **ret, GError **error);
} Format;

static bool
iptables(const SkPolicy *policy, const SkWallCompile *how, char **ret, GError **error)
{
    return sk_wall_compile_iptables(policy, how, false, ret, error);
}

static bool
ip6tables(const SkPolicy *policy, const SkWallCompile *how, char **ret, GError **error)
{
    return sk_wall_compile_iptables(policy, how, true, ret, error);
}

static const Format formats[] = {
    { "nft", sk_wall_compile_nft },
    { "iptables", iptables },
    { "ip6tables", ip6tables },
    { "svg", NULL },
    { "pdf", NULL },
};

static const Format *
format_lookup(const char *name)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(formats); i++)
        if (strcmp(formats[i].name, name) == 0)
            return &formats[i];
    return NULL;
}

static SkWallStatus
print(const char *path, const Format *format, int64_t at)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *here =
        g_path_get_dirname(self == NULL ? "/usr/lib/sekisho/sekisho-wall" : self);
    g_autofree char *program = g_build_filename(here, "sekisho-wall-print", NULL);
    g_autofree char *when = g_strdup_printf("%" G_GINT64_FORMAT, at);

    if (isatty(STDOUT_FILENO) == 1) {
        sk_wall_complain(&sk_wall_command_compile, "a sheet is no text: send it to a file");
        return SK_WALL_USAGE;
    }
    execl(program, program, format->name, when, path, (char *)NULL);
    sk_wall_complain(&sk_wall_command_compile, "sekisho-wall-print does not run: %s",
                     g_strerror(errno));
    return SK_WALL_FAILED;
}

static SkWallStatus
compile(const char *path, const Format *format, const SkWallCompile *how)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SkPolicy) policy = NULL;
    g_autofree char *shown = sk_text_plain(sk_span_str(path), SK_PLACE_MAX);
    g_autofree char *text = NULL;

    if (!sk_policy_load(path, &policy, &error)) {
        bool wrong = g_error_matches(error, SK_ERROR, SK_ERROR_MALFORMED);
        sk_wall_complain(&sk_wall_command_compile, wrong ? "%s:\n%s" : "%s: %s", shown,
                         error->message);
        return wrong ? SK_WALL_NO : SK_WALL_FAILED;
    }
    if (!format->compile(policy, how, &text, &error)) {
        sk_wall_complain(&sk_wall_command_compile, "%s: %s", shown, error->message);
        return SK_WALL_NO;
    }
    if (fputs(text, stdout) < 0 || fflush(stdout) != 0) {
        sk_wall_complain(&sk_wall_command_compile, "the text could not be written");
        return SK_WALL_FAILED;
    }
    return SK_WALL_DONE;
}

static SkWallStatus
run_compile(int argc, char **argv)
{
    g_autofree char *format_name = NULL;
    g_autofree char *day = NULL;
    int group = (int)SK_WALL_NFLOG_DEFAULT;
    GOptionEntry entries[] = {
        { "format", 0, 0, G_OPTION_ARG_STRING, &format_name, NULL, NULL },
        { "at", 0, 0, G_OPTION_ARG_STRING, &day, NULL, NULL },
        { "nflog-group", 0, 0, G_OPTION_ARG_INT, &group, NULL, NULL },
        { .long_name = NULL },
    };
    SkWallCompile how = { .at = 0 };

    if (!sk_wall_options(&sk_wall_command_compile, entries, &argc, &argv))
        return SK_WALL_USAGE;
    const Format *format = format_lookup(format_name == NULL ? "nft" : format_name);
    if (argc != 2 || format == NULL) {
        sk_wall_complain(&sk_wall_command_compile,
                         argc != 2 ? "say one policy"
                                   : "--format is one of those that --help names");
        return SK_WALL_USAGE;
    }
    if (!sk_wall_at(day, &how.at)) {
        sk_wall_complain(&sk_wall_command_compile, "--at is a day, such as 2027-03-31");
        return SK_WALL_USAGE;
    }
    if (group < 1 || group > 65535) {
        sk_wall_complain(&sk_wall_command_compile, "--nflog-group is a number from 1 to 65535");
        return SK_WALL_USAGE;
    }
    how.nflog_group = (unsigned)group;
    if (format->compile == NULL)
        return print(argv[1], format, how.at);
    return compile(argv[1], format, &how);
}

const SkWallCommand sk_wall_command_compile = {
    .name = "compile",
    .usage = "POLICY [--format FORMAT] [--at DAY] [--nflog-group N]",
    .summary = "Print the wall that a policy means. Nothing is loaded, and no right is needed.",
    .help =
        "    --format FORMAT    nft (the default): for nft -f\n"
        "                       iptables, ip6tables: for iptables-restore and ip6tables-restore;\n"
        "                       each has one family only, and both are needed\n"
        "                       svg, pdf: a printed sheet, who may speak to whom, in Japanese\n"
        "    --at DAY           as it is on that day in Japan (default: now): a specific flow\n"
        "                       that has ended is left out\n"
        "    --nflog-group N    where dropped packets are told (default 17)\n",
    .run = run_compile,
};
