/* SPDX-License-Identifier: Apache-2.0
 * test-handover.c - runner and intake, real workers, real stores, one passage: the whole life of a
 * crossing step by step, each step repeated as after a crash, and an internet station that lies. */
#include "intake/intake.h"
#include "runner/runner.h"

#include "base/io.h"
#include "base/uuid.h"
#include "passage/passage.h"
#include "store/account.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

static const char policy_text[] =
    "organisation \"見本町\"\n"
    "model alpha\n"
    "zone lgwan \"LGWAN接続系\" {\n trust 2\n sign-in password\n take-out with approval\n}\n"
    "zone internet \"インターネット接続系\" {\n trust 1\n sign-in password\n reaches internet\n}\n"
    "file from internet to lgwan as rebuilt size to 1 MiB keep original 1 days\n"
    "file from lgwan to internet as rebuilt approval section-head classes 1, 2\n";

typedef struct {
    char *dir;
    SkPolicy *policy;
    SkStore *internet;
    SkStore *lgwan;
    SkPipeline *pipeline;
    int pair[2];
    SkRunner runner;
    SkIntake intake;
} Fixture;

static SkStore *
open_store(const Fixture *f, const char *zone)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_strdup_printf("%s/%s.db", f->dir, zone);
    g_autofree char *vault = g_strdup_printf("%s/%s-vault", f->dir, zone);
    bool made = sk_store_setup(path, vault, zone, &error);
    g_assert_no_error(error);
    g_assert_true(made);
    SkStore *store = sk_store_open(path, vault, &error);
    g_assert_no_error(error);
    return store;
}

static void
add_account(SkStore *store, const char *name, const char *hash)
{
    g_autoptr(GError) error = NULL;
    SkAccount account = { .name = (char *)(uintptr_t)name, .label = (char *)(uintptr_t) "職員",
                          .role = SK_ROLE_STAFF, .section = (char *)(uintptr_t) "住民課" };
    g_assert_true(sk_account_add(store, &account, hash, NULL, &error));
}

static void
set_up(Fixture *f, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) diagnostics = NULL;

    (void)data;
    f->dir = g_dir_make_tmp("sk-handover-XXXXXX", &error);
    g_assert_true(sk_policy_parse(sk_span_str(policy_text), &f->policy, &diagnostics));
    f->internet = open_store(f, "internet");
    f->lgwan = open_store(f, "lgwan");
    g_autofree char *hash = sk_password_hash("correct horse", &error);
    add_account(f->internet, "hanako", hash);
    add_account(f->lgwan, "hanako", hash);
    f->pipeline = sk_pipeline_new(g_getenv("SEKISHO_BUILD"));
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, f->pair), ==, 0);
    f->runner = (SkRunner){ .zone = "internet", .policy = f->policy, .store = f->internet, .pipeline = f->pipeline,
                            .passages = { { "lgwan", f->pair[0] } }, .n_passages = 1, .stop = -1 };
    f->intake = (SkIntake){ .zone = "lgwan", .policy = f->policy, .store = f->lgwan, .pipeline = f->pipeline,
                            .passages = { { "internet", f->pair[1] } }, .n_passages = 1, .stop = -1 };
}

static void
tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    sk_pipeline_free(f->pipeline);
    sk_store_close(f->internet);
    sk_store_close(f->lgwan);
    sk_policy_unref(f->policy);
    close(f->pair[0]);
    close(f->pair[1]);
    g_autofree char *remove = g_strdup_printf("rm -rf '%s'", f->dir);
    g_assert_true(g_spawn_command_line_sync(remove, NULL, NULL, NULL, NULL));
    g_free(f->dir);
}

