/* SPDX-License-Identifier: Apache-2.0
 * adoption.c - contract in adoption.h. */
#include "store/adoption.h"

#include "store/db.h"

#include <string.h>

#define FINGERPRINT_MAX 64u
#define DIGEST_DIGITS 64u

void
sk_adoption_free(SkAdoption *self)
{
    if (self == NULL)
        return;
    g_free(self->policy);
    g_free(self->text);
    g_free(self->signers);
    g_free(self->ciso);
    g_free(self->administrator);
    g_free(self);
}

static bool
read_last(SkStore *store, SkAdoption **ret, GError **error)
{
    SkSql *q = sk_sql(store, "SELECT policy, text, signers, ciso, administrator, time FROM adoptions "
                             "ORDER BY n DESC LIMIT 1");
    bool row = false;

    if (!sk_sql_next(q, &row, error))
        return false;
    *ret = NULL;
    if (!row)
        return true;
    SkAdoption *a = g_new0(SkAdoption, 1);
    a->policy = sk_sql_get_text(q, 0);
    a->text = sk_sql_get_text(q, 1);
    a->signers = sk_sql_get_text(q, 2);
    a->ciso = sk_sql_get_text(q, 3);
    a->administrator = sk_sql_get_text(q, 4);
    a->time = sk_sql_get_int(q, 5);
    sk_sql_done(q);
    *ret = a;
    return true;
}

bool
sk_adoption_get(SkStore *self, SkAdoption **ret, GError **error)
{
    self->why = "";
    return read_last(self, ret, error);
}

static bool
insert(SkStore *store, const SkAdoption *a, int64_t now, GError **error)
{
    SkSql *q = sk_sql(store, "INSERT INTO adoptions (time, policy, text, signers, ciso, administrator) "
                             "VALUES (?, ?, ?, ?, ?, ?)");
    sk_sql_int(q, now);
    sk_sql_text(q, a->policy);
    sk_sql_text(q, a->text);
    sk_sql_text(q, a->signers);
    sk_sql_text(q, a->ciso);
    sk_sql_text(q, a->administrator);
    return sk_sql_run(q, error);
}

static void
remember(SkStore *store, const char *policy)
{
    g_free(store->policy);
    store->policy = g_strdup(policy);
}

/* Two roles that start at once: the first writes the act, the other finds it written. */
static bool
note_work(SkStore *store, void *data, GError **error)
{
    const SkAdoption *a = data;
    g_autoptr(SkAdoption) last = NULL;
    g_autoptr(SkLeaf) leaf = sk_leaf_new();
    int64_t now = 0;

    if (!read_last(store, &last, error))
        return false;
    bool same = last != NULL && strcmp(last->policy, a->policy) == 0 && strcmp(last->text, a->text) == 0;
    if (same && strcmp(last->signers, a->signers) == 0)
        return true;
    sk_leaf_string(leaf, "policy", a->policy);
    sk_leaf_string(leaf, "signers", a->signers);
    if (!same) {
        sk_leaf_string(leaf, "policy-text", a->text);
        sk_leaf_string(leaf, "signed-ciso", a->ciso);
        sk_leaf_string(leaf, "signed-administrator", a->administrator);
    }
    const SkActRow act = { .act = same ? "signers-changed" : "policy-adopted", .detail = a->policy };
    return sk_db_act(store, &act, leaf, &now, NULL, error) && insert(store, a, now, error);
}

static bool
is_key(const char *s)
{
    return s != NULL && *s != '\0' && sk_db_is_text(s, FINGERPRINT_MAX);
}

bool
sk_adoption_note(SkStore *self, const SkAdoption *adoption, GError **error)
{
    SkAdoption copy = *adoption;

    self->why = "";
    if (copy.policy == NULL || copy.text == NULL || copy.signers == NULL ||
        !sk_db_is_hex(copy.policy, DIGEST_DIGITS) || !sk_db_is_hex(copy.text, DIGEST_DIGITS) ||
        !sk_db_is_hex(copy.signers, DIGEST_DIGITS) || !is_key(copy.ciso) || !is_key(copy.administrator))
        return sk_throw(error, SK_ERROR_MALFORMED, "adoption: not digests and fingerprints");
    if (!sk_db_do(self, note_work, &copy, error))
        return false;
    remember(self, copy.policy);
    return true;
}

bool
sk_adoption_remember(SkStore *store, GError **error)
{
    g_autoptr(SkAdoption) last = NULL;

    if (!read_last(store, &last, error))
        return false;
    remember(store, last == NULL ? "" : last->policy);
    return true;
}
