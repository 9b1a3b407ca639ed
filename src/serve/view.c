/* SPDX-License-Identifier: Apache-2.0
 * view.c - contract in view.h.
 *
 * The root is a tmpfs with read-only binds of what the dynamic linker, fontconfig and the programs
 * need. Another station's directory is not hidden in it: it is not there. */
#include "serve/view.h"

#include "base/io.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/mount.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif

#define NEW_ROOT "/tmp" /* exists everywhere; the mount is private to the child */

static bool
write_text(const char *path, const char *text, GError **error)
{
    sk_autofd fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
        return sk_throw_errno(error, path);
    return true;
}

/* An ordinary user becomes, inside the user namespace that spawn.c made, the same uid with the right to mount. */
static bool
enter_namespaces(bool as_root, bool network, GError **error)
{
    uid_t uid = geteuid();
    gid_t gid = getegid();

    if (unshare(CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS | (network ? 0 : CLONE_NEWNET)) != 0)
        return sk_throw_errno(error, "namespaces");
    if (as_root)
        return true;
    g_autofree char *uid_map = g_strdup_printf("%u %u 1", uid, uid);
    g_autofree char *gid_map = g_strdup_printf("%u %u 1", gid, gid);
    return write_text("/proc/self/setgroups", "deny", error) &&
           write_text("/proc/self/uid_map", uid_map, error) && write_text("/proc/self/gid_map", gid_map, error);
}

