/* SPDX-License-Identifier: Apache-2.0 */
#include "format/zip.h"

#include "zip-builder.h"

typedef struct {
    const char *what;
    ZipItem items[3];
    ZipFrame frame;
    int code; /* 0: accepted */
    SkElement element;
    uint32_t loose;
} Case;

#define TWO { .name = "a.xml", .content = "<a/>" }, { .name = "b/c.xml", .content = "<c>ccccccccccccccc</c>", .deflate = true }

static const Case cases[] = {
    { "two entries", { TWO }, { .disk = 0 }, 0, 0, 0 },
    { "comments, extras and gaps are loose", { { .name = "a", .content = "1", .extra = "\x99\x99\x01\x00x", .extra_len = 5, .comment = "c", .gap = "gap" } }, { .comment = "x" }, 0, 0, 5 },
    { "a descriptor that agrees", { { .name = "a", .content = "hello hello", .deflate = true, .descriptor = true } }, { .disk = 0 }, 0, 0, 0 },
    { "a folder", { { .name = "a/", .content = "" }, { .name = "a/b", .content = "1" } }, { .disk = 0 }, 0, 0, 0 },
    { "a descriptor that lies", { { .name = "a", .content = "hello", .descriptor = true, .descriptor_off = 1 } }, { .disk = 0 }, SK_ERROR_AMBIGUOUS, SK_ELEMENT_ZIP_MISMATCH, 0 },
    { "A1: two methods", { { .name = "a", .content = "1", .local_method = 8 } }, { .disk = 0 }, SK_ERROR_AMBIGUOUS, SK_ELEMENT_ZIP_MISMATCH, 0 },
    { "A1: an exotic method", { { .name = "a", .content = "1", .method = 93 } }, { .disk = 0 }, SK_ERROR_UNSUPPORTED, SK_ELEMENT_ZIP_METHOD, 0 },
    { "A2: two sizes", { { .name = "a", .content = "11", .local_size_off = 1 } }, { .disk = 0 }, SK_ERROR_AMBIGUOUS, SK_ELEMENT_ZIP_MISMATCH, 0 },
    { "A2: stored with two sizes", { { .name = "a", .content = "11", .size_off = 1 } }, { .disk = 0 }, SK_ERROR_AMBIGUOUS, SK_ELEMENT_ZIP_MISMATCH, 0 },
    { "A2: longer than the file", { { .name = "a", .content = "11", .size_off = 9999, .compressed_off = 9999 } }, { .disk = 0 }, SK_ERROR_TRUNCATED, SK_ELEMENT_ZIP_MISMATCH, 0 },
    { "A3: two names", { { .name = "a.xml", .content = "1", .local_name = "b.xml" } }, { .disk = 0 }, SK_ERROR_AMBIGUOUS, SK_ELEMENT_ZIP_MISMATCH, 0 },
    { "A3: a Unicode path that differs", { { .name = "a", .content = "1", .extra = "\x75\x70\x06\x00\x01\x00\x00\x00\x00z", .extra_len = 10 } }, { .disk = 0 }, SK_ERROR_AMBIGUOUS, SK_ELEMENT_ZIP_MISMATCH, 0 },
    { "A3: the UTF-8 flag in one place", { { .name = "a", .content = "1", .local_flags = 0x800 } }, { .disk = 0 }, SK_ERROR_AMBIGUOUS, SK_ELEMENT_ZIP_MISMATCH, 0 },
    { "A4: a folder with content", { { .name = "a/", .content = "1" } }, { .disk = 0 }, SK_ERROR_AMBIGUOUS, SK_ELEMENT_ZIP_MISMATCH, 0 },
    { "A5: encrypted", { { .name = "a", .content = "1", .flags = 1 } }, { .disk = 0 }, SK_ERROR_ENCRYPTED, SK_ELEMENT_ENCRYPTED_PACKAGE, 0 },
    { "A5: encrypted in the entry only", { { .name = "a", .content = "1", .local_flags = 1 } }, { .disk = 0 }, SK_ERROR_AMBIGUOUS, SK_ELEMENT_ZIP_MISMATCH, 0 },
    { "B1: a name twice", { { .name = "a", .content = "1" }, { .name = "a", .content = "2" } }, { .disk = 0 }, SK_ERROR_AMBIGUOUS, SK_ELEMENT_ZIP_DUPLICATE, 0 },
    { "B1: file and folder of one name", { { .name = "a", .content = "1" }, { .name = "a/", .content = "" } }, { .disk = 0 }, SK_ERROR_AMBIGUOUS, SK_ELEMENT_ZIP_DUPLICATE, 0 },
    { "B2: a backslash", { { .name = "a\\b", .content = "1" } }, { .disk = 0 }, SK_ERROR_FORBIDDEN, SK_ELEMENT_ZIP_SLIP, 0 },
    { "B2: a control character", { { .name = "a\tb", .content = "1" } }, { .disk = 0 }, SK_ERROR_FORBIDDEN, SK_ELEMENT_ZIP_SLIP, 0 },
    { "B2: a drive", { { .name = "c:a", .content = "1" } }, { .disk = 0 }, SK_ERROR_FORBIDDEN, SK_ELEMENT_ZIP_SLIP, 0 },
    { "B2: not UTF-8", { { .name = "a\x83\x5c", .content = "1" } }, { .disk = 0 }, SK_ERROR_FORBIDDEN, SK_ELEMENT_ZIP_SLIP, 0 },
    { "B3: upwards", { { .name = "a/../../b", .content = "1" } }, { .disk = 0 }, SK_ERROR_FORBIDDEN, SK_ELEMENT_ZIP_SLIP, 0 },
    { "B3: here", { { .name = "./b", .content = "1" } }, { .disk = 0 }, SK_ERROR_FORBIDDEN, SK_ELEMENT_ZIP_SLIP, 0 },
    { "B3: absolute", { { .name = "/b", .content = "1" } }, { .disk = 0 }, SK_ERROR_FORBIDDEN, SK_ELEMENT_ZIP_SLIP, 0 },
    { "B3: an empty segment", { { .name = "a//b", .content = "1" } }, { .disk = 0 }, SK_ERROR_FORBIDDEN, SK_ELEMENT_ZIP_SLIP, 0 },
    { "B3: a trailing dot", { { .name = "a./b", .content = "1" } }, { .disk = 0 }, SK_ERROR_FORBIDDEN, SK_ELEMENT_ZIP_SLIP, 0 },
    { "B3: a device", { { .name = "word/nul.xml", .content = "1" } }, { .disk = 0 }, SK_ERROR_FORBIDDEN, SK_ELEMENT_ZIP_SLIP, 0 },
    { "B3: no name", { { .name = "", .content = "1" } }, { .disk = 0 }, SK_ERROR_FORBIDDEN, SK_ELEMENT_ZIP_SLIP, 0 },
    { "B4: case", { { .name = "A", .content = "1" }, { .name = "a", .content = "2" } }, { .disk = 0 }, SK_ERROR_AMBIGUOUS, SK_ELEMENT_ZIP_DUPLICATE, 0 },
    { "B4: full width is compatible", { { .name = "a", .content = "1" }, { .name = "\xef\xbd\x81", .content = "2", .flags = 0x800 } }, { .disk = 0 }, SK_ERROR_AMBIGUOUS, SK_ELEMENT_ZIP_DUPLICATE, 0 },
    { "C1: data in front", { TWO }, { .prefix = "MZ..." }, SK_ERROR_AMBIGUOUS, SK_ELEMENT_LEADING_DATA, 0 },
    { "C1: data in front, offsets shifted", { { .name = "a", .content = "1", .offset_off = -5 } }, { .prefix = "MZ...", .offset_off = -5 }, SK_ERROR_AMBIGUOUS, SK_ELEMENT_LEADING_DATA, 0 },
    { "C1: two entries share their bytes", { { .name = "a", .content = "1" }, { .name = "a2", .content = "1", .offset_off = -32 } }, { .disk = 0 }, SK_ERROR_AMBIGUOUS, SK_ELEMENT_ZIP_MISMATCH, 0 },
    { "C2: two ends", { TWO }, { .twice = true }, SK_ERROR_AMBIGUOUS, SK_ELEMENT_ZIP_SEVERAL_ENDS, 0 },
    { "C2: an end in the comment", { TWO }, { .comment = "PK\5\6 and on" }, SK_ERROR_AMBIGUOUS, SK_ELEMENT_TRAILING_DATA, 0 },
    { "C2: data behind", { TWO }, { .suffix = "more" }, SK_ERROR_AMBIGUOUS, SK_ELEMENT_TRAILING_DATA, 0 },
    { "C3: one too few", { TWO }, { .count_off = -1 }, SK_ERROR_AMBIGUOUS, SK_ELEMENT_ZIP_MISMATCH, 0 },
    { "C3: one too many", { TWO }, { .count_off = 1 }, SK_ERROR_AMBIGUOUS, SK_ELEMENT_ZIP_MISMATCH, 0 },
    { "C3: far too many", { TWO }, { .count_off = 30000 }, SK_ERROR_LIMIT, 0, 0 },
    { "C4: offset", { TWO }, { .offset_off = 1 }, SK_ERROR_AMBIGUOUS, SK_ELEMENT_ZIP_MISMATCH, 0 },
    { "C4: size", { TWO }, { .size_off = -46 }, SK_ERROR_AMBIGUOUS, SK_ELEMENT_LEADING_DATA, 0 },
    { "C5: ZIP64 values without need", { { .name = "a", .content = "1", .extra = "\x01\x00\x02\x00xx\x01\x00\x00\x00", .extra_len = 10 } }, { .disk = 0 }, SK_ERROR_AMBIGUOUS, SK_ELEMENT_ZIP_MISMATCH, 0 },
    { "two disks", { TWO }, { .disk = 1 }, SK_ERROR_UNSUPPORTED, SK_ELEMENT_ZIP_MISMATCH, 0 },
    { "a symbolic link", { { .name = "a", .content = "/etc/passwd", .made_by = 3 << 8, .attributes = 0xa1ff0000 } }, { .disk = 0 }, SK_ERROR_FORBIDDEN, SK_ELEMENT_ZIP_LINK, 0 },
    { "a device node", { { .name = "a", .content = "", .made_by = 3 << 8, .attributes = 0x61ff0000 } }, { .disk = 0 }, SK_ERROR_FORBIDDEN, SK_ELEMENT_ZIP_LINK, 0 },
};

