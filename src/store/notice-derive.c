/* SPDX-License-Identifier: Apache-2.0
 * notice-derive.c - from the acts of a transaction to who is told what, in the same transaction, when
 * every row has its last shape. Whoever adds an act that people should hear of adds a row here and nothing
 * elsewhere. Nobody is told who did it, only what it was and where to look. */
#include "store/notice.h"

#include "store/db.h"

#include <string.h>

#define TOLD_MAX 64u /* of one act by one row: more are no longer told, they are told by the page */
/* Numbers that an act has for its notices: rows of one act are four at most. */
#define NUMBERS 256

typedef enum {
    TO_DECIDERS = 1,   /* whoever may decide on the crossing now */
    TO_SENDER,         /* at the sending station */
    TO_RECIPIENT,      /* at the receiving station */
    TO_ACTOR,
    TO_ACCOUNT,        /* whom the act is about: its detail */
    TO_PROPOSER,
    TO_ADMINISTRATORS, /* but not to whoever did it, as below */
    TO_OFFICERS,       /* those, security managers, CSIRT and auditors */
    TO_RESPONDERS,     /* those without auditors */
    TO_WATCHERS,       /* administrators, of what another one did to somebody who has a right */
} Audience;

/* What the notice says beside its kind. */
typedef enum {
    SAYS_NOTHING = 0,
    SAYS_DETAIL, /* of the act */
    SAYS_ACT,    /* its name */
} Says;

typedef struct {
    const char *act;
    const char *state; /* the crossing's after it; NULL: any */
    SkNoticeKind kind;
    Audience audience;
    Says says;
} Row;

static const Row rows[] = {
    { "hold", NULL, SK_NOTICE_APPROVAL_WAITS, TO_DECIDERS, SAYS_NOTHING },
    { "approve-step", NULL, SK_NOTICE_APPROVAL_WAITS, TO_DECIDERS, SAYS_NOTHING },
    { "remind", NULL, SK_NOTICE_REMINDER, TO_DECIDERS, SAYS_NOTHING },
    { "approve", NULL, SK_NOTICE_APPROVED, TO_SENDER, SAYS_NOTHING },
    { "approve", "ready", SK_NOTICE_ARRIVED, TO_RECIPIENT, SAYS_NOTHING },
    { "clear", "ready", SK_NOTICE_ARRIVED, TO_RECIPIENT, SAYS_NOTHING },
    { "deny", NULL, SK_NOTICE_DENIED, TO_SENDER, SAYS_NOTHING },
    { "refuse", NULL, SK_NOTICE_REFUSED, TO_SENDER, SAYS_DETAIL },
    { "lapse", NULL, SK_NOTICE_LAPSED, TO_SENDER, SAYS_NOTHING },
    { "return-due", NULL, SK_NOTICE_RETURN_DUE, TO_SENDER, SAYS_NOTHING },
    { "proposed", NULL, SK_NOTICE_PROPOSAL_WAITS, TO_ADMINISTRATORS, SAYS_DETAIL },
    { "proposal-confirmed", NULL, SK_NOTICE_PROPOSAL_DECIDED, TO_PROPOSER, SAYS_DETAIL },
    { "proposal-denied", NULL, SK_NOTICE_PROPOSAL_DECIDED, TO_PROPOSER, SAYS_DETAIL },
    { "proposal-expired", NULL, SK_NOTICE_PROPOSAL_DECIDED, TO_PROPOSER, SAYS_DETAIL },
    { "deputy-named", NULL, SK_NOTICE_DEPUTY, TO_ACCOUNT, SAYS_NOTHING },
    { "password-set", NULL, SK_NOTICE_CREDENTIALS, TO_ACCOUNT, SAYS_ACT },
    { "factor-added", NULL, SK_NOTICE_CREDENTIALS, TO_ACCOUNT, SAYS_ACT },
    { "factor-removed", NULL, SK_NOTICE_CREDENTIALS, TO_ACCOUNT, SAYS_ACT },
    { "factor-reset", NULL, SK_NOTICE_CREDENTIALS, TO_ACCOUNT, SAYS_ACT },
    { "factor-copied", NULL, SK_NOTICE_CREDENTIALS, TO_ACCOUNT, SAYS_ACT },
    { "recovery-codes-made", NULL, SK_NOTICE_CREDENTIALS, TO_ACCOUNT, SAYS_ACT },
    { "recovery-code-used", NULL, SK_NOTICE_CREDENTIALS, TO_ACCOUNT, SAYS_ACT },
    { "feed-made", NULL, SK_NOTICE_CREDENTIALS, TO_ACTOR, SAYS_ACT },
    { "sign-in-second-terminal", NULL, SK_NOTICE_OTHER_TERMINAL, TO_ACTOR, SAYS_NOTHING },
    { "enrolment-issued", NULL, SK_NOTICE_CREDENTIALS, TO_ACCOUNT, SAYS_ACT },
    { "break-glass-used", NULL, SK_NOTICE_BREAK_GLASS, TO_OFFICERS, SAYS_ACT },
    { "break-glass-printed", NULL, SK_NOTICE_BREAK_GLASS, TO_OFFICERS, SAYS_ACT },
    { "malware-found", NULL, SK_NOTICE_MALWARE, TO_RESPONDERS, SAYS_NOTHING },
    { "sign-in-spraying", NULL, SK_NOTICE_SPRAYING, TO_RESPONDERS, SAYS_NOTHING },
    { "role-set", NULL, SK_NOTICE_ROLE, TO_ACCOUNT, SAYS_NOTHING },
    { "role-set", NULL, SK_NOTICE_RIGHTS, TO_WATCHERS, SAYS_DETAIL },
    { "account-locked", NULL, SK_NOTICE_RIGHTS, TO_WATCHERS, SAYS_DETAIL },
    { "policy-adopted", NULL, SK_NOTICE_POLICY, TO_OFFICERS, SAYS_ACT },
    { "signers-changed", NULL, SK_NOTICE_POLICY, TO_OFFICERS, SAYS_ACT },
};

