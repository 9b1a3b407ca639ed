/* SPDX-License-Identifier: Apache-2.0 */
#include "format/ole2.h"

#include "ole2-builder.h"

static uint8_t large[200000];

static const Ole2Item *
sample(unsigned *ret_n)
{
    static Ole2Item items[] = {
        { .name = "EncryptionInfo", .content = { .n = 0 } },
        { .name = "EncryptedPackage", .content = { .n = 0 } },
        { .name = "\006DataSpaces", .storage = true },
        { .name = "Version", .parent = 3, .content = { .n = 0 } },
        { .name = "Empty", .parent = 3, .content = { .n = 0 } },
        { .name = "Inner", .parent = 3, .storage = true },
        { .name = "Version", .parent = 6, .content = { .n = 0 } },
    };
    items[0].content = sk_span(large + 7, 1000);
    items[1].content = sk_span(large, 70000);
    items[3].content = sk_span_str("one");
    items[4].content = SK_SPAN_EMPTY;
    items[6].content = sk_span_str("two");
    *ret_n = G_N_ELEMENTS(items);
    return items;
}

static GBytes *
build(Ole2Layout *l)
{
    unsigned n = 0;
    const Ole2Item *items = sample(&n);
    return ole2_build(items, n, l);
}

static int
open_code(SkSpan file, SkOle2 **ret)
{
    SkLimits limits = sk_limits_default();
    g_autoptr(GError) error = NULL;
    g_autofree uint8_t *copy = g_memdup2(file.p, file.n); /* so that the sanitizer sees its end */
    g_autoptr(SkOle2) ole2 = NULL;
    bool ok = sk_ole2_open(sk_span(ret == NULL ? copy : file.p, file.n), &limits, &ole2, &error);

    g_assert_true(ok == (ole2 != NULL) && ok == (error == NULL));
    if (error != NULL)
        g_test_message("%s", error->message);
    if (ret != NULL)
        *ret = g_steal_pointer(&ole2);
    return ok ? 0 : error->code;
}

static void
assert_stream(const SkOle2 *ole2, uint32_t parent, const char *name, SkSpan want)
{
    const SkOle2Entry *entry = sk_ole2_lookup(ole2, parent, name);
    g_autoptr(GBytes) bytes = NULL;

    g_assert_nonnull(entry);
    g_assert_cmpint(entry->kind, ==, SK_OLE2_STREAM);
    g_assert_true(sk_ole2_read(ole2, entry, 1u << 20, &bytes, NULL));
    g_assert_cmpmem(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), want.p, want.n);
}

static void
test_read(void)
{
    g_autoptr(GBytes) file = build(NULL);
    g_autoptr(SkOle2) ole2 = NULL;

    g_assert_cmpint(open_code(sk_span_bytes(file), &ole2), ==, 0);
    g_assert_cmpuint(sk_ole2_count(ole2), ==, 8);
    assert_stream(ole2, 0, "EncryptionInfo", sk_span(large + 7, 1000));
    assert_stream(ole2, 0, "encryptedPACKAGE", sk_span(large, 70000));
    g_assert_null(sk_ole2_lookup(ole2, 0, "Version"));
    g_assert_null(sk_ole2_lookup(ole2, 0, "1/Version"));
    uint32_t spaces = sk_ole2_index(ole2, sk_ole2_lookup(ole2, 0, "\006DataSpaces"));
    assert_stream(ole2, spaces, "Version", sk_span_str("one"));
    assert_stream(ole2, spaces, "Empty", SK_SPAN_EMPTY);
    const SkOle2Entry *inner = sk_ole2_lookup(ole2, spaces, "Inner");
    g_assert_cmpuint(inner->depth, ==, 2);
    assert_stream(ole2, sk_ole2_index(ole2, inner), "Version", sk_span_str("two"));

    g_autoptr(GBytes) none = NULL;
    g_autoptr(GError) error = NULL;
    g_assert_false(sk_ole2_read(ole2, sk_ole2_lookup(ole2, 0, "EncryptedPackage"), 69999, &none, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_LIMIT);
}

/* Tables of over 109 sectors need a list of their own. */
static void
test_large(void)
{
    size_t n = 16u << 20;
    g_autofree uint8_t *content = g_malloc(n);
    for (size_t i = 0; i < n; i++)
        content[i] = (uint8_t)(i >> 9);
    const Ole2Item items[] = { { .name = "Book", .content = { content, n } } };
    Ole2Layout l;
    g_autoptr(GBytes) file = ole2_build(items, 1, &l);
    g_autoptr(SkOle2) ole2 = NULL;
    g_autoptr(GBytes) bytes = NULL;

    g_assert_cmpuint(l.difats, ==, 2);
    g_assert_cmpint(open_code(sk_span_bytes(file), &ole2), ==, 0);
    g_assert_true(sk_ole2_read(ole2, sk_ole2_lookup(ole2, 0, "Book"), n, &bytes, NULL));
    g_assert_cmpmem(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), content, n);
}

