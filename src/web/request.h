/* SPDX-License-Identifier: Apache-2.0
 *
 * request.h - one request on its way through the server, and how it is answered. Lives from the
 * first line until libmicrohttpd says that the answer has gone out or the connection is lost. Runs
 * in: web. Trusts: nothing that the client said.
 */
#pragma once

#include <jansson.h>
#include <microhttpd.h>

#include "notice/messages.h"
#include "store/session.h"
#include "web/client.h"
#include "web/import-job.h"
#include "web/pages.h"
#include "web/permission.h"
#include "web/problem.h"
#include "web/rights.h"
#include "web/rules.h"
#include "web/signin-pool.h"
#include "web/text.h"
#include "web/web.h"

#define SK_WEB_THREADS 4u
#define SK_WEB_CONNECTIONS_MAX 256u
#define SK_WEB_JSON_MAX (64u << 10)
#define SK_WEB_WORDS_MAX 400u /* bytes of a reason that a person writes */
#define SK_WEB_COOKIE "__Host-sekisho"

/** SkWeb: the server. Everything here is set before the first request, or locks for itself. */
typedef struct {
    const SkWebOptions *options;
    SkRules *rules;
    SkVault *vault;
    SkMessages *words; /* NULL where there are none */
    GAsyncQueue *stores; /* of SkStore: one for each thread, taken for the length of a call */
    GMutex pages_lock;
    SkPages *pages; /* under pages_lock: a reload replaces it */
    SkSignInPool *pool;
    SkImports *imports;
    struct MHD_Daemon *daemon;
    int connections; /* atomic */
    GMutex uploads_lock;
    GHashTable *uploads;    /* under it: account (owned) → number of uploads under way */
    uint64_t uploads_bytes; /* under it: their announced lengths in sum */
    bool secure;            /* the origin is https */
} SkWeb;

typedef struct SkUpload SkUpload;
typedef struct SkRoute SkRoute;

typedef struct {
    SkWeb *web;
    struct MHD_Connection *connection;
    char *target; /* as it came, after the guard */
    char *path;
    char *param; /* what stands for the route's {…} */
    SkQuery *query;
    bool get; /* GET or HEAD */
    bool begun;
    bool queued;
    const SkRoute *route;
    SkSession *session;
    SkRights rights; /* of the session; asked again in every transaction */
    struct {
        SkVerb verb;
        char *person; /* the account that it is done to; or NULL */
    } asked; /* by sk_people_may */
    SkAddress address; /* these three once sk_request_client was asked */
    char *terminal;    /* its cookie; or NULL */
    SkClient client;
    bool has_length;
    uint64_t length;   /* Content-Length */
    uint64_t received; /* bytes of the body so far */
    int64_t started;   /* monotonic */
    bool discard; /* the answer is known; the body is read away so that the sender gets to see it */
    GByteArray *body; /* of a JSON request */
    SkUpload *upload;
    SkImportJob *import; /* under way, or done */
    SkSignInJob *job; /* under way in the pool, or done */
    struct MHD_Response *response;
    unsigned status;
    char *deliver_id; /* record the delivery when the whole answer has gone out */
    char *deliver_account;
    SkTokenPurpose deliver_purpose;
} SkWebRequest;

/** sk_request_header: borrowed; NULL where there is none. The guard has seen to it that there are
 * not two. */
const char *sk_request_header(SkWebRequest *req, const char *name);
/** sk_request_client: (transfer none): where it comes from, as far as that is believed, and the
 * zone's limits for sessions. */
const SkClient *sk_request_client(SkWebRequest *req);
/** sk_request_directory: are there passwords of a directory? */
bool sk_request_directory(const SkWebRequest *req);
/** sk_request_may: for a handler that asks for itself: answers `forbidden` or `rise-needed` and
 * returns false where the account or its session may not. */
bool sk_request_may(SkWebRequest *req, SkVerb verb, SkScope scope);
/** sk_request_verify: suspends the request until the pool, of which a place was taken, has verified
 * @password for @attempt, which it takes. */
void sk_request_verify(SkWebRequest *req, SkSignInAttempt *attempt, const char *password);
/** sk_request_resume: for a job's done: @data is the connection. */
void sk_request_resume(void *data);
/** sk_request_json: (transfer full): the body; NULL after a problem was answered (no object, twice
 * the same key, not JSON). */
json_t *sk_request_json(SkWebRequest *req);
/** sk_request_words: (out) (transfer full): a reason that a person wrote, tidied, "" included;
 * WORDS_TOO_LONG or BAD_REQUEST. */
SkProblem sk_request_words(const char *words, char **ret);
/** sk_request_free: frees what hangs on @req and itself. */
void sk_request_free(SkWebRequest *req);

/* ---- answers: each sets req->response; the first one stays
 * ---------------------------------------- */

void sk_answer_problem(SkWebRequest *req, SkProblem problem);
/** sk_answer_problem_with: the problem with further members. Takes @members. */
void sk_answer_problem_with(SkWebRequest *req, SkProblem problem, json_t *members);
/** sk_answer_sign_in_error: what a failed step of signing in means. */
void sk_answer_sign_in_error(SkWebRequest *req, SkStore *store, const GError *error,
                             int64_t wait_us);
/** sk_answer_wait: `locked` with Retry-After. */
void sk_answer_wait(SkWebRequest *req, int64_t wait_us);
/** sk_answer_error: what a failed call of the store means to the client; logs what is not the
 * client's doing. */
void sk_answer_error(SkWebRequest *req, SkStore *store, const GError *error);
/** sk_answer_json: takes @value. */
void sk_answer_json(SkWebRequest *req, unsigned status, json_t *value);
void sk_answer_empty(SkWebRequest *req, unsigned status);
void sk_answer_bytes(SkWebRequest *req, GBytes *bytes, const char *type);
/** sk_answer_page: with its ETag; @unchanged: 304 and nothing else. */
void sk_answer_page(SkWebRequest *req, const SkPage *page, bool unchanged);
/** sk_answer_fd: takes @fd; @n bytes from its beginning. */
void sk_answer_fd(SkWebRequest *req, int fd, uint64_t n, const char *type);
/** sk_answer_header: after one of those above. */
void sk_answer_header(SkWebRequest *req, const char *name, const char *value);
/** sk_disk_full: does @error say that the disk is full? */
bool sk_disk_full(SkWeb *web, const GError *error);

/* ---- routes
 * --------------------------------------------------------------------------------------- */

typedef void (*SkWebHandler)(SkWebRequest *req, SkStore *store);

typedef enum {
    SK_BODY_NONE = 0, /* none, or of length zero */
    SK_BODY_JSON,
    SK_BODY_FILE,
} SkWebBody;

struct SkRoute {
    const char *method;
    const char *path; /* below /api/v1; `{id}`: a UUIDv7, `{name}`: an account's name, `{code}`: a section's, `{rest}`: all
                         that follows */
    SkVerb verb;
    bool crossing; /* the handler asks the permission table itself, with the crossing's scope */
    SkWebBody body;
    const char *query;   /* names that may be given, space-separated */
    SkWebHandler start;  /* FILE: before the body */
    SkWebHandler handle; /* once the body is there; again when a job is done */
};

/** sk_route_find: @ret_method_wrong: the address exists, for another method. @ret_param: (transfer
 * full) or NULL. */
const SkRoute *sk_route_find(const char *method, const char *path, char **ret_param,
                             bool *ret_method_wrong);
/** sk_route_get: NULL after the last: for tests that walk them. */
const SkRoute *sk_route_get(unsigned i);
