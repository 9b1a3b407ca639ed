/* SPDX-License-Identifier: Apache-2.0
 *
 * zip-inflate.c - contract in zip.h. ISA-L inflates two to three times as fast as zlib; both were
 * measured (docs/decisions/0030).
 */
#include "format/zip.h"

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>

typedef struct {
    const SkZipEntry *entry;
    SkZipFunc func;
    void *user;
    uint64_t expanded;
    uint32_t crc;
} Output;

static bool
hand_on(Output *out, SkSpan chunk, uint64_t compressed, GError **error)
{
    if (chunk.n > out->entry->size - out->expanded)
        return sk_throw(error, SK_ERROR_AMBIGUOUS, "zip: content longer than its header says");
    out->expanded += chunk.n;
    out->crc = crc32_gzip_refl(out->crc, chunk.p, chunk.n);
    return out->func(out->user, chunk, out->expanded, compressed, error);
}

static bool
copy_stored(Output *out, GError **error)
{
    SkSpan data = out->entry->data;

    for (size_t at = 0; at < data.n; at += SK_ZIP_CHUNK) {
        size_t n = MIN(data.n - at, (size_t)SK_ZIP_CHUNK);
        if (!hand_on(out, sk_span_sub(data, at, n), at + n, error))
            return false;
    }
    return true;
}

/* ISA-L counts in 32 bits: the input goes in by pieces. */
static void
refill(struct inflate_state *state, SkSpan data, size_t *at)
{
    size_t n = MIN(data.n - *at, (size_t)1 << 30);

    state->next_in = (uint8_t *)(uintptr_t)(data.p + *at);
    state->avail_in = (uint32_t)n;
    *at += n;
}

static bool
inflate(Output *out, GError **error)
{
    g_autofree struct inflate_state *state = g_new(struct inflate_state, 1);
    g_autofree uint8_t *chunk = g_malloc(SK_ZIP_CHUNK);
    SkSpan data = out->entry->data;
    size_t at = 0;

    isal_inflate_init(state);
    do {
        if (state->avail_in == 0 && at < data.n)
            refill(state, data, &at);
        state->next_out = chunk;
        state->avail_out = SK_ZIP_CHUNK;
        uint32_t before = state->avail_in;
        int result = isal_inflate(state);
        size_t n = SK_ZIP_CHUNK - state->avail_out;
        if (result < 0)
            return sk_throw(error, SK_ERROR_MALFORMED, "zip: broken deflate stream");
        if (n > 0 && !hand_on(out, sk_span(chunk, n), at - state->avail_in, error))
            return false;
        if (n == 0 && before == state->avail_in && at == data.n &&
            state->block_state != ISAL_BLOCK_FINISH)
            return sk_throw(error, SK_ERROR_TRUNCATED, "zip: deflate stream cut short");
    } while (state->block_state != ISAL_BLOCK_FINISH);

    /* Whole bytes that were read ahead into the bit buffer count as left over, too. */
    if (state->avail_in + (uint32_t)state->read_in_length / 8 > 0 || at < data.n)
        return sk_throw(error, SK_ERROR_AMBIGUOUS, "zip: data behind the deflate stream");
    return true;
}

uint32_t
sk_zip_crc(SkSpan s)
{
    return crc32_gzip_refl(0, s.p, s.n);
}

static bool
throw_away(void *user, SkSpan chunk, uint64_t expanded, uint64_t compressed, GError **error)
{
    (void)user, (void)chunk, (void)expanded, (void)compressed, (void)error;
    return true;
}

bool
sk_zip_measure(SkSpan data, uint64_t limit, uint64_t *ret_size, uint32_t *ret_crc, GError **error)
{
    const SkZipEntry entry = { .data = data, .size = limit, .deflated = true };
    Output out = { .entry = &entry, .func = throw_away };

    if (!inflate(&out, error))
        return false;
    *ret_size = out.expanded;
    *ret_crc = out.crc;
    return true;
}

bool
sk_zip_inflate(const SkZipEntry *entry, SkZipFunc func, void *user, GError **error)
{
    Output out = { .entry = entry, .func = func, .user = user };

    if (!(entry->deflated ? inflate(&out, error) : copy_stored(&out, error)))
        return false;
    if (out.expanded != entry->size)
        return sk_throw(error, SK_ERROR_AMBIGUOUS, "zip: content shorter than its header says");
    if (!entry->without_crc && out.crc != entry->crc)
        return sk_throw(error, SK_ERROR_AMBIGUOUS, "zip: wrong CRC-32");
    return true;
}
