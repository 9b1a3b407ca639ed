/* SPDX-License-Identifier: Apache-2.0
 * test-takeout.c - what goes down: looked through for My Numbers, held for its chain, as it is
 * where a sentence says so, handed over and given out once; and stations that lie about all of it.
 * Runner and intake with real workers. The number is made up: nobody's. */
#include "intake/intake.h"
#include "runner/runner.h"

#include "base/io.h"
#include "base/uuid.h"
#include "passage/passage.h"
#include "store/account.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define NUMBER "1234 5678 9018"
#define HEAD "section-head"
#define BOTH "section-head then security-manager"

static const char policy_text[] =
    "organisation \"見本町\"\nmodel alpha\n"
    "zone mynumber \"マイナンバー利用事務系\" {\n trust 3\n sign-in password\n take-out "
    "forbidden\n}\n"
    "zone lgwan \"LGWAN接続系\" {\n trust 2\n sign-in password\n take-out with approval\n}\n"
    "zone internet \"インターネット接続系\" {\n trust 1\n sign-in password\n reaches internet\n}\n"
    "file from internet to lgwan as rebuilt size to 1 MiB\n"
    "file from lgwan to internet as rebuilt classes 1, 2, 3C within 5 days remind after 1 day "
    "approval section-head then security-manager for classes 3C\n"
    "file from lgwan to internet as rebuilt types tsv approval section-head classes 1 with "
    "my-number "
    "refused\n"
    "file from lgwan to internet as original types csv approval section-head reason required "
    "classes "
    "1\n";

typedef struct {
    char *dir;
    SkPolicy *policy;
    SkStore *mynumber;
    SkStore *lgwan;
    SkStore *internet;
    SkPipeline *pipeline;
    int pair[2]; /* from lgwan down to internet */
    int up[2];   /* from internet up to lgwan */
    SkRunner runner;
    SkIntake below;
    SkIntake above;
} Fixture;

static SkStore *
open_store(const Fixture *f, const char *zone)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_strdup_printf("%s/%s.db", f->dir, zone);
    g_autofree char *vault = g_strdup_printf("%s/%s-vault", f->dir, zone);
    g_assert_true(sk_store_setup(path, vault, zone, &error));
    SkStore *store = sk_store_open(path, vault, &error);
    g_assert_no_error(error);
    SkAccount account = { .name = (char *)(uintptr_t) "hanako",
                          .label = (char *)(uintptr_t) "職員",
                          .role = SK_ROLE_STAFF,
                          .section = (char *)(uintptr_t) "住民課" };
    g_assert_true(
        sk_account_add(store, &account, "$argon2id$v=19$m=65536,t=2,p=1$AA$AA", NULL, &error));
    return store;
}

static void
set_up(Fixture *f, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) diagnostics = NULL;

    (void)data;
    f->dir = g_dir_make_tmp("sk-takeout-XXXXXX", &error);
    g_assert_true(sk_policy_parse(sk_span_str(policy_text), &f->policy, &diagnostics));
    f->mynumber = open_store(f, "mynumber");
    f->lgwan = open_store(f, "lgwan");
    f->internet = open_store(f, "internet");
    f->pipeline = sk_pipeline_new(g_getenv("SEKISHO_BUILD"));
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, f->pair), ==, 0);
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, f->up), ==, 0);
    f->runner = (SkRunner){ .zone = "lgwan",
                            .policy = f->policy,
                            .store = f->lgwan,
                            .pipeline = f->pipeline,
                            .passages = { { "internet", f->pair[0] } },
                            .n_passages = 1,
                            .stop = -1 };
    f->below = (SkIntake){ .zone = "internet",
                           .policy = f->policy,
                           .store = f->internet,
                           .pipeline = f->pipeline,
                           .passages = { { "lgwan", f->pair[1] } },
                           .n_passages = 1,
                           .stop = -1 };
    f->above = (SkIntake){ .zone = "lgwan",
                           .policy = f->policy,
                           .store = f->lgwan,
                           .pipeline = f->pipeline,
                           .passages = { { "internet", f->up[1] } },
                           .n_passages = 1,
                           .stop = -1 };
}

static void
tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    sk_pipeline_free(f->pipeline);
    sk_store_close(f->mynumber);
    sk_store_close(f->lgwan);
    sk_store_close(f->internet);
    sk_policy_unref(f->policy);
    for (int i = 0; i < 2; i++) {
        close(f->pair[i]);
        close(f->up[i]);
    }
    g_autofree char *remove = g_strdup_printf("rm -rf '%s'", f->dir);
    g_assert_true(g_spawn_command_line_sync(remove, NULL, NULL, NULL, NULL));
    g_free(f->dir);
}

