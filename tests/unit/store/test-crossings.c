/* SPDX-License-Identifier: Apache-2.0
 * test-crossings.c - crossings in the database: every state against every event, approvals, leases,
 * hand-overs, tokens, expiry, and what each of them leaves in history and queue. */
#include "fixture.h"

#include "base/uuid.h"

#include <fcntl.h>
#include <sys/stat.h>

/* The events that bring a fresh crossing into each state. */
static const struct {
    SkBox box;
    SkState state;
    SkEvent path[4];
} ways[] = {
    { SK_BOX_SENT, SK_STATE_RECEIVED, { 0 } },
    { SK_BOX_SENT, SK_STATE_WORKING, { SK_EVENT_CLAIM } },
    { SK_BOX_SENT, SK_STATE_OFFERED, { SK_EVENT_CLAIM, SK_EVENT_OFFER } },
    { SK_BOX_SENT, SK_STATE_PASSED, { SK_EVENT_CLAIM, SK_EVENT_OFFER, SK_EVENT_PASS } },
    { SK_BOX_SENT, SK_STATE_HELD, { SK_EVENT_CLAIM, SK_EVENT_HOLD, SK_EVENT_EXAMINE } },
    { SK_BOX_SENT, SK_STATE_REFUSED, { SK_EVENT_CLAIM, SK_EVENT_REFUSE } },
    { SK_BOX_SENT, SK_STATE_DENIED, { SK_EVENT_CLAIM, SK_EVENT_HOLD, SK_EVENT_DENY } },
    { SK_BOX_SENT, SK_STATE_EXPIRED, { SK_EVENT_EXPIRE } },
    { SK_BOX_ARRIVED, SK_STATE_ARRIVED, { 0 } },
    { SK_BOX_ARRIVED, SK_STATE_READY, { SK_EVENT_CLEAR } },
    { SK_BOX_ARRIVED, SK_STATE_DELIVERED, { SK_EVENT_CLEAR, SK_EVENT_DELIVER } },
    { SK_BOX_ARRIVED, SK_STATE_HELD, { SK_EVENT_HOLD } },
    { SK_BOX_ARRIVED, SK_STATE_REFUSED, { SK_EVENT_REFUSE } },
    { SK_BOX_ARRIVED, SK_STATE_DENIED, { SK_EVENT_HOLD, SK_EVENT_DENY } },
    { SK_BOX_ARRIVED, SK_STATE_EXPIRED, { SK_EVENT_EXPIRE } },
};

static bool
expire_work(SkStore *store, void *data, GError **error)
{
    return sk_db_event(store, data, SK_EVENT_EXPIRE, NULL, true, error);
}

static bool
try_event(SkStore *store, char *id, SkEvent event, GError **error)
{
    if (event == SK_EVENT_EXPIRE)
        return sk_db_do(store, expire_work, id, error);
    return fixture_try(store, id, event, error);
}

static char *
bring_into(SkStore *store, size_t way)
{
    g_autoptr(SkCrossing) row = NULL;
    g_autofree char *uuid = sk_uuid_new();
    if (ways[way].box == SK_BOX_SENT)
        row = fixture_receive(store, "taro", 0);
    else
        row = fixture_arrive(store, uuid, "result", NULL, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(ways[way].path) && ways[way].path[i] != 0; i++)
        g_assert_true(try_event(store, row->id, ways[way].path[i], NULL));
    g_assert_cmpint(fixture_state(store, row->id), ==, ways[way].state);
    return g_steal_pointer(&row->id);
}

/* What a row and the whole database look like, to see that a refused event wrote nothing. */
static int64_t
fingerprint(SkStore *store)
{
    return fixture_int(
        store,
        "SELECT (SELECT version FROM station) * 1000000 + (SELECT count(*) FROM acts) * 1000 + "
        "(SELECT count(*) FROM leaf_queue)");
}

static void
cell(SkStore *store, size_t way, SkEvent event)
{
    g_autofree char *id = bring_into(store, way);
    int64_t before = fingerprint(store);
    SkState to = sk_crossing_next(ways[way].box, ways[way].state, event);
    /* Collecting picks DELIVER or REPEAT by itself. */
    if ((event == SK_EVENT_DELIVER && ways[way].state == SK_STATE_DELIVERED) ||
        (event == SK_EVENT_REPEAT && ways[way].state == SK_STATE_READY))
        to = SK_STATE_DELIVERED;
    /* Of what is ready only a mail may be refused (test-mail.c). */
    if (event == SK_EVENT_REFUSE && ways[way].state == SK_STATE_READY)
        to = SK_STATE_NONE;
    bool ok = try_event(store, id, event, NULL);
    g_assert_cmpint(ok, ==, to != SK_STATE_NONE);
    g_assert_cmpint(fixture_state(store, id), ==, ok ? to : ways[way].state);
    g_assert_cmpint(fingerprint(store), ==, before + (ok ? 1001001 : 0));
    /* The counts of the queues say what the rows say. */
    g_assert_cmpint(
        fixture_int(store,
                    "SELECT count(*) FROM queues WHERE rows <> (SELECT count(*) FROM crossings c "
                    "WHERE c.box = queues.box AND c.state = queues.state)"),
        ==, 0);
    if (fixture_state(store, id) != SK_STATE_EXPIRED) /* out of the way of the next claim */
        g_assert_true(try_event(store, id, SK_EVENT_EXPIRE, NULL));
}

