/* SPDX-License-Identifier: Apache-2.0
 * test-odf-lock.c - OpenDocument packages, locked: what opens them, what does not, and what a lock may not say. */
#include "unit/disarm/unlocking.h"

#include "unit/disarm/odf-lock-builder.h"

#include "disarm/odf-lock.h"

#define PASSWORD "関所 pass 12"

static char large[30000];

static const LockOdfFile *
files(void)
{
    static LockOdfFile table[] = { { "content.xml", { NULL, 0 } }, { "styles.xml", { NULL, 0 } }, { "empty", { NULL, 0 } } };
    table[0].content = sk_span(large, sizeof large);
    table[1].content = sk_span_str("<styles/>");
    table[2].content = SK_SPAN_EMPTY;
    return table;
}

static bool
append(void *user, SkSpan chunk, uint64_t expanded, uint64_t compressed, GError **error)
{
    (void)expanded, (void)compressed, (void)error;
    g_byte_array_append(user, chunk.p, (guint)chunk.n);
    return true;
}

static void
assert_entry(const SkZip *zip, const char *name, SkSpan want)
{
    const SkZipEntry *entry = sk_zip_lookup(zip, sk_span_str(name));
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_autoptr(GError) error = NULL;

    g_assert_nonnull(entry);
    bool ok = sk_zip_inflate(entry, append, bytes, &error);
    g_assert_no_error(error);
    g_assert_true(ok);
    g_assert_cmpmem(bytes->data, bytes->len, want.p, want.n);
}

static void
assert_opened(const Opened *out, bool whole)
{
    SkLimits limits = sk_limits_default();
    SkElement element = SK_ELEMENT_NONE;
    g_autoptr(SkZip) zip = NULL;
    g_autoptr(GArray) manifest = NULL;
    g_autoptr(GByteArray) xml = g_byte_array_new();

    g_assert_cmpint(out->code, ==, 0);
    g_assert_cmpint(out->element, ==, SK_ELEMENT_PASSWORD_REMOVED);
    g_assert_nonnull(out->plain);
    g_assert_true(sk_zip_open(sk_span_bytes(out->plain), &limits, &zip, &element, NULL));
    g_assert_cmpuint(zip->n, ==, whole ? 3 : 5);
    for (unsigned i = 0; i < 3; i++)
        assert_entry(zip, files()[i].name, files()[i].content);
    if (whole)
        return;
    assert_entry(zip, "mimetype", sk_span_str("application/vnd.oasis.opendocument.text"));
    g_assert_true(sk_zip_inflate(sk_zip_lookup(zip, sk_span_str("META-INF/manifest.xml")), append, xml, NULL));
    g_assert_true(sk_odf_manifest_parse(sk_span(xml->data, xml->len), 10, &manifest, NULL));
    g_assert_cmpuint(manifest->len, ==, 4);
    g_assert_false(sk_odf_manifest_is_locked(manifest));
}

static void
ciphers(void)
{
    static const LockOdf specs[] = {
        { .cipher = LOCK_BLOWFISH },
        { .cipher = LOCK_BLOWFISH, .sha256 = true },
        { .cipher = LOCK_CBC, .sha256 = true },
        { .cipher = LOCK_CBC },
        { .cipher = LOCK_GCM, .sha256 = true, .argon2 = true },
        { .cipher = LOCK_GCM, .sha256 = true, .argon2 = true, .whole = true },
        { .cipher = LOCK_GCM, .sha256 = true, .argon2 = true, .whole = true, .raw = true },
        { .cipher = LOCK_CBC, .sha256 = true, .whole = true },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(specs); i++) {
        g_autoptr(GBytes) locked = lock_odf(&specs[i], files(), 3, PASSWORD);
        g_test_message("spec %u", i);
        Opened out = unlock(locked, PASSWORD);
        assert_opened(&out, specs[i].whole);
        g_bytes_unref(out.plain);
        assert_locked(locked, "関所 pass 13", SK_ERROR_ENCRYPTED, SK_ELEMENT_WRONG_PASSWORD);
        assert_locked(locked, "", SK_ERROR_ENCRYPTED, SK_ELEMENT_ENCRYPTED_PACKAGE);
    }
}

