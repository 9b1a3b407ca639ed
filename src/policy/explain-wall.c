/* SPDX-License-Identifier: Apache-2.0
 * explain-wall.c - contract in explain.h: packets. What may pass is said flow by flow, and then,
 * zone by zone, what is reached and that nothing else is. */
#include "policy/explain.h"

#include "policy/words.h"

#include <string.h>

/* ---- pieces -----------------------------------------------------------------------------------
 */

static char *
network_text(const SkNetwork *n, bool prefix)
{
    return sk_network_text(n, prefix && n->prefix < (n->v6 ? 128 : 32));
}

static char *
networks_text(const SkTeller *t, const GArray *networks, bool prefix)
{
    g_autoptr(GString) out = g_string_new(NULL);

    for (unsigned i = 0; i < networks->len; i++) {
        g_autofree char *text = network_text(&g_array_index(networks, SkNetwork, i), prefix);
        sk_tell_item(t, out, text, i + 1 == networks->len);
    }
    return g_strdup(out->str);
}

/* Ranges are told as such; one protocol's ports follow each other. */
static char *
ports_text(const SkTeller *t, const GArray *ports)
{
    g_autoptr(GString) out = g_string_new(NULL);

    for (unsigned i = 0; i < ports->len; i++) {
        const SkPorts *p = &g_array_index(ports, SkPorts, i);
        g_autofree char *range =
            p->last == p->first
                ? g_strdup_printf("%u", p->first)
                : g_strdup_printf(SK_SAY(t, "%u～%u", "%u to %u"), p->first, p->last);
        g_autofree char *port =
            g_strdup_printf("%s %s%s", p->udp ? "UDP" : "TCP", range, SK_SAY(t, "番", ""));
        sk_tell_item(t, out, port, i + 1 == ports->len);
    }
    return g_strdup(out->str);
}

static bool
has_family(const GArray *networks, bool v6)
{
    for (unsigned i = 0; i < networks->len; i++)
        if (g_array_index(networks, SkNetwork, i).v6 == v6)
            return true;
    return false;
}

static const char *
end_label(const SkEnd *end)
{
    return end->zone != NULL ? end->zone->label : end->host->label;
}

static char *
labels_text(const SkTeller *t, const GPtrArray *labels)
{
    g_autoptr(GString) out = g_string_new(NULL);

    for (unsigned i = 0; i < labels->len; i++) {
        g_autofree char *quoted = g_strdup_printf(SK_SAY(t, "「%s」", "“%s”"),
                                                  (const char *)g_ptr_array_index(labels, i));
        sk_tell_item(t, out, quoted, i + 1 == labels->len);
    }
    return g_strdup(out->str);
}

/* ---- zones ------------------------------------------------------------------------------------
 */

static void
tell_families(SkTeller *t, const SkZone *zone)
{
    bool v4 = has_family(zone->networks, false), v6 = has_family(zone->networks, true);

    if (v4 && v6)
        return;
    if (v4 || v6)
        sk_tell(t, SK_SAY(t, "%sは閉じています", "%s is closed"), v4 ? "IPv6" : "IPv4");
    else
        sk_tell(t, "%s",
                SK_SAY(t, "ネットワークを書いていないので、IPv4もIPv6も閉じています",
                       "It names no network, so IPv4 and IPv6 are closed"));
}

/* Those outside that stand at @zone's interface: their addresses may come in there too. */
static void
add_guests(const GPtrArray *hosts, const SkZone *zone, GPtrArray *labels)
{
    for (unsigned i = 0; i < hosts->len; i++) {
        const SkHost *host = g_ptr_array_index(hosts, i);
        if (host->zone == NULL && g_strcmp0(host->interface, zone->interface) == 0)
            g_ptr_array_add(labels, host->label);
    }
}

static void
tell_sources(SkTeller *t, const SkPolicy *policy, const SkZone *zone)
{
    g_autoptr(GPtrArray) labels = g_ptr_array_new();

    add_guests(policy->hosts, zone, labels);
    add_guests(policy->tables, zone, labels);
    g_autofree char *guests = labels_text(t, labels);
    if (labels->len == 0)
        sk_tell(t, "%s",
                SK_SAY(t,
                       "そこから入れるのは、この領域のアドレスからの通信だけで、ほかのアドレスを名"
                       "乗るものは捨てます",
                       "Only packets from its own addresses come in there, and what claims another "
                       "is dropped"));
    else
        sk_tell(
            t,
            SK_SAY(t,
                   "そこから入れるのは、この領域と%"
                   "sのアドレスからの通信だけで、ほかのアドレスを名乗るものは捨てます",
                   "Only packets from its own addresses and those of %s come in there, and what "
                   "claims another is dropped"),
            guests);
}

