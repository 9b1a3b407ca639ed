/* SPDX-License-Identifier: Apache-2.0
 *
 * sealer.h - the sealer role: takes queued leaves from the database into the station's seal.
 * A leaf's number in the queue *is* its index in the tree, so a sealer killed anywhere resumes at
 * the tree's size: nothing is sealed twice and nothing is left out. The database remembers what was
 * sealed: a seal directory or a database put back from an old copy is an error, never carried on.
 * Runs in: the sealer process, one a station (the seal's lock). Trusts: database and key of its
 * station. Tests: tests/unit/store/test-sealer.c
 */
#pragma once

#include "seal/log.h"
#include "store/store.h"

/** sk_sealer_once: seals what is queued now, in batches; @ret_n: (optional): leaves sealed. */
bool sk_sealer_once(SkStore *store, SkSeal *seal, uint64_t *ret_n,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * sk_sealer_run: sk_sealer_once every 200 ms and sk_store_sweep every minute, until @stop_fd is
 * readable or closed; then seals once more. Returns: true after a stop; false on an error that
 * waiting does not mend (a full disk is waited out with a logged warning; a seal and a database
 * that do not belong together are not)
 */
bool sk_sealer_run(SkStore *store, SkSeal *seal, int stop_fd,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
