/* SPDX-License-Identifier: Apache-2.0
 *
 * supervisor.h - start every role of every station, restart those that end, stop them all: one thread,
 * poll and signalfd. Holds the passages' and listeners' descriptors, so that a role that is restarted
 * gets the same ones and no connection is lost.
 * Runs in: `sekisho serve`. Trusts: sekisho.conf and the policy, once checked.
 * Tests: tests/e2e/
 */
#pragma once

#include "policy/conf.h"
#include "policy/policy.h"
#include "serve/role.h"

typedef struct {
    const char *conf_path;
    const char *station;       /* NULL: all */
    const bool *roles;         /* SK_SERVE_COUNT flags, or NULL: all */
    const char *program;       /* absolute path of this executable */
    void (*ready)(const SkConf *conf, const SkPolicy *policy, void *data); /* or NULL: every role can serve */
    void *ready_data;
} SkServeOptions;

/**
 * sk_serve_run: until SIGTERM or SIGINT; SIGHUP takes up the policy that was adopted last and restarts the roles with it,
 * unless it does not verify: then the old one stays and the log says so.
 * @error: SK_ERROR_MALFORMED the conf or policy has errors (printed in the message); SK_ERROR_IO,
 *     SK_ERROR_SANDBOX something could not be set up
 * Returns: true after an orderly end, within SK_SERVE_STOP_S seconds of the signal.
 */
bool sk_serve_run(const SkServeOptions *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#define SK_SERVE_STOP_S 30u
