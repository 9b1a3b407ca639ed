/* SPDX-License-Identifier: Apache-2.0
 *
 * icc.c - contract in icc.h. The profile is read twice in the same breath: each tag that may stay
 * is parsed and spelled into a piece of memory; then header, table and pieces are written.
 */
#include "disarm/icc.h"

#include "disarm/icc-parts.h"
#include "base/reader.h"

#include <string.h>

#define SIZE_MAX_BYTES (8u << 20)
#define HEADER 128u
#define TAGS_MAX 200u

typedef enum {
    ALWAYS, WHITE, ADAPTATION, COLORANT, MATRIX_CURVE, GREY_CURVE, TO_PCS, FROM_PCS
} TagKind;

static const struct {
    const char *name;
    TagKind kind;
} tags[] = {
    { "desc", ALWAYS },       { "cprt", ALWAYS },       { "wtpt", WHITE },
    { "chad", ADAPTATION },   { "rXYZ", COLORANT },     { "gXYZ", COLORANT },
    { "bXYZ", COLORANT },     { "rTRC", MATRIX_CURVE }, { "gTRC", MATRIX_CURVE },
    { "bTRC", MATRIX_CURVE }, { "kTRC", GREY_CURVE },   { "A2B0", TO_PCS },
    { "A2B1", TO_PCS },       { "A2B2", TO_PCS },       { "B2A0", FROM_PCS },
    { "B2A1", FROM_PCS },     { "B2A2", FROM_PCS },
};
#define TAGS G_N_ELEMENTS(tags)
enum { FIRST_A2B = 11, FIRST_B2A = 14, FIRST_COLORANT = 4, AFTER_MATRIX = 10, GREY = 10 };

typedef struct {
    SkSpan in;
    unsigned version; /* 2 or 4 */
    char class[5], space[5], pcs[5];
    unsigned components;
    uint32_t intent;
    SkSpan found[TAGS]; /* empty: not there */
    SkSink *data[TAGS]; /* owned: NULL: not there */
} Profile;

static void
profile_clear(Profile *self)
{
    for (size_t i = 0; i < TAGS; i++)
        sk_sink_free(self->data[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Profile, profile_clear)

static bool
one_of(const char *word, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(word, words[i]) == 0)
            return true;
    }
    return false;
}

static void
read_word(SkReader *r, char word[5])
{
    SkSpan s = sk_reader_span(r, 4);

    for (size_t i = 0; i < s.n; i++)
        word[i] = (char)s.p[i];
}

static bool
read_header(Profile *self, GError **error)
{
    static const char *const classes[] = { "mntr", "scnr", "prtr", "spac" };
    static const char *const spaces[] = { "XYZ ", "Lab " };
    SkReader r = sk_reader(self->in);
    char magic[5] = { 0 };

    uint32_t size = sk_reader_u32be(&r);
    sk_reader_skip(&r, 4);
    self->version = sk_reader_u8(&r);
    sk_reader_skip(&r, 3);
    read_word(&r, self->class);
    read_word(&r, self->space);
    read_word(&r, self->pcs);
    sk_reader_skip(&r, 12);
    read_word(&r, magic);
    sk_reader_seek(&r, 64);
    self->intent = sk_reader_u32be(&r) & 0xffff; /* the upper half is a maker's own */
    if (!sk_reader_ok(&r) || size < HEADER || size > self->in.n)
        return sk_throw(error, SK_ERROR_TRUNCATED, "icc: header cut short");
    self->in = sk_span_sub(self->in, 0, size);
    self->components = strcmp(self->space, "GRAY") == 0   ? 1
                       : strcmp(self->space, "RGB ") == 0 ? 3
                       : strcmp(self->space, "CMYK") == 0 ? 4
                                                          : 0;
    if (strcmp(magic, "acsp") != 0 || (self->version != 2 && self->version != 4) ||
        size > SIZE_MAX_BYTES || !one_of(self->class, classes, G_N_ELEMENTS(classes)) ||
        !one_of(self->pcs, spaces, G_N_ELEMENTS(spaces)) || self->components == 0 ||
        self->intent > 3)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "icc: of another kind");
    return true;
}