/* What no longer waits, or was fetched, is no news to anybody. */
static const struct {
    const char *act;
    SkNoticeKind kinds[2];
} ends[] = {
    { "approve-step", { SK_NOTICE_APPROVAL_WAITS, SK_NOTICE_REMINDER } },
    { "approve", { SK_NOTICE_APPROVAL_WAITS, SK_NOTICE_REMINDER } },
    { "deny", { SK_NOTICE_APPROVAL_WAITS, SK_NOTICE_REMINDER } },
    { "lapse", { SK_NOTICE_APPROVAL_WAITS, SK_NOTICE_REMINDER } },
    { "deliver", { SK_NOTICE_ARRIVED, SK_NOTICE_ARRIVED } },
    { "close", { SK_NOTICE_RETURN_DUE, SK_NOTICE_RETURN_DUE } },
    { "proposal-confirmed", { SK_NOTICE_PROPOSAL_WAITS, SK_NOTICE_PROPOSAL_WAITS } },
    { "proposal-denied", { SK_NOTICE_PROPOSAL_WAITS, SK_NOTICE_PROPOSAL_WAITS } },
    { "proposal-expired", { SK_NOTICE_PROPOSAL_WAITS, SK_NOTICE_PROPOSAL_WAITS } },
};

typedef struct {
    char *act;
    char *crossing;
    char *state;
    char *actor;
    char *detail;
    int64_t time;
    int64_t n; /* of the next notice of it */
} Pending;

static void
pending_free(void *data)
{
    Pending *p = data;
    g_free(p->act);
    g_free(p->crossing);
    g_free(p->state);
    g_free(p->actor);
    g_free(p->detail);
    g_free(p);
}

GPtrArray *
sk_notice_pending_new(void)
{
    return g_ptr_array_new_with_free_func(pending_free);
}

