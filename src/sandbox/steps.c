/* SPDX-License-Identifier: Apache-2.0
 * steps.c - contract in steps.h. */
#include "sandbox/steps.h"

#include "base/clock.h"
#include "base/io.h"

#include <string.h>

void
sk_steps_refuse(SkReport *report, SkReason reason, int *output)
{
    report->outcome = SK_OUTCOME_REFUSED;
    report->reason = reason;
    report->type_out = SK_TYPE_NONE;
    report->level = SK_LEVEL_NONE;
    sk_fd_clear(output);
}

static void
append_findings(SkReport *to, const SkReport *from)
{
    for (guint i = 0; i < from->findings->len; i++) {
        const SkFinding *finding = &g_array_index(from->findings, SkFinding, i);
        sk_report_find(to, finding->element, finding->action, sk_span_str(finding->place),
                       finding->count);
    }
    to->findings_cut = to->findings_cut || from->findings_cut;
}

/* A worker that says `clean` must say it of the level asked for, and of a type that can be
 * delivered. */
static void
check_clean(const SkJob *job, SkReport *report, int *output)
{
    if (report->outcome != SK_OUTCOME_CLEAN)
        return;
    if (report->level != job->level || *sk_type_get(report->type_out)->extension == '\0')
        sk_steps_refuse(report, SK_REASON_CRASH, output);
}

/* ---- the steps ------------------------------------------------------------------------------ */

/* One object on its way through several programs, all of them within one time. */
typedef struct {
    SkLane *lane;
    const SkJob *job; /* as asked */
    int64_t deadline; /* monotonic */
    SkReport *report; /* borrowed: what the first program said, and in the end the answer */
} Run;

/* One step: @job in what is left of the time. */
static bool
run_step(const Run *run, SkPool *pool, SkJob *job, int input, SkReport **ret_report,
         int *ret_output, GError **error)
{
    int64_t left_ms = (run->deadline - sk_clock_monotonic()) / 1000;
    if (left_ms <= 0) {
        *ret_report = sk_report_new();
        (*ret_report)->reason = SK_REASON_TIMEOUT;
        *ret_output = -1;
        return true;
    }
    job->limits.wall_ms = (uint32_t)MIN(left_ms, (int64_t)run->job->limits.wall_ms);
    return sk_pool_run(pool, job, input, ret_report, ret_output, error);
}

static bool
is_made(const SkReport *made, SkType type, int output)
{
    return made->outcome == SK_OUTCOME_CLEAN && made->type_out == type && output >= 0;
}

/* What another program made of the object, which must be a @type; else the report is the answer. */
static bool
take_made(const Run *run, const SkReport *made, SkType type, int *output)
{
    append_findings(run->report, made);
    if (is_made(made, type, *output))
        return true;
    sk_steps_refuse(run->report, made->outcome == SK_OUTCOME_REFUSED ? made->reason : SK_REASON_CRASH,
           output);
    return false;
}

/* Disarms what another program made, as the hostile input that it is, and adds what is said of it.
 */
static bool
disarm_made(const Run *run, SkType type, int input, int *ret_output, GError **error)
{
    g_autoptr(SkReport) second = NULL;
    sk_autofd output = -1;
    SkJob next = *run->job;

    sk_job_forget(&next); /* what we made is not locked */
    next.hint = type;
    next.strict_hint = type != SK_TYPE_PAGES;    /* which nothing but the hint can tell */
    next.limits.input = run->job->limits.output; /* it may be larger than what it was made from */
    if (!run_step(run, run->lane->disarm, &next, input, &second, &output, error))
        return false;
    append_findings(run->report, second);
    run->report->outcome = second->outcome;
    run->report->reason = second->reason;
    run->report->type_out = second->type_out;
    run->report->level = second->level;
    *ret_output = sk_fd_steal(&output);
    return true;
}

/* Has @input drawn: all of it, or the pages that @request names. false: the report is the answer. */
static bool
draw(const Run *run, int input, bool request, SkReport **ret_drawn, int *ret_pages, GError **error)
{
    SkJob next = *run->job;

    /* A PDF that came with its lock is drawn with it; nothing else that is drawn is locked. */
    if (run->report->type_in != SK_TYPE_PDF)
        sk_job_forget(&next);
    if (request)
        next.target = SK_TYPE_PAGES;
    next.limits.input = (uint64_t)MAX(sk_io_size(input), 0);
    bool ok = run_step(run, run->lane->draw, &next, input, ret_drawn, ret_pages, error);
    sk_job_forget(&next);
    return ok;
}

