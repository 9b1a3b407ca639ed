/* SPDX-License-Identifier: Apache-2.0
 * check.c - contract in check.h: organisation, model, zones and hosts, then the rest in
 * check-rule.c and check-flow.c. A value that is wrong is reported and left out, and the checks go
 * on. */
#include "policy/check.h"

#include "policy/words.h"

#include <string.h>

#define NEAREST_MAX 500u /* names that a mistyped one is compared with, of each kind */

SkDiagnostic *
sk_check_error(SkCheck *self, SkPlace place, char *hint, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    return sk_diagnostics_add(self->diagnostics, SK_SEVERITY_ERROR, place, hint, "%s", message);
}

SkDiagnostic *
sk_check_warn(SkCheck *self, SkPlace place, char *hint, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    return sk_diagnostics_add(self->diagnostics, SK_SEVERITY_WARNING, place, hint, "%s", message);
}

void
sk_check_twice(SkCheck *self, const SkClauses *clauses)
{
    for (const SkClause *c = clauses->first; c != NULL; c = c->next) {
        const SkClause *before = sk_clause_find(clauses, c->kind);
        if (before == c || c->kind == SK_CLAUSE_WITH || c->kind == SK_CLAUSE_TCP ||
            c->kind == SK_CLAUSE_UDP)
            continue;
        SkDiagnostic *d =
            sk_check_error(self, c->whole, NULL, "`%s` stands twice here", sk_clause_name(c->kind));
        sk_diagnostics_also(d, before->whole, "the first one");
    }
}

int
sk_check_choice(SkCheck *self, SkWord word, const char *what, const char *const *choices,
                unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (strcmp(word.text, choices[i]) == 0)
            return (int)i;

    const char *nearest = sk_words_nearest(word.text, choices, n);
    g_autofree char *all = sk_words_quote(choices, n);
    g_autofree char *shown = sk_words_shown(word.text);
    sk_check_error(self, word.place,
                   nearest != NULL ? g_strdup_printf("did you mean `%s`?", nearest)
                                   : g_strdup_printf("it can be %s", all),
                   "`%s` is not %s", shown, what);
    return -1;
}

bool
sk_check_label(SkCheck *self, SkWord label, SkPlace place, const char *whose)
{
    g_autofree char *trimmed = g_strstrip(g_strdup(label.text));

    if (label.place.line == 0)
        sk_check_error(self, place,
                       g_strdup("write it in quotes after the name: it is what people will see"),
                       "%s has no label", whose);
    else if (trimmed[0] == '\0')
        sk_check_error(self, label.place, NULL, "%s has an empty label", whose);
    else if (strlen(label.text) > SK_POLICY_LABEL_MAX)
        sk_check_error(self, label.place, NULL, "this is longer than %u bytes",
                       SK_POLICY_LABEL_MAX);
    else
        return true;
    return false;
}

SkZone *
sk_check_zone(const SkCheck *self, const char *name)
{
    for (unsigned i = 0; i < self->policy->zones->len; i++) {
        SkZone *zone = g_ptr_array_index(self->policy->zones, i);
        if (strcmp(zone->name, name) == 0)
            return zone;
    }
    return NULL;
}

SkHost *
sk_check_host(const SkCheck *self, const char *name)
{
    return g_hash_table_lookup(self->hosts, name);
}

