/* SPDX-License-Identifier: Apache-2.0
 * test-pipeline.c - the pipeline over programs that lie: a disarmer that is taken over whole, a
 * drawer and a verifier whose workers lie. With the real sekisho-verify nothing outside a profile
 * comes out clean. */
#include "base/clock.h"
#include "base/io.h"
#include "harness.h"
#include "sandbox/pipeline.h"

#include <string.h>

/* A folder of links, as if the programs were installed there. */
typedef struct {
    char *folder;
    SkPipeline *pipeline;
} Stage;

static void
place(const char *folder, const char *name, const char *variable)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    if (variable == NULL)
        return;
    g_assert_nonnull(g_getenv(variable));
    g_assert_cmpint(symlink(g_getenv(variable), path), ==, 0);
}

static Stage
stage_with(const char *disarm, const char *draw, const char *verify, const char *convert)
{
    Stage self = { .folder = g_dir_make_tmp("sk-stage-XXXXXX", NULL) };
    place(self.folder, "sekisho-disarm", disarm);
    place(self.folder, "sekisho-draw", draw);
    place(self.folder, "sekisho-verify", verify);
    place(self.folder, "sekisho-convert", convert);
    self.pipeline = sk_pipeline_new(self.folder);
    return self;
}

static Stage
stage(const char *disarm, const char *draw, const char *verify)
{
    return stage_with(disarm, draw, verify, NULL);
}

static void
stage_clear(Stage *self)
{
    static const char *const names[] = { "sekisho-disarm", "sekisho-draw", "sekisho-verify", "sekisho-convert" };
    sk_pipeline_free(self->pipeline);
    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(self->folder, names[i], NULL);
        unlink(path);
    }
    rmdir(self->folder);
    g_free(self->folder);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Stage, stage_clear)

static Result
disarm(Stage *self, const SkJob *job, const char *text)
{
    g_autoptr(GError) error = NULL;
    Result result = { .output = -1 };
    sk_autofd input = sk_memfd_from("t", sk_span_str(text), &error);
    bool ran =
        sk_pipeline_disarm(self->pipeline, job, NULL, input, &result.report, &result.output, &error);
    g_assert_no_error(error);
    g_assert_true(ran);
    if (result.report->outcome != SK_OUTCOME_CLEAN)
        g_assert_cmpint(result.output, ==, -1);
    else
        g_assert_true(sk_memfd_is_sealed(result.output));
    return result;
}

static Result
verify(Stage *self, SkType type, SkLevel level, int input)
{
    g_autoptr(GError) error = NULL;
    Result result = { .output = -1 };
    SkJob job = harness_job();
    bool ran = sk_pipeline_verify(self->pipeline, type, level, &job, NULL, input, &result.report, &error);
    g_assert_no_error(error);
    g_assert_true(ran);
    return result;
}

static Result
verify_text(Stage *self, SkType type, SkLevel level, const char *text)
{
    sk_autofd input = sk_memfd_from("t", sk_span_str(text), NULL);
    return verify(self, type, level, input);
}

/* What no lie may turn into a clean answer even before verify is asked. */
static void
broken_promises(void)
{
    static const struct {
        const char *order;
        SkReason reason;
    } cases[] = {
        { "lie-pages\nx", SK_REASON_CRASH },
        { "huge-report\nx", SK_REASON_CRASH },
        { "huge-output\nx", SK_REASON_CRASH },
        { "no-report\nx", SK_REASON_CRASH },
        { "two-reports\nx", SK_REASON_CRASH },
        { "long-frame\nx", SK_REASON_CRASH },
        { "short-frame\nx", SK_REASON_CRASH },
        { "wrong-word\nx", SK_REASON_CRASH },
        { "brings-descriptors\nx", SK_REASON_CRASH },
        { "mapped-output\nx", SK_REASON_CRASH },
        { "seal-first\nx", SK_REASON_CRASH },
        { "die\nx", SK_REASON_CRASH },
        { "never\nx", SK_REASON_TIMEOUT },
    };
    g_auto(Stage) s = stage("SEKISHO_EVIL_DISARM", NULL, NULL);
    SkJob job = harness_job();

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].order);
        job.limits.wall_ms = cases[i].reason == SK_REASON_TIMEOUT ? 200 : 20000;
        g_auto(Result) result = disarm(&s, &job, cases[i].order);
        harness_assert_refused(&result, cases[i].reason);
        job.limits.wall_ms = 20000;
        g_auto(Result) next = disarm(&s, &job, "original\nhello");
        g_assert_cmpint(next.report->outcome, ==, SK_OUTCOME_CLEAN);
    }
}

