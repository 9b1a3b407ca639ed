/* SPDX-License-Identifier: Apache-2.0
 *
 * client.h - where a request comes from, as far as it is believed: the address that the zone's own
 * proxy says (`X-Real-IP`, on the Unix socket and nowhere else), the terminal's cookie, and a short
 * label of the browser from a closed list, so that nothing a client wrote is ever stored or shown.
 * Runs in: web. Trusts: the proxy on the Unix socket for the address. Spec:
 * docs/decisions/0072-tls-in-front.md, 0122-whom-a-stranger-can-delay.md   Tests:
 * tests/unit/web/test-client.c
 */
#pragma once

#include <netinet/in.h>

#include "base/base.h"

#define SK_TERMINAL_COOKIE "__Host-sekisho-terminal"
#define SK_TERMINAL_COOKIE_SECONDS "15552000" /* 180 days: SK_TERMINAL_KEPT */
#define SK_ADDRESS_TEXT_MAX (INET6_ADDRSTRLEN + 4)

/** SkAddress: "" = not known. @network: an IPv6 address's /64, since whoever has one address of it
 * has them all. */
typedef struct {
    char text[SK_ADDRESS_TEXT_MAX];
    char network[SK_ADDRESS_TEXT_MAX];
} SkAddress;

/** sk_address_parse: one IPv4 or IPv6 address as text, in whatever spelling; false, and @ret empty,
 * for anything else, the unspecified addresses included. NULL is anything else. */
bool sk_address_parse(const char *text, SkAddress *ret);
/** sk_browser_label: (transfer none): "Firefox, Windows"; "" where @user_agent is none that is
 * known. */
const char *sk_browser_label(const char *user_agent);
