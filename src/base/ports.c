/* SPDX-License-Identifier: Apache-2.0
 * ports.c - contract in ports.h. Landlock's network rules (ABI 4) know ports, not addresses. Source: the
 * kernel's Documentation/userspace-api/landlock.rst; headers may be older. */
#include "base/ports.h"

#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define VERSION_FLAG 1u
#define RULE_NET_PORT 2
#define BIND_TCP 1ull
#define CONNECT_TCP 2ull

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

uint16_t
sk_ports_of(const char *url, uint16_t usual)
{
    const char *colon = strchr(strstr(url, "://") + 3, ':');
    uint64_t port = usual;

    if (colon != NULL)
        (void)g_ascii_string_to_unsigned(colon + 1, 10, 1, 65535, &port, NULL);
    return (uint16_t)port;
}

bool
sk_ports_confine(const uint16_t *ports, unsigned n, bool *ret_confined, GError **error)
{
    const Ruleset ruleset = { .handled_net = BIND_TCP | CONNECT_TCP };
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, VERSION_FLAG);

    *ret_confined = abi >= 4;
    if (abi < 4)
        return true;
    sk_autofd fd = (int)syscall(SYS_landlock_create_ruleset, &ruleset, sizeof ruleset, 0u);
    if (fd < 0)
        return sk_throw_errno(error, "landlock");
    for (unsigned i = 0; i < n; i++)
        if (!allow(fd, ports[i], error))
            return false;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || syscall(SYS_landlock_restrict_self, fd, 0u) != 0)
        return sk_throw_errno(error, "landlock");
    return true;
}
