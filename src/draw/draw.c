/* SPDX-License-Identifier: Apache-2.0
 * draw.c - contract in draw.h. One surface and one JPEG buffer serve all pages: fresh memory is what costs most. */
#include "draw/draw.h"

#include "base/sink.h"
#include "draw/extras.h"
#include "draw/text.h"
#include "draw/words.h"
#include "sandbox/request.h"

#include <cairo.h>
#include <math.h>
#include <turbojpeg.h>

#define POINTS_AN_INCH 72.0
#define SIDE_PX_MAX 65500.0
#define PAPER_MIN 1.0 /* pt */
#define PAPER_MAX 20000.0
#define JPEG_QUALITY 85

/* poppler 22.12 has no g_autoptr of its own, later ones have. */
static void
page_clear(PopplerPage **page)
{
    g_clear_object(page);
}
#define autopage __attribute__((cleanup(page_clear))) PopplerPage

static void
document_clear(PopplerDocument **document)
{
    g_clear_object(document);
}
#define autodocument __attribute__((cleanup(document_clear))) PopplerDocument

typedef struct {
    const SkJob *job;
    SkReport *report;
    SkSink *sink; /* borrowed */
    PopplerDocument *document; /* borrowed */
    GArray *wanted;            /* owned: of uint32_t; NULL: every page */
    bool layered;              /* the words of each page are wanted, too */
    tjhandle jpeg;             /* owned */
    cairo_surface_t *surface;  /* owned: of the last page's size, or NULL */
    unsigned char *buffer;     /* owned: holds any JPEG of the surface's size */
    unsigned long buffer_size;
} Draw;

static void
draw_clear(Draw *self)
{
    if (self->wanted != NULL)
        g_array_unref(self->wanted);
    if (self->surface != NULL)
        cairo_surface_destroy(self->surface);
    if (self->jpeg != NULL)
        tjDestroy(self->jpeg);
    tjFree(self->buffer);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Draw, draw_clear)

/* A surface of @width × @height pixels: the last page's if it fits. */
static bool
have_surface(Draw *self, int width, int height, GError **error)
{
    if (self->surface != NULL && cairo_image_surface_get_width(self->surface) == width &&
        cairo_image_surface_get_height(self->surface) == height)
        return true;
    if (self->surface != NULL)
        cairo_surface_destroy(self->surface);
    tjFree(self->buffer);
    self->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    self->buffer_size = tjBufSize(width, height, TJSAMP_444);
    self->buffer = tjAlloc((int)MIN(self->buffer_size, (unsigned long)INT_MAX));
    if (cairo_surface_status(self->surface) != CAIRO_STATUS_SUCCESS || self->buffer == NULL ||
        self->buffer_size > INT_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "draw: no memory for %d × %d pixels", width, height);
    return true;
}

static bool
render(Draw *self, PopplerPage *page, double scale, GError **error)
{
    cairo_t *cairo = cairo_create(self->surface);
    cairo_set_source_rgb(cairo, 1, 1, 1);
    cairo_paint(cairo);
    cairo_scale(cairo, scale, scale);
    poppler_page_render(page, cairo);
    cairo_status_t status = cairo_status(cairo);
    cairo_destroy(cairo);
    cairo_surface_flush(self->surface);
    if (status == CAIRO_STATUS_NO_MEMORY)
        return sk_throw(error, SK_ERROR_LIMIT, "draw: no memory");
    if (status != CAIRO_STATUS_SUCCESS)
        return sk_throw(error, SK_ERROR_MALFORMED, "draw: %s", cairo_status_to_string(status));
    return true;
}

/* Most pages of offices are black on white: one channel then serves, at half the cost. */
static bool
is_grey(cairo_surface_t *surface)
{
    int width = cairo_image_surface_get_width(surface), height = cairo_image_surface_get_height(surface);
    int stride = cairo_image_surface_get_stride(surface);
    const uint8_t *data = cairo_image_surface_get_data(surface);
    for (int y = 0; y < height; y++) {
        const uint32_t *row = (const uint32_t *)(const void *)(data + (size_t)y * (size_t)stride);
        uint32_t differs = 0;
        for (int x = 0; x < width; x++)
            differs |= (row[x] ^ row[x] >> 8) & 0xFFFFu;
        if (differs != 0)
            return false;
    }
    return true;
}

