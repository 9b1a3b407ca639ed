/* SPDX-License-Identifier: Apache-2.0
 * test-session.c - sessions: limits of the zone, rising, ends from elsewhere, second terminals,
 * what is kept of them and for how long. */
#include "fixture.h"

#include "store/person.h"
#include "store/session.h"
#include "store/terminal.h"

#define MINUTE (INT64_C(60) * G_USEC_PER_SEC)
#define DAY (24 * HOUR)

static void
add(SkStore *store, const char *name)
{
    g_autoptr(GError) error = NULL;
    SkAccount account = {
        .name = (char *)name, .label = (char *)name, .role = SK_ROLE_STAFF, .section = (char *)""
    };
    g_assert_true(sk_account_add(store, &account, "no hash", NULL, &error));
    g_assert_no_error(error);
}

typedef struct {
    const char *account;
    const SkClient *client;
    bool enrolling;
    const char *id; /* of the one that is to rise */
    SkSession *session;
} Open;

static bool
open_work(SkStore *store, void *data, GError **error)
{
    Open *o = data;
    return o->id != NULL
               ? sk_session_rise(store, o->id, &o->session, error)
               : sk_session_open(store, o->account, o->client, o->enrolling, &o->session, error);
}

static SkSession *
open_session(Station *s, const char *account, const SkClient *client)
{
    g_autoptr(GError) error = NULL;
    Open o = { .account = account, .client = client };
    g_assert_true(sk_db_do(s->store, open_work, &o, &error));
    g_assert_no_error(error);
    return o.session;
}

static SkSession *
rise(Station *s, const char *id)
{
    Open o = { .id = id };
    return sk_db_do(s->store, open_work, &o, NULL) ? o.session : NULL;
}

static SkSession *
lookup(Station *s, const char *token, bool touch)
{
    SkSession *session = NULL;
    return sk_session_lookup(s->store, token, touch, &session, NULL) ? session : NULL;
}

/* One that must be there. */
static SkSession *
there(SkSession *session)
{
    g_assert(session != NULL);
    return session;
}

static bool
is_live(Station *s, const char *token)
{
    g_autoptr(SkSession) session = lookup(s, token, false);
    return session != NULL;
}

#define ACTS(s, name) fixture_int((s)->store, "SELECT count(*) FROM acts WHERE act = '" name "'")

static void
limits(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    add(s.store, "taro");
    const SkClient strict = { .idle = 5 * MINUTE, .life = HOUR };
    g_autoptr(SkSession) session = open_session(&s, "taro", &strict);
    g_assert_cmpint(session->expires, ==, s.wall + 5 * MINUTE);
    s.boot += 5 * MINUTE - 1;
    g_assert_true(is_live(&s, session->token));
    s.boot += 1;
    g_assert_false(is_live(&s, session->token));

    g_autoptr(SkSession) used = open_session(&s, "taro", &strict);
    int64_t lasted = 0;
    for (;;) {
        g_autoptr(SkSession) seen = lookup(&s, used->token, true);
        if (seen == NULL)
            break;
        s.boot += 4 * MINUTE;
        lasted += 4 * MINUTE;
    }
    g_assert_cmpint(lasted, ==, HOUR);

    /* A life shorter than the idle time shows at once. */
    const SkClient short_life = { .idle = HOUR, .life = 10 * MINUTE };
    g_autoptr(SkSession) brief = open_session(&s, "taro", &short_life);
    g_assert_cmpint(brief->expires, ==, s.wall + 10 * MINUTE);
    g_autoptr(SkSession) same = there(lookup(&s, brief->token, true));
    g_assert_cmpint(same->expires, ==, s.wall + 10 * MINUTE);

    /* Another boot of the machine ends every one. */
    g_autoptr(SkSession) before = open_session(&s, "taro", NULL);
    g_assert_true(is_live(&s, before->token));
    g_free(s.store->boot);
    s.store->boot = g_strdup("another");
    g_assert_false(is_live(&s, before->token));
    fixture_down(&s);
}

