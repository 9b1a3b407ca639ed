/* SPDX-License-Identifier: Apache-2.0 */
#include "format/xml.h"

#include "xml-oracle.h"

#include <string.h>

/* Known names are numbered as they come; the log writes {uri}local with what happened. */
typedef struct {
    GPtrArray *names; /* of char * */
    GString *log;
    SkXmlWriter *writer;
} Log;

static SkXmlSymbol
on_name(void *user, SkSpan uri, SkSpan local)
{
    Log *log = user;
    g_autofree char *u = sk_span_dup(uri);
    g_autofree char *l = sk_span_dup(local);
    g_autofree char *name = g_strdup_printf("{%s}%s", u, l);

    for (unsigned i = 0; i < log->names->len; i++) {
        if (strcmp(log->names->pdata[i], name) == 0)
            return i + 1;
    }
    g_ptr_array_add(log->names, g_steal_pointer(&name));
    return log->names->len;
}

static bool
on_start(void *user, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    Log *log = user;
    g_string_append_printf(log->log, "<%s", (char *)log->names->pdata[element - 1]);
    for (unsigned i = 0; i < n; i++)
        g_string_append_printf(log->log, " %s=%.*s", (char *)log->names->pdata[attrs[i].symbol - 1],
                               (int)attrs[i].value.n, attrs[i].value.p);
    g_string_append(log->log, ">");
    (void)error;
    return true;
}

static bool
on_end(void *user, SkXmlSymbol element, GError **error)
{
    Log *log = user;
    g_string_append_printf(log->log, "</%s>", (char *)log->names->pdata[element - 1]);
    (void)error;
    return true;
}

static bool
on_text(void *user, SkSpan text, GError **error)
{
    Log *log = user;
    g_string_append_len(log->log, (const char *)text.p, (gssize)text.n);
    (void)error;
    return true;
}

static void
on_aside(void *user)
{
    g_string_append(((Log *)user)->log, "!");
}

static const SkXmlHandler handler = { on_name, on_name, on_start, on_end, on_text, on_aside };

static int
run(SkSpan document, size_t step, char **ret_log)
{
    Log log = { .names = g_ptr_array_new_with_free_func(g_free), .log = g_string_new(NULL) };
    g_autoptr(SkXmlReader) reader = sk_xml_reader_new(&handler, &log);
    g_autoptr(GError) error = NULL;
    bool ok = true;

    for (size_t at = 0; ok && at <= document.n; at += step) {
        size_t n = MIN(step, document.n - at);
        g_autofree uint8_t *copy = g_memdup2(document.p + at, n);
        ok = sk_xml_reader_feed(reader, sk_span(copy, n), at + step > document.n, &error);
    }
    g_assert_true(ok == (error == NULL));
    *ret_log = g_string_free(log.log, FALSE);
    g_ptr_array_unref(log.names);
    return ok ? 0 : error->code;
}

static void
test_read(void)
{
    static const struct {
        const char *in;
        int code;
        const char *log;
    } cases[] = {
        { "<a/>", 0, "<{}a></{}a>" },
        { "<?xml version='1.0' encoding='utf-8'?>\n<a>t</a>", 0, "<{}a>t</{}a>" },
        { "<p:a xmlns:p='u' p:b='1' c='2'/>", 0, "<{u}a {u}b=1 {}c=2></{u}a>" },
        { "<a xmlns='u'><b/><c xmlns=''><d/></c><e/></a>", 0, "<{u}a><{u}b></{u}b><{}c><{}d></{}d></{}c><{u}e></{u}e></{u}a>" },
        /* the same written name means another thing inside, and the first one again behind */
        { "<p:a xmlns:p='u'><p:a/><p:a xmlns:p='v'><p:a/></p:a><p:a/></p:a>", 0,
          "<{u}a><{u}a></{u}a><{v}a><{v}a></{v}a></{v}a><{u}a></{u}a></{u}a>" },
        { "<a>D<![CDATA[DE]]>&#65;&amp;<!-- x -->UTO<?p i?></a>", 0, "<{}a>DDEA&!UTO!</{}a>" },
        { "<a xml:space='preserve'> </a>", 0, "<{}a {http://www.w3.org/XML/1998/namespace}space=preserve> </{}a>" },
        { "", SK_ERROR_MALFORMED, NULL },
        { "<a>", SK_ERROR_MALFORMED, NULL },
        { "<a/><b/>", SK_ERROR_MALFORMED, NULL },
        { "<p:a/>", SK_ERROR_MALFORMED, NULL },
        { "<a p:b='1'/>", SK_ERROR_MALFORMED, NULL },
        { "<a b='1' b='2'/>", SK_ERROR_MALFORMED, NULL },
        { "<a>&b;</a>", SK_ERROR_MALFORMED, NULL },
        { "<a>&#1;</a>", SK_ERROR_MALFORMED, NULL },
        { "<a>\x01</a>", SK_ERROR_MALFORMED, NULL },
        { "<a>\xc3\x28</a>", SK_ERROR_MALFORMED, NULL },
        { "<a>\xed\xa0\x80</a>", SK_ERROR_MALFORMED, NULL },
        { "<a>\xc0\xaf</a>", SK_ERROR_MALFORMED, NULL },
        { "<a xmlns:p=''/>", SK_ERROR_MALFORMED, NULL },
        { "<a xmlns:xml='u'/>", SK_ERROR_MALFORMED, NULL },
        { "<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>", SK_ERROR_MALFORMED, NULL },
        { "<a:b:c xmlns:a='u'/>", SK_ERROR_MALFORMED, NULL },
        { "<!DOCTYPE a><a/>", SK_ERROR_FORBIDDEN, NULL },
        { "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", SK_ERROR_FORBIDDEN, NULL },
        { "<?xml version='1.0' encoding='ISO-8859-1'?><a/>", SK_ERROR_UNSUPPORTED, NULL },
        { "<?xml version='1.0' encoding='UTF-7'?><a/>", SK_ERROR_UNSUPPORTED, NULL },
        { "<?xml version='1.1'?><a/>", SK_ERROR_UNSUPPORTED, NULL },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        for (size_t step = 1; step < 64; step += 62) {
            g_autofree char *log = NULL;
            g_test_message("document %zu", i);
            g_assert_cmpint(run(sk_span_str(cases[i].in), step, &log), ==, cases[i].code);
            if (cases[i].code == 0)
                g_assert_cmpstr(log, ==, cases[i].log);
        }
    }
}