static size_t
count_items(const Case *c)
{
    size_t n = 0;
    while (n < 3 && c->items[n].name != NULL)
        n++;
    return n;
}

static void
test_open(void)
{
    SkLimits limits = sk_limits_default();
    limits.items = 1000;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Case *c = &cases[i];
        g_autoptr(GBytes) bytes = zip_build(c->items, count_items(c), c->frame);
        g_autoptr(SkZip) zip = NULL;
        g_autoptr(GError) error = NULL;
        SkElement element = SK_ELEMENT_NONE;
        bool ok = sk_zip_open(sk_span_bytes(bytes), &limits, &zip, &element, &error);
        g_test_message("%s: %s", c->what, ok ? "open" : error->message);
        g_assert_cmpint(ok ? 0 : error->code, ==, c->code);
        g_assert_cmpint(element, ==, c->element);
        g_assert_true(ok == (zip != NULL));
        if (ok) {
            g_assert_cmpuint(zip->n, ==, count_items(c));
            g_assert_cmpuint(zip->loose, ==, c->loose);
        }
    }
}

static void
test_overlap(void)
{
    /* The second entry's header lies inside the first one's stored content, and both are well-formed. */
    ZipItem inner = { .name = "b", .content = "inner" };
    g_autoptr(GBytes) inside = zip_build(&inner, 1, (ZipFrame){ .disk = 0 });
    g_autoptr(SkSink) s = sk_sink_new_memory(4096);
    SkSpan whole = sk_span_bytes(inside);
    size_t entry = 30 + 1 + 5, outer = 30 + 1;

    sk_sink_span(s, sk_span_sub(whole, 0, 18)); /* the inner header as the outer one's beginning */
    sk_sink_u32le(s, (uint32_t)entry);
    sk_sink_u32le(s, (uint32_t)entry);
    sk_sink_span(s, sk_span_sub(whole, 26, 4));
    sk_sink_str(s, "a");
    sk_sink_span(s, sk_span_sub(whole, 0, entry));
    for (int i = 0; i < 2; i++) {
        sk_sink_u32le(s, 0x02014b50);
        sk_sink_u16le(s, 20);
        sk_sink_span(s, sk_span_sub(whole, 4, 14));
        sk_sink_u32le(s, i == 0 ? (uint32_t)entry : 5);
        sk_sink_u32le(s, i == 0 ? (uint32_t)entry : 5);
        sk_sink_u16le(s, 1);
        for (int zero = 0; zero < 6; zero++)
            sk_sink_u16le(s, 0);
        sk_sink_u32le(s, i == 0 ? 0 : (uint32_t)outer);
        sk_sink_str(s, i == 0 ? "a" : "b");
    }
    sk_sink_u32le(s, 0x06054b50);
    sk_sink_u32le(s, 0);
    sk_sink_u32le(s, 2 | 2u << 16);
    sk_sink_u32le(s, 94);
    sk_sink_u32le(s, (uint32_t)(outer + entry));
    sk_sink_u16le(s, 0);

    SkLimits limits = sk_limits_default();
    g_autoptr(SkZip) zip = NULL;
    g_autoptr(GError) error = NULL;
    SkElement element = SK_ELEMENT_NONE;
    g_assert_false(sk_zip_open(sk_sink_memory(s), &limits, &zip, &element, &error));
    g_assert_cmpint(element, ==, SK_ELEMENT_ZIP_OVERLAP);
}

