/* SPDX-License-Identifier: Apache-2.0
 * font-cff-write.c - the plan of a CFF font, and its one way to be written; contracts in
 * font-parts.h. */
#include "format/font-parts.h"

#include <string.h>

enum {
    OP_BBOX = 5,
    OP_CHARSET = 15,
    OP_ENCODING = 16,
    OP_CHARSTRINGS = 17,
    OP_PRIVATE = 18,
    OP_MATRIX = 0x0c07,
    OP_ROS = 0x0c1e,
    OP_CID_COUNT = 0x0c22,
    OP_FD_ARRAY = 0x0c24,
    OP_FD_SELECT = 0x0c25,
};

#define STRINGS_MAX 64000u
/* Both widths 0: every charstring says its own. */
static const uint8_t private_dict[] = { 0x8b, 0x14, 0x8b, 0x15 };

SkCffPlan *
sk_cff_plan_new(bool cid)
{
    SkCffPlan *self = g_new0(SkCffPlan, 1);

    self->cid = cid;
    self->numbers = g_array_new(FALSE, FALSE, sizeof(uint16_t));
    self->strings = g_ptr_array_new_with_free_func(g_free);
    self->string_ids = g_hash_table_new(g_str_hash, g_str_equal);
    self->codes = g_byte_array_new();
    self->supplements = g_array_new(FALSE, FALSE, sizeof(SkFontSupplement));
    self->matrices = g_array_new(FALSE, FALSE, sizeof(SkFontMatrix));
    self->fds = g_byte_array_new();
    self->ends = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    for (unsigned i = 0; !cid && i < SK_FONT_STANDARD_STRINGS; i++)
        g_hash_table_insert(self->string_ids, (void *)sk_font_standard_string(i),
                            GUINT_TO_POINTER(i));
    return self;
}

void
sk_cff_plan_free(SkCffPlan *self)
{
    if (self == NULL)
        return;
    g_free(self->name);
    g_free(self->registry);
    g_free(self->ordering);
    g_array_unref(self->numbers);
    g_hash_table_unref(self->string_ids);
    g_ptr_array_unref(self->strings);
    g_byte_array_unref(self->codes);
    g_array_unref(self->supplements);
    g_array_unref(self->matrices);
    g_byte_array_unref(self->fds);
    g_array_unref(self->ends);
    sk_font_put_clear(&self->put);
    g_free(self);
}

uint16_t
sk_cff_plan_sid(SkCffPlan *self, const char *name)
{
    void *id = NULL;

    if (g_hash_table_lookup_extended(self->string_ids, name, NULL, &id))
        return (uint16_t)GPOINTER_TO_UINT(id);
    if (self->strings->len >= STRINGS_MAX)
        return 0;
    char *copy = g_strdup(name);
    unsigned sid = SK_FONT_STANDARD_STRINGS + self->strings->len;
    g_ptr_array_add(self->strings, copy);
    g_hash_table_insert(self->string_ids, copy, GUINT_TO_POINTER(sid));
    return (uint16_t)sid;
}

/* ---- numbers and indexes ------------------------------------------------------------------ */

static void
integer(SkSink *out, int64_t v)
{
    if (v >= -107 && v <= 107) {
        sk_sink_u8(out, (uint8_t)(v + 139));
    } else if (v >= 108 && v <= 1131) {
        sk_sink_u16be(out, (uint16_t)(0xf700 + (v - 108)));
    } else if (v >= -1131 && v <= -108) {
        sk_sink_u16be(out, (uint16_t)(0xfb00 + (-v - 108)));
    } else if (v >= -32768 && v <= 32767) {
        sk_sink_u8(out, 28);
        sk_sink_u16be(out, (uint16_t)v);
    } else {
        sk_sink_u8(out, 29);
        sk_sink_u32be(out, (uint32_t)v);
    }
}

static void
offset(SkSink *out, size_t v)
{
    sk_sink_u8(out, 29);
    sk_sink_u32be(out, (uint32_t)v);
}

static void
nibble(SkSink *out, unsigned v, unsigned *high)
{
    if (*high == 16) {
        *high = v;
        return;
    }
    sk_sink_u8(out, (uint8_t)(*high << 4 | v));
    *high = 16;
}

static void
decimal(SkSink *out, int64_t pico)
{
    int64_t whole = ABS(pico) / SK_FONT_PICO, rest = ABS(pico) % SK_FONT_PICO;
    char digits[32];
    unsigned high = 16; /* none waits */

    if (rest == 0) {
        integer(out, pico / SK_FONT_PICO);
        return;
    }
    sk_sink_u8(out, 30);
    if (pico < 0)
        nibble(out, 14, &high);
    g_snprintf(digits, sizeof digits, "%d", (int)whole);
    for (const char *p = whole == 0 ? "" : digits; *p != '\0'; p++)
        nibble(out, (unsigned)(*p - '0'), &high);
    nibble(out, 10, &high);
    g_snprintf(digits, sizeof digits, "%012" G_GINT64_FORMAT, rest);
    for (unsigned n = 12; n > 0 && digits[n - 1] == '0'; n--)
        digits[n - 1] = '\0';
    for (const char *p = digits; *p != '\0'; p++)
        nibble(out, (unsigned)(*p - '0'), &high);
    nibble(out, 15, &high);
    if (high != 16)
        nibble(out, 15, &high);
}

