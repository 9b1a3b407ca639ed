/* SPDX-License-Identifier: Apache-2.0
 * convert.c - contract in convert.h.
 *
 * LibreOffice is called as a library and not started as a program, so that the filter can forbid
 * every new process, and so that loading is done before there is an object. Whatever it prints goes
 * nowhere; what it returns is not believed: the file that it wrote is looked for, and is hostile.
 */
#include "convert/convert.h"

#include "base/io.h"
#include "convert/filters.h"
#include "convert/profile.h"
#include "sandbox/zygote.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define VERSIONRC_MAX 65536u
#define PROFILE SK_OFFICE_TMP "/profile"
#define OUTPUT_FOLDER SK_OFFICE_TMP "/out"
#define INPUT_STEM SK_OFFICE_TMP "/object."
/* With less than this left, what came out may be cut short; and where nothing did, with less than
 * that, want of room was why: what it wrote until then it takes away. */
#define ROOM_LEAST (256u << 10)
#define ROOM_WANTED (128u << 20)
#define ARENAS                                                                                     \
    2 /* of the C library's allocator: each takes address space that counts against the limit */

typedef struct {
    const char *folder;                  /* of its libraries; NULL: not there */
    void (*set_arguments)(int, char **); /* sal_detail_initialize */
    int (*run)(void);                    /* soffice_main */
    char *build;                         /* owned */
} Office;

static Office office;

/* ---- loading ------------------------------------------------------------------------------- */

/* Debian puts most of LibreOffice into one library, others have one for each part. */
static void *
load_main(const char *folder)
{
    static const char *const names[] = { "libmergedlo.so", "libsofficeapp.so" };
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(folder, names[i], NULL);
        void *library = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
        void *entry = library == NULL ? NULL : dlsym(library, "soffice_main");
        if (entry != NULL)
            return entry;
    }
    return NULL;
}

/* (transfer full): the build that its versionrc names. */
static char *
read_build(const char *folder)
{
    g_autofree char *path = g_build_filename(folder, "versionrc", NULL);
    g_autoptr(GBytes) bytes = NULL;
    if (!sk_io_read_file(path, VERSIONRC_MAX, &bytes, NULL))
        return NULL;
    g_autofree char *text = sk_span_dup(sk_span_bytes(bytes));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++)
        if (g_str_has_prefix(*line, "buildid="))
            return g_strdup(g_strstrip(*line + strlen("buildid=")));
    return NULL;
}

static bool
load_from(const char *folder)
{
    g_autofree char *sal = g_build_filename(folder, "libuno_sal.so.3", NULL);
    void *base = dlopen(sal, RTLD_NOW | RTLD_GLOBAL);
    if (base == NULL)
        return false;
    void *arguments = dlsym(base, "sal_detail_initialize");
    void *entry = load_main(folder);
    char *build = read_build(folder);
    if (arguments == NULL || entry == NULL || build == NULL) {
        g_free(build);
        return false;
    }
    /* POSIX says that what dlsym returns may become a function; ISO C has no cast for it. */
    memcpy(&office.set_arguments, &arguments, sizeof arguments);
    memcpy(&office.run, &entry, sizeof entry);
    office.folder = folder;
    office.build = build;
    return true;
}

void
sk_convert_prepare(void)
{
    static const char *const folders[] = { "/usr/lib/libreoffice/program",
                                           "/usr/lib64/libreoffice/program" };

    mallopt(M_ARENA_MAX, ARENAS);
    for (size_t i = 0; i < G_N_ELEMENTS(folders) && office.folder == NULL; i++)
        if (load_from(folders[i]))
            return;
}

/* ---- one object ---------------------------------------------------------------------------- */

/* Its environment is ours: nothing comes from outside, and nothing points out of the tmpfs. */
static void
set_environment(void)
{
    static const char *const pairs[][2] = {
        { "HOME", SK_OFFICE_TMP },
        { "TMPDIR", SK_OFFICE_TMP },
        { "LANG", "C.UTF-8" },
        { "PATH", "/nonexistent" },
        { "TZ", "JST-9" },
        { "SAL_USE_VCLPLUGIN", "svp" },
        { "SAL_DISABLE_OPENCL", "1" },
        { "SAL_DISABLE_WATCHDOG", "1" },
    };
    clearenv();
    for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++)
        setenv(pairs[i][0], pairs[i][1], 1);
}

