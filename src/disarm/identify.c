/* SPDX-License-Identifier: Apache-2.0
 * identify.c - contract in identify.h. */
#include "disarm/identify.h"

#include "base/reader.h"
#include "disarm/odf.h"
#include "disarm/ole2-look.h"
#include "disarm/ooxml.h"
#include "disarm/textual.h"

#include <string.h>

#define PDF_HEADER_WITHIN 1024u
#define ZIP_END_SIZE 22u
#define ZIP_COMMENT_MAX 65535u

typedef struct {
    const char *bytes;
    uint8_t n;
    uint8_t at;
    SkType type;
} Magic;

#define MAGIC(at, text, type) { text, sizeof(text) - 1, at, type }

static const Magic magics[] = {
    MAGIC(0, "\x89PNG\r\n\x1a\n", SK_TYPE_PNG),
    MAGIC(0, "\xff\xd8\xff", SK_TYPE_JPEG),
    MAGIC(0, "GIF87a", SK_TYPE_GIF),
    MAGIC(0, "GIF89a", SK_TYPE_GIF),
    MAGIC(8, "WEBP", SK_TYPE_WEBP),
    MAGIC(0, "II*\0", SK_TYPE_TIFF),
    MAGIC(0, "MM\0*", SK_TYPE_TIFF),
    MAGIC(0, "II+\0", SK_TYPE_TIFF),
    MAGIC(0, "MM\0+", SK_TYPE_TIFF),
    MAGIC(40, " EMF", SK_TYPE_EMF),
    MAGIC(0, "\xd7\xcd\xc6\x9a", SK_TYPE_WMF),
    MAGIC(0, "\x01\0\x09\0\0\x03", SK_TYPE_WMF),
    MAGIC(0, "%PDF-", SK_TYPE_PDF),
    MAGIC(0, "PK\x03\x04", SK_TYPE_ZIP),
    MAGIC(0, "PK\x05\x06", SK_TYPE_ZIP),
    MAGIC(0, "PK\x07\x08", SK_TYPE_ZIP),
    MAGIC(0, "7z\xbc\xaf\x27\x1c", SK_TYPE_7Z),
    MAGIC(0, "Rar!\x1a\x07", SK_TYPE_RAR),
    MAGIC(0, "MSCF\0\0\0\0", SK_TYPE_CAB),
    MAGIC(0, "\x1f\x8b\x08", SK_TYPE_GZ),
    MAGIC(0, "BZh", SK_TYPE_BZ2),
    MAGIC(0, "\xfd" "7zXZ\0", SK_TYPE_XZ),
    MAGIC(0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", SK_TYPE_OLE2),
    MAGIC(0, "{\\rt", SK_TYPE_RTF),
    MAGIC(0, "HWP Document File", SK_TYPE_HWP),
    MAGIC(0, "JwwData.", SK_TYPE_JWW),
    MAGIC(0, "jw_cad(c)data", SK_TYPE_JWC),
    MAGIC(0, "AutoCAD Binary DXF\r\n\x1a", SK_TYPE_DXF),
    MAGIC(0, "AC10", SK_TYPE_DWG),
    MAGIC(0, "\x60\x0e\x82", SK_TYPE_XDW),
};

static bool
stands(SkSpan input, size_t at, SkSpan what)
{
    return at <= input.n && what.n <= input.n - at &&
           sk_span_equal(sk_span_sub(input, at, what.n), what);
}

/* Magic numbers too short to stand alone: they ask for a second sign. */
static bool
is_weak_magic(SkSpan input, SkType type)
{
    if (type == SK_TYPE_WEBP)
        return !sk_span_starts(input, "RIFF");
    if (type == SK_TYPE_EMF)
        return !stands(input, 0, sk_span("\x01\0\0\0", 4));
    if (type == SK_TYPE_DWG) /* a year's version in two digits, and never a text */
        return input.n < 7 || !g_ascii_isdigit(input.p[4]) || !g_ascii_isdigit(input.p[5]) ||
               input.p[6] != 0;
    if (type == SK_TYPE_BZ2)
        return !stands(input, 4, sk_span("1AY&SY", 6)) &&
               !stands(input, 4, sk_span("\x17\x72\x45\x38\x50\x90", 6));
    return false;
}

static SkType
by_magic(SkSpan input)
{
    for (size_t i = 0; i < G_N_ELEMENTS(magics); i++) {
        const Magic *m = &magics[i];
        if (stands(input, m->at, sk_span(m->bytes, m->n)) && !is_weak_magic(input, m->type))
            return m->type;
    }
    if (stands(input, 2, sk_span_str("-lh")) && input.n > 6 && input.p[6] == '-')
        return SK_TYPE_LZH;
    if (stands(input, 257, sk_span_str("ustar")))
        return SK_TYPE_TAR;
    return sk_biff_identify(input);
}

/* Two letters are also words of texts: the sizes in the headers have to agree. */
/* An icon or cursor: its first picture has to lie where the list of pictures allows. */
static bool
begins_as_icon(SkSpan input)
{
    SkReader r = sk_reader(input);
    bool first = sk_reader_u16le(&r) == 0;
    uint16_t kind = sk_reader_u16le(&r), n = sk_reader_u16le(&r);

    sk_reader_skip(&r, 8);
    uint32_t size = sk_reader_u32le(&r), at = sk_reader_u32le(&r);
    return sk_reader_ok(&r) && first && (kind == 1 || kind == 2) && n > 0 && at >= 6 + 16u * n &&
           at < input.n && size > 0;
}

static SkType
by_short_magic(SkSpan input)
{
    SkReader r = sk_reader(input);
    if (begins_as_icon(input))
        return SK_TYPE_ICO;
    if (sk_span_starts(input, "BM")) {
        sk_reader_skip(&r, 14);
        uint32_t header = sk_reader_u32le(&r);
        if (sk_reader_ok(&r) && header >= 12 && header <= 256)
            return SK_TYPE_BMP;
    }
    if (sk_span_starts(input, "MZ") && input.n >= 64) {
        sk_reader_seek(&r, 60);
        uint32_t pe = sk_reader_u32le(&r);
        if (stands(input, pe, sk_span("PE\0\0", 4)) || stands(input, pe, sk_span_str("NE")))
            return SK_TYPE_EXE;
    }
    return sk_span_starts(input, "\x7f"
                                 "ELF")
               ? SK_TYPE_EXE
               : SK_TYPE_NONE;
}

/* ---- containers --------------------------------------------------------------------------- */

/* Is there a directory entry of this name? Entries are 128 bytes and lie on such a boundary. */
static bool
ole2_has(SkSpan input, const char *name)
{
    size_t n = sk_span_str(name).n;
    for (size_t at = 512; at <= input.n && input.n - at >= 128; at += 128) {
        SkReader r = sk_reader(sk_span_sub(input, at, 128));
        bool same = true;
        for (size_t i = 0; i < n && same; i++)
            same = sk_reader_u16le(&r) == (uint8_t)name[i];
        sk_reader_seek(&r, 64);
        if (same && sk_reader_u16le(&r) == (n + 1) * 2)
            return true;
    }
    return false;
}

static bool
is_one_of(SkType type, const SkType *types, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (types[i] == type)
            return true;
    }
    return false;
}

