/* SPDX-License-Identifier: Apache-2.0
 *
 * header.h - the fields of a packet from the bytes that the kernel hands over with a log entry: IP
 * header, extension headers, and what of the transport is there.
 * Runs in: sekisho-wall. Trusts: nothing: anybody on a wire wrote these bytes.
 * Spec: RFC 791, 8200 (section 4), 9293, 768, 792, 4443   Tests: tests/unit/wall/test-header.c,
 * tests/fuzz/
 */
#pragma once

#include "wall/packet.h"

/**
 * sk_wall_header_read: @ip begins with the IP header and may be cut after it. Sets family,
 * addresses, protocol, ports, ICMP type and code, TCP flags, DSCP, hop limit, length, fragment;
 * leaves what the bytes do not hold 0. Returns: false where there is no whole IP header: @ret is
 * then untouched
 */
bool sk_wall_header_read(SkSpan ip, SkPacket *ret) G_GNUC_WARN_UNUSED_RESULT;
