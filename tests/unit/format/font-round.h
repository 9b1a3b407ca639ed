/* SPDX-License-Identifier: Apache-2.0
 *
 * font-round.h - what the disarmer writes for a font or CMap, verify accepts. For tests that link
 * both. */
#pragma once

#include "format/font.h"
#include "verify/font.h"

/** Returns: NULL, or (transfer full) what verify said. */
static inline char *
font_refused(SkSpan out, SkFontKind kind)
{
    SkJob job = sk_job_default();
    g_autoptr(SkReport) report = sk_report_new();
    SkProof proof = { .job = &job, .report = report, .part = "" };
    g_autofree uint8_t *copy = g_memdup2(out.p, out.n); /* so that the sanitizer sees its end */
    SkSpan in = sk_span(copy, out.n);
    bool good = kind == SK_FONT_TRUETYPE ? sk_verify_font_truetype(&proof, in)
                                         : sk_verify_font_cff(&proof, in, kind == SK_FONT_CFF_CID);

    return good ? NULL : g_strdup(g_array_index(report->findings, SkFinding, 0).place);
}

/** The same for CMaps. */
static inline char *
cmap_refused(SkSpan out, bool unicode)
{
    SkJob job = sk_job_default();
    g_autoptr(SkReport) report = sk_report_new();
    SkProof proof = { .job = &job, .report = report, .part = "" };
    g_autofree uint8_t *copy = g_memdup2(out.p, out.n);
    SkSpan in = sk_span(copy, out.n);
    bool good = unicode ? sk_verify_font_tounicode(&proof, in) : sk_verify_font_cmap(&proof, in);

    return good ? NULL : g_strdup(g_array_index(report->findings, SkFinding, 0).place);
}
