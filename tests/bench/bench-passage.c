/* SPDX-License-Identifier: Apache-2.0
 * bench-passage.c - `bench-passage RUNS FILE…`: what the hand-over of a file costs beside disarming and
 * verifying it. Hand-over: the digest at the sending end, the offer through a socket pair, the digest at the
 * receiving end, both answers. One JSON line a file, medians of wall milliseconds; both in turn. */
#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"
#include "passage/passage.h"
#include "sandbox/pipeline.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define RUNS_MAX 1000

static void
must(bool ok, const GError *error)
{
    if (!ok)
        g_error("%s", error == NULL ? "failed" : error->message);
}

static int
by_size(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double
median(double *values, unsigned n)
{
    qsort(values, n, sizeof *values, by_size);
    return values[n / 2];
}

static double
milliseconds_since(int64_t start)
{
    return (double)(sk_clock_monotonic() - start) / 1000;
}

static SkHandover
claim_of(const SkReport *report, int content)
{
    SkHandover claim = { .kind = SK_HANDOVER_FILE, .from = "internet",
                         .to = "lgwan",
                         .sender = "hanako",
                         .recipient = "taro",
                         .name = "a.txt",
                         .type = report->type_out,
                         .level = report->level,
                         .size = (uint64_t)sk_io_size(content),
                         .created = 1795412096123456 };
    g_strlcpy(claim.crossing, "01939abc-def0-7123-8abc-0123456789ab", sizeof claim.crossing);
    g_snprintf(claim.name, sizeof claim.name, "a.%s", sk_type_get(report->type_out)->extension);
    return claim;
}

static double
hand_over(int socks[2], const SkReport *report, int content)
{
    g_autoptr(GError) error = NULL;
    g_auto(SkOffer) offer = { .content = -1, .report = -1, .envelope = -1 };
    uint8_t digest[SK_HANDOVER_DIGEST_LEN];
    SkAnswer answer;
    int64_t start = sk_clock_monotonic();
    SkHandover claim = claim_of(report, content);
    g_autoptr(GBytes) frame = sk_report_emit(report);
    sk_autofd report_fd = sk_memfd_from("report", sk_span_bytes(frame), &error);

    must(report_fd >= 0, error);
    must(sk_passage_digest(content, claim.digest, &error), error);
    must(sk_passage_offer(socks[0], &claim, content, report_fd, -1, &error), error);
    must(sk_passage_receive(socks[1], &offer, &error), error);
    must(sk_passage_digest(offer.content, digest, &error), error);
    must(memcmp(digest, offer.claim.digest, sizeof digest) == 0, NULL);
    must(sk_passage_answer(socks[1], claim.crossing, SK_ANSWER_RECEIVED, &error), error);
    must(sk_passage_answer(socks[1], claim.crossing, SK_ANSWER_ACCEPTED, &error), error);
    must(sk_passage_receive_answer(socks[0], &answer, &error), error);
    must(sk_passage_receive_answer(socks[0], &answer, &error), error);
    return milliseconds_since(start);
}

/* One file, disarmed, handed over and verified as between two stations. */
static void
run_once(SkPipeline *pipeline, int socks[2], const SkJob *job, int input, double *ret_job, double *ret_passage)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SkReport) report = NULL;
    g_autoptr(SkReport) verdict = NULL;
    int out = -1;
    int64_t start = sk_clock_monotonic();

    must(sk_pipeline_disarm(pipeline, job, NULL, input, &report, &out, &error), error);
    double disarm = milliseconds_since(start);
    sk_autofd output = out;
    must(report->outcome == SK_OUTCOME_CLEAN, NULL);
    *ret_passage = hand_over(socks, report, output);
    start = sk_clock_monotonic();
    must(sk_pipeline_verify(pipeline, report->type_out, report->level, job, NULL, output, &verdict, &error), error);
    *ret_job = disarm + milliseconds_since(start);
    must(verdict->outcome == SK_OUTCOME_CLEAN, NULL);
}

int
main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    unsigned runs = (unsigned)CLAMP(atoi(argv[1]), 1, RUNS_MAX);
    g_autoptr(GError) error = NULL;
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *folder = g_path_get_dirname(self);
    g_autofree char *tests = g_path_get_dirname(folder);
    g_autofree char *programs = g_path_get_dirname(tests);
    g_autoptr(SkPipeline) pipeline = sk_pipeline_new(programs);
    static double jobs[RUNS_MAX], passages[RUNS_MAX];
    int socks[2];

    must(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, socks) == 0, NULL);
    for (int i = 2; i < argc; i++) {
        SkJob job = sk_job_default();
        sk_autofd file = open(argv[i], O_RDONLY | O_CLOEXEC);
        sk_autofd input = sk_memfd_copy("bench", file, 1u << 30, &error);
        must(input >= 0, error);
        job.hint = sk_type_from_name(argv[i]);
        run_once(pipeline, socks, &job, input, &jobs[0], &passages[0]); /* warms up */
        for (unsigned run = 0; run < runs; run++)
            run_once(pipeline, socks, &job, input, &jobs[run], &passages[run]);
        g_autofree char *name = sk_json_quote(argv[i]);
        printf("{\"file\":%s,\"bytes\":%" G_GINT64_FORMAT ",\"job_ms\":%.3f,\"passage_ms\":%.3f}\n", name,
               sk_io_size(input), median(jobs, runs), median(passages, runs));
    }
    return 0;
}