static void
call_office(const SkConvertWay *way, SkType target, const char *input)
{
    g_autofree char *program = g_build_filename(office.folder, "soffice.bin", NULL);
    g_autofree char *import = g_strconcat("--infilter=", way->import, NULL);
    g_autofree char *export = g_strconcat(sk_type_get(target)->extension, ":", way->export, NULL);
    char *arguments[] = {
        program,
        (char[]){ "--headless" },
        (char[]){ "--invisible" },
        (char[]){ "--nodefault" },
        (char[]){ "--nologo" },
        (char[]){ "--nolockcheck" },
        (char[]){ "--norestore" },
        (char[]){ "--nofirststartwizard" },
        (char[]){ "-env:UserInstallation=file://" PROFILE },
        import,
        (char[]){ "--convert-to" },
        export,
        (char[]){ "--outdir" },
        (char[]){ OUTPUT_FOLDER },
        (char[]){ SK_OFFICE_TMP "/object" },
        NULL,
    };
    arguments[G_N_ELEMENTS(arguments) - 2] = (char *)(uintptr_t)input;
    office.set_arguments((int)G_N_ELEMENTS(arguments) - 1, arguments);
    office.run(); /* it says 0 whether it converted or not */
}

/* What stands at @path becomes the output. Anything but a plain file there was made by an attacker.
 */
static bool
take_output(const char *path, uint64_t limit, int output, GError **error)
{
    struct stat st;
    uint8_t block[65536];
    uint64_t total = 0;

    sk_autofd fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "convert: nothing came out");
    for (;;) {
        ssize_t n = read(fd, block, sizeof block);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return sk_throw_errno(error, path);
        if (n == 0)
            return true;
        total += (uint64_t)n;
        if (total > limit)
            return sk_throw(error, SK_ERROR_LIMIT, "convert: over %" G_GUINT64_FORMAT " bytes",
                            limit);
        if (!sk_io_write_all(output, sk_span(block, (size_t)n), error))
            return false;
    }
}

/* LibreOffice says nothing of a disk that is full, and what it wrote until then may lie there cut
 * short. */
static bool
has_room(uint64_t bytes)
{
    struct statvfs room;

    return statvfs(SK_OFFICE_TMP, &room) == 0 && room.f_favail > 0 &&
           (uint64_t)room.f_bavail * room.f_frsize >= bytes;
}

static bool
has_module(const SkConvertWay *way)
{
    g_autofree char *path = g_build_filename(office.folder, way->module, NULL);
    return access(path, F_OK) == 0;
}

static bool
convert_in_room(const SkJob *job, const SkConvertWay *way, SkSpan input, int output, GError **error)
{
    g_autofree char *in = g_strconcat(INPUT_STEM, sk_type_get(job->hint)->extension, NULL);
    g_autofree char *out =
        g_strconcat(OUTPUT_FOLDER "/object.", sk_type_get(job->target)->extension, NULL);

    if (mkdir(OUTPUT_FOLDER, 0700) != 0)
        return sk_throw_errno(error, OUTPUT_FOLDER);
    if (!sk_convert_profile_write(PROFILE, office.build, error) ||
        !sk_io_write_file(in, input, 0400, error))
        return false;
    call_office(way, job->target, in);
    return take_output(out, job->limits.output, output, error);
}

static bool
convert(const SkJob *job, SkSpan input, int output, GError **error)
{
    SkConvertWay way;

    if (office.folder == NULL)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "convert: no LibreOffice");
    if (!sk_convert_way(job->hint, job->target, input, &way) || !has_module(&way))
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "convert: no way");
    set_environment();
    bool room = has_room((uint64_t)input.n + ROOM_LEAST);
    bool ok = room && convert_in_room(job, &way, input, output, error);
    if (room && has_room(ok ? ROOM_LEAST : ROOM_WANTED))
        return ok;
    g_clear_error(error);
    return sk_throw(error, SK_ERROR_LIMIT, "convert: no room left");
}

void
sk_convert_run(const SkJob *job, GBytes *input, int output, SkReport *report)
{
    g_autoptr(GError) error = NULL;

    report->type_in = job->hint;
    if (!convert(job, sk_span_bytes(input), output, &error)) {
        sk_report_refuse(report, sk_reason_from_error(error));
        return;
    }
    report->outcome = SK_OUTCOME_CLEAN;
    report->reason = SK_REASON_NONE;
    report->type_out = job->target;
}
