/* SPDX-License-Identifier: Apache-2.0
 * qr.c - contract in qr.h. Runs of dark modules in a row become one rectangle. */
#include "factor/qr.h"

#include <qrencode.h>

char *
sk_qr_path(const char *text, unsigned *ret_size, GError **error)
{
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    if (code == NULL) {
        g_set_error(error, SK_ERROR, SK_ERROR_LIMIT, "qr: too long");
        return NULL;
    }
    GString *out = g_string_new(NULL);
    for (int y = 0; y < code->width; y++) {
        for (int x = 0; x < code->width;) {
            int from = x;
            while (x < code->width && (code->data[y * code->width + x] & 1) != 0)
                x++;
            if (x > from)
                g_string_append_printf(out, "M%d %dh%dv1h-%dz", from + SK_QR_QUIET, y + SK_QR_QUIET,
                                       x - from, x - from);
            else
                x++;
        }
    }
    *ret_size = (unsigned)code->width + 2 * SK_QR_QUIET;
    QRcode_free(code);
    return g_string_free(out, FALSE);
}
