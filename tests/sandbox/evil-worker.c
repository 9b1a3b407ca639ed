/* SPDX-License-Identifier: Apache-2.0
 *
 * evil-worker.c - a program under the real zygote whose worker does what its input says: the words
 * a compromised worker might say, and every call it must not make. Never installed. Input: one
 * line, `VERB [ARGUMENT]`. */
#include "sandbox/zygote.h"

#include "base/io.h"
#include "evil.h"

#include <stdlib.h>
#include <string.h>

static void
say_clean(SkReport *report)
{
    report->outcome = SK_OUTCOME_CLEAN;
    report->reason = SK_REASON_NONE;
    report->type_in = SK_TYPE_TEXT;
    report->type_out = SK_TYPE_TEXT;
    report->level = SK_LEVEL_REBUILT;
}

static void
work(const SkJob *job, GBytes *input, int output, SkReport *report)
{
    g_autofree char *line = sk_span_dup(sk_span_bytes(input));
    char *argument = strchr(line, ' ');
    if (argument != NULL)
        *argument++ = '\0';
    EvilJob evil = {
        .job = job, .argument = argument == NULL ? "" : argument, .output = output, .report = report
    };

    say_clean(report);
    for (const EvilVerb *verb = evil_verbs; verb->name != NULL; verb++)
        if (strcmp(verb->name, line) == 0) {
            verb->run(&evil);
            return;
        }
    sk_report_refuse(report, SK_REASON_UNSUPPORTED);
}

int
main(int argc, char **argv)
{
    bool fonts = g_str_has_suffix(argv[0], "-fonts"); /* the same program under another name */
    bool office = g_str_has_suffix(argv[0], "-office");
    SkSandboxKind kind = fonts ? SK_SANDBOX_FONTS : office ? SK_SANDBOX_OFFICE : SK_SANDBOX_PURE;
    const SkZygote zygote = { .program = "evil-worker", .kind = kind, .work = work };
    return sk_zygote_main(&zygote, argc, argv);
}
