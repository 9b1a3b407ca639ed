/* SPDX-License-Identifier: Apache-2.0
 * test-archive-zip.c - a ZIP taken apart: what becomes a child, under which name, and what is refused.
 */
#include "../format/zip-builder.h"
#include "disarm/archive-charset.h"
#include "disarm/disarm.h"
#include "sandbox/children.h"

#include <string.h>

typedef struct {
    SkReport *report;
    SkSink *sink;
    GArray *children; /* NULL: refused */
} Taken;

static void
taken_clear(Taken *self)
{
    sk_report_free(self->report);
    g_clear_pointer(&self->children, g_array_unref);
    sk_sink_free(self->sink);
}
#define autotaken __attribute__((cleanup(taken_clear))) Taken

static Taken
take_with(const SkJob *job, SkSpan input)
{
    g_autofree uint8_t *heap = g_memdup2(input.p, input.n);
    Taken out = { .report = sk_report_new(), .sink = sk_sink_new_memory(1 << 26) };

    sk_disarm_run(job, sk_span(heap, input.n), out.sink, out.report);
    if (out.report->outcome == SK_OUTCOME_CHILDREN)
        g_assert_true(sk_children_parse(sk_sink_memory(out.sink), 10000, &out.children, NULL));
    return out;
}

static Taken
take(const ZipItem *items, size_t n, ZipFrame frame)
{
    g_autoptr(GBytes) file = zip_build(items, n, frame);
    SkJob job = sk_job_default();
    return take_with(&job, sk_span_bytes(file));
}

/* The names, one a line; or `reason element`. */
static char *
told(const Taken *taken)
{
    GString *out = g_string_new(NULL);

    for (unsigned i = 0; taken->children != NULL && i < taken->children->len; i++) {
        const SkChild *child = &g_array_index(taken->children, SkChild, i);
        g_string_append_len(out, (const char *)child->name.p, (gssize)child->name.n);
        g_string_append(out, child->kind == SK_CHILD_FOLDER ? "/\n" : "\n");
    }
    if (taken->children != NULL)
        return g_string_free(out, FALSE);
    g_string_append(out, sk_reason_name(taken->report->reason));
    for (unsigned i = 0; i < taken->report->findings->len; i++) {
        const SkFinding *f = &g_array_index(taken->report->findings, SkFinding, i);
        if (f->action == SK_ACTION_REFUSED)
            g_string_append_printf(out, " %s", sk_element_get(f->element)->code);
    }
    return g_string_free(out, FALSE);
}