/* A frame too many is not the answer to the next job. */
static void
stale_frame(void)
{
    g_auto(Stage) s = stage("SEKISHO_EVIL_DISARM", NULL, NULL);
    SkJob job = harness_job();

    job.limits.wall_ms = 200;
    for (unsigned i = 0; i < 3; i++) {
        g_auto(Result) first = disarm(&s, &job, "two-frames\none");
        g_auto(Result) second = disarm(&s, &job, "never\n");
        g_assert_cmpint(second.report->outcome, ==, SK_OUTCOME_REFUSED);
        g_auto(Result) third = disarm(&s, &job, "two-frames\ntwo");
        g_auto(Result) fourth = disarm(&s, &job, "original\nhello");
        if (fourth.report->outcome != SK_OUTCOME_CLEAN)
            continue; /* the frame came late, and was found to belong to nothing */
        g_autoptr(GBytes) bytes = sk_memfd_map(fourth.output, NULL);
        g_assert_true(sk_span_is(sk_span_bytes(bytes), "hello"));
    }
}

static void
growing(void)
{
    g_auto(Stage) s = stage("SEKISHO_EVIL_DISARM", NULL, NULL);
    SkJob job = harness_job();
    g_auto(Result) result = disarm(&s, &job, "grow-after\nhello");
    if (result.report->outcome != SK_OUTCOME_CLEAN)
        return; /* the writer was quicker, and over the limit */
    int64_t size = sk_io_size(result.output);
    for (unsigned i = 0; i < 1000; i++)
        g_assert_cmpint(sk_io_size(result.output), ==, size);
}

static void
wrong_level(void)
{
    /* evil-worker says `rebuilt`, whatever it was asked. */
    g_auto(Stage) s = stage("SEKISHO_EVIL_WORKER", NULL, NULL);
    SkJob job = harness_job();
    g_auto(Result) right = disarm(&s, &job, "echo x");
    g_assert_cmpint(right.report->outcome, ==, SK_OUTCOME_CLEAN);
    job.level = SK_LEVEL_IMAGE;
    g_auto(Result) wrong = disarm(&s, &job, "echo x");
    harness_assert_refused(&wrong, SK_REASON_CRASH);
}

