/* SPDX-License-Identifier: Apache-2.0
 * snapshot-facts.c - what stands beside the rulesets: interfaces, addresses, routes, neighbours, settings; and what of it
 * lets packets pass by the rules. The JSON of `ip` and `tc` is read by jansson. */
#include "wall/snapshot.h"

#include "base/name.h"
#include "wall/read-nft-lex.h"

#include <jansson.h>
#include <string.h>

#define ITEMS_MAX 2000000u    /* routes */
#define INTERFACES_MAX 10000u /* each is looked up by name in a list */

static void
beyond(SkWallSnapshot *self, SkWallSection section, const char *text, const char *why)
{
    g_autofree char *plain = sk_text_plain(sk_span_str(text), 256);

    sk_wall_unmodelled(self->ruleset, sk_wall_section_name(section), 0, plain, why);
}

/* ---- JSON ------------------------------------------------------------------------------------------------ */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

/* (transfer full): a list; an empty section is an empty list. */
static json_t *
list_of(SkSpan s, SkWallSection section, GError **error)
{
    json_error_t why;

    if (s.n == 0)
        return json_array();
    g_autoptr(json_t) root = json_loadb((const char *)s.p, s.n, JSON_REJECT_DUPLICATES, &why);
    bool few = section == SK_SECTION_LINKS || section == SK_SECTION_ADDRESSES;
    if (!json_is_array(root) || json_array_size(root) > (few ? INTERFACES_MAX : ITEMS_MAX)) {
        (void)sk_throw(error, SK_ERROR_MALFORMED,
                       "snapshot: %s is no list in JSON (line %d, column %d)",
                       sk_wall_section_name(section), root == NULL ? why.line : 1,
                       root == NULL ? why.column : 1);
        return NULL;
    }
    return g_steal_pointer(&root);
}

static const char *
text(const json_t *object, const char *key)
{
    const char *s = json_string_value(json_object_get(object, key));

    return s == NULL ? "" : s;
}

static char *
plain(const json_t *object, const char *key)
{
    return sk_text_plain(sk_span_str(text(object, key)), 64);
}

/* `10.0.0.0/8`, `::1`, `default` */
static bool
place(const char *s, bool v6, SkWallPlace *ret)
{
    const char *slash = strchr(s, '/');
    SkSpan address = sk_span(s, slash == NULL ? strlen(s) : (size_t)(slash - s));
    unsigned bits = 0;
    uint64_t prefix = 0;
    uint32_t quad = 0;
    uint8_t bytes[16];

    *ret = (SkWallPlace){ .v6 = v6 };
    if (strcmp(s, "default") == 0)
        return true;
    if (sk_nft_ip4(address, &quad)) {
        ret->v6 = false;
        ret->address = SK_WALL_VALUE(quad);
        bits = 32;
    } else if (sk_nft_ip6(address, bytes)) {
        ret->v6 = true;
        ret->address = sk_wall_value_address(bytes, true);
        bits = 128;
    } else {
        return false;
    }
    if (slash != NULL && (!sk_nft_number(sk_span_str(slash + 1), &prefix) || prefix > bits))
        return false;
    ret->prefix = slash == NULL ? bits : (unsigned)prefix;
    return true;
}

/* ---- interfaces --------------------------------------------------------------------------------------------- */