void
sk_check_unknown(SkCheck *self, SkWord name, bool hosts_too)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autofree char *shown = sk_words_shown(name.text);

    if (g_hash_table_contains(self->syntax->lost, name.text) || self->syntax->incomplete)
        return;
    if (name.text[0] == '$') {
        sk_check_error(self, name.place, NULL, "`%s` stands for values: here stands a name", shown);
        return;
    }
    const SkHost *host = sk_check_host(self, name.text);
    if (host != NULL) {
        SkDiagnostic *d = sk_check_error(
            self, name.place,
            host->zone == NULL ? NULL : g_strdup_printf("its zone is `%s`", host->zone->name),
            "`%s` is a %s: here stands a zone", shown, host->table ? "table" : "host");
        sk_diagnostics_also(d, host->place, "the %s", host->table ? "table" : "host");
        return;
    }
    for (unsigned i = 0; i < self->policy->zones->len; i++)
        g_ptr_array_add(names, ((SkZone *)g_ptr_array_index(self->policy->zones, i))->name);
    for (unsigned i = 0; hosts_too && i < MIN(self->policy->hosts->len, NEAREST_MAX); i++)
        g_ptr_array_add(names, ((SkHost *)g_ptr_array_index(self->policy->hosts, i))->name);
    for (unsigned i = 0; hosts_too && i < MIN(self->policy->tables->len, NEAREST_MAX); i++)
        g_ptr_array_add(names, ((SkHost *)g_ptr_array_index(self->policy->tables, i))->name);

    const char *const *list = (const char *const *)names->pdata;
    const char *nearest = sk_words_nearest(name.text, list, names->len);
    char *hint = NULL;
    if (nearest != NULL) {
        hint = g_strdup_printf("did you mean `%s`?", nearest);
    } else if (names->len > 0 && names->len <= 8) {
        g_autofree char *all = sk_words_quote(list, names->len);
        hint = g_strdup_printf("there is %s", all);
    }
    sk_check_error(self, name.place, hint,
                   hosts_too ? "there is no zone, host or table `%s`" : "there is no zone `%s`",
                   shown);
}

/* ---- organisation and model -------------------------------------------------------------------
 */

static void
check_organisation(SkCheck *self, const SkSentence *s, const SkSentence **first)
{
    if (*first != NULL) {
        SkDiagnostic *d =
            sk_check_error(self, s->place, NULL, "there is more than one `organisation`");
        sk_diagnostics_also(d, (*first)->place, "the first one");
        return;
    }
    *first = s;
    if (sk_check_label(self, s->label, s->place, "the organisation")) {
        g_free(self->policy->organisation);
        self->policy->organisation = g_strdup(s->label.text);
    }
}

static void
check_model(SkCheck *self, const SkSentence *s, const SkSentence **first)
{
    static const char *const models[] = { "alpha", "alpha-prime", "beta", "beta-prime" };

    if (*first != NULL) {
        SkDiagnostic *d = sk_check_error(self, s->place, NULL, "there is more than one `model`");
        sk_diagnostics_also(d, (*first)->place, "the first one");
        return;
    }
    *first = s;
    int i = sk_check_choice(self, s->name, "a model", models, G_N_ELEMENTS(models));
    if (i >= 0)
        self->policy->model = (SkModel)(SK_MODEL_ALPHA + i);
}

/* ---- names ------------------------------------------------------------------------------------
 */

/* Returns false, so that the caller can return it. */
static bool
complain_taken(SkCheck *self, SkWord name, SkPlace other, const char *what)
{
    g_autofree char *shown = sk_words_shown(name.text);
    SkDiagnostic *d = sk_check_error(self, name.place,
                                     g_strdup("each zone, host and table has a name of its own"),
                                     "the name `%s` is taken", shown);

    sk_diagnostics_also(d, other, "by this %s", what);
    return false;
}

bool
sk_check_name(SkCheck *self, SkWord name)
{
    g_autofree char *shown = sk_words_shown(name.text);

    if (!sk_words_name(name.text)) {
        sk_check_error(
            self, name.place,
            g_strdup("a name is of a-z, 0-9 and -, begins with a letter, and has at most "
                     "32 of them; what people see stands in quotes after it"),
            "`%s` cannot be a name", shown);
        return false;
    }
    const SkZone *zone = sk_check_zone(self, name.text);
    const SkHost *host = sk_check_host(self, name.text);
    if (zone != NULL)
        return complain_taken(self, name, zone->place, "zone");
    if (host != NULL)
        return complain_taken(self, name, host->place, host->table ? "table" : "host");
    return true;
}

