/* SPDX-License-Identifier: Apache-2.0
 * proposal.c - contract in proposal.h. What a proposal asks for is written down as it was shown,
 * and carried out in the transaction that records who confirmed it. */
#include "store/proposal.h"

#include "base/uuid.h"
#include "store/db.h"
#include "store/proposal-kinds.h"

#include <string.h>

static const char *const state_names[SK_PROPOSAL_COUNT] = { "", "open", "confirmed", "denied",
                                                            "expired" };

const char *
sk_proposal_state_name(SkProposalState state)
{
    g_assert((unsigned)state < SK_PROPOSAL_COUNT);
    return state_names[state];
}

SkProposalState
sk_proposal_state_lookup(const char *name)
{
    for (unsigned i = 1; i < SK_PROPOSAL_COUNT; i++)
        if (strcmp(state_names[i], name) == 0)
            return (SkProposalState)i;
    return (SkProposalState)0;
}

void
sk_proposal_free(SkProposal *self)
{
    if (self == NULL)
        return;
    g_free(self->id);
    g_free(self->kind);
    g_free(self->subject);
    g_free(self->detail);
    g_free(self->object);
    g_free(self->proposed_by);
    g_free(self->decided_by);
    g_free(self);
}

static void
free_proposal(void *proposal)
{
    sk_proposal_free(proposal);
}

/* ---- reading ---- */

#define COLUMNS                                                                                    \
    "id, kind, subject, detail, object, proposed_by, proposed_at, expires, state, decided_by, "    \
    "decided_at, n"
#define COLUMN_N 11

static SkProposal *
read_row(SkSql *q)
{
    SkProposal *p = g_new0(SkProposal, 1);
    p->id = sk_sql_get_text(q, 0);
    p->kind = sk_sql_get_text(q, 1);
    p->subject = sk_sql_get_text(q, 2);
    p->detail = sk_sql_get_text(q, 3);
    p->object = sk_sql_get_text(q, 4);
    p->proposed_by = sk_sql_get_text(q, 5);
    p->proposed_at = sk_sql_get_int(q, 6);
    p->expires = sk_sql_get_int(q, 7);
    p->state = sk_proposal_state_lookup(sk_sql_peek_text(q, 8));
    p->decided_by = sk_sql_get_text(q, 9);
    p->decided_at = sk_sql_get_int(q, 10);
    return p;
}

static bool
read_one(SkStore *store, const char *id, SkProposal **ret, GError **error)
{
    SkSql *q = sk_sql(store, "SELECT " COLUMNS " FROM proposals WHERE id = ?");
    bool row = false;
    sk_sql_text(q, id);
    if (!sk_sql_next(q, &row, error))
        return false;
    if (!row)
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "not-found");
    *ret = read_row(q);
    sk_sql_done(q);
    return true;
}

bool
sk_proposal_get(SkStore *self, const char *id, SkProposal **ret, GError **error)
{
    self->why = "";
    return read_one(self, id, ret, error);
}

bool
sk_proposal_list(SkStore *self, SkProposalState state, const char *cursor, unsigned limit,
                 GPtrArray **ret, char **ret_next, GError **error)
{
    g_autoptr(GPtrArray) out = g_ptr_array_new_with_free_func(free_proposal);
    int64_t before = INT64_MAX;
    int64_t last = 0;
    bool row = true;

    self->why = "";
    if (!sk_db_cursor(cursor, &before, error))
        return false;
    limit = CLAMP(limit, 1, SK_LIST_LIMIT_MAX);
    SkSql *q = state == 0 ? sk_sql(self, "SELECT " COLUMNS " FROM proposals WHERE n < ? ORDER BY "
                                         "n DESC LIMIT ?")
                          : sk_sql(self, "SELECT " COLUMNS " FROM proposals WHERE n < ? AND state "
                                         "= ?3 ORDER BY n DESC LIMIT ?2");
    sk_sql_int(q, before);
    sk_sql_int(q, limit + 1);
    if (state != 0)
        sk_sql_text(q, sk_proposal_state_name(state));
    while (row) {
        if (!sk_sql_next(q, &row, error))
            return false;
        if (row && out->len < limit)
            last = sk_sql_get_int(q, COLUMN_N);
        if (row)
            g_ptr_array_add(out, read_row(q));
    }
    *ret_next = NULL;
    if (out->len > limit) {
        g_ptr_array_set_size(out, (int)limit);
        *ret_next = g_strdup_printf("%" G_GINT64_FORMAT, last);
    }
    *ret = g_steal_pointer(&out);
    return true;
}

/* ---- proposing ---- */

