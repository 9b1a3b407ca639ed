/* SPDX-License-Identifier: Apache-2.0
 * keep.c - contract in keep.h. 250 is said behind two commits: the object's, then the row's; what dies between them
 * leaves an object that no row names, which is swept, and a mail server that has heard nothing and brings it again. */
#include "gate/keep.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/uuid.h"
#include "gate/letter.h"
#include "notice/message.h"
#include "store/mail.h"

#include <string.h>

struct SkKeep {
    const SkReceiveRole *role;
    const char *host;
    const SkRule *rule; /* of the policy; NULL: no mail leaves here, or it is not clear whereto */
    SkVaultWriter *writer; /* owned */
    SkEnvelope *envelope;  /* owned */
};

static SkEnvelope *
copy_envelope(const SkEnvelope *from)
{
    SkEnvelope *to = sk_envelope_new();

    g_free(to->sender);
    to->sender = g_strdup(from->sender);
    to->notice = from->notice;
    for (guint i = 0; i < from->recipients->len; i++)
        g_ptr_array_add(to->recipients, g_strdup(g_ptr_array_index(from->recipients, i)));
    return to;
}

/* With two sentences, nothing says which of them a mail goes by: then none is taken. */
static const SkRule *
find_rule(const SkReceiveRole *role)
{
    g_autoptr(GPtrArray) rules = sk_policy_mail_rules(role->policy, role->zone);

    if (rules->len != 1)
        sk_log(SK_LOG_WARNING, rules->len == 0 ? "no-mail-sentence" : "two-mail-sentences", NULL);
    return rules->len == 1 ? g_ptr_array_index(rules, 0) : NULL;
}

SkKeep *
sk_keep_new(const SkReceiveRole *role, const char *host)
{
    SkKeep *self = g_new0(SkKeep, 1);

    *self = (SkKeep){ .role = role, .host = host, .rule = find_rule(role) };
    return self;
}

void
sk_keep_free(SkKeep *self)
{
    if (self == NULL)
        return;
    sk_vault_abort(self->writer);
    sk_envelope_free(self->envelope);
    g_free(self);
}

uint64_t
sk_keep_size_max(const SkKeep *self)
{
    return self->rule == NULL ? 0 : self->rule->size_max;
}

static void
drop(SkKeep *self)
{
    g_clear_pointer(&self->writer, sk_vault_abort);
    g_clear_pointer(&self->envelope, sk_envelope_free);
}

/* ---- what the protocol asks ------------------------------------------------------------------- */

static SkLmtpVerdict
fail(const GError *why)
{
    sk_log(SK_LOG_ERROR, "mail-not-kept", "why", why->message, NULL);
    return g_error_matches(why, SK_ERROR, SK_ERROR_LIMIT) ? SK_LMTP_TOO_LARGE
           : g_error_matches(why, SK_ERROR, SK_ERROR_IO)  ? SK_LMTP_FULL
                                                          : SK_LMTP_LATER;
}

static SkLmtpVerdict
on_mail(void *data, uint64_t size)
{
    const SkKeep *self = data;
    g_autoptr(GError) why = NULL;
    uint64_t free_bytes = 0;
    uint64_t total = 0;

    if (self->rule == NULL)
        return SK_LMTP_FORBIDDEN;
    if (!sk_vault_disk(sk_store_vault(self->role->store), &free_bytes, &total, &why))
        return fail(why);
    uint64_t reserve = MIN(SK_RECEIVE_RESERVE, total / 4);
    return free_bytes < reserve || free_bytes - reserve < size ? SK_LMTP_FULL : SK_LMTP_YES;
}

static SkLmtpVerdict
on_recipient(void *data, const char *address)
{
    const SkKeep *self = data;

    (void)address; /* the mail server in front knows who is who */
    return self->rule == NULL ? SK_LMTP_FORBIDDEN : SK_LMTP_YES;
}

/* Our own line of trace comes first (RFC 5321, 4.4): with it, whatever follows is a mail and nothing else. */
static bool
write_trace(SkVaultWriter *writer, const char *host, GError **error)
{
    g_autofree char *date = sk_message_date(sk_clock_now());
    g_autofree char *line = g_strdup_printf("Received: by %s (Sekisho) with LMTP; %s\r\n", host, date);
    return sk_vault_append(writer, sk_span_str(line), error);
}

static SkLmtpVerdict
on_begin(void *data, const SkEnvelope *envelope)
{
    SkKeep *self = data;
    g_autoptr(GError) why = NULL;

    drop(self);
    self->writer = sk_vault_begin(sk_store_vault(self->role->store), self->rule->size_max, &why);
    if (self->writer == NULL)
        return fail(why);
    self->envelope = copy_envelope(envelope);
    if (write_trace(self->writer, self->host, &why))
        return SK_LMTP_YES;
    drop(self);
    return fail(why);
}

