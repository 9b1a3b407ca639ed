/* SPDX-License-Identifier: Apache-2.0
 * filter.c - contract in confine.h: the calls a worker may make. What is not named ends the process
 * with SIGSYS, and so do foreign architectures and x32.
 *
 * The lists are short because the zygote has done everything that needs the system: a worker
 * computes, reads its mapping, writes two files and ends. What a list leaves open although it could
 * be closed is said beside it. */
#include "sandbox/confine.h"

#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

/* What a thread shares with its process, and nothing new: a process or a namespace differs here. */
#define THREAD_FLAGS                                                                               \
    (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM)

static const int pure_calls[] = {
    SCMP_SYS(read),
    SCMP_SYS(pread64),
    SCMP_SYS(write),
    SCMP_SYS(pwrite64),
    SCMP_SYS(writev),
    SCMP_SYS(lseek),
    SCMP_SYS(ftruncate),
    SCMP_SYS(fstat),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(brk),
    SCMP_SYS(madvise),
    SCMP_SYS(futex),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(getrandom),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(close),
};

/* A renderer looks for fonts by name and reads them. All of it can see only the read-only root. */
static const int font_calls[] = {
    SCMP_SYS(stat),         SCMP_SYS(lstat),
    SCMP_SYS(newfstatat),   SCMP_SYS(statx),
    SCMP_SYS(access),       SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2),   SCMP_SYS(readlink),
    SCMP_SYS(readlinkat),   SCMP_SYS(getdents64),
    SCMP_SYS(statfs),       SCMP_SYS(fstatfs),
    SCMP_SYS(fadvise64),    SCMP_SYS(getcwd),
    SCMP_SYS(readv),        SCMP_SYS(preadv),
    SCMP_SYS(sched_yield),  SCMP_SYS(uname),
    SCMP_SYS(sysinfo),      SCMP_SYS(sched_getaffinity),
    SCMP_SYS(getpid),       SCMP_SYS(gettid),
    SCMP_SYS(getuid),       SCMP_SYS(geteuid),
    SCMP_SYS(getgid),       SCMP_SYS(getegid),
    SCMP_SYS(clock_getres), SCMP_SYS(gettimeofday),
};

/* LibreOffice runs threads, keeps a profile, and writes its result; all of it in a tmpfs of its
 * own. What it would like but can do without gets an error instead of an end. */
static const int office_calls[] = {
    SCMP_SYS(open),
    SCMP_SYS(openat),
    SCMP_SYS(creat),
    SCMP_SYS(mkdir),
    SCMP_SYS(mkdirat),
    SCMP_SYS(rmdir),
    SCMP_SYS(unlink),
    SCMP_SYS(unlinkat),
    SCMP_SYS(rename),
    SCMP_SYS(renameat),
    SCMP_SYS(renameat2),
    SCMP_SYS(chmod),
    SCMP_SYS(fchmod),
    SCMP_SYS(fchmodat),
    SCMP_SYS(umask),
    SCMP_SYS(utimensat),
    SCMP_SYS(truncate),
    SCMP_SYS(fallocate),
    SCMP_SYS(fsync),
    SCMP_SYS(fdatasync),
    SCMP_SYS(flock),
    SCMP_SYS(dup),
    SCMP_SYS(dup2),
    SCMP_SYS(dup3),
    SCMP_SYS(pipe),
    SCMP_SYS(pipe2),
    SCMP_SYS(eventfd2),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(select),
    SCMP_SYS(pselect6),
    SCMP_SYS(mprotect),
    SCMP_SYS(msync),
    SCMP_SYS(mincore),
    SCMP_SYS(membarrier),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(getppid),
    SCMP_SYS(getpgrp),
    SCMP_SYS(getrlimit),
    SCMP_SYS(getrusage),
    SCMP_SYS(times),
    SCMP_SYS(time),
    SCMP_SYS(getcpu),
    SCMP_SYS(nanosleep),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(sched_getparam),
    SCMP_SYS(sched_getscheduler),
    SCMP_SYS(getgroups),
    SCMP_SYS(getresuid),
    SCMP_SYS(getresgid),
    /* It listens for a second one of itself, which there never is, on a socket in its tmpfs. */
    SCMP_SYS(bind),
    SCMP_SYS(listen),
    SCMP_SYS(accept),
    SCMP_SYS(shutdown),
};

