/* SPDX-License-Identifier: Apache-2.0
 * ports.c - contract of sk_courier_confine in courier.h: the mail server's port is left, and 53 for
 * names too long for a datagram. */
#include "notice/courier.h"

#include "base/ports.h"

#define PORT_NAMES 53u
#define PORT_SMTP 25u
#define PORT_SMTPS 465u

bool
sk_courier_confine(const SkCourierSettings *settings, bool *ret_confined, GError **error)
{
    uint16_t ports[2] = { PORT_NAMES };
    unsigned n = 0;

    if (settings->url != NULL) { /* conf.c has seen to its form */
        uint16_t usual = g_str_has_prefix(settings->url, "smtps") ? PORT_SMTPS : PORT_SMTP;
        ports[1] = sk_ports_of(settings->url, usual);
        n = 2;
    }
    return sk_ports_confine(ports, n, ret_confined, error);
}