/* A first entry that fails is a wrong password; a later one is a document that somebody has changed. */
static void
changed(void)
{
    static const struct {
        LockOdf spec;
        int code;
        SkElement element;
    } rows[] = {
        { { .cipher = LOCK_GCM, .sha256 = true, .argon2 = true, .changed = 1 }, SK_ERROR_ENCRYPTED, SK_ELEMENT_WRONG_PASSWORD },
        { { .cipher = LOCK_GCM, .sha256 = true, .argon2 = true, .changed = 2 }, SK_ERROR_MALFORMED, SK_ELEMENT_NONE },
        { { .cipher = LOCK_CBC, .sha256 = true, .changed = 2 }, SK_ERROR_MALFORMED, SK_ELEMENT_NONE },
        { { .cipher = LOCK_BLOWFISH, .changed = 2 }, SK_ERROR_MALFORMED, SK_ELEMENT_NONE },
        { { .cipher = LOCK_CBC, .sha256 = true, .deflated = true }, SK_ERROR_MALFORMED, SK_ELEMENT_NONE },
        { { .cipher = LOCK_CBC, .sha256 = true, .xml_from = "size=\"30000\"", .xml_to = "size=\"30001\"" },
          SK_ERROR_AMBIGUOUS, SK_ELEMENT_NONE },
        { { .cipher = LOCK_CBC, .sha256 = true, .xml_from = "size=\"30000\"", .xml_to = "size=\"29999\"" },
          SK_ERROR_AMBIGUOUS, SK_ELEMENT_NONE },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GBytes) locked = lock_odf(&rows[i].spec, files(), 3, PASSWORD);
        g_test_message("row %u", i);
        assert_locked(locked, PASSWORD, rows[i].code, rows[i].element);
    }
}

