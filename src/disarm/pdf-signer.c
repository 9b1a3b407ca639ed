/* SPDX-License-Identifier: Apache-2.0
 * pdf-signer.c - contract in pdf-signer.h. One way down through known places; nothing is walked that is not on it. */
#include "disarm/pdf-signer.h"

#include "base/reader.h"
#include "disarm/pdf.h"

enum {
    INTEGER = 0x02,
    OID = 0x06,
    UTF8 = 0x0c,
    SEQUENCE = 0x30,
    SET = 0x31,
    PRINTABLE = 0x13,
    TELETEX = 0x14,
    IA5 = 0x16,
    BMP = 0x1e,
    CONTEXT_0 = 0xa0,
};

#define CERTIFICATES_MAX 100u
#define SIGNED_DATA "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
#define COMMON_NAME "\x55\x04\x03"
#define ORGANISATION "\x55\x04\x0a"

typedef struct {
    SkSpan serial, issuer, subject;
} Certificate;

/* ---- DER ---------------------------------------------------------------------------------- */

/* Any element: its tag and content. Lengths are definite, and as short as they can be. */
static bool
any(SkReader *r, uint8_t *ret_tag, SkSpan *ret)
{
    *ret_tag = sk_reader_u8(r);
    size_t length = sk_reader_u8(r);
    if (length > 0x84 || length == 0x80 || (*ret_tag & 0x1f) == 0x1f)
        return false;
    if (length > 0x80) {
        unsigned bytes = (unsigned)length - 0x80;
        length = 0;
        for (unsigned i = 0; i < bytes; i++)
            length = length << 8 | sk_reader_u8(r);
        if (length < 0x80 || (bytes > 1 && length >> 8 * (bytes - 1) == 0))
            return false;
    }
    *ret = sk_reader_span(r, length);
    return sk_reader_ok(r);
}

static bool
element(SkReader *r, uint8_t tag, SkSpan *ret)
{
    uint8_t found = 0;
    return any(r, &found, ret) && found == tag;
}

/* Goes into it. */
static bool
enter(SkReader *r, uint8_t tag, SkReader *ret)
{
    SkSpan content = SK_SPAN_EMPTY;

    if (!element(r, tag, &content))
        return false;
    *ret = sk_reader(content);
    return true;
}

static bool
ahead(const SkReader *r, uint8_t tag)
{
    SkReader copy = *r;
    return sk_reader_u8(&copy) == tag && sk_reader_ok(&copy);
}

/* ---- certificates ------------------------------------------------------------------------- */

static bool
read_certificate(SkSpan content, Certificate *ret)
{
    SkReader r = sk_reader(content), body = r;
    SkSpan skipped = SK_SPAN_EMPTY;

    return enter(&r, SEQUENCE, &body) &&
           (!ahead(&body, CONTEXT_0) || element(&body, CONTEXT_0, &skipped)) &&
           element(&body, INTEGER, &ret->serial) && element(&body, SEQUENCE, &skipped) &&
           element(&body, SEQUENCE, &ret->issuer) && element(&body, SEQUENCE, &skipped) &&
           element(&body, SEQUENCE, &ret->subject);
}

/* Issuer and number that the first signer gives; empty where it gives a key's mark. */
static bool
read_signer(SkReader *signers, SkSpan *ret_issuer, SkSpan *ret_serial)
{
    SkReader signer = *signers, who = *signers;
    SkSpan version = SK_SPAN_EMPTY;

    if (!enter(signers, SEQUENCE, &signer) || !element(&signer, INTEGER, &version))
        return false;
    if (!ahead(&signer, SEQUENCE))
        return true;
    return enter(&signer, SEQUENCE, &who) && element(&who, SEQUENCE, ret_issuer) &&
           element(&who, INTEGER, ret_serial);
}

