/* SPDX-License-Identifier: Apache-2.0
 *
 * bench-store.c - what the store costs: acts against bare SQLite commits in the same run, leaves
 * appended, a list page among 100,000 crossings with its JSON. Prints one JSON object.
 * bench-store DIRECTORY [ROWS]: the directory must be empty, on the disk that is to be measured. */
#include "base/uuid.h"
#include "store/db.h"
#include "store/account.h"
#include "store/sealer.h"
#include "web/api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 5
#define ACTS 500
#define LEAVES 20000
#define PAGES 200

static char *
below(const char *dir, const char *name)
{
    return g_build_filename(dir, name, NULL);
}

static void
must(bool ok, const GError *error)
{
    if (ok)
        return;
    fprintf(stderr, "bench-store: %s\n", error == NULL ? "failed" : error->message);
    exit(3);
}

static double
seconds_since(int64_t start)
{
    return (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC;
}

static int
by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double
median(double *values, size_t n)
{
    qsort(values, n, sizeof *values, by_value);
    return values[n / 2];
}

/* ---- acts against bare commits ---- */

static sqlite3 *
open_bare(const char *path)
{
    sqlite3 *db = NULL;
    must(sqlite3_open(path, &db) == SQLITE_OK &&
             sqlite3_exec(db,
                          "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (n "
                          "INTEGER PRIMARY KEY, v TEXT)",
                          NULL, NULL, NULL) == SQLITE_OK,
         NULL);
    return db;
}

static double
bare_commits(sqlite3 *db)
{
    int64_t start = g_get_monotonic_time();
    for (int i = 0; i < ACTS; i++)
        must(sqlite3_exec(db, "BEGIN IMMEDIATE; INSERT INTO t (v) VALUES ('0123456789'); COMMIT",
                          NULL, NULL, NULL) == SQLITE_OK,
             NULL);
    return ACTS / seconds_since(start);
}

static SkReceive
sample(int i)
{
    static const char *const people[] = { "taro", "hanako", "jiro", "saburo", "yoko" };
    return (SkReceive){ .to = "lgwan",
                        .sender = people[i % 5],
                        .recipient = people[(i + 1) % 5],
                        .name = "申請書.docx",
                        .object_in = "00112233445566778899aabbccddeeff",
                        .sha256_in =
                            "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
                        .bytes_in = 100000,
                        .policy_digest = "abc" };
}

static double
acts(SkStore *store)
{
    int64_t start = g_get_monotonic_time();
    for (int i = 0; i < ACTS; i++) {
        GError *error = NULL;
        SkReceive in = sample(i);
        must(sk_store_receive(store, &in, NULL, &error), error);
    }
    return ACTS / seconds_since(start);
}

/* Claims, each with what comes of it, as a runner does: two acts. */
static double
claims(SkStore *store)
{
    int64_t start = g_get_monotonic_time();
    for (int i = 0; i < ACTS; i++) {
        GError *error = NULL;
        SkCrossing *row = NULL;
        must(sk_store_claim(store, "bench", 3600 * (int64_t)G_USEC_PER_SEC, &row, &error) &&
                 row != NULL,
             error);
        SkEventDetails d = { .worker = "bench", .reason = SK_REASON_UNSUPPORTED };
        must(sk_crossing_event(store, row->id, SK_EVENT_REFUSE, &d, NULL, &error), error);
        sk_crossing_free(row);
    }
    return 2 * ACTS / seconds_since(start);
}

/* ---- leaves ---- */

static bool
queue_many(SkStore *store, void *data, GError **error)
{
    const int *n = data;
    for (int i = 0; i < *n; i++) {
        g_autoptr(SkLeaf) leaf = sk_leaf_new();
        g_autofree char *id = sk_uuid_new();
        SkActRow act = { .act = "claim", .crossing = id, .state = "working" };
        sk_leaf_string(leaf, "sha256-out",
                       "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff");
        if (!sk_db_act(store, &act, leaf, NULL, NULL, error))
            return false;
    }
    return true;
}

static double
leaves(SkStore *store, SkSeal *seal)
{
    GError *error = NULL;
    uint64_t sealed = 0;
    int n = LEAVES;
    must(sk_sealer_once(store, seal, NULL, &error), error);
    must(sk_db_do(store, queue_many, &n, &error), error);
    int64_t start = g_get_monotonic_time();
    must(sk_sealer_once(store, seal, &sealed, &error), error);
    return (double)sealed / seconds_since(start);
}

/* ---- list pages ---- */

static bool
fill(SkStore *store, void *data, GError **error)
{
    const int *rows = data;
    for (int i = 0; i < *rows; i++) {
        SkSql *q = sk_sql(
            store,
            "INSERT INTO crossings (id, box, state, from_zone, to_zone, sender, recipient, "
            "section, "
            "name, bytes_in, class, takeout_reason, created, updated, expires, keep_original, "
            "sha256_in, policy_digest, version, salt) VALUES (?, 'sent', 'passed', 'internet', "
            "'lgwan', ?, ?, '住民課', '申請書.docx', 100000, 0, '', ?, ?, 0, 0, '', 'abc', ?, "
            "x'00')");
        SkReceive in = sample(i);
        g_autofree char *id = sk_uuid_new();
        sk_sql_text(q, id);
        sk_sql_text(q, in.sender);
        sk_sql_text(q, in.recipient);
        sk_sql_int(q, i);
        sk_sql_int(q, i);
        sk_sql_int(q, i);
        if (!sk_sql_run(q, error))
            return false;
    }
    return true;
}

/* What the browser is sent, as text. */
static void
write_page(const GPtrArray *items, const SkAccount *account)
{
    json_t *page = json_array();
    for (unsigned i = 0; i < items->len; i++)
        must(json_array_append_new(page, sk_crossing_json(g_ptr_array_index(items, i), account)) == 0, NULL);
    char *text = json_dumps(page, JSON_COMPACT);
    must(text != NULL, NULL);
    free(text);
    json_decref(page);
}

static double
page_ms(SkStore *store, SkList list)
{
    char name[] = "taro", section[] = "住民課";
    SkAccount account = { .name = name, .label = name, .section = section, .role = SK_ROLE_ADMINISTRATOR };
    double each[PAGES];
    g_autofree char *cursor = NULL;
    for (size_t i = 0; i < PAGES; i++) {
        GError *error = NULL;
        g_autoptr(GPtrArray) items = NULL;
        char *next = NULL;
        int64_t version = 0;
        SkListQuery query = { .list = list, .account = "taro", .limit = 50, .cursor = cursor };
        int64_t start = g_get_monotonic_time();
        must(sk_store_list(store, &query, &items, &next, &version, &error), error);
        write_page(items, &account);
        each[i] = seconds_since(start) * 1000;
        g_free(cursor);
        cursor = next;
    }
    return median(each, PAGES);
}

int
main(int argc, char **argv)
{
    GError *error = NULL;
    double bare[ROUNDS];
    double act[ROUNDS];
    double claim[ROUNDS];
    double leaf[ROUNDS];
    if (argc < 2) {
        fputs("bench-store DIRECTORY [ROWS]\n", stderr);
        return 2;
    }
    int rows = argc > 2 ? atoi(argv[2]) : 100000;
    g_autofree char *db = below(argv[1], "store.db");
    g_autofree char *plain = below(argv[1], "bare.db");
    g_autofree char *seal_dir = below(argv[1], "seal");
    g_autofree char *key = below(argv[1], "seal.key");
    must(sk_store_setup(db, NULL, "internet", &error), error);
    g_autoptr(SkStore) store = sk_store_open(db, NULL, &error);
    must(store != NULL, error);
    must(sk_seal_setup(seal_dir, key, "sekisho.example/internet", &error), error);
    g_autoptr(SkSeal) seal = sk_seal_open(seal_dir, key, &error);
    must(seal != NULL, error);
    sqlite3 *other = open_bare(plain);
    for (size_t i = 0; i < ROUNDS; i++) { /* in turn, so that the disk is the same for both */
        bare[i] = bare_commits(other);
        act[i] = acts(store);
        claim[i] = claims(store);
        leaf[i] = leaves(store, seal);
    }
    sqlite3_close(other);
    must(sk_db_do(store, fill, &rows, &error), error);
    double b = median(bare, ROUNDS);
    double a = median(act, ROUNDS);
    double c = median(claim, ROUNDS);
    printf("{\"bare_commits_per_second\":%.0f,\"receives_per_second\":%.0f,\"claim_and_refuse_acts_"
           "per_second\":%.0f,"
           "\"receives_to_bare\":%.2f,\"claim_and_refuse_to_bare\":%.2f,\"leaves_per_second\":%.0f,"
           "\"rows\":%d,"
           "\"page_sent_ms\":%.2f,\"page_all_ms\":%.2f}\n",
           b, a, c, a / b, c / b, median(leaf, ROUNDS), rows, page_ms(store, SK_LIST_SENT),
           page_ms(store, SK_LIST_ALL));
    return 0;
}
