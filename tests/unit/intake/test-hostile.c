/* SPDX-License-Identifier: Apache-2.0
 * test-hostile.c - an internet station that was taken over holds one end of a passage and sends what
 * it likes. Whatever comes, intake neither ends nor spins nor lets anything in, and the next honest
 * offer, on this passage or another, crosses as ever. */
#include "intake/intake.h"
#include "runner/runner.h"

#include "base/io.h"
#include "base/uuid.h"
#include "passage/passage.h"
#include "store/account.h"

#include <fcntl.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>

#define FLOOD 400u

static const char policy_text[] =
    "organisation \"見本町\"\nmodel alpha\n"
    "zone lgwan \"LGWAN接続系\" {\n trust 2\n sign-in password\n take-out with approval\n}\n"
    "zone internet \"インターネット接続系\" {\n trust 1\n sign-in password\n reaches internet\n}\n"
    "zone partner \"連携先\" {\n trust 1\n sign-in password\n}\n"
    "file from internet to lgwan as rebuilt size to 1 MiB\n"
    "file from partner to lgwan as rebuilt size to 1 MiB\n"
    "file from lgwan to internet as rebuilt approval section-head classes 1, 2\n";

typedef struct {
    char *dir;
    SkPolicy *policy;
    SkStore *store;
    SkPipeline *pipeline;
    int hostile; /* the end that was taken over */
    int honest;  /* another station's */
    int ends[2];
    int stop;
    SkIntake intake;
    GThread *thread;
    bool ended_well;
} Fixture;

static void
add_account(SkStore *store)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *hash = sk_password_hash("correct horse", &error);
    SkAccount account = { .name = (char *)(uintptr_t) "hanako", .label = (char *)(uintptr_t) "職員",
                          .role = SK_ROLE_STAFF, .section = (char *)(uintptr_t) "住民課" };
    g_assert_true(sk_account_add(store, &account, hash, NULL, &error));
}

static void
set_up(Fixture *f, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) diagnostics = NULL;
    int pair[2];

    (void)data;
    f->dir = g_dir_make_tmp("sk-hostile-XXXXXX", &error);
    g_assert_true(sk_policy_parse(sk_span_str(policy_text), &f->policy, &diagnostics));
    g_autofree char *db = g_build_filename(f->dir, "db", NULL);
    g_autofree char *vault = g_build_filename(f->dir, "vault", NULL);
    g_assert_true(sk_store_setup(db, vault, "lgwan", &error));
    f->store = sk_store_open(db, vault, &error);
    g_assert_no_error(error);
    add_account(f->store);
    f->pipeline = sk_pipeline_new(g_getenv("SEKISHO_BUILD"));
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), ==, 0);
    f->hostile = pair[0];
    f->ends[0] = pair[1];
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), ==, 0);
    f->honest = pair[0];
    f->ends[1] = pair[1];
    f->stop = eventfd(0, EFD_CLOEXEC);
    f->intake = (SkIntake){ .zone = "lgwan", .policy = f->policy, .store = f->store, .pipeline = f->pipeline,
                            .passages = { { "internet", f->ends[0] }, { "partner", f->ends[1] } },
                            .n_passages = 2, .stop = f->stop };
}

static void
tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    sk_pipeline_free(f->pipeline);
    sk_store_close(f->store);
    sk_policy_unref(f->policy);
    const int fds[] = { f->hostile, f->honest, f->ends[0], f->ends[1], f->stop };
    for (unsigned i = 0; i < G_N_ELEMENTS(fds); i++)
        close(fds[i]);
    g_autofree char *remove = g_strdup_printf("rm -rf '%s'", f->dir);
    g_assert_true(g_spawn_command_line_sync(remove, NULL, NULL, NULL, NULL));
    g_free(f->dir);
}

static void *
live(void *data)
{
    Fixture *f = data;
    g_autoptr(GError) error = NULL;

    f->ended_well = sk_intake_run(&f->intake, &error);
    if (error != NULL)
        g_test_message("intake ended: %s", error->message);
    return NULL;
}

static void
start(Fixture *f)
{
    f->thread = g_thread_new("intake", live, f);
}

static void
end_well(Fixture *f)
{
    uint64_t one = 1;
    g_assert_cmpint(write(f->stop, &one, sizeof one), ==, sizeof one);
    g_thread_join(f->thread);
    g_assert_true(f->ended_well);
}

