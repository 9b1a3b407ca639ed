/* SPDX-License-Identifier: Apache-2.0
 *
 * permission.h - who may do what: one table of role × verb × scope. A scope says how a crossing
 * stands to the account *at this station*: the side (sending or receiving zone) is part of it, so
 * that a sender finds nothing of theirs in the receiving zone and a recipient nothing in the
 * sending one. What a crossing's state allows is another question (store/crossing.h,
 * sk_permission_can). Runs in: web. Trusts: the account as the store has it. Spec:
 * docs/decisions/0071-one-permission-table.md   Tests: tests/unit/web/test-permission.c
 */
#pragma once

#include "store/account.h"

typedef enum {
    SK_VERB_ANYONE = 0, /* no session: the zone's name, signing in, pages */
    SK_VERB_SESSION,    /* one's own session, destinations, what the policy says of content */
    SK_VERB_HAND_IN,
    SK_VERB_LIST_OWN, /* boxes sent and arrived */
    SK_VERB_LIST_APPROVALS,
    SK_VERB_LIST_ALL,
    SK_VERB_READ, /* a crossing's row, history and report */
    SK_VERB_COLLECT,
    SK_VERB_EXAMINE, /* look at the result of a crossing that one is to decide on */
    SK_VERB_DECIDE,  /* approve or deny */
    SK_VERB_OVERVIEW,
    SK_VERB_POLICY_WHOLE, /* hosts, networks and flows among its sentences */
    SK_VERB_ACCOUNTS,
    SK_VERB_EVENTS,
    SK_VERB_SEAL, /* checkpoint and hashes */
    SK_VERB_SEAL_ENTRIES,
    SK_VERB_COUNT
} SkVerb;

/** SkScope: exactly one holds for an account and a crossing. */
typedef enum {
    SK_SCOPE_STATION = 0,  /* no crossing is asked about */
    SK_SCOPE_SENT,         /* sending zone, and the account sent it */
    SK_SCOPE_ARRIVED,      /* receiving zone, and it is for the account */
    SK_SCOPE_COUNTERPART,  /* the account's name is on the other end: nothing to see on this side */
    SK_SCOPE_SECTION_SENT, /* somebody else's of the account's section, and it needs an approval */
    SK_SCOPE_SECTION_ARRIVED,
    SK_SCOPE_OTHER,
    SK_SCOPE_COUNT
} SkScope;

/** sk_scope_of: @crossing NULL: SK_SCOPE_STATION. */
SkScope sk_scope_of(const SkAccount *account, const SkCrossing *crossing);
/** sk_permitted: the table. @role 0: nobody is signed in. */
bool sk_permitted(SkRole role, SkVerb verb, SkScope scope);

/** SkCan: what the account may do with the crossing as it stands now. */
typedef struct {
    bool read;
    bool collect;
    bool examine;
    bool approve;
    bool deny;
} SkCan;

SkCan sk_permission_can(const SkAccount *account, const SkCrossing *crossing);
