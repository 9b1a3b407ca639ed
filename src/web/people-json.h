/* SPDX-License-Identifier: Apache-2.0
 *
 * people-json.h - people, posts, periods and proposals as the API shows them (data/openapi.json).
 * Runs in: web. Trusts: nothing said by a client.
 */
#pragma once

#include "store/person.h"
#include "store/post.h"
#include "store/proposal.h"
#include "web/api.h"

/** sk_json_day: (transfer full): "2027-04-01", or null for 0. */
json_t *sk_json_day(int day);
/** sk_json_word: (transfer full): null for "". */
json_t *sk_json_word(const char *word);
/** sk_json_section: (transfer full): what people call the section @code; null where the organisation has none of that code. */
json_t *sk_json_section(SkStore *store, const char *code);
/** sk_json_words: (transfer full): {"ja":…, "en":…} */
json_t *sk_json_words(const char *ja, const char *en);

/** sk_person_json: (transfer full): @details: what only those see who answer for the person.
 * @directory: a directory has passwords */
json_t *sk_person_json(const SkPerson *person, bool details, bool directory);
/** sk_tenures_json, sk_periods_json: (transfer full): of SkTenure, of SkPeriod. */
json_t *sk_tenures_json(const GPtrArray *tenures);
json_t *sk_periods_json(const GPtrArray *periods);
json_t *sk_period_json(const SkPeriod *period);
json_t *sk_heads_json(const SkAccount *account);
json_t *sk_section_json(const SkSection *section);
/** sk_proposal_json: (transfer full): as @account sees it. */
json_t *sk_proposal_json(const SkProposal *proposal, const SkAccount *account);

/** sk_people_limit: the query's limit, 50 where there is none; false after `bad-request`. */
bool sk_people_limit(SkWebRequest *req, unsigned *ret);
/** sk_people_may: may the account do @verb to @person? false after a problem. */
bool sk_people_may(SkWebRequest *req, SkVerb verb, const SkPerson *person);
/** sk_people_answer_error: sk_answer_error, with the rule where roles must be apart. */
void sk_people_answer_error(SkWebRequest *req, SkStore *store, const GError *error);
/** sk_people_answer_proposal: 201 and the proposal of that id. */
void sk_people_answer_proposal(SkWebRequest *req, SkStore *store, const char *id);