static SkHandover
claim_of(const char *from, SkSpan content)
{
    SkHandover h = { .kind = SK_HANDOVER_FILE, .to = "lgwan", .sender = "hanako", .recipient = "hanako", .name = "memo.txt",
                     .type = SK_TYPE_TEXT, .level = SK_LEVEL_REBUILT, .size = content.n, .created = 1 };
    g_autofree char *id = sk_uuid_new();
    g_autoptr(GError) error = NULL;
    sk_autofd fd = sk_memfd_from("x", content, &error);
    g_strlcpy(h.crossing, id, sizeof h.crossing);
    g_strlcpy(h.from, from, sizeof h.from);
    g_assert_true(sk_passage_digest(fd, h.digest, &error));
    return h;
}

static int
report_fd(void)
{
    g_autoptr(SkReport) report = sk_report_new();
    g_autoptr(GError) error = NULL;
    report->outcome = SK_OUTCOME_CLEAN;
    report->reason = SK_REASON_NONE;
    report->type_in = SK_TYPE_TEXT;
    report->type_out = SK_TYPE_TEXT;
    report->level = SK_LEVEL_REBUILT;
    g_autoptr(GBytes) frame = sk_report_emit(report);
    return sk_memfd_from("report", sk_span_bytes(frame), &error);
}

static SkHandover
offer(int sock, const char *from, const char *content)
{
    g_autoptr(GError) error = NULL;
    SkHandover h = claim_of(from, sk_span_str(content));
    sk_autofd fd = sk_memfd_from("content", sk_span_str(content), &error);
    sk_autofd report = report_fd();
    uint8_t frame[SK_HANDOVER_FRAME_LEN];
    int fds[] = { fd, report };
    sk_handover_emit(&h, frame);
    g_assert_true(sk_io_send_frame(sock, sk_span(frame, sizeof frame), fds, 2, &error));
    return h;
}

/* Waits for the last word on @id; other answers pass by. */
static SkAnswerCode
last_word(int sock, const char *id)
{
    for (;;) {
        SkAnswer answer;
        g_autoptr(GError) error = NULL;
        bool heard = sk_passage_receive_answer(sock, &answer, &error);
        g_assert_no_error(error);
        g_assert_true(heard);
        if (strcmp(answer.crossing, id) == 0 && answer.code != SK_ANSWER_RECEIVED)
            return answer.code;
    }
}

static void
crosses(int sock, const char *from)
{
    SkHandover h = offer(sock, from, "honest\n");
    g_assert_cmpint(last_word(sock, h.crossing), ==, SK_ANSWER_ACCEPTED);
}

static void
send_raw(Fixture *f, SkSpan frame, const int *fds, unsigned n)
{
    g_autoptr(GError) error = NULL;
    g_assert_true(sk_io_send_frame(f->hostile, frame, fds, n, &error));
    g_assert_no_error(error);
}

static void
frames_of_every_kind(Fixture *f, gconstpointer data)
{
    (void)data;
    g_autoptr(GRand) chance = g_rand_new_with_seed(20261123);
    uint8_t frame[SK_HANDOVER_FRAME_LEN + 64];
    uint8_t good[SK_HANDOVER_FRAME_LEN];
    g_autoptr(GError) error = NULL;

    start(f);
    SkHandover h = claim_of("internet", sk_span_str("x\n"));
    sk_handover_emit(&h, good);
    sk_autofd text = sk_memfd_from("content", sk_span_str("x\n"), &error);
    sk_autofd report = report_fd();
    sk_autofd null = open("/dev/null", O_RDWR | O_CLOEXEC);
    const int many[] = { text, report, null, null };
    for (unsigned i = 0; i < FLOOD; i++) {
        unsigned n = (unsigned)g_rand_int_range(chance, 1, (gint32)sizeof frame);
        if (i % 2 == 0)
            n = sizeof good;
        for (unsigned k = 0; k < n; k++)
            frame[k] = i % 2 == 0 ? good[k] : (uint8_t)g_rand_int(chance);
        if (i % 2 == 0)
            frame[g_rand_int_range(chance, 0, (gint32)n)] ^= (uint8_t)(1 << g_rand_int_range(chance, 0, 8));
        send_raw(f, sk_span(frame, n), many, i % 5);
    }
    /* An empty frame, which looks like a closed end, and an answer where an offer belongs. */
    g_assert_cmpint(send(f->hostile, "", 0, MSG_NOSIGNAL), ==, 0);
    uint8_t said[SK_ANSWER_FRAME_LEN];
    SkAnswer answer = { .code = SK_ANSWER_ACCEPTED };
    g_strlcpy(answer.crossing, h.crossing, sizeof answer.crossing);
    sk_answer_emit(&answer, said);
    send_raw(f, sk_span(said, sizeof said), NULL, 0);
    crosses(f->honest, "partner");
    crosses(f->hostile, "internet");
    end_well(f);
}

