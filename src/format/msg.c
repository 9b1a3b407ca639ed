/* SPDX-License-Identifier: Apache-2.0
 * msg.c - a .msg file: properties in the streams of a compound file, storages for recipients, attachments and messages in
 * messages ([MS-OXMSG]). Contract in mapi.h. */
#include "format/mapi.h"

#include "base/reader.h"
#include "format/ole2.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    const SkOle2 *ole2;
    const SkLimits *limits;
    GPtrArray *inside; /* of GPtrArray of SkOle2Entry, by storage: a search through all for each would be quadratic */
    uint64_t left;     /* bytes that may still be read */
} Reader;

#define PROPERTIES "__properties_version1.0"
#define STREAM "__substg1.0_"

/* What stands before the properties, by what the storage is ([MS-OXMSG] 2.4.1). */
typedef enum { HEAD_FILE = 32, HEAD_EMBEDDED = 24, HEAD_PART = 8 } Head;

static bool
read_stream(Reader *self, const SkOle2Entry *entry, GBytes **ret, GError **error)
{
    if (!sk_ole2_read(self->ole2, entry, self->left, ret, error))
        return false;
    self->left -= g_bytes_get_size(*ret);
    return true;
}

static GPtrArray *
inside_of(const SkOle2 *ole2)
{
    GPtrArray *out = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);

    for (uint32_t i = 0; i < sk_ole2_count(ole2); i++)
        g_ptr_array_add(out, g_ptr_array_new());
    for (uint32_t i = 1; i < sk_ole2_count(ole2); i++)
        g_ptr_array_add(g_ptr_array_index(out, sk_ole2_get(ole2, i)->parent), (gpointer)sk_ole2_get(ole2, i));
    return out;
}

static const GPtrArray *
inside(const Reader *self, uint32_t storage)
{
    return g_ptr_array_index(self->inside, storage);
}

static const SkOle2Entry *
lookup(const Reader *self, uint32_t storage, const char *name, SkOle2Kind kind)
{
    for (guint i = 0; i < inside(self, storage)->len; i++) {
        const SkOle2Entry *entry = g_ptr_array_index(inside(self, storage), i);
        if (entry->kind == kind && g_ascii_strcasecmp(entry->name, name) == 0)
            return entry;
    }
    return NULL;
}

/* The name's eight digits, identifier and type; false: another name, or a value of a list. */
static bool
tag_of(const char *name, uint32_t *id, uint32_t *type)
{
    char *end = NULL;

    if (g_ascii_strncasecmp(name, STREAM, strlen(STREAM)) != 0 || strlen(name) != strlen(STREAM) + 8)
        return false;
    unsigned long tag = strtoul(name + strlen(STREAM), &end, 16);
    *id = (uint32_t)(tag >> 16);
    *type = (uint32_t)(tag & 0xffff);
    return *end == '\0';
}

static bool
set(SkMapi *out, uint32_t id, uint32_t type, GBytes *bytes, GError **error)
{
    return sk_mapi_set(out, id, type, bytes) || sk_throw(error, SK_ERROR_AMBIGUOUS, "msg: the property %04X%04X stands twice", id, type);
}

/* The numbers and times; everything longer has a stream of its own. */
static bool
read_fixed(Reader *self, uint32_t storage, Head head, SkMapi *out, GError **error)
{
    const SkOle2Entry *entry = lookup(self, storage, PROPERTIES, SK_OLE2_STREAM);
    g_autoptr(GBytes) bytes = NULL;

    if (entry == NULL)
        return sk_throw(error, SK_ERROR_MALFORMED, "msg: no properties");
    if (!read_stream(self, entry, &bytes, error))
        return false;
    SkReader r = sk_reader_from_bytes(bytes);
    sk_reader_skip(&r, head);
    while (sk_reader_left(&r) >= 16) {
        uint32_t type = sk_reader_u16le(&r), id = sk_reader_u16le(&r);
        sk_reader_skip(&r, 4); /* who may read and write it */
        SkSpan value = sk_reader_span(&r, 8);
        bool fixed = type == SK_MAPI_LONG || type == SK_MAPI_TIME;
        if (fixed && sk_mapi_is_kept(id, type) &&
            !set(out, id, type, g_bytes_new(value.p, type == SK_MAPI_LONG ? 4 : 8), error))
            return false;
    }
    return sk_reader_ok(&r) ? true : sk_throw(error, SK_ERROR_TRUNCATED, "msg: properties without their head");
}

