/* SPDX-License-Identifier: Apache-2.0
 * test-corpus.c FOLDER WANT.tsv [LEVEL] [--write] - every file of one folder of the corpus (SEKISHO_CORPUS) is disarmed
 * in this process, and what comes of it compared with WANT.tsv: outcome, reason, findings. What is
 * clean must come out the same twice, must stay as it is when it goes in again, and verify must agree.
 * --write rewrites WANT.tsv: in a commit of its own, and read line by line. */
#include "base/io.h"
#include "disarm/disarm.h"
#include "draw/draw.h"
#include "verify/verify.h"

#include <stdio.h>
#include <string.h>

/* poppler and fontconfig keep what they have loaded; leaks are looked for in the unit tests. */
int __lsan_is_turned_off(void);
int
__lsan_is_turned_off(void)
{
    return 1;
}

typedef struct {
    SkReport *report; /* owned */
    GBytes *output;   /* owned */
} Result;

static void
result_clear(Result *self)
{
    sk_report_free(self->report);
    g_bytes_unref(self->output);
}
#define autoresult __attribute__((cleanup(result_clear))) Result

static Result
disarm(const SkJob *job, GBytes *input)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(job->limits.output);
    Result out = { .report = sk_report_new() };
    sk_disarm_run(job, sk_span_bytes(input), sink, out.report);
    bool wrote = out.report->outcome == SK_OUTCOME_CLEAN || out.report->outcome == SK_OUTCOME_DRAW;
    out.output = wrote ? sk_sink_steal_bytes(sink) : g_bytes_new(NULL, 0);
    return out;
}

/* What sekisho-draw hands back; NULL where it did not draw. */
static GBytes *
draw_pages(const SkJob *job, GBytes *input, SkReport *report)
{
    g_autoptr(GError) error = NULL;
    sk_autofd fd = sk_memfd_new("pages", &error);
    g_assert_no_error(error);
    sk_draw_run(job, input, fd, report);
    if (report->outcome != SK_OUTCOME_CLEAN)
        return NULL;
    g_assert_true(sk_memfd_seal(fd, &error));
    GBytes *pages = sk_memfd_map(fd, &error);
    g_assert_no_error(error);
    return pages;
}

static void
append(GByteArray *to, GBytes *bytes)
{
    SkSpan s = sk_span_bytes(bytes);
    g_byte_array_append(to, s.p, (guint)s.n);
}

/* Pages of it that could not be rebuilt were asked for: drawn, and the whole once more. */
static Result
draw_requested(const SkJob *job, GBytes *input, GBytes *request)
{
    g_autoptr(GByteArray) asked = g_byte_array_new(), both = g_byte_array_new();
    g_autoptr(SkReport) report = sk_report_new();
    uint64_t n = g_bytes_get_size(input);
    SkJob next = *job;

    next.target = SK_TYPE_PAGES;
    append(asked, request);
    append(asked, input);
    g_autoptr(GBytes) one = g_bytes_new(asked->data, asked->len);
    g_autoptr(GBytes) pages = draw_pages(&next, one, report);
    g_assert_nonnull(pages);
    g_assert_cmpuint(report->findings->len, ==, 0);
    append(both, request);
    for (unsigned i = 0; i < 8; i++)
        g_byte_array_append(both, &(guint8){ (guint8)(n >> (8 * i)) }, 1);
    append(both, input);
    append(both, pages);
    g_autoptr(GBytes) two = g_bytes_new(both->data, both->len);
    return disarm(&next, two);
}

static void
add_findings(SkReport *to, const SkReport *from)
{
    for (guint i = 0; i < from->findings->len; i++) {
        const SkFinding *finding = &g_array_index(from->findings, SkFinding, i);
        sk_report_find(to, finding->element, finding->action, sk_span_str(finding->place), finding->count);
    }
}

/* As the pipeline has it: drawn, or read, by one, taken by the other. */
static Result
draw(const SkJob *job, GBytes *input)
{
    Result out = { .report = sk_report_new() };
    g_autoptr(GBytes) pages = draw_pages(job, input, out.report);
    if (pages == NULL) {
        out.output = g_bytes_new(NULL, 0);
        return out;
    }
    SkJob next = *job;
    bool text = job->level == SK_LEVEL_TEXT;
    next.hint = text ? SK_TYPE_TEXT : SK_TYPE_PAGES;
    Result drawn = disarm(&next, pages);
    g_assert_true(text || drawn.report->findings->len == 0);
    add_findings(out.report, drawn.report);
    sk_report_free(drawn.report);
    g_bytes_unref(out.output);
    out.report->type_out = text ? SK_TYPE_TEXT : SK_TYPE_PDF;
    out.output = drawn.output;
    return out;
}

static Result
run(const SkJob *job, GBytes *input)
{
    Result out = disarm(job, input);
    if (out.report->outcome != SK_OUTCOME_DRAW)
        return out;
    bool some = g_bytes_get_size(out.output) > 0;
    Result drawn = some ? draw_requested(job, input, out.output) : draw(job, input);
    if (!some)
        add_findings(drawn.report, out.report);
    result_clear(&out);
    return drawn;
}

