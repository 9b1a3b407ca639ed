/* SPDX-License-Identifier: Apache-2.0
 * check-host.c - contract in check.h: hosts, and tables of addresses. Both lie in one zone or in
 * none, and stand at one interface. */
#include "policy/check.h"

#include "policy/words.h"

#include <string.h>

/* ---- where an address lies --------------------------------------------------------------------
 */

static void
complain_other_zone(SkCheck *self, const SkHost *host, const SkNetwork *n, const SkNetwork *network,
                    const SkZone *zone)
{
    bool single = n->prefix == (n->v6 ? 128 : 32);

    sk_diagnostics_also(
        sk_check_error(self, n->place,
                       host->zone != NULL || !single
                           ? NULL
                           : g_strdup_printf("`in %s` instead of `outside`", zone->name),
                       single ? "this is an address of the zone `%s`"
                              : "there are addresses of the zone `%s` in it",
                       zone->name),
        network->place, "its network");
}

/* A network wider than a zone's holds addresses of that zone too. */
static bool
holds_zones(SkCheck *self, const SkHost *host, const SkNetwork *n)
{
    bool found = false;

    for (unsigned i = 0; i < self->policy->zones->len; i++) {
        const SkZone *zone = g_ptr_array_index(self->policy->zones, i);
        for (unsigned j = 0; j < zone->networks->len; j++) {
            const SkNetwork *network = &g_array_index(zone->networks, SkNetwork, j);
            if (zone == host->zone || !sk_network_contains(n, network) ||
                sk_network_contains(network, n))
                continue;
            complain_other_zone(self, host, n, network, zone);
            found = true;
        }
    }
    return found;
}

/* What lies inside must lie in its zone's networks, what lies outside in nobody's. */
static void
check_place(SkCheck *self, const SkHost *host, const SkNetwork *n)
{
    g_autoptr(GPtrArray) holding = sk_network_index_find(self->zone_networks, n);
    bool own = false, other = false;

    for (unsigned i = 0; i < holding->len; i++) {
        const SkNetworkEntry *entry = g_ptr_array_index(holding, i);
        const SkZone *zone = entry->owner;
        own = own || zone == host->zone;
        other = other || zone != host->zone;
        if (zone != host->zone)
            complain_other_zone(self, host, n, entry->network, zone);
    }
    if (n->prefix < (n->v6 ? 128 : 32))
        other = holds_zones(self, host, n) || other;
    if (host->zone != NULL && !own && !other && host->zone->networks->len > 0)
        sk_diagnostics_also(sk_check_error(self, n->place, NULL,
                                           n->prefix == (n->v6 ? 128 : 32)
                                               ? "this address is in none of the networks of `%s`"
                                               : "this network is in none of the networks of `%s`",
                                           host->zone->name),
                            host->zone->place, "the zone");
}

static void
read_networks(SkCheck *self, const SkHost *host, const SkClause *clause, bool prefix, GArray *ret)
{
    if (sk_check_list_too_long(self, clause))
        return;
    for (const SkWordNode *node = clause->words.first; node != NULL; node = node->next) {
        SkNetwork n;
        if (!sk_check_network(self, node->word, prefix, &n))
            continue;
        if (prefix && n.prefix == (n.v6 ? 128 : 32)) {
            g_autofree char *text = sk_network_text(&n, false);
            sk_check_error(self, node->word.place, g_strdup_printf("address %s", text),
                           "one address is named as an `address`");
            continue;
        }
        check_place(self, host, &n);
        g_array_append_val(ret, n);
    }
}

/* ---- hosts ------------------------------------------------------------------------------------
 */

static void
host_mac(SkCheck *self, SkHost *host, const SkClause *clause)
{
    SkWord word = clause->words.first->word;
    g_autofree char *shown = sk_words_shown(word.text);

    if (!sk_words_mac(word.text, host->mac)) {
        sk_check_error(self, word.place, g_strdup("such as 52:54:00:10:01:05"),
                       "`%s` is not a MAC address", shown);
        return;
    }
    bool zero = true;
    for (unsigned i = 0; i < 6; i++)
        zero = zero && host->mac[i] == 0;
    if (zero || (host->mac[0] & 1) != 0)
        sk_check_error(self, word.place, NULL, "`%s` is not the MAC address of one interface",
                       shown);
    host->has_mac = true;
    host->mac_place = word.place;
}

