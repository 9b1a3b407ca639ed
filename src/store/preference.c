/* SPDX-License-Identifier: Apache-2.0
 * preference.c - contract in notice.h: how an account wants to be told, and its feed's token. */
#include "store/notice.h"

#include "base/uuid.h"
#include "store/db.h"

#include <sodium.h>
#include <string.h>

#define TOKEN_BYTES 32u

static const char *const mail_names[] = { "off", "digest", "each" };
G_STATIC_ASSERT(G_N_ELEMENTS(mail_names) == SK_MAIL_COUNT);

const char *
sk_mail_name(SkMail mail)
{
    g_assert((unsigned)mail < SK_MAIL_COUNT);
    return mail_names[mail];
}

SkMail
sk_mail_lookup(const char *name)
{
    for (unsigned i = 0; i < SK_MAIL_COUNT; i++)
        if (strcmp(mail_names[i], name) == 0)
            return (SkMail)i;
    return SK_MAIL_COUNT;
}

bool
sk_preferences_get(SkStore *self, const char *account, SkPreferences *ret, GError **error)
{
    SkSql *q = sk_sql(self, "SELECT mail, calendar, language, feed <> x'' FROM preferences WHERE account = ?");
    SkPreferences p = { .mail = SK_MAIL_DIGEST, .calendar = SK_CALENDAR_WAREKI };
    bool row = false;

    self->why = "";
    sk_sql_text(q, account);
    if (!sk_sql_next(q, &row, error))
        return false;
    if (row) {
        p.mail = MIN(sk_mail_lookup(sk_sql_peek_text(q, 0)), SK_MAIL_EACH);
        p.calendar = MIN(sk_calendar_lookup(sk_sql_peek_text(q, 1)), SK_CALENDAR_ISO);
        g_strlcpy(p.language, sk_sql_peek_text(q, 2), sizeof p.language);
        p.feed = sk_sql_get_int(q, 3) != 0;
        sk_sql_done(q);
    }
    *ret = p;
    return true;
}

typedef struct {
    const char *account;
    const SkPreferences *in; /* or NULL */
    SkSpan feed;             /* a hash, or empty */
} Change;

static bool
set_work(SkStore *store, void *data, GError **error)
{
    const Change *c = data;
    SkSql *q = sk_sql(store, "INSERT INTO preferences (account, mail, calendar, language) VALUES (?, ?, ?, ?) ON "
                             "CONFLICT (account) DO UPDATE SET mail = excluded.mail, calendar = excluded.calendar, "
                             "language = excluded.language");
    sk_sql_text(q, c->account);
    sk_sql_text(q, sk_mail_name(c->in->mail));
    sk_sql_text(q, sk_calendar_name(c->in->calendar));
    sk_sql_text(q, c->in->language);
    return sk_sql_run(q, error);
}

bool
sk_preferences_set(SkStore *self, const char *account, const SkPreferences *in, GError **error)
{
    Change c = { .account = account, .in = in };

    self->why = "";
    if ((unsigned)in->mail >= SK_MAIL_COUNT || (unsigned)in->calendar >= SK_CALENDAR_COUNT ||
        (in->language[0] != '\0' && strcmp(in->language, "ja") != 0 && strcmp(in->language, "en") != 0))
        return sk_throw(error, SK_ERROR_MALFORMED, "preferences: not what can be chosen");
    return sk_db_do(self, set_work, &c, error);
}

/* ---- the feed ---- */

static bool
feed_work(SkStore *store, void *data, GError **error)
{
    const Change *c = data;
    SkSql *q = sk_sql(store, "INSERT INTO preferences (account, feed) VALUES (?, ?) ON CONFLICT (account) DO UPDATE "
                             "SET feed = excluded.feed");
    sk_sql_text(q, c->account);
    sk_sql_blob(q, c->feed);
    const SkActRow act = { .act = c->feed.n > 0 ? "feed-made" : "feed-ended", .actor = c->account };
    return sk_sql_run(q, error) && sk_db_act(store, &act, NULL, NULL, NULL, error);
}

static bool
hash_token(const char *token, uint8_t hash[crypto_hash_sha256_BYTES])
{
    uint8_t raw[TOKEN_BYTES];

    if (!sk_unhex(token, raw, sizeof raw))
        return false;
    crypto_hash_sha256(hash, raw, sizeof raw);
    return true;
}

bool
sk_feed_new(SkStore *self, const char *account, char **ret_token, GError **error)
{
    uint8_t raw[TOKEN_BYTES];
    uint8_t hash[crypto_hash_sha256_BYTES];

    sk_random(raw, sizeof raw);
    g_autofree char *token = sk_hex(sk_span(raw, sizeof raw));
    crypto_hash_sha256(hash, raw, sizeof raw);
    Change c = { .account = account, .feed = sk_span(hash, sizeof hash) };
    if (!sk_db_do(self, feed_work, &c, error))
        return false;
    *ret_token = g_steal_pointer(&token);
    return true;
}

bool
sk_feed_end(SkStore *self, const char *account, GError **error)
{
    Change c = { .account = account, .feed = SK_SPAN_EMPTY };
    return sk_db_do(self, feed_work, &c, error);
}

bool
sk_feed_lookup(SkStore *self, const char *token, SkAccount **ret, GError **error)
{
    uint8_t hash[crypto_hash_sha256_BYTES];
    g_autofree char *name = NULL;
    g_autoptr(SkAccount) account = NULL;
    bool row = false;

    self->why = "";
    if (strlen(token) != 2 * TOKEN_BYTES || !hash_token(token, hash))
        return sk_db_refuse(self, error, SK_ERROR_FORBIDDEN, "token-unknown");
    SkSql *q = sk_sql(self, "SELECT account FROM preferences WHERE feed = ? AND feed <> x''");
    sk_sql_blob(q, sk_span(hash, sizeof hash));
    if (!sk_sql_next(q, &row, error))
        return false;
    if (row)
        name = sk_sql_get_text(q, 0);
    sk_sql_done(q);
    if (name == NULL)
        return sk_db_refuse(self, error, SK_ERROR_FORBIDDEN, "token-unknown");
    if (!sk_account_read(self, name, &account, error))
        return false;
    if (account->locked)
        return sk_db_refuse(self, error, SK_ERROR_FORBIDDEN, "token-unknown");
    *ret = g_steal_pointer(&account);
    return true;
}