void
sk_tell_zone_wall(SkTeller *t, const SkPolicy *policy, const SkZone *zone)
{
    if (zone->networks->len > 0) {
        g_autofree char *networks = networks_text(t, zone->networks, true);
        sk_tell(t,
                SK_SAY(t, "ネットワークは%sです",
                       zone->networks->len == 1 ? "Its network is %s" : "Its networks are %s"),
                networks);
    }
    tell_families(t, zone);
    if (zone->interface == NULL) {
        sk_tell(t, "%s",
                SK_SAY(t, "接続口がないので、ここの通信は壁を通りません",
                       "It has no interface, so nothing of it passes the wall"));
        return;
    }
    sk_tell(t, SK_SAY(t, "接続口は%sです", "Its interface is %s"), zone->interface);
    tell_sources(t, policy, zone);
    g_autofree char *ports = ports_text(t, zone->gates);
    if (zone->gates->len > 0)
        sk_tell(t,
                SK_SAY(t, "ここから壁の機械そのものには、%sだけが届きます",
                       "Of the wall's own machine it reaches %s only"),
                ports);
    else
        sk_tell(t, "%s",
                SK_SAY(t, "ここから壁の機械そのものには、何も届きません",
                       "Nothing of the wall's own machine is reached from it"));
}

/* ---- hosts and tables -------------------------------------------------------------------------
 */

static void
tell_place(SkTeller *t, const SkHost *host)
{
    if (host->zone == NULL && host->table)
        sk_tell(t,
                SK_SAY(t, "表「%s」（%s）は領域の外のアドレスです",
                       "The table “%s” (%s) is of addresses outside every zone"),
                host->label, host->name);
    else if (host->zone == NULL)
        sk_tell(t,
                SK_SAY(t, "機器「%s」（%s）は領域の外にあります",
                       "The host “%s” (%s) is outside every zone"),
                host->label, host->name);
    else if (host->table)
        sk_tell(t,
                SK_SAY(t, "表「%s」（%s）は「%s」のアドレスです",
                       "The table “%s” (%s) is of addresses in “%s”"),
                host->label, host->name, host->zone->label);
    else
        sk_tell(t, SK_SAY(t, "機器「%s」（%s）は「%s」にあります", "The host “%s” (%s) is in “%s”"),
                host->label, host->name, host->zone->label);
}

static void
tell_table_parts(SkTeller *t, const SkHost *table)
{
    g_autofree char *networks = networks_text(t, table->named, true);
    g_autoptr(GPtrArray) labels = g_ptr_array_new();

    for (unsigned i = 0; i < table->members->len; i++)
        g_ptr_array_add(labels, ((const SkHost *)g_ptr_array_index(table->members, i))->label);
    g_autofree char *hosts = labels_text(t, labels);
    if (table->named->len > 0)
        sk_tell(t, SK_SAY(t, "%sです", "It holds %s"), networks);
    if (labels->len > 0)
        sk_tell(t, SK_SAY(t, "機器%sのアドレスを含みます", "It holds the addresses of %s"), hosts);
}

static void
tell_host(SkTeller *t, const SkHost *host, GPtrArray *lines)
{
    g_autofree char *addresses = networks_text(t, host->addresses, false);

    sk_tell_begin(t);
    tell_place(t, host);
    if (host->has_mac)
        sk_tell(t,
                SK_SAY(t,
                       "壁から見えるMACアドレス（この機器か、手前のルーターのもの）は%02x:%02x:%"
                       "02x:%02x:%02x:%02xです",
                       "The MAC address that the wall sees, its own or the next router's, is "
                       "%02x:%02x:%02x:%02x:%02x:%02x"),
                host->mac[0], host->mac[1], host->mac[2], host->mac[3], host->mac[4], host->mac[5]);
    if (host->table)
        tell_table_parts(t, host);
    else
        sk_tell(t,
                SK_SAY(t, "アドレスは%sです",
                       host->addresses->len == 1 ? "Its address is %s" : "Its addresses are %s"),
                addresses);
    if (host->interface != NULL)
        sk_tell(t, SK_SAY(t, "壁の接続口%sの先にあります", "It is behind the wall's interface %s"),
                host->interface);
    sk_tell_end(t, lines);
}

void
sk_tell_hosts(SkTeller *t, const SkPolicy *policy, GPtrArray *lines)
{
    for (unsigned i = 0; i < policy->hosts->len; i++)
        tell_host(t, g_ptr_array_index(policy->hosts, i), lines);
    for (unsigned i = 0; i < policy->tables->len; i++)
        tell_host(t, g_ptr_array_index(policy->tables, i), lines);
}

