/* SPDX-License-Identifier: Apache-2.0
 *
 * permission.h - who may do what: one table of zone × role × verb × scope; each verb belongs to a
 * register or a gate. A scope says how a crossing or a person stands to the account *at this
 * station*: the side (sending or receiving zone) is part of it, so that a sender finds nothing of
 * theirs in the receiving zone and a recipient nothing in the sending one. What a crossing's state
 * allows is another question (store/crossing.h, sk_permission_can). Runs in: web. Trusts: the
 * account as the store has it. Spec: docs/decisions/0071-one-permission-table.md,
 * docs/decisions/0120-roles-posts-and-marks.md; the table for people: docs/permissions.md (held to
 * this one)   Tests: tests/unit/web/test-permission.c, tests/e2e/e2e-permissions
 */
#pragma once

#include "store/account.h"

typedef enum {
    SK_VERB_ANYONE = 0,   /* no session: the zone's name, signing in, pages */
    SK_VERB_SESSION,      /* one's own session: look, rise, end */
    SK_VERB_SESSIONS_OWN, /* one's own sessions elsewhere: list, end */
    SK_VERB_FACTORS_READ, /* one's own ways of signing in */
    SK_VERB_FACTORS_OWN,  /* change them, own password included */
    SK_VERB_PREFERENCES,  /* one's own language, calendar, mail */
    SK_VERB_NOTICES,      /* one's own notices */
    SK_VERB_POLICY,       /* destinations, what the policy says of content */
    SK_VERB_POLICY_WHOLE, /* hosts, networks and flows among its sentences */
    SK_VERB_PERMISSIONS,  /* this table */
    SK_VERB_HAND_IN,
    SK_VERB_LIST_OWN, /* boxes sent and arrived */
    SK_VERB_LIST_APPROVALS,
    SK_VERB_LIST_ALL,
    SK_VERB_READ, /* a crossing's row, history and report */
    SK_VERB_COLLECT,
    SK_VERB_EXAMINE,           /* look at the result of a crossing that one is to decide on */
    SK_VERB_DECIDE,            /* approve or deny */
    SK_VERB_TAKEOUTS,          /* lists of take-outs, as far as their crossings may be read */
    SK_VERB_TAKEOUT_CLOSE,     /* returned, erased, kept */
    SK_VERB_ORGANISATION_READ, /* bodies, sections, posts, security roles, vacancies */
    SK_VERB_PEOPLE_READ,       /* name, label, section, posts of people */
    SK_VERB_PEOPLE_DETAILS,    /* number, mail, history of a person */
    SK_VERB_PEOPLE_WRITE,      /* people and posts by hand */
    SK_VERB_PEOPLE_IMPORT,
    SK_VERB_DEPUTIES, /* name and end a deputy: SELF for one's own posts */
    SK_VERB_ABSENCES, /* SELF for one's own */
    SK_VERB_ACCOUNTS_READ,
    SK_VERB_ACCOUNTS_WRITE, /* add, lock, unlock */
    SK_VERB_FACTORS_RESET,  /* enrolment of others; a reset is a proposal */
    SK_VERB_SESSIONS_READ,  /* others' sessions */
    SK_VERB_SESSIONS_END,
    SK_VERB_PROPOSALS_READ,
    SK_VERB_PROPOSALS_DECIDE, /* make, confirm, deny: the other rules of two people are its own */
    SK_VERB_POLICY_ADOPT,
    SK_VERB_OVERVIEW,
    SK_VERB_EVENTS,
    SK_VERB_INCIDENTS, /* those acts that somebody has to look into */
    SK_VERB_WALL, /* what is loaded, what passes, whether a packet could */
    SK_VERB_SEAL, /* checkpoint and hashes */
    SK_VERB_SEAL_ENTRIES,
    SK_VERB_COUNT
} SkVerb;

/** SkScope: exactly one holds for an account and what is asked about. */
typedef enum {
    SK_SCOPE_STATION = 0,  /* nothing in particular is asked about */
    SK_SCOPE_SENT,         /* sending zone, and the account sent it */
    SK_SCOPE_ARRIVED,      /* receiving zone, and it is for the account */
    SK_SCOPE_COUNTERPART,  /* the account's name is on the other end: nothing to see on this side */
    SK_SCOPE_SECTION_SENT, /* somebody else's of the account's section, and it needs an approval */
    SK_SCOPE_SECTION_ARRIVED,
    SK_SCOPE_OTHER,
    SK_SCOPE_SELF,           /* the person is the account itself */
    SK_SCOPE_SECTION_PERSON, /* somebody of a section that the account answers for */
    SK_SCOPE_PERSON,         /* anybody else */
    SK_SCOPE_COUNT
} SkScope;

/** SkMark: what else holds for a verb, whoever does it. */
typedef enum {
    SK_MARK_WRITES = 1 << 0, /* changes something that is not the account's own: no auditor's */
    SK_MARK_RAISED = 1 << 1, /* needs a session that has risen */
    SK_MARK_RAISED_ADMINISTRATOR = 1 << 2, /* needs it where an administrator does it */
    SK_MARK_ENROLLING = 1 << 3,            /* a session that is only for enrolling may do it */
    SK_MARK_POST = 1 << 4, /* comes with a post or a deputyship too, not with the role alone */
} SkMark;

typedef struct {
    const char *name;  /* "people-read" */
    const char *thing; /* the register or gate that it is about: "people" */
    unsigned marks;
} SkVerbInfo;

const SkVerbInfo *sk_verb_info(SkVerb verb);
const char *sk_scope_name(SkScope scope); /* "section-sent" */

/** sk_role_here: is the role anything at all at this listener? @management: administrators may sign
 * in here. */
bool sk_role_here(SkRole role, bool management);
/** sk_permitted: the table alone. @role 0: nobody is signed in. */
bool sk_permitted(SkRole role, SkVerb verb, SkScope scope);
/** sk_permitted_account: the table for the account's role, and for what its posts and deputyships
 * give. Not for the scopes of crossings. */
bool sk_permitted_account(const SkAccount *account, SkVerb verb, SkScope scope);
/** sk_permission_needs_rise: must a session of @role have risen for @verb? */
bool sk_permission_needs_rise(SkRole role, SkVerb verb);

/** sk_scope_of: @crossing NULL: SK_SCOPE_STATION. */
SkScope sk_scope_of(const SkAccount *account, const SkCrossing *crossing);
/** sk_scope_of_person: @section: the person's. */
SkScope sk_scope_of_person(const SkAccount *account, const char *name, const char *section);
/** sk_permission_posts: (transfer full): SkListQuery.posts of @account: whose turns are its own. */
char *sk_permission_posts(const SkAccount *account);
/** sk_permitted_crossing: by the role, or by a post or deputyship for the crossing's section. */
bool sk_permitted_crossing(const SkAccount *account, SkVerb verb, const SkCrossing *crossing);

/** SkCan: what the account may do with the crossing as it stands now. */
typedef struct {
    bool read;
    bool collect;
    bool examine;
    bool approve;
    bool deny;
    const char *on_behalf_of; /* borrowed from the account: decides as this one's deputy; or NULL */
} SkCan;

SkCan sk_permission_can(const SkAccount *account, const SkCrossing *crossing);
