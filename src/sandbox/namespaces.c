/* SPDX-License-Identifier: Apache-2.0
 * namespaces.c - contract in confine.h: who the worker is and what it can see. */
#include "sandbox/confine.h"

#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define SPACES                                                                                     \
    (CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS |     \
     CLONE_NEWCGROUP)

/* Always there, and nothing below needs it any more: the new root is mounted over it. */
#define NEW_ROOT "/proc"

/* Input, profile and output of one conversion; it is memory. */
#define OFFICE_SPACE "mode=0700,size=512m,nr_inodes=4096"

const char *const *
sk_confine_readable(SkSandboxKind kind)
{
    static const char *const none[] = { NULL };
    /* Debian names its Japanese fonts through two links; a mount upon such a name follows the link.
     */
    static const char *const fonts[] = {
        "/etc/fonts",
        "/usr/share/fonts",
        "/usr/local/share/fonts",
        "/usr/share/texmf/fonts",
        "/usr/share/fontconfig",
        "/usr/share/poppler",
        "/var/cache/fontconfig",
        "/etc/alternatives/fonts-japanese-gothic.ttf",
        "/etc/alternatives/fonts-japanese-mincho.ttf",
        NULL,
    };
    /* No program can be started from here: what LibreOffice runs of itself are libraries. */
    static const char *const office[] = {
        "/usr/lib",
        "/usr/lib64",
        "/lib",
        "/lib64",
        "/etc/ld.so.cache",
        "/etc/libreoffice",
        "/var/lib/libreoffice",
        "/usr/share/libreoffice",
        "/usr/share/icu",
        "/etc/fonts",
        "/usr/share/fonts",
        "/usr/local/share/fonts",
        "/usr/share/texmf/fonts",
        "/usr/share/fontconfig",
        "/var/cache/fontconfig",
        "/etc/alternatives/fonts-japanese-gothic.ttf",
        "/etc/alternatives/fonts-japanese-mincho.ttf",
        "/dev/urandom",
        NULL,
    };
    switch (kind) {
    case SK_SANDBOX_FONTS:
        return fonts;
    case SK_SANDBOX_OFFICE:
        return office;
    case SK_SANDBOX_PURE:
        break;
    }
    return none;
}

const char *
sk_confine_writable(SkSandboxKind kind)
{
    return kind == SK_SANDBOX_OFFICE ? SK_OFFICE_TMP : NULL;
}

/* `uid_map` of one line that maps one uid: "root" of such a namespace is an ordinary user outside,
 * and there is nobody else to become. */
static bool
is_only_user(void)
{
    g_autoptr(GBytes) map = NULL;
    if (!sk_io_read_file("/proc/self/uid_map", 4096, &map, NULL))
        return false;
    g_autofree char *text = sk_span_dup(sk_span_bytes(map));
    g_auto(GStrv) words = g_strsplit_set(g_strstrip(text), " \t\n", -1);
    const char *found[3] = { "", "", "" };
    unsigned n = 0;
    for (char **word = words; *word != NULL; word++) {
        if (**word == '\0')
            continue;
        if (n == G_N_ELEMENTS(found))
            return false; /* a second line */
        found[n++] = *word;
    }
    return n == 3 && strcmp(found[1], "0") != 0 && strcmp(found[2], "1") == 0;
}

bool
sk_confine_drop_root(GError **error)
{
    if (geteuid() == 0 && !is_only_user()) {
        if (setgroups(0, NULL) != 0)
            return sk_throw_errno(error, "setgroups");
        if (setresgid(SK_SANDBOX_UID, SK_SANDBOX_UID, SK_SANDBOX_UID) != 0)
            return sk_throw_errno(error, "setresgid");
        if (setresuid(SK_SANDBOX_UID, SK_SANDBOX_UID, SK_SANDBOX_UID) != 0)
            return sk_throw_errno(error, "setresuid");
    }
    /* Undone by every worker; without it /proc/self/uid_map belongs to root and cannot be written.
     */
    if (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) != 0)
        return sk_throw_errno(error, "prctl(PR_SET_DUMPABLE)");
    return true;
}

static bool
write_proc(const char *path, const char *text, GError **error)
{
    sk_autofd fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return sk_throw_errno(error, path);
    if (!sk_io_write_all(fd, sk_span_str(text), error)) {
        g_prefix_error(error, "%s: ", path);
        return false;
    }
    return true;
}

