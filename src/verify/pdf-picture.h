/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-picture.h - the data of a picture in a rebuilt PDF. Its dictionary's keys, their order and
 * spelling have been read.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/pdf-picture.md   Tests: tests/unit/verify/test-pdf-picture.c
 */
#pragma once

#include "verify/proof.h"

typedef struct {
    uint32_t width, height;
    unsigned bits;
    unsigned components; /* of its space; 1 of a stencil and a soft mask */
    unsigned highest;    /* index, where @indexed */
    bool indexed;
    bool stencil;
    bool jpeg;        /* /DCTDecode, otherwise /FlateDecode */
    unsigned colours; /* of the predictor; 0: there is none */
    uint32_t columns;
    SkSpan data;
} SkPdfPicture;

/** sk_verify_pdf_picture: data and predictor against what the dictionary says. */
bool sk_verify_pdf_picture(SkProof *proof, const SkPdfPicture *picture) G_GNUC_WARN_UNUSED_RESULT;
