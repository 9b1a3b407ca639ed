/* SPDX-License-Identifier: Apache-2.0
 *
 * font-cmap.c - character maps of PDF: texts of codes, and CIDs of codes. PostScript to look at,
 * but compared, never carried out.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/font.md, "ToUnicode", "Encoding CMap"; Adobe Technical Note 5014   Tests:
 * tests/unit/verify/test-font.c
 */
#include "verify/font.h"
#include "verify/pdf-file.h"
#include "verify/pdf-table.h"

#include <string.h>

#define LINES_MAX 200000u
#define BLOCK 100u
#define SPACES_MAX 100u
#define CODE_BYTES_MAX 4u
#define VALUE_BYTES_MAX 64u

#define HEAD "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
#define TAIL "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"

typedef struct {
    unsigned n; /* bytes of each */
    uint32_t first, last;
} Codes;

typedef struct {
    SkReader r;
    unsigned lengths;               /* of codes in use, bits */
    uint8_t value[VALUE_BYTES_MAX]; /* of the line before */
    size_t value_n;
    int64_t cid; /* likewise */
} Map;

static uint32_t
value_of(SkSpan digits)
{
    uint32_t out = 0;

    for (size_t i = 0; i < digits.n / 2; i++)
        out = out << 8 | sk_pdf_string_byte(digits, i);
    return out;
}

/* `<FIRST> <LAST>`, of one length. */
static bool
read_codes(SkReader *r, Codes *ret)
{
    SkSpan first = SK_SPAN_EMPTY, last = SK_SPAN_EMPTY;

    if (!sk_vpdf_string(r, CODE_BYTES_MAX, &first) || !sk_pdf_word(r, " ") ||
        !sk_vpdf_string(r, CODE_BYTES_MAX, &last) || first.n == 0 || first.n != last.n)
        return false;
    *ret = (Codes){ (unsigned)first.n / 2, value_of(first), value_of(last) };
    return true;
}

/* Codes of a line differ in the last byte at most, and lie behind those of the line before. */
static bool
codes_rise(const Codes *codes, const Codes *before)
{
    if (codes->first >> 8 != codes->last >> 8 || codes->first > codes->last)
        return false;
    return before->n == 0 || codes->n > before->n ||
           (codes->n == before->n && codes->first > before->last);
}

static bool
codes_go_on(const Codes *codes, const Codes *before)
{
    return codes->n == before->n && codes->first == before->last + 1 &&
           codes->first >> 8 == before->last >> 8;
}

static bool
read_count(SkReader *r, const char *word, int64_t most, int64_t *ret)
{
    return sk_pdf_integer(r, 1, most, ret) && sk_pdf_word(r, word);
}

typedef bool (*ReadLine)(Map *map, Codes *before, bool first);

/* Blocks of a hundred lines, but for the last. */
static bool
read_blocks(Map *map, const char *begin, const char *end, ReadLine line)
{
    Codes before = { 0 };
    int64_t n = BLOCK;
    uint32_t lines = 0;

    while (n == BLOCK && g_ascii_isdigit(sk_reader_peek(&map->r, 0))) {
        SkReader ahead = map->r;
        if (!read_count(&ahead, begin, BLOCK, &n))
            return lines % BLOCK == 0; /* another sort of block */
        map->r = ahead;
        for (int64_t i = 0; i < n; i++, lines++) {
            if (!line(map, &before, lines == 0))
                return false;
            map->lengths |= 1u << before.n;
        }
        if (!sk_pdf_word(&map->r, end) || lines > LINES_MAX)
            return false;
    }
    return true;
}

/* ---- ToUnicode ---- */

static bool
is_character(uint32_t c)
{
    bool control =
        c <= 0x08 || c == 0x0b || c == 0x0c || (c >= 0x0e && c <= 0x1f) || (c >= 0x7f && c <= 0x9f);
    bool turns = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);

    return !control && !turns && (c & 0xfffe) != 0xfffe;
}

static bool
is_text(const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i += 2) {
        uint32_t c = (uint32_t)p[i] << 8 | p[i + 1];
        if (c >= 0xd800 && c <= 0xdfff) {
            uint32_t low = i + 3 < n ? (uint32_t)p[i + 2] << 8 | p[i + 3] : 0;
            if (c > 0xdbff || low < 0xdc00 || low > 0xdfff)
                return false;
            c = 0x10000 + ((c & 0x3ff) << 10 | (low & 0x3ff));
            i += 2;
        }
        if (!is_character(c))
            return false;
    }
    return true;
}