/* What lies inside stands behind its zone's interface, and nowhere else. */
static void
host_interface(SkCheck *self, SkHost *host, const SkSentence *s)
{
    const SkClause *clause = sk_clause_find(&s->clauses, SK_CLAUSE_INTERFACE);

    if (clause == NULL)
        return;
    host->interface_place = clause->whole;
    if (s->outside)
        host->interface = sk_check_interface(self, clause);
    else
        sk_check_error(self, clause->whole, g_strdup("leave it out"),
                       "a %s in a zone is behind that zone's interface",
                       host->table ? "table" : "host");
}

/* NULL where its name is taken or no name: then its sentence counts as lost. */
static SkHost *
host_new(SkCheck *self, const SkSentence *s, bool *ret_placed)
{
    bool named = sk_check_name(self, s->name);
    SkHost *host = g_new0(SkHost, 1);

    host->place = s->name.place;
    host->name = g_strdup(s->name.text);
    host->label = g_strdup(s->label.text);
    host->table = s->kind == SK_SENTENCE_TABLE;
    host->addresses = g_array_new(FALSE, FALSE, sizeof(SkNetwork));
    host->named = g_array_new(FALSE, FALSE, sizeof(SkNetwork));
    host->members = g_ptr_array_new();
    g_ptr_array_add(host->table ? self->policy->tables : self->policy->hosts, host);
    if (named)
        g_hash_table_insert(self->hosts, host->name, host);
    else
        g_hash_table_add(self->syntax->lost, (char *)s->name.text);
    *ret_placed = s->outside;
    if (!s->outside) {
        host->zone = sk_check_zone(self, s->from.text);
        *ret_placed = host->zone != NULL;
        if (host->zone == NULL)
            sk_check_unknown(self, s->from, false);
    }
    return host;
}

void
sk_check_host_sentence(SkCheck *self, const SkSentence *s)
{
    if (self->policy->hosts->len >= SK_POLICY_HOSTS_MAX) {
        sk_check_error(self, s->place, NULL, "there are more than %u hosts", SK_POLICY_HOSTS_MAX);
        return;
    }
    bool placed = false;
    SkHost *host = host_new(self, s, &placed);
    g_autofree char *whose = g_strdup_printf("the host `%s`", s->name.text);
    const SkClause *address = sk_clause_find(&s->clauses, SK_CLAUSE_ADDRESS);
    const SkClause *mac = sk_clause_find(&s->clauses, SK_CLAUSE_MAC);

    sk_check_label(self, s->label, s->name.place, whose);
    sk_check_twice(self, &s->clauses);
    if (address == NULL)
        sk_check_error(self, s->place, g_strdup("add `address` and its address"),
                       "%s has no address", whose);
    else if (placed)
        read_networks(self, host, address, false, host->addresses);
    if (mac != NULL)
        host_mac(self, host, mac);
    host_interface(self, host, s);
}

/* ---- tables -----------------------------------------------------------------------------------
 */

static const SkHost *
table_member(SkCheck *self, const SkHost *table, SkWord word)
{
    g_autofree char *shown = sk_words_shown(word.text);
    const SkHost *host = sk_check_host(self, word.text);

    if (host == NULL || host->table) {
        if (host != NULL || sk_check_zone(self, word.text) != NULL)
            sk_check_error(
                self, word.place, g_strdup("a table is of networks, addresses and hosts"),
                "`%s` is a %s: here stands a host", shown, host != NULL ? "table" : "zone");
        else
            sk_check_unknown(self, word, true);
        return NULL;
    }
    if (host->zone == table->zone)
        return host;
    sk_diagnostics_also(sk_check_error(self, word.place,
                                       g_strdup("a table lies in one zone, or outside of all"),
                                       "`%s` does not lie where this table does", shown),
                        host->place, "the host");
    return NULL;
}

/* A host outside is reached by its own interface, so its table is by the same. */
static void
member_interface(SkCheck *self, const SkHost *table, const SkHost *host, SkPlace place)
{
    if (g_strcmp0(table->interface, host->interface) != 0)
        sk_diagnostics_also(
            sk_check_error(self, place, g_strdup("give both the same `interface`, or none"),
                           "`%s` stands at another interface than this table", host->name),
            host->interface_place.line > 0 ? host->interface_place : host->place, "the host");
}

