/* SPDX-License-Identifier: Apache-2.0
 * person-role.c - contract in person.h: roles set by hand, alone or by two people. A proposal's
 * detail is {"role":…,"section":…}, made and read by SQLite. */
#include "store/person.h"

#include "store/db.h"
#include "store/proposal-kinds.h"

#include <string.h>

#define SECTION_MAX 100u

const SkRoleConflict *
sk_store_why_rule(const SkStore *self)
{
    return self->why != NULL && strcmp(self->why, "roles-apart") == 0 ? self->rule : NULL;
}

bool
sk_person_held(SkStore *store, const char *name, int day, char ***ret, GError **error)
{
    g_autoptr(GPtrArray) out = g_ptr_array_new_with_free_func(g_free);
    SkSql *q = sk_sql(store, "SELECT p.role FROM tenures t JOIN posts p ON p.id = t.post WHERE "
                             "t.person = ?1 AND (t.until_day = 0 OR t.until_day >= ?2) AND p.role "
                             "<> '' UNION SELECT 'approver' FROM tenures t JOIN posts p ON p.id = "
                             "t.post WHERE t.person = ?1 AND (t.until_day = 0 OR t.until_day >= "
                             "?2) AND p.grade = 'head' UNION SELECT 'administrator' FROM accounts "
                             "WHERE name = ?1 AND role = 'administrator'");
    sk_sql_text(q, name);
    sk_sql_int(q, day);
    if (!sk_sql_collect_text(q, out, error))
        return false;
    g_ptr_array_add(out, NULL);
    g_ptr_array_set_free_func(out, NULL);
    *ret = (char **)g_ptr_array_free(g_steal_pointer(&out), FALSE);
    return true;
}

/* What a role set by hand is called in data/role-conflicts.tsv. */
static const char *
code_of(SkRole role)
{
    switch (role) {
    case SK_ROLE_SECTION_HEAD:
        return "approver";
    case SK_ROLE_SECURITY_MANAGER:
        return "manager";
    case SK_ROLE_AUDITOR:
        return "auditor";
    case SK_ROLE_ADMINISTRATOR:
        return "administrator";
    case SK_ROLE_STAFF:
    case SK_ROLE_COUNT:
        break;
    }
    return NULL;
}

/* Would @name hold two that must be apart? What they are now by hand is what changes. */
static bool
check_apart(SkStore *store, const char *name, SkRole role, GError **error)
{
    g_auto(GStrv) held = NULL;
    if (!sk_person_held(store, name, sk_organisation_today(store), &held, error))
        return false;
    g_autoptr(GPtrArray) codes = g_ptr_array_new();
    for (char **h = held; *h != NULL; h++)
        if (strcmp(*h, "administrator") != 0)
            g_ptr_array_add(codes, *h);
    if (code_of(role) != NULL)
        g_ptr_array_add(codes, (char *)code_of(role));
    g_ptr_array_add(codes, NULL);
    store->rule = sk_role_conflict_find((const char *const *)codes->pdata);
    if (store->rule != NULL)
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "roles-apart");
    return true;
}

static bool
has_posts(SkStore *store, const char *name, bool *ret, GError **error)
{
    int64_t n = 0;
    SkSql *q = sk_sql(store, "SELECT EXISTS (SELECT 1 FROM tenures WHERE person = ?1 AND from_day "
                             "<= ?2)");
    sk_sql_text(q, name);
    sk_sql_int(q, sk_organisation_today(store));
    if (!sk_sql_one_int(q, 1, &n, error))
        return false;
    *ret = n != 0;
    return true;
}

bool
sk_account_last_administrator(SkStore *store, const char *name, GError **error)
{
    int64_t others = 0;
    int today = sk_organisation_today(store);
    SkSql *q = sk_sql(store, "SELECT count(*) FROM accounts WHERE role = 'administrator' AND "
                             "locked = 0 AND name <> ?1 AND joins <= ?2 AND (leaves = 0 OR leaves "
                             ">= ?2) AND name NOT IN (SELECT account FROM break_glass)");
    sk_sql_text(q, name);
    sk_sql_int(q, today);
    if (!sk_sql_one_int(q, 0, &others, error))
        return false;
    if (others == 0)
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "last-administrator");
    return true;
}

typedef struct {
    const char *name;
    SkRole role;
    const char *section; /* NULL = as it is */
    const char *actor;
    char *id; /* of a proposal: owned by the caller */
} Change;

