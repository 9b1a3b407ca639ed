/* SPDX-License-Identifier: Apache-2.0
 * test-ooxml-lock.c - documents of Office 2007 and later, locked: what opens them, what does not, and what a lock
 * may not say. */
#include "unit/disarm/unlocking.h"

#include "unit/disarm/disarming.h"
#include "unit/disarm/lock-builder.h"

#include "disarm/ooxml-lock.h"

#define PASSWORD "関所 pass 12"

static uint8_t large[40000];

static void
assert_opens(GBytes *locked, const char *password, SkElement element, SkSpan want)
{
    Opened out = unlock(locked, password);

    g_assert_cmpint(out.code, ==, 0);
    g_assert_nonnull(out.plain);
    g_assert_cmpint(out.element, ==, element);
    g_assert_cmpmem(g_bytes_get_data(out.plain, NULL), g_bytes_get_size(out.plain), want.p, want.n);
    g_bytes_unref(out.plain);
}

static void
agile(void)
{
    static const char *const hashes[] = { "SHA1", "SHA256", "SHA384", "SHA512" };
    static const unsigned bits[] = { 128, 192, 256 };
    static const size_t lengths[] = { 0, 1, 16, 4096, 4097, 40000 };

    for (unsigned i = 0; i < G_N_ELEMENTS(hashes) * G_N_ELEMENTS(bits); i++) {
        LockAgile spec = { .hash = hashes[i % 4], .bits = bits[i / 4], .spin = 100 + i };
        SkSpan plain = sk_span(large, lengths[i % G_N_ELEMENTS(lengths)]);
        g_autoptr(GBytes) locked = lock_agile(plain, PASSWORD, &spec);
        g_test_message("%s %u %zu", spec.hash, spec.bits, plain.n);
        assert_opens(locked, PASSWORD, SK_ELEMENT_PASSWORD_REMOVED, plain);
        assert_locked(locked, "関所 pass 13", SK_ERROR_ENCRYPTED, SK_ELEMENT_WRONG_PASSWORD);
        assert_locked(locked, "", SK_ERROR_ENCRYPTED, SK_ELEMENT_ENCRYPTED_PACKAGE);
    }
}

static void
standard(void)
{
    for (unsigned bits = 128; bits <= 256; bits += 64) {
        SkSpan plain = sk_span(large, 5000 + bits);
        g_autoptr(GBytes) locked = lock_standard(plain, PASSWORD, bits);
        assert_opens(locked, PASSWORD, SK_ELEMENT_PASSWORD_REMOVED, plain);
        assert_locked(locked, "no", SK_ERROR_ENCRYPTED, SK_ELEMENT_WRONG_PASSWORD);
    }
}

/* What Office locks of its own accord opens without a password, and with any. */
static void
read_only(void)
{
    LockAgile spec = { .hash = "SHA512", .bits = 256, .spin = 50 };
    SkSpan plain = sk_span(large, 300);
    g_autoptr(GBytes) locked = lock_agile(plain, "VelvetSweatshop", &spec);

    assert_opens(locked, "", SK_ELEMENT_READ_ONLY_LOCK, plain);
    assert_opens(locked, "whatever", SK_ELEMENT_READ_ONLY_LOCK, plain);
    assert_opens(locked, "VelvetSweatshop", SK_ELEMENT_PASSWORD_REMOVED, plain);
}

static void
integrity(void)
{
    LockAgile changed = { .hash = "SHA512", .bits = 256, .spin = 50, .changed = true };
    LockAgile longer = { .hash = "SHA512", .bits = 256, .spin = 50, .size_off = 4096 };
    g_autoptr(GBytes) first = lock_agile(sk_span(large, 9000), PASSWORD, &changed);
    g_autoptr(GBytes) second = lock_agile(sk_span(large, 9000), PASSWORD, &longer);

    assert_locked(first, PASSWORD, SK_ERROR_MALFORMED, SK_ELEMENT_PASSWORD_REMOVED);
    assert_locked(second, PASSWORD, SK_ERROR_MALFORMED, SK_ELEMENT_PASSWORD_REMOVED);
}

static void
policy(void)
{
    LockAgile spec = { .hash = "SHA1", .bits = 128, .spin = 1 };
    g_autoptr(GBytes) locked = lock_agile(sk_span(large, 30), PASSWORD, &spec);
    SkJob job = sk_job_default();
    job.verdicts[SK_ELEMENT_PASSWORD_REMOVED] = SK_VERDICT_REFUSED;
    Opened out = unlock_with(&job, locked, PASSWORD);

    g_assert_cmpint(out.code, ==, SK_ERROR_FORBIDDEN);
    g_assert_null(out.plain);
}