static void
table_members(SkCheck *self, SkHost *table, const SkClause *clause)
{
    if (sk_check_list_too_long(self, clause))
        return;
    for (const SkWordNode *node = clause->words.first; node != NULL; node = node->next) {
        const SkHost *host = table_member(self, table, node->word);
        if (host == NULL)
            continue;
        if (g_ptr_array_find(table->members, host, NULL)) {
            sk_check_error(self, node->word.place, NULL, "`%s` stands twice here", host->name);
            continue;
        }
        member_interface(self, table, host, node->word.place);
        g_ptr_array_add(table->members, (gpointer)host);
    }
}

/* What the table itself names: each address once. */
static void
check_named_once(SkCheck *self, const SkHost *table)
{
    g_autoptr(SkNetworkIndex) index = sk_network_index_new();

    for (unsigned i = 0; i < table->named->len; i++)
        sk_network_index_add(index, &g_array_index(table->named, SkNetwork, i), NULL);
    for (unsigned i = 0; i < table->named->len; i++) {
        const SkNetwork *n = &g_array_index(table->named, SkNetwork, i);
        g_autoptr(GPtrArray) holding = sk_network_index_find(index, n);
        const SkNetworkEntry *first = g_ptr_array_index(holding, 0);
        if (first->network != n)
            sk_diagnostics_also(sk_check_error(self, n->place,
                                               g_strdup("leave the smaller one out"),
                                               "this table names these addresses twice"),
                                first->network->place, "here");
    }
    for (unsigned i = 0; i < table->members->len; i++) {
        const SkHost *host = g_ptr_array_index(table->members, i);
        for (unsigned j = 0; j < host->addresses->len; j++) {
            const SkNetwork *n = &g_array_index(host->addresses, SkNetwork, j);
            g_autoptr(GPtrArray) holding = sk_network_index_find(index, n);
            if (holding->len == 0)
                continue;
            const SkNetworkEntry *first = g_ptr_array_index(holding, 0);
            sk_diagnostics_also(
                sk_check_error(self, first->network->place, NULL,
                               "this holds an address of `%s`, which the table names too",
                               host->name),
                n->place, "the address");
            break;
        }
    }
}

void
sk_check_table_sentence(SkCheck *self, const SkSentence *s)
{
    if (self->policy->tables->len >= SK_POLICY_TABLES_MAX) {
        sk_check_error(self, s->place, NULL, "there are more than %u tables", SK_POLICY_TABLES_MAX);
        return;
    }
    bool placed = false;
    SkHost *table = host_new(self, s, &placed);
    g_autofree char *whose = g_strdup_printf("the table `%s`", s->name.text);
    const SkClause *networks = sk_clause_find(&s->clauses, SK_CLAUSE_NETWORK);
    const SkClause *addresses = sk_clause_find(&s->clauses, SK_CLAUSE_ADDRESS);
    const SkClause *hosts = sk_clause_find(&s->clauses, SK_CLAUSE_HOSTS);

    sk_check_label(self, s->label, s->name.place, whose);
    sk_check_twice(self, &s->clauses);
    host_interface(self, table, s);
    if (networks == NULL && addresses == NULL && hosts == NULL)
        sk_check_error(self, s->place, g_strdup("add `network`, `address` or `hosts`"),
                       "%s is empty", whose);
    if (!placed)
        return;
    if (networks != NULL)
        read_networks(self, table, networks, true, table->named);
    if (addresses != NULL)
        read_networks(self, table, addresses, false, table->named);
    if (hosts != NULL)
        table_members(self, table, hosts);
    check_named_once(self, table);
    if (table->named->len > 0)
        g_array_append_vals(table->addresses, table->named->data, table->named->len);
    for (unsigned i = 0; i < table->members->len; i++) {
        const GArray *more = ((const SkHost *)g_ptr_array_index(table->members, i))->addresses;
        if (more->len > 0)
            g_array_append_vals(table->addresses, more->data, more->len);
    }
}

/* ---- all of them ------------------------------------------------------------------------------
 */

typedef struct {
    const SkHost *host;
    const SkNetwork *address;
} HostAddress;

