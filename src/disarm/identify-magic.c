/* SPDX-License-Identifier: Apache-2.0
 * identify-magic.c - contract in identify-magic.h. The first row that fits is the answer, so longer
 * signs stand above shorter ones that begin alike. */
#include "disarm/identify-magic.h"

#include "base/reader.h"

#include <string.h>

typedef struct {
    SkType type;
    uint16_t at;
    uint8_t n, more_n;
    const char *bytes, *more; /* more: NULL where the first sign is enough */
    uint16_t more_at;
} Magic;

#define MAGIC(type, at, bytes) { SK_TYPE_##type, at, sizeof(bytes) - 1, 0, bytes, NULL, 0 }
#define MAGIC_AND(type, at, bytes, more_at, more) \
    { SK_TYPE_##type, at, sizeof(bytes) - 1, sizeof(more) - 1, bytes, more, more_at }

static const Magic magics[] = {
    /* what we carry out, and archives */
    MAGIC(PNG, 0, "\x89PNG\r\n\x1a\n"),
    MAGIC(JPEG, 0, "\xff\xd8\xff"),
    MAGIC(GIF, 0, "GIF87a"),
    MAGIC(GIF, 0, "GIF89a"),
    MAGIC_AND(WEBP, 8, "WEBP", 0, "RIFF"),
    MAGIC_AND(RAW, 8, "CR\x02", 0, "II*\0"),
    MAGIC(TIFF, 0, "II*\0"),
    MAGIC(TIFF, 0, "MM\0*"),
    MAGIC(TIFF, 0, "II+\0"),
    MAGIC(TIFF, 0, "MM\0+"),
    MAGIC_AND(EMF, 40, " EMF", 0, "\x01\0\0\0"),
    MAGIC(WMF, 0, "\xd7\xcd\xc6\x9a"),
    MAGIC(WMF, 0, "\x01\0\x09\0\0\x03"),
    MAGIC(PDF, 0, "%PDF-"),
    MAGIC(ZIP, 0, "PK\x03\x04"),
    MAGIC(ZIP, 0, "PK\x05\x06"),
    MAGIC(ZIP, 0, "PK\x07\x08"),
    MAGIC(7Z, 0, "7z\xbc\xaf\x27\x1c"),
    MAGIC(RAR, 0, "Rar!\x1a\x07"),
    MAGIC(CAB, 0, "MSCF\0\0\0\0"),
    MAGIC(GZ, 0, "\x1f\x8b\x08"),
    MAGIC_AND(BZ2, 0, "BZh", 4, "1AY&SY"),
    MAGIC_AND(BZ2, 0, "BZh", 4, "\x17\x72\x45\x38\x50\x90"),
    MAGIC(XZ, 0, "\xfd" "7zXZ\0"),
    MAGIC(OLE2, 0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    MAGIC(RTF, 0, "{\\rt"),
    MAGIC(HWP, 0, "HWP Document File"),
    MAGIC(JWW, 0, "JwwData."),
    MAGIC(JWC, 0, "jw_cad(c)data"),
    MAGIC(DXF, 0, "AutoCAD Binary DXF\r\n\x1a"),
    MAGIC(XDW, 0, "\x60\x0e\x82"),
    MAGIC_AND(LZH, 2, "-lh", 6, "-"),
    MAGIC_AND(LZH, 2, "-lz", 6, "-"),
    MAGIC(TAR, 257, "ustar"),
    /* databases before fonts: Access and FileMaker begin with a font's version, too */
    MAGIC(DATABASE, 0, "SQLite format 3\0"),
    MAGIC(DATABASE, 0, "\0\x01\0\0Standard Jet DB"),
    MAGIC(DATABASE, 0, "\0\x01\0\0Standard ACE DB"),
    MAGIC_AND(DATABASE, 14, "HBAM", 0, "\0\x01\0\0"),
    MAGIC(FONT, 0, "wOFF"),
    MAGIC(FONT, 0, "wOF2"),
    MAGIC_AND(FONT, 0, "ttcf\0", 6, "\0\0"),
    MAGIC_AND(FONT, 34, "LP", 8, "\0\0\x01\0"),
    MAGIC_AND(FONT, 34, "LP", 8, "\x01\0\x02\0"),
    MAGIC_AND(FONT, 34, "LP", 8, "\x02\0\x02\0"),
    MAGIC_AND(FONT, 0, "\x80\x01", 6, "%!"),
    /* sound and moving pictures */
    MAGIC_AND(AUDIO, 8, "WAVE", 0, "RIFF"),
    MAGIC_AND(AUDIO, 8, "RMID", 0, "RIFF"),
    MAGIC_AND(AUDIO, 8, "AIFF", 0, "FORM"),
    MAGIC_AND(AUDIO, 8, "AIFC", 0, "FORM"),
    MAGIC(AUDIO, 0, "ID3\x02"),
    MAGIC(AUDIO, 0, "ID3\x03"),
    MAGIC(AUDIO, 0, "ID3\x04"),
    MAGIC(AUDIO, 0, "fLaC\0"),
    MAGIC(AUDIO, 0, "OggS\0"),
    MAGIC(AUDIO, 0, "MThd\0\0\0\x06"),
    MAGIC(AUDIO, 0, "#!AMR"),
    MAGIC_AND(AUDIO, 0, "MAC ", 5, "\x0f"),
    MAGIC(AUDIO, 0, "\x02" "dss"),
    MAGIC(AUDIO, 0, "\x03" "ds2"),
    MAGIC_AND(VIDEO, 8, "AVI ", 0, "RIFF"),
    MAGIC(VIDEO, 0, "\x1a\x45\xdf\xa3"),
    MAGIC(VIDEO, 0, "\x30\x26\xb2\x75\x8e\x66\xcf\x11"),
    MAGIC(VIDEO, 0, "FLV\x01"),
    MAGIC(VIDEO, 0, "\0\0\x01\xba"),
    MAGIC(VIDEO, 0, "\0\0\x01\xb3"),
    MAGIC(VIDEO, 0, ".RMF\0"),
    MAGIC_AND(VIDEO, 4, "moov", 0, "\0"),
    MAGIC_AND(VIDEO, 4, "mdat", 0, "\0"),
    /* what runs, installs or connects */
    MAGIC(EXE, 0, "\x7f" "ELF"),
    MAGIC(EXE, 0, "\xfe\xed\xfa\xce"),
    MAGIC(EXE, 0, "\xfe\xed\xfa\xcf"),
    MAGIC(EXE, 0, "\xce\xfa\xed\xfe"),
    MAGIC(EXE, 0, "\xcf\xfa\xed\xfe"),
    MAGIC(EXE, 0, "\0asm"),
    MAGIC(EXE, 0, "dex\n0"),
    MAGIC_AND(EXE, 0, "\xca\xfe\xba\xbe\0\0\0", 8, "\x01\0\0"), /* a fat Mach-O of 64-bit kinds */
    MAGIC_AND(EXE, 0, "\xca\xfe\xba\xbe\0\0\0", 8, "\0\0\0"),
    MAGIC(JAVA, 0, "\xca\xfe\xba\xbe"),
    MAGIC(JAVA, 0, "\xac\xed\0\x05"),
    MAGIC(PACKAGE, 0, "!<arch>\ndebian"),
    MAGIC(EXE, 0, "!<arch>\n"), /* a library of object files */
    MAGIC(PACKAGE, 0, "\xed\xab\xee\xdb"),
    MAGIC(PACKAGE, 0, "Cr24"),
    MAGIC(PACKAGE, 0, "xar!\0"),
    MAGIC(SHORTCUT, 0, "\x4c\0\0\0\x01\x14\x02\0"),
    MAGIC_AND(FLASH, 1, "WS", 7, "\0"),
    MAGIC(CHM, 0, "ITSF\x03\0\0\0"),
    MAGIC(CHM, 0, "\x3f\x5f\x03\0"),
    /* disks */
    MAGIC(DISK, 32769, "CD001"),
    MAGIC(DISK, 32769, "BEA01"),
    MAGIC(DISK, 0, "conectix"),
    MAGIC(DISK, 0, "vhdxfile"),
    MAGIC(DISK, 0, "KDMV"),
    MAGIC(DISK, 0, "QFI\xfb"),
    MAGIC(DISK, 0, "<<< Oracle VM VirtualBox Disk Image"),
    MAGIC(DISK, 0, "MSWIM\0\0\0"),
    MAGIC(DISK, 0, "hsqs"),
    MAGIC_AND(DISK, 510, "\x55\xaa", 3, "NTFS    "),
    MAGIC_AND(DISK, 510, "\x55\xaa", 3, "EXFAT   "),
    MAGIC_AND(DISK, 510, "\x55\xaa", 54, "FAT1"),
    MAGIC_AND(DISK, 510, "\x55\xaa", 82, "FAT32"),
    MAGIC(DISK, 512, "EFI PART"),
    /* mail, keys, notes */
    MAGIC_AND(MAILSTORE, 0, "!BDN", 8, "SM"),
    MAGIC(MAILSTORE, 0, "\xcf\xad\x12\xfe"),
    MAGIC(MAILSTORE, 0, "\x1a\0\0\x04\0\0"),
    MAGIC(TNEF, 0, "\x78\x9f\x3e\x22"),
    MAGIC(KEY, 0, "\xfe\xed\xfe\xed\0\0\0"),
    MAGIC(KEY, 0, "\x03\xd9\xa2\x9a"),
    MAGIC(KEY, 0, "\x1e\xf1\xb5\xb0"),
    MAGIC(ONENOTE, 0, "\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d"),
    MAGIC(ONENOTE, 0, "\xa1\x2f\xff\x43\xd9\xef\x76\x4c"),
    MAGIC(PS, 0, "\xc5\xd0\xd3\xc6"),
    MAGIC(EPUB, 60, "BOOKMOBI"),
    /* pictures that we do not carry out */
    MAGIC(JP2, 0, "\0\0\0\x0cjP  \r\n\x87\n"),
    MAGIC(JP2, 0, "\xff\x4f\xff\x51"),
    MAGIC(JP2, 0, "\0\0\0\x0cJXL \r\n\x87\n"),
    MAGIC(JP2, 0, "II\xbc\x01"),
    MAGIC(JP2, 0, "\x97" "JB2\r\n\x1a\n"),
    MAGIC(ARTWORK, 0, "8BPS\0\x01"),
    MAGIC(ARTWORK, 0, "8BPS\0\x02"),
    MAGIC(ARTWORK, 0, "\x06\x06\xed\xf5\xd8\x1d\x46\xe5"),
    MAGIC(ARTWORK, 0, "gimp xcf "),
    MAGIC(ARTWORK, 0, "CSFCHUNK"),
    MAGIC_AND(ARTWORK, 8, "CDR", 0, "RIFF"),
    MAGIC(RAW, 0, "IIU\0"),
    MAGIC(RAW, 0, "IIRO"),
    MAGIC(RAW, 0, "IIRS"),
    MAGIC(RAW, 0, "FUJIFILMCCD-RAW"),
    MAGIC_AND(RAW, 6, "HEAPCCDR", 0, "II"),
    MAGIC(DICOM, 128, "DICM"),
    MAGIC(MODEL3D, 0, "glTF"),
    MAGIC(MODEL3D, 0, "Kaydara FBX Binary"),
    MAGIC(MODEL3D, 0, "LASF"),
    MAGIC(MODEL3D, 0, "\xff\xfe\xff\x0eS\0k\0"),
    MAGIC(MODEL3D, 0, "(DWF V"),
    MAGIC(GIS, 0, "\0\0\x27\x0a\0\0\0\0"),
};

static bool
stands(SkSpan input, size_t at, const char *bytes, size_t n)
{
    return at <= input.n && n <= input.n - at &&
           sk_span_equal(sk_span_sub(input, at, n), sk_span(bytes, n));
}

static bool
fits(SkSpan input, const Magic *m)
{
    return stands(input, m->at, m->bytes, m->n) &&
           (m->more == NULL || stands(input, m->more_at, m->more, m->more_n));
}

/* ---- signs that a table cannot hold --------------------------------------------------------- */

/* A version's number in two digits, and never a text. */
static bool
begins_as_dwg(SkSpan input)
{
    return sk_span_starts(input, "AC10") && input.n >= 7 && g_ascii_isdigit(input.p[4]) &&
           g_ascii_isdigit(input.p[5]) && input.p[6] == 0;
}

/* The directory's first table has a name of four letters. */
static bool
begins_as_font(SkSpan input)
{
    static const char *const versions[] = { "OTTO", "true", "typ1" };
    bool font = stands(input, 0, "\0\x01\0\0\0", 5);

    for (size_t i = 0; i < G_N_ELEMENTS(versions); i++)
        font = font || stands(input, 0, versions[i], 4);
    if (!font || input.n < 28)
        return false;
    for (size_t i = 12; i < 16; i++)
        if (!g_ascii_isalnum(input.p[i]) && input.p[i] != ' ' && input.p[i] != '/')
            return false;
    return true;
}

/* MPEG audio (ISO/IEC 11172-3) in kbit/s, layer III and then layer I or II, roughly: only whether
 * a second frame stands where the first one says. */
static bool
begins_as_mpeg_audio(SkSpan input)
{
    static const uint16_t rates[2][15] = {
        { 0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320 },
        { 0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160 },
    };
    static const uint32_t frequencies[3] = { 44100, 48000, 32000 };
    if (input.n < 5 || input.p[0] != 0xff || (input.p[1] & 0xe0) != 0xe0)
        return false;
    unsigned version = input.p[1] >> 3 & 3, layer = input.p[1] >> 1 & 3;
    unsigned rate = input.p[2] >> 4, frequency = input.p[2] >> 2 & 3;
    if (version == 1 || layer != 1 || rate == 0 || rate == 15 || frequency == 3)
        return false;
    uint32_t hertz = frequencies[frequency] >> (version == 3 ? 0 : version == 2 ? 1 : 2);
    uint32_t factor = version == 3 ? 144000 : 72000;
    size_t next = factor * rates[version == 3 ? 0 : 1][rate] / hertz + (input.p[2] >> 1 & 1);
    return next < input.n && input.n - next >= 2 && input.p[next] == 0xff &&
           input.p[next + 1] == input.p[1];
}

/* ADTS (ISO/IEC 13818-7): its frames say their length. */
static bool
begins_as_aac(SkSpan input)
{
    if (input.n < 8 || input.p[0] != 0xff || (input.p[1] & 0xf6) != 0xf0)
        return false;
    size_t next = (size_t)(input.p[3] & 3) << 11 | (size_t)input.p[4] << 3 | input.p[5] >> 5;
    return next >= 7 && next < input.n && input.n - next >= 2 && input.p[next] == 0xff &&
           input.p[next + 1] == input.p[1];
}

/* A transport stream has its mark in every packet. */
static bool
begins_as_transport(SkSpan input)
{
    for (size_t size = 188; size <= 192; size += 4) {
        size_t at = size - 188, n = 0;
        while (at < input.n && input.p[at] == 0x47 && n < 5) {
            at += size;
            n++;
        }
        if (n == 5)
            return true;
    }
    return false;
}

/* ISO/IEC 14496-12: the brand says which of the many. */
static SkType
of_brand(SkSpan input)
{
    static const struct {
        const char *brand;
        SkType type;
    } brands[] = {
        { "hei", SK_TYPE_HEIC }, { "hev", SK_TYPE_HEIC },  { "mif1", SK_TYPE_HEIC },
        { "msf1", SK_TYPE_HEIC }, { "avi", SK_TYPE_HEIC }, { "crx ", SK_TYPE_RAW },
        { "M4A", SK_TYPE_AUDIO }, { "M4B", SK_TYPE_AUDIO }, { "jp", SK_TYPE_JP2 },
    };
    if (!stands(input, 4, "ftyp", 4) || input.n < 12 || input.p[0] != 0)
        return SK_TYPE_NONE;
    for (size_t i = 0; i < G_N_ELEMENTS(brands); i++)
        if (stands(input, 8, brands[i].brand, strlen(brands[i].brand)))
            return brands[i].type;
    return SK_TYPE_VIDEO;
}

/* dBASE: a kind, a day that exists, and a head that ends where it says (or at the next byte). */
static bool
begins_as_dbf(SkSpan input)
{
    static const uint8_t kinds[] = { 0x02, 0x03, 0x30, 0x31, 0x32, 0x43, 0x63, 0x83, 0x8b, 0x8e, 0xcb, 0xf5 };
    SkReader r = sk_reader(input);
    uint8_t kind = sk_reader_u8(&r);
    bool known = false;
    sk_reader_skip(&r, 1);
    uint8_t month = sk_reader_u8(&r), day = sk_reader_u8(&r);
    sk_reader_skip(&r, 4);
    uint16_t head = sk_reader_u16le(&r), record = sk_reader_u16le(&r);

    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        known = known || kinds[i] == kind;
    if (!sk_reader_ok(&r) || !known || month < 1 || month > 12 || day < 1 || day > 31 ||
        head < 33 || record == 0 || head > input.n)
        return false;
    return input.p[head - 1] == 0x0d || input.p[head - 2] == 0x0d || kind >= 0x30;
}

/* DER (X.690): one sequence that is the whole file, told apart by what it begins with. */
static SkType
of_der(SkSpan input)
{
    SkReader r = sk_reader(input);
    uint8_t tag = sk_reader_u8(&r), size = sk_reader_u8(&r);
    uint32_t n = size;

    if (size == 0x81)
        n = sk_reader_u8(&r);
    else if (size == 0x82)
        n = sk_reader_u16be(&r);
    else if (size == 0x83)
        n = (uint32_t)sk_reader_u8(&r) << 16 | sk_reader_u16be(&r);
    if (!sk_reader_ok(&r) || tag != 0x30 || (size > 0x80 && size > 0x83) || n != sk_reader_left(&r) || n < 16)
        return SK_TYPE_NONE;
    SkSpan body = sk_span_sub(input, r.at, 4);
    if (sk_span_equal(body, sk_span("\x02\x01\x03\x30", 4)) || stands(body, 0, "\x02\x01\0", 3))
        return SK_TYPE_KEY;
    if (stands(body, 0, "\x06\x09\x2a\x86", 4))
        return SK_TYPE_SEALED;
    return body.p[0] == 0x30 && (body.p[1] == 0x82 || body.p[1] == 0x81) ? SK_TYPE_CERTIFICATE
                                                                         : SK_TYPE_NONE;
}

/* Two letters are also words of texts: what they stand before has to agree. */
static SkType
of_two_letters(SkSpan input)
{
    SkReader r = sk_reader(input);

    if (sk_span_starts(input, "BM")) {
        sk_reader_skip(&r, 14);
        uint32_t header = sk_reader_u32le(&r);
        return sk_reader_ok(&r) && header >= 12 && header <= 256 ? SK_TYPE_BMP : SK_TYPE_NONE;
    }
    if (sk_span_starts(input, "MZ") || sk_span_starts(input, "ZM")) {
        SkSpan head = sk_span_sub(input, 0, MIN(input.n, (size_t)64));
        return head.n >= 28 && sk_span_find(head, 0, sk_span("\0", 1)) != SIZE_MAX ? SK_TYPE_EXE
                                                                                  : SK_TYPE_NONE;
    }
    return SK_TYPE_NONE;
}

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

/* An Apple image and a fixed VHD say what they are at their end. */
static bool
ends_as_disk(SkSpan input)
{
    return input.n >= 1024 && (stands(input, input.n - 512, "koly\0\0\0\x04", 8) ||
                               stands(input, input.n - 512, "conectix", 8));
}

/* A triangle is 50 bytes, and the head counts them. */
static bool
is_stl(SkSpan input)
{
    SkReader r = sk_reader(input);
    sk_reader_seek(&r, 80);
    uint64_t n = sk_reader_u32le(&r);
    return sk_reader_ok(&r) && n > 0 && input.n == 84 + n * 50;
}

SkType
sk_magic_lookup(SkSpan input)
{
    for (size_t i = 0; i < G_N_ELEMENTS(magics); i++) {
        if (magics[i].type == SK_TYPE_FLASH &&
            (input.n < 4 || strchr("FCZ", input.p[0]) == NULL || input.p[0] == 0 || input.p[3] > 63))
            continue;
        if (fits(input, &magics[i]))
            return magics[i].type;
    }
    if (begins_as_dwg(input))
        return SK_TYPE_DWG;
    if (begins_as_icon(input))
        return SK_TYPE_ICO;
    if (begins_as_font(input))
        return SK_TYPE_FONT;
    if (begins_as_mpeg_audio(input) || begins_as_aac(input))
        return SK_TYPE_AUDIO;
    if (begins_as_transport(input))
        return SK_TYPE_VIDEO;
    SkType type = of_brand(input);
    if (type == SK_TYPE_NONE)
        type = of_two_letters(input);
    if (type == SK_TYPE_NONE)
        type = of_der(input);
    if (type != SK_TYPE_NONE)
        return type;
    if (begins_as_dbf(input))
        return SK_TYPE_DATABASE;
    if (is_stl(input))
        return SK_TYPE_MODEL3D;
    return ends_as_disk(input) ? SK_TYPE_DISK : SK_TYPE_NONE;
}

/* ---- second faces --------------------------------------------------------------------------- */

SkType
sk_magic_second(SkSpan input, SkType type)
{
    static const Magic far[] = {
        MAGIC(TAR, 257, "ustar\0"),
        MAGIC(TAR, 257, "ustar  \0"),
        MAGIC(DICOM, 128, "DICM"),
        MAGIC(DISK, 32769, "CD001"),
        MAGIC(DISK, 32769, "BEA01"),
    };
    for (size_t i = 0; i < G_N_ELEMENTS(far); i++)
        if (far[i].type != type && fits(input, &far[i]))
            return far[i].type;
    return type != SK_TYPE_DISK && ends_as_disk(input) ? SK_TYPE_DISK : SK_TYPE_NONE;
}

/* ---- families ------------------------------------------------------------------------------- */

/* Container, and what it may hold by its name. */
static const SkType families[][2] = {
    { SK_TYPE_ZIP, SK_TYPE_JAVA },       { SK_TYPE_ZIP, SK_TYPE_PACKAGE },
    { SK_TYPE_ZIP, SK_TYPE_VISIO },      { SK_TYPE_ZIP, SK_TYPE_IWORK },
    { SK_TYPE_ZIP, SK_TYPE_XPS },        { SK_TYPE_ZIP, SK_TYPE_EPUB },
    { SK_TYPE_ZIP, SK_TYPE_MODEL3D },    { SK_TYPE_ZIP, SK_TYPE_GIS },
    { SK_TYPE_ZIP, SK_TYPE_ARTWORK },    { SK_TYPE_ZIP, SK_TYPE_FLASH },
    { SK_TYPE_ZIP, SK_TYPE_KEY },        { SK_TYPE_OLE2, SK_TYPE_PACKAGE },
    { SK_TYPE_OLE2, SK_TYPE_VISIO },     { SK_TYPE_OLE2, SK_TYPE_PUBLISHER },
    { SK_TYPE_OLE2, SK_TYPE_PROJECT },   { SK_TYPE_OLE2, SK_TYPE_HANAKO },
    { SK_TYPE_OLE2, SK_TYPE_MODEL3D },   { SK_TYPE_OLE2, SK_TYPE_FLASH },
    { SK_TYPE_CAB, SK_TYPE_PACKAGE },    { SK_TYPE_CAB, SK_TYPE_ONENOTE },
    { SK_TYPE_CAB, SK_TYPE_SHORTCUT },   { SK_TYPE_TIFF, SK_TYPE_RAW },
    { SK_TYPE_PDF, SK_TYPE_ARTWORK },    { SK_TYPE_PS, SK_TYPE_ARTWORK },
    { SK_TYPE_P21, SK_TYPE_MODEL3D },    { SK_TYPE_VIDEO, SK_TYPE_AUDIO },
    { SK_TYPE_AUDIO, SK_TYPE_VIDEO },    { SK_TYPE_XML, SK_TYPE_SHORTCUT },
    { SK_TYPE_XML, SK_TYPE_VISIO },      { SK_TYPE_XML, SK_TYPE_SCRIPT },
    { SK_TYPE_XML, SK_TYPE_QUERY },      { SK_TYPE_XML, SK_TYPE_PACKAGE },
    { SK_TYPE_HTML, SK_TYPE_SCRIPT },    { SK_TYPE_HTML, SK_TYPE_QUERY },
    { SK_TYPE_DATABASE, SK_TYPE_ARTWORK }, { SK_TYPE_EXE, SK_TYPE_PACKAGE },
    { SK_TYPE_KEY, SK_TYPE_CERTIFICATE }, { SK_TYPE_KEY, SK_TYPE_SEALED },
    { SK_TYPE_CERTIFICATE, SK_TYPE_KEY }, { SK_TYPE_CERTIFICATE, SK_TYPE_SEALED },
    { SK_TYPE_SEALED, SK_TYPE_CERTIFICATE }, { SK_TYPE_SEALED, SK_TYPE_KEY },
    { SK_TYPE_FONT, SK_TYPE_PS },        { SK_TYPE_PS, SK_TYPE_FONT },
};

SkType
sk_family_member(SkType type, SkType hint)
{
    for (size_t i = 0; i < G_N_ELEMENTS(families); i++)
        if (families[i][0] == type && families[i][1] == hint)
            return hint;
    return type;
}

bool
sk_type_is_refused(SkType type)
{
    return type >= SK_TYPE_EXE && type <= SK_TYPE_GIS;
}
