/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-mesh.h - the data of shadings of types 4 to 7, read bit by bit and written in whole bytes.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/pdf-content.md, "Shadings"; ISO 32000-1, 8.7.4.5.5 to 8   Tests:
 * tests/unit/disarm/test-pdf-shading.c, tests/fuzz/fuzz-pdf-function.c
 */
#pragma once

#include "base/base.h"

#define SK_PDF_MESH_MAX (64u << 20) /* bytes that come out */

typedef struct {
    unsigned type; /* 4 to 7 */
    unsigned coordinate_bits, component_bits, flag_bits;
    unsigned components; /* of a vertex: 1 where a function makes colours of it */
    unsigned per_row;    /* type 5 */
} SkPdfMesh;

/** sk_pdf_mesh_width: in how many bits a value of @bits is written; 0: there is no such width. */
unsigned sk_pdf_mesh_width(unsigned bits, bool coordinate);
/**
 * sk_pdf_mesh_rebuild: appends to @out, which is empty. Widths are known ones, components 1 to 32
 * (asserted).
 * @error: MALFORMED: no whole piece of a mesh; UNSUPPORTED: patches that do not end on bytes; LIMIT
 */
bool sk_pdf_mesh_rebuild(SkSpan in, const SkPdfMesh *mesh, GByteArray *out,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