static void
drawing(void)
{
    SkJob job = harness_job();
    job.level = SK_LEVEL_IMAGE;
    g_auto(Stage) without = stage("SEKISHO_EVIL_DISARM", NULL, NULL);
    g_auto(Result) absent = disarm(&without, &job, "pages lie-pdf");
    harness_assert_refused(&absent, SK_REASON_UNSUPPORTED);
    g_assert_cmpint(absent.report->type_in, ==, SK_TYPE_PDF);

    g_auto(Stage) s = stage("SEKISHO_EVIL_DISARM", "SEKISHO_EVIL_WORKER", NULL);
    g_auto(Result) drawn = disarm(&s, &job, "pages lie-pdf");
    g_assert_cmpint(drawn.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_assert_cmpint(drawn.report->type_in, ==, SK_TYPE_PDF);
    g_assert_cmpint(drawn.report->type_out, ==, SK_TYPE_PDF);
    g_assert_cmpint(drawn.report->level, ==, SK_LEVEL_IMAGE);
    g_assert_cmpuint(drawn.report->findings->len, ==, 2); /* of the first step and of the drawing */
    g_assert_cmpstr(g_array_index(drawn.report->findings, SkFinding, 1).place, ==, "drawn");

    SkJob locked = job;
    g_assert_true(sk_job_set_password(&locked, sk_span_str("関所")));
    g_auto(Result) unlocked = disarm(&s, &locked, "opened lie-pdf");
    g_assert_cmpint(unlocked.report->outcome, ==, SK_OUTCOME_CLEAN);

    g_auto(Result) again = disarm(&s, &job, "pages pages");
    harness_assert_refused(&again, SK_REASON_CRASH);
    g_auto(Result) raw = disarm(&s, &job, "pages lie-pages");
    harness_assert_refused(&raw, SK_REASON_CRASH);
    g_auto(Result) refused = disarm(&s, &job, "refuse x");
    harness_assert_refused(&refused, SK_REASON_FORBIDDEN);
    g_auto(Result) no_pages = disarm(&s, &job, "echo x"); /* draws, but says it is text */
    harness_assert_refused(&no_pages, SK_REASON_CRASH);
    g_auto(Result) crash = disarm(&s, &job, "segv");
    harness_assert_refused(&crash, SK_REASON_CRASH);
}

static void
converting(void)
{
    static const struct {
        const char *order;
        SkReason reason;
    } cases[] = {
        { "ask-docx\nmade ask-docx", SK_REASON_CRASH }, /* once more */
        { "ask-docx\nmade no-such-verb", SK_REASON_UNSUPPORTED }, /* a docx that is to be drawn, with nobody to draw */
        { "ask-docx\nmade lie-exe", SK_REASON_CRASH },
        { "ask-pdf\nmade lie-docx", SK_REASON_CRASH }, /* a PDF where nobody asked for pictures */
        { "ask-exe\necho lie-docx", SK_REASON_CRASH },
        { "ask-docx\necho lie-docx", SK_REASON_CRASH }, /* made something else */
        { "ask-docx\nrefuse x", SK_REASON_FORBIDDEN },
        { "ask-docx\nsegv", SK_REASON_CRASH },
        { "ask-docx\nleave", SK_REASON_CRASH },
        { "ask-docx\njunk-report", SK_REASON_CRASH },
        { "ask-docx\nbad-level", SK_REASON_CRASH },
        { "ask-docx\nhang", SK_REASON_TIMEOUT },
    };
    SkJob job = harness_job();
    g_assert_true(sk_job_set_password(&job, sk_span_str("関所")));
    g_auto(Stage) without = stage("SEKISHO_EVIL_DISARM", NULL, NULL);
    g_auto(Result) absent = disarm(&without, &job, "ask-docx\nmade lie-docx");
    harness_assert_refused(&absent, SK_REASON_UNSUPPORTED);

    g_auto(Stage) s = stage_with("SEKISHO_EVIL_DISARM", NULL, NULL, "SEKISHO_EVIL_WORKER");
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].order);
        job.limits.wall_ms = cases[i].reason == SK_REASON_TIMEOUT ? 400 : 20000;
        g_auto(Result) result = disarm(&s, &job, cases[i].order);
        harness_assert_refused(&result, cases[i].reason);
        g_assert_cmpint(result.report->type_in, ==, SK_TYPE_DOC);
        bool made = strstr(cases[i].order, "\nmade ") != NULL && g_str_has_prefix(cases[i].order, "ask-docx");
        g_assert_cmpint(sk_report_has(result.report, SK_ELEMENT_CONVERTED), ==, made);
    }
    g_auto(Result) good = disarm(&s, &job, "ask-docx\nmade lie-docx\nx");
    g_assert_cmpint(good.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_assert_cmpint(good.report->type_in, ==, SK_TYPE_DOC);
    g_assert_cmpint(good.report->type_out, ==, SK_TYPE_DOCX);
    g_assert_cmpuint(good.report->findings->len, ==, 3); /* the first word, the change, the converter's word */
    g_assert_cmpint(g_array_index(good.report->findings, SkFinding, 1).element, ==, SK_ELEMENT_CONVERTED);
}

