/* SPDX-License-Identifier: Apache-2.0
 * test-webauthn.c - registrations and assertions of three kinds of key, and every way to cheat that
 * the specification's steps name. */
#include "authenticator.h"

#define ORIGIN "http://lgwan.localhost:8002"
#define RP "lgwan.localhost"

static const uint8_t challenge[SK_WEBAUTHN_CHALLENGE_BYTES] = "the station's challenge, 32 byte";
static const SkWebauthnSite site = { .origin = ORIGIN,
                                     .rp_id = RP,
                                     .challenge = { .p = challenge, .n = sizeof challenge } };
static const SkCose algorithms[] = { SK_COSE_ES256, SK_COSE_EDDSA, SK_COSE_RS256 };

static int
registers(const Authenticator *a, bool verified, SkWebauthnCredential *ret)
{
    g_autoptr(GBytes) client = client_data(a, &site, "webauthn.create");
    g_autoptr(GBytes) object = attestation_of(a, RP);
    g_auto(SkWebauthnCredential) mine = { 0 };
    g_autoptr(GError) error = NULL;
    bool ok = sk_webauthn_register(&site, verified, sk_span_bytes(client), sk_span_bytes(object), &mine, &error);
    g_assert_true(ok == (error == NULL));
    if (ok && ret != NULL) {
        *ret = mine;
        mine = (SkWebauthnCredential){ 0 };
    }
    return ok ? 0 : error->code;
}

static int
asserts_at(const SkWebauthnSite *where, const SkWebauthnCredential *c, bool verified, const Signed *s,
           uint32_t *ret_count)
{
    SkWebauthnAnswer answer = signed_spans(s);
    g_autoptr(GError) error = NULL;
    uint32_t count = 0;
    bool has_verified = false;
    bool ok = sk_webauthn_assert(where, c, verified, &answer, &count, &has_verified, &error);
    if (ok && ret_count != NULL)
        *ret_count = count;
    return ok ? 0 : error->code;
}

static int
asserts(Authenticator *a, const SkWebauthnCredential *c, bool verified)
{
    Signed s = answer_of(a, &site);
    int code = asserts_at(&site, c, verified, &s, NULL);
    signed_clear(&s);
    return code;
}

static void
round_trips(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(algorithms); i++) {
        Authenticator a;
        g_auto(SkWebauthnCredential) c = { 0 };
        authenticator_init(&a, algorithms[i]);
        g_assert_cmpint(registers(&a, false, &c), ==, 0);
        g_assert_cmpint(c.algorithm, ==, algorithms[i]);
        g_assert_cmpint(c.count, ==, 7);
        g_assert_false(c.verified);
        SkSpan id = sk_span_bytes(c.id);
        g_assert_cmpmem(id.p, id.n, a.id, sizeof a.id);
        g_assert_cmpint(asserts(&a, &c, false), ==, 0);
        a.flags = 0x05 | 0x18; /* UV, and a passkey that is kept in a cloud */
        g_assert_cmpint(asserts(&a, &c, true), ==, 0);
        authenticator_clear(&a);
    }
}

static void
another_key_signs(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(algorithms); i++) {
        Authenticator a, b;
        g_auto(SkWebauthnCredential) c = { 0 };
        authenticator_init(&a, algorithms[i]);
        authenticator_init(&b, algorithms[i]);
        b.count = 100;
        g_assert_cmpint(registers(&a, false, &c), ==, 0);
        g_assert_cmpint(asserts(&b, &c, false), ==, SK_ERROR_FORBIDDEN);
        authenticator_clear(&a);
        authenticator_clear(&b);
    }
}