static char *
hand_in(Fixture *f, const char *name, const char *recipient, SkSpan content)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SkCrossing) c = NULL;
    g_autofree char *object = NULL;
    uint8_t digest[SK_SHA256_BYTES];
    sk_autofd fd = sk_memfd_from("in", content, &error);

    g_assert_true(sk_vault_put_fd(sk_store_vault(f->internet), fd, 1u << 20, &object, digest, &error));
    g_autofree char *hex = sk_hex(sk_span(digest, sizeof digest));
    g_autofree char *plain = sk_text_plain(sk_span_str(name), SK_NAME_MAX); /* as web does */
    SkReceive in = { .to = "lgwan", .sender = "hanako", .recipient = recipient, .name = plain, .object_in = object,
                     .sha256_in = hex, .bytes_in = content.n, .policy_digest = sk_policy_digest(f->policy) };
    bool received = sk_store_receive(f->internet, &in, &c, &error);
    g_assert_no_error(error);
    g_assert_true(received);
    return g_strdup(c->id);
}

static void
work_all(Fixture *f)
{
    SkTurn turn = SK_TURN_DONE;
    g_autoptr(GError) error = NULL;

    while (turn != SK_TURN_IDLE) {
        bool worked = sk_runner_work_once(&f->runner, "test", &turn, &error);
        g_assert_no_error(error);
        g_assert_true(worked);
    }
}

static SkState
state_of(SkStore *store, const char *id)
{
    g_autoptr(SkCrossing) c = NULL;
    return sk_store_get(store, id, &c, NULL) ? c->state : SK_STATE_NONE;
}

static bool
readable(int fd)
{
    uint8_t byte;
    return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

static void
hear_all(Fixture *f)
{
    while (readable(f->pair[0]))
        g_assert_true(sk_runner_hear(&f->runner, 0, NULL));
}

static void
take_all(Fixture *f)
{
    g_autoptr(GError) error = NULL;
    while (readable(f->pair[1])) {
        g_assert_true(sk_intake_take(&f->intake, 0, &error));
        g_assert_no_error(error);
    }
}

static void
content_is(Fixture *f, const char *id, const char *want)
{
    g_autoptr(SkCrossing) c = NULL;
    g_autoptr(GError) error = NULL;
    g_assert_true(sk_store_get(f->lgwan, id, &c, &error));
    sk_autofd fd = sk_vault_get(sk_store_vault(f->lgwan), c->object_out, 1u << 20, c->sha256_out, &error);
    g_assert_no_error(error);
    g_autoptr(GBytes) bytes = sk_memfd_map(fd, &error);
    g_autofree char *got = sk_span_dup(sk_span_bytes(bytes));
    g_assert_cmpstr(got, ==, want);
}

static void
a_file_crosses(Fixture *f, gconstpointer data)
{
    (void)data;
    g_autofree char *id = hand_in(f, "memo\xe2\x80\xae.txt", "hanako", sk_span_str("one\r\ntwo\r\n"));

    g_assert_cmpint(state_of(f->internet, id), ==, SK_STATE_RECEIVED);
    work_all(f);
    g_assert_cmpint(state_of(f->internet, id), ==, SK_STATE_OFFERED);
    g_assert_cmpint(state_of(f->lgwan, id), ==, SK_STATE_NONE);
    g_assert_true(sk_runner_offer_due(&f->runner, NULL));
    take_all(f);
    g_assert_cmpint(state_of(f->lgwan, id), ==, SK_STATE_READY);
    g_assert_cmpint(state_of(f->internet, id), ==, SK_STATE_OFFERED);
    hear_all(f);
    g_assert_cmpint(state_of(f->internet, id), ==, SK_STATE_PASSED);
    content_is(f, id, "one\ntwo\n");
    g_autoptr(SkCrossing) arrived = NULL;
    g_assert_true(sk_store_get(f->lgwan, id, &arrived, NULL));
    g_assert_cmpstr(arrived->name_out, ==, "memo.txt");
    g_assert_cmpuint(arrived->counts.replaced, >, 0);
}

static void
send_claim(Fixture *f, const SkHandover *claim, SkSpan content, const SkReport *report)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) frame = sk_report_emit(report);
    sk_autofd content_fd = sk_memfd_from("content", content, &error);
    sk_autofd report_fd = sk_memfd_from("report", sk_span_bytes(frame), &error);
    g_assert_true(sk_passage_offer(f->pair[0], claim, content_fd, report_fd, -1, &error));
    g_assert_no_error(error);
}