static void
rising(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    add(s.store, "taro");
    g_autoptr(SkSession) first = open_session(&s, "taro", NULL);
    /* A fresh sign-in counts as risen, for ten minutes. */
    g_assert_cmpint(first->raised, ==, s.wall + SK_SESSION_RAISED);
    s.boot += SK_SESSION_RAISED - 1;
    g_autoptr(SkSession) almost = there(lookup(&s, first->token, false));
    g_assert_cmpint(almost->raised, ==, s.wall + 1);
    s.boot += 1;
    g_autoptr(SkSession) plain = there(lookup(&s, first->token, false));
    g_assert_cmpint(plain->raised, ==, 0);
    /* Using it raises nothing. */
    g_autoptr(SkSession) touched = there(lookup(&s, first->token, true));
    g_assert_cmpint(touched->raised, ==, 0);

    g_autoptr(SkSession) risen = there(rise(&s, first->id));
    g_assert_cmpstr(risen->id, ==, first->id);
    g_assert_cmpstr(risen->token, !=, first->token);
    g_assert_cmpstr(risen->csrf, !=, first->csrf);
    g_assert_cmpint(risen->raised, ==, s.wall + SK_SESSION_RAISED);
    g_assert_cmpint(risen->since, ==, first->since);
    /* Whoever has the old cookie has nothing. */
    g_assert_false(is_live(&s, first->token));
    g_autoptr(SkSession) now = there(lookup(&s, risen->token, false));
    g_assert_cmpstr(now->csrf, ==, risen->csrf);
    g_assert_cmpint(ACTS(&s, "session-raised"), ==, 1);

    /* Rising lengthens no limit, and brings back nothing that has ended. */
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM sessions"), ==, 1);
    g_assert_true(sk_session_end(s.store, risen->token, NULL));
    g_assert_null(rise(&s, first->id));
    g_assert_cmpstr(sk_store_why(s.store), ==, "session-unknown");
    g_autoptr(SkSession) late = open_session(&s, "taro", NULL);
    s.boot += SK_SESSION_IDLE;
    g_assert_null(rise(&s, late->id));
    g_assert_null(rise(&s, "no id"));
    g_assert_cmpint(ACTS(&s, "session-raised"), ==, 1);
    fixture_down(&s);
}

static void
enrolling(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    add(s.store, "taro");
    Open o = { .account = "taro", .enrolling = true };
    g_assert_true(sk_db_do(s.store, open_work, &o, NULL));
    g_autoptr(SkSession) session = there(o.session);
    g_assert_true(session->enrolling);
    g_autoptr(SkSession) seen = there(lookup(&s, session->token, true));
    g_assert_true(seen->enrolling);
    g_autoptr(SkSession) risen = there(rise(&s, session->id));
    g_assert_true(risen->enrolling); /* rising is no way out */
    fixture_down(&s);
}

static bool
elsewhere(Station *s, const SkSession *session)
{
    bool ret = false;
    g_autoptr(GError) error = NULL;
    g_assert_true(sk_session_elsewhere(s->store, session, &ret, &error));
    g_assert_no_error(error);
    return ret;
}

