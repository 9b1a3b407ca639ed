/* SPDX-License-Identifier: Apache-2.0
 *
 * jpeg.c - the profile of JPEG: the one order of markers, every header byte, every entropy code.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/jpeg.md; ITU-T T.81   Tests: tests/unit/verify/test-jpeg.c
 */
#include "verify/icc.h"
#include "verify/jpeg-scan.h"
#include "verify/jpeg-tables.h"
#include "verify/proof.h"
#include "base/reader.h"

#define SIDE_MAX 65500u

enum {
    SOF0 = 0xc0,
    DHT = 0xc4,
    SOI = 0xd8,
    EOI = 0xd9,
    SOS = 0xda,
    DQT = 0xdb,
    APP0 = 0xe0,
    APP14 = 0xee,
    COM = 0xfe
};

/* What the first marker segment must be, and what it makes of the components. */
typedef struct {
    unsigned components;
    const char *segment; /* marker, length and content, up to the JFIF density */
    size_t segment_n;
    uint8_t ids[4];
    uint8_t tables[4];
} Kind;

#define JFIF "\xff\xe0\x00\x10JFIF\x00\x01\x01"
#define ADOBE(transform)                                                                           \
    "\xff\xee\x00\x0e"                                                                             \
    "Adobe\x00\x64\x00\x00\x00\x00" transform
#define SEGMENT(s) s, sizeof(s) - 1

static const Kind kinds[] = {
    { 1, SEGMENT(JFIF), { 1 }, { 0 } },
    { 3, SEGMENT(JFIF), { 1, 2, 3 }, { 0, 1, 1 } },
    { 3, SEGMENT(ADOBE("\x00")), { 0x52, 0x47, 0x42 }, { 0, 0, 0 } },
    { 4, SEGMENT(ADOBE("\x00")), { 0x43, 0x4d, 0x59, 0x4b }, { 0, 0, 0, 0 } },
    { 4, SEGMENT(ADOBE("\x02")), { 1, 2, 3, 4 }, { 0, 1, 1, 0 } },
};

typedef struct {
    SkProof *proof;
    SkReader r;
    SkSpan first; /* the APP segment, to choose the kind by */
    uint8_t quantisers[4];
    unsigned n_quantisers;
    const Kind *kind;
    SkPicture picture;
    uint8_t h[4], v[4];
    unsigned profile; /* components of the colour profile; 0: none */
} Jpeg;

static bool
no(const Jpeg *jpeg, SkElement element, const char *what)
{
    return sk_proof_no(jpeg->proof, element, "%s, byte %zu", what, jpeg->r.at);
}

/* What stands at the cursor where the profile has another segment. */
static bool
no_segment(const Jpeg *jpeg)
{
    SkSpan here = sk_span_sub(jpeg->r.in, jpeg->r.at, jpeg->r.in.n - jpeg->r.at);
    SkSpan body = here.n > 4 ? sk_span_sub(here, 4, here.n - 4) : SK_SPAN_EMPTY;
    unsigned marker = here.n >= 2 && here.p[0] == 0xff ? here.p[1] : 0;

    if (marker == COM)
        return no(jpeg, SK_ELEMENT_PICTURE_TEXT, "COM");
    if (marker == 0xe2 && sk_span_starts(body, "ICC_PROFILE"))
        return no(jpeg, SK_ELEMENT_PICTURE_PROFILE, "APP2");
    if (marker == 0xe2 && sk_span_starts(body, "MPF"))
        return no(jpeg, SK_ELEMENT_PICTURE_SECOND, "APP2");
    if (marker == APP0 && sk_span_starts(body, "JFXX"))
        return no(jpeg, SK_ELEMENT_PICTURE_THUMBNAIL, "APP0");
    if (marker >= 0xe0 && marker <= 0xef && !sk_span_starts(body, "JFIF"))
        return no(jpeg, SK_ELEMENT_PICTURE_METADATA, "APPn");
    return no(jpeg, SK_ELEMENT_NOT_CANONICAL, "marker");
}

