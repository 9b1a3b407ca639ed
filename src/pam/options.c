/* SPDX-License-Identifier: Apache-2.0
 * options.c - contract in options.h. */
#include "pam/options.h"

#include <stddef.h>
#include <string.h>

#define NAME_MAX_BYTES 64u
#define TIMEOUT_DEFAULT 10
#define TIMEOUT_MAX 60

static const char *
after(const char *word, const char *key)
{
    size_t n = strlen(key);
    return strncmp(word, key, n) == 0 && word[n] != '\0' ? word + n : NULL;
}

static bool
seconds(const char *s, long *ret)
{
    long n = 0;

    for (; *s >= '0' && *s <= '9' && n <= TIMEOUT_MAX; s++)
        n = n * 10 + (*s - '0');
    *ret = n;
    return *s == '\0' && n >= 1 && n <= TIMEOUT_MAX;
}

/* HOST or HOST:PORT and nothing behind it: no path, no question, and no name and password before
 * it. */
static bool
is_authority(const char *s)
{
    static const char taken[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]";
    size_t n = strlen(s);
    return n > 0 && n <= 255 && strspn(s, taken) == n;
}

static bool
take(const char *word, SkTerminalOptions *o)
{
    const char *value = NULL;

    if ((value = after(word, "station=")) != NULL)
        o->station = value;
    else if ((value = after(word, "ca=")) != NULL)
        o->ca = value;
    else if ((value = after(word, "socket=")) != NULL)
        o->unix_socket = value;
    else if ((value = after(word, "state=")) != NULL)
        o->state = value;
    else if ((value = after(word, "timeout=")) != NULL)
        return seconds(value, &o->timeout);
    else if (strcmp(word, "grace=no") == 0)
        o->grace = false;
    else
        return false;
    return true;
}

static const char *
objection(SkTerminalOptions *o)
{
    if (o->station == NULL)
        return "station= is missing";
    const char *plain = after(o->station, "http://");
    const char *secure = after(o->station, "https://");
    o->plain = plain != NULL;
    if (!is_authority(o->plain ? plain : secure == NULL ? "" : secure))
        return "station= is https://HOST, or http://HOST to this machine";
    if (o->state[0] != '/' || (o->ca != NULL && o->ca[0] != '/') ||
        (o->unix_socket != NULL && o->unix_socket[0] != '/'))
        return "a path begins with /";
    return NULL;
}

bool
sk_terminal_options(int argc, const char **argv, SkTerminalOptions *ret, const char **ret_why)
{
    *ret = (SkTerminalOptions){ .state = SK_TERMINAL_STATE,
                                .timeout = TIMEOUT_DEFAULT,
                                .grace = true };
    for (int i = 0; i < argc; i++)
        if (!take(argv[i], ret)) {
            *ret_why = "an option is not known or has no right value";
            return false;
        }
    *ret_why = objection(ret);
    return *ret_why == NULL;
}

bool
sk_terminal_name_is(const char *name)
{
    static const char taken[] = "abcdefghijklmnopqrstuvwxyz0123456789._-";
    size_t n = name == NULL ? 0 : strlen(name);
    return n > 0 && n <= NAME_MAX_BYTES && strspn(name, taken) == n &&
           strchr("._-", name[0]) == NULL;
}