static const struct {
    int call;
    int error;
} office_errors[] = {
    { SCMP_SYS(socketpair), EACCES },
    { SCMP_SYS(connect), ECONNREFUSED },
    { SCMP_SYS(execve), EACCES },
    { SCMP_SYS(tgkill), EPERM },
    { SCMP_SYS(execveat), EACCES },
    { SCMP_SYS(fork), EAGAIN },
    { SCMP_SYS(vfork), EAGAIN },
    { SCMP_SYS(clone3), ENOSYS },
    { SCMP_SYS(chown), EPERM },
    { SCMP_SYS(fchown), EPERM },
    { SCMP_SYS(lchown), EPERM },
    { SCMP_SYS(fchownat), EPERM },
    { SCMP_SYS(symlink), EPERM },
    { SCMP_SYS(symlinkat), EPERM },
    { SCMP_SYS(link), EPERM },
    { SCMP_SYS(linkat), EPERM },
    { SCMP_SYS(ioctl), ENOTTY },
    { SCMP_SYS(sched_setaffinity), EPERM },
    { SCMP_SYS(setpriority), EPERM },
    { SCMP_SYS(sched_setscheduler), EPERM },
    { SCMP_SYS(mlock), ENOMEM },
    { SCMP_SYS(inotify_init1), ENOSYS },
    { SCMP_SYS(memfd_create), ENOSYS },
    { SCMP_SYS(epoll_create1), ENOSYS },
    { SCMP_SYS(shmget), ENOSYS },
    { SCMP_SYS(getpriority), EPERM },
    { SCMP_SYS(setrlimit), EPERM },
    { SCMP_SYS(set_mempolicy), ENOSYS },
    { SCMP_SYS(getxattr), ENOTSUP },
    { SCMP_SYS(lgetxattr), ENOTSUP },
    { SCMP_SYS(fgetxattr), ENOTSUP },
    { SCMP_SYS(listxattr), ENOTSUP },
    { SCMP_SYS(setxattr), ENOTSUP },
    { SCMP_SYS(fsetxattr), ENOTSUP },
    { SCMP_SYS(copy_file_range), ENOSYS },
    { SCMP_SYS(sendfile), EINVAL },
};

#ifdef SK_SANITIZED
/* MARKED: never in a release. The sanitizers' run time handles signals and writes reports; a call
 * that it would like but can do without gets an error, so that its own report is not lost. */
static const int sanitizer_calls[] = {
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(sigaltstack), SCMP_SYS(getpid),
    SCMP_SYS(gettid),       SCMP_SYS(tgkill),         SCMP_SYS(sched_yield), SCMP_SYS(getrlimit),
    SCMP_SYS(prctl),        SCMP_SYS(mincore),
};
static const int sanitizer_errors[] = {
    SCMP_SYS(openat), SCMP_SYS(readlink), SCMP_SYS(stat), SCMP_SYS(newfstatat), SCMP_SYS(ioctl),
};
#endif

static bool
allow_all(scmp_filter_ctx filter, const int *calls, size_t n, GError **error)
{
    for (size_t i = 0; i < n; i++) {
        int rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
        if (rc != 0)
            return sk_throw(error, SK_ERROR_SANDBOX, "seccomp: rule: %s", g_strerror(-rc));
    }
    return true;
}

/* Allows @call where argument @index, masked by @mask, is @value. */
static bool
allow_masked(scmp_filter_ctx filter, int call, unsigned index, uint64_t mask, uint64_t value,
             GError **error)
{
    struct scmp_arg_cmp compare = {
        .arg = index, .op = SCMP_CMP_MASKED_EQ, .datum_a = mask, .datum_b = value
    };
    int rc = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 1, &compare);
    if (rc != 0)
        return sk_throw(error, SK_ERROR_SANDBOX, "seccomp: rule: %s", g_strerror(-rc));
    return true;
}

static bool
allow_equal(scmp_filter_ctx filter, int call, unsigned index, uint64_t value, GError **error)
{
    return allow_masked(filter, call, index, UINT32_MAX, value, error);
}

static bool
answer(scmp_filter_ctx filter, int call, int number, GError **error)
{
    int rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO((uint16_t)number), call, 0);
    if (rc != 0 && rc != -EEXIST)
        return sk_throw(error, SK_ERROR_SANDBOX, "seccomp: rule: %s", g_strerror(-rc));
    return true;
}