/* What we read, expat reads as the same; what expat refuses, we refuse. */
static void
compare(SkSpan document)
{
    g_autofree char *ours = NULL;
    g_autofree char *theirs = NULL;
    int code = run(document, document.n + 1, &ours);
    bool expat = xml_oracle(document, &theirs);

    /* The other way round only where we are stricter on purpose: encodings, versions, document types. */
    if (expat && code == SK_ERROR_MALFORMED) {
        g_test_message("refused: %.*s", (int)document.n, (const char *)document.p);
        g_assert_not_reached();
    }
    if (code == 0) {
        if (!expat || strcmp(ours, theirs) != 0)
            g_test_message("%.*s\n%s\n%s", (int)document.n, (const char *)document.p, ours, theirs);
        g_assert_true(expat);
        g_assert_cmpstr(ours, ==, theirs);
    }
}

static void
test_oracle(void)
{
    static const char seed[] =
        "<?xml version='1.0' encoding='UTF-8' standalone=\"yes\" ?>\n<!-- a --><?p i?>\r\n"
        "<a:b xmlns:a='u' xmlns='v' a:c=\"1&amp;'2\" d = 'x\r\ny\tz&#10;&#x3042;' xml:space='preserve'>\r\n"
        "t&lt;&#65;\r あ\xf0\xa0\xae\xb7<e f='' /><![CDATA[<&]]\r\n]]><a:g xmlns:a='w' a:h='3'><a:i/></a:g >]] ><j></j></a:b>\n";
    uint32_t state = 1;

    compare(sk_span(seed, sizeof seed - 1));
    for (unsigned i = 0; i < 8000; i++) {
        g_autofree uint8_t *copy = g_memdup2(seed, sizeof seed - 1);
        size_t n = sizeof seed - 1;
        for (unsigned k = 0; k <= i % 3; k++) {
            static const char bytes[] = "<>/=&;:'\"]![-? \n\r\tax\xe3\x81\x01#";
            state = state * 1664525u + 1013904223u;
            size_t at = (state >> 8) % n;
            uint8_t with = (uint8_t)bytes[(state >> 24) % (sizeof bytes - 1)];
            if (state & 0x40) /* one byte changed, or one taken out */
                copy[at] = with;
            else
                memmove(copy + at, copy + at + 1, --n - at);
        }
        compare(sk_span(copy, n));
    }
}

static void
test_utf16(void)
{
    static const char little[] = "\xff\xfe<\0a\0>\0\x42\x30<\0/\0a\0>\0";
    g_autofree char *log = NULL;

    g_assert_cmpint(run(sk_span(little, sizeof little - 1), 3, &log), ==, 0);
    g_assert_cmpstr(log, ==, "<{}a>あ</{}a>");
}

static void
test_limits(void)
{
    g_autoptr(GString) deep = g_string_new(NULL);
    g_autoptr(GString) wide = g_string_new("<a");
    g_autofree char *log = NULL;
    g_autofree char *log2 = NULL;

    for (unsigned i = 0; i <= SK_XML_DEPTH_MAX; i++)
        g_string_append(deep, "<a>");
    for (unsigned i = 0; i <= SK_XML_ATTRS_MAX; i++)
        g_string_append_printf(wide, " b%u=''", i);
    g_string_append(wide, "/>");
    g_assert_cmpint(run(sk_span(deep->str, deep->len), 4096, &log), ==, SK_ERROR_LIMIT);
    g_assert_cmpint(run(sk_span(wide->str, wide->len), 4096, &log2), ==, SK_ERROR_LIMIT);
}

