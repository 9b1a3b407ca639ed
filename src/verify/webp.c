/* SPDX-License-Identifier: Apache-2.0
 *
 * webp.c - the profile of WebP: the chunks of a still picture or an animation; their streams are
 * webp-lossless.c's.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/webp.md   Tests: tests/unit/verify/test-webp.c
 */
#include "verify/webp.h"

#include "base/reader.h"

typedef struct {
    SkProof *proof;
    SkReader r;
    uint32_t width, height; /* of the screen */
    bool alpha;             /* a frame uses it */
} Webp;

static bool
no(const Webp *webp, SkElement element, const char *what)
{
    return sk_proof_no(webp->proof, element, "%s, byte %zu", what, webp->r.at);
}

static bool
wrong(const Webp *webp, const char *what)
{
    return no(webp, SK_ELEMENT_NOT_CANONICAL, what);
}

static uint32_t
u24(SkReader *r)
{
    uint32_t low = sk_reader_u16le(r);
    return low | (uint32_t)sk_reader_u8(r) << 16;
}

/* What chunk of another name stands at the cursor. */
static bool
no_chunk(const Webp *webp)
{
    static const struct {
        const char *name;
        SkElement element;
    } names[] = {
        { "EXIF", SK_ELEMENT_PICTURE_METADATA },  { "XMP ", SK_ELEMENT_PICTURE_METADATA },
        { "ICCP", SK_ELEMENT_PICTURE_PROFILE },   { "VP8X", SK_ELEMENT_PICTURE_ANIMATION },
        { "ANIM", SK_ELEMENT_PICTURE_ANIMATION }, { "ANMF", SK_ELEMENT_PICTURE_ANIMATION },
        { "VP8 ", SK_ELEMENT_PICTURE_ENCODING },  { "ALPH", SK_ELEMENT_PICTURE_ENCODING },
        { "VP8L", SK_ELEMENT_PICTURE_SECOND },
    };
    SkReader r = webp->r;
    SkSpan name = sk_reader_span(&r, 4);

    if (!sk_reader_ok(&r))
        return wrong(webp, "cut short");
    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
        if (sk_span_is(name, names[i].name))
            return no(webp, names[i].element, "chunk");
    return no(webp, SK_ELEMENT_PICTURE_UNKNOWN, "chunk");
}

/* The head of a chunk of this name. */
static bool
take_chunk(Webp *webp, const char *name, uint32_t *ret_size)
{
    SkReader r = webp->r;

    if (!sk_span_is(sk_reader_span(&r, 4), name))
        return no_chunk(webp);
    *ret_size = sk_reader_u32le(&r);
    if (!sk_reader_ok(&r) || *ret_size > sk_reader_left(&r))
        return wrong(webp, "cut short");
    webp->r = r;
    return true;
}

static bool
check_picture(Webp *webp, SkLossless *ret)
{
    uint32_t size = 0;

    if (!take_chunk(webp, "VP8L", &size))
        return false;
    size_t at = webp->r.at;
    if (!sk_lossless_check(webp->proof, sk_reader_span(&webp->r, size), at, ret))
        return false;
    if (size % 2 != 0 && (sk_reader_left(&webp->r) == 0 || sk_reader_u8(&webp->r) != 0))
        return wrong(webp, "padding");
    webp->alpha = webp->alpha || ret->alpha;
    return true;
}

static bool
check_frame(Webp *webp)
{
    SkLossless picture;
    uint32_t size = 0;

    if (!take_chunk(webp, "ANMF", &size))
        return false;
    size_t start = webp->r.at;
    uint32_t left = 2 * u24(&webp->r), top = 2 * u24(&webp->r);
    uint32_t width = u24(&webp->r) + 1, height = u24(&webp->r) + 1;
    sk_reader_skip(&webp->r, 3);
    if (sk_reader_u8(&webp->r) > 3 || !sk_reader_ok(&webp->r))
        return wrong(webp, "frame");
    if (!check_picture(webp, &picture))
        return false;
    if (picture.width != width || picture.height != height || left > webp->width ||
        top > webp->height || width > webp->width - left || height > webp->height - top)
        return wrong(webp, "size of a frame");
    return webp->r.at - start == size || wrong(webp, "size of a chunk");
}

static bool
check_animation(Webp *webp)
{
    uint32_t size = 0, frames = 0;

    if (!sk_proof_keeps(webp->proof, SK_ELEMENT_PICTURE_ANIMATION))
        return no(webp, SK_ELEMENT_PICTURE_ANIMATION, "animation");
    if (!take_chunk(webp, "VP8X", &size))
        return false;
    uint32_t flags = sk_reader_u32le(&webp->r);
    webp->width = u24(&webp->r) + 1;
    webp->height = u24(&webp->r) + 1;
    if (size != 10 || !sk_reader_ok(&webp->r) || webp->width > 16384 || webp->height > 16384)
        return wrong(webp, "VP8X");
    if (!sk_proof_pixels(webp->proof, webp->width, webp->height) ||
        !take_chunk(webp, "ANIM", &size))
        return false;
    bool plain = sk_reader_u32le(&webp->r) == 0;
    sk_reader_skip(&webp->r, 2);
    if (size != 6 || !plain || !sk_reader_ok(&webp->r))
        return wrong(webp, "ANIM");
    for (; sk_reader_left(&webp->r) > 0; frames++)
        if (frames == webp->proof->job->limits.items ? !wrong(webp, "too many frames")
                                                     : !check_frame(webp))
            return false;
    if (frames < 2)
        return no(webp, SK_ELEMENT_PICTURE_ANIMATION, "animation of one frame");
    return flags == (webp->alpha ? 0x12 : 0x02) || wrong(webp, "flags");
}

bool
sk_verify_webp(SkProof *proof, SkSpan in)
{
    Webp webp = { .proof = proof, .r = sk_reader(in) };
    SkLossless picture;

    sk_reader_skip(&webp.r, 4);
    uint32_t size = sk_reader_u32le(&webp.r);
    if (!sk_span_is(sk_reader_span(&webp.r, 4), "WEBP"))
        return no(&webp, SK_ELEMENT_WRONG_TYPE, "signature");
    if (size < in.n - 8)
        return no(&webp, SK_ELEMENT_TRAILING_DATA, "data after the end");
    if (size != in.n - 8)
        return wrong(&webp, "size");
    SkReader look = webp.r;
    if (sk_span_is(sk_reader_span(&look, 4), "VP8X"))
        return check_animation(&webp);
    return check_picture(&webp, &picture) && (sk_reader_left(&webp.r) == 0 || no_chunk(&webp));
}
