/* SPDX-License-Identifier: Apache-2.0
 *
 * lmtp-content.h - the bytes behind DATA (RFC 5321, 4.5.2): where they end, and without the dots that were
 * stuffed for the way. The end is CRLF "." CRLF and nothing else. Runs in: mail role. Trusts: nothing.
 * Tests: as lmtp.h
 */
#pragma once

#include "base/base.h"

typedef enum {
    SK_LMTP_LINE_START = 0,
    SK_LMTP_DOT,    /* a dot at the start of a line */
    SK_LMTP_DOT_CR, /* and a CR */
    SK_LMTP_TEXT,
    SK_LMTP_CR,
} SkLmtpPlace;

typedef struct {
    SkLmtpPlace state;
    uint64_t bytes; /* of content so far */
    bool bare;      /* a CR or an LF stood alone */
} SkLmtpContent;

/**
 * sk_lmtp_content_feed:
 * @take: gets the content, in pieces that borrow from @in or are static
 * @ret_end: the end was read
 * Returns: how many bytes of @in it took: all of them, or up to the end
 */
size_t sk_lmtp_content_feed(SkLmtpContent *self, SkSpan in, void (*take)(void *data, SkSpan piece), void *data,
                            bool *ret_end);
