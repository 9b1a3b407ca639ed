/* SPDX-License-Identifier: Apache-2.0
 *
 * lmtp.h - the receiving end of LMTP (RFC 2033): bytes in, answers out, no socket and no disk. The peer is
 * a mail server, and the mail in it comes from anybody.
 *
 * Strict where servers have been talked into disagreeing: a line ends in CRLF, and the content in
 * CRLF "." CRLF and in nothing else. A bare CR or LF in a command ends the connection, in the content it
 * refuses the mail: whoever hides a second mail behind one (SMTP smuggling) has neither delivered.
 *
 * How the bytes are cut into pieces on their way makes no difference to any answer.
 * Runs in: mail role. Trusts: nothing. Spec: RFC 2033, 5321, 1870, 2034, 2920, 6152; docs/mail.md
 * Tests: tests/unit/gate/test-lmtp.c, tests/fuzz/fuzz-lmtp.c
 */
#pragma once

#include "base/envelope.h"

#define SK_LMTP_LINE_MAX 1024u     /* bytes of a command */
#define SK_LMTP_ERRORS_MAX 20u     /* of one connection: whoever makes more has lost its way */

/** SkLmtpVerdict: what whoever keeps the mail says to a step of it. */
typedef enum {
    SK_LMTP_YES = 0,
    SK_LMTP_LATER,     /* 451: something of ours is not as it should be */
    SK_LMTP_FULL,      /* 452: no room */
    SK_LMTP_TOO_LARGE, /* 552 */
    SK_LMTP_FORBIDDEN, /* 550: no sentence lets it in */
    SK_LMTP_BROKEN,    /* 550: a bare CR or LF */
} SkLmtpVerdict;

/** SkLmtpKeeper: who keeps the mail. After begin said yes comes exactly one of commit and abort. */
typedef struct {
    SkLmtpVerdict (*mail)(void *data, uint64_t size); /* @size: as the peer says; 0: not said */
    SkLmtpVerdict (*recipient)(void *data, const char *address);
    SkLmtpVerdict (*begin)(void *data, const SkEnvelope *envelope);
    SkLmtpVerdict (*append)(void *data, SkSpan content); /* without what was stuffed for the way */
    SkLmtpVerdict (*commit)(void *data);                 /* yes: it is on disk, whatever happens next */
    void (*abort)(void *data);
} SkLmtpKeeper;

typedef struct SkLmtp SkLmtp;

/**
 * sk_lmtp_new: (transfer full): the greeting is in its output.
 * @host: how it calls itself; borrowed, as @keeper and @data
 * @size_max: bytes of content; more is 552
 */
SkLmtp *sk_lmtp_new(const char *host, uint64_t size_max, const SkLmtpKeeper *keeper, void *data);
void sk_lmtp_free(SkLmtp *self); /* aborts what has begun */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkLmtp, sk_lmtp_free)

/** sk_lmtp_feed: false: what stands in the output is the last word: send it and close. Then nothing more is taken. */
bool sk_lmtp_feed(SkLmtp *self, SkSpan bytes);
/** sk_lmtp_hang_up: the same, for a reason of the caller's (time, the end): 421, where nothing was said yet. */
void sk_lmtp_hang_up(SkLmtp *self);
/** sk_lmtp_output: what is to be sent; until the next call. */
SkSpan sk_lmtp_output(const SkLmtp *self);
/** sk_lmtp_sent: the first @n bytes of it are on their way. */
void sk_lmtp_sent(SkLmtp *self, size_t n);
/** sk_lmtp_is_idle: between two mails: nothing is lost by closing now. */
bool sk_lmtp_is_idle(const SkLmtp *self);