static bool
expect(Jpeg *jpeg, const void *bytes, size_t n)
{
    SkReader r = jpeg->r;
    if (!sk_span_equal(sk_reader_span(&r, n), sk_span(bytes, n)))
        return no_segment(jpeg);
    jpeg->r = r;
    return true;
}

/* SOI and APP0 or APP14. */
static bool
check_first(Jpeg *jpeg)
{
    static const uint8_t soi[] = { 0xff, SOI };

    if (!expect(jpeg, soi, sizeof soi))
        return false;
    if (sk_reader_peek(&jpeg->r, 1) == APP14) {
        jpeg->first = sk_reader_span(&jpeg->r, sizeof(ADOBE("\x00")) - 1);
        return sk_reader_ok(&jpeg->r) || no(jpeg, SK_ELEMENT_NOT_CANONICAL, "cut short");
    }
    size_t start = jpeg->r.at;
    if (!expect(jpeg, JFIF, sizeof(JFIF) - 1))
        return false;
    jpeg->first = sk_span_sub(jpeg->r.in, start, jpeg->r.at - start);
    uint8_t units = sk_reader_u8(&jpeg->r);
    uint16_t x = sk_reader_u16be(&jpeg->r), y = sk_reader_u16be(&jpeg->r),
             thumbnail = sk_reader_u16be(&jpeg->r);
    if (!sk_reader_ok(&jpeg->r) || units > 2 || x == 0 || y == 0)
        return no(jpeg, SK_ELEMENT_NOT_CANONICAL, "density");
    return thumbnail == 0 || no(jpeg, SK_ELEMENT_PICTURE_THUMBNAIL, "APP0");
}

#define ICC_HEAD "ICC_PROFILE"
#define ICC_PIECE 65519u

/* One piece of the profile: all but the last are as long as can be; each says how many there
 * are. */
static bool
take_piece(Jpeg *jpeg, unsigned number, GByteArray *profile, unsigned *all)
{
    SkReader *r = &jpeg->r;

    sk_reader_skip(r, 2);
    uint16_t length = sk_reader_u16be(r);
    SkSpan data = length < 2 ? SK_SPAN_EMPTY : sk_reader_span(r, length - 2u);
    if (!sk_reader_ok(r) || data.n <= sizeof ICC_HEAD + 2)
        return no(jpeg, SK_ELEMENT_PICTURE_PROFILE, "piece");
    size_t n = data.n - sizeof ICC_HEAD - 2;
    *all = number == 1 ? data.p[sizeof ICC_HEAD + 1] : *all;
    if (data.p[sizeof ICC_HEAD] != number || data.p[sizeof ICC_HEAD + 1] != *all || *all < number ||
        (number < *all && n != ICC_PIECE))
        return no(jpeg, SK_ELEMENT_PICTURE_PROFILE, "piece");
    g_byte_array_append(profile, data.p + sizeof ICC_HEAD + 2, (guint)n);
    return true;
}

static bool
is_piece(const Jpeg *jpeg)
{
    SkReader r = jpeg->r;

    return sk_span_equal(sk_reader_span(&r, 2), sk_span("\xff\xe2", 2)) &&
           sk_reader_u16be(&r) > 0 &&
           sk_span_equal(sk_reader_span(&r, sizeof ICC_HEAD), sk_span(ICC_HEAD, sizeof ICC_HEAD));
}

static bool
check_profile(Jpeg *jpeg)
{
    g_autoptr(GByteArray) profile = g_byte_array_new();
    unsigned all = 1;

    if (!is_piece(jpeg))
        return true;
    if (!sk_proof_keeps(jpeg->proof, SK_ELEMENT_PICTURE_PROFILE))
        return no(jpeg, SK_ELEMENT_PICTURE_PROFILE, "APP2");
    for (unsigned number = 1; number <= all; number++) {
        if (!is_piece(jpeg))
            return no(jpeg, SK_ELEMENT_PICTURE_PROFILE, "piece missing");
        if (!take_piece(jpeg, number, profile, &all))
            return false;
    }
    return sk_verify_icc(jpeg->proof, sk_span(profile->data, profile->len), &jpeg->profile);
}