static bool
links(SkWallSnapshot *self, SkSpan s, GError **error)
{
    g_autoptr(json_t) list = list_of(s, SK_SECTION_LINKS, error);
    size_t i = 0;
    json_t *item = NULL;

    if (list == NULL)
        return false;
    json_array_foreach(list, i, item)
    {
        if (!json_is_object(item) || json_object_size(item) == 0)
            continue;
        SkWallInterface *one = g_new0(SkWallInterface, 1);
        uint8_t mac[6];
        one->name = plain(item, "ifname");
        one->index = json_integer_value(json_object_get(item, "ifindex"));
        one->kind = plain(json_object_get(item, "linkinfo"), "info_kind");
        one->master = plain(item, "master");
        one->has_mac = sk_nft_mac(sk_span_str(text(item, "address")), mac);
        one->mac = one->has_mac ? sk_wall_value_mac(mac) : SK_WALL_VALUE(0);
        one->xdp = json_object_get(item, "xdp") != NULL;
        one->addresses = g_array_new(FALSE, FALSE, sizeof(SkWallPlace));
        g_ptr_array_add(self->interfaces, one);
        if (one->xdp)
            beyond(self, SK_SECTION_LINKS, one->name,
                   "a program (XDP) takes packets before the rules");
        if (strcmp(one->kind, "vrf") == 0)
            beyond(self, SK_SECTION_LINKS, one->name, "routes of its own (VRF)");
    }
    return true;
}

static bool
addresses(SkWallSnapshot *self, SkSpan s, GError **error)
{
    g_autoptr(json_t) list = list_of(s, SK_SECTION_ADDRESSES, error);
    size_t i = 0, k = 0;
    json_t *item = NULL, *info = NULL;

    if (list == NULL)
        return false;
    json_array_foreach(list, i, item)
    {
        const SkWallInterface *one = sk_wall_snapshot_interface(self, text(item, "ifname"));
        json_array_foreach(json_object_get(item, "addr_info"), k, info)
        {
            SkWallPlace at;
            if (one == NULL || text(info, "local")[0] == 0)
                continue;
            json_int_t prefix = json_integer_value(json_object_get(info, "prefixlen"));
            if (!place(text(info, "local"), false, &at) || prefix < 0 ||
                prefix > (at.v6 ? 128 : 32))
                return sk_throw(error, SK_ERROR_MALFORMED, "snapshot: an address that is none");
            at.prefix = (unsigned)prefix;
            g_array_append_val(one->addresses, at);
        }
    }
    return true;
}

/* What goes between two ports of a bridge meets rules of ip only where br_netfilter calls them. */
static void
bridges(SkWallSnapshot *self)
{
    const char *four = sk_wall_snapshot_setting(self, "net.bridge.bridge-nf-call-iptables");
    const char *six = sk_wall_snapshot_setting(self, "net.bridge.bridge-nf-call-ip6tables");
    bool called = four != NULL && six != NULL && strcmp(four, "1") == 0 && strcmp(six, "1") == 0;

    for (unsigned i = 0; i < self->interfaces->len; i++) {
        const SkWallInterface *bridge = g_ptr_array_index(self->interfaces, i);
        unsigned ports = 0;
        for (unsigned k = 0; k < self->interfaces->len && strcmp(bridge->kind, "bridge") == 0; k++)
            ports += strcmp(((SkWallInterface *)g_ptr_array_index(self->interfaces, k))->master,
                            bridge->name) == 0;
        if (ports > 1)
            beyond(self, SK_SECTION_LINKS, bridge->name,
                   called ? "packets between its ports come to the rules as if they were forwarded"
                          : "packets between its ports pass by the rules");
    }
}

/* ---- routes --------------------------------------------------------------------------------------------------- */

static bool
routes(SkWallSnapshot *self, SkSpan s, SkWallSection section, GError **error)
{
    g_autoptr(json_t) list = list_of(s, section, error);
    size_t i = 0;
    json_t *item = NULL;

    if (list == NULL)
        return false;
    json_array_foreach(list, i, item)
    {
        SkWallPlace to;
        if (!place(text(item, "dst"), section == SK_SECTION_ROUTES6, &to))
            return sk_throw(error, SK_ERROR_MALFORMED, "snapshot: a route to nothing");
        if (to.v6 != (section == SK_SECTION_ROUTES6))
            continue;
        SkWallRoute *route = g_new0(SkWallRoute, 1);
        route->to = to;
        route->type = text(item, "type")[0] == 0 ? g_strdup("unicast") : plain(item, "type");
        route->table = text(item, "table")[0] == 0 ? g_strdup("main") : plain(item, "table");
        route->device = plain(item, "dev");
        g_ptr_array_add(self->routes, route);
    }
    return true;
}

