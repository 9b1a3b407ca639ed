/* SPDX-License-Identifier: Apache-2.0
 *
 * keep.h - what becomes of a mail that comes in: asked of the policy, written to the vault as it comes, and a crossing
 * once it is whole. Runs in: mail role. Trusts: as receive.h. Tests: tests/unit/gate/test-keep.c, tests/e2e/e2e-mail
 */
#pragma once

#include "gate/lmtp.h"
#include "gate/receive.h"

typedef struct SkKeep SkKeep;

/** sk_keep_new: (transfer full): of one connection; both are borrowed. */
SkKeep *sk_keep_new(const SkReceiveRole *role, const char *host);
void sk_keep_free(SkKeep *self);
/** sk_keep_size_max: of the sentence that lets mail out of here; 0: there is none. */
uint64_t sk_keep_size_max(const SkKeep *self);
/** sk_keep_calls: for sk_lmtp_new, with an SkKeep as its data. */
const SkLmtpKeeper *sk_keep_calls(void);

/** sk_keep_tell_one: the oldest mail that was refused here becomes a mail to those it was for; @ret_any: there was one. */
bool sk_keep_tell_one(const SkReceiveRole *role, const char *host, bool *ret_any, GError **error) G_GNUC_WARN_UNUSED_RESULT;