#define ONE(...) { { .name = "a.txt", .content = "x", __VA_ARGS__ } }
#define UTF8_ 0x800
static const struct {
    const char *want;
    const char *element; /* that is found on the way, or NULL */
    ZipItem items[3];
    ZipFrame frame;
} cases[] = {
    { "a.txt\nb/c.docx\n", NULL, { { .name = "a.txt", .content = "x" }, { .name = "b/c.docx", .content = "y", .deflate = true } }, { 0 } },
    { "d/\n", NULL, { { .name = "d/", .content = "" } }, { 0 } },
    { "a.txt\n", NULL, { { .name = "./", .content = "" }, { .name = "a.txt", .content = "x" } }, { 0 } },
    { "", NULL, { { .name = NULL } }, { 0 } },
    /* names */
    { "資料.txt\n", NULL, { { .name = "資料.txt", .content = "", .flags = UTF8_ } }, { 0 } },
    { "資料.txt\n", NULL, { { .name = "資料.txt", .content = "" } }, { 0 } },
    { "①表ソ.txt\nﾃｽﾄ.txt\n髙.txt\n", "archive-charset",
      { { .name = "\x87\x40\x95\x5c\x83\x5c.txt", .content = "" }, { .name = "\xc3\xbd\xc4.txt", .content = "" }, { .name = "\xfb\xfc.txt", .content = "" } }, { 0 } },
    { "資料の表.txt\n", "archive-charset", { { .name = "\xbb\xf1\xce\xc1\xa4\xce\xc9\xbd.txt", .content = "", .made_by = 0x314 } }, { 0 } },
    { "caf\xc3\xa9.txt\n", "archive-charset", { { .name = "caf\x82.txt", .content = "" } }, { 0 } },
    { "が.txt\n", NULL, { { .name = "か\xe3\x82\x99.txt", .content = "" } }, { 0 } },
    { "a/b.txt\n", "archive-name", { { .name = "a\\b.txt", .content = "" } }, { 0 } },
    { "a/b.txt\n", "archive-name", { { .name = "./a//b.txt", .content = "" } }, { 0 } },
    { "con.txt\n", "archive-name", { { .name = "con.txt", .content = "" } }, { 0 } },
    { "a.txt:b\n", "archive-name", { { .name = "a.txt:b", .content = "" } }, { 0 } },
    { "afdp.txt\n", "archive-name", { { .name = "a\xe2\x80\xae" "fdp.txt", .content = "" } }, { 0 } },
    { "A.txt\na.txt\n", "archive-collision", { { .name = "A.txt", .content = "" }, { .name = "a.txt", .content = "" } }, { 0 } },
    { "b.txt\n", "archive-slip", { { .name = "../a.txt", .content = "" }, { .name = "b.txt", .content = "" } }, { 0 } },
    { "b.txt\n", "archive-slip", { { .name = "x/../../a.txt", .content = "" }, { .name = "b.txt", .content = "" } }, { 0 } },
    { "b.txt\n", "archive-slip", { { .name = "..\\a.txt", .content = "" }, { .name = "b.txt", .content = "" } }, { 0 } },
    { "b.txt\n", "archive-slip", { { .name = "/etc/passwd", .content = "" }, { .name = "b.txt", .content = "" } }, { 0 } },
    { "b.txt\n", "archive-slip", { { .name = "C:\\a.txt", .content = "" }, { .name = "b.txt", .content = "" } }, { 0 } },
    { "b.txt\n", "archive-slip", { { .name = "\\\\host\\a.txt", .content = "" }, { .name = "b.txt", .content = "" } }, { 0 } },
    { "b.txt\n", "archive-link", { { .name = "l", .content = "/etc", .made_by = 0x314, .attributes = 0xa1ff0000 }, { .name = "b.txt", .content = "" } }, { 0 } },
    { "b.txt\n", "archive-link", { { .name = "l", .content = "", .made_by = 0x314, .attributes = 0x21ff0000 }, { .name = "b.txt", .content = "" } }, { 0 } },
    { "a.txt\n", "zip-structure", ONE(.comment = "hello"), { 0 } },
    { "a.txt\n", "zip-structure", ONE(), { .comment = "hello" } },
    /* two readings */
    { "ambiguous zip-mismatch", NULL, ONE(.local_name = "b.txt"), { 0 } },
    { "ambiguous zip-mismatch", NULL, ONE(.local_flags = UTF8_), { 0 } },
    { "ambiguous zip-mismatch", NULL, ONE(.local_method = 8), { 0 } },
    { "ambiguous zip-mismatch", NULL, ONE(.local_crc_off = 1), { 0 } },
    { "ambiguous zip-mismatch", NULL, ONE(.local_size_off = 1), { 0 } },
    { "ambiguous zip-mismatch", NULL, ONE(.local_flags = 1), { 0 } },
    { "ambiguous zip-mismatch", NULL, ONE(.crc_off = 1), { 0 } },
    { "ambiguous zip-mismatch", NULL, ONE(.deflate = true, .size_off = 1), { 0 } },
    { "ambiguous zip-mismatch", NULL, ONE(.size_off = 1), { 0 } },
    { "ambiguous zip-mismatch", NULL, ONE(.gap = "gap"), { 0 } },
    { "ambiguous zip-mismatch", NULL, ONE(.descriptor = true), { 0 } },
    { "a.txt\n", NULL, ONE(.descriptor = true, .deflate = true), { 0 } },
    { "ambiguous zip-mismatch", NULL, ONE(.descriptor = true, .deflate = true, .descriptor_off = 1), { 0 } },
    { "ambiguous zip-mismatch", NULL, ONE(), { .count_off = -1 } },
    { "ambiguous zip-mismatch", NULL, ONE(), { .size_off = 1 } },
    { "ambiguous zip-mismatch", NULL, ONE(), { .offset_off = 1 } },
    { "ambiguous zip-several-ends", NULL, ONE(), { .twice = true } },
    { "ambiguous trailing-data", NULL, ONE(), { .suffix = "x" } },
    { "ambiguous zip-mismatch", NULL, { { .name = "\x83\x8a.txt", .content = "", .flags = UTF8_ } }, { 0 } },
    { "ambiguous zip-mismatch", NULL, { { .name = "d/", .content = "x" } }, { 0 } },
    { "ambiguous zip-mismatch", NULL, ONE(.attributes = 0x10), { 0 } },
    { "ambiguous zip-mismatch", NULL, ONE(.made_by = 0x314, .attributes = 0x41ed0000), { 0 } },
    { "ambiguous zip-mismatch", NULL, { { .name = "d/", .content = "", .made_by = 0x314, .attributes = 0x81a40000 } }, { 0 } },
    { "ambiguous zip-duplicate", NULL, { { .name = "a.txt", .content = "1" }, { .name = "a.txt", .content = "2" } }, { 0 } },
    { "ambiguous zip-duplicate", NULL, { { .name = "a.txt", .content = "1" }, { .name = "./a.txt", .content = "2" } }, { 0 } },
    { "ambiguous zip-duplicate", NULL, { { .name = "b/a.txt", .content = "1" }, { .name = "b\\a.txt", .content = "2" } }, { 0 } },
    { "ambiguous zip-duplicate", NULL, { { .name = "a", .content = "1" }, { .name = "a/", .content = "" } }, { 0 } },
    { "ambiguous zip-duplicate", NULL, { { .name = "a/b", .content = "1" }, { .name = "a", .content = "" } }, { 0 } },
    { "ambiguous zip-duplicate", NULL, { { .name = "d/", .content = "" }, { .name = "d/", .content = "" } }, { 0 } },
    { "ambiguous zip-overlap", NULL, { { .name = "a.txt", .content = "1" }, { .name = "a.txt", .content = "1", .offset_off = -36 } }, { 0 } },
    { "unsupported zip-method", NULL, ONE(.method = 12), { 0 } },
    { "encrypted encrypted-package", NULL, ONE(.flags = 0x41), { 0 } },
    /* a name in a field of its own: CRC-32 of `a.txt` is 6f49ba84 */
    { "資料.txt\n", NULL, { { .name = "??.txt", .content = "", .extra = "\x75\x70\x0f\0\x01\x7e\xa8\x8c\x2d" "資料.txt", .extra_len = 19 } }, { 0 } },
};