/* One lie at a time, in both ceremonies. */
static void
lies(void)
{
    static const struct {
        Authenticator lie;
        int registration; /* codes; 0: it does not matter there */
        int assertion;
    } cases[] = {
        { { .origin = "http://lgwan.localhost:8001" }, SK_ERROR_FORBIDDEN, SK_ERROR_FORBIDDEN },
        { { .origin = "https://lgwan.localhost:8002" }, SK_ERROR_FORBIDDEN, SK_ERROR_FORBIDDEN },
        { { .origin = "http://lgwan.localhost:8002/" }, SK_ERROR_FORBIDDEN, SK_ERROR_FORBIDDEN },
        { { .origin = "http://files.lgwan.localhost:8002" }, SK_ERROR_FORBIDDEN, SK_ERROR_FORBIDDEN },
        { { .origin = "http://internet.localhost:8001" }, SK_ERROR_FORBIDDEN, SK_ERROR_FORBIDDEN },
        { { .rp_id = "localhost" }, SK_ERROR_FORBIDDEN, SK_ERROR_FORBIDDEN },
        { { .rp_id = "internet.localhost" }, SK_ERROR_FORBIDDEN, SK_ERROR_FORBIDDEN },
        { { .type = "webauthn.get" }, SK_ERROR_FORBIDDEN, 0 },
        { { .type = "webauthn.create" }, 0, SK_ERROR_FORBIDDEN },
        { { .type = "payment.get" }, SK_ERROR_FORBIDDEN, SK_ERROR_FORBIDDEN },
        { { .more = ",\"crossOrigin\":true" }, SK_ERROR_MALFORMED, SK_ERROR_MALFORMED },
        { { .more = ",\"type\":\"webauthn.get\"" }, SK_ERROR_MALFORMED, SK_ERROR_MALFORMED },
        { { .more = ",\"topOrigin\":\"http://lgwan.localhost:8002\"" }, SK_ERROR_FORBIDDEN, SK_ERROR_FORBIDDEN },
        { { .more = ",\"other_keys_can_be_added_here\":\"do not compare\"" }, 0, 0 },
        { { .flags = 0x40 }, SK_ERROR_FORBIDDEN, SK_ERROR_FORBIDDEN },        /* not touched */
        { { .flags = 0x01 }, SK_ERROR_MALFORMED, 0 },                         /* no credential inside */
        { { .flags = 0x41 }, 0, SK_ERROR_MALFORMED },                         /* one where none is */
        { { .flags = 0xC1 }, SK_ERROR_TRUNCATED, SK_ERROR_MALFORMED },        /* extensions said, none there */
        { { .flags = 0x43 }, SK_ERROR_UNSUPPORTED, SK_ERROR_UNSUPPORTED },    /* a reserved flag */
        { { .format = "packed" }, SK_ERROR_UNSUPPORTED, 0 },
        { { .format = "fido-u2f" }, SK_ERROR_UNSUPPORTED, 0 },
    };
    Authenticator a;
    g_auto(SkWebauthnCredential) c = { 0 };
    authenticator_init(&a, SK_COSE_ES256);
    g_assert_cmpint(registers(&a, false, &c), ==, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Authenticator liar = cases[i].lie;
        liar.key = a.key;
        liar.algorithm = a.algorithm;
        liar.count = 20;
        memcpy(liar.id, a.id, sizeof a.id);
        g_test_message("lie %zu", i);
        g_assert_cmpint(registers(&liar, false, NULL), ==, cases[i].registration);
        g_assert_cmpint(asserts(&liar, &c, false), ==, cases[i].assertion);
    }
    authenticator_clear(&a);
}

static void
user_not_verified(void)
{
    Authenticator a;
    g_auto(SkWebauthnCredential) c = { 0 };
    authenticator_init(&a, SK_COSE_ES256);
    g_assert_cmpint(registers(&a, true, NULL), ==, SK_ERROR_FORBIDDEN);
    g_assert_cmpint(registers(&a, false, &c), ==, 0);
    g_assert_cmpint(asserts(&a, &c, true), ==, SK_ERROR_FORBIDDEN);
    /* The flag is signed: set afterwards it is worth nothing. */
    Signed s = answer_of(&a, &site);
    gsize n = 0;
    uint8_t *data = g_bytes_unref_to_data(s.data, &n);
    data[32] |= 0x04;
    s.data = g_bytes_new_take(data, n);
    g_assert_cmpint(asserts_at(&site, &c, true, &s, NULL), ==, SK_ERROR_FORBIDDEN);
    signed_clear(&s);
    authenticator_clear(&a);
}

