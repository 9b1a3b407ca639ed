/* SPDX-License-Identifier: Apache-2.0
 * question.c - contract in question.h. */
#include "wall/question.h"

#include "policy/words.h"
#include "wall/allowed.h"
#include "wall/model.h"

#include <arpa/inet.h>
#include <jansson.h>
#include <netinet/in.h>
#include <string.h>

#define PORT_OF_SENDERS 49152u /* the first of those that systems take by themselves (RFC 6335) */

/* ---- the packet ------------------------------------------------------------------------------- */

static void
set(SkPacket *packet, SkWallField field, uint64_t value)
{
    packet->field[field] = SK_WALL_VALUE(value);
}

static bool
read_address(const char *text, bool v6, SkWallValue *ret)
{
    uint8_t bytes[16];

    if (inet_pton(v6 ? AF_INET6 : AF_INET, text, bytes) != 1)
        return false;
    *ret = sk_wall_value_address(bytes, v6);
    return true;
}

static bool
read_ends(const SkWallWords *words, SkPacket *packet, GError **error)
{
    for (unsigned v6 = 0; v6 < 2; v6++)
        if (read_address(words->from, v6 == 1, &packet->field[SK_WALL_SRC]) &&
            read_address(words->to, v6 == 1, &packet->field[SK_WALL_DST])) {
            set(packet, SK_WALL_FAMILY, v6);
            return true;
        }
    return sk_throw(error, SK_ERROR_MALFORMED,
                    "say two addresses of one family, such as 10.20.1.5 and 203.0.113.9");
}

