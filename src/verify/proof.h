/* SPDX-License-Identifier: Apache-2.0
 *
 * proof.h - what every profile is given, the one way to say no, and the list of profiles. A profile
 * reads its object once, from the first byte to the last, and returns true only when every byte was
 * accounted for; the first thing outside the profile ends it.
 * Runs in: verify worker. Trusts: nothing.
 */
#pragma once

#include "base/sink.h"
#include "sandbox/job.h"
#include "sandbox/report.h"

typedef struct {
    const SkJob *job;  /* borrowed */
    SkReport *report;  /* borrowed */
    const char *part;  /* borrowed: the container's part being read; "" outside containers */
    uint64_t expanded; /* bytes inflated so far, of everything in this object */
    SkSink *sink;      /* borrowed; NULL: the members of an archive are not handed out */
    bool children;     /* set by the profile: the sink holds a container of children */
} SkProof;

/** SkPicture: what a picture's own header says, for those who must compare it. */
typedef struct {
    uint32_t width;
    uint32_t height;
    unsigned components;
} SkPicture;

/**
 * sk_proof_no: records the refusal: @element at a place made of the part's name and @format.
 * Returns: false, so that a profile can `return sk_proof_no(…)`
 */
bool sk_proof_no(SkProof *self, SkElement element, const char *format, ...) G_GNUC_PRINTF(3, 4);
/** sk_proof_keeps: may @element stand, by the policy's verdict or else the default? */
bool sk_proof_keeps(const SkProof *self, SkElement element);
/** sk_proof_expand: counts @n inflated bytes; says no past the limit. */
bool sk_proof_expand(SkProof *self, uint64_t n) G_GNUC_WARN_UNUSED_RESULT;
/** sk_proof_pixels: says no to an empty picture and to one over the limit. */
bool sk_proof_pixels(SkProof *self, uint32_t width, uint32_t height) G_GNUC_WARN_UNUSED_RESULT;

bool sk_verify_text(SkProof *proof, SkSpan in) G_GNUC_WARN_UNUSED_RESULT;
bool sk_verify_csv(SkProof *proof, SkSpan in) G_GNUC_WARN_UNUSED_RESULT;
bool sk_verify_tsv(SkProof *proof, SkSpan in) G_GNUC_WARN_UNUSED_RESULT;
bool sk_verify_json(SkProof *proof, SkSpan in) G_GNUC_WARN_UNUSED_RESULT;
bool sk_verify_xml(SkProof *proof, SkSpan in) G_GNUC_WARN_UNUSED_RESULT;
bool sk_verify_ics(SkProof *proof, SkSpan in) G_GNUC_WARN_UNUSED_RESULT;
bool sk_verify_vcf(SkProof *proof, SkSpan in) G_GNUC_WARN_UNUSED_RESULT;
bool sk_verify_png(SkProof *proof, SkSpan in, SkPicture *ret) G_GNUC_WARN_UNUSED_RESULT;
bool sk_verify_jpeg(SkProof *proof, SkSpan in, SkPicture *ret) G_GNUC_WARN_UNUSED_RESULT;
bool sk_verify_gif(SkProof *proof, SkSpan in) G_GNUC_WARN_UNUSED_RESULT;
bool sk_verify_tiff(SkProof *proof, SkSpan in) G_GNUC_WARN_UNUSED_RESULT;
bool sk_verify_webp(SkProof *proof, SkSpan in) G_GNUC_WARN_UNUSED_RESULT;
bool sk_verify_svg(SkProof *proof, SkSpan in) G_GNUC_WARN_UNUSED_RESULT;
bool sk_verify_html(SkProof *proof, SkSpan in) G_GNUC_WARN_UNUSED_RESULT;
bool sk_verify_docx(SkProof *proof, SkSpan in) G_GNUC_WARN_UNUSED_RESULT;
bool sk_verify_xlsx(SkProof *proof, SkSpan in) G_GNUC_WARN_UNUSED_RESULT;
bool sk_verify_pptx(SkProof *proof, SkSpan in) G_GNUC_WARN_UNUSED_RESULT;
bool sk_verify_odt(SkProof *proof, SkSpan in) G_GNUC_WARN_UNUSED_RESULT;
bool sk_verify_ods(SkProof *proof, SkSpan in) G_GNUC_WARN_UNUSED_RESULT;
bool sk_verify_odp(SkProof *proof, SkSpan in) G_GNUC_WARN_UNUSED_RESULT;
bool sk_verify_pdf(SkProof *proof, SkSpan in) G_GNUC_WARN_UNUSED_RESULT;
bool sk_verify_pdf_image(SkProof *proof, SkSpan in) G_GNUC_WARN_UNUSED_RESULT;
bool sk_verify_archive(SkProof *proof, SkSpan in) G_GNUC_WARN_UNUSED_RESULT;
/** sk_verify_knows: is there a profile of @type? */
bool sk_verify_knows(SkType type);
