/* SPDX-License-Identifier: Apache-2.0
 * archive-lock-7z.c - contract in archive-lock-7z.h. */
#include "disarm/archive-lock-7z.h"

#include "base/reader.h"
#include "disarm/crypt.h"
#include "format/zip.h"

#include <lzma.h>
#include <nettle/sha2.h>
#include <string.h>

#define HEAD_LEN 32u
#define LIST_MAX (32u << 20)
#define CODERS_MAX 8u
#define STREAMS_MAX 16u
#define FOLDERS_MAX 65536u
#define NESTED_MAX 4u
#define CYCLES_NONE 0x3fu
#define WORK_MAX (UINT64_C(1) << 30) /* bytes to be digested for all keys; 7-Zip asks for some 20 MB */

enum { K_END = 0, K_HEADER = 1, K_MAIN = 4, K_PACK = 6, K_UNPACK = 7, K_SIZE = 9, K_CRC = 10, K_FOLDER = 11, K_SIZES = 12, K_ENCODED = 23 };

typedef struct {
    SkSpan id, props; /* borrowed */
    uint64_t ins, outs;
} Coder;

typedef struct {
    Coder coders[CODERS_MAX];
    unsigned n, ins, outs, binds, packs;
    uint64_t bind_in[STREAMS_MAX], bind_out[STREAMS_MAX];
    uint64_t packed[STREAMS_MAX]; /* which in-stream each pack stream feeds */
    uint64_t sizes[STREAMS_MAX];  /* of its out-streams */
    unsigned first_pack;
} Folder;

typedef struct {
    uint64_t at;
    GArray *sizes;   /* owned: of uint64_t: pack streams */
    GArray *folders; /* owned: of Folder */
    SkSpan digests;  /* borrowed: what stands behind the sizes of unpacked streams, to the end of all streams */
} Streams;

typedef struct {
    SkSpan input;
    const char *password;
    bool locked, wrong, counted;
    uint64_t work;
    SkSpan salt; /* of `key`, where counted */
    unsigned cycles;
    uint8_t key[SK_AES_KEY_MAX];
} Lock;

static void
streams_clear(Streams *self)
{
    g_clear_pointer(&self->sizes, g_array_unref);
    g_clear_pointer(&self->folders, g_array_unref);
}
#define autostreams __attribute__((cleanup(streams_clear))) Streams

/* ---- reading the list ---------------------------------------------------------------------- */

static uint64_t
number(SkReader *r)
{
    unsigned first = sk_reader_u8(r);
    uint64_t value = 0;

    for (unsigned i = 0; i < 8; i++) {
        unsigned mask = 0x80u >> i;
        if ((first & mask) == 0)
            return value | (uint64_t)(first & (mask - 1)) << 8 * i;
        value |= (uint64_t)sk_reader_u8(r) << 8 * i;
    }
    return value;
}

static bool
read_coder(SkReader *r, Coder *coder)
{
    unsigned flags = sk_reader_u8(r);

    coder->id = sk_reader_span(r, flags & 0xf);
    coder->ins = coder->outs = 1;
    if ((flags & 0x10) != 0) {
        coder->ins = number(r);
        coder->outs = number(r);
    }
    uint64_t n = (flags & 0x20) != 0 ? number(r) : 0;
    coder->props = sk_reader_span(r, n > sk_reader_left(r) ? SIZE_MAX : (size_t)n);
    return sk_reader_ok(r) && (flags & 0xc0) == 0 && coder->ins <= STREAMS_MAX && coder->outs <= STREAMS_MAX;
}

static bool
is_bound(const Folder *folder, uint64_t in)
{
    for (unsigned i = 0; i < folder->binds; i++) {
        if (folder->bind_in[i] == in)
            return true;
    }
    return false;
}

