/* SPDX-License-Identifier: Apache-2.0
 * proof.c - contract in proof.h. */
#include "verify/proof.h"

#include <stdarg.h>

bool
sk_proof_no(SkProof *self, SkElement element, const char *format, ...)
{
    va_list args;

    if (self->report->reason == SK_REASON_VERIFY_FAILED)
        return false; /* the first refusal stands */
    va_start(args, format);
    g_autofree char *what = g_strdup_vprintf(format, args);
    va_end(args);
    g_autofree char *place =
        self->part[0] == '\0' ? g_strdup(what) : g_strdup_printf("%s: %s", self->part, what);
    sk_report_find(self->report, element, SK_ACTION_REFUSED, sk_span_str(place), 1);
    sk_report_refuse(self->report, SK_REASON_VERIFY_FAILED);
    return false;
}

bool
sk_proof_keeps(const SkProof *self, SkElement element)
{
    SkVerdict verdict = (SkVerdict)self->job->verdicts[element];

    if (verdict == SK_VERDICT_NONE)
        verdict = sk_element_get(element)->verdict;
    return verdict == SK_VERDICT_KEPT;
}

bool
sk_proof_expand(SkProof *self, uint64_t n)
{
    if (n > self->job->limits.expanded - MIN(self->expanded, self->job->limits.expanded))
        return sk_proof_no(self, SK_ELEMENT_ZIP_BOMB, "over %" G_GUINT64_FORMAT " bytes",
                           self->job->limits.expanded);
    self->expanded += n;
    return true;
}

bool
sk_proof_pixels(SkProof *self, uint32_t width, uint32_t height)
{
    if (width == 0 || height == 0 || (uint64_t)width * height > self->job->limits.pixels)
        return sk_proof_no(self, SK_ELEMENT_PICTURE_ENCODING,
                           "%" G_GUINT32_FORMAT " x %" G_GUINT32_FORMAT " pixels", width, height);
    return true;
}