static bool
check_quantisers(Jpeg *jpeg)
{
    static const uint8_t dqt[] = { 0xff, DQT, 0, 67 };

    do {
        if (jpeg->n_quantisers == 4 || !expect(jpeg, dqt, sizeof dqt))
            return jpeg->n_quantisers == 4 ? no(jpeg, SK_ELEMENT_NOT_CANONICAL, "DQT") : false;
        uint8_t id = sk_reader_u8(&jpeg->r);
        SkSpan values = sk_reader_span(&jpeg->r, 64);
        for (size_t i = 0; i < values.n; i++)
            if (values.p[i] == 0)
                return no(jpeg, SK_ELEMENT_NOT_CANONICAL, "DQT");
        if (!sk_reader_ok(&jpeg->r) || id > 3)
            return no(jpeg, SK_ELEMENT_NOT_CANONICAL, "DQT");
        jpeg->quantisers[jpeg->n_quantisers++] = id;
    } while (sk_reader_peek(&jpeg->r, 1) == DQT);
    return true;
}

static bool
find_kind(Jpeg *jpeg, unsigned components, SkSpan ids)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (kinds[i].components == components &&
            sk_span_equal(jpeg->first, sk_span(kinds[i].segment, kinds[i].segment_n)) &&
            sk_span_equal(ids, sk_span(kinds[i].ids, components)))
            jpeg->kind = &kinds[i];
    return jpeg->kind != NULL || no(jpeg, SK_ELEMENT_NOT_CANONICAL, "components");
}

/* Each DQT is used, and they stand in the order of first use. */
static bool
check_quantiser_order(const Jpeg *jpeg, const uint8_t *used, unsigned n)
{
    unsigned seen = 0;

    for (unsigned i = 0; i < n; i++) {
        bool old = false;
        for (unsigned j = 0; j < seen; j++)
            old = old || jpeg->quantisers[j] == used[i];
        if (old)
            continue;
        if (seen == jpeg->n_quantisers || jpeg->quantisers[seen] != used[i])
            return no(jpeg, SK_ELEMENT_NOT_CANONICAL, "DQT order");
        seen++;
    }
    return seen == jpeg->n_quantisers || no(jpeg, SK_ELEMENT_NOT_CANONICAL, "DQT unused");
}

static bool
check_frame(Jpeg *jpeg)
{
    uint8_t ids[4] = { 0 }, used[4] = { 0 };
    unsigned sum = 0;
    SkReader *r = &jpeg->r;
    unsigned components = jpeg->r.in.n - r->at > 9 ? r->in.p[r->at + 9] : 0;
    uint8_t head[] = { 0xff, SOF0, 0, (uint8_t)(8 + 3 * components), 8 };

    if (components < 1 || components > 4 || !expect(jpeg, head, sizeof head))
        return no_segment(jpeg);
    jpeg->picture.height = sk_reader_u16be(r);
    jpeg->picture.width = sk_reader_u16be(r);
    jpeg->picture.components = sk_reader_u8(r);
    for (unsigned i = 0; i < components; i++) {
        ids[i] = sk_reader_u8(r);
        uint8_t sampling = sk_reader_u8(r);
        used[i] = sk_reader_u8(r);
        jpeg->h[i] = sampling >> 4;
        jpeg->v[i] = sampling & 15;
        if (jpeg->h[i] < 1 || jpeg->h[i] > 4 || jpeg->v[i] < 1 || jpeg->v[i] > 4)
            return no(jpeg, SK_ELEMENT_NOT_CANONICAL, "sampling");
        sum += (unsigned)jpeg->h[i] * jpeg->v[i];
    }
    if (!sk_reader_ok(r) || sum > (components == 1 ? 1 : 10))
        return no(jpeg, SK_ELEMENT_NOT_CANONICAL, "SOF0");
    if (jpeg->picture.width > SIDE_MAX || jpeg->picture.height > SIDE_MAX)
        return no(jpeg, SK_ELEMENT_NOT_CANONICAL, "size");
    return sk_proof_pixels(jpeg->proof, jpeg->picture.width, jpeg->picture.height) &&
           find_kind(jpeg, components, sk_span(ids, components)) &&
           check_quantiser_order(jpeg, used, components);
}

