/* SPDX-License-Identifier: Apache-2.0
 * test-permission.c - every cell of role × verb × scope against a list written out by hand: what is
 * not in the list must be a no. */
#include "web/permission.h"

#include <string.h>

/* S staff, H section head, M security manager, A auditor, Z administrator, - nobody: who has the
 * verb in the scope. */
typedef struct {
    SkVerb verb;
    SkScope scope;
    const char *who;
} Yes;

static const Yes allowed[] = {
    { SK_VERB_ANYONE, SK_SCOPE_STATION, "-SHMAZ" },
    { SK_VERB_SESSION, SK_SCOPE_STATION, "SHMAZ" },
    { SK_VERB_SESSIONS_OWN, SK_SCOPE_STATION, "SHMAZ" },
    { SK_VERB_FACTORS_READ, SK_SCOPE_STATION, "SHMAZ" },
    { SK_VERB_FACTORS_OWN, SK_SCOPE_STATION, "SHMAZ" },
    { SK_VERB_PREFERENCES, SK_SCOPE_STATION, "SHMAZ" },
    { SK_VERB_NOTICES, SK_SCOPE_STATION, "SHMAZ" },
    { SK_VERB_POLICY, SK_SCOPE_STATION, "SHMAZ" },
    { SK_VERB_POLICY_WHOLE, SK_SCOPE_STATION, "AZ" },
    { SK_VERB_PERMISSIONS, SK_SCOPE_STATION, "SHMAZ" },
    { SK_VERB_HAND_IN, SK_SCOPE_STATION, "SHM" },
    { SK_VERB_LIST_OWN, SK_SCOPE_STATION, "SHMAZ" },
    { SK_VERB_LIST_APPROVALS, SK_SCOPE_STATION, "HM" },
    { SK_VERB_LIST_ALL, SK_SCOPE_STATION, "AZ" },
    { SK_VERB_READ, SK_SCOPE_SENT, "SHMAZ" },
    { SK_VERB_READ, SK_SCOPE_ARRIVED, "SHMAZ" },
    { SK_VERB_READ, SK_SCOPE_COUNTERPART, "AZ" },
    { SK_VERB_READ, SK_SCOPE_SECTION_SENT, "HMAZ" },
    { SK_VERB_READ, SK_SCOPE_SECTION_ARRIVED, "HMAZ" },
    { SK_VERB_READ, SK_SCOPE_OTHER, "AZ" },
    { SK_VERB_COLLECT, SK_SCOPE_ARRIVED, "SHMAZ" },
    { SK_VERB_EXAMINE, SK_SCOPE_SECTION_SENT, "HM" },
    { SK_VERB_EXAMINE, SK_SCOPE_SECTION_ARRIVED, "HM" },
    { SK_VERB_DECIDE, SK_SCOPE_SECTION_SENT, "HM" },
    { SK_VERB_DECIDE, SK_SCOPE_SECTION_ARRIVED, "HM" },
    { SK_VERB_TAKEOUTS, SK_SCOPE_STATION, "SHMAZ" },
    { SK_VERB_TAKEOUT_CLOSE, SK_SCOPE_SENT, "SHMZ" },
    { SK_VERB_TAKEOUT_CLOSE, SK_SCOPE_SECTION_SENT, "HMZ" },
    { SK_VERB_TAKEOUT_CLOSE, SK_SCOPE_COUNTERPART, "Z" },
    { SK_VERB_TAKEOUT_CLOSE, SK_SCOPE_OTHER, "Z" },
    { SK_VERB_ORGANISATION_READ, SK_SCOPE_STATION, "SHMAZ" },
    { SK_VERB_PEOPLE_READ, SK_SCOPE_STATION, "SHMAZ" },
    { SK_VERB_PEOPLE_DETAILS, SK_SCOPE_SELF, "SHMAZ" },
    { SK_VERB_PEOPLE_DETAILS, SK_SCOPE_SECTION_PERSON, "AZ" },
    { SK_VERB_PEOPLE_DETAILS, SK_SCOPE_PERSON, "AZ" },
    { SK_VERB_PEOPLE_WRITE, SK_SCOPE_STATION, "Z" },
    { SK_VERB_PEOPLE_IMPORT, SK_SCOPE_STATION, "Z" },
    { SK_VERB_DEPUTIES, SK_SCOPE_SELF, "HMZ" },
    { SK_VERB_DEPUTIES, SK_SCOPE_SECTION_PERSON, "Z" },
    { SK_VERB_DEPUTIES, SK_SCOPE_PERSON, "Z" },
    { SK_VERB_ABSENCES, SK_SCOPE_SELF, "SHMZ" },
    { SK_VERB_ABSENCES, SK_SCOPE_SECTION_PERSON, "HMZ" },
    { SK_VERB_ABSENCES, SK_SCOPE_PERSON, "Z" },
    { SK_VERB_ACCOUNTS_READ, SK_SCOPE_STATION, "AZ" },
    { SK_VERB_ACCOUNTS_WRITE, SK_SCOPE_STATION, "Z" },
    { SK_VERB_FACTORS_RESET, SK_SCOPE_STATION, "Z" },
    { SK_VERB_SESSIONS_READ, SK_SCOPE_STATION, "AZ" },
    { SK_VERB_SESSIONS_END, SK_SCOPE_STATION, "Z" },
    { SK_VERB_PROPOSALS_READ, SK_SCOPE_STATION, "AZ" },
    { SK_VERB_PROPOSALS_DECIDE, SK_SCOPE_STATION, "Z" },
    { SK_VERB_POLICY_ADOPT, SK_SCOPE_STATION, "Z" },
    { SK_VERB_OVERVIEW, SK_SCOPE_STATION, "AZ" },
    { SK_VERB_EVENTS, SK_SCOPE_STATION, "AZ" },
    { SK_VERB_INCIDENTS, SK_SCOPE_STATION, "MAZ" },
    { SK_VERB_WALL, SK_SCOPE_STATION, "MAZ" },
    { SK_VERB_SEAL, SK_SCOPE_STATION, "SHMAZ" },
    { SK_VERB_SEAL_ENTRIES, SK_SCOPE_STATION, "AZ" },
};

