/* SPDX-License-Identifier: Apache-2.0
 * test-scan.c - rules of ours in the real worker: hits, none, rules that are wrong or not there, and what that is to the
 * whole of what has children. */
#include "base/io.h"
#include "harness.h"
#include "sandbox/children.h"
#include "scan/scanner.h"

#include <string.h>
#include <sys/stat.h>

#define RULES \
    "rule sekisho_probe { strings: $a = \"sekisho-harmless-probe\" condition: $a }\n" \
    "rule long_one { condition: filesize > 100KB }\n"
#define PROBE "some words, then sekisho-harmless-probe, then more"

typedef struct {
    char *rules; /* NULL: no file is written */
    SkScanner *scanner;
} Stage;

static Stage
stage(const char *rules)
{
    Stage self = { .rules = NULL };
    const char *path = "/nonexistent/rules.yar";

    if (rules != NULL) {
        int fd = g_file_open_tmp("sk-rules-XXXXXX", &self.rules, NULL);
        g_assert_true(sk_io_write_all(fd, sk_span_str(rules), NULL));
        g_assert_cmpint(fchmod(fd, 0644), ==, 0);
        close(fd);
        path = self.rules;
    }
    self.scanner = sk_scanner_new(g_getenv("SEKISHO_BUILD"), path, NULL);
    return self;
}

static void
stage_clear(Stage *self)
{
    sk_scanner_free(self->scanner);
    if (self->rules != NULL)
        unlink(self->rules);
    g_free(self->rules);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Stage, stage_clear)

static SkReport *
scan_with(SkScanner *scanner, bool required, SkSpan object, bool *ret_passes)
{
    SkReport *report = sk_report_new();
    SkJob job = sk_job_default();
    sk_autofd input = sk_memfd_from("t", object, NULL);

    if (required)
        job.verdicts[SK_ELEMENT_UNSCANNED] = SK_VERDICT_REFUSED;
    *ret_passes = sk_scanner_scan(scanner, &job, input, report);
    return report;
}

static void
hits(void)
{
    g_auto(Stage) s = stage(RULES);
    g_autofree uint8_t *large = g_malloc0(200000);
    bool passes = true;

    g_autoptr(SkReport) hit = scan_with(s.scanner, false, sk_span_str(PROBE), &passes);
    g_assert_false(passes);
    g_assert_cmpint(hit->reason, ==, SK_REASON_MALWARE);
    g_assert_cmpuint(hit->findings->len, ==, 1);
    g_assert_cmpstr(g_array_index(hit->findings, SkFinding, 0).place, ==, "yara: sekisho_probe");
    g_autoptr(SkReport) none = scan_with(s.scanner, true, sk_span_str("nothing"), &passes);
    g_assert_true(passes);
    g_assert_cmpuint(none->findings->len, ==, 0);
    g_autoptr(SkReport) long_one = scan_with(s.scanner, true, sk_span(large, 200000), &passes);
    g_assert_false(passes);
    g_autoptr(SkReport) empty = scan_with(s.scanner, true, SK_SPAN_EMPTY, &passes);
    g_assert_true(passes);
}

/* A scanner that does not work refuses only where the rule asks for one; none at all likewise. */
static void
failures(void)
{
    static const char *const rules[] = { NULL, "rule broken { condition: }", "include \"/etc/passwd\"\n" };
    bool passes = false;

    for (size_t i = 0; i < G_N_ELEMENTS(rules); i++) {
        g_auto(Stage) s = stage(rules[i]);
        g_autoptr(SkReport) kept = scan_with(s.scanner, false, sk_span_str(PROBE), &passes);
        g_assert_true(passes);
        g_assert_true(sk_report_has(kept, SK_ELEMENT_UNSCANNED));
        g_autoptr(SkReport) refused = scan_with(s.scanner, true, sk_span_str(PROBE), &passes);
        g_assert_false(passes);
        g_assert_cmpint(refused->reason, ==, SK_REASON_FORBIDDEN);
        g_assert_true(sk_report_has(refused, SK_ELEMENT_UNSCANNED));
    }
    g_autoptr(SkScanner) nobody = sk_scanner_new("/nonexistent", "", NULL);
    g_autoptr(SkReport) quiet = scan_with(nobody, false, sk_span_str(PROBE), &passes);
    g_assert_true(passes);
    g_assert_cmpuint(quiet->findings->len, ==, 0);
    g_autoptr(SkReport) asked = scan_with(nobody, true, sk_span_str(PROBE), &passes);
    g_assert_false(passes);
}

/* What is found in a child is the answer to the whole; the child itself never meets a disarmer. */
static void
inside(void)
{
    g_auto(Stage) s = stage("rule first { strings: $a = \"sekisho-harmless-probe\" condition: $a at 0 }\n");
    g_autofree char *folder = g_dir_make_tmp("sk-stage-XXXXXX", NULL);
    g_autofree char *disarm = g_build_filename(folder, "sekisho-disarm", NULL);
    g_autoptr(SkSink) sink = sk_sink_new_memory(1u << 20);
    g_autoptr(GByteArray) order = g_byte_array_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(SkReport) report = NULL;
    sk_autofd output = -1;
    SkJob job = sk_job_default();

    SkChildrenWriter writer = sk_children_writer(sink);
    SkChild child = { .kind = SK_CHILD_OBJECT, .type = SK_TYPE_TEXT, .name = sk_span_str("a.txt"), .content = sk_span_str("sekisho-harmless-probe") };
    sk_children_add(&writer, &child);
    sk_children_finish(&writer);
    SkSpan made = sk_sink_memory(sink);
    g_byte_array_append(order, (const uint8_t *)"children\n", 9);
    g_byte_array_append(order, made.p, (guint)made.n);
    g_assert_cmpint(symlink(g_getenv("SEKISHO_EVIL_DISARM"), disarm), ==, 0);
    SkPipeline *pipeline = sk_pipeline_new(folder);
    sk_pipeline_set_scan(pipeline, sk_scanner_scan, s.scanner);
    sk_autofd input = sk_memfd_from("t", sk_span(order->data, order->len), NULL);
    g_assert_true(sk_pipeline_disarm(pipeline, &job, NULL, input, &report, &output, &error));
    g_assert_no_error(error);
    g_assert_cmpint(report->outcome, ==, SK_OUTCOME_REFUSED);
    g_assert_cmpint(report->reason, ==, SK_REASON_MALWARE);
    unsigned named = 0;
    for (unsigned i = 0; i < report->findings->len; i++) {
        const SkFinding *f = &g_array_index(report->findings, SkFinding, i);
        named += f->element == SK_ELEMENT_MALWARE && g_str_has_prefix(f->place, "a.txt");
        g_test_message("%s", f->place);
    }
    g_assert_cmpuint(named, ==, 1);
    g_assert_cmpint(output, ==, -1);
    sk_pipeline_free(pipeline);
    unlink(disarm);
    rmdir(folder);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/scan/yara/hits", hits);
    g_test_add_func("/scan/yara/failures", failures);
    g_test_add_func("/scan/yara/inside", inside);
    return g_test_run();
}