static SkCrossing *
get(SkStore *store, const char *id)
{
    SkCrossing *c = NULL;
    g_assert_true(sk_store_get(store, id, &c, NULL));
    return c;
}

/* Handed in at @store for the internet zone, and worked off. */
static SkCrossing *
take_out(Fixture *f, SkStore *store, const char *name, SkSpan content, unsigned class)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SkCrossing) c = NULL;
    g_autofree char *object = NULL;
    uint8_t digest[SK_SHA256_BYTES];
    SkTurn turn = SK_TURN_DONE;
    SkRunner runner = f->runner;
    sk_autofd fd = sk_memfd_from("in", content, &error);

    g_assert_true(sk_vault_put_fd(sk_store_vault(store), fd, 1u << 20, &object, digest, &error));
    g_autofree char *hex = sk_hex(sk_span(digest, sizeof digest));
    SkReceive in = { .to = "internet",
                     .sender = "hanako",
                     .recipient = "hanako",
                     .name = name,
                     .class = class,
                     .takeout_reason = "照会への回答",
                     .object_in = object,
                     .sha256_in = hex,
                     .bytes_in = content.n,
                     .policy_digest = sk_policy_digest(f->policy),
                     .takeout = true };
    g_assert_true(sk_store_receive(store, &in, &c, &error));
    runner.store = store;
    runner.zone = sk_store_zone(store);
    while (turn != SK_TURN_IDLE) {
        g_assert_true(sk_runner_work_once(&runner, "test", &turn, &error));
        g_assert_no_error(error);
        g_assert_cmpint(turn, !=, SK_TURN_GIVEN_BACK);
    }
    return get(store, c->id);
}

static char *
chain_of(const SkCrossing *c)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; c->steps != NULL && i < c->steps->len; i++)
        g_string_append_printf(out, "%s%s", i == 0 ? "" : " then ",
                               g_array_index(c->steps, SkApprovalStep, i).role);
    return g_string_free(out, FALSE);
}

static uint32_t
count_of(SkStore *store, const char *id, SkElement element)
{
    g_autoptr(GArray) findings = NULL;
    uint32_t n = 0;
    g_assert_true(sk_store_findings(store, id, &findings, NULL));
    for (guint i = 0; i < findings->len; i++)
        if (g_array_index(findings, SkStoreFinding, i).element == element)
            n += g_array_index(findings, SkStoreFinding, i).count;
    return n;
}

static void
consent(SkStore *store, const SkCrossing *c, const char *who)
{
    const SkEventDetails d = { .actor = who, .digest = c->sha256_out };
    g_autoptr(GError) error = NULL;
    g_assert_true(sk_store_viewed(store, c->id, who, NULL));
    g_assert_true(sk_store_examined(store, c->id, who, NULL));
    bool ok = sk_crossing_event(store, c->id, SK_EVENT_APPROVE, &d, NULL, &error);
    g_assert_no_error(error);
    g_assert_true(ok);
}

/* Offered, taken in, answered. */
static void
hand_over(Fixture *f, const char *id)
{
    g_autoptr(GError) error = NULL;
    g_assert_true(sk_runner_offer_due(&f->runner, &error));
    g_assert_true(sk_intake_take(&f->below, 0, &error));
    for (int i = 0; i < 2; i++)
        g_assert_true(sk_runner_hear(&f->runner, 0, &error));
    g_autoptr(SkCrossing) sent = get(f->lgwan, id);
    g_assert_cmpint(sent->state, ==, SK_STATE_PASSED);
    g_assert_cmpstr(sent->object_out, ==, "");
}

/* Is @needle in any file of the database of @zone? */
static bool
database_holds(const Fixture *f, const char *zone, const char *needle)
{
    static const char *const parts[] = { "", "-wal" };
    bool found = false;
    for (unsigned i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_autofree char *path = g_strdup_printf("%s/%s.db%s", f->dir, zone, parts[i]);
        g_autofree char *bytes = NULL;
        gsize n = 0;
        if (g_file_get_contents(path, &bytes, &n, NULL))
            found = found || sk_span_find(sk_span(bytes, n), 0, sk_span_str(needle)) != SIZE_MAX;
    }
    return found;
}