static SkType
refine_zip(SkSpan input, SkType hint)
{
    static const SkType family[] = { SK_TYPE_ODT, SK_TYPE_ODS, SK_TYPE_ODP };
    static const struct {
        const char *mime;
        SkType type;
    } documents[] = {
        { "mimetypeapplication/vnd.oasis.opendocument.text", SK_TYPE_ODT },
        { "mimetypeapplication/vnd.oasis.opendocument.spreadsheet", SK_TYPE_ODS },
        { "mimetypeapplication/vnd.oasis.opendocument.presentation", SK_TYPE_ODP },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(documents); i++) {
        if (stands(input, 30, sk_span_str(documents[i].mime)))
            return documents[i].type;
    }
    SkType type = sk_ooxml_identify(input, hint);
    return type == SK_TYPE_ZIP && is_one_of(hint, family, G_N_ELEMENTS(family)) ? hint : type;
}

/* The end of a ZIP's directory, so close to the end of the object that a ZIP reader would find
 * it. */
static bool
ends_as_zip(SkSpan input)
{
    size_t window = MIN(input.n, (size_t)ZIP_END_SIZE + ZIP_COMMENT_MAX);
    size_t at = input.n - window;
    while ((at = sk_span_find(input, at, sk_span("PK\x05\x06", 4))) != SIZE_MAX) {
        SkReader r = sk_reader(input);
        sk_reader_seek(&r, at + 4);
        uint16_t disk = sk_reader_u16le(&r), start_disk = sk_reader_u16le(&r);
        sk_reader_skip(&r, 4);
        uint32_t size = sk_reader_u32le(&r);
        if (sk_reader_ok(&r) && disk == start_disk && (size <= at || size == UINT32_MAX))
            return true;
        at++;
    }
    return false;
}