/* What a station that was taken over can say of some bytes. */
static SkHandover
lie(SkSpan content, SkType type)
{
    SkHandover h = { .kind = SK_HANDOVER_FILE, .from = "internet", .to = "lgwan", .sender = "hanako", .recipient = "hanako", .type = type,
                     .level = SK_LEVEL_REBUILT, .size = content.n, .created = 1 };
    g_autofree char *id = sk_uuid_new();
    g_autofree char *name = sk_name_clean("memo", type);
    g_autoptr(GError) error = NULL;
    sk_autofd fd = sk_memfd_from("x", content, &error);
    g_strlcpy(h.crossing, id, sizeof h.crossing);
    g_strlcpy(h.name, name, sizeof h.name);
    g_assert_true(sk_passage_digest(fd, h.digest, &error));
    return h;
}

static SkReport *
lying_report(SkType type)
{
    SkReport *report = sk_report_new();
    report->outcome = SK_OUTCOME_CLEAN;
    report->reason = SK_REASON_NONE;
    report->type_in = type;
    report->type_out = type;
    report->level = SK_LEVEL_REBUILT;
    return report;
}

static void
expect_end(Fixture *f, const SkHandover *claim, SkSpan content, const SkReport *report, SkState want)
{
    send_claim(f, claim, content, report);
    take_all(f);
    g_assert_cmpint(state_of(f->lgwan, claim->crossing), ==, want);
    hear_all(f); /* answers to crossings that this runner never offered change nothing */
}

static void
a_station_that_lies(Fixture *f, gconstpointer data)
{
    (void)data;
    SkSpan dirty = sk_span_str("=cmd|'/c calc'!A1,\r\n\x01");
    SkSpan clean = sk_span_str("clean\n");
    g_autoptr(SkReport) text = lying_report(SK_TYPE_TEXT);
    g_autoptr(SkReport) csv = lying_report(SK_TYPE_CSV);
    g_autoptr(SkReport) png = lying_report(SK_TYPE_PNG);
    g_autoptr(SkReport) docx = lying_report(SK_TYPE_DOCX);
    g_autoptr(SkReport) exe = lying_report(SK_TYPE_EXE);

    SkHandover h = lie(dirty, SK_TYPE_TEXT);
    expect_end(f, &h, dirty, text, SK_STATE_REFUSED);
    h = lie(dirty, SK_TYPE_CSV);
    expect_end(f, &h, dirty, csv, SK_STATE_REFUSED);
    h = lie(clean, SK_TYPE_PNG);
    expect_end(f, &h, clean, png, SK_STATE_REFUSED);
    h = lie(clean, SK_TYPE_DOCX);
    expect_end(f, &h, clean, docx, SK_STATE_REFUSED);
    h = lie(clean, SK_TYPE_EXE);
    expect_end(f, &h, clean, exe, SK_STATE_REFUSED);
    h = lie(clean, SK_TYPE_TEXT);
    h.level = SK_LEVEL_INSPECTED; /* the report says otherwise */
    expect_end(f, &h, clean, text, SK_STATE_NONE);
    h = lie(clean, SK_TYPE_TEXT);
    h.digest[0] ^= 1;
    expect_end(f, &h, clean, text, SK_STATE_NONE);
    h = lie(clean, SK_TYPE_TEXT);
    g_strlcpy(h.from, "mynumber", sizeof h.from);
    expect_end(f, &h, clean, text, SK_STATE_NONE);
    h = lie(clean, SK_TYPE_TEXT);
    g_strlcpy(h.recipient, "nobody", sizeof h.recipient);
    expect_end(f, &h, clean, text, SK_STATE_REFUSED);
    /* The truth gets through, once; the same id with other bytes never replaces it. */
    h = lie(clean, SK_TYPE_TEXT);
    expect_end(f, &h, clean, text, SK_STATE_READY);
    SkHandover swapped = lie(sk_span_str("other\n"), SK_TYPE_TEXT);
    g_strlcpy(swapped.crossing, h.crossing, sizeof swapped.crossing);
    expect_end(f, &swapped, sk_span_str("other\n"), text, SK_STATE_READY);
    content_is(f, h.crossing, "clean\n");
}

/* ---- what stands inside --------------------------------------------------------------------- */

