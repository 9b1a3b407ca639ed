/* SPDX-License-Identifier: Apache-2.0
 * fuzz-verify-pictures.c - any bytes through the profiles of pictures; the first byte says which. A yes is a yes to these
 * bytes alone: one more or one less is none. */
#include "fuzz.h"
#include "../unit/verify/build.h"

#include <string.h>

static const SkType types[] = { SK_TYPE_GIF, SK_TYPE_WEBP, SK_TYPE_TIFF, SK_TYPE_SVG, SK_TYPE_PNG, SK_TYPE_JPEG };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SkJob job = sk_job_default();

    if (size < 2)
        return 0;
    SkType type = types[data[0] % G_N_ELEMENTS(types)];
    job.level = SK_LEVEL_NONE;
    job.limits.pixels = 1u << 20;
    job.limits.expanded = 64u << 20;
    job.verdicts[SK_ELEMENT_PICTURE_ANIMATION] = SK_VERDICT_KEPT;
    if (strcmp(verify_word(type, sk_span(data + 1, size - 1), &job), "clean") != 0)
        return 0;
    g_autoptr(GByteArray) file = g_byte_array_new();
    put(file, data + 1, size - 1);
    put_u8(file, 0);
    g_assert_cmpstr(verify_word(type, bytes_span(file), &job), !=, "clean");
    g_assert_cmpstr(verify_word(type, sk_span(file->data, file->len - 2), &job), !=, "clean");
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    (void)index;
    return NULL;
}
