/* SPDX-License-Identifier: Apache-2.0
 *
 * code.h - codes that people type from paper: recovery, enrolment, break-glass. Letters and digits
 * that cannot be taken for one another (Crockford's base 32), in groups of four.
 * They are random and long (80 bits and more), so one SHA-256 is enough to keep them: there is no
 * list of likely codes to try, which is what a slow hash is for. The account's name goes into it,
 * so that a stolen table is attacked account by account.
 * Runs in: web, `sekisho user`. Tests: tests/unit/factor/test-code.c
 */
#pragma once

#include "base/base.h"

#define SK_CODE_CHARS 16u      /* 80 bits: recovery, enrolment */
#define SK_CODE_CHARS_LONG 32u /* 160 bits: break-glass */
#define SK_CODE_CHARS_MAX SK_CODE_CHARS_LONG
#define SK_CODE_HASH_BYTES 32u

/** sk_code_new: (transfer full): @chars random ones, a hyphen after every fourth. */
char *sk_code_new(unsigned chars);
/** sk_code_read: (transfer full): as typed → as hashed: upper case, without hyphens and spaces,
 * full-width letters narrowed, O for 0 and I, L for 1; NULL where it is not @chars long or holds
 * anything else. */
char *sk_code_read(const char *typed, unsigned chars);
/** sk_code_hash: of what sk_code_read gave. @what: "recovery", …: a code of one kind is none of
 * another. */
void sk_code_hash(const char *what, const char *account, const char *code, uint8_t *ret);