/* What may be asked for at all, when proposing and once more when carrying out. */
static bool
check(SkStore *store, const Change *c, SkAccount **ret, GError **error)
{
    g_autoptr(SkAccount) account = NULL;
    bool posts = false;

    if (!sk_account_read(store, c->name, &account, error) ||
        !has_posts(store, c->name, &posts, error))
        return false;
    /* Administrators are made by hand even where they hold posts, and unmade. */
    if (posts && c->role != SK_ROLE_ADMINISTRATOR && account->role != SK_ROLE_ADMINISTRATOR)
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "has-posts");
    if (account->role == SK_ROLE_ADMINISTRATOR && c->role != SK_ROLE_ADMINISTRATOR &&
        !account->locked && !sk_account_last_administrator(store, c->name, error))
        return false;
    if (!check_apart(store, c->name, c->role, error))
        return false;
    *ret = g_steal_pointer(&account);
    return true;
}

static bool
set_work(SkStore *store, void *data, GError **error)
{
    const Change *c = data;
    g_autoptr(SkAccount) account = NULL;

    if (!check(store, c, &account, error))
        return false;
    SkSql *q = sk_sql(store, "UPDATE accounts SET role = ?, section = ? WHERE name = ?");
    sk_sql_text(q, sk_role_name(c->role));
    sk_sql_text(q, c->section == NULL ? account->section : c->section);
    sk_sql_text(q, c->name);
    /* What an administrator gives up may be taken by the posts they hold. */
    return sk_sql_run(q, error) &&
           sk_account_act(store, "role-set", c->name, c->actor, c->role, error) &&
           sk_organisation_apply_in(store, sk_organisation_today(store), error);
}

static bool
check_words(const Change *c, GError **error)
{
    if (c->role <= 0 || c->role >= SK_ROLE_COUNT)
        return sk_throw(error, SK_ERROR_MALFORMED, "account: no such role");
    if (c->section != NULL && !sk_db_is_text(c->section, SECTION_MAX))
        return sk_throw(error, SK_ERROR_MALFORMED, "account: the section is not plain text");
    return true;
}

bool
sk_account_set_role(SkStore *self, const char *name, SkRole role, const char *section,
                    const char *actor, GError **error)
{
    Change c = { .name = name, .role = role, .section = section, .actor = actor };
    self->why = "";
    return check_words(&c, error) && sk_db_do(self, set_work, &c, error);
}

/* ---- by two people ---- */

static char *
detail_of(SkStore *store, const Change *c, const char *section, GError **error)
{
    SkSql *q = sk_sql(store, "SELECT json_object('role', ?, 'section', ?)");
    bool row = false;
    sk_sql_text(q, sk_role_name(c->role));
    sk_sql_text(q, section);
    if (!sk_sql_next(q, &row, error))
        return NULL;
    char *out = sk_sql_get_text(q, 0);
    sk_sql_done(q);
    return out;
}

static bool
propose_work(SkStore *store, void *data, GError **error)
{
    Change *c = data;
    g_autoptr(SkAccount) account = NULL;
    bool approves = c->role == SK_ROLE_SECTION_HEAD || c->role == SK_ROLE_SECURITY_MANAGER;

    if (!check(store, c, &account, error))
        return false;
    g_autofree char *detail =
        detail_of(store, c, c->section == NULL ? account->section : c->section, error);
    SkPropose in = { .kind = approves ? "make-approver" : "role",
                     .subject = c->name,
                     .detail = detail,
                     .actor = c->actor };
    return detail != NULL && sk_db_propose(store, &in, &c->id, error);
}

bool
sk_propose_role(SkStore *self, const char *name, SkRole role, const char *section,
                const char *actor, char **ret_id, GError **error)
{
    Change c = { .name = name, .role = role, .section = section, .actor = actor };
    self->why = "";
    bool ok = check_words(&c, error) && sk_db_do(self, propose_work, &c, error);
    g_autofree char *id = c.id;
    if (ok)
        *ret_id = g_steal_pointer(&id);
    return ok;
}

static bool
carry_out(SkStore *store, const SkProposal *proposal, const char *actor, GError **error)
{
    SkSql *q = sk_sql(store, "SELECT json_extract(?1, '$.role'), json_extract(?1, '$.section')");
    bool row = false;
    sk_sql_text(q, proposal->detail);
    if (!sk_sql_next(q, &row, error))
        return false;
    g_autofree char *section = sk_sql_get_text(q, 1);
    Change c = { .name = proposal->subject,
                 .role = sk_role_lookup(sk_sql_peek_text(q, 0)),
                 .section = section,
                 .actor = actor };
    sk_sql_done(q);
    return check_words(&c, error) && set_work(store, &c, error);
}

const SkProposalKind sk_proposal_kind_role = { .kind = "role",
                                               .subject = true,
                                               .carry_out = carry_out };
const SkProposalKind sk_proposal_kind_approver = { .kind = "make-approver",
                                                   .subject = true,
                                                   .carry_out = carry_out };