static void
operator(SkSink *out, unsigned op)
{
    if (op > 255)
        sk_sink_u16be(out, (uint16_t)op);
    else
        sk_sink_u8(out, (uint8_t)op);
}

static void
put_offset(SkSink *out, uint64_t v, unsigned size)
{
    for (unsigned i = size; i > 0; i--)
        sk_sink_u8(out, (uint8_t)(v >> (8 * (i - 1)) & 0xff));
}

static unsigned
offset_size(uint64_t end)
{
    return end < 1u << 8 ? 1 : end < 1u << 16 ? 2 : end < 1u << 24 ? 3 : 4;
}

/* An INDEX of the pieces that end at @ends (uint32_t). */
static void
index_of(SkSink *out, const GArray *ends, SkSpan data)
{
    unsigned size = offset_size(data.n + 1);

    sk_sink_u16be(out, (uint16_t)ends->len);
    if (ends->len == 0)
        return;
    sk_sink_u8(out, (uint8_t)size);
    put_offset(out, 1, size);
    for (unsigned i = 0; i < ends->len; i++)
        put_offset(out, g_array_index(ends, uint32_t, i) + UINT64_C(1), size);
    sk_sink_span(out, data);
}

static void
index_of_one(SkSink *out, SkSpan data)
{
    g_autoptr(GArray) ends = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    uint32_t end = (uint32_t)data.n;

    g_array_append_val(ends, end);
    index_of(out, ends, data);
}

/* ---- parts -------------------------------------------------------------------------------- */

static void
matrix(SkSink *out, const SkFontMatrix *m)
{
    if (!m->present)
        return;
    for (unsigned i = 0; i < 6; i++)
        decimal(out, m->pico[i]);
    operator(out, OP_MATRIX);
}

static void
strings(SkSink *out, const SkCffPlan *plan)
{
    g_autoptr(SkSink) data = sk_sink_new_memory(UINT64_MAX);
    g_autoptr(GArray) ends = g_array_new(FALSE, FALSE, sizeof(uint32_t));

    for (unsigned i = 0; i < plan->strings->len; i++) {
        sk_sink_str(data, g_ptr_array_index(plan->strings, i));
        uint32_t end = (uint32_t)sk_sink_at(data);
        g_array_append_val(ends, end);
    }
    index_of(out, ends, sk_sink_memory(data));
}

static void
encoding(SkSink *out, const SkCffPlan *plan)
{
    const GArray *more = plan->supplements;

    if (!plan->encoded)
        return;
    sk_sink_u8(out, more->len > 0 ? 0x80 : 0);
    sk_sink_u8(out, (uint8_t)plan->codes->len);
    sk_sink_span(out, sk_span(plan->codes->data, plan->codes->len));
    if (more->len > 0)
        sk_sink_u8(out, (uint8_t)more->len);
    for (unsigned i = 0; i < more->len; i++) {
        sk_sink_u8(out, g_array_index(more, SkFontSupplement, i).code);
        sk_sink_u16be(out, g_array_index(more, SkFontSupplement, i).sid);
    }
}

static void
charset(SkSink *out, const SkCffPlan *plan)
{
    const GArray *numbers = plan->numbers;

    sk_sink_u8(out, 2);
    for (unsigned i = 1; i < numbers->len;) {
        unsigned first = g_array_index(numbers, uint16_t, i), n = 1;
        while (i + n < numbers->len && g_array_index(numbers, uint16_t, i + n) == first + n)
            n++;
        sk_sink_u16be(out, (uint16_t)first);
        sk_sink_u16be(out, (uint16_t)(n - 1));
        i += n;
    }
}

static void
fd_select(SkSink *out, const SkCffPlan *plan)
{
    const uint8_t *fds = plan->fds->data;
    unsigned glyphs = plan->fds->len, ranges = 0;

    for (unsigned i = 0; i < glyphs; i++)
        ranges += i == 0 || fds[i] != fds[i - 1] ? 1 : 0;
    sk_sink_u8(out, 3);
    sk_sink_u16be(out, (uint16_t)ranges);
    for (unsigned i = 0; i < glyphs; i++) {
        if (i > 0 && fds[i] == fds[i - 1])
            continue;
        sk_sink_u16be(out, (uint16_t)i);
        sk_sink_u8(out, fds[i]);
    }
    sk_sink_u16be(out, (uint16_t)glyphs);
}

