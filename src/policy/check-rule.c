/* SPDX-License-Identifier: Apache-2.0
 * check-rule.c - contract in check.h: file, mail and screen sentences. Each clause first for
 * itself, then with the zones' trust and take-out, then all sentences about one crossing with each
 * other. */
#include "policy/check.h"

#include "policy/words.h"

#include <string.h>

/* ---- clauses ----------------------------------------------------------------------------------
 */

static void
rule_level(SkCheck *self, SkRule *rule, const SkClause *clause)
{
    static const char *const levels[] = { "rebuilt", "image", "text", "inspected", "original" };
    SkWord word = clause->words.first->word;

    if (sk_check_choice(self, word, "a level", levels, G_N_ELEMENTS(levels)) >= 0)
        rule->level = sk_level_lookup(word.text);
}

static bool
type_nameable(unsigned type)
{
    return sk_type_rows[type].extension[0] != '\0' && !sk_type_is_program((SkType)type);
}

static char *
type_hint(const char *word)
{
    const char *names[SK_TYPE_COUNT];
    unsigned n = 0;
    g_autofree char *file_name = g_strdup_printf("x.%s", word);
    SkType by_extension = sk_type_from_name(file_name);

    if (by_extension != SK_TYPE_NONE && type_nameable(by_extension))
        return g_strdup_printf("files that end in .%s are `%s`", word,
                               sk_type_get(by_extension)->name);
    for (unsigned i = 1; i < SK_TYPE_COUNT; i++)
        if (type_nameable(i))
            names[n++] = sk_type_rows[i].name;
    const char *nearest = sk_words_nearest(word, names, n);
    return nearest == NULL ? g_strdup("the types are listed in docs/policy-language.md")
                           : g_strdup_printf("did you mean `%s`?", nearest);
}

static void
rule_types(SkCheck *self, SkRule *rule, const SkClause *clause)
{
    rule->narrowed = true;
    for (const SkWordNode *node = clause->words.first; node != NULL; node = node->next) {
        SkType type = sk_type_lookup(node->word.text);
        g_autofree char *shown = sk_words_shown(node->word.text);

        if (sk_type_is_program(type))
            sk_check_error(self, node->word.place, NULL, "programs never cross");
        else if (type == SK_TYPE_NONE || !type_nameable(type))
            sk_check_error(self, node->word.place, type_hint(node->word.text), "`%s` is not a type",
                           shown);
        else if (rule->types[type])
            sk_check_error(self, node->word.place, NULL, "`%s` stands twice in this list", shown);
        else
            rule->types[type] = true;
    }
}

static void
rule_size(SkCheck *self, SkRule *rule, const SkClause *clause)
{
    static const char *const units[] = { "KiB", "MiB", "GiB" };
    uint64_t number = 0, unit = 0;

    if (!sk_check_amount(self, clause->words.first, 1ull << 40, "100 MiB", &number))
        return;
    SkWord word = clause->words.first->next->word;
    if (!sk_words_size_unit(word.text, &unit)) {
        sk_check_choice(self, word, "a unit of size", units, G_N_ELEMENTS(units));
        return;
    }
    if (number == 0 || number > SK_POLICY_SIZE_MAX / unit)
        sk_check_error(self, clause->whole,
                       number == 0 ? g_strdup("leave the sentence out to forbid")
                                   : g_strdup("at most 4 GiB"),
                       number == 0 ? "a size of nothing" : "no file may be so large");
    else
        rule->size_max = number * unit;
}

static void
rule_keep(SkCheck *self, SkRule *rule, const SkClause *clause)
{
    static const char *const what[] = { "original" };
    const SkCheckTime time = { 0, SK_POLICY_KEEP_MAX, "at most 3660 days", "30 days" };

    if (sk_check_choice(self, clause->words.first->word, "an answer to `keep`", what, 1) == 0 &&
        !sk_check_time(self, clause->words.first->next, clause->whole, &time,
                       &rule->keep_original_us))
        rule->keep_original_us = 0;
}

/* ---- with -------------------------------------------------------------------------------------
 */

