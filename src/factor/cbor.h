/* SPDX-License-Identifier: Apache-2.0
 *
 * cbor.h - read CBOR in the one form that authenticators write (CTAP2 canonical): smallest heads,
 * definite lengths, keys in order and so each once, no tags, no floats, UTF-8 text, depth bounded.
 * Whatever else CBOR can say is refused: two readers would have to agree on it.
 * Runs in: web (passkeys). Trusts: nothing.
 * Spec: docs/formats/cbor.md, RFC 8949 section 4.2, CTAP 2.1 section 8
 * Tests: tests/unit/factor/test-cbor.c, tests/fuzz/fuzz-cbor.c
 */
#pragma once

#include "base/base.h"

#define SK_CBOR_DEPTH_MAX 4u          /* CTAP2's own bound: nested arrays and maps */
#define SK_CBOR_BYTES_MAX (64u << 10) /* one document */

typedef enum {
    SK_CBOR_UINT = 0, /* major types, in their order */
    SK_CBOR_NEGATIVE,
    SK_CBOR_BYTES,
    SK_CBOR_TEXT,
    SK_CBOR_ARRAY,
    SK_CBOR_MAP,
    SK_CBOR_FALSE,
    SK_CBOR_TRUE,
    SK_CBOR_NULL,
} SkCborType;

/** SkCborItem: borrowed from the input. */
typedef struct {
    SkCborType type;
    uint64_t value; /* UINT: it; NEGATIVE: n of -1-n; ARRAY: items; MAP: pairs; else 0 */
    SkSpan bytes;   /* BYTES, TEXT: the content */
    SkSpan inside;  /* ARRAY, MAP: the items behind the head */
    SkSpan whole;   /* the item with its head */
} SkCborItem;

/**
 * sk_cbor_parse: the first item of @in, with everything inside it checked.
 * @ret_used: its bytes; NULL: nothing may follow it
 * @error: TRUNCATED, MALFORMED, UNSUPPORTED (tag, float, other simple value), LIMIT (depth, size)
 * Linear in its size, no recursion, no memory.
 */
bool sk_cbor_parse(SkSpan in, size_t *ret_used, SkCborItem *ret,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_cbor_get_text: the value of text key @key of @map (from sk_cbor_parse); false: none. */
bool sk_cbor_get_text(const SkCborItem *map, const char *key, SkCborItem *ret);
/** sk_cbor_get_int: the same for an integer key. */
bool sk_cbor_get_int(const SkCborItem *map, int64_t key, SkCborItem *ret);
/** sk_cbor_is_int: is it this integer? */
bool sk_cbor_is_int(const SkCborItem *item, int64_t value);
