/* SPDX-License-Identifier: Apache-2.0
 *
 * steps.h - what one object goes through in one lane: disarmed, converted or drawn where its type asks for it, disarmed
 * again. What stands inside it is handed out, not looked at (tree.h). Runs in: as pipeline.h, in any thread of a crew.
 * Trusts: nothing that a worker writes. Tests: tests/sandbox/test-pipeline.c
 */
#pragma once

#include "sandbox/crew.h"

/**
 * sk_steps_disarm: the sealed memfd @input (borrowed) at @job's level.
 * @deadline: monotonic; of all steps together. None takes longer than the job's wall limit
 * @ret_report: (transfer full): clean: type_out can be delivered, level is the one asked for; refused; or CHILDREN
 * @ret_output: (transfer full): sealed, where clean or CHILDREN (a container, or -1: nothing was written); else -1
 * Returns: as sk_pool_run
 */
bool sk_steps_disarm(SkLane *lane, const SkJob *job, int64_t deadline, int input, SkReport **ret_report,
                     int *ret_output, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_steps_numbers: has the sealed memfd @text (borrowed) looked through; what is found is added to @report: my-number,
 * and not-scanned where no worker came back with an answer that can be believed. @job: limits only. */
bool sk_steps_numbers(SkLane *lane, const SkJob *job, int text, SkReport *report, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/** sk_steps_refuse: turns @report into a refusal that keeps its findings and the type of the input; closes *@output. */
void sk_steps_refuse(SkReport *report, SkReason reason, int *output);
