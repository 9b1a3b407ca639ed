/* SPDX-License-Identifier: Apache-2.0
 * api-upload.c - handing in a file: the body streams into the vault, and becomes a crossing only
 * when all of it is there. A body that is cut, too long, or too much for the disk leaves nothing.
 * Contracts in api.h and data/openapi.json. */
#include <string.h>

#include "base/log.h"
#include "base/name.h"
#include "base/secret.h"
#include "base/uuid.h"
#include "policy/policy.h"
#include "store/organisation.h"
#include "store/takeout.h"
#include "web/api.h"

#define DAY_US (INT64_C(24) * 3600 * G_USEC_PER_SEC)
/* How long a crossing's row and result stay where nobody said otherwise. */
#define KEEP_US (30 * DAY_US)
/* A rule without `keep original` has it destroyed when the crossing ends; this is how long it may
 * wait for a runner until then. */
#define ORIGINAL_US (7 * DAY_US)
/* Left free for the database and the seal, which must go on when the vault is full. */
#define DISK_RESERVE (16ull << 20)
#define EXTENSION_MAX 16u
#define AT_ONCE_MAX 4u /* uploads of one account: its pages send one after the other */

struct SkUpload {
    SkWeb *web;         /* set while this upload counts among its account's */
    const char *sender; /* owned by the table of those */
    uint64_t length;
    SkVaultWriter *writer; /* owned until committed */
    char *name;
    char *to;
    char *recipient;
    char *reason;
    char *outside; /* owned; "" */
    char *medium;  /* owned; "" */
    int return_by; /* day; 0 */
    unsigned class;
    char password[SK_SECRET_MAX + 1]; /* "": none was given */
    SkHandInAnswer answer;
};

/* One account alone must fill neither the connections nor, with lengths it announces, the disk. */
static bool
count_in(SkWeb *web, SkUpload *up, const char *sender, uint64_t length)
{
    void *key = NULL;
    void *n = NULL;

    g_mutex_lock(&web->uploads_lock);
    g_hash_table_lookup_extended(web->uploads, sender, &key, &n);
    bool room = GPOINTER_TO_UINT(n) < AT_ONCE_MAX;
    if (room) {
        if (key == NULL)
            key = g_strdup(sender);
        else
            g_hash_table_steal(web->uploads, key);
        g_hash_table_insert(web->uploads, key, GUINT_TO_POINTER(GPOINTER_TO_UINT(n) + 1));
        web->uploads_bytes += length;
        up->web = web;
        up->sender = key;
        up->length = length;
    }
    g_mutex_unlock(&web->uploads_lock);
    return room;
}

static void
count_out(SkUpload *up)
{
    if (up->web == NULL)
        return;
    g_mutex_lock(&up->web->uploads_lock);
    unsigned n = GPOINTER_TO_UINT(g_hash_table_lookup(up->web->uploads, up->sender));
    if (n > 1) {
        g_hash_table_steal(up->web->uploads, up->sender);
        g_hash_table_insert(up->web->uploads, (void *)(uintptr_t)up->sender,
                            GUINT_TO_POINTER(n - 1));
    } else {
        g_hash_table_remove(up->web->uploads, up->sender);
    }
    up->web->uploads_bytes -= up->length;
    g_mutex_unlock(&up->web->uploads_lock);
    up->web = NULL;
}

static uint64_t
bytes_announced(SkWeb *web)
{
    g_mutex_lock(&web->uploads_lock);
    uint64_t n = web->uploads_bytes;
    g_mutex_unlock(&web->uploads_lock);
    return n;
}

void
sk_upload_free(SkUpload *self)
{
    if (self == NULL)
        return;
    count_out(self);
    sk_vault_abort(self->writer);
    g_free(self->name);
    g_free(self->to);
    g_free(self->recipient);
    g_free(self->reason);
    g_free(self->outside);
    g_free(self->medium);
    explicit_bzero(self->password, sizeof self->password);
    g_free(self);
}

char *
sk_upload_name(const char *name)
{
    SkSpan all = sk_span_str(name);
    const char *dot = strrchr(name, '.');
    SkSpan extension = sk_span_str(dot == NULL ? "" : dot);

    if (all.n <= SK_NAME_MAX / 3 || extension.n > EXTENSION_MAX)
        return sk_text_plain(all, SK_NAME_MAX);
    /* What is not plain becomes U+FFFD and may grow, so the two parts are made plain apart. */
    g_autofree char *tail = sk_text_plain(extension, 3 * EXTENSION_MAX);
    g_autofree char *stem =
        sk_text_plain(sk_span_sub(all, 0, all.n - extension.n), SK_NAME_MAX - strlen(tail));
    return g_strconcat(stem, tail, NULL);
}

