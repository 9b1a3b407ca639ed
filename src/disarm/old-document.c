/* SPDX-License-Identifier: Apache-2.0
 * old-document.c - sk_old_document_*: contract in old-lock.h. What is locked, and what is not: Word
 * leaves the first bytes of its main stream open, Excel every record's header and some records. */
#include "disarm/old-lock.h"

#include "base/reader.h"

#include <string.h>

#define WORD_MAGIC 0xa5ecu
#define WORD_OPEN_BYTES 68u /* of the main stream: [MS-DOC] 2.2.6.2 */
#define WORD_BLOCK 512u
#define WORD_FLAGS_AT 10u
#define WORD_KEY_AT 14u
#define WORD_LOCKED 0x0100u
#define WORD_TABLE_1 0x0200u
#define WORD_OBFUSCATED 0x8000u
#define EXCEL_BLOCK 1024u
#define EXCEL_FIRST_RECORDS 16u /* a lock stands right behind the beginning */
#define RECORD_BOF 0x0809u
#define RECORD_FILE_PASS 0x002fu
#define RECORD_BOUND_SHEET 0x0085u
#define RECORD_NOTHING 0x7fffu /* that no program knows */
#define HEADER_BYTES_MAX 4096u

static const SkOle2Entry *
lookup(const SkOle2 *ole2, const char *name)
{
    const SkOle2Entry *entry = sk_ole2_lookup(ole2, 0, name);

    return entry != NULL && entry->kind == SK_OLE2_STREAM ? entry : NULL;
}

/* (transfer full): at most the first @most bytes of a stream. */
typedef struct {
    GByteArray *bytes;
    size_t most;
} Head;

static bool
on_head(void *user, SkSpan chunk, GError **error)
{
    Head *head = user;

    (void)error;
    g_byte_array_append(head->bytes, chunk.p, (guint)MIN(chunk.n, head->most - head->bytes->len));
    return true;
}

static GBytes *
read_head(const SkOle2 *ole2, const SkOle2Entry *entry, size_t most)
{
    Head head = { g_byte_array_new(), most };
    bool ok = sk_ole2_each(ole2, entry, on_head, &head, NULL);

    g_assert(ok); /* nothing of ours fails here, and the walk cannot */
    return g_byte_array_free_to_bytes(head.bytes);
}

/* ---- is it locked? ------------------------------------------------------------------------- */

static bool
find_word(const SkOle2 *ole2, bool *ret_locked, SkOldDocument *ret, GError **error)
{
    g_autoptr(GBytes) head = read_head(ole2, ret->main, WORD_OPEN_BYTES);
    SkReader r = sk_reader_from_bytes(head);

    uint16_t magic = sk_reader_u16le(&r);
    sk_reader_seek(&r, WORD_FLAGS_AT);
    uint16_t flags = sk_reader_u16le(&r);
    sk_reader_seek(&r, WORD_KEY_AT);
    uint32_t header = sk_reader_u32le(&r);
    *ret_locked = sk_reader_ok(&r) && magic == WORD_MAGIC && (flags & WORD_LOCKED) != 0;
    if (!*ret_locked)
        return true;
    if ((flags & WORD_OBFUSCATED) != 0)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "old lock: obfuscated");
    ret->table = lookup(ole2, (flags & WORD_TABLE_1) != 0 ? "1Table" : "0Table");
    ret->data = lookup(ole2, "Data");
    ret->header = header;
    if (ret->table == NULL || header > HEADER_BYTES_MAX || header > ret->table->size)
        return sk_throw(error, SK_ERROR_MALFORMED, "old lock: no table, or none of that length");
    g_autoptr(GBytes) table = read_head(ole2, ret->table, header);
    return sk_old_lock_parse(sk_span_bytes(table), &ret->lock, error);
}

/* @body: of the record that says so. */
static bool
parse_file_pass(SkSpan body, SkOldDocument *ret, GError **error)
{
    SkReader r = sk_reader(body);

    if (sk_reader_u16le(&r) != 1 || !sk_reader_ok(&r))
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "old lock: obfuscated");
    return sk_old_lock_parse(sk_reader_span(&r, sk_reader_left(&r)), &ret->lock, error);
}

static bool
find_excel(const SkOle2 *ole2, bool *ret_locked, SkOldDocument *ret, GError **error)
{
    g_autoptr(GBytes) head = read_head(ole2, ret->main, HEADER_BYTES_MAX);
    SkReader r = sk_reader_from_bytes(head);

    *ret_locked = false;
    for (unsigned i = 0; i < EXCEL_FIRST_RECORDS && sk_reader_left(&r) >= 4; i++) {
        uint16_t id = sk_reader_u16le(&r);
        SkSpan body = sk_reader_span(&r, sk_reader_u16le(&r));
        if (i == 0 && id != RECORD_BOF)
            return true; /* older than locks of this kind */
        if (id == RECORD_FILE_PASS) {
            *ret_locked = true;
            return parse_file_pass(body, ret, error);
        }
    }
    return true;
}

bool
sk_old_document_find(const SkOle2 *ole2, bool *ret_locked, SkOldDocument *ret, GError **error)
{
    SkOldDocument document = { .main = lookup(ole2, "WordDocument") };
    bool word = document.main != NULL;

    *ret_locked = false;
    if (!word)
        document.main = lookup(ole2, "Workbook");
    if (document.main == NULL)
        document.main = lookup(ole2, "Book");
    if (document.main == NULL)
        return true;
    if (!(word ? find_word(ole2, ret_locked, &document, error)
               : find_excel(ole2, ret_locked, &document, error)))
        return false;
    *ret = document;
    return true;
}