/* ---- zones ------------------------------------------------------------------------------------
 */

static const char *
unfit_network(const SkNetwork *n)
{
    static const struct {
        const char *network;
        const char *what;
    } unfit[] = {
        { "127.0.0.0/8", "loopback" },     { "224.0.0.0/3", "multicast or reserved" },
        { "0.0.0.0/8", "no host has it" }, { "169.254.0.0/16", "link-local" },
        { "::/8", "no host has it" },      { "ff00::/8", "multicast" },
        { "fe80::/10", "link-local" },
    };

    if (n->prefix == 0)
        return "it holds every address";
    for (unsigned i = 0; i < G_N_ELEMENTS(unfit); i++) {
        SkNetwork other;
        g_assert(sk_words_network(unfit[i].network, true, &other));
        if (sk_network_overlaps(n, &other))
            return unfit[i].what;
    }
    return NULL;
}

bool
sk_check_network(SkCheck *self, SkWord word, bool prefix, SkNetwork *ret)
{
    g_autofree char *shown = sk_words_shown(word.text);

    if (!sk_words_network(word.text, prefix, ret)) {
        SkNetwork other;
        char *hint = prefix ? g_strdup("such as 10.20.0.0/16 or fd00:20::/64")
                            : g_strdup("such as 10.20.1.5");
        if (prefix && sk_words_network(word.text, false, &other)) {
            g_free(hint);
            hint = g_strdup_printf("for this one address: `%s/%u`", shown, other.prefix);
        } else if (!prefix && sk_words_network(word.text, true, &other)) {
            g_free(hint);
            hint = g_strdup("a host has single addresses, without `/`");
        }
        sk_check_error(self, word.place, hint,
                       prefix ? "`%s` is not a network" : "`%s` is not an address", shown);
        return false;
    }

    SkNetwork masked = sk_network_masked(ret);
    if (sk_network_compare(&masked, ret) != 0) {
        g_autofree char *text = sk_network_text(&masked, true);
        sk_check_error(self, word.place, g_strdup_printf("write `%s`", text),
                       "`%s` is an address inside a network, not the network", shown);
        return false;
    }
    const char *unfit = unfit_network(ret);
    if (unfit != NULL) {
        sk_check_error(self, word.place, NULL, "`%s` cannot be used here: %s", shown, unfit);
        return false;
    }
    ret->place = word.place;
    return true;
}

bool
sk_check_list_too_long(SkCheck *self, const SkClause *clause)
{
    if (clause->words.n <= SK_POLICY_LIST_MAX)
        return false;
    sk_check_error(self, clause->place, NULL, "a list has at most %u values", SK_POLICY_LIST_MAX);
    return true;
}

static void
zone_networks(SkCheck *self, SkZone *zone, const SkClause *clause)
{
    zone->networks_place = clause->whole;
    if (sk_check_list_too_long(self, clause))
        return;
    for (const SkWordNode *node = clause->words.first; node != NULL; node = node->next) {
        SkNetwork n;
        bool covered = false;
        if (!sk_check_network(self, node->word, true, &n))
            continue;
        for (unsigned i = 0; i < zone->networks->len && !covered; i++) {
            const SkNetwork *other = &g_array_index(zone->networks, SkNetwork, i);
            covered = sk_network_overlaps(other, &n);
            if (covered)
                sk_diagnostics_also(sk_check_error(self, n.place,
                                                   g_strdup("leave the smaller one out"),
                                                   "this zone names these addresses twice"),
                                    other->place, "here");
        }
        if (!covered)
            g_array_append_val(zone->networks, n);
    }
}

