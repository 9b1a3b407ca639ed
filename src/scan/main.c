/* SPDX-License-Identifier: Apache-2.0
 *
 * main.c - sekisho-scan: one object in, the names of the YARA rules that it meets out, in a process
 * that is presumed to be taken over by the object. The rules are read before the sandbox closes, and
 * compiled there; rules are the town's, but may not include other files.
 * Runs in: scan worker (no files, no network). Trusts: its zygote and the file of rules.
 * Spec: docs/scan.md   Tests: tests/sandbox/test-scan.c
 */
#include "base/name.h"
#include "sandbox/zygote.h"

#include <stdlib.h>
#include <string.h>
#include <yara.h>

#define RULES_SHOWN_MAX 20u
#define SCAN_SECONDS 60

static YR_RULES *rules; /* of the process: its forks share it */

static void
fail(const char *what)
{
    (void)fprintf(stderr, "sekisho-scan: %s\n", what);
    exit(3);
}

/* A file that is no set of compiled rules is one of written ones. */
static void
load(void)
{
    const char *path = g_getenv("SEKISHO_YARA_RULES");
    YR_COMPILER *compiler = NULL;

    if (path == NULL || yr_initialize() != ERROR_SUCCESS)
        fail("no rules");
    if (yr_rules_load(path, &rules) == ERROR_SUCCESS)
        return;
    FILE *file = fopen(path, "re");
    if (file == NULL || yr_compiler_create(&compiler) != ERROR_SUCCESS)
        fail("the file of rules cannot be read");
    yr_compiler_set_include_callback(compiler, NULL, NULL, NULL);
    if (yr_compiler_add_file(compiler, file, NULL, NULL) != 0 ||
        yr_compiler_get_rules(compiler, &rules) != ERROR_SUCCESS)
        fail("the rules are wrong: run yara on them");
    yr_compiler_destroy(compiler);
    (void)fclose(file);
}

typedef struct {
    SkReport *report;
    unsigned n;
} Hits;

static int
on_message(YR_SCAN_CONTEXT *context, int message, void *data, void *user)
{
    Hits *hits = user;

    (void)context;
    if (message != CALLBACK_MSG_RULE_MATCHING)
        return CALLBACK_CONTINUE;
    const YR_RULE *rule = data;
    g_autofree char *name = sk_text_plain(sk_span_str(rule->identifier), 200);
    g_autofree char *place = g_strconcat("yara: ", name, NULL);
    if (hits->n++ < RULES_SHOWN_MAX)
        sk_report_find(hits->report, SK_ELEMENT_MALWARE, SK_ACTION_REFUSED, sk_span_str(place), 1);
    return CALLBACK_CONTINUE;
}

static void
work(const SkJob *job, GBytes *input, int output, SkReport *report)
{
    Hits hits = { .report = report };
    SkSpan bytes = sk_span_bytes(input);

    (void)job, (void)output;
    int result = yr_rules_scan_mem(rules, bytes.p, bytes.n,
                                   SCAN_FLAGS_NO_TRYCATCH | SCAN_FLAGS_REPORT_RULES_MATCHING, on_message,
                                   &hits, SCAN_SECONDS);
    if (hits.n > 0) {
        sk_report_refuse(report, SK_REASON_MALWARE);
        return;
    }
    if (result != ERROR_SUCCESS) {
        sk_report_refuse(report, result == ERROR_SCAN_TIMEOUT ? SK_REASON_TIMEOUT : SK_REASON_CRASH);
        return;
    }
    report->outcome = SK_OUTCOME_CLEAN;
    report->reason = SK_REASON_NONE;
    report->type_in = SK_TYPE_TEXT;
    report->type_out = SK_TYPE_TEXT;
    report->level = SK_LEVEL_TEXT;
}

int
main(int argc, char **argv)
{
    static const SkZygote zygote = { .program = "sekisho-scan",
                                     .kind = SK_SANDBOX_PURE,
                                     .load = load,
                                     .work = work };
    return sk_zygote_main(&zygote, argc, argv);
}