/* The rules that every machine has; any other makes the way depend on more than the destination. */
static bool
routing(SkWallSnapshot *self, SkSpan s, SkWallSection section, GError **error)
{
    static const struct {
        json_int_t priority;
        const char *table;
    } usual[] = { { 0, "local" }, { 32766, "main" }, { 32767, "default" } };
    g_autoptr(json_t) list = list_of(s, section, error);
    size_t i = 0;
    json_t *item = NULL;

    if (list == NULL)
        return false;
    json_array_foreach(list, i, item)
    {
        bool known = false;
        for (size_t k = 0; k < G_N_ELEMENTS(usual); k++)
            known = known ||
                    (json_integer_value(json_object_get(item, "priority")) == usual[k].priority &&
                     strcmp(text(item, "table"), usual[k].table) == 0);
        if (!known || json_object_size(item) != 3 || strcmp(text(item, "src"), "all") != 0)
            beyond(self, section, text(item, "table"),
                   "routes that depend on more than the destination");
    }
    return true;
}

static bool
neighbours(SkWallSnapshot *self, SkSpan s, GError **error)
{
    g_autoptr(json_t) list = list_of(s, SK_SECTION_NEIGHBOURS, error);
    size_t i = 0, k = 0;
    json_t *item = NULL, *state = NULL;

    if (list == NULL)
        return false;
    json_array_foreach(list, i, item)
    {
        SkWallPlace at;
        uint8_t mac[6];
        if (!place(text(item, "dst"), false, &at))
            return sk_throw(error, SK_ERROR_MALFORMED, "snapshot: a neighbour without an address");
        SkWallNeighbour *one = g_new0(SkWallNeighbour, 1);
        one->at = at;
        one->device = plain(item, "dev");
        one->has_mac = sk_nft_mac(sk_span_str(text(item, "lladdr")), mac);
        one->mac = one->has_mac ? sk_wall_value_mac(mac) : SK_WALL_VALUE(0);
        json_array_foreach(json_object_get(item, "state"), k, state) one->fixed =
            one->fixed || g_strcmp0(json_string_value(state), "PERMANENT") == 0;
        g_ptr_array_add(self->neighbours, one);
    }
    return true;
}

static bool
qdiscs(SkWallSnapshot *self, SkSpan s, GError **error)
{
    g_autoptr(json_t) list = list_of(s, SK_SECTION_QDISCS, error);
    size_t i = 0;
    json_t *item = NULL;

    if (list == NULL)
        return false;
    json_array_foreach(list, i, item) if (strcmp(text(item, "kind"), "clsact") == 0 ||
                                          strcmp(text(item, "kind"), "ingress") == 0)
        beyond(self, SK_SECTION_QDISCS, text(item, "dev"),
               "filters of tc may take packets before or behind the rules");
    return true;
}

/* ---- settings --------------------------------------------------------------------------------------------------- */

/* `net.ipv4.ip_forward = 1` */
static bool
settings(SkWallSnapshot *self, SkSpan s, GError **error)
{
    size_t at = 0;
    unsigned line = 0;

    while (at < s.n) {
        size_t end = MIN(sk_span_find(s, at, sk_span_str("\n")), s.n);
        SkSpan one = sk_span_sub(s, at, end - at);
        size_t equals = sk_span_find(one, 0, sk_span_str(" = "));
        line++;
        at = end + 1;
        if (one.n == 0)
            continue;
        if (equals == SIZE_MAX || equals == 0)
            return sk_throw(error, SK_ERROR_MALFORMED, "snapshot: a setting that is none (line %u)",
                            line);
        char *name = sk_text_plain(sk_span_sub(one, 0, equals), 256);
        char *value = sk_text_plain(sk_span_sub(one, equals + 3, one.n - equals - 3), 256);
        g_hash_table_insert(self->settings, name, value);
    }
    return true;
}

