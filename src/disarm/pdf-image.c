/* SPDX-License-Identifier: Apache-2.0
 * pdf-image.c - contract in pdf-image.h. A picture leads to one mask at most, and a mask to
 * nothing, so nothing loops. */
#include "disarm/pdf-image.h"

#include "disarm/pdf-colour.h"
#include "disarm/pdf-files.h"
#include "disarm/pdf-memory.h"
#include "disarm/pdf-picture.h"
#include "disarm/picture-formats.h"

#define NUMBERS_MAX (2 * SK_PDF_PICTURE_COMPONENTS_MAX)
#define DECODE_LIMIT (INT64_C(32768) * SK_PDF_ONE)

typedef enum { IMAGE = 'I', SOFTMASK = 'M', STENCIL = 'T' } Role;

typedef struct {
    SkPdfWalk *walk;
    SkPdfObject dictionary;
    SkSpan data;
    Role role;
    bool is_inline;
    SkPdfSpaceLookup lookup;
    void *user;
    const SkPdfPictureOut *parent; /* of a softmask */
    /* Found out: */
    SkPdfPictureIn in;
    SkPdfColour colour; /* owned; text NULL: none */
    bool interpolate;
    int64_t decode[NUMBERS_MAX];
    unsigned decode_n;
    int32_t key[NUMBERS_MAX];
    unsigned key_n;
    SkPdfPictureOut out; /* owned */
    GBytes *globals;     /* owned, or NULL */
} Work;

