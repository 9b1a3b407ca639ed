/* SPDX-License-Identifier: Apache-2.0
 * passage.c - contract in passage.h. */
#include "passage/passage.h"

#include "base/envelope.h"
#include "base/io.h"

#include <openssl/evp.h>
#include <sys/socket.h>


bool
sk_passage_digest(int fd, uint8_t ret[SK_HANDOVER_DIGEST_LEN], GError **error)
{
    g_autoptr(GBytes) bytes = sk_memfd_map(fd, error);
    if (bytes == NULL)
        return false;
    SkSpan s = sk_span_bytes(bytes);
    unsigned n = 0;
    if (EVP_Digest(s.p, s.n, ret, &n, EVP_sha256(), NULL) != 1 || n != SK_HANDOVER_DIGEST_LEN)
        return sk_throw(error, SK_ERROR_INTERNAL, "passage: SHA-256 failed");
    return true;
}

void
sk_offer_clear(SkOffer *self)
{
    sk_fd_clear(&self->content);
    sk_fd_clear(&self->report);
    sk_fd_clear(&self->envelope);
}

bool
sk_passage_has_frame(int sock)
{
    uint8_t byte;
    return recv(sock, &byte, sizeof byte, MSG_PEEK | MSG_DONTWAIT) > 0;
}

bool
sk_passage_offer(int sock, const SkHandover *claim, int content, int report, int envelope, GError **error)
{
    uint8_t frame[SK_HANDOVER_FRAME_LEN];
    int fds[] = { content, report, envelope };
    unsigned n = claim->kind == SK_HANDOVER_MAIL ? 3 : 2;

    g_assert((envelope >= 0) == (n == 3));
    for (unsigned i = 0; i < n; i++)
        g_assert(sk_memfd_is_sealed(fds[i]));
    sk_handover_emit(claim, frame);
    return sk_io_send_frame_now(sock, sk_span(frame, sizeof frame), fds, n, error);
}

static bool
take_offer(SkSpan frame, SkOffer *offer, GError **error)
{
    if (!sk_handover_parse(frame, &offer->claim, error))
        return false;
    bool mail = offer->claim.kind == SK_HANDOVER_MAIL;
    if (offer->content < 0 || offer->report < 0 || mail != (offer->envelope >= 0))
        return sk_throw(error, SK_ERROR_MALFORMED, "offer: not with the memfds of its kind");
    /* An unsealed memfd could change between our check and our use. */
    if (!sk_memfd_is_sealed(offer->content) || !sk_memfd_is_sealed(offer->report) ||
        (mail && !sk_memfd_is_sealed(offer->envelope)))
        return sk_throw(error, SK_ERROR_MALFORMED, "offer: a memfd is not sealed");
    if (sk_io_size(offer->content) < 0 || (uint64_t)sk_io_size(offer->content) != offer->claim.size)
        return sk_throw(error, SK_ERROR_MALFORMED, "offer: the content has another size than claimed");
    if (mail && sk_io_size(offer->envelope) > (int64_t)SK_ENVELOPE_BYTES_MAX)
        return sk_throw(error, SK_ERROR_MALFORMED, "offer: the envelope is over %u bytes", SK_ENVELOPE_BYTES_MAX);
    return true;
}

bool
sk_passage_receive(int sock, SkOffer *ret, GError **error)
{
    uint8_t frame[SK_HANDOVER_FRAME_LEN];
    int fds[SK_IO_FDS_MAX];
    size_t n = 0;

    if (!sk_io_recv_frame(sock, frame, sizeof frame, &n, fds, error))
        return false;
    if (n == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "passage: an empty frame, or closed");

    g_auto(SkOffer) offer = { .content = fds[0], .report = fds[1], .envelope = fds[2] };
    for (unsigned i = 3; i < SK_IO_FDS_MAX; i++) {
        if (fds[i] >= 0) {
            for (; i < SK_IO_FDS_MAX; i++)
                sk_fd_clear(&fds[i]);
            return sk_throw(error, SK_ERROR_MALFORMED, "offer: too many descriptors");
        }
    }
    if (!take_offer(sk_span(frame, n), &offer, error))
        return false;
    *ret = offer;
    offer = (SkOffer){ .content = -1, .report = -1, .envelope = -1 };
    return true;
}

bool
sk_passage_answer(int sock, const char *crossing, SkAnswerCode code, GError **error)
{
    uint8_t frame[SK_ANSWER_FRAME_LEN];
    SkAnswer answer = { .code = code };

    g_strlcpy(answer.crossing, crossing, sizeof answer.crossing);
    sk_answer_emit(&answer, frame);
    return sk_io_send_frame_now(sock, sk_span(frame, sizeof frame), NULL, 0, error);
}

bool
sk_passage_receive_answer(int sock, SkAnswer *ret, GError **error)
{
    uint8_t frame[SK_ANSWER_FRAME_LEN];
    int fds[SK_IO_FDS_MAX];
    size_t n = 0;
    bool any = false;

    if (!sk_io_recv_frame(sock, frame, sizeof frame, &n, fds, error))
        return false;
    for (unsigned i = 0; i < SK_IO_FDS_MAX; i++) {
        any |= fds[i] >= 0;
        sk_fd_clear(&fds[i]);
    }
    if (n == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "passage: an empty frame, or closed");
    if (any)
        return sk_throw(error, SK_ERROR_MALFORMED, "answer: with a descriptor");
    return sk_answer_parse(sk_span(frame, n), ret, error);
}
