/* SPDX-License-Identifier: Apache-2.0
 * landlock.c - contract in confine.h: a second wall behind the empty root. Source: the kernel's
 * Documentation/userspace-api/landlock.rst; rights up to ABI 6, since headers may be older. */
#include "sandbox/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#ifndef LANDLOCK_CREATE_RULESET_VERSION
#define LANDLOCK_CREATE_RULESET_VERSION (1U << 0)
#endif

#define RIGHTS_ABI_1 ((1ull << 13) - 1)
#define RIGHT_REFER (1ull << 13)     /* ABI 2 */
#define RIGHT_TRUNCATE (1ull << 14)  /* ABI 3 */
#define RIGHT_IOCTL_DEV (1ull << 15) /* ABI 5 */
#define NET_BIND_CONNECT 3ull        /* ABI 4 */
#define SCOPE_ABSTRACT_SIGNAL 3ull   /* ABI 6 */
#define RIGHTS_WRITE                                                                               \
    (LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |                               \
     LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |  \
     LANDLOCK_ACCESS_FS_MAKE_SOCK)
#define RIGHTS_READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)

/* struct landlock_ruleset_attr as of ABI 6; an older kernel is given only as much as it knows. */
typedef struct {
    uint64_t handled_fs;
    uint64_t handled_net;
    uint64_t scoped;
} Ruleset;

static size_t
describe(int abi, Ruleset *ruleset)
{
    *ruleset = (Ruleset){ .handled_fs = RIGHTS_ABI_1 };
    if (abi >= 2)
        ruleset->handled_fs |= RIGHT_REFER;
    if (abi >= 3)
        ruleset->handled_fs |= RIGHT_TRUNCATE;
    if (abi >= 5)
        ruleset->handled_fs |= RIGHT_IOCTL_DEV;
    if (abi >= 4)
        ruleset->handled_net = NET_BIND_CONNECT;
    if (abi >= 6)
        ruleset->scoped = SCOPE_ABSTRACT_SIGNAL;
    return abi >= 6 ? sizeof *ruleset : abi >= 4 ? 2 * sizeof(uint64_t) : sizeof(uint64_t);
}

/* Files and folders of its own, and what a socket between its own threads leaves: no device, no
 * link to elsewhere. Nothing may be executed anywhere. */
static bool
allow_writing(int ruleset, const char *path, uint64_t handled, GError **error)
{
    sk_autofd fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return sk_throw_errno(error, path);
    struct landlock_path_beneath_attr rule = {
        .allowed_access = handled & (RIGHTS_READ | RIGHTS_WRITE | RIGHT_REFER | RIGHT_TRUNCATE),
        .parent_fd = fd,
    };
    if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
        return sk_throw_errno(error, "landlock_add_rule");
    return true;
}

static bool
allow_reading(int ruleset, const char *path, GError **error)
{
    struct stat st;
    sk_autofd fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return true;
    if (fd < 0 || fstat(fd, &st) != 0)
        return sk_throw_errno(error, path);
    struct landlock_path_beneath_attr rule = {
        .allowed_access = S_ISDIR(st.st_mode) ? RIGHTS_READ : LANDLOCK_ACCESS_FS_READ_FILE,
        .parent_fd = fd,
    };
    if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
        return sk_throw_errno(error, "landlock_add_rule");
    return true;
}

bool
sk_landlock_apply(SkSandboxKind kind, GError **error)
{
    Ruleset attributes;
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

    if (abi < 0 && (errno == ENOSYS || errno == EOPNOTSUPP))
        return true;
    if (abi < 1)
        return sk_throw_errno(error, "landlock_create_ruleset");
    size_t size = describe((int)abi, &attributes);
    sk_autofd ruleset = (int)syscall(SYS_landlock_create_ruleset, &attributes, size, 0);
    if (ruleset < 0)
        return sk_throw_errno(error, "landlock_create_ruleset");
    for (const char *const *path = sk_confine_readable(kind); *path != NULL; path++)
        if (!allow_reading(ruleset, *path, error))
            return false;
    const char *writable = sk_confine_writable(kind);
    if (writable != NULL && !allow_writing(ruleset, writable, attributes.handled_fs, error))
        return false;
    if (syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
        return sk_throw_errno(error, "landlock_restrict_self");
    return true;
}
