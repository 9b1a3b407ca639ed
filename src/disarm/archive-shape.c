/* SPDX-License-Identifier: Apache-2.0
 * archive-shape.c - contract in archive-shape.h. */
#include "disarm/archive-shape.h"

#include "base/reader.h"
#include "format/zip.h"

typedef struct {
    SkReader r;
    SkElement element;
    GArray *files; /* borrowed, nullable */
    GError **error;
} Shape;

static bool
broken(Shape *self)
{
    return sk_throw(self->error, SK_ERROR_MALFORMED, "archive: structure");
}

static bool
trailing(Shape *self)
{
    self->element = SK_ELEMENT_TRAILING_DATA;
    return sk_throw(self->error, SK_ERROR_AMBIGUOUS, "archive: data behind the end");
}

static bool
locked(Shape *self)
{
    self->element = SK_ELEMENT_ENCRYPTED_PACKAGE;
    return sk_throw(self->error, SK_ERROR_ENCRYPTED, "archive: locked");
}

static bool
parted(Shape *self)
{
    return sk_throw(self->error, SK_ERROR_UNSUPPORTED, "archive: a part of several");
}

/* ---- 7z ------------------------------------------------------------------------------------ */

static bool
shape_7z(Shape *self)
{
    sk_reader_skip(&self->r, 6);
    unsigned major = sk_reader_u8(&self->r);
    sk_reader_skip(&self->r, 1);
    uint32_t crc = sk_reader_u32le(&self->r);
    SkReader start = self->r;
    SkSpan head = sk_reader_span(&start, 20);
    uint64_t offset = sk_reader_u64le(&self->r), size = sk_reader_u64le(&self->r);
    sk_reader_skip(&self->r, 4);

    if (!sk_reader_ok(&self->r) || major != 0 || sk_zip_crc(head) != crc)
        return broken(self);
    uint64_t left = sk_reader_left(&self->r);
    if (offset > left || size > left - offset)
        return broken(self);
    return offset + size == left || trailing(self);
}

/* ---- rar, up to 4 -------------------------------------------------------------------------- */

#define RAR4_MAIN 0x73
#define RAR4_FILE 0x74
#define RAR4_SUB 0x7a
#define RAR4_END 0x7b
#define RAR4_LONG 0x8000u
#define RAR4_LARGE 0x100u
#define RAR4_UNICODE 0x200u

/* @r: behind the packed size. */
static bool
file_4(Shape *self, SkReader r, unsigned flags)
{
    SkRarFile file = { .summed = true, .unicode = (flags & RAR4_UNICODE) != 0 };

    sk_reader_skip(&r, 5);
    file.crc = sk_reader_u32le(&r);
    sk_reader_skip(&r, 6);
    size_t n = sk_reader_u16le(&r);
    sk_reader_skip(&r, (flags & RAR4_LARGE) != 0 ? 12 : 4);
    file.name = sk_reader_span(&r, n);
    if (self->files != NULL)
        g_array_append_val(self->files, file);
    return sk_reader_ok(&r);
}

static bool
block_4(Shape *self, bool *end)
{
    SkReader *r = &self->r;
    size_t at = r->at;
    sk_reader_skip(r, 2);
    unsigned type = sk_reader_u8(r), flags = sk_reader_u16le(r), size = sk_reader_u16le(r);
    bool file = type == RAR4_FILE || type == RAR4_SUB;
    uint64_t data = (flags & RAR4_LONG) != 0 || file ? sk_reader_u32le(r) : 0;

    if (type == RAR4_MAIN && (flags & 0x80) != 0)
        return locked(self);
    if (file && (flags & RAR4_LARGE) != 0) {
        SkReader high = *r;
        sk_reader_skip(&high, 21);
        data |= (uint64_t)sk_reader_u32le(&high) << 32;
    }
    if (!sk_reader_ok(r) || size < r->at - at || type < 0x72 || type > RAR4_END)
        return broken(self);
    if ((type == RAR4_MAIN && (flags & 1) != 0) || (type == RAR4_FILE && (flags & 3) != 0))
        return parted(self);
    if (type == RAR4_FILE && (flags & 4) != 0)
        return locked(self);
    if (type == RAR4_FILE && !file_4(self, *r, flags))
        return broken(self);
    sk_reader_skip(r, size - (r->at - at));
    sk_reader_skip(r, data > SIZE_MAX ? SIZE_MAX : (size_t)data);
    *end = type == RAR4_END;
    return sk_reader_ok(r) || broken(self);
}

static bool
shape_rar4(Shape *self)
{
    bool end = false;

    sk_reader_skip(&self->r, 7);
    while (!end && sk_reader_left(&self->r) > 0) {
        if (!block_4(self, &end))
            return false;
    }
    return sk_reader_left(&self->r) == 0 || trailing(self);
}

