/* SPDX-License-Identifier: Apache-2.0
 * test-calls.c - every call that a worker must not make ends it with SIGSYS: under the real zygote
 * and filter, as root and as an ordinary user, for a pure worker and for one that may read fonts.
 */
#include "evil.h"
#include "harness.h"

#include <string.h>

static void
each_call_dies(const void *data)
{
    g_autoptr(SkPool) pool = sk_pool_new(data);
    SkJob job = harness_job();
    unsigned survived = 0;

    harness_assert_works(pool);
    for (const char *const *name = evil_call_names(); *name != NULL; name++) {
        g_autofree char *line = g_strdup_printf("call %s", *name);
        g_auto(Result) result = harness_run(pool, &job, line);
        if (result.report->outcome == SK_OUTCOME_REFUSED &&
            result.report->reason == SK_REASON_SANDBOX)
            continue;
        g_printerr("%s was not killed: %s\n", *name, sk_reason_name(result.report->reason));
        survived++;
    }
    g_assert_cmpuint(survived, ==, 0);
    harness_assert_works(pool);
    g_auto(Result) allowed = harness_run(pool, &job, "allowed");
    g_assert_cmpint(allowed.report->outcome, ==, SK_OUTCOME_CLEAN);
}

static void
pure(void)
{
    char *program = harness_copy("SEKISHO_EVIL_WORKER", "evil-worker");
    each_call_dies(program);
    harness_uncopy(program);
}

static void
pure_as_user(void)
{
    char *program = harness_copy("SEKISHO_EVIL_WORKER", "evil-worker");
    if (!harness_as_user(each_call_dies, program))
        g_test_message("an ordinary user already: /calls/pure was this test");
    harness_uncopy(program);
}

static void
fonts(void)
{
    char *program = harness_copy("SEKISHO_EVIL_WORKER", "evil-worker-fonts");
    each_call_dies(program);
    harness_uncopy(program);
}

static void
fonts_as_user(void)
{
    char *program = harness_copy("SEKISHO_EVIL_WORKER", "evil-worker-fonts");
    if (!harness_as_user(each_call_dies, program))
        g_test_message("an ordinary user already: /calls/fonts was this test");
    harness_uncopy(program);
}

/* A pure worker that asks for a file dies; a font worker finds fonts and nothing else. */
static void
what_can_be_read(const void *data)
{
    static const struct {
        const char *path;
        bool there;
    } paths[] = {
        { "/etc/fonts/fonts.conf", true },
        { "/usr/share/fonts", true },
        { "/etc/passwd", false },
        { "/etc/hostname", false },
        { "/proc/self/status", false },
        { "/proc/1/environ", false },
        { "/sys/kernel", false },
        { "/dev/null", false },
        { "/tmp", false },
        { "/root", false },
        { "/home", false },
        { "/usr/bin/true", false },
        { "/usr/lib", false },
        { "/etc/fonts/../passwd", false },
        { "/usr/share/fonts/../../../etc/shadow", false },
    };
    g_autoptr(SkPool) pool = sk_pool_new(data);
    SkJob job = harness_job();

    for (unsigned i = 0; i < G_N_ELEMENTS(paths); i++) {
        g_autofree char *line = g_strdup_printf("see %s", paths[i].path);
        g_auto(Result) result = harness_run(pool, &job, line);
        g_test_message("%s", paths[i].path);
        if (paths[i].there)
            g_assert_cmpint(result.report->outcome, ==, SK_OUTCOME_CLEAN);
        else
            harness_assert_refused(&result, SK_REASON_MALFORMED);
    }
}

/* Every font that fontconfig may choose can be opened: a name that leads nowhere is text that is
 * not drawn. */
static void
every_font(void)
{
    g_autofree char *list = NULL;
    char *program = harness_copy("SEKISHO_EVIL_WORKER", "evil-worker-fonts");
    SkPool *pool = sk_pool_new(program);
    SkJob job = harness_job();

    unsigned opened = 0;

    g_assert_true(g_spawn_command_line_sync("fc-list : file", &list, NULL, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(g_strchomp(list), "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        if (!g_str_has_prefix(*line, "/usr/"))
            continue; /* a font in somebody's home is not for a renderer */
        g_strdelimit(*line, ":", '\0');
        g_autofree char *order = g_strdup_printf("see %s", *line);
        g_auto(Result) result = harness_run(pool, &job, order);
        g_test_message("%s", *line);
        g_assert_cmpint(result.report->outcome, ==, SK_OUTCOME_CLEAN);
        opened++;
    }
    g_assert_cmpuint(opened, >, 0); /* script/bootstrap brings fontconfig and a Japanese font */
    sk_pool_free(pool);
    harness_uncopy(program);
}

static void
font_files(void)
{
    char *program = harness_copy("SEKISHO_EVIL_WORKER", "evil-worker-fonts");
    what_can_be_read(program);
    harness_as_user(what_can_be_read, program);
    harness_uncopy(program);
}

static void
pure_files(void)
{
    g_autoptr(SkPool) pool = sk_pool_new(g_getenv("SEKISHO_EVIL_WORKER"));
    SkJob job = harness_job();
    g_auto(Result) result = harness_run(pool, &job, "see /etc/fonts/fonts.conf");
    harness_assert_refused(&result, SK_REASON_SANDBOX);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/calls/pure", pure);
    g_test_add_func("/calls/pure-as-user", pure_as_user);
    g_test_add_func("/calls/fonts", fonts);
    g_test_add_func("/calls/fonts-as-user", fonts_as_user);
    g_test_add_func("/calls/font-files", font_files);
    g_test_add_func("/calls/every-font", every_font);
    g_test_add_func("/calls/pure-files", pure_files);
    return g_test_run();
}
