/* SPDX-License-Identifier: Apache-2.0
 * rules.c - contract in rules.h. */
#include "web/rules.h"

#include <string.h>

#include "base/clock.h"
#include "policy/policy.h"
#include "store/account.h"

struct SkRules {
    char *path;
    char *zone;
    GMutex lock; /* guards the two below, and the policy's count of references */
    SkPolicy *policy;
    int64_t loaded;
};

static SkPolicy *
hold(SkRules *self, int64_t *ret_loaded)
{
    g_mutex_lock(&self->lock);
    SkPolicy *policy = sk_policy_ref(self->policy);
    if (ret_loaded != NULL)
        *ret_loaded = self->loaded;
    g_mutex_unlock(&self->lock);
    return policy;
}

static void
let_go(SkRules *self, SkPolicy *policy)
{
    g_mutex_lock(&self->lock);
    sk_policy_unref(policy);
    g_mutex_unlock(&self->lock);
}

bool
sk_rules_reload(SkRules *self, GError **error)
{
    SkPolicy *fresh = NULL;
    if (!sk_policy_load(self->path, &fresh, error))
        return false;
    if (sk_policy_zone(fresh, self->zone) == NULL) {
        sk_policy_unref(fresh);
        return sk_throw(error, SK_ERROR_MISMATCH, "policy: no zone %s", self->zone);
    }
    g_mutex_lock(&self->lock);
    sk_policy_unref(self->policy);
    self->policy = fresh;
    self->loaded = sk_clock_now();
    g_mutex_unlock(&self->lock);
    return true;
}

bool
sk_rules_new(const char *policy_path, const char *zone, SkRules **ret, GError **error)
{
    g_autoptr(SkRules) self = g_new0(SkRules, 1);
    g_mutex_init(&self->lock);
    self->path = g_strdup(policy_path);
    self->zone = g_strdup(zone);
    if (!sk_rules_reload(self, error))
        return false;
    *ret = g_steal_pointer(&self);
    return true;
}

void
sk_rules_free(SkRules *self)
{
    if (self == NULL)
        return;
    sk_policy_unref(self->policy);
    g_mutex_clear(&self->lock);
    g_free(self->path);
    g_free(self->zone);
    g_free(self);
}

bool
sk_rules_sign_in_possible(SkRules *self)
{
    SkPolicy *policy = hold(self, NULL);
    bool possible = sk_zone_sign_in_possible(sk_policy_zone(policy, self->zone));
    let_go(self, policy);
    return possible;
}

bool
sk_rules_two_factors(SkRules *self)
{
    SkPolicy *policy = hold(self, NULL);
    bool two = sk_policy_zone(policy, self->zone)->sign_in == SK_SIGN_IN_TWO_FACTORS;
    let_go(self, policy);
    return two;
}

unsigned
sk_rules_password_min(SkRules *self)
{
    SkPolicy *policy = hold(self, NULL);
    unsigned min = sk_policy_zone(policy, self->zone)->password_min;
    let_go(self, policy);
    return MAX(min, SK_PASSWORD_MIN);
}

char *
sk_rules_organisation(SkRules *self)
{
    SkPolicy *policy = hold(self, NULL);
    char *out = g_strdup(sk_policy_organisation(policy));
    let_go(self, policy);
    return out;
}

char *
sk_rules_place(SkRules *self)
{
    SkPolicy *policy = hold(self, NULL);
    char *out = g_strdup_printf("%s %s", sk_policy_organisation(policy), self->zone);
    let_go(self, policy);
    return g_strstrip(out);
}

void
sk_rules_limits(SkRules *self, int64_t *ret_idle, int64_t *ret_life)
{
    SkPolicy *policy = hold(self, NULL);
    const SkZone *zone = sk_policy_zone(policy, self->zone);
    *ret_idle = zone->idle_us;
    *ret_life = zone->life_us;
    let_go(self, policy);
}

static json_t *
zone_json(const SkZone *zone)
{
    return json_pack("{s:s, s:s, s:I}", "name", zone->name, "label", zone->label, "trust",
                     (json_int_t)zone->trust);
}

json_t *
sk_rules_zone(SkRules *self)
{
    SkPolicy *policy = hold(self, NULL);
    json_t *out = zone_json(sk_policy_zone(policy, self->zone));
    let_go(self, policy);
    return out;
}

static const char *
sign_in_word(const SkZone *zone)
{
    switch (zone->sign_in) {
    case SK_SIGN_IN_PASSWORD:
        return "password";
    case SK_SIGN_IN_TWO_FACTORS:
        return "two-factors";
    case SK_SIGN_IN_NONE:
    case SK_SIGN_IN_COUNT:
        break;
    }
    return NULL;
}

