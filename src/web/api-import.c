/* SPDX-License-Identifier: Apache-2.0
 * api-import.c - a list of an office: looked at, then done or proposed. Contracts in api.h and
 * data/openapi.json. */
#include <string.h>

#include "base/name.h"
#include "web/import-job.h"
#include "web/people-json.h"

#define LIST_MAX (16u << 20) /* ten thousand people are two */
#define NAME_HEADER "X-Sekisho-Name"

/* ---- the question ---- */

static bool
read_options(SkWebRequest *req, SkImportJob *job)
{
    const char *on = sk_query_get(req->query, "on");
    const char *missing = sk_query_get(req->query, "missing");
    const char *what = sk_query_get(req->query, "do");
    const char *name = sk_request_header(req, NAME_HEADER);

    job->apply = what != NULL && strcmp(what, "apply") == 0;
    job->options.missing = missing != NULL && strcmp(missing, "leave") == 0;
    job->hint = name == NULL ? SK_TYPE_NONE : sk_type_from_name(name);
    if (job->hint == SK_TYPE_NONE || job->hint == SK_TYPE_TEXT)
        job->hint = SK_TYPE_CSV; /* what is no package is delimited text */
    return on != NULL && sk_day_parse(on, &job->options.on) &&
           (missing == NULL || job->options.missing || strcmp(missing, "stay") == 0) &&
           (what == NULL || job->apply || strcmp(what, "check") == 0);
}

void
sk_api_import_start(SkWebRequest *req, SkStore *store)
{
    SkImportJob *job = g_new0(SkImportJob, 1);
    (void)store;

    if (!req->has_length)
        sk_answer_problem(req, SK_PROBLEM_LENGTH_REQUIRED);
    else if (req->length == 0)
        sk_answer_problem(req, SK_PROBLEM_EMPTY);
    else if (req->length > LIST_MAX)
        sk_answer_problem(req, SK_PROBLEM_TOO_LARGE);
    else if (!read_options(req, job))
        sk_answer_problem(req, SK_PROBLEM_BAD_REQUEST);
    else
        req->body = g_byte_array_new();
    sk_import_job_free(job);
}

/* ---- the answer ---- */

static json_t *
error_json(const SkImportError *e)
{
    return json_pack("{s:s, s:i, s:o, s:s, s:s, s:{s:s, s:s}}", "sheet", e->sheet, "row",
                     (int)e->row, "column", sk_json_word(e->column), "code", e->code, "value",
                     e->value, "message", "ja", e->ja, "en", e->en);
}

static json_t *
errors_json(const SkImport *import)
{
    const GPtrArray *errors = sk_import_errors(import);
    json_t *out = json_array();
    for (guint i = 0; i < errors->len; i++)
        json_array_append_new(out, error_json(g_ptr_array_index(errors, i)));
    return out;
}

static json_t *
who_json(const GPtrArray *list)
{
    json_t *who = json_array();

    for (guint i = 0; i < list->len; i++) {
        const SkImportApprover *a = g_ptr_array_index(list, i);
        json_array_append_new(who, json_pack("{s:s, s:s, s:s, s:s, s:s}", "name", a->name, "label",
                                             a->label, "section", a->section, "title", a->title,
                                             "role", a->role));
    }
    return who;
}

static json_t *
changes_json(const SkImport *import)
{
    const SkImportChanges *c = sk_import_changes(import);

    return json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:o, s:o, s:b}", "added", (int)c->added, "moved",
                     (int)c->moved, "left", (int)c->left, "unchanged", (int)c->unchanged,
                     "sections", (int)c->sections, "posts", (int)c->posts, "approvers",
                     who_json(sk_import_approvers(import)), "relieved",
                     who_json(sk_import_relieved(import)), "takesTwo", (int)sk_import_takes_two(import));
}

static json_t *
ignored_json(const SkImport *import)
{
    const GPtrArray *ignored = sk_import_ignored(import);
    json_t *out = json_array();
    for (guint i = 0; i < ignored->len; i++) {
        g_autofree char *plain = sk_text_plain(sk_span_str(g_ptr_array_index(ignored, i)), 100);
        json_array_append_new(out, json_string(plain));
    }
    return out;
}

/* What could not be read has one error, of the file as a whole. */
static void
answer_unreadable(SkWebRequest *req, SkReason reason)
{
    json_t *error = json_pack("{s:s, s:i, s:n, s:s, s:s, s:{s:s, s:s}}", "sheet", "", "row", 0,
                              "column", "code", "unreadable", "value", sk_reason_name(reason),
                              "message", "ja", "CSVまたはExcelの表として読めません。", "en",
                              "It cannot be read as a table of CSV or Excel.");
    sk_answer_json(req, 200,
                   json_pack("{s:b, s:n, s:[o], s:n, s:[]}", "applied", 0, "proposal", "errors",
                             error, "changes", "ignored"));
}

static void
answer_import(SkWebRequest *req, const SkImportJob *job)
{
    bool wrong = sk_import_errors(job->import)->len > 0;
    bool applied = job->apply && job->outcome == SK_IMPORT_APPLIED;

    sk_answer_json(req, 200,
                   json_pack("{s:b, s:s?, s:o, s:o, s:o}", "applied", (int)applied, "proposal",
                             job->proposal, "errors", errors_json(job->import), "changes",
                             wrong ? json_null() : changes_json(job->import), "ignored",
                             ignored_json(job->import)));
}

static void
answer_job(SkWebRequest *req, SkStore *store, const SkImportJob *job)
{
    SkProblem problem = job->why == NULL ? SK_PROBLEM_NONE : sk_problem_lookup(job->why);

    if (job->reason != SK_REASON_NONE)
        answer_unreadable(req, job->reason);
    else if (job->error == NULL)
        answer_import(req, job);
    else if (problem != SK_PROBLEM_NONE)
        sk_answer_problem(req, problem);
    else
        sk_answer_error(req, store, job->error);
}

/* ---- the work ---- */

static void
resume(void *data)
{
    MHD_resume_connection(data);
}

/* Called twice: with the list, and again when it has been looked at. */
void
sk_api_import_finish(SkWebRequest *req, SkStore *store)
{
    if (req->import != NULL) {
        answer_job(req, store, req->import);
        return;
    }
    if (!sk_imports_take(req->web->imports)) {
        sk_answer_problem(req, SK_PROBLEM_BUSY);
        return;
    }
    SkImportJob *job = g_new0(SkImportJob, 1);
    bool read = read_options(req, job);
    g_assert(read); /* looked at before the body was taken */
    job->list = g_bytes_new(req->body->data, req->body->len);
    job->actor = g_strdup(req->session->account->name);
    job->rights = &req->rights;
    job->done = resume;
    job->data = req->connection;
    req->import = job;
    MHD_suspend_connection(req->connection); /* before the job can end and resume it */
    sk_imports_start(req->web->imports, job);
}
