/* SPDX-License-Identifier: Apache-2.0
 * test-passage.c - the hand-over frame and its two ends: round trip, every field attacked, descriptors
 * missing, unsealed, too many. */
#include "passage/passage.h"

#include "base/io.h"

#include <string.h>
#include <sys/socket.h>

static SkHandover
sample(void)
{
    SkHandover h = { .kind = SK_HANDOVER_FILE, .from = "internet",
                     .to = "lgwan",
                     .sender = "hanako",
                     .recipient = "taro.y",
                     .name = "見積書.docx",
                     .type = SK_TYPE_DOCX,
                     .level = SK_LEVEL_REBUILT,
                     .information_class = 2,
                     .size = 5,
                     .digest = { 1, 2, 3 },
                     .digest_in = { 9 },
                     .created = 1795412096123456 };
    g_strlcpy(h.crossing, "01939abc-def0-7123-8abc-0123456789ab", sizeof h.crossing);
    return h;
}

static void
round_trip(void)
{
    SkHandover h = sample();
    SkHandover back = { 0 };
    g_autofree uint8_t *frame = g_malloc(SK_HANDOVER_FRAME_LEN);
    g_autofree uint8_t *again = g_malloc(SK_HANDOVER_FRAME_LEN);
    g_autoptr(GError) error = NULL;

    sk_handover_emit(&h, frame);
    g_assert_true(sk_handover_parse(sk_span(frame, SK_HANDOVER_FRAME_LEN), &back, &error));
    g_assert_no_error(error);
    sk_handover_emit(&back, again);
    g_assert_cmpmem(frame, SK_HANDOVER_FRAME_LEN, again, SK_HANDOVER_FRAME_LEN);
    g_assert_cmpstr(back.name, ==, h.name);
    g_assert_cmpint(back.created, ==, h.created);
}

/* Whatever byte is changed, the frame is refused or says something else that is well formed. */
static void
every_byte(void)
{
    SkHandover h = sample();
    g_autofree uint8_t *frame = g_malloc(SK_HANDOVER_FRAME_LEN);
    g_autofree uint8_t *again = g_malloc(SK_HANDOVER_FRAME_LEN);

    sk_handover_emit(&h, frame);
    for (size_t i = 0; i < SK_HANDOVER_FRAME_LEN; i++) {
        for (unsigned v = 0; v < 256; v += 5) {
            uint8_t was = frame[i];
            SkHandover back = { 0 };
            frame[i] = (uint8_t)v;
            if (sk_handover_parse(sk_span(frame, SK_HANDOVER_FRAME_LEN), &back, NULL)) {
                sk_handover_emit(&back, again);
                g_assert_cmpmem(frame, SK_HANDOVER_FRAME_LEN, again, SK_HANDOVER_FRAME_LEN);
            }
            frame[i] = was;
        }
    }
    for (size_t n = 0; n < SK_HANDOVER_FRAME_LEN; n += 7)
        g_assert_false(sk_handover_parse(sk_span(frame, n), &h, NULL));
}

static void
hostile_fields(void)
{
    static const struct {
        size_t at; /* in the frame */
        char bytes[40]; /* the rest is zero */
        size_t n;
    } cases[] = {
        { 8 + 8, "\0", 1 },                         /* kind: none such */
        { 8 + 8, "\x02", 1 },                       /* a mail with accounts */
        { 8 + 8, "\x03", 1 },
        { 8 + 8 + 4, "../../../../etc/passwd/0000000000000", 36 },
        { 8 + 8 + 4 + 36, "LGWAN", 5 },
        { 8 + 8 + 4 + 36, "lgwan\0\0\0\0\0", 10 },      /* from equals to */
        { 8 + 8 + 4 + 36, "inter\0et", 8 },              /* bytes behind the end */
        { 8 + 8 + 4 + 36 + 64, "-x", 2 },
        { 8 + 8 + 4 + 36 + 64 + 128, "a\xe2\x80\xae" "b.docx\0\0\0\0\0\0\0", 19 }, /* RLO in the name */
        { 8 + 8 + 4 + 36 + 64 + 128, "a.exe\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 19 },
        { 8 + 8 + 4 + 36 + 64 + 128 + 200, "\xff\xff\xff\xff", 4 }, /* type */
        { 8 + 8 + 4 + 36 + 64 + 128 + 204, "\x06\0\0\0", 4 },       /* level: none such */
        { 8 + 8 + 4 + 36 + 64 + 128 + 208, "\x06\0\0\0", 4 },       /* class: none such */
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        SkHandover h = sample();
        g_autofree uint8_t *frame = g_malloc(SK_HANDOVER_FRAME_LEN);
        g_autoptr(GError) error = NULL;
        sk_handover_emit(&h, frame);
        memcpy(frame + cases[i].at, cases[i].bytes, cases[i].n);
        g_assert_false(sk_handover_parse(sk_span(frame, SK_HANDOVER_FRAME_LEN), &h, &error));
        g_assert_error(error, SK_ERROR, SK_ERROR_MALFORMED);
    }
}

typedef struct {
    int a;
    int b;
} Pair;

static Pair
pair(void)
{
    int s[2];
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, s), ==, 0);
    return (Pair){ s[0], s[1] };
}