static int
memory(size_t size, int seals)
{
    int fd = memfd_create("hostile", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    g_assert_cmpint(ftruncate(fd, (off_t)size), ==, 0);
    g_assert_cmpint(fcntl(fd, F_ADD_SEALS, seals), ==, 0);
    return fd;
}

static void
memory_of_every_kind(Fixture *f, gconstpointer data)
{
    (void)data;
    const int all = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    g_autoptr(GError) error = NULL;
    const struct {
        size_t size;
        int seals;
    } kinds[] = {
        { 2, 0 },          { 2, all & ~F_SEAL_WRITE }, { 2, all & ~F_SEAL_SHRINK }, { 2, all & ~F_SEAL_SEAL },
        { (size_t)1 << 40, all }, { 0, all },
    };
    start(f);
    sk_autofd report = report_fd();
    for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++) {
        for (unsigned swapped = 0; swapped < 2; swapped++) {
            uint8_t frame[SK_HANDOVER_FRAME_LEN];
            SkHandover h = claim_of("internet", sk_span_str("x\n"));
            h.size = kinds[i].size; /* true, so that size alone refuses nothing */
            sk_handover_emit(&h, frame);
            sk_autofd fd = memory(kinds[i].size, kinds[i].seals);
            int fds[] = { swapped ? report : fd, swapped ? fd : report };
            send_raw(f, sk_span(frame, sizeof frame), fds, 2);
        }
    }
    crosses(f->hostile, "internet");
    crosses(f->honest, "partner");
    end_well(f);
}

/* What stands in the store under an id that another passage brought, or that we sent ourselves. */
static void
ids_of_others(Fixture *f, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    start(f);
    SkHandover theirs = offer(f->honest, "partner", "theirs\n");
    g_assert_cmpint(last_word(f->honest, theirs.crossing), ==, SK_ANSWER_ACCEPTED);
    sk_autofd text = sk_memfd_from("content", sk_span_str("theirs\n"), &error);
    sk_autofd report = report_fd();
    int fds[] = { text, report };
    uint8_t frame[SK_HANDOVER_FRAME_LEN];
    SkHandover h = theirs;
    g_strlcpy(h.from, "internet", sizeof h.from);
    sk_handover_emit(&h, frame);
    send_raw(f, sk_span(frame, sizeof frame), fds, 2); /* even with the true bytes: no answer */
    sk_handover_emit(&theirs, frame);
    send_raw(f, sk_span(frame, sizeof frame), fds, 2); /* another's zone over this passage: no answer */
    SkHandover mine = offer(f->hostile, "internet", "mine\n");
    SkAnswer answer;
    g_assert_true(sk_passage_receive_answer(f->hostile, &answer, &error));
    g_assert_cmpstr(answer.crossing, ==, mine.crossing);
    end_well(f);
    g_autoptr(SkCrossing) row = NULL;
    g_assert_true(sk_store_get(f->store, theirs.crossing, &row, &error));
    g_assert_cmpstr(row->from, ==, "partner");
}

