/* SPDX-License-Identifier: Apache-2.0
 * evil-calls.c - one row a call that a worker must not make, with arguments that would do no harm:
 * bad descriptors, empty paths, null pointers. A row that returns has not been killed. */
#include "evil.h"

#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <linux/sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>

/* Newer than the headers. */
#ifndef SYS_mseal
#define SYS_mseal 462
#endif
#ifndef SYS_setxattrat
#define SYS_setxattrat 463
#endif
#ifndef SYS_map_shadow_stack
#define SYS_map_shadow_stack 453
#endif

#define X32_BIT 0x40000000

/* One argument list that is harmless whatever the call. */
#define ROW(call)                                                                                  \
    {                                                                                              \
#call, SYS_##call,                                                                         \
        {                                                                                          \
            -1, 0, 0, 0, 0, 0                                                                      \
        }                                                                                          \
    }

typedef struct {
    const char *name;
    long number;
    long arguments[6];
} Call;

static const char slash[] = "/";
static const char nowhere[] = "/nonexistent";
static struct clone_args clone_spaces = { .flags = CLONE_NEWUSER | CLONE_NEWNET,
                                          .exit_signal = SIGCHLD };
static char page[4096] __attribute__((aligned(4096)));

static const Call calls[] = {
    /* files */
    { "open", SYS_open, { (long)slash, O_WRONLY } },
    { "openat", SYS_openat, { AT_FDCWD, (long)slash, O_WRONLY } },
    { "open-create", SYS_open, { (long)nowhere, O_RDONLY | O_CREAT, 0600 } },
    { "openat-create", SYS_openat, { AT_FDCWD, (long)nowhere, O_RDONLY | O_CREAT, 0600 } },
    { "openat-truncate", SYS_openat, { AT_FDCWD, (long)nowhere, O_RDONLY | O_TRUNC } },
    { "openat-rdwr", SYS_openat, { AT_FDCWD, (long)nowhere, O_RDWR } },
    { "openat-tmpfile", SYS_openat, { AT_FDCWD, (long)slash, O_TMPFILE | O_RDWR, 0600 } },
    { "openat-high-bits", SYS_openat, { AT_FDCWD, (long)nowhere, O_WRONLY | (1l << 32) } },
    { "openat2", SYS_openat2, { AT_FDCWD, (long)slash, 0, 0 } },
    { "creat", SYS_creat, { (long)nowhere, 0600 } },
    ROW(unlink),
    ROW(unlinkat),
    ROW(rename),
    ROW(renameat2),
    ROW(mkdir),
    ROW(mkdirat),
    ROW(rmdir),
    ROW(link),
    ROW(linkat),
    ROW(symlink),
    ROW(symlinkat),
    ROW(mknod),
    ROW(mknodat),
    ROW(chmod),
    ROW(fchmod),
    ROW(fchmodat),
    ROW(chown),
    ROW(fchown),
    ROW(lchown),
    ROW(fchownat),
    ROW(utimensat),
    ROW(truncate),
    ROW(fallocate),
    ROW(setxattr),
    ROW(fsetxattr),
    ROW(setxattrat),
    ROW(name_to_handle_at),
    ROW(open_by_handle_at),
    ROW(chdir),
    ROW(fchdir),
    ROW(fanotify_init),
    ROW(inotify_init1),
    ROW(sendfile),
    ROW(splice),
    ROW(tee),
    ROW(vmsplice),
    ROW(copy_file_range),
    ROW(ioctl),
    ROW(flock),
    ROW(sync),
    { "fcntl-seal", SYS_fcntl, { 3, F_ADD_SEALS, 0 } },
    { "fcntl-setown", SYS_fcntl, { 3, F_SETOWN, 1 } },
    { "fcntl-lock", SYS_fcntl, { 3, F_SETLK, 0 } },
    /* the network */
    { "socket", SYS_socket, { AF_INET, SOCK_STREAM, 0 } },
    { "socket-unix", SYS_socket, { AF_UNIX, SOCK_DGRAM, 0 } },
    { "socket-netlink", SYS_socket, { AF_NETLINK, SOCK_RAW, 0 } },
    { "socket-packet", SYS_socket, { AF_PACKET, SOCK_RAW, 0 } },
    ROW(socketpair),
    ROW(connect),
    ROW(bind),
    ROW(listen),
    ROW(accept),
    ROW(accept4),
    ROW(sendto),
    ROW(sendmsg),
    ROW(sendmmsg),
    ROW(recvfrom),
    ROW(recvmsg),
    ROW(recvmmsg),
    ROW(shutdown),
    ROW(setsockopt),
    ROW(getsockopt),
    ROW(getsockname),
    ROW(getpeername),
    /* other programs, other processes */
    { "execve", SYS_execve, { (long)nowhere, 0, 0 } },
    { "execveat", SYS_execveat, { -1, (long)nowhere, 0, 0, 0 } },
    { "fork", SYS_fork, { 0 } },
    { "vfork", SYS_vfork, { 0 } },
    { "clone", SYS_clone, { CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0 } },
    { "clone-thread", SYS_clone, { CLONE_VM | CLONE_THREAD | CLONE_SIGHAND, 0, 0, 0, 0 } },
    { "clone3", SYS_clone3, { (long)&clone_spaces, sizeof clone_spaces } },
    { "ptrace", SYS_ptrace, { PTRACE_TRACEME, 0, 0, 0 } },
    { "ptrace-attach", SYS_ptrace, { PTRACE_ATTACH, 1, 0, 0 } },
    { "process_vm_readv", SYS_process_vm_readv, { 1, 0, 0, 0, 0, 0 } },
    { "process_vm_writev", SYS_process_vm_writev, { 1, 0, 0, 0, 0, 0 } },
    { "pidfd_open", SYS_pidfd_open, { 1, 0 } },
    ROW(pidfd_getfd),
    ROW(pidfd_send_signal),
    ROW(process_madvise),
    ROW(process_mrelease),
    ROW(kcmp),
    { "kill", SYS_kill, { 1, 0 } },
    { "kill-all", SYS_kill, { -1, 0 } },
    { "tkill", SYS_tkill, { 1, 0 } },
    { "tgkill", SYS_tgkill, { 1, 1, 0 } },
    { "rt_sigqueueinfo", SYS_rt_sigqueueinfo, { 1, 0, 0 } },
    ROW(rt_tgsigqueueinfo),
    ROW(wait4),
    ROW(waitid),
    ROW(setpriority),
    ROW(sched_setscheduler),
    ROW(sched_setaffinity),
    ROW(ioprio_set),
    ROW(migrate_pages),
    ROW(move_pages),
    ROW(get_robust_list),
    { "prlimit64", SYS_prlimit64, { 1, 0, 0, 0 } },
    /* who and where we are */
    { "unshare", SYS_unshare, { CLONE_NEWUSER } },
    ROW(setns),
    ROW(mount),
    ROW(umount2),
    ROW(pivot_root),
    ROW(chroot),
    ROW(fsopen),
    ROW(fsmount),
    ROW(fsconfig),
    ROW(fspick),
    ROW(move_mount),
    ROW(open_tree),
    ROW(mount_setattr),
    ROW(setuid),
    ROW(setgid),
    ROW(setreuid),
    ROW(setresuid),
    ROW(setresgid),
    ROW(setgroups),
    ROW(setfsuid),
    ROW(capset),
    ROW(setsid),
    ROW(setpgid),
    ROW(setrlimit),
    ROW(personality),
    ROW(sethostname),
    ROW(setdomainname),
    ROW(umask),
    ROW(arch_prctl),
    { "prctl", SYS_prctl, { PR_SET_DUMPABLE, 1, 0, 0, 0 } },
    { "prctl-seccomp", SYS_prctl, { PR_SET_SECCOMP, 2, 0, 0, 0 } },
    { "seccomp", SYS_seccomp, { 1, 0, 0 } },
    ROW(landlock_create_ruleset),
    ROW(landlock_add_rule),
    ROW(landlock_restrict_self),
    /* the machine */
    ROW(io_uring_setup),
    ROW(io_uring_enter),
    ROW(io_uring_register),
    ROW(io_setup),
    ROW(io_submit),
    { "bpf", SYS_bpf, { BPF_PROG_LOAD, 0, 0 } },
    ROW(userfaultfd),
    ROW(perf_event_open),
    ROW(keyctl),
    ROW(add_key),
    ROW(request_key),
    ROW(memfd_create),
    ROW(memfd_secret),
    ROW(eventfd2),
    ROW(signalfd4),
    ROW(timerfd_create),
    ROW(timer_create),
    ROW(epoll_create1),
    ROW(pipe),
    ROW(pipe2),
    ROW(dup),
    ROW(dup2),
    ROW(dup3),
    ROW(shmget),
    ROW(shmat),
    ROW(semget),
    ROW(msgget),
    ROW(mq_open),
    ROW(init_module),
    ROW(finit_module),
    ROW(delete_module),
    ROW(kexec_load),
    ROW(reboot),
    ROW(swapon),
    ROW(swapoff),
    ROW(acct),
    ROW(quotactl),
    ROW(syslog),
    ROW(iopl),
    ROW(ioperm),
    ROW(settimeofday),
    ROW(clock_settime),
    ROW(adjtimex),
    ROW(clock_adjtime),
    ROW(modify_ldt),
    ROW(set_mempolicy),
    ROW(mbind),
    ROW(lookup_dcookie),
    ROW(vhangup),
    ROW(quotactl_fd),
    ROW(mseal),
    ROW(map_shadow_stack),
    ROW(set_tid_address),
    ROW(set_robust_list),
    ROW(rseq),
    ROW(rt_sigaction),
    ROW(rt_sigprocmask),
    ROW(sigaltstack),
    ROW(alarm),
    ROW(setitimer),
    ROW(pause),
    ROW(nanosleep),
    ROW(clock_nanosleep),
    ROW(poll),
    ROW(ppoll),
    ROW(select),
    ROW(membarrier),
    ROW(remap_file_pages),
    ROW(mlock),
    ROW(mlock2),
    ROW(mlockall),
    ROW(pkey_mprotect),
    ROW(pkey_alloc),
    /* executable memory */
    { "mmap-exec",
      SYS_mmap,
      { 0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0 } },
    { "mmap-write-exec",
      SYS_mmap,
      { 0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0 } },
    { "mmap-exec-output", SYS_mmap, { 0, 4096, PROT_EXEC, MAP_SHARED, 3, 0 } },
    { "mprotect-exec", SYS_mprotect, { (long)page, sizeof page, PROT_READ | PROT_EXEC } },
    { "mprotect-write-exec",
      SYS_mprotect,
      { (long)page, sizeof page, PROT_READ | PROT_WRITE | PROT_EXEC } },
    /* foreign ABIs: x32 counts from its own bit, an unknown number is unknown */
    { "x32-read", X32_BIT | SYS_read, { -1, 0, 0 } },
    { "x32-write", X32_BIT | SYS_write, { -1, 0, 0 } },
    { "x32-execve", X32_BIT | 520, { (long)nowhere, 0, 0 } },
    { "x32-openat", X32_BIT | SYS_openat, { AT_FDCWD, (long)slash, 0 } },
    { "unknown-number", 9999, { 0 } },
    { "negative-number", -1, { 0 } },
};