static bool
make_target(const char *source, const char *target, GError **error)
{
    struct stat st;

    if (stat(source, &st) != 0)
        return sk_throw_errno(error, source);
    if (S_ISDIR(st.st_mode)) {
        if (g_mkdir_with_parents(target, 0755) != 0)
            return sk_throw_errno(error, target);
        return true;
    }
    g_autofree char *parent = g_path_get_dirname(target);
    if (g_mkdir_with_parents(parent, 0755) != 0)
        return sk_throw_errno(error, parent);
    sk_autofd fd = open(target, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    return fd >= 0 || sk_throw_errno(error, target);
}

static bool
bind(const char *source, const char *inside, bool writable, GError **error)
{
    g_autofree char *target = g_strconcat(NEW_ROOT, inside, NULL);
    struct mount_attr attr = { .attr_set = MOUNT_ATTR_NOSUID | (writable ? 0 : (uint64_t)MOUNT_ATTR_RDONLY) };

    if (!make_target(source, target, error))
        return false;
    if (mount(source, target, NULL, MS_BIND | MS_REC, NULL) != 0)
        return sk_throw_errno(error, source);
    if (syscall(SYS_mount_setattr, AT_FDCWD, target, AT_RECURSIVE, &attr, sizeof attr) != 0)
        return sk_throw_errno(error, source);
    return true;
}

static bool
bind_if_there(const char *source, GError **error)
{
    return access(source, F_OK) != 0 || bind(source, source, false, error);
}

/* On a merged-/usr system /lib is a link into /usr; elsewhere a directory of its own. */
static bool
bring_library_dir(const char *path, GError **error)
{
    char link[256] = { 0 };
    ssize_t n = readlink(path, link, sizeof link - 1);

    if (n <= 0)
        return bind_if_there(path, error);
    g_autofree char *target = g_strconcat(NEW_ROOT, path, NULL);
    return symlink(link, target) == 0 || sk_throw_errno(error, target);
}

/* Only our own pid namespace is in it. Where the machine itself is a container whose /proc is masked,
 * the kernel gives an ordinary user no new one: then the numbers in it are of no use to signal or trace,
 * but what lies below /proc/PID of another role of the same uid can be looked into. */
static bool
bring_proc(GError **error)
{
    const char *target = NEW_ROOT "/proc";

    if (g_mkdir_with_parents(target, 0555) != 0)
        return sk_throw_errno(error, target);
    if (mount("proc", target, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0)
        return true;
    if (errno != EPERM)
        return sk_throw_errno(error, "mount proc");
    sk_log(SK_LOG_WARNING, "proc-shared", NULL);
    return bind("/proc", "/proc", true, error);
}

static bool
build_root(bool network, GError **error)
{
    static const char *const system_places[] = { "/usr", "/dev/null", "/dev/zero", "/dev/random",
                                                 "/dev/urandom", "/etc/ld.so.cache", "/etc/fonts",
                                                 "/etc/localtime", "/var/cache/fontconfig",
                                                 "/etc/libreoffice", "/var/lib/libreoffice" };
    static const char *const network_places[] = { "/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf",
                                                  "/etc/ssl/certs", "/etc/ssl/openssl.cnf" };
    static const char *const library_places[] = { "/lib", "/lib64", "/bin" };

    if (!bring_proc(error))
        return false;
    for (unsigned i = 0; i < G_N_ELEMENTS(system_places); i++)
        if (!bind_if_there(system_places[i], error))
            return false;
    for (unsigned i = 0; network && i < G_N_ELEMENTS(network_places); i++)
        if (!bind_if_there(network_places[i], error))
            return false;
    for (unsigned i = 0; i < G_N_ELEMENTS(library_places); i++)
        if (!bring_library_dir(library_places[i], error))
            return false;
    return true;
}

typedef struct {
    int fds[SK_VIEW_PLACES_MAX]; /* O_PATH, opened before the new root may cover the sources */
    unsigned n;
} OpenPlaces;

static void
open_places_clear(OpenPlaces *self)
{
    for (unsigned i = 0; i < self->n; i++)
        sk_fd_clear(&self->fds[i]);
}

static bool
open_places(const SkSpawnView *view, OpenPlaces *ret, GError **error)
{
    for (unsigned i = 0; i < view->n_places; i++) {
        int fd = open(view->places[i].path, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0)
            return sk_throw_errno(error, view->places[i].path);
        ret->fds[ret->n++] = fd;
    }
    return true;
}

static bool
bind_places(const SkSpawnView *view, const OpenPlaces *open, GError **error)
{
    for (unsigned i = 0; i < open->n; i++) {
        g_autofree char *source = g_strdup_printf("/proc/self/fd/%d", open->fds[i]);
        if (!bind(source, view->places[i].path, view->places[i].writable, error)) {
            g_prefix_error(error, "%s: ", view->places[i].path);
            return false;
        }
    }
    return true;
}

static bool
hide(const char *path, GError **error)
{
    g_autofree char *target = g_strconcat(NEW_ROOT, path, NULL);

    if (mount("hidden", target, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY, "size=4k,nr_inodes=2,mode=0") != 0)
        return sk_throw_errno(error, path);
    return true;
}

static bool
enter_root(const SkSpawnView *view, GError **error)
{
    struct mount_attr read_only = { .attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV };

    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        return sk_throw_errno(error, "mount / private");
    __attribute__((cleanup(open_places_clear))) OpenPlaces places = { .n = 0 };
    if (!open_places(view, &places, error))
        return false;
    if (mount("sekisho", NEW_ROOT, "tmpfs", MS_NOSUID | MS_NODEV, "size=64k,nr_inodes=256,mode=0755") != 0)
        return sk_throw_errno(error, "mount tmpfs");
    if (!build_root(view->network, error))
        return false;
    if (!bind_places(view, &places, error) || (view->hidden != NULL && !hide(view->hidden, error)))
        return false;
    if (chdir(NEW_ROOT) != 0 || syscall(SYS_pivot_root, ".", ".") != 0 || umount2(".", MNT_DETACH) != 0 ||
        chdir("/") != 0)
        return sk_throw_errno(error, "pivot_root");
    if (syscall(SYS_mount_setattr, AT_FDCWD, "/", 0, &read_only, sizeof read_only) != 0)
        return sk_throw_errno(error, "root read-only");
    return true;
}

static bool
drop_privileges(bool as_root, const SkSpawnView *view, GError **error)
{
    if (as_root && (setgroups(0, NULL) != 0 || setresgid(view->gid, view->gid, view->gid) != 0 ||
                    setresuid(view->uid, view->uid, view->uid) != 0))
        return sk_throw_errno(error, "the station's user");
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return sk_throw_errno(error, "no_new_privs");
    return true;
}

bool
sk_view_enter(const SkSpawnView *view, GError **error)
{
    bool as_root = geteuid() == 0;

    return enter_namespaces(as_root, view->network, error) && enter_root(view, error) &&
           drop_privileges(as_root, view, error);
}
