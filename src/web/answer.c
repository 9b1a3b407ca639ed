/* SPDX-License-Identifier: Apache-2.0
 * answer.c - the answers of request.h: every response is made here, so every one carries the
 * headers of web/problem.h. */
#include "web/request.h"

#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "base/name.h"
#include "web/api.h"

const char *
sk_request_header(SkWebRequest *req, const char *name)
{
    return MHD_lookup_connection_value(req->connection, MHD_HEADER_KIND, name);
}

json_t *
sk_request_json(SkWebRequest *req)
{
    json_error_t ignored;
    json_t *value = NULL;

    if (req->body != NULL)
        value = json_loadb((const char *)req->body->data, req->body->len, JSON_REJECT_DUPLICATES,
                           &ignored);
    if (json_is_object(value))
        return value;
    json_decref(value);
    sk_answer_problem(req, SK_PROBLEM_NOT_JSON);
    return NULL;
}

void
sk_request_verify(SkWebRequest *req, SkSignInAttempt *attempt, const char *password)
{
    req->job = g_new0(SkSignInJob, 1);
    req->job->attempt = attempt;
    req->job->password = g_strdup(password);
    req->job->done = sk_request_resume;
    req->job->data = req->connection;
    MHD_suspend_connection(req->connection); /* before the job can end and resume it */
    sk_signin_pool_push(req->web->pool, req->job);
}

SkProblem
sk_request_words(const char *words, char **ret)
{
    g_autofree char *tidy = sk_words_tidy(words);

    if (strlen(tidy) > SK_WEB_WORDS_MAX)
        return SK_PROBLEM_WORDS_TOO_LONG;
    if (!sk_text_is_plain(sk_span_str(tidy), SK_WEB_WORDS_MAX))
        return SK_PROBLEM_BAD_REQUEST;
    *ret = g_steal_pointer(&tidy);
    return SK_PROBLEM_NONE;
}

/* The proxy's word counts on the Unix socket only: on loopback anybody could write that field. */
static bool
behind_proxy(SkWebRequest *req)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(req->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info != NULL && info->client_addr != NULL && info->client_addr->sa_family == AF_UNIX;
}

bool
sk_request_directory(const SkWebRequest *req)
{
    return req->web->options->directory_fd >= 0;
}

const SkClient *
sk_request_client(SkWebRequest *req)
{
    SkClient *client = &req->client;

    if (client->label != NULL)
        return client;
    if (behind_proxy(req) && !sk_address_parse(sk_request_header(req, "X-Real-IP"), &req->address))
        sk_log(SK_LOG_WARNING, "proxy-says-no-address", NULL);
    /* Two of it is none: it proves nothing that anybody has a right to. */
    if (!sk_cookie_get(sk_request_header(req, "Cookie"), SK_TERMINAL_COOKIE, &req->terminal))
        g_clear_pointer(&req->terminal, g_free);
    client->address = req->address.text;
    client->network = req->address.network;
    client->terminal = req->terminal;
    client->label = sk_browser_label(sk_request_header(req, "User-Agent"));
    client->directory = sk_request_directory(req);
    sk_rules_limits(req->web->rules, &client->idle, &client->life);
    return client;
}

bool
sk_request_may(SkWebRequest *req, SkVerb verb, SkScope scope)
{
    const SkSession *session = req->session;

    if (!sk_permitted_account(session->account, verb, scope)) {
        sk_answer_problem(req, SK_PROBLEM_FORBIDDEN);
        return false;
    }
    if (session->raised == 0 && sk_permission_needs_rise(session->account->role, verb)) {
        sk_answer_problem(req, SK_PROBLEM_RISE_NEEDED);
        return false;
    }
    return true;
}

void
sk_request_resume(void *data)
{
    MHD_resume_connection(data);
}

