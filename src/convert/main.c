/* SPDX-License-Identifier: Apache-2.0
 *
 * main.c - sekisho-convert: one document in, the same in a newer format or as a PDF out, by
 * LibreOffice. Runs in: convert worker (libraries, fonts, a tmpfs; no network). Trusts: its zygote.
 * Tests: tests/sandbox/test-convert.c */
#include "convert/convert.h"
#include "sandbox/zygote.h"

int
main(int argc, char **argv)
{
    static const SkZygote zygote = { .program = "sekisho-convert",
                                     .kind = SK_SANDBOX_OFFICE,
                                     .prepare = sk_convert_prepare,
                                     .work = sk_convert_run };
    return sk_zygote_main(&zygote, argc, argv);
}
