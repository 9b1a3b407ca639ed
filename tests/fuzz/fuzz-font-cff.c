/* SPDX-License-Identifier: Apache-2.0
 * fuzz-font-cff.c - CFF, keyed by names and by CIDs: DICTs, indexes, Type 2 charstrings. */
#include "font.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_font(data, size, false);
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    FbCff f = fb_cff_sample();

    if (index > 3)
        return NULL;
    if (index == 1)
        f.encoding = FB_PIECE("\x81\1\x30\1\2\x42\0\x22\x41\1\x87");
    if (index == 2)
        f.top = FB_PIECE("\x1e\x0a\x00\x1f\x8b\x8b\x1e\xa0\x01\xff\x8b\x8b\x0c\x07");
    if (index == 3) {
        f.cid = true;
        f.strings[0] = FB_PIECE("Adobe");
        f.strings[1] = FB_PIECE("Japan1");
        f.charset = FB_PIECE("\2\0\x64\0\2");
        f.charstrings[3] = FB_PIECE("\x8b\x8b\x15\x8c\x8d\x8e\x8c\x8d\x8e\x8c\x0c\x22\x8c\x8d\x8e"
                                    "\x8c\x8d\x8e\x8c\x8d\x8e\x0c\x24\x0e");
        f.fd_top = FB_PIECE("\x1e\x0a\x00\x1f\x8b\x8b\x1e\xa0\x01\xff\x8b\x8b\x0c\x07");
    }
    return fuzz_font_seed(fb_cff(&f));
}
