/* SPDX-License-Identifier: Apache-2.0
 * test-children.c - containers of children: what is written is read, and nothing else. */
#include "sandbox/children.h"

#include <string.h>

static const SkChild samples[] = {
    { .kind = SK_CHILD_OBJECT, .type = SK_TYPE_DOCM, .name = { (const uint8_t *)"a/b.docm", 8 }, .content = { (const uint8_t *)"PK", 2 } },
    { .kind = SK_CHILD_OBJECT, .name = { (const uint8_t *)"会議/資料", 13 }, .written = 0x58210000 },
    { .kind = SK_CHILD_READY, .type = SK_TYPE_TEXT, .level = SK_LEVEL_TEXT, .name = { (const uint8_t *)"mail.txt", 8 }, .content = { (const uint8_t *)"a\n", 2 } },
    { .kind = SK_CHILD_FOLDER, .name = { (const uint8_t *)"empty", 5 } },
    { .kind = SK_CHILD_LOST, .type = SK_TYPE_EXE, .reason = SK_REASON_UNSUPPORTED, .name = { (const uint8_t *)"x.exe", 5 } },
};

static GBytes *
written(void)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(10000);
    SkChildrenWriter writer = sk_children_writer(sink);

    for (unsigned i = 0; i < G_N_ELEMENTS(samples); i++)
        sk_children_add(&writer, &samples[i]);
    sk_children_finish(&writer);
    return sk_sink_steal_bytes(sink);
}

static void
test_round(void)
{
    g_autoptr(GBytes) frame = written();
    g_autoptr(GArray) again = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_true(sk_children_is(sk_span_bytes(frame)));
    g_assert_true(sk_children_parse(sk_span_bytes(frame), 5, &again, &error));
    g_assert_cmpuint(again->len, ==, G_N_ELEMENTS(samples));
    for (unsigned i = 0; i < again->len; i++) {
        const SkChild *child = &g_array_index(again, SkChild, i);
        g_assert_cmpint(child->kind, ==, samples[i].kind);
        g_assert_cmpint(child->type, ==, samples[i].type);
        g_assert_cmpint(child->level, ==, samples[i].level);
        g_assert_cmpint(child->reason, ==, samples[i].reason);
        g_assert_cmpuint(child->written, ==, samples[i].written);
        g_assert_cmpmem(child->name.p, child->name.n, samples[i].name.p, samples[i].name.n);
        g_assert_cmpmem(child->content.p, child->content.n, samples[i].content.p, samples[i].content.n);
    }
    g_clear_pointer(&again, g_array_unref);
    g_assert_false(sk_children_parse(sk_span_bytes(frame), 4, &again, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_LIMIT);
}

/* A child whose content comes bit by bit. */
static void
test_streamed(void)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(10000);
    g_autoptr(GArray) again = NULL;
    SkChildrenWriter writer = sk_children_writer(sink);
    SkChild child = samples[0];

    for (unsigned i = 0; i < 3; i++) {
        sk_children_begin(&writer, &child);
        for (unsigned k = 0; k < i; k++)
            sk_sink_str(sink, "bit");
        sk_children_end(&writer);
    }
    sk_children_finish(&writer);
    g_assert_true(sk_children_parse(sk_sink_memory(sink), 3, &again, NULL));
    for (unsigned i = 0; i < 3; i++)
        g_assert_cmpuint(g_array_index(again, SkChild, i).content.n, ==, 3 * i);
}

/* Every prefix is refused, and so is whatever follows the last child. */
static void
test_cut(void)
{
    g_autoptr(GBytes) frame = written();
    SkSpan whole = sk_span_bytes(frame);

    for (size_t n = 0; n < whole.n; n++) {
        g_autoptr(GArray) children = NULL;
        g_autoptr(GError) error = NULL;
        g_assert_false(sk_children_parse(sk_span_sub(whole, 0, n), 10, &children, &error));
        g_assert_error(error, SK_ERROR, SK_ERROR_MALFORMED);
        g_assert_null(children);
    }
    g_autofree uint8_t *more = g_malloc0(whole.n + 1);
    memcpy(more, whole.p, whole.n);
    g_autoptr(GArray) children = NULL;
    g_assert_false(sk_children_parse(sk_span(more, whole.n + 1), 10, &children, NULL));
}

/* One byte of the first child at a time is made another. */
static void
test_wrong(void)
{
    static const struct {
        size_t at;
        uint8_t value;
    } rows[] = { { 0, 'X' },  { 8, 0 },   { 20, 0 }, { 20, 9 },  { 20, SK_CHILD_READY }, { 20, SK_CHILD_FOLDER },
                 { 20, SK_CHILD_LOST },   { 21, SK_LEVEL_TEXT }, { 21, 99 }, { 22, 1 },  { 23, 1 }, { 25, 0xff },
                 { 26, 0 },   { 26, 200 }, { 32, 1 }, { 40, '/' }, { 41, 0x1b }, { 41, '.' } };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GBytes) frame = written();
        g_autoptr(GArray) children = NULL;
        g_autoptr(GError) error = NULL;
        gsize n = 0;
        g_autofree uint8_t *bytes = g_bytes_unref_to_data(g_steal_pointer(&frame), &n);
        bytes[rows[i].at] = rows[i].value;
        if (rows[i].at == 41 && rows[i].value == '.')
            bytes[40] = '.', bytes[42] = '/';
        g_test_message("row %u", i);
        g_assert_false(sk_children_parse(sk_span(bytes, n), 10, &children, &error));
        g_assert_error(error, SK_ERROR, SK_ERROR_MALFORMED);
    }
}

static void
test_names(void)
{
    static const struct {
        const char *name;
        bool ok;
    } rows[] = { { "a", true },     { "a/b/c.txt", true }, { "会議.txt", true }, { "..a", true },  { "a...", true },   { "", false },
                 { "/a", false },   { "a/", false },       { "a//b", false },   { ".", false },   { "..", false },    { "a/../b", false },
                 { "a/./b", false }, { "a\nb", false },    { "a\x80", false },  { "a\xe2\x80\xae" "b", false } };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpint(sk_child_name_ok(sk_span_str(rows[i].name)), ==, rows[i].ok);
}

static void
test_name_of(void)
{
    static const struct {
        const char *said, *want; /* NULL: nothing is left */
    } rows[] = { { "a.txt", "a.txt" },   { "../../a.txt", "a.txt" }, { "C:\\x\\a.txt", "a.txt" }, { "a/b\\c", "c" }, { "a\\b/c", "c" },
                 { " a ", "a" },         { "a\xe2\x80\xae" "b", "ab" }, { "a\nb", "ab" },           { "", NULL },      { ".", NULL },
                 { "a/..", NULL },       { "a/", NULL },             { "\xe2\x80\x8b", NULL },     { "会議", "会議" } };
    g_autofree char *long_name = g_strnfill(300, 'x');
    g_autofree char *with_end = g_strconcat(long_name, "長.txt", NULL);
    g_autofree char *cut = sk_child_name_of(with_end);

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *got = sk_child_name_of(rows[i].said);
        g_assert_cmpstr(got, ==, rows[i].want);
    }
    g_assert_true(g_str_has_suffix(cut, "長.txt") && strlen(cut) <= 240 && sk_child_name_ok(sk_span_str(cut)));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/children/round", test_round);
    g_test_add_func("/children/streamed", test_streamed);
    g_test_add_func("/children/cut", test_cut);
    g_test_add_func("/children/wrong", test_wrong);
    g_test_add_func("/children/names", test_names);
    g_test_add_func("/children/name-of", test_name_of);
    return g_test_run();
}
