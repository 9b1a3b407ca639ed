/* SPDX-License-Identifier: Apache-2.0
 * policy.c - contract in policy.h: the tree's life, its order, and looking things up in it. */
#include "policy/check.h"

#include "base/io.h"
#include "base/uuid.h"
#include "policy/source.h"
#include "policy/words.h"

#include <openssl/evp.h>
#include <string.h>

static void
zone_free(SkZone *self)
{
    g_free(self->name);
    g_free(self->label);
    g_free(self->interface);
    g_array_unref(self->networks);
    g_array_unref(self->gates);
    g_free(self);
}

static void
host_free(SkHost *self)
{
    g_free(self->name);
    g_free(self->label);
    g_free(self->interface);
    g_array_unref(self->addresses);
    g_array_unref(self->named);
    g_ptr_array_unref(self->members);
    g_free(self);
}

static void
flow_free(SkFlow *self)
{
    g_array_unref(self->ports);
    g_free(self->owner);
    g_free(self->until);
    g_free(self);
}

SkPolicy *
sk_policy_new(void)
{
    SkPolicy *self = g_new0(SkPolicy, 1);

    self->refs = 1;
    self->organisation = g_strdup("");
    self->zones = g_ptr_array_new_with_free_func((GDestroyNotify)zone_free);
    self->hosts = g_ptr_array_new_with_free_func((GDestroyNotify)host_free);
    self->tables = g_ptr_array_new_with_free_func((GDestroyNotify)host_free);
    self->rules = g_ptr_array_new_with_free_func(g_free);
    self->flows = g_ptr_array_new_with_free_func((GDestroyNotify)flow_free);
    return self;
}

SkPolicy *
sk_policy_ref(SkPolicy *self)
{
    g_atomic_int_inc(&self->refs);
    return self;
}

void
sk_policy_unref(SkPolicy *self)
{
    if (self == NULL || !g_atomic_int_dec_and_test(&self->refs))
        return;
    g_free(self->organisation);
    g_ptr_array_unref(self->zones);
    g_ptr_array_unref(self->hosts);
    g_ptr_array_unref(self->tables);
    g_ptr_array_unref(self->rules);
    g_strfreev(self->files);
    g_ptr_array_unref(self->flows);
    g_free(self);
}

bool
sk_policy_load(const char *path, SkPolicy **ret, GError **error)
{
    g_autoptr(SkSources) sources = NULL;
    g_autoptr(GPtrArray) diagnostics = NULL;
    SkPolicy *policy = NULL;

    if (!sk_policy_read(path, &policy, &sources, &diagnostics, error))
        return false;
    if (policy != NULL) {
        *ret = policy;
        return true;
    }
    g_autofree char *text = sk_diagnostics_print_files(diagnostics, sources, false);
    return sk_throw(error, SK_ERROR_MALFORMED, "policy: it has errors\n%s", text);
}

/* ---- canonical order --------------------------------------------------------------------------
 */

static int
zone_compare(const void *a, const void *b)
{
    const SkZone *x = *(SkZone *const *)a, *y = *(SkZone *const *)b;

    if (x->trust != y->trust)
        return x->trust > y->trust ? -1 : 1;
    return strcmp(x->name, y->name);
}

static int
host_compare(const void *a, const void *b)
{
    return strcmp((*(SkHost *const *)a)->name, (*(SkHost *const *)b)->name);
}

static int
rule_compare(const void *a, const void *b)
{
    const SkRule *x = *(SkRule *const *)a, *y = *(SkRule *const *)b;
    int order = (int)x->kind - (int)y->kind;

    if (order == 0)
        order = strcmp(x->from->name, y->from->name);
    if (order == 0)
        order = strcmp(x->to->name, y->to->name);
    if (order == 0)
        order = (int)x->narrowed - (int)y->narrowed;
    for (unsigned i = 0; i < SK_TYPE_COUNT && order == 0;
         i++) /* disjoint, so the first type decides */
        order = (int)y->types[i] - (int)x->types[i];
    return order;
}

static int
ports_compare(const void *a, const void *b)
{
    const SkPorts *x = a, *y = b;

    return x->udp != y->udp ? (int)x->udp - (int)y->udp : (int)x->first - (int)y->first;
}

