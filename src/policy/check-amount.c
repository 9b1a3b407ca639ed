/* SPDX-License-Identifier: Apache-2.0
 * check-amount.c - contract in check.h: numbers with their units, and the settings of a zone that
 * are made of them. A default is no error to write. */
#include "policy/check.h"

#include "policy/words.h"

#include <string.h>

/* `100 MiB` and `30 days`: number and unit, each with its own mistake. */
bool
sk_check_amount(SkCheck *self, const SkWordNode *number, uint64_t max, const char *example,
                uint64_t *ret)
{
    g_autofree char *shown = sk_words_shown(number->word.text);

    if (sk_words_number(number->word.text, max, ret)) {
        if (number->next != NULL)
            return true;
        sk_check_error(self, number->word.place, g_strdup_printf("such as `%s`", example),
                       "`%s` has no unit", shown);
        return false;
    }
    size_t digits = strspn(number->word.text, "0123456789");
    if (digits > 0 && g_ascii_isalpha(number->word.text[digits]) && number->next == NULL)
        sk_check_error(self, number->word.place,
                       g_strdup_printf("put a space before the unit: `%.*s %s`",
                                       (int)MIN(digits, 15u), number->word.text,
                                       number->word.text + digits),
                       "`%s` is not a number", shown);
    else
        sk_check_error(self, number->word.place, g_strdup_printf("such as `%s`", example),
                       "`%s` is not a whole number that can stand here", shown);
    return false;
}

bool
sk_check_time(SkCheck *self, const SkWordNode *number, SkPlace whole, const SkCheckTime *time,
              int64_t *ret)
{
    static const char *const units[] = { "days", "hours", "minutes" };
    uint64_t n = 0;
    int64_t unit = 0;

    if (!sk_check_amount(self, number, 1000000000, time->example, &n))
        return false;
    if (!sk_words_time_unit(number->next->word.text, &unit)) {
        sk_check_choice(self, number->next->word, "a unit of time", units, G_N_ELEMENTS(units));
        return false;
    }
    if (n > (uint64_t)(time->max / unit)) {
        sk_check_error(self, whole, g_strdup(time->limits), "that is too long");
        return false;
    }
    if ((int64_t)n * unit < time->min) {
        sk_check_error(self, whole, g_strdup(time->limits), "that is too short");
        return false;
    }
    *ret = (int64_t)n * unit;
    return true;
}

/* ---- a zone's settings ------------------------------------------------------------------------
 */

/* `idle 30 minutes life 12 hours`: one of them, or both, in either order. */
static void
setting_session(SkCheck *self, SkZone *zone, const SkClause *clause)
{
    static const char *const parts[] = { "idle", "life" };
    const SkCheckTime time = { SK_POLICY_IDLE_MIN, SK_POLICY_LIFE_MAX,
                               "at least 1 minute, at most 7 days", "30 minutes" };
    int64_t said[G_N_ELEMENTS(parts)] = { 0 };
    const SkWordNode *node = clause->words.first;

    while (node != NULL) {
        int i = sk_check_choice(self, node->word, "a limit of a session", parts, 2);
        if (i < 0)
            return;
        if (said[i] != 0) {
            sk_check_error(self, node->word.place, NULL, "`%s` stands twice here", parts[i]);
            return;
        }
        if (node->next == NULL) {
            sk_check_error(self, node->word.place,
                           g_strdup("session idle 30 minutes life 12 hours"),
                           "after `%s` comes a time", parts[i]);
            return;
        }
        if (!sk_check_time(self, node->next, clause->whole, &time, &said[i]))
            return;
        node = node->next->next->next;
    }
    if (said[0] != 0)
        zone->idle_us = said[0];
    if (said[1] != 0)
        zone->life_us = said[1];
    if (zone->idle_us > zone->life_us) {
        g_autofree char *idle = sk_show_time(zone->idle_us);
        g_autofree char *life = sk_show_time(zone->life_us);
        sk_check_error(self, clause->whole, g_strdup("say both: `idle` is the shorter one"),
                       "a session that lives %s is never idle for %s", life, idle);
    }
}

static void
setting_password(SkCheck *self, SkZone *zone, const SkClause *clause)
{
    static const char *const units[] = { "characters" };
    const SkWordNode *number = clause->words.first;
    uint64_t n = 0;

    if (!sk_check_amount(self, number, 1000000000, "12 characters", &n) ||
        sk_check_choice(self, number->next->word, "what a password has", units, 1) < 0)
        return;
    if (n < SK_POLICY_PASSWORD_DEFAULT || n > SK_POLICY_PASSWORD_MAX)
        sk_check_error(self, clause->whole,
                       g_strdup_printf("from %u to %u characters", SK_POLICY_PASSWORD_DEFAULT,
                                       SK_POLICY_PASSWORD_MAX),
                       n < SK_POLICY_PASSWORD_DEFAULT ? "that is too short" : "that is too long");
    else
        zone->password_min = (uint32_t)n;
}

static void
setting_terminal(SkCheck *self, SkZone *zone, const SkClause *clause)
{
    static const char *const what[] = { "grace" };
    const SkCheckTime time = { 0, SK_POLICY_GRACE_MAX, "at most 7 days", "8 hours" };

    if (sk_check_choice(self, clause->words.first->word, "an answer to `terminal`", what, 1) == 0 &&
        !sk_check_time(self, clause->words.first->next, clause->whole, &time, &zone->grace_us))
        zone->grace_us = 0;
}

void
sk_check_setting(SkCheck *self, SkZone *zone, const SkClause *clause)
{
    if (clause->kind == SK_CLAUSE_SESSION)
        setting_session(self, zone, clause);
    else if (clause->kind == SK_CLAUSE_PASSWORD)
        setting_password(self, zone, clause);
    else
        setting_terminal(self, zone, clause);
}