static bool
emit(Draw *self, double width, double height, GError **error)
{
    int width_px = cairo_image_surface_get_width(self->surface);
    int height_px = cairo_image_surface_get_height(self->surface);
    unsigned long n = self->buffer_size;
    bool grey = is_grey(self->surface);
    if (tjCompress2(self->jpeg, cairo_image_surface_get_data(self->surface), width_px,
                    cairo_image_surface_get_stride(self->surface), height_px, TJPF_BGRX, &self->buffer, &n,
                    grey ? TJSAMP_GRAY : TJSAMP_444, JPEG_QUALITY, TJFLAG_NOREALLOC | TJFLAG_FASTDCT) != 0)
        return sk_throw(error, SK_ERROR_INTERNAL, "draw: %s", tjGetErrorStr2(self->jpeg));
    sk_sink_u32le(self->sink, (uint32_t)width_px);
    sk_sink_u32le(self->sink, (uint32_t)height_px);
    sk_sink_u32le(self->sink, (uint32_t)lround(width * 100));
    sk_sink_u32le(self->sink, (uint32_t)lround(height * 100));
    sk_sink_u32le(self->sink, (uint32_t)n);
    sk_sink_span(self->sink, sk_span(self->buffer, n));
    return true;
}

static bool
emit_words(Draw *self, PopplerPage *page, double width, double height)
{
    if (self->layered)
        sk_draw_words(page, (uint32_t)lround(width * 100), (uint32_t)lround(height * 100), self->sink);
    return true;
}

static bool
draw_page(Draw *self, int index, GError **error)
{
    autopage *page = poppler_document_get_page(self->document, index);
    g_autofree char *place = g_strdup_printf("p%d", index + 1);
    double width = 0, height = 0, scale = self->job->dpi / POINTS_AN_INCH;

    if (page == NULL)
        return sk_throw(error, SK_ERROR_MALFORMED, "draw: page %d cannot be read", index + 1);
    poppler_page_get_size(page, &width, &height);
    /* Written so that what is not a number fails too. */
    if (!(width >= PAPER_MIN && width <= PAPER_MAX && height >= PAPER_MIN && height <= PAPER_MAX))
        return sk_throw(error, SK_ERROR_LIMIT, "draw: page %d of an impossible size", index + 1);
    double width_px = fmax(1, round(width * scale)), height_px = fmax(1, round(height * scale));
    if (width_px > SIDE_PX_MAX || height_px > SIDE_PX_MAX || width_px * height_px > (double)self->job->limits.pixels)
        return sk_throw(error, SK_ERROR_LIMIT, "draw: page %d is too large", index + 1);
    /* What else is in a page that was asked for is told by who asked. */
    return (self->wanted != NULL || sk_extras_page(page, place, self->job, self->report, error)) &&
           have_surface(self, (int)width_px, (int)height_px, error) && render(self, page, scale, error) &&
           emit(self, width, height, error) && emit_words(self, page, width, height);
}

/* poppler-glib hands a password on in Latin-1, and falls over one that has no such form. */
static bool
is_latin(const char *password)
{
    for (; *password != '\0'; password = g_utf8_next_char(password)) {
        if (g_utf8_get_char(password) > 0xff)
            return false;
    }
    return true;
}

static bool
open_document(GBytes *input, const char *password, PopplerDocument **ret, GError **error)
{
    g_autoptr(GError) trouble = NULL;

    if (!is_latin(password))
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "draw: locked with a password that poppler is not given");
    PopplerDocument *document = poppler_document_new_from_bytes(input, *password == '\0' ? NULL : password, &trouble);
    if (document != NULL) {
        *ret = document;
        return true;
    }
    if (g_error_matches(trouble, POPPLER_ERROR, POPPLER_ERROR_ENCRYPTED))
        return sk_throw(error, SK_ERROR_ENCRYPTED, "draw: locked with a password");
    return sk_throw(error, SK_ERROR_MALFORMED, "draw: not a PDF that can be read");
}

/* Drawn whole: then what else is in it is told here. */
static bool
report_extras(const Draw *self, GBytes *input, GError **error)
{
    return self->wanted != NULL ||
           sk_extras_document(self->document, sk_span_bytes(input), self->job, self->report, error);
}

