/* SPDX-License-Identifier: Apache-2.0
 * test-proposal.c - acts of two people: who may propose and confirm, what ends a proposal, and that
 * it is all or nothing. People here are made up. */
#include "fixture.h"

#include "store/person.h"
#include "store/proposal.h"

static void
add(SkStore *store, const char *name, SkRole role)
{
    GError *error = NULL;
    SkAccount account = { .name = (char *)name,
                          .label = (char *)"見本 太郎",
                          .role = role,
                          .section = (char *)"住民課" };
    g_assert_true(sk_account_add(store, &account, "$argon2id$made-up", "admin", &error));
    g_assert_no_error(error);
}

static void
up(Station *s)
{
    fixture_up(s, "lgwan");
    add(s->store, "kanri1", SK_ROLE_ADMINISTRATOR);
    add(s->store, "kanri2", SK_ROLE_ADMINISTRATOR);
    add(s->store, "taro", SK_ROLE_STAFF);
}

static SkRole
role_of(SkStore *store, const char *name)
{
    g_autoptr(SkAccount) a = NULL;
    GError *error = NULL;
    g_assert_true(sk_account_get(store, name, &a, &error));
    g_assert_no_error(error);
    return a->role;
}

static char *
propose(SkStore *store, const char *name, SkRole role, const char *actor)
{
    GError *error = NULL;
    char *id = NULL;
    g_assert_true(sk_propose_role(store, name, role, "住民課", actor, &id, &error));
    g_assert_no_error(error);
    return id;
}

static void
refused(SkStore *store, bool ok, const char *why)
{
    g_assert_false(ok);
    g_assert_cmpstr(sk_store_why(store), ==, why);
}

static void
locked_proposer(void)
{
    Station s = { 0 };
    up(&s);
    g_autofree char *id = propose(s.store, "taro", SK_ROLE_SECTION_HEAD, "kanri1");
    g_assert_true(sk_account_lock(s.store, "kanri1", "kanri2", NULL));
    refused(s.store, sk_proposal_confirm(s.store, id, "kanri2", NULL), "changed");
    g_assert_cmpint(role_of(s.store, "taro"), ==, SK_ROLE_STAFF);
    g_assert_true(sk_account_unlock(s.store, "kanri1", "kanri2", NULL));
    g_assert_true(sk_proposal_confirm(s.store, id, "kanri2", NULL));
    fixture_down(&s);
}

/* What somebody proposed who is no administrator any more is nobody's word. */
static void
demoted_proposer(void)
{
    Station s = { 0 };
    up(&s);
    g_autofree char *id = propose(s.store, "taro", SK_ROLE_SECTION_HEAD, "kanri1");
    g_assert_true(sk_account_set_role(s.store, "kanri1", SK_ROLE_STAFF, NULL, "kanri2", NULL));
    refused(s.store, sk_proposal_confirm(s.store, id, "kanri2", NULL), "changed");
    g_assert_cmpint(role_of(s.store, "taro"), ==, SK_ROLE_STAFF);
    fixture_down(&s);
}

static void
two_people(void)
{
    Station s = { 0 };
    up(&s);
    g_autofree char *id = propose(s.store, "taro", SK_ROLE_SECTION_HEAD, "kanri1");
    g_assert_cmpint(role_of(s.store, "taro"), ==, SK_ROLE_STAFF);
    refused(s.store, sk_proposal_confirm(s.store, id, "kanri1", NULL), "own-proposal");
    refused(s.store, sk_proposal_confirm(s.store, id, "taro", NULL), "own-proposal");
    refused(s.store, sk_proposal_confirm(s.store, id, "nobody", NULL), "account-unknown");
    refused(s.store,
            sk_proposal_confirm(s.store, "019ab000-0000-7000-8000-000000000000", "kanri2", NULL),
            "not-found");
    g_assert_cmpint(role_of(s.store, "taro"), ==, SK_ROLE_STAFF);
    g_assert_true(sk_proposal_confirm(s.store, id, "kanri2", NULL));
    g_assert_cmpint(role_of(s.store, "taro"), ==, SK_ROLE_SECTION_HEAD);
    refused(s.store, sk_proposal_confirm(s.store, id, "kanri2", NULL), "already-decided");
    refused(s.store, sk_proposal_deny(s.store, id, "kanri2", NULL), "already-decided");
    g_assert_cmpint(fixture_int(s.store, "SELECT count(*) FROM acts WHERE act IN ('proposed', "
                                         "'role-set', 'proposal-confirmed')"),
                    ==, 3);
    g_autoptr(SkProposal) p = NULL;
    g_assert_true(sk_proposal_get(s.store, id, &p, NULL));
    g_assert_cmpstr(p->kind, ==, "make-approver");
    g_assert_cmpstr(p->proposed_by, ==, "kanri1");
    g_assert_cmpstr(p->decided_by, ==, "kanri2");
    g_assert_cmpint(p->state, ==, SK_PROPOSAL_CONFIRMED);
    fixture_down(&s);
}