static int
flow_compare(const void *a, const void *b)
{
    const SkFlow *x = *(SkFlow *const *)a, *y = *(SkFlow *const *)b;
    int order = (int)x->specific - (int)y->specific;

    if (order == 0)
        order = strcmp(sk_end_name(&x->from), sk_end_name(&y->from));
    if (order == 0)
        order = strcmp(sk_end_name(&x->to), sk_end_name(&y->to));
    if (order == 0) /* their ports do not meet, so the first one decides */
        order = ports_compare(x->ports->data, y->ports->data);
    return order;
}

void
sk_policy_sort(SkPolicy *self)
{
    for (unsigned i = 0; i < self->zones->len; i++) {
        const SkZone *zone = g_ptr_array_index(self->zones, i);
        g_array_sort(zone->networks, sk_network_compare);
        g_array_sort(zone->gates, ports_compare);
    }
    for (unsigned i = 0; i < self->hosts->len; i++)
        g_array_sort(((SkHost *)g_ptr_array_index(self->hosts, i))->addresses, sk_network_compare);
    for (unsigned i = 0; i < self->tables->len; i++) {
        const SkHost *table = g_ptr_array_index(self->tables, i);
        g_array_sort(table->addresses, sk_network_compare);
        g_array_sort(table->named, sk_network_compare);
        g_ptr_array_sort(table->members, host_compare);
    }
    for (unsigned i = 0; i < self->flows->len; i++)
        g_array_sort(((SkFlow *)g_ptr_array_index(self->flows, i))->ports, ports_compare);
    g_ptr_array_sort(self->zones, zone_compare);
    g_ptr_array_sort(self->hosts, host_compare);
    g_ptr_array_sort(self->tables, host_compare);
    g_ptr_array_sort(self->rules, rule_compare);
    g_ptr_array_sort(self->flows, flow_compare);
}

void
sk_policy_set_digest(SkPolicy *self, const char *text)
{
    uint8_t digest[32];
    unsigned n = 0;

    g_assert(EVP_Digest(text, strlen(text), digest, &n, EVP_sha256(), NULL) == 1 &&
             n == sizeof digest);
    g_autofree char *hex = sk_hex(sk_span(digest, sizeof digest));
    g_strlcpy(self->digest, hex, sizeof self->digest);
}

/* ---- looking up -------------------------------------------------------------------------------
 */

const char *
sk_policy_organisation(const SkPolicy *self)
{
    return self->organisation;
}

SkModel
sk_policy_model(const SkPolicy *self)
{
    return self->model;
}

const GPtrArray *
sk_policy_zones(const SkPolicy *self)
{
    return self->zones;
}

const GPtrArray *
sk_policy_hosts(const SkPolicy *self)
{
    return self->hosts;
}

const GPtrArray *
sk_policy_tables(const SkPolicy *self)
{
    return self->tables;
}

const GPtrArray *
sk_policy_rules(const SkPolicy *self)
{
    return self->rules;
}

const GPtrArray *
sk_policy_flows(const SkPolicy *self)
{
    return self->flows;
}

const char *
sk_policy_digest(const SkPolicy *self)
{
    return self->digest;
}

const SkZone *
sk_policy_zone(const SkPolicy *self, const char *name)
{
    for (unsigned i = 0; i < self->zones->len; i++) {
        const SkZone *zone = g_ptr_array_index(self->zones, i);
        if (strcmp(zone->name, name) == 0)
            return zone;
    }
    return NULL;
}

