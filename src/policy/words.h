/* SPDX-License-Identifier: Apache-2.0
 *
 * words.h - what single words mean: numbers, sizes, times, dates, addresses, ports, names; and
 * which word was probably meant. Strict: one spelling for one value. Runs in: sekisho. Trusts:
 * nothing. Spec: docs/policy-language.md (words)   Tests: tests/unit/policy/test-words.c
 */
#pragma once

#include "policy/policy.h"

/** sk_words_number: decimal digits without a leading zero, at most @max. */
bool sk_words_number(const char *s, uint64_t max, uint64_t *ret);
/** sk_words_size_unit: "KiB", "MiB", "GiB" in bytes. */
bool sk_words_size_unit(const char *unit, uint64_t *ret);
/** sk_words_time_unit: "minute(s)", "hour(s)", "day(s)" in µs. */
bool sk_words_time_unit(const char *unit, int64_t *ret);
/** sk_words_date: YYYY-MM-DD that exists, 2000 to 2999. @ret_after: µs UTC of the next day's
 * midnight in Japan. */
bool sk_words_date(const char *s, int64_t *ret_after);
/** sk_words_mac: six lower- or upper-case pairs with colons. */
bool sk_words_mac(const char *s, uint8_t ret[6]);
/** sk_words_network: an address, and `/N` where @prefix. Host bits are not looked at. */
bool sk_words_network(const char *s, bool prefix, SkNetwork *ret);
/** sk_network_masked: the same with every host bit zero. */
SkNetwork sk_network_masked(const SkNetwork *n);
/** sk_network_contains: every address of @inner is one of @outer. */
bool sk_network_contains(const SkNetwork *outer, const SkNetwork *inner);
bool sk_network_overlaps(const SkNetwork *a, const SkNetwork *b);
/** sk_network_text: (transfer full): canonical (RFC 5952); with `/N` where @prefix. */
char *sk_network_text(const SkNetwork *n, bool prefix);
int sk_network_compare(const void *a, const void *b);
/** sk_words_ports: `N` or `N-M`, 1 to 65535, N < M. */
bool sk_words_ports(const char *s, uint16_t *ret_first, uint16_t *ret_last);
/** sk_words_name: a-z first, then a-z, 0-9, `-` not doubled nor last; at most SK_POLICY_NAME_MAX
 * bytes. */
bool sk_words_name(const char *s);

/** sk_words_nearest: the one of @words that @s was probably meant to be, or NULL. */
const char *sk_words_nearest(const char *s, const char *const *words, unsigned n);
/** sk_words_quote: (transfer full): "`a`, `b` or `c`". */
char *sk_words_quote(const char *const *words, unsigned n);
/** sk_words_shown: (transfer full): any text as it may stand in a message: plain, at most 60 bytes.
 */
char *sk_words_shown(const char *s);