/* The one it is about, a locked one, one who is no administrator any more. */
static void
who_confirms(void)
{
    Station s = { 0 };
    up(&s);
    add(s.store, "kanri3", SK_ROLE_ADMINISTRATOR);
    g_autofree char *id = propose(s.store, "kanri2", SK_ROLE_AUDITOR, "kanri1");
    refused(s.store, sk_proposal_confirm(s.store, id, "kanri2", NULL), "own-proposal");
    g_assert_true(sk_account_lock(s.store, "kanri3", NULL, NULL));
    refused(s.store, sk_proposal_confirm(s.store, id, "kanri3", NULL), "own-proposal");
    g_assert_true(sk_account_unlock(s.store, "kanri3", NULL, NULL));
    g_assert_true(sk_account_set_role(s.store, "kanri3", SK_ROLE_STAFF, NULL, NULL, NULL));
    refused(s.store, sk_proposal_confirm(s.store, id, "kanri3", NULL), "own-proposal");
    refused(s.store, sk_proposal_deny(s.store, id, "taro", NULL), "own-proposal");
    g_assert_true(sk_proposal_deny(s.store, id, "kanri1", NULL));
    g_assert_cmpint(role_of(s.store, "kanri2"), ==, SK_ROLE_ADMINISTRATOR);
    fixture_down(&s);
}

static void
time_and_replacement(void)
{
    Station s = { 0 };
    up(&s);
    g_autofree char *first = propose(s.store, "taro", SK_ROLE_SECTION_HEAD, "kanri1");
    g_autofree char *second = propose(s.store, "taro", SK_ROLE_SECURITY_MANAGER, "kanri1");
    refused(s.store, sk_proposal_confirm(s.store, first, "kanri2", NULL), "already-decided");
    s.wall += SK_PROPOSAL_LIFE;
    refused(s.store, sk_proposal_confirm(s.store, second, "kanri2", NULL), "already-decided");
    unsigned n = 0;
    g_assert_true(sk_proposal_expire(s.store, &n, NULL));
    g_assert_cmpuint(n, ==, 1);
    g_autoptr(SkProposal) p = NULL;
    g_assert_true(sk_proposal_get(s.store, second, &p, NULL));
    g_assert_cmpint(p->state, ==, SK_PROPOSAL_EXPIRED);
    g_assert_cmpint(role_of(s.store, "taro"), ==, SK_ROLE_STAFF);
    fixture_down(&s);
}

static void
apart(void)
{
    Station s = { 0 };
    up(&s);
    g_autofree char *id = NULL;
    /* The last administrator stays one. */
    g_assert_true(sk_account_set_role(s.store, "kanri2", SK_ROLE_STAFF, NULL, NULL, NULL));
    refused(s.store, sk_account_set_role(s.store, "kanri1", SK_ROLE_STAFF, NULL, NULL, NULL),
            "last-administrator");
    refused(s.store, sk_propose_role(s.store, "kanri1", SK_ROLE_AUDITOR, NULL, "kanri1", &id, NULL),
            "last-administrator");
    refused(s.store, sk_propose_role(s.store, "x", SK_ROLE_AUDITOR, NULL, "kanri1", &id, NULL),
            "account-unknown");
    const char *held[] = { "auditor", "committee", "approver", NULL };
    const SkRoleConflict *rule = sk_role_conflict_find(held);
    g_assert_nonnull(rule);
    g_assert_nonnull(strstr(rule->ja, "監査"));
    const char *fine[] = { "ciso", "committee", "approver", "manager", NULL };
    g_assert_null(sk_role_conflict_find(fine));
    fixture_down(&s);
}

static void
pages(void)
{
    Station s = { 0 };
    up(&s);
    for (unsigned i = 0; i < 7; i++) {
        g_autofree char *name = g_strdup_printf("p%u", i);
        add(s.store, name, SK_ROLE_STAFF);
        g_autofree char *id = propose(s.store, name, SK_ROLE_AUDITOR, "kanri1");
    }
    g_autofree char *cursor = NULL;
    unsigned seen = 0;
    do {
        g_autoptr(GPtrArray) items = NULL;
        char *next = NULL;
        g_assert_true(sk_proposal_list(s.store, SK_PROPOSAL_OPEN, cursor, 3, &items, &next, NULL));
        for (guint i = 0; i < items->len; i++) {
            g_autofree char *want = g_strdup_printf("p%u", 6 - seen++);
            g_assert_cmpstr(((SkProposal *)items->pdata[i])->subject, ==, want);
        }
        g_free(cursor);
        cursor = next;
    } while (cursor != NULL);
    g_assert_cmpuint(seen, ==, 7);
    fixture_down(&s);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/proposal/two-people", two_people);
    g_test_add_func("/proposal/locked-proposer", locked_proposer);
    g_test_add_func("/store/proposal/demoted-proposer", demoted_proposer);
    g_test_add_func("/proposal/who-confirms", who_confirms);
    g_test_add_func("/proposal/time-and-replacement", time_and_replacement);
    g_test_add_func("/proposal/apart", apart);
    g_test_add_func("/proposal/pages", pages);
    return g_test_run();
}
