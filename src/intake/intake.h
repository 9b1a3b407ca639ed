/* SPDX-License-Identifier: Apache-2.0
 *
 * intake.h - the intake role of a receiving station: part of the trusted core. Takes offers from the
 * passage as claims, stores them before it answers, then decides by its own policy and by its own
 * `sekisho-verify`. Nothing that has not passed both becomes ready.
 * Runs in: the intake process: one thread, one poll loop. Trusts: its station's store, policy and
 * verifier; nothing that came over the passage.
 * Tests: tests/unit/intake/, tests/e2e/
 */
#pragma once

#include "policy/policy.h"
#include "sandbox/pipeline.h"
#include "store/store.h"

#define SK_INTAKE_PASSAGES_MAX 16u
#define SK_INTAKE_KEEP_US ((int64_t)30 * 24 * 3600 * G_USEC_PER_SEC) /* a result waits this long to be collected */
#define SK_INTAKE_RESERVE ((uint64_t)64 << 20) /* of the vault's disk, left free by offers; of a small one a quarter */

typedef struct {
    const char *zone; /* of the sending station: what it may claim to come from */
    int sock;         /* borrowed */
} SkIntakePassage;

typedef struct {
    const char *zone; /* ours */
    const SkPolicy *policy;
    SkStore *store;
    SkPipeline *pipeline;
    SkIntakePassage passages[SK_INTAKE_PASSAGES_MAX];
    unsigned n_passages;
    int stop; /* readable: end */
} SkIntake;

/** sk_intake_run: first decides what an earlier process stored without deciding; then until stop. */
bool sk_intake_run(const SkIntake *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_intake_take: one offer from passage @i, to its answer. What is malformed is logged and dropped. */
bool sk_intake_take(const SkIntake *self, unsigned i, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_intake_decide: the verdict on an arrived crossing: ready, held or refused. @content: its sealed memfd. */
bool sk_intake_decide(const SkIntake *self, const SkCrossing *crossing, int content, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/** sk_intake_resume: decides every crossing that is still arrived. */
bool sk_intake_resume(const SkIntake *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