/* An act about a proposal: its id tells which; whom it is about is hidden as everywhere. */
static bool
proposal_act(SkStore *store, const char *act_name, const SkProposal *p, const char *actor,
             GError **error)
{
    uint8_t salt[SK_SALT_BYTES];
    g_autoptr(SkLeaf) leaf = sk_leaf_new();
    SkActRow act = { .act = act_name,
                     .actor = actor,
                     .detail = *p->subject == '\0' ? p->kind : p->subject };

    sk_random(salt, sizeof salt);
    sk_leaf_string(leaf, "proposal", p->id);
    sk_leaf_string(leaf, "kind", p->kind);
    sk_leaf_hidden(leaf, "account", salt, p->subject);
    return sk_db_act(store, &act, leaf, NULL, NULL, error);
}

static bool
set_state(SkStore *store, const SkProposal *p, SkProposalState state, const char *actor,
          GError **error)
{
    int64_t now = sk_db_now(store, error);
    if (now < 0)
        return false;
    SkSql *q = sk_sql(store, "UPDATE proposals SET state = ?, decided_by = ?, decided_at = ? WHERE "
                             "id = ? AND state = 'open'");
    sk_sql_text(q, sk_proposal_state_name(state));
    sk_sql_text(q, actor);
    sk_sql_int(q, now);
    sk_sql_text(q, p->id);
    return sk_sql_run(q, error);
}

static bool
collect_open(SkStore *store, const char *kind, const char *subject, GPtrArray *out, GError **error)
{
    SkSql *q = sk_sql(store, "SELECT id FROM proposals WHERE subject = ? AND subject <> '' AND "
                             "kind = ? AND state = 'open'");
    sk_sql_text(q, subject);
    sk_sql_text(q, kind);
    return sk_sql_collect_text(q, out, error);
}

/* The newer proposal says what is wanted: two open ones could be confirmed in either order. */
static bool
take_back(SkStore *store, const SkPropose *in, GError **error)
{
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    if (in->subject == NULL || *in->subject == '\0' || sk_proposal_kind_lookup(in->kind)->many)
        return true;
    if (!collect_open(store, in->kind, in->subject, ids, error))
        return false;
    for (guint i = 0; i < ids->len; i++) {
        g_autoptr(SkProposal) p = NULL;
        if (!read_one(store, g_ptr_array_index(ids, i), &p, error) ||
            !set_state(store, p, SK_PROPOSAL_DENIED, in->actor, error) ||
            !proposal_act(store, "proposal-denied", p, in->actor, error))
            return false;
    }
    return true;
}

static bool
check_new(SkStore *store, const SkPropose *in, GError **error)
{
    g_autoptr(SkAccount) subject = NULL;
    int64_t open = 0;
    const SkProposalKind *kind = sk_proposal_kind_lookup(in->kind);

    g_assert(kind != NULL && in->actor != NULL && *in->actor != '\0');
    g_assert(kind->subject == (in->subject != NULL && *in->subject != '\0'));
    if (in->detail != NULL && strlen(in->detail) > SK_PROPOSAL_DETAIL_MAX)
        return sk_throw(error, SK_ERROR_MALFORMED, "proposal: too long");
    if (kind->subject && !sk_account_read(store, in->subject, &subject, error))
        return false;
    SkSql *q = sk_sql(store, "SELECT count(*) FROM proposals WHERE state = 'open'");
    if (!sk_sql_one_int(q, 0, &open, error))
        return false;
    if (open >= (int64_t)SK_PROPOSALS_OPEN_MAX)
        return sk_db_refuse(store, error, SK_ERROR_LIMIT, "too-many-proposals");
    return true;
}

static bool
insert(SkStore *store, const SkPropose *in, const char *id, GError **error)
{
    int64_t now = sk_db_now(store, error);
    if (now < 0)
        return false;
    SkSql *q = sk_sql(store, "INSERT INTO proposals (id, kind, subject, detail, object, "
                             "proposed_by, proposed_at, expires, state) VALUES (?, ?, ?, ?, ?, ?, "
                             "?, ?, 'open')");
    sk_sql_text(q, id);
    sk_sql_text(q, in->kind);
    sk_sql_text(q, in->subject);
    sk_sql_text(q, in->detail);
    sk_sql_text(q, in->object);
    sk_sql_text(q, in->actor);
    sk_sql_int(q, now);
    sk_sql_int(q, now + SK_PROPOSAL_LIFE);
    return sk_sql_run(q, error);
}

bool
sk_db_propose(SkStore *store, const SkPropose *in, char **ret_id, GError **error)
{
    g_autofree char *id = sk_uuid_new();
    g_autoptr(SkProposal) p = NULL;

    if (!check_new(store, in, error) || !take_back(store, in, error) ||
        !insert(store, in, id, error) || !read_one(store, id, &p, error) ||
        !proposal_act(store, "proposed", p, in->actor, error))
        return false;
    *ret_id = g_steal_pointer(&id);
    return true;
}