typedef struct {
    SkPlace verdicts[SK_ELEMENT_COUNT]; /* who said it */
    SkPlace dpi;
} WithPlaces;

static void
with_contradicts(SkCheck *self, SkPlace place, SkPlace before, const char *what)
{
    sk_diagnostics_also(
        sk_check_error(self, place, NULL, "this sentence says twice what happens to `%s`", what),
        before, "the first time");
}

static void
with_verdict(SkCheck *self, SkRule *rule, WithPlaces *places, SkElement element, SkVerdict verdict,
             SkPlace place)
{
    if (places->verdicts[element].line != 0 && rule->verdicts[element] != (uint8_t)verdict) {
        with_contradicts(self, place, places->verdicts[element], sk_element_get(element)->code);
        return;
    }
    rule->verdicts[element] = (uint8_t)verdict;
    places->verdicts[element] = place;
}

static void
with_metadata(SkCheck *self, SkRule *rule, WithPlaces *places, const SkClause *clause, SkWord value)
{
    static const char *const values[] = { "removed" };

    if (sk_check_choice(self, value, "an answer to `with metadata`", values, 1) < 0)
        return;
    for (unsigned i = 1; i < SK_ELEMENT_COUNT; i++)
        if (sk_show_is_metadata((SkElement)i))
            with_verdict(self, rule, places, (SkElement)i, SK_VERDICT_REMOVED, clause->whole);
}

/* Whether something must have looked at it before it is disarmed. */
static void
with_scanned(SkCheck *self, SkRule *rule, WithPlaces *places, const SkClause *clause, SkWord value)
{
    static const char *const values[] = { "required" };

    if (sk_check_choice(self, value, "an answer to `with scanned`", values, 1) >= 0)
        with_verdict(self, rule, places, SK_ELEMENT_UNSCANNED, SK_VERDICT_REFUSED, clause->whole);
}

static void
with_dpi(SkCheck *self, SkRule *rule, WithPlaces *places, const SkClause *clause, SkWord value)
{
    uint64_t n = 0;
    g_autofree char *shown = sk_words_shown(value.text);

    if (!sk_words_number(value.text, SK_POLICY_DPI_MAX, &n) || n < SK_POLICY_DPI_MIN) {
        sk_check_error(
            self, value.place,
            g_strdup_printf("a whole number from %u to %u", SK_POLICY_DPI_MIN, SK_POLICY_DPI_MAX),
            "`%s` is not a resolution", shown);
        return;
    }
    if (places->dpi.line != 0) {
        with_contradicts(self, clause->whole, places->dpi, "dpi");
        return;
    }
    places->dpi = clause->whole;
    rule->dpi = (uint32_t)n;
}

/* What a member that may not pass does to its archive. */
static void
with_refused_member(SkCheck *self, SkRule *rule, WithPlaces *places, const SkClause *clause,
                    SkWord value)
{
    static const char *const values[] = { "replaced", "refuses-all" };
    int i = sk_check_choice(self, value, "an answer to `with refused-member`", values,
                            G_N_ELEMENTS(values));

    if (i >= 0)
        with_verdict(self, rule, places, SK_ELEMENT_ARCHIVE_MEMBER,
                     i == 0 ? SK_VERDICT_REPLACED : SK_VERDICT_REFUSED, clause->whole);
}

static void
with_unknown(SkCheck *self, SkWord code)
{
    static const char *const options[] = { "metadata", "dpi", "scanned", "refused-member" };
    const char *names[SK_ELEMENT_COUNT + G_N_ELEMENTS(options)];
    unsigned n = 0;
    g_autofree char *shown = sk_words_shown(code.text);

    for (unsigned i = 0; i < G_N_ELEMENTS(options); i++)
        names[n++] = options[i];
    for (unsigned i = 1; i < SK_ELEMENT_COUNT; i++)
        names[n++] = sk_element_rows[i].code;
    const char *nearest = sk_words_nearest(code.text, names, n);
    sk_check_error(self, code.place,
                   nearest == NULL ? g_strdup("elements are listed in docs/policy-language.md; "
                                              "else `metadata`, `dpi`, `scanned`, `refused-member`")
                                   : g_strdup_printf("did you mean `%s`?", nearest),
                   "`%s` is not an element", shown);
}

