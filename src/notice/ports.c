/* SPDX-License-Identifier: Apache-2.0
 * ports.c - contract of sk_courier_confine in courier.h. Landlock's network rules (ABI 4) know ports, not
 * addresses: what is left is the mail server's port, and 53 for names too long for a datagram. Source: the
 * kernel's Documentation/userspace-api/landlock.rst; headers may be older. */
#include "notice/courier.h"

#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define VERSION_FLAG 1u
#define RULE_NET_PORT 2
#define BIND_TCP 1ull
#define CONNECT_TCP 2ull
#define PORT_NAMES 53u
#define PORT_SMTP 25u
#define PORT_SMTPS 465u

typedef struct {
    uint64_t handled_fs;
    uint64_t handled_net;
} Ruleset;

typedef struct {
    uint64_t allowed;
    uint64_t port;
} PortRule;

static bool
allow(int ruleset, uint64_t port, GError **error)
{
    const PortRule rule = { .allowed = CONNECT_TCP, .port = port };
    return syscall(SYS_landlock_add_rule, ruleset, RULE_NET_PORT, &rule, 0u) == 0 || sk_throw_errno(error, "landlock port");
}

/* conf.c has seen to its form. */
static uint64_t
port_of(const char *url)
{
    const char *colon = strchr(strstr(url, "://") + 3, ':');
    uint64_t port = g_str_has_prefix(url, "smtps") ? PORT_SMTPS : PORT_SMTP;

    if (colon != NULL)
        (void)g_ascii_string_to_unsigned(colon + 1, 10, 1, 65535, &port, NULL);
    return port;
}

bool
sk_courier_confine(const SkCourierSettings *settings, bool *ret_confined, GError **error)
{
    const Ruleset ruleset = { .handled_net = BIND_TCP | CONNECT_TCP };
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, VERSION_FLAG);

    *ret_confined = abi >= 4;
    if (abi < 4)
        return true;
    sk_autofd fd = (int)syscall(SYS_landlock_create_ruleset, &ruleset, sizeof ruleset, 0u);
    if (fd < 0)
        return sk_throw_errno(error, "landlock");
    if (settings->url != NULL && (!allow(fd, port_of(settings->url), error) || !allow(fd, PORT_NAMES, error)))
        return false;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || syscall(SYS_landlock_restrict_self, fd, 0u) != 0)
        return sk_throw_errno(error, "landlock");
    return true;
}
