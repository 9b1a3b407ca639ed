/* SPDX-License-Identifier: Apache-2.0
 * disarm.c - contract in disarm.h. The order is the policy: locked content first, then content
 * that is not what it says, then what this version does not carry out; only then does a parser
 * see it. */
#include "disarm/disarm.h"

#include "disarm/formats.h"
#include "disarm/identify.h"
#include "disarm/numbers.h"
#include "disarm/table.h"
#include "disarm/textual.h"
#include "disarm/unlock.h"
#include "sandbox/request.h"

#include <string.h>

#define PDF_HEAD_MAX 1024u /* where readers look for it */

SkVerdict
sk_disarm_verdict(const SkDisarm *self, SkElement element)
{
    g_assert(element < SK_ELEMENT_COUNT);
    SkVerdict asked = (SkVerdict)self->job->verdicts[element];
    /* The frame's decoder has checked the word; that it is allowed for this element is checked
     * here. */
    if (asked != SK_VERDICT_NONE && sk_element_allows(element, asked))
        return asked;
    return sk_element_get(element)->verdict;
}

static SkAction
action_of(SkVerdict verdict)
{
    switch (verdict) {
    case SK_VERDICT_KEPT:
        return SK_ACTION_KEPT;
    case SK_VERDICT_REMOVED:
        return SK_ACTION_REMOVED;
    case SK_VERDICT_REPLACED:
    case SK_VERDICT_TEXT:
    case SK_VERDICT_NESTED:
        return SK_ACTION_REPLACED;
    case SK_VERDICT_NONE:
    case SK_VERDICT_REFUSED:
    case SK_VERDICT_COUNT:
        break;
    }
    return SK_ACTION_REFUSED;
}

bool
sk_disarm_found(SkDisarm *self, SkElement element, SkSpan place, uint32_t count,
                SkVerdict *ret_verdict, GError **error)
{
    SkVerdict verdict = sk_disarm_verdict(self, element);
    SkAction action = action_of(verdict);

    sk_report_find(self->report, element, action, place, count);
    if (action == SK_ACTION_REFUSED) {
        bool locked = element == SK_ELEMENT_ENCRYPTED_PACKAGE ||
                      element == SK_ELEMENT_WRONG_PASSWORD || element == SK_ELEMENT_PDF_ENCRYPTION;
        bool type = element == SK_ELEMENT_WRONG_TYPE || element == SK_ELEMENT_MISNAMED;
        return sk_throw(error,
                        locked ? SK_ERROR_ENCRYPTED
                        : type ? SK_ERROR_MISMATCH
                               : SK_ERROR_FORBIDDEN,
                        "disarm: %s", sk_element_get(element)->code);
    }
    *ret_verdict = verdict;
    return true;
}

bool
sk_disarm_expand(SkDisarm *self, uint64_t n, uint64_t entry_expanded, uint64_t entry_compressed,
                 GError **error)
{
    const SkLimits *limits = &self->job->limits;
    if (n > limits->expanded - MIN(self->expanded, limits->expanded))
        return sk_throw(error, SK_ERROR_LIMIT,
                        "disarm: expands to over %" G_GUINT64_FORMAT " bytes", limits->expanded);
    self->expanded += n;
    if (entry_expanded > SK_LIMITS_RATIO_FREE &&
        entry_expanded / MAX(limits->ratio, 1u) > entry_compressed)
        return sk_throw(error, SK_ERROR_LIMIT, "disarm: expands over %u times", limits->ratio);
    return true;
}

static const SkDisarmRow *
lookup(SkType type, SkLevel level)
{
    for (unsigned i = 0; i < sk_disarm_rows_count; i++) {
        if (sk_disarm_rows[i].type_in == type && sk_disarm_rows[i].level == level)
            return &sk_disarm_rows[i];
    }
    return NULL;
}

static const SkDisarmConversion *
lookup_conversion(SkType type, SkLevel level)
{
    if (level != SK_LEVEL_REBUILT && level != SK_LEVEL_TEXT && level != SK_LEVEL_IMAGE)
        return NULL;
    for (unsigned i = 0; i < sk_disarm_conversions_count; i++) {
        if (sk_disarm_conversions[i].type_in == type)
            return &sk_disarm_conversions[i];
    }
    return NULL;
}

/* What can be drawn once it is a PDF; other pictures and PDFs have rows of their own for that. */
static bool
is_document(SkType type)
{
    return type == SK_TYPE_DOCX || type == SK_TYPE_XLSX || type == SK_TYPE_PPTX ||
           type == SK_TYPE_ODT || type == SK_TYPE_ODS || type == SK_TYPE_ODP || type == SK_TYPE_SVG;
}

