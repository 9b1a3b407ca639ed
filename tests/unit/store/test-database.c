/* SPDX-License-Identifier: Apache-2.0
 * test-database.c - the database on its bad days: a newer one, another's, a full disk, a kill
 * before every statement of every change; and list pages, whose plans are read. */
#include "fixture.h"

#include "base/uuid.h"
#include "store/schema.h"
#include "store/session.h"

#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static void
sql(const char *path, const char *statement)
{
    sqlite3 *db = NULL;
    g_assert_cmpint(sqlite3_open(path, &db), ==, SQLITE_OK);
    g_assert_cmpint(sqlite3_exec(db, statement, NULL, NULL, NULL), ==, SQLITE_OK);
    sqlite3_close(db);
}

static void
cannot_open(const Station *s, int code)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(sk_store_open(s->path, s->vault, &error));
    g_assert_error(error, SK_ERROR, code);
}

static void
opening(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    g_assert_cmpstr(sk_store_zone(s.store), ==, "lgwan");
    struct stat st;
    g_assert_cmpint(stat(s.path, &st), ==, 0);
    g_assert_cmpint(st.st_mode & 0777, ==, 0600);
    g_assert_true(sk_store_setup(s.path, s.vault, "lgwan", NULL));
    g_autoptr(GError) error = NULL;
    g_assert_false(sk_store_setup(s.path, s.vault, "internet", &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_MISMATCH);
    g_clear_error(&error);
    g_assert_false(sk_store_setup(s.path, s.vault, "../x", &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_MALFORMED);
    sk_store_close(g_steal_pointer(&s.store));

    sql(s.path, "PRAGMA user_version = 1000");
    cannot_open(&s, SK_ERROR_UNSUPPORTED);
    sql(s.path, "PRAGMA user_version = 2; PRAGMA application_id = 7");
    cannot_open(&s, SK_ERROR_MISMATCH);
    g_assert_cmpint(truncate(s.path, 5000), ==, 0);
    cannot_open(&s, SK_ERROR_IO);
    unlink(s.path);
    cannot_open(&s, SK_ERROR_IO); /* only setup makes one */
    sql(s.path, "CREATE TABLE x (y)");
    cannot_open(&s, SK_ERROR_MISMATCH);
    g_assert_false(
        sk_store_setup(s.path, s.vault, "lgwan", NULL)); /* nobody else's tables are built over */
    sql(s.path, "CREATE TABLE station (y)");
    fixture_down(&s);
}

/* ---- from version 1 ---- */

/* A database as version 1 left it, with a row in every table. */
static const char version_1[] =
    "INSERT INTO station VALUES (1, 'lgwan', 9, 1800000000000000, 3, 0, zeroblob(32));"
    "INSERT INTO accounts VALUES ('taro', '佐藤 太郎', 'section-head', '住民課', "
    "  '$argon2id$v=19$m=65536,t=3,p=1$uwen2FC5hbfUNtIIzboW7A$w2uT/iICIzLrNbFW/"
    "eBQsVsaVxgPR564GJuuoBdkLYE', 0, 1800000000000000);"
    "INSERT INTO accounts VALUES ('hana', '鈴木 花', 'administrator', '', 'x', 1, 5);"
    "INSERT INTO crossings (id, box, state, from_zone, to_zone, sender, recipient, section, name, "
    "  bytes_in, class, takeout_reason, created, updated, expires, keep_original, sha256_in, "
    "  policy_digest, version, approval, salt) VALUES ('01996f6e-27a9-7c1b-8f53-0f6b7a1c2d3e', "
    "  'arrived', 'held', 'internet', 'lgwan', 'jiro', 'taro', '住民課', '文書.txt', 7, 2, '', 5, "
    "6, 0, "
    "  0, 'a', 'b', 8, 'section-head', zeroblob(16));"
    "INSERT INTO queues VALUES ('arrived', 'held', 1);"
    "INSERT INTO findings VALUES ('01996f6e-27a9-7c1b-8f53-0f6b7a1c2d3e', 0, 'zip.extra', "
    "  'removed', 1, '');"
    "INSERT INTO acts VALUES (0, 5, 'arrive', '01996f6e-27a9-7c1b-8f53-0f6b7a1c2d3e', 'arrived', "
    "  '', '', zeroblob(16));"
    "INSERT INTO leaf_queue VALUES (0, x'7b7d');"
    "INSERT INTO tokens VALUES (zeroblob(32), '01996f6e-27a9-7c1b-8f53-0f6b7a1c2d3e', 'taro', 1, "
    "  'boot', 5);"
    "INSERT INTO delays VALUES (zeroblob(32), 4, 'boot', 5, 6);"
    "INSERT INTO sessions VALUES (zeroblob(32), 'taro', 'csrf', 'boot', 5, 6);"
    "PRAGMA user_version = 1; PRAGMA application_id = 1399550831;";

static void
from_version_1(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    sk_store_close(g_steal_pointer(&s.store));
    unlink(s.path);
    sql(s.path, sk_schema_checkpoint);
    sql(s.path, version_1);
    s.store = fixture_open(&s);

    g_assert_cmpint(fixture_int(s.store, "PRAGMA user_version"), ==, 4);
    g_autoptr(SkAccount) taro = NULL;
    g_autoptr(GError) error = NULL;
    g_assert_true(sk_account_get(s.store, "taro", &taro, &error));
    g_assert_no_error(error);
    g_assert_cmpstr(taro->label, ==, "佐藤 太郎");
    g_assert_cmpint(taro->role, ==, SK_ROLE_SECTION_HEAD);
    g_assert_cmpstr(taro->section, ==, "住民課");
    g_assert_false(taro->locked);
    g_autoptr(GPtrArray) accounts = NULL;
    g_assert_true(sk_account_list(s.store, &accounts, NULL));
    g_assert_cmpuint(accounts->len, ==, 2);
    g_assert_true(((SkAccount *)g_ptr_array_index(accounts, 0))->locked);

    g_autoptr(SkCrossing) held = NULL;
    g_assert_true(sk_store_get(s.store, "01996f6e-27a9-7c1b-8f53-0f6b7a1c2d3e", &held, &error));
    g_assert_no_error(error);
    g_assert_cmpint(held->state, ==, SK_STATE_HELD);
    g_assert_cmpstr(held->approval, ==, "section-head");
    g_assert_cmpstr(held->name, ==, "文書.txt");
    g_autoptr(GPtrArray) history = NULL;
    g_assert_true(sk_store_history(s.store, held->id, &history, NULL));
    g_assert_cmpuint(history->len, ==, 1);
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM findings"), ==, 1);
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM leaf_queue"), ==, 1);
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM delays"), ==, 1);
    /* Whoever was signed in signs in again. */
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM sessions"), ==, 0);

    /* It goes on from there: a sign-in that fails is the next leaf. */
    g_autoptr(SkSignInAttempt) attempt = NULL;
    g_autoptr(SkSession) session = NULL;
    int64_t wait = 0;
    g_assert_true(sk_signin_begin(s.store, "taro", NULL, &attempt, &wait, &error));
    g_assert_false(sk_signin_finish(s.store, attempt, &session, &wait, NULL));
    g_assert_cmpstr(sk_store_why(s.store), ==, "sign-in-failed");
    g_assert_cmpint(fixture_int(s.store, "SELECT leaf FROM acts WHERE act = 'sign-in-failed'"), ==,
                    3);
    SkSweep sweep;
    g_assert_true(sk_store_sweep(s.store, &sweep, &error));
    g_assert_no_error(error);
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM pragma_foreign_key_check"), ==, 0);
    /* A second opening finds nothing to do. */
    sk_store_close(g_steal_pointer(&s.store));
    s.store = fixture_open(&s);
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM accounts"), ==, 2);
    fixture_down(&s);
}

/* The migrated shape is the one that setup makes. */
static void
same_shape(void)
{
    Station fresh = { 0 };
    Station old = { 0 };
    fixture_up(&fresh, "lgwan");
    fixture_up(&old, "lgwan");
    sk_store_close(g_steal_pointer(&old.store));
    unlink(old.path);
    sql(old.path, sk_schema_checkpoint);
    sql(old.path, version_1);
    old.store = fixture_open(&old);
    g_autofree char *attach = g_strdup_printf("ATTACH '%s' AS fresh", fresh.path);
    g_assert_cmpint(sqlite3_exec(old.store->db, attach, NULL, NULL, NULL), ==, SQLITE_OK);
    g_assert_cmpint(fixture_int(old.store, "SELECT count(*) FROM (SELECT type, name, tbl_name, sql "
                                           "FROM main.sqlite_schema EXCEPT SELECT type, name, "
                                           "tbl_name, sql FROM fresh.sqlite_schema)"),
                    ==, 0);
    g_assert_cmpint(fixture_int(old.store, "SELECT (SELECT count(*) FROM main.sqlite_schema) - "
                                           "(SELECT count(*) FROM fresh.sqlite_schema)"),
                    ==, 0);
    fixture_down(&old);
    fixture_down(&fresh);
}

/* ---- killed ---- */

typedef struct {
    unsigned at;
} Death;

static void
die_at(unsigned n, void *data)
{
    if (n == ((Death *)data)->at)
        kill(getpid(), SIGKILL);
}

/* One change in a child that is killed before its write number @at. true = it came to its end. */
static bool
change_and_die(const Station *s, bool (*change)(SkStore *store, const char *id), const char *id,
               unsigned at)
{
    pid_t child = fork();
    if (child == 0) {
        Death death = { .at = at };
        SkStore *store = sk_store_open(s->path, s->vault, NULL);
        SkStoreHooks hooks = { .step = die_at, .data = &death };
        sk_store_set_hooks(store, &hooks);
        _exit(change(store, id) ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    g_assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
    return WIFEXITED(status);
}

/* State, history and queue agree: the row's state is that of its last act, each act has its leaf.
 */
static void
assert_whole(SkStore *store, const char *id)
{
    g_autoptr(SkCrossing) row = NULL;
    g_autoptr(GPtrArray) acts = NULL;
    g_assert_true(sk_store_get(store, id, &row, NULL));
    g_assert_true(sk_store_history(store, id, &acts, NULL));
    const SkAct *last = g_ptr_array_index(acts, acts->len - 1);
    g_assert_cmpstr(last->state, ==, sk_state_name(row->state));
    g_assert_cmpint(fixture_int(store, "SELECT count(*) FROM acts"), ==,
                    fixture_int(store, "SELECT count(*) FROM leaf_queue"));
    g_assert_cmpint(fixture_int(store, "SELECT count(*) FROM acts"), ==,
                    fixture_int(store, "SELECT next_leaf FROM station"));
    g_assert_cmpint(
        fixture_int(store,
                    "SELECT count(*) FROM queues WHERE rows <> (SELECT count(*) FROM crossings c "
                    "WHERE c.box = queues.box AND c.state = queues.state)"),
        ==, 0);
    if (row->state == SK_STATE_WORKING)
        g_assert_cmpstr(row->worker, ==, "w");
}

static bool
do_claim(SkStore *store, const char *id)
{
    return fixture_try(store, id, SK_EVENT_CLAIM, NULL);
}

static bool
do_hold(SkStore *store, const char *id)
{
    return fixture_try(store, id, SK_EVENT_HOLD, NULL);
}

static bool
do_approve(SkStore *store, const char *id)
{
    return fixture_try(store, id, SK_EVENT_APPROVE, NULL);
}

static bool
do_pass(SkStore *store, const char *id)
{
    return fixture_try(store, id, SK_EVENT_PASS, NULL);
}

static bool
do_arrive(SkStore *store, const char *id)
{
    g_autoptr(SkCrossing) row = fixture_arrive(store, id, "result", NULL, NULL);
    return row != NULL;
}

static bool
do_clear(SkStore *store, const char *id)
{
    return fixture_try(store, id, SK_EVENT_CLEAR, NULL);
}

static bool
do_deliver(SkStore *store, const char *id)
{
    return sk_store_delivered(store, id, "hanako", NULL);
}

/* Kills @change at each of its writes, in turn, until it gets through. */
static void
kill_through(Station *s, bool (*change)(SkStore *store, const char *id), const char *id,
             SkState before, SkState after)
{
    bool through = false;
    for (unsigned at = 0; !through; at++) {
        g_assert_cmpuint(at, <, 100);
        through = change_and_die(s, change, id, at);
        SkStore *store = fixture_open(s);
        if (before != SK_STATE_NONE || through ||
            fixture_int(store, "SELECT count(*) FROM crossings") > 0) {
            SkState state = fixture_state(store, id);
            assert_whole(store, id);
            g_assert_true(state == before || state == after);
            through = through || state == after; /* killed after the commit */
        }
        sk_store_close(store);
    }
}

static void
killed_sending(void)
{
    Station s = { 0 };
    fixture_up(&s, "internet");
    g_autoptr(SkCrossing) row = fixture_receive(s.store, "taro", 0);
    sk_store_close(g_steal_pointer(&s.store));
    kill_through(&s, do_claim, row->id, SK_STATE_RECEIVED, SK_STATE_WORKING);
    kill_through(&s, do_hold, row->id, SK_STATE_WORKING, SK_STATE_HELD);
    s.store = fixture_open(&s);
    g_assert_true(sk_store_examined(s.store, row->id, "kacho", NULL));
    sk_store_close(g_steal_pointer(&s.store));
    kill_through(&s, do_approve, row->id, SK_STATE_HELD, SK_STATE_OFFERED);
    kill_through(&s, do_pass, row->id, SK_STATE_OFFERED, SK_STATE_PASSED);
    s.store = fixture_open(&s);
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM acts"), ==, 6);
    fixture_down(&s);
}

static void
killed_receiving(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    g_autofree char *id = sk_uuid_new();
    sk_store_close(g_steal_pointer(&s.store));
    kill_through(&s, do_arrive, id, SK_STATE_NONE, SK_STATE_ARRIVED);
    kill_through(&s, do_clear, id, SK_STATE_ARRIVED, SK_STATE_READY);
    kill_through(&s, do_deliver, id, SK_STATE_READY, SK_STATE_DELIVERED);
    s.store = fixture_open(&s);
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM acts"), ==, 3);
    fixture_down(&s);
}

/* ---- full disk ---- */

static void
ignore_signal(int n)
{
    (void)n;
}

/* RLIMIT_FSIZE stands for a full disk. Whatever could not be written was not done, and says so. */
static void
disk_full(void)
{
    Station s = { 0 };
    fixture_up(&s, "internet");
    g_autofree char *sha256 = NULL;
    g_autofree char *object = fixture_object(s.store, "x", &sha256);
    sk_store_close(g_steal_pointer(&s.store));
    pid_t child = fork();
    if (child == 0) {
        struct rlimit limit = { .rlim_cur = 400000, .rlim_max = 400000 };
        signal(SIGXFSZ, ignore_signal);
        setrlimit(RLIMIT_FSIZE, &limit);
        SkStore *store = sk_store_open(s.path, s.vault, NULL);
        SkReceive in = { .to = "lgwan",
                         .sender = "taro",
                         .recipient = "hanako",
                         .name = "a.txt",
                         .object_in = object,
                         .sha256_in = sha256,
                         .bytes_in = 1 };
        int done = 0;
        GError *error = NULL;
        while (done < 250 && sk_store_receive(store, &in, NULL, &error))
            done++;
        if (done == 0 || done == 250 || !g_error_matches(error, SK_ERROR, SK_ERROR_IO))
            _exit(255);
        g_autoptr(GPtrArray) rows = NULL; /* reading goes on */
        if (!sk_store_in_state(store, SK_BOX_SENT, SK_STATE_RECEIVED, 1000, &rows, NULL) ||
            (int)rows->len != done)
            _exit(254);
        _exit(done);
    }
    int status = 0;
    waitpid(child, &status, 0);
    g_assert_true(WIFEXITED(status));
    g_assert_cmpint(WEXITSTATUS(status), <, 250);
    s.store = fixture_open(&s);
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM crossings"), ==,
                    WEXITSTATUS(status));
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM leaf_queue"), ==,
                    WEXITSTATUS(status));
    sk_crossing_free(fixture_receive(s.store, "taro", 0)); /* and space again */
    fixture_down(&s);
}

/* ---- list pages ---- */

static void
assert_plan(SkStore *store, const SkListQuery *query, bool since)
{
    g_autofree char *explain = g_strconcat("EXPLAIN QUERY PLAN ", sk_list_sql(query, since), NULL);
    sqlite3_stmt *stmt = NULL;
    unsigned rows = 0;
    g_assert_cmpint(sqlite3_prepare_v2(store->db, explain, -1, &stmt, NULL), ==, SQLITE_OK);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        const char *detail = (const char *)sqlite3_column_text(stmt, 3);
        g_test_message("list %d since %d: %s", query->list, since, detail);
        bool inner = g_str_has_prefix(detail, "CORRELATED SCALAR SUBQUERY") ||
                     g_str_has_prefix(detail, "SEARCH s USING PRIMARY KEY");
        g_assert_true(inner || g_str_has_prefix(detail, "SEARCH crossings"));
        g_assert_null(strstr(detail, "TEMP B-TREE"));
        rows += !inner;
    }
    g_assert_cmpuint(rows, ==, 1);
    sqlite3_finalize(stmt);
}

static void
assert_searches(SkStore *store, const char *statement)
{
    g_autofree char *explain = g_strconcat("EXPLAIN QUERY PLAN ", statement, NULL);
    sqlite3_stmt *stmt = NULL;
    g_assert_cmpint(sqlite3_prepare_v2(store->db, explain, -1, &stmt, NULL), ==, SQLITE_OK);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        const char *detail = (const char *)sqlite3_column_text(stmt, 3);
        g_test_message("%s", detail);
        g_assert_null(strstr(detail, "TEMP B-TREE"));
        g_assert_true(strstr(detail, "SCAN") == NULL || strstr(detail, "CONSTANT ROW") != NULL);
    }
    sqlite3_finalize(stmt);
}

