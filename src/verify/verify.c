/* SPDX-License-Identifier: Apache-2.0
 * verify.c - contract in verify.h: chooses the profile, and looks for a second reading of the
 * whole. */
#include "verify/verify.h"
#include "verify/proof.h"
#include "base/reader.h"

#include <string.h>

#define PDF_HEADER "%PDF-"
#define PDF_HEADER_WITHIN 1024u /* where PDF readers still find their header */
#define ZIP_END_WITHIN (22u + 65535u)
#define ENTRY_HEAD 30u /* of a ZIP's entry, before its name */

static bool
png_alone(SkProof *proof, SkSpan in)
{
    SkPicture picture;
    return sk_verify_png(proof, in, &picture);
}

static bool
jpeg_alone(SkProof *proof, SkSpan in)
{
    SkPicture picture;
    return sk_verify_jpeg(proof, in, &picture);
}

typedef struct {
    SkType type;
    const char *magic; /* NULL: the content does not say; the job must */
    SkLevel levels[3]; /* it is written at; the first where the job does not say */
    bool (*verify)(SkProof *proof, SkSpan in);
    const char *main_part; /* NULL: not a ZIP package; otherwise tells packages apart */
} Profile;

static const Profile profiles[] = {
    { SK_TYPE_TEXT,
      NULL,
      { SK_LEVEL_REBUILT, SK_LEVEL_TEXT, SK_LEVEL_INSPECTED },
      sk_verify_text,
      NULL },
    { SK_TYPE_CSV,
      NULL,
      { SK_LEVEL_REBUILT, SK_LEVEL_TEXT, SK_LEVEL_INSPECTED },
      sk_verify_csv,
      NULL },
    { SK_TYPE_TSV,
      NULL,
      { SK_LEVEL_REBUILT, SK_LEVEL_TEXT, SK_LEVEL_INSPECTED },
      sk_verify_tsv,
      NULL },
    { SK_TYPE_JSON,
      NULL,
      { SK_LEVEL_REBUILT, SK_LEVEL_TEXT, SK_LEVEL_INSPECTED },
      sk_verify_json,
      NULL },
    { SK_TYPE_XML,
      NULL,
      { SK_LEVEL_REBUILT, SK_LEVEL_TEXT, SK_LEVEL_INSPECTED },
      sk_verify_xml,
      NULL },
    { SK_TYPE_ICS,
      NULL,
      { SK_LEVEL_REBUILT, SK_LEVEL_TEXT, SK_LEVEL_INSPECTED },
      sk_verify_ics,
      NULL },
    { SK_TYPE_VCF,
      NULL,
      { SK_LEVEL_REBUILT, SK_LEVEL_TEXT, SK_LEVEL_INSPECTED },
      sk_verify_vcf,
      NULL },
    { SK_TYPE_PNG,
      "\x89PNG",
      { SK_LEVEL_REBUILT, SK_LEVEL_IMAGE, SK_LEVEL_INSPECTED },
      png_alone,
      NULL },
    { SK_TYPE_JPEG,
      "\xff\xd8\xff",
      { SK_LEVEL_REBUILT, SK_LEVEL_IMAGE, SK_LEVEL_INSPECTED },
      jpeg_alone,
      NULL },
    { SK_TYPE_GIF,
      "GIF89a",
      { SK_LEVEL_REBUILT, SK_LEVEL_INSPECTED, SK_LEVEL_INSPECTED },
      sk_verify_gif,
      NULL },
    { SK_TYPE_TIFF,
      "II*",
      { SK_LEVEL_REBUILT, SK_LEVEL_IMAGE, SK_LEVEL_INSPECTED },
      sk_verify_tiff,
      NULL },
    { SK_TYPE_WEBP,
      "RIFF",
      { SK_LEVEL_REBUILT, SK_LEVEL_INSPECTED, SK_LEVEL_INSPECTED },
      sk_verify_webp,
      NULL },
    { SK_TYPE_HTML,
      "<!DOCTYPE html>\n<html",
      { SK_LEVEL_REBUILT, SK_LEVEL_INSPECTED, SK_LEVEL_INSPECTED },
      sk_verify_html,
      NULL },
    { SK_TYPE_SVG,
      "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<svg ",
      { SK_LEVEL_REBUILT, SK_LEVEL_INSPECTED, SK_LEVEL_INSPECTED },
      sk_verify_svg,
      NULL },
    { SK_TYPE_DOCX,
      "PK\3\4",
      { SK_LEVEL_REBUILT, SK_LEVEL_INSPECTED, SK_LEVEL_INSPECTED },
      sk_verify_docx,
      "word/document.xml" },
    { SK_TYPE_PPTX,
      "PK\3\4",
      { SK_LEVEL_REBUILT, SK_LEVEL_INSPECTED, SK_LEVEL_INSPECTED },
      sk_verify_pptx,
      "ppt/presentation.xml" },
    { SK_TYPE_XLSX,
      "PK\3\4",
      { SK_LEVEL_REBUILT, SK_LEVEL_INSPECTED, SK_LEVEL_INSPECTED },
      sk_verify_xlsx,
      "xl/workbook.xml" },
    { SK_TYPE_ODT,
      "PK\3\4",
      { SK_LEVEL_REBUILT, SK_LEVEL_INSPECTED, SK_LEVEL_INSPECTED },
      sk_verify_odt,
      "mimetypeapplication/vnd.oasis.opendocument.text" },
    { SK_TYPE_ODS,
      "PK\3\4",
      { SK_LEVEL_REBUILT, SK_LEVEL_INSPECTED, SK_LEVEL_INSPECTED },
      sk_verify_ods,
      "mimetypeapplication/vnd.oasis.opendocument.spreadsheet" },
    { SK_TYPE_ODP,
      "PK\3\4",
      { SK_LEVEL_REBUILT, SK_LEVEL_INSPECTED, SK_LEVEL_INSPECTED },
      sk_verify_odp,
      "mimetypeapplication/vnd.oasis.opendocument.presentation" },
    { SK_TYPE_PDF,
      "%PDF-",
      { SK_LEVEL_REBUILT, SK_LEVEL_IMAGE, SK_LEVEL_INSPECTED },
      sk_verify_pdf,
      NULL },
    { SK_TYPE_ZIP,
      "PK\3\4",
      { SK_LEVEL_REBUILT, SK_LEVEL_TEXT, SK_LEVEL_IMAGE },
      sk_verify_archive,
      "" },
};

