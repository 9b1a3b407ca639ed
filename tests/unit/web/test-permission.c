/* SPDX-License-Identifier: Apache-2.0
 * test-permission.c - every cell of role × verb × scope against a list written out by hand: what is
 * not in the list must be a no. */
#include "web/permission.h"

#include <string.h>

typedef struct {
    SkRole role;
    SkVerb verb;
    SkScope scope;
} Yes;

#define STAFF SK_ROLE_STAFF
#define HEAD SK_ROLE_SECTION_HEAD
#define ADMIN SK_ROLE_ADMINISTRATOR
#define STATION SK_SCOPE_STATION

static const Yes allowed[] = {
    { 0, SK_VERB_ANYONE, STATION },

    { STAFF, SK_VERB_ANYONE, STATION },
    { STAFF, SK_VERB_SESSION, STATION },
    { STAFF, SK_VERB_HAND_IN, STATION },
    { STAFF, SK_VERB_LIST_OWN, STATION },
    { STAFF, SK_VERB_READ, SK_SCOPE_SENT },
    { STAFF, SK_VERB_READ, SK_SCOPE_ARRIVED },
    { STAFF, SK_VERB_COLLECT, SK_SCOPE_ARRIVED },
    { STAFF, SK_VERB_SEAL, STATION },

    { HEAD, SK_VERB_ANYONE, STATION },
    { HEAD, SK_VERB_SESSION, STATION },
    { HEAD, SK_VERB_HAND_IN, STATION },
    { HEAD, SK_VERB_LIST_OWN, STATION },
    { HEAD, SK_VERB_LIST_APPROVALS, STATION },
    { HEAD, SK_VERB_READ, SK_SCOPE_SENT },
    { HEAD, SK_VERB_READ, SK_SCOPE_ARRIVED },
    { HEAD, SK_VERB_READ, SK_SCOPE_SECTION_SENT },
    { HEAD, SK_VERB_READ, SK_SCOPE_SECTION_ARRIVED },
    { HEAD, SK_VERB_COLLECT, SK_SCOPE_ARRIVED },
    { HEAD, SK_VERB_EXAMINE, SK_SCOPE_SECTION_SENT },
    { HEAD, SK_VERB_EXAMINE, SK_SCOPE_SECTION_ARRIVED },
    { HEAD, SK_VERB_DECIDE, SK_SCOPE_SECTION_SENT },
    { HEAD, SK_VERB_DECIDE, SK_SCOPE_SECTION_ARRIVED },
    { HEAD, SK_VERB_SEAL, STATION },

    { ADMIN, SK_VERB_ANYONE, STATION },
    { ADMIN, SK_VERB_SESSION, STATION },
    { ADMIN, SK_VERB_LIST_OWN, STATION },
    { ADMIN, SK_VERB_LIST_ALL, STATION },
    { ADMIN, SK_VERB_READ, SK_SCOPE_SENT },
    { ADMIN, SK_VERB_READ, SK_SCOPE_ARRIVED },
    { ADMIN, SK_VERB_READ, SK_SCOPE_COUNTERPART },
    { ADMIN, SK_VERB_READ, SK_SCOPE_SECTION_SENT },
    { ADMIN, SK_VERB_READ, SK_SCOPE_SECTION_ARRIVED },
    { ADMIN, SK_VERB_READ, SK_SCOPE_OTHER },
    { ADMIN, SK_VERB_COLLECT, SK_SCOPE_ARRIVED },
    { ADMIN, SK_VERB_OVERVIEW, STATION },
    { ADMIN, SK_VERB_POLICY_WHOLE, STATION },
    { ADMIN, SK_VERB_ACCOUNTS, STATION },
    { ADMIN, SK_VERB_EVENTS, STATION },
    { ADMIN, SK_VERB_SEAL, STATION },
    { ADMIN, SK_VERB_SEAL_ENTRIES, STATION },
};

static bool
listed(unsigned role, unsigned verb, unsigned scope)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(allowed); i++)
        if (allowed[i].role == role && allowed[i].verb == verb && allowed[i].scope == scope)
            return true;
    return false;
}

static void
table(void)
{
    unsigned yes = 0;
    for (unsigned role = 0; role < SK_ROLE_COUNT; role++)
        for (unsigned verb = 0; verb < SK_VERB_COUNT; verb++)
            for (unsigned scope = 0; scope < SK_SCOPE_COUNT; scope++) {
                g_test_message("role %u verb %u scope %u", role, verb, scope);
                g_assert_cmpint(sk_permitted(role, verb, scope), ==, listed(role, verb, scope));
                yes += sk_permitted(role, verb, scope);
            }
    g_assert_cmpuint(yes, ==, G_N_ELEMENTS(allowed));
}

static SkCrossing
crossing(SkBox box, SkState state, const char *approval)
{
    return (SkCrossing){ .box = box,
                         .state = state,
                         .sender = (char *)"sato",
                         .recipient = (char *)"tanaka",
                         .section = (char *)"jumin",
                         .approval = (char *)approval };
}

