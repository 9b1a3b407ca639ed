/* SPDX-License-Identifier: Apache-2.0
 * test-delay.c - whose failures are counted together, how long they make whom wait, and what
 * spraying comes to. The arithmetic is exact, so no password is hashed here: an attempt that was
 * never verified is one whose password was wrong. */
#include "fixture.h"

#include "store/delay.h"
#include "store/session.h"

#define SECOND ((int64_t)G_USEC_PER_SEC)
#define MINUTE (60 * SECOND)

/* The disk is not what is measured here. */
static void
up(Station *s)
{
    fixture_up(s, "lgwan");
    g_assert_cmpint(sqlite3_exec(s->store->db, "PRAGMA synchronous = OFF", NULL, NULL, NULL), ==,
                    SQLITE_OK);
}

static void
add(SkStore *store, const char *name)
{
    g_autoptr(GError) error = NULL;
    SkAccount account = {
        .name = (char *)name, .label = (char *)name, .role = SK_ROLE_STAFF, .section = (char *)""
    };
    g_assert_true(sk_account_add(store, &account, "no hash", "admin", &error));
    g_assert_no_error(error);
}

/* µs that are left before or after the failure; -1: it was checked, and nothing has to be waited
 * for. */
static int64_t
fail(Station *s, const char *name, const SkClient *client, bool *ret_checked)
{
    g_autoptr(SkSignInAttempt) attempt = NULL;
    g_autoptr(SkSession) session = NULL;
    int64_t wait = 0;
    bool checked = sk_signin_begin(s->store, name, client, &attempt, &wait, NULL);
    if (checked)
        g_assert_false(sk_signin_finish(s->store, attempt, &session, &wait, NULL));
    if (ret_checked != NULL)
        *ret_checked = checked;
    return wait;
}

static bool
may_try(Station *s, const char *name, const SkClient *client)
{
    g_autoptr(SkSignInAttempt) attempt = NULL;
    int64_t wait = 0;
    return sk_signin_begin(s->store, name, client, &attempt, &wait, NULL);
}

typedef struct {
    const char *account;
    const SkClient *client;
    SkSession *session;
} Open;

static bool
open_work(SkStore *store, void *data, GError **error)
{
    Open *o = data;
    return sk_session_open(store, o->account, o->client, false, &o->session, error);
}

/* The cookie of a terminal that @account has signed in from. */
static char *
known_terminal(Station *s, const char *account, const char *cookie)
{
    const SkClient client = { .terminal = cookie };
    Open o = { .account = account, .client = &client };
    g_assert_true(sk_db_do(s->store, open_work, &o, NULL));
    g_autoptr(SkSession) session = o.session;
    return g_strdup(session->terminal);
}

/* A stranger who knows a name keeps strangers out, and its owner in nothing. */
static void
stranger(void)
{
    Station s = { 0 };
    up(&s);
    add(s.store, "kato");
    add(s.store, "ito");
    g_autofree char *cookie = known_terminal(&s, "kato", NULL);
    const SkClient desk = { .terminal = cookie, .network = "10.20.4.17" };
    const SkClient attacker = { .network = "10.20.66.6" };
    for (int i = 0; i < 200; i++) {
        fail(&s, "kato", &attacker, NULL);
        s.boot += HOUR; /* as patient as can be: for the address nothing is left of it */
        g_assert_true(may_try(&s, "kato", &desk));
    }
    fail(&s, "kato", &attacker, NULL);
    g_assert_false(may_try(&s, "kato", &attacker));
    g_assert_false(may_try(&s, "kato", NULL));
    g_assert_true(may_try(&s, "kato", &desk));
    /* Failures there are counted there: the same delays, and nobody else waits for them. */
    g_assert_true(sk_account_unlock(s.store, "kato", "admin", NULL));
    for (unsigned i = 1; i < SK_SIGNIN_FREE_FAILURES; i++)
        g_assert_cmpint(fail(&s, "kato", &desk, NULL), ==, 0);
    g_assert_cmpint(fail(&s, "kato", &desk, NULL), ==, SK_SIGNIN_DELAY_FIRST);
    g_assert_false(may_try(&s, "kato", &desk));
    g_assert_true(may_try(&s, "kato", &attacker));
    /* A terminal is known for an account, not for everybody. */
    for (unsigned i = 0; i < SK_SIGNIN_FREE_FAILURES; i++)
        fail(&s, "ito", &attacker, NULL);
    g_assert_false(may_try(&s, "ito", &desk));
    /* An administrator's unlock clears the account's counts everywhere. */
    g_assert_true(sk_account_unlock(s.store, "kato", "admin", NULL));
    g_assert_true(may_try(&s, "kato", &desk));
    fixture_down(&s);
}

