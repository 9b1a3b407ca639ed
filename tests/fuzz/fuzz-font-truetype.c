/* SPDX-License-Identifier: Apache-2.0
 * fuzz-font-truetype.c - TrueType tables. The first byte chooses whether the font is looked up by
 * code. */
#include "font.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return size < 1 ? 0 : fuzz_font(data + 1, size - 1, data[0] & 1);
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    Fb fb;
    g_autoptr(GByteArray) font = NULL;
    GByteArray *out = g_byte_array_new();

    if (index > 1) {
        g_byte_array_unref(out);
        return NULL;
    }
    fb_sample(&fb);
    font = fb_file(&fb, 0x00010000);
    fb8(out, index);
    fb_bytes(out, font->data, font->len);
    fb_clear(&fb);
    return fuzz_font_seed(out);
}