bool
sk_verify_knows(SkType type)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(profiles); i++) {
        if (profiles[i].type == type)
            return true;
    }
    return false;
}

/* The first entry of every package of documents is one of these; no archive of ours has such a name. */
static bool
is_package(SkSpan in)
{
    SkSpan name = in.n < ENTRY_HEAD ? SK_SPAN_EMPTY : sk_span_sub(in, ENTRY_HEAD, in.n - ENTRY_HEAD);
    return sk_span_starts(name, "_rels/.rels") || sk_span_starts(name, "mimetype");
}

/* Of packages, the one whose main part is named first: no more than a guess, since the whole is
 * then proved to be that. */
static const Profile *
find_profile(SkType hint, SkSpan in)
{
    const Profile *found = NULL;
    size_t first = SIZE_MAX;

    for (unsigned i = 0; i < G_N_ELEMENTS(profiles); i++) {
        const Profile *profile = &profiles[i];
        if (hint != SK_TYPE_NONE && profile->type == hint)
            return profile;
        if (hint != SK_TYPE_NONE || profile->magic == NULL || !sk_span_starts(in, profile->magic))
            continue;
        if (profile->main_part != NULL && is_package(in) == (profile->type == SK_TYPE_ZIP))
            continue;
        size_t at =
            profile->main_part == NULL ? 0 : sk_span_find(in, 0, sk_span_str(profile->main_part));
        if (found == NULL || at < first) {
            found = profile;
            first = at;
        }
    }
    return found;
}