static void
with_element(SkCheck *self, SkRule *rule, WithPlaces *places, const SkClause *clause, SkWord code,
             SkWord value)
{
    SkElement element = sk_element_lookup(code.text);
    const char *allowed[SK_VERDICT_COUNT];
    unsigned n = 0;

    if (element == SK_ELEMENT_NONE) {
        with_unknown(self, code);
        return;
    }
    for (unsigned v = 1; v < SK_VERDICT_COUNT; v++)
        if (sk_element_allows(element, (SkVerdict)v))
            allowed[n++] = sk_verdict_name((SkVerdict)v);
    g_autofree char *what = g_strdup_printf("a verdict that `%s` can have", code.text);
    if (sk_check_choice(self, value, what, allowed, n) >= 0)
        with_verdict(self, rule, places, element, sk_verdict_lookup(value.text), clause->whole);
}

static void
rule_with(SkCheck *self, SkRule *rule, WithPlaces *places, const SkClause *clause)
{
    SkWord code = clause->words.first->word;
    SkWord value = clause->words.first->next->word;

    if (strcmp(code.text, "metadata") == 0)
        with_metadata(self, rule, places, clause, value);
    else if (strcmp(code.text, "scanned") == 0)
        with_scanned(self, rule, places, clause, value);
    else if (strcmp(code.text, "dpi") == 0)
        with_dpi(self, rule, places, clause, value);
    else if (strcmp(code.text, "refused-member") == 0)
        with_refused_member(self, rule, places, clause, value);
    else
        with_element(self, rule, places, clause, code, value);
}

/* ---- mail and screen --------------------------------------------------------------------------
 */

static void
rule_word(SkCheck *self, SkRule *rule, const SkClause *clause)
{
    static const char *const attachments[] = { "parked", "dropped" };
    static const char *const none[] = { "none" };
    static const char *const yes_no[] = { "yes", "no" };
    static const char *const required[] = { "required" };
    SkWord word = clause->words.first->word;

    if (clause->kind == SK_CLAUSE_ATTACHMENTS) {
        rule->attachments_parked =
            sk_check_choice(self, word, "an answer to `attachments`", attachments, 2) == 0;
    } else if (clause->kind == SK_CLAUSE_RECORD) {
        rule->record = sk_check_choice(self, word, "an answer to `record`", yes_no, 2) != 1;
    } else if (clause->kind == SK_CLAUSE_REASON) {
        rule->reason = sk_check_choice(self, word, "an answer to `reason`", required, 1) == 0;
    } else {
        g_autofree char *what = g_strdup_printf("an answer to `%s`", sk_clause_name(clause->kind));
        sk_check_choice(self, word, what, none, 1);
    }
}

static void
rule_clause(SkCheck *self, SkRule *rule, WithPlaces *places, const SkClause *clause)
{
    if (clause->words.n > SK_POLICY_LIST_MAX) {
        sk_check_error(self, clause->place, NULL, "a list has at most %u values",
                       SK_POLICY_LIST_MAX);
        return;
    }
    switch ((int)clause->kind) {
    case SK_CLAUSE_AS:
        rule_level(self, rule, clause);
        break;
    case SK_CLAUSE_TYPES:
        rule_types(self, rule, clause);
        break;
    case SK_CLAUSE_SIZE:
        rule_size(self, rule, clause);
        break;
    case SK_CLAUSE_KEEP:
        rule_keep(self, rule, clause);
        break;
    case SK_CLAUSE_APPROVAL:
    case SK_CLAUSE_WITHIN:
    case SK_CLAUSE_REMIND:
        break; /* read together, when the classes are known */
    case SK_CLAUSE_CLASSES:
        rule->classes = sk_check_classes(self, clause->words.first, NULL);
        break;
    case SK_CLAUSE_WITH:
        rule_with(self, rule, places, clause);
        break;
    default:
        rule_word(self, rule, clause);
        break;
    }
}

/* ---- with the zones ---------------------------------------------------------------------------
 */