static void
plans(void)
{
    Station s = { 0 };
    fixture_up(&s, "internet");
    for (int list = SK_LIST_SENT; list <= SK_LIST_TAKEOUTS; list++) {
        SkListQuery query = {
            .list = (SkList)list, .account = "taro", .posts = "\nsection-head\t住民課\n", .limit = 50
        };
        for (int round = 0; round < 2; round++) {
            assert_plan(s.store, &query, false);
            assert_plan(s.store, &query, true);
            query.posts = NULL;
            query.account = list == SK_LIST_TAKEOUTS ? NULL : query.account;
        }
    }
    assert_searches(
        s.store,
        "SELECT id FROM crossings WHERE box = 'sent' AND state = 'received' ORDER BY n LIMIT 1");
    assert_searches(
        s.store,
        "SELECT id FROM crossings WHERE box = 'sent' AND state = 'offered' AND to_zone = ? AND "
        "(offer_boot <> ? OR offer_at <= ?) ORDER BY n LIMIT ?");
    assert_searches(s.store, "SELECT id FROM crossings WHERE expires > 0 AND state <> 'expired' "
                             "AND expires <= ? ORDER BY "
                             "expires LIMIT ?");
    assert_searches(s.store, "SELECT id FROM crossings WHERE state = 'held' AND held_until > 0 AND "
                             "held_until <= ? ORDER BY held_until LIMIT ?");
    assert_searches(s.store, "SELECT id FROM crossings WHERE remind_at > 0 AND remind_at <= ? "
                             "ORDER BY remind_at LIMIT ?");
    assert_searches(s.store, "SELECT id FROM crossings WHERE return_at > 0 AND return_at <= ? "
                             "ORDER BY return_at LIMIT ?");
    assert_searches(s.store, "SELECT id FROM crossings WHERE state = 'expired' AND sender <> '' AND "
                             "expires <= ? AND expires > 0 ORDER BY expires LIMIT ?");
    assert_searches(
        s.store, "SELECT EXISTS (SELECT 1 FROM crossings WHERE object_in = ? AND object_in <> '')");
    assert_searches(s.store, "SELECT count(*) FROM acts WHERE act = ? AND time >= ?");
    assert_searches(s.store,
                    "SELECT * FROM acts WHERE crossing = ? AND crossing <> '' ORDER BY leaf");
    assert_searches(s.store, "SELECT * FROM acts WHERE leaf < ? ORDER BY leaf DESC LIMIT ?");
    fixture_down(&s);
}

