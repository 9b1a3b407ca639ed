/* SPDX-License-Identifier: Apache-2.0
 * font.c - contract in font.h: what the readers of fonts share. */
#include "verify/font.h"

#include <string.h>

#define NAME_MAX_BYTES 63u

bool
sk_font_no(SkProof *proof, const char *what)
{
    return sk_proof_no(proof, SK_ELEMENT_NOT_CANONICAL, "font: %s", what);
}

bool
sk_font_name_is(SkSpan name)
{
    for (size_t i = 0; i < name.n; i++)
        if (!g_ascii_isalnum(name.p[i]) &&
            (name.p[i] == 0 || strchr("!$&'*+,-.:;=?@^_|~", name.p[i]) == NULL))
            return false;
    return name.n >= 1 && name.n <= NAME_MAX_BYTES;
}

bool
sk_font_pad(SkReader *r, size_t start)
{
    while ((r->at - start) % 4 != 0)
        if (sk_reader_u8(r) != 0 || !sk_reader_ok(r))
            return false;
    return sk_reader_ok(r);
}