static bool
read_folder(SkReader *r, Folder *folder)
{
    uint64_t n = number(r);

    if (n == 0 || n > CODERS_MAX)
        return false;
    folder->n = (unsigned)n;
    for (unsigned i = 0; i < folder->n; i++) {
        if (!read_coder(r, &folder->coders[i]))
            return false;
        folder->ins += (unsigned)folder->coders[i].ins;
        folder->outs += (unsigned)folder->coders[i].outs;
    }
    if (folder->outs == 0 || folder->ins > STREAMS_MAX || folder->outs > STREAMS_MAX || folder->ins < folder->outs)
        return false;
    folder->binds = folder->outs - 1;
    for (unsigned i = 0; i < folder->binds; i++) {
        folder->bind_in[i] = number(r);
        folder->bind_out[i] = number(r);
    }
    folder->packs = folder->ins - folder->binds;
    for (uint64_t in = 0; folder->packs == 1 && in < folder->ins; in++) {
        if (!is_bound(folder, in))
            folder->packed[0] = in;
    }
    for (unsigned i = 0; folder->packs > 1 && i < folder->packs; i++)
        folder->packed[i] = number(r);
    return sk_reader_ok(r);
}

static bool
read_pack(SkReader *r, Streams *streams)
{
    streams->at = number(r);
    uint64_t n = number(r);

    if (sk_reader_u8(r) != K_SIZE || n > sk_reader_left(r))
        return false;
    for (uint64_t i = 0; i < n; i++) {
        uint64_t size = number(r);
        g_array_append_val(streams->sizes, size);
    }
    return sk_reader_ok(r) && sk_reader_u8(r) == K_END; /* 7-Zip says no sums here */
}

static bool
read_folders(SkReader *r, Streams *streams)
{
    unsigned pack = 0;

    if (sk_reader_u8(r) != K_FOLDER)
        return false;
    uint64_t n = number(r);
    if (sk_reader_u8(r) != 0 || n > FOLDERS_MAX || n > sk_reader_left(r))
        return false;
    for (uint64_t i = 0; i < n; i++) {
        Folder folder = { .first_pack = pack };
        if (!read_folder(r, &folder))
            return false;
        pack += folder.packs;
        g_array_append_val(streams->folders, folder);
    }
    if (pack != streams->sizes->len || sk_reader_u8(r) != K_SIZES)
        return false;
    for (guint i = 0; i < streams->folders->len; i++) {
        Folder *folder = &g_array_index(streams->folders, Folder, i);
        for (unsigned out = 0; out < folder->outs; out++)
            folder->sizes[out] = number(r);
    }
    return sk_reader_ok(r);
}

static bool
read_streams(SkReader *r, Streams *streams)
{
    streams->sizes = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    streams->folders = g_array_new(FALSE, FALSE, sizeof(Folder));
    return sk_reader_u8(r) == K_PACK && read_pack(r, streams) && sk_reader_u8(r) == K_UNPACK &&
           read_folders(r, streams);
}

/* ---- keys ---------------------------------------------------------------------------------- */

static bool
is_aes(const Coder *coder)
{
    return sk_span_equal(coder->id, sk_span("\x06\xf1\x07\x01", 4)) && coder->ins == 1 && coder->outs == 1;
}

static void
spin(Lock *self, SkSpan salt, const uint8_t *word, size_t n)
{
    struct sha256_ctx digest;
    uint8_t counter[8] = { 0 };

    sha256_init(&digest);
    for (uint64_t round = 0; round < UINT64_C(1) << self->cycles; round++) {
        for (unsigned i = 0; i < sizeof counter; i++)
            counter[i] = (uint8_t)(round >> 8 * i);
        sha256_update(&digest, salt.n, salt.p);
        sha256_update(&digest, n, word);
        sha256_update(&digest, sizeof counter, counter);
    }
    sha256_digest(&digest, SHA256_DIGEST_SIZE, self->key);
}

static void
join(Lock *self, SkSpan salt, const uint8_t *word, size_t n)
{
    for (size_t i = 0; i < sizeof self->key; i++)
        self->key[i] = i < salt.n ? salt.p[i] : i - salt.n < n ? word[i - salt.n] : 0;
}

