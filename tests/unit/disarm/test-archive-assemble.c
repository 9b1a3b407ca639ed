/* SPDX-License-Identifier: Apache-2.0
 * test-archive-assemble.c - the ZIP that is built of children: names, order, times, what is lost. */
#include "disarm/disarm.h"
#include "disarm/formats.h"
#include "format/zip.h"
#include "sandbox/children.h"

#include <string.h>

typedef struct {
    SkReport *report;
    SkSink *sink;
    GError *error;
    bool ok;
} Built;

static void
built_clear(Built *self)
{
    sk_report_free(self->report);
    sk_sink_free(self->sink);
    g_clear_error(&self->error);
}
#define autobuilt __attribute__((cleanup(built_clear))) Built

static SkChild
ready(const char *name, SkType type, const char *content)
{
    return (SkChild){ .kind = SK_CHILD_READY,
                      .type = type,
                      .level = SK_LEVEL_REBUILT,
                      .written = 0x5b776000,
                      .name = sk_span_str(name),
                      .content = sk_span_str(content) };
}

static Built
build_with(const SkJob *job, const SkChild *children, unsigned n)
{
    g_autoptr(SkSink) frame = sk_sink_new_memory(1 << 24);
    SkChildrenWriter writer = sk_children_writer(frame);
    Built out = { .report = sk_report_new(), .sink = sk_sink_new_memory(1 << 24) };

    for (unsigned i = 0; i < n; i++)
        sk_children_add(&writer, &children[i]);
    sk_children_finish(&writer);
    SkDisarm disarm = { .job = job, .input = sk_sink_memory(frame), .sink = out.sink, .report = out.report };
    out.ok = sk_archive_assemble(&disarm, &out.error);
    return out;
}

static Built
build(const SkChild *children, unsigned n)
{
    SkJob job = sk_job_default();
    return build_with(&job, children, n);
}

/* The names of the entries, one a line, by a look at the directory alone. */
static char *
names_of(const Built *built)
{
    SkSpan file = sk_sink_memory(built->sink);
    GString *out = g_string_new(NULL);

    for (size_t at = 0; (at = sk_span_find(file, at, sk_span("PK\1\2", 4))) != SIZE_MAX; at += 4) {
        size_t n = (size_t)file.p[at + 28] | (size_t)file.p[at + 29] << 8;
        g_string_append_len(out, (const char *)file.p + at + 46, (gssize)n);
        g_string_append_c(out, '\n');
    }
    return g_string_free(out, FALSE);
}

static void
assert_names(const SkChild *children, unsigned n, const char *want)
{
    autobuilt built = build(children, n);

    g_assert_no_error(built.error);
    g_assert_true(built.ok);
    g_autofree char *have = names_of(&built);
    g_assert_cmpstr(have, ==, want);
}

static void
test_order(void)
{
    const SkChild children[] = { ready("b/資料.docx", SK_TYPE_DOCX, "x"), ready("a.txt", SK_TYPE_TEXT, "y\n"),
                                 ready("b/a.xlsm", SK_TYPE_XLSX, "z") };
    assert_names(children, 3, "a.txt\nb/a.xlsx\nb/資料.docx\n");
    assert_names(children, 1, "b/資料.docx\n");
}

static void
test_collisions(void)
{
    const SkChild children[] = {
        ready("資料.docx", SK_TYPE_DOCX, "1"), ready("資料.docm", SK_TYPE_DOCX, "2"), ready("A/x.txt", SK_TYPE_TEXT, "3"),
        ready("a/X.txt", SK_TYPE_TEXT, "4"),   ready("a/x (2).txt", SK_TYPE_TEXT, "5"), ready("ｶﾞ.txt", SK_TYPE_TEXT, "6"),
        ready("か\xe3\x82\x99.txt", SK_TYPE_TEXT, "7"), ready("が.txt", SK_TYPE_TEXT, "8"),
    };
    assert_names(children, G_N_ELEMENTS(children),
                 "A/X (2).txt\nA/x (2) (2).txt\nA/x.txt\nが (2).txt\nが.txt\n資料 (2).docx\n資料.docx\nｶﾞ.txt\n");
}

static void
test_mended(void)
{
    const SkChild children[] = { ready("CON/a:b?.txt", SK_TYPE_TEXT, "1"), ready(".hidden/x.pdf.txt", SK_TYPE_TEXT, "2"),
                                 ready("[Content_Types].xml", SK_TYPE_XML, "3"), ready("Meta-Inf/x", SK_TYPE_TEXT, "4"),
                                 ready("y.docx/z.txt", SK_TYPE_TEXT, "5") };
    assert_names(children, G_N_ELEMENTS(children),
                 "_CON/a_b_.txt\n_Meta-Inf/x.txt\n_[Content_Types].xml\nhidden/x.txt\ny/z.txt\n");
}

static void
test_folders(void)
{
    const SkChild children[] = {
        { .kind = SK_CHILD_FOLDER, .name = { (const uint8_t *)"full", 4 } },
        ready("full/a.txt", SK_TYPE_TEXT, "1"),
        { .kind = SK_CHILD_FOLDER, .name = { (const uint8_t *)"empty/in", 8 } },
        { .kind = SK_CHILD_FOLDER, .name = { (const uint8_t *)"empty", 5 } },
        { .kind = SK_CHILD_FOLDER, .name = { (const uint8_t *)"EMPTY/IN", 8 } },
    };
    assert_names(children, G_N_ELEMENTS(children), "empty/in/\nfull/a.txt\n");
}