static void
private_of(SkSink *out, size_t at)
{
    integer(out, sizeof private_dict);
    offset(out, at);
    operator(out, OP_PRIVATE);
}

static void
fd_array(SkSink *out, const SkCffPlan *plan, size_t private_at)
{
    g_autoptr(SkSink) data = sk_sink_new_memory(UINT64_MAX);
    g_autoptr(GArray) ends = g_array_new(FALSE, FALSE, sizeof(uint32_t));

    for (unsigned i = 0; i < plan->matrices->len; i++) {
        matrix(data, &g_array_index(plan->matrices, SkFontMatrix, i));
        private_of(data, private_at + i * sizeof private_dict);
        uint32_t end = (uint32_t)sk_sink_at(data);
        g_array_append_val(ends, end);
    }
    index_of(out, ends, sk_sink_memory(data));
}

typedef struct {
    size_t encoding, charset, fd_select, charstrings, fd_array, private_dict, end;
} Places;

static unsigned
cid_count(const SkCffPlan *plan)
{
    unsigned most = 0;

    for (unsigned i = 0; i < plan->numbers->len; i++)
        most = MAX(most, g_array_index(plan->numbers, uint16_t, i));
    return most + 1;
}

static int64_t
rounded(int64_t fixed, bool up)
{
    return (fixed + (up ? SK_FONT_ONE - 1 : 0)) >> 16;
}

static void
top_dict(SkSink *out, const SkCffPlan *plan, const Places *at)
{
    if (plan->cid) {
        bool same = strcmp(plan->registry, plan->ordering) == 0;
        integer(out, SK_FONT_STANDARD_STRINGS);
        integer(out, SK_FONT_STANDARD_STRINGS + (same ? 0 : 1));
        integer(out, plan->supplement);
        operator(out, OP_ROS);
    }
    matrix(out, &plan->matrix);
    integer(out, rounded(plan->box.x_min, false));
    integer(out, rounded(plan->box.y_min, false));
    integer(out, rounded(plan->box.x_max, true));
    integer(out, rounded(plan->box.y_max, true));
    operator(out, OP_BBOX);
    if (plan->cid) {
        integer(out, cid_count(plan));
        operator(out, OP_CID_COUNT);
    }
    if (plan->encoded) {
        offset(out, at->encoding);
        operator(out, OP_ENCODING);
    }
    offset(out, at->charset);
    operator(out, OP_CHARSET);
    offset(out, at->charstrings);
    operator(out, OP_CHARSTRINGS);
    if (!plan->cid) {
        private_of(out, at->private_dict);
        return;
    }
    offset(out, at->fd_array);
    operator(out, OP_FD_ARRAY);
    offset(out, at->fd_select);
    operator(out, OP_FD_SELECT);
}

/* Writes all; where things turn out to lie goes into @at, which a second run is given. Offsets have
 * one length, so nothing moves between the two. */
static void
write_all(SkSink *out, const SkCffPlan *plan, Places *at)
{
    static const uint8_t header[] = { 1, 0, 4, 4 };
    g_autoptr(SkSink) top = sk_sink_new_memory(UINT64_MAX);

    top_dict(top, plan, at);
    sk_sink_span(out, sk_span(header, sizeof header));
    index_of_one(out, sk_span_str(plan->name));
    index_of_one(out, sk_sink_memory(top));
    strings(out, plan);
    sk_sink_u16be(out, 0); /* global subroutines */
    at->encoding = (size_t)sk_sink_at(out);
    encoding(out, plan);
    at->charset = (size_t)sk_sink_at(out);
    charset(out, plan);
    at->fd_select = (size_t)sk_sink_at(out);
    if (plan->cid)
        fd_select(out, plan);
    at->charstrings = (size_t)sk_sink_at(out);
    index_of(out, plan->ends, sk_span(plan->put.p, plan->put.n));
    at->fd_array = (size_t)sk_sink_at(out);
    if (plan->cid)
        fd_array(out, plan, at->private_dict);
    at->private_dict = (size_t)sk_sink_at(out);
    for (unsigned i = 0; i < (plan->cid ? plan->matrices->len : 1); i++)
        sk_sink_span(out, sk_span(private_dict, sizeof private_dict));
    at->end = (size_t)sk_sink_at(out);
}

bool
sk_cff_plan_write(const SkCffPlan *self, uint64_t limit, SkSink *out, GError **error)
{
    g_autoptr(SkSink) first = sk_sink_new_memory(limit);
    g_autoptr(SkSink) second = sk_sink_new_memory(limit);
    Places at = { 0 };

    write_all(first, self, &at);
    size_t end = at.end;
    if (!sk_sink_finish(first, error))
        return false;
    write_all(second, self, &at);
    g_assert(at.end == end);
    if (!sk_sink_finish(second, error))
        return false;
    sk_sink_span(out, sk_sink_memory(second));
    return true;
}