static void
ends(void)
{
    Pair p = pair();
    SkHandover h = sample();
    g_autoptr(GError) error = NULL;
    sk_autofd content = sk_memfd_from("content", sk_span_str("clean"), &error);
    sk_autofd report = sk_memfd_from("report", sk_span_str("report"), &error);

    g_assert_true(sk_passage_offer(p.a, &h, content, report, -1, &error));
    g_auto(SkOffer) offer = { .content = -1, .report = -1, .envelope = -1 };
    g_assert_true(sk_passage_receive(p.b, &offer, &error));
    g_assert_no_error(error);
    g_assert_cmpint(sk_io_size(offer.content), ==, 5);
    g_assert_cmpint(sk_io_size(offer.report), ==, 6);

    SkAnswer answer = { 0 };
    g_assert_true(sk_passage_answer(p.b, h.crossing, SK_ANSWER_ACCEPTED, &error));
    g_assert_true(sk_passage_receive_answer(p.a, &answer, &error));
    g_assert_cmpint(answer.code, ==, SK_ANSWER_ACCEPTED);
    g_assert_cmpstr(answer.crossing, ==, h.crossing);

    close(p.a);
    g_assert_false(sk_passage_receive(p.b, &offer, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_MALFORMED);
    close(p.b);
}

static void
expect_refused(const int *fds, unsigned n, uint64_t size)
{
    Pair p = pair();
    SkHandover h = sample();
    uint8_t frame[SK_HANDOVER_FRAME_LEN];
    g_autoptr(GError) error = NULL;
    SkOffer offer = { .content = -1, .report = -1, .envelope = -1 };

    h.size = size;
    sk_handover_emit(&h, frame);
    g_assert_true(sk_io_send_frame(p.a, sk_span(frame, sizeof frame), fds, n, &error));
    g_assert_false(sk_passage_receive(p.b, &offer, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_MALFORMED);
    g_assert_cmpint(offer.content, ==, -1);
    close(p.a);
    close(p.b);
}

static void
hostile_descriptors(void)
{
    g_autoptr(GError) error = NULL;
    sk_autofd sealed = sk_memfd_from("content", sk_span_str("clean"), &error);
    sk_autofd loose = sk_memfd_new("loose", &error);
    g_assert_true(sk_io_write_all(loose, sk_span_str("clean"), &error));

    expect_refused(NULL, 0, 5);
    expect_refused((int[]){ sealed }, 1, 5);
    expect_refused((int[]){ sealed, loose }, 2, 5);
    expect_refused((int[]){ loose, sealed }, 2, 5);
    expect_refused((int[]){ sealed, sealed, sealed }, 3, 5);
    expect_refused((int[]){ sealed, sealed }, 2, 6);
}

static void
answers(void)
{
    SkAnswer a = { .crossing = "01939abc-def0-7123-8abc-0123456789ab", .code = SK_ANSWER_RECEIVED };
    uint8_t frame[SK_ANSWER_FRAME_LEN];
    sk_answer_emit(&a, frame);
    g_assert_true(sk_answer_parse(sk_span(frame, sizeof frame), &a, NULL));
    frame[sizeof frame - 4] = 4;
    g_assert_false(sk_answer_parse(sk_span(frame, sizeof frame), &a, NULL));
    g_assert_false(sk_answer_parse(sk_span(frame, sizeof frame - 1), &a, NULL));

    Pair p = pair();
    g_autoptr(GError) error = NULL;
    sk_autofd fd = sk_memfd_from("x", sk_span_str("x"), &error);
    frame[sizeof frame - 4] = 1;
    g_assert_true(sk_io_send_frame(p.a, sk_span(frame, sizeof frame), &fd, 1, &error));
    g_assert_false(sk_passage_receive_answer(p.b, &a, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_MALFORMED);
    close(p.a);
    close(p.b);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/passage/round-trip", round_trip);
    g_test_add_func("/passage/every-byte", every_byte);
    g_test_add_func("/passage/hostile-fields", hostile_fields);
    g_test_add_func("/passage/ends", ends);
    g_test_add_func("/passage/hostile-descriptors", hostile_descriptors);
    g_test_add_func("/passage/answers", answers);
    return g_test_run();
}
