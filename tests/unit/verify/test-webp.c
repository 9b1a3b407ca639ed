/* SPDX-License-Identifier: Apache-2.0
 *
 * test-webp.c - the profile of WebP: lossless streams written bit by bit, one thing wrong in each. */
#include "build.h"

#include <string.h>

/* ---- bits ------------------------------------------------------------------------------------- */

typedef struct {
    GByteArray *bytes; /* owned */
    unsigned n;        /* bits */
} Bits;

static void
bits(Bits *self, unsigned n, uint32_t value)
{
    for (unsigned i = 0; i < n; i++, self->n++) {
        if (self->n % 8 == 0)
            put_u8(self->bytes, 0);
        self->bytes->data[self->n / 8] |= (uint8_t)((value >> i & 1) << self->n % 8);
    }
}

/* A code of one symbol, which takes no bits; of two, which take one. */
static void
one(Bits *self, unsigned symbol)
{
    bits(self, 3, 5); /* simple, one symbol, of eight bits */
    bits(self, 8, symbol);
}

static void
two(Bits *self, unsigned a, unsigned b)
{
    bits(self, 3, 7);
    bits(self, 8, a);
    bits(self, 8, b);
}

static void
head(Bits *self, unsigned width, unsigned height)
{
    self->bytes = g_byte_array_new();
    self->n = 0;
    bits(self, 8, 0x2f);
    bits(self, 14, width - 1);
    bits(self, 14, height - 1);
    bits(self, 1, 0);
    bits(self, 3, 0);
}

/* Two by two pixels of two greens. */
static Bits
plain(void)
{
    Bits b;

    head(&b, 2, 2);
    bits(&b, 3, 0); /* no transform, no cache, one group */
    two(&b, 10, 200);
    for (unsigned i = 0; i < 3; i++)
        one(&b, 7);
    one(&b, 0);
    bits(&b, 4, 6);
    return b;
}

/* ---- files ------------------------------------------------------------------------------------ */

static void
chunk(GByteArray *out, const char *name, SkSpan content)
{
    put_str(out, name);
    put_le(out, 4, content.n);
    put(out, content.p, content.n);
    if (content.n % 2 != 0)
        put_u8(out, 0);
}

static GByteArray *
file(const GByteArray *chunks)
{
    GByteArray *out = bytes_new("RIFF");

    put_le(out, 4, 4 + chunks->len);
    put_str(out, "WEBP");
    put(out, chunks->data, chunks->len);
    return out;
}

/* A still picture of the stream, which is taken; @more: a chunk behind it. */
static GByteArray *
still(Bits b, const char *more)
{
    g_autoptr(GByteArray) chunks = g_byte_array_new();

    chunk(chunks, "VP8L", bytes_span(b.bytes));
    if (more != NULL)
        chunk(chunks, more, sk_span_str("abcd"));
    g_byte_array_unref(b.bytes);
    return file(chunks);
}

static void
test_plain(void)
{
    g_autoptr(GByteArray) good = still(plain(), NULL);

    assert_every_cut_refused(SK_TYPE_WEBP, bytes_span(good));
    assert_flips_harmless(SK_TYPE_WEBP, bytes_span(good));
    assert_clean(SK_TYPE_WEBP, still(plain(), NULL));
    assert_refused(SK_TYPE_WEBP, still(plain(), "EXIF"), "picture-metadata");
    assert_refused(SK_TYPE_WEBP, still(plain(), "XMP "), "picture-metadata");
    assert_refused(SK_TYPE_WEBP, still(plain(), "ICCP"), "picture-profile");
    assert_refused(SK_TYPE_WEBP, still(plain(), "ANMF"), "picture-animation");
    assert_refused(SK_TYPE_WEBP, still(plain(), "ALPH"), "picture-encoding");
    assert_refused(SK_TYPE_WEBP, still(plain(), "VP8L"), "picture-second");
    assert_refused(SK_TYPE_WEBP, still(plain(), "junk"), "picture-unknown");
    GByteArray *behind = still(plain(), NULL);
    put_str(behind, "PK");
    assert_refused(SK_TYPE_WEBP, behind, "trailing-data");
}

typedef struct {
    const char *word;
    void (*make)(Bits *b);
} Stream;

static void
with_unused_bit(Bits *b)
{
    *b = plain();
    b->bytes->data[b->bytes->len - 1] |= 0x80;
}

static void
with_more(Bits *b)
{
    *b = plain();
    put_u8(b->bytes, 0);
}

static void
with_version(Bits *b)
{
    *b = plain();
    b->bytes->data[4] |= 0x20;
}

static void
with_long_symbol(Bits *b)
{
    head(b, 2, 2);
    bits(b, 3, 0);
    for (unsigned i = 0; i < 4; i++)
        one(b, 7);
    one(b, 40); /* there are 40 distances */
}

