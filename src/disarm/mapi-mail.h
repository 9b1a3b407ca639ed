/* SPDX-License-Identifier: Apache-2.0
 *
 * mapi-mail.h - a message of Outlook as a mail like others (RFC 5322), so that there is one road for all of them: its words in
 * header and text, its attachments as parts, messages in it as message/rfc822.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/mail.md   Tests: tests/unit/disarm/test-msg.c, tests/golden/corpus-mail
 */
#pragma once

#include "disarm/mail.h"
#include "format/mapi.h"

/**
 * sk_mapi_mail: @message, written to @sink.
 * Findings: what an attachment only refers to, objects of other programs, opaque messages, rich text that cannot be expanded.
 */
bool sk_mapi_mail(SkDisarm *self, const SkMapi *message, SkSink *sink, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** SkMapiPart: a text or a file of a message. */
typedef struct {
    const char *type;  /* "text/plain" */
    const char *label; /* charset of a text; "" */
    char *name;        /* of a file, one segment of a path; NULL: written into the mail itself */
    GBytes *content;
    bool is_text;      /* what the message says, be it as a file of rich text */
} SkMapiPart;

void sk_mapi_part_free(gpointer data);

/**
 * sk_mapi_parts: (transfer full): of SkMapiPart: its texts (plain before HTML, rich text only where there is neither), then its files.
 * NULL with @error.
 */
GPtrArray *sk_mapi_parts(SkDisarm *self, const SkMapi *message, GError **error);
