/* SPDX-License-Identifier: Apache-2.0
 *
 * fuzz-fax.c - rows of Group 3 and 4: the first bytes choose kind and width. Never more rows than bits, and unused bits are 0. */
#include "fuzz.h"

#include "format/fax.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 3)
        return 0;
    SkFaxParams params = { .kind = (SkFaxKind)(data[0] % 3),
                           .columns = 1 + ((uint32_t)data[1] | (uint32_t)(data[0] & 0x40) << 4 | (data[0] & 0x20 ? 0x4000 : 0)),
                           .byte_align = (data[0] & 4) != 0,
                           .lowest_first = (data[0] & 8) != 0 };
    size_t n = (params.columns + 7) / 8;
    g_autofree uint8_t *row = g_malloc(n);
    g_autoptr(SkFax) fax = sk_fax_new(sk_span(data + 2, size - 2), &params);
    bool more = true;

    for (size_t rows = 0; more; rows++) {
        g_autoptr(GError) error = NULL;
        if (!sk_fax_row(fax, row, &more, &error)) {
            g_assert_nonnull(error);
            return 0;
        }
        g_assert_true(params.columns % 8 == 0 || (row[n - 1] & (0xffu >> params.columns % 8)) == 0);
        g_assert_cmpuint(rows, <=, 8 * size);
    }
    return 0;
}