static const char strict_text[] =
    "organisation \"見本町\"\n"
    "model alpha\n"
    "zone lgwan \"LGWAN接続系\" {\n trust 2\n sign-in password\n take-out with approval\n}\n"
    "zone internet \"インターネット接続系\" {\n trust 1\n sign-in password\n reaches internet\n}\n"
    "file from internet to lgwan types eml, zip as rebuilt\n"
    "file from internet to lgwan types csv as text\n";

static char *
mail_with(const char *name, const char *content)
{
    return g_strdup_printf("From: a@example.jp\r\nTo: b@example.jp\r\nSubject: test\r\n"
                           "Date: Mon, 02 Nov 2026 10:00:00 +0900\r\nMIME-Version: 1.0\r\n"
                           "Content-Type: multipart/mixed; boundary=\"b1\"\r\n\r\n"
                           "--b1\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nhello\r\n"
                           "--b1\r\nContent-Type: application/octet-stream\r\n"
                           "Content-Disposition: attachment; filename=\"%s\"\r\n\r\n%s\r\n--b1--\r\n",
                           name, content);
}

static SkState
cross_mail(Fixture *f, const char *name, const char *content, SkReason *ret_reason)
{
    g_autofree char *mail = mail_with(name, content);
    g_autofree char *id = hand_in(f, "mail.eml", "hanako", sk_span_str(mail));
    g_autoptr(SkCrossing) c = NULL;

    work_all(f);
    g_assert_cmpint(state_of(f->internet, id), ==, SK_STATE_OFFERED);
    g_assert_true(sk_runner_offer_due(&f->runner, NULL));
    take_all(f);
    hear_all(f);
    g_assert_true(sk_store_get(f->lgwan, id, &c, NULL));
    g_assert_cmpint(c->type_out, ==, SK_TYPE_ZIP);
    *ret_reason = c->reason;
    return c->state;
}

/* The receiver's own policy judges every member: the sender's let more through. */
static void
members_by_the_receiver(Fixture *f, gconstpointer data)
{
    (void)data;
    SkReason reason = SK_REASON_NONE;
    g_autoptr(GPtrArray) diagnostics = NULL;
    g_autoptr(SkPolicy) strict = NULL;

    g_assert_cmpint(cross_mail(f, "a.csv", "1,2\r\n3,4", &reason), ==, SK_STATE_READY);
    g_assert_true(sk_policy_parse(sk_span_str(strict_text), &strict, &diagnostics));
    f->intake.policy = strict;
    g_assert_cmpint(cross_mail(f, "a.csv", "1,2\r\n3,4", &reason), ==, SK_STATE_READY);
    g_assert_cmpint(cross_mail(f, "a.tsv", "1\t2\r\n3\t4", &reason), ==, SK_STATE_REFUSED);
    g_assert_cmpint(reason, ==, SK_REASON_FORBIDDEN);
    g_assert_cmpint(cross_mail(f, "a.exe", "MZ no program", &reason), ==, SK_STATE_READY); /* a note in its place */
    f->intake.policy = f->policy;
}

/* Stored and not decided: what an intake that was killed there leaves to the next one. */
static void
killed_before_the_verdict(Fixture *f, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(SkReport) report = lying_report(SK_TYPE_TEXT);
    static const struct {
        const char *content;
        SkState want;
    } cases[] = { { "fine\n", SK_STATE_READY }, { "not \x01 fine\n", SK_STATE_REFUSED } };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        SkSpan content = sk_span_str(cases[i].content);
        SkHandover h = lie(content, SK_TYPE_TEXT);
        g_autofree char *object = NULL;
        g_autoptr(SkCrossing) c = NULL;
        bool existing = false;
        sk_autofd fd = sk_memfd_from("x", content, &error);
        g_assert_true(sk_vault_put_fd(sk_store_vault(f->lgwan), fd, 100, &object, NULL, &error));
        g_autofree char *hex = sk_hex(sk_span(h.digest, sizeof h.digest));
        SkArrival arrival = { .id = h.crossing, .from = "internet", .sender = "hanako", .recipient = "hanako",
                              .name = "memo.txt", .type_in = SK_TYPE_TEXT, .type_out = SK_TYPE_TEXT,
                              .level = SK_LEVEL_REBUILT, .object_out = object, .sha256_out = hex,
                              .bytes_out = content.n, .policy_digest = sk_policy_digest(f->policy) };
        g_assert_true(sk_store_arrive(f->lgwan, &arrival, &c, &existing, &error));
        g_assert_no_error(error);
        g_assert_cmpint(state_of(f->lgwan, h.crossing), ==, SK_STATE_ARRIVED);
        send_claim(f, &h, content, report); /* the sender asks again meanwhile */
        g_assert_true(sk_intake_resume(&f->intake, &error));
        g_assert_no_error(error);
        g_assert_cmpint(state_of(f->lgwan, h.crossing), ==, cases[i].want);
        take_all(f);
        g_assert_cmpint(state_of(f->lgwan, h.crossing), ==, cases[i].want);
    }
}