static bool
make_key(Lock *self, unsigned cycles, SkSpan salt, GError **error)
{
    glong units = 0;

    if (self->counted && self->cycles == cycles && sk_span_equal(self->salt, salt))
        return true;
    g_autofree gunichar2 *wide = g_utf8_to_utf16(self->password, -1, NULL, &units, NULL);
    if (wide == NULL)
        return sk_throw(error, SK_ERROR_MALFORMED, "7z: password");
    g_autofree uint8_t *word = g_malloc((gsize)units * 2 + 1);
    for (glong i = 0; i < units; i++) {
        word[2 * i] = (uint8_t)wide[i];
        word[2 * i + 1] = (uint8_t)(wide[i] >> 8);
    }
    size_t n = (size_t)units * 2;
    self->cycles = cycles;
    self->salt = salt;
    self->counted = true;
    if (cycles == CYCLES_NONE)
        join(self, salt, word, n);
    else if (cycles > 24 || (self->work += (salt.n + n + 8) << cycles) > WORK_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "7z: too many rounds");
    else
        spin(self, salt, word, n);
    explicit_bzero(word, n);
    explicit_bzero(wide, n);
    return true;
}

/* @ret: as many bytes as @plain says; the rest of the last block is filling. */
static bool
decrypt(Lock *self, const Coder *coder, SkSpan in, uint64_t plain, GByteArray *ret, GError **error)
{
    SkReader r = sk_reader(coder->props);
    unsigned first = sk_reader_u8(&r), second = (first & 0xc0) != 0 ? sk_reader_u8(&r) : 0;
    SkSpan salt = sk_reader_span(&r, (first >> 7 & 1) + (second >> 4));
    SkSpan vector = sk_reader_span(&r, (first >> 6 & 1) + (second & 0xf));
    uint8_t iv[SK_AES_BLOCK] = { 0 };
    SkAes aes;

    if (!sk_reader_ok(&r) || in.n % SK_AES_BLOCK != 0 || plain > in.n || in.n - plain >= SK_AES_BLOCK || in.n > G_MAXUINT / 2)
        return sk_throw(error, SK_ERROR_MALFORMED, "7z: lock");
    if (!make_key(self, first & 0x3f, salt, error))
        return false;
    for (size_t i = 0; i < vector.n; i++)
        iv[i] = vector.p[i];
    guint at = ret->len;
    g_byte_array_set_size(ret, at + (guint)in.n);
    sk_aes_set(&aes, sk_span(self->key, sizeof self->key));
    sk_aes_cbc(&aes, iv, in, ret->data + at);
    g_byte_array_set_size(ret, at + (guint)plain);
    explicit_bzero(&aes, sizeof aes);
    return true;
}

/* ---- streams ------------------------------------------------------------------------------- */

static bool
pack_stream(const Lock *self, const Streams *streams, unsigned index, SkSpan *ret)
{
    SkSpan body = sk_span_sub(self->input, HEAD_LEN, self->input.n - HEAD_LEN);
    uint64_t at = streams->at, size = g_array_index(streams->sizes, uint64_t, index);

    for (unsigned i = 0; i < index; i++) {
        uint64_t n = g_array_index(streams->sizes, uint64_t, i);
        if (n > body.n || at > body.n)
            return false;
        at += n;
    }
    if (at > body.n || size > body.n - at)
        return false;
    *ret = sk_span_sub(body, (size_t)at, (size_t)size);
    return true;
}

/* Which coder is a lock on what pack stream @pack feeds; n: none. *ret_out: its out-stream. */
static unsigned
lock_on(const Folder *folder, unsigned pack, unsigned *ret_out)
{
    unsigned in = 0, out = 0;

    for (unsigned i = 0; i < folder->n; i++) {
        if (folder->packed[pack] == in && is_aes(&folder->coders[i])) {
            *ret_out = out;
            return i;
        }
        in += (unsigned)folder->coders[i].ins;
        out += (unsigned)folder->coders[i].outs;
    }
    return folder->n;
}

static bool
has_lock(const Folder *folder)
{
    for (unsigned i = 0; i < folder->n; i++) {
        if (is_aes(&folder->coders[i]))
            return true;
    }
    return false;
}

/* All pack streams of @folder without locks, one behind the other; their lengths. */
static bool
open_folder(Lock *self, const Streams *streams, const Folder *folder, GByteArray *ret, uint64_t *ret_sizes, GError **error)
{
    for (unsigned i = 0; i < folder->packs; i++) {
        SkSpan in = SK_SPAN_EMPTY;
        unsigned out = 0;
        if (!pack_stream(self, streams, folder->first_pack + i, &in) || in.n > G_MAXUINT / 2 - ret->len)
            return sk_throw(error, SK_ERROR_MALFORMED, "7z: streams");
        unsigned coder = lock_on(folder, i, &out);
        guint before = ret->len;
        if (coder == folder->n)
            g_byte_array_append(ret, in.p, (guint)in.n);
        else if (!decrypt(self, &folder->coders[coder], in, folder->sizes[out], ret, error))
            return false;
        ret_sizes[i] = ret->len - before;
    }
    return true;
}