static SkLmtpVerdict
on_append(void *data, SkSpan content)
{
    SkKeep *self = data;
    g_autoptr(GError) why = NULL;

    return sk_vault_append(self->writer, content, &why) ? SK_LMTP_YES : fail(why);
}

static SkReceive
receive_of(const SkReceiveRole *role, const SkRule *rule, const SkEnvelope *envelope)
{
    return (SkReceive){ .to = rule->to->name,
                        .name = SK_MAIL_NAME,
                        .level_asked = SK_LEVEL_TEXT,
                        .policy_digest = sk_policy_digest(role->policy),
                        .keep_original_for = rule->keep_original_us,
                        .envelope = envelope };
}

static SkLmtpVerdict
on_commit(void *data)
{
    SkKeep *self = data;
    g_autoptr(GError) why = NULL;
    g_autoptr(SkEnvelope) envelope = g_steal_pointer(&self->envelope);
    g_autoptr(SkCrossing) crossing = NULL;
    g_autofree char *object = NULL;
    uint8_t digest[SK_SHA256_BYTES];
    SkReceive in = receive_of(self->role, self->rule, envelope);

    in.bytes_in = sk_vault_written(self->writer);
    if (!sk_vault_commit(g_steal_pointer(&self->writer), &object, digest, &why))
        return fail(why);
    g_autofree char *hex = sk_hex(sk_span(digest, sizeof digest));
    in.object_in = object;
    in.sha256_in = hex;
    if (sk_store_receive(self->role->store, &in, &crossing, &why)) {
        sk_log(SK_LOG_INFO, "mail-received", "crossing", crossing->id, NULL);
        return SK_LMTP_YES;
    }
    if (!sk_vault_remove(sk_store_vault(self->role->store), object, NULL))
        sk_log(SK_LOG_WARNING, "object-left", NULL); /* swept within the hour */
    return fail(why);
}

static void
on_abort(void *data)
{
    drop(data);
}

const SkLmtpKeeper *
sk_keep_calls(void)
{
    static const SkLmtpKeeper calls = { .mail = on_mail, .recipient = on_recipient, .begin = on_begin,
                                        .append = on_append, .commit = on_commit, .abort = on_abort };
    return &calls;
}

/* ---- telling of what was refused -------------------------------------------------------------- */

static bool
put(SkVault *vault, SkSpan text, char **ret_object, char **ret_hex, GError **error)
{
    g_autoptr(SkVaultWriter) writer = sk_vault_begin(vault, text.n, error);
    uint8_t digest[SK_SHA256_BYTES];

    if (writer == NULL || !sk_vault_append(writer, text, error) ||
        !sk_vault_commit(g_steal_pointer(&writer), ret_object, digest, error))
        return false;
    *ret_hex = sk_hex(sk_span(digest, sizeof digest));
    return true;
}

static bool
tell(const SkReceiveRole *role, const char *host, const SkRule *rule, const SkCrossing *mail, GError **error)
{
    g_autoptr(SkEnvelope) envelope = NULL;
    g_autofree char *object = NULL;
    g_autofree char *hex = NULL;

    if (!sk_store_envelope(role->store, mail->id, &envelope, error))
        return false;
    g_autoptr(SkEnvelope) back = copy_envelope(envelope);
    g_free(back->sender);
    back->sender = g_strdup("");
    back->notice = true;
    g_autofree char *letter = sk_letter_refused(role->messages, role->origin, mail, envelope, NULL);
    g_autofree char *date = sk_message_date(sk_clock_now());
    g_autofree char *text = g_strdup_printf("Received: by %s (Sekisho); %s\r\n%s", host, date, letter);
    SkReceive in = receive_of(role, rule, back);
    if (!put(sk_store_vault(role->store), sk_span_str(text), &object, &hex, error))
        return false;
    in.object_in = object;
    in.sha256_in = hex;
    in.bytes_in = strlen(text);
    if (sk_store_mail_tell(role->store, mail->id, &in, error))
        return true;
    if (!sk_vault_remove(sk_store_vault(role->store), object, NULL))
        sk_log(SK_LOG_WARNING, "object-left", NULL);
    return false;
}

bool
sk_keep_tell_one(const SkReceiveRole *role, const char *host, bool *ret_any, GError **error)
{
    g_autoptr(SkCrossing) mail = NULL;

    *ret_any = false;
    if (!sk_store_mail_untold(role->store, &mail, error))
        return false;
    if (mail == NULL)
        return true;
    const SkRule *rule = find_rule(role);
    if (rule == NULL)
        return true; /* told when mail may cross again */
    *ret_any = true;
    return tell(role, host, rule, mail, error);
}
