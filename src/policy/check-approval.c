/* SPDX-License-Identifier: Apache-2.0
 * check-approval.c - contract in check.h: chains of approvals, and the classes of information that
 * they and the sentence name. Nothing may leave a zone by a class that nobody has to approve. */
#include "policy/check.h"

#include "policy/words.h"

#include <string.h>

uint8_t
sk_check_classes(SkCheck *self, const SkWordNode *node, const SkWordNode *end)
{
    uint8_t classes = 0;

    for (; node != end; node = node->next) {
        g_autofree char *shown = sk_words_shown(node->word.text);
        g_autofree char *upper = g_ascii_strup(node->word.text, -1);
        unsigned n = sk_class_lookup(node->word.text);

        if (n != 0 && (classes & SK_CLASS_BIT(n)) != 0)
            sk_check_error(self, node->word.place, NULL, "`%s` stands twice in this list", shown);
        else if (n != 0)
            classes |= SK_CLASS_BIT(n);
        else if (strcmp(node->word.text, "3") == 0)
            sk_check_error(self, node->word.place,
                           g_strdup("`3C`, `3B` or `3A` (kept closest); name each that is meant"),
                           "class `3` is three classes");
        else
            sk_check_error(
                self, node->word.place,
                sk_class_lookup(upper) != 0
                    ? g_strdup_printf("did you mean `%s`?", upper)
                    : g_strdup("classes are 1 (public), 2, 3C, 3B and 3A (kept closest)"),
                "`%s` is not a class", shown);
    }
    return classes;
}

/* ---- steps ------------------------------------------------------------------------------------
 */

static bool
is_mark(const SkWordNode *node, const char *mark)
{
    return node != NULL && strcmp(node->word.text, mark) == 0;
}

static void
step_classes(SkCheck *self, const SkRule *rule, SkStep *step, const SkWordNode *mark,
             const SkWordNode *end, const SkSentence *s)
{
    const SkClause *allowed = sk_clause_find(&s->clauses, SK_CLAUSE_CLASSES);
    const SkWordNode *last = mark;

    while (last->next != end)
        last = last->next;
    SkPlace place = sk_syntax_join(mark->word.place, last->word.place);
    step->classes = sk_check_classes(self, mark->next, end);
    if (allowed == NULL)
        sk_check_error(self, place,
                       g_strdup("add the classes that may cross, such as `classes 1, 2`"),
                       "this sentence asks for no class");
    else if ((step->classes & ~rule->classes) != 0 && rule->classes != 0)
        sk_diagnostics_also(
            sk_check_error(self, place, NULL, "this step is for a class that does not cross"),
            allowed->whole, "the classes that may cross");
}

static void
rule_step(SkCheck *self, SkRule *rule, const SkWordNode *node, const SkWordNode *end,
          const SkSentence *s)
{
    static const char *const roles[] = { "section-head", "security-manager" };
    SkWord word = node->word;
    int i = sk_check_choice(self, word, "a role that approves", roles, G_N_ELEMENTS(roles));
    SkStep step = { .role = (SkApproval)(SK_APPROVAL_SECTION_HEAD + i) };

    if (i < 0)
        return;
    for (unsigned j = 0; j < rule->steps_n; j++)
        if (rule->steps[j].role == step.role) {
            sk_check_error(self, word.place, g_strdup("each step is another person's"),
                           "`%s` stands twice in this chain", word.text);
            return;
        }
    if (is_mark(node->next, "for"))
        step_classes(self, rule, &step, node->next, end, s);
    g_assert(rule->steps_n < SK_STEPS_MAX); /* there are fewer roles */
    rule->steps[rule->steps_n++] = step;
}
G_STATIC_ASSERT(SK_APPROVAL_COUNT - 1 <= SK_STEPS_MAX);

/* ---- times ------------------------------------------------------------------------------------
 */

static void
rule_within(SkCheck *self, SkRule *rule, const SkClause *clause)
{
    const SkCheckTime time = { SK_POLICY_WITHIN_MIN, SK_POLICY_WITHIN_MAX,
                               "at least 1 hour, at most 366 days", "5 days" };

    if (!sk_check_time(self, clause->words.first, clause->whole, &time, &rule->within_us))
        rule->within_us = SK_POLICY_WITHIN_DEFAULT;
}

static void
rule_remind(SkCheck *self, SkRule *rule, const SkClause *clause)
{
    static const char *const what[] = { "after" };
    const SkCheckTime time = { SK_POLICY_WITHIN_MIN, SK_POLICY_WITHIN_MAX,
                               "at least 1 hour, at most 366 days", "1 day" };

    if (sk_check_choice(self, clause->words.first->word, "an answer to `remind`", what, 1) < 0 ||
        !sk_check_time(self, clause->words.first->next, clause->whole, &time, &rule->remind_us))
        rule->remind_us = 0;
    else if (rule->remind_us >= rule->within_us)
        sk_check_error(self, clause->whole,
                       g_strdup("remind sooner, or let it wait longer with `within`"),
                       "by then the crossing is over");
}

void
sk_check_approval(SkCheck *self, SkRule *rule, const SkSentence *s)
{
    const SkClause *approval = sk_clause_find(&s->clauses, SK_CLAUSE_APPROVAL);
    const SkClause *within = sk_clause_find(&s->clauses, SK_CLAUSE_WITHIN);
    const SkClause *remind = sk_clause_find(&s->clauses, SK_CLAUSE_REMIND);

    if (approval == NULL) {
        const SkClause *lone = within != NULL ? within : remind;
        if (lone != NULL)
            sk_check_error(self, lone->whole, g_strdup("add `approval section-head`"),
                           "nothing waits here: the sentence has no approval");
        return;
    }
    for (const SkWordNode *node = approval->words.first; node != NULL;) {
        const SkWordNode *end = node;
        while (end != NULL && !is_mark(end, "then"))
            end = end->next;
        rule_step(self, rule, node, end, s);
        node = end == NULL ? NULL : end->next;
    }
    if (within != NULL)
        rule_within(self, rule, within);
    if (remind != NULL)
        rule_remind(self, rule, remind);
}

bool
sk_check_steps_down(SkCheck *self, const SkRule *rule, const SkSentence *s)
{
    for (unsigned class = 1; class <= SK_CLASS_MAX; class ++) {
        SkApproval steps[SK_STEPS_MAX];
        if ((rule->classes & SK_CLASS_BIT(class)) == 0 || sk_rule_steps(rule, class, steps) > 0)
            continue;
        SkDiagnostic *d = sk_check_error(
            self, sk_clause_find(&s->clauses, SK_CLAUSE_APPROVAL)->whole,
            g_strdup("leave `for classes` out of one step"),
            "this take-out names nobody who approves class `%s`", sk_class_name(class));
        sk_diagnostics_also(d, rule->from->take_out_place, "take-out from `%s` needs an approval",
                            rule->from->name);
        return false;
    }
    return true;
}
