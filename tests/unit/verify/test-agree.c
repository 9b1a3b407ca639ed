/* SPDX-License-Identifier: Apache-2.0
 * test-agree.c - what disarm emits, verify accepts: every file of the corpus through the real
 * disarmer, at every level it knows, and whatever comes out clean through verify. The only program
 * that links both. Without a corpus a handful of inputs of our own stand in. */
#include "build.h"

#include "base/io.h"
#include "base/sink.h"
#include "disarm/disarm.h"
#include "disarm/identify.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    unsigned inputs, clean, refused, unsupported;
    unsigned by_type[SK_TYPE_COUNT]; /* clean */
} Count;

static const SkLevel levels[] = { SK_LEVEL_REBUILT, SK_LEVEL_TEXT, SK_LEVEL_IMAGE };

static void
agree_at(const char *name, SkSpan in, const SkJob *job, Count *count)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(job->limits.output);
    g_autoptr(SkReport) report = sk_report_new();
    SkJob verify = *job;

    count->inputs++;
    sk_disarm_run(job, in, sink, report);
    count->unsupported += report->reason == SK_REASON_UNSUPPORTED ? 1 : 0;
    if (report->outcome != SK_OUTCOME_CLEAN)
        return;
    count->clean++;
    count->by_type[report->type_out]++;
    verify.level = report->level;
    verify.hint = report->type_out;
    g_autoptr(SkReport) proof = sk_report_new();
    sk_verify_run(&verify, sk_sink_memory(sink), proof);
    if (proof->outcome == SK_OUTCOME_CLEAN) {
        g_assert_cmpint(proof->type_out, ==, report->type_out);
        return;
    }
    count->refused++;
    const SkFinding *finding = &g_array_index(proof->findings, SkFinding, 0);
    g_test_message("%s at level %s: verify says %s, %s", name, sk_level_name(job->level),
                   sk_element_get(finding->element)->code, finding->place);
    const char *keep = g_getenv("SEKISHO_KEEP");
    if (keep != NULL) {
        g_autofree char *base = g_path_get_basename(name);
        g_autofree char *path = g_strdup_printf("%s/%s.out", keep, base);
        g_file_set_contents(path, (const char *)sk_sink_memory(sink).p,
                            (gssize)sk_sink_memory(sink).n, NULL);
    }
}

static void
agree_as(const char *name, SkType hint, SkSpan in, Count *count)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(levels); i++) {
        SkJob job = sk_job_default();
        job.level = levels[i];
        job.hint = hint;
        agree_at(name, in, &job, count);
        if (i == 0) {
            job.verdicts[SK_ELEMENT_TEXT_INVISIBLE] = SK_VERDICT_KEPT;
            job.verdicts[SK_ELEMENT_HYPERLINK] = SK_VERDICT_REMOVED;
            job.verdicts[SK_ELEMENT_COMMENTS] = SK_VERDICT_REMOVED;
            agree_at(name, in, &job, count);
        }
    }
}

/* Whether @hint makes something else of it than @own does: its type is all that a hint is asked for, so what is
 * known by its content is the same job whatever the hint says, and three times the same would prove no more. */
static bool
is_another(SkSpan in, SkType own, SkType hint)
{
    bool polyglot = false, before = false;
    return sk_identify(in, own, &before) != sk_identify(in, hint, &polyglot) || before != polyglot;
}

/* By its own extension; and as text of two kinds, since most bytes can be read as that. */
static void
agree(const char *name, SkSpan in, Count *count)
{
    SkType type = sk_type_from_name(name);

    agree_as(name, type, in, count);
    if (is_another(in, type, SK_TYPE_TEXT))
        agree_as(name, SK_TYPE_TEXT, in, count);
    if (is_another(in, type, SK_TYPE_CSV) && is_another(in, SK_TYPE_TEXT, SK_TYPE_CSV))
        agree_as(name, SK_TYPE_CSV, in, count);
}

static void
folder(const char *path, Count *count)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    g_autoptr(GBytes) bytes = NULL;
    const char *name = NULL;

    if (dir == NULL) {
        if (sk_io_read_file(path, 8u << 20, &bytes, NULL))
            agree(path, sk_span_bytes(bytes), count);
        return;
    }
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *child = g_build_filename(path, name, NULL);
        folder(child, count);
    }
}

static void
corpus(const void *data)
{
    Count count = { 0 };
    g_autofree char *path = g_build_filename(g_getenv("SEKISHO_CORPUS"), (const char *)data, NULL);

    folder(path, &count);
    g_test_message("%s: %u runs, %u clean, %u refused by verify", (const char *)data, count.inputs,
                   count.clean, count.refused);
    if (count.inputs == 0)
        g_test_skip("not in the corpus");
    /* A disarmer that refuses everything agrees with everybody. */
    SkType type = sk_type_lookup((const char *)data);
    if (count.inputs > 0 && (type == SK_TYPE_CSV || type == SK_TYPE_DOCX || type == SK_TYPE_JPEG ||
                             type == SK_TYPE_PNG || type == SK_TYPE_PPTX || type == SK_TYPE_XLSX ||
                             type == SK_TYPE_ODT || type == SK_TYPE_ODS || type == SK_TYPE_ODP))
        g_assert_cmpuint(count.by_type[type], >, 10);
    g_assert_cmpuint(count.refused, ==, 0);
}

