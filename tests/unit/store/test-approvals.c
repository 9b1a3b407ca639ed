/* SPDX-License-Identifier: Apache-2.0
 * test-approvals.c - chains of approvals: whose turn, who may not, what was seen, how long it
 * waits; and take-outs from their hand-in to their closing. People here are made up. */
#include "store/takeout.h"

#include "base/uuid.h"
#include "unit/store/fixture.h"

#define DAY (24 * HOUR)
#define CHAIN "section-head then security-manager"

/* A take-out of taro's for hanako, held for @chain; its digest is that of "result". */
static SkCrossing *
held(Station *s, const char *chain, int64_t within, int64_t remind, GArray *findings)
{
    g_autofree char *sha256_in = NULL;
    g_autofree char *object_in = fixture_object(s->store, "original", &sha256_in);
    g_autofree char *sha256 = NULL;
    g_autofree char *object = fixture_object(s->store, "result", &sha256);
    const SkReceive in = { .to = "internet",
                           .sender = "taro",
                           .recipient = "hanako",
                           .name = "資料.docx",
                           .level_asked = SK_LEVEL_REBUILT,
                           .class = 4,
                           .takeout_reason = "照会への回答",
                           .object_in = object_in,
                           .sha256_in = sha256_in,
                           .bytes_in = 8,
                           .policy_digest = "abc",
                           .keep_for = 90 * DAY,
                           .takeout = true,
                           .outside = "見本県 市町村課",
                           .medium = "usb",
                           .return_by = 20850 };
    g_autoptr(SkCrossing) row = NULL;
    g_autoptr(SkCrossing) claimed = NULL;
    SkCrossing *out = NULL;
    g_assert_true(sk_store_receive(s->store, &in, &row, NULL));
    g_assert_true(sk_store_claim(s->store, "w", HOUR, &claimed, NULL));
    const SkOutcomeRow outcome = { .type_in = SK_TYPE_DOCX,
                                   .type_out = SK_TYPE_DOCX,
                                   .level = SK_LEVEL_REBUILT,
                                   .name_out = "資料.docx",
                                   .object_out = object,
                                   .sha256_out = sha256,
                                   .bytes_out = 6 };
    const SkEventDetails hold = { .worker = "w",
                                  .outcome = &outcome,
                                  .approval = chain,
                                  .within = within,
                                  .remind = remind,
                                  .findings = findings };
    g_assert_true(sk_crossing_event(s->store, row->id, SK_EVENT_HOLD, &hold, &out, NULL));
    return out;
}

static bool
approve(Station *s, const SkCrossing *c, const char *who, const char *behalf, bool seen)
{
    const SkEventDetails d = {
        .actor = who, .on_behalf_of = behalf, .digest = c->sha256_out, .seen = seen
    };
    return sk_crossing_event(s->store, c->id, SK_EVENT_APPROVE, &d, NULL, NULL);
}

static void
approve_not(Station *s, const SkCrossing *c, const char *who, const char *behalf, const char *why)
{
    int64_t acts = fixture_int(s->store, "SELECT count(*) FROM acts");
    g_assert_false(approve(s, c, who, behalf, false));
    g_assert_cmpstr(sk_store_why(s->store), ==, why);
    g_assert_cmpint(fixture_int(s->store, "SELECT count(*) FROM acts"), ==, acts);
}

static void
look(Station *s, const SkCrossing *c, const char *who)
{
    g_assert_true(sk_store_examined(s->store, c->id, who, NULL));
}

static SkCrossing *
get(Station *s, const char *id)
{
    SkCrossing *row = NULL;
    g_assert_true(sk_store_get(s->store, id, &row, NULL));
    return row;
}