/* ---- texts -------------------------------------------------------------------------------- */

static bool
is_texts_type(SkType type)
{
    return type == SK_TYPE_TEXT || type == SK_TYPE_CSV || type == SK_TYPE_TSV ||
           type == SK_TYPE_JSON || type == SK_TYPE_XML || type == SK_TYPE_HTML ||
           type == SK_TYPE_MHT || type == SK_TYPE_SVG || type == SK_TYPE_EML;
}

static bool
begins_with_word(SkSpan text, const char *word)
{
    SkSpan w = sk_span_str(word);
    return text.n >= w.n && g_ascii_strncasecmp((const char *)text.p, word, w.n) == 0;
}

/* SXF's short form keeps its features in comments of a STEP file that is empty otherwise. */
static SkType
drawing_or(SkType type, SkSpan text)
{
    bool features = type == SK_TYPE_P21 && sk_span_find(text, 0, sk_span_str("/*SXF")) != SIZE_MAX;
    return features ? SK_TYPE_SFC : type;
}

static SkSpan
skip_space(SkSpan text)
{
    size_t at = 0;
    while (at < text.n && g_ascii_isspace(text.p[at]))
        at++;
    return sk_span_sub(text, at, text.n - at);
}

/* Is @code alone on the first line? */
static bool
begins_with_group(SkSpan text, const char *code)
{
    size_t n = strlen(code);
    return sk_span_starts(text, code) && text.n > n && (text.p[n] == '\n' || text.p[n] == '\r');
}

/* Group code 0 and SECTION, each on its line; many programs write comments (999) before them. White
 * space before it is gone already. */
static bool
begins_as_dxf(SkSpan text)
{
    while (begins_with_group(text, "999")) {
        size_t remark = sk_span_find(text, 0, sk_span("\n", 1));
        size_t end =
            remark == SIZE_MAX ? SIZE_MAX : sk_span_find(text, remark + 1, sk_span("\n", 1));
        if (end == SIZE_MAX)
            return false;
        text = skip_space(sk_span_sub(text, end, text.n - end));
    }
    return begins_with_group(text, "0") &&
           begins_with_word(skip_space(sk_span_sub(text, 1, text.n - 1)), "SECTION");
}

static SkType
by_first_words(SkSpan input)
{
    static const struct {
        const char *words;
        SkType type;
    } beginnings[] = {
        { "<!doctype html", SK_TYPE_HTML },
        { "<html", SK_TYPE_HTML },
        { "<svg", SK_TYPE_SVG },
        { "<?xml", SK_TYPE_XML },
        { "mime-version:", SK_TYPE_EML },
        { "received:", SK_TYPE_EML },
        { "return-path:", SK_TYPE_EML },
        { "from: ", SK_TYPE_EML },
        { "iso-10303-21;", SK_TYPE_P21 },
    };
    size_t at = sk_span_starts(input, "\xEF\xBB\xBF") ? 3 : 0;
    while (at < input.n && g_ascii_isspace(input.p[at]))
        at++;
    SkSpan text = sk_span_sub(input, at, input.n - at);
    for (size_t i = 0; i < G_N_ELEMENTS(beginnings); i++) {
        if (begins_with_word(text, beginnings[i].words))
            return drawing_or(beginnings[i].type, text);
    }
    return begins_as_dxf(text) ? SK_TYPE_DXF : SK_TYPE_TEXT;
}