static int
open_patched(GBytes *file, size_t at, uint32_t value, unsigned width)
{
    g_autofree uint8_t *bytes = g_memdup2(g_bytes_get_data(file, NULL), g_bytes_get_size(file));

    for (unsigned i = 0; i < width; i++)
        bytes[at + i] = (uint8_t)(value >> 8 * i);
    return open_code(sk_span(bytes, g_bytes_get_size(file)), NULL);
}

static void
test_header(void)
{
    Ole2Layout l;
    g_autoptr(GBytes) file = build(&l);
    static const struct {
        size_t at;
        uint32_t value;
        unsigned width;
        int code;
    } cases[] = {
        { 0, 0, 1, SK_ERROR_MALFORMED },         /* signature */
        { 26, 4, 2, SK_ERROR_UNSUPPORTED },      /* version and sector size disagree */
        { 28, 0xfeff, 2, SK_ERROR_MALFORMED },   /* byte order */
        { 30, 31, 2, SK_ERROR_UNSUPPORTED },     /* sectors of 2 GiB */
        { 32, 9, 2, SK_ERROR_MALFORMED },        /* small sectors */
        { 44, 0, 4, SK_ERROR_TRUNCATED },        /* no tables, but a directory of two sectors */
        { 44, 110, 4, SK_ERROR_MALFORMED },      /* more tables than are listed */
        { 44, 0xffffffff, 4, SK_ERROR_MALFORMED },
        { 48, 0, 4, SK_ERROR_AMBIGUOUS },        /* the directory in the table's sector */
        { 48, 0x7fffffff, 4, SK_ERROR_TRUNCATED },
        { 56, 0, 4, SK_ERROR_MALFORMED },        /* what counts as small */
        { 60, 0, 4, SK_ERROR_AMBIGUOUS },        /* the small sectors' table elsewhere */
        { 76, 0x00ffffff, 4, SK_ERROR_TRUNCATED } /* the table elsewhere */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("header %zu", cases[i].at);
        g_assert_cmpint(open_patched(file, cases[i].at, cases[i].value, cases[i].width), ==, cases[i].code);
    }
}

/* Offsets in a directory entry. */
enum { AT_NAME = 0, AT_LENGTH = 64, AT_KIND = 66, AT_LEFT = 68, AT_RIGHT = 72, AT_CHILD = 76, AT_START = 116, AT_SIZE = 120 };

static void
test_directory(void)
{
    Ole2Layout l;
    g_autoptr(GBytes) file = build(&l);
    static const struct {
        unsigned entry;
        unsigned at;
        uint32_t value;
        unsigned width;
        int code;
    } cases[] = {
        { 0, AT_KIND, 1, 1, SK_ERROR_MALFORMED },           /* a root that is none */
        { 1, AT_KIND, 5, 1, SK_ERROR_MALFORMED },           /* a root in the tree */
        { 1, AT_KIND, 3, 1, SK_ERROR_MALFORMED },
        { 1, AT_LEFT, 0, 4, SK_ERROR_AMBIGUOUS },           /* back to the root */
        { 2, AT_LEFT, 2, 4, SK_ERROR_AMBIGUOUS },           /* to itself */
        { 3, AT_CHILD, 1, 4, SK_ERROR_AMBIGUOUS },          /* into what is above */
        { 1, AT_LEFT, 5000, 4, SK_ERROR_MALFORMED },        /* out of the directory */
        { 1, AT_LENGTH, 66, 2, SK_ERROR_MALFORMED },
        { 1, AT_LENGTH, 3, 2, SK_ERROR_MALFORMED },
        { 1, AT_LENGTH, 64, 2, SK_ERROR_AMBIGUOUS },        /* a name that ends twice */
        { 1, AT_NAME, 0xd800, 2, SK_ERROR_MALFORMED },      /* half a character */
        { 2, AT_SIZE, 0x7fffffff, 4, SK_ERROR_TRUNCATED },  /* longer than its chain */
        { 2, AT_SIZE, 900, 4, SK_ERROR_AMBIGUOUS },         /* small now, and where another lies... */
        { 1, AT_START, 0, 4, 0 },                           /* ...which it does at the very beginning anyhow */
        { 4, AT_START, 1, 4, SK_ERROR_AMBIGUOUS },          /* two streams in one small sector */
        { 4, AT_START, 127, 4, SK_ERROR_TRUNCATED },        /* beyond the small sectors */
        { 2, AT_START, 1, 4, SK_ERROR_AMBIGUOUS },          /* in the directory */
        { 0, AT_SIZE, 0x00ffffff, 4, SK_ERROR_TRUNCATED },  /* more small sectors than there are */
        { 0, AT_SIZE, 64, 4, SK_ERROR_TRUNCATED },          /* fewer */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("entry %u at %u", cases[i].entry, cases[i].at);
        uint32_t start = cases[i].value;
        if (cases[i].at == AT_START && cases[i].entry == 2)
            start += l.directory - 1;
        g_assert_cmpint(open_patched(file, ole2_at(l.directory) + cases[i].entry * 128 + cases[i].at, start,
                                     cases[i].width),
                        ==, cases[i].code);
    }
}