static void
cells(void)
{
    Station sending = { 0 };
    Station receiving = { 0 };
    fixture_up(&sending, "internet");
    fixture_up(&receiving, "lgwan");
    for (size_t way = 0; way < G_N_ELEMENTS(ways); way++)
        for (int event = SK_EVENT_RECEIVE; event < SK_EVENT_COUNT; event++)
            cell(ways[way].box == SK_BOX_SENT ? sending.store : receiving.store, way,
                 (SkEvent)event);
    fixture_down(&sending);
    fixture_down(&receiving);
}

static void
refused(SkStore *store, const char *id, SkEvent event, const SkEventDetails *d, const char *why)
{
    g_autoptr(GError) error = NULL;
    int64_t before = fingerprint(store);
    g_assert_false(sk_crossing_event(store, id, event, d, NULL, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_FORBIDDEN);
    g_assert_cmpstr(sk_store_why(store), ==, why);
    g_assert_cmpint(fingerprint(store), ==, before);
}

static void
approvals(void)
{
    Station s = { 0 };
    fixture_up(&s, "internet");
    g_autofree char *id = bring_into(s.store, 4);
    g_autoptr(SkCrossing) row = NULL;
    g_assert_true(sk_store_get(s.store, id, &row, NULL));
    g_assert_cmpstr(row->approval, ==, "section-head");

    SkEventDetails d = { .actor = "kacho", .digest = row->sha256_out, .version = row->version };
    SkEventDetails own = d;
    own.actor = "taro";
    refused(s.store, id, SK_EVENT_APPROVE, &own, "own-crossing");
    own.actor = "hanako";
    refused(s.store, id, SK_EVENT_APPROVE, &own, "own-crossing");
    SkEventDetails other = d;
    other.digest = row->sha256_in;
    refused(s.store, id, SK_EVENT_APPROVE, &other, "changed");
    other.digest = NULL;
    refused(s.store, id, SK_EVENT_APPROVE, &other, "changed");
    other = d;
    other.version = row->version - 1;
    refused(s.store, id, SK_EVENT_APPROVE, &other, "changed");
    refused(s.store, "01890a5d-ac96-774b-bcce-b302099a8057", SK_EVENT_APPROVE, &d, "not-found");

    fixture_event(s.store, id, SK_EVENT_APPROVE, &d);
    refused(s.store, id, SK_EVENT_APPROVE, &d, "already-decided");
    SkEventDetails deny = { .actor = "kacho", .note = "別の係へ" };
    refused(s.store, id, SK_EVENT_DENY, &deny, "already-decided");

    g_autoptr(SkCrossing) after = NULL;
    g_assert_true(sk_store_get(s.store, id, &after, NULL));
    g_assert_cmpstr(after->approved_by, ==, "kacho");
    g_assert_cmpint(after->approved_at, ==, T0);
    fixture_down(&s);
}

/* Two processes click at once: exactly one wins, and one act is written. */
static void
approve_at_once(void)
{
    Station s = { 0 };
    fixture_up(&s, "internet");
    g_autofree char *id = bring_into(s.store, 4);
    g_autoptr(SkCrossing) row = NULL;
    g_assert_true(sk_store_get(s.store, id, &row, NULL));
    sk_store_close(g_steal_pointer(&s.store)); /* a connection does not cross a fork */
    int gate[2];
    g_assert_cmpint(pipe(gate), ==, 0);
    pid_t children[4];
    for (int i = 0; i < 4; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            char byte = 0;
            close(gate[1]);
            SkStore *store = fixture_open(&s);
            SkEventDetails d = { .actor = "kacho",
                                 .digest = row->sha256_out,
                                 .version = row->version };
            if (read(gate[0], &byte, 1) != 0)
                _exit(9);
            _exit(sk_crossing_event(store, id, SK_EVENT_APPROVE, &d, NULL, NULL) ? 0
                  : strcmp(sk_store_why(store), "already-decided") == 0          ? 1
                                                                                 : 2);
        }
    }
    close(gate[0]);
    close(gate[1]);
    int won = 0;
    for (int i = 0; i < 4; i++) {
        int status = 0;
        waitpid(children[i], &status, 0);
        g_assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 2);
        won += WEXITSTATUS(status) == 0;
    }
    g_assert_cmpint(won, ==, 1);
    s.store = fixture_open(&s);
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM acts WHERE act = 'approve'"), ==, 1);
    fixture_down(&s);
}