/* ---- what passes ------------------------------------------------------------------------------
 */

static void
tell_flow(SkTeller *t, const SkFlow *flow, GPtrArray *lines)
{
    g_autofree char *ports = ports_text(t, flow->ports);
    const char *from = end_label(&flow->from), *to = end_label(&flow->to);
    const GArray *a = sk_end_networks(&flow->from), *b = sk_end_networks(&flow->to);
    bool v4 = has_family(a, false) && has_family(b, false);
    bool v6 = has_family(a, true) && has_family(b, true);

    sk_tell_begin(t);
    if (flow->specific && t->ja)
        sk_tell(t,
                "特定通信（種別%u、所管は%s、%sまで）として、「%s」から「%s」への%sだけを通します",
                flow->kind, flow->owner, flow->until, from, to, ports);
    else if (flow->specific)
        sk_tell(t,
                "A specific flow of kind %u, owned by %s, lets %s pass from “%s” to “%s” until the "
                "end of %s",
                flow->kind, flow->owner, ports, from, to, flow->until);
    else if (t->ja)
        sk_tell(t, "通信は、「%s」から「%s」への%sだけを通します", from, to, ports);
    else
        sk_tell(t, "Packets to %s pass from “%s” to “%s”", ports, from, to);
    if (flow->specific)
        sk_tell(t, "%s",
                SK_SAY(t, "どちらの向きも、送った側のMACアドレスが合うものに限ります",
                       "Either way the MAC address of the one that sends must be right"));
    if (v4 != v6)
        sk_tell(t, SK_SAY(t, "%sに限ります", "By %s only"), v4 ? "IPv4" : "IPv6");
    sk_tell_end(t, lines);
}

/* ---- what is closed ---------------------------------------------------------------------------
 */

/* What packets from @zone, or with NULL from outside, may reach; each label once. */
static GPtrArray *
reached_from(const SkPolicy *policy, const SkZone *zone)
{
    GPtrArray *labels = g_ptr_array_new();
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

    for (unsigned i = 0; i < policy->flows->len; i++) {
        const SkFlow *flow = g_ptr_array_index(policy->flows, i);
        gpointer key = flow->to.zone != NULL ? (gpointer)flow->to.zone : (gpointer)flow->to.host;
        if (sk_end_zone(&flow->from) == zone && g_hash_table_add(seen, key))
            g_ptr_array_add(labels, (gpointer)end_label(&flow->to));
    }
    return labels;
}

static void
tell_reached(SkTeller *t, const SkPolicy *policy, const SkZone *zone, GPtrArray *lines)
{
    g_autoptr(GPtrArray) labels = reached_from(policy, zone);
    g_autofree char *to = labels_text(t, labels);
    g_autofree char *from = zone == NULL
                                ? g_strdup(SK_SAY(t, "領域の外", "outside every zone"))
                                : g_strdup_printf(SK_SAY(t, "「%s」", "in “%s”"), zone->label);

    sk_tell_begin(t);
    if (labels->len == 0)
        sk_tell(t,
                SK_SAY(t, "%sから始まる通信は、壁を越えてどこへも届きません",
                       "What begins %s passes the wall to nowhere"),
                from);
    else
        sk_tell(t,
                SK_SAY(t, "%sから始まる通信が壁を越えて届くのは、%sだけです",
                       "What begins %s passes the wall to %s and nowhere else"),
                from, to);
    sk_tell_end(t, lines);
}

void
sk_tell_wall(SkTeller *t, const SkPolicy *policy, GPtrArray *lines)
{
    for (unsigned i = 0; i < policy->flows->len; i++)
        tell_flow(t, g_ptr_array_index(policy->flows, i), lines);
    for (unsigned i = 0; i < policy->zones->len; i++)
        tell_reached(t, policy, g_ptr_array_index(policy->zones, i), lines);
    tell_reached(t, policy, NULL, lines);
    sk_tell_begin(t);
    sk_tell(t, "%s",
            SK_SAY(t, "戻る向きは、通した通信への答えだけを通します",
                   "Back come only the answers to what was let through"));
    sk_tell(t, "%s",
            SK_SAY(t, "壁の機械は、関門への答えのほか、自分からはどこへも通信しません",
                   "The wall's own machine answers at its gates and begins nothing itself"));
    sk_tell_end(t, lines);
    sk_tell_begin(t);
    sk_tell(
        t, "%s",
        SK_SAY(t,
               "どの接続口でも、よその領域のアドレスを名乗るもの、道筋を指定したもの、宛先が一つで"
               "ないものは捨てます",
               "At every interface is dropped what claims an address of another zone, what names "
               "its own way, and what is for many at once"));
    sk_tell_end(t, lines);
}
