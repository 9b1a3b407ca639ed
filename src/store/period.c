/* SPDX-License-Identifier: Apache-2.0
 * period.c - contract in post.h: absences, and deputies for a period. */
#include "store/post.h"

#include "base/uuid.h"
#include "store/db.h"
#include "store/person.h"
#include "store/proposal-kinds.h"

#include <jansson.h>
#include <string.h>

void
sk_period_free(SkPeriod *self)
{
    if (self == NULL)
        return;
    g_free(self->id);
    g_free(self->person);
    g_free(self->label);
    g_free(self->deputy);
    g_free(self->deputy_label);
    g_free(self->by);
    g_free(self->confirmed_by);
    g_free(self);
}

static void
free_period(void *period)
{
    sk_period_free(period);
}

/* ---- reading ---- */

#define ABSENCE                                                                                    \
    "SELECT b.id, b.person, a.label, '', '', b.from_day, b.until_day, b.said_by, '' FROM "         \
    "absences b JOIN accounts a ON a.name = b.person WHERE "
#define DEPUTY                                                                                     \
    "SELECT d.id, d.person, a.label, d.deputy, e.label, d.from_day, d.until_day, d.named_by, "     \
    "d.confirmed_by FROM deputies d JOIN accounts a ON a.name = d.person JOIN accounts e ON "      \
    "e.name = d.deputy WHERE "

static SkPeriod *
read_period(SkSql *q)
{
    SkPeriod *p = g_new0(SkPeriod, 1);
    p->id = sk_sql_get_text(q, 0);
    p->person = sk_sql_get_text(q, 1);
    p->label = sk_sql_get_text(q, 2);
    p->deputy = sk_sql_get_text(q, 3);
    p->deputy_label = sk_sql_get_text(q, 4);
    p->from = (int)sk_sql_get_int(q, 5);
    p->until = (int)sk_sql_get_int(q, 6);
    p->by = sk_sql_get_text(q, 7);
    p->confirmed_by = sk_sql_get_text(q, 8);
    return p;
}

static bool
collect(SkSql *q, GPtrArray **ret, GError **error)
{
    g_autoptr(GPtrArray) out = g_ptr_array_new_with_free_func(free_period);
    bool row = false;
    while (sk_sql_next(q, &row, error)) {
        if (!row) {
            *ret = g_steal_pointer(&out);
            return true;
        }
        g_ptr_array_add(out, read_period(q));
    }
    return false;
}

static bool
read_one(SkStore *store, SkSql *q, SkPeriod **ret, GError **error)
{
    bool row = false;
    if (!sk_sql_next(q, &row, error))
        return false;
    if (!row)
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "not-found");
    *ret = read_period(q);
    sk_sql_done(q);
    return true;
}

bool
sk_absences_of(SkStore *self, const char *name, GPtrArray **ret, GError **error)
{
    SkSql *q =
        sk_sql(self, ABSENCE "b.person = ? AND b.until_day >= ? ORDER BY b.from_day, b.id LIMIT ?");
    self->why = "";
    sk_sql_text(q, name);
    sk_sql_int(q, sk_organisation_today(self));
    sk_sql_int(q, SK_LIST_LIMIT_MAX);
    return collect(q, ret, error);
}

bool
sk_deputies_of(SkStore *self, const char *name, GPtrArray **ret, GError **error)
{
    SkSql *q =
        sk_sql(self, DEPUTY "(d.person = ?1 OR d.deputy = ?1) AND d.until_day >= ?2 ORDER BY "
                            "d.from_day, d.id LIMIT ?3");
    self->why = "";
    sk_sql_text(q, name);
    sk_sql_int(q, sk_organisation_today(self));
    sk_sql_int(q, SK_LIST_LIMIT_MAX);
    return collect(q, ret, error);
}