/* However long, and whatever normalisation makes of them, names fit. */
static void
test_long(void)
{
    g_autoptr(GString) path = g_string_new(NULL);
    g_autoptr(GString) swelling = g_string_new(NULL);

    for (unsigned i = 0; i < 20; i++)
        g_string_append_printf(path, "%02u-0123456789012345678901234567890123456789/", i);
    g_string_append(path, "x.txt");
    while (swelling->len < 1000)
        g_string_append(swelling, "\xe0\xa5\x98\xe0\xa5\x98/"); /* twice as long in NFC */
    g_string_append(swelling, "x.txt");
    const SkChild children[] = { ready(path->str, SK_TYPE_TEXT, "1"), ready(swelling->str, SK_TYPE_TEXT, "2") };
    autobuilt built = build(children, 2);
    g_assert_true(built.ok);
    g_autofree char *names = names_of(&built);
    g_auto(GStrv) lines = g_strsplit(names, "\n", -1);
    g_assert_cmpuint(g_strv_length(lines), ==, 3);
    for (unsigned i = 0; i < 2; i++) {
        g_assert_cmpuint(strlen(lines[i]), <=, SK_CHILD_NAME_MAX);
        g_assert_true(g_str_has_suffix(lines[i], "/x.txt"));
    }
}

/* Ten thousand of one name: soon done. */
static void
test_namesakes(void)
{
    g_autoptr(GArray) children = g_array_new(FALSE, FALSE, sizeof(SkChild));
    SkChild child = ready("a.txt", SK_TYPE_TEXT, "");

    for (unsigned i = 0; i < 5000; i++)
        g_array_append_val(children, child);
    autobuilt built = build((const SkChild *)(const void *)children->data, children->len);
    g_assert_true(built.ok);
    g_autofree char *names = names_of(&built);
    g_assert_nonnull(strstr(names, "\na (5000).txt\n"));
}

static void
test_lost(void)
{
    const SkChild lost = { .kind = SK_CHILD_LOST,
                           .type = SK_TYPE_EXE,
                           .reason = SK_REASON_UNSUPPORTED,
                           .name = { (const uint8_t *)"道具/x.exe", 12 } };
    SkJob job = sk_job_default();

    autobuilt built = build(&lost, 1);
    g_assert_true(built.ok);
    g_autofree char *names = names_of(&built);
    g_assert_cmpstr(names, ==, "道具/x.exe（不可 refused）.txt\n");
    g_assert_true(sk_report_has(built.report, SK_ELEMENT_ARCHIVE_MEMBER));
    job.verdicts[SK_ELEMENT_ARCHIVE_MEMBER] = SK_VERDICT_REFUSED;
    autobuilt refused = build_with(&job, &lost, 1);
    g_assert_error(refused.error, SK_ERROR, SK_ERROR_UNSUPPORTED);
    assert_names(NULL, 0, "（空 empty）.txt\n");
}

static uint32_t
written_of(const SkJob *job, uint32_t written)
{
    SkChild child = ready("a.txt", SK_TYPE_TEXT, "1");
    child.written = written;
    autobuilt built = build_with(job, &child, 1);
    const uint8_t *p = sk_sink_memory(built.sink).p;
    g_assert_true(built.ok);
    return (uint32_t)p[10] | (uint32_t)p[11] << 8 | (uint32_t)p[12] << 16 | (uint32_t)p[13] << 24;
}

static void
test_times(void)
{
    SkJob job = sk_job_default();
    const uint32_t good = (46u << 9 | 2 << 5 | 28) << 16 | 23 << 11 | 59 << 5 | 29;

    g_assert_cmpuint(written_of(&job, good), ==, good);
    g_assert_cmpuint(written_of(&job, good + (1 << 16)), ==, 0x00210000); /* 29 February 2026 */
    g_assert_cmpuint(written_of(&job, good + 1), ==, 0x00210000);         /* second 60 */
    g_assert_cmpuint(written_of(&job, 0), ==, 0x00210000);
    job.verdicts[SK_ELEMENT_ARCHIVE_TIME] = SK_VERDICT_REMOVED;
    g_assert_cmpuint(written_of(&job, good), ==, 0x00210000);
}

/* Nothing that still is to be disarmed is ever written. */
static void
test_objects(void)
{
    SkChild child = ready("a.txt", SK_TYPE_TEXT, "1");
    child.kind = SK_CHILD_OBJECT;
    child.level = SK_LEVEL_NONE;
    autobuilt built = build(&child, 1);
    g_assert_false(built.ok);
    g_assert_error(built.error, SK_ERROR, SK_ERROR_MALFORMED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/archive-assemble/order", test_order);
    g_test_add_func("/archive-assemble/collisions", test_collisions);
    g_test_add_func("/archive-assemble/mended", test_mended);
    g_test_add_func("/archive-assemble/folders", test_folders);
    g_test_add_func("/archive-assemble/long", test_long);
    g_test_add_func("/archive-assemble/namesakes", test_namesakes);
    g_test_add_func("/archive-assemble/lost", test_lost);
    g_test_add_func("/archive-assemble/times", test_times);
    g_test_add_func("/archive-assemble/objects", test_objects);
    return g_test_run();
}
