/* SPDX-License-Identifier: Apache-2.0
 *
 * mime-code.h - transfer encodings, and the words of mail headers and bodies in UTF-8.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/mail.md; RFC 2045 (6.7, 6.8), 2047, 2231   Tests: tests/unit/format/test-mime-code.c,
 * tests/fuzz/fuzz-mime.c
 */
#pragma once

#include "base/sink.h"
#include "format/mime.h"

/**
 * sk_mime_decode: @body without its transfer encoding, to @sink, whose limit is the caller's.
 * @error: AMBIGUOUS for base64 that readers end or skip differently (foreign characters, data behind the padding, a
 * lone digit at the end) and for uuencode without begin or with a broken line
 */
bool sk_mime_decode(SkSpan body, SkMimeEncoding encoding, SkSink *sink, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** A file inside a text, as old programs send them (`begin 644 NAME`). */
typedef struct {
    SkSpan name;    /* as it stands */
    SkSpan content; /* the encoded lines */
    size_t from, to; /* of all of it, in the text */
} SkMimeUu;
/** sk_mime_find_uu: the next one in @text from @at on; false: none. */
bool sk_mime_find_uu(SkSpan text, size_t at, SkMimeUu *ret);

/* ---- words ---------------------------------------------------------------------------------- */

/* How the bytes of a text were understood. */
typedef enum {
    SK_MIME_AS_LABELLED,
    SK_MIME_OTHERWISE, /* the label is wrong, missing or unknown: the bytes themselves say what they are */
    SK_MIME_UNREAD,    /* nothing fits: ASCII as it is, every other byte as `\xHH` */
} SkMimeReading;

/**
 * sk_mime_text: appends @bytes, said to be in @label (NULL or "": not said), to @out as UTF-8.
 * No character is lost and none is made up. Control characters are the caller's business.
 */
SkMimeReading sk_mime_text(SkSpan bytes, const char *label, GString *out);
/**
 * sk_mime_words: (transfer full): a field's value unfolded, its encoded words (RFC 2047) decoded, raw 8-bit text and raw
 * escape sequences understood; control characters are spaces, or gone. Never fails.
 * @ret_reading: or NULL: the worst of all of it
 */
char *sk_mime_words(SkSpan value, SkMimeReading *ret_reading);
/** sk_mime_param_text: (transfer full): the same for a parameter, by RFC 2231's label, or by its encoded words. */
char *sk_mime_param_text(const SkMimeParam *param);
