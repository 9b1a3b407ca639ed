/* SPDX-License-Identifier: Apache-2.0
 *
 * tiff-pixel.c - contract in tiff-file.h: samples of TIFF as numbers, and their colours. Spec:
 * docs/formats/tiff.md; TIFF 6.0, sections 14, 20, 21, 23; Adobe's TIFF Technical Note 3 (floating
 * point)
 */
#include "disarm/tiff-file.h"

#include <math.h>

#define NO_DATA 1e30 /* measurements use what lies beyond for places without one */

/* ---- predictors ---------------------------------------------------------------------------- */

/* A sample of several bytes: each byte plus the one @step samples before it, with what is carried.
 */
static void
add_before(const SkTiffFile *self, uint8_t *row, size_t i, size_t step, size_t size)
{
    unsigned carry = 0;

    for (size_t b = 0; b < size; b++) {
        size_t byte = self->big ? size - 1 - b : b;
        unsigned sum = (unsigned)row[i * size + byte] + row[(i - step) * size + byte] + carry;
        row[i * size + byte] = (uint8_t)sum;
        carry = sum >> 8;
    }
}

/* Predictor 3: the highest bytes of all samples of the row first, then the next ones; each plus the
 * one before it. */
static void
undo_float(const SkTiffFile *self, uint8_t *row, unsigned samples)
{
    size_t size = self->bits / 8, n = (size_t)self->chunk_width * samples;
    g_autofree uint8_t *bytes = NULL;

    for (size_t i = samples; i < n * size; i++)
        row[i] = (uint8_t)(row[i] + row[i - samples]);
    bytes = g_memdup2(row, n * size);
    for (size_t i = 0; i < n; i++) {
        for (size_t b = 0; b < size; b++)
            row[i * size + (self->big ? b : size - 1 - b)] = bytes[b * n + i];
    }
}

void
sk_tiff_undo_predictor(const SkTiffFile *self, uint8_t *row, unsigned samples)
{
    size_t step = samples, n = (size_t)self->chunk_width * samples;

    if (self->predictor == 3) {
        undo_float(self, row, samples);
        return;
    }
    if (self->bits == 8) {
        for (size_t i = step; i < n; i++)
            row[i] = (uint8_t)(row[i] + row[i - step]);
        return;
    }
    for (size_t i = step; i < n; i++)
        add_before(self, row, i, step, self->bits / 8);
}

/* ---- samples ------------------------------------------------------------------------------- */

bool
sk_tiff_is_plain(const SkTiffFile *self)
{
    return self->sample_format == SK_TIFF_UNSIGNED && self->bits <= 16;
}

/* The bits of the @i-th sample of a row. */
static uint64_t
bits_of(const SkTiffFile *self, const uint8_t *row, size_t i)
{
    size_t size = self->bits / 8;
    uint64_t v = 0;

    if (self->bits < 8)
        return (uint64_t)row[i * self->bits / 8] >> (8 - self->bits - i * self->bits % 8) &
               ((1u << self->bits) - 1);
    if (self->bits == 12) /* packed */
        return i % 2 == 0 ? (uint64_t)row[i / 2 * 3] << 4 | row[i / 2 * 3 + 1] >> 4
                          : ((uint64_t)row[i / 2 * 3 + 1] & 15) << 8 | row[i / 2 * 3 + 2];
    for (size_t b = 0; b < size; b++)
        v = v << 8 | row[i * size + (self->big ? b : size - 1 - b)];
    return v;
}

/* IEEE 754; what is no number is 0. */
static double
float_of(uint64_t v, unsigned bits)
{
    unsigned fraction = bits == 16 ? 10 : bits == 32 ? 23 : 52;
    unsigned exponents = bits == 16 ? 5 : bits == 32 ? 8 : 11;
    int bias = (1 << (exponents - 1)) - 1;
    int exponent = (int)(v >> fraction & ((UINT64_C(1) << exponents) - 1));
    double part = (double)(v & ((UINT64_C(1) << fraction) - 1));
    bool below = (v >> (fraction + exponents) & 1) != 0;

    if (exponent == (1 << exponents) - 1)
        return part > 0 ? 0 : below ? -2 * NO_DATA : 2 * NO_DATA;
    double size = exponent == 0
                      ? ldexp(part, 1 - bias - (int)fraction)
                      : ldexp(part + ldexp(1, (int)fraction), exponent - bias - (int)fraction);
    return below ? -size : size;
}

static double
real(const SkTiffFile *self, const uint8_t *row, size_t i)
{
    uint64_t v = bits_of(self, row, i);

    if (self->sample_format == SK_TIFF_FLOAT)
        return float_of(v, self->bits);
    double half = ldexp(1, (int)self->bits - 1);
    return self->sample_format == SK_TIFF_SIGNED && (double)v >= half ? (double)v - 2 * half
                                                                      : (double)v;
}

void
sk_tiff_widen(SkTiffFile *self, const uint8_t *row, uint32_t pixels)
{
    for (uint32_t x = 0; x < pixels; x++) {
        double v = real(self, row, (size_t)x * self->samples);
        if (!(fabs(v) <= NO_DATA))
            continue;
        self->black = fmin(self->black, v);
        self->white = fmax(self->white, v);
    }
}

