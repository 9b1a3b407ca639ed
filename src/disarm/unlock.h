/* SPDX-License-Identifier: Apache-2.0
 *
 * unlock.h - take the lock off a document: what comes first in a worker's job, before the content
 * is even identified. Runs in: disarm worker (no files, no network). Trusts: nothing. Spec:
 * docs/formats/encryption.md   Tests: tests/unit/disarm/test-ooxml-lock.c, test-odf-lock.c
 */
#pragma once

#include "disarm/disarm.h"

/**
 * sk_unlock: opens self->input with the job's password, or with the one that Office itself uses
 * where it only asks for read-only. The password has then served; the caller wipes it.
 * @ret: (out) (transfer full) (nullable): the document without its lock; NULL where there was none,
 * or none that is opened here: the input is then read as it is
 * @error: ENCRYPTED: locked, and no password was given or it does not open it; FORBIDDEN where the
 * policy says so; what the parsers say of a broken lock
 */
bool sk_unlock(SkDisarm *self, GBytes **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
