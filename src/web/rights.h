/* SPDX-License-Identifier: Apache-2.0
 *
 * rights.h - what a request was let in for: asked when it begins, and again inside each transaction
 * that acts for it. Between the two an account may be locked, a role or post lost, a session ended
 * or no longer risen. Runs in: web. Trusts: the database.
 * Spec: docs/decisions/0139-rights-are-read-twice.md
 * Tests: tests/unit/store/test-session.c, tests/e2e/e2e-rights
 */
#pragma once

#include "store/session.h"
#include "web/permission.h"
#include "web/problem.h"

typedef struct {
    const char *session; /* its id; borrowed */
    bool management;     /* this listener's (sk_role_here) */
    SkVerb verb;
    bool scoped; /* the handler asks the table itself, with the scope of what it is about */
    /* What the handler asked besides, of things as they stand now; or NULL. */
    SkProblem (*again)(SkStore *store, const SkSession *session, const void *data);
    const void *data;
} SkRights;

/** sk_rights_check: may @session do what it was let in for? Without `again`. */
SkProblem sk_rights_check(const SkRights *self, const SkSession *session);
/** sk_rights_hold: from now on every transaction of @store asks @self (borrowed) first: FORBIDDEN
 * with the problem's code. NULL: none is asked. */
void sk_rights_hold(const SkRights *self, SkStore *store);
