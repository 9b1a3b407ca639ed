/* SPDX-License-Identifier: Apache-2.0
 *
 * rules.h - the policy as this listener asks it: its zone, where files may go from here, whether
 * this file may be handed in. Any thread; a reload swaps the policy whole or not at all. Runs in:
 * web. Trusts: the policy file's owner. Tests: tests/unit/web/test-rules.c
 */
#pragma once

#include <jansson.h>

#include "base/types.h"
#include "web/problem.h"

typedef struct SkRules SkRules;

/** sk_rules_new: (transfer full): @zone must be in the policy (SK_ERROR_MISMATCH). */
bool sk_rules_new(const char *policy_path, const char *zone, SkRules **ret,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_rules_free(SkRules *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkRules, sk_rules_free)
/** sk_rules_reload: reads the file again; on an error the policy in force stays. */
bool sk_rules_reload(SkRules *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_rules_sign_in_possible: can anybody sign in to this zone with what this version can do? */
bool sk_rules_sign_in_possible(SkRules *self);
/** sk_rules_two_factors: does the zone ask for two? */
bool sk_rules_two_factors(SkRules *self);
/** sk_rules_password_min: characters of a new password. */
unsigned sk_rules_password_min(SkRules *self);
/** sk_rules_organisation: (transfer full): as the policy calls it. */
char *sk_rules_organisation(SkRules *self);
/** sk_rules_place: (transfer full): organisation and zone, as an authenticator shows them. */
char *sk_rules_place(SkRules *self);
/** sk_rules_limits: how long a session of this zone lasts unused, and at most, in µs. */
void sk_rules_limits(SkRules *self, int64_t *ret_idle, int64_t *ret_life);
/** sk_rules_zone: (transfer full): {"name","label","trust"}. */
json_t *sk_rules_zone(SkRules *self);
/** sk_rules_zone_info: (transfer full): GET /zone. */
json_t *sk_rules_zone_info(SkRules *self);
json_t *sk_rules_destinations(SkRules *self);
/** sk_rules_sentences: (transfer full): GET /policy. @whole: with hosts, networks and flows. */
json_t *sk_rules_sentences(SkRules *self, bool whole);
/** sk_rules_wall: (transfer full): {"zones":[{"name","label","trust","takeOut"}],"flows":[{"from":
 * {"zone","label"},"to","ports":["tcp 443"],"specific","owner","until","over"}]}: a zone of "" is
 * outside. */
json_t *sk_rules_wall(SkRules *self);
/** sk_rules_summary: (transfer full): {"digest","loaded"}. */
json_t *sk_rules_summary(SkRules *self);

typedef struct {
    const char *to;
    const char *as; /* NULL: the rule's own */
    SkType hint;    /* by the extension only: the runner decides by content */
    uint64_t size;
    unsigned class; /* 0: none given */
    bool has_reason;
} SkHandIn;

typedef struct {
    SkLevel level_asked; /* NONE where none was asked */
    uint64_t size_max;
    int64_t keep_original_us;
    bool takeout;    /* towards less trust */
    char digest[65]; /* of the policy that said yes */
} SkHandInAnswer;

/** sk_rules_hand_in: Returns: SK_PROBLEM_NONE where it may be received; @ret is untouched
 * otherwise. */
SkProblem sk_rules_hand_in(SkRules *self, const SkHandIn *in, SkHandInAnswer *ret);