/* Inputs with an edge each, corpus or not. */
static void
edges(void)
{
    static const struct {
        const char *name, *content;
    } inputs[] = {
        { "empty.txt", "" },
        { "empty.csv", "" },
        { "ends.txt", "a\r\nb\rc\x0b"
                      "d\xe2\x80\xa8"
                      "e" },
        { "joiners.txt", "\xe2\x80\x8d\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d"
                         "a\xef\xb8\x8f\xe8\x91\x9b\xf3\xa0\x84\x80" },
        { "bidi.txt", "\xe2\x80\xae\xe2\x81\xa6"
                      "a\xe2\x80\x8f\xd8\x9c" },
        { "formula.csv", "=1,+2,-3,@a,-,--,-1.5e3,\"=a\",\" =b\",'=c,\t=d,\"a;=b\",\"a,-b(\"\n" },
        { "dialect.csv", "sep=;\na;b\n\"c;d\";=e\n" },
        { "wide.csv", "\xef\xbc\x9d"
                      "1,\xef\xbc\x8d"
                      "1,\xe3\x80\x80=1,\xef\xbf\xa5"
                      "100,-$5,-\\5,\xef\xbc\x8b"
                      "a\n" },
        { "edges.tsv", "a\t=b\tc,d\t\"e\tf\"\n\n\"\"\n" },
        { "long.csv", "-123456789012345678901234567890123456789012345678901234567890123456789012345"
                      "678901234567890\n" },
        { "header.txt", "see %PDF-1.7 for details\n" },
        { "rtf.txt", "{\\rtf1 a}" },
        { "nul.csv", "a\0b" },
    };
    Count count = { 0 };

    for (unsigned i = 0; i < G_N_ELEMENTS(inputs); i++)
        agree(inputs[i].name, sk_span_str(inputs[i].content), &count);
    g_assert_cmpuint(count.clean, >, 10);
    g_assert_cmpuint(count.refused, ==, 0);
}

/* Drawn pages, as sekisho-draw hands them back, become a PDF of the profile. */
static void
pages(void)
{
    g_autoptr(GByteArray) in = bytes_new("SKPAGES1");
    SkJob job = sk_job_default();
    Count count = { 0 };

    put_le(in, 4, 3);
    put_le(in, 4, 150);
    for (unsigned i = 0; i < 3; i++) {
        JpegPlan plan = { .width = 40 + i, .height = 30, .grey = i == 2 };
        g_autoptr(GByteArray) jpeg = jpeg_build(&plan);
        put_le(in, 4, plan.width);
        put_le(in, 4, plan.height);
        put_le(in, 4, 59528 + i);
        put_le(in, 4, i == 0 ? 100 : 84189);
        put_le(in, 4, jpeg->len);
        put(in, jpeg->data, jpeg->len);
    }
    job.level = SK_LEVEL_IMAGE;
    job.hint = SK_TYPE_PAGES;
    agree_at("pages", bytes_span(in), &job, &count);
    g_assert_cmpuint(count.unsupported, ==, 0);
    g_assert_cmpuint(count.by_type[SK_TYPE_PDF], ==, 1);
    g_assert_cmpuint(count.refused, ==, 0);
}

/* The same with words under the pictures: all kinds of characters, in boxes up to the page's edges. */
static void
words(void)
{
    g_autoptr(GByteArray) in = bytes_new("SKPAGES2");
    SkJob job = sk_job_default();
    Count count = { 0 };
    JpegPlan plan = { .width = 40, .height = 30, .grey = true };
    g_autoptr(GByteArray) jpeg = jpeg_build(&plan);
    const uint32_t width = 59528, height = 84189, n = 1200;

    put_le(in, 4, 1);
    put_le(in, 4, 150);
    put_le(in, 4, plan.width);
    put_le(in, 4, plan.height);
    put_le(in, 4, width);
    put_le(in, 4, height);
    put_le(in, 4, jpeg->len);
    put(in, jpeg->data, jpeg->len);
    put_le(in, 4, n);
    for (uint32_t i = 0; i < n; i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        uint32_t w = i % 3 == 0 ? width : 1 + i * 47 % width, h = i % 5 == 0 ? height : 1 + i * 61 % height;
        for (gunichar c = i * 64; c < i * 64 + 64; c++) {
            if (c != 0 && g_unichar_validate(c))
                g_string_append_unichar(text, c);
        }
        g_string_append(text, i % 7 == 0 ? "\xe3\x81" : "a");
        put_le(in, 4, i % 2 == 0 ? width - w : 0);
        put_le(in, 4, i % 4 < 2 ? height - h : 0);
        put_le(in, 4, w);
        put_le(in, 4, h);
        put_le(in, 4, i % 2);
        put_le(in, 4, (uint32_t)text->len);
        put(in, (const uint8_t *)text->str, text->len);
    }
    job.level = SK_LEVEL_IMAGE;
    job.hint = SK_TYPE_PAGES;
    job.verdicts[SK_ELEMENT_PDF_TEXT_LAYER] = SK_VERDICT_KEPT;
    agree_at("words", bytes_span(in), &job, &count);
    g_assert_cmpuint(count.by_type[SK_TYPE_PDF], ==, 1);
    g_assert_cmpuint(count.refused, ==, 0);
}

int
main(int argc, char **argv)
{
    static const char *const folders[] = { "csv",      "docx", "eml",  "eve",  "html",
                                           "jpeg",     "mail", "odp",  "ods",  "odt",
                                           "oscal",    "pdf",  "png",  "pptx", "rtf",
                                           "rulesets", "svg",  "tlog", "xlsx", "zip" };

    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/verify/agree/edges", edges);
    g_test_add_func("/verify/agree/pages", pages);
    g_test_add_func("/verify/agree/words", words);
    for (unsigned i = 0; i < G_N_ELEMENTS(folders); i++) {
        g_autofree char *path = g_strdup_printf("/verify/agree/%s", folders[i]);
        g_test_add_data_func(path, folders[i], corpus);
    }
    return g_test_run();
}
