/* SPDX-License-Identifier: Apache-2.0
 * permission.c - contract in permission.h. An empty cell is a no. */
#include "web/permission.h"

#include <string.h>

#define BIT(scope) (1u << SK_SCOPE_##scope)
#define OWN (BIT(SENT) | BIT(ARRIVED))
#define SECTION (BIT(SECTION_SENT) | BIT(SECTION_ARRIVED))
/* COUNTERPART is in: whoever answers for the machine sees every row; COLLECT stays with the
 * recipient, EXAMINE with whoever decides. */
#define EVERY (OWN | SECTION | BIT(COUNTERPART) | BIT(OTHER))
#define EVERYBODY (BIT(SELF) | BIT(SECTION_PERSON) | BIT(PERSON))

#define WRITES SK_MARK_WRITES
#define RAISED SK_MARK_RAISED
#define ENROLLING SK_MARK_ENROLLING
#define POST SK_MARK_POST

static const SkVerbInfo verbs[SK_VERB_COUNT] = {
    [SK_VERB_ANYONE] = { "anyone", "station", ENROLLING },
    [SK_VERB_SESSION] = { "session", "session", ENROLLING },
    [SK_VERB_SESSIONS_OWN] = { "sessions-own", "session", ENROLLING },
    [SK_VERB_FACTORS_READ] = { "factors-read", "factor", ENROLLING },
    [SK_VERB_FACTORS_OWN] = { "factors-own", "factor", ENROLLING | RAISED },
    [SK_VERB_PREFERENCES] = { "preferences", "preference", 0 },
    [SK_VERB_NOTICES] = { "notices", "notice", 0 },
    [SK_VERB_POLICY] = { "policy", "policy", 0 },
    [SK_VERB_POLICY_WHOLE] = { "policy-whole", "policy", 0 },
    [SK_VERB_PERMISSIONS] = { "permissions", "permission", 0 },
    [SK_VERB_HAND_IN] = { "hand-in", "file", WRITES },
    [SK_VERB_LIST_OWN] = { "list-own", "crossing", 0 },
    [SK_VERB_LIST_APPROVALS] = { "list-approvals", "crossing", POST },
    [SK_VERB_LIST_ALL] = { "list-all", "crossing", 0 },
    [SK_VERB_READ] = { "read", "crossing", POST },
    [SK_VERB_COLLECT] = { "collect", "file", 0 },
    [SK_VERB_EXAMINE] = { "examine", "crossing", POST },
    [SK_VERB_DECIDE] = { "decide", "crossing", WRITES | POST },
    [SK_VERB_TAKEOUTS] = { "takeouts", "takeout", POST },
    [SK_VERB_TAKEOUT_CLOSE] = { "takeout-close", "takeout", WRITES | POST },
    [SK_VERB_ORGANISATION_READ] = { "organisation-read", "organisation", 0 },
    [SK_VERB_PEOPLE_READ] = { "people-read", "people", 0 },
    [SK_VERB_PEOPLE_DETAILS] = { "people-details", "people", 0 },
    [SK_VERB_PEOPLE_WRITE] = { "people-write", "people", WRITES | RAISED },
    [SK_VERB_PEOPLE_IMPORT] = { "people-import", "people", WRITES | RAISED },
    [SK_VERB_DEPUTIES] = { "deputies", "people", WRITES | POST | SK_MARK_RAISED_ADMINISTRATOR },
    [SK_VERB_ABSENCES] = { "absences", "people", WRITES | POST | SK_MARK_RAISED_ADMINISTRATOR },
    [SK_VERB_ACCOUNTS_READ] = { "accounts-read", "account", 0 },
    [SK_VERB_ACCOUNTS_WRITE] = { "accounts-write", "account", WRITES | RAISED },
    [SK_VERB_FACTORS_RESET] = { "factors-reset", "account", WRITES | RAISED },
    [SK_VERB_SESSIONS_READ] = { "sessions-read", "account", 0 },
    [SK_VERB_SESSIONS_END] = { "sessions-end", "account", WRITES | RAISED },
    [SK_VERB_PROPOSALS_READ] = { "proposals-read", "proposal", 0 },
    [SK_VERB_PROPOSALS_DECIDE] = { "proposals-decide", "proposal", WRITES | RAISED },
    [SK_VERB_POLICY_ADOPT] = { "policy-adopt", "policy", WRITES | RAISED },
    [SK_VERB_OVERVIEW] = { "overview", "station", 0 },
    [SK_VERB_EVENTS] = { "events", "event", 0 },
    [SK_VERB_INCIDENTS] = { "incidents", "event", 0 },
    [SK_VERB_WALL] = { "wall", "wall", 0 },
    [SK_VERB_SEAL] = { "seal", "seal", 0 },
    [SK_VERB_SEAL_ENTRIES] = { "seal-entries", "seal", 0 },
};

