/* SPDX-License-Identifier: Apache-2.0
 * ole2.c - contract in ole2.h. Tables are read where they lie; what is kept is the list of the
 * sectors that hold them, and one bit for each sector that has an owner. */
#include "format/ole2.h"

#include "base/reader.h"

#define SIGNATURE "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#define HEADER_SIZE 512u
#define HEADER_DIFAT 109u
#define MINI_SHIFT 6u
#define MINI_CUTOFF 4096u
#define ENTRY_SIZE 128u
#define NAME_UNITS_MAX 32u
#define END_OF_CHAIN 0xfffffffeu
#define FREE 0xffffffffu
#define NO_ENTRY 0xffffffffu

struct SkOle2 {
    SkSpan file;         /* borrowed */
    unsigned shift;      /* of a sector: 9 or 12 */
    uint32_t sectors;    /* after the header; the last may be cut short */
    uint8_t *owned;      /* owned: a bit for each sector */
    uint8_t *mini_owned; /* owned: a bit for each small sector */
    GArray *fat;         /* owned: the sectors that hold the table of chains */
    GArray *mini_fat;    /* owned: the sectors that hold the small sectors' table */
    GArray *mini;        /* owned: the sectors of the stream that the small sectors lie in */
    uint64_t mini_size;  /* bytes of that stream */
    GArray *entries;     /* owned, of SkOle2Entry */
    GHashTable *names;   /* owned: "PARENT/folded name" → index + 1 */
};

typedef struct {
    uint32_t fat_count;
    uint32_t directory;
    uint32_t mini_fat;
    uint32_t mini_fat_count;
    uint32_t difat;
    uint32_t difat_count;
} Header;

/* An entry as it lies in the directory. */
typedef struct {
    SkOle2Entry entry;
    uint32_t left, right, child;
} Raw;

/* An entry still to be visited. */
typedef struct {
    uint32_t raw;
    uint32_t parent;
} Visit;

static void
clear_entry(gpointer p)
{
    g_free(((SkOle2Entry *)p)->name);
}

void
sk_ole2_free(SkOle2 *self)
{
    if (self == NULL)
        return;
    g_free(self->owned);
    g_free(self->mini_owned);
    g_clear_pointer(&self->fat, g_array_unref);
    g_clear_pointer(&self->mini_fat, g_array_unref);
    g_clear_pointer(&self->mini, g_array_unref);
    g_clear_pointer(&self->entries, g_array_unref);
    g_clear_pointer(&self->names, g_hash_table_unref);
    g_free(self);
}

bool
sk_ole2_is(SkSpan file)
{
    return sk_span_starts(file, SIGNATURE);
}

/* ---- sectors ------------------------------------------------------------------------------- */

/* What there is of sector @sector, which is below self->sectors. */
static SkSpan
sector_span(const SkOle2 *self, uint32_t sector)
{
    size_t at = ((size_t)sector + 1) << self->shift;

    return sk_span_sub(self->file, at, MIN((size_t)1 << self->shift, self->file.n - at));
}

static uint32_t
read_u32(SkSpan s, size_t at)
{
    SkReader r = sk_reader(s);

    sk_reader_seek(&r, at);
    uint32_t value = sk_reader_u32le(&r);
    return sk_reader_ok(&r) ? value : FREE;
}

/* The sector after @sector in its chain; FREE where no table says. */
static uint32_t
next_of(const SkOle2 *self, const GArray *table, uint32_t sector)
{
    unsigned per_shift = self->shift - 2;
    uint32_t row = sector >> per_shift;

    if (row >= table->len)
        return FREE;
    return read_u32(sector_span(self, g_array_index(table, uint32_t, row)),
                    ((size_t)sector & ((1u << per_shift) - 1)) * 4);
}

/* @sector gets its one owner. A chain that comes back to itself fails here as well, so that every
 * walk ends. */
static bool
own(uint8_t *owned, uint32_t count, uint32_t sector, GError **error)
{
    if (sector >= count)
        return sk_throw(error, SK_ERROR_TRUNCATED, "ole2: no sector %u", sector);
    if ((owned[sector / 8] & 1u << sector % 8) != 0)
        return sk_throw(error, SK_ERROR_AMBIGUOUS, "ole2: sector %u stands twice", sector);
    owned[sector / 8] |= (uint8_t)(1u << sector % 8);
    return true;
}

/* A sector that holds a table must be there whole. */
static bool
own_whole(SkOle2 *self, uint32_t sector, GError **error)
{
    if (!own(self->owned, self->sectors, sector, error))
        return false;
    if (sector_span(self, sector).n != (size_t)1 << self->shift)
        return sk_throw(error, SK_ERROR_TRUNCATED, "ole2: sector %u is cut short", sector);
    return true;
}