json_t *
sk_rules_zone_info(SkRules *self)
{
    SkPolicy *policy = hold(self, NULL);
    const SkZone *zone = sk_policy_zone(policy, self->zone);
    json_t *out =
        json_pack("{s:s, s:o, s:s?, s:I, s:s}", "organisation", sk_policy_organisation(policy),
                  "zone", zone_json(zone), "signIn", sign_in_word(zone), "terminalGrace",
                  (json_int_t)(zone->grace_us / G_USEC_PER_SEC), "version", SK_VERSION);
    let_go(self, policy);
    return out;
}

static json_t *
levels_json(const SkRule *rule)
{
    SkLevel levels[SK_LEVEL_COUNT];
    unsigned n = sk_rule_levels(rule, levels);
    json_t *out = json_array();
    for (unsigned i = 0; i < n; i++)
        json_array_append_new(out, json_string(sk_level_name(levels[i])));
    return out;
}

static json_t *
types_json(const SkRule *rule)
{
    if (!rule->narrowed)
        return json_null();
    json_t *out = json_array();
    for (unsigned i = 1; i < SK_TYPE_COUNT; i++)
        if (rule->types[i])
            json_array_append_new(out, json_string(sk_type_get((SkType)i)->name));
    return out;
}

static json_t *
classes_json(uint8_t classes)
{
    if (classes == 0)
        return json_null();
    json_t *out = json_array();
    for (unsigned i = 1; i <= SK_CLASS_MAX; i++)
        if ((classes & SK_CLASS_BIT(i)) != 0)
            json_array_append_new(out, json_string(sk_class_name(i)));
    return out;
}

static json_t *
destination_json(const SkRule *rule)
{
    json_t *asks = json_array();
    if (rule->classes != 0)
        json_array_append_new(asks, json_string("class"));
    if (rule->reason)
        json_array_append_new(asks, json_string("reason"));
    const char *approval =
        rule->steps_n == 0 ? NULL : sk_approval_name(rule->steps[0].role);
    json_t *steps = json_array();
    for (unsigned i = 0; i < rule->steps_n; i++)
        json_array_append_new(steps,
                              json_pack("{s:s, s:o}", "role",
                                        sk_approval_name(rule->steps[i].role), "classes",
                                        classes_json(rule->steps[i].classes)));
    return json_pack("{s:s, s:s, s:s, s:o, s:o, s:I, s:s?, s:o, s:o, s:o}", "zone", rule->to->name,
                     "label", rule->to->label, "direction", sk_direction_name(rule->direction),
                     "levels", levels_json(rule), "types", types_json(rule), "sizeMax",
                     (json_int_t)rule->size_max, "approval", approval, "classes",
                     classes_json(rule->classes), "asks", asks, "steps", steps);
}

json_t *
sk_rules_destinations(SkRules *self)
{
    SkPolicy *policy = hold(self, NULL);
    GPtrArray *rules = sk_policy_destinations(policy, self->zone);
    json_t *items = json_array();
    for (guint i = 0; i < rules->len; i++)
        json_array_append_new(items, destination_json(g_ptr_array_index(rules, i)));
    g_ptr_array_unref(rules);
    let_go(self, policy);
    return json_pack("{s:o}", "items", items);
}

static json_t *
explain(const SkPolicy *policy, const char *language, bool whole)
{
    g_autoptr(GPtrArray) lines =
        whole ? sk_policy_explain(policy, language) : sk_policy_explain_content(policy, language);
    json_t *out = json_array();
    for (guint i = 0; i < lines->len; i++)
        json_array_append_new(out, json_string(g_ptr_array_index(lines, i)));
    return out;
}

json_t *
sk_rules_sentences(SkRules *self, bool whole)
{
    SkPolicy *policy = hold(self, NULL);
    json_t *out = json_pack("{s:s, s:{s:o, s:o}}", "digest", sk_policy_digest(policy), "sentences",
                            "ja", explain(policy, "ja", whole), "en", explain(policy, "en", whole));
    let_go(self, policy);
    return out;
}

/* ---- the wall ---- */

static json_t *
end_json(const SkEnd *end)
{
    const SkZone *zone = end->zone != NULL ? end->zone : end->host->zone;

    return json_pack("{s:s, s:s}", "zone", zone == NULL ? "" : zone->name, "label",
                     end->zone != NULL ? end->zone->label : end->host->label);
}

static json_t *
ports_json(const GArray *ports)
{
    json_t *out = json_array();

    for (unsigned i = 0; i < ports->len; i++) {
        const SkPorts *p = &g_array_index(ports, SkPorts, i);
        const char *protocol = p->udp ? "udp" : "tcp";
        g_autofree char *text =
            p->first == p->last ? g_strdup_printf("%s %u", protocol, p->first)
                                : g_strdup_printf("%s %u-%u", protocol, p->first, p->last);
        json_array_append_new(out, json_string(text));
    }
    return out;
}