/* Eight processes claim from a queue of 20: each crossing once. */
static void
claim_at_once(void)
{
    Station s = { 0 };
    fixture_up(&s, "internet");
    for (int i = 0; i < 20; i++)
        sk_crossing_free(fixture_receive(s.store, "taro", 0));
    sk_store_close(g_steal_pointer(&s.store));
    pid_t children[8];
    for (int i = 0; i < 8; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            SkStore *store = fixture_open(&s);
            int got = 0;
            g_autofree char *worker = g_strdup_printf("w%d", i);
            for (;;) {
                SkCrossing *c = NULL;
                if (!sk_store_claim(store, worker, HOUR, &c, NULL))
                    _exit(99);
                if (c == NULL)
                    break;
                got++;
            }
            _exit(got);
        }
    }
    int sum = 0;
    for (int i = 0; i < 8; i++) {
        int status = 0;
        waitpid(children[i], &status, 0);
        sum += WEXITSTATUS(status);
    }
    g_assert_cmpint(sum, ==, 20);
    s.store = fixture_open(&s);
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM acts WHERE act = 'claim'"), ==, 20);
    fixture_down(&s);
}

static SkCrossing *
claim(SkStore *store, const char *worker, int64_t lease)
{
    GError *error = NULL;
    SkCrossing *c = NULL;
    g_assert_true(sk_store_claim(store, worker, lease, &c, &error));
    g_assert_no_error(error);
    return c;
}

static void
leases(void)
{
    Station s = { 0 };
    fixture_up(&s, "internet");
    g_autoptr(SkCrossing) row = fixture_receive(s.store, "taro", 0);
    for (unsigned try = 1; try <= SK_STORE_TRIES_MAX; try++) {
        g_autoptr(SkCrossing) first = claim(s.store, "a", 60 * G_USEC_PER_SEC);
        g_assert_cmpstr(first->id, ==, row->id);
        g_assert_cmpuint(first->tries, ==, try);
        g_assert_null(claim(s.store, "b", HOUR));
        /* The wall clock may go where it likes. */
        s.wall -= 5 * HOUR;
        g_assert_null(claim(s.store, "b", HOUR));
        s.wall += 500 * HOUR;
        g_assert_null(claim(s.store, "b", HOUR));
        s.boot += 59 * G_USEC_PER_SEC;
        g_assert_true(sk_store_renew(s.store, row->id, "a", 60 * G_USEC_PER_SEC, NULL));
        g_assert_false(sk_store_renew(s.store, row->id, "b", HOUR, NULL));
        g_assert_cmpstr(sk_store_why(s.store), ==, "lease-lost");
        s.boot += 59 * G_USEC_PER_SEC;
        g_assert_null(claim(s.store, "b", HOUR));
        s.boot += 1 * G_USEC_PER_SEC;
    }
    g_assert_null(claim(s.store, "b", HOUR));
    g_autoptr(SkCrossing) end = NULL;
    g_assert_true(sk_store_get(s.store, row->id, &end, NULL));
    g_assert_cmpint(end->state, ==, SK_STATE_REFUSED);
    g_assert_cmpint(end->reason, ==, SK_REASON_GAVE_UP);
    fixture_down(&s);
}

/* One that cannot be worked on here and now is tried again and again, and holds up nobody. */
static void
given_back(void)
{
    Station s = { 0 };
    SkEventDetails a = { .worker = "a" };
    fixture_up(&s, "internet");
    g_autoptr(SkCrossing) stuck = fixture_receive(s.store, "taro", 0);
    for (unsigned i = 0; i < 3; i++) {
        s.wall += G_USEC_PER_SEC;
        g_autoptr(SkCrossing) next = fixture_receive(s.store, "hanako", 0);
        g_autoptr(SkCrossing) first = claim(s.store, "a", HOUR);
        g_assert_cmpstr(first->id, ==, i == 0 ? stuck->id : next->id);
        if (i == 0) {
            s.wall += G_USEC_PER_SEC;
            g_assert_true(sk_crossing_event(s.store, stuck->id, SK_EVENT_RELEASE, &a, NULL, NULL));
            g_autoptr(SkCrossing) second = claim(s.store, "b", HOUR);
            g_assert_cmpstr(second->id, ==, next->id);
        }
    }
    g_autoptr(SkCrossing) alone = claim(s.store, "a", HOUR); /* nothing else waits */
    g_assert_cmpstr(alone->id, ==, stuck->id);
    g_assert_true(sk_crossing_event(s.store, stuck->id, SK_EVENT_RELEASE, &a, NULL, NULL));
    s.wall += 31 * G_USEC_PER_SEC;
    g_autoptr(SkCrossing) later = fixture_receive(s.store, "hanako", 0);
    g_autoptr(SkCrossing) rested = claim(s.store, "a", HOUR); /* its turn again, before the later one */
    g_assert_cmpstr(rested->id, ==, stuck->id);
    fixture_down(&s);
}

