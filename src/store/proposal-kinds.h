/* SPDX-License-Identifier: Apache-2.0
 *
 * proposal-kinds.h - what can be proposed: one table (proposal-kinds.c), each kind in its owner's
 * file. Inside src/store only.
 */
#pragma once

#include "store/proposal.h"

/** sk_proposal_kind_lookup: NULL where there is none. */
const SkProposalKind *sk_proposal_kind_lookup(const char *kind);

extern const SkProposalKind sk_proposal_kind_role;     /* person-role.c: role and section by hand */
extern const SkProposalKind sk_proposal_kind_approver; /* the same, of one who then approves */
extern const SkProposalKind sk_proposal_kind_import;   /* import.c: a list that makes approvers */
extern const SkProposalKind sk_proposal_kind_reset_factor; /* enrolment.c: all factors of one */
extern const SkProposalKind sk_proposal_kind_deputy;   /* period.c: who stands in for somebody */
