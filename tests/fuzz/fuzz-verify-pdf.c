/* SPDX-License-Identifier: Apache-2.0
 * fuzz-verify-pdf.c - the profile of rebuilt PDF. The first byte says whether the rest is a file, or its objects as
 * tests/unit/verify/pdf.parts writes them, which are numbered, packed and given their places here: no mutant gets past those.
 */
#include "fuzz.h"
#include "../unit/verify/build.h"

#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SkJob job = sk_job_default();

    if (size == 0)
        return 0;
    job.level = SK_LEVEL_REBUILT;
    job.limits.expanded = 16u << 20;
    job.verdicts[SK_ELEMENT_PDF_FORM] = SK_VERDICT_KEPT;
    g_autofree char *parts = g_strndup((const char *)data + 1, size - 1);
    g_autoptr(GByteArray) file = data[0] % 2 == 0 ? pdf_assemble(parts) : g_byte_array_new();
    if (data[0] % 2 != 0)
        put(file, data + 1, size - 1);
    if (strcmp(verify_word(SK_TYPE_PDF, bytes_span(file), &job), "clean") != 0)
        return 0;
    put_u8(file, '\n');
    g_assert_cmpstr(verify_word(SK_TYPE_PDF, bytes_span(file), &job), !=, "clean");
    g_assert_cmpstr(verify_word(SK_TYPE_PDF, sk_span(file->data, file->len - 2), &job), !=, "clean");
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    g_autofree char *parts = pdf_parts();
    g_autoptr(GByteArray) file = pdf_assemble(parts);
    GByteArray *out = g_byte_array_new();

    if (index > 1) {
        g_byte_array_unref(out);
        return NULL;
    }
    put_u8(out, index);
    put(out, index == 0 ? (const void *)parts : file->data, index == 0 ? strlen(parts) : file->len);
    return g_byte_array_free_to_bytes(out);
}