/* The @s-th sample of the @x-th pixel, 0 to 255. */
static unsigned
sample(const SkTiffFile *self, const uint8_t *row, uint32_t x, unsigned s)
{
    size_t i = (size_t)x * self->samples + s;

    if (self->bits == 8 && self->sample_format == SK_TIFF_UNSIGNED)
        return row[i];
    if (!sk_tiff_is_plain(self)) {
        double width = self->white - self->black;
        double part = width > 0 ? (real(self, row, i) - self->black) / width : 0;
        return part >= 1 ? 255 : part > 0 ? (unsigned)lround(part * 255) : 0;
    }
    unsigned v = (unsigned)bits_of(self, row, i);
    return self->bits < 8 ? v * 255 / ((1u << self->bits) - 1) : v >> (self->bits - 8);
}

/* ---- colours ------------------------------------------------------------------------------- */

static uint8_t
byte_of(double v)
{
    return v >= 255 ? 255 : v > 0 ? (uint8_t)lround(v) : 0;
}

void
sk_tiff_ycc(const SkTiffFile *self, const uint8_t ycc[3], uint8_t rgb[3])
{
    const double *r = self->ycc;
    double y = (ycc[0] - r[0]) * 255 / (r[1] - r[0]);
    double blue = (ycc[1] - r[2]) * 127 / (r[3] - r[2]),
           red = (ycc[2] - r[4]) * 127 / (r[5] - r[4]);

    rgb[0] = byte_of(y + 1.402 * red);
    rgb[1] = byte_of(y - 0.344136 * blue - 0.714136 * red);
    rgb[2] = byte_of(y + 1.772 * blue);
}

static double
cubed(double v)
{
    return v > 6.0 / 29 ? v * v * v : 3 * (6.0 / 29) * (6.0 / 29) * (v - 4.0 / 29);
}

static uint8_t
encoded(double linear)
{
    if (!(linear > 0))
        return 0;
    return byte_of(255 * (linear <= 0.0031308 ? 12.92 * linear
                                              : 1.055 * pow(fmin(linear, 1), 1 / 2.4) - 0.055));
}

/* CIE Lab under D50 to sRGB: XYZ, moved to D65 (Bradford) and into sRGB's primaries in one matrix.
 */
static void
lab(const SkTiffFile *self, const uint8_t *row, uint32_t x, uint8_t rgba[4])
{
    bool icc = self->photometric == SK_TIFF_LAB_ICC, wide = self->bits == 16;
    double v[3];

    for (unsigned i = 0; i < 3; i++) {
        v[i] = (double)bits_of(self, row, (size_t)x * self->samples + i) / (wide ? 256 : 1);
        if (i > 0)
            v[i] = icc ? v[i] - 128 : v[i] >= 128 ? v[i] - 256 : v[i];
    }
    double l = v[0] * 100 / (wide && !icc ? 65535.0 / 256 : 255), y = (l + 16) / 116;
    double cx = 0.9642 * cubed(y + v[1] / 500), cy = cubed(y), cz = 0.8249 * cubed(y - v[2] / 200);
    rgba[0] = encoded(3.1338561 * cx - 1.6168667 * cy - 0.4906146 * cz);
    rgba[1] = encoded(-0.9787684 * cx + 1.9161415 * cy + 0.0334540 * cz);
    rgba[2] = encoded(0.0719453 * cx - 0.2289914 * cy + 1.4052427 * cz);
}

/* How many samples the colour takes. */
static unsigned
opaque(const SkTiffFile *self, const uint8_t *row, uint32_t x, uint8_t rgba[4])
{
    switch (self->photometric) {
    case SK_TIFF_IS_RGB:
    case SK_TIFF_YCC: /* turned into RGB with its strip */
        for (unsigned i = 0; i < 3; i++)
            rgba[i] = (uint8_t)sample(self, row, x, i);
        return 3;
    case SK_TIFF_CMYK: {
        unsigned key = 255 - sample(self, row, x, 3);
        for (unsigned i = 0; i < 3; i++)
            rgba[i] = (uint8_t)((255 - sample(self, row, x, i)) * key / 255);
        return 4;
    }
    case SK_TIFF_LAB:
    case SK_TIFF_LAB_ICC:
        lab(self, row, x, rgba);
        return 3;
    case SK_TIFF_INDEXED: {
        uint64_t v = bits_of(self, row, (size_t)x * self->samples);
        for (unsigned i = 0; i < 3; i++)
            rgba[i] = self->colours[v][i];
        return 1;
    }
    default: {
        unsigned grey = sample(self, row, x, 0);
        rgba[0] = rgba[1] = rgba[2] =
            (uint8_t)(self->photometric == SK_TIFF_WHITE_IS_ZERO ? 255 - grey : grey);
        return 1;
    }
    }
}

void
sk_tiff_colour(const SkTiffFile *self, const uint8_t *row, uint32_t x, uint8_t rgba[4])
{
    unsigned used = opaque(self, row, x, rgba);

    rgba[3] = self->alpha ? (uint8_t)sample(self, row, x, used) : 0xff;
    for (unsigned i = 0; i < 3 && self->alpha && self->premultiplied && rgba[3] > 0; i++)
        rgba[i] = (uint8_t)MIN(255u, rgba[i] * 255u / rgba[3]);
}
