/* SPDX-License-Identifier: Apache-2.0
 * ticket.c - what is kept between two steps (factor-rows.h). A ticket is no session: it says that a
 * password was right, opens nothing, and ends after one success or a few tries. A challenge for a
 * passkey alone is given to anybody who asks, so it is not kept but signed; only a used one is
 * written down. */
#include "store/factor-rows.h"

#include "base/reader.h"
#include "base/uuid.h"

#include <sodium.h>
#include <string.h>

#define TICKET_BYTES 32u
#define TICKET_CHARS (2 * TICKET_BYTES)
#define NONCE_BYTES 16u
#define MAC_BYTES crypto_auth_BYTES
#define CHALLENGE_BODY (8u + NONCE_BYTES)
#define CHALLENGE_CHARS (2 * (CHALLENGE_BODY + MAC_BYTES))

void
sk_ticket_clear(SkTicket *self)
{
    g_clear_pointer(&self->account, g_free);
}

/* Whoever knows the password and asks again and again keeps a few tickets, not a million. */
static bool
drop_older(SkStore *store, const char *account, SkTicketPurpose purpose, GError **error)
{
    SkSql *q = sk_sql(store, "DELETE FROM tickets WHERE hash IN (SELECT hash FROM tickets WHERE "
                             "account = ? AND purpose = ? ORDER BY until DESC LIMIT -1 OFFSET ?)");
    sk_sql_text(q, account);
    sk_sql_int(q, purpose);
    sk_sql_int(q, SK_TICKETS_MAX - 1);
    return sk_sql_run(q, error);
}

static bool
insert(SkStore *store, const SkHash *hash, const char *account, SkTicketPurpose purpose,
       SkSpan challenge, int64_t until, GError **error)
{
    SkSql *q = sk_sql(store, "INSERT INTO tickets (hash, account, purpose, challenge, boot, until) "
                             "VALUES (?, ?, ?, ?, ?, ?)");
    sk_sql_blob(q, sk_span(hash->b, sizeof hash->b));
    sk_sql_text(q, account);
    sk_sql_int(q, purpose);
    sk_sql_blob(q, challenge);
    sk_sql_text(q, store->boot);
    sk_sql_int(q, until);
    return sk_sql_run(q, error);
}

bool
sk_ticket_new(SkStore *store, const char *account, SkTicketPurpose purpose, char **ret_ticket,
              uint8_t *ret_challenge, GError **error)
{
    uint8_t random[TICKET_BYTES];
    uint8_t challenge[SK_WEBAUTHN_CHALLENGE_BYTES];

    sk_random(random, sizeof random);
    sk_random(challenge, sizeof challenge);
    g_autofree char *ticket = sk_hex(sk_span(random, sizeof random));
    SkHash hash = sk_hash_sha256(sk_span_str(ticket));
    if (!drop_older(store, account, purpose, error) ||
        !insert(store, &hash, account, purpose, sk_span(challenge, sizeof challenge),
                sk_db_boot_now(store) + SK_TICKET_LIFE, error))
        return false;
    if (ret_challenge != NULL)
        memcpy(ret_challenge, challenge, sizeof challenge);
    *ret_ticket = g_steal_pointer(&ticket);
    return true;
}

bool
sk_ticket_read(SkStore *store, const char *ticket, SkTicketPurpose purpose, SkTicket *ret,
               bool *ret_found, GError **error)
{
    bool row = false;

    *ret_found = false;
    if (!sk_db_is_hex(ticket, TICKET_CHARS))
        return true;
    ret->hash = sk_hash_sha256(sk_span_str(ticket));
    SkSql *q = sk_sql(store, "SELECT account, challenge, tries, boot, until FROM tickets WHERE "
                             "hash = ? AND purpose = ?");
    sk_sql_blob(q, sk_span(ret->hash.b, sizeof ret->hash.b));
    sk_sql_int(q, purpose);
    if (!sk_sql_next(q, &row, error))
        return false;
    if (!row)
        return true;
    SkSpan challenge = sk_sql_get_blob(q, 1);
    ret->tries = (int)sk_sql_get_int(q, 2);
    bool ok = challenge.n == sizeof ret->challenge && ret->tries < SK_TICKET_TRIES_MAX &&
              !sk_db_is_due(store, sk_sql_peek_text(q, 3), sk_sql_get_int(q, 4));
    if (ok) {
        memcpy(ret->challenge, challenge.p, sizeof ret->challenge);
        g_free(ret->account);
        ret->account = sk_sql_get_text(q, 0);
    }
    sk_sql_done(q);
    *ret_found = ok;
    return true;
}