/* ---- rar 5 --------------------------------------------------------------------------------- */

#define RAR5_MAIN 1u
#define RAR5_FILE 2u
#define RAR5_LOCK 4u
#define RAR5_END 5u
#define RAR5_TIME 2u
#define RAR5_SUM 4u
#define VINT_MAX 10u

static uint64_t
vint(SkReader *r)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < VINT_MAX; i++) {
        uint64_t byte = sk_reader_u8(r);
        value |= i < 9 ? (byte & 0x7f) << (7 * i) : 0;
        if ((byte & 0x80) == 0)
            return value;
    }
    r->bad = true;
    return 0;
}

/* A file's record 1 in its extra area is its lock. */
static bool
has_lock(SkSpan extra)
{
    SkReader r = sk_reader(extra);

    while (sk_reader_left(&r) > 0) {
        uint64_t size = vint(&r);
        SkReader record = sk_reader(sk_reader_span(&r, size > sk_reader_left(&r) ? SIZE_MAX : (size_t)size));
        if (sk_reader_ok(&r) && vint(&record) == 1)
            return true;
    }
    return false;
}

/* @r: behind the lengths of its extra area and its data. */
static bool
file_5(Shape *self, SkReader r)
{
    SkRarFile file = { .unicode = true };
    uint64_t flags = vint(&r);

    (void)vint(&r);
    (void)vint(&r);
    sk_reader_skip(&r, (flags & RAR5_TIME) != 0 ? 4 : 0);
    file.summed = (flags & RAR5_SUM) != 0;
    file.crc = file.summed ? sk_reader_u32le(&r) : 0;
    if (self->files != NULL)
        g_array_append_val(self->files, file);
    return sk_reader_ok(&r);
}

static bool
head_5(Shape *self, SkSpan head, uint64_t *ret_type, uint64_t *ret_data)
{
    SkReader r = sk_reader(head);
    uint64_t type = vint(&r), flags = vint(&r);
    uint64_t extra = (flags & 1) != 0 ? vint(&r) : 0;
    uint64_t data = (flags & 2) != 0 ? vint(&r) : 0;

    *ret_type = type;
    *ret_data = data;
    if (type == RAR5_LOCK)
        return locked(self);
    if ((flags & 0x18) != 0 || (type == RAR5_MAIN && (vint(&r) & 1) != 0))
        return parted(self);
    if (!sk_reader_ok(&r) || extra > sk_reader_left(&r) || type == 0 || type > RAR5_END)
        return broken(self);
    if (type == RAR5_FILE && has_lock(sk_span_sub(head, head.n - (size_t)extra, (size_t)extra)))
        return locked(self);
    return type != RAR5_FILE || file_5(self, r) || broken(self);
}

static bool
shape_rar5(Shape *self)
{
    SkReader *r = &self->r;
    uint64_t type = 0;

    sk_reader_skip(r, 8);
    while (type != RAR5_END) {
        uint64_t data = 0;
        uint32_t crc = sk_reader_u32le(r);
        size_t at = r->at;
        uint64_t size = vint(r);
        SkSpan head = sk_reader_span(r, size > sk_reader_left(r) ? SIZE_MAX : (size_t)size);
        if (!sk_reader_ok(r) || sk_zip_crc(sk_span_sub(r->in, at, r->at - at)) != crc)
            return broken(self);
        if (!head_5(self, head, &type, &data))
            return false;
        sk_reader_skip(r, data > sk_reader_left(r) ? SIZE_MAX : (size_t)data);
        if (!sk_reader_ok(r))
            return broken(self);
    }
    return sk_reader_left(r) == 0 || trailing(self);
}

/* ---- cab ----------------------------------------------------------------------------------- */

static bool
shape_cab(Shape *self)
{
    sk_reader_skip(&self->r, 8);
    uint32_t size = sk_reader_u32le(&self->r);
    sk_reader_skip(&self->r, 18);
    unsigned flags = sk_reader_u16le(&self->r);

    if (!sk_reader_ok(&self->r) || size > self->r.in.n)
        return broken(self);
    if ((flags & 3) != 0)
        return parted(self);
    return size == self->r.in.n || trailing(self);
}

bool
sk_archive_shape(SkSpan input, SkType type, GArray *files, SkElement *ret_element, GError **error)
{
    Shape self = { .r = sk_reader(input), .files = files, .error = error };
    bool five = sk_span_starts(input, "Rar!\x1a\x07\x01");
    bool ok = type == SK_TYPE_7Z ? shape_7z(&self) : type == SK_TYPE_CAB ? shape_cab(&self)
            : five               ? shape_rar5(&self)
                                 : shape_rar4(&self);
    *ret_element = self.element;
    return ok;
}
