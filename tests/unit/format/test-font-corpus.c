/* SPDX-License-Identifier: Apache-2.0
 * test-font-corpus.c - every font program and CMap of the corpus' PDFs: FreeType draws the same
 * glyphs before and after, written anew they stay as they are, and verify accepts them. qpdf takes
 * the streams out of the files. */
#include "font-oracle.h"
#include "font-round.h"

#include <qpdf/qpdf-c.h>
#include <string.h>

typedef struct {
    Oracle oracle;
    GHashTable *seen; /* owned: checksums */
    unsigned fonts, failed, cmaps, cmaps_failed, different, unstable, refused;
} Corpus;

static bool
is_new(Corpus *self, SkSpan data)
{
    return g_hash_table_add(self->seen,
                            g_compute_checksum_for_data(G_CHECKSUM_SHA256, data.p, data.n));
}

static void
check_font(Corpus *self, const char *name, SkSpan in)
{
    SkFontOptions options = { .cid = false };
    SkFontFacts facts;
    unsigned glyphs = 0;
    g_autoptr(GError) error = NULL;
    g_autoptr(SkSink) out = sk_sink_new_memory(UINT64_MAX);
    g_autoptr(SkSink) again = sk_sink_new_memory(UINT64_MAX);

    self->fonts++;
    if (!sk_font_rebuild(in, &options, out, &facts, &error)) {
        g_test_message("%s: %s", name, error->message);
        self->failed++;
        return;
    }
    g_autofree char *no = font_refused(sk_sink_memory(out), facts.kind);
    if (!oracle_same(&self->oracle, in, sk_sink_memory(out), &glyphs)) {
        g_test_message("%s: %s", name, self->oracle.why);
        self->different++;
    }
    if (no != NULL) {
        g_test_message("%s: verify says %s", name, no);
        self->refused++;
    }
    if (!sk_font_rebuild(sk_sink_memory(out), &options, again, &facts, &error) ||
        !sk_span_equal(sk_sink_memory(out), sk_sink_memory(again)))
        self->unstable++;
}

static void
check_cmap(Corpus *self, const char *name, SkSpan in, bool unicode)
{
    SkCMapFacts facts;
    g_autoptr(GError) error = NULL;
    g_autoptr(SkSink) out = sk_sink_new_memory(UINT64_MAX);
    g_autoptr(SkSink) again = sk_sink_new_memory(UINT64_MAX);
    bool (*rebuild)(SkSpan, SkSink *, SkCMapFacts *, GError **) =
        unicode ? sk_font_tounicode : sk_font_cmap;

    self->cmaps++;
    if (!rebuild(in, out, &facts, &error)) {
        g_test_message("%s: %s", name, error->message);
        self->cmaps_failed++;
        return;
    }
    g_autofree char *no = cmap_refused(sk_sink_memory(out), unicode);
    if (no != NULL) {
        g_test_message("%s: verify says %s", name, no);
        self->refused++;
    }
    if (!rebuild(sk_sink_memory(out), again, &facts, &error) ||
        !sk_span_equal(sk_sink_memory(out), sk_sink_memory(again)))
        self->unstable++;
}

static void
check_stream(Corpus *self, const char *file, qpdf_data pdf, qpdf_oh dictionary, const char *key)
{
    unsigned char *data = NULL;
    size_t n = 0;
    QPDF_BOOL filtered = QPDF_FALSE;

    if (!qpdf_oh_has_key(pdf, dictionary, key))
        return;
    qpdf_oh stream = qpdf_oh_get_key(pdf, dictionary, key);
    if (!qpdf_oh_is_stream(pdf, stream) ||
        (qpdf_oh_get_stream_data(pdf, stream, qpdf_dl_generalized, &filtered, &data, &n) &
         QPDF_ERRORS) != 0 ||
        data == NULL)
        return;
    g_autofree char *name = g_strdup_printf("%s %s", file, key);
    g_autofree uint8_t *copy = g_memdup2(data, n);
    free(data);
    SkSpan in = sk_span(copy, n);
    if (!is_new(self, in))
        return;
    if (g_str_has_prefix(key, "/FontFile"))
        check_font(self, name, in);
    else
        check_cmap(self, name, in, strcmp(key, "/ToUnicode") == 0);
}

static void
check_file(Corpus *self, const char *folder, const char *file)
{
    static const char *const keys[] = { "/FontFile", "/FontFile2", "/FontFile3", "/ToUnicode",
                                        "/Encoding" };
    g_autofree char *path = g_build_filename(folder, file, NULL);
    qpdf_data pdf = qpdf_init();

    qpdf_set_suppress_warnings(pdf, QPDF_TRUE);
    qpdf_silence_errors(pdf);
    if ((qpdf_read(pdf, path, NULL) & QPDF_ERRORS) == 0) {
        qpdf_oh trailer = qpdf_get_trailer(pdf);
        long long size = qpdf_oh_get_int_value(pdf, qpdf_oh_get_key(pdf, trailer, "/Size"));
        for (int id = 1; id < (int)CLAMP(size, 1, 100000); id++) {
            qpdf_oh object = qpdf_get_object_by_id(pdf, id, 0);
            for (unsigned i = 0; qpdf_oh_is_dictionary(pdf, object) && i < G_N_ELEMENTS(keys); i++)
                check_stream(self, file, pdf, object, keys[i]);
            qpdf_oh_release(pdf, object);
        }
    }
    qpdf_cleanup(&pdf);
}

static void
test_corpus(void)
{
    g_autofree char *folder = g_build_filename(g_getenv("SEKISHO_CORPUS"), "pdf", NULL);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    Corpus corpus = { .seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL) };

    if (dir == NULL) {
        g_test_skip("no corpus");
        g_hash_table_unref(corpus.seen);
        return;
    }
    for (const char *file = g_dir_read_name(dir); file != NULL; file = g_dir_read_name(dir))
        check_file(&corpus, folder, file);
    g_test_message("%u fonts, %u that do not parse; %u CMaps, %u that do not", corpus.fonts,
                   corpus.failed, corpus.cmaps, corpus.cmaps_failed);
    g_assert_cmpuint(corpus.fonts, >=, 60);
    g_assert_cmpuint(corpus.failed + corpus.cmaps_failed, ==, 0);
    g_assert_cmpuint(corpus.different, ==, 0);
    g_assert_cmpuint(corpus.unstable, ==, 0);
    g_assert_cmpuint(corpus.refused, ==, 0);
    oracle_end(&corpus.oracle);
    g_hash_table_unref(corpus.seen);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/font/corpus", test_corpus);
    return g_test_run();
}