static void
by_class(Fixture *f, gconstpointer data)
{
    (void)data;
    g_autoptr(SkCrossing) one = take_out(f, f->lgwan, "お知らせ.txt", sk_span_str("公開資料\n"), 1);
    g_autoptr(SkCrossing) two = take_out(f, f->lgwan, "名簿.txt", sk_span_str("氏名\n"), 3);
    g_autoptr(SkCrossing) three = take_out(f, f->lgwan, "名簿.txt", sk_span_str("氏名\n"), 4);
    g_autofree char *short_chain = chain_of(one);
    g_autofree char *long_chain = chain_of(two);

    g_assert_cmpint(one->state, ==, SK_STATE_HELD);
    g_assert_cmpstr(short_chain, ==, HEAD);
    g_assert_cmpstr(long_chain, ==, BOTH);
    g_assert_cmpint(two->held_until - two->updated, ==, INT64_C(5) * 86400 * G_USEC_PER_SEC);
    g_assert_cmpint(two->remind_at - two->updated, ==, INT64_C(1) * 86400 * G_USEC_PER_SEC);
    g_assert_cmpint(three->state, ==, SK_STATE_REFUSED); /* 3B is not among its classes */
    g_assert_cmpuint(count_of(f->lgwan, one->id, SK_ELEMENT_MY_NUMBER), ==, 0);
    g_assert_cmpuint(count_of(f->lgwan, one->id, SK_ELEMENT_NOT_SCANNED), ==, 0);
}

/* A hit: held for both, told with its line, and nowhere the number; below, nothing of it is known.
 */
static void
number_is_held(Fixture *f, gconstpointer data)
{
    (void)data;
    g_autoptr(SkCrossing) c =
        take_out(f, f->lgwan, "回答.txt", sk_span_str("表題\n番号 " NUMBER "\n"), 1);
    g_autofree char *chain = chain_of(c);
    g_autoptr(GArray) findings = NULL;

    g_assert_cmpint(c->state, ==, SK_STATE_HELD);
    g_assert_cmpstr(chain, ==, BOTH);
    g_assert_true(sk_store_findings(f->lgwan, c->id, &findings, NULL));
    const SkStoreFinding *first = &g_array_index(findings, SkStoreFinding, 0);
    g_assert_cmpint(first->element, ==, SK_ELEMENT_MY_NUMBER);
    g_assert_cmpuint(first->count, ==, 1);
    g_assert_cmpstr(first->place, ==, "line 2");
    g_assert_false(database_holds(f, "lgwan", "9018"));
    consent(f->lgwan, c, "kacho");
    consent(f->lgwan, c, "kanri");
    hand_over(f, c->id);
    g_autoptr(SkCrossing) below = get(f->internet, c->id);
    g_assert_cmpint(below->state, ==, SK_STATE_READY);
    g_assert_cmpuint(count_of(f->internet, c->id, SK_ELEMENT_MY_NUMBER), ==, 0);

    /* Given out once. */
    g_autofree char *token = NULL;
    g_autofree char *again = NULL;
    g_assert_true(sk_store_token_new(f->internet, c->id, "hanako", SK_TOKEN_COLLECT, &token, NULL));
    g_assert_true(sk_store_delivered(f->internet, c->id, "hanako", NULL));
    g_assert_false(
        sk_store_token_new(f->internet, c->id, "hanako", SK_TOKEN_COLLECT, &again, NULL));
    g_autoptr(SkCrossing) after = get(f->internet, c->id);
    g_assert_cmpstr(after->object_out, ==, "");
}

static void
number_is_refused(Fixture *f, gconstpointer data)
{
    (void)data;
    g_autoptr(SkCrossing) hit = take_out(f, f->lgwan, "a.tsv", sk_span_str("a\t123456789018\n"), 1);
    g_autoptr(SkCrossing) no = take_out(f, f->lgwan, "a.tsv", sk_span_str("a\t123456789017\n"), 1);

    g_assert_cmpint(hit->state, ==, SK_STATE_REFUSED);
    g_assert_cmpint(hit->reason, ==, SK_REASON_FORBIDDEN);
    g_assert_cmpuint(count_of(f->lgwan, hit->id, SK_ELEMENT_MY_NUMBER), ==, 1);
    g_assert_cmpint(no->state, ==, SK_STATE_HELD);
}

