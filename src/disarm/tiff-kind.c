/* SPDX-License-Identifier: Apache-2.0
 * tiff-kind.c - contract in tiff-file.h: the fields of a directory, and the kind of pixels they
 * say. */
#include "disarm/tiff-file.h"

#include "base/reader.h"
#include "format/tiff.h"

#include <string.h>

/* ---- fields -------------------------------------------------------------------------------- */

static uint32_t
get16(const SkTiffFile *self, SkReader *r)
{
    return self->big ? sk_reader_u16be(r) : sk_reader_u16le(r);
}

static uint32_t
get32(const SkTiffFile *self, SkReader *r)
{
    return self->big ? sk_reader_u32be(r) : sk_reader_u32le(r);
}

static uint64_t
get64(const SkTiffFile *self, SkReader *r)
{
    return self->big ? sk_reader_u64be(r) : sk_reader_u64le(r);
}

/* A place in the file, or a count of values. */
static uint64_t
get_place(const SkTiffFile *self, SkReader *r)
{
    return self->large ? get64(self, r) : get32(self, r);
}

const SkTiffField *
sk_tiff_find(const SkTiffFile *self, unsigned tag)
{
    for (unsigned i = 0; i < self->fields_n; i++) {
        if (self->fields[i].tag == tag)
            return &self->fields[i];
    }
    return NULL;
}

static size_t
size_of(unsigned type)
{
    static const uint8_t sizes[] = { 0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8 };

    return type < G_N_ELEMENTS(sizes) ? sizes[type] : 0;
}

uint32_t
sk_tiff_value(const SkTiffFile *self, unsigned tag, uint32_t i, uint32_t otherwise)
{
    const SkTiffField *field = sk_tiff_find(self, tag);

    if (field == NULL || i >= field->n || field->at > self->file.n)
        return otherwise;
    SkReader r = sk_reader(self->file);
    sk_reader_seek(&r, (size_t)field->at);
    sk_reader_skip(&r, (size_t)i * size_of(field->type));
    uint64_t v = 0;
    switch (field->type) {
    case 1:
        v = sk_reader_u8(&r);
        break;
    case 3:
        v = get16(self, &r);
        break;
    case 4:
        v = get32(self, &r);
        break;
    case 16:
        v = get64(self, &r);
        break;
    default:
        return otherwise;
    }
    return sk_reader_ok(&r) ? (uint32_t)MIN(v, (uint64_t)UINT32_MAX) : otherwise;
}

bool
sk_tiff_open(SkTiffFile *self, SkSpan file, GError **error)
{
    SkReader r = sk_reader(file);

    self->file = file;
    self->big = sk_span_starts(file, "MM");
    sk_reader_skip(&r, 2);
    self->large = get16(self, &r) == 43;
    if (self->large && (get16(self, &r) != 8 || get16(self, &r) != 0))
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "tiff: not the ordinary kind");
    self->next = get_place(self, &r);
    return sk_reader_ok(&r) || sk_throw(error, SK_ERROR_TRUNCATED, "tiff: cut short");
}

/* The directory at self->next. */
bool
sk_tiff_fields(SkTiffFile *self, GError **error)
{
    SkReader r = sk_reader(self->file);

    sk_reader_seek(&r, (size_t)self->next);
    uint64_t fields = self->large ? get64(self, &r) : get16(self, &r);
    self->fields_n = (unsigned)MIN(fields, (uint64_t)SK_TIFF_FIELDS_MAX);
    if (fields == 0 || fields > SK_TIFF_FIELDS_MAX)
        return sk_throw(error, SK_ERROR_MALFORMED, "tiff: no or too many fields");
    for (unsigned i = 0; i < self->fields_n; i++) {
        SkTiffField *field = &self->fields[i];
        field->tag = (uint16_t)get16(self, &r);
        field->type = (uint16_t)get16(self, &r);
        field->n = get_place(self, &r);
        size_t at = r.at;
        uint64_t where = get_place(self, &r), room = self->large ? 8 : 4;
        bool fits = size_of(field->type) == 0 || field->n <= room / size_of(field->type);
        field->at = fits ? at : where;
    }
    bool whole = sk_reader_ok(&r);
    /* DEVIATION: cut short behind the last field */
    self->next = sk_reader_left(&r) >= (self->large ? 8u : 4u) ? get_place(self, &r) : 0;
    return whole || sk_throw(error, SK_ERROR_TRUNCATED, "tiff: fields cut short");
}