/* Nobody reads the answers: the others are served all the same, at once. */
static void
a_flood_that_never_listens(Fixture *f, gconstpointer data)
{
    (void)data;
    int small = 1;
    g_assert_cmpint(setsockopt(f->ends[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof small), ==, 0);
    for (unsigned i = 0; i < 30; i++)
        offer(f->hostile, "internet", "flood\n");
    start(f);
    gint64 began = g_get_monotonic_time();
    crosses(f->honest, "partner");
    crosses(f->honest, "partner");
    crosses(f->honest, "partner");
    g_assert_cmpint(g_get_monotonic_time() - began, <, 10 * G_USEC_PER_SEC);
    end_well(f);
}

static int64_t
thread_cpu_us(void)
{
    struct rusage usage;
    g_assert_cmpint(getrusage(RUSAGE_SELF, &usage), ==, 0);
    return (int64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 + usage.ru_utime.tv_usec +
           usage.ru_stime.tv_usec;
}

/* The other end shuts its socket: neither an end of ours nor a loop that never sleeps. */
static void
an_end_is_shut(Fixture *f, gconstpointer data)
{
    static const int hows[] = { SHUT_WR, SHUT_RDWR };
    start(f);
    g_assert_cmpint(shutdown(f->hostile, hows[GPOINTER_TO_INT(data)]), ==, 0);
    crosses(f->honest, "partner");
    int64_t before = thread_cpu_us();
    g_usleep(300000);
    g_assert_cmpint(thread_cpu_us() - before, <, 150000);
    crosses(f->honest, "partner");
    end_well(f);
}

/* Downward the roles are swapped: an intake that was taken over must not end the other's runner. */
static void
answers_of_every_kind(Fixture *f, gconstpointer data)
{
    (void)data;
    g_autoptr(GRand) chance = g_rand_new_with_seed(1);
    SkRunner runner = { .zone = "lgwan", .policy = f->policy, .store = f->store, .pipeline = f->pipeline,
                        .passages = { { "internet", f->ends[0] }, { "partner", f->ends[1] } }, .n_passages = 2,
                        .stop = f->stop };
    uint8_t frame[128];
    sk_autofd null = open("/dev/null", O_RDWR | O_CLOEXEC);
    g_autoptr(GError) error = NULL;

    for (unsigned i = 0; i < 60; i++) {
        unsigned n = (unsigned)g_rand_int_range(chance, 1, (gint32)sizeof frame);
        for (unsigned k = 0; k < n; k++)
            frame[k] = (uint8_t)g_rand_int(chance);
        send_raw(f, sk_span(frame, n), &null, i % 2);
    }
    SkAnswer answer = { .code = SK_ANSWER_ACCEPTED };
    g_autofree char *id = sk_uuid_new();
    g_strlcpy(answer.crossing, id, sizeof answer.crossing);
    uint8_t said[SK_ANSWER_FRAME_LEN];
    sk_answer_emit(&answer, said);
    send_raw(f, sk_span(said, sizeof said), NULL, 0); /* of a crossing that there is not */
    g_assert_cmpint(send(f->hostile, "", 0, MSG_NOSIGNAL), ==, 0);
    for (unsigned i = 0; i < 62; i++) {
        bool heard = sk_runner_hear(&runner, 0, &error);
        g_assert_no_error(error);
        g_assert_true(heard);
    }
    g_assert_cmpint(shutdown(f->hostile, SHUT_RDWR), ==, 0);
    uint64_t one = 1;
    g_assert_cmpint(write(f->stop, &one, sizeof one), ==, sizeof one);
    g_assert_true(sk_runner_run(&runner, &error)); /* ends because it is told to */
}

/* A recipient whom the passage has no word for ends no runner: it is refused where it stands. */
static void
a_word_that_cannot_cross(Fixture *f, gconstpointer data)
{
    (void)data;
    static const char *const words[] = { "-x", ".x", "_", "--help" };
    for (unsigned i = 0; i < G_N_ELEMENTS(words); i++) {
        SkHandover h = claim_of("internet", sk_span_str("x\n"));
        g_assert_true(sk_handover_is_well_formed(&h));
        g_strlcpy(h.recipient, words[i], sizeof h.recipient);
        g_assert_false(sk_handover_is_well_formed(&h));
        g_assert_false(sk_account_name_is(words[i])); /* so web never takes it */
    }
    g_assert_true(sk_account_name_is("0-_."));
    (void)f;
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, data, f) g_test_add(name, Fixture, GINT_TO_POINTER(data), set_up, f, tear_down)
    ADD("/hostile/frames", 0, frames_of_every_kind);
    ADD("/hostile/memory", 0, memory_of_every_kind);
    ADD("/hostile/ids", 0, ids_of_others);
    ADD("/hostile/flood", 0, a_flood_that_never_listens);
    ADD("/hostile/shut-write", 0, an_end_is_shut);
    ADD("/hostile/shut", 1, an_end_is_shut);
    ADD("/hostile/answers", 0, answers_of_every_kind);
    ADD("/hostile/words", 0, a_word_that_cannot_cross);
    return g_test_run();
}
