/* SPDX-License-Identifier: Apache-2.0
 *
 * api.h - the handlers behind web/router.c's table: data/openapi.json says what each does.
 * Runs in: web, in one of its threads, with that call's store.
 */
#pragma once

#include "web/request.h"

/* api-session.c */
void sk_api_zone(SkWebRequest *req, SkStore *store);
void sk_api_session_get(SkWebRequest *req, SkStore *store);
void sk_api_session_post(SkWebRequest *req, SkStore *store);
void sk_api_challenge(SkWebRequest *req, SkStore *store);
void sk_api_session_delete(SkWebRequest *req, SkStore *store);
void sk_api_destinations(SkWebRequest *req, SkStore *store);
void sk_api_policy(SkWebRequest *req, SkStore *store);

/* session-json.c */
/** sk_answer_session: 200 and the session as its owner sees it. */
void sk_answer_session(SkWebRequest *req, SkStore *store, const SkSession *session);
/** sk_answer_signed_in: the same with the cookies of a session that has just been opened; the one of
 * the cookie that came along ends. Refuses, and ends it, where the role is nothing here. */
void sk_answer_signed_in(SkWebRequest *req, SkStore *store, const SkSession *session);
/** sk_answer_risen: the same for one that sk_session_rise gave. */
void sk_answer_risen(SkWebRequest *req, SkStore *store, const SkSession *session);

/* api-factor.c */
void sk_api_factors(SkWebRequest *req, SkStore *store);
void sk_api_totp_new(SkWebRequest *req, SkStore *store);
void sk_api_totp_confirm(SkWebRequest *req, SkStore *store);
void sk_api_webauthn_new(SkWebRequest *req, SkStore *store);
void sk_api_webauthn_finish(SkWebRequest *req, SkStore *store);
void sk_api_factor_delete(SkWebRequest *req, SkStore *store);
void sk_api_recovery_new(SkWebRequest *req, SkStore *store);
void sk_api_password_change(SkWebRequest *req, SkStore *store);
/** sk_password_problem: may it be the password of @name? NONE, PASSWORD_WEAK or PASSWORD_COMMON. */
SkProblem sk_password_problem(SkWeb *web, const char *name, const char *label,
                              const char *password);
/** sk_answer_password: that problem, with the floor. */
void sk_answer_password(SkWebRequest *req, SkProblem problem);

/* api-enrolment.c */
void sk_api_enrolment_issue(SkWebRequest *req, SkStore *store);
void sk_api_enrolment_post(SkWebRequest *req, SkStore *store);
void sk_api_factor_reset(SkWebRequest *req, SkStore *store);

/* api-sessions.c */
void sk_api_sessions(SkWebRequest *req, SkStore *store);
void sk_api_session_end(SkWebRequest *req, SkStore *store);
void sk_api_session_rise(SkWebRequest *req, SkStore *store);
void sk_api_account_sessions(SkWebRequest *req, SkStore *store);
void sk_api_account_sessions_end(SkWebRequest *req, SkStore *store);

/* api-upload.c */
void sk_api_upload_start(SkWebRequest *req, SkStore *store);
void sk_api_upload_finish(SkWebRequest *req, SkStore *store);
/** sk_upload_data: the next bytes of the body; on a failure the problem is answered and the rest
 * read away. */
void sk_upload_data(SkWebRequest *req, SkSpan bytes);
/** sk_upload_free: what was not committed is removed from the vault. NULL is a no-op. */
void sk_upload_free(SkUpload *self);
/** sk_upload_name: (transfer full): as shown: plain UTF-8 of at most SK_NAME_MAX bytes that keeps
 * its extension. */
char *sk_upload_name(const char *name);

/* api-crossing.c */
void sk_api_crossings(SkWebRequest *req, SkStore *store);
void sk_api_crossing(SkWebRequest *req, SkStore *store);
void sk_api_report(SkWebRequest *req, SkStore *store);

