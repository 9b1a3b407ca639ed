/* SPDX-License-Identifier: Apache-2.0
 * person-list.c - contract in person.h: pages of people. A page walks one index that has all that
 * is looked at; rows are read of those only that are shown. */
#include "store/person.h"

#include "base/name.h"
#include "store/db.h"

#include <string.h>

#define WORDS_MAX 3u
#define WORD_BYTES_MAX 200u

static const char *const state_names[SK_PERSON_STATE_COUNT] = { "here",         "active", "locked",
                                                                "not-enrolled", "absent", "left",
                                                                "any" };

const char *
sk_person_state_name(SkPersonState state)
{
    g_assert((unsigned)state < SK_PERSON_STATE_COUNT);
    return state_names[state];
}

bool
sk_person_state_lookup(const char *name, SkPersonState *ret)
{
    for (unsigned i = 0; i < SK_PERSON_STATE_COUNT; i++)
        if (strcmp(state_names[i], name) == 0) {
            *ret = (SkPersonState)i;
            return true;
        }
    return false;
}

void
sk_person_free(SkPerson *self)
{
    if (self == NULL)
        return;
    sk_account_free(self->account);
    g_free(self->section_label);
    g_free(self->title);
    g_free(self);
}

static void
free_person(void *person)
{
    sk_person_free(person);
}

/* ---- which names ---- */

/* ?1 ?2 the place of the page before; ?3 to ?5 words; ?6 the account's role; ?7 the state; ?8
 * today; ?9 how many; ?10 the section or security role, and ?11 whether a directory has passwords
 * (?10 where there is neither, and those are looked for). The states are numbered as SkPersonState.
 */
#define HERE "(a.leaves = 0 OR a.leaves >= ?8)"
#define PAGE                                                                                       \
    "(a.sort, a.name) > (?1, ?2) AND instr(a.search, ?3) > 0 AND instr(a.search, ?4) > 0 AND "     \
    "instr(a.search, ?5) > 0 AND (?6 = '' OR a.role = ?6) AND CASE ?7 WHEN 1 THEN a.locked = 0 "   \
    "AND a.joins <= ?8 AND " HERE " WHEN 2 THEN a.locked = 1 AND " HERE                            \
    " WHEN 5 THEN a.leaves > 0 AND a.leaves < ?8 WHEN 6 THEN 1 ELSE " HERE " END"
#define ORDER " ORDER BY a.sort, a.name LIMIT ?9"
#define ALL "SELECT a.name FROM accounts a INDEXED BY accounts_people WHERE " PAGE
#define TODAY(t) t ".from_day <= ?8 AND (" t ".until_day = 0 OR " t ".until_day >= ?8)"
/* Has no password: neither the station's nor, where @asks, one of the directory
 * (sk_account_is_elsewhere). */
#define NO_PASSWORD(asks)                                                                          \
    "a.password = '' AND NOT (" asks " AND a.source = 'ldap' AND a.role <> 'administrator')"
#define HOLDERS(which)                                                                             \
    "SELECT t.person AS name FROM posts p JOIN tenures t ON t.post = p.id WHERE " which            \
    " = ?10 AND " TODAY("t")

const char *
sk_person_sql(const SkPersonQuery *query)
{
    if (query->section != NULL)
        return "SELECT a.name FROM (" HOLDERS(
            "p.section") " UNION SELECT name FROM accounts WHERE section = ?10) AS x CROSS JOIN "
                         "accounts a "
                         "ON a.name = x.name WHERE " PAGE
                         " AND (?7 <> 3 OR (" NO_PASSWORD("?11") ")) AND (?7 <> 4 OR "
                         "EXISTS (SELECT 1 FROM absences b WHERE b.person = a.name AND " TODAY(
                             "b") "))" ORDER;
    if (query->role != NULL && sk_security_role_lookup(query->role) != NULL)
        return "SELECT a.name FROM (SELECT DISTINCT name FROM (" HOLDERS(
            "p.role <> '' AND p.role") ")) AS x CROSS JOIN accounts a ON a.name = x.name "
                                       "WHERE " PAGE " AND (?7 <> 3 OR (" NO_PASSWORD("?11") ")) AND (?7 <> "
                                                     "4 OR EXISTS (SELECT 1 FROM absences b "
                                       "WHERE b.person = a.name AND " TODAY("b") "))" ORDER;
    if (query->state == SK_PERSON_NOT_ENROLLED)
        return "SELECT a.name FROM accounts a INDEXED BY accounts_people WHERE " PAGE
               " AND " NO_PASSWORD("?10") ORDER;
    if (query->state == SK_PERSON_ABSENT)
        return "SELECT a.name FROM (SELECT DISTINCT b.person AS name FROM absences b WHERE " TODAY(
            "b") ") AS x CROSS JOIN accounts a ON a.name = x.name WHERE " PAGE ORDER;
    return ALL ORDER;
}

/* Up to three words, folded; the fourth and all after it are one with the third: no less is asked
 * for than was typed. */
static bool
bind_words(SkSql *q, const char *words, GError **error)
{
    g_autoptr(GPtrArray) out = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *plain = NULL;

    if (words != NULL &&
        (strlen(words) > WORD_BYTES_MAX || !sk_text_is_plain(sk_span_str(words), WORD_BYTES_MAX)))
        return sk_throw(error, SK_ERROR_MALFORMED, "people: no words to look for");
    plain = g_utf8_normalize(words == NULL ? "" : words, -1, G_NORMALIZE_ALL_COMPOSE);
    g_auto(GStrv) parts = g_strsplit(plain == NULL ? "" : plain, " ", (int)WORDS_MAX);
    for (char **p = parts; *p != NULL; p++)
        g_ptr_array_add(out, sk_person_fold(*p));
    for (unsigned i = 0; i < WORDS_MAX; i++)
        sk_sql_text(q, i < out->len ? g_ptr_array_index(out, i) : "");
    return true;
}