static GPtrArray *
page(SkStore *store, SkListQuery *query, char **ret_next, int64_t *ret_version)
{
    GPtrArray *items = NULL;
    GError *error = NULL;
    g_assert_true(sk_store_list(store, query, &items, ret_next, ret_version, &error));
    g_assert_no_error(error);
    return items;
}

static void
pages(void)
{
    Station s = { 0 };
    fixture_up(&s, "internet");
    g_autoptr(GPtrArray) made = g_ptr_array_new_with_free_func(g_free);
    for (int i = 0; i < 25; i++) {
        g_autoptr(SkCrossing) row = fixture_receive(s.store, i % 5 == 0 ? "jiro" : "taro", 0);
        if (i % 5 != 0)
            g_ptr_array_add(made, g_steal_pointer(&row->id));
    }
    SkListQuery query = { .list = SK_LIST_SENT, .account = "taro", .limit = 7 };
    g_autofree char *cursor = NULL;
    int64_t version = 0;
    guint seen = 0;
    do {
        char *next = NULL;
        query.cursor = cursor;
        g_autoptr(GPtrArray) items = page(s.store, &query, &next, &version);
        g_assert_cmpuint(items->len, <=, 7);
        for (guint i = 0; i < items->len; i++, seen++)
            g_assert_cmpstr(((SkCrossing *)g_ptr_array_index(items, i))->id, ==,
                            g_ptr_array_index(made, made->len - 1 - seen));
        g_free(cursor);
        cursor = next;
        if (seen == 7) /* one more comes in while pages are turned: nothing shifts */
            sk_crossing_free(fixture_receive(s.store, "taro", 0));
    } while (cursor != NULL);
    g_assert_cmpuint(seen, ==, 20);

    /* since: what changed after, in the order of change, cut into pages without a loss. */
    query =
        (SkListQuery){ .list = SK_LIST_ALL, .limit = 4, .since = sk_store_version(s.store, NULL) };
    for (int i = 0; i < 10; i++)
        sk_crossing_free(fixture_receive(s.store, "taro", 0));
    unsigned changed = 0;
    for (unsigned n = 1; n > 0; changed += n) {
        g_autofree char *next = NULL;
        g_autoptr(GPtrArray) items = page(s.store, &query, &next, &query.since);
        n = items->len;
    }
    g_assert_cmpuint(changed, ==, 10);
    g_assert_cmpint(query.since, ==, sk_store_version(s.store, NULL));

    static const char *const bad[] = { "", "-1", "1x", "99999999999999999999", " 1" };
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        GPtrArray *items = NULL;
        char *next = NULL;
        query.cursor = bad[i];
        g_assert_false(sk_store_list(s.store, &query, &items, &next, &version, &error));
        g_assert_error(error, SK_ERROR, SK_ERROR_MALFORMED);
    }
    fixture_down(&s);
}

