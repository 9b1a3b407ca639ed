/* SPDX-License-Identifier: Apache-2.0
 * coefficients.c - contract in coefficients.h. */
#include "disarm/coefficients.h"

#include "disarm/jpeg-canonical.h"
#include "disarm/libjpeg.h"

#define QUANT_8_BIT_MAX 255u
/* of a coefficient: −1024 to 1023, −1024 for DC only; so a difference has at most 11 bits */
#define RANGE 2048

typedef struct {
    struct jpeg_decompress_struct in;
    struct jpeg_compress_struct out;
    SkJpegErrors errors;
    SkJpegSource source;
    SkJpegTarget target;
} Rebuild;

static SkJpegKind
kind_of(J_COLOR_SPACE space)
{
    static const struct {
        J_COLOR_SPACE space;
        SkJpegKind kind;
    } kinds[] = { { JCS_GRAYSCALE, SK_JPEG_GREY },
                  { JCS_YCbCr, SK_JPEG_YCC },
                  { JCS_RGB, SK_JPEG_RGB },
                  { JCS_CMYK, SK_JPEG_CMYK },
                  { JCS_YCCK, SK_JPEG_YCCK } };
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (kinds[i].space == space)
            return kinds[i].kind;
    }
    return SK_JPEG_OTHER;
}

static bool
is_eight_bit(const struct jpeg_compress_struct *out)
{
    for (int i = 0; i < out->num_components; i++) {
        const JQUANT_TBL *table = out->quant_tbl_ptrs[out->comp_info[i].quant_tbl_no];
        for (unsigned k = 0; table != NULL && k < DCTSIZE2; k++) {
            if (table->quantval[k] == 0 || table->quantval[k] > QUANT_8_BIT_MAX)
                return false;
        }
    }
    return true;
}

/* After libjpeg has copied sizes, sampling and quantisation: the rest as the profile has it. */
static void
set_canonical(struct jpeg_compress_struct *out, const SkJpeg *jpeg, SkJpegKind kind)
{
    static const int ids[][4] = {
        [SK_JPEG_GREY] = { 1 },
        [SK_JPEG_YCC] = { 1, 2, 3 },
        [SK_JPEG_RGB] = { 'R', 'G', 'B' },
        [SK_JPEG_CMYK] = { 'C', 'M', 'Y', 'K' },
        [SK_JPEG_YCCK] = { 1, 2, 3, 4 },
    };
    for (int i = 0; i < out->num_components; i++)
        out->comp_info[i].component_id = ids[kind][i];
    if (kind == SK_JPEG_GREY)
        out->comp_info[0].h_samp_factor = out->comp_info[0].v_samp_factor = 1;
    out->write_JFIF_header = kind == SK_JPEG_GREY || kind == SK_JPEG_YCC;
    out->write_Adobe_marker = !out->write_JFIF_header;
    out->JFIF_major_version = 1;
    out->JFIF_minor_version = 1;
    bool density = jpeg->density_x > 0;
    out->density_unit = density ? jpeg->density_unit : 0;
    out->X_density = density ? jpeg->density_x : 1;
    out->Y_density = density ? jpeg->density_y : 1;
    out->restart_interval = 0;
    out->restart_in_rows = 0;
    out->optimize_coding = FALSE;
    out->arith_code = FALSE;
}

/* What the standard tables have codes for. libjpeg stores whatever a sum of differences comes to,
 * and its fast encoder writes whatever it is given: a file that reads back as another picture. */
static bool
is_block_in_range(const JCOEF *block)
{
    /* In terms that vectorise: this looks at every coefficient there is. */
    uint16_t outside = 0, lowest = 0;
    for (unsigned k = 0; k < DCTSIZE2; k++) {
        uint16_t raised = (uint16_t)(block[k] + RANGE / 2);
        outside |= raised & (uint16_t) ~(RANGE - 1);
        lowest = (uint16_t)(lowest + (raised == 0));
    }
    return outside == 0 && lowest == (block[0] == -RANGE / 2);
}

static bool
are_in_range(struct jpeg_decompress_struct *in, jvirt_barray_ptr *arrays)
{
    for (int i = 0; i < in->num_components; i++) {
        const jpeg_component_info *component = &in->comp_info[i];
        for (JDIMENSION y = 0; y < component->height_in_blocks; y++) {
            JBLOCKARRAY rows =
                in->mem->access_virt_barray((j_common_ptr)in, arrays[i], y, 1, FALSE);
            for (JDIMENSION x = 0; x < component->width_in_blocks; x++) {
                if (!is_block_in_range(rows[0][x]))
                    return false;
            }
        }
    }
    return true;
}