void
sk_request_free(SkWebRequest *req)
{
    g_free(req->asked.person);
    if (req->response != NULL)
        MHD_destroy_response(req->response);
    if (req->body != NULL) {
        if (req->body->len > 0)
            explicit_bzero(req->body->data, req->body->len); /* it may hold a password */
        g_byte_array_unref(req->body);
    }
    sk_upload_free(req->upload);
    sk_signin_job_free(req->job);
    sk_import_job_free(req->import);
    sk_session_free(req->session);
    sk_query_free(req->query);
    g_free(req->target);
    g_free(req->path);
    g_free(req->param);
    g_free(req->terminal);
    g_free(req->deliver_id);
    g_free(req->deliver_account);
    g_free(req);
}

void
sk_answer_header(SkWebRequest *req, const char *name, const char *value)
{
    if (req->response != NULL && MHD_add_response_header(req->response, name, value) != MHD_YES)
        sk_log(SK_LOG_ERROR, "header-refused", "name", name, NULL);
}

static void
answer(SkWebRequest *req, unsigned status, struct MHD_Response *response, const char *type,
       const char *cache)
{
    bool content = req->deliver_id != NULL;

    if (response == NULL || req->response != NULL) {
        if (response != NULL)
            MHD_destroy_response(response);
        return;
    }
    req->response = response;
    req->status = status;
    for (const SkHeader *h = sk_headers_always(content); h->name != NULL; h++)
        sk_answer_header(req, h->name, h->value);
    sk_answer_header(req, "Cache-Control", cache);
    if (type != NULL)
        sk_answer_header(req, "Content-Type", type);
}

static struct MHD_Response *
text_response(const char *text)
{
    return MHD_create_response_from_buffer(strlen(text), (void *)text, MHD_RESPMEM_MUST_COPY);
}

/* (transfer full): in Japanese where the client asks for it, else in the English of the API's document. */
static char *
problem_body(SkWebRequest *req, SkProblem problem, SkLanguage *ret_language)
{
    g_autofree char *key = g_strconcat("problem.", sk_problem_code(problem), NULL);
    SkLanguage asked = sk_language_accept(sk_request_header(req, "Accept-Language"), SK_LANGUAGE_EN);
    const char *said = asked == SK_LANGUAGE_JA ? sk_messages_lookup(req->web->words, asked, key) : NULL;

    *ret_language = said == NULL ? SK_LANGUAGE_EN : SK_LANGUAGE_JA;
    return sk_problem_json_said(problem, 0, said == NULL ? sk_problem_detail(problem) : said);
}

void
sk_answer_problem(SkWebRequest *req, SkProblem problem)
{
    SkLanguage language = SK_LANGUAGE_EN;
    g_autofree char *body = problem_body(req, problem, &language);
    unsigned status = sk_problem_status(problem);

    answer(req, status, text_response(body), "application/problem+json", "no-store");
    sk_answer_header(req, "Content-Language", sk_language_name(language));
    if (status == 503)
        sk_answer_header(req, "Retry-After", "1");
}

void
sk_answer_problem_with(SkWebRequest *req, SkProblem problem, json_t *members)
{
    SkLanguage language = SK_LANGUAGE_EN;
    g_autofree char *plain = problem_body(req, problem, &language);
    json_t *object = json_loads(plain, 0, NULL);

    json_object_update(object, members);
    char *text = json_dumps(object, JSON_COMPACT);
    answer(req, sk_problem_status(problem), text_response(text), "application/problem+json",
           "no-store");
    sk_answer_header(req, "Content-Language", sk_language_name(language));
    free(text);
    json_decref(object);
    json_decref(members);
}

void
sk_answer_wait(SkWebRequest *req, int64_t wait_us)
{
    g_autofree char *seconds =
        g_strdup_printf("%" G_GINT64_FORMAT, MAX(wait_us, 0) / G_USEC_PER_SEC + 1);
    sk_answer_problem(req, SK_PROBLEM_LOCKED);
    sk_answer_header(req, "Retry-After", seconds);
}

void
sk_answer_sign_in_error(SkWebRequest *req, SkStore *store, const GError *error, int64_t wait_us)
{
    if (error->domain == SK_ERROR && error->code == SK_ERROR_LIMIT)
        sk_answer_wait(req, wait_us);
    else
        sk_answer_error(req, store, error);
}