static SkAccount
account(const char *name, SkRole role, const char *section)
{
    return (SkAccount){ .name = (char *)name, .role = role, .section = (char *)section };
}

static void
scopes(void)
{
    static const struct {
        const char *name;
        const char *section;
        SkBox box;
        const char *approval;
        SkScope want;
    } cases[] = {
        { "sato", "jumin", SK_BOX_SENT, "section-head", SK_SCOPE_SENT },
        { "sato", "jumin", SK_BOX_ARRIVED, "section-head", SK_SCOPE_COUNTERPART },
        { "tanaka", "jumin", SK_BOX_SENT, "section-head", SK_SCOPE_COUNTERPART },
        { "tanaka", "jumin", SK_BOX_ARRIVED, "", SK_SCOPE_ARRIVED },
        { "kato", "jumin", SK_BOX_SENT, "section-head", SK_SCOPE_SECTION_SENT },
        { "kato", "jumin", SK_BOX_ARRIVED, "section-head", SK_SCOPE_SECTION_ARRIVED },
        { "kato", "jumin", SK_BOX_SENT, "",
          SK_SCOPE_OTHER }, /* nothing to approve, nothing to see */
        { "kato", "zeimu", SK_BOX_SENT, "section-head", SK_SCOPE_OTHER },
        { "kato", "", SK_BOX_SENT, "section-head", SK_SCOPE_OTHER },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        SkAccount a = account(cases[i].name, SK_ROLE_STAFF, cases[i].section);
        SkCrossing c = crossing(cases[i].box, SK_STATE_HELD, cases[i].approval);
        g_assert_cmpint(sk_scope_of(&a, &c), ==, cases[i].want);
    }
    /* A crossing of nobody's section is not everybody's who has none. */
    SkAccount nobody = account("kato", SK_ROLE_SECTION_HEAD, "");
    SkCrossing c = crossing(SK_BOX_SENT, SK_STATE_HELD, "section-head");
    c.section = (char *)"";
    g_assert_cmpint(sk_scope_of(&nobody, &c), ==, SK_SCOPE_OTHER);
    g_assert_cmpint(sk_scope_of(&nobody, NULL), ==, SK_SCOPE_STATION);
}

static void
can(void)
{
    for (unsigned state = SK_STATE_NONE + 1; state < SK_STATE_COUNT; state++) {
        SkCrossing sent = crossing(SK_BOX_SENT, state, "section-head");
        SkCrossing arrived = crossing(SK_BOX_ARRIVED, state, "section-head");
        SkAccount head = account("kato", SK_ROLE_SECTION_HEAD, "jumin");
        SkAccount sender_head = account("sato", SK_ROLE_SECTION_HEAD, "jumin");
        SkAccount recipient_head = account("tanaka", SK_ROLE_SECTION_HEAD, "jumin");
        SkAccount admin = account("admin", SK_ROLE_ADMINISTRATOR, "jumin");
        SkAccount staff = account("mori", SK_ROLE_STAFF, "jumin");
        SkAccount other_head = account("ito", SK_ROLE_SECTION_HEAD, "zeimu");
        bool held = state == SK_STATE_HELD;
        bool ready = state == SK_STATE_READY || state == SK_STATE_DELIVERED;

        g_assert_cmpint(sk_permission_can(&head, &sent).approve, ==, held);
        g_assert_cmpint(sk_permission_can(&head, &arrived).deny, ==, held);
        g_assert_false(sk_permission_can(&head, &arrived).collect);
        g_assert_false(sk_permission_can(&sender_head, &sent).approve);
        g_assert_false(sk_permission_can(&sender_head, &arrived).approve);
        g_assert_false(sk_permission_can(&recipient_head, &sent).approve);
        g_assert_false(sk_permission_can(&recipient_head, &arrived).approve);
        g_assert_false(sk_permission_can(&admin, &sent).approve);
        g_assert_false(sk_permission_can(&admin, &arrived).collect);
        g_assert_cmpint(sk_permission_can(&recipient_head, &arrived).collect, ==, ready);
        /* Only whoever decides looks, and only while it is held. */
        g_assert_cmpint(sk_permission_can(&head, &sent).examine, ==, held);
        g_assert_cmpint(sk_permission_can(&head, &arrived).examine, ==, held);
        const SkAccount *others[] = { &sender_head, &recipient_head, &admin, &staff, &other_head };
        for (unsigned i = 0; i < G_N_ELEMENTS(others); i++) {
            g_assert_false(sk_permission_can(others[i], &sent).examine);
            g_assert_false(sk_permission_can(others[i], &arrived).examine);
        }
        /* The sender gets no result on either side, the recipient none on the sending side. */
        g_assert_false(sk_permission_can(&sender_head, &arrived).collect);
        g_assert_false(sk_permission_can(&sender_head, &sent).collect);
        g_assert_false(sk_permission_can(&recipient_head, &sent).collect);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/web/permission/table", table);
    g_test_add_func("/web/permission/scope", scopes);
    g_test_add_func("/web/permission/can", can);
    return g_test_run();
}