static bool
is_told(const SkStore *store, const SkActRow *act)
{
    if (store->command_line && (act->actor == NULL || *act->actor == '\0'))
        return true;
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++)
        if (strcmp(rows[i].act, act->act) == 0)
            return true;
    for (unsigned i = 0; i < G_N_ELEMENTS(ends); i++)
        if (strcmp(ends[i].act, act->act) == 0)
            return true;
    return false;
}

void
sk_notice_pend(SkStore *store, const SkActRow *act, int64_t leaf, int64_t time)
{
    if (!is_told(store, act))
        return;
    Pending *p = g_new0(Pending, 1);
    p->act = g_strdup(act->act);
    p->crossing = g_strdup(act->crossing == NULL ? "" : act->crossing);
    p->state = g_strdup(act->state == NULL ? "" : act->state);
    p->actor = g_strdup(act->actor == NULL ? "" : act->actor);
    p->detail = g_strdup(act->detail == NULL ? "" : act->detail);
    p->time = time;
    p->n = leaf * NUMBERS;
    g_ptr_array_add(store->pending, p);
}

/* ---- whom ---- */

static bool
one(GPtrArray *out, const char *account)
{
    if (*account != '\0')
        g_ptr_array_add(out, g_strdup(account));
    return true;
}

#define DAYS(t) t ".from_day <= ?1 AND (" t ".until_day = 0 OR " t ".until_day >= ?1)"

/* Whoever answers for the section today, or for the nearest one above it that has somebody; their deputies of
 * today; and, where there are no posts, whoever has the role by hand. Columns of held: person, and how far. */
#define UP                                                                                         \
    "WITH RECURSIVE up (code, parent, far) AS (SELECT code, parent, 0 FROM sections WHERE code = ?2 UNION ALL " \
    "SELECT s.code, s.parent, far + 1 FROM up JOIN sections s ON s.code = up.parent WHERE up.parent <> '' AND far < 16), "
#define NEAREST(who)                                                                               \
    "SELECT t.person, up.far FROM up JOIN posts p ON p.section = up.code AND " who                 \
    " JOIN tenures t ON t.post = p.id AND " DAYS("t")
/* Officers answer for their body, the general officer for the town: told where nobody is nearer, and reminded
 * in any case. */
#define BODY                                                                                       \
    " UNION ALL SELECT t.person, 100 FROM sections o JOIN sections s ON s.body = o.body JOIN posts p ON p.section = " \
    "s.code AND p.role = 'officer' JOIN tenures t ON t.post = p.id AND " DAYS("t") " WHERE o.code = ?2"
#define TOWN                                                                                       \
    " UNION ALL SELECT t.person, 101 FROM posts p JOIN tenures t ON t.post = p.id AND " DAYS("t")   \
    " WHERE p.role = 'chief-officer'"
#define DECIDERS(held)                                                                             \
    UP "held (person, far) AS (" held "), "                                                        \
    "chosen (person) AS (SELECT person FROM held WHERE far = (SELECT min(far) FROM held) OR (?6 AND far >= 100)), " \
    "told (name) AS (SELECT person FROM chosen UNION SELECT d.deputy FROM deputies d JOIN chosen c ON d.person = " \
    "c.person WHERE " DAYS("d") " UNION SELECT name FROM accounts WHERE role = ?3 AND section = ?2) " \
    "SELECT name FROM told WHERE name <> ?4 AND name <> ?5 AND name IN (SELECT name FROM accounts WHERE locked = 0) " \
    "LIMIT 64"

/* What is asked of a crossing here, and no more of it. */
typedef struct {
    bool sent;
    char *section, *approval, *sender, *recipient;
} Parties;

static void
parties_clear(Parties *p)
{
    g_free(p->section);
    g_free(p->approval);
    g_free(p->sender);
    g_free(p->recipient);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Parties, parties_clear)