static bool
check_name(SkDisarm *self, SkType type, GError **error)
{
    const SkJob *job = self->job;
    SkVerdict verdict = SK_VERDICT_NONE;

    if (!job->strict_hint || job->hint == SK_TYPE_NONE)
        return true;
    SkNaming naming = sk_identify_naming(type, job->hint);
    return naming == SK_NAMING_TRUE ||
           sk_disarm_found(self,
                           naming == SK_NAMING_KIN ? SK_ELEMENT_MISNAMED : SK_ELEMENT_WRONG_TYPE,
                           sk_span_str(sk_type_get(type)->name), 1, &verdict, error);
}

/* Everything that is asked about the object as a whole, before its own parser sees it. */
static bool
admit(SkDisarm *self, SkType *ret_type, GError **error)
{
    const SkJob *job = self->job;
    bool polyglot = false;
    SkVerdict verdict = SK_VERDICT_NONE;

    if (self->input.n > job->limits.input)
        return sk_throw(error, SK_ERROR_LIMIT, "disarm: over %" G_GUINT64_FORMAT " bytes",
                        job->limits.input);
    SkType type = sk_identify(self->input, job->hint, &polyglot);
    self->report->type_in = type;
    if (type == SK_TYPE_OLE2 && sk_identify_locked(self->input) &&
        !sk_disarm_found(self, SK_ELEMENT_ENCRYPTED_PACKAGE, SK_SPAN_EMPTY, 1, &verdict, error))
        return false;
    if (!check_name(self, type, error))
        return false;
    if (polyglot && !sk_disarm_found(self, SK_ELEMENT_POLYGLOT, SK_SPAN_EMPTY, 1, &verdict, error))
        return false;
    if (type == SK_TYPE_PDF && sk_identify_leads(self->input) > 0 &&
        !sk_disarm_found(self, SK_ELEMENT_LEADING_DATA, SK_SPAN_EMPTY, 1, &verdict, error))
        return false;
    *ret_type = type;
    return true;
}

typedef struct {
    SkOutcome outcome;
    SkType type_out;
    SkLevel level;
    bool as_it_is; /* what is to be converted is the input, which nothing was written of */
} Answer;

static bool
run_row(SkDisarm *self, const SkDisarmRow *row, Answer *ret, GError **error)
{
    if (row->run == NULL) {
        *ret = (Answer){ .outcome = SK_OUTCOME_DRAW };
        return true;
    }
    *ret = (Answer){ .outcome = SK_OUTCOME_CLEAN, .type_out = row->type_out, .level = row->level };
    if (!row->run(self, error) || !sk_sink_finish(self->sink, error))
        return false;
    if (self->asks)
        *ret = (Answer){ .outcome = SK_OUTCOME_DRAW };
    if (self->children)
        *ret = (Answer){ .outcome = SK_OUTCOME_CHILDREN };
    return true;
}

/* A document that is to be drawn: rebuilt first, so that what draws it never sees what was taken
 * out. */
static bool
run_rebuilt(SkDisarm *self, const SkDisarmRow *row, Answer *ret, GError **error)
{
    SkJob rebuilt = *self->job;
    const SkJob *asked = self->job;

    rebuilt.level = SK_LEVEL_REBUILT;
    self->job = &rebuilt;
    bool ok = row->run(self, error) && sk_sink_finish(self->sink, error);
    self->job = asked;
    *ret = (Answer){ .outcome = SK_OUTCOME_CONVERT, .type_out = SK_TYPE_PDF };
    return ok;
}

static bool
run_conversion(SkDisarm *self, const SkDisarmConversion *conversion, Answer *ret, GError **error)
{
    SkType target = self->job->level == SK_LEVEL_IMAGE ? SK_TYPE_PDF : conversion->target;
    *ret = (Answer){ .outcome = SK_OUTCOME_CONVERT, .type_out = target, .as_it_is = true };
    return conversion->look == NULL || conversion->look(self, error);
}