static bool
read_text_line(Map *map, Codes *before, bool first)
{
    uint8_t value[VALUE_BYTES_MAX] = { 0 };
    SkSpan digits = SK_SPAN_EMPTY;
    Codes codes;

    if (!read_codes(&map->r, &codes) || !sk_pdf_word(&map->r, " ") ||
        !sk_vpdf_string(&map->r, VALUE_BYTES_MAX, &digits) || !sk_pdf_word(&map->r, "\n") ||
        !codes_rise(&codes, before) || digits.n == 0 || digits.n % 4 != 0)
        return false;
    size_t n = digits.n / 2;
    for (size_t i = 0; i < n; i++)
        value[i] = sk_pdf_string_byte(digits, i);
    unsigned more = codes.last - codes.first, low = value[n - 1];
    if (low + more > 0xff)
        return false;
    if (!first && codes_go_on(&codes, before) && n == map->value_n &&
        memcmp(value, map->value, n - 1) == 0 &&
        low == map->value[n - 1] + before->last - before->first + 1)
        return false;
    memcpy(map->value, value, n);
    map->value_n = n;
    *before = codes;
    for (unsigned i = 0; i <= more; i++) {
        value[n - 1] = (uint8_t)(low + i);
        if (!is_text(value, n))
            return false;
    }
    return true;
}

/* One range of all codes for each length in use. */
static bool
check_lengths(SkReader *r, unsigned lengths)
{
    Codes codes;
    int64_t n = 0, wanted = 0;

    lengths = lengths == 0 ? 1u << 2 : lengths;
    for (unsigned i = 1; i <= CODE_BYTES_MAX; i++)
        wanted += lengths >> i & 1;
    if (!read_count(r, " begincodespacerange\n", CODE_BYTES_MAX, &n) || n != wanted)
        return false;
    for (unsigned i = 1; i <= CODE_BYTES_MAX; i++)
        if ((lengths >> i & 1) != 0 &&
            (!read_codes(r, &codes) || !sk_pdf_word(r, "\n") || codes.n != i || codes.first != 0 ||
             codes.last != UINT32_MAX >> (32 - 8 * i)))
            return false;
    return sk_pdf_word(r, "endcodespacerange\n");
}

bool
sk_verify_font_tounicode(SkProof *proof, SkSpan in)
{
    static const char head[] =
        HEAD "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
             "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n";
    Map map = { .r = sk_reader(in) };
    SkReader *r = &map.r;

    if (!sk_pdf_word(r, head))
        return sk_font_no(proof, "head of a map to Unicode");
    SkReader spaces = *r; /* which lengths are in use, the lines will say */
    size_t end = sk_span_find(in, r->at, sk_span_str("endcodespacerange\n"));
    if (end == SIZE_MAX)
        return sk_font_no(proof, "code space of a map to Unicode");
    sk_reader_seek(r, end + strlen("endcodespacerange\n"));
    size_t lines = r->at;
    if (!read_blocks(&map, " beginbfrange\n", "endbfrange\n", read_text_line) ||
        !sk_pdf_word(r, TAIL) || sk_reader_left(r) > 0)
        return sk_font_no(proof, "lines of a map to Unicode");
    return (check_lengths(&spaces, map.lengths) && spaces.at == lines) ||
           sk_font_no(proof, "code space of a map to Unicode");
}

/* ---- Encoding CMap ---- */

static bool
read_cid(Map *map, const Codes *before, int64_t most_more, Codes *codes, int64_t *cid)
{
    return read_codes(&map->r, codes) && sk_pdf_word(&map->r, " ") &&
           sk_pdf_integer(&map->r, 0, 65535, cid) && sk_pdf_word(&map->r, "\n") &&
           codes_rise(codes, before) && *cid + most_more * (codes->last - codes->first) <= 65535;
}

static bool
read_cid_line(Map *map, Codes *before, bool first)
{
    Codes codes;
    int64_t cid = 0;

    if (!read_cid(map, before, 1, &codes, &cid) ||
        (!first && codes_go_on(&codes, before) &&
         cid == map->cid + before->last - before->first + 1))
        return false;
    map->cid = cid;
    *before = codes;
    return true;
}