/* The signer's own among @certificates; the only one is taken whatever it says. */
static bool
find_certificate(SkReader certificates, SkSpan issuer, SkSpan serial, Certificate *ret)
{
    unsigned n = 0;

    for (; sk_reader_left(&certificates) > 0 && n < CERTIFICATES_MAX; n++) {
        Certificate one = { .serial = SK_SPAN_EMPTY };
        uint8_t tag = 0;
        SkSpan content = SK_SPAN_EMPTY;
        if (!any(&certificates, &tag, &content))
            return false;
        if (tag != SEQUENCE || !read_certificate(content, &one))
            continue;
        if (sk_span_equal(one.serial, serial) && sk_span_equal(one.issuer, issuer)) {
            *ret = one;
            return true;
        }
        *ret = one;
    }
    return n == 1 && ret->subject.n > 0;
}

/* ---- names -------------------------------------------------------------------------------- */

static char *
text_of(uint8_t tag, SkSpan s)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_autofree char *valid = NULL;

    switch (tag) {
    case UTF8:
        valid = g_utf8_make_valid((const char *)s.p, (gssize)s.n);
        return sk_pdf_plain(valid);
    case BMP:
        g_byte_array_append(bytes, (const uint8_t *)"\xfe\xff", 2);
        g_byte_array_append(bytes, s.p, (guint)s.n);
        return sk_pdf_text_of(sk_span(bytes->data, bytes->len));
    case PRINTABLE:
    case TELETEX:
    case IA5:
        g_byte_array_append(bytes, s.p, (guint)s.n);
        for (guint i = 0; i < bytes->len; i++) /* what looks like a mark of UTF-16 is none here */
            bytes->data[i] = bytes->data[i] < 0x80 ? bytes->data[i] : '?';
        return sk_pdf_text_of(sk_span(bytes->data, bytes->len));
    default:
        return NULL;
    }
}

/* The first part of @name under @oid. */
static char *
part_of(SkSpan name, const char *oid)
{
    SkReader r = sk_reader(name), set = r, pair = r;

    while (sk_reader_left(&r) > 0) {
        SkSpan kind = SK_SPAN_EMPTY, value = SK_SPAN_EMPTY;
        uint8_t tag = 0;
        if (!enter(&r, SET, &set))
            return NULL;
        while (sk_reader_left(&set) > 0) {
            if (!enter(&set, SEQUENCE, &pair) || !element(&pair, OID, &kind) ||
                !any(&pair, &tag, &value))
                return NULL;
            if (sk_span_is(kind, oid))
                return text_of(tag, value);
        }
    }
    return NULL;
}

char *
sk_pdf_signer(SkSpan contents)
{
    SkReader r = sk_reader(contents), info = r, explicit = r, data = r, certificates = r,
             signers = r;
    SkSpan oid = SK_SPAN_EMPTY, skipped = SK_SPAN_EMPTY, issuer = SK_SPAN_EMPTY,
           serial = SK_SPAN_EMPTY;
    Certificate signer = { .serial = SK_SPAN_EMPTY };

    if (!enter(&r, SEQUENCE, &info) || !element(&info, OID, &oid) ||
        !sk_span_is(oid, SIGNED_DATA) || !enter(&info, CONTEXT_0, &explicit) ||
        !enter(&explicit, SEQUENCE, &data) || !element(&data, INTEGER, &skipped) ||
        !element(&data, SET, &skipped) || !element(&data, SEQUENCE, &skipped) ||
        !enter(&data, CONTEXT_0, &certificates) ||
        (ahead(&data, CONTEXT_0 + 1) && !element(&data, CONTEXT_0 + 1, &skipped)) ||
        !enter(&data, SET, &signers) || !read_signer(&signers, &issuer, &serial) ||
        !find_certificate(certificates, issuer, serial, &signer))
        return NULL;
    g_autofree char *name = part_of(signer.subject, COMMON_NAME),
                    *organisation = part_of(signer.subject, ORGANISATION);
    bool named = name != NULL && *name != '\0',
         organised = organisation != NULL && *organisation != '\0';
    if (named && organised)
        return g_strdup_printf("%s (%s)", name, organisation);
    return named ? g_steal_pointer(&name) : g_steal_pointer(&organisation);
}