static bool
inflate_list(const Coder *coder, SkSpan in, uint64_t size, GByteArray *ret)
{
    lzma_filter filters[2] = { { .id = LZMA_FILTER_LZMA1 }, { .id = LZMA_VLI_UNKNOWN } };
    lzma_stream stream = LZMA_STREAM_INIT;

    if (size > LIST_MAX || lzma_properties_decode(&filters[0], NULL, coder->props.p, coder->props.n) != LZMA_OK)
        return false;
    lzma_options_lzma *options = filters[0].options;
    /* what is farther back than the list is long is never asked for */
    options->dict_size = MAX(4096u, MIN(options->dict_size, (uint32_t)size));
    g_byte_array_set_size(ret, (guint)size);
    bool ok = lzma_raw_decoder(&stream, filters) == LZMA_OK;
    stream.next_in = in.p;
    stream.avail_in = in.n;
    stream.next_out = ret->data;
    stream.avail_out = (size_t)size;
    lzma_ret rc = ok ? lzma_code(&stream, LZMA_RUN) : LZMA_PROG_ERROR;
    size_t left = stream.avail_out;
    lzma_end(&stream);
    free(filters[0].options);
    return (rc == LZMA_OK || rc == LZMA_STREAM_END) && left == 0;
}

/* The list stands in a folder of its own: locked, deflated by LZMA, or both. */
static bool
decode_list(Lock *self, SkReader *r, GByteArray *ret, GError **error)
{
    autostreams streams = { .at = 0 };
    uint64_t sizes[STREAMS_MAX];
    g_autoptr(GByteArray) plain = g_byte_array_new();

    if (!read_streams(r, &streams) || streams.folders->len != 1)
        return sk_throw(error, SK_ERROR_MALFORMED, "7z: list");
    const Folder *folder = &g_array_index(streams.folders, Folder, 0);
    bool locked = has_lock(folder);
    self->locked = self->locked || locked;
    if (locked && *self->password == '\0')
        return sk_throw(error, SK_ERROR_ENCRYPTED, "7z: locked");
    if (!open_folder(self, &streams, folder, plain, sizes, error))
        return false;
    const Coder *lzma = NULL;
    uint64_t size = plain->len;
    for (unsigned i = 0, out = 0; i < folder->n; out += (unsigned)folder->coders[i].outs, i++) {
        if (sk_span_equal(folder->coders[i].id, sk_span("\3\1\1", 3))) {
            lzma = &folder->coders[i];
            size = folder->sizes[out];
        }
    }
    bool ok = lzma == NULL || inflate_list(lzma, sk_span(plain->data, plain->len), size, ret);
    if (lzma == NULL)
        g_byte_array_append(ret, plain->data, plain->len);
    bool summed = sk_reader_u8(r) == K_CRC && sk_reader_u8(r) == 1;
    uint32_t crc = sk_reader_u32le(r);
    if (ok && summed && sk_reader_ok(r) && sk_zip_crc(sk_span(ret->data, ret->len)) == crc)
        return true;
    self->wrong = locked;
    return sk_throw(error, SK_ERROR_MALFORMED, "7z: list");
}

/* ---- writing the list anew ----------------------------------------------------------------- */

static void
put_u8(GByteArray *out, unsigned v)
{
    uint8_t byte = (uint8_t)v;
    g_byte_array_append(out, &byte, 1);
}

static void
put_bytes(GByteArray *out, uint64_t v, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        put_u8(out, (unsigned)(v >> 8 * i) & 0xff);
}

/* Always the longest form: it is read the same. */
static void
put_number(GByteArray *out, uint64_t v)
{
    put_u8(out, 0xff);
    put_bytes(out, v, 8);
}

