/* SPDX-License-Identifier: Apache-2.0
 *
 * atom.h - an account's notices as an Atom feed (RFC 4287): kinds and links, no names. Runs in: web.
 * Spec: docs/notices.md   Tests: tests/e2e/e2e-notice
 */
#pragma once

#include "notice/messages.h"
#include "store/notice.h"

/** sk_notice_sentence: (transfer full): what a notice says, in one sentence without names. */
char *sk_notice_sentence(const SkMessages *messages, SkLanguage language, SkNoticeKind kind, int64_t count);

typedef struct {
    const char *origin;  /* of the pages */
    const char *zone;    /* its name in the policy */
    const char *account; /* whose */
    SkLanguage language;
    const GPtrArray *notices; /* of SkNotice, newest first */
} SkAtomFeed;

/** sk_atom_emit: (transfer full): the document, UTF-8. */
char *sk_atom_emit(const SkMessages *messages, const SkAtomFeed *feed);
