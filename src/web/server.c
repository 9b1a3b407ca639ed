/* SPDX-License-Identifier: Apache-2.0
 * server.c - contract in server.h. */
#include "web/server.h"

#include <sodium.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "web/api.h"

#define API "/api/v1"
#define CONTENT "/content/"
#define IDLE_SECONDS 30u
/* A connection's buffers; the head's limit is far below. No more than this: libmicrohttpd maps
 * larger ones, and mapping waits for whoever maps 64 MiB to hash a password, so that every request
 * did. */
#define MEMORY (32u << 10)
/* A body slower than this after the first minute holds a place that others need. */
#define SLOW_AFTER_US (60 * G_USEC_PER_SEC)
#define SLOW_BYTES_PER_SECOND 2048u
/* How much of a body whose answer is known is read away, so that the sender gets to see the answer.
 */
#define DISCARD_STRANGER_MAX (1u << 20)
#define DISCARD_MAX (1ull << 30)

static void *
on_target(void *cls, const char *target, struct MHD_Connection *connection)
{
    SkWebRequest *req = g_new0(SkWebRequest, 1);
    req->web = cls;
    req->connection = connection;
    req->target = g_strdup(target);
    req->started = sk_clock_monotonic();
    return req;
}

/* Nothing in a target is decoded behind our back. */
static size_t
keep_escapes(void *cls, struct MHD_Connection *connection, char *s)
{
    (void)cls;
    (void)connection;
    return strlen(s);
}

static bool
split_target(SkWebRequest *req)
{
    SkSpan target = sk_span_str(req->target);
    size_t mark = sk_span_find(target, 0, sk_span_str("?"));
    SkSpan path = sk_span_sub(target, 0, mark == SIZE_MAX ? target.n : mark);
    SkSpan query =
        mark == SIZE_MAX ? SK_SPAN_EMPTY : sk_span_sub(target, mark + 1, target.n - mark - 1);

    req->path = sk_span_dup(path);
    req->query = sk_query_parse(query);
    return req->query != NULL;
}

static bool
is_content_host(SkWebRequest *req)
{
    const char *host = sk_request_header(req, "Host");
    const char *authority = strstr(req->web->options->content_origin, "://") + 3;
    return host != NULL && g_ascii_strcasecmp(host, authority) == 0;
}

/* A browser says where a request comes from: believed only in one direction. Clients that are no
 * browsers say nothing; for them the token (or the password) is what counts. */
static bool
same_origin(SkWebRequest *req)
{
    const char *origin = sk_request_header(req, "Origin");
    const char *site = sk_request_header(req, "Sec-Fetch-Site");

    if (origin != NULL && strcmp(origin, req->web->options->origin) != 0)
        return false;
    return site == NULL || strcmp(site, "same-origin") == 0 ||
           (req->get && strcmp(site, "none") == 0);
}

static SkProblem
check_session(SkWebRequest *req, SkStore *store)
{
    g_autofree char *token = NULL;
    g_autoptr(GError) error = NULL;
    const SkRoute *route = req->route;

    if (!sk_cookie_get(sk_request_header(req, "Cookie"), SK_WEB_COOKIE, &token))
        return SK_PROBLEM_BAD_REQUEST;
    if (token == NULL)
        return SK_PROBLEM_NOT_SIGNED_IN;
    /* A page that looks by itself every two seconds does not keep an empty chair signed in. */
    bool touch = sk_query_get(req->query, "since") == NULL &&
                 sk_request_header(req, "If-None-Match") == NULL;
    if (!sk_session_lookup(store, token, touch, &req->session, &error)) {
        if (error->code == SK_ERROR_FORBIDDEN)
            return SK_PROBLEM_NOT_SIGNED_IN;
        sk_answer_error(req, store, error);
        return SK_PROBLEM_INTERNAL;
    }
    if (!req->get) {
        const char *csrf = sk_request_header(req, "X-Sekisho-CSRF");
        SkSpan mine = sk_span_str(req->session->csrf);
        SkSpan theirs = sk_span_str(csrf);
        if (mine.n == 0 || mine.n != theirs.n || sodium_memcmp(mine.p, theirs.p, mine.n) != 0)
            return SK_PROBLEM_CSRF;
    }
    /* The role may have changed since signing in; and it may change before this request acts. */
    req->rights = (SkRights){ .session = req->session->id,
                              .management = req->web->options->management,
                              .verb = route->verb,
                              .scoped = route->crossing };
    sk_rights_hold(&req->rights, store);
    return sk_rights_check(&req->rights, req->session);
}