static const char *const kind_names[] = {
    [SK_RULE_FILE] = "file",
    [SK_RULE_MAIL] = "mail",
    [SK_RULE_SCREEN] = "screen",
};

static SkPlace
level_place(const SkSentence *s)
{
    const SkClause *as = sk_clause_find(&s->clauses, SK_CLAUSE_AS);
    return as == NULL ? s->place : as->whole;
}

static void
check_original(SkCheck *self, const SkRule *rule, const SkSentence *s)
{
    if (rule->direction == SK_DIRECTION_UP) {
        sk_check_error(self, level_place(s), g_strdup("`as rebuilt`, `as image` or `as text`"),
                       "nothing goes unchanged from `%s` (trust %u) to `%s` (trust %u)",
                       rule->from->name, rule->from->trust, rule->to->name, rule->to->trust);
        return;
    }
    bool complete = rule->steps_n > 0 && rule->reason && rule->classes == SK_CLASS_BIT(1);
    if (!complete)
        sk_check_error(self, level_place(s),
                       g_strdup("`as original approval section-head reason required classes 1`"),
                       "what leaves unchanged needs an approval, a reason and class 1");
}

static void
check_down(SkCheck *self, const SkRule *rule, const SkSentence *s)
{
    if (rule->from->take_out == SK_TAKE_OUT_UNSTATED) {
        SkDiagnostic *d = sk_check_error(
            self, s->place,
            g_strdup_printf("add the line `take-out with approval` to the zone `%s`",
                            rule->from->name),
            "`%s` has more trust than `%s`, so this is a take-out, and `%s` allows none",
            rule->from->name, rule->to->name, rule->from->name);
        sk_diagnostics_also(d, rule->from->place, "the zone says nothing about take-out");
    } else if (rule->steps_n > 0) {
        if (sk_check_steps_down(self, rule, s) && rule->kind != SK_RULE_SCREEN &&
            sk_clause_find(&s->clauses, SK_CLAUSE_CLASSES) == NULL)
            sk_check_warn(self, s->place, g_strdup("add the classes that may leave: `classes 1, 2`"),
                          "this take-out asks for no class of information");
    } else {
        SkDiagnostic *d = sk_check_error(self, s->place, g_strdup("add `approval section-head`"),
                                         "this take-out names nobody who approves it");
        sk_diagnostics_also(d, rule->from->take_out_place, "take-out from `%s` needs an approval",
                            rule->from->name);
    }
}

/* Needs both zones, and the trust of both. */
static void
check_direction(SkCheck *self, SkRule *rule, const SkSentence *s)
{
    if (rule->from->take_out == SK_TAKE_OUT_FORBIDDEN) {
        SkDiagnostic *d =
            sk_check_error(self, s->place, NULL, "nothing may leave `%s`", rule->from->name);
        sk_diagnostics_also(d, rule->from->take_out_place, "take-out is forbidden here");
        return;
    }
    if (rule->from->trust == 0 || rule->to->trust == 0)
        return;
    rule->direction = rule->to->trust >= rule->from->trust ? SK_DIRECTION_UP : SK_DIRECTION_DOWN;
    if (rule->direction == SK_DIRECTION_DOWN)
        check_down(self, rule, s);
    if (rule->level == SK_LEVEL_ORIGINAL)
        check_original(self, rule, s);
    else if (rule->kind == SK_RULE_MAIL && rule->direction == SK_DIRECTION_UP &&
             rule->level != SK_LEVEL_TEXT && rule->level != SK_LEVEL_NONE)
        sk_check_error(self, level_place(s), g_strdup("`as text`"), "mail goes up only as text");
}

/* Mail goes up, as text, at once, or not at all by this version. */
static void
check_mail(SkCheck *self, const SkRule *rule, const SkSentence *s)
{
    bool waits = rule->steps_n > 0 || rule->classes != 0 || rule->reason;

    if (rule->level == SK_LEVEL_NONE || rule->from->trust == 0 || rule->to->trust == 0)
        return; /* what is wrong has been said */
    if (!sk_policy_carried_out(rule))
        sk_check_warn(self, s->head, NULL,
                      waits && rule->direction == SK_DIRECTION_UP
                          ? "mail that waits for somebody is not carried out by this version: nothing crosses by this sentence"
                          : "mail to less trust is not carried out by this version: nothing crosses by this sentence");
    else if (rule->attachments_parked)
        sk_check_warn(self, s->head, NULL,
                      "`attachments parked` is not carried out by this version: attachments are left out, and the mail says so");
}

