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
    sk_sink_span(self->sink, sk_span(text->str, text->len));
    return true;
}