static void
test_cases(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        size_t n = 0;
        while (n < 3 && cases[i].items[n].name != NULL)
            n++;
        ZipItem items[3];
        memcpy(items, cases[i].items, sizeof items);
        uint8_t field[64];
        if (n > 0 && items[0].extra_len > 0) { /* the CRC-32 of the plain name */
            uint32_t crc = (uint32_t)crc32(0, (const Bytef *)items[0].name, (uInt)strlen(items[0].name));
            memcpy(field, items[0].extra, items[0].extra_len);
            for (unsigned k = 0; k < 4; k++)
                field[5 + k] = (uint8_t)(crc >> 8 * k);
            items[0].extra = (const char *)field;
        }
        autotaken taken = take(items, n, cases[i].frame);
        g_autofree char *have = told(&taken);
        g_test_message("case %u: %s", i, n > 0 ? items[0].name : "nothing");
        g_assert_cmpstr(have, ==, cases[i].want);
        if (cases[i].element != NULL)
            g_assert_true(sk_report_has(taken.report, sk_element_lookup(cases[i].element)));
    }
}

/* A field that names something else, or was made for another name. */
static void
test_unicode_path(void)
{
    static const char *const others[] = { "other.exe", "??.txt.exe", "資料" };

    for (unsigned i = 0; i < G_N_ELEMENTS(others); i++) {
        const char *plain = "??.txt";
        uint8_t field[64] = { 0x75, 0x70, (uint8_t)(5 + strlen(others[i])), 0, 1 };
        uint32_t crc = (uint32_t)crc32(0, (const Bytef *)plain, (uInt)strlen(plain));
        for (unsigned k = 0; k < 4; k++)
            field[5 + k] = (uint8_t)(crc >> 8 * k);
        memcpy(field + 9, others[i], strlen(others[i]));
        ZipItem item = { .name = plain, .content = "", .extra = (const char *)field, .extra_len = 9 + strlen(others[i]) };
        autotaken taken = take(&item, 1, (ZipFrame){ 0 });
        g_autofree char *have = told(&taken);
        g_assert_cmpstr(have, ==, "ambiguous zip-mismatch");
        field[5] ^= 1;
        autotaken wrong = take(&item, 1, (ZipFrame){ 0 });
        g_autofree char *crc_wrong = told(&wrong);
        g_assert_cmpstr(crc_wrong, ==, "ambiguous zip-mismatch");
    }
}