/* The next runner starts: what the dead one held goes on at once, and the try is counted. */
static void
leases_lapse(void)
{
    Station s = { 0 };
    fixture_up(&s, "internet");
    g_autoptr(SkCrossing) row = fixture_receive(s.store, "taro", 0);
    sk_crossing_free(claim(s.store, "a", HOUR));
    g_assert_null(claim(s.store, "b", HOUR));
    g_assert_true(sk_store_lapse(s.store, NULL));
    g_autoptr(SkCrossing) again = claim(s.store, "b", HOUR);
    g_assert_cmpstr(again->id, ==, row->id);
    g_assert_cmpuint(again->tries, ==, 2);
    SkEventDetails late = { .worker = "a", .reason = SK_REASON_TIMEOUT };
    refused(s.store, row->id, SK_EVENT_REFUSE, &late, "lease-lost");
    fixture_down(&s);
}

static void
lease_lost(void)
{
    Station s = { 0 };
    fixture_up(&s, "internet");
    g_autoptr(SkCrossing) row = fixture_receive(s.store, "taro", 0);
    sk_crossing_free(claim(s.store, "a", 60 * G_USEC_PER_SEC));
    s.boot += 61 * G_USEC_PER_SEC;
    sk_crossing_free(claim(s.store, "b", HOUR));
    SkEventDetails late = { .worker = "a", .reason = SK_REASON_TIMEOUT };
    refused(s.store, row->id, SK_EVENT_REFUSE, &late, "lease-lost");
    late.worker = NULL;
    refused(s.store, row->id, SK_EVENT_REFUSE, &late, "lease-lost");
    /* Another boot of the machine: nobody works on it any more. */
    g_free(s.store->boot);
    s.store->boot = g_strdup("another");
    g_autoptr(SkCrossing) again = claim(s.store, "c", HOUR);
    g_assert_cmpstr(again->worker, ==, "c");
    g_assert_cmpuint(again->tries, ==, 3);
    /* Given back, it costs no try. */
    SkEventDetails back = { .worker = "c" };
    fixture_event(s.store, row->id, SK_EVENT_RELEASE, &back);
    g_autoptr(SkCrossing) last = claim(s.store, "c", HOUR);
    g_assert_cmpuint(last->tries, ==, 3);
    fixture_down(&s);
}

static unsigned
offered(SkStore *store, const char *to)
{
    g_autoptr(GPtrArray) rows = NULL;
    g_assert_true(sk_store_offers(store, to, 10, &rows, NULL));
    return rows->len;
}

static void
offers(void)
{
    Station s = { 0 };
    fixture_up(&s, "internet");
    g_autofree char *id = bring_into(s.store, 2);
    g_assert_cmpuint(offered(s.store, "lgwan"), ==, 1);
    g_assert_cmpuint(offered(s.store, "mynumber"), ==, 0);
    int64_t wait = G_USEC_PER_SEC;
    for (int i = 0; i < 12; i++) {
        g_assert_true(sk_store_offer_failed(s.store, id, NULL));
        s.boot += wait - 1;
        g_assert_cmpuint(offered(s.store, "lgwan"), ==, 0);
        s.boot += 1;
        g_assert_cmpuint(offered(s.store, "lgwan"), ==, 1);
        wait = MIN(2 * wait, 300 * (int64_t)G_USEC_PER_SEC);
    }
    fixture_event(s.store, id, SK_EVENT_PASS, NULL);
    g_assert_true(sk_store_offer_failed(s.store, id, NULL));
    g_assert_cmpuint(offered(s.store, "lgwan"), ==, 0);
    fixture_down(&s);
}