/* ---- content ------------------------------------------------------------------------------- */

static bool
collect(void *user, SkSpan chunk, uint64_t expanded, uint64_t compressed, GError **error)
{
    GByteArray *all = user;
    g_byte_array_append(all, chunk.p, (guint)chunk.n);
    g_assert_cmpuint(expanded, ==, all->len);
    (void)compressed, (void)error;
    return true;
}

static int
inflate_first(GBytes *bytes, GByteArray *all)
{
    SkLimits limits = sk_limits_default();
    g_autoptr(SkZip) zip = NULL;
    g_autoptr(GError) error = NULL;
    SkElement element = SK_ELEMENT_NONE;

    g_assert_true(sk_zip_open(sk_span_bytes(bytes), &limits, &zip, &element, &error));
    return sk_zip_inflate(&zip->entries[0], collect, all, &error) ? 0 : error->code;
}

static void
test_content(void)
{
    static const struct {
        ZipItem item;
        int code;
    } table[] = {
        { { .name = "a", .content = "stored" }, 0 },
        { { .name = "a", .content = "deflated deflated deflated", .deflate = true }, 0 },
        { { .name = "a", .content = "", .deflate = true }, 0 },
        { { .name = "a", .content = "stored", .crc_off = 1 }, SK_ERROR_AMBIGUOUS },
        { { .name = "a", .content = "deflated", .deflate = true, .crc_off = 1 }, SK_ERROR_AMBIGUOUS },
        { { .name = "a", .content = "deflated", .deflate = true, .size_off = 1 }, SK_ERROR_AMBIGUOUS },
        { { .name = "a", .content = "deflated", .deflate = true, .size_off = (uint32_t)-1 }, SK_ERROR_AMBIGUOUS },
        /* bytes behind the deflate stream, and one that is cut */
        { { .name = "a", .content = "deflated", .deflate = true, .compressed_off = 3, .gap = "abc" }, SK_ERROR_AMBIGUOUS },
        { { .name = "a", .content = "deflated deflate deflate", .deflate = true, .compressed_off = (uint32_t)-2 }, SK_ERROR_TRUNCATED },
        /* the "zombie": says stored, is deflated; and the other way round */
        { { .name = "a", .content = "not a deflate stream at all", .method = 8 }, SK_ERROR_MALFORMED },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autoptr(GByteArray) all = g_byte_array_new();
        g_autoptr(GBytes) bytes = zip_build(&table[i].item, 1, (ZipFrame){ .disk = 0 });
        g_test_message("content %zu", i);
        g_assert_cmpint(inflate_first(bytes, all), ==, table[i].code);
        if (table[i].code == 0)
            g_assert_true(sk_span_is(sk_span(all->data, all->len), table[i].item.content));
    }
}

