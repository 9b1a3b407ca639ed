/* SPDX-License-Identifier: Apache-2.0
 * test-convert.c - the sandbox that LibreOffice runs in, bitten from inside by evil-worker, as root
 * and as an ordinary user; then the real sekisho-convert within the pipeline: time, space, and what
 * outlives it. */
#include "base/clock.h"
#include "base/io.h"
#include "evil.h"
#include "harness.h"
#include "sandbox/pipeline.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

/* ---- from inside ---------------------------------------------------------------------------- */

/* What succeeds here and says nothing of anything outside the worker. */
static const char *const harmless[] = { "umask",         "rt_sigprocmask",      "eventfd2", "ppoll",
                                        "mprotect-exec", "mprotect-write-exec", NULL };

static void
no_call_succeeds(const void *data)
{
    g_autoptr(SkPool) pool = sk_pool_new(data);
    SkJob job = harness_job();
    job.limits.wall_ms = 2000; /* of the one that waits for nothing */
    unsigned killed = 0, succeeded = 0;

    harness_assert_works(pool);
    for (const char *const *name = evil_call_names(); *name != NULL; name++) {
        g_autofree char *line = g_strdup_printf("attempt %s", *name);
        g_auto(Result) result = harness_run(pool, &job, line);
        bool dead = result.report->reason == SK_REASON_SANDBOX;
        killed += dead ? 1 : 0;
        if (dead || result.report->reason == SK_REASON_FORBIDDEN ||
            g_strv_contains(harmless, *name))
            continue;
        g_printerr("%s: %s\n", *name, sk_reason_name(result.report->reason));
        succeeded++;
    }
    g_assert_cmpuint(succeeded, ==, 0);
    g_assert_cmpuint(killed, >, 100); /* what it does not need ends it, as everywhere */
}

static void
only_its_own_world(const void *data)
{
    static const struct {
        const char *line;
        bool works;
    } rows[] = {
        { "see /etc/fonts/fonts.conf", true },
        { "see /usr/lib/os-release", true },
        { "see /etc/passwd", false },
        { "see /etc/shadow", false },
        { "see /etc/hostname", false },
        { "see /proc/self/status", false },
        { "see /proc/1/environ", false },
        { "see /sys/kernel", false },
        { "see /dev/null", false },
        { "see /dev/sda", false },
        { "see /home", false },
        { "see /root", false },
        { "see /run", false },
        { "see /var/lib/sekisho", false },
        { "see /var/log", false },
        { "see /usr/bin", false },
        { "see /usr/sbin", false },
        { "see /bin/sh", false },
        { "make /x", false },
        { "make /usr/lib/x", false },
        { "make /lib/x", false },
        { "make /etc/fonts/x", false },
        { "make /etc/x", false },
        { "make /dev/x", false },
        { "make /dev/urandom", false },
        { "make /tmp/x", true },
        { "see /tmp/x",
          false }, /* the object before this one wrote it, into a tmpfs that is gone */
    };
    g_autoptr(SkPool) pool = sk_pool_new(data);
    SkJob job = harness_job();

    job.limits.output = 64u << 20;
    sk_pool_set_single(pool);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].line);
        g_auto(Result) result = harness_run(pool, &job, rows[i].line);
        bool clean = result.report->outcome == SK_OUTCOME_CLEAN;
        g_assert_true(clean == rows[i].works || result.report->reason == SK_REASON_LIMIT);
        g_assert_cmpint(sk_pool_pid(pool), ==, 0); /* nothing of it lives on */
    }
}

static void
both(void (*test)(const void *data), bool as_user)
{
    char *program = harness_copy("SEKISHO_EVIL_WORKER", "evil-worker-office");
    if (!as_user)
        test(program);
    else if (!harness_as_user(test, program))
        g_test_message("an ordinary user already: done before");
    harness_uncopy(program);
}