static void
put_coder(GByteArray *out, const Coder *coder)
{
    bool complex = coder->ins != 1 || coder->outs != 1;

    put_u8(out, (unsigned)coder->id.n | (complex ? 0x10 : 0) | (coder->props.n > 0 ? 0x20 : 0));
    g_byte_array_append(out, coder->id.p, (guint)coder->id.n);
    if (complex) {
        put_number(out, coder->ins);
        put_number(out, coder->outs);
    }
    if (coder->props.n > 0) {
        put_number(out, coder->props.n);
        g_byte_array_append(out, coder->props.p, (guint)coder->props.n);
    }
}

/* Takes the lock on pack stream @pack out: what it fed is fed by the pack stream. Alone, it becomes a copy. */
static bool
take_out(Folder *folder, unsigned pack)
{
    unsigned out = 0, bind = 0, coder = lock_on(folder, pack, &out);
    uint64_t in = folder->packed[pack];

    if (coder == folder->n)
        return true;
    if (folder->n == 1) {
        folder->coders[0] = (Coder){ .id = sk_span("\0", 1), .ins = 1, .outs = 1 };
        return true;
    }
    while (bind < folder->binds && folder->bind_out[bind] != out)
        bind++;
    if (bind == folder->binds)
        return false;
    folder->packed[pack] = folder->bind_in[bind];
    for (unsigned i = bind; i + 1 < folder->binds; i++) {
        folder->bind_in[i] = folder->bind_in[i + 1];
        folder->bind_out[i] = folder->bind_out[i + 1];
    }
    folder->binds--;
    for (unsigned i = 0; i < folder->binds; i++) {
        folder->bind_in[i] -= folder->bind_in[i] > in ? 1 : 0;
        folder->bind_out[i] -= folder->bind_out[i] > out ? 1 : 0;
    }
    for (unsigned i = 0; i < folder->packs; i++)
        folder->packed[i] -= folder->packed[i] > in ? 1 : 0;
    for (unsigned i = coder; i + 1 < folder->n; i++)
        folder->coders[i] = folder->coders[i + 1];
    for (unsigned i = out; i + 1 < folder->outs; i++)
        folder->sizes[i] = folder->sizes[i + 1];
    folder->n--;
    folder->ins--;
    folder->outs--;
    return true;
}

static void
put_folder(GByteArray *out, const Folder *folder)
{
    put_number(out, folder->n);
    for (unsigned i = 0; i < folder->n; i++)
        put_coder(out, &folder->coders[i]);
    for (unsigned i = 0; i < folder->binds; i++) {
        put_number(out, folder->bind_in[i]);
        put_number(out, folder->bind_out[i]);
    }
    for (unsigned i = 0; folder->packs > 1 && i < folder->packs; i++)
        put_number(out, folder->packed[i]);
}

/* @rest: the list from behind the sizes of unpacked streams: sums, members of folders, names. */
static GBytes *
build(const Streams *streams, GArray *sizes, GByteArray *body, SkSpan rest)
{
    g_autoptr(GByteArray) list = g_byte_array_new();
    g_autoptr(GByteArray) start = g_byte_array_new();
    GByteArray *out = g_byte_array_new();

    put_u8(list, K_HEADER);
    put_u8(list, K_MAIN);
    put_u8(list, K_PACK);
    put_number(list, 0);
    put_number(list, sizes->len);
    put_u8(list, K_SIZE);
    for (guint i = 0; i < sizes->len; i++)
        put_number(list, g_array_index(sizes, uint64_t, i));
    put_u8(list, K_END);
    put_u8(list, K_UNPACK);
    put_u8(list, K_FOLDER);
    put_number(list, streams->folders->len);
    put_u8(list, 0);
    for (guint i = 0; i < streams->folders->len; i++)
        put_folder(list, &g_array_index(streams->folders, Folder, i));
    put_u8(list, K_SIZES);
    for (guint i = 0; i < streams->folders->len; i++) {
        const Folder *folder = &g_array_index(streams->folders, Folder, i);
        for (unsigned j = 0; j < folder->outs; j++)
            put_number(list, folder->sizes[j]);
    }
    g_byte_array_append(list, rest.p, (guint)rest.n);
    put_bytes(start, body->len, 8);
    put_bytes(start, list->len, 8);
    put_bytes(start, sk_zip_crc(sk_span(list->data, list->len)), 4);
    g_byte_array_append(out, (const guint8 *)"7z\xbc\xaf\x27\x1c\0\4", 8);
    put_bytes(out, sk_zip_crc(sk_span(start->data, start->len)), 4);
    g_byte_array_append(out, start->data, start->len);
    g_byte_array_append(out, body->data, body->len);
    g_byte_array_append(out, list->data, list->len);
    return g_byte_array_free_to_bytes(out);
}