static void
test_large(void)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (int i = 0; i < 60000; i++)
        g_string_append_printf(text, "<w:p>%d</w:p>", i * 7919);

    ZipItem item = { .name = "a", .content = text->str, .deflate = true };
    g_autoptr(GBytes) bytes = zip_build(&item, 1, (ZipFrame){ .disk = 0 });
    g_autoptr(GByteArray) all = g_byte_array_new();
    g_assert_cmpint(inflate_first(bytes, all), ==, 0);
    g_assert_cmpmem(all->data, all->len, text->str, text->len);
}

/* ---- writing ------------------------------------------------------------------------------- */

static GBytes *
write_two(SkSpan first, size_t step)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(64u << 20);
    g_autoptr(SkZipWriter) w = sk_zip_writer_new(sink);
    g_autoptr(GError) error = NULL;

    sk_zip_writer_begin(w, "word/document.xml", true);
    for (size_t at = 0; at < first.n; at += step)
        sk_zip_writer_span(w, sk_span_sub(first, at, MIN(step, first.n - at)));
    sk_zip_writer_end(w);
    sk_zip_writer_begin(w, "word/media/image1.png", false);
    sk_zip_writer_span(w, sk_span_str("not really a picture"));
    sk_zip_writer_end(w);
    g_assert_true(sk_zip_writer_finish(w, &error));
    return sk_sink_steal_bytes(sink);
}

