/* SPDX-License-Identifier: Apache-2.0
 *
 * uuid.h - UUIDv7 (RFC 9562 section 5.7) as 36 characters of lower-case text, and random bytes.
 * Tests: tests/unit/base/test-bytes.c
 */
#pragma once

#include "base/base.h"

#define SK_UUID_LEN 36u

/** sk_uuid_new: (transfer full). Ordered by wall time to the millisecond; 74 random bits. */
char *sk_uuid_new(void);
/** sk_uuid_is: exactly 36 characters, lower case, hyphens in place, version 7, variant 10. */
bool sk_uuid_is(const char *s);
/** sk_random: fills @p from getrandom(2); ends the program where the kernel cannot. */
void sk_random(void *p, size_t n);
/** sk_hex: (transfer full): lower-case hexadecimal. */
char *sk_hex(SkSpan s);
/** sk_unhex: exactly @n bytes from 2·@n lower-case digits; false otherwise, @ret untouched. */
bool sk_unhex(const char *s, uint8_t *ret, size_t n);