/* ---- writing ------------------------------------------------------------------------------- */

static void
flush(void *user, SkSpan s)
{
    g_string_append_len(user, (const char *)s.p, (gssize)s.n);
}

static void
test_write(void)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(SkXmlWriter) w = sk_xml_writer_new(flush, out);

    sk_xml_writer_declaration(w);
    sk_xml_writer_start(w, "a");
    sk_xml_writer_raw(w, " xmlns:p=\"u\"");
    sk_xml_writer_attr(w, "b", sk_span_str("1 \"<>&'\t\n\r"));
    sk_xml_writer_start(w, "p:c");
    sk_xml_writer_end(w, "p:c");
    sk_xml_writer_start(w, "t");
    sk_xml_writer_text(w, sk_span_str("\"<&>'\t\n\rあ"));
    sk_xml_writer_text(w, SK_SPAN_EMPTY);
    sk_xml_writer_end(w, "t");
    sk_xml_writer_end(w, "a");
    sk_xml_writer_finish(w);
    g_assert_cmpstr(out->str, ==,
                    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
                    "<a xmlns:p=\"u\" b=\"1 &quot;&lt;&gt;&amp;'   \"><p:c/><t>\"&lt;&amp;&gt;'\t\n&#xD;あ</t></a>");
}

/* The same events with a hold in the middle come out the same, with and without something put ahead. */
static void
test_hold(void)
{
    for (int ahead = 0; ahead < 2; ahead++) {
        g_autoptr(GString) out = g_string_new(NULL);
        g_autoptr(SkXmlWriter) w = sk_xml_writer_new(flush, out);

        sk_xml_writer_start(w, "r");
        sk_xml_writer_hold(w);
        sk_xml_writer_end(w, "r");
        sk_xml_writer_start(w, "s");
        sk_xml_writer_attr(w, "x", sk_span_str("1"));
        sk_xml_writer_attr(w, "y", sk_span_str("2"));
        sk_xml_writer_start(w, "e");
        sk_xml_writer_end(w, "e");
        sk_xml_writer_text(w, sk_span_str("t"));
        sk_xml_writer_text(w, sk_span_str("u"));
        sk_xml_writer_end(w, "s");
        sk_xml_writer_start(w, "open");
        g_assert_cmpuint(sk_xml_writer_held(w), >, 0);
        if (ahead) {
            sk_xml_writer_ahead(w, true);
            sk_xml_writer_start(w, "i");
            sk_xml_writer_text(w, sk_span_str("PAGE"));
            sk_xml_writer_end(w, "i");
            sk_xml_writer_ahead(w, false);
        }
        sk_xml_writer_release(w);
        g_assert_cmpuint(sk_xml_writer_held(w), ==, 0);
        sk_xml_writer_attr(w, "z", sk_span_str("3"));
        sk_xml_writer_end(w, "open");
        sk_xml_writer_finish(w);
        g_assert_cmpstr(out->str, ==,
                        ahead ? "<r><i>PAGE</i></r><s x=\"1\" y=\"2\"><e/>tu</s><open z=\"3\"/>"
                              : "<r/><s x=\"1\" y=\"2\"><e/>tu</s><open z=\"3\"/>");
    }
}

static void
test_lazy(void)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(SkXmlWriter) w = sk_xml_writer_new(flush, out);

    sk_xml_writer_start(w, "r");
    sk_xml_writer_start_lazy(w, "gone");
    sk_xml_writer_attr(w, "a", sk_span_str("1"));
    sk_xml_writer_start_lazy(w, "too");
    sk_xml_writer_text(w, SK_SPAN_EMPTY);
    sk_xml_writer_end(w, "too");
    sk_xml_writer_end(w, "gone");
    sk_xml_writer_attr(w, "b", sk_span_str("2")); /* of r, which is open again */
    sk_xml_writer_start_lazy(w, "list");
    sk_xml_writer_start_lazy(w, "gone");
    sk_xml_writer_end(w, "gone");
    sk_xml_writer_start_lazy(w, "item");
    sk_xml_writer_start(w, "x");
    sk_xml_writer_end(w, "x");
    sk_xml_writer_start_lazy(w, "gone");
    sk_xml_writer_end(w, "gone");
    sk_xml_writer_end(w, "item");
    sk_xml_writer_end(w, "list");
    sk_xml_writer_start_lazy(w, "t");
    sk_xml_writer_text(w, sk_span_str("t"));
    sk_xml_writer_end(w, "t");
    sk_xml_writer_end(w, "r");
    sk_xml_writer_finish(w);
    g_assert_cmpstr(out->str, ==, "<r b=\"2\"><list><item><x/></item></list><t>t</t></r>");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xml/read", test_read);
    g_test_add_func("/xml/oracle", test_oracle);
    g_test_add_func("/xml/utf16", test_utf16);
    g_test_add_func("/xml/limits", test_limits);
    g_test_add_func("/xml/write", test_write);
    g_test_add_func("/xml/hold", test_hold);
    g_test_add_func("/xml/lazy", test_lazy);
    return g_test_run();
}