typedef struct {
    const SkPropose *in;
    char *id; /* owned by the caller */
} Add;

static bool
add_work(SkStore *store, void *data, GError **error)
{
    Add *a = data;
    return sk_db_propose(store, a->in, &a->id, error);
}

bool
sk_proposal_add(SkStore *self, const SkPropose *in, SkProposal **ret, GError **error)
{
    Add a = { .in = in };
    bool ok = sk_db_do(self, add_work, &a, error);
    g_autofree char *id = a.id;
    return ok && read_one(self, id, ret, error);
}

/* ---- deciding ---- */

typedef struct {
    const char *id;
    const char *actor;
} Decide;

static bool
read_open(SkStore *store, const Decide *d, SkProposal **ret, GError **error)
{
    g_autoptr(SkProposal) p = NULL;
    int64_t now = sk_db_now(store, error);
    if (now < 0 || !read_one(store, d->id, &p, error))
        return false;
    if (p->state != SK_PROPOSAL_OPEN || p->expires <= now)
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "already-decided");
    *ret = g_steal_pointer(&p);
    return true;
}

/* Whoever decides is an administrator at this very moment, whatever the caller has looked at. */
static bool
check_decider(SkStore *store, const Decide *d, GError **error)
{
    g_autoptr(SkAccount) account = NULL;
    if (!sk_account_read(store, d->actor, &account, error))
        return false;
    if (account->locked || account->role != SK_ROLE_ADMINISTRATOR)
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "own-proposal");
    return true;
}

/* Whoever was locked since, or is no administrator any more, counts as nobody: what they left behind
 * is not the first of two. */
static bool
check_proposer(SkStore *store, const SkProposal *p, const SkProposalKind *kind, GError **error)
{
    g_autoptr(SkAccount) account = NULL;
    if (!sk_account_read(store, p->proposed_by, &account, error))
        return false;
    bool may = account->role == SK_ROLE_ADMINISTRATOR ||
               (kind->own != NULL && kind->own(p, account));
    return (may && !account->locked) || sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "changed");
}

static bool
confirm_work(SkStore *store, void *data, GError **error)
{
    const Decide *d = data;
    g_autoptr(SkProposal) p = NULL;

    if (!check_decider(store, d, error) || !read_open(store, d, &p, error))
        return false;
    if (strcmp(p->proposed_by, d->actor) == 0 || strcmp(p->subject, d->actor) == 0)
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "own-proposal");
    const SkProposalKind *kind = sk_proposal_kind_lookup(p->kind);
    if (kind == NULL) /* of a later program: nothing is confirmed that cannot be carried out */
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "proposal: no such kind");
    if (!check_proposer(store, p, kind, error))
        return false;
    return kind->carry_out(store, p, d->actor, error) &&
           set_state(store, p, SK_PROPOSAL_CONFIRMED, d->actor, error) &&
           proposal_act(store, "proposal-confirmed", p, d->actor, error);
}

bool
sk_proposal_confirm(SkStore *self, const char *id, const char *actor, GError **error)
{
    Decide d = { .id = id, .actor = actor };
    return sk_db_do(self, confirm_work, &d, error);
}

static bool
deny_work(SkStore *store, void *data, GError **error)
{
    const Decide *d = data;
    g_autoptr(SkProposal) p = NULL;
    return check_decider(store, d, error) && read_open(store, d, &p, error) &&
           set_state(store, p, SK_PROPOSAL_DENIED, d->actor, error) &&
           proposal_act(store, "proposal-denied", p, d->actor, error);
}

bool
sk_proposal_deny(SkStore *self, const char *id, const char *actor, GError **error)
{
    Decide d = { .id = id, .actor = actor };
    return sk_db_do(self, deny_work, &d, error);
}

/* ---- time ---- */

static bool
expire_work(SkStore *store, void *data, GError **error)
{
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    unsigned *n = data;
    int64_t now = sk_db_now(store, error);
    if (now < 0)
        return false;
    SkSql *q = sk_sql(store, "SELECT id FROM proposals WHERE state = 'open' AND expires <= ?");
    sk_sql_int(q, now);
    if (!sk_sql_collect_text(q, ids, error))
        return false;
    for (guint i = 0; i < ids->len; i++) {
        g_autoptr(SkProposal) p = NULL;
        if (!read_one(store, g_ptr_array_index(ids, i), &p, error) ||
            !set_state(store, p, SK_PROPOSAL_EXPIRED, "", error) ||
            !proposal_act(store, "proposal-expired", p, NULL, error))
            return false;
    }
    *n = ids->len;
    return true;
}

bool
sk_proposal_expire(SkStore *self, unsigned *ret_n, GError **error)
{
    return sk_db_do(self, expire_work, ret_n, error);
}