/* Head, then manager: two persons, each after a look of their own, bound to the same digest. */
static void
chain(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    g_autoptr(SkCrossing) c = held(&s, CHAIN, 5 * DAY, DAY, NULL);

    g_assert_cmpuint(c->steps->len, ==, 2);
    g_assert_cmpstr(sk_crossing_open_step(c)->role, ==, "section-head");
    g_assert_cmpint(c->held_until, ==, T0 + 5 * DAY);
    g_assert_cmpint(c->remind_at, ==, T0 + DAY);
    approve_not(&s, c, "taro", NULL, "own-crossing");
    approve_not(&s, c, "hanako", NULL, "own-crossing");
    approve_not(&s, c, "kacho", "taro", "own-crossing");
    approve_not(&s, c, "kacho", "hanako", "own-crossing");
    approve_not(&s, c, "kacho", NULL, "not-seen");
    g_assert_true(sk_store_viewed(s.store, c->id, "kacho", NULL));
    approve_not(&s, c, "kacho", NULL, "not-seen"); /* the report is not the content */
    look(&s, c, "kanri");
    approve_not(&s, c, "kacho", NULL, "not-seen"); /* somebody else's look is not one's own */
    look(&s, c, "kacho");
    s.wall += HOUR;
    g_assert_true(approve(&s, c, "kacho", NULL, false));

    g_autoptr(SkCrossing) half = get(&s, c->id);
    g_assert_cmpint(half->state, ==, SK_STATE_HELD);
    g_assert_cmpstr(half->approval, ==, "security-manager");
    g_assert_cmpstr(half->approved_by, ==, "");
    g_assert_cmpint(half->remind_at, ==, T0 + HOUR + DAY); /* the next one's time begins now */
    g_assert_cmpint(half->held_until, ==, T0 + 5 * DAY);   /* the whole chain's does not */
    approve_not(&s, c, "kacho", NULL, "same-person");
    approve_not(&s, c, "kanri", "kacho", "same-person"); /* not through a deputy either */
    const SkEventDetails other = { .actor = "kanri", .digest = c->sha256_in };
    g_assert_false(sk_crossing_event(s.store, c->id, SK_EVENT_APPROVE, &other, NULL, NULL));
    g_assert_cmpstr(sk_store_why(s.store), ==, "changed");
    g_assert_true(approve(&s, c, "kanri", NULL, false));

    g_autoptr(SkCrossing) done = get(&s, c->id);
    g_assert_cmpint(done->state, ==, SK_STATE_OFFERED);
    g_assert_cmpstr(done->approved_by, ==, "kanri");
    g_assert_cmpint(done->remind_at, ==, 0);
    g_assert_null(sk_crossing_open_step(done));
    g_assert_cmpstr(g_array_index(done->steps, SkApprovalStep, 0).person, ==, "kacho");
    g_assert_cmpstr(g_array_index(done->steps, SkApprovalStep, 1).person, ==, "kanri");
    approve_not(&s, c, "kanri", NULL, "already-decided");
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM acts WHERE act = 'approve-step'"),
                    ==, 1);
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM acts WHERE act = 'approve'"), ==, 1);
    fixture_down(&s);
}

/* Whoever stood in for somebody has used that one's step, and the other way round. */
static void
deputies(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    g_autoptr(SkCrossing) c = held(&s, CHAIN, 0, 0, NULL);

    look(&s, c, "hosa");
    look(&s, c, "kacho");
    look(&s, c, "kanri");
    g_assert_true(approve(&s, c, "hosa", "kacho", false));
    approve_not(&s, c, "kacho", NULL, "same-person");
    approve_not(&s, c, "hosa", NULL, "same-person");
    approve_not(&s, c, "kanri", "hosa", "same-person");
    g_assert_true(approve(&s, c, "kanri", NULL, false));
    g_autoptr(SkCrossing) done = get(&s, c->id);
    g_assert_cmpstr(g_array_index(done->steps, SkApprovalStep, 0).behalf, ==, "kacho");
    g_assert_cmpint(
        fixture_int(s.store,
                    "SELECT count(*) FROM acts WHERE act = 'approve-step' AND detail = 'kacho'"),
        ==, 1);
    fixture_down(&s);
}

/* A denial ends the chain at any step. */
static void
denied(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    g_autoptr(SkCrossing) c = held(&s, CHAIN, 0, 0, NULL);
    const SkEventDetails no = { .actor = "kanri", .note = "宛先が違います" };

    look(&s, c, "kacho");
    g_assert_true(approve(&s, c, "kacho", NULL, false));
    fixture_event(s.store, c->id, SK_EVENT_DENY, &no);
    g_assert_cmpint(fixture_state(s.store, c->id), ==, SK_STATE_DENIED);
    approve_not(&s, c, "kanri", NULL, "already-decided");
    fixture_down(&s);
}