static void
check_carried_out(SkCheck *self, const SkRule *rule, const SkSentence *s)
{
    if (rule->kind == SK_RULE_MAIL) {
        check_mail(self, rule, s);
        return;
    }
    if (rule->kind != SK_RULE_FILE) {
        sk_check_warn(self, s->head, NULL,
                      "`%s` is not carried out by this version: nothing crosses by this sentence",
                      kind_names[rule->kind]);
        return;
    }
    if (rule->level != SK_LEVEL_NONE && rule->from->trust != 0 && rule->to->trust != 0 &&
        !sk_policy_carried_out(rule))
        sk_check_warn(
            self, level_place(s), NULL,
            "`as %s` is not carried out by this version: nothing crosses by this sentence",
            sk_level_name(rule->level));
}

static void
warn_sign_in(SkCheck *self, const SkZone *zone)
{
    for (unsigned i = 0; i < self->policy->rules->len && zone->sign_in == SK_SIGN_IN_NONE; i++) {
        const SkRule *rule = g_ptr_array_index(self->policy->rules, i);
        if (rule->kind != SK_RULE_FILE || !sk_policy_carried_out(rule) ||
            (rule->from != zone && rule->to != zone))
            continue;
        SkDiagnostic *d = sk_check_warn(
            self, zone->place, g_strdup("add the line `sign-in password` to it"),
            "nobody can sign in to `%s`, so nobody can hand in or collect a file there",
            zone->name);
        sk_diagnostics_also(d, rule->place, "this sentence lets files cross");
        return;
    }
}

static void
warn_gates(SkCheck *self, const SkZone *zone)
{
    bool used = zone->gates->len == 0;

    for (unsigned i = 0; i < self->policy->rules->len && !used; i++) {
        const SkRule *rule = g_ptr_array_index(self->policy->rules, i);
        used = rule->from == zone || rule->to == zone;
    }
    if (!used)
        sk_check_warn(self, zone->gates_place, g_strdup("take the gate out"),
                      "nothing crosses from or to `%s`: what is its gate to the wall's machine for",
                      zone->name);
}

void
sk_check_zone_used(SkCheck *self, const SkZone *zone)
{
    warn_sign_in(self, zone);
    warn_gates(self, zone);
}

static const SkZone *
rule_zone(SkCheck *self, SkWord name)
{
    const SkZone *zone = sk_check_zone(self, name.text);

    if (zone == NULL)
        sk_check_unknown(self, name, false);
    return zone;
}

void
sk_check_rule(SkCheck *self, const SkSentence *s)
{
    SkRule *rule = g_new0(SkRule, 1);
    WithPlaces places = { .dpi = SK_PLACE_NONE };

    g_ptr_array_add(self->policy->rules, rule);
    rule->kind = s->kind == SK_SENTENCE_FILE   ? SK_RULE_FILE
                 : s->kind == SK_SENTENCE_MAIL ? SK_RULE_MAIL
                                               : SK_RULE_SCREEN;
    rule->place = s->place;
    rule->size_max = SK_POLICY_SIZE_DEFAULT;
    rule->dpi = SK_POLICY_DPI_DEFAULT;
    rule->within_us = SK_POLICY_WITHIN_DEFAULT;
    rule->record = rule->kind == SK_RULE_SCREEN;
    rule->from = rule_zone(self, s->from);
    rule->to = rule_zone(self, s->to);
    sk_check_twice(self, &s->clauses);
    for (const SkClause *c = s->clauses.first; c != NULL; c = c->next)
        if (c->kind == SK_CLAUSE_WITH || sk_clause_find(&s->clauses, c->kind) == c)
            rule_clause(self, rule, &places, c);
    sk_check_approval(self, rule, s);
    if (rule->kind != SK_RULE_SCREEN && sk_clause_find(&s->clauses, SK_CLAUSE_AS) == NULL)
        sk_check_error(self, s->place,
                       rule->kind == SK_RULE_MAIL ? g_strdup("add `as text`")
                                                  : g_strdup("add `as rebuilt`"),
                       "this sentence does not say how content is made harmless");
    if (rule->from == NULL || rule->to == NULL)
        return;
    if (rule->from == rule->to) {
        sk_check_error(self, s->to.place, NULL, "`%s` to itself is not a crossing", rule->to->name);
        return;
    }
    check_direction(self, rule, s);
    check_carried_out(self, rule, s);
}

