/* SPDX-License-Identifier: Apache-2.0
 * font-files.c FILE… - what becomes of font programs and CMaps that lie in files, one line each:
 * for looking at whole collections by hand (docs/hacking.md). Ends with 1 where one of them draws
 * otherwise than before. */
#include "format/font.h"

#include "font-oracle.h"
#include "font-round.h"

#include <stdio.h>
#include <time.h>

static double
now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

#define RUNS 3 /* the best of which counts */

/* What it takes to write it anew. */
static double
ours(SkSpan font)
{
    SkFontOptions options = { .cid = false };
    SkFontFacts facts;
    double start = now();
    g_autoptr(SkSink) out = sk_sink_new_memory(UINT64_MAX);

    bool good = sk_font_rebuild(font, &options, out, &facts, NULL);
    return good ? now() - start : 1e9;
}

/* What FreeType takes to open it and load every glyph. */
static double
bare(Oracle *oracle, SkSpan font)
{
    double start = now();
    FT_Face face = oracle_open(oracle, font);

    for (FT_Long i = 0; face != NULL && i < face->num_glyphs; i++)
        (void)FT_Load_Glyph(face, (FT_UInt)i, ORACLE_LOAD);
    if (face != NULL)
        FT_Done_Face(face);
    return now() - start;
}

static bool
look(Oracle *oracle, const char *path, double sums[2])
{
    SkFontOptions options = { .cid = false };
    SkFontFacts facts = { .glyphs = 0 };
    g_autoptr(GError) error = NULL;
    g_autofree char *data = NULL;
    g_autoptr(SkSink) out = sk_sink_new_memory(UINT64_MAX);
    g_autoptr(SkSink) again = sk_sink_new_memory(UINT64_MAX);
    gsize n = 0;
    unsigned glyphs = 0;

    if (!g_file_get_contents(path, &data, &n, &error)) {
        printf("%s: %s\n", path, error->message);
        return false;
    }
    if (!sk_font_rebuild(sk_span(data, n), &options, out, &facts, &error)) {
        printf("ERROR %d %s: %s\n", error->code, path, error->message);
        return true;
    }
    double took = 1e9, freetype = 1e9;
    for (unsigned i = 0; i < RUNS; i++) {
        took = MIN(took, ours(sk_span(data, n)));
        freetype = MIN(freetype, bare(oracle, sk_span(data, n)));
    }
    sums[0] += took;
    sums[1] += freetype;
    bool same = oracle_same(oracle, sk_span(data, n), sk_sink_memory(out), &glyphs);
    bool stays = sk_font_rebuild(sk_sink_memory(out), &options, again, &facts, &error) &&
                 sk_span_equal(sk_sink_memory(out), sk_sink_memory(again));
    g_autofree char *no = font_refused(sk_sink_memory(out), facts.kind);
    printf("%s %s kind %d, %u of %u glyphs, %zu to %zu bytes, %.2f ms (FreeType %.2f)%s%s%s%s%s\n",
           same && stays && no == NULL ? "ok" : "BAD", path, (int)facts.kind, glyphs, facts.glyphs,
           n, (size_t)sk_sink_at(out), took, freetype, same ? "" : ": ", same ? "" : oracle->why,
           stays ? "" : ": changes again", no == NULL ? "" : ": verify says ",
           no == NULL ? "" : no);
    return same && stays && no == NULL;
}

int
main(int argc, char **argv)
{
    Oracle oracle = { .library = NULL };
    bool good = true;
    double sums[2] = { 0, 0 };

    for (int i = 1; i < argc; i++)
        good = look(&oracle, argv[i], sums) && good;
    printf("%.1f ms of CPU, FreeType %.1f\n", sums[0], sums[1]);
    oracle_end(&oracle);
    return good ? 0 : 1;
}
