/* SPDX-License-Identifier: Apache-2.0
 * text.c - plain text. Spec: docs/formats/text.md */
#include "disarm/formats.h"

#include "disarm/textual.h"

bool
sk_text_disarm(SkDisarm *self, GError **error)
{
    g_autoptr(GString) text = NULL;
    if (!sk_textual_read(self, true, &text, error))
        return false;
    g_autoptr(GString) kept = sk_textual_keep_encoding(self, sk_span(text->str, text->len));
    const GString *out = kept != NULL ? kept : text;
    sk_sink_span(self->sink, sk_span(out->str, out->len));
    return true;
}
