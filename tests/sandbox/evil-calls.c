/* SPDX-License-Identifier: Apache-2.0
 * evil-calls.c - one row a call that a worker must not make, with arguments that would do no harm.
 */
#include "evil.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

typedef struct {
    const char *name;
    void (*make)(void);
} Call;

static void
make_openat(void)
{
    syscall(SYS_openat, AT_FDCWD, "/", O_RDONLY, 0);
}

static const Call calls[] = {
    { "openat", make_openat },
};

bool
evil_call(const char *name)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(calls); i++)
        if (strcmp(calls[i].name, name) == 0) {
            calls[i].make();
            return true;
        }
    return false;
}

const char *const *
evil_call_names(void)
{
    static const char *names[G_N_ELEMENTS(calls) + 1];
    for (unsigned i = 0; i < G_N_ELEMENTS(calls); i++)
        names[i] = calls[i].name;
    return names;
}