/* The pages of @input that @request names could not be rebuilt: they are drawn, and the whole is disarmed once more with
 * their pictures at hand. What is said then is the answer. */
static bool
disarm_requested(const Run *run, int input, int request, int *ret_output, GError **error)
{
    g_autoptr(SkReport) drawn = NULL, second = NULL;
    sk_autofd pages = -1, output = -1;
    SkJob next = *run->job;

    sk_autofd asked = sk_memfd_join("sk-asked", (const int[]){ request, input }, 2, 2, error);
    if (asked < 0 || !draw(run, asked, true, &drawn, &pages, error))
        return false;
    if (!take_made(run, drawn, SK_TYPE_PAGES, &pages))
        return true;
    sk_autofd both = sk_memfd_join("sk-both", (const int[]){ request, input, pages }, 3, 1, error);
    if (both < 0)
        return false;
    next.target = SK_TYPE_PAGES;
    next.limits.input = (uint64_t)MAX(sk_io_size(both), 0);
    bool ok = run_step(run, run->lane->disarm, &next, both, &second, &output, error);
    sk_job_forget(&next);
    if (!ok)
        return false;
    g_array_set_size(run->report->findings, 0);
    append_findings(run->report, second);
    run->report->outcome = second->outcome;
    run->report->reason = second->reason;
    run->report->type_out = second->type_out;
    run->report->level = second->level;
    *ret_output = sk_fd_steal(&output);
    return true;
}

/* The report asked for drawing @input: it becomes the answer to the whole object. */
static bool
disarm_drawn(const Run *run, int input, int *output, GError **error)
{
    g_autoptr(SkReport) drawn = NULL;
    sk_autofd pages = -1, request = sk_fd_steal(output);
    SkType made = run->job->level == SK_LEVEL_TEXT ? SK_TYPE_TEXT : SK_TYPE_PAGES;
    int none = -1;

    if (run->lane->draw == NULL) {
        sk_steps_refuse(run->report, SK_REASON_UNSUPPORTED, &none);
        return true;
    }
    if (request >= 0)
        return disarm_requested(run, input, request, output, error);
    if (!draw(run, input, false, &drawn, &pages, error))
        return false;
    if (!take_made(run, drawn, made, &pages))
        return true;
    if (!disarm_made(run, made, pages, output, error))
        return false;
    if (run->report->outcome == SK_OUTCOME_CHILDREN)
        sk_steps_refuse(run->report, SK_REASON_CRASH, output); /* nothing stands in what was drawn */
    return true;
}

/* What a disarmer makes of @type, where it first rebuilds and then has the result drawn. */
static SkType
rebuilt_type(SkType type)
{
    static const SkType pairs[][2] = {
        { SK_TYPE_DOCM, SK_TYPE_DOCX }, { SK_TYPE_DOTX, SK_TYPE_DOCX },
        { SK_TYPE_DOTM, SK_TYPE_DOCX }, { SK_TYPE_XLSM, SK_TYPE_XLSX },
        { SK_TYPE_XLTX, SK_TYPE_XLSX }, { SK_TYPE_XLTM, SK_TYPE_XLSX },
        { SK_TYPE_PPTM, SK_TYPE_PPTX }, { SK_TYPE_POTX, SK_TYPE_PPTX },
        { SK_TYPE_POTM, SK_TYPE_PPTX }, { SK_TYPE_PPSX, SK_TYPE_PPTX },
        { SK_TYPE_PPSM, SK_TYPE_PPTX },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(pairs); i++)
        if (pairs[i][0] == type)
            return pairs[i][1];
    return type;
}

/* Has a document that the policy does not want converted been asked to be? */
static bool
may_convert(const Run *run, SkType target)
{
    int none = -1;

    if (run->lane->convert == NULL)
        sk_steps_refuse(run->report, SK_REASON_UNSUPPORTED, &none);
    else if (target == SK_TYPE_PDF && run->job->level != SK_LEVEL_IMAGE)
        sk_steps_refuse(run->report, SK_REASON_CRASH, &none);
    else if (run->job->verdicts[SK_ELEMENT_CONVERTED] == SK_VERDICT_REFUSED) {
        sk_report_find(run->report, SK_ELEMENT_CONVERTED, SK_ACTION_REFUSED, SK_SPAN_EMPTY, 1);
        sk_steps_refuse(run->report, SK_REASON_FORBIDDEN, &none);
    } else
        return true;
    return false;
}