/* @hosts are in canonical order, by name. */
static const SkHost *
host_find(const GPtrArray *hosts, const char *name)
{
    unsigned low = 0, high = hosts->len;

    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        const SkHost *host = g_ptr_array_index(hosts, middle);
        int order = strcmp(host->name, name);
        if (order == 0)
            return host;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const SkHost *
sk_policy_host(const SkPolicy *self, const char *name)
{
    return host_find(self->hosts, name);
}

const SkHost *
sk_policy_table(const SkPolicy *self, const char *name)
{
    return host_find(self->tables, name);
}

const char *
sk_policy_file(const SkPolicy *self, SkPlace place)
{
    if (self->files == NULL || place.file >= g_strv_length(self->files))
        return "";
    return self->files[place.file];
}

static void
add_guests(const GPtrArray *hosts, const char *interface, GArray *ret)
{
    for (unsigned i = 0; i < hosts->len; i++) {
        const SkHost *host = g_ptr_array_index(hosts, i);
        if (host->zone == NULL && g_strcmp0(host->interface, interface) == 0 &&
            host->addresses->len > 0)
            g_array_append_vals(ret, host->addresses->data, host->addresses->len);
    }
}

GArray *
sk_policy_guests(const SkPolicy *self, const char *interface)
{
    g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(SkNetwork));
    GArray *out = g_array_new(FALSE, FALSE, sizeof(SkNetwork));

    add_guests(self->hosts, interface, all);
    add_guests(self->tables, interface, all);
    g_array_sort(all, sk_network_compare);
    /* What holds another comes before it, and nothing that it does not hold stands between. */
    for (unsigned i = 0; i < all->len; i++) {
        const SkNetwork *n = &g_array_index(all, SkNetwork, i);
        if (out->len == 0 || !sk_network_contains(&g_array_index(out, SkNetwork, out->len - 1), n))
            g_array_append_vals(out, n, 1);
    }
    return out;
}

const char *
sk_end_name(const SkEnd *self)
{
    return self->zone != NULL ? self->zone->name : self->host->name;
}

const SkZone *
sk_end_zone(const SkEnd *self)
{
    return self->zone != NULL ? self->zone : self->host->zone;
}

const GArray *
sk_end_networks(const SkEnd *self)
{
    return self->zone != NULL ? self->zone->networks : self->host->addresses;
}

bool
sk_zone_sign_in_possible(const SkZone *self)
{
    return self->sign_in == SK_SIGN_IN_PASSWORD || self->sign_in == SK_SIGN_IN_TWO_FACTORS;
}

/* ---- words ------------------------------------------------------------------------------------
 */

static const char *const model_names[] = { "", "alpha", "alpha-prime", "beta", "beta-prime" };
G_STATIC_ASSERT(G_N_ELEMENTS(model_names) == SK_MODEL_COUNT);
static const char *const sign_in_names[] = { "", "password", "two factors" };
G_STATIC_ASSERT(G_N_ELEMENTS(sign_in_names) == SK_SIGN_IN_COUNT);
static const char *const take_out_names[] = { "", "forbidden", "with approval" };
G_STATIC_ASSERT(G_N_ELEMENTS(take_out_names) == SK_TAKE_OUT_COUNT);
static const char *const approval_names[] = { "", "section-head", "security-manager" };
G_STATIC_ASSERT(G_N_ELEMENTS(approval_names) == SK_APPROVAL_COUNT);
static const char *const class_names[] = { "", "1", "2", "3C", "3B", "3A" };
G_STATIC_ASSERT(G_N_ELEMENTS(class_names) == SK_CLASS_MAX + 1);

const char *
sk_model_name(SkModel model)
{
    g_assert(model < SK_MODEL_COUNT);
    return model_names[model];
}

const char *
sk_sign_in_name(SkSignIn sign_in)
{
    g_assert(sign_in < SK_SIGN_IN_COUNT);
    return sign_in_names[sign_in];
}

const char *
sk_take_out_name(SkTakeOut take_out)
{
    g_assert(take_out < SK_TAKE_OUT_COUNT);
    return take_out_names[take_out];
}

const char *
sk_direction_name(SkDirection direction)
{
    return direction == SK_DIRECTION_UP ? "up" : "down";
}

const char *
sk_approval_name(SkApproval approval)
{
    g_assert(approval < SK_APPROVAL_COUNT);
    return approval_names[approval];
}

SkApproval
sk_approval_lookup(const char *name)
{
    for (unsigned i = 1; i < SK_APPROVAL_COUNT; i++)
        if (strcmp(approval_names[i], name) == 0)
            return (SkApproval)i;
    return SK_APPROVAL_NONE;
}

const char *
sk_class_name(unsigned class)
{
    g_assert(class <= SK_CLASS_MAX);
    return class_names[class];
}

unsigned
sk_class_lookup(const char *name)
{
    for (unsigned i = 1; i <= SK_CLASS_MAX; i++)
        if (strcmp(class_names[i], name) == 0)
            return i;
    return 0;
}