static void
arrivals(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    g_autofree char *id = sk_uuid_new();
    bool existing = true;
    g_autoptr(SkCrossing) first = fixture_arrive(s.store, id, "result", &existing, NULL);
    g_assert_nonnull(first);
    g_assert_false(existing);
    int64_t before = fingerprint(s.store);
    g_autoptr(SkCrossing) second = fixture_arrive(s.store, id, "result", &existing, NULL);
    g_assert_nonnull(second);
    g_assert_true(existing);
    g_assert_cmpstr(second->object_out, ==, first->object_out);
    g_autoptr(GError) error = NULL;
    g_assert_null(fixture_arrive(s.store, id, "another result", &existing, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_AMBIGUOUS);
    g_assert_cmpstr(sk_store_why(s.store), ==, "digest-differs");
    g_assert_cmpint(fingerprint(s.store), ==, before);
    /* A crossing of our own going out cannot be claimed as one that comes in. */
    g_autoptr(SkCrossing) sent = fixture_receive(s.store, "hanako", 0);
    g_clear_error(&error);
    g_assert_null(fixture_arrive(s.store, sent->id, "original", &existing, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_AMBIGUOUS);
    g_clear_error(&error);
    g_assert_null(fixture_arrive(s.store, "not-an-id", "result", &existing, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_MALFORMED);
    fixture_down(&s);
}

static void
tokens(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    g_autofree char *waiting = bring_into(s.store, 8);
    g_autofree char *id = bring_into(s.store, 9);
    g_autofree char *token = NULL;
    g_autofree char *account = NULL;
    g_autoptr(SkCrossing) row = NULL;
    SkTokenPurpose purpose = 0;
    g_assert_false(sk_store_token_new(s.store, waiting, "hanako", SK_TOKEN_COLLECT, &token, NULL));
    g_assert_cmpstr(sk_store_why(s.store), ==, "forbidden-state");
    g_assert_true(sk_store_token_new(s.store, id, "hanako", SK_TOKEN_COLLECT, &token, NULL));
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM tokens"), ==, 1);
    g_assert_true(sk_store_token_use(s.store, token, &row, &account, &purpose, NULL));
    g_assert_cmpstr(row->id, ==, id);
    g_assert_cmpstr(account, ==, "hanako");
    g_assert_cmpint(purpose, ==, SK_TOKEN_COLLECT);
    g_autoptr(SkCrossing) twice = NULL;
    g_autofree char *nobody = NULL;
    g_assert_false(sk_store_token_use(s.store, token, &twice, &nobody, &purpose, NULL));
    g_assert_cmpstr(sk_store_why(s.store), ==, "token-unknown");

    g_autofree char *late = NULL;
    g_assert_true(sk_store_token_new(s.store, id, "hanako", SK_TOKEN_COLLECT, &late, NULL));
    s.boot += SK_STORE_TOKEN_LIFE;
    g_assert_false(sk_store_token_use(s.store, late, &twice, &nobody, &purpose, NULL));
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM tokens"), ==, 0);
    g_assert_false(sk_store_token_use(s.store, "zz", &twice, &nobody, &purpose, NULL));

    /* Withdrawn between the token and its use. */
    g_autofree char *gone = NULL;
    g_assert_true(sk_store_token_new(s.store, id, "hanako", SK_TOKEN_COLLECT, &gone, NULL));
    g_assert_true(sk_db_do(s.store, expire_work, id, NULL));
    g_assert_false(sk_store_token_use(s.store, gone, &twice, &nobody, &purpose, NULL));
    fixture_down(&s);
}

static bool
uses(SkStore *store, const char *token, SkTokenPurpose want)
{
    g_autoptr(SkCrossing) row = NULL;
    g_autofree char *account = NULL;
    SkTokenPurpose purpose = 0;
    bool ok = sk_store_token_use(store, token, &row, &account, &purpose, NULL);
    if (!ok)
        g_assert_cmpstr(sk_store_why(store), ==, "token-unknown");
    else
        g_assert_cmpint(purpose, ==, want);
    return ok;
}

/* What a token was made for is in the token: neither kind is good for the other. */
static void
purposes(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    for (size_t way = 0; way < G_N_ELEMENTS(ways); way++) {
        if (ways[way].box == SK_BOX_SENT) /* internet's side: see examinations */
            continue;
        g_autofree char *id = bring_into(s.store, way);
        g_autofree char *collect = NULL;
        g_autofree char *examine = NULL;
        g_autofree char *odd = NULL;
        SkState state = ways[way].state;
        bool ready = state == SK_STATE_READY || state == SK_STATE_DELIVERED;
        g_assert_cmpint(sk_store_token_new(s.store, id, "hanako", SK_TOKEN_COLLECT, &collect, NULL),
                        ==, ready);
        g_assert_cmpint(sk_store_token_new(s.store, id, "kacho", SK_TOKEN_EXAMINE, &examine, NULL),
                        ==, state == SK_STATE_HELD);
        g_assert_false(sk_store_token_new(s.store, id, "kacho", (SkTokenPurpose)0, &odd, NULL));
        g_assert_false(sk_store_token_new(s.store, id, "kacho", (SkTokenPurpose)3, &odd, NULL));
    }
    g_autofree char *id = bring_into(s.store, 11);
    g_autofree char *approved = NULL;
    g_autofree char *none = NULL;
    /* Neither end of the crossing looks at it. */
    static const char *const parties[] = { "taro", "hanako" };
    for (size_t i = 0; i < G_N_ELEMENTS(parties); i++) {
        g_assert_false(sk_store_token_new(s.store, id, parties[i], SK_TOKEN_EXAMINE, &none, NULL));
        g_assert_cmpstr(sk_store_why(s.store), ==, "own-crossing");
    }
    /* Approved meanwhile: it may be collected now, but not with a token to look. */
    g_assert_true(sk_store_token_new(s.store, id, "kacho", SK_TOKEN_EXAMINE, &approved, NULL));
    g_assert_true(fixture_try(s.store, id, SK_EVENT_APPROVE, NULL));
    g_assert_false(uses(s.store, approved, SK_TOKEN_EXAMINE));
    g_autofree char *collect = NULL;
    g_assert_true(sk_store_token_new(s.store, id, "hanako", SK_TOKEN_COLLECT, &collect, NULL));
    g_assert_true(uses(s.store, collect, SK_TOKEN_COLLECT));
    /* Sent back meanwhile. */
    g_autofree char *other = bring_into(s.store, 11);
    g_autofree char *denied = NULL;
    g_assert_true(sk_store_token_new(s.store, other, "kacho", SK_TOKEN_EXAMINE, &denied, NULL));
    g_assert_true(fixture_try(s.store, other, SK_EVENT_DENY, NULL));
    g_assert_false(uses(s.store, denied, SK_TOKEN_EXAMINE));
    fixture_down(&s);
}

/* Looking is an act each time, changes nothing else, and does not make the approval void. */
static void
examinations(void)
{
    Station s = { 0 };
    fixture_up(&s, "internet");
    g_autofree char *id = bring_into(s.store, 4);
    g_autofree char *token = NULL;
    g_assert_true(sk_store_token_new(s.store, id, "kacho", SK_TOKEN_EXAMINE, &token, NULL));
    g_assert_true(uses(s.store, token, SK_TOKEN_EXAMINE));
    g_assert_false(uses(s.store, token, SK_TOKEN_EXAMINE));
    int64_t before = fingerprint(s.store);
    static const char *const parties[] = { "taro", "hanako" };
    for (size_t i = 0; i < G_N_ELEMENTS(parties); i++) {
        g_assert_false(sk_store_examined(s.store, id, parties[i], NULL));
        g_assert_cmpstr(sk_store_why(s.store), ==, "own-crossing");
    }
    g_assert_false(sk_store_examined(s.store, id, "no such\nname", NULL));
    g_assert_false(sk_crossing_event(s.store, id, SK_EVENT_EXAMINE, NULL, NULL, NULL));
    g_assert_cmpint(fingerprint(s.store), ==, before);

    for (int i = 0; i < 2; i++)
        g_assert_true(sk_store_examined(s.store, id, "kacho", NULL));
    g_assert_cmpint(fixture_state(s.store, id), ==, SK_STATE_HELD);
    g_assert_true(fixture_try(s.store, id, SK_EVENT_APPROVE, NULL));
    g_assert_false(sk_store_examined(s.store, id, "kacho", NULL));
    g_assert_cmpstr(sk_store_why(s.store), ==, "forbidden-state");
    g_autoptr(GPtrArray) acts = NULL;
    g_assert_true(sk_store_history(s.store, id, &acts, NULL));
    static const char *const want[] = {
        "receive", "claim", "hold", "examine", "examine", "examine", "approve"
    };
    g_assert_cmpuint(acts->len, ==, G_N_ELEMENTS(want));
    for (guint i = 0; i < acts->len; i++)
        g_assert_cmpstr(((SkAct *)g_ptr_array_index(acts, i))->act, ==, want[i]);
    g_assert_cmpstr(((SkAct *)g_ptr_array_index(acts, 3))->actor, ==, "kacho");

    /* The leaf says what was looked at. */
    g_autoptr(SkCrossing) row = NULL;
    g_assert_true(sk_store_get(s.store, id, &row, NULL));
    SkSql *q = sk_sql(s.store, "SELECT entry FROM leaf_queue WHERE leaf = ?");
    bool found = false;
    sk_sql_int(q, ((SkAct *)g_ptr_array_index(acts, 3))->leaf);
    g_assert_true(sk_sql_next(q, &found, NULL) && found);
    SkSpan entry = sk_sql_get_blob(q, 0);
    g_autofree char *digest = g_strdup_printf("\"sha256-out\":\"%s\"", row->sha256_out);
    g_assert_true(sk_leaf_is(entry));
    g_assert_cmpuint(sk_span_find(entry, 0, sk_span_str("\"act\":\"examine\"")), !=, SIZE_MAX);
    g_assert_cmpuint(sk_span_find(entry, 0, sk_span_str(digest)), !=, SIZE_MAX);
    sk_sql_done(q);
    fixture_down(&s);
}

static void
deliveries(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    g_autofree char *id = bring_into(s.store, 9);
    for (int i = 0; i < 3; i++)
        g_assert_true(sk_store_delivered(s.store, id, "hanako", NULL));
    g_autoptr(GPtrArray) acts = NULL;
    g_assert_true(sk_store_history(s.store, id, &acts, NULL));
    static const char *const want[] = { "arrive", "clear", "deliver", "repeat", "repeat" };
    g_assert_cmpuint(acts->len, ==, G_N_ELEMENTS(want));
    for (guint i = 0; i < acts->len; i++)
        g_assert_cmpstr(((SkAct *)g_ptr_array_index(acts, i))->act, ==, want[i]);
    g_assert_cmpstr(((SkAct *)g_ptr_array_index(acts, 2))->actor, ==, "hanako");
    fixture_down(&s);
}

/* Every leaf is canonical, holds no clear personal value, and time does not go back. */
static void
leaves(void)
{
    Station s = { 0 };
    fixture_up(&s, "internet");
    for (size_t way = 8;
         way-- > 0;) { /* the one that stays received comes last: it would be claimed */
        g_free(bring_into(s.store, way));
        s.wall += way % 2 == 0 ? HOUR : -3 * HOUR;
    }
    SkSql *q = sk_sql(s.store, "SELECT leaf, entry FROM leaf_queue ORDER BY leaf");
    bool row = false;
    int64_t number = 0;
    int64_t last = 0;
    while (sk_sql_next(q, &row, NULL) && row) {
        SkSpan entry = sk_sql_get_blob(q, 1);
        g_assert_cmpint(sk_sql_get_int(q, 0), ==, number++);
        g_assert_true(sk_leaf_is(entry));
        int64_t time = sk_leaf_lookup_integer(entry, "time");
        g_assert_cmpint(time, >=, last);
        last = time;
        static const char *const personal[] = { "taro", "hanako", "kacho", "申請書" };
        for (size_t i = 0; i < G_N_ELEMENTS(personal); i++)
            g_assert_true(sk_span_find(entry, 0, sk_span_str(personal[i])) == SIZE_MAX);
    }
    g_assert_cmpint(number, ==, fixture_int(s.store, "SELECT next_leaf FROM station"));
    g_assert_cmpint(number, >, 15);
    fixture_down(&s);
}

static void
expiry(void)
{
    Station s = { 0 };
    fixture_up(&s, "internet");
    g_autoptr(SkCrossing) row = fixture_receive(s.store, "taro", HOUR);
    g_autoptr(SkCrossing) kept = fixture_receive(s.store, "taro", 0);
    SkSweep sweep = { 0 };
    s.wall += HOUR - 1;
    g_assert_true(sk_store_sweep(s.store, &sweep, NULL));
    g_assert_cmpuint(sweep.expired, ==, 0);
    s.wall += 1;
    g_assert_true(sk_store_sweep(s.store, &sweep, NULL));
    g_assert_cmpuint(sweep.expired, ==, 1);
    g_autoptr(SkCrossing) after = NULL;
    g_assert_true(sk_store_get(s.store, row->id, &after, NULL));
    g_assert_cmpint(after->state, ==, SK_STATE_EXPIRED);
    g_assert_cmpstr(after->sender, ==, "");
    g_assert_cmpstr(after->recipient, ==, "");
    g_assert_cmpstr(after->name, ==, "");
    g_assert_cmpstr(after->object_in, ==, "");
    g_assert_cmpstr(after->sha256_in, ==, row->sha256_in);
    g_assert_cmpint(fixture_state(s.store, kept->id), ==, SK_STATE_RECEIVED);

    /* Its object is an orphan now; younger ones stay. */
    g_autofree char *file = g_strdup_printf("%s/%.2s/%s", s.vault, row->object_in, row->object_in);
    g_autofree char *other =
        g_strdup_printf("%s/%.2s/%s", s.vault, kept->object_in, kept->object_in);
    g_assert_true(g_file_test(file, G_FILE_TEST_EXISTS));
    struct timespec old[2] = { { .tv_sec = 1000 }, { .tv_sec = 1000 } };
    g_assert_cmpint(utimensat(AT_FDCWD, file, old, 0), ==, 0);
    g_assert_cmpint(utimensat(AT_FDCWD, other, old, 0), ==, 0);
    g_assert_true(sk_store_sweep(s.store, &sweep, NULL));
    g_assert_cmpuint(sweep.orphans, ==, 1);
    g_assert_false(g_file_test(file, G_FILE_TEST_EXISTS));
    g_assert_true(g_file_test(other, G_FILE_TEST_EXISTS));
    fixture_down(&s);
}

static void
hostile_words(void)
{
    Station s = { 0 };
    fixture_up(&s, "internet");
    g_autofree char *sha256 = NULL;
    g_autofree char *object = fixture_object(s.store, "x", &sha256);
    g_autofree char *long_name = g_strnfill(201, 'a');
    const SkReceive good = { .to = "lgwan",
                             .sender = "taro",
                             .recipient = "hanako",
                             .name = "a.txt",
                             .object_in = object,
                             .sha256_in = sha256,
                             .bytes_in = 1 };
    static const char *const bad_names[] = { "",
                                             "a\xe2\x80\xae"
                                             "b",
                                             "a\nb", "\xff", "a\x1b[0m" };
    static const char *const bad_accounts[] = { "", "Taro", "ta ro", "a'b", "../x" };
    for (size_t i = 0; i <= G_N_ELEMENTS(bad_names) + G_N_ELEMENTS(bad_accounts); i++) {
        SkReceive in = good;
        g_autoptr(GError) error = NULL;
        if (i < G_N_ELEMENTS(bad_names))
            in.name = bad_names[i];
        else if (i < G_N_ELEMENTS(bad_names) + G_N_ELEMENTS(bad_accounts))
            in.sender = bad_accounts[i - G_N_ELEMENTS(bad_names)];
        else
            in.name = long_name;
        g_assert_false(sk_store_receive(s.store, &in, NULL, &error));
        g_assert_error(error, SK_ERROR, SK_ERROR_MALFORMED);
    }
    SkReceive in = good;
    in.name = "'); DROP TABLE crossings; --";
    g_autoptr(SkCrossing) row = NULL;
    g_assert_true(sk_store_receive(s.store, &in, &row, NULL));
    g_assert_cmpstr(row->name, ==, in.name);
    fixture_down(&s);
}

static void
findings(void)
{
    Station s = { 0 };
    fixture_up(&s, "internet");
    g_autofree char *id = bring_into(s.store, 1);
    g_autoptr(GArray) in = sk_store_findings_new();
    sk_store_findings_add(in, (SkElement)1, SK_VERDICT_REMOVED, 2, "word/vbaProject.bin");
    sk_store_findings_add(in, (SkElement)2, SK_VERDICT_REPLACED, 3, "");
    sk_store_findings_add(in, (SkElement)1, SK_VERDICT_KEPT, 1, "場所");
    SkEventDetails d = {
        .worker = "w", .reason = SK_REASON_LIMIT, .findings = in, .findings_cut = true
    };
    fixture_event(s.store, id, SK_EVENT_REFUSE, &d);
    g_autoptr(GArray) out = NULL;
    g_autoptr(SkCrossing) row = NULL;
    g_assert_true(sk_store_findings(s.store, id, &out, NULL));
    g_assert_true(sk_store_get(s.store, id, &row, NULL));
    g_assert_cmpuint(out->len, ==, 3);
    g_assert_cmpstr(g_array_index(out, SkStoreFinding, 2).place, ==, "場所");
    g_assert_cmpint(g_array_index(out, SkStoreFinding, 1).action, ==, SK_VERDICT_REPLACED);
    g_assert_cmpuint(row->counts.removed, ==, 2);
    g_assert_cmpuint(row->counts.replaced, ==, 3);
    g_assert_cmpuint(row->counts.kept, ==, 1);
    g_assert_true(row->findings_cut);
    fixture_down(&s);
}

static void
overview(void)
{
    Station s = { 0 };
    fixture_up(&s, "internet");
    for (size_t way = 8; way-- > 0;)
        g_free(bring_into(s.store, way));
    SkOverview o;
    g_assert_true(sk_store_overview(s.store, T0, &o, NULL));
    g_assert_cmpuint(o.received_today, ==, 8);
    g_assert_cmpuint(o.refused_today, ==, 1);
    g_assert_cmpuint(o.refusals[SK_REASON_MALFORMED], ==, 1);
    g_assert_cmpuint(o.queues[SK_BOX_SENT][SK_STATE_OFFERED], ==, 1);
    g_assert_cmpuint(o.unsealed, ==, o.leaves);
    g_assert_true(sk_store_overview(s.store, T0 + 1, &o, NULL));
    g_assert_cmpuint(o.received_today, ==, 0);
    fixture_down(&s);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/crossings/cells", cells);
    g_test_add_func("/crossings/approvals", approvals);
    g_test_add_func("/crossings/approve-at-once", approve_at_once);
    g_test_add_func("/crossings/claim-at-once", claim_at_once);
    g_test_add_func("/crossings/leases", leases);
    g_test_add_func("/crossings/leases-lapse", leases_lapse);
    g_test_add_func("/crossings/given-back", given_back);
    g_test_add_func("/crossings/lease-lost", lease_lost);
    g_test_add_func("/crossings/offers", offers);
    g_test_add_func("/crossings/arrivals", arrivals);
    g_test_add_func("/crossings/tokens", tokens);
    g_test_add_func("/crossings/purposes", purposes);
    g_test_add_func("/crossings/examinations", examinations);
    g_test_add_func("/crossings/deliveries", deliveries);
    g_test_add_func("/crossings/leaves", leaves);
    g_test_add_func("/crossings/expiry", expiry);
    g_test_add_func("/crossings/hostile-words", hostile_words);
    g_test_add_func("/crossings/findings", findings);
    g_test_add_func("/crossings/overview", overview);
    return g_test_run();
}
