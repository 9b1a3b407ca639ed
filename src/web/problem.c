/* SPDX-License-Identifier: Apache-2.0
 * problem.c - contract in problem.h. */
#include "web/problem.h"

#include "base/log.h"

#include <string.h>

typedef struct {
    const char *code;
    unsigned status;
    const char *detail;
} Row;

static const Row rows[] = {
    [SK_PROBLEM_NONE] = { "", 500, "" },
    [SK_PROBLEM_BAD_REQUEST] = { "bad-request", 400, "The request is not well formed." },
    [SK_PROBLEM_BAD_HOST] = { "bad-host", 421, "The request was not meant for this zone." },
    [SK_PROBLEM_NOT_JSON] = { "not-json", 400,
                              "The body is not the JSON object that is asked for." },
    [SK_PROBLEM_LENGTH_REQUIRED] = { "length-required", 411,
                                     "The length of the file must be said beforehand." },
    [SK_PROBLEM_TOO_LARGE] = { "too-large", 413, "It is larger than the rule allows." },
    [SK_PROBLEM_EMPTY] = { "empty", 400, "The file is empty." },
    [SK_PROBLEM_NAME_MISSING] = { "name-missing", 400, "The file has no name." },
    [SK_PROBLEM_NAME_INVALID] = { "name-invalid", 400,
                                  "The file name is not percent-encoded UTF-8." },
    [SK_PROBLEM_NOT_SIGNED_IN] = { "not-signed-in", 401, "Nobody is signed in." },
    [SK_PROBLEM_SIGN_IN_FAILED] = { "sign-in-failed", 401, "The name or the password is wrong." },
    [SK_PROBLEM_SIGN_IN_UNAVAILABLE] = { "sign-in-unavailable", 403,
                                         "The policy asks for a way of signing in that this "
                                         "version cannot meet, so "
                                         "nobody can sign in here." },
    [SK_PROBLEM_SECOND_FACTOR_NEEDED] = { "second-factor-needed", 401,
                                          "The password is right; a second factor is to come." },
    [SK_PROBLEM_ENROLMENT_NEEDED] = { "enrolment-needed", 401,
                                      "This zone asks for two factors, and this account has one: "
                                      "an administrator hands out an enrolment code in person." },
    [SK_PROBLEM_TICKET_UNKNOWN] = { "ticket-unknown", 401,
                                    "That took too long, or was tried too often; begin again." },
    [SK_PROBLEM_FACTOR_UNKNOWN] = { "factor-unknown", 404, "There is no such factor." },
    [SK_PROBLEM_FACTOR_REJECTED] = { "factor-rejected", 400, "The proof is not right." },
    [SK_PROBLEM_TOO_MANY_FACTORS] = { "too-many-factors", 409,
                                      "An account has ten factors at most; take one away first." },
    [SK_PROBLEM_LAST_FACTOR] = { "last-factor", 409,
                                 "This zone asks for two factors: the last one stays." },
    [SK_PROBLEM_HAS_FACTORS] = { "has-factors", 409,
                                 "The account has a second factor: resetting it takes two "
                                 "administrators." },
    [SK_PROBLEM_CREDENTIAL_EXISTS] = { "credential-exists", 409,
                                       "This passkey or security key is there already." },
    [SK_PROBLEM_WEBAUTHN_UNAVAILABLE] = { "webauthn-unavailable", 409,
                                          "Passkeys need a name in the address, not a number." },
    [SK_PROBLEM_LOCKED] = { "locked", 429,
                            "There were too many failed attempts; try again later." },
    [SK_PROBLEM_DIRECTORY_AWAY] = { "directory-away", 503,
                                    "The directory that has the passwords does not answer; "
                                    "whoever it knows cannot be let in now." },
    [SK_PROBLEM_PASSWORD_EXPIRED] = { "password-expired", 403,
                                      "The password has expired: change it where it belongs, in "
                                      "the directory, and then sign in." },
    [SK_PROBLEM_PASSWORD_ELSEWHERE] = { "password-elsewhere", 409,
                                        "This account's password is the directory's, and is "
                                        "changed there." },
    [SK_PROBLEM_BUSY] = { "busy", 503, "Too much is going on; try again in a moment." },
    [SK_PROBLEM_CSRF] = { "csrf", 403, "The page's token is missing or old; load the page again." },
    [SK_PROBLEM_CROSS_ORIGIN] = { "cross-origin", 403, "The request came from another site." },
    [SK_PROBLEM_FORBIDDEN] = { "forbidden", 403, "This account may not do that." },
    [SK_PROBLEM_RISE_NEEDED] = { "rise-needed", 403,
                                 "This asks for another proof of who you are, not older than ten "
                                 "minutes." },
    [SK_PROBLEM_ENROLLING] = { "enrolling", 403,
                               "This session is only for setting up how to sign in." },
    [SK_PROBLEM_OWN_CROSSING] = { "own-crossing", 403,
                                  "Nobody decides on a crossing that they sent or are to "
                                  "receive." },
    [SK_PROBLEM_OWN_ACCOUNT] = { "own-account", 409, "Nobody locks or unlocks their own account." },
    [SK_PROBLEM_NOT_ALLOWED] = { "not-allowed", 403, "The policy lets no file go there." },
    [SK_PROBLEM_LEVEL_NOT_ALLOWED] = { "level-not-allowed", 403,
                                       "The policy does not allow this way of making it "
                                       "harmless." },
    [SK_PROBLEM_TYPE_NOT_ALLOWED] = { "type-not-allowed", 403,
                                      "The policy does not let files of this type go there." },
    [SK_PROBLEM_CLASS_REQUIRED] = { "class-required", 400,
                                    "A take-out needs the class of the information." },
    [SK_PROBLEM_CLASS_NOT_ALLOWED] = { "class-not-allowed", 403,
                                       "The policy does not let information of this class go "
                                       "there." },
    [SK_PROBLEM_REASON_REQUIRED] = { "reason-required", 400, "A take-out needs a reason." },
    [SK_PROBLEM_WORDS_TOO_LONG] = { "words-too-long", 400,
                                    "What was written is too long; about 130 Japanese characters "
                                    "fit." },
    [SK_PROBLEM_RECIPIENT_INVALID] = { "recipient-invalid", 400,
                                       "The recipient is not an account name." },
    [SK_PROBLEM_NOT_FOUND] = { "not-found", 404, "There is no such thing here." },
    [SK_PROBLEM_METHOD_NOT_ALLOWED] = { "method-not-allowed", 405,
                                        "This address does not take that method." },
    [SK_PROBLEM_NOT_READY] = { "not-ready", 409, "It is not ready yet." },
    [SK_PROBLEM_CHANGED] = { "changed", 409, "The content is not what the approver was shown." },
    [SK_PROBLEM_ALREADY_DECIDED] = { "already-decided", 409, "It has already been decided." },
    [SK_PROBLEM_NOT_YOUR_TURN] = { "not-your-turn", 409,
                                   "Another step of the chain is open; this account has none to "
                                   "take now." },
    [SK_PROBLEM_SAME_PERSON] = { "same-person", 403, "Each step of a chain is another person's." },
    [SK_PROBLEM_NOT_SEEN] = { "not-seen", 409,
                              "What is approved is looked at first: what leaves as it is, the rest "
                              "at least as its report." },
    [SK_PROBLEM_ALREADY_CLOSED] = { "already-closed", 409, "This take-out is closed." },
    [SK_PROBLEM_TAKEOUT_ONLY] = { "takeout-only", 400,
                                  "Only a take-out has a recipient outside, a medium or a day of "
                                  "return." },
    [SK_PROBLEM_GONE] = { "gone", 410, "It is no longer kept." },
    [SK_PROBLEM_ACCOUNT_EXISTS] = { "account-exists", 409,
                                    "There is already an account of that name." },
    [SK_PROBLEM_ACCOUNT_INVALID] = { "account-invalid", 400,
                                     "The account's name, label, role or section is not valid." },
    [SK_PROBLEM_LAST_ADMINISTRATOR] = { "last-administrator", 409,
                                        "Nobody would be left who could unlock accounts." },
    [SK_PROBLEM_PASSWORD_WEAK] = { "password-weak", 400,
                                   "The password is shorter than this zone asks." },
    [SK_PROBLEM_PASSWORD_COMMON] = { "password-common", 400,
                                     "This password is among the first that are guessed." },
    [SK_PROBLEM_OWN_PROPOSAL] = { "own-proposal", 403,
        "A second administrator confirms: neither who proposed it nor whom it is about." },
    [SK_PROBLEM_ROLES_APART] = { "roles-apart", 409,
        "One person may not hold both of these roles." },
    [SK_PROBLEM_HAS_POSTS] = { "has-posts", 409,
        "The role follows the posts that this person holds." },
    [SK_PROBLEM_PERIOD_INVALID] = { "period-invalid", 400,
        "The period is over, too long, or ends before it begins." },
    [SK_PROBLEM_OWN_DEPUTY] = { "own-deputy", 409, "Nobody stands in for themselves." },
    [SK_PROBLEM_TOO_MANY] = { "too-many", 409, "There are too many already." },
    [SK_PROBLEM_TOO_MANY_PROPOSALS] = { "too-many-proposals", 409,
        "Too many proposals wait for somebody." },
    [SK_PROBLEM_DISK_FULL] = { "disk-full", 507,
                               "The station has no room left; nothing was kept. Tell an "
                               "administrator." },
    [SK_PROBLEM_INTERNAL] = { "internal", 500, "Something went wrong at the station." },
};
G_STATIC_ASSERT(G_N_ELEMENTS(rows) == SK_PROBLEM_COUNT);

