/* SPDX-License-Identifier: Apache-2.0
 *
 * charset.h - bytes of the encodings that Japanese offices use, strictly, into code points.
 * Own tables: a worker cannot load iconv's converters, and glibc has none for the vendors'
 * characters in ISO-2022-JP.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/text.md   Tests: tests/unit/format/test-charset.c, tests/fuzz/fuzz-formats.c
 */
#pragma once

#include "base/reader.h"

typedef enum {
    SK_CHARSET_NONE = 0,
    SK_CHARSET_ASCII,
    SK_CHARSET_UTF8,
    SK_CHARSET_UTF16LE,
    SK_CHARSET_UTF16BE,
    SK_CHARSET_UTF32LE,
    SK_CHARSET_UTF32BE,
    SK_CHARSET_ISO2022JP,
    SK_CHARSET_EUCJP,
    SK_CHARSET_CP932,
    SK_CHARSET_COUNT
} SkCharset;

/** sk_charset_name: what a finding shows: "CP932". */
const char *sk_charset_name(SkCharset charset);

/**
 * sk_charset_guess: the encoding in which the whole of @text can be read, SK_CHARSET_NONE if there
 * is none.
 * @ret_bom: bytes of a byte order mark at the beginning, not to be decoded (0 if none)
 * Linear: at most five passes.
 */
SkCharset sk_charset_guess(SkSpan text, size_t *ret_bom);

/** SkCharsetCursor: one pass over text. Initialise with sk_charset_cursor. */
typedef struct {
    SkReader r;
    SkCharset charset;
    uint8_t set;  /* ISO-2022-JP: what G0 holds now */
    bool shifted; /* ISO-2022-JP: half-width kana by SO */
    bool bad;     /* what was read last is not of this encoding: no more comes */
} SkCharsetCursor;

SkCharsetCursor sk_charset_cursor(SkSpan text, SkCharset charset);
/** sk_charset_next: the next code point. false at the end, and where the text is @bad. */
bool sk_charset_next(SkCharsetCursor *self, uint32_t *ret);

/**
 * sk_charset_encode: appends @utf8, which is valid, to @out as CP932 or EUC-JP. Of several codes of one
 * character the first of those that Microsoft's converter prefers is taken.
 * Returns: false where a character has no code there, or @charset is another; @out is undefined then
 */
bool sk_charset_encode(SkSpan utf8, SkCharset charset, GString *out) G_GNUC_WARN_UNUSED_RESULT;

/** sk_charset_utf8: writes @c, a scalar value, as UTF-8. Returns: its length, 1 to 4. */
unsigned sk_charset_utf8(uint32_t c, uint8_t ret[4]);
