/* SPDX-License-Identifier: Apache-2.0
 * archive-lzh.c - contract in archive-lzh.h. */
#include "disarm/archive-lzh.h"

#include "base/reader.h"
#include "disarm/archive-time.h"

#define EXTRA_CRC 0x00u
#define EXTRA_NAME 0x01u
#define EXTRA_FOLDER 0x02u
#define EXTRA_SIZE_64 0x42u
#define EXTRA_CODEPAGE 0x46u
#define EXTRA_MODE 0x50u
#define EXTRA_UNIX_TIME 0x54u
#define CODEPAGE_UTF8 65001u
#define MODE_KIND 0xf000u
#define MODE_FOLDER 0x4000u
#define MODE_FILE 0x8000u

typedef struct {
    SkLzhMember member;
    SkSpan folder, name; /* borrowed */
    size_t crc_at;       /* where the header's own sum stands; 0: nowhere */
    uint16_t crc;
} Head;

/* CRC-16 with the polynomial 0x8005, from the low bit; two bytes at @hole count as zero. */
static uint16_t
crc16(SkSpan s, size_t hole)
{
    unsigned crc = 0;

    for (size_t i = 0; i < s.n; i++) {
        crc ^= hole != 0 && (i == hole || i == hole + 1) ? 0 : s.p[i];
        for (unsigned bit = 0; bit < 8; bit++)
            crc = (crc & 1) != 0 ? crc >> 1 ^ 0xa001 : crc >> 1;
    }
    return (uint16_t)crc;
}

static bool
sum_is(SkSpan s, unsigned want)
{
    unsigned sum = 0;

    for (size_t i = 0; i < s.n; i++)
        sum += s.p[i];
    return (sum & 0xff) == want;
}

static bool
read_extra(Head *self, SkReader *r, size_t begin, size_t n, GError **error)
{
    unsigned type = sk_reader_u8(r);
    size_t at = r->at - begin;
    SkSpan data = sk_reader_span(r, n - 3);
    SkReader in = sk_reader(data);

    switch (type) {
    case EXTRA_CRC:
        if (self->crc_at != 0)
            return sk_throw(error, SK_ERROR_AMBIGUOUS, "lzh: two sums");
        self->crc_at = at;
        self->crc = sk_reader_u16le(&in);
        break;
    case EXTRA_NAME:
        if (self->name.n > 0)
            return sk_throw(error, SK_ERROR_AMBIGUOUS, "lzh: two names");
        self->name = data;
        break;
    case EXTRA_FOLDER:
        if (self->folder.n > 0)
            return sk_throw(error, SK_ERROR_AMBIGUOUS, "lzh: two folders");
        self->folder = data;
        break;
    case EXTRA_CODEPAGE:
        self->member.utf8 = sk_reader_u32le(&in) == CODEPAGE_UTF8;
        break;
    case EXTRA_MODE: {
        unsigned kind = sk_reader_u16le(&in) & MODE_KIND;
        self->member.special = kind != 0 && kind != MODE_FOLDER && kind != MODE_FILE;
        break;
    }
    case EXTRA_UNIX_TIME:
        self->member.written = sk_archive_time(sk_reader_u32le(&in));
        break;
    case EXTRA_SIZE_64:
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "lzh: lengths of 64 bits");
    default:
        break;
    }
    return sk_reader_ok(r) && sk_reader_ok(&in) ? true : sk_throw(error, SK_ERROR_MALFORMED, "lzh: extra field");
}

/* A chain: each says how long the next is, itself and what it says included. *ret_n: bytes of all of them. */
static bool
read_extras(Head *self, SkReader *r, size_t begin, size_t *ret_n, GError **error)
{
    size_t total = 0;

    for (size_t n = sk_reader_u16le(r); n != 0; n = sk_reader_u16le(r)) {
        if (n < 3 || n > sk_reader_left(r))
            return sk_throw(error, SK_ERROR_MALFORMED, "lzh: extra field");
        if (!read_extra(self, r, begin, n, error))
            return false;
        total += n;
    }
    *ret_n = total;
    return sk_reader_ok(r) || sk_throw(error, SK_ERROR_TRUNCATED, "lzh: cut short");
}

/* Levels 0 and 1, behind the byte that tells the level. */
static bool
read_old(Head *self, SkReader *r, size_t at, unsigned level, uint32_t *packed, GError **error)
{
    SkReader head = sk_reader(r->in);
    sk_reader_seek(&head, at);
    size_t size = sk_reader_u8(&head);
    unsigned sum = sk_reader_u8(&head);
    SkSpan whole = sk_reader_span(&head, size);
    size_t extras = 0;

    self->name = sk_reader_span(r, sk_reader_u8(r));
    self->member.crc = sk_reader_u16le(r);
    if (!sk_reader_ok(r) || !sk_reader_ok(&head) || !sum_is(whole, sum))
        return sk_throw(error, SK_ERROR_MALFORMED, "lzh: header");
    if (level == 0) {
        if (r->at > head.at)
            return sk_throw(error, SK_ERROR_MALFORMED, "lzh: header");
        sk_reader_seek(r, head.at);
        return true;
    }
    SkSpan name = self->name;
    sk_reader_skip(r, 1);
    if (r->at + 2 > head.at)
        return sk_throw(error, SK_ERROR_MALFORMED, "lzh: header");
    sk_reader_seek(r, head.at - 2);
    self->name = SK_SPAN_EMPTY;
    if (!read_extras(self, r, at, &extras, error))
        return false;
    if (name.n > 0 && self->name.n > 0)
        return sk_throw(error, SK_ERROR_AMBIGUOUS, "lzh: two names");
    self->name = name.n > 0 ? name : self->name;
    if (extras > *packed)
        return sk_throw(error, SK_ERROR_MALFORMED, "lzh: header");
    *packed -= (uint32_t)extras;
    return true;
}

