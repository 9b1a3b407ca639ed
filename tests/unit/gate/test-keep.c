/* SPDX-License-Identifier: Apache-2.0
 * test-keep.c - the receiving end with a real store behind it: what was said 250 to is there, what was not is not. */
#include "gate/keep.h"

#include "store/mail.h"
#include "unit/store/fixture.h"

#define ZONES                                                                                                          \
    "organisation \"見本町\"\nmodel alpha\n"                                                                           \
    "zone lgwan \"LGWAN接続系\" {\n trust 2\n sign-in password\n take-out with approval\n}\n"                          \
    "zone mynumber \"利用事務系\" {\n trust 3\n sign-in password\n take-out forbidden\n}\n"                            \
    "zone internet \"インターネット接続系\" {\n trust 1\n sign-in password\n reaches internet\n}\n"
#define MAIL "LHLO mta.jp\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<taro@town.example.jp>\r\nRCPT TO:<jiro@town.example.jp>\r\nDATA\r\n"

typedef struct {
    Station s;
    SkPolicy *policy;
    SkMessages *messages;
    SkReceiveRole role;
} Fixture;

static void
up(Fixture *f, const char *sentences)
{
    g_autoptr(GPtrArray) diagnostics = NULL;
    g_autofree char *text = g_strconcat(ZONES, sentences, NULL);
    g_autofree char *dir = g_build_filename(g_getenv("SEKISHO_SOURCE"), "data", "messages", NULL);

    fixture_up(&f->s, "internet");
    g_assert_true(sk_policy_parse(sk_span_str(text), &f->policy, &diagnostics));
    g_assert_true(sk_messages_load(dir, &f->messages, NULL));
    f->role = (SkReceiveRole){ .zone = "internet", .origin = "http://internet.localhost", .policy = f->policy,
                               .store = f->s.store, .messages = f->messages, .listener = -1, .stop = -1 };
}

static void
down(Fixture *f)
{
    sk_policy_unref(f->policy);
    sk_messages_free(f->messages);
    fixture_down(&f->s);
}

static char *
talk(Fixture *f, const char *said)
{
    SkKeep *keep = sk_keep_new(&f->role, "internet.localhost");
    SkLmtp *lmtp = sk_lmtp_new("h", sk_keep_size_max(keep), sk_keep_calls(), keep);
    sk_lmtp_feed(lmtp, sk_span_str(said));
    char *out = sk_span_dup(sk_lmtp_output(lmtp));
    sk_lmtp_free(lmtp);
    sk_keep_free(keep);
    return out;
}

static unsigned
objects(Fixture *f)
{
    g_autoptr(GPtrArray) ids = sk_vault_list(sk_store_vault(f->s.store), -HOUR, NULL);
    return ids->len;
}

static void
kept(void)
{
    Fixture f;
    up(&f, "mail from internet to lgwan as text size to 1 KiB\n");
    g_autofree char *out = talk(&f, MAIL "Subject: x\r\n\r\ny\r\n.\r\n");
    g_assert_true(g_str_has_suffix(out, "354 End it with a dot\r\n250 2.0.0 Ok\r\n250 2.0.0 Ok\r\n"));

    g_autoptr(SkCrossing) row = NULL;
    g_autoptr(SkEnvelope) envelope = NULL;
    GError *error = NULL;
    g_assert_true(sk_store_claim(f.s.store, "w", HOUR, &row, &error));
    g_assert_true(row != NULL && row->mail);
    g_assert_cmpstr(row->to, ==, "lgwan");
    g_assert_true(sk_store_envelope(f.s.store, row->id, &envelope, &error));
    g_assert_cmpstr(envelope->sender, ==, "a@example.com");
    g_assert_cmpuint(envelope->recipients->len, ==, 2);
    sk_autofd fd = sk_vault_get(sk_store_vault(f.s.store), row->object_in, 4096, row->sha256_in, &error);
    g_assert_no_error(error);
    char bytes[512] = { 0 };
    g_assert_cmpint(pread(fd, bytes, sizeof bytes - 1, 0), >, 0);
    g_assert_true(g_str_has_prefix(bytes, "Received: by internet.localhost (Sekisho) with LMTP; "));
    g_assert_true(g_str_has_suffix(bytes, "+0900\r\nSubject: x\r\n\r\ny\r\n"));
    down(&f);
}

