/* SPDX-License-Identifier: Apache-2.0
 *
 * post.h - posts and who holds them, vacancies, absences, deputies. Who stands in for somebody
 * decides in their place, so naming a deputy takes two people. Runs in: web, command line. Trusts:
 * nothing said by a client. Spec: docs/people.md   Tests: tests/unit/store/test-person.c
 *
 * Errors as in store.h; codes besides: "account-unknown", "not-found", "roles-apart"
 * (sk_store_why_rule has the rule), "own-deputy", "period-invalid", "too-many".
 */
#pragma once

#include "store/organisation.h"

#define SK_PERIOD_MAX 366u /* days of an absence or a deputyship */
#define SK_PERIODS_MAX 50u /* of one person, not yet over */

/** SkTenure: a post and its holder from a day to a day. */
typedef struct {
    char *person, *label; /* "" in a vacancy */
    char *section, *section_label;
    char *title;
    bool head;
    char *role; /* security role, or "" */
    int from, until;
    bool main;
} SkTenure;

/** sk_tenures_of: (element-type SkTenure): all that @name has held, holds and will hold, newest
 * first. */
bool sk_tenures_of(SkStore *self, const char *name, GPtrArray **ret,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_tenures_at: (element-type SkTenure): who answers for @section today: its heads and security
 * roles. */
bool sk_tenures_at(SkStore *self, const char *section, GPtrArray **ret,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_tenures_with: (element-type SkTenure): who holds the security role today. */
bool sk_tenures_with(SkStore *self, const char *role, unsigned limit, GPtrArray **ret,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_vacancies: (element-type SkTenure): posts of heads and security roles that nobody holds
 * today. @ret_n: how many there are in all. */
bool sk_vacancies(SkStore *self, unsigned limit, GPtrArray **ret, unsigned *ret_n,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** SkPeriod: an absence (other = ""), or a deputyship. */
typedef struct {
    char *id; /* UUIDv7 */
    char *person, *label;
    char *deputy, *deputy_label;
    int from, until;
    char *by;           /* who said so, or named: "" = the command line */
    char *confirmed_by; /* of a deputyship */
} SkPeriod;

/** sk_absences_of, sk_deputies_of: (element-type SkPeriod): not yet over; of deputyships those in
 * which @name is either of the two. */
bool sk_absences_of(SkStore *self, const char *name, GPtrArray **ret,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_deputies_of(SkStore *self, const char *name, GPtrArray **ret,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_absent_today: (element-type SkPeriod): holders of a post of a head or a security role who are
 * away today; with their deputy, or "". */
bool sk_absent_today(SkStore *self, unsigned limit, GPtrArray **ret,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_absence_add: @actor NULL = the command line. @ret_id: (transfer full) */
bool sk_absence_add(SkStore *self, const char *person, int from, int until, const char *actor,
                    char **ret_id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_absence_get(SkStore *self, const char *id, SkPeriod **ret,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_absence_end(SkStore *self, const char *id, const char *actor,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_deputy_add: at once: for the command line. */
bool sk_deputy_add(SkStore *self, const char *person, const char *deputy, int from, int until,
                   char **ret_id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_propose_deputy: to be confirmed (kind "deputy", subject: the deputy). @ret_id: of the
 * proposal */
bool sk_propose_deputy(SkStore *self, const char *person, const char *deputy, int from, int until,
                       const char *actor, char **ret_id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_deputy_get(SkStore *self, const char *id, SkPeriod **ret,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_deputy_end: from today on: taking a right away takes one person. */
bool sk_deputy_end(SkStore *self, const char *id, const char *actor,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

void sk_period_free(SkPeriod *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkPeriod, sk_period_free)