/* A cookie that was guessed, cut, or of nobody's is no terminal. */
static void
cookies(void)
{
    Station s = { 0 };
    up(&s);
    add(s.store, "kato");
    g_autofree char *cookie = known_terminal(&s, "kato", NULL);
    g_autofree char *cut = g_strndup(cookie, 63);
    g_autofree char *upper = g_ascii_strup(cookie, -1);
    g_autofree char *zeros = g_strnfill(64, '0');
    const char *bad[] = { cut, zeros, "", "0", NULL, upper };
    for (unsigned i = 0; i < SK_SIGNIN_FREE_FAILURES; i++)
        fail(&s, "kato", NULL, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        const SkClient client = { .terminal = bad[i] };
        if (bad[i] == NULL || strcmp(bad[i], cookie) != 0)
            g_assert_false(may_try(&s, "kato", &client));
    }
    fixture_down(&s);
}

/* What is typed as a name cannot be made to look like the key of something else. */
static void
keys(void)
{
    Station s = { 0 };
    up(&s);
    const SkClient client = { .network = "10.20.66.6" };
    SkDelayKeys a, b;
    g_assert_true(sk_delay_keys(s.store, "address", &client, &a, NULL));
    g_assert_true(a.has_address);
    g_assert_true(sk_delay_keys(s.store, "10.20.66.6", &client, &b, NULL));
    g_assert_cmpint(memcmp(&a.address, &b.address, sizeof a.address), ==, 0);
    g_assert_cmpint(memcmp(&a.account, &b.account, sizeof a.account), !=, 0);
    g_assert_cmpint(memcmp(&a.address, &b.account, sizeof a.address), !=, 0);
    const SkClient nowhere = { .network = "" };
    g_assert_true(sk_delay_keys(s.store, "kato", &nowhere, &a, NULL));
    g_assert_false(a.has_address); /* not known is not one address that all share */
    fixture_down(&s);
}

/* One address: fifty, and then slower and slower; it forgets, as slowly. */
static void
address(void)
{
    Station s = { 0 };
    up(&s);
    const SkClient attacker = { .network = "10.20.66.6" };
    const SkClient neighbour = { .network = "10.20.66.7" };
    const int64_t want[] = { 1, 2, 4, 8, 15, 15 };
    for (int i = 0; i < SK_DELAY_ADDRESS_FREE; i++) {
        g_autofree char *name = g_strdup_printf("n%d", i);
        g_assert_cmpint(fail(&s, name, &attacker, NULL), ==, 0);
    }
    int64_t forgotten = 0;
    for (size_t i = 0; i < 3; i++) { /* the fourth is late enough to be let off one failure */
        g_autofree char *name = g_strdup_printf("m%zu", i);
        g_assert_cmpint(fail(&s, name, &attacker, NULL), ==, want[i] * MINUTE);
        bool checked = true;
        g_assert_cmpint(fail(&s, "anybody", &attacker, &checked), ==, want[i] * MINUTE);
        g_assert_false(checked);
        g_assert_true(may_try(&s, "anybody", &neighbour));
        g_assert_true(may_try(&s, "anybody", NULL));
        s.boot += want[i] * MINUTE - 1;
        forgotten += want[i] * MINUTE;
        g_assert_cmpint(fail(&s, "anybody", &attacker, &checked), ==, 1);
        g_assert_false(checked);
        s.boot += 1;
    }
    /* 7 minutes have gone by: two of 53 are forgotten by the time of the next. */
    g_assert_cmpint(forgotten, ==, 7 * MINUTE);
    g_assert_cmpint(fail(&s, "m3", &attacker, NULL), ==, 4 * MINUTE);
    s.boot += 54 * SK_DELAY_ADDRESS_LEAK;
    g_assert_cmpint(fail(&s, "m4", &attacker, NULL), ==, 0);

    /* A success does not wash the address: one good account would buy fifty bad tries. */
    for (int i = 1; i < SK_DELAY_ADDRESS_FREE; i++) {
        g_autofree char *name = g_strdup_printf("o%d", i);
        fail(&s, name, &attacker, NULL);
    }
    SkDelayKeys k;
    g_assert_true(sk_delay_keys(s.store, "o1", &attacker, &k, NULL));
    g_assert_true(sk_delay_clear(s.store, &k, NULL));
    g_assert_cmpint(fail(&s, "o99", &attacker, NULL), ==, MINUTE);
    fixture_down(&s);
}

