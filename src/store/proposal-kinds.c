/* SPDX-License-Identifier: Apache-2.0
 * proposal-kinds.c - contract in proposal-kinds.h. */
#include "store/proposal-kinds.h"

#include <string.h>

static const SkProposalKind *const kinds[] = {
    &sk_proposal_kind_role,
    &sk_proposal_kind_approver,
    &sk_proposal_kind_import,
    &sk_proposal_kind_deputy,
    &sk_proposal_kind_reset_factor,
};

const SkProposalKind *
sk_proposal_kind_lookup(const char *kind)
{
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (strcmp(kinds[i]->kind, kind) == 0)
            return kinds[i];
    return NULL;
}