static bool
read_parties(SkStore *store, const Pending *p, Parties *ret, GError **error)
{
    SkSql *q = sk_sql(store, "SELECT box, section, approval, sender, recipient FROM crossings WHERE id = ?");
    bool row = false;

    sk_sql_text(q, p->crossing);
    if (!sk_sql_next(q, &row, error))
        return false;
    if (!row)
        return sk_throw(error, SK_ERROR_IO, "database: an act of no crossing");
    *ret = (Parties){ .sent = strcmp(sk_sql_peek_text(q, 0), "sent") == 0,
                      .section = sk_sql_get_text(q, 1),
                      .approval = sk_sql_get_text(q, 2),
                      .sender = sk_sql_get_text(q, 3),
                      .recipient = sk_sql_get_text(q, 4) };
    sk_sql_done(q);
    return true;
}

static bool
deciders(SkStore *store, const Pending *p, GPtrArray *out, GError **error)
{
    g_auto(Parties) of = { 0 };

    if (!read_parties(store, p, &of, error))
        return false;
    SkSql *q = strcmp(of.approval, "security-manager") == 0
                   ? sk_sql(store, DECIDERS(NEAREST("p.role = 'manager'") BODY TOWN))
                   : sk_sql(store, DECIDERS(NEAREST("p.grade = 'head'")));
    sk_sql_int(q, sk_calendar_day(p->time));
    sk_sql_text(q, of.section);
    sk_sql_text(q, of.approval);
    sk_sql_text(q, of.sender);
    sk_sql_text(q, of.recipient);
    sk_sql_int(q, strcmp(p->act, "remind") == 0);
    return sk_sql_collect_text(q, out, error);
}

static bool
party(SkStore *store, const Pending *p, bool sender, GPtrArray *out, GError **error)
{
    g_auto(Parties) of = { 0 };

    if (!read_parties(store, p, &of, error))
        return false;
    if (of.sent != sender)
        return true; /* the other station tells its own */
    return one(out, sender ? of.sender : of.recipient);
}

/* Whoever runs the machine first: there may be a security manager in each of five hundred sections. */
#define BY_ROLE(roles)                                                                             \
    "SELECT name FROM accounts WHERE (role IN (" roles ")"
#define CSIRT                                                                                      \
    " OR name IN (SELECT t.person FROM posts p JOIN tenures t ON t.post = p.id AND " DAYS("t")      \
    " WHERE p.role = 'csirt')"
#define OTHERS                                                                                     \
    ") AND locked = 0 AND name <> ?2 ORDER BY role <> 'administrator', role <> 'auditor', role = 'security-manager', " \
    "name LIMIT 64"

static bool
by_role(SkStore *store, const Pending *p, Audience whom, GPtrArray *out, GError **error)
{
    SkSql *q = NULL;
    if (whom == TO_OFFICERS)
        q = sk_sql(store, BY_ROLE("'administrator', 'security-manager', 'auditor'") CSIRT OTHERS);
    else if (whom == TO_RESPONDERS)
        q = sk_sql(store, BY_ROLE("'administrator', 'security-manager'") CSIRT OTHERS);
    else
        q = sk_sql(store, BY_ROLE("'administrator'") " AND ?1 > 0" OTHERS);
    sk_sql_int(q, sk_calendar_day(p->time));
    sk_sql_text(q, p->actor);
    return sk_sql_collect_text(q, out, error);
}

/* What somebody did to another one's right: what posts and days do by themselves is told to nobody else. */
static bool
watchers(SkStore *store, const Pending *p, GPtrArray *out, GError **error)
{
    SkSql *q = sk_sql(store, "SELECT name FROM accounts WHERE role = 'administrator' AND locked = 0 AND ?1 <> '' AND "
                             "name <> ?1 AND name <> ?2 AND (?3 OR EXISTS (SELECT 1 FROM accounts WHERE name = ?2 AND "
                             "role <> 'staff')) ORDER BY name LIMIT 64");
    sk_sql_text(q, p->actor);
    sk_sql_text(q, p->detail);
    sk_sql_int(q, strcmp(p->act, "role-set") == 0);
    return sk_sql_collect_text(q, out, error);
}