static bool
is_on(const SkWallSnapshot *self, const char *name)
{
    const char *value = sk_wall_snapshot_setting(self, name);

    return value != NULL && strcmp(value, "0") != 0 && value[0] != '-';
}

static int
by_name(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;

    return strcmp(*x, *y);
}

static void
judge_settings(SkWallSnapshot *self)
{
    bool sources = is_on(self, "net.ipv4.conf.all.accept_source_route");
    GHashTableIter iter;
    gpointer key = NULL, value = NULL;
    g_autoptr(GPtrArray) found = g_ptr_array_new();

    g_hash_table_iter_init(&iter, self->settings);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        bool routed = g_str_has_prefix(key, "net.ipv4.conf.") &&
                      g_str_has_suffix(key, ".accept_source_route") && sources &&
                      strcmp(key, "net.ipv4.conf.all.accept_source_route") != 0;
        bool loopback =
            g_str_has_prefix(key, "net.ipv4.conf.") && g_str_has_suffix(key, ".route_localnet");
        bool six = g_str_has_prefix(key, "net.ipv6.conf.") &&
                   g_str_has_suffix(key, ".accept_source_route");
        if ((routed || loopback || six) && is_on(self, key))
            g_ptr_array_add(found, key);
    }
    g_ptr_array_sort(found, by_name);
    for (unsigned i = 0; i < found->len; i++) {
        const char *name = g_ptr_array_index(found, i);
        beyond(self, SK_SECTION_SETTINGS, name,
               g_str_has_suffix(name, "route_localnet")
                   ? "addresses of the loopback come from outside"
                   : "packets say themselves which way they go");
    }
}

/* ---- bridge and ARP of old ------------------------------------------------------------------------------------------ */

/* Any rule of theirs, or policy but ACCEPT. */
static void
saves(SkWallSnapshot *self, SkSpan s, SkWallSection section, const char *why)
{
    size_t at = 0;

    while (at < s.n) {
        size_t end = MIN(sk_span_find(s, at, sk_span_str("\n")), s.n);
        SkSpan one = sk_span_sub(s, at, end - at);
        bool rule = sk_span_starts(one, "-") || sk_span_starts(one, "[");
        bool policy =
            sk_span_starts(one, ":") && sk_span_find(one, 0, sk_span_str(" DROP")) != SIZE_MAX;
        if (rule || policy) {
            g_autofree char *line = sk_text_plain(one, 256);
            beyond(self, section, line, why);
            return;
        }
        at = end + 1;
    }
}

bool
sk_wall_snapshot_facts(SkWallSnapshot *self, const SkSpan sections[SK_SECTION_COUNT],
                       GError **error)
{
    if (!links(self, sections[SK_SECTION_LINKS], error) ||
        !addresses(self, sections[SK_SECTION_ADDRESSES], error) ||
        !routing(self, sections[SK_SECTION_RULES], SK_SECTION_RULES, error) ||
        !routing(self, sections[SK_SECTION_RULES6], SK_SECTION_RULES6, error) ||
        !routes(self, sections[SK_SECTION_ROUTES], SK_SECTION_ROUTES, error) ||
        !routes(self, sections[SK_SECTION_ROUTES6], SK_SECTION_ROUTES6, error) ||
        !neighbours(self, sections[SK_SECTION_NEIGHBOURS], error) ||
        !qdiscs(self, sections[SK_SECTION_QDISCS], error) ||
        !settings(self, sections[SK_SECTION_SETTINGS], error))
        return false;
    saves(self, sections[SK_SECTION_EBTABLES], SK_SECTION_EBTABLES, "rules of a bridge");
    saves(self, sections[SK_SECTION_ARPTABLES], SK_SECTION_ARPTABLES, "rules of ARP");
    bridges(self);
    judge_settings(self);
    return true;
}