/* One pixel and a copy of three from one pixel back: right; from two back, or of four: beyond the picture. */
static void
copy(Bits *b, unsigned length_prefix, unsigned distance)
{
    head(b, 2, 2);
    bits(b, 3, 0);
    bits(b, 1, 0);  /* a normal code for green: lengths of lengths */
    bits(b, 4, 15); /* all 19 of them */
    for (unsigned i = 0; i < 19; i++) /* 17, 18, 0, 1: two bits each for 1 and 18, one for … */
        bits(b, 3, i == 1 || i == 3 ? 1 : 0);
    bits(b, 1, 0);
    /* In order: length 1 is code 0, eighteen is code 1. Symbols 10 and 256 + prefix have length 1. */
    bits(b, 1, 0); /* symbol 0 */
    bits(b, 1, 1);
    bits(b, 7, 127); /* 138 zeros: up to 138 */
    bits(b, 1, 1);
    bits(b, 7, 256 + length_prefix - 139 - 11);
    bits(b, 1, 0); /* symbol 256 + length_prefix */
    bits(b, 1, 1);
    bits(b, 7, 280 - 257 - length_prefix - 11);
    for (unsigned i = 0; i < 3; i++)
        one(b, 7);
    one(b, distance);
    bits(b, 2, 2);
}

static void
with_copy(Bits *b)
{
    copy(b, 2, 1); /* the second nearest is one to the left */
}

static void
with_far_copy(Bits *b)
{
    copy(b, 2, 0); /* the nearest is the one above */
}

static void
with_long_copy(Bits *b)
{
    copy(b, 3, 1);
}

static void
with_transforms(Bits *b)
{
    head(b, 2, 2);
    bits(b, 3, 5); /* subtract green */
    bits(b, 3, 5); /* … twice */
    bits(b, 3, 0);
}

static const Stream streams[] = {
    { "not-canonical", with_unused_bit }, { "trailing-data", with_more },
    { "picture-encoding", with_version }, { "picture-encoding", with_long_symbol },
    { "clean", with_copy },               { "picture-encoding", with_far_copy },
    { "picture-encoding", with_long_copy }, { "picture-encoding", with_transforms },
};

static void
test_stream(const void *data)
{
    const Stream *stream = data;
    SkJob job = sk_job_default();
    Bits b;

    stream->make(&b);
    g_autoptr(GByteArray) made = still(b, NULL);
    g_assert_cmpstr(verify_word(SK_TYPE_WEBP, bytes_span(made), &job), ==, stream->word);
}

/* ---- animations --------------------------------------------------------------------------------- */

typedef struct {
    const char *word;
    bool kept;
    unsigned frames, flags, width, left;
} Animation;

static GByteArray *
animation(const Animation *plan)
{
    g_autoptr(GByteArray) chunks = g_byte_array_new(), screen = g_byte_array_new(), frame = g_byte_array_new();
    Bits b = plain();

    put_le(screen, 4, plan->flags);
    put_le(screen, 3, plan->width - 1);
    put_le(screen, 3, 1);
    chunk(chunks, "VP8X", bytes_span(screen));
    chunk(chunks, "ANIM", sk_span("\0\0\0\0\3\0", 6));
    put_le(frame, 3, plan->left);
    put_le(frame, 3, 0);
    put_le(frame, 3, 1);
    put_le(frame, 3, 1);
    put_le(frame, 3, 40);
    put_u8(frame, 2);
    chunk(frame, "VP8L", bytes_span(b.bytes));
    for (unsigned i = 0; i < plan->frames; i++)
        chunk(chunks, "ANMF", bytes_span(frame));
    g_byte_array_unref(b.bytes);
    return file(chunks);
}

static const Animation animations[] = {
    { "clean", true, 2, 2, 2, 0 },
    { "clean", true, 3, 2, 4, 1 },
    { "picture-animation", false, 2, 2, 2, 0 },
    { "picture-animation", true, 1, 2, 2, 0 },
    { "not-canonical", true, 2, 0x12, 2, 0 }, /* no frame uses alpha */
    { "not-canonical", true, 2, 0x22, 2, 0 }, /* a profile is said to follow */
    { "not-canonical", true, 2, 2, 3, 1 },    /* beyond the screen */
};

static void
test_animation(const void *data)
{
    const Animation *plan = data;
    SkJob job = sk_job_default();
    g_autoptr(GByteArray) made = animation(plan);

    job.verdicts[SK_ELEMENT_PICTURE_ANIMATION] = plan->kept ? SK_VERDICT_KEPT : SK_VERDICT_NONE;
    g_assert_cmpstr(verify_word(SK_TYPE_WEBP, bytes_span(made), &job), ==, plan->word);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/verify/webp/plain", test_plain);
    for (unsigned i = 0; i < G_N_ELEMENTS(streams); i++) {
        g_autofree char *path = g_strdup_printf("/verify/webp/stream/%u", i);
        g_test_add_data_func(path, &streams[i], test_stream);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(animations); i++) {
        g_autofree char *path = g_strdup_printf("/verify/webp/animation/%u", i);
        g_test_add_data_func(path, &animations[i], test_animation);
    }
    return g_test_run();
}