static bool
read_table(Profile *self, GError **error)
{
    SkReader r = sk_reader(self->in);

    sk_reader_seek(&r, HEADER);
    uint32_t n = sk_reader_u32be(&r);
    if (n > TAGS_MAX)
        return sk_throw(error, SK_ERROR_MALFORMED, "icc: over %u tags", TAGS_MAX);
    for (uint32_t i = 0; i < n; i++) {
        SkSpan name = sk_reader_span(&r, 4);
        uint32_t at = sk_reader_u32be(&r), size = sk_reader_u32be(&r);
        if (!sk_reader_ok(&r) || at > self->in.n || size > self->in.n - at)
            return sk_throw(error, SK_ERROR_TRUNCATED, "icc: tag outside of the profile");
        for (size_t k = 0; k < TAGS; k++) {
            if (!sk_span_is(name, tags[k].name))
                continue;
            if (self->found[k].n > 0)
                return sk_throw(error, SK_ERROR_AMBIGUOUS, "icc: tag twice");
            self->found[k] = sk_span_sub(self->in, at, size);
        }
    }
    return true;
}

/* Which tags a profile of this kind has use for; the others are as if they were not there. */
static void
choose(Profile *self)
{
    bool rgb = self->components == 3 && strcmp(self->pcs, "XYZ ") == 0, matrix = rgb;

    for (size_t i = FIRST_COLORANT; i < AFTER_MATRIX; i++)
        matrix = matrix && self->found[i].n > 0;
    for (size_t i = FIRST_COLORANT; i < AFTER_MATRIX && !matrix; i++)
        self->found[i] = SK_SPAN_EMPTY;
    if (self->components != 1)
        self->found[GREY] = SK_SPAN_EMPTY;
    for (size_t i = 0; i < 3; i++) {
        if (self->found[FIRST_A2B].n == 0)
            self->found[FIRST_A2B + i] = SK_SPAN_EMPTY;
        if (self->found[FIRST_A2B + i].n == 0)
            self->found[FIRST_B2A + i] = SK_SPAN_EMPTY;
    }
}

/* The fixed words that stand for description and copyright. */
static void
put_words(const Profile *self, size_t tag, SkSink *out)
{
    const char *words = tag == 0 ? "Profile" : "-";
    uint32_t n = (uint32_t)strlen(words);

    if (self->version == 4) {
        sk_sink_str(out, "mluc");
        sk_sink_u32be(out, 0);
        sk_sink_u32be(out, 1);
        sk_sink_u32be(out, 12);
        sk_sink_str(out, "enUS");
        sk_sink_u32be(out, 2 * n);
        sk_sink_u32be(out, 28);
        for (uint32_t i = 0; i < n; i++)
            sk_sink_u16be(out, (uint16_t)words[i]);
        return;
    }
    sk_sink_str(out, tag == 0 ? "desc" : "text");
    sk_sink_u32be(out, 0);
    if (tag == 0)
        sk_sink_u32be(out, n + 1);
    sk_sink_str(out, words);
    sk_sink_u8(out, 0);
    for (unsigned i = 0; tag == 0 && i < 4 + 4 + 2 + 1 + 67; i++)
        sk_sink_u8(out, 0);
}

static bool
put_tag(const Profile *self, size_t i, SkSink *out, GError **error)
{
    unsigned n = self->components;

    switch (tags[i].kind) {
    case ALWAYS:
        put_words(self, i, out);
        return true;
    case WHITE:
        if (self->found[i].n == 0) {
            sk_icc_put_white(out);
            return true;
        }
        return sk_icc_xyz(self->found[i], out, error);
    case COLORANT:
        return sk_icc_xyz(self->found[i], out, error);
    case ADAPTATION:
        return sk_icc_adaptation(self->found[i], out, error);
    case MATRIX_CURVE:
    case GREY_CURVE:
        return sk_icc_curve_tag(self->found[i], self->version == 4, out, error);
    case TO_PCS:
        return sk_icc_table(self->found[i], self->version == 4, false, n, 3, out, error);
    case FROM_PCS:
        return sk_icc_table(self->found[i], self->version == 4, true, 3, n, out, error);
    default:
        g_assert_not_reached();
    }
}