/* ---- the answer --------------------------------------------------------------------------- */

static size_t
pdf_header(SkSpan input)
{
    SkSpan head = sk_span_sub(input, 0, MIN(input.n, (size_t)PDF_HEADER_WITHIN));
    return sk_span_find(head, 0, sk_span_str("%PDF-"));
}

size_t
sk_identify_leads(SkSpan input)
{
    size_t at = pdf_header(input);
    for (size_t i = 0; at != SIZE_MAX && i < at; i++) {
        if (!g_ascii_isspace(input.p[i]))
            return at;
    }
    return 0;
}

bool
sk_identify_locked(SkSpan input)
{
    if (sk_span_starts(input, "\xd0\xcf\x11\xe0"))
        return ole2_has(input, "EncryptedPackage");
    return sk_span_find(input, 0, sk_span_str("/Encrypt ")) != SIZE_MAX;
}

/* Files of one picture or several, which their programs tell apart by what is in them. */
static const SkType pictures[] = { SK_TYPE_PNG, SK_TYPE_JPEG, SK_TYPE_GIF, SK_TYPE_BMP,
                                   SK_TYPE_TIFF, SK_TYPE_WEBP, SK_TYPE_ICO };

static bool
is_polyglot(SkSpan input, SkType type)
{
    if (type != SK_TYPE_PDF && type != SK_TYPE_NONE && pdf_header(input) != SIZE_MAX &&
        sk_span_find(input, 0, sk_span_str(" obj")) != SIZE_MAX)
        return true;
    bool picture = is_one_of(type, pictures, G_N_ELEMENTS(pictures));
    if ((picture || is_texts_type(type)) && ends_as_zip(input))
        return true;
    return picture && (sk_span_find(input, 0, sk_span("Rar!\x1a\x07", 6)) != SIZE_MAX ||
                       sk_span_find(input, 0, sk_span("7z\xbc\xaf\x27\x1c", 6)) != SIZE_MAX);
}

/* The first element of an XML document, whatever its prefix: is it svg? */
static bool
is_svg_root(SkSpan input)
{
    size_t at = 0;

    for (;;) {
        at = sk_span_find(input, at, sk_span_str("<"));
        if (at == SIZE_MAX || input.n - at < 5)
            return false;
        SkSpan rest = sk_span_sub(input, at, input.n - at);
        const char *end = sk_span_starts(rest, "<?")     ? "?>"
                          : sk_span_starts(rest, "<!--") ? "-->"
                                                         : NULL;
        /* a document type, perhaps with entities */
        if (end == NULL && sk_span_starts(rest, "<!")) {
            size_t subset = sk_span_find(rest, 0, sk_span_str("[")),
                   close = sk_span_find(rest, 0, sk_span_str(">"));
            end = subset < close ? "]" : ">";
        }
        if (end == NULL)
            break;
        at = sk_span_find(input, at, sk_span_str(end));
        if (at == SIZE_MAX)
            return false;
    }
    size_t from = at + 1, to = from;
    while (to < input.n &&
           (g_ascii_isalnum((char)input.p[to]) || strchr("_-.:", input.p[to]) != NULL) &&
           input.p[to] != 0)
        to++;
    SkSpan name = sk_span_sub(input, from, to - from);
    size_t colon = sk_span_find(name, 0, sk_span_str(":"));
    return sk_span_is(colon == SIZE_MAX ? name : sk_span_sub(name, colon + 1, name.n - colon - 1),
                      "svg");
}