/* One pixel. */
static const uint8_t picture[] = {
    0x89, 'P',  'N',  'G',  0x0D, 0x0A, 0x1A, 0x0A, 0,    0,    0,    0x0D, 'I',  'H',
    'D',  'R',  0,    0,    0,    1,    0,    0,    0,    1,    8,    2,    0,    0,
    0,    0x90, 0x77, 0x53, 0xDE, 0,    0,    0,    0x0C, 'I',  'D',  'A',  'T',  0x08,
    0xD7, 0x63, 0xF8, 0xCF, 0xC0, 0,    0,    3,    1,    1,    0,    0x18, 0xDD, 0x8D,
    0xB0, 0,    0,    0,    0,    'I',  'E',  'N',  'D',  0xAE, 0x42, 0x60, 0x82,
};

static void
pictures_say_so(Fixture *f, gconstpointer data)
{
    (void)data;
    g_autoptr(SkCrossing) c =
        take_out(f, f->lgwan, "写真.png", sk_span(picture, sizeof picture), 1);

    g_assert_cmpint(c->state, ==, SK_STATE_HELD);
    g_assert_cmpuint(count_of(f->lgwan, c->id, SK_ELEMENT_NOT_SCANNED), ==, 1);
}

/* Byte for byte, with what a worker would have changed told as kept. */
static void
original(Fixture *f, gconstpointer data)
{
    (void)data;
    const char *csv = "name,\"=1+1\"\r\n";
    g_autoptr(SkCrossing) c = take_out(f, f->lgwan, "元.csv", sk_span_str(csv), 1);
    g_autofree char *chain = chain_of(c);

    g_assert_cmpint(c->state, ==, SK_STATE_HELD);
    g_assert_cmpint(c->level, ==, SK_LEVEL_ORIGINAL);
    g_assert_cmpstr(c->sha256_out, ==, c->sha256_in);
    g_assert_cmpstr(c->object_out, !=, c->object_in);
    g_assert_cmpstr(chain, ==, HEAD);
    g_autoptr(GArray) findings = NULL;
    g_assert_true(sk_store_findings(f->lgwan, c->id, &findings, NULL));
    for (guint i = 0; i < findings->len; i++)
        g_assert_cmpint(g_array_index(findings, SkStoreFinding, i).action, ==, SK_VERDICT_KEPT);
    g_assert_cmpuint(count_of(f->lgwan, c->id, SK_ELEMENT_CSV_FORMULA), ==, 1);
    consent(f->lgwan, c, "kacho");
    hand_over(f, c->id);
    g_autoptr(SkCrossing) below = get(f->internet, c->id);
    g_assert_cmpint(below->state, ==, SK_STATE_READY);
    g_assert_cmpint(below->level, ==, SK_LEVEL_ORIGINAL);
    sk_autofd fd = sk_vault_get(sk_store_vault(f->internet), below->object_out, 1u << 20,
                                below->sha256_out, NULL);
    g_assert_cmpint(fd, >=, 0);
    g_autoptr(GBytes) bytes = sk_memfd_map(fd, NULL);
    g_assert_true(sk_span_equal(sk_span_bytes(bytes), sk_span_str(csv)));
    /* What is not what it is called does not leave even so. */
    g_autoptr(SkCrossing) lie =
        take_out(f, f->lgwan, "元.csv", sk_span(picture, sizeof picture), 1);
    g_assert_cmpint(lie->state, ==, SK_STATE_REFUSED);
    /* Nor does it leave as it is in another class. */
    g_autoptr(SkCrossing) other = take_out(f, f->lgwan, "元.csv", sk_span_str(csv), 2);
    g_assert_cmpint(other->state, ==, SK_STATE_REFUSED);
}

/* ---- stations that lie ------------------------------------------------------------------------
 */

static void
claim_words(SkHandover *h, const char *from, const char *to)
{
    g_strlcpy(h->from, from, sizeof h->from);
    g_strlcpy(h->to, to, sizeof h->to);
    g_strlcpy(h->sender, "hanako", sizeof h->sender);
    g_strlcpy(h->recipient, "hanako", sizeof h->recipient);
    g_strlcpy(h->name, "a.csv", sizeof h->name);
}

