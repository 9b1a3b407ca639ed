/* SPDX-License-Identifier: Apache-2.0
 *
 * font.h - what the fuzz targets of fonts assert: nothing is written on failure, what was written
 * stays as it is, and verify accepts it. */
#pragma once

#include "format/font.h"
#include "fuzz.h"

#include "../unit/format/font-builder.h"
#include "../unit/format/font-round.h"

static inline int
fuzz_font(const uint8_t *data, size_t size, bool cid)
{
    SkFontOptions options = { .cid = cid };
    SkFontFacts facts = { .glyphs = 0 }, facts2 = { .glyphs = 0 };
    g_autoptr(GError) error = NULL;
    g_autoptr(SkSink) out = sk_sink_new_memory(UINT64_MAX);
    g_autoptr(SkSink) again = sk_sink_new_memory(UINT64_MAX);
    SkFontEncoding encoding;

    if (!sk_font_rebuild(sk_span(data, size), &options, out, &facts, &error)) {
        g_assert_nonnull(error);
        g_assert_cmpuint(sk_sink_at(out), ==, 0);
        return 0;
    }
    g_assert_true(facts.glyphs > 0 && facts.glyphs <= SK_FONT_GLYPHS_MAX && facts.units_per_em > 0);
    g_assert_cmpuint(sk_sink_at(out), <=, 16 * (uint64_t)size + (1u << 20));
    g_assert_true(sk_font_rebuild(sk_sink_memory(out), &options, again, &facts2, &error));
    g_assert_true(sk_span_equal(sk_sink_memory(out), sk_sink_memory(again)));
    g_autofree char *no = font_refused(sk_sink_memory(out), facts.kind);
    g_assert_cmpstr(no, ==, NULL);
    g_assert_true(sk_font_encoding(sk_sink_memory(out), &encoding, &error));
    sk_font_encoding_clear(&encoding);
    return 0;
}

static inline GBytes *
fuzz_font_seed(GByteArray *font)
{
    return g_byte_array_free_to_bytes(font);
}