/* Follows a chain to its end, at most @most sectors. */
static bool
own_chain(SkOle2 *self, uint32_t start, uint64_t most, GArray *list, GError **error)
{
    for (uint32_t at = start; at != END_OF_CHAIN; at = next_of(self, self->fat, at)) {
        if (list->len >= most)
            return sk_throw(error, SK_ERROR_LIMIT, "ole2: chain over %" G_GUINT64_FORMAT " sectors",
                            most);
        if (!own_whole(self, at, error))
            return false;
        g_array_append_val(list, at);
    }
    return true;
}

/* ---- header and tables --------------------------------------------------------------------- */

static bool
parse_header(SkOle2 *self, Header *ret, GError **error)
{
    SkReader r = sk_reader(self->file);

    if (!sk_ole2_is(self->file) || self->file.n < HEADER_SIZE)
        return sk_throw(error, SK_ERROR_MALFORMED, "ole2: no header");
    sk_reader_skip(&r, 8 + 16 + 2);
    uint16_t version = sk_reader_u16le(&r), order = sk_reader_u16le(&r);
    uint16_t shift = sk_reader_u16le(&r), mini_shift = sk_reader_u16le(&r);
    sk_reader_skip(&r, 6 + 4);
    ret->fat_count = sk_reader_u32le(&r);
    ret->directory = sk_reader_u32le(&r);
    sk_reader_skip(&r, 4);
    uint32_t cutoff = sk_reader_u32le(&r);
    ret->mini_fat = sk_reader_u32le(&r);
    ret->mini_fat_count = sk_reader_u32le(&r);
    ret->difat = sk_reader_u32le(&r);
    ret->difat_count = sk_reader_u32le(&r);

    if (order != 0xfffe || mini_shift != MINI_SHIFT || cutoff != MINI_CUTOFF)
        return sk_throw(error, SK_ERROR_MALFORMED, "ole2: header out of range");
    if (!(version == 3 && shift == 9) && !(version == 4 && shift == 12))
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "ole2: version %u with sectors of 2^%u",
                        version, shift);
    self->shift = shift;
    uint64_t all = ((uint64_t)self->file.n + (1u << shift) - 1) >> shift;
    if (all < 2 || all > 0xfffffff9u)
        return sk_throw(error, SK_ERROR_TRUNCATED, "ole2: %" G_GUINT64_FORMAT " sectors", all);
    self->sectors = (uint32_t)(all - 1);
    self->owned = g_malloc0(self->sectors / 8 + 1);
    return true;
}

static bool
add_fat(SkOle2 *self, uint32_t count, uint32_t sector, GError **error)
{
    if (sector == FREE || self->fat->len == count)
        return true;
    if (!own_whole(self, sector, error))
        return false;
    g_array_append_val(self->fat, sector);
    return true;
}

/* The list of the table's sectors: 109 in the header, the rest in a chain of its own. */
static bool
read_fat(SkOle2 *self, const Header *header, GError **error)
{
    uint32_t per = (1u << self->shift) / 4 - 1;
    uint32_t at = header->difat;

    for (uint32_t i = 0; i < HEADER_DIFAT; i++) {
        if (!add_fat(self, header->fat_count,
                     read_u32(self->file, HEADER_SIZE - HEADER_DIFAT * 4 + (size_t)i * 4), error))
            return false;
    }
    for (uint32_t n = 0; n < header->difat_count && at != END_OF_CHAIN && at != FREE; n++) {
        if (!own_whole(self, at, error))
            return false;
        SkSpan list = sector_span(self, at);
        for (uint32_t i = 0; i < per; i++) {
            if (!add_fat(self, header->fat_count, read_u32(list, (size_t)i * 4), error))
                return false;
        }
        at = read_u32(list, (size_t)per * 4);
    }
    if (self->fat->len != header->fat_count)
        return sk_throw(error, SK_ERROR_MALFORMED, "ole2: %u of %u table sectors", self->fat->len,
                        header->fat_count);
    return true;
}

/* ---- directory ----------------------------------------------------------------------------- */

