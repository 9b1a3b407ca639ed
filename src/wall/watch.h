/* SPDX-License-Identifier: Apache-2.0
 *
 * watch.h - the watcher (見張り): whenever the ruleset, an interface, a route or a setting changes, and
 * every so often whether or not anything was announced, what is loaded is proved anew; each verdict is
 * sealed; what is not allowed is an alarm at once. Between proofs it counts what the kernel reports.
 * Runs in: sekisho-wall watch. Trusts: its own programs and state directory.
 * Spec: docs/wall.md (watching)   Tests: tests/e2e/e2e-wall-watch
 *
 * The taking of a snapshot and the proof are children: a proof that crashes, hangs or eats memory ends
 * as a verdict NOT PROVEN, not as a silent watcher.
 */
#pragma once

#include "base/base.h"

#define SK_WALL_PERIOD_DEFAULT (60ll * 1000000)

typedef struct {
    const char *program; /* whole path of sekisho-wall */
    const char *policy;  /* path; or NULL, and */
    const char *adopted; /* directory of the policy in force (policy/adopt.h), signatures looked at each time */
    const char *state;   /* directory, made where it is missing */
    const char *origin;  /* of the seal: "town.example/wall" */
    uint16_t group;      /* NFLOG's */
    int64_t period_us;
    bool once; /* ends after the first verdict */
} SkWallWatch;

/**
 * sk_wall_watch: until SIGTERM or SIGINT. SIGHUP reads the policy again; that in force is
 * looked at before each proof.
 * @error: SK_ERROR_SANDBOX, SK_ERROR_IO: it cannot watch; the last verdict on disk is then replaced by
 *   one that says so
 */
bool sk_wall_watch(const SkWallWatch *spec, GError **error) G_GNUC_WARN_UNUSED_RESULT;
