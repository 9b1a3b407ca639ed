/* SPDX-License-Identifier: Apache-2.0
 *
 * letter.h - the mails that Sekisho writes: the one around a mail's text, fresh for each recipient, and the one that
 * says that a mail was refused. Nothing of the sender's header is in either but what a worker made text of. The same
 * mail and recipient give the same bytes, Message-ID and all, however often they are written.
 * Runs in: mail, deliver roles. Trusts: the text it is given, which was verified.
 * Tests: tests/unit/gate/test-letter.c
 */
#pragma once

#include "base/envelope.h"
#include "notice/messages.h"
#include "store/crossing.h"

/** sk_letter_host: (transfer full): of an origin: "lgwan.example.jp". */
char *sk_letter_host(const char *origin);
/** sk_letter_emit: (transfer full): @text, which @mail became, for @recipient. */
char *sk_letter_emit(const SkMessages *messages, const char *origin, const SkCrossing *mail, const char *recipient,
                     SkSpan text);
/**
 * sk_letter_refused: (transfer full): that @mail, which came in @envelope, was refused, and why.
 * @recipient: one of them; NULL: it is for all of them, none of whom is to learn of the others (a blind copy)
 */
char *sk_letter_refused(const SkMessages *messages, const char *origin, const SkCrossing *mail,
                        const SkEnvelope *envelope, const char *recipient);
