/* SPDX-License-Identifier: Apache-2.0
 *
 * export.c - in a libFuzzer build only: `SEKISHO_FUZZ_SEEDS=FOLDER fuzz-NAME` writes the seeds that the
 * target builds itself (sk_fuzz_seed) into FOLDER and ends, for libFuzzer starts from files alone. */
#include "base/io.h"
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

/** LLVMFuzzerInitialize: libFuzzer's name for what it calls once, before anything else. */
int LLVMFuzzerInitialize(int *argc, char ***argv);

static unsigned
export_seeds(const char *folder)
{
    unsigned index = 0;

    if (sk_fuzz_seed == NULL)
        return 0;
    for (;; index++) {
        g_autoptr(GBytes) seed = sk_fuzz_seed(index);
        if (seed == NULL)
            return index;
        g_autofree char *name = g_strdup_printf("built-%03u", index);
        g_autofree char *path = g_build_filename(folder, name, NULL);
        g_autoptr(GError) error = NULL;
        if (!sk_io_write_file(path, sk_span_bytes(seed), 0600, &error)) {
            fprintf(stderr, "%s\n", error->message);
            exit(1);
        }
    }
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *folder = g_getenv("SEKISHO_FUZZ_SEEDS");

    (void)argc;
    (void)argv;
    if (folder == NULL)
        return 0;
    printf("%u seeds\n", export_seeds(folder));
    exit(0);
}
