/* SPDX-License-Identifier: Apache-2.0
 * test-archive.c - archives: what the assembler builds is accepted, with its members handed out; each thing outside the
 * profile is refused by its name.
 */
#include "disarm/disarm.h"
#include "disarm/formats.h"
#include "sandbox/children.h"
#include "verify/verify.h"

#include <string.h>
#include <zlib.h>

/* ---- what the assembler builds -------------------------------------------------------------- */

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

static GBytes *
assembled(const SkChild *children, unsigned n)
{
    g_autoptr(SkSink) frame = sk_sink_new_memory(1 << 24);
    g_autoptr(SkSink) out = sk_sink_new_memory(1 << 24);
    g_autoptr(SkReport) report = sk_report_new();
    g_autoptr(GError) error = NULL;
    SkChildrenWriter writer = sk_children_writer(frame);
    SkJob job = sk_job_default();

    for (unsigned i = 0; i < n; i++)
        sk_children_add(&writer, &children[i]);
    sk_children_finish(&writer);
    SkDisarm disarm = { .job = &job, .input = sk_sink_memory(frame), .sink = out, .report = report };
    bool ok = sk_archive_assemble(&disarm, &error);
    g_assert_no_error(error);
    g_assert_true(ok);
    return sk_sink_steal_bytes(out);
}

/* "clean", or the code it is refused for. */
static char *
verdict(SkType hint, SkSpan file, const SkJob *given, SkSink *sink)
{
    g_autoptr(SkReport) report = sk_report_new();
    SkJob job = given != NULL ? *given : sk_job_default();

    g_autofree uint8_t *heap = g_memdup2(file.p, file.n);
    job.hint = hint;
    job.level = SK_LEVEL_NONE;
    sk_verify_run_with(&job, sk_span(heap, file.n), sink, report);
    if (report->outcome == SK_OUTCOME_CHILDREN)
        return g_strdup("clean");
    g_assert_cmpint(report->outcome, ==, SK_OUTCOME_REFUSED);
    g_assert_cmpuint(report->findings->len, ==, 1);
    return g_strdup(sk_element_get(g_array_index(report->findings, SkFinding, 0).element)->code);
}

static void
test_agrees(void)
{
    const SkChild children[] = {
        ready("会議/資料.docx", SK_TYPE_DOCX, "PK"),
        ready("会議/資料.docm", SK_TYPE_DOCX, "PK"),
        ready("a.pdf", SK_TYPE_PDF, "%PDF-1.7\n"),
        ready("[Content_Types].txt", SK_TYPE_TEXT, ""),
        ready("con.csv", SK_TYPE_CSV, "a,b\r\n"),
        { .kind = SK_CHILD_FOLDER, .name = { (const uint8_t *)"empty/in", 8 } },
        { .kind = SK_CHILD_LOST, .type = SK_TYPE_EXE, .reason = SK_REASON_UNSUPPORTED, .name = { (const uint8_t *)"x.exe", 5 } },
    };
    g_autoptr(GBytes) file = assembled(children, G_N_ELEMENTS(children));
    g_autoptr(GBytes) empty = assembled(NULL, 0);
    g_autoptr(SkSink) sink = sk_sink_new_memory(1 << 20);
    g_autoptr(GArray) members = NULL;

    g_autofree char *typed = verdict(SK_TYPE_ZIP, sk_span_bytes(file), NULL, sink);
    g_assert_cmpstr(typed, ==, "clean");
    g_autofree char *untyped = verdict(SK_TYPE_NONE, sk_span_bytes(file), NULL, NULL);
    g_assert_cmpstr(untyped, ==, "clean");
    g_autofree char *nothing = verdict(SK_TYPE_NONE, sk_span_bytes(empty), NULL, NULL);
    g_assert_cmpstr(nothing, ==, "clean");
    g_assert_true(sk_children_parse(sk_sink_memory(sink), 100, &members, NULL));
    g_assert_cmpuint(members->len, ==, G_N_ELEMENTS(children));
    unsigned types[SK_TYPE_COUNT] = { 0 };
    for (unsigned i = 0; i < members->len; i++)
        types[g_array_index(members, SkChild, i).type]++;
    g_assert_cmpuint(types[SK_TYPE_DOCX], ==, 2);
    g_assert_cmpuint(types[SK_TYPE_TEXT], ==, 2);
    g_assert_cmpuint(types[SK_TYPE_NONE], ==, 1);
}

/* ---- what is planted ------------------------------------------------------------------------ */

typedef struct {
    const char *name;
    const char *content; /* stored or deflated, as the extension wants it */
    uint16_t flags, method, time, date;
    uint32_t crc_off;
} Entry;

static void
put(GByteArray *out, unsigned bytes, uint32_t v)
{
    for (unsigned i = 0; i < bytes; i++) {
        uint8_t b = (uint8_t)(v >> 8 * i);
        g_byte_array_append(out, &b, 1);
    }
}