static SkProblem
check_body(SkWebRequest *req)
{
    const char *type = sk_request_header(req, "Content-Type");

    switch (req->route->body) {
    case SK_BODY_NONE: /* pages send `{}` with every write; nobody looks at it */
        return req->length <= SK_WEB_JSON_MAX ? SK_PROBLEM_NONE : SK_PROBLEM_TOO_LARGE;
    case SK_BODY_JSON:
        if (req->length > SK_WEB_JSON_MAX)
            return SK_PROBLEM_TOO_LARGE;
        if (type == NULL || (g_ascii_strcasecmp(type, "application/json") != 0 &&
                             g_ascii_strncasecmp(type, "application/json;", 17) != 0))
            return SK_PROBLEM_NOT_JSON;
        req->body = g_byte_array_new();
        return SK_PROBLEM_NONE;
    case SK_BODY_FILE:
        return SK_PROBLEM_NONE; /* its start says */
    }
    return SK_PROBLEM_INTERNAL;
}

static SkProblem
begin_api(SkWebRequest *req, SkStore *store, const char *method)
{
    bool method_wrong = false;
    req->route = sk_route_find(method, req->path + strlen(API), &req->param, &method_wrong);
    if (req->route == NULL)
        return method_wrong ? SK_PROBLEM_METHOD_NOT_ALLOWED : SK_PROBLEM_NOT_FOUND;
    if (!same_origin(req))
        return SK_PROBLEM_CROSS_ORIGIN;
    if (req->route->verb != SK_VERB_ANYONE) {
        SkProblem problem = check_session(req, store);
        if (problem != SK_PROBLEM_NONE)
            return problem;
    }
    if (!sk_query_only(req->query, req->route->query))
        return SK_PROBLEM_BAD_REQUEST;
    SkProblem problem = check_body(req);
    if (problem == SK_PROBLEM_NONE && req->route->start != NULL)
        req->route->start(req, store);
    return problem;
}

static void
begin_page(SkWebRequest *req)
{
    g_mutex_lock(&req->web->pages_lock);
    g_autoptr(SkPages) pages = sk_pages_ref(req->web->pages);
    g_mutex_unlock(&req->web->pages_lock);
    const SkPage *page = sk_pages_lookup(pages, req->path);
    const char *seen = sk_request_header(req, "If-None-Match");

    if (page == NULL) {
        sk_answer_problem(req, SK_PROBLEM_NOT_FOUND);
        return;
    }
    sk_answer_page(req, page, seen != NULL && strcmp(seen, page->etag) == 0);
}

static void
begin_content(SkWebRequest *req, SkStore *store, const char *method)
{
    if (!g_str_has_prefix(req->path, CONTENT))
        sk_answer_problem(req, SK_PROBLEM_NOT_FOUND);
    else if (strcmp(method, "GET") != 0) /* HEAD would use up the token and deliver nothing */
        sk_answer_problem(req, SK_PROBLEM_METHOD_NOT_ALLOWED);
    else {
        req->param = g_strdup(req->path + strlen(CONTENT));
        sk_content_fetch(req, store);
    }
}

/* The head is there: everything that can be said without the body is said now. */
static void
begin(SkWebRequest *req, SkStore *store, const char *method)
{
    const char *length = sk_request_header(req, "Content-Length");
    SkProblem problem = SK_PROBLEM_NONE;

    req->begun = true;
    req->get = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
    req->has_length = length != NULL;
    if ((length != NULL && !sk_number_parse(length, INT64_MAX, &req->length)) || !split_target(req))
        problem = SK_PROBLEM_BAD_REQUEST;
    else if (is_content_host(req))
        begin_content(req, store, method);
    else if (g_str_has_prefix(req->path, API "/"))
        problem = begin_api(req, store, method);
    else if (req->get)
        begin_page(req);
    else
        problem = SK_PROBLEM_METHOD_NOT_ALLOWED;
    if (problem != SK_PROBLEM_NONE)
        sk_answer_problem(req, problem);
}

static enum MHD_Result
queue(SkWebRequest *req)
{
    if (req->response == NULL)
        sk_answer_problem(req, SK_PROBLEM_INTERNAL);
    req->queued = true;
    return MHD_queue_response(req->connection, req->status, req->response);
}

/* An answer while the body is still on its way: a client that waits for `100 Continue` gets it at
 * once; from others the body is read away first, or the answer would be lost in the reset. */
static bool
answer_early(SkWebRequest *req)
{
    if (req->response == NULL)
        return false;
    uint64_t most = req->session == NULL ? DISCARD_STRANGER_MAX : DISCARD_MAX;
    if (req->length == 0 || req->length > most || sk_request_header(req, "Expect") != NULL)
        return true;
    req->discard = true;
    return false;
}

static bool
too_slow(const SkWebRequest *req)
{
    int64_t taken = sk_clock_monotonic() - req->started;
    return taken > SLOW_AFTER_US &&
           req->received / ((uint64_t)taken / G_USEC_PER_SEC) < SLOW_BYTES_PER_SECOND;
}