/* Inward nobody has to look, but where several are approved at once each has been seen. */
static void
seen(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    g_autofree char *id = sk_uuid_new();
    g_autoptr(SkCrossing) c = fixture_arrive(s.store, id, "result", NULL, NULL);
    const SkEventDetails hold = { .approval = "section-head" };

    fixture_event(s.store, id, SK_EVENT_HOLD, &hold);
    g_assert_false(approve(&s, c, "kacho", NULL, true));
    g_assert_cmpstr(sk_store_why(s.store), ==, "not-seen");
    g_assert_true(sk_store_viewed(s.store, id, "kacho", NULL));
    g_assert_true(sk_store_viewed(s.store, id, "kacho", NULL)); /* written down once */
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM acts WHERE act = 'view'"), ==, 1);
    g_assert_false(sk_store_viewed(s.store, id, "hanako", NULL));
    g_assert_cmpstr(sk_store_why(s.store), ==, "own-crossing");
    g_assert_true(approve(&s, c, "kacho", NULL, true));
    fixture_down(&s);
}

/* Where personal numbers were found, what says so is read too. */
static void
numbers(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    g_autoptr(GArray) findings = sk_store_findings_new();
    sk_store_findings_add(findings, SK_ELEMENT_MY_NUMBER, SK_VERDICT_KEPT, 1, "line 3");
    g_autoptr(SkCrossing) c = held(&s, "section-head", 0, 0, findings);

    look(&s, c, "kacho");
    approve_not(&s, c, "kacho", NULL, "not-seen");
    g_assert_true(sk_store_viewed(s.store, c->id, "kacho", NULL));
    g_assert_true(approve(&s, c, "kacho", NULL, false));
    fixture_down(&s);
}

static SkSweep
sweep(Station *s)
{
    SkSweep out = { 0 };
    GError *error = NULL;
    g_assert_true(sk_store_sweep(s->store, &out, &error));
    g_assert_no_error(error);
    return out;
}

/* It reminds, then lapses; a clock that goes back makes it neither sooner nor double. */
static void
waits(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    g_autoptr(SkCrossing) c = held(&s, CHAIN, 3 * DAY, DAY, NULL);

    s.wall += DAY - 1;
    g_assert_cmpuint(sweep(&s).reminded, ==, 0);
    s.wall += 1;
    g_assert_cmpuint(sweep(&s).reminded, ==, 1);
    g_assert_cmpuint(sweep(&s).reminded, ==, 0);
    s.wall -= 5 * DAY;
    g_assert_cmpuint(sweep(&s).reminded, ==, 0);
    s.wall += 6 * DAY;
    g_assert_cmpuint(sweep(&s).reminded, ==, 1);
    look(&s, c, "kacho");
    s.wall += DAY;
    approve_not(&s, c, "kacho", NULL, "forbidden-state"); /* too late, swept or not */
    g_assert_cmpuint(sweep(&s).lapsed, ==, 1);
    g_autoptr(SkCrossing) over = get(&s, c->id);
    g_assert_cmpint(over->state, ==, SK_STATE_EXPIRED);
    g_assert_cmpstr(over->sender, ==, "taro"); /* its sender sees what became of it */
    g_assert_cmpstr(over->object_out, ==, "");
    g_assert_cmpint(over->remind_at, ==, 0);
    approve_not(&s, c, "kacho", NULL, "forbidden-state");
    s.wall += 89 * DAY;
    g_assert_cmpuint(sweep(&s).expired, ==, 1);
    g_assert_cmpuint(sweep(&s).expired, ==, 0);
    g_autoptr(SkCrossing) gone = get(&s, c->id);
    g_assert_cmpstr(gone->sender, ==, "");
    g_assert_cmpstr(gone->outside, ==, "");
    fixture_down(&s);
}