static void
check_clean(const char *name, const SkJob *job, GBytes *input, const Result *result)
{
    autoresult same = run(job, input);
    if (!g_bytes_equal(same.output, result->output))
        g_error("%s: comes out differently the second time", name);

    SkJob proof = *job;
    proof.hint = result->report->type_out;
    g_autoptr(SkReport) verified = sk_report_new();
    sk_verify_run(&proof, sk_span_bytes(result->output), verified);
    if (verified->outcome != SK_OUTCOME_CLEAN) {
        const SkFinding *finding = verified->findings->len > 0 ? &g_array_index(verified->findings, SkFinding, 0) : NULL;
        g_error("%s: verify refuses it: %s %s", name,
                finding == NULL ? sk_reason_name(verified->reason) : sk_element_get(finding->element)->code,
                finding == NULL ? "" : finding->place);
    }
    if (result->report->type_out == SK_TYPE_PDF && job->level == SK_LEVEL_IMAGE)
        return; /* drawing a drawing is another drawing */
    SkJob again = proof;
    autoresult twice = run(&again, result->output);
    if (twice.report->outcome != SK_OUTCOME_CLEAN || !g_bytes_equal(twice.output, result->output))
        g_error("%s: does not come to rest", name);
}

static int
by_element(const void *a, const void *b)
{
    return (int)((const SkFinding *)a)->element - (int)((const SkFinding *)b)->element;
}

/* `clean picture-text:2`, `refused malformed wrong-type:1`. */
static char *
describe(const SkReport *report)
{
    GString *out = g_string_new(report->outcome == SK_OUTCOME_CLEAN ? "clean" : "refused ");
    if (report->outcome != SK_OUTCOME_CLEAN)
        g_string_append(out, sk_reason_name(report->reason));
    g_array_sort(report->findings, by_element);
    for (unsigned i = 0; i < report->findings->len;) {
        SkElement element = g_array_index(report->findings, SkFinding, i).element;
        uint32_t count = 0;
        for (; i < report->findings->len && g_array_index(report->findings, SkFinding, i).element == element; i++)
            count += g_array_index(report->findings, SkFinding, i).count;
        g_string_append_printf(out, " %s:%u", sk_element_get(element)->code, count);
    }
    return g_string_free(out, FALSE);
}

static char *
take(const char *path, const char *name, SkLevel level)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) input = NULL;
    if (!sk_io_read_file(path, 200u << 20, &input, &error))
        g_error("%s", error->message);
    SkJob job = sk_job_default();
    job.hint = sk_type_from_name(name);
    job.strict_hint = true;
    job.level = level;
    autoresult result = run(&job, input);
    if (result.report->outcome == SK_OUTCOME_CLEAN)
        check_clean(name, &job, input, &result);
    return describe(result.report);
}

static int
by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static GPtrArray *
names_in(const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    for (const char *name = dir == NULL ? NULL : g_dir_read_name(dir); name != NULL; name = g_dir_read_name(dir))
        g_ptr_array_add(names, g_strdup(name));
    g_ptr_array_sort(names, by_name);
    return names;
}

static int
compare(const char *name, const char *got, GHashTable *want, unsigned number)
{
    const char *expected = g_hash_table_lookup(want, name);
    bool same = expected != NULL && strcmp(expected, got) == 0;
    printf("%s %u %s\n", same ? "ok" : "not ok", number, name);
    if (!same)
        printf("# want: %s\n# got:  %s\n", expected == NULL ? "(nothing)" : expected, got);
    return same ? 0 : 1;
}

static GHashTable *
read_want(const char *path)
{
    GHashTable *want = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autofree char *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, NULL))
        return want;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        g_auto(GStrv) columns = g_strsplit(*line, "\t", 2);
        if (columns[0] != NULL && columns[1] != NULL)
            g_hash_table_insert(want, g_strdup(columns[0]), g_strdup(columns[1]));
    }
    return want;
}

int
main(int argc, char **argv)
{
    g_assert(argc >= 3);
    const char *corpus = g_getenv("SEKISHO_CORPUS");
    g_autofree char *folder = g_build_filename(corpus == NULL ? "" : corpus, argv[1], NULL);
    if (!g_file_test(folder, G_FILE_TEST_IS_DIR)) {
        printf("1..0 # SKIP no corpus here: SEKISHO_CORPUS does not name one\n");
        return 0;
    }
    if (strcmp(argv[1], "pdf") == 0)
        sk_draw_prepare();
    bool writing = strcmp(argv[argc - 1], "--write") == 0;
    SkLevel level = argc > 3 && argv[3][0] != '-'    ? sk_level_lookup(argv[3])
                    : strcmp(argv[1], "pdf") == 0 ? SK_LEVEL_IMAGE
                                                  : SK_LEVEL_REBUILT;
    g_autoptr(GPtrArray) names = names_in(folder);
    g_autoptr(GHashTable) want = read_want(argv[2]);
    g_autoptr(GString) all = g_string_new(NULL);
    int failed = 0;

    printf("1..%u\n", names->len);
    for (unsigned i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        g_autofree char *path = g_build_filename(folder, name, NULL);
        g_autofree char *got = take(path, name, level);
        g_string_append_printf(all, "%s\t%s\n", name, got);
        failed += writing ? 0 : compare(name, got, want, i + 1);
        fflush(stdout);
    }
    if (writing && !g_file_set_contents(argv[2], all->str, (gssize)all->len, NULL))
        return 1;
    return failed == 0 ? 0 : 1;
}