json_t *
sk_rules_wall(SkRules *self)
{
    SkPolicy *policy = hold(self, NULL);
    const GPtrArray *all = sk_policy_zones(policy), *flows = sk_policy_flows(policy);
    json_t *zones = json_array(), *list = json_array();
    int64_t now = sk_clock_now();

    for (unsigned i = 0; i < all->len; i++) {
        const SkZone *zone = g_ptr_array_index(all, i);
        json_array_append_new(zones, json_pack("{s:s, s:s, s:I, s:s}", "name", zone->name, "label",
                                               zone->label, "trust", (json_int_t)zone->trust,
                                               "takeOut", sk_take_out_name(zone->take_out)));
    }
    for (unsigned i = 0; i < flows->len; i++) {
        const SkFlow *flow = g_ptr_array_index(flows, i);
        json_array_append_new(
            list, json_pack("{s:o, s:o, s:o, s:b, s:s?, s:s?, s:b}", "from", end_json(&flow->from),
                            "to", end_json(&flow->to), "ports", ports_json(flow->ports), "specific",
                            (int)flow->specific, "owner", flow->owner, "until", flow->until, "over",
                            (int)(flow->specific && now >= flow->until_us)));
    }
    let_go(self, policy);
    return json_pack("{s:o, s:o}", "zones", zones, "flows", list);
}

json_t *
sk_rules_summary(SkRules *self)
{
    int64_t loaded = 0;
    SkPolicy *policy = hold(self, &loaded);
    json_t *out =
        json_pack("{s:s, s:I}", "digest", sk_policy_digest(policy), "loaded", (json_int_t)loaded);
    let_go(self, policy);
    return out;
}

static bool
leads_to(const SkPolicy *policy, const char *from, const char *to)
{
    GPtrArray *rules = sk_policy_destinations(policy, from);
    bool found = false;
    for (guint i = 0; i < rules->len && !found; i++) {
        const SkRule *rule = g_ptr_array_index(rules, i);
        found = strcmp(rule->to->name, to) == 0;
    }
    g_ptr_array_unref(rules);
    return found;
}

/* What a person is told is found here; whether it may cross, sk_policy_decide_file alone says. */
static SkProblem
explain_no(const SkRule *rule, const SkQuestion *question)
{
    if (question->level != SK_LEVEL_NONE && !sk_rule_allows(rule, question->level))
        return SK_PROBLEM_LEVEL_NOT_ALLOWED;
    if (question->size > rule->size_max)
        return SK_PROBLEM_TOO_LARGE;
    if (rule->classes != 0 && question->class == 0)
        return SK_PROBLEM_CLASS_REQUIRED;
    if (question->class > SK_CLASS_MAX ||
        (question->class != 0 && (rule->classes & SK_CLASS_BIT(question->class)) == 0))
        return SK_PROBLEM_CLASS_NOT_ALLOWED;
    if (rule->reason && !question->has_reason)
        return SK_PROBLEM_REASON_REQUIRED;
    return SK_PROBLEM_NOT_ALLOWED;
}

static SkProblem
decide(const SkPolicy *policy, const char *zone, const SkHandIn *in, SkHandInAnswer *ret)
{
    SkLevel level = in->as == NULL ? SK_LEVEL_NONE : sk_level_lookup(in->as);
    const SkQuestion question = { .from = zone,
                                  .to = in->to,
                                  .type = in->hint,
                                  .level = level,
                                  .size = in->size,
                                  .class = in->class,
                                  .has_reason = in->has_reason };
    g_autoptr(GError) error = NULL;
    SkDecision decision;

    if (!leads_to(policy, zone, in->to))
        return SK_PROBLEM_NOT_ALLOWED;
    if (in->as != NULL && level == SK_LEVEL_NONE)
        return SK_PROBLEM_LEVEL_NOT_ALLOWED;
    const SkRule *rule = sk_policy_file_rule(policy, zone, in->to, in->hint);
    if (rule == NULL)
        return SK_PROBLEM_TYPE_NOT_ALLOWED;
    if (!sk_policy_decide_file(policy, &question, &decision, &error))
        return explain_no(rule, &question);
    ret->level_asked = level;
    ret->size_max = decision.size_max;
    ret->keep_original_us = decision.keep_original_us;
    ret->takeout = decision.direction == SK_DIRECTION_DOWN;
    g_strlcpy(ret->digest, sk_policy_digest(policy), sizeof ret->digest);
    return SK_PROBLEM_NONE;
}

SkProblem
sk_rules_hand_in(SkRules *self, const SkHandIn *in, SkHandInAnswer *ret)
{
    SkPolicy *policy = hold(self, NULL);
    SkProblem problem = decide(policy, self->zone, in, ret);
    let_go(self, policy);
    return problem;
}
