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

static const uint32_t table[SK_ROLE_COUNT][SK_VERB_COUNT] = {
    [0] = {
        [SK_VERB_ANYONE] = BIT(STATION),
    },
    [SK_ROLE_STAFF] = {
        [SK_VERB_ANYONE] = BIT(STATION),
        [SK_VERB_SESSION] = BIT(STATION),
        [SK_VERB_HAND_IN] = BIT(STATION),
        [SK_VERB_LIST_OWN] = BIT(STATION),
        [SK_VERB_READ] = OWN,
        [SK_VERB_COLLECT] = BIT(ARRIVED),
        [SK_VERB_SEAL] = BIT(STATION),
    },
    [SK_ROLE_SECTION_HEAD] = {
        [SK_VERB_ANYONE] = BIT(STATION),
        [SK_VERB_SESSION] = BIT(STATION),
        [SK_VERB_HAND_IN] = BIT(STATION),
        [SK_VERB_LIST_OWN] = BIT(STATION),
        [SK_VERB_LIST_APPROVALS] = BIT(STATION),
        [SK_VERB_READ] = OWN | SECTION,
        [SK_VERB_COLLECT] = BIT(ARRIVED),
        [SK_VERB_EXAMINE] = SECTION,
        [SK_VERB_DECIDE] = SECTION,
        [SK_VERB_SEAL] = BIT(STATION),
    },
    [SK_ROLE_ADMINISTRATOR] = {
        [SK_VERB_ANYONE] = BIT(STATION),
        [SK_VERB_SESSION] = BIT(STATION),
        [SK_VERB_LIST_OWN] = BIT(STATION),
        [SK_VERB_LIST_ALL] = BIT(STATION),
        [SK_VERB_READ] = EVERY,
        [SK_VERB_COLLECT] = BIT(ARRIVED),
        [SK_VERB_OVERVIEW] = BIT(STATION),
        [SK_VERB_POLICY_WHOLE] = BIT(STATION),
        [SK_VERB_ACCOUNTS] = BIT(STATION),
        [SK_VERB_EVENTS] = BIT(STATION),
        [SK_VERB_SEAL] = BIT(STATION),
        [SK_VERB_SEAL_ENTRIES] = BIT(STATION),
    },
};

SkScope
sk_scope_of(const SkAccount *account, const SkCrossing *crossing)
{
    if (crossing == NULL)
        return SK_SCOPE_STATION;
    bool sender = strcmp(account->name, crossing->sender) == 0;
    bool recipient = strcmp(account->name, crossing->recipient) == 0;
    bool sending = crossing->box == SK_BOX_SENT;
    if (sending ? sender : recipient)
        return sending ? SK_SCOPE_SENT : SK_SCOPE_ARRIVED;
    if (sender || recipient)
        return SK_SCOPE_COUNTERPART;
    if (crossing->approval[0] != '\0' && account->section[0] != '\0' &&
        strcmp(account->section, crossing->section) == 0)
        return sending ? SK_SCOPE_SECTION_SENT : SK_SCOPE_SECTION_ARRIVED;
    return SK_SCOPE_OTHER;
}

bool
sk_permitted(SkRole role, SkVerb verb, SkScope scope)
{
    g_assert((unsigned)role < SK_ROLE_COUNT && verb < SK_VERB_COUNT && scope < SK_SCOPE_COUNT);
    return (table[role][verb] & 1u << scope) != 0;
}

SkCan
sk_permission_can(const SkAccount *account, const SkCrossing *crossing)
{
    SkScope scope = sk_scope_of(account, crossing);
    bool collectable = crossing->box == SK_BOX_ARRIVED &&
                       (crossing->state == SK_STATE_READY || crossing->state == SK_STATE_DELIVERED);
    bool decide = crossing->state == SK_STATE_HELD &&
                  sk_permitted(account->role, SK_VERB_DECIDE, scope) &&
                  strcmp(crossing->approval, sk_role_name(account->role)) == 0;

    return (SkCan){
        .read = sk_permitted(account->role, SK_VERB_READ, scope),
        .collect = collectable && sk_permitted(account->role, SK_VERB_COLLECT, scope),
        .examine = decide && sk_permitted(account->role, SK_VERB_EXAMINE, scope),
        .approve = decide,
        .deny = decide,
    };
}