/* ---- opening ------------------------------------------------------------------------------- */

typedef struct {
    SkSpan file;          /* that the chunks lie in */
    uint8_t *copy;        /* of the same length */
    const uint8_t *plain; /* of the stream */
    size_t at;
} Putting;

static bool
on_put(void *user, SkSpan chunk, GError **error)
{
    Putting *putting = user;

    (void)error;
    memcpy(putting->copy + (chunk.p - putting->file.p), putting->plain + putting->at, chunk.n);
    putting->at += chunk.n;
    return true;
}

/* Writes @plain over the stream @entry in @copy, where it lies. */
static void
put_stream(const SkOle2 *ole2, const SkOle2Entry *entry, SkSpan file, const uint8_t *plain,
           uint8_t *copy)
{
    Putting putting = { .file = file, .copy = copy, .plain = plain };
    bool ok = sk_ole2_each(ole2, entry, on_put, &putting, NULL);

    g_assert(ok);
}

static void
set_u16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}

/* A stream of Word's, but for its first @open bytes, which stay as they are. */
static bool
open_word_stream(const SkOldDocument *self, const SkOle2 *ole2, const SkOle2Entry *entry,
                 SkSpan file, size_t open, const SkOldKey *key, uint8_t *copy, GError **error)
{
    g_autoptr(GBytes) bytes = NULL;

    if (!sk_ole2_read(ole2, entry, file.n, &bytes, error))
        return false;
    SkSpan locked = sk_span_bytes(bytes);
    g_autofree uint8_t *plain = g_memdup2(locked.p, locked.n);
    if (plain == NULL)
        return true; /* an empty stream */
    sk_old_lock_apply(key, WORD_BLOCK, plain, locked.n);
    memcpy(plain, locked.p, MIN(open, locked.n));
    if (entry == self->main) {
        uint16_t flags = (uint16_t)(plain[WORD_FLAGS_AT] | plain[WORD_FLAGS_AT + 1] << 8);
        set_u16(plain + WORD_FLAGS_AT, (uint16_t)(flags & ~WORD_LOCKED));
        memset(plain + WORD_KEY_AT, 0, 4);
    }
    put_stream(ole2, entry, file, plain, copy);
    return true;
}

static bool
open_word(const SkOldDocument *self, const SkOle2 *ole2, SkSpan file, const SkOldKey *key,
          uint8_t *copy, GError **error)
{
    return open_word_stream(self, ole2, self->main, file, WORD_OPEN_BYTES, key, copy, error) &&
           open_word_stream(self, ole2, self->table, file, self->header, key, copy, error) &&
           (self->data == NULL ||
            open_word_stream(self, ole2, self->data, file, 0, key, copy, error));
}

/* Bytes of a record's body that are never locked: [MS-XLS] 2.2.10. */
static size_t
open_bytes(uint16_t id, size_t n)
{
    static const uint16_t whole[] = { RECORD_BOF, RECORD_FILE_PASS, 0x00e1, 0x0138,
                                      0x0194,     0x0195,           0x0196 };

    for (unsigned i = 0; i < G_N_ELEMENTS(whole); i++) {
        if (id == whole[i])
            return n;
    }
    return id == RECORD_BOUND_SHEET ? MIN(n, (size_t)4) : 0;
}

/* @plain, which is the whole stream with the cipher over it, gets back what was never locked. */
static bool
keep_open_records(SkSpan locked, uint8_t *plain, GError **error)
{
    SkReader r = sk_reader(locked);

    while (sk_reader_left(&r) >= 4) {
        size_t at = r.at;
        uint16_t id = sk_reader_u16le(&r);
        SkSpan body = sk_reader_span(&r, sk_reader_u16le(&r));
        if (!sk_reader_ok(&r))
            return sk_throw(error, SK_ERROR_TRUNCATED, "old lock: record cut short at byte %zu",
                            at);
        memcpy(plain + at, locked.p + at, 4 + open_bytes(id, body.n));
        if (id == RECORD_FILE_PASS) {
            set_u16(plain + at, RECORD_NOTHING);
            memset(plain + at + 4, 0, body.n);
        }
        if (id == 0 && body.n == 0) { /* padding: nothing comes behind it */
            memcpy(plain + at, locked.p + at, locked.n - at);
            return true;
        }
    }
    memcpy(plain + r.at, locked.p + r.at, sk_reader_left(&r));
    return true;
}

static bool
open_excel(const SkOldDocument *self, const SkOle2 *ole2, SkSpan file, const SkOldKey *key,
           uint8_t *copy, GError **error)
{
    g_autoptr(GBytes) bytes = NULL;

    if (!sk_ole2_read(ole2, self->main, file.n, &bytes, error))
        return false;
    SkSpan locked = sk_span_bytes(bytes);
    g_autofree uint8_t *plain = g_memdup2(locked.p, locked.n);
    sk_old_lock_apply(key, EXCEL_BLOCK, plain, locked.n);
    if (!keep_open_records(locked, plain, error))
        return false;
    put_stream(ole2, self->main, file, plain, copy);
    return true;
}

bool
sk_old_document_open(const SkOldDocument *self, const SkOle2 *ole2, SkSpan file,
                     const SkOldKey *key, GBytes **ret, GError **error)
{
    g_autofree uint8_t *copy = g_memdup2(file.p, file.n);

    if (!(self->table != NULL ? open_word(self, ole2, file, key, copy, error)
                              : open_excel(self, ole2, file, key, copy, error)))
        return false;
    *ret = g_bytes_new_take(g_steal_pointer(&copy), file.n);
    return true;
}