static void
calls(void)
{
    both(no_call_succeeds, false);
}

static void
calls_as_user(void)
{
    both(no_call_succeeds, true);
}

static void
world(void)
{
    both(only_its_own_world, false);
}

static void
world_as_user(void)
{
    both(only_its_own_world, true);
}

/* ---- the real one --------------------------------------------------------------------------- */

static SkPipeline *
real_pipeline(void)
{
    g_assert_true(g_file_test("/usr/lib/libreoffice/program",
                              G_FILE_TEST_IS_DIR)); /* script/bootstrap --dev */
    return sk_pipeline_new(g_getenv("SEKISHO_BUILD"));
}

static Result
disarm(SkPipeline *pipeline, const SkJob *job, SkSpan text)
{
    g_autoptr(GError) error = NULL;
    Result result = { .output = -1 };
    sk_autofd input = sk_memfd_from("t", text, &error);
    bool ran = sk_pipeline_disarm(pipeline, job, NULL, input, &result.report, &result.output, &error);
    g_assert_no_error(error);
    g_assert_true(ran);
    return result;
}

static SkJob
real_job(void)
{
    SkJob job = sk_job_default();
    job.hint = SK_TYPE_RTF;
    job.strict_hint = true;
    return job;
}

static void
converts(void)
{
    g_autoptr(SkPipeline) pipeline = real_pipeline();
    SkJob job = real_job();
    g_auto(Result) result =
        disarm(pipeline, &job, sk_span_str("{\\rtf1\\ansi hello {\\b bold} world\\par}"));
    g_assert_cmpint(result.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_assert_cmpint(result.report->type_in, ==, SK_TYPE_RTF);
    g_assert_cmpint(result.report->type_out, ==, SK_TYPE_DOCX);
    const SkFinding *first = &g_array_index(result.report->findings, SkFinding, 0);
    g_assert_cmpint(first->element, ==, SK_ELEMENT_CONVERTED);
    g_assert_cmpstr(first->place, ==, "docx");
}

static void
draws(void)
{
    g_autoptr(SkPipeline) pipeline = real_pipeline();
    SkJob job = real_job();
    job.level = SK_LEVEL_IMAGE;
    g_auto(Result) result = disarm(pipeline, &job, sk_span_str("{\\rtf1\\ansi hello\\par}"));
    g_assert_cmpint(result.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_assert_cmpint(result.report->type_out, ==, SK_TYPE_PDF);
    g_assert_cmpint(result.report->level, ==, SK_LEVEL_IMAGE);
}

/* What the rule does not want converted stays as it is, and does not come out. */
static void
unwanted(void)
{
    g_autoptr(SkPipeline) pipeline = real_pipeline();
    SkJob job = real_job();
    job.verdicts[SK_ELEMENT_CONVERTED] = SK_VERDICT_REFUSED;
    g_auto(Result) result = disarm(pipeline, &job, sk_span_str("{\\rtf1\\ansi hello\\par}"));
    harness_assert_refused(&result, SK_REASON_FORBIDDEN);
}

/* One time for all steps. */
static void
out_of_time(void)
{
    g_autoptr(SkPipeline) pipeline = real_pipeline();
    SkJob job = real_job();
    job.limits.wall_ms = 150;
    int64_t began = sk_clock_monotonic();
    g_auto(Result) result = disarm(pipeline, &job, sk_span_str("{\\rtf1\\ansi hello\\par}"));
    harness_assert_refused(&result, SK_REASON_TIMEOUT);
    g_assert_cmpint(sk_clock_monotonic() - began, <, 20 * G_USEC_PER_SEC);
    job.limits.wall_ms = 120000;
    g_auto(Result) next = disarm(pipeline, &job, sk_span_str("{\\rtf1\\ansi hello\\par}"));
    g_assert_cmpint(next.report->outcome, ==, SK_OUTCOME_CLEAN);
}

static void
out_of_room(void)
{
    g_autoptr(SkPipeline) pipeline = real_pipeline();
    SkJob job = real_job();
    job.limits.output = 1000; /* of the converted document, too */
    g_auto(Result) result = disarm(pipeline, &job, sk_span_str("{\\rtf1\\ansi hello\\par}"));
    harness_assert_refused(&result, SK_REASON_LIMIT);
}

/* An RTF with @skipped bytes that LibreOffice skips, and a picture of noise that it writes out. */
static void
fill(SkPipeline *pipeline, uint64_t skipped, unsigned side)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) tail = g_string_new("}");
    g_autofree char *head =
        g_strdup_printf("{\\rtf1\\ansi hello {\\*\\blob\\bin%" G_GUINT64_FORMAT " ", skipped);
    sk_autofd input = sk_memfd_new("t", &error);
    SkJob job = real_job();
    Result result = { .output = -1 };
    uint32_t noise = 1;

    g_string_append_printf(
        tail, "{\\pict\\dibitmap0\\picw%u\\pich%u\\picwgoal9000\\pichgoal9000 28000000", side,
        side);
    for (unsigned i = 0; i < 2; i++)
        g_string_append_printf(tail, "%02x%02x0000", side & 0xff, side >> 8);
    g_string_append(tail, "01001800");
    for (unsigned i = 0; i < 24 + side * side * 3; i++) {
        noise = noise * 1103515245 + 12345;
        g_string_append_printf(tail, "%02x", i < 24 ? 0 : noise >> 16 & 0xff);
    }
    g_string_append(tail, "}\\par}");
    g_assert_true(sk_io_write_all(input, sk_span_str(head), &error));
    g_assert_cmpint(lseek(input, (off_t)skipped, SEEK_CUR), >, 0);
    g_assert_true(sk_io_write_all(input, sk_span(tail->str, tail->len), &error));
    g_assert_true(sk_memfd_seal(input, &error));
    job.limits.input = job.limits.output = 1u << 30; /* or no file could be that large */
    g_assert_true(
        sk_pipeline_disarm(pipeline, &job, NULL, input, &result.report, &result.output, &error));
    harness_assert_refused(&result, SK_REASON_LIMIT);
    result_clear(&result);
}

