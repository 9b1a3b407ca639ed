/* SPDX-License-Identifier: Apache-2.0
 * web.c - contract in web.h: puts the parts together, waits for the stop, takes them apart again.
 */
#include "web/web.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "base/io.h"
#include "base/log.h"
#include "web/server.h"

static bool
is_origin(const char *s)
{
    const char *authority = NULL;
    if (s != NULL && g_str_has_prefix(s, "http://"))
        authority = s + strlen("http://");
    else if (s != NULL && g_str_has_prefix(s, "https://"))
        authority = s + strlen("https://");
    if (authority == NULL || authority[0] == '\0')
        return false;
    for (const char *p = authority; *p != '\0'; p++)
        if (!g_ascii_islower(*p) && !g_ascii_isdigit(*p) && strchr(".-:[]", *p) == NULL)
            return false;
    return true;
}

static const char *
authority_of(const char *origin)
{
    return strstr(origin, "://") + 3;
}

/* The port does not keep cookies apart, only the host does. */
static bool
same_host(const char *a, const char *b)
{
    const char *host_a = authority_of(a);
    const char *host_b = authority_of(b);
    size_t n_a = strcspn(host_a, ":");
    size_t n_b = strcspn(host_b, ":");
    return n_a == n_b && strncmp(host_a, host_b, n_a) == 0;
}

static bool
check_options(const SkWebOptions *o, GError **error)
{
    if (!is_origin(o->origin) || !is_origin(o->content_origin))
        return sk_throw(error, SK_ERROR_MALFORMED,
                        "web: an origin is scheme://host[:port] in lower case");
    if (same_host(o->origin, o->content_origin))
        return sk_throw(error, SK_ERROR_MALFORMED,
                        "web: the content origin needs a host of its own");
    if (o->n_listeners == 0 || o->n_listeners > SK_GUARD_LISTENERS_MAX)
        return sk_throw(error, SK_ERROR_MALFORMED, "web: 1 to %u listeners",
                        SK_GUARD_LISTENERS_MAX);
    return true;
}

static void
close_store(void *store)
{
    sk_store_close(store);
}

static bool
open_stores(SkWeb *web, GError **error)
{
    web->stores = g_async_queue_new_full(close_store);
    for (unsigned i = 0; i < SK_WEB_THREADS; i++) {
        SkStore *store = sk_store_open(web->options->store, web->options->vault, error);
        if (store == NULL)
            return false;
        g_async_queue_push(web->stores, store);
        if (strcmp(sk_store_zone(store), web->options->zone) != 0)
            return sk_throw(error, SK_ERROR_MISMATCH, "web: the database is another zone's");
    }
    return true;
}

static void
web_clear(SkWeb *web)
{
    if (web->pool != NULL)
        sk_signin_pool_close(web->pool); /* every suspended connection is resumed after this */
    if (web->imports != NULL)
        sk_imports_close(web->imports);
    sk_server_stop(web);
    sk_imports_free(web->imports);
    sk_signin_pool_free(web->pool);
    if (web->stores != NULL)
        g_async_queue_unref(web->stores);
    sk_vault_close(web->vault);
    sk_pages_unref(web->pages);
    sk_messages_free(web->words);
    sk_rules_free(web->rules);
    g_mutex_clear(&web->pages_lock);
    g_hash_table_unref(web->uploads);
    g_mutex_clear(&web->uploads_lock);
}

static bool
web_init(SkWeb *web, const SkWebOptions *options, GError **error)
{
    *web = (SkWeb){ .options = options };
    g_mutex_init(&web->pages_lock);
    g_mutex_init(&web->uploads_lock);
    web->uploads = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    web->secure = g_str_has_prefix(options->origin, "https://");
    if (!sk_rules_new(options->policy, options->zone, &web->rules, error) ||
        !open_stores(web, error) ||
        !sk_pages_load(options->pages, options->messages, &web->pages, error) ||
        (options->messages != NULL && !sk_messages_load(options->messages, &web->words, error)) ||
        !sk_signin_pool_new(options->directory_fd, &web->pool, error))
        return false;
    web->imports = sk_imports_new(options->programs, options->store, options->vault);
    web->vault = sk_vault_open(options->vault, error);
    return web->vault != NULL && sk_server_start(web, error);
}

static void
reload(SkWeb *web)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SkPages) pages = NULL;

    if (sk_rules_reload(web->rules, &error))
        sk_log(SK_LOG_INFO, "policy-reloaded", NULL);
    else
        sk_log(SK_LOG_ERROR, "policy-not-reloaded", "error", error->message, NULL);
    g_clear_error(&error);
    if (!sk_pages_load(web->options->pages, web->options->messages, &pages, &error)) {
        sk_log(SK_LOG_ERROR, "pages-not-reloaded", "error", error->message, NULL);
        return;
    }
    g_mutex_lock(&web->pages_lock);
    SkPages *old = web->pages;
    web->pages = g_steal_pointer(&pages);
    g_mutex_unlock(&web->pages_lock);
    sk_pages_unref(old);
}

static bool
wait_for_stop(SkWeb *web, GError **error)
{
    struct pollfd fds[2] = { { .fd = web->options->stop_fd, .events = POLLIN },
                             { .fd = web->options->reload_fd, .events = POLLIN } };

    for (;;) {
        int n = poll(fds, 2, -1);
        if (n < 0 && errno != EINTR)
            return sk_throw_errno(error, "poll");
        if (n < 0)
            continue;
        if (fds[0].revents != 0)
            return true;
        if ((fds[1].revents & POLLIN) != 0) {
            uint64_t count = 0;
            if (read(fds[1].fd, &count, sizeof count) > 0)
                reload(web);
        } else if (fds[1].revents != 0) {
            fds[1].fd = -1; /* nobody can ask any more */
        }
    }
}

static bool
run(SkWeb *web, GError **error)
{
    const SkGuardOptions options = { .listeners = web->options->listeners,
                                     .n_listeners = web->options->n_listeners,
                                     .hosts = { .main = authority_of(web->options->origin),
                                                .content =
                                                    authority_of(web->options->content_origin) },
                                     .hand_over = sk_server_adopt,
                                     .data = web };
    g_autoptr(SkGuard) guard = NULL;

    if (!sk_guard_new(&options, &guard, error))
        return false;
    if (web->options->ready_fd >= 0 &&
        !sk_io_write_all(web->options->ready_fd, sk_span_str("1"), error))
        return false;
    sk_log(SK_LOG_INFO, "web-ready", NULL);
    return wait_for_stop(web, error);
}

bool
sk_web_run(const SkWebOptions *options, GError **error)
{
    SkWeb web;

    if (!check_options(options, error))
        return false;
    bool ok = web_init(&web, options, error) && run(&web, error);
    web_clear(&web);
    return ok;
}