static int
place_compare(SkPlace a, SkPlace b)
{
    if (a.file != b.file)
        return a.file < b.file ? -1 : 1;
    if (a.line != b.line)
        return a.line < b.line ? -1 : 1;
    return (a.column > b.column) - (a.column < b.column);
}

static int
host_address_compare(const void *a, const void *b)
{
    const HostAddress *x = a, *y = b;
    int order = sk_network_compare(x->address, y->address);

    return order != 0 ? order : place_compare(x->address->place, y->address->place);
}

static void
check_addresses_once(SkCheck *self)
{
    g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(HostAddress));

    for (unsigned i = 0; i < self->policy->hosts->len; i++) {
        const SkHost *host = g_ptr_array_index(self->policy->hosts, i);
        for (unsigned j = 0; j < host->addresses->len; j++) {
            HostAddress entry = { host, &g_array_index(host->addresses, SkNetwork, j) };
            g_array_append_val(all, entry);
        }
    }
    g_array_sort(all, host_address_compare);
    for (unsigned i = 1; i < all->len; i++) {
        const HostAddress *a = &g_array_index(all, HostAddress, i - 1);
        const HostAddress *b = &g_array_index(all, HostAddress, i);
        if (sk_network_compare(a->address, b->address) == 0)
            sk_diagnostics_also(
                sk_check_error(self, b->address->place, NULL, "this address stands twice"),
                a->address->place, "here, of `%s`", a->host->name);
    }
}

void
sk_check_hosts(SkCheck *self)
{
    check_addresses_once(self);
}

static int
mac_compare(const void *a, const void *b)
{
    const SkHost *x = *(SkHost *const *)a, *y = *(SkHost *const *)b;
    int order = memcmp(x->mac, y->mac, sizeof x->mac);

    return order != 0 ? order : place_compare(x->mac_place, y->mac_place);
}

/* Right behind one router, whose address the wall sees; else one of them is a mistake. */
static void
warn_macs_twice(SkCheck *self)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new();

    for (unsigned i = 0; i < self->policy->hosts->len; i++) {
        SkHost *host = g_ptr_array_index(self->policy->hosts, i);
        if (host->has_mac)
            g_ptr_array_add(all, host);
    }
    g_ptr_array_sort(all, mac_compare);
    for (unsigned i = 1; i < all->len; i++) {
        const SkHost *a = g_ptr_array_index(all, i - 1), *b = g_ptr_array_index(all, i);
        if (memcmp(a->mac, b->mac, sizeof a->mac) == 0)
            sk_diagnostics_also(
                sk_check_warn(self, b->mac_place,
                              g_strdup("right only where both are behind the same router"),
                              "`%s` and `%s` have the same MAC address", a->name, b->name),
                a->mac_place, "the other one");
    }
}

/* Names of what flows and tables use, and of hosts in a specific flow. */
static void
collect_used(const SkCheck *self, GHashTable *used, GHashTable *specific)
{
    for (unsigned i = 0; i < self->policy->flows->len; i++) {
        const SkFlow *flow = g_ptr_array_index(self->policy->flows, i);
        const SkHost *ends[] = { flow->from.host, flow->to.host };
        for (unsigned j = 0; j < G_N_ELEMENTS(ends); j++)
            if (ends[j] != NULL) {
                g_hash_table_add(used, (gpointer)ends[j]);
                if (flow->specific)
                    g_hash_table_add(specific, (gpointer)ends[j]);
            }
    }
}

void
sk_check_warn_hosts(SkCheck *self)
{
    g_autoptr(GHashTable) used = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) specific = g_hash_table_new(NULL, NULL);

    collect_used(self, used, specific);
    for (unsigned i = 0; i < self->policy->hosts->len; i++) {
        const SkHost *host = g_ptr_array_index(self->policy->hosts, i);
        if (host->has_mac && !g_hash_table_contains(specific, host))
            sk_check_warn(self, host->mac_place, NULL,
                          "nothing looks at the MAC address of `%s`: no specific flow names it",
                          host->name);
    }
    for (unsigned i = 0; i < self->policy->tables->len; i++) {
        const SkHost *table = g_ptr_array_index(self->policy->tables, i);
        if (!g_hash_table_contains(used, table))
            sk_check_warn(self, table->place, g_strdup("take the table out"),
                          "no flow names the table `%s`", table->name);
    }
    warn_macs_twice(self);
}
