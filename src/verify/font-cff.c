/* SPDX-License-Identifier: Apache-2.0
 *
 * font-cff.c - a bare CFF font, keyed by names or by CIDs: its parts one behind another, each found
 * where its dictionary says.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/font.md, "cff"; Adobe Technical Note 5176   Tests:
 * tests/unit/verify/test-font.c
 */
#include "verify/font.h"

#include <string.h>

#define STANDARD_STRINGS 391u
#define STRINGS_MAX 64000u
#define FONTS_MAX 256u
#define DEFAULT_MATRIX "0.001"

enum {
    OP_BBOX = 5, OP_CHARSET = 15, OP_ENCODING = 16, OP_CHARSTRINGS = 17, OP_PRIVATE = 18, ESCAPE =
    12, OP_MATRIX = 7, OP_ROS = 30, OP_COUNT = 34, OP_ARRAY = 36, OP_SELECT = 37
};

typedef struct {
    uint32_t count;
    SkSpan offsets; /* of @size bytes each */
    unsigned size;
    SkSpan data;
} Index;

typedef struct {
    SkSpan in;
    SkReader r; /* over the file */
    bool cid;
    Index strings, charstrings;
    SkFontBox box;
    int64_t bbox[4];
    int64_t system[3];
    int64_t cids;
    uint32_t encoding, charset, charstrings_at, array, select; /* 0: not there */
    uint32_t privates[FONTS_MAX];
    unsigned fonts;
} Font;

/* ---- INDEX ---- */

static uint32_t
offset_at(const Index *index, uint32_t i)
{
    uint32_t out = 0;

    for (unsigned k = 0; k < index->size; k++)
        out = out << 8 | index->offsets.p[i * index->size + k];
    return out;
}

static unsigned
bytes_for(uint32_t value)
{
    return value < 0x100 ? 1 : value < 0x10000 ? 2 : value < 0x1000000 ? 3 : 4;
}

static bool
read_index(SkReader *r, Index *ret)
{
    *ret = (Index){ .count = sk_reader_u16be(r), .offsets = SK_SPAN_EMPTY, .data = SK_SPAN_EMPTY };
    if (ret->count == 0)
        return sk_reader_ok(r);
    ret->size = sk_reader_u8(r);
    if (ret->size < 1 || ret->size > 4)
        return false;
    ret->offsets = sk_reader_span(r, (size_t)(ret->count + 1) * ret->size);
    if (!sk_reader_ok(r) || offset_at(ret, 0) != 1)
        return false;
    for (uint32_t i = 0; i < ret->count; i++)
        if (offset_at(ret, i + 1) < offset_at(ret, i))
            return false;
    uint32_t end = offset_at(ret, ret->count);
    ret->data = sk_reader_span(r, end - 1);
    return sk_reader_ok(r) && bytes_for(end) == ret->size;
}

static SkSpan
item(const Index *index, uint32_t i)
{
    uint32_t at = offset_at(index, i) - 1;
    return sk_span_sub(index->data, at, offset_at(index, i + 1) - 1 - at);
}

/* ---- DICTs ---- */

static bool
read_integer(SkReader *r, int64_t *ret)
{
    unsigned byte = sk_reader_u8(r);

    if (byte >= 32 && byte <= 246)
        *ret = (int)byte - 139;
    else if (byte >= 247 && byte <= 250)
        *ret = ((int)byte - 247) * 256 + sk_reader_u8(r) + 108;
    else if (byte >= 251 && byte <= 254)
        *ret = -((int)byte - 251) * 256 - sk_reader_u8(r) - 108;
    else if (byte == 28)
        *ret = (int16_t)sk_reader_u16be(r);
    else if (byte == 29)
        *ret = (int32_t)sk_reader_u32be(r);
    else
        return false;
    bool shortest = (byte != 28 || *ret < -1131 || *ret > 1131) &&
                    (byte != 29 || *ret < INT16_MIN || *ret > INT16_MAX);
    return sk_reader_ok(r) && shortest;
}

static bool
read_offset(SkReader *r, uint32_t *ret)
{
    if (sk_reader_u8(r) != 29)
        return false;
    *ret = sk_reader_u32be(r);
    return sk_reader_ok(r) && *ret > 0;
}

/* The nibbles of a decimal with a point: E? whole A digits F F?. @text takes it as people write
 * it. */
