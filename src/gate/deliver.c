/* SPDX-License-Identifier: Apache-2.0
 * deliver.c - contract in deliver.h. */
#include "gate/deliver.h"

#include "base/io.h"
#include "base/log.h"
#include "gate/hand.h"
#include "gate/letter.h"
#include "store/mail.h"

#include <poll.h>
#include <string.h>

#define IDLE_MS 200
#define TROUBLE_MS 5000 /* a mail server that is not there, a disk that is full */
#define AT_ONCE 64u

typedef struct {
    const SkDeliverRole *role;
    char *host;
    SkHand *hand; /* owned; NULL: not connected */
} Deliver;

static void
deliver_clear(Deliver *self)
{
    g_clear_pointer(&self->hand, sk_hand_close);
    g_free(self->host);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Deliver, deliver_clear)

static bool
stopped(const Deliver *self, int patience_ms)
{
    struct pollfd fd = { .fd = self->role->stop, .events = POLLIN };
    return poll(&fd, 1, patience_ms) > 0;
}

/* (transfer full): what @due gets. */
static char *
write_letter(const Deliver *self, const SkMailDue *due, GError **error)
{
    const SkDeliverRole *role = self->role;
    g_autoptr(SkCrossing) mail = NULL;
    g_autoptr(SkEnvelope) envelope = NULL;

    if (!sk_store_get(role->store, due->id, &mail, error))
        return NULL;
    if (due->refused)
        return sk_store_envelope(role->store, due->id, &envelope, error)
                   ? sk_letter_refused(role->messages, role->origin, mail, envelope, due->address)
                   : NULL;
    sk_autofd content =
        sk_vault_get(sk_store_vault(role->store), mail->object_out, mail->bytes_out, mail->sha256_out, error);
    if (content < 0)
        return NULL;
    g_autoptr(GBytes) text = sk_memfd_map(content, error);
    return text == NULL ? NULL : sk_letter_emit(role->messages, role->origin, mail, due->address, sk_span_bytes(text));
}

static bool
note(const Deliver *self, const SkMailDue *due, const SkHandAnswer *answer, GError **error)
{
    bool taken = answer->verdict == SK_HAND_TAKEN;

    sk_log(taken ? SK_LOG_INFO : SK_LOG_WARNING, taken ? "mail-delivered" : "mail-not-delivered", "crossing", due->id,
           "code", answer->code, NULL);
    return answer->verdict == SK_HAND_LATER
               ? sk_store_mail_put_off(self->role->store, due->id, due->n, error)
               : sk_store_mail_settle(self->role->store, due->id, due->n, taken, answer->code, error);
}

/* Returns false on trouble with the mail server: nothing was settled, and it comes again. */
static bool
hand_over(Deliver *self, const SkMailDue *due, const char *letter, SkHandAnswer *ret, GError **error)
{
    if (self->hand == NULL)
        self->hand = sk_hand_open(self->role->path, self->role->lmtp, self->host, self->role->stop, error);
    if (self->hand == NULL)
        return false;
    if (sk_hand_mail(self->hand, due->address, sk_span_str(letter), ret, error))
        return true;
    g_clear_pointer(&self->hand, sk_hand_close);
    return false;
}

/* One that cannot be read must not hold up everything behind it: it is put off, and tried again. */
static bool
deliver_one(Deliver *self, const SkMailDue *due, bool *ret_trouble, GError **error)
{
    g_autoptr(GError) why = NULL;
    SkHandAnswer answer = { .verdict = SK_HAND_LATER, .code = "000" };
    g_autofree char *letter = write_letter(self, due, &why);

    if (letter != NULL && !hand_over(self, due, letter, &answer, &why)) {
        *ret_trouble = true;
        sk_log(SK_LOG_WARNING, "mail-server-away", "why", why->message, NULL);
        return true; /* the others would fare alike: nobody is put off */
    }
    if (letter == NULL)
        sk_log(SK_LOG_ERROR, "mail-unreadable", "crossing", due->id, "why", why->message, NULL);
    return note(self, due, &answer, error);
}

static bool
deliver_due(Deliver *self, const GPtrArray *due, bool *ret_trouble, GError **error)
{
    for (guint i = 0; i < due->len && !*ret_trouble && !stopped(self, 0); i++)
        if (!deliver_one(self, g_ptr_array_index(due, i), ret_trouble, error))
            return false;
    return true;
}

bool
sk_deliver_run(const SkDeliverRole *role, GError **error)
{
    g_auto(Deliver) self = { .role = role, .host = sk_letter_host(role->origin) };

    for (int patience = 0; !stopped(&self, patience);) {
        g_autoptr(GPtrArray) due = NULL;
        bool trouble = false;
        if (!sk_store_mail_due(role->store, AT_ONCE, &due, error) ||
            !deliver_due(&self, due, &trouble, error))
            return false;
        if (due->len == 0)
            g_clear_pointer(&self.hand, sk_hand_close); /* a mail server does not wait for us */
        patience = trouble ? TROUBLE_MS : due->len == 0 ? IDLE_MS : 0;
    }
    return true;
}