static void
approvals(void)
{
    Station s = { 0 };
    fixture_up(&s, "internet");
    for (int i = 0; i < 3; i++) {
        g_autoptr(SkCrossing) row = fixture_receive(s.store, i == 0 ? "kacho" : "taro", 0);
        g_assert_true(do_claim(s.store, row->id));
        g_assert_true(do_hold(s.store, row->id));
    }
    SkListQuery query = {
        .list = SK_LIST_APPROVALS, .account = "kacho", .posts = "\nsection-head\t\n", .limit = 50
    };
    g_autofree char *next = NULL;
    int64_t version = 0;
    g_autoptr(GPtrArray) items = page(s.store, &query, &next, &version);
    g_assert_cmpuint(items->len, ==, 2); /* not one's own */
    g_autofree char *id = g_strdup(((SkCrossing *)g_ptr_array_index(items, 0))->id);
    query.since = version;
    /* Whoever is to decide looks first; that is one more change of the same row. */
    g_assert_true(sk_store_examined(s.store, id, "kacho", NULL));
    g_assert_true(do_approve(s.store, id));
    g_autofree char *next2 = NULL;
    g_autoptr(GPtrArray) changed = page(s.store, &query, &next2, &version);
    g_assert_cmpuint(changed->len, ==, 1); /* it leaves the page: its change is told */
    g_assert_cmpint(((SkCrossing *)g_ptr_array_index(changed, 0))->state, ==, SK_STATE_OFFERED);
    query.since = 0;
    query.posts = "\nsection-head\tanother\n";
    g_autofree char *next3 = NULL;
    g_autoptr(GPtrArray) none = page(s.store, &query, &next3, &version);
    g_assert_cmpuint(none->len, ==, 0);
    fixture_down(&s);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/database/opening", opening);
    g_test_add_func("/database/from-version-1", from_version_1);
    g_test_add_func("/database/same-shape", same_shape);
    g_test_add_func("/database/killed-sending", killed_sending);
    g_test_add_func("/database/killed-receiving", killed_receiving);
    g_test_add_func("/database/disk-full", disk_full);
    g_test_add_func("/database/plans", plans);
    g_test_add_func("/database/pages", pages);
    g_test_add_func("/database/approvals", approvals);
    return g_test_run();
}