static bool
check_huffman(Jpeg *jpeg)
{
    bool chroma = false;

    for (unsigned i = 0; i < jpeg->kind->components; i++)
        chroma = chroma || jpeg->kind->tables[i] == 1;
    for (unsigned i = 0; i < (chroma ? 4u : 2u); i++) {
        const SkJpegHuffman *table = &sk_jpeg_huffman[i];
        const uint8_t head[] = { 0xff, DHT, 0, (uint8_t)(19 + table->n), table->class_and_id };
        if (!expect(jpeg, head, sizeof head) ||
            !expect(jpeg, table->counts, sizeof table->counts) ||
            !expect(jpeg, table->symbols, table->n))
            return false;
    }
    return true;
}

static bool
check_scan_header(Jpeg *jpeg)
{
    unsigned n = jpeg->kind->components;
    const uint8_t head[] = { 0xff, SOS, 0, (uint8_t)(6 + 2 * n), (uint8_t)n };
    static const uint8_t tail[] = { 0, 63, 0 };

    if (!expect(jpeg, head, sizeof head))
        return false;
    for (unsigned i = 0; i < n; i++) {
        const uint8_t component[] = { jpeg->kind->ids[i], (uint8_t)(jpeg->kind->tables[i] * 0x11) };
        if (!expect(jpeg, component, sizeof component))
            return false;
    }
    return expect(jpeg, tail, sizeof tail);
}

static uint64_t
ceil_div(uint64_t a, uint64_t b)
{
    return (a + b - 1) / b;
}

static bool
check_data(Jpeg *jpeg)
{
    SkJpegScan scan = { .components = jpeg->kind->components };
    unsigned h = 1, v = 1;
    size_t stopped = 0;

    for (unsigned i = 0; i < scan.components; i++) {
        h = MAX(h, jpeg->h[i]);
        v = MAX(v, jpeg->v[i]);
        scan.blocks[i] = (uint8_t)(jpeg->h[i] * jpeg->v[i]);
        scan.table[i] = jpeg->kind->tables[i];
    }
    scan.mcus = ceil_div(jpeg->picture.width, 8 * h) * ceil_div(jpeg->picture.height, 8 * v);
    SkSpan data = sk_span_sub(jpeg->r.in, jpeg->r.at, jpeg->r.in.n - jpeg->r.at);
    SkJpegScanResult result = sk_jpeg_scan(data, &scan, &stopped);
    sk_reader_skip(&jpeg->r, stopped);
    return result == SK_JPEG_SCAN_OK ||
           no(jpeg, SK_ELEMENT_PICTURE_ENCODING, sk_jpeg_scan_words(result));
}

static bool
check_end(Jpeg *jpeg)
{
    static const uint8_t eoi[] = { 0xff, EOI };

    if (!expect(jpeg, eoi, sizeof eoi))
        return false;
    if (sk_reader_left(&jpeg->r) == 0)
        return true;
    bool second = sk_reader_peek(&jpeg->r, 0) == 0xff && sk_reader_peek(&jpeg->r, 1) == SOI;
    return no(jpeg, second ? SK_ELEMENT_PICTURE_SECOND : SK_ELEMENT_TRAILING_DATA,
              "data after EOI");
}

bool
sk_verify_jpeg(SkProof *proof, SkSpan in, SkPicture *ret)
{
    Jpeg jpeg = { .proof = proof, .r = sk_reader(in) };

    if (!check_first(&jpeg) || !check_profile(&jpeg) || !check_quantisers(&jpeg) ||
        !check_frame(&jpeg) || !check_huffman(&jpeg) || !check_scan_header(&jpeg) ||
        !check_data(&jpeg) || !check_end(&jpeg))
        return false;
    if (jpeg.profile != 0 && jpeg.profile != jpeg.picture.components)
        return no(&jpeg, SK_ELEMENT_PICTURE_PROFILE, "profile of other colours");
    *ret = jpeg.picture;
    return true;
}