bool
sk_absent_today(SkStore *self, unsigned limit, GPtrArray **ret, GError **error)
{
    SkSql *q = sk_sql(
        self,
        "SELECT b.id, b.person, a.label, coalesce(d.deputy, ''), coalesce(e.label, ''), "
        "b.from_day, b.until_day, b.said_by, coalesce(d.confirmed_by, '') FROM absences b JOIN "
        "accounts a ON a.name = b.person LEFT JOIN deputies d ON d.id = (SELECT min(id) FROM "
        "deputies WHERE person = b.person AND from_day <= ?1 AND until_day >= ?1) LEFT JOIN "
        "accounts e ON e.name = d.deputy WHERE b.until_day >= ?1 AND b.from_day <= ?1 AND EXISTS "
        "(SELECT 1 FROM tenures t JOIN posts p ON p.id = t.post WHERE t.person = b.person AND "
        "t.from_day <= ?1 AND (t.until_day = 0 OR t.until_day >= ?1) AND (p.grade = 'head' OR "
        "p.role <> '')) ORDER BY a.sort, b.id LIMIT ?2");
    self->why = "";
    sk_sql_int(q, sk_organisation_today(self));
    sk_sql_int(q, limit);
    return collect(q, ret, error);
}

static bool
read_absence(SkStore *store, const char *id, SkPeriod **ret, GError **error)
{
    SkSql *q = sk_sql(store, ABSENCE "b.id = ?");
    sk_sql_text(q, id);
    return read_one(store, q, ret, error);
}

static bool
read_deputy(SkStore *store, const char *id, SkPeriod **ret, GError **error)
{
    SkSql *q = sk_sql(store, DEPUTY "d.id = ?");
    sk_sql_text(q, id);
    return read_one(store, q, ret, error);
}

bool
sk_absence_get(SkStore *self, const char *id, SkPeriod **ret, GError **error)
{
    self->why = "";
    return read_absence(self, id, ret, error);
}

bool
sk_deputy_get(SkStore *self, const char *id, SkPeriod **ret, GError **error)
{
    self->why = "";
    return read_deputy(self, id, ret, error);
}

/* ---- changes ---- */

typedef struct {
    const char *person, *deputy; /* deputy NULL: an absence */
    int from, until;
    const char *actor;     /* who says so, or names */
    const char *confirmed; /* who confirms a deputy */
    const char *id;        /* of what is ended */
    char *made;            /* id of what was made: owned by the caller */
} Change;

static bool
period_act(SkStore *store, const char *act_name, const char *person, const char *deputy,
           const char *actor, int from, int until, GError **error)
{
    uint8_t salt[SK_SALT_BYTES];
    g_autoptr(SkLeaf) leaf = sk_leaf_new();
    SkActRow act = { .act = act_name,
                     .actor = actor,
                     .detail = deputy == NULL || *deputy == '\0' ? person : deputy };

    sk_random(salt, sizeof salt);
    sk_leaf_hidden(leaf, "account", salt, person);
    sk_leaf_hidden(leaf, "deputy", salt, deputy);
    sk_leaf_integer(leaf, "from", from);
    sk_leaf_integer(leaf, "until", until);
    return sk_db_act(store, &act, leaf, NULL, NULL, error);
}

/* What is not over and not endless. */
static bool
check_period(SkStore *store, const Change *c, GError **error)
{
    bool ok = c->from > 0 && c->until >= c->from && c->until <= SK_DAY_MAX &&
              c->until - c->from < (int)SK_PERIOD_MAX && c->until >= sk_organisation_today(store);
    return ok || sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "period-invalid");
}

static bool
check_count(SkStore *store, SkSql *q, const char *person, GError **error)
{
    int64_t n = 0;
    sk_sql_text(q, person);
    sk_sql_int(q, sk_organisation_today(store));
    if (!sk_sql_one_int(q, 0, &n, error))
        return false;
    return n < (int64_t)SK_PERIODS_MAX || sk_db_refuse(store, error, SK_ERROR_LIMIT, "too-many");
}