static bool
parse_name(SkSpan field, uint16_t bytes, char **ret, GError **error)
{
    gunichar2 units[NAME_UNITS_MAX] = { 0 };
    SkReader r = sk_reader(field);

    if (bytes < 4 || bytes > NAME_UNITS_MAX * 2 || bytes % 2 != 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "ole2: name of %u bytes", bytes);
    unsigned n = bytes / 2u - 1;
    for (unsigned i = 0; i < n; i++) {
        units[i] = sk_reader_u16le(&r);
        if (units[i] == 0)
            return sk_throw(error, SK_ERROR_AMBIGUOUS, "ole2: name that ends twice");
    }
    *ret = g_utf16_to_utf8(units, (glong)n, NULL, NULL, NULL);
    return *ret != NULL || sk_throw(error, SK_ERROR_MALFORMED, "ole2: name is not UTF-16");
}

static bool
parse_raw(const SkOle2 *self, const GArray *directory, uint32_t index, Raw *ret, GError **error)
{
    unsigned per_shift = self->shift - 7;
    uint32_t row = index >> per_shift;

    if (row >= directory->len)
        return sk_throw(error, SK_ERROR_MALFORMED, "ole2: no directory entry %u", index);
    SkSpan sector = sector_span(self, g_array_index(directory, uint32_t, row));
    SkReader r =
        sk_reader(sk_span_sub(sector, (index & ((1u << per_shift) - 1)) * ENTRY_SIZE, ENTRY_SIZE));
    SkSpan name = sk_reader_span(&r, (size_t)NAME_UNITS_MAX * 2);
    uint16_t name_bytes = sk_reader_u16le(&r);
    uint8_t kind = sk_reader_u8(&r);
    sk_reader_skip(&r, 1);
    ret->left = sk_reader_u32le(&r);
    ret->right = sk_reader_u32le(&r);
    ret->child = sk_reader_u32le(&r);
    for (unsigned i = 0; i < sizeof ret->entry.clsid; i++)
        ret->entry.clsid[i] = sk_reader_u8(&r);
    sk_reader_skip(&r, 4 + 8 + 8);
    ret->entry.start = sk_reader_u32le(&r);
    uint64_t size = sk_reader_u64le(&r);
    g_assert(sk_reader_ok(&r));

    if (kind != SK_OLE2_STORAGE && kind != SK_OLE2_STREAM && kind != SK_OLE2_ROOT)
        return sk_throw(error, SK_ERROR_MALFORMED, "ole2: directory entry of kind %u", kind);
    ret->entry.kind = (SkOle2Kind)kind;
    ret->entry.size = self->shift == 9
                          ? size & UINT32_MAX
                          : size; /* [MS-CFB] 2.6.1: version 3 may leave rubbish there */
    if (index == 0) { /* nobody asks the root's name, and what was written on a Macintosh gives it
                         half of one */
        ret->entry.name = g_strdup("Root Entry");
        return true;
    }
    return parse_name(name, name_bytes, &ret->entry.name, error);
}

static char *
name_key(uint32_t parent, const char *name)
{
    g_autofree char *folded = g_utf8_casefold(name, -1);
    return g_strdup_printf("%u/%s", parent, folded);
}

/* Takes the name of @entry. */
static bool
add_entry(SkOle2 *self, SkOle2Entry entry, GError **error)
{
    char *key = name_key(entry.parent, entry.name);
    bool root = self->entries->len == 0;

    g_array_append_val(self->entries, entry);
    if (root) {
        g_free(key);
        return true;
    }
    if (!g_hash_table_insert(self->names, key, GUINT_TO_POINTER(self->entries->len)))
        return sk_throw(error, SK_ERROR_AMBIGUOUS, "ole2: one name twice in a storage");
    return true;
}

/* Every sector of a stream gets its owner, and lies in the file as far as the stream reaches. */
static bool
own_stream(SkOle2 *self, const SkOle2Entry *entry, GError **error)
{
    const GArray *table = entry->mini ? self->mini_fat : self->fat;
    uint8_t *owned = entry->mini ? self->mini_owned : self->owned;
    uint32_t count = entry->mini
                         ? (uint32_t)((self->mini_size + (1u << MINI_SHIFT) - 1) >> MINI_SHIFT)
                         : self->sectors;
    uint64_t unit = entry->mini ? 1u << MINI_SHIFT : 1u << self->shift;
    uint32_t at = entry->start;

    for (uint64_t left = entry->size; left > 0; left -= MIN(left, unit)) {
        if (!own(owned, count, at, error))
            return false;
        uint64_t there =
            entry->mini ? self->mini_size - ((uint64_t)at << MINI_SHIFT) : sector_span(self, at).n;
        if (there < MIN(left, unit))
            return sk_throw(error, SK_ERROR_TRUNCATED, "ole2: stream cut short in sector %u", at);
        at = next_of(self, table, at);
    }
    return true;
}

