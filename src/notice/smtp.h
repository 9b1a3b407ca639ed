/* SPDX-License-Identifier: Apache-2.0
 *
 * smtp.h - the courier: takes a mail from the notice role, hands it to the one server that it was told
 * of. TLS with a verified certificate, unless the server is on this machine. Runs in: courier (network;
 * no database, no files of the station). Trusts: its settings; neither the notice role nor the server.
 * Spec: docs/decisions/0133-the-courier.md; RFC 5321, RFC 3207, RFC 8314   Tests: tests/e2e/e2e-notice
 */
#pragma once

#include "notice/courier.h"

/** sk_smtp_send: one mail; what the server said is logged as a code. */
SkCourierAnswer sk_smtp_send(const SkCourierSettings *settings, const char *to, SkSpan message);
/** sk_courier_run: until @stop is readable or the other end has gone. */
bool sk_courier_run(const SkCourierSettings *settings, int sock, int stop, GError **error) G_GNUC_WARN_UNUSED_RESULT;
