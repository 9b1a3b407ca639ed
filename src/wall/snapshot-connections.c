/* SPDX-License-Identifier: Apache-2.0
 * snapshot-connections.c - contract in snapshot.h: the connections that a machine has, from conntrack's listing:
 * `ipv4 2 tcp 6 431999 ESTABLISHED src=A dst=B sport=1 dport=2 src=B dst=A sport=2 dport=1 [ASSURED] …`
 * A line that cannot be read is an unmodelled one. */
#include "wall/snapshot.h"

#include "base/name.h"

#include <arpa/inet.h>
#include <string.h>

#define WORDS_MAX 64

typedef struct {
    char *const *words;
    bool v6;
} Line;

/* The @nth word that begins with @key; NULL: there is none. */
static const char *
value_of(const Line *line, const char *key, unsigned nth)
{
    for (unsigned i = 0; line->words[i] != NULL; i++)
        if (g_str_has_prefix(line->words[i], key) && nth-- == 0)
            return line->words[i] + strlen(key);
    return NULL;
}

static bool
address(const Line *line, const char *key, unsigned nth, SkWallValue *ret)
{
    const char *text = value_of(line, key, nth);
    uint8_t bytes[16];

    if (text == NULL || inet_pton(line->v6 ? AF_INET6 : AF_INET, text, bytes) != 1)
        return false;
    *ret = sk_wall_value_address(bytes, line->v6);
    return true;
}

static bool
number(const char *text, uint64_t max, uint64_t *ret)
{
    return text != NULL && g_ascii_string_to_unsigned(text, 10, 0, max, ret, NULL);
}

static bool
read_line(const Line *line, SkWallConnection *ret)
{
    uint64_t protocol = 0, sport = 0, dport = 0;
    const char *from = value_of(line, "sport=", 0), *to = value_of(line, "sport=", 1);

    ret->v6 = line->v6;
    /* What it really leads to is what answers. */
    if (!number(line->words[3], UINT8_MAX, &protocol) || !address(line, "src=", 0, &ret->src) ||
        !address(line, "src=", 1, &ret->dst))
        return false;
    if (from != NULL && (!number(from, UINT16_MAX, &sport) || !number(to, UINT16_MAX, &dport)))
        return false;
    ret->protocol = (uint8_t)protocol;
    ret->sport = (uint16_t)sport;
    ret->dport = (uint16_t)dport;
    return true;
}

/* (transfer full): the words of a line, empty ones left out. */
static char **
words_of(const char *text)
{
    g_auto(GStrv) all = g_strsplit_set(text, " \t", -1);
    GPtrArray *words = g_ptr_array_new();

    for (unsigned i = 0; all[i] != NULL; i++)
        if (*all[i] != '\0' && words->len < WORDS_MAX)
            g_ptr_array_add(words, g_strdup(all[i]));
    g_ptr_array_add(words, NULL);
    return (char **)g_ptr_array_free(words, FALSE);
}

void
sk_wall_snapshot_connections(SkWallSnapshot *self, SkSpan listing)
{
    size_t at = 0;

    if (sk_span_is(listing, SK_WALL_CONNECTIONS_UNKNOWN))
        return;
    self->connections = g_array_new(FALSE, FALSE, sizeof(SkWallConnection));
    for (unsigned number = 1; at < listing.n; number++) {
        size_t end = MIN(sk_span_find(listing, at, sk_span_str("\n")), listing.n);
        g_autofree char *text = sk_text_plain(sk_span_sub(listing, at, end - at), 1024);
        g_auto(GStrv) words = words_of(text);
        unsigned n = g_strv_length(words);
        SkWallConnection one = { .line = number };
        at = end + 1;
        if (n == 0)
            continue;
        Line line = { .words = words, .v6 = strcmp(words[0], "ipv6") == 0 };
        if (n > 4 && (line.v6 || strcmp(words[0], "ipv4") == 0) && read_line(&line, &one))
            g_array_append_val(self->connections, one);
        else
            sk_wall_unmodelled(self->ruleset, sk_wall_section_name(SK_SECTION_CONNTRACK), number,
                               text, "a connection that cannot be read");
    }
}