static void
challenges(void)
{
    static const uint8_t other[SK_WEBAUTHN_CHALLENGE_BYTES] = "yesterday's challenge, 32 bytes.";
    const SkWebauthnSite yesterday = { .origin = ORIGIN, .rp_id = RP, .challenge = { .p = other, .n = sizeof other } };
    Authenticator a;
    g_auto(SkWebauthnCredential) c = { 0 };
    authenticator_init(&a, SK_COSE_EDDSA);
    g_assert_cmpint(registers(&a, false, &c), ==, 0);
    Signed s = answer_of(&a, &yesterday);
    g_assert_cmpint(asserts_at(&yesterday, &c, false, &s, NULL), ==, 0);
    g_assert_cmpint(asserts_at(&site, &c, false, &s, NULL), ==, SK_ERROR_FORBIDDEN);
    signed_clear(&s);
    authenticator_clear(&a);
}

static void
counters(void)
{
    Authenticator a;
    g_auto(SkWebauthnCredential) c = { 0 };
    uint32_t count = 0;
    authenticator_init(&a, SK_COSE_ES256);
    g_assert_cmpint(registers(&a, false, &c), ==, 0);
    Signed s = answer_of(&a, &site);
    g_assert_cmpint(asserts_at(&site, &c, false, &s, &count), ==, 0);
    g_assert_cmpint(count, ==, 8);
    c.count = count;
    g_assert_cmpint(asserts_at(&site, &c, false, &s, NULL), ==, SK_ERROR_AMBIGUOUS); /* the same again */
    signed_clear(&s);
    a.count = 3; /* a copy that has been used less */
    g_assert_cmpint(asserts(&a, &c, false), ==, SK_ERROR_AMBIGUOUS);
    a.count = 0; /* or says that it does not count */
    g_assert_cmpint(asserts(&a, &c, false), ==, SK_ERROR_AMBIGUOUS);
    c.count = 0; /* passkeys never count: that is fine */
    g_assert_cmpint(asserts(&a, &c, false), ==, 0);
    authenticator_clear(&a);
}