static void
second_terminal(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    add(s.store, "taro");
    add(s.store, "jiro");
    SkClient desk = { .label = "Firefox, Windows", .address = "10.20.4.17" };
    g_autoptr(SkSession) one = open_session(&s, "taro", &desk);
    g_assert_cmpint((int)strlen(one->terminal), ==, 64);
    g_assert_false(elsewhere(&s, one));
    /* The same browser again is the same terminal, whatever its address is now. */
    desk.terminal = one->terminal;
    desk.address = "10.20.9.9";
    g_autoptr(SkSession) two = open_session(&s, "taro", &desk);
    g_assert_cmpstr(two->terminal, ==, one->terminal);
    g_assert_false(elsewhere(&s, one));
    g_assert_cmpint(ACTS(&s, "sign-in-second-terminal"), ==, 0);
    /* So is it for somebody else who sits down there. */
    g_autoptr(SkSession) other = open_session(&s, "jiro", &desk);
    g_assert_cmpstr(other->terminal, ==, one->terminal);
    g_assert_false(elsewhere(&s, other));

    SkClient phone = { .label = "Chrome, Android" };
    g_autoptr(SkSession) three = open_session(&s, "taro", &phone);
    g_assert_cmpstr(three->terminal, !=, one->terminal);
    g_assert_true(elsewhere(&s, one));
    g_assert_true(elsewhere(&s, three));
    g_assert_false(elsewhere(&s, other));
    g_assert_cmpint(ACTS(&s, "sign-in-second-terminal"), ==, 1);
    g_assert_true(sk_session_end(s.store, three->token, NULL));
    g_assert_false(elsewhere(&s, one));

    /* The cookie carried off to another kind of browser is another terminal; one that was never
     * given out here is not taken over. */
    SkClient thief = { .label = "Chrome, Linux", .terminal = one->terminal };
    g_autoptr(SkSession) four = open_session(&s, "taro", &thief);
    g_assert_true(elsewhere(&s, four));
    g_assert_cmpint(ACTS(&s, "sign-in-second-terminal"), ==, 2);
    g_autofree char *planted_value = g_strnfill(64, 'a');
    SkClient planted = { .label = "Firefox, Windows", .terminal = planted_value };
    g_autoptr(SkSession) five = open_session(&s, "taro", &planted);
    g_assert_cmpstr(five->terminal, !=, planted_value);
    SkClient broken = { .label = "Firefox, Windows", .terminal = "' OR 1=1 --" };
    g_autoptr(SkSession) six = open_session(&s, "taro", &broken);
    g_assert_cmpint((int)strlen(six->terminal), ==, 64);
    fixture_down(&s);
}

static GPtrArray *
list(Station *s, const char *account, bool past)
{
    GPtrArray *rows = NULL;
    g_autoptr(GError) error = NULL;
    g_assert_true(sk_session_list(s->store, account, past, &rows, &error));
    g_assert_no_error(error);
    return rows;
}

static void
lists(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    add(s.store, "taro");
    add(s.store, "jiro");
    const SkClient desk = { .label = "Firefox, Windows", .address = "10.20.4.17" };
    g_autoptr(SkSession) one = open_session(&s, "taro", &desk);
    s.wall += MINUTE;
    g_autoptr(SkSession) two = open_session(&s, "taro", NULL);
    g_autoptr(SkSession) other = open_session(&s, "jiro", NULL);
    g_autoptr(GPtrArray) rows = list(&s, "taro", false);
    g_assert_cmpuint(rows->len, ==, 2);
    const SkSessionRow *last = g_ptr_array_index(rows, 1);
    g_assert_cmpstr(last->id, ==, one->id);
    g_assert_cmpstr(last->address, ==, "10.20.4.17");
    g_assert_cmpstr(last->label, ==, "Firefox, Windows");
    g_assert_cmpint(last->ended, ==, 0);

    /* Nobody ends another's by its id, and an id ends once. */
    g_assert_false(sk_session_end_id(s.store, "taro", other->id, "taro", NULL));
    g_assert_cmpstr(sk_store_why(s.store), ==, "not-found");
    g_assert_true(is_live(&s, other->token));
    g_assert_true(sk_session_end_id(s.store, "taro", one->id, "taro", NULL));
    g_assert_false(is_live(&s, one->token));
    g_assert_false(sk_session_end_id(s.store, "taro", one->id, "taro", NULL));
    g_assert_cmpint(ACTS(&s, "session-ended"), ==, 1);
    /* Whose it was is in the history, and in the leaf only as a hash. */
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM acts JOIN leaf_queue USING (leaf) "
                                         "WHERE act = 'session-ended' AND detail = 'taro' AND "
                                         "instr(entry, 'taro') = 0"),
                    ==, 1);

    g_autoptr(GPtrArray) live = list(&s, "taro", false);
    g_assert_cmpuint(live->len, ==, 1);
    g_autoptr(GPtrArray) past = list(&s, "taro", true);
    g_assert_cmpuint(past->len, ==, 2);
    g_assert_cmpint(((SkSessionRow *)g_ptr_array_index(past, 1))->ended, >, 0);

    /* All of somebody's, but the one that asks. */
    g_autoptr(SkSession) three = open_session(&s, "taro", NULL);
    g_assert_true(sk_session_end_all(s.store, "taro", three->id, "taro", NULL));
    g_assert_false(is_live(&s, two->token));
    g_assert_true(is_live(&s, three->token));
    g_assert_true(sk_session_end_all(s.store, "taro", NULL, "admin", NULL));
    g_assert_false(is_live(&s, three->token));
    g_assert_true(is_live(&s, other->token));
    int64_t so_far = ACTS(&s, "session-ended");
    g_assert_true(sk_session_end_all(s.store, "taro", NULL, "admin", NULL));
    g_assert_cmpint(ACTS(&s, "session-ended"), ==, so_far); /* nothing happened */
    g_assert_false(sk_session_end_all(s.store, "nobody", NULL, "admin", NULL));
    g_assert_cmpstr(sk_store_why(s.store), ==, "account-unknown");
    fixture_down(&s);
}

