/* SPDX-License-Identifier: Apache-2.0
 * smtp.c - contract in smtp.h. */
#include "notice/smtp.h"

#include "base/io.h"
#include "base/log.h"
#include "base/reader.h"

#include <curl/curl.h>
#include <poll.h>
#include <string.h>

#define CONNECT_S 15L
#define WHOLE_S 60L

typedef struct {
    SkSpan left;
} Upload;

static size_t
read_some(char *buffer, size_t size, size_t n, void *data)
{
    Upload *u = data;
    size_t room = 0;

    if (!sk_size_mul(size, n, &room))
        return CURL_READFUNC_ABORT;
    size_t count = MIN(room, u->left.n);
    for (size_t i = 0; i < count; i++)
        buffer[i] = (char)u->left.p[i];
    u->left = sk_span_sub(u->left, count, u->left.n - count);
    return count;
}

static bool
is_loopback(const char *url)
{
    static const char *const hosts[] = { "localhost", "127.0.0.1" };
    const char *host = strstr(url, "://") + 3;
    size_t n = strcspn(host, ":/");

    for (unsigned i = 0; i < G_N_ELEMENTS(hosts); i++)
        if (strlen(hosts[i]) == n && strncmp(hosts[i], host, n) == 0)
            return true;
    return false;
}

/* What follows the host in the address is the name that we greet with. */
static char *
address_of(const SkCourierSettings *s)
{
    return g_strdup_printf("%s/%s", s->url == NULL ? "smtp://localhost" : s->url, strchr(s->from, '@') + 1);
}

static bool
set_server(CURL *curl, const SkCourierSettings *s)
{
    g_autofree char *url = address_of(s);
    bool here = s->unix_path != NULL || is_loopback(s->url);
    bool ok = curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps") == CURLE_OK &&
              curl_easy_setopt(curl, CURLOPT_PROXY, "") == CURLE_OK &&
              curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
              curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_S) == CURLE_OK &&
              curl_easy_setopt(curl, CURLOPT_TIMEOUT, WHOLE_S) == CURLE_OK &&
              curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK &&
              curl_easy_setopt(curl, CURLOPT_USE_SSL, here ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL) == CURLE_OK &&
              curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK;

    if (s->unix_path != NULL)
        ok = ok && curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, s->unix_path) == CURLE_OK;
    if (s->user != NULL)
        ok = ok && curl_easy_setopt(curl, CURLOPT_USERNAME, s->user) == CURLE_OK &&
             curl_easy_setopt(curl, CURLOPT_PASSWORD, s->password) == CURLE_OK;
    if (s->ca != NULL) {
        SkSpan pem = sk_span_bytes(s->ca);
        struct curl_blob blob = { .data = (void *)(uintptr_t)pem.p, .len = pem.n, .flags = CURL_BLOB_COPY };
        ok = ok && curl_easy_setopt(curl, CURLOPT_CAINFO_BLOB, &blob) == CURLE_OK;
    }
    return ok;
}

static SkCourierAnswer
perform(CURL *curl)
{
    long code = 0;
    CURLcode result = curl_easy_perform(curl);

    if (result == CURLE_OK)
        return SK_COURIER_SENT;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
    g_autofree char *said = g_strdup_printf("%ld", code);
    sk_log(SK_LOG_WARNING, "mail-not-sent", "why", curl_easy_strerror(result), "code", said, NULL);
    return code >= 500 && code < 600 ? SK_COURIER_REFUSED : SK_COURIER_FAILED;
}

SkCourierAnswer
sk_smtp_send(const SkCourierSettings *settings, const char *to, SkSpan message)
{
    SkCourierAnswer answer = SK_COURIER_FAILED;
    CURL *curl = curl_easy_init();
    struct curl_slist *recipients = curl_slist_append(NULL, to);
    Upload upload = { .left = message };

    if (curl != NULL && recipients != NULL && set_server(curl, settings) &&
        curl_easy_setopt(curl, CURLOPT_MAIL_FROM, settings->from) == CURLE_OK &&
        curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients) == CURLE_OK &&
        curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_some) == CURLE_OK &&
        curl_easy_setopt(curl, CURLOPT_READDATA, &upload) == CURLE_OK &&
        curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L) == CURLE_OK)
        answer = perform(curl);
    curl_slist_free_all(recipients);
    curl_easy_cleanup(curl);
    return answer;
}

static bool
serve_one(const SkCourierSettings *settings, int sock, bool *ret_gone, GError **error)
{
    g_autofree uint8_t *buffer = g_malloc(SK_COURIER_FRAME_MAX);
    int fds[SK_IO_FDS_MAX];
    g_autofree char *to = NULL;
    g_autoptr(GError) bad = NULL;
    SkSpan message = SK_SPAN_EMPTY;
    size_t n = 0;

    if (!sk_io_recv_frame(sock, buffer, SK_COURIER_FRAME_MAX, &n, fds, error))
        return false;
    for (unsigned i = 0; i < SK_IO_FDS_MAX; i++)
        sk_fd_clear(&fds[i]);
    *ret_gone = n == 0;
    if (n == 0)
        return true;
    uint8_t answer = SK_COURIER_REFUSED;
    if (sk_courier_frame_parse(sk_span(buffer, n), &to, &message, &bad))
        answer = (uint8_t)sk_smtp_send(settings, to, message);
    else
        sk_log(SK_LOG_ERROR, "mail-malformed", "why", bad->message, NULL);
    return sk_io_send_frame_now(sock, sk_span(&answer, 1), NULL, 0, error);
}

bool
sk_courier_run(const SkCourierSettings *settings, int sock, int stop, GError **error)
{
    struct pollfd fds[] = { { .fd = stop, .events = POLLIN }, { .fd = sock, .events = POLLIN } };
    bool gone = false;
    bool confined = false;

    if (!sk_courier_confine(settings, &confined, error))
        return false;
    if (!confined)
        sk_log(SK_LOG_WARNING, "courier-unconfined", NULL);
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return sk_throw(error, SK_ERROR_IO, "courier: libcurl does not start");
    while (!gone) {
        if (poll(fds, G_N_ELEMENTS(fds), -1) <= 0)
            continue;
        if (fds[0].revents != 0)
            break;
        if (!serve_one(settings, sock, &gone, error))
            return false;
    }
    return true;
}
