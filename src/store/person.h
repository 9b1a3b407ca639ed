/* SPDX-License-Identifier: Apache-2.0
 *
 * person.h - the people of a station: lists of ten thousand, one person with posts, absences and
 * deputies, roles set by hand. A person is an account. Runs in: web, command line. Trusts: nothing
 * said by a client. Spec: docs/people.md   Tests: tests/unit/store/test-person.c
 *
 * Errors as in store.h; codes besides: "roles-apart" (sk_store_why_rule has the rule),
 * "last-administrator", "has-posts" (role and section follow the posts held).
 */
#pragma once

#include "store/organisation.h"

/* ---- finding by name ---- */

/** sk_person_fold: (transfer full): text as searches compare it: compatibility forms, case, kana,
 * spaces, variation selectors and well-known variants of characters in names make no difference. */
char *sk_person_fold(const char *text);
/** sk_person_sort, sk_person_search: (transfer full): the columns made from the names. */
char *sk_person_sort(const SkAccount *account);
char *sk_person_search(const SkAccount *account);

/* ---- lists ---- */

typedef enum {
    SK_PERSON_HERE, /* whoever has not left */
    SK_PERSON_ACTIVE,
    SK_PERSON_LOCKED,
    SK_PERSON_NOT_ENROLLED,
    SK_PERSON_ABSENT,
    SK_PERSON_LEFT,
    SK_PERSON_ANY,
    SK_PERSON_STATE_COUNT
} SkPersonState;

/* "here", "active", "locked", "not-enrolled", "absent", "left", "any" */
const char *sk_person_state_name(SkPersonState state);
bool sk_person_state_lookup(const char *name, SkPersonState *ret);

typedef struct {
    const char *words;   /* parts of name, reading, account or number, all of them; NULL = any */
    const char *section; /* code: whoever has a post there today; NULL = any */
    const char *role;    /* of the account ("staff" …) or a security role; NULL = any */
    SkPersonState state;
    bool directory; /* a directory has passwords (sk_account_is_elsewhere): for "not-enrolled" */
    const char *cursor; /* of the page before */
    unsigned limit;     /* 1 to SK_LIST_LIMIT_MAX */
} SkPersonQuery;

/** SkPerson: a line of a list. */
typedef struct {
    SkAccount *account;  /* without heads */
    char *section_label; /* "" where the section is none of the organisation's */
    char *title;         /* of the main post today; "" = none */
    bool absent;         /* today */
} SkPerson;

void sk_person_free(SkPerson *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkPerson, sk_person_free)

/** sk_person_list: (element-type SkPerson): by reading. @ret_next: (transfer full): NULL after the
 * last. MALFORMED: a cursor or a filter that is none. */
bool sk_person_list(SkStore *self, const SkPersonQuery *query, GPtrArray **ret, char **ret_next,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_person_get: FORBIDDEN "account-unknown". With heads. */
bool sk_person_get(SkStore *self, const char *name, SkPerson **ret,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_person_sql: the statement of a list page, for the test that reads its plan. */
const char *sk_person_sql(const SkPersonQuery *query);

/* ---- roles set by hand ---- */

/** sk_person_held: (transfer full): NULL-terminated codes of what @name holds on @day or later:
 * security roles, "approver", "administrator". */
bool sk_person_held(SkStore *store, const char *name, int day, char ***ret,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_account_set_role: alone: for the command line, and from the web only down to staff. Ends
 * nobody's session: the next request is looked at with the new role.
 * @section: NULL leaves it
 */
bool sk_account_set_role(SkStore *self, const char *name, SkRole role, const char *section,
                         const char *actor, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_propose_role: any other role: to be confirmed by a second administrator (kind
 * "make-approver" or "role"). */
bool sk_propose_role(SkStore *self, const char *name, SkRole role, const char *section,
                     const char *actor, char **ret_id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
