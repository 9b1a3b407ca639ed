/* SPDX-License-Identifier: Apache-2.0
 * tnef.c - the stream of a winmail.dat ([MS-OXTNEF]): attributes of the message and of its attachments, most of them wrappers of
 * the properties that a .msg file has. Contract in mapi.h. */
#include "format/mapi.h"

#include "base/reader.h"

#define SIGNATURE 0x223E9F78u
#define MULTIPLE 0x1000u /* a property that is a list */
#define NAMED 0x8000u

/* Attributes ([MS-OXTNEF] 2.1.3): identifiers with their types in the upper half. */
enum {
    ATT_SUBJECT = 0x00018004,
    ATT_BODY = 0x0002800C,
    ATT_ATTACH_DATA = 0x0006800F,
    ATT_ATTACH_TITLE = 0x00018010,
    ATT_RENDER_DATA = 0x00069002,
    ATT_PROPERTIES = 0x00069003,
    ATT_RECIPIENTS = 0x00069004,
    ATT_ATTACHMENT = 0x00069005,
    ATT_CODEPAGE = 0x00069007,
};

typedef struct {
    const SkLimits *limits;
    uint64_t left;   /* bytes that may still be kept */
    uint32_t values; /* properties that may still be read */
} Reader;

static bool read_stream(Reader *self, SkSpan stream, unsigned depth, SkMapi *out, GError **error);

static bool
cut_short(GError **error)
{
    return sk_throw(error, SK_ERROR_TRUNCATED, "tnef: cut short");
}

static bool
keep(Reader *self, SkMapi *out, uint32_t id, uint32_t type, SkSpan value, GError **error)
{
    if (value.n > self->left)
        return sk_throw(error, SK_ERROR_LIMIT, "tnef: too much of it");
    self->left -= value.n;
    return sk_mapi_set(out, id, type, g_bytes_new(value.p, value.n)) ||
           sk_throw(error, SK_ERROR_AMBIGUOUS, "tnef: the property %04X%04X stands twice", id, type);
}

/* ---- properties ------------------------------------------------------------------------------- */

/* Bytes of a value with the zeros that fill it up; 0: its length stands before it, SIZE_MAX: nobody knows. */
static size_t
width_of(uint32_t type)
{
    switch (type) {
    case 0x02:
    case 0x03:
    case 0x04:
    case 0x0A:
    case 0x0B:
        return 4;
    case 0x05:
    case 0x06:
    case 0x07:
    case 0x14:
    case 0x40:
        return 8;
    case 0x48:
        return 16;
    case SK_MAPI_OBJECT:
    case SK_MAPI_STRING8:
    case SK_MAPI_UNICODE:
    case SK_MAPI_BINARY:
        return 0;
    default:
        return SIZE_MAX;
    }
}

/* A property with a name of its own: its set, and a number or words. */
static void
skip_name(SkReader *r)
{
    sk_reader_skip(r, 16);
    if (sk_reader_u32le(r) == 0) {
        sk_reader_skip(r, 4);
    } else {
        uint32_t n = sk_reader_u32le(r);
        sk_reader_skip(r, n);
        sk_reader_skip(r, (4 - n % 4) % 4);
    }
}

static SkSpan
take_value(SkReader *r, size_t width)
{
    uint32_t n = width > 0 ? (uint32_t)width : sk_reader_u32le(r);
    SkSpan value = sk_reader_span(r, n);

    sk_reader_skip(r, (4 - n % 4) % 4);
    return value;
}

/* An attachment that is a message: behind the name of its interface, a stream like this one. */
static bool
take_message(Reader *self, SkMapi *out, SkSpan value, unsigned depth, GError **error)
{
    SkSpan stream = sk_span_sub(value, MIN(value.n, 16), value.n - MIN(value.n, 16));

    if (!sk_tnef_is(stream))
        return true; /* an object of another program: told by whoever looks for its content */
    if (out->message != NULL)
        return sk_throw(error, SK_ERROR_AMBIGUOUS, "tnef: an attachment that is two messages");
    out->message = sk_mapi_new();
    return read_stream(self, stream, depth + 1, out->message, error);
}

static bool
read_value(Reader *self, SkReader *r, uint32_t id, uint32_t type, unsigned depth, SkMapi *out, GError **error)
{
    bool list = (type & MULTIPLE) != 0;
    size_t width = width_of(type & ~MULTIPLE);
    uint32_t n = list || width == 0 ? sk_reader_u32le(r) : 1;

    if (width == SIZE_MAX)
        return sk_throw(error, SK_ERROR_MALFORMED, "tnef: a property of the unknown type %04X", type);
    for (uint32_t i = 0; i < n; i++) {
        SkSpan value = take_value(r, width);
        if (!sk_reader_ok(r))
            return cut_short(error);
        if (list || i > 0)
            continue;
        if (type == SK_MAPI_OBJECT && id == SK_MAPI_CONTENT && !take_message(self, out, value, depth, error))
            return false;
        if (sk_mapi_is_kept(id, type) && !keep(self, out, id, type, value, error))
            return false;
    }
    return true;
}

static bool
read_properties(Reader *self, SkReader *r, unsigned depth, SkMapi *out, GError **error)
{
    uint32_t n = sk_reader_u32le(r);

    for (uint32_t i = 0; i < n; i++) {
        uint32_t type = sk_reader_u16le(r), id = sk_reader_u16le(r);
        bool named = id >= NAMED;
        if (named)
            skip_name(r);
        if (!sk_reader_ok(r))
            return cut_short(error);
        if (self->values-- == 0)
            return sk_throw(error, SK_ERROR_LIMIT, "tnef: over %u properties", self->limits->items);
        if (!read_value(self, r, named ? 0 : id, type, depth, out, error))
            return false;
    }
    return true;
}

