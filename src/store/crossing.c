/* SPDX-License-Identifier: Apache-2.0
 * crossing.c - contract in crossing.h: the plain parts of a row. */
#include "store/crossing.h"

void
sk_crossing_free(SkCrossing *self)
{
    if (self == NULL)
        return;
    char *strings[] = { self->id,         self->from,        self->to,
                        self->sender,     self->recipient,   self->section,
                        self->name,       self->name_out,    self->approval,
                        self->note,       self->approved_by, self->takeout_reason,
                        self->sha256_in,  self->sha256_out,  self->object_in,
                        self->object_out, self->worker,      self->policy_digest,
                        self->outside,    self->medium,      self->closed,
                        self->closed_by,  self->closed_note };
    for (size_t i = 0; i < G_N_ELEMENTS(strings); i++)
        g_free(strings[i]);
    g_clear_pointer(&self->steps, g_array_unref);
    g_free(self);
}

const SkApprovalStep *
sk_crossing_open_step(const SkCrossing *self)
{
    for (guint i = 0; self->state == SK_STATE_HELD && self->steps != NULL && i < self->steps->len;
         i++) {
        const SkApprovalStep *step = &g_array_index(self->steps, SkApprovalStep, i);
        if (step->time == 0)
            return step;
    }
    return NULL;
}
