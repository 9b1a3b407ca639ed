/* SPDX-License-Identifier: Apache-2.0
 *
 * runner.h - the runner role of a sending station: claims what was handed in, has it disarmed, and
 * offers the result to the receiving station until that answers. One thread, one poll loop, one object
 * at a time; leases make it safe to kill at any moment. A station has one: whatever an earlier one held
 * when it died is taken up by the next at once.
 * Runs in: the runner process. Trusts: its station's store and policy; neither the worker nor the
 * other station's answers beyond their one code.
 * Tests: tests/unit/runner/, tests/e2e/
 */
#pragma once

#include "base/secret.h"
#include "policy/policy.h"
#include "sandbox/pipeline.h"
#include "store/store.h"

#define SK_RUNNER_PASSAGES_MAX 16u
#define SK_RUNNER_LEASE_US (15 * 60 * G_USEC_PER_SEC) /* longer than any object's wall time limits in sum */

typedef struct {
    const char *zone; /* of the receiving station */
    int sock;         /* borrowed */
} SkRunnerPassage;

typedef struct {
    const char *zone; /* ours */
    const SkPolicy *policy;
    SkStore *store;
    SkPipeline *pipeline;
    SkSecrets *secrets; /* passwords of what was handed in; NULL: none ever */
    SkRunnerPassage passages[SK_RUNNER_PASSAGES_MAX];
    unsigned n_passages;
    int stop; /* readable: end */
} SkRunner;

/** sk_runner_run: until stop. SK_ERROR_SANDBOX when workers cannot be started at all; SK_ERROR_IO of the database. */
bool sk_runner_run(const SkRunner *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef enum {
    SK_TURN_IDLE = 0,   /* nothing waits */
    SK_TURN_DONE,       /* one crossing further */
    SK_TURN_GIVEN_BACK, /* something of ours failed: better not at once again */
} SkTurn;

/** sk_runner_work_once: claims and works off at most one crossing. A runner that dies over one SK_STORE_TRIES_MAX times has it refused, gave-up. */
bool sk_runner_work_once(const SkRunner *self, const char *worker, SkTurn *ret, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/** sk_runner_offer_due: offers what is due over every passage. */
bool sk_runner_offer_due(const SkRunner *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_runner_hear: takes one answer from passage @i. A malformed one is logged and dropped. */
bool sk_runner_hear(const SkRunner *self, unsigned i, GError **error) G_GNUC_WARN_UNUSED_RESULT;
