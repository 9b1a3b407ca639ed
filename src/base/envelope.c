/* SPDX-License-Identifier: Apache-2.0
 * envelope.c - contract in envelope.h. One spelling: what is read is written again and compared, so
 * that nothing travels in how it is spelled. */
#include "base/envelope.h"

#include "base/name.h"

#include <string.h>

#define HEAD "sekisho-mail 1"
#define SENDER_MAX 254u

SkEnvelope *
sk_envelope_new(void)
{
    SkEnvelope *self = g_new0(SkEnvelope, 1);

    self->sender = g_strdup("");
    self->recipients = g_ptr_array_new_with_free_func(g_free);
    return self;
}

void
sk_envelope_free(SkEnvelope *self)
{
    if (self == NULL)
        return;
    g_free(self->sender);
    g_ptr_array_unref(self->recipients);
    g_free(self);
}

bool
sk_envelope_is_sender(const char *s)
{
    if (strlen(s) > SENDER_MAX)
        return false;
    for (; *s != '\0'; s++)
        if (!g_ascii_isgraph(*s) || *s == '<' || *s == '>')
            return false;
    return true;
}

bool
sk_envelope_has(const SkEnvelope *self, const char *address)
{
    for (guint i = 0; i < self->recipients->len; i++)
        if (strcmp(g_ptr_array_index(self->recipients, i), address) == 0)
            return true;
    return false;
}

bool
sk_envelope_is_sound(const SkEnvelope *self)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    if (!sk_envelope_is_sender(self->sender) || self->recipients->len == 0 ||
        self->recipients->len > SK_ENVELOPE_RECIPIENTS_MAX)
        return false;
    for (guint i = 0; i < self->recipients->len; i++)
        if (!sk_mail_is(g_ptr_array_index(self->recipients, i)) ||
            !g_hash_table_add(seen, g_ptr_array_index(self->recipients, i)))
            return false;
    return true;
}

GBytes *
sk_envelope_emit(const SkEnvelope *self)
{
    GString *out = g_string_new(HEAD "\n");

    g_assert(sk_envelope_is_sound(self));
    g_string_append_printf(out, "from %s\n", self->sender);
    if (self->notice)
        g_string_append(out, "notice\n");
    for (guint i = 0; i < self->recipients->len; i++)
        g_string_append_printf(out, "to %s\n", (const char *)g_ptr_array_index(self->recipients, i));
    return g_string_free_to_bytes(out);
}

/* Loosely, line by line; the comparison is what is strict. */
static SkEnvelope *
read_lines(char **lines)
{
    SkEnvelope *self = sk_envelope_new();

    for (; *lines != NULL; lines++) {
        if (g_str_has_prefix(*lines, "from ")) {
            g_free(self->sender);
            self->sender = g_strdup(*lines + strlen("from "));
        } else if (g_str_has_prefix(*lines, "to ")) {
            g_ptr_array_add(self->recipients, g_strdup(*lines + strlen("to ")));
        } else if (strcmp(*lines, "notice") == 0) {
            self->notice = true;
        }
    }
    return self;
}

bool
sk_envelope_parse(SkSpan text, SkEnvelope **ret, GError **error)
{
    if (text.n > SK_ENVELOPE_BYTES_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "envelope: over %u bytes", SK_ENVELOPE_BYTES_MAX);
    g_autofree char *copy = sk_span_dup(text);
    g_auto(GStrv) lines = g_strsplit(copy, "\n", -1);
    g_autoptr(SkEnvelope) self = read_lines(lines);
    if (!sk_envelope_is_sound(self))
        return sk_throw(error, SK_ERROR_MALFORMED, "envelope: an address that may not stand in one");
    g_autoptr(GBytes) again = sk_envelope_emit(self);
    if (!sk_span_equal(sk_span_bytes(again), text))
        return sk_throw(error, SK_ERROR_MALFORMED, "envelope: not in its one spelling");
    *ret = g_steal_pointer(&self);
    return true;
}
