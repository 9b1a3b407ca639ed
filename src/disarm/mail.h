/* SPDX-License-Identifier: Apache-2.0
 *
 * mail.h - one mail, understood: the words of its header, its text, and what was attached to it.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/mail.md   Tests: tests/unit/disarm/test-mail.c, tests/golden/corpus-mail
 */
#pragma once

#include "disarm/disarm.h"
#include "format/mime-code.h"

/* What is no text: to go through the pipeline by itself. */
typedef struct {
    char *name;      /* plain UTF-8, one segment of a path; never empty */
    SkType hint;     /* what the name says */
    uint32_t part;   /* of the message */
    GBytes *content; /* decoded; owned */
} SkMailLeaf;

typedef struct {
    SkMime *mime;
    GString *text;     /* the body, UTF-8, lines ended by LF, as it was written */
    GPtrArray *leaves; /* of SkMailLeaf */
} SkMail;

/**
 * sk_mail_read: @message, with every finding noted.
 * @ret: (transfer full): borrows from @message
 * @error: AMBIGUOUS where mail programs differ, FORBIDDEN by rule, ENCRYPTED for opaque mail, LIMIT, MALFORMED
 */
bool sk_mail_read(SkDisarm *self, SkSpan message, SkMail **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_mail_free(SkMail *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkMail, sk_mail_free)

/** sk_mail_words: (transfer full): the field @name of the message in plain words, "" where it has none. */
char *sk_mail_words(const SkMail *self, const char *name);
/** sk_mail_write: header and text as a person reads them, with a list of what was attached. Counts dropped characters as
 * findings. */
bool sk_mail_write(SkDisarm *self, const SkMail *mail, SkSink *sink, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_mail_disarm: all of it: @message, to self->sink, as text or as children. */
bool sk_mail_disarm(SkDisarm *self, SkSpan message, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- its own files ---------------------------------------------------------------------------- */

/** sk_mail_found: as sk_disarm_found at part @part, but a refusal is AMBIGUOUS: that is what these elements are. */
bool sk_mail_found(SkDisarm *self, SkElement element, uint32_t part, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_mail_take: sorts the parts of self->mime into text and leaves. */
bool sk_mail_take(SkDisarm *self, SkMail *mail, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_mail_leaf_name: (transfer full): what the part calls itself. AMBIGUOUS where it says two things. */
bool sk_mail_leaf_name(SkDisarm *self, const SkMime *mime, guint part, char **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_mail_sender: appends to @notes, in lines of Japanese, what a person should know of the sender: a name that shows another
 * address (`mail-sender`), a domain of look-alike letters (the same), a domain name that is not ASCII in both its forms. */
bool sk_mail_sender(SkDisarm *self, const SkMail *mail, GString *notes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_mail_unflow: (transfer full): RFC 3676: the paragraphs of a flowed text. */
GString *sk_mail_unflow(const char *text, bool delsp);