/* COMMON: what holds for pages and files alike. `Connection: close`: one request a connection. */
#define COMMON                                                                                     \
    { "Connection", "close" }, { "X-Content-Type-Options", "nosniff" },                            \
        { "Referrer-Policy", "no-referrer" }, { "X-Frame-Options", "DENY" },                       \
        { "Cross-Origin-Opener-Policy", "same-origin" },                                           \
        { "Cross-Origin-Resource-Policy", "same-origin" },                                         \
    {                                                                                              \
        "Permissions-Policy", "camera=(), geolocation=(), microphone=()"                           \
    }

static const SkHeader page_headers[] = {
    COMMON,
    { "Content-Security-Policy",
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src "
      "'self'; "
      "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'" },
    { NULL, NULL },
};

static const SkHeader content_headers[] = {
    COMMON,
    { "Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'" },
    { NULL, NULL },
};

static const Row *
row(SkProblem problem)
{
    g_assert(problem > SK_PROBLEM_NONE && problem < SK_PROBLEM_COUNT);
    return &rows[problem];
}

unsigned
sk_problem_status(SkProblem problem)
{
    return row(problem)->status;
}

const char *
sk_problem_code(SkProblem problem)
{
    return row(problem)->code;
}

const char *
sk_problem_detail(SkProblem problem)
{
    return row(problem)->detail;
}

