/* SPDX-License-Identifier: Apache-2.0
 * fuzz-pdf-signer.c - signatures of PDF files: a name that is text, or none. */
#include "disarm/pdf-signer.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *name = sk_pdf_signer(sk_span(data, size));

    g_assert_true(name == NULL || g_utf8_validate(name, -1, NULL));
    return 0;
}
