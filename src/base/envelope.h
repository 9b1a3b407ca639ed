/* SPDX-License-Identifier: Apache-2.0
 *
 * envelope.h - whom a mail is from and whom it is for (RFC 5321, 2.3.1): not what its header says, but
 * what the mail servers said to each other. Travels with the mail over the passage, as one bounded text.
 * Runs in: mail, runner, intake, deliver roles. Trusts: nothing that is parsed.
 * Spec: docs/formats/envelope.md   Tests: tests/unit/base/test-envelope.c, tests/fuzz/fuzz-lmtp.c
 */
#pragma once

#include "base/base.h"

#define SK_ENVELOPE_RECIPIENTS_MAX 100u /* of one mail; RFC 5321 asks for as many */
#define SK_ENVELOPE_BYTES_MAX (64u << 10)

typedef struct {
    char *sender;          /* "": none: a bounce, or another mail that nobody is to answer */
    GPtrArray *recipients; /* of char *, each sk_mail_is, none twice */
    bool notice;           /* Sekisho's own words about another mail: nobody is told when it fails */
} SkEnvelope;

/** sk_envelope_new: (transfer full): nobody, for nobody. */
SkEnvelope *sk_envelope_new(void);
void sk_envelope_free(SkEnvelope *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkEnvelope, sk_envelope_free)

/** sk_envelope_is_sender: "", or at most 254 bytes of visible ASCII without `<` and `>`: shown, never written to. */
bool sk_envelope_is_sender(const char *s);
/** sk_envelope_has: is @address among the recipients already? */
bool sk_envelope_has(const SkEnvelope *self, const char *address);
/** sk_envelope_is_sound: what the parser would let through. */
bool sk_envelope_is_sound(const SkEnvelope *self);
/** sk_envelope_emit: (transfer full): @self must be sound (asserted). */
GBytes *sk_envelope_emit(const SkEnvelope *self);
/** sk_envelope_parse: MALFORMED, LIMIT; what it lets through, emit writes byte by byte the same. */
bool sk_envelope_parse(SkSpan text, SkEnvelope **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
