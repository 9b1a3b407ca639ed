/* SPDX-License-Identifier: Apache-2.0
 * identify.c - contract in identify.h. */
#include "disarm/identify.h"

#include "base/reader.h"
#include "disarm/identify-magic.h"
#include "disarm/identify-text.h"
#include "disarm/ole2-look.h"
#include "disarm/ooxml.h"
#include "disarm/textual.h"

#include <string.h>

#define PDF_HEADER_WITHIN 1024u
#define ZIP_END_SIZE 22u
#define ZIP_COMMENT_MAX 65535u

static bool
stands(SkSpan input, size_t at, SkSpan what)
{
    return at <= input.n && what.n <= input.n - at &&
           sk_span_equal(sk_span_sub(input, at, what.n), what);
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
    /* A document of another kind (a drawing, a database) is no archive of its parts. */
    if (stands(input, 30, sk_span_str("mimetypeapplication/vnd.oasis.opendocument.")) ||
        stands(input, 30, sk_span_str("mimetypeapplication/vnd.sun.xml.")))
        return SK_TYPE_NONE;
    SkType type = sk_ooxml_identify(input, hint);
    return type == SK_TYPE_ZIP && is_one_of(hint, family, G_N_ELEMENTS(family)) ? hint : type;
}

/* The end of a ZIP's directory, so close to the end of the object that a ZIP reader would find
 * it. @exact: its comment is all that comes after it. */
static bool
has_zip_end(SkSpan input, bool exact)
{
    size_t window = MIN(input.n, (size_t)ZIP_END_SIZE + ZIP_COMMENT_MAX);
    size_t at = input.n - window;
    while ((at = sk_span_find(input, at, sk_span("PK\x05\x06", 4))) != SIZE_MAX) {
        SkReader r = sk_reader(input);
        sk_reader_seek(&r, at + 4);
        uint16_t disk = sk_reader_u16le(&r), start_disk = sk_reader_u16le(&r);
        sk_reader_skip(&r, 4);
        uint32_t size = sk_reader_u32le(&r);
        sk_reader_skip(&r, 4);
        uint16_t comment = sk_reader_u16le(&r);
        bool whole = sk_reader_ok(&r) && comment == sk_reader_left(&r);
        if (sk_reader_ok(&r) && disk == start_disk && (size <= at || size == UINT32_MAX) &&
            (whole || !exact))
            return true;
        at++;
    }
    return false;
}