static SkProblem
read_name(SkWebRequest *req, char **ret)
{
    const char *header = sk_request_header(req, "X-Sekisho-Name");
    size_t n = 0;

    if (header == NULL || header[0] == '\0')
        return SK_PROBLEM_NAME_MISSING;
    g_autofree char *name = sk_percent_decode(sk_span_str(header), false, &n);
    if (name == NULL || !g_utf8_validate_len(name, n, NULL) || strlen(name) != n)
        return SK_PROBLEM_NAME_INVALID;
    *ret = sk_upload_name(name);
    return SK_PROBLEM_NONE;
}

/* The header is wiped where it lies, in the memory of this connection: nothing reads it a second time. */
static SkProblem
read_password(SkWebRequest *req, SkUpload *up)
{
    const char *header = sk_request_header(req, "X-Sekisho-Password");
    size_t n = 0;

    if (header == NULL || header[0] == '\0')
        return SK_PROBLEM_NONE;
    char *password = sk_percent_decode(sk_span_str(header), false, &n);
    explicit_bzero((char *)(uintptr_t)header, strlen(header));
    bool sound = password != NULL && n <= SK_SECRET_MAX && g_utf8_validate_len(password, n, NULL) &&
                 strlen(password) == n;
    if (sound)
        memcpy(up->password, password, n);
    if (password != NULL)
        explicit_bzero(password, n);
    g_free(password);
    return sound ? SK_PROBLEM_NONE : SK_PROBLEM_BAD_REQUEST;
}

static SkProblem
read_words(SkWebRequest *req, SkUpload *up)
{
    const char *to = sk_query_get(req->query, "to");
    const char *recipient = sk_query_get(req->query, "for");
    const char *class = sk_query_get(req->query, "class");
    const char *reason = sk_query_get(req->query, "reason");
    unsigned n = class == NULL ? 0 : sk_class_lookup(class);

    if (to == NULL || (class != NULL && n == 0))
        return SK_PROBLEM_BAD_REQUEST;
    SkProblem problem = sk_request_words(reason != NULL ? reason : "", &up->reason);
    if (problem != SK_PROBLEM_NONE)
        return problem;
    if (recipient != NULL && !sk_account_name_is(recipient))
        return SK_PROBLEM_RECIPIENT_INVALID;
    up->to = g_strdup(to);
    up->recipient = g_strdup(recipient != NULL ? recipient : req->session->account->name);
    up->class = n;
    return read_name(req, &up->name);
}

/* What a take-out says of its way on: who gets it outside, on what, and until when. */
static SkProblem
read_takeout(SkWebRequest *req, SkUpload *up)
{
    const char *outside = sk_query_get(req->query, "outside");
    const char *medium = sk_query_get(req->query, "medium");
    const char *day = sk_query_get(req->query, "returnBy");
    bool said = outside != NULL || medium != NULL || day != NULL;

    SkProblem problem = sk_request_words(outside != NULL ? outside : "", &up->outside);
    if (problem != SK_PROBLEM_NONE)
        return problem;
    if (said && !up->answer.takeout)
        return SK_PROBLEM_TAKEOUT_ONLY;
    if ((medium != NULL && !g_strv_contains(sk_takeout_media(), medium)) ||
        (day != NULL && !sk_day_parse(day, &up->return_by)))
        return SK_PROBLEM_BAD_REQUEST;
    up->medium = g_strdup(medium != NULL ? medium : "");
    return SK_PROBLEM_NONE;
}

static SkProblem
check_length(SkWebRequest *req)
{
    uint64_t free_bytes = 0;
    uint64_t total = 0;

    if (!req->has_length)
        return SK_PROBLEM_LENGTH_REQUIRED;
    if (req->length == 0)
        return SK_PROBLEM_EMPTY;
    uint64_t taken = DISK_RESERVE + bytes_announced(req->web);
    if (sk_vault_disk(req->web->vault, &free_bytes, &total, NULL) &&
        (free_bytes < taken || free_bytes - taken < req->length))
        return SK_PROBLEM_DISK_FULL;
    return SK_PROBLEM_NONE;
}

static SkProblem
ask_policy(SkWebRequest *req, const SkUpload *up, SkHandInAnswer *ret)
{
    const SkHandIn question = { .to = up->to,
                                .as = sk_query_get(req->query, "as"),
                                .hint = sk_type_from_name(up->name),
                                .size = req->length,
                                .class = up->class,
                                .has_reason = up->reason[0] != '\0' };
    return sk_rules_hand_in(req->web->rules, &question, ret);
}

/* Reading the body took its time: another policy may be in force by now. */
static SkProblem
ask_policy_again(SkWebRequest *req, SkUpload *up)
{
    bool takeout = up->answer.takeout;
    SkProblem problem = ask_policy(req, up, &up->answer);
    return problem == SK_PROBLEM_NONE && up->answer.takeout != takeout ? SK_PROBLEM_NOT_ALLOWED
                                                                       : problem;
}