bool
sk_disk_full(SkWeb *web, const GError *error)
{
    uint64_t free_bytes = 0;
    uint64_t total = 0;

    if (error->code != SK_ERROR_IO)
        return false;
    if (strstr(error->message, g_strerror(ENOSPC)) != NULL ||
        strstr(error->message, g_strerror(EDQUOT)) != NULL ||
        strstr(error->message, "disk is full") != NULL)
        return true;
    return sk_vault_disk(web->vault, &free_bytes, &total, NULL) && free_bytes < (1u << 20);
}

/* Somebody else has been writing for longer than the store waits: that passes. */
static bool
database_busy(const GError *error)
{
    return error->domain == SK_ERROR && error->code == SK_ERROR_IO &&
           strstr(error->message, "database is locked") != NULL;
}

/* The store's word for what the API calls otherwise. */
static SkProblem
problem_of(const char *why)
{
    static const struct {
        const char *why;
        SkProblem problem;
    } others[] = {
        { "forbidden-state", SK_PROBLEM_ALREADY_DECIDED },
        { "account-unknown", SK_PROBLEM_NOT_FOUND },
        { "token-unknown", SK_PROBLEM_NOT_FOUND },
        { "session-unknown", SK_PROBLEM_NOT_SIGNED_IN },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(others); i++)
        if (strcmp(others[i].why, why) == 0)
            return others[i].problem;
    return sk_problem_lookup(why);
}

void
sk_answer_error(SkWebRequest *req, SkStore *store, const GError *error)
{
    bool client = error->domain == SK_ERROR &&
                  (error->code == SK_ERROR_FORBIDDEN || error->code == SK_ERROR_LIMIT ||
                   error->code == SK_ERROR_AMBIGUOUS);
    SkProblem problem = client ? problem_of(sk_store_why(store)) : SK_PROBLEM_NONE;

    if (problem == SK_PROBLEM_NONE && error->domain == SK_ERROR &&
        error->code == SK_ERROR_MALFORMED)
        problem = SK_PROBLEM_BAD_REQUEST;
    if (problem == SK_PROBLEM_NONE) {
        sk_log(SK_LOG_ERROR, "request-failed", "error", error->message, NULL);
        problem = sk_disk_full(req->web, error) ? SK_PROBLEM_DISK_FULL
                  : database_busy(error)        ? SK_PROBLEM_BUSY
                                                : SK_PROBLEM_INTERNAL;
    }
    sk_answer_problem(req, problem);
}

void
sk_answer_json(SkWebRequest *req, unsigned status, json_t *value)
{
    char *text = value == NULL ? NULL : json_dumps(value, JSON_COMPACT);

    json_decref(value);
    if (text == NULL) {
        sk_log(SK_LOG_ERROR, "json-not-made", NULL);
        sk_answer_problem(req, SK_PROBLEM_INTERNAL);
        return;
    }
    answer(req, status, text_response(text), "application/json", "no-store");
    free(text);
}

void
sk_answer_empty(SkWebRequest *req, unsigned status)
{
    answer(req, status, text_response(""), NULL, "no-store");
}

void
sk_answer_bytes(SkWebRequest *req, GBytes *bytes, const char *type)
{
    SkSpan s = sk_span_bytes(bytes);
    answer(req, 200, MHD_create_response_from_buffer(s.n, (void *)s.p, MHD_RESPMEM_MUST_COPY), type,
           "no-store");
}

void
sk_answer_page(SkWebRequest *req, const SkPage *page, bool unchanged)
{
    SkSpan s = unchanged ? SK_SPAN_EMPTY : sk_span_bytes(page->bytes);
    answer(req, unchanged ? 304 : 200,
           MHD_create_response_from_buffer(s.n, (void *)s.p, MHD_RESPMEM_MUST_COPY), page->type,
           "no-cache");
    sk_answer_header(req, "ETag", page->etag);
}

void
sk_answer_fd(SkWebRequest *req, int fd, uint64_t n, const char *type)
{
    struct MHD_Response *response = MHD_create_response_from_fd64(n, fd);
    if (response == NULL)
        close(fd);
    answer(req, 200, response, type, "no-store");
}
