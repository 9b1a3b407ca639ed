/* SPDX-License-Identifier: Apache-2.0
 *
 * view.h - the namespaces and the file system root of a role. Called in the child between fork and
 * exec; what fails here ends the child.
 * Runs in: a fork of the supervisor. Tests: tests/e2e/e2e-isolation
 */
#pragma once

#include "serve/spawn.h"

/** sk_view_enter: new namespaces, new root, then the station's user and no way back. */
bool sk_view_enter(const SkSpawnView *view, GError **error) G_GNUC_WARN_UNUSED_RESULT;