static void
refused_where_it_is_handed_in(Fixture *f, gconstpointer data)
{
    (void)data;
    static const struct {
        const char *name;
        const char *content;
        SkReason reason;
    } cases[] = {
        { "a.png", "not a picture\n", SK_REASON_TYPE_MISMATCH },
        { "a.exe", "MZ\x90\x01", SK_REASON_NONE /* any */ },
        { "a.zip", "PK\x05\x06\x01\x02\x03", SK_REASON_NONE /* any */ },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(SkCrossing) c = NULL;
        g_autofree char *id = hand_in(f, cases[i].name, "hanako", sk_span_str(cases[i].content));
        work_all(f);
        g_assert_true(sk_store_get(f->internet, id, &c, NULL));
        g_assert_cmpint(c->state, ==, SK_STATE_REFUSED);
        g_assert_cmpint(c->reason, !=, SK_REASON_NONE);
        if (cases[i].reason != SK_REASON_NONE)
            g_assert_cmpstr(sk_reason_name(c->reason), ==, sk_reason_name(cases[i].reason));
        g_assert_cmpstr(c->object_out, ==, "");
    }
}

static void
a_worker_is_absent(Fixture *f, gconstpointer data)
{
    (void)data;
    g_autoptr(SkPipeline) none = sk_pipeline_new("/nonexistent");
    g_autofree char *id = hand_in(f, "a.txt", "hanako", sk_span_str("hello\n"));
    f->runner.pipeline = none;
    for (unsigned i = 0; i < 5; i++) { /* it waits: no try is counted against what is not its fault */
        SkTurn turn = SK_TURN_IDLE;
        g_assert_true(sk_runner_work_once(&f->runner, "test", &turn, NULL));
        g_assert_cmpint(turn, ==, SK_TURN_GIVEN_BACK);
        g_assert_cmpint(state_of(f->internet, id), ==, SK_STATE_RECEIVED);
    }
    f->runner.pipeline = f->pipeline;
    work_all(f);
    g_assert_cmpint(state_of(f->internet, id), ==, SK_STATE_OFFERED);
}

/* Bytes that the vault cannot vouch for any more are refused, not handed to a worker. */
static void
an_original_is_damaged(Fixture *f, gconstpointer data)
{
    (void)data;
    g_autofree char *id = hand_in(f, "a.txt", "hanako", sk_span_str("hello\n"));
    g_autofree char *spoil = g_strdup_printf(
        "sh -c 'for f in $(find %s/internet-vault -type f ! -name key); do printf x >> $f; done'", f->dir);
    g_assert_true(g_spawn_command_line_sync(spoil, NULL, NULL, NULL, NULL));
    work_all(f);
    g_assert_cmpint(state_of(f->internet, id), ==, SK_STATE_REFUSED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, f) g_test_add(name, Fixture, NULL, set_up, f, tear_down)
    ADD("/handover/members-by-the-receiver", members_by_the_receiver);
    ADD("/handover/crosses", a_file_crosses);
    ADD("/handover/lies", a_station_that_lies);
    ADD("/handover/killed-before-the-verdict", killed_before_the_verdict);
    ADD("/handover/refused", refused_where_it_is_handed_in);
    ADD("/handover/absent", a_worker_is_absent);
    ADD("/handover/damaged", an_original_is_damaged);
    return g_test_run();
}