static bool
read_notdef_line(Map *map, Codes *before, bool first)
{
    Codes codes;
    int64_t cid = 0;

    if (!read_cid(map, before, 0, &codes, &cid) ||
        (!first && codes_go_on(&codes, before) && cid == map->cid))
        return false;
    map->cid = cid;
    *before = codes;
    return true;
}

static unsigned
byte_of(uint32_t code, unsigned n, unsigned at)
{
    return code >> 8 * (n - 1 - at) & 0xff;
}

/* In some byte that both have, they are apart. */
static bool
are_apart(const Codes *a, const Codes *b)
{
    for (unsigned i = 0; i < MIN(a->n, b->n); i++)
        if (byte_of(a->last, a->n, i) < byte_of(b->first, b->n, i) ||
            byte_of(b->last, b->n, i) < byte_of(a->first, a->n, i))
            return true;
    return false;
}

static bool
read_spaces(SkReader *r, bool optional)
{
    Codes spaces[SPACES_MAX];
    SkReader ahead = *r;
    int64_t n = 0;

    if (!read_count(&ahead, " begincodespacerange\n", SPACES_MAX, &n))
        return optional;
    *r = ahead;
    for (int64_t i = 0; i < n; i++) {
        Codes *space = &spaces[i];
        if (!read_codes(r, space) || !sk_pdf_word(r, "\n"))
            return false;
        for (unsigned k = 0; k < space->n; k++)
            if (byte_of(space->first, space->n, k) > byte_of(space->last, space->n, k))
                return false;
        if (i > 0 && !(space->n > space[-1].n ||
                       (space->n == space[-1].n && space->first > space[-1].first)))
            return false;
        for (int64_t k = 0; k < i; k++)
            if (!are_apart(space, &spaces[k]))
                return false;
    }
    return sk_pdf_word(r, "endcodespacerange\n");
}

static bool
read_word(SkReader *r)
{
    unsigned n = 0;
    int c = -1;

    while ((c = sk_reader_peek(r, 0)) > 0 && (g_ascii_isalnum(c) || strchr("-_.", c) != NULL) &&
           n <= 32) {
        sk_reader_skip(r, 1);
        n++;
    }
    return n >= 1 && n <= 32;
}

static bool
read_used(SkReader *r, bool *ret)
{
    SkReader ahead = *r;

    *ret = !sk_pdf_word(&ahead, "/CIDSystemInfo ");
    return !*ret || ((sk_pdf_word(r, "/Identity-H") || sk_pdf_word(r, "/Identity-V") ||
                      sk_pdf_listed(r, sk_pdf_cmaps)) &&
                     sk_pdf_word(r, " usecmap\n"));
}

static bool
read_cmap_head(SkReader *r, bool *ret_used)
{
    int64_t number = 0;

    if (!sk_pdf_word(r, HEAD) || !read_used(r, ret_used) ||
        !sk_pdf_word(r, "/CIDSystemInfo <</Registry (") || !read_word(r) ||
        !sk_pdf_word(r, ") /Ordering (") || !read_word(r) || !sk_pdf_word(r, ") /Supplement ") ||
        !sk_pdf_integer(r, 0, 99, &number) || !sk_pdf_word(r, ">> def\n"))
        return false;
    return sk_pdf_word(r, "/CMapName /Embedded-H def\n/CMapType 1 def\n/WMode 0 def\n") ||
           sk_pdf_word(r, "/CMapName /Embedded-V def\n/CMapType 1 def\n/WMode 1 def\n");
}

bool
sk_verify_font_cmap(SkProof *proof, SkSpan in)
{
    Map map = { .r = sk_reader(in) };
    SkReader *r = &map.r;
    bool used = false;

    if (!read_cmap_head(r, &used))
        return sk_font_no(proof, "head of a character map");
    if (!read_spaces(r, used))
        return sk_font_no(proof, "code space of a character map");
    if (!read_blocks(&map, " begincidrange\n", "endcidrange\n", read_cid_line) ||
        !read_blocks(&map, " beginnotdefrange\n", "endnotdefrange\n", read_notdef_line) ||
        !sk_pdf_word(r, TAIL) || sk_reader_left(r) > 0)
        return sk_font_no(proof, "lines of a character map");
    return true;
}