SkProblem
sk_problem_lookup(const char *code)
{
    for (unsigned i = 1; i < SK_PROBLEM_COUNT; i++)
        if (strcmp(rows[i].code, code) == 0)
            return (SkProblem)i;
    return SK_PROBLEM_NONE;
}

const char *
sk_status_title(unsigned status)
{
    static const struct {
        unsigned status;
        const char *title;
    } titles[] = {
        { 200, "OK" },
        { 400, "Bad Request" },
        { 401, "Unauthorized" },
        { 403, "Forbidden" },
        { 404, "Not Found" },
        { 405, "Method Not Allowed" },
        { 409, "Conflict" },
        { 410, "Gone" },
        { 411, "Length Required" },
        { 413, "Content Too Large" },
        { 421, "Misdirected Request" },
        { 429, "Too Many Requests" },
        { 431, "Request Header Fields Too Large" },
        { 500, "Internal Server Error" },
        { 503, "Service Unavailable" },
        { 505, "HTTP Version Not Supported" },
        { 507, "Insufficient Storage" },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(titles); i++)
        if (titles[i].status == status)
            return titles[i].title;
    return "Problem";
}

char *
sk_problem_json_said(SkProblem problem, unsigned status, const char *detail)
{
    const Row *r = row(problem);
    unsigned shown = status == 0 ? r->status : status;
    g_autofree char *quoted = sk_json_quote(detail);

    /* Every other word comes from the tables above: nothing needs escaping. */
    return g_strdup_printf("{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%u,\"detail\":%s,"
                           "\"code\":\"%s\"}\n",
                           sk_status_title(shown), shown, quoted, r->code);
}

char *
sk_problem_json(SkProblem problem, unsigned status)
{
    return sk_problem_json_said(problem, status, row(problem)->detail);
}

const SkHeader *
sk_headers_always(bool content)
{
    return content ? content_headers : page_headers;
}

char *
sk_problem_http(SkProblem problem, unsigned status)
{
    g_autofree char *body = sk_problem_json(problem, status);
    unsigned shown = status == 0 ? sk_problem_status(problem) : status;
    GString *out = g_string_new(NULL);

    g_string_append_printf(out, "HTTP/1.1 %u %s\r\n", shown, sk_status_title(shown));
    g_string_append_printf(out, "Content-Type: application/problem+json\r\nContent-Length: %zu\r\n",
                           strlen(body));
    g_string_append(out, "Cache-Control: no-store\r\n");
    if (shown == 503)
        g_string_append(out, "Retry-After: 1\r\n");
    for (const SkHeader *h = page_headers; h->name != NULL; h++)
        g_string_append_printf(out, "%s: %s\r\n", h->name, h->value);
    g_string_append_printf(out, "\r\n%s", body);
    return g_string_free(out, FALSE);
}
