/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-tiles.c - contract in pdf-cost.h: how many tiles of a pattern fill the box of what they are painted in.
 * Spec: docs/formats/pdf.md, rule 14; ISO 32000-1, 8.7.3
 */
#include "disarm/pdf-cost.h"

#include "disarm/pdf-spell.h"

#include <math.h>

static double
real(int64_t v)
{
    return (double)v / (double)SK_PDF_ONE;
}

/* Width and height of @box, seen from the pattern. false: its matrix cannot be turned round. */
static bool
seen_from(const double m[6], const int64_t box[4], double *ret_width, double *ret_height)
{
    double det = m[0] * m[3] - m[1] * m[2];
    double w = real(box[2] - box[0]), h = real(box[3] - box[1]);

    if (!(fabs(det) > 1e-15))
        return false;
    *ret_width = (fabs(m[3]) * w + fabs(m[2]) * h) / fabs(det);
    *ret_height = (fabs(m[1]) * w + fabs(m[0]) * h) / fabs(det);
    return true;
}

double
sk_pdf_tiles(SkPdf *pdf, SkPdfObject pattern, const int64_t box[4])
{
    int64_t own[4], matrix[6], x = 0, y = 0;
    double m[6] = { 1, 0, 0, 1, 0, 0 }, width = 0, height = 0;

    if (!sk_pdf_numbers(pdf, sk_pdf_get(pdf, pattern, "BBox"), 4, own) ||
        !sk_pdf_number(pdf, sk_pdf_get(pdf, pattern, "XStep"), &x) ||
        !sk_pdf_number(pdf, sk_pdf_get(pdf, pattern, "YStep"), &y) || x == 0 || y == 0)
        return HUGE_VAL;
    if (sk_pdf_numbers(pdf, sk_pdf_get(pdf, pattern, "Matrix"), 6, matrix)) {
        for (unsigned i = 0; i < 6; i++)
            m[i] = real(matrix[i]);
    }
    if (!seen_from(m, box, &width, &height))
        return HUGE_VAL;
    return ((width + fabs(real(own[2] - own[0]))) / fabs(real(x)) + 1) *
           ((height + fabs(real(own[3] - own[1]))) / fabs(real(y)) + 1);
}