static const char *const scope_names[] = {
    "station",         "sent",  "arrived", "counterpart",    "section-sent",
    "section-arrived", "other", "self",    "section-person", "person",
};
G_STATIC_ASSERT(G_N_ELEMENTS(scope_names) == SK_SCOPE_COUNT);

/* What everybody who is signed in has: their own, and what the town says of itself. */
#define EVERYONE                                                                                   \
    [SK_VERB_ANYONE] = BIT(STATION), [SK_VERB_SESSION] = BIT(STATION),                             \
    [SK_VERB_SESSIONS_OWN] = BIT(STATION), [SK_VERB_FACTORS_READ] = BIT(STATION),                  \
    [SK_VERB_FACTORS_OWN] = BIT(STATION), [SK_VERB_PREFERENCES] = BIT(STATION),                    \
    [SK_VERB_NOTICES] = BIT(STATION), [SK_VERB_POLICY] = BIT(STATION),                             \
    [SK_VERB_PERMISSIONS] = BIT(STATION), [SK_VERB_LIST_OWN] = BIT(STATION),                       \
    [SK_VERB_COLLECT] = BIT(ARRIVED), [SK_VERB_TAKEOUTS] = BIT(STATION),                           \
    [SK_VERB_ORGANISATION_READ] = BIT(STATION), [SK_VERB_PEOPLE_READ] = BIT(STATION),              \
    [SK_VERB_SEAL] = BIT(STATION)

/* Whoever decides for a section. */
#define DECIDER                                                                                    \
    EVERYONE, [SK_VERB_HAND_IN] = BIT(STATION), [SK_VERB_LIST_APPROVALS] = BIT(STATION),           \
              [SK_VERB_READ] = OWN | SECTION, [SK_VERB_EXAMINE] = SECTION,                         \
              [SK_VERB_DECIDE] = SECTION, [SK_VERB_TAKEOUT_CLOSE] = BIT(SENT) | BIT(SECTION_SENT), \
              [SK_VERB_PEOPLE_DETAILS] = BIT(SELF), [SK_VERB_DEPUTIES] = BIT(SELF),                \
              [SK_VERB_ABSENCES] = BIT(SELF) | BIT(SECTION_PERSON)

/* Whoever answers for the machine, or for looking at those who do, reads everything. */
#define READER                                                                                     \
    EVERYONE, [SK_VERB_POLICY_WHOLE] = BIT(STATION), [SK_VERB_LIST_ALL] = BIT(STATION),            \
              [SK_VERB_READ] = EVERY, [SK_VERB_PEOPLE_DETAILS] = EVERYBODY,                        \
              [SK_VERB_ACCOUNTS_READ] = BIT(STATION), [SK_VERB_SESSIONS_READ] = BIT(STATION),      \
              [SK_VERB_PROPOSALS_READ] = BIT(STATION), [SK_VERB_OVERVIEW] = BIT(STATION),          \
              [SK_VERB_EVENTS] = BIT(STATION), [SK_VERB_INCIDENTS] = BIT(STATION),                 \
              [SK_VERB_WALL] = BIT(STATION), [SK_VERB_SEAL_ENTRIES] = BIT(STATION)

static const uint32_t table[SK_ROLE_COUNT][SK_VERB_COUNT] = {
    [0] = {
        [SK_VERB_ANYONE] = BIT(STATION),
    },
    [SK_ROLE_STAFF] = {
        EVERYONE,
        [SK_VERB_HAND_IN] = BIT(STATION),
        [SK_VERB_READ] = OWN,
        [SK_VERB_TAKEOUT_CLOSE] = BIT(SENT),
        [SK_VERB_PEOPLE_DETAILS] = BIT(SELF),
        [SK_VERB_ABSENCES] = BIT(SELF),
    },
    [SK_ROLE_SECTION_HEAD] = { DECIDER },
    [SK_ROLE_SECURITY_MANAGER] = { DECIDER, [SK_VERB_INCIDENTS] = BIT(STATION), [SK_VERB_WALL] = BIT(STATION) },
    [SK_ROLE_AUDITOR] = { READER },
    [SK_ROLE_ADMINISTRATOR] = {
        READER,
        [SK_VERB_TAKEOUT_CLOSE] = EVERY & ~BIT(ARRIVED) & ~BIT(SECTION_ARRIVED),
        [SK_VERB_PEOPLE_WRITE] = BIT(STATION),
        [SK_VERB_PEOPLE_IMPORT] = BIT(STATION),
        [SK_VERB_DEPUTIES] = EVERYBODY,
        [SK_VERB_ABSENCES] = EVERYBODY,
        [SK_VERB_ACCOUNTS_WRITE] = BIT(STATION),
        [SK_VERB_FACTORS_RESET] = BIT(STATION),
        [SK_VERB_SESSIONS_END] = BIT(STATION),
        [SK_VERB_PROPOSALS_DECIDE] = BIT(STATION),
        [SK_VERB_POLICY_ADOPT] = BIT(STATION),
    },
};