static bool
proposer(SkStore *store, const Pending *p, GPtrArray *out, GError **error)
{
    SkSql *q = sk_sql(store, "SELECT proposed_by FROM proposals WHERE state <> 'open' AND (subject = ?1 OR (subject = "
                             "'' AND kind = ?1)) AND proposed_by <> ?2 ORDER BY decided_at DESC LIMIT 1");
    sk_sql_text(q, p->detail);
    sk_sql_text(q, p->actor);
    return sk_sql_collect_text(q, out, error);
}

static bool
audience(SkStore *store, const Pending *p, Audience whom, GPtrArray *out, GError **error)
{
    switch (whom) {
    case TO_DECIDERS:
        return deciders(store, p, out, error);
    case TO_SENDER:
        return party(store, p, true, out, error);
    case TO_RECIPIENT:
        return party(store, p, false, out, error);
    case TO_ACTOR:
        return one(out, p->actor);
    case TO_ACCOUNT:
        return one(out, p->detail);
    case TO_PROPOSER:
        return proposer(store, p, out, error);
    case TO_ADMINISTRATORS:
    case TO_OFFICERS:
    case TO_RESPONDERS:
        return by_role(store, p, whom, out, error);
    case TO_WATCHERS:
        return watchers(store, p, out, error);
    }
    return true;
}

/* ---- what ---- */

static bool
tell(SkStore *store, Pending *p, SkNoticeKind kind, Audience whom, const char *detail, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

    if (!audience(store, p, whom, names, error))
        return false;
    for (guint i = 0; i < MIN(names->len, TOLD_MAX); i++)
        if (!sk_db_notice(store, p->n++, g_ptr_array_index(names, i), kind, p->crossing, detail, p->time, error))
            return false;
    return true;
}

static bool
end_kind(SkStore *store, const Pending *p, SkNoticeKind kind, GError **error)
{
    bool crossing = p->crossing[0] != '\0';
    SkSql *q = crossing ? sk_sql(store, "UPDATE notices SET read = 1 WHERE crossing = ? AND crossing <> '' AND kind = "
                                        "? AND read = 0")
                        : sk_sql(store, "UPDATE notices SET read = 1 WHERE detail = ? AND crossing = '' AND kind = ? "
                                        "AND read = 0");
    sk_sql_text(q, crossing ? p->crossing : p->detail);
    sk_sql_text(q, sk_notice_kind_name(kind));
    return sk_sql_run(q, error);
}

static bool
derive(SkStore *store, Pending *p, GError **error)
{
    const char *const says[] = { [SAYS_NOTHING] = "", [SAYS_DETAIL] = p->detail, [SAYS_ACT] = p->act };

    for (unsigned i = 0; i < G_N_ELEMENTS(ends); i++)
        for (unsigned j = 0; strcmp(ends[i].act, p->act) == 0 && j < G_N_ELEMENTS(ends[i].kinds); j++)
            if (!end_kind(store, p, ends[i].kinds[j], error))
                return false;
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++)
        if (strcmp(rows[i].act, p->act) == 0 && (rows[i].state == NULL || strcmp(rows[i].state, p->state) == 0) &&
            !tell(store, p, rows[i].kind, rows[i].audience, says[rows[i].says], error))
            return false;
    if (store->command_line && p->actor[0] == '\0')
        return tell(store, p, SK_NOTICE_COMMAND_LINE, TO_ADMINISTRATORS, p->act, error);
    return true;
}

bool
sk_notice_derive(SkStore *store, GError **error)
{
    for (guint i = 0; i < store->pending->len; i++)
        if (!derive(store, g_ptr_array_index(store->pending, i), error))
            return false;
    g_ptr_array_set_size(store->pending, 0);
    return true;
}
