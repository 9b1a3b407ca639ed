/* SPDX-License-Identifier: Apache-2.0
 *
 * replay-message.h - what replay-link.c and replay-connection.c share: one netlink message.
 * Runs in: sekisho-wall. Tests: tests/unit/wall/
 */
#pragma once

#include "wall/replay-link.h"

#include <linux/netlink.h>

/** sk_replay_message: begins one in @room, with @n bytes of @head behind the header. */
struct nlmsghdr *sk_replay_message(SkReplayLink *self, void *room, uint16_t type, uint16_t flags,
                                   const void *head, size_t n);
/** sk_replay_message_gather: takes a copy of the finished one. */
void sk_replay_message_gather(SkReplayLink *self, const struct nlmsghdr *message);
