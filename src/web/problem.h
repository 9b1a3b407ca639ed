/* SPDX-License-Identifier: Apache-2.0
 *
 * problem.h - the closed list of problems that the server answers (RFC 9457), and the headers that
 * every answer carries. data/openapi.json lists the same codes; a test compares them.
 * Runs in: web. Tests: tests/unit/web/test-problem.c, tests/e2e/e2e-web
 */
#pragma once

#include "base/base.h"

typedef enum {
    SK_PROBLEM_NONE = 0,
    SK_PROBLEM_BAD_REQUEST,
    SK_PROBLEM_BAD_HOST,
    SK_PROBLEM_NOT_JSON,
    SK_PROBLEM_LENGTH_REQUIRED,
    SK_PROBLEM_TOO_LARGE,
    SK_PROBLEM_EMPTY,
    SK_PROBLEM_NAME_MISSING,
    SK_PROBLEM_NAME_INVALID,
    SK_PROBLEM_NOT_SIGNED_IN,
    SK_PROBLEM_SIGN_IN_FAILED,
    SK_PROBLEM_SIGN_IN_UNAVAILABLE,
    SK_PROBLEM_SECOND_FACTOR_NEEDED,
    SK_PROBLEM_ENROLMENT_NEEDED,
    SK_PROBLEM_TICKET_UNKNOWN,
    SK_PROBLEM_FACTOR_UNKNOWN,
    SK_PROBLEM_FACTOR_REJECTED,
    SK_PROBLEM_TOO_MANY_FACTORS,
    SK_PROBLEM_LAST_FACTOR,
    SK_PROBLEM_HAS_FACTORS,
    SK_PROBLEM_CREDENTIAL_EXISTS,
    SK_PROBLEM_WEBAUTHN_UNAVAILABLE,
    SK_PROBLEM_LOCKED,
    SK_PROBLEM_DIRECTORY_AWAY,
    SK_PROBLEM_PASSWORD_EXPIRED,
    SK_PROBLEM_PASSWORD_ELSEWHERE,
    SK_PROBLEM_BUSY,
    SK_PROBLEM_CSRF,
    SK_PROBLEM_CROSS_ORIGIN,
    SK_PROBLEM_FORBIDDEN,
    SK_PROBLEM_RISE_NEEDED,
    SK_PROBLEM_ENROLLING,
    SK_PROBLEM_OWN_CROSSING,
    SK_PROBLEM_OWN_ACCOUNT,
    SK_PROBLEM_NOT_ALLOWED,
    SK_PROBLEM_LEVEL_NOT_ALLOWED,
    SK_PROBLEM_TYPE_NOT_ALLOWED,
    SK_PROBLEM_CLASS_REQUIRED,
    SK_PROBLEM_CLASS_NOT_ALLOWED,
    SK_PROBLEM_REASON_REQUIRED,
    SK_PROBLEM_WORDS_TOO_LONG,
    SK_PROBLEM_RECIPIENT_INVALID,
    SK_PROBLEM_NOT_FOUND,
    SK_PROBLEM_METHOD_NOT_ALLOWED,
    SK_PROBLEM_NOT_READY,
    SK_PROBLEM_CHANGED,
    SK_PROBLEM_ALREADY_DECIDED,
    SK_PROBLEM_NOT_YOUR_TURN,
    SK_PROBLEM_SAME_PERSON,
    SK_PROBLEM_NOT_SEEN,
    SK_PROBLEM_ALREADY_CLOSED,
    SK_PROBLEM_TAKEOUT_ONLY,
    SK_PROBLEM_GONE,
    SK_PROBLEM_ACCOUNT_EXISTS,
    SK_PROBLEM_ACCOUNT_INVALID,
    SK_PROBLEM_LAST_ADMINISTRATOR,
    SK_PROBLEM_PASSWORD_WEAK,
    SK_PROBLEM_PASSWORD_COMMON,
    SK_PROBLEM_OWN_PROPOSAL,
    SK_PROBLEM_ROLES_APART,
    SK_PROBLEM_HAS_POSTS,
    SK_PROBLEM_PERIOD_INVALID,
    SK_PROBLEM_OWN_DEPUTY,
    SK_PROBLEM_TOO_MANY,
    SK_PROBLEM_TOO_MANY_PROPOSALS,
    SK_PROBLEM_DISK_FULL,
    SK_PROBLEM_INTERNAL,
    SK_PROBLEM_COUNT
} SkProblem;

unsigned sk_problem_status(SkProblem problem);
const char *sk_problem_code(SkProblem problem);
const char *sk_problem_detail(SkProblem problem);
/** sk_problem_lookup: by code; SK_PROBLEM_NONE where there is none. */
SkProblem sk_problem_lookup(const char *code);
/** sk_problem_json: (transfer full): the body. @status 0: the problem's own. */
char *sk_problem_json(SkProblem problem, unsigned status);
/** sk_problem_json_said: (transfer full): the same with @detail in place of the English sentence. */
char *sk_problem_json_said(SkProblem problem, unsigned status, const char *detail);
/** sk_problem_http: (transfer full): a whole response, for connections that libmicrohttpd never
 * sees. */
char *sk_problem_http(SkProblem problem, unsigned status);

/** SkHeader: one that every answer carries. */
typedef struct {
    const char *name;
    const char *value;
} SkHeader;

/** sk_headers_always: ended by a NULL name. @content: of the content origin instead of the pages'.
 */
const SkHeader *sk_headers_always(bool content);
const char *sk_status_title(unsigned status);