/* Ten thousand tries over a thousand accounts, as fast as the delays let them: how many are checked
 * within a time is exact. From one address; from a hundred; from nowhere that is known. */
static void
spraying(void)
{
    static const struct {
        unsigned addresses; /* 0: not known */
        unsigned most;      /* that may be checked within the hour */
    } cases[] = {
        /* fifty, one for each five minutes that are forgotten, and what doubling lets through */
        { 1, 50 + 12 + 3 },
        { 100, 100 * (50 + 12 + 3) },
        /* the accounts' own counts: five at once, then after 30 s, 1, 2, 4, 8, 16 and 32 minutes */
        { 0, 1000 * 11 },
    };
    for (size_t c = 0; c < G_N_ELEMENTS(cases); c++) {
        Station s = { 0 };
        up(&s);
        unsigned checked = 0;
        unsigned tries = 0;
        int64_t start = s.boot;
        /* 10,000 tries within the hour, a thousand every six minutes */
        for (unsigned round = 0; round < 10; round++) {
            for (unsigned i = 0; i < 1000; i++) {
                g_autofree char *name = g_strdup_printf("person%u", i);
                g_autofree char *network =
                    g_strdup_printf("10.66.0.%u", (tries % MAX(cases[c].addresses, 1)) + 1);
                const SkClient client = { .network = cases[c].addresses == 0 ? "" : network };
                bool was_checked = false;
                fail(&s, name, &client, &was_checked);
                checked += was_checked;
                tries++;
                s.boot += 6 * MINUTE / 1000;
            }
        }
        g_assert_cmpint(s.boot - start, ==, HOUR);
        g_test_message("%u addresses: %u of %u tries were checked within the hour",
                       cases[c].addresses, checked, tries);
        g_assert_cmpuint(tries, ==, 10000);
        g_assert_cmpuint(checked, <=, cases[c].most);
        /* Only what was checked is written: an attacker does not fill the seal. */
        g_assert_cmpint(
            fixture_int(s.store, "SELECT count(*) FROM acts WHERE act = 'sign-in-failed'"), ==,
            (int)checked);
        /* It shows, once an hour. */
        g_assert_cmpint(
            fixture_int(s.store, "SELECT count(*) FROM acts WHERE act = 'sign-in-spraying'"), ==,
            cases[c].addresses == 1 ? 0 : 1);
        /* Nobody who has signed in before waits for any of it. */
        add(s.store, "person1");
        g_autofree char *cookie = known_terminal(&s, "person1", NULL);
        const SkClient desk = { .terminal = cookie, .network = "10.66.0.1" };
        g_assert_true(may_try(&s, "person1", &desk));
        fixture_down(&s);
    }
}

/* What costs nothing to bring about is written down a hundred times an hour, and no more. */
static bool
tell_work(SkStore *store, void *data, GError **error)
{
    return sk_delay_tell(store, "passkey", data, error);
}

static void
telling(void)
{
    Station s = { 0 };
    up(&s);
    unsigned told = 0;
    for (int i = 0; i < 1000; i++) {
        bool tell = false;
        g_assert_true(sk_db_do(s.store, tell_work, &tell, NULL));
        told += tell;
    }
    g_assert_cmpuint(told, ==, SK_DELAY_STATION_FREE);
    s.boot += SK_DELAY_STATION_LEAK;
    for (int i = 0; i < 10; i++) {
        bool tell = false;
        g_assert_true(sk_db_do(s.store, tell_work, &tell, NULL));
        g_assert_cmpint(tell, ==, i == 0);
    }
    fixture_down(&s);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/delay/stranger", stranger);
    g_test_add_func("/delay/cookies", cookies);
    g_test_add_func("/delay/keys", keys);
    g_test_add_func("/delay/address", address);
    g_test_add_func("/delay/telling", telling);
    g_test_add_func("/delay/spraying", spraying);
    return g_test_run();
}