static void
retention(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    add(s.store, "taro");
    const SkClient desk = { .label = "Firefox, Windows", .address = "10.20.4.17" };
    g_autoptr(SkSession) one = open_session(&s, "taro", &desk);
    SkSweep sweep;
    s.boot += SK_SESSION_IDLE;
    s.wall += SK_SESSION_IDLE;
    /* Over its limits it is a thing of the past, swept or not. */
    g_autoptr(GPtrArray) live = list(&s, "taro", false);
    g_assert_cmpuint(live->len, ==, 0);
    g_autoptr(GPtrArray) unswept = list(&s, "taro", true);
    g_assert_cmpint(((SkSessionRow *)g_ptr_array_index(unswept, 0))->ended, ==, T0);
    g_assert_true(sk_store_sweep(s.store, &sweep, NULL));
    g_autoptr(GPtrArray) past = list(&s, "taro", true);
    g_assert_cmpint(((SkSessionRow *)g_ptr_array_index(past, 0))->ended, ==, T0);
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM sessions WHERE hash IS NOT NULL OR "
                                         "csrf <> ''"),
                    ==, 0);
    s.wall = T0 + SK_SESSION_KEPT - 1;
    g_assert_true(sk_store_sweep(s.store, &sweep, NULL));
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM sessions"), ==, 1);
    s.wall += 1;
    g_assert_true(sk_store_sweep(s.store, &sweep, NULL));
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM sessions"), ==, 0);
    /* A terminal is forgotten so long after the last sign-in from it, not the first. */
    SkClient again = desk;
    again.terminal = one->terminal;
    g_autoptr(SkSession) two = open_session(&s, "taro", &again);
    g_assert_cmpstr(two->terminal, ==, one->terminal);
    s.wall += SK_TERMINAL_KEPT - 1;
    g_assert_true(sk_store_sweep(s.store, &sweep, NULL));
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM terminals"), ==, 1);
    s.wall += 1;
    g_assert_true(sk_store_sweep(s.store, &sweep, NULL));
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM terminals"), ==, 0);
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM terminal_accounts"), ==, 0);
    fixture_down(&s);
}

/* ---- rights between a request and its act ---- */

typedef struct {
    const char *session;
    SkRole role;
    bool raised;
} Right;

