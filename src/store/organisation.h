/* SPDX-License-Identifier: Apache-2.0
 *
 * organisation.h - the town as this station knows it: eight bodies, sections below them, security
 * roles and which of them must be apart; what follows for accounts from who holds which post today.
 * Runs in: web, sealer, command line. Trusts: the database. Spec: docs/people.md
 * Tests: tests/unit/store/test-import.c, test-person.c
 *
 * Days are days since 1970-01-01 in Japan; a period's last day belongs to it, and 0 is an open end.
 * Errors as in store.h.
 */
#pragma once

#include "store/account.h"

/* ---- the tables of data/ ---- */

typedef struct {
    const char *code, *ja, *en;
    const char *also; /* other names, between commas */
} SkTownBody;

typedef enum { SK_REACH_TOWN, SK_REACH_BODY, SK_REACH_SECTION } SkReach;

typedef struct {
    const char *code, *ja, *en;
    const char *also;
    bool many;     /* several people may hold it at a time within its reach */
    SkReach reach; /* from the section of the post that carries it */
    SkRole role;   /* what it makes of its holder's account: 0 = nothing */
} SkSecurityRole;

/* Codes of security roles, "approver" (head of a section) or "administrator". */
typedef struct SkRoleConflict {
    const char *a, *b;
    const char *ja, *en; /* the rule, as a sentence */
} SkRoleConflict;

const SkTownBody *sk_bodies(unsigned *ret_n);
const SkSecurityRole *sk_security_roles(unsigned *ret_n);
const SkRoleConflict *sk_role_conflicts(unsigned *ret_n);
/** sk_body_lookup, sk_security_role_lookup: by code; NULL where there is none. */
const SkTownBody *sk_body_lookup(const char *code);
const SkSecurityRole *sk_security_role_lookup(const char *code);
/** sk_role_conflict_find: the first pair of @held (codes, NULL-terminated) that must be apart; NULL
 * where there is none. */
const SkRoleConflict *sk_role_conflict_find(const char *const *held);
/** sk_store_why_rule: the rule behind this connection's last "roles-apart"; NULL otherwise. */
const SkRoleConflict *sk_store_why_rule(const SkStore *self);
const char *sk_reach_name(SkReach reach); /* "town", "body", "section" */

/* ---- days ---- */

#define SK_DAY_MAX 73050 /* 2170: nothing here is planned for later */

/** sk_day_of: the day in Japan on which @time (µs UTC) falls. */
int sk_day_of(int64_t time);
/** sk_organisation_today: by the station's clock. */
int sk_organisation_today(SkStore *store);
/** sk_day_iso: (transfer full): "2027-04-01"; "" for 0. */
char *sk_day_iso(int day);
/** sk_day_parse: "2027-04-01" and nothing else. */
bool sk_day_parse(const char *text, int *ret);
/** sk_day_make: a day that the calendar has, from 1971 to 2169. */
bool sk_day_make(unsigned year, unsigned month, unsigned day, int *ret);

/* ---- sections ---- */

typedef struct {
    char *code; /* [a-z0-9-]{1,32} */
    char *body;
    char *parent; /* "" = none */
    char *label;
    int from, until;
    unsigned people; /* whose main post is here today */
} SkSection;

void sk_section_free(SkSection *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkSection, sk_section_free)
bool sk_section_code_is(const char *code);

typedef struct {
    const char *body;   /* NULL = any */
    const char *words;  /* looked for in code and label; NULL = none */
    const char *cursor; /* of the page before; NULL = from the start */
    unsigned limit;     /* 1 to SK_LIST_LIMIT_MAX */
} SkSectionQuery;

/** sk_section_list: (element-type SkSection): those of today by code. @ret_next: (transfer full):
 * NULL after the last. MALFORMED: not a cursor. */
bool sk_section_list(SkStore *self, const SkSectionQuery *query, GPtrArray **ret, char **ret_next,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_section_get: of any day. FORBIDDEN "not-found". */
bool sk_section_get(SkStore *self, const char *code, SkSection **ret,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- what follows for accounts ---- */

/**
 * sk_organisation_heads: fills @account->heads with the sections for which it may decide today, by
 * its own posts and as a deputy. The head of a section answers for the sections below it, as far as
 * they have no head of their own today. An account that has never held a post decides by the role
 * and section that were set by hand. Administrators and auditors decide nothing.
 */
bool sk_organisation_heads(SkStore *store, SkAccount *account,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_account_heads: does @account, with its heads, decide for @section as @role? @ret: (optional):
 * borrowed; by the own post where there is a choice. */
bool sk_account_heads(const SkAccount *account, const char *section, SkRole role,
                      const SkHeadship **ret);

/**
 * sk_organisation_apply: once for each day and after every import: writes role and main section of
 * every account that has held a post, locks those whose last day is past. Nothing to do where
 * @today has been applied, unless @again.
 */
bool sk_organisation_apply(SkStore *store, int today, bool again,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