/* Where the page begins: behind the person that the cursor names. */
static bool
find_edge(SkStore *self, const char *cursor, char **ret, GError **error)
{
    bool row = false;
    if (cursor == NULL) {
        *ret = g_strdup("");
        return true;
    }
    if (!sk_account_name_is(cursor))
        return sk_throw(error, SK_ERROR_MALFORMED, "people: no cursor");
    SkSql *q = sk_sql(self, "SELECT sort FROM accounts WHERE name = ?");
    sk_sql_text(q, cursor);
    if (!sk_sql_next(q, &row, error))
        return false;
    if (!row)
        return sk_throw(error, SK_ERROR_MALFORMED, "people: no cursor");
    *ret = sk_sql_get_text(q, 0);
    sk_sql_done(q);
    return true;
}

static bool
collect_names(SkStore *self, const SkPersonQuery *query, unsigned limit, GPtrArray *out,
              GError **error)
{
    g_autofree char *edge = NULL;
    bool by_account = query->role != NULL && sk_role_lookup(query->role) != 0;
    bool by_security = query->role != NULL && sk_security_role_lookup(query->role) != NULL;
    int today = sk_organisation_today(self);

    if (query->role != NULL && !by_account && !by_security)
        return sk_throw(error, SK_ERROR_MALFORMED, "people: no such role");
    if (by_security && query->section != NULL)
        return sk_throw(error, SK_ERROR_MALFORMED, "people: a section or a security role");
    if (!find_edge(self, query->cursor, &edge, error))
        return false;
    SkSql *q = sk_sql(self, sk_person_sql(query));
    sk_sql_text(q, edge);
    sk_sql_text(q, query->cursor);
    if (!bind_words(q, query->words, error))
        return false;
    /* A name that is both (auditor): whoever holds the post. */
    sk_sql_text(q, by_account && !by_security ? query->role : "");
    sk_sql_int(q, query->state);
    sk_sql_int(q, today);
    sk_sql_int(q, limit + 1);
    if (query->section != NULL)
        sk_sql_text(q, query->section);
    else if (by_security)
        sk_sql_text(q, query->role);
    if (query->section != NULL || by_security || query->state == SK_PERSON_NOT_ENROLLED)
        sk_sql_int(q, query->directory);
    return sk_sql_collect_text(q, out, error);
}

/* ---- rows ---- */

static bool
read_beside(SkStore *store, SkPerson *p, int today, GError **error)
{
    bool row = false;
    SkSql *q = sk_sql(
        store,
        "SELECT coalesce((SELECT label FROM sections WHERE code = ?1), ''), coalesce((SELECT "
        "p.title FROM tenures t JOIN posts p ON p.id = t.post WHERE t.person = ?2 AND "
        "t.from_day <= ?3 AND (t.until_day = 0 OR t.until_day >= ?3) ORDER BY t.main DESC, "
        "t.from_day, t.id LIMIT 1), ''), EXISTS (SELECT 1 FROM absences b WHERE b.person = "
        "?2 AND b.from_day <= ?3 AND b.until_day >= ?3)");
    sk_sql_text(q, p->account->section);
    sk_sql_text(q, p->account->name);
    sk_sql_int(q, today);
    if (!sk_sql_next(q, &row, error))
        return false;
    p->section_label = sk_sql_get_text(q, 0);
    p->title = sk_sql_get_text(q, 1);
    p->absent = sk_sql_get_int(q, 2) != 0;
    sk_sql_done(q);
    return true;
}

static bool
read_person(SkStore *store, const char *name, int today, SkPerson **ret, GError **error)
{
    g_autoptr(SkPerson) p = g_new0(SkPerson, 1);
    if (!sk_account_read(store, name, &p->account, error) || !read_beside(store, p, today, error))
        return false;
    *ret = g_steal_pointer(&p);
    return true;
}

bool
sk_person_list(SkStore *self, const SkPersonQuery *query, GPtrArray **ret, char **ret_next,
               GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) out = g_ptr_array_new_with_free_func(free_person);
    unsigned limit = CLAMP(query->limit, 1, SK_LIST_LIMIT_MAX);
    int today = sk_organisation_today(self);

    self->why = "";
    if (!collect_names(self, query, limit, names, error))
        return false;
    for (guint i = 0; i < MIN(names->len, limit); i++) {
        SkPerson *p = NULL;
        if (!read_person(self, g_ptr_array_index(names, i), today, &p, error))
            return false;
        g_ptr_array_add(out, p);
    }
    *ret_next = names->len > limit ? g_strdup(g_ptr_array_index(names, limit - 1)) : NULL;
    *ret = g_steal_pointer(&out);
    return true;
}

bool
sk_person_get(SkStore *self, const char *name, SkPerson **ret, GError **error)
{
    g_autoptr(SkPerson) p = NULL;

    self->why = "";
    if (!read_person(self, name, sk_organisation_today(self), &p, error) ||
        !sk_organisation_heads(self, p->account, error))
        return false;
    *ret = g_steal_pointer(&p);
    return true;
}