/* ---- with each other --------------------------------------------------------------------------
 */

static bool
rules_answer_alike(const SkRule *a, const SkRule *b)
{
    return a->level == b->level && a->size_max == b->size_max &&
           a->keep_original_us == b->keep_original_us && a->steps_n == b->steps_n &&
           memcmp(a->steps, b->steps, sizeof a->steps) == 0 && a->within_us == b->within_us &&
           a->remind_us == b->remind_us &&
           a->reason == b->reason && a->classes == b->classes && a->dpi == b->dpi &&
           a->attachments_parked == b->attachments_parked && a->record == b->record &&
           memcmp(a->verdicts, b->verdicts, sizeof a->verdicts) == 0;
}

/* (transfer full): the types that both name, or NULL where they do not meet. "" for no types at
 * all. */
static char *
rules_meet(const SkRule *a, const SkRule *b)
{
    if (a->kind != SK_RULE_SCREEN && (a->level == SK_LEVEL_NONE || b->level == SK_LEVEL_NONE))
        return NULL; /* one of them could not be read */
    if (a->kind != b->kind || a->from == NULL || a->to == NULL || a->from != b->from ||
        a->to != b->to || a->narrowed != b->narrowed)
        return NULL;
    if (!a->narrowed)
        return g_strdup("");

    GString *out = NULL;
    for (unsigned i = 1; i < SK_TYPE_COUNT; i++) {
        if (!a->types[i] || !b->types[i])
            continue;
        if (out == NULL)
            out = g_string_new(NULL);
        g_string_append_printf(out, "%s`%s`", out->len == 0 ? "" : ", ", sk_type_rows[i].name);
    }
    return out == NULL ? NULL : g_string_free(out, FALSE);
}

static bool
compare_rules(SkCheck *self, const SkRule *first, const SkRule *second)
{
    g_autofree char *types = rules_meet(first, second);

    if (types == NULL)
        return false;
    bool alike = rules_answer_alike(first, second);
    g_autofree char *about = types[0] == '\0' ? g_strdup("") : g_strdup_printf(" for %s", types);
    SkDiagnostic *d =
        sk_check_error(self, second->place, g_strdup("keep one of them: order means nothing here"),
                       alike ? "two sentences answer the same crossing%s"
                             : "two sentences answer the same crossing differently%s",
                       about);
    sk_diagnostics_also(d, first->place, "the other sentence");
    return true;
}

void
sk_check_rules(SkCheck *self)
{
    const GPtrArray *rules = self->policy->rules;
    g_autoptr(GHashTable) rows = /* of GPtrArray of SkRule, by crossing */
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);

    for (unsigned i = 0; i < rules->len && !sk_diagnostics_full(self->diagnostics); i++) {
        SkRule *rule = g_ptr_array_index(rules, i);
        if (rule->from == NULL || rule->to == NULL)
            continue;
        char *key = g_strdup_printf("%d %s %s", (int)rule->kind, rule->from->name, rule->to->name);
        GPtrArray *row = g_hash_table_lookup(rows, key);
        if (row == NULL) {
            row = g_ptr_array_new();
            g_hash_table_insert(rows, key, row);
        } else {
            g_free(key);
        }
        for (unsigned j = 0; j < row->len; j++)
            if (compare_rules(self, g_ptr_array_index(row, j), rule))
                break; /* one contradiction a sentence is enough to read */
        g_ptr_array_add(row, rule);
    }
}