static bool
read_real(SkReader *r, GString *text)
{
    unsigned whole = 0, digits = 0;
    bool point = false, zero_first = false;
    char last = '0';

    for (unsigned i = 0; i < 40; i++) {
        int byte = sk_reader_peek(r, 0);
        unsigned nibble = (unsigned)(byte < 0 ? 0xf : i % 2 == 0 ? byte >> 4 : byte & 15);
        if (byte < 0)
            return false;
        if (i % 2 == 1)
            sk_reader_skip(r, 1);
        if (nibble == 0xf) {
            if (i % 2 == 0 && sk_reader_u8(r) != 0xff)
                return false;
            return point && digits >= 1 && digits <= 12 && last != '0' && whole <= 32766 &&
                   !zero_first;
        }
        if (nibble == 0xe && i == 0) {
            g_string_append_c(text, '-');
        } else if (nibble == 0xa && !point) {
            g_string_append(text, g_str_has_suffix(text->str, "-") || text->len == 0 ? "0." : ".");
            point = true;
        } else if (nibble <= 9) {
            last = (char)('0' + nibble);
            zero_first = zero_first || (!point && whole == 0 && nibble == 0);
            whole = point ? whole : MIN(whole * 10 + nibble, 40000);
            digits += point;
            g_string_append_c(text, last);
        } else {
            return false;
        }
    }
    return false;
}

static bool
read_decimal(SkReader *r, GString *text)
{
    int64_t value = 0;

    if (sk_reader_peek(r, 0) == 30) {
        sk_reader_skip(r, 1);
        return read_real(r, text);
    }
    if (!read_integer(r, &value) || value < INT16_MIN || value > INT16_MAX)
        return false;
    g_string_append_printf(text, "%" G_GINT64_FORMAT, value);
    return true;
}

static bool
read_operator(SkReader *r, unsigned first, unsigned second)
{
    return sk_reader_u8(r) == first && (first != ESCAPE || sk_reader_u8(r) == second);
}

/* FontMatrix, where it stands; never as it would be without. @usual: what that is. */
static bool
read_matrix(SkReader *r, const char *usual, GString *text)
{
    SkReader ahead = *r;

    for (unsigned i = 0; i < 6; i++) {
        if (i > 0)
            g_string_append_c(text, ' ');
        if (!read_decimal(&ahead, text)) {
            g_string_set_size(text, 0);
            return true; /* something else stands here, and is read next */
        }
    }
    if (!read_operator(&ahead, ESCAPE, OP_MATRIX)) {
        g_string_set_size(text, 0);
        return true;
    }
    *r = ahead;
    return strcmp(text->str, usual) != 0;
}

static bool
read_bbox(Font *font, SkReader *r)
{
    for (unsigned i = 0; i < 4; i++)
        if (!read_integer(r, &font->bbox[i]))
            return false;
    return read_operator(r, OP_BBOX, 0);
}

static bool
read_private(SkReader *r, uint32_t *ret)
{
    int64_t size = 0;
    return read_integer(r, &size) && size == 4 && read_offset(r, ret) &&
           read_operator(r, OP_PRIVATE, 0);
}

/* An offset with its operator, where that is @first; otherwise nothing is read. */
static bool
read_optional(SkReader *r, unsigned first, uint32_t *ret)
{
    SkReader ahead = *r;
    uint32_t offset = 0;

    if (read_offset(&ahead, &offset) && read_operator(&ahead, first, 0)) {
        *ret = offset;
        *r = ahead;
    }
    return true;
}

static bool
read_top_of_names(Font *font, SkReader *r)
{
    g_autoptr(GString) matrix = g_string_new(NULL);

    return read_matrix(r, DEFAULT_MATRIX " 0 0 " DEFAULT_MATRIX " 0 0", matrix) &&
           read_bbox(font, r) && read_optional(r, OP_ENCODING, &font->encoding) &&
           read_offset(r, &font->charset) && read_operator(r, OP_CHARSET, 0) &&
           read_offset(r, &font->charstrings_at) && read_operator(r, OP_CHARSTRINGS, 0) &&
           read_private(r, &font->privates[0]) && sk_reader_left(r) == 0;
}

static bool
read_top_of_cids(Font *font, SkReader *r)
{
    g_autoptr(GString) matrix = g_string_new(NULL);

    for (unsigned i = 0; i < 3; i++)
        if (!read_integer(r, &font->system[i]))
            return false;
    return read_operator(r, ESCAPE, OP_ROS) && read_matrix(r, "", matrix) && read_bbox(font, r) &&
           read_integer(r, &font->cids) && read_operator(r, ESCAPE, OP_COUNT) &&
           read_offset(r, &font->charset) && read_operator(r, OP_CHARSET, 0) &&
           read_offset(r, &font->charstrings_at) && read_operator(r, OP_CHARSTRINGS, 0) &&
           read_offset(r, &font->array) && read_operator(r, ESCAPE, OP_ARRAY) &&
           read_offset(r, &font->select) && read_operator(r, ESCAPE, OP_SELECT) &&
           sk_reader_left(r) == 0;
}