/* Behind JFIF's or Adobe's marker, in as few pieces as there can be. */
static void
write_profile(struct jpeg_compress_struct *out, SkSpan profile)
{
    size_t n = (profile.n + SK_JPEG_ICC_PIECE - 1) / SK_JPEG_ICC_PIECE;

    for (size_t i = 0; i < n; i++) {
        size_t at = i * SK_JPEG_ICC_PIECE;
        SkSpan piece = sk_span_sub(profile, at, MIN((size_t)SK_JPEG_ICC_PIECE, profile.n - at));
        static const char name[] = "ICC_PROFILE";
        jpeg_write_m_header(out, JPEG_APP0 + 2, (unsigned)(SK_JPEG_ICC_HEAD + piece.n));
        for (size_t k = 0; k < sizeof name; k++)
            jpeg_write_m_byte(out, name[k]);
        jpeg_write_m_byte(out, (int)i + 1);
        jpeg_write_m_byte(out, (int)n);
        for (size_t k = 0; k < piece.n; k++)
            jpeg_write_m_byte(out, piece.p[k]);
    }
}

static bool
rebuild(Rebuild *self, const SkJpeg *jpeg, SkJpegKind *ret_kind, GError **error)
{
    if (setjmp(self->errors.jump) != 0)
        return sk_libjpeg_throw(&self->errors, error);
    (void)jpeg_read_header(&self->in, TRUE);
    SkJpegKind kind = kind_of(self->in.jpeg_color_space);
    bool inks = kind == SK_JPEG_CMYK || kind == SK_JPEG_YCCK;
    /* Without Adobe's marker readers differ on whether ink is counted up or down. */
    if (kind == SK_JPEG_OTHER || (inks && jpeg->adobe < 0))
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "jpeg: colours of an unknown kind");
    g_assert(self->in.image_width == jpeg->width && self->in.image_height == jpeg->height);
    jvirt_barray_ptr *arrays = jpeg_read_coefficients(&self->in);
    if (!are_in_range(&self->in, arrays))
        return sk_throw(error, SK_ERROR_MALFORMED, "jpeg: coefficients out of range");
    jpeg_copy_critical_parameters(&self->in, &self->out);
    if (!is_eight_bit(&self->out))
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "jpeg: quantisation outside 1 to 255");
    set_canonical(&self->out, jpeg, kind);
    jpeg_write_coefficients(&self->out, arrays);
    write_profile(&self->out, jpeg->profile);
    jpeg_finish_compress(&self->out);
    (void)jpeg_finish_decompress(&self->in);
    *ret_kind = kind;
    return true;
}

bool
sk_coefficients_recode(const SkJpeg *jpeg, SkSink *out, SkJpegKind *ret_kind, GError **error)
{
    g_autofree Rebuild *self = g_new0(Rebuild, 1);
    sk_libjpeg_errors(&self->errors);
    self->in.err = &self->errors.base;
    self->out.err = &self->errors.base;
    if (setjmp(self->errors.jump) != 0)
        return sk_libjpeg_throw(&self->errors, error);
    jpeg_create_decompress(&self->in);
    jpeg_create_compress(&self->out);
    sk_libjpeg_source(&self->source, &g_array_index(jpeg->parts, SkSpan, 0), jpeg->parts->len);
    self->in.src = &self->source.base;
    sk_libjpeg_target(&self->target, out);
    self->out.dest = &self->target.base;

    bool done = rebuild(self, jpeg, ret_kind, error);
    jpeg_destroy_compress(&self->out);
    jpeg_destroy_decompress(&self->in);
    return done;
}

/* What is canonical but for its density, which the new file has as the caller says. */
static void
copy(const SkJpeg *jpeg, SkSink *out)
{
    bool density = jpeg->density_x > 0;

    sk_sink_span(out, sk_span("\xff\xd8\xff\xe0\0\x10JFIF\0\1\1", 13));
    sk_sink_u8(out, density ? jpeg->density_unit : 0);
    sk_sink_u16be(out, density ? jpeg->density_x : 1);
    sk_sink_u16be(out, density ? jpeg->density_y : 1);
    sk_sink_span(out, sk_span("\0\0", 2));
    for (guint i = 2; i < jpeg->parts->len; i++)
        sk_sink_span(out, g_array_index(jpeg->parts, SkSpan, i));
}

bool
sk_coefficients_rebuild(const SkJpeg *jpeg, SkSink *out, SkJpegKind *ret_kind, GError **error)
{
    if (!sk_jpeg_is_canonical(jpeg))
        return sk_coefficients_recode(jpeg, out, ret_kind, error);
    copy(jpeg, out);
    *ret_kind = jpeg->components == 1 ? SK_JPEG_GREY : SK_JPEG_YCC;
    return true;
}
