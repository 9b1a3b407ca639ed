/* SPDX-License-Identifier: Apache-2.0
 *
 * replay-frame.h - a packet of the model as an Ethernet frame, and back.
 * Runs in: sekisho-wall. Trusts: nothing in a frame that is read.
 * Spec: RFC 791, 8200, 768, 3828, 9293, 9260, 4340, 792, 4443, 2784, 4303   Tests: tests/unit/wall/
 */
#pragma once

#include "wall/packet.h"

#define SK_REPLAY_NUMBER_MAX 0xffffu
#define SK_REPLAY_MTU 65000u

typedef struct {
    uint32_t number;    /* 1 to SK_REPLAY_NUMBER_MAX: in the frame, so that it is known again */
    uint8_t src_mac[6]; /* where the packet names none */
    uint8_t dst_mac[6];
    bool bad_checksum; /* of the transport */
} SkReplayFrameAs;

/**
 * sk_replay_frame_build: @ret is emptied first. An IP packet alone (to be sent by the wall itself)
 * begins SK_REPLAY_ETHERNET bytes in.
 * @ret_why: (out): static text where it returns false: there is no such packet
 */
bool sk_replay_frame_build(const SkPacket *packet, const SkReplayFrameAs *as, GByteArray *ret,
                           const char **ret_why) G_GNUC_WARN_UNUSED_RESULT;
#define SK_REPLAY_ETHERNET 14u

typedef enum {
    SK_REPLAY_FRAME_OTHER = 0, /* not ours */
    SK_REPLAY_FRAME_PROBE,
    SK_REPLAY_FRAME_ANSWER /* a TCP reset or an ICMP error about a probe */
} SkReplayFrameKind;

/** sk_replay_frame_read: what @frame is; for PROBE all fields that a frame shows are set in @ret.
 */
SkReplayFrameKind sk_replay_frame_read(SkSpan frame, SkPacket *ret, uint32_t *ret_number);

/** sk_replay_frame_peek: the same of headers alone, the transport's perhaps cut: the number, 0 for
 * none. */
uint32_t sk_replay_frame_peek(SkSpan network, SkSpan transport, SkPacket *ret);

/** sk_replay_icmp_is_error: does such a message carry the packet that it is about? */
bool sk_replay_icmp_is_error(bool v6, unsigned type);
/** sk_replay_frame_about: the packet that the ICMP error @packet is built to be about. */
SkPacket sk_replay_frame_about(const SkPacket *packet);