/* The report asked for converting @input into its type_out: it becomes the answer to the whole
 * object. *ret_converted is what came out, where that asks for drawing. */
static bool
disarm_converted(const Run *run, int input, int *ret_converted, int *ret_output, GError **error)
{
    SkType target = run->report->type_out;
    g_autoptr(SkReport) said = NULL;
    sk_autofd converted = -1;
    SkJob next = *run->job;

    if (!may_convert(run, target))
        return true;
    sk_job_forget(&next);
    next.hint = rebuilt_type(run->report->type_in);
    next.target = target;
    next.limits.input = MAX(run->job->limits.input, run->job->limits.output);
    if (!run_step(run, run->lane->convert, &next, input, &said, &converted, error))
        return false;
    if (is_made(said, target, converted)) /* what failed is not said to have been done */
        sk_report_find(run->report, SK_ELEMENT_CONVERTED, SK_ACTION_REPLACED,
                       sk_span_str(sk_type_get(target)->name), 1);
    if (!take_made(run, said, target, &converted))
        return true;
    if (!disarm_made(run, target, converted, ret_output, error))
        return false;
    SkType expected = run->job->level == SK_LEVEL_TEXT ? SK_TYPE_TEXT : target;
    if (run->report->outcome == SK_OUTCOME_CLEAN && run->report->type_out != expected)
        sk_steps_refuse(run->report, SK_REASON_CRASH, ret_output);
    *ret_converted = sk_fd_steal(&converted);
    return true;
}

/* At most one conversion, then at most one drawing. */
static bool
finish(const Run *run, int input, int *output, GError **error)
{
    sk_autofd converted = -1;

    if (run->report->outcome == SK_OUTCOME_CONVERT) {
        sk_autofd rebuilt = sk_fd_steal(output);
        int from = rebuilt >= 0 ? rebuilt : input;
        if (!disarm_converted(run, from, &converted, output, error))
            return false;
    }
    if (run->report->outcome == SK_OUTCOME_DRAW &&
        !disarm_drawn(run, converted >= 0 ? converted : input, output, error))
        return false;
    if (run->report->outcome == SK_OUTCOME_DRAW || run->report->outcome == SK_OUTCOME_CONVERT)
        sk_steps_refuse(run->report, SK_REASON_CRASH, output); /* once more is never asked for */
    return true;
}

bool
sk_steps_disarm(SkLane *lane, const SkJob *job, int64_t deadline, int input, SkReport **ret_report,
                int *ret_output, GError **error)
{
    g_autoptr(SkReport) report = NULL;
    sk_autofd output = -1;
    Run run = { .lane = lane, .job = job, .deadline = deadline };
    SkJob first = *job;

    bool ran = run_step(&run, lane->disarm, &first, input, &report, &output, error);
    sk_job_forget(&first);
    if (!ran)
        return false;
    run.report = report;
    if (!finish(&run, input, &output, error))
        return false;
    check_clean(job, report, &output);
    *ret_report = g_steal_pointer(&report);
    *ret_output = sk_fd_steal(&output);
    return true;
}

/* What a worker that looked for numbers may say; anything else of it is not believed. */
static bool
take_numbers(const SkReport *said, SkReport *report)
{
    bool sound = said->outcome == SK_OUTCOME_CLEAN;

    for (guint i = 0; sound && i < said->findings->len; i++) {
        const SkFinding *f = &g_array_index(said->findings, SkFinding, i);
        sound = f->element == SK_ELEMENT_MY_NUMBER && f->action == SK_ACTION_KEPT;
        if (sound)
            sk_report_find(report, f->element, f->action, sk_span_str(f->place), f->count);
    }
    return sound && !said->findings_cut;
}

bool
sk_steps_numbers(SkLane *lane, const SkJob *job, int text, SkReport *report, GError **error)
{
    g_autoptr(SkReport) said = NULL;
    sk_autofd nothing = -1;
    SkJob look = sk_job_default();

    look.limits = job->limits;
    look.limits.input = job->limits.output;
    look.numbers = true;
    if (!sk_pool_run(lane->disarm, &look, text, &said, &nothing, error))
        return false;
    if (!take_numbers(said, report))
        sk_report_find(report, SK_ELEMENT_NOT_SCANNED, SK_ACTION_KEPT, SK_SPAN_EMPTY, 1);
    return true;
}