static bool
put_tags(Profile *self, GError **error)
{
    bool way = false;

    for (size_t i = 0; i < TAGS; i++) {
        if (self->found[i].n == 0 && tags[i].kind != ALWAYS && tags[i].kind != WHITE)
            continue;
        self->data[i] = sk_sink_new_memory(SIZE_MAX_BYTES);
        if (!put_tag(self, i, self->data[i], error))
            return false;
        if (!sk_sink_ok(self->data[i]))
            return sk_throw(error, SK_ERROR_UNSUPPORTED, "icc: too large");
        way = way || i == FIRST_COLORANT || i == GREY || i == FIRST_A2B;
    }
    return way || sk_throw(error, SK_ERROR_UNSUPPORTED, "icc: no way from its colours");
}

static void
put_header(const Profile *self, uint32_t size, SkSink *out)
{
    sk_sink_u32be(out, size);
    sk_sink_u32be(out, 0);
    sk_sink_u32be(out, self->version == 4 ? 0x04200000 : 0x02400000);
    sk_sink_str(out, self->class);
    sk_sink_str(out, self->space);
    sk_sink_str(out, self->pcs);
    for (unsigned i = 0; i < 6; i++)
        sk_sink_u16be(out, (uint16_t)(i == 0 ? 2000 : i < 3 ? 1 : 0));
    sk_sink_str(out, "acsp");
    for (unsigned i = 40; i < 64; i += 4)
        sk_sink_u32be(out, 0);
    sk_sink_u32be(out, self->intent);
    sk_sink_u32be(out, 0xf6d6);
    sk_sink_u32be(out, 0x10000);
    sk_sink_u32be(out, 0xd32d);
    for (unsigned i = 80; i < HEADER; i += 4)
        sk_sink_u32be(out, 0);
}

static uint32_t
padded(uint64_t n)
{
    return (uint32_t)((n + 3) / 4 * 4);
}

/* Table and data. A tag that says what an earlier one said points at that one. */
static bool
put_profile(const Profile *self, SkSink *out, GError **error)
{
    uint32_t n = 0, offsets[TAGS] = { 0 };
    size_t same[TAGS] = { 0 };

    for (size_t i = 0; i < TAGS; i++)
        n += self->data[i] != NULL ? 1 : 0;
    uint64_t at = HEADER + 4 + 12 * n;
    for (size_t i = 0; i < TAGS; i++) {
        if (self->data[i] == NULL)
            continue;
        for (same[i] = 0; same[i] < i; same[i]++) {
            SkSink *other = self->data[same[i]];
            if (other != NULL &&
                sk_span_equal(sk_sink_memory(other), sk_sink_memory(self->data[i])))
                break;
        }
        offsets[i] = same[i] < i ? offsets[same[i]] : (uint32_t)at;
        at += same[i] < i ? 0 : padded(sk_sink_at(self->data[i]));
        if (at > SIZE_MAX_BYTES)
            return sk_throw(error, SK_ERROR_UNSUPPORTED, "icc: too large");
    }
    put_header(self, (uint32_t)at, out);
    sk_sink_u32be(out, n);
    for (size_t i = 0; i < TAGS; i++) {
        if (self->data[i] == NULL)
            continue;
        sk_sink_str(out, tags[i].name);
        sk_sink_u32be(out, offsets[i]);
        sk_sink_u32be(out, (uint32_t)sk_sink_at(self->data[i]));
    }
    for (size_t i = 0; i < TAGS; i++) {
        if (self->data[i] == NULL || same[i] < i)
            continue;
        SkSpan data = sk_sink_memory(self->data[i]);
        sk_sink_span(out, data);
        for (size_t k = data.n; k % 4 != 0; k++)
            sk_sink_u8(out, 0);
    }
    return true;
}

bool
sk_icc_rebuild(SkSpan in, unsigned components, SkSink *out, unsigned *ret_components,
               GError **error)
{
    g_auto(Profile) self = { .in = in };

    if (!read_header(&self, error) || !read_table(&self, error))
        return false;
    if (components != 0 && components != self.components)
        return sk_throw(error, SK_ERROR_MALFORMED, "icc: another number of components");
    choose(&self);
    if (!put_tags(&self, error) || !put_profile(&self, out, error))
        return false;
    if (ret_components != NULL)
        *ret_components = self.components;
    return true;
}
