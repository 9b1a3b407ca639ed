/* SPDX-License-Identifier: Apache-2.0
 * test-old-lock.c - old Word and Excel documents, locked: opened byte for byte into what they were, or refused. */
#include "unit/disarm/unlocking.h"

#include "unit/disarm/old-lock-builder.h"

#include "disarm/old-lock.h"

#define PASSWORD "関所 pass 12"

static const LockOld specs[] = { { false, 0 }, { true, 40 }, { true, 56 }, { true, 128 } };

static GBytes *
build(bool word, const LockOld *spec, const char *password)
{
    return word ? lock_old_word(spec, password) : lock_old_excel(spec, password);
}

static void
assert_opens(GBytes *locked, const char *password, SkElement element, GBytes *want)
{
    Opened out = unlock(locked, password);

    g_assert_cmpint(out.code, ==, 0);
    g_assert_nonnull(out.plain);
    g_assert_cmpint(out.element, ==, element);
    g_assert_cmpuint(g_bytes_get_size(out.plain), ==, g_bytes_get_size(want));
    g_assert_true(g_bytes_equal(out.plain, want));
    g_bytes_unref(out.plain);
}

static void
opens(void)
{
    for (unsigned i = 0; i < 2 * G_N_ELEMENTS(specs); i++) {
        bool word = i % 2 == 0;
        const LockOld *spec = &specs[i / 2];
        g_autoptr(GBytes) locked = build(word, spec, PASSWORD);
        g_autoptr(GBytes) read_only = build(word, spec, "VelvetSweatshop");
        g_autoptr(GBytes) plain = build(word, spec, NULL);
        g_test_message("%s, %s %u", word ? "doc" : "xls", spec->crypto_api ? "CryptoAPI" : "MD5", spec->bits);
        if (word) { /* the header at the table's beginning stays, and is no longer spoken of */
            Opened out = unlock(locked, PASSWORD);
            g_assert_cmpint(out.code, ==, 0);
            g_autoptr(GBytes) opened = out.plain;
            SkLimits limits = sk_limits_default();
            g_autoptr(SkOle2) ole2 = NULL;
            SkOldDocument document;
            bool still = true;
            g_assert_true(sk_ole2_open(sk_span_bytes(opened), &limits, &ole2, NULL));
            g_assert_true(sk_old_document_find(ole2, &still, &document, NULL));
            g_assert_false(still);
            size_t differ = 0;
            SkSpan a = sk_span_bytes(opened), b = sk_span_bytes(plain);
            g_assert_cmpuint(a.n, ==, b.n);
            for (size_t k = 0; k < a.n; k++)
                differ += a.p[k] != b.p[k];
            g_assert_cmpuint(differ, <=, 40); /* of the header, which the plain one made for no password */
        } else {
            assert_opens(locked, PASSWORD, SK_ELEMENT_PASSWORD_REMOVED, plain);
            assert_opens(read_only, "", SK_ELEMENT_READ_ONLY_LOCK, plain);
            assert_opens(read_only, "other", SK_ELEMENT_READ_ONLY_LOCK, plain);
        }
        assert_locked(locked, "other", SK_ERROR_ENCRYPTED, SK_ELEMENT_WRONG_PASSWORD);
        assert_locked(locked, "", SK_ERROR_ENCRYPTED, SK_ELEMENT_ENCRYPTED_PACKAGE);
        Opened none = unlock(plain, PASSWORD);
        g_assert_cmpint(none.code, ==, 0);
        g_assert_null(none.plain);
    }
}

/* The stream of Workbook lies first among the large ones. */
static GBytes *
patched(GBytes *file, const char *from, size_t from_n, size_t off, uint8_t value)
{
    SkSpan s = sk_span_bytes(file);
    uint8_t *bytes = g_memdup2(s.p, s.n);
    size_t at = sk_span_find(s, 512, sk_span(from, from_n));

    g_assert_cmpuint(at, !=, SIZE_MAX);
    bytes[at + off] = value;
    return g_bytes_new_take(bytes, s.n);
}

static void
other_locks(void)
{
    g_autoptr(GBytes) excel = lock_old_excel(&specs[0], PASSWORD);
    g_autoptr(GBytes) word = lock_old_word(&specs[0], PASSWORD);
    g_autoptr(GBytes) api = lock_old_word(&specs[3], PASSWORD);
    static const char pass[] = "\x2f\x00\x36\x00\x01\x00";
    static const char fib[] = "\xec\xa5\xc1\x00";
    static const char header[] = "\x02\x00\x02\x00\x04\x00\x00\x00";
    const struct {
        GBytes *file;
        const char *from;
        size_t n, off;
        uint8_t value;
        int code;
        SkElement element;
    } rows[] = {
        { excel, pass, 6, 4, 0, SK_ERROR_ENCRYPTED, SK_ELEMENT_ENCRYPTED_PACKAGE },  /* obfuscated */
        { excel, pass, 6, 6, 9, SK_ERROR_ENCRYPTED, SK_ELEMENT_ENCRYPTED_PACKAGE },  /* version 9.1 */
        { excel, pass, 6, 2, 20, SK_ERROR_TRUNCATED, SK_ELEMENT_NONE },              /* a record too short for it */
        { word, fib, 4, 11, 0x83, SK_ERROR_ENCRYPTED, SK_ELEMENT_ENCRYPTED_PACKAGE }, /* obfuscated */
        { word, fib, 4, 11, 0x01, SK_ERROR_MALFORMED, SK_ELEMENT_NONE },             /* the other table */
        { word, fib, 4, 15, 0xff, SK_ERROR_MALFORMED, SK_ELEMENT_NONE },             /* a header longer than it */
        { word, fib, 4, 14, 10, SK_ERROR_TRUNCATED, SK_ELEMENT_NONE },
        { api, header, 8, 8, 0xff, SK_ERROR_TRUNCATED, SK_ELEMENT_NONE },            /* longer than what there is */
        { api, header, 8, 20, 0x02, SK_ERROR_ENCRYPTED, SK_ELEMENT_ENCRYPTED_PACKAGE }, /* RC2 */
        { api, header, 8, 28, 0x07, SK_ERROR_MALFORMED, SK_ELEMENT_NONE },           /* a key of 7 bits */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GBytes) bad = patched(rows[i].file, rows[i].from, rows[i].n, rows[i].off, rows[i].value);
        g_test_message("row %zu", i);
        assert_locked(bad, PASSWORD, rows[i].code, rows[i].element);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/old-lock/opens", opens);
    g_test_add_func("/old-lock/other-locks", other_locks);
    return g_test_run();
}
