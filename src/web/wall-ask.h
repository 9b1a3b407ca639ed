/* SPDX-License-Identifier: Apache-2.0
 *
 * wall-ask.h - "could this packet pass?", asked of `sekisho-wall ask` over the watcher's last snapshot:
 * the model lives there, and nothing of it is linked here.
 * Runs in: web, any thread. Trusts: our own program, not its output.
 * Tests: tests/unit/web/test-routes.c
 */
#pragma once

#include <jansson.h>

#include "base/base.h"

typedef struct {
    const char *from; /* addresses as they were typed */
    const char *to;
    const char *protocol; /* "tcp", "udp", "icmp" */
    unsigned port;        /* 0: none */
} SkWallQuery;

/**
 * sk_wall_ask:
 * @programs, @directory: of our programs and of the watcher; NULL: SK_ERROR_UNSUPPORTED
 * @ret: (out) (transfer full): what `sekisho wall ask --json` says
 * @error: SK_ERROR_MALFORMED no such packet; SK_ERROR_LIMIT another question is being answered, or it
 *   took too long; SK_ERROR_UNSUPPORTED there is no snapshot; SK_ERROR_IO, SK_ERROR_INTERNAL
 */
bool sk_wall_ask(const char *programs, const char *directory, const SkWallQuery *ask, json_t **ret,
                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