static enum MHD_Result
on_body(SkWebRequest *req, SkSpan bytes)
{
    req->received += bytes.n;
    if (req->received > req->length || too_slow(req))
        return MHD_NO;
    if (req->discard || req->response != NULL)
        return MHD_YES;
    if (req->upload != NULL)
        sk_upload_data(req, bytes);
    else if (req->body != NULL)
        g_byte_array_append(req->body, bytes.p, (guint)bytes.n);
    return MHD_YES;
}

static enum MHD_Result
on_end(SkWebRequest *req, SkStore *store)
{
    if (req->response == NULL && req->received != req->length)
        return MHD_NO;
    if (req->response == NULL)
        req->route->handle(req, store);
    /* A job of the sign-in pool may have been done, and the connection resumed, before this line.
     */
    return req->response == NULL ? MHD_YES : queue(req);
}

static enum MHD_Result
on_request(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
           const char *version, const char *upload_data, size_t *upload_data_size, void **con_cls)
{
    SkWeb *web = cls;
    SkWebRequest *req = *con_cls;
    enum MHD_Result result = MHD_YES;
    (void)url;
    (void)version;

    if (req == NULL || req->connection != connection || req->queued)
        return MHD_NO;
    SkStore *store = g_async_queue_pop(web->stores);
    if (req->session != NULL)
        sk_rights_hold(&req->rights, store);
    if (!req->begun) {
        begin(req, store, method);
        if (answer_early(req))
            result = queue(req);
    } else if (*upload_data_size > 0) {
        result = on_body(req, sk_span(upload_data, *upload_data_size));
        *upload_data_size = 0;
    } else {
        result = on_end(req, store);
    }
    sk_rights_hold(NULL, store);
    g_async_queue_push(web->stores, store);
    return result;
}

static void
record_delivery(SkWebRequest *req)
{
    g_autoptr(GError) error = NULL;
    SkStore *store = g_async_queue_pop(req->web->stores);
    bool ok = req->deliver_purpose == SK_TOKEN_EXAMINE
                  ? sk_store_examined(store, req->deliver_id, req->deliver_account, &error)
                  : sk_store_delivered(store, req->deliver_id, req->deliver_account, &error);
    if (!ok)
        sk_log(SK_LOG_ERROR, "delivery-not-recorded", "crossing", req->deliver_id, "error",
               error->message, NULL);
    g_async_queue_push(req->web->stores, store);
}

static void
on_completed(void *cls, struct MHD_Connection *connection, void **con_cls,
             enum MHD_RequestTerminationCode how)
{
    SkWebRequest *req = *con_cls;
    (void)cls;
    (void)connection;

    if (req == NULL)
        return;
    if (how == MHD_REQUEST_TERMINATED_COMPLETED_OK && req->deliver_id != NULL && req->status == 200)
        record_delivery(req);
    sk_request_free(req);
    *con_cls = NULL;
}

static void
on_connection(void *cls, struct MHD_Connection *connection, void **socket_context,
              enum MHD_ConnectionNotificationCode what)
{
    SkWeb *web = cls;
    (void)connection;
    (void)socket_context;
    if (what == MHD_CONNECTION_NOTIFY_CLOSED)
        g_atomic_int_dec_and_test(&web->connections);
}

static void
on_log(void *cls, const char *format, va_list arguments)
{
    (void)cls;
    (void)arguments;
    /* The words only: what came in over the network does not go into our log. */
    g_autofree char *words = g_strndup(format, 120);
    sk_log(SK_LOG_INFO, "http", "what", g_strchomp(words), NULL);
}

bool
sk_server_start(SkWeb *web, GError **error)
{
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ITC |
                     MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;

    web->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, web, MHD_OPTION_EXTERNAL_LOGGER, on_log, web,
        MHD_OPTION_THREAD_POOL_SIZE, SK_WEB_THREADS, MHD_OPTION_CONNECTION_LIMIT,
        2 * SK_WEB_CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT, IDLE_SECONDS,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_URI_LOG_CALLBACK, on_target, web, MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes,
        web, MHD_OPTION_NOTIFY_COMPLETED, on_completed, web, MHD_OPTION_NOTIFY_CONNECTION,
        on_connection, web, MHD_OPTION_END);
    if (web->daemon == NULL)
        return sk_throw(error, SK_ERROR_IO, "web: libmicrohttpd does not start");
    return true;
}

bool
sk_server_adopt(void *data, int fd, const struct sockaddr *peer, socklen_t peer_n)
{
    SkWeb *web = data;

    if (g_atomic_int_add(&web->connections, 1) >= (int)SK_WEB_CONNECTIONS_MAX) {
        g_atomic_int_dec_and_test(&web->connections);
        return false;
    }
    if (MHD_add_connection(web->daemon, fd, peer, peer_n) != MHD_YES)
        g_atomic_int_dec_and_test(&web->connections); /* it has closed the socket */
    return true;
}

void
sk_server_stop(SkWeb *web)
{
    if (web->daemon != NULL)
        MHD_stop_daemon(g_steal_pointer(&web->daemon));
}
