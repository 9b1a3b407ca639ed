/* SPDX-License-Identifier: Apache-2.0
 *
 * server.h - libmicrohttpd with four epoll threads, fed by the guard; each request's way from head
 * to answer: address, origin, session, token, permission, body, handler. Runs in: web. Trusts: that
 * the guard let the head through; nothing else. Tests: tests/e2e/e2e-web
 */
#pragma once

#include "web/request.h"

/** sk_server_start: sets @web->daemon. */
bool sk_server_start(SkWeb *web, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_server_adopt: the guard's hand-over (SkGuardHandOver); @data is the SkWeb. */
bool sk_server_adopt(void *data, int fd, const struct sockaddr *peer, socklen_t peer_n);
/** sk_server_stop: after the guard and the sign-in pool have ended. */
void sk_server_stop(SkWeb *web);
