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
#include <seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

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
                 (kind != SK_SANDBOX_FONTS || allow_fonts(filter, error)) &&
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
