/* SPDX-License-Identifier: Apache-2.0
 *
 * handover.h - the only words two stations exchange: an offer with two sealed memfds (the content and
 * the disarm report), and an answer. Both frames have one fixed size, and this file holds the one
 * decoder of each. A mail's offer has its envelope as a third memfd (base/envelope.h). Everything in an offer is a *claim* of the other side; the decoder checks only that
 * it is well formed.
 * Runs in: runner (emits offers, parses answers), intake (the reverse). Trusts: nothing.
 * Spec: docs/formats/passage.md   Tests: tests/unit/passage/test-passage.c, tests/fuzz/fuzz-handover.c
 */
#pragma once

#include "base/types.h"
#include "base/uuid.h"
#include "base/name.h"

#define SK_HANDOVER_WORD_MAX 32u    /* zone names */
#define SK_HANDOVER_ACCOUNT_MAX 64u /* account names */
#define SK_HANDOVER_DIGEST_LEN 32u
#define SK_HANDOVER_CLASS_MAX 5u

typedef enum {
    SK_HANDOVER_FILE = 1,
    SK_HANDOVER_MAIL, /* without sender and recipient: the envelope has them */
} SkHandoverKind;

typedef struct {
    SkHandoverKind kind;
    char crossing[SK_UUID_LEN + 1];
    char from[SK_HANDOVER_WORD_MAX + 1];
    char to[SK_HANDOVER_WORD_MAX + 1];
    char sender[SK_HANDOVER_ACCOUNT_MAX + 1];
    char recipient[SK_HANDOVER_ACCOUNT_MAX + 1];
    char name[SK_NAME_MAX + 1]; /* clean for @type (sk_name_is_clean) */
    SkType type;
    SkLevel level;
    uint32_t information_class; /* 0 none; 自治体機密性 1, 2, 3C, 3B, 3A as 1 to 5 */
    uint64_t size;              /* of the content, bytes */
    uint8_t digest[SK_HANDOVER_DIGEST_LEN];    /* SHA-256 of the content */
    uint8_t digest_in[SK_HANDOVER_DIGEST_LEN]; /* SHA-256 of what was handed in, for the record */
    int64_t created;            /* µs UTC, by the sender's clock */
} SkHandover;

#define SK_HANDOVER_FRAME_LEN                                                                                \
    ((size_t)(8 + 8 + SK_UUID_LEN + 2 * SK_HANDOVER_WORD_MAX + 2 * SK_HANDOVER_ACCOUNT_MAX + SK_NAME_MAX +   \
              4 * 4 + 8 + 2 * SK_HANDOVER_DIGEST_LEN + 8))

/** sk_handover_report_level: what the report of an offer at @level says: no report says `original`; of
 * what was left as it is, it says `inspected`. */
SkLevel sk_handover_report_level(SkLevel level);
/** sk_handover_is_word: [a-z0-9] then [a-z0-9._-], 1 to @max characters: zones and accounts. */
bool sk_handover_is_word(const char *s, size_t max);
/** sk_handover_is_well_formed: what the decoder would let through. */
bool sk_handover_is_well_formed(const SkHandover *self);
/** sk_handover_emit: @self must be well formed (asserted: our own claim). */
void sk_handover_emit(const SkHandover *self, uint8_t ret[SK_HANDOVER_FRAME_LEN]);
/** sk_handover_parse: SK_ERROR_MALFORMED for a length, fingerprint, padding or value out of its list. */
bool sk_handover_parse(SkSpan frame, SkHandover *ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** SkAnswerCode: all that a station ever tells another about a crossing: no reason, text or time. */
typedef enum {
    SK_ANSWER_RECEIVED = 1, /* committed to disk here; the verdict follows */
    SK_ANSWER_ACCEPTED,
    SK_ANSWER_REFUSED,
} SkAnswerCode;

typedef struct {
    char crossing[SK_UUID_LEN + 1];
    SkAnswerCode code;
} SkAnswer;

#define SK_ANSWER_FRAME_LEN ((size_t)(8 + SK_UUID_LEN + 4))

void sk_answer_emit(const SkAnswer *self, uint8_t ret[SK_ANSWER_FRAME_LEN]);
bool sk_answer_parse(SkSpan frame, SkAnswer *ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