/* ---- the whole ----------------------------------------------------------------------------- */

static bool
open_main(Lock *self, SkSpan list, GBytes **ret, GError **error)
{
    SkReader r = sk_reader(list);
    autostreams streams = { .at = 0 };
    g_autoptr(GByteArray) body = g_byte_array_new();
    g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    bool locked = false;

    if (sk_reader_u8(&r) != K_HEADER || sk_reader_u8(&r) != K_MAIN || !read_streams(&r, &streams))
        return sk_throw(error, SK_ERROR_MALFORMED, "7z: list");
    for (guint i = 0; i < streams.folders->len; i++)
        locked = locked || has_lock(&g_array_index(streams.folders, Folder, i));
    self->locked = self->locked || locked;
    if (!self->locked)
        return true;
    if (*self->password == '\0')
        return sk_throw(error, SK_ERROR_ENCRYPTED, "7z: locked");
    for (guint i = 0; i < streams.folders->len; i++) {
        Folder *folder = &g_array_index(streams.folders, Folder, i);
        uint64_t sizes[STREAMS_MAX];
        if (!open_folder(self, &streams, folder, body, sizes, error))
            return false;
        g_array_append_vals(all, sizes, folder->packs);
        for (unsigned pack = 0; pack < folder->packs; pack++) {
            if (!take_out(folder, pack))
                return sk_throw(error, SK_ERROR_MALFORMED, "7z: lock");
        }
    }
    *ret = build(&streams, all, body, sk_reader_span(&r, sk_reader_left(&r)));
    return true;
}

static bool
open_7z(Lock *self, GBytes **ret, GError **error)
{
    SkReader r = sk_reader(self->input);
    g_autoptr(GByteArray) list = g_byte_array_new();

    sk_reader_skip(&r, 12);
    uint64_t offset = sk_reader_u64le(&r), size = sk_reader_u64le(&r);
    sk_reader_skip(&r, 4);
    if (!sk_reader_ok(&r) || size > LIST_MAX || offset > sk_reader_left(&r) || size > sk_reader_left(&r) - offset)
        return sk_throw(error, SK_ERROR_MALFORMED, "7z: head");
    sk_reader_skip(&r, (size_t)offset);
    SkSpan first = sk_reader_span(&r, (size_t)size);
    g_byte_array_append(list, first.p, (guint)first.n);
    for (unsigned i = 0; i < NESTED_MAX && list->len > 0 && list->data[0] == K_ENCODED; i++) {
        g_autoptr(GByteArray) next = g_byte_array_new();
        SkReader in = sk_reader(sk_span(list->data, list->len));
        sk_reader_skip(&in, 1);
        if (!decode_list(self, &in, next, error))
            return false;
        self->counted = false; /* its salt stood in the list before */
        g_byte_array_set_size(list, 0);
        g_byte_array_append(list, next->data, next->len);
    }
    return open_main(self, sk_span(list->data, list->len), ret, error);
}

SkLock7z
sk_lock_7z_open(SkSpan input, const char *password, GBytes **ret, GError **error)
{
    Lock self = { .input = input, .password = password };
    g_autoptr(GError) why = NULL;
    bool ok = open_7z(&self, ret, &why);

    explicit_bzero(self.key, sizeof self.key);
    if (ok)
        return *ret != NULL ? SK_LOCK_7Z_OPEN : SK_LOCK_7Z_NONE;
    if (g_error_matches(why, SK_ERROR, SK_ERROR_ENCRYPTED))
        return SK_LOCK_7Z_LOCKED;
    if (g_error_matches(why, SK_ERROR, SK_ERROR_LIMIT))
        g_propagate_error(error, g_steal_pointer(&why));
    return self.wrong ? SK_LOCK_7Z_WRONG : SK_LOCK_7Z_NONE;
}