static void
test_write(void)
{
    static const size_t sizes[] = { 0, 1, 65535, 65536, 65537, 1000000 };

    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autofree char *text = g_malloc(sizes[i] + 1);
        uint32_t seed = 1;
        for (size_t at = 0; at < sizes[i]; at++)
            text[at] = (char)('a' + (seed = seed * 1664525u + 1013904223u) / 0x20000000u);
        g_autoptr(GBytes) whole = write_two(sk_span(text, sizes[i]), sizes[i] + 1);
        g_autoptr(GBytes) pieces = write_two(sk_span(text, sizes[i]), 977);
        g_assert_true(g_bytes_equal(whole, pieces));

        SkLimits limits = sk_limits_default();
        g_autoptr(SkZip) zip = NULL;
        g_autoptr(GError) error = NULL;
        SkElement element = SK_ELEMENT_NONE;
        g_assert_true(sk_zip_open(sk_span_bytes(whole), &limits, &zip, &element, &error));
        g_assert_cmpuint(zip->loose, ==, 0);
        g_autoptr(GByteArray) all = g_byte_array_new();
        g_assert_true(sk_zip_inflate(sk_zip_lookup(zip, sk_span_str("word/document.xml")), collect, all, &error));
        g_assert_cmpmem(all->data, all->len, text, sizes[i]);
    }
}

/* Markup as documents have it: repeats near and far, and numbers that differ. */
static GString *
markup(size_t size)
{
    GString *text = g_string_new(NULL);

    for (uint32_t seed = 7; text->len < size; seed = seed * 1664525u + 1013904223u)
        g_string_append_printf(text, "<w:r><w:rPr><w:sz w:val=\"%u\"/></w:rPr><w:t>%x</w:t></w:r>",
                               seed >> 29, seed >> (seed & 24));
    return text;
}

/* The same content becomes the same bytes, wherever the buffers lie and whatever lay in them before. */
static void
test_same_bytes(void)
{
    g_autoptr(GString) text = markup(70000);
    SkSpan small = sk_span((const uint8_t *)text->str, 6000);
    SkSpan large = sk_span((const uint8_t *)text->str, text->len);
    g_autoptr(GBytes) first_small = write_two(small, small.n);
    g_autoptr(GBytes) first_large = write_two(large, large.n);
    void *held[61] = { NULL };
    uint32_t seed = 1;

    for (unsigned i = 0; i < 3000; i++) {
        seed = seed * 1664525u + 1013904223u;
        unsigned slot = (seed >> 8) % G_N_ELEMENTS(held);
        size_t size = 1 + (seed >> 4) % 400000;
        g_free(held[slot]);
        held[slot] = g_malloc(size);
        __builtin_memset(held[slot], (int)(seed >> 24), MIN(size, 70000));
        bool is_large = i % 20 == 0;
        g_autoptr(GBytes) again = is_large ? write_two(large, 4096 + i) : write_two(small, 100 + i);
        g_assert_true(g_bytes_equal(again, is_large ? first_large : first_small));
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(held); i++)
        g_free(held[i]);
}

/* Every prefix of a good file, and every byte of it changed: an answer, and never an overrun. */
static void
test_damage(void)
{
    static const ZipItem items[] = { TWO };
    g_autoptr(GBytes) good = zip_build(items, 2, (ZipFrame){ .comment = "c" });
    SkSpan s = sk_span_bytes(good);
    SkLimits limits = sk_limits_default();

    for (size_t i = 0; i < 2 * s.n; i++) {
        size_t n = i < s.n ? i : s.n;
        g_autofree uint8_t *copy = g_malloc(n + (n == 0));
        __builtin_memcpy(copy, s.p, n);
        if (i >= s.n)
            copy[i - s.n] ^= 0x81;
        g_autoptr(SkZip) zip = NULL;
        g_autoptr(GError) error = NULL;
        SkElement element = SK_ELEMENT_NONE;
        bool ok = sk_zip_open(sk_span(copy, n), &limits, &zip, &element, &error);
        g_assert_true(ok == (error == NULL));
        for (uint32_t e = 0; ok && e < zip->n; e++) {
            g_autoptr(GByteArray) all = g_byte_array_new();
            g_autoptr(GError) inner = NULL;
            (void)!sk_zip_inflate(&zip->entries[e], collect, all, &inner);
        }
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/zip/open", test_open);
    g_test_add_func("/zip/overlap", test_overlap);
    g_test_add_func("/zip/content", test_content);
    g_test_add_func("/zip/large", test_large);
    g_test_add_func("/zip/write", test_write);
    g_test_add_func("/zip/same-bytes", test_same_bytes);
    g_test_add_func("/zip/damage", test_damage);
    return g_test_run();
}