/* The tmpfs has 512 MB: too little for the object itself, and too little for what is made of it. */
static void
full_disk(void)
{
    g_autoptr(SkPipeline) pipeline = real_pipeline();
    SkJob job = real_job();

    fill(pipeline, 513ull << 20, 4);
    fill(pipeline, (512ull << 20) - (7ull << 20), 1000);
    g_auto(Result) next = disarm(pipeline, &job, sk_span_str("{\\rtf1\\ansi hello\\par}"));
    g_assert_cmpint(next.report->outcome, ==, SK_OUTCOME_CLEAN);
}

/* What LibreOffice cannot read is refused for what it is. */
static void
broken(void)
{
    g_autoptr(SkPipeline) pipeline = real_pipeline();
    SkJob job = real_job();
    g_auto(Result) result =
        disarm(pipeline, &job, sk_span_str("{\\rtf1\\ansi {\\pict\\bin99999 x"));
    harness_assert_refused(&result, SK_REASON_MALFORMED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/convert/calls", calls);
    g_test_add_func("/convert/calls-as-user", calls_as_user);
    g_test_add_func("/convert/world", world);
    g_test_add_func("/convert/world-as-user", world_as_user);
    g_test_add_func("/convert/real/converts", converts);
    g_test_add_func("/convert/real/draws", draws);
    g_test_add_func("/convert/real/unwanted", unwanted);
    g_test_add_func("/convert/real/out-of-time", out_of_time);
    g_test_add_func("/convert/real/out-of-room", out_of_room);
    g_test_add_func("/convert/real/full-disk", full_disk);
    g_test_add_func("/convert/real/broken", broken);
    return g_test_run();
}
