/* SPDX-License-Identifier: Apache-2.0
 * client.c - contract in client.h. */
#include "web/client.h"

#include <arpa/inet.h>
#include <string.h>

bool
sk_address_parse(const char *text, SkAddress *ret)
{
    struct in_addr v4;
    struct in6_addr v6;

    *ret = (SkAddress){ 0 };
    if (text == NULL)
        return false;
    bool is_v6 = inet_pton(AF_INET6, text, &v6) == 1;
    /* The same machine in two spellings is one. */
    if (is_v6 && IN6_IS_ADDR_V4MAPPED(&v6)) {
        const uint8_t *b = v6.s6_addr + 12;
        v4.s_addr = htonl((uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3]);
        is_v6 = false;
    } else if (!is_v6 && inet_pton(AF_INET, text, &v4) != 1)
        return false;
    if (is_v6 ? IN6_IS_ADDR_UNSPECIFIED(&v6) : v4.s_addr == INADDR_ANY)
        return false;
    if (!is_v6) {
        inet_ntop(AF_INET, &v4, ret->text, sizeof ret->text);
        inet_ntop(AF_INET, &v4, ret->network, sizeof ret->network);
        return true;
    }
    inet_ntop(AF_INET6, &v6, ret->text, sizeof ret->text);
    for (size_t i = 8; i < sizeof v6.s6_addr; i++)
        v6.s6_addr[i] = 0;
    inet_ntop(AF_INET6, &v6, ret->network, sizeof ret->network);
    g_strlcat(ret->network, "/64", sizeof ret->network);
    return true;
}

/* The first that is found counts: Edge calls itself Chrome, Chrome Safari, Android Linux, and an
 * iPhone Mac OS. */
static const char *const browsers[][2] = {
    { "Edg/", "Edge" },          { "EdgA/", "Edge" },       { "EdgiOS/", "Edge" },
    { "OPR/", "Opera" },         { "Vivaldi/", "Vivaldi" }, { "Firefox/", "Firefox" },
    { "FxiOS/", "Firefox" },     { "CriOS/", "Chrome" },    { "Chrome/", "Chrome" },
    { "Chromium/", "Chromium" }, { "Safari/", "Safari" },   { "curl/", "curl" },
};
static const char *const systems[][2] = {
    { "Windows", "Windows" }, { "Android", "Android" }, { "iPhone", "iOS" },  { "iPad", "iPadOS" },
    { "CrOS", "ChromeOS" },   { "Macintosh", "macOS" }, { "Linux", "Linux" },
};

static const char *
find(const char *const (*rows)[2], size_t n, const char *in)
{
    for (size_t i = 0; i < n; i++)
        if (strstr(in, rows[i][0]) != NULL)
            return rows[i][1];
    return NULL;
}

const char *
sk_browser_label(const char *user_agent)
{
    if (user_agent == NULL)
        return "";
    const char *browser = find(browsers, G_N_ELEMENTS(browsers), user_agent);
    const char *system = find(systems, G_N_ELEMENTS(systems), user_agent);
    if (browser == NULL || system == NULL)
        return browser != NULL ? browser : system != NULL ? system : "";
    g_autofree char *both = g_strdup_printf("%s, %s", browser, system);
    return g_intern_string(both); /* of a closed list: at most so many */
}