static SkType
identify(SkSpan input, SkType hint, bool *polyglot)
{
    SkType type = by_magic(input);
    if (type == SK_TYPE_GZ && hint == SK_TYPE_SVG)
        return SK_TYPE_SVG; /* svgz; what is in it, its reader sees */
    if (type == SK_TYPE_NONE)
        type = by_short_magic(input);
    if (type == SK_TYPE_OLE2)
        return sk_ole2_identify(input, hint, polyglot);
    if (type == SK_TYPE_ZIP)
        return refine_zip(input, hint);
    if (type == SK_TYPE_XDW && hint == SK_TYPE_XBD)
        return SK_TYPE_XBD;
    if (type != SK_TYPE_NONE)
        return type;
    bool text = sk_textual_is(input);
    if (!is_texts_type(hint)) { /* drawings may be in any old encoding */
        SkType drawing = by_first_words(input);
        if (drawing == SK_TYPE_DXF || drawing == SK_TYPE_SFC || drawing == SK_TYPE_P21)
            return drawing;
    }
    if (!text && ends_as_zip(input))
        return SK_TYPE_ZIP;
    if (pdf_header(input) != SIZE_MAX && (!text || !is_texts_type(hint)))
        return SK_TYPE_PDF;
    /* In an encoding that is none of ours it is a text all the same, and its disarmer says so. */
    bool binary = sk_span_find(input, 0, sk_span("\0", 1)) != SIZE_MAX;
    if (!text)
        return is_texts_type(hint) && !binary ? hint : SK_TYPE_NONE;
    if (is_texts_type(hint))
        return hint;
    type = by_first_words(input);
    bool commented = type == SK_TYPE_TEXT && sk_span_starts(skip_space(input), "<!--");
    if ((type == SK_TYPE_XML || commented) && is_svg_root(input))
        return SK_TYPE_SVG;
    SkType flat = type == SK_TYPE_XML ? sk_odf_identify_flat(input, NULL) : SK_TYPE_NONE;
    return flat != SK_TYPE_NONE ? flat : type;
}

SkType
sk_identify(SkSpan input, SkType hint, bool *polyglot)
{
    *polyglot = false;
    if (hint == SK_TYPE_PAGES || hint == SK_TYPE_CHILDREN)
        return hint;
    SkType type = identify(input, hint, polyglot);
    *polyglot = *polyglot || is_polyglot(input, type);
    return type;
}

bool
sk_identify_is_single(SkSpan made, SkType type)
{
    bool polyglot = false;
    return sk_identify(made, SK_TYPE_NONE, &polyglot) == type && !polyglot &&
           pdf_header(made) == SIZE_MAX;
}

/* ---- names ---------------------------------------------------------------------------------- */

/* One name for two types that nobody tells apart by it. */
static bool
shares_name(SkType type, SkType hint)
{
    return type == hint || (type == SK_TYPE_DOC95 && hint == SK_TYPE_DOC) ||
           (type == SK_TYPE_XLS95 && hint == SK_TYPE_XLS);
}

SkNaming
sk_identify_naming(SkType type, SkType hint)
{
    /* Never a type with macros: who sends one says so by its name. */
    static const struct {
        SkType hint, types[3];
    } kin[] = {
        { SK_TYPE_DOC, { SK_TYPE_RTF, SK_TYPE_DOCX, SK_TYPE_DOTX } },
        { SK_TYPE_XLS, { SK_TYPE_XLSX, SK_TYPE_XLTX } },
        { SK_TYPE_PPT, { SK_TYPE_PPTX, SK_TYPE_POTX, SK_TYPE_PPSX } },
    };
    if (shares_name(type, hint))
        return SK_NAMING_TRUE;
    for (size_t i = 0; type != SK_TYPE_NONE && i < G_N_ELEMENTS(kin); i++) {
        if (kin[i].hint == hint && is_one_of(type, kin[i].types, G_N_ELEMENTS(kin[i].types)))
            return SK_NAMING_KIN;
    }
    return is_one_of(type, pictures, G_N_ELEMENTS(pictures)) &&
                   is_one_of(hint, pictures, G_N_ELEMENTS(pictures))
               ? SK_NAMING_KIN
               : SK_NAMING_FALSE;
}