/* (transfer full): the id of an offer of "=1+1" that calls itself @level, sent into @sock. */
static char *
offer_csv(int sock, const char *from, const char *to, SkLevel level)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *id = sk_uuid_new();
    SkSpan text = sk_span_str("=1+1\r\n");
    SkHandover h = {
        .kind = SK_HANDOVER_FILE,
        .type = SK_TYPE_CSV, .level = level, .size = text.n, .created = 1, .information_class = 1
    };
    g_autoptr(SkReport) report = sk_report_new();
    sk_autofd content = sk_memfd_from("c", text, &error);

    g_strlcpy(h.crossing, id, sizeof h.crossing);
    claim_words(&h, from, to);
    g_assert_true(sk_passage_digest(content, h.digest, &error));
    report->outcome = SK_OUTCOME_CLEAN;
    report->reason = SK_REASON_NONE;
    report->type_in = SK_TYPE_CSV;
    report->type_out = SK_TYPE_CSV;
    report->level = sk_handover_report_level(level);
    g_autoptr(GBytes) frame = sk_report_emit(report);
    sk_autofd said = sk_memfd_from("r", sk_span_bytes(frame), &error);
    g_assert_true(sk_passage_offer(sock, &h, content, said, -1, &error));
    return g_steal_pointer(&id);
}

/* From less trust to more nothing is ever "original", whatever the frame says. */
static void
no_original_up(Fixture *f, gconstpointer data)
{
    (void)data;
    g_autofree char *id = offer_csv(f->up[0], "internet", "lgwan", SK_LEVEL_ORIGINAL);
    g_assert_true(sk_intake_take(&f->above, 0, NULL));
    g_autoptr(SkCrossing) c = get(f->lgwan, id);
    g_assert_cmpint(c->state, ==, SK_STATE_REFUSED);
    /* Nor `inspected`, which is the nearest thing to it. */
    g_autofree char *inspected = offer_csv(f->up[0], "internet", "lgwan", SK_LEVEL_INSPECTED);
    g_assert_true(sk_intake_take(&f->above, 0, NULL));
    g_autoptr(SkCrossing) d = get(f->lgwan, inspected);
    g_assert_cmpint(d->state, ==, SK_STATE_REFUSED);
}

/* The zone that nothing leaves: not from its own runner, not through a passage, not by another's
 * name. */
static void
nothing_from_mynumber(Fixture *f, gconstpointer data)
{
    (void)data;
    g_autoptr(SkCrossing) c = take_out(f, f->mynumber, "a.txt", sk_span_str("a\n"), 1);
    g_assert_cmpint(c->state, ==, SK_STATE_REFUSED);
    g_assert_cmpint(c->reason, ==, SK_REASON_FORBIDDEN);

    SkIntake from = f->below;
    from.passages[0].zone = "mynumber";
    static const SkLevel levels[] = { SK_LEVEL_REBUILT, SK_LEVEL_TEXT, SK_LEVEL_ORIGINAL };
    for (unsigned i = 0; i < G_N_ELEMENTS(levels); i++) {
        g_autofree char *id = offer_csv(f->pair[0], "mynumber", "internet", levels[i]);
        g_assert_true(sk_intake_take(&from, 0, NULL));
        g_autoptr(SkCrossing) arrived = get(f->internet, id);
        g_assert_cmpint(arrived->state, ==, SK_STATE_REFUSED);
        g_assert_cmpint(arrived->reason, ==, SK_REASON_FORBIDDEN);
    }
    /* Up to lgwan as little, and a station below that says it speaks for mynumber is not heard at
     * all. */
    g_autofree char *up = offer_csv(f->up[0], "mynumber", "lgwan", SK_LEVEL_REBUILT);
    g_autoptr(SkCrossing) none = NULL;
    g_assert_true(sk_intake_take(&f->above, 0, NULL));
    g_assert_false(sk_store_get(f->lgwan, up, &none, NULL));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/takeout/by-class", Fixture, NULL, set_up, by_class, tear_down);
    g_test_add("/takeout/number-is-held", Fixture, NULL, set_up, number_is_held, tear_down);
    g_test_add("/takeout/number-is-refused", Fixture, NULL, set_up, number_is_refused, tear_down);
    g_test_add("/takeout/pictures-say-so", Fixture, NULL, set_up, pictures_say_so, tear_down);
    g_test_add("/takeout/original", Fixture, NULL, set_up, original, tear_down);
    g_test_add("/takeout/no-original-up", Fixture, NULL, set_up, no_original_up, tear_down);
    g_test_add("/takeout/nothing-from-mynumber", Fixture, NULL, set_up, nothing_from_mynumber,
               tear_down);
    return g_test_run();
}