static void
descriptions(void)
{
    static const struct {
        const char *from, *to;
        int code;
    } rows[] = {
        { "spinCount=\"50\"", "spinCount=\"1000001\"", SK_ERROR_LIMIT },
        { "spinCount=\"50\"", "spinCount=\"4294967296\"", SK_ERROR_MALFORMED },
        { "spinCount=\"50\"", "spinCount=\"-1\"", SK_ERROR_MALFORMED },
        { "spinCount=\"50\"", "", SK_ERROR_MALFORMED },
        { "saltSize=\"16\"", "saltSize=\"65\"", SK_ERROR_MALFORMED },
        { "saltSize=\"16\"", "saltSize=\"15\"", SK_ERROR_MALFORMED },
        { "saltSize=\"16\"", "saltSize=\"0\"", SK_ERROR_MALFORMED },
        { "blockSize=\"16\"", "blockSize=\"8\"", SK_ERROR_MALFORMED },
        { "blockSize=\"16\"", "blockSize=\"4096\"", SK_ERROR_MALFORMED },
        { "keyBits=\"256\"", "keyBits=\"2048\"", SK_ERROR_MALFORMED },
        { "keyBits=\"256\"", "keyBits=\"8\"", SK_ERROR_MALFORMED },
        { "keyBits=\"256\"", "keyBits=\"200\"", SK_ERROR_MALFORMED },
        { "hashSize=\"64\"", "hashSize=\"20\"", SK_ERROR_MALFORMED },
        { "hashAlgorithm=\"SHA512\"", "hashAlgorithm=\"MD5\"", SK_ERROR_UNSUPPORTED },
        { "cipherAlgorithm=\"AES\"", "cipherAlgorithm=\"RC2\"", SK_ERROR_UNSUPPORTED },
        { "ChainingModeCBC", "ChainingModeCFB", SK_ERROR_UNSUPPORTED },
        { "encryptedVerifierHashInput=\"", "encryptedVerifierHashInput=\"!", SK_ERROR_MALFORMED },
        { "encryptedVerifierHashInput=\"", "encryptedVerifierHashInput=\"AAAA", SK_ERROR_MALFORMED },
        { "encryptedHmacKey=", "encryptedHmacKex=", SK_ERROR_MALFORMED },
        { "<dataIntegrity", "<x:dataIntegrity xmlns:x=\"y\"", SK_ERROR_UNSUPPORTED },
        { "p:encryptedKey", "c:encryptedKey xmlns:c=\"http://schemas.microsoft.com/office/2006/keyEncryptor/"
                            "certificate\"",
          SK_ERROR_UNSUPPORTED },
        { "<keyEncryptors>", "<keyData/><keyEncryptors>", SK_ERROR_AMBIGUOUS },
        { "<keyEncryptors>", "<keyEncryptors><keyEncryptors/>", SK_ERROR_MALFORMED },
        { "<keyData", "<dataIntegrity/><keyData", SK_ERROR_MALFORMED },
        { "<encryption ", "<!DOCTYPE a><encryption ", SK_ERROR_FORBIDDEN },
        { "</encryption>", "", SK_ERROR_TRUNCATED },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        LockAgile spec = { .hash = "SHA512", .bits = 256, .spin = 50, .xml_from = rows[i].from, .xml_to = rows[i].to };
        g_autoptr(GBytes) locked = lock_agile(sk_span(large, 100), PASSWORD, &spec);
        g_test_message("%s → %s", rows[i].from, rows[i].to);
        Opened out = unlock(locked, PASSWORD);
        if (rows[i].code == SK_ERROR_TRUNCATED || rows[i].code == SK_ERROR_UNSUPPORTED)
            g_assert_true(out.code == rows[i].code || out.code == SK_ERROR_MALFORMED);
        else
            g_assert_cmpint(out.code, ==, rows[i].code);
        g_assert_null(out.plain);
    }
}

/* The standard description, spoiled at each byte and cut at each length: never a crash, never opened wrongly. */
static void
records(void)
{
    g_autoptr(GBytes) locked = lock_standard(sk_span(large, 64), PASSWORD, 128);
    SkLimits limits = sk_limits_default();
    g_autoptr(SkOle2) ole2 = NULL;
    g_autoptr(GBytes) info = NULL;
    SkOoxmlLock lock;

    g_assert_true(sk_ole2_open(sk_span_bytes(locked), &limits, &ole2, NULL));
    g_assert_true(sk_ole2_read(ole2, sk_ole2_lookup(ole2, 0, "EncryptionInfo"), 4096, &info, NULL));
    gsize n = 0;
    const uint8_t *bytes = g_bytes_get_data(info, &n);
    for (size_t cut = 0; cut < n; cut++) {
        g_autofree uint8_t *heap = g_memdup2(bytes, cut);
        g_autoptr(GError) error = NULL;
        g_assert_false(sk_ooxml_lock_parse(sk_span(heap, cut), &lock, &error));
        g_assert_nonnull(error);
    }
    static const struct {
        size_t at;
        uint8_t value;
        int code;
    } rows[] = {
        { 0, 9, SK_ERROR_UNSUPPORTED },       { 2, 3, SK_ERROR_UNSUPPORTED },  { 8, 0xff, SK_ERROR_TRUNCATED },
        { 12, 0x04, SK_ERROR_UNSUPPORTED },   { 12, 0x34, SK_ERROR_UNSUPPORTED }, { 21, 0x68, SK_ERROR_UNSUPPORTED },
        { 24, 0x05, SK_ERROR_UNSUPPORTED },   { 28, 0x40, SK_ERROR_UNSUPPORTED },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree uint8_t *heap = g_memdup2(bytes, n);
        g_autoptr(GError) error = NULL;
        heap[rows[i].at] = rows[i].value;
        g_test_message("byte %zu", rows[i].at);
        g_assert_false(sk_ooxml_lock_parse(sk_span(heap, n), &lock, &error));
        g_assert_error(error, SK_ERROR, rows[i].code);
    }
}