static bool
read_what(const char *what, SkPacket *packet, GError **error)
{
    bool udp = g_str_has_prefix(what, "udp:"), v6 = packet->field[SK_WALL_FAMILY].lo == 1;
    uint16_t first = 0, last = 0;

    if (strcmp(what, "icmp") == 0) {
        set(packet, SK_WALL_PROTOCOL, v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
        set(packet, SK_WALL_ICMP_TYPE, v6 ? 128 : 8);
        return true;
    }
    if ((!udp && !g_str_has_prefix(what, "tcp:")) || !sk_words_ports(what + 4, &first, &last) ||
        first != last)
        return sk_throw(error, SK_ERROR_MALFORMED, "say what: tcp:443, udp:53 or icmp");
    set(packet, SK_WALL_PROTOCOL, udp ? IPPROTO_UDP : IPPROTO_TCP);
    set(packet, SK_WALL_SPORT, PORT_OF_SENDERS);
    set(packet, SK_WALL_DPORT, first);
    set(packet, SK_WALL_TCP_FLAGS, udp ? 0 : 2);
    return true;
}

/* The card that the wall knows an address's host by; 0 where it knows none. */
static SkWallValue
card_of(const SkPolicy *policy, bool v6, SkWallValue address)
{
    const GPtrArray *hosts = sk_policy_hosts(policy);

    for (unsigned i = 0; i < hosts->len; i++) {
        const SkHost *host = g_ptr_array_index(hosts, i);
        for (unsigned j = 0; host->has_mac && j < host->addresses->len; j++) {
            const SkNetwork *one = &g_array_index(host->addresses, SkNetwork, j);
            SkWallValue own = sk_wall_value_address(one->address, one->v6);
            if (one->v6 == v6 && sk_wall_value_compare(own, address) == 0)
                return sk_wall_value_mac(host->mac);
        }
    }
    return SK_WALL_VALUE(0);
}

/* The interface behind which @address lies: its host's, its zone's, or `(another)`. */
static const char *
interface_of(const SkPolicy *policy, bool v6, SkWallValue address)
{
    const SkZone *zone = sk_wall_address_zone(policy, v6, address);
    const GPtrArray *hosts = sk_policy_hosts(policy);

    if (zone != NULL)
        return zone->interface;
    for (unsigned i = 0; i < hosts->len; i++) {
        const SkHost *host = g_ptr_array_index(hosts, i);
        for (unsigned j = 0; j < host->addresses->len; j++) {
            const SkNetwork *one = &g_array_index(host->addresses, SkNetwork, j);
            if (host->interface != NULL && one->v6 == v6 &&
                sk_wall_value_compare(sk_wall_value_address(one->address, v6), address) == 0)
                return host->interface;
        }
    }
    return "(another)";
}

static bool
number_of(const GPtrArray *interfaces, const char *name, SkWallValue *ret, GError **error)
{
    for (unsigned i = 0; name != NULL && i < interfaces->len; i++)
        if (strcmp(g_ptr_array_index(interfaces, i), name) == 0) {
            *ret = SK_WALL_VALUE(i);
            return true;
        }
    return sk_throw(error, SK_ERROR_MALFORMED, "no interface `%s` is spoken of",
                    name == NULL ? "" : name);
}

static bool
read_interfaces(const SkPolicy *policy, const SkWallRuleset *ruleset, const SkWallWords *words,
                SkWallAnswer *answer, GError **error)
{
    SkPacket *packet = &answer->packet;
    bool v6 = packet->field[SK_WALL_FAMILY].lo == 1;
    SkWallValue src = packet->field[SK_WALL_SRC], dst = packet->field[SK_WALL_DST];
    g_autoptr(GPtrArray) named = g_ptr_array_new();

    answer->from = sk_wall_address_zone(policy, v6, src);
    answer->to = sk_wall_address_zone(policy, v6, dst);
    if (words->in != NULL)
        g_ptr_array_add(named, (gpointer)(uintptr_t)words->in);
    if (words->out != NULL)
        g_ptr_array_add(named, (gpointer)(uintptr_t)words->out);
    answer->interfaces = sk_wall_world(&ruleset, 1, policy, named);
    const char *in = words->in != NULL ? words->in : interface_of(policy, v6, src);
    const char *out = words->out != NULL ? words->out : interface_of(policy, v6, dst);
    packet->field[SK_WALL_SRC_MAC] = card_of(policy, v6, src);
    return number_of(answer->interfaces, in, &packet->field[SK_WALL_IIF], error) &&
           number_of(answer->interfaces, out, &packet->field[SK_WALL_OIF], error);
}

/* ---- the answer ------------------------------------------------------------------------------- */

typedef struct {
    uint32_t bits;  /* answer of the n-th unknown */
    unsigned asked; /* how many there were */
} Guess;

static bool
guess(const SkWallStep *step, void *data)
{
    Guess *self = data;

    (void)step;
    bool yes = self->asked >= 32 || (self->bits >> self->asked & 1) != 0;
    self->asked++;
    return yes;
}

/* Every way that the unknowns may answer; what they agree on is the answer. */
static SkWallEnd
try_all(const SkWallRuleset *ruleset, const GPtrArray *interfaces, const SkPacket *packet,
        SkWallEnd first, unsigned asked)
{
    if (asked > SK_WALL_UNKNOWNS_MAX)
        return SK_WALL_UNSURE;
    for (uint32_t bits = 0; bits < 1u << SK_WALL_UNKNOWNS_MAX; bits++) {
        Guess other = { .bits = bits };
        g_auto(SkWallWalk) walk = { 0 };
        sk_wall_walk(ruleset, interfaces, packet, guess, &other, &walk);
        if (walk.end != first || other.asked > SK_WALL_UNKNOWNS_MAX)
            return SK_WALL_UNSURE;
    }
    return first;
}

bool
sk_wall_question(const SkPolicy *policy, const SkWallRuleset *ruleset, const SkWallWords *words,
                 int64_t now, SkWallAnswer *ret, GError **error)
{
    g_auto(SkWallAnswer) answer = { .packet = { .way = SK_WALL_FORWARDED } };
    Guess yes = { .bits = UINT32_MAX };

    set(&answer.packet, SK_WALL_TTL, 64);
    if (!read_ends(words, &answer.packet, error) ||
        !read_what(words->what, &answer.packet, error) ||
        !read_interfaces(policy, ruleset, words, &answer, error))
        return false;
    g_autoptr(GPtrArray) allowed = sk_wall_allowed(policy, now, answer.interfaces);
    const SkWallAllowed *by = sk_wall_allowed_find(allowed, &answer.packet);
    answer.allowed = by != NULL;
    answer.line = by == NULL ? 0 : by->place.line;
    sk_wall_walk(ruleset, answer.interfaces, &answer.packet, guess, &yes, &answer.walk);
    answer.end = yes.asked == 0 ? answer.walk.end
                                : try_all(ruleset, answer.interfaces, &answer.packet,
                                          answer.walk.end, yes.asked);
    *ret = answer;
    answer = (SkWallAnswer){ 0 };
    return true;
}

void
sk_wall_answer_clear(SkWallAnswer *self)
{
    g_clear_pointer(&self->interfaces, g_ptr_array_unref);
    sk_wall_walk_clear(&self->walk);
}

/* ---- telling ---------------------------------------------------------------------------------- */

static json_t *
mark_json(const SkWallMark *mark)
{
    static const char *const families[] = { "ip", "ip6", "inet", "arp", "bridge", "netdev" };
    g_autofree char *table =
        g_strdup_printf("%s %s", families[mark->chain->table->family], mark->chain->table->name);
    g_autofree char *policy =
        g_strdup_printf("policy %s", mark->act == SK_WALL_DROP ? "drop" : "accept");
    const SkWallRule *rule = mark->rule;

    return json_pack("{s:s, s:s, s:I, s:I, s:s}", "table", table, "chain", mark->chain->name,
                     "handle", rule == NULL ? (json_int_t)0 : (json_int_t)rule->handle, "line",
                     rule == NULL ? (json_int_t)0 : (json_int_t)rule->line, "rule",
                     rule == NULL ? policy : rule->text);
}

static const char *
zone_name(const SkZone *zone)
{
    return zone == NULL ? NULL : zone->name;
}

char *
sk_wall_answer_json(const SkWallAnswer *self)
{
    static const char *const ends[] = { "yes", "no", "unsure" };
    g_autofree char *packet = sk_packet_text(&self->packet, self->interfaces);
    json_t *path = json_array();

    for (unsigned i = 0; i < self->walk.path->len; i++)
        json_array_append_new(path, mark_json(&g_array_index(self->walk.path, SkWallMark, i)));
    json_t *root =
        json_pack("{s:s, s:b, s:I, s:s?, s:s?, s:s, s:o}", "passes", ends[self->end], "allowed",
                  (int)self->allowed, "line", (json_int_t)self->line, "from", zone_name(self->from),
                  "to", zone_name(self->to), "packet", packet, "path", path);
    char *text = json_dumps(root, JSON_COMPACT);
    char *ret = g_strdup(text);
    free(text);
    json_decref(root);
    return ret;
}