/* The root's own stream holds the small sectors; as in life it may be said to be longer than its
 * last sector. */
static bool
open_root(SkOle2 *self, const Raw *raw, const Header *header, GError **error)
{
    uint32_t at = raw->entry.start;
    uint64_t unit = 1u << self->shift;

    if (raw->entry.kind != SK_OLE2_ROOT)
        return sk_throw(error, SK_ERROR_MALFORMED, "ole2: no root");
    for (uint64_t left = raw->entry.size; left > 0; left -= MIN(left, unit)) {
        if (!own(self->owned, self->sectors, at, error))
            return false;
        uint64_t there = MIN(sector_span(self, at).n, left);
        if (there < MIN(left, unit) && left > unit)
            return sk_throw(error, SK_ERROR_TRUNCATED, "ole2: small sectors cut short");
        g_array_append_val(self->mini, at);
        self->mini_size += there;
        at = next_of(self, self->fat, at);
    }
    self->mini_owned = g_malloc0((self->mini_size >> MINI_SHIFT) / 8 + 1);
    if (header->mini_fat_count == 0)
        return true;
    return own_chain(self, header->mini_fat, self->sectors, self->mini_fat, error);
}

static bool
visit_entry(SkOle2 *self, const SkLimits *limits, Raw *raw, uint32_t parent, GArray *todo,
            GError **error)
{
    SkOle2Entry *entry = &raw->entry;
    uint32_t index = self->entries->len;

    entry->parent = parent;
    entry->depth = g_array_index(self->entries, SkOle2Entry, parent).depth + 1;
    entry->mini = entry->size < MINI_CUTOFF;
    if (entry->kind == SK_OLE2_STORAGE)
        entry->size = 0;
    SkOle2Entry kept = *entry;
    entry->name = NULL;
    if (!add_entry(self, kept, error))
        return false;
    if (kept.kind == SK_OLE2_ROOT)
        return sk_throw(error, SK_ERROR_MALFORMED, "ole2: a root in the tree");
    if (kept.depth > limits->depth)
        return sk_throw(error, SK_ERROR_LIMIT, "ole2: storages over %u deep", limits->depth);
    g_array_append_vals(todo, (const Visit[]){ { raw->right, parent }, { raw->left, parent } }, 2);
    if (kept.kind == SK_OLE2_STORAGE)
        g_array_append_vals(todo, (const Visit[]){ { raw->child, index } }, 1);
    return kept.kind != SK_OLE2_STREAM || own_stream(self, &kept, error);
}

/* The tree's own order (by length and letter) is not asked for: names are looked up in a table, and
 * one that stands twice has already been refused. */
static bool
walk(SkOle2 *self, const SkLimits *limits, const GArray *directory, uint32_t first, GError **error)
{
    g_autoptr(GArray) todo = g_array_new(FALSE, FALSE, sizeof(Visit));
    uint32_t count = directory->len << (self->shift - 7);
    g_autofree uint8_t *seen = g_malloc0(count / 8 + 1);

    seen[0] = 1; /* the root */
    g_array_append_vals(todo, (const Visit[]){ { first, 0 } }, 1);
    while (todo->len > 0) {
        Visit visit = g_array_index(todo, Visit, todo->len - 1);
        Raw raw = { .left = NO_ENTRY };
        g_array_set_size(todo, todo->len - 1);
        if (visit.raw == NO_ENTRY)
            continue;
        if (self->entries->len >= limits->items)
            return sk_throw(error, SK_ERROR_LIMIT, "ole2: over %u entries", limits->items);
        if (visit.raw < count && (seen[visit.raw / 8] & 1u << visit.raw % 8) != 0)
            return sk_throw(error, SK_ERROR_AMBIGUOUS, "ole2: directory entry %u stands twice",
                            visit.raw);
        if (!parse_raw(self, directory, visit.raw, &raw, error))
            return false;
        seen[visit.raw / 8] |= (uint8_t)(1u << visit.raw % 8);
        bool ok = visit_entry(self, limits, &raw, visit.parent, todo, error);
        g_free(raw.entry.name);
        if (!ok)
            return false;
    }
    return true;
}

static bool
read_directory(SkOle2 *self, const SkLimits *limits, const Header *header, GError **error)
{
    g_autoptr(GArray) directory = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    Raw root = { .left = NO_ENTRY };
    /* Entries that lead nowhere count as well: they are what a small file's large directory is made
     * of. */
    uint64_t most = ((uint64_t)limits->items * ENTRY_SIZE >> self->shift) + 1;

    if (!own_chain(self, header->directory, most, directory, error) ||
        !parse_raw(self, directory, 0, &root, error))
        return false;
    if (!open_root(self, &root, header, error)) {
        g_free(root.entry.name);
        return false;
    }
    root.entry.size = 0;
    return add_entry(self, root.entry, error) && walk(self, limits, directory, root.child, error);
}

