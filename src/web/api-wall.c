/* SPDX-License-Identifier: Apache-2.0
 * api-wall.c - the wall: what its watcher last found, and whether one packet could pass. Contracts in
 * api.h and data/openapi.json. The watcher's file is read as it lies there; one that cannot be read is
 * as if nobody watched. */
#include "base/io.h"
#include "web/api.h"
#include "web/wall-ask.h"

#define STATUS_MAX (4u << 20)

/* (transfer full): the watcher's status; null where there is none. */
static json_t *
read_status(const char *directory)
{
    g_autoptr(GBytes) bytes = NULL;

    if (directory == NULL)
        return json_null();
    g_autofree char *path = g_build_filename(directory, "status.json", NULL);
    if (!sk_io_read_file(path, STATUS_MAX, &bytes, NULL))
        return json_null();
    SkSpan s = sk_span_bytes(bytes);
    json_t *status = json_loadb((const char *)s.p, s.n, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(status)) {
        json_decref(status);
        return json_null();
    }
    return status;
}

void
sk_api_wall(SkWebRequest *req, SkStore *store)
{
    json_t *out = sk_rules_wall(req->web->rules);

    (void)store;
    json_object_set_new(out, "status", read_status(req->web->options->wall));
    sk_answer_json(req, 200, out);
}

static void
answer_ask(SkWebRequest *req, SkStore *store, const SkWallQuery *ask)
{
    g_autoptr(GError) error = NULL;
    json_t *answer = NULL;

    if (sk_wall_ask(req->web->options->programs, req->web->options->wall, ask, &answer, &error))
        sk_answer_json(req, 200, answer);
    else if (g_error_matches(error, SK_ERROR, SK_ERROR_LIMIT))
        sk_answer_problem(req, SK_PROBLEM_BUSY);
    else if (g_error_matches(error, SK_ERROR, SK_ERROR_MALFORMED))
        sk_answer_problem(req, SK_PROBLEM_BAD_REQUEST);
    else if (g_error_matches(error, SK_ERROR, SK_ERROR_UNSUPPORTED))
        sk_answer_problem(req, SK_PROBLEM_NOT_FOUND);
    else
        sk_answer_error(req, store, error);
}

void
sk_api_wall_ask(SkWebRequest *req, SkStore *store)
{
    SkWallQuery ask = { .port = 0 };
    json_int_t port = 0;
    json_t *body = sk_request_json(req);

    if (body == NULL)
        return;
    if (json_unpack(body, "{s:s, s:s, s:s, s?I !}", "from", &ask.from, "to", &ask.to, "protocol",
                    &ask.protocol, "port", &port) != 0 ||
        port < 0 || port > 65535) {
        sk_answer_problem(req, SK_PROBLEM_NOT_JSON);
    } else {
        ask.port = (unsigned)port;
        answer_ask(req, store, &ask);
    }
    json_decref(body);
}
