/* SPDX-License-Identifier: Apache-2.0
 * decide.c - contract in policy.h: the one place that answers whether a file may cross. */
#include "policy/check.h"

#include <string.h>

static bool
rule_between(const SkRule *rule, const char *from, const char *to)
{
    return rule->kind == SK_RULE_FILE && strcmp(rule->from->name, from) == 0 &&
           strcmp(rule->to->name, to) == 0;
}

const SkRule *
sk_policy_file_rule(const SkPolicy *self, const char *from, const char *to, SkType type)
{
    const SkRule *wide = NULL;

    for (unsigned i = 0; i < self->rules->len; i++) {
        const SkRule *rule = g_ptr_array_index(self->rules, i);
        if (!rule_between(rule, from, to))
            continue;
        if (!rule->narrowed)
            wide = rule;
        else if (type > SK_TYPE_NONE && type < SK_TYPE_COUNT && rule->types[type])
            return rule; /* no two sentences name one type: the checks saw to it */
    }
    /* Programs that are written as text pass only where a sentence names them. */
    return type == SK_TYPE_SCRIPT ? NULL : wide;
}

bool
sk_policy_carried_out(const SkRule *rule)
{
    bool unchanged_down =
        rule->level == SK_LEVEL_ORIGINAL && rule->direction == SK_DIRECTION_DOWN;

    if (rule->kind == SK_RULE_MAIL)
        return rule->level == SK_LEVEL_TEXT && rule->direction == SK_DIRECTION_UP &&
               rule->steps_n == 0 && rule->classes == 0 && !rule->reason;
    return rule->kind == SK_RULE_FILE && rule->level != SK_LEVEL_INSPECTED &&
           (rule->level != SK_LEVEL_ORIGINAL || unchanged_down);
}

/* From the laxest to the strictest; each may be asked for in place of one before it. */
static const SkLevel strictness[] = { SK_LEVEL_ORIGINAL, SK_LEVEL_INSPECTED, SK_LEVEL_REBUILT,
                                      SK_LEVEL_IMAGE, SK_LEVEL_TEXT };

unsigned
sk_rule_levels(const SkRule *rule, SkLevel ret[SK_LEVEL_COUNT])
{
    unsigned n = 0;
    bool on = false;

    for (unsigned i = 0; i < G_N_ELEMENTS(strictness); i++) {
        on = on || strictness[i] == rule->level;
        bool own = strictness[i] == rule->level;
        bool askable = strictness[i] == SK_LEVEL_REBUILT || strictness[i] == SK_LEVEL_IMAGE ||
                       strictness[i] == SK_LEVEL_TEXT;
        if (on && (own || askable))
            ret[n++] = strictness[i];
    }
    return n;
}

bool
sk_rule_allows(const SkRule *rule, SkLevel level)
{
    SkLevel levels[SK_LEVEL_COUNT];
    unsigned n = sk_rule_levels(rule, levels);

    for (unsigned i = 0; i < n; i++)
        if (levels[i] == level)
            return true;
    return false;
}

unsigned
sk_rule_steps(const SkRule *rule, unsigned class, SkApproval ret[SK_STEPS_MAX])
{
    unsigned n = 0;

    for (unsigned i = 0; i < rule->steps_n; i++) {
        const SkStep *step = &rule->steps[i];
        /* A class that nobody named or that does not exist needs every step. */
        bool needed = step->classes == 0 || class == 0 || class > SK_CLASS_MAX ||
                      (step->classes & SK_CLASS_BIT(class)) != 0;
        if (needed)
            ret[n++] = step->role;
    }
    return n;
}

/* Without who has to consent. */
static SkDecision
decision_of(const SkRule *rule, SkLevel level)
{
    SkDecision decision = { .direction = rule->direction,
                            .level = level,
                            .size_max = rule->size_max,
                            .keep_original_us = rule->keep_original_us,
                            .within_us = rule->within_us,
                            .remind_us = rule->remind_us,
                            .reason = rule->reason,
                            .classes = rule->classes,
                            .dpi = rule->dpi };

    for (unsigned i = 0; i < SK_ELEMENT_COUNT; i++)
        decision.verdicts[i] = rule->verdicts[i];
    return decision;
}