static bool
read_new(Head *self, SkReader *r, size_t at, GError **error)
{
    SkReader head = sk_reader(r->in);
    sk_reader_seek(&head, at);
    SkSpan whole = sk_reader_span(&head, sk_reader_u16le(&head) - 2u);
    size_t extras = 0;

    self->member.crc = sk_reader_u16le(r);
    sk_reader_skip(r, 1);
    if (!read_extras(self, r, at, &extras, error))
        return false;
    /* one byte may stand behind, so that no header begins with a zero */
    if (!sk_reader_ok(&head) || head.at < r->at || head.at - r->at > 1)
        return sk_throw(error, SK_ERROR_MALFORMED, "lzh: header");
    SkSpan all = sk_span_sub(r->in, at, whole.n + 2);
    if (self->crc_at != 0 && crc16(all, self->crc_at) != self->crc)
        return sk_throw(error, SK_ERROR_MALFORMED, "lzh: sum of a header");
    sk_reader_seek(r, head.at);
    return true;
}

static void
put_name(Head *self)
{
    GByteArray *name = g_byte_array_new();

    g_byte_array_append(name, self->folder.p, (guint)self->folder.n);
    for (guint i = 0; i < name->len; i++)
        name->data[i] = name->data[i] == 0xff ? '/' : name->data[i];
    if (name->len > 0 && name->data[name->len - 1] != '/')
        g_byte_array_append(name, (const guint8 *)"/", 1);
    guint folders = name->len;
    g_byte_array_append(name, self->name.p, (guint)self->name.n);
    for (guint i = folders; i < name->len; i++)
        name->data[i] = name->data[i] == 0xff ? '/' : name->data[i];
    self->member.name = name;
}

static bool
read_member(SkReader *r, SkLzhMember *ret, GError **error)
{
    Head self = { .crc_at = 0 };
    size_t at = r->at;

    sk_reader_skip(r, 2);
    SkSpan method = sk_reader_span(r, sizeof self.member.method);
    uint32_t packed = sk_reader_u32le(r);
    self.member.size = sk_reader_u32le(r);
    uint32_t time = sk_reader_u32le(r);
    sk_reader_skip(r, 1);
    unsigned level = sk_reader_u8(r);
    if (!sk_reader_ok(r) || method.p[0] != '-' || method.p[1] != 'l' || method.p[4] != '-')
        return sk_throw(error, SK_ERROR_MALFORMED, "lzh: header");
    if (level > 2)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "lzh: header of level %u", level);
    for (size_t i = 0; i < method.n; i++)
        self.member.method[i] = method.p[i];
    self.member.folder = sk_span_is(method, "-lhd-");
    self.member.written = level == 2 ? sk_archive_time(time) : time;
    if (!(level == 2 ? read_new(&self, r, at, error) : read_old(&self, r, at, level, &packed, error)))
        return false;
    self.member.packed = sk_reader_span(r, packed);
    if (!sk_reader_ok(r))
        return sk_throw(error, SK_ERROR_TRUNCATED, "lzh: cut short");
    if (self.member.folder && (packed != 0 || self.member.size != 0))
        return sk_throw(error, SK_ERROR_AMBIGUOUS, "lzh: a folder with content");
    put_name(&self);
    /* LHa for UNIX writes a link as a folder called `name|target` */
    self.member.special = self.member.special ||
                          (self.member.folder && sk_span_find(self.name, 0, sk_span_str("|")) != SIZE_MAX);
    *ret = self.member;
    return true;
}

static void
member_clear(void *member)
{
    g_byte_array_unref(((SkLzhMember *)member)->name);
}

bool
sk_lzh_walk(SkSpan input, uint32_t most, GArray **ret, SkElement *ret_element, GError **error)
{
    g_autoptr(GArray) members = g_array_new(FALSE, FALSE, sizeof(SkLzhMember));
    SkReader r = sk_reader(input);

    g_array_set_clear_func(members, member_clear);
    while (sk_reader_left(&r) > 0 && sk_reader_peek(&r, 0) != 0) {
        SkLzhMember member = { .utf8 = false };
        if (members->len >= most)
            return sk_throw(error, SK_ERROR_LIMIT, "lzh: over %u members", most);
        if (!read_member(&r, &member, error))
            return false;
        g_array_append_val(members, member);
    }
    if (sk_reader_left(&r) > 1) {
        *ret_element = SK_ELEMENT_TRAILING_DATA;
        return sk_throw(error, SK_ERROR_AMBIGUOUS, "lzh: data behind the end");
    }
    *ret = g_steal_pointer(&members);
    return true;
}

static void
put32(uint8_t *p, uint32_t v)
{
    for (unsigned i = 0; i < 4; i++)
        p[i] = (uint8_t)(v >> 8 * i);
}

void
sk_lzh_head(const SkLzhMember *member, uint8_t ret[SK_LZH_HEAD])
{
    unsigned sum = 0;

    for (unsigned i = 0; i < SK_LZH_HEAD; i++)
        ret[i] = 0;
    ret[0] = SK_LZH_HEAD - 2;
    for (unsigned i = 0; i < sizeof member->method; i++)
        ret[2 + i] = member->method[i];
    put32(ret + 7, (uint32_t)member->packed.n);
    put32(ret + 11, member->size);
    put32(ret + 15, 0x00210000);
    ret[19] = 0x20;
    ret[21] = 1;
    ret[22] = 'm';
    ret[23] = (uint8_t)member->crc;
    ret[24] = (uint8_t)(member->crc >> 8);
    for (unsigned i = 2; i < SK_LZH_HEAD; i++)
        sum += ret[i];
    ret[1] = (uint8_t)sum;
}
