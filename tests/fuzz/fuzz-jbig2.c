/* SPDX-License-Identifier: Apache-2.0
 *
 * fuzz-jbig2.c - JBIG2: the first bytes choose the size and how much of the rest is shared segments. */
#include "fuzz.h"

#include "format/jbig2.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 4)
        return 0;
    uint32_t width = 1u + data[0], height = 1u + data[1];
    size_t globals = MIN((size_t)data[2] | (size_t)data[3] << 8, size - 4);
    g_autoptr(GBytes) out = NULL;
    g_autoptr(GError) error = NULL;

    if (sk_jbig2_decode(sk_span(data + 4 + globals, size - 4 - globals), sk_span(data + 4, globals), width, height, 1 << 16, &out, &error))
        g_assert_cmpuint(g_bytes_get_size(out), ==, (width + 7) / 8 * (size_t)height);
    else
        g_assert_nonnull(error);
    return 0;
}

/* A page of 37 × 20 with a generic region of noise, and one of MMR. */
GBytes *
sk_fuzz_seed(unsigned index)
{
    static const char page[] = "\x24\x13\0\0" "\0\0\0\0\x30\0\1\0\0\0\x13\0\0\0\x25\0\0\0\x14\0\0\0\0\0\0\0\0\0\0\0";
    static const char generic[] = "\0\0\0\1\x26\0\1\0\0\0\x24\0\0\0\x25\0\0\0\x14\0\0\0\0\0\0\0\0\0\0\3\xff\xfd\xff\2\xfe\xfe\xfe"
                                  "\x84\xc7\x3b\xfc\xe1\xa1\x43\4\2\x20";
    static const char mmr[] = "\0\0\0\1\x26\0\1\0\0\0\x16\0\0\0\x25\0\0\0\x14\0\0\0\0\0\0\0\0\0\1\xff\xff\xf0\x01";
    static const char symbols[] = "\0\0\0\1\0\0\1\0\0\0\x1c\0\0\3\xff\xfd\xff\2\xfe\xfe\xfe\0\0\0\1\0\0\0\1"
                                  "\x84\xc7\x3b\xfc\xe1\xa1\x43\4\2\x20";
    static const struct {
        const char *bytes;
        size_t n;
    } parts[] = { { generic, sizeof generic - 1 }, { mmr, sizeof mmr - 1 }, { symbols, sizeof symbols - 1 } };

    if (index >= G_N_ELEMENTS(parts))
        return NULL;
    GByteArray *out = g_byte_array_new();
    g_byte_array_append(out, (const guint8 *)page, sizeof page - 1);
    g_byte_array_append(out, (const guint8 *)parts[index].bytes, (guint)parts[index].n);
    return g_byte_array_free_to_bytes(out);
}
