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
