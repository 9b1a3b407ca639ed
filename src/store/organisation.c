/* SPDX-License-Identifier: Apache-2.0
 * organisation.c - contract in organisation.h: the tables, and days. */
#include "store/organisation.h"

#include "base/calendar.h"
#include "base/clock.h"
#include "store/db.h"

#include <string.h>

#define CODE_MAX 32u

const SkTownBody *
sk_body_lookup(const char *code)
{
    unsigned n = 0;
    const SkTownBody *all = sk_bodies(&n);
    for (unsigned i = 0; i < n; i++)
        if (strcmp(all[i].code, code) == 0)
            return &all[i];
    return NULL;
}

const SkSecurityRole *
sk_security_role_lookup(const char *code)
{
    unsigned n = 0;
    const SkSecurityRole *all = sk_security_roles(&n);
    for (unsigned i = 0; i < n; i++)
        if (strcmp(all[i].code, code) == 0)
            return &all[i];
    return NULL;
}

const SkRoleConflict *
sk_role_conflict_find(const char *const *held)
{
    unsigned n = 0;
    const SkRoleConflict *all = sk_role_conflicts(&n);
    for (unsigned i = 0; i < n; i++)
        if (g_strv_contains(held, all[i].a) && g_strv_contains(held, all[i].b))
            return &all[i];
    return NULL;
}

const char *
sk_reach_name(SkReach reach)
{
    static const char *const names[] = { "town", "body", "section" };
    g_assert((unsigned)reach < G_N_ELEMENTS(names));
    return names[reach];
}

/* ---- days ---- */

int
sk_day_of(int64_t time)
{
    return (int)CLAMP(sk_calendar_day(time), 0, SK_DAY_MAX);
}

int
sk_organisation_today(SkStore *store)
{
    /* The station's own time where it can be read: a clock set back does not bring back a leaver.
     */
    int64_t now = sk_db_now(store, NULL);
    return sk_day_of(now >= 0 ? now : sk_clock_now());
}

char *
sk_day_iso(int day)
{
    return day <= 0 ? g_strdup("") : sk_calendar_format(day, SK_CALENDAR_ISO);
}

bool
sk_day_parse(const char *text, int *ret)
{
    unsigned parts[3] = { 0 };

    if (strlen(text) != strlen("2027-04-01"))
        return false;
    for (unsigned i = 0, part = 0; text[i] != '\0'; i++) {
        if (i == 4 || i == 7) {
            if (text[i] != '-')
                return false;
            part++;
        } else if (g_ascii_isdigit(text[i])) {
            parts[part] = parts[part] * 10 + (unsigned)(text[i] - '0');
        } else {
            return false;
        }
    }
    return sk_day_make(parts[0], parts[1], parts[2], ret);
}

bool
sk_day_make(unsigned year, unsigned month, unsigned day, int *ret)
{
    int32_t number = 0;

    if (year < 1971 || year > 2169 ||
        !sk_calendar_from_date((SkDate){ .year = (int)year, .month = month, .day = day }, &number))
        return false;
    *ret = number;
    return true;
}

bool
sk_section_code_is(const char *code)
{
    size_t n = strlen(code);
    for (size_t i = 0; i < n; i++)
        if (!g_ascii_islower(code[i]) && !g_ascii_isdigit(code[i]) && code[i] != '-')
            return false;
    return n >= 1 && n <= CODE_MAX;
}
