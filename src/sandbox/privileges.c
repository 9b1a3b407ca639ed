/* SPDX-License-Identifier: Apache-2.0
 * privileges.c - contract in confine.h: capabilities, and the way back to them. */
#include "sandbox/confine.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define SECURE_BITS                                                                                \
    (SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP |                               \
     SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE |       \
     SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED)

/* The kernel says where its list ends: EINVAL. */
static bool
empty_bounding_set(GError **error)
{
    for (unsigned long capability = 0; capability < 64; capability++) {
        if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0)
            continue;
        if (errno == EINVAL && capability > 0)
            return true;
        return sk_throw_errno(error, "prctl(PR_CAPBSET_DROP)");
    }
    return true;
}

bool
sk_confine_privileges(SkSandboxKind kind, GError **error)
{
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct nothing[_LINUX_CAPABILITY_U32S_3] = { { 0 } };

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return sk_throw_errno(error, "prctl(PR_SET_NO_NEW_PRIVS)");
    if (prctl(PR_SET_SECUREBITS, SECURE_BITS, 0, 0, 0) != 0)
        return sk_throw_errno(error, "prctl(PR_SET_SECUREBITS)");
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0)
        return sk_throw_errno(error, "prctl(PR_CAP_AMBIENT)");
    if (!empty_bounding_set(error))
        return false;
    if (syscall(SYS_capset, &header, nothing) != 0)
        return sk_throw_errno(error, "capset");
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) /* a job on its way may bring a password */
        return sk_throw_errno(error, "prctl(PR_SET_DUMPABLE)");
    return sk_landlock_apply(kind, error);
}