static void
zone_trust(SkCheck *self, SkZone *zone, const SkClause *clause)
{
    SkWord word = clause->words.first->word;
    uint64_t n = 0;

    zone->trust_place = clause->whole;
    if (sk_words_number(word.text, 99, &n) && n > 0) {
        zone->trust = (uint32_t)n;
        return;
    }
    g_autofree char *shown = sk_words_shown(word.text);
    sk_check_error(
        self, word.place,
        g_strdup("a whole number from 1 to 99; the zone to protect most has the greatest"),
        "`%s` is not a trust", shown);
}

char *
sk_check_interface(SkCheck *self, const SkClause *clause)
{
    SkWord word = clause->words.first->word;
    size_t n = strlen(word.text);
    bool good = n <= 15 && strcmp(word.text, ".") != 0 && strcmp(word.text, "..") != 0;

    for (size_t i = 0; i < n; i++)
        good = good && (g_ascii_isalnum(word.text[i]) || strchr("._-@", word.text[i]) != NULL);
    if (!good) {
        g_autofree char *shown = sk_words_shown(word.text);
        sk_check_error(self, word.place,
                       g_strdup("as `ip link` shows it: at most 15 letters, digits, `.`, `_`, `-`"),
                       "`%s` cannot be an interface", shown);
        return NULL;
    }
    if (strcmp(word.text, "lo") == 0) {
        sk_check_error(self, word.place, NULL,
                       "`lo` is the wall's way to itself: nothing is there");
        return NULL;
    }
    return g_strdup(word.text);
}

static void
zone_interface(SkCheck *self, SkZone *zone, const SkClause *clause)
{
    zone->interface_place = clause->whole;
    zone->interface = sk_check_interface(self, clause);
}

static void
zone_sign_in(SkCheck *self, SkZone *zone, const SkClause *clause)
{
    static const char *const ways[] = { "password", "two factors" };
    const SkWordNode *first = clause->words.first;
    SkWord word = first->word;
    g_autofree char *both = g_strdup(word.text);

    if (first->next != NULL) {
        g_free(both);
        both = g_strdup_printf("%s %s", word.text, first->next->word.text);
        word.place = sk_syntax_join(word.place, first->next->word.place);
    }
    word.text = both;
    int i = sk_check_choice(self, word, "a way of signing in", ways, G_N_ELEMENTS(ways));
    if (i < 0)
        return;
    zone->sign_in = i == 0 ? SK_SIGN_IN_PASSWORD : SK_SIGN_IN_TWO_FACTORS;
    zone->sign_in_place = clause->whole;
}

static void
zone_take_out(SkCheck *self, SkZone *zone, const SkClause *clause)
{
    static const char *const ways[] = { "forbidden", "with approval" };

    zone->take_out_place = clause->whole;
    if (clause->words.n == 0) /* `with approval`, which the grammar reads as keywords */
        zone->take_out = SK_TAKE_OUT_WITH_APPROVAL;
    else if (sk_check_choice(self, clause->words.first->word, "an answer to `take-out`", ways,
                             G_N_ELEMENTS(ways)) == 0)
        zone->take_out = SK_TAKE_OUT_FORBIDDEN;
}

static void
zone_reaches(SkCheck *self, SkZone *zone, const SkClause *clause)
{
    static const char *const places[] = { "internet" };

    if (sk_check_choice(self, clause->words.first->word, "an answer to `reaches`", places, 1) < 0)
        return;
    zone->reaches_internet = true;
    zone->reaches_place = clause->whole;
}

static void
zone_gates(SkCheck *self, SkZone *zone, const SkClause *clause)
{
    bool udp = false;

    zone->gates_place = clause->whole;
    for (const SkWordNode *node = clause->words.first; node != NULL; node = node->next) {
        bool named = strcmp(node->word.text, "udp") == 0;
        if (named || strcmp(node->word.text, "tcp") == 0)
            udp = named;
        else if (zone->gates->len < SK_POLICY_LIST_MAX)
            sk_check_port(self, zone->gates, node->word, udp);
        else {
            sk_check_error(self, clause->place, NULL, "a list has at most %u values",
                           SK_POLICY_LIST_MAX);
            return;
        }
    }
}