/* i386's calls, by the gate that a 64-bit process may use too. */
static void
call_i386(long number, long first)
{
#ifdef __x86_64__
    __asm__ volatile("int $0x80"
                     : "+a"(number)
                     : "b"(first), "c"(0), "d"(0)
                     : "memory", "r8", "r9", "r10", "r11");
#else
#error "foreign ABIs of this architecture are not tested yet"
#endif
}

static void
i386_exit(void)
{
    call_i386(1, 0);
}

static void
i386_read(void)
{
    call_i386(3, -1);
}

static void
i386_open(void)
{
    call_i386(5, 0);
}

static const struct {
    const char *name;
    void (*make)(void);
} foreign[] = {
    { "i386-exit", i386_exit },
    { "i386-read", i386_read },
    { "i386-open", i386_open },
};

bool
evil_call(const char *name, long *ret_value)
{
    *ret_value = 0;
    for (unsigned i = 0; i < G_N_ELEMENTS(calls); i++)
        if (strcmp(calls[i].name, name) == 0) {
            const long *a = calls[i].arguments;
            *ret_value = syscall(calls[i].number, a[0], a[1], a[2], a[3], a[4], a[5]);
            return true;
        }
    for (unsigned i = 0; i < G_N_ELEMENTS(foreign); i++)
        if (strcmp(foreign[i].name, name) == 0) {
            foreign[i].make();
            return true;
        }
    return false;
}

const char *const *
evil_call_names(void)
{
    static const char *names[G_N_ELEMENTS(calls) + G_N_ELEMENTS(foreign) + 1];
    unsigned n = 0;
    for (unsigned i = 0; i < G_N_ELEMENTS(calls); i++)
        names[n++] = calls[i].name;
    for (unsigned i = 0; i < G_N_ELEMENTS(foreign); i++)
        names[n++] = foreign[i].name;
    return names;
}
