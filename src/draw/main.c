/* SPDX-License-Identifier: Apache-2.0
 *
 * main.c - sekisho-draw: one PDF in, its pages as pictures out. The one program that links poppler (GPL).
 * Runs in: draw worker (may read fonts, no network). Trusts: its zygote.
 * Tests: tests/unit/draw/, tests/golden/ */
#include "draw/draw.h"
#include "sandbox/zygote.h"

int
main(int argc, char **argv)
{
    static const SkZygote zygote = { .program = "sekisho-draw",
                                     .kind = SK_SANDBOX_FONTS,
                                     .prepare = sk_draw_prepare,
                                     .work = sk_draw_run };
    /* Never closed: poppler-glib converts passwords, and a worker opens no modules of the C library. */
    (void)g_iconv_open("ISO-8859-1", "UTF-8");
    return sk_zygote_main(&zygote, argc, argv);
}