uint32_t
sk_tiff_resolution(const SkTiffFile *self, unsigned tag)
{
    const SkTiffField *field = sk_tiff_find(self, tag);
    SkReader r = sk_reader(self->file);

    if (field == NULL || field->type != 5 || field->at > self->file.n)
        return 0;
    sk_reader_seek(&r, (size_t)field->at);
    uint64_t above = get32(self, &r), below = get32(self, &r);
    if (!sk_reader_ok(&r) || below == 0)
        return 0;
    uint64_t hundredths = (above * 100 + below / 2) / below;
    return hundredths <= SK_TIFF_RESOLUTION_MAX ? (uint32_t)hundredths : 0;
}

/* ---- what kind ----------------------------------------------------------------------------- */

/* Sizes of samples, by what they are and how many. */
static bool
known_size(const SkTiffFile *self)
{
    uint32_t bits = self->bits,
             least = self->photometric == SK_TIFF_LAB || self->photometric == SK_TIFF_LAB_ICC;

    switch (self->sample_format) {
    case SK_TIFF_FLOAT:
        return (bits == 16 || bits == 32 || bits == 64) && self->photometric <= SK_TIFF_IS_RGB;
    case SK_TIFF_SIGNED: /* with Lab it only says what is so anyway */
        if (least == 0)
            return (bits == 8 || bits == 16 || bits == 32) &&
                   self->photometric <= SK_TIFF_BLACK_IS_ZERO;
        return bits == 8 || bits == 16;
    default:
        if (bits == 8 || bits == 16)
            return self->photometric != SK_TIFF_INDEXED || bits == 8;
        if (bits == 32)
            return self->photometric <= SK_TIFF_IS_RGB;
        return (bits == 1 || bits == 2 || bits == 4 || bits == 12) && !self->planes && least == 0 &&
               (bits < 12 || self->photometric <= SK_TIFF_IS_RGB);
    }
}

static void
read_colours(SkTiffFile *self)
{
    memset(self->colours, 0, sizeof self->colours);
    for (uint32_t i = 0; self->photometric == SK_TIFF_INDEXED && i < 3u << self->bits; i++)
        self->colours[i & ((1u << self->bits) - 1)][i >> self->bits] =
            (uint8_t)(sk_tiff_value(self, SK_TIFF_TAG_COLOURS, i, 0) >> 8);
}

static bool
check_samples(SkTiffFile *self, GError **error)
{
    static const uint8_t least[] = { 1, 1, 3, 1, 0, 4, 3, 0, 3, 3 };
    bool lab = self->photometric == SK_TIFF_LAB || self->photometric == SK_TIFF_LAB_ICC;

    for (uint32_t i = 1; i < self->samples; i++) {
        if (sk_tiff_value(self, SK_TIFF_TAG_BITS, i, self->bits) != self->bits)
            return sk_throw(error, SK_ERROR_UNSUPPORTED, "tiff: samples of several sizes");
    }
    if (self->photometric >= G_N_ELEMENTS(least) || least[self->photometric] == 0 ||
        self->samples < least[self->photometric] || self->samples > 8)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "tiff: kind of pixels");
    if (!known_size(self))
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "tiff: %u bits a sample", self->bits);
    if (lab)
        self->sample_format = SK_TIFF_UNSIGNED;
    read_colours(self);
    self->black = 0;
    self->white = self->sample_format == SK_TIFF_FLOAT ? 1 : UINT32_MAX;
    uint32_t extra = sk_tiff_value(self, SK_TIFF_TAG_EXTRA, 0, 0);
    self->premultiplied = extra == 1;
    self->alpha = self->samples > least[self->photometric] && (extra == 1 || extra == 2) &&
                  self->photometric != SK_TIFF_INDEXED && sk_tiff_is_plain(self);
    return true;
}