/* api-approval.c */
void sk_api_approve(SkWebRequest *req, SkStore *store);
void sk_api_deny(SkWebRequest *req, SkStore *store);
void sk_api_approve_many(SkWebRequest *req, SkStore *store);

/* api-takeout.c */
void sk_api_takeouts(SkWebRequest *req, SkStore *store);
void sk_api_takeout_close(SkWebRequest *req, SkStore *store);

/* crossing-json.c */
/** sk_crossing_json: (transfer full): the crossing as @account sees it. */
json_t *sk_crossing_json(const SkCrossing *crossing, const SkAccount *account);
/** sk_crossing_detail_json: (transfer full): with its history (of SkAct). */
json_t *sk_crossing_detail_json(const SkCrossing *crossing, const SkAccount *account,
                                const GPtrArray *acts);
/** sk_report_json: (transfer full): NULL where there is nothing to report yet. */
json_t *sk_report_json(const SkCrossing *crossing, const GArray *findings);

/* api-content.c */
void sk_api_collect(SkWebRequest *req, SkStore *store);
/** sk_content_fetch: GET /content/TOKEN on the content origin. */
void sk_content_fetch(SkWebRequest *req, SkStore *store);

/* api-admin.c */
void sk_api_overview(SkWebRequest *req, SkStore *store);
void sk_api_accounts(SkWebRequest *req, SkStore *store);
void sk_api_account_add(SkWebRequest *req, SkStore *store);
void sk_api_account_lock(SkWebRequest *req, SkStore *store);
void sk_api_account_unlock(SkWebRequest *req, SkStore *store);
void sk_api_events(SkWebRequest *req, SkStore *store);
void sk_api_incidents(SkWebRequest *req, SkStore *store);

/* api-permission.c */
void sk_api_permissions(SkWebRequest *req, SkStore *store);

/* api-organisation.c */
void sk_api_organisation(SkWebRequest *req, SkStore *store);
void sk_api_sections(SkWebRequest *req, SkStore *store);
void sk_api_section(SkWebRequest *req, SkStore *store);
void sk_api_roles(SkWebRequest *req, SkStore *store);

/* api-people.c */
void sk_api_people(SkWebRequest *req, SkStore *store);
void sk_api_person(SkWebRequest *req, SkStore *store);
void sk_api_person_role(SkWebRequest *req, SkStore *store);
void sk_api_absence_add(SkWebRequest *req, SkStore *store);
void sk_api_absence_end(SkWebRequest *req, SkStore *store);
void sk_api_deputy_add(SkWebRequest *req, SkStore *store);
void sk_api_deputy_end(SkWebRequest *req, SkStore *store);

/* api-import.c */
void sk_api_import_start(SkWebRequest *req, SkStore *store);
void sk_api_import_finish(SkWebRequest *req, SkStore *store);

/* api-proposal.c */
void sk_api_proposals(SkWebRequest *req, SkStore *store);
void sk_api_proposal(SkWebRequest *req, SkStore *store);
void sk_api_proposal_confirm(SkWebRequest *req, SkStore *store);
void sk_api_proposal_deny(SkWebRequest *req, SkStore *store);

/* api-wall.c */
void sk_api_wall(SkWebRequest *req, SkStore *store);
void sk_api_wall_ask(SkWebRequest *req, SkStore *store);

/* api-seal.c */
void sk_api_checkpoint(SkWebRequest *req, SkStore *store);
void sk_api_tile(SkWebRequest *req, SkStore *store);

/* api-notice.c */
void sk_api_notices(SkWebRequest *req, SkStore *store);
void sk_api_notices_read(SkWebRequest *req, SkStore *store);
void sk_api_feed(SkWebRequest *req, SkStore *store);
void sk_api_preferences_get(SkWebRequest *req, SkStore *store);
void sk_api_preferences_put(SkWebRequest *req, SkStore *store);
void sk_api_feed_new(SkWebRequest *req, SkStore *store);
void sk_api_feed_end(SkWebRequest *req, SkStore *store);