static bool
allow_pure(scmp_filter_ctx filter, GError **error)
{
    /* Never executable memory: no mapping may say so, and none may become so. glibc's fstat is
     * newfstatat with AT_EMPTY_PATH; its path cannot be checked here, but there is nothing to find.
     */
    return allow_all(filter, pure_calls, G_N_ELEMENTS(pure_calls), error) &&
           allow_masked(filter, SCMP_SYS(mmap), 2, PROT_EXEC, 0, error) &&
           allow_masked(filter, SCMP_SYS(mprotect), 2, PROT_EXEC, 0, error) &&
           allow_equal(filter, SCMP_SYS(newfstatat), 3, AT_EMPTY_PATH, error) &&
           allow_equal(filter, SCMP_SYS(fcntl), 1, F_GETFL, error) &&
           allow_equal(filter, SCMP_SYS(fcntl), 1, F_GETFD, error);
}

/* The C library's qsort asks how much memory there is before it takes some; it does without an
 * answer. */
static bool
answer_pure(scmp_filter_ctx filter, GError **error)
{
    return answer(filter, SCMP_SYS(sysinfo), EPERM, error);
}

static bool
allow_fonts(scmp_filter_ctx filter, GError **error)
{
    /* Reading only: anything that could create, truncate or write differs in one of these bits.
     * O_TMPFILE shares a bit with O_DIRECTORY, which folders need; it cannot be had without a
     * writing mode. */
    uint64_t writes = (uint64_t)(O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND | O_EXCL);

    return allow_all(filter, font_calls, G_N_ELEMENTS(font_calls), error) &&
           allow_masked(filter, SCMP_SYS(open), 1, writes, O_RDONLY, error) &&
           allow_masked(filter, SCMP_SYS(openat), 2, writes, O_RDONLY, error) &&
           allow_equal(filter, SCMP_SYS(fcntl), 1, F_SETFD, error) &&
           allow_equal(filter, SCMP_SYS(fcntl), 1, F_DUPFD_CLOEXEC, error);
}

/* Allows @call where both arguments are as said, and answers it with an error elsewhere. */
static bool
allow_pair(scmp_filter_ctx filter, int call, struct scmp_arg_cmp first, struct scmp_arg_cmp second,
           GError **error)
{
    const struct scmp_arg_cmp both[] = { first, second };
    struct scmp_arg_cmp otherwise[] = { first, second };
    otherwise[0].op = SCMP_CMP_NE;
    otherwise[1].op = SCMP_CMP_NE;
    int rc = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, G_N_ELEMENTS(both), both);
    for (unsigned i = 0; rc == 0 && i < G_N_ELEMENTS(otherwise); i++)
        rc = seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EPERM), call, 1, &otherwise[i]);
    if (rc != 0)
        return sk_throw(error, SK_ERROR_SANDBOX, "seccomp: rule: %s", g_strerror(-rc));
    return true;
}

static bool
answer_unequal(scmp_filter_ctx filter, int call, uint64_t first, GError **error)
{
    struct scmp_arg_cmp equal = { .arg = 0, .op = SCMP_CMP_EQ, .datum_a = first };
    struct scmp_arg_cmp unequal = { .arg = 0, .op = SCMP_CMP_NE, .datum_a = first };
    int rc = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 1, &equal);
    if (rc == 0)
        rc = seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EPERM), call, 1, &unequal);
    if (rc != 0)
        return sk_throw(error, SK_ERROR_SANDBOX, "seccomp: rule: %s", g_strerror(-rc));
    return true;
}

/* Its own stream sockets only, and its own limits only to be read. */
static bool
answer_most(scmp_filter_ctx filter, GError **error)
{
    const struct scmp_arg_cmp unix_only = { .arg = 0, .op = SCMP_CMP_EQ, .datum_a = AF_UNIX };
    const struct scmp_arg_cmp stream = { .arg = 1, .op = SCMP_CMP_EQ, .datum_a = SOCK_STREAM };
    const struct scmp_arg_cmp itself = { .arg = 0, .op = SCMP_CMP_EQ, .datum_a = 0 };
    const struct scmp_arg_cmp nothing_new = { .arg = 2, .op = SCMP_CMP_EQ, .datum_a = 0 };

    for (size_t i = 0; i < G_N_ELEMENTS(office_errors); i++)
        if (!answer(filter, office_errors[i].call, office_errors[i].error, error))
            return false;
    return allow_pair(filter, SCMP_SYS(socket), unix_only, stream, error) &&
           allow_pair(filter, SCMP_SYS(prlimit64), itself, nothing_new, error) &&
           answer_unequal(filter, SCMP_SYS(prctl), PR_SET_NAME, error);
}

