/* SPDX-License-Identifier: Apache-2.0
 * fuzz-font-type1.c - Type 1. Encryption would hide the inside from a fuzzer: an input is a clear
 * part, a zero, and the plain text of the encrypted part with plain charstrings (lenIV -1), which
 * is encrypted here. */
#include "font.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *zero = memchr(data, 0, size);
    size_t clear = zero == NULL ? size : (size_t)(zero - data);
    g_autoptr(GByteArray) font = g_byte_array_new();

    if (zero == NULL)
        return fuzz_font(data, size, false);
    fb_bytes(font, data, clear);
    fb_str(font, " currentfile eexec\n");
    fb_encrypt(font, zero + 1, size - clear - 1, 55665, 4);
    return fuzz_font(font->data, font->len, false);
}

static uint16_t
decrypted(uint16_t r, uint8_t cipher)
{
    return (uint16_t)((cipher + r) * 52845u + 22719u);
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    FbType1 f = fb_type1_sample();
    static const char mark[] = "currentfile eexec\n";

    if (index > 2)
        return NULL;
    f.hex = index == 1;
    f.segments = index == 2;
    f.len_iv = index == 0 ? -1 : 4;
    g_autoptr(GByteArray) font = fb_type1(&f);
    if (index > 0)
        return fuzz_font_seed(g_steal_pointer(&font));
    /* what the target encrypts again */
    GByteArray *out = g_byte_array_new();
    const uint8_t *eexec = memmem(font->data, font->len, mark, strlen(mark));
    size_t at = (size_t)(eexec - font->data);
    uint16_t r = 55665;
    fb_bytes(out, font->data, at);
    fb8(out, 0);
    for (size_t i = at + strlen(mark), k = 0; i < font->len; i++, k++) {
        if (k >= 4)
            fb8(out, (unsigned)(font->data[i] ^ r >> 8) & 0xff);
        r = decrypted(r, font->data[i]);
    }
    return fuzz_font_seed(out);
}
