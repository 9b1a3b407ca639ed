/* SPDX-License-Identifier: Apache-2.0
 * rights.c - contract in rights.h. */
#include "web/rights.h"

SkProblem
sk_rights_check(const SkRights *self, const SkSession *session)
{
    const SkAccount *account = session->account;

    if (!sk_role_here(account->role, self->management))
        return SK_PROBLEM_FORBIDDEN;
    if (session->enrolling && !(sk_verb_info(self->verb)->marks & SK_MARK_ENROLLING))
        return SK_PROBLEM_ENROLLING;
    if (!self->scoped && !sk_permitted_account(account, self->verb, SK_SCOPE_STATION))
        return SK_PROBLEM_FORBIDDEN;
    if (session->raised == 0 && sk_permission_needs_rise(account->role, self->verb))
        return SK_PROBLEM_RISE_NEEDED;
    return SK_PROBLEM_NONE;
}

static bool
holds(SkStore *store, const void *data, GError **error)
{
    const SkRights *self = data;
    g_autoptr(SkSession) session = NULL;
    g_autoptr(GError) why = NULL;

    if (!sk_session_again(store, self->session, &session, &why)) {
        if (g_error_matches(why, SK_ERROR, SK_ERROR_FORBIDDEN))
            return sk_store_refuse(store, sk_problem_code(SK_PROBLEM_NOT_SIGNED_IN), error);
        g_propagate_error(error, g_steal_pointer(&why));
        return false;
    }
    SkProblem problem = sk_rights_check(self, session);
    if (problem == SK_PROBLEM_NONE && self->again != NULL)
        problem = self->again(store, session, self->data);
    if (problem == SK_PROBLEM_INTERNAL)
        return sk_throw(error, SK_ERROR_IO, "rights: they cannot be read");
    return problem == SK_PROBLEM_NONE ||
           sk_store_refuse(store, sk_problem_code(problem), error);
}

void
sk_rights_hold(const SkRights *self, SkStore *store)
{
    const SkStoreRight right = { .holds = holds, .data = self };
    sk_store_set_right(store, self == NULL ? NULL : &right);
}
