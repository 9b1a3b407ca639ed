/* SPDX-License-Identifier: Apache-2.0
 * ask.c - contract in ask.h. One connection, one handle. */
#include "pam/ask.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <jansson.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define COOKIE "__Host-sekisho="
#define ANSWER_MAX 65536u
#define BODY_MAX                                                                                   \
    (SK_TERMINAL_PASSWORD_MAX * 6u + 512u) /* a byte is at most six characters of JSON */
#define TOKEN_MAX 512u

struct SkAsk {
    const SkTerminalOptions *options; /* borrowed */
    CURL *curl;
    const char *why;
    char ticket[TOKEN_MAX];
    char cookie[TOKEN_MAX];
    char csrf[TOKEN_MAX];
    char body[BODY_MAX];
    char answer[ANSWER_MAX];
    size_t answer_n;
};

/* Tokens are put into a header or JSON as they are: nothing else may come in with them. */
static bool
keep_token(char *to, const char *s, size_t n)
{
    static const char taken[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.=+/";
    if (n == 0 || n >= TOKEN_MAX)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '\0' || strchr(taken, s[i]) == NULL)
            return false;
        to[i] = s[i];
    }
    to[n] = '\0';
    return true;
}

static size_t
on_body(char *data, size_t size, size_t n, void *user)
{
    SkAsk *self = user;
    if (size != 1 || n > ANSWER_MAX - self->answer_n)
        return 0;
    for (size_t i = 0; i < n; i++)
        self->answer[self->answer_n++] = data[i];
    return n;
}

static size_t
on_header(char *data, size_t size, size_t n, void *user)
{
    static const char start[] = "set-cookie: " COOKIE;
    SkAsk *self = user;
    size_t from = sizeof start - 1;
    size_t to = from;

    if (size != 1)
        return 0;
    if (n <= from || strncasecmp(data, start, from) != 0)
        return n;
    while (to < n && data[to] != ';' && data[to] != '\r' && data[to] != '\n')
        to++;
    if (!keep_token(self->cookie, data + from, to - from))
        self->cookie[0] = '\0'; /* taken back: there is no session */
    return n;
}

/* Without TLS only to this machine: by the address that the name turned into, not by the name. */
static curl_socket_t
open_loopback(void *user, curlsocktype purpose, struct curl_sockaddr *address)
{
    (void)user;
    (void)purpose;
    bool here = address->family == AF_UNIX;
    if (address->family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)&address->addr;
        here = ntohl(in->sin_addr.s_addr) >> 24 == 127;
    } else if (address->family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)(const void *)&address->addr;
        here = IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr);
    }
    return here ? socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol)
                : CURL_SOCKET_BAD;
}

static bool
set_up(SkAsk *self)
{
    const SkTerminalOptions *o = self->options;
    CURL *c = self->curl;
    bool ok = curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, o->plain ? "http" : "https") == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_PROXY, "") == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, o->timeout) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_TIMEOUT, o->timeout) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_WRITEDATA, self) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_HEADERDATA, self) == CURLE_OK;

    if (o->ca != NULL)
        ok = ok && curl_easy_setopt(c, CURLOPT_CAINFO, o->ca) == CURLE_OK &&
             curl_easy_setopt(c, CURLOPT_CAPATH, NULL) == CURLE_OK;
    if (o->unix_socket != NULL)
        ok = ok && curl_easy_setopt(c, CURLOPT_UNIX_SOCKET_PATH, o->unix_socket) == CURLE_OK;
    if (o->plain)
        ok = ok && curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_loopback) == CURLE_OK;
    return ok;
}

SkAsk *
sk_ask_new(const SkTerminalOptions *options)
{
    SkAsk *self = calloc(1, sizeof *self);
    if (self == NULL)
        return NULL;
    self->options = options;
    self->why = "";
    self->curl = curl_easy_init();
    if (self->curl != NULL && set_up(self))
        return self;
    sk_ask_free(self);
    return NULL;
}

void
sk_ask_free(SkAsk *self)
{
    if (self == NULL)
        return;
    curl_easy_cleanup(self->curl);
    explicit_bzero(self, sizeof *self);
    free(self);
}

const char *
sk_ask_why(const SkAsk *self)
{
    return self->why;
}