static bool
read_streams(Reader *self, uint32_t storage, SkMapi *out, GError **error)
{
    for (guint i = 0; i < inside(self, storage)->len; i++) {
        const SkOle2Entry *entry = g_ptr_array_index(inside(self, storage), i);
        uint32_t id, type;
        g_autoptr(GBytes) bytes = NULL;
        if (entry->kind != SK_OLE2_STREAM || !tag_of(entry->name, &id, &type) || !sk_mapi_is_kept(id, type))
            continue;
        if (!read_stream(self, entry, &bytes, error) || !set(out, id, type, g_steal_pointer(&bytes), error))
            return false;
    }
    return true;
}

static bool read_message(Reader *self, uint32_t storage, Head head, unsigned depth, SkMapi *out, GError **error);

static bool
read_attachment(Reader *self, uint32_t storage, unsigned depth, SkMapi *out, GError **error)
{
    const SkOle2Entry *inner = lookup(self, storage, STREAM "3701000D", SK_OLE2_STORAGE);

    if (!read_fixed(self, storage, HEAD_PART, out, error) || !read_streams(self, storage, out, error))
        return false;
    if (inner == NULL || sk_mapi_number(out, SK_MAPI_ATTACH_METHOD, 0) == SK_MAPI_OLE)
        return true;
    out->message = sk_mapi_new();
    return read_message(self, sk_ole2_index(self->ole2, inner), HEAD_EMBEDDED, depth + 1, out->message, error);
}

static int
by_name(const void *a, const void *b)
{
    const SkOle2Entry *const *x = a, *const *y = b;

    return g_ascii_strcasecmp((*x)->name, (*y)->name);
}

/* The storages called @prefix and a number, in its order. */
static GPtrArray *
numbered(const Reader *self, uint32_t storage, const char *prefix)
{
    GPtrArray *out = g_ptr_array_new();

    for (guint i = 0; i < inside(self, storage)->len; i++) {
        const SkOle2Entry *entry = g_ptr_array_index(inside(self, storage), i);
        if (entry->kind == SK_OLE2_STORAGE && g_ascii_strncasecmp(entry->name, prefix, strlen(prefix)) == 0)
            g_ptr_array_add(out, (gpointer)entry);
    }
    g_ptr_array_sort(out, by_name);
    return out;
}

static bool
read_message(Reader *self, uint32_t storage, Head head, unsigned depth, SkMapi *out, GError **error)
{
    g_autoptr(GPtrArray) recipients = numbered(self, storage, "__recip_version1.0_#");
    g_autoptr(GPtrArray) attachments = numbered(self, storage, "__attach_version1.0_#");

    if (depth > self->limits->depth)
        return sk_throw(error, SK_ERROR_LIMIT, "msg: messages over %u deep", self->limits->depth);
    if (!read_fixed(self, storage, head, out, error) || !read_streams(self, storage, out, error))
        return false;
    for (guint i = 0; i < recipients->len; i++) {
        uint32_t at = sk_ole2_index(self->ole2, g_ptr_array_index(recipients, i));
        SkMapi *one = sk_mapi_new();
        g_ptr_array_add(out->recipients, one);
        if (!read_fixed(self, at, HEAD_PART, one, error) || !read_streams(self, at, one, error))
            return false;
    }
    for (guint i = 0; i < attachments->len; i++) {
        SkMapi *one = sk_mapi_new();
        g_ptr_array_add(out->attachments, one);
        if (!read_attachment(self, sk_ole2_index(self->ole2, g_ptr_array_index(attachments, i)), depth, one, error))
            return false;
    }
    return true;
}

bool
sk_msg_read(SkSpan file, const SkLimits *limits, SkMapi **ret, GError **error)
{
    g_autoptr(SkOle2) ole2 = NULL;
    g_autoptr(SkMapi) out = sk_mapi_new();

    if (!sk_ole2_open(file, limits, &ole2, error))
        return false;
    g_autoptr(GPtrArray) entries = inside_of(ole2);
    Reader self = { .ole2 = ole2, .limits = limits, .inside = entries, .left = limits->expanded };
    if (!read_message(&self, 0, HEAD_FILE, 0, out, error))
        return false;
    *ret = g_steal_pointer(&out);
    return true;
}