static void
descriptions(void)
{
#define KDF "manifest:key-derivation-name=\"PBKDF2\""
    static const struct {
        LockCipher cipher;
        const char *from, *to;
        int code;
        SkElement element;
    } rows[] = {
        { LOCK_CBC, "iteration-count=\"40\"", "iteration-count=\"1000001\"", SK_ERROR_LIMIT, 0 },
        { LOCK_CBC, "iteration-count=\"40\"", "iteration-count=\"0\"", SK_ERROR_MALFORMED, 0 },
        { LOCK_CBC, "iteration-count=\"40\"", "iteration-count=\"-4\"", SK_ERROR_MALFORMED, 0 },
        { LOCK_CBC, "iteration-count=\"40\"", "iteration-count=\"99999999999\"", SK_ERROR_MALFORMED, 0 },
        { LOCK_CBC, KDF, "manifest:key-derivation-name=\"scrypt\"", SK_ERROR_UNSUPPORTED, 0 },
        { LOCK_CBC, KDF, "manifest:key-derivation-name=\"PGP\"", SK_ERROR_ENCRYPTED, SK_ELEMENT_ENCRYPTED_PACKAGE },
        { LOCK_CBC, "#aes256-cbc", "#aes128-cbc", SK_ERROR_UNSUPPORTED, 0 },
        { LOCK_CBC, "#sha256-1k", "#md5", SK_ERROR_UNSUPPORTED, 0 },
        { LOCK_CBC, "xmldsig#sha256", "xmldsig#md5", SK_ERROR_UNSUPPORTED, 0 },
        { LOCK_CBC, "manifest:key-size=\"32\" manifest:iteration", "manifest:key-size=\"16\" manifest:iteration", SK_ERROR_MALFORMED, 0 },
        { LOCK_CBC, "manifest:key-size=\"32\" manifest:iteration", "manifest:key-size=\"99\" manifest:iteration", SK_ERROR_MALFORMED, 0 },
        { LOCK_CBC, "initialisation-vector=\"", "initialisation-vector=\"AAAA", SK_ERROR_MALFORMED, 0 },
        { LOCK_CBC, "manifest:checksum=\"", "manifest:checksum=\"AAAA", SK_ERROR_MALFORMED, 0 },
        { LOCK_CBC, "manifest:checksum-type=", "manifest:checksum-typf=", SK_ERROR_MALFORMED, 0 },
        { LOCK_CBC, "manifest:salt=", "manifest:salu=", SK_ERROR_MALFORMED, 0 },
        { LOCK_CBC, "full-path=\"styles.xml\"", "full-path=\"content.xml\"", SK_ERROR_AMBIGUOUS, 0 },
        { LOCK_CBC, "full-path=\"styles.xml\"", "full-path=\"missing.xml\"", SK_ERROR_MALFORMED, 0 },
        { LOCK_CBC, "<manifest:algorithm", "<manifest:algorithm manifest:algorithm-name=\"Blowfish CFB\" "
          "manifest:initialisation-vector=\"AAAAAAAAAAA=\"/><manifest:algorithm", SK_ERROR_AMBIGUOUS, 0 },
        { LOCK_CBC, "<manifest:encryption-data", "<manifest:algorithm/><manifest:encryption-data", SK_ERROR_MALFORMED, 0 },
        { LOCK_CBC, "<manifest:file-entry", "<loext:encrypted-key/><manifest:file-entry", SK_ERROR_ENCRYPTED, SK_ELEMENT_ENCRYPTED_PACKAGE },
        { LOCK_CBC, "</manifest:manifest>", "", SK_ERROR_MALFORMED, 0 },
        { LOCK_GCM, "argon2-memory=\"64\"", "argon2-memory=\"262145\"", SK_ERROR_LIMIT, 0 },
        { LOCK_GCM, "argon2-iterations=\"2\"", "argon2-iterations=\"40000\"", SK_ERROR_LIMIT, 0 },
        { LOCK_GCM, "argon2-lanes=\"4\"", "argon2-lanes=\"17\"", SK_ERROR_LIMIT, 0 },
        { LOCK_GCM, "argon2-lanes=\"4\"", "argon2-lanes=\"0\"", SK_ERROR_MALFORMED, 0 },
        { LOCK_GCM, "argon2-memory=\"64\"", "argon2-memory=\"1\"", SK_ERROR_MALFORMED, 0 },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        LockOdf spec = { .cipher = rows[i].cipher, .sha256 = true, .argon2 = rows[i].cipher == LOCK_GCM,
                         .xml_from = rows[i].from, .xml_to = rows[i].to };
        g_autoptr(GBytes) locked = lock_odf(&spec, files(), 3, PASSWORD);
        g_test_message("%s → %s", rows[i].from, rows[i].to);
        assert_locked(locked, PASSWORD, rows[i].code, rows[i].element);
    }
}

static void
limits(void)
{
    LockOdf spec = { .cipher = LOCK_CBC, .sha256 = true };
    g_autoptr(GBytes) locked = lock_odf(&spec, files(), 3, PASSWORD);
    SkJob job = sk_job_default();

    job.limits.expanded = 20000;
    Opened out = unlock_with(&job, locked, PASSWORD);
    g_assert_cmpint(out.code, ==, SK_ERROR_LIMIT);
    g_assert_null(out.plain);
}

static void
no_lock(void)
{
    g_autoptr(GBytes) zip = lock_odf_plain(files(), 3);
    g_autoptr(GBytes) broken = g_bytes_new_from_bytes(zip, 0, 60);
    GBytes *const rows[] = { zip, broken };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        Opened out = unlock(rows[i], PASSWORD);
        g_assert_cmpint(out.code, ==, 0);
        g_assert_null(out.plain);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < sizeof large; i++)
        large[i] = (char)('a' + (i * 2654435761u >> 13) % 20);
    g_test_add_func("/odf-lock/ciphers", ciphers);
    g_test_add_func("/odf-lock/changed", changed);
    g_test_add_func("/odf-lock/descriptions", descriptions);
    g_test_add_func("/odf-lock/limits", limits);
    g_test_add_func("/odf-lock/no-lock", no_lock);
    return g_test_run();
}