static SkProblem
start(SkWebRequest *req, SkUpload *up)
{
    SkProblem problem = read_password(req, up);
    if (problem == SK_PROBLEM_NONE)
        problem = read_words(req, up);
    if (problem != SK_PROBLEM_NONE)
        return problem;
    problem = ask_policy(req, up, &up->answer);
    if (problem == SK_PROBLEM_NONE)
        problem = read_takeout(req, up);
    if (problem == SK_PROBLEM_NONE)
        problem = check_length(req);
    if (problem == SK_PROBLEM_NONE &&
        !count_in(req->web, up, req->session->account->name, req->length))
        problem = SK_PROBLEM_BUSY;
    return problem;
}

void
sk_api_upload_start(SkWebRequest *req, SkStore *store)
{
    g_autoptr(GError) error = NULL;
    SkUpload *up = g_new0(SkUpload, 1);
    (void)store;

    req->upload = up;
    SkProblem problem = start(req, up);
    if (problem != SK_PROBLEM_NONE) {
        sk_answer_problem(req, problem);
        return;
    }
    up->writer = sk_vault_begin(req->web->vault, req->length, &error);
    if (up->writer == NULL)
        sk_answer_error(req, store, error);
}

static void
fail(SkWebRequest *req, const GError *error)
{
    if (error->code == SK_ERROR_LIMIT) {
        sk_answer_problem(req, SK_PROBLEM_TOO_LARGE);
        return;
    }
    sk_log(SK_LOG_ERROR, "upload-failed", "error", error->message, NULL);
    sk_answer_problem(req,
                      sk_disk_full(req->web, error) ? SK_PROBLEM_DISK_FULL : SK_PROBLEM_INTERNAL);
}

void
sk_upload_data(SkWebRequest *req, SkSpan bytes)
{
    g_autoptr(GError) error = NULL;

    if (req->upload->writer == NULL || sk_vault_append(req->upload->writer, bytes, &error))
        return;
    fail(req, error);
    sk_vault_abort(g_steal_pointer(&req->upload->writer)); /* the room is free again at once */
}

/* Before the crossing can be claimed: the runner then has the password, or never gets one. */
static bool
pass_on_password(SkWebRequest *req, const char *object)
{
    g_autoptr(GError) error = NULL;
    char *password = req->upload->password;

    if (password[0] == '\0')
        return true;
    bool sent = sk_secret_send(req->web->options->secret_fd, object, sk_span_str(password), &error);
    explicit_bzero(password, sizeof req->upload->password);
    if (!sent)
        sk_log(SK_LOG_ERROR, "password-not-passed-on", "error", error->message, NULL);
    return sent;
}

static void
remove_object(SkWebRequest *req, const char *object)
{
    if (!sk_vault_remove(req->web->vault, object, NULL))
        sk_log(SK_LOG_WARNING, "object-left", "object", object, NULL); /* the sweep finds it */
}

static void
receive(SkWebRequest *req, SkStore *store, const char *object, const uint8_t *sha256)
{
    const SkUpload *up = req->upload;
    g_autofree char *digest = sk_hex(sk_span(sha256, SK_SHA256_BYTES));
    SkProblem problem = ask_policy_again(req, req->upload);
    g_autoptr(SkCrossing) crossing = NULL;
    g_autoptr(GError) error = NULL;
    const SkReceive in = {
        .to = up->to,
        .sender = req->session->account->name,
        .recipient = up->recipient,
        .name = up->name,
        .level_asked = up->answer.level_asked,
        .class = up->class,
        .takeout_reason = up->reason,
        .object_in = object,
        .sha256_in = digest,
        .bytes_in = req->length,
        .policy_digest = up->answer.digest,
        .keep_for = KEEP_US,
        .keep_original_for =
            up->answer.keep_original_us > 0 ? up->answer.keep_original_us : ORIGINAL_US,
        .takeout = up->answer.takeout,
        .outside = up->outside,
        .medium = up->medium,
        .return_by = up->return_by,
    };

    if (problem != SK_PROBLEM_NONE) {
        sk_answer_problem(req, problem);
        remove_object(req, object);
        return;
    }
    if (!pass_on_password(req, object)) {
        sk_answer_problem(req, SK_PROBLEM_BUSY);
        remove_object(req, object);
        return;
    }
    if (!sk_store_receive(store, &in, &crossing, &error)) {
        sk_answer_error(req, store, error);
        remove_object(req, object);
        return;
    }
    g_autofree char *location = g_strconcat("/api/v1/crossings/", crossing->id, NULL);
    sk_answer_json(req, 201, sk_crossing_json(crossing, req->session->account));
    sk_answer_header(req, "Location", location);
}

void
sk_api_upload_finish(SkWebRequest *req, SkStore *store)
{
    g_autofree char *object = NULL;
    g_autoptr(GError) error = NULL;
    uint8_t sha256[SK_SHA256_BYTES];

    if (req->upload->writer == NULL || sk_vault_written(req->upload->writer) != req->length)
        sk_answer_problem(req, SK_PROBLEM_BAD_REQUEST);
    else if (!sk_vault_commit(g_steal_pointer(&req->upload->writer), &object, sha256, &error))
        fail(req, error);
    else
        receive(req, store, object, sha256);
}
