/* SPDX-License-Identifier: Apache-2.0
 * test-bytes.c - spans, reader, sink, uuid, clock, quoting. */
#include "base/clock.h"
#include "base/log.h"
#include "base/reader.h"
#include "base/sink.h"
#include "base/uuid.h"

#include <string.h>
#include <unistd.h>

static void
reader_sticks(void)
{
    g_autofree uint8_t *heap = g_memdup2("\x01\x02\x03\x04\x05\x06\x07\x08", 8);
    SkReader r = sk_reader(sk_span(heap, 8));

    g_assert_cmpuint(sk_reader_u16le(&r), ==, 0x0201);
    g_assert_cmpuint(sk_reader_u32be(&r), ==, 0x03040506);
    g_assert_cmpint(sk_reader_peek(&r, 1), ==, 8);
    g_assert_cmpint(sk_reader_peek(&r, 2), ==, -1);
    g_assert_cmpuint(sk_reader_left(&r), ==, 2);
    g_assert_cmpuint(sk_reader_u32le(&r), ==, 0);
    g_assert_false(sk_reader_ok(&r));
    g_assert_cmpuint(sk_reader_u8(&r), ==, 0); /* still bad, though bytes are left */
    g_assert_cmpuint(sk_reader_left(&r), ==, 0);

    r = sk_reader(sk_span(heap, 8));
    g_assert_cmpuint(sk_reader_u64le(&r), ==, 0x0807060504030201ull);
    r = sk_reader(sk_span(heap, 8));
    sk_reader_skip(&r, SIZE_MAX);
    g_assert_false(sk_reader_ok(&r));
    r = sk_reader(sk_span(heap, 8));
    sk_reader_seek(&r, 8);
    g_assert_true(sk_reader_ok(&r));
    sk_reader_seek(&r, 9);
    g_assert_false(sk_reader_ok(&r));
}

static void
spans(void)
{
    SkSpan s = sk_span_str("abcabc");
    g_assert_cmpuint(sk_span_find(s, 1, sk_span_str("abc")), ==, 3);
    g_assert_cmpuint(sk_span_find(s, 4, sk_span_str("abc")), ==, SIZE_MAX);
    g_assert_cmpuint(sk_span_find(s, 9, sk_span_str("a")), ==, SIZE_MAX);
    g_assert_true(sk_span_starts(s, "abc"));
    g_assert_false(sk_span_is(s, "abc"));
    size_t n = 7;
    g_assert_false(sk_size_add(SIZE_MAX, 1, &n));
    g_assert_false(sk_size_mul(SIZE_MAX / 2, 3, &n));
    g_assert_cmpuint(n, ==, 7);
}

static void
check_sink(SkSink *sink)
{
    sk_sink_u32le(sink, 0);
    for (unsigned i = 0; i < 100000; i++)
        sk_sink_u8(sink, (uint8_t)i);
    sk_sink_patch(sink, 0, sk_span("head", 4));
    sk_sink_patch(sink, 65530, sk_span("0123456789", 10)); /* across a buffer's edge */
    g_assert_cmpuint(sk_sink_at(sink), ==, 100004);
    g_assert_true(sk_sink_finish(sink, NULL));
}

static void
sink_writes(void)
{
    g_autoptr(SkSink) memory = sk_sink_new_memory(1u << 20);
    check_sink(memory);

    g_autoptr(GError) error = NULL;
    g_autofree char *path = NULL;
    sk_autofd fd = g_file_open_tmp("sink-XXXXXX", &path, &error);
    g_assert_no_error(error);
    unlink(path);
    g_autoptr(SkSink) file = sk_sink_new_fd(fd, 1u << 20);
    check_sink(file);
    g_autofree uint8_t *back = g_malloc(100004);
    g_assert_cmpint(pread(fd, back, 100004, 0), ==, 100004);
    g_assert_true(sk_span_equal(sk_sink_memory(memory), sk_span(back, 100004)));
    g_assert_cmpmem(back, 4, "head", 4);
    g_assert_cmpmem(back + 65530, 10, "0123456789", 10);
}

static void
sink_stops(void)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(10);
    g_autoptr(GError) error = NULL;
    sk_sink_str(sink, "1234567890");
    g_assert_true(sk_sink_ok(sink));
    sk_sink_u8(sink, 1);
    sk_sink_str(sink, "");
    g_assert_false(sk_sink_finish(sink, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_LIMIT);

    g_clear_error(&error);
    g_autoptr(SkSink) closed = sk_sink_new_fd(1000, 10); /* no such descriptor */
    sk_sink_u8(closed, 1);
    g_assert_false(sk_sink_finish(closed, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_IO);
}

static void
uuids(void)
{
    g_autofree char *a = sk_uuid_new();
    g_autofree char *b = sk_uuid_new();
    g_assert_true(sk_uuid_is(a));
    g_assert_cmpstr(a, !=, b);
    g_assert_false(sk_uuid_is(""));
    g_assert_false(sk_uuid_is("0190b5a0-0000-4000-8000-000000000000"));
    g_assert_false(sk_uuid_is("0190B5A0-0000-7000-8000-000000000000"));
    uint8_t bytes[2] = { 9, 9 };
    g_assert_true(sk_unhex("00ff", bytes, 2));
    g_assert_cmpuint(bytes[1], ==, 255);
    g_assert_false(sk_unhex("00f", bytes, 2));
    g_assert_false(sk_unhex("00fg", bytes, 2));
}

static void
clocks(void)
{
    g_autofree char *zero = sk_clock_iso(0);
    g_autofree char *before = sk_clock_iso(-1);
    g_autofree char *later = sk_clock_iso(1795412096123456);
    g_assert_cmpstr(zero, ==, "1970-01-01T00:00:00.000Z");
    g_assert_cmpstr(before, ==, "1969-12-31T23:59:59.999Z");
    g_assert_cmpstr(later, ==, "2026-11-23T05:34:56.123Z");
    g_assert_cmpint(sk_clock_after(INT64_MAX), ==, INT64_MAX);
}

static void
quoting(void)
{
    g_autofree char *q = sk_json_quote("a\"\\\n\x7f\xff\xe9\x96\xa2");
    g_assert_cmpstr(q, ==, "\"a\\\"\\\\\\u000a\\u007f\xef\xbf\xbd\xe9\x96\xa2\"");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/reader", reader_sticks);
    g_test_add_func("/base/span", spans);
    g_test_add_func("/base/sink/writes", sink_writes);
    g_test_add_func("/base/sink/stops", sink_stops);
    g_test_add_func("/base/uuid", uuids);
    g_test_add_func("/base/clock", clocks);
    g_test_add_func("/base/quote", quoting);
    return g_test_run();
}