static void
test_names(void)
{
    const Ole2Item twice[] = { { .name = "Workbook" }, { .name = "WORKBOOK" } };
    const Ole2Item apart[] = { { .name = "A", .storage = true }, { .name = "B" }, { .name = "B", .parent = 1 } };
    g_autoptr(GBytes) first = ole2_build(twice, 2, NULL);
    g_autoptr(GBytes) second = ole2_build(apart, 3, NULL);

    g_assert_cmpint(open_code(sk_span_bytes(first), NULL), ==, SK_ERROR_AMBIGUOUS);
    g_assert_cmpint(open_code(sk_span_bytes(second), NULL), ==, 0);
}

static void
test_chains(void)
{
    Ole2Layout l;
    g_autoptr(GBytes) file = build(&l);
    size_t fat = ole2_at(0);

    /* A loop, a chain that runs into another, one that stops early, one that leads out of the file. */
    g_assert_cmpint(open_patched(file, fat + (l.content + 9) * 4, l.content + 3, 4), ==, SK_ERROR_AMBIGUOUS);
    g_assert_cmpint(open_patched(file, fat + (l.content + 9) * 4, l.directory, 4), ==, SK_ERROR_AMBIGUOUS);
    g_assert_cmpint(open_patched(file, fat + (l.content + 9) * 4, OLE2_END, 4), ==, SK_ERROR_TRUNCATED);
    g_assert_cmpint(open_patched(file, fat + (l.content + 9) * 4, 0x12345, 4), ==, SK_ERROR_TRUNCATED);
    g_assert_cmpint(open_patched(file, fat + (l.directory + 1) * 4, l.directory, 4), ==, SK_ERROR_AMBIGUOUS);
    g_assert_cmpint(open_patched(file, ole2_at(l.mini_fat) + 4, 0, 4), ==, SK_ERROR_AMBIGUOUS);
}

/* Every length: never a crash, and never accepted where a stream's end is missing. */
static void
test_cut(void)
{
    Ole2Layout l;
    g_autoptr(GBytes) file = build(&l);
    SkSpan whole = sk_span_bytes(file);

    for (size_t n = 0; n < whole.n; n += n < 4096 ? 37 : 1021)
        g_assert_cmpint(open_code(sk_span_sub(whole, 0, n), NULL), !=, 0);
    size_t last = 70000 % 512;
    g_assert_cmpint(open_code(sk_span_sub(whole, 0, whole.n - 512 + last), NULL), ==, 0);
    g_assert_cmpint(open_code(sk_span_sub(whole, 0, whole.n - 512 + last - 1), NULL), ==, SK_ERROR_TRUNCATED);
}

static void
test_limits(void)
{
    g_autoptr(GBytes) file = build(NULL);
    SkLimits limits = sk_limits_default();
    g_autoptr(SkOle2) ole2 = NULL;
    g_autoptr(GError) error = NULL;

    limits.items = 3;
    g_assert_false(sk_ole2_open(sk_span_bytes(file), &limits, &ole2, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_LIMIT);
    g_clear_error(&error);
    limits = sk_limits_default();
    limits.depth = 1;
    g_assert_false(sk_ole2_open(sk_span_bytes(file), &limits, &ole2, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_LIMIT);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < sizeof large; i++)
        large[i] = (uint8_t)(i * 2654435761u >> 13);
    g_test_add_func("/ole2/read", test_read);
    g_test_add_func("/ole2/large", test_large);
    g_test_add_func("/ole2/header", test_header);
    g_test_add_func("/ole2/directory", test_directory);
    g_test_add_func("/ole2/names", test_names);
    g_test_add_func("/ole2/chains", test_chains);
    g_test_add_func("/ole2/cut", test_cut);
    g_test_add_func("/ole2/limits", test_limits);
    return g_test_run();
}
