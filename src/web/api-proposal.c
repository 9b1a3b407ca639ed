/* SPDX-License-Identifier: Apache-2.0
 * api-proposal.c - what waits for a second administrator. Contracts in api.h and data/openapi.json.
 */
#include "web/people-json.h"

void
sk_api_proposals(SkWebRequest *req, SkStore *store)
{
    const char *text = sk_query_get(req->query, "state");
    SkProposalState state = text == NULL ? 0 : sk_proposal_state_lookup(text);
    g_autoptr(GPtrArray) all = NULL;
    g_autofree char *next = NULL;
    g_autoptr(GError) error = NULL;
    unsigned limit = 0;

    if (text != NULL && state == 0) {
        sk_answer_problem(req, SK_PROBLEM_BAD_REQUEST);
        return;
    }
    if (!sk_people_limit(req, &limit))
        return;
    if (!sk_proposal_list(store, state, sk_query_get(req->query, "cursor"), limit, &all, &next,
                          &error)) {
        sk_answer_error(req, store, error);
        return;
    }
    json_t *items = json_array();
    for (guint i = 0; i < all->len; i++)
        json_array_append_new(items,
                              sk_proposal_json(g_ptr_array_index(all, i), req->session->account));
    sk_answer_json(req, 200, json_pack("{s:o, s:s?}", "items", items, "next", next));
}

static void
answer_proposal(SkWebRequest *req, SkStore *store)
{
    g_autoptr(SkProposal) proposal = NULL;
    g_autoptr(GError) error = NULL;

    if (sk_proposal_get(store, req->param, &proposal, &error))
        sk_answer_json(req, 200, sk_proposal_json(proposal, req->session->account));
    else
        sk_answer_error(req, store, error);
}

void
sk_api_proposal(SkWebRequest *req, SkStore *store)
{
    answer_proposal(req, store);
}

void
sk_api_proposal_confirm(SkWebRequest *req, SkStore *store)
{
    g_autoptr(GError) error = NULL;

    if (sk_proposal_confirm(store, req->param, req->session->account->name, &error))
        answer_proposal(req, store);
    else
        sk_people_answer_error(req, store, error);
}

void
sk_api_proposal_deny(SkWebRequest *req, SkStore *store)
{
    g_autoptr(GError) error = NULL;

    if (sk_proposal_deny(store, req->param, req->session->account->name, &error))
        answer_proposal(req, store);
    else
        sk_people_answer_error(req, store, error);
}