/* JPEG of either kind: samples of eight bits, as many as a JPEG has. */
static bool
check_jpeg(const SkTiffFile *self)
{
    bool old = self->compression == SK_TIFF_JPEG_OLD, ycc = self->photometric == SK_TIFF_YCC;

    return self->bits == 8 && self->sample_format == SK_TIFF_UNSIGNED &&
           self->photometric <= SK_TIFF_YCC &&
           (old ? !self->planes &&
                      self->samples == (ycc || self->photometric == SK_TIFF_IS_RGB ? 3u : 1u)
                : self->planes || self->samples == 1 || self->samples == 3 || self->samples == 4);
}

static bool
check_compression(const SkTiffFile *self, GError **error)
{
    bool known = false, ycc = self->photometric == SK_TIFF_YCC;

    switch (self->compression) {
    case SK_TIFF_FAX_ROWS:
    case SK_TIFF_FAX3:
    case SK_TIFF_FAX4:
        known = self->bits == 1 && self->samples == 1 &&
                self->photometric <= SK_TIFF_BLACK_IS_ZERO && self->chunk_width <= 65535;
        break;
    case SK_TIFF_JPEG_OLD:
    case SK_TIFF_JPEG:
        known = check_jpeg(self);
        break;
    case SK_TIFF_WEBP:
        known = self->bits == 8 && self->photometric == SK_TIFF_IS_RGB && self->samples <= 4 &&
                !self->planes && self->sample_format == SK_TIFF_UNSIGNED;
        break;
    case SK_TIFF_STORED:
    case SK_TIFF_LZW:
    case SK_TIFF_DEFLATE:
    case SK_TIFF_DEFLATE_OLD:
    case SK_TIFF_PACKBITS:
        known = !ycc ||
                (self->bits == 8 && self->samples == 3 && !self->planes && self->predictor == 1);
        break;
    default:
        break;
    }
    if (!known)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "tiff: compression %u", self->compression);
    bool bytes = self->bits % 8 == 0, floats = self->sample_format == SK_TIFF_FLOAT;
    if (self->predictor > 3 || (self->predictor == 2 && (!bytes || floats)) ||
        (self->predictor == 3 && !floats))
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "tiff: predictor %u", self->predictor);
    return true;
}

static bool
read_fractions(const SkTiffFile *self, const SkTiffField *field, double ret[6])
{
    SkReader r = sk_reader(self->file);

    sk_reader_seek(&r, (size_t)field->at);
    for (unsigned i = 0; i < 6; i++) {
        uint32_t above = get32(self, &r), below = get32(self, &r);
        ret[i] = below == 0 ? 0 : (double)above / below;
    }
    return sk_reader_ok(&r);
}

/* As some programs write what should be fractions. */
static bool
read_whole(const SkTiffFile *self, double ret[6])
{
    for (unsigned i = 0; i < 6; i++)
        ret[i] = sk_tiff_value(self, SK_TIFF_TAG_BLACK_WHITE, i, 0);
    return true;
}

/* How YCbCr is kept: how many pixels share a colour, and which values are black and white. */
static bool
read_ycc(SkTiffFile *self, GError **error)
{
    static const double otherwise[] = { 0, 255, 128, 255, 128, 255 };
    const SkTiffField *field = sk_tiff_find(self, SK_TIFF_TAG_BLACK_WHITE);
    uint32_t w = sk_tiff_value(self, SK_TIFF_TAG_SUBSAMPLING, 0, 2),
             h = sk_tiff_value(self, SK_TIFF_TAG_SUBSAMPLING, 1, 2);

    self->clump_width = self->clump_height = 1;
    for (unsigned i = 0; i < 6; i++)
        self->ycc[i] = otherwise[i];
    if (self->photometric != SK_TIFF_YCC)
        return true;
    if ((w != 1 && w != 2 && w != 4) || (h != 1 && h != 2 && h != 4))
        return sk_throw(error, SK_ERROR_MALFORMED, "tiff: colours shared by %u × %u pixels", w, h);
    self->clump_width = w;
    self->clump_height = h;
    double read[6] = { 0 };
    bool given = field != NULL && field->n == 6 && field->at <= self->file.n &&
                 (field->type == 5 ? read_fractions(self, field, read) : read_whole(self, read));
    if (given && read[1] > read[0] && read[3] > read[2] && read[5] > read[4])
        memcpy(self->ycc, read, sizeof read);
    return true;
}