/* By rule, what is mended otherwise refuses. */
static void
test_rules(void)
{
    static const struct {
        SkElement element;
        ZipItem item;
    } rules[] = {
        { SK_ELEMENT_ARCHIVE_SLIP, { .name = "../a.txt", .content = "" } },
        { SK_ELEMENT_ARCHIVE_NAME, { .name = "con.txt", .content = "" } },
        { SK_ELEMENT_ARCHIVE_LINK, { .name = "l", .content = "x", .made_by = 0x314, .attributes = 0xa1ff0000 } },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(rules); i++) {
        g_autoptr(GBytes) file = zip_build(&rules[i].item, 1, (ZipFrame){ 0 });
        SkJob job = sk_job_default();
        job.verdicts[rules[i].element] = SK_VERDICT_REFUSED;
        autotaken taken = take_with(&job, sk_span_bytes(file));
        g_assert_cmpint(taken.report->reason, ==, SK_REASON_FORBIDDEN);
    }
}

/* A bomb ends while it is inflated. */
static void
test_bomb(void)
{
    g_autofree char *zeros = g_strnfill(64 << 20, '0');
    const ZipItem item = { .name = "a.txt", .content = zeros, .deflate = true };
    g_autoptr(GBytes) file = zip_build(&item, 1, (ZipFrame){ 0 });
    SkJob job = sk_job_default();

    job.limits.ratio = 100;
    autotaken taken = take_with(&job, sk_span_bytes(file));
    g_autofree char *have = told(&taken);
    g_assert_cmpstr(have, ==, "limit zip-bomb");
}

/* Of what a person zipped with a document in it, an archive is made, not the document. */
static void
test_identified(void)
{
    const ZipItem items[] = { { .name = "a.pdf", .content = "%PDF-1.7\n1 0 obj\n" }, { .name = "b/word/document.xml", .content = "" } };
    g_autoptr(GBytes) file = zip_build(items, 2, (ZipFrame){ 0 });
    SkJob job = sk_job_default();
    autotaken taken = take_with(&job, sk_span_bytes(file));
    g_autofree char *have = told(&taken);
    g_assert_cmpstr(have, ==, "a.pdf\nb/word/document.xml\n");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/archive-zip/cases", test_cases);
    g_test_add_func("/archive-zip/unicode-path", test_unicode_path);
    g_test_add_func("/archive-zip/rules", test_rules);
    g_test_add_func("/archive-zip/bomb", test_bomb);
    g_test_add_func("/archive-zip/identified", test_identified);
    return g_test_run();
}