const SkVerbInfo *
sk_verb_info(SkVerb verb)
{
    g_assert(verb < SK_VERB_COUNT);
    return &verbs[verb];
}

const char *
sk_scope_name(SkScope scope)
{
    g_assert(scope < SK_SCOPE_COUNT);
    return scope_names[scope];
}

bool
sk_role_here(SkRole role, bool management)
{
    return role != SK_ROLE_ADMINISTRATOR || management;
}

bool
sk_permitted(SkRole role, SkVerb verb, SkScope scope)
{
    g_assert((unsigned)role < SK_ROLE_COUNT && verb < SK_VERB_COUNT && scope < SK_SCOPE_COUNT);
    return (table[role][verb] & 1u << scope) != 0;
}

bool
sk_permission_needs_rise(SkRole role, SkVerb verb)
{
    unsigned marks = sk_verb_info(verb)->marks;
    return (marks & SK_MARK_RAISED) != 0 ||
           ((marks & SK_MARK_RAISED_ADMINISTRATOR) != 0 && role == SK_ROLE_ADMINISTRATOR);
}

/* ---- posts and deputyships ---- */

/* Whoever runs the machine or looks at what others do decides nothing, whatever posts they hold. */
static guint
posts_of(const SkAccount *account)
{
    bool apart = account->role == SK_ROLE_ADMINISTRATOR || account->role == SK_ROLE_AUDITOR;
    return apart || account->heads == NULL ? 0 : account->heads->len;
}

static const SkHeadship *
post_of(const SkAccount *account, guint i)
{
    return g_ptr_array_index(account->heads, i);
}

/* A post for "" is one for every section of the town; a person or crossing without a section is
 * only theirs. */
static bool
post_covers(const SkHeadship *post, const char *section)
{
    return post->section[0] == '\0' || (section[0] != '\0' && strcmp(post->section, section) == 0);
}

/* Where nobody has looked for posts, the role counts for the account's own section. */
static bool
own_section(const SkAccount *account, const char *section)
{
    return account->heads == NULL && account->section[0] != '\0' &&
           strcmp(account->section, section) == 0;
}

/* Nobody decides through somebody else on what that one sent or is to receive. */
static bool
post_counts(const SkHeadship *post, const SkCrossing *crossing)
{
    const char *other = post->on_behalf_of;
    return crossing->approval[0] != '\0' && post_covers(post, crossing->section) &&
           (other == NULL ||
            (strcmp(other, crossing->sender) != 0 && strcmp(other, crossing->recipient) != 0));
}

char *
sk_permission_posts(const SkAccount *account)
{
    GString *out = g_string_new("\n");

    if (sk_permitted(account->role, SK_VERB_DECIDE, SK_SCOPE_SECTION_SENT) &&
        account->section[0] != '\0')
        g_string_append_printf(out, "%s\t%s\n", sk_role_name(account->role), account->section);
    for (guint i = 0; i < posts_of(account); i++)
        g_string_append_printf(out, "%s\t%s\n", sk_role_name(post_of(account, i)->role),
                               post_of(account, i)->section);
    return g_string_free(out, FALSE);
}

bool
sk_permitted_account(const SkAccount *account, SkVerb verb, SkScope scope)
{
    if (sk_permitted(account->role, verb, scope))
        return true;
    if ((sk_verb_info(verb)->marks & SK_MARK_POST) == 0)
        return false;
    for (guint i = 0; i < posts_of(account); i++)
        if (sk_permitted(post_of(account, i)->role, verb, scope))
            return true;
    return false;
}

/* ---- people ---- */

static bool
answers_for(const SkAccount *account, const char *section)
{
    if (account->role == SK_ROLE_SECTION_HEAD && own_section(account, section))
        return true;
    for (guint i = 0; i < posts_of(account); i++)
        if (post_of(account, i)->role == SK_ROLE_SECTION_HEAD &&
            post_covers(post_of(account, i), section))
            return true;
    return false;
}

SkScope
sk_scope_of_person(const SkAccount *account, const char *name, const char *section)
{
    if (strcmp(account->name, name) == 0)
        return SK_SCOPE_SELF;
    return answers_for(account, section) ? SK_SCOPE_SECTION_PERSON : SK_SCOPE_PERSON;
}

/* ---- crossings ---- */

static bool
is_party(SkScope scope)
{
    return scope == SK_SCOPE_SENT || scope == SK_SCOPE_ARRIVED || scope == SK_SCOPE_COUNTERPART;
}

