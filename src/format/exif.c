/* SPDX-License-Identifier: Apache-2.0
 * exif.c - contract in exif.h. */
#include "format/exif.h"

#include "base/reader.h"

#define TAG_ORIENTATION 0x0112u
#define TYPE_SHORT 3u

typedef struct {
    SkReader r;
    bool big;
} Tiff;

static uint16_t
u16(Tiff *self)
{
    return self->big ? sk_reader_u16be(&self->r) : sk_reader_u16le(&self->r);
}

static uint32_t
u32(Tiff *self)
{
    return self->big ? sk_reader_u32be(&self->r) : sk_reader_u32le(&self->r);
}

SkExif
sk_exif_read(SkSpan tiff)
{
    SkExif exif = { .orientation = 1 };
    Tiff t = { .r = sk_reader(tiff), .big = sk_span_starts(tiff, "MM") };
    sk_reader_skip(&t.r, 2);
    if ((!t.big && !sk_span_starts(tiff, "II")) || u16(&t) != 42)
        return exif;
    sk_reader_seek(&t.r, u32(&t));
    uint16_t entries = u16(&t);
    for (uint16_t i = 0; i < entries && sk_reader_ok(&t.r); i++) {
        uint16_t tag = u16(&t), type = u16(&t);
        uint32_t count = u32(&t);
        uint16_t value = u16(&t);
        sk_reader_skip(&t.r, 2);
        if (tag == TAG_ORIENTATION && type == TYPE_SHORT && count == 1 && value >= 1 &&
            value <= 8 && sk_reader_ok(&t.r))
            exif.orientation = (uint8_t)value;
    }
    uint32_t second = u32(&t);
    exif.thumbnail = sk_reader_ok(&t.r) && second != 0;
    return exif;
}
