/* SPDX-License-Identifier: Apache-2.0
 * fuzz-xml.c - the XML tokenizer: chunks make no difference, depths balance, and expat sees no document where
 * we see one that it refuses. */
#include "../unit/format/xml-oracle.h"
#include "format/xml.h"
#include "fuzz.h"

typedef struct {
    unsigned depth;
    uint64_t hash;
} Seen;

static void
mix(Seen *seen, SkSpan s)
{
    for (size_t i = 0; i < s.n; i++)
        seen->hash = (seen->hash ^ s.p[i]) * 0x100000001b3ull;
}

static SkXmlSymbol
on_name(void *user, SkSpan uri, SkSpan local)
{
    (void)user, (void)uri;
    return (SkXmlSymbol)local.n;
}

static bool
on_start(void *user, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    Seen *seen = user;
    (void)error;
    seen->depth++;
    seen->hash += element;
    for (unsigned i = 0; i < n; i++)
        mix(seen, attrs[i].value);
    return true;
}

static bool
on_end(void *user, SkXmlSymbol element, GError **error)
{
    Seen *seen = user;
    (void)element, (void)error;
    g_assert_cmpuint(seen->depth, >, 0);
    seen->depth--;
    return true;
}

static bool
on_text(void *user, SkSpan text, GError **error)
{
    (void)error;
    g_assert_true(g_utf8_validate_len((const char *)text.p, text.n, NULL));
    mix(user, text);
    return true;
}

static bool
run(SkSpan s, size_t step, Seen *seen)
{
    static const SkXmlHandler handler = { on_name, on_name, on_start, on_end, on_text, NULL };
    g_autoptr(SkXmlReader) reader = sk_xml_reader_new(&handler, seen);

    for (size_t at = 0; at < s.n; at += step) {
        size_t n = MIN(step, s.n - at);
        g_autofree uint8_t *copy = g_memdup2(s.p + at, n);
        if (!sk_xml_reader_feed(reader, sk_span(copy, n), false, NULL))
            return false;
    }
    return sk_xml_reader_feed(reader, SK_SPAN_EMPTY, true, NULL);
}

static bool
is_ascii(SkSpan s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] >= 0x80)
            return false;
    }
    return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Seen whole = { .hash = 1 };
    Seen pieces = { .hash = 1 };
    g_autofree char *log = NULL;
    SkSpan s = sk_span(data, size);
    bool ok = run(s, size + 1, &whole);

    g_assert_true(run(s, 7, &pieces) == ok);
    if (!ok)
        return 0;
    g_assert_cmpuint(whole.depth, ==, 0);
    g_assert_cmpuint(whole.hash, ==, pieces.hash);
    if (is_ascii(s)) /* beyond ASCII we take more characters for name characters, and write none of those names */
        g_assert_true(xml_oracle(s, &log));
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    static const char *const seeds[] = {
        "<?xml version='1.0' encoding='UTF-8'?><a:b xmlns:a='u' c='&lt;1'>t&#65;<![CDATA[<x>]]><!-- c --><d/></a:b>",
        "<a xmlns='u'><b xmlns='' xml:space='preserve'>\r\n</b><?p q?></a>",
    };

    return index < G_N_ELEMENTS(seeds) ? g_bytes_new(seeds[index], strlen(seeds[index])) : NULL;
}