static bool
ends_as_zip(SkSpan input)
{
    return has_zip_end(input, false);
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

/* What begins with a directory of ZIP's own, and ends with it. */
static bool
is_zip(SkType type)
{
    static const SkType packages[] = { SK_TYPE_ODT, SK_TYPE_ODS, SK_TYPE_ODP, SK_TYPE_ZIP };
    return is_one_of(type, packages, G_N_ELEMENTS(packages)) ||
           (type >= SK_TYPE_DOCX && type <= SK_TYPE_PPSM);
}

/* Does a member of an archive begin at @at, as it is or behind the head of a block that deflate left as it
 * was? Then what begins there is that member. */
static bool
is_member(SkSpan input, size_t at)
{
    SkReader r = sk_reader(input);

    while (r.at < at && sk_reader_u32le(&r) == 0x04034b50) {
        sk_reader_skip(&r, 2);
        bool later = (sk_reader_u16le(&r) & 8) != 0;
        sk_reader_skip(&r, 10);
        uint32_t size = sk_reader_u32le(&r);
        sk_reader_skip(&r, 4);
        uint16_t name = sk_reader_u16le(&r), extra = sk_reader_u16le(&r);
        sk_reader_skip(&r, (size_t)name + extra);
        if (sk_reader_ok(&r) && (r.at == at || r.at + 5 == at))
            return true;
        if (later)
            return false;
        sk_reader_skip(&r, size);
    }
    return false;
}

static bool
is_polyglot(SkSpan input, SkType type)
{
    bool member = type == SK_TYPE_ZIP && is_member(input, pdf_header(input));

    if (type != SK_TYPE_PDF && type != SK_TYPE_NONE && pdf_header(input) != SIZE_MAX && !member &&
        sk_span_find(input, 0, sk_span_str(" obj")) != SIZE_MAX)
        return true;
    /* A document may hold a whole ZIP near its end, as what is embedded in it; a picture does not. */
    bool picture = is_one_of(type, pictures, G_N_ELEMENTS(pictures));
    if ((picture || sk_text_is_name(type)) && ends_as_zip(input))
        return true;
    if (type != SK_TYPE_NONE && !sk_type_is_refused(type) &&
        ((!is_zip(type) && has_zip_end(input, true)) ||
         sk_magic_second(input, type) != SK_TYPE_NONE))
        return true;
    return picture && (sk_span_find(input, 0, sk_span("Rar!\x1a\x07", 6)) != SIZE_MAX ||
                       sk_span_find(input, 0, sk_span("7z\xbc\xaf\x27\x1c", 6)) != SIZE_MAX);
}

/* No sign of a format that we only refuse is one where all of it can be read as a text: many are
 * words. */
static SkType
by_magic(SkSpan input)
{
    SkType type = sk_magic_lookup(input);
    bool words = sk_type_is_refused(type) && sk_span_find(input, 0, sk_span("\0", 1)) == SIZE_MAX &&
                 sk_textual_is(input);
    return words ? SK_TYPE_NONE : type == SK_TYPE_NONE ? sk_biff_identify(input) : type;
}

static SkType
identify_container(SkSpan input, SkType type, SkType hint, bool *polyglot)
{
    if (type == SK_TYPE_GZ && hint == SK_TYPE_SVG)
        return SK_TYPE_SVG; /* svgz; what is in it, its reader sees */
    if (type == SK_TYPE_OLE2)
        return sk_family_member(sk_ole2_identify(input, hint, polyglot), hint);
    if (type == SK_TYPE_ZIP)
        return sk_family_member(refine_zip(input, hint), hint);
    if (type == SK_TYPE_XDW && hint == SK_TYPE_XBD)
        return SK_TYPE_XBD;
    return sk_family_member(type, hint);
}

static SkType
identify_text(SkSpan input, SkType hint)
{
    return sk_family_member(sk_text_decide(input, sk_text_mark(input), hint), hint);
}

/* Neither a known sign nor a text. What says that it is of a kind that we refuse anyway has nothing
 * against it, and is refused under that name. */
static SkType
identify_unknown(SkSpan input, SkType hint)
{
    SkType mark = sk_text_mark(input); /* drawings may be in any old encoding */
    bool binary = sk_span_find(input, 0, sk_span("\0", 1)) != SIZE_MAX;

    if (!sk_text_is_name(hint) &&
        (mark == SK_TYPE_DXF || mark == SK_TYPE_SFC || mark == SK_TYPE_P21))
        return mark;
    if (ends_as_zip(input))
        return SK_TYPE_ZIP;
    if (pdf_header(input) != SIZE_MAX)
        return SK_TYPE_PDF;
    if (sk_type_is_refused(hint))
        return hint;
    /* In an encoding that is none of ours it is a text all the same, and its disarmer says so. */
    return sk_text_is_name(hint) && !binary ? sk_text_decide(input, mark, hint) : SK_TYPE_NONE;
}

static SkType
identify(SkSpan input, SkType hint, bool *polyglot)
{
    SkType type = by_magic(input);

    if (type != SK_TYPE_NONE)
        return identify_container(input, type, hint, polyglot);
    if (!sk_textual_is(input))
        return identify_unknown(input, hint);
    if (pdf_header(input) != SIZE_MAX && !sk_text_is_name(hint))
        return SK_TYPE_PDF;
    return identify_text(input, hint);
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