/* Converted, drawn, and disarmed after each. */
static void
converted_and_drawn(void)
{
    g_auto(Stage) s = stage_with("SEKISHO_EVIL_DISARM", "SEKISHO_EVIL_WORKER", NULL, "SEKISHO_EVIL_WORKER");
    SkJob job = harness_job();
    job.level = SK_LEVEL_IMAGE;
    /* For the first disarmer alone: the others refuse where they are given one. */
    g_assert_true(sk_job_set_password(&job, sk_span_str("関所")));
    g_auto(Result) good = disarm(&s, &job, "ask-pdf\nmade pages lie-pdf");
    g_assert_cmpint(good.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_assert_cmpint(good.report->type_in, ==, SK_TYPE_DOC);
    g_assert_cmpint(good.report->type_out, ==, SK_TYPE_PDF);
    g_assert_cmpint(good.report->level, ==, SK_LEVEL_IMAGE);
    g_auto(Result) again = disarm(&s, &job, "ask-pdf\nmade pages ask-pdf");
    harness_assert_refused(&again, SK_REASON_CRASH);
}

static void
lying_verifier(void)
{
    g_auto(Stage) s = stage(NULL, NULL, "SEKISHO_EVIL_WORKER");
    g_auto(Result) good = verify_text(&s, SK_TYPE_PDF, SK_LEVEL_IMAGE, "conforms");
    g_assert_cmpint(good.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_assert_cmpint(good.report->type_out, ==, SK_TYPE_PDF);

    static const char *const lies[] = {
        "echo wrote-something", "no-type",    "bad-level", "segv", "leave",
        "two-reports",          "junk-report"
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(lies); i++) {
        g_test_message("%s", lies[i]);
        g_auto(Result) result = verify_text(&s, SK_TYPE_TEXT, SK_LEVEL_NONE, lies[i]);
        harness_assert_refused(&result, SK_REASON_CRASH);
    }
    /* Clean, but of another type, or at another level, than was asked. */
    g_auto(Result) type = verify_text(&s, SK_TYPE_PDF, SK_LEVEL_NONE, "echo");
    harness_assert_refused(&type, SK_REASON_CRASH);
    g_auto(Result) level = verify_text(&s, SK_TYPE_TEXT, SK_LEVEL_IMAGE, "echo");
    harness_assert_refused(&level, SK_REASON_CRASH);
}

/* Outside every profile: a bare CR, an escape, bad UTF-8, markup of other formats, a program. */
static const char *const contraband[] = {
    "bare\rCR\n",
    "\x1b]0;x\x07",
    "MZ\x90\x03",
    "%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction 2 0 R>>",
    "PK\x03\x04\x14\x00\x06\x00word/vbaProject.bin",
    "a\xe2\x80\xae"
    "fdp.exe\n",
    "\x89PNG\r\n\x1a\n and no more",
    "=cmd|'/c calc'!A1\r\n",
    "\xff\xd8\xff\xe0 no picture",
    "{\\rtf1 \\object}\r",
};

static void
real_verifier(void)
{
    static const char *const orders[] = { "original", "swap",    "lie-text", "lie-docx",
                                          "lie-pdf",  "lie-png", "lie-exe",  "two-frames" };
    static const SkType hints[] = { SK_TYPE_NONE, SK_TYPE_CSV, SK_TYPE_DOCX, SK_TYPE_PDF,
                                    SK_TYPE_JPEG };
    unsigned claimed = 0;

    g_assert_nonnull(g_getenv("SEKISHO_VERIFY")); /* without the real verifier nothing would be tested */
    g_auto(Stage) s = stage("SEKISHO_EVIL_DISARM", NULL, "SEKISHO_VERIFY");
    SkJob job = harness_job();
    for (unsigned i = 0; i < G_N_ELEMENTS(orders) * G_N_ELEMENTS(contraband) * G_N_ELEMENTS(hints);
         i++) {
        const char *order = orders[i % G_N_ELEMENTS(orders)];
        const char *goods = contraband[i / G_N_ELEMENTS(orders) % G_N_ELEMENTS(contraband)];
        job.hint = hints[i / G_N_ELEMENTS(orders) / G_N_ELEMENTS(contraband)];
        g_autofree char *input = g_strdup_printf("%s\n%s", order, goods);
        g_auto(Result) result = disarm(&s, &job, input);
        if (result.report->outcome != SK_OUTCOME_CLEAN)
            continue;
        claimed++;
        g_auto(Result) verdict =
            verify(&s, result.report->type_out, result.report->level, result.output);
        if (verdict.report->outcome == SK_OUTCOME_CLEAN)
            g_test_message("%s as %s", input, sk_type_get(result.report->type_out)->name);
        g_assert_cmpint(verdict.report->outcome, ==, SK_OUTCOME_REFUSED);
    }
    g_assert_cmpuint(claimed, >, 100); /* or the test has tested nothing */
    g_auto(Result) honest = verify_text(&s, SK_TYPE_TEXT, SK_LEVEL_REBUILT, "harmless\n");
    g_assert_cmpint(honest.report->outcome, ==, SK_OUTCOME_CLEAN);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pipeline/broken-promises", broken_promises);
    g_test_add_func("/pipeline/stale-frame", stale_frame);
    g_test_add_func("/pipeline/growing", growing);
    g_test_add_func("/pipeline/wrong-level", wrong_level);
    g_test_add_func("/pipeline/drawing", drawing);
    g_test_add_func("/pipeline/converting", converting);
    g_test_add_func("/pipeline/converted-and-drawn", converted_and_drawn);
    g_test_add_func("/pipeline/lying-verifier", lying_verifier);
    g_test_add_func("/pipeline/real-verifier", real_verifier);
    return g_test_run();
}