static bool
draw(Draw *self, GBytes *input, GError **error)
{
    int all = poppler_document_get_n_pages(self->document);
    uint32_t pages = self->wanted == NULL ? (uint32_t)MAX(all, 0) : self->wanted->len;

    if (all < 1)
        return sk_throw(error, SK_ERROR_MALFORMED, "draw: no pages");
    /* Reading a page costs a fraction of drawing it. */
    if (pages > (self->job->level == SK_LEVEL_TEXT ? self->job->limits.items : self->job->limits.pages))
        return sk_throw(error, SK_ERROR_LIMIT, "draw: %u pages", pages);
    if (!report_extras(self, input, error))
        return false;
    if (self->job->level == SK_LEVEL_TEXT)
        return sk_draw_text(self->document, self->job, self->report, self->sink, error);
    self->jpeg = tjInitCompress();
    if (self->jpeg == NULL)
        return sk_throw(error, SK_ERROR_LIMIT, "draw: no memory");
    self->layered = self->wanted == NULL && self->job->verdicts[SK_ELEMENT_PDF_TEXT_LAYER] == SK_VERDICT_KEPT;
    sk_sink_str(self->sink, self->layered ? "SKPAGES2" : "SKPAGES1");
    sk_sink_u32le(self->sink, pages);
    sk_sink_u32le(self->sink, self->job->dpi);
    for (uint32_t i = 0; i < pages; i++) {
        uint32_t index = self->wanted == NULL ? i : g_array_index(self->wanted, uint32_t, i);
        if (index >= (uint32_t)all)
            return sk_throw(error, SK_ERROR_MALFORMED, "draw: page %u is not there", index + 1);
        if (!draw_page(self, (int)index, error))
            return false;
    }
    return sk_sink_finish(self->sink, error) &&
           (self->wanted != NULL ||
            sk_extras_found(self->job, self->report, SK_ELEMENT_PDF_DRAWN, pages, "", error));
}

/* What is to be drawn: the input, or what stands behind the request for some of its pages. */
static bool
take_request(Draw *self, GBytes *input, GBytes **ret, GError **error)
{
    SkReader r = sk_reader_from_bytes(input);

    if (self->job->target != SK_TYPE_PAGES) {
        *ret = g_bytes_ref(input);
        return true;
    }
    if (!sk_request_parse(&r, self->job->limits.pages, &self->wanted, error))
        return false;
    *ret = g_bytes_new_from_bytes(input, r.at, sk_reader_left(&r));
    return true;
}

void
sk_draw_run(const SkJob *job, GBytes *input, int output, SkReport *report)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) file = NULL;
    autodocument *document = NULL;
    g_autoptr(SkSink) sink = sk_sink_new_fd(output, job->limits.output);
    g_auto(Draw) self = { .job = job, .report = report, .sink = sink };

    report->type_in = SK_TYPE_PDF;
    bool opened = take_request(&self, input, &file, &error) && open_document(file, job->password, &document, &error);
    self.document = document;
    if (!opened || !draw(&self, file, &error)) {
        sk_report_refuse(report, sk_reason_from_error(error));
        return;
    }
    report->outcome = SK_OUTCOME_CLEAN;
    report->reason = SK_REASON_NONE;
    report->type_out = job->level == SK_LEVEL_TEXT ? SK_TYPE_TEXT : SK_TYPE_PAGES;
    report->level = job->level == SK_LEVEL_TEXT ? SK_LEVEL_TEXT : SK_LEVEL_IMAGE;
}

/* A page with a word in a font that nobody embeds and one in Japanese: drawing it once loads fontconfig's
 * caches, FreeType, and poppler's tables for Adobe-Japan1. */
static const char sample[] =
    "%PDF-1.4\n"
    "1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    "2 0 obj\n<< /Type /Pages /Count 1 /Kids [3 0 R] >>\nendobj\n"
    "3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Contents 4 0 R"
    " /Resources << /Font << /A 5 0 R /B 6 0 R >> >> >>\nendobj\n"
    "4 0 obj\n<< /Length 70 >>\nstream\n"
    "BT /A 9 Tf 9 50 Td (Sekisho) Tj /B 9 Tf 0 -20 Td <95C28DB782DF3034> Tj\n"
    "endstream\nendobj\n"
    "5 0 obj\n<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>\nendobj\n"
    "6 0 obj\n<< /Type /Font /Subtype /Type0 /BaseFont /Ryumin-Light /Encoding /90ms-RKSJ-H"
    " /DescendantFonts [<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Ryumin-Light"
    " /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >>"
    " /FontDescriptor << /Type /FontDescriptor /FontName /Ryumin-Light /Flags 4 >> >>] >>\nendobj\n"
    "trailer\n<< /Root 1 0 R /Size 7 >>\n";

void
sk_draw_prepare(void)
{
    g_autoptr(GBytes) bytes = g_bytes_new_static(sample, sizeof sample - 1);
    /* Never freed: poppler forgets what it has loaded with its last document. */
    PopplerDocument *document = poppler_document_new_from_bytes(bytes, NULL, NULL);
    PopplerPage *page = document == NULL ? NULL : poppler_document_get_page(document, 0);
    if (page == NULL)
        return; /* then every worker loads for itself */
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 100, 100);
    cairo_t *cairo = cairo_create(surface);
    poppler_page_render(page, cairo);
    cairo_destroy(cairo);
    cairo_surface_destroy(surface);
    g_object_unref(page);
}