/* ---- head: names and strings ---- */

static bool
check_strings(Font *font)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (uint32_t i = 0; i < font->strings.count; i++) {
        SkSpan name = item(&font->strings, i);
        if (!sk_font_name_is(name) || !g_hash_table_add(seen, sk_span_dup(name)))
            return false;
    }
    return font->strings.count <= STRINGS_MAX;
}

static bool
check_system(Font *font)
{
    int64_t entries = font->system[1] - STANDARD_STRINGS + 1;

    if (font->system[0] != STANDARD_STRINGS || entries < 1 || entries > 2 ||
        font->strings.count != entries || font->system[2] < 0 || font->system[2] > 99)
        return false;
    for (uint32_t i = 0; i < font->strings.count; i++) {
        SkSpan word = item(&font->strings, i);
        for (size_t k = 0; k < word.n; k++)
            if (!g_ascii_isalnum(word.p[k]) && (word.p[k] == 0 || strchr("-_.", word.p[k]) == NULL))
                return false;
        if (word.n < 1 || word.n > 32)
            return false;
    }
    return entries == 1 || !sk_span_equal(item(&font->strings, 0), item(&font->strings, 1));
}

static bool
check_head(Font *font)
{
    SkReader *r = &font->r;
    Index names = { 0 }, tops = { 0 }, subroutines = { 0 };

    if (sk_reader_u32be(r) != 0x01000404 || !read_index(r, &names) || names.count != 1 ||
        !sk_font_name_is(item(&names, 0)) || !read_index(r, &tops) || tops.count != 1 ||
        !read_index(r, &font->strings) || !read_index(r, &subroutines) || subroutines.count != 0)
        return false;
    SkReader top = sk_reader(item(&tops, 0));
    if (font->cid)
        return read_top_of_cids(font, &top) && check_system(font);
    font->fonts = 1;
    return read_top_of_names(font, &top) && check_strings(font);
}

/* ---- charset and encoding ---- */

static bool
check_encoding(Font *font, SkReader *r)
{
    if (font->encoding == 0)
        return true;
    unsigned format = sk_reader_u8(r), codes = sk_reader_u8(r);
    if (font->encoding != r->at - 2 || (format != 0x00 && format != 0x80) ||
        codes >= font->charstrings.count)
        return false;
    sk_reader_skip(r, codes);
    if (format == 0)
        return sk_reader_ok(r);
    unsigned more = sk_reader_u8(r);
    int before = -1;
    for (unsigned i = 0; i < more; i++) {
        int code = sk_reader_u8(r);
        uint16_t name = sk_reader_u16be(r);
        if (code <= before || name >= STANDARD_STRINGS + font->strings.count)
            return false;
        before = code;
    }
    return more > 0 && sk_reader_ok(r);
}

/* SIDs of the supplements are of glyphs. */
static bool
check_supplements(const Font *font, const GByteArray *used)
{
    SkReader r = sk_reader(font->in);

    if (font->encoding == 0)
        return true;
    sk_reader_seek(&r, font->encoding);
    bool supplements = sk_reader_u8(&r) == 0x80;
    sk_reader_skip(&r, sk_reader_u8(&r));
    for (unsigned more = supplements ? sk_reader_u8(&r) : 0; more > 0; more--) {
        sk_reader_skip(&r, 1);
        if (used->data[sk_reader_u16be(&r)] == 0)
            return false;
    }
    return true;
}

/* The number of a glyph: an SID, whose strings come in order, or a CID, none twice. */
static bool
take_number(Font *font, GByteArray *used, uint32_t number, uint32_t *strings, uint32_t *greatest)
{
    bool again = number > 65534 || used->data[number] != 0;

    if (font->cid) {
        *greatest = MAX(*greatest, number);
        if (again)
            return false;
    } else if (number >= STANDARD_STRINGS && number - STANDARD_STRINGS > *strings) {
        return false;
    } else if (number >= STANDARD_STRINGS) {
        *strings += number - STANDARD_STRINGS == *strings;
    }
    used->data[number] = 1;
    return true;
}

