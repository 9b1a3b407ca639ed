/* SPDX-License-Identifier: Apache-2.0
 *
 * test-pdf-signer.c - the name in the certificate of a signature, and everything that is not quite one. The signatures are
 * made here, of empty numbers. */
#include "disarm/pdf-signer.h"

#include <string.h>

/* One element; @content is freed. */
static GByteArray *
der(uint8_t tag, GByteArray *content)
{
    GByteArray *out = g_byte_array_new();
    uint8_t head[] = { tag, 0x82, (uint8_t)(content->len >> 8), (uint8_t)content->len };

    if (content->len < 0x80) {
        head[1] = (uint8_t)content->len;
        g_byte_array_append(out, head, 2);
    } else if (content->len < 0x100) {
        head[1] = 0x81;
        head[2] = (uint8_t)content->len;
        g_byte_array_append(out, head, 3);
    } else {
        g_byte_array_append(out, head, 4);
    }
    g_byte_array_append(out, content->data, content->len);
    g_byte_array_unref(content);
    return out;
}

static GByteArray *
bytes(const char *text, size_t n)
{
    GByteArray *out = g_byte_array_new();
    g_byte_array_append(out, (const uint8_t *)text, (guint)n);
    return out;
}

static GByteArray *
join(GByteArray *a, GByteArray *b)
{
    g_byte_array_append(a, b->data, b->len);
    g_byte_array_unref(b);
    return a;
}

#define LEAF(tag, text) der(tag, bytes(text, sizeof(text) - 1))
#define EMPTY(tag) der(tag, g_byte_array_new())

static GByteArray *
part(const char *oid, uint8_t tag, const char *text, size_t n)
{
    return der(0x31, der(0x30, join(der(0x06, bytes(oid, strlen(oid))), der(tag, bytes(text, n)))));
}

typedef struct {
    uint8_t tag;
    const char *name;
    size_t n;
    const char *organisation;
} Who;

static GByteArray *
certificate(const char *serial, const Who *who)
{
    GByteArray *subject = g_byte_array_new(), *body = der(0xa0, LEAF(0x02, "\2"));

    if (who->organisation != NULL)
        subject = join(subject, part("\x55\x04\x0a", 0x13, who->organisation, strlen(who->organisation)));
    if (who->name != NULL)
        subject = join(subject, part("\x55\x04\x03", who->tag, who->name, who->n));
    body = join(body, der(0x02, bytes(serial, 1)));
    body = join(body, EMPTY(0x30));                                              /* algorithm */
    body = join(body, der(0x30, part("\x55\x04\x03", 0x0c, "Issuer", 6)));       /* issuer */
    body = join(body, EMPTY(0x30));                                              /* validity */
    body = join(body, der(0x30, subject));
    return der(0x30, join(der(0x30, body), EMPTY(0x30)));
}

static GByteArray *
signature(GByteArray *certificates, const char *serial)
{
    GByteArray *issuer = der(0x30, part("\x55\x04\x03", 0x0c, "Issuer", 6));
    GByteArray *who = der(0x30, join(issuer, der(0x02, bytes(serial, 1))));
    GByteArray *signer = der(0x30, join(LEAF(0x02, "\1"), who));
    GByteArray *data = join(LEAF(0x02, "\1"), EMPTY(0x31));

    data = join(data, EMPTY(0x30));
    data = join(data, der(0xa0, certificates));
    data = join(data, der(0x31, signer));
    return der(0x30, join(LEAF(0x06, "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"), der(0xa0, der(0x30, data))));
}

static void
test_names(void)
{
    static const struct {
        Who who;
        const char *want;
    } cases[] = {
        { { 0x0c, "Sato Hanako", 11, NULL }, "Sato Hanako" },
        { { 0x0c, "\xe4\xbd\x90\xe8\x97\xa4", 6, "Example Town" }, "\xe4\xbd\x90\xe8\x97\xa4 (Example Town)" },
        { { 0x1e, "\x4f\x50\x85\xe4", 4, NULL }, "\xe4\xbd\x90\xe8\x97\xa4" },
        { { 0x13, "A\xffz", 3, NULL }, "A?z" },
        { { 0x0c, NULL, 0, "Example Town" }, "Example Town" },
        { { 0x0c, NULL, 0, NULL }, NULL },
        { { 0x04, "octets", 6, NULL }, NULL },
        { { 0x0c, "two\nlines\x1b", 10, NULL }, "two lines" },
        { { 0x0c, "\xff\xfe", 2, NULL }, "\xef\xbf\xbd\xef\xbf\xbd" },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GByteArray) cms = signature(certificate("\7", &cases[i].who), "\7");
        g_byte_array_append(cms, (const uint8_t *)"\0\0\0\0", 4); /* as PDF fills it up */
        g_autofree char *name = sk_pdf_signer(sk_span(cms->data, cms->len));
        g_assert_cmpstr(name, ==, cases[i].want);
    }
}

/* Of several the one that the signer names; none where it names none of them. */
static void
test_which(void)
{
    static const Who root = { 0x0c, "Root", 4, NULL }, person = { 0x0c, "Person", 6, NULL };

    for (unsigned i = 0; i < 2; i++) {
        GByteArray *chain = join(certificate("\1", &root), certificate("\2", &person));
        g_autoptr(GByteArray) cms = signature(chain, i == 0 ? "\2" : "\3");
        g_autofree char *name = sk_pdf_signer(sk_span(cms->data, cms->len));
        g_assert_cmpstr(name, ==, i == 0 ? "Person" : NULL);
    }
}

/* Cut anywhere, and with any byte changed: no name or a text, never a fault. */
static void
test_damage(void)
{
    static const Who who = { 0x0c, "Sato Hanako", 11, "Example Town" };
    g_autoptr(GByteArray) cms = signature(certificate("\7", &who), "\7");

    for (guint n = 0; n < cms->len; n++) {
        g_autofree uint8_t *copy = g_memdup2(cms->data, n);
        g_autofree char *name = sk_pdf_signer(sk_span(copy, n));
        g_assert_null(name);
    }
    for (guint at = 0; at < cms->len; at++) {
        for (unsigned v = 0; v < 256; v += 5) {
            g_autofree uint8_t *copy = g_memdup2(cms->data, cms->len);
            copy[at] = (uint8_t)v;
            g_autofree char *name = sk_pdf_signer(sk_span(copy, cms->len));
            g_assert_true(name == NULL || g_utf8_validate(name, -1, NULL));
        }
    }
}

/* Lengths that are not DER's. */
static void
test_lengths(void)
{
    static const char *const lengths[] = { "\x30\x80", "\x30\x81\x05", "\x30\x82\x00\x85", "\x30\x85\1\1\1\1\1", "\x30\x84\xff\xff\xff\xff", "\x3f\x80\x01" };

    for (unsigned i = 0; i < G_N_ELEMENTS(lengths); i++) {
        g_autofree char *copy = g_memdup2(lengths[i], strlen(lengths[i]));
        g_autofree char *name = sk_pdf_signer(sk_span(copy, strlen(lengths[i])));
        g_assert_null(name);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pdf-signer/names", test_names);
    g_test_add_func("/pdf-signer/which", test_which);
    g_test_add_func("/pdf-signer/damage", test_damage);
    g_test_add_func("/pdf-signer/lengths", test_lengths);
    return g_test_run();
}