bool
sk_ticket_count(SkStore *store, const SkTicket *ticket, GError **error)
{
    SkSql *q = sk_sql(store, "UPDATE tickets SET tries = tries + 1 WHERE hash = ?");
    sk_sql_blob(q, sk_span(ticket->hash.b, sizeof ticket->hash.b));
    return sk_sql_run(q, error);
}

bool
sk_ticket_end(SkStore *store, const SkTicket *ticket, GError **error)
{
    SkSql *q = sk_sql(store, "DELETE FROM tickets WHERE hash = ?");
    sk_sql_blob(q, sk_span(ticket->hash.b, sizeof ticket->hash.b));
    return sk_sql_run(q, error);
}

bool
sk_tickets_end(SkStore *store, const char *account, GError **error)
{
    SkSql *q = sk_sql(store, "DELETE FROM tickets WHERE account = ? AND account <> ''");
    sk_sql_text(q, account);
    return sk_sql_run(q, error);
}

/* ---- challenges that are signed instead of kept ---- */

static bool
sign(SkStore *store, SkSpan body, uint8_t *ret_mac, GError **error)
{
    uint8_t key[crypto_auth_KEYBYTES];
    g_autofree char *purpose = g_strdup_printf("challenge %s", store->boot);

    if (store->vault == NULL)
        return sk_throw(error, SK_ERROR_INTERNAL, "store: opened without its vault");
    sk_vault_derive(store->vault, purpose, key, sizeof key);
    crypto_auth(ret_mac, body.p, body.n, key);
    sodium_memzero(key, sizeof key);
    return true;
}

static void
challenge_of(const char *ticket, uint8_t *ret)
{
    SkHash hash = sk_hash_sha256(sk_span_str(ticket));
    G_STATIC_ASSERT(sizeof hash.b == SK_WEBAUTHN_CHALLENGE_BYTES);
    memcpy(ret, hash.b, sizeof hash.b);
}

bool
sk_challenge_new(SkStore *self, char **ret_ticket, uint8_t *ret_challenge, GError **error)
{
    uint8_t token[CHALLENGE_BODY + MAC_BYTES];
    uint64_t until = (uint64_t)(sk_db_boot_now(self) + SK_TICKET_LIFE);

    self->why = "";
    for (unsigned i = 0; i < 8; i++)
        token[i] = (uint8_t)(until >> (56 - 8 * i));
    sk_random(token + 8, NONCE_BYTES);
    if (!sign(self, sk_span(token, CHALLENGE_BODY), token + CHALLENGE_BODY, error))
        return false;
    *ret_ticket = sk_hex(sk_span(token, sizeof token));
    challenge_of(*ret_ticket, ret_challenge);
    return true;
}

bool
sk_challenge_is(const char *ticket)
{
    return sk_db_is_hex(ticket, CHALLENGE_CHARS);
}

static bool
is_spent(SkStore *store, const SkHash *hash, bool *ret, GError **error)
{
    int64_t spent = 1;
    SkSql *q = sk_sql(store, "SELECT EXISTS (SELECT 1 FROM tickets WHERE hash = ?)");
    sk_sql_blob(q, sk_span(hash->b, sizeof hash->b));
    if (!sk_sql_one_int(q, 1, &spent, error))
        return false;
    *ret = spent != 0;
    return true;
}

bool
sk_challenge_spend(SkStore *store, const char *ticket, uint8_t *ret_challenge, bool *ret_ok,
                   GError **error)
{
    uint8_t token[CHALLENGE_BODY + MAC_BYTES];
    uint8_t mac[MAC_BYTES];
    bool spent = true;

    *ret_ok = false;
    if (!sk_challenge_is(ticket) || !sk_unhex(ticket, token, sizeof token))
        return true;
    if (!sign(store, sk_span(token, CHALLENGE_BODY), mac, error))
        return false;
    SkReader r = sk_reader(sk_span(token, sizeof token));
    uint64_t until = sk_reader_u64be(&r);
    if (sodium_memcmp(mac, token + CHALLENGE_BODY, sizeof mac) != 0 || until > INT64_MAX ||
        sk_db_is_due(store, store->boot, (int64_t)until))
        return true;
    SkHash hash = sk_hash_sha256(sk_span_str(ticket));
    if (!is_spent(store, &hash, &spent, error))
        return false;
    if (spent)
        return true;
    challenge_of(ticket, ret_challenge);
    *ret_ok = true;
    return insert(store, &hash, "", SK_TICKET_SPENT, SK_SPAN_EMPTY, (int64_t)until, error);
}