static bool
listed(unsigned role, unsigned verb, unsigned scope)
{
    static const char letters[SK_ROLE_COUNT + 1] = "-SHMAZ";
    for (unsigned i = 0; i < G_N_ELEMENTS(allowed); i++)
        if (allowed[i].verb == verb && allowed[i].scope == scope)
            return strchr(allowed[i].who, letters[role]) != NULL;
    return false;
}

static void
table(void)
{
    size_t yes = 0;
    size_t want = 0;
    for (unsigned role = 0; role < SK_ROLE_COUNT; role++)
        for (unsigned verb = 0; verb < SK_VERB_COUNT; verb++)
            for (unsigned scope = 0; scope < SK_SCOPE_COUNT; scope++) {
                g_test_message("role %u verb %s scope %s", role, sk_verb_info(verb)->name,
                               sk_scope_name(scope));
                g_assert_cmpint(sk_permitted(role, verb, scope), ==, listed(role, verb, scope));
                yes += sk_permitted(role, verb, scope);
            }
    for (unsigned i = 0; i < G_N_ELEMENTS(allowed); i++)
        want += strlen(allowed[i].who);
    g_assert_cmpuint(yes, ==, want);
}

/* What holds whatever the cells say. */
static void
marks(void)
{
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
    for (unsigned verb = 0; verb < SK_VERB_COUNT; verb++) {
        const SkVerbInfo *info = sk_verb_info(verb);
        g_assert_nonnull(info->name);
        g_assert_nonnull(info->thing);
        g_assert_true(g_hash_table_add(names, (char *)info->name));
        for (unsigned scope = 0; scope < SK_SCOPE_COUNT; scope++) {
            g_test_message("%s %s", info->name, sk_scope_name(scope));
            /* An auditor changes nothing of the town's; nobody but an administrator has a verb
             * that needs rising, their own factors apart. */
            g_assert_false((info->marks & SK_MARK_WRITES) != 0 &&
                           sk_permitted(SK_ROLE_AUDITOR, verb, scope));
            for (unsigned role = 0; role < SK_ROLE_ADMINISTRATOR; role++)
                g_assert_false((info->marks & SK_MARK_RAISED) != 0 && verb != SK_VERB_FACTORS_OWN &&
                               sk_permitted(role, verb, scope));
            /* An administrator's writes need it, all of them but closing a take-out. */
            g_assert_false((info->marks & SK_MARK_WRITES) != 0 && verb != SK_VERB_TAKEOUT_CLOSE &&
                           sk_permitted(SK_ROLE_ADMINISTRATOR, verb, scope) &&
                           !sk_permission_needs_rise(SK_ROLE_ADMINISTRATOR, verb));
        }
        /* A session for enrolling does nothing but enrol. */
        g_assert_false((info->marks & SK_MARK_ENROLLING) != 0 &&
                       (info->marks & (SK_MARK_WRITES | SK_MARK_POST)) != 0);
    }
    g_assert_true(sk_permission_needs_rise(SK_ROLE_STAFF, SK_VERB_FACTORS_OWN));
    g_assert_false(sk_permission_needs_rise(SK_ROLE_STAFF, SK_VERB_FACTORS_READ));
    g_assert_false(sk_permission_needs_rise(SK_ROLE_SECTION_HEAD, SK_VERB_DEPUTIES));
    g_assert_true(sk_permission_needs_rise(SK_ROLE_ADMINISTRATOR, SK_VERB_DEPUTIES));
    g_assert_false(sk_role_here(SK_ROLE_ADMINISTRATOR, false));
    g_assert_true(sk_role_here(SK_ROLE_ADMINISTRATOR, true));
    g_assert_true(sk_role_here(SK_ROLE_STAFF, false));
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

/* Somebody with posts; @spec: "section role [for]", one each. */
static SkAccount *
with_posts(const char *name, SkRole role, const char *const *spec)
{
    SkAccount *a = g_new0(SkAccount, 1);
    *a = account(name, role, "jumin");
    a->heads = g_ptr_array_new();
    for (; *spec != NULL; spec++) {
        g_auto(GStrv) words = g_strsplit(*spec, " ", 3);
        SkHeadship *post = g_new0(SkHeadship, 1);
        post->section = g_strdup(words[0]);
        post->role = sk_role_lookup(words[1]);
        post->on_behalf_of = g_strdup(words[2]);
        g_ptr_array_add(a->heads, post);
    }
    return a;
}

static void
free_posts(SkAccount *a)
{
    for (guint i = 0; i < a->heads->len; i++) {
        SkHeadship *post = g_ptr_array_index(a->heads, i);
        g_free(post->section);
        g_free(post->on_behalf_of);
        g_free(post);
    }
    g_ptr_array_unref(a->heads);
    g_free(a);
}

/* The crossing: from sato to tanaka, section jumin. */
static void
posts(void)
{
    static const struct {
        const char *name;
        SkRole role;
        const char *posts[4];
        const char *step;
        bool read;
        bool decide;
        const char *as;
    } cases[] = {
        { "kato", SK_ROLE_STAFF, { "jumin section-head" }, "section-head", true, true, NULL },
        { "kato", SK_ROLE_STAFF, { "jumin section-head ito" }, "section-head", true, true, "ito" },
        /* one's own post comes first */
        { "kato",
          SK_ROLE_STAFF,
          { "jumin section-head ito", "jumin section-head" },
          "section-head",
          true,
          true,
          NULL },
        /* two posts, and only the right one counts */
        { "kato",
          SK_ROLE_SECTION_HEAD,
          { "zeimu section-head", "jumin section-head" },
          "section-head",
          true,
          true,
          NULL },
        { "kato",
          SK_ROLE_SECTION_HEAD,
          { "zeimu section-head" },
          "section-head",
          false,
          false,
          NULL },
        /* the right section, another step */
        { "kato", SK_ROLE_STAFF, { "jumin section-head" }, "security-manager", true, false, NULL },
        { "kato", SK_ROLE_STAFF, { "jumin security-manager" }, "section-head", true, false, NULL },
        { "kato", SK_ROLE_STAFF, { " security-manager" }, "security-manager", true, true, NULL },
        { "kato",
          SK_ROLE_STAFF,
          { "jumin section-head", " security-manager mori" },
          "security-manager",
          true,
          true,
          "mori" },
        /* not through a deputyship on what the other one sent or is to receive */
        { "kato",
          SK_ROLE_STAFF,
          { "jumin section-head sato" },
          "section-head",
          false,
          false,
          NULL },
        { "kato",
          SK_ROLE_STAFF,
          { "jumin section-head tanaka" },
          "section-head",
          false,
          false,
          NULL },
        { "kato",
          SK_ROLE_STAFF,
          { "jumin section-head sato", "jumin section-head ito" },
          "section-head",
          true,
          true,
          "ito" },
        /* nor on one's own, whatever one holds */
        { "sato", SK_ROLE_STAFF, { "jumin section-head" }, "section-head", true, false, NULL },
        { "sato", SK_ROLE_STAFF, { "jumin section-head ito" }, "section-head", true, false, NULL },
        { "tanaka",
          SK_ROLE_STAFF,
          { " security-manager ito" },
          "security-manager",
          false,
          false,
          NULL },
        /* whoever runs the machine, or looks at those who do, decides nothing */
        { "kato",
          SK_ROLE_ADMINISTRATOR,
          { "jumin section-head" },
          "section-head",
          true,
          false,
          NULL },
        { "kato", SK_ROLE_AUDITOR, { " security-manager" }, "security-manager", true, false, NULL },
        /* what was set by hand is not asked for where posts were looked for */
        { "kato", SK_ROLE_SECTION_HEAD, { NULL }, "section-head", false, false, NULL },
        /* without an approval there is nothing for a section to see */
        { "kato", SK_ROLE_STAFF, { "jumin section-head" }, "", false, false, NULL },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        SkAccount *a = with_posts(cases[i].name, cases[i].role, cases[i].posts);
        SkCrossing c = crossing(SK_BOX_SENT, SK_STATE_HELD, cases[i].step);
        SkCan can_do = sk_permission_can(a, &c);
        g_test_message("case %u", i);
        g_assert_cmpint(can_do.read, ==, cases[i].read);
        g_assert_cmpint(can_do.approve, ==, cases[i].decide);
        g_assert_cmpint(can_do.deny, ==, cases[i].decide);
        g_assert_cmpint(can_do.examine, ==, cases[i].decide);
        g_assert_false(can_do.collect);
        g_assert_cmpstr(can_do.on_behalf_of, ==, cases[i].as);
        c.state = SK_STATE_WORKING;
        can_do = sk_permission_can(a, &c);
        g_assert_false(can_do.approve);
        g_assert_null(can_do.on_behalf_of);
        free_posts(a);
    }
}

static void
people(void)
{
    const char *none[] = { NULL };
    const char *zeimu[] = { "zeimu section-head", NULL };
    const char *manager[] = { " security-manager", NULL };
    SkAccount *a = with_posts("kato", SK_ROLE_STAFF, zeimu);
    SkAccount *m = with_posts("ito", SK_ROLE_STAFF, manager);
    SkAccount *z = with_posts("admin", SK_ROLE_ADMINISTRATOR, zeimu);
    SkAccount *s = with_posts("mori", SK_ROLE_STAFF, none);
    SkAccount head = account("hara", SK_ROLE_SECTION_HEAD, "jumin");

    g_assert_cmpint(sk_scope_of_person(a, "kato", "jumin"), ==, SK_SCOPE_SELF);
    g_assert_cmpint(sk_scope_of_person(a, "sato", "zeimu"), ==, SK_SCOPE_SECTION_PERSON);
    g_assert_cmpint(sk_scope_of_person(a, "sato", "jumin"), ==, SK_SCOPE_PERSON);
    g_assert_cmpint(sk_scope_of_person(a, "sato", ""), ==, SK_SCOPE_PERSON);
    g_assert_cmpint(sk_scope_of_person(m, "sato", "zeimu"), ==, SK_SCOPE_PERSON);
    g_assert_cmpint(sk_scope_of_person(z, "sato", "zeimu"), ==, SK_SCOPE_PERSON);
    g_assert_cmpint(sk_scope_of_person(&head, "sato", "jumin"), ==, SK_SCOPE_SECTION_PERSON);
    g_assert_cmpint(sk_scope_of_person(&head, "sato", ""), ==, SK_SCOPE_PERSON);

    /* A post gives what is marked so, and nothing else of its role. */
    g_assert_true(sk_permitted_account(a, SK_VERB_LIST_APPROVALS, SK_SCOPE_STATION));
    g_assert_true(sk_permitted_account(a, SK_VERB_DEPUTIES, SK_SCOPE_SELF));
    g_assert_false(sk_permitted_account(a, SK_VERB_DEPUTIES, SK_SCOPE_PERSON));
    g_assert_true(sk_permitted_account(a, SK_VERB_ABSENCES, SK_SCOPE_SECTION_PERSON));
    g_assert_false(sk_permitted_account(s, SK_VERB_LIST_APPROVALS, SK_SCOPE_STATION));
    g_assert_false(sk_permitted_account(s, SK_VERB_DEPUTIES, SK_SCOPE_SELF));
    g_assert_false(sk_permitted_account(z, SK_VERB_LIST_APPROVALS, SK_SCOPE_STATION));
    g_assert_false(sk_permitted_account(z, SK_VERB_HAND_IN, SK_SCOPE_STATION));
    free_posts(a);
    free_posts(m);
    free_posts(z);
    free_posts(s);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/web/permission/table", table);
    g_test_add_func("/web/permission/scope", scopes);
    g_test_add_func("/web/permission/can", can);
    g_test_add_func("/web/permission/marks", marks);
    g_test_add_func("/web/permission/posts", posts);
    g_test_add_func("/web/permission/people", people);
    return g_test_run();
}
