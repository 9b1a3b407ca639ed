/* SPDX-License-Identifier: Apache-2.0
 *
 * passage.h - the two ends of a passage: a connected SOCK_SEQPACKET pair that the supervisor made, one
 * end given to the sending station's runner, the other to the receiving station's intake. No name in
 * any file system or network leads to it.
 * Runs in: runner, intake. Trusts: nothing that arrives.
 * Tests: tests/unit/passage/test-passage.c
 */
#pragma once

#include "passage/handover.h"

/** sk_passage_digest: SHA-256 (FIPS 180-4) of the whole sealed memfd. SK_ERROR_IO. */
bool sk_passage_digest(int fd, uint8_t ret[SK_HANDOVER_DIGEST_LEN], GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** SkOffer: what arrived. Free with sk_offer_clear. */
typedef struct {
    SkHandover claim;
    int content; /* owned, sealed memfd of exactly claim.size bytes */
    int report;  /* owned, sealed memfd: a report frame, hostile */
    int envelope; /* owned, sealed memfd of at most SK_ENVELOPE_BYTES_MAX: a mail's, hostile; -1: a file's offer */
} SkOffer;

void sk_offer_clear(SkOffer *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SkOffer, sk_offer_clear)

/** sk_passage_has_frame: is one waiting? false as well where the other end has been closed and all was read. */
bool sk_passage_has_frame(int sock);

/** sk_passage_offer: every memfd must be sealed; @envelope: -1 for a file and only there (asserted). SK_ERROR_IO when the
 * peer is gone or does not read: no waiting. */
bool sk_passage_offer(int sock, const SkHandover *claim, int content, int report, int envelope, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_passage_receive: one offer.
 * @ret: set only on success
 * Returns: false with SK_ERROR_MALFORMED (the peer broke the protocol: drop what it sent; an empty frame looks like a closed end) or SK_ERROR_IO.
 */
bool sk_passage_receive(int sock, SkOffer *ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;

bool sk_passage_answer(int sock, const char *crossing, SkAnswerCode code, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
bool sk_passage_receive_answer(int sock, SkAnswer *ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