/* Who uses a gate comes from the zone: by its interface, with one of its addresses. */
static void
zone_gates_whole(SkCheck *self, const SkZone *zone, const SkClauses *clauses)
{
    if (zone->gates_place.line == 0)
        return;
    if (zone->take_out == SK_TAKE_OUT_FORBIDDEN)
        sk_diagnostics_also(
            sk_check_error(self, zone->gates_place, NULL,
                           "a zone that nothing may leave has no gate to the wall's machine"),
            zone->take_out_place, "take-out is forbidden here");
    if (sk_clause_find(clauses, SK_CLAUSE_INTERFACE) == NULL)
        sk_check_error(self, zone->gates_place, g_strdup("add a line such as `interface eth1`"),
                       "a gate needs the zone's interface, and `%s` names none", zone->name);
    if (sk_clause_find(clauses, SK_CLAUSE_NETWORK) == NULL)
        sk_check_error(self, zone->gates_place,
                       g_strdup("add a line such as `network 10.20.0.0/16`"),
                       "a gate needs the zone's networks, and `%s` names none", zone->name);
}

static void
zone_setting(SkCheck *self, SkZone *zone, const SkClause *clause)
{
    switch ((int)clause->kind) {
    case SK_CLAUSE_TRUST:
        zone_trust(self, zone, clause);
        break;
    case SK_CLAUSE_NETWORK:
        zone_networks(self, zone, clause);
        break;
    case SK_CLAUSE_INTERFACE:
        zone_interface(self, zone, clause);
        break;
    case SK_CLAUSE_SIGN_IN:
        zone_sign_in(self, zone, clause);
        break;
    case SK_CLAUSE_TAKE_OUT:
        zone_take_out(self, zone, clause);
        break;
    case SK_CLAUSE_REACHES:
        zone_reaches(self, zone, clause);
        break;
    case SK_CLAUSE_GATE:
        zone_gates(self, zone, clause);
        break;
    default:
        sk_check_setting(self, zone, clause); /* the grammar lets nothing else in here */
        break;
    }
}

static void
check_zone(SkCheck *self, const SkSentence *s)
{
    if (self->policy->zones->len >= SK_POLICY_ZONES_MAX) {
        sk_check_error(self, s->place, NULL, "there are more than %u zones", SK_POLICY_ZONES_MAX);
        return;
    }
    if (!sk_check_name(self, s->name))
        g_hash_table_add(self->syntax->lost, (char *)s->name.text);

    g_autofree char *whose = g_strdup_printf("the zone `%s`", s->name.text);
    SkZone *zone = g_new0(SkZone, 1);
    zone->place = s->name.place;
    zone->name = g_strdup(s->name.text);
    zone->label = g_strdup(s->label.text);
    zone->networks = g_array_new(FALSE, FALSE, sizeof(SkNetwork));
    zone->gates = g_array_new(FALSE, FALSE, sizeof(SkPorts));
    zone->idle_us = SK_POLICY_IDLE_DEFAULT;
    zone->life_us = SK_POLICY_LIFE_DEFAULT;
    zone->password_min = SK_POLICY_PASSWORD_DEFAULT;
    g_ptr_array_add(self->policy->zones, zone);
    sk_check_label(self, s->label, s->name.place, whose);
    sk_check_twice(self, &s->clauses);
    for (const SkClause *c = s->clauses.first; c != NULL; c = c->next)
        if (sk_clause_find(&s->clauses, c->kind) == c)
            zone_setting(self, zone, c);
    if (!s->clauses.damaged && sk_clause_find(&s->clauses, SK_CLAUSE_TRUST) == NULL)
        sk_check_error(
            self, s->name.place,
            g_strdup("add a line `trust 2`; the zone to protect most has the greatest number"),
            "%s names no trust", whose);
    if (s->clauses.damaged)
        g_hash_table_add(self->damaged, zone);
    else
        zone_gates_whole(self, zone, &s->clauses);
    if (zone->reaches_internet && zone->take_out == SK_TAKE_OUT_FORBIDDEN)
        sk_diagnostics_also(
            sk_check_error(self, zone->reaches_place, NULL,
                           "a zone that nothing may leave cannot reach the internet"),
            zone->take_out_place, "take-out is forbidden here");
}

