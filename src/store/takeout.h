/* SPDX-License-Identifier: Apache-2.0
 *
 * takeout.h - take-outs (持ち出し): what leaves towards less trust, on which medium, until when,
 * and how it ended. A take-out is a crossing of the box `sent`; its register is a list of
 * crossings. Runs in: web, sealer. Trusts: the database file's owner. Spec: docs/architecture.md
 * (take-outs) Tests: tests/unit/store/test-approvals.c
 */
#pragma once

#include "store/store.h"

/** sk_takeout_media: "none", "usb", "disc", "paper", "other"; ends with NULL. */
const char *const *sk_takeout_media(void);
/** sk_takeout_is_how: "returned", "erased" or "kept". */
bool sk_takeout_is_how(const char *how);

/**
 * sk_takeout_close: how it ended, once. @note: plain UTF-8, at most 400 bytes.
 * @ret: (out) (transfer full)
 * FORBIDDEN "not-found"; "forbidden-state": no take-out, or one that has not left; "already-closed"
 */
bool sk_takeout_close(SkStore *self, const char *id, const char *actor, const char *how,
                      const char *note, SkCrossing **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
