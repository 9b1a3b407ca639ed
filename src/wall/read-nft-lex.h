/* SPDX-License-Identifier: Apache-2.0
 *
 * read-nft-lex.h - nft's text as tokens: one pass, no copies, each token with its place.
 * Runs in: sekisho-wall. Trusts: nothing.
 * Spec: nft(8) 1.0.6   Tests: tests/unit/wall/test-read-nft.c
 */
#pragma once

#include "base/base.h"

#define SK_NFT_TOKENS_MAX (12u << 20)

typedef enum {
    SK_NFT_END = 0,
    SK_NFT_LINE,   /* the end of a line */
    SK_NFT_WORD,   /* a name or keyword; may end in `*` */
    SK_NFT_STRING, /* in quotes, which are not part of it */
    SK_NFT_NUMBER, /* decimal or 0x… */
    SK_NFT_IP4,
    SK_NFT_IP6,
    SK_NFT_MAC,
    SK_NFT_SIGN,   /* one character, or SK_NFT_EQ … */
    SK_NFT_HANDLE, /* the comment `# handle N` of a listing */
    SK_NFT_XT,     /* the comment `# xt_…`: something that nft cannot say */
} SkNftKind;

/* Signs of two characters. */
enum { SK_NFT_EQ = 1, SK_NFT_NE, SK_NFT_LE, SK_NFT_GE, SK_NFT_SHL, SK_NFT_SHR };

typedef struct {
    uint8_t kind; /* SkNftKind */
    uint8_t sign;
    uint32_t line; /* from 1 */
    uint32_t at;   /* byte of the text */
    uint32_t n;
    uint64_t number; /* NUMBER, HANDLE; IP4 as a number */
} SkNftToken;

/**
 * sk_nft_lex: (transfer full): of SkNftToken, the last one SK_NFT_END.
 * @error: SK_ERROR_MALFORMED with line and column, SK_ERROR_LIMIT
 */
GArray *sk_nft_lex(SkSpan text, GError **error);
/** sk_nft_column: of byte @at, from 1. */
unsigned sk_nft_column(SkSpan text, size_t at);
/** sk_nft_ip6: eight groups with one `::`, or a dotted quad at the end. */
bool sk_nft_ip6(SkSpan s, uint8_t ret[16]);
bool sk_nft_ip4(SkSpan s, uint32_t *ret);
bool sk_nft_mac(SkSpan s, uint8_t ret[6]);
/** sk_nft_number: decimal or 0x…, whole span. */
bool sk_nft_number(SkSpan s, uint64_t *ret);