static bool
absence_work(SkStore *store, void *data, GError **error)
{
    Change *c = data;
    g_autoptr(SkAccount) account = NULL;

    if (!check_period(store, c, error) || !sk_account_read(store, c->person, &account, error) ||
        !check_count(store,
                     sk_sql(store,
                            "SELECT count(*) FROM absences WHERE person = ? AND until_day >= "
                            "?"),
                     c->person, error))
        return false;
    c->made = sk_uuid_new();
    SkSql *q =
        sk_sql(store, "INSERT INTO absences (id, person, from_day, until_day, said_by) VALUES "
                      "(?, ?, ?, ?, ?)");
    sk_sql_text(q, c->made);
    sk_sql_text(q, c->person);
    sk_sql_int(q, c->from);
    sk_sql_int(q, c->until);
    sk_sql_text(q, c->actor);
    return sk_sql_run(q, error) &&
           period_act(store, "absence-said", c->person, NULL, c->actor, c->from, c->until, error);
}

/* Runs @work, gives what it made. */
static bool
run(SkStore *self, SkDbWork work, Change *c, char **ret_id, GError **error)
{
    bool ok = sk_db_do(self, work, c, error);
    g_autofree char *made = c->made;
    if (ok && ret_id != NULL)
        *ret_id = g_steal_pointer(&made);
    return ok;
}

bool
sk_absence_add(SkStore *self, const char *person, int from, int until, const char *actor,
               char **ret_id, GError **error)
{
    Change c = { .person = person, .from = from, .until = until, .actor = actor };
    return run(self, absence_work, &c, ret_id, error);
}

static bool
absence_end_work(SkStore *store, void *data, GError **error)
{
    const Change *c = data;
    g_autoptr(SkPeriod) p = NULL;

    if (!read_absence(store, c->id, &p, error))
        return false;
    SkSql *q = sk_sql(store, "DELETE FROM absences WHERE id = ?");
    sk_sql_text(q, c->id);
    return sk_sql_run(q, error) &&
           period_act(store, "absence-ended", p->person, NULL, c->actor, p->from, p->until, error);
}

bool
sk_absence_end(SkStore *self, const char *id, const char *actor, GError **error)
{
    Change c = { .id = id, .actor = actor };
    return run(self, absence_end_work, &c, NULL, error);
}

/* ---- deputies ---- */

/* Whoever stands in for somebody approves: with what they hold themselves, that must go together.
 */
static bool
check_apart(SkStore *store, const Change *c, GError **error)
{
    g_auto(GStrv) own = NULL;
    g_auto(GStrv) theirs = NULL;
    g_autoptr(GPtrArray) all = g_ptr_array_new();

    if (!sk_person_held(store, c->deputy, c->from, &own, error) ||
        !sk_person_held(store, c->person, c->from, &theirs, error))
        return false;
    for (char **h = own; *h != NULL; h++)
        g_ptr_array_add(all, *h);
    for (char **h = theirs; *h != NULL; h++)
        g_ptr_array_add(all, *h);
    g_ptr_array_add(all, (char *)"approver");
    g_ptr_array_add(all, NULL);
    store->rule = sk_role_conflict_find((const char *const *)all->pdata);
    return store->rule == NULL || sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "roles-apart");
}

static bool
check_deputy(SkStore *store, const Change *c, GError **error)
{
    g_autoptr(SkAccount) person = NULL;
    g_autoptr(SkAccount) deputy = NULL;

    if (strcmp(c->person, c->deputy) == 0)
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "own-deputy");
    return check_period(store, c, error) && sk_account_read(store, c->person, &person, error) &&
           sk_account_read(store, c->deputy, &deputy, error) && check_apart(store, c, error) &&
           check_count(store,
                       sk_sql(store, "SELECT count(*) FROM deputies WHERE person = ? AND until_day "
                                     ">= ?"),
                       c->person, error);
}

static bool
deputy_work(SkStore *store, void *data, GError **error)
{
    Change *c = data;

    if (!check_deputy(store, c, error))
        return false;
    c->made = sk_uuid_new();
    SkSql *q = sk_sql(store, "INSERT INTO deputies (id, person, deputy, from_day, until_day, "
                             "named_by, confirmed_by) VALUES (?, ?, ?, ?, ?, ?, ?)");
    sk_sql_text(q, c->made);
    sk_sql_text(q, c->person);
    sk_sql_text(q, c->deputy);
    sk_sql_int(q, c->from);
    sk_sql_int(q, c->until);
    sk_sql_text(q, c->actor);
    sk_sql_text(q, c->confirmed);
    return sk_sql_run(q, error) &&
           period_act(store, "deputy-named", c->person, c->deputy,
                      c->confirmed == NULL ? c->actor : c->confirmed, c->from, c->until, error);
}