/* Waiting longer than the row was to live keeps the row. */
static void
waits_long(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    g_autoptr(SkCrossing) c = held(&s, "security-manager", 200 * DAY, 0, NULL);

    s.wall += 199 * DAY;
    g_assert_cmpuint(sweep(&s).expired, ==, 0);
    look(&s, c, "kanri");
    g_assert_true(approve(&s, c, "kanri", NULL, false));
    fixture_down(&s);
}

static void
bad_chains(void)
{
    static const char *const bad[] = {
        "",
        "mayor",
        "section-head then ",
        "section-head, security-manager",
        "section-head then section-head then section-head then section-head then section-head",
        "administrator",
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(sk_approval_is_chain(bad[i]));
    g_assert_false(sk_approval_is_chain(NULL));
    g_assert_true(sk_approval_is_chain(CHAIN));
    g_assert_true(sk_approval_is_chain("section-head"));
}

static unsigned
turns(Station *s, const char *account, const char *posts)
{
    const SkListQuery query = {
        .list = SK_LIST_APPROVALS, .account = account, .posts = posts, .limit = 50
    };
    g_autoptr(GPtrArray) items = NULL;
    g_autofree char *next = NULL;
    int64_t version = 0;
    g_assert_true(sk_store_list(s->store, &query, &items, &next, &version, NULL));
    return items->len;
}

/* A page shows what waits for this person now: the role's turn, the section, and nobody twice. */
static void
whose_turn(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    SkAccount taro = {
        .name = "taro", .label = "太郎", .role = SK_ROLE_STAFF, .section = "総務 課"
    };
    g_assert_true(
        sk_account_add(s.store, &taro, "$argon2id$v=19$m=65536,t=2,p=1$AA$AA", NULL, NULL));
    g_autoptr(SkCrossing) c = held(&s, CHAIN, 0, 0, NULL);

    g_assert_cmpuint(turns(&s, "kacho", "\nsection-head\t総務 課\n"), ==, 1);
    g_assert_cmpuint(turns(&s, "kacho", "\nsection-head\t課\n"), ==, 0);
    g_assert_cmpuint(turns(&s, "kacho", "\nsection-head\t*\n"), ==, 0);
    g_assert_cmpuint(turns(&s, "kacho", "\nsection-head\t\n"), ==, 1);
    g_assert_cmpuint(turns(&s, "kanri", "\nsecurity-manager\t\n"), ==, 0);
    g_assert_cmpuint(turns(&s, "kacho", "\n"), ==, 0);
    g_assert_cmpuint(turns(&s, "kacho", NULL), ==, 1);
    g_assert_cmpuint(turns(&s, "taro", "\nsection-head\t\n"), ==, 0);
    look(&s, c, "kacho");
    g_assert_true(approve(&s, c, "kacho", NULL, false));
    g_assert_cmpuint(turns(&s, "kacho", "\nsection-head\t\nsecurity-manager\t\n"), ==, 0);
    g_assert_cmpuint(turns(&s, "kanri", "\nsecurity-manager\t\n"), ==, 1);
    fixture_down(&s);
}

/* ---- take-outs --------------------------------------------------------------------------------
 */

static bool
close_it(Station *s, const char *id, const char *how)
{
    g_autoptr(SkCrossing) after = NULL;
    return sk_takeout_close(s->store, id, "taro", how, "裁断しました", &after, NULL);
}

static void
takeout(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    g_autoptr(SkCrossing) c = held(&s, "section-head", 0, 0, NULL);

    g_assert_false(close_it(&s, c->id, "erased")); /* it has not left yet */
    g_assert_cmpstr(sk_store_why(s.store), ==, "forbidden-state");
    look(&s, c, "kacho");
    g_assert_true(approve(&s, c, "kacho", NULL, false));
    fixture_event(s.store, c->id, SK_EVENT_PASS, NULL);
    /* 2027-02-01 in Japan. */
    int64_t due = INT64_C(20850) * DAY - 9 * HOUR;
    s.wall = due - 1;
    g_assert_cmpuint(sweep(&s).reminded, ==, 0);
    s.wall = due;
    g_assert_cmpuint(sweep(&s).reminded, ==, 1);
    g_assert_cmpuint(sweep(&s).reminded, ==, 0);
    s.wall += 7 * DAY;
    g_assert_cmpuint(sweep(&s).reminded, ==, 1); /* until somebody closes it */
    g_assert_false(close_it(&s, c->id, "lost"));
    g_assert_true(close_it(&s, c->id, "erased"));
    g_assert_false(close_it(&s, c->id, "returned"));
    g_assert_cmpstr(sk_store_why(s.store), ==, "already-closed");
    s.wall += 8 * DAY;
    g_assert_cmpuint(sweep(&s).reminded, ==, 0);
    g_autoptr(SkCrossing) closed = get(&s, c->id);
    g_assert_cmpstr(closed->closed, ==, "erased");
    g_assert_cmpstr(closed->closed_by, ==, "taro");
    g_assert_cmpstr(closed->closed_note, ==, "裁断しました");
    g_assert_cmpstr(closed->outside, ==, "見本県 市町村課");
    fixture_down(&s);
}

/* Only what goes down has a medium; and only the ones of the list. */
static void
takeout_words(void)
{
    const SkReceive up = { .medium = "usb" }, odd = { .takeout = true, .medium = "floppy" },
                    day = { .takeout = true, .return_by = -1 }, none = { .takeout = true };

    g_assert_false(sk_takeout_is_sound(&up));
    g_assert_false(sk_takeout_is_sound(&odd));
    g_assert_false(sk_takeout_is_sound(&day));
    g_assert_true(sk_takeout_is_sound(&none));
}

static unsigned
page_of(Station *s, SkClosing closing, const char *cursor, char **ret_next)
{
    const SkListQuery query = { .list = SK_LIST_TAKEOUTS, .closing = closing, .cursor = cursor, .limit = 5 };
    g_autoptr(GPtrArray) items = NULL;
    int64_t version = 0;

    g_assert_true(sk_store_list(s->store, &query, &items, ret_next, &version, NULL));
    for (guint i = 0; closing != SK_CLOSING_ANY && i < items->len; i++)
        g_assert_cmpint(((SkCrossing *)items->pdata[i])->closed[0] != '\0', ==, closing == SK_CLOSING_CLOSED);
    return items->len;
}

/* Pages of open and of closed ones are full, however many of the others lie between. */
static void
takeout_pages(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    for (unsigned i = 0; i < 16; i++) {
        g_autoptr(SkCrossing) c = held(&s, "section-head", 0, 0, NULL);
        if (i % 2 == 1)
            continue;
        g_autofree char *sql = g_strdup_printf("UPDATE crossings SET closed = 'kept' WHERE id = '%s'", c->id);
        g_assert_cmpint(sqlite3_exec(s.store->db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
    }
    for (SkClosing closing = SK_CLOSING_OPEN; closing <= SK_CLOSING_CLOSED; closing++) {
        g_autofree char *next = NULL;
        g_autofree char *end = NULL;
        g_assert_cmpuint(page_of(&s, closing, NULL, &next), ==, 5);
        g_assert_nonnull(next);
        g_assert_cmpuint(page_of(&s, closing, next, &end), ==, 3);
        g_assert_null(end);
    }
    g_autofree char *next = NULL;
    g_assert_cmpuint(page_of(&s, SK_CLOSING_ANY, NULL, &next), ==, 5);
    fixture_down(&s);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/approvals/chain", chain);
    g_test_add_func("/approvals/deputies", deputies);
    g_test_add_func("/approvals/denied", denied);
    g_test_add_func("/approvals/seen", seen);
    g_test_add_func("/approvals/numbers", numbers);
    g_test_add_func("/approvals/waits", waits);
    g_test_add_func("/approvals/waits-long", waits_long);
    g_test_add_func("/approvals/bad-chains", bad_chains);
    g_test_add_func("/approvals/whose-turn", whose_turn);
    g_test_add_func("/takeouts/life", takeout);
    g_test_add_func("/takeouts/words", takeout_words);
    g_test_add_func("/takeouts/pages", takeout_pages);
    return g_test_run();
}