static void
compare_zones(SkCheck *self, const SkZone *a, const SkZone *b)
{
    if (a->interface != NULL && b->interface != NULL && strcmp(a->interface, b->interface) == 0)
        sk_diagnostics_also(sk_check_error(self, b->interface_place, NULL,
                                           "two zones have the interface `%s`", b->interface),
                            a->interface_place, "the other one");
    for (unsigned i = 0; i < a->networks->len; i++)
        for (unsigned j = 0; j < b->networks->len; j++) {
            const SkNetwork *x = &g_array_index(a->networks, SkNetwork, i);
            const SkNetwork *y = &g_array_index(b->networks, SkNetwork, j);
            if (sk_network_overlaps(x, y))
                sk_diagnostics_also(sk_check_error(self, y->place, NULL,
                                                   "networks of the zones `%s` and `%s` overlap",
                                                   a->name, b->name),
                                    x->place, "the other one");
        }
}

/* ---- whole ------------------------------------------------------------------------------------
 */

/* What is missing, once nothing is wrong: a sentence that could not be read is not a missing one.
 */
static void
warn_missing(SkCheck *self, bool organisation)
{
    if (!organisation)
        sk_check_warn(self, SK_PLACE_NONE, g_strdup("organisation \"見本町\""),
                      "no sentence names the organisation");
    if (self->policy->model == SK_MODEL_NONE)
        sk_check_warn(self, SK_PLACE_NONE,
                      g_strdup("`model alpha`, `alpha-prime`, `beta` or `beta-prime`"),
                      "no sentence names the model");
    for (unsigned i = 0; i < self->policy->zones->len; i++)
        sk_check_zone_used(self, g_ptr_array_index(self->policy->zones, i));
}

static void
index_zones(SkCheck *self)
{
    for (unsigned i = 0; i < self->policy->zones->len; i++) {
        const SkZone *zone = g_ptr_array_index(self->policy->zones, i);
        for (unsigned j = 0; j < zone->networks->len; j++)
            sk_network_index_add(self->zone_networks, &g_array_index(zone->networks, SkNetwork, j),
                                 zone);
    }
}

static void
check_all(SkCheck *self)
{
    const SkSentence *organisation = NULL, *model = NULL;
    unsigned sentences = 0;

    for (const SkSentence *s = self->syntax->first; s != NULL; s = s->next) {
        if (s->kind == SK_SENTENCE_ORGANISATION)
            check_organisation(self, s, &organisation);
        else if (s->kind == SK_SENTENCE_MODEL)
            check_model(self, s, &model);
        else if (s->kind == SK_SENTENCE_ZONE && !s->lost)
            check_zone(self, s);
    }
    for (unsigned i = 0; i < self->policy->zones->len; i++)
        for (unsigned j = i + 1; j < self->policy->zones->len; j++)
            compare_zones(self, g_ptr_array_index(self->policy->zones, i),
                          g_ptr_array_index(self->policy->zones, j));
    index_zones(self);
    for (const SkSentence *s = self->syntax->first; s != NULL; s = s->next)
        if (s->kind == SK_SENTENCE_HOST && !s->lost)
            sk_check_host_sentence(self, s);
    for (const SkSentence *s = self->syntax->first; s != NULL; s = s->next)
        if (s->kind == SK_SENTENCE_TABLE && !s->lost)
            sk_check_table_sentence(self, s);
    sk_check_hosts(self);

    for (const SkSentence *s = self->syntax->first;
         s != NULL && !sk_diagnostics_full(self->diagnostics); s = s->next) {
        bool flow = s->kind == SK_SENTENCE_FLOW || s->kind == SK_SENTENCE_SPECIFIC_FLOW;
        bool rule = s->kind == SK_SENTENCE_FILE || s->kind == SK_SENTENCE_MAIL ||
                    s->kind == SK_SENTENCE_SCREEN;

        if ((flow || rule) && ++sentences > SK_POLICY_SENTENCES_MAX) {
            sk_check_error(self, s->place, NULL, "there are more than %u sentences",
                           SK_POLICY_SENTENCES_MAX);
            return;
        }
        if (s->lost)
            continue;
        if (flow)
            sk_check_flow(self, s);
        else if (rule)
            sk_check_rule(self, s);
    }
    sk_check_rules(self);
    sk_check_flows(self);
    if (sk_diagnostics_count(self->diagnostics, SK_SEVERITY_ERROR) > 0)
        return;
    warn_missing(self, organisation != NULL);
    sk_syntax_warn_unused(self->syntax);
    sk_check_warn_hosts(self);
    sk_check_warn_joins(self);
}

