/* SPDX-License-Identifier: Apache-2.0
 * msg.c - messages that Outlook wrote, as .msg or winmail.dat: they become what a mail becomes. Contract in formats.h.
 * Spec: docs/formats/mail.md   Tests: tests/unit/disarm/test-msg.c */
#include "disarm/formats.h"
#include "disarm/mail.h"
#include "disarm/mapi-mail.h"

typedef bool (*Read)(SkSpan input, const SkLimits *limits, SkMapi **ret, GError **error);

static bool
disarm(SkDisarm *self, Read read, GError **error)
{
    g_autoptr(SkMapi) message = NULL;
    g_autoptr(SkSink) sink = sk_sink_new_memory(self->job->limits.expanded);

    if (!read(self->input, &self->job->limits, &message, error) || !sk_mapi_mail(self, message, sink, error) ||
        !sk_disarm_expand(self, sk_sink_at(sink), 0, 0, error))
        return false;
    g_autoptr(GBytes) mail = sk_sink_steal_bytes(sink);
    return sk_mail_disarm(self, sk_span_bytes(mail), error);
}

bool
sk_msg_disarm(SkDisarm *self, GError **error)
{
    return disarm(self, sk_msg_read, error);
}

bool
sk_tnef_disarm(SkDisarm *self, GError **error)
{
    return disarm(self, sk_tnef_read, error);
}