static bool
read_recipients(Reader *self, SkSpan data, unsigned depth, SkMapi *out, GError **error)
{
    SkReader r = sk_reader(data);
    uint32_t n = sk_reader_u32le(&r);

    for (uint32_t i = 0; i < n; i++) {
        if (!sk_reader_ok(&r))
            return cut_short(error);
        if (out->recipients->len >= self->limits->items)
            return sk_throw(error, SK_ERROR_LIMIT, "tnef: over %u recipients", self->limits->items);
        SkMapi *one = sk_mapi_new();
        g_ptr_array_add(out->recipients, one);
        if (!read_properties(self, &r, depth, one, error))
            return false;
    }
    return true;
}

/* ---- attributes ------------------------------------------------------------------------------- */

typedef struct {
    uint32_t id;
    SkSpan data;
} Attribute;

static bool
read_attribute(SkReader *r, Attribute *ret, GError **error)
{
    uint16_t sum = 0;
    uint8_t level = sk_reader_u8(r);

    ret->id = sk_reader_u32le(r);
    ret->data = sk_reader_span(r, sk_reader_u32le(r));
    uint16_t said = sk_reader_u16le(r);
    if (!sk_reader_ok(r))
        return cut_short(error);
    for (size_t i = 0; i < ret->data.n; i++)
        sum = (uint16_t)(sum + ret->data.p[i]);
    if (sum != said || level < 1 || level > 2)
        return sk_throw(error, SK_ERROR_AMBIGUOUS, "tnef: an attribute with a wrong sum, or of no level");
    return true;
}

/* What an attribute says in its own way, and properties may say again. */
static bool
keep_old(Reader *self, SkMapi *out, uint32_t id, uint32_t type, SkSpan value, GError **error)
{
    return sk_mapi_bytes(out, id, (SkMapiType)type) != NULL || keep(self, out, id, type, value, error);
}

static bool
begin_attachment(Reader *self, SkMapi *out, GError **error)
{
    if (out->attachments->len >= self->limits->items)
        return sk_throw(error, SK_ERROR_LIMIT, "tnef: over %u attachments", self->limits->items);
    g_ptr_array_add(out->attachments, sk_mapi_new());
    return true;
}

static bool
take_attachment(Reader *self, const Attribute *attribute, unsigned depth, SkMapi *out, GError **error)
{
    if (attribute->id == ATT_RENDER_DATA || out->attachments->len == 0) {
        if (!begin_attachment(self, out, error))
            return false;
    }
    SkMapi *last = g_ptr_array_index(out->attachments, out->attachments->len - 1);
    if (attribute->id == ATT_ATTACH_DATA)
        return keep_old(self, last, SK_MAPI_CONTENT, SK_MAPI_BINARY, attribute->data, error);
    if (attribute->id == ATT_ATTACH_TITLE)
        return keep_old(self, last, SK_MAPI_FILE_NAME, SK_MAPI_STRING8, attribute->data, error);
    if (attribute->id != ATT_ATTACHMENT)
        return true;
    SkReader r = sk_reader(attribute->data);
    return read_properties(self, &r, depth, last, error);
}

static bool
take(Reader *self, const Attribute *attribute, unsigned depth, SkMapi *out, GError **error)
{
    SkReader r = sk_reader(attribute->data);

    switch (attribute->id) {
    case ATT_SUBJECT:
        return keep_old(self, out, SK_MAPI_SUBJECT, SK_MAPI_STRING8, attribute->data, error);
    case ATT_BODY:
        return keep_old(self, out, SK_MAPI_BODY, SK_MAPI_STRING8, attribute->data, error);
    case ATT_CODEPAGE:
        return keep_old(self, out, SK_MAPI_MESSAGE_CODEPAGE, SK_MAPI_LONG, sk_reader_span(&r, MIN(4, attribute->data.n)), error);
    case ATT_PROPERTIES:
        return read_properties(self, &r, depth, out, error);
    case ATT_RECIPIENTS:
        return read_recipients(self, attribute->data, depth, out, error);
    case ATT_ATTACH_DATA:
    case ATT_ATTACH_TITLE:
    case ATT_RENDER_DATA:
    case ATT_ATTACHMENT:
        return take_attachment(self, attribute, depth, out, error);
    default:
        return true;
    }
}

static bool
read_stream(Reader *self, SkSpan stream, unsigned depth, SkMapi *out, GError **error)
{
    SkReader r = sk_reader(stream);

    if (depth > self->limits->depth)
        return sk_throw(error, SK_ERROR_LIMIT, "tnef: messages over %u deep", self->limits->depth);
    sk_reader_skip(&r, 6);
    while (sk_reader_ok(&r) && sk_reader_left(&r) > 0) {
        Attribute attribute;
        if (!read_attribute(&r, &attribute, error) || !take(self, &attribute, depth, out, error))
            return false;
    }
    return sk_reader_ok(&r) || cut_short(error);
}

bool
sk_tnef_is(SkSpan stream)
{
    SkReader r = sk_reader(stream);

    return sk_reader_u32le(&r) == SIGNATURE && sk_reader_ok(&r);
}

bool
sk_tnef_read(SkSpan stream, const SkLimits *limits, SkMapi **ret, GError **error)
{
    g_autoptr(SkMapi) out = sk_mapi_new();
    Reader self = { .limits = limits, .left = limits->expanded, .values = limits->items };

    if (!sk_tnef_is(stream))
        return sk_throw(error, SK_ERROR_MALFORMED, "tnef: no such stream");
    if (!read_stream(&self, stream, 0, out, error))
        return false;
    *ret = g_steal_pointer(&out);
    return true;
}