static bool
check_charset(Font *font, SkReader *r)
{
    g_autoptr(GByteArray) used = g_byte_array_new();
    uint32_t left = font->charstrings.count - 1, strings = 0, greatest = 0, next = UINT32_MAX;

    g_byte_array_set_size(used, 65536);
    memset(used->data, 0, used->len);
    used->data[0] = 1; /* glyph 0 */
    if (font->charset != r->at || sk_reader_u8(r) != 2)
        return false;
    while (left > 0) {
        uint32_t first = sk_reader_u16be(r), more = sk_reader_u16be(r);
        if (!sk_reader_ok(r) || first == next || more >= left)
            return false;
        for (uint32_t i = 0; i <= more; i++)
            if (first + i > 65534 || !take_number(font, used, first + i, &strings, &greatest))
                return false;
        left -= more + 1;
        next = first + more + 1;
    }
    if (font->cid)
        return font->cids == greatest + 1;
    return strings == font->strings.count && check_supplements(font, used);
}

/* ---- the rest ---- */

static bool
check_select(Font *font, SkReader *r, unsigned *ret_fonts)
{
    unsigned used = 0;
    int before = -1;
    uint32_t next = 0;

    if (font->select != r->at || sk_reader_u8(r) != 3)
        return false;
    uint16_t ranges = sk_reader_u16be(r);
    for (unsigned i = 0; i < ranges; i++) {
        uint32_t first = sk_reader_u16be(r);
        int fd = sk_reader_u8(r);
        if ((i == 0 ? first != 0 : first <= next) || first >= font->charstrings.count ||
            fd == before || fd > (int)used)
            return false;
        used += fd == (int)used;
        before = fd;
        next = first;
    }
    *ret_fonts = used;
    return ranges > 0 && sk_reader_u16be(r) == font->charstrings.count;
}

static bool
check_array(Font *font, SkReader *r)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Index fonts = { 0 };

    if (font->array != r->at || !read_index(r, &fonts) || fonts.count != font->fonts ||
        fonts.count > FONTS_MAX)
        return false;
    for (uint32_t i = 0; i < fonts.count; i++) {
        g_autoptr(GString) matrix = g_string_new(NULL);
        SkReader dict = sk_reader(item(&fonts, i));
        if (!read_matrix(&dict, "", matrix) || !read_private(&dict, &font->privates[i]) ||
            sk_reader_left(&dict) > 0 || !g_hash_table_add(seen, g_strdup(matrix->str)))
            return false;
    }
    return true;
}

static bool
check_charstrings(Font *font, SkReader *r)
{
    font->box = SK_FONT_NO_BOX;
    if (font->charstrings_at != r->at || !read_index(r, &font->charstrings))
        return false;
    for (uint32_t i = 0; i < font->charstrings.count; i++)
        if (!sk_font_charstring(item(&font->charstrings, i), &font->box))
            return false;
    for (unsigned axis = 0; axis < 2; axis++) {
        bool none = font->box.least[axis] > font->box.greatest[axis];
        int64_t low = none ? 0 : font->box.least[axis] >> 16,
                high = none ? 0 : -(-font->box.greatest[axis] >> 16);
        if (font->bbox[axis] != low || font->bbox[axis + 2] != high)
            return false;
    }
    return true;
}

static bool
check_privates(Font *font, SkReader *r)
{
    for (unsigned i = 0; i < font->fonts; i++)
        if (font->privates[i] != r->at || sk_reader_u32be(r) != 0x8b148b15)
            return false;
    return sk_reader_ok(r) && sk_reader_left(r) == 0;
}

bool
sk_verify_font_cff(SkProof *proof, SkSpan in, bool cid)
{
    Font font = { .in = in, .r = sk_reader(in), .cid = cid };
    SkReader *r = &font.r;

    if (!check_head(&font))
        return sk_font_no(proof, "head of a CFF");
    SkReader ahead = sk_reader(in); /* how many glyphs there are is said last, and wanted first */
    sk_reader_seek(&ahead, font.charstrings_at);
    font.charstrings.count = sk_reader_u16be(&ahead);
    if (!sk_reader_ok(&ahead) || font.charstrings.count == 0)
        return sk_font_no(proof, "charstrings");
    if (!check_encoding(&font, r) || !check_charset(&font, r))
        return sk_font_no(proof, "encoding or charset");
    if (cid && !check_select(&font, r, &font.fonts))
        return sk_font_no(proof, "FDSelect");
    if (!check_charstrings(&font, r))
        return sk_font_no(proof, "charstrings");
    if (cid && !check_array(&font, r))
        return sk_font_no(proof, "FDArray");
    return check_privates(&font, r) || sk_font_no(proof, "private dictionaries");
}
