/* SPDX-License-Identifier: Apache-2.0
 * mbox.c - a mailbox (RFC 4155): every message in it is a mail by itself. Contract in formats.h.
 * Spec: docs/formats/mail.md   Tests: tests/unit/disarm/test-mail.c */
#include "disarm/formats.h"
#include "disarm/mail.h"
#include "sandbox/children.h"

#include <string.h>

/* `From ADDRESS DATE` at the start of a line behind an empty one: where all readers begin a message. */
static bool
begins_message(SkSpan box, size_t at)
{
    SkSpan rest = sk_span_sub(box, at, box.n - at);

    if (!sk_span_starts(rest, "From "))
        return false;
    if (at == 0)
        return true;
    SkSpan before = sk_span_sub(box, at >= 4 ? at - 4 : 0, at >= 4 ? 4 : at);
    return before.n >= 2 && (memcmp(before.p + before.n - 2, "\n\n", 2) == 0 ||
                             (before.n == 4 && memcmp(before.p, "\r\n\r\n", 4) == 0));
}

static size_t
next_message(SkSpan box, size_t at)
{
    while ((at = sk_span_find(box, at, sk_span_str("\nFrom "))) != SIZE_MAX) {
        at++;
        if (begins_message(box, at))
            return at;
    }
    return box.n;
}

bool
sk_mbox_disarm(SkDisarm *self, GError **error)
{
    SkChildrenWriter writer = sk_children_writer(self->sink);
    uint32_t n = 0;

    if (!begins_message(self->input, 0))
        return sk_throw(error, SK_ERROR_MALFORMED, "mbox: no message at its beginning");
    for (size_t at = 0; at < self->input.n; n++) {
        size_t end = next_message(self->input, at + 1);
        g_autofree char *name = g_strdup_printf("%05u.eml", n + 1);
        const SkChild child = { .kind = SK_CHILD_OBJECT,
                                .type = SK_TYPE_EML,
                                .name = sk_span_str(name),
                                .content = sk_span_sub(self->input, at, end - at) };
        if (n >= self->job->limits.items)
            return sk_throw(error, SK_ERROR_LIMIT, "mbox: over %u messages", self->job->limits.items);
        sk_children_add(&writer, &child);
        at = end;
    }
    sk_children_finish(&writer);
    self->children = true;
    return true;
}