static void
read_tables(SkTiffFile *self)
{
    const SkTiffField *field = sk_tiff_find(self, SK_TIFF_TAG_JPEG_TABLES);
    SkReader r = sk_reader(self->file);

    self->jpeg_tables = SK_SPAN_EMPTY;
    if (field == NULL || field->at > self->file.n || field->n > self->file.n)
        return;
    sk_reader_seek(&r, (size_t)field->at);
    self->jpeg_tables = sk_reader_span(&r, (size_t)field->n);
}

bool
sk_tiff_kind(SkDisarm *disarm, SkTiffFile *self, GError **error)
{
    self->width = sk_tiff_value(self, SK_TIFF_TAG_WIDTH, 0, 0);
    self->height = sk_tiff_value(self, SK_TIFF_TAG_HEIGHT, 0, 0);
    self->bits = sk_tiff_value(self, SK_TIFF_TAG_BITS, 0, 1);
    self->samples = sk_tiff_value(self, SK_TIFF_TAG_SAMPLES, 0, 1);
    self->photometric = sk_tiff_value(self, SK_TIFF_TAG_PHOTOMETRIC, 0, SK_TIFF_BLACK_IS_ZERO);
    self->compression = sk_tiff_value(self, SK_TIFF_TAG_COMPRESSION, 0, SK_TIFF_STORED);
    self->predictor = sk_tiff_value(self, SK_TIFF_TAG_PREDICTOR, 0, 1);
    self->lowest_first = sk_tiff_value(self, SK_TIFF_TAG_FILL_ORDER, 0, 1) == 2;
    self->sample_format = sk_tiff_value(self, SK_TIFF_TAG_FORMAT, 0, SK_TIFF_UNSIGNED);
    if (self->sample_format == 0 || self->sample_format > SK_TIFF_FLOAT) /* "undefined" */
        self->sample_format = SK_TIFF_UNSIGNED;
    self->planes = sk_tiff_value(self, SK_TIFF_TAG_PLANES, 0, 1) == 2 && self->samples > 1;
    self->fax_2d = (sk_tiff_value(self, SK_TIFF_TAG_FAX3_OPTIONS, 0, 0) & 1) != 0;
    self->orientation = sk_tiff_value(self, SK_TIFF_TAG_ORIENTATION, 0, 1);
    if (self->orientation < 1 || self->orientation > 8)
        self->orientation = 1;
    if (self->compression != SK_TIFF_LZW && self->compression != SK_TIFF_DEFLATE &&
        self->compression != SK_TIFF_DEFLATE_OLD)
        self->predictor = 1;
    self->predictor = MAX(self->predictor, 1);
    self->tiles = sk_tiff_find(self, SK_TIFF_TAG_TILE_OFFSETS) != NULL;
    self->chunk_width =
        self->tiles ? sk_tiff_value(self, SK_TIFF_TAG_TILE_WIDTH, 0, 0) : self->width;
    self->chunk_height =
        self->tiles
            ? sk_tiff_value(self, SK_TIFF_TAG_TILE_HEIGHT, 0, 0)
            : MIN(sk_tiff_value(self, SK_TIFF_TAG_STRIP_ROWS, 0, self->height), self->height);
    if (self->width == 0 || self->height == 0 || self->chunk_width == 0 || self->chunk_height == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "tiff: without pixels");
    read_tables(self);
    self->jpeg_whole = SK_SPAN_EMPTY;
    if (self->compression == SK_TIFF_JPEG_OLD)
        self->jpeg_whole = sk_tiff_jpeg_old_whole(disarm, self);
    if (self->jpeg_whole.n > 0) {
        self->tiles = false;
        self->chunk_width = self->width;
        self->chunk_height = self->height;
    }
    return check_compression(self, error) && check_samples(self, error) && read_ycc(self, error);
}
