/* SPDX-License-Identifier: Apache-2.0
 * test-adoption.c - the policy in force: an act when it changes, its digest in every leaf. */
#include "fixture.h"
#include "store/adoption.h"

static char *
digits(char c)
{
    return g_strnfill(64, c);
}

static SkAdoption
adoption(char policy, char text, char signers)
{
    return (SkAdoption){ .policy = digits(policy),
                         .text = digits(text),
                         .signers = digits(signers),
                         .ciso = g_strdup("SHA256:ciso"),
                         .administrator = g_strdup("SHA256:administrator") };
}

static bool
note(SkStore *store, char policy, char text, char signers)
{
    g_autoptr(SkAdoption) a = g_new0(SkAdoption, 1);
    *a = adoption(policy, text, signers);
    return sk_adoption_note(store, a, NULL);
}

static char *
newest(SkStore *store)
{
    g_autoptr(GPtrArray) acts = NULL;
    g_autofree char *next = NULL;
    g_assert_true(sk_store_acts(store, NULL, 1, &acts, &next, NULL));
    return g_strdup(acts->len == 0 ? "" : ((SkAct *)g_ptr_array_index(acts, 0))->act);
}

static void
assert_newest(SkStore *store, const char *act)
{
    g_autofree char *is = newest(store);
    g_assert_cmpstr(is, ==, act);
}

/* The entry of the newest queued leaf. */
static char *
newest_leaf(const Station *s)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *q = NULL;
    g_assert_cmpint(sqlite3_open(s->path, &db), ==, SQLITE_OK);
    g_assert_cmpint(sqlite3_prepare_v2(db, "SELECT CAST(entry AS TEXT) FROM leaf_queue ORDER BY leaf DESC LIMIT 1", -1, &q, NULL),
                    ==, SQLITE_OK);
    g_assert_cmpint(sqlite3_step(q), ==, SQLITE_ROW);
    char *out = g_strdup((const char *)sqlite3_column_text(q, 0));
    sqlite3_finalize(q);
    sqlite3_close(db);
    return out;
}

static void
in_every_leaf(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    g_autoptr(SkAdoption) none = NULL;
    g_assert_true(sk_adoption_get(s.store, &none, NULL));
    g_assert_null(none);

    g_assert_true(note(s.store, 'a', 'b', 'c'));
    assert_newest(s.store, "policy-adopted");
    g_autofree char *leaf = newest_leaf(&s);
    static const char *const members[] = { "\"act\":\"policy-adopted\"", "\"policy\":\"aaaa", "\"policy-text\":\"bbbb",
                                           "\"signers\":\"cccc", "\"signed-ciso\":\"SHA256:ciso\"", "\"v\":2" };
    for (size_t i = 0; i < G_N_ELEMENTS(members); i++)
        g_assert_nonnull(strstr(leaf, members[i]));

    /* Another connection of another process, which never noted anything: the command line. */
    g_autoptr(SkStore) other = sk_store_open(s.path, s.vault, NULL);
    SkAccount account = { .name = (char *)"taro", .label = (char *)"x", .role = SK_ROLE_STAFF, .section = (char *)"" };
    g_assert_true(sk_account_add(other, &account, "x", NULL, NULL));
    g_autofree char *added = newest_leaf(&s);
    g_assert_nonnull(strstr(added, "\"act\":\"account-added\""));
    g_assert_nonnull(strstr(added, "\"policy\":\"aaaa"));

    /* A new policy: who still works by the old one says so. */
    g_assert_true(note(s.store, 'd', 'e', 'c'));
    g_assert_true(sk_account_lock(other, "taro", NULL, NULL));
    g_autofree char *locked = newest_leaf(&s);
    g_assert_nonnull(strstr(locked, "\"policy\":\"aaaa"));
    g_assert_true(sk_account_unlock(s.store, "taro", NULL, NULL));
    g_autofree char *unlocked = newest_leaf(&s);
    g_assert_nonnull(strstr(unlocked, "\"policy\":\"dddd"));
    fixture_down(&s);
}

static void
acts(void)
{
    Station s = { 0 };
    fixture_up(&s, "lgwan");
    g_assert_true(note(s.store, 'a', 'b', 'c'));
    assert_newest(s.store, "policy-adopted");
    int64_t version = sk_store_version(s.store, NULL);
    g_assert_true(note(s.store, 'a', 'b', 'c')); /* each role notes it when it starts */
    g_assert_cmpint(sk_store_version(s.store, NULL), ==, version);
    g_assert_true(note(s.store, 'a', 'b', 'd'));
    assert_newest(s.store, "signers-changed");
    g_assert_true(note(s.store, 'a', 'e', 'd')); /* a comment was signed anew */
    assert_newest(s.store, "policy-adopted");
    g_autoptr(SkAdoption) now = NULL;
    g_assert_true(sk_adoption_get(s.store, &now, NULL));
    g_assert_true(now->text[0] == 'e' && now->signers[0] == 'd' && now->time > 0);
    g_assert_false(note(s.store, 'X', 'b', 'c'));
    fixture_down(&s);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/adoption/in-every-leaf", in_every_leaf);
    g_test_add_func("/adoption/acts", acts);
    return g_test_run();
}