bool
sk_ole2_open(SkSpan file, const SkLimits *limits, SkOle2 **ret, GError **error)
{
    g_autoptr(SkOle2) self = g_new0(SkOle2, 1);
    Header header = { .directory = END_OF_CHAIN };

    self->file = file;
    self->fat = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    self->mini_fat = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    self->mini = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    self->entries = g_array_new(FALSE, TRUE, sizeof(SkOle2Entry));
    g_array_set_clear_func(self->entries, clear_entry);
    self->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    if (!parse_header(self, &header, error) || !read_fat(self, &header, error) ||
        !read_directory(self, limits, &header, error))
        return false;
    *ret = g_steal_pointer(&self);
    return true;
}

/* ---- what stands in it --------------------------------------------------------------------- */

uint32_t
sk_ole2_count(const SkOle2 *self)
{
    return self->entries->len;
}

const SkOle2Entry *
sk_ole2_get(const SkOle2 *self, uint32_t index)
{
    g_assert(index < self->entries->len);
    return &g_array_index(self->entries, SkOle2Entry, index);
}

uint32_t
sk_ole2_index(const SkOle2 *self, const SkOle2Entry *entry)
{
    return (uint32_t)(entry - &g_array_index(self->entries, SkOle2Entry, 0));
}

const SkOle2Entry *
sk_ole2_lookup(const SkOle2 *self, uint32_t parent, const char *name)
{
    g_autofree char *key = name_key(parent, name);
    unsigned found = GPOINTER_TO_UINT(g_hash_table_lookup(self->names, key));

    return found == 0 ? NULL : sk_ole2_get(self, found - 1);
}

/* The sector of the file that small sector @at lies in, and where in it. */
static SkSpan
mini_span(const SkOle2 *self, uint32_t at, size_t n)
{
    unsigned in_sector = self->shift - MINI_SHIFT;
    SkSpan sector = sector_span(self, g_array_index(self->mini, uint32_t, at >> in_sector));

    return sk_span_sub(sector, ((size_t)at & ((1u << in_sector) - 1)) << MINI_SHIFT, n);
}

static bool
each_mini(const SkOle2 *self, const SkOle2Entry *entry, SkOle2Func func, void *user, GError **error)
{
    uint32_t at = entry->start;

    for (uint64_t left = entry->size; left > 0;) {
        size_t n = (size_t)MIN(left, (uint64_t)1 << MINI_SHIFT);
        if (!func(user, mini_span(self, at, n), error))
            return false;
        at = next_of(self, self->mini_fat, at);
        left -= n;
    }
    return true;
}

bool
sk_ole2_each(const SkOle2 *self, const SkOle2Entry *entry, SkOle2Func func, void *user,
             GError **error)
{
    g_assert(entry->kind == SK_OLE2_STREAM);
    if (entry->mini)
        return each_mini(self, entry, func, user, error);

    uint32_t at = entry->start;
    for (uint64_t left = entry->size; left > 0;) {
        /* Sectors that follow each other in the file are handed on as one piece. */
        size_t begin = ((size_t)at + 1) << self->shift, n = 0;
        uint32_t next = at;
        while (left > 0 && next == at + (uint32_t)(n >> self->shift)) {
            size_t more = (size_t)MIN(left, (uint64_t)1 << self->shift);
            n += more;
            left -= more;
            next = next_of(self, self->fat, next);
        }
        if (!func(user, sk_span_sub(self->file, begin, n), error))
            return false;
        at = next;
    }
    return true;
}

static bool
append(void *user, SkSpan chunk, GError **error)
{
    (void)error;
    g_byte_array_append(user, chunk.p, (guint)chunk.n);
    return true;
}

bool
sk_ole2_read(const SkOle2 *self, const SkOle2Entry *entry, uint64_t limit, GBytes **ret,
             GError **error)
{
    if (entry->size > MIN(limit, (uint64_t)G_MAXINT32))
        return sk_throw(error, SK_ERROR_LIMIT, "ole2: stream of %" G_GUINT64_FORMAT " bytes",
                        entry->size);
    g_autoptr(GByteArray) bytes = g_byte_array_sized_new((guint)entry->size);
    if (!sk_ole2_each(self, entry, append, bytes, error))
        return false;
    *ret = g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
    return true;
}
