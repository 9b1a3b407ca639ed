/* SPDX-License-Identifier: Apache-2.0
 * pdf-picture.c - contract in pdf-picture.h. */
#include "verify/pdf-picture.h"

bool
sk_verify_pdf_picture(SkProof *proof, const SkPdfPicture *picture)
{
    (void)picture;
    return sk_proof_no(proof, SK_ELEMENT_NOT_CANONICAL, "pictures in PDF are not read by this version");
}