static GPtrArray *
rules_from(const SkPolicy *self, SkRuleKind kind, const char *from)
{
    GPtrArray *out = g_ptr_array_new();

    for (unsigned i = 0; i < self->rules->len; i++) {
        SkRule *rule = g_ptr_array_index(self->rules, i);
        if (rule->kind == kind && sk_policy_carried_out(rule) && strcmp(rule->from->name, from) == 0)
            g_ptr_array_add(out, rule);
    }
    return out;
}

bool
sk_policy_decide_file(const SkPolicy *self, const SkQuestion *question, SkDecision *ret,
                      GError **error)
{
    const SkRule *rule = sk_policy_file_rule(self, question->from, question->to, question->type);
    SkLevel level = question->level;

    if (rule == NULL)
        return sk_throw(error, SK_ERROR_FORBIDDEN,
                        "policy: no sentence lets this type of file cross here");
    if (!sk_policy_carried_out(rule))
        return sk_throw(error, SK_ERROR_UNSUPPORTED,
                        "policy: the sentence is not carried out by this version");
    if (level == SK_LEVEL_NONE)
        level = rule->level;
    if (!sk_rule_allows(rule, level))
        return sk_throw(error, SK_ERROR_FORBIDDEN,
                        "policy: the sentence does not allow this level");
    if (question->size > rule->size_max)
        return sk_throw(error, SK_ERROR_LIMIT, "policy: larger than the sentence allows");
    if (rule->classes != 0 && (question->class == 0 || question->class > SK_CLASS_MAX ||
                               (rule->classes & SK_CLASS_BIT(question->class)) == 0))
        return sk_throw(error, SK_ERROR_MISMATCH,
                        "policy: the sentence asks for a class, and does not allow this one");
    if (rule->reason && !question->has_reason)
        return sk_throw(error, SK_ERROR_MISMATCH, "policy: the sentence asks for a reason");

    SkDecision decision = decision_of(rule, level);
    /* Numbers of people in what goes down are everybody's to consent to that the sentence names. */
    decision.steps_n = sk_rule_steps(rule, question->numbers ? 0 : question->class, decision.steps);
    *ret = decision;
    return true;
}

GPtrArray *
sk_policy_mail_rules(const SkPolicy *self, const char *from)
{
    return rules_from(self, SK_RULE_MAIL, from);
}

bool
sk_policy_decide_mail(const SkPolicy *self, const SkQuestion *question, SkDecision *ret, GError **error)
{
    g_autoptr(GPtrArray) rules = sk_policy_mail_rules(self, question->from);

    for (unsigned i = 0; i < rules->len; i++) {
        const SkRule *rule = g_ptr_array_index(rules, i);
        if (strcmp(rule->to->name, question->to) != 0)
            continue;
        if (question->size > rule->size_max)
            return sk_throw(error, SK_ERROR_LIMIT, "policy: larger than the sentence allows");
        *ret = decision_of(rule, SK_LEVEL_TEXT);
        return true;
    }
    return sk_throw(error, SK_ERROR_FORBIDDEN, "policy: no sentence lets mail cross here");
}

char *
sk_decision_chain(const SkDecision *self)
{
    GString *out = NULL;

    for (unsigned i = 0; i < self->steps_n; i++) {
        out = out == NULL ? g_string_new(NULL) : g_string_append(out, " then ");
        g_string_append(out, sk_approval_name(self->steps[i]));
    }
    return out == NULL ? NULL : g_string_free(out, FALSE);
}

GPtrArray *
sk_policy_destinations(const SkPolicy *self, const char *from)
{
    return rules_from(self, SK_RULE_FILE, from);
}