static void
not_kept(void)
{
    static const struct {
        const char *sentences, *said, *end;
    } cases[] = {
        { "mail from internet to lgwan as text size to 1 KiB\n", MAIL "half of it", "354 End it with a dot\r\n" },
        { "mail from internet to lgwan as text size to 1 KiB\n", MAIL "x\ny\r\n.\r\n",
          "550 5.6.0 A line of it ends in a bare CR or LF\r\n" },
        { "", MAIL "x\r\n.\r\n", "503 5.5.1 Nobody to take it\r\n500 5.5.1 There is no such command\r\n500 5.5.1 There is no such command\r\n" },
        { "file from internet to lgwan as rebuilt\n", "LHLO x\r\nMAIL FROM:<>\r\n", "550 5.7.1 No sentence of the policy lets this in\r\n" },
        /* By which of two a mail goes, nothing says. */
        { "mail from internet to lgwan as text\nmail from internet to mynumber as text\n", "LHLO x\r\nMAIL FROM:<>\r\n",
          "550 5.7.1 No sentence of the policy lets this in\r\n" },
        /* Not carried out: as if it were not there. */
        { "mail from internet to lgwan as text approval section-head\n", "LHLO x\r\nMAIL FROM:<>\r\n",
          "550 5.7.1 No sentence of the policy lets this in\r\n" },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        Fixture f;
        up(&f, cases[i].sentences);
        g_autofree char *out = talk(&f, cases[i].said);
        g_autoptr(SkCrossing) row = NULL;
        g_assert_true(g_str_has_suffix(out, cases[i].end));
        g_assert_true(sk_store_claim(f.s.store, "w", HOUR, &row, NULL));
        g_assert_null(row);
        g_assert_cmpuint(objects(&f), ==, 0);
        down(&f);
    }
}

static void
too_large(void)
{
    Fixture f;
    up(&f, "mail from internet to lgwan as text size to 1 KiB\n");
    g_autofree char *body = g_strnfill(2000, 'x');
    g_autofree char *said = g_strconcat(MAIL, body, "\r\n.\r\n", NULL);
    g_autofree char *out = talk(&f, said);
    g_assert_true(g_str_has_suffix(out, "552 5.3.4 Too large\r\n552 5.3.4 Too large\r\n"));
    g_assert_cmpuint(objects(&f), ==, 0);
    down(&f);
}

/* A row that cannot be written leaves neither a 250 nor an object. */
static void
no_room(void)
{
    Fixture f;
    up(&f, "mail from internet to lgwan as text size to 1 KiB\n");
    g_assert_cmpint(sqlite3_exec(f.s.store->db, "PRAGMA max_page_count = 1", NULL, NULL, NULL), ==, SQLITE_OK);
    g_autofree char *filler = g_strnfill(900, 'x');
    bool refused = false;
    for (unsigned i = 0; i < 400 && !refused; i++) {
        g_autofree char *said = g_strconcat(MAIL, filler, "\r\n.\r\n", NULL);
        unsigned before = objects(&f);
        g_autofree char *out = talk(&f, said);
        refused = g_str_has_suffix(out, "452 4.3.1 No room, try again\r\n452 4.3.1 No room, try again\r\n");
        g_assert_cmpuint(objects(&f), ==, before + !refused);
    }
    g_assert_true(refused);
    down(&f);
}

static void
told(void)
{
    Fixture f;
    up(&f, "mail from internet to lgwan as text size to 1 KiB\n");
    g_autofree char *out = talk(&f, MAIL "Subject: x\r\n\r\ny\r\n.\r\n");
    g_autoptr(SkCrossing) row = NULL, notice = NULL;
    g_autoptr(SkEnvelope) envelope = NULL;
    GError *error = NULL;
    bool any = true;
    const SkEventDetails d = { .worker = "w", .reason = SK_REASON_AMBIGUOUS };

    g_assert_true(sk_keep_tell_one(&f.role, "internet.localhost", &any, &error));
    g_assert_false(any);
    g_assert_true(sk_store_claim(f.s.store, "w", HOUR, &row, &error));
    g_assert_true(sk_crossing_event(f.s.store, row->id, SK_EVENT_REFUSE, &d, NULL, &error));
    g_assert_true(sk_keep_tell_one(&f.role, "internet.localhost", &any, &error));
    g_assert_true(any);
    g_assert_true(sk_keep_tell_one(&f.role, "internet.localhost", &any, &error));
    g_assert_false(any);
    g_assert_true(sk_store_claim(f.s.store, "w", HOUR, &notice, &error));
    g_assert_true(notice != NULL && notice->mail);
    g_assert_true(sk_store_envelope(f.s.store, notice->id, &envelope, &error));
    g_assert_true(envelope->notice && envelope->sender[0] == '\0' && envelope->recipients->len == 2);
    down(&f);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/keep/kept", kept);
    g_test_add_func("/keep/not-kept", not_kept);
    g_test_add_func("/keep/too-large", too_large);
    g_test_add_func("/keep/no-room", no_room);
    g_test_add_func("/keep/told", told);
    return g_test_run();
}