/* An end record of ZIP whose comment would reach exactly to the end of the object. */
static size_t
find_zip_end(SkSpan in)
{
    size_t at = in.n > ZIP_END_WITHIN ? in.n - ZIP_END_WITHIN : 0;

    for (; (at = sk_span_find(in, at, sk_span("PK\5\6", 4))) != SIZE_MAX; at++) {
        SkReader r = sk_reader(in);
        sk_reader_seek(&r, at);
        sk_reader_skip(&r, 20);
        uint16_t comment = sk_reader_u16le(&r);
        if (sk_reader_ok(&r) && comment == sk_reader_left(&r))
            return at;
    }
    return SIZE_MAX;
}

/* Other readers must not take the object for their own (docs/formats/README.md). */
static bool
check_single_reading(SkProof *proof, SkType type, bool package, SkSpan in)
{
    bool text = type == SK_TYPE_TEXT || type == SK_TYPE_CSV || type == SK_TYPE_TSV ||
                type == SK_TYPE_JSON || type == SK_TYPE_XML || type == SK_TYPE_ICS ||
                type == SK_TYPE_VCF;
    size_t from = text && sk_span_starts(in, "\xef\xbb\xbf") ? 3 : 0;
    /* A text may speak of the header, but not begin with it. */
    size_t within = text ? from + strlen(PDF_HEADER) : PDF_HEADER_WITHIN;
    SkSpan head = sk_span_sub(in, 0, MIN(in.n, within));
    size_t pdf = sk_span_find(head, from, sk_span_str(PDF_HEADER));

    /* In an archive it is a member's, which is proved by itself. */
    if (pdf != SIZE_MAX && type != SK_TYPE_PDF && type != SK_TYPE_ZIP)
        return sk_proof_no(proof, SK_ELEMENT_POLYGLOT, "PDF header, byte %zu", pdf);
    size_t zip = package ? SIZE_MAX : find_zip_end(in);
    return zip == SIZE_MAX ||
           sk_proof_no(proof, SK_ELEMENT_POLYGLOT, "ZIP end record, byte %zu", zip);
}

static bool
check(SkProof *proof, const Profile *profile, SkSpan in)
{
    SkLevel claimed = proof->job->level;

    if (in.n > proof->job->limits.output)
        return sk_proof_no(proof, SK_ELEMENT_NOT_CANONICAL, "over %" G_GUINT64_FORMAT " bytes",
                           proof->job->limits.output);
    if (claimed != SK_LEVEL_NONE && claimed != profile->levels[0] &&
        claimed != profile->levels[1] && claimed != profile->levels[2])
        return sk_proof_no(proof, SK_ELEMENT_WRONG_TYPE, "not written at level %s",
                           sk_level_name(claimed));
    if (profile->magic != NULL && !sk_span_starts(in, profile->magic) && profile->main_part == NULL)
        return sk_proof_no(proof, SK_ELEMENT_WRONG_TYPE, "byte 0");
    return check_single_reading(proof, profile->type, profile->main_part != NULL, in) &&
           profile->verify(proof, in);
}

void
sk_verify_run(const SkJob *job, SkSpan input, SkReport *report)
{
    sk_verify_run_with(job, input, NULL, report);
}

void
sk_verify_run_with(const SkJob *job, SkSpan input, SkSink *sink, SkReport *report)
{
    SkProof proof = { .job = job, .report = report, .part = "", .sink = sink };
    const Profile *profile = find_profile(job->hint, input);

    if (profile == NULL) {
        (void)sk_proof_no(&proof, SK_ELEMENT_WRONG_TYPE, "no profile");
        return;
    }
    report->type_in = profile->type;
    if (!check(&proof, profile, input)) {
        g_assert(report->outcome == SK_OUTCOME_REFUSED);
        return;
    }
    report->reason = SK_REASON_NONE;
    if (proof.children) {
        report->outcome = SK_OUTCOME_CHILDREN;
        return;
    }
    report->outcome = SK_OUTCOME_CLEAN;
    report->type_out = profile->type;
    report->level = job->level != SK_LEVEL_NONE ? job->level : profile->levels[0];
}