bool
sk_deputy_add(SkStore *self, const char *person, const char *deputy, int from, int until,
              char **ret_id, GError **error)
{
    Change c = { .person = person, .deputy = deputy, .from = from, .until = until };
    return run(self, deputy_work, &c, ret_id, error);
}

static char *
detail_of(SkStore *store, const Change *c, GError **error)
{
    SkSql *q = sk_sql(store, "SELECT json_object('for', ?, 'from', ?, 'until', ?)");
    g_autofree char *from = sk_day_iso(c->from);
    g_autofree char *until = sk_day_iso(c->until);
    bool row = false;
    sk_sql_text(q, c->person);
    sk_sql_text(q, from);
    sk_sql_text(q, until);
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

    if (!check_deputy(store, c, error))
        return false;
    g_autofree char *detail = detail_of(store, c, error);
    SkPropose in = { .kind = "deputy", .subject = c->deputy, .detail = detail, .actor = c->actor };
    return detail != NULL && sk_db_propose(store, &in, &c->made, error);
}

bool
sk_propose_deputy(SkStore *self, const char *person, const char *deputy, int from, int until,
                  const char *actor, char **ret_id, GError **error)
{
    Change c = { .person = person, .deputy = deputy, .from = from, .until = until, .actor = actor };
    return run(self, propose_work, &c, ret_id, error);
}

static bool
carry_out(SkStore *store, const SkProposal *proposal, const char *actor, GError **error)
{
    SkSql *q = sk_sql(store, "SELECT json_extract(?1, '$.for'), json_extract(?1, '$.from'), "
                             "json_extract(?1, '$.until')");
    bool row = false;
    sk_sql_text(q, proposal->detail);
    if (!sk_sql_next(q, &row, error))
        return false;
    g_autofree char *person = sk_sql_get_text(q, 0);
    Change c = { .person = person,
                 .deputy = proposal->subject,
                 .actor = proposal->proposed_by,
                 .confirmed = actor };
    bool days = sk_day_parse(sk_sql_peek_text(q, 1), &c.from) &&
                sk_day_parse(sk_sql_peek_text(q, 2), &c.until);
    sk_sql_done(q);
    if (!days)
        return sk_throw(error, SK_ERROR_INTERNAL, "deputy: a proposal that nobody made");
    if (strcmp(person, actor) == 0) /* nobody confirms who stands in for themselves */
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "own-proposal");
    bool ok = deputy_work(store, &c, error);
    g_free(c.made);
    return ok;
}

/* Heads name who stands in for themselves: a second person confirms it as any other. */
static bool
is_own(const SkProposal *proposal, const SkAccount *proposer)
{
    json_t *detail = json_loads(proposal->detail, 0, NULL);
    const char *person = json_string_value(json_object_get(detail, "for"));
    bool own = person != NULL && strcmp(person, proposer->name) == 0;
    json_decref(detail);
    return own;
}

const SkProposalKind sk_proposal_kind_deputy = {
    .kind = "deputy", .subject = true, .carry_out = carry_out, .many = true, .own = is_own
};

static bool
deputy_end_work(SkStore *store, void *data, GError **error)
{
    const Change *c = data;
    g_autoptr(SkPeriod) p = NULL;

    if (!read_deputy(store, c->id, &p, error))
        return false;
    SkSql *q = sk_sql(store, "DELETE FROM deputies WHERE id = ?");
    sk_sql_text(q, c->id);
    return sk_sql_run(q, error) && period_act(store, "deputy-ended", p->person, p->deputy, c->actor,
                                              p->from, p->until, error);
}

bool
sk_deputy_end(SkStore *self, const char *id, const char *actor, GError **error)
{
    Change c = { .id = id, .actor = actor };
    return run(self, deputy_end_work, &c, NULL, error);
}