/* Short names in many places can stand for a long text. */
static void
check_canonical_size(SkCheck *self, const char *text)
{
    if (strlen(text) > SK_POLICY_BYTES_MAX)
        sk_check_error(self, SK_PLACE_NONE,
                       g_strdup("name addresses that stand in many sentences in a `table`"),
                       "the whole policy as one text is larger than %u bytes", SK_POLICY_BYTES_MAX);
}

static SkPolicy *
parse(SkSources *sources, GPtrArray *diagnostics)
{
    g_autoptr(SkSyntax) syntax = sk_syntax_parse(sources, diagnostics);
    g_autoptr(SkPolicy) policy = sk_policy_new();
    g_autoptr(GHashTable) hosts = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) damaged = g_hash_table_new(NULL, NULL);
    g_autoptr(SkNetworkIndex) zone_networks = sk_network_index_new();
    SkCheck check = { .syntax = syntax,
                      .policy = policy,
                      .diagnostics = diagnostics,
                      .hosts = hosts,
                      .damaged = damaged,
                      .zone_networks = zone_networks };

    g_autofree char *text = NULL;

    check_all(&check);
    if (sk_diagnostics_count(diagnostics, SK_SEVERITY_ERROR) == 0) {
        sk_policy_sort(policy);
        text = sk_policy_show(policy);
        check_canonical_size(&check, text);
    }
    sk_syntax_say_defined(syntax);
    sk_diagnostics_sort(diagnostics);
    if (sk_diagnostics_count(diagnostics, SK_SEVERITY_ERROR) > 0)
        return NULL;
    sk_policy_set_digest(policy, text);
    return g_steal_pointer(&policy);
}

bool
sk_policy_parse(SkSpan text, SkPolicy **ret, GPtrArray **ret_diagnostics)
{
    g_autoptr(SkSources) sources = sk_sources_new_text(text, "");
    SkPolicy *policy;

    *ret_diagnostics = sk_diagnostics_new();
    policy = parse(sources, *ret_diagnostics);
    if (policy != NULL)
        *ret = policy;
    return policy != NULL;
}

bool
sk_policy_read(const char *path, SkPolicy **ret, SkSources **ret_sources,
               GPtrArray **ret_diagnostics, GError **error)
{
    if (!sk_sources_read(path, ret_sources, error))
        return false;
    *ret_diagnostics = sk_diagnostics_new();
    *ret = parse(*ret_sources, *ret_diagnostics);
    if (*ret == NULL)
        return true;
    unsigned n = sk_sources_n(*ret_sources);
    (*ret)->files = g_new0(char *, n + 1);
    for (unsigned i = 0; i < n; i++)
        (*ret)->files[i] = g_strdup(sk_source_name(*ret_sources, i));
    return true;
}
