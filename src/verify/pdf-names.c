/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-names.c - what a name that no profile of PDF has is called when it is found.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/pdf-image.md, docs/formats/pdf.md, "Codes"   Tests:
 * tests/unit/verify/test-bites.c
 */
#include "verify/pdf-file.h"

#include <string.h>

static const struct {
    const char *name;
    SkElement element;
    bool rebuilt; /* stands in no rebuilt PDF either */
} names[] = {
    { "/JavaScript", SK_ELEMENT_PDF_JAVASCRIPT, true },
    { "/JS", SK_ELEMENT_PDF_JAVASCRIPT, true },
    { "/Launch", SK_ELEMENT_PDF_LAUNCH, true },
    { "/OpenAction", SK_ELEMENT_PDF_ACTION, true },
    { "/AA", SK_ELEMENT_PDF_ACTION, true },
    { "/EmbeddedFile", SK_ELEMENT_PDF_ATTACHMENT, true },
    { "/FileAttachment", SK_ELEMENT_PDF_ATTACHMENT, true },
    { "/Collection", SK_ELEMENT_PDF_ATTACHMENT, true },
    { "/XFA", SK_ELEMENT_PDF_XFA, true },
    { "/Sig", SK_ELEMENT_PDF_SIGNATURE, true },
    { "/AcroForm", SK_ELEMENT_PDF_FORM, false },
    { "/RichMedia", SK_ELEMENT_PDF_RICH_MEDIA, true },
    { "/Movie", SK_ELEMENT_PDF_RICH_MEDIA, true },
    { "/Screen", SK_ELEMENT_PDF_RICH_MEDIA, true },
    { "/URI", SK_ELEMENT_PDF_LINK, false },
    { "/Annots", SK_ELEMENT_PDF_LINK, false },
    { "/Encrypt", SK_ELEMENT_PDF_ENCRYPTION, true },
    { "/Metadata", SK_ELEMENT_PDF_METADATA, true },
    { "/Info", SK_ELEMENT_PDF_METADATA, true },
    { "/OCProperties", SK_ELEMENT_PDF_HIDDEN_LAYER, true },
    { "/OCG", SK_ELEMENT_PDF_HIDDEN_LAYER, true },
    { "/FFilter", SK_ELEMENT_PDF_EXTERNAL_STREAM, true },
    { "/FDecodeParms", SK_ELEMENT_PDF_EXTERNAL_STREAM, true },
    { "/OPI", SK_ELEMENT_PDF_EXTERNAL_STREAM, true },
    { "/Alternates", SK_ELEMENT_PICTURE_SECOND, true },
    { "/JPXDecode", SK_ELEMENT_PICTURE_ENCODING, true },
    { "/JBIG2Decode", SK_ELEMENT_PICTURE_ENCODING, true },
    { "/CCITTFaxDecode", SK_ELEMENT_PICTURE_ENCODING, true },
    { "/LZWDecode", SK_ELEMENT_PICTURE_ENCODING, true },
    { "/RunLengthDecode", SK_ELEMENT_PICTURE_ENCODING, true },
    { "/ASCIIHexDecode", SK_ELEMENT_PICTURE_ENCODING, true },
    { "/ASCII85Decode", SK_ELEMENT_PICTURE_ENCODING, true },
};

#define WINDOW_MAX 4096u

/* Named by the first listed name up to the object's end. */
bool
sk_pdf_no_match(SkProof *proof, SkSpan file, size_t from, uint32_t number, bool rebuilt)
{
    SkSpan rest = sk_span_sub(file, from, file.n - from);
    size_t end = sk_span_find(rest, 0, sk_span_str("endobj"));
    SkSpan object = sk_span_sub(rest, 0, end == SIZE_MAX ? MIN(rest.n, WINDOW_MAX) : end);

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        size_t at = sk_span_find(object, 0, sk_span_str(names[i].name));
        size_t behind = at == SIZE_MAX ? 0 : at + strlen(names[i].name);
        if (behind > 0 && (names[i].rebuilt || !rebuilt) &&
            (behind == object.n || !g_ascii_islower(object.p[behind]) || object.p[behind] == 's'))
            return sk_proof_no(proof, names[i].element,
                               "object %" G_GUINT32_FORMAT ": %s, byte %zu", number, names[i].name,
                               from + at);
    }
    return sk_proof_no(proof, SK_ELEMENT_NOT_CANONICAL,
                       "object %" G_GUINT32_FORMAT ": not what the profile has here, byte %zu",
                       number, from);
}