/* Neither seals nor owners of signals nor leases. */
static bool
allow_fcntl(scmp_filter_ctx filter, GError **error)
{
    static const int commands[] = { F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL,
                                    F_SETFL, F_GETLK,         F_SETLK, F_SETLKW };
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
        if (!allow_equal(filter, SCMP_SYS(fcntl), 1, (uint64_t)commands[i], error))
            return false;
    return true;
}

/* Files are mapped to be run, private ones only. LibreOffice's bridge to its own components makes
 * small pieces of code and asks for that with mprotect, which is therefore open. A new process
 * cannot be made, a thread can. */
static bool
allow_office(scmp_filter_ctx filter, GError **error)
{
    const struct scmp_arg_cmp code[] = {
        { .arg = 2,
          .op = SCMP_CMP_MASKED_EQ,
          .datum_a = PROT_EXEC | PROT_WRITE,
          .datum_b = PROT_EXEC },
        { .arg = 3, .op = SCMP_CMP_MASKED_EQ, .datum_a = MAP_ANONYMOUS | MAP_SHARED, .datum_b = 0 },
    };
    if (seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), G_N_ELEMENTS(code), code) !=
        0)
        return sk_throw(error, SK_ERROR_SANDBOX, "seccomp: mmap");
    return answer_most(filter, error) &&
           allow_all(filter, font_calls, G_N_ELEMENTS(font_calls), error) &&
           allow_all(filter, office_calls, G_N_ELEMENTS(office_calls), error) &&
           allow_fcntl(filter, error) &&
           allow_masked(filter, SCMP_SYS(clone), 0, THREAD_FLAGS, THREAD_FLAGS, error);
}

static bool
allow_sanitizers(scmp_filter_ctx filter, GError **error)
{
#ifdef SK_SANITIZED
    for (size_t i = 0; i < G_N_ELEMENTS(sanitizer_errors); i++) {
        int rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), sanitizer_errors[i], 0);
        if (rc != 0 && rc != -EEXIST)
            return sk_throw(error, SK_ERROR_SANDBOX, "seccomp: rule: %s", g_strerror(-rc));
    }
    return allow_all(filter, sanitizer_calls, G_N_ELEMENTS(sanitizer_calls), error);
#else
    (void)filter;
    (void)error;
    return true;
#endif
}

static bool
configure(scmp_filter_ctx filter, GError **error)
{
    int rc = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    if (rc == 0)
        rc = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2); /* a tree: fewer steps a call */
    if (rc != 0)
        return sk_throw(error, SK_ERROR_SANDBOX, "seccomp: %s", g_strerror(-rc));
    return true;
}

/* libseccomp writes the program to a descriptor; it is read back once and kept. */
static bool
export_program(scmp_filter_ctx filter, struct sock_fprog *ret, GError **error)
{
    sk_autofd fd = sk_memfd_new("sk-filter", error);
    if (fd < 0)
        return false;
    int rc = seccomp_export_bpf(filter, fd);
    if (rc != 0)
        return sk_throw(error, SK_ERROR_SANDBOX, "seccomp: export: %s", g_strerror(-rc));
    if (!sk_memfd_seal(fd, error))
        return false;
    g_autoptr(GBytes) bytes = sk_memfd_map(fd, error);
    if (bytes == NULL)
        return false;
    gsize size = g_bytes_get_size(bytes);
    g_assert(size > 0 && size % sizeof(struct sock_filter) == 0);
    ret->len = (unsigned short)(size / sizeof(struct sock_filter));
    ret->filter = g_memdup2(g_bytes_get_data(bytes, NULL), size);
    return true;
}

bool
sk_filter_build(SkSandboxKind kind, struct sock_fprog *ret, GError **error)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (filter == NULL)
        return sk_throw(error, SK_ERROR_SANDBOX, "seccomp: cannot start a filter");
    bool built = configure(filter, error) && allow_pure(filter, error) &&
                 (kind != SK_SANDBOX_PURE || answer_pure(filter, error)) &&
                 (kind != SK_SANDBOX_FONTS || allow_fonts(filter, error)) &&
                 (kind != SK_SANDBOX_OFFICE || allow_office(filter, error)) &&
                 allow_sanitizers(filter, error) && export_program(filter, ret, error);
    seccomp_release(filter);
    return built;
}

bool
sk_filter_install(const struct sock_fprog *program, GError **error)
{
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, program) != 0)
        return sk_throw_errno(error, "seccomp");
    return true;
}