static bool
map_ids(uid_t uid, gid_t gid, GError **error)
{
    g_autofree char *uid_map = g_strdup_printf("%u %u 1\n", SK_SANDBOX_UID, uid);
    g_autofree char *gid_map = g_strdup_printf("%u %u 1\n", SK_SANDBOX_UID, gid);

    return write_proc("/proc/self/setgroups", "deny", error) &&
           write_proc("/proc/self/gid_map", gid_map, error) &&
           write_proc("/proc/self/uid_map", uid_map, error);
}

/* What stays outside the pid namespace: it only waits, so that killing it kills everything inside.
 */
static G_GNUC_NORETURN void
stay_behind(pid_t first)
{
    int status = 0;

    sk_io_close_all_but((const int[]){ STDERR_FILENO }, 1);
    while (waitpid(first, &status, 0) < 0 && errno == EINTR)
        continue;
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 3);
}

bool
sk_confine_namespaces(GError **error)
{
    uid_t uid = geteuid();
    gid_t gid = getegid();

    /* Whoever started us may end at any moment; its zygote must not outlive it. */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
        return sk_throw_errno(error, "prctl(PR_SET_PDEATHSIG)");
    if (unshare(SPACES) != 0)
        return sk_throw_errno(error, "unshare (are user namespaces allowed here?)");
    if (!map_ids(uid, gid, error))
        return false;
    pid_t first = fork();
    if (first < 0)
        return sk_throw_errno(error, "fork");
    if (first > 0)
        stay_behind(first);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
        return sk_throw_errno(error, "prctl(PR_SET_PDEATHSIG)");
    return true;
}

/* An empty file or folder at @path below the new root, with its parents: something to mount upon.
 */
static bool
make_place(const char *path, bool folder, GError **error)
{
    g_autofree char *parent = g_path_get_dirname(path);

    if (g_mkdir_with_parents(folder ? path : parent, 0755) != 0)
        return sk_throw_errno(error, path);
    if (folder)
        return true;
    sk_autofd fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
    return fd >= 0 ? true : sk_throw_errno(error, path);
}

/* Libraries are mapped to be run, which a mount without that right forbids; a device is opened. */
static uint64_t
flags_of(const char *path)
{
    bool libraries = g_str_has_prefix(path, "/usr/lib") || g_str_has_prefix(path, "/lib");
    bool device = g_str_has_prefix(path, "/dev/");

    return MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | (libraries ? 0 : (uint64_t)MOUNT_ATTR_NOEXEC) |
           (device ? 0 : (uint64_t)MOUNT_ATTR_NODEV);
}

/* Sets flags without taking any away: a mount's own flags are locked inside a user namespace. */
static bool
set_flags(const char *path, uint64_t flags, unsigned how, GError **error)
{
    struct mount_attr attr = { .attr_set = flags };
    if (mount_setattr(AT_FDCWD, path, how, &attr, sizeof attr) != 0)
        return sk_throw_errno(error, "mount_setattr");
    return true;
}

static bool
bind_readable(const char *path, GError **error)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return true;

    g_autofree char *place = g_strconcat(NEW_ROOT, path, NULL);
    if (!make_place(place, S_ISDIR(st.st_mode), error))
        return false;
    if (mount(path, place, NULL, MS_BIND | MS_REC, NULL) != 0)
        return sk_throw_errno(error, path);
    return set_flags(place, flags_of(path), AT_RECURSIVE, error);
}

static bool
mount_writable(const char *path, GError **error)
{
    if (mount("sekisho", path, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, OFFICE_SPACE) != 0)
        return sk_throw_errno(error, path);
    return true;
}

bool
sk_confine_root(SkSandboxKind kind, GError **error)
{
    const char *writable = sk_confine_writable(kind);
    const uint64_t closed =
        MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;

    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        return sk_throw_errno(error, "mount: private");
    if (mount("sekisho", NEW_ROOT, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
              "mode=0755,size=64k") != 0)
        return sk_throw_errno(error, "mount: tmpfs");
    for (const char *const *path = sk_confine_readable(kind); *path != NULL; path++)
        if (!bind_readable(*path, error))
            return false;
    g_autofree char *place = g_strconcat(NEW_ROOT, writable, NULL);
    if (writable != NULL && !make_place(place, true, error))
        return false;
    if (chdir(NEW_ROOT) != 0 || syscall(SYS_pivot_root, ".", ".") != 0)
        return sk_throw_errno(error, "pivot_root");
    /* The old root now lies over the new one at the same place; taking it off leaves the new one.
     */
    if (umount2(".", MNT_DETACH) != 0 || chdir("/") != 0)
        return sk_throw_errno(error, "umount");
    /* Every mount below has its flags already; a second look would take the libraries' away. */
    if (!set_flags("/", closed, 0, error))
        return false;
    return writable == NULL || mount_writable(writable, error);
}