static GByteArray *
packed(const Entry *e)
{
    uint8_t buffer[4096];
    z_stream z = { .next_in = (Bytef *)(uintptr_t)e->content, .avail_in = (uInt)strlen(e->content),
                   .next_out = buffer, .avail_out = sizeof buffer };
    GByteArray *out = g_byte_array_new();

    if (e->method == 0)
        return g_byte_array_append(out, (const uint8_t *)e->content, (guint)strlen(e->content));
    g_assert(deflateInit2(&z, 1, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY) == Z_OK);
    g_assert(deflate(&z, Z_FINISH) == Z_STREAM_END);
    g_byte_array_append(out, buffer, (guint)z.total_out);
    deflateEnd(&z);
    return out;
}

static void
fixed(GByteArray *out, const Entry *e, uint32_t stored)
{
    put(out, 2, 20);
    put(out, 2, e->flags);
    put(out, 2, e->method);
    put(out, 2, e->time);
    put(out, 2, e->date == 0 ? 0x21 : e->date);
    put(out, 4, (uint32_t)crc32(0, (const Bytef *)e->content, (uInt)strlen(e->content)) + e->crc_off);
    put(out, 4, stored);
    put(out, 4, (uint32_t)strlen(e->content));
    put(out, 2, (uint32_t)strlen(e->name));
}

static GByteArray *
zip(const Entry *entries, unsigned n)
{
    GByteArray *out = g_byte_array_new();
    uint32_t offsets[8], sizes[8];

    for (unsigned i = 0; i < n; i++) {
        g_autoptr(GByteArray) data = packed(&entries[i]);
        offsets[i] = out->len;
        sizes[i] = data->len;
        put(out, 4, 0x04034b50);
        fixed(out, &entries[i], data->len);
        put(out, 2, 0);
        g_byte_array_append(out, (const uint8_t *)entries[i].name, (guint)strlen(entries[i].name));
        g_byte_array_append(out, data->data, data->len);
    }
    uint32_t at = out->len;
    for (unsigned i = 0; i < n; i++) {
        put(out, 4, 0x02014b50);
        put(out, 2, 0x0b14);
        fixed(out, &entries[i], sizes[i]);
        for (unsigned k = 0; k < 6; k++)
            put(out, 2, 0);
        put(out, 4, offsets[i]);
        g_byte_array_append(out, (const uint8_t *)entries[i].name, (guint)strlen(entries[i].name));
    }
    uint32_t size = out->len - at;
    put(out, 4, 0x06054b50);
    put(out, 4, 0);
    put(out, 2, n);
    put(out, 2, n);
    put(out, 4, size);
    put(out, 4, at);
    put(out, 2, 0);
    return out;
}

#define U8 0x800
static const struct {
    const char *want;
    Entry entries[3];
} plants[] = {
    { "clean", { { .name = "a.txt", .content = "x", .method = 8 }, { .name = "b/c.png", .content = "x" }, { .name = "d/", .content = "" } } },
    { "clean", { { .name = "資料.txt", .content = "", .flags = U8, .date = 0x5b77, .time = 0x6000 } } },
    { "archive-time", { { .name = "a.txt", .content = "", .date = 0x5b77, .time = 0xffff } } },
    { "archive-time", { { .name = "a.txt", .content = "", .date = 0x5c5d } } },
    { "archive-time", { { .name = "a.txt", .content = "", .time = 0x0001 | 0x1e } } },
    { "zip-structure", { { .name = "a.txt", .content = "", .flags = U8 } } },
    { "zip-structure", { { .name = "資料.txt", .content = "" } } },
    { "zip-structure", { { .name = "a.txt", .content = "", .flags = 1 } } },
    { "zip-structure", { { .name = "b.txt", .content = "" }, { .name = "a.txt", .content = "" } } },
    { "zip-duplicate", { { .name = "a.txt", .content = "" }, { .name = "a.txt", .content = "" } } },
    { "zip-method", { { .name = "a.txt", .content = "x" } } },
    { "zip-method", { { .name = "a.png", .content = "x", .method = 8 } } },
    { "zip-method", { { .name = "a.txt", .content = "x", .method = 12 } } },
    { "zip-mismatch", { { .name = "a.png", .content = "x", .crc_off = 1 } } },
    { "zip-mismatch", { { .name = "a.txt", .content = "x", .method = 8, .crc_off = 1 } } },
    { "zip-mismatch", { { .name = "a/", .content = "", .crc_off = 1 } } },
    { "zip-structure", { { .name = "a/", .content = "" }, { .name = "a/b.txt", .content = "" } } },
    { "archive-collision", { { .name = "A.txt", .content = "" }, { .name = "a.txt", .content = "" } } },
    { "archive-collision", { { .name = "A/b.txt", .content = "" }, { .name = "a/c.txt", .content = "" } } },
    { "archive-collision", { { .name = "A/", .content = "" }, { .name = "a/b.txt", .content = "" } } },
    { "zip-slip", { { .name = "../a.txt", .content = "" } } },
    { "zip-slip", { { .name = "/a.txt", .content = "" } } },
    { "zip-slip", { { .name = "a//b.txt", .content = "" } } },
    { "zip-slip", { { .name = "a\\b.txt", .content = "" } } },
    { "zip-slip", { { .name = "C:a.txt", .content = "" } } },
    { "zip-slip", { { .name = "./a.txt", .content = "" } } },
    { "archive-name", { { .name = "con.txt", .content = "" } } },
    { "archive-name", { { .name = ".a.txt", .content = "" } } },
    { "archive-name", { { .name = "a?.txt", .content = "" } } },
    { "archive-name", { { .name = "a.exe.txt", .content = "" } } },
    { "archive-name", { { .name = "か\xe3\x82\x99.txt", .content = "", .flags = U8 } } },
    { "archive-name", { { .name = "a\xe2\x80\xae.txt", .content = "", .flags = U8 } } },
    { "archive-name", { { .name = "a\xff.txt", .content = "", .flags = U8 } } },
    { "archive-name", { { .name = "b.pdf/a.txt", .content = "" } } },
    { "wrong-type", { { .name = "a.exe", .content = "" } } },
    { "wrong-type", { { .name = "a.TXT", .content = "" } } },
    { "wrong-type", { { .name = "a.md", .content = "" } } },
    { "wrong-type", { { .name = "a", .content = "" } } },
    { "polyglot", { { .name = "META-INF/a.txt", .content = "" } } },
    { "polyglot", { { .name = "MimeType.txt", .content = "" } } },
};