static bool
run(SkDisarm *self, Answer *ret, GError **error)
{
    SkType type = SK_TYPE_NONE;
    SkVerdict verdict = SK_VERDICT_NONE;

    if (!admit(self, &type, error))
        return false;
    if (self->job->target == SK_TYPE_TABLE) {
        *ret = (Answer){ .outcome = SK_OUTCOME_CLEAN,
                         .type_out = SK_TYPE_TABLE,
                         .level = SK_LEVEL_TEXT };
        return sk_table_disarm(self, type, error) && sk_sink_finish(self->sink, error);
    }
    const SkDisarmRow *row = lookup(type, self->job->level);
    if (row != NULL)
        return run_row(self, row, ret, error);
    row = lookup(type, SK_LEVEL_REBUILT);
    if (self->job->level == SK_LEVEL_IMAGE && row != NULL && is_document(row->type_out))
        return run_rebuilt(self, row, ret, error);
    const SkDisarmConversion *conversion = lookup_conversion(type, self->job->level);
    if (conversion != NULL)
        return run_conversion(self, conversion, ret, error);
    if (type == SK_TYPE_PDF && sk_identify_locked(self->input) &&
        !sk_disarm_found(self, SK_ELEMENT_PDF_ENCRYPTION, SK_SPAN_EMPTY, 1, &verdict, error))
        return false;
    return sk_throw(error, SK_ERROR_UNSUPPORTED, "disarm: %s is not carried out at this level",
                    type == SK_TYPE_NONE ? "this content" : sk_type_get(type)->name);
}

/* The lock comes off first, and the password is gone before any parser of a document runs: those
 * are presumed to fall. */
static bool
unlock(SkDisarm *self, GBytes **ret_plain, GError **error)
{
    if (self->input.n > self->job->limits.input)
        return sk_throw(error, SK_ERROR_LIMIT, "disarm: over %" G_GUINT64_FORMAT " bytes",
                        self->job->limits.input);
    SkSpan head = sk_span_sub(self->input, 0, MIN(self->input.n, (size_t)PDF_HEAD_MAX));
    /* The readers of these take their locks off themselves. */
    if (sk_span_find(head, 0, sk_span_str("%PDF-")) != SIZE_MAX ||
        (*self->job->password != '\0' && sk_archive_zip_is_locked(self->input, &self->job->limits)))
        (void)g_strlcpy(self->password, self->job->password, sizeof self->password);
    bool ok = sk_unlock(self, ret_plain, error);
    sk_job_forget(self->job);
    if (ok && *ret_plain != NULL)
        self->input = sk_span_bytes(*ret_plain);
    return ok;
}

/* The second time round, with pictures of the pages that were asked for: they stand apart from
 * here on. */
static bool
take_apart(SkDisarm *self, GError **error)
{
    SkReader r = sk_reader(self->input);
    g_autoptr(GArray) wanted = NULL;

    if (self->job->target != SK_TYPE_PAGES)
        return true;
    if (!sk_request_parse(&r, self->job->limits.pages, &wanted, error))
        return false;
    self->request = sk_span_sub(self->input, 0, r.at);
    uint64_t n = sk_reader_u64le(&r);
    SkSpan original = sk_reader_span(&r, n > sk_reader_left(&r) ? SIZE_MAX : (size_t)n);
    self->pages = sk_reader_span(&r, sk_reader_left(&r));
    self->input = original;
    return sk_reader_ok(&r) || sk_throw(error, SK_ERROR_TRUNCATED, "disarm: cut short");
}

/* The converter is given no password: a document whose lock came off is handed on without it. */
static bool
hand_on(SkDisarm *self, GError **error)
{
    sk_sink_span(self->sink, self->input);
    return sk_sink_finish(self->sink, error);
}

/* A text that another worker wrote: looked through, and nothing of it written. */
static void
look_for_numbers(const SkJob *job, SkSpan input, SkReport *report)
{
    if (input.n > job->limits.input) {
        sk_report_refuse(report, SK_REASON_LIMIT);
        return;
    }
    g_autoptr(GString) text = sk_textual_utf8(input);
    sk_numbers_scan(text != NULL ? sk_span(text->str, text->len) : input, report);
    report->outcome = SK_OUTCOME_CLEAN;
    report->reason = SK_REASON_NONE;
    report->type_in = SK_TYPE_TEXT;
    report->type_out = SK_TYPE_TEXT;
    report->level = SK_LEVEL_TEXT;
}

void
sk_disarm_run(const SkJob *job, SkSpan input, SkSink *sink, SkReport *report)
{
    if (job->numbers) {
        look_for_numbers(job, input, report);
        return;
    }
    SkDisarm self = { .job = job, .input = input, .sink = sink, .report = report };
    Answer answer = { 0 };
    g_autoptr(GBytes) plain = NULL;
    g_autoptr(GError) error = NULL;

    bool ok = take_apart(&self, &error) && unlock(&self, &plain, &error) &&
              run(&self, &answer, &error) &&
              (!answer.as_it_is || plain == NULL || hand_on(&self, &error));
    explicit_bzero(self.password, sizeof self.password);
    if (!ok) {
        sk_report_refuse(report, sk_reason_from_error(error));
        return;
    }
    report->outcome = answer.outcome;
    report->reason = SK_REASON_NONE;
    report->type_out = answer.type_out;
    report->level = answer.level;
}
