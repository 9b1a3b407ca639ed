/* SPDX-License-Identifier: Apache-2.0
 * lmtp-content.c - contract in lmtp-content.h. What waits at the end of a piece (a dot, a CR) is in the state, and
 * given out with what follows it. */
#include "gate/lmtp-content.h"

#include <string.h>

typedef struct {
    SkLmtpContent *self;
    void (*take)(void *data, SkSpan piece);
    void *data;
} Out;

static void
give(const Out *out, SkSpan piece)
{
    if (piece.n == 0)
        return;
    out->self->bytes += piece.n;
    out->take(out->data, piece);
}

/* How far @in runs without a CR or LF. */
static size_t
run_of_text(SkSpan in)
{
    const uint8_t *cr = memchr(in.p, '\r', in.n);
    size_t n = cr == NULL ? in.n : (size_t)(cr - in.p);
    const uint8_t *lf = memchr(in.p, '\n', n);

    return lf == NULL ? n : (size_t)(lf - in.p);
}

/* After a CR: the end of a line, or a CR that stands alone. @dot: the line was nothing but a dot so far. */
static SkLmtpPlace
after_cr(const Out *out, uint8_t c, bool dot, bool *ret_end, bool *ret_taken)
{
    *ret_taken = c == '\n';
    if (c == '\n' && dot) {
        *ret_end = true;
        return SK_LMTP_LINE_START;
    }
    if (c == '\n') {
        give(out, sk_span_str("\r\n"));
        return SK_LMTP_LINE_START;
    }
    out->self->bare = true;
    give(out, sk_span_str("\r"));
    return SK_LMTP_TEXT;
}

/* One byte that is not simply text. false: it was not taken, and comes again in another state. */
static bool
step(const Out *out, uint8_t c, bool *ret_end)
{
    SkLmtpContent *self = out->self;
    bool taken = true;

    switch (self->state) {
    case SK_LMTP_LINE_START:
        taken = c == '.';
        self->state = taken ? SK_LMTP_DOT : SK_LMTP_TEXT;
        return taken;
    case SK_LMTP_DOT:
        taken = c == '\r';
        self->state = taken ? SK_LMTP_DOT_CR : SK_LMTP_TEXT;
        return taken;
    case SK_LMTP_DOT_CR:
    case SK_LMTP_CR:
        self->state = after_cr(out, c, self->state == SK_LMTP_DOT_CR, ret_end, &taken);
        return taken;
    case SK_LMTP_TEXT:
        break;
    }
    self->state = c == '\r' ? SK_LMTP_CR : SK_LMTP_TEXT;
    if (c == '\n') {
        self->bare = true;
        give(out, sk_span_str("\n"));
    }
    return true;
}

size_t
sk_lmtp_content_feed(SkLmtpContent *self, SkSpan in, void (*take)(void *data, SkSpan piece), void *data, bool *ret_end)
{
    const Out out = { .self = self, .take = take, .data = data };
    size_t at = 0;

    *ret_end = false;
    while (at < in.n && !*ret_end) {
        SkSpan rest = sk_span_sub(in, at, in.n - at);
        size_t text = self->state == SK_LMTP_TEXT ? run_of_text(rest) : 0;
        give(&out, sk_span_sub(rest, 0, text));
        at += text;
        if (at < in.n && step(&out, in.p[at], ret_end))
            at++;
    }
    return at;
}