static void
test_plants(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(plants); i++) {
        unsigned n = 0;
        while (n < 3 && plants[i].entries[n].name != NULL)
            n++;
        g_autoptr(GByteArray) file = zip(plants[i].entries, n);
        g_autofree char *have = verdict(SK_TYPE_ZIP, sk_span(file->data, file->len), NULL, NULL);
        g_test_message("plant %u: %s", i, plants[i].entries[0].name);
        g_assert_cmpstr(have, ==, plants[i].want);
    }
}

/* What a receiver's policy does not keep. */
static void
test_times_refused(void)
{
    const Entry entry = { .name = "a.txt", .content = "", .date = 0x5b77 };
    SkJob job = sk_job_default();
    g_autoptr(GByteArray) file = zip(&entry, 1);

    job.verdicts[SK_ELEMENT_ARCHIVE_TIME] = SK_VERDICT_REMOVED;
    g_autofree char *have = verdict(SK_TYPE_ZIP, sk_span(file->data, file->len), &job, NULL);
    g_assert_cmpstr(have, ==, "archive-time");
}

/* A stored member's bytes that a reader from behind would take for the end. */
static void
test_several_ends(void)
{
    static const uint8_t end[] = { 'P', 'K', 5, 6 };
    const Entry entry = { .name = "a.png", .content = "????????????????????##" };
    g_autoptr(GByteArray) file = zip(&entry, 1);
    size_t at = 35, comment = file->len - at - 22;

    memcpy(file->data + at, end, 4);
    file->data[at + 20] = (uint8_t)comment;
    file->data[at + 21] = (uint8_t)(comment >> 8);
    uint32_t crc = (uint32_t)crc32(0, file->data + at, 22);
    for (unsigned i = 0; i < 4; i++) {
        file->data[14 + i] = (uint8_t)(crc >> 8 * i);
        file->data[35 + 22 + 16 + i] = (uint8_t)(crc >> 8 * i);
    }
    g_autofree char *have = verdict(SK_TYPE_ZIP, sk_span(file->data, file->len), NULL, NULL);
    g_assert_cmpstr(have, ==, "zip-several-ends");
}

/* Every byte counts: no change of one of them outside the contents and times is accepted. */
static void
test_every_byte(void)
{
    const SkChild children[] = { ready("資料.png", SK_TYPE_PNG, "0123456789"), ready("a/b.txt", SK_TYPE_TEXT, "notice\n") };
    g_autoptr(GBytes) whole = assembled(children, 2);
    SkSpan s = sk_span_bytes(whole);

    for (size_t i = 0; i < s.n; i++) {
        g_autofree uint8_t *file = g_memdup2(s.p, s.n);
        file[i] ^= 0x20;
        g_autofree char *have = verdict(SK_TYPE_ZIP, sk_span(file, s.n), NULL, NULL);
        g_assert_cmpstr(have, !=, "clean");
        g_autofree char *cut = verdict(SK_TYPE_ZIP, sk_span(s.p, i), NULL, NULL);
        g_assert_cmpstr(cut, !=, "clean");
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/verify-archive/agrees", test_agrees);
    g_test_add_func("/verify-archive/plants", test_plants);
    g_test_add_func("/verify-archive/times-refused", test_times_refused);
    g_test_add_func("/verify-archive/several-ends", test_several_ends);
    g_test_add_func("/verify-archive/every-byte", test_every_byte);
    return g_test_run();
}