/* How it stands to the account as a person, and to the section it belongs to; posts apart. */
static SkScope
scope_alone(const SkAccount *account, const SkCrossing *crossing)
{
    bool sender = strcmp(account->name, crossing->sender) == 0;
    bool recipient = strcmp(account->name, crossing->recipient) == 0;
    bool sending = crossing->box == SK_BOX_SENT;
    if (sending ? sender : recipient)
        return sending ? SK_SCOPE_SENT : SK_SCOPE_ARRIVED;
    if (sender || recipient)
        return SK_SCOPE_COUNTERPART;
    if (crossing->approval[0] != '\0' && own_section(account, crossing->section))
        return sending ? SK_SCOPE_SECTION_SENT : SK_SCOPE_SECTION_ARRIVED;
    return SK_SCOPE_OTHER;
}

SkScope
sk_scope_of(const SkAccount *account, const SkCrossing *crossing)
{
    if (crossing == NULL)
        return SK_SCOPE_STATION;
    SkScope scope = scope_alone(account, crossing);
    if (scope != SK_SCOPE_OTHER)
        return scope;
    for (guint i = 0; i < posts_of(account); i++)
        if (post_counts(post_of(account, i), crossing))
            return crossing->box == SK_BOX_SENT ? SK_SCOPE_SECTION_SENT : SK_SCOPE_SECTION_ARRIVED;
    return scope;
}

/* The post by which @verb is permitted on @crossing, as @role where one is asked for; one's own
 * before a deputyship. */
static const SkHeadship *
post_for(const SkAccount *account, SkVerb verb, const SkCrossing *crossing, const char *role)
{
    SkScope scope = crossing->box == SK_BOX_SENT ? SK_SCOPE_SECTION_SENT : SK_SCOPE_SECTION_ARRIVED;
    const SkHeadship *found = NULL;

    if (is_party(scope_alone(account, crossing)) || !(sk_verb_info(verb)->marks & SK_MARK_POST))
        return NULL;
    for (guint i = 0; i < posts_of(account); i++) {
        const SkHeadship *post = post_of(account, i);
        if (!post_counts(post, crossing) || !sk_permitted(post->role, verb, scope) ||
            (role != NULL && strcmp(role, sk_role_name(post->role)) != 0))
            continue;
        if (post->on_behalf_of == NULL)
            return post;
        found = found == NULL ? post : found;
    }
    return found;
}

bool
sk_permitted_crossing(const SkAccount *account, SkVerb verb, const SkCrossing *crossing)
{
    return sk_permitted(account->role, verb, scope_alone(account, crossing)) ||
           post_for(account, verb, crossing, NULL) != NULL;
}

/* Each step is another person's: whoever has taken one, or in whose stead one was taken, is done. */
static bool
has_had_turn(const SkAccount *account, const char *on_behalf_of, const SkCrossing *crossing)
{
    for (guint i = 0; crossing->steps != NULL && i < crossing->steps->len; i++) {
        const SkApprovalStep *step = &g_array_index(crossing->steps, SkApprovalStep, i);
        const char *taken[] = { step->person, step->behalf };
        for (unsigned j = 0; step->time != 0 && j < G_N_ELEMENTS(taken); j++)
            if (strcmp(taken[j], account->name) == 0 ||
                (on_behalf_of != NULL && strcmp(taken[j], on_behalf_of) == 0))
                return true;
    }
    return false;
}

SkCan
sk_permission_can(const SkAccount *account, const SkCrossing *crossing)
{
    SkScope scope = scope_alone(account, crossing);
    bool held = crossing->state == SK_STATE_HELD;
    bool collectable = crossing->box == SK_BOX_ARRIVED &&
                       (crossing->state == SK_STATE_READY ||
                        (crossing->state == SK_STATE_DELIVERED && !crossing->takeout));
    bool by_role = sk_permitted(account->role, SK_VERB_DECIDE, scope) &&
                   strcmp(crossing->approval, sk_role_name(account->role)) == 0;
    const SkHeadship *post =
        by_role ? NULL : post_for(account, SK_VERB_DECIDE, crossing, crossing->approval);
    bool decide = held && (by_role || post != NULL) &&
                  !has_had_turn(account, post == NULL ? NULL : post->on_behalf_of, crossing);

    return (SkCan){
        .read = sk_permitted_crossing(account, SK_VERB_READ, crossing),
        .collect = collectable && sk_permitted(account->role, SK_VERB_COLLECT, scope),
        .examine = decide && sk_permitted_crossing(account, SK_VERB_EXAMINE, crossing),
        .approve = decide,
        .deny = decide,
        .on_behalf_of = decide && post != NULL ? post->on_behalf_of : NULL,
    };
}
