/* SPDX-License-Identifier: Apache-2.0
 * section-list.c - contract in organisation.h: sections. There are hundreds: a page walks them by
 * code. */
#include "store/organisation.h"

#include "base/name.h"
#include "store/db.h"
#include "store/person.h"

#define WORD_BYTES_MAX 200u

void
sk_section_free(SkSection *self)
{
    if (self == NULL)
        return;
    g_free(self->code);
    g_free(self->body);
    g_free(self->parent);
    g_free(self->label);
    g_free(self);
}

static void
free_section(void *section)
{
    sk_section_free(section);
}

/* Whoever left on an earlier day is not counted. */
#define COLUMNS                                                                                    \
    "code, body, parent, label, from_day, until_day, (SELECT count(*) FROM accounts a WHERE "      \
    "a.section = s.code AND a.locked = 0)"

static SkSection *
read_section(SkSql *q)
{
    SkSection *s = g_new0(SkSection, 1);
    s->code = sk_sql_get_text(q, 0);
    s->body = sk_sql_get_text(q, 1);
    s->parent = sk_sql_get_text(q, 2);
    s->label = sk_sql_get_text(q, 3);
    s->from = (int)sk_sql_get_int(q, 4);
    s->until = (int)sk_sql_get_int(q, 5);
    s->people = (unsigned)sk_sql_get_int(q, 6);
    return s;
}

static bool
collect(SkSql *q, GPtrArray *out, GError **error)
{
    bool row = false;
    while (sk_sql_next(q, &row, error)) {
        if (!row)
            return true;
        g_ptr_array_add(out, read_section(q));
    }
    return false;
}

bool
sk_section_list(SkStore *self, const SkSectionQuery *query, GPtrArray **ret, char **ret_next,
                GError **error)
{
    g_autoptr(GPtrArray) out = g_ptr_array_new_with_free_func(free_section);
    unsigned limit = CLAMP(query->limit, 1, SK_LIST_LIMIT_MAX);
    g_autofree char *words = NULL;

    self->why = "";
    if (query->words != NULL && !sk_text_is_plain(sk_span_str(query->words), WORD_BYTES_MAX))
        return sk_throw(error, SK_ERROR_MALFORMED, "sections: no words to look for");
    if (query->body != NULL && sk_body_lookup(query->body) == NULL)
        return sk_throw(error, SK_ERROR_MALFORMED, "sections: no such body");
    if (query->cursor != NULL && !sk_section_code_is(query->cursor))
        return sk_throw(error, SK_ERROR_MALFORMED, "sections: no cursor");
    words = sk_person_fold(query->words == NULL ? "" : query->words);
    SkSql *q = sk_sql(self, "SELECT " COLUMNS " FROM sections s WHERE code > ?1 AND (?2 = '' OR "
                            "body = ?2) AND instr(search, ?3) > 0 AND from_day <= ?4 AND "
                            "(until_day = 0 OR until_day >= ?4) ORDER BY code LIMIT ?5");
    sk_sql_text(q, query->cursor);
    sk_sql_text(q, query->body);
    sk_sql_text(q, words);
    sk_sql_int(q, sk_organisation_today(self));
    sk_sql_int(q, limit + 1);
    if (!collect(q, out, error))
        return false;
    *ret_next = NULL;
    if (out->len > limit) {
        g_ptr_array_set_size(out, (int)limit);
        *ret_next = g_strdup(((SkSection *)g_ptr_array_index(out, limit - 1))->code);
    }
    *ret = g_steal_pointer(&out);
    return true;
}

bool
sk_section_get(SkStore *self, const char *code, SkSection **ret, GError **error)
{
    g_autoptr(GPtrArray) out = g_ptr_array_new();
    SkSql *q = sk_sql(self, "SELECT " COLUMNS " FROM sections s WHERE code = ?");
    self->why = "";
    sk_sql_text(q, code);
    if (!collect(q, out, error))
        return false;
    if (out->len == 0)
        return sk_db_refuse(self, error, SK_ERROR_FORBIDDEN, "not-found");
    *ret = g_ptr_array_index(out, 0);
    return true;
}