/* A key that only a certificate or a rights server gives. */
static void
no_description(void)
{
    const Ole2Item items[] = { { .name = "EncryptedPackage", .content = { large, 100 } } };
    g_autoptr(GBytes) locked = ole2_build(items, 1, NULL);

    assert_locked(locked, PASSWORD, SK_ERROR_ENCRYPTED, SK_ELEMENT_ENCRYPTED_PACKAGE);
}

static void
no_lock(void)
{
    const Ole2Item items[] = { { .name = "Whatever", .content = { large, 100 } } };
    g_autoptr(GBytes) plain = ole2_build(items, 1, NULL);
    g_autoptr(GBytes) text = g_bytes_new_static("plain text", 10);
    g_autoptr(GBytes) broken = g_bytes_new_from_bytes(plain, 0, 700);
    GBytes *const rows[] = { plain, text, broken };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        Opened out = unlock(rows[i], PASSWORD);
        g_assert_cmpint(out.code, ==, 0);
        g_assert_null(out.plain);
        g_assert_cmpint(out.element, ==, SK_ELEMENT_NONE);
    }
}

/* The whole way: what was inside is disarmed as what it is, and a lock within the lock stays one. */
static void
whole(void)
{
    LockAgile spec = { .hash = "SHA512", .bits = 256, .spin = 10 };
    g_autoptr(GBytes) locked = lock_agile(sk_span_str("=1+1,\xe3\x81\x82"), PASSWORD, &spec);
    g_autoptr(GBytes) twice = lock_agile(sk_span_bytes(locked), PASSWORD, &spec);
    SkJob job = sk_job_default();

    job.hint = SK_TYPE_CSV;
    g_assert_true(sk_job_set_password(&job, sk_span_str(PASSWORD)));
    autodisarmed out = disarm_with(&job, sk_span_bytes(locked));
    g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_assert_cmpint(out.report->type_out, ==, SK_TYPE_CSV);
    g_assert_cmpstr(job.password, ==, ""); /* gone before the content was looked at */

    g_assert_true(sk_job_set_password(&job, sk_span_str(PASSWORD)));
    autodisarmed again = disarm_with(&job, sk_span_bytes(twice));
    g_assert_cmpint(again.report->outcome, ==, SK_OUTCOME_REFUSED);
    g_assert_cmpint(again.report->reason, ==, SK_REASON_ENCRYPTED);
}

static void
base64(void)
{
    static const struct {
        const char *text, *want;
    } rows[] = { { "", "" },        { "YQ==", "a" },   { "YWI=", "ab" },   { "YWJj", "abc" }, { " YW\nJj\r\n", "abc" },
                 { "YQ", NULL },    { "Y", NULL },     { "YQ===", NULL },  { "=", NULL },     { "YQ=a", NULL },
                 { "YW-j", NULL },  { "YWJjZ", NULL }, { "====", NULL },   { "YWJjYWJjYWJj", NULL } };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        uint8_t out[8];
        size_t n = 0;
        g_test_message("%s", rows[i].text);
        bool ok = sk_crypt_base64(sk_span_str(rows[i].text), out, sizeof out, &n);
        g_assert_true(ok == (rows[i].want != NULL));
        if (ok)
            g_assert_cmpmem(out, n, rows[i].want, strlen(rows[i].want));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < sizeof large; i++)
        large[i] = (uint8_t)(i * 2654435761u >> 11);
    g_test_add_func("/ooxml-lock/agile", agile);
    g_test_add_func("/ooxml-lock/standard", standard);
    g_test_add_func("/ooxml-lock/read-only", read_only);
    g_test_add_func("/ooxml-lock/integrity", integrity);
    g_test_add_func("/ooxml-lock/policy", policy);
    g_test_add_func("/ooxml-lock/descriptions", descriptions);
    g_test_add_func("/ooxml-lock/records", records);
    g_test_add_func("/ooxml-lock/no-description", no_description);
    g_test_add_func("/ooxml-lock/no-lock", no_lock);
    g_test_add_func("/ooxml-lock/whole", whole);
    g_test_add_func("/ooxml-lock/base64", base64);
    return g_test_run();
}