static void
keys(void)
{
    Authenticator a;
    authenticator_init(&a, SK_COSE_RS256);
    EVP_PKEY_free(a.key);
    a.key = EVP_RSA_gen(3072); /* libfido2 knows 2048 only: said at registration, not at sign-in */
    g_assert_cmpint(registers(&a, false, NULL), ==, SK_ERROR_UNSUPPORTED);
    EVP_PKEY_free(a.key);
    a.key = EVP_RSA_gen(1024);
    g_assert_cmpint(registers(&a, false, NULL), ==, SK_ERROR_UNSUPPORTED);
    authenticator_clear(&a);
    authenticator_init(&a, SK_COSE_ES256);
    /* A point that is not on the curve. */
    g_autoptr(GBytes) client = client_data(&a, &site, "webauthn.create");
    gsize n = 0;
    uint8_t *object = g_bytes_unref_to_data(attestation_of(&a, RP), &n);
    object[n - 1] ^= 1;
    g_auto(SkWebauthnCredential) c = { 0 };
    g_autoptr(GError) error = NULL;
    g_assert_false(sk_webauthn_register(&site, false, sk_span_bytes(client), sk_span(object, n), &c, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_MALFORMED);
    g_free(object);
    authenticator_clear(&a);
}

/* Every beginning, and every byte changed: an answer, never a crash, and never a yes to bytes that were signed. */
static void
cut_and_bent(void)
{
    Authenticator a;
    g_auto(SkWebauthnCredential) c = { 0 };
    authenticator_init(&a, SK_COSE_ES256);
    g_assert_cmpint(registers(&a, false, &c), ==, 0);
    g_autoptr(GBytes) client = client_data(&a, &site, "webauthn.create");
    g_autoptr(GBytes) object = attestation_of(&a, RP);
    SkSpan whole = sk_span_bytes(object);
    for (size_t n = 0; n < whole.n; n++) {
        g_autofree uint8_t *copy = g_memdup2(whole.p, MAX(n, 1));
        g_auto(SkWebauthnCredential) ignored = { 0 };
        g_assert_false(sk_webauthn_register(&site, false, sk_span_bytes(client), sk_span(copy, n), &ignored, NULL));
    }
    g_autofree uint8_t *longer = g_malloc0(whole.n + 1);
    memcpy(longer, whole.p, whole.n);
    g_auto(SkWebauthnCredential) ignored = { 0 };
    g_assert_false(sk_webauthn_register(&site, false, sk_span_bytes(client), sk_span(longer, whole.n + 1), &ignored, NULL));

    Signed s = answer_of(&a, &site);
    GBytes **parts[] = { &s.client, &s.data, &s.signature };
    for (size_t part = 0; part < G_N_ELEMENTS(parts); part++) {
        GBytes *right = *parts[part];
        SkSpan span = sk_span_bytes(right);
        for (size_t i = 0; i < span.n; i++) {
            uint8_t *bent = g_memdup2(span.p, span.n);
            bent[i] ^= 0x20;
            *parts[part] = g_bytes_new_take(bent, span.n);
            g_assert_cmpint(asserts_at(&site, &c, false, &s, NULL), !=, 0);
            g_bytes_unref(*parts[part]);
            *parts[part] = g_bytes_new(span.p, i);
            g_assert_cmpint(asserts_at(&site, &c, false, &s, NULL), !=, 0);
            g_bytes_unref(*parts[part]);
        }
        *parts[part] = right;
    }
    g_assert_cmpint(asserts_at(&site, &c, false, &s, NULL), ==, 0);
    signed_clear(&s);
    authenticator_clear(&a);
}

static void
sites(void)
{
    static const char *const none[] = { "http://127.0.0.1:8002", "http://[::1]:8002", "lgwan", "http://" };
    g_autofree char *rp = sk_webauthn_rp_id(ORIGIN);
    g_assert_cmpstr(rp, ==, RP);
    g_autofree char *tls = sk_webauthn_rp_id("https://sekisho.lgwan.example.lg.jp");
    g_assert_cmpstr(tls, ==, "sekisho.lgwan.example.lg.jp");
    for (size_t i = 0; i < G_N_ELEMENTS(none); i++)
        g_assert_null(sk_webauthn_rp_id(none[i]));
    g_autoptr(GBytes) ok = sk_unbase64url("-_8", 2);
    g_assert_cmpuint(g_bytes_get_size(ok), ==, 2);
    static const char *const bad[] = { "-_9", "-_8=", "+/8", "-_8\n", "A", "-_8AAAA" };
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_null(sk_unbase64url(bad[i], 2));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_cmpint(sodium_init(), >=, 0);
    g_test_add_func("/webauthn/round-trips", round_trips);
    g_test_add_func("/webauthn/another-key", another_key_signs);
    g_test_add_func("/webauthn/lies", lies);
    g_test_add_func("/webauthn/user-not-verified", user_not_verified);
    g_test_add_func("/webauthn/challenges", challenges);
    g_test_add_func("/webauthn/counters", counters);
    g_test_add_func("/webauthn/keys", keys);
    g_test_add_func("/webauthn/cut-and-bent", cut_and_bent);
    g_test_add_func("/webauthn/sites", sites);
    return g_test_run();
}