/* What says that nobody is there, as against somebody who is not the station. */
static SkAsked
no_answer(SkAsk *self, CURLcode code)
{
    self->why = curl_easy_strerror(code);
    bool nobody = code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_CONNECT ||
                  code == CURLE_OPERATION_TIMEDOUT;
    return nobody ? SK_ASKED_UNREACHABLE : SK_ASKED_FAILED;
}

/* The status, or 0: then @ret says why there is none. */
static long
perform(SkAsk *self, const char *method, const char *path, struct curl_slist *headers, SkAsked *ret)
{
    char url[512];
    long status = 0;
    bool posts = strcmp(method, "POST") == 0;
    int n = snprintf(url, sizeof url, "%s/api/v1%s", self->options->station, path);

    *ret = SK_ASKED_FAILED;
    self->answer_n = 0;
    if (n < 0 || (size_t)n >= sizeof url ||
        curl_easy_setopt(self->curl, CURLOPT_URL, url) != CURLE_OK ||
        curl_easy_setopt(self->curl, CURLOPT_HTTPGET, 1L) != CURLE_OK ||
        (posts && curl_easy_setopt(self->curl, CURLOPT_POSTFIELDS, self->body) != CURLE_OK) ||
        (posts && curl_easy_setopt(self->curl, CURLOPT_POSTFIELDSIZE, (long)strlen(self->body)) !=
                      CURLE_OK) ||
        curl_easy_setopt(self->curl, CURLOPT_CUSTOMREQUEST, method) != CURLE_OK ||
        curl_easy_setopt(self->curl, CURLOPT_HTTPHEADER, headers) != CURLE_OK) {
        self->why = "the request could not be made";
        return 0;
    }
    CURLcode code = curl_easy_perform(self->curl);
    if (code != CURLE_OK) {
        *ret = no_answer(self, code);
        return 0;
    }
    curl_easy_getinfo(self->curl, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

static SkAsked
opened(SkAsk *self, json_t *answer, const char *name)
{
    const char *who = NULL;
    const char *csrf = NULL;
    int enrolling = 1;

    if (json_unpack(answer, "{s:{s:s}, s:s, s:b}", "account", "name", &who, "csrf", &csrf,
                    "enrolling", &enrolling) != 0 ||
        self->cookie[0] == '\0' || !keep_token(self->csrf, csrf, strlen(csrf))) {
        self->why = "the answer is not a session";
        return SK_ASKED_FAILED;
    }
    if (strcmp(who, name) != 0 || enrolling) {
        self->why = "the session is another's, or for enrolment only";
        sk_ask_end(self);
        return enrolling ? SK_ASKED_ENROL : SK_ASKED_FAILED;
    }
    return SK_ASKED_YES;
}

static bool
offers_totp(const json_t *factors)
{
    size_t i = 0;
    const json_t *one = NULL;
    json_array_foreach(factors, i, one)
    {
        const char *word = json_string_value(one);
        if (word != NULL && strcmp(word, "totp") == 0)
            return true;
    }
    return false;
}

static SkAsked
second_wanted(SkAsk *self, json_t *answer)
{
    const char *ticket = json_string_value(json_object_get(answer, "ticket"));

    if (ticket == NULL || !keep_token(self->ticket, ticket, strlen(ticket))) {
        self->why = "the answer has no ticket";
        return SK_ASKED_FAILED;
    }
    if (!offers_totp(json_object_get(answer, "factors"))) {
        self->why = "the account has no one-time code";
        return SK_ASKED_ENROL;
    }
    return SK_ASKED_SECOND;
}

static SkAsked
refused(SkAsk *self, json_t *answer, bool first)
{
    static const struct {
        const char *code;
        SkAsked asked;
    } codes[] = {
        { "sign-in-failed", SK_ASKED_NO },      { "ticket-unknown", SK_ASKED_NO },
        { "factor-rejected", SK_ASKED_NO },     { "locked", SK_ASKED_DELAYED },
        { "enrolment-needed", SK_ASKED_ENROL }, { "password-expired", SK_ASKED_EXPIRED },
        { "directory-away", SK_ASKED_AWAY },
    };
    const char *code = json_string_value(json_object_get(answer, "code"));

    if (code != NULL && first && strcmp(code, "second-factor-needed") == 0)
        return second_wanted(self, answer);
    for (size_t i = 0; code != NULL && i < sizeof codes / sizeof codes[0]; i++)
        if (strcmp(codes[i].code, code) == 0)
            return codes[i].asked;
    self->why = "the station cannot answer now, or what answers is no station";
    return SK_ASKED_FAILED;
}

static SkAsked
take_answer(SkAsk *self, long status, const char *name, bool first)
{
    json_t *answer = json_loadb(self->answer, self->answer_n, JSON_REJECT_DUPLICATES, NULL);
    SkAsked asked = status == 200 ? opened(self, answer, name) : refused(self, answer, first);
    json_decref(answer);
    return asked;
}

static SkAsked
step(SkAsk *self, const char *name, bool first)
{
    SkAsked asked = SK_ASKED_FAILED;
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");

    self->cookie[0] = '\0';
    long status = headers == NULL ? 0 : perform(self, "POST", "/session", headers, &asked);
    explicit_bzero(self->body, sizeof self->body);
    curl_slist_free_all(headers);
    return status == 0 ? asked : take_answer(self, status, name, first);
}

/* The end of @s in JSON, or NULL where it has no room. Bytes from 0x80 on are left: the station
 * checks UTF-8. */
static char *
put_quoted(char *to, const char *end, const char *s)
{
    static const char hex[] = "0123456789abcdef";
    for (; *s != '\0'; s++) {
        unsigned char c = (unsigned char)*s;
        if (end - to < 7)
            return NULL;
        if (c >= 0x20 && c != '"' && c != '\\') {
            *to++ = *s;
            continue;
        }
        for (const char *p = "\\u00"; *p != '\0'; p++)
            *to++ = *p;
        *to++ = hex[c >> 4];
        *to++ = hex[c & 15];
    }
    return to;
}

static bool
make_body(SkAsk *self, const char *name, const char *password)
{
    const char *end = self->body + sizeof self->body;
    int n = snprintf(self->body, sizeof self->body, "{\"name\":\"%s\",\"password\":\"", name);
    char *at = n < 0 ? NULL : put_quoted(self->body + n, end, password);
    if (at == NULL || end - at < 3)
        return false;
    *at++ = '"';
    *at++ = '}';
    *at = '\0';
    return true;
}

SkAsked
sk_ask_password(SkAsk *self, const char *name, const char *password)
{
    if (password[0] == '\0' || strlen(password) > SK_TERMINAL_PASSWORD_MAX ||
        !make_body(self, name, password))
        return SK_ASKED_NO;
    return step(self, name, true);
}

SkAsked
sk_ask_code(SkAsk *self, const char *name, const char *code)
{
    if (self->ticket[0] == '\0' || strlen(code) != 6 || strspn(code, "0123456789") != 6)
        return SK_ASKED_NO;
    snprintf(self->body, sizeof self->body, "{\"ticket\":\"%s\",\"totp\":\"%s\"}", self->ticket,
             code);
    explicit_bzero(self->ticket, sizeof self->ticket);
    return step(self, name, false);
}

int64_t
sk_ask_grace(SkAsk *self)
{
    SkAsked asked = SK_ASKED_FAILED;
    json_int_t seconds = 0;

    if (perform(self, "GET", "/zone", NULL, &asked) != 200)
        return 0;
    json_t *answer = json_loadb(self->answer, self->answer_n, JSON_REJECT_DUPLICATES, NULL);
    if (json_unpack(answer, "{s:I}", "terminalGrace", &seconds) != 0)
        seconds = 0;
    json_decref(answer);
    return seconds < 0 || seconds > SK_TERMINAL_GRACE_MAX ? 0 : (int64_t)seconds;
}

bool
sk_ask_end(SkAsk *self)
{
    SkAsked asked = SK_ASKED_FAILED;
    char cookie[TOKEN_MAX + 64];
    char csrf[TOKEN_MAX + 64];

    snprintf(cookie, sizeof cookie, "Cookie: " COOKIE "%s", self->cookie);
    snprintf(csrf, sizeof csrf, "X-Sekisho-CSRF: %s", self->csrf);
    struct curl_slist *headers = curl_slist_append(NULL, cookie);
    struct curl_slist *both = headers == NULL ? NULL : curl_slist_append(headers, csrf);
    bool ended = both != NULL && perform(self, "DELETE", "/session", both, &asked) == 204;
    curl_slist_free_all(headers);
    explicit_bzero(cookie, sizeof cookie);
    explicit_bzero(csrf, sizeof csrf);
    return ended;
}