static void
work_clear(Work *self)
{
    sk_pdf_colour_clear(&self->colour);
    sk_pdf_picture_clear(&self->out);
    g_clear_pointer(&self->globals, g_bytes_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Work, work_clear)

static SkPdfObject
get(const Work *self, const char *key, const char *abbreviation)
{
    return self->is_inline ? sk_pdf_get2(self->walk->pdf, self->dictionary, key, abbreviation)
                           : sk_pdf_get(self->walk->pdf, self->dictionary, key);
}

static bool
is_true(const Work *self, const char *key, const char *abbreviation)
{
    bool value = false;

    return sk_pdf_bool(self->walk->pdf, get(self, key, abbreviation), &value) && value;
}

static bool
is_broken(const GError *error)
{
    return !g_error_matches(error, SK_ERROR, SK_ERROR_FORBIDDEN) &&
           !g_error_matches(error, SK_ERROR, SK_ERROR_LIMIT) &&
           !g_error_matches(error, SK_ERROR, SK_ERROR_ENCRYPTED) &&
           !g_error_matches(error, SK_ERROR, SK_ERROR_IO) &&
           !g_error_matches(error, SK_ERROR, SK_ERROR_INTERNAL);
}

/* ---- what the dictionary says ---------------------------------------------------------------- */

static SkPdfStepKind
last_step(const Work *self)
{
    return self->in.steps_n > 0 ? self->in.steps[self->in.steps_n - 1].kind : SK_PDF_STEP_HEX;
}

static bool
read_size(Work *self, GError **error)
{
    SkPdf *pdf = self->walk->pdf;
    int32_t width = 0, height = 0, bits = 0;

    if (!sk_pdf_int(pdf, get(self, "Width", "W"), &width) ||
        !sk_pdf_int(pdf, get(self, "Height", "H"), &height) || width < 1 || height < 1 ||
        width > (int32_t)SK_PDF_PICTURE_SIDE_MAX || height > (int32_t)SK_PDF_PICTURE_SIDE_MAX)
        return sk_throw(error, SK_ERROR_MALFORMED, "pdf: picture of an impossible size");
    (void)sk_pdf_int(pdf, get(self, "BitsPerComponent", "BPC"), &bits);
    self->in.width = (uint32_t)width;
    self->in.height = (uint32_t)height;
    self->in.stencil = is_true(self, "ImageMask", "IM");
    bool one = self->in.stencil || last_step(self) == SK_PDF_STEP_FAX ||
               last_step(self) == SK_PDF_STEP_JBIG2;
    self->in.bits = one ? 1 : bits < 0 || bits > 16 ? 3 : (unsigned)bits; /* 3: none that exists */
    self->interpolate = is_true(self, "Interpolate", "I");
    if (self->role == STENCIL && !self->in.stencil)
        return sk_throw(error, SK_ERROR_MALFORMED, "pdf: mask that is no mask");
    return true;
}

static bool
is_photo(const SkPdfColour *colour)
{
    bool suits = colour->kind == SK_PDF_DEVICE_GRAY || colour->kind == SK_PDF_DEVICE_RGB ||
                 colour->kind == SK_PDF_CAL_GRAY || colour->kind == SK_PDF_CAL_RGB ||
                 colour->kind == SK_PDF_ICC;

    return suits && (colour->components == 1 || colour->components == 3);
}

static bool
read_colour(Work *self, GError **error)
{
    SkPdf *pdf = self->walk->pdf;
    SkPdfObject space = get(self, "ColorSpace", "CS");

    if (self->in.stencil)
        return true;
    if (sk_pdf_type(pdf, space) == SK_PDF_NULL && last_step(self) == SK_PDF_STEP_JPX)
        return true;
    SkPdfObject named = SK_PDF_NOTHING;
    bool has_name = sk_pdf_type(pdf, space) == SK_PDF_NAME && self->lookup != NULL;
    if (has_name && self->lookup(self->user, sk_pdf_name(pdf, space), &named) &&
        sk_pdf_type(pdf, named) != SK_PDF_NULL)
        space = named;
    if (!sk_pdf_colour(self->walk, space, &self->colour, error))
        return false;
    if (self->colour.components == 0 || self->colour.kind == SK_PDF_PATTERN)
        return sk_throw(error, SK_ERROR_MALFORMED, "pdf: picture of patterns");
    self->in.components = self->colour.components;
    self->in.indexed = self->colour.kind == SK_PDF_INDEXED;
    self->in.indexed_max = self->colour.highest;
    self->in.photo = is_photo(&self->colour) && self->role == IMAGE;
    if (self->role != SOFTMASK)
        return true;
    if (self->in.components != 1 || self->in.indexed)
        return sk_throw(error, SK_ERROR_MALFORMED, "pdf: soft mask of colours");
    sk_pdf_colour_clear(&self->colour); /* whatever grey it is: the profile has one */
    return sk_pdf_colour_device(1, &self->colour) ||
           sk_throw(error, SK_ERROR_INTERNAL, "pdf: no grey");
}

static int64_t
plain_decode(const Work *self, unsigned i)
{
    if (self->colour.kind == SK_PDF_LAB && !self->in.stencil)
        return i < 2 ? (i == 0 ? 0 : 100 * SK_PDF_ONE) : self->colour.range[i - 2];
    return i % 2 == 0 ? 0 : SK_PDF_ONE;
}

/* DEVIATION: what stands behind the numbers that are needed is not looked at. */
static bool
read_decode(Work *self, GError **error)
{
    SkPdf *pdf = self->walk->pdf;
    SkPdfObject array = get(self, "Decode", "D");
    unsigned n = self->in.stencil ? 2 : 2 * self->in.components;
    bool plain = true;

    if (sk_pdf_type(pdf, array) == SK_PDF_NULL || last_step(self) == SK_PDF_STEP_JPX || n == 0)
        return true;
    if (sk_pdf_count(pdf, array) < n)
        return sk_throw(error, SK_ERROR_MALFORMED, "pdf: Decode of a wrong length");
    for (unsigned i = 0; i < n; i++) {
        if (!sk_pdf_number(pdf, sk_pdf_item(pdf, array, i), &self->decode[i]) ||
            self->decode[i] < -DECODE_LIMIT || self->decode[i] > DECODE_LIMIT)
            return sk_throw(error, SK_ERROR_MALFORMED, "pdf: Decode of no numbers");
        plain = plain && self->decode[i] == plain_decode(self, i);
    }
    if (self->in.stencil) { /* only which of the two paints can be said */
        bool turned = self->decode[0] > self->decode[1];
        self->decode[0] = turned ? SK_PDF_ONE : 0;
        self->decode[1] = turned ? 0 : SK_PDF_ONE;
        plain = !turned;
    }
    if (self->in.indexed) {
        self->in.decode_n = 2;
        self->in.decode[0] = self->decode[0];
        self->in.decode[1] = self->decode[1];
    } else if (!plain) {
        self->decode_n = n;
    }
    return true;
}

/* Colours that are not to be seen, as the samples will be. */
static bool
read_key(Work *self, SkPdfObject array, GError **error)
{
    SkPdf *pdf = self->walk->pdf;
    unsigned n = 2 * self->in.components;
    int32_t top = (1 << (self->in.bits == 0 || self->in.bits > 8 ? 8 : self->in.bits)) - 1;
    bool turned = false;

    if (n == 0 || sk_pdf_count(pdf, array) != n || (self->in.indexed && self->in.decode_n > 0))
        return sk_throw(error, SK_ERROR_MALFORMED, "pdf: colours to mask that are none");
    for (unsigned i = 0; i < n; i++) {
        if (!sk_pdf_int(pdf, sk_pdf_item(pdf, array, i), &self->key[i]))
            return sk_throw(error, SK_ERROR_MALFORMED, "pdf: colours to mask that are none");
        int32_t value = self->in.bits == 16 && self->key[i] >= 0 ? self->key[i] >> 8 : self->key[i];
        self->key[i] = CLAMP(value, 0, top);
        turned = turned || (i % 2 == 1 && self->key[i] < self->key[i - 1]);
    }
    self->key_n = turned ? 0 : n;
    self->in.keyed = !turned;
    return true;
}

/* What several JBIG2 pictures share. */
static bool
read_globals(Work *self, GError **error)
{
    SkPdf *pdf = self->walk->pdf;
    SkPdfObject globals =
        self->in.steps_n > 0 ? self->in.steps[self->in.steps_n - 1].globals : SK_PDF_NOTHING;

    if (last_step(self) != SK_PDF_STEP_JBIG2 || sk_pdf_type(pdf, globals) != SK_PDF_STREAM)
        return true;
    if (!sk_pdf_stream_plain(self->walk->disarm, pdf, globals, &self->globals, error))
        return false;
    self->in.globals = sk_span_bytes(self->globals);
    return true;
}

static bool
read_dictionary(Work *self, GError **error)
{
    SkPdf *pdf = self->walk->pdf;
    SkPdfObject mask = sk_pdf_get(pdf, self->dictionary, "Mask");
    int32_t opacity = 0;

    self->in.data = self->data;
    self->in.globals = SK_SPAN_EMPTY;
    if (!sk_pdf_steps(pdf, self->dictionary, self->in.steps, &self->in.steps_n, error) ||
        !read_size(self, error) || !read_colour(self, error) || !read_decode(self, error) ||
        !read_globals(self, error))
        return false;
    if (self->role != IMAGE || self->in.stencil || self->is_inline)
        return true;
    self->in.opacity =
        sk_pdf_int(pdf, sk_pdf_get(pdf, self->dictionary, "SMaskInData"), &opacity) && opacity > 0;
    bool soft = sk_pdf_type(pdf, sk_pdf_get(pdf, self->dictionary, "SMask")) == SK_PDF_STREAM;
    return soft || self->in.opacity || sk_pdf_type(pdf, mask) != SK_PDF_ARRAY ||
           read_key(self, mask, error);
}

/* ---- findings -------------------------------------------------------------------------------- */

static bool
found(Work *self, SkElement element, uint32_t count, GError **error)
{
    return count == 0 || sk_pdf_found(self->walk, element, count, error);
}

static bool
report(Work *self, GError **error)
{
    SkPdf *pdf = self->walk->pdf;
    const SkPdfPictureOut *out = &self->out;
    bool others = !self->is_inline && sk_pdf_has(pdf, self->dictionary, "Alternates");
    bool opi = !self->is_inline && sk_pdf_has(pdf, self->dictionary, "OPI");
    bool metadata = !self->is_inline && sk_pdf_has(pdf, self->dictionary, "Metadata");

    return found(self, SK_ELEMENT_PICTURE_ENCODING, out->changed ? 1 : 0, error) &&
           found(self, SK_ELEMENT_PICTURE_METADATA, out->jpeg_metadata + (metadata ? 1 : 0),
                 error) &&
           found(self, SK_ELEMENT_PICTURE_PROFILE, out->jpeg_profiles, error) &&
           found(self, SK_ELEMENT_PICTURE_TEXT, out->jpeg_texts, error) &&
           found(self, SK_ELEMENT_PICTURE_THUMBNAIL, out->jpeg_thumbnails, error) &&
           found(self, SK_ELEMENT_PICTURE_SECOND, out->jpeg_seconds + (others ? 1 : 0), error) &&
           found(self, SK_ELEMENT_TRAILING_DATA, out->trailing, error) &&
           (self->is_inline || sk_pdf_found_files(self->walk, self->dictionary, error)) &&
           found(self, SK_ELEMENT_PDF_EXTERNAL_STREAM, opi ? 1 : 0, error);
}

/* ---- masks ----------------------------------------------------------------------------------- */

static bool make(Work *self, SkPdfId *ret_id, GError **error);

/* A mask as an object of its own, by its role once and for all; with /Matte it depends on who
 * leads to it. */
static bool
make_mask(const Work *self, SkPdfObject stream, Role role, SkPdfId *ret_id, GError **error)
{
    SkPdfWalk *walk = self->walk;
    bool matte = role == SOFTMASK && sk_pdf_has(walk->pdf, stream, "Matte");
    g_autoptr(GBytes) raw = NULL;

    if (!matte && sk_pdf_recall(walk, stream, (char)role, ret_id))
        return *ret_id != 0 ||
               sk_throw(error, SK_ERROR_MALFORMED, "pdf: mask that was broken before");
    if (!sk_pdf_stream_raw(walk->pdf, stream, &raw, error))
        return false;
    g_auto(Work) mask = { .walk = walk,
                          .dictionary = stream,
                          .data = sk_span_bytes(raw),
                          .role = role,
                          .parent = &self->out };
    bool done = make(&mask, ret_id, error);
    if (!matte)
        sk_pdf_remember(walk, stream, (char)role, done ? *ret_id : 0);
    return done;
}

/* The opacity that came inside of a JPEG 2000 picture. */
static SkPdfId
make_opacity(Work *self)
{
    SkPdfId id = sk_pdf_plan_add(self->walk->plan);
    GString *text = g_string_new(NULL);
    g_autofree char *parms = g_strdup_printf(
        "<< /Predictor 11 /Colors 1 /BitsPerComponent 8 /Columns %u >>", self->out.width);

    g_string_printf(text,
                    "<< /Type /XObject /Subtype /Image /Width %u /Height %u /ColorSpace "
                    "/DeviceGray /BitsPerComponent 8",
                    self->out.width, self->out.height);
    sk_pdf_plan_set_ready(self->walk->plan, id, text, SK_PDF_FILTER_FLATE, parms,
                          g_steal_pointer(&self->out.opacity));
    return id;
}

static bool
put_masks(Work *self, GString *text, GError **error)
{
    SkPdf *pdf = self->walk->pdf;
    SkPdfObject soft = sk_pdf_get(pdf, self->dictionary, "SMask"),
                mask = sk_pdf_get(pdf, self->dictionary, "Mask");
    SkPdfId id = 0;

    if (self->role != IMAGE || self->in.stencil || self->is_inline)
        return true;
    bool has_soft = sk_pdf_type(pdf, soft) == SK_PDF_STREAM;
    if (self->out.opacity != NULL) {
        g_string_append(text, " /SMask ");
        sk_pdf_put_ref(text, make_opacity(self));
    } else if (has_soft) {
        if (!make_mask(self, soft, SOFTMASK, &id, error))
            return false;
        g_string_append(text, " /SMask ");
        sk_pdf_put_ref(text, id);
    } else if (sk_pdf_type(pdf, mask) == SK_PDF_STREAM) {
        if (!make_mask(self, mask, STENCIL, &id, error))
            return false;
        g_string_append(text, " /Mask ");
        sk_pdf_put_ref(text, id);
    } else if (self->key_n > 0 && !self->out.device) {
        g_string_append(text, " /Mask [");
        for (unsigned i = 0; i < self->key_n; i++)
            g_string_append_printf(text, "%s%d", i == 0 ? "" : " ", self->key[i]);
        g_string_append_c(text, ']');
    }
    return true;
}

static void
put_matte(const Work *self, GString *text)
{
    SkPdf *pdf = self->walk->pdf;
    int64_t numbers[SK_PDF_PICTURE_COMPONENTS_MAX];
    SkPdfObject matte = sk_pdf_get(pdf, self->dictionary, "Matte");

    if (self->role != SOFTMASK || self->parent->width != self->out.width ||
        self->parent->height != self->out.height ||
        !sk_pdf_numbers(pdf, matte, self->parent->components, numbers))
        return;
    for (unsigned i = 0; i < self->parent->components; i++)
        numbers[i] = CLAMP(numbers[i], -DECODE_LIMIT, DECODE_LIMIT);
    g_string_append(text, " /Matte ");
    sk_pdf_put_numbers(text, numbers, self->parent->components);
}

/* ---- the object ------------------------------------------------------------------------------ */

static bool
put_dictionary(Work *self, GString *text, GError **error)
{
    const SkPdfPictureOut *out = &self->out;

    g_string_printf(text, "<< /Type /XObject /Subtype /Image /Width %u /Height %u", out->width,
                    out->height);
    if (self->in.stencil) {
        g_string_append(text, " /ImageMask true");
    } else {
        if (out->device) {
            sk_pdf_colour_clear(&self->colour);
            if ((self->role == SOFTMASK && out->components != 1) ||
                !sk_pdf_colour_device(out->components, &self->colour))
                return sk_throw(error, SK_ERROR_UNSUPPORTED, "pdf: picture of %u components",
                                out->components);
        }
        g_string_append(text, " /ColorSpace ");
        g_string_append_len(text, self->colour.text->str, (gssize)self->colour.text->len);
    }
    g_string_append_printf(text, " /BitsPerComponent %u", out->bits);
    if (self->decode_n > 0 && !out->device) {
        g_string_append(text, " /Decode ");
        sk_pdf_put_numbers(text, self->decode, self->decode_n);
    }
    if (self->interpolate)
        g_string_append(text, " /Interpolate true");
    if (!put_masks(self, text, error))
        return false;
    put_matte(self, text);
    return true;
}

static bool
make(Work *self, SkPdfId *ret_id, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *parms = NULL;

    if (!read_dictionary(self, error) ||
        !sk_pdf_picture(self->walk->disarm, &self->in, &self->out, error) ||
        !put_dictionary(self, text, error) || !report(self, error))
        return false;
    if (self->out.predicted)
        parms = g_strdup_printf("<< /Predictor 11 /Colors %u /BitsPerComponent 8 /Columns %u >>",
                                self->out.components, self->out.width);
    *ret_id = sk_pdf_plan_add(self->walk->plan);
    sk_pdf_plan_set_ready(self->walk->plan, *ret_id, g_steal_pointer(&text),
                          self->out.jpeg ? SK_PDF_FILTER_DCT : SK_PDF_FILTER_FLATE, parms,
                          g_steal_pointer(&self->out.data));
    return true;
}

bool
sk_pdf_image(SkPdfWalk *walk, SkPdfObject stream, SkPdfId *ret_id, GError **error)
{
    g_autoptr(GBytes) raw = NULL;
    g_autoptr(GError) trouble = NULL;
    SkPdfId id = 0;

    if (sk_pdf_recall(walk, stream, IMAGE, ret_id))
        return *ret_id != 0 ||
               sk_throw(error, SK_ERROR_MALFORMED, "pdf: picture that was broken before");
    if (sk_pdf_has(walk->pdf, stream, "F")) {
        if (!sk_pdf_found(walk, SK_ELEMENT_PDF_EXTERNAL_STREAM, 1, error))
            return false;
        sk_pdf_remember(walk, stream, IMAGE, 0);
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "pdf: picture in another file");
    }
    if (sk_pdf_stream_raw(walk->pdf, stream, &raw, &trouble)) {
        g_auto(Work) work = {
            .walk = walk, .dictionary = stream, .data = sk_span_bytes(raw), .role = IMAGE
        };
        if (make(&work, &id, &trouble)) {
            sk_pdf_remember(walk, stream, IMAGE, id);
            *ret_id = id;
            return true;
        }
    }
    if (is_broken(trouble))
        sk_pdf_remember(walk, stream, IMAGE, 0);
    g_propagate_error(error, g_steal_pointer(&trouble));
    return false;
}

bool
sk_pdf_image_inline(SkPdfWalk *walk, SkPdfObject dictionary, SkSpan data, SkPdfSpaceLookup lookup,
                    void *user, SkPdfId *ret_id, GError **error)
{
    g_auto(Work) work = { .walk = walk,
                          .dictionary = dictionary,
                          .data = data,
                          .role = IMAGE,
                          .is_inline = true,
                          .lookup = lookup,
                          .user = user };

    return make(&work, ret_id, error);
}
