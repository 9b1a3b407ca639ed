/* SPDX-License-Identifier: Apache-2.0
 * privilege.c - contract in privilege.h. */
#include "wall/privilege.h"

#include <errno.h>
#include <linux/capability.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define KEPT ((UINT64_C(1) << CAP_NET_ADMIN) | (UINT64_C(1) << CAP_SYS_ADMIN))

static const int killed[] = {
    SCMP_SYS(acct),
    SCMP_SYS(add_key),
    SCMP_SYS(adjtimex),
    SCMP_SYS(chroot),
    SCMP_SYS(clock_adjtime),
    SCMP_SYS(clock_settime),
    SCMP_SYS(delete_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(fsopen),
    SCMP_SYS(init_module),
    SCMP_SYS(ioperm),
    SCMP_SYS(iopl),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(kcmp),
    SCMP_SYS(kexec_file_load),
    SCMP_SYS(kexec_load),
    SCMP_SYS(keyctl),
    SCMP_SYS(mount),
    SCMP_SYS(move_mount),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(open_tree),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(pivot_root),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(quotactl),
    SCMP_SYS(reboot),
    SCMP_SYS(request_key),
    SCMP_SYS(sethostname),
    SCMP_SYS(settimeofday),
    SCMP_SYS(swapoff),
    SCMP_SYS(swapon),
    SCMP_SYS(umount2),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(vhangup),
#ifndef SK_SANITIZED /* whose search for leaks looks at its own process so */
    SCMP_SYS(ptrace),
#endif
};

static bool
reduce_capabilities(void)
{
    struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct sets[2] = { { .effective = 0 }, { .effective = 0 } };

    for (unsigned long c = 0; prctl(PR_CAPBSET_READ, c, 0, 0, 0) >= 0; c++)
        if (c > 63 || (KEPT >> c & 1) == 0)
            if (prctl(PR_CAPBSET_DROP, c, 0, 0, 0) != 0)
                return false;
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0 ||
        syscall(SYS_capget, &head, sets) != 0)
        return false;
    for (unsigned i = 0; i < 2; i++) {
        sets[i].effective &= (uint32_t)(KEPT >> (32 * i));
        sets[i].permitted &= (uint32_t)(KEPT >> (32 * i));
        sets[i].inheritable = 0;
    }
    return syscall(SYS_capset, &head, sets) == 0 && (sets[0].effective >> CAP_NET_ADMIN & 1) == 1;
}

static bool
filter(void)
{
    scmp_filter_ctx context = seccomp_init(SCMP_ACT_ALLOW);
    bool good = context != NULL;

    for (unsigned i = 0; good && i < G_N_ELEMENTS(killed); i++)
        good = seccomp_rule_add(context, SCMP_ACT_KILL_PROCESS, killed[i], 0) == 0;
    /* ip(8) asks about XDP programs that way; it may be told no. */
    good = good && seccomp_rule_add(context, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(bpf), 0) == 0;
    good = good && seccomp_load(context) == 0;
    if (context != NULL)
        seccomp_release(context);
    return good;
}

bool
sk_wall_privilege_reduce(GError **error)
{
    if (!reduce_capabilities())
        return sk_throw(
            error, SK_ERROR_SANDBOX,
            "this needs the right to change the network (CAP_NET_ADMIN): run it as root");
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || !filter())
        return sk_throw(error, SK_ERROR_SANDBOX, "rights could not be given up");
    return true;
}