/* What a caller holds: still this role, still risen. */
static bool
holds(SkStore *store, const void *data, GError **error)
{
    const Right *r = data;
    g_autoptr(SkSession) session = NULL;
    if (!sk_session_again(store, r->session, &session, error))
        return false;
    return (session->account->role == r->role && (!r->raised || session->raised != 0)) ||
           sk_store_refuse(store, "forbidden", error);
}

typedef struct {
    Station station;
    SkStore *other; /* another connection: what happens between request and act */
    SkSession *session;
    Right right;
} Between;

static void
between_up(Between *b)
{
    fixture_up(&b->station, "lgwan");
    add(b->station.store, "taro");
    add(b->station.store, "jiro");
    b->session = open_session(&b->station, "taro", NULL);
    b->right = (Right){ .session = b->session->id, .role = SK_ROLE_STAFF };
    const SkStoreRight right = { .holds = holds, .data = &b->right };
    sk_store_set_right(b->station.store, &right);
    b->other = fixture_open(&b->station);
}

static void
between_down(Between *b)
{
    sk_session_free(b->session);
    sk_store_close(b->other);
    fixture_down(&b->station);
}

static void
acts(Between *b, const char *why)
{
    SkStore *store = b->station.store;
    int64_t before = fixture_int(store, "SELECT count(*) FROM acts");
    g_autoptr(GError) error = NULL;
    bool ok = sk_account_lock(store, "jiro", "taro", &error);

    g_assert_cmpint(ok, ==, why == NULL);
    if (why != NULL) {
        g_assert_error(error, SK_ERROR, SK_ERROR_FORBIDDEN);
        g_assert_cmpstr(sk_store_why(store), ==, why);
    }
    g_assert_cmpint(fixture_int(store, "SELECT count(*) FROM acts"), ==, before + (why == NULL));
    g_assert_cmpint(fixture_int(store, "SELECT locked FROM accounts WHERE name = 'jiro'"), ==, why == NULL);
}

static void
right_locked(void)
{
    Between b = { 0 };
    between_up(&b);
    g_assert_true(sk_account_lock(b.other, "taro", "admin", NULL));
    acts(&b, "session-unknown");
    g_assert_true(sk_account_unlock(b.other, "taro", "admin", NULL));
    acts(&b, "session-unknown"); /* locking has ended the session */
    between_down(&b);
}

static void
right_role(void)
{
    Between b = { 0 };
    between_up(&b);
    b.right.role = SK_ROLE_SECTION_HEAD;
    acts(&b, "forbidden");
    g_assert_true(sk_account_set_role(b.other, "taro", SK_ROLE_SECTION_HEAD, "住民課", "admin", NULL));
    acts(&b, NULL); /* and nothing is remembered of the no */
    between_down(&b);
}

static void
right_risen(void)
{
    Between b = { 0 };
    between_up(&b);
    b.right.raised = true;
    b.station.boot += SK_SESSION_RAISED - 1;
    acts(&b, NULL);
    g_assert_true(sk_account_unlock(b.other, "jiro", "admin", NULL));
    b.station.boot += 1;
    acts(&b, "forbidden");
    between_down(&b);
}

static void
right_ended(void)
{
    Between b = { 0 };
    between_up(&b);
    g_assert_true(sk_session_end_id(b.other, "taro", b.session->id, "taro", NULL));
    acts(&b, "session-unknown");
    sk_store_set_right(b.station.store, NULL);
    acts(&b, NULL);
    between_down(&b);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/session/limits", limits);
    g_test_add_func("/session/rising", rising);
    g_test_add_func("/session/enrolling", enrolling);
    g_test_add_func("/session/second-terminal", second_terminal);
    g_test_add_func("/session/lists", lists);
    g_test_add_func("/session/retention", retention);
    g_test_add_func("/session/right-locked", right_locked);
    g_test_add_func("/session/right-role", right_role);
    g_test_add_func("/session/right-risen", right_risen);
    g_test_add_func("/session/right-ended", right_ended);
    return g_test_run();
}
